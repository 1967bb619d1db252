//! The window's picture of the world: plain data, folded from snapshots, meters and host reports.

use super::band::BandView;
use super::heard::HeardView;
use super::intent::{Motion, Page};
use super::models::ModelsView;
use super::practice::PracticeView;
use crate::base::limits::PARTS;
use crate::base::{Beats, ByBus};
use crate::engine::Counters;
use crate::engine::params::{ParamId, ParamValues};
pub use crate::host::XrunCause;
use crate::host::{InputState, InputWish};
use crate::instrument::PatchId;
use crate::rt::Percentiles;
use crate::theory::Chart;
use std::sync::Arc;

/// Whether one leg of the program stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Ok,
    /// It works, but not as it should.
    Degraded,
    /// It is not there.
    #[default]
    Off,
}

/// One leg of the program, with the reason and the remedy in words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HealthItem {
    /// Whether it stands.
    pub state: State,
    /// The words on the chip: "Audio", "No MIDI".
    pub label: String,
    /// What is the matter, one sentence; what is right when it stands.
    pub reason: String,
    /// What to do, one sentence; empty when it stands.
    pub remedy: String,
    /// When it became so, in seconds since the program started.
    pub from_secs: f64,
    /// Since how many seconds it has been so.
    pub since_secs: f64,
}

/// The legs of the program.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Health {
    /// The sound device.
    pub audio: HealthItem,
    /// Real-time priority of the audio thread.
    pub priority: HealthItem,
    /// MIDI inputs.
    pub midi: HealthItem,
    /// The models that play for the band.
    pub models: HealthItem,
    /// Writing journal, takes and settings.
    pub disk: HealthItem,
}

/// One device as the host lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceView {
    /// What to pass to `Intent::SetOutput`.
    pub id: String,
    /// What people read.
    pub name: String,
    /// Rates in Hz that it offers, ascending.
    pub rates_hz: Vec<u32>,
    /// Smallest and largest period in frames, where it says.
    pub periods_frames: Option<(u32, u32)>,
}

/// The sound device: what was asked for and what runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AudioView {
    /// Hosts that are compiled in and answer, by key: "alsa", "jack", "pipewire", "none".
    pub hosts: Vec<String>,
    /// The host in use; "none" is the engine's own clock.
    pub host: String,
    /// Outputs of that host.
    pub outputs: Vec<DeviceView>,
    /// The output asked for; `None` is the system's own choice.
    pub output_asked: Option<String>,
    /// The output that runs, for people; `None` without a device.
    pub output_name: Option<String>,
    /// Microphones of that host.
    pub inputs: Vec<DeviceView>,
    /// The microphone asked for.
    pub input_asked: InputWish,
    /// The microphone as it is.
    pub input: InputState,
    /// From the sound at the microphone until the engine is given it, in nanoseconds; 0 where that is not known.
    pub input_nanos: u64,
    /// The rate asked for.
    pub rate_asked_hz: Option<u32>,
    /// The rate that runs.
    pub rate_hz: u32,
    /// The period asked for.
    pub period_asked_frames: Option<u32>,
    /// The usual period, as measured; 0 before the first callback.
    pub period_frames: u32,
    /// Shortest and longest period, as measured.
    pub period_range_frames: (u32, u32),
    /// Callbacks so far.
    pub callbacks: u64,
    /// Channels of the device.
    pub channels: u16,
    /// Sample format of the device: "f32", "i16".
    pub format: String,
    /// How long the device has been running without a restart.
    pub running_secs: f64,
    /// How often it was opened again.
    pub restarts: u32,
    /// Whether the last change of settings may still be taken back, and for how many seconds.
    pub revert_secs: Option<f64>,
    /// Scheduling of the audio thread as read back: "FIFO 70", "OTHER".
    pub scheduling: String,
}

