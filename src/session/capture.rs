//! The last minutes of playing, always in memory.

use crate::base::Midi;
use std::collections::VecDeque;

/// What is remembered, in seconds.
pub const MEMORY_SECS: f64 = 600.0;
/// What is remembered, in messages: a storm of controllers cannot fill the memory.
const MESSAGES_MAX: usize = 400_000;

/// Messages of the player with the time at which they took effect.
#[derive(Debug, Default)]
pub struct Capture {
    messages: VecDeque<(f64, Midi)>,
}

impl Capture {
    /// Remembers a message at `at_secs`; what is older than [`MEMORY_SECS`] is forgotten.
    pub fn push(&mut self, at_secs: f64, message: Midi) {
        self.messages.push_back((at_secs, message));
        while self.messages.len() > MESSAGES_MAX
            || self.messages.front().is_some_and(|(first, _)| at_secs - first > MEMORY_SECS)
        {
            self.messages.pop_front();
        }
    }

    /// Seconds from the first note to the last message.
    #[must_use]
    pub fn secs(&self) -> f64 {
        match (self.first_note_secs(), self.messages.back()) {
            (Some(first), Some((last, _))) => last - first,
            _ => 0.0,
        }
    }

    /// Everything remembered, from 0 at the first note; what came before it (a pedal, a bend) is at 0.
    #[must_use]
    pub fn since_first_note(&self) -> Vec<(f64, Midi)> {
        let Some(first) = self.first_note_secs() else { return Vec::new() };
        self.messages.iter().map(|(at, message)| ((at - first).max(0.0), *message)).collect()
    }

    fn first_note_secs(&self) -> Option<f64> {
        self.messages.iter().find(|(_, m)| matches!(m, Midi::NoteOn { .. })).map(|(at, _)| *at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_is_bounded_and_begins_at_the_first_note() {
        let mut capture = Capture::default();
        let pedal = Midi::Control { channel: 0, controller: 64, value: 127 };
        let on = Midi::NoteOn { channel: 0, key: 60, velocity: 1 };
        assert_eq!((capture.secs(), capture.since_first_note().len()), (0.0, 0));
        capture.push(5.0, pedal);
        capture.push(7.0, on);
        capture.push(9.0, pedal);
        assert_eq!(capture.secs(), 2.0);
        assert_eq!(capture.since_first_note(), [(0.0, pedal), (0.0, on), (2.0, pedal)]);
        capture.push(700.0, on);
        assert_eq!(capture.since_first_note(), [(0.0, on)]);
    }
}
