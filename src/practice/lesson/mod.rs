//! A lesson: an exercise in a tala at a speed, sung with a guide, and judged note by note.
//!
//! [`Lesson`] is told the beat of the transport ([`Lesson::pass`]) and the notes that are sung ([`Lesson::sing`]), which
//! it finds in the exercise however many are missing, extra or late. [`curriculum`] says which exercise comes next, from
//! the [`progress`] that the session keeps.

mod align;
mod clock;
mod course;
pub mod curriculum;
pub mod progress;
mod take;
#[cfg(test)]
mod tests;
mod timeline;
mod view;

pub use curriculum::{Curriculum, Stage};
pub use progress::{GATE_PASSED, GATE_TAKES, Progress, Record};
pub use take::{GATE_TALA_MS, GATE_TRUE_SHARE, NoteMark, Outcome, Score, SungNote};
pub use timeline::{ASKED_MAX, Asked, AskedLine, COUNT_IN_BEATS, Timeline};
pub use view::{CourseRow, CourseView, LessonView};

use crate::theory::raga::{Exercise, Note, Tala};
use align::Item;
use clock::Clock;
use course::Course;
use take::{Rules, Take};

/// Every figure, with its reason.
mod tuning {
    /// How late a note may be before it counts in the alignment: a unit of the exercise, and no less than this, seconds.
    pub const TOLERANCE_SECS: f64 = 0.35;
    /// How long after the end of a pass notes of it are still told: the teacher's settled line and a little more,
    /// seconds.
    pub const GRACE_SECS: f64 = 0.5;
    /// How much earlier than its time a note may begin and belong to the pass that it leads into, seconds.
    pub const EARLY_SECS: f64 = 0.25;
    /// How far before the end of a note the time stands, beats: on the note, not behind it.
    pub const EDGE_BEATS: f64 = 1e-3;
    /// Tempos and paces that make sense, beats a minute and shares.
    pub const BPM: (f64, f64) = (10.0, 400.0);
    pub const PACE: (f64, f64) = (0.25, 1.0);
    /// The shortest part that can be looped, beats.
    pub const PART_BEATS: f64 = 1.0;
}

/// How an exercise is practised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LessonSettings {
    /// Units of the exercise to a beat: 1, 2 or 4 (held to 1 to 8).
    pub speed: u8,
    /// The tempo that is worked for, beats (aksharas, matras) a minute, 10 to 400.
    pub bpm: f64,
    /// How much slower it is sung now: the share of the tempo, 0.25 to 1.
    pub pace: f64,
    /// Whether each line is sung by the guide first.
    pub is_sung_first: bool,
    /// Whether the guide goes along with the learner.
    pub is_guided: bool,
    /// Whether the time stands until a note is held true.
    pub waits: bool,
    /// The part that is repeated, from beat to beat of the exercise (whole ones); the whole exercise once without.
    pub part: Option<(f64, f64)>,
    /// Whether the raga is contested (confidence C): near is good enough, and nothing is off.
    pub is_lenient: bool,
}

impl Default for LessonSettings {
    fn default() -> Self {
        Self {
            speed: 1,
            bpm: curriculum::BASE_BPM,
            pace: 1.0,
            is_sung_first: false,
            is_guided: false,
            waits: false,
            part: None,
            is_lenient: false,
        }
    }
}

/// Where a lesson is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Not begun.
    #[default]
    Ready,
    /// So many beats are still counted, at least 1.
    CountIn(u32),
    /// The guide sings.
    Listening,
    /// The learner sings.
    Singing,
    /// The time stands until the note is held true.
    Waiting,
    /// The take is over.
    Done,
}

impl Phase {
    /// Whether the lesson was begun and is not over.
    #[must_use]
    pub fn is_under_way(self) -> bool {
        !matches!(self, Self::Ready | Self::Done)
    }
}

