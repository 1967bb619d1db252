//! A chord: root, quality and bass, and its name on a lead sheet.

use super::key::Key;
use super::note_name::NoteName;
use super::quality::Quality;
use std::fmt;

/// A chord with its bass. All pitch classes are 0 (C) to 11 (B).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Chord {
    /// The root's pitch class.
    pub root: u8,
    /// What stands on the root.
    pub quality: Quality,
    /// The lowest pitch class; the root itself where the chord is not inverted.
    pub bass: u8,
}

impl Chord {
    /// A chord over its own root (any number, folded to 0-11).
    #[must_use]
    pub fn new(root: u8, quality: Quality) -> Self {
        Self { root: root % 12, quality, bass: root % 12 }
    }

    /// The same chord over another bass (any number, folded to 0-11).
    #[must_use]
    pub fn over(self, bass: u8) -> Self {
        Self { bass: bass % 12, ..self }
    }

    /// The chord `semitones` higher.
    #[must_use]
    pub fn transposed(self, semitones: u8) -> Self {
        let shift = semitones % 12;
        Self { root: (self.root + shift) % 12, bass: (self.bass + shift) % 12, ..self }
    }

    /// Its tones as a set: bit n is pitch class n. A bass outside the chord is not counted in.
    #[must_use]
    pub fn mask(self) -> u16 {
        let mask = u32::from(self.quality.mask()) << (self.root % 12);
        ((mask | mask >> 12) & 0xfff) as u16
    }

    /// Whether the pitch class (any number, folded to 0-11) belongs to the chord.
    #[must_use]
    pub fn has(self, pitch_class: u8) -> bool {
        self.mask() & 1 << (pitch_class % 12) != 0
    }

    /// The chord as a lead sheet in that key writes it; the usual names without a key.
    #[must_use]
    pub fn spelled(self, in_key: Option<Key>) -> Spelled {
        Spelled { chord: self, in_key }
    }

    /// Reads Harte's syntax ("Bb:min7/5"), lead-sheet text ("F#m7b5", "C/E", "C6/9") and the spelling of iRb
    /// ("E79#"). An extension that is not known falls back to the nearest quality that is. `None` for "N", "X" and
    /// what does not begin with a note.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        super::chord_text::parse(text).map(|(chord, _)| chord)
    }

    /// Reads what [`Self::parse`] does, but nothing where a part of the text means nothing: "Cm7b5" is a chord,
    /// "Chorus" is none.
    #[must_use]
    pub fn parse_strictly(text: &str) -> Option<Self> {
        super::chord_text::parse(text).filter(|(_, is_understood)| *is_understood).map(|(chord, _)| chord)
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.spelled(None).fmt(f)
    }
}

/// A chord with the key that decides between its sharps and flats.
#[derive(Clone, Copy, Debug)]
pub struct Spelled {
    chord: Chord,
    in_key: Option<Key>,
}

impl Spelled {
    fn root_name(&self) -> NoteName {
        let root = self.chord.root;
        match self.in_key {
            Some(key) => key.spell(root),
            // Minor chords on these roots are commonly met in sharp keys.
            None if matches!(root, 1 | 8) && self.chord.quality.third() == Some(3) => {
                NoteName::usual(root - 1).above(0, 1)
            }
            None => NoteName::usual(root),
        }
    }

    /// The bass keeps the letter of its interval over the root: D/F#, not D/Gb.
    fn bass_name(&self, root: NoteName) -> NoteName {
        let interval = (12 + self.chord.bass - self.chord.root) % 12;
        let mut steps = [0, 1, 1, 2, 2, 3, 4, 4, 5, 5, 6, 6][usize::from(interval)];
        let has = |tone: u8| self.chord.quality.mask() & 1 << tone != 0;
        if interval == 8 && has(8) {
            steps = 4;
        }
        let name = root.above(steps, interval);
        if name.is_roundabout() { NoteName::usual(self.chord.bass) } else { name }
    }
}

impl fmt::Display for Spelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = self.root_name();
        write!(f, "{root}{}", self.chord.quality.suffix())?;
        if self.chord.bass == self.chord.root { Ok(()) } else { write!(f, "/{}", self.bass_name(root)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chord(text: &str) -> Chord {
        Chord::parse(text).expect(text)
    }

    #[test]
    fn chords_are_written_as_on_a_lead_sheet() {
        for text in [
            "C", "Cmaj7", "F#m7b5", "C/E", "Am7/C", "Bb13", "Dm7", "G7b9", "C6/9", "F#dim7", "C#m", "D/F#", "Ebmaj7/D",
            "Caug/G#", "Db7sus4", "G#m7", "Ab6", "C/Bb", "E/G#", "B7#9",
        ] {
            assert_eq!(chord(text).to_string(), text);
        }
    }

    #[test]
    fn the_key_picks_sharps_or_flats() {
        for (text, key, wanted) in [
            ("F#m", "D major", "F#m"),
            ("Gbm", "A major", "F#m"),
            ("A#", "F major", "Bb"),
            ("Db7", "C major", "Db7"),
            ("G#dim7", "A minor", "G#dim7"),
            ("Abdim7", "A minor", "G#dim7"),
            ("Gbmaj7", "Bb minor", "Gbmaj7"),
            ("D#", "E major", "D#"),
            ("Bb", "G major", "Bb"),
            ("C#/E#", "F# major", "C#/F"),
        ] {
            let key = Key::parse(key).expect(key);
            assert_eq!(chord(text).spelled(Some(key)).to_string(), wanted, "{text} in {key}");
        }
    }

    #[test]
    fn transposing_twelve_semitones_changes_nothing() {
        for quality in Quality::all() {
            let c = Chord::new(4, quality).over(11);
            assert_eq!((0..12).fold(c, |c, _| c.transposed(1)), c);
            assert!((0..12).all(|by| c.transposed(by).mask().count_ones() == c.mask().count_ones()));
            assert!(quality.intervals().iter().all(|i| c.has(4 + i)));
        }
    }
}
