//! How the voice comes to a note: glides, touches and swings, as annotations for whoever sounds it.

use super::RagaNote;
use crate::theory::raga::Tradition;

/// Every threshold, with its reason.
mod tuning {
    /// A step of so many semitones or more is glided in the North, where the note is long enough;
    pub const MEEND_SEMITONES: i16 = 3;
    /// in the South a slide (jaru) is for wider ones.
    pub const JARU_SEMITONES: i16 = 5;
    /// The shortest note that is glided to, beats,
    pub const GLIDE_LENGTH_BEATS: f64 = 0.7;
    /// and the share of it that the glide takes, up to so many beats.
    pub const GLIDE_SHARE: f64 = 0.4;
    pub const GLIDE_BEATS_MAX: f64 = 0.8;
    /// Longer than this a note of the South that is swung swings.
    pub const SWING_BEATS: f64 = 0.9;
    /// R1, G2, M2, D1 and N2: the notes on which wide swings are usual.
    pub const SWUNG: u16 = 1 << 1 | 1 << 3 | 1 << 6 | 1 << 8 | 1 << 10;
    /// Notes nearer than this follow each other without a breath, beats.
    pub const JOINED_BEATS: f64 = 0.3;
}

/// How a note is come to, or what it does while it sounds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Ornament {
    /// Plainly.
    #[default]
    Plain,
    /// By a glide (meend, jaru) out of another note.
    Glide {
        /// The note that is left, semitones above middle Sa.
        from_semitones: i16,
        /// How long the glide takes from the begin of the note on, beats.
        beats: f64,
    },
    /// By a touch of a neighbour: of a note that comes again (janta).
    Touch {
        /// The neighbour, semitones above middle Sa.
        semitones: i16,
    },
    /// It swings (kampita) towards the note above.
    Swing {
        /// That note, semitones above middle Sa.
        to_semitones: i16,
    },
}

/// Puts ornaments on the notes of one phrase; `neighbour` gives the next note of the raga above (or below) one.
pub(super) fn adorn(notes: &mut [RagaNote], tradition: Tradition, neighbour: impl Fn(i16, bool) -> Option<i16>) {
    let mut before: Option<RagaNote> = None;
    for note in notes {
        let joined = before.filter(|b| note.begin_beats - b.begin_beats - b.length_beats < tuning::JOINED_BEATS);
        note.ornament = of(*note, joined, tradition, &neighbour);
        before = Some(*note);
    }
}

fn of(
    note: RagaNote,
    before: Option<RagaNote>,
    tradition: Tradition,
    neighbour: &impl Fn(i16, bool) -> Option<i16>,
) -> Ornament {
    let is_carnatic = tradition == Tradition::Carnatic;
    let wide = if is_carnatic { tuning::JARU_SEMITONES } else { tuning::MEEND_SEMITONES };
    if let Some(before) = before {
        let step = (note.semitones - before.semitones).abs();
        if step == 0 {
            // The second of two is struck from below in the South, from above in the North.
            let touched = neighbour(note.semitones, !is_carnatic);
            return touched.map_or(Ornament::Plain, |semitones| Ornament::Touch { semitones });
        }
        if (wide..=12).contains(&step) && note.length_beats >= tuning::GLIDE_LENGTH_BEATS {
            let beats = (note.length_beats * tuning::GLIDE_SHARE).min(tuning::GLIDE_BEATS_MAX);
            return Ornament::Glide { from_semitones: before.semitones, beats };
        }
    }
    let is_swung = is_carnatic && tuning::SWUNG & 1 << note.semitones.rem_euclid(12) != 0;
    match neighbour(note.semitones, true).filter(|_| is_swung && note.length_beats >= tuning::SWING_BEATS) {
        Some(to_semitones) => Ornament::Swing { to_semitones },
        None => Ornament::Plain,
    }
}
