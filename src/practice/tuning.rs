//! Every threshold of the teacher, each with its reason.

/// How a line is cut into figures.
pub mod contour {
    /// Seconds from frame to frame of the line.
    pub const HOP_SECS: f64 = 0.005;
    /// A silence up to this is a consonant, seconds.
    pub const CONSONANT_SECS: f64 = 0.08;
    /// What follows a consonant or a silence is no pitch yet for so long, seconds.
    pub const REVOICE_SECS: f64 = 0.02;
    /// A pitch that differs by more than this after a consonant is another note, cents.
    pub const CONSONANT_CENTS: f32 = 50.0;
    /// Nothing shorter than this is held, seconds.
    pub const HELD_SECS: f64 = 0.08;
    /// What is held for less than this must not wander by more than [`HELD_CENTS`], seconds.
    pub const SHORT_SECS: f64 = 0.12;
    /// The first of a note is not judged for so long, seconds.
    pub const ONSET_SECS: f64 = 0.06;
    /// What is then called its onset lasts so long, seconds.
    pub const CAME_IN_SECS: f64 = 0.1;
    /// Frames to either side over which the slope of the line is taken: 30 ms, a third of the shortest note.
    pub const SLOPE_FRAMES: usize = 6;
    /// A line that is steeper than this begins to move, cents a second: glides are 300 to 4000, the wander of a held
    /// note 50.
    pub const MOVE_BEGIN: f32 = 180.0;
    /// A line that moves goes on moving down to this slope, cents a second.
    pub const MOVE_END: f32 = 80.0;
    /// A move shorter than this is a wander of a held note, cents: the smallest step between two shrutis of different
    /// notes is 71.
    pub const MOVE_CENTS: f32 = 58.0;
    /// What is nearer to the median of a held note belongs to it, cents.
    pub const HELD_CENTS: f32 = 22.0;
    /// A held note that wanders further than this from end to end is a slow glide, cents.
    pub const DRIFT_CENTS: f32 = 60.0;
    /// After a consonant a pitch that differs by so much is another note, cents: half the step between two shades.
    pub const SYLLABLE_CENTS: f32 = 11.0;
    /// Frames that the pitch before and after a consonant is taken from: 80 ms.
    pub const CONSONANT_FRAMES: usize = 16;
    /// Without a consonant a pitch that shifts by so much is another note, cents: less than the 21.5 from shade to
    /// shade.
    pub const SHIFT_CENTS: f32 = 15.0;
    /// If it stays for so many frames before and after: 0.35 s. What comes in and then settles is quicker.
    pub const SHIFT_FRAMES: usize = 70;
    /// And if the shift is so many times the spread on either side: of an even slope it is four times.
    pub const SHIFT_SPREADS: f32 = 5.0;
    /// Turns of the line smaller than this are no turns, cents: above the flutter of a steady voice.
    pub const TURN_CENTS: f32 = 18.0;
    /// The longest half cycle of a swing, seconds: 3 Hz.
    pub const HALF_CYCLE_SECS_MAX: f64 = 0.17;
    /// The shortest, seconds: 8 Hz and a little.
    pub const HALF_CYCLE_SECS_MIN: f64 = 0.055;
    /// The longest of an andolan, seconds: 1.5 Hz.
    pub const ANDOLAN_SECS_MAX: f64 = 0.34;
    /// An andolan is narrower than this, cents: two notes in turn are a semitone apart at least.
    pub const ANDOLAN_CENTS_MAX: f32 = 85.0;
    /// Extremes that make a swing: two cycles.
    pub const EXTREMES_MIN: usize = 4;
    /// Half cycles of a swing differ from each other at most by this factor.
    pub const HALF_CYCLE_RATIO: f32 = 2.4;
    /// Extremes on one side of a swing differ by this share of its extent at most.
    pub const EXTREMES_SHARE: f32 = 0.45;
    /// Or by this, cents.
    pub const EXTREMES_CENTS: f32 = 25.0;
    /// A swing narrower than this, from 5 to 7 Hz, is a vibrato on a held note, cents.
    pub const VIBRATO_CENTS: f32 = 60.0;
    /// See [`VIBRATO_CENTS`]; half a hertz is given to either side, for two cycles do not tell more.
    pub const VIBRATO_HZ: [f32; 2] = [4.5, 7.5];
    /// A glide is at least so wide, cents.
    pub const GLIDE_CENTS: f32 = 60.0;
    /// And at least so long, without what is within [`HELD_CENTS`] of its ends, seconds: voices step from note to note
    /// in about 0.1 s (J. Sundberg 1973).
    pub const GLIDE_SECS: f64 = 0.11;
    /// A glide may turn back by so much, cents.
    pub const GLIDE_BACK_CENTS: f32 = 30.0;
    /// On a way of so many frames or more (0.2 s) slips of the ear are passed over.
    pub const LONG_WAY_FRAMES: usize = 40;
    /// A slip lasts no longer than so many frames: 25 ms.
    pub const SLIP_FRAMES: usize = 5;
    /// A touch is at most so long, seconds.
    pub const TOUCH_SECS: f64 = 0.13;
    /// It goes at least so far from the note, cents.
    pub const TOUCH_CENTS: f32 = 55.0;
    /// A line that begins flat for so long and then steps to its note has touched another, frames.
    pub const KAN_FRAMES: usize = 6;
    /// Flat is within this, cents.
    pub const KAN_CENTS: f32 = 25.0;
    /// A way that turns and is at least so long is shown, seconds.
    pub const TURN_SECS: f64 = 0.15;
    /// A note before and after a touch is the same within this, cents.
    pub const SAME_CENTS: f32 = 40.0;
    /// A swing narrower than this is the unsteadiness of a held note, cents.
    pub const SWING_CENTS_MIN: f32 = 30.0;
    /// A swing goes on for so many half cycles after its last extreme.
    pub const SWING_TAIL: f64 = 0.5;
    /// Figures older than this are final, whatever follows: two cycles of a slow swing, seconds.
    pub const FINAL_SECS: f64 = 1.0;
    /// A swing is final so long after its end, seconds: more than the slowest half cycle of a kampita.
    pub const SWING_FINAL_SECS: f64 = 0.3;
    /// Figures of one cutting, at most.
    pub const FIGURES_MAX: usize = 256;
    /// A held note is final so long after its end, seconds.
    pub const HELD_FINAL_SECS: f64 = 0.1;
    /// A held note of this length cannot be the crest of a swing, seconds.
    pub const ANCHOR_SECS: f64 = 0.18;
    /// Frames of the line that are kept while they are cut: 10 s.
    pub const POINTS_MAX: usize = 2048;
    /// Frames from one cutting to the next: 20 ms.
    pub const CUT_FRAMES: u32 = 4;
}

