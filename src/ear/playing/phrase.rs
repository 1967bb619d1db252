//! Where phrases end: the gap that is too long for a player who goes on.
//!
//! The strength of a gap is that of Temperley's Grouper (2001): the time since the last onset and the time since the
//! last sound ended, against the player's own mean time between onsets; longer phrases end more easily, as its
//! preference for phrases of about eight notes has it. Both times only grow while the player rests, so the end of a
//! phrase is known within the rest, before the next phrase begins, and no later note can change it.

use super::tuning;
use super::{PhraseNote, PhraseState};
use crate::base::InlineVec;

/// Notes that a phrase may hold; one that is longer is cut.
pub const PHRASE_NOTES_MAX: usize = 256;

/// The phrase that is being played, the one before it, and what the player does now.
#[derive(Clone, Debug)]
pub struct Phrasing {
    notes: InlineVec<PhraseNote, PHRASE_NOTES_MAX>,
    last: InlineVec<PhraseNote, PHRASE_NOTES_MAX>,
    /// Chords of the phrase so far.
    groups: u32,
    /// When the last chord began.
    group_secs: f64,
    /// The mean time between onsets.
    pace_secs: f64,
    paces: f64,
    /// Since when nothing sounds, when nothing does.
    quiet_secs: Option<f64>,
    state: PhraseState,
    since_secs: f64,
}

impl Phrasing {
    pub fn new() -> Self {
        Self {
            notes: InlineVec::default(),
            last: InlineVec::default(),
            groups: 0,
            group_secs: 0.0,
            pace_secs: tuning::PACE_SECS,
            paces: 0.0,
            quiet_secs: None,
            state: PhraseState::Silent,
            since_secs: 0.0,
        }
    }

    /// When the phrase that is being played ends unless something is played before; `None` between phrases.
    pub fn end_due_secs(&self) -> Option<f64> {
        if self.notes.is_empty() {
            return None;
        }
        let reference = (self.pace_secs.max(tuning::PACE_SECS_MIN) * tuning::GAP_SECS).sqrt();
        let length = f64::from(self.groups.max(1)) / tuning::PHRASE_GROUPS;
        let wanted_secs = reference * tuning::GAP_STRENGTH * length.powf(-tuning::PHRASE_LENGTH_POWER);
        // strength = (now - group) + weight (now - quiet), which reaches what is wanted at:
        let held_out_secs = self.group_secs + wanted_secs;
        Some(self.quiet_secs.map_or(held_out_secs, |quiet_secs| {
            let rest = wanted_secs + self.group_secs + tuning::REST_WEIGHT * quiet_secs;
            (rest / (1.0 + tuning::REST_WEIGHT)).max(quiet_secs).min(held_out_secs.max(quiet_secs))
        }))
    }

    /// A note begins; `is_group` where it begins a chord of its own.
    pub fn note(&mut self, at_secs: f64, key: u8, velocity: u8, is_group: bool) {
        if is_group && !self.notes.is_empty() {
            self.paces = (self.paces + 1.0).min(tuning::PACE_ONSETS);
            self.pace_secs +=
                (at_secs - self.group_secs - self.pace_secs) / (self.paces + 1.0).min(tuning::PACE_ONSETS);
        }
        if is_group || self.notes.is_empty() {
            self.groups += 1;
            self.group_secs = at_secs;
        }
        self.quiet_secs = None;
        self.go(PhraseState::Playing, at_secs);
        // There is room: a full phrase is ended at once.
        self.notes.push(PhraseNote { begin_secs: at_secs, end_secs: f64::INFINITY, key, velocity }).ok();
    }

    /// A key falls silent.
    pub fn end_note(&mut self, at_secs: f64, key: u8) {
        let note = self.notes.iter_mut().rev().find(|note| note.key == key);
        if let Some(note) = note.filter(|note| note.end_secs.is_infinite()) {
            note.end_secs = at_secs;
        }
    }

    /// All keys are silent.
    pub fn quiet(&mut self, at_secs: f64) {
        self.quiet_secs = Some(at_secs);
    }

    /// Whether the phrase holds all that it may.
    pub fn is_full(&self) -> bool {
        self.notes.len() == PHRASE_NOTES_MAX
    }

    /// Ends the phrase; it is [`last`](Self::last) then.
    pub fn end(&mut self, at_secs: f64) {
        self.last = self.notes;
        self.notes.clear();
        self.groups = 0;
        for note in self.last.iter_mut() {
            note.end_secs = note.end_secs.min(at_secs);
        }
        self.go(PhraseState::Breathing, at_secs);
    }

    /// Time passes to `now_secs`; a rest of `wait_secs` after a phrase is a wait.
    pub fn rest(&mut self, now_secs: f64, wait_secs: f64) {
        let waits_secs = self.since_secs + wait_secs;
        if self.state == PhraseState::Breathing && now_secs >= waits_secs {
            self.go(PhraseState::Waiting, waits_secs);
        }
        let silent_secs = self.group_secs + tuning::SILENT_SECS;
        if self.state == PhraseState::Waiting && now_secs >= silent_secs {
            self.go(PhraseState::Silent, silent_secs.max(self.since_secs));
        }
    }

    /// The notes of the last phrase that ended, by their beginning.
    pub fn last(&self) -> &[PhraseNote] {
        &self.last
    }

    /// What the player does, and since when.
    pub fn state(&self) -> (PhraseState, f64) {
        (self.state, self.since_secs)
    }

    fn go(&mut self, state: PhraseState, at_secs: f64) {
        if self.state != state {
            (self.state, self.since_secs) = (state, at_secs);
        }
    }
}
