//! From a question of the band to a scene and what was played in it.

#[cfg(test)]
mod tests;

use super::drums::{DRUMS, LEAD_SECS, Strokes, place_of, step_of};
use super::notes::{Event, Who, put_in_order};
use super::scene::{BarFacts, Onsets, Rhythm, Scene};
use super::{STEP_TICKS, STEPS, TICKS, density_class, energy_class, metre_class, player_class, tempo_class, whole};
use crate::band::drums::Drum;
use crate::band::{Ask, Note, Origin, Part, Role};

mod tuning {
    /// A sequence begins so many bars before the bar that is asked for, at least, ...
    pub const BARS_MIN: i64 = 4;
    /// ... at a bar whose number is a multiple of this: so it stays the same from bar to bar, and what the trunk
    /// remembers can be used again.
    pub const BARS_STRIDE: i64 = 4;
    /// Events of the past that are told, at most: with those of one bar they fit into the trunk's window.
    pub const EVENTS_MAX: usize = 160;
    /// A part that was silent for so many bars begins anew: who is told of silence goes on with it.
    pub const SILENT_BARS: i32 = 2;
    /// Of the player's notes that begin within so many beats the highest is the melody.
    pub const TOGETHER_BEATS: f64 = 0.06;
    /// The player's onsets belong to a bar when they come so many beats before it: half a step.
    pub const EARLY_BEATS: f64 = 0.125;
    /// How much energy the wished intensity and complexity move, each from its middle.
    pub const INTENSITY_MOVES: f32 = 0.3;
    pub const COMPLEXITY_MOVES: f32 = 0.2;
    /// The middle of complexity: what a part is like until it is told otherwise.
    pub const COMPLEXITY_MIDDLE: f32 = 0.4;
    /// How much energy a variation adds to the one before.
    pub const VARIATION_MOVES: f32 = 0.05;
}

/// Bars that a player remembers what it was asked for in.
const REMEMBERED: usize = 16;
/// Beats of a bar, at most.
const BEATS_MAX: u32 = 8;
/// Ticks that chords are known over, either way: all that a question may hold, and no number overflows.
const REACH_TICKS: f64 = 1e6;

/// Ticks of the longest transport: 40 years.
const TRANSPORT_TICKS: f64 = 1e12;

/// What a player was asked for in bars gone by: a question tells of its own bar alone.
#[derive(Clone, Debug, Default)]
pub struct Past {
    bars: [Option<(i64, BarFacts, Option<u32>)>; REMEMBERED],
}

impl Past {
    /// Forgets all.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    fn at(&self, index: i64) -> Option<(BarFacts, Option<u32>)> {
        let found = self.bars[index.rem_euclid(REMEMBERED as i64) as usize];
        found.filter(|(of, ..)| *of == index).map(|(_, facts, kicks)| (facts, kicks))
    }

    fn keep(&mut self, index: i64, facts: BarFacts, kicks: Option<u32>) {
        self.bars[index.rem_euclid(REMEMBERED as i64) as usize] = Some((index, facts, kicks));
    }
}

/// A question, read. Its lists are kept from one to the next.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// What surrounds the sequence.
    pub scene: Scene,
    /// What was played in it up to where the answer begins: of bass, keys and lead.
    pub events: Vec<Event>,
    /// The same of the drums: a step each up to the end of the bar.
    pub steps: Vec<Strokes>,
    /// Where the sequence's ticks count from, in beats of the transport.
    pub origin_beats: f64,
    /// The bar line that the sequence begins at, in ticks.
    pub start_tick: i32,
    /// The first tick that the answer may play on.
    pub from_tick: i32,
    /// The tick that the bar ends at.
    pub until_tick: i32,
    /// Before it nothing may begin, in beats of the transport.
    pub from_beats: f64,
}

/// Bars of a question's sequence: the number of the first and of the one that is asked for, and their beats.
#[derive(Clone, Copy)]
struct Bars {
    first: i64,
    asked: i64,
    beats: i32,
}

