//! The exercises in the order in which they are learnt: a list with a search, what is open and what was passed.

use super::PracticeState;
use super::link::{Use, link};
use super::picker::{field_ui, plain, search_ui};
use crate::session::practice::{CourseRow, PracticeOrder, PracticeView};
use crate::session::{Intent, View};
use crate::theory::raga::{Tradition, tables};
use crate::ui::icons;
use crate::ui::theme;
use crate::ui::widgets::{self, Hang, ground, ui_face, write};
use egui::accesskit::Role;
use egui::{Popup, PopupCloseBehavior, Rect, Response, Sense, Ui, WidgetInfo, pos2, vec2};

/// What the field shows where nothing is chosen.
const FREE: &str = "Free singing";
const ROW_HEIGHT: f32 = 28.0;
/// Height of a row with a second line: why it is closed, or why it does not go with the raga.
const TALL_HEIGHT: f32 = 44.0;
const HEADING_HEIGHT: f32 = 26.0;
const LIST_HEIGHT: f32 = 336.0;
const LIST_WIDTH: f32 = 372.0;
const OPEN_WIDTH: f32 = 76.0;

/// Whose exercise it is; none for the learner's own.
fn tradition(row: &CourseRow) -> Option<Tradition> {
    tables().exercises.iter().find(|exercise| exercise.id == row.id).map(|exercise| exercise.tradition)
}

/// The places of the exercises that fit what is typed: those of the tradition, the learner's own, those of the other.
fn found(view: &PracticeView, typed: &str) -> Vec<usize> {
    let rows = &view.course.rows;
    let wanted = plain(typed);
    let fits = |row: &CourseRow| [&row.name, &row.focus, &row.group].iter().any(|text| plain(text).contains(&wanted));
    let mut found: Vec<usize> = (0..rows.len()).filter(|at| fits(&rows[*at])).collect();
    found.sort_by_key(|at| tradition(&rows[*at]).map_or(1, |other| if other == view.tradition { 0 } else { 2 }));
    found
}

/// The other tradition, where an exercise is of it.
fn other(view: &PracticeView, row: &CourseRow) -> Option<Tradition> {
    tradition(row).filter(|whose| *whose != view.tradition)
}

/// The exercise that is chosen.
#[must_use]
pub fn chosen(view: &PracticeView) -> Option<&CourseRow> {
    view.course.rows.get(view.course.chosen?)
}

/// Why the exercise that is chosen is not sung.
#[must_use]
pub fn trouble(view: &PracticeView) -> Option<&str> {
    chosen(view)?.trouble.as_deref()
}

/// What an exercise is about, with a tick for the upper octave.
#[must_use]
pub fn focus(plain: &str) -> String {
    plain.replace('^', "'")
}

/// The name of an exercise with what it is about.
fn full_name(row: &CourseRow) -> String {
    if row.focus.is_empty() { row.name.clone() } else { format!("{}, {}", row.name, focus(&row.focus)) }
}

/// Words as a sentence or a heading begins with them.
#[must_use]
pub fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The field that opens the list, with a label before the name where there is no caption over it.
pub fn picker_ui(ui: &mut Ui, rect: Rect, label: &str, scene: (&mut PracticeState, &View), intents: &mut Vec<Intent>) {
    let (state, view) = scene;
    let name = chosen(&view.practice).map_or_else(|| FREE.to_owned(), full_name);
    let response = field_ui(ui, rect, ("Exercise", label, &name));
    let is_opening = response.clicked();
    if is_opening {
        state.exercise_search.clear();
    }
    Popup::menu(&response)
        .width(LIST_WIDTH)
        .gap(4.0)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| list_ui(ui, is_opening, (state, &view.practice), intents));
}

