//! What Rust and Python must agree on: the pieces of `models/check/players.json` and the classes they become.

use super::drums::{self, DRUMS, DrumInputs, Strokes, offset_class, rhythm_numbers, step_of};
use super::notes::{self, Cursor, Event, NoteInputs, Onset, REST_TICKS, Who};
use super::scene::{BarFacts, Onsets, Rhythm, Scene};
use super::*;
use crate::band::{Note, Part};
use serde_json::Value;

/// A file of `models/check`, as JSON.
pub fn check_file(name: &str) -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("models/check").join(name);
    let text = std::fs::read_to_string(&path).expect("a file of models/check");
    serde_json::from_str(&text).expect("JSON")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// Numbers of a list, `None` for null.
pub fn numbers(value: &Value) -> Vec<Option<f64>> {
    list(value).iter().map(Value::as_f64).collect()
}

fn classes(value: &Value) -> Vec<i64> {
    list(value).iter().map(|v| v.as_i64().unwrap_or_else(|| i64::from(v.as_bool().expect("a class")))).collect()
}

fn scene(of: &Value, part: Part) -> Scene {
    let (bars, piece) = (&of["bars"], &of[part.key()]["piece"]);
    let field = |name: &str| numbers(&bars[name]);
    let (beats, style, bpm, phrase) = (field("beats"), field("style"), field("bpm"), field("phrase"));
    let (energy, density, key, fill) = (field("energy"), field("density"), field("player_key"), field("fill"));
    let mut scene = Scene::default();
    for bar in 0..beats.len() {
        let beats = beats[bar].expect("beats") as i32;
        scene.push_bar(BarFacts {
            beats,
            style: style[bar].map_or(15, |style| style as u8),
            metre: metre_class(beats),
            phrase: phrase[bar].expect("a place") as u8 % 4,
            tempo: tempo_class(bpm[bar].expect("a tempo")),
            energy: energy_class(energy[bar]),
            density: density_class(density[bar]),
            player: player_class(density[bar], key[bar]),
            fill: fill[bar].map_or(2, |fill| fill as u8),
        });
    }
    if part != Part::Drums {
        let chords = &piece["chords"];
        for ((begin, root), mask) in
            list(&chords["begin"]).iter().zip(numbers(&chords["root"])).zip(list(&chords["mask"]))
        {
            let mask = classes(mask).iter().fold(0, |mask, degree| mask | 1 << degree);
            let tick = whole(f64::from(TICKS) * begin.as_f64().expect("a beat"));
            scene.push_tones(tick, root.map(|root| (root as u8, mask)));
        }
    }
    let steps = &piece[if part == Part::Drums { "player_steps" } else { "rhythm_steps" }];
    if !steps.is_null() {
        let mut onsets = Onsets::default();
        classes(steps).iter().for_each(|step| onsets.set(*step as i32));
        scene.rhythm = if part == Part::Bass { Rhythm::Ahead(onsets) } else { Rhythm::BarBefore(onsets) };
    }
    scene
}

/// An element of a piece of notes and what comes of it.
pub struct NoteElement {
    /// What goes in.
    pub inputs: NoteInputs,
    /// When the event comes.
    pub onset: Onset,
    /// The event, or a rest.
    pub event: Option<Event>,
}

/// The elements of a piece of notes.
pub fn note_elements(of: &Value, part: Part) -> Vec<NoteElement> {
    let scene = scene(of, part);
    let mut events: Vec<Event> = Vec::new();
    for note in list(&of[part.key()]["piece"]["notes"]) {
        let n: Vec<f64> = numbers(note).into_iter().flatten().collect();
        let note = Note { begin_beats: n[0], length_beats: n[1], key: n[2] as u8, velocity: n[3] as u8 };
        events.push(Event::of(&note, 0.0, if n[4] > 0.0 { Who::Part } else { Who::Player }));
    }
    notes::put_in_order(&mut events);
    let mut cursor = Cursor::default();
    let mut elements = Vec::new();
    for event in events {
        while event.tick - cursor.tick >= REST_TICKS {
            let inputs = cursor.inputs(&scene, event.who);
            let onset = cursor.onset(&scene, &inputs, REST_TICKS as u8);
            elements.push(NoteElement { inputs, onset, event: None });
            cursor.rest(event.who);
        }
        let inputs = cursor.inputs(&scene, event.who);
        let onset = cursor.onset(&scene, &inputs, (event.tick - cursor.tick) as u8);
        elements.push(NoteElement { inputs, onset, event: Some(event) });
        cursor.advance(&scene, &event);
    }
    elements
}

