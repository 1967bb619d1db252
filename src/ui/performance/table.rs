//! Percentiles of every path and its stages, with the budget and how much of it P99 takes.

use super::millis_or_dash;
use crate::session::{StageView, View};
use crate::ui::widgets::{self, Hang, mono, ui_face};
use crate::ui::{icons, text, theme};
use egui::{Rect, Stroke, Ui, pos2, vec2};

const ROW_HEIGHT: f32 = 18.5;
const HEAD_HEIGHT: f32 = 32.0;

/// Places of the columns across a panel of 664 points: right edges of the figures, left of the bar.
const COLUMNS: [f32; 5] = [250.0, 312.0, 374.0, 436.0, 506.0];

/// How high the table must be for all its rows.
pub fn height(view: &View) -> f32 {
    (HEAD_HEIGHT + ROW_HEIGHT * view.performance.stages.len() as f32 + 8.0).max(240.0)
}

/// Draws the panel.
pub fn table_ui(ui: &Ui, area: Rect, view: &View) {
    widgets::panel(ui, area);
    let ink = widgets::ink(ui);
    let inside = area.shrink2(vec2(16.0, 0.0));
    let squeeze = (area.width() / 664.0).min(1.0);
    let name_room = 250.0 - 62.0 - 16.0;
    let columns = COLUMNS.map(|x| area.min.x + if squeeze < 1.0 { x - (250.0 - 190.0) } else { x });
    let bar = Rect::from_x_y_ranges(columns[4] + 20.0..=inside.max.x - 10.0, area.y_range());
    let has_bar = bar.width() > 40.0;
    let baseline = area.min.y + 20.0;
    let head = |x: f32, hang, words: &str| {
        widgets::write(ui.painter(), pos2(x, baseline), hang, words, ui_face(theme::SMALL, ink.t3));
    };
    let measured = if view.performance.measured_secs > 0.0 {
        format!("milliseconds, last {}", text::clock(view.performance.measured_secs))
    } else {
        "milliseconds".to_owned()
    };
    head(inside.min.x, Hang::Left, &measured);
    for (x, words) in columns.into_iter().zip(["P50", "P95", "P99", "max", "budget"]) {
        head(x, Hang::Right, words);
    }
    if has_bar {
        head(bar.min.x, Hang::Left, "share of budget");
    }
    let rows = view.performance.stages.len().max(1) as f32;
    let pitch = ((area.height() - HEAD_HEIGHT - 6.0) / rows).clamp(18.0, 24.0);
    let mut y = area.min.y + HEAD_HEIGHT - 3.5;
    for stage in &view.performance.stages {
        if !stage.is_stage {
            widgets::rule(ui, inside.x_range(), y, ink.hair);
        }
        let row = Rect::from_x_y_ranges(inside.x_range(), y..=y + pitch);
        row_ui(ui, row, stage, &columns, name_room);
        if has_bar {
            bar_ui(ui, Rect::from_x_y_ranges(bar.x_range(), row.y_range()), stage);
        }
        y += pitch;
    }
}

fn row_ui(ui: &Ui, row: Rect, stage: &StageView, columns: &[f32; 5], name_room: f32) {
    let ink = widgets::ink(ui);
    let baseline = row.center().y + 4.0;
    let indent = if stage.is_stage { 14.0 } else { 0.0 };
    let colour = if stage.is_stage { ink.t2 } else { theme::T1 };
    let at = pos2(row.min.x + indent, baseline);
    widgets::write_within(ui, at, name_room - indent, stage.label, ui_face(theme::BODY, colour));
    let figures = stage.percentiles;
    let values = [
        figures.map(|f| f.p50_nanos),
        figures.map(|f| f.p95_nanos),
        figures.map(|f| f.p99_nanos),
        figures.map(|f| f.max_nanos),
        stage.budget_nanos,
    ];
    let is_over = is_over(stage);
    let mut words = vec![stage.label.to_owned()];
    for (index, (x, value)) in columns.iter().zip(values).enumerate() {
        let value = millis_or_dash(value);
        let colour = match index {
            2 => theme::T1,
            3 if is_over => theme::WARN,
            4 => ink.t3,
            _ => ink.t2,
        };
        let drawn =
            widgets::write(ui.painter(), pos2(*x, baseline + 0.2), Hang::Right, &value, mono(theme::BODY, colour));
        if index == 3 && is_over {
            ui.painter().add(icons::triangle(pos2(drawn.min.x - 9.0, row.center().y), 5.0, theme::WARN));
        }
        words.push(format!("{} {value}", ["P50", "P95", "P99", "maximum", "budget"][index]));
    }
    widgets::tell(ui, row, &words.join(", "));
}

fn is_over(stage: &StageView) -> bool {
    match (stage.percentiles, stage.budget_nanos) {
        (Some(figures), Some(budget)) => figures.max_nanos > budget,
        _ => false,
    }
}

/// P99 as a share of the budget; the tick is the maximum, an arrow if that is beyond.
fn bar_ui(ui: &Ui, cell: Rect, stage: &StageView) {
    let (Some(figures), Some(budget)) = (stage.percentiles, stage.budget_nanos.filter(|budget| *budget > 0)) else {
        return;
    };
    let ink = widgets::ink(ui);
    let share = |nanos: u64| nanos as f32 / budget as f32;
    let rail = Rect::from_center_size(cell.center(), vec2(cell.width(), 6.0));
    ui.painter().rect_filled(rail, 1, theme::CTRL);
    let filled = rail.with_max_x(rail.min.x + rail.width() * share(figures.p99_nanos).min(1.0));
    ui.painter().rect_filled(filled, 1, if stage.is_stage { ink.t4 } else { ink.t2 });
    let y = cell.center().y;
    let x = rail.min.x + rail.width() * share(figures.max_nanos);
    if figures.max_nanos <= budget {
        ui.painter().rect_filled(Rect::from_min_size(pos2(x - 1.0, y - 6.0), vec2(2.0, 12.0)), 0, theme::T1);
        return;
    }
    let x = rail.max.x + 8.0;
    let arrow = vec![pos2(x, y), pos2(x - 6.0, y - 5.0), pos2(x - 6.0, y + 5.0)];
    ui.painter().add(egui::Shape::convex_polygon(arrow, theme::WARN, Stroke::NONE));
    ui.painter().rect_filled(Rect::from_min_size(pos2(x, y - 6.0), vec2(2.0, 12.0)), 0, theme::WARN);
}
