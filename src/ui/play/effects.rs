//! Reverb, delay and chorus: a switch and three sliders each.

use crate::engine::params::ParamId;
use crate::session::{Intent, View};
use crate::ui::theme::{self, Density};
use crate::ui::widgets::{self, Hang, ui_face};
use egui::{Rect, Ui, pos2, vec2};

struct Effect {
    name: &'static str,
    switch: ParamId,
    sliders: [ParamId; 3],
    note: &'static str,
}

const EFFECTS: [Effect; 3] = [
    Effect {
        name: "Reverb",
        switch: ParamId::ReverbOn,
        sliders: [ParamId::ReverbSize, ParamId::ReverbDamp, ParamId::ReverbMix],
        note: "",
    },
    Effect {
        name: "Delay",
        switch: ParamId::DelayOn,
        sliders: [ParamId::DelayTime, ParamId::DelayRepeats, ParamId::DelayMix],
        note: "follows tempo",
    },
    Effect {
        name: "Chorus",
        switch: ParamId::ChorusOn,
        sliders: [ParamId::ChorusRate, ParamId::ChorusDepth, ParamId::ChorusMix],
        note: "",
    },
];

/// Draws the three panels, below each other where they do not fit in one row.
pub fn effects_ui(ui: &Ui, area: Rect, density: Density, view: &View, intents: &mut Vec<Intent>) {
    let (columns, lines) = if density == Density::Folded { (1.0, 3.0) } else { (3.0, 1.0) };
    let gap = density.gap();
    let size = vec2((area.width() - gap * (columns - 1.0)) / columns, (area.height() - gap * (lines - 1.0)) / lines);
    for (index, effect) in EFFECTS.iter().enumerate() {
        let step = (size + vec2(gap, gap)) * index as f32;
        let offset = if columns > 1.0 { vec2(step.x, 0.0) } else { vec2(0.0, step.y) };
        effect_ui(ui, Rect::from_min_size(area.min + offset, size), effect, view, intents);
    }
}

fn effect_ui(ui: &Ui, rect: Rect, effect: &Effect, view: &View, intents: &mut Vec<Intent>) {
    let ink = widgets::ink(ui);
    widgets::panel(ui, rect);
    let is_on = view.params.is_on(effect.switch);
    let pad = if rect.height() > 85.0 { 16.0 } else { 12.0 };
    let y = rect.min.y + if rect.height() > 85.0 { 22.0 } else { 19.0 };
    let response = widgets::switch(ui, pos2(rect.min.x + pad + 15.0, y), effect.name, is_on);
    if response.clicked() {
        intents.push(Intent::SetParam(effect.switch, if is_on { 0.0 } else { 1.0 }));
    }
    widgets::learn_menu(&response, effect.switch, view, intents);
    let colour = if is_on { theme::T1 } else { ink.t3 };
    let at = pos2(rect.min.x + pad + 40.0, y + 4.48);
    widgets::write(ui.painter(), at, Hang::Left, effect.name, ui_face(theme::BODY, colour));
    let note = if is_on { effect.note } else { "off" };
    let at = pos2(rect.max.x - pad, y + 3.8);
    widgets::write(ui.painter(), at, Hang::Right, note, ui_face(theme::SMALL, ink.t3));
    let width = (rect.width() - 2.0 * pad - 32.0) / 3.0;
    let rail = rect.max.y - if rect.height() > 85.0 { 24.0 } else { 20.0 };
    for (index, id) in effect.sliders.into_iter().enumerate() {
        let x = rect.min.x + pad + index as f32 * (width + 16.0);
        let area = Rect::from_x_y_ranges(x..=x + width, rail - 14.0..=rail + 14.0);
        widgets::param_slider(ui, area, id, (view, effect.name, is_on), intents);
    }
}
