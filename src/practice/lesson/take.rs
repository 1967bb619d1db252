//! A take: what was sung of what was asked for, note by note.

use super::super::verdict::Verdict;
use super::align::{ASKED_WINDOW, Item, SUNG_WINDOW, Table};

/// How much of the notes' time must be true for a take to count: the gate of the curriculum,
pub const GATE_TRUE_SHARE: f32 = 0.85;
/// and how far from the tala their onsets may be, the median, ms.
pub const GATE_TALA_MS: f32 = 60.0;

/// Every other threshold, with its reason.
mod tuning {
    /// How many tolerances after its end an asked note can no longer be the one that is sung: the alignment would
    /// rather call it missing.
    pub const PAST: f64 = 6.0;
}

/// A note that was sung, or still sounds. A note of the teacher's that is fed again under its `id` replaces itself.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SungNote {
    /// The same for the same note from one feeding to the next.
    pub id: u64,
    /// When it begins, beats of the transport.
    pub begin_beats: f64,
    /// When it ends (so far), beats of the transport.
    pub end_beats: f64,
    /// The note that it is, semitones above middle Sa.
    pub semitones: i16,
    /// How well it is in tune as that note.
    pub verdict: Verdict,
}

/// What became of an asked note.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// It is still to come, or was not asked for in this take.
    #[default]
    Coming,
    /// It was sung.
    Sung,
    /// Another note was sung in its place.
    Wrong,
    /// It was not sung.
    Missed,
}

/// How an asked note was sung.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct NoteMark {
    /// What became of it.
    pub outcome: Outcome,
    /// In tune or not; of a wrong note `Off` (where the raga is contested, `Near`); unjudged where nothing was sung.
    pub verdict: Verdict,
    /// How late it began, ms; early is negative. None where it went on from the note before it, or was not sung.
    pub offset_ms: Option<f32>,
    /// The note that was sung in its place, semitones above middle Sa.
    pub sung_semitones: Option<i16>,
}

/// What was sung in figures: of a line or of a take.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Score {
    /// Notes that were asked for and whose time has come.
    pub notes: u32,
    /// Of them: in tune,
    pub in_tune: u32,
    /// near,
    pub near: u32,
    /// off or another note,
    pub off: u32,
    /// and not sung at all.
    pub missed: u32,
    /// Notes that nobody asked for. Of a take; in a line they are not told apart.
    pub extra: u32,
    /// The share of the asked time that was in tune, 0 to 1. What was sung and could not be judged is left out; where
    /// the raga is contested, near is good enough.
    pub true_share: f32,
    /// How late the notes were, median, ms; early is negative. None without a tala.
    pub tala_offset_ms: Option<f32>,
    /// How far they were from the tala, median, ms. None without a tala.
    pub tala_error_ms: Option<f32>,
}

impl Score {
    /// Whether the take counts for the gate: as true as [`GATE_TRUE_SHARE`], and nearer to the tala than [`GATE_TALA_MS`]
    /// where there is one.
    #[must_use]
    pub fn is_passed(&self) -> bool {
        let is_in_time = self.tala_error_ms.is_none_or(|error| error < GATE_TALA_MS);
        self.notes > 0 && self.true_share >= GATE_TRUE_SHARE && is_in_time
    }

    /// "14 of 15 in tune", "13 of 15 in tune, 1 missed".
    #[must_use]
    pub fn headline(&self) -> String {
        let missed = if self.missed > 0 { format!(", {} missed", self.missed) } else { String::new() };
        format!("{} of {} in tune{missed}", self.in_tune, self.notes)
    }
}

/// A note of a pass.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Due {
    /// The place among the notes of the timeline.
    pub asked: usize,
    /// The line of the timeline.
    pub line: usize,
    /// In the time of the pass.
    pub item: Item,
}

