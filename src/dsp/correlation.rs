//! The autocorrelation of a short span of samples.

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use std::sync::Arc;

/// Autocorrelation through the power spectrum (Wiener and Khinchin), zero-padded so that nothing wraps around.
/// Never allocates after [`new`](Self::new); the cost is two transforms of about `span + lags` samples.
pub struct Autocorrelation {
    span: usize,
    lags: usize,
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    time: Vec<f32>,
    bins: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
}

impl Autocorrelation {
    /// For spans of `span` samples and lags `0..lags`; both are taken to at least 1, and `lags` to at most `span`.
    #[must_use]
    pub fn new(span: usize, lags: usize) -> Self {
        let span = span.max(1);
        let lags = lags.clamp(1, span);
        let size = transform_size(span + lags);
        let mut planner = RealFftPlanner::new();
        let forward = planner.plan_fft_forward(size);
        let inverse = planner.plan_fft_inverse(size);
        let scratch = forward.get_scratch_len().max(inverse.get_scratch_len());
        Self {
            span,
            lags,
            time: forward.make_input_vec(),
            bins: forward.make_output_vec(),
            scratch: vec![Complex::default(); scratch],
            forward,
            inverse,
        }
    }

    /// `r[lag] = sum of x[j] x[j + lag]` over all `j` for which both lie in the span, for each lag. Of `samples` the
    /// first `span` count; missing ones are silence. Values must be finite. Real-time safe.
    pub fn process(&mut self, samples: &[f32]) -> &[f32] {
        let known = samples.len().min(self.span);
        self.time[..known].copy_from_slice(&samples[..known]);
        self.time[known..].fill(0.0);
        // These fail for slices of a wrong length only, and the slices came from the plans.
        let to = self.forward.process_with_scratch(&mut self.time, &mut self.bins, &mut self.scratch);
        let scale = 1.0 / self.time.len() as f32;
        for bin in &mut self.bins {
            *bin = Complex::new((bin.re * bin.re + bin.im * bin.im) * scale, 0.0);
        }
        let back = self.inverse.process_with_scratch(&mut self.bins, &mut self.time, &mut self.scratch);
        debug_assert!(to.is_ok() && back.is_ok());
        &self.time[..self.lags]
    }
}

/// The least even number of the form 2^a or 3 * 2^a that is not below `least`: fast to transform.
fn transform_size(least: usize) -> usize {
    let power = least.next_power_of_two().max(8);
    if power / 4 * 3 >= least { power / 4 * 3 } else { power }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;

    #[test]
    fn it_is_the_sum_of_products_at_every_lag() {
        let mut rng = Rng::new(3);
        for (span, lags) in [(512, 250), (512, 512), (100, 7), (1, 1), (2048, 800)] {
            let x: Vec<f32> = (0..span).map(|_| rng.bipolar()).collect();
            let mut correlation = Autocorrelation::new(span, lags);
            correlation.process(&[1.0; 9]);
            for (lag, r) in correlation.process(&x).iter().enumerate() {
                let direct: f64 = x.iter().zip(&x[lag..]).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
                assert!((f64::from(*r) - direct).abs() < 1e-3, "{span} {lag}: {r} {direct}");
            }
        }
    }

    #[test]
    fn fewer_samples_are_followed_by_silence_and_odd_sizes_are_taken_to_the_nearest_good_ones() {
        let mut correlation = Autocorrelation::new(8, 99);
        assert_eq!(correlation.process(&[]), [0.0; 8]);
        let r = correlation.process(&[1.0, 2.0]).to_vec();
        assert!((r[0] - 5.0).abs() < 1e-5 && (r[1] - 2.0).abs() < 1e-5 && r[2].abs() < 1e-5);
        assert_eq!(Autocorrelation::new(0, 0).process(&[2.0]).len(), 1);
        assert_eq!([1, 9, 13, 700, 768, 769].map(transform_size), [6, 12, 16, 768, 768, 1024]);
    }
}
