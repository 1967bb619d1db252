//! Development: how a motif becomes a phrase.

use super::super::chance::chance_at;
use super::motif::{Motif, Tone};
use super::tuning;
use crate::base::{InlineVec, Rng};

/// Tones of a phrase, at most.
pub const LINE_TONES_MAX: usize = 48;

/// A phrase: tones in the order of time, counted from its begin.
pub type Line = InlineVec<Tone, LINE_TONES_MAX>;

/// What is done with a motif.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It comes again, over other chords and with another end.
    Repeat,
    /// It comes again so many semitones higher.
    Sequence(i32),
    /// Its rises become falls.
    Invert,
    /// Its heights come in the other order, in its own rhythm.
    Retrograde,
    /// Its beginning comes twice, the second time so many semitones higher.
    Head(i32),
    /// It comes at half the speed.
    Stretch,
}

/// How a phrase is made.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// What is done with the motif.
    pub change: Change,
    /// The beats that the phrase may fill, at least 1.
    pub span_beats: f64,
    /// Half a beat, or a third where beats are dotted.
    pub eighth_beats: f64,
    /// Fixes the details.
    pub seed: u64,
}

/// A phrase made from a motif: the motif changed, varied and, where there is time, taken further; its last tone is a
/// long one on a beat. The last tone and those on beats have rank 0.
#[must_use]
pub fn developed(motif: &Motif, plan: Plan) -> Line {
    let mut chance = chance_at(plan.seed, tuning::DETAILS, 0);
    let mut line = changed(motif, plan.change);
    let beats = motif.beats();
    let goes_on = !matches!(plan.change, Change::Head(_) | Change::Stretch);
    if goes_on && 2.0 * beats < plan.span_beats && (chance.below(2) == 0 || line.len() < 3) {
        let rise = if chance.below(2) == 0 { 2 } else { -3 };
        append_head(&mut line, motif, beats, rise);
    }
    while line.len() > 1 && line.last().is_some_and(|tone| tone.at_beats > plan.span_beats - 0.5) {
        line.remove(line.len() - 1);
    }
    vary(&mut line, plan.eighth_beats, &mut chance);
    close(&mut line, plan.span_beats);
    rank(&mut line, &mut chance);
    ornamented(&line, plan.eighth_beats, &mut chance)
}

fn changed(motif: &Motif, change: Change) -> Line {
    let mut line = Line::default();
    let tones = &motif.tones;
    for (place, tone) in tones.iter().enumerate() {
        let height = match change {
            Change::Sequence(rise) => tone.height + rise,
            Change::Invert => -tone.height,
            Change::Retrograde => tones[tones.len() - 1 - place].height,
            Change::Repeat | Change::Head(_) | Change::Stretch => tone.height,
        };
        let times = if change == Change::Stretch { 2.0 } else { 1.0 };
        let (at_beats, length_beats) = (tone.at_beats * times, tone.length_beats * times);
        // There is room: a line holds more than a motif.
        line.push(Tone { at_beats, length_beats, height, ..*tone }).ok();
    }
    if let Change::Head(rise) = change {
        let kept = tones.len().div_ceil(2).max(2).min(tones.len());
        while line.len() > kept {
            line.remove(line.len() - 1);
        }
        let beats = line.last().map_or(1.0, |tone| (tone.at_beats + 0.5).ceil());
        append_head(&mut line, motif, beats, rise);
    }
    line
}

/// Adds the first half of the motif, `rise` semitones higher, from `at_beats` on.
fn append_head(line: &mut Line, motif: &Motif, at_beats: f64, rise: i32) {
    let kept = motif.tones.len().div_ceil(2).max(2);
    for tone in motif.tones.iter().take(kept) {
        line.push(Tone { at_beats: tone.at_beats + at_beats, height: tone.height + rise, ..*tone }).ok();
    }
}

/// Says one thing otherwise, so that nothing comes twice in the same words: an inner tone moves by an eighth or by half
/// of one where there is room, and is left out where there is none anywhere.
fn vary(line: &mut Line, eighth_beats: f64, chance: &mut Rng) {
    let Some(inner) = line.len().checked_sub(2).filter(|inner| *inner > 0) else { return };
    let drawn = chance.below(inner as u32) as usize;
    let way = if chance.below(2) == 0 { 1.0 } else { -1.0 };
    for by_beats in [way * eighth_beats, -way * eighth_beats, way * eighth_beats / 2.0, -way * eighth_beats / 2.0] {
        for place in (0..inner).map(|step| 1 + (drawn + step) % inner) {
            let moved = line[place].at_beats + by_beats;
            if moved > line[place - 1].at_beats + 0.2 && moved < line[place + 1].at_beats - 0.2 {
                line[place].at_beats = moved;
                return;
            }
        }
    }
    line.remove(1 + drawn);
}

