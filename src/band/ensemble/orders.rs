//! What the player asks of the band while it plays.

use super::{Band, Order, Stale};
use crate::band::ensemble::tuning;
use crate::band::form::Cue;
use crate::band::part::Part;
use crate::band::plan::Mark;
use crate::base::{BandMessage, Beats};

impl Band {
    /// Carries out what the player asks.
    pub fn order(&mut self, order: Order) {
        let open = self.open_beats();
        match order {
            Order::Form(cue) => self.cue(cue),
            Order::StopOnBeat => self.stop_at(open.ceil()),
            Order::Again => self.again(open),
            Order::Forget => {
                self.harmony.forget();
                self.context.forget();
                self.stale = Stale::All;
            }
            Order::Surprise => {
                self.surprises = self.surprises.wrapping_add(1);
                self.salt_open(|_| true);
                self.stale = Stale::All;
            }
            Order::Veto(part, id) => self.mark(part, id, Mark::Vetoed),
            Order::Pin(part, id) => self.mark(part, id, Mark::Pinned),
            Order::Swap(part, id) => self.swap(part, id),
            Order::Chord(at_beats, chord) => self.harmony.ask(at_beats.max(open), chord),
        }
    }

    /// Open bars are taken back to the form before them, which hears `cue` and goes on from there.
    fn cue(&mut self, cue: Cue) {
        if cue == Cue::HandOver && !self.settings.mode.mode().takes_turns {
            return;
        }
        if let Some(first) = self.plan.take_back(self.open_beats()) {
            self.form = first.form;
            self.drop_from(first.bar.begin_beats - tuning::EARLY_BEATS, first.bar.index);
            self.messages.push(BandMessage::StopAt(Beats(f64::INFINITY)));
        }
        self.form.cue(cue);
    }

    /// The notes of `bar` and later ones that begin at `from` or later are not played.
    fn drop_from(&mut self, from: f64, bar: i64) {
        let from = from.max(self.open_beats());
        for part in Part::ALL {
            self.plan.remove(part, from, bar..=i64::MAX);
            self.send(part, from, 0);
        }
    }

    fn stop_at(&mut self, beats: f64) {
        if self.place.is_playing {
            self.drop_from(beats, i64::MIN);
            self.messages.push(BandMessage::StopAt(Beats(beats)));
        }
    }

    /// The seeds of the open bars become those of the bars before them.
    fn again(&mut self, open: f64) {
        let bars = self.plan.bars_mut();
        let Some(first) = bars.iter().position(|planned| planned.bar.begin_beats >= open) else { return };
        for index in first..bars.len() {
            if let Some(before) = index.checked_sub(bars.len() - first) {
                bars[index].salts = bars[before].salts;
            }
        }
        self.stale = Stale::All;
    }

    fn salt_open(&mut self, is_meant: impl Fn(Part) -> bool) {
        let open = self.open_beats();
        for planned in self.plan.bars_mut().iter_mut().filter(|planned| planned.bar.end_beats() > open) {
            for part in Part::ALL.into_iter().filter(|part| is_meant(*part)) {
                planned.salts[part as usize] = planned.salts[part as usize].wrapping_add(1);
            }
        }
    }

    fn mark(&mut self, part: Part, id: u32, mark: Mark) {
        let open = self.open_beats();
        if self.plan.mark(part, id, open, mark).is_some() {
            self.send(part, open, 0);
        }
    }

    /// The bar that the note belongs to gets other notes, as far as it is open.
    fn swap(&mut self, part: Part, id: u32) {
        let open = self.open_beats();
        let Some(note) = self.plan.notes(part).iter().find(|n| n.id == id).copied() else { return };
        let Some(planned) = self.plan.bars_mut().iter_mut().find(|planned| planned.bar.index == note.bar) else {
            return;
        };
        planned.salts[part as usize] = planned.salts[part as usize].wrapping_add(1);
        let planned = *planned;
        self.plan.unmark(part, note.note.begin_beats);
        self.plan.remove(part, open, note.bar..=note.bar);
        self.ask(part, &planned, open);
        self.send(part, open, 0);
    }
}
