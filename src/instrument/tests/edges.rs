//! Beginnings and ends without clicks, and levels that sit together.

use super::*;
use crate::base::limits::{SAMPLE_RATE_MAX, SAMPLE_RATE_MIN};
use crate::base::{cc, gain_to_db};
use crate::instrument::{Category, PATCHES};

/// The largest second difference: where a wave jumps or bends sharply, it is large.
fn bend(sound: &[f32]) -> f32 {
    sound.windows(3).fold(0.0, |most, w| most.max((w[2] - 2.0 * w[1] + w[0]).abs()))
}

/// Plays `before` ticks, does something, and compares the sharpest bend of the wave around it with that before.
fn sharpness(rack: &mut Rack, before: usize, event: impl FnOnce(&mut Rack)) -> f32 {
    let [calm, _] = play(rack, before);
    let calm = &calm[calm.len() / 2..];
    event(rack);
    let [edge, _] = play(rack, 20);
    let joined = [calm, &edge[..]].concat();
    bend(&joined[calm.len() - 4..]) / (bend(calm) + 0.002 * peak(calm))
}

#[test]
fn a_released_note_ends_without_a_click() {
    for patch in 0..7 {
        let mut rack = rack(PatchId(patch));
        rack.midi(Bus::You, on(48, 90));
        let ratio = sharpness(&mut rack, 600, |rack| rack.midi(Bus::You, off(48)));
        assert!(ratio < 1.6, "patch {patch}: {ratio}");
    }
}

#[test]
fn a_panic_is_silent_within_five_milliseconds_and_does_not_click() {
    for patch in 0..7 {
        let mut rack = rack(PatchId(patch));
        rack.midi(Bus::You, control(cc::SUSTAIN, 127));
        rack.midi(Bus::You, on(48, 90));
        let ratio = sharpness(&mut rack, 600, Rack::panic);
        assert!(ratio < 2.0, "patch {patch}: {ratio}");
        let [left, _] = play(&mut rack, 4);
        assert!(peak(&left) < 1e-5);
        assert_eq!((rack.voices_active(), rack.keys_sounding(Bus::You)), (0, 0));
    }
}

#[test]
fn a_stolen_voice_fades_without_a_click() {
    let mut rack = rack(PatchId(5));
    for key in 0..128_u8 {
        let channel = key % 16;
        rack.midi(Bus::You, Midi::NoteOn { channel, key: 30 + key / 16, velocity: 60 });
    }
    let ratio = sharpness(&mut rack, 900, |rack| {
        for key in 60..70 {
            rack.midi(Bus::You, on(key, 60));
        }
    });
    assert!(ratio < 1.6, "{ratio}");
    assert_eq!((rack.voices_active(), rack.voices_stolen()), (128, 10));
}

#[test]
fn every_device_rate_sounds_much_the_same() {
    for (patch, info) in PATCHES.iter().enumerate() {
        let level = |rate: u32| {
            let mut rack = Rack::new(rate, 7);
            rack.set_patch(Bus::You, PatchId(patch as u8));
            rack.set_macro(Bus::You, 3, if info.category == Category::Keys { 0.0 } else { 0.5 });
            rack.midi(Bus::You, on(45, 100));
            let [left, right] = play(&mut rack, rate as usize / 2 / CONTROL_TICK_FRAMES);
            assert!(peak(&left).max(peak(&right)) < 1.0);
            gain_to_db(rms(&left).hypot(rms(&right)))
        };
        let home = level(RATE);
        for rate in [SAMPLE_RATE_MIN, 44_100, 192_000, SAMPLE_RATE_MAX] {
            let apart = level(rate) - home;
            assert!(apart.abs() < 2.5, "{} at {rate}: {apart} dB", info.key);
        }
    }
}

#[test]
fn a_key_struck_again_does_not_click() {
    for patch in [1, 3, 5] {
        let mut rack = rack(PatchId(patch));
        rack.midi(Bus::You, on(48, 110));
        let ratio = sharpness(&mut rack, 500, |rack| rack.midi(Bus::You, on(48, 1)));
        assert!(ratio < 2.5, "patch {patch}: {ratio}");
    }
}

