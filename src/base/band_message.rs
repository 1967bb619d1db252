//! What the band sends to the engine: notes stamped in beats, and where the transport is to be.

use super::bus::Bus;
use super::units::Beats;

/// A note of the band, in beats of the transport; it becomes frames when its block is rendered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BandNote {
    /// Who plays it.
    pub bus: Bus,
    /// 0 to 127.
    pub key: u8,
    /// 1 to 127.
    pub velocity: u8,
    /// Where it begins.
    pub begin: Beats,
    /// Where it ends.
    pub end: Beats,
}

/// A wish of the band, applied at the start of the next block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BandMessage {
    /// Forget the notes of `bus` that begin at `from` or later and have not begun.
    Replace {
        /// Whose.
        bus: Bus,
        /// From where.
        from: Beats,
    },
    /// Play a note. One whose begin has passed is discarded and counted.
    Note(BandNote),
    /// End the notes of `bus` that began before `at` and would sound beyond it at `at`.
    Trim {
        /// Whose.
        bus: Bus,
        /// Where.
        at: Beats,
    },
    /// Go on at another tempo, in beats a minute, without moving the parameter.
    Pace(f32),
    /// Start the transport now, or move it where it runs: it stands at `beat` (negative before the first bar), at `bpm`,
    /// without a count-in.
    Join {
        /// Where it stands now.
        beat: Beats,
        /// At which tempo, in beats a minute.
        bpm: f32,
    },
    /// Stop the transport at a beat; at infinity, do not.
    StopAt(Beats),
}
