//! Second-order filters after the cookbook of R. Bristow-Johnson (Audio EQ Cookbook, 1994).
//!
//! All arithmetic is in `f64`: at 20 Hz and 384 kHz single precision would miss the curve by decibels.

use std::f64::consts::TAU;

/// Coefficients of `H(z) = (b0 + b1 z^-1 + b2 z^-2) / (1 + a1 z^-1 + a2 z^-2)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coefs {
    /// Feed-forward.
    pub b: [f64; 3],
    /// Feedback, without the leading 1.
    pub a: [f64; 2],
}

/// The intermediate variables of the cookbook.
struct Angle {
    cos: f64,
    alpha: f64,
}

impl Angle {
    /// `freq_hz` is held between 1 Hz and 0.49 of the rate, `q` to at least 0.05.
    fn new(sample_rate_hz: f64, freq_hz: f64, q: f64) -> Self {
        let freq_hz = freq_hz.min(sample_rate_hz * 0.49).max(1.0);
        let (sin, cos) = (TAU * freq_hz / sample_rate_hz).sin_cos();
        Self { cos, alpha: sin / (2.0 * q.max(0.05)) }
    }
}

fn normalised(b: [f64; 3], a: [f64; 3]) -> Coefs {
    let scale = 1.0 / a[0];
    Coefs { b: b.map(|x| x * scale), a: [a[1] * scale, a[2] * scale] }
}

impl Coefs {
    /// The filter that does nothing.
    pub const IDENTITY: Self = Self { b: [1.0, 0.0, 0.0], a: [0.0, 0.0] };

    /// Peaking filter: `gain_db` at `freq_hz`, 0 dB far away.
    #[must_use]
    pub fn bell(sample_rate_hz: f64, freq_hz: f64, gain_db: f64, q: f64) -> Self {
        let Angle { cos, alpha } = Angle::new(sample_rate_hz, freq_hz, q);
        let amp = 10.0_f64.powf(gain_db / 40.0);
        let middle = -2.0 * cos;
        normalised([1.0 + alpha * amp, middle, 1.0 - alpha * amp], [1.0 + alpha / amp, middle, 1.0 - alpha / amp])
    }

    /// `gain_db` well below `freq_hz`, half of it there, 0 dB above.
    #[must_use]
    pub fn low_shelf(sample_rate_hz: f64, freq_hz: f64, gain_db: f64, q: f64) -> Self {
        shelf(Angle::new(sample_rate_hz, freq_hz, q), gain_db, 1.0)
    }

    /// `gain_db` well above `freq_hz`, half of it there, 0 dB below.
    #[must_use]
    pub fn high_shelf(sample_rate_hz: f64, freq_hz: f64, gain_db: f64, q: f64) -> Self {
        shelf(Angle::new(sample_rate_hz, freq_hz, q), gain_db, -1.0)
    }

