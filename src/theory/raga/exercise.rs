//! Exercises: lines of notes in a raga and a tala, and the same lines in another raga.

use super::book::{RagaBook, RagaNotFound};
use super::form::{Confidence, Raga, shown};
use super::notation::{LINE_UNITS_MAX, Line, LineFault, Pattern, Scale, Sign, Step, lines_of, pattern, signs, spread};
use super::swara::Tradition;
use super::tala::Tala;
use std::fmt;

/// An exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exercise {
    /// "CAR-SARALI-01"; "USER-1" for one of the user's own.
    pub id: String,
    /// Whose exercise, and whose names the notes have.
    pub tradition: Tradition,
    /// "sarali varisai", "alankar / palta".
    pub group: String,
    /// Its place in the group, from 0.
    pub order: u8,
    /// What it is about.
    pub focus: String,
    /// Who composed it, where that is known.
    pub composer: Option<String>,
    /// The name of the raga that the lines are written in.
    pub raga: String,
    /// What the table says of ragas for it: "any sampurna".
    pub ragas_text: String,
    /// The id of the tala that it is sung in; `None` where it is sung without.
    pub tala: Option<String>,
    /// Whether every line fills whole cycles of the tala at the first speed. Without, the tala only keeps time.
    pub fills_tala: bool,
    /// The lines in order, at least one.
    pub lines: Vec<Line>,
    /// Units in a beat at each speed: 1, 2 and 4.
    pub speeds: Vec<u8>,
    /// How well it is agreed on.
    pub confidence: Confidence,
    /// Degrees that are moved over the scale, where it is made so.
    pattern: Option<Pattern>,
    /// The lines as signs, for other ragas.
    signs: Vec<Vec<Sign>>,
    /// Beats of the parts of the tala, where the lines fill it.
    parts: Vec<u8>,
}

/// Why an exercise contradicts itself or does not go with a raga. Its text is one sentence that names the exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExerciseError {
    /// Its id or name.
    pub exercise: String,
    /// What is wrong.
    pub fault: ExerciseFault,
}

/// What can be wrong with an exercise. Lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExerciseFault {
    /// The tradition is neither of the two.
    UnknownTradition(String),
    /// It has no lines, or a line has no notes.
    Empty,
    /// It has too many lines, or a line too many units.
    TooLong,
    /// A word of a line is neither a note nor a sign.
    UnknownWord(usize, String),
    /// The first sign holds a note, and there is none.
    HoldsNothing,
    /// The raga is not known.
    NoRaga(RagaNotFound),
    /// The tala is not known.
    NoTala(String),
    /// A line does not fill cycles of the tala: the line, its units, the beats of a cycle.
    DoesNotFill(usize, u16, usize),
    /// A line has a bar where the tala has none: the line, and the unit of the bar.
    WrongBar(usize, u16),
    /// The confidence is not A, B or C.
    UnknownConfidence(String),
    /// A speed is not 1 to 8.
    WrongSpeed(i64),
    /// The raga has no swara of this letter, or not in this direction: raga and letter.
    NoSwara(String, &'static str),
    /// The raga turns on its way, so that straight exercises are not sung in it.
    Turns(String),
    /// The raga has too few notes for the pattern.
    TooFewNotes(String),
    /// The raga's ways up and down differ, and the exercise takes the notes in any order.
    TwoWays(String),
}

/// Lines of an exercise, at most.
pub const LINES_MAX: usize = 256;