/// How figures are judged: section by section the table of the facts.
pub mod verdict {
    /// Sa and Pa: true and near, cents. The beats against the drone are heard.
    pub const STRICT_CENTS: [f32; 2] = [10.0, 20.0];
    /// Other plain notes: true and near, cents.
    pub const PLAIN_CENTS: [f32; 2] = [20.0, 35.0];
    /// All notes, for beginners: true and near, cents.
    pub const GENTLE_CENTS: [f32; 2] = [35.0, 50.0];
    /// What is so near to one of the two shades of a note counts as on it, cents: the error of the ear.
    pub const SHADE_SLACK_CENTS: f32 = 3.0;
    /// A note is foreign when it is so far from every note of the raga, cents.
    pub const FOREIGN_CENTS: f32 = 50.0;
    /// A note is marked off only when it was held so long, seconds.
    pub const OFF_SECS: f32 = 0.12;
    /// The least of a note that can be judged, seconds.
    pub const JUDGED_SECS: f32 = 0.02;
    /// The extremes of a kampita: true and near, cents.
    pub const SWING_CENTS: [f32; 2] = [50.0, 80.0];
    /// The rate of a kampita, Hz.
    pub const SWING_HZ: [f32; 2] = [3.0, 7.0];
    /// The rate of an andolan, which is narrow, Hz.
    pub const ANDOLAN_HZ: [f32; 2] = [1.5, 7.0];
    /// A swing whose middle is so near to a note swings about it, cents.
    pub const ABOUT_CENTS: f32 = 35.0;
    /// The measured rate may be so far out, Hz.
    pub const RATE_SLACK_HZ: f32 = 0.3;
    /// An onset that differs by so much from where the note settles is named, cents.
    pub const CAME_IN_CENTS: f32 = 12.0;
}

