//! `sangat devices` and `sangat doctor`: what is there, what is missing, what to do.

use super::files::{Folders, remedy};
use super::health::sentence;
use crate::host::{self, HostListing};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::Path;

/// Hosts with their outputs, and MIDI inputs.
pub struct Devices {
    hosts: Vec<HostListing>,
    midi: Result<Vec<String>, host::Trouble>,
}

/// Looks for devices. Takes up to a second.
#[must_use]
pub fn devices() -> Devices {
    Devices { hosts: host::list_hosts(), midi: host::list_midi_inputs() }
}

impl Devices {
    /// The list with stable keys.
    #[must_use]
    pub fn json(&self) -> Value {
        let hosts: Vec<Value> = self
            .hosts
            .iter()
            .map(|h| {
                let outputs: Vec<Value> = h
                    .outputs
                    .iter()
                    .map(|d| {
                        let (min, max) = d.periods_frames.unzip();
                        json!({
                            "id": d.id,
                            "name": d.name,
                            "rates_hz": d.rates_hz,
                            "period_min_frames": min,
                            "period_max_frames": max,
                        })
                    })
                    .collect();
                json!({ "key": h.key, "outputs": outputs, "trouble": h.trouble.as_ref().map(|t| t.reason.clone()) })
            })
            .collect();
        let midi = self.midi.as_ref().map_or_else(|_| Vec::new(), Clone::clone);
        json!({ "hosts": hosts, "midi_inputs": midi, "midi_trouble": self.midi.as_ref().err().map(|t| t.reason.clone()) })
    }

    /// The list for people.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        for host in &self.hosts {
            let _ = writeln!(out, "host {}", host.key);
            if let Some(trouble) = &host.trouble {
                let _ = writeln!(out, "  {} {}", trouble.reason, trouble.remedy);
            }
            for device in &host.outputs {
                let rates: Vec<String> = device.rates_hz.iter().map(u32::to_string).collect();
                let rates = if rates.is_empty() { "any rate".to_owned() } else { format!("{} Hz", rates.join(" ")) };
                let periods = device.periods_frames.map_or_else(String::new, |(a, b)| format!(", {a} to {b} frames"));
                let _ = writeln!(out, "  output  {}\n          {}\n          {rates}{periods}", device.name, device.id);
            }
        }
        match &self.midi {
            Ok(names) if names.is_empty() => out.push_str("no MIDI input is plugged in"),
            Ok(names) => out += &names.iter().map(|n| format!("MIDI in   {n}")).collect::<Vec<_>>().join("\n"),
            Err(trouble) => {
                let _ = write!(out, "{} {}", trouble.reason, trouble.remedy);
            }
        }
        out
    }
}

/// One thing that was looked at.
struct Finding {
    key: &'static str,
    is_good: bool,
    text: String,
    remedy: String,
}

/// Everything that was looked at.
pub struct Examination {
    findings: Vec<Finding>,
}

/// Looks at everything the program needs.
#[must_use]
pub fn examine(folders: &Folders) -> Examination {
    let mut findings = vec![sound(), midi(), priority()];
    findings.extend([
        writable("settings_folder", "settings", &folders.config),
        writable("journal_folder", "the journal", &folders.journal),
        writable("recordings_folder", "recordings", &folders.recordings),
        display(),
        build(),
    ]);
    Examination { findings }
}

impl Examination {
    /// The findings with stable keys.
    #[must_use]
    pub fn json(&self) -> Value {
        let all: Vec<Value> = self
            .findings
            .iter()
            .map(|f| json!({ "key": f.key, "ok": f.is_good, "text": f.text, "remedy": f.remedy }))
            .collect();
        json!({ "machine": super::bench::machine(), "ok": self.findings.iter().all(|f| f.is_good), "findings": all })
    }

    /// The findings for people.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = format!("{}\n", super::bench::machine());
        for finding in &self.findings {
            let mark = if finding.is_good { "good  " } else { "look  " };
            let _ = writeln!(out, "{mark}{}", finding.text);
            if !finding.remedy.is_empty() {
                let _ = writeln!(out, "      {}", finding.remedy);
            }
        }
        out.truncate(out.trim_end().len());
        out
    }
}

fn finding(key: &'static str, is_good: bool, text: &str, remedy: &str) -> Finding {
    Finding { key, is_good, text: text.to_owned(), remedy: remedy.to_owned() }
}

fn sound() -> Finding {
    let hosts = host::list_hosts();
    let found = hosts.iter().find_map(|h| h.outputs.first().map(|d| (h.key.clone(), d.name.clone())));
    match found {
        Some((host, name)) => finding("audio", true, &format!("Sound output: {name} ({host})."), ""),
        None => finding(
            "audio",
            false,
            "No sound output was found; the engine plays by its own clock.",
            "Plug in headphones or speakers, or start JACK or PipeWire.",
        ),
    }
}

fn midi() -> Finding {
    match host::list_midi_inputs() {
        Ok(names) if names.is_empty() => {
            finding("midi", false, "No MIDI input is plugged in.", "Plug one in at any time; the letter keys play too.")
        }
        Ok(names) => finding("midi", true, &format!("MIDI inputs: {}.", names.join(", ")), ""),
        Err(trouble) => finding("midi", false, &trouble.reason, &trouble.remedy),
    }
}

fn priority() -> Finding {
    match host::try_realtime_priority() {
        Ok(text) => finding("priority", true, &format!("Real-time priority is granted ({text})."), ""),
        Err(trouble) => finding("priority", false, &trouble.reason, &trouble.remedy),
    }
}

fn writable(key: &'static str, what: &str, folder: &Path) -> Finding {
    let attempt = std::fs::create_dir_all(folder).and_then(|()| tempfile::tempfile_in(folder));
    match attempt {
        Ok(_) => finding(key, true, &format!("The folder for {what} can be written: {}.", folder.display()), ""),
        Err(error) => {
            let said = format!("The folder for {what}, {}, cannot be written: {error}.", folder.display());
            finding(key, false, &said, &sentence(remedy(&error), ""))
        }
    }
}

fn display() -> Finding {
    let has_window_system = cfg!(not(target_os = "linux"))
        || ["WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DISPLAY"].iter().any(|name| std::env::var_os(name).is_some());
    match (cfg!(feature = "gui"), has_window_system) {
        (true, true) => finding("display", true, "The window can open here.", ""),
        (true, false) => finding(
            "display",
            false,
            "There is no display here, so the window cannot open.",
            "Use `sangat live` or `sangat render`, or start from a desktop.",
        ),
        (false, _) => finding("display", false, "This build has no window.", "Build with the feature gui."),
    }
}

fn build() -> Finding {
    let is_fast = !cfg!(debug_assertions);
    let text = if is_fast { "This is a release build." } else { "This is a debug build, several times slower." };
    finding("build", is_fast, text, if is_fast { "" } else { "Build with `cargo build --release`." })
}
