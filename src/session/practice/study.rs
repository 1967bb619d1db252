//! A lesson in the room: told the transport's beat and what is sung, with its guide, and shown.

use super::guide::Guide;
use crate::base::{BandMessage, Place};
use crate::practice::lesson::{Lesson, LessonSettings, LessonView, NoteMark, SungNote, Timeline};
use crate::practice::{Judged, Name, Names, Teacher};
use crate::theory::raga::{Exercise, Tala};
use std::sync::Arc;

mod tuning {
    /// A transport that stands elsewhere than its tempo says has jumped, beats.
    pub const JUMP_BEATS: f64 = 0.5;
    /// The transport is at the lesson's begin within this time, or somebody stopped it. Seconds.
    pub const BEGIN_SECS: f64 = 1.5;
    /// A tempo that differs by less than this share is the lesson's own.
    pub const TEMPO_SHARE: f64 = 0.02;
    /// How often the note that sounds is told: the line is cut anew every 20 ms. Seconds.
    pub const TELL_SECS: f64 = 0.03;
}

/// What is studied.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The exercise, in the raga that is practised.
    pub exercise: Arc<Exercise>,
    /// The tala; none sings freely.
    pub tala: Option<Arc<Tala>>,
    /// How it is practised.
    pub settings: LessonSettings,
}

/// A begin that waits for the transport.
#[derive(Clone, Copy, Debug)]
struct Wish {
    /// Where on the transport the count-in begins, beats.
    begin_beats: f64,
    from: Option<usize>,
    until_secs: f64,
}

/// A lesson and what belongs to it. `new` and views allocate; what is called for every block does not.
pub struct Study {
    exercise: Arc<Exercise>,
    lesson: Lesson,
    timeline: Arc<Timeline>,
    names: Arc<[Name]>,
    wish: Option<Wish>,
    /// Begins that were wished for.
    begins: u32,
    guide: Guide,
    place: Place,
    place_secs: f64,
    /// Whether the transport has kept the lesson's tempo since it began.
    is_in_tempo: bool,
    /// Notes that became final: the next one has this id.
    finals: u64,
    told_secs: f64,
}

impl Study {
    /// A lesson that is not begun. Allocates.
    #[must_use]
    pub fn new(plan: &Plan, names: &Names) -> Self {
        let lesson = Lesson::new(&plan.exercise, plan.tala.as_deref(), plan.settings);
        let mut study = Self {
            exercise: Arc::clone(&plan.exercise),
            timeline: Arc::new(lesson.timeline().clone()),
            lesson,
            names: Arc::default(),
            wish: None,
            begins: 0,
            guide: Guide::new(),
            place: Place::default(),
            place_secs: 0.0,
            is_in_tempo: true,
            finals: 0,
            told_secs: f64::NEG_INFINITY,
        };
        study.set_names(names);
        study
    }

    /// What the notes are called from now on. Allocates.
    pub fn set_names(&mut self, names: &Names) {
        self.names = self.timeline.notes().iter().map(|asked| names.name(asked.note.semitones())).collect();
    }

    /// Begins as soon as the transport is at `begin_beats`, where the count-in begins.
    pub fn begin(&mut self, begin_beats: f64, from: Option<usize>) {
        self.begins += 1;
        self.wish = Some(Wish { begin_beats, from, until_secs: self.place_secs + tuning::BEGIN_SECS });
    }

    /// Ends the lesson; what was sung stays.
    pub fn stop(&mut self, out: &mut Vec<BandMessage>) {
        self.wish = None;
        self.lesson.stop();
        self.guide.end(&self.place, out);
    }

