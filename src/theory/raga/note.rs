//! Notes of a melody and the notation they are written in: `N_ S R2 G3`, `S R G m | P , S^ N ||`.

use super::swara::{Swara, Tradition};
use std::fmt;

/// Octaves above and below the middle one that a note may be written in.
pub const OCTAVES_MAX: i8 = 2;

/// A swara in an octave: 0 is the middle one, -1 the lower (mandra), 1 the upper (tara).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Note {
    /// Which swara.
    pub swara: Swara,
    /// Which octave, -2 to 2.
    pub octave: i8,
}

impl Note {
    /// A note in an octave.
    #[must_use]
    pub fn new(swara: Swara, octave: i8) -> Self {
        Self { swara, octave }
    }

    /// Semitones above middle Sa; below it, negative.
    #[must_use]
    pub fn semitones(self) -> i16 {
        i16::from(self.swara.position()) + 12 * i16::from(self.octave)
    }

    /// Reads one note in the notation of a tradition: a symbol, then `^` for each octave up or `_` for each octave
    /// down, at most two.
    #[must_use]
    pub fn parse(text: &str, tradition: Tradition) -> Option<Self> {
        let (symbol, octave) = split_octave(text)?;
        Some(Self { swara: Swara::parse(symbol, tradition)?, octave })
    }

    /// Reads notes between spaces; the word that is none, where there is one.
    ///
    /// # Errors
    ///
    /// The first word that is no note of that tradition.
    pub fn parse_all(text: &str, tradition: Tradition) -> Result<Vec<Self>, &str> {
        text.split_whitespace().map(|word| Self::parse(word, tradition).ok_or(word)).collect()
    }

    /// The note in the notation of a tradition.
    #[must_use]
    pub fn written(self, tradition: Tradition) -> Written {
        Written { note: self, tradition }
    }
}

/// A note and the tradition that writes it.
#[derive(Clone, Copy, Debug)]
pub struct Written {
    note: Note,
    tradition: Tradition,
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.note.swara.symbol(self.tradition))?;
        let mark = if self.note.octave > 0 { "^" } else { "_" };
        (0..self.note.octave.unsigned_abs()).try_for_each(|_| f.write_str(mark))
    }
}

/// Notes in a row, written with spaces between them.
#[must_use]
pub fn write_notes(notes: &[Note], tradition: Tradition) -> String {
    let words: Vec<String> = notes.iter().map(|note| note.written(tradition).to_string()).collect();
    words.join(" ")
}

/// The text before the marks of octaves, and the octave they give; `None` where there are too many of them, or of
/// both kinds.
pub(super) fn split_octave(text: &str) -> Option<(&str, i8)> {
    let bare = text.trim_end_matches(['^', '_']);
    let marks = &text[bare.len()..];
    let (is_up, is_down) = (marks.contains('^'), marks.contains('_'));
    let count = i8::try_from(marks.len()).ok().filter(|count| *count <= OCTAVES_MAX)?;
    match (is_up, is_down) {
        (true, true) => None,
        (false, true) => Some((bare, -count)),
        _ => Some((bare, count)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_read_back_in_both_notations() {
        for tradition in Tradition::ALL {
            for swara in Swara::ALL {
                for octave in -OCTAVES_MAX..=OCTAVES_MAX {
                    let text = Note::new(swara, octave).written(tradition).to_string();
                    let read = Note::parse(&text, tradition).expect(&text);
                    assert_eq!(read.semitones(), Note::new(swara, octave).semitones(), "{text}");
                    assert_eq!(read.written(tradition).to_string(), text);
                }
            }
        }
    }

    #[test]
    fn semitones_count_from_middle_sa() {
        for (text, tradition, semitones) in [
            ("S", Tradition::Carnatic, 0),
            ("N3_", Tradition::Carnatic, -1),
            ("P_", Tradition::Hindustani, -5),
            ("M", Tradition::Hindustani, 6),
            ("m^", Tradition::Hindustani, 17),
            ("S^^", Tradition::Carnatic, 24),
        ] {
            assert_eq!(Note::parse(text, tradition).expect(text).semitones(), semitones);
        }
    }

    #[test]
    fn what_is_no_note_is_named() {
        for text in ["", "^", "R", "H1", "S^_", "S^^^", "S^R1", "r"] {
            assert_eq!(Note::parse(text, Tradition::Carnatic), None, "{text}");
        }
        assert_eq!(Note::parse_all("S R2 X G3", Tradition::Carnatic), Err("X"));
        let notes = Note::parse_all(" N_  R G M  D N S^ ", Tradition::Hindustani).expect("Yaman");
        assert_eq!(write_notes(&notes, Tradition::Hindustani), "N_ R G M D N S^");
    }
}
