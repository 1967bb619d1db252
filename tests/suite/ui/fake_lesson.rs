//! Made-up lessons, run through the real one: a palta in teental, a varisai in Adi.

use super::fake_practice::{self, MATRA_SECS, Voice};
use sangat::practice::lesson::curriculum::Gate;
use sangat::practice::lesson::{Lesson, SungNote};
use sangat::practice::{Names, Subject};
use sangat::session::practice::{
    CourseRow, CourseView, LessonSettings, LessonView, PastView, Phase, SwaraPast, Verdict, WeekPoint,
};
use sangat::session::{InputState, PatchId, View};
use sangat::theory::raga::{Exercise, Raga, Script, Tala, Tradition, tables};
use std::sync::Arc;

/// The note that comes in low, and the one that glides.
const LOW: usize = 11;
const GLIDES: usize = 13;

/// What is sung in the place of a note.
#[derive(Clone, Copy, PartialEq)]
pub enum Sung {
    Right,
    Near,
    Off,
    Other(i16),
    Nothing,
}

fn exercise(id: &str) -> Exercise {
    tables().exercises.iter().find(|exercise| exercise.id == id).expect(id).clone()
}

fn tala(id: &str) -> Tala {
    tables().talas.iter().find(|tala| tala.id == id).expect(id).clone()
}

/// A lesson in a raga and a tala up to a place, sung as `sung` says note by note.
pub fn lesson(
    (exercise, raga, tala): (&Exercise, &Raga, Option<&Tala>),
    settings: LessonSettings,
    place_beats: f64,
    script: Script,
    sung: impl Fn(usize) -> Sung,
) -> LessonView {
    let exercise = exercise.in_raga(raga).expect("it goes with the raga");
    let mut lesson = Lesson::new(&exercise, tala, settings);
    let notes = lesson.timeline().notes().to_vec();
    let count_in = f64::from(lesson.timeline().cycle_beats().min(4));
    let begin_beats = count_in - settings.part.map_or(0.0, |(from_beats, _)| from_beats);
    lesson.begin(0.0);
    for step in 0..=((begin_beats + place_beats) / 0.05).round() as usize {
        let now = step as f64 * 0.05;
        for (at, note) in notes.iter().enumerate() {
            let what = sung(at);
            let (begin, end) = (begin_beats + note.begin_beats + 0.03, begin_beats + note.end_beats() - 0.05);
            if (now - end - 0.3).abs() < 0.026 && what != Sung::Nothing {
                let semitones = if let Sung::Other(other) = what { other } else { note.note.semitones() };
                let verdict = match what {
                    Sung::Near => Verdict::Near,
                    Sung::Off => Verdict::Off,
                    _ => Verdict::True,
                };
                lesson.sing(SungNote { id: at as u64, begin_beats: begin, end_beats: end, semitones, verdict });
            }
        }
        lesson.pass(now);
    }
    let names = Names::new(&Subject::from(raga.clone()), script);
    let timeline = lesson.timeline().clone();
    LessonView {
        names: notes.iter().map(|note| names.name(note.note.semitones())).collect(),
        exercise: Arc::new(exercise),
        settings,
        phase: lesson.phase(),
        begins: 1,
        place_beats: lesson.place_beats(),
        cycle_place_beats: lesson.cycle_place_beats(),
        beat_secs: 60.0 / lesson.tempo_bpm(),
        cursor: lesson.cursor(),
        marks: (0..notes.len()).map(|at| lesson.mark(at)).collect(),
        lines: (0..timeline.lines().len()).map(|line| lesson.score(Some(line))).collect(),
        score: lesson.score(None),
        last_take: lesson.last_take(),
        takes_done: lesson.takes_done(),
        is_counted: lesson.is_counted(),
        timeline: Arc::new(timeline),
    }
}

fn settings() -> LessonSettings {
    LessonSettings { bpm: 60.0 / MATRA_SECS, ..LessonSettings::default() }
}

