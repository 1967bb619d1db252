//! A model as a player of the band.

mod drumming;
mod line;
mod noting;
mod room;
mod surprise;
#[cfg(test)]
mod tests;

pub use surprise::SurpriseMeter;

use super::model::{Model, Net};
use super::represent::asked::{Asked, Past};
use super::taste::{Chooser, Manner};
use crate::band::{Ask, Note, Part, PartMode, PhraseSource, Role, Rung};
use drumming::DrumPlayer;
use noting::NotePlayer;
use room::give_room;
use std::sync::Arc;

/// How an answer went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// The bar is whole.
    #[default]
    Played,
    /// The model was not trained for what is asked: nothing was played.
    NotCovered,
    /// It was stopped: nothing was played.
    Cut,
    /// The library that computes refused, with what it says: nothing was played.
    Failed(String),
}

/// Plays one part by a model. Its memory, and what it remembers of earlier questions, are its own; the model is shared.
#[derive(Debug)]
pub struct NeuralPlayer {
    part: Part,
    model: Arc<Model>,
    rung: Rung,
    asked: Asked,
    past: Past,
    voice: Voice,
    outcome: Outcome,
}

#[derive(Debug)]
enum Voice {
    Drums(Box<DrumPlayer>),
    Notes(Box<NotePlayer>),
}

impl NeuralPlayer {
    /// A player of a part; `None` where the model does not play it. Allocates.
    #[must_use]
    pub fn new(model: Arc<Model>, part: Part, rung: Rung) -> Option<Self> {
        let voice = match &model.part(part)?.net {
            Net::Drums(_) => Voice::Drums(Box::new(DrumPlayer::new(&model.trunk))),
            Net::Notes(_) => Voice::Notes(Box::new(NotePlayer::new(&model.trunk))),
        };
        Some(Self {
            part,
            model,
            rung,
            asked: Asked::default(),
            past: Past::default(),
            voice,
            outcome: Outcome::Played,
        })
    }

    /// Which rung of the ladder its bars are of.
    #[must_use]
    pub fn rung(&self) -> Rung {
        self.rung
    }

    /// How the last answer went.
    #[must_use]
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// Elements that went through the trunk since the begin, and those that it still knew.
    #[must_use]
    pub fn counts(&self) -> (u64, u64) {
        match &self.voice {
            Voice::Drums(player) => player.line.counts,
            Voice::Notes(player) => player.line.counts,
        }
    }

    /// Whether the model was trained for what is asked. Beginnings and endings, playing in the player's own rhythm, and
    /// dotted beats are left to the rules.
    #[must_use]
    pub fn covers(&self, ask: &Ask<'_>) -> bool {
        let is_of_its_form = matches!(ask.bar.role, Role::Groove | Role::Fill) && (2..=6).contains(&ask.bar.beats);
        ask.part == self.part
            && is_of_its_form
            && ask.taste.mode != PartMode::Follow
            && ask.style.steps_per_beat == 4
            && self.model.knows(self.part, ask.style.id)
    }

    /// Forgets what was played and asked: the transport was moved.
    pub fn forget(&mut self) {
        self.past.clear();
        match &mut self.voice {
            Voice::Drums(player) => player.line.clear(),
            Voice::Notes(player) => player.line.clear(),
        }
    }

    /// Adds the bar's notes to `out`, as [`PhraseSource::play`] does; on anything but [`Outcome::Played`] none. Stops soon
    /// after `is_cut` says so.
    pub fn answer(&mut self, ask: &Ask<'_>, is_cut: &dyn Fn() -> bool, out: &mut Vec<Note>) -> &Outcome {
        self.outcome = self.try_answer(ask, is_cut, out);
        if self.outcome != Outcome::Played {
            out.clear();
        }
        &self.outcome
    }

    fn try_answer(&mut self, ask: &Ask<'_>, is_cut: &dyn Fn() -> bool, out: &mut Vec<Note>) -> Outcome {
        if !self.covers(ask) {
            return Outcome::NotCovered;
        }
        if ask.taste.mode == PartMode::Off {
            return Outcome::Played;
        }
        self.asked.read(ask, &mut self.past);
        if self.part == Part::Lead && !give_room(ask, &mut self.asked) {
            return Outcome::Played;
        }
        if self.asked.from_tick >= self.asked.until_tick {
            return Outcome::Played;
        }
        // There has to be a groove first.
        let has_begun = self.asked.start_tick < self.asked.scene.bar_at(self.asked.from_tick).1;
        let is_groove = self.part == Part::Drums && ask.bar.role == Role::Groove && has_begun;
        let manner = Manner::of(ask.taste.temperature);
        let manner = if is_groove { manner.steady() } else { manner };
        let chooser = Chooser { seed: ask.seed, part: self.part, manner };
        let trunk = &self.model.trunk;
        let Some(of) = self.model.part(self.part) else { return Outcome::NotCovered };
        let played = match (&mut self.voice, &of.net) {
            (Voice::Drums(player), Net::Drums(net)) => {
                player.play((trunk, net), ask, &self.asked, (&chooser, is_cut), out)
            }
            (Voice::Notes(player), Net::Notes(net)) => {
                player.play((trunk, net), ask, &self.asked, (&chooser, is_cut), out)
            }
            _ => return Outcome::NotCovered,
        };
        match played {
            Ok(true) => Outcome::Played,
            Ok(false) => Outcome::Cut,
            Err(error) => Outcome::Failed(error.to_string()),
        }
    }
}

impl PhraseSource for NeuralPlayer {
    fn play(&mut self, ask: &Ask<'_>, out: &mut Vec<Note>) {
        self.answer(ask, &|| false, out);
    }
}

/// A wish, 0 to 1, the middle where it is none.
fn unit(wish: f32, middle: f32) -> f32 {
    if wish.is_finite() { wish.clamp(0.0, 1.0) } else { middle }
}
