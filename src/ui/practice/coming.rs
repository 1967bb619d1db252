//! What is to come in a lesson, in the order in which it will sound: lines that are sung first, parts that are repeated.

use crate::session::practice::{LessonView, Phase};

/// Stretches that are looked through, at most.
const STRETCHES_MAX: usize = 64;
/// What is shorter than this is the rest of a rounding, beats.
const LEAST_BEATS: f64 = 1e-6;

/// A note that sounds or is to come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coming {
    /// Its place among the notes of the timeline.
    pub asked: usize,
    /// In how many beats it begins; negative where it has begun.
    pub in_beats: f64,
    /// How long it is, beats.
    pub beats: f64,
    /// Whether the guide sings it, and the learner listens.
    pub is_listened: bool,
}

/// From where to where the exercise is gone through, and who sings.
#[derive(Clone, Copy)]
struct Stretch {
    from_beats: f64,
    to_beats: f64,
    is_listened: bool,
}

/// In how many beats the place that is shown begins to move: the rest of a count-in.
#[must_use]
pub fn lead_beats(lesson: &LessonView) -> f64 {
    let Phase::CountIn(beats) = lesson.phase else { return 0.0 };
    let part = (lesson.place_beats - lesson.cycle_place_beats).rem_euclid(1.0);
    f64::from(beats) - 1.0 + if part < LEAST_BEATS { 1.0 } else { part }
}

fn first(lesson: &LessonView) -> Stretch {
    let is_sung_first = lesson.settings.is_sung_first;
    let is_listened = match lesson.phase {
        Phase::Ready | Phase::CountIn(_) => is_sung_first,
        phase => phase == Phase::Listening,
    };
    let (from_beats, to_beats) = match lesson.settings.part {
        Some(part) => part,
        None if is_sung_first => line_at(lesson, lesson.place_beats),
        None => (0.0, lesson.timeline.beats()),
    };
    Stretch { from_beats, to_beats, is_listened }
}

/// The line that has a place, from beat to beat.
fn line_at(lesson: &LessonView, beats: f64) -> (f64, f64) {
    let lines = lesson.timeline.lines();
    let line = lines.iter().find(|line| beats < line.end_beats - LEAST_BEATS).or(lines.last());
    line.map_or((0.0, 0.0), |line| (line.begin_beats, line.end_beats))
}

/// What comes after a stretch; nothing after the end.
fn after(lesson: &LessonView, stretch: Stretch) -> Option<Stretch> {
    let Stretch { from_beats, to_beats, is_listened } = stretch;
    let is_sung_first = lesson.settings.is_sung_first;
    if is_listened {
        return Some(Stretch { is_listened: false, ..stretch });
    }
    match lesson.settings.part {
        Some(_) => Some(Stretch { from_beats, to_beats, is_listened: is_sung_first }),
        None if is_sung_first && to_beats < lesson.timeline.beats() - LEAST_BEATS => {
            let (from_beats, to_beats) = line_at(lesson, to_beats);
            Some(Stretch { from_beats, to_beats, is_listened: true })
        }
        None => None,
    }
}

/// The note that sounds and those that begin within so many beats.
#[must_use]
pub fn coming(lesson: &LessonView, horizon_beats: f64) -> Vec<Coming> {
    let mut out = Vec::new();
    if lesson.phase == Phase::Done {
        return out;
    }
    let mut stretch = first(lesson);
    // In how many beats the begin of the exercise would be, were it sung straight on.
    let mut begin_beats = lead_beats(lesson) - lesson.place_beats;
    for _ in 0..STRETCHES_MAX {
        for (asked, note) in lesson.timeline.notes().iter().enumerate() {
            let is_in = (stretch.from_beats - LEAST_BEATS..stretch.to_beats - LEAST_BEATS).contains(&note.begin_beats);
            let beats = note.beats.min(stretch.to_beats - note.begin_beats);
            let in_beats = begin_beats + note.begin_beats;
            if is_in && in_beats + beats > 0.0 && in_beats < horizon_beats {
                out.push(Coming { asked, in_beats, beats, is_listened: stretch.is_listened });
            }
        }
        let end_beats = begin_beats + stretch.to_beats;
        let Some(next) = after(lesson, stretch).filter(|_| end_beats < horizon_beats) else { break };
        begin_beats = end_beats - next.from_beats;
        stretch = next;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::practice::{LessonSettings, Score, Timeline};
    use crate::theory::raga::tables;
    use std::sync::Arc;

    fn lesson(settings: LessonSettings, phase: Phase, place_beats: f64) -> LessonView {
        let exercise = tables().exercises.iter().find(|exercise| exercise.id == "CAR-SARALI-02").expect("an exercise");
        let tala = tables().talas.iter().find(|tala| Some(&tala.id) == exercise.tala.as_ref());
        let timeline = Timeline::new(exercise, settings.speed, tala);
        LessonView {
            exercise: Arc::new(exercise.clone()),
            names: Arc::from([]),
            settings,
            phase,
            begins: 1,
            place_beats,
            cycle_place_beats: place_beats.rem_euclid(8.0),
            beat_secs: 1.0,
            cursor: None,
            marks: Vec::new(),
            lines: Vec::new(),
            score: Score::default(),
            last_take: None,
            takes_done: 0,
            is_counted: true,
            timeline: Arc::new(timeline),
        }
    }

    fn notes(lesson: &LessonView, horizon_beats: f64) -> Vec<(usize, f64, bool)> {
        coming(lesson, horizon_beats).iter().map(|note| (note.asked, note.in_beats, note.is_listened)).collect()
    }

    #[test]
    fn the_note_that_sounds_and_the_next_ones_are_to_come() {
        let now = lesson(LessonSettings::default(), Phase::Singing, 2.5);
        assert_eq!(notes(&now, 2.0), [(2, -0.5, false), (3, 0.5, false), (4, 1.5, false)]);
        let end = lesson(LessonSettings::default(), Phase::Singing, 31.0);
        assert_eq!(notes(&end, 4.0).len(), 1);
        assert_eq!(notes(&lesson(LessonSettings::default(), Phase::Done, 32.0), 4.0), []);
    }

    #[test]
    fn a_part_begins_again_and_a_line_that_was_listened_to_is_sung() {
        let part = LessonSettings { part: Some((4.0, 6.0)), ..LessonSettings::default() };
        let asked = |notes: Vec<(usize, f64, bool)>| notes.into_iter().map(|(asked, ..)| asked).collect::<Vec<_>>();
        assert_eq!(asked(notes(&lesson(part, Phase::Singing, 5.0), 4.0)), [5, 4, 5, 4]);
        let first = LessonSettings { is_sung_first: true, ..LessonSettings::default() };
        let listened = lesson(first, Phase::Listening, 7.0);
        assert_eq!(notes(&listened, 2.5), [(7, 0.0, true), (0, 1.0, false), (1, 2.0, false)]);
        let sung = lesson(first, Phase::Singing, 7.0);
        assert_eq!(notes(&sung, 2.5), [(7, 0.0, false), (8, 1.0, true), (9, 2.0, true)]);
    }

    #[test]
    fn a_count_in_leads_to_the_first_note() {
        let mut counted = lesson(LessonSettings::default(), Phase::CountIn(2), 0.0);
        counted.cycle_place_beats = 6.25;
        assert_eq!(lead_beats(&counted), 1.75);
        assert_eq!(notes(&counted, 3.0), [(0, 1.75, false), (1, 2.75, false)]);
        counted.cycle_place_beats = 6.0;
        assert_eq!(lead_beats(&counted), 2.0);
    }
}
