//! How right a line of pitches is, by the rules of melody extraction (G. Poliner and others 2007; C. Raffel and others
//! 2014, `mir_eval.melody`), and how late (the delay-tolerant accuracy of RT-SWIPE, CMMR 2025).

/// Twelve hundred cents.
const OCTAVE_CENTS: f64 = 1200.0;

/// One point of an estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// When, seconds; not earlier than the point before.
    pub at_secs: f64,
    /// The pitch, Hz, also where it is taken for unvoiced; 0 for none.
    pub hz: f32,
    /// Whether it is taken for voiced.
    pub is_voiced: bool,
}

/// One point of the truth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Truth {
    /// When, seconds; not earlier than the point before.
    pub at_secs: f64,
    /// The pitch, Hz, where there is one.
    pub hz: Option<f32>,
}

/// The figures; shares are 0 to 1. A share of nothing is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scores {
    /// Points of the truth that are voiced.
    pub voiced: usize,
    /// Raw pitch accuracy: share of the voiced points whose estimate is less than 50, 25, 10 cents off.
    pub raw_pitch: [f64; 3],
    /// The same with octaves folded away.
    pub raw_chroma: [f64; 3],
    /// Share of the voiced points taken for voiced.
    pub voicing_recall: f64,
    /// Share of the unvoiced points taken for voiced.
    pub voicing_false_alarm: f64,
    /// Share of all points that are right: within 50 cents and voiced, or unvoiced in both.
    pub overall: f64,
    /// Median distance in cents over the voiced points that have an estimate.
    pub median_cents: f64,
    /// Share of the voiced points that are within 50 cents of another octave of the truth.
    pub octave_errors: f64,
}

/// The tolerances of [`Scores::raw_pitch`], cents.
pub const TOLERANCES_CENTS: [f64; 3] = [50.0, 25.0, 10.0];

/// Scores an estimate at the instants of the truth; between two points of the estimate the pitch runs straight (in
/// cents), the voicing is that of the nearer point. `later_secs` is how much later than it says an estimate is taken.
#[must_use]
pub fn scores(truth: &[Truth], estimate: &[Estimate], later_secs: f64) -> Scores {
    let mut tally = Tally::default();
    let mut next = 0;
    for point in truth {
        let at_secs = point.at_secs - later_secs;
        while estimate.get(next).is_some_and(|e| e.at_secs <= at_secs) {
            next += 1;
        }
        tally.add(point.hz, between(estimate, next, at_secs));
    }
    tally.scores()
}

/// The delay, a whole number of milliseconds from 1 to 40, at which the raw pitch accuracy within 25 cents is highest,
/// for estimates that stand at the instant at which they were there to be used.
#[must_use]
pub fn best_delay_ms(truth: &[Truth], estimate: &[Estimate]) -> u32 {
    let at = |ms: u32| scores(truth, estimate, -f64::from(ms) * 1e-3).raw_pitch[1];
    (1..=40).fold((1, at(1)), |best, ms| if at(ms) > best.1 { (ms, at(ms)) } else { best }).0
}

/// Pitch (0 for none) and voicing at an instant; `next` is the first point after it.
fn between(estimate: &[Estimate], next: usize, at_secs: f64) -> (f64, bool) {
    let after = estimate.get(next);
    let before = next.checked_sub(1).and_then(|i| estimate.get(i));
    match (before, after) {
        (Some(a), Some(b)) => {
            let share = (at_secs - a.at_secs) / (b.at_secs - a.at_secs).max(1e-9);
            let nearer = if share < 0.5 { a } else { b };
            let (from, to) = (f64::from(a.hz), f64::from(b.hz));
            let hz = if from > 0.0 && to > 0.0 { from * (to / from).powf(share) } else { f64::from(nearer.hz) };
            (hz, nearer.is_voiced)
        }
        // Outside of the estimate nothing is voiced.
        (Some(last), None) => (f64::from(last.hz), last.is_voiced && last.at_secs >= at_secs),
        (None, Some(first)) => (f64::from(first.hz), false),
        (None, None) => (0.0, false),
    }
}

#[derive(Default)]
struct Tally {
    voiced: usize,
    unvoiced: usize,
    near: [usize; 3],
    near_chroma: [usize; 3],
    recalled: usize,
    alarms: usize,
    right: usize,
    octaves: usize,
    cents: Vec<f64>,
}

impl Tally {
    fn add(&mut self, truth_hz: Option<f32>, (hz, is_voiced): (f64, bool)) {
        let Some(truth_hz) = truth_hz else {
            self.unvoiced += 1;
            self.alarms += usize::from(is_voiced);
            self.right += usize::from(!is_voiced);
            return;
        };
        self.voiced += 1;
        self.recalled += usize::from(is_voiced);
        if hz <= 0.0 {
            return;
        }
        let cents = OCTAVE_CENTS * (hz / f64::from(truth_hz)).log2();
        let folded = cents - OCTAVE_CENTS * (cents / OCTAVE_CENTS).round();
        for (i, tolerance) in TOLERANCES_CENTS.iter().enumerate() {
            self.near[i] += usize::from(cents.abs() < *tolerance);
            self.near_chroma[i] += usize::from(folded.abs() < *tolerance);
        }
        self.right += usize::from(is_voiced && cents.abs() < TOLERANCES_CENTS[0]);
        self.octaves += usize::from(cents.abs() > 600.0 && folded.abs() < TOLERANCES_CENTS[0]);
        self.cents.push(cents.abs());
    }

