//! The strips at the left of the lanes: who plays, whether and how.

use super::places::Places;
use super::raga;
use super::state::{Drawer, JamState};
use crate::base::Bus;
use crate::engine::params::{BusParam, ParamId, PartParam};
use crate::session::band::Part;
use crate::session::{Intent, View};
use crate::ui::theme::{self, Density};
use crate::ui::widgets::{self, Choice, Hang, drop_down, segment, stepper, ui_face, write};
use crate::ui::{icons, text};
use egui::accesskit::Role;
use egui::{CornerRadius, Rect, Sense, Ui, WidgetInfo, pos2, vec2};

const MODES: [&str; 3] = ["Auto", "Follow me", "Off"];
/// Height of a slider's row.
const ROW: f32 = 18.0;
/// Size of the card that opens beside a strip: with range, and with what has no room in the strip.
const CARD_WIDTH: f32 = 236.0;

/// Name of a part as it is read.
#[must_use]
pub const fn name(part: Part) -> &'static str {
    ["Drums", "Bass", "Keys", "Lead"][part as usize]
}

/// Draws the column of strips.
pub fn strips_ui(ui: &Ui, at: &Places, density: Density, scene: (&mut JamState, &View), intents: &mut Vec<Intent>) {
    let (state, view) = scene;
    let ink = widgets::ink(ui);
    let rounding = CornerRadius { nw: theme::RADIUS_PANEL, sw: theme::RADIUS_PANEL, ne: 0, se: 0 };
    ui.painter().rect_filled(at.header(at.area), rounding, theme::PANEL);
    for row in [at.chords, at.you].iter().chain(&at.parts) {
        widgets::rule(ui, row.x_range(), row.min.y, ink.hair);
    }
    head_ui(ui, at, density, view, intents);
    you_ui(ui, at.header(at.you), density, view);
    for part in Part::ALL {
        let strip = at.header(at.part(part));
        mark_ui(ui, strip, part.bus(), part == Part::Lead);
        name_ui(ui, strip, part, density, state);
        if density == Density::Wide {
            wide_ui(ui, strip, part, view, intents);
        } else {
            narrow_ui(ui, strip, part, view, intents);
        }
    }
}

/// The band's own switch, in the head of the column.
pub fn switch_ui(ui: &Ui, head: Rect, view: &View, intents: &mut Vec<Intent>) {
    let ink = widgets::ink(ui);
    let is_on = view.params.is_on(ParamId::BandOn);
    let at = pos2(head.min.x + 16.0, head.center().y + 4.0);
    write(ui.painter(), at, Hang::Left, "Band", ui_face(theme::SMALL, if is_on { ink.t2 } else { ink.t3 }));
    let response = widgets::switch(ui, pos2(head.max.x - 27.0, head.center().y), "Band", is_on);
    if response.clicked() {
        intents.push(Intent::SetParam(ParamId::BandOn, if is_on { 0.0 } else { 1.0 }));
    }
    widgets::learn_menu(&response, ParamId::BandOn, view, intents);
}

/// The head of the column, and what the strip of chords is.
fn head_ui(ui: &Ui, at: &Places, density: Density, view: &View, intents: &mut Vec<Intent>) {
    let ink = widgets::ink(ui);
    switch_ui(ui, at.header(at.ruler), view, intents);
    let chords = at.header(at.chords);
    let x = chords.min.x + 16.0;
    let baseline = chords.center().y + if density == Density::Wide { -3.0 } else { 4.5 };
    if raga::is_on(view) {
        let name = view.practice.tala.as_ref().map_or("Alap", |tala| tala.name.as_str());
        let letter = ui_face(theme::BODY, theme::T1);
        widgets::write_within(ui, pos2(x, baseline), chords.max.x - x - 12.0, name, letter);
        let raga = view.practice.raga.as_ref().filter(|_| density == Density::Wide);
        if let Some(raga) = raga {
            let letter = ui_face(theme::SMALL, ink.t3);
            widgets::write_within(ui, pos2(x, baseline + 16.0), chords.max.x - x - 12.0, &raga.name, letter);
        }
        return;
    }
    widgets::say(ui, pos2(x, baseline), Hang::Left, "Chords", ui_face(theme::BODY, theme::T1));
    if density == Density::Wide {
        let said = "click an alternate to ask for it";
        write(ui.painter(), pos2(x, baseline + 16.0), Hang::Left, said, ui_face(theme::SMALL, ink.t3));
    }
}

