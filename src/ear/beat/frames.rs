//! What begins in each frame, in numbers: the input of the net.
//!
//! `models/train/beat_net.py` computes the same numbers; the two are compared by a test of [`super::net`].

use crate::ear::{Onset, OnsetSource};

/// Numbers that describe a frame.
pub const INPUTS: usize = PLAIN + 2 * LAGS.len();
/// Numbers that describe what began in a frame, before those of resonance.
const PLAIN: usize = 23;
/// Kinds of drum that are told apart, as the Groove MIDI Dataset reduces them.
const DRUMS: usize = 9;
/// Lags, in frames, after which accents may come back: 0.16 to 3 s, in steps of about a tenth.
const LAGS: [usize; 32] = [
    8, 9, 10, 11, 12, 13, 15, 16, 18, 20, 22, 24, 26, 29, 32, 35, 39, 43, 47, 52, 57, 63, 69, 76, 84, 92, 101, 111,
    122, 134, 147, 150,
];
/// Accents of the past that are kept: the longest lag and its reach.
const PAST: usize = 160;

mod tuning {
    /// Resonance forgets with this factor a frame: a time constant of 5 s, a few bars.
    pub const MEMORY: f32 = 0.996_008;
    /// What sounded before fades with this factor a frame: a time constant of 2 s, about a bar.
    pub const CHROMA_DECAY: f32 = 0.990_049_8;
    /// Share of a frame in the running mean of loudness: some eight chords.
    pub const LOUDNESS_SHARE: f32 = 0.12;
    /// Frames after which the time since the last onset is told no longer: 2.5 s, when the tracker pauses.
    pub const FRAMES_SINCE_MAX: u32 = 125;
    /// Keys below the first are low, from the second on high.
    pub const REGISTERS: (u8, u8) = (52, 68);
    /// Energy below which resonance means little: about one chord.
    pub const ENERGY_FLOOR: f32 = 0.5;
}

/// What began in one frame.
#[derive(Clone, Copy, Debug, Default)]
struct Begun {
    /// Place of the first within the frame, 0 to 1.
    into: Option<f32>,
    loudest: f32,
    loudness: f32,
    keys: f32,
    keys_loudest: f32,
    keys_loudness: f32,
    lowest: Option<u8>,
    highest: u8,
    registers: [f32; 3],
    chroma: [f32; 12],
    drums: [f32; DRUMS],
    audio: f32,
}

/// Gathers onsets into frames. Never allocates.
#[derive(Clone, Debug)]
pub struct Frames {
    begun: Begun,
    chroma: [f32; 12],
    loudness_mean: f32,
    frames_since: u32,
    /// Accents of the last frames, oldest first.
    past: [f32; PAST],
    resonance: [f32; LAGS.len()],
    energy: f32,
    inputs: [f32; INPUTS],
}

impl Default for Frames {
    fn default() -> Self {
        Self {
            begun: Begun::default(),
            chroma: [0.0; 12],
            loudness_mean: 0.0,
            frames_since: tuning::FRAMES_SINCE_MAX,
            past: [0.0; PAST],
            resonance: [0.0; LAGS.len()],
            energy: 0.0,
            inputs: [0.0; INPUTS],
        }
    }
}

impl Frames {
    /// Takes an onset of the open frame, `into` of the frame after its begin, 0 to 1. Onsets come in order.
    pub fn hear(&mut self, onset: &Onset, into: f32) {
        let begun = &mut self.begun;
        let loudness = onset.loudness.clamp(0.0, 1.0);
        begun.into.get_or_insert(into);
        begun.loudest = begun.loudest.max(loudness);
        begun.loudness += loudness;
        match onset.source {
            OnsetSource::Key(key) => begun.hear_key(key.min(127), loudness),
            OnsetSource::Drum(key) => {
                let drum = &mut begun.drums[drum_of(key)];
                *drum = drum.max(loudness);
            }
            OnsetSource::Audio => begun.audio = begun.audio.max(loudness),
        }
    }