    /// A block is over: the transport stands at `place`. `tuned` gives key and cents of a note; what the guide sings
    /// goes to `out`.
    pub fn pass(&mut self, now_secs: f64, place: Place, tuned: impl Fn(i16) -> (u8, f32), out: &mut Vec<BandMessage>) {
        let foreseen = self.place.beat_in(now_secs - self.place_secs);
        let has_jumped = !place.is_playing || (place.beat.0 - foreseen).abs() > tuning::JUMP_BEATS;
        (self.place, self.place_secs) = (place, now_secs);
        self.wish = self.wish.filter(|wish| now_secs < wish.until_secs);
        if has_jumped && self.lesson.is_under_way() && self.wish.is_none() {
            self.stop(out);
        }
        if let Some(wish) = self.wish.filter(|_| place.is_playing && (has_jumped || !self.lesson.is_under_way())) {
            let (_, count_in_beats) = self.lesson.start(wish.from);
            if (0.0..f64::from(count_in_beats)).contains(&(place.beat.0 - wish.begin_beats)) {
                self.guide.begin(&place, out);
                match wish.from {
                    Some(asked) => self.lesson.begin_from(wish.begin_beats, asked),
                    None => self.lesson.begin(wish.begin_beats),
                }
                self.is_in_tempo = true;
            }
        }
        if place.is_playing {
            let wanted_bpm = self.lesson.tempo_bpm();
            self.is_in_tempo &= (place.tempo_bpm / wanted_bpm - 1.0).abs() < tuning::TEMPO_SHARE;
            self.lesson.pass(place.beat.0);
        }
        self.guide.pass(&self.lesson, &place, tuned, out);
    }

    /// A figure became final, which was heard so long after its beat.
    pub fn sing(&mut self, judged: &Judged, late_secs: f64) {
        if judged.is_note() {
            self.lesson.sing(self.sung(judged, late_secs, self.finals));
            self.finals += 1;
            // What is open has other numbers from here on.
            self.told_secs = f64::NEG_INFINITY;
        }
    }

    /// What sounds now and may still change, in the place of what was told of it before.
    pub fn hear(&mut self, teacher: &Teacher, late_secs: f64) {
        if self.place_secs - self.told_secs < tuning::TELL_SECS || !self.lesson.is_under_way() {
            return;
        }
        self.told_secs = self.place_secs;
        self.lesson.forget(self.finals);
        for (id, judged) in (self.finals..).zip(teacher.open_notes()) {
            self.lesson.sing(self.sung(&judged, late_secs, id));
        }
    }

    fn sung(&self, judged: &Judged, late_secs: f64, id: u64) -> SungNote {
        let beat = |secs: f64| self.place.beat_in(secs - late_secs - self.place_secs);
        SungNote {
            id,
            begin_beats: beat(judged.figure.begin_secs),
            end_beats: beat(judged.figure.end_secs),
            semitones: judged.judgement.place.semitones,
            verdict: judged.judgement.verdict,
        }
    }

    /// Units of the exercise to a beat.
    #[must_use]
    pub fn parts(&self) -> u8 {
        self.lesson.settings().speed
    }

    /// The exercise's id.
    #[must_use]
    pub fn exercise_id(&self) -> &str {
        &self.exercise.id
    }

    /// What the page shows. Allocates.
    #[must_use]
    pub fn view(&self) -> LessonView {
        let lesson = &self.lesson;
        let bpm = if self.place.is_playing { self.place.tempo_bpm } else { lesson.tempo_bpm() };
        LessonView {
            exercise: Arc::clone(&self.exercise),
            timeline: Arc::clone(&self.timeline),
            names: Arc::clone(&self.names),
            settings: lesson.settings(),
            phase: lesson.phase(),
            begins: self.begins - u32::from(self.wish.is_some() && !lesson.is_under_way()),
            place_beats: lesson.place_beats(),
            cycle_place_beats: lesson.cycle_place_beats(),
            beat_secs: 60.0 / bpm.max(1.0),
            cursor: lesson.cursor(),
            marks: (0..self.timeline.notes().len()).map(|asked| lesson.mark(asked)).collect::<Vec<NoteMark>>(),
            lines: (0..self.timeline.lines().len()).map(|line| lesson.score(Some(line))).collect(),
            score: lesson.score(None),
            last_take: lesson.last_take(),
            takes_done: lesson.takes_done(),
            is_counted: lesson.is_counted() && self.is_in_tempo,
        }
    }
}
