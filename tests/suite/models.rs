//! The models in the running program: who plays is shown, what is wrong with a file is told, and a jam repeats.

use crate::common::{options, wait};
use sangat::band::{Part, Rung, Settings, StyleId};
use sangat::engine::params::ParamId;
use sangat::session::control::{Control, ControlOptions};
use sangat::session::jam::{Helpers, JamOptions, play};
use sangat::session::score::Score;
use sangat::session::wav::WavForm;
use sangat::session::{Intent, State, View};
use std::path::{Path, PathBuf};

const MODELS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/models");

fn start(home: &Path, models: &Path) -> Control {
    Control::start(&ControlOptions { models: Some(models.to_owned()), ..options(home) }).expect("a control")
}

/// A chord in a style that drums and keys know.
fn begin(control: &mut Control) {
    control.send(Intent::SetParam(ParamId::BandStyle, f32::from(StyleId::PopBallad as u8)));
    control.send(Intent::SetParam(ParamId::Tempo, 70.0));
    for key in [48, 60, 64, 67] {
        control.send(Intent::NoteOn { key, velocity: 90 });
    }
    control.send(Intent::PlayOrStop);
}

#[test]
fn the_models_of_the_program_play_in_a_session_and_it_says_how_fast_they_are() {
    let home = tempfile::tempdir().expect("a folder");
    let mut control = start(home.path(), Path::new(MODELS));
    begin(&mut control);
    wait(&mut control, "the models", |v| v.models.rows.len() >= 4);
    let by_models = |view: &View, part: Part| {
        view.band.bars.iter().any(|bar| bar.rungs[part as usize].is_some_and(|rung| rung < Rung::Cached))
    };
    wait(&mut control, "a bar of drums and keys", |v| by_models(v, Part::Drums) && by_models(v, Part::Keys));
    wait(&mut control, "its figures", |v| v.performance.stage("model_bar").is_some_and(|of| of.count > 0));
    let view = control.view();
    assert!(view.models.rows.iter().all(|row| row.parameters > 100_000 && row.step_micros[1] >= row.step_micros[0]));
    control.send(Intent::SetParam(ParamId::BandPlayers, 0.0));
    wait(&mut control, "rules alone", |v| {
        let newest = v.band.bars.last();
        newest.is_some_and(|bar| bar.rungs.into_iter().flatten().all(|rung| rung == Rung::Rules))
    });
}

/// Models of which one is cut off, one is something else, one holds what is no number, and one is not there.
fn spoilt(folder: &Path) {
    let read = |name: &str| std::fs::read(Path::new(MODELS).join(format!("{name}.safetensors"))).expect("a model");
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(folder.join(format!("{name}.safetensors")), bytes).expect("written");
    };
    let drums = read("drums_small");
    write("drums_small", &drums[..drums.len() / 2]);
    write("bass_small", b"RIFF, as it were");
    let mut keys = read("keys_small");
    let last = keys.len() - 2;
    keys[last..].copy_from_slice(&0x7e00_u16.to_le_bytes());
    write("keys_small", &keys);
    std::fs::write(folder.join("patterns.bin"), b"SGPTxxxx").expect("written");
}

#[test]
fn files_that_are_no_models_are_told_one_by_one_and_the_band_plays_on() {
    let (home, folder) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    spoilt(folder.path());
    let mut control = start(home.path(), folder.path());
    wait(&mut control, "the chip", |v| !v.models.is_loading && v.health.models.state == State::Off);
    let view = control.view();
    let told = |file: &str| view.models.problems.iter().find(|problem| problem.starts_with(file)).cloned();
    for (file, said) in [
        ("drums_small", "cut off"),
        ("bass_small", "cut off"),
        ("keys_small", "not finite"),
        ("lead_small", "cannot be read"),
        ("patterns.bin", "another version"),
    ] {
        let problem = told(file).unwrap_or_else(|| panic!("{file}: {:?}", view.models.problems));
        assert!(problem.contains(said) && !problem.contains('\n'), "{problem}");
    }
    assert!(!view.health.models.reason.is_empty() && view.health.models.remedy.contains("plays on"));
    begin(&mut control);
    wait(&mut control, "the rules", |v| {
        v.transport.is_playing && v.band.bars.iter().flat_map(|bar| bar.rungs).flatten().any(|rung| rung == Rung::Rules)
    });
}

#[test]
fn a_jam_with_models_repeats_and_is_another_than_that_of_the_rules() {
    let score = Score::read(&PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/demo.mid"))).expect("the demo");
    let jam = |best: Rung, seed: u64| {
        let options = JamOptions {
            raga: None,
            track: None,
            settings: Settings { best, yields: false, ..Settings::default() },
            style: Some(StyleId::PopBallad),
            tempo_bpm: Some(90.0),
            chart: None,
            models: None,
            seed,
            form: WavForm::new(8000, 16).expect("a rate"),
        };
        let mut peak = 0.0_f32;
        let jam = play(&score, &options, Helpers::of(Path::new(MODELS), best), &mut |left, _| {
            peak = left.iter().fold(peak, |peak, sample| peak.max(sample.abs()));
            Ok(())
        });
        let jam = jam.expect("a sink that takes all");
        assert!(peak > 0.01 && jam.figures.late == 0 && jam.figures.hanging == 0);
        jam.figures
    };
    let (first, again, rules) = (jam(Rung::Large, 1), jam(Rung::Large, 1), jam(Rung::Rules, 1));
    assert_eq!(first.notes, again.notes);
    assert_ne!(first.notes, rules.notes);
    // It begins at once, and chords that nobody foresaw come just before bars: those bars are the lower rungs'.
    assert!(first.ladder.bars > 20 && first.ladder.on_time * 10 > first.ladder.bars * 8, "{:?}", first.ladder);
    assert_eq!(rules.ladder.bars, 0);
}
