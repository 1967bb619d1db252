//! What was chosen by ear and by the statistics of the Groove MIDI Dataset's `train` split.

use crate::band::style::StyleId;

/// How far grooves of one style are brought to one loudness, as a power: all the way would take away their character.
pub const LEVELLED: f32 = 0.6;

/// Complexity at which a groove sounds as it was played; below strokes are left out, above some are added. It is what a
/// part is set to until it is told otherwise.
pub const AS_PLAYED: f32 = 0.4;
/// How much of the complexity the energy moves, from none to all.
pub const ENERGY_MOVES: f32 = 0.4;
/// How much more happens from one variation to the next.
pub const VARIATION_MOVES: f32 = 0.05;

/// Below this share of the groove's level a stroke is an ornament.
pub const SOFT_SHARE: f32 = 0.65;
/// Chances of what is added at full complexity, for each place where it could be: a ghost note on the snare, a kick
/// before a kick, a sixteenth of the hat, the hat opened at the end of the bar. About what the busier humans do.
pub const GHOST_CHANCE: f32 = 0.5;
/// See [`GHOST_CHANCE`].
pub const PICK_UP_CHANCE: f32 = 0.3;
/// See [`GHOST_CHANCE`].
pub const SIXTEENTH_CHANCE: f32 = 0.4;
/// See [`GHOST_CHANCE`].
pub const OPENED_CHANCE: f32 = 0.8;
/// How much is added to what was written even where nothing more is asked for, as a share of what full complexity adds:
/// recorded takes differ from each other, and this has to make up for it.
pub const WRITTEN_VARIES: f32 = 0.2;
/// A sixteenth that one hand still plays with ease, in seconds.
pub const SIXTEENTH_SECS_MIN: f64 = 0.105;
/// A groove in sixteenths loses them when it is played so much faster than it was recorded.
pub const RUSHED: f64 = 1.35;

/// Octaves of the exponent of loudness from no to full intensity, and from no to full energy: at half of both a groove
/// sounds as it was played.
pub const INTENSITY_MOVES: f32 = 0.9;
/// See [`INTENSITY_MOVES`].
pub const ENERGY_DRIVES: f32 = 0.7;
/// The same from a player who is silent to one who is as loud as can be, where the drummer follows.
pub const LOUDNESS_DRIVES: f32 = 1.4;

/// How much of a human's spread is drawn for what was written, and on top of a recorded take (which has its own). A
/// written groove has no drift over the bars either, so that it gets a little more than the spread within a place.
pub const FRESH_WRITTEN: f32 = 1.15;
/// See [`FRESH_WRITTEN`].
pub const FRESH_TAKEN: f32 = 0.5;
/// How much of the spread of the velocity is drawn: the rest of what humans vary is the takes' and the ornaments'.
pub const FRESH_LOUDNESS: f32 = 0.6;
/// What is struck together stays so close together, in milliseconds to either side: more would sound as a flam.
pub const FLAM_MILLIS: f32 = 16.0;
/// No stroke is farther from its place than this, in beats: half of a sixteenth.
pub const AWAY_BEATS_MAX: f64 = 0.12;

/// Two toms within so many beats before a bar lead over to it.
pub const LED_OVER_BEATS: f64 = 1.5;
/// Chance of a crash after each eight bars, times the amount of fills.
pub const EIGHT_BARS_CRASH: f32 = 0.8;

/// What sets a style apart at the joints of the form.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// Loudness of a crash, as a share of the level.
    pub crash: f32,
    /// Loudness of fills, as a share of what was played.
    pub fill: f32,
    /// How many of the strokes that complexity adds suit it, 0 to 1.
    pub ornaments: f32,
}

/// The manner of a style.
#[must_use]
pub fn manner(id: StyleId) -> Manner {
    let (crash, fill, ornaments) = match id {
        StyleId::Brushes => (0.45, 0.55, 0.6),
        StyleId::Bossa => (0.55, 0.7, 0.8),
        StyleId::Swing | StyleId::SwingUp | StyleId::Waltz => (0.75, 0.85, 0.8),
        StyleId::PopBallad | StyleId::SixEight => (0.85, 0.9, 0.7),
        StyleId::Reggae | StyleId::Samba => (0.85, 0.95, 0.8),
        StyleId::Rock | StyleId::Disco => (1.05, 1.0, 0.8),
        StyleId::Funk | StyleId::Soul | StyleId::HipHop | StyleId::Afrobeat => (0.95, 1.0, 1.0),
    };
    Manner { crash, fill, ornaments }
}
