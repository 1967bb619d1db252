//! Choices that follow from a seed and a place, whatever was asked before.

use crate::base::Rng;

/// Spreads a number over all 64 bits (the finaliser of SplitMix64, Steele, Lea and Flood 2014).
fn spread(number: u64) -> u64 {
    let mixed = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

/// Another seed for one purpose at one place: the same for the same three, unlike for others.
#[must_use]
pub fn seed_at(seed: u64, purpose: u64, place: i64) -> u64 {
    spread(seed ^ spread(purpose.wrapping_add(0x9e37_79b9_7f4a_7c15) ^ spread(place as u64)))
}

/// A generator for one purpose at one place.
#[must_use]
pub fn chance_at(seed: u64, purpose: u64, place: i64) -> Rng {
    Rng::new(seed_at(seed, purpose, place))
}

/// A slow walk: smooth over `place`, 0 to 1, with a new height at every multiple of `period` (more than 0), and a
/// quarter as much again at twice the speed. It may be asked anywhere, and repeats nowhere.
#[must_use]
pub fn walk(seed: u64, purpose: u64, place: f64, period: f64) -> f32 {
    let octave = |purpose: u64, at: f64| {
        let knot = at.floor();
        let height = |knot: f64| chance_at(seed, purpose, knot as i64).unit();
        let part = (at - knot) as f32;
        let ease = part * part * (3.0 - 2.0 * part);
        height(knot) + (height(knot + 1.0) - height(knot)) * ease
    };
    0.8 * octave(purpose, place / period) + 0.2 * octave(purpose ^ 0x5151, place / period * 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_its_own_choice_and_neighbours_differ() {
        assert_eq!(seed_at(1, 2, 3), seed_at(1, 2, 3));
        let near = [seed_at(1, 2, 4), seed_at(1, 3, 3), seed_at(2, 2, 3), seed_at(1, 2, -3)];
        assert!(near.iter().all(|seed| *seed != seed_at(1, 2, 3)));
        let mean = (0..4000).map(|at| chance_at(9, 1, at).unit()).sum::<f32>() / 4000.0;
        assert!((mean - 0.5).abs() < 0.02, "{mean}");
    }

    #[test]
    fn a_walk_is_slow_and_wide() {
        let at = |place: i32| walk(5, 7, f64::from(place), 24.0);
        assert!((0..2000).all(|place| (at(place) - at(place + 1)).abs() < 0.12));
        let (low, high) = (0..2000).map(at).fold((1.0f32, 0.0f32), |(low, high), h| (low.min(h), high.max(h)));
        assert!(low < 0.2 && high > 0.8 && low >= 0.0 && high <= 1.0, "{low} {high}");
    }
}
