//! The page in a small window: pickers in rows, the ring gives way to the top bar, the tanpura opens as a card.

use super::{Column, counsel, exercise, letter, microphone, phrase, raga, ribbon, ring, sa, tanpura};
use crate::base::Bus;
use crate::session::{Intent, View};
use crate::ui::theme::{self, Density};
use crate::ui::widgets::{self, Hang, ground, ui_face, write};
use crate::ui::{UiState, icons};
use egui::accesskit::Role;
use egui::{Rect, Sense, Ui, WidgetInfo, pos2, vec2};

/// Least heights without the margins.
pub const COMPACT_HEIGHT: f32 = 494.0;
pub const FOLDED_HEIGHT: f32 = 780.0;

const RIGHT_WIDTH: f32 = 212.0;
const PICKER_HEIGHT: f32 = 32.0;
const COUNSEL_HEIGHT: f32 = 76.0;
const STRIP_HEIGHT: f32 = 38.0;
const MICROPHONE_HEIGHT: f32 = 60.0;
const PAIR_HEIGHT: f32 = 92.0;
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
    let below = COUNSEL_HEIGHT + STRIP_HEIGHT + 2.0 * gap;
    let upper = column.take(column.rest().height() - below, gap);
    let (well, right) = upper.split_left_right_at_x(upper.max.x - RIGHT_WIDTH);
    let well = well.with_max_x(well.max.x - gap);
    ribbon::ribbon_ui(ui, well, density, (state, view), intents);
    let mut side = Column::of(right);
    let letter_height = right.height() - PAIR_HEIGHT - MICROPHONE_HEIGHT - 2.0 * gap;
    letter::letter_ui(ui, side.take(letter_height, gap), density, view);
    letter::pair_ui(ui, side.take(PAIR_HEIGHT, gap), density, view, intents);
    microphone::microphone_ui(ui, side.rest(), density, view, intents);
    let row = column.take(COUNSEL_HEIGHT, gap);
    let (words, plot) = row.split_left_right_at_x(row.max.x - PLOT_WIDTH);
    counsel::counsel_ui(ui, words.with_max_x(words.max.x - gap), view, intents);
    widgets::panel(ui, plot);
    phrase::plot_ui(ui, plot.shrink2(vec2(12.0, 0.0)), view);
    phrase::strip_ui(ui, column.rest(), view);
    card_ui(ui, well, (state, view), intents);
}

/// Below 960 points: one under another, scrolled.
pub fn folded_ui(ui: &mut Ui, area: Rect, scene: (&mut UiState, &View), intents: &mut Vec<Intent>) {
    let (state, view) = scene;
    let density = Density::Folded;
    let gap = density.gap();
    let mut column = Column::of(area);
    let (first, second) = column.take(PICKER_HEIGHT, gap).split_left_right_at_fraction(0.5);
    drone_ui(ui, first.with_max_x(first.max.x - gap / 2.0), (state, view), intents);
    raga::picker_ui(ui, second.with_min_x(second.min.x + gap / 2.0), "Raga", (&mut state.practice, view), intents);
    let (first, second) = column.take(PICKER_HEIGHT, gap).split_left_right_at_fraction(0.5);
    marking_ui(ui, first.with_max_x(first.max.x - gap / 2.0), view, intents);
    tala_ui(ui, second.with_min_x(second.min.x + gap / 2.0), view, intents);
    let fixed = 172.0 + 124.0 + 104.0 + STRIP_HEIGHT + 4.0 * gap;
    let well = column.take((column.rest().height() - fixed).max(240.0), gap);
    ribbon::ribbon_ui(ui, well, density, (state, view), intents);
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
    phrase::strip_ui(ui, column.take(STRIP_HEIGHT, gap), view);
    card_ui(ui, well, (state, view), intents);
}

/// Tanpura, raga, marking and tala in one row, the headline of the last breath at its end.
fn pickers_ui(ui: &mut Ui, row: Rect, (state, view): (&mut UiState, &View), intents: &mut Vec<Intent>) {
    let gap = Density::Compact.gap();
    let row = Rect::from_center_size(row.center(), vec2(row.width(), PICKER_HEIGHT));
    let mut x = row.min.x;
    let mut take = |width: f32| {
        let rect = Rect::from_x_y_ranges(x..=x + width, row.y_range());
        x = rect.max.x + gap;
        rect
    };
    let [drone, raga, marking, tala] = [238.0, 176.0, 172.0, 150.0].map(&mut take);
    drone_ui(ui, drone, (&mut *state, view), intents);
    raga::picker_ui(ui, raga, "Raga", (&mut state.practice, view), intents);
    marking_ui(ui, marking, view, intents);
    tala_ui(ui, tala, view, intents);
    if let Some(phrase) = &view.practice.teacher.phrase {
        let room = row.max.x - x;
        let face = ui_face(theme::BODY, theme::T1);
        let width = widgets::width(ui, &phrase.headline, theme::ui_font(theme::BODY)).min(room);
        let at = pos2(row.max.x - width - 0.5, row.center().y + 4.5);
        let drawn = widgets::write_within(ui, at, room, &phrase.headline, face);
        widgets::tell(ui, drawn, &phrase.headline);
    }
}

/// The tanpura in a row: Sa, its strings and the switch; a click on it opens the rest.
fn drone_ui(ui: &Ui, rect: Rect, (state, view): (&mut UiState, &View), intents: &mut Vec<Intent>) {
    let ink = widgets::ink(ui);
    let body = rect.with_max_x(rect.max.x - 46.0);
    let response = widgets::hit(ui, body, "tanpura card", Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Tanpura and Sa"));
    let is_open = state.practice.is_tanpura_open;
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
        state.practice.is_tanpura_open = !is_open;
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

/// The list of talas behind a field.
pub fn tala_ui(ui: &Ui, rect: Rect, view: &View, intents: &mut Vec<Intent>) {
    let ink = widgets::ink(ui);
    let name = view.practice.tala.as_ref().map_or("none", |tala| tala.name.as_str());
    let response = widgets::hit(ui, rect, "tala", Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, "Tala"));
    widgets::describe(ui, &response, name);
    ui.painter().rect_filled(rect, theme::RADIUS_CTRL, ground(ui, &response, theme::CTRL));
    let y = rect.center().y;
    let at = pos2(rect.min.x + 10.0, y + 3.8);
    let left = write(ui.painter(), at, Hang::Left, "Tala", ui_face(theme::SMALL, ink.t3)).max.x + 6.0;
    widgets::write_within(ui, pos2(left, y + 4.5), rect.max.x - 28.0 - left, name, ui_face(theme::BODY, theme::T1));
    ui.painter().add(icons::chevron_down(pos2(rect.max.x - 15.0, y), ink.t2));
    widgets::focus_ring(ui, &response, rect, theme::RADIUS_CTRL);
    ring::menu(&response, &view.practice, intents);
}

/// The whole tanpura over the ribbon.
fn card_ui(ui: &mut Ui, well: Rect, (state, view): (&mut UiState, &View), intents: &mut Vec<Intent>) {
    if !state.practice.is_tanpura_open {
        return;
    }
    let card = Rect::from_min_size(well.min + vec2(0.0, 4.0), tanpura::SIZE);
    widgets::cover(ui, card, "Tanpura card");
    ui.painter().rect_filled(card.shrink(1.0), theme::RADIUS_ROW, theme::PANEL);
    tanpura::tanpura_ui(ui, card, (&mut state.practice, view), intents);
}
