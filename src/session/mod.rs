//! Builds and connects everything: the control side's desired state, the view, settings, the journal and
//! the headless commands.

pub mod bench;
pub mod files;
mod intent;
pub mod journal;
pub mod score;
pub mod settings;
mod view;

pub use crate::instrument::{PATCHES, PatchId, PatchInfo};
pub use intent::{Intent, Page};
pub use view::*;
