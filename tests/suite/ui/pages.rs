use super::*;
use egui::accesskit::Role;
use sangat::engine::params::ParamId;
use sangat::session::{InputWish, PatchId};

fn last(harness: &Bench) -> &Intent {
    sent(harness).last().expect("something was sent")
}

#[test]
fn pages_change_by_click_and_are_remembered() {
    let mut harness = playing();
    click(&mut harness, "Settings");
    assert_eq!(last(&harness), &Intent::ShowPage(Page::Settings));
    assert!(harness.query_by_label("Test tone").is_some());
    click(&mut harness, "Performance");
    assert!(harness.query_by_label("Export JSON").is_some());
    click(&mut harness, "Play");
    assert!(harness.query_by_label("Keyboard").is_some());
}

#[test]
fn the_first_page_is_the_one_of_the_last_time_unless_asked_otherwise() {
    let mut view = fake::playing();
    view.first_page = Page::Settings;
    let size = [1280.0, 800.0];
    let remembered = mount(App::new(FakeConsole::new(view.clone()), None), size);
    assert_eq!(remembered.state().state().page, Page::Settings);
    assert_eq!(bench(view, Page::Performance, size).state().state().page, Page::Performance);
}

#[test]
fn panic_and_transport_buttons_say_what_they_do() {
    let mut harness = playing();
    press(&mut harness, Key::A);
    click(&mut harness, "Panic");
    assert_eq!(sent(&harness)[1..], [Intent::NoteOff { key: 60 }, Intent::Panic]);
    for (label, intent) in [
        ("Stop, Space", Intent::PlayOrStop),
        ("Record", Intent::RecordOrStop),
        ("Tap", Intent::Tap),
        ("Keep", Intent::Keep),
        ("Metronome", Intent::SetParam(ParamId::ClickOn, 1.0)),
    ] {
        click(&mut harness, label);
        assert_eq!(last(&harness), &intent);
    }
    click(&mut harness, "Count-in");
    click(&mut harness, "2 bars");
    assert_eq!(last(&harness), &Intent::SetParam(ParamId::CountInBars, 2.0));
}

#[test]
fn the_tempo_is_typed_dragged_and_stepped() {
    let mut harness = playing();
    click(&mut harness, "Tempo");
    event(&mut harness, Event::Text("96,5".to_owned()));
    press(&mut harness, Key::Enter);
    assert_eq!(sent(&harness), [Intent::SetParam(ParamId::Tempo, 96.5)]);

    harness.run_steps(2);
    focus(&mut harness, "Tempo");
    press(&mut harness, Key::ArrowUp);
    let Intent::SetParam(ParamId::Tempo, bpm) = last(&harness) else { panic!("{:?}", last(&harness)) };
    assert!((97.0..=98.0).contains(bpm), "{bpm}");
}

#[test]
fn a_tempo_that_is_no_number_or_was_escaped_changes_nothing() {
    let mut harness = playing();
    click(&mut harness, "Tempo");
    event(&mut harness, Event::Text("fast".to_owned()));
    press(&mut harness, Key::Enter);
    assert_eq!(sent(&harness), []);
    harness.run_steps(2);
    click(&mut harness, "Tempo");
    event(&mut harness, Event::Text("60".to_owned()));
    press(&mut harness, Key::Escape);
    harness.run_steps(2);
    assert_eq!(sent(&harness), [Intent::Panic]);
}

#[test]
fn knobs_move_by_arrows_and_finely_with_shift() {
    let mut harness = playing();
    focus(&mut harness, "Tone");
    press(&mut harness, Key::ArrowUp);
    let Intent::SetParam(ParamId::Macro1, coarse) = last(&harness).clone() else { panic!("{:?}", last(&harness)) };
    assert!((coarse - 0.64).abs() < 1e-4);
    chord(&mut harness, Modifiers::SHIFT, Key::ArrowDown);
    let Intent::SetParam(ParamId::Macro1, fine) = last(&harness).clone() else { panic!("{:?}", last(&harness)) };
    assert!((fine - 0.638).abs() < 1e-4, "{fine}");
    assert!(harness.get_by_label("Tone").is_focused());
}

#[test]
fn a_right_click_offers_to_learn_a_controller() {
    let mut harness = playing();
    harness.get_by_label("Bell").click_secondary();
    harness.run_steps(3);
    click(&mut harness, "Learn a MIDI control");
    assert_eq!(sent(&harness), [Intent::Learn(Some(ParamId::Macro2))]);
    harness.state_mut();
    harness.get_by_label("Bell").click_secondary();
    harness.run_steps(3);
    assert!(harness.query_by_label("Stop waiting").is_some());
}