fn mark_ui(ui: &Ui, strip: Rect, bus: Bus, is_last: bool) {
    let mark = Rect::from_min_size(strip.min, vec2(4.0, strip.height()));
    let rounding = CornerRadius { sw: if is_last { theme::RADIUS_PANEL } else { 0 }, ..CornerRadius::ZERO };
    ui.painter().rect_filled(mark, rounding, theme::part(bus));
}

fn you_ui(ui: &Ui, strip: Rect, density: Density, view: &View) {
    mark_ui(ui, strip, Bus::You, false);
    let x = strip.min.x + if density == Density::Wide { 21.0 } else { 16.0 };
    let y = strip.center().y - 12.0;
    ui.painter().add(icons::part(Bus::You, pos2(x, y), theme::part(Bus::You)));
    widgets::say(ui, pos2(x + 13.0, y + 4.5), Hang::Left, "You", ui_face(theme::BODY, theme::T1));
    let letter = ui_face(theme::SMALL, widgets::ink(ui).t3);
    widgets::write_within(ui, pos2(x + 13.0, y + 24.0), strip.max.x - x - 20.0, view.patch.info().name, letter);
}

/// Glyph and name; a click opens what has no room in the strip.
fn name_ui(ui: &Ui, strip: Rect, part: Part, density: Density, state: &mut JamState) {
    let is_wide = density == Density::Wide;
    let x = strip.min.x + if is_wide { 21.0 } else { 16.0 };
    let y = strip.min.y + 16.0;
    let field = Rect::from_x_y_ranges(x - 9.0..=x + if is_wide { 56.0 } else { 55.0 }, y - 12.0..=y + 12.0);
    let response = widgets::hit(ui, field, ("part", part), Sense::click());
    let is_open = state.drawer == Some(Drawer::Part(part));
    let said = format!("{}: more", name(part));
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_open, &said));
    let rest = if is_open { theme::PRESS } else { theme::PANEL };
    ui.painter().rect_filled(field, theme::RADIUS_SMALL, widgets::ground(ui, &response, rest));
    ui.painter().add(icons::part(part.bus(), pos2(x, y), theme::part(part.bus())));
    write(ui.painter(), pos2(x + 13.0, y + 4.5), Hang::Left, name(part), ui_face(theme::BODY, theme::T1));
    widgets::focus_ring(ui, &response, field, theme::RADIUS_SMALL);
    if response.on_hover_text("Range and more").clicked() {
        state.toggle(Drawer::Part(part));
    }
}

fn mode_of(view: &View, part: Part) -> usize {
    view.params.get(ParamId::part(part as usize, PartParam::Mode)) as usize
}

fn wide_ui(ui: &Ui, strip: Rect, part: Part, view: &View, intents: &mut Vec<Intent>) {
    let id = ParamId::part(part as usize, PartParam::Mode);
    let field =
        Rect::from_min_max(pos2(strip.max.x - 154.0, strip.min.y + 4.0), pos2(strip.max.x - 12.0, strip.min.y + 28.0));
    if let Some(mode) = segment(ui, field, name(part), &MODES, Some(mode_of(view, part))) {
        intents.push(Intent::SetParam(id, mode as f32));
    }
    let room = strip.max.y - field.max.y - 2.0;
    let pitch = (room / 3.0).clamp(ROW - 2.0, ROW + 2.0);
    let sliders = [
        (gain(part), "Volume"),
        (param(part, PartParam::Complexity), "Complexity"),
        (param(part, PartParam::Intensity), "Intensity"),
    ];
    for (index, (id, label)) in sliders.into_iter().enumerate() {
        let top = field.max.y + 1.0 + pitch * index as f32;
        let row = Rect::from_min_max(pos2(strip.min.x + 16.0, top), pos2(strip.max.x - 12.0, top + pitch));
        lane_slider(ui, row, (id, label), part, (view, 68.0), intents);
    }
}

