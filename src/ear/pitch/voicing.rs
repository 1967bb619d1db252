//! Whether somebody sings: clarity and level with hysteresis, over a floor that is learned.

use super::tuning;

/// Seconds from frame to frame.
const HOP_SECS: f32 = tuning::HOP as f32 / tuning::RATE_HZ as f32;

/// The level of the room: follows downwards at once, upwards slowly and only while nobody sings.
#[derive(Clone, Copy, Debug)]
pub struct Floor {
    level_db: f32,
}

impl Default for Floor {
    fn default() -> Self {
        Self { level_db: tuning::SILENCE_DB }
    }
}

impl Floor {
    /// Takes the level of one frame in.
    pub fn learn(&mut self, level_db: f32, is_voiced: bool) {
        let gap = level_db.max(tuning::SILENCE_DB) - self.level_db;
        let rise = if is_voiced { 0.0 } else { tuning::FLOOR_RISE_DB * HOP_SECS };
        self.level_db += gap.clamp(-tuning::FLOOR_FALL_DB * HOP_SECS, rise);
    }

    /// The floor, dB of full scale.
    #[must_use]
    pub fn level_db(&self) -> f32 {
        self.level_db
    }
}

/// The gate of one line.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gate {
    is_open: bool,
}

impl Gate {
    /// Takes one frame in and says whether it is voiced; `over_db` is its level over the floor.
    pub fn step(&mut self, clarity: f32, over_db: f32) -> bool {
        let (least, margin_db) = if self.is_open {
            (tuning::VOICE_OFF, tuning::MARGIN_OFF_DB)
        } else {
            (tuning::VOICE_ON, tuning::MARGIN_ON_DB)
        };
        self.is_open = clarity >= least && over_db >= margin_db;
        self.is_open
    }
}
