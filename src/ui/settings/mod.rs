//! Settings: choose, then see what you got.

mod appearance;
mod keys;
mod midi;
mod names;
mod sound;

use super::theme::{self, Density};
use super::widgets::{self, Hang, ui_face};
use super::{UiState, icons};
use crate::session::{Intent, View};
use egui::{Rect, Ui, pos2, vec2};

/// Draws the page: two columns, one below 960 points.
pub fn settings_ui(ui: &mut Ui, state: &mut UiState, view: &View, intents: &mut Vec<Intent>) {
    let density = Density::of(ui.max_rect().width());
    let midi_height = midi::height(view);
    let around_midi = sound::HEIGHT + appearance::FILES_HEIGHT + 2.0 * density.gap();
    let left_height = around_midi + midi_height;
    let heights = [keys::HEIGHT, names::HEIGHT, appearance::HEIGHT];
    let right_height = heights.iter().sum::<f32>() + 2.0 * density.gap();
    let is_single = density == Density::Folded;
    let content = if is_single { left_height + right_height + density.gap() } else { left_height.max(right_height) };
    let (margin, gap) = (density.margin(), density.gap());
    super::page(ui, content + gap + margin, |ui, page| {
        let area = Rect::from_min_max(pos2(page.min.x + margin, page.min.y + gap), page.max - vec2(margin, margin));
        let share = if density == Density::Wide { 760.0 / 1236.0 } else { 0.54 };
        let first_width = if is_single { area.width() } else { ((area.width() - gap) * share).round() };
        let first = area.with_max_x(area.min.x + first_width);
        let mut y = area.min.y;
        let mut next = |column: Rect, height: f32| {
            let rect = Rect::from_x_y_ranges(column.x_range(), y..=y + height);
            y = rect.max.y + gap;
            rect
        };
        let stretch = if is_single { midi_height } else { midi_height.max(right_height - around_midi) };
        let sound = next(first, sound::HEIGHT);
        let midi = next(first, stretch);
        let files = next(first, appearance::FILES_HEIGHT);
        let second = if is_single { area } else { area.with_min_x(first.max.x + gap) };
        if !is_single {
            y = area.min.y;
        }
        let mut next = |height: f32| {
            let rect = Rect::from_x_y_ranges(second.x_range(), y..=y + height);
            y = rect.max.y + gap;
            rect
        };
        let [keys, names, looks] = heights.map(&mut next);
        sound::sound_ui(ui, sound, view, intents);
        midi::midi_ui(ui, midi, view, intents);
        keys::keys_ui(ui, keys, state, view, intents);
        names::names_ui(ui, names, view, intents);
        appearance::appearance_ui(ui, looks, view, intents);
        appearance::files_ui(ui, files, view);
    });
}

/// A panel with its title, and words at its right where they fit.
fn head_ui(ui: &Ui, area: Rect, title: &str, note: &str) {
    widgets::panel(ui, area);
    let at = pos2(area.min.x + 16.0, area.min.y + 28.0);
    let drawn = widgets::say(ui, at, Hang::Left, title, ui_face(theme::HEADING, theme::T1));
    let room = area.max.x - 16.0 - drawn.max.x - 16.0;
    if widgets::width(ui, note, theme::ui_font(theme::SMALL)) <= room {
        let face = ui_face(theme::SMALL, widgets::ink(ui).t3);
        widgets::say(ui, pos2(area.max.x - 16.0, area.min.y + 25.8), Hang::Right, note, face);
    }
}

/// The shape of fine or absent at the head of a line.
fn mark_ui(ui: &Ui, at: egui::Pos2, is_there: bool) {
    let ink = widgets::ink(ui);
    ui.painter().add(if is_there { icons::disc(at, 3.5, ink.t2) } else { icons::ring(at, 3.0, ink.t3) });
}
