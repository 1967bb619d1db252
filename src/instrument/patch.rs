//! The patches: what a musician can choose and which knobs each choice has.

use super::skins::Stroke;
use crate::base::Bus;
use crate::base::limits::MACROS;
use crate::theory::gm::{DRUM_CHANNEL, Family};

/// An index into [`PATCHES`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PatchId(pub u8);

/// What a patch is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Category {
    /// Struck keyboards.
    Keys,
    /// Plucked basses.
    Bass,
    /// Sustained sounds.
    Pad,
    /// Drum kits on the General MIDI map.
    Drums,
}

impl Category {
    /// The name to show.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keys => "Keys",
            Self::Bass => "Bass",
            Self::Pad => "Pad",
            Self::Drums => "Drums",
        }
    }
}

/// The unit of a macro knob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Hundredths.
    Percent,
    /// Cycles a second.
    Hz,
    /// Milliseconds.
    Ms,
    /// Equal-tempered semitones.
    Semitones,
}

/// How the travel of a knob maps to its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taper {
    /// Equal travel, equal difference.
    Linear,
    /// Equal travel, equal ratio; `min` is above zero.
    Log,
}

/// One knob of a patch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MacroSpec {
    /// What it says on the knob.
    pub label: &'static str,
    /// The unit of `min`, `max` and `default`.
    pub unit: Unit,
    /// The value at 0.
    pub min: f32,
    /// The value at 1.
    pub max: f32,
    /// How the travel maps to the value.
    pub taper: Taper,
    /// The value of a fresh patch, in `unit`.
    pub default: f32,
    pub(super) role: Role,
}

/// What a knob does inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Tone,
    Colour,
    Noise,
    Drive,
    Tremolo,
    Width,
    Release,
    Attack,
    Sustain,
    Motion,
    Tune,
}

impl MacroSpec {
    /// The travel, 0 to 1, of a value in this knob's unit.
    #[must_use]
    pub fn normalise(&self, value: f32) -> f32 {
        let value = value.clamp(self.min, self.max);
        match self.taper {
            Taper::Linear => (value - self.min) / (self.max - self.min),
            Taper::Log => (value / self.min).ln() / (self.max / self.min).ln(),
        }
    }

    /// The value, in this knob's unit, at a travel of 0 to 1.
    #[must_use]
    pub fn denormalise(&self, normalised: f32) -> f32 {
        let travel = normalised.clamp(0.0, 1.0);
        match self.taper {
            Taper::Linear => self.min + travel * (self.max - self.min),
            Taper::Log => self.min * (self.max / self.min).powf(travel),
        }
    }

    /// The value at a travel of 0 to 1 as text, such as "4.5 Hz". Allocates.
    #[must_use]
    pub fn text(&self, normalised: f32) -> String {
        let value = self.denormalise(normalised);
        match self.unit {
            Unit::Percent => format!("{value:.0} %"),
            Unit::Hz if value < 0.05 => "off".to_owned(),
            Unit::Hz => format!("{value:.1} Hz"),
            Unit::Ms if value >= 1000.0 => format!("{:.1} s", value / 1000.0),
            Unit::Ms => format!("{value:.0} ms"),
            Unit::Semitones => format!("{value:+.1} st"),
        }
    }
}

/// What a musician sees of a patch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PatchInfo {
    /// The stable lower-case key used in settings.
    pub key: &'static str,
    /// The name to show.
    pub name: &'static str,
    /// What it is for.
    pub category: Category,
    /// One word for its sound.
    pub word: &'static str,
    /// Its knobs.
    pub macros: [MacroSpec; MACROS],
    /// The lowest and the highest key that sound.
    pub key_range: (u8, u8),
}

const fn percent(label: &'static str, default: f32, role: Role) -> MacroSpec {
    MacroSpec { label, unit: Unit::Percent, min: 0.0, max: 100.0, taper: Taper::Linear, default, role }
}

const fn millis(label: &'static str, range: (f32, f32), default: f32, role: Role) -> MacroSpec {
    MacroSpec { label, unit: Unit::Ms, min: range.0, max: range.1, taper: Taper::Log, default, role }
}

const fn sustain(label: &'static str) -> MacroSpec {
    MacroSpec {
        label,
        unit: Unit::Percent,
        min: 25.0,
        max: 400.0,
        taper: Taper::Log,
        default: 100.0,
        role: Role::Sustain,
    }
}

const fn hertz(label: &'static str, max: f32, default: f32, role: Role) -> MacroSpec {
    MacroSpec { label, unit: Unit::Hz, min: 0.0, max, taper: Taper::Linear, default, role }
}

const TUNE: MacroSpec = MacroSpec {
    label: "Tune",
    unit: Unit::Semitones,
    min: -7.0,
    max: 7.0,
    taper: Taper::Linear,
    default: 0.0,
    role: Role::Tune,
};

