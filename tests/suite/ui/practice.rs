use super::*;
use egui::accesskit::Role;
use sangat::engine::params::ParamId;
use sangat::session::practice::{DroneState, Hearing, Marking, PracticeOrder, TonicState, Verdict};
use sangat::session::{InputState, InputWish, Trouble};
use sangat::theory::raga::{Script, Tradition};
use std::sync::Arc;

const SIZE: [f32; 2] = [1280.0, 800.0];
/// A window of 960 by 600, and the margin that the harness puts around it.
const SMALL: [f32; 2] = [976.0, 616.0];
const FOLDED: [f32; 2] = [640.0, 900.0];

/// The Practice page while somebody sings.
fn singing() -> Bench {
    bench(fake_practice::singing(), Page::Practice, SIZE)
}

fn last(harness: &Bench) -> &Intent {
    sent(harness).last().expect("something was sent")
}

fn order(order: PracticeOrder) -> Intent {
    Intent::Practice(order)
}

#[test]
fn the_third_function_key_and_its_tab_show_the_page() {
    let mut harness = bench(fake_practice::singing(), Page::Play, SIZE);
    press(&mut harness, Key::F3);
    assert_eq!(sent(&harness), [Intent::ShowPage(Page::Practice)]);
    harness.run_steps(2);
    harness.get_by_label("Pitch ribbon");
    click(&mut harness, "Play");
    click(&mut harness, "Practice");
    assert_eq!(last(&harness), &Intent::ShowPage(Page::Practice));
}

#[test]
fn letters_play_and_space_starts_on_the_page_as_everywhere() {
    let mut harness = singing();
    press(&mut harness, Key::A);
    release(&mut harness, Key::A);
    press(&mut harness, Key::Space);
    let struck = Intent::NoteOn { key: 60, velocity: 96 };
    assert_eq!(sent(&harness), [struck, Intent::NoteOff { key: 60 }, Intent::PlayOrStop]);
}

#[test]
fn every_control_of_the_page_asks_for_what_it_says() {
    for (label, wanted) in [
        ("Tanpura", Intent::SetParam(ParamId::TanpuraOn, 0.0)),
        ("Find my Sa", order(PracticeOrder::FindSa(true))),
        ("Marking: Gentle", order(PracticeOrder::SetMarking(Marking::Gentle))),
        ("Begin afresh", order(PracticeOrder::Reset)),
        ("Calibrate", order(PracticeOrder::Calibrate)),
        ("Aim at 243/128", order(PracticeOrder::SetShade { position: 11, is_higher: true })),
    ] {
        let mut harness = singing();
        click(&mut harness, label);
        assert_eq!(sent(&harness), [wanted], "{label}");
    }
    let mut harness = singing();
    for (label, id) in [
        ("Tanpura: Strings a minute", ParamId::TanpuraPace),
        ("Tanpura: Jawari", ParamId::TanpuraJawari),
        ("Tanpura: Volume", ParamId::DroneGain),
    ] {
        focus(&mut harness, label);
        press(&mut harness, Key::ArrowRight);
        assert!(matches!(last(&harness), Intent::SetParam(other, _) if *other == id), "{label}: {:?}", last(&harness));
    }
}

#[test]
fn lists_choose_the_first_string_the_tala_and_the_raga() {
    let mut harness = singing();
    click(&mut harness, "First string");
    click(&mut harness, "shuddha Ma");
    assert_eq!(last(&harness), &Intent::SetParam(ParamId::TanpuraFirst, 1.0));
    click(&mut harness, "Tala");
    click(&mut harness, "No tala, sing freely");
    assert_eq!(last(&harness), &order(PracticeOrder::SetTala(None)));
    click(&mut harness, "Raga");
    event(&mut harness, Event::Text("bhupa".to_owned()));
    harness.run_steps(2);
    let found = harness.get_all_by_role(Role::MenuItem).next().expect("a raga that fits");
    found.click();
    harness.run_steps(3);
    let Intent::Practice(PracticeOrder::SetRaga(id)) = last(&harness) else { panic!("{:?}", last(&harness)) };
    let ragas = &sangat::theory::raga::tables().ragas;
    assert!(ragas.find(id, None).expect("a raga").name.starts_with("Bhup"), "{id}");
    assert!(!sent(&harness).iter().any(|intent| matches!(intent, Intent::NoteOn { .. })), "typing plays nothing");
}

#[test]
fn a_swara_is_heard_by_its_name_on_the_ribbon() {
    for size in [SIZE, SMALL, FOLDED] {
        let mut harness = bench(fake_practice::singing(), Page::Practice, size);
        apart(&harness, &["Hear S", "Hear R", "Hear G", "Hear P", "Hear D", "Hear S, upper", "Pitch ribbon"]);
        click(&mut harness, "Hear G");
        assert_eq!(sent(&harness), [order(PracticeOrder::Sound(4))], "{size:?}");
        focus(&mut harness, "Hear S, upper");
        press(&mut harness, Key::Enter);
        assert_eq!(last(&harness), &order(PracticeOrder::Sound(12)), "{size:?}");
    }
}

