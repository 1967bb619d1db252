//! Where on the keyboard the player is, and where the hands part.

use super::average::kept;
use super::tuning;

/// How often each key was struck of late.
#[derive(Clone, Debug)]
pub struct Register {
    weights: [f32; 128],
    at_secs: f64,
}

impl Register {
    pub const fn new() -> Self {
        Self { weights: [0.0; 128], at_secs: 0.0 }
    }

    /// A key (0 to 127) is struck.
    pub fn strike(&mut self, at_secs: f64, key: u8) {
        let share = kept(at_secs - self.at_secs, tuning::REGISTER_SECS) as f32;
        self.at_secs = at_secs;
        for weight in &mut self.weights {
            *weight *= share;
        }
        self.weights[usize::from(key & 127)] += 1.0;
    }

    /// The low end, the middle and the high end of what was played; all 0 before anything was.
    pub fn range(&self) -> [u8; 3] {
        let total: f32 = self.weights.iter().sum();
        let key_at = |share: f32| {
            let mut sum = 0.0;
            let place = self.weights.iter().position(|weight| {
                sum += weight;
                *weight > 0.0 && sum >= share * total
            });
            place.unwrap_or(0) as u8
        };
        [tuning::REGISTER_TAIL, 0.5, 1.0 - tuning::REGISTER_TAIL].map(key_at)
    }

    /// The lowest key of the right hand, where two hands play apart: the cut with the most variance between its sides
    /// (Otsu 1979), when that is more than one hand would show.
    pub fn split(&self) -> Option<u8> {
        let moments = |keys: std::ops::Range<usize>| {
            let of = |power: i32| {
                let weigh = |key: usize| self.weights[key] * (key as f32).powi(power);
                keys.clone().map(weigh).sum::<f32>()
            };
            [of(0), of(1), of(2)]
        };
        let [n, sum, squares] = moments(0..128);
        if n <= 0.0 {
            return None;
        }
        let (mean, mut left) = (sum / n, [0.0_f32; 2]);
        let variance = squares / n - mean * mean;
        let mut best: Option<(f32, usize)> = None;
        for cut in 1..128 {
            let weight = self.weights[cut - 1];
            left = [left[0] + weight, left[1] + weight * (cut - 1) as f32];
            let share = left[0] / n;
            // Only a struck key begins the right hand; both hands must play.
            let is_cut = self.weights[cut] > 0.0;
            if !is_cut || share.min(1.0 - share) < tuning::HAND_SHARE_MIN {
                continue;
            }
            let apart = (sum - left[1]) / (n - left[0]) - left[1] / left[0];
            let between = share * (1.0 - share) * apart * apart;
            let is_two = apart >= tuning::HANDS_KEYS_MIN && between >= tuning::HANDS_APART_MIN * variance;
            if is_two && best.is_none_or(|(most, _)| between > most) {
                best = Some((between, cut));
            }
        }
        best.map(|(_, cut)| cut as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;

    #[test]
    fn the_register_is_where_the_notes_are_and_follows_them() {
        let mut register = Register::new();
        assert_eq!((register.range(), register.split()), ([0; 3], None));
        for i in 0..40 {
            register.strike(f64::from(i) * 0.1, 60 + (i % 11) as u8);
        }
        let [low, centre, high] = register.range();
        assert!(low == 61 && (64..=66).contains(&centre) && high == 69, "{low} {centre} {high}");
        for i in 0..40 {
            register.strike(60.0 + f64::from(i) * 0.1, 84);
        }
        assert_eq!(register.range(), [84; 3]);
        register.strike(1e300, 20);
        assert_eq!(register.range(), [20; 3]);
    }

    #[test]
    fn hands_part_where_the_gap_is_and_one_hand_has_no_split() {
        let mut rng = Rng::new(3);
        let (mut two, mut one) = (Register::new(), Register::new());
        for i in 0..200 {
            let at_secs = f64::from(i) * 0.1;
            two.strike(at_secs, if i % 2 == 0 { 40 } else { 67 } + rng.below(12) as u8);
            one.strike(at_secs, 55 + rng.below(24) as u8);
        }
        let split = two.split().expect("two hands");
        assert!((66..=69).contains(&split), "{split}");
        assert_eq!(one.split(), None);
    }
}
