//! What was heard in a whole file.

use super::midi::state_key;
use super::rounded;
use crate::ear::Listener;
use crate::ear::beat::{BeatEvent, Metre, TempoState};
use crate::ear::pitch::{PitchFrame, SungNote};
use crate::ear::playing::PlayingView;
use crate::theory::chord::Chord;
use crate::theory::key::Key;
use serde_json::{Map, Value, json};
use std::path::Path;

/// A chord from its begin to the next one.
#[derive(Clone, Debug, PartialEq)]
pub struct ChordSpan {
    /// From when, in seconds.
    pub begin_secs: f64,
    /// Until when, in seconds.
    pub end_secs: f64,
    /// Which.
    pub chord: Chord,
    /// How it is written in the key of the moment.
    pub name: String,
    /// 0 to 1.
    pub confidence: f32,
}

impl ChordSpan {
    fn secs(&self) -> f64 {
        self.end_secs - self.begin_secs
    }
}

/// All that was heard.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    pub(super) file: String,
    pub(super) kind: &'static str,
    pub(super) secs: f64,
    pub(super) note_count: u32,
    pub(super) phrase_count: u32,
    pub(super) beats: Vec<BeatEvent>,
    pub(super) tempo_states: Vec<(f64, TempoState)>,
    pub(super) metre: Option<(Metre, f32)>,
    pub(super) keys: Vec<(f64, Key, f32)>,
    pub(super) chords: Vec<ChordSpan>,
    pub(super) playing: PlayingView,
    pub(super) onset_count: u32,
    pub(super) pitch: Vec<PitchFrame>,
    pub(super) live: Vec<PitchFrame>,
    pub(super) sung: Vec<SungNote>,
    pub(super) tonic_hz: Option<f32>,
    /// From the middle of a pitch window to its being known.
    pub(super) latency_secs: f64,
    pub(super) scores: Map<String, Value>,
}

impl Summary {
    pub(super) fn new(file: &Path, kind: &'static str, secs: f64) -> Self {
        Self { file: file.display().to_string(), kind, secs, ..Self::default() }
    }

    pub(super) fn finish(&mut self, listener: &Listener) {
        self.end_chord(self.secs);
        self.playing = listener.playing.view();
    }

    pub(super) fn end_chord(&mut self, at_secs: f64) {
        if let Some(last) = self.chords.last_mut() {
            last.end_secs = at_secs.max(last.begin_secs);
        }
    }

    /// The tempo that half of the beats pass, in BPM.
    #[must_use]
    pub fn tempo_bpm(&self) -> Option<f64> {
        median(self.beats.iter().map(|beat| beat.bpm).collect())
    }