#[test]
fn points_of_the_equaliser_move_with_the_keyboard() {
    let mut harness = playing();
    focus(&mut harness, "Equaliser band 2");
    press(&mut harness, Key::ArrowUp);
    let Intent::SetParam(ParamId::Eq2Gain, gain) = last(&harness).clone() else { panic!("{:?}", last(&harness)) };
    assert!(gain > 2.6);
    press(&mut harness, Key::ArrowRight);
    let Intent::SetParam(ParamId::Eq2Freq, hz) = last(&harness).clone() else { panic!("{:?}", last(&harness)) };
    assert!(hz > 320.0);
    let said = harness.get_by_label("Equaliser band 2").value();
    assert!(said.is_some_and(|text| text.contains("Hz") && text.contains("dB") && text.contains('Q')));
}

#[test]
fn effects_switch_and_slide() {
    let mut harness = playing();
    click(&mut harness, "Chorus");
    assert_eq!(last(&harness), &Intent::SetParam(ParamId::ChorusOn, 1.0));
    focus(&mut harness, "Delay: Time");
    press(&mut harness, Key::ArrowRight);
    assert_eq!(last(&harness), &Intent::SetParam(ParamId::DelayTime, 4.0));
}

#[test]
fn sounds_load_by_click_and_by_walking_and_take_stars() {
    let mut harness = playing();
    click(&mut harness, "Upright bass");
    assert_eq!(last(&harness), &Intent::SetPatch(PatchId(3)));
    click(&mut harness, "Favourite: Warm pad");
    assert_eq!(last(&harness), &Intent::ToggleFavourite(PatchId(5)));
    harness.get_by_role_and_label(Role::ListBoxOption, "Upright bass").focus();
    harness.run_steps(2);
    press(&mut harness, Key::ArrowDown);
    harness.run_steps(2);
    assert_eq!(last(&harness), &Intent::SetPatch(PatchId(4)));
    assert!(harness.get_by_role_and_label(Role::ListBoxOption, "Finger bass").is_focused());
    click(&mut harness, "Next sound");
    assert_eq!(last(&harness), &Intent::SetPatch(PatchId(5)));
}

#[test]
fn the_mixer_opens_and_mutes() {
    let mut harness = playing();
    click(&mut harness, "Mixer");
    click(&mut harness, "bass: mute");
    assert_eq!(last(&harness), &Intent::SetParam(ParamId::BassMute, 1.0));
    focus(&mut harness, "you: Volume");
    press(&mut harness, Key::ArrowLeft);
    let Intent::SetParam(ParamId::YouGain, gain) = last(&harness) else { panic!("{:?}", last(&harness)) };
    assert!(*gain < 0.0);
}

#[test]
fn a_chip_opens_a_card_with_the_reason_and_the_remedy() {
    let mut harness = bench(fake::first_run(), Page::Play, [1280.0, 800.0]);
    click(&mut harness, "No audio device");
    assert!(harness.query_by_label_contains("No sound device was found, so nothing is heard.").is_some());
    assert!(harness.query_by_label_contains("Plug in headphones or speakers; sound starts by itself.").is_some());
    assert!(harness.query_by_label("for 13 min").is_some());
}

#[test]
fn first_run_rows_go_as_their_matter_is_solved_and_the_last_gives_way_to_the_spectrum() {
    let mut harness = bench(fake::first_run(), Page::Play, [1280.0, 800.0]);
    for label in ["Press A to play.", "Sound", "MIDI keyboard", "Choose inputs"] {
        assert!(harness.query_by_label(label).is_some(), "{label}");
    }
    let mut view = fake::first_run();
    view.health.midi.state = sangat::session::State::Ok;
    let solved = bench(view, Page::Play, [1280.0, 800.0]);
    assert!(solved.query_by_label("MIDI keyboard").is_none());
    assert!(solved.query_by_label("Sound").is_some());
    press(&mut harness, Key::A);
    harness.run_steps(1);
    assert!(harness.query_by_label("Press A to play.").is_none());
    assert!(harness.query_by_label("Equaliser band 1").is_some());
}

#[test]
fn choose_a_device_leads_to_the_settings() {
    let mut harness = bench(fake::first_run(), Page::Play, [1280.0, 800.0]);
    click(&mut harness, "Choose a device");
    assert_eq!(sent(&harness), [Intent::ShowPage(Page::Settings)]);
    click(&mut harness, "Host");
    click(&mut harness, "ALSA");
    assert_eq!(last(&harness), &Intent::SetHost("alsa".to_owned()));
}

