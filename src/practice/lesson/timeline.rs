//! When each note of an exercise is due, in beats of its tala.

use crate::theory::raga::{Exercise, Note, Tala};

/// Notes of a timeline, at most: longer exercises end there, on a whole line.
pub const ASKED_MAX: usize = 4096;

/// Beats that are counted in where the exercise is sung without a tala, and at most.
pub const COUNT_IN_BEATS: u32 = 4;

/// A note that is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asked {
    /// Which note.
    pub note: Note,
    /// When it begins, beats (aksharas, matras) from the begin of the exercise.
    pub begin_beats: f64,
    /// How long it is held, beats, above 0.
    pub beats: f64,
    /// The line that it is in, by its place among the lines of the timeline.
    pub line: usize,
}

impl Asked {
    /// When it ends, beats from the begin of the exercise.
    #[must_use]
    pub fn end_beats(&self) -> f64 {
        self.begin_beats + self.beats
    }
}

/// A line of the timeline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AskedLine {
    /// The line of the exercise, from 0.
    pub line: usize,
    /// When it begins, beats from the begin of the exercise.
    pub begin_beats: f64,
    /// When it ends.
    pub end_beats: f64,
}

/// An exercise at a speed.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    notes: Vec<Asked>,
    lines: Vec<AskedLine>,
    unit_beats: f64,
    cycle_beats: u32,
    has_tala: bool,
}

impl Timeline {
    /// The exercise with so many units to a beat (held to 1 to 8), in that tala. An exercise whose lines fill the
    /// tala is sung over until it ends with a cycle: at the fourth speed, four times at most.
    #[must_use]
    pub fn new(exercise: &Exercise, speed: u8, tala: Option<&Tala>) -> Self {
        let speed = u32::from(speed.clamp(1, 8));
        let unit_beats = 1.0 / f64::from(speed);
        let cycle_beats = tala.map_or(COUNT_IN_BEATS, |tala| tala.beats.len().max(1) as u32);
        let is_whole = |rounds: &u32| (rounds * exercise.units()).is_multiple_of(speed * cycle_beats);
        let rounds = match exercise.fills_tala {
            true => (1..=speed).find(is_whole).unwrap_or(1),
            false => 1,
        };
        let mut timeline =
            Self { notes: Vec::new(), lines: Vec::new(), unit_beats, cycle_beats, has_tala: tala.is_some() };
        let mut units = 0;
        for _ in 0..rounds {
            for (at, line) in exercise.lines.iter().enumerate() {
                if timeline.notes.len() + line.steps.len() > ASKED_MAX {
                    return timeline;
                }
                let place = timeline.lines.len();
                let asked = line.steps.iter().map(|step| Asked {
                    note: step.note,
                    begin_beats: f64::from(units + u32::from(step.at_units)) * unit_beats,
                    beats: f64::from(step.units.max(1)) * unit_beats,
                    line: place,
                });
                timeline.notes.extend(asked);
                let begin_beats = f64::from(units) * unit_beats;
                units += u32::from(line.units);
                let end_beats = f64::from(units) * unit_beats;
                timeline.lines.push(AskedLine { line: at, begin_beats, end_beats });
            }
        }
        timeline
    }

    /// The notes in the order of time.
    #[must_use]
    pub fn notes(&self) -> &[Asked] {
        &self.notes
    }

    /// The lines in the order of time.
    #[must_use]
    pub fn lines(&self) -> &[AskedLine] {
        &self.lines
    }

    /// How long it is, beats.
    #[must_use]
    pub fn beats(&self) -> f64 {
        self.lines.last().map_or(0.0, |line| line.end_beats)
    }

    /// The length of the shortest note, beats.
    #[must_use]
    pub fn unit_beats(&self) -> f64 {
        self.unit_beats
    }

    /// Beats of a cycle of the tala; without a tala, of the count-in.
    #[must_use]
    pub fn cycle_beats(&self) -> u32 {
        self.cycle_beats
    }

    /// Whether there is a tala, so that the time of each note is judged.
    #[must_use]
    pub fn has_tala(&self) -> bool {
        self.has_tala
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::raga::tables;

    fn exercise(id: &str) -> (&'static Exercise, Option<&'static Tala>) {
        let exercise = tables().exercises.iter().find(|exercise| exercise.id == id).expect(id);
        let tala = exercise.tala.as_ref().and_then(|id| tables().talas.iter().find(|tala| tala.id == *id));
        (exercise, tala)
    }

    #[test]
    fn a_higher_speed_puts_more_notes_in_a_beat_and_ends_with_a_cycle() {
        let (sarali, adi) = exercise("CAR-SARALI-01");
        for (speed, notes, beats) in [(1, 16, 16.0), (2, 16, 8.0), (4, 32, 8.0)] {
            let timeline = Timeline::new(sarali, speed, adi);
            assert_eq!((timeline.notes().len(), timeline.beats()), (notes, beats), "speed {speed}");
            assert_eq!(timeline.notes()[1].begin_beats, 1.0 / f64::from(speed));
            assert_eq!(timeline.cycle_beats(), 8);
        }
    }

    #[test]
    fn every_exercise_has_a_timeline_without_gaps_at_every_speed() {
        for exercise in &tables().exercises {
            let tala = exercise.tala.as_ref().and_then(|id| tables().talas.iter().find(|tala| tala.id == *id));
            for speed in &exercise.speeds {
                let timeline = Timeline::new(exercise, *speed, tala);
                let notes = timeline.notes();
                assert!(!notes.is_empty() && notes.windows(2).all(|n| n[1].begin_beats >= n[0].end_beats() - 1e-9));
                assert!(notes.last().is_some_and(|note| (note.end_beats() - timeline.beats()).abs() < 1e-9));
                let cycles = timeline.beats() / f64::from(timeline.cycle_beats());
                assert!(!exercise.fills_tala || (cycles - cycles.round()).abs() < 1e-9, "{} {speed}", exercise.id);
            }
        }
    }
}