#[test]
fn a_raga_that_it_may_be_is_taken_by_a_click() {
    let mut harness = singing();
    click(&mut harness, "Kalyani, 9 %: P in the way up; family of Yaman");
    assert_eq!(sent(&harness), [order(PracticeOrder::SetRaga("C107".to_owned()))]);
}

#[test]
fn sa_moves_by_the_cent_and_is_typed_as_a_note_or_in_hz() {
    let mut harness = singing();
    focus(&mut harness, "Sa");
    press(&mut harness, Key::ArrowUp);
    let Intent::SetParam(ParamId::TanpuraSa, hz) = last(&harness).clone() else { panic!("{:?}", last(&harness)) };
    assert!((1200.0 * (hz / fake_practice::SA_HZ).log2() - 1.0).abs() < 0.1, "{hz}");
    for (typed, wanted) in [("D3", 146.83), ("150,5 Hz", 150.5)] {
        click(&mut harness, "Sa");
        event(&mut harness, Event::Text(typed.to_owned()));
        press(&mut harness, Key::Enter);
        let Intent::SetParam(ParamId::TanpuraSa, hz) = last(&harness) else { panic!("{:?}", last(&harness)) };
        assert!((hz - wanted).abs() < 0.01, "{typed}: {hz}");
        harness.run_steps(2);
    }
}

#[test]
fn the_page_tells_what_is_sung_and_how_it_went() {
    let harness = singing();
    for said in [
        "Swara Ni",
        "Voice 21 dB over the drone",
        "Tanpura removed, 22 dB",
        "18.9 ms to cents",
        "Teental, matra 16 of 16",
        "Raga Yaman",
        "Sa C\u{266f}3, 138.6 Hz",
        "today 81 %",
        "String 2: S",
    ] {
        assert!(harness.query_all_by_label(said).count() > 0, "{said}");
    }
    assert!(harness.query_all_by_label_contains("kampita 5.").count() > 0, "the swing is named");
    assert!(harness.query_all_by_label_contains("Dha, near").count() > 0, "a note that came in low is near");
    assert!(harness.query_all_by_label_contains("Ga, in tune").count() > 0);
    assert!(harness.query_all_by_label_contains("in tune").count() > 3);
    let value = harness.get_by_label("Pitch ribbon").value();
    assert!(value.is_some_and(|value| value.starts_with("Ni ")));
}

#[test]
fn without_a_microphone_the_page_says_so_and_switches_it_on_in_the_same_place() {
    let mut harness = bench(fake_practice::quiet(), Page::Practice, SIZE);
    harness.get_by_label_contains("The microphone is off, so nothing you sing is heard");
    click(&mut harness, "Switch the microphone on");
    assert_eq!(sent(&harness), [Intent::SetInput(InputWish::System)]);
    assert_eq!(harness.get_by_label("Raga").value().as_deref(), Some("Choose a raga"));
}

#[test]
fn a_lost_microphone_gives_the_reason_and_the_remedy() {
    for size in [SIZE, SMALL, FOLDED] {
        let mut view = fake_practice::singing();
        let trouble = Trouble {
            reason: "The microphone was unplugged.".into(),
            remedy: "Plug it in again, or choose another.".into(),
        };
        view.audio.input = InputState::Absent(trouble);
        let mut harness = bench(view, Page::Practice, size);
        harness.get_by_label("The microphone was unplugged.");
        harness.get_by_label("Plug it in again, or choose another.");
        click(&mut harness, "Choose a microphone");
        assert_eq!(sent(&harness), [Intent::ShowPage(Page::Settings)]);
    }
}

#[test]
fn what_is_no_single_voice_says_why_nothing_is_marked() {
    let mut view = fake_practice::singing();
    let mut teacher = (*view.practice.teacher).clone();
    (teacher.hearing, teacher.now) = (Hearing::UnderDrone, None);
    view.practice.teacher = Arc::new(teacher);
    let harness = bench(view, Page::Practice, SIZE);
    let said = "I can't hear you over the drone: turn it down, or use headphones.";
    assert!(harness.query_all_by_label(said).count() >= 2, "on the ribbon and beside the microphone");
    harness.get_by_label("No note sounds");
}

