//! The tanpura: whether it sounds, Sa, its four strings and how they are plucked.

use super::{PracticeState, sa, signed};
use crate::base::Bus;
use crate::engine::params::{ParamId, Unit};
use crate::session::practice::{PracticeOrder, TonicState};
use crate::session::{Intent, View};
use crate::theory::raga::{Note, Swara};
use crate::ui::icons;
use crate::ui::swaras::{self, Sign};
use crate::ui::theme;
use crate::ui::widgets::{self, Button, Choice, Hang, Look, button, part_slider, ui_face, write};
use egui::accesskit::Role;
use egui::{Rect, Sense, Ui, WidgetInfo, pos2, vec2};

/// Size of the whole panel.
pub const SIZE: egui::Vec2 = vec2(232.0, 180.0);
/// Semitones above Sa of the first string, choice by choice of the parameter.
const FIRST_STRINGS: [u8; 5] = [7, 5, 11, 10, 9];
/// A string is lit for so long after its stroke, seconds; then it goes out.
const LIT_SECS: f32 = 0.4;

/// How bright a string is, 0 to 1.
fn light(since_secs: f32) -> f32 {
    1.0 - ((since_secs - LIT_SECS) / theme::UNLIGHT_SECS).clamp(0.0, 1.0)
}

/// The signs of the strings with their octaves.
#[must_use]
pub fn strings(view: &View) -> [Sign; 4] {
    let at = (view.params.get(ParamId::TanpuraFirst).max(0.0) as usize).min(FIRST_STRINGS.len() - 1);
    let (tradition, script) = (view.practice.tradition, view.practice.script);
    let position = FIRST_STRINGS[at];
    let raga = view.practice.raga.as_ref();
    let own = raga.and_then(|raga| raga.swaras().into_iter().find(|swara| swara.position() == position));
    let first = own.unwrap_or(Swara::of_hindustani(position));
    let sign = |swara, octave| Sign::of(Note::new(swara, octave), tradition, script);
    [sign(first, -1), sign(Swara::S, 0), sign(Swara::S, 0), sign(Swara::S, -1)]
}

/// The switch at the right end of a head.
pub fn switch_ui(ui: &Ui, at: egui::Pos2, view: &View, intents: &mut Vec<Intent>) {
    let is_on = view.params.is_on(ParamId::TanpuraOn);
    let response = widgets::tinted_switch(ui, at, "Tanpura", is_on, theme::part(Bus::Drone));
    if response.clicked() {
        intents.push(Intent::SetParam(ParamId::TanpuraOn, if is_on { 0.0 } else { 1.0 }));
    }
    widgets::learn_menu(&response, ParamId::TanpuraOn, view, intents);
}

/// Where the switch stands in a panel.
#[must_use]
pub fn switch_at(area: Rect) -> egui::Pos2 {
    pos2(area.max.x - 31.0, area.min.y + 24.0)
}

/// Draws the panel, without its switch, on whatever lies under it.
pub fn tanpura_ui(ui: &mut Ui, area: Rect, scene: (&mut PracticeState, &View), intents: &mut Vec<Intent>) {
    let (state, view) = scene;
    let ink = widgets::ink(ui);
    let (left, right, top) = (area.min.x + 16.0, area.max.x - 16.0, area.min.y);
    ui.painter().add(icons::part(Bus::Drone, pos2(left + 5.0, top + 24.0), theme::part(Bus::Drone)));
    write(ui.painter(), pos2(left + 18.0, top + 28.48), Hang::Left, "Tanpura", ui_face(theme::BODY, theme::T1));
    let figure = sa::figure_ui(ui, pos2(left, top + 66.0), theme::FIGURE, (&mut *state, view), intents);
    let hz = view.params.get(ParamId::TanpuraSa);
    if state.sa_edit.is_none() {
        let (_, cents) = sa::sa_name(hz);
        let x = figure.max.x + 6.0;
        widgets::say(ui, pos2(x, top + 54.0), Hang::Left, &sa::sa_hz(hz), ui_face(theme::SMALL, ink.t3));
        let said = format!("{} cents", signed(cents as f32));
        widgets::say(ui, pos2(x, top + 68.0), Hang::Left, &said, ui_face(theme::SMALL, ink.t3));
    }
    let find = Rect::from_min_max(pos2(right - 76.0, top + 44.0), pos2(right, top + 72.0));
    let is_finding = view.practice.finding_sa.is_some();
    let spec = if is_finding { Button::new("Stop").look(Look::Selected) } else { Button::new("Find my Sa") };
    if button(ui, find, spec).on_hover_text("Hold one note for three seconds: it becomes Sa").clicked() {
        intents.push(Intent::Practice(PracticeOrder::FindSa(!is_finding)));
    }
    let row = Rect::from_min_max(pos2(left, top + 82.0), pos2(right, top + 118.0));
    strings_ui(ui, row, view, intents);
    let foot = Rect::from_min_max(pos2(left, top + 132.0), pos2(right, top + 168.0));
    match view.practice.finding_sa {
        Some(found) => finding_ui(ui, foot, found),
        None => sliders_ui(ui, foot, view, intents),
    }
}

