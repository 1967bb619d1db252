//! The teacher's book: what was sung so far, judged and added up.

use super::contour::{Figure, Held, Point, Shape};
use super::order::{Order, Remark};
use super::phrase::Phrases;
use super::swaras::SwaraTable;
use super::targets::{Subject, Targets};
use super::tuning::{contour, verdict as limits, view as tuning};
use super::verdict::{Judge, Judgement, Marking, Verdict};
use crate::base::keep_newest;
use crate::theory::raga::Grade;
use std::collections::VecDeque;

/// A figure and the verdict on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// What was sung.
    pub figure: Figure,
    /// How it stands.
    pub judgement: Judgement,
}

impl Judged {
    /// Whether it is a note (held or swung), not a way between notes.
    #[must_use]
    pub fn is_note(&self) -> bool {
        matches!(self.figure.shape, Shape::Held(_) | Shape::Swing(_))
    }
}

/// A remark and how often it was made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Repeated {
    pub remark: Remark,
    pub count: u32,
}

/// Judges what becomes final and adds it up. `new` allocates; nothing else does.
#[derive(Debug)]
pub(super) struct Book {
    pub judge: Judge,
    pub order: Order,
    pub table: SwaraTable,
    pub phrases: Phrases,
    pub marks: VecDeque<Judged>,
    pub waiting: VecDeque<Judged>,
    pub remarks: VecDeque<Remark>,
    pub repeated: Vec<Repeated>,
    /// Nothing that began before this is judged: it was no clear voice.
    pub clear_from_secs: f64,
}

impl Book {
    pub fn new(subject: &Subject, marking: Marking) -> Self {
        Self {
            judge: Judge { targets: Targets::of(subject), marking },
            order: Order::new(subject),
            table: SwaraTable::new(),
            phrases: Phrases::new(),
            marks: VecDeque::with_capacity(tuning::MARKS_MAX),
            waiting: VecDeque::with_capacity(tuning::WAITING_MAX),
            remarks: VecDeque::with_capacity(tuning::REMARKS_MAX),
            repeated: Vec::with_capacity(tuning::REMARK_KINDS_MAX),
            clear_from_secs: f64::MIN,
        }
    }

    /// Forgets what was sung.
    pub fn reset(&mut self) {
        self.order.forget();
        self.table.reset();
        self.phrases.reset();
        self.marks.clear();
        self.waiting.clear();
        self.remarks.clear();
        self.repeated.clear();
        self.clear_from_secs = f64::MIN;
    }

    /// How a figure stands, as far as is known.
    pub fn judged(&self, figure: Figure) -> Judged {
        let is_clear = figure.begin_secs >= self.clear_from_secs;
        let judgement = self.judge.figure(&figure);
        let verdict = if is_clear { judgement.verdict } else { Verdict::Unjudged };
        Judged { figure, judgement: Judgement { verdict, ..judgement } }
    }

    /// Takes in a figure that is final, with the points of it that are judged.
    pub fn take(&mut self, figure: Figure, points: &[Point]) {
        let judged = self.judged(figure);
        if figure.begin_secs >= self.clear_from_secs {
            self.add_up(&judged, points);
        } else {
            self.order.forget();
        }
        keep_newest(&mut self.marks, tuning::MARKS_MAX, judged);
        keep_newest(&mut self.waiting, tuning::WAITING_MAX, judged);
    }

