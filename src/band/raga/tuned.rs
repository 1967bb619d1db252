//! What is sung, in tune with Sa: just intervals over any Sa, and the way from note to note as bends.

use super::super::phrase::Note;
use super::ornament::{self, Ornament};
use super::setting::RagaSetting;
use crate::base::{BandBend, Beats, Bus};
use crate::theory::raga::{Grammar, Tradition, just_cents};

/// Every figure, with its reason.
mod tuning {
    /// From one bend to the next while a note moves, seconds: a hundred a second.
    pub const STEP_SECS: f64 = 0.01;
    /// A touch of a neighbour takes so long, seconds, and at most this share of its note.
    pub const TOUCH_SECS: f64 = 0.11;
    pub const TOUCH_SHARE: f64 = 0.5;
    /// A kampita swings so often in a second,
    pub const SWING_HZ: f64 = 5.0;
    /// for this share of its note; then it rests on it.
    pub const SWING_SHARE: f64 = 0.75;
    /// A note that lies on its key by chance is tuned so far beside it, cents, that it has a channel of its own to be bent
    /// on. Nobody hears it: a bend's step is wider.
    pub const LEAST_CENTS: f32 = 0.01;
}

/// The way of a note: from where, to where, and when it has come there.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Stays,
    /// From so many cents over the note to the note, in so many beats.
    Comes(f64, f64),
    /// Up to so many cents and back again, for so many beats.
    Swings(f64, f64),
}

/// Tunes notes to a raga and its Sa.
#[derive(Clone, Debug)]
pub struct Tuned {
    grammar: Grammar,
    tradition: Tradition,
    sa_key: u8,
    sa_cents: f32,
}

impl Tuned {
    /// For this raga and this Sa. Allocates a little while it works.
    #[must_use]
    pub fn new(setting: &RagaSetting) -> Self {
        let (sa_key, sa_cents) = setting.sa_key();
        Self { grammar: Grammar::of(&setting.raga), tradition: setting.raga.tradition, sa_key, sa_cents }
    }

    /// The MIDI key that middle Sa is nearest to.
    #[must_use]
    pub fn sa_key(&self) -> u8 {
        self.sa_key
    }

    /// How a note is come to from the one before it.
    #[must_use]
    pub fn ornament(&self, note: &Note, before: Option<&Note>) -> Ornament {
        let has = |semitones: &i16| self.grammar.has(semitones.rem_euclid(12) as u8);
        let neighbour = |note: i16, is_above: bool| match is_above {
            true => (note + 1..note + 5).find(has),
            false => (note - 4..note).rev().find(has),
        };
        ornament::of(note, before, self.tradition, |note| self.semitones(note.key), neighbour)
    }

    /// How far from its key a note begins, cents; never 0.
    #[must_use]
    pub fn tune_cents(&self, note: &Note, before: Option<&Note>, beats_per_sec: f64) -> f32 {
        self.cents_at(note, self.way(note, before, beats_per_sec), (0.0, beats_per_sec))
    }

    /// Tells the bends of a note after its begin that lie in `from..to`, beats of the transport.
    pub fn bends(
        &self,
        (note, before): (&Note, Option<&Note>),
        beats_per_sec: f64,
        (from, to): (f64, f64),
        mut tell: impl FnMut(BandBend),
    ) {
        let way = self.way(note, before, beats_per_sec);
        let moves_beats = match way {
            Way::Stays => return,
            Way::Comes(_, beats) | Way::Swings(_, beats) => beats,
        };
        let step_beats = tuning::STEP_SECS * beats_per_sec;
        let first = ((from - note.begin_beats) / step_beats).floor().max(1.0);
        let mut step = first;
        loop {
            let at_beats = (step * step_beats).min(moves_beats);
            let at = note.begin_beats + at_beats;
            if at >= to {
                return;
            }
            if at >= from {
                let tune_cents = self.cents_at(note, way, (at_beats, beats_per_sec));
                tell(BandBend { bus: Bus::Lead, key: note.key, at: Beats(at), tune_cents });
            }
            if at_beats >= moves_beats {
                return;
            }
            step += 1.0;
        }
    }

    /// The lowest and the highest that a note comes by from `from_beats` on, cents over middle Sa.
    #[must_use]
    pub fn reach_cents(
        &self,
        (note, before): (&Note, Option<&Note>),
        beats_per_sec: f64,
        from_beats: f64,
    ) -> (f64, f64) {
        let here = Self::target_cents(self.semitones(note.key));
        let other = match self.way(note, before, beats_per_sec) {
            Way::Comes(cents, last) | Way::Swings(cents, last) if from_beats - note.begin_beats < last => here + cents,
            _ => here,
        };
        (here.min(other), here.max(other))
    }

    fn semitones(&self, key: u8) -> i16 {
        i16::from(key) - i16::from(self.sa_key)
    }

    /// Cents over middle Sa at which a note is sung.
    fn target_cents(semitones: i16) -> f64 {
        1200.0 * f64::from(semitones.div_euclid(12)) + just_cents(semitones.rem_euclid(12) as u8)
    }

    fn way(&self, note: &Note, before: Option<&Note>, beats_per_sec: f64) -> Way {
        let here = Self::target_cents(self.semitones(note.key));
        let to_cents = |semitones: i16| Self::target_cents(semitones) - here;
        match self.ornament(note, before) {
            Ornament::Plain => Way::Stays,
            Ornament::Glide { from_semitones, beats } => Way::Comes(to_cents(from_semitones), beats),
            Ornament::Touch { semitones } => {
                let beats = (tuning::TOUCH_SECS * beats_per_sec).min(tuning::TOUCH_SHARE * note.length_beats);
                Way::Comes(to_cents(semitones), beats)
            }
            Ornament::Swing { to_semitones } => {
                // Whole swings, so that it comes to rest where it is at home.
                let swing_beats = beats_per_sec / tuning::SWING_HZ;
                let swings = (tuning::SWING_SHARE * note.length_beats / swing_beats).floor();
                if swings >= 1.0 { Way::Swings(to_cents(to_semitones), swings * swing_beats) } else { Way::Stays }
            }
        }
    }

    /// How far from its key a note sounds so many beats after its begin.
    fn cents_at(&self, note: &Note, way: Way, (beats, beats_per_sec): (f64, f64)) -> f32 {
        let semitones = self.semitones(note.key);
        let home = f64::from(self.sa_cents) + Self::target_cents(semitones) - 100.0 * f64::from(semitones);
        let away = match way {
            Way::Comes(cents, last) if beats < last => {
                let part = beats / last;
                cents * (1.0 - part * part * (3.0 - 2.0 * part))
            }
            Way::Swings(cents, last) if beats < last => {
                cents * 0.5 * (1.0 - (std::f64::consts::TAU * tuning::SWING_HZ * beats / beats_per_sec).cos())
            }
            _ => 0.0,
        };
        let cents = (home + away) as f32;
        if cents.abs() < tuning::LEAST_CENTS { tuning::LEAST_CENTS } else { cents }
    }
}
