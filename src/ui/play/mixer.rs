//! The mixer: for every bus volume, pan, mute, solo and its level.

use crate::base::Bus;
use crate::base::limits::BUSES;
use crate::engine::params::{BusParam, ParamId};
use crate::session::{Intent, View};
use crate::ui::theme::Density;
use crate::ui::widgets::{self, Hang, ui_face};
use crate::ui::{icons, theme};
use egui::accesskit::Role;
use egui::{Rect, Sense, Ui, WidgetInfo, pos2, vec2};

/// Height of one row of strips.
pub const fn height(density: Density) -> f32 {
    if matches!(density, Density::Compact) { 124.0 } else { 144.0 }
}

/// Draws all strips in `lines` rows.
pub fn mixer_ui(ui: &Ui, area: Rect, lines: usize, view: &View, intents: &mut Vec<Intent>) {
    widgets::panel(ui, area);
    let columns = BUSES.div_ceil(lines);
    let inside = area.shrink2(vec2(4.0, 0.0));
    let size = vec2(inside.width() / columns as f32, inside.height() / lines as f32);
    for (index, bus) in Bus::ALL.into_iter().enumerate() {
        let (column, line) = (index % columns, index / columns);
        let min = pos2(inside.min.x + column as f32 * size.x, inside.min.y + line as f32 * size.y);
        let strip = Rect::from_min_size(min, size);
        if column > 0 {
            widgets::post(ui, strip.min.x, strip.min.y + 14.0..=strip.max.y - 14.0, widgets::ink(ui).hair);
        }
        strip_ui(ui, strip.shrink2(vec2(12.0, 0.0)), bus, view, intents);
    }
}

fn strip_ui(ui: &Ui, strip: Rect, bus: Bus, view: &View, intents: &mut Vec<Intent>) {
    let y = strip.min.y + strip.height() / 6.0;
    ui.painter().add(icons::part(bus, pos2(strip.min.x + 6.0, y), theme::part(bus)));
    let at = pos2(strip.min.x + 18.0, y + 4.48);
    let room = strip.width() - 71.0;
    let fits = widgets::width(ui, bus.key(), theme::ui_font(theme::BODY)) <= room;
    let size = if fits { theme::BODY } else { theme::SMALL };
    widgets::write_within(ui, at, room, bus.key(), ui_face(size, theme::T1));
    let letters = [("M", "mute", BusParam::Mute), ("S", "solo", BusParam::Solo)];
    for (index, (letter, word, param)) in letters.into_iter().enumerate() {
        let right = strip.max.x - 26.0 * (1 - index) as f32;
        let rect = Rect::from_min_size(pos2(right - 24.0, y - 12.0), vec2(24.0, 24.0));
        let id = ParamId::bus(bus, param);
        let is_on = view.params.is_on(id);
        let response = widgets::hit(ui, rect, id, Sense::click());
        let name = format!("{}: {word}", bus.key());
        response.widget_info(|| WidgetInfo::selected(Role::Switch, true, is_on, &name));
        let rest = if is_on { theme::T1 } else { theme::CTRL };
        let fill = if is_on { rest } else { widgets::ground(ui, &response, rest) };
        ui.painter().rect_filled(rect, theme::RADIUS_SMALL, fill);
        let colour = if is_on { theme::WELL } else { widgets::ink(ui).t2 };
        let at = pos2(rect.center().x, rect.center().y + 3.8);
        widgets::write(ui.painter(), at, Hang::Middle, letter, ui_face(theme::SMALL, colour));
        widgets::focus_ring(ui, &response, rect, theme::RADIUS_SMALL);
        if response.clicked() {
            intents.push(Intent::SetParam(id, if is_on { 0.0 } else { 1.0 }));
        }
        response.on_hover_text(name);
    }
    meter_ui(ui, Rect::from_min_size(pos2(strip.min.x, y + 18.0), vec2(strip.width(), 4.0)), bus, view);
    let is_heard = !view.params.is_on(ParamId::bus(bus, BusParam::Mute));
    for (param, share) in [(BusParam::Gain, 0.555), (BusParam::Pan, 0.835)] {
        let rail = strip.min.y + strip.height() * share;
        let area = Rect::from_x_y_ranges(strip.x_range(), rail - 14.0..=rail + 14.0);
        widgets::param_slider(ui, area, ParamId::bus(bus, param), (view, bus.key(), is_heard), intents);
    }
}

fn meter_ui(ui: &Ui, bar: Rect, bus: Bus, view: &View) {
    let meter = &view.buses[bus];
    let share = |levels: [f32; 2]| ((levels[0].max(levels[1]) + 60.0) / 60.0).clamp(0.0, 1.0);
    ui.painter().rect_filled(bar, 1, theme::PRESS);
    let filled = bar.with_max_x(bar.min.x + bar.width() * share(meter.peak_db));
    ui.painter().rect_filled(filled, 1, theme::part(bus));
    let hold = share(meter.hold_db);
    if hold > 0.0 {
        let x = (bar.min.x + bar.width() * hold).min(bar.max.x - 1.5);
        ui.painter().rect_filled(Rect::from_min_size(pos2(x, bar.min.y - 2.0), vec2(1.5, 8.0)), 0, theme::T1);
    }
}
