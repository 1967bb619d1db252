//! The program as people call it: what it writes, what it says, how it ends.

use crate::common::root;
use crate::program::{refused, sangat, text};
use sangat::base::Midi;
use sangat::session::score_out::write_midi;
use serde_json::Value;
use std::process::{Command, Output};

fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON on standard output")
}

#[test]
fn bad_input_is_answered_in_one_sentence_with_status_2_and_loses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (home, out) = (folder.path(), folder.path().join("out.wav"));
    std::fs::write(&out, b"an older file").expect("a file");
    let broken = folder.path().join("broken.mid");
    let whole = std::fs::read(root().join("assets/demo.mid")).expect("the bundled performance");
    std::fs::write(&broken, &whole[..whole.len() / 2]).expect("a file");
    let demo = root().join("assets/demo.mid");
    let (demo, out_text) = (text(&demo), text(&out));
    refused(home, &["render", "/nowhere/a.mid", "--out", out_text], &["/nowhere/a.mid", "check the name"]);
    refused(home, &["render", text(&broken), "--out", out_text], &["broken.mid", "too early", "export it again"]);
    refused(home, &["render", demo, "--out", "/nowhere/x/out.wav"], &["/nowhere/x/out.wav", "create the folder"]);
    refused(home, &["render", demo, "--out", text(folder.path())], &["name a file"]);
    refused(home, &["render", demo, "--out", out_text, "--rate", "7"], &["7 Hz", "8000"]);
    refused(home, &["render", demo, "--out", out_text, "--bits", "12"], &["12 bits", "16, 24 or 32"]);
    refused(home, &["replay", demo, "--out", out_text], &["not a Sangat journal"]);
    assert_eq!(std::fs::read(&out).expect("the older file"), b"an older file");
    let names: Vec<_> = std::fs::read_dir(folder.path()).expect("a folder").flatten().map(|e| e.file_name()).collect();
    assert!(names.iter().all(|n| !n.to_string_lossy().contains("part")), "{names:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_without_room_is_named_with_its_remedy_and_nothing_is_left_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let demo = root().join("assets/demo.mid");
    let wav = folder.path().join("big.wav");
    // A limit on the size of files ends a write as a full disk does, once its signal is not taken.
    let output = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" render \"$1\" --out \"$2\""])
        .args([env!("CARGO_BIN_EXE_sangat"), text(&demo), text(&wav)])
        .output()
        .expect("a shell");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("big.wav") && said.contains("free some space") && said.lines().count() == 1, "{said}");
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

#[test]
fn a_performance_renders_with_every_note_on_its_frame() {
    let folder = tempfile::tempdir().expect("a folder");
    let (midi, wav) = (folder.path().join("a.mid"), folder.path().join("a.wav"));
    // Side sticks: drums with a clear edge, far enough apart for each to die away.
    let times = [0.5, 1.0, 1.75, 2.501_041_7, 3.333_333_3];
    let events: Vec<_> = times.iter().map(|t| (*t, Midi::NoteOn { channel: 9, key: 37, velocity: 110 })).collect();
    let mut bytes = Vec::new();
    write_midi(&events, 120.0, &mut bytes).expect("a MIDI file");
    std::fs::write(&midi, bytes).expect("a file");
    let report = json(&sangat(folder.path(), &["render", text(&midi), "--out", text(&wav), "--bits", "32", "--json"]));
    assert_eq!((report["notes"].as_u64(), report["rate_hz"].as_u64()), (Some(5), Some(48_000)));
    let mut reader = hound::WavReader::open(&wav).expect("a WAV file");
    let mono: Vec<f32> = reader.samples::<f32>().map(|s| s.expect("a sample").abs()).collect();
    let mono: Vec<f32> = mono.chunks(2).map(|frame| frame[0].max(frame[1])).collect();
    for (at_secs, _) in &events {
        // The file stores ticks of 1/1920 s; its own time is what the render must meet.
        let tick = (at_secs * 1920.0).round() / 1920.0;
        let frame = (tick * 48_000.0).round() as usize;
        let before = mono[frame - 100..frame].iter().fold(0.0_f32, |a, b| a.max(*b));
        let after = mono[frame..frame + 100].iter().fold(0.0_f32, |a, b| a.max(*b));
        assert!(after > 50.0 * before.max(1e-5), "{at_secs}: {before} then {after}");
        let onset = (frame - 20..frame + 20).find(|n| mono[*n] > before * 4.0 + 1e-5).expect("an onset");
        assert!(onset.abs_diff(frame) <= 1, "{at_secs}: onset at {onset}, note at {frame}");
    }
}

#[test]
fn the_bundled_performance_renders_to_pleasant_levels() {
    let folder = tempfile::tempdir().expect("a folder");
    let wav = folder.path().join("demo.wav");
    let demo = root().join("assets/demo.mid");
    let report = json(&sangat(folder.path(), &["render", text(&demo), "--out", text(&wav), "--json"]));
    let figure = |key: &str| report[key].as_f64().unwrap_or(f64::NAN);
    assert!((-30.0..-12.0).contains(&figure("rms_db")), "{report}");
    assert!((-12.0..-0.2).contains(&figure("peak_db")), "{report}");
    assert!(figure("limiter_db") < 3.0 && figure("voices_stolen") == 0.0 && figure("notes") > 100.0, "{report}");
    assert!((40.0..90.0).contains(&figure("seconds")), "{report}");
}

#[test]
fn every_report_is_json_with_its_documented_keys() {
    let folder = tempfile::tempdir().expect("a folder");
    let readme = std::fs::read_to_string(root().join("README.md")).expect("the README");
    let keys_of = |value: &Value| value.as_object().map(|o| o.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
    for (arguments, key) in [(&["devices", "--json"], "hosts"), (&["doctor", "--json"], "findings")] {
        let value = json(&sangat(folder.path(), arguments));
        assert!(value[key].is_array(), "{arguments:?}");
        for key in keys_of(&value) {
            assert!(readme.contains(&format!("`{key}`")), "the README does not name `{key}` of {arguments:?}");
        }
    }
}

#[test]
fn a_live_session_without_a_device_leaves_a_journal_that_replays() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = sangat(folder.path(), &["live", "--host", "none", "--seconds", "1.2", "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<Value> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect();
    let last = lines.last().expect("a summary");
    assert_eq!(last["counters"]["allocations"].as_u64(), Some(0), "{last}");
    assert_eq!(last["audio"]["host"].as_str(), Some("none"), "{last}");
    let journal =
        std::fs::read_dir(folder.path().join("journal")).expect("a folder").flatten().next().expect("a journal");
    let wav = folder.path().join("again.wav");
    let report = json(&sangat(folder.path(), &["replay", text(&journal.path()), "--out", text(&wav), "--json"]));
    assert_eq!(report["notes"].as_u64(), Some(0));
}

#[test]
fn a_damaged_settings_file_is_put_aside_and_the_program_plays_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("config");
    std::fs::create_dir_all(&config).expect("a folder");
    std::fs::write(config.join("settings.toml"), "version = 99\n").expect("a file");
    let output = sangat(folder.path(), &["live", "--host", "none", "--seconds", "0.3", "--json"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("version 99") && said.contains("put aside"), "{said}");
    let kept = std::fs::read_dir(&config)
        .expect("a folder")
        .flatten()
        .any(|e| std::fs::read_to_string(e.path()).is_ok_and(|text| text == "version = 99\n"));
    assert!(kept);
}