    fn add_up(&mut self, judged: &Judged, points: &[Point]) {
        let Judged { figure, judgement } = *judged;
        let semitones = judgement.place.semitones;
        let secs = figure.end_secs - figure.begin_secs;
        match &figure.shape {
            Shape::Held(held) => {
                self.note(judged);
                for point in points {
                    self.table.hold(semitones, point.cents, 1);
                    self.phrases.hold(point.at_secs, point.cents - self.judge.targets.cents(semitones));
                }
                let is_stable = f64::from(held.judged_secs) + contour::ONSET_SECS >= f64::from(limits::OFF_SECS);
                self.follow(figure.begin_secs, semitones, is_stable);
            }
            Shape::Swing(_) => {
                self.note(judged);
                self.table.swing(semitones, (secs / contour::HOP_SECS) as u32);
                // Where it swings about no note, nobody can say which one was left or arrived at.
                if judgement.place.off_cents.abs() <= limits::ABOUT_CENTS {
                    self.follow(figure.begin_secs, semitones, true);
                } else {
                    self.order.forget();
                }
            }
            Shape::Turn => self.order.forget(),
            Shape::Glide(_) | Shape::Touch(_) => {}
        }
    }

    /// Counts a note, or goes on with the one before.
    fn note(&mut self, judged: &Judged) {
        let Judged { figure, judgement } = *judged;
        if figure.is_continued {
            self.phrases.prolong(figure.end_secs);
            return;
        }
        self.phrases.note([figure.begin_secs, figure.end_secs], judgement);
        self.table.count(judgement.place.semitones);
    }

    fn follow(&mut self, at_secs: f64, semitones: i16, is_stable: bool) {
        let remark = self.order.note(at_secs, semitones, is_stable, self.judge.marking);
        let Some(remark) = remark.filter(|remark| !remark.grade.is_allowed()) else { return };
        keep_newest(&mut self.remarks, tuning::REMARKS_MAX, remark);
        let is_same = |other: &&mut Repeated| {
            let Remark { from, to, grade, .. } = other.remark;
            let is_same_note = |a: i16, b: i16| (a - b) % 12 == 0;
            // A note from outside is told by itself, wherever it was come to from.
            let is_same_step = to - from == remark.to - remark.from && is_same_note(from, remark.from);
            grade == remark.grade && is_same_note(to, remark.to) && (grade == Grade::Foreign || is_same_step)
        };
        let is_room = self.repeated.len() < tuning::REMARK_KINDS_MAX;
        match self.repeated.iter_mut().find(is_same) {
            Some(same) => same.count += 1,
            None if is_room => self.repeated.push(Repeated { remark, count: 1 }),
            None => {}
        }
    }

    /// Takes in a key of a keyboard, whose pitch is exact: a note held from its beginning on. `is_melody` says whether
    /// it follows another, rather than sounding with it.
    pub fn key(&mut self, at_secs: f64, semitones: i16, is_melody: bool) {
        let judged = self.judged(key_figure(&self.judge.targets, semitones, [at_secs; 2]));
        self.note(&judged);
        if is_melody {
            self.follow(at_secs, semitones, true);
        } else {
            self.order.forget();
        }
    }

    /// The same key is let go.
    pub fn key_up(&mut self, semitones: i16, [begin_secs, end_secs]: [f64; 2]) {
        let judged = self.judged(key_figure(&self.judge.targets, semitones, [begin_secs, end_secs]));
        let frames = ((end_secs - begin_secs) / contour::HOP_SECS).clamp(0.0, 1e6) as u32;
        self.table.hold(semitones, self.judge.targets.cents(semitones), frames);
        self.phrases.prolong(end_secs);
        keep_newest(&mut self.marks, tuning::MARKS_MAX, judged);
        keep_newest(&mut self.waiting, tuning::WAITING_MAX, judged);
    }
}

/// A key as a held note.
pub(super) fn key_figure(targets: &Targets, semitones: i16, [begin_secs, end_secs]: [f64; 2]) -> Figure {
    let cents = targets.cents(semitones);
    let held = Held {
        cents,
        onset_cents: cents,
        settled_cents: cents,
        spread_cents: 0.0,
        judged_secs: ((end_secs - begin_secs) as f32).max(limits::OFF_SECS),
        vibrato: None,
    };
    Figure { begin_secs, end_secs, shape: Shape::Held(held), consonants: 0, is_continued: false }
}
