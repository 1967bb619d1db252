//! `sangat bench --sessions`: how many jams one core plays for at once, with every bar on time.
//!
//! The models are timed as they are; the jams' clock is made of those times. Every jam asks for a bar of four parts when
//! the bar two before it begins, and needs it when it begins; the questions are answered in the order of their deadlines.

use super::models::{load, models_folder};
use crate::band::{Ask, Bar, Brief, Chords, Context, Ensemble, Feel, Note, Origin, Part, Reply, StyleId, Taste};
use crate::theory::Chord;
use serde::Serialize;
use std::fmt::Write;
use std::time::Instant;

/// Jams that are tried at once.
const COUNTS: [usize; 9] = [1, 2, 5, 10, 20, 35, 50, 75, 100];
/// Bars of each jam that count; as many again come before them, to fill the models' memory.
const BARS: i64 = 4;
const BPM: f64 = 120.0;
const BEATS: u32 = 4;
/// A question may be asked so many bars ahead.
const AHEAD: i64 = 2;
/// Notes before a bar that its player is shown.
const BEFORE_MAX: usize = 256;
const PROGRESSION: [&str; 4] = ["Cmaj7", "Am7", "Dm7", "G7"];

/// What so many jams took.
#[derive(Clone, Debug, Serialize)]
pub struct SessionRow {
    /// Jams at once.
    pub jams: usize,
    /// Share of the core's time that the models took.
    pub load: f64,
    /// Share of the bars that were ready when they began.
    pub on_time: f64,
    /// How long before its begin a bar was ready, the shortest 5 % left out, in milliseconds; below 0 is late.
    pub slack_p5_ms: f64,
    /// What a bar of four parts took, the median and the 95th percentile, in milliseconds.
    pub bar_ms: [f64; 2],
}

impl SessionRow {
    /// Whether it could go on like this: no bar is late, and no work is left over.
    #[must_use]
    pub fn is_sustained(&self) -> bool {
        self.on_time >= 1.0 && self.load <= 1.0
    }
}

/// The whole curve.
#[derive(Clone, Debug, Serialize)]
pub struct SessionReport {
    /// Processor, cores, system and build.
    pub machine: String,
    /// The models that play: file, storage and device.
    pub models: Vec<String>,
    /// One row for each number of jams.
    pub rows: Vec<SessionRow>,
    /// The most jams with every bar on time.
    pub jams: usize,
}

/// Measures the curve, up to the first number of jams that is too many; at most some minutes. `progress` is told the share
/// that is done.
///
/// # Errors
/// A sentence, where there are no models to play.
pub fn run(progress: &mut (dyn FnMut(f32) + Send)) -> Result<SessionReport, String> {
    let folder = models_folder();
    let (ensemble, view) = load(folder.as_deref());
    let Some(ensemble) = ensemble else {
        return Err(view.problems.first().cloned().unwrap_or_else(|| "There are no models.".to_owned()));
    };
    let models = view.rows.iter().map(|row| format!("{}, {}, {}", row.file, row.precision, row.device)).collect();
    let mut rows = Vec::new();
    for (at, count) in COUNTS.into_iter().enumerate() {
        let row = measure((0..count).map(|n| Jam::new(ensemble.another(), n as u64)).collect());
        let is_too_many = !row.is_sustained();
        rows.push(row);
        progress((at + 1) as f32 / COUNTS.len() as f32);
        if is_too_many {
            break;
        }
    }
    let jams = rows.iter().filter(|row| row.is_sustained()).map(|row| row.jams).max().unwrap_or(0);
    Ok(SessionReport { machine: super::bench::machine(), models, rows, jams })
}

/// One jam: its players and what they have played.
struct Jam {
    ensemble: Box<dyn Ensemble>,
    brief: Brief,
    reply: Reply,
    context: Context,
    chords: Chords,
    before: [Vec<Note>; Part::COUNT],
    seed: u64,
}

impl Jam {
    fn new(ensemble: Box<dyn Ensemble>, seed: u64) -> Self {
        let mut chords = Chords::default();
        for bar in 0..2 * BARS + AHEAD {
            if let Some(chord) = Chord::parse(PROGRESSION[(bar as usize + seed as usize) % PROGRESSION.len()]) {
                chords.push(begin_beats(bar), chord, Origin::Chart, 1.0);
            }
        }
        let before = std::array::from_fn(|_| Vec::new());
        Self { ensemble, brief: Brief::new(), reply: Reply::new(), context: Context::new(), chords, before, seed }
    }

