//! The lines that stand across all lanes: the playhead, what is committed, and the end of the plan. The last two can be
//! dragged.

use super::scene::Scene;
use crate::engine::params::ParamId;
use crate::session::Intent;
use crate::ui::theme;
use crate::ui::widgets::{self, Hang, ui_face};
use egui::accesskit::Role;
use egui::{CursorIcon, Rangef, Rect, Response, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

/// Size of the flag on the line of what is committed.
const FLAG: egui::Vec2 = vec2(54.0, 18.0);
/// Where the number of a bar stands, from its line.
const NUMBER: Rangef = Rangef { min: 5.0, max: 26.0 };

/// Drags a line to another beat; how far from now it is wanted, in beats.
fn dragged(ui: &Ui, response: &Response, scene: &Scene<'_>) -> Option<f64> {
    if response.hovered() || response.dragged() {
        ui.ctx().set_cursor_icon(CursorIcon::ResizeHorizontal);
    }
    let pointer = response.interact_pointer_pos().filter(|_| response.dragged())?;
    Some(scene.beats(pointer.x) - scene.now_beats)
}

fn set(id: ParamId, value: f64, scene: &Scene<'_>, intents: &mut Vec<Intent>) {
    let value = id.spec().clamp(value.round() as f32);
    if scene.view.params.get(id) != value {
        intents.push(Intent::SetParam(id, value));
    }
}

/// Where the plan ends, from the lane `you` downwards: chords are known further than notes.
pub fn horizon_ui(ui: &Ui, body: Rect, you: Rect, scene: &Scene<'_>, intents: &mut Vec<Intent>) {
    let Some(last) = scene.view.band.bars.last() else { return };
    let end_beats = last.begin_beats + f64::from(last.beats);
    let x = scene.x(end_beats);
    if x >= body.max.x {
        return;
    }
    let ink = widgets::ink(ui);
    let beyond = Rect::from_min_max(pos2(x.max(body.min.x), you.min.y), body.max);
    ui.painter().rect_filled(beyond, 0, theme::WELL.gamma_multiply(0.78));
    let line = [pos2(x, beyond.min.y), pos2(x, body.max.y)];
    ui.painter().extend(Shape::dashed_line(&line, Stroke::new(1.0, ink.t4), 2.0, 4.0));
    if !scene.view.band.is_ending && beyond.min.x > body.min.x {
        let hit = Rect::from_x_y_ranges(x - 6.0..=x + 6.0, beyond.y_range());
        let response = ui.interact(hit, ui.unique_id().with("end of the plan"), Sense::drag());
        response.widget_info(|| WidgetInfo::labeled(Role::Splitter, true, "End of the plan"));
        if let Some(beats) = dragged(ui, &response, scene) {
            set(ParamId::BandHorizon, beats, scene, intents);
        }
    }
    let said = if scene.view.band.is_ending { "the end" } else { "not planned yet" };
    if beyond.width() > widgets::width(ui, said, theme::ui_font(theme::SMALL)) + 12.0 {
        let at = pos2(beyond.center().x, you.center().y + 3.8);
        widgets::say(ui, at, Hang::Middle, said, ui_face(theme::SMALL, ink.t3));
    }
}

/// What begins before it will sound, whatever is said.
pub fn commit_ui(ui: &Ui, body: Rect, scene: &Scene<'_>, intents: &mut Vec<Intent>) {
    if !scene.open_beats.is_finite() {
        return;
    }
    let x = ui.painter().round_to_pixel_center(scene.x(scene.open_beats));
    if !body.x_range().contains(x) {
        return;
    }
    let ink = widgets::ink(ui);
    let line = [pos2(x, body.min.y + 20.0), pos2(x, body.max.y)];
    ui.painter().extend(Shape::dashed_line(&line, Stroke::new(1.0, ink.t2), 5.0, 4.0));
    let flag = Rect::from_center_size(pos2(flag_x(body, x, scene), body.min.y + 11.0), FLAG);
    let response = ui.interact(flag, ui.unique_id().with("commit"), Sense::drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Splitter, true, "Commit line"));
    if let Some(beats) = dragged(ui, &response, scene) {
        set(ParamId::BandCommit, beats * 4.0, scene, intents);
    }
    ui.painter().rect_filled(flag, theme::RADIUS_SMALL, widgets::ground(ui, &response, theme::CTRL));
    let at = pos2(flag.center().x, flag.center().y + 3.8);
    widgets::say(ui, at, Hang::Middle, "commit", ui_face(theme::SMALL, theme::T1));
}

/// The middle of the flag: on its line, or beside the number of a bar that it would hide.
fn flag_x(body: Rect, line: f32, scene: &Scene<'_>) -> f32 {
    let half = FLAG.x / 2.0;
    let bars = scene.page.ticks().into_iter().filter(|tick| tick.is_bar);
    let numbers = bars.map(|tick| egui::lerp(body.x_range(), tick.place as f32));
    let mut hidden = numbers.map(|x| Rangef::new(x + NUMBER.min, x + NUMBER.max));
    let x = hidden
        .find(|number| number.min < line + half && number.max > line - half)
        .map_or(line, |number| if line < number.center() { number.min - half } else { number.max + half });
    x.clamp(body.min.x + half, body.max.x - half)
}

/// Where the music stands.
pub fn playhead_ui(ui: &Ui, body: Rect, scene: &Scene<'_>) {
    let ink = widgets::ink(ui);
    // Where little may move it steps by sixteenths.
    let now = if ink.moves { scene.now_beats } else { (scene.now_beats * 4.0).floor() / 4.0 };
    let x = scene.x(now);
    if !scene.is_moving || !body.x_range().contains(x) {
        return;
    }
    ui.painter().vline(x, body.min.y + 12.0..=body.max.y, Stroke::new(2.0, theme::T1));
    let tip = pos2(x, body.min.y + 18.0);
    let shape = vec![tip, tip + vec2(-6.0, -8.0), tip + vec2(6.0, -8.0)];
    ui.painter().add(Shape::convex_polygon(shape, theme::T1, Stroke::NONE));
}
