//! Sustained sounds: ensembles of detuned partials, each of which comes and goes by itself.

use super::book::{Hiss, Life, Partial, Sketch};
use crate::dsp::svf::SvfKind;

fn hz_of(key: u8) -> f64 {
    440.0 * 2.0_f64.powf((f64::from(key) - 69.0) / 12.0)
}

fn partial(hz: f64, cents: f64, level: f64, stream: usize) -> Partial {
    Partial {
        hz: hz * 2.0_f64.powf(cents / 1200.0),
        touch: (level, level),
        decay_secs: f64::INFINITY,
        damped_secs: f64::INFINITY,
        colour: 0.0,
        stream,
    }
}

/// Strings as one remembers them: eight harmonics, two players to a side, dark at the top.
pub(super) fn warm(key: u8) -> Sketch {
    let (hz, high) = (hz_of(key), (f64::from(key) - 21.0) / 87.0);
    let mut sketch = Sketch::new(Life::Sustained, hz);
    for k in 1..=8 {
        let order = f64::from(k);
        let level = order.powf(-1.25) / (1.0 + (hz * order / 2400.0).powi(2)).sqrt();
        let soft = (-(order - 1.0) * 0.16).exp();
        for stream in 0..2 {
            let side = if stream == 0 { 1.0 } else { -1.0 };
            for (seat, cents) in
                [if k == 1 { 0.0 } else { 2.4 }, if k == 1 { 2.9 } else { -4.1 }].into_iter().enumerate()
            {
                let share = if seat == 0 { 1.0 } else { 0.72 };
                let mut one = partial(hz * order, side * cents, level * share, stream);
                one.touch.0 *= soft;
                one.colour = if k == 2 || k == 4 || k == 8 { 1.0 } else { 0.0 };
                sketch.partials.push(one);
            }
        }
    }
    sketch.level = 0.068 * (1.1 - 0.25 * high);
    sketch.touch = 0.75;
    sketch.attack_secs = 0.35;
    sketch.spread = 0.8;
    sketch
}

/// Breath and shimmer: few harmonics, octaves high above them, air around.
pub(super) fn air(key: u8) -> Sketch {
    const ROWS: [(f64, f64, f64); 8] = [
        (1.0, 1.0, 0.0),
        (2.0, 0.42, 0.0),
        (3.0, 0.10, 0.0),
        (4.0, 0.16, 0.6),
        (6.0, 0.05, 0.8),
        (8.0, 0.075, 1.0),
        (12.0, 0.024, 1.0),
        (16.0, 0.030, 1.0),
    ];
    let (hz, high) = (hz_of(key), (f64::from(key) - 21.0) / 87.0);
    let mut sketch = Sketch::new(Life::Sustained, hz);
    for (row, (ratio, level, colour)) in ROWS.into_iter().enumerate() {
        let dull = 1.0 / (1.0 + (hz * ratio / 5200.0).powi(2)).sqrt();
        for stream in 0..2 {
            let side = if stream == 0 { 1.0 } else { -1.0 };
            let cents = if row == 0 { 0.0 } else { 3.6 };
            let mut one = partial(hz * ratio, side * cents, level * dull, stream);
            one.touch.0 *= if row == 0 { 1.0 } else { 0.6 };
            one.colour = colour;
            sketch.partials.push(one);
        }
    }
    sketch.hiss = Hiss {
        kind: SvfKind::Band,
        hz: (hz * 4.0).clamp(900.0, 6500.0),
        q: 2.2,
        touch: (0.05, 0.11),
        decay_secs: f64::INFINITY,
        ..Hiss::NONE
    };
    sketch.level = 0.096 * (1.1 - 0.3 * high);
    sketch.touch = 0.7;
    sketch.attack_secs = 0.9;
    sketch.spread = 0.95;
    sketch
}
