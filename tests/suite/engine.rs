//! The engine alone: exact frames, independence from block sizes, transport and hand-back.

use crate::common::{At, drain, fresh, off, on, peak, render};
use sangat::base::{BandMessage, BandNote, Beats, Bus, Frames, Midi, Sync, cc};
use sangat::engine::params::{BusParam, PARAMS, ParamId};
use sangat::engine::{
    Applied, Command, EarEvent, Engine, EngineConfig, EngineLink, Heard, Input, Output, Snapshot, TempoChange,
    TempoMap, TimedEvent, build,
};
use sangat::instrument::{PATCHES, PatchId};

const BLOCK_SIZES: [usize; 7] = [1, 17, 32, 64, 127, 480, 1024];

/// Notes of every part, pedals, bends and pressure at awkward frames.
fn busy_performance() -> Vec<At> {
    let control = |controller, value| Midi::Control { channel: 0, controller, value };
    let mut events: Vec<At> = vec![(0, Bus::You, control(cc::SUSTAIN, 127))];
    for n in 0..40_u64 {
        let frame = n * 997 + 13;
        let bus = Bus::PARTS[n as usize % 6];
        let key = if bus == Bus::Drums { 35 + (n * 7 % 24) as u8 } else { 40 + (n * 11 % 45) as u8 };
        events.push((frame, bus, on(key, 30 + (n * 17 % 97) as u8)));
        events.push((frame + 1501, bus, off(key)));
        events.push((frame + 5, bus, Midi::PitchBend { channel: 0, value: (n as i16 - 20) * 300 }));
        events.push((frame + 31, bus, Midi::ChannelPressure { channel: 0, pressure: (n * 3) as u8 }));
    }
    events.push((20_011, Bus::You, control(cc::SUSTAIN, 0)));
    events.sort_by_key(|e| e.0);
    events
}

#[test]
fn the_sound_does_not_depend_on_the_block_size_in_a_single_bit() {
    let events = busy_performance();
    let play = |sizes: &[usize]| {
        let mut config = EngineConfig::new(48_000);
        for switch in [ParamId::DelayOn, ParamId::ChorusOn, ParamId::ReverbOn, ParamId::ClickOn] {
            config.values.set(switch, 1.0);
        }
        config.values.set(ParamId::Eq2Gain, 6.0);
        let (mut engine, mut link) = build(&config);
        link.send(Command::Play).unwrap();
        render(&mut engine, &events, 60_000, sizes)
    };
    let reference = play(&[64]);
    assert!(peak(&reference[0]) > 0.05);
    for size in BLOCK_SIZES {
        assert!(play(&[size]) == reference, "blocks of {size} frames differ");
    }
    assert!(play(&[1, 1024, 7, 33, 500]) == reference, "mixed blocks differ");
}

#[test]
fn a_note_sounds_from_its_exact_frame_on() {
    for (patch, info) in PATCHES.iter().enumerate() {
        for frame in [0_u64, 1, 31, 32, 63, 64, 100, 1023] {
            let (mut engine, mut link) = fresh();
            link.send(Command::SetPatch { bus: Bus::You, patch: PatchId(patch as u8) }).unwrap();
            let key = info.key_range.0 + 1;
            let out = render(&mut engine, &[(frame, Bus::You, on(key, 127))], 4096, &[64]);
            let first = out[0].iter().zip(&out[1]).position(|(l, r)| *l != 0.0 || *r != 0.0);
            let first = first.unwrap_or_else(|| panic!("{} is silent", info.key)) as u64;
            assert!((frame..=frame + 1).contains(&first), "{}: note at {frame}, sound at {first}", info.key);
        }
    }
}

#[test]
fn the_metronome_clicks_on_the_frame_of_every_beat_and_counts_in() {
    let mut config = EngineConfig::new(48_000);
    config.values.set(ParamId::Tempo, 150.0);
    config.values.set(ParamId::ClickOn, 0.0);
    config.values.set(ParamId::CountInBars, 1.0);
    let (mut engine, mut link) = build(&config);
    link.send(Command::Play).unwrap();
    // 150 BPM: a beat lasts 19 200 frames. Four beats of count-in sound, then the click is off.
    let out = render(&mut engine, &[], 19_200 * 6, &[64]);
    for beat in 0..6_usize {
        let at = beat * 19_200;
        let sound = peak(&out[0][at..at + 2000]);
        let before = if beat == 0 { 0.0 } else { peak(&out[0][at - 2000..at]) };
        assert_eq!(before, 0.0);
        assert_eq!(sound > 0.05, beat < 4, "beat {beat}: {sound}");
        // The click is a sine that begins at zero, so its first frame may be silent.
        assert_eq!(out[0][at + 1] != 0.0, beat < 4);
    }
}

