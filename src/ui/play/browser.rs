//! The instrument browser: search, families, favourites; a click or an arrow loads without cutting notes.

use crate::session::{Intent, PATCHES, PatchId, View};
use crate::ui::state::Filter;
use crate::ui::widgets::{self, Choice, Hang, ui_face};
use crate::ui::{UiState, icons, theme};
use egui::accesskit::Role;
use egui::{EventFilter, Key, Rect, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

const ROW_HEIGHT: f32 = 30.0;

/// Families in the order of the sounds, each with how many there are.
fn filters(view: &View) -> Vec<(Filter, &'static str, usize)> {
    let mut families: Vec<&'static str> = Vec::new();
    for patch in &PATCHES {
        if !families.contains(&patch.category.name()) {
            families.push(patch.category.name());
        }
    }
    let named = [(Filter::All, "All"), (Filter::Favourites, "Favourites")].into_iter();
    let all = named.chain(families.into_iter().map(|name| (Filter::Family(name), name)));
    let count = |filter: Filter| (0..PATCHES.len()).filter(|row| filter.passes(PatchId(*row as u8), view)).count();
    all.map(|(filter, name)| (filter, name, count(filter))).collect()
}

/// Draws the panel at the left of the page.
pub fn browser_ui(ui: &mut Ui, area: Rect, state: &mut UiState, view: &View, intents: &mut Vec<Intent>) {
    widgets::panel(ui, area);
    let field = Rect::from_min_size(area.min + vec2(12.0, 12.0), vec2(area.width() - 24.0, 32.0));
    search_ui(ui, field, state);
    let (mut x, mut y) = (area.min.x + 12.0, field.max.y + 12.0);
    for (filter, name, count) in filters(view) {
        let label = format!("{name} {count}");
        let width = widgets::width(ui, &label, theme::ui_font(theme::SMALL)) + 20.0;
        if x + width > area.max.x - 12.0 {
            (x, y) = (area.min.x + 12.0, y + 28.0);
        }
        let rect = Rect::from_min_size(pos2(x, y), vec2(width, 24.0));
        let full = format!("{name}, {count} sounds");
        if widgets::pill(ui, rect, &label, &full, state.filter == filter).clicked() {
            state.filter = filter;
        }
        x += width + 6.0;
    }
    let list = Rect::from_min_max(pos2(area.min.x + 6.0, y + 36.0), pos2(area.max.x - 6.0, area.max.y - 6.0));
    list_ui(ui, list, state, view, intents);
}

fn search_ui(ui: &mut Ui, field: Rect, state: &mut UiState) {
    let ink = widgets::ink(ui);
    ui.painter().rect_filled(field, theme::RADIUS_CTRL, theme::CTRL);
    ui.painter().add(icons::search(pos2(field.min.x + 17.0, field.center().y), ink.t3));
    let id = ui.unique_id().with("search");
    let hint = format!("Search {} sounds", PATCHES.len());
    let hint_text = egui::RichText::new(hint).color(ink.t3).font(theme::ui_font(theme::BODY));
    let edit = egui::TextEdit::singleline(&mut state.search)
        .id(id)
        .hint_text(hint_text)
        .frame(egui::Frame::NONE)
        .text_color(theme::T1)
        .align(egui::Align2::LEFT_CENTER)
        .margin(egui::Margin::ZERO);
    let inside = Rect::from_min_max(pos2(field.min.x + 32.0, field.min.y), pos2(field.max.x - 24.0, field.max.y));
    let mut child = ui.new_child(UiBuilder::new().max_rect(inside));
    let response = child.add_sized(inside.size(), edit);
    ui.ctx().accesskit_node_builder(id, |node| node.set_label("Search sounds"));
    if std::mem::take(&mut state.wants_search) {
        response.request_focus();
    }
    widgets::focus_ring(ui, &response, field, theme::RADIUS_CTRL);
    if !response.has_focus() && state.search.is_empty() {
        let at = pos2(field.max.x - 10.0, field.center().y + 3.96);
        widgets::write(ui.painter(), at, Hang::Right, "/", widgets::mono(theme::SMALL, ink.t3));
    } else if !state.search.is_empty() {
        let close = Rect::from_center_size(pos2(field.max.x - 14.0, field.center().y), vec2(24.0, 24.0));
        if widgets::icon_button(ui, close, "Clear the search", icons::cross).clicked() {
            state.search.clear();
        }
    }
}

fn list_ui(ui: &mut Ui, list: Rect, state: &UiState, view: &View, intents: &mut Vec<Intent>) {
    let ids = state.listed(view);
    if ids.is_empty() {
        let none = "No sound by that name. Clear the search, or choose All.";
        let at = pos2(list.min.x + 12.0, list.min.y + 20.0);
        widgets::write_wrapped(ui, at, list.width() - 24.0, none, ui_face(theme::BODY, widgets::ink(ui).t3));
        return;
    }
    let mut child = ui.new_child(UiBuilder::new().id_salt("sounds").max_rect(list));
    child.spacing_mut().item_spacing.y = 0.0;
    let area = egui::ScrollArea::vertical().auto_shrink(false);
    area.show_rows(&mut child, ROW_HEIGHT, ids.len(), |ui, visible| {
        for at in visible {
            let (rect, _) = ui.allocate_exact_size(vec2(list.width(), ROW_HEIGHT), Sense::hover());
            row_ui(ui, rect, &ids, at, (view, intents));
        }
    });
}

fn row_ui(ui: &Ui, rect: Rect, ids: &[PatchId], at: usize, scene: (&View, &mut Vec<Intent>)) {
    let (view, intents) = scene;
    let id = ids[at];
    let (ink, patch) = (widgets::ink(ui), &PATCHES[usize::from(id.0)]);
    let is_on = view.patch == id;
    let name_area = rect.with_max_x(rect.max.x - 32.0);
    let response = widgets::hit(ui, name_area, ("sound", id), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, is_on, patch.name));
    if is_on {
        ui.painter().rect_filled(rect, theme::RADIUS_CTRL, theme::PRESS);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, theme::RADIUS_CTRL, widgets::ground(ui, &response, theme::PANEL));
    }
    let baseline = rect.center().y + 4.48;
    let colour = if is_on { theme::T1 } else { ink.t2 };
    widgets::write(
        ui.painter(),
        pos2(rect.min.x + 12.0, baseline),
        Hang::Left,
        patch.name,
        ui_face(theme::BODY, colour),
    );
    let word = match (is_on, view.has_played) {
        (true, true) => "playing",
        (true, false) => "ready",
        _ => patch.word,
    };
    let colour = if is_on { theme::T1 } else { ink.t3 };
    let at_word = pos2(rect.max.x - 36.0, baseline - 0.7);
    widgets::write(ui.painter(), at_word, Hang::Right, word, ui_face(theme::SMALL, colour));
    widgets::focus_ring(ui, &response, rect.shrink(3.0), theme::RADIUS_SMALL);
    if response.clicked() {
        intents.push(Intent::SetPatch(id));
    }
    if response.has_focus() {
        walk(ui, &response, ids, at, intents);
    }
    let star = Rect::from_center_size(pos2(rect.max.x - 18.0, rect.center().y), vec2(24.0, 28.0));
    let response = widgets::hit(ui, star, ("star", id), Sense::click());
    let is_starred = view.favourites.contains(&id);
    let name = format!("Favourite: {}", patch.name);
    response.widget_info(|| WidgetInfo::selected(Role::Switch, true, is_starred, &name));
    let outline = if response.hovered() { theme::T1 } else { ink.t4 };
    ui.painter().add(icons::star(star.center(), is_starred.then_some(theme::T1), outline));
    widgets::focus_ring(ui, &response, star.shrink(2.0), theme::RADIUS_SMALL);
    if response.clicked() {
        intents.push(Intent::ToggleFavourite(id));
    }
}

