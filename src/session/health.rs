//! Turns what the hosts report into the view: the device, its priority, the MIDI inputs, the disk.

use super::models::ModelsView;
use super::view::{AudioView, DeviceView, HealthItem, MidiPortView, State, View};
use crate::host::{DeviceInfo, HostState, HostStatus, Meters, MidiStatus, Trouble};
use std::path::Path;
use std::sync::atomic::Ordering;

/// Writes the device into the view.
pub fn fold_host(status: &HostStatus, meters: &Meters, now_nanos: u64, view: &mut View) {
    let now_secs = view.now_secs;
    let is_running = status.state == HostState::Running;
    let stream = &status.stream;
    let revert_secs = view.audio.revert_secs;
    let asked = (view.audio.output_asked.take(), view.audio.rate_asked_hz, view.audio.period_asked_frames);
    let input_asked = std::mem::take(&mut view.audio.input_asked);
    let listed = |devices: &[DeviceInfo]| {
        let described = |d: &DeviceInfo| DeviceView {
            id: d.id.clone(),
            name: d.name.clone(),
            rates_hz: d.rates_hz.clone(),
            periods_frames: d.periods_frames,
        };
        devices.iter().map(described).collect()
    };
    view.audio = AudioView {
        hosts: status.hosts.clone(),
        host: status.host.clone(),
        outputs: listed(&status.outputs),
        inputs: listed(&status.inputs),
        input_asked,
        input: status.input.clone(),
        input_nanos: meters.input_nanos.load(Ordering::Relaxed),
        output_asked: asked.0,
        output_name: is_running.then(|| stream.output_name.clone()),
        rate_asked_hz: asked.1,
        rate_hz: stream.rate_hz,
        period_asked_frames: asked.2,
        period_frames: if is_running { meters.period_frames.load(Ordering::Relaxed) } else { 0 },
        period_range_frames: if is_running { meters.period_range_frames() } else { (0, 0) },
        callbacks: meters.callbacks.load(Ordering::Relaxed),
        channels: stream.channels,
        format: stream.format.clone(),
        running_secs: status.running_since_nanos.map_or(0.0, |at| now_nanos.saturating_sub(at) as f64 * 1.0e-9),
        restarts: status.restarts,
        revert_secs,
        scheduling: status.scheduling.clone(),
    };
    let audio = audio_item(status);
    replace(&mut view.health.audio, audio, now_secs);
    let priority = priority_item(status);
    replace(&mut view.health.priority, priority, now_secs);
}

fn audio_item(status: &HostStatus) -> HealthItem {
    let said = status.trouble.clone().unwrap_or_default();
    let stream = &status.stream;
    match (status.state, &status.trouble) {
        (HostState::Running, None) => item(
            State::Ok,
            "Audio",
            &format!(
                "{} plays at {} Hz, {} channels, {}.",
                stream.output_name, stream.rate_hz, stream.channels, stream.format
            ),
            "",
        ),
        (HostState::Running, Some(_)) => item(State::Degraded, "Audio", &said.reason, &said.remedy),
        (HostState::Opening, _) => item(State::Degraded, "Opening audio", "The output is being opened.", ""),
        (HostState::Closed, _) => item(
            State::Off,
            "No audio device",
            "The engine plays by its own clock, as was asked for; nothing is heard.",
            "Choose a host and an output in Settings.",
        ),
        (HostState::Lost, _) => {
            let remedy = "Plug in headphones or speakers: sound starts by itself within two seconds.";
            let reason = if said.reason.is_empty() { "No sound device was found." } else { &said.reason };
            let remedy = if said.remedy.is_empty() { remedy } else { &said.remedy };
            item(State::Off, "No audio device", reason, remedy)
        }
    }
}

fn priority_item(status: &HostStatus) -> HealthItem {
    match (&status.scheduling_trouble, status.scheduling.as_str()) {
        (Some(Trouble { reason, remedy }), _) => item(State::Degraded, "Priority", reason, remedy),
        (None, "") => {
            item(State::Off, "No priority", "No audio thread runs, so it has no priority.", "Open a sound device.")
        }
        (None, text) => {
            item(State::Ok, "Priority", &format!("Real-time priority is granted: {text}, as read back."), "")
        }
    }
}

