//! Elementary functions that vectorise and give the same bits on every machine: no table, no branch, no libm.

/// 1.5 * 2^23: adding it to a small `f32` rounds that to the nearest integer, held in the low bits of the sum.
const ROUNDER: f32 = 12_582_912.0;

/// `2^x`, relative error below 3e-7. `x` is held to -126.0..=126.0, so the result is always a normal number.
#[must_use]
#[inline]
pub fn exp2(x: f32) -> f32 {
    let x = x.clamp(-126.0, 126.0);
    let rounded = x + ROUNDER;
    let whole = rounded.to_bits().wrapping_sub(ROUNDER.to_bits());
    let f = x - (rounded - ROUNDER);
    // Taylor series of 2^f around 0, enough for |f| <= 1/2.
    let p = 1.540_353e-4_f32;
    let p = p * f + 1.333_355_8e-3;
    let p = p * f + 9.618_129e-3;
    let p = p * f + 5.550_411e-2;
    let p = p * f + 2.402_265e-1;
    let p = p * f + 6.931_472e-1;
    let p = p * f + 1.0;
    f32::from_bits(p.to_bits().wrapping_add(whole << 23))
}

/// `log2(x)` for positive normal `x`, absolute error below 2e-5; anything else gives a finite value of no meaning.
#[must_use]
#[inline]
pub fn log2(x: f32) -> f32 {
    let bits = x.to_bits();
    let exponent = (bits >> 23) as i32 - 127;
    let m = f32::from_bits((bits & 0x007f_ffff) | 0x3f80_0000);
    // log2(m) = 2 / ln 2 * artanh(t), the series in t cut after the 7th power; |t| <= 0.1716.
    let t = (m - std::f32::consts::SQRT_2) / (m + std::f32::consts::SQRT_2);
    let t2 = t * t;
    let p = 0.412_198_58_f32;
    let p = p * t2 + 0.577_078_04;
    let p = p * t2 + 0.961_796_7;
    let p = p * t2 + 2.885_39;
    exponent as f32 + 0.5 + t * p
}

/// Turns power (amplitude squared, 1.0 is 0 dB) into decibels in place, error below 1e-4 dB; the floor is -160 dB.
pub fn power_to_db(values: &mut [f32]) {
    const DB_PER_OCTAVE: f32 = 3.010_3;
    for value in values {
        *value = DB_PER_OCTAVE * log2(*value + 1.0e-16);
    }
}

/// `sin(2 pi phase)`, absolute error below 4e-6. `phase` counts turns, magnitude below 1e6.
#[must_use]
#[inline]
pub fn sin_turns(phase: f32) -> f32 {
    let wrapped = phase - ((phase + ROUNDER) - ROUNDER);
    // Fold -1/2..1/2 to -1/4..1/4, where the odd Taylor series converges fast.
    let folded = if wrapped.abs() > 0.25 { 0.5_f32.copysign(wrapped) - wrapped } else { wrapped };
    let x = folded * std::f32::consts::TAU;
    let x2 = x * x;
    let p = 2.755_731_9e-6_f32;
    let p = p * x2 - 1.984_127e-4;
    let p = p * x2 + 8.333_333e-3;
    let p = p * x2 - 1.666_666_7e-1;
    x + x * x2 * p
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_functions_keep_their_stated_errors() {
        for i in -40_000..=40_000 {
            let x = i as f32 * 0.003;
            let truth = f64::from(x).exp2();
            assert!((f64::from(exp2(x)) / truth - 1.0).abs() < 3.0e-7, "exp2 {x}");
            let y = exp2(x);
            assert!((f64::from(log2(y)) - f64::from(y).log2()).abs() < 2.0e-5, "log2 {y}");
            let truth = (f64::from(x) * std::f64::consts::TAU).sin();
            assert!((f64::from(sin_turns(x)) - truth).abs() < 4.0e-6, "sin {x}");
        }
        assert_eq!(exp2(0.0), 1.0);
        assert_eq!(exp2(-1.0), 0.5);
        assert!(exp2(1.0e9).is_finite() && exp2(-1.0e9) > 0.0);
    }

    #[test]
    fn decibels_of_power_are_right_and_silence_is_the_floor() {
        let mut values = [1.0, 0.1, 1.0e-9, 0.0, 4.0];
        power_to_db(&mut values);
        for (value, truth) in values.iter().zip([0.0, -10.0, -90.0, -160.0, 6.0206]) {
            assert!((value - truth).abs() < 1.0e-4, "{value} {truth}");
        }
    }
}
