//! The delay line under the effects, and what keeps it clean.

use crate::base::limits::CONTROL_TICK_FRAMES;

/// The value of one channel for each frame of a call, of which the first ones are used.
pub(super) type Lane = [f32; CONTROL_TICK_FRAMES];

/// Below this (-160 dB) a stored value becomes exact zero, so that a tail ends and never becomes denormal.
const FLOOR: f32 = 1.0e-8;
/// Above this (+120 dB) an incoming sample is taken for a fault.
const CEILING: f32 = 1.0e6;

/// A circular buffer whose write position is kept by its owner, counted in frames since the start.
#[derive(Clone, Debug)]
pub(super) struct Line {
    samples: Box<[f32]>,
}

impl Line {
    /// A silent line that holds at least the last `frames_max` frames besides a block being written.
    pub(super) fn new(frames_max: usize) -> Self {
        let len = (frames_max + 2 * CONTROL_TICK_FRAMES).next_power_of_two();
        Self { samples: vec![0.0; len].into_boxed_slice() }
    }

    pub(super) fn reset(&mut self) {
        self.samples.fill(0.0);
    }

    /// Frames after which nothing of what was written is left.
    pub(super) fn frames(&self) -> usize {
        self.samples.len()
    }

    /// What was written `delay` frames before `position`, at most `frames() - 1`.
    #[inline]
    pub(super) fn at(&self, position: usize, delay: usize) -> f32 {
        let mask = self.samples.len() - 1;
        self.samples[position.wrapping_sub(delay) & mask]
    }

    /// As [`at`](Self::at), between frames: 4-point, 3rd-order Hermite (Catmull and Rom 1974). `delay` is at least 2.
    #[inline]
    pub(super) fn between(&self, position: usize, delay: f32) -> f32 {
        let whole = delay as i32 as usize;
        let t = delay - whole as f32;
        let at = |d| self.at(position, d);
        let (y0, y1, y2, y3) = (at(whole.wrapping_sub(1)), at(whole), at(whole + 1), at(whole + 2));
        let c1 = 0.5 * (y2 - y0);
        let c2 = y0 - 2.5 * y1 + 2.0 * y2 - 0.5 * y3;
        let c3 = 0.5 * (y3 - y0) + 1.5 * (y1 - y2);
        ((c3 * t + c2) * t + c1) * t + y1
    }

    /// Copies what was written from `delay` frames before `position` on; `delay` is not below the length of `out`.
    #[inline]
    pub(super) fn read(&self, position: usize, delay: usize, out: &mut [f32]) {
        let start = position.wrapping_sub(delay) & (self.samples.len() - 1);
        let first = out.len().min(self.samples.len() - start);
        let (head, tail) = out.split_at_mut(first);
        head.copy_from_slice(&self.samples[start..start + first]);
        tail.copy_from_slice(&self.samples[..tail.len()]);
    }

    /// Writes at `position` and after.
    #[inline]
    pub(super) fn write(&mut self, position: usize, values: &[f32]) {
        let start = position & (self.samples.len() - 1);
        let (head, tail) = values.split_at(values.len().min(self.samples.len() - start));
        self.samples[start..start + head.len()].copy_from_slice(head);
        self.samples[..tail.len()].copy_from_slice(tail);
    }
}

/// Sets what is inaudible to exact zero; whether anything is left.
#[inline]
pub(super) fn floored(values: &mut [f32]) -> bool {
    let mut seen = 0;
    for value in values {
        let kept = if value.abs() >= FLOOR { *value } else { 0.0 };
        seen |= kept.to_bits();
        *value = kept;
    }
    seen != 0
}

/// Copies `from` to the front of `to`, without samples that are not finite or absurdly loud; whether any is not zero.
#[inline]
pub(super) fn copy_sane(from: &[f32], to: &mut Lane) -> bool {
    let mut seen = 0;
    for (to, from) in to.iter_mut().zip(from) {
        let kept = if from.abs() <= CEILING { *from } else { 0.0 };
        seen |= kept.to_bits() << 1;
        *to = kept;
    }
    seen != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_single_reads_agree_across_the_wrap() {
        let mut line = Line::new(100);
        let mut position = 0;
        for block in 0..40 {
            let values: Vec<f32> = (0..19).map(|i| (block * 19 + i) as f32).collect();
            line.write(position, &values);
            position += 19;
            let mut out = [0.0; 19];
            line.read(position, 77, &mut out);
            for (i, value) in out.iter().enumerate() {
                assert_eq!(*value, line.at(position + i, 77));
                assert_eq!(*value, (position as f32 - 77.0 + i as f32).max(0.0));
            }
        }
        assert_eq!(line.between(position, 50.0), position as f32 - 50.0);
        assert!((line.between(position, 50.25) - (position as f32 - 50.25)).abs() < 1e-3);
    }

    #[test]
    fn faults_and_the_inaudible_become_zero() {
        let mut lane = [0.0; CONTROL_TICK_FRAMES];
        assert!(!copy_sane(&[f32::NAN, f32::INFINITY, -1.0e30, -0.0], &mut lane));
        assert_eq!(lane, [0.0; CONTROL_TICK_FRAMES]);
        assert!(copy_sane(&[1.0, 1.0e-9], &mut lane));
        assert!(floored(&mut lane));
        assert_eq!(lane[..2], [1.0, 0.0]);
        assert!(!floored(&mut lane[1..]));
    }
}
