//! The teacher among the threads: what is practised, heard, judged and kept.

mod course;
mod desk;
mod file;
mod guide;
mod order;
mod own;
mod past;
mod recital;
mod room;
mod store;
mod study;
mod view;

pub use desk::{DeskNews, PracticeDesk};
pub use file::{ExerciseOptions, PracticeError, PracticeOptions, Practised, practice, summary_json, summary_text};
pub use order::{Late, LessonWish, PracticeOrder, TeachOrder, TransportWish};
pub use own::{own_tables, with_own};
pub use recital::{Recited, exercise_list};
pub use room::{Room, Setup};
pub use study::Plan;
pub use view::{DayView, MicrophoneView, Newest, PastView, PracticeView, RoomView, SwaraPast};

pub use crate::ear::drone::DroneState;
pub use crate::ear::tonic::TonicState;
pub use crate::practice::hint::{Candidate, Hint};
pub use crate::practice::history::WeekPoint;
pub use crate::practice::lesson::{
    Asked, CourseRow, CourseView, GATE_PASSED, GATE_TAKES, GATE_TALA_MS, GATE_TRUE_SHARE, LessonSettings, LessonView,
    NoteMark, Outcome, Phase, Score, Timeline,
};
pub use crate::practice::view::{ShadeView, SwaraView, TargetView};
pub use crate::practice::{
    Hearing, Mark, Marking, Name, NowView, Phrase, PhraseView, RemarkView, SwaraRow, TeacherView, TrailPoint, Verdict,
};
