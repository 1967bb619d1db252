//! Fingers, pedals, wheels and zones.

use super::*;
use crate::base::{Rng, cc};
use crate::instrument::PATCHES;

fn bend(channel: u8, value: i16) -> Midi {
    Midi::PitchBend { channel, value }
}

#[test]
fn the_sustain_pedal_holds_what_fingers_leave() {
    let mut rack = rack(PatchId(5));
    rack.midi(Bus::You, on(60, 90));
    rack.midi(Bus::You, control(cc::SUSTAIN, 127));
    rack.midi(Bus::You, off(60));
    play(&mut rack, 400);
    assert_eq!(rack.keys_sounding(Bus::You), 1 << 60);
    rack.midi(Bus::You, control(cc::SUSTAIN, 0));
    assert_eq!(rack.keys_sounding(Bus::You), 0);
    play(&mut rack, 6000);
    assert_eq!(rack.voices_active(), 0);
}

#[test]
fn sostenuto_holds_only_the_keys_that_were_down() {
    let mut rack = rack(PatchId(5));
    rack.midi(Bus::You, on(60, 90));
    rack.midi(Bus::You, control(cc::SOSTENUTO, 127));
    rack.midi(Bus::You, on(64, 90));
    rack.midi(Bus::You, off(60));
    rack.midi(Bus::You, off(64));
    assert_eq!(rack.keys_sounding(Bus::You), 1 << 60);
    rack.midi(Bus::You, control(cc::SOSTENUTO, 0));
    assert_eq!(rack.keys_sounding(Bus::You), 0);
}

#[test]
fn a_half_pressed_pedal_lets_notes_die_more_slowly() {
    let tail = |pedal| {
        let mut rack = rack(PatchId(0));
        rack.midi(Bus::You, control(cc::SUSTAIN, pedal));
        rack.midi(Bus::You, on(60, 90));
        play(&mut rack, 300);
        rack.midi(Bus::You, off(60));
        play(&mut rack, 200);
        rms(&play(&mut rack, 50)[0])
    };
    assert!(tail(0) * 3.0 < tail(45) && tail(45) < tail(127), "{} {} {}", tail(0), tail(45), tail(127));
}

#[test]
fn the_soft_pedal_is_softer() {
    let level = |pedal| {
        let mut rack = rack(PatchId(0));
        rack.midi(Bus::You, control(cc::SOFT, pedal));
        rack.midi(Bus::You, on(60, 90));
        rms(&play(&mut rack, 200)[0])
    };
    assert!(level(127) < 0.85 * level(0));
}

#[test]
fn volume_expression_pressure_and_the_wheel_are_heard() {
    for (message, patch) in [
        (control(cc::VOLUME, 50), 0),
        (control(cc::EXPRESSION, 50), 3),
        (control(cc::PAN, 0), 0),
        (control(cc::MODULATION, 127), 0),
        (control(cc::MODULATION, 127), 5),
        (control(cc::TIMBRE, 127), 5),
        (Midi::ChannelPressure { channel: 0, pressure: 127 }, 5),
        (Midi::PolyPressure { channel: 0, key: 60, pressure: 127 }, 3),
        (bend(0, 8191), 4),
    ] {
        let mut plain = rack(PatchId(patch));
        let mut moved = rack(PatchId(patch));
        plain.midi(Bus::You, on(60, 90));
        moved.midi(Bus::You, on(60, 90));
        play(&mut plain, 200);
        play(&mut moved, 200);
        moved.midi(Bus::You, message);
        let (a, b) = (play(&mut plain, 300).concat(), play(&mut moved, 300).concat());
        let apart: Vec<f32> = a.iter().zip(&b).map(|(a, b)| a - b).collect();
        assert!(rms(&apart) > 0.05 * rms(&a), "{message:?} on {}", PATCHES[patch as usize].key);
    }
}

#[test]
fn a_zone_bends_its_notes_one_by_one_and_its_master_bends_them_all() {
    let ratio = |rack: &Rack, key: u8| rack.pool.ratio_of((0, 1 + usize::from(key - 60), key));
    let mut rack = rack(PatchId(5));
    for (controller, value) in [(cc::RPN, 0), (cc::RPN_FINE, 6), (cc::DATA_ENTRY, 15)] {
        rack.midi(Bus::You, control(controller, value));
    }
    for member in 1..4 {
        rack.midi(Bus::You, Midi::NoteOn { channel: member, key: 59 + member, velocity: 80 });
    }
    rack.midi(Bus::You, bend(2, 2048));
    rack.midi(Bus::You, bend(0, 4096));
    play(&mut rack, 200);
    let semitones = |ratio: Option<f32>| 12.0 * ratio.expect("the note sounds").log2();
    assert!((semitones(ratio(&rack, 60)) - 1.0).abs() < 0.01);
    assert!((semitones(ratio(&rack, 61)) - 13.0).abs() < 0.02);
    rack.midi(Bus::You, control(cc::SUSTAIN, 127));
    for member in 1..4 {
        rack.midi(Bus::You, Midi::NoteOff { channel: member, key: 59 + member, velocity: 0 });
    }
    assert_eq!(rack.keys_sounding(Bus::You), 0b111 << 60);
    rack.midi(Bus::You, control(cc::SUSTAIN, 0));
    assert_eq!(rack.keys_sounding(Bus::You), 0);
}

