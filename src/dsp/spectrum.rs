//! The spectrum of a running signal, for display.

use super::fast_math::power_to_db;
use crate::base::{db_to_gain, gain_to_db};
use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};
use std::sync::Arc;

/// What is displayed for nothing.
const FLOOR_DB: f32 = -160.0;

/// A Hann-windowed spectrum of the last `size` samples. Never allocates after [`new`](Self::new); meant for a worker or
/// the window, since one analysis takes microseconds.
pub struct Spectrum {
    sample_rate_hz: f32,
    fft: Arc<dyn RealToComplex<f32>>,
    /// The last samples, the oldest at `start`.
    ring: Box<[f32]>,
    start: usize,
    window: Box<[f32]>,
    time: Vec<f32>,
    bins: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    level_db: Box<[f32]>,
}

impl Spectrum {
    /// A spectrum of silence. `size` is 2048, 4096 or 8192 samples; another value is taken to the next of these.
    #[must_use]
    pub fn new(sample_rate_hz: u32, size: usize) -> Self {
        let size = size.clamp(2048, 8192).next_power_of_two();
        let fft = RealFftPlanner::new().plan_fft_forward(size);
        // A full-scale sine in the middle of a bin: half the sum of the window, size / 4, comes out as 1.
        let scale = 4.0 / size as f64;
        let hann = |i: usize| scale * (0.5 - 0.5 * (std::f64::consts::TAU * i as f64 / size as f64).cos());
        Self {
            sample_rate_hz: sample_rate_hz as f32,
            ring: vec![0.0; size].into_boxed_slice(),
            start: 0,
            window: (0..size).map(|i| hann(i) as f32).collect(),
            time: fft.make_input_vec(),
            bins: fft.make_output_vec(),
            scratch: fft.make_scratch_vec(),
            level_db: vec![FLOOR_DB; size / 2 + 1].into_boxed_slice(),
            fft,
        }
    }

    /// Takes samples in, the newest last; any number.
    pub fn push(&mut self, samples: &[f32]) {
        let size = self.ring.len();
        for part in samples[samples.len().saturating_sub(size)..].chunks(size) {
            let (head, tail) = part.split_at(part.len().min(size - self.start));
            self.ring[self.start..self.start + head.len()].copy_from_slice(head);
            self.ring[..tail.len()].copy_from_slice(tail);
            self.start = (self.start + part.len()) & (size - 1);
        }
    }

    /// The level in dB of each of the `size / 2 + 1` bins, 0 dB being a sine of full scale, -160 dB the floor.
    pub fn analyse(&mut self) -> &[f32] {
        let (newer, older) = self.ring.split_at(self.start);
        let (window_older, window_newer) = self.window.split_at(older.len());
        let (time_older, time_newer) = self.time.split_at_mut(older.len());
        weigh(older, window_older, time_older);
        weigh(newer, window_newer, time_newer);
        // It fails for slices of a wrong length only, and these came from the plan.
        let done = self.fft.process_with_scratch(&mut self.time, &mut self.bins, &mut self.scratch);
        debug_assert!(done.is_ok());
        for (level, bin) in self.level_db.iter_mut().zip(&self.bins) {
            *level = bin.re * bin.re + bin.im * bin.im;
        }
        // These two stand for themselves only, not for a pair of frequencies.
        let last = self.level_db.len() - 1;
        self.level_db[0] *= 0.25;
        self.level_db[last] *= 0.25;
        power_to_db(&mut self.level_db);
        &self.level_db
    }

    /// Frequency in Hz and level in dB of the highest peak of the last analysis, from its two highest bins; for a lone
    /// sine the error is below 0.01 bin and 0.05 dB. (A parabola through three bins errs by up to 0.2 dB.)
    #[must_use]
    pub fn peak(&self) -> (f32, f32) {
        let inner = 1..self.level_db.len() - 1;
        let at = inner.fold(1, |best, i| if self.level_db[i] > self.level_db[best] { i } else { best });
        let (offset, level_db) = lobe_top([self.level_db[at - 1], self.level_db[at], self.level_db[at + 1]]);
        ((at as f32 + offset) * self.bin_hz(), level_db)
    }

    /// Fills the columns of a logarithmic axis, column `i` being from `lo (hi / lo)^(i / n)` Hz to where the next begins.
    ///
    /// A column shows its highest bin, or a value between the two nearest bins where columns are finer than bins.
    /// `0 < lo_hz < hi_hz`; beyond half the sample rate the floor is shown.
    pub fn log_bands(&self, out: &mut [f32], lo_hz: f32, hi_hz: f32) {
        let ratio = (hi_hz / lo_hz).powf(1.0 / out.len().max(1) as f32);
        let mut from = lo_hz / self.bin_hz();
        for column in out {
            let to = from * ratio;
            *column = self.column_db(from, to);
            from = to;
        }
    }

    fn bin_hz(&self) -> f32 {
        self.sample_rate_hz / self.ring.len() as f32
    }

