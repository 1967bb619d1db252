//! A lesson as the page shows it: plain data.

use super::super::targets::Name;
use super::curriculum::Gate;
use super::take::{NoteMark, Score};
use super::timeline::Timeline;
use super::{LessonSettings, Phase};
use crate::theory::raga::Exercise;
use std::sync::Arc;

/// A lesson that is chosen or under way.
#[derive(Clone, Debug, PartialEq)]
pub struct LessonView {
    /// The exercise, in the raga that is practised.
    pub exercise: Arc<Exercise>,
    /// When each of its notes is due.
    pub timeline: Arc<Timeline>,
    /// What each note of the timeline is called.
    pub names: Arc<[Name]>,
    /// How it is practised.
    pub settings: LessonSettings,
    /// Where it is.
    pub phase: Phase,
    /// How often it was begun, or was to be and the transport never came to its begin, since the exercise was chosen.
    pub begins: u32,
    /// The place in the exercise at the teacher's time, beats from its begin.
    pub place_beats: f64,
    /// The beat of the cycle, from 0 (sam) up to the beats of the cycle.
    pub cycle_place_beats: f64,
    /// The length of a beat now, seconds.
    pub beat_secs: f64,
    /// The note that is sung or listened to now, by its place in the timeline.
    pub cursor: Option<usize>,
    /// What became of each note of the timeline in this pass.
    pub marks: Vec<NoteMark>,
    /// The figures of each line of the timeline in this pass.
    pub lines: Vec<Score>,
    /// The figures of this pass so far.
    pub score: Score,
    /// The figures of the last take that was brought to its end.
    pub last_take: Option<Score>,
    /// Takes brought to their end since the exercise was chosen.
    pub takes_done: u32,
    /// Whether takes like this count for the gate.
    pub is_counted: bool,
}

/// An exercise that can be chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CourseRow {
    /// The exercise's id.
    pub id: String,
    /// "Sarali varisai 1", "Palta 4".
    pub name: String,
    /// What it is about.
    pub focus: String,
    /// The group that it belongs to: "sarali varisai"; "your own" for the learner's.
    pub group: String,
    /// Units to a beat that it is sung with.
    pub speeds: Vec<u8>,
    /// Whether it may be worked at: what comes before it was passed, or it was opened by hand.
    pub is_open: bool,
    /// Whether all its stages were passed.
    pub is_passed: bool,
    /// Why it is not sung in the raga that is practised, a sentence; none where it is.
    pub trouble: Option<String>,
}

/// The way through the exercises, and where the learner is on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CourseView {
    /// All exercises in order.
    pub rows: Vec<CourseRow>,
    /// The one that is chosen, by its place among the rows; none sings freely.
    pub chosen: Option<usize>,
    /// The one to work at next, likewise.
    pub next: Option<usize>,
    /// How far the chosen stage is.
    pub gate: Gate,
    /// What it opens, for people: "Palta 5", "speed 2", "63 a minute". Empty at the end of the way.
    pub opens: String,
}
