//! What a learner has done, as plain data: the session stores it.

use super::take::Score;

/// Takes of which [`GATE_PASSED`] must have passed.
pub const GATE_TAKES: usize = 3;
/// Takes of the last [`GATE_TAKES`] that open what comes next.
pub const GATE_PASSED: usize = 2;
/// Records that are kept, at most; the one that was sung longest ago gives way.
pub const RECORDS_MAX: usize = 4096;

/// Tempos are the same within this, beats a minute: they are stored in tenths.
const SAME_BPM: f32 = 0.06;

/// What was sung: an exercise in a raga, at a speed and a tempo.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sung<'a> {
    /// The exercise's id.
    pub exercise: &'a str,
    /// The name of the raga.
    pub raga: &'a str,
    /// Units to a beat.
    pub speed: u8,
    /// Beats a minute.
    pub bpm: f64,
}

/// The takes of an exercise in a raga, at a speed and a tempo.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Record {
    /// The exercise's id.
    pub exercise: String,
    /// The name of the raga.
    pub raga: String,
    /// Units to a beat.
    pub speed: u8,
    /// Beats a minute, to a tenth.
    pub bpm: f32,
    /// Takes that count for the gate.
    pub takes: u32,
    /// Whether each of the last three passed, the newest last.
    pub recent: Vec<bool>,
    /// When two of three passed for the first time, in days.
    pub passed_day: Option<i32>,
    /// The largest share of the time that was in tune, 0 to 1,
    pub best_true_share: f32,
    /// and how far that take was from the tala, median, ms.
    pub best_tala_error_ms: Option<f32>,
    /// When it was sung last, in days.
    pub last_day: i32,
}

/// All records. Days are counted by the session, from whatever day it likes.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Progress {
    /// One for each exercise, raga, speed and tempo that was sung.
    pub records: Vec<Record>,
    /// Exercises (ids) that learner or teacher opened by hand.
    pub opened: Vec<String>,
}

impl Progress {
    /// Adds a take that counts. True where it is the one that opens what comes next.
    pub fn add(&mut self, sung: Sung<'_>, score: &Score, day: i32) -> bool {
        let record = self.record(sung);
        record.takes = record.takes.saturating_add(1);
        record.last_day = day;
        let is_better = score.true_share > record.best_true_share || record.takes == 1;
        if is_better {
            record.best_true_share = score.true_share;
            record.best_tala_error_ms = score.tala_error_ms;
        }
        record.recent.push(score.is_passed());
        let old = record.recent.len().saturating_sub(GATE_TAKES);
        record.recent.drain(..old);
        let opens = record.passed_day.is_none() && record.passed_of_recent() >= GATE_PASSED;
        if opens {
            record.passed_day = Some(day);
        }
        opens
    }

    fn record(&mut self, sung: Sung<'_>) -> &mut Record {
        let bpm = (sung.bpm * 10.0).round() as f32 / 10.0;
        let is_it = |record: &Record| {
            record.exercise == sung.exercise
                && record.raga == sung.raga
                && record.speed == sung.speed
                && (record.bpm - bpm).abs() < SAME_BPM
        };
        let at = self.records.iter().position(is_it).unwrap_or_else(|| {
            if self.records.len() >= RECORDS_MAX {
                let oldest = (0..self.records.len()).min_by_key(|at| self.records[*at].last_day).unwrap_or(0);
                self.records.remove(oldest);
            }
            let (exercise, raga) = (sung.exercise.to_owned(), sung.raga.to_owned());
            self.records.push(Record { exercise, raga, speed: sung.speed, bpm, ..Record::default() });
            self.records.len() - 1
        });
        &mut self.records[at]
    }

    /// The records of an exercise at a speed and this tempo or a quicker one, in any raga.
    pub fn at_least<'a>(&'a self, exercise: &'a str, speed: u8, bpm: f64) -> impl Iterator<Item = &'a Record> {
        let least = bpm as f32 - SAME_BPM;
        self.records.iter().filter(move |r| r.exercise == exercise && r.speed == speed && r.bpm >= least)
    }
}

impl Record {
    /// How many of the last three takes passed.
    #[must_use]
    pub fn passed_of_recent(&self) -> usize {
        self.recent.iter().filter(|is_passed| **is_passed).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUNG: Sung<'static> = Sung { exercise: "CAR-SARALI-01", raga: "Mayamalavagowla", speed: 1, bpm: 60.0 };

    fn score(true_share: f32, tala_error_ms: f32) -> Score {
        Score { notes: 16, true_share, tala_error_ms: Some(tala_error_ms), ..Score::default() }
    }

    #[test]
    fn two_good_takes_of_three_open_the_next_once() {
        let mut progress = Progress::default();
        let takes = [(0.9, 30.0), (0.7, 20.0), (0.95, 80.0), (0.86, 59.0), (0.85, 20.0), (0.99, 10.0)];
        let opened: Vec<bool> = takes.iter().map(|(share, ms)| progress.add(SUNG, &score(*share, *ms), 100)).collect();
        assert_eq!(opened, [false, false, false, false, true, false]);
        let record = &progress.records[0];
        assert_eq!((record.takes, record.best_true_share, record.best_tala_error_ms), (6, 0.99, Some(10.0)));
        assert_eq!((record.recent.len(), record.passed_day), (3, Some(100)));
    }

    #[test]
    fn each_speed_tempo_and_raga_has_its_record() {
        let mut progress = Progress::default();
        progress.add(SUNG, &score(0.9, 30.0), 1);
        progress.add(Sung { bpm: 60.04, ..SUNG }, &score(0.9, 30.0), 2);
        progress.add(Sung { bpm: 63.0, ..SUNG }, &score(0.9, 30.0), 3);
        progress.add(Sung { speed: 2, ..SUNG }, &score(0.9, 30.0), 3);
        progress.add(Sung { raga: "Kalyani", ..SUNG }, &score(0.9, 30.0), 3);
        assert_eq!(progress.records.len(), 4);
        assert_eq!(progress.at_least("CAR-SARALI-01", 1, 60.0).count(), 3);
        assert_eq!(progress.at_least("CAR-SARALI-01", 1, 61.0).count(), 1);
        assert!(progress.records[0].passed_day == Some(2), "two of two are two of three");
    }

    #[test]
    fn it_is_stored_and_read_back() {
        let mut progress = Progress::default();
        progress.add(SUNG, &score(0.9, 30.0), 1);
        progress.opened.push("CAR-JANTA-01".to_owned());
        let text = serde_json::to_string(&progress).expect("plain data");
        assert_eq!(serde_json::from_str::<Progress>(&text).expect("the same"), progress);
    }

    #[test]
    fn the_oldest_record_gives_way() {
        let mut progress = Progress::default();
        for at in 0..=RECORDS_MAX {
            let exercise = format!("USER-{at}");
            progress.add(Sung { exercise: &exercise, ..SUNG }, &score(0.5, 0.0), at as i32);
        }
        assert_eq!(progress.records.len(), RECORDS_MAX);
        assert_eq!(progress.records[0].exercise, "USER-1");
    }
}
