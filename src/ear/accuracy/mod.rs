//! How well an ear hears: what it told against what was true.

pub mod events;
