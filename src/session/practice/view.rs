//! The Practice page's picture: plain data.

use crate::ear::drone::DroneState;
use crate::ear::tonic::TonicState;
use crate::instrument::PatchId;
use crate::practice::hint::Hint;
use crate::practice::history::{SessionRow, WeekPoint};
use crate::practice::lesson::{CourseView, LessonView};
use crate::practice::{Marking, Name, TeacherView};
use crate::theory::Key;
use crate::theory::raga::{Raga, Script, Tala, Tradition};
use std::sync::Arc;
use std::time::Instant;

/// What the microphone gives the teacher.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MicrophoneView {
    /// Whether sound comes from it at all.
    pub is_fed: bool,
    /// Level of the last tenth of a second, dB of full scale, at least -120.
    pub level_db: f32,
    /// From the sound at the microphone until its cents were known, the median of the last seconds, in nanoseconds.
    pub to_cents_nanos: Option<u64>,
    /// From there until they were on the screen, likewise.
    pub to_screen_nanos: Option<u64>,
    /// How the own drone is taken out; none while nothing is played.
    pub drone: Option<DroneState>,
    /// How far the voice stands over what is left of the drone, dB, while somebody sings.
    pub voice_over_drone_db: Option<f32>,
}

impl MicrophoneView {
    /// What who jams in a raga may do to be answered, a sentence.
    #[must_use]
    pub fn raga_hint(&self) -> &'static str {
        match self.drone {
            _ if !self.is_fed => "Play a phrase, and it is answered. Open the microphone to sing.",
            Some(DroneState::Calibrating { .. }) => {
                "Play a phrase; to sing, let the microphone hear the band alone first."
            }
            Some(DroneState::Failing { .. }) => {
                "Play a phrase; to sing, use headphones: the microphone hears the band."
            }
            _ => "Sing or play a phrase, and it is answered.",
        }
    }
}

/// The newest pitch that was followed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Newest {
    /// When its sound was given to the engine, or would have been had it come alone.
    pub sounded: Instant,
    /// When it was known.
    pub known: Instant,
}

/// What the ear's thread shows of teacher and microphone.
#[derive(Clone, Debug, Default)]
pub struct RoomView {
    /// The ear's clock, seconds.
    pub now_secs: f64,
    /// What the teacher hears and thinks of it.
    pub teacher: Arc<TeacherView>,
    /// The microphone.
    pub microphone: MicrophoneView,
    /// While Sa is taken from the voice: how that stands.
    pub finding_sa: Option<TonicState>,
    /// Where the transport stands in the cycle, in matras from sam; none while it stands still.
    pub cycle_place: Option<f64>,
    /// What raga it may be.
    pub hint: Arc<Hint>,
    /// The newest pitch.
    pub newest: Option<Newest>,
    /// What was sung since the last reset, without its day.
    pub row: SessionRow,
    /// The lesson that is chosen; none sings freely.
    pub lesson: Option<Arc<LessonView>>,
}

/// A day of the history.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DayView {
    /// Days before today.
    pub days_ago: u32,
    /// How much of what was sung was true, 0 to 1; none where nothing was.
    pub true_share: Option<f32>,
    /// Seconds of singing.
    pub secs: f32,
}

/// A swara week by week.
#[derive(Clone, Debug, PartialEq)]
pub struct SwaraPast {
    /// What it is called.
    pub name: Name,
    /// Semitones above middle Sa.
    pub semitones: i16,
    /// The weeks, the oldest first, equally many for every swara.
    pub weeks: Vec<WeekPoint>,
}

/// What was practised over the last weeks, in one raga or in all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PastView {
    /// The ragas that were practised, the one that was sung longest first, with the seconds of each.
    pub ragas: Vec<(String, f32)>,
    /// The one that is shown, by its place among them; all without.
    pub shown: Option<usize>,
    /// Its swaras, rising.
    pub swaras: Vec<SwaraPast>,
    /// How much of what was sung was true in each week, 0 to 1, the oldest first; none in a week without.
    pub true_shares: Vec<Option<f32>>,
}

/// The Practice page.
#[derive(Clone, Debug, Default)]
pub struct PracticeView {
    /// What the teacher hears and thinks of it.
    pub teacher: Arc<TeacherView>,
    /// The raga that is practised, or jammed in.
    pub raga: Option<Arc<Raga>>,
    /// The scale that is practised in its place.
    pub scale: Option<Key>,
    /// Ragas of the learner's own, beside those of the tables.
    pub own_ragas: Arc<Vec<Raga>>,
    /// Why a file of theirs is not used, a sentence.
    pub own_trouble: Option<String>,
    /// Whose names the swaras have.
    pub tradition: Tradition,
    /// In which script.
    pub script: Script,
    /// How strictly is judged.
    pub marking: Marking,
    /// The cycle that is kept; none sings freely.
    pub tala: Option<Arc<Tala>>,
    /// Whether tabla or mridangam keep it.
    pub has_theka: bool,
    /// Where the transport stands in the cycle, in matras from sam; none while it stands still.
    pub cycle_place: Option<f64>,
    /// The microphone.
    pub microphone: MicrophoneView,
    /// While Sa is taken from the voice: how that stands.
    pub finding_sa: Option<TonicState>,
    /// Seconds since each string of the tanpura was stroked, infinite for never.
    pub strings_secs: [f32; 4],
    /// What raga it may be.
    pub hint: Arc<Hint>,
    /// The last fourteen days, the oldest first.
    pub history: Arc<Vec<DayView>>,
    /// The last weeks, swara by swara.
    pub past: Arc<PastView>,
    /// The exercises, and how far the learner is.
    pub course: Arc<CourseView>,
    /// The lesson that is chosen; none sings freely.
    pub lesson: Option<Arc<LessonView>>,
    /// What the guide sings with.
    pub guide: PatchId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ear::drone::Trouble;

    #[test]
    fn who_may_sing_is_told_so_and_who_may_not_is_told_why() {
        let hint = |is_fed: bool, drone: Option<DroneState>| {
            MicrophoneView { is_fed, drone, ..MicrophoneView::default() }.raga_hint()
        };
        assert!(hint(false, None).contains("Open the microphone"));
        assert!(
            hint(true, None).starts_with("Sing or play")
                && hint(true, Some(DroneState::Ready { erle_db: 20.0 })).starts_with("Sing")
        );
        assert!(hint(true, Some(DroneState::Calibrating { progress: 0.5 })).contains("first"));
        assert!(hint(true, Some(DroneState::Failing { why: Trouble::LittleRemoved })).contains("headphones"));
    }
}
