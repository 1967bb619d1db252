//! The second row of the top bar: transport, tempo, beat, metronome, memory and Keep, the output meter.

use super::theme::{self, Density};
use super::widgets::{
    self, Adjust, Axis, Button, Choice, Hang, button, describe, drop_down, icon_button, mono, toggle, ui_face, write,
};
use super::{UiState, avartan, icons, tempo, text};
use crate::engine::params::ParamId;
use crate::session::{Intent, Page, TempoState, View};
use egui::{Rect, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};

/// Draws the row in `row`.
pub fn transport_ui(ui: &mut Ui, row: Rect, state: &mut UiState, view: &View, intents: &mut Vec<Intent>) {
    let density = Density::of(row.width());
    let x = motion_ui(ui, row, density, view, intents);
    let x = tempo::tempo_ui(ui, row, x, (state, view), intents);
    let right = meter_ui(ui, row, density, view);
    let right = keep_ui(ui, row, right, view, intents);
    let x = if density == Density::Folded { x } else { tempo::source_ui(ui, row, x, view, intents) };
    let tala = view.practice.tala.as_deref().filter(|_| state.page == Page::Practice);
    let x = match tala {
        Some(tala) => avartan::cells_ui(ui, row, (x, right), tala, view),
        None => beat_ui(ui, row, x, view, intents),
    };
    // Raga and Sa go before the words of the metronome.
    let kept = if state.page == Page::Practice { avartan::SUBJECT_WIDTH } else { 0.0 };
    let x = metronome_ui(ui, row, (x, right - kept), view, intents);
    if state.page == Page::Practice {
        avartan::subject_ui(ui, row, (x, right), view);
    } else {
        harmony_ui(ui, row, (x, right), view);
    }
}

/// Play or stop, record, tap; returns where the next thing starts.
fn motion_ui(ui: &Ui, row: Rect, density: Density, view: &View, intents: &mut Vec<Intent>) -> f32 {
    let size = vec2(44.0, if density == Density::Wide { 36.0 } else { 32.0 });
    let slot = |index: f32| {
        let x = row.min.x + density.margin() + index * 50.0;
        Rect::from_min_size(pos2(x, row.center().y - size.y / 2.0), size)
    };
    let is_moving = view.transport.is_playing || view.transport.is_counting_in;
    let name = if is_moving { "Stop, Space" } else { "Play, Space" };
    let icon = |centre, colour| if is_moving { icons::stop(centre, colour) } else { icons::play(centre, colour) };
    if icon_button(ui, slot(0.0), name, icon).clicked() {
        intents.push(Intent::PlayOrStop);
    }
    let recording = view.transport.recording_secs;
    let name = if recording.is_some() { "Stop recording" } else { "Record" };
    let response = icon_button(ui, slot(1.0), name, |centre, colour| match recording {
        Some(_) => icons::disc(centre - vec2(0.0, 6.0), 5.5, theme::FAULT),
        None => egui::Shape::circle_stroke(centre, 5.5, Stroke::new(2.0, colour)),
    });
    if let Some(secs) = recording {
        let at = pos2(slot(1.0).center().x, slot(1.0).max.y - 5.0);
        let elapsed = text::clock(secs);
        write(ui.painter(), at, Hang::Middle, &elapsed, mono(theme::SMALL, theme::T1));
        describe(ui, &response, &elapsed);
    }
    if response.clicked() {
        intents.push(Intent::RecordOrStop);
    }
    if button(ui, slot(2.0), Button::new("Tap")).clicked() {
        intents.push(Intent::Tap);
    }
    slot(2.0).max.x + if density == Density::Wide { 24.0 } else { 16.0 }
}

/// The beat that was heard last, while the beat is known.
#[derive(Clone, Copy)]
struct HeardPlace {
    beats_per_bar: u32,
    bar: u32,
    /// From 0.
    beat: u8,
}

