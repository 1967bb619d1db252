//! What was measured, as JSON: the export of the performance page and the lines of `sangat live`.

use super::files::{WriteError, clock_text, dated_path, write_whole};
use super::models::ModelsView;
use super::view::{HealthItem, State, View, XrunCause};
use crate::band::Member;
use crate::rt::Percentiles;
use serde_json::{Map, Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Everything the performance page shows, with stable keys.
#[must_use]
pub fn performance_json(view: &View) -> Value {
    let performance = &view.performance;
    let stages: Map<String, Value> = performance
        .stages
        .iter()
        .map(|stage| {
            let mut value = percentiles_json(stage.percentiles);
            value["budget_us"] = stage.budget_nanos.map_or(Value::Null, micros);
            (stage.key.to_owned(), value)
        })
        .collect();
    let counters: Map<String, Value> =
        performance.counters.iter().map(|c| (c.key.to_owned(), c.count.into())).collect();
    let xruns: Vec<Value> = performance
        .xruns
        .iter()
        .map(|x| json!({ "at_secs": x.at_secs, "clock": x.clock, "cause": cause_key(x.cause), "late_us": micros(x.late_nanos) }))
        .collect();
    json!({
        "machine": super::bench::machine(),
        "clock": clock_text(),
        "measured_secs": performance.measured_secs,
        "verdict": performance.verdict,
        "detail": performance.detail,
        "advice": performance.advice,
        "audio": audio_json(view),
        "midi": view.midi_ports.iter().filter(|p| p.is_present).map(|p| p.name.as_str()).collect::<Vec<_>>(),
        "stages": stages,
        "counters": counters,
        "xruns": xruns,
        "models": models_json(&view.models),
        "voices": view.voices,
        "notes": view.counters.notes,
        "peak_db": view.master.peak_db,
        "cpu_percent": performance.cpu_percent,
        "memory_bytes": performance.memory_bytes,
        "memory_growth_bytes_per_hour": performance.memory_growth_bytes_per_hour,
    })
}

/// The models and how fast a step of each is.
fn models_json(models: &ModelsView) -> Value {
    let row = |row: &Member| {
        let [p50, p99] = row.step_micros;
        json!({ "file": row.file, "parameters": row.parameters, "precision": row.precision, "device": row.device, "step_us": { "p50": p50, "p99": p99 } })
    };
    json!({
        "folder": models.folder.as_ref().map(|folder| folder.display().to_string()),
        "files": models.rows.iter().map(row).collect::<Vec<_>>(),
        "patterns": models.patterns,
        "problems": models.problems,
        "load_ms": models.load_millis,
    })
}

/// The device, its format and how it runs.
#[must_use]
pub fn audio_json(view: &View) -> Value {
    let audio = &view.audio;
    json!({
        "host": audio.host,
        "output": audio.output_name,
        "rate_hz": audio.rate_hz,
        "period_frames": audio.period_frames,
        "period_min_frames": audio.period_range_frames.0,
        "period_max_frames": audio.period_range_frames.1,
        "channels": audio.channels,
        "format": audio.format,
        "scheduling": audio.scheduling,
        "callbacks": audio.callbacks,
        "restarts": audio.restarts,
        "health": health_json(&view.health.audio),
    })
}

/// One leg of the program.
#[must_use]
pub fn health_json(item: &HealthItem) -> Value {
    let state = match item.state {
        State::Ok => "ok",
        State::Degraded => "degraded",
        State::Off => "off",
    };
    json!({ "state": state, "reason": item.reason, "remedy": item.remedy })
}

/// Writes [`performance_json`] into the recordings folder.
///
/// # Errors
/// [`WriteError`] when it cannot be written.
pub fn export(view: &View, folder: &Path) -> Result<PathBuf, WriteError> {
    let path = dated_path(folder, "Performance", "json");
    std::fs::create_dir_all(folder).map_err(|source| WriteError { path: folder.display().to_string(), source })?;
    write_whole(&path, |out| {
        serde_json::to_writer_pretty(&mut *out, &performance_json(view))?;
        out.write_all(b"\n")
    })?;
    Ok(path)
}

fn percentiles_json(percentiles: Option<Percentiles>) -> Value {
    percentiles.map_or_else(
        || json!({ "count": 0, "p50_us": null, "p95_us": null, "p99_us": null, "max_us": null }),
        |p| {
            json!({
                "count": p.count,
                "p50_us": micros(p.p50_nanos),
                "p95_us": micros(p.p95_nanos),
                "p99_us": micros(p.p99_nanos),
                "max_us": micros(p.max_nanos),
            })
        },
    )
}

fn micros(nanos: u64) -> Value {
    (nanos as f64 / 1000.0).into()
}

fn cause_key(cause: XrunCause) -> &'static str {
    match cause {
        XrunCause::Reported => "reported",
        XrunCause::RenderOverBudget => "render_over_budget",
        XrunCause::LateWakeUp => "late_wake_up",
    }
}
