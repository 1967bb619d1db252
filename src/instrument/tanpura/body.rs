//! The gourd: a few modes beside the direct sound of the bridge.

use super::tuning;
use crate::dsp::svf::{Svf, SvfKind, SvfShape};

const MODES: usize = tuning::BODY[0].len();

/// One side of the body.
#[derive(Clone, Debug)]
struct Side {
    shapes: [SvfShape; MODES],
    gains: [f32; MODES],
    filters: [Svf; MODES],
    floor: Svf,
}

/// The body as two microphones hear it.
#[derive(Clone, Debug)]
pub(super) struct Body {
    sides: [Side; 2],
    floor: SvfShape,
}

impl Body {
    pub fn new(rate_hz: f32) -> Self {
        let rate_hz = f64::from(rate_hz);
        let sides = tuning::BODY.map(|modes| Side {
            shapes: modes.map(|(hz, q, _)| SvfShape::new(SvfKind::Band, hz, q, rate_hz)),
            gains: modes.map(|(_, _, gain)| gain),
            filters: [Svf::default(); MODES],
            floor: Svf::default(),
        });
        Self { sides, floor: SvfShape::new(SvfKind::High, tuning::FLOOR_HZ, 0.707, rate_hz) }
    }

    pub fn reset(&mut self) {
        for side in &mut self.sides {
            side.filters = [Svf::default(); MODES];
            side.floor = Svf::default();
        }
    }

    /// Adds what the body makes of `dry` to `out`.
    pub fn render(&mut self, dry: [&[f32]; 2], out: [&mut [f32]; 2]) {
        for ((side, dry), out) in self.sides.iter_mut().zip(dry).zip(out) {
            for (out, dry) in out.iter_mut().zip(dry) {
                let x = side.floor.process(*dry, &self.floor);
                let mut sum = x;
                for ((filter, shape), gain) in side.filters.iter_mut().zip(&side.shapes).zip(&side.gains) {
                    sum += gain * filter.process(x, shape);
                }
                *out += sum;
            }
        }
    }
}
