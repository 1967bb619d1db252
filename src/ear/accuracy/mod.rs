//! How well an ear hears: what it told against what was true, by the measures that are usual for each, so that
//! figures can be compared.

pub mod events;
pub mod harmony;
pub mod pitch;
//! How well the ears hear, as numbers by rules that others publish by.

pub mod beats;
