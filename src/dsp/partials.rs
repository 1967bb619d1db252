//! Banks of decaying complex phasors: alias-free partials that are in tune by construction.
//!
//! Every partial is one complex number `z` that turns once a frame, `z *= c` with `c = k (cos w + i sin w)`: `w`
//! is its frequency in radians per frame and `k` its decay. What sounds is the sum of the real parts.

/// Partials that one vector carries.
pub const LANES: usize = 8;
/// Groups of [`LANES`] partials in one bank, at most.
pub const GROUPS_MAX: usize = 4;
/// One value per partial of a group.
pub type Lanes = [f32; LANES];

/// The highest angle that sounds, radians per frame: 0.45 of the sample rate.
pub const ANGLE_MAX: f32 = 0.45 * std::f32::consts::TAU;
/// Energy below which a partial is set to zero, long before it could become a denormal.
const ENERGY_FLOOR: f32 = 1.0e-18;

/// Up to 32 partials. Even groups sum into the first stream, odd groups into the second.
#[derive(Clone, Debug, Default)]
pub struct Bank {
    pub(super) re: [Lanes; GROUPS_MAX],
    pub(super) im: [Lanes; GROUPS_MAX],
    pub(super) turn_re: [Lanes; GROUPS_MAX],
    pub(super) turn_im: [Lanes; GROUPS_MAX],
    pub(super) groups: usize,
}

impl Bank {
    /// Takes `groups` groups into use, at most [`GROUPS_MAX`]. Real-time safe.
    pub fn set_groups(&mut self, groups: usize) {
        self.groups = groups.min(GROUPS_MAX);
    }

    /// Groups in use; those that have died away at the end are dropped by [`Bank::energy`].
    #[must_use]
    pub const fn groups(&self) -> usize {
        self.groups
    }

    /// Starts a group at rest in sine phase, so that nothing jumps. Real-time safe.
    pub fn strike(&mut self, group: usize, amplitude: &Lanes) {
        self.re[group] = [0.0; LANES];
        self.im[group] = amplitude.map(|a| -a);
    }

    /// Starts a group with the phases given by a unit vector per lane. Real-time safe.
    pub fn start(&mut self, group: usize, amplitude: &Lanes, phase: &[[f32; 2]; LANES]) {
        for lane in 0..LANES {
            self.re[group][lane] = amplitude[lane] * phase[lane][0];
            self.im[group][lane] = amplitude[lane] * phase[lane][1];
        }
    }

    /// Sets what a group is multiplied by at each frame: `angle * ratio` radians and a factor of `keep`.
    ///
    /// A partial that would sound above [`ANGLE_MAX`] dies within a few frames instead. Real-time safe.
    pub fn set_turn(&mut self, group: usize, angle: &Lanes, keep: &Lanes, ratio: f32) {
        let (sine, cosine) = sin_cos(&angle.map(|a| (a * ratio).min(std::f32::consts::PI)));
        for lane in 0..LANES {
            let keep = if angle[lane] * ratio > ANGLE_MAX { keep[lane].min(0.9) } else { keep[lane] };
            self.turn_re[group][lane] = cosine[lane] * keep;
            self.turn_im[group][lane] = sine[lane] * keep;
        }
    }

    /// Sets what a group is multiplied by at each frame to a value worked out beforehand. Real-time safe.
    pub fn copy_turn(&mut self, group: usize, turn: &[Lanes; 2]) {
        [self.turn_re[group], self.turn_im[group]] = *turn;
    }

    /// The squared magnitude of each partial of a sustained group, none of which is left to die: what has become
    /// inaudible stays at -160 dB, so that it can come back. Real-time safe.
    pub fn refloor(&mut self, group: usize) -> Lanes {
        let mut energies = self.energies(group);
        for (lane, energy) in energies.iter_mut().enumerate() {
            if *energy < 1.0e-16 {
                self.re[group][lane] = 1.0e-8;
                self.im[group][lane] = 0.0;
                *energy = 1.0e-16;
            }
        }
        energies
    }

    fn energies(&self, group: usize) -> Lanes {
        let (re, im) = (&self.re[group], &self.im[group]);
        std::array::from_fn(|lane| re[lane] * re[lane] + im[lane] * im[lane])
    }

