//! How well found beats agree with annotated ones: the measures of Davies, Degara and Plumbley (2009) as
//! `mir_eval` 0.7 computes them, and errors of phase.
//!
//! `mir_eval` leaves out the first five seconds of both ([`TRIM_SECS`]); [`trimmed`] does so, and nothing else here.

/// What is left out at the begin, in seconds.
pub const TRIM_SECS: f64 = 5.0;
/// A found beat is right within this distance of an annotated one, in seconds.
pub const WINDOW_SECS: f64 = 0.07;
/// Width of the bell that Cemgil's measure weights errors with, in seconds.
const CEMGIL_SECS: f64 = 0.04;
/// Phase and period may be off by this share of the annotated period.
const CONTINUITY: f64 = 0.175;

/// The measures of one piece; all from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BeatScore {
    /// F-measure within ±70 ms.
    pub f_measure: f64,
    /// Share of beats that continue right at the annotated level.
    pub cml_t: f64,
    /// The same at the best of: annotated, off-beat, double, half (either phase).
    pub aml_t: f64,
    /// Cemgil's accuracy, width 40 ms.
    pub cemgil: f64,
}

/// The beats from [`TRIM_SECS`] on.
#[must_use]
pub fn trimmed(beats: &[f64]) -> &[f64] {
    &beats[beats.partition_point(|beat| *beat < TRIM_SECS)..]
}

/// All measures. Both must rise. Without annotated or found beats everything is 0.
#[must_use]
pub fn score(truth: &[f64], found: &[f64]) -> BeatScore {
    if truth.is_empty() || found.is_empty() {
        return BeatScore::default();
    }
    let cml_t = continuity(truth, found);
    let aml_t = levels(truth).iter().map(|level| continuity(level, found)).fold(cml_t, f64::max);
    BeatScore { f_measure: f_measure(truth, found, WINDOW_SECS), cml_t, aml_t, cemgil: cemgil(truth, found) }
}

/// Pairs that lie within `window_secs`, each beat in at most one: in rising order, which for intervals of equal
/// width is as many as can be.
fn matches(truth: &[f64], found: &[f64], window_secs: f64) -> usize {
    let (mut t, mut f, mut pairs) = (0, 0, 0);
    while t < truth.len() && f < found.len() {
        let off = found[f] - truth[t];
        if off.abs() <= window_secs {
            pairs += 1;
            t += 1;
            f += 1;
        } else if off < 0.0 {
            f += 1;
        } else {
            t += 1;
        }
    }
    pairs
}

/// The harmonic mean of precision and recall within ±`window_secs`.
#[must_use]
pub fn f_measure(truth: &[f64], found: &[f64], window_secs: f64) -> f64 {
    if truth.is_empty() || found.is_empty() {
        return 0.0;
    }
    2.0 * matches(truth, found, window_secs) as f64 / (truth.len() + found.len()) as f64
}

/// The distance from `at` to the nearest of `beats`, signed: above 0 when `at` is late.
fn error(at: f64, beats: &[f64]) -> f64 {
    let next = beats.partition_point(|beat| *beat < at);
    let after = beats.get(next).map_or(f64::NEG_INFINITY, |beat| at - beat);
    let before = next.checked_sub(1).map_or(f64::INFINITY, |n| at - beats[n]);
    if -after < before { after } else { before }
}

fn cemgil(truth: &[f64], found: &[f64]) -> f64 {
    let bells: f64 = truth.iter().map(|beat| (-0.5 * (error(*beat, found) / CEMGIL_SECS).powi(2)).exp()).sum();
    2.0 * bells / (truth.len() + found.len()) as f64
}

/// Errors of the found beats that are nearer to an annotated beat than a quarter of its period, in seconds, above 0
/// when late: what a player hears as early or late rather than as wrong.
#[must_use]
pub fn phase_errors(truth: &[f64], found: &[f64]) -> Vec<f64> {
    let mut errors = Vec::new();
    for &at in found {
        let next = truth.partition_point(|beat| *beat < at).clamp(1, truth.len().max(2) - 1);
        let Some(period) = truth.get(next).map(|beat| beat - truth[next - 1]) else { continue };
        let off = error(at, truth);
        if off.abs() <= 0.25 * period {
            errors.push(off);
        }
    }
    errors
}

