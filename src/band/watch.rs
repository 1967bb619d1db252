//! Notices a player of the band that is stuck or has lost its senses, so that the next bar can come from another seed or
//! another rung.
//!
//! Stuck is the same bar over and over, more often than a style's loop explains. Collapsed is what entropy tells of the
//! last bars: one key hammered on, intervals or places within the beat as good as random. Notes that all fall on one
//! place of the beat are no collapse: that is a plain style.

use super::context::Context;
use super::part::Part;
use super::phrase::{Bar, Note};

/// What is to be thought of a part's last bars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It plays on.
    #[default]
    Fine,
    /// It plays the same bar again and again.
    Stuck,
    /// It plays one key only, or anything at all.
    Collapsed,
}

/// Every threshold, with its reason. Entropies in bits.
mod tuning {
    use super::Part;

    /// Strikes of one key within this many beats are the same: human timing lies well within.
    pub const SAME_BEATS: f64 = 0.12;
    /// A strike so shortly before a bar is its first: a hand may be early.
    pub const EARLY_BEATS: f64 = 0.06;
    /// Share of common notes from which on two bars are the same: one note in a busy bar may differ.
    pub const SAME_SHARE: f64 = 0.9;
    /// A bar of fewer notes says too little to be a repetition.
    pub const BAR_NOTES_MIN: usize = 2;
    /// Bars that are looked at for entropy.
    pub const BARS: u32 = 4;
    /// Fewer notes in them tell nothing of a collapse,
    pub const NOTES_MIN: usize = 12;
    /// and fewer than this nothing of randomness: the entropy of a few random notes is small.
    pub const RANDOM_NOTES_MIN: usize = 32;
    /// Places in a beat: thirds and quarters both fall on one.
    pub const PLACES: usize = 12;
    /// Sixteenths and triplets mixed have 2.6; 32 random places have 3.3.
    pub const PLACES_BITS_MAX: f64 = 3.0;

    /// The bounds of a part.
    pub struct Bounds {
        /// The same one or two bars so many times running are a repetition.
        pub times: u32,
        /// The entropy of the keys may not be below it; 0 where one key is a style (a pedal, a hi-hat).
        pub keys_bits_min: f64,
        /// The entropy of the intervals may not be above it. Lines and voicings have 2 to 4; random keys 4.8 and more.
        pub intervals_bits_max: f64,
    }

    /// The bounds of each part. Grooves are loops: only a solo may not repeat itself. Drums have the widest intervals,
    /// as their keys are but names.
    pub const fn bounds(part: Part) -> Bounds {
        match part {
            Part::Drums => Bounds { times: 16, keys_bits_min: 0.0, intervals_bits_max: 5.0 },
            Part::Bass => Bounds { times: 16, keys_bits_min: 0.0, intervals_bits_max: 4.4 },
            Part::Keys => Bounds { times: 16, keys_bits_min: 0.6, intervals_bits_max: 4.6 },
            Part::Lead => Bounds { times: 3, keys_bits_min: 0.6, intervals_bits_max: 4.4 },
        }
    }
}

/// Judges what `part` played before `bar`. Takes at most some 100 microseconds and no memory.
#[must_use]
pub fn judge(context: &Context, part: Part, bar: &Bar) -> Verdict {
    let bounds = tuning::bounds(part);
    let beats = f64::from(bar.beats.max(1));
    let is_stuck =
        [1, 2].into_iter().any(|period| is_repeated(context, part, bar, period * (bounds.times - 1), period));
    if is_stuck {
        return Verdict::Stuck;
    }
    let from_beats = bar.begin_beats - beats * f64::from(tuning::BARS);
    let tally = tally(notes(context, part, from_beats, bar.begin_beats), from_beats);
    let is_one_key = tally.count >= tuning::NOTES_MIN && tally.keys_bits < bounds.keys_bits_min;
    let is_random = tally.count >= tuning::RANDOM_NOTES_MIN
        && (tally.intervals_bits > bounds.intervals_bits_max || tally.places_bits > tuning::PLACES_BITS_MAX);
    if is_one_key || is_random { Verdict::Collapsed } else { Verdict::Fine }
}

fn notes(context: &Context, part: Part, from_beats: f64, to_beats: f64) -> impl Iterator<Item = &Note> {
    let (from_beats, to_beats) = (from_beats - tuning::EARLY_BEATS, to_beats - tuning::EARLY_BEATS);
    let notes = context.part(part);
    notes.filter(move |note| note.begin_beats >= from_beats && note.begin_beats < to_beats)
}

/// Whether each of the last `bars` bars is the same as the one `period` bars before it.
fn is_repeated(context: &Context, part: Part, bar: &Bar, bars: u32, period: u32) -> bool {
    let beats = f64::from(bar.beats.max(1));
    (1..=bars).all(|back| {
        let begin_beats = bar.begin_beats - beats * f64::from(back);
        let before_beats = begin_beats - beats * f64::from(period);
        let later = || notes(context, part, begin_beats, begin_beats + beats);
        let earlier = || notes(context, part, before_beats, before_beats + beats);
        let sizes = (later().count(), earlier().count());
        let is_same = |note: &Note, other: &Note| {
            let apart_beats = (note.begin_beats - begin_beats) - (other.begin_beats - before_beats);
            note.key == other.key && apart_beats.abs() < tuning::SAME_BEATS
        };
        let common = later().filter(|note| earlier().any(|other| is_same(note, other))).count();
        let least = sizes.0.min(sizes.1);
        least >= tuning::BAR_NOTES_MIN && common as f64 >= tuning::SAME_SHARE * sizes.0.max(sizes.1) as f64
    })
}

