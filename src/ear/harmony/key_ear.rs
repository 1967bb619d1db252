//! Which key the chords are in.
//!
//! The time that each degree had chords of each kind, slowly forgotten, gives a score to each of the 24 major and minor
//! keys by a learnt linear function, the same for every tonic (`models/train/key_ear.py`). The other modes are told by
//! their own notes.

use super::tuning::{KEY_CLAIM, KEY_FORGET_SECS, MODE_RATIO, Tuning};
use crate::theory::{Chord, Family, Key, Mode};

/// Kinds of chord that the key distinguishes.
const KINDS: usize = 5;
static FILE: &[u8] = include_bytes!("../../../models/key_ear.bin");
const _: () = assert!(FILE.len() == 4 * (2 * 12 * KINDS + 1));

/// Major, minor, dominant, diminished or suspended, as the training has them.
fn kind(family: Family) -> usize {
    match family {
        Family::Major | Family::Augmented | Family::MajorSeventh => 0,
        Family::Minor | Family::MinorSeventh | Family::MinorMajorSeventh => 1,
        Family::Dominant => 2,
        Family::Diminished | Family::HalfDiminished | Family::DiminishedSeventh => 3,
        Family::Suspended | Family::SuspendedSeventh => 4,
    }
}

/// Chord time by root and kind, and the key that is held.
#[derive(Clone, Debug)]
pub struct KeyEar {
    /// For major and for minor, by interval over the tonic and kind.
    weights: [[[f32; KINDS]; 12]; 2],
    minor_bias: f32,
    /// Seconds by root and kind, fading.
    heard_secs: [[f32; KINDS]; 12],
    /// Twelve major keys, then twelve minor ones. Sums to 1.
    p: [f32; 24],
    held: Option<usize>,
}

impl KeyEar {
    /// Reads the weights that are compiled in; nothing was heard.
    pub fn new() -> Self {
        let mut values = FILE.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
        let mut weights = [[[0.0; KINDS]; 12]; 2];
        weights.iter_mut().flatten().flatten().for_each(|w| *w = values.next().unwrap_or_default());
        let minor_bias = values.next().unwrap_or_default();
        Self { weights, minor_bias, heard_secs: [[0.0; KINDS]; 12], p: [1.0 / 24.0; 24], held: None }
    }

    /// Forgets what was heard.
    pub fn reset(&mut self) {
        (self.heard_secs, self.p, self.held) = ([[0.0; KINDS]; 12], [1.0 / 24.0; 24], None);
    }

    /// `chord` stood for `secs`, at least 0.
    pub fn push(&mut self, chord: Chord, secs: f32, tuning: &Tuning) {
        let keep = (-secs / KEY_FORGET_SECS).exp();
        self.heard_secs.iter_mut().flatten().for_each(|heard| *heard *= keep);
        self.heard_secs[usize::from(chord.root % 12)][kind(chord.quality.family())] += secs;
        self.score();
        let best = self.p.iter().enumerate().fold(0, |best, (i, p)| if *p > self.p[best] { i } else { best });
        let wanted = self.held.map_or(KEY_CLAIM, |held| self.p[held] * tuning.key_hold);
        if self.p[best] > wanted {
            self.held = Some(best);
        }
    }

    fn score(&mut self) {
        let total: f32 = self.heard_secs.iter().flatten().sum();
        if total <= 0.0 {
            return;
        }
        let mut shares = self.heard_secs;
        shares.iter_mut().flatten().for_each(|share| *share = (*share / total).sqrt());
        let mut sum = 0.0;
        for (index, p) in self.p.iter_mut().enumerate() {
            let (is_minor, tonic) = (index >= 12, index % 12);
            let weights = &self.weights[usize::from(is_minor)];
            let by_degree = weights.iter().enumerate().map(|(degree, weights)| {
                weights.iter().zip(&shares[(tonic + degree) % 12]).map(|(w, share)| w * share).sum::<f32>()
            });
            let score = by_degree.sum::<f32>() + if is_minor { self.minor_bias } else { 0.0 };
            *p = score.exp();
            sum += *p;
        }
        self.p.iter_mut().for_each(|p| *p /= sum);
    }

    /// The key as major or minor, with its probability.
    pub fn key(&self) -> Option<(Key, f32)> {
        let index = self.held?;
        let mode = if index < 12 { Mode::Major } else { Mode::Minor };
        Some((Key::new((index % 12) as u8, mode), self.p[index]))
    }

    /// The same, with the mode told from how much each pitch class sounded of late.
    pub fn modal_key(&self, heard: &[f32; 12]) -> Option<(Key, f32)> {
        let (key, p) = self.key()?;
        let on = |interval: u8| heard[usize::from((key.tonic + interval) % 12)];
        let outweighs = |own: u8, usual: u8| on(own) > 0.01 && on(own) > on(usual) * MODE_RATIO;
        let mode = match key.mode {
            Mode::Minor if outweighs(9, 8) && outweighs(10, 11) => Mode::Dorian,
            Mode::Major if outweighs(10, 11) => Mode::Mixolydian,
            mode => mode,
        };
        Some((Key { mode, ..key }, p))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progressions_have_their_keys_in_all_twelve() {
        for (chords, key) in [
            ("C Am F G C", "C major"),
            ("Dm7 G7 Cmaj7 Cmaj7", "C major"),
            ("Bm7b5 E7 Am7 Am7", "A minor"),
            ("Am F G Am Dm E7 Am", "A minor"),
            ("G D Em C G", "G major"),
        ] {
            for semitones in 0..12 {
                let mut ear = KeyEar::new();
                for text in chords.split(' ') {
                    let chord = Chord::parse(text).expect(text).transposed(semitones);
                    ear.push(chord, 2.0, &Tuning::default());
                }
                let wanted = Key::parse(key).expect(key);
                let heard = ear.key().map(|(key, _)| key);
                assert_eq!(heard, Some(Key::new(wanted.tonic + semitones, wanted.mode)), "{chords} + {semitones}");
            }
        }
    }

    #[test]
    fn a_new_key_is_believed_after_some_phrases() {
        let mut ear = KeyEar::new();
        let mut hear = |chords: &str, times: usize| {
            for text in (0..times).flat_map(|_| chords.split(' ')) {
                ear.push(Chord::parse(text).expect(text), 2.0, &Tuning::default());
            }
            ear.key().map(|(key, _)| key.to_string())
        };
        assert_eq!(hear("C F G C", 8).as_deref(), Some("C major"));
        assert_eq!(hear("E A B E", 8).as_deref(), Some("E major"));
    }
}
