//! Fields with a few choices: segments, pills and lists that drop down.

use super::{Hang, focus_ring, ground, hit, ink, ui_face, write, write_within};
use crate::ui::{icons, theme};
use egui::accesskit::Role;
use egui::{EventFilter, Key, Popup, Rect, Response, Sense, Ui, WidgetInfo, pos2, vec2};

/// Choices in one row; returns the one that was picked.
pub fn segment(ui: &Ui, rect: Rect, name: &str, labels: &[&str], selected: Option<usize>) -> Option<usize> {
    let ink = ink(ui);
    ui.painter().rect_filled(rect, theme::RADIUS_SMALL, theme::CTRL);
    let font = theme::ui_font(theme::SMALL);
    let widths: Vec<f32> = labels.iter().map(|label| super::width(ui, label, font.clone())).collect();
    let pad = (rect.width() - 4.0 - widths.iter().sum::<f32>()) / labels.len().max(1) as f32;
    let mut x = rect.min.x + 2.0;
    let mut picked = None;
    for (index, (label, width)) in labels.iter().zip(&widths).enumerate() {
        let cell = Rect::from_min_size(pos2(x, rect.min.y + 2.0), vec2(width + pad, rect.height() - 4.0));
        x = cell.max.x;
        let is_on = selected == Some(index);
        let response = hit(ui, cell, (name, index), Sense::click());
        let full_name = format!("{name}: {label}");
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is_on, &full_name));
        if is_on {
            ui.painter().rect_filled(cell, 3, theme::PRESS);
        } else {
            ui.painter().rect_filled(cell, 3, ground(ui, &response, theme::CTRL));
        }
        let colour = match (is_on, response.hovered()) {
            (true, _) => theme::T1,
            (_, true) => ink.t2,
            _ => ink.t3,
        };
        let at = pos2(cell.center().x, cell.center().y + 3.8);
        write(ui.painter(), at, Hang::Middle, label, ui_face(theme::SMALL, colour));
        focus_ring(ui, &response, cell, 3);
        if response.clicked() {
            picked = Some(index);
        }
        if response.has_focus() {
            picked = picked.or(neighbour(ui, &response, index, labels.len()));
        }
    }
    picked
}

/// Left and right pick the neighbour; up and down move the focus on.
fn neighbour(ui: &Ui, response: &Response, index: usize, count: usize) -> Option<usize> {
    let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let (left, right) = ui.input(|input| (input.key_pressed(Key::ArrowLeft), input.key_pressed(Key::ArrowRight)));
    let next = match (left, right) {
        (true, false) => index.checked_sub(1)?,
        (false, true) if index + 1 < count => index + 1,
        _ => return None,
    };
    ui.memory_mut(|memory| {
        memory.move_focus(if left { egui::FocusDirection::Previous } else { egui::FocusDirection::Next });
    });
    Some(next)
}

/// A pill that is on or off.
pub fn pill(ui: &Ui, rect: Rect, label: &str, name: &str, is_on: bool) -> Response {
    let response = hit(ui, rect, name, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is_on, name));
    let rest = if is_on { theme::PRESS } else { theme::CTRL };
    ui.painter().rect_filled(rect, theme::RADIUS_PILL, ground(ui, &response, rest));
    let colour = if is_on || response.hovered() { theme::T1 } else { ink(ui).t2 };
    let at = pos2(rect.center().x, rect.center().y + 3.8);
    write(ui.painter(), at, Hang::Middle, label, ui_face(theme::SMALL, colour));
    focus_ring(ui, &response, rect, theme::RADIUS_PILL);
    response
}

/// One line of a list that drops down.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// What people read.
    pub label: String,
    /// Whether it is the one in use.
    pub is_selected: bool,
}

/// A field that shows one choice and drops down the others; returns the one that was picked.
pub fn drop_down(ui: &Ui, rect: Rect, name: &str, shown: &str, choices: &[Choice]) -> Option<usize> {
    let response = field(ui, rect, name, shown);
    list_menu(&response, rect.width(), choices)
}

/// The same with headings, each before the choice of its number.
pub fn grouped_drop_down(
    ui: &Ui,
    rect: Rect,
    (name, shown): (&str, &str),
    choices: &[Choice],
    headings: &[(usize, &str)],
) -> Option<usize> {
    let response = field(ui, rect, name, shown);
    list(Popup::menu(&response), rect.width(), choices, headings)
}

fn field(ui: &Ui, rect: Rect, name: &str, shown: &str) -> Response {
    let ink = ink(ui);
    let response = hit(ui, rect, name, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, name));
    super::describe(ui, &response, shown);
    ui.painter().rect_filled(rect, theme::RADIUS_CTRL, ground(ui, &response, theme::CTRL));
    let at = pos2(rect.min.x + 10.0, rect.center().y + 4.5);
    write_within(ui, at, rect.width() - 38.0, shown, ui_face(theme::BODY, theme::T1));
    ui.painter().add(icons::chevron_down(pos2(rect.max.x - 15.0, rect.center().y), ink.t2));
    focus_ring(ui, &response, rect, theme::RADIUS_CTRL);
    response
}

/// A list that drops down from what was clicked; returns the choice that was picked.
pub fn list_menu(response: &Response, width_min: f32, choices: &[Choice]) -> Option<usize> {
    list(Popup::menu(response), width_min, choices, &[])
}

/// The same on a right click.
pub fn context_list(response: &Response, width_min: f32, choices: &[Choice]) -> Option<usize> {
    list(Popup::context_menu(response), width_min, choices, &[])
}

fn list(popup: Popup<'_>, width_min: f32, choices: &[Choice], headings: &[(usize, &str)]) -> Option<usize> {
    let mut picked = None;
    popup.width(width_min).gap(4.0).show(|ui| {
        let font = theme::ui_font(theme::BODY);
        let widest = choices.iter().map(|choice| super::width(ui, &choice.label, font.clone())).fold(0.0, f32::max);
        let room = (ui.ctx().content_rect().width() - 48.0).max(width_min - 8.0);
        let width = (widest + 20.0).clamp(width_min - 8.0, room);
        egui::ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
            for (index, choice) in choices.iter().enumerate() {
                if let Some((_, heading)) = headings.iter().find(|(before, _)| *before == index) {
                    let (row, _) = ui.allocate_exact_size(vec2(width, 22.0), Sense::hover());
                    let letter = ui_face(theme::SMALL, super::ink(ui).t3);
                    write(ui.painter(), pos2(row.min.x + 8.0, row.max.y - 5.0), Hang::Left, heading, letter);
                }
                if list_row(ui, width, choice).clicked() {
                    picked = Some(index);
                    ui.close();
                }
            }
        });
    });
    picked
}

fn list_row(ui: &mut Ui, width: f32, choice: &Choice) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(width, theme::HIT), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::MenuItem, true, choice.is_selected, &choice.label));
    let rest = if choice.is_selected { theme::PRESS } else { theme::CTRL };
    ui.painter().rect_filled(rect, theme::RADIUS_SMALL, ground(ui, &response, rest));
    let at = pos2(rect.min.x + 8.0, rect.center().y + 4.5);
    write_within(ui, at, width - 16.0, &choice.label, ui_face(theme::BODY, theme::T1));
    focus_ring(ui, &response, rect.shrink(2.0), theme::RADIUS_SMALL);
    response
}
