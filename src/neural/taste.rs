//! Taste: what is wished and what is proper, as weights on what a model would play; and the choice itself, which follows
//! from a seed and a place.

use super::represent::notes::{KEYS, NUDGES, REST_TICKS, WHENS};
use super::represent::{LENGTH_TICKS, LENGTHS, VELOCITIES};
use crate::band::Part;
use crate::band::chance::chance_at;
use crate::band::drums::Drum;
use crate::base::Rng;
use crate::theory::{Chord, Key, tensions};

mod tuning {
    /// Complexity that asks for no more and no less than the model plays: that of an untouched part.
    pub const COMPLEXITY_MIDDLE: f32 = 0.4;
    /// What complexity is worth to an octave of shorter waiting, in nats: 1 against 0 gives about twice the notes.
    pub const COMPLEXITY_WHEN: f32 = 1.0;
    /// A wait is counted as so many ticks longer, so that the shortest are not worth endlessly much.
    pub const WHEN_SOFT: f32 = 3.0;
    /// What complexity is worth to a stroke that is less likely than not, in nats.
    pub const COMPLEXITY_HIT: f32 = 2.0;
    /// What a full fill is worth to the toms, and to the snare (against the cymbals of time), in nats.
    pub const FILL_TOMS: f32 = 4.0;
    pub const FILL_SNARE: f32 = 1.5;
    /// What the first beat after a fill is worth to crash and kick, in nats.
    pub const AFTER_FILL: f32 = 1.5;
    /// Log odds of a stroke that no temperature changes: lower than even, since cooling about even odds would take more
    /// strokes away than it adds, and a thin groove gets thinner.
    pub const HIT_MIDDLE: f32 = -0.8;
    /// Strokes less likely than this are nobody's meaning.
    pub const HIT_MIN: f32 = 0.02;
    /// What intensity is worth to an octave of the loudness scale (8 of 16 classes), in nats.
    pub const INTENSITY_LOUD: f32 = 3.0;
    /// Against tones outside the chord: its tensions, other tones of the key, all others; in nats on a weak place.
    pub const OUTSIDE: [f32; 3] = [0.3, 0.9, 2.2];
    /// How much more that counts on a beat, and on the first beat of a bar or chord.
    pub const ON_BEAT: f32 = 1.5;
    pub const ON_STRONG: f32 = 2.0;
    /// Against each octave of length beyond an eighth, for tones outside the chord and its tensions, in nats.
    pub const OUTSIDE_LONG: f32 = 0.8;
    /// For the chord's bass as a bass line's first note on a chord, in nats, and against what is no tone of it: there the
    /// others hear which chord it is.
    pub const BASS_ON_CHANGE: f32 = 2.5;
    pub const BASS_OFF_CHORD: f32 = 4.0;
    /// Against each semitone of a bass line above the open G string, in nats: its models learned from left hands, which stay
    /// clear of nobody below them.
    pub const BASS_HIGH: f32 = 0.15;
    pub const BASS_OPEN_G: u8 = 43;
    /// Leaps beyond a fifth cost so much a semitone, in nats, in parts of one voice.
    pub const LEAP: f32 = 0.12;
    pub const LEAP_FREE: i32 = 7;
    /// How much plainer a groove is played than what adorns it: a drummer lays down one groove, and at the temperature of
    /// a fill wanders off it within bars (heard with drums_small, 0.6 to 1).
    pub const GROOVE_COOLER: f32 = 0.74;
    /// What each time more than proper that a figure has come costs its next note, in nats.
    pub const REPEATED: f32 = 0.7;
}

/// How boldly is chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Manner {
    /// 1 plays what the model would; less is plainer, more is bolder. Above 0.
    pub temperature: f32,
    /// Of what is possible the likeliest that together have this share are considered, 0 to 1.
    pub top_p: f32,
}

impl Default for Manner {
    fn default() -> Self {
        Self { temperature: 0.95, top_p: 0.95 }
    }
}

impl Manner {
    /// As a groove of the drums is played.
    #[must_use]
    pub fn steady(self) -> Self {
        Self { temperature: self.temperature * tuning::GROOVE_COOLER, ..self }
    }

