//! When did this block begin? Turns the noisy times of callbacks into the steady time of the device.

/// Seconds after which the loop keeps its width; before, it fits a line to all it has seen. Wide, because
/// the rates of two quartzes change slowly while threads wake up badly.
const WIDTH_SECS: f64 = 20.0;
/// The same in blocks, at most.
const WIDTH_BLOCKS_MAX: f64 = 8000.0;
/// Blocks of one window of [`Floor`].
const FLOOR_BLOCKS: u32 = 256;
/// Blocks that must all be off before a steady offset counts as a jump.
const JUMP_BLOCKS: u32 = 8;
/// A block that is off by so many periods is a jump at once.
const JUMP_PERIODS: f64 = 4.0;
/// How far the device's rate may be from its name.
const RATE_TOLERANCE: f64 = 0.005;

/// The smallest of the last one to two windows of values: jitter of threads only ever adds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Floor {
    current: f64,
    previous: f64,
    seen: u32,
}

impl Floor {
    pub const fn new() -> Self {
        Self { current: f64::INFINITY, previous: f64::INFINITY, seen: 0 }
    }

    /// Takes a value in and says the smallest. Real-time safe.
    pub fn update(&mut self, value: f64) -> f64 {
        if self.seen == FLOOR_BLOCKS {
            (self.previous, self.current, self.seen) = (self.current, f64::INFINITY, 0);
        }
        self.seen += 1;
        self.current = self.current.min(value);
        self.current.min(self.previous)
    }
}

/// Where a block stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct BlockTime {
    /// When its cycle began, in nanoseconds.
    pub start_nanos: f64,
    /// Whether the clock had to jump there.
    pub is_jump: bool,
}

/// A delay-locked loop over the starts of blocks (F. Adriaensen, "Using a DLL to filter time", 2005). It
/// predicts every start by counting frames at a rate that it corrects a little with every block, and
/// then leans on the earliest callbacks: a thread is woken late, never early, so what was picked up
/// can be promised a constant delay. Real-time safe, about 10 ns a block.
#[derive(Clone, Debug)]
pub(super) struct BlockClock {
    nominal_nanos: f64,
    frame_nanos: f64,
    next_nanos: f64,
    last_frames: f64,
    blocks: f64,
    floor: Floor,
    lean_nanos: f64,
    off_blocks: u32,
    off_min_nanos: f64,
}

impl BlockClock {
    /// A clock for a device of this rate.
    pub fn new(rate_hz: u32) -> Self {
        let nominal_nanos = 1.0e9 / f64::from(rate_hz.max(1));
        Self {
            nominal_nanos,
            frame_nanos: nominal_nanos,
            next_nanos: 0.0,
            last_frames: 0.0,
            blocks: 0.0,
            floor: Floor::new(),
            lean_nanos: 0.0,
            off_blocks: 0,
            off_min_nanos: f64::INFINITY,
        }
    }

    /// Nominal length of a frame in nanoseconds.
    pub fn nominal_frame_nanos(&self) -> f64 {
        self.nominal_nanos
    }

    /// Forgets what it learnt: another stream begins.
    pub fn reset(&mut self) {
        *self = Self { nominal_nanos: self.nominal_nanos, ..Self::new(1) };
        self.frame_nanos = self.nominal_nanos;
    }

    /// A block of `frames` whose cycle began at `measured_nanos`, exactly.
    pub fn exact(&mut self, measured_nanos: f64, frames: usize) -> BlockTime {
        let period_nanos = self.last_frames.max(1.0) * self.nominal_nanos;
        let is_jump = self.blocks > 0.0 && (measured_nanos - self.next_nanos).abs() > period_nanos;
        self.begin_at(measured_nanos, frames);
        BlockTime { start_nanos: measured_nanos, is_jump }
    }

    /// A block of `frames` whose callback says that its cycle began at `measured_nanos`, give or take.
    pub fn smooth(&mut self, measured_nanos: f64, frames: usize, has_xrun: bool) -> BlockTime {
        if self.blocks == 0.0 || has_xrun {
            let is_jump = self.blocks > 0.0;
            self.jump(measured_nanos, frames);
            return BlockTime { start_nanos: measured_nanos, is_jump };
        }
        let off_nanos = measured_nanos - self.next_nanos;
        if self.is_jump(off_nanos) {
            self.jump(measured_nanos, frames);
            return BlockTime { start_nanos: measured_nanos, is_jump: true };
        }
        // A callback that came far off says nothing about the device; counting frames does.
        let half_period_nanos = 0.5 * self.last_frames * self.nominal_nanos;
        let (gain, rate_gain) = self.gains();
        if off_nanos.abs() <= half_period_nanos {
            self.frame_nanos += rate_gain * off_nanos / self.last_frames.max(1.0);
            let tolerance = RATE_TOLERANCE * self.nominal_nanos;
            self.frame_nanos = self.frame_nanos.clamp(self.nominal_nanos - tolerance, self.nominal_nanos + tolerance);
            self.next_nanos += gain * off_nanos;
            self.lean(measured_nanos - self.next_nanos);
        }
        let start_nanos = self.next_nanos + self.lean_nanos;
        self.step(frames);
        BlockTime { start_nanos, is_jump: false }
    }

