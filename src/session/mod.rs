//! Builds and connects everything: the control side's desired state, the view, settings, the journal and
//! the headless commands.

pub mod bench;
mod capture;
pub mod files;
mod history;
mod intent;
pub mod journal;
mod levels;
pub mod score;
pub mod settings;
mod tap_tempo;
mod view;

pub use crate::instrument::{PATCHES, PatchId, PatchInfo};
pub use intent::{Intent, Page};
pub use view::*;
