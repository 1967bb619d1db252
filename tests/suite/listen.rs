//! `sangat listen`: what it says of performances and sounds that are made here, and of files that are none.

use crate::common::root;
use crate::program::{refused, sangat, text};
use sangat::base::Midi;
use sangat::session::score_out::write_midi;
use serde_json::Value;
use std::f32::consts::TAU;
use std::path::{Path, PathBuf};

/// The lines of JSON, the summary last.
fn lines(home: &Path, arguments: &[&str]) -> Vec<Value> {
    let output = sangat(home, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    said.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

fn summary(lines: &[Value]) -> &Value {
    lines.last().map(|line| &line["summary"]).expect("a summary")
}

/// I vi IV V in C, a chord a bar with its bass on one, at `bpm`.
fn song(folder: &Path, bpm: f64, bars: usize) -> PathBuf {
    let beat = 60.0 / bpm;
    let chords = [[48, 60, 64, 67], [45, 60, 64, 69], [41, 60, 65, 69], [43, 59, 62, 67]];
    let mut events = Vec::new();
    for bar in 0..bars {
        let chord = chords[bar % 4];
        for step in 0..4 {
            let at_secs = (bar * 4 + step) as f64 * beat + 0.5;
            for (voice, key) in chord.iter().enumerate() {
                if voice == 0 && step > 0 {
                    continue;
                }
                let velocity = if step == 0 { 100 } else { 70 };
                events.push((at_secs, Midi::NoteOn { channel: 0, key: *key, velocity }));
                events.push((at_secs + 0.8 * beat, Midi::NoteOff { channel: 0, key: *key, velocity: 64 }));
            }
        }
    }
    events.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut bytes = Vec::new();
    write_midi(&events, 120.0, &mut bytes).expect("a MIDI file");
    let path = folder.join("song.mid");
    std::fs::write(&path, bytes).expect("a file");
    path
}

fn wav(path: &Path, spec: hound::WavSpec, samples: impl Iterator<Item = f32>) {
    let mut writer = hound::WavWriter::create(path, spec).expect("a WAV file");
    samples.for_each(|sample| writer.write_sample(sample).expect("a sample"));
    writer.finalize().expect("a WAV file");
}

fn float_form(sample_rate: u32, channels: u16) -> hound::WavSpec {
    hound::WavSpec { channels, sample_rate, bits_per_sample: 32, sample_format: hound::SampleFormat::Float }
}

#[test]
fn tempo_key_and_chords_of_a_song_are_told_and_scored_against_the_truth() {
    let folder = tempfile::tempdir().expect("a folder");
    let (home, song) = (folder.path(), song(folder.path(), 104.0, 16));
    let beat = 60.0 / 104.0;
    let (beats, chords, key) = (home.join("beats.txt"), home.join("chords.lab"), home.join("key.txt"));
    let rows: String = (0..64).map(|n| format!("{} {}\n", n as f64 * beat + 0.5, n % 4 + 1)).collect();
    std::fs::write(&beats, rows).expect("a file");
    let names = ["C:maj", "A:min", "F:maj", "G:maj"];
    let at = |bar: usize| bar as f64 * 4.0 * beat + 0.5;
    let rows: String = (0..16).map(|bar| format!("{} {} {}\n", at(bar), at(bar + 1), names[bar % 4])).collect();
    std::fs::write(&chords, rows).expect("a file");
    std::fs::write(&key, "0 40 C major\n").expect("a file");
    let truth = [text(&beats), text(&chords), text(&key)];
    let arguments = ["listen", text(&song), "--json", "--truth", truth[0], "--truth", truth[1], "--truth", truth[2]];
    let lines = lines(home, &arguments);
    let summary = summary(&lines);
    let tempo = summary["tempo_bpm"].as_f64().expect("a tempo");
    assert!((tempo - 104.0).abs() < 1.0, "{tempo}");
    assert_eq!((summary["metre"].as_str(), summary["key"].as_str()), (Some("4/4"), Some("C major")));
    let heard: Vec<&str> =
        summary["chords"].as_array().expect("chords").iter().filter_map(|c| c["name"].as_str()).collect();
    assert!(heard.windows(4).any(|w| w == ["C", "Am", "F", "G"]), "{heard:?}");
    let scores = &summary["scores"];
    let share = |value: &Value| value.as_f64().expect("a share");
    assert!(share(&scores["beats"]["f_measure"]) > 0.9, "{scores}");
    assert!(share(&scores["chords"]["majmin"]) > 0.9, "{scores}");
    assert_eq!(scores["key"]["relation"], "same");
    for kind in ["beat", "tempo", "metre", "key", "chord"] {
        assert!(lines.iter().any(|line| !line[kind].is_null()), "no {kind}");
    }
    let times: Vec<f64> = lines[..lines.len() - 1].iter().map(|l| l["at_secs"].as_f64().expect("a time")).collect();
    assert!(times.windows(2).all(|w| w[1] >= w[0] - 1e-3), "out of order");
}

#[test]
fn a_steady_voice_is_told_in_hz_and_cents_at_every_rate_and_form() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("voice.wav");
    for (rate_hz, channels) in [(8_000, 1), (44_100, 2), (48_000, 1), (192_000, 2)] {
        let voice = (0..rate_hz * 2).flat_map(|n| {
            let phase = n as f32 / rate_hz as f32 * 220.0;
            let sample = (1..8).map(|h| (phase.fract() * TAU * h as f32).sin() / h as f32).sum::<f32>() * 0.2;
            std::iter::repeat_n(sample, usize::from(channels))
        });
        wav(&path, float_form(rate_hz, channels), voice);
        let lines = lines(folder.path(), &["listen", text(&path), "--json", "--sa", "146.8324"]);
        let summary = summary(&lines);
        let hz = summary["median_hz"].as_f64().expect("a pitch");
        assert!((1200.0 * (hz / 220.0).log2()).abs() < 3.0, "{rate_hz}: {hz}");
        assert!(summary["voiced_share"].as_f64().expect("a share") > 0.9);
        let notes = summary["notes"].as_array().expect("notes");
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert!((notes[0]["cents"].as_f64().expect("cents") - 700.0).abs() < 3.0, "{notes:?}");
    }
}

#[test]
fn hostile_sounds_are_unvoiced_or_finite_and_never_end_the_program() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.wav");
    type Shape = fn(u32) -> f32;
    let shapes: [(&str, Shape); 4] = [
        ("silence", |_| 0.0),
        ("NaN", |_| f32::NAN),
        ("a square wave", |n| if n / 50 % 2 == 0 { 1.0 } else { -1.0 }),
        ("endless", |n| {
            let r = sangat::base::Rng::new(u64::from(n)).unit();
            if r < 0.1 { f32::INFINITY } else { (r - 0.5) * 1.0e38 }
        }),
    ];
    for (name, shape) in shapes {
        for rate_hz in [8_000, 192_000] {
            wav(&path, float_form(rate_hz, 1), (0..rate_hz).map(shape));
            let lines = lines(folder.path(), &["listen", text(&path), "--json"]);
            let share = summary(&lines)["voiced_share"].as_f64().expect("a finite share");
            assert!(name == "a square wave" || share < 0.05, "{name} at {rate_hz}: {share}");
        }
    }
}

