//! The well without a plan: a ruler of bars, the chords that were heard, and your notes. Notes stand still and the
//! playhead walks; on the bar line the page turns by one bar.

use super::axis::{TimeAxis, stretch};
use super::strips;
use crate::base::Bus;
use crate::engine::params::ParamId;
use crate::session::{HeardView, Intent, View};
use crate::ui::theme::{self, Density};
use crate::ui::widgets::{self, Hang, ui_face, write};
use crate::ui::{icons, text};
use egui::{Color32, CornerRadius, Mesh, Rect, Stroke, StrokeKind, Ui, lerp, pos2, vec2};

const RULER: f32 = 24.0;
const CHORDS: f32 = 58.0;
/// Fewest semitones that the lane spreads over its height.
const SEMITONES_MIN: u8 = 30;
/// How much of a played note's colour is left.
const PAST: f32 = 0.5;

/// Draws the well.
pub fn well_ui(ui: &Ui, area: Rect, density: Density, view: &View, intents: &mut Vec<Intent>) {
    widgets::well(ui, area);
    let header_width = if density == Density::Wide { 232.0 } else { 132.0 };
    let (header, body) = area.split_left_right_at_x(area.min.x + header_width);
    let rounding = CornerRadius { nw: theme::RADIUS_PANEL, sw: theme::RADIUS_PANEL, ne: 0, se: 0 };
    ui.painter().rect_filled(header, rounding, theme::PANEL);
    let heard = &*view.heard;
    let axis = TimeAxis::of(heard);
    let ink = widgets::ink(ui);
    let chords = Rect::from_x_y_ranges(area.x_range(), area.min.y + RULER..=area.min.y + RULER + CHORDS);
    let lane = Rect::from_x_y_ranges(area.x_range(), chords.max.y..=area.max.y);
    for y in [chords.min.y, lane.min.y] {
        widgets::rule(ui, area.x_range(), y, ink.hair);
    }
    header_ui(ui, header, (chords, lane), view);
    strips::switch_ui(ui, header.with_max_y(chords.min.y), view, intents);
    grid_ui(ui, body, &axis);
    let cell = |row: Rect| Rect::from_x_y_ranges(body.x_range(), row.y_range());
    chords_ui(ui, cell(chords), &axis, heard);
    notes_ui(ui, cell(lane), &axis, heard, view.params.is_on(ParamId::BandOn));
    playhead_ui(ui, body, &axis, heard);
}

fn header_ui(ui: &Ui, header: Rect, (chords, lane): (Rect, Rect), view: &View) {
    let ink = widgets::ink(ui);
    let small = |colour| ui_face(theme::SMALL, colour);
    let x = header.min.x + 16.0;
    widgets::say(ui, pos2(x, chords.min.y + 24.0), Hang::Left, "Chords", ui_face(theme::BODY, theme::T1));
    if header.width() > 200.0 {
        let said = "played so far, then foreseen";
        write(ui.painter(), pos2(x, chords.min.y + 42.0), Hang::Left, said, small(ink.t3));
    }
    let mark = Rect::from_min_size(lane.min, vec2(4.0, lane.height()));
    let rounding = CornerRadius { sw: theme::RADIUS_PANEL, ..CornerRadius::ZERO };
    ui.painter().rect_filled(mark, rounding, theme::part(Bus::You));
    ui.painter().add(icons::part(Bus::You, pos2(x + 5.0, lane.min.y + 27.0), theme::part(Bus::You)));
    widgets::say(ui, pos2(x + 18.0, lane.min.y + 31.5), Hang::Left, "You", ui_face(theme::BODY, theme::T1));
    let patch = view.patch.info().name;
    widgets::write_within(ui, pos2(x + 18.0, lane.min.y + 50.8), header.width() - 44.0, patch, small(ink.t3));
}

