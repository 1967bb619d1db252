//! The top bar on the Practice page: the cycle of the tala, the raga and Sa.

use super::theme::{self, Density};
use super::widgets::{self, Hang, mono, ui_face, write};
use super::{practice, text};
use crate::engine::params::ParamId;
use crate::session::View;
use crate::theory::raga::{Cue, Tala};
use egui::{Rect, Stroke, StrokeKind, Ui, pos2, vec2};

/// The widest that the cells become, and the figure after them.
const CELLS_WIDTH: f32 = 148.0;
const FIGURE_WIDTH: f32 = 68.0;
/// Least and largest room for the name of a raga.
const RAGA_WIDTH_MIN: f32 = 44.0;
const RAGA_WIDTH_MAX: f32 = 132.0;
/// Room that raga and Sa like to have.
pub const SUBJECT_WIDTH: f32 = 210.0;

/// One cell for each matra: taller where a part begins, hollow where it begins empty, filled while it sounds. Returns
/// where the next thing starts.
pub fn cells_ui(ui: &Ui, row: Rect, (x, right): (f32, f32), tala: &Tala, view: &View) -> f32 {
    let ink = widgets::ink(ui);
    let count = tala.beats.len().max(1);
    let has_figure = right - x >= FIGURE_WIDTH + 48.0;
    let room = right - x - if has_figure { FIGURE_WIDTH } else { 8.0 };
    let pitch = (room.min(CELLS_WIDTH) / count as f32).clamp(2.0, 9.0);
    let y = row.center().y;
    let now = practice::matra(view, count);
    for (at, beat) in tala.beats.iter().enumerate() {
        let height = if beat.begins_part { 14.0 } else { 8.0 };
        let cell = Rect::from_center_size(
            pos2(x + pitch * (at as f32 + 0.5), y),
            vec2((pitch - 4.0).max(pitch * 0.6), height),
        );
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
    if has_figure {
        let at = pos2(right + 8.0, y + 4.68);
        write(ui.painter(), at, Hang::Left, &said, mono(theme::BODY, ink.t2));
    }
    let area = Rect::from_x_y_ranges(x..=right, y - 14.0..=y + 14.0);
    let words = format!("{}, matra {place} of {count}", tala.name);
    widgets::tell(ui, area, &words).on_hover_text(&words);
    if has_figure { right + FIGURE_WIDTH } else { right }
}

/// Raga and Sa, as far as there is room for them: without Hz before without a name.
pub fn subject_ui(ui: &Ui, row: Rect, (x, right): (f32, f32), view: &View) {
    const GAP: f32 = 22.0;
    let ink = widgets::ink(ui);
    let y = row.center().y;
    let (body, small) = (theme::ui_font(theme::BODY), theme::ui_font(theme::SMALL));
    let room = right - x - 18.0;
    let hz = view.params.get(ParamId::TanpuraSa);
    let ((sa, _), figure) = (practice::sa_name(hz), practice::sa_hz(hz));
    let sa_width = widgets::width(ui, &sa, body.clone());
    let figure_width = widgets::width(ui, &figure, small) + 8.0;
    let raga = practice::subject(&view.practice).unwrap_or_else(|| text::DASH.to_owned());
    let (raga, label) = (raga.as_str(), if view.practice.scale.is_some() { "scale" } else { "raga" });
    let raga_width = widgets::width(ui, raga, body).clamp(GAP, RAGA_WIDTH_MAX);
    let has_figure = room >= raga_width + GAP + sa_width + figure_width;
    let raga_room = (room - GAP - sa_width).min(raga_width);
    if Density::of(row.width()) == Density::Folded || room < sa_width {
        return;
    }
    widgets::post(ui, x, y - 14.0..=y + 14.0, ink.hair);
    let mut left = x + 16.0;
    let caption = |left: f32, words: &str| {
        write(ui.painter(), pos2(left, y - 5.2), Hang::Left, words, ui_face(theme::SMALL, ink.t3));
    };
    if raga_room >= raga_width.min(RAGA_WIDTH_MIN) {
        caption(left, label);
        let face = ui_face(theme::BODY, theme::T1);
        let drawn = widgets::write_within(ui, pos2(left, y + 13.48), raga_room + 1.0, raga, face);
        widgets::tell(ui, drawn, &format!("Raga {raga}"));
        left = drawn.max.x.max(left + GAP) + GAP;
    }
    caption(left, "Sa");
    let at = pos2(left, y + 13.48);
    let mut drawn = write(ui.painter(), at, Hang::Left, &sa, ui_face(theme::BODY, theme::T1));
    if has_figure {
        let at = pos2(drawn.max.x + 8.0, y + 13.0);
        drawn = drawn.union(write(ui.painter(), at, Hang::Left, &figure, ui_face(theme::SMALL, ink.t3)));
    }
    widgets::tell(ui, drawn, &format!("Sa {sa}, {figure}"));
}
