//! The six macro knobs of the sound.

use crate::base::limits::MACROS;
use crate::engine::params::ParamId;
use crate::session::{Intent, View};
use crate::ui::widgets::{self, Knob};
use egui::{Rect, Ui, pos2, vec2};

/// Draws the knobs, in two rows where six do not fit in one.
pub fn macros_ui(ui: &Ui, area: Rect, view: &View, intents: &mut Vec<Intent>) {
    let columns = if area.width() < 700.0 { 3 } else { MACROS };
    let lines = MACROS.div_ceil(columns);
    let size = vec2(area.width() / columns as f32, area.height() / lines as f32);
    let radius = if size.y > 80.0 { 26.0 } else { 22.0 };
    for (index, spec) in super::patch(view).macros.iter().enumerate() {
        let id = ParamId::macro_knob(index);
        let (column, line) = (index % columns, index / columns);
        let min = pos2(area.min.x + column as f32 * size.x, area.min.y + line as f32 * size.y);
        let place = view.params.get(id);
        let text = spec.text(place);
        let shown = Knob {
            label: spec.label,
            value: &text,
            place,
            default_place: spec.normalise(spec.default),
            is_learning: view.learning == Some(id),
        };
        let rect = Rect::from_min_size(min, vec2(size.x - 8.0, size.y));
        let (response, moved) = widgets::knob(ui, rect, radius, shown);
        if let Some(place) = moved {
            intents.push(Intent::SetParam(id, place));
        }
        widgets::learn_menu(&response, id, view, intents);
    }
}