impl fmt::Display for ExerciseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = &self.exercise;
        match &self.fault {
            ExerciseFault::UnknownTradition(text) => {
                write!(f, "{id}: the tradition \"{text}\" is not known; write carnatic or hindustani")
            }
            ExerciseFault::Empty => {
                write!(f, "{id}: it needs lines with notes, for instance \"S R G M | P D | N S^ ||\"")
            }
            ExerciseFault::TooLong => {
                write!(f, "{id}: it is longer than {LINES_MAX} lines of {LINE_UNITS_MAX} units; take some out")
            }
            ExerciseFault::UnknownWord(line, word) => write!(
                f,
                "{id}: \"{word}\" in line {line} is neither a note nor one of the signs , (hold), | and || (bars)"
            ),
            ExerciseFault::HoldsNothing => write!(f, "{id}: it begins with a hold, and there is no note to hold"),
            ExerciseFault::NoRaga(error) => write!(f, "{id}: {error}"),
            ExerciseFault::NoTala(name) => {
                write!(f, "{id}: there is no tala \"{name}\"; write for instance Adi or Teental")
            }
            ExerciseFault::DoesNotFill(line, units, beats) => {
                write!(f, "{id}: line {line} has {units} units, which do not fill a cycle of {beats} beats")
            }
            ExerciseFault::WrongBar(line, at) => {
                write!(f, "{id}: line {line} has a bar after {at} units, where the tala has none")
            }
            ExerciseFault::UnknownConfidence(text) => write!(f, "{id}: the confidence is \"{text}\"; write A, B or C"),
            ExerciseFault::WrongSpeed(speed) => {
                write!(f, "{id}: the speed {speed} is not one of 1 to 8 units in a beat")
            }
            ExerciseFault::NoSwara(raga, letter) => {
                write!(f, "{id}: {raga} has no {letter} where the exercise sings it")
            }
            ExerciseFault::Turns(raga) => {
                write!(f, "{id}: {raga} turns on its way up or down, and the exercise would go straight")
            }
            ExerciseFault::TooFewNotes(raga) => write!(f, "{id}: {raga} has too few notes for it"),
            ExerciseFault::TwoWays(raga) => {
                write!(
                    f,
                    "{id}: {raga} has other notes going up than going down, and the exercise takes them in any order"
                )
            }
        }
    }
}

impl std::error::Error for ExerciseError {}

/// What a row says about an exercise, in words: from the table or from the user.
#[derive(Clone, Debug, Default, serde::Deserialize)]
pub(super) struct Spec {
    pub id: String,
    pub tradition: String,
    #[serde(default)]
    pub group: String,
    #[serde(default)]
    pub order: u8,
    #[serde(default)]
    pub focus: String,
    pub composer: Option<String>,
    #[serde(default)]
    pub raga: String,
    #[serde(default)]
    pub tala: String,
    /// Beats of the parts of the tala; given where lines have to fill it.
    #[serde(default)]
    pub anga: Vec<u8>,
    pub notation: Vec<String>,
    #[serde(default)]
    pub pattern_degrees: String,
    pub speeds: Vec<i64>,
    #[serde(default)]
    pub confidence: String,
}

impl Exercise {
    /// Reads and checks an exercise.
    pub(super) fn from_spec(spec: &Spec, ragas: &RagaBook, talas: &[Tala]) -> Result<Self, ExerciseError> {
        let fail = |fault| ExerciseError { exercise: spec.id.clone(), fault };
        let tradition = Tradition::parse(&spec.tradition)
            .ok_or_else(|| fail(ExerciseFault::UnknownTradition(shown(&spec.tradition))))?;
        let name = raga_name(&spec.raga, tradition);
        let raga = ragas.find(name, Some(tradition)).map_err(|error| fail(ExerciseFault::NoRaga(error)))?;
        let tala = match spec.tala.split('/').next().unwrap_or_default().trim() {
            "" | "free" => None,
            name => Some(find_tala(talas, name).ok_or_else(|| fail(ExerciseFault::NoTala(name.to_owned())))?),
        };
        let wrong = spec.speeds.iter().find(|speed| !(1..=8).contains(*speed));
        wrong.map_or(Ok(()), |speed| Err(fail(ExerciseFault::WrongSpeed(*speed))))?;
        let confidence = match spec.confidence.trim() {
            "" => Confidence::B,
            text => Confidence::parse(text).ok_or_else(|| fail(ExerciseFault::UnknownConfidence(shown(text))))?,
        };
        let signs = read_lines(&spec.notation, tradition).map_err(fail)?;
        let scale = Scale::of(raga);
        let made = lines_of(&signs, |degree, is_rising| scale.swara_of_either(degree, is_rising));
        let mut lines = made.map_err(|fault| fail(fault_of(fault, raga)))?;
        let foreign = lines.iter().flat_map(|line| &line.steps).find(|s| !raga.has(s.note.swara.position()));
        foreign.map_or(Ok(()), |step| {
            Err(fail(ExerciseFault::NoSwara(raga.name.clone(), step.note.swara.symbol(tradition))))
        })?;
        let fills_tala = !spec.anga.is_empty();
        if fills_tala {
            fill(&mut lines, &spec.anga).map_err(fail)?;
        }
        Ok(Self {
            id: spec.id.clone(),
            tradition,
            group: spec.group.clone(),
            order: spec.order,
            focus: spec.focus.clone(),
            composer: spec.composer.clone(),
            raga: raga.name.clone(),
            ragas_text: spec.raga.clone(),
            tala: tala.map(|tala| tala.id.clone()),
            fills_tala,
            lines,
            speeds: spec.speeds.iter().map(|speed| *speed as u8).collect(),
            confidence,
            pattern: pattern(&spec.pattern_degrees).filter(|pattern| !pattern.is_empty()),
            signs,
            parts: spec.anga.clone(),
        })
    }

