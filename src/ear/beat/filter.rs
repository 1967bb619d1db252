//! A bar pointer: a belief over tempo, metre and place in the bar, moved forward frame by frame.
//!
//! The model is that of Whiteley, Cemgil and Godsill (2006) on the state space of Krebs, Böck and Widmer (2015): one
//! row for each period of a whole number of frames, one state for each frame of the beat, so that time moves the
//! belief by one place and tempo changes only where a beat ends. Only the forward pass is used. What is seen is a
//! marked Poisson process: an onset of class `c` has the rate that [`super::tables`] counted for that place in the
//! bar, and its absence speaks too. That takes onsets one by one; what their succession says, [`super::net`] has
//! learnt, and its chance of a beat speaks for the states in which one falls (Böck, Krebs and Widmer 2014), its
//! chances of tempi for their rows.

use super::features::{Group, KINDS, Kind};
use super::net::Said;
use super::tables::{BARS, METRES, PHASES, SLOTS, Tables, pace_of};

/// Length of a frame, in seconds.
pub const FRAME_SECS: f64 = 0.02;
/// The shortest beat, in frames: 214 BPM.
pub const FRAMES_MIN: usize = 14;
/// The longest beat, in frames: 40 BPM.
pub const FRAMES_MAX: usize = 75;
/// Periods that are told apart.
pub const ROWS: usize = FRAMES_MAX - FRAMES_MIN + 1;

const STATES: usize = (FRAMES_MIN + FRAMES_MAX) * ROWS / 2;

/// Parts of a frame that an onset's place in it is told by.
const PARTS: usize = 4;
/// Steps of phase rounded up to a power of two, so that no index needs checking.
const PHASES_HELD: usize = PHASES.next_power_of_two();

/// Weights of the model.
pub mod tuning {
    /// The tempo of keys before a note is heard, in BPM: the median of POP909 001-720, the level that its annotators
    /// tapped.
    pub const KEYS_BPM: f64 = 74.0;
    /// Its spread, as a natural logarithm: wider than the data, for music unlike them.
    pub const KEYS_WIDTH: f64 = 0.35;
    /// The same of drums: the middle of the Groove MIDI Dataset's `train` split.
    pub const DRUMS_BPM: f64 = 112.0;
    /// Its spread, as a natural logarithm.
    pub const DRUMS_WIDTH: f64 = 0.30;
    /// How likely 4/4 in triplets (a shuffle, 12/8) is before a note is heard: a few songs in a hundred of the data.
    pub const TRIPLET_SHARE: f32 = 0.05;
    /// How likely 3/4 is before a note is heard. The data have next to none; as rare as there, it would never be
    /// found, and as common as 4/4 it would claim drums.
    pub const WALTZ_SHARE: f32 = 0.02;
    /// How likely 6/8 is before a note is heard; see [`WALTZ_SHARE`].
    pub const JIG_SHARE: f32 = 0.02;
    /// At the end of a beat the metre changes with this chance: once in some hundred pieces.
    pub const METRE_CHANGE: f32 = 1.0e-4;
    /// The tempo changes from beat to beat by a factor whose logarithm is Laplace distributed with this scale. 0.02
    /// is best where the tempo drifts as jazz soloists do, 0.06 where it drifts four times as much.
    pub const TEMPO_STEP: f64 = 0.035;
    /// The same in rubato.
    pub const FREE_TEMPO_STEP: f64 = 0.09;
    /// A change above this factor in one beat is not followed but found anew.
    pub const TEMPO_STEP_MAX: f64 = 1.5;
    /// Every beat of keys counts this power of the chance of its tempo. The evidence of onsets as the model has it is
    /// too sure of double and half, which a prior that is counted once could not outweigh.
    pub const KEYS_PULL: f64 = 1.0;
    /// The same of drums, whose tempo is plainer from what is struck.
    pub const DRUMS_PULL: f64 = 0.25;
    /// At the end of a beat the count goes to any beat of the bar with this chance: songs have short bars.
    pub const MISCOUNT: f32 = 0.003;
    /// At each onset the belief begins anew with this chance, so that nothing is ever past recovery.
    pub const RESTART: f32 = 1.0e-3;
    /// Onsets are not independent as the model has it; their evidence is taken to this power.
    pub const KEYS_TRUST: f32 = 0.45;
    /// The same of drums, whose strokes say more of the beat.
    pub const DRUMS_TRUST: f32 = 0.6;
    /// The same for silence.
    pub const TRUST_SILENCE: f32 = 0.7;
    /// Silence says nothing more after this many seconds: the player rests.
    pub const REST_SECS: f64 = 1.2;
    /// Share of frames in which the net is taught to see a beat: two in the 30 or so of a beat.
    pub const BEAT_SHARE: f32 = 0.065;
    /// Share of beats that begin a bar.
    pub const DOWNBEAT_SHARE: f32 = 0.27;
    /// What the net says of neighbouring frames is not independent; its evidence is taken to this power.
    pub const BEAT_TRUST: f32 = 0.4;
    /// The same of where the bar begins.
    pub const DOWNBEAT_TRUST: f32 = 0.5;
    /// What it says of the tempo hardly changes from frame to frame; its evidence is taken to this power.
    pub const TEMPO_TRUST: f32 = 0.01;
    /// Share of a frame in the running chance that there is no beat at all: a time constant of half a second.
    pub const BEATLESS_SHARE: f32 = 0.04;
    /// No tempo is less likely than this, whatever the net says.
    pub const TEMPO_FLOOR: f32 = 1.0e-3;
    /// Half width of what counts as one tempo, as a natural logarithm.
    pub const SAME_TEMPO: f64 = 0.07;
    /// Half width of what counts as one phase, in beats.
    pub const SAME_PHASE: f32 = 0.15;
}

