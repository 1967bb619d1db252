//! Every threshold of the harmony ear, each with its reason.

/// How fast a held piano note dies away: long against a chord, short against a held pedal.
pub const RINGING_SECS: f32 = 4.0;

/// When the evidence is judged after an event, in seconds: once the attack is whole (a rolled chord takes 30 to 40 ms),
/// then ever more rarely while nothing new comes.
pub const JUDGE_AFTER_SECS: [f64; 6] = [0.04, 0.1, 0.2, 0.4, 0.8, 1.6];

/// A beat older than this says nothing: slower than 30 a minute nobody counts.
pub const BEAT_KNOWN_SECS: f64 = 2.0;

/// How near a beat an attack belongs to it.
pub const BEAT_NEAR_SECS: f32 = 0.15;

/// What the decisions weigh; set by trying values on POP909 songs 1 to 720 and on the tables of the tests.
#[derive(Clone, Copy, Debug)]
pub struct Tuning {
    /// How much more likely another root or family has to be than the one that stands: a flicker disturbs a band
    /// more than a short delay.
    pub hold: f32,
    /// The same for another quality of the same family, which changes nobody's notes by much.
    pub hold_colour: f32,
    /// Another bass of the same chord has to be so many times longer below, of late: a walking bass passes over
    /// fifths and thirds without inverting the chord.
    pub bass_hold: f32,
    /// Power of the prior that the key gives to its own chords: enough to tell C6 from Am7/C, too little to
    /// argue with what is played.
    pub key_trust: f32,
    /// Power of the prior from what usually follows the last chord.
    pub follow_trust: f32,
    /// How much more likely another key has to be before the ear says so.
    pub key_hold: f32,
}

impl Default for Tuning {
    fn default() -> Self {
        Self { hold: 1.3, hold_colour: 1.5, bass_hold: 3.0, key_trust: 0.2, follow_trust: 0.05, key_hold: 1.5 }
    }
}

/// No prior makes a chord more than this many times less likely than another: everything is played by somebody.
pub const PRIOR_MIN: f32 = 2e-4;

/// Keys that sounded at least this much of the last second count as heard.
pub const HEARD: f32 = 0.03;

/// A third (or what replaces it) that sounded no more than this of the last bars is missing: the chord is a bare fifth.
pub const SILENT: f32 = 1e-3;

/// A new root needs this many different pitch classes: one note is no chord.
pub const CLASSES_MIN: usize = 2;

/// How slowly the ear forgets what the key was: some phrases, so that a modulation is believed within about half
/// a minute.
pub const KEY_FORGET_SECS: f32 = 45.0;

/// Below this probability no key is claimed.
pub const KEY_CLAIM: f32 = 0.2;

/// From this certainty on the key decides between a sixth chord and the minor seventh of the same notes.
pub const SIXTH_KEY: f32 = 0.5;

/// The modes other than major and minor are claimed when their own note outweighs the usual one so many times.
pub const MODE_RATIO: f32 = 3.0;

/// The longest time between two judgements that counts as the chord's own.
pub const STANDING_SECS: f32 = 2.0;

/// How far back the bass of a standing chord is remembered: a bar of a quick tune.
pub const BASS_SPAN_SECS: f32 = 1.5;

/// What the first bass of a chord is believed ahead of any other.
pub const BASS_CREDIT_SECS: f32 = 0.2;
