//! Sa of a performance over a drone, by what never stops: the partials of the tanpura.
//!
//! Of each half second the spectral peaks are counted into a histogram over pitch (as J. Salamon, S. Gulati and X. Serra
//! 2012 do with the peaks of a salience function); a sung note is there now and then, a partial of the drone nearly
//! always. That Sa is taken whose tanpura (kharaj, Sa, and Pa or Ma) has the most of its partials in it.

use super::super::pitch::{Mono, RATE_HZ};
use crate::base::limits::{SAMPLE_RATE_MAX, SAMPLE_RATE_MIN};
use crate::dsp::frame::FrameSpectrum;

/// Every threshold and weight, with its reason. Found on singers over drones made here.
mod tuning {
    /// Samples of a frame: half a second, in which the partials of two strings a tone apart are two.
    pub const FRAME: usize = 8192;
    /// Samples from frame to frame: 128 ms.
    pub const HOP: usize = 2048;
    /// Where the histogram begins and ends, Hz: from the kharaj of the lowest voice to eight partials of the highest Sa.
    pub const RANGE_HZ: [f64; 2] = [45.0, 2800.0];
    /// Width of a step of the histogram, cents.
    pub const STEP_CENTS: f64 = 4.0;
    /// A peak counts in the steps nearer than this, cents.
    pub const REACH_CENTS: f64 = 14.0;
    /// Bins on either side over which the spectrum's mean is taken, and how far a peak stands over it: 10 dB.
    pub const AROUND: usize = 20;
    /// See [`AROUND`].
    pub const OVER_MEAN: f32 = 3.2;
    /// Peaks weaker than this beside the strongest of the frame do not count: -60 dB.
    pub const WEAKEST: f32 = 0.001;
    /// The lowest and highest Sa, Hz: from the lowest men to the highest women and children.
    pub const SA_HZ: [f64; 2] = [92.0, 340.0];
    /// From one Sa that is tried to the next, cents.
    pub const TRY_CENTS: f64 = 1.0;
    /// Partials of a string that are looked for.
    pub const PARTIALS: usize = 10;
    /// Weights of the strings of Sa, of the kharaj, and of the first string, when it is Pa and when it is Ma (rarer).
    pub const SA: f64 = 1.0;
    /// See [`SA`].
    pub const KHARAJ: f64 = 0.8;
    /// See [`SA`].
    pub const PA: f64 = 0.6;
    /// See [`SA`].
    pub const MA: f64 = 0.45;
    /// Up to here the lines of the drone must be those of its strings, Hz: above, they lie as close as the peaks are wide.
    pub const COVER_HZ: f64 = 900.0;
    /// Frames before which nothing is said: four seconds.
    pub const FRAMES_LEAST: u32 = 32;
    /// A rival is at least this far away, cents.
    pub const RIVAL_CENTS: f64 = 50.0;
}

/// A guess at Sa.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guess {
    /// Sa, Hz.
    pub hz: f32,
    /// How far its nearest rival is behind, 0 (as good) to 1 (there is none).
    pub certainty: f32,
}

/// Listens to a performance and guesses its Sa. Allocates in `new` only; the memory does not grow.
pub struct TonicGuess {
    mono: Mono,
    /// The newest frame, a ring.
    ring: Box<[f32]>,
    start: usize,
    until_hop: usize,
    spectrum: FrameSpectrum,
    /// Of each step, in how many frames a peak was there.
    presence: Box<[f32]>,
    /// The same of this frame.
    now: Box<[f32]>,
    frames: u32,
}

impl TonicGuess {
    /// For interleaved sound of `channels` at `rate_hz` (8000 to 384000; another is taken as the nearest of these).
    #[must_use]
    pub fn new(rate_hz: u32, channels: u16) -> Self {
        let [from, to] = tuning::RANGE_HZ;
        let steps = (1200.0 * (to / from).log2() / tuning::STEP_CENTS) as usize + 1;
        Self {
            mono: Mono::new(rate_hz.clamp(SAMPLE_RATE_MIN, SAMPLE_RATE_MAX), channels)
                .expect("a filter for every rate that is held to its range"),
            ring: vec![0.0; tuning::FRAME].into_boxed_slice(),
            start: 0,
            until_hop: tuning::FRAME,
            spectrum: FrameSpectrum::new(tuning::FRAME),
            presence: vec![0.0; steps].into_boxed_slice(),
            now: vec![0.0; steps].into_boxed_slice(),
            frames: 0,
        }
    }

