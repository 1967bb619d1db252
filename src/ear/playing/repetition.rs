//! Whether what is played was played before: at the same pitch or moved, a little varied or not.
//!
//! The outline of the playing is the top key of each chord. Each step of it (an interval and a time) is aligned with
//! all earlier steps as it comes, by local alignment (Smith and Waterman 1981) with costs in the manner of Mongeau and
//! Sankoff (1990): one row of the table a step, so that the work per note is bounded.

use super::tuning;

/// Steps that are remembered: some minutes of melody.
const STEPS_MAX: usize = 512;
/// The most that an alignment gains; what went before so many matching steps does not make a repeat surer.
const GAIN_MAX: f32 = 32.0;
/// Phrases that are compared with.
const PHRASES_MAX: usize = 32;

/// From one chord of the outline to the next.
#[derive(Clone, Copy, Debug, Default)]
struct Step {
    /// Semitones; `None` over the gap between two phrases, which is like nothing.
    interval: Option<i8>,
    /// Binary logarithm of the seconds.
    octaves: f32,
    /// The key that it leads to.
    key: u8,
    /// The number of its phrase.
    phrase: u32,
}

/// How a phrase is like an earlier one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Likeness {
    /// 0 to 1.
    pub similarity: f32,
    /// How many phrases ago.
    pub ago: u32,
    /// Semitones from the earlier one to this one.
    pub moved: i8,
}

/// The outline and its alignment with its own past.
#[derive(Clone, Debug)]
pub struct Repetition {
    /// A ring by the number of the step.
    steps: [Step; STEPS_MAX],
    /// The best gain of an alignment of the latest steps that ends at each step of the ring, and the row before.
    gains: [f32; STEPS_MAX],
    gains_before: [f32; STEPS_MAX],
    heard: u64,
    /// Steps of the phrase so far, and of the phrases before it, in a ring by their number.
    phrase_steps: u32,
    lengths: [u32; PHRASES_MAX],
    phrase: u32,
    /// The chord that is sounding: its top key and its time.
    chord: Option<(u8, f64)>,
    /// The one before it.
    chord_before: Option<(u8, f64)>,
}

impl Repetition {
    pub fn new() -> Self {
        Self {
            steps: [Step::default(); STEPS_MAX],
            gains: [0.0; STEPS_MAX],
            gains_before: [0.0; STEPS_MAX],
            heard: 0,
            phrase_steps: 0,
            lengths: [0; PHRASES_MAX],
            phrase: 0,
            chord: None,
            chord_before: None,
        }
    }

    /// A key is struck, which begins a chord or not.
    pub fn note(&mut self, at_secs: f64, key: u8, is_group: bool) {
        match &mut self.chord {
            Some((top, _)) if !is_group => *top = (*top).max(key),
            _ => {
                self.settle();
                self.chord = Some((key, at_secs));
            }
        }
    }

    /// Takes the chord that is sounding as complete.
    pub fn settle(&mut self) {
        let Some((key, at_secs)) = self.chord.take() else { return };
        if let Some((before, before_secs)) = self.chord_before {
            let octaves = (at_secs - before_secs).max(1.0e-3).log2() as f32;
            let interval = (i16::from(key) - i16::from(before)) as i8;
            self.step(Step { interval: Some(interval), octaves, key, phrase: self.phrase });
            self.phrase_steps += 1;
        }
        self.chord_before = Some((key, at_secs));
    }

    /// How far the latest steps repeat earlier ones, 0 to 1.
    pub fn similarity(&self) -> f32 {
        let wanted = self.phrase_steps.max(tuning::REPEAT_STEPS_MIN as u32) as f32;
        let gain = self.gains.iter().copied().fold(0.0, f32::max);
        (gain / wanted.min(GAIN_MAX)).min(1.0)
    }

    /// Ends the phrase; the earlier one that it is most like, the nearest of equals.
    pub fn end_phrase(&mut self) -> Option<Likeness> {
        self.settle();
        let likeness = self.likeness();
        self.lengths[self.phrase as usize % PHRASES_MAX] = self.phrase_steps;
        self.phrase = self.phrase.wrapping_add(1);
        self.phrase_steps = 0;
        self.chord_before = None;
        // A gap stands between the phrases, and no alignment reaches over it.
        self.step(Step { phrase: self.phrase, ..Step::default() });
        self.gains.fill(0.0);
        likeness
    }

    fn likeness(&self) -> Option<Likeness> {
        let mut best: Option<(f32, u64)> = None;
        for number in (self.heard.saturating_sub(STEPS_MAX as u64)..self.heard).rev() {
            let (step, gain) = (self.steps[slot(number)], self.gains[slot(number)]);
            let ago = self.phrase.wrapping_sub(step.phrase);
            if ago == 0 || ago as usize >= PHRASES_MAX {
                continue;
            }
            let longer = self.phrase_steps.max(self.lengths[step.phrase as usize % PHRASES_MAX]);
            let wanted = longer.max(tuning::REPEAT_STEPS_MIN as u32) as f32;
            let similarity = (gain / wanted.min(GAIN_MAX)).min(1.0);
            if best.is_none_or(|(most, _)| similarity > most) {
                best = Some((similarity, number));
            }
        }
        let (similarity, number) = best?;
        let step = self.steps[slot(number)];
        let (key, _) = self.chord_before?;
        let moved = (i16::from(key) - i16::from(step.key)) as i8;
        Some(Likeness { similarity, ago: self.phrase.wrapping_sub(step.phrase), moved })
    }

    /// Adds a step and the row of its alignments.
    fn step(&mut self, step: Step) {
        self.gains_before = self.gains;
        self.gains.fill(0.0);
        let oldest = self.heard.saturating_sub(STEPS_MAX as u64 - 1);
        // Only steps far enough back: what has just been played is like itself.
        let newest = self.heard.saturating_sub(tuning::REPEAT_STEPS_MIN as u64 - 1);
        for number in oldest..newest {
            let (to, from) = (slot(number), slot(number.wrapping_sub(1)));
            let before = if number > oldest { self.gains_before[from] } else { 0.0 };
            let beside = if number > oldest { self.gains[from] } else { 0.0 };
            let matched = before + gain(&self.steps[to], &step);
            let lost = self.gains_before[to].max(beside) - tuning::STEP_LOST;
            self.gains[to] = matched.max(lost).clamp(0.0, GAIN_MAX);
        }
        self.steps[slot(self.heard)] = step;
        self.gains[slot(self.heard)] = 0.0;
        self.heard += 1;
    }
}

fn slot(number: u64) -> usize {
    (number % STEPS_MAX as u64) as usize
}

/// What it gains to take two steps for the same: 1 when they are, -1 when nothing is.
fn gain(a: &Step, b: &Step) -> f32 {
    let (Some(x), Some(y)) = (a.interval, b.interval) else { return -1.0 };
    let (x, y) = (i32::from(x), i32::from(y));
    let is_kin = x.signum() == y.signum() && (x - y).abs() <= tuning::CONTOUR_KEYS;
    let interval = if x == y { 1.0 } else { f32::from(u8::from(is_kin)) * tuning::CONTOUR_LIKENESS };
    let apart = (a.octaves - b.octaves).abs();
    let rhythm = match apart {
        _ if apart <= tuning::RHYTHM_SAME => 1.0,
        _ if apart <= tuning::RHYTHM_AKIN => 0.5,
        _ => 0.0,
    };
    2.0 * (tuning::INTERVAL_WEIGHT * interval + (1.0 - tuning::INTERVAL_WEIGHT) * rhythm) - 1.0
}
