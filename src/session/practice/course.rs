//! The exercises: which there are, which is chosen and how it is practised, and how far the learner is with each.

use super::order::LessonWish;
use super::own::with_own;
use super::study::Plan;
use crate::base::limits::TEMPO_BPM_MIN;
use crate::practice::lesson::curriculum::Gate;
use crate::practice::lesson::progress::Sung;
use crate::practice::lesson::{CourseRow, CourseView, Curriculum, Lesson, LessonSettings, LessonView, Progress, Stage};
use crate::session::settings::PracticeSettings;
use crate::theory::raga::{Confidence, Exercise, ExerciseError, Raga, RagaBook, Tala, Tradition, tables};
use std::sync::Arc;

/// How an exercise is practised, but for its tempo.
#[derive(Clone, Copy, Debug)]
struct How {
    speed: u8,
    pace: f64,
    is_sung_first: bool,
    is_guided: bool,
    waits: bool,
    part: Option<(f64, f64)>,
}

/// The exercises and the learner's way through them.
pub struct Course {
    /// All: of the tables, then the learner's own.
    exercises: Vec<Exercise>,
    names: Vec<String>,
    ways: [Curriculum; 2],
    progress: Progress,
    how: How,
    chosen: Option<usize>,
    /// The one that is chosen, in the raga that is practised; none where it does not go with it.
    fitted: Option<Exercise>,
    /// What the teacher was told last.
    told: Option<Plan>,
    /// Of that, the takes that were counted.
    takes: u32,
    /// Of that, the begins that the teacher was asked for,
    begins: u32,
    /// and whether the last of them is still to be answered.
    is_awaited: bool,
    is_under_way: bool,
    view: Arc<CourseView>,
}

/// What is new of a lesson.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// The lesson that was under way is over.
    pub is_over: bool,
    /// A take was counted: the progress is to be kept.
    pub has_progress: bool,
    /// What was opened, a sentence.
    pub opened: Option<String>,
}

impl Course {
    /// The exercises of the tables and the learner's own, as the settings have them. Allocates.
    #[must_use]
    pub fn new(own: Vec<Exercise>, progress: Progress, settings: &PracticeSettings) -> Self {
        let exercises: Vec<Exercise> = with_own(own);
        let chosen = settings.exercise.as_ref().and_then(|id| exercises.iter().position(|one| one.id == *id));
        let how = How {
            speed: settings.speed.unwrap_or(1),
            pace: settings.pace_percent.map_or(1.0, |percent| f64::from(percent) / 100.0),
            is_sung_first: settings.is_sung_first,
            is_guided: settings.is_guided,
            waits: settings.waits,
            part: None,
        };
        Self {
            names: exercises.iter().map(name_of).collect(),
            ways: Tradition::ALL.map(|tradition| Curriculum::new(&tables().exercises, tradition)),
            exercises,
            progress,
            how,
            chosen,
            fitted: None,
            told: None,
            takes: 0,
            begins: 0,
            is_awaited: false,
            is_under_way: false,
            view: Arc::default(),
        }
    }

    /// What the settings keep of it.
    pub fn write_settings(&self, settings: &mut PracticeSettings) {
        let how = &self.how;
        settings.exercise = self.exercise().map(|exercise| exercise.id.clone());
        settings.speed = Some(how.speed);
        settings.pace_percent = Some((100.0 * how.pace).round() as u8);
        (settings.is_sung_first, settings.is_guided, settings.waits) = (how.is_sung_first, how.is_guided, how.waits);
    }

    /// The exercise that is chosen, as it is written.
    #[must_use]
    pub fn exercise(&self) -> Option<&Exercise> {
        self.chosen.and_then(|chosen| self.exercises.get(chosen))
    }

    /// What was done, to be kept.
    #[must_use]
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// The exercises as they are shown.
    #[must_use]
    pub fn view(&self) -> &Arc<CourseView> {
        &self.view
    }