const fn keys_macros(colour: &'static str, drive: f32, tremolo_hz: f32, release_ms: f32) -> [MacroSpec; MACROS] {
    [
        percent("Tone", 50.0, Role::Tone),
        percent(colour, 50.0, Role::Colour),
        percent("Drive", drive, Role::Drive),
        hertz("Tremolo", 9.0, tremolo_hz, Role::Tremolo),
        percent("Width", 50.0, Role::Width),
        millis("Release", (40.0, 4000.0), release_ms, Role::Release),
    ]
}

const fn bass_macros(drive: f32, release_ms: f32) -> [MacroSpec; MACROS] {
    [
        percent("Tone", 50.0, Role::Tone),
        percent("Body", 50.0, Role::Colour),
        percent("Finger", 50.0, Role::Noise),
        percent("Drive", drive, Role::Drive),
        sustain("Sustain"),
        millis("Release", (40.0, 2000.0), release_ms, Role::Release),
    ]
}

const fn pad_macros(colour: &'static str, motion_hz: f32, attack_ms: f32, release_ms: f32) -> [MacroSpec; MACROS] {
    [
        percent("Tone", 50.0, Role::Tone),
        percent(colour, 50.0, Role::Colour),
        hertz("Motion", 4.0, motion_hz, Role::Motion),
        percent("Width", 50.0, Role::Width),
        millis("Attack", (5.0, 4000.0), attack_ms, Role::Attack),
        millis("Release", (80.0, 8000.0), release_ms, Role::Release),
    ]
}

const fn wind_macros(attack_ms: f32, release_ms: f32) -> [MacroSpec; MACROS] {
    [
        percent("Tone", 50.0, Role::Tone),
        percent("Octave", 50.0, Role::Colour),
        percent("Breath", 50.0, Role::Noise),
        hertz("Motion", 4.0, 0.0, Role::Motion),
        millis("Attack", (5.0, 1000.0), attack_ms, Role::Attack),
        millis("Release", (40.0, 4000.0), release_ms, Role::Release),
    ]
}

const KIT_MACROS: [MacroSpec; MACROS] = [
    percent("Tone", 50.0, Role::Tone),
    TUNE,
    sustain("Decay"),
    percent("Snares", 50.0, Role::Noise),
    percent("Punch", 15.0, Role::Drive),
    percent("Width", 50.0, Role::Width),
];

const SKIN_MACROS: [MacroSpec; MACROS] = [
    percent("Bend", 50.0, Role::Colour),
    TUNE,
    sustain("Decay"),
    percent("Slap", 50.0, Role::Noise),
    percent("Punch", 0.0, Role::Drive),
    percent("Width", 50.0, Role::Width),
];

/// All patches, in the order of the menu.
pub static PATCHES: [PatchInfo; 10] = [
    PatchInfo {
        key: "tine-electric",
        name: "Tine electric",
        category: Category::Keys,
        word: "warm",
        macros: keys_macros("Bell", 20.0, 4.2, 220.0),
        key_range: (21, 108),
    },
    PatchInfo {
        key: "felt-tines",
        name: "Felt tines",
        category: Category::Keys,
        word: "soft",
        macros: keys_macros("Thump", 8.0, 0.0, 420.0),
        key_range: (21, 108),
    },
    PatchInfo {
        key: "glass-keys",
        name: "Glass keys",
        category: Category::Keys,
        word: "bright",
        macros: keys_macros("Glass", 0.0, 0.0, 600.0),
        key_range: (21, 108),
    },
    PatchInfo {
        key: "upright-bass",
        name: "Upright bass",
        category: Category::Bass,
        word: "woody",
        macros: bass_macros(10.0, 180.0),
        key_range: (21, 84),
    },
    PatchInfo {
        key: "finger-bass",
        name: "Finger bass",
        category: Category::Bass,
        word: "round",
        macros: bass_macros(30.0, 110.0),
        key_range: (21, 84),
    },
    PatchInfo {
        key: "warm-pad",
        name: "Warm pad",
        category: Category::Pad,
        word: "wide",
        macros: pad_macros("Octave", 0.4, 350.0, 1400.0),
        key_range: (21, 108),
    },
    PatchInfo {
        key: "air-pad",
        name: "Air pad",
        category: Category::Pad,
        word: "airy",
        macros: pad_macros("Shimmer", 0.9, 900.0, 2600.0),
        key_range: (21, 108),
    },
    PatchInfo {
        key: "studio-kit",
        name: "Studio kit",
        category: Category::Drums,
        word: "dry",
        macros: KIT_MACROS,
        key_range: (35, 82),
    },
    PatchInfo {
        key: "tabla-mridangam",
        name: "Tabla and mridangam",
        category: Category::Drums,
        word: "tuned",
        macros: SKIN_MACROS,
        key_range: (SKIN_KEY, SKIN_KEY + Stroke::ALL.len() as u8 - 1),
    },
    PatchInfo {
        key: "bansuri",
        name: "Bansuri",
        category: Category::Pad,
        word: "breathy",
        macros: wind_macros(70.0, 160.0),
        key_range: (21, 108),
    },
];