/// A MIDI input.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MidiPortView {
    /// Its name, which also identifies it over re-plugging.
    pub name: String,
    /// Whether it is listened to.
    pub is_enabled: bool,
    /// Whether it is plugged in.
    pub is_present: bool,
    /// Seconds since it last said something.
    pub silent_secs: Option<f64>,
    /// Seconds since it went away.
    pub gone_secs: Option<f64>,
    /// The last channel it spoke on, 1 to 16.
    pub channel: Option<u8>,
}

/// Tempo, place and motion.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TransportView {
    /// Whether it starts with the player's next note, or once their beat is heard.
    pub is_armed: bool,
    /// Whether it moves.
    pub is_playing: bool,
    /// Whether it counts in.
    pub is_counting_in: bool,
    /// Where it stands; negative during the count-in.
    pub beat: Beats,
    /// Quarter notes a minute.
    pub tempo_bpm: f64,
    /// Whether the tempo is held, whatever is played.
    pub is_tempo_locked: bool,
    /// Beats in a bar.
    pub beats_per_bar: u32,
    /// Seconds of the running recording.
    pub recording_secs: Option<f64>,
}

/// A level meter, in dBFS; -120 is silence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeterView {
    /// Peak, `[left, right]`, falling by 20 dB a second.
    pub peak_db: [f32; 2],
    /// The highest peak of the last 1.5 s.
    pub hold_db: [f32; 2],
    /// Loudness, RMS.
    pub rms_db: [f32; 2],
}

impl Default for MeterView {
    fn default() -> Self {
        Self { peak_db: [-120.0; 2], hold_db: [-120.0; 2], rms_db: [-120.0; 2] }
    }
}

/// The spectrum of the output.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SpectrumView {
    /// Levels in dB at [`SPECTRUM_COLUMNS`] frequencies in equal ratios from 20 Hz to 20 kHz; empty before
    /// the first sound.
    pub columns_db: Vec<f32>,
    /// The strongest frequency and its level.
    pub peak: Option<(f32, f32)>,
    /// Counts the analyses, so that the spectrogram knows when there is a new one.
    pub sequence: u64,
}

/// Columns of the spectrum.
pub const SPECTRUM_COLUMNS: usize = 320;

/// One measured path or stage of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StageView {
    /// The stable name, as in the export.
    pub key: &'static str,
    /// What people read.
    pub label: &'static str,
    /// Whether it is a stage of the path above it.
    pub is_stage: bool,
    /// The figures; `None` when there is nothing to measure (no device, nothing played yet).
    pub percentiles: Option<Percentiles>,
    /// What it may cost.
    pub budget_nanos: Option<u64>,
}

/// One xrun or late callback.
#[derive(Clone, Debug, PartialEq)]
pub struct XrunView {
    /// Seconds since the program started.
    pub at_secs: f64,
    /// Wall-clock time of day, "13:58:51".
    pub clock: String,
    /// Why.
    pub cause: XrunCause,
    /// How late, in nanoseconds; 0 when unknown.
    pub late_nanos: u64,
}

/// A mark on the time line: "Tine electric loaded".
#[derive(Clone, Debug, PartialEq)]
pub struct MarkView {
    /// Seconds since the program started.
    pub at_secs: f64,
    /// What happened.
    pub text: String,
}

/// Counts in `bins` equal steps from 0 to `top`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HistogramView {
    /// Counts; empty when there is nothing to show.
    pub bins: Vec<u32>,
    /// The value at the right edge, in nanoseconds.
    pub top_nanos: u64,
    /// The budget, where there is one.
    pub budget_nanos: Option<u64>,
}

/// A counter of the performance page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CounterView {
    /// The stable name, as in the export.
    pub key: &'static str,
    /// What people read.
    pub label: &'static str,
    /// Since the start or the last reset.
    pub count: u64,
    /// Seconds since it last rose.
    pub last_secs: Option<f64>,
    /// Whether anything above zero deserves attention.
    pub is_fault: bool,
}

