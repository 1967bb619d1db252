//! From a MIDI source to the audio thread: time-stamped messages with a rule for *full* that cannot leave
//! a note hanging.

use super::spsc::{Receiver, Sender, spsc};
use crate::base::Midi;
use crate::base::limits::MIDI_QUEUE;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// A message and when it came, in nanoseconds of the host's monotonic clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimedMidi {
    /// Nanoseconds of the clock that the host stamps its blocks with.
    pub at_nanos: u64,
    /// What came.
    pub message: Midi,
}

#[derive(Default)]
struct Shared {
    refused: AtomicU32,
    release_all: AtomicBool,
}

/// The source's end.
pub struct MidiSender {
    queue: Sender<TimedMidi>,
    shared: Arc<Shared>,
}

/// The audio thread's end.
pub struct MidiReceiver {
    queue: Receiver<TimedMidi>,
    shared: Arc<Shared>,
}

/// A queue of [`MIDI_QUEUE`] messages. Allocates.
#[must_use]
pub fn midi_queue() -> (MidiSender, MidiReceiver) {
    let (sender, receiver) = spsc(MIDI_QUEUE);
    let shared = Arc::new(Shared::default());
    (MidiSender { queue: sender, shared: Arc::clone(&shared) }, MidiReceiver { queue: receiver, shared })
}

impl MidiSender {
    /// Sends a message. When the queue is full a note-on is refused and counted; anything that could
    /// leave a note sounding sets a latch instead, and the receiver releases all notes. Wait-free.
    pub fn send(&mut self, message: TimedMidi) {
        if self.queue.send(message).is_err() {
            self.shared.refused.fetch_add(1, Ordering::Relaxed);
            if !matches!(message.message, Midi::NoteOn { .. } | Midi::Sync(_)) {
                self.release_all();
            }
        }
    }

    /// Asks the receiver to release all notes: the source is gone. Wait-free.
    pub fn release_all(&mut self) {
        self.shared.release_all.store(true, Ordering::Release);
    }
}

impl MidiReceiver {
    /// The oldest message if it came before `until_nanos`. Wait-free.
    pub fn receive_before(&mut self, until_nanos: u64) -> Option<TimedMidi> {
        self.queue.peek().filter(|m| m.at_nanos < until_nanos)?;
        self.queue.receive()
    }

    /// Whether all notes of this source must be released now; true once per request. Wait-free.
    pub fn take_release_all(&mut self) -> bool {
        self.shared.release_all.swap(false, Ordering::AcqRel)
    }

    /// How many messages were refused since the last call. Wait-free.
    pub fn take_refused(&mut self) -> u32 {
        self.shared.refused.swap(0, Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ON: Midi = Midi::NoteOn { channel: 0, key: 60, velocity: 1 };
    const OFF: Midi = Midi::NoteOff { channel: 0, key: 60, velocity: 0 };

    #[test]
    fn a_full_queue_refuses_note_ons_and_latches_note_offs() {
        let (mut tx, mut rx) = midi_queue();
        for i in 0..MIDI_QUEUE {
            tx.send(TimedMidi { at_nanos: i as u64, message: ON });
        }
        tx.send(TimedMidi { at_nanos: 1, message: ON });
        assert!(!rx.take_release_all());
        tx.send(TimedMidi { at_nanos: 1, message: OFF });
        assert!(rx.take_release_all() && !rx.take_release_all());
        assert_eq!((rx.take_refused(), rx.take_refused()), (2, 0));
    }

    #[test]
    fn messages_of_a_later_block_wait() {
        let (mut tx, mut rx) = midi_queue();
        for at_nanos in [10, 20, 30] {
            tx.send(TimedMidi { at_nanos, message: ON });
        }
        assert_eq!(rx.receive_before(20).map(|m| m.at_nanos), Some(10));
        assert_eq!(rx.receive_before(20), None);
        assert_eq!(rx.receive_before(31).map(|m| m.at_nanos), Some(20));
    }
}