    /// Takes interleaved samples in, any number. Real-time safe.
    pub fn process(&mut self, interleaved: &[f32]) {
        for sample in interleaved {
            for i in 0..self.mono.push(*sample) {
                self.ring[self.start] = self.mono.ready(i);
                self.start = (self.start + 1) % tuning::FRAME;
                self.until_hop -= 1;
                if self.until_hop == 0 {
                    self.until_hop = tuning::HOP;
                    self.hear_frame();
                }
            }
        }
    }

    /// The best guess so far; none before some seconds have sounded. Some 100 000 look-ups: not for an audio thread.
    #[must_use]
    pub fn guess(&self) -> Option<Guess> {
        if self.frames < tuning::FRAMES_LEAST {
            return None;
        }
        let [from, to] = tuning::SA_HZ;
        let tries = (1200.0 * (to / from).log2() / tuning::TRY_CENTS) as usize;
        let sa = |i: usize| from * (i as f64 * tuning::TRY_CENTS / 1200.0).exp2();
        let (best, score) = (0..=tries).map(|i| (i, self.score(sa(i)))).max_by(|a, b| a.1.total_cmp(&b.1))?;
        let is_rival = |i: &usize| i.abs_diff(best) as f64 * tuning::TRY_CENTS >= tuning::RIVAL_CENTS;
        let rival = (0..=tries).filter(is_rival).map(|i| self.score(sa(i))).fold(0.0, f64::max);
        (score > 0.0).then(|| Guess { hz: sa(best) as f32, certainty: (1.0 - rival / score) as f32 })
    }

    fn hear_frame(&mut self) {
        let (newer, older) = self.ring.split_at(self.start);
        let bins = self.spectrum.analyse(older, newer);
        let bin_hz = RATE_HZ / tuning::FRAME as f64;
        let first = (tuning::RANGE_HZ[0] / bin_hz) as usize;
        let end = ((tuning::RANGE_HZ[1] / bin_hz) as usize).min(bins.len() - tuning::AROUND - 1);
        let loudest = bins[first..end].iter().copied().fold(0.0, f32::max);
        if loudest < 1e-5 {
            return;
        }
        self.frames += 1;
        self.now.fill(0.0);
        for at in first..end {
            let (left, here, right) = (bins[at - 1], bins[at], bins[at + 1]);
            if here <= left || here < right || here < tuning::WEAKEST * loudest {
                continue;
            }
            let around = &bins[at.saturating_sub(tuning::AROUND)..=at + tuning::AROUND];
            if here * (around.len() as f32) < tuning::OVER_MEAN * around.iter().sum::<f32>() {
                continue;
            }
            let [a, b, c] = [left, here, right].map(|x| f64::from(x.max(1e-12)).ln());
            let bend = a - 2.0 * b + c;
            let offset = if bend < 0.0 { (0.5 * (a - c) / bend).clamp(-0.5, 0.5) } else { 0.0 };
            mark(&mut self.now, (at as f64 + offset) * bin_hz);
        }
        self.presence.iter_mut().zip(&self.now).for_each(|(sum, now)| *sum += now);
    }

    /// How much of the tanpura of a Sa is there, times how much of what is there belongs to it: the one alone would take
    /// an octave above or the fifth as well, the other an octave below.
    fn score(&self, sa_hz: f64) -> f64 {
        let sa = self.string(sa_hz, 0);
        // Every second partial of the kharaj, of mandra Pa and every third of mandra Ma are partials of Sa's.
        let kharaj = self.string(0.5 * sa_hz, 2);
        let [pa, ma] = [self.string(0.75 * sa_hz, 2), self.string(2.0 / 3.0 * sa_hz, 3)];
        let [pa_there, ma_there] = [tuning::PA * pa.there, tuning::MA * ma.there];
        let (first_there, first) = if pa_there > ma_there { (pa_there, pa) } else { (ma_there, ma) };
        let there = tuning::SA * sa.there + tuning::KHARAJ * kharaj.there + first_there;
        there * (sa.covers + kharaj.covers + first.covers)
    }

