//! The last fourteen days: how much of what was sung was in tune.

use super::state::Card;
use super::{PracticeState, take};
use crate::base::Bus;
use crate::session::View;
use crate::session::practice::{DayView, GATE_PASSED, GATE_TAKES, GATE_TALA_MS, GATE_TRUE_SHARE};
use crate::ui::theme;
use crate::ui::widgets::{self, Hang, mono, ui_face, write};
use crate::ui::{icons, text};
use egui::accesskit::Role;
use egui::{Rect, Sense, Ui, WidgetInfo, pos2, vec2};

/// Days that are shown.
const DAYS: usize = 14;
/// Height of the foot, with what the exercise opens or what was sung today.
const FOOT: f32 = 44.0;

/// Today, as far as something was sung.
#[must_use]
pub fn today(view: &View) -> Option<DayView> {
    view.practice.history.iter().copied().find(|day| day.days_ago == 0 && day.true_share.is_some())
}

/// Draws the panel; a click opens the last weeks.
pub fn history_ui(ui: &Ui, area: Rect, state: &mut PracticeState, view: &View) {
    let ink = widgets::ink(ui);
    let (left, right) = (area.min.x + 16.0, area.max.x - 16.0);
    open_ui(ui, area, state);
    let at = pos2(left, area.min.y + 24.0);
    widgets::say(ui, at, Hang::Left, "In tune, last 14 days", ui_face(theme::SMALL, ink.t3));
    let days = &view.practice.history;
    let is_empty = days.iter().all(|day| day.true_share.is_none());
    if is_empty {
        let said = "Nothing was sung yet. Each day becomes a bar here, and all of it stays on this computer.";
        widgets::write_wrapped(ui, pos2(left, at.y + 30.0), right - left, said, ui_face(theme::BODY, ink.t3));
        gate_ui(ui, area, view);
        return;
    }
    let foot = area.max.y - FOOT;
    let base = foot - 28.0;
    let top = (area.min.y + 52.0).max(base - 110.0);
    widgets::rule(ui, left..=right, base + 1.0, theme::PRESS);
    widgets::rule(ui, left..=right, top, theme::PRESS);
    let pitch = (right - left + 5.4) / DAYS as f32;
    for day in days.iter().filter(|day| (day.days_ago as usize) < DAYS) {
        let x = right - 9.0 - pitch * day.days_ago as f32;
        let height = day.true_share.map_or(2.0, |share| (share.clamp(0.0, 1.0) * (base - top)).max(2.0));
        let bar = Rect::from_min_max(pos2(x, base - height), pos2(x + 9.0, base));
        let colour = match (day.true_share, day.days_ago) {
            (None, _) => theme::PRESS,
            (_, 0) => theme::part(Bus::You),
            _ => ink.t4,
        };
        ui.painter().rect_filled(bar, if height > 4.0 { 2 } else { 0 }, colour);
        let said = day_words(day);
        let column = Rect::from_min_max(pos2(x - 2.0, top), pos2(x + 11.0, base));
        widgets::tell(ui, column, &said).on_hover_text(said);
    }
    write(ui.painter(), pos2(left, base + 17.0), Hang::Left, "13 days ago", ui_face(theme::SMALL, ink.t3));
    let share = today(view).and_then(|day| day.true_share).map_or_else(|| text::DASH.to_owned(), text::percent);
    let said = format!("today {share}");
    widgets::say(ui, pos2(right, base + 17.0), Hang::Right, &said, ui_face(theme::SMALL, ink.t2));
    if gate_ui(ui, area, view) {
        return;
    }
    widgets::rule(ui, left..=right, foot, theme::CTRL);
    write(ui.painter(), pos2(left, foot + 22.0), Hang::Left, "Sung today", ui_face(theme::SMALL, ink.t3));
    let secs = today(view).map_or_else(|| text::DASH.to_owned(), |day| text::span(f64::from(day.secs)));
    let drawn = write(ui.painter(), pos2(right, foot + 22.0), Hang::Right, &secs, mono(theme::SMALL, ink.t2));
    widgets::tell(ui, drawn.expand2(vec2(2.0, 0.0)), &format!("Sung today {secs}"));
}

/// What the exercise opens, at the foot; whether one is chosen.
fn gate_ui(ui: &Ui, area: Rect, view: &View) -> bool {
    let Some((said, figure)) = take::gate_words(&view.practice) else { return false };
    let ink = widgets::ink(ui);
    let (left, right, foot) = (area.min.x + 16.0, area.max.x - 16.0, area.max.y - FOOT);
    widgets::rule(ui, left..=right, foot, theme::CTRL);
    let at = pos2(right, foot + 22.0);
    let drawn = widgets::say(ui, at, Hang::Right, &figure, mono(theme::SMALL, ink.t2));
    let at = pos2(left, foot + 22.0);
    let drawn = widgets::write_within(ui, at, drawn.min.x - 8.0 - left, &said, ui_face(theme::SMALL, ink.t3));
    let share = text::percent(GATE_TRUE_SHARE);
    let gate = format!("{GATE_PASSED} of {GATE_TAKES} takes: {share} in tune, within {GATE_TALA_MS} ms of the tala");
    widgets::tell(ui, drawn, &said).on_hover_text(gate);
    true
}

/// The panel as one button.
fn open_ui(ui: &Ui, area: Rect, state: &mut PracticeState) {
    let is_open = state.card == Some(Card::Past);
    let response = widgets::hit(ui, area, "history", Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "The last twelve weeks, swara by swara"));
    ui.painter().rect_filled(area, theme::RADIUS_PANEL, theme::PANEL);
    let ink = widgets::ink(ui);
    let colour = if is_open || response.hovered() { theme::T1 } else { ink.t3 };
    let mark = pos2(area.max.x - 20.0, area.min.y + 20.0);
    ui.painter().add(icons::chevron_side(mark, !is_open, colour));
    widgets::focus_ring(ui, &response, area.shrink(2.0), theme::RADIUS_PANEL);
    if response.clicked() {
        state.toggle(Card::Past);
    }
}

/// A day in words.
fn day_words(day: &DayView) -> String {
    let when = match day.days_ago {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    };
    match day.true_share {
        Some(share) => format!("{when}: {} in tune, sung {}", text::percent(share), text::span(f64::from(day.secs))),
        None => format!("{when}: nothing sung"),
    }
}