#[test]
fn a_shower_of_notes_has_no_beat() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("shower.mid");
    // 300 notes a second without any beat: by a generator, all keys, for ten seconds.
    let mut rng = sangat::base::Rng::new(7);
    let mut events: Vec<(f64, Midi)> = (0..3000)
        .map(|_| {
            (f64::from(rng.unit()) * 10.0, Midi::NoteOn { channel: 0, key: (rng.unit() * 127.0) as u8, velocity: 80 })
        })
        .collect();
    events.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut bytes = Vec::new();
    write_midi(&events, 120.0, &mut bytes).expect("a MIDI file");
    std::fs::write(&path, bytes).expect("a file");
    let lines = lines(folder.path(), &["listen", text(&path), "--json"]);
    let states = &summary(&lines)["tempo_states"];
    assert!(states["following"].as_f64().unwrap_or(0.0) < 0.5, "{states}");
}

#[test]
fn a_long_rest_is_told_as_silence_when_it_comes() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rest.mid");
    let strikes = (0..32).map(|n| f64::from(n) * 0.5).chain((0..8).map(|n| 40.0 + f64::from(n) * 0.5));
    let events: Vec<_> = strikes
        .flat_map(|at_secs| {
            let (channel, key) = (0, 48);
            let on = Midi::NoteOn { channel, key, velocity: 90 };
            [(at_secs, on), (at_secs + 0.3, Midi::NoteOff { channel, key, velocity: 64 })]
        })
        .collect();
    let mut bytes = Vec::new();
    write_midi(&events, 120.0, &mut bytes).expect("a MIDI file");
    std::fs::write(&path, bytes).expect("a file");
    let lines = lines(folder.path(), &["listen", text(&path), "--json"]);
    let told = lines.iter().find(|line| line["tempo"]["state"] == "silent").expect("silence is told");
    let at_secs = told["at_secs"].as_f64().expect("a time");
    assert!((16.0..30.0).contains(&at_secs), "told at {at_secs}");
    let share = summary(&lines)["tempo_states"]["silent"].as_f64().expect("a share");
    assert!(share > 0.2, "{share}");
}

#[test]
fn what_cannot_be_listened_to_is_named_in_one_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path();
    let file = |name: &str, bytes: &[u8]| {
        let path = home.join(name);
        std::fs::write(&path, bytes).expect("a file");
        path
    };
    let whole = std::fs::read(root().join("assets/demo.mid")).expect("the bundled performance");
    let demo = root().join("assets/demo.mid");
    let demo = text(&demo);
    refused(home, &["listen", "/nowhere/a.mid"], &["/nowhere/a.mid", "check the name"]);
    refused(home, &["listen", text(&file("empty.mid", b""))], &["neither a MIDI file nor a WAV file"]);
    refused(home, &["listen", text(&file("cut.mid", &whole[..whole.len() / 2]))], &["too early", "export it again"]);
    refused(home, &["listen", text(&file("cut.wav", b"RIFF\x10\0\0\0WAVEfmt "))], &["not a complete WAV file"]);
    refused(home, &["listen", text(home)], &["cannot read"]);
    refused(home, &["listen", demo, "--track", "zither"], &["no track 'zither'", "it has 1"]);
    refused(home, &["listen", demo, "--sa", "nan"], &["Sa cannot be"]);
    refused(home, &["listen", demo, "--truth", "/nowhere/beats.txt"], &["/nowhere/beats.txt"]);
    refused(home, &["listen", demo, "--truth", text(&file("odd.txt", b"hello\n"))], &["line 1", "odd.txt"]);
}

#[test]
fn people_are_told_the_same_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let song = song(folder.path(), 90.0, 12);
    let output = sangat(folder.path(), &["listen", text(&song), "--track", "1"]);
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    for words in ["song.mid", "156 notes", "BPM, 4/4", "C major", "C Am F G"] {
        assert!(said.contains(words), "{said} lacks {words}");
    }
}
