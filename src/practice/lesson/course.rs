//! The way through an exercise: which lines are listened to and which are sung, and when.

use super::align::Item;
use super::take::Due;
use super::timeline::Timeline;

/// A stretch of a pass.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Passage {
    /// When it begins, beats from the begin of the pass.
    pub begin_beats: f64,
    /// The part of the exercise that it goes through, beats from the begin of the exercise.
    pub from_beats: f64,
    pub to_beats: f64,
    /// Whether the guide sings it and the learner listens.
    pub is_listening: bool,
}

impl Passage {
    fn end_beats(&self) -> f64 {
        self.begin_beats + self.to_beats - self.from_beats
    }
}

/// One pass: the passages in order, and the notes that are to be sung.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Course {
    pub passages: Vec<Passage>,
    pub dues: Vec<Due>,
    pub beats: f64,
}

/// Shorter notes than this are only the rest of one that begins before the part, beats.
const LEAST_BEATS: f64 = 1e-6;

impl Course {
    /// A pass through the exercise or the part of it between two beats. Where the guide sings first, each line is
    /// listened to and then sung; a part is one line.
    pub(super) fn new(timeline: &Timeline, part: Option<(f64, f64)>, is_sung_first: bool) -> Self {
        let stretches: Vec<(f64, f64)> = match part {
            Some(part) => vec![part],
            None if is_sung_first => timeline.lines().iter().map(|line| (line.begin_beats, line.end_beats)).collect(),
            None => vec![(0.0, timeline.beats())],
        };
        let mut course = Self { passages: Vec::new(), dues: Vec::new(), beats: 0.0 };
        for (from_beats, to_beats) in stretches {
            if is_sung_first {
                course.add(Passage { begin_beats: course.beats, from_beats, to_beats, is_listening: true });
            }
            course.add(Passage { begin_beats: course.beats, from_beats, to_beats, is_listening: false });
        }
        course.dues =
            course.passages.iter().filter(|passage| !passage.is_listening).flat_map(|p| dues(timeline, p)).collect();
        course
    }

    fn add(&mut self, passage: Passage) {
        self.beats = passage.end_beats();
        self.passages.push(passage);
    }

    /// The passage at a time of the pass, beats.
    pub(super) fn at(&self, beats: f64) -> Option<&Passage> {
        self.passages.iter().rev().find(|passage| passage.begin_beats <= beats).or(self.passages.first())
    }
}

/// The notes of a passage with their time in the pass, cut at its end.
pub(super) fn dues(timeline: &Timeline, passage: &Passage) -> Vec<Due> {
    let due = |(asked, note): (usize, &super::Asked)| {
        let begin_beats = passage.begin_beats + note.begin_beats - passage.from_beats;
        let end_beats = (begin_beats + note.beats).min(passage.end_beats());
        let item = Item { semitones: note.note.semitones(), begin_beats, end_beats };
        Due { asked, line: note.line, item }
    };
    let is_in = |note: &super::Asked| {
        note.begin_beats > passage.from_beats - LEAST_BEATS && note.begin_beats < passage.to_beats - LEAST_BEATS
    };
    timeline.notes().iter().enumerate().filter(|(_, note)| is_in(note)).map(due).collect()
}
