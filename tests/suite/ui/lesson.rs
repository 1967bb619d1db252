use super::*;
use egui::accesskit::Role;
use egui::{Pos2, Rect};
use egui_kittest::kittest::NodeT;
use sangat::session::practice::{LessonWish, Marking, Phase, PracticeOrder};
use sangat::session::{InputState, PATCHES, PatchId};
use sangat::theory::raga::Script;
use std::sync::Arc;

const SIZE: [f32; 2] = [1280.0, 800.0];
const SMALL: [f32; 2] = [976.0, 616.0];
const FOLDED: [f32; 2] = [640.0, 1100.0];
const SIZES: [[f32; 2]; 3] = [SIZE, SMALL, FOLDED];

fn page(view: View, size: [f32; 2]) -> Bench {
    bench(view, Page::Practice, size)
}

fn singing() -> Bench {
    page(fake_lesson::singing(), SIZE)
}

fn order(order: PracticeOrder) -> Intent {
    Intent::Practice(order)
}

fn wish(wish: LessonWish) -> Intent {
    order(PracticeOrder::Lesson(wish))
}

fn last(harness: &Bench) -> &Intent {
    sent(harness).last().expect("something was sent")
}

fn has(harness: &Bench, label: &str) -> bool {
    harness.query_all_by_label(label).count() > 0
}

fn has_part(harness: &Bench, label: &str) -> bool {
    harness.query_all_by_label_contains(label).count() > 0
}

/// A drag from one place to another.
fn drag(harness: &mut Bench, from: Pos2, to: Pos2) {
    harness.hover_at(from);
    harness.run_steps(2);
    harness.drag_at(from);
    harness.run_steps(2);
    for share in [0.3, 0.7, 1.0] {
        harness.hover_at(from + (to - from) * share);
        harness.run_steps(2);
    }
    harness.drop_at(to);
    harness.run_steps(2);
}

#[test]
fn the_button_and_its_key_begin_and_end_a_lesson_while_letters_play() {
    for size in SIZES {
        let mut harness = page(fake_lesson::in_phase(Phase::Ready), size);
        click(&mut harness, "Begin");
        press(&mut harness, Key::Num1);
        assert_eq!(sent(&harness), [order(PracticeOrder::Begin(None)), order(PracticeOrder::Begin(None))]);
    }
    let mut harness = singing();
    click(&mut harness, "Stop");
    press(&mut harness, Key::Num1);
    assert_eq!(sent(&harness), [order(PracticeOrder::Stop), order(PracticeOrder::Stop)]);
    press(&mut harness, Key::A);
    release(&mut harness, Key::A);
    press(&mut harness, Key::Space);
    assert_eq!(
        sent(&harness)[2..],
        [Intent::NoteOn { key: 60, velocity: 96 }, Intent::NoteOff { key: 60 }, Intent::PlayOrStop]
    );
}

#[test]
fn digits_say_how_it_is_practised_and_mean_nothing_without_a_lesson() {
    let mut harness = singing();
    for key in [Key::Num2, Key::Num3, Key::Num4, Key::Num5] {
        press(&mut harness, key);
    }
    assert_eq!(
        sent(&harness),
        [
            wish(LessonWish::Waits(true)),
            wish(LessonWish::SungFirst(true)),
            wish(LessonWish::Guided(true)),
            wish(LessonWish::Part(Some((0.0, 20.0)))),
        ]
    );
    let mut harness = page(fake_lesson::with(|settings| settings.part = Some((4.0, 8.0)), 6.0), SIZE);
    press(&mut harness, Key::Num5);
    assert_eq!(sent(&harness), [wish(LessonWish::Part(None))]);
    let mut harness = page(fake_practice::singing(), SIZE);
    press(&mut harness, Key::Num1);
    assert!(sent(&harness).is_empty());
}

