//! The keys by position, lit as they are typed; how hard they strike and the tuning.

use crate::engine::params::{ParamId, Unit};
use crate::session::{Intent, View};
use crate::ui::keyboard::letter_key;
use crate::ui::widgets::{self, Hang, mono, segment, ui_face};
use crate::ui::{UiState, text, theme};
use egui::{Key, Rect, Stroke, StrokeKind, Ui, pos2, vec2};

/// Height of the panel.
pub const HEIGHT: f32 = 244.0;

const PITCH: f32 = 37.0;
const SIZE: f32 = 33.0;

type Row = (f32, &'static [(&'static str, Key, &'static str)]);

/// Three rows of keys: where each row starts, and name, key and command of each key.
const ROWS: [Row; 3] = [
    (
        8.0,
        &[
            ("Q", Key::Q, ""),
            ("W", Key::W, ""),
            ("E", Key::E, ""),
            ("R", Key::R, ""),
            ("T", Key::T, ""),
            ("Y", Key::Y, ""),
            ("U", Key::U, ""),
            ("I", Key::I, ""),
            ("O", Key::O, ""),
            ("P", Key::P, ""),
        ],
    ),
    (
        18.0,
        &[
            ("A", Key::A, ""),
            ("S", Key::S, ""),
            ("D", Key::D, ""),
            ("F", Key::F, ""),
            ("G", Key::G, ""),
            ("H", Key::H, ""),
            ("J", Key::J, ""),
            ("K", Key::K, ""),
            ("L", Key::L, ""),
            (";", Key::Semicolon, ""),
            ("'", Key::Quote, ""),
        ],
    ),
    (
        34.0,
        &[
            ("Z", Key::Z, "\u{2212}8"),
            ("X", Key::X, "+8"),
            ("C", Key::C, "\u{2212}v"),
            ("V", Key::V, "+v"),
            ("B", Key::B, ""),
            ("N", Key::N, ""),
            ("M", Key::M, ""),
            (",", Key::Comma, ""),
            (".", Key::Period, ""),
        ],
    ),
];

/// Draws the panel.
pub fn keys_ui(ui: &Ui, area: Rect, state: &UiState, view: &View, intents: &mut Vec<Intent>) {
    super::head_ui(ui, area, "Keys", "by position, so AZERTY and QWERTZ play alike");
    let squeeze = ((area.width() - 32.0) / 444.0).min(1.0);
    for (line, (start, keys)) in ROWS.iter().enumerate() {
        for (column, (name, key, command)) in keys.iter().enumerate() {
            let x = area.min.x + 16.0 + (start + PITCH * column as f32) * squeeze;
            let y = area.min.y + 46.0 + PITCH * line as f32;
            let rect = Rect::from_min_size(pos2(x, y), vec2(SIZE * squeeze, SIZE));
            cap_ui(ui, rect, name, (letter_key(*key, state.letter_base()), command), state);
        }
    }
    let ink = widgets::ink(ui);
    let y = area.min.y + 164.0;
    let at = pos2(area.min.x + 16.0, y + 16.0);
    let label = widgets::write(ui.painter(), at, Hang::Left, "Velocity", ui_face(theme::SMALL, ink.t3));
    let field = Rect::from_min_size(pos2(label.max.x + 14.0, y), vec2(220.0, 24.0));
    if let Unit::Choice(names) = ParamId::VelocityCurve.spec().unit {
        let selected = view.params.get(ParamId::VelocityCurve).round() as usize;
        if let Some(picked) = segment(ui, field, "Velocity", names, Some(selected)) {
            intents.push(Intent::SetParam(ParamId::VelocityCurve, picked as f32));
        }
    }
    let words = format!("letters strike at {}", state.velocity);
    if field.max.x + 130.0 < area.max.x - 16.0 {
        let at = pos2(area.max.x - 16.0, y + 15.8);
        widgets::say(ui, at, Hang::Right, &words, ui_face(theme::SMALL, ink.t3));
    }
    let rail = area.min.y + 220.0;
    let slider = Rect::from_x_y_ranges(area.min.x + 16.0..=area.max.x - 16.0, rail - 14.0..=rail + 14.0);
    widgets::param_slider(ui, slider, ParamId::TuningHz, (view, "Tuning", true), intents);
}

fn cap_ui(ui: &Ui, rect: Rect, name: &str, (key, command): (Option<u8>, &str), state: &UiState) {
    let ink = widgets::ink(ui);
    let painter = ui.painter();
    let at = pos2(rect.min.x + 5.0, rect.min.y + 13.0);
    if !command.is_empty() {
        painter.rect_filled(rect, theme::RADIUS_SMALL, theme::CTRL);
        widgets::write(painter, at, Hang::Left, name, mono(theme::SMALL, theme::T1));
        let foot = pos2(rect.center().x, rect.max.y - 5.0);
        widgets::write(painter, foot, Hang::Middle, command, ui_face(theme::SMALL, ink.t3));
        return;
    }
    let Some(key) = key else {
        painter.rect_stroke(rect.shrink(0.5), theme::RADIUS_SMALL, Stroke::new(1.0, theme::CTRL), StrokeKind::Middle);
        widgets::write(painter, at, Hang::Left, name, mono(theme::SMALL, ink.t4));
        return;
    };
    let is_lit = state.hands.keys() >> key & 1 == 1;
    let (fill, first, second) = if is_lit {
        (theme::part(crate::base::Bus::You), theme::WELL, theme::WELL)
    } else {
        (theme::PRESS, theme::T1, ink.t2)
    };
    painter.rect_filled(rect, theme::RADIUS_SMALL, fill);
    widgets::write(painter, at, Hang::Left, name, mono(theme::SMALL, first));
    let foot = pos2(rect.max.x - 4.0, rect.max.y - 6.0);
    widgets::write(painter, foot, Hang::Right, text::pitch_class(key), ui_face(theme::SMALL, second));
}
