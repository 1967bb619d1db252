//! How the last breath went, and every swara of today.

use super::link::{Use, link};
use super::state::Card;
use super::{PracticeState, history, marks, signed, take};
use crate::base::Bus;
use crate::session::practice::{PhraseView, SwaraView, Verdict};
use crate::session::{Intent, View};
use crate::ui::swaras::{self, Sign};
use crate::ui::text;
use crate::ui::theme::{self, Density};
use crate::ui::widgets::{self, Hang, ui_face, write};
use egui::{Pos2, Rect, Sense, Stroke, Ui, WidgetInfo, accesskit::Role, pos2};

/// Width of the plot of the swaras with the room beside it.
const PLOT_WIDTH: f32 = 298.0;
/// Cents that the plot reaches to either side, and the band that it marks.
const REACH_CENTS: f32 = 50.0;
const BAND_CENTS: f32 = 20.0;
/// What is said before anything was sung.
const NOTHING_YET: &str = "Sing a phrase: how it went is said here.";

/// "tala +18 ms" and "drift over the breath −3 cents", as far as they are known.
fn figures(phrase: &PhraseView, is_short: bool) -> Vec<String> {
    let tala = phrase.phrase.tala_offset_secs.map(|secs| format!("tala {} ms", signed(secs * 1e3)));
    let over = if is_short { "drift" } else { "drift over the breath" };
    let drift = format!("{over} {} cents", signed(phrase.phrase.drift_cents));
    tala.into_iter().chain([drift]).collect()
}

/// The worst verdict of a breath.
fn worst(phrase: &PhraseView) -> Verdict {
    match phrase.phrase.counts {
        [_, _, off] if off > 0 => Verdict::Off,
        [_, near, _] if near > 0 => Verdict::Near,
        [0, ..] => Verdict::Unjudged,
        _ => Verdict::True,
    }
}

/// Draws the panel: the breath, or the take of a lesson, at the left, the swaras at the right.
pub fn phrase_ui(ui: &Ui, area: Rect, scene: (&mut PracticeState, &View), intents: &mut Vec<Intent>) {
    let (state, view) = scene;
    widgets::panel(ui, area);
    let plot = Rect::from_min_max(pos2(area.max.x - PLOT_WIDTH, area.min.y), area.max);
    let told = area.with_max_x(plot.min.x - 12.0);
    match view.practice.lesson.as_deref() {
        Some(lesson) => take::take_ui(ui, told, lesson, (state, view), intents),
        None => breath_ui(ui, told, view),
    }
    plot_ui(ui, plot.with_max_x(area.max.x - 16.0), view);
}

fn breath_ui(ui: &Ui, area: Rect, view: &View) {
    let ink = widgets::ink(ui);
    let left = area.min.x + 16.0;
    let at = |y: f32| pos2(left, area.min.y + y);
    write(ui.painter(), at(24.0), Hang::Left, "This phrase", ui_face(theme::SMALL, ink.t3));
    let Some(phrase) = &view.practice.teacher.phrase else {
        widgets::say(ui, at(58.0), Hang::Left, NOTHING_YET, ui_face(theme::BODY, ink.t3));
        return;
    };
    let room = area.max.x - left;
    let headline = if phrase.headline.is_empty() { "Not judged yet" } else { &phrase.headline };
    let drawn = widgets::write_within(ui, at(60.0), room, headline, ui_face(theme::FIGURE, theme::T1));
    widgets::tell(ui, drawn, headline);
    let said = swaras::words(&phrase.sentence);
    let drawn = widgets::write_within(ui, at(84.0), room, &said, ui_face(theme::BODY, ink.t2));
    widgets::tell(ui, drawn, &said).on_hover_text(&said);
    let mut x = left;
    for said in figures(phrase, false) {
        let at = pos2(x, area.min.y + 112.0);
        x = widgets::say(ui, at, Hang::Left, &said, ui_face(theme::SMALL, ink.t2)).max.x + 28.0;
    }
}

/// Draws the same in one row, with what opens the last weeks at its end.
pub fn strip_ui(
    ui: &Ui,
    area: Rect,
    density: Density,
    (state, view): (&mut PracticeState, &View),
    intents: &mut Vec<Intent>,
) {
    widgets::panel(ui, area);
    let ink = widgets::ink(ui);
    let right = links_ui(ui, area, state, view);
    if let Some(lesson) = view.practice.lesson.as_deref() {
        // The notation of a higher page has the lines itself.
        let has_lines = density == Density::Compact;
        return take::strip_ui(ui, area.with_max_x(right), has_lines, (&view.practice, lesson), intents);
    }
    let y = area.center().y;
    let phrase = view.practice.teacher.phrase.as_ref();
    let right = figures_ui(ui, pos2(right, y), phrase.map_or_else(Vec::new, |phrase| figures(phrase, true)));
    let left = area.min.x + 30.0;
    let (words, colour) = match phrase {
        Some(phrase) => (swaras::words(&phrase.sentence), ink.t2),
        None => (NOTHING_YET.to_owned(), ink.t3),
    };
    if let Some(phrase) = phrase {
        ui.painter().add(marks::verdict(pos2(area.min.x + 16.0, y), worst(phrase), 0.0, &ink));
    }
    let drawn = widgets::write_within(ui, pos2(left, y + 4.5), right - left, &words, ui_face(theme::BODY, colour));
    widgets::tell(ui, drawn, &words).on_hover_text(words);
}

