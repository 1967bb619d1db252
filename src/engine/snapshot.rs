//! What the audio side publishes of its state.

use crate::base::limits::{PARTS, SNAPSHOT_BYTES_MAX};
use crate::base::{Beats, ByBus, Frames};
use crate::instrument::tanpura::STRINGS;

/// What the engine counted since it was built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Notes that were started.
    pub notes: u64,
    /// Commands and events that took effect: the number of the newest journal entry.
    pub applied: u64,
    /// Events beyond what one block may carry.
    pub events_refused: u32,
    /// Voices taken from an older note.
    pub voices_stolen: u32,
    /// Non-finite samples that were silenced.
    pub non_finite: u32,
    /// Journal entries that found their queue full.
    pub journal_lost: u32,
    /// Samples of the recording that found their queue full.
    pub record_lost: u64,
    /// Notes of the band that came after their beat.
    pub band_late: u32,
    /// Notes of the band for which there was no room.
    pub band_overflow: u32,
    /// Messages and blocks that found the ear's queues full.
    pub ear_lost: u32,
}

impl Counters {
    /// These counts on top of `earlier` ones, as of an engine that was replaced. The journal's numbers are each
    /// engine's own.
    #[must_use]
    pub fn after(self, earlier: Self) -> Self {
        Self {
            notes: self.notes + earlier.notes,
            applied: self.applied,
            events_refused: self.events_refused.saturating_add(earlier.events_refused),
            voices_stolen: self.voices_stolen.saturating_add(earlier.voices_stolen),
            non_finite: self.non_finite.saturating_add(earlier.non_finite),
            journal_lost: self.journal_lost.saturating_add(earlier.journal_lost),
            record_lost: self.record_lost + earlier.record_lost,
            band_late: self.band_late.saturating_add(earlier.band_late),
            band_overflow: self.band_overflow.saturating_add(earlier.band_overflow),
            ear_lost: self.ear_lost.saturating_add(earlier.ear_lost),
        }
    }
}

/// The engine's state at the end of a block. About 200 a second; one that finds its queue full is skipped,
/// its peaks and counters go on to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// The engine's clock.
    pub frame: Frames,
    /// Commands that it had taken.
    pub commands_taken: u64,
    /// Where the transport stands; negative during the count-in.
    pub beat: Beats,
    /// Seconds since each string of the tanpura was stroked, infinite for never.
    pub strings_secs: [f32; STRINGS],
    /// The tempo at that place.
    pub tempo_bpm: f64,
    /// Whether the transport moves (also while counting in).
    pub is_playing: bool,
    /// Whether the transport counts in.
    pub is_counting_in: bool,
    /// The highest absolute sample of every bus since the last snapshot, `[left, right]`.
    pub bus_peak: ByBus<[f32; 2]>,
    /// The same at the output.
    pub master_peak: [f32; 2],
    /// Mean square at the output since the last snapshot, `[left, right]`.
    pub master_mean_square: [f32; 2],
    /// How much the limiter held back at most since the last snapshot, in dB, 0 or above.
    pub limiter_db: f32,
    /// For every part the keys that sound, one bit each.
    pub keys: [u128; PARTS],
    /// Voices that sound.
    pub voices: u16,
    /// What was counted.
    pub counters: Counters,
}

const _: () = assert!(size_of::<Snapshot>() <= SNAPSHOT_BYTES_MAX);
