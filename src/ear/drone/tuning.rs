//! Every threshold and weight of the canceller, each with its reason. Found on drones and rooms made here.

/// Rate of the work, Hz: that of the pitch tracker.
pub use crate::ear::pitch::RATE_HZ;

/// Taps of the filter: 64 ms. (A drone is made of lines: what a room does to each of them after that is a phase and a
/// level, which earlier taps can give as well. 2048 taps remove no more.)
pub const TAPS: usize = 1024;
/// Samples of a hop, after which levels and the state are looked at: 5 ms.
pub const HOP: usize = 80;
/// Corner of the high pass on both sides, Hz: the tracker's own, so that neither DC nor hum is learned.
pub const HIGH_PASS_HZ: f64 = 60.0;

/// How long the delay is looked for: three or four plucks, seconds.
pub const SURVEY_SECS: f64 = 2.5;
/// How long the filter then learns: time enough for the clocks to be found at 200 ppm, seconds.
pub const LEARN_SECS: f64 = 3.5;
/// The last part of it, in which the filter is frozen and what it removes is measured, seconds.
pub const MEASURE_SECS: f64 = 0.5;
/// The part before that, in which the drift should have settled, seconds.
pub const SETTLED_SECS: f64 = 1.0;

/// From frame to frame of the survey, samples: 2 ms.
pub const SURVEY_HOP: usize = 32;
/// Samples of such a frame: 16 ms, as short as the partials of a drone allow.
pub const SURVEY_FRAME: usize = 256;
/// The band in which the survey listens for plucks, Hz.
pub const SURVEY_HZ: [f64; 2] = [125.0, 7000.0];
/// Its bands to the octave.
pub const SURVEY_PER_OCTAVE: f64 = 5.0;
/// Frames back that a frame is compared with: one frame's length.
pub const SURVEY_BACK: usize = SURVEY_FRAME / SURVEY_HOP;
/// Amplitude that is added before the logarithm: -90 dB, below any microphone's noise.
pub const SURVEY_FLOOR: f32 = 3e-5;
/// The longest delay looked for, frames of the survey: 500 ms, more than any sound card has.
pub const LAGS: usize = 250;
/// Samples of the filter before the delay found: 10 ms, what the survey may err by.
pub const PRE_ROLL: usize = 160;
/// The least delay, samples: 1 ms, in which the resampler and the interpolation of the reference look ahead.
pub const DELAY_LEAST: usize = 16;

/// Step of the filter (NLMS, 0 to 1) at the beginning of the learning and at its end: quick first, then averaging.
pub const STEP: [f32; 2] = [0.5, 0.1];
/// Step while nobody sings later.
pub const STEP_READY: f32 = 0.03;
/// Seconds from one state of the filter that is kept to the next: what was learned in the last one or two of these before
/// a voice is undone, since a voice begins before it is noticed.
pub const KEEP_SECS: f32 = 0.1;
/// Reference power per tap below which nothing is learned: -80 dB.
pub const POWER_LEAST: f32 = 1e-8;
/// Gains of the loop that follows the other clock, by phase and by rate, a second, while the filter learns: critically
/// damped enough, and done in 3 s at 200 ppm.
pub const LOOP: [f64; 2] = [4.0, 40.0];
/// The same later: slow, since the drift of crystals changes in minutes.
pub const LOOP_READY: [f64; 2] = [1.0, 1.0];
/// The most that one hop may tell of the delay, samples.
pub const DELAY_STEP: f64 = 1.0;
/// Seconds of learning before the loop closes: until then the filter is not yet one.
pub const LOOP_AFTER_SECS: f64 = 0.25;
/// The widest difference of two clocks that is followed.
pub const DRIFT_MOST: f64 = 250e-6;
/// Where the drift still moves by this much while it is measured, the delay is not steady.
pub const DRIFT_SPREAD: f64 = 40e-6;

/// Level below which a reference is silent, dB of full scale.
pub const SILENT_DB: f32 = -70.0;
/// Level of the microphone below which nothing needs removing, dB of full scale: headphones in a quiet room.
pub const HARMLESS_DB: f32 = -60.0;
/// The same where the microphone's sound does not rise with the drone's, dB of full scale: headphones in any room.
pub const ROOM_DB: f32 = -35.0;
/// What that likeness is with a drone in it, at least. (In noise alone it is 0.02 to 0.03, with a drone 10 dB below the noise
/// 0.03 to 0.05, with one as loud 0.12 to 0.15, without noise 0.37.)
pub const LIKENESS_LEAST: f32 = 0.06;
/// What must be removed for the voice to be followed, dB.
pub const ERLE_LEAST_DB: f32 = 8.0;
/// What must be removed while the filter still learns for the drone to be there at all, dB.
pub const TRACKED_LEAST_DB: f32 = 3.0;
/// Amplitude of a microphone that is overdriven.
pub const HOT: f32 = 0.98;
/// Share of hops with such samples beyond which nothing can be learned.
pub const HOT_SHARE: f32 = 0.02;
/// What is left may be so many times what was expected before it is taken for a voice: 6 dB.
pub const VOICE_POWER: f32 = 4.0;
/// Seconds for which nobody must have sung before learning goes on: more than a consonant.
pub const QUIET_SECS: f32 = 0.15;
/// Time constant of levels, seconds: the length of a syllable's beginning.
pub const LEVEL_SECS: f32 = 0.03;
/// Time constant of the drone's own level, which blooms and fades, seconds.
pub const DRONE_SECS: f32 = 0.3;
/// Time constant with which the share that is left is learned, seconds.
pub const LEFT_SECS: f32 = 1.0;
/// Seconds without a moment of quiet beyond which the path must have changed: longer than any breath.
pub const LOST_SECS: f32 = 20.0;
/// A voice must stand so far over what is left of the drone to be judged, dB.
pub const HEARD_DB: f32 = 6.0;
