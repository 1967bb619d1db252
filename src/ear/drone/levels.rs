//! How loud the drone, what is left of it and the voice are, and from that whether somebody sings.

use super::tuning;
use crate::base::gain_to_db;

/// Seconds of a hop.
pub const HOP_SECS: f32 = tuning::HOP as f32 / tuning::RATE_HZ as f32;
/// What no room is below: -100 dB, so that a voice stands over something.
const NOTHING: f32 = 1e-10;

/// Mean squares over one hop.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hop {
    /// The microphone as it is.
    pub microphone: f32,
    /// What the filter took for the drone in it.
    pub removed: f32,
    /// The rest.
    pub rest: f32,
}

impl Hop {
    /// Takes one sample of each in.
    pub fn add(&mut self, microphone: f32, removed: f32) {
        const SHARE: f32 = 1.0 / tuning::HOP as f32;
        let rest = microphone - removed;
        self.microphone += SHARE * microphone * microphone;
        self.removed += SHARE * removed * removed;
        self.rest += SHARE * rest * rest;
    }

    /// Adds another hop to a sum.
    pub fn add_all(&mut self, other: Self) {
        self.microphone += other.microphone;
        self.removed += other.removed;
        self.rest += other.rest;
    }

    /// The mean of a sum over `count` hops.
    pub fn divided(self, count: f32) -> Self {
        Self { microphone: self.microphone / count, removed: self.removed / count, rest: self.rest / count }
    }
}

/// What the microphone holds at one instant, dB of full scale, at least -100.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DroneLevels {
    /// The end of the hop, seconds of the microphone.
    pub at_secs: f64,
    /// The drone, as it comes in.
    pub drone_db: f32,
    /// What is left of the drone after the cancelling, with the noise of the room, as learned while nobody sang.
    pub left_db: f32,
    /// What the tracker gets: the voice, where somebody sings, and what is left.
    pub rest_db: f32,
}

impl DroneLevels {
    /// How far the voice stands over what is left of the drone, dB; 0 or less where nobody sings.
    #[must_use]
    pub fn voice_over_drone_db(&self) -> f32 {
        self.rest_db - self.left_db
    }

    /// Whether a voice stands far enough over the drone to be judged at all.
    #[must_use]
    pub fn is_voice_heard(&self) -> bool {
        self.voice_over_drone_db() >= tuning::HEARD_DB
    }
}

/// The levels, and the test whether somebody sings.
#[derive(Clone, Copy, Debug, Default)]
pub struct Levels {
    rest: f32,
    drone: f32,
    /// What is left of the drone, as a share of what is removed, in power.
    left_share: f32,
    /// The noise of the room, where it was all that there is.
    noise: f32,
    /// Slow means over the quiet, for the measure of what is removed.
    quiet_microphone: f32,
    quiet_rest: f32,
    quiet_secs: f32,
    loud_secs: f32,
}

impl Levels {
    /// Begins from what was measured while everybody was silent.
    pub fn begin(&mut self, measured: Hop) {
        *self = Self {
            rest: measured.rest,
            drone: measured.removed,
            noise: if measured.removed < measured.rest { measured.rest } else { 0.0 },
            left_share: (measured.rest / measured.removed.max(NOTHING)).min(1.0),
            quiet_microphone: measured.microphone,
            quiet_rest: measured.rest,
            ..Self::default()
        };
    }

    /// Takes a hop in; `is_playing` says whether the reference sounds.
    pub fn step(&mut self, hop: Hop, is_playing: bool) {
        self.rest += (hop.rest - self.rest) * HOP_SECS / tuning::LEVEL_SECS;
        self.drone += (hop.removed - self.drone) * HOP_SECS / tuning::DRONE_SECS;
        let share = HOP_SECS / tuning::LEFT_SECS;
        if self.rest > tuning::VOICE_POWER * self.left() {
            self.quiet_secs = 0.0;
            self.loud_secs += if is_playing { HOP_SECS } else { 0.0 };
            return;
        }
        self.quiet_secs += HOP_SECS;
        if self.is_quiet() && is_playing {
            self.loud_secs = 0.0;
            // Where nothing is removed there is no share to learn.
            let is_removing = self.drone > self.rest;
            let share_now = if is_removing { self.rest / self.drone.max(NOTHING) } else { self.left_share };
            self.left_share += share * (share_now - self.left_share);
            self.quiet_microphone += share * (hop.microphone - self.quiet_microphone);
            self.quiet_rest += share * (hop.rest - self.quiet_rest);
        }
    }

    /// Whether nobody has sung for a while.
    pub fn is_quiet(&self) -> bool {
        self.quiet_secs >= tuning::QUIET_SECS
    }

    /// Whether no quiet moment came for longer than anybody sings.
    pub fn is_lost(&self) -> bool {
        self.loud_secs > tuning::LOST_SECS
    }

    /// By how much the drone was made weaker in the last quiet, dB.
    pub fn erle_db(&self) -> f32 {
        erle_db(self.quiet_microphone, self.quiet_rest)
    }

    /// For display, at an instant.
    pub fn at(&self, at_secs: f64) -> DroneLevels {
        let db = |power: f32| gain_to_db(power.max(NOTHING).sqrt());
        DroneLevels { at_secs, drone_db: db(self.drone), left_db: db(self.left()), rest_db: db(self.rest) }
    }

    fn left(&self) -> f32 {
        (self.left_share * self.drone).max(self.noise).max(NOTHING)
    }
}

/// Echo return loss enhancement: by how much `rest` is below `microphone`, both powers, dB.
pub fn erle_db(microphone: f32, rest: f32) -> f32 {
    10.0 * (microphone.max(NOTHING) / rest.max(NOTHING)).log10()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hop(removed: f32, rest: f32) -> Hop {
        Hop { microphone: removed + rest, removed, rest }
    }

    fn run(levels: &mut Levels, secs: f32, hop: Hop) {
        (0..(secs / HOP_SECS) as usize).for_each(|_| levels.step(hop, true));
    }

    #[test]
    fn a_voice_is_what_rises_over_the_rest_and_the_quiet_after_it_takes_a_moment() {
        let mut levels = Levels::default();
        levels.begin(hop(1e-3, 1e-5));
        run(&mut levels, 0.5, hop(1e-3, 1e-5));
        assert!(levels.is_quiet() && (levels.erle_db() - 20.0).abs() < 0.2);
        assert!(!levels.at(0.0).is_voice_heard());
        run(&mut levels, 0.05, hop(1e-3, 1e-3));
        assert!(!levels.is_quiet() && levels.at(0.0).is_voice_heard());
        assert!((levels.erle_db() - 20.0).abs() < 0.3, "a voice is not counted as drone");
        run(&mut levels, 0.1, hop(1e-3, 1e-5));
        assert!(!levels.is_quiet());
        run(&mut levels, 0.4, hop(1e-3, 1e-5));
        assert!(levels.is_quiet());
    }

    #[test]
    fn a_drone_that_fades_is_no_voice_and_a_path_that_changed_is_noticed() {
        let mut levels = Levels::default();
        levels.begin(hop(1e-3, 1e-5));
        run(&mut levels, 1.0, hop(1e-4, 1e-6));
        assert!(levels.is_quiet());
        run(&mut levels, tuning::LOST_SECS + 0.1, hop(1e-4, 1e-3));
        assert!(levels.is_lost());
        run(&mut levels, 1.0, hop(1e-4, 1e-6));
        assert!(!levels.is_lost());
    }
}
