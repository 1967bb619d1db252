//! The drone that is played, taken out of what the microphone hears, so that a pitch tracker hears the voice alone.
//!
//! What is played is known (the *reference*). A calibration of six seconds, in which the learner is silent, finds the
//! delay to the microphone by the beginnings of notes, then an adaptive filter learns speaker, room and microphone, and
//! a loop finds how far the clocks of input and output differ. Afterwards the filter is frozen while somebody sings
//! and learns on in the pauses. It adds no delay to the microphone but that of the change of rate.

mod clock;
mod filter;
mod levels;
mod survey;
#[cfg(test)]
mod tests;
mod tuning;

pub use levels::DroneLevels;
pub use tuning::RATE_HZ;

use super::pitch::Mono;
use crate::base::gain_to_db;
use crate::base::limits::{SAMPLE_RATE_MAX, SAMPLE_RATE_MIN};
use crate::dsp::biquad::{Coefs, StereoBiquad};
use clock::{Lateness, Reference};
use filter::Filter;
use levels::{HOP_SECS, Hop, Levels};
use survey::Survey;

/// What comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DroneConfig {
    /// Rate of the microphone, Hz; held to what devices have (8000 to 384000).
    pub microphone_hz: u32,
    /// Interleaved channels of the microphone, at least 1; they are averaged.
    pub microphone_channels: u16,
    /// Rate of the reference, which is mono, Hz; held likewise.
    pub reference_hz: u32,
}

impl Default for DroneConfig {
    fn default() -> Self {
        Self { microphone_hz: 48_000, microphone_channels: 1, reference_hz: 48_000 }
    }
}

/// How the cancelling stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DroneState {
    /// Nothing is known of the room; the microphone goes through as it is.
    NeedsCalibration,
    /// The learner should be silent.
    Calibrating {
        /// How much of it is done, 0 to 1.
        progress: f32,
    },
    /// The drone is taken out.
    Ready {
        /// By how much it was made weaker when last nobody sang, dB; 0 where it does not come to the microphone.
        erle_db: f32,
    },
    /// It cannot be taken out; the microphone goes through as it is, and should be judged with headphones only.
    Failing {
        /// What is in the way.
        why: Trouble,
    },
}

/// Why a drone cannot be taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// No drone was played during the calibration.
    NothingPlayed,
    /// The microphone gave nothing at all.
    MicrophoneDead,
    /// The microphone was overdriven.
    MicrophoneHot,
    /// Too little could be removed: somebody sang, or speaker and microphone bend the sound.
    LittleRemoved,
    /// The clocks of input and output differ by more than can be followed.
    ClocksApart,
    /// The delay wanders, as it does with wireless devices.
    DelayWanders,
    /// The sound in the room is no longer what was learned.
    RoomChanged,
}

impl Trouble {
    /// What is wrong and what helps, one sentence for the learner.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::NothingPlayed => {
                "No drone was playing to listen for: start it and calibrate again, or use headphones."
            }
            Self::MicrophoneDead => "The microphone gives no sound: choose another one, then sing with headphones.",
            Self::MicrophoneHot => "The microphone is overdriven: turn it or the drone down, or use headphones.",
            Self::LittleRemoved => "The drone could not be told from the rest of the sound: use headphones.",
            Self::ClocksApart => "Speaker and microphone run at different speeds: use headphones.",
            Self::DelayWanders => "The delay of the speaker keeps changing, as wireless ones do: use wired headphones.",
            Self::RoomChanged => {
                "The sound in the room has changed: stay silent and calibrate again, or use headphones."
            }
        }
    }
}

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    Idle,
    Survey,
    Learn,
    Ready,
    /// The drone does not come to the microphone.
    Clear,
    Failed(Trouble),
}

/// What is gathered over a calibration.
#[derive(Clone, Copy, Debug, Default)]
struct Calibration {
    /// Samples of the work since its beginning.
    samples: u64,
    /// Number of the reference's sample that was newest at its beginning.
    base: u64,
    /// Mean squares over all of it.
    microphone: f32,
    reference: f32,
    /// How like what was played the sound in the microphone rises, at most 1.
    likeness: f32,
    hops: f32,
    hot_hops: f32,
    /// Sums over the last part, in which nothing is learned, and over the one before it.
    measured: Hop,
    tracked: Hop,
    /// Least and most drift since the loop should have settled.
    drift: Option<[f64; 2]>,
}

