//! The real-time object: commands in, snapshots out, and `Engine::process` between them.

mod command;
#[allow(clippy::module_inception)]
mod engine;
pub mod params;
mod snapshot;
mod tempo_map;

pub use command::{Applied, Command, HandBack, JournalEntry, TimedEvent};
pub use engine::{Engine, Input, Output};
pub use snapshot::{Counters, Snapshot};
pub use tempo_map::{TempoChange, TempoMap, TempoMapError};