#[test]
fn settings_choose_devices_inputs_and_looks() {
    let mut view = fake::playing();
    view.audio.revert_secs = Some(7.4);
    let mut harness = bench(view, Page::Settings, [1280.0, 800.0]);
    for (label, intent) in [
        ("Go back (8 s)", Intent::RevertAudio),
        ("Test tone", Intent::TestTone),
        ("Listen to KeyStep 37", Intent::SetMidiEnabled { name: "KeyStep 37".to_owned(), enabled: false }),
        ("Velocity: Hard", Intent::SetParam(ParamId::VelocityCurve, 2.0)),
        ("Contrast: High", Intent::SetHighContrast(true)),
        ("Motion: Reduced", Intent::SetMotion(sangat::session::Motion::Reduced)),
    ] {
        click(&mut harness, label);
        assert_eq!(last(&harness), &intent);
    }
    click(&mut harness, "Output");
    click(&mut harness, "Look again for devices");
    assert_eq!(last(&harness), &Intent::RescanDevices);
    click(&mut harness, "Microphone");
    click(&mut harness, "Scarlett 2i2, input 1");
    assert_eq!(last(&harness), &Intent::SetInput(InputWish::Id("alsa:hw:0,0".to_owned())));
    click(&mut harness, "Period");
    click(&mut harness, "256 frames, 5.3 ms");
    assert_eq!(last(&harness), &Intent::SetPeriod(Some(256)));
    focus(&mut harness, "Zoom");
    press(&mut harness, Key::ArrowRight);
    assert_eq!(last(&harness), &Intent::SetZoom(1.1));
}

#[test]
fn performance_walks_from_xrun_to_xrun_resets_and_exports() {
    let mut harness = bench(fake::playing(), Page::Performance, [1280.0, 800.0]);
    press(&mut harness, Key::ArrowLeft);
    harness.run_steps(1);
    assert!(harness.query_by_label_contains("another program held this core").is_some());
    press(&mut harness, Key::ArrowRight);
    harness.run_steps(1);
    assert!(harness.query_by_label_contains("another program held this core").is_none());
    click(&mut harness, "Reset");
    click(&mut harness, "Export JSON");
    assert_eq!(sent(&harness), [Intent::ResetMeters, Intent::ExportPerformance]);
}

#[test]
fn what_is_not_known_is_a_dash() {
    let harness = bench(fake::first_run(), Page::Performance, [1280.0, 800.0]);
    assert!(harness.query_by_label("key to sound p99 \u{2014}").is_some());
    assert!(harness.query_by_label("xruns \u{2014}").is_some());
    assert!(harness.query_by_label_contains("Render, P50 \u{2014}, P95 \u{2014}, P99 \u{2014}").is_some());
    assert!(harness.query_by_label("Processor: \u{2014}").is_some());
}

#[test]
fn notices_can_be_taken_away() {
    let mut view = fake::playing();
    let text = "The recording stopped: the disk is full.".to_owned();
    view.notices = vec![sangat::session::NoticeView { id: 7, text, is_fault: true }];
    let mut harness = bench(view, Page::Play, [1280.0, 800.0]);
    click(&mut harness, "Dismiss: The recording stopped: the disk is full.");
    assert_eq!(sent(&harness), [Intent::DismissNotice(7)]);
    assert!(harness.query_by_label_contains("the disk is full").is_none());
}

#[test]
fn in_a_narrow_window_the_pages_are_one_menu() {
    let mut harness = bench(fake::playing(), Page::Play, [640.0, 480.0]);
    click(&mut harness, "Page");
    click(&mut harness, "Performance");
    assert_eq!(sent(&harness), [Intent::ShowPage(Page::Performance)]);
    assert_eq!(harness.get_by_label("Page").value().as_deref(), Some("Performance"));
}

#[test]
fn the_wheel_moves_a_knob_and_a_double_click_takes_it_home() {
    let mut harness = playing();
    let at = harness.get_by_label("Tone").rect().center();
    harness.hover_at(at);
    harness.run_steps(2);
    let wheel = Event::MouseWheel {
        unit: egui::MouseWheelUnit::Line,
        delta: egui::vec2(0.0, 1.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
        modifiers: Modifiers::NONE,
    };
    event(&mut harness, wheel);
    let Some(Intent::SetParam(ParamId::Macro1, place)) = sent(&harness).last() else { panic!("{:?}", sent(&harness)) };
    assert!((place - 0.64).abs() < 1e-4, "{place}");
    for _ in 0..2 {
        harness.drag_at(at);
        harness.run_steps(1);
        harness.drop_at(at);
        harness.hover_at(at);
        harness.run_steps(1);
    }
    assert_eq!(last(&harness), &Intent::SetParam(ParamId::Macro1, 0.5));
}

#[test]
fn every_slider_says_its_value_with_the_unit() {
    let harness = playing();
    for (label, unit) in [
        ("Tempo", "BPM"),
        ("Reverb: Size", " s"),
        ("Reverb: Damp", "Hz"),
        ("Reverb: Mix", "%"),
        ("Delay: Time", "/16"),
        ("Chorus: Rate", "Hz"),
    ] {
        let value = harness.get_by_label(label).value().unwrap_or_default();
        assert!(value.contains(unit), "{label} says {value}");
    }
}
