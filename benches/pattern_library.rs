//! Lets the models play what the pattern library holds, and keeps what is most like the rest of it.
//!
//! `cargo bench --no-default-features --features neural --bench pattern_library -- FILE`: for each part but the lead, which
//! answers phrases, and each style that its model was trained on, bars over one chord of each function, at each level of
//! energy and complexity. Of the bars of a shelf the medoids come first (Kaufman and Rousseeuw 1990): those that share
//! most of their notes with the others. The same models write the same file.

use sangat::band::patterns::{EARLY_BEATS, Function, LEVELS, PatternNote, Shelf, write};
use sangat::band::{
    Ask, Bar, Brief, Chords, Context, Ensemble, Feel, Note, Origin, Part, Reply, Role, Rung, STYLES, Style, Taste,
};
use sangat::session::models::{load_exact, on_one_thread};
use sangat::theory::Chord;
use std::collections::{BTreeMap, HashSet};
use std::path::Path;

/// Takes of a shelf, and bars of each; the first of them only lead in.
const TAKES: u64 = 4;
const BARS: i64 = 5;
const LEAD_IN: i64 = 1;
/// Patterns that a shelf keeps.
const KEPT: usize = 4;
/// Two bars that share more than this of their notes are one.
const SAME_SHARE: f64 = 0.85;
const PARTS: [Part; 3] = [Part::Drums, Part::Bass, Part::Keys];

fn main() -> std::io::Result<()> {
    let Some(file) = std::env::args().skip(1).find(|arg| arg != "--bench") else {
        eprintln!("Name the file to write.");
        return Ok(());
    };
    let bytes = on_one_thread(|| {
        let (ensemble, view) = load_exact(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/models")));
        view.problems.iter().for_each(|problem| eprintln!("{problem}"));
        write(&shelves(&*ensemble.expect("models")))
    });
    std::fs::write(&file, &bytes)?;
    println!("{file}: {} bytes", bytes.len());
    Ok(())
}

fn shelves(ensemble: &dyn Ensemble) -> BTreeMap<u32, Vec<Vec<PatternNote>>> {
    let mut shelves = BTreeMap::new();
    for (part, style) in PARTS.into_iter().flat_map(|part| STYLES.iter().map(move |style| (part, style))) {
        if ensemble.rung(part, style, style.beats_per_bar).is_none() {
            continue;
        }
        let functions = if part == Part::Drums { &Function::ALL[..1] } else { &Function::ALL[1..] };
        for (function, levels) in functions.iter().flat_map(|f| (0..LEVELS * LEVELS).map(move |levels| (*f, levels))) {
            for is_fill in [false, true].into_iter().filter(|is_fill| part == Part::Drums || !is_fill) {
                let (energy, complexity) = (levels / LEVELS, levels % LEVELS);
                let (beats, style_id) = (style.beats_per_bar, style.id);
                let shelf = Shelf { part, style: style_id, beats, is_fill, function, energy, complexity };
                let bars = (0..TAKES).flat_map(|seed| take(&mut *ensemble.another(), &shelf, style, seed)).collect();
                shelves.insert(shelf.key(), most_typical(bars));
            }
        }
        println!("{} {}", part.key(), style.key);
    }
    shelves
}

/// A chord over C of each function.
fn chord(function: Function) -> Option<Chord> {
    let name = match function {
        Function::Any => return None,
        Function::Major => "C",
        Function::Minor => "Cm7",
        Function::Dominant => "C7",
        Function::Diminished => "Cm7b5",
    };
    Chord::parse(name)
}

/// The bars of one take, each played after those before it.
fn take(ensemble: &mut dyn Ensemble, shelf: &Shelf, style: &'static Style, seed: u64) -> Vec<Vec<PatternNote>> {
    let middle = |level: u32| (level as f32 + 0.5) / LEVELS as f32;
    let mut chords = Chords::default();
    let over = chord(shelf.function);
    if let Some(chord) = over {
        chords.push(0.0, chord, Origin::Chart, 1.0);
    }
    let (mut brief, mut reply, mut context) = (Brief::new(), Reply::new(), Context::new());
    let (mut before, band): (Vec<Note>, _) = (Vec::new(), std::array::from_fn(|_| Vec::new()));
    let mut bars = Vec::new();
    for index in 0..BARS {
        let begin_beats = index as f64 * f64::from(shelf.beats);
        context.now_beats = begin_beats - 8.0;
        let is_fill = shelf.is_fill && index >= LEAD_IN;
        brief.write(
            1,
            &Ask {
                part: shelf.part,
                bar: Bar {
                    index,
                    begin_beats,
                    beats: shelf.beats,
                    role: if is_fill { Role::Fill } else { Role::Groove },
                    in_section: index as u32,
                    ..Bar::default()
                },
                from_beats: begin_beats - if index > 0 { EARLY_BEATS / 2.0 } else { 0.0 },
                style,
                taste: Taste { complexity: middle(shelf.complexity), ..Taste::of(shelf.part) },
                feel: Feel {
                    swing: style.swing,
                    fills: 0.5,
                    energy: middle(shelf.energy),
                    bpm: (style.bpm.0 * style.bpm.1).sqrt(),
                },
                chords: &chords,
                key: None,
                context: &context,
                before: &before,
                band: &band,
                turn: None,
                seed: 1 + seed,
            },
        );
        reply.begin(1);
        ensemble.play(&brief, &|| false, &mut reply);
        before.extend_from_slice(&reply.notes[0]);
        if reply.rung < Rung::Cached && index >= LEAD_IN {
            bars.push(reply.notes[0].iter().map(|note| pattern_note(note, begin_beats, over)).collect());
        }
    }
    bars
}

fn pattern_note(note: &Note, begin_beats: f64, over: Option<Chord>) -> PatternNote {
    PatternNote {
        begin_beats: note.begin_beats - begin_beats,
        length_beats: note.length_beats,
        key: note.key,
        velocity: note.velocity,
        is_tone: over.is_some_and(|chord| chord.has(note.key)),
    }
}

/// The bars that share most of their notes with all others, no two of them alike.
fn most_typical(bars: Vec<Vec<PatternNote>>) -> Vec<Vec<PatternNote>> {
    let places = |bar: &Vec<PatternNote>| -> HashSet<(i64, u8)> {
        bar.iter().map(|note| ((note.begin_beats * 4.0).round() as i64, note.key)).collect()
    };
    let sets: Vec<HashSet<(i64, u8)>> = bars.iter().map(places).collect();
    let alike = |a: usize, b: usize| {
        let common = sets[a].intersection(&sets[b]).count() as f64;
        common / (sets[a].union(&sets[b]).count() as f64).max(1.0)
    };
    let typical = |at: usize| (0..sets.len()).map(|other| alike(at, other)).sum::<f64>();
    let mut order: Vec<usize> = (0..bars.len()).filter(|at| !bars[*at].is_empty()).collect();
    order.sort_by(|a, b| typical(*b).total_cmp(&typical(*a)));
    let mut kept: Vec<usize> = Vec::new();
    for at in order {
        if kept.len() < KEPT && kept.iter().all(|other| alike(at, *other) < SAME_SHARE) {
            kept.push(at);
        }
    }
    kept.into_iter().map(|at| bars[at].clone()).collect()
}
