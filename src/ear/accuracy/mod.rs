//! How well an ear hears: what it told against what was true, by the measures that are usual for each.

pub mod events;
pub mod pitch;
//! How a guess is scored against the truth, as the literature scores it, so that figures can be compared.

pub mod harmony;