/// Beat lines, and bar and beat numbers above them.
fn grid_ui(ui: &Ui, body: Rect, axis: &TimeAxis) {
    let ink = widgets::ink(ui);
    for tick in axis.ticks() {
        let x = lerp(body.x_range(), tick.place as f32);
        if x > body.max.x - 1.0 {
            continue;
        }
        let (top, colour) = if tick.is_bar { (body.min.y, theme::CTRL) } else { (body.min.y + RULER, theme::PANEL) };
        widgets::post(ui, x, top..=body.max.y, colour);
        if !tick.label.is_empty() {
            let at = pos2(x + 4.0, body.min.y + 16.0);
            write(ui.painter(), at, Hang::Left, &tick.label, ui_face(theme::SMALL, ink.t3));
        }
    }
}

fn chords_ui(ui: &Ui, row: Rect, axis: &TimeAxis, heard: &HeardView) {
    let ink = widgets::ink(ui);
    // In silence the last chord ends with its last note.
    let last_secs = heard.notes.iter().filter_map(|n| n.end_secs).fold(0.0, f64::max);
    let end_secs = if heard.chord.is_some() { heard.now_secs } else { last_secs };
    let ends = heard.chords.iter().skip(1).map(|c| c.begin_secs).chain([end_secs]);
    let last = heard.chords.len().saturating_sub(1);
    for (index, (chord, end_secs)) in heard.chords.iter().zip(ends).enumerate() {
        let Some(span) = stretch(axis, chord.begin_secs, end_secs) else { continue };
        let x = lerp(row.x_range(), *span.start() as f32)..=lerp(row.x_range(), *span.end() as f32);
        let card = Rect::from_x_y_ranges(x, row.y_range()).shrink2(vec2(1.5, 3.0));
        if card.width() < 2.0 {
            continue;
        }
        ui.painter().rect_filled(card, theme::RADIUS_CTRL, theme::CTRL);
        let name = text::chord(&chord.name);
        let colour = if index == last { theme::T1 } else { ink.t2 };
        let size = if card.width() > 64.0 { theme::HEADING } else { theme::BODY };
        let at = pos2(card.min.x + 10.0, card.center().y + size * 0.345);
        let drawn = widgets::write_within(ui, at, card.width() - 14.0, &name, ui_face(size, colour));
        widgets::tell(ui, card, &name);
        let now = heard.chord.as_ref().filter(|_| index == last).map(|chord| chord.confidence);
        let percent = text::percent(now.unwrap_or(chord.confidence));
        let room = card.max.x - 10.0 - drawn.max.x;
        if room > widgets::width(ui, &percent, theme::ui_font(theme::SMALL)) + 8.0 {
            let at = pos2(card.max.x - 10.0, card.center().y + 3.8);
            write(ui.painter(), at, Hang::Right, &percent, ui_face(theme::SMALL, ink.t3));
        }
    }
    foreseen_ui(ui, row, axis, heard);
}

/// What may come next, as outlines where the change is expected.
fn foreseen_ui(ui: &Ui, row: Rect, axis: &TimeAxis, heard: &HeardView) {
    let ink = widgets::ink(ui);
    let (Some(first), Some(beats)) = (heard.next.first(), heard.next_in_beats) else { return };
    let Some(period) = period_secs(heard) else { return };
    let begin = axis.place(heard.now_secs + f64::from(beats) * period) as f32;
    let left = lerp(row.x_range(), begin.max(axis.place(heard.now_secs) as f32)) + 4.0;
    let card = Rect::from_x_y_ranges(left..=row.max.x - 1.5, row.y_range()).shrink2(vec2(0.0, 3.5));
    if card.width() < 72.0 {
        return;
    }
    ui.painter().rect_stroke(card, theme::RADIUS_CTRL, Stroke::new(1.25, ink.hair), StrokeKind::Inside);
    let name = text::chord(&first.name);
    let at = pos2(card.min.x + 10.0, card.center().y + theme::HEADING * 0.345);
    let drawn = widgets::say(ui, at, Hang::Left, &name, ui_face(theme::HEADING, ink.t2));
    let at = pos2(drawn.max.x + 10.0, at.y);
    let drawn = write(ui.painter(), at, Hang::Left, &text::percent(first.confidence), ui_face(theme::SMALL, ink.t3));
    for (index, guess) in heard.next.iter().skip(1).take(2).enumerate() {
        let said = format!("{} {}", text::chord(&guess.name), text::percent(guess.confidence));
        if card.max.x - 10.0 - widgets::width(ui, &said, theme::ui_font(theme::SMALL)) > drawn.max.x + 16.0 {
            let at = pos2(card.max.x - 10.0, card.min.y + 20.0 + 20.0 * index as f32);
            write(ui.painter(), at, Hang::Right, &said, ui_face(theme::SMALL, ink.t3));
        }
    }
}

