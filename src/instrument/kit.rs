//! The studio kit on the General MIDI map: membranes, metal, wood and wires.

use super::book::{Hiss, Life, Partial, Sketch};
use crate::dsp::svf::SvfKind;

/// Modes as `(hz, level, decay_secs)`.
type Modes<'a> = &'a [(f64, f64, f64)];

/// The ratios of the first modes of a damped circular membrane (Fletcher and Rossing 1998, table 3.1).
const MEMBRANE: [(f64, f64, f64); 5] =
    [(1.0, 1.0, 1.0), (1.59, 0.42, 0.55), (2.14, 0.22, 0.38), (2.30, 0.16, 0.34), (2.92, 0.09, 0.25)];

fn mode(hz: f64, level: f64, decay_secs: f64, stream: usize) -> Partial {
    Partial { hz, touch: (level * 0.8, level), decay_secs, damped_secs: decay_secs, colour: 0.0, stream }
}

fn hit(modes: Modes) -> Sketch {
    let mut sketch = Sketch::new(Life::Hit, 500.0);
    sketch.partials = modes.iter().map(|(hz, level, decay)| mode(*hz, *level, *decay, 0)).collect();
    sketch.restrike_secs = 0.06;
    sketch.attack_secs = 0.0005;
    sketch
}

fn hiss(kind: SvfKind, hz: f64, q: f64, level: f64, decay_secs: f64) -> Hiss {
    Hiss { kind, hz, q, touch: (level * 0.6, level), decay_secs, ..Hiss::NONE }
}

fn kick(hz: f64, decay_secs: f64, click: f64) -> Sketch {
    let mut sketch = hit(&[
        (hz, 1.0, decay_secs),
        (hz * 1.52, 0.26, decay_secs * 0.35),
        (hz * 2.3, 0.14, 0.030),
        (hz * 13.0, 0.05, 0.009),
        (hz * 23.0, 0.04, 0.006),
    ]);
    sketch.sweep = 1.5;
    sketch.sweep_secs = 0.017;
    sketch.hiss = hiss(SvfKind::Band, 3300.0, 0.7, click, 0.005);
    sketch.level = 0.50;
    sketch.attack_secs = 0.0008;
    sketch
}

fn snare(hz: f64, wires_secs: f64, bright_hz: f64) -> Sketch {
    let mut sketch = hit(&[
        (hz, 0.62, 0.075),
        (hz * 1.58, 0.36, 0.060),
        (hz * 2.24, 0.20, 0.045),
        (hz * 2.9, 0.12, 0.035),
        (hz * 4.3, 0.06, 0.020),
    ]);
    sketch.sweep = 0.16;
    sketch.sweep_secs = 0.012;
    sketch.hiss = Hiss { knob: true, ..hiss(SvfKind::Band, bright_hz, 0.55, 0.95, wires_secs) };
    sketch.level = 0.35;
    sketch
}

fn tom(hz: f64, pan: f64) -> Sketch {
    let decay_secs = 0.30 * (110.0 / hz).powf(0.5);
    let mut sketch = hit(&MEMBRANE.map(|(ratio, level, share)| (hz * ratio, level, decay_secs * share)));
    sketch.sweep = 0.22;
    sketch.sweep_secs = 0.045;
    sketch.hiss = hiss(SvfKind::Band, hz * 11.0, 0.7, 0.22, 0.012);
    sketch.level = 0.30;
    sketch.pan = pan;
    sketch
}

/// A cloud of metal: as many partials as there are lanes, spaced unevenly from `low_hz` to `high_hz`.
struct Cloud {
    low_hz: f64,
    high_hz: f64,
    per_side: usize,
    level: f64,
    /// Decay at the low and at the high end.
    decay_secs: (f64, f64),
    /// Level at the high end relative to the low end.
    tilt: f64,
}

fn cloud(spec: &Cloud, salt: f64) -> Vec<Partial> {
    let mut partials = Vec::with_capacity(2 * spec.per_side);
    for index in 0..spec.per_side {
        for stream in 0..2 {
            let seat = (2 * index + stream) as f64;
            let jitter = ((seat + salt) * 0.618_033_988_75).fract() - 0.5;
            let place = ((seat + 0.5 + 0.9 * jitter) / (2 * spec.per_side) as f64).clamp(0.0, 1.0);
            let hz = spec.low_hz * (spec.high_hz / spec.low_hz).powf(place);
            let level = spec.level * spec.tilt.powf(place) * (0.65 + 0.7 * (seat * 0.414_213_56 + salt).fract());
            let decay_secs = spec.decay_secs.0 * (spec.decay_secs.1 / spec.decay_secs.0).powf(place);
            partials.push(mode(hz, level, decay_secs, stream));
        }
    }
    partials
}

