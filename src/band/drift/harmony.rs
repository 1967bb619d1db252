//! The endless harmony of Drift: slow chords around a modal centre that moves on after some minutes.
//!
//! Each chord keeps what it can of the one before (common tones), leans to what the player has just played and avoids
//! what was heard lately. Now and then one is suspended first, stands over the centre's tonic, or comes from outside
//! by a mediant.

use super::super::chance::chance_at;
use crate::base::Rng;
use crate::theory::{Chord, Key, Mode, Quality};

/// Every weight, with its reason.
mod tuning {
    /// Bars around one centre: two to six minutes at 60 beats a minute in bars of four.
    pub const CENTRE_BARS: (u32, u32) = (32, 92);
    /// What a tone kept from the last chord is worth, up to [`COMMON_MAX`]: the chord itself would keep all.
    pub const COMMON: f32 = 0.7;
    /// Tones kept that count: more would hardly be a move.
    pub const COMMON_MAX: u32 = 3;
    /// What it is worth that a chord holds all that the player played.
    pub const PLAYER: f32 = 6.0;
    /// What a chord loses that was heard among the last few.
    pub const HEARD: f32 = 3.0;
    /// What a chord loses on the root of one of the last two.
    pub const ROOT_HEARD: f32 = 0.8;
    /// What a chord from outside the centre loses: one in ten or twenty comes through.
    pub const OUTSIDE: f32 = 0.9;
    /// What one loses that is no mediant either: it is never heard.
    pub const FOREIGN: f32 = 12.0;
    /// What a root gains that moves by a fourth or a third: the strong steps and the soft ones.
    pub const ROOT_MOVES: f32 = 0.5;
    /// How much chance weighs.
    pub const CHANCE: f32 = 2.4;
    /// Share of chords that are suspended first.
    pub const SUSPENDED: f32 = 0.22;
    /// Share of chords that stand over the tonic as a pedal.
    pub const PEDAL: f32 = 0.16;
    /// Purposes of chance.
    pub const CHORDS: u64 = 0xd21f_0001;
    /// Where a centre goes.
    pub const CENTRES: u64 = 0xd21f_0002;
}

/// Chords that are kept in mind so as not to come again at once.
const RECENT: usize = 6;

/// The sounds of Drift: open, without a dominant's pull.
static QUALITIES: [Quality; 14] = [
    Quality::MajorNinth,
    Quality::MajorSeventh,
    Quality::AddNine,
    Quality::SixNine,
    Quality::Sus2,
    Quality::Sus4,
    Quality::MinorNinth,
    Quality::MinorSeventh,
    Quality::MinorEleventh,
    Quality::MinorAddNine,
    Quality::MajorSeventhSharpEleven,
    Quality::SeventhSus4,
    Quality::Ninth,
    Quality::MinorSixth,
];

/// How many bars a chord holds, each as often as it stands here.
static BARS: [u32; 8] = [1, 2, 2, 2, 2, 3, 4, 4];

/// Where a centre may move to, in semitones: mediants, fifths and a step.
static CENTRE_MOVES: [u8; 8] = [3, 4, 8, 9, 5, 7, 2, 10];

/// Endless chords. The same seed and the same playing give the same chords. Never allocates.
#[derive(Clone, Debug)]
pub struct DriftHarmony {
    seed: u64,
    count: i64,
    key: Key,
    bars_left: u32,
    chord: Chord,
    recent: [Chord; RECENT],
    resolution: Option<Chord>,
}

fn key_mask(key: Key) -> u16 {
    (0..12).filter(|pitch_class| key.has(*pitch_class)).fold(0, |mask, pitch_class| mask | 1 << pitch_class)
}

fn centre_bars(chance: &mut Rng) -> u32 {
    let (least, most) = tuning::CENTRE_BARS;
    least + chance.below(most - least + 1)
}

const MODES: [Mode; 4] = [Mode::Dorian, Mode::Major, Mode::Mixolydian, Mode::Minor];

