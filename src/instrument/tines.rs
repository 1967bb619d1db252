//! Struck keyboards: tines before a pickup, felt on tines, and glass.
//!
//! A tine is a clamped-free beam. It swings almost as a pure sine of amplitude `a`; the pickup's field is curved,
//! so harmonic `k` of what it gives grows as `a^k`: harder blows are richer, and harmonic `k` dies `k` times as
//! fast. The beam's own overtones, far above and out of tune, are the bell at the start (Gabrielli et al. 2020).

use super::book::{Hiss, Life, Partial, Sketch};
use crate::dsp::svf::SvfKind;

fn hz_of(key: u8) -> f64 {
    440.0 * 2.0_f64.powf((f64::from(key) - 69.0) / 12.0)
}

/// The share of the keyboard's 88 keys below `key`, 0 to 1.
fn height(key: u8) -> f64 {
    (f64::from(key) - 21.0) / 87.0
}

fn tone(hz: f64, touch: (f64, f64), decay_secs: f64) -> Partial {
    Partial { hz, touch, decay_secs, damped_secs: 0.25, colour: 0.0, stream: 0 }
}

fn wood(hz: f64, touch: (f64, f64), decay_secs: f64) -> Partial {
    Partial { hz, touch, decay_secs, damped_secs: decay_secs, colour: 0.0, stream: 1 }
}

/// Tines before a pickup.
pub(super) fn electric(key: u8) -> Sketch {
    const SOFT: [f64; 8] = [1.0, 0.20, 0.035, 0.010, 0.003, 0.001, 0.0004, 0.0002];
    const HARD: [f64; 8] = [0.70, 0.52, 0.25, 0.145, 0.08, 0.046, 0.026, 0.014];
    let (hz, high) = (hz_of(key), height(key));
    let decay_secs = 2.6 * (-2.3 * high).exp() + 0.22;
    let mut sketch = Sketch::new(Life::Struck, hz);
    for (index, (soft, hard)) in SOFT.iter().zip(&HARD).enumerate() {
        let order = index as f64 + 1.0;
        let dark = (-(order - 1.0) * (1.5 * (high - 0.35))).exp().min(1.35);
        let decay = decay_secs / order.powf(0.9);
        sketch.partials.push(tone(hz * order, (soft * dark, hard * dark), decay));
    }
    let bell = 1.0 - 0.45 * high;
    let twin = Partial { stream: 1, ..tone(hz * 2.0 + 0.7, (0.03, 0.09), decay_secs * 0.5) };
    let chime = |ratio: f64, touch: (f64, f64), decay_secs: f64| Partial {
        colour: 1.0,
        stream: 1,
        ..tone(hz * ratio, (touch.0 * bell, touch.1 * bell), decay_secs * (1.2 - 0.8 * high))
    };
    sketch.partials.extend([
        twin,
        chime(7.11, (0.020, 0.11), 0.30),
        chime(7.17, (0.008, 0.05), 0.22),
        chime(20.25, (0.003, 0.045), 0.07),
        wood(92.0, (0.020, 0.045), 0.035),
        wood(171.0, (0.012, 0.035), 0.028),
        wood(318.0, (0.006, 0.030), 0.018),
        wood(hz * 1.5 + 430.0, (0.002, 0.016), 0.012),
    ]);
    sketch.hiss = Hiss {
        kind: SvfKind::Band,
        hz: 1400.0 + 1800.0 * high,
        q: 0.8,
        touch: (0.004, 0.07),
        decay_secs: 0.006,
        ..Hiss::NONE
    };
    sketch.level = 0.188 * (1.12 - 0.35 * high);
    sketch.attack_secs = 0.0012;
    sketch.pan = 0.5 * (high - 0.45);
    sketch
}

