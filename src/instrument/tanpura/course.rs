//! One string of the tanpura: how it is stroked, and how it is kept in tune against its bridge.

use super::tuning;
use crate::base::Rng;
use crate::base::limits::CONTROL_TICK_FRAMES;
use crate::dsp::source::Kernel;
use crate::dsp::string::{CONTACTS, ModalString};

/// Ticks from one correction of a string to its next: strings take turns.
pub(super) const TURNS: u64 = 4;

/// What the hand does to the string.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Hand {
    Away,
    /// Pulling, for so many ticks more, and how long letting go will take.
    Pulling {
        ticks: u32,
        release_secs: f32,
    },
    LettingGo {
        ticks: u32,
    },
}

/// A string, its hand and its tuner.
#[derive(Clone, Debug)]
pub(super) struct Course {
    string: ModalString,
    hand: Hand,
    /// Radians a frame of the pitch that is wanted.
    angle: f32,
    jawari: f32,
    /// The share of the pitch that the bridge adds, measured and smoothed.
    drift: f32,
    is_measured: bool,
    is_sounding: bool,
    rate_hz: f32,
}

impl Course {
    pub fn new(rate_hz: f32) -> Self {
        Self {
            string: ModalString::new(&tuning::SHAPE),
            hand: Hand::Away,
            angle: 0.01,
            jawari: 0.0,
            drift: 0.0,
            is_measured: false,
            is_sounding: false,
            rate_hz,
        }
    }

    pub fn reset(&mut self) {
        *self = Self::new(self.rate_hz);
    }

    /// Strokes the string; what still rings is damped by the finger first.
    pub fn stroke(&mut self, rng: &mut Rng) {
        let place = tuning::PLUCK_PLACE[0] + tuning::PLUCK_PLACE[1] * rng.bipolar();
        let strength = 1.0 + tuning::UNEVEN * rng.bipolar();
        let release_secs = tuning::RELEASE_SECS[0] + tuning::RELEASE_SECS[1] * rng.bipolar();
        self.string.set_finger(place);
        let ticks = self.ticks(tuning::PULL_SECS);
        self.string.pull(strength, ticks as usize * CONTROL_TICK_FRAMES);
        self.hand = Hand::Pulling { ticks, release_secs };
        self.is_sounding = true;
    }

    /// Whether the string moves.
    pub fn is_sounding(&self) -> bool {
        self.is_sounding
    }

    fn ticks(&self, secs: f32) -> u32 {
        ((secs * self.rate_hz / CONTROL_TICK_FRAMES as f32).round() as u32).max(1)
    }

    /// Moves the hand on by one tick.
    pub fn tick(&mut self) {
        if !self.is_sounding {
            return;
        }
        let before = self.hand;
        self.hand = match before {
            Hand::Away => Hand::Away,
            Hand::Pulling { ticks: 0, release_secs } => {
                let ticks = self.ticks(release_secs);
                self.string.pull(0.0, ticks as usize * CONTROL_TICK_FRAMES);
                Hand::LettingGo { ticks: ticks - 1 }
            }
            Hand::Pulling { ticks, release_secs } => Hand::Pulling { ticks: ticks - 1, release_secs },
            Hand::LettingGo { ticks: 0 } => {
                self.string.end_pull();
                Hand::Away
            }
            Hand::LettingGo { ticks } => Hand::LettingGo { ticks: ticks - 1 },
        };
        if matches!((before, self.hand), (Hand::Pulling { .. }, Hand::LettingGo { .. })) {
            self.apply();
        }
    }

    /// Follows the pitch, the bridge and the tuner; once every [`TURNS`] ticks.
    pub fn tune(&mut self, hz: f32, jawari: f32) {
        if !self.is_sounding {
            return;
        }
        self.angle = std::f32::consts::TAU * hz / self.rate_hz;
        self.jawari = jawari;
        self.measure();
        self.apply();
        if !self.string.settle() && self.hand == Hand::Away {
            self.is_sounding = false;
        }
    }

    /// Gives the string its pitch, its bridge, and the finger that lies on it.
    fn apply(&mut self) {
        let is_held = matches!(self.hand, Hand::Pulling { .. });
        let loss = if is_held { tuning::FINGER_LOSS } else { 0.0 };
        self.string.set_bridge(bridge(self.jawari));
        let hardness = if self.jawari > 0.0 { tuning::HARDNESS } else { 0.0 };
        self.string.tune(self.angle * (1.0 - self.drift), self.rate_hz, loss, hardness);
    }

    /// The string is shorter while it lies on the bridge, and how long it does so depends on how far it swings: what
    /// this adds to the pitch is taken off again.
    fn measure(&mut self) {
        let frames = (TURNS as usize * CONTROL_TICK_FRAMES) as f32;
        let added = self.string.take_rise() / frames;
        let limit = tuning::SERVO_MAX;
        if self.hand == Hand::Away {
            let glide = 1.0 - (-frames / (self.rate_hz * tuning::SERVO_SECS)).exp();
            let glide = if self.is_measured { glide } else { 0.0 };
            self.drift = (self.drift + (added - self.drift) * glide).clamp(-limit, limit);
            self.is_measured = true;
        } else {
            self.is_measured = false;
        }
    }

    /// Adds the string to both sides; `gains` are those of left and right.
    pub fn render(&mut self, kernel: Kernel, out: [&mut [f32]; 2], gains: [f32; 2]) {
        if !self.is_sounding {
            return;
        }
        let mut dry = [0.0; CONTROL_TICK_FRAMES];
        let [left, right] = out;
        let dry = &mut dry[..left.len().min(CONTROL_TICK_FRAMES)];
        self.string.render(kernel, dry);
        for ((left, right), dry) in left.iter_mut().zip(right).zip(dry) {
            *left += gains[0] * *dry;
            *right += gains[1] * *dry;
        }
    }
}

/// How far below the string the bone is at each contact. A full stroke leaves the bridge with a slope of about one
/// over the place of the finger; the parabola is the one that it meets at the end of the wrap.
fn bridge(jawari: f32) -> [f32; CONTACTS] {
    let [least, most] = tuning::WRAP;
    let wrap = least * (most / least).powf(jawari);
    let slope = 1.0 / tuning::PLUCK_PLACE[0];
    tuning::CONTACTS.map(|place| slope * place * place / wrap)
}
