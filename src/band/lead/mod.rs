//! The lead: it answers the player in the rests, with what the player has just said.
//!
//! Everything follows from the question alone: the answer to a phrase is made anew for each bar that it reaches into,
//! from the same notes of the player and the same seed.

mod develop;
mod melody;
mod motif;
#[cfg(test)]
pub(super) mod tests;
mod tuning;

pub use develop::{Change, Line, Plan, change_at, developed};
pub use melody::{Delivery, end_within_harmony, is_strong, range, sing};
pub use motif::{Grid, MOTIF_TONES_MAX, Motif, Phrase, Tone, last_phrase, own_motif};

use super::chance::seed_at;
use super::part::{Part, PartMode};
use super::phrase::{Ask, Note, PhraseSource, Role, Turn};
use super::scale::Ground;

/// Plays the lead by rules: answers in the player's rests, whole turns where bars are traded, a held guide tone at most
/// while the player plays. The seed must hold for as long as a motif should be remembered.
#[derive(Clone, Copy, Debug, Default)]
pub struct LeadPlayer;

impl PhraseSource for LeadPlayer {
    fn play(&mut self, ask: &Ask<'_>, out: &mut Vec<Note>) {
        let is_playing = ask.context.playing.is_playing;
        match (ask.taste.mode, ask.bar.role, ask.turn) {
            (PartMode::Off, ..) => {}
            (_, Role::Ending, _) => end(ask, out),
            (PartMode::Follow, ..) => follow(ask, out),
            (PartMode::Auto, _, Some(turn)) if is_within(ask, turn) => trade(ask, turn, out),
            (PartMode::Auto, Role::Intro, _) => guide(ask, out),
            (PartMode::Auto, ..) if is_playing => guide(ask, out),
            (PartMode::Auto, ..) => answer(ask, out),
        }
        out.sort_unstable_by(|a, b| a.begin_beats.total_cmp(&b.begin_beats));
    }
}

/// Half a beat, or a third where beats are dotted.
#[must_use]
pub fn eighth_beats(ask: &Ask<'_>) -> f64 {
    if ask.style.steps_per_beat == 3 { 1.0 / 3.0 } else { 0.5 }
}

/// The grid that the player is held to.
#[must_use]
pub fn grid(ask: &Ask<'_>) -> Grid {
    Grid { swing: ask.feel.swing, steps_per_beat: ask.style.steps_per_beat }
}

/// How full the lead plays, 0 to 1.
#[must_use]
pub fn density(ask: &Ask<'_>) -> f32 {
    let (complexity, energy, variation) = tuning::DENSITY;
    let wished = complexity * ask.taste.complexity.clamp(0.0, 1.0);
    wished + energy * ask.feel.energy.clamp(0.0, 1.0) + variation * f32::from(ask.bar.variation.min(3)) / 3.0
}

/// The velocity of a mean tone; `loudness` is the player's, 0 to 1.
#[must_use]
pub fn velocity(ask: &Ask<'_>, loudness: f32) -> f32 {
    let (intensity, energy, player) = tuning::VELOCITY_GAINS;
    tuning::VELOCITY
        + intensity * ask.taste.intensity.clamp(0.0, 1.0)
        + energy * ask.feel.energy.clamp(0.0, 1.0)
        + player * loudness.clamp(0.0, 1.0)
}

/// The key of the motif's first tone when it is answered: near the player's, but apart from it.
#[must_use]
pub fn answering_key(ask: &Ask<'_>, motif: &Motif, is_heard: bool) -> i32 {
    let (low, high) = range(ask);
    let margin = (5).min((high - low) / 2);
    let (low, high) = (low + margin, high - margin);
    let mean = motif.mean_height();
    let heard = motif.key + mean;
    let centre = if !is_heard {
        i32::midpoint(low, high)
    } else if heard + tuning::APART_SEMITONES <= high {
        (heard + tuning::APART_SEMITONES).max(low)
    } else {
        (heard - tuning::APART_SEMITONES).clamp(low, high)
    };
    centre - mean
}

fn is_within(ask: &Ask<'_>, turn: Turn) -> bool {
    let end_beats = turn.begin_beats + f64::from(turn.bars) * f64::from(ask.bar.beats);
    ask.bar.begin_beats >= turn.begin_beats - 1e-6 && ask.bar.begin_beats < end_beats - 1e-6
}

