//! Health: one chip for each leg of the program, and the card with the reason and the remedy under it.

use super::theme::{self, Density, Ink};
use super::widgets::{self, Button, Hang, Look, button, ui_face, write};
use super::{icons, text};
use crate::session::{HealthItem, Page, State, View};
use egui::accesskit::Role;
use egui::{Frame, Margin, Popup, PopupCloseBehavior, Rect, Response, Sense, Ui, WidgetInfo, pos2, vec2};

const CARD_WIDTH: f32 = 320.0;

/// What a leg is called when a card speaks of it.
const LEGS: [&str; 5] = ["Sound", "Priority", "MIDI", "Models", "Disk"];

fn legs(view: &View) -> [&HealthItem; LEGS.len()] {
    let health = &view.health;
    [&health.audio, &health.priority, &health.midi, &health.models, &health.disk]
}

/// The words on the chip of a leg.
fn name(leg: usize, item: &HealthItem) -> String {
    if item.label.is_empty() { LEGS[leg].to_owned() } else { item.label.clone() }
}

/// Draws the chips, right-aligned in `row`; returns the page that a card asked for.
pub fn chips_ui(ui: &Ui, row: Rect, density: Density, view: &View) -> Option<Page> {
    let legs = legs(view);
    let mut right = row.max.x;
    let mut asked = None;
    let mut chips: Vec<(String, State, Vec<usize>)> = Vec::new();
    if density == Density::Wide {
        chips.extend((0..legs.len()).map(|leg| (name(leg, legs[leg]), legs[leg].state.clone(), vec![leg])));
    } else {
        let bad: Vec<usize> = (0..legs.len()).filter(|leg| legs[*leg].state != State::Ok).collect();
        match bad[..] {
            [] => chips.push(("All five ready".to_owned(), State::Ok, (0..legs.len()).collect())),
            [leg] => chips.push((name(leg, legs[leg]), legs[leg].state.clone(), bad)),
            _ => {
                let is_off = bad.iter().any(|leg| legs[*leg].state == State::Off);
                let state = if is_off { State::Off } else { State::Degraded };
                chips.push((format!("{} of {} need a look", bad.len(), legs.len()), state, bad));
            }
        }
    }
    let mut rects = Vec::new();
    for (label, state, _) in chips.iter().rev() {
        let pad = if *state == State::Ok { 0.0 } else { 7.0 };
        let width = widgets::width(ui, label, theme::ui_font(theme::SMALL)) + 14.0 + 2.0 * pad;
        rects.push(Rect::from_x_y_ranges(right - width..=right, row.center().y - 10.0..=row.center().y + 10.0));
        right -= width + if pad > 0.0 { 10.0 } else { 20.0 };
    }
    for ((label, state, members), rect) in chips.iter().zip(rects.iter().rev()) {
        let response = chip(ui, *rect, (label, members), state);
        asked = asked.or(card(&response, view, members));
    }
    asked
}

fn chip(ui: &Ui, rect: Rect, (label, members): (&str, &[usize]), state: &State) -> Response {
    let ink = widgets::ink(ui);
    let response = widgets::hit(ui, rect.expand2(vec2(4.0, 4.0)), ("chip", members), Sense::click());
    let word = match state {
        State::Ok => "fine",
        State::Degraded => "attention",
        State::Off => "absent",
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, label));
    widgets::describe(ui, &response, word);
    let pad = if *state == State::Ok { 0.0 } else { 7.0 };
    let mark = pos2(rect.min.x + pad + 4.0, rect.center().y);
    let colour = mark_ui(ui, mark, state, ink);
    if *state != State::Ok || response.hovered() {
        let ground = if *state == State::Ok { rect.expand2(vec2(6.0, 0.0)) } else { rect };
        let fill = widgets::ground(ui, &response, if pad > 0.0 { theme::CTRL } else { theme::WELL });
        ui.painter().rect_filled(ground, theme::RADIUS_SMALL, fill);
        mark_ui(ui, mark, state, ink);
    }
    let at = pos2(rect.min.x + pad + 14.0, rect.center().y + 3.8);
    write(ui.painter(), at, Hang::Left, label, ui_face(theme::SMALL, colour));
    widgets::focus_ring(ui, &response, rect.expand2(vec2(4.0, 0.0)), theme::RADIUS_SMALL);
    response
}

/// Paints the shape of a state; returns the colour of its words.
fn mark_ui(ui: &Ui, at: egui::Pos2, state: &State, ink: Ink) -> egui::Color32 {
    let (shape, colour) = match state {
        State::Ok => (icons::disc(at, 3.5, ink.t2), ink.t2),
        State::Degraded => (icons::triangle(at, 5.0, theme::WARN), theme::T1),
        State::Off => (icons::ring(at, 3.0, ink.t3), theme::T1),
    };
    ui.painter().add(shape);
    colour
}

/// The card under a chip: what, since when, the remedy, one button.
fn card(response: &Response, view: &View, members: &[usize]) -> Option<Page> {
    let frame = Frame::new()
        .fill(theme::CTRL)
        .stroke(egui::Stroke::new(1.0, theme::PRESS))
        .corner_radius(theme::RADIUS_PANEL)
        .inner_margin(Margin::same(12));
    let mut asked = None;
    Popup::menu(response)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .frame(frame)
        .width(CARD_WIDTH)
        .gap(8.0)
        .show(|ui| {
            ui.set_width(CARD_WIDTH);
            for (place, leg) in members.iter().enumerate() {
                if place > 0 {
                    ui.add_space(8.0);
                }
                asked = asked.or(leg_ui(ui, legs(view)[*leg], *leg));
            }
        });
    asked
}

fn leg_ui(ui: &mut Ui, item: &HealthItem, leg: usize) -> Option<Page> {
    let ink = widgets::ink(ui);
    let (head, _) = ui.allocate_exact_size(vec2(CARD_WIDTH, 18.0), Sense::hover());
    mark_ui(ui, pos2(head.min.x + 5.0, head.center().y), &item.state, ink);
    let at = pos2(head.min.x + 18.0, head.center().y + 4.5);
    widgets::say(ui, at, Hang::Left, &name(leg, item), ui_face(theme::BODY, theme::T1));
    let since = format!("for {}", text::span(item.since_secs));
    let at = pos2(head.max.x, at.y);
    widgets::say(ui, at, Hang::Right, &since, ui_face(theme::SMALL, ink.t3));
    let mut line = |words: &str, colour| {
        if words.is_empty() {
            return;
        }
        let font = theme::ui_font(theme::BODY);
        let height = ui.painter().layout(words.to_owned(), font, colour, CARD_WIDTH - 18.0).size().y;
        let (rect, _) = ui.allocate_exact_size(vec2(CARD_WIDTH, height), Sense::hover());
        let at = pos2(rect.min.x + 18.0, rect.min.y + 12.0);
        widgets::write_wrapped(ui, at, CARD_WIDTH - 18.0, words, ui_face(theme::BODY, colour));
    };
    line(&item.reason, ink.t2);
    if item.state == State::Ok {
        return None;
    }
    line(&item.remedy, theme::T1);
    let label = match leg {
        0 => "Choose a device",
        2 => "Choose inputs",
        1 => "Open Performance",
        _ => "Open Settings",
    };
    let (rect, _) = ui.allocate_exact_size(vec2(150.0, 32.0), Sense::hover());
    let rect = rect.translate(vec2(18.0, 2.0));
    ui.add_space(4.0);
    if button(ui, rect, Button::new(label).look(Look::Outline)).clicked() {
        ui.close();
        return Some(if leg == 1 { Page::Performance } else { Page::Settings });
    }
    None
}
