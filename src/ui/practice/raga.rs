//! The raga or scale: a list with a search, its lines, and what is only shown.

use super::PracticeState;
use super::picker::{field_ui, plain, search_ui};
use crate::session::practice::{PracticeOrder, PracticeView};
use crate::session::{Intent, View};
use crate::theory::raga::{Parent, Raga, Tradition, tables};
use crate::theory::{Key, Mode};
use crate::ui::theme;
use crate::ui::widgets::{self, Hang, ground, ui_face, write};
use crate::ui::{icons, swaras, text};
use egui::accesskit::Role;
use egui::{Popup, PopupCloseBehavior, Rect, Sense, Ui, WidgetInfo, pos2, vec2};

/// What the field shows without a raga.
const NONE: &str = "Choose a raga";
const ROW_HEIGHT: f32 = 28.0;
const LIST_HEIGHT: f32 = 280.0;
const LIST_WIDTH: f32 = 300.0;

/// What can be picked.
#[derive(Clone, Copy, PartialEq)]
enum Pick<'a> {
    Raga(&'a Raga),
    /// A scale on Sa.
    Scale(Mode),
}

impl Pick<'_> {
    fn name(&self) -> &str {
        match self {
            Self::Raga(raga) => &raga.name,
            Self::Scale(mode) => mode.name(),
        }
    }

    /// What stands beside the name.
    fn beside(&self, view: &PracticeView) -> String {
        match self {
            Self::Raga(raga) => beside(raga, view),
            Self::Scale(_) => "scale on Sa".to_owned(),
        }
    }

    fn is_on(&self, view: &PracticeView) -> bool {
        match (self, view.scale) {
            (Self::Scale(mode), Some(key)) => key.mode == *mode,
            (Self::Raga(raga), None) => view.raga.as_ref().is_some_and(|on| on.id == raga.id),
            _ => false,
        }
    }

    fn order(&self) -> PracticeOrder {
        match self {
            Self::Raga(raga) => PracticeOrder::SetRaga(raga.id.clone()),
            Self::Scale(mode) => PracticeOrder::SetScale(*mode),
        }
    }
}

/// What fits what is typed: the ragas, and after them the scales, that go with "scale" as well.
fn picks<'a>(view: &'a PracticeView, typed: &str, has_scales: bool) -> Vec<Pick<'a>> {
    let wanted = plain(typed);
    let fits = |mode: &Mode| mode.name().starts_with(&wanted) || "scales".starts_with(&wanted);
    let scales = Mode::ALL.into_iter().filter(|mode| has_scales && fits(mode)).map(Pick::Scale);
    found(view, typed).into_iter().map(Pick::Raga).chain(scales).collect()
}

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
    let name = scene.1.practice.raga.as_ref().map_or(NONE, |raga| raga.name.as_str()).to_owned();
    list_field_ui(ui, rect, (label, &name, false), scene, intents);
}

/// The name of what is practised: "Yaman", "F♯ minor".
pub fn subject(view: &PracticeView) -> Option<String> {
    let raga = || view.raga.as_ref().map(|raga| raga.name.clone());
    view.scale.map(|key| text::chord(&key.to_string())).or_else(raga)
}

/// The same with the scales.
pub fn subject_ui(ui: &Ui, rect: Rect, label: &str, scene: (&mut PracticeState, &View), intents: &mut Vec<Intent>) {
    let name = subject(&scene.1.practice).unwrap_or_else(|| NONE.to_owned());
    list_field_ui(ui, rect, (label, &name, true), scene, intents);
}

fn list_field_ui(
    ui: &Ui,
    rect: Rect,
    (label, name, has_scales): (&str, &str, bool),
    (state, view): (&mut PracticeState, &View),
    intents: &mut Vec<Intent>,
) {
    let response = field_ui(ui, rect, ("Raga", label, name));
    let is_opening = response.clicked();
    if is_opening {
        state.raga_search.clear();
    }
    Popup::menu(&response)
        .width(LIST_WIDTH)
        .gap(4.0)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| list_ui(ui, (is_opening, has_scales), (state, view), intents));
}

