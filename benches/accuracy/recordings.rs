//! Annotated recordings: read, never learned from.

use crate::pitch::{Pool, listen, row, words};
use crate::table::Row;
use sangat::ear::accuracy::pitch::Truth;
use sangat::ear::pitch::PitchConfig;
use std::path::{Path, PathBuf};

/// Samples of a WAV file as it is, interleaved, with its rate and channels.
pub fn read(path: &Path) -> Option<(Vec<f32>, PitchConfig)> {
    let mut reader = hound::WavReader::open(path).ok()?;
    let spec = reader.spec();
    let scale = 1.0 / (1_i64 << (spec.bits_per_sample - 1)) as f32;
    let samples = match spec.sample_format {
        hound::SampleFormat::Float => reader.samples::<f32>().map(Result::unwrap_or_default).collect(),
        hound::SampleFormat::Int => reader.samples::<i32>().map(|s| s.unwrap_or_default() as f32 * scale).collect(),
    };
    Some((samples, PitchConfig { rate_hz: spec.sample_rate, channels: spec.channels, ..PitchConfig::default() }))
}

/// Sorted files of a folder with an ending.
pub fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> =
        entries.map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == ending)).collect();
    paths.sort();
    paths
}

/// The rows of the recordings in a folder; those that are not there are left out.
pub fn pitch_rows(folder: &Path, rows: &mut Vec<Row>) {
    vocadito(&folder.join("vocadito"), rows);
    fda(&folder.join("fda"), rows);
    hindustani(&folder.join("hindustani-voice"), rows);
    singing(&folder.join("singing"), rows);
}

fn add_both(rows: &mut Vec<Row>, on: &str, wanted: &str, pool: &Pool) {
    rows.push(row("settled line", on, wanted, words(&pool.settled())));
    rows.push(row("live line", on, "", words(&pool.live())));
    let (ms, aligned) = pool.aligned();
    rows.push(row("settled line, truth moved", format!("{on}, by {ms} ms"), "", words(&aligned)));
}

fn vocadito(folder: &Path, rows: &mut Vec<Row>) {
    let mut pool = Pool::default();
    for path in files(&folder.join("Audio"), "wav") {
        let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let truth = std::fs::read_to_string(folder.join(format!("Annotations/F0/{name}_f0.csv")));
        let (Ok(truth), Some((samples, config))) = (truth, read(&path)) else { continue };
        let point = |line: &str| {
            let (at, hz) = line.split_once(',')?;
            let hz: f32 = hz.trim().parse().ok()?;
            Some(Truth { at_secs: at.parse().ok()?, hz: (hz > 0.0).then_some(hz) })
        };
        pool.add(truth.lines().filter_map(point), &listen(&samples, config));
    }
    if !pool.is_empty() {
        add_both(rows, "vocadito", "RPA50 0.95, RCA 0.96, 10 c", &pool);
    }
}

/// The reference of a frame is the pitch (0 for none) of a line each 15 ms.
fn fda(folder: &Path, rows: &mut Vec<Row>) {
    let mut pool = Pool::default();
    for path in files(folder, "wav") {
        let (Ok(truth), Some((samples, config))) = (std::fs::read_to_string(path.with_extension("f0ref")), read(&path))
        else {
            continue;
        };
        let point = |(i, line): (usize, &str)| {
            let hz: f32 = line.trim().parse().unwrap_or(0.0);
            Truth { at_secs: i as f64 * 0.015, hz: (hz > 0.0).then_some(hz) }
        };
        let points: Vec<Truth> = truth.lines().enumerate().map(point).collect();
        pool.add(points, &listen(&samples, config));
    }
    if !pool.is_empty() {
        add_both(rows, "fda, speech with laryngograph", "", &pool);
    }
}

/// The automatic pitch of the authors: seconds to cents over Sa (steps of 10), or "s" for silence.
fn hindustani(folder: &Path, rows: &mut Vec<Row>) {
    let known = std::fs::read_to_string(folder.join("recordings.json")).unwrap_or_default();
    let known: serde_json::Value = serde_json::from_str(&known).unwrap_or_default();
    for path in files(folder, "wav") {
        let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let track = std::fs::read_to_string(folder.join(format!("{name}_pitchTrack.json"))).unwrap_or_default();
        let track: serde_json::Value = serde_json::from_str(&track).unwrap_or_default();
        let (Some(sa), Some(track), Some((samples, config))) =
            (known[&name]["rag"]["sa"].as_f64(), track.as_object(), read(&path))
        else {
            continue;
        };
        let point = |(at, cents): (&String, &serde_json::Value)| {
            let hz = cents.as_f64().map(|cents| (sa * (cents / 1200.0).exp2()) as f32);
            Some(Truth { at_secs: at.parse().ok()?, hz })
        };
        let mut truth: Vec<Truth> = track.iter().filter_map(point).collect();
        truth.sort_by(|a, b| a.at_secs.total_cmp(&b.at_secs));
        let mut pool = Pool::default();
        pool.add(truth, &listen(&samples, PitchConfig { tonic_hz: Some(sa as f32), ..config }));
        add_both(rows, &format!("{name}, over a tanpura, truth is automatic"), "", &pool);
    }
}

/// Recordings without truth, except for the tones that bear their name.
fn singing(folder: &Path, rows: &mut Vec<Row>) {
    for path in files(folder, "wav") {
        let Some((samples, config)) = read(&path) else { continue };
        let heard = listen(&samples, config);
        let mut hz: Vec<f32> = heard.settled.iter().filter_map(|frame| frame.hz).collect();
        hz.sort_unstable_by(f32::total_cmp);
        let Some(median) = hz.get(hz.len() / 2) else { continue };
        let key = 69.0 + 12.0 * (median / 440.0).log2();
        let share = hz.len() as f64 / heard.settled.len() as f64;
        let held = heard.notes.iter().filter(|note| !note.is_glide).count();
        let measured = format!(
            "median {median:.1} Hz (MIDI {key:.2}), {share:.2} voiced, {held} notes and {} glides",
            heard.notes.len() - held
        );
        let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        rows.push(row("pitch, no truth", name, "", measured));
    }
}
