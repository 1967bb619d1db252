//! The last weeks: how much was in tune, and every swara by itself.

use super::state::Card;
use super::{PracticeState, signed};
use crate::base::Bus;
use crate::session::practice::{PastView, PracticeOrder, SwaraPast};
use crate::session::{Intent, View};
use crate::ui::icons;
use crate::ui::swaras::{self, Sign};
use crate::ui::text;
use crate::ui::theme;
use crate::ui::widgets::{self, Choice, Hang, drop_down, icon_button, mono, ui_face, write};
use egui::{Rect, Shape, Stroke, Ui, pos2, vec2};

/// Cents that a swara's plot reaches to either side, and the band that it marks.
const REACH_CENTS: f32 = 50.0;
const BAND_CENTS: f32 = 20.0;
/// A plot is at least so wide, and at most so high, points.
const PLOT_WIDTH: f32 = 126.0;
const PLOT_HEIGHT: f32 = 190.0;
/// What stands for all ragas.
const ALL: &str = "All ragas";

/// Whether anything was sung.
fn is_empty(past: &PastView) -> bool {
    past.true_shares.iter().all(Option::is_none) && past.swaras.is_empty()
}

/// Draws the card.
pub fn past_ui(ui: &mut Ui, area: Rect, scene: (&mut PracticeState, &View), intents: &mut Vec<Intent>) {
    let (state, view) = scene;
    let past = &*view.practice.past;
    let ink = widgets::ink(ui);
    let pad = if area.width() > 660.0 { 20.0 } else { 14.0 };
    let (left, right) = (area.min.x + pad, area.max.x - pad);
    let head = area.min.y + 32.0;
    let at = pos2(left, head + 6.0);
    let title = widgets::say(ui, at, Hang::Left, "The last twelve weeks", ui_face(theme::HEADING, theme::T1));
    let close = Rect::from_center_size(pos2(right - 14.0, head), vec2(28.0, 28.0));
    if icon_button(ui, close, "Close the last weeks", icons::cross).clicked() {
        state.toggle(Card::Past);
    }
    if is_empty(past) && past.ragas.is_empty() {
        let said = "Nothing was sung in these weeks. What you hold is added up here, swara by swara; all of it stays on \
                    this computer.";
        let at = pos2(left, head + 52.0);
        widgets::write_wrapped(ui, at, (right - left).min(430.0), said, ui_face(theme::BODY, ink.t3));
        return;
    }
    let room = (close.min.x - 12.0 - title.max.x - 16.0).min(220.0);
    let field = Rect::from_min_size(pos2(close.min.x - 12.0 - room, head - 16.0), vec2(room, 32.0));
    ragas_ui(ui, field, past, intents);
    let top = area.min.y + 64.0;
    let shares = Rect::from_min_max(pos2(left, top), pos2(right, top + (area.height() * 0.22).clamp(92.0, 130.0)));
    shares_ui(ui, shares, past);
    let grid = Rect::from_min_max(pos2(left, shares.max.y + 16.0), pos2(right, area.max.y - 16.0));
    if past.swaras.is_empty() {
        let said = "No swara was held long enough for a figure.";
        widgets::say(ui, pos2(left, grid.min.y + 24.0), Hang::Left, said, ui_face(theme::BODY, ink.t3));
        return;
    }
    grid_ui(ui, grid, past);
}

/// Which raga is shown.
fn ragas_ui(ui: &Ui, field: Rect, past: &PastView, intents: &mut Vec<Intent>) {
    let label = |(name, secs): &(String, f32)| format!("{name}, {}", text::span(f64::from(*secs)));
    let all = Choice { label: ALL.to_owned(), is_selected: past.shown.is_none() };
    let raga = |(at, raga)| Choice { label: label(raga), is_selected: past.shown == Some(at) };
    let choices: Vec<Choice> = std::iter::once(all).chain(past.ragas.iter().enumerate().map(raga)).collect();
    let shown = past.shown.and_then(|at| past.ragas.get(at)).map_or(ALL, |(name, _)| name);
    if let Some(picked) = drop_down(ui, field, "Raga of the last weeks", shown, &choices) {
        let name = picked.checked_sub(1).and_then(|at| past.ragas.get(at)).map(|(name, _)| name.clone());
        intents.push(Intent::Practice(PracticeOrder::ShowPast(name)));
    }
}

