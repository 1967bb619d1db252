//! Planning: bars ahead, and again what is still open.

use super::climb::{is_answer, takes_over};
use super::{Band, Stale, tuning};
use crate::band::chance::seed_at;
use crate::band::form::{FormRules, Side};
use crate::band::ladder::Ladder;
use crate::band::part::{Part, PartMode};
use crate::band::phrase::{Ask, BAR_NOTES_MAX, BEFORE_NOTES_MAX, Bar, Feel, Note, PhraseSource, Role, Rung, Turn};
use crate::band::plan::{Mark, PlannedBar};
use crate::band::watch::{Verdict, judge};
use crate::base::{BandMessage, BandNote, Beats};

/// The purpose of the seeds that a salt leads to.
const SALTS: u64 = 0xba4d_0001;

/// Who answers a question, and where the notes go.
pub(super) struct Hands<'a> {
    pub ladder: &'a mut Ladder,
    pub rules: &'a mut (dyn PhraseSource + Send),
    pub out: &'a mut Vec<Note>,
    /// Room for what the rules answer until others take over.
    pub answer: &'a mut Vec<Note>,
}

impl Band {
    pub(super) fn replan(&mut self) {
        let stale = std::mem::take(&mut self.stale);
        let Some(end) = self.plan.end_beats().filter(|_| stale != Stale::Nothing) else { return };
        let from = self.open_beats().max(self.origin_beats - tuning::EARLY_BEATS);
        self.ladder.cancel();
        self.foresee(end + f64::from(self.beats_per_bar));
        self.chords.clone_from(&self.fresh);
        for part in Part::ALL.into_iter().filter(|part| stale == Stale::All || *part != Part::Drums) {
            self.plan.remove(part, from, i64::MIN..=i64::MAX);
        }
        for index in 0..self.plan.bars().len() {
            if self.plan.bars()[index].bar.end_beats() > from {
                self.plan.bars_mut()[index].revisions += 1;
                self.plan_bar(index, from, stale);
                self.count_change(index);
            }
        }
        for part in Part::ALL.into_iter().filter(|part| stale == Stale::All || *part != Part::Drums) {
            self.let_go(part, from);
            self.send(part, from, 0);
        }
    }

    /// What sounds beyond `from` against the chord there ends with it, musically: as the new note begins. In a raga the lead
    /// makes way for the player.
    fn let_go(&mut self, part: Part, from: f64) {
        let has_harmony = self.settings.mode.mode().has_harmony;
        let span = self.chords.at(from).filter(|_| part != Part::Drums && has_harmony);
        let makes_way = part == Part::Lead && !has_harmony && self.context.playing.is_playing;
        let clashes = |note: &Note| makes_way || span.is_some_and(|span| !span.chord.has(note.key));
        let ends = self.context.part(part).rev().take(8).filter(|note| note.end_beats() > from).any(clashes);
        if ends {
            self.plan.trim(part, from);
            self.messages.push(BandMessage::Trim { bus: part.bus(), at: Beats(from) });
        }
        if makes_way {
            self.context.trim(part, from);
        }
    }

    pub(super) fn plan_ahead(&mut self) {
        let now = self.place.beat.0.max(self.origin_beats);
        for _ in 0..tuning::BARS_AT_ONCE {
            let begin_beats = self.plan.end_beats().unwrap_or(self.origin_beats);
            if begin_beats >= now + self.settings.horizon_beats {
                return;
            }
            let Some(planned) = self.next_bar(begin_beats) else { return };
            let newest = self.plan.newest();
            self.plan.push_bar(planned);
            self.foresee(planned.bar.end_beats() + f64::from(self.beats_per_bar));
            self.chords.clone_from(&self.fresh);
            let from = (begin_beats - tuning::EARLY_BEATS).max(self.open_beats());
            self.plan_bar(self.plan.bars().len() - 1, from, Stale::All);
            for part in Part::ALL {
                self.send(part, from, newest);
            }
            if planned.bar.role == Role::Ending {
                let stop = Beats(planned.bar.end_beats() + tuning::RING_BEATS);
                self.messages.push(BandMessage::StopAt(stop));
            }
        }
    }

    fn next_bar(&mut self, begin_beats: f64) -> Option<PlannedBar> {
        let form = self.form;
        let takes_turns = self.settings.mode.mode().takes_turns;
        let trade_bars = if takes_turns { self.settings.trade_bars } else { 0 };
        let may_end = self.ends_cycle(begin_beats + f64::from(self.beats_per_bar));
        let form_bar = self.form.next(FormRules { fill_every: self.settings.fill_every, trade_bars, may_end })?;
        let bar = Bar {
            index: ((begin_beats - self.origin_beats) / f64::from(self.beats_per_bar)).round() as i64,
            begin_beats,
            beats: self.beats_per_bar,
            role: form_bar.role,
            variation: form_bar.variation,
            in_section: form_bar.in_section,
        };
        self.unstick(&bar);
        Some(PlannedBar {
            bar,
            form_bar,
            form,
            rungs: [None; Part::COUNT],
            ages_beats: [0.0; Part::COUNT],
            wanted: [false; Part::COUNT],
            salts: self.nudges.map(|nudges| self.surprises.wrapping_add(nudges)),
            feel: self.feel(),
            revisions: 0,
            planned_beats: self.place.beat.0,
            slack_beats: None,
        })
    }

