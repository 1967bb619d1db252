//! Sangat: a standalone instrument with a band in it.

pub mod base;
pub mod dsp;
pub mod engine;
pub mod host;
pub mod instrument;
pub mod rt;
pub mod session;
pub mod theory;
