//! Swing: how long the first of two eighths is against the second.
//!
//! As in the beat-upbeat ratio of Corcoran and Frieler (2021), only beats that hold exactly two onsets are looked at,
//! so that triplets and sixteenths say nothing; the median over the last beats is robust against the rest.

use super::tuning;
use crate::base::InlineVec;

/// Onsets that one beat may hold and still be looked at, and some more.
const ONSETS_MAX: usize = 8;

/// Beats and what was played within them.
#[derive(Clone, Debug)]
pub struct Swing {
    beat: Option<Beat>,
    /// Onsets since the last beat that was judged.
    onsets: InlineVec<f64, ONSETS_MAX>,
    is_crowded: bool,
    /// Lengths of the first of two eighths, in beats; a ring.
    pairs: [f32; tuning::SWING_PAIRS],
    heard: usize,
}

/// The last beat.
#[derive(Clone, Copy, Debug)]
struct Beat {
    at_secs: f64,
    period_secs: f64,
    count: u32,
}

impl Swing {
    pub fn new() -> Self {
        Self {
            beat: None,
            onsets: InlineVec::default(),
            is_crowded: false,
            pairs: [0.0; tuning::SWING_PAIRS],
            heard: 0,
        }
    }

    /// A chord begins.
    pub fn onset(&mut self, at_secs: f64) {
        if self.beat.is_some() {
            self.is_crowded |= self.onsets.push(at_secs).is_err();
        }
    }

    /// A beat falls, and the next is so far away. A period that is not positive takes the beats away.
    pub fn beat(&mut self, at_secs: f64, period_secs: f64) {
        let border_secs = at_secs - tuning::ON_BEAT * period_secs;
        let count = match self.beat_at(at_secs) {
            Some(beats) => {
                self.judge(border_secs);
                beats.round().max(0.0) as u32
            }
            None => 0,
        };
        let mut early = InlineVec::default();
        for onset in self.onsets.iter().filter(|onset| **onset >= border_secs) {
            // As many fit as came.
            early.push(*onset).ok();
        }
        self.onsets = early;
        self.is_crowded = false;
        let is_beat = period_secs.is_finite() && period_secs > 0.0;
        self.beat = is_beat.then_some(Beat { at_secs, period_secs, count });
    }

    /// Beats since they are known; `None` where they are not.
    pub fn beat_at(&self, at_secs: f64) -> Option<f64> {
        let beat = self.beat?;
        let since = (at_secs - beat.at_secs) / beat.period_secs;
        (since <= tuning::BEAT_PERIODS_MAX).then(|| f64::from(beat.count) + since)
    }

    /// Seconds from beat to beat; `None` where beats are not known.
    pub fn period_secs(&self, now_secs: f64) -> Option<f64> {
        self.beat_at(now_secs).and(self.beat).map(|beat| beat.period_secs)
    }

    /// Long to short, 1 straight, 2 a triplet, up to 4, and how sure that is, 0 to 1; `None` before a few pairs were heard.
    pub fn ratio(&self) -> Option<(f32, f32)> {
        let heard = self.heard.min(tuning::SWING_PAIRS);
        if heard < tuning::SWING_PAIRS_MIN {
            return None;
        }
        let mut sorted = self.pairs;
        let sorted = &mut sorted[..heard];
        sorted.sort_unstable_by(f32::total_cmp);
        let median = 0.5 * (sorted[heard / 2] + sorted[(heard - 1) / 2]);
        let agree = sorted.iter().filter(|long| (**long - median).abs() <= tuning::SWING_SPREAD).count();
        let known = heard as f32 / (heard + tuning::SWING_PAIRS_MIN) as f32;
        Some((median / (1.0 - median), known * agree as f32 / heard as f32))
    }

    /// Takes the beat that ends at `border_secs` in, if it was divided in two.
    fn judge(&mut self, border_secs: f64) {
        let Some(beat) = self.beat.filter(|_| !self.is_crowded) else { return };
        let mut phases = self.onsets.iter().filter(|onset| **onset < border_secs);
        let phases = [phases.next(), phases.next(), phases.next()]
            .map(|onset| onset.map(|onset| (onset - beat.at_secs) / beat.period_secs));
        let [Some(first), Some(second), None] = phases else { return };
        let long = second - first;
        if first.abs() <= tuning::ON_BEAT && (tuning::OFF_BEAT.0..=tuning::OFF_BEAT.1).contains(&long) {
            self.pairs[self.heard % tuning::SWING_PAIRS] = long as f32;
            self.heard += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;

    /// Eighths over 40 beats of 0.5 s, the second of each pair at `long` beats, all moved by up to `jitter` beats.
    fn eighths(long: f64, jitter: f64) -> Swing {
        let (mut swing, mut rng) = (Swing::new(), Rng::new(5));
        let mut onset = -1.0;
        let mut wobble = || jitter * f64::from(rng.bipolar());
        for beat in 0..40 {
            let beat = f64::from(beat);
            let (first, second) = (beat + wobble(), beat + long + wobble());
            if onset >= 0.0 {
                swing.onset(0.5 * onset);
            }
            // The first of a pair may come before its beat.
            if first < beat {
                swing.onset(0.5 * first);
            }
            swing.beat(0.5 * beat, 0.5);
            if first >= beat {
                swing.onset(0.5 * first);
            }
            onset = second;
        }
        swing
    }

    #[test]
    fn eighths_have_the_ratio_they_are_played_in() {
        for (long, ratio) in [(0.5, 1.0), (0.6, 1.5), (2.0 / 3.0, 2.0), (0.75, 3.0)] {
            let (heard, confidence) = eighths(long, 0.02).ratio().expect("a ratio");
            assert!((heard / ratio - 1.0).abs() < 0.08, "{heard} for {ratio}");
            assert!(confidence > 0.85, "{confidence}");
        }
        let (_, vague) = eighths(0.6, 0.15).ratio().expect("a ratio");
        assert!(vague < 0.75, "{vague}");
    }

    #[test]
    fn triplets_sixteenths_and_unknown_beats_say_nothing() {
        for division in [1, 3, 4, 30] {
            let mut swing = Swing::new();
            for beat in 0..40 {
                swing.beat(f64::from(beat), 1.0);
                (0..division).for_each(|i| swing.onset(f64::from(beat) + f64::from(i) / f64::from(division)));
            }
            assert_eq!(swing.ratio(), None, "{division}");
        }
        let mut swing = Swing::new();
        (0..100).for_each(|i| swing.onset(f64::from(i)));
        assert_eq!((swing.ratio(), swing.beat_at(100.0)), (None, None));
    }

    #[test]
    fn beats_are_counted_until_they_stay_away() {
        let swing = eighths(0.5, 0.0);
        assert!((swing.beat_at(20.0).expect("a beat") - 40.0).abs() < 1e-9);
        assert_eq!(swing.period_secs(20.0), Some(0.5));
        assert_eq!(swing.period_secs(30.0), None);
        let mut none = swing.clone();
        none.beat(20.0, 0.0);
        assert_eq!(none.period_secs(20.0), None);
    }
}
