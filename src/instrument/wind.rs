//! Sounds of breath, that last as long as it does and follow every bend.

use super::book::{Hiss, Life, Partial, Sketch};
use crate::base::key_to_hz;
use crate::dsp::svf::SvfKind;

/// Partials of a bamboo flute: level at the softest and at the hardest breath. It is nearly a sine when it is blown softly;
/// the second and third come with the breath.
const PARTIALS: [(f64, f64); 7] =
    [(1.0, 1.0), (0.12, 0.26), (0.07, 0.16), (0.02, 0.06), (0.012, 0.035), (0.006, 0.018), (0.003, 0.010)];
/// The bore lets less through from here on, Hz.
const BORE_HZ: f64 = 5000.0;

/// A bansuri: one row of partials that stand still, and breath through the bore around the octave. Long notes are held
/// straight, as they are sung in a raga: what swings is bent.
pub(super) fn bansuri(key: u8) -> Sketch {
    let (hz, high) = (f64::from(key_to_hz(f32::from(key), 440.0)), (f64::from(key) - 21.0) / 87.0);
    let mut sketch = Sketch::new(Life::Sustained, hz);
    for (at, (soft, hard)) in PARTIALS.into_iter().enumerate() {
        let order = at as f64 + 1.0;
        let dull = 1.0 / (1.0 + (hz * order / BORE_HZ).powi(2)).sqrt();
        sketch.partials.push(Partial {
            hz: hz * order,
            touch: (soft * dull, hard * dull),
            decay_secs: f64::INFINITY,
            damped_secs: f64::INFINITY,
            colour: if at % 2 == 1 { 1.0 } else { 0.0 },
            stream: 0,
        });
    }
    sketch.hiss = Hiss {
        kind: SvfKind::Band,
        hz: (hz * 2.0).clamp(500.0, 6000.0),
        q: 1.2,
        touch: (0.22, 0.42),
        decay_secs: f64::INFINITY,
        knob: true,
        ..Hiss::NONE
    };
    sketch.level = 0.15 * (1.1 - 0.3 * high);
    sketch.touch = 0.6;
    sketch
}
