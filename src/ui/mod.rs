//! The window: it draws a [`View`] and emits [`Intent`]s. It knows no device.
//!
//! Pages are functions of `(ui, state, view, intents)` and run without a window.

mod avartan;
mod chips;
mod console;
pub mod icons;
mod jam;
mod keyboard;
mod magma;
mod notices;
mod performance;
mod play;
mod practice;
mod settings;
mod spectrogram;
mod state;
mod swaras;
mod tempo;
pub mod text;
pub mod theme;
mod top_bar;
mod transport;
mod widgets;
mod window;

pub use jam::{JamState, jam_ui};
pub use keyboard::{Hands, LETTERS};
pub use performance::performance_ui;
pub use play::play_ui;
pub use practice::{PracticeState, practice_ui};
pub use settings::settings_ui;
pub use spectrogram::Spectrogram;
pub use state::{Filter, Piano, UiState};
pub use window::{App, WindowOptions, run};

use crate::session::{Intent, Page, View};
use egui::{Rect, Sense, Ui, UiBuilder, vec2};
use std::time::Duration;

/// What the window draws from and sends its wishes to.
pub trait Console {
    /// Folds what has arrived since the last call and gives the newest picture. Also called while hidden.
    fn poll(&mut self) -> &View;
    /// Carries out a wish.
    fn send(&mut self, intent: Intent);
    /// Tells how long one frame of the window took to build.
    fn ui_frame_nanos(&mut self, nanos: u64);
}

/// Draws the whole window.
pub fn window_ui(ui: &mut Ui, state: &mut UiState, view: &View, intents: &mut Vec<Intent>) {
    theme::follow(ui.ctx(), view.is_high_contrast, view.motion);
    ui.painter().rect_filled(ui.max_rect(), 0, theme::BASE);
    keyboard::listen(ui.ctx(), state, view, intents);
    state.follow(view);
    top_bar::top_bar_ui(ui, state, view, intents);
    if state.page != Page::Play {
        state.hands.leave_piano(intents);
    }
    match state.page {
        Page::Play => play_ui(ui, state, view, intents),
        Page::Jam => jam_ui(ui, &mut state.jam, view, intents),
        Page::Practice => practice_ui(ui, state, view, intents),
        Page::Performance => performance_ui(ui, state, view, intents),
        Page::Settings => settings_ui(ui, state, view, intents),
    }
    notices::notices_ui(ui, view, intents);
    ui.request_repaint_after(next_frame(state.page, view));
}

/// 60 Hz where sound is drawn and something sounds or moves, 4 Hz for figures.
fn next_frame(page: Page, view: &View) -> Duration {
    let is_sounding = view.master.hold_db[0].max(view.master.hold_db[1]) > -90.0 || view.voices > 0;
    let is_heard = view.heard.voice.is_some() || !view.heard.upcoming.is_empty();
    let is_moving = view.transport.is_playing || view.transport.is_counting_in || is_heard;
    if page == Page::Practice && view.practice.microphone.is_fed {
        return Duration::from_millis(16);
    }
    match (page, is_sounding, is_moving) {
        (Page::Play | Page::Jam | Page::Performance, true, _) | (Page::Jam, _, true) => Duration::from_millis(16),
        (_, true, _) | (_, _, true) => Duration::from_millis(33),
        _ => Duration::from_millis(250),
    }
}

/// The rest of `ui` as one page: as high as the window, or higher and scrolled where it does not fit.
fn page<R>(ui: &mut Ui, height_min: f32, add_contents: impl FnOnce(&mut Ui, Rect) -> R) -> R {
    let area = ui.available_rect_before_wrap();
    let mut child = ui.new_child(UiBuilder::new().id_salt("page").max_rect(area));
    let height = area.height().max(height_min);
    egui::ScrollArea::vertical()
        .auto_shrink(false)
        .show(&mut child, |ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(area.width(), height), Sense::hover());
            add_contents(ui, rect)
        })
        .inner
}
