//! The way through the candidates: an online Viterbi search whose end is the live line and whose past, a fixed lag
//! later, the settled one.

use super::nsdf::{CANDIDATES, Candidate, Window};
use super::tuning;
use crate::base::InlineVec;

/// Columns kept: the lag and the newest.
const COLUMNS: usize = tuning::LAG_FRAMES + 1;

/// States of a frame: its candidates, and the pitch of the frame before where none of them is one.
const STATES: usize = CANDIDATES + 1;

/// A candidate on the path.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    candidate: Candidate,
    octave: f32,
    score: f32,
    /// Which state of the frame before led here.
    from: usize,
}

#[derive(Clone, Copy, Debug, Default)]
struct Column {
    states: InlineVec<State, STATES>,
}

/// What is believed of a pitch before it is heard, in octaves (log2 of Hz).
#[derive(Clone, Copy, Debug, Default)]
pub struct Prior {
    /// The tonic.
    pub tonic: Option<f32>,
    /// The last stable pitch.
    pub stable: Option<f32>,
}

impl Prior {
    /// What a pitch costs by itself, in clarity.
    fn cost(&self, octave: f32) -> f32 {
        let range = self.tonic.map_or(0.0, |tonic| {
            let [low, high] = tuning::RANGE_OCTAVES;
            tuning::RANGE_COST * (tonic + low - octave).max(octave - tonic - high).max(0.0)
        });
        let stable = self.stable.map_or(0.0, |stable| {
            let widths = (octave - stable) / tuning::STABLE_WIDTH;
            (tuning::STABLE_COST * widths * widths).min(tuning::STABLE_COST_MOST)
        });
        range + stable - tuning::OCTAVE_COST * octave
    }
}

/// The search. Never allocates; a step costs at most 30 transitions and the lag's length.
#[derive(Clone, Debug, Default)]
pub struct Path {
    columns: [Column; COLUMNS],
    /// Where the newest column stands, and how many there are.
    newest: usize,
    known: usize,
}

impl Path {
    /// Takes one window in. Where it has no candidate, those of the frame before stay with clarity 0; where it has, the best
    /// of them stays so too. (A window in which one tone gives way to another is clear at the period that both share, S and
    /// the P above it an octave below that S: to go there and back is dearer than a frame without a pitch.)
    pub fn step(&mut self, window: &Window, prior: &Prior) {
        let before = self.columns[self.newest];
        let mut column = Column::default();
        if window.candidates.is_empty() {
            for (from, state) in before.states.iter().enumerate() {
                let candidate = Candidate { clarity: 0.0, ..state.candidate };
                let _ = column.states.push(State { candidate, score: tuning::MEMORY * state.score, from, ..*state });
            }
        }
        for candidate in window.candidates.iter() {
            let octave = candidate.hz.log2();
            let (from, best) = best_way(&before, octave, candidate.clarity);
            let score = candidate.clarity - prior.cost(octave) + best;
            let _ = column.states.push(State { candidate: *candidate, octave, score, from });
        }
        if let Some((from, last)) = best_of(&before).filter(|_| !window.candidates.is_empty()) {
            let candidate = Candidate { clarity: 0.0, ..last.candidate };
            let score = last.score - prior.cost(last.octave);
            let _ = column.states.push(State { candidate, score, from, ..last });
        }
        let top = column.states.iter().fold(f32::MIN, |top, s| top.max(s.score));
        column.states.iter_mut().for_each(|state| state.score -= top);
        self.newest = (self.newest + 1) % COLUMNS;
        self.known = (self.known + 1).min(COLUMNS);
        self.columns[self.newest] = column;
    }

    /// What the frame `lag` steps ago (at most [`tuning::LAG_FRAMES`]) is taken for in the light of those since; with a
    /// lag of 0, what the newest is taken for now.
    #[must_use]
    pub fn back(&self, lag: usize) -> Candidate {
        let mut column = &self.columns[self.newest];
        let mut at = best_of(column).map_or(0, |(at, _)| at);
        for step in 1..=lag.min(self.known.saturating_sub(1)) {
            let Some(state) = column.states.get(at) else { return Candidate::default() };
            at = state.from;
            column = &self.columns[(self.newest + COLUMNS - step) % COLUMNS];
        }
        column.states.get(at).map_or(Candidate::default(), |state| state.candidate)
    }
}

/// The best state of a column with its place, the first of those that are alike.
fn best_of(column: &Column) -> Option<(usize, State)> {
    let better = |best: (usize, State), next: (usize, State)| if next.1.score > best.1.score { next } else { best };
    column.states.iter().copied().enumerate().reduce(better)
}

