//! All players of the band that are models: for each part the large and the small one.

use super::{Models, NeuralPlayer, Outcome, Report, SurpriseMeter};
use crate::band::{Ask, Brief, Ensemble, Member, Part, Reply, Rung, Style};

/// A bar that is wanted within so many seconds is the small models': they need half the time.
const SOON_SECS: f64 = 0.3;
/// As much of a reason is told.
const REASON_CHARS_MAX: usize = 120;
/// The rungs of models, the best first.
const RUNGS: [Rung; 2] = [Rung::Large, Rung::Small];

/// The players. They remember what they were asked, each for itself.
#[derive(Debug)]
pub struct NeuralBand {
    models: Models,
    players: [[Option<NeuralPlayer>; RUNGS.len()]; Part::COUNT],
    /// Which styles each of them was trained on, by the style's number.
    known: [[u32; RUNGS.len()]; Part::COUNT],
    /// Listens to the player, and up to where it has, in beats.
    meter: Option<(SurpriseMeter, f64)>,
}

impl NeuralBand {
    /// Players for every part that the models know. Allocates.
    #[must_use]
    pub fn new(models: &Models) -> Self {
        let player = |part: usize, rung: usize| models.player(Part::ALL[part], RUNGS[rung]);
        let known = |part: usize, rung: usize| {
            let knows = |style: &crate::band::StyleId| {
                models.model(Part::ALL[part], RUNGS[rung]).is_some_and(|model| model.knows(Part::ALL[part], *style))
            };
            let styles = crate::band::STYLES.iter().map(|style| style.id);
            styles.filter(knows).fold(0, |mask, style| mask | 1 << style as u32)
        };
        let both = |of: &dyn Fn(usize) -> Option<NeuralPlayer>| [of(0), of(1)];
        Self {
            models: models.clone(),
            players: std::array::from_fn(|part| both(&|rung| player(part, rung))),
            meter: models.surprise_meter().map(|meter| (meter, f64::NEG_INFINITY)),
            known: std::array::from_fn(|part| [known(part, 0), known(part, 1)]),
        }
    }

    /// How surprising the player's last beat was; once a beat.
    fn listen(&mut self, ask: &Ask<'_>) -> Option<f32> {
        let (meter, heard_beats) = self.meter.as_mut()?;
        let now_beats = ask.context.now_beats;
        if now_beats < *heard_beats {
            meter.forget();
        } else if now_beats < *heard_beats + 1.0 {
            return None;
        }
        *heard_beats = now_beats;
        // A device that fails while it listens is told of when it plays.
        meter.hear(ask).ok().flatten()
    }

    /// A model has failed: those of its device go on on the processor, and what fails there plays no more. What to tell of
    /// it, a sentence or two.
    fn give_up(&mut self, part: Part, rung: usize, reason: &str) -> String {
        let Some(report) = self.models.report(part, RUNGS[rung]) else { return String::new() };
        let Report { file, device, .. } = *report;
        // What a library says of itself may be pages long.
        let reason: String = reason.lines().next().unwrap_or_default().chars().take(REASON_CHARS_MAX).collect();
        if device != "cpu" {
            *self = Self::new(&self.models.on_the_processor());
            return format!("The models failed on {device} ({reason}). They play on on the processor.");
        }
        for part in Part::ALL {
            if self.models.report(part, RUNGS[rung]).is_some_and(|report| report.file == file) {
                self.players[part as usize][rung] = None;
                self.known[part as usize][rung] = 0;
            }
        }
        format!("{file} failed while it played ({reason}) and plays no more until the next start.")
    }

    /// The place of who plays this: the large one where there is time.
    fn choose(&self, ask: &Ask<'_>) -> Option<usize> {
        let left_beats = ask.from_beats - ask.context.now_beats;
        let is_soon = left_beats * 60.0 / ask.feel.bpm.max(1.0) < SOON_SECS;
        let order = if is_soon { [1, 0] } else { [0, 1] };
        let covers = |player: &NeuralPlayer| player.covers(ask);
        order.into_iter().find(|rung| self.players[ask.part as usize][*rung].as_ref().is_some_and(covers))
    }
}

impl Ensemble for NeuralBand {
    fn rung(&self, part: Part, style: &Style, beats_per_bar: u32) -> Option<Rung> {
        // What a player covers beside that, it says when it is asked.
        let is_felt = style.steps_per_beat == 4 && style.beats_per_bar == beats_per_bar;
        let knows = |rung: &usize| self.known[part as usize][*rung] & 1 << style.id as u32 != 0;
        (0..RUNGS.len()).find(knows).filter(|_| is_felt).map(|rung| RUNGS[rung])
    }

    fn play(&mut self, brief: &Brief, is_cut: &dyn Fn() -> bool, reply: &mut Reply) {
        reply.surprise = self.listen(&brief.ask(0));
        let Some(rung) = self.choose(&brief.ask(0)) else { return };
        let Some(player) = &mut self.players[brief.ask(0).part as usize][rung] else { return };
        for variant in 0..brief.variants() {
            match player.answer(&brief.ask(variant), is_cut, &mut reply.notes[variant]) {
                Outcome::Played => {}
                Outcome::NotCovered | Outcome::Cut => return,
                Outcome::Failed(reason) => {
                    let reason = reason.clone();
                    reply.failure = Some(self.give_up(brief.ask(0).part, rung, &reason));
                    return;
                }
            }
        }
        reply.rung = RUNGS[rung];
    }

    fn members(&self) -> Vec<Member> {
        let plays = |report: &&Report| {
            let is_it = |part: Part, rung: usize| {
                self.models.report(part, RUNGS[rung]).is_some_and(|of| of.file == report.file)
            };
            let plays = |part: Part, rung: usize| self.players[part as usize][rung].is_some() && is_it(part, rung);
            Part::ALL.into_iter().any(|part| (0..RUNGS.len()).any(|rung| plays(part, rung)))
        };
        let member = |report: &Report| Member {
            file: report.file.to_owned(),
            parameters: report.parameters,
            precision: report.precision.key().to_owned(),
            device: report.device.to_owned(),
            step_micros: [report.speed.p50_us, report.speed.p99_us],
        };
        self.models.reports().iter().filter(plays).map(member).collect()
    }

    fn another(&self) -> Box<dyn Ensemble> {
        Box::new(Self::new(&self.models))
    }
}