    /// What of a string is there, but for the partials that it shares with Sa's (every `shared`th; 0 for none).
    fn string(&self, hz: f64, shared: usize) -> StringThere {
        let mut found = StringThere::default();
        let most = tuning::PARTIALS.max((tuning::COVER_HZ / hz) as usize);
        for k in (1..=most).filter(|k| shared == 0 || !k.is_multiple_of(shared)) {
            let presence = self.presence_at(hz * k as f64);
            if k <= tuning::PARTIALS {
                found.there += presence / (k as f64).sqrt();
            }
            if hz * k as f64 <= tuning::COVER_HZ {
                // What is there half of the time is sung.
                found.covers += presence * presence;
            }
        }
        found
    }

    /// The share of the frames that have a peak at a pitch.
    fn presence_at(&self, hz: f64) -> f64 {
        let step = 1200.0 * (hz / tuning::RANGE_HZ[0]).log2() / tuning::STEP_CENTS;
        let Some(pair) = self.presence.get(step.max(0.0) as usize..).and_then(|rest| rest.get(..2)) else { return 0.0 };
        let between = step.fract().max(0.0);
        (f64::from(pair[0]) * (1.0 - between) + f64::from(pair[1]) * between) / f64::from(self.frames)
    }
}

/// What of a string is there.
#[derive(Clone, Copy, Debug, Default)]
struct StringThere {
    /// Sum of its partials' presence, the lower ones counting more.
    there: f64,
    /// Sum of the squared presence of its partials in the range where lines are told apart.
    covers: f64,
}

/// Marks a peak in the steps around it, most in the nearest.
fn mark(now: &mut [f32], hz: f64) {
    let step = 1200.0 * (hz / tuning::RANGE_HZ[0]).log2() / tuning::STEP_CENTS;
    let reach = tuning::REACH_CENTS / tuning::STEP_CENTS;
    let first = (step - reach).ceil().max(0.0) as usize;
    for at in first..now.len().min((step + reach) as usize + 1) {
        let weight = 1.0 - (at as f64 - step).abs() / reach;
        now[at] = now[at].max(weight as f32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    /// Ten seconds of a tanpura with a first string `first` times Sa, and a voice that walks over it.
    fn performance(sa_hz: f64, first: f64) -> Vec<f32> {
        let strings = [first, 1.0, 0.5];
        let steps = [0, 4, 7, 9, 12, 7, 5, 2, 11, 4];
        let wave = |t: f64| {
            let drone: f64 = strings
                .iter()
                .map(|s| (1..=10).map(f64::from).map(|k| (TAU * s * sa_hz * k * t).sin() / k).sum::<f64>())
                .sum();
            let sung_hz = sa_hz * 2.0_f64.powf(f64::from(steps[(t * 2.0) as usize % 10]) / 12.0);
            let voice: f64 = (1..=8).map(f64::from).map(|k| (TAU * sung_hz * k * t).sin() / k).sum();
            (0.05 * drone + 0.1 * voice) as f32
        };
        (0..96_000).map(|i| wave(f64::from(i) / 16_000.0)).collect()
    }

    #[test]
    fn sa_is_what_the_strings_say_whatever_is_sung() {
        for (sa_hz, first) in [(103.0, 0.75), (138.6, 0.75), (196.0, 0.75), (233.1, 0.75), (146.8, 2.0 / 3.0)] {
            let mut guess = TonicGuess::new(16_000, 1);
            guess.process(&performance(sa_hz, first));
            let found = guess.guess().expect("a guess after six seconds");
            let cents = 1200.0 * (f64::from(found.hz) / sa_hz).log2();
            assert!(cents.abs() < 5.0 && found.certainty > 0.0, "{sa_hz} {first}: {cents} {found:?}");
        }
    }

    #[test]
    fn silence_and_bad_samples_are_no_sa() {
        let mut guess = TonicGuess::new(48_000, 2);
        guess.process(&[0.0; 960]);
        assert_eq!(guess.guess(), None);
        for bad in [f32::NAN, f32::INFINITY, 0.0, 1e-9] {
            guess.process(&vec![bad; 960_000]);
            assert_eq!(guess.guess(), None, "{bad}");
        }
    }
}
