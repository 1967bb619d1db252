//! Ragas and exercises of the user's own, in TOML.
//!
//! ```toml
//! [[raga]]
//! name = "Mohanam of my school"
//! tradition = "carnatic"
//! arohana = "S R2 G3 P D2 S^"
//! avarohana = "S^ D2 P G3 R2 S"
//! # as wanted: mela = 28 or thaat = "Bilawal", aliases, vadi, samvadi, pakad = "G3 P D2; P G3 R2 S",
//! # bhashanga = true, time, confidence = "A" (B where it is left out), notes
//!
//! [[exercise]]
//! name = "Turns at Pa"
//! tradition = "carnatic"
//! raga = "Mohanam of my school"
//! lines = ["S R G P | D P | G R ||", "S R G P | D , | S^ , ||"]
//! # as wanted: tala = "Adi" (the lines then fill its cycles), focus, speeds = [1, 2, 4], confidence
//! ```

use super::exercise::{Exercise, ExerciseError, ExerciseFault, Spec, find_tala};
use super::form::{self, Confidence, Fault, Parent, Raga, RagaError};
use super::swara::Tradition;
use super::{Tables, tables};
use serde::Deserialize;
use std::fmt;
use toml::de::{DeTable, DeValue, ValueDeserializer};

/// Ragas, and exercises, that a file may hold.
pub const ROWS_MAX: usize = 500;

/// What the user's file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UserTables {
    /// The ragas, with the ids "U1", "U2" and so on by their places in the file.
    pub ragas: Vec<Raga>,
    /// The exercises, with their names as ids.
    pub exercises: Vec<Exercise>,
}

/// Why a row of the user's file, or all of it, cannot be used. Its text is one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserError {
    /// The line of the file, from 1.
    pub line: usize,
    /// What is wrong.
    pub fault: UserFault,
}

/// What is wrong with the user's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserFault {
    /// It is not the TOML that is expected: what is wrong.
    Toml(String),
    /// It has more than [`ROWS_MAX`] ragas or exercises.
    TooMany,
    /// Two ragas of a tradition, or two exercises, have this name.
    Twice(String),
    /// A raga contradicts itself.
    Raga(RagaError),
    /// An exercise contradicts itself.
    Exercise(ExerciseError),
}

