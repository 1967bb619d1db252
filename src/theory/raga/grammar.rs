//! Which notes of a raga may follow each other.
//!
//! The rule for the order of stable notes (the arohana-order check of a lesson): each step from one stable note to
//! the next is judged alone, an n-gram check with n = 2 against the two lines of the raga.
//!
//! - Notes that follow each other in the arohana, in the avarohana or in a catch phrase may follow each other in
//!   singing, in any octave. So may a note and itself, and a note and its octave. Both lines go on into the octaves
//!   above and below: after the last note of the arohana come those of its notes that are higher.
//! - A step up that is no such pair is looked for in the arohana, a step down in the avarohana. If the line leads
//!   from the one note to the other without turning, the step leaps over what stands between: free singing may.
//! - If the line leads there only by a turn, or has both notes but never in that order, the step goes straight where
//!   the raga turns: in a vakra raga that is the mistake.
//! - If the line does not have the note that is arrived at, that note belongs to the other direction.
//! - If the line does not have the note that is left, the singer turned on a note of the other line. The step joins
//!   the line; notes of the line in between are leapt over.
//! - From a foreign note, any note of the raga is a return to it.

use super::form::{Raga, mask_of};
use super::note::Note;

/// How a step from one stable note to the next stands with a raga.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// As the lines have it.
    Legal,
    /// In the direction of the line, over notes of it.
    Skips,
    /// Straight, where the line turns: only vakra lines have this.
    Straightens,
    /// To a note that is not sung in this direction.
    WrongWay,
    /// To a note that is not in the raga.
    Foreign,
}

impl Grade {
    /// Whether free singing may do it.
    #[must_use]
    pub fn is_allowed(self) -> bool {
        self <= Self::Skips
    }
}

/// How a note is passed through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// Arrived at from below.
    Up,
    /// Arrived at from above.
    Down,
    /// Arrived at from below and left downwards.
    Peak,
    /// Arrived at from above and left upwards.
    Valley,
}

/// Semitones that a step is told apart by; wider steps are judged as their remainder.
const REACH: i16 = 12;
const STEPS: usize = 2 * REACH as usize + 1;

/// The grades of all steps in a raga: 300 bytes, looked up in constant time, without allocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grammar {
    /// The notes of the lines and of the catch phrases.
    mask: u16,
    /// By the position left and the semitones moved, from an octave down to an octave up.
    grades: [[Grade; STEPS]; 12],
}

impl Grammar {
    /// The grammar of a raga. Allocates a little while it works.
    #[must_use]
    pub fn of(raga: &Raga) -> Self {
        let pitches = |notes: &[Note]| notes.iter().map(|note| note.semitones()).collect::<Vec<_>>();
        let up: Vec<Vec<i16>> = raga.lines_up().map(pitches).collect();
        let down: Vec<Vec<i16>> = raga.lines_down().map(pitches).collect();
        let of = |lines: &[Vec<i16>], sign| lines.iter().map(|line| Line::new(line, sign)).collect::<Vec<_>>();
        let ways = [of(&up, 1), of(&down, -1)];
        let others = raga.pakad.iter().chain(&raga.variants);
        let mask = others.clone().fold(raga.mask, |mask, phrase| mask | mask_of(phrase));
        let mut grammar = Self { mask, grades: [[Grade::Foreign; STEPS]; 12] };
        for from in 0..12 {
            for step in -REACH..=REACH {
                let best = |lines: &[Line]| lines.iter().map(|line| line.grade(from, step)).min();
                let grade = match mask & 1 << (from + step).rem_euclid(12) {
                    0 => Grade::Foreign,
                    _ if step.rem_euclid(12) == 0 || mask & 1 << from == 0 => Grade::Legal,
                    _ => best(&ways[usize::from(step < 0)]).unwrap_or(Grade::Legal),
                };
                grammar.grades[from as usize][slot(step)] = grade;
            }
        }
        for line in up.into_iter().chain(down).chain(others.map(|phrase| pitches(phrase))) {
            for pair in line.windows(2) {
                grammar.allow(pair[0], pair[1]);
            }
        }
        grammar
    }

    fn allow(&mut self, from: i16, to: i16) {
        self.grades[from.rem_euclid(12) as usize][slot(to - from)] = Grade::Legal;
    }

    /// How the step from one note to the next stands, both in semitones above middle Sa ([`Note::semitones`]).
    #[must_use]
    pub fn grade(&self, from: i16, to: i16) -> Grade {
        let step = i32::from(to) - i32::from(from);
        self.grades[from.rem_euclid(12) as usize][slot_of_any(step)]
    }

