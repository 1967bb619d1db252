//! Candidates for the pitch of one window: the peaks of the normalised square difference function
//! (P. McLeod and G. Wyvill, "A smarter way to find pitch", 2005), of a window that may fade towards its past: a tone
//! under an exponential fade is a tone that grows, whose halves differ by a factor that is known for each lag.

use super::tuning;
use crate::base::InlineVec;
use crate::dsp::correlation::Autocorrelation;

/// Candidates of one window, at most.
pub const CANDIDATES: usize = 5;
/// Peaks of one window that are looked at, at most.
const PEAKS: usize = 64;
/// Points between two lags at which a peak is looked for before a parabola is laid through the best three.
const PHASES: usize = 4;
/// Lags on either side from which a value between two lags is made.
const REACH: usize = 8;

/// One possible pitch.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Candidate {
    /// Pitch, Hz.
    pub hz: f32,
    /// Height of its peak, 0 to 1: 1 for an exactly periodic window.
    pub clarity: f32,
}

/// What one window holds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Window {
    /// The best peaks, by clarity less the cost of their octave, the best first.
    pub candidates: InlineVec<Candidate, CANDIDATES>,
    /// Root mean square, dB of full scale, at least -120.
    pub level_db: f32,
    /// Whether the sound has stopped: next to nothing of its power is in the second half.
    pub is_over: bool,
}

/// The analysis of windows of one size and fade. Never allocates after `new`.
pub struct Nsdf {
    rate_hz: f32,
    /// What each sample of a window is multiplied by.
    fade: Vec<f32>,
    faded: Vec<f32>,
    /// By lag: what the fade makes of the later half of a correlation beside the earlier, as a ratio of amplitudes; and how
    /// long before the window's end the middle of what is correlated lies, samples.
    tilt: Vec<f64>,
    ages: Vec<f64>,
    lag_least: usize,
    /// One more than the longest lag of a candidate.
    lag_end: usize,
    correlation: Autocorrelation,
    /// Sum of the squares before each sample of what is looked at.
    energy: Vec<f64>,
    nsdf: Vec<f32>,
    between: [[f32; 2 * REACH]; PHASES],
}

impl Nsdf {
    /// For windows of `window` samples at `rate_hz` and pitches from `lowest_hz` to `highest_hz`. What lies `memory_secs`
    /// further back weighs a third (in power); with an infinite memory all samples weigh the same.
    pub fn new(window: usize, rate_hz: f32, [lowest_hz, highest_hz]: [f32; 2], memory_secs: f32) -> Self {
        let lag_end = ((rate_hz / lowest_hz).ceil() as usize + 2).clamp(REACH, window - REACH);
        let lags = lag_end + REACH;
        let loss = 0.5 / f64::from(memory_secs * rate_hz);
        let fade: Vec<f64> = (0..window).map(|i| (-loss * (window - 1 - i) as f64).exp()).collect();
        Self {
            rate_hz,
            tilt: (0..lags).map(|lag| (loss * lag as f64).exp()).collect(),
            ages: (0..lags).map(|lag| age(&fade, lag)).collect(),
            fade: fade.iter().map(|x| *x as f32).collect(),
            faded: vec![0.0; window],
            lag_least: ((rate_hz / highest_hz).floor() as usize).clamp(2, lag_end),
            lag_end,
            correlation: Autocorrelation::new(window, lags),
            energy: vec![0.0; window + 1],
            nsdf: vec![0.0; lags],
            between: std::array::from_fn(|phase| kernel(phase as f64 / PHASES as f64)),
        }
    }

    /// Candidates and level of one window of finite samples, as long as `new` was told. Real-time safe.
    pub fn analyse(&mut self, samples: &[f32]) -> Window {
        sum_squares(samples, &mut self.energy);
        let sum = self.energy[samples.len()];
        let power = sum / samples.len() as f64;
        let newer = sum - self.energy[samples.len() / 2];
        let mut window = Window {
            level_db: (10.0 * (power + 1e-12).log10()) as f32,
            is_over: newer < tuning::OVER_POWER * sum,
            ..Window::default()
        };
        if window.level_db > tuning::NOTHING_DB {
            let usable = self.normalise(samples);
            self.choose(usable, &mut window);
        }
        window
    }

    /// How many samples before the one after the window's end the middle of what a pitch was found in lies.
    pub fn age(&self, hz: f32) -> f64 {
        let lag = (self.rate_hz / hz).round() as usize;
        self.ages[lag.min(self.ages.len() - 1)]
    }

