//! Names of pitch classes: a letter and its accidental.

use std::fmt;

/// Semitones above C of the letters C, D, E, F, G, A, B.
const LETTER_SEMITONES: [i8; 7] = [0, 2, 4, 5, 7, 9, 11];

/// A written note without octave: "F#", "Bb". At most double accidentals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoteName {
    /// 0 is C, 1 is D, up to 6, which is B.
    letter: u8,
    /// Semitones that the accidental adds, -2 to 2.
    accidental: i8,
}

impl NoteName {
    /// The usual name of a pitch class (any number, folded to 0-11) where no key says otherwise:
    /// flats, but for F sharp.
    #[must_use]
    pub fn usual(pitch_class: u8) -> Self {
        const NAMES: [(u8, i8); 12] =
            [(0, 0), (1, -1), (1, 0), (2, -1), (2, 0), (3, 0), (3, 1), (4, 0), (5, -1), (5, 0), (6, -1), (6, 0)];
        let (letter, accidental) = NAMES[usize::from(pitch_class % 12)];
        Self { letter, accidental }
    }

    /// The name of the pitch class `semitones` above this one, written `steps` letters higher. Where that would
    /// need a double accidental, the usual name of the same pitch class.
    #[must_use]
    pub fn above(self, steps: u8, semitones: u8) -> Self {
        let letter = (self.letter + steps) % 7;
        let pitch_class = (self.pitch_class() + semitones) % 12;
        let natural = LETTER_SEMITONES[usize::from(letter)];
        let accidental = (pitch_class as i8 - natural + 6).rem_euclid(12) - 6;
        if accidental.abs() > 1 { Self::usual(pitch_class) } else { Self { letter, accidental } }
    }

    /// 0 for C to 11 for B.
    #[must_use]
    pub fn pitch_class(self) -> u8 {
        (LETTER_SEMITONES[usize::from(self.letter)] + self.accidental).rem_euclid(12) as u8
    }

    /// Whether this names a white key in a roundabout way: Cb, Fb, E# or B#.
    #[must_use]
    pub fn is_roundabout(self) -> bool {
        matches!((self.letter, self.accidental), (0 | 3, -1) | (2 | 6, 1))
    }

    /// Reads a name from the front of `text` (a capital letter, then sharps or flats, ASCII or not) and gives the
    /// rest of the text with it.
    #[must_use]
    pub fn parse(text: &str) -> Option<(Self, &str)> {
        let mut rest = text.chars();
        let letter = b"CDEFGAB".iter().position(|l| rest.clone().next() == Some(char::from(*l)))? as u8;
        rest.next();
        let mut accidental = 0;
        while accidental > -2 && accidental < 2 {
            let step = match rest.clone().next() {
                Some('#' | '♯') => 1,
                Some('b' | '♭') => -1,
                _ => break,
            };
            accidental += step;
            rest.next();
        }
        Some((Self { letter, accidental }, rest.as_str()))
    }
}

impl fmt::Display for NoteName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let accidental = ["bb", "b", "", "#", "##"][usize::from((self.accidental + 2).clamp(0, 4) as u8)];
        write!(f, "{}{accidental}", char::from(b"CDEFGAB"[usize::from(self.letter % 7)]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_name_reads_back_as_its_pitch_class() {
        for pitch_class in 0..12 {
            let name = NoteName::usual(pitch_class);
            assert_eq!(name.pitch_class(), pitch_class);
            assert_eq!(NoteName::parse(&name.to_string()), Some((name, "")));
        }
    }

    #[test]
    fn names_are_read_with_their_accidentals() {
        for (text, pitch_class, rest) in
            [("Cb", 11, ""), ("B#m7", 0, "m7"), ("Ebb", 2, ""), ("F♯", 6, ""), ("D♭maj7", 1, "maj7"), ("Gbbb", 5, "b")]
        {
            let (name, left) = NoteName::parse(text).expect(text);
            assert_eq!((name.pitch_class(), left), (pitch_class, rest), "{text}");
        }
        assert_eq!(NoteName::parse("H"), None);
        assert_eq!(NoteName::parse(""), None);
    }

    #[test]
    fn an_interval_is_written_with_its_letter_unless_that_needs_two_accidentals() {
        let name = |text: &str| NoteName::parse(text).expect(text).0;
        assert_eq!(name("D").above(2, 4).to_string(), "F#");
        assert_eq!(name("Eb").above(4, 7).to_string(), "Bb");
        assert_eq!(name("Gb").above(3, 5).to_string(), "Cb");
        assert_eq!(name("Gb").above(2, 3).to_string(), "A");
    }
}
