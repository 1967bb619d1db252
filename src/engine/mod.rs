//! The real-time object: commands in, snapshots out, and `Engine::process` between them.

mod command;
mod drone;
mod effects;
#[allow(clippy::module_inception, reason = "the engine's engine: the one object this module exists for")]
mod engine;
mod feed;
mod link;
mod mixer;
pub mod params;
mod publish;
mod schedule;
mod signals;
mod snapshot;
mod tempo_map;
mod transport;

pub use command::{Applied, Command, HandBack, JournalEntry, TimedEvent};
pub use drone::FIRST_STRINGS;

pub use engine::{Engine, Input, Output};
pub use feed::{EarEvent, EarFeed, Heard};
pub use link::{Busy, EngineConfig, EngineLink, build};
pub use snapshot::{Counters, Snapshot};
pub use tempo_map::{TempoChange, TempoMap, TempoMapError};
