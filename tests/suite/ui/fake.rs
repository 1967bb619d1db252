//! A made-up picture of the world, and a console that notes what it was asked.

use sangat::base::limits::PARTS;
use sangat::base::{Beats, Bus};
use sangat::engine::params::ParamId;
use sangat::rt::Percentiles;
use sangat::session::*;
use sangat::ui::Console;
use std::sync::Arc;

/// Notes every wish and carries out the few that tests look at.
pub struct FakeConsole {
    pub view: View,
    pub sent: Vec<Intent>,
    /// What is there after the next tap.
    pub next: Option<View>,
    /// How long each frame took.
    pub frames_nanos: Vec<u64>,
}

impl FakeConsole {
    pub fn new(view: View) -> Self {
        Self { view, sent: Vec::new(), next: None, frames_nanos: Vec::new() }
    }
}

impl Console for FakeConsole {
    fn poll(&mut self) -> &View {
        &self.view
    }

    fn send(&mut self, intent: Intent) {
        match &intent {
            Intent::SetParam(id, value) => {
                self.view.params.set(*id, *value);
                if *id == ParamId::Tempo {
                    self.view.transport.tempo_bpm = f64::from(*value);
                }
            }
            Intent::SetPatch(id) => self.view.patch = *id,
            Intent::ToggleFavourite(id) if self.view.favourites.contains(id) => {
                self.view.favourites.retain(|other| other != id);
            }
            Intent::ToggleFavourite(id) => self.view.favourites.push(*id),
            Intent::Tap => self.view = self.next.take().unwrap_or_else(|| self.view.clone()),
            Intent::Learn(id) => self.view.learning = *id,
            Intent::SetZoom(zoom) => self.view.zoom = *zoom,
            Intent::SetMotion(motion) => self.view.motion = *motion,
            Intent::SetHighContrast(is_on) => self.view.is_high_contrast = *is_on,
            Intent::NoteOn { .. } => self.view.has_played = true,
            Intent::DismissNotice(id) => self.view.notices.retain(|notice| notice.id != *id),
            _ => {}
        }
        self.sent.push(intent);
    }

    fn ui_frame_nanos(&mut self, nanos: u64) {
        self.frames_nanos.push(nanos);
    }
}

fn item(state: State, label: &str, reason: &str, remedy: &str) -> HealthItem {
    HealthItem {
        state,
        label: label.into(),
        reason: reason.into(),
        remedy: remedy.into(),
        since_secs: 751.0,
        from_secs: 0.0,
    }
}

/// Nothing is plugged in and nothing was played.
pub fn first_run() -> View {
    let mut view = View { now_secs: 4.0, zoom: 1.0, ..View::default() };
    view.health.audio = item(
        State::Off,
        "No audio device",
        "No sound device was found, so nothing is heard.",
        "Plug in headphones or speakers; sound starts by itself.",
    );
    view.health.priority = item(State::Ok, "Priority", "Real-time priority granted.", "");
    view.health.midi = item(State::Off, "No MIDI", "No MIDI input is plugged in.", "Plug one in at any time.");
    view.health.disk = item(State::Ok, "Disk", "Recordings can be written.", "");
    view.audio.hosts = vec!["alsa".into(), "none".into()];
    view.audio.host = "none".into();
    view.transport.tempo_bpm = 120.0;
    view.transport.beats_per_bar = 4;
    view.recordings_folder = "/home/you/Music/Sangat".into();
    view.favourites = vec![PatchId(0)];
    view.performance.stages = stages(false);
    view.performance.counters = counters(false);
    view.performance.verdict = "Running without a device.".into();
    view.performance.detail = "The engine goes on by its own clock; rows of the device are dashes.".into();
    view
}