    /// Whether the position (any number, folded to 0-11 semitones above Sa) occurs in a line or a catch phrase.
    #[must_use]
    pub fn has(&self, position: u8) -> bool {
        self.mask & 1 << (position % 12) != 0
    }

    /// Whether the position (any number, folded to 0-11 semitones above Sa) may be passed through in this way: from
    /// some note to it, and for a turn from it to some note, by allowed steps of less than an octave.
    #[must_use]
    pub fn may(&self, position: u8, motion: Motion) -> bool {
        let at = i16::from(position % 12);
        let is_stepped = |from: i16, to: i16| self.has_semitone(from) && self.grade(from, to) == Grade::Legal;
        let arrives = |sign: i16| (1..REACH).any(|by| is_stepped(at - sign * by, at));
        let leaves = |sign: i16| (1..REACH).any(|by| is_stepped(at, at + sign * by));
        match motion {
            Motion::Up => arrives(1),
            Motion::Down => arrives(-1),
            Motion::Peak => arrives(1) && leaves(-1),
            Motion::Valley => arrives(-1) && leaves(1),
        }
    }

    /// The notes that may come next as the lines have it, in semitones above middle Sa: those within an octave of
    /// `from`, from the lowest, without `from` itself and its octaves.
    pub fn nexts(&self, from: i16) -> impl Iterator<Item = i16> + '_ {
        let steps = (1 - REACH..REACH).filter(|step| *step != 0);
        steps.map(move |step| from.saturating_add(step)).filter(move |to| self.grade(from, *to) == Grade::Legal)
    }

    fn has_semitone(&self, semitone: i16) -> bool {
        self.mask & 1 << semitone.rem_euclid(12) != 0
    }
}

fn slot(step: i16) -> usize {
    slot_of_any(i32::from(step))
}

/// The place of a step in a row of grades. Steps wider than an octave keep their direction.
fn slot_of_any(step: i32) -> usize {
    let reach = i32::from(REACH);
    let folded = if step.abs() <= reach { step } else { (step.abs() - 1) % reach * step.signum() + step.signum() };
    (folded + reach) as usize
}

/// A line of a raga, led on into the octaves above and below.
struct Line {
    /// Semitones above middle Sa, mirrored where the line falls, so that it rises.
    notes: Vec<i16>,
    /// 1 for the arohana, -1 for the avarohana.
    sign: i16,
}

impl Line {
    fn new(line: &[i16], sign: i16) -> Self {
        let line: Vec<i16> = line.iter().map(|note| note * sign).collect();
        let (first, last) = (line.first().copied().unwrap_or(0), line.last().copied().unwrap_or(0));
        let before = line.iter().map(|note| note - 12).filter(|note| *note < first);
        let after = line.iter().map(|note| note + 12).filter(|note| *note > last);
        let notes = before.chain(line.iter().copied()).chain(after).collect();
        Self { notes, sign }
    }

    /// The grade of a step in the direction of this line, between two different positions of the raga.
    fn grade(&self, from: i16, step: i16) -> Grade {
        let (from, to) = ((from * self.sign).rem_euclid(12), (from + step) * self.sign);
        let step = step * self.sign;
        let is = |note: i16, position: i16| (note - position).rem_euclid(12) == 0;
        if !self.notes.iter().any(|note| is(*note, to)) {
            return Grade::WrongWay;
        }
        if !self.notes.iter().any(|note| is(*note, from)) {
            return self.join(from, step);
        }
        let ways = (0..self.notes.len()).filter(|begin| is(self.notes[*begin], from)).flat_map(|begin| {
            let target = self.notes[begin] + step;
            (begin + 1..self.notes.len()).filter(move |end| self.notes[*end] == target).map(move |end| (begin, end))
        });
        let way = |(begin, end): (usize, usize)| {
            let notes = &self.notes[begin..=end];
            match notes.windows(2).all(|pair| pair[0] < pair[1]) {
                true if notes.len() == 2 => Grade::Legal,
                true => Grade::Skips,
                false => Grade::Straightens,
            }
        };
        ways.map(way).min().unwrap_or(Grade::Straightens)
    }

    /// The grade of a step onto this line from a note that it does not have.
    fn join(&self, from: i16, step: i16) -> Grade {
        let to = from + step;
        let is_reached_upwards =
            self.notes.windows(2).any(|pair| (pair[1] - to).rem_euclid(12) == 0 && pair[0] < pair[1]);
        let is_between = |note: i16| (1..step).contains(&(note - from).rem_euclid(12));
        match is_reached_upwards {
            false => Grade::Straightens,
            true if self.notes.iter().any(|note| is_between(*note)) => Grade::Skips,
            true => Grade::Legal,
        }
    }
}
