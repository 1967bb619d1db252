//! A stand-in for the real engine: one sine for every held key.

use super::command::TimedEvent;
use crate::base::{Frames, Midi, cc, key_to_hz};

/// What one block is made from.
pub struct Input<'a> {
    /// The mono input: empty, or as long as the block.
    pub audio: &'a [f32],
    /// Sorted by `offset_frames`.
    pub events: &'a [TimedEvent],
}

/// Where one block goes: two slices of the same length, at most `BLOCK_FRAMES_MAX`.
pub struct Output<'a> {
    /// The left channel.
    pub left: &'a mut [f32],
    /// The right channel.
    pub right: &'a mut [f32],
}

/// One sine for every held key.
pub struct Engine {
    rate_hz: u32,
    frame: u64,
    held: [bool; 128],
    phases: [f32; 128],
}

impl Engine {
    /// An engine at this rate.
    #[must_use]
    pub fn new(rate_hz: u32) -> Self {
        Self { rate_hz, frame: 0, held: [false; 128], phases: [0.0; 128] }
    }

    /// Renders one block.
    pub fn process(&mut self, input: Input<'_>, output: Output<'_>) {
        let mut events = input.events.iter().peekable();
        for (index, (left, right)) in output.left.iter_mut().zip(output.right.iter_mut()).enumerate() {
            while let Some(event) = events.next_if(|e| e.offset_frames as usize <= index) {
                self.apply(event.message);
            }
            let mut sum = 0.0;
            for key in 0..128 {
                if self.held[key] {
                    sum += 0.1 * (self.phases[key] * std::f32::consts::TAU).cos();
                    self.phases[key] = (self.phases[key] + key_to_hz(key as f32, 440.0) / self.rate_hz as f32).fract();
                }
            }
            (*left, *right) = (sum, sum);
        }
        self.frame += output.left.len() as u64;
    }

    fn apply(&mut self, message: Midi) {
        match message {
            Midi::NoteOn { key, .. } => {
                self.held[usize::from(key)] = true;
                self.phases[usize::from(key)] = 0.0;
            }
            Midi::NoteOff { key, .. } => self.held[usize::from(key)] = false,
            Midi::Control { controller: cc::ALL_NOTES_OFF, .. } => self.held = [false; 128],
            _ => {}
        }
    }

    /// The rate in Hz.
    #[must_use]
    pub fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// The engine's clock.
    #[must_use]
    pub fn frame(&self) -> Frames {
        Frames(self.frame)
    }

    /// Whether nothing sounds.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        !self.held.contains(&true)
    }
}
