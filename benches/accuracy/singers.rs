//! The teacher on recordings of singers over a tanpura: Sa, the intonation of each svara, and the raga. Read, never learned
//! from.

use crate::pitch::row;
use crate::recordings::files;
use crate::table::Row;
use sangat::practice::{Marking, Names, Subject, Summary, Targets};
use sangat::session::practice::{PracticeOptions, practice};
use sangat::theory::raga::{Script, Tradition, tables};
use std::path::Path;

/// The letters of the annotation by semitones over Sa: capitals are the higher form.
const LETTERS: &str = "SrRgGmMPdDnN";

/// The rows of the recordings in a folder; none where they are not there.
pub fn rows(folder: &Path, rows: &mut Vec<Row>) {
    let known = std::fs::read_to_string(folder.join("recordings.json")).unwrap_or_default();
    let known: serde_json::Value = serde_json::from_str(&known).unwrap_or_default();
    for path in files(folder, "wav") {
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let rag = &known[&name]["rag"];
        let (Some(raga), Some(sa_hz), Some(svaras)) =
            (rag["rag"].as_str(), rag["sa"].as_f64(), rag["intonation"].as_object())
        else {
            continue;
        };
        let options = PracticeOptions {
            sa_hz: None,
            raga: Some(raga.to_owned()),
            exercises: Vec::new(),
            exercise: None,
            tradition: Some(Tradition::Hindustani),
            marking: Marking::True,
            ragas: tables().ragas.clone(),
        };
        let Ok(practised) = practice(&path, &options, &mut |_| Ok(())) else { continue };
        let summary = practised.summary;
        let sa_cents = 1200.0 * (f64::from(summary.sa_hz) / sa_hz).log2();
        rows.push(row("Sa found by itself", name.as_str(), "10 c", format!("{sa_cents:+.1} c")));
        let place = summary.raga_hint.iter().position(|guess| guess.raga.eq_ignore_ascii_case(raga));
        let place = place.map_or_else(|| "not among them".to_owned(), |place| (place + 1).to_string());
        rows.push(row("the raga's place in the hint", name.as_str(), "1 to 3", place));
        let annotated: Vec<(i16, f64)> =
            svaras.iter().filter_map(|(svara, cents)| Some((semitones(svara)?, cents.as_f64()?))).collect();
        rows.push(intonation(&name, &summary, &annotated));
    }
}

/// How far the median of each svara is from the annotation, over the recording's own Sa.
fn intonation(name: &str, summary: &Summary, annotated: &[(i16, f64)]) -> Row {
    let raga = tables().ragas.find(&summary.raga, Some(Tradition::Hindustani)).expect("it was judged by").clone();
    let subject = Subject::from(raga);
    let (targets, names) = (Targets::of(&subject), Names::new(&subject, Script::Latin));
    let mut told = Vec::new();
    let (mut within, mut found) = (0, 0);
    for (semitones, cents) in annotated {
        let called = names.name(*semitones);
        let heard = summary.swaras.iter().find(|row| row.swara == called.symbol && row.octave == called.octave);
        let marks = if called.octave < 0 { "," } else { &"'"[..usize::from(called.octave > 0)] };
        let Some(heard) = heard else {
            told.push(format!("{}{marks} not heard", called.symbol));
            continue;
        };
        let off = f64::from(targets.cents(*semitones) + heard.median_cents) - cents;
        found += 1;
        within += usize::from(off.abs() <= 15.0);
        told.push(format!("{}{marks} {off:+.0}", called.symbol));
    }
    row(
        "median of each svara, off the annotation",
        name,
        "15 c",
        format!("{within} of {found} within: {}", told.join(", ")),
    )
}

/// "D0" is Dha of the octave below: semitones over middle Sa.
fn semitones(svara: &str) -> Option<i16> {
    let mut letters = svara.chars();
    let position = LETTERS.find(letters.next()?)? as i16;
    let octave: i16 = letters.as_str().parse().ok()?;
    Some(position + 12 * (octave - 1))
}
