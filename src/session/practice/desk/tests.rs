//! The desk without the ear's thread: wishes in, orders and views out.

use super::*;
use crate::base::Bus;
use crate::practice::lesson::{LessonView, Score};
use crate::practice::{Names, Subject};
use crate::session::practice::order::LessonWish;
use crate::session::practice::own::OWN_TABLES;
use crate::session::practice::study::Study;

fn desk(folder: &Path) -> PracticeDesk {
    PracticeDesk::new(&PracticeSettings::default(), folder)
}

#[test]
fn the_teacher_is_told_of_what_changes_and_of_nothing_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = desk(folder.path());
    let mut values = ParamValues::default();
    let mut told = 0;
    desk.tell(&values, &mut |_| told += 1);
    desk.tell(&values, &mut |_| told += 1);
    assert_eq!(told, 1);
    values.set(ParamId::TanpuraSa, 220.0);
    let mut sa_hz = 0.0;
    desk.tell(&values, &mut |order| {
        if let TeachOrder::Setup(setup) = order {
            sa_hz = setup.sa_hz;
        }
    });
    assert_eq!(sa_hz, 220.0);
    desk.send(PracticeOrder::SetRaga("H001".into()), &mut |_| {});
    desk.send(PracticeOrder::SetTala(Some("S22".into())), &mut |_| {});
    let again = PracticeDesk::new(&desk.settings(), tempfile::tempdir().expect("a folder").path());
    assert_eq!((again.raga.id.as_str(), again.tala.as_ref().map(|tala| tala.id.as_str())), ("H001", Some("S22")));
}

#[test]
fn what_was_sung_is_kept_when_the_page_is_left() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = desk(folder.path());
    let (mut view, mut orders) = (PracticeView::default(), Vec::new());
    desk.open(true, &mut |order| orders.push(order));
    let row = SessionRow { seconds: 60.0, true_share: 0.75, raga: "Yaman".into(), ..SessionRow::default() };
    desk.fold(&RoomView { row, ..RoomView::default() }, &mut view);
    assert!(view.history.iter().all(|day| day.true_share.is_none()) && view.history.len() == 14);
    desk.open(false, &mut |order| orders.push(order));
    desk.fold(&RoomView::default(), &mut view);
    assert_eq!(view.history.last().and_then(|day| day.true_share), Some(0.75));
    assert!(
        matches!(
            orders[..],
            [TeachOrder::Tala(None), TeachOrder::Teach(true), TeachOrder::Reset, TeachOrder::Teach(false)]
        ),
        "{orders:?}"
    );
}

#[test]
fn a_raga_of_ones_own_is_there_and_a_broken_file_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(OWN_TABLES);
    let own = "[[raga]]\nname = \"Mine\"\ntradition = \"carnatic\"\narohana = \"S R2 G3 P D2 S^\"\navarohana = \"S^ D2 P G3 R2 S\"\n";
    std::fs::write(&path, own).expect("a file");
    let mut first = desk(folder.path());
    first.send(PracticeOrder::SetRaga("U1".into()), &mut |_| {});
    assert_eq!(first.raga.name, "Mine");
    drop(first);
    let mut view = PracticeView::default();
    for (file, remedy) in
        [("[[raga]]\nname = 7", "nothing of the file is used"), (&*(own.to_owned() + "[[raga]]"), "the rest is used")]
    {
        std::fs::write(&path, file).expect("a file");
        desk(folder.path()).fold(&RoomView::default(), &mut view);
        let said = view.own_trouble.as_deref().expect("a sentence");
        assert!(said.contains("ragas.toml: line ") && said.ends_with(remedy), "{said}");
    }
}

fn sent(desk: &mut PracticeDesk, order: PracticeOrder) -> (Vec<TeachOrder>, Option<TransportWish>) {
    let mut told = Vec::new();
    let wish = desk.send(order, &mut |order| told.push(order));
    (told, wish)
}

