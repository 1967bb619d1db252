//! The lead of Drift: a few tones, a long breath, and a motif that is remembered, changed and comes back after minutes.

use super::super::chance::{chance_at, seed_at};
use super::super::lead::{
    Change, Delivery, LeadPlayer, Plan, answering_key, developed, eighth_beats, grid, last_phrase, own_motif, sing,
};
use super::super::part::PartMode;
use super::super::phrase::{Ask, Note, PhraseSource, Role};
use super::stretch::softness;
use super::texture::{Aspect, fullness};

/// Every weight, with its reason.
mod tuning {
    /// Bars from one phrase to the next, at the most often.
    pub const SLOT_BARS: i64 = 4;
    /// Slots for which one motif is remembered: four minutes at 60 beats a minute.
    pub const MEMORY_SLOTS: i64 = 15;
    /// Motifs back that an old one may come from,
    pub const MEMORIES: u32 = 3;
    /// and how often one does.
    pub const COMES_BACK: f32 = 0.3;
    /// The ranks of phrases: how full the music must be for each.
    pub const RANKS: (f32, f32) = (0.2, 0.85);
    /// Silence at the end of a slot, in beats.
    pub const BREATH_BEATS: f64 = 3.0;
    /// For so many beats after a phrase of the player the lead answers it, before it goes back to its own.
    pub const ANSWER_BEATS: f64 = 24.0;
    /// How much louder than the pads it is.
    pub const LOUDNESS: f32 = 1.12;
    /// Ornaments are rare: only this share of how full the music is counts for them.
    pub const DENSITY: f32 = 0.75;
    /// Purposes of chance: slots,
    pub const SLOTS: u64 = 0xd21f_00b0;
    /// and motifs.
    pub const MOTIFS: u64 = 0xd21f_00b1;
}

static CHANGES: [Change; 8] = [
    Change::Stretch,
    Change::Repeat,
    Change::Sequence(2),
    Change::Stretch,
    Change::Invert,
    Change::Head(-2),
    Change::Sequence(-3),
    Change::Retrograde,
];

/// Adds a bar of the lead: an answer when the player has just spoken, its own memory otherwise.
pub fn melody(ask: &Ask<'_>, out: &mut Vec<Note>) {
    let heard = last_phrase(ask.context, (f64::NEG_INFINITY, f64::INFINITY), grid(ask));
    let is_answering = heard.is_some_and(|phrase| ask.bar.begin_beats < phrase.end_beats + tuning::ANSWER_BEATS);
    let is_leads = ask.turn.is_some()
        || is_answering
        || ask.context.playing.is_playing
        || ask.taste.mode == PartMode::Follow
        || ask.bar.role == Role::Ending;
    if is_leads { LeadPlayer.play(ask, out) } else { remembered(ask, out) }
}

/// The phrase of the slot that the bar lies in.
fn remembered(ask: &Ask<'_>, out: &mut Vec<Note>) {
    let beats = f64::from(ask.bar.beats.max(1));
    let slot = ask.bar.index.div_euclid(tuning::SLOT_BARS);
    let slot_begin = ask.bar.begin_beats - ask.bar.index.rem_euclid(tuning::SLOT_BARS) as f64 * beats;
    let slot_beats = beats * tuning::SLOT_BARS as f64;
    let mut chance = chance_at(ask.seed, tuning::SLOTS, slot);
    let (least, most) = tuning::RANKS;
    let rank = least + (most - least) * chance.unit();
    let full = fullness(ask, Aspect::Lead);
    if full < rank {
        return;
    }
    let back = if chance.unit() < tuning::COMES_BACK { 1 + i64::from(chance.below(tuning::MEMORIES)) } else { 0 };
    let memory = slot.div_euclid(tuning::MEMORY_SLOTS) - back;
    let motif = own_motif(seed_at(ask.seed, tuning::MOTIFS, memory), ask.style.steps_per_beat);
    let change = CHANGES[chance.below(CHANGES.len() as u32) as usize];
    let wait_beats = f64::from(chance.below(5)).min(slot_beats / 4.0).floor();
    let seed = seed_at(ask.seed, tuning::SLOTS, slot);
    let span_beats = (slot_beats - wait_beats - tuning::BREATH_BEATS).max(1.0);
    let plan = Plan { change, span_beats, eighth_beats: eighth_beats(ask), seed };
    let delivery = Delivery {
        begin_beats: slot_begin + wait_beats,
        until_beats: f64::INFINITY,
        key: answering_key(ask, &motif, false) + chance.below(9) as i32 - 4,
        velocity: softness(ask) * tuning::LOUDNESS,
        density: full * tuning::DENSITY,
        comes_home: Some(chance.below(2) == 0),
        seed,
    };
    sing(ask, &developed(&motif, plan), delivery, out);
}