const TRUST: [f32; KINDS] = [tuning::KEYS_TRUST, tuning::DRUMS_TRUST];

/// One reading of the belief: a tempo and phase, and how much of the belief agrees.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading {
    /// Mean period, in seconds.
    pub period_secs: f64,
    /// Phase at the last frame, 0 to 1 of a beat.
    pub phase: f64,
    /// Share of the belief at this tempo and phase, less the chance that there is no beat at all.
    pub share: f32,
    /// Share in that of each place in each metre, `[metre][place]`; together 1.
    pub places: [[f32; 4]; METRES],
}

/// The belief.
#[derive(Clone, Debug)]
pub struct Filter {
    tables: Tables,
    /// `[slot][state]`, summing to about one.
    weights: Vec<f32>,
    /// Chance of no onset within a frame, `[kind][slot][state]`.
    quiet: Vec<f32>,
    /// The step of phase of each state, at the middle of each part of a frame.
    phases: Vec<u8>,
    /// What onsets weigh at each row's tempo: rates are counted by the beat, and a frame is a part of one.
    gains: [[f32; ROWS]; KINDS],
    /// The chance of stepping from row to row, `[from][to]`, in a tempo and in rubato.
    steps: [Vec<f32>; 2],
    is_free: bool,
    /// The rows that can be reached from a row.
    reach: [(usize, usize); ROWS],
    paces: [u8; ROWS],
    prior: [[f32; ROWS]; KINDS],
    /// What a beat of each row's tempo counts, 0 to 1.
    pull: [[f32; ROWS]; KINDS],
    kind: Kind,
    /// The chance that there is no beat in what is played, as the net has said of late.
    beatless: f32,
}

/// A sum in eight lanes, which a processor adds at once.
fn sum(values: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; 8];
    let (chunks, rest) = values.as_chunks::<8>();
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane += value;
        }
    }
    lanes.iter().sum::<f32>() + rest.iter().sum::<f32>()
}

/// How likely each slot of a kind of bar is before a note is heard.
fn slot_prior(bar: usize) -> f32 {
    let (triplets, waltz, jig) = (tuning::TRIPLET_SHARE, tuning::WALTZ_SHARE, tuning::JIG_SHARE);
    let share = [1.0 - triplets - waltz - jig, triplets, waltz, jig][bar];
    share / BARS[bar].1 as f32
}

/// The first state of a row.
const fn first(row: usize) -> usize {
    row * FRAMES_MIN + row * row.saturating_sub(1) / 2
}

