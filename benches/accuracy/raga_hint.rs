//! The raga hint, on walks through the lines of each raga with wrong notes among them.
//!
//! The walks are made here, not by the hint's own model: along a line, turning where the other line has the same note;
//! and, looser, by the steps that the grammar of a lesson calls legal.

use crate::table::Row;
use sangat::base::Rng;
use sangat::practice::hint::{HeldPitch, RagaHint};
use sangat::theory::raga::{Confidence, Grammar, Note, Raga, RagaBook, Tradition, tables};
use serde_json::Value;
use std::path::Path;

/// How often a walk along a line turns before its end.
const TURNS: f32 = 0.15;
/// How many of the notes are wrong.
const WRONG: f32 = 0.15;
/// A wrong note is at most so many semitones away.
const ASTRAY: u32 = 5;
/// Walks through each raga.
const WALKS: u64 = 10;

/// Ragas of which each is walked and among which each is looked for.
struct Among {
    on: &'static str,
    book: RagaBook,
}

/// Which notes are sung.
type Walker = fn(&Raga, &mut Rng, usize) -> Vec<i16>;

/// The rows of the hint.
pub fn rows(data: Option<&Path>) -> Vec<Row> {
    let is_sure = |raga: &&Raga| raga.confidence != Confidence::C && !raga.id.starts_with('M');
    let of = |tradition| {
        let kept = tables().ragas.ragas().iter().filter(|raga| raga.tradition == tradition).filter(is_sure);
        RagaBook::new(kept.cloned().collect())
    };
    let sets = [
        Among { on: "131 of the South", book: of(Tradition::Carnatic) },
        Among { on: "78 of the North", book: of(Tradition::Hindustani) },
        Among { on: "all 301", book: tables().ragas.clone() },
    ];
    let mut rows = Vec::new();
    for set in &sets {
        for (notes, wanted) in [(30, ""), (60, "0.90 / 0.98"), (120, "")] {
            let wanted = if set.on.starts_with("all") { "" } else { wanted };
            rows.push(row(set, "lines", along_lines, (notes, wanted)));
        }
        rows.push(row(set, "legal steps", by_grammar, (60, "")));
        rows.push(row(set, "lines, a third of them touches between", with_touches, (60, "")));
    }
    rows.extend(data.map(|data| data.join("evaluation-only/hindustani-voice")).and_then(|data| singer_row(&data)));
    rows
}

/// A singer's phrases over a tanpura, from the pitch line that comes with the recordings.
fn singer_row(folder: &Path) -> Option<Row> {
    let read = |name: String| serde_json::from_str::<Value>(&std::fs::read_to_string(folder.join(name)).ok()?).ok();
    let recordings = read("recordings.json".to_owned())?;
    let mut measured = Vec::new();
    for (name, recording) in recordings.as_object()? {
        let wanted = recording["rag"]["rag"].as_str()?;
        let raga = tables().ragas.find(wanted, Some(Tradition::Hindustani)).ok()?;
        let mut hint = RagaHint::new(&tables().ragas);
        hint.set_tradition(Some(Tradition::Hindustani));
        let mut places = Vec::new();
        let mut next_secs = 30.0;
        for note in held_notes(&read(format!("{name}_pitchTrack.json"))?) {
            if note.at_secs >= next_secs {
                places.push(place(&hint, raga));
                next_secs += 30.0;
            }
            hint.hear(note);
        }
        places.push(place(&hint, raga));
        measured.push(format!("{} {}", raga.name, places.join(", ")));
    }
    Some(Row {
        what: "raga hint, place among the three after 30, 60 .. s".to_owned(),
        on: "a singer over a tanpura, 85 of the North".to_owned(),
        wanted: "in the three".to_owned(),
        measured: measured.join("; "),
    })
}

fn place(hint: &RagaHint, raga: &Raga) -> String {
    let candidates = hint.answer().candidates;
    let place = candidates.iter().position(|candidate| candidate.id == raga.id);
    place.map_or("none".to_owned(), |place| format!("{} ({:.2})", place + 1, candidates[place].probability))
}

/// What is held for a tenth of a second within a quarter-tone, of a line of cents every 10 ms.
fn held_notes(line: &Value) -> Vec<HeldPitch> {
    let frames = line.as_object().into_iter().flatten();
    let mut frames: Vec<(f64, Option<f64>)> =
        frames.filter_map(|(at, cents)| Some((at.parse().ok()?, cents.as_f64()))).collect();
    frames.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut notes = Vec::new();
    let mut held: Vec<(f64, f64)> = Vec::new();
    for (at_secs, cents) in frames.into_iter().chain([(f64::INFINITY, None)]) {
        let mean = held.iter().map(|(_, cents)| cents).sum::<f64>() / held.len().max(1) as f64;
        if cents.is_none_or(|cents| !held.is_empty() && (cents - mean).abs() > 40.0) {
            if held.len() >= 10 {
                let secs = 0.01 * held.len() as f32;
                notes.push(HeldPitch { at_secs: held[0].0, cents: mean as f32, secs });
            }
            held.clear();
        }
        held.extend(cents.map(|cents| (at_secs, cents)));
    }
    notes
}