    /// Fills `nsdf`; returns the first lag for which the window is too short.
    fn normalise(&mut self, samples: &[f32]) -> usize {
        let head = silent_head(&self.energy);
        for ((faded, x), weight) in self.faded.iter_mut().zip(samples).zip(&self.fade) {
            *faded = x * weight;
        }
        sum_squares(&self.faded, &mut self.energy);
        let (size, end) = (samples.len(), self.energy[samples.len()]);
        let body = (size - head) as f32;
        let usable = ((body / (1.0 + tuning::OVERLAP)) as usize).min(self.lag_end);
        let r = self.correlation.process(&self.faded);
        for (lag, (nsdf, r)) in self.nsdf.iter_mut().zip(r).enumerate() {
            let earlier = (self.energy[size - lag] - self.energy[head.min(size - lag)]) * self.tilt[lag];
            let later = (end - self.energy[(head + lag).min(size)]) / self.tilt[lag];
            let both = if head == 0 { earlier + later } else { grown(earlier, later) };
            *nsdf = if both > 1e-9 * end { (2.0 * f64::from(*r) / both).clamp(-1.0, 1.0) as f32 } else { 0.0 };
        }
        usable
    }

    /// Keeps the highest points between the zero crossings.
    fn choose(&self, usable: usize, window: &mut Window) {
        let mut peaks = InlineVec::<Ranked, PEAKS>::default();
        let mut best: Option<usize> = None;
        let mut is_past_zero = false;
        for lag in 1..usable {
            let value = self.nsdf[lag];
            if value <= 0.0 {
                is_past_zero = true;
                self.keep(best.take(), &mut peaks);
            } else if is_past_zero && lag >= self.lag_least && best.is_none_or(|b| value > self.nsdf[b]) {
                best = Some(lag);
            }
        }
        // A slope that is cut off by the end is not a peak.
        self.keep(best.filter(|lag| lag + 1 < usable), &mut peaks);
        peaks.sort_unstable_by(|a, b| b.rank.total_cmp(&a.rank));
        for peak in peaks.iter().take(CANDIDATES) {
            let (lag, clarity) = self.refine(peak.lag);
            let candidate = Candidate { hz: self.rate_hz / lag, clarity: clarity.clamp(0.0, 1.0) };
            if window.candidates.push(candidate).is_err() {
                break;
            }
        }
    }

    fn keep(&self, lag: Option<usize>, peaks: &mut InlineVec<Ranked, PEAKS>) {
        let Some(lag) = lag.filter(|lag| self.nsdf[*lag] >= tuning::CLARITY_LEAST) else { return };
        let rank = self.nsdf[lag] - tuning::OCTAVE_COST * (lag as f32).log2();
        // Where there are more than these, what is left out is noise.
        let _ = peaks.push(Ranked { lag, rank });
    }

    /// Place and height of the peak near `lag`: the function is band-limited, so it is rebuilt between the lags and a
    /// parabola laid through the highest three points. (A parabola through whole lags errs by 10 cents at 1 kHz.)
    fn refine(&self, lag: usize) -> (f32, f32) {
        let steps = 2 * PHASES;
        let mut at = [0.0; 2 * PHASES + 1];
        for (step, at) in at.iter_mut().enumerate() {
            *at = self.between(lag - 1 + step / PHASES, step % PHASES);
        }
        let top = (1..steps).fold(1, |top, i| if at[i] > at[top] { i } else { top });
        let (before, here, after) = (at[top - 1], at[top], at[top + 1]);
        let bend = before - 2.0 * here + after;
        let offset = if bend < 0.0 { (0.5 * (before - after) / bend).clamp(-1.0, 1.0) } else { 0.0 };
        let place = (lag - 1) as f32 + (top as f32 + offset) / PHASES as f32;
        (place, here - 0.25 * (before - after) * offset)
    }

    /// The function `phase / PHASES` after `lag`; it is even, so lags below zero mirror.
    fn between(&self, lag: usize, phase: usize) -> f32 {
        let kernel = &self.between[phase];
        let last = self.nsdf.len() - 1;
        let at = |i: usize| self.nsdf[(lag + i + 1).abs_diff(REACH).min(last)];
        kernel.iter().enumerate().map(|(i, weight)| weight * at(i)).sum()
    }
}

/// A peak and what it is worth.
#[derive(Clone, Copy, Debug, Default)]
struct Ranked {
    lag: usize,
    rank: f32,
}

/// Weights of the lags from `1 - REACH` to `REACH` for the point `offset` (0 to 1) after lag 0: a Hann-windowed sinc.
fn kernel(offset: f64) -> [f32; 2 * REACH] {
    let weight = |i: usize| {
        let x = i as f64 + 1.0 - REACH as f64 - offset;
        let angle = std::f64::consts::PI * x;
        let sinc = if x.abs() < 1e-9 { 1.0 } else { angle.sin() / angle };
        sinc * (0.5 + 0.5 * (angle / (REACH as f64 + 0.5)).cos())
    };
    let sum: f64 = (0..2 * REACH).map(weight).sum();
    std::array::from_fn(|i| (weight(i) / sum) as f32)
}

/// Writes the sum of the squares before each sample and at the end.
fn sum_squares(samples: &[f32], sums: &mut [f64]) {
    let mut sum = 0.0;
    for (out, x) in sums[1..].iter_mut().zip(samples) {
        sum += f64::from(*x) * f64::from(*x);
        *out = sum;
    }
}

