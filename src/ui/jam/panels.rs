//! What the band is asked: feel, plan, conversation and form. Each group is three rows, wherever it stands.

use super::marks::TRADE;
use super::raga;
use super::state::JamState;
use crate::engine::params::{ParamId, Unit};
use crate::session::band::{BandOrder, Cue, Side, style_beats_per_bar};
use crate::session::{Intent, View};
use crate::ui::theme;
use crate::ui::widgets::{
    self, Button, Choice, Hang, Look, button, grouped_drop_down, segment, stepper, ui_face, write,
};
use egui::{Rect, Ui, pos2, vec2};

/// Height of three rows with the gaps between them.
pub const HEIGHT: f32 = 3.0 * ROW + 2.0 * GAP;
const ROW: f32 = 28.0;
const GAP: f32 = 6.0;
/// Height of a row with the gap under it.
pub const STEP: f32 = ROW + GAP;

/// Styles are offered in families, each named before its first.
const FAMILIES: [(usize, &str); 6] = [
    (0, "Rock and pop"),
    (2, "Soul and dance"),
    (6, "Brazil"),
    (8, "Jazz"),
    (11, "Reggae and Afrobeat"),
    (13, "In three and in six"),
];
const FILLS: [&str; 5] = ["No", "2", "4", "8", "16"];
const TURNS: [&str; 5] = ["By hand", "1", "2", "4", "8"];
const MODES: [&str; 4] = ["Groove", "Trade", "Drift", "Raga"];
const STARTS: [&str; 3] = ["Play", "my first note", "my beat"];
const VARIATIONS: [&str; 4] = ["A", "B", "C", "D"];

/// A row of a group, from 0 to 2.
fn row(area: Rect, index: usize) -> Rect {
    Rect::from_min_size(area.min + vec2(0.0, (ROW + GAP) * index as f32), vec2(area.width(), ROW))
}

/// A row's label; what is left of the row.
fn labelled(ui: &Ui, row: Rect, label: &str, width: f32) -> Rect {
    let at = pos2(row.min.x, row.center().y + 3.8);
    write(ui.painter(), at, Hang::Left, label, ui_face(theme::SMALL, widgets::ink(ui).t3));
    row.with_min_x(row.min.x + width)
}

fn chosen(view: &View, id: ParamId) -> usize {
    view.params.get(id) as usize
}

/// A parameter of a few choices as segments.
fn choice_ui(ui: &Ui, rect: Rect, (id, name): (ParamId, &str), labels: &[&str], scene: (&View, &mut Vec<Intent>)) {
    let (view, intents) = scene;
    if let Some(picked) = segment(ui, rect, name, labels, Some(chosen(view, id))) {
        intents.push(Intent::SetParam(id, picked as f32));
    }
}

/// The list of styles. A style in another metre brings its own beats in a bar.
pub fn style_ui(ui: &Ui, rect: Rect, view: &View, intents: &mut Vec<Intent>) {
    let id = ParamId::BandStyle;
    let Unit::Choice(names) = id.spec().unit else { return };
    let now = chosen(view, id);
    let choices =
        names.iter().enumerate().map(|(index, name)| Choice { label: (*name).to_owned(), is_selected: index == now });
    let shown = names.get(now).copied().unwrap_or_default();
    let choices: Vec<Choice> = choices.collect();
    if let Some(picked) = grouped_drop_down(ui, rect, ("Style", shown), &choices, &FAMILIES) {
        intents.push(Intent::SetParam(id, picked as f32));
        let beats = style_beats_per_bar(picked) as f32;
        if view.params.get(ParamId::BeatsPerBar) != beats {
            intents.push(Intent::SetParam(ParamId::BeatsPerBar, beats));
        }
    }
}

/// Style, fills and swing; or raga, tala and fills.
pub fn feel_ui(ui: &Ui, area: Rect, scene: (&mut JamState, &View), intents: &mut Vec<Intent>) {
    let (state, view) = scene;
    let first = row(area, 0);
    if raga::is_on(view) {
        raga::raga_ui(ui, first, "Raga", (state, view), intents);
    } else {
        style_ui(ui, first, view, intents);
    }
    taste_ui(ui, area.with_min_y(row(area, 1).min.y), view, intents);
}

