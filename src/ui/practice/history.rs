//! The last fourteen days: how much of what was sung was in tune.

use crate::base::Bus;
use crate::session::View;
use crate::session::practice::DayView;
use crate::ui::text;
use crate::ui::theme;
use crate::ui::widgets::{self, Hang, mono, ui_face, write};
use egui::{Rect, Ui, pos2, vec2};

/// Days that are shown.
const DAYS: usize = 14;

/// Today, as far as something was sung.
#[must_use]
pub fn today(view: &View) -> Option<DayView> {
    view.practice.history.iter().copied().find(|day| day.days_ago == 0 && day.true_share.is_some())
}

/// Draws the panel.
pub fn history_ui(ui: &Ui, area: Rect, view: &View) {
    widgets::panel(ui, area);
    let ink = widgets::ink(ui);
    let (left, right) = (area.min.x + 16.0, area.max.x - 16.0);
    let at = pos2(left, area.min.y + 24.0);
    widgets::say(ui, at, Hang::Left, "In tune, last 14 days", ui_face(theme::SMALL, ink.t3));
    let days = &view.practice.history;
    let is_empty = days.iter().all(|day| day.true_share.is_none());
    if is_empty {
        let said = "Nothing was sung yet. Each day becomes a bar here, and all of it stays on this computer.";
        widgets::write_wrapped(ui, pos2(left, at.y + 30.0), right - left, said, ui_face(theme::BODY, ink.t3));
        return;
    }
    let foot = area.max.y - 44.0;
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
    widgets::rule(ui, left..=right, foot, theme::CTRL);
    write(ui.painter(), pos2(left, foot + 22.0), Hang::Left, "Sung today", ui_face(theme::SMALL, ink.t3));
    let secs = today(view).map_or_else(|| text::DASH.to_owned(), |day| text::span(f64::from(day.secs)));
    let drawn = write(ui.painter(), pos2(right, foot + 22.0), Hang::Right, &secs, mono(theme::SMALL, ink.t2));
    widgets::tell(ui, drawn.expand2(vec2(2.0, 0.0)), &format!("Sung today {secs}"));
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
