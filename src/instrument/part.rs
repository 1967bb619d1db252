//! One part of the band: its patch, its knobs, its channels and the little amplifier that its voices share.

use super::channel::Channels;
use super::patch::{PatchId, Role};
use super::skins::Shape;
use crate::base::Segment;
use crate::base::limits::{CONTROL_TICK_FRAMES, MACROS};

/// Wandering levels, shared by the pads of a part.
pub(super) const WANDERERS: usize = 32;

/// What the knobs come to, in the units of the sound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Controls {
    /// Octaves of level for each octave of frequency.
    pub tilt: f32,
    /// Octaves of level for what a recipe calls its colour.
    pub colour: f32,
    pub noise: f32,
    pub drive: f32,
    pub tremolo_hz: f32,
    pub width: f32,
    /// What a tick leaves of a released voice.
    pub release_keep: f32,
    /// The rise of a sustained voice in one frame.
    pub attack_step: f32,
    /// One over the stretch of natural decays.
    pub hurry: f32,
    pub motion_hz: f32,
    pub tune_ratio: f32,
}

impl Controls {
    fn new(patch: PatchId, knobs: &[f32; MACROS], rate_hz: f32) -> Self {
        let mut controls = Self {
            tilt: 0.0,
            colour: 0.0,
            noise: 1.0,
            drive: 0.0,
            tremolo_hz: 0.0,
            width: 1.0,
            release_keep: 0.9,
            attack_step: 0.01,
            hurry: 1.0,
            motion_hz: 0.0,
            tune_ratio: 1.0,
        };
        for (spec, knob) in patch.info().macros.iter().zip(knobs) {
            let value = spec.denormalise(*knob);
            let centred = value / 50.0 - 1.0;
            match spec.role {
                Role::Tone => controls.tilt = centred * if centred < 0.0 { 1.1 } else { 0.55 },
                Role::Colour => controls.colour = centred * if centred < 0.0 { 6.0 } else { 1.6 },
                Role::Noise => controls.noise = (value / 50.0).powi(2),
                Role::Drive => controls.drive = 14.0 * (value / 100.0).powi(2),
                Role::Tremolo => controls.tremolo_hz = value,
                Role::Width => controls.width = value / 50.0,
                Role::Release => {
                    let ticks = value * 0.001 * rate_hz / CONTROL_TICK_FRAMES as f32;
                    controls.release_keep = (-6.9 / ticks.max(1.0)).exp();
                }
                Role::Attack => controls.attack_step = 1000.0 / (value * rate_hz),
                Role::Sustain => controls.hurry = 100.0 / value,
                Role::Motion => controls.motion_hz = value,
                Role::Tune => controls.tune_ratio = (value / 12.0).exp2(),
            }
        }
        controls
    }

    /// What the knobs make of tabla and mridangam.
    pub fn skins(&self) -> Shape {
        let bend = 1.0 + if self.colour < 0.0 { self.colour / 6.0 } else { self.colour / 1.6 };
        Shape { tune: self.tune_ratio, decay: 1.0 / self.hurry, bend, slap: self.noise }
    }

    /// The controls of a fresh patch.
    pub fn fresh(patch: PatchId, rate_hz: f32) -> Self {
        Self::new(patch, &fresh_knobs(patch), rate_hz)
    }
}

fn fresh_knobs(patch: PatchId) -> [f32; MACROS] {
    patch.info().macros.map(|spec| spec.normalise(spec.default))
}

/// A gain on its way from one tick to the next.
#[derive(Clone, Copy, Debug, Default)]
struct Ramp {
    value: f32,
    step: f32,
}

impl Ramp {
    fn aim(&mut self, target: f32) {
        self.step = (target - self.value) / CONTROL_TICK_FRAMES as f32;
    }

    #[inline(always)]
    fn next(&mut self) -> f32 {
        self.value += self.step;
        self.value
    }
}

/// The amplifier: a soft cubic clipper, a stereo tremolo, and the width of the picture.
#[derive(Clone, Copy, Debug, Default)]
struct Amp {
    drive: Ramp,
    left: Ramp,
    right: Ramp,
    width: Ramp,
}

impl Amp {
    /// Adds what the amplifier makes of `dry` to `out`: `y = x (1 - 4/27 (d x)^2)`, the cubic that is level where
    /// `d |x|` reaches 1.5, so that a drive `d` of 0 leaves the sound alone.
    fn render(&mut self, dry: &Segment, out: &mut Segment, frames: usize) {
        let [left, right] = out;
        let frames = left.iter_mut().zip(right.iter_mut()).zip(dry[0].iter().zip(&dry[1])).take(frames);
        for ((left, right), (dry_left, dry_right)) in frames {
            let drive = self.drive.next().max(1.0e-3);
            let (limit, makeup) = (1.5 / drive, 1.0 + 0.12 * drive);
            let bend = |x: f32| {
                let x = x.clamp(-limit, limit);
                makeup * x * (1.0 - (4.0 / 27.0) * (drive * x) * (drive * x))
            };
            let (a, b) = (bend(*dry_left), bend(*dry_right));
            let (middle, side) = (0.5 * (a + b), 0.5 * (a - b) * self.width.next());
            *left += (middle + side) * self.left.next();
            *right += (middle - side) * self.right.next();
        }
    }
}

