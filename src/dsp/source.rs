//! The one kernel that sounds a voice: a bank of partials and a burst of noise, levelled and placed.

use super::envelope::Envelope;
use super::noise::Noise;
use super::partials::{Bank, GROUPS_MAX, LANES, Lanes};
use crate::base::limits::CONTROL_TICK_FRAMES;

/// Gains of the two streams into left and right, `[first->left, first->right, second->left, second->right]`.
///
/// They move by a fixed step at each frame and are set at ticks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mix {
    gain: [f32; 4],
    step: [f32; 4],
}

impl Mix {
    /// Gains that stand still.
    #[must_use]
    pub const fn still(gain: [f32; 4]) -> Self {
        Self { gain, step: [0.0; 4] }
    }

    /// Moves the share `glide` of the way to `target` by the next tick; whether it has arrived. Real-time safe.
    pub fn glide(&mut self, target: &[f32; 4], glide: f32) -> bool {
        let far = (0..4).any(|i| (target[i] - self.gain[i]).abs() > 1.0e-5);
        let share = if far { glide / CONTROL_TICK_FRAMES as f32 } else { 0.0 };
        self.step = std::array::from_fn(|i| (target[i] - self.gain[i]) * share);
        !far
    }

    /// The largest of the gains.
    #[must_use]
    pub fn peak(&self) -> f32 {
        self.gain.iter().fold(0.0, |peak: f32, gain| peak.max(*gain))
    }
}

/// Everything of a voice that changes at each frame.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// The partials.
    pub bank: Bank,
    /// The noise; unheard at level 0.
    pub noise: Noise,
    /// The level of both.
    pub envelope: Envelope,
    /// The gains of the two streams.
    pub mix: Mix,
}

/// Which instructions render; both give the same bits, for they do the same operations in the same order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// What every machine of this architecture has.
    Portable,
    /// Eight lanes at once.
    #[cfg(target_arch = "x86_64")]
    Avx2,
}