    /// As the player wishes: 0 hardly strays from what is likeliest, 0.5 plays as people do, 1 is bold.
    #[must_use]
    pub fn of(wish: f32) -> Self {
        let away = 2.0 * wish.clamp(0.0, 1.0) - 1.0;
        let own = Self::default();
        let room = if away > 0.0 { 0.995 - own.top_p } else { 0.15 };
        Self { temperature: own.temperature * (1.0 + 0.35 * away), top_p: own.top_p + room * away }
    }
}

/// What is to be chosen.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
pub enum Choice {
    /// When the next event comes.
    When = 1,
    /// Its key.
    Pitch,
    /// Its length.
    Length,
    /// Its loudness, or that of a drum's stroke.
    Loud,
    /// How far it is from its tick, or a stroke from its step.
    Timing,
    /// Whether a drum is struck.
    Hit,
}

/// The purpose of a part's seeds.
const SEEDS: u64 = 0x6e65_7572_0000_0000;

/// Chooses, the same at the same place with the same seed whatever was chosen elsewhere. Where scores change a little the
/// choice seldom does: each possibility has its own chance at a place (Gumbel's trick: the greatest of scores with such
/// noise is drawn as their shares say).
#[derive(Clone, Copy, Debug)]
pub struct Chooser {
    /// Fixes all.
    pub seed: u64,
    /// Which part chooses.
    pub part: Part,
    /// How boldly.
    pub manner: Manner,
}

impl Chooser {
    fn rng(&self, choice: Choice, place: i64) -> Rng {
        chance_at(self.seed, SEEDS ^ (self.part as u64) << 8 ^ choice as u64, place)
    }

    /// A number, 0 to 1.
    #[must_use]
    pub fn unit(&self, choice: Choice, place: i64) -> f32 {
        self.rng(choice, place).unit()
    }

    /// One of up to [`KEYS`] possibilities by their scores (of which one at least is finite), at a place.
    #[must_use]
    pub fn choose(&self, choice: Choice, place: i64, scores: &[f32]) -> usize {
        let mut rng = self.rng(choice, place);
        let cool = 1.0 / self.manner.temperature.max(0.05);
        let least = self.least(scores, cool);
        let mut best = (f32::NEG_INFINITY, 0);
        for (at, score) in scores.iter().enumerate() {
            let noise = -(-rng.unit().max(1e-7).ln()).max(1e-7).ln();
            let total = score * cool + noise;
            if *score >= least && total > best.0 {
                best = (total, at);
            }
        }
        best.1
    }

    /// The score below which nothing is considered.
    fn least(&self, scores: &[f32], cool: f32) -> f32 {
        let mut order = [0.0; KEYS];
        let count = scores.len().min(KEYS);
        let order = &mut order[..count];
        order.copy_from_slice(&scores[..count]);
        order.sort_unstable_by(|a, b| b.total_cmp(a));
        let greatest = order[0];
        let share = |score: f32| ((score - greatest) * cool).exp();
        let all: f32 = order.iter().map(|score| share(*score)).sum();
        let wanted = self.manner.top_p * all;
        let mut sum = 0.0;
        for score in order.iter() {
            sum += share(*score);
            if sum >= wanted {
                return *score;
            }
        }
        order[count - 1]
    }

    /// Whether a drum is struck, by its log odds.
    #[must_use]
    pub fn is_struck(&self, place: i64, log_odds: f32) -> bool {
        let odds = (log_odds - tuning::HIT_MIDDLE) / self.manner.temperature.max(0.05) + tuning::HIT_MIDDLE;
        let share = 1.0 / (1.0 + (-odds).exp());
        share >= tuning::HIT_MIN && self.unit(Choice::Hit, place) < share
    }
}

/// What a step of the drums is in the form.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Form {
    /// The groove goes on.
    Groove,
    /// It belongs to a fill, that is to hold so much, 0 to 1.
    Fill(f32),
    /// The first step after a fill.
    AfterFill,
}