#[test]
fn the_card_has_every_way_to_practise_with_mouse_and_keyboard() {
    for size in SIZES {
        let mut harness = page(fake_lesson::singing(), size);
        click(&mut harness, "How it is practised");
        for (label, wanted) in [
            ("Wait for me", LessonWish::Waits(true)),
            ("Sing it first", LessonWish::SungFirst(true)),
            ("Guide along", LessonWish::Guided(true)),
            ("This line", LessonWish::Part(Some((0.0, 20.0)))),
        ] {
            click(&mut harness, label);
            assert_eq!(last(&harness), &wish(wanted), "{label} at {size:?}");
        }
        focus(&mut harness, "Pace");
        press(&mut harness, Key::ArrowLeft);
        assert_eq!(last(&harness), &wish(LessonWish::Pace(0.95)));
        harness.run_steps(2);
        click(&mut harness, "Guide");
        let air = (0..PATCHES.len()).find(|at| PATCHES[*at].name == "Air pad").expect("a sound");
        assert!(harness.query_by_label("Studio kit").is_none(), "drums sing nothing");
        click(&mut harness, "Air pad");
        assert_eq!(last(&harness), &order(PracticeOrder::SetGuide(PatchId(air as u8))));
        harness.get_by_label("Marking: Gentle");
        press(&mut harness, Key::Escape);
        harness.run_steps(2);
        assert!(!has(&harness, "Wait for me"));
    }
}

#[test]
fn speed_and_marking_are_segments_and_the_part_is_cleared_where_it_stands() {
    let mut harness = singing();
    click(&mut harness, "Speed: 4");
    assert_eq!(last(&harness), &wish(LessonWish::Speed(4)));
    click(&mut harness, "Marking: Gentle");
    assert_eq!(last(&harness), &order(PracticeOrder::SetMarking(Marking::Gentle)));
    let mut harness = page(fake_lesson::with(|settings| settings.part = Some((4.0, 8.0)), 6.0), SIZE);
    assert!(has(&harness, "a part of it: not counted"));
    click(&mut harness, "How it is practised");
    assert!(has(&harness, "matras 5 to 8 again and again"));
    click(&mut harness, "Clear");
    assert_eq!(last(&harness), &wish(LessonWish::Part(None)));
}

#[test]
fn the_list_has_groups_a_search_what_is_closed_and_what_was_passed() {
    let mut harness = singing();
    assert_eq!(harness.get_by_label("Exercise").value().as_deref(), Some("Palta 4, four-note"));
    click(&mut harness, "Exercise");
    for said in ["Palta 4, four-note, next", "Palta 3, three-note, passed"] {
        assert!(has(&harness, said), "{said}");
    }
    assert!(has_part(&harness, "Yaman turns on its way up"), "why one does not go with the raga");
    assert!(has(&harness, "Palta 5, five-note, opens after Palta 4"));
    click(&mut harness, "Palta 5, five-note, opens after Palta 4");
    assert!(sent(&harness).is_empty(), "what is closed is not chosen");
    click(&mut harness, "Open Palta 5 anyway");
    assert_eq!(last(&harness), &order(PracticeOrder::OpenExercise("HIN-PALTA-05".to_owned())));
    click(&mut harness, "Search exercises");
    event(&mut harness, Event::Text("morning".to_owned()));
    harness.run_steps(2);
    assert!(!has_part(&harness, "Palta 3"));
    let found = harness.get_all_by_role(Role::MenuItem).next().expect("the one that fits");
    found.click();
    harness.run_steps(3);
    assert_eq!(last(&harness), &order(PracticeOrder::SetExercise(Some("USER-1".to_owned()))));
    click(&mut harness, "Exercise");
    event(&mut harness, Event::Text("free".to_owned()));
    harness.run_steps(2);
    click(&mut harness, "Free singing");
    assert_eq!(last(&harness), &order(PracticeOrder::SetExercise(None)));
    assert!(!sent(&harness).iter().any(|intent| matches!(intent, Intent::NoteOn { .. })), "typing plays nothing");
}