impl Asked {
    /// Reads a question, with what the player remembers of earlier ones; and remembers this one.
    pub fn read(&mut self, ask: &Ask<'_>, past: &mut Past) {
        let beats = ask.bar.beats.clamp(1, BEATS_MAX) as i32;
        let stride = tuning::BARS_STRIDE;
        let first = (ask.bar.index - tuning::BARS_MIN).div_euclid(stride) * stride;
        let first = if ask.bar.index >= 0 { first.max(0) } else { first };
        let bars = Bars { first, asked: ask.bar.index, beats };
        self.origin_beats = ask.bar.begin_beats - (ask.bar.index - first) as f64 * f64::from(beats);
        self.from_beats = ask.from_beats;
        self.until_tick = bars.tick_of(ask.bar.index + 1);
        let from = f64::from(TICKS) * (ask.from_beats - self.origin_beats);
        let begin = bars.tick_of(ask.bar.index);
        self.from_tick = ((from - 1e-3).ceil().clamp(-REACH_TICKS, REACH_TICKS) as i32).max(begin);
        self.start_tick = 0;
        past.keep(ask.bar.index, facts_of(ask, beats), kicks_of(ask.notes_of(Part::Drums), ask.bar.begin_beats, beats));
        self.set_scene(ask, bars, past);
        if ask.part == Part::Drums {
            self.set_steps(ask);
        } else {
            self.set_events(ask);
        }
    }

    /// Where a tick and so many fifths of one are, in beats of the transport.
    #[must_use]
    pub fn beats_of(&self, tick: i32, fifths: i32) -> f64 {
        self.origin_beats + (f64::from(tick) + f64::from(fifths) / 5.0) / f64::from(TICKS)
    }

    /// The tick of the transport that the sequence counts from: choices are made at places of the transport, so that a
    /// sequence may begin elsewhere.
    #[must_use]
    pub fn first_tick(&self) -> i64 {
        (self.origin_beats * f64::from(TICKS)).round().clamp(-TRANSPORT_TICKS, TRANSPORT_TICKS) as i64
    }

    fn set_scene(&mut self, ask: &Ask<'_>, bars: Bars, past: &Past) {
        self.scene.clear();
        let own = facts_of(ask, bars.beats);
        let heard_last = last_heard(ask, bars.beats);
        for index in bars.first..=bars.asked + 1 {
            let ago = (bars.asked - index).rem_euclid(4) as u8;
            let other = BarFacts { phrase: (own.phrase + 4 - ago) % 4, fill: 2, ..own };
            let facts = match past.at(index) {
                Some((facts, _)) if facts.beats == bars.beats && index <= bars.asked => facts,
                _ => other,
            };
            let heard = (index - 1).min(heard_last);
            let (density, player) = player_in(ask, heard, bars.beats);
            self.scene.push_bar(BarFacts { density, player, ..facts });
        }
        let ticks = f64::from(TICKS);
        for span in ask.chords.spans() {
            let tick = (ticks * (span.begin_beats - self.origin_beats)).clamp(-REACH_TICKS, REACH_TICKS);
            // What was heard was played by a hand: it is meant to begin on a step.
            let tick = if span.origin == Origin::Heard {
                STEP_TICKS * whole(tick / f64::from(STEP_TICKS))
            } else {
                whole(tick)
            };
            self.scene.push_chord(tick, Some(span.chord));
        }
        self.scene.rhythm = match ask.part {
            Part::Drums | Part::Keys => rhythm_of_player(ask, bars, heard_last),
            Part::Bass => self.rhythm_of_kick(ask, bars, past),
            Part::Lead => Rhythm::Unknown,
        };
    }

    /// The kick, of the bars that are known; in the next bar it is taken to go on as in this one.
    fn rhythm_of_kick(&self, ask: &Ask<'_>, bars: Bars, past: &Past) -> Rhythm {
        let mut onsets = Onsets::default();
        let mut is_known = false;
        for (place, index) in (bars.first..=bars.asked + 1).enumerate() {
            let kicks = past.at(index.min(bars.asked)).and_then(|(_, kicks)| kicks);
            is_known |= kicks.is_some() && index == bars.asked;
            let step = place as i32 * bars.beats * STEPS;
            (0..32).filter(|bit| kicks.unwrap_or(0) >> bit & 1 != 0).for_each(|bit| onsets.set(step + bit));
        }
        let end = ask.bar.begin_beats;
        for note in ask.context.part(Part::Drums).filter(|note| is_kick(note) && note.begin_beats < end) {
            onsets.set(step_of(note.begin_beats - self.origin_beats).0);
        }
        if is_known { Rhythm::Ahead(onsets) } else { Rhythm::Unknown }
    }

