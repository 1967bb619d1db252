//! Sa: as a key with cents, and the figure that is dragged or typed.

use super::PracticeState;
use crate::engine::params::ParamId;
use crate::session::{Intent, View};
use crate::ui::text;
use crate::ui::theme;
use crate::ui::widgets::{self, Adjust, Axis, Hang, describe, ui_face, write};
use egui::{Rect, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, pos2};

/// Points of dragging for a cent.
const POINTS_PER_CENT: f32 = 2.0;

/// Semitones above C-1, A4 at 440 Hz.
fn keys_of(hz: f32) -> f64 {
    69.0 + 12.0 * (f64::from(hz.max(1.0)) / 440.0).log2()
}

fn hz_of(key: f64) -> f32 {
    (440.0 * ((key - 69.0) / 12.0).exp2()) as f32
}

/// The nearest key and the cents from it: "C♯3" and -4.
#[must_use]
pub fn sa_name(hz: f32) -> (String, i32) {
    let key = keys_of(hz);
    let nearest = key.round().clamp(0.0, 127.0);
    (text::key_name(nearest as u8), ((key - nearest) * 100.0).round() as i32)
}

/// The pitch with its unit: "138.6 Hz".
#[must_use]
pub fn sa_hz(hz: f32) -> String {
    format!("{} Hz", text::number(f64::from(hz), 1))
}

/// Cents with their sign: "+12", "±0".
#[must_use]
pub fn signed(cents: f32) -> String {
    match cents.round() {
        0.0 => "\u{b1}0".to_owned(),
        cents if cents > 0.0 => format!("+{cents:.0}"),
        cents => text::number(f64::from(cents), 0),
    }
}

/// Reads what people type: "138.6", "147 Hz", "C#3", "Bb2 -12", "D" for the one nearest to `now_hz`. In Hz.
#[must_use]
pub fn parse(typed: &str, now_hz: f32) -> Option<f32> {
    let plain =
        typed.trim().replace(',', ".").replace(text::MINUS, "-").replace('\u{266f}', "#").replace('\u{266d}', "b");
    let figure = plain.to_lowercase();
    if let Ok(hz) = figure.trim_end_matches("hz").trim().parse::<f32>() {
        return (hz.is_finite() && hz > 0.0).then_some(hz);
    }
    let mut letters = plain.chars();
    let letter = letters.next()?.to_ascii_uppercase();
    let class = [9, 11, 0, 2, 4, 5, 7][usize::from(u8::try_from(letter).ok()?.checked_sub(b'A').filter(|at| *at < 7)?)];
    let rest = letters.as_str();
    let (shift, rest) = match rest.chars().next() {
        Some('#') => (1, &rest[1..]),
        Some('b') => (-1, &rest[1..]),
        _ => (0, rest),
    };
    let (octave, cents) = match rest.find(|c: char| c == ' ' || c == '+' || (c == '-' && !rest.starts_with('-'))) {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let cents = cents.trim().trim_end_matches("cents").trim_end_matches('c').trim();
    let cents: f64 = if cents.is_empty() { 0.0 } else { cents.parse().ok()? };
    let key = f64::from(class + shift) + cents / 100.0;
    let octave: f64 = match octave.trim() {
        "" => ((keys_of(now_hz) - key) / 12.0).round() - 1.0,
        octave => f64::from(octave.parse::<i8>().ok()?),
    };
    Some(hz_of(key + 12.0 * (octave + 1.0)))
}

/// The figure of Sa with its baseline at `at`: drag for cents, click to type; its rectangle.
pub fn figure_ui(
    ui: &mut Ui,
    at: egui::Pos2,
    size: f32,
    scene: (&mut PracticeState, &View),
    intents: &mut Vec<Intent>,
) -> Rect {
    let (state, view) = scene;
    let hz = view.params.get(ParamId::TanpuraSa);
    let (name, cents) = sa_name(hz);
    let width = widgets::width(ui, "G♯3", theme::ui_font(size));
    let area = Rect::from_min_max(pos2(at.x - 4.0, at.y - size), pos2(at.x + width + 4.0, at.y + size * 0.35));
    if state.sa_edit.is_some() {
        let wide = area.with_max_x(area.min.x + 112.0);
        type_ui(ui, wide, (state, hz), intents);
        return wide;
    }
    let response = widgets::hit(ui, area, "sa", Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::slider(true, f64::from(hz), "Sa"));
    let said = format!("{name} {} cents, {}", signed(cents as f32), sa_hz(hz));
    describe(ui, &response, &said);
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(area, theme::RADIUS_CTRL, theme::CTRL);
    }
    write(ui.painter(), at, Hang::Left, &name, ui_face(size, theme::T1));
    widgets::focus_ring(ui, &response, area, theme::RADIUS_CTRL);
    move_ui(ui, &response, hz, intents);
    let enter = response.has_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
    if response.clicked() || enter {
        state.sa_edit = Some(sa_hz(hz).trim_end_matches(" Hz").to_owned());
        state.sa_opened.clone_from(&state.sa_edit);
    }
    widgets::learn_menu(&response, ParamId::TanpuraSa, view, intents);
    response.on_hover_text("Drag by the cent, click to type a note or Hz");
    area
}

