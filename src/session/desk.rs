//! The models on a thread of their own: questions go there and answers come back, and neither side waits.

use super::ear::BandMeters;
use crate::band::{Brief, Ensemble, Member, Musicians, Part, Reply, Rung, STYLES, Style};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Instant;

/// Bars have so many beats, where the models are asked; others are played by the rules.
const BEATS_MAX: usize = 8;

/// A question on its way there and, answered, on its way back.
struct Sheet {
    brief: Brief,
    reply: Reply,
    asked: Instant,
    /// Whether the reply answers it.
    is_answered: bool,
}

/// The band's end: [`Musicians`] that work elsewhere.
pub struct Desk {
    rungs: Box<[[[Option<Rung>; BEATS_MAX + 1]; STYLES.len()]; Part::COUNT]>,
    out: Sender<Sheet>,
    back: Receiver<Sheet>,
    /// The question that is wanted; 0 none.
    wanted: Arc<AtomicU64>,
    spare: Vec<Sheet>,
    answered: Option<Sheet>,
}

/// The models' end, to be run on their thread.
pub struct Hands {
    ensemble: Box<dyn Ensemble>,
    sheets: Receiver<Sheet>,
    back: Sender<Sheet>,
    wanted: Arc<AtomicU64>,
    meters: Arc<BandMeters>,
    told: Box<dyn Fn(String, Vec<Member>) + Send>,
}

/// Both ends. `told` gets the sentences of models that fail, each with the models that play on. Allocates.
#[must_use]
pub fn desk(
    ensemble: Box<dyn Ensemble>,
    meters: Arc<BandMeters>,
    told: impl Fn(String, Vec<Member>) + Send + 'static,
) -> (Desk, Hands) {
    let (out, sheets) = channel();
    let (back, answers) = channel();
    let wanted = Arc::<AtomicU64>::default();
    let rung = |part: usize, style: usize, beats: usize| ensemble.rung(Part::ALL[part], &STYLES[style], beats as u32);
    let of_style = |part, style| std::array::from_fn(|beats| rung(part, style, beats));
    let rungs = Box::new(std::array::from_fn(|part| std::array::from_fn(|style| of_style(part, style))));
    let desk = Desk { rungs, out, back: answers, wanted: Arc::clone(&wanted), spare: Vec::new(), answered: None };
    (desk, Hands { ensemble, sheets, back, wanted, meters, told: Box::new(told) })
}

impl Musicians for Desk {
    fn rung(&self, part: Part, style: &Style, beats_per_bar: u32) -> Option<Rung> {
        let of_style = &self.rungs[part as usize][style.id as usize];
        of_style.get(beats_per_bar as usize).copied().flatten()
    }

    fn ask(&mut self, _now_secs: f64, brief: &Brief) {
        let new = || Sheet { brief: Brief::new(), reply: Reply::new(), asked: Instant::now(), is_answered: false };
        let mut sheet = self.spare.pop().unwrap_or_else(new);
        sheet.brief.copy(brief);
        (sheet.asked, sheet.is_answered) = (Instant::now(), false);
        self.wanted.store(brief.ticket, Ordering::Release);
        // Without anybody at the other end nothing ever comes back, and the rungs below go on playing.
        self.out.send(sheet).ok();
    }

    fn cancel(&mut self) {
        self.wanted.store(0, Ordering::Release);
    }

    fn reply(&mut self, _now_secs: f64) -> Option<&Reply> {
        self.spare.extend(self.answered.take());
        let wanted = self.wanted.load(Ordering::Acquire);
        while let Ok(sheet) = self.back.try_recv() {
            if sheet.is_answered && sheet.brief.ticket == wanted {
                self.answered = Some(sheet);
                break;
            }
            self.spare.push(sheet);
        }
        self.answered.as_ref().map(|sheet| &sheet.reply)
    }
}

