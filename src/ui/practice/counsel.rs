//! What is said beside the verdicts: remarks on the order of notes, and what raga it may be.

use super::marks;
use crate::base::Bus;
use crate::session::practice::{Candidate, Hint, PracticeOrder, RemarkView};
use crate::session::{Intent, View};
use crate::ui::theme;
use crate::ui::widgets::{self, Hang, ground, mono, ui_face, write};
use crate::ui::{swaras, text};
use egui::accesskit::Role;
use egui::{Rect, Sense, Ui, WidgetInfo, pos2};

/// Height of a row.
const ROW: f32 = 26.0;
/// The hint speaks from here on; see its own confidence.
const SPEAKS_FROM: f32 = 1.0 / 3.0;

/// Draws the panel: remarks at the left, the hint at the right.
pub fn counsel_ui(ui: &Ui, area: Rect, view: &View, intents: &mut Vec<Intent>) {
    widgets::panel(ui, area);
    both_ui(ui, area, view, intents);
}

/// Draws the same on whatever lies under it.
pub fn both_ui(ui: &Ui, area: Rect, view: &View, intents: &mut Vec<Intent>) {
    let pad = if area.height() > 100.0 { 16.0 } else { 14.0 };
    let inside = area.shrink2(egui::vec2(pad, 0.0));
    let (left, right) = inside.split_left_right_at_fraction(0.46);
    let (left, right) = (left.with_max_x(left.max.x - 14.0), right.with_min_x(right.min.x + 14.0));
    caption(ui, left, "Order of notes");
    remarks_ui(ui, left, view);
    caption(ui, right, "What raga it may be");
    hint_ui(ui, right, view, intents);
}

/// Where the rows of a group begin, and how many there are room for.
fn rows(area: Rect) -> (f32, usize) {
    let (top, row) = if area.height() > 100.0 { (area.min.y + 34.0, ROW) } else { (area.min.y + 22.0, 22.0) };
    (top, (((area.max.y - 4.0 - top) / row) as usize).max(1))
}

/// The baseline of a caption.
fn caption_y(area: Rect) -> f32 {
    area.min.y + if area.height() > 100.0 { 24.0 } else { 16.0 }
}

fn caption(ui: &Ui, area: Rect, words: &str) {
    let at = pos2(area.min.x, caption_y(area));
    widgets::say(ui, at, Hang::Left, words, ui_face(theme::SMALL, widgets::ink(ui).t3));
}

/// The last remarks, the newest first, with room for a caption over them.
pub fn remarks_ui(ui: &Ui, area: Rect, view: &View) {
    let ink = widgets::ink(ui);
    let remarks: &[RemarkView] = &view.practice.teacher.remarks;
    let (top, count) = rows(area);
    let step = if area.height() > 100.0 { ROW } else { 22.0 };
    if remarks.is_empty() {
        let said = match &view.practice.raga {
            _ if view.practice.scale.is_some() => "A scale asks for no order of notes.".to_owned(),
            Some(raga) => format!("Nothing against {} so far.", raga.name),
            None => "With a raga the order of the held notes is checked.".to_owned(),
        };
        let at = pos2(area.min.x, top + 17.0);
        let drawn = widgets::write_within(ui, at, area.width(), &said, ui_face(theme::BODY, ink.t3));
        widgets::tell(ui, drawn, &said);
        return;
    }
    for (index, remark) in remarks.iter().rev().take(count).enumerate() {
        let y = top + step * index as f32 + step / 2.0;
        ui.painter().add(marks::verdict(pos2(area.min.x + 5.0, y), remark.verdict, 0.0, &ink));
        let colour = if index == 0 { theme::T1 } else { ink.t2 };
        let at = pos2(area.min.x + 18.0, y + 4.5);
        let said = swaras::words(&remark.sentence);
        let drawn = widgets::write_within(ui, at, area.width() - 18.0, &said, ui_face(theme::BODY, colour));
        widgets::tell(ui, drawn, &said).on_hover_text(said);
    }
}

