//! What opens over the page: the tanpura, how an exercise is practised, the last weeks, remarks.

use super::state::Card;
use super::{counsel, how, past, phrase, tanpura};
use crate::session::{Intent, View};
use crate::ui::UiState;
use crate::ui::theme::{self, Density};
use crate::ui::widgets;
use egui::{Rect, Ui, Vec2, pos2, vec2};

/// Heights of the remarks and of the plot under them.
const COUNSEL_HEIGHT: f32 = 120.0;
const PLOT_HEIGHT: f32 = 108.0;

/// Where cards may be.
#[derive(Clone, Copy, Debug)]
pub struct Places {
    /// The ribbon.
    pub well: Rect,
    /// What the last weeks may cover.
    pub middle: Rect,
}

impl Places {
    /// A card of a size over the ribbon, moved up where it would leave the page.
    fn over_well(&self, density: Density, size: Vec2) -> Rect {
        let bottom = self.middle.max.y;
        let min = match density {
            Density::Wide => pos2(self.well.min.x, self.well.max.y - size.y),
            Density::Compact => pos2(self.well.max.x - size.x, self.well.min.y + 4.0),
            Density::Folded => pos2(self.well.min.x, self.well.min.y + 4.0),
        };
        Rect::from_min_size(pos2(min.x, min.y.min(bottom - size.y).max(self.middle.min.y)), size)
    }
}

/// Draws the card that is open.
pub fn card_ui(
    ui: &mut Ui,
    places: Places,
    density: Density,
    (state, view): (&mut UiState, &View),
    intents: &mut Vec<Intent>,
) {
    let is_wide = density == Density::Wide;
    let has_lesson = view.practice.lesson.is_some();
    match state.practice.card {
        Some(Card::Tanpura) if !is_wide => {
            let card = Rect::from_min_size(places.well.min + vec2(0.0, 4.0), tanpura::SIZE);
            ground_ui(ui, card, "Tanpura card");
            tanpura::tanpura_ui(ui, card, (&mut state.practice, view), intents);
        }
        Some(Card::How) if has_lesson => {
            let card = places.over_well(density, how::size(density));
            ground_ui(ui, card, "How it is practised, card");
            how::how_ui(ui, card, density, (&mut state.practice, view), intents);
        }
        Some(Card::Past) => {
            ground_ui(ui, places.middle, "The last weeks, card");
            past::past_ui(ui, places.middle, (&mut state.practice, view), intents);
        }
        Some(Card::Counsel) if has_lesson && density == Density::Compact => {
            let card = places.well.with_min_y(places.well.max.y - COUNSEL_HEIGHT - PLOT_HEIGHT);
            ground_ui(ui, card, "Remarks, card");
            let (words, plot) = card.split_top_bottom_at_y(card.min.y + COUNSEL_HEIGHT);
            counsel::both_ui(ui, words, view, intents);
            phrase::plot_ui(ui, plot.shrink2(vec2(16.0, 0.0)), view);
        }
        Some(_) | None => {}
    }
}

/// A card: what is under it can be neither seen nor touched.
fn ground_ui(ui: &Ui, card: Rect, name: &str) {
    widgets::cover(ui, card, name);
    ui.painter().rect_filled(card.shrink(1.0), theme::RADIUS_ROW, theme::PANEL);
}
