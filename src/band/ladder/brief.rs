//! A question to a player who needs time: it owns what an [`Ask`] borrows, so that it can go to another thread.

use crate::band::chords::Chords;
use crate::band::context::Context;
use crate::band::part::{Part, Taste};
use crate::band::phrase::{Ask, BAR_NOTES_MAX, BEFORE_NOTES_MAX, Bar, Feel, Note, Rung, Turn};
use crate::band::style::{STYLES, Style};
use crate::theory::Key;

/// Ways the chords may go on that are asked for at once, at most.
pub const VARIANTS_MAX: usize = 4;

/// One bar of one part, over one or more ways the chords may go on.
#[derive(Clone, Debug)]
pub struct Brief {
    /// Names it; a later one is greater.
    pub ticket: u64,
    part: Part,
    bar: Bar,
    from_beats: f64,
    style: &'static Style,
    taste: Taste,
    feel: Feel,
    key: Option<Key>,
    turn: Option<Turn>,
    seed: u64,
    context: Context,
    before: Vec<Note>,
    band: [Vec<Note>; Part::COUNT],
    variants: Vec<Chords>,
}

impl Default for Brief {
    fn default() -> Self {
        Self::new()
    }
}

impl Brief {
    /// One that asks for nothing yet. Allocates all that it will need.
    #[must_use]
    pub fn new() -> Self {
        Self {
            ticket: 0,
            part: Part::Drums,
            bar: Bar::default(),
            from_beats: 0.0,
            style: &STYLES[0],
            taste: Taste::of(Part::Drums),
            feel: Feel { swing: 0.5, fills: 0.0, energy: 0.5, bpm: 120.0 },
            key: None,
            turn: None,
            seed: 0,
            context: Context::new(),
            before: Vec::with_capacity(BEFORE_NOTES_MAX),
            band: std::array::from_fn(|_| Vec::with_capacity(2 * BAR_NOTES_MAX)),
            variants: Vec::with_capacity(VARIANTS_MAX),
        }
    }

    /// Writes a question down, over the chords of its own; see [`Brief::add_variant`].
    pub fn write(&mut self, ticket: u64, ask: &Ask<'_>) {
        self.ticket = ticket;
        (self.part, self.bar, self.from_beats) = (ask.part, ask.bar, ask.from_beats);
        (self.style, self.taste, self.feel) = (ask.style, ask.taste, ask.feel);
        (self.key, self.turn, self.seed) = (ask.key, ask.turn, ask.seed);
        self.context.clone_from(ask.context);
        self.before.clear();
        self.before.extend_from_slice(ask.before);
        for (own, notes) in self.band.iter_mut().zip(ask.band) {
            own.clone_from(notes);
        }
        self.variants.clear();
        self.variants.push(ask.chords.clone());
    }

    /// Asks for the same bar over other chords too; nothing when there are [`VARIANTS_MAX`] already.
    pub fn add_variant(&mut self, chords: &Chords) {
        if self.variants.len() < VARIANTS_MAX {
            self.variants.push(chords.clone());
        }
    }

    /// Takes over another's question without allocating.
    pub fn copy(&mut self, other: &Self) {
        let ask = other.ask(0);
        self.write(other.ticket, &ask);
        other.variants[1..].iter().for_each(|chords| self.add_variant(chords));
    }

    /// How many ways the chords go on, 1 to [`VARIANTS_MAX`] once it was written.
    #[must_use]
    pub fn variants(&self) -> usize {
        self.variants.len()
    }

    /// The question over one of the ways the chords go on.
    ///
    /// # Panics
    /// Where there is no such way.
    #[must_use]
    pub fn ask(&self, variant: usize) -> Ask<'_> {
        Ask {
            part: self.part,
            bar: self.bar,
            from_beats: self.from_beats,
            style: self.style,
            taste: self.taste,
            feel: self.feel,
            chords: &self.variants[variant],
            key: self.key,
            context: &self.context,
            before: &self.before,
            band: &self.band,
            turn: self.turn,
            seed: self.seed,
        }
    }
}

/// The answer to a [`Brief`].
#[derive(Clone, Debug)]
pub struct Reply {
    /// Names the question.
    pub ticket: u64,
    /// Who answered; the rules' rung where nobody did.
    pub rung: Rung,
    /// How much the models were surprised by what the player played since they were asked last, in nats a note: how long
    /// it took to the note, and which it was. `None` where nothing new was played or no model listens.
    pub surprise: Option<f32>,
    /// A model that failed and plays no more, or elsewhere: a sentence or two.
    pub failure: Option<String>,
    /// The notes of the bar over each of the ways the chords go on, in order of time; room for [`BAR_NOTES_MAX`].
    pub notes: [Vec<Note>; VARIANTS_MAX],
}

impl Default for Reply {
    fn default() -> Self {
        Self::new()
    }
}

impl Reply {
    /// One without notes. Allocates.
    #[must_use]
    pub fn new() -> Self {
        let notes = std::array::from_fn(|_| Vec::with_capacity(BAR_NOTES_MAX));
        Self { ticket: 0, rung: Rung::Rules, surprise: None, failure: None, notes }
    }

    /// Makes it the answer to another question, which nobody has played as yet.
    pub fn begin(&mut self, ticket: u64) {
        (self.ticket, self.rung, self.surprise, self.failure) = (ticket, Rung::Rules, None, None);
        self.notes.iter_mut().for_each(Vec::clear);
    }
}
