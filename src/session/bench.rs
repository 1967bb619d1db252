//! `sangat bench`: what a block costs, as a share of the time it lasts.

use crate::base::{Bus, Frames, Midi};
use crate::engine::params::{BusParam, ParamId};
use crate::engine::{Command, Engine, EngineConfig, EngineLink, Input, Output, TimedEvent, build};
use crate::host::{BlockStamp, Driver, Period, Renderer, now_nanos};
use crate::rt::Histogram;
use crate::rt::guard;
use serde::Serialize;
use std::fmt::Write;
use std::time::Instant;

/// Blocks measured for each row; the first ones warm the caches and do not count.
const BLOCKS: usize = 1_000;
const WARM_UP_BLOCKS: usize = 100;

/// What the command prints as JSON.
#[derive(Clone, Debug, Serialize)]
pub struct BenchReport {
    /// Processor, cores, system and build.
    pub machine: String,
    /// The cost of a block for every combination.
    pub rows: Vec<BenchRow>,
    /// Figures that the product promises, each against its limit.
    pub checks: Vec<BenchCheck>,
}

/// The cost of one kind of block, in microseconds.
#[derive(Clone, Debug, Serialize)]
pub struct BenchRow {
    /// Device rate.
    pub rate_hz: u32,
    /// Frames of a block.
    pub block_frames: usize,
    /// Voices that sounded.
    pub voices: usize,
    /// Half of all blocks cost at most this.
    pub p50_us: f64,
    /// 99 % of all blocks cost at most this.
    pub p99_us: f64,
    /// The dearest block.
    pub max_us: f64,
    /// How long a block lasts.
    pub budget_us: f64,
}

/// One promise.
#[derive(Clone, Debug, Serialize)]
pub struct BenchCheck {
    /// The stable name.
    pub key: &'static str,
    /// What people read.
    pub label: &'static str,
    /// The figure.
    pub value: f64,
    /// At most.
    pub limit: f64,
    /// What both are measured in.
    pub unit: &'static str,
}

/// Measures everything; about ten seconds. `progress` is told the share that is done.
pub fn run(progress: &mut dyn FnMut(f32)) -> BenchReport {
    let mut rows = Vec::new();
    for rate_hz in [48_000, 96_000] {
        for block_frames in [32, 64, 128, 256] {
            for voices in [1, 16, 64, 128] {
                rows.push(row(rate_hz, block_frames, voices));
                progress(rows.len() as f32 / 36.0);
            }
        }
    }
    let checks = checks(&rows);
    progress(1.0);
    BenchReport { machine: machine(), rows, checks }
}

/// An engine with all effects on, ready to play.
struct Rig {
    engine: Engine,
    link: EngineLink,
    left: Vec<f32>,
    right: Vec<f32>,
}

impl Rig {
    fn new(rate_hz: u32, block_frames: usize) -> Self {
        let mut config = EngineConfig::new(rate_hz);
        for switch in [ParamId::ReverbOn, ParamId::DelayOn, ParamId::ChorusOn, ParamId::ClickOn] {
            config.values.set(switch, 1.0);
        }
        for (band, gain_db) in [(0, 3.0), (1, -4.0), (2, 2.0), (3, 5.0)] {
            config.values.set(ParamId::eq(band, crate::engine::params::EqParam::Gain), gain_db);
        }
        for bus in Bus::PARTS {
            config.values.set(ParamId::bus(bus, BusParam::Reverb), 0.5);
        }
        let (engine, mut link) = build(&config);
        link.send(Command::Play).ok();
        Self { engine, link, left: vec![0.0; block_frames], right: vec![0.0; block_frames] }
    }

    /// Renders one block and says how long it took, in nanoseconds.
    fn block(&mut self, events: &[TimedEvent]) -> u64 {
        let begin = Instant::now();
        let output = Output { left: &mut self.left, right: &mut self.right };
        let input = Input { audio: &[], events };
        // A poisoned engine would render silence and make the figures lie; there is no way to go on.
        guard::run(|| self.engine.process(input, output)).expect("the engine does not panic");
        let nanos = begin.elapsed().as_nanos() as u64;
        while self.link.snapshot().is_some() || self.link.journal.receive().is_some() {}
        nanos
    }

    /// Renders `count` blocks that nobody times.
    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.block(&[]);
        }
    }
}

