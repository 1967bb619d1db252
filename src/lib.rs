//! Sangat: a standalone instrument with a band in it.

pub mod base;
pub mod engine;
pub mod instrument;
pub mod rt;
pub mod session;
#[cfg(feature = "gui")]
pub mod ui;
