//! The plan: the bars to come, their notes, and what the player said of them.

use super::form::{Form, FormBar};
use super::part::Part;
use super::phrase::{Bar, Feel, Note, Rung};
use crate::base::keep_newest;
use std::collections::VecDeque;
use std::ops::RangeInclusive;

/// Bars that are kept, the past ones among them.
const BARS_MAX: usize = 48;
/// Notes of each part that are kept, the past ones among them.
const NOTES_MAX: usize = 2048;
/// Notes of one part that begin within this of each other, in beats, are one stroke.
const STROKE_BEATS: f64 = 0.06;

/// What the player said of a note that is still open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mark {
    /// Nothing.
    #[default]
    None,
    /// It must not sound.
    Vetoed,
    /// It must stay.
    Pinned,
}

/// A note of the plan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlannedNote {
    /// Names it for as long as it is there.
    pub id: u32,
    /// What is played.
    pub note: Note,
    /// The bar it was planned for; it may begin a little before.
    pub bar: i64,
    /// What the player said.
    pub mark: Mark,
}

/// A bar of the plan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlannedBar {
    /// Which.
    pub bar: Bar,
    /// What the form made it.
    pub form_bar: FormBar,
    /// The form before it.
    pub form: Form,
    /// Where each part's notes came from; `None` where the part rests.
    pub rungs: [Option<Rung>; Part::COUNT],
    /// How long before it was planned each part's notes were made, in beats: 0 where that was for this bar.
    pub ages_beats: [f64; Part::COUNT],
    /// Which parts the models are still to be asked for.
    pub wanted: [bool; Part::COUNT],
    /// Fixes each part's choices; another one asks for other notes.
    pub salts: [u32; Part::COUNT],
    /// What the parts shared when it was first planned.
    pub feel: Feel,
    /// How often it was planned anew.
    pub revisions: u32,
    /// When it was planned last, in beats of the transport.
    pub planned_beats: f64,
    /// How long before its beat the latest of its notes was sent, in beats; `None` while the music stands.
    pub slack_beats: Option<f64>,
}

/// The plan of all parts. Allocates in `new` alone.
#[derive(Clone, Debug)]
pub struct Plan {
    bars: VecDeque<PlannedBar>,
    notes: [VecDeque<PlannedNote>; Part::COUNT],
    ids: u32,
}

impl Default for Plan {
    fn default() -> Self {
        Self::new()
    }
}

impl Plan {
    /// An empty plan.
    #[must_use]
    pub fn new() -> Self {
        Self {
            bars: VecDeque::with_capacity(BARS_MAX),
            notes: std::array::from_fn(|_| VecDeque::with_capacity(NOTES_MAX)),
            ids: 0,
        }
    }

    /// The bars, the earliest first.
    #[must_use]
    pub fn bars(&self) -> &VecDeque<PlannedBar> {
        &self.bars
    }

    /// The bars, to be changed.
    pub fn bars_mut(&mut self) -> &mut VecDeque<PlannedBar> {
        &mut self.bars
    }

    /// The bar with this index, to be changed.
    pub fn bar_mut(&mut self, index: i64) -> Option<&mut PlannedBar> {
        self.bars.iter_mut().find(|planned| planned.bar.index == index)
    }

    /// The notes of a part, by their begin.
    #[must_use]
    pub fn notes(&self, part: Part) -> &VecDeque<PlannedNote> {
        &self.notes[part as usize]
    }

    /// Up to where it reaches, in beats; `None` while it is empty.
    #[must_use]
    pub fn end_beats(&self) -> Option<f64> {
        self.bars.back().map(|planned| planned.bar.end_beats())
    }

    /// Adds a bar after the last. The oldest goes when there is no room.
    pub fn push_bar(&mut self, bar: PlannedBar) {
        keep_newest(&mut self.bars, BARS_MAX, bar);
    }

    /// Takes back the bars that begin at `from_beats` or later; the first of them.
    pub fn take_back(&mut self, from_beats: f64) -> Option<PlannedBar> {
        let first = self.bars.iter().position(|planned| planned.bar.begin_beats >= from_beats - 1e-9)?;
        let planned = self.bars[first];
        self.bars.truncate(first);
        Some(planned)
    }

    /// Adds notes of a part for a bar, but for those that take the place of a stroke that the player vetoed or pinned.
    pub fn add(&mut self, part: Part, bar: i64, notes: &[Note]) {
        for note in notes {
            let is_taken = self.notes[part as usize]
                .iter()
                .rev()
                .take_while(|other| other.note.begin_beats > note.begin_beats - 2.0)
                .any(|other| other.mark != Mark::None && is_one_stroke(&other.note, note));
            if !is_taken {
                self.insert(part, bar, *note);
            }
        }
    }

