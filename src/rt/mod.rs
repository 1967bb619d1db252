//! Queues, meters and the guard of the audio thread. `ringbuf` is named only here.

pub mod guard;
mod histogram;
mod mapped;
mod midi_queue;
mod pools;
mod return_on_drop;
mod spsc;

pub use histogram::{Histogram, Percentiles};
pub use mapped::Mapped;
pub use midi_queue::{MidiReceiver, MidiSender, TimedMidi, midi_queue};
pub use pools::allow_one_thread;
pub use return_on_drop::ReturnOnDrop;
pub use spsc::{Receiver, Sender, spsc};
