//! One behaviour for every knob, slider and point: drag, wheel, arrows, Shift for a tenth, double-click for
//! the default.

use egui::accesskit::Action;
use egui::{Event, EventFilter, Key, MouseWheelUnit, Response, Ui};

/// Which way a drag counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// Upwards is more.
    Vertical,
    /// To the right is more.
    Horizontal,
}

/// What moves: where it stands, where it belongs and how far a point of dragging takes it.
#[derive(Clone, Copy, Debug)]
pub struct Adjust {
    /// Where it stands, 0 to 1.
    pub place: f32,
    /// Where a double click takes it.
    pub default_place: f32,
    /// One press of an arrow or notch of the wheel.
    pub step: f32,
    /// The whole range in points of dragging.
    pub travel: f32,
    /// Which way a drag counts.
    pub axis: Axis,
}

impl Adjust {
    /// The new place, if the person moved it in this frame.
    #[must_use]
    pub fn moved(&self, ui: &Ui, response: &Response) -> Option<f32> {
        if response.double_clicked() {
            return Some(self.default_place);
        }
        let (is_fine, arrows) = ui.input(|input| (input.modifiers.shift, arrow_steps(input)));
        let fine = if is_fine { 0.1 } else { 1.0 };
        let mut change = 0.0;
        if response.hovered() {
            change += wheel_notches(ui) * self.step * fine;
        }
        if response.has_focus() {
            hold_arrows(ui, response);
            change += arrows * self.step * fine;
        }
        change += ui.input(|input| {
            input.num_accesskit_action_requests(response.id, Action::Increment) as f32
                - input.num_accesskit_action_requests(response.id, Action::Decrement) as f32
        }) * self.step;
        let dragged = self.dragged(ui, response, fine);
        (change != 0.0).then(|| (self.place + change).clamp(0.0, 1.0)).or(dragged)
    }

    /// The place under a drag. It is kept beside the value, so that steps do not swallow slow movements.
    fn dragged(&self, ui: &Ui, response: &Response, fine: f32) -> Option<f32> {
        let id = response.id.with("drag");
        if response.drag_started() {
            ui.data_mut(|data| data.insert_temp(id, self.place));
        }
        if !response.dragged() {
            return None;
        }
        let delta = response.drag_delta();
        let along = if self.axis == Axis::Vertical { -delta.y } else { delta.x };
        let place = ui.data(|data| data.get_temp(id)).unwrap_or(self.place) + along * fine / self.travel;
        ui.data_mut(|data| data.insert_temp(id, place));
        (along != 0.0).then(|| place.clamp(0.0, 1.0))
    }
}

/// Keeps the arrow keys from moving the focus away from what they adjust.
pub fn hold_arrows(ui: &Ui, response: &Response) {
    let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
}

fn arrow_steps(input: &egui::InputState) -> f32 {
    let count = |key: Key| {
        let pressed = |event: &&Event| matches!(event, Event::Key { key: k, pressed: true, .. } if *k == key);
        input.events.iter().filter(pressed).count() as f32
    };
    count(Key::ArrowUp) + count(Key::ArrowRight) - count(Key::ArrowDown) - count(Key::ArrowLeft)
        + 10.0 * (count(Key::PageUp) - count(Key::PageDown))
}

/// Notches of the wheel in this frame; the page under the pointer does not scroll with them.
pub fn wheel_notches(ui: &Ui) -> f32 {
    ui.input_mut(|input| {
        input.smooth_scroll_delta = egui::Vec2::ZERO;
        let notches = |event: &Event| match event {
            Event::MouseWheel { unit: MouseWheelUnit::Point, delta, .. } => (delta.y + delta.x) / 40.0,
            Event::MouseWheel { unit: MouseWheelUnit::Line, delta, .. } => delta.y + delta.x,
            Event::MouseWheel { unit: MouseWheelUnit::Page, delta, .. } => 10.0 * (delta.y + delta.x),
            _ => 0.0,
        };
        input.events.iter().map(notches).sum()
    })
}
