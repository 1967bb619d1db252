//! What the ear is given: the player's messages and sound, and the time, all on the engine's clock.

use crate::base::{Frames, Midi, Place};
use crate::rt::{Receiver, Sender};

/// What happened to be heard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Heard {
    /// A message of the player.
    Midi(Midi),
    /// Every voice was silenced.
    Panic,
    /// A block is over.
    Block {
        /// Where the transport stands at its end.
        place: Place,
        /// Frames of sound that belong to it, none without an input; they wait in [`EarFeed::sound`] and end at the event's frame.
        sound_frames: u32,
    },
}

/// One thing for the ear.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EarEvent {
    /// The frame of the engine's clock at which it took effect; for a block, the first frame after it.
    pub frame: Frames,
    /// What.
    pub heard: Heard,
}

/// The ear's ends of the two queues.
pub struct EarFeed {
    /// The rate of the clock and of the sound, in Hz.
    pub rate_hz: u32,
    /// In the order of time.
    pub events: Receiver<EarEvent>,
    /// Frames of `[input, output]`, both mono, as the blocks tell: what is heard, and what is played meanwhile, which may be
    /// heard too.
    pub sound: Receiver<[f32; 2]>,
}

/// The audio thread's ends. What finds no room is dropped and counted: nothing that sounds depends on it.
pub struct EarTap {
    pub(super) events: Sender<EarEvent>,
    pub(super) sound: Sender<[f32; 2]>,
    pub(super) lost: u32,
    /// Something that could leave a key sounding was lost: as soon as there is room, all are let go.
    pub(super) must_release: bool,
}

impl EarTap {
    /// Passes something on. Real-time safe.
    pub fn tell(&mut self, frame: Frames, heard: Heard) {
        if self.must_release && self.events.vacant() >= 2 {
            self.must_release = self.events.send(EarEvent { frame, heard: Heard::Panic }).is_err();
        }
        if self.events.send(EarEvent { frame, heard }).is_err() {
            self.lost = self.lost.saturating_add(1);
            self.must_release |= match heard {
                Heard::Midi(message) => !matches!(message, Midi::NoteOn { .. } | Midi::Sync(_)),
                Heard::Panic => true,
                Heard::Block { .. } => false,
            };
        }
    }

    /// Passes on the end of a block with its sound (input, left and right of the output), all or nothing. Real-time safe.
    pub fn tell_block(&mut self, frame: Frames, place: Place, input: &[f32], (left, right): (&[f32], &[f32])) {
        if self.events.vacant() == 0 || self.sound.vacant() < input.len() {
            self.lost = self.lost.saturating_add(1);
            return;
        }
        let mut sound_frames = 0;
        for (heard, (left, right)) in input.iter().zip(left.iter().zip(right)) {
            sound_frames += u32::from(self.sound.send([*heard, 0.5 * (left + right)]).is_ok());
        }
        self.tell(frame, Heard::Block { place, sound_frames });
    }
}
