//! A bar of the drums, step by step.

use super::line::Line;
use super::unit;
use crate::band::drums::Drum;
use crate::band::{Ask, BAR_NOTES_MAX, Note, StyleId};
use crate::neural::heads::{Chain, DrumNet};
use crate::neural::represent::asked::Asked;
use crate::neural::represent::drums::{DRUMS, DrumInputs, PLAYED, Strokes, offset_of};
use crate::neural::represent::{STEP_TICKS, STEPS};
use crate::neural::taste::{Choice, Chooser, weigh_loud};
use crate::neural::trunk::Trunk;

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
        let mut last = Strokes::default();
        self.wanted.clear();
        for step in 0..=first {
            self.wanted.push(DrumInputs::at(&asked.scene, step, last));
            last = asked.steps[step as usize];
        }
        let embed = |inputs: &DrumInputs, x: &mut [f32]| net.embed(inputs, x);
        self.line.bring(trunk, &self.wanted, embed)?;
        for step in first..end {
            if is_cut() {
                return Ok(false);
            }
            let played = self.choose(net, ask, chooser, (asked.first_tick(), step), &asked.steps[step as usize]);
            write(ask, asked, step, (&played, &asked.steps[step as usize]), out);
            if step + 1 < end {
                self.line.step(trunk, DrumInputs::at(&asked.scene, step + 1, played), embed)?;
            }
        }
        out.sort_unstable_by(|a, b| a.begin_beats.total_cmp(&b.begin_beats).then(a.key.cmp(&b.key)));
        Ok(true)
    }

    /// The strokes of a step, those among them that were played already.
    fn choose(
        &mut self,
        net: &DrumNet,
        ask: &Ask<'_>,
        chooser: &Chooser,
        (first_tick, step): (i64, i32),
        given: &Strokes,
    ) -> Strokes {
        let complexity = unit(ask.taste.complexity, 0.4);
        let intensity = unit(ask.taste.intensity, 0.5);
        // The step's number on the transport, so that the sequence may begin elsewhere.
        let number = (first_tick + i64::from(step * STEP_TICKS)) / i64::from(STEP_TICKS);
        let place = |drum: usize| number * DRUMS as i64 + drum as i64;
        let mut hits = [false; DRUMS];
        net.hits(&self.line.h, |drum, log_odds| {
            hits[drum] = given.is_hit(drum) || chooser.is_struck(place(drum), log_odds, complexity);
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
        });
        played
    }
}

/// Writes the strokes of a step that are not out already.
fn write(ask: &Ask<'_>, asked: &Asked, step: i32, (played, given): (&Strokes, &Strokes), out: &mut Vec<Note>) {
    for drum in (0..DRUMS).filter(|drum| played.is_hit(*drum) && !given.is_hit(*drum)) {
        let place = (f64::from(step) + f64::from(played.offset[drum])) / f64::from(STEPS);
        let drum_of_kit = kit(ask.style.id, drum);
        if out.len() < BAR_NOTES_MAX {
            out.push(Note {
                begin_beats: (asked.origin_beats + place).max(asked.from_beats),
                length_beats: drum_of_kit.length_beats(),
                key: drum_of_kit.key(),
                velocity: played.velocity[drum],
            });
        }
    }
}

/// The drum of the kit for one of the nine: a bossa nova's snare is struck across the rim.
fn kit(style: StyleId, drum: usize) -> Drum {
    match (PLAYED[drum], style) {
        (Drum::Snare, StyleId::Bossa) => Drum::Stick,
        (drum, _) => drum,
    }
}