#[test]
fn an_exercise_brings_its_tala_and_is_begun_at_sam_after_a_count_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = desk(folder.path());
    let (told, wish) = sent(&mut desk, PracticeOrder::SetExercise(Some("HIN-PALTA-04".into())));
    assert_eq!((desk.raga.name.as_str(), wish), ("Bilawal", None));
    assert_eq!(desk.tala.as_ref().map(|tala| tala.name.as_str()), Some("Teental"));
    let plans: Vec<_> = told.iter().filter(|order| matches!(order, TeachOrder::Lesson(Some(_)))).collect();
    assert_eq!(plans.len(), 1, "{told:?}");
    sent(&mut desk, PracticeOrder::Lesson(LessonWish::Pace(0.5)));
    sent(&mut desk, PracticeOrder::Lesson(LessonWish::Part(Some((6.0, 10.0)))));
    assert!(matches!(sent(&mut desk, PracticeOrder::Sound(-5)).0[..], [TeachOrder::Sound(-5)]));
    let (told, wish) = sent(&mut desk, PracticeOrder::Begin(None));
    assert_eq!(wish, Some(TransportWish::Start { at_beats: 6.0, count_in_beats: 4, bpm: 30.0 }));
    assert!(matches!(told[..], [TeachOrder::Begin { begin_beats: 2.0, from: None }]), "{told:?}");
    assert_eq!(sent(&mut desk, PracticeOrder::Stop).1, Some(TransportWish::Stop));
    let mut values = desk.settings();
    assert_eq!((values.exercise.as_deref(), values.pace_percent), (Some("HIN-PALTA-04"), Some(50)));
    values.guide = Some("felt-tines".into());
    let again = PracticeDesk::new(&values, tempfile::tempdir().expect("a folder").path());
    assert_eq!(again.course.exercise().map(|exercise| exercise.id.as_str()), Some("HIN-PALTA-04"));
    assert_eq!(again.guide.info().key, "felt-tines");
    let (_, wish) = sent(&mut desk, PracticeOrder::SetExercise(None));
    assert_eq!((wish, sent(&mut desk, PracticeOrder::Begin(None)).1), (None, None), "sung freely");
}

#[test]
fn what_was_opened_is_open_after_a_restart_and_own_exercises_are_among_the_rows() {
    let folder = tempfile::tempdir().expect("a folder");
    let own = "[[exercise]]\nname = \"Turns at Pa\"\ntradition = \"carnatic\"\nraga = \"Mohanam\"\nlines = [\"S R G P D P G R\"]\n";
    std::fs::write(folder.path().join(OWN_TABLES), own).expect("a file");
    let mut first = desk(folder.path());
    assert!(first.course.view().rows.iter().any(|row| row.id == "CAR-JANTA-01" && !row.is_open));
    sent(&mut first, PracticeOrder::OpenExercise("CAR-JANTA-01".into()));
    drop(first);
    let mut again = desk(folder.path());
    let rows = &again.course.view().rows;
    assert!(rows.iter().any(|row| row.id == "CAR-JANTA-01" && row.is_open));
    let mine = rows.last().expect("rows").clone();
    assert_eq!((mine.name.as_str(), mine.group.as_str(), mine.is_open), ("Turns at Pa", "your own", true));
    sent(&mut again, PracticeOrder::SetRaga("H001".into()));
    sent(&mut again, PracticeOrder::SetExercise(Some(mine.id)));
    assert_eq!(again.raga.name, "Mohanam", "from the North it comes with its own raga");
}

#[test]
fn a_take_counts_once_and_is_remembered_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut first = desk(folder.path());
    let (told, _) = sent(&mut first, PracticeOrder::SetExercise(Some("CAR-SARALI-01".into())));
    let plan = told.into_iter().find_map(|order| match order {
        TeachOrder::Lesson(plan) => plan,
        _ => None,
    });
    let names = Names::new(&Subject::from(Raga::clone(&first.raga)), Script::Latin);
    let lesson = Study::new(&plan.expect("a lesson"), &names).view();
    let score = Score { notes: 16, true_share: 0.9, tala_error_ms: Some(20.0), ..Score::default() };
    let taken = Arc::new(LessonView { takes_done: 1, last_take: Some(score), ..lesson });
    let mut view = PracticeView::default();
    for _ in 0..3 {
        let lesson = Some(Arc::clone(&taken));
        let news = first.fold(&RoomView { lesson, ..RoomView::default() }, &mut view);
        assert_eq!(news, DeskNews::default());
    }
    assert_eq!((view.course.gate.passed, view.course.opens.as_str()), (1, "63 a minute"));
    let settings = first.settings();
    drop(first);
    PracticeDesk::new(&settings, folder.path()).fold(&RoomView::default(), &mut view);
    assert_eq!(view.course.gate.passed, 1);
}