    fn set_steps(&mut self, ask: &Ask<'_>) {
        self.steps.clear();
        self.steps.resize((self.until_tick / STEP_TICKS).max(0) as usize, Strokes::default());
        let lead_beats = LEAD_SECS * ask.feel.bpm / 60.0;
        for note in notes_before(ask) {
            let (step, offset) = step_of(note.begin_beats - lead_beats - self.origin_beats);
            let strokes = usize::try_from(step).ok().and_then(|step| self.steps.get_mut(step));
            if let (Some(strokes), Some(drum)) = (strokes, Drum::from_key(note.key)) {
                strokes.strike(place_of(drum), note.velocity.clamp(1, 127), offset);
            }
        }
        let struck = self.steps.iter().enumerate().filter(|(_, strokes)| strokes.velocity != [0; DRUMS]);
        self.start_tick = self.after_silence(struck.map(|(step, _)| step as i32 * STEP_TICKS), tuning::SILENT_BARS);
    }

    fn set_events(&mut self, ask: &Ask<'_>) {
        self.events.clear();
        let origin = self.origin_beats;
        self.events.extend(notes_before(ask).map(|note| Event::of(note, origin, Who::Part)));
        if ask.part == Part::Lead {
            self.add_melody(ask);
        }
        let from = self.from_tick;
        self.events.retain(|event| event.tick < from);
        put_in_order(&mut self.events);
        // The lead rests for long, and remembers what was said before.
        let silent_bars = if ask.part == Part::Lead { i32::MAX } else { tuning::SILENT_BARS };
        self.start_tick = self.after_silence(self.events.iter().map(|event| event.tick), silent_bars);
        if let Some(first) = self.events.len().checked_sub(tuning::EVENTS_MAX + 1) {
            // From the next bar line on.
            let (bar, begin) = self.scene.bar_at(self.events[first].tick);
            self.start_tick = self.start_tick.max(begin + self.scene.bars()[bar].beats * TICKS);
        }
        let start = self.start_tick;
        self.events.retain(|event| event.tick >= start);
    }

    /// The bar line before the first of these ticks that is less than so many silent bars from the next, and so on up to
    /// the bar that is asked for; that bar's own where there is none.
    fn after_silence(&self, ticks: impl Iterator<Item = i32>, silent_bars: i32) -> i32 {
        let (bar, begin) = self.scene.bar_at(self.until_tick - 1);
        let silence = silent_bars.saturating_mul(self.scene.bars()[bar].beats * TICKS);
        let mut start = begin;
        let mut last: Option<i32> = None;
        for tick in ticks.take_while(|tick| *tick < self.until_tick) {
            if last.is_none_or(|last| tick - last > silence) {
                start = self.scene.bar_at(tick).1;
            }
            last = Some(tick);
        }
        if last.is_some_and(|last| begin - last > silence) { begin } else { start }
    }

    /// What the player plays, the highest where more begin together.
    fn add_melody(&mut self, ask: &Ask<'_>) {
        let now = ask.context.now_beats;
        let mut newest: Option<Note> = None;
        for note in ask.context.player_between(self.origin_beats, ask.from_beats) {
            let sounded = note.length_beats.min((now - note.begin_beats).max(0.05));
            let note = Note { length_beats: sounded, ..*note };
            let together = newest.is_some_and(|last| note.begin_beats - last.begin_beats < tuning::TOGETHER_BEATS);
            match (&mut newest, together) {
                (Some(last), true) if last.key >= note.key => {}
                (Some(last), true) => *last = note,
                _ => {
                    let done = newest.replace(note);
                    self.events.extend(done.map(|done| Event::of(&done, self.origin_beats, Who::Player)));
                }
            }
        }
        self.events.extend(newest.map(|done| Event::of(&done, self.origin_beats, Who::Player)));
    }
}

impl Bars {
    fn tick_of(self, index: i64) -> i32 {
        (index - self.first) as i32 * self.beats * TICKS
    }
}

