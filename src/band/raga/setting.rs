//! What a raga jam is played in.

use super::theka::Theka;
use crate::theory::raga::{Raga, tables};

/// The lowest key that middle Sa is taken as: what is sung lower is answered an octave above.
const SA_KEY_MIN: f32 = 54.5;

/// A raga, its Sa and the cycle that the drum keeps.
#[derive(Clone, Debug, PartialEq)]
pub struct RagaSetting {
    /// The raga.
    pub raga: Raga,
    /// What the drum plays; `None` is alap, free of any cycle.
    pub theka: Option<Theka>,
    /// Sa in Hz, in any octave, above 0.
    pub sa_hz: f32,
    /// The A above middle C that instruments are tuned to, Hz, above 0.
    pub a4_hz: f32,
}

impl Default for RagaSetting {
    fn default() -> Self {
        Self { raga: tables().ragas.ragas()[0].clone(), theka: None, sa_hz: 138.6, a4_hz: 440.0 }
    }
}

impl RagaSetting {
    /// The MIDI key nearest to middle Sa, and how far over that key Sa lies, in cents. Middle Sa is here the one that a
    /// melody over a tanpura is sung around: the first from G below middle C on.
    #[must_use]
    pub fn sa_key(&self) -> (u8, f32) {
        let sa = 69.0 + 12.0 * (self.sa_hz.max(1.0) / self.a4_hz.max(1.0)).log2();
        let sa = sa + 12.0 * ((SA_KEY_MIN - sa) / 12.0).ceil();
        let key = sa.round().clamp(0.0, 127.0);
        (key as u8, 100.0 * (sa - key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn middle_sa_is_a_key_and_the_cents_that_it_lies_over_it() {
        let at = |sa_hz: f32, a4_hz: f32| RagaSetting { sa_hz, a4_hz, ..RagaSetting::default() }.sa_key();
        for (sa_hz, key) in [(146.83, 62), (130.81, 60), (220.0, 57), (440.0, 57), (196.0, 55), (92.5, 66)] {
            let (found, cents) = at(sa_hz, 440.0);
            assert!(found == key && cents.abs() < 0.2, "{sa_hz}: {found} {cents}");
        }
        let (key, cents) = at(440.0, 432.0);
        assert!(key == 57 && (cents - 31.77).abs() < 0.01, "{key} {cents}");
        let (key, cents) = at(150.0, 440.0);
        assert!(key == 62 && (cents - 37.0).abs() < 0.1, "{key} {cents}");
    }
}
