use super::*;
use sangat::engine::params::ParamId;
use sangat::ui::LETTERS;

#[test]
fn every_letter_strikes_and_lets_go_its_own_key() {
    for (step, (letter, _)) in LETTERS.into_iter().enumerate() {
        let mut harness = playing();
        let key = 60 + step as u8;
        press(&mut harness, letter);
        assert_eq!(sent(&harness), [Intent::NoteOn { key, velocity: 96 }], "{letter:?}");
        release(&mut harness, letter);
        assert_eq!(sent(&harness)[1..], [Intent::NoteOff { key }], "{letter:?}");
    }
}

#[test]
fn a_held_key_is_let_go_as_struck_although_the_octave_moved() {
    let mut harness = playing();
    press(&mut harness, Key::A);
    press(&mut harness, Key::X);
    assert_eq!(harness.state().state().octave, 5);
    release(&mut harness, Key::A);
    press(&mut harness, Key::A);
    let expected = [
        Intent::NoteOn { key: 60, velocity: 96 },
        Intent::NoteOff { key: 60 },
        Intent::NoteOn { key: 72, velocity: 96 },
    ];
    assert_eq!(sent(&harness), expected);
}

#[test]
fn auto_repeat_strikes_once() {
    let mut harness = playing();
    for _ in 0..3 {
        press(&mut harness, Key::S);
    }
    assert_eq!(sent(&harness).len(), 1);
}

#[test]
fn notes_go_by_position_whatever_the_layout_writes() {
    let mut harness = playing();
    let key = |pressed| Event::Key {
        key: Key::Q,
        physical_key: Some(Key::A),
        pressed,
        repeat: false,
        modifiers: Modifiers::NONE,
    };
    event(&mut harness, key(true));
    event(&mut harness, key(false));
    assert_eq!(sent(&harness), [Intent::NoteOn { key: 60, velocity: 96 }, Intent::NoteOff { key: 60 }]);
}

#[test]
fn losing_the_windows_focus_lets_everything_go() {
    let mut harness = playing();
    press(&mut harness, Key::A);
    press(&mut harness, Key::D);
    event(&mut harness, Event::WindowFocused(false));
    let mut off: Vec<Intent> = sent(&harness)[2..].to_vec();
    off.sort_by_key(|intent| format!("{intent:?}"));
    assert_eq!(off, [Intent::NoteOff { key: 60 }, Intent::NoteOff { key: 64 }]);
}

#[test]
fn typing_in_the_search_does_not_play_and_lets_held_notes_go() {
    let mut harness = playing();
    press(&mut harness, Key::A);
    click(&mut harness, "Search sounds");
    assert_eq!(sent(&harness).last(), Some(&Intent::NoteOff { key: 60 }));
    let before = sent(&harness).len();
    event(&mut harness, Event::Text("pad".to_owned()));
    press(&mut harness, Key::D);
    press(&mut harness, Key::Space);
    assert_eq!(sent(&harness).len(), before);
    assert_eq!(harness.state().state().search, "pad");
    assert!(harness.query_by_label_contains("Letters type now").is_some());
    assert!(harness.query_by_label("Warm pad").is_some());
    assert!(harness.query_by_label("Upright bass").is_none());
}

#[test]
fn the_slash_goes_to_the_search_without_writing_itself() {
    let mut harness = playing();
    harness.key_down(Key::Slash);
    harness.event(Event::Text("/".to_owned()));
    harness.run_steps(3);
    assert!(harness.get_by_label("Search sounds").is_focused());
    assert_eq!(harness.state().state().search, "");
}

#[test]
fn escape_is_panic_even_in_a_text_field_or_while_waiting_for_a_controller() {
    let mut harness = playing();
    click(&mut harness, "Search sounds");
    press(&mut harness, Key::Escape);
    assert_eq!(sent(&harness).last(), Some(&Intent::Panic));

    let mut view = fake::playing();
    view.learning = Some(ParamId::Macro1);
    let mut harness = bench(view, Page::Play, [1280.0, 800.0]);
    press(&mut harness, Key::A);
    press(&mut harness, Key::Escape);
    assert_eq!(sent(&harness)[1..], [Intent::NoteOff { key: 60 }, Intent::Panic, Intent::Learn(None)]);
}

