//! Controls of the window: each takes its rectangle, says its name and its value, and works with the mouse,
//! the wheel and the keyboard.

mod adjust;
mod button;
mod dial;
mod fields;
mod stepper;

pub use adjust::{Adjust, Axis, hold_arrows, wheel_notches};
pub use button::{Button, Look, button, icon_button, switch, tinted_switch, toggle};
pub use dial::{Knob, Slider, Strip, knob, lane_slider, learn_menu, param_slider, part_slider, slider};
pub use fields::{Choice, context_list, drop_down, grouped_drop_down, list_menu, pill, segment};
pub use stepper::stepper;

use super::theme::{self, Ink};
use egui::accesskit::Role;
use egui::{Align2, Color32, FontFamily, FontId, Id, Painter, Pos2, Rect, Response, Sense, Stroke, StrokeKind, Ui};
use egui::{WidgetInfo, pos2};

/// Where a text hangs on its baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hang {
    /// It starts there.
    Left,
    /// Its middle is there.
    Middle,
    /// It ends there.
    Right,
}

/// Face, size and colour of a text.
#[derive(Clone, Debug)]
pub struct Letter(pub FontId, pub Color32);

/// The UI face.
#[must_use]
pub const fn ui_face(size: f32, colour: Color32) -> Letter {
    Letter(theme::ui_font(size), colour)
}

/// The face of figures.
#[must_use]
pub const fn mono(size: f32, colour: Color32) -> Letter {
    Letter(theme::mono_font(size), colour)
}

/// Writes on a baseline; what it says must also be in the name of a widget.
pub fn write(painter: &Painter, at: Pos2, hang: Hang, text: &str, letter: Letter) -> Rect {
    let ascent = if letter.0.family == FontFamily::Monospace { 0.928 } else { 0.932 } * letter.0.size;
    let anchor = match hang {
        Hang::Left => Align2::LEFT_TOP,
        Hang::Middle => Align2::CENTER_TOP,
        Hang::Right => Align2::RIGHT_TOP,
    };
    painter.text(pos2(at.x, at.y - ascent - lift(&letter)), anchor, text, letter.0, letter.1)
}

/// Small letters of the UI face come out half a point low, since rows are laid out on whole pixels.
fn lift(letter: &Letter) -> f32 {
    if letter.0.size == theme::SMALL && letter.0.family == FontFamily::Proportional { 0.6 } else { 0.0 }
}

/// Writes on a baseline and tells it to screen readers as well.
pub fn say(ui: &Ui, at: Pos2, hang: Hang, text: &str, letter: Letter) -> Rect {
    let rect = write(ui.painter(), at, hang, text, letter);
    tell(ui, rect, text);
    rect
}

/// Tells a text that is painted by other means to screen readers.
pub fn tell(ui: &Ui, rect: Rect, text: &str) -> Response {
    let id = ui.unique_id().with(("text", rect.min.x.to_bits(), rect.max.y.to_bits()));
    let response = ui.interact(rect, id, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    response
}

/// Writes on a baseline, cut with dots where it would be wider than `width`.
pub fn write_within(ui: &Ui, at: Pos2, width: f32, text: &str, letter: Letter) -> Rect {
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), letter.0.clone(), letter.1);
    job.wrap = egui::text::TextWrapping::truncate_at_width(width.max(0.0));
    let galley = ui.painter().layout_job(job);
    let rect = Rect::from_min_size(pos2(at.x, at.y - 0.932 * letter.0.size - lift(&letter)), galley.size());
    ui.painter().galley(rect.min, galley, letter.1);
    rect
}

/// Writes lines no wider than `width`, the first on the baseline.
pub fn write_wrapped(ui: &Ui, at: Pos2, width: f32, text: &str, letter: Letter) -> Rect {
    let galley = ui.painter().layout(text.to_owned(), letter.0.clone(), letter.1, width.max(1.0));
    let rect = Rect::from_min_size(pos2(at.x, at.y - 0.932 * letter.0.size - lift(&letter)), galley.size());
    ui.painter().galley(rect.min, galley, letter.1);
    tell(ui, rect, text);
    rect
}

/// How wide a text is.
#[must_use]
pub fn width(ui: &Ui, text: &str, font: FontId) -> f32 {
    ui.painter().layout_no_wrap(text.to_owned(), font, Color32::WHITE).size().x
}

/// Fills a group of controls.
pub fn panel(ui: &Ui, rect: Rect) {
    ui.painter().rect_filled(rect, theme::RADIUS_PANEL, theme::PANEL);
}

/// Fills what the eye rests on.
pub fn well(ui: &Ui, rect: Rect) {
    ui.painter().rect_filled(rect, theme::RADIUS_PANEL, theme::WELL);
}

/// A group of controls that lies over something else: what is under it can be neither seen nor touched.
pub fn cover(ui: &Ui, rect: Rect, name: &str) -> Response {
    let response = ui.interact(rect, ui.unique_id().with(("cover", name)), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Group, true, name));
    ui.painter().rect(rect, theme::RADIUS_ROW, theme::CTRL, Stroke::new(1.0, theme::PRESS), StrokeKind::Inside);
    response
}

/// A hairline across.
pub fn rule(ui: &Ui, x: impl Into<egui::Rangef>, y: f32, colour: Color32) {
    let y = ui.painter().round_to_pixel_center(y);
    ui.painter().hline(x, y, Stroke::new(1.0, colour));
}

/// A hairline down.
pub fn post(ui: &Ui, x: f32, y: impl Into<egui::Rangef>, colour: Color32) {
    let x = ui.painter().round_to_pixel_center(x);
    ui.painter().vline(x, y, Stroke::new(1.0, colour));
}

/// The outline around what has the keyboard's focus; a mouse click never gives it.
pub fn focus_ring(ui: &Ui, response: &Response, rect: Rect, radius: u8) {
    if response.has_focus() {
        let painter = ui.painter().with_clip_rect(ui.clip_rect().expand(4.0));
        painter.rect_stroke(rect.expand(2.0), radius + 2, Stroke::new(2.0, theme::T1), StrokeKind::Outside);
    }
}

/// An interactive rectangle, at least as large as a finger or pointer needs.
pub fn hit(ui: &Ui, rect: Rect, salt: impl std::hash::Hash + std::fmt::Debug, sense: Sense) -> Response {
    let grow = |side: f32| ((theme::HIT.min(24.0) - side) / 2.0).max(0.0);
    let id: Id = ui.unique_id().with(("hit", salt));
    ui.interact(rect.expand2(egui::vec2(grow(rect.width()), grow(rect.height()))), id, sense)
}

/// The fill of a control: rest, hover, pressed, with the transition of the theme.
#[must_use]
pub fn ground(ui: &Ui, response: &Response, rest: Color32) -> Color32 {
    if response.is_pointer_button_down_on() {
        return theme::PRESS;
    }
    let hovered = ui.ctx().animate_bool(response.id.with("hover"), response.hovered() && response.enabled());
    let over = if rest == theme::PRESS { theme::PRESS } else { theme::HOVER };
    rest.lerp_to_gamma(over, hovered)
}

/// The text beside a value for screen readers: the value with its unit.
pub fn describe(ui: &Ui, response: &Response, value: &str) {
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_value(value));
}

/// The greys in force.
#[must_use]
pub fn ink(ui: &Ui) -> Ink {
    Ink::of(ui.ctx())
}

/// Paints dashes along a straight line.
pub fn dashed(painter: &Painter, points: [Pos2; 2], colour: Color32) {
    painter.extend(egui::Shape::dashed_line(&points, Stroke::new(1.0, colour), 3.0, 3.0));
}