/// A note for the guide tone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GuideNote {
    /// Its number since the lesson was begun, rising by time.
    pub number: u64,
    /// When it begins, beats of the transport.
    pub begin_beats: f64,
    /// How long it sounds, beats.
    pub length_beats: f64,
    /// Which note.
    pub note: Note,
}

/// A lesson. `new` allocates; `pass` and `sing` do not and take microseconds. Nothing fails.
#[derive(Clone, Debug)]
pub struct Lesson {
    timeline: Timeline,
    settings: LessonSettings,
    course: Course,
    clock: Clock,
    now_beats: f64,
    phase: Phase,
    /// Where the first pass begins, beats of the pass.
    start_beats: f64,
    /// Passes that are over; the current one has this number.
    pass: u64,
    /// The take of the current pass, and the one before while its last notes come in.
    takes: [Take; 2],
    is_closing: bool,
    /// Notes of the pass that were held well enough, where the time waits for them.
    held: usize,
    last: Option<Score>,
    takes_done: u32,
}

impl Lesson {
    /// An exercise (already in its raga: [`Exercise::in_raga`]) in a tala, or without one.
    #[must_use]
    pub fn new(exercise: &Exercise, tala: Option<&Tala>, settings: LessonSettings) -> Self {
        let timeline = Timeline::new(exercise, settings.speed, tala);
        let settings = held(settings, timeline.beats());
        let course = Course::new(&timeline, settings.part, settings.is_sung_first);
        let bpm = settings.bpm * settings.pace;
        let rules = Rules {
            tolerance_beats: timeline.unit_beats().max(tuning::TOLERANCE_SECS * bpm / 60.0),
            ms_per_beat: 60_000.0 / bpm,
            has_tala: timeline.has_tala(),
            is_lenient: settings.is_lenient,
        };
        let take = Take::new(&course.dues, rules);
        Self {
            timeline,
            settings,
            course,
            clock: Clock::new(),
            now_beats: 0.0,
            phase: Phase::Ready,
            start_beats: 0.0,
            pass: 0,
            takes: [take.clone(), take],
            is_closing: false,
            held: 0,
            last: None,
            takes_done: 0,
        }
    }

    /// Begins at the next whole beat of the transport after `now_beats`, with a count-in.
    pub fn begin(&mut self, now_beats: f64) {
        self.begin_at(now_beats, 0.0);
    }

    /// Begins again from the beat of a note (its place among [`Timeline::notes`]), with a count-in: from its place in
    /// the part that is practised, or from the begin where it is not in it.
    pub fn begin_from(&mut self, now_beats: f64, asked: usize) {
        self.begin_at(now_beats, self.start_of(asked));
    }

    /// The beat of a note, beats of the pass.
    fn start_of(&self, asked: usize) -> f64 {
        let due = self.course.dues.iter().find(|due| due.asked >= asked);
        due.map_or(0.0, |due| due.item.begin_beats.floor())
    }

    /// The beat of the tala's cycle at which it begins, from a note or from its begin, and the beats that are counted
    /// before that.
    #[must_use]
    pub fn start(&self, asked: Option<usize>) -> (f64, u32) {
        let start_beats = asked.map_or(0.0, |asked| self.start_of(asked));
        (self.cycle_place_of(start_beats), self.count_in_beats())
    }

    fn count_in_beats(&self) -> u32 {
        self.timeline.cycle_beats().min(COUNT_IN_BEATS)
    }

    fn begin_at(&mut self, now_beats: f64, start_beats: f64) {
        let now_beats = if now_beats.is_finite() { now_beats } else { 0.0 };
        let count_in = f64::from(self.count_in_beats());
        self.start_beats = start_beats;
        self.now_beats = now_beats;
        self.clock.start(now_beats.ceil(), start_beats - count_in);
        self.pass = 0;
        self.held = self.course.dues.iter().take_while(|due| due.item.begin_beats < start_beats).count();
        self.is_closing = false;
        let first = self.held;
        self.takes.iter_mut().for_each(|take| take.begin(first));
        self.last = None;
        self.phase = self.phase_now();
    }

