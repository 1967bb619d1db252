//! A number between a minus and a plus.

use super::{Adjust, Axis, Hang, describe, focus_ring, ground, hit, ink, learn_menu, mono, write};
use crate::engine::params::ParamId;
use crate::session::{Intent, View};
use crate::ui::theme;
use egui::accesskit::{Action, Role};
use egui::{Rect, Sense, Stroke, Ui, WidgetInfo, pos2};

/// Width of the minus and of the plus.
const END: f32 = 26.0;

/// A parameter that goes in steps: minus, the value (drag, wheel and arrows move it as well), plus. `scene` has the
/// view, the name for screen readers and the value with its unit.
pub fn stepper(ui: &Ui, rect: Rect, id: ParamId, scene: (&View, &str, &str), intents: &mut Vec<Intent>) {
    let (view, name, text) = scene;
    let spec = id.spec();
    let value = view.params.get(id);
    let step = 1.0 / (spec.max - spec.min);
    ui.painter().rect_filled(rect, theme::RADIUS_CTRL, theme::CTRL);
    let mut wanted = None;
    for (end, word, change) in
        [(rect.with_max_x(rect.min.x + END), "less", -1.0), (rect.with_min_x(rect.max.x - END), "more", 1.0)]
    {
        let response = hit(ui, end, (name, word), Sense::click());
        let can = spec.clamp(value + change) != value;
        response.widget_info(|| WidgetInfo::labeled(Role::Button, can, format!("{name}: {word}")));
        ui.painter().rect_filled(end, theme::RADIUS_CTRL, ground(ui, &response, theme::CTRL));
        let (at, stroke) = (end.center(), Stroke::new(1.5, if can { ink(ui).t2 } else { ink(ui).t4 }));
        ui.painter().hline(at.x - 4.0..=at.x + 4.0, at.y, stroke);
        if change > 0.0 {
            ui.painter().vline(at.x, at.y - 4.0..=at.y + 4.0, stroke);
        }
        focus_ring(ui, &response, end, theme::RADIUS_CTRL);
        if response.clicked() {
            wanted = Some(value + change);
        }
    }
    let middle = Rect::from_x_y_ranges(rect.min.x + END..=rect.max.x - END, rect.y_range());
    let response = hit(ui, middle, (name, "value"), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::slider(true, f64::from(value), name));
    describe(ui, &response, text);
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.add_action(Action::Increment);
        node.add_action(Action::Decrement);
    });
    let (place, default_place) = (spec.normalise(value), spec.normalise(spec.default));
    let adjust = Adjust { place, default_place, step, travel: 160.0, axis: Axis::Vertical };
    wanted = wanted.or_else(|| adjust.moved(ui, &response).map(|place| spec.denormalise(place)));
    let shown = if view.learning == Some(id) { "waiting\u{2026}" } else { text };
    let at = pos2(middle.center().x, middle.center().y + 4.5);
    let face = if super::width(ui, shown, theme::mono_font(theme::BODY)) > middle.width() {
        theme::SMALL
    } else {
        theme::BODY
    };
    write(ui.painter(), at, Hang::Middle, shown, mono(face, theme::T1));
    focus_ring(ui, &response, middle, theme::RADIUS_SMALL);
    if let Some(wanted) = wanted.map(|wanted| spec.clamp(wanted)).filter(|wanted| *wanted != value) {
        intents.push(Intent::SetParam(id, wanted));
    }
    learn_menu(&response, id, view, intents);
}
