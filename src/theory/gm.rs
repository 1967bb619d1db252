//! General MIDI level 1: what programs mean.

/// What kind of instrument a program number asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// Pianos and harpsichords, 0-3 and 6-7.
    Piano,
    /// Electric pianos, 4-5.
    ElectricPiano,
    /// Celesta to dulcimer, 8-15, and the pitched percussion of 112-119.
    Chromatic,
    /// Organs and accordions, 16-23.
    Organ,
    /// Guitars and other plucked strings, 24-31 and 104-111.
    Plucked,
    /// Upright bass, 32.
    AcousticBass,
    /// Electric and synthetic basses, 33-39.
    ElectricBass,
    /// Bowed strings, choirs and warm pads.
    Ensemble,
    /// Brass, reeds, pipes and leads, 56-87.
    Wind,
    /// Airy pads and effects, 94-103 and 120-127.
    Atmosphere,
}

impl Family {
    /// The family of `program`, 0 to 127.
    #[must_use]
    pub const fn of_program(program: u8) -> Self {
        match program {
            0..=3 | 6..=7 => Self::Piano,
            4..=5 => Self::ElectricPiano,
            8..=15 | 112..=119 => Self::Chromatic,
            16..=23 => Self::Organ,
            24..=31 | 104..=111 => Self::Plucked,
            32 => Self::AcousticBass,
            33..=39 => Self::ElectricBass,
            56..=87 => Self::Wind,
            94..=103 | 120..=127 => Self::Atmosphere,
            _ => Self::Ensemble,
        }
    }
}

/// The channel that General MIDI gives to the drums, counted from 0.
pub const DRUM_CHANNEL: u8 = 9;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_fall_into_their_families() {
        let families = [
            (0, Family::Piano),
            (4, Family::ElectricPiano),
            (11, Family::Chromatic),
            (32, Family::AcousticBass),
            (33, Family::ElectricBass),
            (48, Family::Ensemble),
            (73, Family::Wind),
            (89, Family::Ensemble),
            (99, Family::Atmosphere),
        ];
        for (program, family) in families {
            assert_eq!(Family::of_program(program), family, "{program}");
        }
    }
}