fn heard_place(view: &View) -> Option<HeardPlace> {
    let heard = &*view.heard;
    let is_known = matches!(heard.tempo, TempoState::Following | TempoState::Rubato | TempoState::Given(_));
    let beat = heard.beats.last().filter(|_| is_known && !heard.upcoming.is_empty())?.bar_position?;
    let beats_per_bar = u32::from(heard.beats_per_bar?);
    (heard.bars > 0 && u32::from(beat) < beats_per_bar).then_some(HeardPlace { beats_per_bar, bar: heard.bars, beat })
}

/// One cell for each beat of the bar, filled while it is heard; wheel and arrows change their number.
fn beat_ui(ui: &Ui, row: Rect, x: f32, view: &View, intents: &mut Vec<Intent>) -> f32 {
    let ink = widgets::ink(ui);
    let transport = &view.transport;
    let is_moving = transport.is_playing || transport.is_counting_in;
    let heard = heard_place(view).filter(|_| !is_moving);
    let beats = heard.map_or(transport.beats_per_bar, |heard| heard.beats_per_bar).max(1);
    let pitch = if beats <= 4 { 20.0 } else { (100.0 / beats as f32).max(6.0) };
    let cell = (pitch - 6.0).clamp(3.0, 14.0);
    let beat = transport.beat.0.floor() as i64;
    let now = heard.map_or(beat.rem_euclid(i64::from(beats)), |heard| i64::from(heard.beat));
    let y = row.center().y;
    let area = Rect::from_x_y_ranges(x - 4.0..=x + pitch * beats as f32 - 2.0, y - 14.0..=y + 14.0);
    let response = widgets::hit(ui, area, "beats", Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::slider(true, f64::from(beats), "Beats in a bar"));
    describe(ui, &response, &beats.to_string());
    if response.hovered() {
        ui.painter().rect_filled(area, theme::RADIUS_SMALL, theme::CTRL);
    }
    for index in 0..beats {
        let centre = pos2(x + pitch * index as f32 + 7.0_f32.min(pitch / 2.0), y);
        let rect = Rect::from_center_size(centre, Vec2::splat(cell));
        if (is_moving || heard.is_some()) && now == i64::from(index) {
            ui.painter().rect_filled(rect, 3, theme::T1);
        } else {
            ui.painter().rect_stroke(rect.shrink(0.5), 3, Stroke::new(1.0, ink.edge), StrokeKind::Middle);
        }
    }
    widgets::focus_ring(ui, &response, area, theme::RADIUS_SMALL);
    let spec = ParamId::BeatsPerBar.spec();
    let step = 1.0 / (spec.max - spec.min);
    let set = transport.beats_per_bar.max(1) as f32;
    let (place, default_place) = (spec.normalise(set), spec.normalise(spec.default));
    let adjust = Adjust { place, default_place, step, travel: 300.0, axis: Axis::Vertical };
    if let Some(place) = adjust.moved(ui, &response) {
        let wanted = spec.denormalise(place);
        if wanted != set {
            intents.push(Intent::SetParam(ParamId::BeatsPerBar, wanted));
        }
    }
    response.on_hover_text(format!("{beats} beats in a bar: drag, wheel or arrows"));
    let place = if let Some(heard) = heard {
        format!("{}.{}", heard.bar, heard.beat + 1)
    } else if is_moving {
        let bar = beat.div_euclid(i64::from(beats));
        let bar = if bar >= 0 { bar + 1 } else { bar };
        format!("{}.{}", text::number(bar as f64, 0), now + 1)
    } else {
        text::DASH.to_owned()
    };
    let at = pos2(area.max.x + 8.0, y + 4.68);
    widgets::say(ui, at, Hang::Left, &place, mono(theme::BODY, ink.t2));
    area.max.x + 8.0 + widgets::width(ui, "000.0", theme::mono_font(theme::BODY)) + 12.0
}