    /// Ends the lesson; what was sung is kept.
    pub fn stop(&mut self) {
        if self.is_under_way() {
            self.phase = Phase::Done;
        }
    }

    /// Tells the beat of the transport. Times that go back or are no numbers are passed over.
    pub fn pass(&mut self, now_beats: f64) {
        if !now_beats.is_finite() || now_beats < self.now_beats || !self.is_under_way() {
            return;
        }
        self.now_beats = now_beats;
        self.wait();
        let length_beats = self.course.beats.max(tuning::EDGE_BEATS);
        let grace_beats = tuning::GRACE_SECS / self.secs_per_beat();
        let number = (self.time_beats() / length_beats).max(0.0) as u64;
        if self.is_closing && (self.pass_beats() >= grace_beats || number > self.pass) {
            self.finish(self.other());
        }
        if self.settings.part.is_none() && self.pass_beats() >= self.course.beats + grace_beats {
            self.finish(self.current());
            self.phase = Phase::Done;
            return;
        }
        if self.settings.part.is_some() && number > self.pass {
            self.pass = number;
            self.is_closing = true;
            self.held = 0;
            self.start_beats = 0.0;
            let current = self.current();
            self.takes[current].begin(0);
        }
        // What is told late was sung in time: nothing is missed before its news could be here.
        let settled_beats = self.pass_beats() - grace_beats;
        let current = self.current();
        self.takes[current].settle(settled_beats);
        self.phase = self.phase_now();
    }

    /// Takes a note in that is sung, as it sounds or after its end; under the same id it replaces itself.
    pub fn sing(&mut self, note: SungNote) {
        let is_odd = !note.begin_beats.is_finite() || !note.end_beats.is_finite();
        if is_odd || !self.is_under_way() || note.end_beats < note.begin_beats {
            return;
        }
        let [begin_beats, end_beats] = [note.begin_beats, note.end_beats].map(|beats| self.clock.time_at(beats));
        if end_beats < self.start_beats && self.pass == 0 {
            return;
        }
        let length_beats = self.course.beats.max(tuning::EDGE_BEATS);
        let early_beats = (tuning::EARLY_SECS / self.secs_per_beat()).min(0.5 * (end_beats - begin_beats));
        let number = ((begin_beats + early_beats) / length_beats).max(0.0) as u64;
        let number = if self.settings.part.is_some() { number.min(self.pass + 1) } else { 0 };
        let in_pass = |number: u64| {
            let base = number as f64 * length_beats;
            Item { semitones: note.semitones, begin_beats: begin_beats - base, end_beats: end_beats - base }
        };
        if number + 1 == self.pass && self.is_closing {
            let other = self.other();
            self.takes[other].sing(note, in_pass(number));
        } else if number >= self.pass {
            let item = in_pass(self.pass);
            let is_sung_time = self.course.at(item.begin_beats + early_beats).is_some_and(|p| !p.is_listening);
            if is_sung_time {
                let current = self.current();
                self.takes[current].sing(note, item);
            }
            self.hold(&note, item);
        }
    }

    /// The notes that were told under this id and later ones are none: what sounds is told anew.
    pub fn forget(&mut self, id: u64) {
        for take in &mut self.takes {
            take.forget(id);
        }
    }

    /// Goes on to the next note where this one holds the note that is waited for.
    fn hold(&mut self, note: &SungNote, item: Item) {
        let Some(due) = self.course.dues.get(self.held).filter(|_| self.settings.waits) else { return };
        let early_beats = tuning::EARLY_SECS / self.secs_per_beat();
        if item.end_beats >= due.item.begin_beats - early_beats && self.rules().is_held(note, due.item) {
            self.held += 1;
            self.clock.go(self.now_beats);
        }
    }

