//! The listening: what a band mate or a teacher notices, heard only backwards in time.
//!
//! Nothing here does I/O, reads a clock or fails after construction. Time is seconds on the clock of whoever
//! feeds the ear (the host's clock live, the file's own offline), never earlier than the last time given; an
//! earlier time is taken as that last one. Non-finite input is silence.

pub mod accuracy;
pub mod beat;
pub mod drone;
pub mod harmony;
mod listener;
pub mod onset;
pub mod pitch;
pub mod playing;
pub mod tonic;

pub use listener::{Heard, Listener, Observation};

/// A sound that begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Onset {
    /// When, in seconds.
    pub at_secs: f64,
    /// How loud, 0 to 1; a velocity divided by 127, or the strength of an onset in audio.
    pub loudness: f32,
    /// What began.
    pub source: OnsetSource,
}

/// What began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnsetSource {
    /// A key of a pitched instrument, 0 to 127.
    Key(u8),
    /// A drum by its General MIDI key, 0 to 127.
    Drum(u8),
    /// Something in audio.
    Audio,
}