/// `voices` note-ons over the parts that hold their notes: the player's keys and the pad.
fn notes(voices: usize) -> Vec<TimedEvent> {
    (0..voices)
        .map(|n| {
            let bus = if n % 2 == 0 { Bus::You } else { Bus::Drone };
            let message = Midi::NoteOn { channel: 0, key: (36 + n / 2) as u8, velocity: 90 };
            TimedEvent { offset_frames: 0, bus, message }
        })
        .collect()
}

fn row(rate_hz: u32, block_frames: usize, voices: usize) -> BenchRow {
    let mut rig = Rig::new(rate_hz, block_frames);
    rig.block(&notes(voices));
    let histogram = Histogram::new();
    rig.skip(WARM_UP_BLOCKS);
    (0..BLOCKS).for_each(|_| histogram.record(rig.block(&[])));
    let p = histogram.percentiles();
    let us = |nanos: u64| nanos as f64 / 1000.0;
    let budget_us = block_frames as f64 / f64::from(rate_hz) * 1.0e6;
    BenchRow {
        rate_hz,
        block_frames,
        voices,
        p50_us: us(p.p50_nanos),
        p99_us: us(p.p99_nanos),
        max_us: us(p.max_nanos),
        budget_us,
    }
}

fn checks(rows: &[BenchRow]) -> Vec<BenchCheck> {
    let of = |rate_hz, block_frames, voices| {
        rows.iter().find(|r| (r.rate_hz, r.block_frames, r.voices) == (rate_hz, block_frames, voices))
    };
    let share = |pick: fn(&BenchRow) -> f64| of(48_000, 64, 64).map_or(f64::NAN, |r| 100.0 * pick(r) / r.budget_us);
    let check = |key, label, value, limit, unit| BenchCheck { key, label, value, limit, unit };
    vec![
        check(
            "block_p50",
            "64 voices, 64 frames, 48 kHz: half of all blocks",
            share(|r| r.p50_us),
            10.0,
            "% of the period",
        ),
        check("block_p99", "the same: 99 % of all blocks", share(|r| r.p99_us), 25.0, "% of the period"),
        check("burst", "64 note-ons in one block, against a steady block", burst_ratio(), 1.3, "steady blocks"),
        check("tail", "silence after a tail, against playing", tail_ratio(), 1.0, "playing blocks"),
        check("meters", "clocks and meters of one callback", meters_nanos(), 150.0, "ns"),
    ]
}

/// The median over many bursts of 64 notes, each against the steady blocks that follow it.
fn burst_ratio() -> f64 {
    let mut bursts = Vec::new();
    let mut steady = Vec::new();
    for _ in 0..40 {
        let mut rig = Rig::new(48_000, 64);
        rig.skip(20);
        bursts.push(rig.block(&notes(64)));
        rig.skip(4);
        (0..20).for_each(|_| steady.push(rig.block(&[])));
    }
    median(&mut bursts) / median(&mut steady)
}

/// Blocks long after the last note died away, against blocks with 64 voices.
fn tail_ratio() -> f64 {
    let mut rig = Rig::new(48_000, 64);
    rig.block(&notes(64));
    rig.skip(200);
    let mut playing: Vec<u64> = (0..500).map(|_| rig.block(&[])).collect();
    let releases: Vec<_> = notes(64)
        .into_iter()
        .map(|event| match event.message {
            Midi::NoteOn { channel, key, .. } => {
                TimedEvent { message: Midi::NoteOff { channel, key, velocity: 64 }, ..event }
            }
            _ => event,
        })
        .collect();
    rig.block(&releases);
    // Every moment of the dying away counts: denormals would show on the way down, not at its end.
    let blocks = 48_000 * 30 / 64;
    let mut worst_median = 0.0_f64;
    for _ in 0..blocks / 500 {
        let mut chunk: Vec<u64> = (0..500).map(|_| rig.block(&[])).collect();
        worst_median = worst_median.max(median(&mut chunk));
    }
    worst_median / median(&mut playing)
}

/// A callback of the driver with its meters, less the same without: the median of many runs of each, in turn.
fn meters_nanos() -> f64 {
    let mut costs = [Vec::new(), Vec::new()];
    for _ in 0..100 {
        for (is_metered, costs) in [false, true].into_iter().zip(&mut costs) {
            costs.push(callbacks_nanos(is_metered));
        }
    }
    let [without, with] = &mut costs;
    (median(with) - median(without)) / CALLBACKS as f64
}

