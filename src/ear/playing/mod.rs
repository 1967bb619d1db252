//! What a band mate notices of the player: density, register, loudness, touch, swing, phrases and what is repeated.
//!
//! [`PlayingEar`] takes the player's keys as they come and tells at any time what holds now, in [`PlayingView`], and
//! of each phrase once it has ended, in [`PhraseEvent`]. It looks backwards only and what it tells does not depend on
//! how often it is asked.

mod average;
mod phrase;
mod register;
mod repetition;
mod swing;
mod touch;
mod tuning;

pub use phrase::PHRASE_NOTES_MAX;

use crate::base::InlineVec;
use average::{FadingMean, FadingSlope, kept};
use phrase::Phrasing;
use register::Register;
use repetition::Repetition;
use swing::Swing;
use touch::Touch;

/// Ended phrases that wait to be polled; when more wait the oldest is lost.
const EVENTS_MAX: usize = 8;

/// What the player does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PhraseState {
    /// Nothing was played yet, or for so long that no answer is waited for.
    #[default]
    Silent,
    /// A phrase is being played.
    Playing,
    /// A phrase has ended, and the next may begin at any time.
    Breathing,
    /// A phrase ended a bar ago or more: the player waits.
    Waiting,
}

/// A note of a phrase.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PhraseNote {
    /// When it began.
    pub begin_secs: f64,
    /// When it fell silent (the pedal counts), or the end of its phrase where it sounded still.
    pub end_secs: f64,
    /// 0 to 127.
    pub key: u8,
    /// 1 to 127.
    pub velocity: u8,
}

/// What the player does now.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PlayingView {
    /// Notes a second, over about 4 s.
    pub notes_per_sec: f32,
    /// The same for a beat; `None` where beats are not known.
    pub notes_per_beat: Option<f32>,
    /// A tenth of the notes of the last bars are below this key.
    pub register_low: u8,
    /// Half of them.
    pub register_centre: u8,
    /// A tenth of them are above this key.
    pub register_high: u8,
    /// The lowest key of the right hand, where two hands play apart.
    pub split: Option<u8>,
    /// The mean loudness of the notes, 0 to 1.
    pub loudness: f32,
    /// How it changes, per second: above 0 growing, below 0 fading.
    pub loudness_trend: f32,
    /// How much of the time to the next note a note sounds: 0 staccato, 1 legato, up to 2 where notes overlap.
    pub articulation: f32,
    /// Keys that sound at once, while any does.
    pub polyphony: f32,
    /// The first of two eighths against the second: 1 straight, 2 a triplet, up to 4.
    pub swing: Option<f32>,
    /// How sure that is, 0 to 1.
    pub swing_confidence: f32,
    /// Whether the player plays, breathes, waits or is silent.
    pub phrase: PhraseState,
    /// For how many seconds by now.
    pub phrase_secs: f64,
    /// Phrases that have ended.
    pub phrases: u32,
    /// How far what is being played repeats something played before, moved in pitch or not, 0 to 1.
    pub repetition: f32,
    /// How many of the last phrases, without one between them, repeated an earlier one.
    pub repeats: u32,
}

/// A phrase that has ended.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PhraseEvent {
    /// When its first note began.
    pub begin_secs: f64,
    /// When its last note fell silent, or when it was taken as over where one sounded still.
    pub end_secs: f64,
    /// Its length in beats, where these are known.
    pub beats: Option<f32>,
    /// Its notes.
    pub notes: u16,
    /// How many phrases ago the one that it repeats was; 1 is the one before.
    pub repeat_of: Option<u32>,
    /// How much it is like the earlier phrase that it is most like, 0 to 1.
    pub similarity: f32,
    /// Semitones between the two: 0 where it is repeated as it was.
    pub moved: i8,
}

/// Listens to the keys of one player. Never allocates; about 32 KiB large.
#[derive(Clone, Debug)]
pub struct PlayingEar {
    now_secs: f64,
    first_secs: Option<f64>,
    group_secs: Option<f64>,
    begin_beats: Option<f64>,
    /// Its weight in notes is the density.
    loudness: FadingMean,
    trend: FadingSlope,
    register: Register,
    touch: Touch,
    swing: Swing,
    phrasing: Phrasing,
    repetition: Repetition,
    events: InlineVec<PhraseEvent, EVENTS_MAX>,
    phrases: u32,
    repeats: u32,
}