#[test]
fn an_exercise_that_does_not_go_with_the_raga_says_why() {
    let mut view = fake_practice::singing();
    let mut course = (*fake_lesson::singing().practice.course).clone();
    course.chosen = Some(1);
    view.practice.course = Arc::new(course);
    let harness = page(view, SIZE);
    harness.get_by_label("Yaman turns on its way up, and the exercise would go straight.");
    assert!(!has(&harness, "Begin"));
}

#[test]
fn the_notation_tells_what_became_of_every_note() {
    let harness = singing();
    for said in ["Sa, note 1, in tune, 19 ms late", "Dha, note 12, near, 19 ms late", "Ni, note 16, to come"] {
        assert!(has(&harness, said), "{said}");
    }
    let harness = page(fake_lesson::varisai(1, 9.4, Script::Latin), SIZE);
    assert!(has(&harness, "Sa, note 8, in tune, 19 ms late") && has(&harness, "Ri, note 9, to come"));
    let harness = page(fake_lesson::varisai(1, 7.9, Script::Latin), SIZE);
    assert!(has_part(&harness, "Ga, note 3, Pa was sung"));
    assert!(has_part(&harness, "Sa, note 6, off"));
}

#[test]
fn a_click_on_a_note_and_on_a_line_begins_there() {
    for size in SIZES {
        let mut harness = page(fake_lesson::singing(), size);
        harness.get_by_label_contains("note 5,").click();
        harness.run_steps(3);
        assert_eq!(last(&harness), &order(PracticeOrder::Begin(Some(4))), "{size:?}");
        harness.get_by_label_contains("Line 2: ").click();
        harness.run_steps(3);
        assert_eq!(last(&harness), &order(PracticeOrder::Begin(Some(20))), "{size:?}");
    }
}

#[test]
fn a_drag_over_matras_repeats_them() {
    for size in SIZES {
        let mut harness = page(fake_lesson::singing(), size);
        let at = |harness: &Bench, note: usize| harness.get_by_label_contains(&format!("note {note},")).rect().center();
        let (from, to) = (at(&harness, 8), at(&harness, 5));
        drag(&mut harness, from, to);
        assert_eq!(last(&harness), &wish(LessonWish::Part(Some((4.0, 8.0)))), "{size:?}");
        assert_eq!(sent(&harness).len(), 1, "a drag begins nothing");
    }
}

#[test]
fn the_notation_is_walked_by_the_keyboard() {
    let mut harness = page(fake_lesson::in_phase(Phase::Ready), SIZE);
    focus(&mut harness, "Notation line");
    for _ in 0..3 {
        press(&mut harness, Key::ArrowRight);
        harness.run_steps(1);
    }
    press(&mut harness, Key::Enter);
    assert_eq!(last(&harness), &order(PracticeOrder::Begin(Some(2))), "Enter keeps no take here");
    chord(&mut harness, Modifiers::SHIFT, Key::ArrowRight);
    assert_eq!(last(&harness), &wish(LessonWish::Part(Some((2.0, 4.0)))));
    press(&mut harness, Key::ArrowDown);
    harness.run_steps(1);
    assert!(has_part(&harness, "note 17,"), "the next row is shown");
    let mut harness = page(fake_lesson::with(|settings| settings.part = Some((4.0, 8.0)), 6.0), SIZE);
    focus(&mut harness, "Notation line");
    press(&mut harness, Key::Delete);
    assert_eq!(last(&harness), &wish(LessonWish::Part(None)));
}

