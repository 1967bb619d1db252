//! Which notes may be added to a chord without changing what it does.

use super::chord::Chord;
use super::key::Key;
use super::quality::Quality;

const FLAT_NINE: u16 = 1 << 1;
const NINE: u16 = 1 << 2;
const SHARP_NINE: u16 = 1 << 3;
const ELEVEN: u16 = 1 << 5;
const SHARP_ELEVEN: u16 = 1 << 6;
const FLAT_THIRTEEN: u16 = 1 << 8;
const THIRTEEN: u16 = 1 << 9;
const MAJOR_SEVENTH: u16 = 1 << 11;

/// The tensions of a chord as a set of pitch classes: bit n is pitch class n; none of them is a tone of the chord.
///
/// Left out are the notes to avoid, those a semitone above a tone of the chord, save where the chord is dominant and
/// the key asks for them. A known key takes the tensions away that are foreign to it, and gives the plain dominant its
/// flat ninth and thirteenth where it stands before a minor chord. The ordinary practice of chord scales (Nettles and
/// Graf 1997), reduced to what never jars.
#[must_use]
pub fn tensions(chord: Chord, key: Option<Key>) -> u16 {
    let (always, in_key) = of_quality(chord.quality);
    let is_in_key = |interval: u8| key.is_some_and(|key| key.has(chord.root + interval));
    let among = |mask: u16, interval: u8| mask & 1 << interval != 0;
    // Without a key nothing is foreign, and nothing is asked for by it.
    let is_natural = |interval: u8| among(always, interval) && (key.is_none() || is_in_key(interval));
    let is_kept = |interval: &u8| {
        let is_flat_of_natural = matches!(interval, 1 | 8) && is_natural(interval + 1);
        is_natural(*interval) || (among(in_key, *interval) && is_in_key(*interval) && !is_flat_of_natural)
    };
    let mask = (0..12).filter(is_kept).fold(0u16, |mask, interval| mask | 1 << ((chord.root + interval) % 12));
    mask & !chord.mask()
}

/// Whether a key is a tone of the chord, its bass, or a tension that goes with it.
#[must_use]
pub fn fits(key: u8, chord: Chord, in_key: Option<Key>) -> bool {
    chord.has(key) || chord.bass == key % 12 || tensions(chord, in_key) & 1 << (key % 12) != 0
}

/// In semitones over the root: those that need no reason, and those that only the key can bring.
fn of_quality(quality: Quality) -> (u16, u16) {
    use Quality::*;
    match quality {
        Major | Sixth | SixNine | AddNine | MajorSeventh | MajorNinth => (NINE | THIRTEEN, SHARP_ELEVEN),
        MajorSeventhSharpEleven => (NINE | THIRTEEN, 0),
        MajorSeventhSharpFive | Augmented => (NINE | SHARP_ELEVEN, 0),
        Minor | MinorAddNine | MinorSeventh | MinorNinth | MinorEleventh => (NINE | ELEVEN, 0),
        MinorSixth | MinorMajorSeventh => (NINE | ELEVEN | THIRTEEN, 0),
        HalfDiminished | Diminished => (ELEVEN | FLAT_THIRTEEN, NINE),
        DiminishedSeventh => (NINE | ELEVEN | FLAT_THIRTEEN | MAJOR_SEVENTH, 0),
        Sus2 => (THIRTEEN, 0),
        Sus4 => (NINE, 0),
        Power => (NINE, 0),
        SeventhSus4 => (NINE | THIRTEEN, 0),
        Seventh | Ninth | Thirteenth => dominant(quality),
        SeventhFlatNine => (0, THIRTEEN | FLAT_THIRTEEN),
        SeventhSharpNine => (0, FLAT_THIRTEEN),
        SeventhSharpEleven => (NINE | THIRTEEN, 0),
        SeventhFlatFive => (NINE, THIRTEEN),
        SeventhSharpFive => (NINE | SHARP_ELEVEN, FLAT_NINE | SHARP_NINE),
        Altered => (SHARP_ELEVEN, 0),
    }
}

/// A natural ninth or thirteenth that is named bars the flat one.
fn dominant(quality: Quality) -> (u16, u16) {
    let altered = if quality == Quality::Seventh { FLAT_NINE | FLAT_THIRTEEN } else { 0 };
    (NINE | THIRTEEN, altered | SHARP_ELEVEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tensions_are_those_of_the_text_books() {
        for (chord, key, wanted) in [
            ("C", None, "D A"),
            ("Dm7", None, "E G"),
            ("Dm7", Some("C major"), "E G"),
            ("Em7", Some("C major"), "A"),
            ("G7", None, "A E"),
            ("G7", Some("C major"), "A E"),
            ("G7", Some("C minor"), "Ab Eb"),
            ("E7", Some("C major"), "F C"),
            ("Bb7", Some("C major"), "C E G"),
            ("Fmaj7", Some("C major"), "G B D"),
            ("Cmaj7", Some("C major"), "D A"),
            ("Bm7b5", Some("C major"), "E G"),
            ("Cdim7", None, "D F Ab B"),
            ("G7sus4", None, "A E"),
            ("C6", None, "D"),
            ("C5", None, "D"),
            ("G13", None, ""),
            ("G7alt", None, "C#"),
        ] {
            let wanted: u16 = wanted
                .split_whitespace()
                .map(|name| 1 << super::super::NoteName::parse(name).expect(name).0.pitch_class())
                .sum();
            let key = key.map(|key| Key::parse(key).expect(key));
            let found = tensions(Chord::parse(chord).expect(chord), key);
            assert_eq!(found, wanted, "{chord} in {key:?}: {found:012b}");
        }
    }

    #[test]
    fn no_tension_doubles_a_tone_and_a_plain_major_chord_never_gets_its_fourth() {
        for quality in Quality::all() {
            for root in 0..12 {
                let chord = Chord::new(root, quality);
                for key in (0..12).map(|tonic| Some(Key::new(tonic, Default::default()))).chain([None]) {
                    let found = tensions(chord, key);
                    assert_eq!(found & chord.mask(), 0, "{chord}");
                    let fourth = 1 << ((root + 5) % 12);
                    assert!(quality.third() != Some(4) || found & fourth == 0, "{chord} in {key:?}");
                }
            }
        }
    }
}
