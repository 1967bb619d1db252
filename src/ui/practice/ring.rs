//! The cycle as a ring: one arc for each matra, hollow where it is empty, filled as they pass.

use super::picker;
use super::running::matra;
use crate::base::Bus;
use crate::engine::params::{BusParam, ParamId};
use crate::session::practice::{PracticeOrder, PracticeView};
use crate::session::{Intent, View};
use crate::theory::raga::{Cue, Tala, Tradition, tables};
use crate::ui::theme::{self, Ink};
use crate::ui::widgets::{self, Choice, Hang, ui_face, write};
use crate::ui::{icons, text};
use egui::accesskit::Role;
use egui::{Painter, Pos2, Rect, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

/// Radius of the ring in its panel of 204 points, and what is cut from either end of an arc, degrees.
const RADIUS: f32 = 52.0;
const CUT_DEGREES: f32 = 1.6;
/// Height of the row with the drum, under the ring.
const DRUM_HEIGHT: f32 = 30.0;
/// Where no cycle is kept.
const FREE: &str = "No tala, sing freely";

/// Talas that are offered: those of the tradition, the common ones first.
fn offered(view: &PracticeView) -> Vec<&'static Tala> {
    let mut talas: Vec<&Tala> = tables().talas.iter().filter(|tala| tala.tradition() == view.tradition).collect();
    talas.sort_by_key(|tala| !tala.is_common);
    talas
}

/// The list of talas on what was clicked.
fn menu(response: &egui::Response, view: &PracticeView, intents: &mut Vec<Intent>) {
    let talas = offered(view);
    let now = view.tala.as_ref().map(|tala| tala.id.as_str());
    let choice = |tala: &&Tala| Choice {
        label: format!("{}, {} matras", full_name(tala), tala.beats.len()),
        is_selected: now == Some(tala.id.as_str()),
    };
    let free = Choice { label: FREE.to_owned(), is_selected: now.is_none() };
    let drum = view
        .tala
        .as_deref()
        .map(|tala| Choice { label: format!("{} keeps it", drum(tala)), is_selected: view.has_theka });
    let before = drum.iter().len();
    let choices: Vec<Choice> = drum.into_iter().chain([free]).chain(talas.iter().map(choice)).collect();
    if let Some(picked) = widgets::list_menu(response, 220.0, &choices) {
        if picked < before {
            return intents.push(Intent::Practice(PracticeOrder::SetTheka(!view.has_theka)));
        }
        let id = picked.checked_sub(before + 1).and_then(|at| talas.get(at)).map(|tala| tala.id.clone());
        intents.push(Intent::Practice(PracticeOrder::SetTala(id)));
    }
}

/// A tala by its name; a suladi tala has its jati in it, whose word is left out: "Chatusra Triputa (Adi)".
fn full_name(tala: &Tala) -> String {
    tala.name.replace(" jati ", " ")
}

/// The cycle as a field, where there is no ring.
pub fn field_ui(ui: &Ui, rect: Rect, view: &View, intents: &mut Vec<Intent>) {
    let name = view.practice.tala.as_ref().map_or("none", |tala| tala.name.as_str());
    let response = picker::field_ui(ui, rect, ("Tala", "Tala", name));
    menu(&response, &view.practice, intents);
}

/// The drum that keeps a tala.
fn drum(tala: &Tala) -> &'static str {
    if tala.tradition() == Tradition::Carnatic { "Mridangam" } else { "Tabla" }
}

/// Whether the drum plays while the transport runs, and how loud.
fn drum_ui(ui: &Ui, row: Rect, tala: &Tala, view: &View, intents: &mut Vec<Intent>) {
    let ink = widgets::ink(ui);
    let (name, is_on) = (drum(tala), view.practice.has_theka);
    let tint = theme::part(Bus::Drums);
    let y = row.center().y;
    if widgets::tinted_switch(ui, pos2(row.min.x + 15.0, y), name, is_on, tint).clicked() {
        intents.push(Intent::Practice(PracticeOrder::SetTheka(!is_on)));
    }
    let at = pos2(row.min.x + 38.0, y + 4.0);
    let colour = if is_on { ink.t2 } else { ink.t3 };
    let written = write(ui.painter(), at, Hang::Left, name, ui_face(theme::SMALL, colour));
    let level = Rect::from_min_max(pos2(written.max.x + 10.0, y - 9.0), pos2(row.max.x, y + 9.0));
    let strip = widgets::Strip { group: name, tint, label_width: 0.0 };
    widgets::lane_slider(ui, level, (ParamId::bus(Bus::Drums, BusParam::Gain), ""), (view, strip), intents);
}