/// Fills and swing, or tala and fills: two rows.
pub fn taste_ui(ui: &Ui, area: Rect, view: &View, intents: &mut Vec<Intent>) {
    if raga::is_on(view) {
        raga::tala_ui(ui, row(area, 0), view, intents);
        return fills_ui(ui, row(area, 1), view, intents);
    }
    fills_ui(ui, row(area, 0), view, intents);
    swing_ui(ui, row(area, 1), view, intents);
}

fn fills_ui(ui: &Ui, fills: Rect, view: &View, intents: &mut Vec<Intent>) {
    let (slider, every) = fills.split_left_right_at_fraction(0.36);
    widgets::param_slider(ui, lowered(slider), ParamId::BandFills, (view, "", true), intents);
    let field = labelled(ui, every.with_min_x(every.min.x + 12.0), "every", 32.0);
    choice_ui(ui, field, (ParamId::BandFillEvery, "Fill every"), &FILLS, (view, &mut *intents));
}

fn swing_ui(ui: &Ui, row: Rect, view: &View, intents: &mut Vec<Intent>) {
    let (swing, own) = row.split_left_right_at_x(row.max.x - 84.0);
    let is_own = view.params.is_on(ParamId::BandSwingOwn);
    let pill = Rect::from_x_y_ranges(own.min.x + 8.0..=own.max.x, own.center().y - 11.0..=own.center().y + 11.0);
    let response = widgets::pill(ui, pill, "of the style", "Swing of the style", is_own);
    if response.clicked() {
        intents.push(Intent::SetParam(ParamId::BandSwingOwn, if is_own { 0.0 } else { 1.0 }));
    }
    widgets::learn_menu(&response, ParamId::BandSwingOwn, view, intents);
    let before = intents.len();
    widgets::param_slider(ui, lowered(swing), ParamId::BandSwing, (view, "", !is_own), intents);
    // Who moves the swing wants it: the style's own gives way.
    let is_moved = intents[before..].iter().any(|intent| matches!(intent, Intent::SetParam(ParamId::BandSwing, _)));
    if is_moved && is_own {
        intents.push(Intent::SetParam(ParamId::BandSwingOwn, 0.0));
    }
}

/// A slider has its words above its rail: it hangs lower in its row, and its handle stays inside.
fn lowered(row: Rect) -> Rect {
    row.translate(vec2(0.0, 4.0)).shrink2(vec2(1.0, 0.0))
}

/// How far ahead is planned and committed, and whether a part is left to who plays it.
pub fn plan_ui(ui: &Ui, area: Rect, view: &View, intents: &mut Vec<Intent>) {
    for (index, (id, label)) in
        [(ParamId::BandHorizon, "Look ahead"), (ParamId::BandCommit, "Commit")].into_iter().enumerate()
    {
        let field = labelled(ui, row(area, index), label, 62.0);
        let text = id.spec().text(view.params.get(id));
        stepper(ui, field, id, (view, label, &text), intents);
    }
    let yields = row(area, 2);
    let is_on = view.params.is_on(ParamId::BandYields);
    let response = widgets::switch(ui, pos2(yields.min.x + 15.0, yields.center().y), "Leave me my part", is_on);
    if response.clicked() {
        intents.push(Intent::SetParam(ParamId::BandYields, if is_on { 0.0 } else { 1.0 }));
    }
    widgets::learn_menu(&response, ParamId::BandYields, view, intents);
    let at = pos2(yields.min.x + 38.0, yields.center().y + 3.8);
    write(ui.painter(), at, Hang::Left, "leave me my part", ui_face(theme::SMALL, widgets::ink(ui).t2));
}

/// Whose turn it is now, by the plan.
fn side_now(view: &View) -> Side {
    let now = view.transport.beat.0;
    let holds =
        |bar: &&crate::session::band::BandBar| bar.begin_beats <= now && now < bar.begin_beats + f64::from(bar.beats);
    view.band.bars.iter().find(holds).or(view.band.bars.first()).map_or(Side::Player, |bar| bar.side)
}

/// Who plays when, and what to do with what was played.
pub fn conversation_ui(ui: &Ui, area: Rect, view: &View, intents: &mut Vec<Intent>) {
    turns_ui(ui, area, view, intents);
    memory_ui(ui, row(area, 2), intents);
}