/// This part's notes before the answer: what was played long ago, then what the question brings.
fn notes_before<'a>(ask: &'a Ask<'_>) -> impl Iterator<Item = &'a Note> {
    let known_from = ask.before.first().map_or(ask.from_beats, |note| note.begin_beats);
    let older = ask.context.part(ask.part).filter(move |note| note.begin_beats < known_from);
    older.chain(ask.before.iter().filter(|note| note.begin_beats < ask.from_beats))
}

fn facts_of(ask: &Ask<'_>, beats: i32) -> BarFacts {
    let finite = |x: f32| if x.is_finite() { x } else { 0.5 };
    let wished = tuning::INTENSITY_MOVES * (finite(ask.taste.intensity) - 0.5)
        + tuning::COMPLEXITY_MOVES * (finite(ask.taste.complexity) - tuning::COMPLEXITY_MIDDLE)
        + tuning::VARIATION_MOVES * f32::from(ask.bar.variation.min(3));
    let energy = (finite(ask.feel.energy) + wished).clamp(0.0, 1.0);
    BarFacts {
        beats,
        style: ask.style.id as u8,
        metre: metre_class(beats),
        phrase: (ask.bar.in_section % 4) as u8,
        tempo: tempo_class(if ask.feel.bpm.is_finite() { ask.feel.bpm.clamp(20.0, 400.0) } else { 120.0 }),
        energy: energy_class(Some(energy.into())),
        density: 8,
        player: 8,
        fill: u8::from(ask.bar.role == Role::Fill),
    }
}

/// The last bar that is wholly heard.
fn last_heard(ask: &Ask<'_>, beats: i32) -> i64 {
    let since = (ask.context.now_beats - ask.bar.begin_beats) / f64::from(beats);
    ask.bar.index.saturating_add(since.floor().clamp(-REACH_TICKS, REACH_TICKS) as i64) - 1
}

fn player_notes<'a>(ask: &'a Ask<'_>, bar: i64, beats: i32) -> (f64, impl Iterator<Item = &'a Note>) {
    let begin = ask.bar.begin_beats + (bar - ask.bar.index) as f64 * f64::from(beats);
    let from = begin - tuning::EARLY_BEATS;
    (begin, ask.context.player_between(from, from + f64::from(beats)))
}

/// The classes of how densely and where the player played in a bar.
fn player_in(ask: &Ask<'_>, bar: i64, beats: i32) -> (u8, u8) {
    if ask.context.player().len() == 0 {
        return (density_class(None), player_class(None, None));
    }
    let (count, sum) =
        player_notes(ask, bar, beats).1.fold((0, 0.0), |(n, sum), note| (n + 1, sum + f64::from(note.key)));
    let per_beat = Some(f64::from(count) / f64::from(beats));
    (density_class(per_beat), player_class(per_beat, (count > 0).then(|| sum / f64::from(count))))
}

/// The player's rhythm. From the last bar that is heard on it is taken to go on as in that one.
fn rhythm_of_player(ask: &Ask<'_>, bars: Bars, heard_last: i64) -> Rhythm {
    if ask.context.player().len() == 0 {
        return Rhythm::Unknown;
    }
    let mut onsets = Onsets::default();
    for (place, index) in (bars.first..=bars.asked).enumerate() {
        let (begin, notes) = player_notes(ask, index.min(heard_last), bars.beats);
        let step = place as i32 * bars.beats * STEPS;
        notes.for_each(|note| onsets.set(step + step_of(note.begin_beats - begin).0));
    }
    Rhythm::BarBefore(onsets)
}

fn is_kick(note: &Note) -> bool {
    Drum::from_key(note.key) == Some(Drum::Kick)
}

/// The steps of a bar that the kick is played on; `None` where no drum is.
fn kicks_of(drums: &[Note], begin_beats: f64, beats: i32) -> Option<u32> {
    let steps = drums.iter().filter(|note| is_kick(note)).map(|note| step_of(note.begin_beats - begin_beats).0);
    let within = steps.filter(|step| (0..STEPS * beats).contains(step));
    (!drums.is_empty()).then(|| within.fold(0, |bits, step| bits | 1 << step))
}
