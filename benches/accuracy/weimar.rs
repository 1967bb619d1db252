//! The Weimar Jazz Database: solos with phrases and beats by hand.

use flate2::read::GzDecoder;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// A note of a solo.
pub struct SoloNote {
    pub begin_secs: f64,
    pub end_secs: f64,
    pub key: u8,
    pub is_phrase_begin: bool,
}

/// A solo.
pub struct Solo {
    pub performer: String,
    /// The feel of the rhythm in the database's own word, as `SWING`.
    pub feel: String,
    pub notes: Vec<SoloNote>,
    pub beats_secs: Vec<f64>,
}

impl Solo {
    /// Whether this performer, one in four by the order of their names, is kept apart from all fitting.
    pub fn is_held_out(&self, performers: &[&str]) -> bool {
        performers.iter().position(|name| *name == self.performer).is_some_and(|place| place.is_multiple_of(4))
    }
}

/// All names of performers, sorted, each once.
pub fn performers(solos: &[Solo]) -> Vec<&str> {
    let mut names: Vec<&str> = solos.iter().map(|solo| solo.performer.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// All solos in the folder `weimar` of the data; none where it cannot be read.
pub fn solos(data: &Path) -> Vec<Solo> {
    let folder = data.join("weimar");
    let mut beats: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for mut row in table(&folder.join("wjd_annotated_beat_tracks.csv.gz"), &["id", "onset"]) {
        if let Ok(at_secs) = row[1].parse() {
            beats.entry(std::mem::take(&mut row[0])).or_default().push(at_secs);
        }
    }
    let mut solos = Vec::new();
    for row in table(&folder.join("wjd_meta.csv.gz"), &["id", "performer", "rhythmfeel"]) {
        let name = row[0].trim_end_matches(".sv");
        let columns = ["onset", "duration", "pitch", "phrase_begin"];
        let notes = table(&folder.join(format!("melody/{name}.csv.gz")), &columns);
        let notes: Vec<SoloNote> = notes.iter().filter_map(|row| note(row)).collect();
        if !notes.is_empty() {
            let beats_secs = beats.remove(&row[0]).unwrap_or_default();
            solos.push(Solo { performer: row[1].clone(), feel: row[2].clone(), notes, beats_secs });
        }
    }
    solos
}

fn note(row: &[String]) -> Option<SoloNote> {
    let begin_secs: f64 = row[0].parse().ok()?;
    Some(SoloNote {
        begin_secs,
        end_secs: begin_secs + row[1].parse::<f64>().ok()?,
        key: row[2].parse::<f64>().ok()? as u8,
        is_phrase_begin: row[3].parse::<f64>().ok()? == 1.0,
    })
}

/// The named columns of every row of a packed table; none where it cannot be read or lacks one of them.
fn table(path: &Path, columns: &[&str]) -> Vec<Vec<String>> {
    let mut text = String::new();
    let read = std::fs::File::open(path).and_then(|file| GzDecoder::new(file).read_to_string(&mut text));
    let mut rows = if read.is_ok() { cells(&text) } else { Vec::new() }.into_iter();
    let head = rows.next().unwrap_or_default();
    let places: Option<Vec<usize>> = columns.iter().map(|name| head.iter().position(|cell| cell == name)).collect();
    let Some(places) = places else { return Vec::new() };
    rows.filter(|row| row.len() == head.len())
        .map(|mut row| places.iter().map(|place| std::mem::take(&mut row[*place])).collect())
        .collect()
}

/// The cells of comma-separated rows; quoted ones may hold commas, line ends and doubled quotes.
fn cells(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut is_quoted = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !is_quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            '\r' if !is_quoted => {}
            _ => cell.push(letter),
        }
    }
    rows
}
