//! General MIDI level 1: what programs and drum keys mean.

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

const DRUMS: [&str; 47] = [
    "acoustic bass drum",
    "bass drum",
    "side stick",
    "acoustic snare",
    "hand clap",
    "electric snare",
    "low floor tom",
    "closed hi-hat",
    "high floor tom",
    "pedal hi-hat",
    "low tom",
    "open hi-hat",
    "low-mid tom",
    "high-mid tom",
    "crash cymbal 1",
    "high tom",
    "ride cymbal 1",
    "chinese cymbal",
    "ride bell",
    "tambourine",
    "splash cymbal",
    "cowbell",
    "crash cymbal 2",
    "vibraslap",
    "ride cymbal 2",
    "high bongo",
    "low bongo",
    "mute high conga",
    "open high conga",
    "low conga",
    "high timbale",
    "low timbale",
    "high agogo",
    "low agogo",
    "cabasa",
    "maracas",
    "short whistle",
    "long whistle",
    "short guiro",
    "long guiro",
    "claves",
    "high wood block",
    "low wood block",
    "mute cuica",
    "open cuica",
    "mute triangle",
    "open triangle",
];

/// The name of a drum key; `None` outside 35 to 81.
#[must_use]
pub fn drum_name(key: u8) -> Option<&'static str> {
    DRUMS.get(usize::from(key).checked_sub(35)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drum_keys_have_their_general_midi_names() {
        let names = [(35, "acoustic bass drum"), (38, "acoustic snare"), (46, "open hi-hat"), (56, "cowbell")];
        for (key, name) in names {
            assert_eq!(drum_name(key), Some(name));
        }
        assert_eq!(drum_name(81), Some("open triangle"));
        assert_eq!(drum_name(34), None);
        assert_eq!(drum_name(82), None);
    }

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