/// How a take is judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rules {
    /// How late a note may be before it counts in the alignment, beats.
    pub tolerance_beats: f64,
    pub ms_per_beat: f64,
    pub has_tala: bool,
    /// Whether near is good enough, and nothing is off.
    pub is_lenient: bool,
}

/// A pass through the notes. `new` allocates for so many notes; nothing else does.
#[derive(Clone, Debug)]
pub(super) struct Take {
    rules: Rules,
    dues: Vec<Due>,
    items: Vec<Item>,
    marks: Vec<NoteMark>,
    /// The sung notes whose place may still change, the oldest first.
    open: Vec<(SungNote, Item)>,
    open_items: Vec<Item>,
    /// The first note that is asked for.
    first: usize,
    /// So many of the notes asked for have their mark for good.
    fixed: usize,
    fixed_extra: u32,
    table: Table,
}

impl Take {
    pub(super) fn new(dues: &[Due], rules: Rules) -> Self {
        Self {
            rules,
            dues: dues.to_vec(),
            items: dues.iter().map(|due| due.item).collect(),
            marks: vec![NoteMark::default(); dues.len()],
            open: Vec::with_capacity(SUNG_WINDOW),
            open_items: Vec::with_capacity(SUNG_WINDOW),
            first: 0,
            fixed: 0,
            fixed_extra: 0,
            table: Table::new(),
        }
    }

    /// Forgets what was sung; the notes before this one are not asked for.
    pub(super) fn begin(&mut self, first: usize) {
        self.marks.fill(NoteMark::default());
        self.open.clear();
        self.first = first.min(self.dues.len());
        self.fixed = self.first;
        self.fixed_extra = 0;
    }

    pub(super) fn rules(&self) -> Rules {
        self.rules
    }

    pub(super) fn dues(&self) -> &[Due] {
        &self.dues
    }

    /// The marks in the order of the dues.
    pub(super) fn marks(&self) -> &[NoteMark] {
        &self.marks
    }

    /// Takes a sung note in, whose time in the pass is `item`.
    pub(super) fn sing(&mut self, note: SungNote, item: Item) {
        match self.open.iter_mut().rev().find(|(open, _)| open.id == note.id) {
            Some(open) => *open = (note, item),
            None => {
                let past_beats = item.begin_beats - tuning::PAST * self.rules.tolerance_beats;
                let is_long_ago = self.open.last().is_some_and(|(_, last)| last.end_beats < past_beats);
                if is_long_ago {
                    self.fix(self.open.len());
                } else if self.open.len() == SUNG_WINDOW {
                    self.fix(SUNG_WINDOW / 2);
                }
                self.open.push((note, item));
            }
        }
        self.skip_past(item.begin_beats);
        self.align();
    }

    /// Forgets the sung notes from this id on.
    pub(super) fn forget(&mut self, id: u64) {
        let count = self.open.len();
        self.open.retain(|(note, _)| note.id < id);
        if self.open.len() < count {
            self.align();
        }
    }

    /// Lets the notes that nobody sang until `now_beats` of the pass be missed.
    pub(super) fn settle(&mut self, now_beats: f64) {
        for (due, mark) in self.dues.iter().zip(&mut self.marks).skip(self.first) {
            if mark.outcome == Outcome::Coming && due.item.end_beats < now_beats {
                mark.outcome = Outcome::Missed;
            }
        }
    }

    /// Asked notes so long ago that no open note can be one of them are done with.
    fn skip_past(&mut self, sung_beats: f64) {
        let oldest = self.open.iter().map(|(_, item)| item.begin_beats).fold(sung_beats, f64::min);
        let past_beats = oldest - tuning::PAST * self.rules.tolerance_beats;
        while self.dues.get(self.fixed).is_some_and(|due| due.item.end_beats < past_beats) {
            self.fixed += 1;
        }
    }

