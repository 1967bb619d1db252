//! The drums of the kit.

/// A drum, in the order of `models/grooves.bin`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Drum {
    /// Bass drum.
    #[default]
    Kick,
    /// Snare, struck on the head.
    Snare,
    /// Snare, struck across the rim.
    Stick,
    /// Hi-hat, closed.
    Hat,
    /// Hi-hat, open.
    Open,
    /// Hi-hat, closed by the foot.
    Pedal,
    /// Ride cymbal.
    Ride,
    /// The ride's bell.
    Bell,
    /// Crash cymbal.
    Crash,
    /// High tom.
    High,
    /// Middle tom.
    Mid,
    /// Low tom.
    Low,
}

impl Drum {
    /// How many there are.
    pub const COUNT: usize = 12;
    /// All, in their order.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Kick,
        Self::Snare,
        Self::Stick,
        Self::Hat,
        Self::Open,
        Self::Pedal,
        Self::Ride,
        Self::Bell,
        Self::Crash,
        Self::High,
        Self::Mid,
        Self::Low,
    ];

    /// The General MIDI key that it is played by.
    #[must_use]
    pub const fn key(self) -> u8 {
        [36, 38, 37, 42, 46, 44, 51, 53, 49, 50, 47, 43][self as usize]
    }

    /// The drum that a General MIDI key, or a key of the TD-11 with its rims and edges, plays.
    #[must_use]
    pub const fn from_key(key: u8) -> Option<Self> {
        Some(match key {
            35 | 36 => Self::Kick,
            38 | 40 => Self::Snare,
            37 => Self::Stick,
            22 | 42 => Self::Hat,
            26 | 46 => Self::Open,
            44 => Self::Pedal,
            51 | 59 => Self::Ride,
            53 => Self::Bell,
            49 | 52 | 55 | 57 => Self::Crash,
            48 | 50 => Self::High,
            45 | 47 => Self::Mid,
            41 | 43 | 58 => Self::Low,
            _ => return None,
        })
    }

    /// Whether it goes through a groove and marks its time.
    #[must_use]
    pub const fn is_cymbal_of_time(self) -> bool {
        matches!(self, Self::Hat | Self::Open | Self::Pedal | Self::Ride | Self::Bell)
    }

    /// How long a stroke is held, in beats: metal that rings is left to ring.
    #[must_use]
    pub const fn length_beats(self) -> f64 {
        match self {
            Self::Crash | Self::Ride | Self::Bell => 1.0,
            Self::Open => 0.5,
            _ => 0.2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_drum_stands_at_its_own_place_and_is_found_by_its_key() {
        for (place, drum) in Drum::ALL.into_iter().enumerate() {
            assert_eq!(drum as usize, place);
            assert_eq!(Drum::from_key(drum.key()), Some(drum));
            assert!(drum.length_beats() > 0.0);
        }
        assert_eq!(Drum::from_key(0), None);
    }
}
