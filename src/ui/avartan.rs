//! The top bar on the Practice page: the cycle of the tala, the raga and Sa.

use super::theme::{self, Density};
use super::widgets::{self, Hang, mono, ui_face, write};
use super::{practice, text};
use crate::engine::params::ParamId;
use crate::session::View;
use crate::theory::raga::{Cue, Tala};
use egui::{Rect, Stroke, StrokeKind, Ui, pos2, vec2};

/// The widest that the cells become.
const CELLS_WIDTH: f32 = 148.0;

/// One cell for each matra: taller where a part begins, hollow where it begins empty, filled while it sounds. Returns
/// where the next thing starts.
pub fn cells_ui(ui: &Ui, row: Rect, x: f32, tala: &Tala, view: &View) -> f32 {
    let ink = widgets::ink(ui);
    let count = tala.beats.len().max(1);
    let pitch = (CELLS_WIDTH / count as f32).clamp(4.0, 9.0);
    let y = row.center().y;
    let now = practice::matra(view, count);
    for (at, beat) in tala.beats.iter().enumerate() {
        let height = if beat.begins_part { 14.0 } else { 8.0 };
        let cell = Rect::from_center_size(pos2(x + pitch * (at as f32 + 0.5), y), vec2((pitch - 4.0).max(2.0), height));
        if now == Some(at) {
            ui.painter().rect_filled(cell, 1, theme::T1);
        } else if beat.cue == Cue::Khali {
            ui.painter().rect_stroke(cell, 1, Stroke::new(1.0, ink.edge), StrokeKind::Inside);
        } else {
            ui.painter().rect_filled(cell, 1, theme::PRESS);
        }
    }
    let place = now.map_or_else(|| text::DASH.to_owned(), |at| (at + 1).to_string());
    let said = format!("{place}/{count}");
    let right = x + pitch * count as f32;
    let at = pos2(right + 8.0, y + 4.68);
    write(ui.painter(), at, Hang::Left, &said, mono(theme::BODY, ink.t2));
    let area = Rect::from_x_y_ranges(x..=right, y - 14.0..=y + 14.0);
    let words = format!("{}, matra {place} of {count}", tala.name);
    widgets::tell(ui, area, &words).on_hover_text(&words);
    right + 8.0 + widgets::width(ui, "00/00", theme::mono_font(theme::BODY)) + 14.0
}

/// Raga and Sa, where there is room for them.
pub fn subject_ui(ui: &Ui, row: Rect, (x, right): (f32, f32), view: &View) {
    const RAGA_WIDTH: f32 = 84.0;
    const SA_WIDTH: f32 = 92.0;
    let ink = widgets::ink(ui);
    let y = row.center().y;
    let is_folded = Density::of(row.width()) == Density::Folded;
    let room = right - x - 18.0;
    if is_folded || room < SA_WIDTH {
        return;
    }
    widgets::post(ui, x, y - 14.0..=y + 14.0, ink.hair);
    let mut left = x + 16.0;
    let caption = |left: f32, words: &str| {
        write(ui.painter(), pos2(left, y - 5.2), Hang::Left, words, ui_face(theme::SMALL, ink.t3));
    };
    if room >= RAGA_WIDTH + SA_WIDTH {
        caption(left, "raga");
        let name = view.practice.raga.as_ref().map_or(text::DASH, |raga| raga.name.as_str());
        let width = RAGA_WIDTH.max((room - SA_WIDTH - 16.0).min(132.0));
        let drawn = widgets::write_within(ui, pos2(left, y + 13.48), width, name, ui_face(theme::BODY, theme::T1));
        widgets::tell(ui, drawn, &format!("Raga {name}"));
        left = drawn.max.x.max(left + 22.0) + 22.0;
    }
    caption(left, "Sa");
    let hz = view.params.get(ParamId::TanpuraSa);
    let (name, _) = practice::sa_name(hz);
    let drawn = write(ui.painter(), pos2(left, y + 13.48), Hang::Left, &name, ui_face(theme::BODY, theme::T1));
    let figure = practice::sa_hz(hz);
    let at = pos2(drawn.max.x + 8.0, y + 13.0);
    let end = write(ui.painter(), at, Hang::Left, &figure, ui_face(theme::SMALL, ink.t3));
    widgets::tell(ui, drawn.union(end), &format!("Sa {name}, {figure}"));
}
