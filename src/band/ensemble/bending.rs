//! What moves while it sounds: the glides of the lead are sent shortly before they sound, as they are many.

use super::Band;
use crate::band::part::Part;
use crate::band::plan::Mark;
use crate::band::raga::Tuned;
use crate::base::BandMessage;

/// Bends are sent so long before they sound, in seconds: longer than any pause of the threads.
const AHEAD_SECS: f64 = 1.0;
/// Of the lead's last notes so many may sound, or be settled without having begun.
const NOTES_SOUNDING: usize = 32;
/// The slowest tempo that is reckoned with, beats a second.
const BEATS_PER_SEC_MIN: f64 = 0.1;

impl Band {
    /// What tunes a part: the raga tunes the lead.
    pub(super) fn tuned_of(&self, part: Part) -> Option<&Tuned> {
        (part == Part::Lead && !self.settings.mode.mode().has_harmony).then_some(&self.tuned)
    }

    pub(super) fn beats_per_sec(&self) -> f64 {
        (self.place.tempo_bpm / 60.0).max(BEATS_PER_SEC_MIN)
    }

    /// Whether the lead sounded in `from..to`, beats, within so many cents of a pitch, cents over Sa, in any octave: on its
    /// notes, and on the way to them.
    #[must_use]
    pub fn sings(&self, (from, to): (f64, f64), cents: f64, within_cents: f64) -> bool {
        let Some(tuned) = self.tuned_of(Part::Lead) else { return false };
        let mut notes = self.context.part(Part::Lead).rev().take(NOTES_SOUNDING + 1).peekable();
        while let Some(note) = notes.next() {
            if note.begin_beats < to && note.end_beats() > from {
                let pair = (note, notes.peek().copied());
                let (low, high) = tuned.reach_cents(pair, self.beats_per_sec(), from);
                // So far over the lowest of it, in any octave.
                let over = (cents - low + within_cents).rem_euclid(1200.0);
                if over <= high - low + 2.0 * within_cents {
                    return true;
                }
            }
        }
        false
    }

    /// The bends of a part from `from` on were taken back.
    pub(super) fn unbend(&mut self, part: Part, from: f64) {
        if part == Part::Lead {
            self.bent_beats = self.bent_beats.min(from);
        }
    }

    /// Sends the bends that are due soon.
    pub(super) fn bend(&mut self) {
        let beats_per_sec = self.beats_per_sec();
        let window = (self.bent_beats, self.place.beat.0 + AHEAD_SECS * beats_per_sec);
        if window.1 <= window.0 {
            return;
        }
        self.bent_beats = window.1;
        if self.settings.mode.mode().has_harmony {
            return;
        }
        let Self { tuned, plan, messages, .. } = self;
        let mut before = None;
        for planned in plan.notes(Part::Lead).iter().filter(|planned| planned.mark != Mark::Vetoed) {
            let note = planned.note;
            let last = before.replace(note);
            if note.end_beats() > window.0 && note.begin_beats < window.1 {
                let pair = (&note, last.as_ref());
                tuned.bends(pair, beats_per_sec, window, |bend| messages.push(BandMessage::Bend(bend)));
            }
        }
    }
}
