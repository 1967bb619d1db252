//! From the device's rate, channels and blocks to a mono stream at the rate of the analysis.

use super::tuning;
use rubato::audioadapter_buffers::direct::SequentialSlice;
use rubato::{Async, FixedAsync, Resampler, SincInterpolationParameters, WindowFunction};

/// Points between two input samples at which the filter is known; what lies between is a cubic.
const OVERSAMPLING: usize = 128;
/// Parts of a second that are converted at once: a quarter of a millisecond.
const CHUNKS_A_SECOND: u32 = 4000;

/// A converter to mono at [`tuning::RATE_HZ`]. What comes out does not depend on how the input is cut.
pub struct Mono {
    channels: usize,
    rate_hz: f64,
    resampler: Async<f32>,
    filter_len: usize,
    /// Sum and count of the channels seen of a frame that is not complete.
    sum: f32,
    seen: usize,
    /// Frames that wait for a full chunk.
    chunk: Vec<f32>,
    fill: usize,
    out: Vec<f32>,
}

impl Mono {
    /// A converter at rest, or none where the resampler refuses the rate; `rate_hz` is 8000 to 384000.
    pub fn new(rate_hz: u32, channels: u16) -> Option<Self> {
        let ratio = tuning::RATE_HZ / f64::from(rate_hz);
        let half = (tuning::RESAMPLER_HALF_LENGTH / ratio.min(1.0)).ceil() as usize;
        let filter_len = (2 * half).next_multiple_of(8);
        let filter =
            SincInterpolationParameters::new(filter_len, WindowFunction::Blackman2).oversampling_factor(OVERSAMPLING);
        let chunk = (rate_hz / CHUNKS_A_SECOND).max(1) as usize;
        let resampler = Async::new_sinc(ratio, 1.0, &filter, chunk, 1, FixedAsync::Input).ok()?;
        Some(Self {
            channels: usize::from(channels.max(1)),
            rate_hz: f64::from(rate_hz),
            filter_len,
            sum: 0.0,
            seen: 0,
            chunk: vec![0.0; chunk],
            fill: 0,
            out: vec![0.0; resampler.output_frames_max()],
            resampler,
        })
    }

    /// Forgets all input. Real-time safe.
    pub fn reset(&mut self) {
        self.resampler.reset();
        (self.sum, self.seen, self.fill) = (0.0, 0, 0);
    }

    /// Takes one interleaved sample; a non-finite one is silence, and one beyond four times full scale is held there.
    /// Returns how many samples of the output became ready, mostly none. Real-time safe.
    pub fn push(&mut self, sample: f32) -> usize {
        self.sum += if sample.is_finite() { sample.clamp(-4.0, 4.0) } else { 0.0 };
        self.seen += 1;
        if self.seen < self.channels {
            return 0;
        }
        self.chunk[self.fill] = self.sum / self.channels as f32;
        self.fill += 1;
        (self.sum, self.seen) = (0.0, 0);
        if self.fill < self.chunk.len() {
            return 0;
        }
        self.fill = 0;
        self.convert()
    }

    /// The sample `index` of those that the last `push` made ready.
    pub fn ready(&self, index: usize) -> f32 {
        self.out[index]
    }

    fn convert(&mut self) -> usize {
        let (frames_in, frames_out) = (self.chunk.len(), self.out.len());
        match (
            SequentialSlice::new(&self.chunk[..], 1, frames_in),
            SequentialSlice::new_mut(&mut self.out[..], 1, frames_out),
        ) {
            (Ok(from), Ok(mut to)) => self.resampler.process_into_buffer(&from, &mut to, None).map_or(0, |(_, n)| n),
            _ => 0,
        }
    }

    /// The instant of output sample `index` (fractions allowed) in seconds since the first input sample.
    ///
    /// Output `k` stands `k + 1` steps after the start of the filter's history; the middle of the filter lies half
    /// its length (less one point of its table) before that.
    pub fn secs_of(&self, index: f64) -> f64 {
        let step = self.rate_hz / tuning::RATE_HZ;
        let middle = 0.5 * self.filter_len as f64 - 1.0 / OVERSAMPLING as f64;
        ((index + 1.0) * step - middle) / self.rate_hz
    }

    /// The most that a sample may wait for its conversion, seconds.
    pub fn latency_secs(&self) -> f64 {
        (0.5 * self.filter_len as f64 + 1.0 + self.chunk.len() as f64) / self.rate_hz
    }

    /// Interleaved samples of silence that push everything given so far through.
    pub fn flush_samples(&self) -> usize {
        (self.latency_secs() * self.rate_hz).ceil() as usize * self.channels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn convert(rate_hz: u32, channels: u16, input: &[f32]) -> (Mono, Vec<f32>) {
        let mut mono = Mono::new(rate_hz, channels).expect("a converter");
        let mut out = Vec::new();
        for x in input {
            let ready = mono.push(*x);
            out.extend((0..ready).map(|i| mono.ready(i)));
        }
        (mono, out)
    }

    #[test]
    fn a_bell_comes_out_at_its_own_instant_at_every_rate() {
        for rate_hz in [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 88_200, 96_000, 192_000, 384_000] {
            let rate = f64::from(rate_hz);
            let bell = |t: f64| (-((t - 0.05) / 0.001).powi(2)).exp();
            let input: Vec<f32> = (0..rate_hz / 10).map(|i| bell(f64::from(i) / rate) as f32).collect();
            let (mono, out) = convert(rate_hz, 1, &input);
            let weigh = |f: &dyn Fn(f64) -> f64| -> f64 {
                out.iter().enumerate().map(|(i, x)| f64::from(*x) * f(i as f64)).sum::<f64>()
            };
            let middle = weigh(&|i| mono.secs_of(i)) / weigh(&|_| 1.0);
            assert!((middle - 0.05).abs() < 1e-6, "{rate_hz}: {middle}");
            let worst = out.iter().enumerate().map(|(i, x)| (f64::from(*x) - bell(mono.secs_of(i as f64))).abs());
            let worst = worst.fold(0.0, f64::max);
            assert!(worst < 2e-3, "{rate_hz}: {worst}");
            assert!(mono.latency_secs() < 0.004, "{rate_hz}: {}", mono.latency_secs());
        }
    }

    #[test]
    fn what_the_slow_rate_cannot_hold_is_gone() {
        for rate_hz in [48_000_u32, 44_100, 192_000] {
            let step = std::f64::consts::TAU * 11_000.0 / f64::from(rate_hz);
            let input: Vec<f32> = (0..rate_hz / 10).map(|i| (f64::from(i) * step).sin() as f32).collect();
            let (_, out) = convert(rate_hz, 1, &input);
            let peak = out[200..].iter().fold(0.0_f32, |peak, x| peak.max(x.abs()));
            assert!(peak < 1e-3, "{rate_hz}: {peak}");
        }
    }

    #[test]
    fn channels_are_averaged_and_bad_samples_are_silence() {
        let frames: Vec<f32> = (0..4_800).map(|i| (i as f32 * 0.05).sin()).collect();
        let stereo: Vec<f32> = frames.iter().flat_map(|x| [1.5 * x, 0.5 * x]).collect();
        let (_, a) = convert(48_000, 1, &frames);
        let (_, b) = convert(48_000, 2, &stereo);
        assert_eq!(a.len(), b.len());
        assert!(a.len() > 1500 && a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-6));
        let (_, bad) = convert(48_000, 0, &[f32::NAN, f32::INFINITY, 1e30, -1e30].repeat(500));
        assert!(bad.iter().all(|x| x.abs() < 8.0));
    }
}
