//! Beats that are given: by tapping, by MIDI clock, by a fixed tempo.

use super::view::TempoGiver;
use crate::base::InlineVec;

mod tuning {
    use crate::base::limits::{TEMPO_BPM_MAX, TEMPO_BPM_MIN};

    /// Taps further apart than this begin anew.
    pub const TAP_GAP_SECS: f64 = 2.5;
    /// A tapped tempo leads for this many beats after the last tap, then the playing does.
    pub const TAP_BEATS: f64 = 8.0;
    /// A clock that has not ticked for so long has gone; at 20 BPM ticks are 0.125 s apart.
    pub const CLOCK_GAP_SECS: f64 = 0.4;
    /// Given tempi are held within what can be set.
    pub const PERIOD_SECS: (f64, f64) = (60.0 / TEMPO_BPM_MAX, 60.0 / TEMPO_BPM_MIN);
}

/// Ticks of MIDI clock in a quarter.
const TICKS: usize = 24;
const TAPS: usize = 6;

/// A beat that is given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Given {
    /// Who gives it.
    pub by: TempoGiver,
    /// Its length, in seconds.
    pub period_secs: f64,
    /// A time at which a beat falls, in seconds.
    pub beat_secs: f64,
}

impl Given {
    /// The first beat at or after `at_secs`, in seconds.
    #[must_use]
    pub fn from(&self, at_secs: f64) -> f64 {
        self.beat_secs + ((at_secs - self.beat_secs) / self.period_secs).ceil() * self.period_secs
    }
}

/// Everyone who may give a beat. A fixed tempo goes before a clock, a clock before taps. Never allocates.
#[derive(Clone, Debug, Default)]
pub struct Givers {
    taps: InlineVec<f64, TAPS>,
    ticks: InlineVec<f64, { TICKS + 1 }>,
    ticks_since_beat: usize,
    /// Whether the sender halted; many go on ticking then.
    is_halted: bool,
    fixed: Option<(f64, f64)>,
}

fn push_late<const N: usize>(times: &mut InlineVec<f64, N>, at_secs: f64) {
    if times.len() == N {
        times.remove(0);
    }
    // There is room: one has just left.
    let _ = times.push(at_secs);
}

impl Givers {
    /// A tap.
    pub fn tap(&mut self, at_secs: f64) {
        if self.taps.last().is_some_and(|last| at_secs - last > tuning::TAP_GAP_SECS) {
            self.taps.clear();
        }
        if self.taps.last().is_none_or(|last| at_secs - last >= 0.5 * tuning::PERIOD_SECS.0) {
            push_late(&mut self.taps, at_secs);
        }
    }

    /// A tick of MIDI clock; the first after a start is on the beat, and so is the first of all. Those between a halt
    /// and the next start are not listened to.
    pub fn tick(&mut self, at_secs: f64) {
        if self.is_halted {
            return;
        }
        if self.ticks.last().is_some_and(|last| at_secs - last > tuning::CLOCK_GAP_SECS) {
            self.ticks.clear();
        }
        let is_first = self.ticks.is_empty();
        self.ticks_since_beat = if is_first { 0 } else { (self.ticks_since_beat + 1) % TICKS };
        push_late(&mut self.ticks, at_secs);
    }

    /// The clock starts or goes on: with the next tick a beat begins.
    pub fn start_clock(&mut self) {
        self.is_halted = false;
        self.ticks_since_beat = TICKS - 1;
    }

    /// The clock has stopped.
    pub fn stop_clock(&mut self) {
        self.is_halted = true;
        self.ticks.clear();
    }

    /// A tempo with a beat at `at_secs`, or none any more. A tempo that is no number or not above 0 is none.
    pub fn fix(&mut self, bpm: Option<f64>, at_secs: f64) {
        let period = bpm.filter(|bpm| bpm.is_finite() && *bpm > 0.0).map(|bpm| 60.0 / bpm);
        self.fixed = period.map(|period| (held(period), at_secs));
    }

    /// The beat that is given at `now_secs`, if any.
    #[must_use]
    pub fn given(&self, now_secs: f64) -> Option<Given> {
        if let Some((period_secs, beat_secs)) = self.fixed {
            return Some(Given { by: TempoGiver::Fixed, period_secs, beat_secs });
        }
        self.clocked(now_secs).or_else(|| self.tapped(now_secs))
    }

    fn clocked(&self, now_secs: f64) -> Option<Given> {
        let (first, last) = (*self.ticks.first()?, *self.ticks.last()?);
        // A quarter of a beat steadies the tempo enough to speak of one.
        if now_secs - last > tuning::CLOCK_GAP_SECS || self.ticks.len() <= TICKS / 4 {
            return None;
        }
        let tick_secs = (last - first) / (self.ticks.len() - 1) as f64;
        let period_secs = held(tick_secs * TICKS as f64);
        let since = self.ticks_since_beat as f64 / TICKS as f64;
        Some(Given { by: TempoGiver::Clock, period_secs, beat_secs: last - since * period_secs })
    }

    fn tapped(&self, now_secs: f64) -> Option<Given> {
        let last = *self.taps.last()?;
        let mut gaps: InlineVec<f64, TAPS> = InlineVec::default();
        for pair in self.taps.windows(2) {
            let _ = gaps.push(pair[1] - pair[0]);
        }
        gaps.sort_by(f64::total_cmp);
        // The median, so that one stumble does not move it.
        let period_secs = match gaps.len() {
            0 => return None,
            n if n % 2 == 0 => held(0.5 * (gaps[n / 2 - 1] + gaps[n / 2])),
            n => held(gaps[n / 2]),
        };
        let is_fresh = now_secs - last <= tuning::TAP_BEATS * period_secs;
        is_fresh.then_some(Given { by: TempoGiver::Tap, period_secs, beat_secs: last })
    }
}

fn held(period_secs: f64) -> f64 {
    period_secs.clamp(tuning::PERIOD_SECS.0, tuning::PERIOD_SECS.1)
}
