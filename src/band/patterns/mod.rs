//! The pattern library: bars that our own models played beforehand, found by what is asked for and brought to its chords.

mod file;

pub use file::{Bytes, EARLY_BEATS, PatternFile, PatternNote, PatternsError, write};

use super::chance::seed_at;
use super::part::{Part, PartMode};
use super::phrase::{Ask, BAR_NOTES_MAX, Note, Role};
use super::style::StyleId;
use crate::theory::tension::fits;
use crate::theory::{Chord, Family};

/// Steps of energy and of complexity that are told apart.
pub const LEVELS: u32 = 3;
/// The purpose of the choice among the patterns of a shelf.
const CHOICE: u64 = 0x9a77_0001;
/// For so many bars the same pattern is played over the same chords: a groove is one because it comes again.
const HELD_BARS: i64 = 4;

/// What a chord does, as far as patterns tell chords apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Function {
    /// No chord is known, or it does not matter.
    Any,
    /// Major and what is like it.
    Major,
    /// Minor and what is like it.
    Minor,
    /// Dominant, suspended or augmented.
    Dominant,
    /// Diminished.
    Diminished,
}

impl Function {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Any, Self::Major, Self::Minor, Self::Dominant, Self::Diminished];

    /// What this chord does.
    #[must_use]
    pub fn of(chord: Chord) -> Self {
        match chord.quality.family() {
            Family::Major | Family::MajorSeventh => Self::Major,
            Family::Minor | Family::MinorSeventh | Family::MinorMajorSeventh => Self::Minor,
            Family::Dominant | Family::Suspended | Family::SuspendedSeventh | Family::Augmented => Self::Dominant,
            Family::Diminished | Family::HalfDiminished | Family::DiminishedSeventh => Self::Diminished,
        }
    }
}

/// Where patterns of a kind stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shelf {
    /// The part.
    pub part: Part,
    /// The style.
    pub style: StyleId,
    /// Beats of the bar.
    pub beats: u32,
    /// Whether it leads over to the next bar.
    pub is_fill: bool,
    /// What the chord at the bar's begin does; `Any` for drums.
    pub function: Function,
    /// How much the music drives, 0 to [`LEVELS`] - 1.
    pub energy: u32,
    /// How much happens, 0 to [`LEVELS`] - 1.
    pub complexity: u32,
}

impl Shelf {
    /// The one that a question asks for; `None` where there can be none.
    #[must_use]
    pub fn of(ask: &Ask<'_>) -> Option<Self> {
        let is_plain = matches!(ask.bar.role, Role::Groove | Role::Fill) && ask.taste.mode == PartMode::Auto;
        if !is_plain || ask.turn.is_some() {
            return None;
        }
        let chord = ask.chord_at(ask.bar.begin_beats).map(|span| span.chord);
        let function = if ask.part == Part::Drums { Function::Any } else { Function::of(chord?) };
        Some(Self {
            part: ask.part,
            style: ask.style.id,
            beats: ask.bar.beats,
            is_fill: ask.bar.role == Role::Fill && ask.part == Part::Drums,
            function,
            energy: level(ask.feel.energy),
            complexity: level(ask.taste.complexity),
        })
    }

    /// Its key in the index.
    #[must_use]
    pub fn key(&self) -> u32 {
        let digits = [
            (self.part as u32, Part::COUNT as u32),
            (self.style as u32, 32),
            (self.beats.min(15), 16),
            (u32::from(self.is_fill), 2),
            (self.function as u32, 8),
            (self.energy.min(LEVELS - 1), LEVELS),
            (self.complexity.min(LEVELS - 1), LEVELS),
        ];
        digits.into_iter().fold(0, |key, (digit, base)| key * base + digit)
    }
}

/// The level of a value of 0 to 1.
#[must_use]
pub fn level(value: f32) -> u32 {
    ((value.clamp(0.0, 1.0) * LEVELS as f32) as u32).min(LEVELS - 1)
}

/// Adds a bar of the library for what is asked, from where it is asked on; whether there is one. Takes a few
/// microseconds; does not allocate where `out` has room for [`BAR_NOTES_MAX`].
pub fn play(file: &PatternFile, ask: &Ask<'_>, out: &mut Vec<Note>) -> bool {
    let Some(found) = Shelf::of(ask).and_then(|shelf| file.under(shelf.key())) else { return false };
    let place = ask.bar.index.div_euclid(HELD_BARS);
    let pattern = found.start + (seed_at(ask.seed, CHOICE, place) % found.len() as u64) as usize;
    let notes = file.notes(pattern).map(|note| bring(&note, ask));
    out.extend(notes.filter(|note| note.begin_beats >= ask.from_beats).take(BAR_NOTES_MAX));
    true
}

/// Brings a note to the chord that sounds when it begins, and into the part's range.
fn bring(note: &PatternNote, ask: &Ask<'_>) -> Note {
    let begin_beats = ask.bar.begin_beats + note.begin_beats;
    let velocity = (f32::from(note.velocity) * (0.75 + 0.5 * ask.taste.intensity)).round().clamp(1.0, 127.0) as u8;
    let plain = Note { begin_beats, length_beats: note.length_beats, key: note.key, velocity };
    let chord = ask.chord_at(begin_beats.max(ask.bar.begin_beats)).map(|span| span.chord);
    let Some(chord) = chord.filter(|_| ask.part != Part::Drums) else { return plain };
    let moved = i32::from(note.key) + i32::from((chord.root + 6) % 12) - 6;
    let fits_well = |key: i32| {
        let key = key.rem_euclid(12) as u8;
        if note.is_tone { chord.has(key) } else { fits(key, chord, ask.key) }
    };
    // The nearest that fits, the lower first: a third stays one, whether it is major or minor.
    let near = [0, -1, 1, -2, 2, -3, 3].into_iter().map(|step| moved + step).find(|key| fits_well(*key));
    let (low, high) = (i32::from(ask.taste.range.0), i32::from(ask.taste.range.1));
    let mut key = near.unwrap_or(moved);
    while key < low {
        key += 12;
    }
    while key > high {
        key -= 12;
    }
    Note { key: key.clamp(0, 127) as u8, ..plain }
}

#[cfg(test)]
mod tests;