impl DriftHarmony {
    /// Harmony whose whole future is fixed by `seed` and by what the player plays.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut chance = chance_at(seed, tuning::CENTRES, -1);
        let key = Key::new(chance.below(12) as u8, MODES[chance.below(4) as usize]);
        let tonic = Chord::new(key.tonic, if key.mode.is_minor() { Quality::MinorNinth } else { Quality::AddNine });
        let bars_left = centre_bars(&mut chance);
        Self { seed, count: 0, key, bars_left, chord: tonic, recent: [tonic; RECENT], resolution: None }
    }

    /// The centre that the chords are around.
    #[must_use]
    pub fn key(&self) -> Key {
        self.key
    }

    /// The next chord and for how many beats it holds: 1 to 4 bars. `player` is the set of pitch classes that the player
    /// played lately, bit n for n, 0 for none. The players want to know a chord's end when they begin it: keep one chord
    /// ahead.
    pub fn next(&mut self, beats_per_bar: u32, player: u16) -> (Chord, u32) {
        let mut chance = chance_at(self.seed, tuning::CHORDS, self.count);
        self.count += 1;
        if self.bars_left == 0 && self.resolution.is_none() {
            self.move_centre(player);
        }
        let mut bars = BARS[chance.below(BARS.len() as u32) as usize];
        let chord = match self.resolution.take() {
            Some(resolution) => resolution,
            None => {
                let chosen = self.choose(player, &mut chance);
                let suspended = suspension(chosen, self.key).filter(|_| chance.unit() < tuning::SUSPENDED);
                self.resolution = suspended.map(|_| chosen);
                bars = if suspended.is_some() { bars.min(2) } else { bars };
                suspended.unwrap_or(chosen)
            }
        };
        self.bars_left = self.bars_left.saturating_sub(bars);
        self.chord = chord;
        self.recent.rotate_left(1);
        self.recent[RECENT - 1] = chord;
        (chord, bars * beats_per_bar.max(1))
    }

    /// The best of all chords of the centre and of those a mediant away from the last.
    fn choose(&self, player: u16, chance: &mut Rng) -> Chord {
        let mut best = (self.chord, f32::NEG_INFINITY);
        for root in 0..12 {
            for quality in QUALITIES {
                let chord = Chord::new(root, quality);
                let worth = self.worth(chord, player) + tuning::CHANCE * chance.unit();
                if worth > best.1 {
                    best = (chord, worth);
                }
            }
        }
        let is_over_tonic = self.key.tonic != best.0.root && chance.unit() < tuning::PEDAL;
        if is_over_tonic && self.key.has(best.0.root) { best.0.over(self.key.tonic) } else { best.0 }
    }

    fn worth(&self, chord: Chord, player: u16) -> f32 {
        let mask = chord.mask();
        let common = (mask & self.chord.mask()).count_ones();
        let interval = (12 + chord.root - self.chord.root) % 12;
        let mut worth = tuning::COMMON * common.min(tuning::COMMON_MAX) as f32;
        worth += if matches!(interval, 3 | 4 | 5 | 8 | 9) { tuning::ROOT_MOVES } else { 0.0 };
        if mask & !key_mask(self.key) != 0 {
            let is_mediant = matches!(interval, 3 | 4 | 8 | 9) && common >= 2;
            worth -= if is_mediant { tuning::OUTSIDE } else { tuning::FOREIGN };
        }
        for heard in &self.recent {
            worth -= if (heard.root, heard.quality) == (chord.root, chord.quality) { tuning::HEARD } else { 0.0 };
        }
        worth -= if self.recent[RECENT - 2..].iter().any(|heard| heard.root == chord.root) {
            tuning::ROOT_HEARD
        } else {
            0.0
        };
        if player != 0 {
            worth += tuning::PLAYER * (mask & player).count_ones() as f32 / player.count_ones() as f32;
        }
        worth
    }

    /// Moves to another centre, whose scale holds most of what sounds and of what the player plays.
    fn move_centre(&mut self, player: u16) {
        let mut chance = chance_at(self.seed, tuning::CENTRES, self.count);
        let mut best = (self.key, f32::NEG_INFINITY);
        for by in CENTRE_MOVES {
            for mode in MODES {
                let key = Key::new(self.key.tonic + by, mode);
                let mask = key_mask(key);
                let kept = (mask & self.chord.mask()).count_ones() + 2 * (mask & player).count_ones();
                let new = (mask & !key_mask(self.key)).count_ones().min(3);
                let worth = (kept + new) as f32 + tuning::CHANCE * chance.unit();
                if worth > best.1 {
                    best = (key, worth);
                }
            }
        }
        self.key = best.0;
        self.bars_left = centre_bars(&mut chance);
    }
}