fn frames(row: usize) -> usize {
    FRAMES_MIN + row
}

impl Filter {
    /// A filter that has heard nothing. Allocates.
    #[must_use]
    pub fn new() -> Self {
        let mut tables = Tables::new();
        let mut paces = [0; ROWS];
        for (row, pace) in paces.iter_mut().enumerate() {
            *pace = pace_of(frames(row) as f64 * FRAME_SECS) as u8;
        }
        let quiet = quiet(&tables, &paces);
        for (kind, power) in TRUST.into_iter().enumerate() {
            tables.temper(kind, power);
        }
        let mut filter = Self {
            quiet,
            tables,
            weights: vec![0.0; SLOTS * STATES],
            phases: phases(),
            gains: TRUST.map(|power| std::array::from_fn(|row| (frames(row) as f32).powf(-power))),
            steps: [steps(tuning::TEMPO_STEP), steps(tuning::FREE_TEMPO_STEP)],
            is_free: false,
            reach: reach(),
            paces,
            prior: [prior(0), prior(1)],
            pull: [pull(0), pull(1)],
            kind: Kind::Keys,
            beatless: 0.0,
        };
        filter.restart(Kind::Keys);
        filter
    }

    /// Forgets everything, before music of `kind`.
    pub fn restart(&mut self, kind: Kind) {
        self.kind = kind;
        self.beatless = 0.0;
        self.is_free = false;
        self.weights.fill(0.0);
        self.mix_prior(1.0);
    }

    /// Keeps half of the belief in tempo and metre, but nothing of the phase: after a pause.
    pub fn forget_phase(&mut self) {
        for slot in 0..SLOTS {
            for row in 0..ROWS {
                let states = self.row_mut(slot, row);
                let mean = states.iter().sum::<f32>() / states.len() as f32;
                states.fill(mean);
            }
        }
        self.mix_prior(0.5);
    }

    /// Narrows the belief to a beat that is known: it falls `ago_secs` before the last frame's begin.
    pub fn believe(&mut self, period_secs: f64, ago_secs: f64) {
        for slot in 0..SLOTS {
            for row in 0..ROWS {
                let length = frames(row) as f64;
                let tempo = (length * FRAME_SECS / period_secs).ln() / tuning::SAME_TEMPO * 2.0;
                let phase = ago_secs / (length * FRAME_SECS);
                for (at, weight) in self.row_mut(slot, row).iter_mut().enumerate() {
                    let turn = (at as f64 / length - phase + 0.5).rem_euclid(1.0) - 0.5;
                    let off = turn / f64::from(tuning::SAME_PHASE) * 2.0;
                    *weight = (*weight + 1.0e-9) * (-0.5 * (tempo * tempo + off * off)).exp() as f32;
                }
            }
        }
        self.normalise();
    }

    /// Whose habits were last heard.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// From now on the tempo changes as it does in rubato, or no more.
    pub fn set_free(&mut self, is_free: bool) {
        self.is_free = is_free;
    }

    /// One frame on; `group` began within this frame, `into` of the frame after its begin, 0 to 1.
    pub fn step(&mut self, group: Option<(Group, f32)>, is_resting: bool, said: &Said) {
        self.turn();
        self.believe_net(said);
        if let Some((group, into)) = group {
            self.kind = group.kind;
            self.see(group, into);
            self.normalise();
            self.mix_prior(tuning::RESTART);
        } else if !is_resting {
            let quiet = &self.quiet[self.kind as usize * SLOTS * STATES..][..SLOTS * STATES];
            for (weight, quiet) in self.weights.iter_mut().zip(quiet) {
                *weight *= quiet;
            }
            self.normalise();
        }
    }

