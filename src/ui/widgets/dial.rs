//! Knobs and sliders, bare and bound to a parameter.

use super::{Adjust, Axis, Hang, describe, focus_ring, hit, ink, mono, ui_face, write};
use crate::engine::params::{ParamId, Taper};
use crate::session::{Intent, View};
use crate::ui::theme;
use egui::accesskit::{Action, Role};
use egui::{Color32, Popup, Pos2, Rect, Response, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

/// What a knob shows.
#[derive(Clone, Copy, Debug)]
pub struct Knob<'a> {
    /// Its name.
    pub label: &'a str,
    /// Its value with the unit.
    pub value: &'a str,
    /// Where it stands, 0 to 1.
    pub place: f32,
    /// Where a double click takes it.
    pub default_place: f32,
    /// Whether it waits for a controller.
    pub is_learning: bool,
}

/// A knob with name and value at its right; returns the response and the new place, if it was moved.
pub fn knob(ui: &Ui, rect: Rect, radius: f32, spec: Knob<'_>) -> (Response, Option<f32>) {
    let response = hit(ui, rect, spec.label, Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::slider(true, f64::from(spec.place), spec.label));
    describe(ui, &response, spec.value);
    offer_steps(ui, &response);
    let adjust = Adjust {
        place: spec.place,
        default_place: spec.default_place,
        step: 0.02,
        travel: 180.0,
        axis: Axis::Vertical,
    };
    let moved = adjust.moved(ui, &response);
    let place = moved.unwrap_or(spec.place);
    let centre = pos2(rect.min.x + radius + 4.0, rect.center().y + 2.0);
    let ink = ink(ui);
    let painter = ui.painter();
    arc(ui, centre, radius, (0.0, 1.0), theme::PRESS);
    if place > 0.001 {
        arc(ui, centre, radius, (0.0, place), theme::T1);
    }
    let is_touched = response.hovered() || response.dragged();
    painter.circle_filled(centre, radius - 8.0, if is_touched { theme::HOVER } else { theme::CTRL });
    let direction = spoke(place);
    let hand = [centre + direction * (radius * 8.0 / 26.0), centre + direction * (radius * 16.0 / 26.0)];
    painter.line_segment(hand, Stroke::new(2.0, theme::T1));
    let x = centre.x + radius + 14.0;
    write(painter, pos2(x, centre.y - 3.0), Hang::Left, spec.label, ui_face(theme::BODY, theme::T1));
    if spec.is_learning {
        write(painter, pos2(x, centre.y + 15.0), Hang::Left, "waiting\u{2026}", ui_face(theme::SMALL, theme::T1));
    } else {
        write(painter, pos2(x, centre.y + 15.0), Hang::Left, spec.value, mono(theme::SMALL, ink.t2));
    }
    focus_ring(ui, &response, rect.shrink(4.0), theme::RADIUS_ROW);
    (response, moved)
}

/// The direction of the hand at a place: from half past seven to half past four.
fn spoke(place: f32) -> egui::Vec2 {
    let angle = (135.0 + 270.0 * place).to_radians();
    vec2(angle.cos(), angle.sin())
}

fn arc(ui: &Ui, centre: Pos2, radius: f32, (from, to): (f32, f32), colour: Color32) {
    let steps = ((to - from) * 40.0).ceil().max(2.0) as usize;
    let at = |step: usize| centre + spoke(from + (to - from) * step as f32 / steps as f32) * radius;
    let points: Vec<Pos2> = (0..=steps).map(at).collect();
    for end in [points[0], points[steps]] {
        ui.painter().circle_filled(end, 2.0, colour);
    }
    ui.painter().add(Shape::line(points, Stroke::new(4.0, colour)));
}

/// What a slider shows.
#[derive(Clone, Copy, Debug)]
pub struct Slider<'a> {
    /// Its full name for screen readers.
    pub name: &'a str,
    /// Its value with the unit.
    pub value: &'a str,
    /// Where it stands, 0 to 1.
    pub place: f32,
    /// Where a double click takes it.
    pub default_place: f32,
    /// Where its bar starts: 0, or 0.5 for what has a middle.
    pub origin: f32,
    /// One press of an arrow.
    pub step: f32,
    /// Whether what it belongs to is on.
    pub is_on: bool,
    /// The colour of the part that it belongs to, if it does.
    pub tint: Option<Color32>,
}

