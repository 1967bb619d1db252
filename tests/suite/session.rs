//! The control side headless, end to end: intents in, view and files out.

use crate::common::{start, wait};
use sangat::base::Bus;
use sangat::engine::params::ParamId;
use sangat::session::band::{Origin, StyleId, settings_of};
use sangat::session::control::Control;
use sangat::session::journal::Journal;
use sangat::session::render::replay_file;
use sangat::session::score::Score;
use sangat::session::{Intent, PATCHES, PatchId, State, TempoGiver, TempoState, View};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).map(|d| d.flatten().map(|e| e.path()).collect::<Vec<_>>());
    entries.unwrap_or_default().into_iter().filter(|p| p.extension().is_some_and(|e| e == extension)).collect()
}

#[test]
fn a_struck_key_sounds_is_shown_and_is_kept() {
    let home = tempfile::tempdir().expect("a folder");
    let mut control = start(home.path());
    wait(&mut control, "the engine", |v| v.health.audio.state == State::Off);
    assert!(!control.view().has_played);
    control.send(Intent::NoteOn { key: 60, velocity: 100 });
    wait(&mut control, "the key", |v| v.keys[Bus::You as usize] == 1 << 60 && v.voices == 1);
    wait(&mut control, "the level", |v| v.master.peak_db[0] > -40.0 && v.buses[Bus::You].peak_db[0] > -40.0);
    wait(&mut control, "the spectrum", |v| v.spectrum.peak.is_some_and(|(hz, _)| (hz / 261.63 - 1.0).abs() < 0.02));
    control.send(Intent::NoteOff { key: 60 });
    wait(&mut control, "the release", |v| v.keys[Bus::You as usize] == 0);
    wait(&mut control, "the memory", |v| v.has_played);
    control.send(Intent::Keep);
    wait(&mut control, "the file", |v| v.notices.iter().any(|n| !n.is_fault && n.text.contains("Take")));
    let kept = files(&home.path().join("recordings"), "mid");
    let score = Score::read(&kept[0]).expect("a MIDI file");
    assert_eq!(score.events.len(), 2);
}

#[test]
fn a_recording_holds_what_was_played_and_the_journal_replays_it() {
    let home = tempfile::tempdir().expect("a folder");
    let mut control = start(home.path());
    wait(&mut control, "the engine", |v| v.spectrum.sequence > 0);
    control.send(Intent::RecordOrStop);
    wait(&mut control, "the recording", |v| v.transport.recording_secs.is_some());
    control.send(Intent::NoteOn { key: 64, velocity: 110 });
    wait(&mut control, "half a second", |v| v.transport.recording_secs.is_some_and(|s| s > 0.5));
    control.send(Intent::NoteOff { key: 64 });
    wait(&mut control, "the release", |v| v.keys[Bus::You as usize] == 0);
    control.send(Intent::RecordOrStop);
    wait(&mut control, "the file", |v| v.notices.iter().any(|n| n.text.contains("Recording")));
    drop(control);
    let recorded = files(&home.path().join("recordings"), "wav");
    let mut reader = hound::WavReader::open(&recorded[0]).expect("a WAV file");
    let peak = reader.samples::<f32>().map(|s| s.expect("a sample").abs()).fold(0.0, f32::max);
    assert!(peak > 0.02, "{peak}");
    let journal = files(&home.path().join("journal"), "jsonl");
    assert!(Journal::read(&journal[0], false).expect("a journal").entries.len() >= 3);
    let again = home.path().join("again.wav");
    let report = replay_file(&journal[0], &again, 32, false).expect("a replay");
    assert_eq!(report.notes, 1);
    assert_replayed(&recorded[0], &again);
}

/// The recording is a stretch of the replay, bit for bit.
fn assert_replayed(recorded: &Path, again: &Path) {
    let read = |path: &Path| -> Vec<f32> {
        hound::WavReader::open(path).expect("a WAV file").into_samples::<f32>().map(|s| s.expect("a sample")).collect()
    };
    let (recorded, again) = (read(recorded), read(again));
    let loud = |samples: &[f32]| samples.iter().position(|s| s.abs() > 1e-4).expect("sound");
    let (from, at) = (loud(&recorded), loud(&again));
    let length = recorded.len() - from;
    assert!(again.len() >= at + length);
    assert!(recorded[from..] == again[at..at + length], "the replay differs");
}

