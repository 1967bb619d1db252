//! The real-time object: commands in, snapshots out, and `Engine::process` between them.

mod command;
pub mod params;
mod snapshot;
mod tempo_map;

pub use command::{Applied, Command, HandBack, JournalEntry, TimedEvent};
pub use snapshot::{Counters, Snapshot};
pub use tempo_map::{TempoChange, TempoMap, TempoMapError};
