//! What the ear hears, as the window shows it: plain data on the ear's own clock.

pub use crate::ear::beat::{TempoGiver, TempoState};
pub use crate::ear::playing::{PhraseState, PlayingView};

/// Something with how sure the ear is of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Guess {
    /// Its name: "Dm7", "A minor".
    pub name: String,
    /// 0 to 1.
    pub confidence: f32,
}

/// A beat that was heard or is foreseen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BeatMark {
    /// When, in seconds.
    pub at_secs: f64,
    /// Its place in the bar, from 0; `None` while the bar is not known.
    pub bar_position: Option<u8>,
}

/// A chord from where it was heard until the next one.
#[derive(Clone, Debug, PartialEq)]
pub struct ChordMark {
    /// From when, in seconds.
    pub begin_secs: f64,
    /// The chord.
    pub name: String,
    /// 0 to 1.
    pub confidence: f32,
}

/// A note that was played.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NoteMark {
    /// MIDI key.
    pub key: u8,
    /// 1 to 127.
    pub velocity: u8,
    /// From when, in seconds.
    pub begin_secs: f64,
    /// Until when; `None` while it is held.
    pub end_secs: Option<f64>,
}

/// A pitch in the sound of the input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VoiceView {
    /// In Hz.
    pub hz: f32,
    /// How periodic the sound is, 0 to 1.
    pub clarity: f32,
    /// In dBFS.
    pub level_db: f32,
    /// When, in seconds: the middle of the window it was heard in.
    pub at_secs: f64,
}

/// What is heard now, and what was heard in the last [`HISTORY_SECS`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeardView {
    /// The ear's clock, in seconds.
    pub now_secs: f64,
    /// How the tempo is known.
    pub tempo: TempoState,
    /// Quarter notes (or what is felt as the beat) a minute.
    pub bpm: Option<f64>,
    /// 0 to 1.
    pub tempo_confidence: f32,
    /// Half, the same, double: each with its share of belief.
    pub hypotheses: Vec<(f64, f32)>,
    /// "4/4".
    pub metre: Option<Guess>,
    /// Beats in that bar.
    pub beats_per_bar: Option<u8>,
    /// Bars that began so far.
    pub bars: u32,
    /// How sure the ear is of where the bar begins, 0 to 1.
    pub downbeat_confidence: f32,
    /// Beats that were heard, the oldest first.
    pub beats: Vec<BeatMark>,
    /// Beats that are foreseen, the next first.
    pub upcoming: Vec<BeatMark>,
    /// "D dorian".
    pub key: Option<Guess>,
    /// The chord that sounds.
    pub chord: Option<Guess>,
    /// What it may be as well.
    pub alternates: Vec<Guess>,
    /// What may come next, the likeliest first.
    pub next: Vec<Guess>,
    /// In how many beats the chord is expected to change.
    pub next_in_beats: Option<f32>,
    /// Chords that were heard, the oldest first.
    pub chords: Vec<ChordMark>,
    /// Notes that were played, the oldest first.
    pub notes: Vec<NoteMark>,
    /// How it was played.
    pub playing: PlayingView,
    /// What is sung, or played into the input; `None` without a pitch.
    pub voice: Option<VoiceView>,
}

/// How far back beats, chords and notes reach.
pub const HISTORY_SECS: f64 = 30.0;