    /// Lets the time stand at the end of a note that was not held yet.
    fn wait(&mut self) {
        let Some(due) = self.course.dues.get(self.held).filter(|_| self.settings.waits) else { return };
        let edge_beats = due.item.end_beats - tuning::EDGE_BEATS;
        let over_beats = self.pass_beats() - edge_beats;
        if over_beats >= 0.0 && self.clock.is_running() {
            let time_beats = self.time_beats() - over_beats;
            self.clock.stand(self.now_beats - over_beats, time_beats);
        }
    }

    fn finish(&mut self, take: usize) {
        let take = &mut self.takes[take];
        take.settle(f64::INFINITY);
        self.last = Some(take.score(None));
        self.takes_done += 1;
        self.is_closing = false;
    }

    fn current(&self) -> usize {
        (self.pass % 2) as usize
    }

    fn other(&self) -> usize {
        1 - self.current()
    }

    fn rules(&self) -> Rules {
        self.takes[self.current()].rules()
    }

    fn secs_per_beat(&self) -> f64 {
        60.0 / self.tempo_bpm()
    }

    /// Whether it was begun and is not over.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        self.phase.is_under_way()
    }

    /// The lesson's time now, beats; negative in a count-in.
    fn time_beats(&self) -> f64 {
        self.clock.time_at(self.now_beats)
    }

    /// The time in the current pass, beats.
    fn pass_beats(&self) -> f64 {
        self.time_beats() - self.pass as f64 * self.course.beats
    }

    fn phase_now(&self) -> Phase {
        let time_beats = self.time_beats();
        let is_standing = !self.clock.is_running();
        match self.course.at(self.pass_beats()) {
            _ if self.pass == 0 && time_beats < self.start_beats => {
                Phase::CountIn((self.start_beats - time_beats).ceil().max(1.0) as u32)
            }
            _ if is_standing => Phase::Waiting,
            Some(passage) if passage.is_listening => Phase::Listening,
            _ => Phase::Singing,
        }
    }

    /// Where the lesson is.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// The exercise in time.
    #[must_use]
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// How it is practised.
    #[must_use]
    pub fn settings(&self) -> LessonSettings {
        self.settings
    }

    /// The tempo that the transport should have, beats a minute.
    #[must_use]
    pub fn tempo_bpm(&self) -> f64 {
        self.settings.bpm * self.settings.pace
    }

    /// The place in the exercise now, beats from its begin; in a count-in, where it will begin.
    #[must_use]
    pub fn place_beats(&self) -> f64 {
        let pass_beats = self.pass_beats().clamp(self.start_beats, self.course.beats);
        let passage = self.course.at(pass_beats);
        passage.map_or(0.0, |p| (p.from_beats + pass_beats - p.begin_beats).min(p.to_beats))
    }

    /// The note that is sung or listened to now, by its place among [`Timeline::notes`]; none before the first.
    #[must_use]
    pub fn cursor(&self) -> Option<usize> {
        let place_beats = self.place_beats();
        self.timeline.notes().partition_point(|note| note.begin_beats <= place_beats).checked_sub(1)
    }

    /// The beat of the tala's cycle now, from 0 (sam) up to the beats of the cycle; the count-in leads to it.
    #[must_use]
    pub fn cycle_place_beats(&self) -> f64 {
        self.cycle_place_of(self.pass_beats())
    }

    fn cycle_place_of(&self, pass_beats: f64) -> f64 {
        let from_beats = self.course.passages.first().map_or(0.0, |passage| passage.from_beats);
        (from_beats + pass_beats).rem_euclid(f64::from(self.timeline.cycle_beats()))
    }

    /// The note that the time waits for.
    #[must_use]
    pub fn waited_for(&self) -> Option<Note> {
        let due = self.course.dues.get(self.held).filter(|_| self.phase == Phase::Waiting)?;
        self.timeline.notes().get(due.asked).map(|asked| asked.note)
    }

    /// The mark of a note of this pass, by its place among [`Timeline::notes`].
    #[must_use]
    pub fn mark(&self, asked: usize) -> NoteMark {
        let take = &self.takes[self.current()];
        let at = take.dues().partition_point(|due| due.asked < asked);
        let is_due = take.dues().get(at).is_some_and(|due| due.asked == asked);
        if is_due { take.marks()[at] } else { NoteMark::default() }
    }

    /// The figures of this pass so far; of one line of the timeline, or of all. Allocates.
    #[must_use]
    pub fn score(&self, line: Option<usize>) -> Score {
        self.takes[self.current()].score(line)
    }

    /// The figures of the last take that was brought to its end.
    #[must_use]
    pub fn last_take(&self) -> Option<Score> {
        self.last
    }

    /// Takes brought to their end.
    #[must_use]
    pub fn takes_done(&self) -> u32 {
        self.takes_done
    }

    /// Whether takes like this count for the gate: the whole exercise in its tempo, without waiting.
    #[must_use]
    pub fn is_counted(&self) -> bool {
        let settings = &self.settings;
        !settings.waits && settings.part.is_none() && settings.pace >= 1.0 && self.start_beats <= 0.0
    }

    /// Adds the guide's notes that begin from `from_beats` to before `to_beats` of the transport: the lines that are
    /// listened to, and those that are sung where the guide goes along. While the time stands nothing is to come, nor
    /// what follows on a note that may still have to be waited for; [`Self::waited_for`] is what may sound.
    pub fn guide_notes(&self, from_beats: f64, to_beats: f64, out: &mut Vec<GuideNote>) {
        if !self.is_under_way() || !self.clock.is_running() {
            return;
        }
        let waited = self.course.dues.get(self.held).filter(|_| self.settings.waits);
        let known_beats = waited.map_or(f64::INFINITY, |due| due.item.end_beats - tuning::EDGE_BEATS);
        let passes = if self.settings.part.is_some() && waited.is_none() { 2 } else { 1 };
        for pass in self.pass..self.pass + passes {
            let base = pass as f64 * self.course.beats;
            let start_beats = if pass == 0 { self.start_beats } else { 0.0 };
            let sounding = self.course.passages.iter().filter(|p| p.is_listening || self.settings.is_guided);
            let first = pass * (self.course.passages.len() * self.timeline.notes().len()) as u64;
            for (number, due) in (first..).zip(sounding.flat_map(|passage| course::dues(&self.timeline, passage))) {
                let begin_beats = self.clock.transport_at(base + due.item.begin_beats, self.now_beats);
                let is_wanted = (from_beats..to_beats).contains(&begin_beats)
                    && (start_beats..known_beats).contains(&due.item.begin_beats);
                if let Some(asked) = self.timeline.notes().get(due.asked).filter(|_| is_wanted) {
                    let length_beats = due.item.end_beats - due.item.begin_beats;
                    out.push(GuideNote { number, begin_beats, length_beats, note: asked.note });
                }
            }
        }
    }
}

/// The settings within their ranges, for an exercise of so many beats.
fn held(settings: LessonSettings, beats: f64) -> LessonSettings {
    let finite = |value: f64, other: f64| if value.is_finite() { value } else { other };
    let part = settings.part.filter(|(from, to)| from.is_finite() && to.is_finite()).map(|(from, to)| {
        let (from, to) = (from.floor(), to.ceil());
        let from = from.clamp(0.0, (beats - tuning::PART_BEATS).max(0.0));
        (from, to.clamp((from + tuning::PART_BEATS).min(beats), beats))
    });
    LessonSettings {
        speed: settings.speed.clamp(1, 8),
        bpm: finite(settings.bpm, curriculum::BASE_BPM).clamp(tuning::BPM.0, tuning::BPM.1),
        pace: finite(settings.pace, 1.0).clamp(tuning::PACE.0, tuning::PACE.1),
        part,
        ..settings
    }
}
