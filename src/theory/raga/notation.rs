//! Lines of an exercise in notation: `S R G M | P , | S^ N ||`.
//!
//! In the South a letter stands for the swara that the raga has of it, as is usual where the raga is known; a full
//! name (R2) is also read.

use super::form::Raga;
use super::note::{Note, split_octave};
use super::swara::{Swara, Tradition};

/// A note that is sung, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is sung.
    pub note: Note,
    /// When it begins, in units from the begin of its line.
    pub at_units: u16,
    /// How long it is held, in units, at least 1. The last note of a line may sound into the next.
    pub units: u16,
}

/// A line of an exercise. A unit is a beat of the tala at the first speed, half a beat at the second and so on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The notes in order.
    pub steps: Vec<Step>,
    /// Where bar lines stand inside the line, in units from its begin.
    pub bars: Vec<u16>,
    /// How long it is, in units.
    pub units: u16,
    /// How many units at its begin still belong to the last note of the line before.
    pub held_units: u16,
}

impl Line {
    /// The line in the notation of a tradition: a word for each unit, `,` where a note is held, `|` at bars.
    #[must_use]
    pub fn written(&self, tradition: Tradition) -> String {
        let mut cells = vec![",".to_owned(); usize::from(self.units)];
        for step in &self.steps {
            if let Some(cell) = cells.get_mut(usize::from(step.at_units)) {
                *cell = step.note.written(tradition).to_string();
            }
        }
        for bar in &self.bars {
            if let Some(cell) = cells.get_mut(usize::from(*bar)) {
                cell.insert_str(0, "| ");
            }
        }
        cells.join(" ")
    }
}

/// A sign of the notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Note(Note),
    /// The degree of a letter, 0 to 6, and its octave.
    Letter(u8, i8),
    Hold,
    Bar,
}

/// Units of a line, at most.
pub(super) const LINE_UNITS_MAX: u16 = 1024;

const LETTERS: [&str; 7] = ["S", "R", "G", "M", "P", "D", "N"];

/// Reads a line; the first word that means nothing, otherwise.
pub(super) fn signs(line: &str, tradition: Tradition) -> Result<Vec<Sign>, &str> {
    let sign = |word: &str| match word {
        "," => Some(Sign::Hold),
        "|" | "||" => Some(Sign::Bar),
        _ => Note::parse(word, tradition).map(Sign::Note).or_else(|| letter(word, tradition)),
    };
    line.split_whitespace().map(|word| sign(word).ok_or(word)).collect()
}

fn letter(word: &str, tradition: Tradition) -> Option<Sign> {
    let (letter, octave) = split_octave(word).filter(|_| tradition == Tradition::Carnatic)?;
    let degree = LETTERS.iter().position(|known| *known == letter)?;
    Some(Sign::Letter(degree as u8, octave))
}

/// Why signs do not make lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineFault {
    /// The first sign of all holds a note, and there is none.
    HoldsNothing,
    /// A line is longer than [`LINE_UNITS_MAX`].
    TooLong,
    /// There is no swara for this degree.
    NoSwara(u8),
}

/// Makes lines of signs; `swara_of` gives the swara of a degree that is arrived at from below (or not).
pub(super) fn lines_of<S: AsRef<[Sign]>>(
    lines: &[S],
    swara_of: impl Fn(u8, bool) -> Option<Swara>,
) -> Result<Vec<Line>, LineFault> {
    let mut made: Vec<Line> = Vec::with_capacity(lines.len());
    let mut last: Option<Note> = None;
    for signs in lines {
        let mut line = Line::default();
        for sign in signs.as_ref() {
            let note = match *sign {
                Sign::Bar => {
                    line.bars.push(line.units);
                    continue;
                }
                Sign::Hold => {
                    let (before, is_here) = match line.steps.last_mut() {
                        Some(step) => (Some(step), true),
                        None => (made.last_mut().and_then(|line| line.steps.last_mut()), false),
                    };
                    before.ok_or(LineFault::HoldsNothing)?.units += 1;
                    line.held_units += u16::from(!is_here);
                    line.units += 1;
                    continue;
                }
                Sign::Note(note) => note,
                Sign::Letter(degree, octave) => {
                    let place = |degree: u8, octave: i8| i16::from(degree) + 7 * i16::from(octave);
                    let is_rising = last.is_none_or(|l| place(l.swara.degree(), l.octave) < place(degree, octave));
                    let swara = swara_of(degree, is_rising).ok_or(LineFault::NoSwara(degree))?;
                    Note::new(swara, octave)
                }
            };
            line.steps.push(Step { note, at_units: line.units, units: 1 });
            line.units += 1;
            last = Some(note);
        }
        if line.units > LINE_UNITS_MAX {
            return Err(LineFault::TooLong);
        }
        line.bars.retain(|bar| *bar > 0 && *bar < line.units);
        made.push(line);
    }
    Ok(made)
}

