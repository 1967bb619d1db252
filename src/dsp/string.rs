//! A plucked string by its modes, which strikes a curved bridge near one end.
//!
//! Every mode is one complex number, velocity (over its angular frequency) and displacement, that turns once a frame:
//! the linear string is exact, in tune, stiffness and losses included, at every sample rate. The bridge is a few
//! points below the string that push back once the string is below them. This is the string of M. van Walstijn, J.
//! Bridges and S. Mehes ("A real-time synthesis oriented tanpura model", DAFx 2016), which meets its bridge at one
//! point; several points on a parabola let it wrap, so that it is shorter while it swings far. Contact is stepped by
//! impulses between exact turns (Störmer and Verlet's splitting), hence without solving an equation in each frame.
//!
//! Displacement is measured in any unit; positions are shares of the length, from the bridge.

use super::partials::{ANGLE_MAX, LANES, Lanes, exp2, sin_cos};
use super::source::{Kernel, sum};

/// Groups of [`LANES`] modes of one string, at most.
pub const STRING_GROUPS: usize = 16;
/// Points of the bridge that a string may touch.
pub const CONTACTS: usize = 3;

/// Squared magnitude below which a mode is set to zero, long before it could become a denormal.
const ENERGY_FLOOR: f32 = 1.0e-16;
/// The most that the bridge pushes back: `rigidity * sum(touch push tan(angle / 2))` over all modes, which is stable
/// below 2, as the trace of one turn and one push tells.
const PUSH_MAX: f32 = 0.7;
/// Sum of squared magnitudes beyond any stroke, at which the string is stopped.
const ENERGY_CEILING: f32 = 1.0e4;
/// Energy of the first modes below which what the bridge does to their pitch is not counted.
const RISE_FLOOR: f32 = 1.0e-9;

/// One value per mode.
type Modes = [Lanes; STRING_GROUPS];

/// What a string is, whatever its pitch.
#[derive(Clone, Copy, Debug)]
pub struct StringShape {
    /// Inharmonicity `B`: mode `n` sounds at `n f sqrt((1 + B n^2) / (1 + B))`.
    pub stiffness: f32,
    /// Where it may touch the bridge.
    pub contacts: [f32; CONTACTS],
    /// What decays at all frequencies, nepers a second.
    pub loss: f32,
    /// What decays besides at 1 kHz, nepers a second; it grows with the square of the frequency.
    pub loss_at_khz: f32,
    /// Modes above this are not computed, in Hz.
    pub top_hz: f32,
    /// Below this the body radiates less and less, in Hz.
    pub thin_hz: f32,
    /// Where the radiation of the body has fallen to one half again, in Hz.
    pub dull_hz: f32,
}

impl StringShape {
    /// What is heard of mode `n` at `hz`: the force on the bridge grows with `n`, and the body is stiff below and heavy
    /// above.
    fn radiation(&self, hz: f32, n: f32) -> f32 {
        let dull = hz / self.dull_hz;
        n * hz / ((hz + self.thin_hz) * (1.0 + dull * dull))
    }
}

/// The state of one string. [`ModalString::new`] allocates nothing either; all calls are real-time safe.
#[derive(Clone, Debug)]
pub struct ModalString {
    velocity: Modes,
    displacement: Modes,
    turn_re: Modes,
    turn_im: Modes,
    touch: [Modes; CONTACTS],
    push: [Modes; CONTACTS],
    pluck: Modes,
    heard: Modes,
    stretch: Modes,
    bridge: [f32; CONTACTS],
    rigidity: f32,
    /// The pull of the finger and what it grows by in a frame.
    pull: [f32; 2],
    angle: f32,
    /// Pushes times displacements of the first modes, summed.
    lift: Lanes,
    groups: usize,
    shape: StringShape,
}