/// Metronome and count-in, where there is room for them; returns where the next thing starts.
fn metronome_ui(ui: &Ui, row: Rect, (x, right): (f32, f32), view: &View, intents: &mut Vec<Intent>) -> f32 {
    let ink = widgets::ink(ui);
    let y = row.center().y;
    if right - x < 52.0 {
        return x;
    }
    let height = if row.height() > 48.0 { 36.0 } else { 32.0 };
    let rect = Rect::from_min_size(pos2(x, y - height / 2.0), vec2(44.0, height));
    let is_on = view.params.is_on(ParamId::ClickOn);
    let response = toggle(ui, rect, "Metronome", is_on, icons::metronome);
    if response.clicked() {
        intents.push(Intent::SetParam(ParamId::ClickOn, if is_on { 0.0 } else { 1.0 }));
    }
    let bars = view.params.get(ParamId::CountInBars).round() as usize;
    let choices: Vec<Choice> = COUNT_INS
        .iter()
        .enumerate()
        .map(|(index, label)| Choice { label: (*label).to_owned(), is_selected: index == bars })
        .collect();
    let is_narrow = Density::of(row.width()) != Density::Wide || right - rect.max.x < COUNT_IN_WIDTH + 24.0;
    let (picked, end) = if is_narrow {
        // What is heard goes before a field: the metronome's own menu has it as well.
        (widgets::context_list(&response, COUNT_IN_WIDTH + 40.0, &choices), rect.max.x)
    } else {
        let left = rect.max.x + 10.0;
        write(ui.painter(), pos2(left, y - 7.5), Hang::Left, "count-in", ui_face(theme::SMALL, ink.t3));
        let field = Rect::from_min_size(pos2(left, y - 3.0), vec2(COUNT_IN_WIDTH, 22.0));
        let shown = COUNT_INS.get(bars).copied().unwrap_or(text::DASH);
        (drop_down(ui, field, "Count-in", shown, &choices), field.max.x)
    };
    if let Some(picked) = picked {
        intents.push(Intent::SetParam(ParamId::CountInBars, picked as f32));
    }
    end + 14.0
}

const COUNT_IN_WIDTH: f32 = 78.0;
/// What may be counted in, by bars.
const COUNT_INS: [&str; 5] = ["Off", "1 bar", "2 bars", "3 bars", "4 bars"];

/// Key and chord as they are heard, where there is room for them.
fn harmony_ui(ui: &Ui, row: Rect, (x, right): (f32, f32), view: &View) {
    const KEY_WIDTH: f32 = 66.0;
    let ink = widgets::ink(ui);
    let heard = &*view.heard;
    let y = row.center().y;
    let mut left = x;
    if right - x > KEY_WIDTH + 72.0 {
        widgets::post(ui, x, y - 14.0..=y + 14.0, ink.hair);
        left += 14.0;
        write(ui.painter(), pos2(left, y - 5.2), Hang::Left, "key", ui_face(theme::SMALL, ink.t3));
        let key = heard.key.as_ref().map_or_else(|| text::DASH.to_owned(), |key| text::chord(&key.name));
        let at = pos2(left, y + 13.68);
        let drawn = widgets::write_within(ui, at, KEY_WIDTH, &key, ui_face(theme::BODY, theme::T1));
        widgets::tell(ui, drawn, &format!("Key {key}"));
        left += KEY_WIDTH + 8.0;
    }
    let Some(chord) = heard.chord.as_ref().map(|chord| text::chord(&chord.name)) else { return };
    let room = right - left - 4.0;
    if room < 36.0 {
        return;
    }
    let mut size = Density::of(row.width()).figure();
    while size > theme::SMALL && widgets::width(ui, &chord, theme::ui_font(size)) > room {
        size -= 1.0;
    }
    let at = pos2(left, y + size * 0.345);
    let drawn = widgets::write_within(ui, at, room, &chord, ui_face(size, theme::T1));
    widgets::tell(ui, drawn, &format!("Chord {chord}"));
    if let Some(other) = heard.alternates.first().filter(|other| other.confidence >= 0.01) {
        let said = format!("or {}", text::chord(&other.name));
        if drawn.max.x + 10.0 + widgets::width(ui, &said, theme::ui_font(theme::SMALL)) < right - 8.0 {
            widgets::say(ui, pos2(drawn.max.x + 10.0, at.y), Hang::Left, &said, ui_face(theme::SMALL, ink.t3));
        }
    }
}