#[test]
fn a_zone_that_is_dissolved_lets_go_of_what_its_master_held() {
    let mut rack = rack(PatchId(5));
    for (controller, value) in [(cc::RPN, 0), (cc::RPN_FINE, 6), (cc::DATA_ENTRY, 8), (cc::SUSTAIN, 127)] {
        rack.midi(Bus::You, control(controller, value));
    }
    rack.midi(Bus::You, Midi::NoteOn { channel: 3, key: 60, velocity: 80 });
    rack.midi(Bus::You, control(cc::SOSTENUTO, 127));
    rack.midi(Bus::You, Midi::NoteOff { channel: 3, key: 60, velocity: 0 });
    assert_eq!(rack.keys_sounding(Bus::You), 1 << 60);
    rack.midi(Bus::You, control(cc::DATA_ENTRY, 0));
    assert_eq!(rack.keys_sounding(Bus::You), 0);
}

#[test]
fn programs_choose_the_patch_of_one_channel_and_held_notes_keep_theirs() {
    let mut rack = rack(PatchId(0));
    rack.midi(Bus::You, on(60, 90));
    rack.midi(Bus::You, Midi::Program { channel: 1, program: 32 });
    rack.midi(Bus::You, Midi::NoteOn { channel: 1, key: 100, velocity: 90 });
    assert_eq!(rack.voices_active(), 1, "the bass has no such key");
    rack.midi(Bus::You, Midi::NoteOn { channel: 1, key: 40, velocity: 90 });
    rack.set_patch(Bus::You, PatchId(5));
    let [left, _] = play(&mut rack, 100);
    assert!(rms(&left) > 0.01);
    assert_eq!(rack.voices_active(), 2);
}

#[test]
fn the_same_key_struck_again_does_not_pile_up() {
    for patch in 0..PATCHES.len() {
        let mut rack = rack(PatchId(patch as u8));
        for _ in 0..40 {
            rack.midi(Bus::You, control(cc::SUSTAIN, 127));
            rack.midi(Bus::You, on(46, 100));
            play(&mut rack, 60);
        }
        assert!(rack.voices_active() < 60, "patch {patch}");
        let [left, right] = play(&mut rack, 60);
        assert!(peak(&left).max(peak(&right)) < 1.0);
    }
}

#[test]
fn struck_sounds_end_by_themselves_and_free_their_voices() {
    for patch in [0, 1, 2, 3, 4, 7] {
        let mut rack = rack(PatchId(patch));
        for key in [38, 42, 60, 76] {
            rack.midi(Bus::You, on(key, 127));
        }
        play(&mut rack, 1500 * 45);
        assert_eq!(rack.voices_active(), 0, "patch {patch}");
    }
}

/// Anything at all, on any part and channel, loud and fast.
fn storm(rng: &mut Rng, rack: &mut Rack) {
    let bus = Bus::ALL[rng.below(7) as usize];
    let bytes = [0x80 | rng.below(0x70) as u8, rng.below(128) as u8, rng.below(128) as u8];
    if let Some(message) = Midi::parse(&bytes) {
        rack.midi(bus, message);
    }
    let pedals = [cc::SUSTAIN, cc::SOSTENUTO, cc::SOFT, cc::RPN_FINE, cc::DATA_ENTRY, cc::ALL_NOTES_OFF];
    let controller = pedals[rng.below(6) as usize];
    rack.midi(bus, Midi::Control { channel: rng.below(16) as u8, controller, value: rng.below(128) as u8 });
    match rng.below(60) {
        0 => rack.set_patch(bus, PatchId(rng.below(10) as u8)),
        1 => rack.set_macro(bus, rng.below(8) as usize, rng.unit() * 2.0 - 0.5),
        2 => rack.set_tuning(rng.unit() * 1000.0),
        3 => rack.panic(),
        _ => {}
    }
}

#[test]
fn no_note_is_ever_stuck_and_nothing_is_ever_wild() {
    let mut rack = Rack::new(RATE, 5);
    let mut rng = Rng::new(2024);
    for _ in 0..3 {
        let mut out: [Segment; PARTS] = [SILENCE; PARTS];
        for _ in 0..1200 {
            rack.tick();
            for _ in 0..rng.below(12) {
                storm(&mut rng, &mut rack);
            }
            out = [SILENCE; PARTS];
            rack.render(&mut out, CONTROL_TICK_FRAMES);
            assert!(out.iter().flatten().flatten().all(|v| v.is_finite() && v.abs() < 64.0));
            assert!(rack.voices_active() <= crate::base::limits::VOICES_MAX);
        }
        for bus in Bus::PARTS {
            for channel in 0..16 {
                for key in 0..128 {
                    rack.midi(bus, Midi::NoteOff { channel, key, velocity: 0 });
                }
                for controller in [cc::SUSTAIN, cc::SOSTENUTO] {
                    rack.midi(bus, Midi::Control { channel, controller, value: 0 });
                }
            }
            assert_eq!(rack.keys_sounding(bus), 0);
        }
        for _ in 0..1500 * 40 {
            rack.tick();
            rack.render(&mut out, CONTROL_TICK_FRAMES);
            if rack.voices_active() == 0 {
                break;
            }
        }
        assert_eq!(rack.voices_active(), 0);
    }
}
