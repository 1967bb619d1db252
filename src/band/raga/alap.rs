//! Alap: phrases without a tala that unfold the raga note by note, from Sa down, up and home again.

use super::super::chance::chance_at;
use super::voice::{End, RagaVoice, TONES_MAX};
use crate::base::InlineVec;

/// Every weight, with its reason.
mod tuning {
    /// Phrases that dwell on one note before the next is opened.
    pub const DWELLS: u64 = 2;
    /// The notes that are opened: from the lower Pa or so to the upper Sa and a little beyond, semitones.
    pub const SPAN: (i16, i16) = (-5, 14);
    /// Tones of a phrase, the fewest and how many more there may be.
    pub const TONES: (u32, u32) = (4, 6);
    /// Lengths in beats (a beat is about a second): of moving tones, the least and what chance adds,
    pub const MOVING: (f64, f64) = (0.35, 0.9);
    /// of the tone that is dwelt on,
    pub const DWELT: (f64, f64) = (2.0, 2.5);
    /// and of the last.
    pub const LAST: (f64, f64) = (2.5, 2.0);
    /// Every so many phrases the phrase comes home to Sa,
    pub const HOME_EVERY: u64 = 3;
    /// and every so many it ends with a catch phrase.
    pub const CATCH_EVERY: u64 = 4;
    /// Purposes of chance.
    pub const PHRASES: u64 = 0x4a6a_0001;
}

/// A tone of a phrase: its place and length, beats from the begin of the phrase, and the note.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct AlapTone {
    pub at_beats: f64,
    pub length_beats: f64,
    pub semitones: i16,
}

/// The phrase of that number.
pub(super) fn phrase(
    voice: &mut RagaVoice,
    number: u64,
    range: (i16, i16),
    seed: u64,
) -> InlineVec<AlapTone, TONES_MAX> {
    let mut chance = chance_at(seed, tuning::PHRASES, number as i64);
    let focus = focus(voice, number, range);
    let count = tuning::TONES.0 + chance.below(tuning::TONES.1 + 1);
    let dwelt = count / 2 + chance.below(2);
    let is_home = number.is_multiple_of(tuning::HOME_EVERY);
    let start = if focus > 2 { focus - 3 - chance.below(4) as i16 } else { focus + chance.below(4) as i16 };
    let home = if is_home { 0 } else { focus };
    let mut wishes = InlineVec::<i16, TONES_MAX>::default();
    for tone in 0..count {
        // From the start to the note that is dwelt on, with a glance beyond it, and to the end.
        let wish = match tone {
            tone if tone == dwelt => focus,
            tone if tone + 1 == dwelt => focus + if chance.below(2) == 0 { 2 } else { -2 },
            tone if tone < dwelt => start + (focus - start) * tone as i16 / dwelt.max(1) as i16,
            tone => focus + (home - focus) * (tone - dwelt) as i16 / (count - dwelt) as i16,
        };
        wishes.push(wish).ok();
    }
    let end = match () {
        () if number % tuning::CATCH_EVERY == tuning::CATCH_EVERY - 1 => End::Catch(chance.below(8) as usize),
        () if is_home => End::Home,
        () => End::Open,
    };
    let path = voice.fit(&wishes, range, end);
    let mut tones = InlineVec::default();
    let mut at_beats = 0.0;
    for (tone, semitones) in path.iter().enumerate() {
        let (least, more) = match tone {
            tone if tone + 1 == path.len() => tuning::LAST,
            tone if tone == dwelt as usize => tuning::DWELT,
            _ => tuning::MOVING,
        };
        let length_beats = least + more * f64::from(chance.unit());
        tones.push(AlapTone { at_beats, length_beats, semitones: *semitones }).ok();
        at_beats += length_beats;
    }
    tones
}

/// The note that a phrase dwells on: Sa, then downwards, then upwards, and over again.
fn focus(voice: &RagaVoice, number: u64, (low, high): (i16, i16)) -> i16 {
    let (least, most) = (tuning::SPAN.0.max(low), tuning::SPAN.1.min(high));
    let below = voice.notes(least, -1).count();
    let all = voice.notes(least, most).count().max(1);
    let step = (number / tuning::DWELLS) as usize % all;
    let place = match step {
        0 => below,
        step if step <= below => below - step,
        step => step,
    };
    voice.notes(least, most).nth(place).unwrap_or(0)
}