#[test]
fn a_closed_hat_chokes_the_open_one() {
    let mut rack = rack(PatchId(7));
    rack.midi(Bus::You, on(46, 110));
    let [open, _] = play(&mut rack, 60);
    rack.midi(Bus::You, on(44, 1));
    let [edge, _] = play(&mut rack, 30);
    assert!(bend(&edge) < 1.1 * bend(&open), "no click");
    let [after, _] = play(&mut rack, 30);
    assert!(rms(&after) < 0.05 * rms(&open), "{} {}", rms(&after), rms(&open));
}

#[test]
fn a_single_note_is_moderate_and_a_loud_chord_fits() {
    for (index, patch) in PATCHES.iter().enumerate().filter(|(_, patch)| patch.category != Category::Drums) {
        let loudest = |notes: &[u8], velocity| {
            let mut rack = rack(PatchId(index as u8));
            notes.iter().for_each(|key| rack.midi(Bus::You, on(*key, velocity)));
            let [left, right] = play(&mut rack, 1500);
            gain_to_db(peak(&left).max(peak(&right)))
        };
        let home = if patch.category == Category::Bass { 40 } else { 60 };
        let (one, chord) = (loudest(&[home], 72), loudest(&[48, 55, 60, 64, 67, 72], 127));
        assert!((-22.5..-15.5).contains(&one), "{}: {one} dB", patch.key);
        assert!(chord < 0.0, "{}: {chord} dB", patch.key);
    }
}

#[test]
fn the_kit_is_in_balance() {
    let loudest = |key| {
        let mut rack = rack(PatchId(7));
        rack.midi(Bus::You, on(key, 100));
        let [left, right] = play(&mut rack, 300);
        gain_to_db(peak(&left).max(peak(&right)))
    };
    let kick = loudest(36);
    for (key, range) in [(38, -6.0..2.0), (42, -14.0..-4.0), (46, -14.0..-3.0), (51, -14.0..-3.0), (49, -10.0..1.0)] {
        let level = loudest(key) - kick;
        assert!(range.contains(&level), "key {key}: {level} dB to the kick");
    }
    assert!((-14.0..-6.0).contains(&kick), "{kick}");
}

#[test]
fn a_harder_touch_is_louder_and_brighter() {
    for patch in [0, 1, 2, 3, 4] {
        let mut shine = [0.0; 3];
        let mut level = [0.0; 3];
        for (index, velocity) in [25, 75, 125].into_iter().enumerate() {
            let mut rack = rack(PatchId(patch));
            rack.midi(Bus::You, on(52, velocity));
            let [left, _] = play(&mut rack, 300);
            let slope: Vec<f32> = left.windows(2).map(|w| w[1] - w[0]).collect();
            level[index] = rms(&left);
            shine[index] = rms(&slope) / rms(&left);
        }
        assert!(level[0] < level[1] && level[1] < level[2], "patch {patch}: {level:?}");
        assert!(shine[0] * 1.05 < shine[1] && shine[1] * 1.05 < shine[2], "patch {patch}: {shine:?}");
    }
}

#[test]
fn every_knob_changes_the_sound() {
    for (index, patch) in PATCHES.iter().enumerate() {
        for (knob, spec) in patch.macros.iter().enumerate() {
            let render = |normalised: f32| {
                let mut rack = rack(PatchId(index as u8));
                rack.set_macro(Bus::You, knob, normalised);
                play(&mut rack, 100);
                for key in [38, 46, 50] {
                    rack.midi(Bus::You, on(key, 100));
                }
                let held = play(&mut rack, 250);
                [38, 46, 50].into_iter().for_each(|key| rack.midi(Bus::You, off(key)));
                [held, play(&mut rack, 250)].concat().concat()
            };
            let (low, high) = (render(0.0), render(1.0));
            let apart: Vec<f32> = low.iter().zip(&high).map(|(a, b)| a - b).collect();
            assert!(rms(&apart) > 0.02 * rms(&low), "{} {}", patch.key, spec.label);
            assert!(peak(&low) < 1.5 && peak(&high) < 1.5, "{} {}", patch.key, spec.label);
        }
    }
}