/// From which state of `before` a pitch is reached best, and with what score. To leave what was hardly a pitch costs
/// hardly anything.
fn best_way(before: &Column, octave: f32, clarity: f32) -> (usize, f32) {
    let ways = before.states.iter().enumerate().map(|(from, state)| {
        let jump = (octave - state.octave).abs().min(tuning::JUMP_MOST);
        (from, state.score - tuning::JUMP_COST * jump * clarity * state.candidate.clarity)
    });
    let first = (0, if before.states.is_empty() { 0.0 } else { f32::MIN });
    ways.fold(first, |best, way| if way.1 > best.1 { way } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(candidates: &[(f32, f32)]) -> Window {
        let mut window = Window::default();
        for (hz, clarity) in candidates {
            window.candidates.push(Candidate { hz: *hz, clarity: *clarity }).expect("room");
        }
        window
    }

    #[test]
    fn a_short_slip_by_an_octave_is_mended_by_what_follows() {
        let mut path = Path::default();
        let (good, slip) = (window(&[(200.0, 0.95), (100.0, 0.94)]), window(&[(100.0, 0.97), (200.0, 0.8)]));
        for i in 0..40 {
            path.step(if (20..23).contains(&i) { &slip } else { &good }, &Prior::default());
            assert_eq!(path.back(0).hz, 200.0, "{i}");
        }
    }

    #[test]
    fn a_frame_between_two_notes_is_none_of_an_octave_below_and_one_that_stays_there_is() {
        let (low, high, shared) = (window(&[(220.0, 0.95)]), window(&[(330.0, 0.95)]), window(&[(110.0, 0.95)]));
        let settled = |windows: &[&Window]| {
            let mut path = Path::default();
            windows.iter().for_each(|window| path.step(window, &Prior::default()));
            (0..windows.len()).rev().map(|lag| path.back(lag)).collect::<Vec<_>>()
        };
        let leap = settled(&[&low, &low, &low, &shared, &high, &high, &high]);
        assert!(leap.iter().all(|candidate| candidate.hz > 200.0), "{leap:?}");
        assert!(leap.iter().enumerate().all(|(i, candidate)| (candidate.clarity < 0.5) == (i == 3)), "{leap:?}");
        let octave = settled(&[&low, &low, &low, &shared, &shared, &shared, &high]);
        assert!(octave[3..6].iter().all(|candidate| candidate.hz == 110.0 && candidate.clarity > 0.9), "{octave:?}");
    }

    #[test]
    fn the_settled_pitch_knows_what_came_later_and_the_live_one_does_not() {
        let mut path = Path::default();
        path.step(&window(&[(100.0, 0.9), (200.0, 0.75)]), &Prior::default());
        assert_eq!(path.back(0).hz, 100.0);
        assert_eq!(path.back(5).hz, 100.0);
        for _ in 0..tuning::LAG_FRAMES {
            path.step(&window(&[(200.0, 0.95)]), &Prior::default());
        }
        assert_eq!((path.back(0).hz, path.back(tuning::LAG_FRAMES).hz), (200.0, 200.0));
    }

    #[test]
    fn silence_keeps_the_last_pitch_without_clarity_and_nothing_is_nothing() {
        let mut path = Path::default();
        path.step(&window(&[]), &Prior::default());
        assert_eq!(path.back(0), Candidate::default());
        path.step(&window(&[(300.0, 0.9)]), &Prior::default());
        for _ in 0..1000 {
            path.step(&window(&[]), &Prior::default());
        }
        assert_eq!(path.back(0), Candidate { hz: 300.0, clarity: 0.0 });
        path.step(&window(&[(700.0, 0.8)]), &Prior::default());
        assert_eq!(path.back(0).hz, 700.0);
    }

    #[test]
    fn a_tonic_makes_far_pitches_and_a_stable_pitch_far_leaps_dearer() {
        let prior = Prior { tonic: Some(7.0), stable: None };
        let base = |octave: f32| -tuning::OCTAVE_COST * octave;
        assert_eq!(prior.cost(6.0), base(6.0));
        assert_eq!(prior.cost(8.5), base(8.5));
        assert!(prior.cost(5.0) > base(5.0) + 0.1 && prior.cost(10.0) > base(10.0) + 0.1);
        let prior = Prior { tonic: None, stable: Some(7.0) };
        assert!(prior.cost(7.5) > base(7.5) && prior.cost(9.0) == base(9.0) + tuning::STABLE_COST_MOST);
    }
}
