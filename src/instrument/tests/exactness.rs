//! The same performance gives the same bits, however it is cut.

use super::*;
use crate::base::{Rng, cc};
use crate::dsp::source::Kernel;
use crate::instrument::PATCHES;

/// A performance on all parts, as messages at frames.
fn performance() -> Vec<(usize, Bus, Midi)> {
    let mut rng = Rng::new(99);
    let mut score = Vec::new();
    for step in 0..120 {
        let at = step * 61 + rng.below(40) as usize;
        let bus = Bus::PARTS[rng.below(PARTS as u32) as usize];
        let channel = rng.below(2) as u8;
        let key = 30 + rng.below(50) as u8;
        score.push((at, bus, Midi::NoteOn { channel, key, velocity: 1 + rng.below(127) as u8 }));
        score.push((at + 500, bus, Midi::NoteOff { channel, key, velocity: 0 }));
        let controller = [cc::SUSTAIN, cc::MODULATION, cc::PAN, cc::TIMBRE][rng.below(4) as usize];
        score.push((at + 13, bus, Midi::Control { channel, controller, value: rng.below(128) as u8 }));
        score.push((at + 29, bus, Midi::PitchBend { channel, value: rng.below(16_384) as i16 - 8192 }));
    }
    score.sort_by_key(|event| event.0);
    score
}

fn render(rack: &mut Rack, frames: usize, mut cut: impl FnMut() -> usize) -> Vec<u32> {
    let score = performance();
    let mut next = 0;
    let mut frame = 0;
    let mut bits = Vec::new();
    while frame < frames {
        if frame % CONTROL_TICK_FRAMES == 0 {
            rack.tick();
        }
        while next < score.len() && score[next].0 <= frame {
            rack.midi(score[next].1, score[next].2);
            next += 1;
        }
        let to_event = score.get(next).map_or(usize::MAX, |event| event.0 - frame);
        let span = cut().min(to_event).min(CONTROL_TICK_FRAMES - frame % CONTROL_TICK_FRAMES);
        let mut out: [Segment; PARTS] = [SILENCE; PARTS];
        rack.render(&mut out, span);
        for offset in 0..span {
            bits.extend(out.iter().flatten().map(|channel| channel[offset].to_bits()));
        }
        frame += span;
    }
    bits
}

#[test]
fn how_the_frames_are_cut_does_not_change_one_bit() {
    let whole = render(&mut Rack::new(RATE, 3), 8192, || 32);
    assert!(whole.iter().any(|bits| f32::from_bits(*bits).abs() > 0.01));
    for cut in [1, 5] {
        assert!(render(&mut Rack::new(RATE, 3), 8192, || cut) == whole, "cut {cut}");
    }
    let mut rng = Rng::new(4);
    assert!(render(&mut Rack::new(RATE, 3), 8192, || 1 + rng.below(32) as usize) == whole, "random cuts");
}

#[test]
fn both_kernels_play_the_same_bits() {
    let mut portable = Rack::new(RATE, 3);
    portable.kernel = Kernel::Portable;
    assert!(render(&mut portable, 8192, || 32) == render(&mut Rack::new(RATE, 3), 8192, || 32));
}

#[test]
fn a_rack_that_was_reset_plays_as_a_new_one() {
    let mut rack = Rack::new(RATE, 3);
    let first = render(&mut rack, 5000, || 32);
    rack.set_tuning(452.0);
    rack.set_macro(Bus::You, 0, 0.9);
    rack.reset();
    assert_eq!(rack.voices_active(), 0);
    assert!(render(&mut rack, 5000, || 32) == first);
}

#[test]
fn a_note_begins_at_its_very_frame() {
    for patch in 0..PATCHES.len() {
        let mut rack = rack(PatchId(patch as u8));
        let mut out: [Segment; PARTS] = [SILENCE; PARTS];
        rack.tick();
        rack.render(&mut out, 11);
        rack.midi(Bus::You, on(42, 100));
        assert_eq!(out, [SILENCE; PARTS]);
        rack.render(&mut out, 21);
        assert!(out[0][0][0] != 0.0 || out[0][1][0] != 0.0, "patch {patch}");
    }
}

#[test]
fn silence_adds_nothing() {
    let mut rack = rack(PatchId(0));
    let [left, right] = play(&mut rack, 50);
    assert!(left.iter().chain(&right).all(|v| v.to_bits() == 0));
}