#[test]
fn a_lesson_is_under_way_from_its_begin_on_whatever_the_ear_showed_before() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = desk(folder.path());
    desk.open(true, &mut |_| {});
    let (told, _) = sent(&mut desk, PracticeOrder::SetExercise(Some("CAR-SARALI-01".into())));
    let plan = told.into_iter().find_map(|order| match order {
        TeachOrder::Lesson(plan) => plan,
        _ => None,
    });
    let names = Names::new(&Subject::from(Raga::clone(&desk.raga)), Script::Latin);
    let ready = Study::new(&plan.expect("a lesson"), &names).view();
    let mut view = PracticeView::default();
    let mut is_over = |desk: &mut PracticeDesk, lesson: &LessonView| {
        let lesson = Some(Arc::new(lesson.clone()));
        desk.fold(&RoomView { lesson, ..RoomView::default() }, &mut view).is_over
    };
    sent(&mut desk, PracticeOrder::Begin(None));
    assert!(!is_over(&mut desk, &ready), "that was before the begin");
    assert_eq!(desk.open(false, &mut |_| {}), Some(TransportWish::Stop));
    desk.open(true, &mut |_| {});
    sent(&mut desk, PracticeOrder::Begin(None));
    assert_eq!(sent(&mut desk, PracticeOrder::SetExercise(None)).1, Some(TransportWish::Stop));
    sent(&mut desk, PracticeOrder::SetExercise(Some("CAR-SARALI-01".into())));
    sent(&mut desk, PracticeOrder::Begin(None));
    let plan = desk.course.plan(&desk.raga, desk.tala.as_ref()).expect("a lesson");
    let ready = Study::new(&plan, &names).view();
    assert!(!is_over(&mut desk, &ready), "of the one before");
    assert_eq!(desk.open(false, &mut |_| {}), Some(TransportWish::Stop));
    assert_eq!(desk.open(true, &mut |_| {}), None);
    assert_eq!(desk.open(false, &mut |_| {}), None, "nothing was begun");
}

#[test]
fn the_lead_is_the_guides_while_the_page_is_open() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = desk(folder.path());
    let felt = PatchId::from_key("felt-tines").expect("a sound");
    sent(&mut desk, PracticeOrder::SetGuide(felt));
    sent(&mut desk, PracticeOrder::SetGuide(PatchId::SKINS));
    let of_band = PatchId::default_for(Bus::Lead);
    assert_eq!(desk.lead_patch(of_band), of_band);
    desk.open(true, &mut |_| {});
    assert_eq!(desk.lead_patch(of_band), felt);
}

#[test]
fn on_the_page_the_band_is_the_drum_alone_and_only_where_it_is_wanted() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = desk(folder.path());
    let wish = BandSettings::default();
    assert_eq!(desk.band(wish), wish, "the page is not open");
    desk.open(true, &mut |_| {});
    assert!(desk.band(wish).is_resting(), "no tala");
    sent(&mut desk, PracticeOrder::SetTala(Some("H01".into())));
    let modes = |desk: &PracticeDesk| desk.band(wish).tastes.map(|taste| taste.mode);
    assert_eq!(modes(&desk), [PartMode::Auto, PartMode::Off, PartMode::Off, PartMode::Off]);
    assert_eq!(desk.band(wish).mode, ModeId::Raga);
    sent(&mut desk, PracticeOrder::SetTheka(false));
    assert!(desk.band(wish).is_resting());
    let again = PracticeDesk::new(&desk.settings(), tempfile::tempdir().expect("a folder").path());
    assert!(!again.has_theka && desk.settings().has_theka == Some(false));
}

#[test]
fn a_scale_stands_on_sa_until_a_raga_or_an_exercise_is_chosen() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = desk(folder.path());
    let (mut values, mut view) = (ParamValues::default(), PracticeView::default());
    let mut shown = |desk: &mut PracticeDesk, sa_hz: f32| {
        values.set(ParamId::TanpuraSa, sa_hz);
        desk.tell(&values, &mut |_| {});
        desk.fold(&RoomView::default(), &mut view);
        view.scale.map(|key| key.to_string())
    };
    sent(&mut desk, PracticeOrder::SetExercise(Some("CAR-SARALI-01".into())));
    sent(&mut desk, PracticeOrder::SetScale(Mode::Dorian));
    assert_eq!(shown(&mut desk, 146.8).as_deref(), Some("D dorian"));
    assert_eq!(shown(&mut desk, 131.5).as_deref(), Some("C dorian"), "the nearest key");
    assert_eq!((desk.settings().scale.as_deref(), desk.settings().exercise), (Some("dorian"), None));
    let again = PracticeDesk::new(&desk.settings(), tempfile::tempdir().expect("a folder").path());
    assert_eq!(again.scale, Some(Mode::Dorian));
    sent(&mut desk, PracticeOrder::SetExercise(Some("CAR-SARALI-01".into())));
    assert_eq!(shown(&mut desk, 131.5), None);
    sent(&mut desk, PracticeOrder::SetScale(Mode::Major));
    sent(&mut desk, PracticeOrder::SetRaga("H001".into()));
    assert_eq!(desk.scale, None);
}
