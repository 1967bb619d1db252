//! The drummer's hand: timing and loudness drawn anew within what humans do.

use super::groove::UNITS;
use super::kit::Drum;
use super::library::Spread;
use super::tuning::{AWAY_BEATS_MAX, FLAM_MILLIS, FRESH_LOUDNESS, FRESH_TAKEN, FRESH_WRITTEN};
use crate::base::{InlineVec, Rng};

/// Strokes of a bar, at most, before those that a bar has no room for are left out.
const HITS_MAX: usize = 192;

/// A stroke of the bar that is being made.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Hit {
    /// Where, in twelfths of a beat from the bar's begin.
    pub unit: u16,
    /// On what.
    pub drum: Drum,
    /// How hard, 1 to 127.
    pub velocity: f32,
    /// How much later than its place, in milliseconds.
    pub millis: f32,
    /// Whether nobody's timing is in it.
    pub is_written: bool,
}

/// The strokes of a bar.
pub type Hits = InlineVec<Hit, HITS_MAX>;

/// Adds a stroke; where that drum is struck already, the louder counts. One without room is left out.
pub fn strike(hits: &mut Hits, hit: Hit) {
    match hits.iter_mut().find(|other| other.unit == hit.unit && other.drum == hit.drum) {
        Some(other) if other.velocity < hit.velocity => *other = hit,
        Some(_) => {}
        None => {
            hits.push(hit).ok();
        }
    }
}

/// Keeps the strokes that `is_kept` says.
pub fn retain(hits: &mut Hits, is_kept: impl Fn(&Hit) -> bool) {
    for index in (0..hits.len()).rev() {
        if !is_kept(&hits[index]) {
            hits.remove(index);
        }
    }
}

/// A number that a seed and three other numbers fix (the mixer of SplitMix64, Steele and others 2014).
#[must_use]
pub fn mixed(seed: u64, salts: [u64; 3]) -> u64 {
    salts.iter().fold(seed, |sum, salt| {
        let mut z = sum.wrapping_add(*salt).wrapping_add(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    })
}

/// A chance, 0 to 1, that a seed and three other numbers fix.
#[must_use]
pub fn chance(seed: u64, salts: [u64; 3]) -> f32 {
    Rng::new(mixed(seed, salts)).unit()
}

/// About normal, of standard deviation 1 and never beyond 3: the sum of three uniform draws.
fn normal(seed: u64, salts: [u64; 3]) -> f32 {
    let mut rng = Rng::new(mixed(seed, salts));
    rng.bipolar() + rng.bipolar() + rng.bipolar()
}

/// How humans spread, and what fixes the draw.
#[derive(Clone, Copy, Debug)]
pub struct Touch<'a> {
    /// By drum and sixteenth of the beat.
    pub spread: &'a [[Spread; 4]; Drum::COUNT],
    /// How much of the timing is shared by what is struck together, 0 to 1.
    pub shared: f32,
    /// Fixes the draw, bar by bar.
    pub seed: u64,
    /// In beats a minute.
    pub bpm: f64,
}

impl Touch<'_> {
    /// Moves the strokes and their loudness as a hand would.
    pub fn apply(&self, hits: &mut Hits) {
        let away_max = (AWAY_BEATS_MAX * 60_000.0 / self.bpm) as f32;
        for hit in hits.iter_mut() {
            self.draw(hit);
        }
        hits.sort_unstable_by_key(|hit| (hit.unit, hit.drum));
        for together in hits.chunk_by_mut(|a, b| a.unit == b.unit) {
            let mean = together.iter().map(|hit| hit.millis).sum::<f32>() / together.len() as f32;
            for hit in together {
                hit.millis = (mean + (hit.millis - mean).clamp(-FLAM_MILLIS, FLAM_MILLIS)).clamp(-away_max, away_max);
            }
        }
    }

    fn draw(&self, hit: &mut Hit) {
        let unit = u64::from(hit.unit);
        let spread = self.spread[hit.drum as usize][hit.unit as usize % UNITS / 3];
        let (fresh, late) = if hit.is_written { (FRESH_WRITTEN, spread.late_millis) } else { (FRESH_TAKEN, 0.0) };
        // A hand drifts over the beat and misses the stroke; 0.6 and 0.8 are of one length together.
        let beat = unit / UNITS as u64;
        let together = 0.6 * normal(self.seed, [1, beat, 0]) + 0.8 * normal(self.seed, [2, unit, 0]);
        let own = normal(self.seed, [3, unit, hit.drum as u64]);
        let timing = self.shared.sqrt() * together + (1.0 - self.shared).max(0.0).sqrt() * own;
        hit.millis += late + fresh * spread.millis * timing;
        // Soft strokes vary by less.
        let scale = fresh * FRESH_LOUDNESS * spread.velocity * (hit.velocity / 64.0).min(1.0);
        hit.velocity += scale * normal(self.seed, [4, unit, hit.drum as u64]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::band::drums::library::Library;

    #[test]
    fn written_strokes_spread_as_humans_do_and_what_is_struck_together_stays_together() {
        let library = Library::new();
        let (mut sum, mut squares, mut count) = (0.0, 0.0, 0.0);
        for seed in 0..2000 {
            let mut hits = Hits::default();
            for drum in [Drum::Kick, Drum::Hat] {
                strike(&mut hits, Hit { unit: 12, drum, velocity: 90.0, millis: 0.0, is_written: true });
            }
            Touch { spread: &library.spread, shared: library.shared, seed, bpm: 120.0 }.apply(&mut hits);
            assert!((hits[0].millis - hits[1].millis).abs() <= 2.0 * FLAM_MILLIS + 0.01);
            sum += hits[1].millis;
            squares += hits[1].millis * hits[1].millis;
            count += 1.0;
        }
        let spread = (squares / count - (sum / count) * (sum / count)).sqrt();
        let human = library.spread[Drum::Hat as usize][0].millis;
        assert!((0.7 * human..1.2 * human).contains(&spread), "{spread} of {human}");
    }

    #[test]
    fn a_drum_is_struck_once_at_a_place_and_the_louder_counts() {
        let mut hits = Hits::default();
        for velocity in [50.0, 90.0, 70.0] {
            strike(&mut hits, Hit { velocity, ..Hit::default() });
        }
        assert_eq!((hits.len(), hits[0].velocity), (1, 90.0));
        for unit in 0..400 {
            strike(&mut hits, Hit { unit, velocity: 60.0, ..Hit::default() });
        }
        assert_eq!(hits.len(), HITS_MAX);
        retain(&mut hits, |hit| hit.unit % 2 == 1);
        assert_eq!(hits.len(), HITS_MAX / 2);
    }
}