/// A week in words, counted from this one.
fn week(at: usize, count: usize) -> String {
    match count - 1 - at {
        0 => "this week".to_owned(),
        1 => "last week".to_owned(),
        weeks => format!("{weeks} weeks ago"),
    }
}

/// How much of what was sung was in tune, week by week.
fn shares_ui(ui: &Ui, area: Rect, past: &PastView) {
    let ink = widgets::ink(ui);
    widgets::say(ui, pos2(area.min.x, area.min.y + 11.0), Hang::Left, "In tune", ui_face(theme::SMALL, ink.t3));
    let (top, base) = (area.min.y + 26.0, area.max.y - 16.0);
    widgets::rule(ui, area.x_range(), top, theme::PRESS);
    widgets::rule(ui, area.x_range(), base + 1.0, theme::PRESS);
    let count = past.true_shares.len();
    let pitch = area.width() / count.max(1) as f32;
    let width = (pitch * 0.62).min(28.0);
    for (at, share) in past.true_shares.iter().enumerate() {
        let x = area.min.x + pitch * (at as f32 + 0.5);
        let height = share.map_or(2.0, |share| (share.clamp(0.0, 1.0) * (base - top)).max(2.0));
        let bar = Rect::from_min_max(pos2(x - width / 2.0, base - height), pos2(x + width / 2.0, base));
        let is_now = at + 1 == count;
        let colour = match (share, is_now) {
            (None, _) => theme::PRESS,
            (_, true) => theme::part(Bus::You),
            _ => ink.t4,
        };
        ui.painter().rect_filled(bar, if height > 4.0 { 2 } else { 0 }, colour);
        let figure = share.map_or_else(|| text::DASH.to_owned(), text::percent);
        if share.is_some() && pitch > 34.0 && height + 16.0 < base - area.min.y {
            let at = pos2(x, base - height - 5.0);
            let colour = if is_now { theme::T1 } else { ink.t3 };
            let ground = Rect::from_center_size(at - vec2(0.0, 4.0), vec2(20.0, 11.0));
            ui.painter().rect_filled(ground, 0, theme::PANEL);
            write(ui.painter(), at, Hang::Middle, figure.trim_end_matches(" %"), mono(theme::SMALL, colour));
        }
        let said = match share {
            Some(_) => format!("{}: {figure} in tune", week(at, count)),
            None => format!("{}: nothing sung", week(at, count)),
        };
        let column = Rect::from_min_max(pos2(x - pitch / 2.0, top), pos2(x + pitch / 2.0, base));
        widgets::tell(ui, column, &said).on_hover_text(said);
    }
    if count > 0 {
        let y = area.max.y;
        write(ui.painter(), pos2(area.min.x, y), Hang::Left, &week(0, count), ui_face(theme::SMALL, ink.t3));
        write(ui.painter(), pos2(area.max.x, y), Hang::Right, &week(count - 1, count), ui_face(theme::SMALL, ink.t2));
    }
}

/// One plot for each swara.
fn grid_ui(ui: &Ui, area: Rect, past: &PastView) {
    let ink = widgets::ink(ui);
    let said = "Cents from the target, 50 to either side: the middle of what was held, and how far it spread";
    widgets::say(ui, pos2(area.min.x, area.min.y + 10.0), Hang::Left, said, ui_face(theme::SMALL, ink.t3));
    let area = area.with_min_y(area.min.y + 22.0);
    let count = past.swaras.len();
    let rows = count.div_ceil(((area.width() / PLOT_WIDTH) as usize).max(1)).max(1);
    let columns = count.div_ceil(rows).max(1);
    let (gap_x, gap_y) = (20.0, 12.0);
    let width = (area.width() - gap_x * (columns - 1) as f32) / columns as f32;
    let height = ((area.height() - gap_y * (rows - 1) as f32) / rows as f32).min(PLOT_HEIGHT);
    for (at, swara) in past.swaras.iter().enumerate() {
        let min = pos2(
            area.min.x + (width + gap_x) * (at % columns) as f32,
            area.min.y + (height + gap_y) * (at / columns) as f32,
        );
        swara_ui(ui, Rect::from_min_size(min, vec2(width, height)), swara);
    }
}

