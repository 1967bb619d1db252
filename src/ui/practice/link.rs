//! Words that are pressed: the quietest of buttons.

use crate::ui::theme;
use crate::ui::widgets::{self, Hang, ui_face, write};
use crate::ui::{icons, theme::RADIUS_SMALL};
use egui::accesskit::Role;
use egui::{Pos2, Rect, Response, Sense, Ui, WidgetInfo, pos2, vec2};

/// What words are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// One of several that are told in the same place.
    Tab {
        /// Whether it is the one.
        is_on: bool,
    },
    /// They do something.
    Acts,
    /// They open something.
    Opens {
        /// Whether it is open.
        is_open: bool,
    },
}

/// Small words on a baseline that can be pressed, with their name for screen readers; the response and where they stand.
pub fn link(ui: &Ui, at: Pos2, hang: Hang, (words, name): (&str, &str), use_as: Use) -> (Response, Rect) {
    let ink = widgets::ink(ui);
    let width = widgets::width(ui, words, theme::ui_font(theme::SMALL));
    let tail = if matches!(use_as, Use::Opens { .. }) { 14.0 } else { 0.0 };
    let left = match hang {
        Hang::Left => at.x,
        Hang::Middle => at.x - (width + tail) / 2.0,
        Hang::Right => at.x - width - tail,
    };
    let rect = Rect::from_min_size(pos2(left, at.y - 11.0), vec2(width + tail, 14.0));
    let response = widgets::hit(ui, rect.expand2(vec2(5.0, 5.0)), ("link", name), Sense::click());
    let (is_lit, info) = match use_as {
        Use::Tab { is_on } => (is_on, WidgetInfo::selected(Role::RadioButton, true, is_on, name)),
        Use::Acts => (false, WidgetInfo::labeled(Role::Button, true, name)),
        Use::Opens { is_open } => (is_open, WidgetInfo::labeled(Role::Button, true, name)),
    };
    response.widget_info(|| info.clone());
    let shown = rect.expand2(vec2(5.0, 4.0));
    if response.hovered() || response.is_pointer_button_down_on() {
        ui.painter().rect_filled(shown, RADIUS_SMALL, widgets::ground(ui, &response, theme::PANEL));
    }
    let colour = match (is_lit, response.hovered()) {
        (true, _) => theme::T1,
        (false, true) => ink.t2,
        (false, false) if matches!(use_as, Use::Tab { .. }) => ink.t3,
        (false, false) => ink.t2,
    };
    write(ui.painter(), pos2(left, at.y), Hang::Left, words, ui_face(theme::SMALL, colour));
    if tail > 0.0 {
        ui.painter().add(icons::chevron_down(pos2(rect.max.x - 4.0, at.y - 3.5), colour));
    }
    widgets::focus_ring(ui, &response, shown, RADIUS_SMALL);
    (response, rect)
}