    /// Ends the frame and describes it.
    pub fn close(&mut self) -> &[f32; INPUTS] {
        let begun = std::mem::take(&mut self.begun);
        let x = &mut self.inputs;
        *x = [0.0; INPUTS];
        x[0] = begun.keys.min(6.0) / 3.0;
        x[1] = begun.keys_loudest;
        x[2] = begun.keys_loudness.min(3.0);
        if let Some(lowest) = begun.lowest {
            x[3] = (f32::from(lowest) - 60.0) / 24.0;
            x[4] = (f32::from(begun.highest) - 60.0) / 24.0;
        }
        for (value, count) in x[5..8].iter_mut().zip(begun.registers) {
            *value = count.min(3.0) / 3.0;
        }
        x[9] = (1.0 + self.frames_since as f32).ln() / 5.0;
        self.frames_since = (self.frames_since + 1).min(tuning::FRAMES_SINCE_MAX);
        self.chroma.iter_mut().for_each(|value| *value *= tuning::CHROMA_DECAY);
        if let Some(into) = begun.into {
            x[8] = 0.5 - into;
            if begun.lowest.is_some() {
                x[10] = novelty(&begun.chroma, &self.chroma);
            }
            for (value, new) in self.chroma.iter_mut().zip(begun.chroma) {
                *value += new;
            }
            if self.loudness_mean <= 0.0 {
                self.loudness_mean = begun.loudest;
            }
            x[11] = (begun.loudest / self.loudness_mean.max(1.0e-6) - 1.0).clamp(-1.0, 1.0);
            self.loudness_mean += tuning::LOUDNESS_SHARE * (begun.loudest - self.loudness_mean);
            self.frames_since = 1;
            x[12] = 1.0;
        }
        x[13..22].copy_from_slice(&begun.drums);
        x[22] = begun.audio;
        self.resound(begun.loudness.sqrt().min(2.0));
        &self.inputs
    }

    /// How regularly accents come back after each lag, and whether one fell a lag ago.
    fn resound(&mut self, accent: f32) {
        self.past.copy_within(1.., 0);
        self.past[PAST - 1] = accent;
        self.energy = self.energy * tuning::MEMORY + accent * accent;
        for (n, lag) in LAGS.into_iter().enumerate() {
            let (middle, reach) = (PAST - 1 - lag, ((lag + 10) / 20).max(1));
            let tap: f32 = self.past[middle - reach..=middle + reach].iter().sum();
            self.resonance[n] = self.resonance[n] * tuning::MEMORY + accent * tap;
            self.inputs[PLAIN + n] = (self.resonance[n] / (self.energy + tuning::ENERGY_FLOOR)).min(2.0);
            self.inputs[PLAIN + LAGS.len() + n] = 0.5 * tap;
        }
    }
}

impl Begun {
    fn hear_key(&mut self, key: u8, loudness: f32) {
        let register = usize::from(key >= tuning::REGISTERS.0) + usize::from(key >= tuning::REGISTERS.1);
        self.keys += 1.0;
        self.keys_loudest = self.keys_loudest.max(loudness);
        self.keys_loudness += loudness;
        self.lowest = Some(self.lowest.map_or(key, |lowest| lowest.min(key)));
        self.highest = self.highest.max(key);
        self.registers[register] += 1.0;
        self.chroma[usize::from(key % 12)] += 1.0;
    }
}

/// How unlike `old` the pitch classes of `new` are, 0 to 1: one less the cosine of their angle.
fn novelty(new: &[f32; 12], old: &[f32; 12]) -> f32 {
    let product = |a: &[f32; 12], b: &[f32; 12]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    1.0 - product(new, old) / (product(new, new) * product(old, old)).sqrt().max(1.0e-6)
}

/// The kind of a General MIDI drum, or of a Roland TD-11's: kick, snare, closed and open hi-hat, low, middle and high
/// tom, crash, ride and whatever else.
fn drum_of(key: u8) -> usize {
    match key {
        35 | 36 => 0,
        37..=40 => 1,
        22 | 42 | 44 => 2,
        26 | 46 => 3,
        41 | 43 | 58 => 4,
        45 | 47 => 5,
        48 | 50 => 6,
        49 | 52 | 55 | 57 => 7,
        _ => 8,
    }
}