impl fmt::Display for UserError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        match &self.fault {
            UserFault::Toml(why) => write!(f, "{why}"),
            UserFault::TooMany => write!(f, "there are more than {ROWS_MAX} ragas or exercises in it; take some out"),
            UserFault::Twice(name) => write!(f, "{name}: the name comes twice; give each its own"),
            UserFault::Raga(error) => write!(f, "{error}"),
            UserFault::Exercise(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for UserError {}

impl From<RagaError> for UserFault {
    fn from(error: RagaError) -> Self {
        Self::Raga(error)
    }
}

impl From<ExerciseError> for UserFault {
    fn from(error: ExerciseError) -> Self {
        Self::Exercise(error)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RagaRow {
    name: String,
    tradition: String,
    arohana: String,
    avarohana: String,
    mela: Option<i64>,
    thaat: Option<String>,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    vadi: String,
    #[serde(default)]
    samvadi: String,
    #[serde(default)]
    pakad: String,
    #[serde(default)]
    bhashanga: bool,
    #[serde(default)]
    time: String,
    confidence: Option<String>,
    #[serde(default)]
    notes: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExerciseRow {
    name: String,
    tradition: String,
    raga: String,
    #[serde(default)]
    tala: String,
    #[serde(default)]
    focus: String,
    lines: Vec<String>,
    #[serde(default = "speeds")]
    speeds: Vec<i64>,
    confidence: Option<String>,
}

fn speeds() -> Vec<i64> {
    vec![1, 2, 4]
}

impl UserTables {
    /// Reads ragas and exercises, and tells what of them cannot be used; the rest can. An exercise may be in a raga of the
    /// file or of the program, in a tala of the program.
    #[must_use]
    pub fn parse(text: &str) -> (Self, Vec<UserError>) {
        let (mut own, mut faults) = (Self::default(), Vec::new());
        let tables = tables();
        let mut file = match DeTable::parse(text) {
            Ok(file) => file.into_inner(),
            Err(error) => return (own, vec![unexpected(text, &error, 0)]),
        };
        for (number, line, row) in rows::<RagaRow>(text, &mut file, "raga", &mut faults) {
            let is_other = |raga: &Raga, other: &Raga| (other.tradition, &other.name) != (raga.tradition, &raga.name);
            match row.read(number, tables) {
                Ok(raga) if own.ragas.iter().all(|other| is_other(&raga, other)) => own.ragas.push(raga),
                Ok(raga) => faults.push(fault(line, UserFault::Twice(form::shown(&raga.name)))),
                Err(error) => faults.push(fault(line, error.into())),
            }
        }
        let book = tables.ragas.with(own.ragas.clone());
        for (number, line, row) in rows::<ExerciseRow>(text, &mut file, "exercise", &mut faults) {
            let spec = row.spec(number - 1, tables);
            match spec.and_then(|spec| Exercise::from_spec(&spec, &book, &tables.talas)) {
                Ok(exercise) if own.exercises.iter().all(|other| other.id != exercise.id) => {
                    own.exercises.push(exercise)
                }
                Ok(exercise) => faults.push(fault(line, UserFault::Twice(exercise.id))),
                Err(error) => faults.push(fault(line, error.into())),
            }
        }
        faults.extend(file.keys().map(|key| {
            let said = format!("{} is not known; write [[raga]] or [[exercise]]", form::shown(key.get_ref()));
            fault(line_at(text, key.span().start), UserFault::Toml(said))
        }));
        (own, faults)
    }
}

/// The rows of a table that can be read: the number of each, from 1, and its line.
fn rows<'i, T: Deserialize<'i>>(
    text: &str,
    file: &mut DeTable<'i>,
    key: &str,
    faults: &mut Vec<UserError>,
) -> Vec<(usize, usize, T)> {
    let Some(table) = file.remove(key) else { return Vec::new() };
    let line = line_at(text, table.span().start);
    let rows = match table.into_inner() {
        DeValue::Array(rows) if rows.len() <= ROWS_MAX => rows,
        DeValue::Array(_) => {
            faults.push(fault(line, UserFault::TooMany));
            return Vec::new();
        }
        _ => {
            faults.push(fault(line, UserFault::Toml(format!("write [[{key}]] above each {key}"))));
            return Vec::new();
        }
    };
    let mut read = Vec::with_capacity(rows.len());
    for (at, row) in rows.into_iter().enumerate() {
        let begin = row.span().start;
        match T::deserialize(ValueDeserializer::from(row)) {
            Ok(row) => read.push((at + 1, line_at(text, begin), row)),
            Err(error) => faults.push(unexpected(text, &error, begin)),
        }
    }
    read
}

/// The line, from 1, of a place in the text.
fn line_at(text: &str, at: usize) -> usize {
    1 + text.get(..at).unwrap_or_default().matches('\n').count()
}

fn fault(line: usize, fault: UserFault) -> UserError {
    UserError { line, fault }
}

/// What is not the expected TOML, at the error's own place or else at this one.
fn unexpected(text: &str, error: &toml::de::Error, begin: usize) -> UserError {
    let why = error.message().lines().collect::<Vec<_>>().join(", ");
    fault(line_at(text, error.span().map_or(begin, |span| span.start)), UserFault::Toml(why))
}

impl RagaRow {
    fn read(&self, number: usize, tables: &Tables) -> Result<Raga, RagaError> {
        let fail = |fault| RagaError { raga: form::shown(&self.name), fault };
        let tradition = Tradition::parse(&self.tradition)
            .ok_or_else(|| fail(Fault::UnknownTradition(form::shown(&self.tradition))))?;
        let spec = form::Spec {
            id: format!("U{number}"),
            name: &self.name,
            tradition,
            arohana: &self.arohana,
            avarohana: &self.avarohana,
            vadi: &self.vadi,
            samvadi: &self.samvadi,
            pakad: &self.pakad,
        };
        let raga = Raga::from_spec(&spec)?;
        let parent = match (self.mela, self.thaat.as_deref().map(str::trim)) {
            (Some(number), _) => match u8::try_from(number) {
                Ok(number @ 1..=72) => Parent::Mela(number),
                _ => return Err(fail(Fault::UnknownMela(number))),
            },
            (None, Some(name)) => {
                let known = tables.thaats.iter().find(|thaat| thaat.name.eq_ignore_ascii_case(name));
                Parent::Thaat(known.ok_or_else(|| fail(Fault::UnknownThaat(form::shown(name))))?.name.clone())
            }
            (None, None) => Parent::None,
        };
        let confidence = match &self.confidence {
            None => Confidence::B,
            Some(text) => Confidence::parse(text).ok_or_else(|| fail(Fault::UnknownConfidence(form::shown(text))))?,
        };
        Ok(Raga {
            aliases: self.aliases.clone(),
            parent,
            is_bhashanga: self.bhashanga,
            time: self.time.clone(),
            confidence,
            source: "your own".to_owned(),
            notes: self.notes.clone(),
            ..raga
        })
    }
}

impl ExerciseRow {
    fn spec(self, order: usize, tables: &Tables) -> Result<Spec, ExerciseError> {
        let name = form::shown(&self.name);
        let anga = match self.tala.trim() {
            "" | "free" => Vec::new(),
            tala => match find_tala(&tables.talas, tala) {
                Some(tala) => tala.parts.clone(),
                None => {
                    return Err(ExerciseError { exercise: name, fault: ExerciseFault::NoTala(form::shown(tala)) });
                }
            },
        };
        Ok(Spec {
            id: name,
            tradition: self.tradition,
            group: "your own".to_owned(),
            order: u8::try_from(order).unwrap_or(u8::MAX),
            focus: self.focus,
            composer: None,
            raga: self.raga,
            tala: self.tala,
            anga,
            notation: self.lines,
            pattern_degrees: String::new(),
            speeds: self.speeds,
            confidence: self.confidence.unwrap_or_default(),
        })
    }
}
