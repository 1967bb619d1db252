//! Skins: the tabla and the mridangam, whose heads ring in tune with Sa.
//!
//! A stroke is a bank of decaying modes and the slap of the fingers ([`crate::dsp::source`]); the hand bends the pitch
//! of the left head while it rings. [`Pattern`] turns the syllables of a theka, or the claps of a tala, into strokes.

mod pattern;
mod stroke;
#[cfg(test)]
mod tests;
mod tuning;
mod voice;

pub use pattern::{Beat, Pattern, STROKES_PER_BEAT, TimedStroke};
pub use stroke::{Drum, Stroke};

use crate::base::limits::CONTROL_TICK_FRAMES;
use crate::base::{Rng, Segment};
use crate::dsp::source::Kernel;
use tuning::Head;
use voice::Ring;

/// Strokes that ring at once: one on each head and those that are being damped.
const RINGS: usize = 8;

/// How a kit is built and touched, beside the strokes' own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// What the pitch of all heads is multiplied by.
    pub tune: f32,
    /// What the time that they ring is multiplied by.
    pub decay: f32,
    /// What the bends of the left hand are multiplied by.
    pub bend: f32,
    /// What the slap of the fingers is multiplied by.
    pub slap: f32,
}

impl Default for Shape {
    fn default() -> Self {
        Self { tune: 1.0, decay: 1.0, bend: 1.0, slap: 1.0 }
    }
}

/// Both drums of one player, of either tradition, tuned to a Sa. [`SkinKit::new`] allocates nothing either;
/// everything else is real-time safe: no allocation, lock, I/O or panic. The sound does not depend on how the frames
/// are cut into calls.
#[derive(Clone, Debug)]
pub struct SkinKit {
    rings: [Ring; RINGS],
    kernel: Kernel,
    rng: Rng,
    seed: u64,
    rate_hz: f32,
    sa_hz: f32,
    shape: Shape,
}

impl SkinKit {
    /// A silent kit at a sample rate in Hz, tuned to C sharp; its little irregularities are fixed by `seed`.
    #[must_use]
    pub fn new(sample_rate_hz: u32, seed: u64) -> Self {
        Self {
            rings: std::array::from_fn(|_| Ring::default()),
            kernel: Kernel::detect(),
            rng: Rng::new(seed),
            seed,
            rate_hz: sample_rate_hz.max(1) as f32,
            sa_hz: 138.6,
            shape: Shape::default(),
        }
    }

    /// Silence: what follows is the same, bit for bit, as from a new kit of the same Sa. Real-time safe.
    pub fn reset(&mut self) {
        self.rings = std::array::from_fn(|_| Ring::default());
        self.rng = Rng::new(self.seed);
    }

    /// Tunes the heads to a Sa of 60 to 500 Hz, in the octaves that they are built for. What rings is left alone; a
    /// value that is no number changes nothing. Real-time safe.
    pub fn set_sa(&mut self, sa_hz: f32) {
        if sa_hz.is_finite() {
            self.sa_hz = sa_hz.clamp(60.0, 500.0);
        }
    }

    /// Builds the heads of the strokes to come otherwise. Real-time safe.
    pub fn set_shape(&mut self, shape: Shape) {
        self.shape = shape;
    }

    /// The first mode of the head that a stroke falls on, unbent, in Hz.
    #[must_use]
    pub fn head_hz(&self, stroke: Stroke) -> f32 {
        let low_hz = match (stroke.touch().head, stroke.drum()) {
            (Head::Left, _) => tuning::BAYAN_LOW_HZ,
            (Head::Right, Drum::Tabla) => tuning::TABLA_LOW_HZ,
            (Head::Right, Drum::Mridangam) => tuning::MRIDANGAM_LOW_HZ,
        };
        self.sa_hz * (low_hz / self.sa_hz).log2().ceil().exp2()
    }

    /// Strikes at the very next frame; `velocity` is 0 to 1. What rang on the same head is damped. Real-time safe.
    pub fn strike(&mut self, stroke: Stroke, velocity: f32) {
        if velocity.is_nan() || velocity <= 0.0 {
            return;
        }
        let head = stroke.touch().head;
        for ring in self.rings.iter_mut().filter(|ring| ring.is_on(stroke.drum(), head)) {
            ring.damp(self.rate_hz);
        }
        let level = velocity.min(1.0) * (1.0 + tuning::UNEVEN * self.rng.bipolar());
        let head_hz = self.shape.tune * self.head_hz(stroke);
        let ring = Ring::new(stroke, head_hz, level, &self.shape, (self.rate_hz, self.rng.next_u32()));
        let quietest =
            (0..RINGS).min_by(|a, b| self.rings[*a].loudness().total_cmp(&self.rings[*b].loudness())).unwrap_or(0);
        self.rings[quietest] = ring;
    }

    /// Damps all heads within 10 ms. Real-time safe.
    pub fn stop(&mut self) {
        for ring in &mut self.rings {
            ring.damp(self.rate_hz);
        }
    }

    /// Whether any head rings.
    #[must_use]
    pub fn is_sounding(&self) -> bool {
        self.rings.iter().any(Ring::is_sounding)
    }

    /// Moves bends and fades on; to be called before the frame at each multiple of [`CONTROL_TICK_FRAMES`].
    /// Real-time safe.
    pub fn tick(&mut self) {
        for ring in &mut self.rings {
            ring.tick(self.rate_hz);
        }
    }

    /// Adds the next `frames` (at most 32, up to the next tick) to `out`. Real-time safe.
    pub fn render(&mut self, out: &mut Segment, frames: usize) {
        let frames = frames.min(CONTROL_TICK_FRAMES);
        let [left, right] = out;
        for ring in &mut self.rings {
            ring.render(self.kernel, &mut left[..frames], &mut right[..frames]);
        }
    }
}
