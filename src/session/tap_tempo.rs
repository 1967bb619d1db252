//! Tempo from tapping.

use crate::base::limits::{TEMPO_BPM_MAX, TEMPO_BPM_MIN};

/// A pause longer than this begins anew.
const PAUSE_SECS: f64 = 2.5;
const TAPS_MAX: usize = 8;

/// The last taps.
#[derive(Debug, Default)]
pub struct TapTempo {
    taps_secs: Vec<f64>,
}

impl TapTempo {
    /// A tap at `now_secs`; the tempo from the second tap on. The median of the intervals, so that one
    /// stumble does not move it.
    pub fn tap(&mut self, now_secs: f64) -> Option<f64> {
        if self.taps_secs.last().is_some_and(|last| now_secs - last > PAUSE_SECS) {
            self.taps_secs.clear();
        }
        if self.taps_secs.len() == TAPS_MAX {
            self.taps_secs.remove(0);
        }
        self.taps_secs.push(now_secs);
        let mut intervals: Vec<f64> = self.taps_secs.windows(2).map(|w| w[1] - w[0]).collect();
        intervals.sort_by(f64::total_cmp);
        let middle = intervals.len() / 2;
        let median = match intervals.len() {
            0 => return None,
            n if n % 2 == 0 => 0.5 * (intervals[middle - 1] + intervals[middle]),
            _ => intervals[middle],
        };
        Some((60.0 / median.max(1.0e-3)).clamp(TEMPO_BPM_MIN, TEMPO_BPM_MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taps_give_the_tempo_a_stumble_does_not_and_a_pause_begins_anew() {
        let mut taps = TapTempo::default();
        assert_eq!(taps.tap(0.0), None);
        let last = [0.5, 1.0, 1.62, 2.0, 2.5].map(|t| taps.tap(t)).last().copied().flatten();
        assert!((last.expect("a tempo") - 120.0).abs() < 0.01, "{last:?}");
        assert_eq!(taps.tap(9.0), None);
        assert_eq!(taps.tap(10.0), Some(60.0));
    }
}
