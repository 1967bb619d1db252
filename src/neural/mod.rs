//! The players that are models: small causal networks, run by candle, that answer the band's questions as the rules do.

pub mod heads;
pub mod made_up;
pub mod maths;
pub mod matrix;
mod model;
#[cfg(test)]
mod model_tests;
pub mod represent;
pub mod trunk;
pub mod weights;

pub use matrix::Precision;
pub use model::Model;
pub use weights::{TrunkShape, Weights, WeightsError};

/// The players' files without their ending: the small ones in the order of the parts, then the large one.
pub const FILES: [&str; 5] = ["drums_small", "bass_small", "keys_small", "lead_small", "band_large"];
