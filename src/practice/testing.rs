//! Lines that nobody sang: exact in cents, with the flutter of a voice.

use crate::base::Rng;
use crate::ear::pitch::PitchFrame;

/// Seconds from frame to frame.
pub const HOP_SECS: f64 = 0.005;

/// A line in cents over Sa, a frame every 5 ms, that grows part by part.
pub struct Sung {
    line: Vec<Option<f32>>,
    rng: Rng,
    flutter_cents: f32,
    wander: f32,
}

impl Sung {
    /// An empty line whose frames flutter by so many cents (standard deviation, about).
    pub fn new(flutter_cents: f32, seed: u64) -> Self {
        Self { line: Vec::new(), rng: Rng::new(seed), flutter_cents, wander: 0.0 }
    }

    /// The frames so far.
    pub fn line(&self) -> &[Option<f32>] {
        &self.line
    }

    fn add(mut self, secs: f64, cents: impl Fn(f32) -> f32) -> Self {
        let frames = (secs / HOP_SECS).round() as usize;
        for frame in 0..frames {
            let white = self.rng.bipolar() + self.rng.bipolar() + self.rng.bipolar();
            // The windows of the ear overlap, so its errors last for some frames.
            self.wander += 0.3 * (white - self.wander);
            let flutter = 1.8 * self.flutter_cents * self.wander;
            self.line.push(Some(cents(frame as f32 / frames as f32) + flutter));
        }
        self
    }

    fn last(&self) -> Option<f32> {
        self.line.last().copied().flatten()
    }

    /// Holds a pitch, reached from the one before in a tenth of a second, as voices do.
    pub fn hold(self, cents: f32, secs: f64) -> Self {
        match self.last() {
            Some(from) => self.glide(from, cents, 0.1).add(secs - 0.1, |_| cents),
            None => self.add(secs, |_| cents),
        }
    }

    /// Moves from one pitch to another, slowly at both ends.
    pub fn glide(self, from: f32, to: f32, secs: f64) -> Self {
        self.add(secs, |t| from + (to - from) * 0.5 * (1.0 - (std::f32::consts::PI * t).cos()))
    }

    /// Moves evenly from one pitch to another.
    pub fn ramp(self, from: f32, to: f32, secs: f64) -> Self {
        self.add(secs, |t| from + (to - from) * t)
    }

    /// Swings between two pitches.
    pub fn swing(self, low: f32, high: f32, rate_hz: f32, secs: f64) -> Self {
        let turns = rate_hz * secs as f32;
        self.add(secs, |t| 0.5 * (low + high) + 0.5 * (high - low) * (std::f32::consts::TAU * turns * t).sin())
    }

    /// Touches a pitch and comes back.
    pub fn touch(self, main: f32, cents: f32, secs: f64) -> Self {
        self.add(secs, |t| main + (cents - main) * (std::f32::consts::PI * t).sin())
    }

    /// Is silent.
    pub fn rest(mut self, secs: f64) -> Self {
        self.line.extend((0..(secs / HOP_SECS).round() as usize).map(|_| None));
        self
    }

    /// The frames that the ear would give, over a Sa in Hz.
    pub fn frames(&self, sa_hz: f32) -> impl Iterator<Item = PitchFrame> + '_ {
        self.line.iter().enumerate().map(move |(i, cents)| {
            let hz = cents.map(|cents| sa_hz * (cents / 1200.0).exp2());
            PitchFrame {
                at_secs: i as f64 * HOP_SECS,
                hz,
                candidate_hz: hz.unwrap_or(sa_hz),
                clarity: if hz.is_some() { 0.95 } else { 0.1 },
                level_db: if hz.is_some() { -20.0 } else { -70.0 },
                is_voiced: hz.is_some(),
            }
        })
    }
}
