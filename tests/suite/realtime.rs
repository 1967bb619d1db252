//! The audio thread allocates nothing, whatever is asked of it.

use crate::common::{drain, fresh, off};
use sangat::base::limits::VOICES_MAX;
use sangat::base::{BandBend, BandMessage, BandNote, Beats, Bus, Midi, cc};
use sangat::ear::pitch::{PitchConfig, PitchTracker};
use sangat::engine::params::PARAMS;
use sangat::engine::{Command, Engine, Input, Output, TempoMap, TimedEvent};
use sangat::instrument::{PATCHES, PatchId};
use sangat::rt::guard;
use std::sync::Mutex;

/// The count is one for the whole process, so these tests take turns.
static TURN: Mutex<()> = Mutex::new(());

/// Runs blocks as the audio thread does and returns how often that allocated or freed.
fn violations_of(engine: &mut Engine, events: &[TimedEvent], blocks: usize) -> u64 {
    let (mut left, mut right) = ([0.0; 128], [0.0; 128]);
    let before = guard::violations();
    for block in 0..blocks {
        let events = if block == 0 { events } else { &[] };
        let output = Output { left: &mut left, right: &mut right };
        guard::run(|| engine.process(Input { audio: &[], events }, output)).expect("no panic");
    }
    guard::violations() - before
}

fn every_command() -> Vec<Command> {
    let mut all = vec![
        Command::Play,
        Command::Stop,
        Command::Play,
        Command::Locate(Beats(7.5)),
        Command::TestTone,
        Command::Record(true),
        Command::InstallTempoMap(Box::new(TempoMap::constant(88.0))),
        Command::Pace(93.0),
        Command::StartWithPlayer(true),
        Command::Panic,
        Command::Record(false),
    ];
    for spec in &PARAMS {
        for value in [spec.min, spec.max, spec.default] {
            all.push(Command::SetParam { id: spec.id, value });
        }
    }
    for bus in Bus::ALL {
        for patch in 0..PATCHES.len() + 1 {
            all.push(Command::SetPatch { bus, patch: PatchId(patch as u8) });
        }
    }
    all
}

#[test]
fn nothing_that_the_band_sends_allocates_on_the_audio_thread() {
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (mut engine, mut link) = fresh();
    let mut band = link.band.take().expect("the band's end");
    let note = |n: usize, begin: f64| {
        let bus = Bus::PARTS[n % 6];
        BandMessage::Note(BandNote {
            bus,
            key: (n * 7 % 128) as u8,
            velocity: 80,
            begin: Beats(begin),
            end: Beats(begin + 2.0),
            tune_cents: (n % 3) as f32 * 13.7,
        })
    };
    band.send_slice(&[BandMessage::Join { beat: Beats(-0.1), bpm: 240.0 }]);
    for round in 0..40 {
        let from = f64::from(round) * 0.05;
        let more: Vec<_> = (0..100).map(|n| note(n, from + n as f64 * 0.02)).collect();
        band.send_slice(&more);
        let bends: Vec<_> = (0..100)
            .map(|n| {
                let (bus, at) = (Bus::PARTS[n % 6], Beats(from + n as f64 * 0.01));
                let tune_cents = 40.0 * n as f32 - 2000.0;
                BandMessage::Bend(BandBend { bus, key: (n * 7 % 128) as u8, at, tune_cents })
            })
            .collect();
        band.send_slice(&bends);
        band.send_slice(&[
            BandMessage::Replace { bus: Bus::Keys, from: Beats(from + 0.5) },
            BandMessage::Trim { bus: Bus::Bass, at: Beats(from + 0.3) },
            BandMessage::Pace(200.0 + round as f32),
        ]);
        assert_eq!(violations_of(&mut engine, &[], 4), 0, "round {round}");
        while link.journal.receive().is_some() {}
    }
    band.send_slice(&[BandMessage::StopAt(Beats(2.2))]);
    assert_eq!(violations_of(&mut engine, &[], 200), 0);
    drain(&mut link);
    assert_eq!(violations_of(&mut engine, &[], 4), 0);
    let snapshot = link.snapshot().expect("a snapshot");
    assert!(!snapshot.is_playing && snapshot.counters.notes > 500, "{:?}", snapshot.counters);
}

