//! The small loops between the matrices: written so that a compiler turns them into vector instructions.

/// Numbers that are summed side by side.
const LANES: usize = 16;

/// The sum of the products of two rows of the same length.
#[must_use]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0f32; LANES];
    let (a_blocks, a_rest) = a.as_chunks::<LANES>();
    let (b_blocks, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a_blocks.iter().zip(b_blocks) {
        for lane in 0..LANES {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    lanes.iter().sum::<f32>() + rest
}

/// Adds a row to another of the same length.
pub fn add(to: &mut [f32], what: &[f32]) {
    to.iter_mut().zip(what).for_each(|(to, what)| *to += what);
}

/// Adds a multiple of a row to another of the same length.
pub fn add_scaled(to: &mut [f32], what: &[f32], by: f32) {
    to.iter_mut().zip(what).for_each(|(to, what)| *to += by * what);
}

/// e to the power of `x`, to 2 units in the last place within -87 to 88, and bounded beyond: 2^n times a polynomial in
/// what is left of x/ln 2 after n (Cody and Waite 1980, for the two parts of ln 2). No branch, so that loops over it
/// are vectorised.
#[must_use]
pub fn exp(x: f32) -> f32 {
    /// Adding it rounds to a whole number, which then stands in the lowest bits.
    const ROUNDER: f32 = 12_582_912.0;
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let x = x.clamp(-87.0, 88.0);
    let rounded = x * std::f32::consts::LOG2_E + ROUNDER;
    let whole = rounded - ROUNDER;
    let rest = (x - whole * LN_2_HIGH) - whole * LN_2_LOW;
    let mut sum = 1.0 / 720.0;
    for factor in [1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        sum = sum * rest + factor;
    }
    let power = f32::from_bits((rounded.to_bits() << 23).wrapping_add(1.0f32.to_bits()));
    sum * power
}

/// x / (1 + e^-x) of every number.
pub fn silu(values: &mut [f32]) {
    values.iter_mut().for_each(|x| *x /= 1.0 + exp(-*x));
}

/// x / sqrt(mean(x^2) + 1e-5) * weight (Zhang and Sennrich 2019).
pub fn rms_norm(x: &[f32], weight: &[f32], out: &mut [f32]) {
    let scale = 1.0 / (dot(x, x) / x.len() as f32 + 1e-5).sqrt();
    for ((out, x), weight) in out.iter_mut().zip(x).zip(weight) {
        *out = x * scale * weight;
    }
}

/// Turns scores into shares that sum to 1. The greatest must be finite.
pub fn softmax(scores: &mut [f32]) {
    let greatest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    scores.iter_mut().for_each(|score| *score = exp(*score - greatest));
    let sum: f32 = scores.iter().sum();
    scores.iter_mut().for_each(|score| *score /= sum);
}

/// The natural logarithm of the sum of e to the power of every score.
#[must_use]
pub fn log_sum_exp(scores: &[f32]) -> f32 {
    let greatest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    if greatest == f32::NEG_INFINITY {
        return greatest;
    }
    greatest + scores.iter().map(|score| (score - greatest).exp()).sum::<f32>().ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_power_is_that_of_the_library() {
        for step in -8700..8800 {
            let x = step as f32 * 0.01;
            let error = (f64::from(exp(x)) / f64::from(x).exp() - 1.0).abs();
            assert!(error < 3e-7, "{x}: {error}");
        }
        assert!(exp(-1e9) < 1e-37 && exp(1e9).is_finite());
    }

    #[test]
    fn the_loops_do_what_they_say() {
        let a: Vec<f32> = (0..37).map(|n| n as f32 * 0.25).collect();
        assert_eq!(dot(&a, &a), a.iter().map(|x| x * x).sum::<f32>());
        let mut shares = [1.0, 2.0, 3.0, -100.0];
        softmax(&mut shares);
        assert!((shares.iter().sum::<f32>() - 1.0).abs() < 1e-6 && shares[2] > shares[1]);
        let mut out = [0.0; 2];
        rms_norm(&[3.0, 4.0], &[1.0, 2.0], &mut out);
        assert!((out[0] - 3.0 / 12.5f32.sqrt()).abs() < 1e-5 && (out[1] - 8.0 / 12.5f32.sqrt()).abs() < 1e-5);
        let mut x = [0.0, 2.0];
        silu(&mut x);
        assert!(x[0] == 0.0 && (x[1] - 1.761_594).abs() < 1e-5);
        assert!((log_sum_exp(&[0.0, 0.0]) - 2f32.ln()).abs() < 1e-6);
    }
}