fn metal(spec: &Cloud, salt: f64, hiss: Hiss, place: (f64, f64)) -> Sketch {
    let mut sketch = Sketch::new(Life::Hit, 4000.0);
    sketch.partials = cloud(spec, salt);
    sketch.hiss = hiss;
    (sketch.pan, sketch.spread) = place;
    sketch.attack_secs = 0.0006;
    sketch.restrike_secs = 0.15;
    sketch
}

fn hat(decay_secs: f64, level: f64, bright_hz: f64) -> Sketch {
    let spec = Cloud {
        low_hz: 2900.0,
        high_hz: 13_500.0,
        per_side: 8,
        level: 0.10,
        decay_secs: (decay_secs * 1.1, decay_secs * 0.8),
        tilt: 1.2,
    };
    let noise = hiss(SvfKind::High, bright_hz, 0.8, 0.62, decay_secs * 0.9);
    let mut sketch = metal(&spec, 3.0, noise, (0.28, 0.18));
    sketch.level = level;
    sketch.restrike_secs = 0.02;
    sketch.choke = 1;
    sketch
}

fn crash(low_hz: f64, decay_secs: f64, pan: f64, salt: f64) -> Sketch {
    let spec = Cloud {
        low_hz,
        high_hz: 12_500.0,
        per_side: 16,
        level: 0.070,
        decay_secs: (decay_secs, decay_secs * 0.5),
        tilt: 0.75,
    };
    let mut sketch = metal(&spec, salt, hiss(SvfKind::High, 4200.0, 0.6, 0.50, decay_secs * 0.38), (pan, 0.4));
    sketch.attack_secs = 0.002;
    sketch.level = 0.38;
    sketch
}

fn ride(bell: bool, salt: f64, pan: f64) -> Sketch {
    let spec = Cloud {
        low_hz: if bell { 700.0 } else { 480.0 },
        high_hz: if bell { 7600.0 } else { 11_500.0 },
        per_side: if bell { 8 } else { 16 },
        level: if bell { 0.05 } else { 0.034 },
        decay_secs: if bell { (1.1, 0.5) } else { (1.3, 0.55) },
        tilt: 0.8,
    };
    let noise = hiss(SvfKind::High, 6200.0, 0.7, if bell { 0.08 } else { 0.16 }, 0.12);
    let mut sketch = metal(&spec, salt, noise, (pan, 0.3));
    let ping: Modes = if bell {
        &[(812.0, 0.22, 0.8), (1480.0, 0.20, 0.75), (2230.0, 0.15, 0.6), (3390.0, 0.10, 0.5)]
    } else {
        &[(3260.0, 0.11, 0.14), (4710.0, 0.10, 0.10), (6140.0, 0.07, 0.08), (1130.0, 0.03, 0.5)]
    };
    let ping = ping.iter().enumerate().map(|(index, (hz, level, decay))| mode(*hz, *level, *decay, index % 2));
    if !bell {
        sketch.partials.truncate(28);
    }
    sketch.partials.extend(ping);
    sketch.level = if bell { 0.36 } else { 0.45 };
    sketch
}

fn hand(hz: f64, decay_secs: f64, slap: f64, pan: f64) -> Sketch {
    let mut sketch = hit(&MEMBRANE.map(|(ratio, level, share)| (hz * ratio, level, decay_secs * share)));
    sketch.sweep = 0.07;
    sketch.hiss = hiss(SvfKind::Band, 1900.0, 0.7, slap, 0.010);
    sketch.level = 0.30;
    sketch.pan = pan;
    sketch
}

fn struck(modes: Modes, level: f64, pan: f64) -> Sketch {
    let mut sketch = hit(modes);
    sketch.hiss = hiss(SvfKind::Band, 3000.0, 0.8, 0.12, 0.003);
    sketch.level = level;
    sketch.pan = pan;
    sketch
}