    /// Weighs every state by what the net says of this frame.
    fn believe_net(&mut self, said: &Said) {
        let beatless = (1.0 - said.rows.iter().sum::<f32>()).clamp(0.0, 1.0);
        self.beatless += tuning::BEATLESS_SHARE * (beatless - self.beatless);
        let evidence = |share: f32, usual: f32| (share.max(1.0e-6) / usual).powf(tuning::BEAT_TRUST);
        let beat = (said.beat + said.downbeat).clamp(0.0, 1.0);
        let present = evidence(beat, tuning::BEAT_SHARE) / evidence(1.0 - beat, 1.0 - tuning::BEAT_SHARE);
        let share = (said.downbeat + 1.0e-4) / (beat + 2.0e-4);
        let is_first = (share / tuning::DOWNBEAT_SHARE).powf(tuning::DOWNBEAT_TRUST);
        let is_other = ((1.0 - share) / (1.0 - tuning::DOWNBEAT_SHARE)).powf(tuning::DOWNBEAT_TRUST);
        let tempi = said.rows.map(|share| (share + tuning::TEMPO_FLOOR).powf(tuning::TEMPO_TRUST));
        for (begin, beats, _) in BARS {
            for place in 0..beats {
                let of = |place: usize| present * if place.is_multiple_of(beats) { is_first } else { is_other };
                let (now, next) = (of(place), of(place + 1));
                for (row, gain) in tempi.iter().enumerate() {
                    let states = self.row_mut(begin + place, row);
                    let end = states.len() - 1;
                    states.iter_mut().for_each(|weight| *weight *= gain);
                    // A beat at the begin of a frame is as often heard in the frame before, and the net is taught to
                    // mark half a beat on either side.
                    for (at, gain) in [(0, now), (end, next)] {
                        states[at] *= 0.25 + 0.75 * gain;
                    }
                    for (at, gain) in [(1, now), (end - 1, next)] {
                        states[at] *= 0.75 + 0.25 * gain;
                    }
                }
            }
        }
    }

    /// Every state one frame on, and from the end of a beat to the next.
    fn turn(&mut self) {
        let mut entries = [[0.0_f32; ROWS]; SLOTS];
        let mut changing = [0.0_f32; ROWS];
        for (begin, beats, _) in BARS {
            for beat in 0..beats {
                for row in 0..ROWS {
                    let states = self.row_mut(begin + beat, row);
                    let end = states.len() - 1;
                    let leaving = states[end];
                    states.copy_within(..end, 1);
                    let changes = leaving * tuning::METRE_CHANGE;
                    let miscounted = leaving * tuning::MISCOUNT;
                    changing[row] += changes;
                    entries[begin + (beat + 1) % beats][row] += leaving - changes - miscounted;
                    for slot in &mut entries[begin..begin + beats] {
                        slot[row] += miscounted / beats as f32;
                    }
                }
            }
        }
        for (bar, (begin, beats, _)) in BARS.into_iter().enumerate() {
            for (slot, entering) in entries.iter().enumerate().skip(begin).take(beats) {
                let share = slot_prior(bar);
                let mut arriving = [0.0_f32; ROWS];
                for from in 0..ROWS {
                    let leaving = entering[from] + changing[from] * share;
                    if leaving > 1.0e-12 {
                        let (low, high) = self.reach[from];
                        let steps = &self.steps[usize::from(self.is_free)][from * ROWS..][low..=high];
                        for (sum, step) in arriving[low..=high].iter_mut().zip(steps) {
                            *sum += leaving * step;
                        }
                    }
                }
                for (row, arriving) in arriving.into_iter().enumerate() {
                    self.weights[slot * STATES + first(row)] = arriving * self.pull[self.kind as usize][row];
                }
            }
        }
    }

    fn see(&mut self, group: Group, into: f32) {
        let part = ((into * PARTS as f32) as usize).min(PARTS - 1);
        let phases = &self.phases[part * STATES..][..STATES];
        for slot in 0..SLOTS {
            let weights = &mut self.weights[slot * STATES..][..STATES];
            for row in 0..ROWS {
                let rates = self.tables.rates(group.kind as usize, group.class.into(), self.paces[row].into(), slot);
                let gain = self.gains[group.kind as usize][row];
                let evidence: [f32; PHASES_HELD] =
                    std::array::from_fn(|phase| rates.get(phase).map_or(0.0, |rate| rate * gain));
                let states = first(row)..first(row) + frames(row);
                for (weight, phase) in weights[states.clone()].iter_mut().zip(&phases[states]) {
                    *weight *= evidence[usize::from(*phase) % PHASES_HELD];
                }
            }
        }
    }

