//! A burst of filtered noise: hammers, fingers, sticks, wires and breath.

use super::svf::{Svf, SvfShape};

/// White noise through one filter with an exponential decay.
#[derive(Clone, Copy, Debug, Default)]
pub struct Noise {
    seed: u32,
    filter: Svf,
    shape: SvfShape,
    level: f32,
    keep: f32,
    sends: [f32; 2],
}

impl Noise {
    /// A burst that starts at `level` and keeps the share `keep` of it from frame to frame; `sends` says how much
    /// of it goes into each stream of the voice. Real-time safe.
    #[must_use]
    pub fn new(seed: u32, shape: SvfShape, level: f32, keep: f32, sends: [f32; 2]) -> Self {
        Self { seed: seed | 1, filter: Svf::default(), shape, level, keep, sends }
    }

    /// The present level.
    #[must_use]
    pub const fn level(&self) -> f32 {
        self.level
    }

    /// Sets the level: a further burst of the same noise, or 0 to end it. Real-time safe.
    pub fn set_level(&mut self, level: f32) {
        self.level = level;
    }

    /// The next frame for the two streams: a xorshift generator (Marsaglia 2003, 13-17-5) through the filter.
    #[inline(always)]
    pub(super) fn process(&mut self) -> [f32; 2] {
        let mut bits = self.seed;
        bits ^= bits << 13;
        bits ^= bits >> 17;
        bits ^= bits << 5;
        self.seed = bits;
        let white = bits.cast_signed() as f32 * (1.0 / 2_147_483_648.0);
        let sample = self.filter.process(white, &self.shape) * self.level;
        self.level *= self.keep;
        self.sends.map(|send| send * sample)
    }
}

#[cfg(test)]
mod tests {
    use super::super::svf::SvfKind;
    use super::*;

    #[test]
    fn a_burst_decays_at_its_rate_and_has_no_offset() {
        let shape = SvfShape::new(SvfKind::High, 4000.0, 0.707, 48_000.0);
        let mut noise = Noise::new(7, shape, 1.0, 0.999, [1.0, 0.5]);
        let frames: Vec<[f32; 2]> = (0..4800).map(|_| noise.process()).collect();
        let rms = |range: std::ops::Range<usize>| {
            (frames[range.clone()].iter().map(|f| f[0] * f[0]).sum::<f32>() / range.len() as f32).sqrt()
        };
        let fall_db = 20.0 * (rms(0..500) / rms(2300..2800)).log10();
        assert!((fall_db - 20.0).abs() < 2.0, "{fall_db}");
        assert!(frames.iter().all(|f| f[1] == 0.5 * f[0]));
        assert!(frames.iter().map(|f| f[0]).sum::<f32>().abs() / 4800.0 < 1e-3);
    }
}
