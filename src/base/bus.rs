//! The buses of the mixer; all but [`Bus::Click`] are parts that carry an instrument.

use super::limits::{BUSES, PARTS};
use std::ops::{Index, IndexMut};

/// Who sounds: a strip of the mixer and, but for the click, a part of the band.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Bus {
    /// The player.
    You,
    /// The drum kit.
    Drums,
    /// The bass.
    Bass,
    /// The comping keys.
    Keys,
    /// The answering voice.
    Lead,
    /// Tanpura or pad.
    Drone,
    /// The metronome.
    Click,
}

impl Bus {
    /// All buses in the order of the mixer.
    pub const ALL: [Self; BUSES] =
        [Self::You, Self::Drums, Self::Bass, Self::Keys, Self::Lead, Self::Drone, Self::Click];
    /// The buses that carry an instrument.
    pub const PARTS: [Self; PARTS] = [Self::You, Self::Drums, Self::Bass, Self::Keys, Self::Lead, Self::Drone];

    /// The stable lower-case key used in settings, parameter keys and reports.
    #[must_use]
    pub const fn key(self) -> &'static str {
        ["you", "drums", "bass", "keys", "lead", "drone", "click"][self as usize]
    }

    /// The bus with this key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|bus| bus.key() == key)
    }

    /// Whether the bus carries an instrument.
    #[must_use]
    pub const fn is_part(self) -> bool {
        (self as usize) < PARTS
    }
}

/// One `T` for each bus, indexed by [`Bus`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ByBus<T>(pub [T; BUSES]);

impl<T> Index<Bus> for ByBus<T> {
    type Output = T;
    fn index(&self, bus: Bus) -> &T {
        &self.0[bus as usize]
    }
}

impl<T> IndexMut<Bus> for ByBus<T> {
    fn index_mut(&mut self, bus: Bus) -> &mut T {
        &mut self.0[bus as usize]
    }
}