    fn align(&mut self) {
        self.open_items.clear();
        self.open_items.extend(self.open.iter().map(|(_, item)| *item));
        self.table.align(&self.items[self.fixed..], &self.open_items, self.rules.tolerance_beats);
        let end = (self.fixed + ASKED_WINDOW).min(self.marks.len());
        for mark in &mut self.marks[self.fixed..end] {
            let is_missed = mark.outcome == Outcome::Missed;
            *mark =
                NoteMark { outcome: if is_missed { Outcome::Missed } else { Outcome::Coming }, ..NoteMark::default() };
        }
        let mut before: Option<(usize, usize)> = None;
        let mut longest_beats = 0.0;
        for pair in &self.table.pairs {
            let (note, item) = self.open[pair.1];
            let asked = self.items[self.fixed + pair.0];
            let is_same_asked = before.is_some_and(|before| before.0 == pair.0);
            let is_same_sung = before.is_some_and(|before| before.1 == pair.1);
            let beats = item.end_beats - item.begin_beats;
            let mark = &mut self.marks[self.fixed + pair.0];
            // Of a note that was taken anew the longest part has the verdict, the first the onset.
            if !is_same_asked || beats > longest_beats {
                let offset_ms = mark.offset_ms;
                *mark = self.rules.mark(note, asked);
                mark.offset_ms = offset_ms;
                longest_beats = beats;
            }
            if !is_same_asked && !is_same_sung && mark.outcome == Outcome::Sung {
                mark.offset_ms = Some(((item.begin_beats - asked.begin_beats) * self.rules.ms_per_beat) as f32);
            }
            before = Some(*pair);
        }
    }

    /// Gives the oldest `count` of the open notes their place for good.
    fn fix(&mut self, count: usize) {
        let older = self.table.pairs.iter().filter(|(_, sung)| *sung < count);
        let asked = older.map(|(asked, _)| asked + 1).max().unwrap_or(0);
        let is_paired = |sung: usize| self.table.pairs.iter().any(|pair| pair.1 == sung);
        self.fixed_extra += (0..count).filter(|sung| !is_paired(*sung)).count() as u32;
        self.fixed = (self.fixed + asked).min(self.dues.len());
        self.open.drain(..count);
    }

    /// The figures of what has been sung; of one line, or of all.
    pub(super) fn score(&self, line: Option<usize>) -> Score {
        let mut score = Score::default();
        let (mut true_beats, mut judged_beats) = (0.0, 0.0);
        // The dues are in the order of their lines.
        let first = line.map_or(0, |line| self.dues.partition_point(|due| due.line < line));
        let end = line.map_or(self.dues.len(), |line| self.dues.partition_point(|due| due.line <= line));
        let marks = self.dues[first..end].iter().zip(&self.marks[first..end]);
        for (due, mark) in marks.clone() {
            if mark.outcome == Outcome::Coming {
                continue;
            }
            score.notes += 1;
            score.in_tune += u32::from(mark.verdict == Verdict::True);
            score.near += u32::from(mark.verdict == Verdict::Near);
            score.off += u32::from(mark.verdict == Verdict::Off);
            score.missed += u32::from(mark.outcome == Outcome::Missed);
            let is_judged = mark.outcome != Outcome::Sung || mark.verdict != Verdict::Unjudged;
            let is_good = mark.outcome == Outcome::Sung && self.rules.is_good(mark.verdict);
            let beats = due.item.end_beats - due.item.begin_beats;
            judged_beats += if is_judged { beats } else { 0.0 };
            true_beats += if is_good { beats } else { 0.0 };
        }
        score.true_share = if judged_beats > 0.0 { (true_beats / judged_beats) as f32 } else { 0.0 };
        if self.rules.has_tala {
            let mut offsets: Vec<f32> = marks.filter_map(|(_, mark)| mark.offset_ms).collect();
            score.tala_offset_ms = median(&mut offsets);
            offsets.iter_mut().for_each(|offset| *offset = offset.abs());
            score.tala_error_ms = median(&mut offsets);
        }
        if line.is_none() {
            let is_paired = |sung: usize| self.table.pairs.iter().any(|pair| pair.1 == sung);
            score.extra = self.fixed_extra + (0..self.open.len()).filter(|sung| !is_paired(*sung)).count() as u32;
        }
        score
    }
}

