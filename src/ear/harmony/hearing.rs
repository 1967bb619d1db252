//! From notes to readings: takes the events, keeps the evidence and says when it is worth judging.

use super::evidence::{Evidence, FEATURES};
use super::sounding::Sounding;
use super::tuning;

/// The notes and beats up to now, and the instants at which to judge them. A judgement falls at fixed times after the
/// events, never at the times somebody asks, so that live and offline hear the same.
#[derive(Clone, Debug)]
pub struct Hearing {
    sounding: Sounding,
    evidence: Evidence,
    zone: Option<u8>,
    now_secs: f64,
    event_at_secs: f64,
    /// The next of [`tuning::JUDGE_AFTER_SECS`]; past its end nothing is due.
    step: usize,
    due_secs: f64,
    beat: Option<Beat>,
}

#[derive(Clone, Copy, Debug)]
struct Beat {
    at_secs: f64,
    is_first: bool,
}

impl Default for Hearing {
    fn default() -> Self {
        Self::new()
    }
}

impl Hearing {
    /// Silence at time 0.
    pub fn new() -> Self {
        Self {
            sounding: Sounding::new(),
            evidence: Evidence::new(),
            zone: None,
            now_secs: 0.0,
            event_at_secs: 0.0,
            step: tuning::JUDGE_AFTER_SECS.len(),
            due_secs: f64::INFINITY,
            beat: None,
        }
    }

    /// Silence at time 0 again; the zone stays.
    pub fn reset(&mut self) {
        *self = Self { zone: self.zone, ..Self::new() };
    }

    /// The time last accepted.
    pub fn now_secs(&self) -> f64 {
        self.now_secs
    }

    /// Keys below `split` alone are heard; all with `None`. Keys already down stay heard until they come up.
    pub fn set_zone(&mut self, split: Option<u8>) {
        self.zone = split;
    }

    /// A time that is finite and not before the last one.
    pub fn accept(&mut self, at_secs: f64) -> f64 {
        if at_secs.is_finite() {
            self.now_secs = self.now_secs.max(at_secs);
        }
        self.now_secs
    }

    /// A key goes down. All that was due before must have been judged.
    pub fn note_on(&mut self, at_secs: f64, key: u8, velocity: u8) {
        if key > 127 || velocity == 0 {
            return self.note_off(at_secs, key);
        }
        if self.zone.is_some_and(|split| key >= split) {
            return;
        }
        self.evidence.advance(at_secs, &self.sounding);
        self.sounding.strike(at_secs, key, velocity);
        self.evidence.strike(key, velocity);
        self.evidence.refresh(&self.sounding);
        self.schedule(at_secs);
    }

    /// A key comes up.
    pub fn note_off(&mut self, at_secs: f64, key: u8) {
        if key > 127 {
            return;
        }
        self.evidence.advance(at_secs, &self.sounding);
        self.sounding.release(key);
        self.evidence.refresh(&self.sounding);
        if self.due_secs == f64::INFINITY {
            self.schedule(at_secs);
        }
    }

    /// The sustain pedal moves.
    pub fn pedal(&mut self, at_secs: f64, is_down: bool) {
        self.evidence.advance(at_secs, &self.sounding);
        self.sounding.pedal(is_down);
        self.evidence.refresh(&self.sounding);
    }

    /// A beat passes; whether it is the first of its bar.
    pub fn beat(&mut self, at_secs: f64, is_first: bool) {
        self.beat = Some(Beat { at_secs, is_first });
    }

    /// The judgement after an event waits for the rest of its attack, but not for ever.
    fn schedule(&mut self, at_secs: f64) {
        if self.step != 0 || self.due_secs == f64::INFINITY {
            self.due_secs = at_secs + tuning::JUDGE_AFTER_SECS[0];
        }
        self.event_at_secs = at_secs;
        self.step = 0;
    }

    /// The next instant to judge at, if it is not after `until_secs`; brings the evidence there.
    pub fn due(&mut self, until_secs: f64) -> Option<f64> {
        if self.due_secs > until_secs {
            return None;
        }
        let at_secs = self.due_secs;
        self.evidence.advance(at_secs, &self.sounding);
        self.step += 1;
        self.due_secs = tuning::JUDGE_AFTER_SECS
            .get(self.step)
            .map_or(f64::INFINITY, |after| (self.event_at_secs + after).max(at_secs + 0.001));
        Some(at_secs)
    }

    /// The evidence as the namer reads it, at the instant that [`Self::due`] gave.
    pub fn read(&self, at_secs: f64, out: &mut [f32; FEATURES]) {
        let beat = self.beat.filter(|beat| at_secs - beat.at_secs < tuning::BEAT_KNOWN_SECS);
        let beat = beat.map_or([0.0; 3], |beat| {
            let since = (at_secs - beat.at_secs).max(0.0) as f32;
            [1.0, (-since / tuning::BEAT_NEAR_SECS).exp(), f32::from(u8::from(beat.is_first))]
        });
        self.evidence.write(beat, out);
    }

    /// What is remembered.
    pub fn evidence(&self) -> &Evidence {
        &self.evidence
    }
}
