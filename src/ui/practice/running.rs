//! Where a lesson is, in the terms of the page.

use crate::session::View;
use crate::session::practice::{LessonView, Name, NoteMark, Outcome, PracticeView, Verdict};
use crate::theory::raga::Swara;

/// Whether a lesson was begun and is not over.
#[must_use]
pub fn is_under_way(lesson: &LessonView) -> bool {
    lesson.phase.is_under_way()
}

/// Whether one of the page was begun and is not over.
#[must_use]
pub fn current(view: &PracticeView) -> Option<&LessonView> {
    view.lesson.as_deref().filter(|lesson| is_under_way(lesson))
}

/// The place in the cycle, in matras from sam: the lesson's own, which may stand while the transport goes on.
#[must_use]
pub fn cycle_place(view: &PracticeView) -> Option<f64> {
    current(view).map(|lesson| lesson.cycle_place_beats).or(view.cycle_place)
}

/// The matra that sounds, from 0.
#[must_use]
pub fn matra(view: &View, count: usize) -> Option<usize> {
    let place = cycle_place(&view.practice)?;
    Some((place.max(0.0).floor() as usize).min(count.saturating_sub(1)))
}

/// What became of a note.
#[must_use]
pub fn mark(lesson: &LessonView, asked: usize) -> NoteMark {
    lesson.marks.get(asked).copied().unwrap_or_default()
}

/// The line of the timeline that is sung now, or that has the note.
#[must_use]
pub fn line_of(lesson: &LessonView, asked: Option<usize>) -> usize {
    asked.or(lesson.cursor).and_then(|at| lesson.timeline.notes().get(at)).map_or(0, |note| note.line)
}

/// The same line from beat to beat.
#[must_use]
pub fn line_at(lesson: &LessonView, asked: Option<usize>) -> Option<(f64, f64)> {
    let line = lesson.timeline.lines().get(line_of(lesson, asked))?;
    Some((line.begin_beats, line.end_beats))
}

/// The first note of a line.
#[must_use]
pub fn first_of(lesson: &LessonView, line: usize) -> Option<usize> {
    lesson.timeline.notes().iter().position(|note| note.line == line)
}

/// What a note is called that nobody asked for: as the ribbon has it, else by the twelve.
#[must_use]
pub fn name(view: &PracticeView, semitones: i16) -> Name {
    let known = view.teacher.targets.iter().find(|target| target.semitones == semitones);
    known.map(|target| target.name.clone()).unwrap_or_else(|| {
        let swara = Swara::of_hindustani(semitones.rem_euclid(12) as u8);
        Name {
            symbol: swara.symbol(view.tradition).to_owned(),
            syllable: swara.syllable(view.tradition, view.script).to_owned(),
            long: swara.name(view.tradition).to_owned(),
            octave: semitones.div_euclid(12) as i8,
        }
    })
}

/// What became of a note, in words.
#[must_use]
pub fn told(view: &PracticeView, mark: NoteMark) -> String {
    let said = match (mark.outcome, mark.verdict) {
        (Outcome::Coming, _) => "to come".to_owned(),
        (Outcome::Missed, _) => "missed".to_owned(),
        (Outcome::Wrong, _) => match mark.sung_semitones {
            Some(semitones) => format!("{} was sung", name(view, semitones).syllable),
            None => "another note was sung".to_owned(),
        },
        (Outcome::Sung, Verdict::Unjudged) => "sung, not judged".to_owned(),
        (Outcome::Sung, verdict) => super::marks::word(verdict).to_owned(),
    };
    match mark.offset_ms.map(f32::round) {
        Some(ms) if ms > 0.0 => format!("{said}, {ms:.0} ms late"),
        Some(ms) if ms < 0.0 => format!("{said}, {:.0} ms early", -ms),
        Some(_) => format!("{said}, on time"),
        None => said,
    }
}
