//! What a field that opens a long list has in common: the field itself and the search at the head of its list.

use crate::ui::icons;
use crate::ui::theme;
use crate::ui::widgets::{self, Hang, ground, ui_face, write};
use egui::accesskit::Role;
use egui::{Rect, Response, Sense, Stroke, Ui, UiBuilder, WidgetInfo, pos2};

/// Letters and figures alone, lower-case: "Miyan ki Todi" is found by "miyanki".
pub fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A field that opens a list: its name for screen readers, a label before what is shown where there is no caption over
/// it, and what is shown.
pub fn field_ui(ui: &Ui, rect: Rect, (name, label, shown): (&str, &str, &str)) -> Response {
    let ink = widgets::ink(ui);
    let response = widgets::hit(ui, rect, ("picker", name), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, name));
    widgets::describe(ui, &response, shown);
    ui.painter().rect_filled(rect, theme::RADIUS_CTRL, ground(ui, &response, theme::CTRL));
    let mut left = rect.min.x + 10.0;
    if !label.is_empty() {
        let at = pos2(left, rect.center().y + 3.8);
        left = write(ui.painter(), at, Hang::Left, label, ui_face(theme::SMALL, ink.t3)).max.x + 6.0;
    }
    let at = pos2(left, rect.center().y + 4.5);
    widgets::write_within(ui, at, rect.max.x - 28.0 - left, shown, ui_face(theme::BODY, theme::T1));
    ui.painter().add(icons::chevron_down(pos2(rect.max.x - 15.0, rect.center().y), ink.t2));
    widgets::focus_ring(ui, &response, rect, theme::RADIUS_CTRL);
    response
}

/// The search at the head of a list, which has the focus when it opens: what is typed, what stands there before, and
/// its name for screen readers.
pub fn search_ui(ui: &mut Ui, field: Rect, is_opening: bool, (typed, hint, name): (&mut String, &str, &str)) {
    let ink = widgets::ink(ui);
    ui.painter().rect(field, theme::RADIUS_CTRL, theme::WELL, Stroke::new(1.0, theme::PRESS), egui::StrokeKind::Inside);
    ui.painter().add(icons::search(pos2(field.min.x + 16.0, field.center().y), ink.t3));
    let id = ui.unique_id().with(name);
    let edit = egui::TextEdit::singleline(typed)
        .id(id)
        .hint_text(egui::RichText::new(hint).color(ink.t3))
        .frame(egui::Frame::NONE)
        .text_color(theme::T1)
        .char_limit(40)
        .align(egui::Align2::LEFT_CENTER)
        .margin(egui::Margin::ZERO);
    let inside = Rect::from_min_max(pos2(field.min.x + 32.0, field.min.y), pos2(field.max.x - 8.0, field.max.y));
    let mut child = ui.new_child(UiBuilder::new().max_rect(inside));
    let response = child.add_sized(inside.size(), edit);
    ui.ctx().accesskit_node_builder(id, |node| node.set_label(name));
    if is_opening {
        response.request_focus();
    }
}