/// Everything runs, a chord is held and there was one xrun.
pub fn playing() -> View {
    let mut view = first_run();
    view.now_secs = 751.0;
    view.health.audio = item(State::Ok, "Audio", "Scarlett 2i2 runs at 48 kHz.", "");
    view.health.midi = item(State::Ok, "MIDI", "Two inputs are on.", "");
    view.has_played = true;
    view.audio = AudioView {
        hosts: vec!["alsa".into(), "jack".into(), "none".into()],
        host: "alsa".into(),
        outputs: vec![DeviceView {
            id: "hw:1".into(),
            name: "Scarlett 2i2, outputs 1 and 2".into(),
            rates_hz: vec![44_100, 48_000, 96_000],
            periods_frames: Some((32, 2048)),
        }],
        inputs: vec![DeviceView {
            id: "alsa:hw:0,0".into(),
            name: "Scarlett 2i2, input 1".into(),
            ..DeviceView::default()
        }],
        output_asked: Some("hw:1".into()),
        output_name: Some("Scarlett 2i2, outputs 1 and 2".into()),
        rate_asked_hz: Some(48_000),
        rate_hz: 48_000,
        period_asked_frames: Some(128),
        period_frames: 128,
        period_range_frames: (128, 128),
        callbacks: 281_622,
        channels: 2,
        format: "f32".into(),
        running_secs: 751.0,
        restarts: 0,
        revert_secs: None,
        scheduling: "FIFO 70".into(),
        ..AudioView::default()
    };
    view.midi_ports = midi_ports();
    view.transport.is_playing = true;
    view.transport.beat = Beats(133.4);
    view.transport.tempo_bpm = 112.4;
    view.heard = Arc::new(heard());
    view.master.peak_db = [-15.6, -18.0];
    view.master.hold_db = [-8.2, -9.0];
    for (bus, db) in [(Bus::You, -14.0), (Bus::Bass, -22.0), (Bus::Keys, -26.0), (Bus::Lead, -24.0)] {
        view.buses[bus].peak_db = [db; 2];
        view.buses[bus].hold_db = [db + 4.0; 2];
    }
    view.keys = keys();
    view.voices = 32;
    view.memory_secs = 751.0;
    let eq = [(ParamId::Eq1Gain, -3.0), (ParamId::Eq2Gain, 2.6), (ParamId::Eq3Gain, -4.0), (ParamId::Eq4Gain, 4.0)];
    for (id, value) in eq {
        view.params.set(id, value);
    }
    view.params.set(ParamId::DelayOn, 1.0);
    view.params.set(ParamId::Macro1, 0.62);
    view.params.set(ParamId::Macro2, 0.34);
    view.params.set(ParamId::Macro3, 0.18);
    view.spectrum = SpectrumView { columns_db: spectrum(0.0), peak: Some((440.0, -18.0)), sequence: 1 };
    view.performance = performance();
    view
}

fn keys() -> [u128; PARTS] {
    let mut keys = [0; PARTS];
    keys[Bus::You as usize] = [65, 69, 72, 76].into_iter().fold(0, |all, key| all | 1 << key);
    keys[Bus::Bass as usize] = 1 << 38;
    keys[Bus::Keys as usize] = 1 << 53 | 1 << 60;
    keys[Bus::Lead as usize] = 1 << 79;
    keys
}

fn midi_ports() -> Vec<MidiPortView> {
    let port = |name: &str, silent_secs, channel| MidiPortView {
        name: name.into(),
        is_enabled: true,
        is_present: true,
        silent_secs,
        gone_secs: None,
        channel,
    };
    let gone = MidiPortView {
        is_present: false,
        is_enabled: false,
        gone_secs: Some(540.0),
        ..port("Old keyboard", None, None)
    };
    vec![
        port("KeyStep 37", Some(0.2), Some(1)),
        port("Sustain box", Some(31.0), None),
        port("nanoKONTROL2", Some(240.0), None),
        gone,
    ]
}

/// A spectrum with partials over a hill; `turn` moves it along.
pub fn spectrum(turn: f32) -> Vec<f32> {
    let hum = |at: f32| -82.0 + 24.0 * (-((at - 0.42) / 0.25).powi(2)).exp();
    let wobble = |column: usize| ((column * 7919) % 97) as f32 / 97.0 * 3.0;
    let mut columns: Vec<f32> =
        (0..SPECTRUM_COLUMNS).map(|c| hum(c as f32 / SPECTRUM_COLUMNS as f32) + wobble(c)).collect();
    for partial in 1..12_u8 {
        let hz = 146.8 * f32::from(partial);
        let column = ((hz / 20.0).ln() / 1000.0_f32.ln() * SPECTRUM_COLUMNS as f32) as usize;
        let level = -20.0 - 3.5 * f32::from(partial) - 8.0 * (turn + f32::from(partial)).sin().abs();
        columns[column] = columns[column].max(level);
        columns[column + 1] = columns[column + 1].max(level - 9.0);
    }
    columns
}

fn figures(micros: [u64; 4]) -> Percentiles {
    let [p50, p95, p99, max] = micros.map(|value| value * 1000);
    Percentiles { count: 1000, p50_nanos: p50, p95_nanos: p95, p99_nanos: p99, max_nanos: max }
}

fn stages(is_running: bool) -> Vec<StageView> {
    type Row = (&'static str, &'static str, bool, [u64; 4], Option<u64>);
    let rows: [Row; 7] = [
        ("key_to_sound", "Key to sound", false, [4280, 5520, 5710, 8120], Some(10_000)),
        ("midi", "MIDI to engine", true, [60, 110, 180, 420], Some(500)),
        ("wait", "Wait for the period", true, [1340, 2540, 2640, 2670], Some(2670)),
        ("render", "Render", true, [210, 340, 460, 2810], Some(1330)),
        ("device", "Device, as it reports", true, [2670, 2670, 2670, 2670], None),
        ("callback", "Callback", false, [220, 350, 480, 2830], Some(2670)),
        ("ui_frame", "Screen, one frame", false, [4100, 6800, 9200, 15_400], Some(16_700)),
    ];
    let stage = |(key, label, is_stage, micros, budget): Row| StageView {
        key,
        label,
        is_stage,
        percentiles: (is_running || key == "ui_frame").then(|| figures(micros)),
        budget_nanos: budget.map(|micros| micros * 1000),
    };
    rows.map(stage).to_vec()
}

