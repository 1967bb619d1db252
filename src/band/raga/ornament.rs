//! How the voice comes to a note: glides, touches and swings.

use super::super::phrase::Note;
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

/// The ornament of a note after the one before it, whose keys are told in semitones above middle Sa; `neighbour` gives the
/// next note of the raga above (or below) one.
pub(super) fn of(
    note: &Note,
    before: Option<&Note>,
    tradition: Tradition,
    semitones: impl Fn(&Note) -> i16,
    neighbour: impl Fn(i16, bool) -> Option<i16>,
) -> Ornament {
    let is_carnatic = tradition == Tradition::Carnatic;
    let wide = if is_carnatic { tuning::JARU_SEMITONES } else { tuning::MEEND_SEMITONES };
    let at = semitones(note);
    let is_joined = |before: &&Note| note.begin_beats - before.end_beats() < tuning::JOINED_BEATS;
    if let Some(from_semitones) = before.filter(is_joined).map(semitones) {
        let step = (at - from_semitones).abs();
        if step == 0 {
            // The second of two is struck from below in the South, from above in the North.
            let touched = neighbour(at, !is_carnatic);
            return touched.map_or(Ornament::Plain, |semitones| Ornament::Touch { semitones });
        }
        if (wide..=12).contains(&step) && note.length_beats >= tuning::GLIDE_LENGTH_BEATS {
            let beats = (note.length_beats * tuning::GLIDE_SHARE).min(tuning::GLIDE_BEATS_MAX);
            return Ornament::Glide { from_semitones, beats };
        }
    }
    let is_swung = is_carnatic && tuning::SWUNG & 1 << at.rem_euclid(12) != 0;
    match neighbour(at, true).filter(|_| is_swung && note.length_beats >= tuning::SWING_BEATS) {
        Some(to_semitones) => Ornament::Swing { to_semitones },
        None => Ornament::Plain,
    }
}