fn list_ui(
    ui: &mut Ui,
    (is_opening, has_scales): (bool, bool),
    (state, view): (&mut PracticeState, &View),
    intents: &mut Vec<Intent>,
) {
    let (field, _) = ui.allocate_exact_size(vec2(LIST_WIDTH, 30.0), Sense::hover());
    let (ragas, scales) = (tables().ragas.ragas().len(), Mode::ALL.len());
    let hint =
        if has_scales { format!("Search {ragas} ragas and {scales} scales") } else { format!("Search {ragas} ragas") };
    search_ui(ui, field, is_opening, (&mut state.raga_search, &hint, "Search ragas"));
    let practice = &view.practice;
    let fits = picks(practice, &state.raga_search, has_scales);
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
            if row_ui(ui, fits[at].name(), &fits[at].beside(practice), fits[at].is_on(practice)) {
                picked = Some(fits[at]);
            }
        }
    });
    if let Some(pick) = picked {
        intents.push(Intent::Practice(pick.order()));
        ui.close();
    }
}

fn row_ui(ui: &mut Ui, name: &str, beside: &str, is_on: bool) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(LIST_WIDTH, ROW_HEIGHT), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::MenuItem, true, is_on, format!("{name}, {beside}")));
    let rest = if is_on { theme::PRESS } else { theme::CTRL };
    ui.painter().rect_filled(rect, theme::RADIUS_SMALL, ground(ui, &response, rest));
    let y = rect.center().y + 4.5;
    let ink = widgets::ink(ui);
    let colour = if is_on || response.hovered() { ink.t2 } else { ink.t3 };
    let word = write(ui.painter(), pos2(rect.max.x - 8.0, y - 0.7), Hang::Right, beside, ui_face(theme::SMALL, colour));
    let room = word.min.x - rect.min.x - 18.0;
    widgets::write_within(ui, pos2(rect.min.x + 8.0, y), room, name, ui_face(theme::BODY, theme::T1));
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
    let caption = if view.practice.scale.is_some() { "Scale" } else { "Raga" };
    write(ui.painter(), at, Hang::Left, caption, ui_face(theme::SMALL, ink.t3));
    if let Some(trouble) = &view.practice.own_trouble {
        let mark = Rect::from_center_size(pos2(right - 6.0, at.y - 4.0), vec2(16.0, 16.0));
        ui.painter().add(icons::triangle(mark.center(), 5.0, theme::WARN));
        widgets::tell(ui, mark, trouble).on_hover_text(trouble);
    }
    let field = Rect::from_min_max(pos2(left, area.min.y + 32.0), pos2(right, area.min.y + 64.0));
    subject_ui(ui, field, "", (state, view), intents);
    if let Some(key) = view.practice.scale {
        scale_ui(ui, area, key);
        return;
    }
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

/// The notes of a scale, which are sung or played in any order.
fn scale_ui(ui: &Ui, area: Rect, key: Key) {
    let ink = widgets::ink(ui);
    let (left, right) = (area.min.x + 16.0, area.max.x - 16.0);
    let names = notes(key);
    let drawn = write(ui.painter(), pos2(left, area.min.y + 88.0), Hang::Left, &names, ui_face(theme::BODY, theme::T1));
    widgets::tell(ui, drawn, &names);
    let said = "Sing or play them in any order; chords that you play are named.";
    widgets::write_wrapped(ui, pos2(left, area.min.y + 112.0), right - left, said, ui_face(theme::SMALL, ink.t3));
}

/// "C D E F G A B".
fn notes(key: Key) -> String {
    let notes = (0..12).map(|step| key.tonic + step).filter(|note| key.has(*note));
    let names: Vec<String> = notes.map(|note| text::chord(&key.spell(note).to_string())).collect();
    names.join("  ")
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
    fn scales_are_listed_after_the_ragas_and_found_by_their_names() {
        let view = PracticeView { scale: Some(Key::new(1, Mode::Minor)), ..PracticeView::default() };
        assert_eq!(picks(&view, "", true).len(), tables().ragas.ragas().len() + 4);
        assert_eq!(picks(&view, "", false).len(), tables().ragas.ragas().len());
        assert!(picks(&view, "dorian", true).contains(&Pick::Scale(Mode::Dorian)));
        let scales: Vec<bool> = picks(&view, "scale", true).iter().map(|pick| pick.is_on(&view)).collect();
        assert_eq!(scales[scales.len() - 4..], [false, true, false, false]);
        assert_eq!(notes(Key::new(9, Mode::Minor)), "A  B  C  D  E  F  G");
    }

    #[test]
    fn what_is_only_shown_is_one_short_line() {
        let yaman = tables().ragas.find("Yaman", None).expect("Yaman");
        assert!(shown(yaman).starts_with("vadi G, samvadi N"), "{}", shown(yaman));
    }
}
