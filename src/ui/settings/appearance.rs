//! How the window looks, and what is kept where.

use crate::base::Bus;
use crate::session::{Intent, Motion, View};
use crate::ui::theme::{self, ZOOMS};
use crate::ui::widgets::{self, Adjust, Axis, Hang, mono, segment, ui_face};
use crate::ui::{icons, text};
use egui::{Rect, Sense, Stroke, Ui, WidgetInfo, accesskit::Role, pos2, vec2};

/// Height of the panel of the looks.
pub const HEIGHT: f32 = 172.0;
/// Height of the panel of the files.
pub const FILES_HEIGHT: f32 = 128.0;

/// Draws zoom, motion, contrast and the band's colours.
pub fn appearance_ui(ui: &Ui, area: Rect, view: &View, intents: &mut Vec<Intent>) {
    super::head_ui(ui, area, "Appearance", "");
    let ink = widgets::ink(ui);
    let left = area.min.x + 16.0;
    let field_x = left + if area.width() < 440.0 { 92.0 } else { 104.0 };
    let label = |y: f32, words: &str| {
        let at = pos2(left, area.min.y + y + 4.48);
        widgets::write(ui.painter(), at, Hang::Left, words, ui_face(theme::BODY, ink.t2));
    };
    label(58.0, "Zoom");
    let right = area.max.x - 16.0;
    let rail = Rect::from_min_max(
        pos2(field_x, area.min.y + 44.0),
        pos2((right - 66.0).min(field_x + 250.0), area.min.y + 72.0),
    );
    zoom_ui(ui, rail, right, view, intents);
    label(92.0, "Motion");
    let field = |y: f32| {
        let width = 220.0_f32.min(right - field_x);
        Rect::from_min_size(pos2(field_x, area.min.y + y), vec2(width, 24.0))
    };
    let selected = if view.motion == Motion::Full { 0 } else { 1 };
    if let Some(picked) = segment(ui, field(80.0), "Motion", &["Full", "Reduced"], Some(selected)) {
        intents.push(Intent::SetMotion(if picked == 0 { Motion::Full } else { Motion::Reduced }));
    }
    label(124.0, "Contrast");
    let selected = usize::from(view.is_high_contrast);
    if let Some(picked) = segment(ui, field(112.0), "Contrast", &["Normal", "High"], Some(selected)) {
        intents.push(Intent::SetHighContrast(picked == 1));
    }
    label(154.0, "Band colours");
    let mut x = field_x + 4.0;
    let is_tight = right - field_x < 330.0;
    for bus in Bus::PARTS {
        let y = area.min.y + 154.0;
        ui.painter().add(icons::part(bus, pos2(x + 5.0, y), theme::part(bus)));
        let words = if is_tight { "" } else { bus.key() };
        let at = pos2(x + 16.0, y + 3.8);
        x = widgets::write(ui.painter(), at, Hang::Left, words, ui_face(theme::SMALL, ink.t2)).max.x + 18.0;
    }
}

/// One mark for each zoom; the handle goes from mark to mark.
fn zoom_ui(ui: &Ui, rail: Rect, right: f32, view: &View, intents: &mut Vec<Intent>) {
    let ink = widgets::ink(ui);
    let last = (ZOOMS.len() - 1) as f32;
    let far = |row: &usize| (ZOOMS[*row] - view.zoom).abs();
    let now = (0..ZOOMS.len()).min_by(|a, b| far(a).total_cmp(&far(b))).unwrap_or(2);
    let percent = format!("{:.0} %", view.zoom * 100.0);
    let response = widgets::hit(ui, rail, "zoom", Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Slider, true, "Zoom"));
    widgets::describe(ui, &response, &percent);
    let y = rail.center().y;
    let at = |row: f32| egui::lerp(rail.x_range(), row / last);
    let bar = Rect::from_x_y_ranges(rail.x_range(), y - 2.0..=y + 2.0);
    ui.painter().rect_filled(bar, 2, theme::CTRL);
    for row in 0..ZOOMS.len() {
        widgets::post(ui, at(row as f32), y - 6.0..=y + 6.0, ink.t4);
    }
    let radius = if response.hovered() { 8.0 } else { 7.0 };
    ui.painter().circle(pos2(at(now as f32), y), radius, theme::T1, Stroke::new(2.0, theme::PANEL));
    widgets::focus_ring(ui, &response, rail.shrink2(vec2(-6.0, 4.0)), theme::RADIUS_SMALL);
    let value_at = pos2(right, y + 4.68);
    widgets::write(ui.painter(), value_at, Hang::Right, &percent, mono(theme::BODY, theme::T1));
    let place = now as f32 / last;
    let adjust =
        Adjust { place, default_place: 2.0 / last, step: 1.0 / last, travel: rail.width(), axis: Axis::Horizontal };
    // A zoom under the pointer moves the rail itself, so a drag takes effect where it ends.
    let clicked = response.clicked() || response.drag_stopped();
    let pointed = response.interact_pointer_pos().filter(|_| clicked).map(|at| (at.x - rail.min.x) / rail.width());
    let moved = if response.dragged() { None } else { adjust.moved(ui, &response).or(pointed) };
    if let Some(place) = moved {
        let zoom = ZOOMS[((place.clamp(0.0, 1.0) * last).round() as usize).min(ZOOMS.len() - 1)];
        if zoom != view.zoom {
            intents.push(Intent::SetZoom(zoom));
        }
    }
}

/// Draws where recordings go and what is held in memory.
pub fn files_ui(ui: &Ui, area: Rect, view: &View) {
    super::head_ui(ui, area, "Files and privacy", "");
    let ink = widgets::ink(ui);
    let left = area.min.x + 16.0;
    let folder = if view.recordings_folder.is_empty() { text::DASH } else { &view.recordings_folder };
    let memory = format!("{} of playing can be kept with Enter", text::clock(view.memory_secs));
    let field_x = left + 104.0;
    for (y, name, value) in [(56.5, "Recordings", folder), (82.5, "Memory", memory.as_str())] {
        let y = area.min.y + y;
        widgets::write(ui.painter(), pos2(left, y), Hang::Left, name, ui_face(theme::BODY, ink.t2));
        let room = area.max.x - 16.0 - field_x;
        let drawn = widgets::write_within(ui, pos2(field_x, y), room, value, ui_face(theme::BODY, theme::T1));
        widgets::tell(ui, drawn, &format!("{name}: {value}")).on_hover_text(value);
    }
    let words = "Nothing leaves this computer. No account, no network, no download.";
    let at = pos2(left, area.min.y + 111.8);
    widgets::say(ui, at, Hang::Left, words, ui_face(theme::SMALL, ink.t3));
}
