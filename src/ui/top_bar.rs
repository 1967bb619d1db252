//! The first row of the top bar: pages, health, key-to-sound, xruns, Panic. The machine above, the music below.

use super::keyboard::PAGES;
use super::theme::{self, Density};
use super::widgets::{self, Button, Choice, Hang, Look, button, mono, ui_face, write};
use super::{UiState, chips, icons, performance, text, transport};
use crate::session::{Intent, Page, View};
use egui::accesskit::Role;
use egui::{Rect, Sense, Ui, WidgetInfo, pos2, vec2};

/// Draws both rows.
pub fn top_bar_ui(ui: &mut Ui, state: &mut UiState, view: &View, intents: &mut Vec<Intent>) {
    let density = Density::of(ui.max_rect().width());
    let [first, second] = density.bar_rows();
    let (rect, _) = ui.allocate_exact_size(vec2(ui.max_rect().width(), first + second), Sense::hover());
    ui.add_space(-ui.spacing().item_spacing.y);
    let (machine, music) = rect.split_top_bottom_at_y(rect.min.y + first);
    ui.painter().rect_filled(machine, 0, theme::WELL);
    ui.painter().rect_filled(music, 0, theme::BASE);
    widgets::rule(ui, rect.x_range(), rect.max.y - 1.0, widgets::ink(ui).hair);
    pages_ui(ui, machine, density, state, intents);
    machine_ui(ui, machine, density, (state, view), intents);
    transport::transport_ui(ui, music, state, view, intents);
}

fn show(state: &mut UiState, page: Page, intents: &mut Vec<Intent>) {
    if state.page != page {
        state.page = page;
        intents.push(Intent::ShowPage(page));
    }
}

fn pages_ui(ui: &Ui, row: Rect, density: Density, state: &mut UiState, intents: &mut Vec<Intent>) {
    let ink = widgets::ink(ui);
    if density == Density::Folded {
        let choices: Vec<Choice> = PAGES
            .iter()
            .map(|(page, name, _)| Choice { label: (*name).to_owned(), is_selected: *page == state.page })
            .collect();
        let shown = PAGES.iter().find(|(page, _, _)| *page == state.page).map_or("", |(_, name, _)| name);
        let rect = Rect::from_min_size(row.min + vec2(10.0, 2.0), vec2(132.0, theme::HIT));
        if let Some(picked) = widgets::drop_down(ui, rect, "Page", shown, &choices) {
            show(state, PAGES[picked].0, intents);
        }
        return;
    }
    let (start, between) = if density == Density::Wide { (27.0, 22.0) } else { (18.0, 16.0) };
    let mut x = row.min.x + start;
    let baseline = row.center().y + 4.48;
    for (page, name, key) in PAGES {
        let is_on = state.page == page;
        let width = widgets::width(ui, name, theme::ui_font(theme::BODY));
        let tab = Rect::from_x_y_ranges(x - between / 2.0..=x + width + between / 2.0, row.y_range());
        let response = widgets::hit(ui, tab, ("page", name), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::Tab, true, is_on, name));
        let colour = match (is_on, response.hovered()) {
            (true, _) => theme::T1,
            (_, true) => ink.t2,
            _ => ink.t3,
        };
        write(ui.painter(), pos2(x, baseline), Hang::Left, name, ui_face(theme::BODY, colour));
        if is_on {
            let line = Rect::from_x_y_ranges(x..=x + width, row.max.y - 2.0..=row.max.y);
            ui.painter().rect_filled(line, 0, theme::T1);
        }
        widgets::focus_ring(ui, &response, tab.shrink2(vec2(4.0, 6.0)), theme::RADIUS_SMALL);
        if response.clicked() {
            show(state, page, intents);
        }
        response.on_hover_text(format!("{name}, {}", key.name()));
        x += width + between;
    }
}