    /// The exercise in another raga. A pattern of degrees is moved over the notes of the raga, five of them or seven;
    /// another line keeps its letters, and each becomes the raga's swara of that letter in the direction of the line.
    ///
    /// # Errors
    ///
    /// Where the raga lacks a letter, or turns on its way.
    pub fn in_raga(&self, raga: &Raga) -> Result<Self, ExerciseError> {
        if self.pattern.is_none() && raga.name == self.raga && raga.tradition == self.tradition {
            return Ok(self.clone());
        }
        let is_still = self.steps().all(|(_, _, step)| step.note.swara.is_fixed());
        if raga.is_vakra && !is_still {
            return Err(self.fail(ExerciseFault::Turns(raga.name.clone())));
        }
        let (scale, name) = (&Scale::of(raga), &raga.name);
        let fail = |fault| match fault {
            LineFault::NoSwara(degree) => {
                self.fail(ExerciseFault::NoSwara(name.clone(), DEGREES[usize::from(degree % 7)]))
            }
            LineFault::HoldsNothing => self.fail(ExerciseFault::HoldsNothing),
            LineFault::TooLong => self.fail(ExerciseFault::TooLong),
        };
        let lines = if let Some(pattern) = &self.pattern {
            let spread = spread(pattern, scale, &self.parts);
            if spread.iter().all(Vec::is_empty) {
                return Err(self.fail(ExerciseFault::TooFewNotes(name.clone())));
            }
            lines_of(&spread, |_, _| None)
        } else if self.is_of_places() {
            if scale.up != scale.down {
                return Err(self.fail(ExerciseFault::TwoWays(name.clone())));
            }
            lines_of(&self.lettered(), |degree, _| scale.up.get(usize::from(degree)).copied())
        } else {
            lines_of(&self.lettered(), |degree, is_rising| scale.swara(degree, is_rising))
        };
        Ok(Self { lines: lines.map_err(fail)?, raga: name.clone(), tradition: raga.tradition, ..self.clone() })
    }

    /// Whether letters stand for places in the scale, whatever it is: the permutations of a merukhand.
    fn is_of_places(&self) -> bool {
        self.group == "merukhand"
    }

    /// The signs with letters for notes.
    fn lettered(&self) -> Vec<Vec<Sign>> {
        let letter = |sign: &Sign| match *sign {
            Sign::Note(note) => Sign::Letter(note.swara.degree(), note.octave),
            other => other,
        };
        self.signs.iter().map(|line| line.iter().map(letter).collect()).collect()
    }

    fn fail(&self, fault: ExerciseFault) -> ExerciseError {
        ExerciseError { exercise: self.id.clone(), fault }
    }

    /// All notes in order: the line, the begin in units from the begin of the exercise, the note.
    pub fn steps(&self) -> impl Iterator<Item = (usize, u32, &Step)> {
        let begins = self.lines.iter().scan(0_u32, |next, line| {
            let begin = *next;
            *next += u32::from(line.units);
            Some(begin)
        });
        self.lines.iter().enumerate().zip(begins).flat_map(|((at, line), begin)| {
            line.steps.iter().map(move |step| (at, begin + u32::from(step.at_units), step))
        })
    }

