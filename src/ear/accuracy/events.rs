//! Events heard against events that were: one to one, within a window.

/// How many events were heard, were there, and belong together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EventScore {
    /// Events that were told.
    pub told: usize,
    /// Events that were there.
    pub there: usize,
    /// Of each pair, how much later (below 0: earlier) it was told than it was, in seconds.
    pub late_secs: Vec<f64>,
}

impl EventScore {
    /// Pairs the times in `told` with those in `there`, both in seconds and rising, at most `window_secs` apart.
    ///
    /// In the order of time each takes the earliest that is left, which for windows of one width leaves no larger
    /// number of pairs possible.
    #[must_use]
    pub fn of(told: &[f64], there: &[f64], window_secs: f64) -> Self {
        let mut score = Self { told: told.len(), there: there.len(), late_secs: Vec::new() };
        let (mut i, mut j) = (0, 0);
        while let (Some(told), Some(there)) = (told.get(i), there.get(j)) {
            let late_secs = told - there;
            if late_secs.abs() <= window_secs {
                score.late_secs.push(late_secs);
            }
            // Whichever is too early for the other has no partner.
            i += usize::from(late_secs <= window_secs);
            j += usize::from(late_secs >= -window_secs);
        }
        score
    }

    /// Adds the events of another performance.
    pub fn add(&mut self, other: &Self) {
        self.told += other.told;
        self.there += other.there;
        self.late_secs.extend_from_slice(&other.late_secs);
    }

    /// The share of the told events that were there; 0 where none was told.
    #[must_use]
    pub fn precision(&self) -> f64 {
        self.late_secs.len() as f64 / self.told.max(1) as f64
    }

    /// The share of the events that were told; 0 where there was none.
    #[must_use]
    pub fn recall(&self) -> f64 {
        self.late_secs.len() as f64 / self.there.max(1) as f64
    }

    /// The harmonic mean of [`precision`](Self::precision) and [`recall`](Self::recall).
    #[must_use]
    pub fn f_measure(&self) -> f64 {
        2.0 * self.late_secs.len() as f64 / (self.told + self.there).max(1) as f64
    }

    /// The median of how much later the pairs were told than they were, in seconds; 0 where there is none.
    #[must_use]
    pub fn median_late_secs(&self) -> f64 {
        let mut sorted = self.late_secs.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_event_has_one_partner_at_most() {
        let table: [(&[f64], &[f64], usize); 7] = [
            (&[], &[1.0], 0),
            (&[1.0, 1.01, 1.02], &[1.0], 1),
            (&[1.0], &[0.97, 1.03], 1),
            (&[0.99, 1.04], &[1.0, 1.05], 2),
            // The first may take the first only, or the second has none.
            (&[1.04, 1.08], &[1.0, 1.05], 2),
            (&[1.0, 2.0, 3.0], &[1.1, 2.1, 3.1], 0),
            (&[0.0, 1.0, 2.0], &[0.01, 1.5, 2.01], 2),
        ];
        for (told, there, pairs) in table {
            let score = EventScore::of(told, there, 0.05);
            assert_eq!(score.late_secs.len(), pairs, "{told:?} {there:?}");
            let (p, r) = (score.precision(), score.recall());
            assert_eq!(p, pairs as f64 / told.len().max(1) as f64);
            assert!(pairs == 0 || (score.f_measure() - 2.0 * p * r / (p + r)).abs() < 1e-12);
        }
    }

    #[test]
    fn scores_add_up_and_tell_how_late() {
        let mut score = EventScore::of(&[1.02, 2.03], &[1.0, 2.0], 0.05);
        score.add(&EventScore::of(&[1.0], &[1.01, 5.0], 0.05));
        assert_eq!((score.told, score.there), (3, 4));
        assert!((score.f_measure() - 6.0 / 7.0).abs() < 1e-12);
        assert!((score.median_late_secs() - 0.02).abs() < 1e-9);
    }
}
