//! Whether there is one clear voice to judge, and what there is instead.

use super::tuning::hearing as tuning;
use crate::ear::pitch::PitchFrame;
use std::collections::VecDeque;

/// What is heard. Only one clear voice is judged; everything else says why nothing is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Hearing {
    /// One voice, or a quiet room in which one would be heard.
    #[default]
    Clear,
    /// Nothing at all, not even the noise of a microphone: it is dead, muted or not permitted.
    NoSignal,
    /// The input is overdriven.
    TooLoud,
    /// The voice is under the drone that comes back through the microphone.
    UnderDrone,
    /// Sound without a pitch: noise, clapping.
    Noise,
    /// More than one voice, it seems: the pitch leaps between places that no one voice would.
    TwoVoices,
    /// The drone is being learned: it needs silence for a moment.
    Calibrating,
}

impl Hearing {
    /// Whether what is sung is judged.
    #[must_use]
    pub fn is_clear(self) -> bool {
        self == Self::Clear
    }

    /// One sentence for the page; empty when all is well.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Clear => "",
            Self::NoSignal => "There is no signal from the microphone: is it muted, or not permitted?",
            Self::TooLoud => "The input is too loud and distorts: turn the microphone down.",
            Self::UnderDrone => "I can't hear you over the drone: turn it down, or use headphones.",
            Self::Noise => "I hear sound but no clear pitch, so nothing is marked.",
            Self::TwoVoices => "I hear more than one voice, so nothing is marked: one at a time, please.",
            Self::Calibrating => "Listening to the drone alone: stay silent for a moment.",
        }
    }
}

/// What one frame shows.
#[derive(Clone, Copy, Debug, Default)]
struct Signs {
    is_sound: bool,
    is_voiced: bool,
    is_leap: bool,
    is_hot: bool,
}

/// Watches the live line for everything that is no single clear voice. `new` allocates; nothing else does.
#[derive(Debug)]
pub struct Room {
    window: VecDeque<Signs>,
    /// Frames of the window with sound, with sound but no voice, with a leap, and overdriven.
    sounds: u32,
    unclear: u32,
    leaps: u32,
    hot: u32,
    dead: u32,
    floor_db: f32,
    last: Option<PitchFrame>,
    hearing: Hearing,
    until_secs: f64,
}

impl Default for Room {
    fn default() -> Self {
        Self::new()
    }
}

impl Room {
    /// A room in which nothing was heard yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            window: VecDeque::with_capacity(tuning::WINDOW_FRAMES + 1),
            sounds: 0,
            unclear: 0,
            leaps: 0,
            hot: 0,
            dead: 0,
            floor_db: tuning::SOUND_LEAST_DB - tuning::SOUND_DB,
            last: None,
            hearing: Hearing::Clear,
            until_secs: f64::MIN,
        }
    }

    /// Forgets what was heard. Real-time safe.
    pub fn reset(&mut self) {
        self.window.clear();
        (self.sounds, self.unclear, self.leaps, self.hot, self.dead) = (0, 0, 0, 0, 0);
        self.floor_db = tuning::SOUND_LEAST_DB - tuning::SOUND_DB;
        (self.last, self.hearing, self.until_secs) = (None, Hearing::Clear, f64::MIN);
    }

    /// What is heard.
    #[must_use]
    pub fn hearing(&self) -> Hearing {
        self.hearing
    }

    /// Takes a live frame in. Real-time safe.
    pub fn step(&mut self, frame: &PitchFrame) {
        let is_sound = frame.level_db > (self.floor_db + tuning::SOUND_DB).max(tuning::SOUND_LEAST_DB);
        // A steady sound without pitch becomes the floor; a voice does not.
        if !frame.is_voiced {
            let rise_db = tuning::FLOOR_RISE_DB * super::tuning::contour::HOP_SECS as f32;
            self.floor_db = (self.floor_db + rise_db).min(frame.level_db).max(-120.0);
        }
        let signs = Signs {
            is_sound,
            is_voiced: frame.is_voiced,
            is_leap: self.is_leap(frame),
            is_hot: frame.level_db > tuning::HOT_DB,
        };
        self.count(signs, 1);
        self.window.push_back(signs);
        if self.window.len() > tuning::WINDOW_FRAMES
            && let Some(old) = self.window.pop_front()
        {
            self.count(old, u32::MAX);
        }
        self.dead = if frame.level_db > tuning::DEAD_DB { 0 } else { self.dead.saturating_add(1) };
        self.last = Some(*frame);
        self.settle(frame.at_secs);
    }

    /// Adds the signs of a frame to the counts, or takes them away (`by` is then -1, wrapped).
    fn count(&mut self, signs: Signs, by: u32) {
        let add = |count: &mut u32, is: bool| *count = if is { count.wrapping_add(by) } else { *count };
        add(&mut self.sounds, signs.is_sound);
        add(&mut self.unclear, signs.is_sound && !signs.is_voiced);
        add(&mut self.leaps, signs.is_leap);
        add(&mut self.hot, signs.is_hot);
    }

    /// Whether the pitch leaps from one frame to the next as no voice does, and not by an octave.
    fn is_leap(&self, frame: &PitchFrame) -> bool {
        let Some((last, now)) = self.last.and_then(|last| last.hz.zip(frame.hz)) else { return false };
        let cents = 1200.0 * (now / last).log2().abs();
        let off_octave = cents - 1200.0 * (cents / 1200.0).round().max(1.0);
        cents > tuning::LEAP_CENTS && off_octave.abs() > tuning::OCTAVE_CENTS
    }

    fn settle(&mut self, now_secs: f64) {
        let is_noise =
            self.unclear >= tuning::NOISE_FRAMES && self.unclear as f32 >= tuning::NOISE_SHARE * self.sounds as f32;
        let found = match () {
            () if self.dead >= tuning::DEAD_FRAMES => Some(Hearing::NoSignal),
            () if self.hot >= tuning::HOT_FRAMES => Some(Hearing::TooLoud),
            () if self.leaps >= tuning::LEAPS => Some(Hearing::TwoVoices),
            () if is_noise => Some(Hearing::Noise),
            () => None,
        };
        if let Some(found) = found {
            (self.hearing, self.until_secs) = (found, now_secs + tuning::HOLD_SECS);
        } else if now_secs >= self.until_secs {
            self.hearing = Hearing::Clear;
        }
    }
}
