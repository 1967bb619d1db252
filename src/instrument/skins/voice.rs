//! One stroke while it rings.

use super::Shape;
use super::stroke::{Drum, Stroke};
use super::tuning::{self, Head, Touch};
use crate::base::limits::CONTROL_TICK_FRAMES;
use crate::dsp::envelope::Envelope;
use crate::dsp::fast_math::{exp2, sin_turns};
use crate::dsp::noise::Noise;
use crate::dsp::partials::Lanes;
use crate::dsp::source::{Kernel, Mix, Source};
use crate::dsp::svf::SvfShape;

/// Nepers of 60 dB.
const FALL: f32 = 6.907_755;
/// Level of the slap below which it is ended.
const SLAP_FLOOR: f32 = 1.0e-6;

/// A stroke that rings, or nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Ring {
    source: Source,
    stroke: Option<Stroke>,
    angles: Lanes,
    keeps: Lanes,
    /// Seconds since the stroke.
    age_secs: f32,
    is_damped: bool,
    /// How far the hand bends, as a share of what the stroke has by itself.
    bend_share: f32,
    energy: f32,
}

impl Ring {
    /// A stroke on a head whose first mode is at `head_hz`; rate in Hz and seed of the slap come together.
    pub fn new(stroke: Stroke, head_hz: f32, level: f32, shape: &Shape, (rate_hz, seed): (f32, u32)) -> Self {
        let touch = stroke.touch();
        let (ratios, gains) = match touch.head {
            Head::Right => (tuning::LOADED, tuning::RIGHT_HEAD_GAINS),
            Head::Left => (tuning::PLAIN, tuning::LEFT_HEAD_GAINS),
        };
        let bend_share = shape.bend;
        let mut ring = Self { stroke: Some(stroke), bend_share, energy: f32::MAX, ..Self::default() };
        ring.angles = ratios.map(|ratio| std::f32::consts::TAU * head_hz * ratio / rate_hz);
        // Higher modes die sooner.
        ring.keeps =
            ratios.map(|ratio| (-FALL * (0.6 + 0.4 * ratio) / (touch.decay_secs * shape.decay * rate_hz)).exp());
        // A harder stroke is brighter: low modes grow less than its level.
        let levels = std::array::from_fn(|mode| touch.levels[mode] * level.powf(0.25 * (mode as f32 / 4.0)));
        let loudness = level * touch.level;
        let bank = &mut ring.source.bank;
        bank.set_groups(1);
        bank.strike(0, &levels);
        let (kind, hz, q, slap_level, slap_secs) = touch.slap;
        let filter = SvfShape::new(kind, hz, q, f64::from(rate_hz));
        let keep = (-FALL / (slap_secs * rate_hz)).exp();
        ring.source.noise = Noise::new(seed, filter, slap_level * shape.slap, keep, [1.0, 0.0]);
        ring.source.envelope = Envelope::rising((1.0 / (tuning::RISE_SECS * rate_hz)).min(1.0));
        ring.source.mix = Mix::still([gains[0] * loudness, gains[1] * loudness, 0.0, 0.0]);
        ring.bend(touch);
        ring
    }

    /// Whether this rings on that head and no hand damps it yet.
    pub fn is_on(&self, drum: Drum, head: Head) -> bool {
        self.stroke.is_some_and(|stroke| stroke.drum() == drum && stroke.touch().head == head) && !self.is_damped
    }

    pub fn is_sounding(&self) -> bool {
        self.stroke.is_some()
    }

    /// The energy at the last tick; nothing for a ring that is over.
    pub fn loudness(&self) -> f32 {
        if self.is_sounding() { self.energy * self.source.envelope.level() + f32::MIN_POSITIVE } else { 0.0 }
    }

    pub fn damp(&mut self, rate_hz: f32) {
        if self.is_sounding() && !self.is_damped {
            self.source.envelope.fade(tuning::DAMP_SECS * rate_hz);
            self.is_damped = true;
        }
    }

    pub fn tick(&mut self, rate_hz: f32) {
        let Some(stroke) = self.stroke else { return };
        self.age_secs += CONTROL_TICK_FRAMES as f32 / rate_hz;
        self.bend(stroke.touch());
        let slap = self.source.noise.level();
        if slap > 0.0 && slap < SLAP_FLOOR {
            self.source.noise.set_level(0.0);
        }
        self.energy = self.source.bank.energy();
        let is_over = self.energy == 0.0 && self.source.noise.level() == 0.0;
        if is_over || self.is_damped && self.source.envelope.land() {
            *self = Self::default();
        }
    }

    fn bend(&mut self, touch: &Touch) {
        let ratio = exp2(bent_cents(touch, self.bend_share, self.age_secs) / 1200.0);
        self.source.bank.set_turn(0, &self.angles, &self.keeps, ratio);
    }

    pub fn render(&mut self, kernel: Kernel, left: &mut [f32], right: &mut [f32]) {
        if self.is_sounding() {
            kernel.render(&mut self.source, left, right);
        }
    }
}

/// The pitch so many seconds after a stroke, in cents above that of the head at rest: stretched by the stroke itself,
/// then bent by the hand along half a cosine, by a share of what the stroke has.
pub(super) fn bent_cents(touch: &Touch, share: f32, age_secs: f32) -> f32 {
    // Two to the power of this is a third.
    const THIRD: f32 = -1.584_962_5;
    let stretched = touch.sharp_cents * exp2(THIRD * age_secs / tuning::SHARP_SECS);
    let turn = (age_secs / touch.bend_secs).min(1.0);
    stretched + share * touch.bend_cents * (0.5 + 0.5 * sin_turns(0.5 * turn - 0.25))
}
