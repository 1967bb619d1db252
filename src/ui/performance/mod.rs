//! Performance: a sentence, then the proof.

mod machine;
mod sound;
mod strip;
mod table;

use super::theme::{self, Density};
use super::widgets::{self, Button, Hang, Look, button, ui_face};
use super::{UiState, icons, text};
use crate::session::{Intent, StageView, View};
use egui::{Rect, Ui, pos2, vec2};

/// The path from a key to its sound, where it is measured.
fn key_path(view: &View) -> Option<&StageView> {
    view.performance.stages.iter().find(|stage| !stage.is_stage && stage.key.starts_with("key"))
}

/// P99 of the whole way from a key to its sound, in nanoseconds.
pub(super) fn key_to_sound_p99_nanos(view: &View) -> Option<u64> {
    Some(key_path(view)?.percentiles?.p99_nanos)
}

/// What the whole way from a key to its sound may cost, in nanoseconds.
pub(super) fn key_to_sound_budget_nanos(view: &View) -> Option<u64> {
    key_path(view)?.budget_nanos.filter(|budget| *budget > 0)
}

/// The places of the page.
struct Places {
    verdict: Rect,
    table: Rect,
    sound: Rect,
    strip: Rect,
    histograms: [Rect; 3],
    counters: Rect,
    machine: Rect,
}

/// Draws the page.
pub fn performance_ui(ui: &mut Ui, state: &mut UiState, view: &View, intents: &mut Vec<Intent>) {
    let density = Density::of(ui.max_rect().width());
    let table_height = table::height(view);
    let height_min = match density {
        Density::Wide => table_height + 408.0,
        Density::Compact => table_height + 474.0,
        Density::Folded => table_height + 796.0,
    };
    super::page(ui, height_min, |ui, page| {
        let places = places(page, density, table_height);
        verdict_ui(ui, places.verdict, view, intents);
        table::table_ui(ui, places.table, view);
        sound::sound_ui(ui, places.sound, state, view);
        strip::strip_ui(ui, places.strip, state, view);
        machine::histograms_ui(ui, &places.histograms, view);
        machine::counters_ui(ui, places.counters, view);
        machine::machine_ui(ui, places.machine, view);
    });
}

/// Cells of one row, by their share of the width.
fn cells<const N: usize>(row: Rect, gap: f32, shares: [f32; N]) -> [Rect; N] {
    let total: f32 = shares.iter().sum();
    let free = row.width() - gap * (N as f32 - 1.0);
    let mut x = row.min.x;
    shares.map(|share| {
        let cell = Rect::from_x_y_ranges(x..=x + free * share / total, row.y_range());
        x = cell.max.x + gap;
        cell
    })
}

fn places(page: Rect, density: Density, table_height: f32) -> Places {
    let (margin, gap) = (density.margin(), density.gap());
    let area =
        Rect::from_min_max(pos2(page.min.x + margin, page.min.y + gap), pos2(page.max.x - margin, page.max.y - margin));
    let mut y = area.min.y;
    let mut row = |height: f32| {
        let rect = Rect::from_x_y_ranges(area.x_range(), y..=y + height);
        y = rect.max.y + gap;
        rect
    };
    match density {
        Density::Wide => {
            let verdict = row(64.0);
            let main = row(area.height() - 64.0 - 132.0 - 148.0 - 3.0 * gap);
            let strip = row(132.0);
            let [table, sound] = cells(main, gap, [664.0, 572.0]);
            let [a, b, c, counters, machine] = cells(row(148.0), gap, [218.0, 218.0, 218.0, 268.0, 278.0]);
            Places { verdict, table, sound, strip, histograms: [a, b, c], counters, machine }
        }
        Density::Compact => {
            let verdict = row(58.0);
            let main = row(area.height() - 58.0 - 122.0 - 120.0 - 132.0 - 4.0 * gap);
            let strip = row(122.0);
            let [table, sound] = cells(main, gap, [560.0, 372.0]);
            let histograms = cells(row(120.0), gap, [1.0; 3]);
            let [counters, machine] = cells(row(132.0), gap, [1.0; 2]);
            Places { verdict, table, sound, strip, histograms, counters, machine }
        }
        Density::Folded => {
            let verdict = row(80.0);
            let table = row(table_height);
            let sound = row((area.height() - table_height - 80.0 - 122.0 - 120.0 - 148.0 - 5.0 * gap).max(240.0));
            let strip = row(122.0);
            let histograms = cells(row(120.0), gap, [1.0; 3]);
            let [counters, machine] = cells(row(148.0), gap, [1.0; 2]);
            Places { verdict, table, sound, strip, histograms, counters, machine }
        }
    }
}

fn verdict_ui(ui: &Ui, area: Rect, view: &View, intents: &mut Vec<Intent>) {
    let ink = widgets::ink(ui);
    let performance = &view.performance;
    let is_narrow = area.width() < 1000.0;
    let height = if is_narrow { 32.0 } else { 36.0 };
    let export = Rect::from_min_size(pos2(area.max.x - 120.0, area.min.y + 4.0), vec2(120.0, height));
    let reset = Rect::from_min_size(pos2(export.min.x - 88.0, area.min.y + 4.0), vec2(80.0, height));
    let left = if performance.is_attention {
        ui.painter().add(icons::triangle(pos2(area.min.x + 8.0, area.min.y + 22.0), 7.0, theme::WARN));
        26.0
    } else {
        0.0
    };
    let at = pos2(area.min.x + left, area.min.y + 30.0);
    let room = reset.min.x - at.x - 16.0;
    let is_unknown = performance.verdict.is_empty();
    let verdict = if is_unknown { "Nothing measured yet." } else { &performance.verdict };
    let mut size = theme::FIGURE;
    while size > theme::HEADING && widgets::width(ui, verdict, theme::ui_font(size)) > room {
        size -= 2.0;
    }
    let said = widgets::write_within(ui, at, room, verdict, ui_face(size, theme::T1));
    widgets::tell(ui, said, verdict);
    let detail_at = pos2(at.x, area.min.y + 54.0);
    let room = if is_narrow { area.max.x - at.x } else { room };
    if !performance.detail.is_empty() {
        let face = ui_face(theme::BODY, ink.t2);
        widgets::write_wrapped(ui, detail_at, room, &performance.detail, face);
    }
    if button(ui, reset, Button::new("Reset")).clicked() {
        intents.push(Intent::ResetMeters);
    }
    if button(ui, export, Button::new("Export JSON").look(Look::Outline)).clicked() {
        intents.push(Intent::ExportPerformance);
    }
}

/// A caption at the head of a panel, and words at its right.
fn caption_ui(ui: &Ui, area: Rect, pad: f32, title: &str, note: &str) {
    let ink = widgets::ink(ui);
    let baseline = area.min.y + 20.0;
    let at = pos2(area.min.x + pad, baseline);
    let drawn = widgets::write(ui.painter(), at, Hang::Left, title, ui_face(theme::SMALL, ink.t3));
    let width = widgets::width(ui, note, theme::ui_font(theme::SMALL));
    if drawn.max.x + width + 12.0 < area.max.x - pad {
        let at = pos2(area.max.x - pad, baseline);
        widgets::write(ui.painter(), at, Hang::Right, note, ui_face(theme::SMALL, ink.t2));
    }
}

/// A figure in milliseconds, or the dash.
fn millis_or_dash(nanos: Option<u64>) -> String {
    nanos.map_or_else(|| text::DASH.to_owned(), text::millis)
}
