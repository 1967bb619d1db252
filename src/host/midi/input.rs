//! What one MIDI port says, on its way to the engine.

use super::super::scheduling::{Promotion, Scheduling};
use crate::base::Midi;
use crate::rt::{MidiSender, TimedMidi};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};

/// What is known of a port, for the status.
pub(super) struct PortGauge {
    pub is_enabled: AtomicBool,
    /// When it last said something that the engine understands; 0 for never.
    pub last_nanos: AtomicU64,
    /// The channel of that, 1 to 16; 0 for none.
    pub channel: AtomicU8,
}

/// Listens to one port.
pub(super) struct Ear {
    sender: MidiSender,
    gauge: Arc<PortGauge>,
    /// Taken with the first message: only then is the thread known.
    promotion: Option<Promotion>,
}

impl Ear {
    pub fn new(sender: MidiSender, gauge: Arc<PortGauge>) -> Self {
        Self { sender, gauge, promotion: None }
    }

    /// Has the thread of the next message made real-time: it waits for the port and does nothing else.
    pub fn promote(&mut self, promotion: Promotion) {
        self.promotion = Some(promotion);
    }

    /// Releases all notes: the port is gone or not listened to any more.
    pub fn release_all(&mut self) {
        self.sender.release_all();
    }
}

/// One message came at `at_nanos`. Active sensing, system exclusive and anything cut short are passed over; a
/// port that is switched off is not heard.
///
/// The stamp is that of the arrival in this thread, not the sequencer's own: a constant delay needs a message
/// to be in its queue before the callback that looks for its stamp, and a stamp from the kernel is older
/// than the queue entry by the time that this thread took to wake up.
pub(super) fn on_midi(ear: &mut Ear, at_nanos: u64, bytes: &[u8]) {
    if let Some(promotion) = ear.promotion.take() {
        Scheduling::default().settle(promotion);
    }
    let Some(message) = Midi::parse(bytes) else { return };
    if !ear.gauge.is_enabled.load(Ordering::Relaxed) {
        return;
    }
    ear.sender.send(TimedMidi { at_nanos, message });
    ear.gauge.last_nanos.store(at_nanos, Ordering::Relaxed);
    if let Some(channel) = message.channel() {
        ear.gauge.channel.store(channel + 1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rt::midi_queue;

    #[test]
    fn notes_pass_and_everything_that_is_not_for_the_engine_does_not() {
        let (sender, mut receiver) = midi_queue();
        let is_enabled = AtomicBool::new(true);
        let gauge = Arc::new(PortGauge { is_enabled, last_nanos: AtomicU64::new(0), channel: AtomicU8::new(0) });
        let mut ear = Ear::new(sender, Arc::clone(&gauge));
        for noise in [&[0xf1, 0][..], &[0xfe], &[0xf0, 1, 2, 3, 0xf7], &[0xf2, 0, 0], &[0x90, 60], &[]] {
            on_midi(&mut ear, 5, noise);
        }
        assert_eq!((receiver.receive_before(u64::MAX), gauge.last_nanos.load(Ordering::Relaxed)), (None, 0));
        on_midi(&mut ear, 7, &[0x93, 60, 100]);
        let message = Midi::NoteOn { channel: 3, key: 60, velocity: 100 };
        assert_eq!(receiver.receive_before(u64::MAX), Some(TimedMidi { at_nanos: 7, message }));
        assert_eq!((gauge.last_nanos.load(Ordering::Relaxed), gauge.channel.load(Ordering::Relaxed)), (7, 4));
        gauge.is_enabled.store(false, Ordering::Relaxed);
        on_midi(&mut ear, 9, &[0x93, 60, 100]);
        assert_eq!(receiver.receive_before(u64::MAX), None);
    }
}
