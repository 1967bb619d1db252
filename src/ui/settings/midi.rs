//! MIDI inputs: on as they appear; they keep their row when they go.

use crate::session::{Intent, MidiPortView, State, View};
use crate::ui::widgets::{self, Hang, ui_face};
use crate::ui::{text, theme};
use egui::{Rect, Ui, pos2, vec2};

const ROW_HEIGHT: f32 = 29.0;
const HEAD_HEIGHT: f32 = 44.0;

/// How high the panel must be.
pub fn height(view: &View) -> f32 {
    HEAD_HEIGHT + ROW_HEIGHT * view.midi_ports.len().max(2) as f32 + 8.0
}

/// Draws the panel.
pub fn midi_ui(ui: &Ui, area: Rect, view: &View, intents: &mut Vec<Intent>) {
    super::head_ui(ui, area, "MIDI", "new inputs are on as soon as they appear");
    let ink = widgets::ink(ui);
    let inside = area.shrink2(vec2(16.0, 0.0));
    if view.midi_ports.is_empty() {
        // The same words as on the chip: MIDI may come another way, or be missing for a reason.
        let midi = &view.health.midi;
        let words = format!("{} {}", midi.reason, midi.remedy);
        super::mark_ui(ui, pos2(inside.min.x + 6.0, area.min.y + 58.0), midi.state == State::Ok);
        let at = pos2(inside.min.x + 20.0, area.min.y + 62.48);
        widgets::write_wrapped(ui, at, inside.width() - 20.0, words.trim_end(), ui_face(theme::BODY, ink.t2));
        return;
    }
    let mut y = area.min.y + HEAD_HEIGHT;
    for (index, port) in view.midi_ports.iter().enumerate() {
        if index > 0 {
            widgets::rule(ui, inside.x_range(), y - 0.5, ink.hair);
        }
        let row = Rect::from_x_y_ranges(inside.x_range(), y..=y + ROW_HEIGHT);
        port_ui(ui, row, port, learnt(index, view), intents);
        y += ROW_HEIGHT;
    }
}

/// Learnt controls are told on the first row; the view does not say which port they came from.
fn learnt(index: usize, view: &View) -> usize {
    if index == 0 { view.learnt.len() } else { 0 }
}

fn port_ui(ui: &Ui, row: Rect, port: &MidiPortView, learnt: usize, intents: &mut Vec<Intent>) {
    let ink = widgets::ink(ui);
    let y = row.center().y;
    super::mark_ui(ui, pos2(row.min.x + 6.0, y), port.is_present);
    let is_roomy = row.width() > 640.0;
    let columns = if is_roomy { [180.0, 248.0] } else { [row.width() * 0.4, row.width() * 0.4] };
    let colour = if port.is_present { theme::T1 } else { ink.t3 };
    let at = pos2(row.min.x + 20.0, y + 4.48);
    let drawn = widgets::write_within(ui, at, columns[0] - 28.0, &port.name, ui_face(theme::BODY, colour));
    let small = |colour| ui_face(theme::SMALL, colour);
    if is_roomy {
        widgets::write(ui.painter(), pos2(row.min.x + columns[0], y + 3.8), Hang::Left, "input", small(ink.t3));
    }
    let mut state = match (port.is_present, port.is_enabled, port.channel) {
        (false, _, _) => "unplugged, waiting for it".to_owned(),
        (_, false, _) => "off".to_owned(),
        (_, _, Some(channel)) => format!("channel {channel}"),
        _ => "any channel".to_owned(),
    };
    if learnt > 0 && is_roomy {
        state = format!("{state}, {learnt} learnt controls");
    }
    widgets::write(ui.painter(), pos2(row.min.x + columns[1], y + 3.8), Hang::Left, &state, small(ink.t2));
    let last = match (port.gone_secs, port.silent_secs) {
        (Some(secs), _) if !port.is_present => format!("gone {}", text::span(secs)),
        (_, Some(secs)) if secs < 60.0 => format!("last note {} ago", text::span(secs)),
        (_, Some(secs)) => format!("silent {}", text::span(secs)),
        _ => "nothing heard yet".to_owned(),
    };
    let at = pos2(row.max.x - 56.0, y + 3.8);
    widgets::write(ui.painter(), at, Hang::Right, &last, small(ink.t3));
    widgets::tell(ui, drawn, &format!("{}: {state}, {last}", port.name));
    let name = format!("Listen to {}", port.name);
    if widgets::switch(ui, pos2(row.max.x - 15.0, y), &name, port.is_enabled).clicked() {
        intents.push(Intent::SetMidiEnabled { name: port.name.clone(), enabled: !port.is_enabled });
    }
}