impl Default for PlayingEar {
    fn default() -> Self {
        Self::new()
    }
}

impl PlayingEar {
    /// An ear that has heard nothing.
    #[must_use]
    pub fn new() -> Self {
        Self {
            now_secs: 0.0,
            first_secs: None,
            group_secs: None,
            begin_beats: None,
            loudness: FadingMean::default(),
            trend: FadingSlope::default(),
            register: Register::new(),
            touch: Touch::new(),
            swing: Swing::new(),
            phrasing: Phrasing::new(),
            repetition: Repetition::new(),
            events: InlineVec::default(),
            phrases: 0,
            repeats: 0,
        }
    }

    /// Forgets everything; as after [`new`](Self::new).
    pub fn reset(&mut self) {
        *self = Self::new();
    }

    /// A key (0 to 127) goes down; a velocity of 0 lets it go.
    pub fn note_on(&mut self, at_secs: f64, key: u8, velocity: u8) {
        if velocity == 0 {
            return self.note_off(at_secs, key);
        }
        let (key, velocity) = (key.min(127), velocity.min(127));
        let at_secs = self.pass_to(at_secs);
        self.first_secs.get_or_insert(at_secs);
        let is_group = self.group_secs.is_none_or(|begin_secs| at_secs - begin_secs > tuning::CHORD_SECS);
        if is_group {
            self.group_secs = Some(at_secs);
            self.swing.onset(at_secs);
        }
        if self.phrasing.end_due_secs().is_none() {
            self.begin_beats = self.swing.beat_at(at_secs);
        }
        let loudness = f64::from(velocity) / 127.0;
        self.loudness.add(loudness, 1.0);
        self.trend.add(loudness);
        self.register.strike(at_secs, key);
        if self.touch.strike(at_secs, key) {
            self.phrasing.end_note(at_secs, key);
        }
        self.phrasing.note(at_secs, key, velocity, is_group);
        self.repetition.note(at_secs, key, is_group);
        if self.phrasing.is_full() {
            self.end_phrase(at_secs);
        }
    }

    /// A key (0 to 127) comes up.
    pub fn note_off(&mut self, at_secs: f64, key: u8) {
        let (at_secs, key) = (self.pass_to(at_secs), key.min(127));
        if self.touch.release(at_secs, key) {
            self.fall_silent(at_secs, 1 << key);
        }
    }

    /// The sustain pedal moves.
    pub fn pedal(&mut self, at_secs: f64, is_down: bool) {
        let at_secs = self.pass_to(at_secs);
        let ended = self.touch.pedal(at_secs, is_down);
        if ended != 0 {
            self.fall_silent(at_secs, ended);
        }
    }

    /// A beat falls at `at_secs` and the next is `period_secs` away; a period that is not positive takes the beats away.
    pub fn beat(&mut self, at_secs: f64, period_secs: f64) {
        let at_secs = self.pass_to(at_secs);
        self.swing.beat(at_secs, period_secs);
    }

    /// Time passes.
    pub fn advance(&mut self, now_secs: f64) {
        self.pass_to(now_secs);
    }

    /// The next phrase that has ended and was not told yet.
    pub fn poll(&mut self) -> Option<PhraseEvent> {
        self.events.remove(0)
    }