impl Kernel {
    /// The fastest kernel of this machine.
    #[must_use]
    pub fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            return Self::Avx2;
        }
        Self::Portable
    }

    /// Adds the next `left.len()` frames of `source` to `left` and `right`. Real-time safe.
    pub fn render(self, source: &mut Source, left: &mut [f32], right: &mut [f32]) {
        match self {
            Self::Portable => by_size(source, left, right),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => avx2(source, left, right),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
fn avx2(source: &mut Source, left: &mut [f32], right: &mut [f32]) {
    #[target_feature(enable = "avx2")]
    fn compiled(source: &mut Source, left: &mut [f32], right: &mut [f32]) {
        by_size(source, left, right);
    }
    // SAFETY: `Kernel::Avx2` is only made by `Kernel::detect` after the processor said that it has AVX2.
    unsafe { compiled(source, left, right) }
}

#[inline(always)]
fn by_size(source: &mut Source, left: &mut [f32], right: &mut [f32]) {
    let noisy = source.noise.level() > 0.0;
    match (source.bank.groups, noisy) {
        (0, false) => {}
        (0, true) => run::<0, true>(source, left, right),
        (1, false) => run::<1, false>(source, left, right),
        (1, true) => run::<1, true>(source, left, right),
        (2, false) => run::<2, false>(source, left, right),
        (2, true) => run::<2, true>(source, left, right),
        (_, false) => run::<GROUPS_MAX, false>(source, left, right),
        (_, true) => run::<GROUPS_MAX, true>(source, left, right),
    }
}

#[inline(always)]
pub(super) fn sum(lanes: &Lanes) -> f32 {
    let half: [f32; 4] = std::array::from_fn(|i| lanes[i] + lanes[i + 4]);
    let quarter = [half[0] + half[2], half[1] + half[3]];
    quarter[0] + quarter[1]
}

#[inline(always)]
fn run<const G: usize, const NOISY: bool>(source: &mut Source, left: &mut [f32], right: &mut [f32]) {
    let bank = &mut source.bank;
    let mut re: [Lanes; G] = std::array::from_fn(|g| bank.re[g]);
    let mut im: [Lanes; G] = std::array::from_fn(|g| bank.im[g]);
    let turn_re: [Lanes; G] = std::array::from_fn(|g| bank.turn_re[g]);
    let turn_im: [Lanes; G] = std::array::from_fn(|g| bank.turn_im[g]);
    let (mut noise, mut envelope, mut mix) = (source.noise, source.envelope, source.mix);
    for (left, right) in left.iter_mut().zip(right.iter_mut()) {
        let mut streams = [[0.0; LANES]; 2];
        for g in 0..G {
            for lane in 0..LANES {
                let x = re[g][lane] * turn_re[g][lane] - im[g][lane] * turn_im[g][lane];
                im[g][lane] = re[g][lane] * turn_im[g][lane] + im[g][lane] * turn_re[g][lane];
                re[g][lane] = x;
                streams[g & 1][lane] += x;
            }
        }
        let mut heard = [sum(&streams[0]), sum(&streams[1])];
        if NOISY {
            let hiss = noise.process();
            heard = [heard[0] + hiss[0], heard[1] + hiss[1]];
        }
        let level = envelope.process();
        for i in 0..4 {
            mix.gain[i] += mix.step[i];
        }
        *left += level * (heard[0] * mix.gain[0] + heard[1] * mix.gain[2]);
        *right += level * (heard[0] * mix.gain[1] + heard[1] * mix.gain[3]);
    }
    bank.re[..G].copy_from_slice(&re);
    bank.im[..G].copy_from_slice(&im);
    (source.noise, source.envelope, source.mix) = (noise, envelope, mix);
}

#[cfg(test)]
mod tests {
    use super::super::svf::{SvfKind, SvfShape};
    use super::*;

    fn source(groups: usize) -> Source {
        let mut source = Source::default();
        source.bank.set_groups(groups);
        for g in 0..groups {
            let angle = std::array::from_fn(|lane| 0.01 + 0.05 * (g * LANES + lane) as f32);
            source.bank.strike(g, &std::array::from_fn(|lane| 0.1 / (1 + lane + g) as f32));
            source.bank.set_turn(g, &angle, &[0.9999; LANES], 1.0);
        }
        let shape = SvfShape::new(SvfKind::Band, 3000.0, 1.0, 48_000.0);
        source.noise = Noise::new(5, shape, 0.2, 0.999, [1.0, 0.3]);
        source.envelope = Envelope::rising(0.02);
        source.mix = Mix::still([0.7, 0.2, 0.3, 0.6]);
        source.mix.glide(&[0.2, 0.7, 0.1, 0.9], 0.3);
        source
    }

    #[test]
    fn both_kernels_and_all_cuts_give_the_same_bits() {
        for groups in [0, 1, 2, 4] {
            let mut whole = [[0.0_f32; 96]; 2];
            let [left, right] = &mut whole;
            Kernel::Portable.render(&mut source(groups), left, right);
            assert!(whole[0].iter().any(|v| v.abs() > 1e-3));
            for cut in [1, 5, 32, 96] {
                let mut pieces = [[0.0_f32; 96]; 2];
                let mut voice = source(groups);
                let [left, right] = &mut pieces;
                for (left, right) in left.chunks_mut(cut).zip(right.chunks_mut(cut)) {
                    Kernel::detect().render(&mut voice, left, right);
                }
                assert_eq!(whole, pieces, "{groups} groups, cut {cut}");
            }
        }
    }

    #[test]
    fn gains_glide_to_their_target_and_say_so() {
        let mut voice = source(1);
        let target = [0.5; 4];
        let mut scratch = [[0.0; CONTROL_TICK_FRAMES]; 2];
        let ticks = (0..200).take_while(|_| {
            let arrived = voice.mix.glide(&target, 0.3);
            let [left, right] = &mut scratch;
            Kernel::Portable.render(&mut voice, left, right);
            !arrived
        });
        assert!((5..60).contains(&ticks.count()));
        assert!((voice.mix.peak() - 0.5).abs() < 1e-4);
    }
}
