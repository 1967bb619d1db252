//! Chords, keys and the next chord, heard from the notes of one player.
//!
//! [`hearing`] keeps the notes and what is remembered of them ([`evidence`]), the namer says how likely each chord is,
//! [`HarmonyEar`] decides with the key and the usual course of harmony as priors, and holds on to what it decided.

mod decision;
pub mod evidence;
pub mod hearing;
mod key_ear;
mod namer;
pub mod next_chord;
mod sounding;
pub mod tuning;

use crate::base::InlineVec;
use crate::theory::{Chord, Key};
use decision::Decision;
use evidence::FEATURES;
use hearing::Hearing;
use key_ear::KeyEar;
use namer::{Likelihoods, Namer};
use next_chord::NextChord;
use tuning::Tuning;

/// A chord was decided.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ChordEvent {
    /// When, in seconds: the time of the decision, after the notes that led to it.
    pub at_secs: f64,
    /// What it is.
    pub chord: Chord,
    /// How likely it is that root and family are right, 0 to 1.
    pub confidence: f32,
}

/// What the ear holds at present.
#[derive(Clone, Copy, Debug)]
pub struct HarmonyView {
    /// The chord; `None` until one was heard.
    pub chord: Option<Chord>,
    /// How likely its root and family are right, 0 to 1.
    pub confidence: f32,
    /// When it was decided, in seconds; 0 without a chord.
    pub since_secs: f64,
    /// What else it may be, best first, with probabilities.
    pub alternates: InlineVec<(Chord, f32), 3>,
    /// The key; `None` until there is a reason to claim one.
    pub key: Option<Key>,
    /// How likely its tonic and third are right, 0 to 1.
    pub key_confidence: f32,
    /// Most likely next chords, best first, with their probabilities among all chords; the plainest quality of each
    /// family stands for it.
    pub next: InlineVec<(Chord, f32), 5>,
    /// Expected beats from now until the chord changes; `None` while no beats are known.
    pub next_change_beats: Option<f32>,
}

/// Events that wait to be polled; the oldest goes when a caller does not come.
const WAITING: usize = 32;

/// Listens to one player's keys.
#[derive(Clone, Debug)]
pub struct HarmonyEar {
    tuning: Tuning,
    hearing: Hearing,
    namer: Namer,
    likelihoods: Likelihoods,
    decision: Decision,
    key: KeyEar,
    next: NextChord,
    beats: Beats,
    judged_secs: f64,
    events: InlineVec<ChordEvent, WAITING>,
    /// The best next chords of the last chord change.
    best_next: InlineVec<(Chord, f32), 5>,
}

/// What is known of the beats.
#[derive(Clone, Copy, Debug, Default)]
struct Beats {
    last_secs: Option<f64>,
    period_secs: Option<f64>,
    /// Beats counted since the chord began.
    since_chord: f32,
}

impl Beats {
    fn push(&mut self, at_secs: f64) {
        let period = self.last_secs.map(|last| at_secs - last);
        self.period_secs = period.filter(|p| (0.1..tuning::BEAT_KNOWN_SECS).contains(p));
        self.last_secs = Some(at_secs);
        self.since_chord += 1.0;
    }

    /// Beats since the last one, 0 to 1; `None` where no tempo is known.
    fn phase(&self, now_secs: f64) -> Option<f32> {
        let phase = (now_secs - self.last_secs?) / self.period_secs?;
        (phase < 3.0).then_some(phase.clamp(0.0, 1.0) as f32)
    }
}

impl Default for HarmonyEar {
    fn default() -> Self {
        Self::new()
    }
}

