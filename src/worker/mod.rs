//! The band mate: the ear and the band brought together on the engine's clock, live and offline alike.

mod follow;
mod mate;

pub use follow::Follow;
pub use mate::{Adapted, BandMate, Start};