/// How many samples before the one after its end the middle of a faded window correlated at a lag lies.
fn age(fade: &[f64], lag: usize) -> f64 {
    let pairs = fade.iter().zip(&fade[lag.min(fade.len() - 1)..]).enumerate();
    let (mut sum, mut weights) = (0.0, 0.0);
    for (at, (earlier, later)) in pairs {
        let middle = at as f64 + 0.5 * lag as f64;
        sum += earlier * later * middle;
        weights += earlier * later;
    }
    fade.len() as f64 - sum / weights
}

/// What stands for the sum of two energies where a tone is still growing: twice their geometric mean, so that the same
/// shape counts as the same however it grew; a half much weaker than the other counts as more than it is.
fn grown(first: f64, second: f64) -> f64 {
    let (a, b) = (first.max(tuning::GROWTH * second), second.max(tuning::GROWTH * first));
    2.0 * (a * b).max(0.0).sqrt()
}

/// How many samples at the beginning of a window are silent beside the rest; `energy` is the sum of squares before
/// each sample and at the end.
fn silent_head(energy: &[f64]) -> usize {
    let size = energy.len() - 1;
    let end = energy[size];
    let most = size.saturating_sub(tuning::BODY_LEAST);
    let is_silent = |head: usize| {
        let (before, after) = (energy[head] / head as f64, (end - energy[head]) / (size - head) as f64);
        before < tuning::HEAD_POWER * after
    };
    (1..=most).rev().find(|head| is_silent(*head)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f32::consts::TAU;

    fn nsdf(memory_secs: f32) -> Nsdf {
        Nsdf::new(512, 16_000.0, [65.0, 1400.0], memory_secs)
    }

    /// Two harmonics of a pitch, silent before a sample.
    fn tone(hz: f32, from: usize) -> Vec<f32> {
        let wave =
            |i: usize| (TAU * hz * i as f32 / 16_000.0).sin() + 0.5 * (2.0 * TAU * hz * i as f32 / 16_000.0).cos();
        (0..512).map(|i| if i < from { 0.0 } else { 0.3 * wave(i) }).collect()
    }

    #[test]
    fn the_best_candidate_is_the_period_and_lies_between_the_samples() {
        for (hz, memory_secs) in
            [77.7, 123.4, 259.3, 611.1, 999.9, 1234.5].into_iter().zip([f32::INFINITY, 0.007].repeat(3))
        {
            let window = nsdf(memory_secs).analyse(&tone(hz, 0));
            let best = window.candidates[0];
            let cents = 1200.0 * (best.hz / hz).log2();
            assert!(cents.abs() < 2.5 && best.clarity > 0.99, "{hz}: {cents} cents, {best:?}");
            assert!((window.level_db + 12.5).abs() < 1.0 && !window.is_over);
        }
    }

    #[test]
    fn a_tone_that_began_two_periods_ago_is_clear() {
        let window = nsdf(f32::INFINITY).analyse(&tone(110.0, 512 - 300));
        let best = window.candidates[0];
        assert!((best.hz / 110.0).log2().abs() < 0.02 && best.clarity > 0.8, "{best:?}");
    }

    #[test]
    fn a_window_that_fades_is_of_a_younger_sound_and_hears_a_leap_sooner() {
        assert!((nsdf(f32::INFINITY).age(200.0) - 256.5).abs() < 1e-6, "half of an even window");
        let young = nsdf(0.006).age(200.0);
        // The memory, and half a period.
        assert!((young - 96.0 - 40.0).abs() < 8.0, "{young}");
        let leap = [&tone(200.0, 0)[..330], &tone(224.0, 0)[330..]].concat();
        let [even_hz, faded_hz] = [f32::INFINITY, 0.006].map(|memory| nsdf(memory).analyse(&leap).candidates[0].hz);
        assert!(even_hz < 212.0 && (faded_hz - 224.0).abs() < 4.0, "{even_hz} {faded_hz}");
    }

    #[test]
    fn a_sound_that_stopped_is_over_and_silence_has_no_candidate() {
        let mut stopped = tone(200.0, 0);
        stopped[256..].fill(0.0);
        assert!(nsdf(f32::INFINITY).analyse(&stopped).is_over);
        let silence = nsdf(f32::INFINITY).analyse(&[0.0; 512]);
        assert!(silence.candidates.is_empty() && silence.level_db == -120.0);
    }

    #[test]
    fn a_peak_between_lags_is_rebuilt_by_the_kernel() {
        for phase in 0..PHASES {
            let kernel = kernel(phase as f64 / PHASES as f64);
            let wave = |x: f64| (x * 0.9).cos();
            let at = |i: usize| wave(i as f64 + 1.0 - REACH as f64);
            let made: f64 = kernel.iter().enumerate().map(|(i, w)| f64::from(*w) * at(i)).sum();
            assert!((made - wave(phase as f64 / PHASES as f64)).abs() < 2e-3, "{phase}: {made}");
        }
    }
}