#[test]
fn no_command_allocates_on_the_audio_thread() {
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (mut engine, mut link) = fresh();
    for command in every_command() {
        let name = format!("{command:?}");
        link.send(command).unwrap();
        assert_eq!(violations_of(&mut engine, &[], 4), 0, "{name}");
        drain(&mut link);
    }
}

#[test]
fn no_message_allocates_on_the_audio_thread_with_every_voice_sounding() {
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (mut engine, mut link) = fresh();
    let event = |bus, message| TimedEvent { offset_frames: 3, bus, message };
    let storm: Vec<_> = (0..VOICES_MAX + 40)
        .map(|n| {
            event(Bus::PARTS[n % 6], Midi::NoteOn { channel: (n % 16) as u8, key: (n % 90) as u8 + 20, velocity: 99 })
        })
        .collect();
    assert_eq!(violations_of(&mut engine, &storm, 50), 0);
    for status in [0x80, 0x90, 0xa0, 0xb0, 0xc0, 0xd0, 0xe0_u8] {
        for data in 0..128 {
            let message = Midi::parse(&[status | 1, data, 127 - data]).expect("a message");
            let events = Bus::PARTS.map(|bus| event(bus, message));
            assert_eq!(violations_of(&mut engine, &events, 1), 0, "{message:?}");
        }
        drain(&mut link);
    }
    let release = Midi::Control { channel: 0, controller: cc::ALL_NOTES_OFF, value: 0 };
    assert_eq!(violations_of(&mut engine, &[event(Bus::You, off(60)), event(Bus::You, release)], 100), 0);
}

#[test]
fn the_pitch_ear_allocates_nothing_after_it_was_made() {
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut tracker = PitchTracker::new(PitchConfig { channels: 2, ..PitchConfig::default() });
    // Notes of 0.1 s with silence between them, more than the queues hold.
    let frame = |i: usize| if (i / 9_600).is_multiple_of(2) { ((i % 300) as f32 - 150.0) / 300.0 } else { 0.0 };
    let input: Vec<f32> = (0..480_000).flat_map(|i| [frame(i), frame(i)]).collect();
    let before = guard::violations();
    guard::run(|| {
        tracker.process(&input);
        tracker.set_tonic(Some(146.8));
        tracker.finish();
        tracker.reset();
        input[..96_000].chunks(33).for_each(|block| tracker.process(block));
    })
    .expect("no panic");
    assert_eq!(guard::violations() - before, 0);
    assert!(tracker.lost() > 0 && tracker.poll_live().is_some() && tracker.poll_settled().is_some());
}

#[test]
fn a_planted_allocation_is_noticed() {
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let before = guard::violations();
    guard::run(|| drop(std::hint::black_box(vec![1_u8; 64]))).expect("no panic");
    assert_eq!(guard::violations() - before, 2);
}

#[test]
fn full_queues_do_not_make_the_audio_thread_allocate_or_stop() {
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (mut engine, mut link) = fresh();
    link.send(Command::Record(true)).unwrap();
    let events: Vec<_> = (0..500)
        .map(|n| TimedEvent {
            offset_frames: 0,
            bus: Bus::You,
            message: Midi::ChannelPressure { channel: 0, pressure: n as u8 & 127 },
        })
        .collect();
    for _ in 0..100 {
        assert_eq!(violations_of(&mut engine, &events, 40), 0);
    }
    while link.send(Command::Panic).is_ok() {}
    assert_eq!(violations_of(&mut engine, &[], 2), 0);
    let last = std::iter::from_fn(|| link.snapshot()).last().expect("snapshots");
    assert!(last.frame.0 > 0);
    drain(&mut link);
    assert_eq!(violations_of(&mut engine, &[], 20), 0);
    let counters = link.snapshot().expect("a snapshot").counters;
    assert!(counters.journal_lost > 0 && counters.record_lost > 0, "{counters:?}");
}
