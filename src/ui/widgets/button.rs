//! Buttons, icon buttons and switches.

use super::{Hang, focus_ring, ground, hit, ink, ui_face, write};
use crate::ui::theme;
use egui::accesskit::Role;
use egui::{Color32, Pos2, Rect, Response, Sense, Shape, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};

/// How a button looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Filled, one step above its ground.
    Plain,
    /// Filled as pressed: what it shows is open.
    Selected,
    /// An outline alone.
    Outline,
    /// The one button of a page that leads on.
    Primary,
}

/// A button with a word on it.
#[derive(Clone, Copy, Debug)]
pub struct Button<'a> {
    /// The word.
    pub label: &'a str,
    /// The key that does the same, written small.
    pub key: Option<&'a str>,
    /// How it looks.
    pub look: Look,
    /// Whether it does anything now.
    pub is_enabled: bool,
}

impl<'a> Button<'a> {
    /// A plain button.
    #[must_use]
    pub const fn new(label: &'a str) -> Self {
        Self { label, key: None, look: Look::Plain, is_enabled: true }
    }

    /// The same with another look.
    #[must_use]
    pub const fn look(mut self, look: Look) -> Self {
        self.look = look;
        self
    }

    /// The same with the key that does it.
    #[must_use]
    pub const fn key(mut self, key: &'a str) -> Self {
        self.key = Some(key);
        self
    }

    /// The same, enabled or not.
    #[must_use]
    pub const fn enabled(mut self, is_enabled: bool) -> Self {
        self.is_enabled = is_enabled;
        self
    }
}

fn sense(is_enabled: bool) -> Sense {
    if is_enabled { Sense::click() } else { Sense::hover() }
}

/// A button with a word on it.
pub fn button(ui: &Ui, rect: Rect, spec: Button<'_>) -> Response {
    let response = hit(ui, rect, spec.label, sense(spec.is_enabled));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, spec.is_enabled, spec.label));
    let ink = ink(ui);
    let radius = if rect.height() >= 32.0 && spec.key.is_some() { theme::RADIUS_ROW } else { theme::RADIUS_CTRL };
    let colour = match spec.look {
        _ if !spec.is_enabled => ink.t4,
        Look::Primary => theme::WELL,
        _ => theme::T1,
    };
    let painter = ui.painter();
    match spec.look {
        Look::Plain => painter.rect_filled(rect, radius, ground(ui, &response, theme::CTRL)),
        Look::Selected => painter.rect_filled(rect, radius, theme::PRESS),
        Look::Primary => painter.rect_filled(rect, radius, if response.hovered() { Color32::WHITE } else { theme::T1 }),
        Look::Outline => {
            let fill = ground(ui, &response, Color32::TRANSPARENT);
            painter.rect(rect, radius, fill, Stroke::new(1.0, ink.edge), StrokeKind::Inside)
        }
    };
    let baseline = rect.center().y + 4.5;
    match spec.key {
        None => {
            write(painter, pos2(rect.center().x, baseline), Hang::Middle, spec.label, ui_face(theme::BODY, colour));
        }
        Some(key) => {
            let pad = if rect.height() >= 32.0 { 14.0 } else { 12.0 };
            let key_colour = match spec.look {
                _ if !spec.is_enabled => ink.t4,
                Look::Primary => theme::PRESS,
                _ => ink.t3,
            };
            let face = ui_face(theme::BODY, colour);
            write(painter, pos2(rect.min.x + pad, baseline), Hang::Left, spec.label, face);
            let face = super::mono(theme::SMALL, key_colour);
            write(painter, pos2(rect.max.x - pad, baseline - 0.5), Hang::Right, key, face);
        }
    }
    focus_ring(ui, &response, rect, radius);
    response
}

/// A button with an icon; its name is told to screen readers and under the pointer.
pub fn icon_button(ui: &Ui, rect: Rect, name: &str, icon: impl FnOnce(Pos2, Color32) -> Shape) -> Response {
    let response = hit(ui, rect, name, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    let radius = if rect.height() > 30.0 { theme::RADIUS_ROW } else { theme::RADIUS_CTRL };
    ui.painter().rect_filled(rect, radius, ground(ui, &response, theme::CTRL));
    ui.painter().add(icon(rect.center(), theme::T1));
    focus_ring(ui, &response, rect, radius);
    response.on_hover_text(name)
}

/// A button with an icon that stays down.
pub fn toggle(ui: &Ui, rect: Rect, name: &str, is_on: bool, icon: impl FnOnce(Pos2, Color32) -> Shape) -> Response {
    let response = hit(ui, rect, name, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Switch, true, is_on, name));
    let rest = if is_on { theme::PRESS } else { theme::CTRL };
    ui.painter().rect_filled(rect, theme::RADIUS_ROW, ground(ui, &response, rest));
    ui.painter().add(icon(rect.center(), if is_on { theme::T1 } else { ink(ui).t3 }));
    focus_ring(ui, &response, rect, theme::RADIUS_ROW);
    response.on_hover_text(name)
}

/// A switch of 30 by 16 around `centre`.
pub fn switch(ui: &Ui, centre: Pos2, name: &str, is_on: bool) -> Response {
    tinted_switch(ui, centre, name, is_on, theme::T1)
}

/// The same in the colour of the part that it switches on.
pub fn tinted_switch(ui: &Ui, centre: Pos2, name: &str, is_on: bool, tint: Color32) -> Response {
    let rect = Rect::from_center_size(centre, vec2(30.0, 16.0));
    let response = hit(ui, Rect::from_center_size(centre, Vec2::new(36.0, theme::HIT)), name, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Switch, true, is_on, name));
    let turned = ui.ctx().animate_bool(response.id, is_on);
    let ink = ink(ui);
    let rest = if response.hovered() { ink.edge } else { theme::PRESS };
    ui.painter().rect_filled(rect, 8, rest.lerp_to_gamma(tint, turned));
    let knob = pos2(egui::lerp(rect.min.x + 8.0..=rect.max.x - 8.0, turned), centre.y);
    ui.painter().circle_filled(knob, 6.0, ink.t3.lerp_to_gamma(theme::WELL, turned));
    focus_ring(ui, &response, rect, 8);
    response
}
