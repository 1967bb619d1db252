//! The lesson's own time, which may stand while the transport goes on.

use std::collections::VecDeque;

/// Changes that are remembered: a note is told some 0.2 s after it was sung, never so many changes later.
const POINTS_MAX: usize = 64;

/// From where on the time runs or stands.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Point {
    /// On the transport, beats.
    at_beats: f64,
    /// The lesson's time there, beats.
    time_beats: f64,
    is_running: bool,
}

/// Maps the transport's beats to the lesson's. Allocates in `new` alone.
#[derive(Clone, Debug)]
pub(super) struct Clock {
    points: VecDeque<Point>,
}

impl Clock {
    pub(super) fn new() -> Self {
        Self { points: VecDeque::with_capacity(POINTS_MAX) }
    }

    /// Begins anew: at the transport's `at_beats` the lesson's time is `time_beats`.
    pub(super) fn start(&mut self, at_beats: f64, time_beats: f64) {
        self.points.clear();
        self.add(Point { at_beats, time_beats, is_running: true });
    }

    /// Lets the time stand at `time_beats` from the transport's `at_beats` on.
    pub(super) fn stand(&mut self, at_beats: f64, time_beats: f64) {
        if self.is_running() {
            self.add(Point { at_beats, time_beats, is_running: false });
        }
    }

    /// Lets the time run on from where it stands.
    pub(super) fn go(&mut self, at_beats: f64) {
        if !self.is_running() {
            let time_beats = self.time_at(at_beats);
            self.add(Point { at_beats, time_beats, is_running: true });
        }
    }

    pub(super) fn is_running(&self) -> bool {
        self.points.back().is_some_and(|point| point.is_running)
    }

    /// The lesson's time at a place of the transport, both in beats.
    pub(super) fn time_at(&self, at_beats: f64) -> f64 {
        let Some(oldest) = self.points.front() else { return 0.0 };
        let point = self.points.iter().rev().find(|point| point.at_beats <= at_beats).unwrap_or(oldest);
        let gone = at_beats - point.at_beats;
        point.time_beats + if point.is_running { gone } else { gone.min(0.0) }
    }

    /// Where on the transport the lesson's time will be reached if nothing makes it stand, beats.
    pub(super) fn transport_at(&self, time_beats: f64, now_beats: f64) -> f64 {
        let Some(newest) = self.points.back() else { return time_beats };
        let from_beats = if newest.is_running { newest.at_beats } else { now_beats.max(newest.at_beats) };
        from_beats + time_beats - newest.time_beats
    }

    fn add(&mut self, point: Point) {
        if self.points.len() == POINTS_MAX {
            self.points.pop_front();
        }
        self.points.push_back(point);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_stands_and_goes_on_and_the_past_is_remembered() {
        let mut clock = Clock::new();
        clock.start(10.0, -4.0);
        assert_eq!((clock.time_at(10.0), clock.time_at(14.5), clock.time_at(9.0)), (-4.0, 0.5, -5.0));
        clock.stand(15.0, 1.0);
        assert_eq!((clock.time_at(14.0), clock.time_at(15.0), clock.time_at(18.0)), (0.0, 1.0, 1.0));
        assert_eq!(clock.transport_at(2.0, 18.0), 19.0);
        clock.go(18.0);
        assert_eq!((clock.time_at(17.0), clock.time_at(19.0)), (1.0, 2.0));
        assert_eq!(clock.transport_at(3.0, 19.0), 20.0);
    }

    #[test]
    fn many_changes_take_no_more_memory() {
        let mut clock = Clock::new();
        clock.start(0.0, 0.0);
        for at in 0..1000 {
            clock.stand(f64::from(at), f64::from(at) * 0.5);
            clock.go(f64::from(at) + 0.5);
        }
        assert!(clock.points.len() <= POINTS_MAX && clock.time_at(1000.0).is_finite());
    }
}
