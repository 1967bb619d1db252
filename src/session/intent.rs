//! What a person asks for in the window. Panels emit these; `Control` carries them out.

use super::band::BandOrder;
use super::practice::PracticeOrder;
use crate::engine::params::ParamId;
use crate::host::InputWish;
use crate::instrument::PatchId;
use std::path::PathBuf;

/// A page of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Page {
    /// The instrument.
    #[default]
    Play,
    /// What the band and the ear make of your playing.
    Jam,
    /// Singing against a drone.
    Practice,
    /// The measurements.
    Performance,
    /// Devices, keys and appearance.
    Settings,
}

impl Page {
    /// The page with this lower-case key: "play", "jam", "practice", "performance" or "settings".
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        match key {
            "play" => Some(Self::Play),
            "jam" => Some(Self::Jam),
            "practice" => Some(Self::Practice),
            "performance" => Some(Self::Performance),
            "settings" => Some(Self::Settings),
            _ => None,
        }
    }
}

/// A wish of the person at the window.
#[derive(Clone, Debug, PartialEq)]
pub enum Intent {
    /// Strike a key of the player's part; `velocity` 1 to 127.
    NoteOn {
        /// MIDI key.
        key: u8,
        /// How hard.
        velocity: u8,
    },
    /// Let a key of the player's part go.
    NoteOff {
        /// MIDI key.
        key: u8,
    },
    /// All notes off, now.
    Panic,
    /// Ask the band for something.
    Band(BandOrder),
    /// Ask the teacher for something.
    Practice(PracticeOrder),
    /// Play by this chart: text as people write it, or a link of iReal Pro; `None` plays by ear.
    SetChart(Option<String>),
    /// Play by the chart in this file.
    OpenChart(PathBuf),
    /// Start or stop the transport; where the band begins with the player, wait for them or do not.
    PlayOrStop,
    /// Start or stop recording the output.
    RecordOrStop,
    /// A beat was tapped.
    Tap,
    /// Keep what was played as a MIDI file.
    Keep,
    /// Move a parameter to a value in its own unit.
    SetParam(ParamId, f32),
    /// Load a sound into the player's part.
    SetPatch(PatchId),
    /// Star or unstar a sound.
    ToggleFavourite(PatchId),
    /// Take the tempo from what is played.
    FollowTempo,
    /// Hold this tempo, in BPM, whatever is played.
    LockTempo(f64),
    /// Undo the last change of a parameter or sound.
    Undo,
    /// Do again what was undone.
    Redo,
    /// Wait for a MIDI controller to move this parameter; `None` stops waiting.
    Learn(Option<ParamId>),
    /// Forget the controller of this parameter.
    Unlearn(ParamId),
    /// Use another host, by its key.
    SetHost(String),
    /// Use another output, by its id; `None` is the system's own choice.
    SetOutput(Option<String>),
    /// Listen to a microphone, or to none.
    SetInput(InputWish),
    /// Ask for another rate in Hz; `None` is the device's own.
    SetRate(Option<u32>),
    /// Ask for another period in frames; `None` is the device's own.
    SetPeriod(Option<u32>),
    /// Go back to the sound settings before the last change.
    RevertAudio,
    /// Look for devices again.
    RescanDevices,
    /// Sound the test tone.
    TestTone,
    /// Switch a MIDI input on or off.
    SetMidiEnabled {
        /// The port's name.
        name: String,
        /// Whether it is listened to.
        enabled: bool,
    },
    /// Zoom of the window, 0.75 to 2.
    SetZoom(f32),
    /// How much may move.
    SetMotion(Motion),
    /// Stronger contrast.
    SetHighContrast(bool),
    /// Forget all measurements.
    ResetMeters,
    /// Write the measurements to a file in the recordings folder.
    ExportPerformance,
    /// Take a notice away.
    DismissNotice(u64),
    /// Show another page (kept as the first page of the next start).
    ShowPage(Page),
}

/// How much the window may move.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Motion {
    /// Short transitions.
    #[default]
    Full,
    /// None.
    Reduced,
}
