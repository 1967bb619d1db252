//! Folds what was measured into the performance view: a verdict, paths and stages, the time line.

use super::ear::BandMeters;
use super::files::clock_text;
use super::view::{AudioView, CounterView, HistogramView, MarkView, PerformanceView, StageView, XrunCause, XrunView};
use crate::engine::Counters;
use crate::host::{Meters, XrunEvent};
use crate::rt::{Histogram, Percentiles, guard};
use std::sync::atomic::Ordering;
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

/// How far the time line reaches back, in seconds.
pub const TIMELINE_SECS: usize = 300;
const HISTOGRAM_BINS: usize = 24;
/// Xruns that the time line shows, at most; the counters count them all.
const XRUNS_MAX: usize = 600;
const KEY_TO_SOUND_BUDGET_NANOS: u64 = 10_000_000;
const MIDI_TO_ENGINE_BUDGET_NANOS: u64 = 500_000;
const ANSWER_BUDGET_NANOS: u64 = 150_000_000;
/// A quarter of what all parts of a bar may take.
const MODEL_BUDGET_NANOS: u64 = 15_000_000;
const PLAN_BUDGET_NANOS: u64 = 1_000_000;
const UI_FRAME_BUDGET_NANOS: u64 = 16_700_000;
const VOICE_CENTS_BUDGET_NANOS: u64 = 25_000_000;
const VOICE_SCREEN_BUDGET_NANOS: u64 = 50_000_000;
const REFRESH_SECS: f64 = 0.25;
/// Growth of the memory is judged only after this.
const SETTLE_SECS: f64 = 60.0;

/// Collects what comes and goes, so that the view can be written from it four times a second.
pub struct PerformanceFold {
    /// Durations of the window's frames.
    pub ui_frame: Histogram,
    /// From the sound at the microphone until its pitch was known.
    pub voice_cents: Histogram,
    /// From there until it was on the screen, but for the screen's own time.
    pub voice_screen: Histogram,
    reset_secs: f64,
    refreshed_secs: f64,
    second: u64,
    worst_nanos: u64,
    worst_share: Vec<f32>,
    xruns: Vec<XrunView>,
    marks: Vec<MarkView>,
    counters: Vec<CounterView>,
    base: Baseline,
    machine: Machine,
}

/// Counters that cannot be set to zero are shown from where they stood at the last reset.
#[derive(Clone, Copy, Default)]
struct Baseline {
    stolen: u64,
    refused: u64,
    violations: u64,
    non_finite: u64,
    record_lost: u64,
    ear_lost: u32,
    band_late: u32,
}

/// What is measured outside the engine at the moment of folding.
pub struct Measured<'a> {
    /// The driver's meters.
    pub meters: &'a Meters,
    /// The band's meters.
    pub band: &'a BandMeters,
    /// The device; without one its figures are dashes.
    pub audio: &'a AudioView,
    /// The engine's counters.
    pub counters: Counters,
    /// Seconds since the program started.
    pub now_secs: f64,
}

impl Measured<'_> {
    fn has_device(&self) -> bool {
        self.audio.output_name.is_some()
    }

    fn period_nanos(&self) -> Option<u64> {
        let frames = u64::from(self.audio.period_frames);
        (self.has_device() && frames > 0 && self.audio.rate_hz > 0)
            .then(|| frames * 1_000_000_000 / u64::from(self.audio.rate_hz))
    }
}

impl Default for PerformanceFold {
    fn default() -> Self {
        Self {
            ui_frame: Histogram::new(),
            voice_cents: Histogram::new(),
            voice_screen: Histogram::new(),
            reset_secs: 0.0,
            refreshed_secs: f64::NEG_INFINITY,
            second: 0,
            worst_nanos: 0,
            worst_share: Vec::new(),
            xruns: Vec::new(),
            marks: Vec::new(),
            counters: Vec::new(),
            base: Baseline::default(),
            machine: Machine::default(),
        }
    }
}

impl PerformanceFold {
    /// Marks a change on the time line.
    pub fn mark(&mut self, at_secs: f64, text: impl Into<String>) {
        self.marks.push(MarkView { at_secs, text: text.into() });
    }