/// Who plays when: two rows.
pub fn turns_ui(ui: &Ui, area: Rect, view: &View, intents: &mut Vec<Intent>) {
    let (modes, turn) = row(area, 0).split_left_right_at_x(area.max.x - 112.0);
    choice_ui(ui, modes, (ParamId::BandMode, "Mode"), &MODES, (view, &mut *intents));
    let takes_turns = chosen(view, ParamId::BandMode) == usize::from(TRADE);
    let label = if side_now(view) == Side::Player { "Band's turn" } else { "Your turn" };
    let spec = Button::new(label).key("7").enabled(takes_turns);
    if button(ui, turn.with_min_x(turn.min.x + 6.0), spec).clicked() {
        intents.push(Intent::Band(BandOrder::Form(Cue::HandOver)));
    }
    let field = labelled(ui, row(area, 1), "Turn, bars", 62.0);
    choice_ui(ui, field, (ParamId::BandTrade, "Turn"), &TURNS, (view, intents));
}

/// Again, forget, surprise.
pub fn memory_ui(ui: &Ui, row: Rect, intents: &mut Vec<Intent>) {
    let wishes =
        [("Again", "8", BandOrder::Again), ("Forget", "9", BandOrder::Forget), ("Surprise", "0", BandOrder::Surprise)];
    let words = wishes.map(|(label, ..)| widgets::width(ui, label, theme::ui_font(theme::BODY)));
    let room = (row.width() - 12.0 - words.iter().sum::<f32>()) / 3.0;
    let mut x = row.min.x;
    for ((label, key, order), word) in wishes.into_iter().zip(words) {
        let rect = Rect::from_x_y_ranges(x..=x + word + room, row.y_range());
        x = rect.max.x + 6.0;
        if button(ui, rect, Button::new(label).key(key)).clicked() {
            intents.push(Intent::Band(order));
        }
    }
}

/// Sections, the end, and how it begins.
pub fn form_ui(ui: &Ui, area: Rect, view: &View, intents: &mut Vec<Intent>) {
    let first = row(area, 0);
    let place = |row: Rect, from: f32, to: f32| Rect::from_x_y_ranges(row.min.x + from..=row.min.x + to, row.y_range());
    let (width, side) = (first.width(), 52.0);
    let mut ask = |rect: Rect, spec: Button<'_>, order: BandOrder| {
        if button(ui, rect, spec).clicked() {
            intents.push(Intent::Band(order));
        }
    };
    ask(place(first, 0.0, side), Button::new("Intro"), BandOrder::Form(Cue::Intro));
    ask(place(first, width - side, width), Button::new("Fill"), BandOrder::Form(Cue::Fill));
    let second = row(area, 1);
    let look = if view.band.is_ending { Look::Selected } else { Look::Plain };
    ask(place(second, 0.0, 78.0), Button::new("Ending").look(look), BandOrder::Form(Cue::Ending));
    ask(place(second, 84.0, width), Button::new("Stop on the beat"), BandOrder::StopOnBeat);
    let field = place(first, side + 6.0, width - side - 6.0);
    if let Some(picked) = segment(ui, field, "Variation", &VARIATIONS, Some(usize::from(view.band.variation))) {
        intents.push(Intent::Band(BandOrder::Form(Cue::Variation(picked as u8))));
    }
    let field = labelled(ui, row(area, 2), "Begins with", 66.0);
    choice_ui(ui, field, (ParamId::BandStart, "Begins with"), &STARTS, (view, &mut *intents));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_name_every_choice_of_their_parameter_and_families_begin_in_order() {
        for (id, labels) in [
            (ParamId::BandFillEvery, &FILLS[..]),
            (ParamId::BandTrade, &TURNS[..]),
            (ParamId::BandMode, &MODES[..]),
            (ParamId::BandStart, &STARTS[..]),
        ] {
            let Unit::Choice(names) = id.spec().unit else { panic!("{id:?} has no choices") };
            assert_eq!(names.len(), labels.len(), "{id:?}");
        }
        let Unit::Choice(styles) = ParamId::BandStyle.spec().unit else { panic!("styles are choices") };
        assert!(FAMILIES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (first, style) in
            [(0, "Rock"), (2, "Funk"), (6, "Bossa nova"), (8, "Swing"), (11, "Reggae"), (13, "Jazz waltz")]
        {
            assert_eq!(styles[first], style);
            assert!(FAMILIES.iter().any(|(at, _)| *at == first));
        }
    }
}
