//! Jam: what is played, on a page of bars, and what the ear makes of it.

mod axis;
mod strip;
mod well;

use super::theme::Density;
use crate::session::{Intent, View};
use egui::{Rect, Ui, pos2};

/// Draws the page.
pub fn jam_ui(ui: &mut Ui, view: &View, intents: &mut Vec<Intent>) {
    let density = Density::of(ui.max_rect().width());
    let strip_height = match density {
        Density::Wide => 156.0,
        Density::Compact => 148.0,
        Density::Folded => 304.0,
    };
    super::page(ui, 240.0 + strip_height, |ui, page| {
        let (margin, gap) = (density.margin(), density.gap());
        let area = Rect::from_min_max(
            pos2(page.min.x + margin, page.min.y + gap),
            pos2(page.max.x - margin, page.max.y - margin),
        );
        let split = area.max.y - strip_height;
        let plan = Rect::from_x_y_ranges(area.x_range(), area.min.y..=split - gap);
        well::well_ui(ui, plan, density, view);
        strip::strip_ui(ui, Rect::from_x_y_ranges(area.x_range(), split..=area.max.y), density, view, intents);
    });
}
