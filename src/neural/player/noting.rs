//! A bar of bass, keys or lead, event by event.

use super::line::Line;
use super::unit;
use crate::band::{Ask, BAR_NOTES_MAX, Note, Part};
use crate::neural::heads::{Chain, NoteNet};
use crate::neural::represent::asked::Asked;
use crate::neural::represent::notes::{Cursor, Event, KEYS, NUDGES, NoteInputs, Onset, REST_TICKS, WHENS, Who};
use crate::neural::represent::{LENGTH_TICKS, LENGTHS, STEP_TICKS, TICKS, VELOCITIES};
use crate::neural::taste::{
    Bounds, Choice, Chooser, Footing, Stress, weigh_length, weigh_loud, weigh_nudge, weigh_pitch, weigh_repetition,
    weigh_when,
};
use crate::neural::trunk::Trunk;

mod tuning {
    /// A chord that begins up to so much after a note is the one it is meant for, in beats.
    pub const AHEAD_BEATS: f64 = 0.06;
    /// Keys may ring over the bar line where the chord there holds them, for so long, in beats.
    pub const RING_BEATS: f64 = 1.0;
    /// The shortest note, in beats.
    pub const SHORTEST_BEATS: f64 = 0.04;
    /// Keys that begin together, at most.
    pub const TOGETHER_MAX: usize = 6;
}

/// Plays the events of bass, keys or lead.
#[derive(Debug)]
pub struct NotePlayer {
    pub line: Line<NoteInputs>,
    chain: Chain,
    wanted: Vec<NoteInputs>,
    /// The part's own keys so far.
    keys: Vec<u8>,
    /// Where the last of them begins.
    last_tick: Option<i32>,
}

/// What one bar is played with.
struct Bar<'a> {
    net: &'a NoteNet,
    ask: &'a Ask<'a>,
    asked: &'a Asked,
    chooser: &'a Chooser,
    /// The sequence's first tick on the transport, so that it may begin elsewhere.
    first_tick: i64,
}

impl NotePlayer {
    pub fn new(trunk: &Trunk) -> Self {
        let chain = Chain::new(trunk.shape().width);
        Self { line: Line::new(trunk), chain, wanted: Vec::new(), keys: Vec::new(), last_tick: None }
    }

    /// Adds the bar's notes; `false` where it was stopped.
    pub fn play(
        &mut self,
        (trunk, net): (&Trunk, &NoteNet),
        ask: &Ask<'_>,
        asked: &Asked,
        (chooser, is_cut): (&Chooser, &dyn Fn() -> bool),
        out: &mut Vec<Note>,
    ) -> Result<bool, candle_core::Error> {
        let first_tick = asked.first_tick();
        let bar = Bar { net, ask, asked, chooser, first_tick };
        let embed = |inputs: &NoteInputs, x: &mut [f32]| net.embed(inputs, x);
        let mut cursor = self.follow(asked);
        self.line.bring(trunk, &self.wanted, embed)?;
        let mut inputs = self.wanted[self.wanted.len() - 1];
        let mut together = 0;
        while out.len() < BAR_NOTES_MAX {
            if is_cut() {
                return Ok(false);
            }
            let when = self.when(&bar, &cursor, together);
            if cursor.tick + i32::from(when) >= asked.until_tick {
                break;
            }
            if i32::from(when) == REST_TICKS {
                cursor.rest(Who::Part);
                together = 0;
            } else {
                let onset = cursor.onset(&asked.scene, &inputs, when);
                let Some(event) = self.event(&bar, &onset) else { break };
                together = if when == 0 { together + 1 } else { 1 };
                bar.write(&event, out);
                self.keys.push(event.key);
                self.last_tick = Some(event.tick);
                cursor.advance(&asked.scene, &event);
            }
            inputs = cursor.inputs(&asked.scene, Who::Part);
            self.line.step(trunk, inputs, embed)?;
        }
        bar.finish(out);
        Ok(true)
    }

    /// Goes along what was played; the elements on the way, the last of which is the one to come, are in `wanted`.
    fn follow(&mut self, asked: &Asked) -> Cursor {
        let scene = &asked.scene;
        let mut cursor = Cursor::at(asked.start_tick);
        self.wanted.clear();
        self.keys.clear();
        self.last_tick = None;
        for event in &asked.events {
            while event.tick - cursor.tick >= REST_TICKS {
                self.wanted.push(cursor.inputs(scene, event.who));
                cursor.rest(event.who);
            }
            self.wanted.push(cursor.inputs(scene, event.who));
            cursor.advance(scene, event);
            if event.who == Who::Part {
                self.keys.push(event.key);
                self.last_tick = Some(event.tick);
            }
        }
        while asked.from_tick - cursor.tick > REST_TICKS {
            self.wanted.push(cursor.inputs(scene, Who::Part));
            cursor.rest(Who::Part);
        }
        self.wanted.push(cursor.inputs(scene, Who::Part));
        cursor
    }

    fn when(&mut self, bar: &Bar<'_>, cursor: &Cursor, together: usize) -> u8 {
        let taste = &bar.ask.taste;
        let mut scores = [0.0; WHENS];
        bar.net.whens(&self.line.h, &mut self.chain, &mut scores);
        let room = cursor.last().is_none_or(|last| last < taste.range.1);
        let is_of_many = bar.ask.part == Part::Keys && room && together < tuning::TOGETHER_MAX;
        let least = bar.asked.from_tick - cursor.tick;
        weigh_when(&mut scores, least, unit(taste.complexity, 0.4), is_of_many || !cursor.is_at_note());
        bar.chooser.choose(Choice::When, 8 * bar.place(cursor.tick) + together as i64, &scores) as u8
    }

