//! The teacher among the threads: what is practised, heard, judged and kept.

mod order;
mod view;

pub use order::PracticeOrder;
pub use view::{DayView, MicrophoneView, PracticeView};

pub use crate::ear::drone::DroneState;
pub use crate::ear::tonic::TonicState;
pub use crate::practice::hint::{Candidate, Hint};
pub use crate::practice::view::{ShadeView, SwaraView, TargetView};
pub use crate::practice::{
    Hearing, Mark, Marking, Name, NowView, Phrase, PhraseView, RemarkView, SwaraRow, TeacherView, TrailPoint, Verdict,
};