    fn row_mut(&mut self, slot: usize, row: usize) -> &mut [f32] {
        let from = slot * STATES + first(row);
        &mut self.weights[from..from + frames(row)]
    }

    fn row(&self, slot: usize, row: usize) -> &[f32] {
        let from = slot * STATES + first(row);
        &self.weights[from..from + frames(row)]
    }

    fn normalise(&mut self) {
        let total = sum(&self.weights);
        if total > 0.0 && total.is_finite() {
            let gain = total.recip();
            self.weights.iter_mut().for_each(|weight| *weight *= gain);
        } else {
            self.restart(self.kind);
        }
    }

    /// Replaces `share` of the belief by what was believed before a note was heard.
    fn mix_prior(&mut self, share: f32) {
        for (bar, (begin, beats, _)) in BARS.into_iter().enumerate() {
            for slot in begin..begin + beats {
                for row in 0..ROWS {
                    let one = slot_prior(bar) * self.prior[self.kind as usize][row] / frames(row) as f32;
                    for weight in self.row_mut(slot, row) {
                        *weight = *weight * (1.0 - share) + one * share;
                    }
                }
            }
        }
    }

    /// How much of the belief each row holds.
    #[must_use]
    pub fn tempi(&self) -> [f32; ROWS] {
        let mut tempi = [0.0; ROWS];
        for (row, share) in tempi.iter_mut().enumerate() {
            for slot in 0..SLOTS {
                *share += sum(self.row(slot, row));
            }
        }
        tempi
    }

    /// The reading at the tempo nearest to `row`, at the phase nearest to `phase` or at the likeliest.
    #[must_use]
    pub fn read(&self, row: usize, phase: Option<f32>) -> Reading {
        let (low, high) = near(row);
        let mut by_phase = [0.0_f32; PHASES];
        for slot in 0..SLOTS {
            for row in low..=high {
                for (at, weight) in self.row(slot, row).iter().enumerate() {
                    by_phase[at * PHASES / frames(row)] += weight;
                }
            }
        }
        let centre = phase.unwrap_or_else(|| likeliest(&by_phase));
        let mut reading = Reading::default();
        let (mut offset, mut period) = (0.0_f64, 0.0_f64);
        for (slot, (metre, place)) in places() {
            for row in low..=high {
                let length = frames(row) as f32;
                for (at, &weight) in self.row(slot, row).iter().enumerate() {
                    let off = (at as f32 / length - centre + 1.5).fract() - 0.5;
                    if off.abs() <= tuning::SAME_PHASE {
                        reading.places[metre][place] += weight;
                        offset += f64::from(off * weight);
                        period += f64::from(length * weight);
                    }
                }
            }
        }
        reading.share = reading.places.iter().flatten().sum();
        let sum = f64::from(reading.share).max(1.0e-30);
        reading.period_secs = if period > 0.0 { period / sum } else { frames(row) as f64 } * FRAME_SECS;
        reading.phase = (f64::from(centre) + offset / sum).rem_euclid(1.0);
        reading.places.iter_mut().flatten().for_each(|place| *place /= sum as f32);
        reading.share *= 1.0 - self.beatless;
        reading
    }
}

/// Every slot with its metre and its place in the bar.
fn places() -> impl Iterator<Item = (usize, (usize, usize))> {
    BARS.into_iter().flat_map(|(begin, beats, metre)| (0..beats).map(move |place| (begin + place, (metre, place))))
}

/// The row whose period is nearest.
#[must_use]
pub fn row_of(period_secs: f64) -> usize {
    ((period_secs / FRAME_SECS).round().clamp(FRAMES_MIN as f64, FRAMES_MAX as f64) as usize) - FRAMES_MIN
}

/// The rows that count as one tempo with `row`.
#[must_use]
pub fn near(row: usize) -> (usize, usize) {
    let period = frames(row) as f64 * FRAME_SECS;
    (row_of(period * (-tuning::SAME_TEMPO).exp()), row_of(period * tuning::SAME_TEMPO.exp()))
}