    /// A part that is stuck or has lost its senses goes on from another seed. A theka is meant to repeat.
    fn unstick(&mut self, bar: &Bar) {
        if !self.settings.mode.mode().has_harmony {
            return;
        }
        for part in Part::ALL {
            let is_fine = judge(&self.context, part, bar) == Verdict::Fine;
            self.nudges[part as usize] = self.nudges[part as usize].wrapping_add(u32::from(!is_fine));
        }
    }

    fn feel(&mut self) -> Feel {
        let playing = &self.context.playing;
        if playing.is_playing {
            let density = (playing.notes_per_beat / tuning::BUSY_NOTES).min(1.0);
            let wanted = 0.5 * density + 0.5 * (playing.loudness * 1.25).min(1.0);
            self.energy += tuning::ENERGY_SHARE * (wanted - self.energy);
        }
        let own = self.style().swing;
        let measured = playing.swing.filter(|(_, sure)| *sure >= tuning::SWING_SURE && own != 0.5);
        let swing = measured.map_or(own, |(swing, sure)| own + 0.5 * sure * (swing - own));
        Feel {
            swing: self
                .settings
                .swing
                .filter(|_| self.settings.mode.mode().has_harmony)
                .unwrap_or(swing)
                .clamp(0.5, 0.75),
            fills: self.settings.fills,
            energy: self.energy,
            bpm: self.place.tempo_bpm,
        }
    }

    /// Asks the players for a bar from `from` on; the drums only where all is asked for.
    fn plan_bar(&mut self, index: usize, from: f64, stale: Stale) {
        let planned = self.plan.bars()[index];
        for part in Part::ALL.into_iter().filter(|part| stale == Stale::All || *part != Part::Drums) {
            self.ask(part, &planned, from);
        }
        self.plan.bars_mut()[index].planned_beats = self.place.beat.0;
    }

    /// Asks for a bar of a part from `from` on: what is at hand plays, or else the rules.
    pub(super) fn ask(&mut self, part: Part, planned: &PlannedBar, from: f64) {
        let (mut rung, mut age_beats, mut is_wanted) = (None, 0.0, false);
        if !self.rests(part, planned) {
            let best = self.best();
            self.scratch.clear();
            self.answer.clear();
            (rung, age_beats, is_wanted) = self.with_question(part, planned, from, |ask, hands| {
                let found = hands.ladder.find(ask, best, hands.out);
                let above = hands.ladder.rung(ask).filter(|_| best < Rung::Cached);
                if found.is_none() {
                    hands.rules.play(ask, hands.out);
                } else if is_answer(planned, part, from) {
                    hands.rules.play(ask, hands.answer);
                }
                let rung = found.map_or(Rung::Rules, |found| found.rung);
                let age_beats = found.map_or(0.0, |found| found.age_beats);
                (Some(rung), age_beats, above.is_some_and(|above| above < rung && rung >= Rung::Cached))
            });
            if let Some(first) = self.answer.first().copied() {
                let takes_over = takes_over(&self.scratch, from.max(first.begin_beats));
                self.answer.retain(|note| note.begin_beats < takes_over);
                self.answer
                    .iter_mut()
                    .for_each(|note| note.length_beats = note.length_beats.min(takes_over - note.begin_beats));
                self.scratch.retain(|note| note.begin_beats >= takes_over);
                self.scratch.splice(0..0, self.answer.iter().copied());
            }
            self.scratch.truncate(BAR_NOTES_MAX);
            self.plan.add(part, planned.bar.index, &self.scratch);
        }
        if let Some(bar) = self.plan.bar_mut(planned.bar.index) {
            bar.rungs[part as usize] = rung;
            bar.ages_beats[part as usize] = age_beats;
            bar.wanted[part as usize] = is_wanted;
        }
    }

    /// Puts the question of a bar to whoever plays.
    pub(super) fn with_question<T>(
        &mut self,
        part: Part,
        planned: &PlannedBar,
        from: f64,
        put: impl FnOnce(&Ask<'_>, Hands<'_>) -> T,
    ) -> T {
        let from_beats = from.max(planned.bar.begin_beats - tuning::EARLY_BEATS);
        let (key, turn, seed) = (self.key(), self.turn(planned), self.seed_of(part, planned));
        self.gather(part, planned.bar.index, from_beats);
        let ask = Ask {
            part,
            bar: planned.bar,
            from_beats,
            style: self.style(),
            taste: self.settings.tastes[part as usize],
            feel: planned.feel,
            chords: &self.chords,
            key,
            context: &self.context,
            before: &self.before,
            band: &self.bar_notes,
            turn,
            seed,
        };
        let rules = &mut *self.players[self.settings.mode as usize][part as usize];
        put(&ask, Hands { ladder: &mut self.ladder, rules, out: &mut self.scratch, answer: &mut self.answer })
    }