/// How what was held is added up.
pub mod swaras {
    /// The lowest note of the table, semitones above middle Sa: two octaves below.
    pub const LOWEST: i16 = -24;
    /// The note after the highest: three octaves above.
    pub const HIGHEST: i16 = 36;
    /// A pitch further than this from the equal-tempered place of its note is counted there, cents: a shade is at most
    /// 22 cents from it, and a pitch of a note less than 50 or so from its shade.
    pub const REACH_CENTS: f32 = 90.0;
    /// Frames of a note before its median says anything: 0.1 s.
    pub const FRAMES_MIN: u32 = 20;
}

/// How breaths are kept.
pub mod phrase {
    /// A silence of this length is a breath, seconds.
    pub const BREATH_SECS: f64 = 0.25;
    /// Breaths that are kept; the oldest give way.
    pub const PHRASES_MAX: usize = 512;
    /// Onsets of a breath that are compared with the tala.
    pub const ONSETS_MAX: usize = 64;
    /// What was held of a breath must reach over so long before it drifts, seconds.
    pub const DRIFT_SECS_MIN: f64 = 0.8;
}

/// What counts as one clear voice.
pub mod hearing {
    /// Frames that are looked back on: 1 s.
    pub const WINDOW_FRAMES: usize = 200;
    /// A microphone that lives is above this, dB of full scale.
    pub const DEAD_DB: f32 = -100.0;
    /// Without any frame above it for so long there is no signal: 5 s, since some systems gate silence away.
    pub const DEAD_FRAMES: u32 = 1000;
    /// A frame as loud as this is overdriven, dB of full scale: a sine at full scale is 3 dB lower than that.
    pub const HOT_DB: f32 = -4.0;
    /// Overdriven frames of the window that are too many: a tenth.
    pub const HOT_FRAMES: u32 = 20;
    /// What is so far over the learned floor is a sound, dB.
    pub const SOUND_DB: f32 = 12.0;
    /// And at least so loud, dB of full scale.
    pub const SOUND_LEAST_DB: f32 = -55.0;
    /// How fast the floor rises to a steady sound, dB a second.
    pub const FLOOR_RISE_DB: f32 = 6.0;
    /// Frames of the window with sound but no pitch that make noise: four claps.
    pub const NOISE_FRAMES: u32 = 30;
    /// They must be at least this share of all frames with sound.
    pub const NOISE_SHARE: f32 = 0.6;
    /// From frame to frame no voice moves further, cents: the fastest leap of an octave moves 80.
    pub const LEAP_CENTS: f32 = 150.0;
    /// Leaps so near to whole octaves are errors of the ear, cents.
    pub const OCTAVE_CENTS: f32 = 60.0;
    /// Leaps in the window that no one voice makes.
    pub const LEAPS: u32 = 6;
    /// What was not clear stays so for this long after it, seconds.
    pub const HOLD_SECS: f64 = 0.4;
}

/// How much is kept for the page.
pub mod view {
    /// Seconds of the ribbon.
    pub const TRAIL_SECS: f64 = 12.0;
    /// Points of the ribbon: 12 s and a little.
    pub const TRAIL_POINTS: usize = 2600;
    /// Points of the live line that are not settled yet: 60 ms and a little.
    pub const LIVE_POINTS: usize = 64;
    /// Figures that are kept.
    pub const MARKS_MAX: usize = 256;
    /// Figures that wait to be polled.
    pub const WAITING_MAX: usize = 128;
    /// Remarks that are shown.
    pub const REMARKS_MAX: usize = 8;
    /// Different remarks that are counted.
    pub const REMARK_KINDS_MAX: usize = 64;
    /// Frames whose spread is the stability of a pitch: 0.3 s.
    pub const STABILITY_FRAMES: usize = 60;
    /// Frames from which it is known: 0.1 s.
    pub const STABILITY_FRAMES_MIN: usize = 20;
    /// A note sounds no longer when it was last heard so long ago, seconds.
    pub const NOW_SECS: f64 = 0.08;
    /// Keys that begin within this are a chord, seconds.
    pub const CHORD_SECS: f64 = 0.05;
    /// The lowest and the highest line of the ribbon, semitones above middle Sa.
    pub const LINES: [i16; 2] = [-7, 24];
}
