//! `sangat jam` as people call it: a performance in, everybody out, and how it went.

use crate::accuracy::data;
use crate::common::root;
use crate::practice::sung;
use crate::program::{refused, sangat, text};
use sangat::base::Midi;
use sangat::session::score::{Score, ScoreEvent};
use serde_json::Value;
use std::path::Path;

/// Lets the band play along and returns the report.
fn jam(folder: &Path, input: &Path, name: &str, more: &[&str]) -> Value {
    let path = |extension: &str| folder.join(format!("{name}.{extension}"));
    let (wav, mid, json) = (path("wav"), path("mid"), path("json"));
    let mut arguments = vec!["jam", text(input), "--rate", "16000", "--bits", "16"];
    arguments.extend(["--out", text(&wav), "--midi", text(&mid), "--report", text(&json)]);
    arguments.extend(more);
    let output = sangat(folder, &arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&std::fs::read(&json).expect("a report")).expect("JSON")
}

fn number(value: &Value, pointer: &str) -> f64 {
    value.pointer(pointer).and_then(Value::as_f64).unwrap_or(f64::NAN)
}

fn is_note_on(event: &ScoreEvent) -> bool {
    matches!(event.message, Midi::NoteOn { velocity: 1.., .. })
}

#[test]
fn a_pianist_gets_a_band_and_the_same_one_for_the_same_seed() {
    let folder = tempfile::tempdir().expect("a folder");
    let demo = root().join("assets/demo.mid");
    let more = ["--track", "Tine piano", "--style", "swing", "--commit", "0.25", "--players", "rules", "--seed"];
    let with_seed = |name: &str, seed: &str| jam(folder.path(), &demo, name, &[&more[..], &[seed]].concat());
    let report = with_seed("a", "3");
    let bytes = |name: &str| std::fs::read(folder.path().join(name)).expect(name);
    with_seed("b", "3");
    assert!(bytes("a.wav") == bytes("b.wav") && bytes("a.mid") == bytes("b.mid"), "the same input and seed");
    with_seed("c", "4");
    assert!(bytes("a.mid") != bytes("c.mid"), "another seed");

    for part in ["drums", "bass", "keys", "lead"] {
        assert!(number(&report, &format!("/band/notes/{part}")) >= 10.0, "{part}: {report}");
    }
    assert_eq!(["late", "overflow", "hanging"].map(|key| number(&report, &format!("/band/{key}"))), [0.0; 3]);
    assert!(number(&report, "/chord_agreement/all") > 0.9, "{report}");
    assert!(number(&report, "/chord_agreement/bass_at_changes") > 0.85, "{report}");
    assert!((-35.0..-10.0).contains(&number(&report, "/rms_db")), "{report}");
    let bars = report["bars"].as_array().expect("bars");
    assert!(bars.len() > 15 && bars.last().is_some_and(|bar| bar["role"] == "ending"), "{report}");
    let is_early = |bar: &Value| bar["lateness_ms"].as_f64().is_none_or(|ms| ms < 0.0);
    assert!(bars.iter().all(|bar| bar["rungs"]["bass"] == "rules" && is_early(bar)), "{report}");

    // The MIDI file holds everybody, the player among them.
    let score = Score::read(&folder.path().join("a.mid")).expect("a MIDI file");
    let played = Score::read_track(&demo, Some("Tine piano")).expect("the demo");
    let notes = |score: &Score| score.events.iter().filter(|e| is_note_on(e)).count() as f64;
    let band: f64 =
        ["drums", "bass", "keys", "lead"].map(|p| number(&report, &format!("/band/notes/{p}"))).iter().sum();
    assert_eq!(notes(&score), notes(&played) + band);
}

#[test]
fn a_chart_names_the_chords_and_the_metre() {
    let folder = tempfile::tempdir().expect("a folder");
    let chart = root().join("assets/charts/night-shift.txt");
    let demo = root().join("assets/demo.mid");
    let report = jam(folder.path(), &demo, "chart", &["--chart", text(&chart), "--track", "Drums", "--commit", "0.25"]);
    assert_eq!(number(&report, "/band/notes/drums"), 0.0, "the drums are the player's");
    assert_eq!(number(&report, "/chord_agreement/bass_at_changes"), 1.0, "{report}");
    let names: Vec<&str> =
        report["bars"].as_array().expect("bars").iter().filter_map(|b| b["chord"].as_str()).collect();
    assert_eq!(names[..6], ["Cm7", "Cm7", "Fm7", "Cm7", "Ab7", "G7"], "{names:?}");
    let waltz = folder.path().join("waltz.txt");
    std::fs::write(&waltz, "time: 3/4\n| Ebmaj7 | Ab7 |").expect("a chart");
    let report = jam(folder.path(), &demo, "waltz", &["--chart", text(&waltz), "--tempo", "150"]);
    let bars = report["bars"].as_array().expect("bars");
    let secs = number(&bars[5], "/seconds") - number(&bars[4], "/seconds");
    assert!((secs - 1.2).abs() < 0.01, "three beats at 150 BPM: {secs}");
}

