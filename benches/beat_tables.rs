//! Counts where in a bar the onsets of annotated performances fall, and writes `models/beats.bin`.
//!
//! `cargo bench --no-default-features --bench beat_tables -- [--data FOLDER]` with the data of `../shared/data`:
//! POP909 songs 001 to 720, piano track, and the whole beats and fills of the Groove MIDI Dataset's `train` split,
//! bars of four beats only. Deterministic; a few seconds. What a class is, is decided by the same code that listens.

#[path = "accuracy/material.rs"]
#[allow(dead_code, reason = "the counting needs fewer of the loaders than the measuring does")]
mod material;

use material::Piece;
use sangat::base::Rng;
use sangat::ear::beat::features::{CLASSES, Group, Grouper, KINDS, Kind};
use sangat::ear::beat::tables::{COUNTED_BEATS, FEELS, FILE_BYTES, PACE_BPM, PACES, PHASES, byte_of_rate, cell};
use std::path::{Path, PathBuf};

/// Songs of POP909 that may be counted.
const SONGS: std::ops::RangeInclusive<u32> = 1..=720;
/// Players' scatter that the quantised songs lack, standard deviation in seconds.
const JITTER_SECS: f64 = 0.015;
/// Beats speak for the ranges of tempo around their own by a bell of this width, as a natural logarithm.
const PACE_WIDTH: f64 = 0.18;
/// A beat of the mean of all ranges is added to each, so that an unseen cell is rare but not impossible.
const BACK_OFF_BEATS: f64 = 30.0;
/// Onsets per beat, spread evenly over classes and phases, that are always expected.
const FLOOR_RATE: f64 = 0.02;
/// Shares of notes left out in the passes over the data.
const DROPOUTS: [f32; 2] = [0.0, 0.2];

/// An onset within this part of a beat of a subdivision lies on it: quarters and thirds are 1/12 apart.
const FEEL_WINDOW: f64 = 0.04;

struct Counts {
    onsets: Vec<f64>,
    beats: [[[[f64; COUNTED_BEATS]; PACES]; FEELS]; KINDS],
}

fn main() {
    let mut data = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"));
    let mut is_bench = false;
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--bench" => is_bench = true,
            "--data" => data = args.next().map_or(data, PathBuf::from),
            _ => {}
        }
    }
    // `cargo test --benches` runs this too, and must not write.
    if !is_bench {
        return;
    }
    let mut counts = Counts { onsets: vec![0.0; FILE_BYTES], beats: [[[[0.0; COUNTED_BEATS]; PACES]; FEELS]; KINDS] };
    let mut rng = Rng::new(909);
    for song in SONGS {
        if let Some(piece) = material::pop909(&data, song) {
            count(&mut counts, &piece, Kind::Keys, &mut rng);
        }
    }
    for kind in ["beat", "fill"] {
        for piece in material::groove(&data, "train", kind) {
            if piece.signature == Some((4, 4)) {
                count(&mut counts, &piece, Kind::Drums, &mut rng);
            }
        }
    }
    if beats(&counts, 0) == 0 || beats(&counts, 1) == 0 {
        eprintln!("POP909 or the Groove MIDI Dataset is not in {}: nothing was written.", data.display());
        return;
    }
    let bytes = bytes(&counts);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/beats.bin");
    std::fs::write(&path, bytes).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    println!("{} beats of keys, {} of drums counted", beats(&counts, 0), beats(&counts, 1));
}

fn beats(counts: &Counts, kind: usize) -> u64 {
    counts.beats[kind].iter().flatten().flatten().sum::<f64>() as u64
}

