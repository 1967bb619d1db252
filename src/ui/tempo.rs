//! The tempo in the top bar: the figure, and where it comes from.

use super::theme::{self, Density};
use super::widgets::{self, Adjust, Axis, Choice, Hang, describe, mono, ui_face, write};
use super::{UiState, text};
use crate::engine::params::ParamId;
use crate::session::{Intent, TempoGiver, TempoState, View};
use egui::{Rect, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, pos2};

/// The tempo that counts now: what is heard while it is followed, else what was set.
pub fn shown_bpm(view: &View) -> f64 {
    let is_free = !view.transport.is_playing && !view.transport.is_tempo_locked;
    let is_heard = !matches!(view.heard.tempo, TempoState::Given(TempoGiver::Fixed));
    view.heard.bpm.filter(|_| is_free && is_heard).unwrap_or(view.transport.tempo_bpm)
}

/// Where the tempo comes from, and what can be done about it.
pub fn tempo_words(view: &View) -> (&'static str, &'static str) {
    match view.heard.tempo {
        _ if view.transport.is_tempo_locked => ("set", "click to follow you"),
        TempoState::Given(TempoGiver::Tap) => ("tapped", "as you tapped it"),
        TempoState::Given(TempoGiver::Clock) => ("MIDI clock", "from outside"),
        // No player goes along: the transport is a metronome.
        TempoState::Given(TempoGiver::Fixed) if view.transport.is_playing => ("set", "you follow it"),
        TempoState::Given(TempoGiver::Fixed) => ("set", "click to follow you"),
        TempoState::Following => ("following you", ""),
        TempoState::Rubato => ("rubato", "you lead"),
        _ if view.transport.is_playing => ("set", "follows your beat"),
        TempoState::Silent if !view.has_played => ("not heard yet", "set it, or tap"),
        TempoState::Silent => ("silent", "waits for you"),
        TempoState::Finding => ("finding the beat", "play on, or tap"),
        TempoState::Lost => ("lost the beat", "play on, or tap"),
    }
}

/// The tempo: drag to set, click to type, wheel and arrows.
pub fn tempo_ui(ui: &mut Ui, row: Rect, x: f32, scene: (&mut UiState, &View), intents: &mut Vec<Intent>) -> f32 {
    let (state, view) = scene;
    let size = Density::of(row.width()).figure();
    let ink = widgets::ink(ui);
    let baseline = row.center().y + size * 0.345;
    let figure_width = widgets::width(ui, "000.0", theme::ui_font(size));
    let area =
        Rect::from_min_max(pos2(x - 6.0, row.center().y - 18.0), pos2(x + figure_width + 6.0, row.center().y + 18.0));
    if state.tempo_edit.is_some() {
        type_tempo(ui, area, state, intents);
    } else {
        let tempo = shown_bpm(view);
        let response = widgets::hit(ui, area, "tempo", Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::slider(true, tempo, "Tempo"));
        describe(ui, &response, &format!("{} BPM", text::number(tempo, 1)));
        if response.hovered() || response.has_focus() {
            ui.painter().rect_filled(area, theme::RADIUS_CTRL, theme::CTRL);
        }
        let colour = if view.has_played || tempo != 120.0 { theme::T1 } else { ink.t2 };
        let figure = text::number(tempo, 1);
        write(ui.painter(), pos2(x, baseline), Hang::Left, &figure, ui_face(size, colour));
        widgets::focus_ring(ui, &response, area, theme::RADIUS_CTRL);
        move_tempo(ui, &response, tempo, intents);
        let enter = response.has_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        if response.clicked() || enter {
            state.tempo_edit = Some(text::number(tempo, 1));
            state.tempo_opened.clone_from(&state.tempo_edit);
        }
        widgets::learn_menu(&response, ParamId::Tempo, view, intents);
        response.on_hover_text("Drag to set, click to type");
    }
    let unit_x = x + figure_width + 6.0;
    let unit = if view.learning == Some(ParamId::Tempo) { "waiting\u{2026}" } else { "BPM" };
    let drawn = write(ui.painter(), pos2(unit_x, baseline), Hang::Left, unit, ui_face(theme::SMALL, ink.t3));
    drawn.max.x + 14.0
}

fn move_tempo(ui: &Ui, response: &egui::Response, tempo: f64, intents: &mut Vec<Intent>) {
    let spec = ParamId::Tempo.spec();
    let span = spec.max - spec.min;
    let adjust = Adjust {
        place: spec.normalise(tempo as f32),
        default_place: spec.normalise(tempo as f32),
        step: 1.0 / span,
        travel: span * 2.0,
        axis: Axis::Vertical,
    };
    if response.double_clicked() {
        return;
    }
    if let Some(place) = adjust.moved(ui, response) {
        let fine = ui.input(|input| input.modifiers.shift);
        let bpm = spec.denormalise(place);
        let bpm = if fine { (bpm * 10.0).round() / 10.0 } else { bpm.round() };
        intents.push(Intent::SetParam(ParamId::Tempo, bpm));
    }
}

