//! What the tracker shows and announces.

use std::fmt;

/// How sure the tracker is of a tempo, and whose it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TempoState {
    /// Nothing has sounded for a while.
    #[default]
    Silent,
    /// Something sounds; its tempo is not known yet.
    Finding,
    /// The beat is known and followed: no beat is more than a twentieth longer or shorter than the one before it.
    Following,
    /// The beat is known but played freely. Beats are announced, each where the player is thought to want it.
    Rubato,
    /// The beat was known and is not any more. No beats are announced.
    Lost,
    /// The beat is given and the player's is not asked for.
    Given(TempoGiver),
}

/// Who gives the beat, when it is not the player's playing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TempoGiver {
    /// The user taps.
    Tap,
    /// MIDI clock.
    Clock,
    /// A fixed tempo.
    Fixed,
}

/// A metre by the beats that are felt: 6/8 has two (dotted) beats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metre {
    /// Beats in a bar: 4, 3, or 2 dotted ones.
    pub beats_per_bar: u8,
    /// The note value that the signature counts: 4, or 8 where beats are dotted quarters.
    pub beat_unit: u8,
}

impl Metre {
    /// 4/4, 3/4 and 6/8, in the order of the tables.
    pub(super) const ALL: [Self; 3] = [
        Self { beats_per_bar: 4, beat_unit: 4 },
        Self { beats_per_bar: 3, beat_unit: 4 },
        Self { beats_per_bar: 2, beat_unit: 8 },
    ];
}

impl fmt::Display for Metre {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let notes = if self.beat_unit == 8 { self.beats_per_bar * 3 } else { self.beats_per_bar };
        write!(f, "{notes}/{}", self.beat_unit)
    }
}

/// A tempo that is thought possible.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TempoHypothesis {
    /// Beats per minute; 0 where there is no further hypothesis.
    pub bpm: f64,
    /// Share of the belief, 0 to 1.
    pub share: f32,
}

/// What is known of the beat now.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BeatView {
    /// Whether a beat is followed, and whose.
    pub state: TempoState,
    /// Tempo in beats per minute, while a beat is followed, freely too, or given.
    pub bpm: Option<f64>,
    /// Share of the belief that agrees with tempo and phase of the beat followed, 0 to 1; 1 when given.
    pub confidence: f32,
    /// Where the next beat will fall, in seconds.
    pub next_beat_secs: Option<f64>,
    /// Length of a beat, in seconds.
    pub period_secs: Option<f64>,
    /// The likeliest metre.
    pub metre: Option<Metre>,
    /// Share of the belief in that metre, 0 to 1.
    pub metre_confidence: f32,
    /// Place of the next beat in its bar, from 0.
    pub next_bar_position: Option<u8>,
    /// Share of the belief in that place, within the metre, 0 to 1.
    pub downbeat_confidence: f32,
    /// The likeliest tempi, best first, half and double among them where they compete.
    pub hypotheses: [TempoHypothesis; 3],
}

/// A beat, announced when its time has come.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BeatEvent {
    /// Where it falls, in seconds.
    pub at_secs: f64,
    /// Where it was expected one beat earlier, in seconds.
    pub foreseen_secs: f64,
    /// Tempo, in beats per minute.
    pub bpm: f64,
    /// See [`BeatView::confidence`].
    pub confidence: f32,
    /// Its place in the bar, from 0.
    pub bar_position: Option<u8>,
    /// Where the next is expected, in seconds.
    pub next_secs: f64,
}
