//! The keys player: comping in the style's rhythm, with voicings that move little and keep out of the player's way.

mod patterns;
#[cfg(test)]
mod tests;
mod voicing;

use super::comping::follow::{self, Hand};
use super::comping::harmony::{Change, Harmony};
use super::comping::manner::{choose_for_section, delay_beats, density, velocity};
use super::comping::pattern::{Choice, Stroke, Strokes, meet_changes};
use super::comping::start::{Keys, Start, clear_after, plan};
use super::comping::steps::Steps;
use super::{Ask, BAR_NOTES_MAX, Note, PartMode, PhraseSource, Role};
use crate::theory::{Chord, tensions};
use patterns::{COMPS, Comp};
use voicing::{VOICES_MAX, Wish, voicing};

/// What makes the comping fuller or thinner.
mod tuning {
    /// From which densities on there is a voice more.
    pub const MORE_VOICES_FROM: [f32; 2] = [0.45, 0.8];
    /// Voices of the thinnest chord.
    pub const VOICES_MIN: usize = 3;
    /// From how many notes a beat on the player fills the music, and how much less is played then.
    pub const BUSY_NOTES_PER_BEAT: f32 = 3.0;
    pub const BUSY_DENSITY: f32 = 0.2;
    /// How far from the player's register the middle of the chords keeps, in semitones.
    pub const APART_SEMITONES: f32 = 9.0;
    /// How near to the end of the range the middle may come, in semitones.
    pub const EDGE_SEMITONES: f32 = 8.0;
    /// Velocity above or below the loudness, of hard, soft and single notes and of the last stroke; the top voice is
    /// heard above the others.
    pub const HARD: i32 = 8;
    pub const SOFT: i32 = -16;
    pub const SINGLE: i32 = -6;
    pub const LAST: i32 = 8;
    pub const TOP: u8 = 5;
    /// Comping lies below the band's other voices.
    pub const BELOW: i32 = -8;
    /// From which amount of fills on the last beat is left to the drums, but for a push into the next bar.
    pub const FILL_FROM: f32 = 0.3;
    /// How long the last stroke of an ending rings, in beats.
    pub const LAST_BEATS: f64 = 4.0;
    /// No note is shorter, in beats.
    pub const SHORTEST_BEATS: f64 = 0.05;
}

/// Plays the keys by rules.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeysPlayer;

impl PhraseSource for KeysPlayer {
    fn play(&mut self, ask: &Ask<'_>, out: &mut Vec<Note>) {
        let Some(steps) = Steps::of(ask) else { return };
        let harmony = Harmony::of(ask, steps);
        let comps = patterns::of_style(ask.style.id);
        let chosen = choose_for_section(ask, comps.clone().count());
        let comp = comps.clone().nth(chosen).unwrap_or(&COMPS[0]);
        let hands = Hands::new(ask, steps, &harmony, comp);
        plan(ask, fits, out, (&harmony, steps), |start, out| hands.compose(start, out));
    }
}

/// Chords have no foreign notes, and are told by their third and seventh.
fn fits(ask: &Ask<'_>, chord: Chord, keys: &[u8], is_telling: bool) -> bool {
    let allowed = chord.mask() | tensions(chord, ask.key);
    let has = |interval: &u8| keys.iter().any(|key| key % 12 == (chord.root + interval) % 12);
    let (low, high) = ask.taste.range;
    // A range of less than an octave may lack them.
    let is_narrow = high.saturating_sub(low) < 11;
    let tells = is_narrow || chord.quality.guide_tones().iter().all(has);
    keys.iter().all(|key| allowed & 1 << (key % 12) != 0) && (tells || !is_telling)
}

/// Everything that a stroke looks at.
struct Hands<'a> {
    ask: &'a Ask<'a>,
    steps: Steps,
    harmony: &'a Harmony,
    comp: &'static Comp,
    density: f32,
    wish: Wish,
}

