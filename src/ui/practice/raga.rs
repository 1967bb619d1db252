//! The raga: a list with a search, its two lines, and what is only shown.

use super::PracticeState;
use super::picker::{field_ui, plain, search_ui};
use crate::session::practice::{PracticeOrder, PracticeView};
use crate::session::{Intent, View};
use crate::theory::raga::{Parent, Raga, Tradition, tables};
use crate::ui::theme;
use crate::ui::widgets::{self, Hang, ground, ui_face, write};
use crate::ui::{icons, swaras};
use egui::accesskit::Role;
use egui::{Popup, PopupCloseBehavior, Rect, Sense, Ui, WidgetInfo, pos2, vec2};

/// What the field shows without a raga.
const NONE: &str = "Choose a raga";
const ROW_HEIGHT: f32 = 28.0;
const LIST_HEIGHT: f32 = 280.0;
const LIST_WIDTH: f32 = 300.0;

/// The ragas that fit what is typed: those whose name begins so first, the learner's own before the tables', their
/// tradition before the other.
fn found<'a>(view: &'a PracticeView, typed: &str) -> Vec<&'a Raga> {
    let wanted = plain(typed);
    let rank = |raga: &Raga| {
        let name = plain(&raga.name);
        let is_alias = || raga.aliases.iter().any(|alias| plain(alias).contains(&wanted));
        match () {
            () if name.starts_with(&wanted) => Some(0),
            () if name.contains(&wanted) => Some(1),
            () if is_alias() => Some(2),
            () => None,
        }
    };
    let all = view.own_ragas.iter().chain(tables().ragas.ragas());
    let mut fits: Vec<(u8, bool, &Raga)> =
        all.filter_map(|raga| Some((rank(raga)?, raga.tradition != view.tradition, raga))).collect();
    fits.sort_by_key(|(rank, is_other, _)| (*rank, *is_other));
    fits.into_iter().map(|(_, _, raga)| raga).collect()
}

/// What stands beside a raga's name: whose it is and the scale that it is counted under.
fn beside(raga: &Raga, view: &PracticeView) -> String {
    let is_own = view.own_ragas.iter().any(|own| own.id == raga.id);
    let parent = match &raga.parent {
        _ if is_own => return "your own".to_owned(),
        Parent::Mela(number) if raga.id.starts_with('M') => return format!("mela {number}"),
        Parent::Mela(number) => format!(", mela {number}"),
        Parent::Thaat(name) => format!(", {name}"),
        Parent::None => String::new(),
    };
    let whose = if raga.tradition == Tradition::Carnatic { "South" } else { "North" };
    format!("{whose}{parent}")
}

/// The field that opens the list of ragas, with a label before the name where there is no caption over it.
pub fn picker_ui(ui: &Ui, rect: Rect, label: &str, scene: (&mut PracticeState, &View), intents: &mut Vec<Intent>) {
    let (state, view) = scene;
    let name = view.practice.raga.as_ref().map_or(NONE, |raga| raga.name.as_str());
    let response = field_ui(ui, rect, ("Raga", label, name));
    let is_opening = response.clicked();
    if is_opening {
        state.raga_search.clear();
    }
    Popup::menu(&response)
        .width(LIST_WIDTH)
        .gap(4.0)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| list_ui(ui, is_opening, (state, view), intents));
}

fn list_ui(ui: &mut Ui, is_opening: bool, (state, view): (&mut PracticeState, &View), intents: &mut Vec<Intent>) {
    let (field, _) = ui.allocate_exact_size(vec2(LIST_WIDTH, 30.0), Sense::hover());
    let hint = format!("Search {} ragas", tables().ragas.ragas().len());
    search_ui(ui, field, is_opening, (&mut state.raga_search, &hint, "Search ragas"));
    let practice = &view.practice;
    let fits = found(practice, &state.raga_search);
    if fits.is_empty() {
        let (rect, _) = ui.allocate_exact_size(vec2(LIST_WIDTH, 40.0), Sense::hover());
        let said = "No raga by that name; other spellings may be listed.";
        let at = pos2(rect.min.x + 8.0, rect.min.y + 22.0);
        widgets::say(ui, at, Hang::Left, said, ui_face(theme::SMALL, widgets::ink(ui).t3));
        return;
    }
    let enter = ui.input(|input| input.key_pressed(egui::Key::Enter)) && !state.raga_search.is_empty();
    let mut picked = enter.then(|| fits[0]);
    ui.spacing_mut().item_spacing.y = 0.0;
    let area = egui::ScrollArea::vertical().max_height(LIST_HEIGHT).auto_shrink([false, true]);
    area.show_rows(ui, ROW_HEIGHT, fits.len(), |ui, visible| {
        for at in visible {
            let is_on = practice.raga.as_ref().is_some_and(|raga| raga.id == fits[at].id);
            if row_ui(ui, fits[at], &beside(fits[at], practice), is_on) {
                picked = Some(fits[at]);
            }
        }
    });
    if let Some(raga) = picked {
        intents.push(Intent::Practice(PracticeOrder::SetRaga(raga.id.clone())));
        ui.close();
    }
}

