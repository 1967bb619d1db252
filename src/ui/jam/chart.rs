//! The chart that the band plays by: written, pasted, or dropped on the window as a file.

use super::state::{Drawer, JamState};
use crate::session::{Chart, Intent, View};
use crate::ui::theme;
use crate::ui::widgets::{self, Button, Look, button, ui_face};
use egui::{Rect, Ui, UiBuilder, pos2, vec2};
use std::sync::Arc;

/// Largest size of the card.
const SIZE: egui::Vec2 = vec2(440.0, 340.0);
const PAD: f32 = 14.0;
/// What stands in the field before anything is written.
const HINT: &str =
    "| Dm7 | G7 | Cmaj7 | % |\n\nWrite or paste a sheet or a link of iReal Pro,\nor drop a file on the window.";

/// What is being written.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    text: String,
    /// The chart that the text was taken from.
    taken: Option<Arc<Chart>>,
}

impl Draft {
    /// Takes over a chart that is new; a text stays when the band goes by ear again.
    fn follow(&mut self, view: &View) {
        let Some(chart) = &view.chart else {
            self.taken = None;
            return;
        };
        if self.taken.as_ref().is_none_or(|taken| !Arc::ptr_eq(taken, chart)) {
            self.text = chart.to_string();
            self.taken = Some(Arc::clone(chart));
        }
    }
}

/// Opens files that were dropped on the window.
pub fn take_dropped(ui: &Ui, intents: &mut Vec<Intent>) {
    let files = ui.input(|input| input.raw.dropped_files.clone());
    intents.extend(files.iter().map(|file| Intent::OpenChart(file.path().to_owned())));
}

/// The button that opens the card.
pub fn button_ui(ui: &Ui, rect: Rect, state: &mut JamState) {
    let look = if state.drawer == Some(Drawer::Chart) { Look::Selected } else { Look::Plain };
    if button(ui, rect, Button::new("Chart\u{2026}").look(look)).clicked() {
        state.toggle(Drawer::Chart);
    }
}

/// Draws the card in the lower right of `area`, if it is open.
pub fn card_ui(ui: &mut Ui, area: Rect, (state, view): (&mut JamState, &View), intents: &mut Vec<Intent>) {
    state.chart.follow(view);
    if state.drawer != Some(Drawer::Chart) {
        return;
    }
    let size = SIZE.min(area.size() - vec2(24.0, 40.0));
    let card = Rect::from_min_size(area.max - size - vec2(12.0, 8.0), size);
    widgets::cover(ui, card, "Chart");
    let ink = widgets::ink(ui);
    let inside = card.shrink2(vec2(PAD, 0.0));
    let caption = caption(view.chart.as_deref());
    let at = pos2(inside.min.x, card.min.y + 20.0);
    widgets::tell(ui, Rect::from_min_size(card.min, vec2(card.width(), 26.0)), &caption);
    widgets::write_within(ui, at, inside.width(), &caption, ui_face(theme::SMALL, ink.t2));
    let foot = card.max.y - 40.0;
    field_ui(ui, Rect::from_x_y_ranges(inside.x_range(), card.min.y + 30.0..=foot - 8.0), &mut state.chart);
    let place = |from: f32, to: f32| Rect::from_x_y_ranges(inside.min.x + from..=inside.min.x + to, foot..=foot + 28.0);
    let text = state.chart.text.trim();
    let look = if text.is_empty() { Look::Selected } else { Look::Primary };
    let spec = Button::new("Play by it").look(look).enabled(!text.is_empty());
    if button(ui, place(0.0, 92.0), spec).clicked() {
        intents.push(Intent::SetChart(Some(text.to_owned())));
    }
    if button(ui, place(100.0, 168.0), Button::new("By ear").look(Look::Selected).enabled(view.chart.is_some()))
        .clicked()
    {
        intents.push(Intent::SetChart(None));
    }
    if button(ui, place(inside.width() - 64.0, inside.width()), Button::new("Close").look(Look::Selected)).clicked() {
        state.drawer = None;
    }
}

fn caption(chart: Option<&Chart>) -> String {
    match chart {
        None => "No chart: the band goes by ear.".to_owned(),
        Some(chart) => {
            let title = if chart.title.is_empty() { "A chart" } else { &chart.title };
            let bars = chart.bars.len();
            format!("{title}, {bars} {}", if bars == 1 { "bar" } else { "bars" })
        }
    }
}

fn field_ui(ui: &mut Ui, field: Rect, draft: &mut Draft) {
    let ink = widgets::ink(ui);
    ui.painter().rect_filled(field, theme::RADIUS_CTRL, theme::WELL);
    let id = ui.unique_id().with("chart text");
    let font = theme::mono_font(theme::BODY);
    let edit = egui::TextEdit::multiline(&mut draft.text)
        .id(id)
        .font(font.clone())
        .hint_text(egui::RichText::new(HINT).color(ink.t3).font(font))
        .frame(egui::Frame::NONE)
        .text_color(theme::T1)
        .margin(egui::Margin::ZERO);
    let inside = field.shrink(8.0);
    let mut child = ui.new_child(UiBuilder::new().id_salt("chart").max_rect(inside));
    let response =
        egui::ScrollArea::vertical().auto_shrink(false).show(&mut child, |ui| ui.add_sized(inside.size(), edit)).inner;
    ui.ctx().accesskit_node_builder(id, |node| node.set_label("Chart as text"));
    widgets::focus_ring(ui, &response.with_new_rect(field), field, theme::RADIUS_CTRL);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_taken_from_a_new_chart_and_stays_when_it_goes() {
        let mut view = View::default();
        let mut draft = Draft { text: "| C |".to_owned(), taken: None };
        draft.follow(&view);
        assert_eq!(draft.text, "| C |");
        let chart = Chart::parse_text("title: Small\n| Dm7 | G7 |").expect("a chart");
        assert_eq!(caption(Some(&chart)), "Small, 2 bars");
        view.chart = Some(Arc::new(chart));
        draft.follow(&view);
        assert_eq!(Chart::parse_text(&draft.text).ok().as_ref(), view.chart.as_deref());
        draft.text.push_str(" | C |");
        let written = draft.text.clone();
        draft.follow(&view);
        view.chart = None;
        draft.follow(&view);
        assert_eq!(draft.text, written);
    }
}
