//! The spectrum of one short frame, for ears that look at every few milliseconds of sound.

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};
use std::f64::consts::TAU;
use std::sync::Arc;

/// Magnitudes of Hann-windowed frames of a fixed length. Never allocates after [`new`](Self::new).
pub struct FrameSpectrum {
    fft: Arc<dyn RealToComplex<f32>>,
    window: Box<[f32]>,
    time: Vec<f32>,
    bins: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    magnitudes: Box<[f32]>,
}

impl FrameSpectrum {
    /// For frames of `frame_len` samples, at least 1, which are filled with zeros to the next power of two.
    #[must_use]
    pub fn new(frame_len: usize) -> Self {
        let frame_len = frame_len.max(1);
        let fft = RealFftPlanner::new().plan_fft_forward(frame_len.next_power_of_two().max(2));
        // A full-scale sine in the middle of a bin: half the sum of the window, a quarter of its length, comes out as 1.
        let scale = 4.0 / frame_len as f64;
        let hann = |i: usize| scale * (0.5 - 0.5 * (TAU * i as f64 / frame_len as f64).cos());
        let bins = fft.make_output_vec();
        Self {
            window: (0..frame_len).map(|i| hann(i) as f32).collect(),
            time: fft.make_input_vec(),
            magnitudes: vec![0.0; bins.len()].into_boxed_slice(),
            bins,
            scratch: fft.make_scratch_vec(),
            fft,
        }
    }

    /// Samples of the transform: bin `k` of [`analyse`](Self::analyse) stands for `k / size` of the sample rate.
    #[must_use]
    pub fn size(&self) -> usize {
        self.time.len()
    }

    /// The amplitude in each of the `size / 2 + 1` bins, a sine of full scale being 1. The frame is `older` and then
    /// `newer`, as a ring has it; what is missing is silence, what is too much is left out.
    pub fn analyse(&mut self, older: &[f32], newer: &[f32]) -> &[f32] {
        self.time.fill(0.0);
        let samples = older.iter().chain(newer);
        for ((time, sample), window) in self.time.iter_mut().zip(samples).zip(&self.window) {
            *time = sample * window;
        }
        // It fails for slices of a wrong length only, and these came from the plan.
        let done = self.fft.process_with_scratch(&mut self.time, &mut self.bins, &mut self.scratch);
        debug_assert!(done.is_ok());
        for (magnitude, bin) in self.magnitudes.iter_mut().zip(&self.bins) {
            *magnitude = (bin.re * bin.re + bin.im * bin.im).sqrt();
        }
        &self.magnitudes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sine_has_its_amplitude_in_its_bin_whatever_the_frame_and_its_cut() {
        for frame_len in [186, 1024, 1023, 8909] {
            let mut spectrum = FrameSpectrum::new(frame_len);
            let size = spectrum.size();
            let bin = size / 8;
            let sine: Vec<f32> =
                (0..frame_len).map(|i| (0.5 * (TAU * (bin * i) as f64 / size as f64).sin()) as f32).collect();
            let whole = spectrum.analyse(&sine, &[]).to_vec();
            assert_eq!(whole.len(), size / 2 + 1);
            assert!((whole[bin] - 0.5).abs() < 0.01, "{frame_len}: {}", whole[bin]);
            assert!(whole[bin + 6 * size / frame_len] < 0.005);
            assert_eq!(spectrum.analyse(&sine[..77], &sine[77..]), whole);
        }
        assert_eq!(FrameSpectrum::new(0).analyse(&[], &[]), [0.0, 0.0]);
    }
}