    /// Notes an xrun that happened `ago_nanos` before `now_secs`.
    pub fn note_xrun(&mut self, event: &XrunEvent, ago_nanos: u64, now_secs: f64) {
        let at_secs = (now_secs - ago_nanos as f64 * 1.0e-9).max(0.0);
        // A machine that is late all the time must not fill the memory with the tale of it.
        if self.xruns.len() >= XRUNS_MAX {
            self.xruns.drain(..XRUNS_MAX / 2);
        }
        self.xruns.push(XrunView { at_secs, clock: clock_text(), cause: event.cause, late_nanos: event.late_nanos });
    }

    /// Forgets everything measured.
    pub fn reset(&mut self, measured: &Measured<'_>) {
        measured.meters.reset();
        measured.band.reset();
        [&self.ui_frame, &self.voice_cents, &self.voice_screen].into_iter().for_each(Histogram::reset);
        self.worst_share.clear();
        self.xruns.clear();
        self.counters.clear();
        self.reset_secs = measured.now_secs;
        self.base = Baseline {
            stolen: measured.counters.voices_stolen.into(),
            refused: measured.counters.events_refused.into(),
            violations: guard::violations(),
            non_finite: measured.counters.non_finite.into(),
            record_lost: measured.counters.record_lost,
            ear_lost: measured.counters.ear_lost,
            band_late: measured.counters.band_late,
        };
        self.refreshed_secs = f64::NEG_INFINITY;
    }

    /// Writes the view, at most four times a second; says whether it did.
    pub fn fold(&mut self, measured: &Measured<'_>, view: &mut PerformanceView) -> bool {
        let now_secs = measured.now_secs;
        self.advance_timeline(measured);
        let elapsed_secs = now_secs - self.refreshed_secs;
        if elapsed_secs < REFRESH_SECS {
            return false;
        }
        self.refreshed_secs = now_secs;
        let oldest = now_secs - TIMELINE_SECS as f64;
        self.xruns.retain(|x| x.at_secs >= oldest);
        self.marks.retain(|m| m.at_secs >= oldest);
        self.machine.refresh(now_secs);
        self.update_counters(measured, elapsed_secs);
        view.measured_secs = now_secs - self.reset_secs;
        view.stages = self.stages(measured);
        view.worst_share.clone_from(&self.worst_share);
        view.xruns.clone_from(&self.xruns);
        view.marks.clone_from(&self.marks);
        view.counters.clone_from(&self.counters);
        let meters = measured.meters;
        let period = measured.period_nanos();
        view.key_to_sound = histogram(&meters.key_to_sound, KEY_TO_SOUND_BUDGET_NANOS, true);
        view.render = histogram(&meters.render, period.unwrap_or(1_000_000), period.is_some());
        view.wake = histogram(&meters.wake, 300_000, false);
        view.cpu_percent = self.machine.cpu_percent;
        view.memory_bytes = self.machine.memory_bytes;
        view.memory_growth_bytes_per_hour = self.machine.growth_bytes_per_hour(now_secs);
        self.judge(measured, view);
        true
    }

    /// One bar for every second: the worst callback in it as a share of its period.
    fn advance_timeline(&mut self, measured: &Measured<'_>) {
        self.worst_nanos = self.worst_nanos.max(measured.meters.render.take_recent_max());
        let second = measured.now_secs as u64;
        while self.second < second {
            self.second += 1;
            let share = measured.period_nanos().map_or(0.0, |period| self.worst_nanos as f32 / period as f32);
            self.worst_nanos = 0;
            if self.worst_share.len() == TIMELINE_SECS {
                self.worst_share.remove(0);
            }
            self.worst_share.push(share);
        }
    }

