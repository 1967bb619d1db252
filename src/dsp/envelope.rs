//! The level of a voice: straight lines whose slopes change at events and at control ticks.

use crate::base::limits::CONTROL_TICK_FRAMES;

/// A level between 0 and 1 that moves by a fixed step at each frame, so that it does not matter how the frames
/// are cut into calls.
#[derive(Clone, Copy, Debug, Default)]
pub struct Envelope {
    pub(super) level: f32,
    pub(super) step: f32,
}

impl Envelope {
    /// A level that rises from silence to 1 in `1 / step` frames and stays there. Real-time safe.
    #[must_use]
    pub const fn rising(step: f32) -> Self {
        Self { level: 0.0, step }
    }

    /// The present level, 0 to 1.
    #[must_use]
    pub const fn level(&self) -> f32 {
        self.level
    }

    /// Falls towards the share `keep` of the present level by the next tick: called at each tick this is an
    /// exponential release. Real-time safe.
    pub fn fall(&mut self, keep: f32) {
        self.step = self.level * (keep - 1.0) / CONTROL_TICK_FRAMES as f32;
    }

    /// Falls to silence in a straight line of `frames` (at least one tick). Real-time safe.
    pub fn fade(&mut self, frames: f32) {
        self.step = -self.level / frames.max(CONTROL_TICK_FRAMES as f32);
    }

    /// Makes a fade that is under way at least as fast as one of `frames`. Real-time safe.
    pub fn hasten(&mut self, frames: f32) {
        self.step = self.step.min(-self.level / frames.max(CONTROL_TICK_FRAMES as f32));
    }

    /// Called at a tick of a fade: keeps the line from going below silence. Whether silence is reached.
    pub fn land(&mut self) -> bool {
        if self.level <= 1.0e-6 {
            return true;
        }
        if self.level + self.step * CONTROL_TICK_FRAMES as f32 <= 0.0 {
            self.step = -self.level / CONTROL_TICK_FRAMES as f32;
        }
        false
    }

    #[inline(always)]
    pub(super) fn process(&mut self) -> f32 {
        self.level = (self.level + self.step).min(1.0);
        self.level
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fade_lands_on_silence_and_never_below() {
        let mut envelope = Envelope::rising(0.01);
        for _ in 0..150 {
            envelope.process();
        }
        assert_eq!(envelope.level(), 1.0);
        envelope.fade(100.0);
        let mut ticks = 0;
        while !envelope.land() {
            for _ in 0..CONTROL_TICK_FRAMES {
                assert!(envelope.process() > -1e-6);
            }
            ticks += 1;
        }
        assert_eq!(ticks, 4);
    }

    #[test]
    fn a_release_is_exponential_over_ticks() {
        let mut envelope = Envelope { level: 1.0, step: 0.0 };
        for _ in 0..10 {
            envelope.fall(0.8);
            for _ in 0..CONTROL_TICK_FRAMES {
                envelope.process();
            }
        }
        assert!((envelope.level() - 0.8_f32.powi(10)).abs() < 1e-5);
    }
}
