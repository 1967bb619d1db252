//! What a melody may stand on: the tones of the chord and the scale that goes with it.

use super::phrase::Ask;
use crate::theory::{Chord, Key};

/// Notes of the player that stand in for a harmony where nothing is known of it.
const PLAYER_NOTES: usize = 24;

const fn scale(steps: &[u8]) -> u16 {
    let (mut mask, mut at) = (0, 0);
    while at < steps.len() {
        mask |= 1 << steps[at];
        at += 1;
    }
    mask
}

/// The scales a chord may take (Levine, The Jazz Theory Book, 1995: modes of the major, melodic minor, harmonic minor,
/// diminished and whole-tone scales), on the chord's root; of two that fit as well the first is the more usual.
static SCALES: [u16; 19] = [
    scale(&[0, 2, 4, 5, 7, 9, 11]),    // Ionian
    scale(&[0, 2, 3, 5, 7, 9, 10]),    // Dorian
    scale(&[0, 2, 4, 5, 7, 9, 10]),    // Mixolydian
    scale(&[0, 2, 4, 6, 7, 9, 11]),    // Lydian
    scale(&[0, 2, 3, 5, 7, 8, 10]),    // Aeolian
    scale(&[0, 1, 3, 5, 7, 8, 10]),    // Phrygian
    scale(&[0, 1, 3, 5, 6, 8, 10]),    // Locrian
    scale(&[0, 2, 3, 5, 7, 9, 11]),    // melodic minor
    scale(&[0, 2, 4, 6, 7, 9, 10]),    // Lydian dominant
    scale(&[0, 2, 3, 5, 6, 8, 10]),    // Locrian with a great second
    scale(&[0, 1, 4, 5, 7, 8, 10]),    // Phrygian dominant
    scale(&[0, 2, 4, 5, 7, 8, 10]),    // Mixolydian with a small sixth
    scale(&[0, 2, 3, 5, 7, 8, 11]),    // harmonic minor
    scale(&[0, 2, 4, 6, 8, 9, 11]),    // Lydian augmented
    scale(&[0, 1, 3, 4, 6, 8, 10]),    // altered
    scale(&[0, 2, 3, 5, 6, 8, 9, 11]), // diminished, whole tone first
    scale(&[0, 1, 3, 4, 6, 7, 9, 10]), // diminished, semitone first
    scale(&[0, 2, 4, 6, 8, 10]),       // whole tone
    scale(&[0, 3, 4, 7, 8, 11]),       // augmented
];

const MAJOR: u16 = scale(&[0, 4, 7]);
const MINOR: u16 = scale(&[0, 3, 7]);

fn turned(mask: u16, by: u8) -> u16 {
    let wide = u32::from(mask) << (by % 12);
    ((wide | wide >> 12) & 0xfff) as u16
}

/// The scale that goes with a chord, as a set of pitch classes (bit n is pitch class n): of those that hold all its
/// tones the one nearest to the key, and without a key the most usual.
#[must_use]
pub fn chord_scale(chord: Chord, key: Option<Key>) -> u16 {
    let tones = chord.mask();
    let home = key.map_or(0, |key| turned(key.mode.mask(), key.tonic));
    let fits = SCALES.iter().map(|scale| turned(*scale, chord.root)).filter(|scale| scale & tones == tones);
    let distance = |scale: u16| if home == 0 { 0 } else { (scale ^ home).count_ones() };
    // `min_by_key` keeps the first of equals, which is the more usual.
    fits.min_by_key(|scale| distance(*scale)).unwrap_or(tones)
}

/// The harmony under a melody at one moment; sets of pitch classes, bit n is pitch class n.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ground {
    /// What a strong beat may rest on.
    pub tones: u16,
    /// What may be touched in passing; the tones are among it.
    pub scale: u16,
    /// What a phrase comes home to.
    pub root: u8,
    /// Until when it holds, in beats.
    pub end_beats: f64,
}

impl Ground {
    /// What is under `beats`: the chord; the key's own where no chord is known; what the player played where no key is
    /// known either; `None` where nothing is known at all.
    #[must_use]
    pub fn at(ask: &Ask<'_>, beats: f64) -> Option<Self> {
        if let Some(span) = ask.chord_at(beats) {
            let chord = span.chord;
            let (tones, scale) = (chord.mask(), chord_scale(chord, ask.key));
            return Some(Self { tones, scale, root: chord.root % 12, end_beats: span.end_beats });
        }
        let end_beats = ask.chords.after(beats).map_or(f64::INFINITY, |span| span.begin_beats);
        if let Some(key) = ask.key {
            let scale = turned(key.mode.mask(), key.tonic);
            let triad = if key.mode.is_minor() { MINOR } else { MAJOR };
            return Some(Self { tones: turned(triad, key.tonic), scale, root: key.tonic % 12, end_beats });
        }
        let played = ask.context.player().rev().take(PLAYER_NOTES);
        let scale = played.fold(0, |mask, note| mask | 1 << (note.key % 12));
        let last = ask.context.player().next_back()?;
        Some(Self { tones: scale, scale, root: last.key % 12, end_beats })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::Quality;

    fn named(chord: &str, key: &str) -> Vec<u8> {
        let mask = chord_scale(Chord::parse(chord).expect(chord), Key::parse(key));
        (0..12).filter(|pc| mask & 1 << pc != 0).collect()
    }

    #[test]
    fn every_chord_has_a_scale_that_holds_it() {
        for quality in Quality::all() {
            for root in 0..12 {
                let chord = Chord::new(root, quality);
                for key in [None, Key::parse("C"), Key::parse("F#m")] {
                    let scale = chord_scale(chord, key);
                    assert_eq!(scale & chord.mask(), chord.mask());
                    assert!((6..=8).contains(&scale.count_ones()), "{chord}");
                }
            }
        }
    }

    #[test]
    fn scales_are_those_that_a_musician_takes() {
        for (chord, key, wanted) in [
            ("Dm7", "", vec![0, 2, 4, 5, 7, 9, 11]),
            ("G7", "C", vec![0, 2, 4, 5, 7, 9, 11]),
            ("Em7", "C", vec![0, 2, 4, 5, 7, 9, 11]),
            ("Fmaj7", "C", vec![0, 2, 4, 5, 7, 9, 11]),
            ("G7", "Cm", vec![0, 2, 3, 5, 7, 8, 11]),
            ("Bm7b5", "Am", vec![0, 2, 4, 5, 7, 9, 11]),
            ("Bdim7", "", vec![1, 2, 4, 5, 7, 8, 10, 11]),
            ("C7alt", "", vec![0, 1, 3, 4, 6, 8, 10]),
            ("F7#11", "", vec![0, 2, 3, 5, 7, 9, 11]),
            ("A7", "C", vec![1, 2, 4, 5, 7, 9, 11]),
        ] {
            assert_eq!(named(chord, key), wanted, "{chord} in {key}");
        }
    }
}