/// Bars from one phrase to the next, at the most often: two, or four short ones of two beats.
fn phrase_bars(ask: &Ask<'_>) -> u32 {
    if ask.bar.beats <= 2 { 2 * tuning::SLOT_BARS } else { tuning::SLOT_BARS }
}

/// A phrase, told by where it may begin and end.
struct Place {
    begin_beats: f64,
    span_beats: f64,
    /// Where the row of phrases that it belongs to began, in beats of the transport.
    row_beats: f64,
    /// Its number in the row.
    number: i64,
    is_closing: bool,
}

/// Plays one phrase of a row on a motif.
fn phrase(ask: &Ask<'_>, heard: Option<&Phrase>, place: Place, until_beats: f64, out: &mut Vec<Note>) {
    let own = own_motif(ask.seed, ask.style.steps_per_beat);
    let said = heard.and_then(|phrase| phrase.motif);
    let motif = said.unwrap_or(own);
    let seed = seed_at(ask.seed, tuning::DETAILS, place.begin_beats.round() as i64);
    let plan = Plan {
        change: change_at(seed_at(ask.seed, tuning::CHANGES, place.row_beats.round() as i64), place.number),
        span_beats: place.span_beats,
        eighth_beats: eighth_beats(ask),
        seed,
    };
    let loudness = heard.map_or(ask.context.playing.loudness, |phrase| phrase.loudness);
    let delivery = Delivery {
        begin_beats: place.begin_beats,
        until_beats,
        key: answering_key(ask, &motif, said.is_some()),
        velocity: velocity(ask, loudness),
        density: density(ask),
        comes_home: Some(place.is_closing),
        seed,
    };
    sing(ask, &developed(&motif, plan), delivery, out);
}

/// Whether a phrase leaves a question open: it does not end on the root of its chord.
fn is_question(ask: &Ask<'_>, phrase: &Phrase) -> bool {
    let home = Ground::at(ask, phrase.end_beats).map(|ground| ground.root);
    home != Some(phrase.last_pitch_class)
}

/// Bars that are the lead's: phrases of a few bars, made from the player's last one, the last coming home.
fn trade(ask: &Ask<'_>, turn: Turn, out: &mut Vec<Note>) {
    let beats = f64::from(ask.bar.beats.max(1));
    let unit_beats = beats * f64::from(phrase_bars(ask).min(turn.bars.max(1)));
    let end_beats = turn.begin_beats + beats * f64::from(turn.bars);
    // What was played a little ahead of the turn belongs to it.
    let window = (turn.player_begin_beats - 0.5, turn.player_end_beats);
    let heard = last_phrase(ask.context, window, grid(ask));
    let number = ((ask.bar.begin_beats - turn.begin_beats + 1e-6) / unit_beats).floor();
    let unit_begin = turn.begin_beats + number * unit_beats;
    let span_beats = unit_beats.min(end_beats - unit_begin);
    let origin =
        heard.and_then(|phrase| phrase.motif).map_or(0.0, |motif| motif.origin_beats - turn.player_begin_beats);
    // The figure stands in the bar where the player put it, unless that leaves too little time.
    let phase = origin.rem_euclid(beats).round();
    let phase = if phase < span_beats / 2.0 { phase } else { 0.0 };
    let place = Place {
        begin_beats: unit_begin + phase,
        span_beats: span_beats - phase - tuning::PHRASE_REST_BEATS / 2.0,
        row_beats: turn.begin_beats,
        number: number as i64,
        is_closing: unit_begin + span_beats > end_beats - 1e-6,
    };
    phrase(ask, heard.as_ref(), place, f64::INFINITY, out);
}

/// Where the first answer to a phrase begins: a breath after it, on a beat that is as strong as the one the phrase began
/// on; once the lead has begun, where that was, and later where the bars for it went by unplayed.
fn answer_begin(ask: &Ask<'_>, heard: &Phrase) -> f64 {
    let earliest = heard.end_beats + tuning::BREATH_BEATS;
    let begun = ask.context.part(Part::Lead).find(|note| note.begin_beats > earliest - 0.2);
    if let Some(note) = begun {
        return (note.begin_beats + 0.15).floor();
    }
    let wanted = earliest.max(ask.context.now_beats).ceil();
    let origin = heard.motif.map_or(ask.bar.begin_beats, |motif| motif.origin_beats);
    if ask.bar.beats.is_multiple_of(2) { wanted + (wanted - origin).rem_euclid(2.0).round() } else { wanted }
}