/// The fourth palta in Yaman at the end of its first cycle, D having come in low.
pub fn palta(settings: LessonSettings, place_beats: f64, script: Script) -> LessonView {
    let low = |at: usize| if at == LOW { Sung::Near } else { Sung::Right };
    let (exercise, raga, tala) = (exercise("HIN-PALTA-04"), fake_practice::yaman(), fake_practice::teental());
    lesson((&exercise, &raga, Some(&tala)), settings, place_beats, script, low)
}

/// The voice that sings it.
fn voice() -> Voice {
    let mut voice = Voice::new();
    let cents = [0, 204, 386, 590, 204, 386, 590, 702, 386, 590, 702, 884, 590, 702, 884];
    for (at, cents) in cents.into_iter().enumerate() {
        let low = if at == LOW { -42.0 } else { 0.0 };
        let reach_secs = if at == GLIDES { 0.34 } else { 0.09 };
        voice.hold(cents as f32, 1.0, low, reach_secs, 0.0);
    }
    voice.hold(1088.0, 0.95, 0.0, 0.06, 55.0);
    voice
}

/// Exercises in order: two passed, one at work, the next closed.
pub fn course(tradition: Tradition, chosen: &str) -> CourseView {
    let of = || tables().exercises.iter().filter(move |exercise| exercise.tradition == tradition);
    let place = of().position(|exercise| exercise.id == chosen).expect(chosen);
    let name = |exercise: &Exercise| {
        let group = exercise.group.split('/').next_back().unwrap_or_default().trim();
        let mut letters = group.chars();
        let first = letters.next().map(|c| c.to_ascii_uppercase());
        format!("{}{} {}", first.into_iter().collect::<String>(), letters.as_str(), exercise.order)
    };
    let row = |(at, exercise): (usize, &Exercise)| CourseRow {
        id: exercise.id.clone(),
        name: name(exercise),
        focus: exercise.focus.clone(),
        group: exercise.group.clone(),
        speeds: exercise.speeds.clone(),
        is_open: at <= place,
        is_passed: at < place,
        trouble: None,
    };
    let mut rows: Vec<CourseRow> = of().enumerate().map(row).collect();
    if let Some(row) = rows.get_mut(1) {
        row.trouble = Some("Yaman turns on its way up, and the exercise would go straight.".to_owned());
    }
    rows.push(CourseRow {
        id: "USER-1".to_owned(),
        name: "Morning round".to_owned(),
        focus: "slow, from low N".to_owned(),
        group: "your own".to_owned(),
        speeds: vec![1],
        is_open: true,
        ..CourseRow::default()
    });
    let opens = rows.get(place + 1).map_or_else(String::new, |row| row.name.clone());
    CourseView {
        rows,
        chosen: Some(place),
        next: Some(place),
        gate: Gate { passed: 2, is_passed: false, opens: None },
        opens,
    }
}

/// Twelve weeks in which a learner came nearer.
pub fn past(raga: &Raga) -> PastView {
    let names = Names::new(&Subject::from(raga.clone()), Script::Latin);
    let swara = |(at, semitones): (usize, i16)| {
        let week = |week: i32| {
            let far = (11 - week) as f32;
            let mut point = WeekPoint { first_day: 7 * week, figure: None };
            if (week as usize + at) % 7 != 3 {
                let lean = [2.0, -1.6, -3.1, 2.4, 0.4, -3.4, 1.9][at % 7];
                let turn = ((week * 5 + at as i32 * 3) as f32).sin();
                let figure = point.figure.insert(Default::default());
                figure.semitones = semitones;
                figure.median_cents = lean * far * 0.9 + 4.0 * turn;
                figure.spread_cents = 6.0 + far * 0.9;
                figure.held_secs = 60.0;
            }
            point
        };
        SwaraPast { name: names.name(semitones), semitones, weeks: (0..12).map(week).collect() }
    };
    let semitones: Vec<i16> = std::iter::once(-1)
        .chain(raga.swaras().into_iter().map(|swara| i16::from(swara.position())))
        .chain([12])
        .collect();
    let share = |week: usize| (week != 4).then(|| 0.48 + 0.028 * week as f32 + 0.03 * (week as f32 * 1.7).sin());
    PastView {
        ragas: vec![("Yaman".to_owned(), 21_400.0), ("Bhupali".to_owned(), 6_200.0)],
        shown: Some(0),
        swaras: semitones.into_iter().enumerate().map(swara).collect(),
        true_shares: (0..12).map(share).collect(),
    }
}

