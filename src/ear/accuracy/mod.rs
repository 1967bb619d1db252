//! How well an ear hears: what it told against what was true.

pub mod events;
//! How right the ears are: the measures that the accuracy bench and the tests state.

pub mod pitch;
