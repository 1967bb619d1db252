//! What chord a reading of the evidence sounds like: a small learnt function, the same for every root.
//!
//! For each root the profiles are turned so that it comes first; one hidden layer (tanh) and a linear one give a score
//! to each quality on it, so that transposed music gets transposed answers by construction. The mean hidden layer
//! scores "no chord". `models/train/chord_namer.py` trains it; `models/chord_namer.md` says on what.

use super::evidence::{CHANNELS, FEATURES, SCALARS};
use crate::dsp::dense::{add_scaled, tanh};
use crate::dsp::fast_math::exp2;
use crate::theory::Quality;
use std::f32::consts::LOG2_E;

const HIDDEN: usize = 48;
const QUALITIES: usize = Quality::COUNT;
static FILE: &[u8] = include_bytes!("../../../models/chord_namer.bin");

const _: () = assert!(FILE.len() == 4 * (FEATURES * HIDDEN + HIDDEN + HIDDEN * QUALITIES + QUALITIES + HIDDEN + 1));

/// How likely each chord is, and that there is none. Sums to 1.
#[derive(Clone, Debug)]
pub struct Likelihoods {
    /// By root and quality.
    pub chords: [[f32; QUALITIES]; 12],
    /// That there is no chord.
    pub none: f32,
}

impl Likelihoods {
    /// Certainly no chord.
    pub fn none() -> Self {
        Self { chords: [[0.0; QUALITIES]; 12], none: 1.0 }
    }
}

/// The function with its weights.
#[derive(Clone, Debug)]
pub struct Namer {
    input: Box<[[f32; HIDDEN]; FEATURES]>,
    input_bias: [f32; HIDDEN],
    output: Box<[[f32; QUALITIES]; HIDDEN]>,
    output_bias: [f32; QUALITIES],
    none: [f32; HIDDEN],
    none_bias: f32,
}

impl Namer {
    /// Reads the weights that are compiled in.
    pub fn new() -> Self {
        let mut values = FILE.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
        let mut next = || values.next().unwrap_or_default();
        let mut namer = Self {
            input: Box::new([[0.0; HIDDEN]; FEATURES]),
            input_bias: [0.0; HIDDEN],
            output: Box::new([[0.0; QUALITIES]; HIDDEN]),
            output_bias: [0.0; QUALITIES],
            none: [0.0; HIDDEN],
            none_bias: 0.0,
        };
        namer.input.iter_mut().flatten().for_each(|w| *w = next());
        namer.input_bias.iter_mut().for_each(|w| *w = next());
        namer.output.iter_mut().flatten().for_each(|w| *w = next());
        namer.output_bias.iter_mut().for_each(|w| *w = next());
        namer.none.iter_mut().for_each(|w| *w = next());
        namer.none_bias = next();
        namer
    }

    /// Judges one reading. About 10 us; never allocates.
    pub fn judge(&self, reading: &[f32; FEATURES], out: &mut Likelihoods) {
        let (profiles, scalars) = reading.split_at(CHANNELS * 12);
        let mut shared = self.input_bias;
        for (value, weights) in scalars.iter().zip(&self.input[FEATURES - SCALARS..]) {
            add_scaled(&mut shared, *value, weights);
        }
        let mut hidden_mean = [0.0; HIDDEN];
        for (root, scores) in out.chords.iter_mut().enumerate() {
            let mut hidden = shared;
            for (profile, weights) in profiles.as_chunks::<12>().0.iter().zip(self.input.as_chunks::<12>().0) {
                for (interval, weights) in weights.iter().enumerate() {
                    // Most pitch classes are silent most of the time.
                    let value = profile[(root + interval) % 12];
                    if value > 0.0 {
                        add_scaled(&mut hidden, value, weights);
                    }
                }
            }
            *scores = self.output_bias;
            for ((value, mean), weights) in hidden.iter().zip(&mut hidden_mean).zip(self.output.iter()) {
                let value = tanh(*value);
                *mean += value / 12.0;
                add_scaled(scores, value, weights);
            }
        }
        out.none = self.none_bias + hidden_mean.iter().zip(&self.none).map(|(h, w)| h * w).sum::<f32>();
        softmax(out);
    }
}

fn softmax(scores: &mut Likelihoods) {
    let all = scores.chords.iter().flatten();
    let highest = all.fold(scores.none, |highest, score| highest.max(*score));
    let mut sum = 0.0;
    for score in scores.chords.iter_mut().flatten().chain([&mut scores.none]) {
        *score = exp2((*score - highest).max(-60.0) * LOG2_E);
        sum += *score;
    }
    for score in scores.chords.iter_mut().flatten().chain([&mut scores.none]) {
        *score /= sum;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turned_reading_gets_the_turned_answer_and_all_answers_sum_to_one() {
        let namer = Namer::new();
        let mut reading = [0.0; FEATURES];
        for (i, value) in reading.iter_mut().enumerate() {
            *value = (i % 7) as f32 * 0.1;
        }
        let mut turned = reading;
        for (to, from) in turned.as_chunks_mut::<12>().0.iter_mut().zip(reading.as_chunks::<12>().0).take(CHANNELS) {
            to.copy_from_slice(from);
            to.rotate_right(5);
        }
        let (mut a, mut b) = (Likelihoods::none(), Likelihoods::none());
        namer.judge(&reading, &mut a);
        namer.judge(&turned, &mut b);
        let sum = a.chords.iter().flatten().sum::<f32>() + a.none;
        assert!((sum - 1.0).abs() < 1e-4, "{sum}");
        for root in 0..12 {
            for quality in 0..QUALITIES {
                let (x, y) = (a.chords[root][quality], b.chords[(root + 5) % 12][quality]);
                assert!((x - y).abs() < 1e-5, "{root} {quality}: {x} {y}");
            }
        }
    }
}