fn type_tempo(ui: &mut Ui, area: Rect, state: &mut UiState, intents: &mut Vec<Intent>) {
    let Some(mut typed) = state.tempo_edit.take() else { return };
    ui.painter().rect(area, theme::RADIUS_CTRL, theme::CTRL, Stroke::new(2.0, theme::T1), StrokeKind::Outside);
    let size = Density::of(ui.max_rect().width()).figure();
    let id = ui.unique_id().with("tempo edit");
    let is_new = ui.memory(|memory| memory.focused() != Some(id));
    let edit = egui::TextEdit::singleline(&mut typed)
        .id(id)
        .font(theme::ui_font(size))
        .text_color(theme::T1)
        .frame(egui::Frame::NONE)
        .char_limit(6)
        .align(egui::Align2::LEFT_CENTER)
        .margin(egui::Margin::symmetric(6, 0));
    let mut child = ui.new_child(UiBuilder::new().max_rect(area));
    let response = child.add_sized(area.size(), edit);
    ui.ctx().accesskit_node_builder(id, |node| node.set_label("Tempo in BPM"));
    if response.lost_focus() {
        let bpm = typed.trim().replace(',', ".").parse::<f32>();
        let escaped = ui.input(|input| input.key_pressed(egui::Key::Escape));
        if let Ok(bpm) = bpm
            && !escaped
            && bpm.is_finite()
            && state.tempo_opened.as_deref() != Some(typed.as_str())
        {
            intents.push(Intent::SetParam(ParamId::Tempo, ParamId::Tempo.spec().clamp(bpm)));
        }
        return;
    }
    if is_new {
        response.request_focus();
        let mut memory = egui::text_edit::TextEditState::load(ui.ctx(), id).unwrap_or_default();
        let end = egui::text::CCursor::new(egui::text::CharIndex(typed.chars().count()));
        let all = egui::text::CCursorRange::two(egui::text::CCursor::default(), end);
        memory.cursor.set_char_range(Some(all));
        memory.store(ui.ctx(), id);
    }
    state.tempo_edit = Some(typed);
}

/// Where the tempo comes from, in words, with how sure the ear is; a click opens what can be done.
pub fn source_ui(ui: &Ui, row: Rect, x: f32, view: &View, intents: &mut Vec<Intent>) -> f32 {
    let ink = widgets::ink(ui);
    let (first, second) = tempo_words(view);
    let y = row.center().y;
    let area = Rect::from_x_y_ranges(x - 6.0..=x + 94.0, y - 19.0..=y + 19.0);
    let response = widgets::hit(ui, area, "tempo source", Sense::click());
    response.widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::Button, true, "Tempo source"));
    if response.hovered() {
        ui.painter().rect_filled(area, theme::RADIUS_CTRL, theme::CTRL);
    }
    let label = if response.hovered() { ink.t2 } else { ink.t3 };
    widgets::say(ui, pos2(x, y - 5.2), Hang::Left, first, ui_face(theme::SMALL, ink.t2));
    if second.is_empty() {
        let confidence = view.heard.tempo_confidence;
        let bar = Rect::from_min_max(pos2(x, y + 7.0), pos2(x + 48.0, y + 11.0));
        ui.painter().rect_filled(bar, 2, theme::PRESS);
        let filled = Rect::from_min_max(bar.min, pos2(bar.min.x + bar.width() * confidence.clamp(0.0, 1.0), bar.max.y));
        ui.painter().rect_filled(filled, 2, ink.t2);
        let at = pos2(bar.max.x + 6.0, y + 12.96);
        widgets::say(ui, at, Hang::Left, &text::percent(confidence), mono(theme::SMALL, ink.t2));
    } else {
        write(ui.painter(), pos2(x, y + 12.96), Hang::Left, second, ui_face(theme::SMALL, label));
    }
    widgets::focus_ring(ui, &response, area, theme::RADIUS_CTRL);
    describe(ui, &response, &format!("{first} {second}"));
    source_menu(&response, view, intents);
    area.max.x + 12.0
}

/// Follow, hold, half, double.
pub fn source_menu(response: &egui::Response, view: &View, intents: &mut Vec<Intent>) {
    let bpm = shown_bpm(view);
    let is_locked = view.transport.is_tempo_locked;
    let spec = ParamId::Tempo.spec();
    let (min, max) = (f64::from(spec.min), f64::from(spec.max));
    let [half, double] = [0.5, 2.0].map(|times| (bpm * times).clamp(min, max));
    let at = |bpm: f64| format!("{} BPM", text::number(bpm, 1));
    let wishes = [
        ("Follow what I play".to_owned(), !is_locked, Intent::FollowTempo),
        (format!("Hold {}", at(bpm)), is_locked, Intent::LockTempo(bpm)),
        (format!("Half, {}", at(half)), false, Intent::LockTempo(half)),
        (format!("Double, {}", at(double)), false, Intent::LockTempo(double)),
    ];
    let choices: Vec<Choice> = wishes
        .iter()
        .map(|(label, is_selected, _)| Choice { label: label.clone(), is_selected: *is_selected })
        .collect();
    if let Some(picked) = widgets::list_menu(response, 180.0, &choices) {
        intents.push(wishes[picked].2.clone());
    }
}