#[test]
fn a_tempo_map_comes_home_and_the_old_one_is_freed_elsewhere() {
    let (mut engine, mut link) = fresh();
    let changes = [(0.0, 60.0), (1.0, 240.0)].map(|(beat, bpm)| TempoChange { beat: Beats(beat), bpm });
    link.install(TempoMap::new(&changes).unwrap()).unwrap();
    link.send(Command::Play).unwrap();
    render(&mut engine, &[], 48_000 + 12_000, &[480]);
    drain(&mut link);
    render(&mut engine, &[], 480, &[480]);
    let last = link.snapshot().expect("a snapshot");
    assert_eq!(last.tempo_bpm, 240.0);
    link.collect();
    // Every box is home, so as many as ever may go out again.
    for _ in 0..sangat::base::limits::HANDBACK_QUEUE {
        link.install(TempoMap::constant(100.0)).unwrap();
    }
    assert!(link.install(TempoMap::constant(100.0)).is_err());
}

#[test]
fn the_journal_numbers_everything_with_its_frame() {
    let (mut engine, mut link) = fresh();
    link.send(Command::SetParam { id: ParamId::Tempo, value: 999.0 }).unwrap();
    render(&mut engine, &[(77, Bus::You, on(60, 90)), (200, Bus::You, off(60))], 256, &[64]);
    let entries: Vec<_> = std::iter::from_fn(|| link.journal.receive()).collect();
    let got: Vec<_> = entries.iter().map(|e| (e.number, e.frame.0, e.applied)).collect();
    let midi = |message| Applied::Midi { bus: Bus::You, message };
    let tempo = Applied::Param { id: ParamId::Tempo, value: 400.0 };
    assert_eq!(got, [(1, 0, tempo), (2, 77, midi(on(60, 90))), (3, 200, midi(off(60)))]);
}

#[test]
fn a_full_journal_marks_its_gap() {
    let (mut engine, mut link) = fresh();
    let events: Vec<At> = (0..900).map(|n| (n, Bus::You, Midi::ChannelPressure { channel: 0, pressure: 1 })).collect();
    for _ in 0..30 {
        let start = engine.frame().0;
        let events: Vec<At> = events.iter().map(|e| (start + e.0, e.1, e.2)).collect();
        render(&mut engine, &events, 960, &[960]);
    }
    let mut got = std::iter::from_fn(|| link.journal.receive()).count() as u64;
    let start = engine.frame().0;
    render(&mut engine, &[(start, Bus::You, on(60, 1))], 64, &[64]);
    let gap = link.journal.receive().expect("the gap comes first");
    let Applied::Gap(lost) = gap.applied else { panic!("{gap:?}") };
    got += u64::from(lost);
    assert_eq!(got, 30 * 900);
}

#[test]
fn mute_silences_a_bus_and_panic_silences_everything() {
    let (mut engine, mut link) = fresh();
    for bus in Bus::PARTS {
        link.send(Command::SetParam { id: ParamId::bus(bus, BusParam::Mute), value: 1.0 }).unwrap();
    }
    render(&mut engine, &[], 9_600, &[64]);
    let start = engine.frame().0;
    let events: Vec<At> = Bus::PARTS.iter().map(|bus| (start + 5, *bus, on(50, 110))).collect();
    let muted = render(&mut engine, &events, 9_600, &[64]);
    assert!(peak(&muted[0]) < 1e-4, "{}", peak(&muted[0]));
    link.send(Command::Panic).unwrap();
    render(&mut engine, &[], 4_800, &[64]);
    drain(&mut link);
    render(&mut engine, &[], 480, &[64]);
    assert_eq!(link.snapshot().expect("a snapshot").voices, 0);
}

#[test]
fn every_parameter_can_be_moved_through_its_range_while_sound_stays_finite_and_bounded() {
    let (mut engine, mut link) = fresh();
    render(&mut engine, &[(0, Bus::You, on(48, 100)), (0, Bus::Drone, on(60, 100))], 64, &[64]);
    for spec in &PARAMS {
        for value in [spec.min, spec.max, f32::NAN, f32::INFINITY, spec.default] {
            link.send(Command::SetParam { id: spec.id, value }).unwrap();
            let out = render(&mut engine, &[], 256, &[64]);
            assert!(out.iter().flatten().all(|s| s.is_finite() && s.abs() <= 1.0), "{}", spec.key);
        }
        drain(&mut link);
    }
}

#[test]
fn the_same_seed_gives_the_same_samples_at_every_rate() {
    for rate_hz in [44_100, 48_000, 96_000] {
        let play = || {
            let (mut engine, _link) = build(&EngineConfig::new(rate_hz));
            render(&mut engine, &busy_performance(), 30_000, &[128])
        };
        assert!(play() == play(), "{rate_hz}");
    }
}