/// The chord with its fourth for its third, where the centre has it.
fn suspension(chord: Chord, key: Key) -> Option<Chord> {
    chord.quality.third()?;
    let quality = if chord.quality.mask() & 1 << 10 != 0 { Quality::SeventhSus4 } else { Quality::Sus4 };
    let suspended = Chord { quality, ..chord };
    (suspended.mask() & !key_mask(key) == 0).then_some(suspended)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(seed: u64, player: u16) -> Vec<(Chord, u32, Key)> {
        let mut harmony = DriftHarmony::new(seed);
        let mut bars = 0;
        let mut chords = Vec::new();
        while bars < 900 {
            let (chord, beats) = harmony.next(4, player);
            bars += beats / 4;
            chords.push((chord, beats, harmony.key()));
        }
        chords
    }

    #[test]
    fn chords_are_slow_akin_and_never_the_same_twice() {
        for seed in 0..8 {
            let chords = hour(seed, 0);
            assert!(chords.iter().all(|(_, beats, _)| (4..=16).contains(beats) && beats % 4 == 0));
            assert!(chords.windows(2).all(|w| w[0].0 != w[1].0));
            let common = |w: &[(Chord, u32, Key)]| (w[0].0.mask() & w[1].0.mask()).count_ones();
            let akin = chords.windows(2).filter(|w| common(w) >= 2).count();
            assert!(akin * 10 >= chords.len() * 8, "{akin} of {}", chords.len());
            let outside = chords.iter().filter(|(chord, _, key)| chord.mask() & !key_mask(*key) != 0).count();
            assert!(outside > 0 && outside * 4 < chords.len(), "{outside} of {}", chords.len());
            assert_eq!(chords, hour(seed, 0));
        }
        assert_ne!(hour(1, 0), hour(2, 0));
    }

    #[test]
    fn the_centre_moves_after_minutes_and_goes_round() {
        for seed in 0..8 {
            let keys: Vec<Key> = hour(seed, 0).iter().map(|(_, _, key)| *key).collect();
            let moves = keys.windows(2).filter(|w| w[0] != w[1]).count();
            assert!((8..=30).contains(&moves), "{moves}");
            let mut tonics: Vec<u8> = keys.iter().map(|key| key.tonic).collect();
            tonics.sort_unstable();
            tonics.dedup();
            assert!(tonics.len() >= 5, "{tonics:?}");
        }
    }

    #[test]
    fn chords_lean_to_what_the_player_plays() {
        let share = |chords: &[(Chord, u32, Key)], player: u16| {
            let held = chords.iter().map(|(chord, ..)| (chord.mask() & player).count_ones()).sum::<u32>();
            f64::from(held) / f64::from(player.count_ones()) / chords.len() as f64
        };
        for seed in 0..8 {
            let player = 1 << 1 | 1 << 6 | 1 << 8;
            let (with, without) = (share(&hour(seed, player), player), share(&hour(seed, 0), player));
            assert!(with > without + 0.2 && with > 0.7, "{with} {without}");
        }
    }
}