    /// What is played at an onset; `None` where no key is left for it.
    fn event(&mut self, bar: &Bar<'_>, onset: &Onset) -> Option<Event> {
        let (net, chooser, taste) = (bar.net, bar.chooser, &bar.ask.taste);
        // Those that begin together choose apart.
        let place = 128 * bar.place(onset.tick) + onset.above.map_or(0, |key| i64::from(key) + 1);
        let footing = bar.footing(onset.tick, self.last_tick);
        let mut keys = [0.0; KEYS];
        net.pitches(&self.line.h, onset, &mut self.chain, &mut keys);
        let last = self.keys.last().copied().filter(|_| bar.ask.part != Part::Keys);
        if !weigh_pitch(bar.ask.part, &mut keys, Bounds { range: taste.range, last }, footing.as_ref()) {
            return None;
        }
        weigh_repetition(bar.ask.part, &mut keys, &self.keys);
        let key = chooser.choose(Choice::Pitch, place, &keys) as u8;
        let (mut lengths, mut louds, mut nudges) = ([0.0; LENGTHS], [0.0; VELOCITIES], [0.0; NUDGES]);
        net.lengths(onset, key, &mut self.chain, &mut lengths);
        weigh_length(&mut lengths, footing.as_ref(), key);
        let length = chooser.choose(Choice::Length, place, &lengths) as u8;
        net.louds(length, &mut self.chain, &mut louds);
        weigh_loud(&mut louds, unit(taste.intensity, 0.5));
        let loud = chooser.choose(Choice::Loud, place, &louds) as u8;
        net.nudges(loud, &mut self.chain, &mut nudges);
        let early = (bar.asked.from_beats - bar.asked.beats_of(onset.tick, 0)) * f64::from(5 * TICKS);
        weigh_nudge(&mut nudges, early.clamp(-2.0, 2.0).ceil() as i32);
        let nudge = chooser.choose(Choice::Timing, place, &nudges) as u8;
        Some(Event { tick: onset.tick, key, length, loud, nudge, who: Who::Part })
    }
}

impl Bar<'_> {
    /// A tick of the sequence on the transport.
    fn place(&self, tick: i32) -> i64 {
        self.first_tick + i64::from(tick)
    }

    fn footing(&self, tick: i32, last_tick: Option<i32>) -> Option<Footing> {
        let meant_for = |tick: i32| self.asked.beats_of(tick, 0) + tuning::AHEAD_BEATS;
        let at = meant_for(tick);
        let span = self.ask.chord_at(at)?;
        // A chord may have come after its begin was played, with another chord in mind: what follows is the first on it.
        let is_first = last_tick.is_none_or(|last| meant_for(last) < span.begin_beats);
        let since = f64::from(TICKS) * (at - span.begin_beats);
        let is_begin = since < f64::from(STEP_TICKS);
        let within = tick - self.asked.scene.bar_at(tick).1;
        let stress = if within == 0 || is_begin {
            Stress::Strong
        } else if within % TICKS == 0 {
            Stress::Beat
        } else {
            Stress::Weak
        };
        Some(Footing { chord: span.chord, key: self.ask.key, stress, is_first: is_begin || is_first })
    }

    fn write(&self, event: &Event, out: &mut Vec<Note>) {
        let begin_beats = self.asked.beats_of(event.tick, i32::from(event.nudge) - 2).max(self.asked.from_beats);
        let within = self.chooser.unit(Choice::Loud, 128 * self.place(event.tick) + i64::from(event.key));
        out.push(Note {
            begin_beats,
            length_beats: f64::from(LENGTH_TICKS[usize::from(event.length)]) / f64::from(TICKS),
            key: event.key,
            velocity: (8.0 * (f32::from(event.loud) + within)).clamp(1.0, 127.0) as u8,
        });
    }

    /// Ends notes where music ends them: at the next of one voice, or at the same key; where the next chord does not
    /// hold them; and at the bar's end, over which keys alone may ring.
    fn finish(&self, out: &mut [Note]) {
        out.sort_unstable_by(|a, b| a.begin_beats.total_cmp(&b.begin_beats).then(a.key.cmp(&b.key)));
        let bar_end = self.ask.bar.end_beats();
        for at in 0..out.len() {
            let note = out[at];
            let is_met = |other: &&Note| self.ask.part != Part::Keys || other.key == note.key;
            let next = out[at + 1..].iter().find(is_met).map_or(f64::INFINITY, |next| next.begin_beats);
            let change = self.ask.chords.after(note.begin_beats + tuning::AHEAD_BEATS);
            let foreign =
                change.filter(|span| !span.chord.has(note.key)).map_or(f64::INFINITY, |span| span.begin_beats);
            let holds =
                self.ask.part == Part::Keys && self.ask.chord_at(bar_end).is_some_and(|s| s.chord.has(note.key));
            let end =
                note.end_beats().min(next).min(foreign).min(bar_end + if holds { tuning::RING_BEATS } else { 0.0 });
            out[at].length_beats = (end - note.begin_beats).max(tuning::SHORTEST_BEATS);
        }
    }
}