#[test]
fn every_key_of_the_report_is_documented() {
    let folder = tempfile::tempdir().expect("a folder");
    let demo = root().join("assets/demo.mid");
    let report = jam(folder.path(), &demo, "a", &["--mode", "trade", "--tempo", "92"]);
    let readme = std::fs::read_to_string(root().join("README.md")).expect("the README");
    let keys = |value: &Value| value.as_object().map(|o| o.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
    let within = ["/band", "/adaptation_ms", "/bars/0"].map(|at| keys(report.pointer(at).expect(at))).concat();
    for key in keys(&report).into_iter().chain(within) {
        assert!(readme.contains(&format!("`{key}`")), "the README does not name `{key}`");
    }
    let turns: Vec<_> = report["bars"].as_array().expect("bars").iter().filter_map(|b| b["turn"].as_str()).collect();
    assert!(turns.contains(&"player") && turns.contains(&"band"), "{turns:?}");
}

#[test]
fn a_wish_that_cannot_be_met_is_answered_in_one_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let (home, out, chart) = (folder.path(), folder.path().join("out.wav"), folder.path().join("chart.txt"));
    std::fs::write(&chart, "| Dm7 | Hm7 |").expect("a chart");
    let demo = root().join("assets/demo.mid");
    let jam = ["jam", text(&demo), "--out", text(&out)];
    let with = |more: &[&str], words: &[&str]| refused(home, &[&jam[..], more].concat(), words);
    with(&["--style", "polka"], &["polka", "bossa"]);
    with(&["--mode", "solo"], &["solo", "groove, trade, drift or raga"]);
    with(&["--tempo", "1000"], &["1000", "20 to 400"]);
    with(&["--chart", text(&chart)], &["chart.txt", "Hm7"]);
    with(&["--chart", "/nowhere/a.txt"], &["/nowhere/a.txt", "check the name"]);
    with(&["--track", "Tuba"], &["Tuba", "Tine piano"]);
    refused(home, &["jam", "/nowhere/a.mid", "--out", text(&out)], &["/nowhere/a.mid", "check the name"]);
    assert!(!out.exists());
}

#[test]
fn the_band_follows_the_tempo_and_the_chords_of_a_recorded_pianist() {
    let Some(data) = data("the band beside a recorded pianist") else { return };
    let song = data.join("pop909/727");
    let folder = tempfile::tempdir().expect("a folder");
    let more = ["--track", "PIANO", "--style", "pop-ballad", "--commit", "0.25"];
    let report = jam(folder.path(), &song.join("727.mid"), "song", &more);
    assert!(number(&report, "/chord_agreement/all") > 0.9, "{}", report["chord_agreement"]);
    assert_eq!(number(&report, "/band/late"), 0.0);
    // The band's bars against what the annotators tapped.
    let beats = std::fs::read_to_string(song.join("beat_midi.txt")).expect("the beats");
    let beats: Vec<f64> =
        beats.lines().filter_map(|line| line.split_whitespace().next()?.parse::<f64>().ok()).collect();
    let end = beats.last().copied().unwrap_or(0.0);
    let bars = report["bars"].as_array().expect("bars").iter().map(|bar| number(bar, "/seconds"));
    let bars: Vec<f64> = bars.filter(|at| *at < end).collect();
    let met = bars.iter().filter(|bar| beats.iter().any(|beat| (beat - **bar).abs() < 0.07)).count();
    assert!(bars.len() > 40 && met * 10 >= bars.len() * 9, "{met} of {} bars: {bars:?}", bars.len());
}

