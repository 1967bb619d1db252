//! The players that are models: small causal networks, run by candle, that answer the band's questions as the rules do.
//!
//! A file ([`weights`]) becomes a [`Model`]: one [`trunk`] with the tables and heads of its parts. A [`NeuralPlayer`]
//! reads a question ([`represent`]), brings the trunk to where the answer begins, and chooses ([`taste`]) event by event.
//! All of it belongs on one thread of low priority ([`on_one_thread`]); it allocates, within bounds.

mod band;
pub mod heads;
pub mod made_up;
pub mod maths;
pub mod matrix;
mod measure;
mod model;
#[cfg(test)]
mod model_tests;
mod models;
mod player;
pub mod represent;
pub mod taste;
mod thread;
pub mod trunk;
pub mod weights;

pub use band::NeuralBand;
pub use matrix::Precision;
pub use measure::{Speed, devices, speed};
pub use model::Model;
pub use models::{FILES, Models, Problem, Report};
pub use player::{NeuralPlayer, Outcome, SurpriseMeter};
pub use taste::Manner;
pub use thread::on_one_thread;
pub use weights::{TrunkShape, Weights, WeightsError};