fn period_secs(heard: &HeardView) -> Option<f64> {
    Some(60.0 / heard.bpm.filter(|bpm| *bpm > 0.0)?)
}

/// Every note as a bar of its length; what is over is half as bright, what is held grows with the playhead.
fn notes_ui(ui: &Ui, row: Rect, axis: &TimeAxis, heard: &HeardView, is_band_on: bool) {
    let ink = widgets::ink(ui);
    let inside = row.shrink2(vec2(0.0, 12.0));
    let (low, high) = register(heard);
    let step = inside.height() / f32::from(high - low + 1);
    let thick = step.clamp(3.0, 8.0);
    let mut mesh = Mesh::default();
    let mut drawn = 0;
    for note in &heard.notes {
        let end_secs = note.end_secs.unwrap_or(heard.now_secs);
        let Some(span) = stretch(axis, note.begin_secs, end_secs.max(note.begin_secs + 0.03)) else { continue };
        let y = inside.max.y - (f32::from(note.key - low) + 0.5) * step;
        let x = lerp(row.x_range(), *span.start() as f32)..=lerp(row.x_range(), *span.end() as f32);
        let bar = Rect::from_x_y_ranges(x, y - thick / 2.0..=y + thick / 2.0);
        let colour = theme::part(Bus::You);
        let colour: Color32 = if note.end_secs.is_some() { colour.gamma_multiply(PAST) } else { colour };
        mesh.add_colored_rect(bar, colour);
        drawn += 1;
    }
    ui.painter().add(mesh);
    if heard.notes.is_empty() {
        let said = if is_band_on {
            "Play something: chords, beat and key appear here as they are heard."
        } else {
            "The band is off, and listens: play something, or switch it on to see what it plans."
        };
        widgets::write_wrapped(
            ui,
            inside.left_center() + vec2(16.0, 4.0),
            inside.width() - 32.0,
            said,
            ui_face(theme::BODY, ink.t3),
        );
    } else {
        widgets::tell(ui, row, &format!("Your notes: {drawn} on this page"));
    }
}

/// The lowest and the highest key of the lane.
fn register(heard: &HeardView) -> (u8, u8) {
    let keys = || heard.notes.iter().map(|n| n.key.min(127));
    let (low, high) = (keys().min().unwrap_or(48), keys().max().unwrap_or(72));
    let missing = SEMITONES_MIN.saturating_sub(high - low);
    let low = low.saturating_sub(missing / 2);
    (low, (low + SEMITONES_MIN).max(high).min(127))
}

fn playhead_ui(ui: &Ui, body: Rect, axis: &TimeAxis, heard: &HeardView) {
    let place = axis.place(heard.now_secs) as f32;
    // Nothing moves in silence.
    if !(0.0..=1.0).contains(&place) || heard.notes.is_empty() {
        return;
    }
    let x = ui.painter().round_to_pixel_center(lerp(body.x_range(), place));
    ui.painter().vline(x, body.min.y + 12.0..=body.max.y, Stroke::new(2.0, theme::T1));
    let tip = pos2(x, body.min.y + 18.0);
    let shape = vec![tip, tip + vec2(-6.0, -8.0), tip + vec2(6.0, -8.0)];
    ui.painter().add(egui::Shape::convex_polygon(shape, theme::T1, Stroke::NONE));
}
