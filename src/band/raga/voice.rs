//! A melody that keeps to a raga: the nearest one to a wished contour of which every step is legal.

use crate::base::InlineVec;
use crate::theory::raga::{Grade, Grammar, Note, Raga, Swara, Tradition};

/// Every weight, with its reason.
mod tuning {
    /// A semitone away from the wish.
    pub const AWAY: f32 = 0.35;
    /// A step in the other direction than wished: the contour is what an answer is known by.
    pub const CONTOUR: f32 = 2.0;
    /// A note that comes again where the wish moves.
    pub const STAYS: f32 = 1.2;
    /// A step over notes of the line.
    pub const SKIP: f32 = 0.8;
    /// Steps are at most this wide, semitones.
    pub const STEP_MAX: i16 = 12;
    /// The cost of coming to rest on Sa where the phrase comes home; on the sonant note, its consonant and Pa; and on
    /// any other note.
    pub const REST_HOME: f32 = 0.0;
    pub const REST: f32 = 1.2;
    pub const REST_ELSEWHERE: f32 = 3.5;
    /// A note on which no line of the raga begins, ends or turns is no place to stay.
    pub const RESTLESS: f32 = 2.0;
}

/// Tones of a phrase, at most.
pub const TONES_MAX: usize = 48;
/// Semitones of a range, at most.
const SPAN_MAX: usize = 61;

/// Semitones above middle Sa, in the order of time.
pub type Path = InlineVec<i16, TONES_MAX>;

/// How a phrase ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// On Sa.
    Home,
    /// On a note of weight that is not Sa.
    #[default]
    Open,
    /// With the catch phrase of that number (any number, folded to those there are); open where there are none.
    Catch(usize),
}

/// What a raga asks of a melody. `new` allocates; nothing else does.
#[derive(Clone, Debug)]
pub struct RagaVoice {
    grammar: Grammar,
    tradition: Tradition,
    /// Costs of coming to rest, by position, where the phrase does not come home.
    rests: [f32; 12],
    /// Catch phrases, semitones above middle Sa.
    catches: Vec<Path>,
    costs: Vec<f32>,
    /// Where each cell was come from, as a place in the range.
    froms: Vec<u8>,
}

impl RagaVoice {
    /// The voice of a raga.
    #[must_use]
    pub fn new(raga: &Raga) -> Self {
        let grammar = Grammar::of(raga);
        let turns = turning_points(raga);
        let is_weighty = |swara: Option<Swara>, position: u8| swara.is_some_and(|s| s.position() == position);
        let rest = |position: usize| {
            let position = position as u8;
            let is_rest = position == 7 || is_weighty(raga.vadi, position) || is_weighty(raga.samvadi, position);
            let base = if is_rest { tuning::REST } else { tuning::REST_ELSEWHERE };
            base + if turns & 1 << position == 0 && !is_rest { tuning::RESTLESS } else { 0.0 }
        };
        let path = |phrase: &Vec<Note>| {
            let mut path = Path::default();
            phrase.iter().for_each(|note| path.push(note.semitones()).unwrap_or(()));
            path
        };
        let is_long = |phrase: &&Vec<Note>| (2..=TONES_MAX / 2).contains(&phrase.len());
        Self {
            grammar,
            tradition: raga.tradition,
            rests: std::array::from_fn(rest),
            catches: raga.pakad.iter().filter(is_long).map(path).collect(),
            costs: vec![0.0; TONES_MAX * SPAN_MAX],
            froms: vec![0; TONES_MAX * SPAN_MAX],
        }
    }

    /// Whose raga it is.
    #[must_use]
    pub fn tradition(&self) -> Tradition {
        self.tradition
    }