#[test]
fn the_ribbon_shows_what_is_to_come_and_what_is_to_be_done() {
    let harness = singing();
    assert!(has(&harness, "Ni, to be sung now"));
    for said in ["Pa, to come", "Dha, to come"] {
        assert!(has(&harness, said), "{said}");
    }
    for (phase, said) in [(Phase::CountIn(3), "Begins in 3"), (Phase::Listening, "listen"), (Phase::Waiting, "hold N")]
    {
        for size in SIZES {
            assert!(has(&page(fake_lesson::in_phase(phase), size), said), "{said}");
        }
    }
    let harness = page(fake_lesson::in_phase(Phase::Listening), SIZE);
    assert!(has(&harness, "Ni, sung by the guide"));
    let mut view = fake_lesson::in_phase(Phase::Ready);
    view.practice.history = Arc::default();
    let harness = page(view, SIZE);
    assert!(has(&harness, "Begin with 1: a count-in leads to the first note."));
    assert!(has(&harness, "Opens Palta 5 at 85 %"), "before anything was sung as well");
    let mut view = fake_lesson::in_phase(Phase::CountIn(3));
    view.audio.input = InputState::Off;
    let harness = page(view, SIZE);
    assert!(has(&harness, "The microphone is off: only keys are heard.") && has(&harness, "Begins in 3"));
}

#[test]
fn a_take_is_told_with_its_figures_and_the_weakest_line_and_the_gate() {
    let harness = page(fake_lesson::in_phase(Phase::Done), SIZE);
    for said in ["39 of 40 in tune", "Last take", "tala +19 ms", "2 of 3 takes passed", "Line 1: 19 of 20 in tune"] {
        assert!(has(&harness, said), "{said}");
    }
    assert!(has(&harness, "Line 1 was the weakest: 19 of 20 in tune."));
    assert!(has(&harness, "Opens Palta 5 at 85 %") && has(&harness, "2 of 3"));
    assert!(has_part(&harness, "Dha, note 12, near"), "what was not as it should be is shown first");
    let harness = page(fake_lesson::in_phase(Phase::Done), SMALL);
    assert!(has(&harness, "39 of 40 in tune"));
}

#[test]
fn remarks_and_the_hint_are_reached_while_a_lesson_is_chosen() {
    let mut harness = singing();
    click(&mut harness, "Order of notes");
    assert!(has(&harness, "Nothing against Yaman so far.") || has_part(&harness, "in Yaman"));
    click(&mut harness, "What raga it may be");
    click(&mut harness, "Kalyani, 9 %: P in the way up; family of Yaman");
    assert_eq!(last(&harness), &order(PracticeOrder::SetRaga("C107".to_owned())));
    let mut harness = page(fake_lesson::singing(), SMALL);
    click(&mut harness, "Remarks and what raga it may be");
    click(&mut harness, "Kalyani, 9 %: P in the way up; family of Yaman");
    assert_eq!(last(&harness), &order(PracticeOrder::SetRaga("C107".to_owned())));
}

#[test]
fn the_last_weeks_open_over_the_page_swara_by_swara() {
    for size in SIZES {
        let mut harness = page(fake_lesson::singing(), size);
        harness.get_by_label_contains("The last twelve weeks, ").click();
        harness.run_steps(3);
        assert!(has(&harness, "The last twelve weeks"));
        assert!(has_part(&harness, "this week: ") && has(&harness, "7 weeks ago: nothing sung"));
        assert!(has_part(&harness, "tivra Ma: "), "{size:?}");
        click(&mut harness, "Raga of the last weeks");
        click(&mut harness, "Bhupali, 2 h");
        assert_eq!(last(&harness), &order(PracticeOrder::ShowPast(Some("Bhupali".to_owned()))));
        click(&mut harness, "Raga of the last weeks");
        click(&mut harness, "All ragas");
        assert_eq!(last(&harness), &order(PracticeOrder::ShowPast(None)));
        click(&mut harness, "Close the last weeks");
        assert!(!has(&harness, "Raga of the last weeks"));
    }
    let mut view = fake_lesson::singing();
    view.practice.past = Arc::default();
    let mut harness = page(view, SIZE);
    harness.get_by_label_contains("The last twelve weeks, ").click();
    harness.run_steps(3);
    assert!(has_part(&harness, "Nothing was sung in these weeks."));
}