/// Puts the last tone on a beat and lets it ring to the end of the phrase.
fn close(line: &mut Line, span_beats: f64) {
    let before = line.len().checked_sub(2).map_or(f64::NEG_INFINITY, |place| line[place].at_beats);
    if let Some(last) = line.last_mut() {
        let beat = last.at_beats.ceil();
        if beat > before && beat <= span_beats - 0.5 {
            last.at_beats = beat;
        }
        last.length_beats = (span_beats - last.at_beats).clamp(0.5, 2.0);
        last.accent = last.accent.min(0.0);
    }
}

/// Says which tones plain playing leaves out: those off the beat, never the first and the last.
fn rank(line: &mut Line, chance: &mut Rng) {
    let last = line.len().saturating_sub(1);
    for (place, tone) in line.iter_mut().enumerate() {
        let drawn = chance.unit() * tuning::MOTIF_RANK_MAX;
        let is_kept = place == 0 || place == last || tone.at_beats.fract().abs() < 1e-6;
        tone.rank = if is_kept { 0.0 } else { drawn };
    }
}

/// Adds passing and neighbour tones that only fuller playing plays: an eighth before the next tone where a beat or more
/// is free, half an eighth where less is.
fn ornamented(line: &Line, eighth_beats: f64, chance: &mut Rng) -> Line {
    let mut whole = Line::default();
    for (place, tone) in line.iter().enumerate() {
        whole.push(*tone).ok();
        let Some(next) = line.get(place + 1) else { break };
        let gap_beats = next.at_beats - tone.at_beats;
        let (low, high) = tuning::ORNAMENT_RANKS;
        let rank = low + (high - low) * chance.unit();
        let neighbour = if chance.below(2) == 0 { 2 } else { -2 };
        let before_beats = if gap_beats > 1.9 * eighth_beats { eighth_beats } else { eighth_beats / 2.0 };
        if gap_beats > 0.9 * eighth_beats {
            let is_near = (next.height - tone.height).abs() < 2;
            let height = if is_near { next.height + neighbour } else { (tone.height + next.height) / 2 };
            let at_beats = next.at_beats - before_beats;
            whole.push(Tone { at_beats, length_beats: before_beats, height, accent: -0.5, rank }).ok();
        }
    }
    whole
}

/// The changes in the order in which a player who goes on goes through them; the retrograde comes once.
static ORDER: [Change; 9] = [
    Change::Repeat,
    Change::Sequence(2),
    Change::Head(2),
    Change::Invert,
    Change::Sequence(-3),
    Change::Head(-2),
    Change::Repeat,
    Change::Sequence(4),
    Change::Retrograde,
];

/// The change of the phrase number `number` of a row: never the same twice running.
#[must_use]
pub fn change_at(seed: u64, number: i64) -> Change {
    // A row begins among the first five: with what can be told as an answer at once.
    let first = i64::from(chance_at(seed, tuning::CHANGES, 0).below(5));
    let count = ORDER.len() as i64;
    ORDER[((first + number.rem_euclid(count)) % count) as usize]
}

/// A run that leads to where it ends: every half eighth or eighth from `span_beats` before its end, rising.
#[must_use]
pub fn run(span_beats: f64, eighth_beats: f64, seed: u64) -> Line {
    let mut chance = chance_at(seed, tuning::RUNS, 0);
    let way = if chance.below(3) == 0 { -2 } else { 2 };
    let steps = (span_beats / eighth_beats).round().clamp(1.0, 16.0) as i32;
    let mut line = Line::default();
    for step in 0..steps {
        let at_beats = f64::from(step) * eighth_beats;
        let is_beat = at_beats.fract().abs() < 1e-6;
        let (accent, rank) = if is_beat { (0.3, 0.0) } else { (-0.2, 0.15) };
        let height = way * (step - steps);
        line.push(Tone { at_beats, length_beats: eighth_beats, height, accent, rank }).ok();
        let between = Tone {
            at_beats: at_beats + eighth_beats / 2.0,
            length_beats: eighth_beats / 2.0,
            height: height + way / 2,
            accent: -0.4,
            rank: 0.6,
        };
        line.push(between).ok();
    }
    line
}