impl ModalString {
    /// A string at rest that is not tuned yet and touches no bridge.
    #[must_use]
    pub fn new(shape: &StringShape) -> Self {
        const NONE: Modes = [[0.0; LANES]; STRING_GROUPS];
        let stiffness = f64::from(shape.stiffness.clamp(0.0, 1.0e-2));
        let of_mode = |value: &dyn Fn(f64) -> f64| -> Modes {
            std::array::from_fn(|g| std::array::from_fn(|lane| value((g * LANES + lane + 1) as f64) as f32))
        };
        let stretch = |n: f64| n * ((1.0 + stiffness * n * n) / (1.0 + stiffness)).sqrt();
        let sine = |n: f64, place: f32| (std::f64::consts::PI * n * f64::from(place)).sin();
        Self {
            velocity: NONE,
            displacement: NONE,
            turn_re: NONE,
            turn_im: NONE,
            touch: shape.contacts.map(|place| of_mode(&|n| sine(n, place))),
            push: shape.contacts.map(|place| of_mode(&|n| sine(n, place) / stretch(n))),
            pluck: NONE,
            heard: NONE,
            stretch: of_mode(&stretch),
            bridge: [f32::MIN; CONTACTS],
            rigidity: 0.0,
            pull: [0.0; 2],
            angle: 0.0,
            lift: [0.0; LANES],
            groups: 0,
            shape: *shape,
        }
    }

    /// Stops all motion.
    pub fn rest(&mut self) {
        for g in 0..STRING_GROUPS {
            self.velocity[g] = [0.0; LANES];
            self.displacement[g] = [0.0; LANES];
        }
        self.pull = [0.0; 2];
        self.lift = [0.0; LANES];
    }

    /// Tunes the first mode to `angle` radians a frame. `touch_loss` is lost besides in all modes, nepers a second, as
    /// when a finger lies on the string; `hardness` is the push of the bridge for a penetration, in units of what
    /// bends the string as far as the first mode would swing.
    pub fn tune(&mut self, angle: f32, rate_hz: f32, touch_loss: f32, hardness: f32) {
        let hz = angle * rate_hz / std::f32::consts::TAU;
        let limit = ANGLE_MAX.min(self.shape.top_hz / rate_hz * std::f32::consts::TAU);
        let per_frame = std::f32::consts::LOG2_E / rate_hz;
        self.angle = angle;
        let mut reply = 0.0;
        self.groups = 0;
        for g in 0..STRING_GROUPS {
            let stretch = &self.stretch[g];
            if stretch[0] * angle > limit && g > 0 {
                break;
            }
            self.groups = g + 1;
            let (sine, cosine) = sin_cos(&stretch.map(|n| (n * angle).min(std::f32::consts::PI)));
            let keep = exp2(&stretch.map(|n| {
                let khz = n * hz * 1.0e-3;
                -(self.shape.loss + self.shape.loss_at_khz * khz * khz + touch_loss) * per_frame
            }));
            for lane in 0..LANES {
                let is_above = stretch[lane] * angle > limit;
                let keep = if is_above { 0.9 } else { keep[lane] };
                self.turn_re[g][lane] = cosine[lane] * keep;
                self.turn_im[g][lane] = sine[lane] * keep;
                self.heard[g][lane] =
                    if is_above { 0.0 } else { self.shape.radiation(stretch[lane] * hz, stretch[lane]) };
                let coupling = self.touch.iter().zip(&self.push).map(|(t, p)| t[g][lane] * p[g][lane]).sum::<f32>();
                reply += coupling * sine[lane] / (1.0 + cosine[lane]).max(1.0e-3);
            }
        }
        for g in self.groups..STRING_GROUPS {
            self.velocity[g] = [0.0; LANES];
            self.displacement[g] = [0.0; LANES];
        }
        self.rigidity = (hardness * angle).min(PUSH_MAX / reply.max(1.0e-6));
    }

    /// Puts the bridge at these heights below the string at rest, one for each contact.
    pub fn set_bridge(&mut self, below: [f32; CONTACTS]) {
        self.bridge = below.map(|depth| -depth);
    }

    /// Puts the finger at `place`.
    pub fn set_finger(&mut self, place: f32) {
        for g in 0..STRING_GROUPS {
            for lane in 0..LANES {
                let n = (g * LANES + lane + 1) as f32;
                let sine = super::fast_math::sin_turns(0.5 * n * place);
                self.pluck[g][lane] = sine / self.stretch[g][lane];
            }
        }
    }

    /// Lets the pull of the finger go from what it is to `to` within `frames`. Held, a pull of 1 bends each mode `n`
    /// by `sin(pi n place) / n^2`.
    pub fn pull(&mut self, to: f32, frames: usize) {
        self.pull[1] = (to - self.pull[0]) / frames.max(1) as f32;
    }

    /// Takes the finger off: what a pull to 0 leaves is rounding.
    pub fn end_pull(&mut self) {
        self.pull = [0.0; 2];
    }