    /// The gains of the best straight line through all blocks so far, then those of a loop of fixed width.
    fn gains(&self) -> (f64, f64) {
        let width = WIDTH_SECS * 1.0e9 / (self.nominal_nanos * self.last_frames.max(1.0));
        let n = self.blocks.min(width.clamp(100.0, WIDTH_BLOCKS_MAX)) + 1.0;
        (2.0 * (2.0 * n - 1.0) / (n * (n + 1.0)), 6.0 / (n * (n + 1.0)))
    }

    /// Follows the earliest callbacks: down at once, up only when that is worth a step of half a frame.
    fn lean(&mut self, off_nanos: f64) {
        let floor = self.floor.update(off_nanos).min(0.0);
        if floor < self.lean_nanos || floor > self.lean_nanos + 0.5 * self.nominal_nanos {
            self.lean_nanos = floor;
        }
    }

    /// Whether the device itself has moved, and not only this callback.
    fn is_jump(&mut self, off_nanos: f64) -> bool {
        let period_nanos = self.last_frames * self.nominal_nanos;
        if off_nanos.abs() <= 0.5 * period_nanos {
            self.off_blocks = 0;
            self.off_min_nanos = f64::INFINITY;
            return false;
        }
        self.off_blocks += 1;
        self.off_min_nanos = self.off_min_nanos.min(off_nanos.abs());
        off_nanos.abs() > JUMP_PERIODS * period_nanos
            || (self.off_blocks >= JUMP_BLOCKS && self.off_min_nanos > 0.5 * period_nanos)
    }

    fn jump(&mut self, measured_nanos: f64, frames: usize) {
        self.reset();
        self.begin_at(measured_nanos, frames);
    }

    fn begin_at(&mut self, measured_nanos: f64, frames: usize) {
        self.next_nanos = measured_nanos;
        self.step(frames);
    }

    fn step(&mut self, frames: usize) {
        self.last_frames = frames as f64;
        self.next_nanos += self.last_frames * self.frame_nanos;
        self.blocks += 1.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;

    const FRAME: f64 = 1.0e9 / 48_000.0;

    #[test]
    fn late_callbacks_do_not_move_the_time_of_blocks() {
        for (frames, jitter_nanos, ppm) in [(64, 300_000.0, 0.0), (128, 600_000.0, 80.0), (256, 60_000.0, -150.0)] {
            let mut clock = BlockClock::new(48_000);
            let mut rng = Rng::new(3);
            let true_frame = FRAME * (1.0 + ppm * 1.0e-6);
            let mut offs = Vec::new();
            for block in 0..12_000 {
                let start = 1.0e12 + f64::from(block) * frames as f64 * true_frame;
                let woken = start + f64::from(rng.unit()) * jitter_nanos;
                let time = clock.smooth(woken, frames, false);
                assert!(!time.is_jump);
                if block > 4000 {
                    offs.push((time.start_nanos - start) / FRAME);
                }
            }
            let (low, high) = offs.iter().fold((f64::MAX, f64::MIN), |(l, h), o| (l.min(*o), h.max(*o)));
            assert!(high - low < 1.0 && low > -1.0 && high < 0.5, "{frames}: {low} to {high} frames");
        }
    }

    #[test]
    fn one_very_late_callback_is_ridden_out_and_a_lasting_shift_is_followed() {
        let mut clock = BlockClock::new(48_000);
        let period = 64.0 * FRAME;
        let mut start = 1.0e12;
        for _ in 0..500 {
            clock.smooth(start, 64, false);
            start += period;
        }
        for late in [3.5, 2.5, 1.5, 0.5, 0.0] {
            let time = clock.smooth(start + late * period, 64, false);
            assert!(!time.is_jump && (time.start_nanos - start).abs() < 0.5 * FRAME);
            start += period;
        }
        start += 2.0 * period;
        let jumped = (0..JUMP_BLOCKS).map(|_| {
            start += period;
            clock.smooth(start - period, 64, false).is_jump
        });
        assert_eq!(jumped.filter(|j| *j).count(), 1);
        let time = clock.smooth(start, 64, false);
        assert!((time.start_nanos - start).abs() < 0.1 * FRAME);
    }

    #[test]
    fn a_reported_xrun_and_a_wide_gap_are_jumps_at_once() {
        let mut clock = BlockClock::new(48_000);
        let period = 64.0 * FRAME;
        assert!(!clock.smooth(1.0e12, 64, true).is_jump, "nothing to jump from");
        assert!(!clock.smooth(1.0e12 + period, 64, false).is_jump);
        assert_eq!(clock.smooth(1.0e12 + 2.6 * period, 64, true).start_nanos, 1.0e12 + 2.6 * period);
        assert!(clock.smooth(1.0e12 + 60.0 * period, 64, false).is_jump);
    }

    #[test]
    fn exact_times_are_taken_as_they_are() {
        let mut clock = BlockClock::new(48_000);
        assert_eq!(clock.exact(100.0, 64), BlockTime { start_nanos: 100.0, is_jump: false });
        let next = 100.0 + 64.0 * FRAME;
        assert_eq!(clock.exact(next, 64), BlockTime { start_nanos: next, is_jump: false });
        assert!(clock.exact(next + 400.0 * FRAME, 64).is_jump);
    }
}
