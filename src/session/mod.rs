//! Builds and connects everything: the control side's desired state, the view, settings, the journal and
//! the headless commands.

mod audio_wish;
pub mod band;
pub mod bench;
mod capture;
pub mod chart_file;
pub mod control;
mod desk;
mod disk;
pub mod doctor;
mod ear;
pub mod files;
mod health;
mod heard;
mod history;
mod intent;
pub mod jam;
pub mod journal;
mod levels;
pub mod listen;
pub mod live;
pub mod models;
mod performance;
pub mod practice;
pub mod raga;
pub mod render;
pub mod report;
pub mod score;
pub mod score_out;
pub mod sessions;
pub mod settings;
mod tap_tempo;
mod view;
pub mod wav;

pub use crate::host::{AudioWish, InputState, InputWish, Trouble};
pub use crate::instrument::{PATCHES, PatchId, PatchInfo};
pub use crate::theory::Chart;
pub use heard::*;
pub use intent::{Intent, Motion, Page};
pub use view::*;
