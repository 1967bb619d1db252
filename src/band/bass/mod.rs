//! The bass player: walking, root and fifth, syncopated, ostinato and pedal lines over the chords, with the kick.

mod lines;
#[cfg(test)]
mod tests;
mod tones;

use super::comping::follow::{self, Hand};
use super::comping::harmony::Harmony;
use super::comping::manner::{chance, choose_for_section, delay_beats, density, velocity};
use super::comping::pattern::{Choice, Stroke, Strokes, insert, meet_changes, next_step};
use super::comping::start::{Start, clear_after, plan};
use super::comping::steps::Steps;
use super::{Ask, BAR_NOTES_MAX, Note, Part, PartMode, PhraseSource, Role};
use crate::theory::Chord;
use lines::{Line, PEDAL, WALK};
use tones::{Fingers, tones_of};

/// What makes a line livelier or plainer.
mod tuning {
    /// Below this confidence of a chord its bass alone is played.
    pub const UNSURE: f32 = 0.3;
    /// From this density on the kick drum adds notes of its own to a line that goes with it.
    pub const KICK_ADDS_FROM: f32 = 0.25;
    /// Skips of a walk: from which density on, and in how many beats at the most.
    pub const SKIPS_FROM: f32 = 0.35;
    pub const SKIP_SHARE: f32 = 0.6;
    /// Slides: from which density on, in how many hard notes, how long and how much softer.
    pub const SLIDES_FROM: f32 = 0.55;
    pub const SLIDE_SHARE: f32 = 0.35;
    pub const SLIDE_BEATS: f64 = 0.08;
    pub const SLIDE_SOFTER: u8 = 18;
    /// Velocity above or below the loudness: on a beat's first step, of ghosts, of an approach, of the last stroke.
    pub const ON_BEAT: i32 = 6;
    pub const GHOST: i32 = -30;
    pub const APPROACH: i32 = -5;
    pub const LAST: i32 = 10;
    /// How much of its length a ghost note sounds, and a short approach, which is often outside the chord.
    pub const GHOST_GATE: f64 = 0.5;
    pub const APPROACH_GATE: f64 = 0.6;
    /// From which amount of fills on the last beat leads over, and from which the last two.
    pub const FILL_FROM: (f32, f32) = (0.1, 0.6);
    /// How long the last stroke of an ending rings, in beats.
    pub const LAST_BEATS: f64 = 4.0;
    /// No note is shorter, in beats.
    pub const SHORTEST_BEATS: f64 = 0.05;
}

/// Kick drums among the General MIDI drum keys.
const KICKS: [u8; 2] = [35, 36];

/// Plays the bass by rules.
#[derive(Clone, Copy, Debug, Default)]
pub struct BassPlayer;

impl PhraseSource for BassPlayer {
    fn play(&mut self, ask: &Ask<'_>, out: &mut Vec<Note>) {
        let Some(steps) = Steps::of(ask) else { return };
        let harmony = Harmony::of(ask, steps).or_tonic(ask.key, steps);
        let line = choose_line(ask, &harmony);
        let Some(fingers) = Fingers::new(ask, steps, &harmony, (line, density(ask))) else { return };
        plan(ask, fits, out, (&harmony, steps), |start, out| compose(&fingers, start, out));
    }
}

/// A line passes through foreign notes, and tells a chord by its bass.
fn fits(ask: &Ask<'_>, chord: Chord, keys: &[u8], is_telling: bool) -> bool {
    let (low, high) = ask.taste.range;
    // A range of less than an octave may lack the bass; any tone must do then.
    let tells = if high.saturating_sub(low) < 11 { tones_of(chord) } else { 1 << (chord.bass % 12) };
    !is_telling || keys.iter().all(|key| tells & 1 << (key % 12) != 0)
}

