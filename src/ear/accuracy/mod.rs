//! How well an ear hears: what it told against what was true, by the measures that are usual for each.

pub mod events;
pub mod pitch;