    fn update_counters(&mut self, measured: &Measured<'_>, elapsed_secs: f64) {
        let meters = measured.meters;
        let load = |counter: &std::sync::atomic::AtomicU32| u64::from(counter.load(Ordering::Relaxed));
        let engine = measured.counters;
        let refused = u64::from(engine.events_refused).saturating_sub(self.base.refused) + load(&meters.refused_midi);
        let unheard = u64::from(engine.ear_lost.saturating_sub(self.base.ear_lost)) + load(&meters.input_gaps);
        let lost = engine.record_lost.saturating_sub(self.base.record_lost);
        let rows = [
            ("xruns", "xruns, reported", load(&meters.reported_xruns), true),
            ("callbacks_late", "callbacks over budget", load(&meters.late_renders), true),
            ("wakes_late", "callbacks woken late", load(&meters.late_wake_ups), true),
            ("refused", "events refused", refused, true),
            ("stolen", "voices stolen", u64::from(engine.voices_stolen).saturating_sub(self.base.stolen), false),
            ("record_lost", "recorded frames lost", lost, true),
            ("ear_lost", "not heard by the ear", unheard, true),
            ("band_late", "band notes too late", u64::from(engine.band_late.saturating_sub(self.base.band_late)), true),
            ("allocations", "allocations in audio", guard::violations() - self.base.violations, true),
            ("non_finite", "samples silenced", u64::from(engine.non_finite).saturating_sub(self.base.non_finite), true),
        ];
        let old = std::mem::take(&mut self.counters);
        self.counters = rows
            .into_iter()
            .map(|(key, label, count, is_fault)| {
                let before = old.iter().find(|c| c.key == key);
                let has_risen = count > before.map_or(0, |c| c.count);
                let aged = before.and_then(|c| c.last_secs).map(|secs| secs + elapsed_secs);
                CounterView { key, label, count, last_secs: if has_risen { Some(0.0) } else { aged }, is_fault }
            })
            .collect();
    }

    fn stages(&self, measured: &Measured<'_>) -> Vec<StageView> {
        let (meters, band) = (measured.meters, measured.band);
        let period = measured.period_nanos();
        let row = |key, label, is_stage, histogram: &Histogram, budget_nanos| {
            let percentiles = Some(histogram.percentiles()).filter(|p: &Percentiles| p.count > 0);
            StageView { key, label, is_stage, percentiles, budget_nanos }
        };
        let device_row = |key, label, is_stage, histogram: &Histogram, budget_nanos| {
            let mut stage = row(key, label, is_stage, histogram, budget_nanos);
            stage.percentiles = stage.percentiles.filter(|_| measured.has_device());
            stage
        };
        let mut rows = vec![
            device_row("key_to_sound", "Key to sound", false, &meters.key_to_sound, Some(KEY_TO_SOUND_BUDGET_NANOS)),
            device_row("midi", "MIDI to engine", true, &meters.midi_to_engine, Some(MIDI_TO_ENGINE_BUDGET_NANOS)),
            device_row("wait", "Wait for the period", true, &meters.wait, period),
            device_row("device", "Device, as it reports", true, &meters.device, None),
            device_row("callback", "Callback", false, &meters.render, period),
            device_row("wake", "Wake-up lateness", true, &meters.wake, period),
            row("answer", "Chord to answer", false, &band.answer, Some(ANSWER_BUDGET_NANOS)),
            row("hear", "Heard by the ear", true, &band.hear, None),
            row("plan", "Planning", true, &band.plan, Some(PLAN_BUDGET_NANOS)),
            row("commit", "Settled notes", true, &band.commit, None),
            row("model_answer", "Bar, by the models", false, &band.model_answer, Some(MODEL_BUDGET_NANOS)),
            row("model_bar", "Playing it", true, &band.model_bar, None),
            row("voice_cents", "Voice to cents", false, &self.voice_cents, Some(VOICE_CENTS_BUDGET_NANOS)),
            row("voice_screen", "Voice to screen", true, &self.voice_screen, Some(VOICE_SCREEN_BUDGET_NANOS)),
            row("ui_frame", "Screen, one frame", false, &self.ui_frame, Some(UI_FRAME_BUDGET_NANOS)),
        ];
        // A microphone that nobody uses has no rows.
        rows.retain(|row| row.percentiles.is_some() || !row.key.starts_with("voice"));
        rows
    }