    fn scores(mut self) -> Scores {
        let share = |n: usize, of: usize| if of == 0 { 0.0 } else { n as f64 / of as f64 };
        self.cents.sort_unstable_by(f64::total_cmp);
        Scores {
            voiced: self.voiced,
            raw_pitch: self.near.map(|n| share(n, self.voiced)),
            raw_chroma: self.near_chroma.map(|n| share(n, self.voiced)),
            voicing_recall: share(self.recalled, self.voiced),
            voicing_false_alarm: share(self.alarms, self.unvoiced),
            overall: share(self.right, self.voiced + self.unvoiced),
            median_cents: self.cents.get(self.cents.len() / 2).copied().unwrap_or(0.0),
            octave_errors: share(self.octaves, self.voiced),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tone from 1 s to 3 s in silence, 200 Hz, a point every 10 ms.
    fn truth() -> Vec<Truth> {
        let hz = |i: u32| (100..300).contains(&i).then_some(200.0);
        (0..400).map(|i| Truth { at_secs: f64::from(i) * 0.01, hz: hz(i) }).collect()
    }

    fn estimate(hz: impl Fn(u32) -> f32, is_voiced: impl Fn(u32) -> bool) -> Vec<Estimate> {
        (0..400).map(|i| Estimate { at_secs: f64::from(i) * 0.01, hz: hz(i), is_voiced: is_voiced(i) }).collect()
    }

    #[test]
    fn the_truth_itself_scores_full_and_pitch_is_judged_apart_from_voicing() {
        let scores = scores(&truth(), &estimate(|_| 200.0, |i| (100..300).contains(&i)), 0.0);
        assert_eq!(scores.raw_pitch, [1.0; 3]);
        assert_eq!((scores.voicing_recall, scores.voicing_false_alarm, scores.overall), (1.0, 0.0, 1.0));
        let silent = super::scores(&truth(), &estimate(|_| 200.0, |_| false), 0.0);
        assert_eq!((silent.raw_pitch[0], silent.voicing_recall, silent.overall), (1.0, 0.0, 0.5));
        let loud = super::scores(&truth(), &estimate(|_| 200.0, |_| true), 0.0);
        assert_eq!((loud.voicing_false_alarm, loud.overall), (1.0, 0.5));
    }

    #[test]
    fn tolerances_octaves_and_the_median_are_counted_as_defined() {
        // A quarter each: right, 20 cents off, an octave up, none at all.
        let hz = |i: u32| [200.0, 200.0 * 2.0_f32.powf(20.0 / 1200.0), 400.0, 0.0][(i / 50 % 4) as usize];
        let truth: Vec<Truth> = truth().into_iter().filter(|t| t.hz.is_some()).collect();
        let scores = scores(&truth, &estimate(hz, |_| true), 0.0);
        let near = |a: f64, b: f64| (a - b).abs() < 0.011;
        assert!(near(scores.raw_pitch[0], 0.5) && near(scores.raw_pitch[2], 0.25), "{scores:?}");
        assert!(near(scores.raw_chroma[0], 0.75) && near(scores.octave_errors, 0.25), "{scores:?}");
        assert!((scores.median_cents - 20.0).abs() < 0.1 && scores.voiced == 200);
    }

    #[test]
    fn a_late_line_is_found_to_be_as_late_as_it_is() {
        let glide = |t: f64| 200.0 * 2.0_f64.powf((t * 14.0).sin() * 0.6);
        let truth: Vec<Truth> = (0..400)
            .map(|i| Truth { at_secs: f64::from(i) * 0.01, hz: Some(glide(f64::from(i) * 0.01) as f32) })
            .collect();
        let late = |i: u32| glide(f64::from(i) * 0.01 - 0.023) as f32;
        let line = estimate(late, |_| true);
        let delay_ms = best_delay_ms(&truth, &line);
        assert!((21..=25).contains(&delay_ms), "{delay_ms}");
        assert!(scores(&truth, &line, -0.023).median_cents < 3.0 && scores(&truth, &line, 0.0).median_cents > 50.0);
    }

    #[test]
    fn nothing_scores_nothing() {
        assert_eq!(scores(&[], &[], 0.0), Scores::default());
        let scores = scores(&truth(), &[], 0.0);
        assert_eq!((scores.voiced, scores.raw_pitch[0], scores.overall), (200, 0.0, 0.5));
    }
}
