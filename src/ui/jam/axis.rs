//! Seconds to points: in bars while there is a beat, in seconds while there is none.

use crate::session::{BeatMark, HeardView};
use std::ops::RangeInclusive;

/// Bars that one page of the plan shows: one that is past, the one that is played, two to come.
const BARS: f64 = 4.0;
/// Seconds of a page without a beat, and by how much it turns.
const SPAN_SECS: f64 = 8.0;
const TURN_SECS: f64 = 2.0;

/// Where a beat line stands, and what is written over it.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// From 0 at the left edge to 1 at the right.
    pub place: f64,
    /// Whether a bar begins there.
    pub is_bar: bool,
    /// The beat of the bar, from 1; the bar's number where one begins. Empty without a beat.
    pub label: String,
}

/// One page of time.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeAxis {
    /// Known beats `(seconds, number)`, at least two, or none.
    anchors: Vec<(f64, f64)>,
    /// What stands at the left edge: a beat's number, or seconds.
    begin: f64,
    /// How much is shown.
    span: f64,
    beats_per_bar: usize,
    /// Number of the beat at which the current bar begins, and which bar it is.
    bar: (f64, i64),
}

impl TimeAxis {
    /// The page that holds now. It turns by a bar on the bar line, so that what is drawn stands still.
    #[must_use]
    pub fn of(heard: &HeardView) -> Self {
        let marks: Vec<&BeatMark> = heard.beats.iter().chain(&heard.upcoming).collect();
        if heard.upcoming.is_empty() || marks.len() < 2 {
            let turned = (heard.now_secs / TURN_SECS).floor() * TURN_SECS;
            let begin = turned - SPAN_SECS + 2.0 * TURN_SECS;
            return Self { anchors: Vec::new(), begin, span: SPAN_SECS, beats_per_bar: 0, bar: (0.0, 0) };
        }
        let anchors: Vec<(f64, f64)> = marks.iter().enumerate().map(|(n, mark)| (mark.at_secs, n as f64)).collect();
        let beats_per_bar = usize::from(heard.beats_per_bar.unwrap_or(4)).max(1);
        let now = number_at(&anchors, heard.now_secs).floor();
        // The last bar line up to now; without one, bars are counted from the first beat that is kept.
        let is_bar = |n: usize| marks[n].bar_position == Some(0);
        let last = (0..marks.len()).rev().find(|n| is_bar(*n) && *n as f64 <= now);
        let line = last.or_else(|| (0..marks.len()).find(|n| is_bar(*n))).unwrap_or(0) as f64;
        let bars_since = ((now - line) / beats_per_bar as f64).floor();
        let current = line + bars_since * beats_per_bar as f64;
        let begin = current - beats_per_bar as f64;
        let span = BARS * beats_per_bar as f64;
        Self { anchors, begin, span, beats_per_bar, bar: (current, i64::from(heard.bars)) }
    }

    /// Where seconds fall: from 0 at the left edge to 1 at the right, or beyond.
    #[must_use]
    pub fn place(&self, secs: f64) -> f64 {
        let at = if self.anchors.is_empty() { secs } else { number_at(&self.anchors, secs) };
        (at - self.begin) / self.span
    }

    /// Whether there is a beat to count by.
    #[must_use]
    pub fn has_beat(&self) -> bool {
        !self.anchors.is_empty()
    }

    /// The lines of the page.
    #[must_use]
    pub fn ticks(&self) -> Vec<Tick> {
        if !self.has_beat() {
            let seconds = 0..=SPAN_SECS as usize;
            return seconds
                .map(|n| Tick { place: n as f64 / SPAN_SECS, is_bar: false, label: String::new() })
                .collect();
        }
        let beats = 0..=(self.span as usize);
        beats
            .map(|n| {
                let from_bar = self.begin + n as f64 - self.bar.0;
                let beat = from_bar.rem_euclid(self.beats_per_bar as f64) as usize;
                let bar = self.bar.1 + from_bar.div_euclid(self.beats_per_bar as f64) as i64;
                let label = match beat {
                    0 if bar > 0 => bar.to_string(),
                    0 => String::new(),
                    _ => (beat + 1).to_string(),
                };
                Tick { place: n as f64 / self.span, is_bar: beat == 0, label }
            })
            .collect()
    }
}

/// The number of the beat at `secs`, with its fraction; beyond the anchors the nearest two go on.
fn number_at(anchors: &[(f64, f64)], secs: f64) -> f64 {
    let after = anchors.partition_point(|(at, _)| *at <= secs).clamp(1, anchors.len() - 1);
    let ((t0, n0), (t1, n1)) = (anchors[after - 1], anchors[after]);
    n0 + (secs - t0) / (t1 - t0).max(1e-3) * (n1 - n0)
}

/// Where one stretch of time lies within the page, if any of it does.
#[must_use]
pub fn stretch(axis: &TimeAxis, begin_secs: f64, end_secs: f64) -> Option<RangeInclusive<f64>> {
    let (from, to) = (axis.place(begin_secs).max(0.0), axis.place(end_secs).min(1.0));
    (to > from && to > 0.0 && from < 1.0).then_some(from..=to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(now_secs: f64, period: f64, past: usize, beats_per_bar: u8) -> HeardView {
        let mark = |n: usize| BeatMark {
            at_secs: n as f64 * period,
            bar_position: Some((n % usize::from(beats_per_bar)) as u8),
        };
        HeardView {
            now_secs,
            beats: (0..past).map(mark).collect(),
            upcoming: (past..past + 4).map(mark).collect(),
            beats_per_bar: Some(beats_per_bar),
            ..HeardView::default()
        }
    }

    #[test]
    fn now_is_always_in_the_second_bar_of_the_page() {
        for beats_per_bar in [3_u8, 4] {
            for tenth in 0..200 {
                let now = 4.0 + f64::from(tenth) * 0.05;
                let axis = TimeAxis::of(&heard(now, 0.5, (now / 0.5) as usize + 1, beats_per_bar));
                let place = axis.place(now);
                assert!((0.25..0.5 + 1e-9).contains(&place), "{now}: {place}");
                let ticks = axis.ticks();
                assert_eq!(ticks.len(), 4 * usize::from(beats_per_bar) + 1);
                assert!(ticks.iter().step_by(usize::from(beats_per_bar)).all(|t| t.is_bar));
            }
        }
    }

    #[test]
    fn what_is_drawn_stands_still_until_the_bar_is_over() {
        let place = |now: f64| TimeAxis::of(&heard(now, 0.5, (now / 0.5) as usize + 1, 4)).place(6.2);
        assert!((place(6.1) - place(7.9)).abs() < 1e-9);
        assert!((place(7.9) - place(8.1) - 0.25).abs() < 1e-9);
    }

    #[test]
    fn without_a_beat_time_runs_in_seconds() {
        let axis = TimeAxis::of(&HeardView { now_secs: 13.0, ..HeardView::default() });
        assert!(!axis.has_beat());
        assert!((axis.place(13.0) - 0.625).abs() < 1e-9);
        assert_eq!(stretch(&axis, 0.0, 1.0), None);
        assert_eq!(stretch(&axis, 7.0, 9.0), Some(0.0..=0.125));
    }
}
