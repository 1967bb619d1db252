//! The ground floor: limits, units, MIDI messages, buses, a random generator. Standard library only.

mod band_message;
mod bus;
mod inline_vec;
pub mod limits;
mod midi;
mod place;
mod queue;
mod rng;
mod units;

pub use band_message::{BandBend, BandMessage, BandNote, TUNE_CENTS_MAX};
pub use bus::{Bus, ByBus};
pub use inline_vec::InlineVec;
pub use midi::{Midi, Sync, cc};
pub use place::Place;
pub use queue::keep_newest;
pub use rng::Rng;
pub use units::{Beats, Frames, db_to_gain, gain_to_db, key_to_hz};

/// One stereo segment: what is rendered between two control ticks, `[left, right]`.
///
/// Only the first `frames` values of each channel are meaningful where a function takes `frames`.
pub type Segment = [[f32; limits::CONTROL_TICK_FRAMES]; 2];

/// A segment of silence.
pub const SILENCE: Segment = [[0.0; limits::CONTROL_TICK_FRAMES]; 2];
