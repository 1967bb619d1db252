//! What the notes of the last seconds say about the harmony: pitch classes and basses, remembered over several
//! spans of time. This is the whole input of the chord namer, in training as in playing.

use super::sounding::{Sounding, weight};

/// Memories of one value for each pitch class.
pub const CHANNELS: usize = 13;
/// Values that belong to no pitch class.
pub const SCALARS: usize = 8;
/// All values of one reading.
pub const FEATURES: usize = CHANNELS * 12 + SCALARS;

/// One memory: a value for each pitch class.
type Profile = [f32; 12];

/// Decaying sums and means over the notes. Updated at events and at evaluations only, so that it does not matter how
/// often anyone asks.
#[derive(Clone, Debug)]
pub struct Evidence {
    at_secs: f64,
    /// Loudness of what sounds now.
    now: Profile,
    /// Attacks, fading.
    attacks: Profile,
    /// Attacks below [`LOW_KEY`], fading.
    low_attacks: Profile,
    /// Leaky means of `now`.
    means: [Profile; MEAN_SECS.len()],
    /// The lowest sounding key now, weighed by its register.
    bass: Profile,
    /// Leaky means of `bass`.
    bass_means: [Profile; BASS_MEAN_SECS.len()],
    /// Leaky mean of the highest sounding key, mostly melody.
    top_mean: Profile,
    /// Sum of `now` over time since the bass last changed.
    since_bass: Profile,
    bass_changed_at_secs: f64,
    struck_at_secs: f64,
    lowest: Option<u8>,
    /// The lowest key that was struck of late, and when.
    floor: Option<(u8, f64)>,
}

/// Spans of the means over what sounds: an attack, a beat, a bar, the key.
const MEAN_SECS: [f32; 4] = [0.3, 1.0, 3.0, 15.0];
/// Spans of the means over the bass.
const BASS_MEAN_SECS: [f32; 3] = [0.3, 1.0, 3.0];
/// How long an attack is remembered.
const ATTACK_SECS: f32 = 0.2;
/// How long an attack in the left hand is remembered: a stride bass has to last to the next one.
const LOW_ATTACK_SECS: f32 = 0.8;
/// How long a bass is meant after it was let go: three beats of a slow waltz.
const FLOOR_SECS: f64 = 3.0;
/// Keys further above a bass than this are another voice's.
const BASS_REACH: u8 = 9;
/// Keys below G3 count as low.
const LOW_KEY: u8 = 55;

impl Evidence {
    /// No evidence.
    pub(super) fn new() -> Self {
        Self {
            at_secs: 0.0,
            now: [0.0; 12],
            attacks: [0.0; 12],
            low_attacks: [0.0; 12],
            means: [[0.0; 12]; MEAN_SECS.len()],
            bass: [0.0; 12],
            bass_means: [[0.0; 12]; BASS_MEAN_SECS.len()],
            top_mean: [0.0; 12],
            since_bass: [0.0; 12],
            bass_changed_at_secs: 0.0,
            struck_at_secs: f64::NEG_INFINITY,
            lowest: None,
            floor: None,
        }
    }

    /// Lets time pass up to `at_secs` with what sounded until then.
    pub fn advance(&mut self, at_secs: f64, sounding: &Sounding) {
        let gap = (at_secs - self.at_secs).max(0.0) as f32;
        self.at_secs = self.at_secs.max(at_secs);
        let (now, bass, top) = self.read(sounding);
        for (mean, span) in self.means.iter_mut().zip(MEAN_SECS) {
            leak(mean, &now, gap / span);
        }
        for (mean, span) in self.bass_means.iter_mut().zip(BASS_MEAN_SECS) {
            leak(mean, &bass, gap / span);
        }
        leak(&mut self.top_mean, &top, gap / MEAN_SECS[0]);
        leak(&mut self.attacks, &[0.0; 12], gap / ATTACK_SECS);
        leak(&mut self.low_attacks, &[0.0; 12], gap / LOW_ATTACK_SECS);
        for (sum, now) in self.since_bass.iter_mut().zip(now) {
            *sum += now * gap.min(MEAN_SECS[2]);
        }
        (self.now, self.bass) = (now, bass);
    }

    /// A key was struck, at the time last advanced to.
    pub fn strike(&mut self, key: u8, velocity: u8) {
        let pitch_class = usize::from(key % 12);
        self.attacks[pitch_class] += weight(velocity);
        if key < LOW_KEY {
            self.low_attacks[pitch_class] += weight(velocity);
        }
        self.struck_at_secs = self.at_secs;
        if self.floor.is_none_or(|(low, at_secs)| key <= low || self.at_secs - at_secs > FLOOR_SECS) {
            self.floor = Some((key, self.at_secs));
        }
    }

