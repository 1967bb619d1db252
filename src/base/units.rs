//! Time and level as types. Inside the program time is [`Frames`] and [`Beats`], never a wall clock.

use std::ops::{Add, AddAssign, Sub};

/// A position or length in frames of the engine's own clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Frames(pub u64);

/// A position or length in quarter-note beats.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Beats(pub f64);

macro_rules! arithmetic {
    ($($t:ident),*) => {$(
        impl Add for $t {
            type Output = Self;
            fn add(self, other: Self) -> Self { Self(self.0 + other.0) }
        }
        impl Sub for $t {
            type Output = Self;
            fn sub(self, other: Self) -> Self { Self(self.0 - other.0) }
        }
        impl AddAssign for $t {
            fn add_assign(&mut self, other: Self) { self.0 += other.0; }
        }
    )*};
}
arithmetic!(Frames, Beats);

impl Frames {
    /// The length in seconds at `rate_hz`.
    #[must_use]
    pub fn secs(self, rate_hz: u32) -> f64 {
        self.0 as f64 / f64::from(rate_hz)
    }

    /// The whole frame nearest to `secs` (not negative) at `rate_hz`.
    #[must_use]
    pub fn from_secs(secs: f64, rate_hz: u32) -> Self {
        Self((secs.max(0.0) * f64::from(rate_hz)).round() as u64)
    }
}

/// Amplitude ratio of a level in decibels; -120 dB and below is silence.
#[must_use]
pub fn db_to_gain(db: f32) -> f32 {
    if db <= -120.0 { 0.0 } else { 10.0_f32.powf(db / 20.0) }
}

/// Level in decibels of an amplitude ratio, not below -120.
#[must_use]
pub fn gain_to_db(gain: f32) -> f32 {
    if gain <= 1.0e-6 { -120.0 } else { 20.0 * gain.log10() }
}

/// Frequency in Hz of a (fractional) MIDI key, equal temperament, key 69 at `a4_hz`.
#[must_use]
pub fn key_to_hz(key: f32, a4_hz: f32) -> f32 {
    (f64::from(a4_hz) * 2.0_f64.powf((f64::from(key) - 69.0) / 12.0)) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_gains_are_inverse() {
        for db in [-100.0, -60.0, -6.0, 0.0, 12.0] {
            assert!((gain_to_db(db_to_gain(db)) - db).abs() < 1e-3);
        }
        assert_eq!(db_to_gain(-120.0), 0.0);
        assert_eq!(gain_to_db(0.0), -120.0);
    }

    #[test]
    fn keys_are_equal_tempered() {
        for (key, hz) in [(69.0, 440.0), (81.0, 880.0), (60.0, 261.6256), (21.0, 27.5), (108.0, 4186.009)] {
            assert!((key_to_hz(key, 440.0) / hz - 1.0).abs() < 1e-6, "{key}");
        }
    }

    #[test]
    fn seconds_become_the_nearest_frame() {
        assert_eq!(Frames::from_secs(1.0, 48_000), Frames(48_000));
        assert_eq!(Frames::from_secs(-1.0, 48_000), Frames(0));
        assert_eq!(Frames(24_000).secs(48_000), 0.5);
    }
}
