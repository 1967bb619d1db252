//! The pitch of one voice from audio: a line now, a better one 60 ms later, and the notes in it.
//!
//! Samples of any device rate become a 16 kHz mono stream; every 5 ms the last 32 ms are searched for periods
//! (McLeod and Wyvill 2005), and a Viterbi search joins the best five of each window. That is done twice: with a window
//! that fades towards its past, where the newest state is the *live* frame; and with an even one, where the state of 60 ms
//! ago, in the light of those since, is the *settled* frame, from which [`SungNote`]s are cut. All times are those of the
//! input: the delay of every stage is taken off.

mod notes;
mod nsdf;
mod path;
mod resample;
#[cfg(test)]
mod tests;
mod tuning;
mod voicing;

pub use notes::SungNote;
pub(super) use resample::Mono;
pub use tuning::RATE_HZ;

use crate::base::keep_newest;
use crate::base::limits::{SAMPLE_RATE_MAX, SAMPLE_RATE_MIN};
use crate::dsp::biquad::{Coefs, StereoBiquad};
use notes::Notes;
use nsdf::Nsdf;
use path::{Path, Prior};
use std::collections::VecDeque;
use voicing::{Floor, Gate};

/// What comes in, and what is looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PitchConfig {
    /// Rate of the input, Hz; held to what devices have (8000 to 384000).
    pub rate_hz: u32,
    /// Interleaved channels of the input, at least 1; they are averaged.
    pub channels: u16,
    /// The lowest pitch looked for, Hz, 35 to 1000. Below 62.5 Hz the window grows from 32 to 48 ms, below 42 Hz to
    /// 64 ms.
    pub lowest_hz: f32,
    /// The highest pitch looked for, Hz, above the lowest, at most 2000.
    pub highest_hz: f32,
    /// Sa, Hz, where it is known: pitches far from it are believed less.
    pub tonic_hz: Option<f32>,
}

impl Default for PitchConfig {
    fn default() -> Self {
        Self { rate_hz: 48_000, channels: 1, lowest_hz: 65.0, highest_hz: 1400.0, tonic_hz: None }
    }
}

/// The pitch at one instant.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PitchFrame {
    /// Middle of what the pitch was found in, seconds of the input; later in each frame of a line.
    pub at_secs: f64,
    /// The pitch, Hz, where somebody sings.
    pub hz: Option<f32>,
    /// The best guess even where nobody seems to sing, Hz; 0 before anything was heard. (The measures of melody
    /// extraction ask for it: they judge pitch and voicing apart.)
    pub candidate_hz: f32,
    /// How periodic the window is at that pitch, 0 to 1.
    pub clarity: f32,
    /// Root mean square of the window, dB of full scale, at least -120.
    pub level_db: f32,
    /// Whether somebody sings.
    pub is_voiced: bool,
}

impl PitchFrame {
    /// The pitch in cents over `tonic_hz`, where somebody sings.
    #[must_use]
    pub fn cents_over(&self, tonic_hz: f32) -> Option<f32> {
        self.hz.map(|hz| 1200.0 * (hz / tonic_hz).log2())
    }
}

/// Frames that wait to be polled, at most: those of more than two seconds.
const FRAMES_WAITING: usize = 512;
/// Notes that wait to be polled, at most: no note is shorter than 60 ms.
const NOTES_WAITING: usize = 64;

/// A queue of fixed size: when it is full the oldest item gives way.
#[derive(Clone, Debug)]
struct Outbox<T> {
    items: VecDeque<T>,
    capacity: usize,
    lost: u64,
}

impl<T> Outbox<T> {
    fn new(capacity: usize) -> Self {
        Self { items: VecDeque::with_capacity(capacity), capacity, lost: 0 }
    }

    fn push(&mut self, item: T) {
        self.lost += u64::from(keep_newest(&mut self.items, self.capacity, item).is_some());
    }
}

/// One of the two searches.
struct Line {
    nsdf: Nsdf,
    path: Path,
    gate: Gate,
}

impl Line {
    fn new(window: usize, range_hz: [f32; 2], memory_secs: f32) -> Self {
        let nsdf = Nsdf::new(window, tuning::RATE_HZ as f32, range_hz, memory_secs);
        Self { nsdf, path: Path::default(), gate: Gate::default() }
    }

    fn reset(&mut self) {
        (self.path, self.gate) = (Path::default(), Gate::default());
    }

    /// The frame with the pitch of the path `lag` steps ago and the voicing of the line; `over_db` is its level over the
    /// floor.
    fn voice(&mut self, lag: usize, frame: PitchFrame, over_db: f32) -> PitchFrame {
        let candidate = self.path.back(lag);
        let is_voiced = self.gate.step(candidate.clarity, over_db);
        let hz = is_voiced.then_some(candidate.hz);
        PitchFrame { hz, candidate_hz: candidate.hz, clarity: candidate.clarity, is_voiced, ..frame }
    }
}