fn narrow_ui(ui: &Ui, strip: Rect, part: Part, view: &View, intents: &mut Vec<Intent>) {
    let id = ParamId::part(part as usize, PartParam::Mode);
    let shown = mode_of(view, part).min(2);
    let choices = MODES
        .iter()
        .enumerate()
        .map(|(index, label)| Choice { label: (*label).to_owned(), is_selected: index == shown });
    let field =
        Rect::from_min_max(pos2(strip.max.x - 82.0, strip.min.y + 4.0), pos2(strip.max.x - 8.0, strip.min.y + 28.0));
    let words = ["Auto", "Follow", "Off"][shown];
    if let Some(mode) = drop_down(ui, field, name(part), words, &choices.collect::<Vec<_>>()) {
        intents.push(Intent::SetParam(id, mode as f32));
    }
    let top = (strip.max.y - 28.0).max(field.max.y + 2.0);
    let row = Rect::from_min_max(pos2(strip.min.x + 12.0, top), pos2(strip.max.x - 8.0, top + ROW));
    lane_slider(ui, row, (gain(part), "Vol"), part, (view, 26.0), intents);
}

fn gain(part: Part) -> ParamId {
    ParamId::bus(part.bus(), BusParam::Gain)
}

fn param(part: Part, param: PartParam) -> ParamId {
    ParamId::part(part as usize, param)
}

fn lane_slider(ui: &Ui, row: Rect, shown: (ParamId, &str), part: Part, scene: (&View, f32), intents: &mut Vec<Intent>) {
    let (view, label_width) = scene;
    let strip = widgets::Strip { group: name(part), tint: theme::part(part.bus()), label_width };
    widgets::lane_slider(ui, row, shown, (view, strip), intents);
}

/// The card beside a strip: its range, and complexity and intensity where the strip has no room for them.
pub fn card_ui(ui: &Ui, at: &Places, part: Part, density: Density, view: &View, intents: &mut Vec<Intent>) {
    let strip = at.header(at.part(part));
    let is_wide = density == Density::Wide;
    let sliders = if is_wide { 0.0 } else { 2.0 * 22.0 };
    let height = 36.0 + sliders + if part == Part::Drums { 22.0 } else { 2.0 * 34.0 };
    let top = strip.min.y.min(at.area.max.y - height - 4.0);
    let card = Rect::from_min_size(pos2(strip.max.x + 6.0, top + 4.0), vec2(CARD_WIDTH, height));
    let card = card.translate(vec2(0.0, (at.area.max.y - 2.0 - card.max.y).min(0.0)));
    widgets::cover(ui, card, &format!("More of {}", name(part)));
    let ink = widgets::ink(ui);
    let inside = card.shrink2(vec2(12.0, 0.0));
    let caption = format!("{}: range{}", name(part), if is_wide { "" } else { " and taste" });
    write(ui.painter(), pos2(inside.min.x, card.min.y + 18.0), Hang::Left, &caption, ui_face(theme::SMALL, ink.t2));
    let mut y = card.min.y + 28.0;
    if !is_wide {
        for (id, label) in [(PartParam::Complexity, "Complexity"), (PartParam::Intensity, "Intensity")] {
            let row = Rect::from_x_y_ranges(inside.x_range(), y..=y + 20.0);
            lane_slider(ui, row, (param(part, id), label), part, (view, 68.0), intents);
            y += 22.0;
        }
    }
    if part == Part::Drums {
        let at = pos2(inside.min.x, y + 14.0);
        widgets::say(ui, at, Hang::Left, "Drum keys have no range.", ui_face(theme::SMALL, ink.t3));
        return;
    }
    for (which, label) in [(PartParam::Low, "Lowest key"), (PartParam::High, "Highest key")] {
        let id = param(part, which);
        let value = text::key_name(view.params.get(id) as u8);
        let row = Rect::from_x_y_ranges(inside.x_range(), y..=y + 28.0);
        write(ui.painter(), pos2(row.min.x, row.center().y + 4.5), Hang::Left, label, ui_face(theme::BODY, ink.t2));
        let field = row.with_min_x(row.max.x - 108.0);
        let said = format!("{}: {label}", name(part));
        stepper(ui, field, id, (view, &said, &value), intents);
        y += 34.0;
    }
}
