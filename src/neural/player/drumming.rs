//! A bar of the drums, step by step.

use super::line::Line;
use super::unit;
use crate::band::drums::Drum;
use crate::band::{Ask, BAR_NOTES_MAX, Note, StyleId};
use crate::neural::heads::{Chain, DrumNet};
use crate::neural::represent::asked::Asked;
use crate::neural::represent::drums::{DRUMS, DrumInputs, LEAD_SECS, PLAYED, Strokes, offset_of};
use crate::neural::represent::{STEP_TICKS, STEPS, TICKS};
use crate::neural::taste::{Choice, Chooser, Form, weigh_loud, weigh_stroke};
use crate::neural::trunk::Trunk;

/// What one bar is played with.
struct Bar<'a> {
    net: &'a DrumNet,
    ask: &'a Ask<'a>,
    asked: &'a Asked,
    chooser: &'a Chooser,
}

/// Plays the drums' steps.
#[derive(Debug)]
pub struct DrumPlayer {
    pub line: Line<DrumInputs>,
    chain: Chain,
    wanted: Vec<DrumInputs>,
}

impl DrumPlayer {
    pub fn new(trunk: &Trunk) -> Self {
        Self { line: Line::new(trunk), chain: Chain::new(trunk.shape().width), wanted: Vec::new() }
    }

    /// Adds the bar's strokes; `false` where it was stopped.
    pub fn play(
        &mut self,
        (trunk, net): (&Trunk, &DrumNet),
        ask: &Ask<'_>,
        asked: &Asked,
        (chooser, is_cut): (&Chooser, &dyn Fn() -> bool),
        out: &mut Vec<Note>,
    ) -> Result<bool, candle_core::Error> {
        let end = asked.steps.len() as i32;
        let first = (asked.from_tick + STEP_TICKS - 1).div_euclid(STEP_TICKS);
        if first >= end || first < 0 {
            return Ok(true);
        }
        let bar = Bar { net, ask, asked, chooser };
        let mut last = Strokes::default();
        self.wanted.clear();
        for step in asked.start_tick / STEP_TICKS..=first {
            self.wanted.push(DrumInputs::at(&asked.scene, step, last));
            last = asked.steps[step as usize];
        }
        let embed = |inputs: &DrumInputs, x: &mut [f32]| net.embed(inputs, x);
        self.line.bring(trunk, &self.wanted, embed)?;
        for step in first..end {
            if is_cut() {
                return Ok(false);
            }
            let played = self.choose(&bar, step);
            bar.write(step, &played, out);
            if step + 1 < end {
                self.line.step(trunk, DrumInputs::at(&asked.scene, step + 1, played), embed)?;
            }
        }
        out.sort_unstable_by(|a, b| a.begin_beats.total_cmp(&b.begin_beats).then(a.key.cmp(&b.key)));
        Ok(true)
    }

    /// The strokes of a step, those among them that were played already.
    fn choose(&mut self, bar: &Bar<'_>, step: i32) -> Strokes {
        let Bar { net, ask, asked, chooser } = *bar;
        let given = &asked.steps[step as usize];
        let complexity = unit(ask.taste.complexity, 0.4);
        let intensity = unit(ask.taste.intensity, 0.5);
        // The step's number on the transport, so that the sequence may begin elsewhere.
        let number = (asked.first_tick() + i64::from(step * STEP_TICKS)) / i64::from(STEP_TICKS);
        let place = |drum: usize| number * DRUMS as i64 + drum as i64;
        let form = bar.form_at(step * STEP_TICKS);
        let mut hits = [false; DRUMS];
        net.hits(&self.line.h, |drum, log_odds| {
            let log_odds = weigh_stroke(log_odds, PLAYED[drum], complexity, form);
            hits[drum] = given.is_hit(drum) || chooser.is_struck(place(drum), log_odds);
            hits[drum]
        });
        let mut played = *given;
        net.velocities(&self.line.h, hits, &mut self.chain, |drum, scores| {
            if !given.is_hit(drum) {
                weigh_loud(scores, intensity);
                let class = chooser.choose(Choice::Loud, place(drum), scores) as f32;
                let within = chooser.unit(Choice::Loud, place(drum));
                played.velocity[drum] = (8.0 * (class + within)).clamp(1.0, 127.0) as u8;
            }
        });
        net.offsets(&played.clone(), &mut self.chain, |drum, scores| {
            if !given.is_hit(drum) {
                played.offset[drum] = offset_of(chooser.choose(Choice::Timing, place(drum), scores));
            }
            played.offset[drum]
        });
        played
    }
}

impl Bar<'_> {
    fn form_at(&self, tick: i32) -> Form {
        let (bar, begin) = self.asked.scene.bar_at(tick);
        let bars = self.asked.scene.bars();
        let (of, before) = (bars[bar], bar.checked_sub(1).map(|bar| bars[bar]));
        let from_end = 1.0 - (tick - begin) as f32 / (of.beats * TICKS) as f32;
        let fills = unit(self.ask.feel.fills, 0.5);
        match (of.fill, before) {
            (1, _) if from_end <= fills.max(FILL_SHARE) => Form::Fill(fills),
            (0, Some(before)) if before.fill == 1 && tick == begin => Form::AfterFill,
            _ => Form::Groove,
        }
    }

    /// Writes the strokes of a step that are not out already.
    fn write(&self, step: i32, played: &Strokes, out: &mut Vec<Note>) {
        let given = &self.asked.steps[step as usize];
        let lead_beats = LEAD_SECS * self.ask.feel.bpm / 60.0;
        for drum in (0..DRUMS).filter(|drum| played.is_hit(*drum) && !given.is_hit(*drum)) {
            let place = (f64::from(step) + f64::from(played.offset[drum])) / f64::from(STEPS) + lead_beats;
            let of_kit = kit(self.ask.style.id, drum);
            if out.len() < BAR_NOTES_MAX {
                out.push(Note {
                    begin_beats: (self.asked.origin_beats + place).max(self.asked.from_beats),
                    length_beats: of_kit.length_beats(),
                    key: of_kit.key(),
                    velocity: played.velocity[drum],
                });
            }
        }
    }
}

/// The share of a bar that a fill takes, at least.
const FILL_SHARE: f32 = 0.5;

/// The drum of the kit for one of the nine: a bossa nova's snare is struck across the rim.
fn kit(style: StyleId, drum: usize) -> Drum {
    match (PLAYED[drum], style) {
        (Drum::Snare, StyleId::Bossa) => Drum::Stick,
        (drum, _) => drum,
    }
}