    /// How long it is, in units.
    #[must_use]
    pub fn units(&self) -> u32 {
        self.lines.iter().map(|line| u32::from(line.units)).sum()
    }
}

/// Names of the seven letters.
const DEGREES: [&str; 7] = ["Sa", "Ri", "Ga", "Ma", "Pa", "Da", "Ni"];

fn fault_of(fault: LineFault, raga: &Raga) -> ExerciseFault {
    match fault {
        LineFault::HoldsNothing => ExerciseFault::HoldsNothing,
        LineFault::TooLong => ExerciseFault::TooLong,
        LineFault::NoSwara(degree) => ExerciseFault::NoSwara(raga.name.clone(), DEGREES[usize::from(degree % 7)]),
    }
}

fn read_lines(notation: &[String], tradition: Tradition) -> Result<Vec<Vec<Sign>>, ExerciseFault> {
    if notation.len() > LINES_MAX {
        return Err(ExerciseFault::TooLong);
    }
    let mut lines = Vec::with_capacity(notation.len());
    for (at, text) in notation.iter().enumerate() {
        let is_long = text.split_whitespace().nth(2 * usize::from(LINE_UNITS_MAX)).is_some();
        let read = |word: &str| ExerciseFault::UnknownWord(at + 1, shown(word));
        let line = if is_long { return Err(ExerciseFault::TooLong) } else { signs(text, tradition).map_err(read)? };
        if line.iter().all(|sign| *sign == Sign::Bar) {
            return Err(ExerciseFault::Empty);
        }
        lines.push(line);
    }
    if lines.is_empty() { Err(ExerciseFault::Empty) } else { Ok(lines) }
}

/// Checks that lines fill cycles of these parts, with bars at their ends, and puts bars where a line has none.
fn fill(lines: &mut [Line], parts: &[u8]) -> Result<(), ExerciseFault> {
    let beats: usize = parts.iter().map(|part| usize::from(*part)).sum();
    for (at, line) in lines.iter_mut().enumerate() {
        if beats == 0 || !usize::from(line.units).is_multiple_of(beats) {
            return Err(ExerciseFault::DoesNotFill(at + 1, line.units, beats));
        }
        let ends = parts.iter().cycle().scan(0_u16, |end, part| {
            *end += u16::from(*part);
            Some(*end)
        });
        let bars: Vec<u16> = ends.take_while(|end| *end < line.units).collect();
        if let Some(wrong) = line.bars.iter().find(|bar| !bars.contains(bar)) {
            return Err(ExerciseFault::WrongBar(at + 1, *wrong));
        }
        line.bars = bars;
    }
    Ok(())
}

/// The raga that the lines are written in: the first that the text names; the plainest scale where it names none.
fn raga_name(text: &str, tradition: Tradition) -> &str {
    let first = text.split(" (").next().unwrap_or_default().split(" thaat").next().unwrap_or_default().trim();
    match (first, tradition) {
        ("" | "any" | "any sampurna", Tradition::Hindustani) => "Bilawal",
        ("" | "any" | "any sampurna", Tradition::Carnatic) => "Mayamalavagowla",
        _ => first,
    }
}

/// The tala of that name or id. The kind of laghu may be left out where the table calls it the default; "Adi" is
/// known. Letters' case does not matter.
#[must_use]
pub fn find_tala<'a>(talas: &'a [Tala], wish: &str) -> Option<&'a Tala> {
    let bare = |text: &str| -> String {
        let text = text.to_lowercase().replace("jati", "");
        text.chars().filter(|c| c.is_alphanumeric()).collect()
    };
    let forms = |text: &str| -> Vec<String> {
        let (outside, inside) = text.split_once('(').unwrap_or((text, ""));
        let forms = [bare(text), bare(outside), bare(inside)];
        forms.into_iter().filter(|form| !form.is_empty()).collect()
    };
    let wishes = forms(wish);
    let is_named = |tala: &&Tala| {
        let mut names = forms(&tala.name);
        names.push(bare(&tala.id));
        if tala.notes.contains("default jati") {
            names.extend(tala.name.rsplit(' ').next().map(bare));
        }
        wishes.iter().any(|wish| names.contains(wish))
    };
    talas.iter().find(is_named)
}