impl<'a> Hands<'a> {
    fn new(ask: &'a Ask<'a>, steps: Steps, harmony: &'a Harmony, comp: &'static Comp) -> Self {
        let playing = ask.context.playing;
        let is_busy = playing.is_playing
            && playing.notes_per_beat >= tuning::BUSY_NOTES_PER_BEAT
            && ask.taste.mode != PartMode::Follow;
        let density = (density(ask) - if is_busy { tuning::BUSY_DENSITY } else { 0.0 }).max(0.0);
        let more = tuning::MORE_VOICES_FROM.iter().filter(|from| density >= **from).count();
        let fewer = usize::from(is_busy);
        let voices = (comp.voices + more - fewer).clamp(tuning::VOICES_MIN, VOICES_MAX);
        let range = (ask.taste.range.0, ask.taste.range.1.min(127));
        let busy = if is_busy { (playing.register_low, playing.register_high) } else { (1, 0) };
        let wish = Wish {
            tones: comp.tones,
            voices,
            is_spread: comp.is_spread && !is_busy,
            range,
            middle: middle(comp, range, busy),
            busy,
            ceiling: 127,
        };
        Self { ask, steps, harmony, comp, density, wish }
    }

    /// The rhythm of the bar.
    fn rhythm(&self) -> Strokes {
        let (ask, steps) = (self.ask, self.steps);
        let mut strokes = Strokes::default();
        if ask.taste.mode == PartMode::Follow {
            strokes = follow::strokes(ask, steps, Hand::All);
            strokes.iter_mut().for_each(|stroke| stroke.sign = b'x');
        }
        if strokes.is_empty() {
            let choice = Choice { density: self.density, kicks: 0 };
            strokes = self.comp.pattern.strokes(ask, steps, choice);
            self.lead_over(&mut strokes);
        }
        strokes
    }

    /// A fill leaves the last beat to the drums, but for a push into the next bar; an ending does not push.
    fn lead_over(&self, strokes: &mut Strokes) {
        let (ask, steps) = (self.ask, self.steps);
        let is_fill = ask.bar.role == Role::Fill && ask.feel.fills >= tuning::FILL_FROM && ask.bar.beats > 1;
        let until = if is_fill { steps.count - steps.per_beat } else { steps.count };
        if !is_fill && ask.bar.role != Role::Ending {
            return;
        }
        let mut kept = Strokes::default();
        for stroke in strokes.iter().filter(|stroke| stroke.step < until) {
            kept.push(Stroke { steps: stroke.steps.min(until - stroke.step), ..*stroke }).ok();
        }
        if is_fill {
            let step = steps.count - steps.eighth();
            kept.push(Stroke { step, steps: steps.eighth() + steps.per_beat, sign: b'X', ..Stroke::default() }).ok();
        }
        *strokes = kept;
    }

    fn compose(&self, start: &Start, out: &mut Vec<Note>) {
        let (ask, steps) = (self.ask, self.steps);
        let mut strokes = self.rhythm();
        start.catch(&mut strokes, (self.harmony, steps), b'x');
        meet_changes(&mut strokes, self.harmony, steps, b'x');
        let mut last = start.played.keys;
        let mut met = start.met;
        let mut clear_until_beats = start.clear_until_beats(steps);
        for stroke in strokes.iter().filter(|stroke| stroke.step >= start.step) {
            let is_tied = stroke.step == 0 && start.is_tied(ask);
            let is_too_soon = stroke.at_beats.is_none() && steps.beats(stroke.step) < clear_until_beats;
            let Some(change) = self.harmony.of_stroke(stroke, steps).filter(|_| !is_tied && !is_too_soon) else {
                continue;
            };
            let is_held =
                met == Some(change.step) && last.len() == self.wish.voices && fits(ask, change.chord, &last, false);
            if !is_held || self.comp.is_ringing || stroke.key > 0 {
                last = self.voicing(change.chord, stroke, &last);
            }
            met = Some(self.met_by(stroke, change, &last).step);
            clear_until_beats = stroke.at_beats.map_or(clear_until_beats, |at_beats| clear_after(at_beats, steps));
            self.sound(stroke, (change.step, &last), out);
        }
        self.end_with_a_stroke(&last, out);
        let_go_before_the_next(out);
    }

    /// The change whose chord is told once `keys` are struck: one that comes within an eighth, when they tell it too.
    fn met_by(&self, stroke: &Stroke, change: Change, keys: &Keys) -> Change {
        let coming = self.harmony.after(stroke.step);
        let is_told =
            |next: &Change| next.step - stroke.step <= self.steps.eighth() && fits(self.ask, next.chord, keys, true);
        coming.filter(is_told).unwrap_or(change)
    }