/// The elements of the drums' piece, with the strokes of each.
pub fn drum_elements(of: &Value) -> Vec<(DrumInputs, Strokes)> {
    let scene = scene(of, Part::Drums);
    let mut steps = vec![Strokes::default(); (scene.end_tick() / STEP_TICKS) as usize];
    for stroke in list(&of["drums"]["piece"]["strokes"]) {
        let n: Vec<f64> = numbers(stroke).into_iter().flatten().collect();
        let (step, offset) = step_of(n[0]);
        if let Some(strokes) = steps.get_mut(step as usize) {
            strokes.strike(n[1] as usize, n[2] as u8, offset);
        }
    }
    let mut last = Strokes::default();
    let element = |(step, strokes): (usize, &Strokes)| {
        let inputs = DrumInputs::at(&scene, step as i32, std::mem::replace(&mut last, *strokes));
        (inputs, *strokes)
    };
    steps.iter().enumerate().map(element).collect()
}

fn near(found: &[f32], wanted: &Value, what: &str) {
    let wanted = numbers(wanted);
    assert_eq!(found.len(), wanted.len(), "{what}");
    for (found, wanted) in found.iter().zip(wanted) {
        assert!((f64::from(*found) - wanted.expect("a number")).abs() < 1e-5, "{what}: {found} {wanted:?}");
    }
}

#[test]
fn the_drums_become_the_same_elements_as_in_python() {
    let of = check_file("players.json");
    let wanted = &of["drums"]["elements"];
    let elements = drum_elements(&of);
    assert_eq!(elements.len(), list(&wanted["last"]).len());
    for (at, (inputs, strokes)) in elements.iter().enumerate() {
        for ((name, size), class) in drums::INPUTS.iter().zip(inputs.classes) {
            assert!(usize::from(class) < *size);
            assert_eq!(i64::from(class), classes(&wanted["embed"][name])[at], "{name} of step {at}");
        }
        near(&inputs.last.seen(), &wanted["last"][at], "last");
        near(&rhythm_numbers(inputs.rhythm), &wanted["rhythm"][at], "rhythm");
        for drum in 0..DRUMS {
            let target = |name: &str| wanted["targets"][name][at][drum].as_i64();
            assert_eq!(Some(f64::from(strokes.velocity[drum])), wanted["velocity"][at][drum].as_f64());
            assert_eq!(Some(i64::from(strokes.velocity_class(drum))), target("velocity"));
            assert_eq!(Some(i64::from(offset_class(strokes.offset[drum]))), target("offset"), "{at} {drum}");
        }
    }
}

#[test]
fn notes_become_the_same_elements_as_in_python() {
    let of = check_file("players.json");
    for part in [Part::Bass, Part::Keys, Part::Lead] {
        let wanted = &of[part.key()]["elements"];
        let elements = note_elements(&of, part);
        assert_eq!(elements.len(), list(&wanted["rhythm"]).len(), "{part:?}");
        for (at, element) in elements.iter().enumerate() {
            let is = |name: &str, size: usize, class: u8| {
                assert!(usize::from(class) < size);
                assert_eq!(i64::from(class), classes(&wanted["embed"][name])[at], "{name} of {part:?} {at}");
            };
            notes::INPUTS.iter().zip(element.inputs.classes).for_each(|((name, size), class)| is(name, *size, class));
            notes::ONSETS.iter().zip(element.onset.classes).for_each(|((name, size), class)| is(name, *size, class));
            near(&rhythm_numbers(element.inputs.rhythm), &wanted["rhythm"][at], "rhythm");
            let about = |name: &str| classes(&wanted["pitch"][name])[at];
            let or_none = |of: Option<u8>| of.map_or(-1, i64::from);
            assert_eq!(or_none(element.onset.last), about("last"), "{part:?} {at}");
            assert_eq!(or_none(element.onset.root), about("root"), "{part:?} {at}");
            assert_eq!(or_none(element.onset.next_root), about("next_root"), "{part:?} {at}");
            assert_eq!(or_none(element.onset.above), about("above"), "{part:?} {at}");
            assert_eq!(element.event.is_some(), classes(&wanted["is_note"])[at] != 0);
            if let Some(event) = element.event {
                for ((name, size), class) in notes::KEY_FIELDS.iter().zip(element.onset.key_classes(event.key)) {
                    is(name, *size, class);
                }
                let target = |name: &str| classes(&wanted["targets"][name])[at];
                let found = [event.key, event.length, event.loud, event.nudge].map(i64::from);
                assert_eq!(found, ["key", "length", "loud", "nudge"].map(target), "{part:?} {at}");
            }
        }
    }
}
