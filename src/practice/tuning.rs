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
    /// A move shorter than this is a wander of a held note, cents: less than half a semitone.
    pub const MOVE_CENTS: f32 = 45.0;
    /// What is nearer to the median of a held note belongs to it, cents.
    pub const HELD_CENTS: f32 = 22.0;
    /// A held note that wanders further than this from end to end is a slow glide, cents.
    pub const DRIFT_CENTS: f32 = 60.0;
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
    /// And at least so long, seconds: voices step from note to note in about 0.1 s (J. Sundberg 1973).
    pub const GLIDE_SECS: f64 = 0.13;
    /// A glide may turn back by so much, cents.
    pub const GLIDE_BACK_CENTS: f32 = 30.0;
    /// A touch is at most so long, seconds.
    pub const TOUCH_SECS: f64 = 0.13;
    /// It goes at least so far from the note, cents.
    pub const TOUCH_CENTS: f32 = 45.0;
    /// A note before and after a touch is the same within this, cents.
    pub const SAME_CENTS: f32 = 40.0;
    /// Figures older than this are final, whatever follows: the two slowest cycles of a swing, seconds.
    pub const FINAL_SECS: f64 = 0.8;
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
