//! An adaptive filter: normalised least mean squares (B. Widrow and M. Hoff 1960; S. Haykin, "Adaptive Filter Theory").

use super::tuning::{POWER_LEAST, TAPS};

/// Samples that are kept, so that the newest [`TAPS`] always lie in one piece.
const KEPT: usize = 8 * TAPS;
/// Sums that run beside each other, so that a processor can do them at once.
const LANES: usize = 16;

/// A filter of [`TAPS`] taps that learns. Allocates in `new` only; about a thousand multiplications a sample, twice
/// that where it learns.
pub struct Filter {
    weights: Box<[f32]>,
    /// What the weights were at the last two calls of [`keep`](Self::keep), the newer first.
    kept: [Box<[f32]>; 2],
    history: Box<[f32]>,
    /// One after the newest sample.
    end: usize,
    /// Sum of the squares of the samples under the taps.
    energy: f64,
}

impl Filter {
    /// A filter that gives silence.
    pub fn new() -> Self {
        let zeros = |n: usize| vec![0.0; n].into_boxed_slice();
        Self { weights: zeros(TAPS), kept: [zeros(TAPS), zeros(TAPS)], history: zeros(KEPT), end: TAPS, energy: 0.0 }
    }

    /// Forgets what was learned and heard.
    pub fn reset(&mut self) {
        self.weights.fill(0.0);
        self.kept.iter_mut().for_each(|kept| kept.fill(0.0));
        self.history.fill(0.0);
        (self.end, self.energy) = (TAPS, 0.0);
    }

    /// Takes a finite sample in and gives the filter's output.
    pub fn step(&mut self, sample: f32) -> f32 {
        if self.end == KEPT {
            self.history.copy_within(KEPT - TAPS.., 0);
            self.end = TAPS;
            self.energy = self.history[..TAPS].iter().map(|x| f64::from(*x) * f64::from(*x)).sum();
        }
        let oldest = f64::from(self.history[self.end - TAPS]);
        self.history[self.end] = sample;
        self.end += 1;
        self.energy = (self.energy + f64::from(sample) * f64::from(sample) - oldest * oldest).max(0.0);
        dot(&self.weights, &self.history[self.end - TAPS..self.end])
    }

    /// Moves the weights so that the last output would have been nearer to what was wanted by `share` of `error`.
    pub fn learn(&mut self, error: f32, share: f32) {
        let energy = self.energy as f32;
        if energy < POWER_LEAST * TAPS as f32 || !error.is_finite() {
            return;
        }
        let step = share * error / energy;
        for (weight, x) in self.weights.iter_mut().zip(&self.history[self.end - TAPS..self.end]) {
            *weight += step * x;
        }
    }

    /// Keeps the weights as they are.
    pub fn keep(&mut self) {
        self.kept.swap(0, 1);
        self.kept[0].copy_from_slice(&self.weights);
    }

    /// Undoes what was learned since the last call of [`keep`](Self::keep) but one.
    pub fn undo(&mut self) {
        self.weights.copy_from_slice(&self.kept[1]);
        self.kept[0].copy_from_slice(&self.weights);
    }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0; LANES];
    for (a, b) in a.chunks_exact(LANES).zip(b.chunks_exact(LANES)) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    sums.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;

    #[test]
    fn it_learns_a_path_and_then_gives_the_same_without_learning() {
        let mut rng = Rng::new(1);
        let (mut filter, mut past) = (Filter::new(), vec![0.0_f32; 512]);
        let (mut left, mut whole) = (0.0, 0.0);
        for i in 0..40_000 {
            let x = 0.1 * rng.bipolar();
            past.rotate_right(1);
            past[0] = x;
            let wanted = 0.7 * past[31] - 0.2 * past[400];
            let error = wanted - filter.step(x);
            if i < 30_000 {
                filter.learn(error, 0.5);
            } else {
                left += error * error;
                whole += wanted * wanted;
            }
        }
        assert!(left < 1e-5 * whole, "{left} {whole}");
    }

    #[test]
    fn what_was_learned_last_can_be_undone() {
        let mut filter = Filter::new();
        let weights = |filter: &mut Filter| {
            filter.step(0.1);
            filter.learn(0.1, 0.5);
            filter.weights.clone()
        };
        let first = weights(&mut filter);
        filter.keep();
        weights(&mut filter);
        filter.keep();
        weights(&mut filter);
        filter.undo();
        assert_eq!(filter.weights, first);
        weights(&mut filter);
        filter.undo();
        assert_eq!(filter.weights, first);
    }

    #[test]
    fn silence_and_bad_errors_teach_nothing() {
        let mut filter = Filter::new();
        for i in 0..20_000 {
            filter.step(if i < 2_000 { 0.1 } else { 0.0 });
            filter.learn(if i < 2_000 { f32::NAN } else { 1.0 }, 1.0);
        }
        assert!(filter.weights.iter().all(|w| w.is_finite()));
        assert_eq!(filter.step(0.0), 0.0);
    }
}