    /// What the player does, at the latest time that was given.
    #[must_use]
    pub fn view(&self) -> PlayingView {
        let notes_per_sec = self.notes_per_sec();
        let period_secs = self.swing.period_secs(self.now_secs);
        let [register_low, register_centre, register_high] = self.register.range();
        let (swing, swing_confidence) = self.swing.ratio().unzip();
        let (phrase, since_secs) = self.phrasing.state();
        PlayingView {
            notes_per_sec,
            notes_per_beat: period_secs.map(|period_secs| notes_per_sec * period_secs as f32),
            register_low,
            register_centre,
            register_high,
            split: self.register.split(),
            loudness: self.loudness.mean().unwrap_or(0.0) as f32,
            loudness_trend: self.trend.slope(tuning::TREND_PRIOR_SECS2) as f32,
            articulation: self.touch.articulation(),
            polyphony: self.touch.polyphony(),
            swing,
            swing_confidence: swing_confidence.unwrap_or(0.0),
            phrase,
            phrase_secs: self.now_secs - since_secs,
            phrases: self.phrases,
            repetition: self.repetition.similarity(),
            repeats: self.repeats,
        }
    }

    /// The notes of the last phrase that has ended, by their beginning; at most [`PHRASE_NOTES_MAX`].
    #[must_use]
    pub fn last_phrase(&self) -> &[PhraseNote] {
        self.phrasing.last()
    }

    fn notes_per_sec(&self) -> f32 {
        let Some(first_secs) = self.first_secs else { return 0.0 };
        let heard_secs = (self.now_secs - first_secs).max(tuning::DENSITY_SECS_MIN);
        let kernel_secs = tuning::PRESENT_SECS * (1.0 - kept(heard_secs, tuning::PRESENT_SECS));
        (self.loudness.weight() / kernel_secs) as f32
    }

    /// Lets time pass, and gives the time that it is then: never earlier than before, and finite.
    fn pass_to(&mut self, at_secs: f64) -> f64 {
        let at_secs = if at_secs.is_finite() { at_secs.max(self.now_secs) } else { self.now_secs };
        let secs = at_secs - self.now_secs;
        self.now_secs = at_secs;
        self.loudness.fade(kept(secs, tuning::PRESENT_SECS));
        self.trend.pass(secs, kept(secs, tuning::TREND_SECS));
        self.touch.pass(secs);
        if self.group_secs.is_some_and(|begin_secs| at_secs - begin_secs > tuning::CHORD_SECS) {
            self.repetition.settle();
        }
        if let Some(due_secs) = self.phrasing.end_due_secs().filter(|due_secs| *due_secs <= at_secs) {
            self.end_phrase(due_secs);
        }
        let wait_beats_secs = self.swing.period_secs(at_secs).map(|period_secs| period_secs * tuning::WAIT_BEATS);
        self.phrasing.rest(at_secs, wait_beats_secs.unwrap_or(tuning::WAIT_SECS));
        at_secs
    }

    /// The keys of a mask fall silent.
    fn fall_silent(&mut self, at_secs: f64, ended: u128) {
        (0..128).filter(|key| ended & (1 << key) != 0).for_each(|key| self.phrasing.end_note(at_secs, key));
        if self.touch.is_silent() {
            self.phrasing.quiet(at_secs);
        }
    }

    fn end_phrase(&mut self, at_secs: f64) {
        let likeness = self.repetition.end_phrase();
        let repeat_of = likeness.filter(|likeness| likeness.similarity >= tuning::REPEAT_SIMILARITY);
        self.phrasing.end(at_secs);
        let notes = self.phrasing.last();
        let begin_secs = notes.first().map_or(at_secs, |note| note.begin_secs);
        let end_secs = notes.iter().fold(begin_secs, |end_secs, note| end_secs.max(note.end_secs));
        let beats = self.begin_beats.zip(self.swing.beat_at(end_secs)).map(|(begin, end)| (end - begin) as f32);
        let event = PhraseEvent {
            begin_secs,
            end_secs,
            beats,
            notes: notes.len() as u16,
            repeat_of: repeat_of.map(|likeness| likeness.ago),
            similarity: likeness.map_or(0.0, |likeness| likeness.similarity),
            moved: likeness.map_or(0, |likeness| likeness.moved),
        };
        self.phrases = self.phrases.saturating_add(1);
        self.repeats = if repeat_of.is_some() { self.repeats.saturating_add(1) } else { 0 };
        if self.events.len() == EVENTS_MAX {
            self.events.remove(0);
        }
        // The oldest has just made room.
        self.events.push(event).ok();
    }
}

#[cfg(test)]
mod tests;