#[test]
fn nothing_of_a_lesson_covers_another_thing_or_leaves_the_window() {
    let labels = [
        "Tanpura",
        "Raga",
        "Exercise",
        "How it is practised",
        "Speed: 1",
        "Speed: 4",
        "Stop",
        "Pitch ribbon",
        "Notation line",
        "Calibrate",
        "Aim at 15/8",
        "Stop, Space",
        "Keep",
        "Panic",
        "Line 2: to come",
    ];
    for size in [SIZE, SMALL, FOLDED, [1600.0, 1000.0], [1200.0, 760.0]] {
        let harness = page(fake_lesson::singing(), size);
        let rects = apart(&harness, &labels);
        assert!(rects.iter().all(|rect| rect.height() >= 20.0), "{rects:?}");
        let line = harness.get_by_label("Notation line").rect().expand(0.5);
        for note in 1..=16 {
            let rect = harness.get_by_label_contains(&format!(", note {note}, ")).rect();
            assert!(line.contains_rect(rect), "note {note} at {size:?}");
        }
    }
}

#[test]
fn notes_stand_side_by_side_at_every_speed() {
    for size in SIZES {
        for (speed, place) in [(1, 6.3), (2, 5.3), (4, 3.3)] {
            for view in [
                fake_lesson::varisai(speed, place, Script::Latin),
                fake_lesson::with(|settings| settings.speed = speed, place),
            ] {
                let harness = page(view, size);
                let nodes = harness.root().children_recursive();
                let mut notes: Vec<Rect> = nodes
                    .filter(|node| node.accesskit_node().label().is_some_and(|label| label.contains(", note ")))
                    .map(|node| node.rect())
                    .collect();
                notes.sort_by(|a, b| a.min.x.total_cmp(&b.min.x));
                assert!(notes.len() >= 7, "{} notes", notes.len());
                for two in notes.windows(2) {
                    assert!(two[0].max.x <= two[1].min.x + 0.5, "speed {speed} at {size:?}");
                }
                assert!(notes.iter().all(|rect| rect.width() >= 19.5), "speed {speed} at {size:?}");
            }
        }
    }
}

#[test]
fn a_lesson_draws_in_every_script_size_phase_and_setting() {
    for size in [SIZE, SMALL, FOLDED, [640.0, 480.0]] {
        for script in Script::ALL {
            page(fake_lesson::singing_in(script), size);
            page(fake_lesson::varisai(2, 6.3, script), size);
        }
        for phase in [Phase::Ready, Phase::CountIn(1), Phase::Listening, Phase::Waiting, Phase::Done] {
            page(fake_lesson::in_phase(phase), size);
        }
        let mut view = fake_lesson::singing();
        view.practice.tala = None;
        view.practice.course = Arc::default();
        view.practice.past = Arc::default();
        page(view, size);
    }
}

#[test]
fn the_gate_stands_at_the_foot_of_the_history() {
    let harness = singing();
    let history = harness.get_by_label_contains("The last twelve weeks, ").rect();
    assert!(history.max.y <= 800.0 - 8.0, "{history:?}");
    assert!(harness.get_by_label("2 of 3").rect().max.y <= history.max.y);
}

#[test]
fn what_does_not_count_for_the_gate_says_why_and_nothing_is_said_before_the_begin() {
    let told = |view: View| {
        let harness = page(view, SIZE);
        ["slowed down: not counted", "it waits for you: not counted", "not whole, or in another tempo: not counted"]
            .map(|said| has(&harness, said))
    };
    assert_eq!(told(fake_lesson::with(|settings| settings.pace = 0.8, 6.0)), [true, false, false]);
    assert_eq!(told(fake_lesson::in_phase(Phase::Waiting)), [false, true, false]);
    let with = |phase| {
        let mut view = fake_lesson::in_phase(phase);
        let mut lesson = (**view.practice.lesson.as_ref().expect("a lesson")).clone();
        lesson.is_counted = false;
        view.practice.lesson = Some(Arc::new(lesson));
        view
    };
    assert_eq!(told(with(Phase::Singing)), [false, false, true]);
    assert_eq!(told(with(Phase::Ready)), [false, false, false]);
}
