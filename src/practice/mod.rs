//! The teacher: what is sung, judged as its own music judges it.
//!
//! It is fed with the pitch line of the ear, live and settled, and with Sa and a raga. The settled line is cut into
//! what happens in it ([`contour`]: notes held, glides, kampitas, touches), each of which is judged by the rule of its
//! kind ([`verdict`]) against the raga's own notes ([`targets`]); the order of the held notes is checked ([`order`]),
//! what was held is added up for each swara ([`swaras`]) and each breath ([`phrase`]). [`Teacher`] ties these together
//! and shows them as a [`TeacherView`]. What is no single clear voice is never judged ([`hearing`]).
//!
//! Nothing here does I/O, reads a clock, fails or allocates after construction; views and sentences allocate.

mod book;
pub mod contour;
pub mod hearing;
pub mod hint;
pub mod history;
pub mod lesson;
pub mod order;
pub mod phrase;
pub mod summary;
pub mod swaras;
pub mod targets;
pub mod teacher;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod tuning;
pub mod verdict;
pub mod view;
mod words;

pub use contour::{Contour, Figure, Shape};
pub use hearing::Hearing;
pub use order::Remark;
pub use phrase::{Grid, Phrase};
pub use summary::Summary;
pub use swaras::SwaraRow;
pub use targets::{Name, Names, Place, Subject, Targets};
pub use teacher::{Judged, Teacher, TeacherConfig};
pub use verdict::{Judgement, Marking, Reason, Verdict};
pub use view::{Mark, NowView, PhraseView, RemarkView, TeacherView, TrailPoint};
