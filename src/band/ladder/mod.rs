//! The ladder: models play better than the rules, and need time for it. What they prepared is at hand at once, what
//! they are asked for comes later, and what comes too late is not needed, because the rungs below have played.

mod brief;
mod memory;

pub use brief::{Brief, Reply, VARIANTS_MAX};
pub use memory::{Found, Memory};

use super::chords::Origin;
use super::harmony::Guess;
use super::part::{Part, PartMode};
use super::patterns::{self, PatternFile};
use super::phrase::{Ask, Note, Role, Rung};
use super::style::Style;

/// Players who need time. They hold one question at a time.
pub trait Musicians: Send {
    /// From which rung they answer for a part in a style and bars of so many beats; `None` where they cannot play that.
    fn rung(&self, part: Part, style: &Style, beats_per_bar: u32) -> Option<Rung>;

    /// Asks them at `now_secs`, in the place of what they were asked before. Does not wait.
    fn ask(&mut self, now_secs: f64, brief: &Brief);

    /// What they were asked is no longer wanted.
    fn cancel(&mut self);

    /// Their answer to the last question, once it is there at `now_secs`; told once.
    fn reply(&mut self, now_secs: f64) -> Option<&Reply>;
}

/// A model among the players.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Its file's name without the ending.
    pub file: String,
    /// Numbers in it.
    pub parameters: usize,
    /// How they are kept: "f32", "q8_0" or "q4k".
    pub precision: String,
    /// What it runs on: "cpu", "cuda" or "metal".
    pub device: String,
    /// A step with a full memory, the median and the 99th percentile, in microseconds.
    pub step_micros: [f32; 2],
}

/// Players who can be waited for.
pub trait Ensemble: Send {
    /// From which rung they answer for a part in a style and bars of so many beats; `None` where they cannot play that.
    fn rung(&self, part: Part, style: &Style, beats_per_bar: u32) -> Option<Rung>;

    /// Plays a bar over each of the ways its chords go on, as [`super::PhraseSource::play`] does, and says from which rung.
    /// Who cannot play it leaves the reply as it is, and so does who was cut: it gives up soon after `is_cut` says so.
    fn play(&mut self, brief: &Brief, is_cut: &dyn Fn() -> bool, reply: &mut Reply);

    /// The models that play at present. Allocates.
    fn members(&self) -> Vec<Member> {
        Vec::new()
    }

    /// The same players for another band, without anything of this one in mind. Allocates.
    fn another(&self) -> Box<dyn Ensemble>;
}

/// How the ladder did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LadderFigures {
    /// Bars of parts that the models could have played.
    pub bars: u32,
    /// Of them those that they, or what they had prepared, played from the first note on.
    pub on_time: u32,
    /// Changes of chord that the models could have played.
    pub changes: u32,
    /// Of them those for which they had prepared the bar.
    pub prepared: u32,
    /// Answers that came when their bar was over or had become another one.
    pub late: u32,
}

impl LadderFigures {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            bars: self.bars + other.bars,
            on_time: self.on_time + other.on_time,
            changes: self.changes + other.changes,
            prepared: self.prepared + other.prepared,
            late: self.late + other.late,
        }
    }
}

/// A question that was asked and not answered yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InHand {
    /// For a bar of the plan, by its index, and how often that was planned.
    Bar(i64, u32),
    /// For the memory alone.
    Ahead,
}

/// What a band has beside the rules. Allocates.
#[derive(Default)]
pub struct Ladder {
    musicians: Option<Box<dyn Musicians>>,
    patterns: Option<PatternFile>,
    memory: Memory,
    brief: Brief,
    tickets: u64,
    in_hand: Option<InHand>,
    /// How it did.
    pub(super) figures: LadderFigures,
    /// See [`Reply::surprise`]; the last that was told.
    surprise: Option<f32>,
}

impl Ladder {
    /// Who plays beside the rules from now on.
    pub fn set_musicians(&mut self, musicians: Option<Box<dyn Musicians>>) {
        self.in_hand = None;
        self.musicians = musicians;
    }

    /// The library whose bars are at hand from now on.
    pub fn set_patterns(&mut self, patterns: Option<PatternFile>) {
        self.patterns = patterns;
    }

