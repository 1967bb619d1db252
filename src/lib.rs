//! Sangat: a standalone instrument with a band in it.

pub mod base;
pub mod dsp;
pub mod instrument;
pub mod theory;