    /// What sounds has changed at the time last advanced to.
    pub fn refresh(&mut self, sounding: &Sounding) {
        let before = self.lowest;
        (self.now, self.bass, _) = self.read(sounding);
        let has_new_bass = self.lowest.is_some() && self.lowest.map(|k| k % 12) != before.map(|k| k % 12);
        if has_new_bass {
            self.since_bass = [0.0; 12];
            self.bass_changed_at_secs = self.at_secs;
        }
    }

    /// Loudness by pitch class, the bass and the top of what sounds.
    fn read(&mut self, sounding: &Sounding) -> (Profile, Profile, Profile) {
        let (mut now, mut bass, mut top) = ([0.0_f32; 12], [0.0; 12], [0.0; 12]);
        let (mut lowest, mut highest) = (None, None);
        sounding.for_each(self.at_secs, |key, loudness| {
            let pitch_class = usize::from(key % 12);
            now[pitch_class] = now[pitch_class].max(loudness);
            lowest = lowest.or(Some(key));
            highest = Some(key);
        });
        if let (Some(low), Some(high)) = (lowest, highest) {
            bass[usize::from(low % 12)] = register(low);
            top[usize::from(high % 12)] = 1.0;
        }
        self.lowest = lowest;
        (now, bass, top)
    }

    /// How many pitch classes sounded at least so much (0 to 1) of the last second.
    pub fn heard(&self, at_least: f32) -> usize {
        self.means[1].iter().filter(|mean| **mean >= at_least).count()
    }

    /// How much each pitch class sounded over the last bar or two, 0 to 1.
    pub fn of_the_bar(&self) -> &[f32; 12] {
        &self.means[2]
    }

    /// How much each pitch class sounded over the last phrases, 0 to 1.
    pub fn of_the_key(&self) -> &[f32; 12] {
        &self.means[3]
    }

    /// The lowest sounding pitch class, or where nothing sounds what was the bass of the last moments, 0 to 1.
    pub fn bass_of_the_moment(&self) -> &[f32; 12] {
        if self.lowest.is_some() { &self.bass } else { &self.bass_means[0] }
    }

    /// The pitch class of a bass that was struck and let go, while the lowest key that sounds is a chord's over it:
    /// of a stride or a waltz, whose bass is meant until the next one.
    pub fn bass_let_go(&self) -> Option<u8> {
        let (low, _) = self.floor.filter(|(_, at_secs)| self.at_secs - at_secs <= FLOOR_SECS)?;
        let is_above = self.lowest.is_some_and(|lowest| lowest > low + BASS_REACH);
        is_above.then_some(low % 12)
    }

    /// The lowest sounding pitch class, as strong as its register makes a bass, 0 to 1.
    pub fn bass(&self) -> &[f32; 12] {
        &self.bass
    }

    /// Everything, channel by channel from C to B, then the scalars; `beat` is `[known, since it, first of a bar]`.
    pub fn write(&self, beat: [f32; 3], out: &mut [f32; FEATURES]) {
        let age = (self.at_secs - self.bass_changed_at_secs) as f32;
        let mut since_bass = self.since_bass;
        for sum in &mut since_bass {
            *sum /= age.max(0.0) + 0.1;
        }
        let profiles: [&Profile; CHANNELS] = [
            &self.now,
            &self.attacks,
            &self.means[0],
            &self.means[1],
            &self.means[2],
            &self.means[3],
            &self.bass,
            &self.bass_means[0],
            &self.bass_means[1],
            &self.bass_means[2],
            &self.low_attacks,
            &self.top_mean,
            &since_bass,
        ];
        for (slot, profile) in out.as_chunks_mut::<12>().0.iter_mut().zip(profiles) {
            for (value, from) in slot.iter_mut().zip(profile) {
                *value = from.min(FEATURE_MAX);
            }
        }
        let struck = (self.at_secs - self.struck_at_secs) as f32;
        let classes = self.now.iter().filter(|v| **v > 0.0).count() as f32;
        out[CHANNELS * 12..].copy_from_slice(&[
            (-age / 0.2).exp(),
            (-age / 1.0).exp(),
            (-struck / 0.3).exp(),
            classes / 6.0,
            self.now.iter().sum::<f32>() / 4.0,
            beat[0],
            beat[1],
            beat[2],
        ]);
    }
}

/// No value of a reading is above this.
pub const FEATURE_MAX: f32 = 2.5;

/// Moves a leaky mean towards `to`; `spans` is the time in time constants.
fn leak(mean: &mut Profile, to: &Profile, spans: f32) {
    let keep = (-spans).exp();
    for (value, target) in mean.iter_mut().zip(to) {
        *value = target + (*value - target) * keep;
    }
}

/// How much a lowest key is a bass: 1 up to C3, falling to a tenth from C6 on.
fn register(key: u8) -> f32 {
    ((84.0 - f32::from(key)) / 36.0).clamp(0.1, 1.0)
}
