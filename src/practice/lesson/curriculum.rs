//! What comes after what: exercises in the order in which they are learnt, each at its speeds and tempos.
//!
//! A stage is an exercise at a speed and a tempo. Two of three takes that are 85 % true and less than 60 ms from the
//! tala open the next: 5 % quicker, then the next speed, then the next exercise. What was opened stays open, and learner
//! or teacher may open any exercise by hand.

use super::progress::{GATE_PASSED, Progress};
use crate::theory::raga::{Exercise, Tradition};

/// The tempo that every speed begins with, beats a minute: a beat a second, as the hand keeps it without haste.
pub const BASE_BPM: f64 = 60.0;
/// How much quicker each step of tempo is.
pub const TEMPO_STEP: f64 = 1.05;
/// Tempos at each speed: the first and one step more.
pub const TEMPOS: u8 = 2;

/// An exercise at a speed and a tempo.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stage {
    /// The exercise's id.
    pub exercise: String,
    /// Units to a beat.
    pub speed: u8,
    /// Steps above the first tempo, 0 or 1.
    pub tempo: u8,
}

impl Stage {
    /// Its tempo, beats a minute.
    #[must_use]
    pub fn bpm(&self) -> f64 {
        BASE_BPM * TEMPO_STEP.powi(i32::from(self.tempo))
    }
}

/// How far a stage is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gate {
    /// How many of the last three takes passed: "2 of 3".
    pub passed: usize,
    /// Whether it was ever passed.
    pub is_passed: bool,
    /// What it opens; none at the end of the way.
    pub opens: Option<Stage>,
}

/// The exercises of one tradition in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Curriculum {
    exercises: Vec<(String, Vec<u8>)>,
}

impl Curriculum {
    /// The exercises of a tradition among these, in their order; the tables are in the order of learning.
    #[must_use]
    pub fn new(exercises: &[Exercise], tradition: Tradition) -> Self {
        let of = exercises.iter().filter(|exercise| exercise.tradition == tradition);
        let speeds = |exercise: &Exercise| if exercise.speeds.is_empty() { vec![1] } else { exercise.speeds.clone() };
        Self { exercises: of.map(|exercise| (exercise.id.clone(), speeds(exercise))).collect() }
    }

    /// Ids in order.
    pub fn exercises(&self) -> impl Iterator<Item = &str> {
        self.exercises.iter().map(|(id, _)| id.as_str())
    }

    /// All stages in the order of learning.
    pub fn stages(&self) -> impl DoubleEndedIterator<Item = Stage> + '_ {
        self.exercises.iter().flat_map(|(id, speeds)| {
            speeds.iter().flat_map(move |speed| {
                (0..TEMPOS).map(move |tempo| Stage { exercise: id.clone(), speed: *speed, tempo })
            })
        })
    }

    /// What a stage opens.
    #[must_use]
    pub fn after(&self, stage: &Stage) -> Option<Stage> {
        self.stages().skip_while(|other| other != stage).nth(1)
    }

    /// Whether a stage may be worked at: it is the first, its exercise was opened by hand, the stage before it was
    /// passed, or it was passed itself. A stage that is not on the way (an exercise of the user's own) always may.
    #[must_use]
    pub fn is_open(&self, progress: &Progress, stage: &Stage) -> bool {
        let mut before = None;
        for other in self.stages() {
            if other == *stage {
                let is_led_to = before.is_none_or(|before: Stage| is_passed(progress, &before));
                return is_led_to || progress.opened.contains(&stage.exercise) || is_passed(progress, stage);
            }
            before = Some(other);
        }
        true
    }

    /// Whether an exercise may be worked at, at its first speed and tempo.
    #[must_use]
    pub fn is_exercise_open(&self, progress: &Progress, exercise: &str) -> bool {
        let first = self.stages().find(|stage| stage.exercise == exercise);
        first.is_none_or(|stage| self.is_open(progress, &stage))
    }

    /// Whether all stages of an exercise were passed; of one that is not on the way, none is.
    #[must_use]
    pub fn is_exercise_passed(&self, progress: &Progress, exercise: &str) -> bool {
        let mut stages = self.stages().filter(|stage| stage.exercise == exercise).peekable();
        stages.peek().is_some() && stages.all(|stage| is_passed(progress, &stage))
    }

    /// The stage of an exercise at a speed that is worked at: the first tempo that was not passed, or else the last.
    #[must_use]
    pub fn stage(progress: &Progress, exercise: &str, speed: u8) -> Stage {
        let stage = |tempo| Stage { exercise: exercise.to_owned(), speed, tempo };
        let open = (0..TEMPOS).map(stage).find(|stage| !is_passed(progress, stage));
        open.unwrap_or_else(|| stage(TEMPOS - 1))
    }

    /// How far a stage is, and what it opens.
    #[must_use]
    pub fn gate(&self, progress: &Progress, stage: &Stage) -> Gate {
        let records = progress.at_least(&stage.exercise, stage.speed, stage.bpm());
        let passed = records.map(|record| record.passed_of_recent()).max().unwrap_or(0);
        Gate { passed, is_passed: is_passed(progress, stage), opens: self.after(stage) }
    }

    /// What to work at next: the stage after the last that was passed. The last of all, once everything was.
    #[must_use]
    pub fn current(&self, progress: &Progress) -> Option<Stage> {
        let mut later = None;
        for stage in self.stages().rev() {
            if is_passed(progress, &stage) {
                return later.or(Some(stage));
            }
            later = Some(stage);
        }
        later
    }
}