    /// Low pass, 12 dB an octave; `q` of 0.7071 is Butterworth.
    #[must_use]
    pub fn low_pass(sample_rate_hz: f64, freq_hz: f64, q: f64) -> Self {
        let Angle { cos, alpha } = Angle::new(sample_rate_hz, freq_hz, q);
        let b = 0.5 * (1.0 - cos);
        normalised([b, 2.0 * b, b], [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
    }

    /// High pass, 12 dB an octave; `q` of 0.7071 is Butterworth.
    #[must_use]
    pub fn high_pass(sample_rate_hz: f64, freq_hz: f64, q: f64) -> Self {
        let Angle { cos, alpha } = Angle::new(sample_rate_hz, freq_hz, q);
        let b = 0.5 * (1.0 + cos);
        normalised([b, -2.0 * b, b], [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
    }

    /// The level in dB at `freq_hz`.
    #[must_use]
    pub fn response_db(&self, sample_rate_hz: f64, freq_hz: f64) -> f64 {
        let (sin, cos) = (TAU * freq_hz / sample_rate_hz).sin_cos();
        let (sin2, cos2) = (2.0 * sin * cos, 2.0 * cos * cos - 1.0);
        let power = |c: [f64; 3]| {
            let (re, im) = (c[0] + c[1] * cos + c[2] * cos2, c[1] * sin + c[2] * sin2);
            re * re + im * im
        };
        10.0 * (power(self.b) / power([1.0, self.a[0], self.a[1]])).log10()
    }
}

/// Both shelves; `side` is 1 for the low one, -1 for the high one.
fn shelf(angle: Angle, gain_db: f64, side: f64) -> Coefs {
    let amp = 10.0_f64.powf(gain_db / 40.0);
    let cos = side * angle.cos;
    let slope = 2.0 * amp.sqrt() * angle.alpha;
    let (up, down) = (amp + 1.0, amp - 1.0);
    normalised(
        [amp * (up - down * cos + slope), side * 2.0 * amp * (down - up * cos), amp * (up - down * cos - slope)],
        [up + down * cos + slope, side * -2.0 * (down + up * cos), up + down * cos - slope],
    )
}

/// Left and right through the same filter, transposed direct form II. Real-time safe.
#[derive(Clone, Copy, Debug)]
pub struct StereoBiquad {
    coefs: Coefs,
    state: [[f64; 2]; 2],
}

impl StereoBiquad {
    /// A filter at rest.
    #[must_use]
    pub fn new(coefs: Coefs) -> Self {
        Self { coefs, state: [[0.0; 2]; 2] }
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        self.state = [[0.0; 2]; 2];
    }

    /// Filters one frame, `[left, right]`.
    #[inline]
    pub fn step(&mut self, x: [f64; 2]) -> [f64; 2] {
        step(&self.coefs, &mut self.state, x)
    }

    /// Whether nothing of the past is left, so that silence gives exact silence.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        self.state == [[0.0; 2]; 2]
    }

    /// Sets a state that has decayed below hearing to zero, so that it never becomes denormal. Call it at ticks.
    pub fn flush(&mut self) {
        flush(&mut self.state);
    }
}

/// One frame of a transposed direct form II.
#[inline]
pub(super) fn step(c: &Coefs, state: &mut [[f64; 2]; 2], x: [f64; 2]) -> [f64; 2] {
    let mut y = [0.0; 2];
    for i in 0..2 {
        y[i] = c.b[0] * x[i] + state[0][i];
        state[0][i] = c.b[1] * x[i] - c.a[0] * y[i] + state[1][i];
        state[1][i] = c.b[2] * x[i] - c.a[1] * y[i];
    }
    y
}

/// Zeroes a state that is inaudible or not a number.
pub(super) fn flush(state: &mut [[f64; 2]; 2]) {
    let peak = state.as_flattened().iter().fold(0.0_f64, |peak, s| peak.max(s.abs()));
    let finite = state.as_flattened().iter().all(|s| s.is_finite());
    if peak < 1.0e-12 || !finite {
        *state = [[0.0; 2]; 2];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookbook_curves_pass_their_known_points() {
        let at = |c: Coefs, hz: f64| c.response_db(48_000.0, hz);
        let bell = Coefs::bell(48_000.0, 1000.0, 9.0, 1.4);
        assert!((at(bell, 1000.0) - 9.0).abs() < 1e-9 && at(bell, 1.0).abs() < 1e-3);
        for gain_db in [-12.0, 7.0] {
            let low = Coefs::low_shelf(48_000.0, 300.0, gain_db, 0.7);
            let high = Coefs::high_shelf(48_000.0, 300.0, gain_db, 0.7);
            for (near, far, c) in [(1.0, 23_000.0, low), (23_000.0, 1.0, high)] {
                assert!((at(c, near) - gain_db).abs() < 1e-2 && at(c, far).abs() < 1e-2, "{gain_db}");
                assert!((at(c, 300.0) - gain_db / 2.0).abs() < 1e-6);
            }
        }
        let q = std::f64::consts::FRAC_1_SQRT_2;
        assert!((at(Coefs::low_pass(48_000.0, 2000.0, q), 2000.0) + 3.0103).abs() < 1e-4);
        assert!((at(Coefs::high_pass(48_000.0, 2000.0, q), 2000.0) + 3.0103).abs() < 1e-4);
        assert!(at(Coefs::low_pass(48_000.0, 100.0, q), 10_000.0) < -70.0);
        assert!(at(Coefs::high_pass(48_000.0, 10_000.0, q), 100.0) < -70.0);
    }

    #[test]
    fn a_state_that_fades_or_breaks_becomes_exact_silence() {
        let mut filter = StereoBiquad::new(Coefs::low_pass(48_000.0, 500.0, 0.7));
        filter.step([1.0, f64::NAN]);
        filter.flush();
        assert_eq!(filter.step([0.0; 2]), [0.0; 2]);
        filter.step([1.0, -1.0]);
        for _ in 0..200 {
            for _ in 0..32 {
                filter.step([0.0; 2]);
            }
            filter.flush();
        }
        assert!(filter.is_at_rest());
    }
}
