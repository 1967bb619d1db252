//! Undo and redo of parameters and sounds.

use crate::engine::params::{ParamId, ParamValues};
use crate::instrument::PatchId;

const STEPS_MAX: usize = 200;
/// Moves of one control that follow each other this closely are one step.
const JOIN_SECS: f64 = 0.8;

/// The part of the state that can be undone.
#[derive(Clone, Debug, PartialEq)]
pub struct Desired {
    /// Every parameter.
    pub values: ParamValues,
    /// The player's sound.
    pub patch: PatchId,
}

/// What a step changed; moves of the same thing are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A parameter.
    Param(ParamId),
    /// The player's sound, with its macro knobs.
    Patch,
}

/// The states before each step.
#[derive(Debug, Default)]
pub struct History {
    before: Vec<Desired>,
    after: Vec<Desired>,
    last: Option<(Change, f64)>,
}

impl History {
    /// Remembers `state`, which is about to change.
    pub fn note(&mut self, state: &Desired, change: Change, now_secs: f64) {
        let is_joined = self.last.is_some_and(|(c, at)| c == change && c != Change::Patch && now_secs - at < JOIN_SECS);
        self.last = Some((change, now_secs));
        self.after.clear();
        if !is_joined {
            if self.before.len() == STEPS_MAX {
                self.before.remove(0);
            }
            self.before.push(state.clone());
        }
    }

    /// The state before the last step, if there is one; `now` can then be done again.
    pub fn undo(&mut self, now: &Desired) -> Option<Desired> {
        let state = self.before.pop()?;
        self.after.push(now.clone());
        self.last = None;
        Some(state)
    }

    /// The state that was undone last, if there is one.
    pub fn redo(&mut self, now: &Desired) -> Option<Desired> {
        let state = self.after.pop()?;
        self.before.push(now.clone());
        self.last = None;
        Some(state)
    }

    /// Whether there is something to undo and to do again.
    #[must_use]
    pub fn can(&self) -> (bool, bool) {
        (!self.before.is_empty(), !self.after.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(tempo: f32) -> Desired {
        let mut values = ParamValues::default();
        values.set(ParamId::Tempo, tempo);
        Desired { values, patch: PatchId(0) }
    }

    #[test]
    fn a_drag_is_one_step_and_undo_and_redo_are_inverse() {
        let mut history = History::default();
        history.note(&state(120.0), Change::Param(ParamId::Tempo), 0.0);
        history.note(&state(121.0), Change::Param(ParamId::Tempo), 0.1);
        history.note(&state(122.0), Change::Param(ParamId::MasterGain), 0.2);
        assert_eq!(history.can(), (true, false));
        assert_eq!(history.undo(&state(125.0)), Some(state(122.0)));
        assert_eq!(history.undo(&state(122.0)), Some(state(120.0)));
        assert_eq!(history.undo(&state(120.0)), None);
        assert_eq!(history.redo(&state(120.0)), Some(state(122.0)));
        assert_eq!(history.redo(&state(122.0)), Some(state(125.0)));
        history.note(&state(125.0), Change::Patch, 9.0);
        assert_eq!(history.can(), (true, false));
    }
}
