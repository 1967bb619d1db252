//! How an exercise is laid out in rows: a cycle of the tala in each, or as much of it as there is room for.

use crate::session::practice::Timeline;
use crate::theory::raga::Tala;

/// Short cycles share a row up to so many beats.
const SHARED_BEATS: u32 = 8;
/// A row without a tala has no more beats than this.
const FREE_BEATS: u32 = 16;
/// What is shorter than this is the rest of a rounding, beats.
const LEAST_BEATS: f64 = 1e-6;

/// A row of the notation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// Where it begins, beats of the exercise.
    pub from_beats: f64,
    /// Where it ends.
    pub to_beats: f64,
}

impl Row {
    /// Whether a place is in it.
    #[must_use]
    pub fn has(&self, beats: f64) -> bool {
        beats >= self.from_beats - LEAST_BEATS && beats < self.to_beats - LEAST_BEATS
    }
}

/// An exercise in rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// The rows in order.
    pub rows: Vec<Row>,
    /// Beats that the longest row has: the columns.
    pub columns: u32,
}

impl Rows {
    /// The rows of an exercise with no more than so many beats in each.
    #[must_use]
    pub fn of(timeline: &Timeline, tala: Option<&Tala>, beats_max: u32) -> Self {
        let beats_max = beats_max.max(1);
        let stretches = match tala.filter(|_| timeline.has_tala()) {
            Some(tala) => cycles(timeline.beats(), tala, beats_max),
            None => lines(timeline, beats_max.min(FREE_BEATS)),
        };
        let longest = stretches.iter().map(|row| (row.to_beats - row.from_beats).ceil() as u32).max();
        Self { rows: stretches, columns: longest.unwrap_or(1).max(1) }
    }

    /// The row that has a place; the last where it is behind all.
    #[must_use]
    pub fn at(&self, beats: f64) -> usize {
        let found = self.rows.iter().position(|row| row.has(beats));
        found.unwrap_or(self.rows.len().saturating_sub(1))
    }
}

fn cycles(beats: f64, tala: &Tala, beats_max: u32) -> Vec<Row> {
    let cycle = tala.beats.len().max(1) as u32;
    let parts: Vec<u32> = if cycle <= beats_max {
        vec![cycle * (SHARED_BEATS.min(beats_max) / cycle).max(1)]
    } else {
        split(&tala.parts, beats_max)
    };
    let mut rows = Vec::new();
    let mut from = 0;
    for part in parts.iter().cycle() {
        if f64::from(from) >= beats - LEAST_BEATS || parts.iter().all(|part| *part == 0) {
            break;
        }
        rows.push(Row { from_beats: f64::from(from), to_beats: f64::from(from + part) });
        from += part;
    }
    rows
}

/// Parts of a cycle put together in as few rows as they need, all as short as can be.
fn split(parts: &[u8], beats_max: u32) -> Vec<u32> {
    let mut pieces: Vec<u32> = Vec::new();
    for part in parts {
        let mut left = u32::from(*part);
        while left > 0 {
            pieces.push(left.min(beats_max));
            left -= left.min(beats_max);
        }
    }
    let filled = |longest: u32| {
        let mut rows: Vec<u32> = Vec::new();
        for piece in &pieces {
            match rows.last_mut() {
                Some(row) if *row + piece <= longest => *row += piece,
                _ => rows.push(*piece),
            }
        }
        rows
    };
    let fewest = filled(beats_max);
    let longest = pieces.iter().copied().max().unwrap_or(1);
    (longest..beats_max).map(filled).find(|rows| rows.len() == fewest.len()).unwrap_or(fewest)
}

fn lines(timeline: &Timeline, beats_max: u32) -> Vec<Row> {
    let mut rows = Vec::new();
    for line in timeline.lines() {
        let mut from_beats = line.begin_beats;
        while from_beats < line.end_beats - LEAST_BEATS {
            let to_beats = (from_beats + f64::from(beats_max)).min(line.end_beats);
            rows.push(Row { from_beats, to_beats });
            from_beats = to_beats;
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::raga::tables;

    fn rows(id: &str, speed: u8, beats_max: u32) -> (Vec<(f64, f64)>, u32) {
        let exercise = tables().exercises.iter().find(|exercise| exercise.id == id).expect(id);
        let tala = exercise.tala.as_ref().and_then(|id| tables().talas.iter().find(|tala| tala.id == *id));
        let rows = Rows::of(&Timeline::new(exercise, speed, tala), tala, beats_max);
        (rows.rows.iter().map(|row| (row.from_beats, row.to_beats)).collect(), rows.columns)
    }

    #[test]
    fn a_row_is_a_cycle_and_the_exercise_goes_on_across_its_ends() {
        assert_eq!(rows("HIN-PALTA-04", 1, 34), (vec![(0.0, 16.0), (16.0, 32.0), (32.0, 48.0)], 16));
        assert_eq!(rows("CAR-SARALI-01", 1, 34), (vec![(0.0, 8.0), (8.0, 16.0)], 8));
        assert_eq!(rows("CAR-ALANK-07", 1, 34).0[0], (0.0, 8.0), "two cycles of four share a row");
    }

    #[test]
    fn a_cycle_that_is_too_long_is_turned_at_its_parts() {
        assert_eq!(rows("HIN-PALTA-04", 4, 8), (vec![(0.0, 8.0), (8.0, 16.0)], 8));
        assert_eq!(rows("HIN-PALTA-04", 4, 7), (vec![(0.0, 4.0), (4.0, 8.0), (8.0, 12.0)], 4));
        assert_eq!(split(&[4, 2, 4, 4], 10), [6, 8]);
        assert_eq!(split(&[9, 2, 2], 4), [4, 4, 3, 2]);
    }

    #[test]
    fn without_a_tala_a_row_is_a_line() {
        let (rows, columns) = rows("HIN-MERUKHAND-4", 1, 34);
        assert_eq!((rows.len(), rows[1], columns), (24, (4.0, 8.0), 4));
    }

    #[test]
    fn every_place_of_every_exercise_is_in_one_row() {
        for exercise in &tables().exercises {
            let tala = exercise.tala.as_ref().and_then(|id| tables().talas.iter().find(|tala| tala.id == *id));
            for (speed, beats_max) in [(1, 34), (2, 17), (4, 8), (4, 3)] {
                let timeline = Timeline::new(exercise, speed, tala);
                let rows = Rows::of(&timeline, tala, beats_max);
                for note in timeline.notes() {
                    let row = rows.rows[rows.at(note.begin_beats)];
                    assert!(row.has(note.begin_beats), "{} {speed}", exercise.id);
                }
                assert!(rows.columns <= beats_max, "{}", exercise.id);
                assert!(rows.rows.windows(2).all(|two| two[0].to_beats == two[1].from_beats));
            }
        }
    }
}