/// The swaras that a raga has going up and going down, from Sa upwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scale {
    pub up: Vec<Swara>,
    pub down: Vec<Swara>,
}

impl Scale {
    pub(super) fn of(raga: &Raga) -> Self {
        Self { up: raga.swaras_up(), down: raga.swaras_down() }
    }

    /// The swara of a degree in one direction.
    pub(super) fn swara(&self, degree: u8, is_rising: bool) -> Option<Swara> {
        let way = if is_rising { &self.up } else { &self.down };
        way.iter().copied().find(|swara| swara.degree() == degree)
    }

    /// The swara of a degree, from the other direction where this one has none.
    pub(super) fn swara_of_either(&self, degree: u8, is_rising: bool) -> Option<Swara> {
        self.swara(degree, is_rising).or_else(|| self.swara(degree, !is_rising))
    }
}

/// A place of a pattern: a degree from 1, or `None` for a hold.
pub(super) type Pattern = Vec<Option<u8>>;

/// Reads "1 2 , 3".
pub(super) fn pattern(text: &str) -> Option<Pattern> {
    let place = |word: &str| match word {
        "," => Some(None),
        degree => degree.parse().ok().filter(|degree| (1..=8).contains(degree)).map(Some),
    };
    text.split_whitespace().map(place).collect()
}

/// Moves a pattern over a scale: from each note up to where its highest place is the upper Sa, then mirrored from the
/// upper Sa down. With parts (the angas of a tala) each group is a line and the parts are its bars; without, all
/// groups up are one line and all groups down another.
pub(super) fn spread(pattern: &Pattern, scale: &Scale, parts: &[u8]) -> Vec<Vec<Sign>> {
    let rising: Vec<Note> = octave(&scale.up);
    let falling: Vec<Note> = octave(&scale.down).into_iter().rev().collect();
    let highest = pattern.iter().flatten().copied().max().unwrap_or(1);
    let groups = |notes: &[Note]| -> Vec<Vec<Sign>> {
        let group = |window: &[Note]| {
            let sign = |place: &Option<u8>| match place {
                Some(degree) => window.get(usize::from(*degree) - 1).map_or(Sign::Hold, |note| Sign::Note(*note)),
                None => Sign::Hold,
            };
            pattern.iter().map(sign).collect()
        };
        notes.windows(usize::from(highest)).map(group).collect()
    };
    let (up, down) = (groups(&rising), groups(&falling));
    if parts.is_empty() {
        return vec![up.join(&Sign::Bar), down.join(&Sign::Bar)];
    }
    up.into_iter().chain(down).map(|group| barred(&group, parts)).collect()
}

/// A scale with the upper Sa.
fn octave(swaras: &[Swara]) -> Vec<Note> {
    swaras.iter().map(|swara| Note::new(*swara, 0)).chain([Note::new(Swara::S, 1)]).collect()
}

/// Signs with a bar after each part.
fn barred(signs: &[Sign], parts: &[u8]) -> Vec<Sign> {
    let mut rest = signs;
    let mut bars: Vec<&[Sign]> = Vec::with_capacity(parts.len());
    for part in parts {
        let (now, after) = rest.split_at(usize::from(*part).min(rest.len()));
        bars.push(now);
        rest = after;
    }
    bars.push(rest);
    bars.join(&Sign::Bar)
}
