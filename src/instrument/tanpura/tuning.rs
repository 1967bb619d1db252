//! The constants of the tanpura, each with its reason.

use crate::dsp::string::StringShape;

/// The range of Sa, Hz: from below the lowest bass to above the highest treble of a voice.
pub const SA_HZ: [f32; 2] = [60.0, 500.0];
/// The range of a cycle of four strokes, seconds: from hasty to meditative.
pub const CYCLE_SECS: [f32; 2] = [3.0, 12.0];
/// How far from Sa a string may be tuned, semitones: two octaves.
pub const STRING_SEMITONES: f32 = 24.0;
/// Time of a glide to another Sa, milliseconds; the page promises 50.
pub const GLIDE_MS: f32 = 45.0;
/// When each string is plucked, as a share of the cycle: the low string rings longest before the next round.
pub const STROKES: [f32; 4] = [0.0, 0.215, 0.43, 0.645];
/// How much a stroke comes early or late, as a share of the cycle: a player's hand is steady, not a clock.
pub const LATE: f32 = 0.008;
/// How much strokes differ in strength, as a share.
pub const UNEVEN: f32 = 0.12;
/// Where the string is plucked (share of its length from the bridge), and how much that varies: about a third from
/// the top of the neck, far from the bridge.
pub const PLUCK_PLACE: [f32; 2] = [0.38, 0.02];
/// How long the flesh of the finger pulls before it lets go, seconds: long against a period, so that it is silent.
pub const PULL_SECS: f32 = 0.045;
/// How long letting go takes, seconds, and how much that varies: the soft finger is what keeps the stroke dark.
pub const RELEASE_SECS: [f32; 2] = [0.0011, 0.0003];
/// What a finger on the string takes away, nepers a second.
pub const FINGER_LOSS: f32 = 60.0;
/// Where the string may touch the bridge, as shares of its length from the thread: the few millimetres over which the
/// bone is ground flat.
pub const CONTACTS: [f32; 3] = [0.0050, 0.0100, 0.0160];
/// Push of the bone for a penetration; in practice as hard as a frame allows.
pub const HARDNESS: f32 = 400.0;
/// How far the string wraps at full swing for jawari 0 to 1, as a share of its length; the bone falls away as a
/// parabola that a full stroke just follows so far.
pub const WRAP: [f32; 2] = [0.004, 0.12];
/// Time over which the pitch that the bridge gives is measured and made good, seconds: a few periods of the lowest
/// string, short against the decay.
pub const SERVO_SECS: f32 = 0.06;
/// The most that the tension is corrected, as a share of the frequency: a string that wraps over all of the bridge is
/// 1.6 % shorter.
pub const SERVO_MAX: f32 = 0.016;
/// Where each string stands, -1 left to 1 right.
pub const PLACES: [f32; 4] = [-0.45, -0.12, 0.18, 0.42];
/// The level of one full stroke, for a drone that four strings leave well below full scale.
pub const LEVEL: f32 = 0.35;
/// Modes of the gourd and its wooden lid as `(Hz, Q, gain)`, left and right microphone. Values as measured bodies of
/// plucked instruments have them: air first, then the plate, rather damped.
pub const BODY: [[(f64, f64, f32); 4]; 2] = [
    [(118.0, 5.0, 0.9), (231.0, 6.0, 0.7), (402.0, 7.0, 0.55), (765.0, 6.0, 0.4)],
    [(126.0, 5.0, 0.9), (219.0, 6.0, 0.7), (431.0, 7.0, 0.55), (710.0, 6.0, 0.4)],
];
/// Below this nothing of the body sounds, Hz: the push of the bridge has a steady part.
pub const FLOOR_HZ: f64 = 28.0;

/// The strings: steel of 0.3 mm on a metre; bronze for the low one is as stiff for its tension. Losses let the
/// fundamental fall by 60 dB in 14 s and 3 kHz in 4 s.
pub const SHAPE: StringShape = StringShape {
    stiffness: 1.6e-5,
    contacts: CONTACTS,
    loss: 0.5,
    loss_at_khz: 0.14,
    top_hz: 9_500.0,
    thin_hz: 600.0,
    dull_hz: 5_500.0,
};