    /// The key that was heard for longest, its certainty counted in.
    #[must_use]
    pub fn key(&self) -> Option<(Key, f32)> {
        let ends = self.keys.iter().skip(1).map(|(at_secs, ..)| *at_secs).chain([self.secs]);
        let mut weighed: Vec<(Key, f64, f32)> = Vec::new();
        for ((begin_secs, key, confidence), end_secs) in self.keys.iter().zip(ends) {
            let weight = (end_secs - begin_secs).max(0.0) * f64::from(*confidence);
            match weighed.iter_mut().find(|(other, ..)| other == key) {
                Some((_, sum, best)) => (*sum, *best) = (*sum + weight, best.max(*confidence)),
                None => weighed.push((*key, weight, *confidence)),
            }
        }
        weighed.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).map(|(key, _, confidence)| (key, confidence))
    }

    /// The share of time in each state of the tempo.
    fn state_shares(&self) -> Map<String, Value> {
        let mut sums: Vec<(&str, f64)> = Vec::new();
        let begins = [(0.0, TempoState::Silent)].into_iter().chain(self.tempo_states.iter().copied());
        let ends = self.tempo_states.iter().map(|(at_secs, _)| *at_secs).chain([self.secs]);
        for ((begin_secs, state), end_secs) in begins.zip(ends) {
            let secs = (end_secs.min(self.secs) - begin_secs).max(0.0);
            match sums.iter_mut().find(|(key, _)| *key == state_key(state)) {
                Some((_, sum)) => *sum += secs,
                None => sums.push((state_key(state), secs)),
            }
        }
        let share = |secs: f64| rounded(secs / self.secs.max(1e-9), 3);
        sums.into_iter().map(|(key, secs)| (key.to_owned(), share(secs))).collect()
    }

    /// The summary with stable keys.
    #[must_use]
    pub fn json(&self) -> Value {
        let key = self.key();
        let downbeats = self.beats.iter().filter(|beat| beat.bar_position == Some(0));
        let mut summary = json!({
            "file": self.file,
            "kind": self.kind,
            "seconds": rounded(self.secs, 3),
            "note_count": self.note_count,
            "phrase_count": self.phrase_count,
            "tempo_bpm": self.tempo_bpm().map(|bpm| rounded(bpm, 2)),
            "tempo_states": self.state_shares(),
            "metre": self.metre.map(|(metre, _)| metre.to_string()),
            "metre_confidence": self.metre.map(|(_, confidence)| rounded(f64::from(confidence), 3)),
            "beats": self.beats.iter().map(|beat| rounded(beat.at_secs, 4)).collect::<Vec<_>>(),
            "downbeats": downbeats.map(|beat| rounded(beat.at_secs, 4)).collect::<Vec<_>>(),
            "key": key.map(|(key, _)| key.to_string()),
            "key_confidence": key.map(|(_, confidence)| rounded(f64::from(confidence), 3)),
            "chords": self.chords.iter().map(chord_json).collect::<Vec<_>>(),
            "playing": playing_json(&self.playing),
        });
        if self.kind == "audio" {
            summary["onset_count"] = json!(self.onset_count);
            summary["median_hz"] = json!(self.median_hz().map(|hz| rounded(hz, 2)));
            summary["voiced_share"] = json!(rounded(self.voiced_share(), 3));
            summary["tonic_hz"] = json!(self.tonic_hz);
            summary["notes"] = self.sung.iter().map(|note| note_json(note, self.tonic_hz)).collect();
        }
        if !self.scores.is_empty() {
            summary["scores"] = Value::Object(self.scores.clone());
        }
        json!({ "summary": summary })
    }

    /// The pitch that half of what is voiced passes.
    #[must_use]
    pub fn median_hz(&self) -> Option<f64> {
        median(self.pitch.iter().filter_map(|frame| frame.hz).map(f64::from).collect())
    }

    /// How much of the time something is sung, 0 to 1.
    #[must_use]
    pub fn voiced_share(&self) -> f64 {
        let voiced = self.pitch.iter().filter(|frame| frame.is_voiced).count();
        voiced as f64 / self.pitch.len().max(1) as f64
    }

    /// The summary for people.
    #[must_use]
    pub fn text(&self) -> String {
        let dash = || "\u{2014}".to_owned();
        let mut out = format!("{}, {:.1} s, {} notes\n", self.file, self.secs, self.note_count);
        let metre = self.metre.map_or_else(dash, |(metre, _)| metre.to_string());
        let tempo = self.tempo_bpm().map_or_else(dash, |bpm| format!("{bpm:.1} BPM"));
        out += &format!("tempo   {tempo}, {metre}, {} beats\n", self.beats.len());
        let key = self.key().map_or_else(dash, |(key, share)| format!("{key} ({:.0} %)", share * 100.0));
        out += &format!("key     {key}\n");
        if self.kind == "audio" {
            let hz = self.median_hz().map_or_else(dash, |hz| format!("{hz:.1} Hz"));
            let voiced = self.voiced_share() * 100.0;
            out += &format!("voice   median {hz}, {voiced:.0} % voiced, {} notes\n", self.sung.len());
        } else {
            out += &format!("chords  {}\n", self.chord_line());
        }
        for (name, value) in &self.scores {
            out += &format!("{name}: {value}\n");
        }
        out.trim_end().to_owned()
    }

    fn chord_line(&self) -> String {
        const SHOWN: usize = 24;
        // Another colour or bass of the same chord is left to the lines of JSON.
        let harmony = |span: &ChordSpan| (span.chord.root, span.chord.quality.family());
        let runs = self.chords.chunk_by(|a, b| harmony(a) == harmony(b));
        let longest = |run: &[ChordSpan]| run.iter().max_by(|a, b| a.secs().total_cmp(&b.secs())).cloned();
        let names: Vec<String> = runs.filter_map(longest).map(|span| span.name).collect();
        let more = names.len().saturating_sub(SHOWN);
        let line = names[..names.len() - more].join(" ");
        if more > 0 { format!("{line} and {more} more") } else { line }
    }
}

fn chord_json(span: &ChordSpan) -> Value {
    json!({
        "begin_secs": rounded(span.begin_secs, 3),
        "end_secs": rounded(span.end_secs, 3),
        "name": span.name,
        "confidence": rounded(f64::from(span.confidence), 3),
    })
}

/// A sung note; with Sa known, in cents of it as well.
pub(super) fn note_json(note: &SungNote, tonic_hz: Option<f32>) -> Value {
    let cents = tonic_hz.map(|tonic| rounded(1200.0 * f64::from(note.median_hz / tonic).log2(), 1));
    json!({
        "begin_secs": rounded(note.begin_secs, 3),
        "end_secs": rounded(note.end_secs, 3),
        "median_hz": rounded(f64::from(note.median_hz), 2),
        "onset_hz": rounded(f64::from(note.onset_hz), 2),
        "end_hz": rounded(f64::from(note.end_hz), 2),
        "cents": cents,
        "spread_cents": rounded(f64::from(note.spread_cents), 1),
        "is_glide": note.is_glide,
        "level_db": rounded(f64::from(note.level_db), 1),
    })
}

fn playing_json(playing: &PlayingView) -> Value {
    json!({
        "notes_per_sec": rounded(f64::from(playing.notes_per_sec), 2),
        "register": [playing.register_low, playing.register_centre, playing.register_high],
        "loudness": rounded(f64::from(playing.loudness), 3),
        "articulation": rounded(f64::from(playing.articulation), 3),
        "polyphony": rounded(f64::from(playing.polyphony), 2),
        "swing": playing.swing.map(|swing| rounded(f64::from(swing), 2)),
        "repetition": rounded(f64::from(playing.repetition), 3),
    })
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        n if n % 2 == 1 => Some(values[middle]),
        _ => Some((values[middle - 1] + values[middle]) / 2.0),
    }
}