    fn insert(&mut self, part: Part, bar: i64, note: Note) {
        let notes = &mut self.notes[part as usize];
        if notes.len() == NOTES_MAX {
            notes.pop_front();
        }
        self.ids = self.ids.wrapping_add(1);
        let place = notes.partition_point(|other| other.note.begin_beats <= note.begin_beats);
        notes.insert(place, PlannedNote { id: self.ids, note, bar, mark: Mark::None });
    }

    /// Forgets the notes of a part that begin at `from_beats` or later and belong to `bars`, but for those that the
    /// player marked.
    pub fn remove(&mut self, part: Part, from_beats: f64, bars: RangeInclusive<i64>) {
        self.notes[part as usize].retain(|planned| {
            let is_meant = planned.note.begin_beats >= from_beats && bars.contains(&planned.bar);
            !is_meant || planned.mark != Mark::None
        });
    }

    /// The number of the newest note.
    #[must_use]
    pub fn newest(&self) -> u32 {
        self.ids
    }

    /// The notes of a part that begin before `at_beats` and sound beyond it end there.
    pub fn trim(&mut self, part: Part, at_beats: f64) {
        for planned in &mut self.notes[part as usize] {
            let note = &mut planned.note;
            if note.begin_beats < at_beats && note.end_beats() > at_beats {
                note.length_beats = at_beats - note.begin_beats;
            }
        }
    }

    /// Marks the stroke of a part that the note `id` belongs to, if it begins at `open_beats` or later; where it
    /// begins. The same mark again takes it off.
    pub fn mark(&mut self, part: Part, id: u32, open_beats: f64, mark: Mark) -> Option<f64> {
        let notes = &mut self.notes[part as usize];
        let struck = *notes.iter().find(|planned| planned.id == id && planned.note.begin_beats >= open_beats)?;
        let mark = if struck.mark == mark { Mark::None } else { mark };
        for planned in notes.iter_mut().filter(|planned| is_one_stroke(&planned.note, &struck.note)) {
            planned.mark = mark;
        }
        Some(struck.note.begin_beats)
    }

    /// Takes the player's mark off the stroke that begins at `at_beats`.
    pub fn unmark(&mut self, part: Part, at_beats: f64) {
        let is_meant = |planned: &&mut PlannedNote| (planned.note.begin_beats - at_beats).abs() < STROKE_BEATS;
        self.notes[part as usize].iter_mut().filter(is_meant).for_each(|planned| planned.mark = Mark::None);
    }

    /// Forgets what ended before `before_beats`.
    pub fn forget(&mut self, before_beats: f64) {
        for notes in &mut self.notes {
            while notes.front().is_some_and(|planned| planned.note.end_beats() < before_beats) {
                notes.pop_front();
            }
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.bars.clear();
        self.notes.iter_mut().for_each(VecDeque::clear);
    }
}

fn is_one_stroke(a: &Note, b: &Note) -> bool {
    (a.begin_beats - b.begin_beats).abs() < STROKE_BEATS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(begin_beats: f64, key: u8) -> Note {
        Note { begin_beats, length_beats: 1.0, key, velocity: 80 }
    }

    fn keys(plan: &Plan) -> Vec<(f64, u8, Mark)> {
        plan.notes(Part::Keys).iter().map(|n| (n.note.begin_beats, n.note.key, n.mark)).collect()
    }

    #[test]
    fn a_vetoed_stroke_stays_vetoed_and_a_pinned_one_stays_when_the_bar_is_planned_anew() {
        let mut plan = Plan::new();
        plan.add(Part::Keys, 0, &[note(0.0, 60), note(1.0, 62), note(1.02, 65), note(2.0, 64)]);
        let ids: Vec<u32> = plan.notes(Part::Keys).iter().map(|n| n.id).collect();
        assert_eq!(plan.mark(Part::Keys, ids[1], 0.5, Mark::Vetoed), Some(1.0));
        assert_eq!(plan.mark(Part::Keys, ids[3], 0.5, Mark::Pinned), Some(2.0));
        assert_eq!(plan.mark(Part::Keys, ids[0], 0.5, Mark::Vetoed), None, "it is out already");
        plan.remove(Part::Keys, 0.5, 0..=0);
        plan.add(Part::Keys, 0, &[note(1.01, 70), note(1.98, 71), note(3.0, 72)]);
        let (vetoed, pinned) = (Mark::Vetoed, Mark::Pinned);
        let wanted =
            [(0.0, 60, Mark::None), (1.0, 62, vetoed), (1.02, 65, vetoed), (2.0, 64, pinned), (3.0, 72, Mark::None)];
        assert_eq!(keys(&plan), wanted);
        plan.mark(Part::Keys, ids[2], 0.5, Mark::Vetoed);
        assert_eq!(keys(&plan)[1].2, Mark::None, "a second veto takes it back");
    }
}