/// Adds the bars of four beats of a piece.
fn count(counts: &mut Counts, piece: &Piece, kind: Kind, rng: &mut Rng) {
    for dropout in DROPOUTS {
        let mut grouper = Grouper::default();
        let mut groups = Vec::new();
        for onset in &piece.onsets {
            if rng.unit() >= dropout {
                groups.extend(grouper.hear(onset));
            }
        }
        groups.extend(grouper.close(f64::INFINITY));
        let feel = usize::from(has_triplets(&groups, &piece.beats));
        let downs: Vec<usize> = (0..piece.beats.len()).filter(|&n| piece.are_downbeats[n]).collect();
        for bar in downs.windows(2).filter(|w| w[1] - w[0] == COUNTED_BEATS) {
            for beat in 0..COUNTED_BEATS {
                let (from, to) = (piece.beats[bar[0] + beat], piece.beats[bar[0] + beat + 1]);
                let paces = pace_shares(to - from);
                for (pace, share) in paces.iter().enumerate() {
                    counts.beats[kind as usize][feel][pace][beat] += share;
                }
                // Half a beat before belongs to this one too: a player is early as often as late.
                let begin = groups.partition_point(|group| group.at_secs < from - 0.5 * (to - from));
                for group in groups[begin..].iter().take_while(|group| group.at_secs < to + 0.5 * (to - from)) {
                    let phase = (group.at_secs - from) / (to - from);
                    let place = ([kind as usize, feel], beat, usize::from(group.class));
                    spread(counts, place, phase, JITTER_SECS / (to - from), &paces);
                }
            }
        }
    }
}

/// Adds an onset to the phases of its beat around its own, as far as its bell lies within the beat.
fn spread(counts: &mut Counts, (feel, beat, class): ([usize; 2], usize, usize), phase: f64, width: f64, paces: &[f64]) {
    let bell = |n: usize| (-0.5 * (((n as f64 + 0.5) / PHASES as f64 - phase) / width.max(0.012)).powi(2)).exp();
    let whole = width.max(0.012) * (2.0 * std::f64::consts::PI).sqrt() * PHASES as f64;
    for n in 0..PHASES {
        for (pace, share) in paces.iter().enumerate() {
            counts.onsets[cell(feel, pace, beat, class, n)] += share * bell(n) / whole;
        }
    }
}

fn pace_shares(period_secs: f64) -> [f64; PACES] {
    let bell = PACE_BPM.map(|bpm| (-0.5 * ((60.0 / period_secs / bpm).ln() / PACE_WIDTH).powi(2)).exp() + 1.0e-6);
    let sum: f64 = bell.iter().sum();
    bell.map(|share| share / sum)
}

fn bytes(counts: &Counts) -> Vec<u8> {
    let mut bytes = vec![0; FILE_BYTES];
    for kind in 0..KINDS {
        for feel in 0..FEELS {
            for beat in 0..COUNTED_BEATS {
                let beats = |pace: usize| counts.beats[kind][feel][pace][beat];
                let all_beats: f64 = (0..PACES).map(beats).sum();
                for class in 0..CLASSES {
                    for phase in 0..PHASES {
                        let at = |pace: usize| cell([kind, feel], pace, beat, class, phase);
                        let mean = (0..PACES).map(|pace| counts.onsets[at(pace)]).sum::<f64>() / all_beats.max(1.0);
                        for pace in 0..PACES {
                            let onsets = counts.onsets[at(pace)] + mean * BACK_OFF_BEATS;
                            let rate = onsets / (beats(pace) + BACK_OFF_BEATS) * PHASES as f64;
                            bytes[at(pace)] = byte_of_rate((rate + FLOOR_RATE / CLASSES as f64) as f32);
                        }
                    }
                }
            }
        }
    }
    bytes
}

/// Whether more onsets lie on thirds of the beat than on its quarters and halves.
fn has_triplets(groups: &[Group], beats: &[f64]) -> bool {
    let (mut straight, mut triplets) = (0, 0);
    for group in groups {
        let next = beats.partition_point(|beat| *beat <= group.at_secs);
        if next == 0 || next == beats.len() {
            continue;
        }
        let phase = (group.at_secs - beats[next - 1]) / (beats[next] - beats[next - 1]);
        let is_near = |at: f64| (phase - at).abs() < FEEL_WINDOW;
        straight += usize::from([0.25, 0.5, 0.75].into_iter().any(is_near));
        triplets += usize::from([1.0 / 3.0, 2.0 / 3.0].into_iter().any(is_near));
    }
    triplets > straight
}