/// Figures in a row that ends at a place; where they begin.
pub fn figures_ui(ui: &Ui, at: Pos2, figures: Vec<String>) -> f32 {
    let mut right = at.x;
    for words in figures.iter().rev() {
        let face = ui_face(theme::SMALL, widgets::ink(ui).t2);
        right = widgets::say(ui, pos2(right, at.y + 3.8), Hang::Right, words, face).min.x - 18.0;
    }
    right
}

/// What opens the last weeks and, while a lesson takes their place, the remarks; where they begin.
fn links_ui(ui: &Ui, area: Rect, state: &mut PracticeState, view: &View) -> f32 {
    let share =
        history::today(view).and_then(|day| day.true_share).map_or_else(|| text::DASH.to_owned(), text::percent);
    let today = format!("today {share}");
    let mut links = vec![(Card::Past, today.as_str(), format!("The last twelve weeks, {today}"))];
    if view.practice.lesson.is_some() {
        links.insert(0, (Card::Counsel, "Remarks", "Remarks and what raga it may be".to_owned()));
    }
    let mut right = area.max.x - 14.0;
    for (card, words, name) in links.into_iter().rev() {
        let at = pos2(right, area.center().y + 3.8);
        let is_open = state.card == Some(card);
        let (response, rect) = link(ui, at, Hang::Right, (words, &name), Use::Opens { is_open });
        if response.clicked() {
            state.toggle(card);
        }
        right = rect.min.x - 20.0;
    }
    right
}

/// Draws every swara of today: its median and spread around the target.
pub fn plot_ui(ui: &Ui, area: Rect, view: &View) {
    let ink = widgets::ink(ui);
    let painter = ui.painter();
    let is_tall = area.height() > 100.0;
    let caption = area.min.y + if is_tall { 24.0 } else { 16.0 };
    let said = "Your swaras today, cents from the target";
    widgets::say(ui, pos2(area.min.x, caption), Hang::Left, said, ui_face(theme::SMALL, ink.t3));
    let rows = &view.practice.teacher.swaras;
    let foot = area.max.y - if is_tall { 20.0 } else { 10.0 };
    let (top, bottom) = (caption + 6.0, foot - 16.0);
    let middle = (top + bottom) / 2.0;
    let per_cent = (bottom - top) / 2.0 / REACH_CENTS;
    let band = Rect::from_x_y_ranges(area.x_range(), middle - BAND_CENTS * per_cent..=middle + BAND_CENTS * per_cent);
    painter.rect_filled(band, 2, theme::CTRL.gamma_multiply(0.6));
    widgets::rule(ui, area.x_range(), middle, theme::PRESS);
    let pitch = area.width() / rows.len().max(7) as f32;
    let you = theme::part(Bus::You);
    let mut named_x = f32::NEG_INFINITY;
    for (index, swara) in rows.iter().enumerate() {
        let x = area.min.x + pitch * (index as f32 + 0.5);
        let y = |cents: f32| middle - cents.clamp(-REACH_CENTS, REACH_CENTS) * per_cent;
        let (low, high) =
            (swara.row.median_cents - swara.row.spread_cents, swara.row.median_cents + swara.row.spread_cents);
        painter.line_segment([pos2(x, y(low)), pos2(x, y(high))], Stroke::new(3.0, you.gamma_multiply(0.45)));
        painter.circle_filled(pos2(x, y(swara.row.median_cents)), 4.0_f32.min(pitch * 0.3), you);
        if x - named_x >= 14.0 {
            named_x = x;
            let sign = Sign::latin(&swara.name.symbol, swara.name.octave);
            swaras::swara(painter, pos2(x, foot), Hang::Middle, &sign, ui_face(theme::BODY, theme::T1));
        }
        row_ui(ui, Rect::from_x_y_ranges(x - pitch / 2.0..=x + pitch / 2.0, top..=foot + 4.0), index, swara);
    }
}

/// What a swara says under the pointer and to screen readers.
fn row_ui(ui: &Ui, area: Rect, index: usize, swara: &SwaraView) {
    let row = &swara.row;
    let said = format!(
        "{}: {} cents, spread {:.0}, sung {} times, {} of the time, {}",
        swara.name.long,
        signed(row.median_cents),
        row.spread_cents,
        row.count,
        text::percent(row.share),
        marks::word(row.verdict)
    );
    let id = ui.unique_id().with(("swara", index));
    let response = ui.interact(area, id, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &said));
    response.on_hover_text(said);
}