#[test]
fn more_events_than_a_block_may_carry_are_refused_and_no_note_hangs() {
    let (mut engine, mut link) = fresh();
    let mut events: Vec<At> = (0..1023).map(|n| (0, Bus::You, on((n % 100) as u8, 1))).collect();
    events.extend((0..100).map(|key| (0, Bus::You, off(key))));
    render(&mut engine, &events, 64, &[64]);
    render(&mut engine, &[], 48_000 * 20, &[480]);
    drain(&mut link);
    render(&mut engine, &[], 960, &[480]);
    let snapshot = link.snapshot().expect("a snapshot");
    assert!(snapshot.counters.events_refused > 0);
    // The notes that were admitted after the release still hold; their own note-offs end them.
    let offs: Vec<At> = (0..100).map(|key| (engine.frame().0, Bus::You, off(key))).collect();
    render(&mut engine, &offs, 48_000 * 20, &[480]);
    drain(&mut link);
    render(&mut engine, &[], 960, &[480]);
    assert_eq!(link.snapshot().expect("a snapshot").voices, 0);
}

/// A beat of rock for four bars, sent before the transport starts.
fn band_notes() -> Vec<BandMessage> {
    let note = |bus, key, begin, end| {
        let (begin, end) = (Beats(begin), Beats(end));
        BandNote { bus, key, velocity: 90, begin, end, tune_cents: 0.0 }
    };
    (0..16)
        .flat_map(|n| {
            let beat = f64::from(n);
            [
                note(Bus::Drums, 42, beat + 0.013, beat + 0.3),
                note(Bus::Bass, 36 + n as u8, beat, beat + 0.9),
                note(Bus::Keys, 60 + n as u8, beat + 0.501, beat + 1.7),
            ]
        })
        .map(BandMessage::Note)
        .collect()
}

/// The state now; what is older is let go.
fn newest(engine: &mut Engine, link: &mut EngineLink) -> Snapshot {
    while link.snapshot().is_some() {}
    render(engine, &[], 960, &[480]);
    link.snapshot().expect("a snapshot")
}

/// Frames and keys of what the band began, from the journal.
fn band_begins(link: &mut EngineLink) -> Vec<(u64, Bus, u8)> {
    std::iter::from_fn(|| link.journal.receive())
        .filter_map(|entry| match entry.applied {
            Applied::Midi { bus, message: Midi::NoteOn { key, .. } } => Some((entry.frame.0, bus, key)),
            _ => None,
        })
        .collect()
}

#[test]
fn every_note_of_the_band_begins_on_the_frame_of_its_beat_whatever_the_block() {
    let play = |sizes: &[usize]| {
        let (mut engine, mut link) = fresh();
        let mut band = link.band.take().expect("the band's end");
        assert_eq!(band.send_slice(&band_notes()), 48);
        link.send(Command::SetParam { id: ParamId::Tempo, value: 97.0 }).unwrap();
        link.send(Command::Play).unwrap();
        let out = render(&mut engine, &[], 500_000, sizes);
        let snapshot = newest(&mut engine, &mut link);
        assert_eq!((snapshot.counters.band_late, snapshot.keys[Bus::Keys as usize]), (0, 0));
        (out, band_begins(&mut link))
    };
    let (sound, begins) = play(&[64]);
    assert_eq!(begins.len(), 48);
    for message in band_notes() {
        let BandMessage::Note(note) = message else { unreachable!("only notes") };
        let frame = (note.begin.0 * 60.0 * 48_000.0 / 97.0).round() as u64;
        assert!(begins.contains(&(frame, note.bus, note.key)), "{note:?} not at {frame}");
    }
    for size in BLOCK_SIZES {
        assert!(play(&[size]) == (sound.clone(), begins.clone()), "blocks of {size} frames differ");
    }
}

#[test]
fn a_new_tempo_moves_what_is_planned_and_a_stop_ends_what_sounds() {
    let (mut engine, mut link) = fresh();
    let mut band = link.band.take().expect("the band's end");
    band.send_slice(&[BandMessage::Join { beat: Beats(-1.0), bpm: 120.0 }]);
    band.send_slice(&band_notes());
    render(&mut engine, &[], 36_000, &[64]);
    // Half a beat in at 120: the next beat is half a beat away, now at 60.
    band.send_slice(&[BandMessage::Pace(60.0), BandMessage::StopAt(Beats(2.25))]);
    render(&mut engine, &[], 130_000, &[64]);
    let begins = band_begins(&mut link);
    let bass: Vec<u64> = begins.iter().filter(|b| b.1 == Bus::Bass).map(|b| b.0).collect();
    assert_eq!(bass, [24_000, 36_000 + 24_000, 36_000 + 24_000 + 48_000]);
    let snapshot = newest(&mut engine, &mut link);
    assert!(!snapshot.is_playing && snapshot.keys.iter().all(|keys| *keys == 0));
    assert!((snapshot.beat.0 - 2.25).abs() < 1e-4, "{:?}", snapshot.beat);
}