/// Minutes in memory and Keep; returns where the free space ends.
fn keep_ui(ui: &Ui, row: Rect, right: f32, view: &View, intents: &mut Vec<Intent>) -> f32 {
    let ink = widgets::ink(ui);
    let is_wide = Density::of(row.width()) == Density::Wide;
    let size = if is_wide { vec2(108.0, 36.0) } else { vec2(98.0, 32.0) };
    let y = row.center().y;
    let rect = Rect::from_min_size(pos2(right - size.x, y - size.y / 2.0), size);
    let has_something = view.memory_secs > 0.0;
    if button(ui, rect, Button::new("Keep").key("Enter").enabled(has_something)).clicked() {
        intents.push(Intent::Keep);
    }
    if !is_wide {
        return rect.min.x - 12.0;
    }
    let at = pos2(rect.min.x - 12.0, y - 5.2);
    let caption = write(ui.painter(), at, Hang::Right, "in memory", ui_face(theme::SMALL, ink.t3));
    let time = text::clock(view.memory_secs);
    widgets::say(ui, pos2(at.x, y + 13.68), Hang::Right, &time, mono(theme::BODY, ink.t2));
    caption.min.x - 16.0
}

/// The output: peak with its hold tick, a mark while the limiter holds back; returns where the next thing ends.
fn meter_ui(ui: &Ui, row: Rect, density: Density, view: &View) -> f32 {
    let ink = widgets::ink(ui);
    let (length, figure) = if density == Density::Wide { (120.0, 38.0) } else { (72.0, 38.0) };
    let right = row.max.x - density.margin();
    let left = right - figure - length;
    let y = row.center().y;
    let master = &view.master;
    let peak = master.peak_db[0].max(master.peak_db[1]);
    let hold = master.hold_db[0].max(master.hold_db[1]);
    let share = |db: f32| ((db + 60.0) / 60.0).clamp(0.0, 1.0);
    for (channel, top) in [-6.0_f32, 2.0].into_iter().enumerate() {
        let bar = Rect::from_min_size(pos2(left, y + top), vec2(length, 4.0));
        ui.painter().rect_filled(bar, 1, theme::PRESS);
        let mut filled = bar;
        filled.max.x = left + length * share(master.peak_db[channel]);
        ui.painter().rect_filled(filled, 1, ink.t2);
    }
    if hold > -60.0 {
        let x = (left + length * share(hold)).min(left + length - 1.5);
        let tick = Rect::from_min_size(pos2(x, y - 6.0), vec2(1.5, 12.0));
        ui.painter().rect_filled(tick, 0, theme::T1);
    }
    let is_limiting = view.limiter_db >= 0.1;
    for db in [-30.0, -15.0, 0.0].into_iter().filter(|_| !is_limiting) {
        widgets::post(ui, left + length * share(db) - 0.5, y + 9.0..=y + 12.0, ink.t4);
    }
    let level = if hold <= -100.0 { "\u{2212}\u{221e}".to_owned() } else { text::number(f64::from(hold), 1) };
    write(ui.painter(), pos2(right, y + 3.96), Hang::Right, &level, mono(theme::SMALL, ink.t2));
    let mut words = format!("Output {level} dB");
    if is_limiting {
        let limited = format!("limit {}", text::number(-f64::from(view.limiter_db), 1));
        let at = pos2(right, y + 17.0);
        let drawn = write(ui.painter(), at, Hang::Right, &limited, mono(theme::SMALL, theme::WARN));
        ui.painter().add(icons::triangle(pos2(drawn.min.x - 9.0, drawn.center().y), 4.0, theme::WARN));
        words = format!("{words}, the limiter holds back {} dB", text::number(f64::from(view.limiter_db), 1));
    }
    let area = Rect::from_min_max(pos2(left, y - 14.0), pos2(right, y + 14.0));
    widgets::tell(ui, area, &words).on_hover_text(format!("{words} (peak {} dB)", text::level(peak)));
    left - 20.0
}
