//! Every threshold and weight of the lead, with its reason.

/// A note that is held longer than this, in beats, leaves room for an answer all the same.
pub const HELD_BEATS_MAX: f64 = 2.0;
/// Strikes nearer than this, in beats, are one chord: 50 ms at 120 beats a minute.
pub const CHORD_BEATS: f64 = 0.1;
/// A rest longer than this, in beats, parts two phrases.
pub const PHRASE_GAP_BEATS: f64 = 1.2;
/// Of a phrase no more than its last two bars are taken up: a listener remembers no more.
pub const PHRASE_BEATS_MAX: f64 = 8.0;
/// Notes of the player that are looked through for a phrase.
pub const PHRASE_NOTES_MAX: usize = 96;
/// Notes of the player that may be sounding above another.
pub const COVER_NOTES: usize = 64;
/// A note this far under a sounding one is accompaniment.
pub const COVER_SEMITONES: u8 = 8;
/// A figure of fewer tones has no contour to develop.
pub const MOTIF_TONES_MIN: usize = 2;
/// Velocities over the mean that make a full accent.
pub const ACCENT_VELOCITIES: f32 = 32.0;
/// How much nearer a third of a beat must be than a quarter to be believed: quarters are far more usual.
pub const TRIPLET_BIAS_BEATS: f64 = 0.03;
/// From this swing on an off-beat at a third is a swung eighth.
pub const TRIPLET_SWING_MAX: f32 = 0.56;
/// Share of the time to the next tone that a tone of the lead's own motif sounds.
pub const OWN_LENGTH: f64 = 0.85;

/// Rest after the player's phrase before the answer, in beats: shorter interrupts, longer drags.
pub const BREATH_BEATS: f64 = 0.9;
/// Phrases begin two bars apart, at the most often.
pub const SLOT_BARS: u32 = 2;
/// From which density on every second of these places has a phrase, and every one; below every fourth has.
pub const OFTEN: (f32, f32) = (0.2, 0.62);
/// Rest that a phrase leaves before the next, in beats.
pub const PHRASE_REST_BEATS: f64 = 1.0;
/// From which complexity on the lead holds a guide tone while the player plays.
pub const GUIDE_COMPLEXITY: f32 = 0.3;
/// From which complexity on it holds one in every bar, not in every second.
pub const GUIDE_OFTEN_COMPLEXITY: f32 = 0.65;

/// How much complexity, energy and variation count for how full the lead plays; they sum to 1.
pub const DENSITY: (f32, f32, f32) = (0.65, 0.2, 0.15);
/// The greatest rank of a tone of the motif off the beat, so that plain playing thins a figure out.
pub const MOTIF_RANK_MAX: f32 = 0.3;
/// The ranks of what is added between the tones of the motif.
pub const ORNAMENT_RANKS: (f32, f32) = (0.35, 0.95);

/// Velocity of a phrase at its quietest.
pub const VELOCITY: f32 = 44.0;
/// What intensity, energy and the player's loudness add to it.
pub const VELOCITY_GAINS: (f32, f32, f32) = (26.0, 14.0, 16.0);
/// How much the middle of a phrase rises above its ends, in velocities.
pub const ARCH_VELOCITIES: f32 = 12.0;
/// How much a full accent adds.
pub const ACCENT_GAIN: f32 = 10.0;
/// How much a strong beat adds.
pub const STRONG_GAIN: f32 = 3.0;
/// What two strokes that should be alike differ by, either way.
pub const HUMAN_VELOCITIES: f32 = 4.0;
/// How far the answer's centre lies from the player's, in semitones: near, but another voice.
pub const APART_SEMITONES: i32 = 8;
/// Velocity of a held guide tone against a phrase's.
pub const GUIDE_LOUDNESS: f32 = 0.72;
/// Timing in seconds: the mean behind the beat per unit of swing above straight (soloists lie back more the more they
/// swing: Friberg and Sundstrom 2002), and the spread.
pub const LATE_SECS_PER_SWING: f64 = 0.08;
/// Timing spread in seconds, either way.
pub const HUMAN_SECS: f64 = 0.009;

/// Purposes of chance, one for each kind of choice.
pub const OWN_MOTIF: u64 = 0x1ead_0001;
/// Which way a motif is developed.
pub const CHANGES: u64 = 0x1ead_0002;
/// Details of a development.
pub const DETAILS: u64 = 0x1ead_0003;
/// Human timing and touch.
pub const HUMAN: u64 = 0x1ead_0004;
/// Lines that lead over to the next bar.
pub const RUNS: u64 = 0x1ead_0005;

/// Costs, in semitones of distance from the wished key, of what a melody avoids: a repeated key where the motif moves,
pub const COST_STANDS: f32 = 2.2;
/// going against the motif's direction,
pub const COST_WRONG_WAY: f32 = 3.0;
/// each semitone of a leap beyond [`WIDE_SEMITONES`],
pub const COST_WIDE: f32 = 1.0;
/// a leap of [`LEAP_SEMITONES`] or more that is not recovered by going back at most [`RECOVERY_SEMITONES`],
pub const COST_UNRECOVERED: f32 = 1.5;
/// and a tone off the chord that is not reached or left by step,
pub const COST_LOOSE: f32 = 6.0;

/// Bars back that a bar is looked for whose rhythm is followed: so far ahead is planned at most.
pub const FOLLOW_BARS_MAX: u32 = 8;
/// Rank of the off-beats that are followed.
pub const FOLLOW_RANK: f32 = 0.2;

/// A sixth: the widest interval that is easily sung.
pub const WIDE_SEMITONES: i32 = 9;
/// A fourth: from here on an interval is a leap.
pub const LEAP_SEMITONES: i32 = 5;
/// A third: as far as a recovery goes.
pub const RECOVERY_SEMITONES: i32 = 4;
/// A tone that begins less than this before a change of chord and rings over it anticipates the chord: an eighth.
pub const AHEAD_BEATS: f64 = 0.55;
/// A tone that sounds for a beat rests, and must rest on the chord.
pub const REST_BEATS: f64 = 0.95;