/// Writes the MIDI inputs into the view.
pub fn fold_midi(status: &MidiStatus, now_nanos: u64, view: &mut View) {
    let secs = |at: u64| now_nanos.saturating_sub(at) as f64 * 1.0e-9;
    view.midi_ports = status
        .ports
        .iter()
        .map(|port| MidiPortView {
            name: port.name.clone(),
            is_enabled: port.is_enabled,
            is_present: port.is_present,
            silent_secs: port.last_nanos.map(secs),
            gone_secs: port.gone_since_nanos.map(secs),
            channel: port.channel,
        })
        .collect();
    let open = status.ports.iter().filter(|p| p.is_present && p.is_enabled).count();
    let now_secs = view.now_secs;
    let is_jack = view.audio.host == "jack" && view.audio.output_name.is_some();
    let item = match (&status.trouble, open) {
        (_, 0) if is_jack => item(State::Ok, "MIDI", "MIDI comes through JACK: connect a port to sangat:midi_in.", ""),
        (Some(trouble), 0) => item(State::Off, "No MIDI", &trouble.reason, &trouble.remedy),
        (Some(trouble), _) => item(State::Degraded, "MIDI", &trouble.reason, &trouble.remedy),
        (None, 0) => item(
            State::Off,
            "No MIDI",
            "No MIDI input is plugged in and switched on; the letter keys and the mouse play.",
            "Plug in a keyboard: it is heard within two seconds.",
        ),
        (None, 1) => item(State::Ok, "MIDI", "One MIDI input is open.", ""),
        (None, n) => item(State::Ok, "MIDI", &format!("{n} MIDI inputs are open."), ""),
    };
    replace(&mut view.health.midi, item, now_secs);
}

/// Writes the models into the view.
pub fn fold_models(models: ModelsView, view: &mut View) {
    let (count, now_secs) = (models.rows.len(), view.now_secs);
    let remedy = "The band plays on by rules and patterns; start Sangat again, or install it again (SANGAT_MODELS can name its models).";
    let item = match (models.problems.first(), count) {
        _ if models.is_loading => item(State::Degraded, "Models", "The models are being loaded.", ""),
        (Some(problem), 0) => item(State::Off, "No models", problem, remedy),
        (Some(problem), _) => item(State::Degraded, "Models", problem, remedy),
        (None, _) => item(State::Ok, "Models", &models.text(), ""),
    };
    replace(&mut view.health.models, item, now_secs);
    view.models = models;
}

/// Writing works.
pub fn disk_fine(view: &mut View, folder: &Path) {
    let now_secs = view.now_secs;
    let said = format!("Recordings, kept takes and exports go to {}.", folder.display());
    replace(&mut view.health.disk, item(State::Ok, "Disk", &said, ""), now_secs);
}

/// Something could not be written.
pub fn disk_fault(view: &mut View, what: &str, remedy: &str) {
    let now_secs = view.now_secs;
    replace(&mut view.health.disk, item(State::Degraded, "Disk", &sentence(what, ""), remedy), now_secs);
}

/// What happened and what to do, as one sentence that begins with a capital and ends with a stop.
#[must_use]
pub fn sentence(what: &str, remedy: &str) -> String {
    let mut text = what.to_owned();
    if !remedy.is_empty() {
        text = format!("{text}; {remedy}");
    }
    if let Some(first) = text.get(..1) {
        text.replace_range(..1, &first.to_uppercase());
    }
    if !text.ends_with('.') {
        text.push('.');
    }
    text
}

fn item(state: State, label: &str, reason: &str, remedy: &str) -> HealthItem {
    HealthItem {
        state,
        label: label.to_owned(),
        reason: reason.to_owned(),
        remedy: remedy.to_owned(),
        ..HealthItem::default()
    }
}

/// The time counts from the last change of state.
fn replace(old: &mut HealthItem, new: HealthItem, now_secs: f64) {
    let is_same = old.state == new.state && old.label == new.label;
    let from_secs = if is_same { old.from_secs } else { now_secs };
    *old = HealthItem { from_secs, since_secs: now_secs - from_secs, ..new };
}