/// Draws the panel.
pub fn ring_ui(ui: &Ui, area: Rect, view: &View, intents: &mut Vec<Intent>) {
    widgets::panel(ui, area);
    let ink = widgets::ink(ui);
    let practice = &view.practice;
    let tala = practice.tala.as_deref();
    head_ui(ui, area, practice, intents);
    let Some(tala) = tala else {
        let said = "Choose a tala above: its cycle is drawn here, and notes are held against its matras.";
        let at = pos2(area.min.x + 16.0, area.min.y + 62.0);
        widgets::write_wrapped(ui, at, area.width() - 32.0, said, ui_face(theme::BODY, ink.t3));
        return;
    };
    let row = Rect::from_min_max(
        pos2(area.min.x + 16.0, area.max.y - DRUM_HEIGHT),
        pos2(area.max.x - 16.0, area.max.y - 4.0),
    );
    drum_ui(ui, row, tala, view, intents);
    let centre = pos2(area.center().x, area.min.y + 104.0 + (area.height() - 204.0) / 2.0);
    let count = tala.beats.len().max(1);
    let now = matra(view, count);
    arcs(ui.painter(), centre, tala, now, &ink);
    let said = now.map_or_else(|| text::DASH.to_owned(), |at| (at + 1).to_string());
    write(ui.painter(), pos2(centre.x, centre.y + 2.0), Hang::Middle, &said, ui_face(theme::FIGURE, theme::T1));
    let bol = now.map_or("", |at| tala.beats[at].bol.as_str());
    write(ui.painter(), pos2(centre.x, centre.y + 20.0), Hang::Middle, bol, ui_face(theme::SMALL, ink.t2));
    let middle = Rect::from_center_size(centre, vec2(70.0, 60.0));
    widgets::tell(ui, middle, &format!("matra {said} {bol}"));
}

/// The name of the cycle, which opens the list, and its length.
fn head_ui(ui: &Ui, area: Rect, practice: &PracticeView, intents: &mut Vec<Intent>) {
    let ink = widgets::ink(ui);
    let name = practice.tala.as_ref().map_or_else(|| "No tala".to_owned(), |tala| full_name(tala));
    let length = practice.tala.as_ref().map(|tala| format!("{} matras", tala.beats.len()));
    let length_width =
        length.as_ref().map_or(0.0, |words| widgets::width(ui, words, theme::ui_font(theme::SMALL)) + 12.0);
    let room = area.width() - 32.0 - length_width - 20.0;
    let at = pos2(area.min.x + 16.0, area.min.y + 22.0);
    let wide = widgets::width(ui, &name, theme::ui_font(theme::BODY)).min(room);
    let field = Rect::from_min_max(pos2(at.x - 8.0, at.y - 18.0), pos2(at.x + wide + 22.0, at.y + 10.0));
    let response = widgets::hit(ui, field, "tala", Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, "Tala"));
    widgets::describe(ui, &response, &name);
    ui.painter().rect_filled(field, theme::RADIUS_SMALL, widgets::ground(ui, &response, theme::PANEL));
    widgets::write_within(ui, at, room, &name, ui_face(theme::BODY, theme::T1));
    ui.painter().add(icons::chevron_down(pos2(at.x + wide + 12.0, at.y - 4.0), ink.t3));
    widgets::focus_ring(ui, &response, field, theme::RADIUS_SMALL);
    menu(&response, practice, intents);
    if let Some(words) = length {
        widgets::say(ui, pos2(area.max.x - 16.0, at.y), Hang::Right, &words, ui_face(theme::SMALL, ink.t3));
    }
}

/// One arc for each matra, from sam at the top.
fn arcs(painter: &Painter, centre: Pos2, tala: &Tala, now: Option<usize>, ink: &Ink) {
    let step = 360.0 / tala.beats.len().max(1) as f32;
    let mut is_empty = false;
    for (at, beat) in tala.beats.iter().enumerate() {
        if beat.begins_part {
            is_empty = beat.cue == Cue::Khali;
        }
        let span = (at as f32 * step + CUT_DEGREES, (at as f32 + 1.0) * step - CUT_DEGREES);
        match now {
            Some(now) if now == at => arc(painter, centre, RADIUS, span, Stroke::new(10.0, theme::T1)),
            Some(now) if at < now && !is_empty => arc(painter, centre, RADIUS, span, Stroke::new(6.0, ink.t3)),
            _ if is_empty => {
                let width = if now.is_some_and(|now| at < now) { 2.0 } else { 1.0 };
                for radius in [RADIUS - 2.5, RADIUS + 2.5] {
                    arc(painter, centre, radius, span, Stroke::new(width, ink.t4));
                }
            }
            _ => arc(painter, centre, RADIUS, span, Stroke::new(6.0, ink.t4)),
        }
        if beat.begins_part {
            let angle = ((at as f32 + 0.5) * step).to_radians();
            let middle = centre + (RADIUS + 20.0) * vec2(angle.sin(), -angle.cos());
            let colour = if at == 0 { theme::T1 } else { ink.t3 };
            let mark = beat.mark(at == 0);
            write(painter, pos2(middle.x, middle.y + 4.5), Hang::Middle, &mark, ui_face(theme::BODY, colour));
        }
    }
}

/// An arc between two angles from the top, degrees.
fn arc(painter: &Painter, centre: Pos2, radius: f32, (from, to): (f32, f32), stroke: Stroke) {
    let steps = ((to - from) / 4.0).ceil().max(2.0) as usize;
    let at = |step: usize| {
        let angle = (from + (to - from) * step as f32 / steps as f32).to_radians();
        centre + radius * vec2(angle.sin(), -angle.cos())
    };
    let points: Vec<Pos2> = (0..=steps).map(at).collect();
    if stroke.width > 4.0 {
        for end in [points[0], points[steps]] {
            painter.circle_filled(end, stroke.width / 2.0, stroke.color);
        }
    }
    painter.add(Shape::line(points, stroke));
}