    /// The sum of all squared magnitudes. Partials that have died away are set to zero and groups that hold
    /// nothing else are dropped from the end. Real-time safe.
    pub fn energy(&mut self) -> f32 {
        let mut total = 0.0;
        let mut last = 0;
        for group in 0..self.groups {
            let energies = self.energies(group);
            let mut sum = 0.0;
            for (lane, energy) in energies.into_iter().enumerate() {
                if energy < ENERGY_FLOOR {
                    self.re[group][lane] = 0.0;
                    self.im[group][lane] = 0.0;
                } else {
                    sum += energy;
                }
            }
            if sum > 0.0 {
                last = group + 1;
            }
            total += sum;
        }
        self.groups = last;
        total
    }
}

/// Sine and cosine of angles in 0..=pi, to about 1e-6, by the half angle: Taylor series on 0..=pi/2, then
/// `sin x = 2 s c` and `cos x = 1 - 2 s^2`, which keeps the sine exact near zero where low notes live.
#[must_use]
#[inline]
pub fn sin_cos(angle: &Lanes) -> (Lanes, Lanes) {
    let mut sine = [0.0; LANES];
    let mut cosine = [0.0; LANES];
    for lane in 0..LANES {
        let h = 0.5 * angle[lane];
        let q = h * h;
        let s = h
            * (1.0
                + q * (-1.0 / 6.0
                    + q * (1.0 / 120.0 + q * (-1.0 / 5_040.0 + q * (1.0 / 362_880.0 + q * (-1.0 / 39_916_800.0))))));
        let c = 1.0
            + q * (-0.5
                + q * (1.0 / 24.0
                    + q * (-1.0 / 720.0
                        + q * (1.0 / 40_320.0 + q * (-1.0 / 3_628_800.0 + q * (1.0 / 479_001_600.0))))));
        sine[lane] = 2.0 * s * c;
        cosine[lane] = 1.0 - 2.0 * s * s;
    }
    (sine, cosine)
}

/// Two to the power of each value, to about 3e-6 relative; values are clamped to -60..=60.
#[must_use]
#[inline]
pub fn exp2(power: &Lanes) -> Lanes {
    const ROUND: f32 = 12_582_912.0; // 1.5 * 2^23: adding it leaves the nearest integer in the low bits
    power.map(|x| {
        let shifted = x.clamp(-60.0, 60.0) + ROUND;
        let t = (x.clamp(-60.0, 60.0) - (shifted - ROUND)) * std::f32::consts::LN_2;
        let series = 1.0 + t * (1.0 + t * (0.5 + t * (1.0 / 6.0 + t * (1.0 / 24.0 + t * (1.0 / 120.0)))));
        f32::from_bits(series.to_bits().wrapping_add(shifted.to_bits() << 23))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sine_and_cosine_are_exact_enough_to_stay_in_tune() {
        for step in 0..=4000 {
            let x = std::f32::consts::PI * step as f32 / 4000.0;
            let (s, c) = sin_cos(&[x; LANES]);
            let (want_s, want_c) = f64::from(x).sin_cos();
            assert!((f64::from(s[0]) - want_s).abs() < 1.0e-6, "sin {x}: {} {want_s}", s[0]);
            assert!((f64::from(c[3]) - want_c).abs() < 1.0e-6, "cos {x}: {} {want_c}", c[3]);
            if x < 0.2 {
                assert!((f64::from(s[0]) - want_s).abs() <= 6e-7 * want_s, "sin {x}, relative");
            }
        }
    }

    #[test]
    fn powers_of_two_follow_the_library() {
        for step in -600..=600 {
            let x = step as f32 * 0.05;
            let got = exp2(&[x; LANES])[5];
            assert!((got / x.exp2() - 1.0).abs() < 5e-6, "{x}: {got}");
        }
    }

    #[test]
    fn a_dead_group_is_dropped_and_costs_nothing() {
        let mut bank = Bank::default();
        bank.set_groups(2);
        bank.strike(0, &[0.5; LANES]);
        bank.strike(1, &[1.0e-10; LANES]);
        assert!((bank.energy() - 2.0).abs() < 1e-6);
        assert_eq!(bank.groups(), 1);
    }

    #[test]
    fn what_would_alias_dies_instead() {
        let mut bank = Bank::default();
        bank.set_groups(1);
        bank.strike(0, &[1.0; LANES]);
        bank.set_turn(0, &[0.5; LANES], &[1.0; LANES], 16.0);
        let keep = bank.turn_re[0][0].hypot(bank.turn_im[0][0]);
        assert!(keep < 0.91, "{keep}");
    }
}
