//! How much the lead's model is surprised by what the player plays: feedback for who learns.

use super::line::Line;
use crate::band::{Ask, Part};
use crate::neural::heads::{Chain, NoteNet};
use crate::neural::maths::log_sum_exp;
use crate::neural::model::{Model, Net};
use crate::neural::represent::asked::{Asked, Past};
use crate::neural::represent::notes::{Cursor, Event, KEYS, NoteInputs, REST_TICKS, WHENS, Who};
use std::sync::Arc;

/// Listens to the player with the ears of the lead's model.
#[derive(Debug)]
pub struct SurpriseMeter {
    model: Arc<Model>,
    line: Line<NoteInputs>,
    chain: Chain,
    asked: Asked,
    past: Past,
    wanted: Vec<NoteInputs>,
    /// Up to where was listened, in beats of the transport.
    heard_beats: f64,
}

impl SurpriseMeter {
    /// `None` where the model does not play the lead. Allocates.
    #[must_use]
    pub fn new(model: Arc<Model>) -> Option<Self> {
        model.part(Part::Lead)?;
        Some(Self {
            line: Line::new(&model.trunk),
            chain: Chain::new(model.trunk.shape().width),
            model,
            asked: Asked::default(),
            past: Past::default(),
            wanted: Vec::new(),
            heard_beats: f64::NEG_INFINITY,
        })
    }

    /// The surprise of what the player played since it was last asked, in nats an event: that of when each note came and
    /// which it was, given all before it (how long it lasts is not known while it sounds). `None` where nothing new was
    /// played. The question is one for the bar that is played, answered from now on.
    pub fn hear(&mut self, ask: &Ask<'_>) -> Result<Option<f32>, candle_core::Error> {
        let model = Arc::clone(&self.model);
        let Some(Net::Notes(net)) = model.part(Part::Lead).map(|part| &part.net) else { return Ok(None) };
        self.asked.read(&Ask { part: Part::Lead, ..*ask }, &mut self.past);
        let mut cursor = Cursor::at(self.asked.start_tick);
        let (mut sum, mut count) = (0.0, 0u16);
        self.wanted.clear();
        for at in 0..self.asked.events.len() {
            let event = self.asked.events[at];
            let is_new = event.who == Who::Player && self.asked.beats_of(event.tick, 0) > self.heard_beats;
            while event.tick - cursor.tick >= REST_TICKS {
                self.wanted.push(cursor.inputs(&self.asked.scene, event.who));
                if is_new {
                    self.line.bring(&model.trunk, &self.wanted, |inputs, x| net.embed(inputs, x))?;
                    sum += self.missed_when(net, REST_TICKS as usize);
                }
                cursor.rest(event.who);
            }
            self.wanted.push(cursor.inputs(&self.asked.scene, event.who));
            if is_new {
                self.line.bring(&model.trunk, &self.wanted, |inputs, x| net.embed(inputs, x))?;
                sum += self.missed(net, &cursor, &event);
                count += 1;
            }
            cursor.advance(&self.asked.scene, &event);
        }
        self.heard_beats = self.heard_beats.max(self.asked.beats_of(cursor.tick, 0));
        Ok((count > 0).then(|| sum / f32::from(count)))
    }

    /// Forgets what was heard: the transport was moved.
    pub fn forget(&mut self) {
        self.line.clear();
        self.past.clear();
        self.heard_beats = f64::NEG_INFINITY;
    }

    fn missed_when(&mut self, net: &NoteNet, when: usize) -> f32 {
        let mut scores = [0.0; WHENS];
        net.whens(&self.line.h, &mut self.chain, &mut scores);
        log_sum_exp(&scores) - scores[when]
    }

    fn missed(&mut self, net: &NoteNet, cursor: &Cursor, event: &Event) -> f32 {
        let when = (event.tick - cursor.tick).clamp(0, REST_TICKS - 1) as u8;
        let onset = cursor.onset(&self.asked.scene, &self.wanted[self.wanted.len() - 1], when);
        let mut scores = [0.0; KEYS];
        let missed_when = self.missed_when(net, usize::from(when));
        net.pitches(&self.line.h, &onset, &mut self.chain, &mut scores);
        missed_when + log_sum_exp(&scores) - scores[usize::from(event.key)]
    }
}
