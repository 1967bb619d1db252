//! The few parts that small networks are made of.

use super::fast_math::exp2;
use std::f32::consts::LOG2_E;

/// Adds `value` times `weights` to `sums`: one input's share of a dense layer whose weights are stored by input.
pub fn add_scaled<const N: usize>(sums: &mut [f32; N], value: f32, weights: &[f32; N]) {
    for (sum, weight) in sums.iter_mut().zip(weights) {
        *sum += value * weight;
    }
}

/// The hyperbolic tangent, within a millionth or so.
#[must_use]
pub fn tanh(x: f32) -> f32 {
    1.0 - 2.0 / (1.0 + exp2(2.0 * LOG2_E * x.clamp(-9.0, 9.0)))
}

/// The logistic function, 0 to 1.
#[must_use]
pub fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp2(-LOG2_E * x.clamp(-30.0, 30.0)))
}

/// Makes chances of scores: each above 0, together 1.
pub fn softmax(scores: &mut [f32]) {
    let highest = scores.iter().fold(f32::MIN, |highest, score| highest.max(*score));
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = exp2((*score - highest).max(-60.0) * LOG2_E);
        sum += *score;
    }
    scores.iter_mut().for_each(|score| *score /= sum);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curves_are_those_of_the_standard_library() {
        for n in -80..=80 {
            let x = n as f32 * 0.1;
            assert!((tanh(x) - x.tanh()).abs() < 1.0e-5, "tanh {x}");
            assert!((sigmoid(x) - 1.0 / (1.0 + (-x).exp())).abs() < 1.0e-5, "sigmoid {x}");
        }
    }

    #[test]
    fn chances_sum_to_one_whatever_the_scores() {
        let mut scores = [1000.0, 999.0, -1000.0];
        softmax(&mut scores);
        assert!((scores.iter().sum::<f32>() - 1.0).abs() < 1.0e-6 && scores[0] > scores[1], "{scores:?}");
    }
}