    /// From which rung the models answer this; `None` where they cannot. Beginnings and endings, and playing in the
    /// player's own rhythm, are the rules'.
    #[must_use]
    pub fn rung(&self, ask: &Ask<'_>) -> Option<Rung> {
        let is_plain = matches!(ask.bar.role, Role::Groove | Role::Fill) && ask.taste.mode == PartMode::Auto;
        self.musicians.as_ref().filter(|_| is_plain)?.rung(ask.part, ask.style, ask.bar.beats)
    }

    /// Adds what is at hand, none of it from above `best`.
    pub fn find(&mut self, ask: &Ask<'_>, best: Rung, out: &mut Vec<Note>) -> Option<Found> {
        if best > Rung::Cached {
            return None;
        }
        let prepared = if best < Rung::Cached { self.memory.prepared(ask, out) } else { None };
        let found = prepared.or_else(|| self.memory.again(ask, out));
        let is_there = |file: &&PatternFile| patterns::play(file, ask, out);
        found.or_else(|| self.patterns.as_ref().filter(is_there).map(|_| Found { rung: Rung::Cached, age_beats: 0.0 }))
    }

    /// Whether a question may be asked.
    #[must_use]
    pub(super) fn is_free(&self) -> bool {
        self.musicians.is_some() && self.in_hand.is_none()
    }

    /// What is in hand is no longer wanted.
    pub(super) fn cancel(&mut self) {
        if self.in_hand.take().is_some()
            && let Some(musicians) = &mut self.musicians
        {
            musicians.cancel();
        }
    }

    /// Asks for a bar of the plan at `now_secs`.
    pub(super) fn ask(&mut self, now_secs: f64, what: InHand, ask: &Ask<'_>) {
        self.tickets += 1;
        self.brief.write(self.tickets, ask);
        self.send(now_secs, what);
    }

    /// Asks for a bar over each chord that may come from the question's begin on, but for those over which it is prepared
    /// already; whether there was any.
    pub(super) fn prepare(&mut self, now_secs: f64, ask: &Ask<'_>, expected: &[Guess]) -> bool {
        if self.rung(ask).is_none() {
            return false;
        }
        let mut is_new = true;
        for guess in expected {
            let mut chords = ask.chords.clone();
            chords.push(ask.from_beats, guess.chord, Origin::Foreseen, guess.share);
            let ask = Ask { chords: &chords, ..*ask };
            if self.memory.has(&ask) {
                continue;
            }
            if std::mem::take(&mut is_new) {
                self.tickets += 1;
                self.brief.write(self.tickets, &ask);
            } else {
                self.brief.add_variant(&chords);
            }
        }
        if !is_new {
            self.send(now_secs, InHand::Ahead);
        }
        !is_new
    }

    fn send(&mut self, now_secs: f64, what: InHand) {
        if let Some(musicians) = &mut self.musicians {
            musicians.ask(now_secs, &self.brief);
            self.in_hand = Some(what);
        }
    }

    /// What was answered by `now_secs`: it is remembered, and that over the bar's own chords added to `out`. What the
    /// question was, the part, from which rung, which is the rules' where nobody could play it, and from where on.
    pub(super) fn reply(&mut self, now_secs: f64, out: &mut Vec<Note>) -> Option<(InHand, Part, Rung, f64)> {
        let reply = self.musicians.as_mut()?.reply(now_secs)?;
        if reply.ticket != self.tickets {
            return None;
        }
        let what = self.in_hand.take()?;
        self.surprise = reply.surprise.or(self.surprise);
        let ways = if reply.rung == Rung::Rules { 0 } else { self.brief.variants() };
        for variant in 0..ways {
            self.memory.keep(&self.brief.ask(variant), reply.rung, &reply.notes[variant]);
        }
        out.extend_from_slice(&reply.notes[0]);
        let ask = self.brief.ask(0);
        Some((what, ask.part, reply.rung, ask.from_beats))
    }

    /// How much the models were surprised by what the player played last, in nats a note.
    #[must_use]
    pub fn surprise(&self) -> Option<f32> {
        self.surprise
    }

    /// How it did.
    #[must_use]
    pub fn figures(&self) -> LadderFigures {
        self.figures
    }
}