impl Hands {
    /// Answers until the band's end is dropped. Blocks.
    pub fn run(mut self) {
        while let Ok(mut sheet) = self.sheets.recv() {
            let ticket = sheet.brief.ticket;
            let is_cut = || self.wanted.load(Ordering::Acquire) != ticket;
            if !is_cut() {
                let begin = Instant::now();
                sheet.reply.begin(ticket);
                self.ensemble.play(&sheet.brief, &is_cut, &mut sheet.reply);
                sheet.is_answered = !is_cut();
                if let Some(sentence) = sheet.reply.failure.take() {
                    (self.told)(sentence, self.ensemble.members());
                }
                if sheet.is_answered {
                    let nanos = begin.elapsed().as_nanos() as u64;
                    self.meters.model_bar.record(nanos / sheet.brief.variants().max(1) as u64);
                    self.meters.model_answer.record(sheet.asked.elapsed().as_nanos() as u64);
                }
            }
            if self.back.send(sheet).is_err() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::band::{Ask, Bar, Chords, Context, Feel, Note, Taste};
    use std::time::Duration;

    /// Plays one note at the begin of every bar, but waits in bar 1 until it is cut and fails in bar 3.
    struct Single;

    impl Ensemble for Single {
        fn rung(&self, part: Part, _: &Style, beats_per_bar: u32) -> Option<Rung> {
            (part == Part::Bass && beats_per_bar == 4).then_some(Rung::Small)
        }

        fn play(&mut self, brief: &Brief, is_cut: &dyn Fn() -> bool, reply: &mut Reply) {
            reply.rung = Rung::Small;
            reply.failure = (brief.ask(0).bar.index == 3).then(|| "It failed.".to_owned());
            let begin_beats = brief.ask(0).bar.begin_beats;
            while brief.ask(0).bar.index == 1 {
                if is_cut() {
                    return;
                }
                std::thread::yield_now();
            }
            reply.notes[0].push(Note { begin_beats, length_beats: 1.0, key: 40, velocity: 80 });
        }

        fn another(&self) -> Box<dyn Ensemble> {
            Box::new(Self)
        }
    }

    fn with_brief<T>(ticket: u64, index: i64, then: impl FnOnce(&Brief) -> T) -> T {
        let (chords, context, band) = (Chords::default(), Context::new(), std::array::from_fn(|_| Vec::new()));
        let mut brief = Brief::new();
        brief.write(
            ticket,
            &Ask {
                part: Part::Bass,
                bar: Bar { index, begin_beats: index as f64 * 4.0, beats: 4, ..Bar::default() },
                from_beats: index as f64 * 4.0,
                style: &STYLES[0],
                taste: Taste::of(Part::Bass),
                feel: Feel { swing: 0.5, fills: 0.0, energy: 0.5, bpm: 120.0 },
                chords: &chords,
                key: None,
                context: &context,
                before: &[],
                band: &band,
                turn: None,
                seed: 1,
            },
        );
        then(&brief)
    }

    fn reply(desk: &mut Desk) -> Option<(u64, f64)> {
        for _ in 0..2000 {
            if let Some(reply) = desk.reply(0.0) {
                return Some((reply.ticket, reply.notes[0][0].begin_beats));
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        None
    }

    #[test]
    fn a_question_is_answered_and_one_in_the_place_of_another_cuts_that_short() {
        let meters = Arc::<BandMeters>::default();
        let (tell, told) = channel();
        let told_of = move |sentence, members| tell.send((sentence, members)).expect("somebody listens");
        let (mut desk, hands) = desk(Box::new(Single), Arc::clone(&meters), told_of);
        let thread = std::thread::spawn(|| hands.run());
        assert_eq!(desk.rung(Part::Bass, &STYLES[0], 4), Some(Rung::Small));
        assert_eq!((desk.rung(Part::Keys, &STYLES[0], 4), desk.rung(Part::Bass, &STYLES[0], 99)), (None, None));
        with_brief(1, 0, |brief| desk.ask(0.0, brief));
        assert_eq!(reply(&mut desk), Some((1, 0.0)));
        with_brief(2, 1, |brief| desk.ask(0.0, brief));
        with_brief(3, 2, |brief| desk.ask(0.0, brief));
        assert_eq!(reply(&mut desk), Some((3, 8.0)), "the second was waited for until the third came");
        assert_eq!(meters.model_answer.percentiles().count, 2);
        assert!(told.try_recv().is_err(), "nothing has failed so far");
        with_brief(9, 3, |brief| desk.ask(0.0, brief));
        assert_eq!(reply(&mut desk), Some((9, 12.0)));
        assert_eq!(told.recv(), Ok(("It failed.".to_owned(), Vec::new())));
        with_brief(4, 1, |brief| desk.ask(0.0, brief));
        desk.cancel();
        drop(desk);
        thread.join().expect("it ends when nobody asks any more");
    }
}