/// A rail with a handle across `rect`, hit over the whole of it; returns the new place, if it was moved.
pub fn slider(ui: &Ui, rect: Rect, spec: Slider<'_>) -> (Response, Option<f32>) {
    let response = hit(ui, rect, spec.name, Sense::click_and_drag());
    let moved = slide(ui, rect, &response, &spec);
    let place = moved.unwrap_or(spec.place);
    let ink = ink(ui);
    let y = rect.center().y;
    let at = |place: f32| egui::lerp(rect.x_range(), place);
    let rail = |from: f32, to: f32| Rect::from_x_y_ranges(at(from.min(to))..=at(from.max(to)), y - 2.0..=y + 2.0);
    let painter = ui.painter();
    painter.rect_filled(rail(0.0, 1.0), 2, theme::CTRL);
    painter.rect_filled(rail(spec.origin, place), 2, if spec.is_on { spec.tint.unwrap_or(ink.t2) } else { ink.t4 });
    let radius = if response.hovered() || response.dragged() { 7.0 } else { 6.0 };
    painter.circle(pos2(at(place), y), radius, theme::T1, Stroke::new(2.0, theme::PANEL));
    focus_ring(ui, &response, Rect::from_x_y_ranges(rect.x_range(), y - 8.0..=y + 8.0), theme::RADIUS_SMALL);
    (response, moved)
}

/// Tells what a slider is and moves it: by drag, wheel, arrows and a click where it shall stand.
fn slide(ui: &Ui, rect: Rect, response: &Response, spec: &Slider<'_>) -> Option<f32> {
    response.widget_info(|| WidgetInfo::slider(true, f64::from(spec.place), spec.name));
    describe(ui, response, spec.value);
    offer_steps(ui, response);
    let adjust = Adjust {
        place: spec.place,
        default_place: spec.default_place,
        step: spec.step,
        travel: rect.width(),
        axis: Axis::Horizontal,
    };
    let jump = || {
        let x = response.interact_pointer_pos()?.x;
        response.clicked().then(|| ((x - rect.min.x) / rect.width()).clamp(0.0, 1.0))
    };
    adjust.moved(ui, response).or_else(jump)
}

/// What a strip of a lane shows of its sliders.
#[derive(Clone, Copy, Debug)]
pub struct Strip<'a> {
    /// Whose it is, for screen readers.
    pub group: &'a str,
    /// The colour of the part.
    pub tint: Color32,
    /// Room for the label.
    pub label_width: f32,
}

/// A parameter in one row: its label, a rail in the part's colour and the figure without its unit.
pub fn lane_slider(ui: &Ui, row: Rect, shown: (ParamId, &str), scene: (&View, Strip<'_>), intents: &mut Vec<Intent>) {
    const FIGURE: f32 = 40.0;
    let ((id, label), (view, strip), ink) = (shown, scene, ink(ui));
    let spec = id.spec();
    let value = view.params.get(id);
    let text = spec.text(value);
    let name = format!("{}: {}", strip.group, spec.label);
    let rail = Rect::from_min_max(pos2(row.min.x + strip.label_width, row.min.y), pos2(row.max.x - FIGURE, row.max.y));
    let response = ui.interact(rail, ui.unique_id().with(("lane slider", id)), Sense::click_and_drag());
    let slider = Slider {
        name: &name,
        value: &text,
        place: spec.normalise(value),
        default_place: spec.normalise(spec.default),
        origin: 0.0,
        step: 0.02,
        is_on: true,
        tint: Some(strip.tint),
    };
    let moved = slide(ui, rail, &response, &slider);
    let place = moved.unwrap_or(slider.place);
    let (y, painter) = (row.center().y, ui.painter());
    let baseline = y + 3.8;
    write(painter, pos2(row.min.x, baseline), Hang::Left, label, ui_face(theme::SMALL, ink.t3));
    let line = |to: f32| Rect::from_x_y_ranges(rail.min.x..=egui::lerp(rail.x_range(), to), y - 2.0..=y + 2.0);
    painter.rect_filled(line(1.0), 2, theme::CTRL);
    painter.rect_filled(line(place), 2, strip.tint);
    let tall = if response.hovered() || response.dragged() { 7.0 } else { 5.0 };
    let handle = Rect::from_center_size(pos2(line(place).max.x, y), vec2(3.0, 2.0 * tall));
    painter.rect_filled(handle, 1, theme::T1);
    if view.learning == Some(id) {
        write(painter, pos2(row.max.x, baseline), Hang::Right, "waiting\u{2026}", ui_face(theme::SMALL, theme::T1));
    } else {
        let text = moved.map_or(text.clone(), |place| spec.text(spec.denormalise(place)));
        write(painter, pos2(row.max.x, baseline), Hang::Right, bare(&text), mono(theme::SMALL, ink.t2));
    }
    focus_ring(ui, &response, rail, theme::RADIUS_SMALL);
    if let Some(place) = moved {
        intents.push(Intent::SetParam(id, spec.denormalise(place)));
    }
    learn_menu(&response, id, view, intents);
}

/// A figure without its unit.
fn bare(text: &str) -> &str {
    text.trim_end_matches(" dB").trim_end_matches(" %")
}

fn offer_steps(ui: &Ui, response: &Response) {
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.add_action(Action::Increment);
        node.add_action(Action::Decrement);
    });
}

