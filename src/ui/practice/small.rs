//! The page in a small window: pickers in rows, the ring gives way to the top bar, the tanpura opens as a card.

use super::cards::{Places, card_ui};
use super::state::Card;
use super::{Column, counsel, course, exercise, how, letter, lines, microphone, notation};
use super::{phrase, raga, ribbon, ring, sa, tanpura};
use crate::base::Bus;
use crate::session::{Intent, View};
use crate::ui::theme::{self, Density};
use crate::ui::widgets::{self, Hang, ground, ui_face, write};
use crate::ui::{UiState, icons};
use egui::accesskit::Role;
use egui::{Rect, Sense, Ui, WidgetInfo, pos2, vec2};

/// Least heights without the margins.
pub const COMPACT_HEIGHT: f32 = 494.0;
pub const FOLDED_HEIGHT: f32 = 820.0;

const RIGHT_WIDTH: f32 = 212.0;
const PICKER_HEIGHT: f32 = 32.0;
const COUNSEL_HEIGHT: f32 = 76.0;
const STRIP_HEIGHT: f32 = 38.0;
const MICROPHONE_HEIGHT: f32 = 60.0;
const PAIR_HEIGHT: f32 = 92.0;
/// What the last weeks cover in a folded window.
const PAST_HEIGHT: f32 = 560.0;
/// Width of the plot of the swaras beside remarks and hint.
const PLOT_WIDTH: f32 = 250.0;

/// From 960 points on.
pub fn compact_ui(ui: &mut Ui, area: Rect, scene: (&mut UiState, &View), intents: &mut Vec<Intent>) {
    let (state, view) = scene;
    let density = Density::Compact;
    let gap = density.gap();
    let mut column = Column::of(area);
    let pickers = column.take(40.0, 6.0);
    pickers_ui(ui, pickers, (state, view), intents);
    let has_lesson = view.practice.lesson.is_some();
    let line_height = if has_lesson { notation::SMALL_HEIGHT } else { COUNSEL_HEIGHT };
    let below = line_height + STRIP_HEIGHT + 2.0 * gap;
    let upper = column.take(column.rest().height() - below, gap);
    let (well, right) = upper.split_left_right_at_x(upper.max.x - RIGHT_WIDTH);
    let well = well.with_max_x(well.max.x - gap);
    ribbon::ribbon_ui(ui, well, density, (state, view), intents);
    let mut side = Column::of(right);
    let letter_height = right.height() - PAIR_HEIGHT - MICROPHONE_HEIGHT - 2.0 * gap;
    letter::letter_ui(ui, side.take(letter_height, gap), density, view);
    letter::pair_ui(ui, side.take(PAIR_HEIGHT, gap), density, view, intents);
    microphone::microphone_ui(ui, side.rest(), density, view, intents);
    let row = column.take(line_height, gap);
    if has_lesson {
        notation::notation_ui(ui, row, density, (state, view), intents);
    } else {
        let (words, plot) = row.split_left_right_at_x(row.max.x - PLOT_WIDTH);
        counsel::counsel_ui(ui, words.with_max_x(words.max.x - gap), view, intents);
        widgets::panel(ui, plot);
        phrase::plot_ui(ui, plot.shrink2(vec2(12.0, 0.0)), view);
    }
    phrase::strip_ui(ui, column.rest(), density, (&mut state.practice, view), intents);
    let middle = Rect::from_x_y_ranges(area.x_range(), well.min.y..=row.max.y);
    card_ui(ui, Places { well, middle }, density, (state, view), intents);
}

/// Below 960 points: one under another, scrolled.
pub fn folded_ui(ui: &mut Ui, area: Rect, scene: (&mut UiState, &View), intents: &mut Vec<Intent>) {
    let (state, view) = scene;
    let density = Density::Folded;
    let gap = density.gap();
    let mut column = Column::of(area);
    let (first, second) = column.take(PICKER_HEIGHT, gap).split_left_right_at_fraction(0.5);
    drone_ui(ui, first.with_max_x(first.max.x - gap / 2.0), (state, view), intents);
    raga::subject_ui(ui, second.with_min_x(second.min.x + gap / 2.0), "Raga", (&mut state.practice, view), intents);
    let (first, second) = column.take(PICKER_HEIGHT, gap).split_left_right_at_fraction(0.5);
    let second = second.with_min_x(second.min.x + gap / 2.0);
    course::picker_ui(ui, first.with_max_x(first.max.x - gap / 2.0), "Exercise", (&mut state.practice, view), intents);
    let has_lesson = view.practice.lesson.is_some();
    if has_lesson {
        speed_ui(ui, second.with_max_x(second.max.x - 56.0), view, intents);
        how::link_ui(ui, pos2(second.max.x - 6.0, second.center().y + 3.8), Hang::Right, &mut state.practice);
    } else {
        let (marking, tala) = second.split_left_right_at_fraction(0.56);
        marking_ui(ui, marking.with_max_x(marking.max.x - gap / 2.0), view, intents);
        ring::field_ui(ui, tala.with_min_x(tala.min.x + gap / 2.0), view, intents);
    }
    let line_height = if has_lesson { notation::HEIGHT + gap } else { 0.0 };
    let fixed = 172.0 + 124.0 + 104.0 + STRIP_HEIGHT + 4.0 * gap + line_height;
    let well = column.take((column.rest().height() - fixed).max(240.0), gap);
    ribbon::ribbon_ui(ui, well, density, (state, view), intents);
    if has_lesson {
        notation::notation_ui(ui, column.take(notation::HEIGHT, gap), density, (state, view), intents);
    }
    let row = column.take(172.0, gap);
    let (letter, side) = row.split_left_right_at_fraction(0.46);
    letter::letter_ui(ui, letter, density, view);
    let mut side = Column::of(side);
    letter::pair_ui(ui, side.take(PAIR_HEIGHT, gap), density, view, intents);
    microphone::microphone_ui(ui, side.rest(), density, view, intents);
    counsel::counsel_ui(ui, column.take(124.0, gap), view, intents);
    let plot = column.take(104.0, gap);
    widgets::panel(ui, plot);
    phrase::plot_ui(ui, plot.shrink2(vec2(12.0, 0.0)), view);
    let strip = column.take(STRIP_HEIGHT, gap);
    phrase::strip_ui(ui, strip, density, (&mut state.practice, view), intents);
    let middle = Rect::from_x_y_ranges(area.x_range(), well.min.y..=well.min.y + PAST_HEIGHT);
    card_ui(ui, Places { well, middle }, density, (state, view), intents);
}