/// The four strings; the first may be tuned otherwise.
fn strings_ui(ui: &Ui, row: Rect, view: &View, intents: &mut Vec<Intent>) {
    let width = (row.width() - 12.0) / 4.0;
    let drone = theme::part(Bus::Drone);
    let is_on = view.params.is_on(ParamId::TanpuraOn);
    for (index, sign) in strings(view).into_iter().enumerate() {
        let cell =
            Rect::from_min_size(pos2(row.min.x + (width + 4.0) * index as f32, row.min.y), vec2(width, row.height()));
        let lit = if is_on { light(view.practice.strings_secs[index]) } else { 0.0 };
        let rest = if index == 0 { first_ui(ui, cell, view, intents) } else { theme::CTRL };
        ui.painter().rect_filled(cell, theme::RADIUS_SMALL, rest);
        let at = pos2(cell.center().x, cell.min.y + 20.5);
        let colour = theme::T1.lerp_to_gamma(drone, lit);
        let drawn = swaras::swara(ui.painter(), at, Hang::Middle, &sign, ui_face(theme::BODY, colour));
        if lit > 0.0 {
            let bar = Rect::from_x_y_ranges(cell.min.x + 8.0..=cell.max.x - 8.0, cell.min.y..=cell.min.y + 2.0);
            ui.painter().rect_filled(bar, 0, drone.gamma_multiply(lit));
        }
        if index > 0 {
            widgets::tell(ui, drawn, &format!("String {}: {}", index + 1, sign.letters));
        }
    }
}

/// The first string is a list of its tunings; its fill.
fn first_ui(ui: &Ui, cell: Rect, view: &View, intents: &mut Vec<Intent>) -> egui::Color32 {
    let id = ParamId::TanpuraFirst;
    let response = widgets::hit(ui, cell, "first string", Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, "First string"));
    let now = view.params.get(id) as usize;
    let Unit::Choice(names) = id.spec().unit else { return theme::CTRL };
    widgets::describe(ui, &response, names.get(now).copied().unwrap_or_default());
    let long = |at: usize| Swara::of_hindustani(FIRST_STRINGS[at]).name(view.practice.tradition);
    let choices: Vec<Choice> = (0..names.len().min(FIRST_STRINGS.len()))
        .map(|at| Choice { label: long(at).to_owned(), is_selected: at == now })
        .collect();
    if let Some(picked) = widgets::list_menu(&response, 150.0, &choices) {
        intents.push(Intent::SetParam(id, picked as f32));
    }
    widgets::focus_ring(ui, &response, cell, theme::RADIUS_SMALL);
    let fill = widgets::ground(ui, &response, theme::CTRL);
    response.on_hover_text("What the first string is tuned to");
    fill
}

fn sliders_ui(ui: &Ui, row: Rect, view: &View, intents: &mut Vec<Intent>) {
    let width = (row.width() - 20.0) / 3.0;
    let is_on = view.params.is_on(ParamId::TanpuraOn);
    let shown = [(ParamId::TanpuraPace, "Tempo"), (ParamId::TanpuraJawari, "Jawari"), (ParamId::DroneGain, "Vol")];
    for (index, (id, label)) in shown.into_iter().enumerate() {
        let left = row.min.x + (width + 10.0) * index as f32;
        let rect = Rect::from_min_size(pos2(left, row.min.y + 8.0), vec2(width, 28.0));
        part_slider(ui, rect, (id, label, theme::part(Bus::Drone)), (view, "Tanpura", is_on), intents);
    }
}

/// How far Sa is found.
fn finding_ui(ui: &Ui, foot: Rect, found: TonicState) {
    let ink = widgets::ink(ui);
    let (share, said) = match found {
        TonicState::Listening { held } => (held, "Hold one straight Sa for three seconds.".to_owned()),
        TonicState::Found { hz, spread_cents } => {
            (1.0, format!("Sa is {}, held to \u{b1}{:.0} cents.", sa::sa_hz(hz), spread_cents / 2.0))
        }
        TonicState::Unclear { why } => (0.0, why.text().to_owned()),
    };
    let rail = Rect::from_min_size(foot.min, vec2(foot.width(), 4.0));
    ui.painter().rect_filled(rail, 2, theme::CTRL);
    let bar = rail.with_max_x(egui::lerp(rail.x_range(), share.clamp(0.0, 1.0)));
    ui.painter().rect_filled(bar, 2, theme::part(Bus::You));
    widgets::write_wrapped(ui, pos2(foot.min.x, foot.min.y + 19.0), foot.width(), &said, ui_face(theme::SMALL, ink.t2));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_of_the_first_string_has_its_place() {
        let Unit::Choice(names) = ParamId::TanpuraFirst.spec().unit else { panic!("the first string is a choice") };
        assert_eq!(names, ["P", "M", "N", "n", "D"]);
        assert_eq!(names.len(), FIRST_STRINGS.len());
        let mut view = View::default();
        view.practice.tradition = crate::theory::raga::Tradition::Hindustani;
        for (at, sign) in ["P", "m", "N", "n", "D"].into_iter().enumerate() {
            view.params.set(ParamId::TanpuraFirst, at as f32);
            assert_eq!(strings(&view)[0], Sign::latin(sign, -1));
        }
    }

    #[test]
    fn a_string_is_lit_at_once_and_goes_out() {
        assert_eq!(light(0.0), 1.0);
        assert_eq!(light(LIT_SECS + 0.2), 0.0);
        assert_eq!(light(f32::INFINITY), 0.0);
    }
}