#[test]
fn a_raga_is_jammed_in_with_its_tala_or_free_of_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let demo = root().join("assets/demo.mid");
    let more = ["--track", "Tine piano", "--mode", "raga", "--raga", "Yaman", "--sa", "146.8"];
    let report = jam(folder.path(), &demo, "tala", &[&more[..], &["--tala", "teentaal", "--tempo", "120"]].concat());
    assert_eq!(report["raga"]["name"], "Yaman");
    assert_eq!((&report["raga"]["tala"], number(&report, "/raga/legal_steps")), (&"Teental".into(), 1.0));
    assert_eq!(["bass", "keys"].map(|part| number(&report, &format!("/band/notes/{part}"))), [0.0; 2]);
    assert!(number(&report, "/band/notes/drums") > 60.0 && number(&report, "/band/notes/lead") > 4.0, "{report}");
    assert_eq!(["late", "overflow", "hanging"].map(|key| number(&report, &format!("/band/{key}"))), [0.0; 3]);
    let bars = report["bars"].as_array().expect("bars");
    let last = bars.last().expect("bars");
    assert_eq!(last["role"], "ending");
    assert_eq!(bars.len() % 2, 0, "it ends on sam, after two bars of eight");

    // The same again, byte for byte; and an alap.
    let bytes = |name: &str| std::fs::read(folder.path().join(name)).expect(name);
    jam(folder.path(), &demo, "again", &[&more[..], &["--tala", "teentaal", "--tempo", "120"]].concat());
    assert!(bytes("tala.wav") == bytes("again.wav") && bytes("tala.mid") == bytes("again.mid"));
    let alap = jam(folder.path(), &demo, "alap", &more);
    assert_eq!((&alap["raga"]["tala"], number(&alap, "/band/notes/drums")), (&Value::Null, 0.0));
    assert!(number(&alap, "/band/notes/lead") > 2.0 && number(&alap, "/band/hanging") == 0.0, "{alap}");
}

#[test]
fn a_voice_in_a_file_is_answered_in_a_raga_and_nowhere_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let phrase = [0.0, 203.9, 386.3, 203.9, 0.0].map(|cents| (Some(cents), 0.6));
    let silence = |secs: f32| [(None, secs)];
    let take = |name: &str, notes: &[(Option<f32>, f32)]| sung(&folder.path().join(name), 147.0, notes);
    let voice = take("voice.wav", &[&silence(9.0)[..], &phrase, &silence(8.0)].concat());
    let silent = take("silent.wav", &silence(20.0));
    let more = ["--mode", "raga", "--raga", "Yaman", "--sa", "147"];
    let report = jam(folder.path(), &voice, "sung", &more);
    assert_eq!((&report["raga"]["name"], number(&report, "/raga/legal_steps")), (&"Yaman".into(), 1.0));
    assert_eq!(["late", "overflow", "hanging"].map(|key| number(&report, &format!("/band/{key}"))), [0.0; 3]);
    jam(folder.path(), &silent, "unsung", &more);
    // The band has the first channels of its own; nobody plays keys.
    let begins = |name: &str| {
        let score = Score::read(&folder.path().join(name)).expect("a MIDI file");
        score.events.iter().filter(|event| is_note_on(event)).map(|event| event.at_secs).collect::<Vec<f64>>()
    };
    let (answered, alone) = (begins("sung.mid"), begins("unsung.mid"));
    let first = answered.iter().find(|at| **at > 12.0).expect("an answer");
    assert!((12.5..14.0).contains(first), "within two beats of a second: {answered:?}");
    assert!(!answered.iter().any(|at| (10.7..12.0).contains(at)), "it waits for the singer: {answered:?}");
    assert!(answered != alone, "{answered:?}");
    let out = folder.path().join("groove.wav");
    refused(folder.path(), &["jam", text(&voice), "--out", text(&out)], &["--mode raga"]);
}

#[test]
fn a_raga_jam_that_cannot_be_is_answered_in_one_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let (home, out, chart) = (folder.path(), folder.path().join("out.wav"), folder.path().join("chart.txt"));
    std::fs::write(&chart, "| Dm7 | G7 |").expect("a chart");
    let demo = root().join("assets/demo.mid");
    let jam = ["jam", text(&demo), "--out", text(&out)];
    let with = |more: &[&str], words: &[&str]| refused(home, &[&jam[..], more].concat(), words);
    with(&["--mode", "raga"], &["--raga"]);
    with(&["--raga", "Yaman"], &["--mode raga"]);
    with(&["--mode", "raga", "--raga", "Yamam"], &["Yamam", "Yaman"]);
    with(&["--mode", "raga", "--raga", "Yaman", "--tala", "Jhapptaala"], &["Jhapptaala", "Jhaptal", "alap"]);
    with(&["--mode", "raga", "--raga", "Yaman", "--sa", "1000"], &["1000", "60 to 480"]);
    with(&["--mode", "raga", "--raga", "Yaman", "--tradition", "western"], &["western", "hindustani"]);
    with(&["--mode", "raga", "--raga", "Yaman", "--chart", text(&chart)], &["--chart"]);
    assert!(!out.exists());
}