/// From the right: Panic, xruns, key-to-sound, the chips.
fn machine_ui(ui: &Ui, row: Rect, density: Density, scene: (&mut UiState, &View), intents: &mut Vec<Intent>) {
    let (state, view) = scene;
    let ink = widgets::ink(ui);
    let is_wide = density == Density::Wide;
    let (margin, panic_width) = if is_wide { (16.0, 92.0) } else { (10.0, 84.0) };
    let panic =
        Rect::from_center_size(pos2(row.max.x - margin - panic_width / 2.0, row.center().y), vec2(panic_width, 24.0));
    let baseline = row.center().y + 4.68;
    let small = theme::ui_font(theme::SMALL);

    let xruns = view.performance.counters.iter().filter(|counter| is_xrun(counter.key));
    let known = view.health.audio.state != crate::session::State::Off;
    let count: u64 = xruns.map(|counter| counter.count).sum::<u64>().max(view.performance.xruns.len() as u64);
    let is_bad = count > 0 && known;
    let figure = if known { count.to_string() } else { text::DASH.to_owned() };
    let right = panic.min.x - 16.0;
    let digits = widgets::width(ui, &figure, theme::mono_font(theme::BODY)).max(8.0);
    let caption_right = right - digits - 6.0;
    let caption = widgets::width(ui, "xruns", small.clone());
    let mut left = caption_right - caption - if is_bad { 16.0 } else { 0.0 };
    let area = Rect::from_x_y_ranges(left..=right, row.y_range());
    if figure_button(ui, area, &format!("xruns {figure}"), "Open Performance at the last one") {
        state.xrun_pinned = (!view.performance.xruns.is_empty()).then_some(0);
        show(state, Page::Performance, intents);
    }
    let colour = if is_bad { theme::WARN } else { theme::T1 };
    write(ui.painter(), pos2(right, baseline), Hang::Right, &figure, mono(theme::BODY, colour));
    let face = ui_face(theme::SMALL, ink.t3);
    write(ui.painter(), pos2(caption_right, baseline - 0.88), Hang::Right, "xruns", face.clone());
    if is_bad {
        ui.painter().add(icons::triangle(pos2(left + 5.0, row.center().y), 5.0, theme::WARN));
    }

    let right = left - 14.0;
    let p99 = performance::key_to_sound_p99_nanos(view).map(text::millis_short);
    let figure = p99.unwrap_or_else(|| text::DASH.to_owned());
    let title = if is_wide { "key to sound p99" } else { "p99" };
    let figure_width = widgets::width(ui, "00.0 ms", theme::mono_font(theme::BODY));
    let figure_left = right - widgets::width(ui, &figure, theme::mono_font(theme::BODY)).min(figure_width);
    left = figure_left - 6.0 - widgets::width(ui, title, small);
    let area = Rect::from_x_y_ranges(left..=right, row.y_range());
    if figure_button(ui, area, &format!("key to sound p99 {figure}"), "Open Performance") {
        show(state, Page::Performance, intents);
    }
    write(ui.painter(), pos2(right, baseline), Hang::Right, &figure, mono(theme::BODY, theme::T1));
    write(ui.painter(), pos2(figure_left - 6.0, baseline - 0.88), Hang::Right, title, face);

    let line_x = left - 13.5;
    widgets::post(ui, line_x, row.center().y - 8.0..=row.center().y + 8.0, theme::PRESS);
    let chips_row = Rect::from_x_y_ranges(row.min.x..=line_x - 12.0, row.y_range());
    if let Some(page) = chips::chips_ui(ui, chips_row, density, view) {
        show(state, page, intents);
    }
    let look = Button::new("Panic").look(Look::Outline).key("Esc");
    if button(ui, panic, look).clicked() {
        state.hands.release_all(intents);
        intents.push(Intent::Panic);
    }
}

fn figure_button(ui: &Ui, area: Rect, name: &str, hint: &str) -> bool {
    let response = widgets::hit(ui, area, ("figure", hint), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    widgets::focus_ring(ui, &response, area.shrink2(vec2(-2.0, 8.0)), theme::RADIUS_SMALL);
    response.on_hover_text(hint).clicked()
}

/// Whether a counter counts what the figure at the right counts: what the host reported and late callbacks.
fn is_xrun(key: &str) -> bool {
    key.starts_with("xrun") || key.starts_with("callbacks_late")
}