/// The tracker. `new` allocates; nothing else does, and nothing fails. A block of any size may come; what it gives
/// does not depend on how the input is cut. Poll at least every two seconds of input, or the oldest frames are lost
/// (and counted in [`lost`](Self::lost)).
pub struct PitchTracker {
    config: PitchConfig,
    mono: Mono,
    high_pass: StereoBiquad,
    /// The search that knows of the past alone, and the one that looks ahead.
    now: Line,
    later: Line,
    /// The last window, the newest sample last.
    history: Vec<f32>,
    /// The samples of the hop that is not complete.
    hop: Vec<f32>,
    /// Samples at the rate of the analysis so far.
    samples: u64,
    prior: Prior,
    unvoiced_frames: u32,
    floor: Floor,
    /// When the newest live frame was.
    live_secs: f64,
    /// The frames of the last lag, as the even windows gave them, the newest first, each with its
    /// level over the floor in dB.
    recent: VecDeque<(PitchFrame, f32)>,
    live: Outbox<PitchFrame>,
    settled: Outbox<PitchFrame>,
    cutter: Notes,
    notes: Outbox<SungNote>,
}

impl PitchTracker {
    /// A tracker that has heard nothing. Values outside their ranges are taken to the nearest in them.
    #[must_use]
    pub fn new(config: PitchConfig) -> Self {
        let rate_hz = config.rate_hz.clamp(SAMPLE_RATE_MIN, SAMPLE_RATE_MAX);
        let lowest_hz = finite_or(config.lowest_hz, 65.0).clamp(35.0, 1000.0);
        let highest_hz = finite_or(config.highest_hz, 1400.0).clamp(lowest_hz * 1.1, 2000.0);
        let window = match lowest_hz {
            hz if hz < tuning::DEEP_HZ => tuning::WINDOW_DEEP,
            hz if hz < tuning::LOW_HZ => tuning::WINDOW_LOW,
            _ => tuning::WINDOW,
        };
        let mono = Mono::new(rate_hz, config.channels).expect("a filter for every rate that is held to its range");
        let high_pass = Coefs::high_pass(tuning::RATE_HZ, tuning::HIGH_PASS_HZ, std::f64::consts::FRAC_1_SQRT_2);
        let mut tracker = Self {
            config: PitchConfig { rate_hz, lowest_hz, highest_hz, ..config },
            mono,
            high_pass: StereoBiquad::new(high_pass),
            now: Line::new(window, [lowest_hz, highest_hz], tuning::MEMORY_SECS),
            later: Line::new(window, [lowest_hz, highest_hz], f32::INFINITY),
            history: vec![0.0; window],
            hop: Vec::with_capacity(tuning::HOP),
            samples: 0,
            prior: Prior::default(),
            unvoiced_frames: 0,
            floor: Floor::default(),
            live_secs: f64::MIN,
            recent: VecDeque::with_capacity(tuning::LAG_FRAMES + 1),
            live: Outbox::new(FRAMES_WAITING),
            settled: Outbox::new(FRAMES_WAITING),
            cutter: Notes::new(),
            notes: Outbox::new(NOTES_WAITING),
        };
        tracker.set_tonic(config.tonic_hz);
        tracker
    }

    /// Forgets all input, as if new; the tonic stays. Real-time safe.
    pub fn reset(&mut self) {
        self.mono.reset();
        self.high_pass.reset();
        self.history.fill(0.0);
        self.hop.clear();
        self.samples = 0;
        self.now.reset();
        self.later.reset();
        self.prior.stable = None;
        self.unvoiced_frames = 0;
        self.floor = Floor::default();
        self.live_secs = f64::MIN;
        self.recent.clear();
        self.live.items.clear();
        self.settled.items.clear();
        self.cutter.reset();
        self.notes.items.clear();
    }

    /// Sets or forgets Sa, Hz. What is not a positive number is none. Real-time safe.
    pub fn set_tonic(&mut self, tonic_hz: Option<f32>) {
        self.config.tonic_hz = tonic_hz.filter(|hz| hz.is_finite() && *hz > 0.0);
        self.prior.tonic = self.config.tonic_hz.map(f32::log2);
    }

    /// Takes interleaved samples in, any number; a frame may be cut in the middle. Real-time safe.
    pub fn process(&mut self, interleaved: &[f32]) {
        for sample in interleaved {
            let ready = self.mono.push(*sample);
            for i in 0..ready {
                self.take(self.mono.ready(i));
            }
        }
    }

    /// The next live frame that was not polled yet. Real-time safe.
    pub fn poll_live(&mut self) -> Option<PitchFrame> {
        self.live.items.pop_front()
    }