/// Whether a phrase is played at slot `number` of those after the first, at a density.
fn is_taken(number: i64, density: f32) -> bool {
    let every = if density >= tuning::OFTEN.1 {
        1
    } else if density >= tuning::OFTEN.0 {
        2
    } else {
        4
    };
    number.rem_euclid(every) == 0
}

/// While the player rests: an answer, and then a phrase every few bars. Before the player has said anything the lead has
/// a motif of its own, from the begin of the section on.
fn answer(ask: &Ask<'_>, out: &mut Vec<Note>) {
    let beats = f64::from(ask.bar.beats.max(1));
    let heard = last_phrase(ask.context, (f64::NEG_INFINITY, f64::INFINITY), grid(ask));
    let section = ask.bar.begin_beats - f64::from(ask.bar.in_section) * beats;
    let first = heard.map_or(section, |phrase| answer_begin(ask, &phrase));
    let is_question = heard.is_none_or(|phrase| is_question(ask, &phrase));
    let slot_beats = beats * f64::from(phrase_bars(ask));
    let run_beats = lead_over_beats(ask);
    let until_beats = ask.bar.end_beats() - run_beats;
    let slot_of = |beats: f64| ((beats - first) / slot_beats).floor() as i64;
    for number in slot_of(ask.bar.begin_beats).max(0)..=slot_of(ask.bar.end_beats() - 1e-6) {
        if is_taken(number, density(ask)) {
            let place = Place {
                begin_beats: first + number as f64 * slot_beats,
                span_beats: slot_beats - tuning::PHRASE_REST_BEATS,
                row_beats: first,
                number,
                // A question is answered, an answer opens the next question.
                is_closing: is_question == (number % 2 == 0),
            };
            phrase(ask, heard.as_ref(), place, until_beats, out);
        }
    }
    if run_beats > 0.0 {
        let loudness = heard.map_or(0.5, |phrase| phrase.loudness);
        lead_over(ask, run_beats, loudness, out);
    }
}

/// How many beats before the end of a fill's bar the lead runs to the next; 0 where it does not.
fn lead_over_beats(ask: &Ask<'_>) -> f64 {
    let fills = f64::from(ask.feel.fills.clamp(0.0, 1.0));
    let most = f64::from(ask.bar.beats) / 2.0;
    if ask.bar.role == Role::Fill && fills > 0.1 { (most * fills).round().max(1.0).min(most.max(1.0)) } else { 0.0 }
}

fn lead_over(ask: &Ask<'_>, span_beats: f64, loudness: f32, out: &mut Vec<Note>) {
    let (low, high) = range(ask);
    let delivery = Delivery {
        begin_beats: ask.bar.end_beats() - span_beats,
        until_beats: f64::INFINITY,
        key: i32::midpoint(low, high),
        velocity: velocity(ask, loudness),
        density: density(ask),
        comes_home: None,
        seed: seed_at(ask.seed, tuning::RUNS, ask.bar.index),
    };
    sing(ask, &develop::run(span_beats, eighth_beats(ask), delivery.seed), delivery, out);
}

/// The last bar: a line down to a long tone on the beat after it.
fn end(ask: &Ask<'_>, out: &mut Vec<Note>) {
    let (low, high) = range(ask);
    let beats = ask.bar.beats.clamp(1, 16);
    let mut line = Line::default();
    for beat in 0..beats {
        let height = 2 * (beats - beat) as i32;
        let (at_beats, eighth) = (f64::from(beat), eighth_beats(ask));
        line.push(Tone { at_beats, length_beats: 1.0, height, accent: 0.0, rank: 0.0 }).ok();
        let between = Tone {
            at_beats: at_beats + 1.0 - eighth,
            length_beats: eighth,
            height: height - 1,
            accent: -0.3,
            rank: 0.4,
        };
        line.push(between).ok();
    }
    line.push(Tone { at_beats: f64::from(beats), length_beats: 4.0, height: 0, accent: 0.3, rank: 0.0 }).ok();
    let delivery = Delivery {
        begin_beats: ask.bar.begin_beats,
        until_beats: f64::INFINITY,
        key: i32::midpoint(low, high),
        velocity: velocity(ask, ask.context.playing.loudness),
        density: density(ask),
        comes_home: Some(true),
        seed: ask.seed,
    };
    sing(ask, &line, delivery, out);
}

