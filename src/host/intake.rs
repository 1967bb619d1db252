//! From the microphone's own callback into the output's: two devices, two clocks, one sound.
//!
//! The microphone's samples wait in a queue; the output's callback takes as many as its own time wants, at a rate that
//! follows how many are waiting, so that clocks that differ neither starve nor flood it. What it takes is interpolated by
//! a cubic through four samples (Catmull and Rom 1974).

use crate::rt::{Receiver, Sender, spsc};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

mod tuning {
    /// Room in the queue, in samples: more than a second at the fastest rate that microphones have.
    pub const QUEUE: usize = 1 << 18;
    /// So much waits beside the longest burst of the microphone and one period, in seconds: the jitter of two callbacks.
    pub const SPARE_SECS: f64 = 0.002;
    /// Over so long the number that waits is averaged, in seconds: callbacks that come in bursts must not be heard.
    pub const AVERAGE_SECS: f64 = 2.0;
    /// A wait that is off by so much is brought back within a second, in seconds; slower drift than this is followed.
    pub const FOLLOW_SECS: f64 = 4.0;
    /// Clocks differ by a few hundred millionths at most.
    pub const DRIFT_MAX: f64 = 0.002;
    /// So much more than wanted is too much to be followed: it is dropped, in seconds.
    pub const FLOOD_SECS: f64 = 0.1;
}

/// What both ends know.
#[derive(Default)]
struct Shared {
    /// Rate of the microphone, 0 while none is open.
    rate_hz: AtomicU32,
    /// The longest run of frames that it gave at once.
    burst_frames: AtomicU32,
    /// From the sound at the microphone until its callback, in nanoseconds.
    capture_nanos: AtomicU64,
}

/// The end for the microphone's callback.
pub(super) struct IntakeEnd {
    samples: Sender<f32>,
    shared: Arc<Shared>,
}

/// The end for the output's callback.
pub(super) struct Intake {
    samples: Receiver<f32>,
    shared: Arc<Shared>,
    output_hz: f64,
    is_flowing: bool,
    /// The last four samples, the newest last.
    recent: [f32; 4],
    /// How far the next sample of the output is past the second of them, 0 to 1.
    phase: f64,
    /// How many samples wait after a period, on average.
    waiting: f64,
    /// Frames of the last period.
    period: usize,
    /// How often it was torn, since that was last asked.
    gaps: u32,
}

/// Both ends of an intake for an output at `output_hz`. Allocates.
pub(super) fn intake(output_hz: u32) -> (IntakeEnd, Intake) {
    let (sender, receiver) = spsc(tuning::QUEUE);
    let shared = Arc::<Shared>::default();
    let intake = Intake {
        samples: receiver,
        shared: Arc::clone(&shared),
        output_hz: f64::from(output_hz.max(1)),
        is_flowing: false,
        recent: [0.0; 4],
        phase: 0.0,
        waiting: 0.0,
        period: 0,
        gaps: 0,
    };
    (IntakeEnd { samples: sender, shared }, intake)
}

impl IntakeEnd {
    /// A microphone at `rate_hz` begins. Not on an audio thread.
    pub fn open(&mut self, rate_hz: u32) {
        self.shared.burst_frames.store(0, Ordering::Relaxed);
        self.shared.rate_hz.store(rate_hz, Ordering::Release);
    }

    /// No microphone any more. Not on an audio thread.
    pub fn close(&mut self) {
        self.shared.rate_hz.store(0, Ordering::Release);
    }

    /// What the microphone gave. What finds no room is lost: nobody has taken any for seconds, and the end that takes drops
    /// the rest as well. Real-time safe.
    pub fn give(&mut self, frames: impl ExactSizeIterator<Item = f32>, capture_nanos: u64) {
        self.shared.burst_frames.fetch_max(frames.len() as u32, Ordering::Relaxed);
        self.shared.capture_nanos.store(capture_nanos, Ordering::Relaxed);
        for sample in frames {
            self.samples.send(if sample.is_finite() { sample } else { 0.0 }).ok();
        }
    }
}

