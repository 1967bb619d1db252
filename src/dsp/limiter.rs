//! The safety at the very end.

use crate::base::gain_to_db;

/// -0.3 dBFS.
const CEILING: f32 = 0.966_050_9;
/// A reduction below this (-120 dB of change) counts as none.
const REDUCTION_MIN: f32 = 1.0e-6;

/// How the two memories of the reduction move, as shares per frame.
#[derive(Clone, Copy, Debug)]
struct Timing {
    fast_release: f32,
    slow_attack: f32,
    slow_release: f32,
}

/// Reductions, 0 (none) to 1: what is needed now and its short past, and what has been needed lately on the whole.
#[derive(Clone, Copy, Debug, Default)]
struct Memory {
    fast: f32,
    slow: f32,
}

/// A limiter without latency: its gain falls at the very sample that needs it, so no finite input passes -0.3 dBFS.
///
/// The release depends on the programme: a lone peak is forgotten in 60 ms, a dense passage holds a slower gain
/// (400 ms), which keeps it from pumping. Below the ceiling and once released every bit passes unchanged. Real-time
/// safe throughout.
#[derive(Clone, Debug)]
pub struct Limiter {
    timing: Timing,
    memory: Memory,
    non_finite: u32,
}

impl Limiter {
    /// A limiter at rest.
    #[must_use]
    pub fn new(sample_rate_hz: u32) -> Self {
        let share = |secs: f32| 1.0 - (-1.0 / (secs * sample_rate_hz as f32)).exp();
        let timing = Timing { fast_release: share(0.06), slow_attack: share(0.15), slow_release: share(0.4) };
        Self { timing, memory: Memory::default(), non_finite: 0 }
    }

    /// Forgets the past, the count of faults included.
    pub fn reset(&mut self) {
        self.memory = Memory::default();
        self.non_finite = 0;
    }

    /// Limits in place; samples that are not finite become silence and are counted.
    pub fn process(&mut self, l: &mut [f32], r: &mut [f32]) {
        // The bits of magnitudes order like the magnitudes, with infinities and faults on top.
        let loudest = loudest_bits(l).max(loudest_bits(r));
        if loudest >= f32::INFINITY.to_bits() {
            self.non_finite = self.non_finite.saturating_add(silence_faults(l) + silence_faults(r));
        }
        let at_rest = self.memory.fast == 0.0 && self.memory.slow == 0.0;
        if loudest > CEILING.to_bits() || !at_rest {
            limit(&self.timing, &mut self.memory, l, r);
        }
    }

    /// By how much the level is reduced now, in dB, 0 or more.
    #[must_use]
    pub fn reduction_db(&self) -> f32 {
        let reduction = self.memory.fast.max(self.memory.slow);
        if reduction == 0.0 { 0.0 } else { -gain_to_db(1.0 - reduction) }
    }

    /// Samples that were not finite since the last reset.
    #[must_use]
    pub fn non_finite(&self) -> u32 {
        self.non_finite
    }
}

fn loudest_bits(samples: &[f32]) -> u32 {
    samples.iter().fold(0, |loudest, x| loudest.max(x.to_bits() & 0x7fff_ffff))
}

fn silence_faults(samples: &mut [f32]) -> u32 {
    let mut faults = 0;
    for x in samples {
        if !x.is_finite() {
            *x = 0.0;
            faults += 1;
        }
    }
    faults
}