#[test]
fn the_transport_starts_with_the_players_first_note_on_its_frame() {
    let (mut engine, mut link) = fresh();
    let mut band = link.band.take().expect("the band's end");
    band.send_slice(&band_notes());
    link.send(Command::StartWithPlayer(true)).unwrap();
    render(&mut engine, &[(10_001, Bus::You, on(60, 90)), (30_000, Bus::You, on(62, 90))], 40_000, &[64]);
    let begins = band_begins(&mut link);
    assert!(begins.contains(&(10_001, Bus::Bass, 36)), "{begins:?}");
    assert!(begins.contains(&(34_001, Bus::Bass, 37)), "{begins:?}");
}

#[test]
fn the_ear_is_given_messages_on_their_frames_and_sound_by_the_block() {
    let keys: Vec<At> = (0..20_u64).map(|n| (n * 777 + 5, Bus::You, on(60 + n as u8, 90))).collect();
    let band: Vec<At> = vec![(100, Bus::Bass, on(40, 90))];
    let mut events: Vec<At> = band.into_iter().chain(keys.iter().copied()).collect();
    events.sort_by_key(|e| e.0);
    for block in [32, 127, 1024] {
        let (mut engine, mut link) = fresh();
        let mut feed = link.ear.take().expect("the ear's ends");
        render(&mut engine, &events, 16_384, &[block]);
        let mut messages = Vec::new();
        let mut end = 0;
        while let Some(event) = feed.events.receive() {
            assert!(event.frame.0 >= end, "time runs backwards");
            match event.heard {
                Heard::Midi(message) => messages.push((event.frame.0, Bus::You, message)),
                Heard::Block { place, sound_frames } => {
                    assert_eq!((sound_frames, place.is_playing), (0, false));
                    end = event.frame.0;
                }
                Heard::Panic => panic!("nobody called for it"),
            }
        }
        assert_eq!((messages, end), (keys.clone(), 16_384), "blocks of {block}");
    }
}

#[test]
fn timing_reaches_the_ear_and_nothing_else() {
    let (mut engine, mut link) = fresh();
    let mut feed = link.ear.take().expect("the ear's ends");
    let input = [0.25_f32; 64];
    let (mut left, mut right) = ([0.0; 64], [0.0; 64]);
    let event = TimedEvent { offset_frames: 7, bus: Bus::You, message: Midi::Sync(Sync::Clock) };
    let output = Output { left: &mut left, right: &mut right };
    engine.process(Input { audio: &input, events: &[event] }, output);
    let clock = EarEvent { frame: Frames(7), heard: Heard::Midi(Midi::Sync(Sync::Clock)) };
    assert_eq!(feed.events.receive(), Some(clock));
    let Some(EarEvent { frame: Frames(64), heard: Heard::Block { sound_frames, .. } }) = feed.events.receive() else {
        panic!("no block");
    };
    let mut sound = [[0.0; 2]; 100];
    assert_eq!((sound_frames, feed.sound.receive_slice(&mut sound)), (64, 64));
    assert_eq!(sound[63], [0.25, 0.5 * (left[63] + right[63])]);
    assert!(link.journal.receive().is_none(), "timing is not journalled");
}

#[test]
fn an_ear_that_does_not_listen_costs_nothing_but_its_own_hearing() {
    let (mut engine, mut link) = fresh();
    let events: Vec<At> = (0..20_000_u64).map(|n| (n * 3, Bus::You, on(60 + (n % 12) as u8, 90))).collect();
    render(&mut engine, &events, 61_000, &[64]);
    while link.snapshot().is_some() {}
    render(&mut engine, &[], 960, &[64]);
    let snapshot = link.snapshot().expect("a snapshot");
    assert!(snapshot.counters.ear_lost > 0 && snapshot.counters.notes == 20_000, "{:?}", snapshot.counters);
    let feed = link.ear.as_mut().expect("the ear's ends");
    let taken = std::iter::from_fn(|| feed.events.receive()).count();
    assert_eq!(taken, sangat::base::limits::EAR_QUEUE);
    render(&mut engine, &[(61_960, Bus::You, on(60, 90))], 64, &[64]);
    let feed = link.ear.as_mut().expect("the ear's ends");
    assert!(feed.events.receive().is_some(), "it hears again as soon as it listens");
}
