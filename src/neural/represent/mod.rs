//! What the players see and say, as classes: the one place in Rust that knows the tables. `models/train/players` holds
//! the same in Python; `models/check/players.json` holds both to one another.
//!
//! A beat is a quarter note, a tick 1/24 of it, a step 1/4. All classes count from 0.

pub mod asked;
pub mod drums;
pub mod notes;
pub mod scene;
#[cfg(test)]
pub(super) mod tests;

/// Ticks of a beat.
pub const TICKS: i32 = 24;
/// Steps of a beat.
pub const STEPS: i32 = 4;
/// Ticks of a step.
pub const STEP_TICKS: i32 = TICKS / STEPS;
/// Classes of [`tempo_class`].
pub const TEMPI: usize = 8;
/// Classes of [`energy_class`].
pub const ENERGIES: usize = 9;
/// Classes of a style; the last is unknown.
pub const STYLES: usize = 16;
/// Classes of [`metre_class`].
pub const METRES: usize = 3;
/// Bars of a phrase.
pub const PHRASE: usize = 4;
/// Classes of [`density_class`].
pub const DENSITIES: usize = 9;
/// Classes of [`player_class`].
pub const REGISTERS: usize = 9;
/// Classes of [`chord_class`].
pub const CHORDS: usize = 11;
/// Classes of the way from a chord's root to the next's; the last is none.
pub const MOTIONS: usize = 13;
/// Classes of how long it is until the chord changes, in half beats; the last is long or unknown.
pub const UNTILS: usize = 12;
/// Classes of [`degree_class`].
pub const DEGREES: usize = 13;
/// Classes of [`interval_class`].
pub const INTERVALS: usize = 50;
/// Classes of a loudness.
pub const VELOCITIES: usize = 16;
/// Classes of a note's length.
pub const LENGTHS: usize = LENGTH_TICKS.len();
/// Places of a rhythm that are seen, in steps.
pub const RHYTHM_STEPS: usize = 16;

/// The lengths of notes, in ticks.
pub const LENGTH_TICKS: [i32; 20] = [1, 2, 3, 4, 6, 8, 10, 12, 15, 18, 21, 24, 30, 36, 48, 60, 72, 96, 144, 192];

/// The nearest whole number, the greater of two as near.
#[must_use]
pub fn whole(x: f64) -> i32 {
    (x + 0.5).floor() as i32
}

/// The step nearest to a tick, the later of two as near.
#[must_use]
pub const fn nearest_step(tick: i32) -> i32 {
    (tick + STEP_TICKS / 2).div_euclid(STEP_TICKS)
}

fn bounded(x: f64, classes: i32) -> u8 {
    x.floor().clamp(0.0, f64::from(classes - 1)) as u8
}

/// Tempo in quarters of an octave above 50 beats a minute.
#[must_use]
pub fn tempo_class(bpm: f64) -> u8 {
    bounded(4.0 * (bpm / 50.0).log2(), TEMPI as i32)
}

/// Energy, 0 to 1, in eighths; 8 unknown.
#[must_use]
pub fn energy_class(energy: Option<f64>) -> u8 {
    energy.map_or(8, |energy| bounded(8.0 * energy, 8))
}

/// The player's notes a beat, in half octaves; 0 none, 8 unknown.
#[must_use]
pub fn density_class(per_beat: Option<f64>) -> u8 {
    match per_beat {
        None => 8,
        Some(n) if n > 0.0 => (1.0 + (2.0 * (n / 0.5).log2()).floor()).clamp(1.0, 7.0) as u8,
        Some(_) => 0,
    }
}

/// Where the player plays: the mean key, in thirds of two octaves; 7 where there are no notes, 8 unknown.
#[must_use]
pub fn player_class(per_beat: Option<f64>, mean_key: Option<f64>) -> u8 {
    match (per_beat, mean_key) {
        (Some(n), Some(key)) if n > 0.0 => bounded((key - 36.0) / 8.0, 7),
        (Some(n), _) if n <= 0.0 => 7,
        _ => 8,
    }
}

/// Three beats, four, and all else.
#[must_use]
pub const fn metre_class(beats: i32) -> u8 {
    match beats {
        3 => 0,
        4 => 1,
        _ => 2,
    }
}

/// What kind of chord a set of pitch classes above its root is; 0 for an empty one.
#[must_use]
pub const fn chord_class(mask: u16) -> u8 {
    const fn has(mask: u16, degree: u8) -> bool {
        mask >> degree & 1 != 0
    }
    if mask == 0 {
        0
    } else if has(mask, 4) {
        match (has(mask, 8) && !has(mask, 7), has(mask, 10), has(mask, 11)) {
            (true, ..) => 8,
            (_, true, _) => 3,
            (_, _, true) => 4,
            _ => 1,
        }
    } else if has(mask, 3) {
        match (has(mask, 6) && !has(mask, 7), has(mask, 10)) {
            (true, true) => 6,
            (true, false) => 7,
            (false, true) => 5,
            (false, false) => 2,
        }
    } else if has(mask, 5) || has(mask, 2) {
        9
    } else {
        10
    }
}

/// Semitones of a key above a root, folded into an octave; 12 without either.
#[must_use]
pub const fn degree_class(key: Option<u8>, root: Option<u8>) -> u8 {
    match (key, root) {
        (Some(key), Some(root)) => (key as i32 - root as i32).rem_euclid(12) as u8,
        _ => 12,
    }
}

/// Semitones from one key to another, two octaves each way at most, from 24 on; 49 without either.
#[must_use]
pub fn interval_class(key: Option<u8>, last: Option<u8>) -> u8 {
    match (key, last) {
        (Some(key), Some(last)) => ((i32::from(key) - i32::from(last)).clamp(-24, 24) + 24) as u8,
        _ => 49,
    }
}

/// Loudness in eighths.
#[must_use]
pub const fn velocity_class(velocity: u8) -> u8 {
    let class = velocity / 8;
    if class < VELOCITIES as u8 { class } else { VELOCITIES as u8 - 1 }
}

/// The length nearest by ratio, the shorter of two as near.
#[must_use]
pub fn length_class(ticks: f64) -> u8 {
    let log = ticks.clamp(0.5, 1e6).ln();
    let far = |class: usize| (log - f64::from(LENGTH_TICKS[class]).ln()).abs();
    (0..LENGTHS).fold(0, |best, class| if far(class) < far(best) { class } else { best }) as u8
}