fn counters(has_late: bool) -> Vec<CounterView> {
    let late = u64::from(has_late);
    let counter = |key, label, count, last_secs, is_fault| CounterView { key, label, count, last_secs, is_fault };
    vec![
        counter("xruns_reported", "xruns, reported", 0, None, true),
        counter("callbacks_late", "callbacks late", late, has_late.then_some(192.0), true),
        counter("events_refused", "events refused", 0, None, true),
        counter("voices_stolen", "voices stolen", 14, Some(41.0), false),
        counter("non_finite", "bad samples silenced", 0, None, true),
    ]
}

fn histogram(peak: usize, width: f32, top_nanos: u64, budget_nanos: Option<u64>) -> HistogramView {
    let bin = |at: usize| (900.0 * (-((at as f32 - peak as f32) / width).powi(2)).exp()) as u32;
    let mut bins: Vec<u32> = (0..22).map(bin).collect();
    bins[20] = u32::from(budget_nanos.is_some());
    HistogramView { bins, top_nanos, budget_nanos }
}

fn performance() -> PerformanceView {
    let mut worst_share: Vec<f32> = (0..300_usize).map(|second| 0.1 + ((second * 7919) % 31) as f32 / 250.0).collect();
    worst_share[107] = 1.05;
    PerformanceView {
        verdict: "Good, with one late callback 3:12 ago.".into(),
        detail: "Everything else is inside its budget: render P99 is 17 % of the period, priority is real-time, \
                 memory is steady, no sound was lost since."
            .into(),
        is_attention: true,
        advice: "Another program held the audio core. Close it, or ask for a 256-frame period.".into(),
        measured_secs: 751.0,
        stages: stages(true),
        worst_share,
        xruns: vec![XrunView {
            at_secs: 559.0,
            clock: "13:58:51".into(),
            cause: XrunCause::LateWakeUp,
            late_nanos: 140_000,
        }],
        marks: vec![MarkView { at_secs: 513.0, text: "Tine electric loaded".into() }],
        key_to_sound: histogram(7, 4.0, 11_000_000, Some(10_000_000)),
        render: histogram(4, 4.5, 2_800_000, Some(2_666_667)),
        wake: histogram(3, 5.0, 300_000, None),
        counters: counters(true),
        cpu_percent: Some(7.4),
        memory_bytes: Some(371_000_000),
        memory_growth_bytes_per_hour: Some(300_000.0),
    }
}

/// The same with the metronome at rest, so that the tempo is the player's.
pub fn listening() -> View {
    let mut view = playing();
    view.transport.is_playing = false;
    view
}

fn guess(name: &str, confidence: f32) -> Guess {
    Guess { name: name.into(), confidence }
}

/// Bar 34, beat 2: a ii-V in D dorian at 112.4 BPM.
fn heard() -> HeardView {
    let period = 60.0 / 112.4;
    let now_secs = 40.0 * period + 0.2;
    let beat = |n: usize| BeatMark { at_secs: n as f64 * period, bar_position: Some(((n + 3) % 4) as u8) };
    let chord = |n: f64, name: &str, confidence| ChordMark { begin_secs: n * period, name: name.into(), confidence };
    let note = |key, from: f64, to: Option<f64>| NoteMark {
        key,
        velocity: 90,
        begin_secs: from * period,
        end_secs: to.map(|to| to * period),
    };
    let chords = [("Dm7", 33.0), ("G13", 37.0)];
    let held = [50, 53, 60, 65].map(|key| note(key, 33.0, Some(36.6))).into_iter();
    let new = [43, 53, 59, 64].map(|key| note(key, 37.0, None)).into_iter();
    let line = (0..12).map(|n| note(69 + [0, 3, 2, 5][n % 4], 33.0 + n as f64 * 0.5, Some(33.4 + n as f64 * 0.5)));
    HeardView {
        now_secs,
        tempo: TempoState::Following,
        bpm: Some(112.4),
        tempo_confidence: 0.94,
        hypotheses: vec![(112.4, 0.9), (56.2, 0.07), (224.8, 0.03)],
        metre: Some(guess("4/4", 0.88)),
        beats_per_bar: Some(4),
        bars: 34,
        downbeat_confidence: 0.8,
        beats: (20..=40).map(beat).collect(),
        upcoming: (41..57).map(beat).collect(),
        key: Some(guess("D dorian", 0.76)),
        chord: Some(guess("G13", 0.91)),
        alternates: vec![guess("Dm11/G", 0.06), guess("Bm7b5/G", 0.02)],
        next: vec![guess("Cmaj9", 0.64), guess("Em7", 0.21), guess("Am9", 0.11)],
        next_in_beats: Some(2.6),
        chords: chords.map(|(name, at)| chord(at, name, 0.9)).to_vec(),
        notes: held.chain(new).chain(line).collect(),
        playing: PlayingView {
            notes_per_sec: 3.2,
            register_low: 43,
            register_centre: 60,
            register_high: 76,
            loudness: 0.7,
            articulation: 0.86,
            swing: Some(1.6),
            swing_confidence: 0.8,
            phrase: PhraseState::Playing,
            phrase_secs: 4.2,
            repeats: 2,
            ..PlayingView::default()
        },
        ..HeardView::default()
    }
}