    /// The sentence at the top, its detail, and what to do.
    fn judge(&self, measured: &Measured<'_>, view: &mut PerformanceView) {
        view.advice.clear();
        if !measured.has_device() {
            "Running without a device.".clone_into(&mut view.verdict);
            "Everything plays by the engine's own clock; figures of the device are dashes."
                .clone_into(&mut view.detail);
            "Plug in or choose a device in Settings.".clone_into(&mut view.advice);
            view.is_attention = true;
            return;
        }
        let faults: Vec<&CounterView> = self.counters.iter().filter(|c| c.is_fault && c.count > 0).collect();
        view.is_attention = !faults.is_empty();
        view.verdict = match faults.as_slice() {
            [] => "Good.".to_owned(),
            [one] => format!("Good, with {} {} {}.", one.count, one.label, ago(one.last_secs)),
            many => {
                let total: u64 = many.iter().map(|c| c.count).sum();
                let last = many.iter().filter_map(|c| c.last_secs).reduce(f64::min);
                format!("{total} events need attention, the last {}.", ago(last))
            }
        };
        view.detail = detail(measured, view);
        if let Some(last) = self.xruns.last() {
            let period = measured.audio.period_frames.max(1) * 2;
            view.advice = match last.cause {
                XrunCause::LateWakeUp => {
                    format!("Another program held the core: close it, or ask for {period} frames.")
                }
                XrunCause::RenderOverBudget => format!("Rendering took too long: ask for {period} frames."),
                XrunCause::Reported => format!("The device ran dry: ask for {period} frames."),
            };
        }
    }
}

fn ago(secs: Option<f64>) -> String {
    secs.map_or_else(String::new, |s| format!("{}:{:02} ago", s as u64 / 60, s as u64 % 60))
}

fn detail(measured: &Measured<'_>, view: &PerformanceView) -> String {
    let render = view.stage("callback").zip(measured.period_nanos());
    let share = render.map_or_else(
        || "Nothing was rendered yet".to_owned(),
        |(p, period)| format!("Callback P99 is {:.0} % of the period", 100.0 * p.p99_nanos as f64 / period as f64),
    );
    let scheduling = &measured.audio.scheduling;
    let priority = match scheduling.as_str() {
        "" => "priority is not known yet".to_owned(),
        text if text.starts_with("OTHER") => format!("priority is normal ({text})"),
        text => format!("priority is real-time ({text})"),
    };
    let growth = view.memory_growth_bytes_per_hour.map_or_else(
        || "memory is settling".to_owned(),
        |bytes| {
            let mega = bytes / 1.0e6;
            if mega.abs() < 5.0 {
                "memory is steady".to_owned()
            } else {
                format!("memory grows by {mega:.0} MB an hour")
            }
        },
    );
    format!("{share}, {priority}, {growth}.")
}

fn histogram(source: &Histogram, budget_nanos: u64, has_budget: bool) -> HistogramView {
    let top_nanos = budget_nanos + budget_nanos / 10;
    let bins = source.columns(HISTOGRAM_BINS, top_nanos);
    let is_empty = bins.iter().all(|b| *b == 0);
    HistogramView {
        bins: if is_empty { Vec::new() } else { bins },
        top_nanos,
        budget_nanos: has_budget.then_some(budget_nanos),
    }
}

/// Processor and memory of this process, once a second.
#[derive(Default)]
struct Machine {
    system: Option<System>,
    sampled_secs: Option<f64>,
    cpu_percent: Option<f32>,
    memory_bytes: Option<u64>,
    settled: Option<(f64, u64)>,
}

impl Machine {
    fn refresh(&mut self, now_secs: f64) {
        if self.sampled_secs.is_some_and(|last| now_secs - last < 1.0) {
            return;
        }
        if self.system.is_none() {
            self.system = System::new().ok();
        }
        let Some(system) = &mut self.system else { return };
        let pid = Pid::from_u32(std::process::id());
        let what = ProcessRefreshKind::nothing().with_cpu().with_memory();
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), true, what);
        if let Some(process) = system.process(pid) {
            // The first sample has no interval to compare with.
            self.cpu_percent = self.sampled_secs.map(|_| process.cpu_usage());
            self.memory_bytes = Some(process.memory());
            if self.settled.is_none() && now_secs > SETTLE_SECS {
                self.settled = Some((now_secs, process.memory()));
            }
        }
        self.sampled_secs = Some(now_secs);
    }

    fn growth_bytes_per_hour(&self, now_secs: f64) -> Option<f64> {
        let (since, bytes) = self.settled?;
        let hours = (now_secs - since) / 3600.0;
        (hours > 1.0 / 120.0).then(|| (self.memory_bytes.unwrap_or(bytes) as f64 - bytes as f64) / hours)
    }
}