/// What the last bars are made of.
struct Tally {
    count: usize,
    keys_bits: f64,
    intervals_bits: f64,
    places_bits: f64,
}

fn tally<'a>(notes: impl Iterator<Item = &'a Note>, from_beats: f64) -> Tally {
    let mut keys = [0u16; 128];
    let mut intervals = [0u16; 256];
    let mut places = [0u16; tuning::PLACES];
    let (mut count, mut last) = (0, None);
    for note in notes {
        let key = usize::from(note.key & 127);
        keys[key] += 1;
        let place = ((note.begin_beats - from_beats) * tuning::PLACES as f64).round().max(0.0) as usize;
        places[place % tuning::PLACES] += 1;
        if let Some(last) = last.replace(key) {
            intervals[128 + key - last] += 1;
        }
        count += 1;
    }
    Tally { count, keys_bits: bits(&keys), intervals_bits: bits(&intervals), places_bits: bits(&places) }
}

/// The entropy of counts in bits (Shannon 1948).
fn bits(counts: &[u16]) -> f64 {
    let total: f64 = counts.iter().copied().map(f64::from).sum();
    let shares = counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) / total);
    shares.map(|share| -share * share.log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;

    /// What is thought after each of `bars` bars of four beats, of which `bar` gives the (place, key)s.
    fn after(part: Part, bars: i64, mut bar: impl FnMut(i64) -> Vec<(f64, u8)>) -> Vec<Verdict> {
        let mut context = Context::new();
        let mut chance = Rng::new(4);
        let each = |index: i64| {
            for (place, key) in bar(index) {
                let begin_beats = index as f64 * 4.0 + place + f64::from(chance.bipolar()) * 0.02;
                context.commit(part, Note { begin_beats, length_beats: 0.5, key, velocity: 80 });
            }
            let next = Bar { index: index + 1, begin_beats: (index + 1) as f64 * 4.0, beats: 4, ..Bar::default() };
            judge(&context, part, &next)
        };
        (0..bars).map(each).collect()
    }

    const RIFF: [(f64, u8); 5] = [(0.0, 40), (1.0, 43), (1.5, 45), (2.5, 40), (3.0, 47)];

    #[test]
    fn a_loop_is_stuck_when_it_comes_more_often_than_its_part_may() {
        for (part, times) in [(Part::Lead, 3), (Part::Keys, 16), (Part::Bass, 16), (Part::Drums, 16)] {
            let verdicts = after(part, 20, |_| RIFF.to_vec());
            let first = verdicts.iter().position(|verdict| *verdict == Verdict::Stuck);
            assert_eq!(first, Some(times - 1), "{part:?}");
        }
        let two_bars = |index: i64| RIFF.map(|(place, key)| (place, key + 2 * (index % 2) as u8)).to_vec();
        let first = after(Part::Lead, 8, two_bars).iter().position(|verdict| *verdict == Verdict::Stuck);
        assert_eq!(first, Some(5));
    }

    #[test]
    fn rests_and_developed_phrases_are_fine() {
        assert!(after(Part::Lead, 30, |_| Vec::new()).iter().all(|verdict| *verdict == Verdict::Fine));
        let sequence = |index: i64| RIFF.map(|(place, key)| (place, key + 24 + 2 * (index % 5) as u8)).to_vec();
        assert!(after(Part::Lead, 60, sequence).iter().all(|verdict| *verdict == Verdict::Fine));
        // Sixteenths up and down a scale through three keys: busy, but music.
        let scale = [0, 2, 4, 5, 7, 9, 11, 12, 14, 12, 11, 9, 7, 5, 4, 2];
        let runs = |index: i64| {
            let up = [0, 4, 9][index.rem_euclid(3) as usize] + 60;
            scale.iter().enumerate().map(|(step, tone)| (step as f64 / 4.0, tone + up)).collect()
        };
        assert!(after(Part::Lead, 40, runs).iter().all(|verdict| *verdict == Verdict::Fine));
    }

    #[test]
    fn one_key_hammered_on_and_random_keys_or_places_are_a_collapse() {
        let mut chance = Rng::new(8);
        let hammered = |index: i64| (0..4).map(|step| (f64::from(step) + 0.25 * (index % 3) as f64, 60)).collect();
        assert_eq!(after(Part::Lead, 6, hammered).last(), Some(&Verdict::Collapsed));
        assert_eq!(after(Part::Bass, 6, hammered).last(), Some(&Verdict::Fine));
        let keys = |_| (0..16).map(|step| (f64::from(step) / 4.0, 40 + chance.below(50) as u8)).collect();
        assert_eq!(after(Part::Lead, 8, keys).last(), Some(&Verdict::Collapsed));
        let places = |index: i64| {
            (0..16).map(|step| (f64::from(chance.unit()) * 3.99, 60 + ((index + step) % 5) as u8)).collect()
        };
        assert_eq!(after(Part::Keys, 8, places).last(), Some(&Verdict::Collapsed));
    }
}
