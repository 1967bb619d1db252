//! Placeholder of the sound makers until the voices land: a plain sine for every key.

use crate::base::limits::{MACROS, PARTS, VOICES_MAX};
use crate::base::{Bus, Midi, Segment, key_to_hz};

/// A sound, by its row in [`PATCHES`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PatchId(pub u8);

/// Families of sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Category {
    Keys,
    Bass,
    Pad,
    Drums,
}

impl Category {
    /// What people read.
    #[must_use]
    pub const fn name(self) -> &'static str {
        ["Keys", "Bass", "Pad", "Drums"][self as usize]
    }
}

/// How a macro knob moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Taper {
    Linear,
    Log,
}

/// What a macro knob is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Unit {
    Percent,
    Hz,
    Ms,
}

/// A macro knob of a patch.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct MacroSpec {
    pub label: &'static str,
    pub unit: Unit,
    pub min: f32,
    pub max: f32,
    pub taper: Taper,
    pub default: f32,
}

impl MacroSpec {
    /// Place in the range, 0 to 1.
    #[must_use]
    pub fn normalise(&self, value: f32) -> f32 {
        (value - self.min) / (self.max - self.min)
    }
    /// What people read at a place of the range.
    #[must_use]
    pub fn text(&self, normalised: f32) -> String {
        format!("{:.0}", self.min + normalised * (self.max - self.min))
    }
}

/// A sound.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct PatchInfo {
    pub key: &'static str,
    pub name: &'static str,
    pub category: Category,
    pub word: &'static str,
    pub macros: [MacroSpec; MACROS],
    pub key_range: (u8, u8),
}

const fn knob(label: &'static str) -> MacroSpec {
    MacroSpec { label, unit: Unit::Percent, min: 0.0, max: 100.0, taper: Taper::Linear, default: 50.0 }
}
const KNOBS: [MacroSpec; MACROS] =
    [knob("Tone"), knob("Bell"), knob("Drive"), knob("Tremolo"), knob("Width"), knob("Release")];

/// All sounds.
pub static PATCHES: [PatchInfo; 4] = [
    PatchInfo {
        key: "tine",
        name: "Tine electric",
        category: Category::Keys,
        word: "round",
        macros: KNOBS,
        key_range: (28, 100),
    },
    PatchInfo {
        key: "upright",
        name: "Upright bass",
        category: Category::Bass,
        word: "woody",
        macros: KNOBS,
        key_range: (28, 67),
    },
    PatchInfo {
        key: "pad",
        name: "Warm pad",
        category: Category::Pad,
        word: "wide",
        macros: KNOBS,
        key_range: (36, 96),
    },
    PatchInfo {
        key: "kit",
        name: "Studio kit",
        category: Category::Drums,
        word: "dry",
        macros: KNOBS,
        key_range: (35, 82),
    },
];

/// The pool of voices.
pub struct Rack {
    rate: f32,
    voices: Vec<(Bus, u8, f32, f32)>,
}

#[allow(missing_docs)]
impl Rack {
    pub fn new(sample_rate_hz: u32, _seed: u64) -> Self {
        Self { rate: sample_rate_hz as f32, voices: Vec::with_capacity(VOICES_MAX) }
    }
    pub fn reset(&mut self) {
        self.voices.clear();
    }
    pub fn set_patch(&mut self, _: Bus, _: PatchId) {}
    pub fn set_macro(&mut self, _: Bus, _: usize, _: f32) {}
    pub fn set_tuning(&mut self, _: f32) {}
    pub fn panic(&mut self) {
        self.voices.clear();
    }
    pub fn tick(&mut self) {}
    pub fn voices_active(&self) -> usize {
        self.voices.len()
    }
    pub fn voices_stolen(&self) -> u32 {
        0
    }
    pub fn midi(&mut self, bus: Bus, message: Midi) {
        match message {
            Midi::NoteOn { key, velocity, .. } if self.voices.len() < VOICES_MAX => {
                self.voices.push((bus, key, 0.0, f32::from(velocity) / 1000.0))
            }
            Midi::NoteOff { key, .. } => self.voices.retain(|v| v.0 != bus || v.1 != key),
            _ => {}
        }
    }
    pub fn keys_sounding(&self, bus: Bus) -> u128 {
        self.voices.iter().filter(|v| v.0 == bus).fold(0, |k, v| k | 1 << v.1)
    }
    pub fn render(&mut self, out: &mut [Segment; PARTS], frames: usize) {
        for (bus, key, phase, gain) in &mut self.voices {
            let step = key_to_hz(f32::from(*key), 440.0) / self.rate;
            for n in 0..frames {
                *phase = (*phase + step).fract();
                let s = (*phase * std::f32::consts::TAU).sin() * *gain;
                out[*bus as usize][0][n] += s;
                out[*bus as usize][1][n] += s;
            }
        }
    }
}

/// The sound of every part in a fresh engine.
pub const DEFAULT_PATCHES: [PatchId; PARTS] = [PatchId(0), PatchId(3), PatchId(1), PatchId(0), PatchId(0), PatchId(2)];
