//! Builds and connects everything: the control side's desired state, the view, settings, the journal and
//! the headless commands.

mod intent;
mod view;

pub use crate::instrument::{PATCHES, PatchId, PatchInfo};
pub use intent::{Intent, Motion, Page};
pub use view::*;
