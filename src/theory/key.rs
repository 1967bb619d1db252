//! A key: tonic and mode, and how notes are spelled in it.

use super::note_name::NoteName;
use std::fmt;

/// The scale that stands on the tonic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each name is the mode's own")]
pub enum Mode {
    #[default]
    Major,
    Minor,
    Dorian,
    Mixolydian,
}

/// The degree of its parent major scale on which each mode stands, in letters and semitones.
const fn degree(mode: Mode) -> (u8, u8) {
    match mode {
        Mode::Major => (0, 0),
        Mode::Minor => (5, 9),
        Mode::Dorian => (1, 2),
        Mode::Mixolydian => (4, 7),
    }
}

impl Mode {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Major, Self::Minor, Self::Dorian, Self::Mixolydian];

    /// Whether its third is minor.
    #[must_use]
    pub fn is_minor(self) -> bool {
        matches!(self, Self::Minor | Self::Dorian)
    }

    /// The scale as a set: bit n is n semitones above the tonic; minor is the natural minor.
    #[must_use]
    pub fn mask(self) -> u16 {
        match self {
            Self::Major => 0b1010_1011_0101,
            Self::Minor => 0b0101_1010_1101,
            Self::Dorian => 0b0110_1010_1101,
            Self::Mixolydian => 0b0110_1011_0101,
        }
    }

    /// Its name in lower case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Major => "major",
            Self::Minor => "minor",
            Self::Dorian => "dorian",
            Self::Mixolydian => "mixolydian",
        }
    }
}

/// A key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Key {
    /// The tonic's pitch class, 0 (C) to 11 (B).
    pub tonic: u8,
    /// The scale on it.
    pub mode: Mode,
}

impl Key {
    /// A key on a pitch class (any number, folded to 0-11).
    #[must_use]
    pub fn new(tonic: u8, mode: Mode) -> Self {
        Self { tonic: tonic % 12, mode }
    }

    /// Whether the pitch class (any number, folded to 0-11) is in the scale.
    #[must_use]
    pub fn has(self, pitch_class: u8) -> bool {
        self.mode.mask() & 1 << ((pitch_class % 12 + 12 - self.tonic % 12) % 12) != 0
    }

    /// The tonic as it is written.
    #[must_use]
    pub fn tonic_name(self) -> NoteName {
        let (steps, semitones) = degree(self.mode);
        let parent = (self.tonic + 12 - semitones) % 12;
        // With six accidentals major is met as F sharp, the modes below it by their flats (E flat minor).
        let is_flat = parent == 6 && self.mode != Mode::Major;
        let parent = if is_flat { NoteName::usual(7).above(0, 11) } else { NoteName::usual(parent) };
        parent.above(steps, semitones)
    }

    /// How a pitch class (any number, folded to 0-11) is written in this key: by the letter of its degree, raised for
    /// a fourth and for the leading notes of a minor key, lowered otherwise; white keys keep their own names.
    #[must_use]
    pub fn spell(self, pitch_class: u8) -> NoteName {
        let interval = (pitch_class % 12 + 12 - self.tonic % 12) % 12;
        let steps = [0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6][usize::from(interval)];
        let name = self.tonic_name().above(steps, interval);
        if name.is_roundabout() { NoteName::usual(pitch_class) } else { name }
    }

    /// Reads "A minor", "D dorian", "Bb major", "Am", "C" and the labels "Gb:maj" and "E-min".
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (name, rest) = NoteName::parse(text.trim())?;
        let mode = match rest.trim_start_matches([' ', ':', '-', '_']) {
            "" | "maj" | "major" | "Major" | "ionian" => Mode::Major,
            "m" | "min" | "minor" | "Minor" | "aeolian" => Mode::Minor,
            "dor" | "dorian" | "Dorian" => Mode::Dorian,
            "mix" | "mixolydian" | "Mixolydian" => Mode::Mixolydian,
            _ => return None,
        };
        Some(Self { tonic: name.pitch_class(), mode })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.tonic_name(), self.mode.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_by_name_and_read_back() {
        for text in ["A minor", "D dorian", "Bb major", "F# major", "Eb minor", "C# minor", "G mixolydian", "G# minor"]
        {
            let key = Key::parse(text).expect(text);
            assert_eq!(key.to_string(), text);
        }
        for tonic in 0..12 {
            for mode in [Mode::Major, Mode::Minor, Mode::Dorian, Mode::Mixolydian] {
                let key = Key::new(tonic, mode);
                assert_eq!(Key::parse(&key.to_string()), Some(key));
                assert!((0..12).all(|pc| key.spell(pc).pitch_class() == pc), "{key}");
            }
        }
        assert_eq!(Key::parse("Gb:maj"), Some(Key::new(6, Mode::Major)));
        assert_eq!(Key::parse("E-min"), Some(Key::new(4, Mode::Minor)));
        assert_eq!(Key::parse("C nonsense"), None);
    }

    #[test]
    fn a_mode_has_the_notes_of_its_parent_scale() {
        let c_major: Vec<u8> = (0..12).filter(|pc| Key::new(0, Mode::Major).has(*pc)).collect();
        for (tonic, mode) in [(9, Mode::Minor), (2, Mode::Dorian), (7, Mode::Mixolydian)] {
            let notes: Vec<u8> = (0..12).filter(|pc| Key::new(tonic, mode).has(*pc)).collect();
            assert_eq!(notes, c_major, "{mode:?}");
        }
    }
}