fn row(set: &Among, how: &str, walker: Walker, (notes, wanted): (usize, &str)) -> Row {
    let mut hint = RagaHint::new(&set.book);
    let (mut walks, mut first, mut third, mut family) = (0, 0, 0, 0);
    for raga in set.book.ragas() {
        for seed in 0..WALKS {
            let mut rng = Rng::new(seed.wrapping_mul(7919) + walks as u64);
            hint.reset();
            sing(&mut hint, &walker(raga, &mut rng, notes), &mut rng);
            let candidates = hint.answer().candidates;
            let place = candidates.iter().position(|candidate| candidate.id == raga.id);
            walks += 1;
            first += usize::from(place == Some(0));
            third += usize::from(place.is_some());
            let is_named = candidates.first().is_some_and(|top| top.family.contains(&raga.name));
            family += usize::from(place == Some(0) || is_named);
        }
    }
    let share = |count: usize| count as f32 / walks.max(1) as f32;
    Row {
        what: format!("raga hint, {notes} notes along {how}, 15 % wrong"),
        on: format!("{}, {walks} walks", set.on),
        wanted: wanted.to_owned(),
        measured: format!(
            "top-1 {:.3} / top-3 {:.3}; on top or named as its family {:.3}",
            share(first),
            share(third),
            share(family)
        ),
    }
}

/// Two notes a second, each of another length, some of them wrong.
fn sing(hint: &mut RagaHint, notes: &[i16], rng: &mut Rng) {
    let mut at_secs = 0.0;
    for note in notes {
        let astray = if rng.unit() < WRONG { 1 + rng.below(ASTRAY) as i16 } else { 0 };
        let astray = if rng.unit() < 0.5 { astray } else { -astray };
        // A touch is marked by an octave that nobody sings.
        let is_touch = *note >= TOUCH;
        let (note, astray) = if is_touch { (*note - TOUCH, 0) } else { (*note, astray) };
        let secs = if is_touch { 0.13 + 0.04 * rng.bipolar() } else { 0.5 + 0.2 * rng.bipolar() };
        let cents = 100.0 * f32::from(note + astray) + 15.0 * rng.bipolar();
        hint.hear(HeldPitch { at_secs, cents, secs });
        at_secs += f64::from(secs);
    }
}

/// Along the arohana and the avarohana, from one into the other at a note that both have.
fn along_lines(raga: &Raga, rng: &mut Rng, count: usize) -> Vec<i16> {
    let pitches = |line: &[Note]| line.iter().map(|note| note.semitones()).collect::<Vec<_>>();
    let lines = [pitches(&raga.arohana), pitches(&raga.avarohana)];
    let (mut way, mut place, mut shift) = (0, 0, 0);
    let mut sung = Vec::with_capacity(count);
    while sung.len() < count {
        let pitch = lines[way][place] + shift;
        sung.push(pitch);
        let is_end = place + 1 == lines[way].len();
        if is_end || rng.unit() < TURNS {
            let other = &lines[1 - way];
            let is_same = |at: &usize| (other[*at] - pitch).rem_euclid(12) == 0 && at + 1 < other.len();
            let same: Vec<usize> = (0..other.len()).filter(is_same).collect();
            match same.get(rng.below(same.len() as u32) as usize) {
                Some(at) => (way, place, shift) = (1 - way, *at + 1, pitch - other[*at]),
                None if is_end => (way, place, shift) = (1 - way, 0, 0),
                None => place += 1,
            }
            if lines[way].iter().any(|pitch| (pitch + shift).abs() > 30) {
                shift = 0;
            }
        } else {
            place += 1;
        }
    }
    sung
}

/// What a touch is told by.
const TOUCH: i16 = 1000;

/// Along the lines, as voices sing them: on the way to a note they touch another that is near, be it in the raga or not.
fn with_touches(raga: &Raga, rng: &mut Rng, count: usize) -> Vec<i16> {
    let mut sung = Vec::with_capacity(2 * count);
    for note in along_lines(raga, rng, count) {
        if rng.below(2) == 0 {
            sung.push(TOUCH + note + rng.below(7) as i16 - 3);
        }
        sung.push(note);
    }
    sung
}

/// By legal steps of less than half an octave, in runs up and down.
fn by_grammar(raga: &Raga, rng: &mut Rng, count: usize) -> Vec<i16> {
    let grammar = Grammar::of(raga);
    let (mut at, mut is_rising) = (0_i16, true);
    let walk = |_| {
        is_rising = match at {
            ..=-1 => true,
            13.. => false,
            _ => is_rising != (rng.unit() < TURNS),
        };
        let near = |to: &i16| (*to > at) == is_rising && (to - at).abs() < 6;
        let nexts: Vec<i16> = grammar.nexts(at).filter(near).collect();
        at = nexts.get(rng.below(nexts.len() as u32) as usize).copied().unwrap_or(0);
        at
    };
    (0..count).map(walk).collect()
}
