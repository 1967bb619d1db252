//! The worst callback of every second of the last five minutes; xruns with their cause, walked with the arrows.

use crate::session::{View, XrunCause, XrunView};
use crate::ui::widgets::{self, Hang, mono, ui_face};
use crate::ui::{UiState, icons, text, theme};
use egui::accesskit::Role;
use egui::{EventFilter, Key, Mesh, Rect, Response, Sense, Shape, Ui, WidgetInfo, pos2, vec2};

const SECS: f32 = 300.0;
/// The share at the head of the plot.
const SHARE_MAX: f32 = 1.2;
/// How near, in points, the pointer must come to an xrun.
const NEAR: f32 = 6.0;

struct Plot {
    rect: Rect,
    now_secs: f64,
}

impl Plot {
    fn x(&self, at_secs: f64) -> f32 {
        self.rect.max.x - (self.now_secs - at_secs) as f32 / SECS * self.rect.width()
    }

    fn y(&self, share: f32) -> f32 {
        self.rect.max.y - (share.clamp(0.0, SHARE_MAX) / SHARE_MAX) * self.rect.height()
    }
}

/// Draws the panel.
pub fn strip_ui(ui: &Ui, area: Rect, state: &mut UiState, view: &View) {
    widgets::panel(ui, area);
    let title = "Render time of the worst callback in each second, as a share of the period";
    super::caption_ui(ui, area, 16.0, title, "last five minutes");
    let rect =
        Rect::from_min_max(pos2(area.min.x + 52.0, area.min.y + 34.0), pos2(area.max.x - 16.0, area.max.y - 26.0));
    let plot = Plot { rect, now_secs: view.now_secs };
    let response = widgets::hit(ui, rect.expand2(vec2(0.0, 8.0)), "strip", Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Slider, true, "Render time, last five minutes"));
    axes_ui(ui, &plot);
    bars_ui(ui, &plot, view);
    marks_ui(ui, &plot, view);
    let hovered = nearest(&response, &plot, view);
    if response.clicked() {
        state.xrun_pinned = hovered.filter(|at| state.xrun_pinned != Some(*at));
    }
    if response.has_focus() {
        let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let (left, right) = ui.input(|input| (input.key_pressed(Key::ArrowLeft), input.key_pressed(Key::ArrowRight)));
        if left != right {
            state.walk_xruns(view, right);
        }
    }
    widgets::focus_ring(ui, &response, rect, theme::RADIUS_SMALL);
    let shown = hovered.or(state.xrun_pinned).and_then(|at| view.performance.xruns.iter().rev().nth(at));
    if let Some(xrun) = shown {
        let lines = describe(xrun, view);
        widgets::describe(ui, &response, &lines.join(", "));
        card_ui(ui, &plot, plot.x(xrun.at_secs), &lines);
    } else if let Some((x, line)) = second_under(&response, &plot, view) {
        card_ui(ui, &plot, x, &[line]);
    }
}