fn row_ui(ui: &mut Ui, raga: &Raga, beside: &str, is_on: bool) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(LIST_WIDTH, ROW_HEIGHT), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::MenuItem, true, is_on, format!("{}, {beside}", raga.name)));
    let rest = if is_on { theme::PRESS } else { theme::CTRL };
    ui.painter().rect_filled(rect, theme::RADIUS_SMALL, ground(ui, &response, rest));
    let y = rect.center().y + 4.5;
    let ink = widgets::ink(ui);
    let colour = if is_on || response.hovered() { ink.t2 } else { ink.t3 };
    let word = write(ui.painter(), pos2(rect.max.x - 8.0, y - 0.7), Hang::Right, beside, ui_face(theme::SMALL, colour));
    let room = word.min.x - rect.min.x - 18.0;
    widgets::write_within(ui, pos2(rect.min.x + 8.0, y), room, &raga.name, ui_face(theme::BODY, theme::T1));
    widgets::focus_ring(ui, &response, rect.shrink(2.0), theme::RADIUS_SMALL);
    response.clicked()
}

/// Draws the panel.
pub fn raga_ui(ui: &mut Ui, area: Rect, scene: (&mut PracticeState, &View), intents: &mut Vec<Intent>) {
    widgets::panel(ui, area);
    let (state, view) = scene;
    let ink = widgets::ink(ui);
    let (left, right) = (area.min.x + 16.0, area.max.x - 16.0);
    let at = pos2(left, area.min.y + 24.0);
    write(ui.painter(), at, Hang::Left, "Raga", ui_face(theme::SMALL, ink.t3));
    if let Some(trouble) = &view.practice.own_trouble {
        let mark = Rect::from_center_size(pos2(right - 6.0, at.y - 4.0), vec2(16.0, 16.0));
        ui.painter().add(icons::triangle(mark.center(), 5.0, theme::WARN));
        widgets::tell(ui, mark, trouble).on_hover_text(trouble);
    }
    let field = Rect::from_min_max(pos2(left, area.min.y + 32.0), pos2(right, area.min.y + 64.0));
    picker_ui(ui, field, "", (state, view), intents);
    let Some(raga) = &view.practice.raga else {
        let said = "Without a raga all twelve notes are drawn and their order is not checked.";
        widgets::write_wrapped(ui, pos2(left, area.min.y + 84.0), right - left, said, ui_face(theme::SMALL, ink.t3));
        return;
    };
    let written = (view.practice.tradition, view.practice.script);
    for (y, notes, word) in [(83.0, &raga.arohana, "up"), (108.0, &raga.avarohana, "down")] {
        let y = area.min.y + y;
        swaras::line_ui(ui, pos2(left, y), right - left - 38.0, notes, (raga.tradition, written.1));
        write(ui.painter(), pos2(right, y), Hang::Right, word, ui_face(theme::SMALL, ink.t3));
    }
    let said = shown(raga);
    let drawn =
        widgets::write_within(ui, pos2(left, area.min.y + 130.0), right - left, &said, ui_face(theme::SMALL, ink.t3));
    widgets::tell(ui, drawn, &said).on_hover_text(if raga.notes.is_empty() {
        said.clone()
    } else {
        format!("{said}. {}", raga.notes)
    });
}

/// Vadi, samvadi and time of day: shown, never judged.
fn shown(raga: &Raga) -> String {
    let symbol = |swara: crate::theory::raga::Swara| swara.symbol(raga.tradition);
    let weights = [("vadi", raga.vadi), ("samvadi", raga.samvadi)];
    let mut parts: Vec<String> =
        weights.into_iter().filter_map(|(word, swara)| Some(format!("{word} {}", symbol(swara?)))).collect();
    if parts.is_empty() && !raga.jati.is_empty() {
        parts.push(raga.jati.clone());
    }
    let weights = parts.join(", ");
    match (weights.is_empty(), raga.time.is_empty()) {
        (false, false) => format!("{weights} \u{b7} {}", raga.time),
        (true, false) => raga.time.clone(),
        _ => weights,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ragas_are_found_by_the_begin_of_their_name_first() {
        let view = PracticeView { tradition: Tradition::Hindustani, ..PracticeView::default() };
        let all = found(&view, "");
        assert_eq!(all.len(), tables().ragas.ragas().len());
        assert_eq!(all[0].tradition, Tradition::Hindustani);
        assert_eq!(found(&view, "yam")[0].name, "Yaman");
        assert_eq!(found(&view, "MIYAN KI TODI")[0].tradition, Tradition::Hindustani);
        assert!(found(&view, "no such raga").is_empty());
    }

    #[test]
    fn what_is_only_shown_is_one_short_line() {
        let yaman = tables().ragas.find("Yaman", None).expect("Yaman");
        assert!(shown(yaman).starts_with("vadi G, samvadi N"), "{}", shown(yaman));
    }
}