#[test]
fn settings_sound_and_knobs_survive_a_restart() {
    let home = tempfile::tempdir().expect("a folder");
    let mut control = start(home.path());
    control.poll();
    control.send(Intent::SetPatch(PatchId(5)));
    control.send(Intent::SetParam(ParamId::ReverbMix, 0.42));
    control.send(Intent::SetParam(ParamId::Macro2, 0.9));
    control.send(Intent::ToggleFavourite(PatchId(3)));
    control.send(Intent::SetZoom(1.25));
    drop(control);
    let mut control = start(home.path());
    let view = control.poll();
    assert_eq!((view.patch, view.favourites.as_slice(), view.zoom), (PatchId(5), &[PatchId(3)][..], 1.25));
    assert_eq!((view.params.get(ParamId::ReverbMix), view.params.get(ParamId::Macro2)), (0.42, 0.9));
}

#[test]
fn undo_and_redo_walk_through_sounds_and_knobs() {
    let home = tempfile::tempdir().expect("a folder");
    let mut control = start(home.path());
    let first = control.poll().patch;
    control.send(Intent::SetParam(ParamId::Eq2Freq, 500.0));
    control.send(Intent::SetPatch(PatchId(PATCHES.len() as u8 - 1)));
    control.send(Intent::Undo);
    assert_eq!(control.poll().patch, first);
    control.send(Intent::Undo);
    assert_eq!(control.poll().params.get(ParamId::Eq2Freq), 320.0);
    assert!(!control.view().can_undo && control.view().can_redo);
    control.send(Intent::Redo);
    control.send(Intent::Redo);
    assert_eq!(control.poll().patch, PatchId(PATCHES.len() as u8 - 1));
}

#[test]
fn a_folder_that_cannot_be_written_degrades_the_disk_and_nothing_else() {
    let home = tempfile::tempdir().expect("a folder");
    // A file stands where the folder should be.
    std::fs::write(home.path().join("recordings"), b"in the way").expect("a file");
    let mut control = start(home.path());
    wait(&mut control, "the engine", |v| v.spectrum.sequence > 0);
    control.send(Intent::NoteOn { key: 60, velocity: 80 });
    wait(&mut control, "the note", |v| v.has_played && v.memory_secs >= 0.0 && v.voices > 0);
    control.send(Intent::Keep);
    wait(&mut control, "the chip", |v| v.health.disk.state == State::Degraded);
    let view = control.poll();
    assert!(
        view.health.disk.reason.contains("recordings") && !view.health.disk.remedy.is_empty(),
        "{:?}",
        view.health.disk
    );
    assert!(view.voices > 0);
    std::fs::remove_file(home.path().join("recordings")).expect("the file goes");
    control.send(Intent::Keep);
    wait(&mut control, "the chip", |v| v.health.disk.state == State::Ok);
}

#[test]
fn the_transport_starts_stops_and_follows_taps() {
    let home = tempfile::tempdir().expect("a folder");
    let mut control = start(home.path());
    wait(&mut control, "the engine", |v| v.spectrum.sequence > 0);
    control.send(Intent::PlayOrStop);
    wait(&mut control, "the beat", |v| v.transport.is_playing && v.transport.beat.0 > 0.2);
    control.send(Intent::LockTempo(120.0));
    assert!(control.poll().transport.is_tempo_locked);
    let before = Instant::now();
    control.send(Intent::Tap);
    let after = Instant::now();
    std::thread::sleep(Duration::from_millis(400));
    // A machine with much to do sleeps longer: the taps were as far apart as they were.
    let bpm = |interval: Duration| 60.0 / interval.as_secs_f64();
    let fastest = bpm(after.elapsed());
    control.send(Intent::Tap);
    let slowest = bpm(before.elapsed());
    wait(&mut control, "the tempo", |v| (slowest - 0.1..fastest + 0.1).contains(&v.transport.tempo_bpm));
    assert!(!control.view().transport.is_tempo_locked);
    control.send(Intent::PlayOrStop);
    wait(&mut control, "the stop", |v| !v.transport.is_playing);
}

#[test]
fn panic_silences_what_sounds() {
    let home = tempfile::tempdir().expect("a folder");
    let mut control = start(home.path());
    wait(&mut control, "the engine", |v| v.spectrum.sequence > 0);
    for key in 40..60 {
        control.send(Intent::NoteOn { key, velocity: 100 });
    }
    wait(&mut control, "voices", |v| v.voices == 20);
    control.send(Intent::Panic);
    wait(&mut control, "silence", |v| v.voices == 0 && v.keys == [0; 6]);
}

