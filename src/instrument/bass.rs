//! Plucked basses: strings with stiffness, a finger, a body or a pickup.

use super::book::{Hiss, Life, Partial, Sketch};
use crate::dsp::svf::SvfKind;
use std::f64::consts::PI;

/// What makes one bass differ from another.
struct Build {
    /// Where the finger plucks and where the sound is taken, as shares of the string; 0 takes it at the bridge.
    pluck: f64,
    pickup: f64,
    /// `B` of `f_k = k f sqrt(1 + B k^2)` (Fletcher 1964, eq. 8).
    stiffness: f64,
    /// Above these the touch is too soft to excite the string.
    touch_hz: (f64, f64),
    decay_secs: f64,
    /// Losses that grow with frequency, 1/s at 1 kHz.
    loss: f64,
    strings: usize,
}

/// The gain of a body with the given resonances: `(hz, width_hz, gain)`.
fn body_gain(hz: f64, resonances: &[(f64, f64, f64)]) -> f64 {
    resonances.iter().fold(0.75, |gain, (centre, width, lift)| gain + lift / (1.0 + ((hz - centre) / width).powi(2)))
}

/// The partials of an ideal pluck: `sin(k pi p) / k` at the bridge, combed by the place of finger and pickup.
fn string(key: u8, build: &Build, resonances: &[(f64, f64, f64)]) -> Sketch {
    let hz = 440.0 * 2.0_f64.powf((f64::from(key) - 69.0) / 12.0);
    let mut sketch = Sketch::new(Life::Struck, hz);
    let decay_secs = build.decay_secs * (55.0 / hz).powf(0.45);
    let tuned = (1.0 + build.stiffness).sqrt();
    let mut peak = 0.0;
    for k in 1..=build.strings {
        let order = k as f64;
        let partial_hz = hz * order * (1.0 + build.stiffness * order * order).sqrt() / tuned;
        let comb = (order * PI * build.pluck).sin();
        let comb = comb.abs().max(0.08) * comb.signum();
        let taken = if build.pickup > 0.0 { (order * PI * build.pickup).sin().abs().max(0.1) } else { 1.0 };
        let at = |limit_hz: f64| comb * taken / order / (1.0 + (partial_hz / limit_hz).powi(4)).sqrt();
        let gain = body_gain(partial_hz, resonances);
        let touch = (at(build.touch_hz.0.max(1.6 * hz)) * gain, at(build.touch_hz.1.max(4.0 * hz)) * gain);
        peak += 0.5 * (touch.0 + touch.1).abs();
        let rate = 1.0 / decay_secs + build.loss * (partial_hz / 1000.0).powf(1.3) + 0.25 * (order - 1.0);
        sketch.partials.push(Partial {
            hz: partial_hz,
            touch,
            decay_secs: 1.0 / rate,
            damped_secs: 0.09 / order.sqrt(),
            colour: 0.0,
            stream: usize::from(k > 8),
        });
    }
    let level = 1.0 / peak;
    for partial in &mut sketch.partials {
        partial.touch = (partial.touch.0 * level, partial.touch.1 * level);
    }
    sketch
}

/// A double bass, plucked with the side of the finger.
pub(super) fn upright(key: u8) -> Sketch {
    const BODY: [(f64, f64, f64); 4] =
        [(62.0, 14.0, 0.30), (104.0, 22.0, 0.85), (196.0, 40.0, 0.55), (430.0, 120.0, 0.45)];
    let build = Build {
        pluck: 0.21,
        pickup: 0.0,
        stiffness: 0.00011,
        touch_hz: (430.0, 1500.0),
        decay_secs: 1.15,
        loss: 5.5,
        strings: 12,
    };
    let mut sketch = string(key, &build, &BODY);
    let thump = |hz: f64, touch: (f64, f64), decay_secs: f64| Partial {
        hz,
        touch,
        decay_secs,
        damped_secs: decay_secs,
        colour: 1.0,
        stream: 1,
    };
    sketch.partials.extend([
        thump(61.0, (0.04, 0.09), 0.070),
        thump(104.0, (0.05, 0.13), 0.055),
        thump(197.0, (0.025, 0.09), 0.038),
        thump(432.0, (0.006, 0.05), 0.020),
    ]);
    sketch.hiss = Hiss {
        kind: SvfKind::Band,
        hz: 950.0,
        q: 0.7,
        touch: (0.015, 0.13),
        decay_secs: 0.012,
        knob: true,
        ..Hiss::NONE
    };
    sketch.level = 0.31;
    sketch.attack_secs = 0.004;
    sketch.restrike_secs = 0.018;
    sketch
}

/// An electric bass under the fingers: longer, brighter, from a pickup.
pub(super) fn finger(key: u8) -> Sketch {
    let build = Build {
        pluck: 0.16,
        pickup: 0.115,
        stiffness: 0.00006,
        touch_hz: (700.0, 2800.0),
        decay_secs: 2.6,
        loss: 3.0,
        strings: 16,
    };
    let mut sketch = string(key, &build, &[(90.0, 60.0, 0.5), (1300.0, 600.0, 0.5)]);
    sketch.partials[0].touch.0 *= 1.5;
    sketch.partials[0].touch.1 *= 1.3;
    for partial in &mut sketch.partials[4..] {
        partial.colour = -0.5;
    }
    sketch.hiss = Hiss {
        kind: SvfKind::Band,
        hz: 1900.0,
        q: 0.8,
        touch: (0.006, 0.10),
        decay_secs: 0.007,
        knob: true,
        ..Hiss::NONE
    };
    sketch.level = 0.34;
    sketch.attack_secs = 0.0025;
    sketch.restrike_secs = 0.012;
    sketch
}