/// Somebody sings the fourth palta.
pub fn singing_in(script: Script) -> View {
    let mut view = fake_practice::singing_in(script);
    let practice = &mut view.practice;
    practice.teacher = Arc::new(fake_practice::teacher(fake_practice::yaman(), script, &voice()));
    practice.lesson = Some(Arc::new(palta(settings(), 15.9, script)));
    practice.cycle_place = Some(15.9);
    practice.course = Arc::new(course(Tradition::Hindustani, "HIN-PALTA-04"));
    practice.past = Arc::new(past(&fake_practice::yaman()));
    practice.guide = PatchId(5);
    view
}

/// The same in Latin letters.
pub fn singing() -> View {
    singing_in(Script::Latin)
}

/// The same with other settings, at another place.
pub fn with(settings: impl Fn(&mut LessonSettings), place_beats: f64) -> View {
    let mut view = singing();
    let mut wanted = self::settings();
    settings(&mut wanted);
    view.practice.lesson = Some(Arc::new(palta(wanted, place_beats, Script::Latin)));
    view
}

/// The same in another phase.
pub fn in_phase(phase: Phase) -> View {
    let mut view = singing();
    let mut lesson = (**view.practice.lesson.as_ref().expect("a lesson")).clone();
    match phase {
        Phase::Ready | Phase::CountIn(_) => {
            lesson = LessonView { place_beats: 0.0, cursor: Some(0), ..palta(settings(), 0.0, Script::Latin) };
            lesson.cycle_place_beats = if phase == Phase::Ready { 0.0 } else { 13.4 };
            view.practice.teacher = fake_practice::quiet().practice.teacher;
        }
        Phase::Listening => lesson.settings.is_sung_first = true,
        Phase::Waiting => lesson.settings.waits = true,
        Phase::Singing | Phase::Done => {}
    }
    lesson.phase = phase;
    lesson.is_counted = !lesson.settings.waits;
    if phase == Phase::Done {
        lesson = palta(settings(), 42.0, Script::Latin);
    }
    view.practice.lesson = Some(Arc::new(lesson));
    view
}

/// The fifth varisai in Mayamalavagowla, with holds and every kind of mistake in it, at a speed.
pub fn varisai(speed: u8, place_beats: f64, script: Script) -> View {
    let mut view = singing_in(script);
    let exercise = exercise("CAR-SARALI-05");
    let raga = tables().ragas.find("Mayamalavagowla", None).expect("a raga").clone();
    let adi = tala("S22");
    let sung = |at: usize| match at {
        2 => Sung::Other(7),
        4 => Sung::Near,
        5 => Sung::Off,
        6 => Sung::Nothing,
        _ => Sung::Right,
    };
    let settings = LessonSettings { speed, ..settings() };
    let lesson = lesson((&exercise, &raga, Some(&adi)), settings, place_beats, script, sung);
    let practice = &mut view.practice;
    let mut voice = Voice::new();
    let asked = lesson.timeline.notes().iter().take_while(|note| note.begin_beats < place_beats);
    for note in asked {
        let matras = note.beats.min(place_beats - note.begin_beats);
        voice.hold(100.0 * f32::from(note.note.semitones()), matras, 0.0, 0.06, 0.0);
    }
    practice.teacher = Arc::new(fake_practice::teacher(raga.clone(), script, &voice));
    practice.raga = Some(Arc::new(raga));
    practice.tradition = Tradition::Carnatic;
    practice.cycle_place = Some(place_beats.rem_euclid(8.0));
    practice.tala = Some(Arc::new(adi));
    practice.lesson = Some(Arc::new(lesson));
    practice.course = Arc::new(course(Tradition::Carnatic, "CAR-SARALI-05"));
    view.audio.input = InputState::Listening { name: "Scarlett 2i2, input 1".into(), rate_hz: 48_000 };
    view
}