fn choose_line(ask: &Ask<'_>, harmony: &Harmony) -> &'static Line {
    let is_unsure = harmony.at(0).is_some_and(|change| change.confidence < tuning::UNSURE);
    if is_unsure && ask.taste.mode != PartMode::Follow {
        return &PEDAL;
    }
    let lines = lines::of_style(ask.style.id);
    let chosen = choose_for_section(ask, lines.clone().count());
    let line = lines.clone().nth(chosen).unwrap_or(&PEDAL);
    if density(ask) >= line.walks_from { &WALK } else { line }
}

/// The rhythm of the bar, before it has notes.
fn rhythm(fingers: &Fingers<'_>) -> Strokes {
    let (ask, steps, density) = (fingers.ask, fingers.steps, fingers.density);
    let mut strokes = if ask.taste.mode == PartMode::Follow { followed(ask, steps) } else { Strokes::default() };
    if strokes.is_empty() {
        let kicks = if fingers.line.is_locked_to_kick { kicks(ask, steps) } else { 0 };
        strokes = fingers.line.pattern.strokes(ask, steps, Choice { density, kicks });
        if density >= tuning::KICK_ADDS_FROM {
            add_kicks(&mut strokes, kicks, steps);
        }
        lead_over(ask, steps, &mut strokes);
        add_skips(fingers, &mut strokes);
    }
    strokes
}

/// The player's low notes: the chord's bass, and its fifth where the player's hand rises.
fn followed(ask: &Ask<'_>, steps: Steps) -> Strokes {
    let mut strokes = follow::strokes(ask, steps, Hand::Low);
    let mut last = 127;
    for stroke in strokes.iter_mut() {
        stroke.sign = if stroke.key > last { b'5' } else { b'R' };
        last = stroke.key;
    }
    strokes
}

/// The steps on which the kick drum plays, planned or played already.
fn kicks(ask: &Ask<'_>, steps: Steps) -> u64 {
    let played = ask.context.part(Part::Drums).rev().take_while(|note| note.begin_beats > ask.bar.begin_beats - 1.0);
    let strokes = ask.notes_of(Part::Drums).iter().chain(played).filter(|note| KICKS.contains(&note.key));
    let on_steps = strokes.map(|note| steps.nearest(note.begin_beats)).filter(|step| (0..steps.count).contains(step));
    on_steps.fold(0, |mask, step| mask | 1 << step)
}

/// A kick alone, with no note of the line beside it, is played with.
fn add_kicks(strokes: &mut Strokes, kicks: u64, steps: Steps) {
    for step in (0..steps.count).filter(|step| kicks & 1 << step != 0) {
        if strokes.iter().all(|stroke| (stroke.step - step).abs() > 1) {
            let length = (next_step(strokes, step, steps) - step).min(steps.eighth());
            insert(strokes, Stroke { step, steps: length, sign: b'R', ..Stroke::default() });
        }
    }
}

/// A fill walks up or down to the next bar; an ending leads to its last stroke.
fn lead_over(ask: &Ask<'_>, steps: Steps, strokes: &mut Strokes) {
    let beats = match ask.bar.role {
        Role::Fill if ask.feel.fills >= tuning::FILL_FROM.1 && ask.bar.beats > 2 => 2,
        Role::Fill if ask.feel.fills >= tuning::FILL_FROM.0 => 1,
        Role::Ending => 1,
        _ => return,
    };
    let from = (steps.count - beats * steps.per_beat).max(0);
    let eighth = steps.eighth();
    for step in (from..steps.count).step_by(eighth as usize) {
        let sign = if step + eighth >= steps.count { b'a' } else { b'p' };
        insert(strokes, Stroke { step, steps: eighth, sign, ..Stroke::default() });
    }
    // What stood between the eighths, or reached over the bar, goes.
    let mut kept = Strokes::default();
    for stroke in strokes.iter().filter(|stroke| stroke.step < from || (stroke.step - from) % eighth == 0) {
        let steps = stroke.steps.min(steps.count - stroke.step);
        kept.push(Stroke { steps, ..*stroke }).ok();
    }
    *strokes = kept;
}

/// The skipped eighths of a walking line: the note again, short and soft.
fn add_skips(fingers: &Fingers<'_>, strokes: &mut Strokes) {
    let (ask, steps) = (fingers.ask, fingers.steps);
    let share = tuning::SKIP_SHARE * (fingers.density - tuning::SKIPS_FROM);
    for beat in 0..steps.count / steps.per_beat {
        let step = beat * steps.per_beat;
        let is_walk = strokes.iter().any(|s| s.step == step && s.sign == b'w' && s.steps == steps.per_beat);
        if is_walk && chance(ask, 3, step) < share {
            let step = step + steps.per_beat / 2;
            insert(strokes, Stroke { step, steps: steps.per_beat / 2, sign: b'x', ..Stroke::default() });
        }
    }
}

fn compose(fingers: &Fingers<'_>, start: &Start, out: &mut Vec<Note>) {
    let (ask, steps) = (fingers.ask, fingers.steps);
    let mut strokes = rhythm(fingers);
    start.catch(&mut strokes, (fingers.harmony, steps), b'R');
    meet_changes(&mut strokes, fingers.harmony, steps, b'R');
    let mut last = start.played.keys.first().copied();
    let mut met = start.met;
    let mut clear_until_beats = start.clear_until_beats(steps);
    for stroke in strokes.iter().filter(|stroke| stroke.step >= start.step) {
        let is_tied = stroke.step == 0 && start.is_tied(ask);
        let is_too_soon = stroke.at_beats.is_none() && steps.beats(stroke.step) < clear_until_beats;
        let Some(change) = fingers.harmony.of_stroke(stroke, steps).filter(|_| !is_tied && !is_too_soon) else {
            continue;
        };
        let Some(key) = fingers.key(stroke, change, last, met != Some(change.step)) else { continue };
        met = Some(change.step);
        clear_until_beats = stroke.at_beats.map_or(clear_until_beats, |at_beats| clear_after(at_beats, steps));
        sound(fingers, stroke, (change.step, key), out);
        last = Some(key);
    }
    end_with_a_stroke(fingers, last, out);
    stop_at_the_next(out);
}

fn push(out: &mut Vec<Note>, note: Note) {
    if out.len() + 1 < BAR_NOTES_MAX {
        out.push(note);
    }
}

/// One note, slid into where it is hard and the line is lively.
fn sound(fingers: &Fingers<'_>, stroke: &Stroke, (change_step, key): (i32, u8), out: &mut Vec<Note>) {
    let (ask, steps) = (fingers.ask, fingers.steps);
    let delay =
        if stroke.at_beats.is_some() { 0.0 } else { delay_beats(ask, stroke.step, fingers.line.laid_back_secs) };
    let place = stroke.at_beats.unwrap_or(steps.beats(stroke.step));
    // No note goes on over the chord that follows its own.
    let next_beats = fingers.harmony.after(stroke.step.max(change_step)).map_or(f64::MAX, |next| next.at_beats);
    let written = steps.beats(stroke.end()) - steps.beats(stroke.step);
    let gate = match stroke.sign {
        b'x' => tuning::GHOST_GATE,
        b'a' if stroke.steps <= steps.eighth() => tuning::APPROACH_GATE,
        _ => f64::from(fingers.line.gate),
    };
    let begin_beats = place + delay;
    let end_beats = (place + written * gate).min(steps.beats(stroke.end())).min(next_beats);
    let length_beats = (end_beats - begin_beats).max(tuning::SHORTEST_BEATS);
    let accent = match stroke.sign {
        b'x' => tuning::GHOST,
        b'a' => tuning::APPROACH,
        _ if steps.beat_of(stroke.step).1 == 0 => tuning::ON_BEAT,
        _ => 0,
    };
    let own = velocity(ask, stroke.step, accent);
    let velocity = if stroke.velocity > 0 { own.midpoint(stroke.velocity) } else { own };
    let is_slid = fingers.line.is_slid
        && fingers.density >= tuning::SLIDES_FROM
        && matches!(stroke.sign, b'R' | b'5' | b'8')
        && stroke.step > 0
        && stroke.at_beats.is_none()
        && key > ask.taste.range.0
        && chance(ask, 4, stroke.step) < tuning::SLIDE_SHARE * fingers.density;
    if is_slid {
        let velocity = velocity.saturating_sub(tuning::SLIDE_SOFTER).max(1);
        let begin_beats = begin_beats - tuning::SLIDE_BEATS;
        push(out, Note { begin_beats, length_beats: tuning::SLIDE_BEATS, key: key - 1, velocity });
    }
    push(out, Note { begin_beats, length_beats, key, velocity });
}

/// The stroke after an ending.
fn end_with_a_stroke(fingers: &Fingers<'_>, last: Option<u8>, out: &mut Vec<Note>) {
    let (ask, steps) = (fingers.ask, fingers.steps);
    let Some(change) = fingers.harmony.at(steps.count).filter(|_| ask.bar.role == Role::Ending) else { return };
    let stroke = Stroke { step: steps.count, steps: 1, sign: b'R', ..Stroke::default() };
    if let Some(key) = fingers.key(&stroke, change, last, true) {
        let velocity = velocity(ask, steps.count, tuning::LAST);
        out.push(Note { begin_beats: steps.beats(steps.count), length_beats: tuning::LAST_BEATS, key, velocity });
    }
}

/// One note at a time.
fn stop_at_the_next(out: &mut [Note]) {
    out.sort_unstable_by(|a, b| a.begin_beats.total_cmp(&b.begin_beats));
    for at in 1..out.len() {
        let next = out[at].begin_beats;
        out[at - 1].length_beats =
            out[at - 1].length_beats.min((next - out[at - 1].begin_beats).max(tuning::SHORTEST_BEATS));
    }
}
