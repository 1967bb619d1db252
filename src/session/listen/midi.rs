//! A MIDI file through the ear.

use super::summary::{ChordSpan, Summary};
use super::{ListenError, ListenOptions, rounded};
use crate::base::Midi;
use crate::ear::beat::TempoState;
use crate::ear::{Heard, Listener, Observation};
use crate::session::score::Score;
use serde_json::{Value, json};
use std::path::Path;

/// What is heard of the end: a phrase that is over, a beat that is due.
const TAIL_SECS: f64 = 3.0;

/// As often as a block of sound comes.
const STEP_SECS: f64 = 0.01;
/// After so long a rest nothing more is heard in it.
const REST_SECS: f64 = 60.0;

type Say<'a> = &'a mut dyn FnMut(Value) -> Result<(), ListenError>;

pub fn listen(input: &Path, options: &ListenOptions, say: Say<'_>) -> Result<Summary, ListenError> {
    let score = Score::read_track(input, options.track.as_deref())?;
    let mut listener = Listener::new();
    listener.harmony.set_zone(options.zone);
    let mut summary = Summary::new(input, "midi", score.length_secs);
    for event in &score.events {
        pass(&mut listener, event.at_secs, &mut summary, say)?;
        listener.midi(event.at_secs, event.message);
        summary.note_count += u32::from(matches!(event.message, Midi::NoteOn { .. }));
        collect(&mut listener, &mut summary, say)?;
    }
    pass(&mut listener, score.length_secs + TAIL_SECS, &mut summary, say)?;
    summary.finish(&listener);
    Ok(summary)
}

/// Lets time pass as it does live, a little at a time, so that everything is told when it is known. A rest that is
/// longer than any memory is passed over at once.
fn pass(listener: &mut Listener, until_secs: f64, summary: &mut Summary, say: Say<'_>) -> Result<(), ListenError> {
    let begin_secs = listener.now_secs();
    let steps = ((until_secs - begin_secs) / STEP_SECS).clamp(0.0, REST_SECS / STEP_SECS) as u32;
    for step in 1..=steps {
        listener.advance(begin_secs + f64::from(step) * STEP_SECS);
        collect(listener, summary, say)?;
    }
    listener.advance(until_secs);
    collect(listener, summary, say)
}

/// Says what was heard and keeps it for the summary.
pub fn collect(listener: &mut Listener, summary: &mut Summary, say: Say<'_>) -> Result<(), ListenError> {
    while let Some(observation) = listener.poll() {
        say(line(&observation, listener))?;
        let at_secs = observation.at_secs;
        match observation.heard {
            Heard::Beat(beat) => summary.beats.push(beat),
            Heard::Tempo(state) => summary.tempo_states.push((at_secs, state)),
            Heard::Metre(metre, confidence) => summary.metre = Some((metre, confidence)),
            Heard::Key(key, confidence) => summary.keys.push((at_secs, key, confidence)),
            Heard::Phrase(_) => summary.phrase_count += 1,
            // Past the end of the file only what began before it is still judged.
            Heard::Chord(event) if summary.kind == "midi" && event.at_secs > summary.secs => {}
            Heard::Chord(event) => {
                let key = listener.harmony.view().key;
                summary.end_chord(event.at_secs);
                summary.chords.push(ChordSpan {
                    begin_secs: event.at_secs,
                    end_secs: event.at_secs,
                    chord: event.chord,
                    name: event.chord.spelled(key).to_string(),
                    confidence: event.confidence,
                });
            }
        }
    }
    Ok(())
}

fn line(observation: &Observation, listener: &Listener) -> Value {
    let (kind, value) = match observation.heard {
        Heard::Beat(beat) => (
            "beat",
            json!({
                "secs": rounded(beat.at_secs, 4),
                "foreseen_secs": rounded(beat.foreseen_secs, 4),
                "next_secs": rounded(beat.next_secs, 4),
                "bpm": rounded(beat.bpm, 2),
                "confidence": rounded(f64::from(beat.confidence), 3),
                "bar_position": beat.bar_position,
            }),
        ),
        Heard::Tempo(state) => ("tempo", json!({ "state": state_key(state) })),
        Heard::Metre(metre, confidence) => {
            ("metre", json!({ "name": metre.to_string(), "confidence": rounded(f64::from(confidence), 3) }))
        }
        Heard::Key(key, confidence) => {
            ("key", json!({ "name": key.to_string(), "confidence": rounded(f64::from(confidence), 3) }))
        }
        Heard::Chord(event) => ("chord", chord_json(&event, listener)),
        Heard::Phrase(phrase) => (
            "phrase",
            json!({
                "begin_secs": rounded(phrase.begin_secs, 4),
                "end_secs": rounded(phrase.end_secs, 4),
                "notes": phrase.notes,
                "repeat_of": phrase.repeat_of,
                "similarity": rounded(f64::from(phrase.similarity), 3),
            }),
        ),
    };
    json!({ "at_secs": rounded(observation.at_secs, 4), kind: value })
}

fn chord_json(event: &crate::ear::harmony::ChordEvent, listener: &Listener) -> Value {
    let view = listener.harmony.view();
    let named = |(chord, share): &(crate::theory::chord::Chord, f32)| json!({ "name": chord.spelled(view.key).to_string(), "confidence": rounded(f64::from(*share), 3) });
    json!({
        "secs": rounded(event.at_secs, 4),
        "name": event.chord.spelled(view.key).to_string(),
        "confidence": rounded(f64::from(event.confidence), 3),
        "alternates": view.alternates.iter().map(named).collect::<Vec<_>>(),
        "next": view.next.iter().map(named).collect::<Vec<_>>(),
        "next_change_beats": view.next_change_beats.map(|beats| rounded(f64::from(beats), 2)),
    })
}

/// A state as programs read it.
pub fn state_key(state: TempoState) -> &'static str {
    match state {
        TempoState::Silent => "silent",
        TempoState::Finding => "finding",
        TempoState::Following => "following",
        TempoState::Rubato => "rubato",
        TempoState::Lost => "lost",
        TempoState::Given(_) => "given",
    }
}