fn limit(timing: &Timing, memory: &mut Memory, l: &mut [f32], r: &mut [f32]) {
    let Memory { mut fast, mut slow } = *memory;
    for (l, r) in l.iter_mut().zip(r) {
        let peak = l.abs().max(r.abs());
        let needed = if peak > CEILING { 1.0 - CEILING / peak } else { 0.0 };
        fast -= timing.fast_release * fast;
        fast = if needed > fast { needed } else { fast };
        let share = if fast > slow { timing.slow_attack } else { timing.slow_release };
        slow += share * (fast - slow);
        if fast < REDUCTION_MIN && slow < REDUCTION_MIN {
            (fast, slow) = (0.0, 0.0);
        }
        let reduction = if fast > slow { fast } else { slow };
        if reduction > 0.0 {
            // The clamp takes off what rounding may leave above the ceiling.
            *l = (*l * (1.0 - reduction)).clamp(-CEILING, CEILING);
            *r = (*r * (1.0 - reduction)).clamp(-CEILING, CEILING);
        }
    }
    *memory = Memory { fast, slow };
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    struct Played(Limiter);

    impl Effect for Played {
        fn tick(&mut self, _: usize) {}
        fn run(&mut self, l: &mut [f32], r: &mut [f32]) {
            self.0.process(l, r);
        }
    }

    fn loud(gain: f32) -> Stereo {
        noise(12_000, 3).map(|x| x.into_iter().map(|x| x * gain).collect())
    }

    #[test]
    fn no_finite_input_passes_the_ceiling_and_faults_become_silence() {
        let mut limiter = Played(Limiter::new(48_000));
        let nasty =
            [1.0e30, -1.0, f32::MAX, f32::MIN, 0.0, 5.0, 0.967, -0.966_051, f32::MIN_POSITIVE, 1.0e-40, -3.0e38];
        for gain in [0.5, 1.0, 1.5, 40.0, 1.0e30] {
            for out in render(&mut limiter, &loud(gain), 32) {
                assert!(out.iter().all(|x| x.abs() <= CEILING), "{gain}");
            }
        }
        for (i, x) in nasty.into_iter().cycle().take(3000).enumerate() {
            let (mut l, mut r) = ([x, 1.0, -x], [nasty[i % 7], f32::NAN, f32::INFINITY]);
            limiter.0.process(&mut l, &mut r);
            assert!(l.iter().chain(&r).all(|x| x.abs() <= CEILING));
            assert_eq!(r[1..], [0.0; 2]);
        }
        assert_eq!(limiter.0.non_finite(), 6000);
    }

    #[test]
    fn what_stays_below_the_ceiling_passes_bit_for_bit_also_after_a_peak_is_forgotten() {
        let mut limiter = Played(Limiter::new(48_000));
        let quiet = loud(1.3);
        assert_same_bits(&quiet, &render(&mut limiter, &quiet, 32), "fresh");
        let (mut l, mut r) = ([4.0], [0.1]);
        limiter.0.process(&mut l, &mut r);
        assert!((limiter.0.reduction_db() - 12.34).abs() < 0.01, "{}", limiter.0.reduction_db());
        assert!((r[0] - 0.1 * CEILING / 4.0).abs() < 1.0e-6);
        render(&mut limiter, &[vec![0.0; 300_000], vec![0.0; 300_000]], 32);
        assert_eq!(limiter.0.reduction_db(), 0.0);
        assert_same_bits(&quiet, &render(&mut limiter, &quiet, 32), "released");
    }

    #[test]
    fn the_release_is_slower_after_a_dense_passage_than_after_a_lone_peak() {
        let recovery_frames = |loud_frames: usize| {
            let mut limiter = Limiter::new(48_000);
            for _ in 0..loud_frames {
                limiter.process(&mut [2.0], &mut [-2.0]);
            }
            (0..480_000)
                .take_while(|_| {
                    limiter.process(&mut [0.1], &mut [0.1]);
                    limiter.reduction_db() > 1.0
                })
                .count()
        };
        let (peak, dense) = (recovery_frames(1), recovery_frames(48_000));
        assert!(peak < 48_000 / 5 && dense > 2 * peak, "{peak} {dense}");
    }

    #[test]
    fn the_output_does_not_depend_on_the_cut_and_reset_is_new() {
        let input = loud(3.0);
        let whole = render(&mut Played(Limiter::new(44_100)), &input, 32);
        let mut used = Played(Limiter::new(44_100));
        for cut in [1, 5, 0] {
            used.0.reset();
            assert_same_bits(&whole, &render(&mut used, &input, cut), "limiter");
        }
    }
}