#[test]
fn states_of_the_drone_and_of_finding_sa_are_told() {
    let mut view = fake_practice::singing();
    view.practice.microphone.drone = Some(DroneState::Calibrating { progress: 0.4 });
    view.practice.finding_sa = Some(TonicState::Listening { held: 0.5 });
    let mut harness = bench(view, Page::Practice, SIZE);
    harness.get_by_label("Stay silent, 40 %");
    assert!(harness.query_by_label("Calibrate").is_none());
    harness.get_by_label("Hold one straight Sa for three seconds.");
    click(&mut harness, "Stop");
    assert_eq!(sent(&harness), [order(PracticeOrder::FindSa(false))]);
}

#[test]
fn in_a_small_window_the_tanpura_opens_over_the_ribbon_and_escape_closes_it() {
    for size in [SMALL, FOLDED] {
        let mut harness = bench(fake_practice::singing(), Page::Practice, size);
        assert!(harness.query_by_label("Tanpura: Jawari").is_none());
        click(&mut harness, "Tanpura and Sa");
        click(&mut harness, "Find my Sa");
        assert_eq!(last(&harness), &order(PracticeOrder::FindSa(true)));
        harness.get_by_label("Tanpura: Jawari");
        press(&mut harness, Key::Escape);
        harness.run_steps(2);
        assert!(harness.query_by_label("Tanpura: Jawari").is_none());
    }
}

#[test]
fn nothing_that_can_be_pressed_on_the_page_covers_another_or_leaves_the_window() {
    let labels = [
        "Tanpura",
        "Raga",
        "Tala",
        "Marking: Gentle",
        "Marking: True",
        "Pitch ribbon",
        "Calibrate",
        "Aim at 15/8",
        "Aim at 243/128",
        "Kalyani, 9 %: P in the way up; family of Yaman",
        "Stop, Space",
        "Keep",
        "Panic",
    ];
    for size in [SIZE, SMALL, FOLDED, [1600.0, 1000.0], [1200.0, 760.0]] {
        let harness = bench(fake_practice::singing(), Page::Practice, size);
        let rects = apart(&harness, &labels);
        assert!(rects.iter().all(|rect| rect.height() >= 20.0), "{rects:?}");
    }
}

#[test]
fn the_page_draws_in_every_script_size_and_state() {
    for size in [SIZE, SMALL, FOLDED, [640.0, 480.0]] {
        for script in Script::ALL {
            bench(fake_practice::singing_in(script), Page::Practice, size);
        }
        let mut bare = fake_practice::singing();
        bare.practice.raga = None;
        bare.practice.tala = None;
        bare.practice.cycle_place = None;
        bare.practice.hint = Arc::default();
        bare.practice.history = Arc::default();
        let mut teacher = (*bare.practice.teacher).clone();
        teacher.targets.clear();
        teacher.marks.iter_mut().for_each(|mark| mark.verdict = Verdict::Off);
        bare.practice.teacher = Arc::new(teacher);
        for view in [bare, fake_practice::quiet(), fake::playing(), View::default()] {
            bench(view, Page::Practice, size);
        }
    }
}

#[test]
fn the_settings_choose_letters_and_names_of_the_swaras() {
    let mut harness = bench(fake_practice::singing(), Page::Settings, [1280.0, 900.0]);
    for (label, wanted) in [
        ("Devanagari", PracticeOrder::SetScript(Script::Devanagari)),
        ("Telugu", PracticeOrder::SetScript(Script::Telugu)),
        ("Tradition: Carnatic", PracticeOrder::SetTradition(Tradition::Carnatic)),
    ] {
        click(&mut harness, label);
        assert_eq!(last(&harness), &order(wanted));
    }
}

#[test]
fn the_wheel_scrolls_the_ribbon_back_and_the_transport_returns_to_now() {
    let mut harness = singing();
    let at = harness.get_by_label("Pitch ribbon").rect().center();
    harness.hover_at(at);
    harness.run_steps(2);
    let wheel = |lines: f32| Event::MouseWheel {
        unit: egui::MouseWheelUnit::Line,
        delta: egui::vec2(0.0, lines),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
        modifiers: Modifiers::NONE,
    };
    event(&mut harness, wheel(2.0));
    harness.run_steps(2);
    harness.get_by_label("1.0 s ago");
    press(&mut harness, Key::Space);
    harness.run_steps(2);
    harness.get_by_label("now");
    event(&mut harness, wheel(100.0));
    harness.run_steps(2);
    harness.get_by_label("5.0 s ago");
}

#[test]
fn a_frame_of_the_page_takes_less_than_two_milliseconds() {
    let mut harness = singing();
    for _ in 0..40 {
        harness.run_steps(1);
    }
    let mut frames = harness.state().console().frames_nanos.clone();
    frames.sort_unstable();
    // Built without optimisation it is ten times as slow, on a machine that does other things as well.
    assert!(frames[frames.len() / 2] < 20_000_000, "{} ns", frames[frames.len() / 2]);
}