    /// Plays a bar of all parts; how long that took, in seconds.
    fn play(&mut self, index: i64) -> f64 {
        let begin = Instant::now();
        let mut band: [Vec<Note>; Part::COUNT] = std::array::from_fn(|_| Vec::new());
        self.context.now_beats = begin_beats(index - AHEAD);
        for part in Part::ALL {
            let own = &self.before[part as usize];
            let ask = Ask {
                part,
                bar: Bar { index, begin_beats: begin_beats(index), beats: BEATS, ..Bar::default() },
                from_beats: begin_beats(index),
                style: StyleId::PopBallad.style(),
                taste: Taste::of(part),
                feel: Feel { swing: 0.5, fills: 0.3, energy: 0.5, bpm: BPM },
                chords: &self.chords,
                key: None,
                context: &self.context,
                before: &own[own.len().saturating_sub(BEFORE_MAX)..],
                band: &band,
                turn: None,
                seed: self.seed,
            };
            self.brief.write(1, &ask);
            self.reply.begin(1);
            self.ensemble.play(&self.brief, &|| false, &mut self.reply);
            band[part as usize].clone_from(&self.reply.notes[0]);
            self.before[part as usize].extend_from_slice(&self.reply.notes[0]);
        }
        begin.elapsed().as_secs_f64()
    }
}

fn begin_beats(bar: i64) -> f64 {
    bar as f64 * f64::from(BEATS)
}

/// Jams that began one after the other within a bar, each asking for its bars in time.
fn measure(mut jams: Vec<Jam>) -> SessionRow {
    let bar_secs = f64::from(BEATS) * 60.0 / BPM;
    for jam in &mut jams {
        (0..BARS).for_each(|bar| {
            jam.play(bar);
        });
    }
    let count = jams.len();
    let due_secs = |(jam, bar): (usize, i64)| (bar as f64 + jam as f64 / count as f64) * bar_secs;
    let mut open: Vec<(usize, i64)> = (0..count).flat_map(|jam| (BARS..2 * BARS).map(move |bar| (jam, bar))).collect();
    open.sort_by(|a, b| due_secs(*a).total_cmp(&due_secs(*b)));
    let (mut now_secs, mut busy_secs) = (due_secs((0, BARS - AHEAD)), 0.0);
    let (mut slacks, mut takes) = (Vec::new(), Vec::new());
    for question in open {
        // Deadlines and questions come in the same order, so the next to be due is the next to be asked.
        now_secs = f64::max(now_secs, due_secs(question) - AHEAD as f64 * bar_secs);
        let secs = jams[question.0].play(question.1);
        (now_secs, busy_secs) = (now_secs + secs, busy_secs + secs);
        slacks.push((due_secs(question) - now_secs) * 1000.0);
        takes.push(secs * 1000.0);
    }
    let on_time = slacks.iter().filter(|slack| **slack >= 0.0).count() as f64 / slacks.len().max(1) as f64;
    let at = |all: &mut Vec<f64>, share: f64| {
        all.sort_by(f64::total_cmp);
        all.get(((all.len().max(1) - 1) as f64 * share).round() as usize).copied().unwrap_or_default()
    };
    SessionRow {
        jams: count,
        load: busy_secs / (BARS as f64 * bar_secs),
        on_time,
        slack_p5_ms: at(&mut slacks, 0.05),
        bar_ms: [at(&mut takes, 0.5), at(&mut takes, 0.95)],
    }
}

impl SessionReport {
    /// For people; as a table of Markdown where it is asked for.
    #[must_use]
    pub fn text(&self, is_markdown: bool) -> String {
        let mut text = format!("{}\n", self.machine);
        for model in &self.models {
            writeln!(text, "{model}").ok();
        }
        let head = ["jams", "load of one core", "bars on time", "ready before, P5", "a bar of four parts, P50 / P95"];
        let (bar, end) = if is_markdown { ("| ", " |") } else { ("", "") };
        writeln!(text, "\n{bar}{}{end}", head.join(" | ")).ok();
        if is_markdown {
            writeln!(text, "|{}", "---|".repeat(head.len())).ok();
        }
        for row in &self.rows {
            let [p50, p95] = row.bar_ms;
            let cells = [
                row.jams.to_string(),
                format!("{:.1} %", row.load * 100.0),
                format!("{:.1} %", row.on_time * 100.0),
                format!("{:.0} ms", row.slack_p5_ms),
                format!("{p50:.1} / {p95:.1} ms"),
            ];
            writeln!(text, "{bar}{}{end}", cells.join(" | ")).ok();
        }
        write!(text, "\nOne core plays for {} jams at once at {BPM:.0} beats a minute, every bar on time.", self.jams)
            .ok();
        text
    }
}