/// Tanpura, raga and exercise in one row; then marking and tala, or what runs a lesson.
fn pickers_ui(ui: &mut Ui, row: Rect, (state, view): (&mut UiState, &View), intents: &mut Vec<Intent>) {
    let gap = Density::Compact.gap();
    let row = Rect::from_center_size(row.center(), vec2(row.width(), PICKER_HEIGHT));
    let mut x = row.min.x;
    let mut take = |width: f32| {
        let rect = Rect::from_x_y_ranges(x..=x + width, row.y_range());
        x = rect.max.x + gap;
        rect
    };
    let [drone, raga, exercise] = [224.0, 150.0, 196.0].map(&mut take);
    drone_ui(ui, drone, (&mut *state, view), intents);
    raga::subject_ui(ui, raga, "Raga", (&mut state.practice, view), intents);
    course::picker_ui(ui, exercise, "Exercise", (&mut state.practice, view), intents);
    let Some(lesson) = view.practice.lesson.as_deref() else {
        marking_ui(ui, take(170.0), view, intents);
        ring::field_ui(ui, Rect::from_x_y_ranges(x..=row.max.x, row.y_range()), view, intents);
        return;
    };
    let begin = row.with_min_x(row.max.x - 96.0);
    lines::begin_ui(ui, begin, lesson, intents);
    let link = how::link_ui(ui, pos2(begin.min.x - 16.0, row.center().y + 3.8), Hang::Right, &mut state.practice);
    speed_ui(ui, Rect::from_x_y_ranges(x..=link.min.x - 18.0, row.y_range()), view, intents);
}

/// The speeds with their label.
fn speed_ui(ui: &Ui, rect: Rect, view: &View, intents: &mut Vec<Intent>) {
    let y = rect.center().y;
    let at = pos2(rect.min.x + 2.0, y + 3.8);
    let drawn = write(ui.painter(), at, Hang::Left, "Speed", ui_face(theme::SMALL, widgets::ink(ui).t3));
    let field = Rect::from_min_max(pos2(drawn.max.x + 10.0, y - 12.0), pos2(rect.max.x, y + 12.0));
    exercise::speed_ui(ui, field, view, intents);
}

/// The tanpura in a row: Sa, its strings and the switch; a click on it opens the rest.
fn drone_ui(ui: &Ui, rect: Rect, (state, view): (&mut UiState, &View), intents: &mut Vec<Intent>) {
    let ink = widgets::ink(ui);
    let body = rect.with_max_x(rect.max.x - 46.0);
    let response = widgets::hit(ui, body, "tanpura card", Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Tanpura and Sa"));
    let is_open = state.practice.card == Some(Card::Tanpura);
    let fill = if is_open { theme::PRESS } else { ground(ui, &response, theme::PANEL) };
    ui.painter().rect_filled(rect, theme::RADIUS_PANEL, fill);
    let y = rect.center().y;
    ui.painter().add(icons::part(Bus::Drone, pos2(rect.min.x + 16.0, y), theme::part(Bus::Drone)));
    let hz = view.params.get(crate::engine::params::ParamId::TanpuraSa);
    let (name, _) = sa::sa_name(hz);
    let at = pos2(rect.min.x + 30.0, y + 4.5);
    let drawn = write(ui.painter(), at, Hang::Left, &name, ui_face(theme::BODY, theme::T1));
    let figure = sa::sa_hz(hz);
    let at = pos2(drawn.max.x + 9.0, y + 3.8);
    let drawn = write(ui.painter(), at, Hang::Left, &figure, ui_face(theme::SMALL, ink.t3));
    widgets::describe(ui, &response, &format!("{name}, {figure}"));
    let strings: Vec<String> = tanpura::strings(view).into_iter().map(|sign| sign.letters).collect();
    let x = drawn.max.x + 14.0;
    let words = strings.join(" ");
    widgets::write_within(ui, pos2(x, y + 4.0), body.max.x - x, &words, ui_face(theme::SMALL, ink.t2));
    widgets::focus_ring(ui, &response, body, theme::RADIUS_PANEL);
    if response.clicked() {
        state.practice.toggle(Card::Tanpura);
    }
    tanpura::switch_ui(ui, pos2(rect.max.x - 25.0, y), view, intents);
}

fn marking_ui(ui: &Ui, rect: Rect, view: &View, intents: &mut Vec<Intent>) {
    let at = pos2(rect.min.x + 2.0, rect.center().y + 3.8);
    let drawn = write(ui.painter(), at, Hang::Left, "Marking", ui_face(theme::SMALL, widgets::ink(ui).t3));
    let field =
        Rect::from_min_max(pos2(drawn.max.x + 10.0, rect.center().y - 12.0), pos2(rect.max.x, rect.center().y + 12.0));
    exercise::marking_ui(ui, field, view, intents);
}
