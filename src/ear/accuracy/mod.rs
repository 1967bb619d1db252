//! How well an ear hears: what it told against what was true, by the measures that are usual for each, so that
//! figures can be compared.

pub mod beats;
pub mod events;
pub mod harmony;
pub mod pitch;