fn axes_ui(ui: &Ui, plot: &Plot) {
    let ink = widgets::ink(ui);
    for (share, name) in [(0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")] {
        let y = plot.y(share);
        widgets::rule(ui, plot.rect.x_range(), y, if share == 1.0 { theme::PRESS } else { ink.hair });
        let colour = if share == 1.0 { ink.t2 } else { ink.t3 };
        let at = pos2(plot.rect.min.x - 8.0, y + 3.96);
        widgets::write(ui.painter(), at, Hang::Right, name, mono(theme::SMALL, colour));
    }
    let baseline = plot.rect.max.y + 16.0;
    for minute in 1..=5 {
        let x = plot.rect.max.x - plot.rect.width() * minute as f32 / 5.0;
        let hang = if minute == 5 { Hang::Left } else { Hang::Middle };
        let name = format!("{}{minute}:00", text::MINUS);
        widgets::write(ui.painter(), pos2(x, baseline), hang, &name, mono(theme::SMALL, ink.t3));
    }
    let at = pos2(plot.rect.max.x, baseline);
    widgets::write(ui.painter(), at, Hang::Right, "now", ui_face(theme::SMALL, ink.t3));
}

fn bars_ui(ui: &Ui, plot: &Plot, view: &View) {
    let ink = widgets::ink(ui);
    let slot = plot.rect.width() / SECS;
    let mut mesh = Mesh::default();
    for (back, share) in view.performance.worst_share.iter().rev().take(SECS as usize).enumerate() {
        if *share <= 0.0 {
            continue;
        }
        let right = plot.rect.max.x - slot * back as f32;
        let bar = Rect::from_min_max(pos2(right - slot * 0.7, plot.y(*share)), pos2(right, plot.rect.max.y));
        mesh.add_colored_rect(bar, if *share > 1.0 { theme::WARN } else { ink.t4 });
    }
    ui.painter().add(Shape::mesh(mesh));
}

fn marks_ui(ui: &Ui, plot: &Plot, view: &View) {
    let ink = widgets::ink(ui);
    let mut free = plot.rect.min.x;
    for mark in &view.performance.marks {
        let x = plot.x(mark.at_secs);
        if !plot.rect.x_range().contains(x) {
            continue;
        }
        widgets::post(ui, x, plot.y(0.62)..=plot.rect.max.y, ink.t3);
        let width = widgets::width(ui, &mark.text, theme::ui_font(theme::SMALL));
        let left = if x + 7.0 + width > plot.rect.max.x { x - 7.0 - width } else { x + 7.0 };
        if left >= free {
            let at = pos2(left, plot.y(0.48));
            let drawn = widgets::say(ui, at, Hang::Left, &mark.text, ui_face(theme::SMALL, ink.t2));
            free = drawn.max.x + 8.0;
        }
    }
    for xrun in &view.performance.xruns {
        let x = plot.x(xrun.at_secs);
        if plot.rect.x_range().contains(x) {
            ui.painter().add(icons::triangle(pos2(x, plot.rect.min.y - 3.0), 6.0, theme::WARN));
            let line = Rect::from_min_max(pos2(x - 1.0, plot.rect.min.y + 4.0), pos2(x + 1.0, plot.rect.max.y));
            ui.painter().rect_filled(line, 0, theme::WARN);
        }
    }
}

/// The xrun under the pointer, counted from the newest.
fn nearest(response: &Response, plot: &Plot, view: &View) -> Option<usize> {
    let pointer = response.hover_pos()?;
    let far = |xrun: &XrunView| (plot.x(xrun.at_secs) - pointer.x).abs();
    let mut near: Option<(usize, f32)> = None;
    for (at, xrun) in view.performance.xruns.iter().rev().enumerate() {
        let distance = far(xrun);
        if distance <= NEAR && near.is_none_or(|(_, best)| distance < best) {
            near = Some((at, distance));
        }
    }
    near.map(|(at, _)| at)
}

fn second_under(response: &Response, plot: &Plot, view: &View) -> Option<(f32, String)> {
    let pointer = response.hover_pos()?;
    let back = ((plot.rect.max.x - pointer.x) / plot.rect.width() * SECS).max(0.0) as usize;
    let share = view.performance.worst_share.iter().rev().nth(back)?;
    Some((pointer.x, format!("{} ago   {:.0} % of the period", text::clock(back as f64), share * 100.0)))
}

fn describe(xrun: &XrunView, view: &View) -> Vec<String> {
    let late = if xrun.late_nanos > 0 {
        format!("{} ms late", text::millis(xrun.late_nanos))
    } else {
        "how late is unknown".to_owned()
    };
    let ago = text::clock(view.now_secs - xrun.at_secs);
    let cause = match xrun.cause {
        XrunCause::Reported => "cause: reported by the host, not by our own clock",
        XrunCause::RenderOverBudget => "cause: rendering took longer than the period",
        XrunCause::LateWakeUp => "cause: another program held this core",
    };
    vec![format!("{}   {late}, {ago} ago", xrun.clock), cause.to_owned()]
}

fn card_ui(ui: &Ui, plot: &Plot, x: f32, lines: &[String]) {
    let font = theme::ui_font(theme::SMALL);
    let width = lines.iter().map(|line| widgets::width(ui, line, font.clone())).fold(0.0, f32::max) + 20.0;
    let height = 6.0 + 15.0 * lines.len() as f32;
    let left = if x + 12.0 + width > plot.rect.max.x { x - 12.0 - width } else { x + 12.0 };
    let card = Rect::from_min_size(pos2(left, plot.rect.min.y + 3.0), vec2(width, height));
    ui.painter().rect_filled(card, theme::RADIUS_CTRL, theme::CTRL);
    for (index, line) in lines.iter().enumerate() {
        let at = pos2(card.min.x + 10.0, card.min.y + 15.0 + 15.0 * index as f32 - 0.5);
        let colour = if index == 0 { theme::T1 } else { widgets::ink(ui).t2 };
        widgets::say(ui, at, Hang::Left, line, ui_face(theme::SMALL, colour));
    }
}