/// Samples at the rate of the work.
const fn samples_of(secs: f64) -> u64 {
    (secs * RATE_HZ) as u64
}
const SURVEY: u64 = samples_of(tuning::SURVEY_SECS);
const MEASURE: u64 = SURVEY + samples_of(tuning::LEARN_SECS - tuning::MEASURE_SECS);
const CALIBRATION: u64 = SURVEY + samples_of(tuning::LEARN_SECS);

/// Takes the drone out. `new` allocates; nothing else does, and nothing fails. Blocks of any size may come, and what
/// comes out does not depend on how they are cut, provided that the reference is not behind the microphone.
pub struct DroneCanceller {
    inputs: [Mono; 2],
    high_pass: [StereoBiquad; 2],
    survey: Survey,
    reference: Reference,
    filter: Filter,
    lateness: Lateness,
    levels: Levels,
    stage: Stage,
    calibration: Calibration,
    /// Samples of the work so far.
    samples: u64,
    hop: Hop,
    is_hot: bool,
    /// Hops of learning since the filter was kept.
    quiet_hops: u32,
    /// Mean square of the reference over the last tenths of a second.
    reference_power: f32,
}

impl DroneCanceller {
    /// One that has heard nothing. Values outside their ranges are taken to the nearest in them.
    #[must_use]
    pub fn new(config: DroneConfig) -> Self {
        let mono = |rate_hz: u32, channels: u16| {
            Mono::new(rate_hz.clamp(SAMPLE_RATE_MIN, SAMPLE_RATE_MAX), channels)
                .expect("a filter for every rate that is held to its range")
        };
        let high_pass = Coefs::high_pass(RATE_HZ, tuning::HIGH_PASS_HZ, std::f64::consts::FRAC_1_SQRT_2);
        Self {
            inputs: [mono(config.microphone_hz, config.microphone_channels), mono(config.reference_hz, 1)],
            high_pass: [StereoBiquad::new(high_pass), StereoBiquad::new(high_pass)],
            survey: Survey::new(),
            reference: Reference::new(),
            filter: Filter::new(),
            lateness: Lateness::default(),
            levels: Levels::default(),
            stage: Stage::Idle,
            calibration: Calibration::default(),
            samples: 0,
            hop: Hop::default(),
            is_hot: false,
            quiet_hops: 0,
            reference_power: 0.0,
        }
    }

    /// Begins a calibration: at the start and after every change of a device. Real-time safe.
    pub fn calibrate(&mut self) {
        self.survey.reset();
        self.filter.reset();
        self.lateness = Lateness::default();
        self.hop = Hop::default();
        self.calibration = Calibration { base: self.reference.written(), ..Calibration::default() };
        self.stage = Stage::Survey;
    }

    /// Forgets the room and all input, as after a change of a device that nobody calibrated. Real-time safe.
    pub fn reset(&mut self) {
        self.inputs.iter_mut().for_each(Mono::reset);
        self.high_pass.iter_mut().for_each(StereoBiquad::reset);
        self.reference.reset();
        self.calibrate();
        self.stage = Stage::Idle;
        (self.samples, self.reference_power) = (0, 0.0);
    }

    /// How it stands. Real-time safe.
    #[must_use]
    pub fn state(&self) -> DroneState {
        match self.stage {
            Stage::Idle => DroneState::NeedsCalibration,
            Stage::Survey | Stage::Learn => {
                DroneState::Calibrating { progress: self.calibration.samples as f32 / CALIBRATION as f32 }
            }
            Stage::Ready => DroneState::Ready { erle_db: self.levels.erle_db() },
            Stage::Clear => DroneState::Ready { erle_db: 0.0 },
            Stage::Failed(why) => DroneState::Failing { why },
        }
    }

    /// The levels of the last 5 ms, once the cancelling is ready. Real-time safe.
    #[must_use]
    pub fn levels(&self) -> Option<DroneLevels> {
        matches!(self.stage, Stage::Ready | Stage::Clear)
            .then(|| self.levels.at(self.inputs[0].secs_of(self.samples as f64)))
    }

    /// By how much the clock of the output runs faster than that of the input, millionths.
    #[must_use]
    pub fn drift_ppm(&self) -> f32 {
        (self.reference.drift() * 1e6) as f32
    }

    /// The instant of the first sample that came out, seconds of the microphone: what is to be added to the times of a
    /// tracker that is fed with the output.
    #[must_use]
    pub fn start_secs(&self) -> f64 {
        self.inputs[0].secs_of(0.0)
    }

