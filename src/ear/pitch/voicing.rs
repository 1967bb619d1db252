//! Whether somebody sings: clarity and level with hysteresis, over a floor that is learned.

use super::tuning;

/// Seconds from frame to frame.
const HOP_SECS: f32 = tuning::HOP as f32 / tuning::RATE_HZ as f32;

/// The level of the room: follows downwards at once, upwards slowly and only while nobody sings. The moments between two
/// notes may be of the voice and would add up to its own level in some minutes without a breath: they raise it no further
/// than well below the voice. What is as loud for longer is the room, or a drone.
#[derive(Clone, Copy, Debug)]
pub struct Floor {
    level_db: f32,
    unvoiced_secs: f32,
    /// How loud the voice was of late.
    voice_db: f32,
}

impl Default for Floor {
    fn default() -> Self {
        Self { level_db: tuning::SILENCE_DB, unvoiced_secs: 0.0, voice_db: f32::MIN }
    }
}

impl Floor {
    /// Takes the level of one frame in.
    pub fn learn(&mut self, level_db: f32, is_voiced: bool) {
        let mut rise = tuning::FLOOR_RISE_DB * HOP_SECS;
        if is_voiced {
            self.voice_db = level_db.max(self.voice_db - tuning::VOICE_FALL_DB * HOP_SECS);
            (self.unvoiced_secs, rise) = (0.0, 0.0);
        } else if self.unvoiced_secs < tuning::PAUSE_SECS {
            self.unvoiced_secs += HOP_SECS;
            rise = rise.min((self.voice_db - tuning::UNDER_VOICE_DB - self.level_db).max(0.0));
        }
        let gap = level_db.max(tuning::SILENCE_DB) - self.level_db;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_opens_on_clear_sound_and_shuts_on_unclear_or_quiet_sound_only() {
        let mut gate = Gate::default();
        let steps = [
            (0.7, 30.0, false),
            (0.8, 4.0, false),
            (0.8, 30.0, true),
            (0.6, 4.0, true),
            (0.5, 30.0, false),
            (0.6, 30.0, false),
            (0.9, 30.0, true),
            (0.9, 1.0, false),
        ];
        for (i, (clarity, over_db, is_voiced)) in steps.into_iter().enumerate() {
            assert_eq!(gate.step(clarity, over_db), is_voiced, "step {i}");
        }
    }

    #[test]
    fn the_floor_learns_a_fan_in_seconds_keeps_still_for_a_voice_and_falls_at_once() {
        let mut floor = Floor::default();
        let secs = |secs: f32| (secs / HOP_SECS) as usize;
        (0..secs(5.0)).for_each(|_| floor.learn(-45.0, false));
        assert!((floor.level_db() + 45.0).abs() < 0.1, "{}", floor.level_db());
        (0..secs(20.0)).for_each(|_| floor.learn(-10.0, true));
        assert!((floor.level_db() + 45.0).abs() < 0.1);
        (0..secs(0.2)).for_each(|_| floor.learn(-60.0, false));
        assert!((floor.level_db() + 60.0).abs() < 0.1);
        (0..secs(1.0)).for_each(|_| floor.learn(-120.0, false));
        assert!((floor.level_db() - tuning::SILENCE_DB).abs() < 0.1);
    }

    #[test]
    fn what_is_unclear_between_notes_for_half_an_hour_leaves_the_voice_over_the_floor() {
        let mut floor = Floor::default();
        for frame in 0..360_000_u32 {
            // A consonant of 60 ms in every half second, as loud as the notes, which are softer for every second minute.
            let level_db = if frame / 12_000 % 2 == 0 { -20.0 } else { -28.0 };
            floor.learn(level_db, frame % 100 >= 12);
            assert!(level_db - floor.level_db() >= tuning::MARGIN_ON_DB, "{frame}: {}", floor.level_db());
        }
    }

    #[test]
    fn a_drone_that_is_heard_between_phrases_alone_is_learned_though_no_pause_is_long() {
        let mut floor = Floor::default();
        for frame in 0..12_000_u32 {
            // Half a second of voice, and 0.15 s in which the drone alone sounds, 20 dB below.
            let is_voiced = frame % 130 >= 30;
            floor.learn(if is_voiced { -20.0 } else { -40.0 }, is_voiced);
        }
        assert!((floor.level_db() + 40.0).abs() < 0.1, "{}", floor.level_db());
    }
}