fn grains(hz: f64, level: f64, decay_secs: f64, pan: f64) -> Sketch {
    let mut sketch = hit(&[]);
    sketch.hiss = hiss(SvfKind::High, hz, 0.9, 1.0, decay_secs);
    sketch.attack_secs = 0.012;
    sketch.level = level;
    sketch.pan = pan;
    sketch
}

fn clap() -> Sketch {
    let mut sketch = hit(&[]);
    sketch.hiss = Hiss { bursts: 3, gap_secs: 0.010, ..hiss(SvfKind::Band, 1250.0, 1.4, 2.2, 0.055) };
    sketch.level = 0.42;
    sketch.pan = -0.1;
    sketch
}

fn tambourine() -> Sketch {
    let spec =
        Cloud { low_hz: 5200.0, high_hz: 14_500.0, per_side: 8, level: 0.07, decay_secs: (0.10, 0.07), tilt: 1.0 };
    let noise = Hiss { bursts: 1, gap_secs: 0.022, ..hiss(SvfKind::High, 7500.0, 0.8, 0.45, 0.045) };
    let mut sketch = metal(&spec, 9.0, noise, (-0.3, 0.15));
    sketch.level = 0.26;
    sketch
}

/// The drum at a key; `None` where the kit has nothing.
pub(super) fn drum(key: u8) -> Option<Sketch> {
    Some(match key {
        35 => kick(46.0, 0.17, 0.16),
        36 => kick(53.0, 0.125, 0.32),
        37 => struck(&[(410.0, 0.3, 0.020), (1690.0, 0.6, 0.016), (2440.0, 0.4, 0.012)], 0.34, -0.1),
        38 => snare(186.0, 0.105, 3400.0),
        40 => snare(214.0, 0.075, 4300.0),
        39 => clap(),
        42 => hat(0.034, 0.26, 7200.0),
        44 => hat(0.026, 0.17, 6000.0),
        46 => hat(0.30, 0.23, 6800.0),
        41 => tom(78.0, 0.45),
        43 => tom(94.0, 0.32),
        45 => tom(112.0, 0.15),
        47 => tom(132.0, 0.0),
        48 => tom(156.0, -0.18),
        50 => tom(186.0, -0.34),
        49 => crash(390.0, 0.95, -0.4, 1.0),
        57 => crash(450.0, 0.80, 0.45, 5.0),
        55 => crash(820.0, 0.32, -0.2, 8.0),
        52 => crash(310.0, 0.55, 0.5, 12.0),
        51 => ride(false, 2.0, 0.4),
        59 => ride(false, 7.0, 0.5),
        53 => ride(true, 4.0, 0.4),
        54 => tambourine(),
        56 => {
            struck(&[(562.0, 0.55, 0.10), (845.0, 0.6, 0.085), (1686.0, 0.22, 0.05), (2535.0, 0.16, 0.04)], 0.26, 0.2)
        }
        60 => hand(395.0, 0.085, 0.20, -0.3),
        61 => hand(292.0, 0.10, 0.18, -0.2),
        62 => hand(330.0, 0.045, 0.35, 0.2),
        63 => hand(248.0, 0.16, 0.16, 0.2),
        64 => hand(186.0, 0.18, 0.14, 0.3),
        67 => struck(&[(912.0, 0.6, 0.16), (1368.0, 0.25, 0.10), (2510.0, 0.3, 0.09)], 0.24, -0.3),
        68 => struck(&[(668.0, 0.6, 0.18), (1002.0, 0.25, 0.11), (1840.0, 0.3, 0.10)], 0.24, -0.3),
        70 | 82 => grains(if key == 70 { 6400.0 } else { 5200.0 }, 0.22, if key == 70 { 0.028 } else { 0.045 }, 0.3),
        75 => struck(&[(2480.0, 0.9, 0.030), (4900.0, 0.15, 0.012)], 0.24, 0.2),
        76 => struck(&[(1180.0, 0.8, 0.032), (2010.0, 0.3, 0.018)], 0.28, 0.1),
        77 => struck(&[(870.0, 0.8, 0.036), (1490.0, 0.3, 0.020)], 0.28, 0.1),
        80 | 81 => {
            let decay = if key == 80 { 0.06 } else { 0.9 };
            let modes =
                [(1640.0, 0.1, decay), (4210.0, 0.5, decay), (6890.0, 0.35, decay * 0.7), (9120.0, 0.2, decay * 0.5)];
            struck(&modes, 0.18, 0.35)
        }
        _ => return None,
    })
}
