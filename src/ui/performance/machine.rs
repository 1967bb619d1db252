//! Histograms, counters and what the machine gives.

use crate::session::{CounterView, HistogramView, View};
use crate::ui::widgets::{self, Hang, mono, ui_face};
use crate::ui::{icons, text, theme};
use egui::{Mesh, Rect, Shape, Ui, pos2, vec2};

const PAD: f32 = 14.0;

/// How a histogram is read.
struct Scale {
    title: &'static str,
    unit: &'static str,
    /// Nanoseconds of one unit.
    unit_nanos: f64,
    line: &'static str,
}

/// Draws the three histograms; their height is logarithmic.
pub fn histograms_ui(ui: &Ui, places: &[Rect; 3], view: &View) {
    let performance = &view.performance;
    let key = Scale { title: "Key to sound", unit: "ms", unit_nanos: 1e6, line: "budget" };
    let wake = Scale { title: "Wake-up lateness", unit: "\u{b5}s", unit_nanos: 1e3, line: "budget" };
    let render = match performance.render.budget_nanos {
        Some(period) if period > 0 => {
            Scale { title: "Render", unit: "% of period", unit_nanos: period as f64 / 100.0, line: "period" }
        }
        _ => Scale { title: "Render", unit: "ms", unit_nanos: 1e6, line: "budget" },
    };
    histogram_ui(ui, places[0], &key, &performance.key_to_sound);
    histogram_ui(ui, places[1], &render, &performance.render);
    histogram_ui(ui, places[2], &wake, &performance.wake);
}

fn histogram_ui(ui: &Ui, area: Rect, scale: &Scale, histogram: &HistogramView) {
    widgets::panel(ui, area);
    super::caption_ui(ui, area, PAD, scale.title, scale.unit);
    let ink = widgets::ink(ui);
    let plot = Rect::from_min_max(pos2(area.min.x + PAD, area.min.y + 32.0), pos2(area.max.x - PAD, area.max.y - 26.0));
    widgets::rule(ui, plot.x_range(), plot.max.y + 0.5, theme::PRESS);
    let total: u64 = histogram.bins.iter().map(|count| u64::from(*count)).sum();
    if total == 0 || histogram.top_nanos == 0 {
        let at = pos2(plot.center().x, plot.center().y + 4.0);
        widgets::write(ui.painter(), at, Hang::Middle, text::DASH, mono(theme::BODY, ink.t3));
        widgets::tell(ui, area, &format!("{}: nothing measured yet", scale.title));
        return;
    }
    let most = histogram.bins.iter().copied().max().unwrap_or(1);
    let top = histogram.top_nanos as f64;
    let slot = plot.width() / histogram.bins.len() as f32;
    let bar_gap = if slot > 5.0 { 1.0 } else { 0.25 };
    let mut mesh = Mesh::default();
    for (index, count) in histogram.bins.iter().enumerate().filter(|(_, count)| **count > 0) {
        let height = plot.height() * f64::from(*count).ln_1p() as f32 / f64::from(most).ln_1p() as f32;
        let left = plot.min.x + slot * index as f32;
        let bar = Rect::from_min_max(
            pos2(left + bar_gap, plot.max.y - height.max(2.0)),
            pos2(left + slot - bar_gap, plot.max.y),
        );
        let begins = top * index as f64 / histogram.bins.len() as f64;
        let is_over = histogram.budget_nanos.is_some_and(|budget| begins >= budget as f64);
        mesh.add_colored_rect(bar, if is_over { theme::WARN } else { ink.t3 });
    }
    ui.painter().add(Shape::mesh(mesh));
    ticks_ui(ui, plot, top / scale.unit_nanos);
    if let Some(budget) = histogram.budget_nanos.filter(|budget| *budget as f64 <= top) {
        let x = plot.min.x + plot.width() * (budget as f64 / top) as f32;
        widgets::dashed(ui.painter(), [pos2(x, plot.min.y - 4.0), pos2(x, plot.max.y)], theme::T1);
        let (x, hang) = if x - plot.min.x > 50.0 { (x - 5.0, Hang::Right) } else { (x + 5.0, Hang::Left) };
        let at = pos2(x, plot.min.y + 6.0);
        widgets::write(ui.painter(), at, hang, scale.line, ui_face(theme::SMALL, ink.t2));
    }
    widgets::tell(ui, area, &format!("{}: {} measured", scale.title, text::thousands(total)));
}

/// Two or three round numbers along the foot.
fn ticks_ui(ui: &Ui, plot: Rect, top: f64) {
    let ink = widgets::ink(ui);
    let rough = top / 2.2;
    let power = 10.0_f64.powf(rough.log10().floor());
    let step =
        [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|m| m * power).filter(|s| *s <= rough * 1.01).fold(power, f64::max);
    let decimals = usize::from(step < 1.0 || step.fract() > 0.01);
    let mut value = 0.0;
    while value <= top * 1.001 {
        let x = plot.min.x + plot.width() * (value / top) as f32;
        let hang = match value {
            0.0 => Hang::Left,
            v if v > top * 0.93 => Hang::Right,
            _ => Hang::Middle,
        };
        let words = text::number(value, if value == 0.0 { 0 } else { decimals });
        widgets::write(ui.painter(), pos2(x, plot.max.y + 16.0), hang, &words, mono(theme::SMALL, ink.t3));
        value += step;
    }
}