#[test]
fn commands_are_everything_but_letters() {
    let mut harness = playing();
    press(&mut harness, Key::Space);
    press(&mut harness, Key::Enter);
    press(&mut harness, Key::ArrowDown);
    chord(&mut harness, Modifiers::COMMAND, Key::Z);
    chord(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    chord(&mut harness, Modifiers::COMMAND, Key::Minus);
    press(&mut harness, Key::F5);
    press(&mut harness, Key::V);
    let expected = [
        Intent::PlayOrStop,
        Intent::Keep,
        Intent::SetPatch(sangat::session::PatchId(1)),
        Intent::Undo,
        Intent::Redo,
        Intent::SetZoom(0.9),
        Intent::ShowPage(Page::Performance),
    ];
    assert_eq!(sent(&harness), expected);
    assert_eq!(harness.state().state().velocity, 112);
}

#[test]
fn space_plays_even_when_a_button_has_the_focus_and_enter_presses_the_button() {
    let mut harness = playing();
    focus(&mut harness, "Mixer");
    press(&mut harness, Key::Space);
    assert_eq!(sent(&harness), [Intent::PlayOrStop]);
    assert!(!harness.state().state().is_mixer_open);
    press(&mut harness, Key::Enter);
    assert!(harness.state().state().is_mixer_open);
    assert_eq!(sent(&harness).len(), 1);
}

#[test]
fn the_mouse_plays_slides_and_strikes_harder_low_on_the_key() {
    let mut harness = playing();
    let area = harness.get_by_label("Keyboard").rect();
    let white = area.width() / 36.0;
    let at = |key: f32, depth: f32| egui::pos2(area.min.x + white * (key + 0.5), area.min.y + area.height() * depth);
    harness.drag_at(at(0.0, 0.98));
    harness.run_steps(1);
    harness.hover_at(at(1.0, 0.7));
    harness.run_steps(1);
    harness.drop_at(at(1.0, 0.7));
    harness.run_steps(1);
    let [
        Intent::NoteOn { key: 36, velocity: hard },
        Intent::NoteOff { key: 36 },
        Intent::NoteOn { key: 38, velocity },
        rest @ ..,
    ] = sent(&harness)
    else {
        panic!("{:?}", sent(&harness));
    };
    assert!(hard > velocity);
    assert_eq!(rest, [Intent::NoteOff { key: 38 }]);
}

#[test]
fn the_keyboard_can_be_played_with_arrows_and_enter() {
    let mut harness = playing();
    focus(&mut harness, "Keyboard");
    press(&mut harness, Key::ArrowRight);
    press(&mut harness, Key::Enter);
    release(&mut harness, Key::Enter);
    assert_eq!(sent(&harness), [Intent::NoteOn { key: 61, velocity: 96 }, Intent::NoteOff { key: 61 }]);
}

#[test]
fn the_keyboard_grows_to_hold_what_is_played() {
    let mut view = fake::playing();
    view.keys[0] |= 1 << 21 | 1 << 108;
    let harness = bench(view, Page::Play, [1280.0, 800.0]);
    assert_eq!(harness.state().state().piano.range, 12..=108);
    let low = bench(fake::playing(), Page::Play, [1280.0, 800.0]);
    assert_eq!(low.state().state().piano.range, 36..=96);
}

#[test]
fn a_key_under_the_mouse_is_let_go_when_the_page_goes() {
    let mut harness = playing();
    let area = harness.get_by_label("Keyboard").rect();
    harness.drag_at(area.left_bottom() + egui::vec2(4.0, -4.0));
    harness.run_steps(1);
    press(&mut harness, Key::F5);
    let expected =
        [Intent::NoteOn { key: 36, velocity: 124 }, Intent::ShowPage(Page::Performance), Intent::NoteOff { key: 36 }];
    assert_eq!(sent(&harness), expected);
}

#[test]
fn a_window_that_is_hidden_lets_its_keys_go_without_being_drawn() {
    let mut harness = playing();
    press(&mut harness, Key::A);
    harness.input_mut().focused = false;
    harness.run_steps(1);
    assert_eq!(sent(&harness).last(), Some(&Intent::NoteOff { key: 60 }));
}
