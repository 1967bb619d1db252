//! Tempo against beats: steps of constant tempo.

use crate::base::Beats;
use crate::base::limits::{TEMPO_CHANGES_MAX, TEMPO_MAP_BPM_MAX, TEMPO_MAP_BPM_MIN};

/// From this beat on, this tempo.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TempoChange {
    /// Where, 0 or later.
    pub beat: Beats,
    /// Quarter notes a minute.
    pub bpm: f64,
}

/// Tempo changes in the order of their beats, the first one at beat 0.
#[derive(Clone, Debug, PartialEq)]
pub struct TempoMap {
    changes: Vec<TempoChange>,
}

/// Why a list of changes is no tempo map.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum TempoMapError {
    /// A tempo out of range.
    #[error(
        "a tempo of {0} BPM at beat {1} cannot be played; it must lie between {TEMPO_MAP_BPM_MIN} and {TEMPO_MAP_BPM_MAX}"
    )]
    Tempo(f64, f64),
    /// A change before the one that precedes it.
    #[error("the tempo change at beat {0} is not after the one before it; put the changes in order")]
    Order(f64),
    /// Too many.
    #[error("{0} tempo changes are more than the {TEMPO_CHANGES_MAX} that one piece may have")]
    Count(usize),
}

impl TempoMap {
    /// One tempo throughout, brought into the playable range. Allocates.
    #[must_use]
    pub fn constant(bpm: f64) -> Self {
        let mut map = Self { changes: vec![TempoChange { beat: Beats(0.0), bpm }] };
        map.flatten(bpm);
        map
    }

    /// A map of `changes`; before the first of them its tempo holds too. Allocates.
    ///
    /// # Errors
    /// [`TempoMapError`] when a tempo is out of range, the beats do not rise, or there are too many.
    pub fn new(changes: &[TempoChange]) -> Result<Self, TempoMapError> {
        let Some(first) = changes.first() else { return Ok(Self::constant(120.0)) };
        if changes.len() > TEMPO_CHANGES_MAX {
            return Err(TempoMapError::Count(changes.len()));
        }
        for change in changes {
            if !(TEMPO_MAP_BPM_MIN..=TEMPO_MAP_BPM_MAX).contains(&change.bpm) {
                return Err(TempoMapError::Tempo(change.bpm, change.beat.0));
            }
        }
        if let Some(pair) = changes.windows(2).find(|pair| pair[1].beat <= pair[0].beat) {
            return Err(TempoMapError::Order(pair[1].beat.0));
        }
        let mut changes = changes.to_vec();
        changes[0] = TempoChange { beat: Beats(0.0), bpm: first.bpm };
        Ok(Self { changes })
    }

    /// One tempo throughout, in place. Real-time safe.
    pub fn flatten(&mut self, bpm: f64) {
        self.changes.truncate(1);
        self.changes[0].bpm = if bpm.is_nan() { 120.0 } else { bpm.clamp(TEMPO_MAP_BPM_MIN, TEMPO_MAP_BPM_MAX) };
    }

    /// The tempo at a beat. Real-time safe.
    #[must_use]
    pub fn bpm_at(&self, beat: Beats) -> f64 {
        self.changes[self.index_at(beat)].bpm
    }

    /// The first change after `beat`. Real-time safe.
    #[must_use]
    pub fn next_change(&self, beat: Beats) -> Option<TempoChange> {
        self.changes.get(self.changes.partition_point(|c| c.beat <= beat)).copied()
    }

    /// Seconds from beat 0 to `beat` (negative before it).
    #[must_use]
    pub fn secs_at(&self, beat: Beats) -> f64 {
        let index = self.index_at(beat);
        let whole: f64 = self.changes[..=index].windows(2).map(|p| (p[1].beat.0 - p[0].beat.0) * 60.0 / p[0].bpm).sum();
        whole + (beat.0 - self.changes[index].beat.0) * 60.0 / self.changes[index].bpm
    }

    fn index_at(&self, beat: Beats) -> usize {
        self.changes.partition_point(|c| c.beat <= beat).saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(beat: f64, bpm: f64) -> TempoChange {
        TempoChange { beat: Beats(beat), bpm }
    }

    #[test]
    fn seconds_add_up_over_the_changes() {
        let map = TempoMap::new(&[change(0.0, 120.0), change(4.0, 60.0), change(6.0, 240.0)]).unwrap();
        for (beat, secs) in [(-2.0, -1.0), (0.0, 0.0), (4.0, 2.0), (5.0, 3.0), (6.0, 4.0), (10.0, 5.0)] {
            assert!((map.secs_at(Beats(beat)) - secs).abs() < 1e-12, "{beat}");
        }
        assert_eq!(map.bpm_at(Beats(5.9)), 60.0);
        assert_eq!(map.next_change(Beats(4.0)), Some(change(6.0, 240.0)));
        assert_eq!(map.next_change(Beats(6.0)), None);
    }

    #[test]
    fn maps_that_cannot_be_played_are_refused_in_words() {
        for (changes, word) in [
            (vec![change(0.0, 0.0)], "between 1 and 4000"),
            (vec![change(0.0, f64::NAN)], "between"),
            (vec![change(0.0, 100.0), change(0.0, 90.0)], "order"),
            (vec![change(0.0, 100.0); TEMPO_CHANGES_MAX + 1], "more than"),
        ] {
            let text = TempoMap::new(&changes).unwrap_err().to_string();
            assert!(text.contains(word), "{text}");
        }
        assert_eq!(TempoMap::new(&[]), Ok(TempoMap::constant(120.0)));
        assert_eq!(TempoMap::constant(f64::NAN).bpm_at(Beats(0.0)), 120.0);
    }
}
