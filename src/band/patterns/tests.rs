use super::*;
use crate::band::{Bar, Chords, Context, Feel, Origin, STYLES, Taste};
use std::collections::BTreeMap;
use std::sync::Arc;

fn note(begin_beats: f64, key: u8, is_tone: bool) -> PatternNote {
    PatternNote { begin_beats, length_beats: 0.5, key, velocity: 80, is_tone }
}

fn shelf(function: Function) -> Shelf {
    let (part, style) = (Part::Bass, StyleId::Swing);
    Shelf { part, style, beats: 4, is_fill: false, function, energy: 1, complexity: 1 }
}

fn library() -> Vec<u8> {
    let walk = vec![note(-0.05, 36, true), note(1.0, 40, true), note(2.0, 43, true), note(3.0, 47, false)];
    let shelves = BTreeMap::from([
        (shelf(Function::Major).key(), vec![walk.clone()]),
        (shelf(Function::Dominant).key(), vec![vec![note(0.0, 36, true)], vec![note(0.0, 43, true)]]),
    ]);
    write(&shelves)
}

fn with_ask<T>(chords: &[(f64, &str)], from_beats: f64, then: impl FnOnce(&Ask<'_>) -> T) -> T {
    let mut over = Chords::default();
    for (at, name) in chords {
        over.push(*at, Chord::parse(name).expect("a chord"), Origin::Heard, 1.0);
    }
    let (context, band) = (Context::new(), std::array::from_fn(|_| Vec::new()));
    then(&Ask {
        part: Part::Bass,
        bar: Bar { index: 2, begin_beats: 8.0, beats: 4, ..Bar::default() },
        from_beats,
        style: &STYLES[StyleId::Swing as usize],
        taste: Taste::of(Part::Bass),
        feel: Feel { swing: 0.66, fills: 0.0, energy: 0.5, bpm: 120.0 },
        chords: &over,
        key: None,
        context: &context,
        before: &[],
        band: &band,
        turn: None,
        seed: 1,
    })
}

fn played(chords: &[(f64, &str)], from_beats: f64) -> Vec<(f64, u8)> {
    let file = PatternFile::new(Arc::new(library())).expect("a library");
    let mut out = Vec::with_capacity(BAR_NOTES_MAX);
    with_ask(chords, from_beats, |ask| play(&file, ask, &mut out));
    out.iter().map(|note| ((note.begin_beats * 100.0).round() / 100.0, note.key)).collect()
}

#[test]
fn a_pattern_is_brought_to_the_chords_that_sound() {
    assert_eq!(played(&[(0.0, "C")], 7.5), [(7.95, 36), (9.0, 40), (10.0, 43), (11.0, 48)], "a B jars over C");
    assert_eq!(played(&[(0.0, "Ab")], 7.5), [(7.95, 32), (9.0, 36), (10.0, 39), (11.0, 44)]);
    assert_eq!(played(&[(0.0, "F"), (10.0, "Fm7")], 8.0)[1..], [(10.0, 48), (11.0, 51)]);
    assert_eq!(played(&[(0.0, "Am")], 7.5), [], "there is none for minor");
}

#[test]
fn of_a_shelf_one_pattern_is_held_for_a_while() {
    let first = played(&[(0.0, "G7")], 7.5);
    assert!(first == [(8.0, 43)] || first == [(8.0, 38)], "{first:?}");
    assert_eq!(played(&[(0.0, "G7")], 7.5), first);
}

#[test]
fn what_is_no_library_is_told_and_every_cut_and_change_is_found_or_harmless() {
    let whole = library();
    assert_eq!(PatternFile::new(Arc::new(whole.clone())).map(|file| file.len()), Ok(3));
    let error = |bytes: Vec<u8>| PatternFile::new(Arc::new(bytes)).err();
    assert_eq!(error(b"RIFF....".to_vec()), Some(PatternsError::Foreign));
    assert_eq!(error([b"SGPT".to_vec(), vec![9; 20]].concat()), Some(PatternsError::Version));
    for end in 5..whole.len() {
        assert!(error(whole[..end].to_vec()).is_some(), "cut at {end}");
    }
    for at in 4..whole.len() {
        let mut bent = whole.clone();
        bent[at] ^= 0xa5;
        if let Ok(file) = PatternFile::new(Arc::new(bent)) {
            for pattern in 0..file.len() {
                assert!(file.notes(pattern).all(|note| note.key < 128 && note.length_beats > 0.0), "{at}");
            }
        }
    }
}

#[test]
fn every_shelf_has_its_own_key() {
    let mut keys = std::collections::HashSet::new();
    for part in Part::ALL {
        for style in STYLES.each_ref().map(|style| style.id) {
            for function in Function::ALL {
                for (level, beats) in (0..LEVELS).flat_map(|level| [2, 3, 4].map(|beats| (level, beats))) {
                    let shelf = Shelf { part, style, beats, function, energy: level, ..shelf(function) };
                    assert!(keys.insert(shelf.key()));
                    assert!(keys.insert(Shelf { complexity: (level + 1) % LEVELS, is_fill: true, ..shelf }.key()));
                }
            }
        }
    }
}