#[test]
fn what_is_played_is_heard_as_chords_and_notes() {
    let home = tempfile::tempdir().expect("a folder");
    let mut control = start(home.path());
    wait(&mut control, "the engine", |v| v.spectrum.sequence > 0);
    for key in [48, 60, 64, 67] {
        control.send(Intent::NoteOn { key, velocity: 90 });
    }
    wait(&mut control, "the chord", |v| v.heard.chord.as_ref().is_some_and(|chord| chord.name == "C"));
    let held = control.view().heard.notes.iter().filter(|n| n.end_secs.is_none()).count();
    assert_eq!(held, 4);
    control.send(Intent::NoteOff { key: 67 });
    wait(&mut control, "the release", |v| v.heard.notes.iter().any(|n| n.key == 67 && n.end_secs.is_some()));
    control.send(Intent::Panic);
    wait(&mut control, "the silence", |v| v.heard.notes.iter().all(|n| n.end_secs.is_some()));
}

#[test]
fn a_tempo_is_held_until_the_player_is_followed_again() {
    let home = tempfile::tempdir().expect("a folder");
    let mut control = start(home.path());
    wait(&mut control, "the engine", |v| v.spectrum.sequence > 0);
    let fixed = TempoState::Given(TempoGiver::Fixed);
    control.send(Intent::LockTempo(96.0));
    wait(&mut control, "the held tempo", |v| v.heard.tempo == fixed && v.heard.bpm == Some(96.0));
    assert_eq!(control.view().params.get(ParamId::Tempo), 96.0);
    control.send(Intent::FollowTempo);
    wait(&mut control, "freedom", |v| v.heard.tempo != fixed);
    control.send(Intent::PlayOrStop);
    wait(&mut control, "the band", |v| v.transport.is_playing && v.transport.beat.0 > 0.2);
    assert_ne!(control.view().heard.tempo, fixed, "the band follows");
    control.send(Intent::SetParam(ParamId::BandOn, 0.0));
    wait(&mut control, "the metronome's beat", |v| v.heard.tempo == fixed && !v.heard.upcoming.is_empty());
    let (heard, transport) = (&control.view().heard, &control.view().transport);
    let to_next = heard.upcoming[0].at_secs - heard.now_secs;
    let to_beat = (transport.beat.0.ceil() - transport.beat.0) * 60.0 / 96.0;
    let apart = (to_next - to_beat).rem_euclid(60.0 / 96.0);
    assert!(apart.min(60.0 / 96.0 - apart) < 0.04, "{to_next} {to_beat}");
}

#[test]
fn undoing_a_held_tempo_holds_the_one_before() {
    let home = tempfile::tempdir().expect("a folder");
    let mut control = start(home.path());
    wait(&mut control, "the engine", |v| v.spectrum.sequence > 0);
    control.send(Intent::LockTempo(90.0));
    wait(&mut control, "the first tempo", |v| v.heard.bpm == Some(90.0));
    std::thread::sleep(Duration::from_millis(1200));
    control.poll();
    control.send(Intent::LockTempo(140.0));
    wait(&mut control, "the second tempo", |v| v.heard.bpm == Some(140.0));
    control.send(Intent::Undo);
    wait(&mut control, "the first again", |v| v.heard.bpm == Some(90.0) && v.transport.tempo_bpm == 90.0);
}

#[test]
fn a_chart_sets_metre_and_style_leads_the_band_and_is_there_again_at_the_next_start() {
    let home = tempfile::tempdir().expect("a folder");
    let name_of = |view: &View| view.band.chords.first().map(|chord| (chord.name.clone(), chord.origin));
    {
        let mut control = start(home.path());
        wait(&mut control, "the engine", |v| v.spectrum.sequence > 0);
        control.send(Intent::SetChart(Some("style: Jazz Waltz\ntempo: 132\ntime: 3/4\n| Ebmaj7 | Fm7 |".to_owned())));
        let wanted = Some(("Ebmaj7".to_owned(), Origin::Chart));
        wait(&mut control, "the chart", |v| name_of(v) == wanted && v.band.beats_per_bar == 3);
        let value = |control: &Control, id: ParamId| control.view().params.get(id);
        assert_eq!(value(&control, ParamId::BeatsPerBar), 3.0);
        assert_eq!(value(&control, ParamId::Tempo), 132.0);
        assert_eq!(settings_of(&control.view().params).style, StyleId::Waltz);
        // What is no chart changes nothing and is said in a sentence.
        control.send(Intent::SetChart(Some("| Ebmaj7 | Hm7 |".to_owned())));
        wait(&mut control, "the fault", |v| v.notices.iter().any(|n| n.is_fault && n.text.contains("Hm7")));
        assert_eq!(name_of(control.poll()), wanted);
        let path = home.path().join("none.txt");
        control.send(Intent::OpenChart(path));
        wait(&mut control, "the other", |v| v.notices.iter().any(|n| n.is_fault && n.text.contains("none.txt")));
    }
    let mut control = start(home.path());
    let title = |v: &View| v.chart.as_ref().map(|chart| chart.bars.len());
    wait(&mut control, "the chart of last time", |v| title(v) == Some(2));
    control.send(Intent::SetChart(None));
    wait(&mut control, "the ear", |v| title(v).is_none() && name_of(v).is_none());
}