impl Rules {
    fn is_good(self, verdict: Verdict) -> bool {
        verdict == Verdict::True || self.is_lenient && verdict == Verdict::Near
    }

    /// Whether a sung note is the asked one and held well enough to go on.
    pub(super) fn is_held(self, note: &SungNote, asked: Item) -> bool {
        note.semitones == asked.semitones && self.is_good(note.verdict)
    }

    fn mark(self, note: SungNote, asked: Item) -> NoteMark {
        let is_right = note.semitones == asked.semitones;
        let verdict = match (is_right, self.is_lenient) {
            (true, true) if note.verdict == Verdict::Off => Verdict::Near,
            (true, _) => note.verdict,
            (false, true) => Verdict::Near,
            (false, false) => Verdict::Off,
        };
        NoteMark {
            outcome: if is_right { Outcome::Sung } else { Outcome::Wrong },
            verdict,
            offset_ms: None,
            sung_semitones: Some(note.semitones),
        }
    }
}

/// The middle of the values, which are sorted by it; of an even number of them the mean of the middle two.
fn median(values: &mut [f32]) -> Option<f32> {
    values.sort_by(f32::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    Some(if values.len().is_multiple_of(2) { f32::midpoint(values[middle - 1], upper) } else { upper })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: Rules = Rules { tolerance_beats: 0.5, ms_per_beat: 500.0, has_tala: true, is_lenient: false };

    /// A note on each beat, four to a line.
    fn take(notes: &[i16], rules: Rules) -> Take {
        let due = |(asked, note): (usize, &i16)| {
            let begin_beats = asked as f64;
            let item = Item { semitones: *note, begin_beats, end_beats: begin_beats + 1.0 };
            Due { asked, line: asked / 4, item }
        };
        Take::new(&notes.iter().enumerate().map(due).collect::<Vec<_>>(), rules)
    }

    fn sing(take: &mut Take, id: u64, semitones: i16, begin_beats: f64, verdict: Verdict) {
        let end_beats = begin_beats + 0.9;
        let note = SungNote { id, begin_beats, end_beats, semitones, verdict };
        take.sing(note, Item { semitones, begin_beats, end_beats });
    }

    #[test]
    fn each_note_gets_its_verdict_and_its_time() {
        let mut take = take(&[0, 2, 4, 5], RULES);
        sing(&mut take, 1, 0, 0.05, Verdict::True);
        sing(&mut take, 2, 2, 1.2, Verdict::Near);
        sing(&mut take, 3, 3, 2.0, Verdict::True);
        take.settle(3.0);
        assert_eq!(take.marks()[3].outcome, Outcome::Coming, "its time has not come");
        take.settle(9.0);
        let outcomes: Vec<Outcome> = take.marks().iter().map(|mark| mark.outcome).collect();
        assert_eq!(outcomes, [Outcome::Sung, Outcome::Sung, Outcome::Wrong, Outcome::Missed]);
        assert_eq!(take.marks()[2].verdict, Verdict::Off);
        let score = take.score(None);
        assert_eq!((score.notes, score.in_tune, score.near, score.off, score.missed), (4, 1, 1, 1, 1));
        assert!((score.true_share - 0.25).abs() < 1e-6);
        let error = score.tala_error_ms.expect("a tala");
        assert!((error - 62.5).abs() < 0.1 && !score.is_passed(), "{error}");
        assert_eq!(score.headline(), "1 of 4 in tune, 1 missed");
    }

    #[test]
    fn a_note_that_is_corrected_changes_its_mark_alone() {
        let mut take = take(&[0, 2], RULES);
        sing(&mut take, 1, 0, 0.0, Verdict::Off);
        sing(&mut take, 2, 2, 1.0, Verdict::True);
        sing(&mut take, 1, 0, 0.0, Verdict::True);
        assert_eq!(take.score(None).in_tune, 2);
        assert!(take.score(None).is_passed());
    }

    #[test]
    fn what_sounded_otherwise_than_it_seemed_leaves_no_mark() {
        let mut take = take(&[0, 2, 4], RULES);
        sing(&mut take, 1, 0, 0.0, Verdict::True);
        sing(&mut take, 2, 6, 0.9, Verdict::Off);
        sing(&mut take, 3, 7, 1.1, Verdict::Off);
        take.forget(2);
        assert_eq!((take.marks()[1].outcome, take.score(None).extra), (Outcome::Coming, 0));
        sing(&mut take, 2, 2, 1.0, Verdict::True);
        assert_eq!((take.marks()[1].outcome, take.score(None).in_tune), (Outcome::Sung, 2));
    }

    #[test]
    fn a_contested_raga_fails_nobody() {
        let mut take = take(&[0, 2, 4], Rules { is_lenient: true, ..RULES });
        sing(&mut take, 1, 0, 0.0, Verdict::Near);
        sing(&mut take, 2, 2, 1.0, Verdict::Off);
        sing(&mut take, 3, 3, 2.0, Verdict::True);
        let score = take.score(None);
        assert_eq!((score.off, score.near), (0, 3));
        assert!(score.true_share > 0.6, "the wrong note alone is not counted as sung");
    }

    #[test]
    fn what_cannot_be_judged_is_left_out() {
        let mut take = take(&[0, 2], RULES);
        sing(&mut take, 1, 0, 0.0, Verdict::Unjudged);
        sing(&mut take, 2, 2, 1.0, Verdict::True);
        assert!((take.score(None).true_share - 1.0).abs() < 1e-6);
        assert_eq!(take.score(None).in_tune, 1);
    }

    #[test]
    fn lines_have_their_own_figures() {
        let mut take = take(&[0, 2, 4, 5, 7, 5, 4, 2], RULES);
        for (id, note) in [0, 2, 4, 5, 7, 5, 4, 2].into_iter().enumerate() {
            let verdict = if id < 4 { Verdict::True } else { Verdict::Near };
            sing(&mut take, id as u64, note, id as f64 + if id < 4 { 0.02 } else { -0.04 }, verdict);
        }
        let [one, two] = [0, 1].map(|line| take.score(Some(line)));
        assert_eq!((one.in_tune, one.near, two.in_tune, two.near), (4, 0, 0, 4));
        assert!((one.tala_offset_ms.expect("a tala") - 10.0).abs() < 0.1);
        assert!((two.tala_offset_ms.expect("a tala") + 20.0).abs() < 0.1);
    }

    #[test]
    fn long_takes_are_aligned_piece_by_piece() {
        let scale = [0_i16, 2, 4, 5, 7, 9, 11, 12, 11, 9, 7, 5, 4, 2];
        let notes: Vec<i16> = (0..600).map(|at| scale[at % scale.len()]).collect();
        let mut take = take(&notes, RULES);
        // Two hundred notes in the middle are left out; every tenth note has an extra one beside it.
        for (at, note) in notes.iter().enumerate().filter(|(at, _)| !(200..400).contains(at)) {
            sing(&mut take, at as u64, *note, at as f64 + 0.1, Verdict::True);
            if at % 10 == 0 {
                sing(&mut take, 10_000 + at as u64, note + 6, at as f64 + 0.6, Verdict::Off);
            }
        }
        take.settle(1000.0);
        let score = take.score(None);
        assert!(score.in_tune >= 398 && score.missed >= 198 && score.extra >= 38, "{score:?}");
        assert!((score.tala_error_ms.expect("a tala") - 50.0).abs() < 1.0);
        take.begin(0);
        assert_eq!(take.score(None), Score { tala_offset_ms: None, ..Score::default() });
    }
}
