//! Practice: phrases that are sung here into files, judged, files and wishes that cannot be, and lessons headless.

use crate::common::{off, on, start, wait};
use crate::program::{refused, sangat, text};
use sangat::base::Bus;
use sangat::session::control::Control;
use sangat::session::practice::{LessonWish, Phase, PracticeOrder};
use sangat::session::score_out::write_midi;
use sangat::session::{Intent, Page, View};
use serde_json::{Value, json};
use std::f32::consts::TAU;
use std::path::{Path, PathBuf};

const RATE_HZ: u32 = 44_100;

/// A voice on Sa = `sa_hz` that holds each of these cents for a time, with breath between phrases.
pub fn sung(path: &Path, sa_hz: f32, notes: &[(Option<f32>, f32)]) -> PathBuf {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RATE_HZ,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(path, spec).expect("a file");
    let (mut phase, mut frames) = (0.0_f32, 0_u32);
    for (cents, secs) in notes {
        for _ in 0..(secs * RATE_HZ as f32) as usize {
            let hz = sa_hz * (cents.unwrap_or(0.0) / 1200.0).exp2();
            phase = (phase + hz / RATE_HZ as f32).fract();
            let voice: f32 = (1..=8_u16).map(|n| (TAU * f32::from(n) * phase).sin() / f32::from(n)).sum();
            let noise = 2.0e-4 * (f64::from(frames) * 12.9898).sin() as f32;
            writer.write_sample(noise + if cents.is_some() { 0.2 * voice } else { 0.0 }).expect("room");
            frames += 1;
        }
    }
    writer.finalize().expect("a whole file");
    path.to_owned()
}

