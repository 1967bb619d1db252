//! How often each class of onset falls where in a bar: counted, not composed.
//!
//! `benches/beat_tables.rs` counts POP909 001-720 (piano) and the Groove MIDI Dataset's `train` split (drums) and
//! writes `models/beats.bin`: one byte a cell, `[kind][feel][pace][beat of a 4/4 bar][class][phase]`, a rate of onsets
//! per beat in 1/12 octaves. Straight and triplet playing are counted apart: their mean would fit beats of three
//! quarters and of three halves of the true one. The other metres are made from those four beats.

use super::features::{AUDIO_CLASSES, CLASSES, KINDS};

/// Steps of phase within a beat.
pub const PHASES: usize = 24;
/// Ranges of tempo with tables of their own.
pub const PACES: usize = 6;
/// Beats in the bar that is counted.
pub const COUNTED_BEATS: usize = 4;
/// Feels that are counted apart: straight and triplet.
pub const FEELS: usize = 2;
/// Bytes of the file.
pub const FILE_BYTES: usize = KINDS * FEELS * PACES * COUNTED_BEATS * CLASSES * PHASES;
/// The middle of each range of tempo, in BPM.
pub const PACE_BPM: [f64; PACES] = [52.0, 66.0, 82.0, 102.0, 126.0, 158.0];

const BYTE_OF_ONE: f32 = 192.0;
const STEPS_PER_OCTAVE: f32 = 12.0;

static COUNTED: &[u8; FILE_BYTES] = include_bytes!("../../../models/beats.bin");

/// The byte of a rate in onsets per beat.
#[must_use]
pub fn byte_of_rate(rate: f32) -> u8 {
    (BYTE_OF_ONE + STEPS_PER_OCTAVE * rate.max(1.0e-9).log2()).round().clamp(0.0, 255.0) as u8
}

fn rate_of_byte(byte: u8) -> f32 {
    ((f32::from(byte) - BYTE_OF_ONE) / STEPS_PER_OCTAVE).exp2()
}

/// The range of tempo nearest to a beat of `period_secs`.
#[must_use]
pub fn pace_of(period_secs: f64) -> usize {
    let bpm = 60.0 / period_secs;
    let distance = |pace: &usize| (bpm / PACE_BPM[*pace]).ln().abs();
    (0..PACES).min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(0)
}

/// Where in the file a cell lies.
#[must_use]
pub fn cell([kind, feel]: [usize; 2], pace: usize, beat: usize, class: usize, phase: usize) -> usize {
    ((((kind * FEELS + feel) * PACES + pace) * COUNTED_BEATS + beat) * CLASSES + class) * PHASES + phase
}

/// Beats of all the kinds of bar in one row: 4/4 straight has 0 to 3, 4/4 in triplets 4 to 7, 3/4 8 to 10, and 6/8
/// (two beats in triplets) 11 and 12.
pub const SLOTS: usize = 13;
/// Each kind of bar: its first slot, its beats, and the [`super::Metre`] it is.
pub const BARS: [(usize, usize, usize); 4] = [(0, 4, 0), (4, 4, 0), (8, 3, 1), (11, 2, 2)];
/// Metres that are told apart: 4/4, 3/4, 6/8.
pub const METRES: usize = 3;

/// The feel and the two counted beats whose mean stands for a slot. Waltzes and jigs are too few in the data to
/// count, so a strong beat stands for a strong one and weak for weak.
fn source(slot: usize) -> (usize, [usize; 2]) {
    match slot {
        0..=3 => (0, [slot, slot]),
        4..=7 => (1, [slot - 4, slot - 4]),
        8 => (0, [0, 0]),
        11 => (1, [0, 0]),
        12 => (1, [2, 2]),
        _ => (0, [1, 3]),
    }
}

/// The rates, ready to look up.
#[derive(Clone, Debug)]
pub struct Tables {
    /// `[kind][class][pace][slot][phase]`, onsets per beat.
    rates: Vec<f32>,
}

const CLASSES_ALL: usize = CLASSES + AUDIO_CLASSES;
const ROW: usize = PACES * SLOTS * PHASES;

impl Default for Tables {
    fn default() -> Self {
        Self::new()
    }
}

impl Tables {
    /// The tables of the file, for all metres and with the classes of audio.
    #[must_use]
    pub fn new() -> Self {
        let mut rates = vec![0.0; KINDS * CLASSES_ALL * ROW];
        for kind in 0..KINDS {
            for class in 0..CLASSES {
                for pace in 0..PACES {
                    for slot in 0..SLOTS {
                        fill(&mut rates, [kind, class, pace, slot]);
                    }
                }
            }
            for class in 0..CLASSES {
                let audio = CLASSES + class % AUDIO_CLASSES;
                for at in 0..ROW {
                    rates[(kind * CLASSES_ALL + audio) * ROW + at] += rates[(kind * CLASSES_ALL + class) * ROW + at];
                }
            }
        }
        Self { rates }
    }

    /// The rates of a class for one pace and slot, one a step of phase.
    #[must_use]
    pub fn rates(&self, kind: usize, class: usize, pace: usize, slot: usize) -> &[f32] {
        let from = (kind * CLASSES_ALL + class.min(CLASSES_ALL - 1)) * ROW + (pace * SLOTS + slot) * PHASES;
        &self.rates[from..from + PHASES]
    }

    /// All rates of a kind to a power: the same evidence, trusted less.
    pub fn temper(&mut self, kind: usize, power: f32) {
        let rates = &mut self.rates[kind * CLASSES_ALL * ROW..(kind + 1) * CLASSES_ALL * ROW];
        rates.iter_mut().for_each(|rate| *rate = rate.powf(power));
    }

    /// The rate of any onset at all, by phase.
    #[must_use]
    pub fn total(&self, kind: usize, pace: usize, slot: usize) -> [f32; PHASES] {
        let mut total = [0.0; PHASES];
        for class in 0..CLASSES {
            for (sum, rate) in total.iter_mut().zip(self.rates(kind, class, pace, slot)) {
                *sum += rate;
            }
        }
        total
    }
}

fn fill(rates: &mut [f32], [kind, class, pace, slot]: [usize; 4]) {
    let (feel, beats) = source(slot);
    let from = (kind * CLASSES_ALL + class) * ROW + (pace * SLOTS + slot) * PHASES;
    for (phase, rate) in rates[from..from + PHASES].iter_mut().enumerate() {
        let counted = |beat: usize| rate_of_byte(COUNTED[cell([kind, feel], pace, beat, class, phase)]);
        *rate = 0.5 * (counted(beats[0]) + counted(beats[1]));
    }
}
