//! The steps of a bar: sixteenths, or eighths where the beat is dotted.

use crate::band::{Ask, grid::swung};

/// Beats of a bar that are planned, at most; more is silence.
const BEATS_MAX: u32 = 16;
/// What counts as on the step still, in steps: players are a little late, and so is the ear.
const ON_STEP: f64 = 0.3;
/// What is a step to a hair, in steps.
const EXACT_STEPS: f64 = 1e-6;
/// Rounding of sums of beats.
const ROUNDING_BEATS: f64 = 1e-9;

/// Where the steps of a bar lie in time. Step 0 is the bar's first beat; steps before it are negative.
#[derive(Clone, Copy, Debug)]
pub struct Steps {
    /// Steps of the bar, 1 to 64.
    pub count: i32,
    /// Steps of one beat, 3 or 4.
    pub per_beat: i32,
    begin_beats: f64,
    swing: f32,
}

impl Steps {
    /// The steps of the bar that is asked for; `None` when its numbers are no numbers.
    pub fn of(ask: &Ask<'_>) -> Option<Self> {
        let is_sound = ask.bar.begin_beats.is_finite() && ask.from_beats.is_finite() && ask.bar.beats > 0;
        let per_beat = if ask.style.steps_per_beat == 3 { 3 } else { 4 };
        let swing = if ask.feel.swing.is_finite() && per_beat == 4 { ask.feel.swing.clamp(0.5, 0.75) } else { 0.5 };
        let count = ask.bar.beats.min(BEATS_MAX) as i32 * per_beat;
        is_sound.then_some(Self { count, per_beat, begin_beats: ask.bar.begin_beats, swing })
    }

    /// An eighth, in steps: how far a chord may be anticipated.
    pub fn eighth(self) -> i32 {
        if self.per_beat == 3 { 1 } else { 2 }
    }

    /// Where a step lies, in beats of the transport.
    pub fn beats(self, step: i32) -> f64 {
        self.begin_beats + swung(f64::from(step) / f64::from(self.per_beat), self.swing)
    }

    /// The first step that is not before `beats`.
    pub fn at_or_after(self, beats: f64) -> i32 {
        (self.straight(beats) - ROUNDING_BEATS * f64::from(self.per_beat)).ceil() as i32
    }

    /// The step of something that is meant to begin at `beats`, and where that lies: the next, unless one has only just
    /// gone by.
    pub fn meant_at(self, beats: f64) -> (i32, f64) {
        let step = (self.straight(beats) - ON_STEP).ceil() as i32;
        (step, self.beats(step))
    }

    /// The same of something that came without notice: it is answered on the straight grid of the plan, and does not
    /// wait for the swing.
    pub fn heard_at(self, beats: f64) -> (i32, f64) {
        let per_beat = f64::from(self.per_beat);
        let step = ((beats - self.begin_beats) * per_beat - ON_STEP).ceil();
        (step as i32, self.begin_beats + step / per_beat)
    }

    /// The step that is nearest to `beats`.
    pub fn nearest(self, beats: f64) -> i32 {
        self.straight(beats).round() as i32
    }

    /// Whether `beats` is a step of the straight grid to a hair, as an answer to something heard is.
    pub fn is_exact(self, beats: f64) -> bool {
        let step = (beats - self.begin_beats) * f64::from(self.per_beat);
        (step - step.round()).abs() < EXACT_STEPS
    }

    /// The number of the beat that holds a step, 0 the first, and the step within it.
    pub fn beat_of(self, step: i32) -> (i32, i32) {
        (step.div_euclid(self.per_beat), step.rem_euclid(self.per_beat))
    }

    /// In steps from the bar's begin, swing taken away.
    fn straight(self, beats: f64) -> f64 {
        let from_begin = beats - self.begin_beats;
        let (whole, part, swing) = (from_begin.floor(), from_begin - from_begin.floor(), f64::from(self.swing));
        let part = if part < swing { 0.5 * part / swing } else { 0.5 + 0.5 * (part - swing) / (1.0 - swing) };
        (whole + part) * f64::from(self.per_beat)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::band::comping::check::Session;
    use crate::band::{Part, StyleId};

    #[test]
    fn every_step_is_found_where_it_lies() {
        for style in [StyleId::Rock, StyleId::Swing, StyleId::Waltz, StyleId::SixEight] {
            Session::new(style, Part::Bass).with_ask(3, 0.0, |ask| {
                let steps = Steps::of(ask).expect("steps");
                for step in -9..70 {
                    let beats = steps.beats(step);
                    assert_eq!((steps.at_or_after(beats), steps.nearest(beats + 0.05)), (step, step), "{style:?}");
                    assert_eq!(steps.at_or_after(beats + 0.01), step + 1);
                    assert_eq!((steps.meant_at(beats + 0.02).0, steps.meant_at(beats - 0.05).0), (step, step));
                    assert!(steps.beats(step + 1) > beats + 0.1);
                }
            });
        }
    }
}
