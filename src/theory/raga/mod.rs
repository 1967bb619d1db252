//! Ragas and what belongs to them: swaras, shrutis, parent scales, grammar.
//!
//! The facts are tables in `assets/raga/`, compiled into the program and read once by [`tables`]. What follows from a
//! rule (the 72 melakartas, the grammar of a raga) is computed, and tests hold it to the tables.

mod book;
mod form;
mod grammar;
mod melakarta;
mod note;
mod sheet;
mod swara;
#[cfg(test)]
mod tests;

pub use book::{NEAR_NAMES, RagaBook, RagaNotFound};
pub use form::{Confidence, Fault, NOTES_MAX, NOTES_MIN, Parent, Raga, RagaError};
pub use grammar::{Grade, Grammar, Motion};
pub use melakarta::Melakarta;
pub use note::{Note, OCTAVES_MAX, Written, write_notes};
pub use swara::{Script, Swara, Tradition};

use sheet::{Row, Sheet};
use std::sync::LazyLock;

/// All tables.
#[derive(Debug)]
pub struct Tables {
    /// The 72 parent scales, by number from 1.
    pub melakartas: Vec<Melakarta>,
    /// 144 ragas of the South ("C001"), 85 of the North ("H001") and the 72 melakartas ("M01").
    pub ragas: RagaBook,
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
        let melakartas: Vec<Melakarta> = Sheet::read(include_str!("../../../assets/raga/melakarta.csv"))
            .rows()
            .filter_map(Melakarta::from_row)
            .collect();
        let sheet = Sheet::read(include_str!("../../../assets/raga/ragas.csv"));
        let mut ragas = sheet.rows().map(raga_of_row).collect::<Result<Vec<_>, _>>()?;
        ragas.extend(melakartas.iter().map(Raga::of_melakarta));
        let mut swara_names = [[""; 2]; 16];
        for row in Sheet::read(include_str!("../../../assets/raga/swarasthanas.csv")).rows() {
            let swara = Swara::parse(row.text("symbol"), Tradition::Carnatic).ok_or(row.text("symbol"))?;
            swara_names[swara as usize] = [row.text("carnatic_name"), row.text("hindustani_name")];
        }
        Ok(Self { melakartas, ragas: RagaBook::new(ragas), swara_names })
    }
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
