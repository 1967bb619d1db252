//! The modes: whose chords are played, whether turns are taken, and who plays.

use super::part::Part;
use super::phrase::PhraseSource;

/// The players of all parts.
pub type Players = [Box<dyn PhraseSource + Send>; Part::COUNT];

/// A way of playing together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ModeId {
    /// The band accompanies the player's tempo and chords.
    #[default]
    Groove,
    /// The player plays, the band answers.
    Trade,
    /// The band plays endless ambient music of its own; the player is welcome.
    Drift,
    /// The band keeps a tala and answers in a raga, over the tanpura.
    Raga,
}

/// What is known of a mode.
#[derive(Debug)]
pub struct Mode {
    /// Which.
    pub id: ModeId,
    /// The stable lower-case key.
    pub key: &'static str,
    /// The name for people.
    pub name: &'static str,
    /// Whether there are chords and a style; without, there is a raga.
    pub has_harmony: bool,
    /// Which parts play at all, in the order of [`Part`].
    pub plays: [bool; Part::COUNT],
    /// Whether the band makes chords of its own.
    pub has_own_chords: bool,
    /// Whether player and band take turns.
    pub takes_turns: bool,
    /// Whether the tempo is taken from the player.
    pub follows_tempo: bool,
    /// Whether models and patterns may play, or the rules alone.
    pub has_models: bool,
    /// Who plays by the rules. Allocates.
    pub players: fn() -> Players,
}

/// All modes, in the order of [`ModeId`].
pub static MODES: [Mode; 4] = [
    Mode {
        id: ModeId::Groove,
        key: "groove",
        name: "Groove",
        has_harmony: true,
        plays: [true; Part::COUNT],
        has_own_chords: false,
        takes_turns: false,
        follows_tempo: true,
        has_models: true,
        players: super::players::groove,
    },
    Mode {
        id: ModeId::Trade,
        key: "trade",
        name: "Trade",
        has_harmony: true,
        plays: [true; Part::COUNT],
        has_own_chords: false,
        takes_turns: true,
        follows_tempo: true,
        has_models: true,
        players: super::players::groove,
    },
    Mode {
        id: ModeId::Drift,
        key: "drift",
        name: "Drift",
        has_harmony: true,
        plays: [true; Part::COUNT],
        has_own_chords: true,
        takes_turns: false,
        follows_tempo: false,
        has_models: false,
        players: super::players::drift,
    },
    Mode {
        id: ModeId::Raga,
        key: "raga",
        name: "Raga",
        has_harmony: false,
        plays: [true, false, false, true],
        has_own_chords: false,
        takes_turns: false,
        follows_tempo: false,
        has_models: false,
        players: super::players::alap,
    },
];

impl ModeId {
    /// What is known of it.
    #[must_use]
    pub fn mode(self) -> &'static Mode {
        &MODES[self as usize]
    }

    /// The mode with this key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        MODES.iter().find(|mode| mode.key == key).map(|mode| mode.id)
    }
}