    /// Takes what the microphone gave (interleaved) and what was played in the same time, any number of each, and gives
    /// the microphone without the drone to `clean`, mono at [`RATE_HZ`]. Of the reference the sample that the microphone
    /// hears must have come at least a millisecond before it, as any device has it. Real-time safe, but for the end of
    /// the survey, which takes some milliseconds once a calibration.
    pub fn process(&mut self, microphone: &[f32], reference: &[f32], clean: &mut impl FnMut(f32)) {
        // In pieces, so that a long block does not run over the end of what is kept of the reference.
        const PIECE: usize = 1024;
        let pieces = microphone.len().max(reference.len()).div_ceil(PIECE);
        let cut = |block: &[f32], piece: usize| block.len() * piece / pieces;
        for piece in 0..pieces {
            for sample in &reference[cut(reference, piece)..cut(reference, piece + 1)] {
                for i in 0..self.inputs[1].push(*sample) {
                    let sample = self.inputs[1].ready(i);
                    self.take_reference(sample);
                }
            }
            for sample in &microphone[cut(microphone, piece)..cut(microphone, piece + 1)] {
                self.is_hot |= sample.abs() >= tuning::HOT;
                for i in 0..self.inputs[0].push(*sample) {
                    let sample = self.inputs[0].ready(i);
                    clean(self.take_microphone(sample));
                }
            }
        }
    }

    fn take_reference(&mut self, sample: f32) {
        let [sample, _] = self.high_pass[1].step([f64::from(sample), 0.0]);
        self.reference.push(sample as f32);
        if self.stage == Stage::Survey {
            self.survey.push_reference(sample as f32);
        }
    }

    /// One sample of the microphone, without the drone.
    fn take_microphone(&mut self, sample: f32) -> f32 {
        let [sample, _] = self.high_pass[0].step([f64::from(sample), 0.0]);
        let sample = sample as f32;
        let removed = match self.stage {
            Stage::Idle | Stage::Clear | Stage::Failed(_) => 0.0,
            Stage::Survey => {
                self.survey.push_microphone(sample);
                0.0
            }
            Stage::Learn | Stage::Ready => self.remove(sample),
        };
        self.hop.add(sample, removed);
        self.samples += 1;
        self.calibration.samples += 1;
        if self.samples.is_multiple_of(tuning::HOP as u64) {
            self.high_pass.iter_mut().for_each(StereoBiquad::flush);
            self.end_hop();
        }
        self.end_stage();
        sample - removed
    }

    /// What of a sample is the drone; learns from it.
    fn remove(&mut self, sample: f32) -> f32 {
        let heard = self.reference.read();
        let removed = self.filter.step(heard);
        let error = sample - removed;
        self.lateness.add(removed, error);
        let step = self.learning_step();
        if step > 0.0 {
            self.filter.learn(error, step);
        }
        removed
    }

    /// How fast the filter learns now.
    fn learning_step(&self) -> f32 {
        let done = self.calibration.samples;
        match self.stage {
            Stage::Learn if done < MEASURE => {
                let share = (done - SURVEY) as f32 / (MEASURE - SURVEY) as f32;
                tuning::STEP[0] + (tuning::STEP[1] - tuning::STEP[0]) * share
            }
            Stage::Ready if self.levels.is_quiet() => tuning::STEP_READY,
            _ => 0.0,
        }
    }

    fn end_hop(&mut self) {
        let hop = std::mem::take(&mut self.hop);
        let is_hot = std::mem::take(&mut self.is_hot);
        let power = self.reference.newest_power(tuning::HOP);
        self.reference_power += (power - self.reference_power) * HOP_SECS / tuning::DRONE_SECS;
        let late = self.lateness.take();
        match self.stage {
            Stage::Idle | Stage::Failed(_) => {}
            Stage::Clear => self.levels.step(hop, false),
            Stage::Survey | Stage::Learn => self.calibrate_hop(hop, power, is_hot, late),
            Stage::Ready => {
                let is_playing = self.is_playing();
                let was_quiet = self.levels.is_quiet();
                self.levels.step(hop, is_playing);
                self.keep_or_undo(was_quiet);
                if self.levels.is_quiet() && is_playing {
                    self.reference.follow(late, f64::from(HOP_SECS), tuning::LOOP_READY);
                }
                if self.levels.is_lost() {
                    self.stage = Stage::Failed(Trouble::RoomChanged);
                } else if self.reference.drift().abs() >= tuning::DRIFT_MOST {
                    self.stage = Stage::Failed(Trouble::ClocksApart);
                }
            }
        }
    }