const CALLBACKS: u64 = 2_000;

/// How long [`CALLBACKS`] callbacks take whose engine does nothing.
fn callbacks_nanos(is_metered: bool) -> u64 {
    let (mut driver, desk) = Driver::new(Box::new(Idle));
    let (mut left, mut right) = ([0.0; 64], [0.0; 64]);
    let begin = Instant::now();
    for _ in 0..CALLBACKS {
        let woken_nanos = if is_metered { now_nanos() } else { 0 };
        let start_nanos = woken_nanos as f64;
        let stamp = BlockStamp { woken_nanos, start_nanos, to_dac_nanos: Some(0), is_exact: true, is_metered };
        let period = Period { input: &[], left: &mut left, right: &mut right };
        // An engine that does nothing cannot panic.
        driver.render(stamp, period).ok();
    }
    drop(desk);
    begin.elapsed().as_nanos() as u64
}

/// An engine that does nothing.
struct Idle;

impl Renderer for Idle {
    fn process(&mut self, _: Input<'_>, _: Output<'_>) {}

    fn rate_hz(&self) -> u32 {
        48_000
    }

    fn frame(&self) -> Frames {
        Frames(0)
    }

    fn is_silent(&self) -> bool {
        true
    }
}

fn median(values: &mut [u64]) -> f64 {
    values.sort_unstable();
    values.get(values.len() / 2).map_or(f64::NAN, |v| *v as f64)
}

/// Processor, cores, system and build, in one line.
#[must_use]
pub fn machine() -> String {
    use sysinfo::{CpuRefreshKind, RefreshKind, System};
    let system = System::new_with_specifics(RefreshKind::nothing().with_cpu(CpuRefreshKind::nothing()));
    let brand = system
        .ok()
        .and_then(|s| s.cpus().first().map(|cpu| cpu.brand().trim().to_owned()))
        .filter(|brand| !brand.is_empty())
        .unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let build = if cfg!(debug_assertions) { "debug build" } else { "release build" };
    format!("{brand}, {cores} cores, {}, Sangat {} {build}", std::env::consts::OS, env!("CARGO_PKG_VERSION"))
}

impl BenchReport {
    /// The table for people.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = format!("{}\n\n", self.machine);
        let _ =
            writeln!(out, "   rate  frames  voices      P50        P99        max     budget    P50 share  P99 share");
        for r in &self.rows {
            let _ = writeln!(
                out,
                "{:>7} {:>7} {:>7} {:>8.1} us {:>7.1} us {:>7.1} us {:>7.1} us {:>8.1} % {:>8.1} %",
                r.rate_hz,
                r.block_frames,
                r.voices,
                r.p50_us,
                r.p99_us,
                r.max_us,
                r.budget_us,
                100.0 * r.p50_us / r.budget_us,
                100.0 * r.p99_us / r.budget_us
            );
        }
        out.push('\n');
        for c in &self.checks {
            let word = if c.value <= c.limit { "within" } else { "ABOVE" };
            let _ = writeln!(out, "{:<52} {:>8.2} {} ({word} {})", c.label, c.value, c.unit, c.limit);
        }
        out
    }

    /// The same as tables of Markdown, for the performance guide.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut out = format!("{}\n\n", self.machine);
        out.push_str("| rate Hz | block | voices | P50 us | P99 us | max us | budget us | P50 share |\n");
        out.push_str("|---:|---:|---:|---:|---:|---:|---:|---:|\n");
        for r in &self.rows {
            let share = 100.0 * r.p50_us / r.budget_us;
            let _ = writeln!(
                out,
                "| {} | {} | {} | {:.1} | {:.1} | {:.1} | {:.0} | {share:.1} % |",
                r.rate_hz, r.block_frames, r.voices, r.p50_us, r.p99_us, r.max_us, r.budget_us
            );
        }
        out.push_str("\n| promise | measured | at most |\n|---|---:|---:|\n");
        for c in &self.checks {
            let _ = writeln!(out, "| {} | {:.2} {} | {} |", c.label, c.value, c.unit, c.limit);
        }
        out
    }
}
