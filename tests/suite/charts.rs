//! Chord sheets of other programs, where annotated data is at hand.

use crate::accuracy::data;
use sangat::session::chart_file;
use sangat::theory::Chart;
use std::path::{Path, PathBuf};

/// All files of that extension below a folder.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut stack = vec![folder.to_path_buf()];
    while let Some(folder) = stack.pop() {
        for entry in std::fs::read_dir(&folder).expect("a readable folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                stack.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// What stands between the tags of that name, wherever they are.
fn inside<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let parts = text.match_indices(&open).map(|(at, _)| &text[at + open.len()..]);
    let parts = parts.filter(|part| part.starts_with(['>', ' ']));
    parts.filter_map(|part| Some(part.split_once(&close)?.0.split_once('>')?.1)).collect()
}

/// The score in a compressed file: its second entry, which is deflated.
fn score(path: &Path) -> String {
    let bytes = std::fs::read(path).expect("a readable file");
    let second = bytes.windows(4).enumerate().filter(|(_, w)| *w == b"PK\x03\x04").nth(1).expect("two entries").0;
    let length = |at: usize| usize::from(u16::from_le_bytes([bytes[second + at], bytes[second + at + 1]]));
    let mut text = String::new();
    let packed = &bytes[second + 30 + length(26) + length(28)..];
    std::io::Read::read_to_string(&mut flate2::read::DeflateDecoder::new(packed), &mut text).expect("a score");
    text
}

/// The lengths of the measures by their notes, in quarters. The scores have one voice, so all notes follow each other.
fn measures(score: &str) -> Vec<f64> {
    let mut divisions = 1.0;
    let number = |text: &str| text.trim().parse::<f64>().expect("a number");
    let length = |measure: &str| {
        divisions = inside(measure, "divisions").last().map_or(divisions, |text| number(text));
        let notes =
            inside(measure, "note").into_iter().filter(|note| !note.contains("<chord") && !note.contains("<grace"));
        notes.flat_map(|note| inside(note, "duration")).map(number).sum::<f64>() / divisions
    };
    inside(score, "measure").into_iter().map(length).collect()
}

fn quarters(chart: &Chart) -> f64 {
    chart.bars.iter().map(|bar| bar.signature.quarters()).sum()
}

#[test]
fn every_lead_sheet_of_openewld_becomes_a_chart_of_its_length() {
    let Some(data) = data("the reading of lead sheets") else { return };
    let files = files(&data.join("openewld/dataset"), "mxl");
    assert_eq!(files.len(), 502);
    let (mut compared, mut changes, mut written, mut kept) = (0, 0, 0, 0);
    for path in files {
        let name = path.display();
        let chart = chart_file::read(&path, None).unwrap_or_else(|e| panic!("{e}"));
        let chords: usize = chart.bars.iter().map(|bar| bar.chords.len()).sum();
        changes += chords;
        assert_eq!(Chart::parse_text(&chart.to_string()).as_ref(), Ok(&chart), "{name}");
        let score = score(&path);
        // A form is checked by its parts' own tests; here the sheets that are played straight through.
        if ["<repeat", "<ending", "D.C", "D.S", "dacapo", "dalsegno"].iter().any(|mark| score.contains(mark)) {
            continue;
        }
        compared += 1;
        written += inside(&score, "harmony").len();
        kept += chords;
        let measures = measures(&score);
        let (sum, played) = (measures.iter().sum::<f64>(), quarters(&chart));
        // Without its pick-up a chart is shorter by that, and then its last bar may be filled up with it.
        let is_same = [0.0, measures[0]].iter().any(|pickup| (sum - pickup - played).abs() < 0.1);
        assert!(is_same, "{name}: {played} quarters in the chart, {sum} in the measures");
    }
    let said = format!(
        "{changes} chords in 502 charts; {compared} without repeats keep their beats and have {kept} chords for {written} \
         written (a few N.C. are words)\n"
    );
    std::io::Write::write_all(&mut std::io::stderr(), said.as_bytes()).expect("standard error");
    assert!(compared > 200 && changes > 20_000 && kept * 100 >= written * 99);
}
