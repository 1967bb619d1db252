//! Ragas and what belongs to them: swaras, shrutis, parent scales, grammar.
//!
//! The facts are tables in `assets/raga/`, compiled into the program and read once by [`tables`]. What follows from a
//! rule (the 72 melakartas, the grammar of a raga) is computed, and tests hold it to the tables.

mod book;
mod exercise;
mod facts;
mod form;
mod grammar;
mod melakarta;
mod notation;
mod note;
mod sheet;
mod shruti;
mod swara;
mod tala;
mod tanpura;
#[cfg(test)]
mod tests;
mod user;

pub use book::{NEAR_NAMES, RagaBook, RagaNotFound};
pub use exercise::{Exercise, ExerciseError, ExerciseFault, LINES_MAX, find_tala};
pub use facts::{Gamaka, Thaat, TonicRange};
pub use form::{Confidence, Fault, NOTES_MAX, NOTES_MIN, Parent, Raga, RagaError};
pub use grammar::{Grade, Grammar, Motion};
pub use melakarta::Melakarta;
pub use notation::{Line, Step};
pub use note::{Note, OCTAVES_MAX, Written, write_notes};
pub use shruti::{Shruti, cents_of, default_shruti, just_cents, shruti_pair};
pub use swara::{Script, Swara, Tradition};
pub use tala::{Beat, Cue, Tala, TalaKind, TalaNotFound};
pub use tanpura::{Tuning, tuning_for};
pub use user::{ROWS_MAX, UserError, UserFault, UserTables};

use sheet::{Row, Sheet};
use std::sync::LazyLock;

/// All tables.
#[derive(Debug)]
pub struct Tables {
    /// The 72 parent scales, by number from 1.
    pub melakartas: Vec<Melakarta>,
    /// 144 ragas of the South ("C001"), 85 of the North ("H001") and the 72 melakartas ("M01").
    pub ragas: RagaBook,
    /// The ten parent scales of the North.
    pub thaats: Vec<Thaat>,
    /// The 22 shrutis, rising.
    pub shrutis: Vec<Shruti>,
    /// 57 talas: 35 suladi ("S01"), 7 chapu and usage forms ("C01"), 15 of the North ("H01").
    pub talas: Vec<Tala>,
    /// 72 exercises, as they are learnt: of the South, then of the North.
    pub exercises: Vec<Exercise>,
    /// Tunings of the tanpura, the default first.
    pub tunings: Vec<Tuning>,
    /// The ornaments.
    pub gamakas: Vec<Gamaka>,
    /// Where voices have their Sa.
    pub tonic_ranges: Vec<TonicRange>,
    /// Places of the lower and the higher shruti of each position.
    shruti_pairs: [[usize; 2]; 12],
    /// Long names of the swaras in both traditions.
    swara_names: [[&'static str; 2]; 16],
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables::read().expect("the tables in the program are tested"));

/// The tables. The first call reads them, which allocates and takes a few milliseconds; none is for the audio thread.
#[must_use]
pub fn tables() -> &'static Tables {
    &TABLES
}

impl Tables {
    fn read() -> Result<Self, String> {
        let melakartas = rows(include_str!("../../../assets/raga/melakarta.csv"), Melakarta::from_row)?;
        let sheet = Sheet::read(include_str!("../../../assets/raga/ragas.csv"));
        let mut ragas = sheet.rows().map(raga_of_row).collect::<Result<Vec<_>, _>>()?;
        ragas.extend(melakartas.iter().map(Raga::of_melakarta));
        let shrutis = rows(include_str!("../../../assets/raga/shrutis.csv"), Shruti::from_row)?;
        let mut swara_names = [[""; 2]; 16];
        for row in Sheet::read(include_str!("../../../assets/raga/swarasthanas.csv")).rows() {
            let swara = Swara::parse(row.text("symbol"), Tradition::Carnatic).ok_or(row.text("symbol"))?;
            swara_names[swara as usize] = [row.text("carnatic_name"), row.text("hindustani_name")];
        }
        let ragas = RagaBook::new(ragas);
        let talas = rows(include_str!("../../../assets/raga/talas.csv"), Tala::from_row)?;
        Ok(Self {
            melakartas,
            exercises: exercises(&ragas, &talas)?,
            ragas,
            talas,
            thaats: rows(include_str!("../../../assets/raga/thaats.csv"), Thaat::from_row)?,
            tunings: rows(include_str!("../../../assets/raga/tanpura.csv"), Tuning::from_row)?,
            gamakas: rows(include_str!("../../../assets/raga/gamakas.csv"), Gamaka::from_row)?,
            tonic_ranges: rows(include_str!("../../../assets/raga/tonic_ranges.csv"), TonicRange::from_row)?,
            shruti_pairs: shruti::pairs_of(&shrutis).ok_or("a position without its shrutis")?,
            shrutis,
            swara_names,
        })
    }
}

/// Everything in a table; the first row that cannot be read, otherwise.
fn rows<T>(text: &'static str, read: impl Fn(Row<'_>) -> Option<T>) -> Result<Vec<T>, String> {
    let sheet = Sheet::read(text);
    sheet.rows().map(|row| read(row).ok_or_else(|| row.to_string())).collect()
}

