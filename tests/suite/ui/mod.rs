//! The window by its accessibility labels: what is drawn, what is emitted.

mod fake;
mod fake_band;
mod fake_lesson;
mod fake_practice;
mod jam;
mod keyboard;
mod lesson;
mod looks;
mod pages;
mod practice;
mod raga;

use egui::{Event, Key, Modifiers, Rect};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use fake::FakeConsole;
use sangat::session::{Intent, Page, View};
use sangat::ui::App;

type Bench = Harness<'static, App<FakeConsole>>;

/// The window on a view, drawn until it has settled.
fn bench(view: View, page: Page, size: [f32; 2]) -> Bench {
    mount(App::new(FakeConsole::new(view), Some(page)), size)
}

/// An application, drawn until it has settled.
fn mount(app: App<FakeConsole>, size: [f32; 2]) -> Bench {
    let mut harness = Harness::builder().with_size(size).with_step_dt(1.0 / 60.0).build_ui_state(
        |ui, app: &mut App<FakeConsole>| {
            // Faces come into use with the frame after the one in which they are installed.
            if ui.ctx().cumulative_frame_nr() == 0 {
                return sangat::ui::theme::install(ui.ctx());
            }
            app.drain(ui.ctx());
            app.frame(ui);
        },
        app,
    );
    harness.run_steps(4);
    harness
}

/// The window on Play with everything running.
fn playing() -> Bench {
    bench(fake::playing(), Page::Play, [1280.0, 800.0])
}

/// What was sent since the harness was built.
fn sent(harness: &Bench) -> &[Intent] {
    &harness.state().console().sent
}

/// Presses a key and lets a frame pass.
fn press(harness: &mut Bench, key: Key) {
    harness.key_down(key);
    harness.run_steps(1);
}

/// Lets a key go and lets a frame pass.
fn release(harness: &mut Bench, key: Key) {
    harness.key_up(key);
    harness.run_steps(1);
}

/// Presses and lets go a key together with others.
fn chord(harness: &mut Bench, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(2);
}

/// Sends a bare event.
fn event(harness: &mut Bench, event: Event) {
    harness.event(event);
    harness.run_steps(1);
}

/// Clicks what has this label.
fn click(harness: &mut Bench, label: &str) {
    harness.get_by_label(label).click();
    harness.run_steps(3);
}

/// Gives the keyboard's focus to what has this label.
fn focus(harness: &mut Bench, label: &str) {
    harness.get_by_label(label).focus();
    harness.run_steps(2);
}

/// Where these labels stand, all in the window without scrolling and none over another.
fn apart(harness: &Bench, labels: &[&str]) -> Vec<Rect> {
    let rects: Vec<Rect> = labels.iter().map(|label| harness.get_by_label(label).rect()).collect();
    let window = harness.ctx.content_rect();
    for (at, rect) in rects.iter().enumerate() {
        assert!(window.contains_rect(*rect), "{} leaves {window:?}: {rect:?}", labels[at]);
        for (other, second) in rects.iter().enumerate().skip(at + 1) {
            let shared = rect.intersect(*second);
            let is_apart = shared.width() <= 0.5 || shared.height() <= 0.5;
            assert!(is_apart, "{} covers {} in {window:?}", labels[at], labels[other]);
        }
    }
    rects
}