fn list_ui(
    ui: &mut Ui,
    is_opening: bool,
    (state, view): (&mut PracticeState, &PracticeView),
    intents: &mut Vec<Intent>,
) {
    let (field, _) = ui.allocate_exact_size(vec2(LIST_WIDTH, 30.0), Sense::hover());
    let hint = format!("Search {} exercises", view.course.rows.len());
    search_ui(ui, field, is_opening, (&mut state.exercise_search, &hint, "Search exercises"));
    let rows = &view.course.rows;
    let fits = found(view, &state.exercise_search);
    let is_searching = !state.exercise_search.is_empty();
    let has_free = plain(FREE).contains(&plain(&state.exercise_search));
    if fits.is_empty() && !has_free {
        let (rect, _) = ui.allocate_exact_size(vec2(LIST_WIDTH, 40.0), Sense::hover());
        let said = if rows.is_empty() { "There are no exercises here yet." } else { "No exercise by that name." };
        let at = pos2(rect.min.x + 8.0, rect.min.y + 22.0);
        widgets::say(ui, at, Hang::Left, said, ui_face(theme::SMALL, widgets::ink(ui).t3));
    }
    let enter = ui.input(|input| input.key_pressed(egui::Key::Enter)) && is_searching;
    let first = fits.first().copied().filter(|at| rows[*at].is_open);
    let mut picked: Option<Option<usize>> = first.filter(|_| enter).map(Some);
    ui.spacing_mut().item_spacing.y = 0.0;
    egui::ScrollArea::vertical().max_height(LIST_HEIGHT).auto_shrink([false, true]).show(ui, |ui| {
        let is_free = view.course.chosen.is_none();
        if has_free && free_ui(ui, is_free).clicked() {
            picked = Some(None);
        }
        let mut group = "";
        for at in fits {
            if rows[at].group != group {
                group = &rows[at].group;
                let of = other(view, &rows[at]).map_or_else(String::new, |other| format!("{}: ", other.name()));
                heading_ui(ui, &capitalised(&format!("{of}{group}")));
            }
            let (response, wants_open) = row_ui(ui, (view, at));
            if is_opening && view.course.chosen.or(view.course.next) == Some(at) {
                response.scroll_to_me(Some(egui::Align::Center));
            }
            if wants_open {
                intents.push(Intent::Practice(PracticeOrder::OpenExercise(rows[at].id.clone())));
            } else if response.clicked() && rows[at].is_open {
                picked = Some(Some(at));
            }
        }
    });
    if let Some(at) = picked {
        let id = at.map(|at| rows[at].id.clone());
        (state.cursor, state.row) = (None, None);
        intents.push(Intent::Practice(PracticeOrder::SetExercise(id)));
        ui.close();
    }
}

fn heading_ui(ui: &mut Ui, group: &str) {
    let (rect, _) = ui.allocate_exact_size(vec2(LIST_WIDTH, HEADING_HEIGHT), Sense::hover());
    let at = pos2(rect.min.x + 8.0, rect.max.y - 6.0);
    write(ui.painter(), at, Hang::Left, group, ui_face(theme::SMALL, widgets::ink(ui).t3));
}

fn free_ui(ui: &mut Ui, is_on: bool) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(LIST_WIDTH, ROW_HEIGHT), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::MenuItem, true, is_on, FREE));
    ground_ui(ui, rect, &response, is_on);
    let at = pos2(rect.min.x + 26.0, rect.center().y + 4.5);
    write(ui.painter(), at, Hang::Left, FREE, ui_face(theme::BODY, theme::T1));
    response
}

fn ground_ui(ui: &Ui, rect: Rect, response: &Response, is_on: bool) {
    let rest = if is_on { theme::PRESS } else { theme::CTRL };
    ui.painter().rect_filled(rect, theme::RADIUS_SMALL, ground(ui, response, rest));
    widgets::focus_ring(ui, response, rect.shrink(2.0), theme::RADIUS_SMALL);
}

/// The second line of a row: what opens it, or why it does not go with the raga.
fn below(view: &PracticeView, at: usize) -> Option<String> {
    let rows = &view.course.rows;
    let row = &rows[at];
    if !row.is_open {
        let before = at.checked_sub(1).and_then(|before| rows.get(before));
        return Some(before.map_or_else(|| "not open yet".to_owned(), |before| format!("opens after {}", before.name)));
    }
    // What is of the other tradition comes with its own raga; that is told under the pointer.
    row.trouble.clone().filter(|_| other(view, row).is_none())
}

/// What stands at the end of a row.
fn beside(view: &PracticeView, at: usize) -> &'static str {
    let row = &view.course.rows[at];
    match () {
        () if row.is_passed => "passed",
        () if view.course.next == Some(at) => "next",
        () => "",
    }
}