/// Draws the counters.
pub fn counters_ui(ui: &Ui, area: Rect, view: &View) {
    widgets::panel(ui, area);
    let ink = widgets::ink(ui);
    let face = ui_face(theme::SMALL, ink.t3);
    let baseline = area.min.y + 20.0;
    widgets::write(ui.painter(), pos2(area.min.x + PAD, baseline), Hang::Left, "Counters", face.clone());
    let last = area.max.x - PAD;
    let since = last - 54.0;
    widgets::write(ui.painter(), pos2(last, baseline), Hang::Right, "last", face.clone());
    widgets::write(ui.painter(), pos2(since, baseline), Hang::Right, "since start", face);
    let rows = view.performance.counters.len().max(1) as f32;
    let pitch = ((area.height() - 38.0) / rows).min(22.0);
    for (index, counter) in view.performance.counters.iter().enumerate() {
        let y = area.min.y + 31.0 + pitch * (index as f32 + 0.5);
        counter_ui(
            ui,
            Rect::from_x_y_ranges(area.min.x + PAD..=last, y - pitch / 2.0..=y + pitch / 2.0),
            counter,
            since,
        );
    }
}

fn counter_ui(ui: &Ui, row: Rect, counter: &CounterView, since: f32) {
    let ink = widgets::ink(ui);
    let size = if row.height() < 16.0 { theme::SMALL } else { theme::BODY };
    let baseline = row.center().y + size * 0.345;
    let is_bad = counter.is_fault && counter.count > 0;
    let at = pos2(row.min.x, baseline);
    widgets::write_within(ui, at, since - row.min.x - 52.0, counter.label, ui_face(size, ink.t2));
    let colour = if is_bad { theme::WARN } else { theme::T1 };
    let count = text::thousands(counter.count);
    let drawn = widgets::write(ui.painter(), pos2(since, baseline), Hang::Right, &count, mono(size, colour));
    if is_bad {
        ui.painter().add(icons::triangle(pos2(drawn.min.x - 10.0, row.center().y), 5.0, theme::WARN));
    }
    let last = counter.last_secs.map_or_else(|| text::DASH.to_owned(), text::clock);
    widgets::write(ui.painter(), pos2(row.max.x, baseline), Hang::Right, &last, mono(size, ink.t3));
    let ago = counter.last_secs.map_or_else(String::new, |secs| format!(", last {} ago", text::clock(secs)));
    widgets::tell(ui, row, &format!("{}: {count}{ago}", counter.label));
}

/// Draws processor, memory and what to do.
pub fn machine_ui(ui: &Ui, area: Rect, view: &View) {
    widgets::panel(ui, area);
    super::caption_ui(ui, area, PAD, "Machine", "");
    let performance = &view.performance;
    let dash = || text::DASH.to_owned();
    let cpu = performance.cpu_percent.map_or_else(dash, |share| format!("{share:.1} % of one core"));
    let memory = performance.memory_bytes.map_or_else(dash, |bytes| {
        let growth = performance.memory_growth_bytes_per_hour.map_or_else(String::new, |growth| {
            let sign = if growth >= 0.0 { "+" } else { "" };
            format!(", {sign}{} MB an hour", text::number(growth / 1e6, 1))
        });
        format!("{}{growth}", text::megabytes(bytes))
    });
    let share = performance.cpu_percent.map_or(0.0, |percent| percent / 100.0);
    figure_ui(ui, area, 42.0, ("Processor", &cpu), share);
    let share = performance.memory_bytes.map_or(0.0, |bytes| bytes as f32 / 1e9);
    figure_ui(ui, area, 76.0, ("Memory", &memory), share);
    let ink = widgets::ink(ui);
    let inside = area.shrink2(vec2(PAD, 0.0));
    widgets::rule(ui, inside.x_range(), area.min.y + 104.0, ink.hair);
    let has_advice = !performance.advice.is_empty();
    let mark = pos2(inside.min.x + 6.0, area.min.y + 117.0);
    ui.painter().add(if has_advice { icons::triangle(mark, 5.0, theme::WARN) } else { icons::disc(mark, 3.5, ink.t2) });
    let words = if has_advice { performance.advice.as_str() } else { "Nothing asks for attention." };
    let colour = if has_advice { theme::T1 } else { ink.t2 };
    let at = pos2(inside.min.x + 18.0, area.min.y + 121.0);
    let clipped = ui.painter().with_clip_rect(area);
    let galley = clipped.layout(words.to_owned(), theme::ui_font(theme::SMALL), colour, inside.width() - 18.0);
    let rect = Rect::from_min_size(pos2(at.x, at.y - 10.3), galley.size());
    clipped.galley(rect.min, galley, colour);
    widgets::tell(ui, rect.intersect(area), words).on_hover_text(words);
}

fn figure_ui(ui: &Ui, area: Rect, y: f32, (name, value): (&str, &str), share: f32) {
    let ink = widgets::ink(ui);
    let y = area.min.y + y;
    let (left, right) = (area.min.x + PAD, area.max.x - PAD);
    widgets::write(ui.painter(), pos2(left, y), Hang::Left, name, ui_face(theme::BODY, ink.t2));
    widgets::write(ui.painter(), pos2(right, y - 0.7), Hang::Right, value, ui_face(theme::SMALL, theme::T1));
    let rail = Rect::from_min_max(pos2(left, y + 8.0), pos2(right, y + 12.0));
    ui.painter().rect_filled(rail, 1, theme::CTRL);
    let filled = rail.with_max_x(left + rail.width() * share.clamp(0.0, 1.0));
    ui.painter().rect_filled(filled, 1, ink.t3);
    widgets::tell(ui, Rect::from_min_max(pos2(left, y - 12.0), pos2(right, y + 12.0)), &format!("{name}: {value}"));
}
