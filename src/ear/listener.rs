//! All that is heard of what is played, brought together: one clock, one order of events.

use super::beat::{BeatEvent, BeatTracker, Metre, TempoState};
use super::harmony::{ChordEvent, HarmonyEar};
use super::playing::{PhraseEvent, PlayingEar};
use super::{Onset, OnsetSource};
use crate::base::{Midi, Sync, cc, keep_newest};
use crate::theory::gm::DRUM_CHANNEL;
use crate::theory::key::Key;
use std::collections::VecDeque;

/// Observations that wait to be polled, at most; the oldest go first.
const OBSERVATIONS_MAX: usize = 256;

/// Something that was heard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Heard {
    /// A beat.
    Beat(BeatEvent),
    /// The way in which the tempo is known changed.
    Tempo(TempoState),
    /// Another metre, and how sure it is, 0 to 1.
    Metre(Metre, f32),
    /// Another key, and how sure it is, 0 to 1.
    Key(Key, f32),
    /// Another chord.
    Chord(ChordEvent),
    /// A phrase is over.
    Phrase(PhraseEvent),
}

/// Something that was heard, and when the ear knew it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observation {
    /// In seconds.
    pub at_secs: f64,
    /// What.
    pub heard: Heard,
}

/// Listens to keys and onsets. Allocates in `new` alone.
pub struct Listener {
    /// Tempo, beat and metre.
    pub beat: BeatTracker,
    /// Chord and key.
    pub harmony: HarmonyEar,
    /// How it is played.
    pub playing: PlayingEar,
    now_secs: f64,
    observations: VecDeque<Observation>,
    tempo: TempoState,
    metre: Option<Metre>,
    key: Option<Key>,
}

impl Default for Listener {
    fn default() -> Self {
        Self::new()
    }
}

impl Listener {
    /// An ear that has heard nothing.
    #[must_use]
    pub fn new() -> Self {
        let beat = BeatTracker::new();
        Self {
            tempo: beat.view().state,
            beat,
            harmony: HarmonyEar::new(),
            playing: PlayingEar::new(),
            now_secs: 0.0,
            observations: VecDeque::with_capacity(OBSERVATIONS_MAX),
            metre: None,
            key: None,
        }
    }

    /// The time up to which was heard, in seconds.
    #[must_use]
    pub fn now_secs(&self) -> f64 {
        self.now_secs
    }

    /// Hears a message. The tenth channel is that of the drums.
    pub fn midi(&mut self, at_secs: f64, message: Midi) {
        let at_secs = self.reach(at_secs);
        match message {
            Midi::NoteOn { channel: DRUM_CHANNEL, key, velocity } => {
                self.beat.hear(&onset(at_secs, velocity, OnsetSource::Drum(key)));
            }
            Midi::NoteOff { channel: DRUM_CHANNEL, .. } => {}
            Midi::NoteOn { key, velocity, .. } => {
                self.beat.hear(&onset(at_secs, velocity, OnsetSource::Key(key)));
                self.harmony.note_on(at_secs, key, velocity);
                self.playing.note_on(at_secs, key, velocity);
            }
            Midi::NoteOff { key, .. } => {
                self.harmony.note_off(at_secs, key);
                self.playing.note_off(at_secs, key);
            }
            Midi::Control { channel: DRUM_CHANNEL, .. } => {}
            Midi::Control { controller: cc::SUSTAIN, value, .. } => {
                self.harmony.pedal(at_secs, value >= 64);
                self.playing.pedal(at_secs, value >= 64);
            }
            Midi::Control { controller: cc::RESET_CONTROLLERS, .. } => self.lift_pedal(at_secs),
            Midi::Control { controller: cc::ALL_SOUND_OFF, .. } => self.release_all(at_secs),
            // The modes above it let all keys go as well.
            Midi::Control { controller: cc::ALL_NOTES_OFF.., .. } => self.release_keys(at_secs),
            Midi::Sync(Sync::Clock) => self.beat.clock_tick(at_secs),
            Midi::Sync(Sync::Start | Sync::Continue) => self.beat.clock_start(),
            Midi::Sync(Sync::Stop) => self.beat.clock_stop(),
            _ => {}
        }
        self.gather();
    }

    /// Every key was let go, whoever held it.
    pub fn release_all(&mut self, at_secs: f64) {
        let at_secs = self.reach(at_secs);
        self.lift_pedal(at_secs);
        self.release_keys(at_secs);
    }

    fn lift_pedal(&mut self, at_secs: f64) {
        self.harmony.pedal(at_secs, false);
        self.playing.pedal(at_secs, false);
    }

    /// Keys under the pedal sound on.
    fn release_keys(&mut self, at_secs: f64) {
        for key in 0..128 {
            self.harmony.note_off(at_secs, key);
            self.playing.note_off(at_secs, key);
        }
    }

    /// Hears the begin of a sound in audio: it has a time and a strength, but no key.
    pub fn onset(&mut self, onset: &Onset) {
        let at_secs = self.reach(onset.at_secs);
        self.beat.hear(&Onset { at_secs, ..*onset });
        self.gather();
    }

    /// Lets time pass.
    pub fn advance(&mut self, now_secs: f64) {
        self.reach(now_secs);
        self.gather();
    }

    /// What was heard and not polled yet, the oldest first.
    pub fn poll(&mut self) -> Option<Observation> {
        self.observations.pop_front()
    }

    /// Time never runs backwards; what is due before `at_secs` happens first.
    fn reach(&mut self, at_secs: f64) -> f64 {
        if at_secs.is_finite() {
            self.now_secs = self.now_secs.max(at_secs);
        }
        self.beat.advance(self.now_secs);
        while let Some(beat) = self.beat.poll() {
            self.harmony.beat(beat.at_secs, beat.bar_position);
            self.playing.beat(beat.at_secs, 60.0 / beat.bpm);
            self.note(beat.at_secs, Heard::Beat(beat));
        }
        self.harmony.advance(self.now_secs);
        self.playing.advance(self.now_secs);
        self.now_secs
    }

    fn gather(&mut self) {
        let now_secs = self.now_secs;
        while let Some(chord) = self.harmony.poll() {
            self.note(now_secs, Heard::Chord(chord));
        }
        while let Some(phrase) = self.playing.poll() {
            self.note(now_secs, Heard::Phrase(phrase));
        }
        let view = self.beat.view();
        if std::mem::replace(&mut self.tempo, view.state) != view.state {
            self.note(now_secs, Heard::Tempo(view.state));
        }
        if view.metre != self.metre {
            self.metre = view.metre;
            if let Some(metre) = view.metre {
                self.note(now_secs, Heard::Metre(metre, view.metre_confidence));
            }
        }
        let harmony = self.harmony.view();
        if harmony.key != self.key {
            self.key = harmony.key;
            if let Some(key) = harmony.key {
                self.note(now_secs, Heard::Key(key, harmony.key_confidence));
            }
        }
    }

    fn note(&mut self, at_secs: f64, heard: Heard) {
        keep_newest(&mut self.observations, OBSERVATIONS_MAX, Observation { at_secs, heard });
    }
}

fn onset(at_secs: f64, velocity: u8, source: OnsetSource) -> Onset {
    Onset { at_secs, loudness: f32::from(velocity) / 127.0, source }
}