/// A row; its response, and whether it shall be opened by hand.
fn row_ui(ui: &mut Ui, (view, at): (&PracticeView, usize)) -> (Response, bool) {
    let row = &view.course.rows[at];
    let (below, beside) = (below(view, at), beside(view, at));
    let height = if below.is_some() { TALL_HEIGHT } else { ROW_HEIGHT };
    let (rect, response) = ui.allocate_exact_size(vec2(LIST_WIDTH, height), Sense::click());
    let is_on = view.course.chosen == Some(at);
    let mut said = full_name(row);
    let trouble = row.trouble.as_deref().filter(|_| below.is_none());
    let more = [below.as_deref(), trouble, Some(beside)];
    for more in more.into_iter().flatten().filter(|more| !more.is_empty()) {
        said = format!("{said}, {more}");
    }
    response.widget_info(|| WidgetInfo::selected(Role::MenuItem, row.is_open, is_on, &said));
    ground_ui(ui, rect, &response, is_on);
    let ink = widgets::ink(ui);
    let y = rect.min.y + ROW_HEIGHT / 2.0 + 4.5;
    let mark = pos2(rect.min.x + 14.0, y - 4.5);
    match () {
        () if row.is_passed => ui.painter().add(icons::disc(mark, 3.5, ink.t2)),
        () if !row.is_open => ui.painter().add(icons::ring(mark, 3.0, ink.t4)),
        () if view.course.next == Some(at) => ui.painter().add(icons::chevron_side(mark, true, theme::T1)),
        () => ui.painter().add(egui::Shape::Noop),
    };
    let (name, quiet) = match (row.is_open, is_on || response.hovered()) {
        (true, true) => (theme::T1, ink.t2),
        (true, false) => (theme::T1, ink.t3),
        (false, _) => (ink.t3, ink.t3),
    };
    let end = rect.max.x - if row.is_open { 8.0 } else { OPEN_WIDTH + 14.0 };
    let left = rect.min.x + 26.0;
    let drawn = widgets::write_within(ui, pos2(left, y), end - left, &row.name, ui_face(theme::BODY, name));
    let word = write(ui.painter(), pos2(end, y - 0.7), Hang::Right, beside, ui_face(theme::SMALL, quiet));
    let at = pos2(drawn.max.x + 10.0, y - 0.7);
    let about = focus(&row.focus);
    widgets::write_within(ui, at, word.min.x - 10.0 - at.x, &about, ui_face(theme::SMALL, quiet));
    if let Some(below) = below {
        let at = pos2(left, y + 16.5);
        widgets::write_within(ui, at, end - left, &below, ui_face(theme::SMALL, quiet));
    }
    let wants_open = !row.is_open && open_ui(ui, rect, row);
    (response.on_hover_text(said), wants_open)
}

/// The words that open an exercise whatever came before it.
fn open_ui(ui: &Ui, row: Rect, exercise: &CourseRow) -> bool {
    let at = pos2(row.max.x - 12.0, row.center().y + 3.8);
    let name = format!("Open {} anyway", exercise.name);
    link(ui, at, Hang::Right, ("open anyway", &name), Use::Acts).0.clicked()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::practice::CourseView;

    fn row(name: &str, is_open: bool) -> CourseRow {
        CourseRow { id: name.to_owned(), name: name.to_owned(), is_open, ..CourseRow::default() }
    }

    fn with(rows: Vec<CourseRow>) -> PracticeView {
        PracticeView { course: CourseView { rows, ..CourseView::default() }.into(), ..PracticeView::default() }
    }

    #[test]
    fn exercises_are_found_by_name_focus_and_group() {
        let mut sarali = row("Sarali varisai 1", true);
        sarali.id = "CAR-SARALI-01".to_owned();
        let focus = CourseRow { focus: "four notes".to_owned(), ..row("Palta 4", true) };
        let group = CourseRow { group: "merukhand".into(), ..row("24", true) };
        let mut view = with(vec![sarali, focus, group]);
        assert_eq!(found(&view, ""), [0, 1, 2]);
        assert_eq!([found(&view, "SARALI"), found(&view, "four"), found(&view, "meru")], [[0], [1], [2]]);
        assert!(found(&view, "none such").is_empty());
        view.tradition = Tradition::Hindustani;
        assert_eq!(found(&view, ""), [1, 2, 0], "the other tradition comes last");
    }

    #[test]
    fn a_closed_exercise_says_what_opens_it() {
        let view = with(vec![row("Palta 4", true), row("Palta 5", false)]);
        assert_eq!(below(&view, 0), None);
        assert_eq!(below(&view, 1).as_deref(), Some("opens after Palta 4"));
    }
}
