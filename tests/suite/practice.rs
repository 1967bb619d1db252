//! `sangat practice`: phrases that are sung here, judged, and files and wishes that cannot be.

use crate::program::{refused, sangat, text};
use serde_json::Value;
use std::f32::consts::TAU;
use std::path::{Path, PathBuf};

const RATE_HZ: u32 = 44_100;

/// A voice on Sa = `sa_hz` that holds each of these cents for a time, with breath between phrases.
fn sung(path: &Path, sa_hz: f32, notes: &[(Option<f32>, f32)]) -> PathBuf {
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
    let cases: [(&[&str], &str); 5] = [
        (&["practice", wav, "--sa", "220", "--raga", "Yamxan"], "Yaman"),
        (&["practice", wav, "--sa", "high", "--raga", "Yaman"], "give it in Hz"),
        (&["practice", wav, "--sa", "20000", "--raga", "Yaman"], "40 to 1000"),
        (&["practice", wav, "--raga", "Yaman"], "give it in Hz with --sa"),
        (&["practice", "absent.wav", "--sa", "220", "--raga", "Yaman"], "absent.wav"),
    ];
    for (arguments, wanted) in cases {
        refused(home.path(), arguments, &[wanted]);
    }
}