#[test]
fn a_chord_that_nobody_foresaw_is_answered_and_the_stages_of_it_are_measured() {
    let home = tempfile::tempdir().expect("a folder");
    let mut control = start(home.path());
    wait(&mut control, "the engine", |v| v.spectrum.sequence > 0);
    control.send(Intent::SetParam(ParamId::BandCommit, 1.0));
    control.send(Intent::PlayOrStop);
    wait(&mut control, "the music", |v| v.transport.is_playing && v.transport.beat.0 > 1.0);
    for key in [41, 60, 65, 69] {
        control.send(Intent::NoteOn { key, velocity: 90 });
    }
    wait(&mut control, "the answer", |v| v.performance.stage("answer").is_some_and(|p| p.count > 0));
    let view = control.view();
    let [answer, hear, plan, commit] =
        ["answer", "hear", "plan", "commit"].map(|key| view.performance.stage(key).expect(key));
    assert!(hear.max_nanos >= 20_000_000 && hear.max_nanos < 500_000_000, "{hear:?}");
    assert!(answer.max_nanos >= hear.max_nanos + commit.max_nanos - 1000, "{answer:?} {hear:?} {commit:?}");
    assert!(plan.count > 0 && plan.p50_nanos > 1000, "{plan:?}");
    assert!(view.band.answer.is_some());
    control.send(Intent::ResetMeters);
    wait(&mut control, "the reset", |v| v.performance.stage("answer").is_none());
}

#[test]
fn a_raga_jam_brings_tanpura_bars_and_tabla_and_practice_the_tabla_alone() {
    use sangat::session::Page;
    use sangat::session::practice::PracticeOrder;
    let home = tempfile::tempdir().expect("a folder");
    let mut control = start(home.path());
    wait(&mut control, "the engine", |v| v.health.audio.state == State::Off);
    control.send(Intent::Practice(PracticeOrder::SetTala(Some("H04".into()))));
    assert_eq!(control.view().params.get(ParamId::BeatsPerBar), 4.0, "another mode has its own bars");
    control.send(Intent::SetParam(ParamId::BandMode, 3.0));
    let bars = |v: &View| (v.params.is_on(ParamId::TanpuraOn), v.params.get(ParamId::BeatsPerBar));
    assert_eq!(bars(control.view()), (true, 7.0));
    control.send(Intent::Practice(PracticeOrder::SetTala(Some("H01".into()))));
    assert_eq!(bars(control.view()), (true, 8.0));
    wait(&mut control, "the plan", |v| v.band.sa_key.is_some() && !v.band.notes[0].is_empty());
    let skins = |v: &View| v.band.notes[0].iter().all(|note| (36..51).contains(&note.key));
    assert!(skins(control.view()));
    control.send(Intent::PlayOrStop);
    wait(&mut control, "the tabla", |v| v.buses[Bus::Drums].peak_db[0] > -50.0 && v.transport.beat.0 > 1.0);
    // The page of a learner: the lead is silent, the drum goes on, and may be switched off.
    control.send(Intent::ShowPage(Page::Practice));
    wait(&mut control, "the drum alone", |v| {
        let open = |part: usize| v.band.notes[part].iter().any(|note| note.begin_beats > v.band.now_beats + 2.0);
        open(0) && !open(3) && v.practice.has_theka
    });
    control.send(Intent::Practice(PracticeOrder::SetTheka(false)));
    wait(&mut control, "silence", |v| !v.band.notes[0].iter().any(|note| note.begin_beats > v.band.now_beats + 2.0));
    control.send(Intent::ShowPage(Page::Jam));
    for _ in 0..2 {
        control.send(Intent::Undo);
    }
    control.send(Intent::SetParam(ParamId::BandMode, 0.0));
    assert_eq!(control.view().params.get(ParamId::BeatsPerBar), 4.0, "the style's own again");
    wait(&mut control, "the kit", |v| v.band.sa_key.is_none());
}
