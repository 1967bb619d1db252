//! Where everything of the well lies: a column of strips at the left, time to its right.

use crate::session::band::Part;
use crate::ui::theme::Density;
use egui::Rect;

/// Height of the ruler of bars and beats.
pub const RULER: f32 = 24.0;

/// The rows of the well, over its whole width.
#[derive(Clone, Copy, Debug)]
pub struct Places {
    /// All of it.
    pub area: Rect,
    /// Bars and beats.
    pub ruler: Rect,
    /// The chord strip.
    pub chords: Rect,
    /// The player's lane.
    pub you: Rect,
    /// The lane of each part.
    pub parts: [Rect; Part::COUNT],
    header_width: f32,
}

impl Places {
    /// Shares `area` out.
    #[must_use]
    pub fn of(area: Rect, density: Density) -> Self {
        let is_wide = density == Density::Wide;
        let chords_height = if is_wide { 48.0 } else { 42.0 };
        let mut top = area.min.y;
        let mut row = |height: f32| {
            let rect = Rect::from_x_y_ranges(area.x_range(), top..=top + height);
            top = rect.max.y;
            rect
        };
        let (ruler, chords) = (row(RULER), row(chords_height));
        let free = area.height() - RULER - chords_height;
        let you = row((free * 0.17).max(60.0).floor());
        let lane = (area.max.y - you.max.y) / Part::COUNT as f32;
        let parts = [(); Part::COUNT].map(|()| row(lane));
        Self { area, ruler, chords, you, parts, header_width: if is_wide { 232.0 } else { 156.0 } }
    }

    /// The left part of a row: names and controls.
    #[must_use]
    pub fn header(&self, row: Rect) -> Rect {
        row.with_max_x(self.area.min.x + self.header_width)
    }

    /// The right part of a row: time.
    #[must_use]
    pub fn body(&self, row: Rect) -> Rect {
        row.with_min_x(self.area.min.x + self.header_width)
    }

    /// The lane of a part.
    #[must_use]
    pub fn part(&self, part: Part) -> Rect {
        self.parts[part as usize]
    }
}