/// Arrows walk the list and load.
fn walk(ui: &Ui, response: &egui::Response, ids: &[PatchId], at: usize, intents: &mut Vec<Intent>) {
    let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    // The row below gets the focus in this very frame and must not see the key again.
    let (up, down) = ui.input_mut(|input| {
        let mut takes = |key| input.consume_key(egui::Modifiers::NONE, key);
        (takes(Key::ArrowUp), takes(Key::ArrowDown))
    });
    let next = match (up, down) {
        (true, false) => at.checked_sub(1),
        (false, true) => Some(at + 1),
        _ => None,
    };
    if let Some(next) = next.and_then(|next| ids.get(next)) {
        intents.push(Intent::SetPatch(*next));
        let target = ui.unique_id().with(("hit", ("sound", *next)));
        ui.memory_mut(|memory| memory.request_focus(target));
    }
}

/// The same as one row of pickers, where there is no room for the panel.
pub fn pickers_ui(ui: &mut Ui, area: Rect, state: &mut UiState, view: &View, intents: &mut Vec<Intent>) {
    let gap = 8.0;
    let width = (area.width() - gap) / 2.0;
    let at = |index: f32| {
        let right = area.max.x - (1.0 - index) * (width + gap);
        Rect::from_x_y_ranges(right - width..=right, area.y_range())
    };
    let filters = filters(view);
    let shown = filters.iter().find(|(filter, _, _)| *filter == state.filter).map_or("All", |(_, name, _)| name);
    let choices: Vec<Choice> = filters
        .iter()
        .map(|(filter, name, count)| Choice { label: format!("{name}, {count}"), is_selected: *filter == state.filter })
        .collect();
    if let Some(picked) = widgets::drop_down(ui, at(0.0), "Family", shown, &choices) {
        state.filter = filters[picked].0;
    }
    let ids = state.listed(view);
    let row =
        |id: &PatchId| Choice { label: PATCHES[usize::from(id.0)].name.to_owned(), is_selected: *id == view.patch };
    let choices: Vec<Choice> = ids.iter().map(row).collect();
    if let Some(picked) = widgets::drop_down(ui, at(1.0), "Sound", super::patch(view).name, &choices) {
        intents.push(Intent::SetPatch(ids[picked]));
    }
    state.wants_search = false;
}
