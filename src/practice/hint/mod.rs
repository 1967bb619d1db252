//! Which raga is it? The three likeliest after ten seconds of held notes, with the reasons in words.
//!
//! Each raga is a `walk` through its lines; the likelihood of what was heard, and the share of time of each note, are
//! brought together log-linearly. No recording was learnt from: the grammar of each raga is all that is known of it, so
//! a raga of the user's own is as well known as any.

mod evidence;
#[cfg(test)]
mod tests;
mod walk;

use crate::base::keep_newest;
use crate::theory::raga::{Raga, RagaBook, Tradition};
use std::collections::VecDeque;
use walk::Walk;

/// Every weight, with its reason.
mod tuning {
    /// Below this much of held notes nothing is said: the singer has not been everywhere yet, seconds.
    pub const LEAST_SECS: f64 = 10.0;
    /// From this much on the probabilities are meant in full, seconds; before, they are nearer to each other.
    pub const FULL_SECS: f64 = 30.0;
    /// A note farther than this from a semitone says nothing, cents: it is a glide or out of tune.
    pub const STRAY_CENTS: f32 = 42.0;
    /// Shorter notes are touches, seconds.
    pub const SHORTEST_SECS: f32 = 0.08;
    /// A silence from which a new phrase begins, seconds.
    pub const BREATH_SECS: f64 = 0.7;
    /// How much the share of time counts beside the order. Order tells far more ragas apart.
    pub const SHARES: f32 = 0.35;
    /// The length of a note that counts once in the shares, seconds; longer notes count for more, up to
    pub const NOTE_SECS: f32 = 0.5;
    /// this many notes: one long Sa is no scale.
    pub const NOTES_MAX: f32 = 4.0;
    /// Notes after which an old one counts for a third: the singer may go on to another raga.
    pub const MEMORY_NOTES: f32 = 240.0;
    /// Sung steps are less independent than the walk believes, so its likelihoods are drawn together by this power.
    pub const CERTAINTY: f32 = 0.8;
    /// A raga with the same notes that is at least this share as likely is not told apart.
    pub const FAMILY: f32 = 0.1;
}

/// Notes that the evidence is taken from: two minutes of quick singing.
const HEARD_MAX: usize = 256;

/// Candidates of a [`Hint`].
pub const CANDIDATES: usize = 3;

/// A note that was held.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct HeldPitch {
    /// When it began, seconds.
    pub at_secs: f64,
    /// Its pitch, cents over middle Sa.
    pub cents: f32,
    /// How long it was held, seconds.
    pub secs: f32,
}

/// A note as the walks know it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Heard {
    /// Semitones above middle Sa.
    semitones: i16,
    secs: f32,
    is_after_breath: bool,
}

impl Heard {
    fn position(self) -> u8 {
        self.semitones.rem_euclid(12) as u8
    }
}

/// What can be said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hint {
    /// Held notes so far, seconds.
    pub held_secs: f64,
    /// How much of what is needed for a full answer was heard, 0 to 1; below a third nothing is said.
    pub confidence: f32,
    /// The likeliest ragas, the likeliest first; none before there is enough to go by.
    pub candidates: Vec<Candidate>,
}

/// A raga that it may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The raga's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whose raga.
    pub tradition: Tradition,
    /// How likely it is among all, 0 to 1.
    pub probability: f32,
    /// Why, in words: "no R or D going up".
    pub evidence: Vec<String>,
    /// Names of ragas that have the same notes and are not told apart from it by how they were walked.
    pub family: Vec<String>,
}

/// A raga with how likely it is.
#[derive(Clone, Debug)]
struct Contender {
    raga: Raga,
    walk: Walk,
    /// The natural logarithm of how likely all that was heard is, forgetting slowly.
    score: f32,
}

/// Listens to held notes and guesses the raga. `new` allocates (about half a megabyte for all tables); [`hear`](Self::hear)
/// does not, and takes some 50 microseconds for 300 ragas: for a worker, not for the audio thread.
#[derive(Clone, Debug)]
pub struct RagaHint {
    contenders: Vec<Contender>,
    tradition: Option<Tradition>,
    heard: VecDeque<Heard>,
    held_secs: f64,
    end_secs: f64,
}