fn judged(home: &Path, arguments: &[&str]) -> (Vec<Value>, Value) {
    let output = sangat(home, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    let mut lines: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    let summary = lines.pop().map(|mut line| line["summary"].take()).expect("a summary");
    (lines, summary)
}

/// Up and down the raga Bhupali in just intervals, Ga a little high.
fn bhupali(high: f32) -> Vec<(Option<f32>, f32)> {
    let up = [0.0, 203.9, 386.3 + high, 702.0, 884.4, 1200.0];
    let mut notes = Vec::new();
    for _ in 0..4 {
        notes.extend(up.map(|cents| (Some(cents), 0.5)));
        notes.extend(up.iter().rev().map(|cents| (Some(*cents), 0.5)));
        notes.push((None, 0.6));
    }
    notes
}

#[test]
fn every_swara_is_told_in_cents_of_its_own_target() {
    let home = tempfile::tempdir().expect("a folder");
    let path = sung(&home.path().join("take.wav"), 220.0, &bhupali(25.0));
    let wav = text(&path);
    let (lines, summary) = judged(
        home.path(),
        &["practice", wav, "--sa", "220", "--raga", "Bhupali", "--tradition", "hindustani", "--json"],
    );
    let swara = |name: &str, octave: i64| {
        let rows = summary["swaras"].as_array().expect("a list");
        let found = rows.iter().find(|row| row["swara"] == name && row["octave"] == octave);
        found.unwrap_or_else(|| panic!("no {name}: {summary}")).clone()
    };
    for (name, octave, off) in
        [("S", 0, 0.0), ("R", 0, 0.0), ("G", 0, 25.0), ("P", 0, 0.0), ("D", 0, 0.0), ("S", 1, 0.0)]
    {
        let row = swara(name, octave);
        let median = row["median_cents"].as_f64().expect("a number");
        assert!((median - off).abs() < 4.0, "{row}");
        let verdict = if off > 20.0 { "near" } else { "true" };
        assert_eq!(row["verdict"], verdict, "{row}");
    }
    let held = lines.iter().filter(|line| line["kind"] == "held").count();
    // The turn at the upper Sa is one long note.
    assert!((40..=48).contains(&held), "{held} notes of 44");
    assert!(summary["phrases"].as_array().is_some_and(|phrases| phrases.len() == 4), "{summary}");
    let hint = &summary["raga_hint"][0];
    assert!(hint["probability"].as_f64().is_some_and(|p| p > 0.2) && hint["evidence"].is_string(), "{summary}");
}

#[test]
fn people_are_told_the_same_in_words_and_beginners_are_marked_gently() {
    let home = tempfile::tempdir().expect("a folder");
    let path = sung(&home.path().join("take.wav"), 196.0, &bhupali(25.0));
    let wav = text(&path);
    let output = sangat(home.path(), &["practice", wav, "--sa", "196", "--raga", "mohanam", "--gentle"]);
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(said.contains("Sa 196.0 Hz, Mohanam") && said.contains("in tune over 4 breaths"), "{said}");
    assert!(!said.contains("near") && !said.contains(" off"), "25 cents are not held against a beginner: {said}");
}

#[test]
fn silence_and_a_clipped_microphone_are_told_and_never_scored() {
    let home = tempfile::tempdir().expect("a folder");
    let silent = sung(&home.path().join("silent.wav"), 220.0, &[(None, 3.0)]);
    let (lines, summary) =
        judged(home.path(), &["practice", text(&silent), "--sa", "220", "--raga", "Yaman", "--json"]);
    assert!(lines.is_empty() && summary["swaras"].as_array().is_some_and(Vec::is_empty), "{summary}");
}

#[test]
fn what_cannot_be_judged_is_named_in_one_sentence() {
    let home = tempfile::tempdir().expect("a folder");
    let path = sung(&home.path().join("take.wav"), 220.0, &[(None, 2.0)]);
    let wav = text(&path);
    let sarali = ["practice", wav, "--sa", "220", "--exercise", "CAR-SARALI-01"];
    let with = |more: &[&'static str]| [&sarali[..], more].concat();
    let cases: [(&[&str], &str); 14] = [
        (&["practice", wav, "--sa", "220", "--raga", "Yamxan"], "Yaman"),
        (&["practice", wav, "--sa", "high", "--raga", "Yaman"], "give it in Hz"),
        (&["practice", wav, "--sa", "20000", "--raga", "Yaman"], "40 to 1000"),
        (&["practice", wav, "--raga", "Yaman"], "give it in Hz with --sa"),
        (&["practice", "absent.wav", "--sa", "220", "--raga", "Yaman"], "absent.wav"),
        (&["practice", wav, "--sa", "220"], "--exercise"),
        (&["practice", wav, "--sa", "220", "--exercise", "SARALI"], "--list-exercises"),
        (&["practice", wav, "--sa", "220", "--raga", "Yaman", "--speed", "2"], "--exercise"),
        (&["practice", wav, "--list-exercises"], "no file"),
        (&["practice"], "--list-exercises"),
        (&with(&["--speed", "3"]), "1, 2, 4"),
        (&with(&["--bpm", "1"]), "10 to 400"),
        (&with(&["--raga", "Mohanam"]), "Sarali varisai 1: Mohanam has no Ma"),
        (&with(&["--raga", "Nobody"]), "Nobody"),
    ];
    for (arguments, wanted) in cases {
        refused(home.path(), arguments, &[wanted]);
    }
}

#[test]
fn the_learners_own_tables_are_known_and_a_broken_row_is_told_while_the_rest_is_used() {
    let home = tempfile::tempdir().expect("a folder");
    let own = |name: &str, up: &str| {
        let down = up.split(' ').rev().collect::<Vec<_>>().join(" ");
        format!("[[raga]]\nname = \"{name}\"\ntradition = \"hindustani\"\narohana = \"{up}\"\navarohana = \"{down}\"\n")
    };
    std::fs::create_dir(home.path().join("config")).expect("a folder");
    let exercise = "[[exercise]]\nname = \"Up of mine\"\ntradition = \"hindustani\"\nraga = \"Five of mine\"\nlines = [\"S R G P D S^\"]\n";
    let rows = own("Broken", "S X G P S^") + &own("Five of mine", "S R G P D S^") + exercise;
    std::fs::write(home.path().join("config/ragas.toml"), rows).expect("a file");
    let path = sung(&home.path().join("take.wav"), 220.0, &bhupali(0.0));
    let output = sangat(home.path(), &["practice", text(&path), "--sa", "220", "--raga", "five of mine"]);
    let [said, told] = [output.stdout, output.stderr].map(|said| String::from_utf8(said).expect("UTF-8"));
    assert!(output.status.success() && said.contains("Sa 220.0 Hz, Five of mine"), "{said}{told}");
    assert_eq!(told.lines().count(), 1, "{told}");
    for words in ["ragas.toml: line 1: Broken: \"X\" in its arohana is no Hindustani note", "mend it or take it out"] {
        assert!(told.contains(words), "{told}");
    }
    let output = sangat(home.path(), &["practice", "--list-exercises"]);
    let listed = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(listed.lines().count() == 73 && listed.contains("Up of mine"), "{listed}");
    let (_, summary) =
        judged(home.path(), &["practice", text(&path), "--sa", "220", "--exercise", "up of mine", "--json"]);
    assert_eq!((&summary["raga"], &summary["lesson"]["name"]), (&json!("Five of mine"), &json!("Up of mine")));
    let (tune, wav) = (home.path().join("tune.mid"), home.path().join("jam.wav"));
    let mut bytes = Vec::new();
    write_midi(&[(0.5, on(60, 90)), (1.0, off(60)), (2.0, on(64, 90)), (3.0, off(64))], 60.0, &mut bytes)
        .expect("a file");
    std::fs::write(&tune, bytes).expect("a file");
    let jam = ["jam", text(&tune), "--out", text(&wav), "--players", "rules", "--mode", "raga", "--json", "--raga"];
    let output = sangat(home.path(), &[&jam[..], &["Five of mine"]].concat());
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["raga"]["name"], "Five of mine");
}

/// Sarali varisai 1 in Mayamalavagowla at 60 beats a minute, from the first second on, some notes by other cents.
fn sarali(wrong: &[(usize, f32)]) -> Vec<(Option<f32>, f32)> {
    let up = [0.0, 111.7, 386.3, 498.0, 702.0, 813.7, 1088.3, 1200.0];
    let mut notes = vec![(None, 1.0)];
    for (at, cents) in up.iter().chain(up.iter().rev()).enumerate() {
        let other = wrong.iter().find(|(place, _)| *place == at).map_or(*cents, |(_, cents)| *cents);
        notes.extend([(Some(other), 0.85), (None, 0.15)]);
    }
    notes.push((None, 0.5));
    notes
}

#[test]
fn an_exercise_is_marked_note_by_note_in_its_tala() {
    let home = tempfile::tempdir().expect("a folder");
    // Another note in place of Pa, and Ga too high on the way down.
    let path = sung(&home.path().join("take.wav"), 196.0, &sarali(&[(4, 590.0), (13, 386.3 + 30.0)]));
    let arguments = ["practice", text(&path), "--sa", "196", "--exercise", "car-sarali-01"];
    let (lines, summary) = judged(home.path(), &[&arguments[..], &["--json"]].concat());
    let lesson = &summary["lesson"];
    let figure = |key: &str| lesson[key].as_f64().unwrap_or_else(|| panic!("no {key}: {lesson}"));
    assert_eq!(
        ["notes", "in_tune", "near", "off", "missed", "extra"].map(figure),
        [16.0, 14.0, 1.0, 1.0, 0.0, 0.0],
        "{lesson}"
    );
    assert!((figure("true_share") - 0.875).abs() < 1e-3 && figure("tala_error_ms") < 20.0, "{lesson}");
    assert_eq!((&lesson["passed"], lesson["lines"][0]["in_tune"].as_u64()), (&Value::Bool(true), Some(7)), "{lesson}");
    assert_eq!((lesson["name"].as_str(), lesson["raga"].as_str()), (Some("Sarali varisai 1"), Some("Mayamalavagowla")));
    let asked: Vec<&Value> = lines.iter().filter(|line| line["kind"] == "asked").collect();
    assert_eq!(asked.len(), 16);
    assert_eq!(
        (&asked[4]["outcome"], &asked[4]["swara"], &asked[4]["sung"]),
        (&"wrong".into(), &"P".into(), &"M2".into())
    );
    assert_eq!((&asked[13]["outcome"], &asked[13]["verdict"]), (&"sung".into(), &"near".into()));
    let said = sangat(home.path(), &arguments);
    let said = String::from_utf8(said.stdout).expect("UTF-8");
    for words in ["Sarali varisai 1 in Mayamalavagowla", "14 of 16 in tune", "it counts", "line 2: 7 of 8"] {
        assert!(said.contains(words), "{said}");
    }
    // At another tempo the same singer is nowhere near the tala.
    let (_, summary) = judged(home.path(), &[&arguments[..], &["--bpm", "90", "--json"]].concat());
    assert_eq!(summary["lesson"]["passed"], Value::Bool(false), "{summary}");
}

#[test]
fn who_sings_nothing_has_missed_it_all_and_the_exercises_are_listed() {
    let home = tempfile::tempdir().expect("a folder");
    let silent = sung(&home.path().join("silent.wav"), 220.0, &[(None, 2.0)]);
    let arguments = ["practice", text(&silent), "--sa", "220", "--exercise", "Palta 4", "--speed", "2", "--json"];
    let (lines, summary) = judged(home.path(), &arguments);
    let lesson = &summary["lesson"];
    assert_eq!((lesson["missed"].as_u64(), &lesson["passed"]), (Some(lines.len() as u64), &Value::Bool(false)));
    assert!(lines.iter().all(|line| line["outcome"] == "missed") && lesson["exercise"] == "HIN-PALTA-04", "{lesson}");
    let listed = String::from_utf8(sangat(home.path(), &["practice", "--list-exercises"]).stdout).expect("UTF-8");
    assert_eq!(listed.lines().count(), 72);
    assert!(listed.lines().any(|line| line.contains("HIN-PALTA-04") && line.contains("Palta 4  ")), "{listed}");
    let listed = sangat(home.path(), &["practice", "--list-exercises", "--json"]).stdout;
    let first: Value =
        serde_json::from_slice(listed.split(|byte| *byte == b'\n').next().expect("a line")).expect("JSON");
    assert_eq!(first["id"], "CAR-KARVAI-1");
}

#[test]
fn a_lesson_that_is_stopped_or_left_at_once_leaves_nothing_running() {
    let home = tempfile::tempdir().expect("a folder");
    let mut control = start(home.path());
    wait(&mut control, "the engine", |view| view.spectrum.sequence > 0);
    control.send(Intent::ShowPage(Page::Practice));
    control.send(Intent::Practice(PracticeOrder::SetExercise(Some("CAR-SARALI-01".to_owned()))));
    wait(&mut control, "the lesson", |view| view.practice.lesson.is_some());
    for polls in [0, 1, 2, 4, 8, 400] {
        for end in [Intent::Practice(PracticeOrder::Stop), Intent::ShowPage(Page::Play), Intent::PlayOrStop] {
            control.send(Intent::ShowPage(Page::Practice));
            control.send(Intent::Practice(PracticeOrder::Begin(None)));
            (0..polls).for_each(|_| _ = control.poll());
            control.send(end.clone());
            // Engine and ear have long carried it out.
            let later = control.view().spectrum.sequence + 25;
            wait(&mut control, "the sound that follows", |view| view.spectrum.sequence > later);
            let transport = &control.view().transport;
            assert!(!transport.is_playing && transport.beat.0 == 0.0, "{end:?} after {polls}: {transport:?}");
        }
    }
}

#[test]
fn a_lesson_is_begun_waits_for_keys_is_stopped_and_what_was_opened_survives_a_restart() {
    let home = tempfile::tempdir().expect("a folder");
    let phase = |view: &View| view.practice.lesson.as_ref().map(|lesson| lesson.phase);
    let send = |control: &mut Control, order| control.send(Intent::Practice(order));
    {
        let mut control = start(home.path());
        wait(&mut control, "the engine", |view| view.spectrum.sequence > 0);
        control.send(Intent::ShowPage(Page::Practice));
        send(&mut control, PracticeOrder::SetExercise(Some("CAR-SARALI-01".to_owned())));
        send(&mut control, PracticeOrder::OpenExercise("CAR-SARALI-01".to_owned()));
        send(&mut control, PracticeOrder::Lesson(LessonWish::Speed(4)));
        send(&mut control, PracticeOrder::Lesson(LessonWish::Guided(true)));
        send(&mut control, PracticeOrder::Lesson(LessonWish::Waits(true)));
        wait(&mut control, "the lesson", |view| phase(view) == Some(Phase::Ready));
        send(&mut control, PracticeOrder::Begin(None));
        wait(&mut control, "the count-in", |view| {
            matches!(phase(view), Some(Phase::CountIn(1..=4))) && view.transport.is_counting_in
        });
        assert!((control.view().transport.tempo_bpm - 60.0).abs() < 1e-6 && control.view().transport.is_tempo_locked);
        wait(&mut control, "the guide", |view| view.buses[Bus::Lead].peak_db[0] > -60.0);
        wait(&mut control, "the first note", |view| phase(view) == Some(Phase::Waiting));
        send(&mut control, PracticeOrder::Stop);
        wait(&mut control, "the end", |view| phase(view) == Some(Phase::Done) && !view.transport.is_playing);
        // Who leaves the page ends the lesson, and the transport with it.
        send(&mut control, PracticeOrder::Begin(Some(8)));
        wait(&mut control, "the begin", |view| matches!(phase(view), Some(Phase::CountIn(_))));
        control.send(Intent::ShowPage(Page::Play));
        wait(&mut control, "the silence", |view| phase(view).is_none() && !view.transport.is_playing);
    }
    let mut control = start(home.path());
    control.send(Intent::ShowPage(Page::Practice));
    wait(&mut control, "the lesson as it was", |view| {
        view.practice.lesson.as_ref().is_some_and(|lesson| lesson.settings.speed == 4 && lesson.settings.waits)
    });
    let course = &control.view().practice.course;
    let chosen = course.chosen.map(|chosen| &course.rows[chosen]).expect("an exercise");
    assert!(chosen.id == "CAR-SARALI-01" && chosen.is_open && !chosen.is_passed, "{chosen:?}");
    assert_eq!(course.opens, "63 a minute");
}