/// What raga it may be: the three likeliest, each with its reasons, with room for a caption over them.
pub fn hint_ui(ui: &Ui, area: Rect, view: &View, intents: &mut Vec<Intent>) {
    let ink = widgets::ink(ui);
    let y = caption_y(area);
    let hint: &Hint = &view.practice.hint;
    let (top, count) = rows(area);
    if hint.candidates.is_empty() {
        let said = "After ten seconds of held notes the likeliest ragas are named here, with the reasons.";
        let font = theme::ui_font(theme::BODY);
        let is_one = widgets::width(ui, said, font) <= area.width() || area.height() <= 100.0;
        let at = pos2(area.min.x, top + if is_one { 17.0 } else { 12.0 });
        if area.height() > 100.0 {
            widgets::write_wrapped(ui, at, area.width(), said, ui_face(theme::BODY, ink.t3));
        } else {
            let drawn = widgets::write_within(ui, at, area.width(), said, ui_face(theme::BODY, ink.t3));
            widgets::tell(ui, drawn, said).on_hover_text(said);
        }
        if hint.held_secs > 0.0 {
            let rail = Rect::from_min_max(pos2(area.max.x - 60.0, y - 6.0), pos2(area.max.x, y - 2.0));
            ui.painter().rect_filled(rail, 2, theme::PRESS);
            let share = (hint.confidence / SPEAKS_FROM).clamp(0.0, 1.0);
            ui.painter().rect_filled(rail.with_max_x(egui::lerp(rail.x_range(), share)), 2, theme::part(Bus::You));
        }
        return;
    }
    let heard = format!("{} heard", text::span(hint.held_secs));
    widgets::say(ui, pos2(area.max.x, y), Hang::Right, &heard, ui_face(theme::SMALL, ink.t3));
    let step = if area.height() > 100.0 { ROW } else { 22.0 };
    for (index, candidate) in hint.candidates.iter().take(count).enumerate() {
        let row = Rect::from_min_max(
            pos2(area.min.x, top + step * index as f32),
            pos2(area.max.x, top + step * (index + 1) as f32),
        );
        candidate_ui(ui, row, (index, candidate), intents);
    }
}

/// One raga that it may be; a click takes it.
fn candidate_ui(ui: &Ui, row: Rect, (index, candidate): (usize, &Candidate), intents: &mut Vec<Intent>) {
    let ink = widgets::ink(ui);
    let share = text::percent(candidate.probability);
    let evidence = evidence(candidate);
    let response = widgets::hit(ui, row, ("candidate", index), Sense::click());
    let said = format!("{}, {share}: {evidence}", candidate.name);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &said));
    let shown = row.expand2(egui::vec2(6.0, -1.0));
    if response.hovered() || response.is_pointer_button_down_on() {
        ui.painter().rect_filled(shown, theme::RADIUS_SMALL, ground(ui, &response, theme::PANEL));
    }
    let y = row.center().y + 4.5;
    let name_width = (row.width() * 0.3).clamp(70.0, 104.0);
    let colour = if index == 0 { theme::T1 } else { ink.t2 };
    widgets::write_within(ui, pos2(row.min.x, y), name_width - 6.0, &candidate.name, ui_face(theme::BODY, colour));
    let figure = pos2(row.min.x + name_width + 32.0, y - 0.5);
    write(ui.painter(), figure, Hang::Right, &share, mono(theme::SMALL, ink.t2));
    let left = figure.x + 12.0;
    let label = if response.hovered() { ink.t2 } else { ink.t3 };
    widgets::write_within(ui, pos2(left, y - 0.7), row.max.x - left, &evidence, ui_face(theme::SMALL, label));
    widgets::focus_ring(ui, &response, shown, theme::RADIUS_SMALL);
    let id = candidate.id.clone();
    if response.on_hover_text(format!("{evidence}. Click to practise {}", candidate.name)).clicked() {
        intents.push(Intent::Practice(PracticeOrder::SetRaga(id)));
    }
}

/// The reasons, and the ragas of the same notes.
fn evidence(candidate: &Candidate) -> String {
    let reasons = swaras::words(&candidate.evidence.join("; "));
    match candidate.family.as_slice() {
        [] => reasons,
        family if reasons.is_empty() => format!("family of {}", family.join(", ")),
        family => format!("{reasons}; family of {}", family.join(", ")),
    }
}
