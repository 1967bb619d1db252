use super::*;
use egui_kittest::kittest::NodeT;

const SIZES: [[f32; 2]; 3] = [[1280.0, 800.0], [960.0, 600.0], [640.0, 480.0]];

/// The harness panics on an input without a name and on a glyph that no font has.
#[test]
fn every_page_is_named_and_drawable_at_every_size() {
    for size in SIZES {
        for page in [Page::Play, Page::Jam, Page::Practice, Page::Performance, Page::Settings] {
            let band = fake_band::playing();
            for view in [fake::first_run(), fake::playing(), fake::listening(), band, View::default()] {
                bench(view, page, size);
            }
        }
        let mut harness = bench(fake::playing(), Page::Play, size);
        click(&mut harness, "Mixer");
    }
}

#[test]
fn nothing_that_can_be_pressed_in_the_top_bar_is_small_or_covers_another() {
    for size in SIZES {
        let harness = bench(fake::playing(), Page::Play, size);
        let labels = ["Stop, Space", "Record", "Tap", "Tempo", "Beats in a bar", "Keep", "Panic"];
        let rects = apart(&harness, &labels);
        assert!(rects.iter().all(|rect| rect.height() >= 24.0 && rect.width() >= 24.0), "{rects:?}");
    }
}

#[test]
fn the_tab_key_reaches_the_pages_then_the_controls() {
    let mut harness = playing();
    press(&mut harness, Key::Tab);
    harness.run_steps(1);
    assert_eq!(focused(&harness), "Play");
    let mut seen = Vec::new();
    for _ in 0..120 {
        press(&mut harness, Key::Tab);
        seen.push(focused(&harness));
    }
    let at = |label: &str| seen.iter().position(|other| other == label).expect(label);
    assert!(at("Audio") < at("Stop, Space") && at("Keep") < at("Tone"), "{seen:?}");
    assert!(at("Equaliser band 1") < at("Keyboard"), "{seen:?}");
}

#[test]
fn high_contrast_reduced_motion_and_a_recording_draw_as_well() {
    let mut view = fake::playing();
    view.is_high_contrast = true;
    view.motion = sangat::session::Motion::Reduced;
    view.transport.recording_secs = Some(42.0);
    view.limiter_db = 2.3;
    view.learning = Some(sangat::engine::params::ParamId::ReverbMix);
    let harness = bench(view, Page::Play, [1280.0, 800.0]);
    assert!(harness.query_by_label("Stop recording").is_some());
    assert!(harness.query_by_label_contains("the limiter holds back 2.3 dB").is_some());
}

fn focused(harness: &Bench) -> String {
    let node = harness.root().children_recursive().find(|node| node.is_focused());
    node.and_then(|node| node.accesskit_node().label()).unwrap_or_default()
}
