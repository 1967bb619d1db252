//! Linear ramps, for parameters that must not jump.

/// A value that moves to its target along a straight line of fixed duration. Real-time safe.
///
/// The position on the ramp is computed from the steps that remain, so the target is reached exactly and it does not
/// matter whether the steps are taken one by one or at once.
#[derive(Clone, Debug)]
pub struct Smoothed {
    target: f32,
    step: f32,
    remaining: u32,
    ramp_steps: u32,
}

impl Smoothed {
    /// A settled `value`. `sample_rate` is how often in a second [`next`](Self::next) will be called, `time_ms` the
    /// duration of every ramp (at least one step).
    #[must_use]
    pub fn new(sample_rate: f32, time_ms: f32, value: f32) -> Self {
        let ramp_steps = ((sample_rate * time_ms * 0.001).round() as u32).max(1);
        Self { target: value, step: 0.0, remaining: 0, ramp_steps }
    }

    /// Starts a ramp from the present value to `target`; a non-finite target is ignored.
    pub fn set_target(&mut self, target: f32) {
        if target == self.target || !target.is_finite() {
            return;
        }
        self.step = (target - self.value()) / self.ramp_steps as f32;
        self.target = target;
        self.remaining = self.ramp_steps;
    }

    /// Goes to `value` at once.
    pub fn snap(&mut self, value: f32) {
        self.target = value;
        self.remaining = 0;
    }

    /// Takes one step and gives the new value; the last step of a ramp gives the target exactly.
    #[inline]
    #[expect(clippy::should_implement_trait, reason = "a ramp has no end, so it is no iterator")]
    pub fn next(&mut self) -> f32 {
        self.advance(1)
    }

    /// Takes `steps` at once and gives the new value: bit for bit that of as many calls of [`next`](Self::next).
    #[inline]
    pub fn advance(&mut self, steps: u32) -> f32 {
        self.remaining = self.remaining.saturating_sub(steps);
        self.value()
    }

    /// The present value.
    #[must_use]
    #[inline]
    pub fn value(&self) -> f32 {
        if self.remaining == 0 { self.target } else { self.target - self.step * self.remaining as f32 }
    }

    /// Where the ramp ends.
    #[must_use]
    pub fn target(&self) -> f32 {
        self.target
    }

    /// Whether the target is reached.
    #[must_use]
    #[inline]
    pub fn is_settled(&self) -> bool {
        self.remaining == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_is_straight_and_ends_exactly_on_the_last_step() {
        let mut s = Smoothed::new(48_000.0, 1.0, 0.1);
        s.set_target(0.7);
        let mut last = 0.1;
        for i in 1..=48 {
            assert!(!s.is_settled());
            let value = s.next();
            assert!((value - last - 0.6 / 48.0).abs() < 1.0e-6, "{i}");
            last = value;
        }
        assert!(s.is_settled());
        assert_eq!(last, 0.7);
        assert_eq!(s.next(), 0.7);
    }

    #[test]
    fn many_steps_at_once_equal_single_steps_bit_for_bit() {
        let (mut a, mut b) = (Smoothed::new(1000.0, 333.0, -3.0), Smoothed::new(1000.0, 333.0, -3.0));
        for (target, steps) in [(5.0, 17), (1.0e-3, 200), (7.0, 1), (-2.0, 400)] {
            a.set_target(target);
            b.set_target(target);
            for _ in 0..steps {
                a.next();
            }
            assert_eq!(a.value().to_bits(), b.advance(steps).to_bits());
        }
    }

    #[test]
    fn a_target_that_is_no_number_is_ignored_and_snap_is_immediate() {
        let mut s = Smoothed::new(48_000.0, 0.0, 1.0);
        s.set_target(f32::NAN);
        assert_eq!((s.target(), s.is_settled()), (1.0, true));
        s.set_target(2.0);
        assert_eq!(s.next(), 2.0);
        s.set_target(9.0);
        s.snap(3.0);
        assert_eq!(s.next(), 3.0);
    }
}
