//! Before the first note: one sentence, then what is missing, what happens by itself, and one button each.

use crate::session::{Page, State, View};
use crate::ui::widgets::{self, Button, Hang, Look, button, ui_face};
use crate::ui::{icons, theme};
use egui::{Rect, Ui, pos2, vec2};

struct Missing {
    name: &'static str,
    words: &'static str,
    action: &'static str,
}

/// Draws the well; returns the page that a button asked for.
pub fn first_run_ui(ui: &Ui, area: Rect, view: &View) -> Option<Page> {
    let ink = widgets::ink(ui);
    widgets::well(ui, area);
    let has_sound = view.health.audio.state != State::Off;
    let mut rows = Vec::new();
    if !has_sound {
        let words = "Plug in headphones or speakers. Sound starts by itself within two seconds.";
        rows.push(Missing { name: "Sound", words, action: "Choose a device" });
    }
    if view.health.midi.state == State::Off {
        let words = "Plug one in at any time. Until then the letter keys and the mouse play.";
        rows.push(Missing { name: "MIDI keyboard", words, action: "Choose inputs" });
    }
    let is_tight = area.height() < 300.0 || area.width() < 800.0;
    let pad = if is_tight { 20.0 } else { 48.0 };
    let inside = Rect::from_min_max(pos2(area.min.x + pad, area.min.y), pos2(area.max.x - pad, area.max.y));
    let top = area.min.y + if is_tight { 44.0 } else { 76.0 };
    let at = pos2(inside.min.x, top);
    widgets::say(ui, at, Hang::Left, "Press A to play.", ui_face(theme::FIGURE, theme::T1));
    let words = if has_sound {
        "The letters are a keyboard by position; the mouse and any MIDI keyboard play as well."
    } else {
        "No sound device was found, so nothing will be heard yet. Everything you play is kept and can be heard later."
    };
    let face = ui_face(theme::BODY, ink.t2);
    let said = widgets::write_wrapped(ui, pos2(inside.min.x, top + 30.0), inside.width(), words, face);
    let height = if is_tight { 48.0 } else { 60.0 };
    let mut y = said.max.y + if is_tight { 10.0 } else { 23.0 };
    let mut asked = None;
    for (index, row) in rows.iter().enumerate() {
        widgets::rule(ui, inside.x_range(), y, ink.hair);
        let middle = y + height / 2.0;
        ui.painter().add(icons::ring(pos2(inside.min.x + 6.0, middle), 4.0, ink.t3));
        let face = ui_face(theme::BODY, theme::T1);
        widgets::say(ui, pos2(inside.min.x + 24.0, middle + 4.49), Hang::Left, row.name, face);
        let rect = Rect::from_min_size(pos2(inside.max.x - 140.0, middle - 16.0), vec2(140.0, 32.0));
        let left = inside.min.x + if is_tight { 124.0 } else { 152.0 };
        let face = ui_face(theme::BODY, ink.t2);
        let room = rect.min.x - left - 16.0;
        let fits = widgets::width(ui, row.words, theme::ui_font(theme::BODY)) <= room;
        let first = if fits { middle + 4.49 } else { middle - 3.0 };
        widgets::write_wrapped(ui, pos2(left, first), room, row.words, face);
        let look = if index == 0 && !has_sound { Look::Primary } else { Look::Outline };
        if button(ui, rect, Button::new(row.action).look(look)).clicked() {
            asked = Some(Page::Settings);
        }
        y += height;
    }
    asked
}
