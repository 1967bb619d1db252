//! Practice: the truth about a note, at once, in the learner's own language.

mod cards;
mod coming;
mod counsel;
mod course;
mod empty;
mod exercise;
mod ghosts;
mod history;
mod how;
mod letter;
mod lines;
mod link;
mod marks;
mod microphone;
mod notation;
mod past;
mod phrase;
mod picker;
mod raga;
mod ribbon;
mod ring;
mod rows;
mod running;
mod sa;
mod small;
mod state;
mod take;
mod tanpura;
mod trace;

pub(super) use raga::{picker_ui as raga_picker_ui, subject};
pub(super) use ring::field_ui as tala_picker_ui;
pub(super) use running::matra;
pub(super) use sa::{sa_hz, sa_name};
pub use state::PracticeState;

use super::UiState;
use super::theme::Density;
use super::widgets;
use crate::session::{Intent, View};
use egui::{Rect, Ui, pos2};
use sa::signed;

/// Widths of the columns beside the ribbon.
const LEFT_WIDTH: f32 = 232.0;
const RIGHT_WIDTH: f32 = 256.0;
/// Heights of what does not stretch.
const RAGA_HEIGHT: f32 = 140.0;
const EXERCISE_HEIGHT: f32 = 134.0;
const PAIR_HEIGHT: f32 = 92.0;
const RING_HEIGHT: f32 = 204.0;
const MICROPHONE_HEIGHT: f32 = 104.0;
const COUNSEL_HEIGHT: f32 = 124.0;
const PHRASE_HEIGHT: f32 = 132.0;
/// Least height of the page as it is drawn in a wide window, without its margins.
const WIDE_HEIGHT: f32 = 668.0;

/// Draws the page.
pub fn practice_ui(ui: &mut Ui, state: &mut UiState, view: &View, intents: &mut Vec<Intent>) {
    let density = Density::of(ui.max_rect().width());
    let content = match density {
        Density::Wide => WIDE_HEIGHT,
        Density::Compact => small::COMPACT_HEIGHT,
        Density::Folded => small::FOLDED_HEIGHT,
    };
    let (margin, gap) = (density.margin(), density.gap());
    super::page(ui, content + gap + margin, |ui, page| {
        let top = if density == Density::Wide { gap } else { 4.0 };
        let area = Rect::from_min_max(
            pos2(page.min.x + margin, page.min.y + top),
            pos2(page.max.x - margin, page.max.y - margin),
        );
        match density {
            Density::Wide => wide_ui(ui, area, (state, view), intents),
            Density::Compact => small::compact_ui(ui, area, (state, view), intents),
            Density::Folded => small::folded_ui(ui, area, (state, view), intents),
        }
    });
}

/// Panels one under another, from the top of a column.
struct Column {
    rect: Rect,
    y: f32,
}

impl Column {
    fn of(rect: Rect) -> Self {
        Self { rect, y: rect.min.y }
    }

    /// The next panel, with the gap that follows it.
    fn take(&mut self, height: f32, gap: f32) -> Rect {
        let rect = Rect::from_x_y_ranges(self.rect.x_range(), self.y..=self.y + height);
        self.y = rect.max.y + gap;
        rect
    }

    /// What is left.
    fn rest(&self) -> Rect {
        self.rect.with_min_y(self.y)
    }
}

fn wide_ui(ui: &mut Ui, area: Rect, scene: (&mut UiState, &View), intents: &mut Vec<Intent>) {
    let (state, view) = scene;
    let density = Density::Wide;
    let (gap, between) = (density.gap(), density.margin());
    let left = area.with_max_x(area.min.x + LEFT_WIDTH);
    let right = area.with_min_x(area.max.x - RIGHT_WIDTH);
    let middle = Rect::from_x_y_ranges(left.max.x + between..=right.min.x - between, area.y_range());

    let mut column = Column::of(left);
    let panel = column.take(tanpura::SIZE.y, gap);
    widgets::panel(ui, panel);
    tanpura::tanpura_ui(ui, panel, (&mut state.practice, view), intents);
    tanpura::switch_ui(ui, tanpura::switch_at(panel), view, intents);
    raga::raga_ui(ui, column.take(RAGA_HEIGHT, gap), (&mut state.practice, view), intents);
    exercise::exercise_ui(ui, column.take(EXERCISE_HEIGHT, gap), (&mut state.practice, view), intents);
    history::history_ui(ui, column.rest(), &mut state.practice, view);

    let mut column = Column::of(middle);
    let has_lesson = view.practice.lesson.is_some();
    let line_height = if has_lesson { notation::HEIGHT } else { COUNSEL_HEIGHT };
    let well = column.take(area.height() - line_height - PHRASE_HEIGHT - 2.0 * gap, gap);
    ribbon::ribbon_ui(ui, well, density, (state, view), intents);
    let line = column.take(line_height, gap);
    if has_lesson {
        notation::notation_ui(ui, line, density, (state, view), intents);
    } else {
        counsel::counsel_ui(ui, line, view, intents);
    }
    phrase::phrase_ui(ui, column.rest(), (&mut state.practice, view), intents);

    let mut column = Column::of(right);
    let below = PAIR_HEIGHT + RING_HEIGHT + MICROPHONE_HEIGHT + 2.0 * gap + 8.0;
    letter::letter_ui(ui, column.take(area.height() - below, 8.0), density, view);
    letter::pair_ui(ui, column.take(PAIR_HEIGHT, gap), density, view, intents);
    ring::ring_ui(ui, column.take(RING_HEIGHT, gap), view, intents);
    microphone::microphone_ui(ui, column.rest(), density, view, intents);
    cards::card_ui(ui, cards::Places { well, middle }, density, (state, view), intents);
}