    /// The notes from one semitone to another (both included) that the raga has.
    pub fn notes(&self, low: i16, high: i16) -> impl Iterator<Item = i16> + '_ {
        (low..=high).filter(|note| self.grammar.has(note.rem_euclid(12) as u8))
    }

    /// Whether the raga has the step.
    #[must_use]
    pub fn is_legal(&self, from: i16, to: i16) -> bool {
        self.grammar.grade(from, to).is_allowed()
    }

    /// The melody nearest to the wishes (semitones above middle Sa), of as many notes, within the range and of legal
    /// steps alone, that ends as asked. A dynamic programme over all notes of the range (Viterbi 1967). Empty without
    /// wishes. Some microseconds a tone.
    pub fn fit(&mut self, wishes: &[i16], (low, high): (i16, i16), end: End) -> Path {
        let wishes = &wishes[..wishes.len().min(TONES_MAX)];
        let high = high.min(low.saturating_add(SPAN_MAX as i16 - 1)).max(low);
        let end = if self.catches.is_empty() && matches!(end, End::Catch(_)) { End::Open } else { end };
        let tail = self.tail(wishes, (low, high), end);
        let fitted = self.search(wishes, (low, high), (end, tail));
        match fitted {
            Some(path) => path,
            // The catch phrase cannot be come to from here, or the range is too narrow for it.
            None => self.search(wishes, (low, high), (End::Open, Path::default())).unwrap_or_default(),
        }
    }

    /// The catch phrase in the octave nearest to the last wishes.
    fn tail(&self, wishes: &[i16], (low, high): (i16, i16), end: End) -> Path {
        let (End::Catch(number), count) = (end, self.catches.len()) else { return Path::default() };
        let Some(catch) = self.catches.get(number % count.max(1)).filter(|catch| catch.len() <= wishes.len()) else {
            return Path::default();
        };
        let mean = |notes: &[i16]| notes.iter().sum::<i16>() / notes.len().max(1) as i16;
        let wished = mean(&wishes[wishes.len() - catch.len()..]);
        let is_within = |by: &i16| catch.iter().all(|note| (low..=high).contains(&(note + by)));
        let octaves = [-24, -12, 0, 12, 24].into_iter().filter(is_within);
        let Some(by) = octaves.min_by_key(|by| (mean(catch) + by - wished).abs()) else { return Path::default() };
        let mut tail = *catch;
        tail.iter_mut().for_each(|note| *note += by);
        tail
    }

    fn search(&mut self, wishes: &[i16], (low, high): (i16, i16), (end, tail): (End, Path)) -> Option<Path> {
        let width = (high - low + 1) as usize;
        let last = wishes.len().checked_sub(1)?;
        let fixed_from = wishes.len() - tail.len();
        for (tone, wish) in wishes.iter().enumerate() {
            for at in 0..width {
                let note = low + at as i16;
                let is_free = tone < fixed_from || tail.get(tone - fixed_from) == Some(&note);
                let is_note = self.grammar.has(note.rem_euclid(12) as u8) && is_free;
                let (cost, from) = match is_note {
                    false => (f32::INFINITY, 0),
                    true if tone == 0 => (0.0, at),
                    true => self.arrive(tone, note, (wish - wishes[tone - 1], low, width), fixed_from),
                };
                let rest = if tone == last && tail.is_empty() { self.rest(note, end) } else { 0.0 };
                self.costs[tone * SPAN_MAX + at] = cost + tuning::AWAY * f32::from((note - wish).abs()) + rest;
                self.froms[tone * SPAN_MAX + at] = from as u8;
            }
        }
        let row = &self.costs[last * SPAN_MAX..last * SPAN_MAX + width];
        let best = (0..width).min_by(|a, b| row[*a].total_cmp(&row[*b])).filter(|best| row[*best].is_finite())?;
        let mut path = Path::default();
        let mut at = best;
        for tone in (0..=last).rev() {
            path.push(low + at as i16).ok();
            at = usize::from(self.froms[tone * SPAN_MAX + at]);
        }
        path.reverse();
        Some(path)
    }

    /// The cheapest way to a note, and from which place of the range.
    fn arrive(
        &self,
        tone: usize,
        note: i16,
        (wished, low, width): (i16, i16, usize),
        fixed_from: usize,
    ) -> (f32, usize) {
        let row = &self.costs[(tone - 1) * SPAN_MAX..(tone - 1) * SPAN_MAX + width];
        let mut best = (f32::INFINITY, 0);
        for (from, before) in row.iter().enumerate().filter(|(_, before)| before.is_finite()) {
            let left = low + from as i16;
            let step = note - left;
            // The steps inside a catch phrase are legal by being in it.
            let grade = if tone > fixed_from { Grade::Legal } else { self.grammar.grade(left, note) };
            if step.abs() > tuning::STEP_MAX || !grade.is_allowed() {
                continue;
            }
            let contour = match (step.signum(), wished.signum()) {
                (is, wish) if is == wish => 0.0,
                (0, _) | (_, 0) => tuning::STAYS,
                _ => tuning::CONTOUR,
            };
            let skip = if grade == Grade::Skips { tuning::SKIP } else { 0.0 };
            if before + contour + skip < best.0 {
                best = (before + contour + skip, from);
            }
        }
        best
    }

    fn rest(&self, note: i16, end: End) -> f32 {
        let position = note.rem_euclid(12) as usize;
        match (position, end) {
            (0, End::Home) => tuning::REST_HOME,
            (_, End::Home) | (0, _) => tuning::REST_ELSEWHERE + tuning::RESTLESS,
            _ => self.rests[position],
        }
    }
}

/// The notes on which a line or a catch phrase begins, ends or turns, as a set of positions.
fn turning_points(raga: &Raga) -> u16 {
    let lines = raga.lines_up().chain(raga.lines_down()).chain(raga.pakad.iter().map(Vec::as_slice));
    let mut mask = 0;
    for line in lines {
        for (at, note) in line.iter().enumerate() {
            let step = |other: usize| line.get(other).map(|other| (other.semitones() - note.semitones()).signum());
            let before = at.checked_sub(1).and_then(step);
            if before.is_none() || step(at + 1).is_none() || before == step(at + 1) {
                mask |= 1 << note.swara.position();
            }
        }
    }
    mask
}