/// What is measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PerformanceView {
    /// One sentence: "Good." or the exception.
    pub verdict: String,
    /// The sentence under it.
    pub detail: String,
    /// Whether the verdict asks for attention.
    pub is_attention: bool,
    /// What to do, when there is something to do.
    pub advice: String,
    /// Seconds since the start or the last reset of the meters.
    pub measured_secs: f64,
    /// All paths and their stages.
    pub stages: Vec<StageView>,
    /// Worst render of each of the last 300 seconds as a share of the period, the newest last.
    pub worst_share: Vec<f32>,
    /// Xruns and late callbacks of the last five minutes, the newest last.
    pub xruns: Vec<XrunView>,
    /// Changes of device, sound and the like in the last five minutes.
    pub marks: Vec<MarkView>,
    /// Key-to-sound.
    pub key_to_sound: HistogramView,
    /// Rendering.
    pub render: HistogramView,
    /// How late callbacks came.
    pub wake: HistogramView,
    /// Counters.
    pub counters: Vec<CounterView>,
    /// Share of one core that the program uses, in per cent.
    pub cpu_percent: Option<f32>,
    /// Resident memory in bytes.
    pub memory_bytes: Option<u64>,
    /// Growth of the memory in bytes an hour, after the first minute.
    pub memory_growth_bytes_per_hour: Option<f64>,
}

impl PerformanceView {
    /// The percentiles of a stage by its key.
    #[must_use]
    pub fn stage(&self, key: &str) -> Option<Percentiles> {
        self.stages.iter().find(|s| s.key == key)?.percentiles
    }
}

/// Something to tell the person once.
#[derive(Clone, Debug, PartialEq)]
pub struct NoticeView {
    /// What to pass to `Intent::DismissNotice`.
    pub id: u64,
    /// One sentence.
    pub text: String,
    /// Whether something went wrong.
    pub is_fault: bool,
}

/// Everything the window shows.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Seconds since the program started.
    pub now_secs: f64,
    /// The legs of the program.
    pub health: Health,
    /// The models that play for the band.
    pub models: ModelsView,
    /// The sound device.
    pub audio: AudioView,
    /// MIDI inputs, present and remembered.
    pub midi_ports: Vec<MidiPortView>,
    /// Tempo and place.
    pub transport: TransportView,
    /// What the ear hears.
    pub heard: Arc<HeardView>,
    /// The chart that the band plays by.
    pub chart: Option<Arc<Chart>>,
    /// What the band plans.
    pub band: Arc<BandView>,
    /// What the teacher hears.
    pub practice: PracticeView,
    /// Meters of the buses.
    pub buses: ByBus<MeterView>,
    /// The meter of the output.
    pub master: MeterView,
    /// How much the limiter holds back, in dB.
    pub limiter_db: f32,
    /// For every part the keys that sound, one bit each.
    pub keys: [u128; PARTS],
    /// Voices that sound.
    pub voices: u32,
    /// What the engine counted.
    pub counters: Counters,
    /// The value of every parameter.
    pub params: ParamValues,
    /// The sound of the player's part.
    pub patch: PatchId,
    /// Starred sounds.
    pub favourites: Vec<PatchId>,
    /// Controllers that were learnt, `(parameter, controller number)`.
    pub learnt: Vec<(ParamId, u8)>,
    /// The parameter that waits for a controller.
    pub learning: Option<ParamId>,
    /// Whether there is something to undo and to do again.
    pub can_undo: bool,
    /// See `can_undo`.
    pub can_redo: bool,
    /// Whether anything was played yet.
    pub has_played: bool,
    /// The spectrum of the output.
    pub spectrum: SpectrumView,
    /// What is measured.
    pub performance: PerformanceView,
    /// Seconds of playing that are in memory and can be kept.
    pub memory_secs: f64,
    /// Things to tell.
    pub notices: Vec<NoticeView>,
    /// Where recordings, kept takes and exports go.
    pub recordings_folder: String,
    /// Zoom of the window.
    pub zoom: f32,
    /// How much may move.
    pub motion: Motion,
    /// Stronger contrast.
    pub is_high_contrast: bool,
    /// The page to open first.
    pub first_page: Page,
}