/// The same tines struck with felt: few harmonics, a wooden thump, no bell.
pub(super) fn felt(key: u8) -> Sketch {
    const SOFT: [f64; 6] = [1.0, 0.08, 0.03, 0.006, 0.002, 0.0005];
    const HARD: [f64; 6] = [0.92, 0.42, 0.22, 0.07, 0.03, 0.014];
    let (hz, high) = (hz_of(key), height(key));
    let decay_secs = 1.7 * (-2.1 * high).exp() + 0.16;
    let mut sketch = Sketch::new(Life::Struck, hz);
    for (index, (soft, hard)) in SOFT.iter().zip(&HARD).enumerate() {
        let order = index as f64 + 1.0;
        let dark = (-(order - 1.0) * 1.3 * (high - 0.3)).exp().min(1.8);
        let stretched = hz * order * (1.0 + 0.00012 * (order * order - 1.0));
        sketch.partials.push(tone(stretched, (soft * dark, hard * dark), decay_secs / order.powf(0.8)));
    }
    // Keys rest on different places of the frame, so that chords do not thump as one.
    let wooden = 0.9 + 0.02 * f64::from(u32::from(key) * 7 % 11);
    let thump =
        |hz: f64, level: f64, decay_secs: f64| Partial { colour: 1.0, ..wood(hz, (level * 0.35, level), decay_secs) };
    sketch.partials.extend([
        Partial { stream: 1, ..tone(hz * 3.0 - 0.9, (0.015, 0.05), decay_secs * 0.35) },
        thump(84.0 * wooden, 0.11, 0.045),
        thump(133.0 * wooden, 0.09, 0.036),
        thump(226.0 * wooden, 0.06, 0.026),
        thump(410.0 * wooden, 0.04, 0.015),
    ]);
    sketch.hiss = Hiss {
        kind: SvfKind::Low,
        hz: 900.0 + 700.0 * high,
        q: 0.6,
        touch: (0.02, 0.10),
        decay_secs: 0.014,
        ..Hiss::NONE
    };
    sketch.level = 0.225 * (1.1 - 0.3 * high);
    sketch.attack_secs = 0.003;
    sketch.pan = 0.7 * (high - 0.45);
    sketch
}

/// Glass: a clear fundamental with a bright, high partial that rings, doubled to the left and right.
pub(super) fn glass(key: u8) -> Sketch {
    let (hz, high) = (hz_of(key), height(key));
    let decay_secs = 1.9 * (-1.9 * high).exp() + 0.25;
    let mut sketch = Sketch::new(Life::Struck, hz);
    let rows: [(f64, (f64, f64), f64, f64); 8] = [
        (1.0, (0.5, 0.42), 1.0, 0.0),
        (2.0, (0.06, 0.14), 0.8, 0.0),
        (3.0, (0.020, 0.075), 0.55, 0.0),
        (4.0, (0.05, 0.13), 0.45, 0.5),
        (6.01, (0.010, 0.05), 0.30, 0.7),
        (8.02, (0.004, 0.04), 0.22, 0.8),
        (14.0, (0.010, 0.075), 0.13, 1.0),
        (15.02, (0.003, 0.035), 0.09, 1.0),
    ];
    for (row, (ratio, touch, share, colour)) in rows.into_iter().enumerate() {
        let cents = if row == 0 { 0.0 } else { 2.2 };
        let dark = if row == 0 { 1.0 } else { 1.15 - 0.5 * high };
        for stream in 0..2 {
            let detune = 2.0_f64.powf(if stream == 0 { cents } else { -cents } / 1200.0);
            sketch.partials.push(Partial {
                colour,
                stream,
                ..tone(hz * ratio * detune, (touch.0 * dark, touch.1 * dark), decay_secs * share)
            });
        }
    }
    sketch.hiss =
        Hiss { kind: SvfKind::Band, hz: 5200.0, q: 1.0, touch: (0.003, 0.03), decay_secs: 0.004, ..Hiss::NONE };
    sketch.level = 0.275 * (1.08 - 0.3 * high);
    sketch.attack_secs = 0.001;
    sketch.pan = 0.3 * (high - 0.45);
    sketch.spread = 0.55;
    sketch
}
