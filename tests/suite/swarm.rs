//! Seeded random use: whatever comes, the sound stays finite and bounded and no note hangs.

use crate::common::{drain, fresh};
use sangat::base::{Beats, Bus, Midi, Rng, cc};
use sangat::engine::params::PARAMS;
use sangat::engine::{Command, Engine, EngineLink, Input, Output, TempoMap, TimedEvent};
use sangat::instrument::PatchId;

fn random_command(rng: &mut Rng) -> Command {
    let bus = Bus::ALL[rng.below(7) as usize];
    match rng.below(15) {
        12 => Command::Pace(rng.unit() * 1000.0),
        13 => Command::StartWithPlayer(rng.below(2) == 0),
        14 => Command::Join { bpm: rng.unit() * 500.0, beat: Beats(f64::from(rng.bipolar()) * 100.0) },
        0 => Command::Play,
        1 => Command::Stop,
        2 => Command::Locate(Beats(f64::from(rng.bipolar()) * 1e6)),
        3 => Command::TestTone,
        4 => Command::InstallTempoMap(Box::new(TempoMap::constant(f64::from(rng.unit()) * 500.0))),
        5 => Command::SetPatch { bus, patch: PatchId(rng.below(20) as u8) },
        7 if rng.below(4) == 0 => Command::Panic,
        _ => {
            let spec = PARAMS[rng.below(PARAMS.len() as u32) as usize];
            Command::SetParam { id: spec.id, value: spec.denormalise(rng.unit()) }
        }
    }
}

fn random_message(rng: &mut Rng) -> Midi {
    let data = |rng: &mut Rng| rng.below(128) as u8;
    loop {
        // Notes are most of it, controllers next; RPN and MPE messages come by chance.
        let status = [0x80, 0x90, 0x90, 0x90, 0xa0, 0xb0, 0xb0, 0xc0, 0xd0, 0xe0][rng.below(10) as usize];
        let bytes = [status | rng.below(16) as u8, data(rng), data(rng)];
        if let Some(message) = Midi::parse(&bytes) {
            return message;
        }
    }
}

fn block(engine: &mut Engine, events: &[TimedEvent], frames: usize) -> [Vec<f32>; 2] {
    let (mut left, mut right) = (vec![0.0; frames], vec![0.0; frames]);
    engine.process(Input { audio: &[], events }, Output { left: &mut left, right: &mut right });
    [left, right]
}

fn let_everything_go(engine: &mut Engine, link: &mut EngineLink) {
    let mut events = Vec::new();
    for bus in Bus::PARTS {
        for channel in 0..16 {
            for controller in [cc::SUSTAIN, cc::SOSTENUTO, cc::ALL_NOTES_OFF] {
                events.push(TimedEvent {
                    offset_frames: 0,
                    bus,
                    message: Midi::Control { channel, controller, value: 0 },
                });
            }
        }
    }
    block(engine, &events, 64);
    for _ in 0..48_000 * 25 / 1024 {
        block(engine, &[], 1024);
        drain(link);
    }
}

#[test]
fn random_use_stays_finite_and_bounded_and_leaves_no_note_hanging() {
    for seed in 0..6 {
        let mut rng = Rng::new(seed);
        let (mut engine, mut link) = fresh();
        for round in 0..400 {
            for _ in 0..rng.below(4) {
                // A full queue is part of the game.
                link.send(random_command(&mut rng)).ok();
            }
            let frames = 1 + rng.below(600) as usize;
            let mut events: Vec<_> = (0..rng.below(30))
                .map(|_| TimedEvent {
                    offset_frames: rng.below(frames as u32 + 5),
                    bus: Bus::ALL[rng.below(7) as usize],
                    message: random_message(&mut rng),
                })
                .collect();
            events.sort_by_key(|e| e.offset_frames);
            let out = block(&mut engine, &events, frames);
            let is_sound = out.iter().flatten().all(|s| s.is_finite() && s.abs() <= 1.0);
            assert!(is_sound, "seed {seed}, round {round}");
            if rng.below(3) == 0 {
                drain(&mut link);
            }
        }
        let_everything_go(&mut engine, &mut link);
        block(&mut engine, &[], 1024);
        block(&mut engine, &[], 1024);
        let snapshot = link.snapshot().expect("a snapshot");
        assert_eq!((snapshot.voices, snapshot.keys), (0, [0; 6]), "seed {seed}");
    }
}
