//! Onsets in audio that the built-in instruments rendered, where the truth is when each key was struck.

use super::groove::{grooves, score};
use super::table::Row;
use midly::{MetaMessage, Smf, TrackEventKind};
use sangat::base::{Frames, Midi, Rng};
use sangat::ear::accuracy::events::EventScore;
use sangat::ear::onset::OnsetDetector;
use sangat::engine::{EngineConfig, build};
use sangat::host::offline::{self, OfflineOptions};
use sangat::session::score::{Score, ScoreEvent};
use std::path::Path;
use std::time::Instant;

const RATE_HZ: u32 = 48_000;
/// Of each performance so much is played.
const SECS_MAX: f64 = 30.0;
/// Keys struck within this of the first are one onset, as the literature has it.
const MERGED_SECS: f64 = 0.03;
const WINDOWS_SECS: [f64; 2] = [0.05, 0.025];

/// All figures of this part.
pub fn rows(data: Option<&Path>) -> Vec<Row> {
    let mut rows = vec![cost_row()];
    let Some(data) = data else { return rows };
    let drums: Vec<Score> = grooves(data)
        .iter()
        .filter(|groove| groove.split == "validation" && groove.is_beat && groove.secs > 15.0)
        .step_by(3)
        .filter_map(score)
        .collect();
    rows.extend(score_rows(&drums, "drums (Groove validation)", "0.90"));
    let piano: Vec<Score> = (721..=800).step_by(10).filter_map(|number| piano(data, number)).collect();
    rows.extend(score_rows(&piano, "piano (POP909 721-800)", "0.80"));
    rows.extend(voice_rows(data));
    rows
}

fn row(what: &str, on: impl Into<String>, wanted: &str, measured: String) -> Row {
    Row { what: what.into(), on: on.into(), wanted: wanted.into(), measured }
}

/// The piano of a song of POP909.
fn piano(data: &Path, number: u32) -> Option<Score> {
    let bytes = std::fs::read(data.join(format!("pop909/{number:03}/{number:03}.mid"))).ok()?;
    let mut smf = Smf::parse(&bytes).ok()?;
    let is_named = |track: &midly::Track, name: &[u8]| {
        track.iter().any(|event| matches!(event.kind, TrackEventKind::Meta(MetaMessage::TrackName(n)) if n == name))
    };
    smf.tracks.retain(|track| !is_named(track, b"MELODY") && !is_named(track, b"BRIDGE"));
    let mut alone = Vec::new();
    smf.write(&mut alone).ok()?;
    Score::parse(&alone, "piano").ok()
}

/// The sound of the first seconds of a performance in mono, `gain` times as loud, and the times of its onsets.
fn render(score: &Score, gain: f32) -> (Vec<f32>, Vec<f64>) {
    let begin_secs = score.events.first().map_or(0.0, |event| event.at_secs);
    let played: Vec<&ScoreEvent> =
        score.events.iter().take_while(|event| event.at_secs < begin_secs + SECS_MAX).collect();
    let events: Vec<_> =
        played.iter().map(|e| (Frames::from_secs(e.at_secs - begin_secs, RATE_HZ), e.bus, e.message)).collect();
    let (mut engine, mut link) = build(&EngineConfig::new(RATE_HZ));
    let mut sound = Vec::new();
    let until = Some(Frames::from_secs(SECS_MAX + 0.5, RATE_HZ));
    let rendered =
        offline::render(&mut engine, &events, OfflineOptions { until, ..Default::default() }, &mut |l, r| {
            while link.journal.receive().is_some() || link.snapshot().is_some() {}
            sound.extend(l.iter().zip(r).map(|(l, r)| gain * 0.5 * (l + r)));
            Ok(())
        });
    rendered.expect("events are sorted and memory takes all");
    let mut there: Vec<f64> = Vec::new();
    for event in played.iter().filter(|event| matches!(event.message, Midi::NoteOn { .. })) {
        let at_secs = event.at_secs - begin_secs;
        if there.last().is_none_or(|last| at_secs - last > MERGED_SECS) {
            there.push(at_secs);
        }
    }
    (sound, there)
}

fn hear(rate_hz: u32, sound: &[f32]) -> Vec<f64> {
    let mut detector = OnsetDetector::new(rate_hz);
    let mut told = Vec::new();
    for block in sound.chunks(512) {
        detector.process(block);
        told.extend(std::iter::from_fn(|| detector.poll()).map(|onset| onset.at_secs));
    }
    told
}

fn score_rows(scores: &[Score], on: &str, wanted: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    for (gain, level) in [(1.0, ""), (0.05, ", 26 dB softer")] {
        let mut sums = WINDOWS_SECS.map(|_| EventScore::default());
        for score in scores {
            let (sound, there) = render(score, gain);
            let told = hear(RATE_HZ, &sound);
            for (sum, window_secs) in sums.iter_mut().zip(WINDOWS_SECS) {
                sum.add(&EventScore::of(&told, &there, window_secs));
            }
        }
        let on = format!("{on}{level}, {} files", scores.len());
        for (sum, window_secs) in sums.iter().zip(WINDOWS_SECS) {
            let wanted = if window_secs == WINDOWS_SECS[0] && gain == 1.0 { wanted } else { "" };
            rows.push(score_row(sum, window_secs, on.clone(), wanted));
        }
    }
    rows
}

fn score_row(score: &EventScore, window_secs: f64, on: String, wanted: &str) -> Row {
    let (p, r, late_ms) = (score.precision(), score.recall(), 1e3 * score.median_late_secs());
    let measured = format!("{:.3} (P {p:.3}, R {r:.3}, {late_ms:+.1} ms)", score.f_measure());
    row(&format!("onset F within {:.0} ms", 1e3 * window_secs), on, wanted, measured)
}

/// One sung track, by either annotator; only ever measured.
fn voice_rows(data: &Path) -> Vec<Row> {
    let folder = data.join("evaluation-only/vocadito");
    let Ok(reader) = hound::WavReader::open(folder.join("Audio/vocadito_1.wav")) else { return Vec::new() };
    let rate_hz = reader.spec().sample_rate;
    let sound: Vec<f32> = reader.into_samples::<i16>().flatten().map(|s| f32::from(s) / 32_768.0).collect();
    let told = hear(rate_hz, &sound);
    let row_of = |annotator: &str| {
        let path = folder.join(format!("Annotations/Notes/vocadito_1_notes{annotator}.csv"));
        let text = std::fs::read_to_string(path).ok()?;
        let there: Vec<f64> = text.lines().filter_map(|line| line.split(',').next()?.parse().ok()).collect();
        let score = EventScore::of(&told, &there, WINDOWS_SECS[0]);
        Some(score_row(&score, WINDOWS_SECS[0], format!("one singer (vocadito 1), annotator {annotator}"), ""))
    };
    ["A1", "A2"].into_iter().filter_map(row_of).collect()
}

/// How much faster than it plays, on noise.
fn cost_row() -> Row {
    let mut rng = Rng::new(3);
    let sound: Vec<f32> = (0..RATE_HZ * 20).map(|_| 0.1 * rng.bipolar()).collect();
    let begin = Instant::now();
    let told = hear(RATE_HZ, &sound).len();
    let times = 20.0 / begin.elapsed().as_secs_f64();
    let latency_ms = 1e3 * OnsetDetector::new(RATE_HZ).latency_secs();
    row(
        "onset detector",
        "20 s of noise at 48 kHz",
        "",
        format!("{times:.0} times real time, {told} onsets, told after {latency_ms:.0} ms"),
    )
}
