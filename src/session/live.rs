//! `sangat live`: real devices without a window.

use super::control::Control;
use super::intent::Intent;
use super::listen::state_key;
use super::report::{audio_json, performance_json};
use super::view::{State, View};
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const POLL: Duration = Duration::from_millis(20);
/// How long a recording waits for a device; then the engine's own clock is recorded.
const DEVICE_PATIENCE: Duration = Duration::from_secs(1);

/// How to play.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LiveOptions {
    /// Stop after so many seconds; `None` plays until told to stop.
    pub seconds: Option<f64>,
    /// Record the output.
    pub record: bool,
    /// One line of JSON a second instead of one for people.
    pub json: bool,
}

/// Plays until the time is over or `is_over`, saying once a second how it goes.
///
/// # Errors
/// What `say` returns, which ends it.
pub fn run(
    control: &mut Control,
    options: &LiveOptions,
    is_over: &AtomicBool,
    say: &mut dyn FnMut(&str) -> Result<(), String>,
) -> Result<(), String> {
    let begin = Instant::now();
    let mut said = 0;
    let mut is_recording = false;
    while !is_over.load(Ordering::Relaxed) && options.seconds.is_none_or(|s| begin.elapsed().as_secs_f64() < s) {
        std::thread::sleep(POLL);
        let view = control.poll();
        // Not before the device is there: another rate means another engine, and so another take.
        let is_settled = view.audio.output_name.is_some() || begin.elapsed() > DEVICE_PATIENCE;
        if options.record && !is_recording && is_settled {
            control.send(Intent::RecordOrStop);
            is_recording = true;
        }
        let second = begin.elapsed().as_secs();
        if second > said {
            said = second;
            let view = control.view();
            say(&if options.json { line_json(view) } else { line_text(view) })?;
        }
    }
    if control.poll().transport.recording_secs.is_some() {
        control.send(Intent::RecordOrStop);
        // The disk thread takes what waits and gives the file its name.
        std::thread::sleep(Duration::from_millis(200));
    }
    control.poll();
    for notice in &control.view().notices {
        if options.json {
            say(&json!({ "notice": notice.text, "is_fault": notice.is_fault }).to_string())?;
        } else {
            say(&notice.text)?;
        }
    }
    if !options.json {
        say(&summary_text(control.view()))?;
    }
    Ok(())
}

fn line_json(view: &View) -> String {
    json!({
        "now_secs": view.now_secs,
        "audio": audio_json(view),
        "midi": view.midi_ports.iter().filter(|p| p.is_present).map(|p| p.name.as_str()).collect::<Vec<_>>(),
        "voices": view.voices,
        "notes": view.counters.notes,
        "heard": {
            "tempo": state_key(view.heard.tempo),
            "tempo_bpm": view.heard.bpm,
            "key": view.heard.key.as_ref().map(|key| key.name.as_str()),
            "chord": view.heard.chord.as_ref().map(|chord| chord.name.as_str()),
        },
        "peak_db": view.master.peak_db,
    })
    .to_string()
}

fn line_text(view: &View) -> String {
    let audio = &view.audio;
    let device = match (&audio.output_name, view.health.audio.state == State::Ok) {
        (Some(name), true) => {
            format!("{name}, {} Hz, {} frames {}", audio.rate_hz, audio.period_frames, audio.scheduling)
        }
        _ => format!("{} {}", view.health.audio.reason, view.health.audio.remedy),
    };
    let render = view.performance.stage("callback");
    let cost = render.map_or_else(String::new, |p| format!(", callback P99 {:.2} ms", p.p99_nanos as f64 / 1.0e6));
    let chord = view.heard.chord.as_ref().map_or_else(String::new, |chord| format!(", {}", chord.name));
    let tempo = view.heard.bpm.map_or_else(String::new, |bpm| format!(", {bpm:.0} BPM"));
    let (voices, peak_db) = (view.voices, view.master.hold_db[0]);
    format!("{:6.0} s  {device}{cost}, {voices} voices, peak {peak_db:.1} dBFS{tempo}{chord}", view.now_secs)
}

fn summary_text(view: &View) -> String {
    let json = performance_json(view);
    let mut out = format!("{} {}\n", view.performance.verdict, view.performance.detail);
    if let Some(stages) = json["stages"].as_object() {
        for (key, stage) in stages {
            if stage["count"].as_u64().unwrap_or(0) > 0 {
                let of = |name: &str| stage[name].as_f64().unwrap_or(0.0) / 1000.0;
                let (p50, p95, p99, max) = (of("p50_us"), of("p95_us"), of("p99_us"), of("max_us"));
                out += &format!("{key:<14} P50 {p50:8.3}  P95 {p95:8.3}  P99 {p99:8.3}  max {max:8.3} ms\n");
            }
        }
    }
    out + &view.performance.counters.iter().map(|c| format!("{}: {}", c.label, c.count)).collect::<Vec<_>>().join(", ")
}
