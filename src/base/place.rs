//! Where music stands.

use super::units::Beats;

/// Where the transport stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Place {
    /// Whether it moves.
    pub is_playing: bool,
    /// Where it stands; negative during the count-in.
    pub beat: Beats,
    /// Its tempo there, in beats a minute.
    pub tempo_bpm: f64,
    /// Beats in its bars.
    pub beats_per_bar: u32,
}

impl Place {
    /// Where it stands `secs` later (or earlier), at the same tempo.
    #[must_use]
    pub fn beat_in(&self, secs: f64) -> f64 {
        if self.is_playing { self.beat.0 + secs * self.tempo_bpm / 60.0 } else { self.beat.0 }
    }
}