/// Whether two of three takes at this tempo or a quicker one ever passed, in any raga.
fn is_passed(progress: &Progress, stage: &Stage) -> bool {
    let mut records = progress.at_least(&stage.exercise, stage.speed, stage.bpm());
    records.any(|record| record.passed_day.is_some() || record.passed_of_recent() >= GATE_PASSED)
}

#[cfg(test)]
mod tests {
    use super::super::progress::Sung;
    use super::super::take::Score;
    use super::*;
    use crate::theory::raga::tables;

    fn curriculum(tradition: Tradition) -> Curriculum {
        Curriculum::new(&tables().exercises, tradition)
    }

    fn pass(progress: &mut Progress, stage: &Stage) {
        let score = Score { notes: 8, true_share: 0.9, tala_error_ms: Some(30.0), ..Score::default() };
        for _ in 0..2 {
            let sung = Sung { exercise: &stage.exercise, raga: "", speed: stage.speed, bpm: stage.bpm() };
            progress.add(sung, &score, 1);
        }
    }

    #[test]
    fn a_passed_gate_opens_the_tempo_then_the_speed_then_the_exercise() {
        let south = curriculum(Tradition::Carnatic);
        let stage = |exercise: &str, speed, tempo| Stage { exercise: exercise.to_owned(), speed, tempo };
        let after = |exercise, speed, tempo| south.after(&stage(exercise, speed, tempo));
        assert_eq!(after("CAR-SARALI-01", 1, 0), Some(stage("CAR-SARALI-01", 1, 1)));
        assert_eq!(after("CAR-SARALI-01", 1, 1), Some(stage("CAR-SARALI-01", 2, 0)));
        assert_eq!(after("CAR-SARALI-01", 4, 1), Some(stage("CAR-SARALI-02", 1, 0)));
        assert_eq!(after("CAR-GEETAM-03", 1, 1), None);
        assert!((stage("", 1, 1).bpm() - 63.0).abs() < 1e-9);
    }

    #[test]
    fn the_way_is_walked_from_end_to_end() {
        for tradition in Tradition::ALL {
            let way = curriculum(tradition);
            let mut progress = Progress::default();
            let mut walked = 0;
            let first = way.exercises().next().expect("exercises").to_owned();
            assert!(first.contains("KARVAI") || first.contains("SWARASTHANA"), "{first}: long notes come first");
            for stage in way.stages() {
                assert_eq!(way.current(&progress).as_ref(), Some(&stage));
                assert!(way.is_open(&progress, &stage));
                assert_eq!(Curriculum::stage(&progress, &stage.exercise, stage.speed), stage);
                assert!(way.after(&stage).is_none_or(|next| !way.is_open(&progress, &next)), "{stage:?}");
                pass(&mut progress, &stage);
                assert!(way.gate(&progress, &stage).is_passed);
                let is_last = way.after(&stage).is_none_or(|next| next.exercise != stage.exercise);
                assert_eq!(way.is_exercise_passed(&progress, &stage.exercise), is_last, "{stage:?}");
                walked += 1;
            }
            assert!(walked > 2 * way.exercises().count());
            assert_eq!(way.current(&progress), way.stages().last());
        }
    }

    #[test]
    fn an_exercise_opened_by_hand_is_open_and_those_of_the_user_always_are() {
        let way = curriculum(Tradition::Hindustani);
        let mut progress = Progress::default();
        assert!(!way.is_exercise_open(&progress, "HIN-PALTA-04"));
        progress.opened.push("HIN-PALTA-04".to_owned());
        assert!(way.is_exercise_open(&progress, "HIN-PALTA-04"));
        assert!(!way.is_exercise_open(&progress, "HIN-PALTA-05"));
        assert!(way.is_exercise_open(&progress, "USER-1"));
    }

    #[test]
    fn the_gate_counts_the_last_three_takes() {
        let way = curriculum(Tradition::Carnatic);
        let stage = way.stages().next().expect("a stage");
        let mut progress = Progress::default();
        assert_eq!(way.gate(&progress, &stage).passed, 0);
        let sung = Sung { exercise: &stage.exercise, raga: "", speed: 1, bpm: stage.bpm() };
        progress.add(sung, &Score { notes: 3, true_share: 0.9, ..Score::default() }, 1);
        let gate = way.gate(&progress, &stage);
        assert_eq!((gate.passed, gate.is_passed, gate.opens.is_some()), (1, false, true));
    }
}