/// The log odds of a stroke, as is wished and as the form has it. The model knows what a fill is, but in the middle of a
/// steady groove it seldom leaves it unless it is asked to.
#[must_use]
pub fn weigh_stroke(log_odds: f32, drum: Drum, complexity: f32, form: Form) -> f32 {
    // Only what adorns is more or less; what is surely played stays.
    let wished = if log_odds < 0.0 { tuning::COMPLEXITY_HIT * (complexity - tuning::COMPLEXITY_MIDDLE) } else { 0.0 };
    let of_form = match (form, drum) {
        (Form::Fill(fills), Drum::Low | Drum::Mid | Drum::High) => tuning::FILL_TOMS * fills,
        (Form::Fill(fills), Drum::Snare) => tuning::FILL_SNARE * fills,
        (Form::Fill(fills), Drum::Hat | Drum::Ride) => -tuning::FILL_SNARE * fills,
        (Form::AfterFill, Drum::Crash | Drum::Kick) => tuning::AFTER_FILL,
        _ => 0.0,
    };
    log_odds + wished + of_form
}

/// The harmony under a note that is to be chosen.
#[derive(Clone, Copy, Debug)]
pub struct Footing {
    /// The chord.
    pub chord: Chord,
    /// The key, where there is one.
    pub key: Option<Key>,
    /// The place: on the first beat of the bar or where the chord begins, on a beat, or between.
    pub stress: Stress,
    /// Whether it is the first note on its chord.
    pub is_first: bool,
}

/// How strong a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stress {
    /// Between beats.
    Weak,
    /// On a beat.
    Beat,
    /// On the first beat of a bar, or where a chord begins.
    Strong,
}

/// How far outside a chord a key is: `None` where it belongs to it, or a place in [`tuning::OUTSIDE`].
fn outside(footing: &Footing, key: u8) -> Option<usize> {
    let Footing { chord, key: in_key, .. } = *footing;
    let bit = 1u16 << (key % 12);
    if chord.mask() & bit != 0 || chord.bass == key % 12 {
        None
    } else if tensions(chord, in_key) & bit != 0 {
        Some(0)
    } else {
        Some(if in_key.is_some_and(|of| of.has(key)) { 1 } else { 2 })
    }
}

/// More or less happens: shorter waits gain with complexity. Waits shorter than `least` ticks cannot be.
pub fn weigh_when(scores: &mut [f32; WHENS], least: i32, complexity: f32, is_chord_open: bool) {
    let wished = tuning::COMPLEXITY_WHEN * (complexity - tuning::COMPLEXITY_MIDDLE);
    for (ticks, score) in (0i32..).zip(scores.iter_mut()) {
        let is_same = ticks == 0;
        if ticks < least.min(REST_TICKS) || (is_same && !is_chord_open) {
            *score = f32::NEG_INFINITY;
        } else if !is_same {
            *score -= wished * ((ticks as f32 + tuning::WHEN_SOFT) / 24.0).log2();
        }
    }
}

/// What a part of one voice or of many may play next.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// The lowest and the highest key.
    pub range: (u8, u8),
    /// The key before, where leaps count.
    pub last: Option<u8>,
}

/// Keeps keys in range, bends them to the chord and leaps to steps. `false` where no key is left.
pub fn weigh_pitch(part: Part, scores: &mut [f32; KEYS], bounds: Bounds, footing: Option<&Footing>) -> bool {
    for (key, score) in (0u8..).zip(scores.iter_mut()) {
        if key < bounds.range.0 || key > bounds.range.1 {
            *score = f32::NEG_INFINITY;
            continue;
        }
        if part == Part::Bass {
            *score -= tuning::BASS_HIGH * f32::from(key.saturating_sub(tuning::BASS_OPEN_G));
        }
        if let Some(last) = bounds.last {
            let leap = (i32::from(key) - i32::from(last)).abs() - tuning::LEAP_FREE;
            *score -= tuning::LEAP * leap.max(0) as f32;
        }
        let Some(footing) = footing else { continue };
        let stress = match footing.stress {
            Stress::Weak => 1.0,
            Stress::Beat => tuning::ON_BEAT,
            Stress::Strong => tuning::ON_STRONG,
        };
        if let Some(degree) = outside(footing, key) {
            *score -= stress * tuning::OUTSIDE[degree];
        }
        if part == Part::Bass && footing.is_first {
            let is_tone = footing.chord.has(key);
            *score += if key % 12 == footing.chord.bass { tuning::BASS_ON_CHANGE } else { 0.0 };
            *score -= if is_tone { 0.0 } else { tuning::BASS_OFF_CHORD };
        }
    }
    scores.iter().any(|score| *score > f32::NEG_INFINITY)
}