/// The mean period of the rows near `row`, in seconds, weighted by `shares`.
#[must_use]
pub fn mean_period(row: usize, shares: &[f32; ROWS]) -> f64 {
    let (low, high) = near(row);
    let sum: f64 = shares[low..=high].iter().map(|share| f64::from(*share)).sum();
    let periods: f64 = (low..=high).map(|row| frames(row) as f64 * f64::from(shares[row])).sum();
    if sum > 0.0 { periods / sum * FRAME_SECS } else { frames(row) as f64 * FRAME_SECS }
}

fn likeliest(by_phase: &[f32; PHASES]) -> f32 {
    let around = |at: usize| {
        let of = |by: usize| by_phase[(at + PHASES + by - 2) % PHASES];
        of(0) * 0.5 + of(1) + of(2) + of(3) + of(4) * 0.5
    };
    let best = (0..PHASES).max_by(|&a, &b| around(a).total_cmp(&around(b))).unwrap_or(0);
    (best as f32 + 0.5) / PHASES as f32
}

/// The logarithm of the chance of a row's tempo before a note is heard, 0 at the middle.
fn bell(kind: usize, row: usize) -> f64 {
    let (middle, width) = [(tuning::KEYS_BPM, tuning::KEYS_WIDTH), (tuning::DRUMS_BPM, tuning::DRUMS_WIDTH)][kind];
    let bpm = 60.0 / (frames(row) as f64 * FRAME_SECS);
    let off = (bpm / middle).ln() / width;
    -0.5 * off * off
}

fn prior(kind: usize) -> [f32; ROWS] {
    // Rows are even in period, the bell in its logarithm.
    let chances: [f32; ROWS] = std::array::from_fn(|row| (bell(kind, row).exp() / frames(row) as f64) as f32);
    let sum: f32 = chances.iter().sum();
    chances.map(|chance| chance / sum)
}

fn pull(kind: usize) -> [f32; ROWS] {
    let power = [tuning::KEYS_PULL, tuning::DRUMS_PULL][kind];
    std::array::from_fn(|row| (bell(kind, row) * power).exp() as f32)
}

fn phases() -> Vec<u8> {
    let mut phases = Vec::with_capacity(PARTS * STATES);
    for part in 0..PARTS {
        let into = (part as f32 + 0.5) / PARTS as f32;
        for row in 0..ROWS {
            let step = PHASES as f32 / frames(row) as f32;
            phases.extend((0..frames(row)).map(|at| ((at as f32 + into) * step) as u8 % PHASES as u8));
        }
    }
    phases
}

fn reach() -> [(usize, usize); ROWS] {
    let mut reach = [(0, 0); ROWS];
    for (row, ends) in reach.iter_mut().enumerate() {
        let period = frames(row) as f64 * FRAME_SECS;
        *ends = (row_of(period / tuning::TEMPO_STEP_MAX), row_of(period * tuning::TEMPO_STEP_MAX));
    }
    reach
}

/// The chances of tempo after tempo, by changes of this scale.
fn steps(scale: f64) -> Vec<f32> {
    let mut steps = vec![0.0; ROWS * ROWS];
    for (from, to) in steps.chunks_mut(ROWS).enumerate() {
        for (row, step) in to.iter_mut().enumerate() {
            let off = (frames(row) as f64 / frames(from) as f64).ln().abs();
            if off <= tuning::TEMPO_STEP_MAX.ln() {
                *step = ((-off / scale).exp() / frames(row) as f64) as f32;
            }
        }
        let sum: f32 = to.iter().sum();
        to.iter_mut().for_each(|step| *step /= sum);
    }
    steps
}

fn quiet(tables: &Tables, paces: &[u8; ROWS]) -> Vec<f32> {
    let mut quiet = Vec::with_capacity(KINDS * SLOTS * STATES);
    for kind in 0..KINDS {
        for slot in 0..SLOTS {
            for (row, pace) in paces.iter().enumerate() {
                let rates = tables.total(kind, usize::from(*pace), slot);
                let length = frames(row) as f32;
                quiet.extend((0..frames(row)).map(|at| {
                    let rate = rates[(((at as f32 + 0.5) / length * PHASES as f32) as usize).min(PHASES - 1)];
                    (-rate / length * tuning::TRUST_SILENCE).exp()
                }));
            }
        }
    }
    quiet
}
