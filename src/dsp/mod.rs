//! Pure signal processing: no I/O, no clock, no music.
//!
//! `new` allocates; everything else is real-time safe unless its page says otherwise. Effects take equal-length
//! slices of at most [`CONTROL_TICK_FRAMES`](crate::base::limits::CONTROL_TICK_FRAMES) frames and give the same bits
//! however a span is cut into calls, provided that `tick` is called at the same frames, before the frames it governs.

pub mod biquad;
pub mod chorus;
pub mod correlation;
pub mod delay;
pub mod dense;
pub mod envelope;
pub mod eq;
pub mod fast_math;
pub mod frame;
pub mod limiter;
mod line;
pub mod noise;
pub mod partials;
pub mod reverb;
pub mod smooth;
pub mod source;
pub mod spectrum;
pub mod string;
pub mod svf;

#[cfg(test)]
mod testing;