    /// The level between two (fractional) bins.
    fn column_db(&self, from: f32, to: f32) -> f32 {
        let last = self.level_db.len() - 1;
        let (first, end) = (from.ceil() as usize, (to.ceil() as usize).min(last + 1));
        if let Some(inside) = self.level_db.get(first..end).filter(|inside| !inside.is_empty()) {
            return inside.iter().copied().fold(FLOOR_DB, f32::max);
        }
        let middle = 0.5 * (from + to);
        let below = middle as usize;
        match self.level_db.get(below..below + 2) {
            Some(pair) => pair[0] + (middle - below as f32) * (pair[1] - pair[0]),
            None => FLOOR_DB,
        }
    }
}

fn weigh(samples: &[f32], window: &[f32], out: &mut [f32]) {
    for ((out, x), w) in out.iter_mut().zip(samples).zip(window) {
        *out = x * w;
    }
}

/// Place (relative to the middle, in bins) and level of the sine whose Hann lobe passes through three bins.
///
/// With `a` the amplitude of the higher neighbour over that of the middle, the sine is `(2 a - 1) / (a + 1)` bins
/// towards that neighbour (T. Grandke 1983), and there the lobe has fallen by `sinc(d) / (1 - d^2)`.
fn lobe_top([left, middle, right]: [f32; 3]) -> (f32, f32) {
    let (neighbour, side) = if left > right { (left, -1.0) } else { (right, 1.0) };
    let a = db_to_gain(neighbour - middle);
    let d = ((2.0 * a - 1.0) / (a + 1.0)).clamp(0.0, 0.5);
    let x = std::f32::consts::PI * d;
    let sinc = if x < 1.0e-3 { 1.0 } else { x.sin() / x };
    (side * d, middle - gain_to_db(sinc / (1.0 - d * d)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(bin: f64, size: usize, level: f64) -> Vec<f32> {
        let step = std::f64::consts::TAU * bin / size as f64;
        (0..2 * size).map(|i| (level * (i as f64 * step + 0.3).sin()) as f32).collect()
    }

    #[test]
    fn a_sine_is_found_to_a_tenth_of_a_bin_and_of_a_decibel() {
        for size in [2048, 4096, 8192] {
            let mut spectrum = Spectrum::new(48_000, size);
            for (i, level_db) in [(0, 0.0), (1, -20.0), (2, -60.0), (3, -3.0), (4, 0.0), (5, -6.0), (7, -80.0)] {
                let bin = 37.0 + 131.0 * f64::from(i) + 0.125 * f64::from(i);
                for part in sine(bin, size, 10.0_f64.powf(level_db / 20.0)).chunks(777) {
                    spectrum.push(part);
                }
                spectrum.analyse();
                let (freq_hz, db) = spectrum.peak();
                let found = f64::from(freq_hz) * size as f64 / 48_000.0;
                assert!((found - bin).abs() < 0.01, "{size} {bin} {found}");
                assert!((f64::from(db) - level_db).abs() < 0.05, "{size} {bin} {db}");
            }
        }
    }

    #[test]
    fn silence_is_the_floor_and_dc_is_not_doubled() {
        let mut spectrum = Spectrum::new(48_000, 2048);
        assert!(spectrum.analyse().iter().all(|db| (db + 160.0).abs() < 1e-3));
        spectrum.push(&[1.0; 5000]);
        assert!(spectrum.analyse()[0].abs() < 0.01, "{}", spectrum.level_db[0]);
    }

    #[test]
    fn only_the_last_samples_count_however_they_come() {
        let samples = sine(200.3, 4096, 0.5);
        let (mut a, mut b) = (Spectrum::new(48_000, 4096), Spectrum::new(48_000, 4096));
        a.push(&[0.7; 1000]);
        a.push(&samples);
        for part in samples.chunks(61) {
            b.push(part);
        }
        let worst = a.analyse().iter().zip(b.analyse()).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert_eq!(worst, 0.0);
    }

    #[test]
    fn columns_show_the_highest_bin_and_run_smoothly_where_bins_are_wide() {
        let mut spectrum = Spectrum::new(48_000, 2048);
        spectrum.push(&sine(427.0, 2048, 1.0));
        spectrum.analyse();
        let mut columns = [0.0; 300];
        spectrum.log_bands(&mut columns, 20.0, 48_000.0);
        let top = columns.iter().copied().fold(-200.0, f32::max);
        assert!(top.abs() < 0.01, "{top}");
        let highest = columns.iter().position(|db| *db == top).unwrap_or(0);
        let at_hz = 20.0 * 2400.0_f32.powf(highest as f32 / 300.0);
        assert!(at_hz <= 10_007.9 && at_hz * 1.03 > 10_007.8, "{at_hz}");
        assert_eq!(columns[299], -160.0);
        spectrum.level_db.iter_mut().enumerate().for_each(|(i, db)| *db = i as f32);
        spectrum.log_bands(&mut columns[..100], 20.0, 200.0);
        assert!(columns[..100].windows(2).all(|w| w[0] <= w[1] && w[1] - w[0] < 1.1));
        spectrum.log_bands(&mut [], 20.0, 200.0);
    }
}