    /// Whether the lesson was begun and is not over, as far as is known.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        self.is_under_way
    }

    /// Chooses an exercise, by its id, or none; an id that is not known changes nothing. Another raga, where it does not
    /// go with this one.
    pub fn choose<'a>(&mut self, id: Option<&str>, raga: &Raga, ragas: &'a RagaBook) -> Option<&'a Raga> {
        let Some(id) = id else {
            self.chosen = None;
            return None;
        };
        let chosen = self.exercises.iter().position(|exercise| exercise.id == id)?;
        self.chosen = Some(chosen);
        self.how.part = None;
        let exercise = &self.exercises[chosen];
        trouble_of(exercise, raga)?;
        ragas.find(&exercise.raga, Some(exercise.tradition)).ok()
    }

    /// Opens an exercise by hand, by its id; whether it was not open.
    pub fn open(&mut self, id: &str) -> bool {
        let is_new = self.exercises.iter().any(|exercise| exercise.id == id)
            && !self.progress.opened.iter().any(|opened| opened == id);
        if is_new {
            self.progress.opened.push(id.to_owned());
        }
        is_new
    }

    /// Practises otherwise.
    pub fn wish(&mut self, wish: LessonWish) {
        let how = &mut self.how;
        match wish {
            LessonWish::Speed(speed) => {
                how.speed = speed.clamp(1, 8);
                // The same beats are other notes.
                how.part = None;
            }
            LessonWish::Pace(pace) if pace.is_finite() => how.pace = pace.clamp(0.25, 1.0),
            LessonWish::Pace(_) => {}
            LessonWish::SungFirst(is_sung_first) => how.is_sung_first = is_sung_first,
            LessonWish::Guided(is_guided) => how.is_guided = is_guided,
            LessonWish::Waits(waits) => how.waits = waits,
            LessonWish::Part(part) => how.part = part,
        }
    }

    /// Fits the exercise to the raga that is practised, and draws the picture anew. Allocates.
    pub fn fit(&mut self, raga: &Raga) {
        let exercise = self.exercise();
        let fitted = exercise.filter(|exercise| exercise.tradition == raga.tradition);
        self.fitted = fitted.and_then(|exercise| exercise.in_raga(raga).ok());
        let way = &self.ways[raga.tradition as usize];
        let row = |(exercise, name): (&Exercise, &String)| {
            let way = &self.ways[exercise.tradition as usize];
            CourseRow {
                id: exercise.id.clone(),
                name: name.clone(),
                focus: exercise.focus.clone(),
                group: exercise.group.clone(),
                speeds: exercise.speeds.clone(),
                is_open: way.is_exercise_open(&self.progress, &exercise.id),
                is_passed: way.is_exercise_passed(&self.progress, &exercise.id),
                trouble: trouble_of(exercise, raga),
            }
        };
        let next = way.current(&self.progress);
        let gate = match self.stage() {
            Some(stage) => self.ways[self.exercise().map_or(0, |e| e.tradition as usize)].gate(&self.progress, &stage),
            None => Gate::default(),
        };
        self.view = Arc::new(CourseView {
            rows: self.exercises.iter().zip(&self.names).map(row).collect(),
            chosen: self.chosen,
            next: next.and_then(|stage| self.exercises.iter().position(|exercise| exercise.id == stage.exercise)),
            opens: gate.opens.as_ref().map_or_else(String::new, |opens| self.words(opens)),
            gate,
        });
    }

    /// The speed of the exercise: the one that is wished where it is sung with it.
    fn speed(&self) -> u8 {
        let speeds = self.exercise().map_or(&[][..], |exercise| &exercise.speeds);
        if speeds.contains(&self.how.speed) { self.how.speed } else { speeds.first().copied().unwrap_or(1) }
    }

    fn stage(&self) -> Option<Stage> {
        self.exercise().map(|exercise| Curriculum::stage(&self.progress, &exercise.id, self.speed()))
    }

    /// What a stage is called after the one that is chosen: "Palta 5", "speed 2", "63 a minute".
    fn words(&self, stage: &Stage) -> String {
        let at = self.exercises.iter().position(|exercise| exercise.id == stage.exercise);
        match at.filter(|at| Some(*at) != self.chosen) {
            Some(at) => self.names[at].clone(),
            None if stage.speed != self.speed() => format!("speed {}", stage.speed),
            None => format!("{:.0} a minute", stage.bpm()),
        }
    }

    /// What is to be studied now; none sings freely.
    #[must_use]
    pub fn plan(&self, raga: &Raga, tala: Option<&Arc<Tala>>) -> Option<Plan> {
        let exercise = self.fitted.as_ref()?;
        let bpm = self.stage()?.bpm();
        let how = &self.how;
        let is_contested = raga.confidence == Confidence::C || exercise.confidence == Confidence::C;
        let settings = LessonSettings {
            speed: self.speed(),
            bpm,
            pace: how.pace.max(TEMPO_BPM_MIN / bpm),
            is_sung_first: how.is_sung_first,
            is_guided: how.is_guided,
            waits: how.waits,
            part: how.part,
            is_lenient: is_contested,
        };
        Some(Plan { exercise: Arc::new(exercise.clone()), tala: tala.cloned(), settings })
    }

    /// Notes what the teacher is told; false where they know it already.
    pub fn tell(&mut self, plan: Option<&Plan>) -> bool {
        let is_known = plan == self.told.as_ref();
        if !is_known {
            self.told = plan.cloned();
            (self.takes, self.begins) = (0, 0);
            self.end();
        }
        !is_known
    }

    /// Begins the lesson, from a note or from its begin. Where that is, and its tempo: the beat of the cycle, the beats
    /// that are counted in, and beats a minute. Allocates.
    pub fn begin(&mut self, from: Option<usize>) -> Option<(f64, u32, f64)> {
        let plan = self.told.as_ref()?;
        let lesson = Lesson::new(&plan.exercise, plan.tala.as_deref(), plan.settings);
        let (at_beats, count_in_beats) = lesson.start(from);
        self.begins += 1;
        (self.is_awaited, self.is_under_way) = (true, true);
        Some((at_beats.round(), count_in_beats, lesson.tempo_bpm()))
    }

    /// The lesson is over; whether it was under way.
    pub fn end(&mut self) -> bool {
        self.is_awaited = false;
        std::mem::take(&mut self.is_under_way)
    }

    /// Takes in what the ear shows of the lesson, on a day: a take that came to its end is counted.
    pub fn fold(&mut self, lesson: Option<&LessonView>, raga: &Raga, day: i32) -> News {
        let told = self.told.as_ref().map(|told| Arc::clone(&told.exercise));
        let lesson = lesson.filter(|lesson| told.is_some_and(|told| Arc::ptr_eq(&told, &lesson.exercise)));
        // What it showed before it knew of the begin is no answer.
        self.is_awaited &= lesson.is_none_or(|lesson| lesson.begins < self.begins);
        let is_under_way = self.is_awaited || lesson.is_some_and(|lesson| lesson.phase.is_under_way());
        let was_under_way = std::mem::replace(&mut self.is_under_way, is_under_way);
        let mut news = News { is_over: was_under_way && !self.is_under_way, ..News::default() };
        let Some(lesson) = lesson.filter(|lesson| lesson.takes_done > self.takes) else { return news };
        self.takes = lesson.takes_done;
        if let (Some(score), true, Some(chosen)) = (lesson.last_take, lesson.is_counted, self.chosen) {
            let (id, name) = (self.exercises[chosen].id.clone(), self.names[chosen].clone());
            let way = &self.ways[self.exercises[chosen].tradition as usize];
            let settings = lesson.settings;
            let stage = Curriculum::stage(&self.progress, &id, settings.speed);
            let was_passed = way.gate(&self.progress, &stage).is_passed;
            let sung = Sung { exercise: &id, raga: &raga.name, speed: settings.speed, bpm: settings.bpm };
            let opens = self.progress.add(sung, &score, day);
            let opened = way.after(&stage).filter(|_| opens && !was_passed);
            news.has_progress = true;
            news.opened = opened.map(|opened| match self.words(&opened) {
                words if opened.exercise == id => format!("{name}: {words} is open"),
                words => format!("{words} is open"),
            });
            self.fit(raga);
        }
        news
    }
}