/// A swara over the weeks: its median as a line, its spread as bars.
fn swara_ui(ui: &Ui, area: Rect, swara: &SwaraPast) {
    let ink = widgets::ink(ui);
    let you = theme::part(Bus::You);
    let painter = ui.painter();
    let sign = Sign::latin(&swara.name.symbol, swara.name.octave);
    let letters = pos2(area.min.x, area.min.y + 15.0);
    let drawn = swaras::swara(painter, letters, Hang::Left, &sign, ui_face(theme::BODY, theme::T1));
    let figures = swara.weeks.iter().rev().find_map(|week| week.figure);
    let figure = figures.map_or_else(|| text::DASH.to_owned(), |figure| signed(figure.median_cents));
    write(painter, pos2(area.max.x, letters.y), Hang::Right, &figure, mono(theme::SMALL, ink.t2));
    let plot = Rect::from_min_max(pos2(area.min.x, drawn.max.y + 6.0), area.max);
    let per_cent = plot.height() / 2.0 / REACH_CENTS;
    let middle = plot.center().y;
    let band = Rect::from_x_y_ranges(plot.x_range(), middle - BAND_CENTS * per_cent..=middle + BAND_CENTS * per_cent);
    painter.rect_filled(band, 2, theme::CTRL);
    widgets::rule(ui, plot.x_range(), middle, theme::PRESS);
    let count = swara.weeks.len();
    let pitch = plot.width() / count.max(1) as f32;
    let y = |cents: f32| middle - cents.clamp(-REACH_CENTS, REACH_CENTS) * per_cent;
    let mut run = Vec::new();
    for (at, week) in swara.weeks.iter().enumerate() {
        let x = plot.min.x + pitch * (at as f32 + 0.5);
        let Some(figure) = week.figure else {
            painter.add(Shape::line(std::mem::take(&mut run), Stroke::new(1.5, you)));
            continue;
        };
        let ends = [figure.median_cents - figure.spread_cents, figure.median_cents + figure.spread_cents];
        painter.line_segment(ends.map(|cents| pos2(x, y(cents))), Stroke::new(3.0, you.gamma_multiply(0.35)));
        let at = pos2(x, y(figure.median_cents));
        painter.circle_filled(at, 2.0, you);
        run.push(at);
    }
    painter.add(Shape::line(run, Stroke::new(1.5, you)));
    let said = told(swara);
    widgets::tell(ui, area, &said).on_hover_text(said);
}

/// A swara in words: its first and its newest week with a figure.
fn told(swara: &SwaraPast) -> String {
    let mut figures = swara.weeks.iter().enumerate().filter_map(|(at, week)| Some((at, week.figure?)));
    let count = swara.weeks.len();
    let said = |(at, median, spread): (usize, f32, f32)| {
        format!("{} {} cents, spread {spread:.0}", week(at, count), signed(median))
    };
    let first = figures.next().map(|(at, figure)| (at, figure.median_cents, figure.spread_cents));
    let last = figures.next_back().map(|(at, figure)| (at, figure.median_cents, figure.spread_cents));
    let long = &swara.name.long;
    match (first, last) {
        (None, _) => format!("{long}: hardly held"),
        (Some(only), None) => format!("{long}: {}", said(only)),
        (Some(first), Some(last)) => format!("{long}: {}; {}", said(first), said(last)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::practice::{Name, WeekPoint};

    #[test]
    fn weeks_are_counted_from_this_one() {
        assert_eq!([week(11, 12), week(10, 12), week(0, 12)], ["this week", "last week", "11 weeks ago"]);
    }

    #[test]
    fn a_swara_that_was_hardly_held_has_no_figure() {
        let name = Name { long: "Ga shuddha".to_owned(), ..Name::default() };
        let mut swara = SwaraPast { name, semitones: 4, weeks: vec![WeekPoint::default(); 3] };
        assert_eq!(told(&swara), "Ga shuddha: hardly held");
        swara.weeks[1].figure = Some(Default::default());
        assert_eq!(told(&swara), "Ga shuddha: last week \u{b1}0 cents, spread 0");
    }
}