/// Annotations at the metrical levels that are taken as well: off-beat, double, and half beginning on either beat.
fn levels(truth: &[f64]) -> [Vec<f64>; 4] {
    let between: Vec<f64> = truth.windows(2).map(|w| 0.5 * (w[0] + w[1])).collect();
    let mut double: Vec<f64> = truth.iter().chain(&between).copied().collect();
    double.sort_by(f64::total_cmp);
    let half = |from: usize| truth.iter().copied().skip(from).step_by(2).collect();
    [between, double, half(0), half(1)]
}

/// The time from the beat before to the beat at `index`, or to the last when there is none.
fn interval(beats: &[f64], index: usize) -> f64 {
    let index = index.clamp(1, beats.len() - 1);
    beats[index] - beats[index - 1]
}

/// The share of beats that are right in phase and in period, counted over the longer of the two rows. A found beat
/// is right when it is within 17.5 % of the annotated period of the nearest annotated beat, no found beat before it has taken
/// that one, and its own period is within 17.5 % of the annotated one.
fn continuity(truth: &[f64], found: &[f64]) -> f64 {
    if truth.len() < 2 || found.len() < 2 {
        return 0.0;
    }
    let mut is_taken = vec![false; truth.len()];
    let mut right = 0;
    for (n, &at) in found.iter().enumerate() {
        let next = truth.partition_point(|beat| *beat < at);
        let nearest = match next {
            0 => 0,
            n if n == truth.len() => n - 1,
            n if truth[n] - at < at - truth[n - 1] => n,
            n => n - 1,
        };
        if is_taken[nearest] {
            continue;
        }
        // The first beats have no period before them and take the one after.
        let is_first = n == 0 || nearest == 0;
        let (beat, own) = (nearest + usize::from(is_first), n + usize::from(is_first));
        let period = interval(truth, beat);
        let own_period = interval(found, own);
        let phase_off = (at - truth[nearest]).abs() / period;
        let period_off = (1.0 - own_period / period).abs();
        if phase_off < CONTINUITY && period_off < CONTINUITY {
            is_taken[nearest] = true;
            right += 1;
        }
    }
    f64::from(right) / truth.len().max(found.len()) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(from: f64, period: f64, count: usize) -> Vec<f64> {
        (0..count).map(|n| from + n as f64 * period).collect()
    }

    #[test]
    fn the_same_beats_are_perfect_and_beats_halfway_are_right_only_off_the_beat() {
        let truth = grid(0.5, 0.5, 40);
        let same = score(&truth, &truth);
        assert_eq!(same, BeatScore { f_measure: 1.0, cml_t: 1.0, aml_t: 1.0, cemgil: 1.0 });
        let off = score(&truth, &grid(0.75, 0.5, 39));
        assert_eq!((off.f_measure, off.cml_t), (0.0, 0.0));
        assert!(off.aml_t > 0.97, "{off:?}");
    }

    #[test]
    fn double_tempo_is_taken_at_its_level_and_halves_the_precision() {
        let truth = grid(0.5, 0.8, 40);
        let double = score(&truth, &grid(0.5, 0.4, 79));
        assert!((double.f_measure - 80.0 / 119.0).abs() < 1.0e-9, "{double:?}");
        assert!(double.cml_t < 0.05 && double.aml_t > 0.97, "{double:?}");
    }

    #[test]
    fn a_beat_matches_once_and_errors_are_late_above_zero() {
        assert_eq!(f_measure(&[1.0, 2.0], &[0.95, 1.05, 2.0], WINDOW_SECS), 0.8);
        let errors = phase_errors(&[1.0, 2.0, 3.0], &[1.1, 1.9, 2.5]);
        assert!(errors.len() == 2 && (errors[0] - 0.1).abs() < 1.0e-9 && (errors[1] + 0.1).abs() < 1.0e-9);
        assert_eq!(score(&[], &[1.0]), BeatScore::default());
        assert_eq!(score(&[1.0], &[]), BeatScore::default());
        assert_eq!(trimmed(&[1.0, 5.0, 6.0]), [5.0, 6.0]);
    }
}