impl RagaHint {
    /// A hint that chooses among these ragas. To have the user's own, give the book that has them.
    #[must_use]
    pub fn new(ragas: &RagaBook) -> Self {
        let contender = |raga: &Raga| Contender { raga: raga.clone(), walk: Walk::of(raga), score: 0.0 };
        Self {
            contenders: ragas.ragas().iter().map(contender).collect(),
            tradition: None,
            heard: VecDeque::with_capacity(HEARD_MAX),
            held_secs: 0.0,
            end_secs: 0.0,
        }
    }

    /// Answers with ragas of this tradition alone, or of both.
    pub fn set_tradition(&mut self, tradition: Option<Tradition>) {
        self.tradition = tradition;
    }

    /// Forgets what was heard: another singer, another Sa.
    pub fn reset(&mut self) {
        for contender in &mut self.contenders {
            contender.walk.begin();
            contender.score = 0.0;
        }
        self.heard.clear();
        self.held_secs = 0.0;
        self.end_secs = 0.0;
    }

    /// Takes a held note in; notes come in the order of time. What is no note of a scale (too short, between two
    /// semitones, not a number) is passed over.
    pub fn hear(&mut self, note: HeldPitch) {
        let is_finite = note.cents.is_finite() && note.secs.is_finite() && note.at_secs.is_finite();
        let semitone = (note.cents / 100.0).round();
        let is_stray = (note.cents - 100.0 * semitone).abs() > tuning::STRAY_CENTS || semitone.abs() > 60.0;
        if !is_finite || is_stray || note.secs < tuning::SHORTEST_SECS {
            return;
        }
        let before = self.heard.back().copied();
        let is_after_breath = before.is_none() || note.at_secs - self.end_secs > tuning::BREATH_SECS;
        let now = Heard { semitones: semitone as i16, secs: note.secs, is_after_breath };
        let weight = tuning::SHARES * (note.secs / tuning::NOTE_SECS).min(tuning::NOTES_MAX);
        for contender in &mut self.contenders {
            let order = contender.walk.step(before, now);
            let share = weight * contender.walk.log_share(now.position());
            contender.score = contender.score * (1.0 - 1.0 / tuning::MEMORY_NOTES) + order + share;
        }
        keep_newest(&mut self.heard, HEARD_MAX, now);
        self.held_secs += f64::from(note.secs);
        self.end_secs = note.at_secs + f64::from(note.secs);
    }

    /// What can be said now. Allocates.
    #[must_use]
    pub fn answer(&self) -> Hint {
        let confidence = (self.held_secs / tuning::FULL_SECS).min(1.0) as f32;
        let mut hint = Hint { held_secs: self.held_secs, confidence, candidates: Vec::new() };
        if self.held_secs < tuning::LEAST_SECS {
            return hint;
        }
        let ranked = self.ranked(tuning::CERTAINTY * confidence);
        let heard: Vec<Heard> = self.heard.iter().copied().collect();
        for (probability, raga) in ranked.iter().take(CANDIDATES) {
            let is_near = |(other_probability, other): &&(f32, &Raga)| {
                other.id != raga.id && other.is_family_of(raga) && *other_probability >= tuning::FAMILY * probability
            };
            let mut family: Vec<String> = Vec::new();
            for (_, other) in ranked.iter().filter(is_near) {
                if !family.contains(&other.name) {
                    family.push(other.name.clone());
                }
            }
            hint.candidates.push(Candidate {
                id: raga.id.clone(),
                name: raga.name.clone(),
                tradition: raga.tradition,
                probability: *probability,
                evidence: evidence::of(raga, &heard),
                family,
            });
        }
        hint
    }

    /// The ragas of the tradition with their probabilities, the likeliest first.
    fn ranked(&self, certainty: f32) -> Vec<(f32, &Raga)> {
        let is_wanted = |contender: &&Contender| self.tradition.is_none_or(|t| t == contender.raga.tradition);
        let mut ranked: Vec<(f32, &Raga)> =
            self.contenders.iter().filter(is_wanted).map(|contender| (contender.score, &contender.raga)).collect();
        let best = ranked.iter().map(|(score, _)| *score).fold(f32::MIN, f32::max);
        for (score, _) in &mut ranked {
            *score = (certainty * (*score - best)).exp();
        }
        let sum: f32 = ranked.iter().map(|(weight, _)| weight).sum();
        for (weight, _) in &mut ranked {
            *weight /= sum;
        }
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        ranked
    }
}