    /// Gathers what a part played before `from`, and what the parts before it play in the bar.
    fn gather(&mut self, part: Part, bar: i64, from: f64) {
        for other in Part::ALL {
            let notes = &mut self.bar_notes[other as usize];
            notes.clear();
            if (other as usize) < part as usize {
                let of_bar = self.plan.notes(other).iter().filter(|n| n.bar == bar && n.mark != Mark::Vetoed);
                notes.extend(of_bar.map(|n| n.note).take(2 * BAR_NOTES_MAX));
            }
        }
        let before = self.plan.notes(part).iter().rev().filter(|n| n.note.begin_beats < from && n.mark != Mark::Vetoed);
        self.before.clear();
        self.before.extend(before.take(BEFORE_NOTES_MAX).map(|n| n.note));
        self.before.reverse();
    }

    /// The lead's turn that a bar belongs to.
    fn turn(&self, planned: &PlannedBar) -> Option<Turn> {
        let form_bar = planned.form_bar;
        if !self.settings.mode.mode().takes_turns || form_bar.side == Side::Player {
            return None;
        }
        let bar_beats = f64::from(planned.bar.beats);
        let begin_beats = planned.bar.begin_beats - f64::from(form_bar.turn_bars) * bar_beats;
        // A turn that is ended by hand has no known length: it is taken as long as it lasts, four bars at a time.
        let by_hand = (form_bar.turn_bars / 4 + 1) * 4;
        Some(Turn {
            begin_beats,
            bars: if self.settings.trade_bars > 0 { self.settings.trade_bars } else { by_hand },
            player_begin_beats: begin_beats - f64::from(form_bar.last_turn_bars.max(1)) * bar_beats,
            player_end_beats: begin_beats,
        })
    }

    fn seed_of(&self, part: Part, planned: &PlannedBar) -> u64 {
        seed_at(self.seed, SALTS, planned.salts[part as usize].into())
    }

    pub(super) fn rests(&self, part: Part, planned: &PlannedBar) -> bool {
        let is_off = self.settings.tastes[part as usize].mode == PartMode::Off || self.is_players(part);
        let is_players_turn = self.settings.mode.mode().takes_turns && planned.form_bar.side == Side::Player;
        let is_alap = !self.settings.mode.mode().has_harmony && self.matras.is_none();
        is_off
            || !self.settings.mode.mode().plays[part as usize]
            || (part == Part::Drums && is_alap)
            || (part == Part::Lead && is_players_turn)
    }

    /// Has the engine forget the notes of a part from `from` on. Where it has none of the band's, nothing is said: a bus
    /// that the band rests on may be another's.
    pub(super) fn take_back(&mut self, part: Part, from: f64) {
        let sent_beats = &mut self.sent_beats[part as usize];
        if sent_beats.is_finite() && from <= *sent_beats {
            *sent_beats = from;
            self.messages.push(BandMessage::Replace { bus: part.bus(), from: Beats(from) });
            self.unbend(part, from);
        }
    }

    /// Sends the notes of a part from `from` on that are newer than `newest`; 0 sends all in the place of what was sent.
    pub(super) fn send(&mut self, part: Part, from: f64, newest: u32) {
        let bus = part.bus();
        if newest == 0 {
            self.take_back(part, from);
        }
        let now = self.place.beat.0;
        let beats_per_sec = self.beats_per_sec();
        let tuned = self.tuned_of(part).cloned();
        let mut before = None;
        for planned in self.plan.notes(part) {
            let note = planned.note;
            if planned.mark == Mark::Vetoed {
                continue;
            }
            let last = before.replace(note);
            if note.begin_beats < from || (newest > 0 && planned.id <= newest) {
                continue;
            }
            // A note that is new where bends were sent already brings its own.
            if part == Part::Lead {
                self.bent_beats = self.bent_beats.min(note.begin_beats);
            }
            let tune_cents = tuned.as_ref().map_or(0.0, |t| t.tune_cents(&note, last.as_ref(), beats_per_sec));
            self.sent_beats[part as usize] = self.sent_beats[part as usize].max(note.begin_beats);
            self.messages.push(BandMessage::Note(BandNote {
                bus,
                key: note.key,
                velocity: note.velocity,
                begin: Beats(note.begin_beats),
                end: Beats(note.end_beats()),
                tune_cents,
            }));
        }
        if self.place.is_playing {
            for bar in self.plan.bars_mut().iter_mut().filter(|bar| bar.bar.end_beats() > from) {
                let begin = bar.bar.begin_beats.max(from);
                bar.slack_beats = Some(bar.slack_beats.map_or(begin - now, |slack| slack.min(begin - now)));
            }
        }
    }
}