    /// By how much the bridge has raised the pitch of the first [`LANES`] modes since it was last asked, as a sum over
    /// the frames of shares of the pitch.
    ///
    /// A push `p` on the velocity `v` of a mode at displacement `y` turns its phase by `-y p / (v^2 + y^2)`. The
    /// modes are averaged by their energies, so that those which are at rest say nothing.
    pub fn take_rise(&mut self) -> f32 {
        let mut energy = 0.0;
        for lane in 0..LANES {
            let (v, y, n) = (self.velocity[0][lane], self.displacement[0][lane], self.stretch[0][lane]);
            energy += n * n * (v * v + y * y);
        }
        let work: f32 = std::mem::take(&mut self.lift).iter().sum();
        if energy > RISE_FLOOR { -work / (energy * self.angle) } else { 0.0 }
    }

    /// Sets modes that have died away to zero, or all should they ever be absurd; whether any is left.
    pub fn settle(&mut self) -> bool {
        let mut is_moving = self.pull != [0.0; 2];
        let mut energy = 0.0;
        for g in 0..self.groups {
            for lane in 0..LANES {
                let (v, y) = (self.velocity[g][lane], self.displacement[g][lane]);
                energy += v * v + y * y;
                if v * v + y * y >= ENERGY_FLOOR {
                    is_moving = true;
                } else {
                    self.velocity[g][lane] = 0.0;
                    self.displacement[g][lane] = 0.0;
                }
            }
        }
        // What is no number compares false and is stopped as well.
        if energy < ENERGY_CEILING {
            return is_moving;
        }
        self.rest();
        false
    }

    /// Writes the force on the bridge for the next frames.
    pub fn render(&mut self, kernel: Kernel, out: &mut [f32]) {
        match kernel {
            Kernel::Portable => run(self, out),
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx2 => avx2(self, out),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
fn avx2(string: &mut ModalString, out: &mut [f32]) {
    #[target_feature(enable = "avx2")]
    fn compiled(string: &mut ModalString, out: &mut [f32]) {
        run(string, out);
    }
    // SAFETY: `Kernel::Avx2` is only made by `Kernel::detect` after the processor said that it has AVX2.
    unsafe { compiled(string, out) }
}

#[inline(always)]
fn run(string: &mut ModalString, out: &mut [f32]) {
    let groups = string.groups.min(STRING_GROUPS);
    for out in out {
        let mut heard = [0.0; LANES];
        let mut touch = [[0.0; LANES]; CONTACTS];
        for g in 0..groups {
            let (v, y) = (&mut string.velocity[g], &mut string.displacement[g]);
            let (re, im) = (&string.turn_re[g], &string.turn_im[g]);
            for lane in 0..LANES {
                let x = v[lane] * re[lane] - y[lane] * im[lane];
                y[lane] = v[lane] * im[lane] + y[lane] * re[lane];
                v[lane] = x;
                heard[lane] += string.heard[g][lane] * y[lane];
            }
            for (touch, modes) in touch.iter_mut().zip(&string.touch) {
                for lane in 0..LANES {
                    touch[lane] += modes[g][lane] * y[lane];
                }
            }
        }
        *out = sum(&heard);
        string.pull[0] += string.pull[1];
        let mut kicks = [0.0; CONTACTS];
        for ((kick, touch), bridge) in kicks.iter_mut().zip(&touch).zip(&string.bridge) {
            *kick = string.rigidity * (bridge - sum(touch)).max(0.0);
        }
        if kicks != [0.0; CONTACTS] || string.pull[0] != 0.0 {
            kick(string, &kicks, groups);
        }
    }
}

#[inline(always)]
fn kick(string: &mut ModalString, kicks: &[f32; CONTACTS], groups: usize) {
    let [a, b, c] = *kicks;
    let pull = string.pull[0] * string.angle;
    for lane in 0..LANES {
        string.lift[lane] += string.displacement[0][lane]
            * (a * string.touch[0][0][lane] + b * string.touch[1][0][lane] + c * string.touch[2][0][lane]);
    }
    for g in 0..groups {
        for lane in 0..LANES {
            string.velocity[g][lane] += a * string.push[0][g][lane]
                + b * string.push[1][g][lane]
                + c * string.push[2][g][lane]
                + pull * string.pluck[g][lane];
        }
    }
}