/// Why an exercise is not sung in a raga, a sentence.
fn trouble_of(exercise: &Exercise, raga: &Raga) -> Option<String> {
    let name = name_of(exercise);
    let why = if exercise.tradition == raga.tradition {
        let error = exercise.in_raga(raga).err()?;
        ExerciseError { exercise: name, ..error }.to_string()
    } else {
        let whose = if exercise.tradition == Tradition::Carnatic { "South" } else { "North" };
        format!("{name} is of the {whose}")
    };
    Some(format!("{why}; it comes with its own raga, {}", exercise.raga))
}

/// What people call an exercise: "Sarali varisai 1", "Palta 4"; its id for one of the learner's own.
#[must_use]
pub fn name_of(exercise: &Exercise) -> String {
    let is_own = !tables().exercises.iter().any(|other| other.id == exercise.id);
    let plain: Vec<&str> = exercise.group.split(['(', ')']).step_by(2).flat_map(str::split_whitespace).collect();
    let plain = plain.join(" ");
    let plain = plain.rsplit(" / ").next().unwrap_or_default();
    let others = tables().exercises.iter().filter(|other| other.group == exercise.group).count();
    let mut letters = plain.chars();
    match letters.next() {
        Some(first) if !is_own => {
            let number = if others > 1 { format!(" {}", exercise.order) } else { String::new() };
            format!("{}{}{number}", first.to_uppercase(), letters.as_str())
        }
        _ => exercise.id.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raga(name: &str) -> Raga {
        tables().ragas.find(name, None).expect(name).clone()
    }

    fn course() -> Course {
        let mut course = Course::new(Vec::new(), Progress::default(), &PracticeSettings::default());
        course.fit(&raga("Mayamalavagowla"));
        course
    }

    fn choose(course: &mut Course, id: &str, raga: &Raga) -> Option<String> {
        let other = course.choose(Some(id), raga, &tables().ragas).cloned();
        course.fit(other.as_ref().unwrap_or(raga));
        other.map(|raga| raga.name)
    }

    #[test]
    fn exercises_have_names_for_people() {
        let course = course();
        let name = |id: &str| {
            let row = course.view().rows.iter().find(|row| row.id == id);
            row.expect(id).name.clone()
        };
        assert_eq!(name("CAR-SARALI-01"), "Sarali varisai 1");
        assert_eq!(name("CAR-DHATU-02"), "Dhatu varisai 2");
        assert_eq!(name("HIN-PALTA-04"), "Palta 4");
        assert_eq!((name("HIN-SWARASTHANA-1"), name("CAR-KARVAI-1")), ("Long tones".into(), "Karvai".into()));
        let names: std::collections::BTreeSet<&String> = course.view().rows.iter().map(|row| &row.name).collect();
        assert_eq!(names.len(), tables().exercises.len(), "each its own");
    }

    #[test]
    fn an_exercise_that_does_not_go_with_the_raga_comes_with_its_own() {
        let mut course = course();
        let first = raga("Mayamalavagowla");
        assert_eq!(choose(&mut course, "CAR-SARALI-01", &first), None);
        assert_eq!(course.plan(&first, None).map(|plan| plan.settings.speed), Some(1));
        assert_eq!(choose(&mut course, "HIN-PALTA-04", &first).as_deref(), Some("Bilawal"));
        assert!(course.plan(&raga("Bilawal"), None).is_some());
        let five = raga("Mohanam");
        course.fit(&five);
        assert_eq!(course.plan(&five, None), None, "of the North, and the raga is of the South");
        let row = |id: &str| course.view().rows.iter().find(|row| row.id == id).expect(id).trouble.clone();
        assert_eq!(row("CAR-ALANK-07"), None);
        let said = row("CAR-SARALI-01").expect("five notes");
        assert!(said.starts_with("Sarali varisai 1: Mohanam has no Ma") && said.ends_with("Mayamalavagowla"), "{said}");
        assert!(row("HIN-PALTA-04").is_some_and(|said| said.contains("of the North")));
    }

    #[test]
    fn a_wish_is_kept_in_its_range_and_a_contested_raga_is_marked_gently() {
        let mut course = course();
        let first = raga("Mayamalavagowla");
        choose(&mut course, "CAR-SARALI-01", &first);
        for wish in [
            LessonWish::Speed(2),
            LessonWish::Pace(0.1),
            LessonWish::Waits(true),
            LessonWish::Part(Some((1.0, 3.0))),
            LessonWish::Pace(f64::NAN),
        ] {
            course.wish(wish);
        }
        let settings = course.plan(&first, None).expect("a lesson").settings;
        assert_eq!((settings.speed, settings.waits, settings.is_lenient), (2, true, false));
        assert!((settings.pace * settings.bpm - 20.0).abs() < 1e-9, "the transport goes no slower: {settings:?}");
        course.wish(LessonWish::Speed(3));
        let settings = course.plan(&first, None).expect("a lesson").settings;
        assert_eq!((settings.speed, settings.part), (1, None), "it is not sung so");
        let contested = tables().ragas.ragas().iter().find(|raga| raga.confidence == Confidence::C && !raga.is_vakra);
        if let Some(raga) = contested {
            course.choose(Some("CAR-KARVAI-1"), raga, &tables().ragas);
            course.fit(raga);
            assert!(course.plan(raga, None).is_none_or(|plan| plan.settings.is_lenient));
        }
    }

    /// The view of a lesson whose take came to its end.
    fn taken(plan: &Plan, takes_done: u32, true_share: f32) -> LessonView {
        let lesson = Lesson::new(&plan.exercise, None, plan.settings);
        let score = crate::practice::lesson::Score { notes: 16, true_share, ..Default::default() };
        LessonView {
            exercise: Arc::clone(&plan.exercise),
            timeline: Arc::new(lesson.timeline().clone()),
            names: Arc::default(),
            settings: plan.settings,
            phase: crate::practice::lesson::Phase::Done,
            begins: 0,
            place_beats: 0.0,
            cycle_place_beats: 0.0,
            beat_secs: 1.0,
            cursor: None,
            marks: Vec::new(),
            lines: Vec::new(),
            score,
            last_take: Some(score),
            takes_done,
            is_counted: true,
        }
    }

    #[test]
    fn two_good_takes_open_what_comes_next_and_that_is_told_once() {
        let mut course = course();
        let first = raga("Mayamalavagowla");
        choose(&mut course, "CAR-KARVAI-1", &first);
        assert_eq!((course.view().next, course.view().opens.as_str()), (course.view().chosen, "63 a minute"));
        let mut said = Vec::new();
        for _ in 0..2 {
            let plan = course.plan(&first, None).expect("a lesson");
            assert!(course.tell(Some(&plan)));
            let before = course.fold(Some(&taken(&plan, 0, 0.0)), &first, 1);
            assert_eq!(before, News::default());
            for takes_done in [1, 1, 2] {
                let news = course.fold(Some(&taken(&plan, takes_done, 0.9)), &first, 1);
                said.extend(news.opened);
            }
        }
        assert_eq!(said, ["Karvai: 63 a minute is open", "Sarali varisai 1 is open"]);
        let view = course.view();
        let row = |id: &str| view.rows.iter().find(|row| row.id == id).expect(id);
        assert!(row("CAR-KARVAI-1").is_passed && row("CAR-SARALI-01").is_open && !row("CAR-SARALI-02").is_open);
        assert_eq!(view.next.map(|next| view.rows[next].id.as_str()), Some("CAR-SARALI-01"));
        assert_eq!(course.progress().records.iter().map(|record| record.takes).collect::<Vec<_>>(), [2, 2]);
        // A lesson of before is no news.
        let old = course.plan(&first, None).expect("a lesson");
        assert_eq!(course.fold(Some(&taken(&old, 9, 0.9)), &first, 1), News::default());
    }
}
