//! The constants of tabla and mridangam: how their heads ring and how they are struck.
//!
//! The ratios of the loaded heads are C. V. Raman's ("The Indian musical drums", Proc. Indian Acad. Sci. 1934): the
//! black paste in the middle brings the nine lowest modes of the membrane together on five harmonics. The plain heads
//! with their paste off the middle are near the membrane of Fletcher and Rossing (1998), table 3.1.

use crate::dsp::svf::SvfKind;

/// Modes that one stroke may ring.
pub const MODES: usize = 8;

/// Which head is struck.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// The small drum of the tabla, or the right head of the mridangam: tuned to Sa.
    Right,
    /// The bayan, or the left head of the mridangam.
    Left,
}

/// How one stroke sounds.
#[derive(Clone, Copy, Debug)]
pub struct Touch {
    /// The head.
    pub head: Head,
    /// Level of each of the modes of the head.
    pub levels: [f32; MODES],
    /// Time in which the first mode falls by 60 dB, seconds; higher ones are faster.
    pub decay_secs: f32,
    /// Cents above the pitch of the head at the stroke; a struck skin is stretched.
    pub sharp_cents: f32,
    /// Cents to which the hand bends the pitch afterwards.
    pub bend_cents: f32,
    /// Time of that bend, seconds.
    pub bend_secs: f32,
    /// The slap of the finger: filter, Hz, Q, level, and time to fall by 60 dB in seconds.
    pub slap: (SvfKind, f64, f64, f32, f32),
    /// Loudness beside the other strokes.
    pub level: f32,
}

/// What is still unbent, of what the stroke itself stretched, after this time is a third; seconds.
pub const SHARP_SECS: f32 = 0.018;
/// Time within which a head that is struck again, or on which the hand comes to lie, falls silent, seconds.
pub const DAMP_SECS: f32 = 0.010;
/// How long the skin takes to take up a stroke, seconds: short enough to be heard as at once, no click.
pub const RISE_SECS: f32 = 0.0006;
/// Where the two heads stand: gains of left and right, such that both hands at full strength stay below full scale.
pub const RIGHT_HEAD_GAINS: [f32; 2] = [0.21, 0.26];
/// See [`RIGHT_HEAD_GAINS`].
pub const LEFT_HEAD_GAINS: [f32; 2] = [0.42, 0.34];
/// How much strokes of the same kind differ in level, as a share.
pub const UNEVEN: f32 = 0.08;

/// The first mode of each tuned head lies in the octave from here up, Hz, on a Sa: where makers tune them.
pub const TABLA_LOW_HZ: f32 = 200.0;
/// See [`TABLA_LOW_HZ`].
pub const MRIDANGAM_LOW_HZ: f32 = 120.0;
/// The bayan is not in tune with anything, but a player keeps it near the Sa in this octave; also the left head of the
/// mridangam.
pub const BAYAN_LOW_HZ: f32 = 62.0;

/// Ratios of the loaded head: five harmonics, and with three of them the second mode that Raman found there, a little
/// off as on any real head, so that the ring is alive.
pub const LOADED: [f32; MODES] = [1.0, 2.0, 3.0, 4.0, 5.0, 3.006, 4.009, 5.013];
/// Ratios of the left heads.
pub const PLAIN: [f32; MODES] = [1.0, 1.55, 2.05, 2.24, 2.78, 2.95, 3.45, 3.80];
