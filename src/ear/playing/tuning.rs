//! Every threshold and time constant of this module, with its reason.

/// Onsets this close are one chord, whose melody pianists play some 30 ms ahead (Goebl 2001).
pub const CHORD_SECS: f64 = 0.035;

/// Time constant of density, loudness and polyphony: a kernel of 2 s weighs like a window of 4 s, about two bars.
pub const PRESENT_SECS: f64 = 2.0;
/// The least time that a density is taken over, so that a first note is not a torrent.
pub const DENSITY_SECS_MIN: f64 = 1.0;
/// Time constant of the register: about four bars at 120 beats a minute.
pub const REGISTER_SECS: f64 = 8.0;
/// Time constant of the loudness trend: a crescendo takes some bars.
pub const TREND_SECS: f64 = 4.0;
/// Variance of time, in seconds squared, that is added before a slope is believed: notes within half a second show little.
pub const TREND_PRIOR_SECS2: f64 = 0.5;

/// Share of the notes below the low and above the high end of the register.
pub const REGISTER_TAIL: f32 = 0.1;
/// Two hands: the share of the variance between them, which is 0.75 for one hand spread evenly.
pub const HANDS_APART_MIN: f32 = 0.82;
/// Two hands: semitones between their centres, more than one hand spans.
pub const HANDS_KEYS_MIN: f32 = 14.0;
/// Two hands: the least share of the notes for either.
pub const HAND_SHARE_MIN: f32 = 0.15;

/// A note is followed by the next one within so many semitones: a bass line is not made legato by a held chord above.
pub const VOICE_KEYS: usize = 12;
/// A note that is followed later than this is followed by a pause, which is no way to play it.
pub const FOLLOW_SECS_MAX: f64 = 2.0;
/// How many notes the articulation remembers.
pub const ARTICULATION_NOTES: f64 = 12.0;
/// More overlap than this is a held note, not a touch.
pub const ARTICULATION_MAX: f64 = 2.0;

/// Weight of the silence against the time between onsets in the strength of a gap. This and the four numbers after
/// it were fitted on 296 solos of the Weimar Jazz Database, a quarter of the performers being kept apart.
pub const REST_WEIGHT: f64 = 5.0;
/// The time that a gap is measured against besides the player's own mean time between onsets.
pub const GAP_SECS: f64 = 0.2;
/// A gap of this strength ends a phrase of [`PHRASE_GROUPS`] chords.
pub const GAP_STRENGTH: f64 = 11.5;
/// The length of phrase that players favour, in chords (Temperley 2001 gives eight).
pub const PHRASE_GROUPS: f64 = 8.0;
/// How much the strength that is needed falls with length: its power.
pub const PHRASE_LENGTH_POWER: f64 = 0.2;
/// How many onsets the mean time between them remembers.
pub const PACE_ONSETS: f64 = 32.0;
/// The mean time between onsets before any was heard: eighths at 120 beats a minute.
pub const PACE_SECS: f64 = 0.25;
/// The least mean time between onsets: trills and rolls do not make a breath of every note.
pub const PACE_SECS_MIN: f64 = 0.08;
/// A player who has not gone on after so long waits for an answer; one bar of 4/4 at 120 beats a minute.
pub const WAIT_SECS: f64 = 2.0;
/// With beats known, so many beats instead.
pub const WAIT_BEATS: f64 = 4.0;
/// After so long the player is not waiting any more.
pub const SILENT_SECS: f64 = 12.0;

/// Beats later than so many periods ago are not known any more.
pub const BEAT_PERIODS_MAX: f64 = 2.5;
/// Onsets so close to a beat, in beats, are on it.
pub const ON_BEAT: f64 = 0.15;
/// Where the second of two eighths may fall, in beats after the first: from 2:3 to 4:1.
pub const OFF_BEAT: (f64, f64) = (0.4, 0.8);
/// Pairs of eighths that are remembered: about eight bars.
pub const SWING_PAIRS: usize = 32;
/// Pairs below which no ratio is given.
pub const SWING_PAIRS_MIN: usize = 4;
/// Pairs this far from the median, in beats, still agree with it: 40 ms at 120 beats a minute.
pub const SWING_SPREAD: f32 = 0.08;

/// Weight of the interval against the rhythm in the likeness of two steps.
pub const INTERVAL_WEIGHT: f32 = 0.6;
/// Likeness of two intervals of the same direction that differ by at most [`CONTOUR_KEYS`]: diatonic sequences are kin,
/// but every scale would repeat every other if this were high.
pub const CONTOUR_LIKENESS: f32 = 0.25;
/// See [`CONTOUR_LIKENESS`].
pub const CONTOUR_KEYS: i32 = 2;
/// Times between onsets whose ratio is within so many octaves are the same: 19 %.
pub const RHYTHM_SAME: f32 = 0.25;
/// And within so many they are akin: 50 %.
pub const RHYTHM_AKIN: f32 = 0.585;
/// What a left-out or added step costs in an alignment, a full match gaining 1.
pub const STEP_LOST: f32 = 0.7;
/// A repeat lies at least so many steps back: a trill does not repeat itself.
pub const REPEAT_STEPS_MIN: usize = 4;
/// The likeness from which a phrase is a repeat.
pub const REPEAT_SIMILARITY: f32 = 0.6;
