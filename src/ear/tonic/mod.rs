//! Sa: from a voice that holds it for three seconds ([`TonicFinder`]), or from a performance over a drone
//! ([`TonicGuess`]).

mod guess;

pub use guess::{Guess, TonicGuess};

use super::pitch::PitchFrame;

/// Every threshold of the finder, with its reason.
mod tuning {
    /// How long Sa is held, seconds.
    pub const HOLD_SECS: f64 = 3.0;
    /// Frames of that at the 5 ms of the tracker.
    pub const FRAMES: usize = 600;
    /// Frames from one look to the next: 50 ms, quicker than the eye.
    pub const LOOK_FRAMES: u32 = 10;
    /// Share of the frames that must be voiced: a breath or a dropped frame may be missing.
    pub const VOICED_SHARE: f32 = 0.85;
    /// The most that the middle half of the frames may spread, cents.
    pub const SPREAD_CENTS: f32 = 15.0;
    /// The most that the median of the first half may differ from that of the second, cents: a voice that sinks is steady
    /// at every moment, but holds no pitch.
    pub const DRIFT_CENTS: f32 = 15.0;
    /// Share of the frames that may lie further than [`JUMP_CENTS`] from the median: where a tenth do, one is not sure of
    /// the octave.
    pub const JUMP_SHARE: f32 = 0.1;
    /// See [`JUMP_SHARE`].
    pub const JUMP_CENTS: f32 = 400.0;
    /// Level below which a sound is too quiet to be followed, dB of full scale.
    pub const QUIET_DB: f32 = -58.0;
    /// Level below which nothing sounds at all, dB of full scale.
    pub const NOTHING_DB: f32 = -75.0;
}

/// What the finder knows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TonicState {
    /// It listens.
    Listening {
        /// How much of the hold is there, 0 to 1.
        held: f32,
    },
    /// Sa is known; this stays until [`TonicFinder::reset`].
    Found {
        /// Sa, Hz.
        hz: f32,
        /// Width of the middle half of the frames, cents.
        spread_cents: f32,
    },
    /// The last three seconds were no held Sa; it listens on.
    Unclear {
        /// What was wrong.
        why: Unclear,
    },
}

/// Why three seconds were no held Sa.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unclear {
    /// The pitch moved.
    Unsteady,
    /// Something sounded, but too quietly.
    TooQuiet,
    /// Nobody sang.
    NothingHeard,
}

impl Unclear {
    /// What to do about it, one sentence for the learner.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Unsteady => "That moved too much: hold one straight Sa for three seconds.",
            Self::TooQuiet => "That was too quiet: come nearer to the microphone or sing louder.",
            Self::NothingHeard => "Nothing was heard: check the microphone, then hold Sa for three seconds.",
        }
    }
}

/// Finds Sa in the frames of a pitch tracker. Allocates in `new` only; every twentieth of a second it sorts 600
/// numbers.
#[derive(Clone, Debug)]
pub struct TonicFinder {
    /// The frames of the last three seconds as a ring: cents over 1 Hz where voiced, and the level.
    cents: Box<[Option<f32>]>,
    levels_db: Box<[f32]>,
    /// Frames so far.
    count: usize,
    sorted: Vec<f32>,
    state: TonicState,
}

impl Default for TonicFinder {
    fn default() -> Self {
        Self::new()
    }
}

impl TonicFinder {
    /// One that has heard nothing.
    #[must_use]
    pub fn new() -> Self {
        Self {
            cents: vec![None; tuning::FRAMES].into_boxed_slice(),
            levels_db: vec![-120.0; tuning::FRAMES].into_boxed_slice(),
            count: 0,
            sorted: Vec::with_capacity(tuning::FRAMES),
            state: TonicState::Listening { held: 0.0 },
        }
    }

    /// Forgets everything. Real-time safe.
    pub fn reset(&mut self) {
        self.cents.fill(None);
        self.levels_db.fill(-120.0);
        self.count = 0;
        self.state = TonicState::Listening { held: 0.0 };
    }

    /// Takes a frame of a tracker in, best a settled one; they come every 5 ms. Real-time safe.
    pub fn hear(&mut self, frame: &PitchFrame) {
        if matches!(self.state, TonicState::Found { .. }) {
            return;
        }
        let at = self.count % tuning::FRAMES;
        self.cents[at] = frame.hz.filter(|hz| hz.is_finite() && *hz > 1.0).map(|hz| 1200.0 * hz.log2());
        self.levels_db[at] = if frame.level_db.is_finite() { frame.level_db } else { -120.0 };
        self.count += 1;
        if self.count.is_multiple_of(tuning::LOOK_FRAMES as usize) {
            self.look();
        }
    }

    /// What is known. Real-time safe.
    #[must_use]
    pub fn state(&self) -> TonicState {
        self.state
    }

    /// Looks at the last three seconds.
    fn look(&mut self) {
        let known = self.count.min(tuning::FRAMES);
        let run = self.run();
        let voiced = self.cents.iter().flatten().count();
        if (voiced as f32) < tuning::VOICED_SHARE * tuning::FRAMES as f32 || known < tuning::FRAMES {
            let is_singing = run > 0 || known < tuning::FRAMES;
            let held = run as f32 / tuning::FRAMES as f32;
            self.state =
                if is_singing { TonicState::Listening { held } } else { TonicState::Unclear { why: self.silence() } };
            return;
        }
        let [low, median, high] = self.quartiles(0, tuning::FRAMES);
        let halves = [0, tuning::FRAMES / 2].map(|from| self.quartiles(from, tuning::FRAMES / 2)[1]);
        let is_far = |cents: &&f32| (**cents - median).abs() > tuning::JUMP_CENTS;
        let far = self.cents.iter().flatten().filter(is_far).count() as f32;
        let is_steady = high - low < tuning::SPREAD_CENTS
            && (halves[1] - halves[0]).abs() < tuning::DRIFT_CENTS
            && far < tuning::JUMP_SHARE * tuning::FRAMES as f32;
        self.state = if is_steady {
            TonicState::Found { hz: (median / 1200.0).exp2(), spread_cents: high - low }
        } else {
            TonicState::Unclear { why: Unclear::Unsteady }
        };
    }

