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

/// Ragas, and exercises, that a file may hold.
pub const ROWS_MAX: usize = 500;

/// What the user's file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UserTables {
    /// The ragas, with the ids "U1", "U2" and so on.
    pub ragas: Vec<Raga>,
    /// The exercises, with their names as ids.
    pub exercises: Vec<Exercise>,
}

/// Why the user's file cannot be used. Its text is one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserError {
    /// It is not the TOML that is expected: the line, from 1, where it is known, and what is wrong.
    Toml(Option<usize>, String),
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
        match self {
            Self::Toml(Some(line), why) => write!(f, "line {line}: {why}"),
            Self::Toml(None, why) => write!(f, "{why}"),
            Self::TooMany => write!(f, "there are more than {ROWS_MAX} ragas or exercises in it; take some out"),
            Self::Twice(name) => write!(f, "{name}: the name comes twice; give each its own"),
            Self::Raga(error) => write!(f, "{error}"),
            Self::Exercise(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for UserError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    raga: Vec<RagaRow>,
    #[serde(default)]
    exercise: Vec<ExerciseRow>,
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
    /// Reads ragas and exercises. An exercise may be in a raga of the file or of the program, in a tala of the program.
    ///
    /// # Errors
    ///
    /// The first row that contradicts itself, in one sentence.
    pub fn parse(text: &str) -> Result<Self, UserError> {
        let file: File = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| 1 + text.get(..span.start).unwrap_or_default().matches('\n').count());
            let why = error.message().lines().collect::<Vec<_>>().join(", ");
            UserError::Toml(line, why)
        })?;
        if file.raga.len().max(file.exercise.len()) > ROWS_MAX {
            return Err(UserError::TooMany);
        }
        let tables = tables();
        let mut ragas: Vec<Raga> = Vec::with_capacity(file.raga.len());
        for (at, row) in file.raga.iter().enumerate() {
            let raga = row.read(at + 1, tables).map_err(UserError::Raga)?;
            if ragas.iter().any(|other| (other.tradition, &other.name) == (raga.tradition, &raga.name)) {
                return Err(UserError::Twice(form::shown(&raga.name)));
            }
            ragas.push(raga);
        }
        let book = tables.ragas.with(ragas.clone());
        let mut exercises: Vec<Exercise> = Vec::with_capacity(file.exercise.len());
        for (at, row) in file.exercise.into_iter().enumerate() {
            let spec = row.spec(at, tables).map_err(UserError::Exercise)?;
            let exercise = Exercise::from_spec(&spec, &book, &tables.talas).map_err(UserError::Exercise)?;
            if exercises.iter().any(|other| other.id == exercise.id) {
                return Err(UserError::Twice(exercise.id));
            }
            exercises.push(exercise);
        }
        Ok(Self { ragas, exercises })
    }
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