/// Drag, wheel and arrows: by whole cents, with Shift by tenths.
fn move_ui(ui: &Ui, response: &egui::Response, hz: f32, intents: &mut Vec<Intent>) {
    let spec = ParamId::TanpuraSa.spec();
    let span_cents = 1200.0 * (spec.max / spec.min).log2();
    let place = spec.normalise(hz);
    let adjust = Adjust {
        place,
        default_place: place,
        step: 1.0 / span_cents,
        travel: POINTS_PER_CENT * span_cents,
        axis: Axis::Vertical,
    };
    if response.double_clicked() {
        return;
    }
    if let Some(place) = adjust.moved(ui, response) {
        let steps_per_key = if ui.input(|input| input.modifiers.shift) { 1000.0 } else { 100.0 };
        let key = (keys_of(spec.denormalise(place)) * steps_per_key).round() / steps_per_key;
        let wanted = spec.clamp(hz_of(key));
        if wanted != hz {
            intents.push(Intent::SetParam(ParamId::TanpuraSa, wanted));
        }
    }
}

fn type_ui(ui: &mut Ui, area: Rect, (state, now_hz): (&mut PracticeState, f32), intents: &mut Vec<Intent>) {
    let Some(mut typed) = state.sa_edit.take() else { return };
    ui.painter().rect(area, theme::RADIUS_CTRL, theme::CTRL, Stroke::new(2.0, theme::T1), StrokeKind::Outside);
    let id = ui.unique_id().with("sa edit");
    let is_new = ui.memory(|memory| memory.focused() != Some(id));
    let edit = egui::TextEdit::singleline(&mut typed)
        .id(id)
        .font(theme::ui_font(theme::HEADING))
        .text_color(theme::T1)
        .frame(egui::Frame::NONE)
        .char_limit(14)
        .align(egui::Align2::LEFT_CENTER)
        .margin(egui::Margin::symmetric(6, 0));
    let mut child = ui.new_child(UiBuilder::new().max_rect(area));
    let response = child.add_sized(area.size(), edit);
    ui.ctx().accesskit_node_builder(id, |node| node.set_label("Sa as a note or in Hz"));
    if response.lost_focus() {
        let is_escaped = ui.input(|input| input.key_pressed(egui::Key::Escape));
        if !is_escaped
            && state.sa_opened.as_deref() != Some(typed.as_str())
            && let Some(hz) = parse(&typed, now_hz)
        {
            intents.push(Intent::SetParam(ParamId::TanpuraSa, ParamId::TanpuraSa.spec().clamp(hz)));
        }
        return;
    }
    if is_new {
        response.request_focus();
        let mut memory = egui::text_edit::TextEditState::load(ui.ctx(), id).unwrap_or_default();
        let end = egui::text::CCursor::new(egui::text::CharIndex(typed.chars().count()));
        memory.cursor.set_char_range(Some(egui::text::CCursorRange::two(egui::text::CCursor::default(), end)));
        memory.store(ui.ctx(), id);
    }
    state.sa_edit = Some(typed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sa_is_read_as_a_note_or_in_hz() {
        for (typed, hz) in [
            ("138.6", 138.6),
            ("147,5 Hz", 147.5),
            ("C#3", 138.591),
            ("c♯3", 138.591),
            ("Db3", 138.591),
            ("A3 +12", 221.530),
            ("A3−12 cents", 218.480),
            ("A", 110.0),
            ("Bb", 116.541),
        ] {
            let read = parse(typed, 138.6).unwrap_or_else(|| panic!("{typed}"));
            assert!((read - hz).abs() < 0.01, "{typed} is {read}");
        }
        for typed in ["", "sa", "H3", "C#x", "-40", "nan", "A3 + much"] {
            assert_eq!(parse(typed, 138.6), None, "{typed}");
        }
    }

    #[test]
    fn sa_is_shown_by_the_nearest_key_and_the_cents_from_it() {
        assert_eq!(sa_name(138.6), ("C♯3".to_owned(), 0));
        assert_eq!(sa_name(140.0).1, 18);
        assert_eq!(sa_hz(138.591), "138.6 Hz");
        assert_eq!([-3.6, 0.2, 12.0].map(signed), ["\u{2212}4", "\u{b1}0", "+12"]);
    }
}
