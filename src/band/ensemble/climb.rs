//! Up the ladder: open bars are given to the models, what may come is prepared, and what comes back takes the place of
//! what the rungs below had planned.

use super::Band;
use crate::band::ladder::InHand;
use crate::band::part::Part;
use crate::band::phrase::{Note, Rung};
use crate::band::plan::PlannedBar;
use crate::theory::Chord;

/// In a bar that is planned anew while it sounds the rules answer at once, and whoever plays takes over at their own first
/// note, but after so many beats at the latest: a pattern's or a model's own rhythm may leave a new chord alone for long.
const ANSWER_BEATS: f64 = 1.0;

/// Whether a bar was planned anew while it sounds, for a part that tells of chords.
pub(super) fn is_answer(planned: &PlannedBar, part: Part, from: f64) -> bool {
    planned.revisions > 0 && from > planned.bar.begin_beats && matches!(part, Part::Bass | Part::Keys)
}

/// Where notes, in the order of time, take over from the rules' answer that begins at `from`.
pub(super) fn takes_over(notes: &[Note], from: f64) -> f64 {
    notes.first().map_or(f64::INFINITY, |note| note.begin_beats).min(from + ANSWER_BEATS)
}

/// A bar of which less is left than this, in beats, is not worth a question.
const REST_BEATS: f64 = 0.5;

impl Band {
    /// Takes what the models answered by `now_secs` into the plan, and asks them for what comes next.
    pub(super) fn climb(&mut self, now_secs: f64) {
        self.scratch.clear();
        if let Some((what, part, rung, from)) = self.ladder.reply(now_secs, &mut self.scratch) {
            self.take_in(what, part, rung, from);
        }
        if self.best() >= Rung::Cached || !self.ladder.is_free() {
            return;
        }
        if !self.ask_models(now_secs) {
            self.prepare(now_secs);
        }
    }

    /// An answer takes the place of what is still open of its bar.
    fn take_in(&mut self, what: InHand, part: Part, rung: Rung, from: f64) {
        let InHand::Bar(index, revisions) = what else { return };
        let from = from.max(self.open_beats());
        let now_beats = self.place.beat.0;
        let bar = self.plan.bar_mut(index).filter(|planned| planned.revisions == revisions);
        let Some(planned) = bar.filter(|planned| planned.bar.end_beats() > from) else {
            self.ladder.figures.late += 1;
            return;
        };
        if rung == Rung::Rules {
            planned.wanted[part as usize] = false;
            return;
        }
        planned.rungs[part as usize] = Some(rung);
        planned.ages_beats[part as usize] = 0.0;
        planned.wanted[part as usize] = false;
        planned.planned_beats = now_beats;
        let is_answer = is_answer(planned, part, from);
        self.scratch.retain(|note| note.begin_beats >= from);
        let takes_over = if is_answer { takes_over(&self.scratch, from) } else { from };
        self.plan.remove(part, takes_over, index..=index);
        if is_answer {
            self.plan.trim(part, takes_over);
        }
        self.plan.add(part, index, &self.scratch);
        self.send(part, from, 0);
    }

    /// Asks for the next part of the next bar that the models can still play; whether there was one.
    fn ask_models(&mut self, now_secs: f64) -> bool {
        let open = self.open_beats();
        let is_open = |planned: &&PlannedBar| planned.bar.end_beats() > open + REST_BEATS;
        let wanted = |planned: &PlannedBar| Part::ALL.into_iter().find(|part| planned.wanted[*part as usize]);
        let mut bars = self.plan.bars().iter().filter(is_open);
        let Some((planned, part)) = bars.find_map(|planned| Some((*planned, wanted(planned)?))) else { return false };
        let what = InHand::Bar(planned.bar.index, planned.revisions);
        self.with_question(part, &planned, open, |ask, hands| hands.ladder.ask(now_secs, what, ask));
        true
    }

    /// Asks for the bar of the next beat, on which the chord may change, over each chord that may come.
    fn prepare(&mut self, now_secs: f64) {
        let next_beats = self.place.beat.0.floor() + 1.0;
        let Some(planned) = self.bar_at(next_beats).filter(|_| !self.expected.is_empty()) else { return };
        let from = next_beats.max(planned.bar.begin_beats);
        let expected = self.expected;
        for part in [Part::Bass, Part::Keys, Part::Lead] {
            let is_asked = !self.rests(part, &planned)
                && self
                    .with_question(part, &planned, from, |ask, hands| hands.ladder.prepare(now_secs, ask, &expected));
            if is_asked {
                return;
            }
        }
    }

    /// Where the first note of a part begins that is not before `from_beats` and was played by the models.
    #[must_use]
    pub fn first_by_models(&self, part: Part, from_beats: f64) -> Option<f64> {
        let is_theirs = |bar: i64| {
            let mut bars = self.plan.bars().iter();
            let planned = bars.find(|planned| planned.bar.index == bar);
            planned
                .is_some_and(|p| p.rungs[part as usize].is_some_and(|r| r < Rung::Cached) && !p.wanted[part as usize])
        };
        let note = self.plan.notes(part).iter().find(|planned| planned.note.begin_beats >= from_beats)?;
        is_theirs(note.bar).then_some(note.note.begin_beats)
    }

    fn bar_at(&self, beats: f64) -> Option<PlannedBar> {
        let holds = |planned: &&PlannedBar| planned.bar.begin_beats <= beats && beats < planned.bar.end_beats();
        self.plan.bars().iter().find(holds).copied()
    }

    /// The player plays a chord, known at `now_beats`: was it planned with? Another colour of the same is no change.
    pub(super) fn meet(&mut self, now_beats: f64, chord: Chord) {
        let planned = self.chords.at(now_beats.round().max(now_beats - 0.5)).map(|span| span.chord);
        let name = |chord: Chord| (chord.root, chord.quality.family());
        if self.harmony.heard().spans().last().map(|span| name(span.chord)) == Some(name(chord)) {
            return;
        }
        if planned.map(name) != Some(name(chord)) {
            self.is_surprised = true;
            return;
        }
        let Some(bar) = self.bar_at(now_beats) else { return };
        self.count_prepared(&bar);
    }

    /// The first bar that was planned anew after a chord that came unforeseen.
    pub(super) fn count_change(&mut self, index: usize) {
        if std::mem::take(&mut self.is_surprised) {
            let bar = self.plan.bars()[index];
            self.count_prepared(&bar);
        }
    }

    fn count_prepared(&mut self, bar: &PlannedBar) {
        let by_models = |part: &Part| bar.rungs[*part as usize].is_some_and(|rung| rung < Rung::Cached);
        let can = |part: &Part| by_models(part) || bar.wanted[*part as usize];
        let mut parts = [Part::Bass, Part::Keys].into_iter().filter(can).peekable();
        if parts.peek().is_some() {
            self.ladder.figures.changes += 1;
            self.ladder.figures.prepared += u32::from(parts.all(|part| by_models(&part)));
        }
    }

    /// Counts the bars that begin before `open` and were not counted yet.
    pub(super) fn count_bars(&mut self, open: f64) {
        for planned in self.plan.bars().iter().rev() {
            if planned.bar.begin_beats < self.committed_beats {
                break;
            }
            if planned.bar.begin_beats >= open {
                continue;
            }
            for part in Part::ALL {
                let by_models = planned.rungs[part as usize].is_some_and(|rung| rung < Rung::Cached);
                self.ladder.figures.bars += u32::from(by_models || planned.wanted[part as usize]);
                self.ladder.figures.on_time += u32::from(by_models);
            }
        }
    }
}
