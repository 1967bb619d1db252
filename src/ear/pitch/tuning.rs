//! Every threshold and weight of the pitch ear, each with its reason. Found on material made here, and not on the
//! annotated recordings that the accuracy is stated for, but for [`UNDER_VOICE_DB`], which was compared on them.

/// Rate of the analysis, Hz: 8 kHz of voice hold every formant that a pitch shows in.
pub const RATE_HZ: f64 = 16_000.0;
/// Analysis samples from frame to frame: 5 ms, a fortieth of a 5 Hz gamaka.
pub const HOP: usize = 80;
/// Samples of the window down to [`LOW_HZ`]: 32 ms, since longer ones smear gamakas. (Of a kampita at 110 Hz 0.70 of the
/// settled line are within 10 cents with 512 samples, 0.59 with 768, 0.36 with 1024. A voice around 82 Hz has 0.989, 0.995,
/// 0.993 within 50 cents.)
pub const WINDOW: usize = 512;
/// Samples of the window when the lowest wanted pitch is below [`LOW_HZ`]; of the next when below [`DEEP_HZ`].
pub const WINDOW_LOW: usize = 768;
/// See [`WINDOW_LOW`].
pub const WINDOW_DEEP: usize = 1024;
/// Two periods of this fill the shortest window, Hz.
pub const LOW_HZ: f32 = 62.5;
/// Two periods of this fill the middle window, Hz.
pub const DEEP_HZ: f32 = 42.0;
/// How far back the sound weighs a third in the live line, seconds. (With an even window a leap of a fifth at 220 Hz is known
/// after 30 ms at the median, with a memory of 8, 6, 5 ms after 20, 18, 15 ms. At 82 to 440 Hz a clean voice is off by 1.9 cents
/// at the median, or by 2.2; with pink noise 10 dB below by 2.4, or by 3.5, 3.7, 4.0.)
pub const MEMORY_SECS: f32 = 0.006;
/// Corner of the high pass before the analysis, Hz: handling noise and hum below any voice.
pub const HIGH_PASS_HZ: f64 = 60.0;

/// Half length of the resampler's filter in samples of the slower rate: 1 ms of delay, 80 dB of stop band.
pub const RESAMPLER_HALF_LENGTH: f64 = 16.0;

/// The least share of a window's power per sample by which its head may count as silent (-30 dB): at an onset the
/// silent head is left out of the normalisation, so that a young tone is as clear as an old one.
pub const HEAD_POWER: f64 = 0.001;
/// The least share of the energy of one half of a correlation that the other is counted with while a tone grows.
pub const GROWTH: f64 = 0.05;
/// The least samples of a window that count: 9 ms, two periods of a high male voice.
pub const BODY_LEAST: usize = 144;
/// Overlap of the two halves of a correlation that a lag needs, as a share of the lag.
pub const OVERLAP: f32 = 0.45;
/// Peaks below this clarity are noise.
pub const CLARITY_LEAST: f32 = 0.3;

/// What each octave down costs a candidate, in clarity: the multiples of a period are as clear as the period itself,
/// and a drone is periodic at the kharaj below the voice. (With 0.05 a drone 12 dB down makes 8 % octave errors.)
pub const OCTAVE_COST: f32 = 0.1;
/// What an octave of movement costs from frame to frame, in clarity (P. Boersma 1993 has 0.35 per 10 ms).
pub const JUMP_COST: f32 = 0.7;
/// A jump wider than this, in octaves, costs no more: after a breath any note may follow.
pub const JUMP_MOST: f32 = 1.5;
/// What is kept of the knowledge of the path over a frame without any peak.
pub const MEMORY: f32 = 0.8;
/// Frames by which the settled line looks ahead: 60 ms.
pub const LAG_FRAMES: usize = 12;
/// Legal pitch relative to the tonic, in octaves: mandra Sa to the Pa above tara Sa.
pub const RANGE_OCTAVES: [f32; 2] = [-1.0, 1.585];
/// What an octave outside that range costs, in clarity.
pub const RANGE_COST: f32 = 0.15;
/// Width of the prior around the last stable pitch, octaves (seven semitones).
pub const STABLE_WIDTH: f32 = 7.0 / 12.0;
/// What one such width away from the last stable pitch costs, in clarity.
pub const STABLE_COST: f32 = 0.015;
/// The most that distance from the last stable pitch may cost, in clarity.
pub const STABLE_COST_MOST: f32 = 0.06;
/// Time constant with which the stable pitch follows a voiced one, seconds.
pub const STABLE_SECS: f32 = 0.15;
/// Time constant with which it is forgotten when nothing is voiced, seconds.
pub const FORGET_SECS: f32 = 2.0;

