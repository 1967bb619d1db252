//! The reference, read by the microphone's clock: a delay line with a fractional place that moves at a rate of its own,
//! and the loop that finds that rate.

use super::tuning;

/// Samples that are kept: 2 s, four times the longest delay.
const KEPT: usize = 32_768;
/// Samples around a place from which the value there is made.
const REACH: usize = 16;
/// Places between two samples for which the weights are known; between these they run straight.
const PHASES: usize = 128;

/// The reference, and where in it the microphone is.
pub struct Reference {
    ring: Box<[f32]>,
    written: u64,
    /// Where is read, samples since the first.
    place: f64,
    /// By how much the reference's clock runs faster than the microphone's, as a share.
    drift: f64,
    kernel: Box<[[f32; REACH]]>,
}

impl Reference {
    /// An empty one.
    pub fn new() -> Self {
        let ring = vec![0.0; KEPT].into_boxed_slice();
        let kernel = (0..=PHASES).map(|phase| weights(phase as f64 / PHASES as f64)).collect();
        Self { ring, written: 0, place: 0.0, drift: 0.0, kernel }
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        self.ring.fill(0.0);
        (self.written, self.place, self.drift) = (0, 0.0, 0.0);
    }

    /// Takes a sample in.
    pub fn push(&mut self, sample: f32) {
        self.ring[self.written as usize % KEPT] = sample;
        self.written += 1;
    }

    /// How many samples came in.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Mean square of the newest `count` samples.
    pub fn newest_power(&self, count: usize) -> f32 {
        let newest = (0..count as u64).filter_map(|back| self.written.checked_sub(back + 1));
        newest.map(|at| self.ring[at as usize % KEPT].powi(2)).sum::<f32>() / count as f32
    }

    /// Begins to read so many samples before number `now`, at the same rate.
    pub fn aim(&mut self, now: u64, delay: usize) {
        self.place = now as f64 - delay as f64;
        self.drift = 0.0;
    }

    /// The next value; what was not written yet or is kept no longer is silence.
    pub fn read(&mut self) -> f32 {
        self.place += 1.0 + self.drift;
        let first = self.place.floor();
        let phase = (self.place - first) * PHASES as f64;
        let (row, between) = (phase as usize, phase.fract() as f32);
        let before = first as i64 + 1 - (REACH / 2) as i64;
        let (here, next) = (&self.kernel[row.min(PHASES)], &self.kernel[(row + 1).min(PHASES)]);
        let weighed = here.iter().zip(next).enumerate().map(|(i, (a, b))| {
            let at = before + i as i64;
            let is_kept = at >= 0 && (at as u64) < self.written && (at as u64) + KEPT as u64 > self.written;
            if is_kept { (a + between * (b - a)) * self.ring[at as usize % KEPT] } else { 0.0 }
        });
        weighed.sum()
    }

    /// Follows the other clock: the microphone hears `late` samples later than where is read, seen over `secs`.
    pub fn follow(&mut self, late: f64, secs: f64, [by_phase, by_rate]: [f64; 2]) {
        let late = late.clamp(-tuning::DELAY_STEP, tuning::DELAY_STEP);
        self.place -= by_phase * secs * late;
        let drift = self.drift - by_rate * secs * late / tuning::RATE_HZ;
        self.drift = drift.clamp(-tuning::DRIFT_MOST, tuning::DRIFT_MOST);
    }

    /// By how much the reference's clock runs faster than the microphone's, as a share.
    pub fn drift(&self) -> f64 {
        self.drift
    }
}

/// Weights of the samples around for the value `offset` (0 to 1) after the middle one: a Hann-windowed sinc.
fn weights(offset: f64) -> [f32; REACH] {
    let half = REACH as f64 / 2.0;
    std::array::from_fn(|i| {
        let x = i as f64 + 1.0 - half - offset;
        let angle = std::f64::consts::PI * x;
        let sinc = if x.abs() < 1e-9 { 1.0 } else { angle.sin() / angle };
        (sinc * (0.5 + 0.5 * (angle / (half + 0.5)).cos())) as f32
    })
}

/// How late the microphone is beside the filter's output, by the slope: to first order `d(t) = y(t - late)` leaves
/// `e = -late y'`, so `late` is the least-squares fit of the error on the slope. What a voice adds has nothing to do
/// with that slope.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lateness {
    outputs: [f32; 2],
    error: f32,
    product: f64,
    square: f64,
}

impl Lateness {
    /// Takes an output of the filter and the error in.
    pub fn add(&mut self, output: f32, error: f32) {
        let slope = 0.5 * f64::from(output - self.outputs[1]);
        self.product += f64::from(self.error) * slope;
        self.square += slope * slope;
        self.outputs = [output, self.outputs[0]];
        self.error = error;
    }

    /// How late, samples, since this was last asked.
    pub fn take(&mut self) -> f64 {
        let late = -self.product / (self.square + 1e-12);
        (self.product, self.square) = (0.0, 0.0);
        late
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(t: f64) -> f32 {
        (0.2 * t).sin() as f32 + 0.3 * (1.1 * t).cos() as f32
    }

    #[test]
    fn between_the_samples_the_reference_is_what_it_was_at_any_rate() {
        for drift in [0.0, 100e-6, -200e-6] {
            let mut reference = Reference::new();
            (0..64).for_each(|i| reference.push(wave(f64::from(i))));
            reference.aim(64, 30);
            reference.drift = drift;
            let mut place = 34.0;
            for i in 64..20_000 {
                reference.push(wave(f64::from(i)));
                place += 1.0 + drift;
                let value = reference.read();
                assert!((value - wave(place)).abs() < 3e-3, "{i}: {value} {}", wave(place));
            }
        }
    }

    #[test]
    fn what_is_not_there_is_silence() {
        let mut reference = Reference::new();
        assert_eq!(reference.read(), 0.0);
        reference.push(1.0);
        reference.aim(1, 200_000);
        assert_eq!(reference.read(), 0.0);
        reference.aim(900, 0);
        assert_eq!(reference.read(), 0.0);
    }

    #[test]
    fn lateness_is_read_from_the_error() {
        for late in [-0.3, 0.0, 0.2] {
            let mut lateness = Lateness::default();
            for i in 0..800 {
                let t = f64::from(i);
                lateness.add(wave(t), wave(t - late) - wave(t));
            }
            let found = lateness.take();
            assert!((found - late).abs() < 0.05, "{late}: {found}");
        }
        assert_eq!(Lateness::default().take(), 0.0);
    }
}