    fn voicing(&self, chord: Chord, stroke: &Stroke, last: &Keys) -> Keys {
        // Single voices tell nothing of the chord that they were of: broken chords lie around their own middle.
        let near = if self.comp.is_ringing { Keys::default() } else { *last };
        let ceiling = if stroke.key > 0 { stroke.key - 1 } else { 127 };
        voicing(chord, self.ask.key, &Wish { ceiling, ..self.wish }, &near)
    }

    /// A chord, or one voice of it.
    fn sound(&self, stroke: &Stroke, (change_step, keys): (i32, &Keys), out: &mut Vec<Note>) {
        let (ask, steps) = (self.ask, self.steps);
        let delay =
            if stroke.at_beats.is_some() { 0.0 } else { delay_beats(ask, stroke.step, self.comp.laid_back_secs) };
        let place = stroke.at_beats.unwrap_or(steps.beats(stroke.step));
        // No note goes on over the chord that follows its own.
        let next_beats = self.harmony.after(stroke.step.max(change_step)).map_or(f64::MAX, |next| next.at_beats);
        let end = if self.comp.is_ringing { stroke.end().max(steps.count) } else { stroke.end() };
        let written = steps.beats(end) - steps.beats(stroke.step);
        let end_beats = (place + written * f64::from(self.comp.gate)).min(steps.beats(end)).min(next_beats);
        let begin_beats = place + delay;
        let length_beats = (end_beats - begin_beats).max(tuning::SHORTEST_BEATS);
        let voice = stroke.sign.wrapping_sub(b'1');
        let is_single = usize::from(voice) < VOICES_MAX;
        let accent = match stroke.sign {
            b'X' => tuning::HARD,
            b'o' => tuning::SOFT,
            _ if is_single => tuning::SINGLE,
            _ => 0,
        };
        let own = velocity(ask, stroke.step, accent + tuning::BELOW);
        let struck = if stroke.velocity > 0 { own.midpoint(stroke.velocity) } else { own };
        let only = is_single.then(|| usize::from(voice).min(keys.len().saturating_sub(1)));
        for (at, key) in keys.iter().enumerate().filter(|(at, _)| only.is_none_or(|only| only == *at)) {
            let is_top = at + 1 == keys.len() && !is_single;
            let velocity = if is_top { (struck + tuning::TOP).min(127) } else { struck };
            if out.len() + VOICES_MAX < BAR_NOTES_MAX {
                out.push(Note { begin_beats, length_beats, key: *key, velocity });
            }
        }
    }

    /// The stroke after an ending.
    fn end_with_a_stroke(&self, last: &Keys, out: &mut Vec<Note>) {
        let (ask, steps) = (self.ask, self.steps);
        let Some(change) = self.harmony.at(steps.count).filter(|_| ask.bar.role == Role::Ending) else { return };
        let wish = Wish { voices: VOICES_MAX, ..self.wish };
        let velocity = velocity(ask, steps.count, tuning::LAST);
        let begin_beats = steps.beats(steps.count);
        for key in voicing(change.chord, ask.key, &wish, last).iter() {
            out.push(Note { begin_beats, length_beats: tuning::LAST_BEATS, key: *key, velocity });
        }
    }
}

/// A key that is struck again is let go first.
fn let_go_before_the_next(out: &mut [Note]) {
    for at in 0..out.len() {
        let (now, later) = out[at..].split_at_mut(1);
        let note = &mut now[0];
        let again = later.iter().find(|next| next.key == note.key).map_or(f64::MAX, |next| next.begin_beats);
        note.length_beats = note.length_beats.min((again - note.begin_beats).max(tuning::SHORTEST_BEATS));
    }
}

/// Where the middle of the chords is, a key: out of the way of a player who fills its own register.
fn middle(comp: &Comp, (low, high): (u8, u8), busy: (u8, u8)) -> f32 {
    let (low, high) = (f32::from(low), f32::from(high.max(low)));
    let own = 0.5 * (low + high) + comp.register as f32;
    let (busy_low, busy_high) = (f32::from(busy.0), f32::from(busy.1));
    let moved = if busy_low > busy_high {
        own
    } else if own < 0.5 * (busy_low + busy_high) {
        own.min(busy_low - tuning::APART_SEMITONES)
    } else {
        own.max(busy_high + tuning::APART_SEMITONES)
    };
    let edge = tuning::EDGE_SEMITONES.min(0.5 * (high - low));
    moved.clamp(low + edge, high - edge)
}
