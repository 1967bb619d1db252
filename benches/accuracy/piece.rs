//! Music with its truth: what was played, and which chords, beats and key it has.

use sangat::theory::{Chord, Key};

/// One note, in seconds.
#[derive(Clone, Copy, Debug)]
pub struct Note {
    /// Key down.
    pub from_secs: f64,
    /// Key up.
    pub to_secs: f64,
    /// MIDI key.
    pub key: u8,
    /// MIDI velocity.
    pub velocity: u8,
}

/// A stretch of one chord; `None` where there is no harmony.
#[derive(Clone, Copy, Debug)]
pub struct Segment {
    /// Where it begins.
    pub from_secs: f64,
    /// Where it ends.
    pub to_secs: f64,
    /// What it is.
    pub chord: Option<Chord>,
}

/// A beat.
#[derive(Clone, Copy, Debug)]
pub struct Beat {
    /// When.
    pub at_secs: f64,
    /// Whether it is the first of a bar.
    pub is_first: bool,
}

/// A piece and its truth.
#[derive(Clone, Debug, Default)]
pub struct Piece {
    /// The notes, by their beginning.
    pub notes: Vec<Note>,
    /// The sustain pedal: when, and whether it goes down.
    pub pedals: Vec<(f64, bool)>,
    /// The chords, in order.
    pub chords: Vec<Segment>,
    /// The beats, in order.
    pub beats: Vec<Beat>,
    /// The key at the beginning.
    pub key: Option<Key>,
}

/// What a player does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Action {
    /// Key and velocity.
    On(u8, u8),
    /// Key.
    Off(u8),
    /// Sustain pedal.
    Pedal(bool),
    /// A beat passes; whether it is the first of a bar.
    Beat(bool),
}

impl Piece {
    /// Everything in the order of time; at one time keys come up first. Beats only if `has_beats`.
    pub fn actions(&self, has_beats: bool) -> Vec<(f64, Action)> {
        let mut actions = Vec::with_capacity(self.notes.len() * 2);
        for note in &self.notes {
            actions.push((note.from_secs, Action::On(note.key, note.velocity)));
            actions.push((note.to_secs, Action::Off(note.key)));
        }
        actions.extend(self.pedals.iter().map(|(at, is_down)| (*at, Action::Pedal(*is_down))));
        if has_beats {
            actions.extend(self.beats.iter().map(|beat| (beat.at_secs, Action::Beat(beat.is_first))));
        }
        let order = |action: &Action| match action {
            Action::Off(_) => 0,
            Action::Pedal(_) => 1,
            Action::Beat(_) => 2,
            Action::On(..) => 3,
        };
        actions.sort_by(|a, b| a.0.total_cmp(&b.0).then(order(&a.1).cmp(&order(&b.1))));
        actions
    }
}
