//! The order of the held notes: arohana, avarohana and their turns.

use super::verdict::Verdict;
use crate::theory::raga::Grade;

/// A step that is not as the raga has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Remark {
    /// When the second note began, seconds.
    pub at_secs: f64,
    /// The note left, semitones above middle Sa.
    pub from: i16,
    /// The note arrived at.
    pub to: i16,
    /// How the step stands with the raga.
    pub grade: Grade,
    /// How far that is held against the singer: never worse than near.
    pub verdict: Verdict,
}