    /// Keeps what was learned now and then, and undoes the last of it where a voice began.
    fn keep_or_undo(&mut self, was_quiet: bool) {
        if was_quiet && !self.levels.is_quiet() {
            self.filter.undo();
            self.quiet_hops = 0;
        } else if was_quiet {
            self.quiet_hops += 1;
            if self.quiet_hops as f32 * HOP_SECS >= tuning::KEEP_SECS {
                self.filter.keep();
                self.quiet_hops = 0;
            }
        }
    }

    fn is_playing(&self) -> bool {
        gain_to_db(self.reference_power.sqrt()) > tuning::SILENT_DB
    }

    fn calibrate_hop(&mut self, hop: Hop, reference: f32, is_hot: bool, late: f64) {
        let seen = &mut self.calibration;
        seen.hops += 1.0;
        seen.hot_hops += f32::from(u8::from(is_hot));
        seen.microphone += (hop.microphone - seen.microphone) / seen.hops;
        seen.reference += (reference - seen.reference) / seen.hops;
        if seen.samples >= MEASURE {
            seen.measured.add_all(hop);
        } else if seen.samples >= SURVEY + samples_of(tuning::LOOP_AFTER_SECS) {
            self.reference.follow(late, f64::from(HOP_SECS), tuning::LOOP);
            if seen.samples + samples_of(tuning::SETTLED_SECS) >= MEASURE {
                seen.tracked.add_all(hop);
                let drift = self.reference.drift();
                let [least, most] = seen.drift.unwrap_or([drift; 2]);
                seen.drift = Some([least.min(drift), most.max(drift)]);
            }
        }
    }

    /// Goes on to the next stage where this one is over.
    fn end_stage(&mut self) {
        let seen = self.calibration;
        if self.stage == Stage::Survey && seen.samples >= SURVEY {
            let (delay, likeness) = self.survey.delay();
            let delay = delay.saturating_sub(tuning::PRE_ROLL).max(tuning::DELAY_LEAST);
            self.calibration.likeness = likeness;
            self.reference.aim(seen.base + seen.samples, delay);
            self.lateness = Lateness::default();
            self.stage = Stage::Learn;
        } else if self.stage == Stage::Learn && seen.samples >= CALIBRATION {
            let hops = (CALIBRATION - MEASURE) as f32 / tuning::HOP as f32;
            let mut measured = seen.measured.divided(hops);
            let is_clear = is_harmless(&seen, measured);
            if is_clear {
                measured = Hop { removed: 0.0, rest: measured.microphone, ..measured };
            }
            let best = if is_clear { Stage::Clear } else { Stage::Ready };
            self.filter.keep();
            self.filter.keep();
            self.levels.begin(measured);
            self.stage = trouble(&seen, measured).map_or(best, Stage::Failed);
        }
    }
}

/// Whether the drone does not come to the microphone.
fn is_harmless(seen: &Calibration, measured: Hop) -> bool {
    let most_db = if seen.likeness < tuning::LIKENESS_LEAST { tuning::ROOM_DB } else { tuning::HARMLESS_DB };
    gain_to_db(measured.microphone.sqrt()) < most_db
}

/// What a calibration has shown to be in the way.
fn trouble(seen: &Calibration, measured: Hop) -> Option<Trouble> {
    let db = |power: f32| gain_to_db(power.sqrt());
    let erle_db = |hop: Hop| levels::erle_db(hop.microphone, hop.rest);
    let [least, most] = seen.drift.unwrap_or_default();
    if db(seen.reference) < tuning::SILENT_DB {
        Some(Trouble::NothingPlayed)
    } else if seen.microphone == 0.0 {
        Some(Trouble::MicrophoneDead)
    } else if seen.hot_hops > tuning::HOT_SHARE * seen.hops {
        Some(Trouble::MicrophoneHot)
    } else if is_harmless(seen, measured) {
        None
    } else if erle_db(seen.tracked) < tuning::TRACKED_LEAST_DB {
        Some(Trouble::LittleRemoved)
    } else if least.abs().max(most.abs()) >= tuning::DRIFT_MOST {
        Some(Trouble::ClocksApart)
    } else if erle_db(measured) >= tuning::ERLE_LEAST_DB {
        None
    } else if most - least > tuning::DRIFT_SPREAD {
        Some(Trouble::DelayWanders)
    } else {
        Some(Trouble::LittleRemoved)
    }
}
