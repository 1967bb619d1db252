//! The models without a thread: they answer at once, and are heard after the time they are given.

use crate::band::{Brief, Ensemble, Musicians, Part, Reply, Rung, Style};

/// A bar takes as long, in seconds,
const BAR_SECS: f64 = 0.004;
/// and each of its notes: what a small laptop needs. Offline it is the same everywhere, so that a jam repeats.
const NOTE_SECS: f64 = 0.000_8;

/// Players that answer a fixed time after they were asked, by the caller's clock. What they are asked at the same time is
/// answered the same.
pub struct Inline {
    ensemble: Box<dyn Ensemble>,
    reply: Reply,
    due_secs: Option<f64>,
}

impl Inline {
    /// Without a question. Allocates.
    #[must_use]
    pub fn new(ensemble: Box<dyn Ensemble>) -> Self {
        Self { ensemble, reply: Reply::new(), due_secs: None }
    }
}

impl Musicians for Inline {
    fn rung(&self, part: Part, style: &Style, beats_per_bar: u32) -> Option<Rung> {
        self.ensemble.rung(part, style, beats_per_bar)
    }

    fn ask(&mut self, now_secs: f64, brief: &Brief) {
        self.reply.begin(brief.ticket);
        self.ensemble.play(brief, &|| false, &mut self.reply);
        let took = |notes: &Vec<_>| BAR_SECS + notes.len() as f64 * NOTE_SECS;
        let secs: f64 = self.reply.notes[..brief.variants()].iter().map(took).sum();
        self.due_secs = Some(now_secs + secs);
    }

    fn cancel(&mut self) {
        self.due_secs = None;
    }

    fn reply(&mut self, now_secs: f64) -> Option<&Reply> {
        self.due_secs.take_if(|due| *due <= now_secs).map(|_| &self.reply)
    }
}