/// The key of the first of the strokes of tabla and mridangam; the others follow in their order.
pub const SKIN_KEY: u8 = 36;

impl PatchId {
    pub(super) const TINE_ELECTRIC: Self = Self(0);
    pub(super) const FELT_TINES: Self = Self(1);
    pub(super) const GLASS_KEYS: Self = Self(2);
    pub(super) const UPRIGHT_BASS: Self = Self(3);
    pub(super) const FINGER_BASS: Self = Self(4);
    pub(super) const WARM_PAD: Self = Self(5);
    pub(super) const AIR_PAD: Self = Self(6);
    pub(super) const STUDIO_KIT: Self = Self(7);
    /// Tabla and mridangam: a key for each [`Stroke`], from [`SKIN_KEY`] on.
    pub const SKINS: Self = Self(8);
    /// A bamboo flute that sounds as long as its key is down: what the lead sings with in a raga.
    pub const BANSURI: Self = Self(9);

    /// What a musician sees of this patch; the first one for an unknown index.
    #[must_use]
    pub fn info(self) -> &'static PatchInfo {
        PATCHES.get(usize::from(self.0)).unwrap_or(&PATCHES[0])
    }

    /// The patch with this stable key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        PATCHES.iter().position(|patch| patch.key == key).map(|index| Self(index as u8))
    }

    /// The patch that a part of the band starts with.
    #[must_use]
    pub const fn default_for(bus: Bus) -> Self {
        match bus {
            Bus::Drums => Self::STUDIO_KIT,
            Bus::Bass => Self::UPRIGHT_BASS,
            Bus::Keys => Self::FELT_TINES,
            Bus::Lead => Self::GLASS_KEYS,
            Bus::Drone => Self::WARM_PAD,
            Bus::You | Bus::Click => Self::TINE_ELECTRIC,
        }
    }

    /// The patch nearest to a General MIDI program on a channel, both counted from 0.
    #[must_use]
    pub const fn for_program(channel: u8, program: u8) -> Self {
        if channel == DRUM_CHANNEL {
            return Self::STUDIO_KIT;
        }
        match Family::of_program(program) {
            Family::Piano | Family::Plucked => Self::FELT_TINES,
            Family::ElectricPiano => Self::TINE_ELECTRIC,
            Family::Chromatic => Self::GLASS_KEYS,
            Family::AcousticBass => Self::UPRIGHT_BASS,
            Family::ElectricBass => Self::FINGER_BASS,
            Family::Organ | Family::Ensemble | Family::Wind => Self::WARM_PAD,
            Family::Atmosphere => Self::AIR_PAD,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_knob_maps_both_ways_and_starts_inside_its_range() {
        for patch in &PATCHES {
            for knob in &patch.macros {
                assert!(knob.min < knob.max && (knob.min..=knob.max).contains(&knob.default), "{}", knob.label);
                for step in 0..=10 {
                    let travel = step as f32 / 10.0;
                    assert!((knob.normalise(knob.denormalise(travel)) - travel).abs() < 1e-4, "{}", knob.label);
                }
                assert!(!knob.text(0.5).is_empty());
            }
        }
    }

    #[test]
    fn keys_and_names_of_patches_are_unique() {
        for (index, patch) in PATCHES.iter().enumerate() {
            assert_eq!(PatchId::from_key(patch.key), Some(PatchId(index as u8)));
            assert!(PATCHES[..index].iter().all(|other| other.name != patch.name && other.word != patch.word));
        }
        assert_eq!(PatchId::from_key("kazoo"), None);
    }

    #[test]
    fn knobs_speak_in_their_own_unit() {
        let macros = &PatchId::TINE_ELECTRIC.info().macros;
        assert_eq!(macros[3].text(0.5), "4.5 Hz");
        assert_eq!(macros[3].text(0.0), "off");
        assert_eq!(macros[5].text(1.0), "4.0 s");
        assert_eq!(macros[0].text(0.25), "25 %");
        assert_eq!(PatchId::STUDIO_KIT.info().macros[1].text(1.0), "+7.0 st");
    }

    #[test]
    fn general_midi_programs_find_the_nearest_patch() {
        for (channel, program, patch) in [
            (0, 4, PatchId::TINE_ELECTRIC),
            (0, 32, PatchId::UPRIGHT_BASS),
            (3, 33, PatchId::FINGER_BASS),
            (1, 89, PatchId::WARM_PAD),
            (9, 0, PatchId::STUDIO_KIT),
        ] {
            assert_eq!(PatchId::for_program(channel, program), patch);
        }
    }
}
