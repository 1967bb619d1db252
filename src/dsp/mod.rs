//! Pure signal processing: no I/O, no clock, no knowledge of music.

pub mod envelope;
pub mod noise;
pub mod partials;
pub mod source;
pub mod svf;