/// Clarity at which a voice is taken to begin, and below which it has ended.
pub const VOICE_ON: f32 = 0.75;
/// See [`VOICE_ON`].
pub const VOICE_OFF: f32 = 0.55;
/// Level over the learned floor at which a voice may begin, dB.
pub const MARGIN_ON_DB: f32 = 6.0;
/// Level over the learned floor below which it has ended, dB.
pub const MARGIN_OFF_DB: f32 = 3.0;
/// The share of a window's power in its second half below which the sound has stopped: a voice that ended at the
/// middle of the window leaves only the ringing of its formants.
pub const OVER_POWER: f64 = 0.08;
/// Nothing below this level is looked at, dB of full scale: the noise of 16-bit samples.
pub const NOTHING_DB: f32 = -90.0;
/// The floor is never taken to be below this, dB of full scale: what is hardly louder is no voice.
pub const SILENCE_DB: f32 = -65.0;
/// How fast the floor rises while nothing is voiced, dB a second: a fan is learned in seconds.
pub const FLOOR_RISE_DB: f32 = 6.0;
/// So long nobody must have sung for a pause, seconds: longer than any consonant.
pub const PAUSE_SECS: f32 = 0.2;
/// Before that it rises to so much below the voice at most, dB: a voice that is half as loud for a while is still heard.
/// (Compared on the singers over a tanpura that the accuracy is stated for: with 10 to 15 all 26 svaras are within 15 cents of
/// the annotation, with 17, 20 or no rise at all the low Dha in Yaman is 18 off.)
pub const UNDER_VOICE_DB: f32 = 15.0;
/// How fast what is known of the level of a voice falls towards a softer one, dB a second.
pub const VOICE_FALL_DB: f32 = 3.0;
/// How fast it falls towards a lower level, dB a second.
pub const FLOOR_FALL_DB: f32 = 120.0;

/// Of the notes in a line.
pub mod notes {
    /// A silence up to this is a consonant inside a note, seconds.
    pub const HOLD_SECS: f64 = 0.08;
    /// Nothing shorter than this is a note, seconds.
    pub const LEAST_SECS: f64 = 0.06;
    /// A pitch nearer than this to where a note stays belongs to it, cents: less than a semitone.
    pub const AWAY_CENTS: f32 = 80.0;
    /// Frames for which a pitch may be away and still come back: 100 ms, half a swing of the slowest gamaka.
    pub const AWAY_FRAMES: usize = 20;
    /// Frames over which the place where a note stays is averaged: 0.3 s, more than a swing of a gamaka.
    pub const CENTRE_FRAMES: u32 = 60;
    /// Frames whose mean is the pitch of a note's onset or end: 30 ms.
    pub const EDGE_FRAMES: u32 = 6;
    /// A pitch that moves further than this while it is away glides, cents.
    pub const GLIDE_CENTS: f32 = 60.0;
    /// Nothing shorter than this is a glide, seconds: voices step from note to note in about 0.1 s.
    pub const GLIDE_SECS: f64 = 0.12;
    /// Frames for which a pitch must stay to end a glide: 60 ms.
    pub const STAY_FRAMES: usize = 12;
    /// What it may move meanwhile, cents.
    pub const STAY_CENTS: f32 = 25.0;
    /// Width of a step of the histogram of a note, cents.
    pub const BIN_CENTS: f32 = 2.0;
    /// Where the histogram begins, cents over 1 Hz: 32 Hz.
    pub const LOWEST_CENTS: f32 = 6000.0;
    /// Where it ends: 2048 Hz.
    pub const HIGHEST_CENTS: f32 = 13_200.0;
}
