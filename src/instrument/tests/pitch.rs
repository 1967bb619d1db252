//! In tune, and free of aliases.

use super::*;
use crate::base::key_to_hz;
use crate::dsp::partials::ANGLE_MAX;
use crate::instrument::book::Book;
use crate::instrument::{Category, PATCHES};

/// A fast Fourier transform by halves (Cooley and Tukey 1965); the length is a power of two.
fn transform(values: &[[f64; 2]]) -> Vec<[f64; 2]> {
    if values.len() == 1 {
        return values.to_vec();
    }
    let half = |from: usize| transform(&values.iter().skip(from).step_by(2).copied().collect::<Vec<_>>());
    let (even, odd) = (half(0), half(1));
    let mut out = vec![[0.0; 2]; values.len()];
    for (bin, (even, odd)) in even.iter().zip(&odd).enumerate() {
        let (sine, cosine) = (-std::f64::consts::TAU * bin as f64 / values.len() as f64).sin_cos();
        let turned = [odd[0] * cosine - odd[1] * sine, odd[0] * sine + odd[1] * cosine];
        out[bin] = [even[0] + turned[0], even[1] + turned[1]];
        out[bin + values.len() / 2] = [even[0] - turned[0], even[1] - turned[1]];
    }
    out
}

/// Levels from 0 Hz to half the rate, through a window with side lobes below -92 dB (Harris 1978, table 1).
fn spectrum_db(sound: &[f32]) -> Vec<f64> {
    let windowed = sound.iter().enumerate().map(|(n, v)| {
        let x = std::f64::consts::TAU * n as f64 / sound.len() as f64;
        let window = 0.35875 - 0.48829 * x.cos() + 0.14128 * (2.0 * x).cos() - 0.01168 * (3.0 * x).cos();
        [f64::from(*v) * window, 0.0]
    });
    let bins = transform(&windowed.collect::<Vec<_>>());
    bins[..=sound.len() / 2].iter().map(|[re, im]| 20.0 * re.hypot(*im).max(1e-12).log10()).collect()
}

/// The frequency of the strongest line near `hz`: how far its phase turns between two windows.
fn measured_hz(sound: &[f32], hz: f64, rate: f64) -> f64 {
    let length = sound.len() / 2;
    let hop = (rate / hz * (length as f64 * hz / rate / 2.0).floor()).round() as usize;
    let phase = |from: usize| {
        let (mut re, mut im) = (0.0, 0.0);
        for n in 0..length {
            let window = 0.5 - 0.5 * (std::f64::consts::TAU * n as f64 / length as f64).cos();
            let turn = std::f64::consts::TAU * hz * (from + n) as f64 / rate;
            re += window * f64::from(sound[from + n]) * turn.cos();
            im -= window * f64::from(sound[from + n]) * turn.sin();
        }
        im.atan2(re)
    };
    let turned =
        (phase(hop) - phase(0) + std::f64::consts::PI).rem_euclid(std::f64::consts::TAU) - std::f64::consts::PI;
    hz + turned * rate / hop as f64 / std::f64::consts::TAU
}

#[test]
fn the_fundamental_of_every_key_is_in_tune_at_every_rate() {
    for rate in [44_100, 48_000, 96_000] {
        let book = Book::new(f64::from(rate));
        for (patch, info) in PATCHES.iter().enumerate().filter(|(_, info)| info.category != Category::Drums) {
            let (low, high) = info.key_range;
            for key in low..=high {
                let recipe = book.recipe(book.find(PatchId(patch as u8), key).expect("the key sounds"));
                let heard = f64::from(book.blocks(recipe)[0].angle[0]) * f64::from(rate) / std::f64::consts::TAU;
                let hz = 440.0 * 2.0_f64.powf((f64::from(key) - 69.0) / 12.0);
                let cents = 1200.0 * (heard / hz).log2();
                assert!(cents.abs() < 0.001, "patch {patch} key {key} at {rate}: {cents}");
            }
        }
    }
}

#[test]
fn what_is_heard_is_in_tune_too() {
    for rate in [44_100, 96_000] {
        for (patch, key) in [(0, 21), (0, 60), (0, 108), (1, 45), (2, 72), (3, 28), (3, 50), (4, 33), (5, 60)] {
            let mut rack = Rack::new(rate, 1);
            rack.set_patch(Bus::You, PatchId(patch));
            rack.set_macro(Bus::You, 3, if patch < 3 { 0.0 } else { 0.5 });
            rack.midi(Bus::You, on(key, 70));
            let ticks = rate as usize / CONTROL_TICK_FRAMES;
            play(&mut rack, ticks / 8);
            let [left, _] = play(&mut rack, if patch == 5 { 4 * ticks } else { ticks });
            let hz = f64::from(key_to_hz(f32::from(key), 440.0));
            let cents = 1200.0 * (measured_hz(&left, hz, f64::from(rate)) / hz).log2();
            let bound = if patch == 5 { 1.0 } else { 0.1 };
            assert!(cents.abs() < bound, "patch {patch} key {key} at {rate}: {cents} cents");
        }
    }
}

#[test]
fn the_tuning_moves_sounding_notes() {
    let mut rack = rack(PatchId(0));
    rack.midi(Bus::You, on(69, 70));
    play(&mut rack, 100);
    rack.set_tuning(432.0);
    play(&mut rack, 100);
    let [left, _] = play(&mut rack, 1000);
    let hz = measured_hz(&left, 432.0, f64::from(RATE));
    assert!((hz - 432.0).abs() < 0.02, "{hz}");
}

#[test]
fn the_highest_notes_have_no_aliases() {
    for patch in [0, 1, 2] {
        let id = PatchId(patch);
        let book = Book::new(f64::from(RATE));
        for key in [97, 100, 103, 106, 108] {
            let mut rack = rack(id);
            rack.set_macro(Bus::You, 3, 0.0);
            rack.midi(Bus::You, on(key, 127));
            play(&mut rack, 150);
            let [left, _] = play(&mut rack, 1024);
            let spectrum = spectrum_db(&left);
            let peak = spectrum.iter().fold(f64::MIN, |a, b| a.max(*b));
            let recipe = book.recipe(book.find(id, key).expect("the key sounds"));
            let mut lines: Vec<f64> = Vec::new();
            for block in book.blocks(recipe) {
                lines.extend(block.angle.iter().map(|angle| f64::from(*angle) / std::f64::consts::PI));
                assert!(block.angle.iter().all(|angle| *angle <= ANGLE_MAX));
            }
            // The amplifier's own cubic makes odd sums of the fundamental, in tune and below the limit.
            let own = |place: f64| {
                lines.iter().any(|line| (place - line).abs() < 0.006) || (place - 3.0 * lines[0]).abs() < 0.006
            };
            for (bin, db) in spectrum.iter().enumerate() {
                let place = bin as f64 / (spectrum.len() - 1) as f64;
                assert!(own(place) || db - peak < -60.0, "patch {patch} key {key}: {} dB at {place}", db - peak);
            }
        }
    }
}