impl Intake {
    /// Fills a period; `false` where no microphone is open. Silence where the microphone has not given enough, or has just
    /// begun. Real-time safe.
    pub fn take(&mut self, out: &mut [f32]) -> bool {
        let rate_hz = self.shared.rate_hz.load(Ordering::Acquire);
        self.period = out.len();
        if rate_hz == 0 {
            self.drop_samples(self.samples.waiting());
            self.is_flowing = false;
            return false;
        }
        let per_frame = f64::from(rate_hz) / self.output_hz;
        let period = per_frame * out.len() as f64;
        let burst = f64::from(self.shared.burst_frames.load(Ordering::Relaxed));
        let spare = burst + tuning::SPARE_SECS * f64::from(rate_hz);
        let waiting = self.samples.waiting() as f64;
        if !self.is_flowing {
            if burst == 0.0 || waiting < period + spare {
                out.fill(0.0);
                return true;
            }
            self.drop_samples((waiting - period - spare) as usize);
            (self.is_flowing, self.waiting, self.phase) = (true, spare, 0.0);
        } else if waiting - period > spare + tuning::FLOOD_SECS * f64::from(rate_hz) {
            self.drop_samples((waiting - period - spare) as usize);
            (self.waiting, self.gaps) = (spare, self.gaps.wrapping_add(1));
        }
        let share = (out.len() as f64 / self.output_hz / tuning::AVERAGE_SECS).min(1.0);
        self.waiting += share * (self.samples.waiting() as f64 - period - self.waiting);
        let off = (self.waiting - spare) / f64::from(rate_hz) / tuning::FOLLOW_SECS;
        let step = per_frame * (1.0 + off.clamp(-tuning::DRIFT_MAX, tuning::DRIFT_MAX));
        for out in out {
            *out = self.next(step);
        }
        true
    }

    /// The next sample of the output; from where the microphone's run out on, silence.
    fn next(&mut self, step: f64) -> f32 {
        while self.is_flowing && self.phase >= 1.0 {
            match self.samples.receive() {
                Some(sample) => {
                    self.recent.rotate_left(1);
                    self.recent[3] = sample;
                    self.phase -= 1.0;
                }
                None => {
                    (self.is_flowing, self.recent) = (false, [0.0; 4]);
                    self.gaps = self.gaps.wrapping_add(1);
                }
            }
        }
        if !self.is_flowing {
            return 0.0;
        }
        let [a, b, c, d] = self.recent;
        let t = self.phase as f32;
        self.phase += step;
        let slopes = (0.5 * (c - a), 0.5 * (d - b));
        let cubic = 2.0 * (b - c) + slopes.0 + slopes.1;
        let square = 3.0 * (c - b) - 2.0 * slopes.0 - slopes.1;
        ((cubic * t + square) * t + slopes.0) * t + b
    }

    fn drop_samples(&mut self, count: usize) {
        for _ in 0..count.min(tuning::QUEUE) {
            if self.samples.receive().is_none() {
                return;
            }
        }
    }

    /// How often it was torn since this was last asked. Real-time safe.
    pub fn take_gaps(&mut self) -> u32 {
        std::mem::take(&mut self.gaps)
    }