/// Tones outside the chord had better be short.
pub fn weigh_length(scores: &mut [f32; LENGTHS], footing: Option<&Footing>, key: u8) {
    let is_outside = footing.and_then(|footing| outside(footing, key)).is_some_and(|degree| degree > 0);
    for (ticks, score) in LENGTH_TICKS.iter().zip(scores).filter(|(ticks, _)| is_outside && **ticks > 12) {
        *score -= tuning::OUTSIDE_LONG * (*ticks as f32 / 12.0).log2();
    }
}

/// Louder or softer: intensity is 0 to 1, 0.5 as the model plays.
pub fn weigh_loud(scores: &mut [f32], intensity: f32) {
    let middle = (VELOCITIES - 1) as f32 / 2.0;
    for (class, score) in scores.iter_mut().enumerate() {
        *score += tuning::INTENSITY_LOUD * (intensity - 0.5) * (class as f32 - middle) / 8.0;
    }
}

/// Only what does not begin too early: `fifths` of a tick before its tick at most.
pub fn weigh_nudge(scores: &mut [f32; NUDGES], least: i32) {
    for (class, score) in (-2i32..).zip(scores) {
        if class < least.min(2) {
            *score = f32::NEG_INFINITY;
        }
    }
}

/// Damps what would say a figure again that was said often: `keys` are the keys so far, the newest last. The lead may say
/// a figure of four twice; a bass line lives of repeating, and chords are not told by one voice.
pub fn weigh_repetition(part: Part, scores: &mut [f32; KEYS], keys: &[u8]) {
    /// Notes of a figure before the one that would complete it.
    const BEFORE: usize = 3;
    let proper = match part {
        Part::Lead => 2,
        Part::Bass => 8,
        Part::Drums | Part::Keys => return,
    };
    let Some(newest) = keys.len().checked_sub(BEFORE).map(|from| &keys[from..]) else { return };
    let mut times = [0u16; KEYS];
    for figure in keys.windows(BEFORE + 1).filter(|figure| &figure[..BEFORE] == newest) {
        times[usize::from(figure[BEFORE]) % KEYS] += 1;
    }
    for (score, times) in scores.iter_mut().zip(times) {
        *score -= tuning::REPEATED * f32::from(times.saturating_sub(proper - 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chooser(seed: u64, temperature: f32, top_p: f32) -> Chooser {
        Chooser { seed, part: Part::Lead, manner: Manner { temperature, top_p } }
    }

    #[test]
    fn possibilities_are_drawn_as_often_as_their_shares_say() {
        let scores = [0.0, 2f32.ln(), 4f32.ln(), f32::NEG_INFINITY];
        let mut counts = [0; 4];
        (0..7000).for_each(|place| counts[chooser(5, 1.0, 1.0).choose(Choice::Pitch, place, &scores)] += 1);
        for (count, wanted) in counts.iter().zip([1000i32, 2000, 4000, 0]) {
            assert!((count - wanted).abs() < 160, "{counts:?}");
        }
        let plain = (0..2000).filter(|place| chooser(5, 0.3, 1.0).choose(Choice::Pitch, *place, &scores) == 2).count();
        assert!(plain > 1750, "cooler is plainer: {plain}");
        assert!((0..2000).all(|place| chooser(5, 1.0, 0.8).choose(Choice::Pitch, place, &scores) != 0));
    }

    #[test]
    fn a_choice_follows_from_seed_and_place_and_stays_when_another_possibility_fades() {
        let mut scores = [0.3, 0.1, 0.4, 0.2];
        let before: Vec<usize> =
            (0..500).map(|place| chooser(1, 1.0, 1.0).choose(Choice::When, place, &scores)).collect();
        let again: Vec<usize> =
            (0..500).map(|place| chooser(1, 1.0, 1.0).choose(Choice::When, place, &scores)).collect();
        assert_eq!(before, again);
        let other: Vec<usize> =
            (0..500).map(|place| chooser(2, 1.0, 1.0).choose(Choice::When, place, &scores)).collect();
        assert_ne!(before, other);
        scores[1] = -50.0;
        for (place, was) in (0..500).zip(before) {
            let now = chooser(1, 1.0, 1.0).choose(Choice::When, place, &scores);
            assert!(was == 1 || now == was);
        }
    }

    #[test]
    fn the_chord_bends_keys_more_on_strong_places_but_breaks_none() {
        let chord = Chord::parse("C").expect("a chord");
        let weight = |stress, key: usize| {
            let mut scores = [0.0; KEYS];
            let footing = Footing { chord, key: None, stress, is_first: false };
            assert!(weigh_pitch(Part::Lead, &mut scores, Bounds { range: (48, 84), last: None }, Some(&footing)));
            scores[key]
        };
        assert_eq!(weight(Stress::Strong, 64), 0.0);
        assert!(weight(Stress::Strong, 61) < weight(Stress::Weak, 61) && weight(Stress::Weak, 61) < 0.0);
        assert!(weight(Stress::Strong, 61).is_finite() && weight(Stress::Weak, 47) == f32::NEG_INFINITY);
        let footing = Footing { chord, key: None, stress: Stress::Weak, is_first: false };
        let mut lengths = [0.0; LENGTHS];
        weigh_length(&mut lengths, Some(&footing), 61);
        assert!(lengths[4] == 0.0 && lengths[18] < lengths[11] && lengths[11] < 0.0);
    }

    #[test]
    fn wishes_move_how_much_and_how_loud_is_played() {
        let scores = |complexity| {
            let mut scores = [0.0; WHENS];
            weigh_when(&mut scores, 3, complexity, true);
            scores
        };
        let (plain, rich) = (scores(0.0), scores(1.0));
        assert!(plain[2] == f32::NEG_INFINITY && plain[96] > plain[6] && rich[96] < rich[6]);
        let mut loud = [0.0; VELOCITIES];
        weigh_loud(&mut loud, 0.9);
        assert!(loud[15] > loud[0]);
        let strokes = |log_odds| (0..1000).filter(|at| chooser(3, 1.0, 1.0).is_struck(*at, log_odds)).count();
        let of = |complexity, form| strokes(weigh_stroke(-1.5, Drum::Mid, complexity, form));
        assert!(of(0.0, Form::Groove) < of(0.4, Form::Groove) && of(0.4, Form::Groove) < of(1.0, Form::Groove));
        assert!(
            of(0.4, Form::Groove) < of(0.4, Form::Fill(0.3)) && of(0.4, Form::Fill(0.3)) < of(0.4, Form::Fill(1.0))
        );
        assert_eq!(strokes(-6.0), 0);
        assert_eq!(weigh_stroke(1.0, Drum::Kick, 0.0, Form::Groove), 1.0, "what is surely played stays");
        assert!(weigh_stroke(1.0, Drum::Crash, 0.4, Form::AfterFill) > 1.0);
    }

    #[test]
    fn manners_are_bolder_or_steadier() {
        let plain = Manner::default();
        let (bold, meek) = (Manner::of(1.0), Manner::of(0.0));
        assert!(bold.temperature > plain.temperature && bold.top_p > plain.top_p);
        assert!(meek.temperature < plain.temperature && meek.top_p < plain.top_p);
        assert_eq!(Manner::of(0.5), plain);
        assert!(plain.steady().temperature < plain.temperature);
    }

    #[test]
    fn a_figure_that_came_often_is_damped() {
        let keys = [60, 62, 64, 65, 60, 62, 64, 65, 60, 62, 64, 65, 60, 62, 64];
        let mut scores = [0.0; KEYS];
        weigh_repetition(Part::Lead, &mut scores, &keys);
        assert!(scores[65] < -1.0 && scores[67] == 0.0);
        let mut scores = [0.0; KEYS];
        weigh_repetition(Part::Bass, &mut scores, &keys);
        assert_eq!(scores[65], 0.0);
    }
}
