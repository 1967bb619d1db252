//! Plays a piece to the harmony ear and keeps what it said when.

use super::piece::{Action, Piece};
use sangat::ear::accuracy::harmony::ChordScore;
use sangat::ear::harmony::{HarmonyEar, HarmonyView};
use sangat::theory::Chord;

/// What an ear said of a piece.
pub struct Heard {
    /// The chord from each moment on, in order.
    pub chords: Vec<(f64, Chord)>,
    /// What it held at the moment asked for.
    pub view: HarmonyView,
}

/// Plays `piece` to `ear`, with its true beats if `has_beats`, and looks at it at `look_at_secs`.
pub fn listen(ear: &mut HarmonyEar, piece: &Piece, has_beats: bool, look_at_secs: f64) -> Heard {
    let mut heard = Heard { chords: Vec::new(), view: ear.view() };
    let mut has_looked = false;
    for (at, action) in piece.actions(has_beats) {
        if at > look_at_secs && !has_looked {
            ear.advance(look_at_secs);
            heard.view = ear.view();
            has_looked = true;
        }
        match action {
            Action::On(key, velocity) => ear.note_on(at, key, velocity),
            Action::Off(key) => ear.note_off(at, key),
            Action::Pedal(is_down) => ear.pedal(at, is_down),
            Action::Beat(is_first) => ear.beat(at, Some(u8::from(!is_first))),
        }
        drain(ear, &mut heard);
    }
    ear.advance(piece.chords.last().map_or(0.0, |s| s.to_secs));
    drain(ear, &mut heard);
    if !has_looked {
        heard.view = ear.view();
    }
    heard
}

fn drain(ear: &mut HarmonyEar, heard: &mut Heard) {
    while let Some(event) = ear.poll() {
        heard.chords.push((event.at_secs, event.chord));
    }
}

/// Scores what lies more than `after_beats` after each true change of chord.
pub fn score(piece: &Piece, heard: &Heard, after_beats: f64, score: &mut ChordScore) {
    let mut begun_secs = f64::NEG_INFINITY;
    let mut last = None;
    for segment in &piece.chords {
        // A label that is repeated is no change.
        if last != Some(segment.chord) {
            begun_secs = segment.from_secs;
        }
        last = Some(segment.chord);
        let from_secs = segment.from_secs.max(begun_secs + after_beats * beat_secs(piece, begun_secs));
        let mut at = from_secs;
        let next = heard.chords.partition_point(|(time, _)| *time <= at);
        let mut chord = next.checked_sub(1).map(|i| heard.chords[i].1);
        for (time, then) in heard.chords[next..].iter().take_while(|(time, _)| *time < segment.to_secs) {
            score.push(segment.chord, chord, time - at);
            (at, chord) = (*time, Some(*then));
        }
        if segment.to_secs > at {
            score.push(segment.chord, chord, segment.to_secs - at);
        }
    }
}

/// How long the beat at a time lasts.
fn beat_secs(piece: &Piece, at_secs: f64) -> f64 {
    let next = piece.beats.partition_point(|beat| beat.at_secs <= at_secs + 0.02).max(1);
    match piece.beats.get(next - 1..=next) {
        Some([a, b]) => b.at_secs - a.at_secs,
        _ => 0.5,
    }
}
