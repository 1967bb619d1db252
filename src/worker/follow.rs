//! Keeps the transport on the player's beat: every beat that is heard says at which tempo the next one is met.

use crate::base::Place;
use crate::ear::beat::BeatEvent;

mod tuning {
    /// The transport runs at most so much faster or slower than the player, to catch up.
    pub const CATCH_UP: f64 = 1.25;
    /// A beat further than this from where it was counted, in beats, is not the next one: the count begins anew.
    pub const SLIP_BEATS: f64 = 0.7;
    /// A tempo that differs by more than this ratio is believed only after [`DOUBT_BEATS`] beats.
    pub const DOUBT_RATIO: f64 = 1.3;
    /// See [`DOUBT_RATIO`].
    pub const DOUBT_BEATS: u32 = 3;
    /// Nothing is said for changes smaller than this ratio.
    pub const STEP_RATIO: f64 = 1.0005;
    /// A beat nearer than this, in seconds, can no longer be met: the one after it is.
    pub const NEAR_SECS: f64 = 0.06;
}

/// The count of beats, the player's against the transport's.
#[derive(Clone, Copy, Debug, Default)]
pub struct Follow {
    /// The transport's beat that the last beat of the player was.
    counted: Option<f64>,
    doubts: u32,
}

impl Follow {
    /// Forgets the count: the beat was lost, or the transport was moved.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// A beat of the player, with the transport at `place` at `now_secs`. The tempo in beats a minute at which the
    /// transport meets the player's next beat; `None` when it does already, or when the beat is not believed yet.
    pub fn beat(&mut self, event: &BeatEvent, place: &Place, now_secs: f64) -> Option<f64> {
        // The player may count half or double of what the band does.
        let octave = (place.tempo_bpm / event.bpm).log2().round().clamp(-1.0, 1.0);
        let unit = octave.exp2();
        let pace = event.bpm * unit;
        let ratio = (pace / place.tempo_bpm).max(place.tempo_bpm / pace);
        self.doubts = if ratio > tuning::DOUBT_RATIO { self.doubts + 1 } else { 0 };
        if (1..=tuning::DOUBT_BEATS).contains(&self.doubts) {
            return None;
        }
        let stands = place.beat_in(event.at_secs - now_secs);
        let expected = self.counted.map(|counted| counted + unit);
        let counted = expected.filter(|beat| (beat - stands).abs() < tuning::SLIP_BEATS * unit.max(0.5));
        let counted = counted.unwrap_or((stands / unit).round() * unit);
        self.counted = Some(counted);
        let mut target = (counted + unit, event.next_secs);
        if target.1 - now_secs < tuning::NEAR_SECS {
            target = (counted + 2.0 * unit, event.next_secs + 60.0 / event.bpm);
        }
        let bpm = 60.0 * (target.0 - place.beat.0) / (target.1 - now_secs).max(tuning::NEAR_SECS);
        let bpm = bpm.clamp(pace / tuning::CATCH_UP, pace * tuning::CATCH_UP);
        let step = (bpm / place.tempo_bpm).max(place.tempo_bpm / bpm);
        (bpm.is_finite() && step > tuning::STEP_RATIO).then_some(bpm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Beats;

    /// Follows a player whose beats lie at `beats`; the transport's distance from the nearest beat at each of them.
    fn follow(beats: &[f64], bpm: f64) -> Vec<f64> {
        let mut follow = Follow::default();
        let mut place = Place { is_playing: true, beat: Beats(0.0), tempo_bpm: bpm, beats_per_bar: 4 };
        let mut at_secs = beats[0];
        let mut distances = Vec::new();
        for n in 1..beats.len() - 1 {
            let now_secs = beats[n] + 0.01;
            place.beat = Beats(place.beat_in(now_secs - at_secs));
            at_secs = now_secs;
            let stood = place.beat_in(-0.01);
            distances.push(stood - stood.round());
            let length = beats[n] - beats[n - 1];
            let event = BeatEvent {
                at_secs: beats[n],
                bpm: 60.0 / length,
                next_secs: beats[n] + length,
                ..BeatEvent::default()
            };
            if let Some(bpm) = follow.beat(&event, &place, now_secs) {
                place.tempo_bpm = bpm;
            }
        }
        distances
    }

    fn beats(count: usize, length: impl Fn(usize) -> f64) -> Vec<f64> {
        (0..count).scan(1.0, |at, n| Some(std::mem::replace(at, *at + length(n)))).collect()
    }

    #[test]
    fn a_steady_player_is_met_on_every_beat_and_a_drifting_one_within_a_fiftieth() {
        assert!(follow(&beats(20, |_| 0.5), 120.0)[1..].iter().all(|d| d.abs() < 1e-6));
        let drift = follow(&beats(60, |n| 0.5 + 0.05 * (n as f64 / 8.0).sin()), 120.0);
        assert!(drift[2..].iter().all(|d| d.abs() < 0.03), "{drift:?}");
    }

    #[test]
    fn a_jump_of_a_fifth_is_made_up_within_two_bars() {
        for share in [0.8, 1.2] {
            let jump = follow(&beats(40, |n| if n < 20 { 0.5 } else { 0.5 * share }), 120.0);
            assert!(jump[28..].iter().all(|d| d.abs() < 0.02), "{share}: {:?}", &jump[18..30]);
        }
    }

    #[test]
    fn a_player_who_counts_double_is_met_on_every_other_beat() {
        let double = follow(&beats(60, |_| 0.25), 122.0);
        let off = |d: &f64| (d * 2.0 - (d * 2.0).round()).abs();
        assert!(double[4..].iter().all(|d| off(d) < 0.02), "{double:?}");
    }
}