/// A row of ragas.csv.
fn raga_of_row(row: Row<'_>) -> Result<Raga, String> {
    let raga = form::Spec {
        id: row.owned("id"),
        name: row.text("name"),
        tradition: Tradition::parse(row.text("tradition")).ok_or("no such tradition")?,
        arohana: row.text("arohana"),
        avarohana: row.text("avarohana"),
        vadi: row.text("vadi"),
        samvadi: row.text("samvadi"),
        pakad: row.text("pakad"),
    };
    let raga = Raga::from_spec(&raga).map_err(|error| error.to_string())?;
    Ok(Raga {
        aliases: aliases(&raga.name, row.text("notes")),
        variants: variants(row.text("notes"), raga.tradition),
        parent: match row.text("parent_kind") {
            "mela" => Parent::Mela(row.number("parent").ok_or("the parent is no number")?),
            _ if row.text("parent") == "-" => Parent::None,
            _ => Parent::Thaat(row.owned("parent")),
        },
        jati: row.owned("jati"),
        is_bhashanga: row.text("bhashanga") == "1",
        time: row.owned("time"),
        confidence: Confidence::parse(row.text("confidence")).ok_or("no such confidence")?,
        source: row.owned("source_check"),
        notes: row.owned("notes"),
        ..raga
    })
}

/// Other names: "Miyan ki Todi" for "Todi (Miyan ki)", and what the remarks call "also Samudrapriya".
fn aliases(name: &str, notes: &str) -> Vec<String> {
    let turned =
        name.strip_suffix(')').and_then(|name| name.split_once(" (")).map(|(last, first)| format!("{first} {last}"));
    let is_name = |word: &&str| word.len() > 3 && !word.contains(' ') && word.starts_with(char::is_uppercase);
    let also = notes.split(';').filter_map(|part| part.trim().strip_prefix("also ")).filter(is_name).map(str::to_owned);
    turned.into_iter().chain(also).collect()
}

/// Lines that the remarks call "also S R3 G3 M1 P N3 S": the octave of the last note may be left out.
fn variants(notes: &str, tradition: Tradition) -> Vec<Vec<Note>> {
    let line = |part: &str| {
        let text = part.trim().strip_prefix("also ")?;
        let mut line = Note::parse_all(text.strip_prefix("sung ").unwrap_or(text), tradition).ok()?;
        if let [first, second, .., last] = line.as_mut_slice()
            && first.semitones() == last.semitones()
        {
            let higher = if second.semitones() > first.semitones() { last } else { first };
            higher.octave += 1;
        }
        Some(line)
    };
    notes.split(';').filter_map(line).collect()
}

/// exercises.json, the South first and each tradition as it is learnt.
fn exercises(ragas: &RagaBook, talas: &[Tala]) -> Result<Vec<Exercise>, String> {
    #[derive(serde::Deserialize)]
    struct File {
        exercises: Vec<exercise::Spec>,
    }
    let text = include_str!("../../../assets/raga/exercises.json");
    let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let read = |spec: &exercise::Spec| Exercise::from_spec(spec, ragas, talas).map_err(|error| error.to_string());
    let mut exercises = file.exercises.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let is_first = |exercise: &Exercise| ["karvai", "long tones"].iter().any(|begin| exercise.group.starts_with(begin));
    exercises.sort_by_key(|exercise| (exercise.tradition as usize, !is_first(exercise)));
    Ok(exercises)
}