    /// From the sound at the microphone until the period of which it is the first frame, in nanoseconds. Real-time safe.
    pub fn latency_nanos(&self) -> u64 {
        let rate_hz = f64::from(self.shared.rate_hz.load(Ordering::Relaxed).max(1));
        // Two samples wait in the interpolation.
        let queue = ((self.waiting + 2.0) / rate_hz + self.period as f64 / self.output_hz) * 1.0e9;
        self.shared.capture_nanos.load(Ordering::Relaxed) + queue.max(0.0) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    const HZ: f64 = 220.0;

    /// Runs a sine through two clocks: a microphone at `mic_hz` that is `drift` faster than it says, in bursts of 480, and
    /// an output at 48 kHz in periods of `period`. What came out, and how often it was torn.
    fn through(mic_hz: f64, drift: f64, period: usize, secs: f64) -> (Vec<f32>, u32) {
        let (mut end, mut intake) = intake(48_000);
        end.open(mic_hz as u32);
        let (mut given, mut out) = (0_u64, Vec::new());
        let mut block = vec![0.0; period];
        for n in 0..(secs * 48_000.0) as usize / period {
            let now = (n * period) as f64 / 48_000.0;
            while (given + 480) as f64 <= now * mic_hz * (1.0 + drift) {
                let sine = |k: u64| (TAU * HZ * (given + k) as f64 / (mic_hz * (1.0 + drift))).sin() as f32;
                end.give((0..480_u32).map(|k| sine(u64::from(k))), 0);
                given += 480;
            }
            assert!(intake.take(&mut block));
            out.extend_from_slice(&block);
        }
        (out, intake.take_gaps())
    }

    /// How far a signal is from the sine of [`HZ`] that is nearest to it, relative to it.
    fn distance(signal: &[f32]) -> f64 {
        let (mut s, mut c, mut all) = (0.0, 0.0, 0.0);
        for (n, x) in signal.iter().enumerate() {
            let (sin, cos) = (TAU * HZ * n as f64 / 48_000.0).sin_cos();
            (s, c, all) = (s + f64::from(*x) * sin, c + f64::from(*x) * cos, all + f64::from(*x) * f64::from(*x));
        }
        (1.0 - 2.0 * (s * s + c * c) / (signal.len() as f64 * all)).max(0.0).sqrt()
    }

    #[test]
    fn a_sine_comes_whole_through_clocks_that_differ() {
        for (mic_hz, drift, period) in
            [(48_000.0, 0.0, 256), (48_000.0, 3.0e-4, 256), (44_100.0, -2.0e-4, 128), (8_000.0, 0.0, 512)]
        {
            let (out, gaps) = through(mic_hz, drift, period, 30.0);
            assert_eq!(gaps, 0, "{mic_hz} {drift}");
            let tail = &out[out.len() - 9600..];
            let limit = if mic_hz < 10_000.0 { 0.02 } else { 0.01 };
            assert!(distance(tail) < limit, "{mic_hz} {drift}: {}", distance(tail));
        }
    }

    #[test]
    fn a_microphone_that_stops_or_floods_is_survived_and_counted() {
        let (mut end, mut intake) = intake(48_000);
        let mut block = [1.0; 256];
        assert!(!intake.take(&mut block), "none is open");
        end.open(48_000);
        assert!(intake.take(&mut block) && block.iter().all(|x| *x == 0.0), "it has given nothing");
        (0..4).for_each(|_| end.give((0..512).map(|_| f32::NAN), 5_000_000));
        assert!(intake.take(&mut block) && block.iter().all(|x| *x == 0.0));
        (0..80).for_each(|_| end.give((0..500).map(|_| 0.5), 5_000_000));
        for _ in 0..2 {
            intake.take(&mut block);
        }
        assert_eq!(intake.take_gaps(), 1, "what is far too much is dropped at once");
        assert!((block[200] - 0.5).abs() < 1.0e-6);
        assert!(intake.latency_nanos() > 5_000_000 && intake.latency_nanos() < 1_100_000_000);
        for _ in 0..400 {
            intake.take(&mut block);
        }
        assert!(block.iter().all(|x| *x == 0.0) && intake.take_gaps() == 1);
        end.give((0..400_000).map(|_| 0.1), 0);
        for _ in 0..2 {
            intake.take(&mut block);
        }
        assert_eq!(intake.take_gaps(), 0, "it begins afresh with the newest");
        end.close();
        assert!(!intake.take(&mut block));
    }
}
