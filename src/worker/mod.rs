//! The band mate: the ear and the band brought together on the engine's clock, live and offline alike; and the
//! models without a thread of their own.

mod follow;
mod inline;
mod mate;
mod singer;

pub use follow::Follow;
pub use inline::Inline;
pub use mate::{Adapted, BandMate, Start};
pub use singer::{Singer, Sung};
