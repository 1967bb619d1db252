//! The parts of the band, and what the player wishes of each.

use crate::base::Bus;

/// A part of the band.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Part {
    /// The drum kit, played by General MIDI drum keys.
    Drums,
    /// The bass, one note at a time.
    Bass,
    /// The comping keys.
    Keys,
    /// The answering voice.
    Lead,
}

impl Part {
    /// How many there are.
    pub const COUNT: usize = 4;
    /// All parts, in the order in which they are planned: each may listen to those before it.
    pub const ALL: [Self; Self::COUNT] = [Self::Drums, Self::Bass, Self::Keys, Self::Lead];

    /// The bus that it sounds on.
    #[must_use]
    pub const fn bus(self) -> Bus {
        [Bus::Drums, Bus::Bass, Bus::Keys, Bus::Lead][self as usize]
    }

    /// The stable lower-case key used in settings and reports.
    #[must_use]
    pub const fn key(self) -> &'static str {
        self.bus().key()
    }

    /// The keys it plays by default, the lowest and the highest; drum keys are not bound by it.
    #[must_use]
    pub const fn range(self) -> (u8, u8) {
        [(35, 81), (28, 52), (48, 79), (60, 91)][self as usize]
    }
}

/// Whether and how a part plays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PartMode {
    /// It plays its own part.
    #[default]
    Auto,
    /// It plays in the player's rhythm and loudness.
    Follow,
    /// It is silent.
    Off,
}

/// What the player wishes of a part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Taste {
    /// Whether and how it plays.
    pub mode: PartMode,
    /// How much happens: 0 the plainest, 1 the most intricate.
    pub complexity: f32,
    /// How hard it is played: 0 gentle, 1 driving.
    pub intensity: f32,
    /// The lowest and the highest key; see [`Part::range`].
    pub range: (u8, u8),
    /// How far the models stray from what is likeliest: 0 hardly, 1 far. The rules have their own chances.
    pub temperature: f32,
}

impl Taste {
    /// What a part plays like until it is told otherwise.
    #[must_use]
    pub const fn of(part: Part) -> Self {
        Self { mode: PartMode::Auto, complexity: 0.4, intensity: 0.5, range: part.range(), temperature: 0.5 }
    }
}