    /// The next settled frame that was not polled yet. Real-time safe.
    pub fn poll_settled(&mut self) -> Option<PitchFrame> {
        self.settled.items.pop_front()
    }

    /// The next note that has ended (known some 0.2 s after its end) and was not polled yet. Real-time safe.
    pub fn poll_note(&mut self) -> Option<SungNote> {
        self.notes.items.pop_front()
    }

    /// Ends the input: what was heard is brought to its end as if silence followed. Real-time safe.
    pub fn finish(&mut self) {
        let silence = self.mono.flush_samples();
        for _ in 0..silence {
            self.process(&[0.0]);
        }
        for _ in 0..self.history.len() / 2 {
            self.take(0.0);
        }
        for lag in (0..self.recent.len().min(tuning::LAG_FRAMES)).rev() {
            self.settle(lag);
        }
        self.recent.clear();
        self.cutter.end(&mut |note| self.notes.push(note));
    }

    /// From an instant of the input to the poll of its live frame, the block that carries it not counted, at most: that of
    /// the lowest pitch, a hop and the conversion of the rate, seconds.
    #[must_use]
    pub fn latency_secs(&self) -> f64 {
        let age = self.now.nsdf.age(self.config.lowest_hz);
        (age + tuning::HOP as f64) / tuning::RATE_HZ + self.mono.latency_secs()
    }

    /// Frames and notes that nobody polled in time.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.live.lost + self.settled.lost + self.notes.lost
    }

    /// Takes one sample of the analysis in.
    fn take(&mut self, sample: f32) {
        let [filtered, _] = self.high_pass.step([f64::from(sample), 0.0]);
        self.hop.push(filtered as f32);
        self.samples += 1;
        if self.hop.len() == tuning::HOP {
            self.high_pass.flush();
            let kept = self.history.len() - tuning::HOP;
            self.history.copy_within(tuning::HOP.., 0);
            self.history[kept..].copy_from_slice(&self.hop);
            self.hop.clear();
            self.analyse();
        }
    }

    fn analyse(&mut self) {
        let window = self.now.nsdf.analyse(&self.history);
        self.now.path.step(&window, &self.prior);
        let over_db = if window.is_over { f32::MIN } else { window.level_db - self.floor.level_db() };
        let frame = PitchFrame { level_db: window.level_db, ..PitchFrame::default() };
        let live = self.now.voice(0, frame, over_db);
        // A leap downwards is found in older sound than the note before it was.
        let hop_secs = tuning::HOP as f64 / tuning::RATE_HZ;
        self.live_secs = self.secs_ago(self.now.nsdf.age(live.candidate_hz)).max(self.live_secs + 0.1 * hop_secs);
        self.floor.learn(window.level_db, live.is_voiced);
        self.live.push(PitchFrame { at_secs: self.live_secs, ..live });

        let even = self.later.nsdf.analyse(&self.history);
        self.later.path.step(&even, &self.prior);
        let at_secs = self.secs_ago(self.later.nsdf.age(self.config.highest_hz));
        if self.recent.len() > tuning::LAG_FRAMES {
            self.recent.pop_back();
        }
        self.recent.push_front((PitchFrame { at_secs, ..frame }, over_db));
        if self.recent.len() > tuning::LAG_FRAMES {
            self.settle(tuning::LAG_FRAMES);
        }
    }

    /// The input's time so many samples of the analysis ago.
    fn secs_ago(&self, samples: f64) -> f64 {
        self.mono.secs_of(self.samples as f64 - samples)
    }

    /// Makes the frame `lag` steps ago final.
    fn settle(&mut self, lag: usize) {
        let Some((frame, over_db)) = self.recent.get(lag).copied() else { return };
        let frame = self.later.voice(lag, frame, over_db);
        self.remember(&frame);
        self.cutter.step(&frame, &mut |note| self.notes.push(note));
        self.settled.push(frame);
    }

    /// Lets the stable pitch follow the settled one.
    fn remember(&mut self, frame: &PitchFrame) {
        const HOP_SECS: f32 = tuning::HOP as f32 / tuning::RATE_HZ as f32;
        if let Some(hz) = frame.hz {
            let stable = self.prior.stable.unwrap_or(hz.log2());
            self.prior.stable = Some(stable + (hz.log2() - stable) * HOP_SECS / tuning::STABLE_SECS);
            self.unvoiced_frames = 0;
        } else {
            self.unvoiced_frames = self.unvoiced_frames.saturating_add(1);
            if self.unvoiced_frames as f32 * HOP_SECS > tuning::FORGET_SECS {
                self.prior.stable = None;
            }
        }
    }
}

fn finite_or(value: f32, other: f32) -> f32 {
    if value.is_finite() { value } else { other }
}