/// While the player plays, and before the band does: one held tone of the chord's colour, out of the player's way, or
/// nothing. In an introduction it grows from bar to bar.
fn guide(ask: &Ask<'_>, out: &mut Vec<Note>) {
    let complexity = ask.taste.complexity;
    let every = if complexity >= tuning::GUIDE_OFTEN_COMPLEXITY { 1 } else { 2 };
    let is_intro = ask.bar.role == Role::Intro;
    let is_held = complexity >= tuning::GUIDE_COMPLEXITY && ask.bar.index.rem_euclid(every) == 0;
    let begin_beats = ask.bar.begin_beats;
    if !is_held || is_intro && ask.bar.in_section == 0 || begin_beats < ask.from_beats {
        return;
    }
    let Some(span) = ask.chord_at(begin_beats) else { return };
    let guides = span.chord.quality.guide_tones();
    let mask = guides.iter().fold(0u16, |mask, tone| mask | 1 << ((span.chord.root + tone) % 12));
    let (low, high) = range(ask);
    let playing = ask.context.playing;
    let above = i32::from(playing.register_high) + 4;
    let below = i32::from(playing.register_low) - 4;
    let ideal = if above <= high { above.max(i32::midpoint(low, high)) } else { below.clamp(low, high) };
    let is_guide = |key: &i32| mask & 1 << key.rem_euclid(12) != 0;
    let Some(key) = (low..=high).filter(is_guide).min_by_key(|key| (key - ideal).abs()) else { return };
    let bars = f64::from(ask.bar.beats) * every as f64;
    let length_beats = (span.end_beats - begin_beats).min(bars * 0.95);
    let growth = if is_intro { (0.5 + 0.1 * ask.bar.in_section as f32).min(1.0) } else { 1.0 };
    let velocity = velocity(ask, playing.loudness) * tuning::GUIDE_LOUDNESS * growth;
    out.push(Note { begin_beats, length_beats, key: key as u8, velocity: velocity.clamp(1.0, 127.0) as u8 });
}

/// The player's upper voice in the last whole bar that was heard, and where it begins in the bar that is asked for;
/// `None` where no bar was heard lately.
#[must_use]
pub fn followed(ask: &Ask<'_>) -> Option<(Motif, f64)> {
    let beats = f64::from(ask.bar.beats.max(1));
    let heard_to = ask.context.now_beats + 1e-6;
    let mut windows = (1..=tuning::FOLLOW_BARS_MAX).map(|bars| ask.bar.begin_beats - f64::from(bars) * beats);
    let window_begin = windows.find(|begin| begin + beats <= heard_to)?;
    let motif = motif::template(ask.context, (window_begin - 0.1, window_begin + beats - 0.1), grid(ask));
    Some((motif, ask.bar.begin_beats + (motif.origin_beats - window_begin).round()))
}

/// In the player's rhythm and loudness: the player's upper voice, a third or so above it.
fn follow(ask: &Ask<'_>, out: &mut Vec<Note>) {
    let Some((motif, begin_beats)) = followed(ask) else { return };
    let mut line = Line::default();
    for tone in motif.tones.iter() {
        let rank = if tone.at_beats.fract().abs() < 1e-6 { 0.0 } else { tuning::FOLLOW_RANK };
        line.push(Tone { rank, ..*tone }).ok();
    }
    let delivery = Delivery {
        begin_beats,
        until_beats: ask.bar.end_beats(),
        key: motif.key + 4,
        velocity: velocity(ask, ask.context.playing.loudness),
        density: density(ask),
        comes_home: None,
        seed: seed_at(ask.seed, tuning::HUMAN, ask.bar.index),
    };
    sing(ask, &line, delivery, out);
}