/// The state of one part.
pub(super) struct Part {
    pub patch: PatchId,
    pub channels: Channels,
    pub controls: Controls,
    /// Goes up when anything changes that a sounding voice must follow.
    pub revision: u32,
    /// The wandering levels of pads, -1 to 1.
    pub wander: [f32; WANDERERS],
    knobs: [f32; MACROS],
    aims: [f32; MACROS],
    tremolo_turn: f32,
    motion_turn: f32,
    amp: Amp,
    rate_hz: f32,
}

impl Part {
    pub fn new(patch: PatchId, rate_hz: f32) -> Self {
        let knobs = fresh_knobs(patch);
        let mut part = Self {
            patch,
            channels: Channels::new(patch),
            controls: Controls::fresh(patch, rate_hz),
            revision: 1,
            wander: [0.0; WANDERERS],
            knobs,
            aims: knobs,
            tremolo_turn: 0.0,
            motion_turn: 0.0,
            amp: Amp::default(),
            rate_hz,
        };
        for (ramp, value) in part.amp_aims() {
            *ramp = Ramp { value, step: 0.0 };
        }
        part
    }

    /// Gives all channels a patch with fresh knobs.
    pub fn set_patch(&mut self, patch: PatchId) {
        self.patch = patch;
        self.knobs = fresh_knobs(patch);
        self.aims = self.knobs;
        self.controls = Controls::fresh(patch, self.rate_hz);
        for channel in &mut self.channels.all {
            channel.patch = patch;
        }
        self.revision = self.revision.wrapping_add(1);
    }

    pub fn set_knob(&mut self, index: usize, normalised: f32) {
        if let Some(aim) = self.aims.get_mut(index)
            && normalised.is_finite()
        {
            *aim = normalised.clamp(0.0, 1.0);
        }
    }

    /// Moves knobs, tremolo and wandering on by one tick.
    pub fn tick(&mut self, ticks: u64, glide: f32) {
        if self.knobs != self.aims {
            for (knob, aim) in self.knobs.iter_mut().zip(&self.aims) {
                let gap = aim - *knob;
                *knob = if gap.abs() < 1.0e-4 { *aim } else { *knob + gap * glide };
            }
            self.controls = Controls::new(self.patch, &self.knobs, self.rate_hz);
            self.revision = self.revision.wrapping_add(1);
        }
        let tick_secs = CONTROL_TICK_FRAMES as f32 / self.rate_hz;
        let wheel = self.wheel();
        if self.controls.tremolo_hz > 0.0 || wheel > 0.0 {
            let hz = if self.controls.tremolo_hz < 0.05 { 5.0 } else { self.controls.tremolo_hz };
            self.tremolo_turn = (self.tremolo_turn + hz * tick_secs).fract();
        }
        if self.controls.motion_hz > 0.0 && ticks.is_multiple_of(8) {
            self.motion_turn += self.controls.motion_hz * tick_secs * 8.0;
            if self.motion_turn >= 4096.0 {
                self.motion_turn -= 4096.0;
            }
            for (index, level) in self.wander.iter_mut().enumerate() {
                // Rates are multiples of 1/64 so that wrapping the clock at 4096 turns is seamless.
                let rate = 0.5 + ((index * 29 + 7) % 64) as f32 / 64.0;
                let turn = (self.motion_turn * rate + index as f32 * 0.618).fract();
                let bow = 2.0 * turn - 1.0;
                *level = 4.0 * bow * (1.0 - bow.abs());
            }
        }
        for (ramp, value) in self.amp_aims() {
            ramp.aim(value);
        }
    }

    /// The modulation wheel of keys that have a tremolo rather than a vibrato, 0 to 1.
    fn wheel(&self) -> f32 {
        let furthest = self.channels.all.iter().map(|channel| channel.modulation).max();
        f32::from(furthest.unwrap_or(0)) / 127.0
    }

    fn amp_aims(&mut self) -> [(&mut Ramp, f32); 4] {
        let keys = matches!(self.patch.info().category, super::Category::Keys);
        let knob = 0.30 * (self.controls.tremolo_hz / 1.5).min(1.0);
        let depth = if keys { (knob + 0.4 * self.wheel()).min(0.75) } else { 0.0 };
        let swing = if depth > 0.0 { depth * (self.tremolo_turn * std::f32::consts::TAU).sin() } else { 0.0 };
        // Narrow pictures pulse together, wide ones swing from side to side.
        let apart = (2.0 * self.controls.width - 1.0).clamp(-1.0, 1.0);
        let amp = &mut self.amp;
        [
            (&mut amp.drive, self.controls.drive),
            (&mut amp.left, 1.0 + swing),
            (&mut amp.right, 1.0 - swing * apart),
            (&mut amp.width, self.controls.width),
        ]
    }

    /// Adds what the amplifier makes of the voices to `out`.
    pub fn amplify(&mut self, dry: &Segment, out: &mut Segment, frames: usize) {
        self.amp.render(dry, out, frames);
    }
}