/// A slider of a parameter with its label and value above the rail, in a rectangle of 28 points.
pub fn param_slider(ui: &Ui, rect: Rect, id: ParamId, scene: (&View, &str, bool), intents: &mut Vec<Intent>) {
    titled_slider(ui, rect, (id, id.spec().label, None), scene, intents);
}

/// The same in a part's colour, with a short label and the figure without its unit. `scene` has the view, whose it is
/// for screen readers, and whether that sounds.
pub fn part_slider(
    ui: &Ui,
    rect: Rect,
    (id, label, tint): (ParamId, &str, Color32),
    scene: (&View, &str, bool),
    intents: &mut Vec<Intent>,
) {
    titled_slider(ui, rect, (id, label, Some(tint)), scene, intents);
}

fn titled_slider(
    ui: &Ui,
    rect: Rect,
    (id, label, tint): (ParamId, &str, Option<Color32>),
    scene: (&View, &str, bool),
    intents: &mut Vec<Intent>,
) {
    let (view, group, is_on) = scene;
    let (spec, ink) = (id.spec(), ink(ui));
    let value = view.params.get(id);
    let name = if group.is_empty() { spec.label.to_owned() } else { format!("{group}: {}", spec.label) };
    let text = spec.text(value);
    let step = if spec.taper == Taper::Steps { 1.0 / (spec.max - spec.min) } else { 0.02 };
    let shown = Slider {
        name: &name,
        value: &text,
        place: spec.normalise(value),
        default_place: spec.normalise(spec.default),
        origin: if spec.min < 0.0 && spec.max == -spec.min { 0.5 } else { 0.0 },
        step,
        is_on,
        tint,
    };
    let (response, moved) = slider(ui, rect, shown);
    let text = moved.map_or(text, |place| spec.text(spec.denormalise(place)));
    let rail_y = rect.center().y;
    let face = ui_face(theme::SMALL, ink.t3);
    write(ui.painter(), pos2(rect.min.x, rail_y - 9.0), Hang::Left, label, face);
    let text = if tint.is_some() { bare(&text).to_owned() } else { text };
    let at = pos2(rect.max.x, rail_y - 9.0);
    if view.learning == Some(id) {
        write(ui.painter(), at, Hang::Right, "waiting\u{2026}", ui_face(theme::SMALL, theme::T1));
    } else {
        write(ui.painter(), at, Hang::Right, &text, mono(theme::SMALL, ink.t2));
    }
    if let Some(place) = moved {
        intents.push(Intent::SetParam(id, spec.denormalise(place)));
    }
    learn_menu(&response, id, view, intents);
}

/// The menu of the right mouse button: learn a MIDI controller, or forget it.
pub fn learn_menu(response: &Response, id: ParamId, view: &View, intents: &mut Vec<Intent>) {
    let ctx = &response.ctx;
    let asked = response.has_focus() && ctx.input(|input| input.modifiers.shift && input.key_pressed(egui::Key::F10));
    if asked {
        Popup::open_id(ctx, Popup::default_response_id(response));
    }
    let learnt = view.learnt.iter().find(|(param, _)| *param == id).map(|(_, controller)| *controller);
    let menu = Popup::context_menu(response);
    let menu = if asked { menu.at_position(response.rect.left_bottom()) } else { menu };
    menu.show(|ui| {
        ui.set_min_width(180.0);
        let mut row = |ui: &mut Ui, text: &str, intent: Intent| {
            let (rect, row) = ui.allocate_exact_size(vec2(180.0, theme::HIT), Sense::click());
            row.widget_info(|| WidgetInfo::labeled(Role::MenuItem, true, text));
            ui.painter().rect_filled(rect, theme::RADIUS_SMALL, super::ground(ui, &row, theme::CTRL));
            let at = pos2(rect.min.x + 8.0, rect.center().y + 4.5);
            write(ui.painter(), at, Hang::Left, text, ui_face(theme::BODY, theme::T1));
            focus_ring(ui, &row, rect.shrink(2.0), theme::RADIUS_SMALL);
            if row.clicked() {
                intents.push(intent);
                ui.close();
            }
        };
        if view.learning == Some(id) {
            row(ui, "Stop waiting", Intent::Learn(None));
        } else {
            row(ui, "Learn a MIDI control", Intent::Learn(Some(id)));
        }
        if let Some(controller) = learnt {
            row(ui, &format!("Forget control {controller}"), Intent::Unlearn(id));
        }
    });
}
