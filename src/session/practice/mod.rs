//! The teacher among the threads: what is practised, heard, judged and kept.

mod order;
mod view;

pub use order::PracticeOrder;
pub use view::{DayView, MicrophoneView, PracticeView};