impl HarmonyEar {
    /// An ear that has heard nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::tuned(Tuning::default())
    }

    /// An ear with other weights in its decisions, to measure them.
    #[must_use]
    pub fn tuned(tuning: Tuning) -> Self {
        Self {
            tuning,
            hearing: Hearing::new(),
            namer: Namer::new(),
            likelihoods: Likelihoods::none(),
            decision: Decision::new(),
            key: KeyEar::new(),
            next: NextChord::new(),
            beats: Beats::default(),
            judged_secs: 0.0,
            events: InlineVec::default(),
            best_next: InlineVec::default(),
        }
    }

    /// Forgets all that was heard, and the time; the zone stays.
    pub fn reset(&mut self) {
        self.hearing.reset();
        self.decision = Decision::new();
        self.key.reset();
        self.next.reset();
        self.judged_secs = 0.0;
        self.beats = Beats::default();
        self.events.clear();
        self.best_next.clear();
    }

    /// Only keys below `split` are heard as harmony, all with `None`. Keys already down stay heard.
    pub fn set_zone(&mut self, split: Option<u8>) {
        self.hearing.set_zone(split);
    }

    /// A key, 0 to 127, goes down at a velocity of 1 to 127; 0 lets it come up.
    pub fn note_on(&mut self, at_secs: f64, key: u8, velocity: u8) {
        let at_secs = self.arrive(at_secs);
        self.hearing.note_on(at_secs, key, velocity);
    }

    /// A key comes up.
    pub fn note_off(&mut self, at_secs: f64, key: u8) {
        let at_secs = self.arrive(at_secs);
        self.hearing.note_off(at_secs, key);
    }

    /// The sustain pedal moves.
    pub fn pedal(&mut self, at_secs: f64, is_down: bool) {
        let at_secs = self.arrive(at_secs);
        self.hearing.pedal(at_secs, is_down);
    }

    /// A beat passes; `bar_position` counts from 0 at the first of the bar, where that is known.
    pub fn beat(&mut self, at_secs: f64, bar_position: Option<u8>) {
        let at_secs = self.arrive(at_secs);
        self.hearing.beat(at_secs, bar_position == Some(0));
        self.beats.push(at_secs);
    }

    /// Lets time pass; what was heard up to then is judged.
    pub fn advance(&mut self, now_secs: f64) {
        self.arrive(now_secs);
    }

    /// The next chord change that was decided, in order.
    pub fn poll(&mut self) -> Option<ChordEvent> {
        self.events.remove(0)
    }

    /// What the ear holds at the time last told.
    #[must_use]
    pub fn view(&self) -> HarmonyView {
        let standing = self.decision.standing();
        let key = self.key.modal_key(self.hearing.evidence().of_the_key());
        let phase = self.beats.phase(self.hearing.now_secs());
        HarmonyView {
            chord: standing.map(|s| s.chord),
            confidence: standing.map_or(0.0, |s| s.confidence),
            since_secs: standing.map_or(0.0, |s| s.since_secs),
            alternates: self.decision.alternates(),
            key: key.map(|(key, _)| key),
            key_confidence: key.map_or(0.0, |(_, confidence)| confidence),
            next: self.best_next,
            next_change_beats: standing.and(phase).map(|phase| self.next.beats_left(self.beats.since_chord + phase)),
        }
    }

    fn arrive(&mut self, at_secs: f64) -> f64 {
        let at_secs = self.hearing.accept(at_secs);
        while let Some(due_secs) = self.hearing.due(at_secs) {
            self.judge(due_secs);
        }
        at_secs
    }

    fn judge(&mut self, at_secs: f64) {
        let mut reading = [0.0; FEATURES];
        self.hearing.read(at_secs, &mut reading);
        self.namer.judge(&reading, &mut self.likelihoods);
        let stood_secs = (at_secs - self.judged_secs) as f32;
        self.judged_secs = at_secs;
        if let Some(standing) = self.decision.standing() {
            // A chord that is left standing in silence says nothing more.
            self.key.push(standing.chord, stood_secs.min(tuning::STANDING_SECS), &self.tuning);
        }
        let change = self.decision.weigh(&mut self.likelihoods, self.hearing.evidence(), at_secs, &self.tuning);
        let Some(change) = change else { return };
        if self.events.len() == WAITING {
            self.events.remove(0);
        }
        let standing = change.to;
        let event = ChordEvent { at_secs, chord: standing.chord, confidence: standing.confidence };
        // There is room: the oldest just went.
        let _ = self.events.push(event);
        if !change.is_harmonic {
            return;
        }
        let phase = self.beats.phase(at_secs);
        if let Some(phase) = phase.filter(|_| change.is_followed) {
            self.next.push_duration((self.beats.since_chord + phase).round());
        }
        // A chord that comes just after a beat began on it.
        self.beats.since_chord = phase.map_or(0.0, |phase| -phase.round());
        self.next.push(standing.chord);
        self.best_next = self.next.best();
        self.decision.expect(&self.next, self.key.key(), &self.tuning);
    }
}

#[cfg(test)]
mod tests;
