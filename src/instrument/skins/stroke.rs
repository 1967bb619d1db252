//! The strokes: which fingers fall where, and what rings then.

use super::tuning::{Head, MODES, Touch};
use crate::dsp::svf::SvfKind;

/// The drums of a kit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Drum {
    /// Dayan and bayan, for Hindustani talas.
    #[default]
    Tabla,
    /// The barrel with two heads, for Carnatic talas.
    Mridangam,
}

/// One stroke of one hand; what both hands play together is two of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Stroke {
    /// Dayan, rim: bright and ringing, the first mode held down by the ring finger (Na, and Ta alone).
    #[default]
    Na,
    /// Dayan, between rim and paste: soft and ringing (Tin).
    Tin,
    /// Dayan, middle, open: the first mode (Tun, Tu, Din).
    Tun,
    /// Dayan, flat on the paste, damped: several fingers (Te, Ti, Ta within quick groups).
    Te,
    /// Dayan, the side of the hand on the paste, damped, darker (Ra, Re).
    Re,
    /// Bayan, open, the heel of the hand raising the pitch a little (Ge, Ga; in Dha, Dhin).
    Ge,
    /// Bayan, open, the hand pressing the pitch far up (a long Ge).
    GeUp,
    /// Bayan, flat slap (Ka, Ke, Ki, Kat).
    Ka,
    /// Mridangam, rim of the right head, ringing (Nam).
    Nam,
    /// Mridangam, right head open (Dhin).
    Dhin,
    /// Mridangam, right head, chapu: a sharp ring between rim and paste (Cha).
    Cha,
    /// Mridangam, right head, damped flat (Ta, Ki).
    Ta,
    /// Mridangam, left head open (Thom, Dhom).
    Thom,
    /// Mridangam, left head damped (Tha, Ka).
    Tha,
    /// Mridangam, left head with the heel sliding inwards: the pitch swoops up (Gumki).
    Gumki,
}

impl Stroke {
    /// All strokes.
    pub const ALL: [Self; 15] = [
        Self::Na,
        Self::Tin,
        Self::Tun,
        Self::Te,
        Self::Re,
        Self::Ge,
        Self::GeUp,
        Self::Ka,
        Self::Nam,
        Self::Dhin,
        Self::Cha,
        Self::Ta,
        Self::Thom,
        Self::Tha,
        Self::Gumki,
    ];

    /// The drum that it belongs to.
    #[must_use]
    pub const fn drum(self) -> Drum {
        match self {
            Self::Na | Self::Tin | Self::Tun | Self::Te | Self::Re | Self::Ge | Self::GeUp | Self::Ka => Drum::Tabla,
            _ => Drum::Mridangam,
        }
    }

    pub(super) const fn touch(self) -> &'static Touch {
        match self {
            Self::Na => &NA,
            Self::Tin => &TIN,
            Self::Tun => &TUN,
            Self::Te => &TE,
            Self::Re => &RE,
            Self::Ge => &GE,
            Self::GeUp => &GE_UP,
            Self::Ka => &KA,
            Self::Nam => &NAM,
            Self::Dhin => &DHIN,
            Self::Cha => &CHA,
            Self::Ta => &TA,
            Self::Thom => &THOM,
            Self::Tha => &THA,
            Self::Gumki => &GUMKI,
        }
    }
}

type Slap = (SvfKind, f64, f64, f32, f32);

const fn right(levels: [f32; MODES], decay_secs: f32, slap: Slap, level: f32) -> Touch {
    Touch { head: Head::Right, levels, decay_secs, sharp_cents: 0.0, bend_cents: 0.0, bend_secs: 0.1, slap, level }
}

const fn left(levels: [f32; MODES], decay_secs: f32, bend: (f32, f32, f32), slap: Slap, level: f32) -> Touch {
    let (sharp_cents, bend_cents, bend_secs) = bend;
    Touch { head: Head::Left, levels, decay_secs, sharp_cents, bend_cents, bend_secs, slap, level }
}

/// The modes that a hand flat on the head leaves, hardly one cycle of each.
const DEAD: [f32; MODES] = [0.5, 0.6, 0.5, 0.35, 0.25, 0.2, 0.15, 0.1];
/// The modes of an open left head.
const OPEN: [f32; MODES] = [1.0, 0.30, 0.16, 0.10, 0.05, 0.04, 0.02, 0.02];

const NA: Touch =
    right([0.05, 0.75, 0.80, 0.45, 0.35, 0.35, 0.20, 0.15], 1.10, (SvfKind::High, 4_500.0, 0.7, 0.5, 0.020), 0.80);
const TIN: Touch =
    right([0.10, 0.95, 0.35, 0.12, 0.06, 0.14, 0.05, 0.02], 1.50, (SvfKind::Band, 2_200.0, 0.8, 0.12, 0.016), 0.62);
const TUN: Touch =
    right([1.00, 0.22, 0.10, 0.04, 0.02, 0.03, 0.01, 0.01], 1.70, (SvfKind::Band, 1_200.0, 0.8, 0.18, 0.018), 0.75);
const TE: Touch = right(DEAD, 0.045, (SvfKind::Band, 2_500.0, 1.0, 1.5, 0.030), 0.90);
const RE: Touch =
    right([1.0, 0.4, 0.12, 0.05, 0.02, 0.02, 0.0, 0.0], 0.075, (SvfKind::Low, 750.0, 0.8, 1.0, 0.036), 0.85);
const GE: Touch = left(OPEN, 1.10, (140.0, 180.0, 0.16), (SvfKind::Low, 500.0, 0.7, 0.25, 0.030), 0.95);
const GE_UP: Touch = left(OPEN, 1.30, (100.0, 700.0, 0.34), (SvfKind::Low, 500.0, 0.7, 0.22, 0.030), 0.95);
const KA: Touch = left(
    [0.5, 0.45, 0.4, 0.3, 0.25, 0.2, 0.15, 0.1],
    0.050,
    (0.0, 0.0, 0.1),
    (SvfKind::Band, 1_100.0, 0.7, 1.6, 0.050),
    0.60,
);
const NAM: Touch =
    right([0.08, 0.80, 0.70, 0.35, 0.20, 0.30, 0.15, 0.08], 0.75, (SvfKind::High, 3_800.0, 0.7, 0.4, 0.018), 0.78);
const DHIN: Touch =
    right([0.75, 0.70, 0.25, 0.10, 0.05, 0.10, 0.04, 0.02], 0.95, (SvfKind::Band, 1_700.0, 0.8, 0.25, 0.018), 0.74);
const CHA: Touch =
    right([0.10, 0.45, 0.60, 0.80, 0.55, 0.45, 0.50, 0.30], 0.42, (SvfKind::High, 3_000.0, 0.8, 0.9, 0.024), 0.75);
const TA: Touch = right(DEAD, 0.050, (SvfKind::Band, 1_500.0, 0.9, 1.5, 0.030), 0.85);
const THOM: Touch = left(OPEN, 0.80, (120.0, 0.0, 0.1), (SvfKind::Low, 420.0, 0.7, 0.25, 0.030), 0.95);
const THA: Touch = left(
    [0.7, 0.45, 0.3, 0.2, 0.12, 0.1, 0.06, 0.05],
    0.060,
    (0.0, 0.0, 0.1),
    (SvfKind::Band, 620.0, 0.8, 1.5, 0.045),
    0.58,
);
const GUMKI: Touch = left(OPEN, 1.00, (60.0, 900.0, 0.26), (SvfKind::Low, 420.0, 0.7, 0.18, 0.030), 0.95);