    /// Frames that have been voiced without a gap of more than a tenth of a second, up to now.
    fn run(&self) -> usize {
        const GAP: usize = tuning::FRAMES / 30;
        let (mut run, mut gap) = (0, 0);
        for back in 1..=self.count.min(tuning::FRAMES) {
            let is_voiced = self.cents[(self.count - back) % tuning::FRAMES].is_some();
            gap = if is_voiced { 0 } else { gap + 1 };
            if gap > GAP {
                break;
            }
            if is_voiced {
                run = back;
            }
        }
        run
    }

    /// What kind of nothing was heard.
    fn silence(&self) -> Unclear {
        let loudest = self.levels_db.iter().copied().fold(-120.0, f32::max);
        if loudest > tuning::NOTHING_DB && loudest < tuning::QUIET_DB {
            Unclear::TooQuiet
        } else {
            Unclear::NothingHeard
        }
    }

    /// The quartiles of `count` frames, `from` frames after the oldest.
    fn quartiles(&mut self, from: usize, count: usize) -> [f32; 3] {
        self.sorted.clear();
        let frames = (from..from + count).filter_map(|i| self.cents[(self.count + i) % tuning::FRAMES]);
        self.sorted.extend(frames);
        self.sorted.sort_unstable_by(f32::total_cmp);
        let last = self.sorted.len().saturating_sub(1);
        [1, 2, 3].map(|quarter| self.sorted.get(last * quarter / 4).copied().unwrap_or(0.0))
    }
}

/// How long Sa has to be held, seconds.
pub const HOLD_SECS: f64 = tuning::HOLD_SECS;

#[cfg(test)]
mod tests {
    use super::*;

    /// The state after frames with a pitch as a function of seconds.
    fn after(secs: f64, level_db: f32, hz: impl Fn(f64) -> Option<f64>) -> TonicFinder {
        let mut finder = TonicFinder::new();
        for i in 0..(secs / 0.005) as usize {
            let at_secs = i as f64 * 0.005;
            let hz = hz(at_secs).map(|hz| hz as f32);
            finder.hear(&PitchFrame { at_secs, hz, level_db, ..PitchFrame::default() });
        }
        finder
    }

    #[test]
    fn a_straight_sa_of_three_seconds_is_found_and_stays() {
        for sa in [82.4, 110.0, 146.8, 220.0, 311.0] {
            let swing = |t: f64| (5.0 * t).sin() * 4.0 / 1200.0;
            let mut finder = after(3.1, -20.0, |t| Some(sa * swing(t).exp2()));
            let TonicState::Found { hz, spread_cents } = finder.state() else { panic!("{:?}", finder.state()) };
            assert!((1200.0 * (f64::from(hz) / sa).log2()).abs() < 1.5 && spread_cents < 10.0, "{hz} {spread_cents}");
            finder.hear(&PitchFrame { hz: Some(500.0), ..PitchFrame::default() });
            assert!(matches!(finder.state(), TonicState::Found { .. }));
            finder.reset();
            assert_eq!(finder.state(), TonicState::Listening { held: 0.0 });
        }
    }

    #[test]
    fn it_says_how_far_it_is_and_a_late_start_counts_from_the_voice() {
        let finder = after(2.0, -20.0, |t| (t > 0.5).then_some(200.0));
        let TonicState::Listening { held } = finder.state() else { panic!("{:?}", finder.state()) };
        assert!((held - 0.5).abs() < 0.02, "{held}");
        let breath = after(4.0, -20.0, |t| (t > 0.5 && !(1.5..1.55).contains(&t)).then_some(200.0));
        assert!(matches!(breath.state(), TonicState::Found { .. }));
    }

    #[test]
    fn what_is_no_held_sa_is_said_to_be_what_it_is() {
        let why = |finder: TonicFinder| match finder.state() {
            TonicState::Unclear { why } => why,
            other => panic!("{other:?}"),
        };
        assert_eq!(why(after(4.0, -110.0, |_| None)), Unclear::NothingHeard);
        assert_eq!(why(after(4.0, -20.0, |_| None)), Unclear::NothingHeard);
        assert_eq!(why(after(4.0, -65.0, |_| None)), Unclear::TooQuiet);
        let vibrato = |t: f64| Some(200.0 * ((40.0 / 1200.0) * (37.0 * t).sin()).exp2());
        assert_eq!(why(after(4.0, -20.0, vibrato)), Unclear::Unsteady);
        assert_eq!(why(after(4.0, -20.0, |t| Some(200.0 * (t * 0.01).exp2()))), Unclear::Unsteady);
        let octaves = |t: f64| Some(if ((t * 10.0) as u32).is_multiple_of(8) { 400.0 } else { 200.0 });
        assert_eq!(why(after(4.0, -20.0, octaves)), Unclear::Unsteady);
        assert_eq!(why(after(4.0, -20.0, |t| Some(if t < 2.5 { 200.0 } else { 300.0 }))), Unclear::Unsteady);
    }

    #[test]
    fn bad_frames_are_silence() {
        for bad in [f64::NAN, f64::INFINITY, -1.0, 0.0] {
            let finder = after(4.0, f32::NAN, |_| Some(bad));
            assert_eq!(finder.state(), TonicState::Unclear { why: Unclear::NothingHeard });
        }
    }
}
