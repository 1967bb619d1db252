//! The lines of an exercise, each with how it went, and the button that begins and ends the lesson.

use super::{marks, running};
use crate::base::Bus;
use crate::session::Intent;
use crate::session::practice::{LessonView, Phase, PracticeOrder, Score, Verdict};
use crate::ui::icons;
use crate::ui::theme;
use crate::ui::widgets::{self, Button, Hang, Look, button, ui_face};
use egui::accesskit::Role;
use egui::{Rect, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

/// Room for a line in the strip, at most and at least, points.
const PITCH: (f32, f32) = (22.0, 3.0);
/// Width of the button.
pub const BUTTON_WIDTH: f32 = 104.0;
/// A line is true from this share of its notes on, and near from that.
const SHARES: (f32, f32) = (0.85, 0.6);

/// How a line went; nothing where none of it was sung yet.
#[must_use]
pub fn verdict(score: &Score) -> Verdict {
    match score.true_share {
        _ if score.notes == 0 => Verdict::Unjudged,
        share if share >= SHARES.0 => Verdict::True,
        share if share >= SHARES.1 => Verdict::Near,
        _ => Verdict::Off,
    }
}

/// The button that begins the lesson, or ends it.
pub fn begin_ui(ui: &Ui, rect: Rect, lesson: &LessonView, intents: &mut Vec<Intent>) {
    let (label, look, order, tip) = if running::is_under_way(lesson) {
        ("Stop", Look::Selected, PracticeOrder::Stop, "Ends the take; what was sung stays")
    } else {
        ("Begin", Look::Primary, PracticeOrder::Begin(None), "Counts in and begins with the first note")
    };
    if button(ui, rect, Button::new(label).key("1").look(look)).on_hover_text(tip).clicked() {
        intents.push(Intent::Practice(order));
    }
}

/// What is happening, in a word or two.
fn phase(lesson: &LessonView) -> String {
    let line = running::line_of(lesson, None) + 1;
    let count = lesson.timeline.lines().len();
    match lesson.phase {
        Phase::Ready => format!("{count} {}", if count == 1 { "line" } else { "lines" }),
        Phase::CountIn(beats) => format!("in {beats}"),
        Phase::Listening => format!("line {line}, listen"),
        Phase::Singing => format!("line {line} of {count}"),
        Phase::Waiting => format!("line {line}, waiting"),
        Phase::Done => "over".to_owned(),
    }
}

/// Draws the foot of the notation: where the lesson is, how its lines went, and the button.
pub fn foot_ui(ui: &Ui, row: Rect, lesson: &LessonView, intents: &mut Vec<Intent>) {
    let ink = widgets::ink(ui);
    let at = pos2(row.min.x, row.center().y + 3.8);
    widgets::say(ui, at, Hang::Left, &phase(lesson), ui_face(theme::SMALL, ink.t3));
    let right = row.max.x - BUTTON_WIDTH;
    let strip = Rect::from_x_y_ranges(row.min.x + 92.0..=right - 12.0, row.y_range());
    let left = strip_ui(ui, strip, lesson, intents);
    if let Some(said) = uncounted(lesson) {
        let room = strip.max.x - left - 16.0;
        let width = widgets::width(ui, said, theme::ui_font(theme::SMALL));
        if room > width {
            widgets::say(ui, pos2(strip.max.x - 2.0, at.y), Hang::Right, said, ui_face(theme::SMALL, ink.t3));
        }
    }
    begin_ui(ui, row.with_min_x(right), lesson, intents);
}

/// Why takes like this do not count for the gate; none where they do.
#[must_use]
pub fn uncounted(lesson: &LessonView) -> Option<&'static str> {
    let settings = &lesson.settings;
    match () {
        () if settings.part.is_some() => Some("a part of it: not counted"),
        () if settings.waits => Some("it waits for you: not counted"),
        () if settings.pace < 1.0 => Some("slowed down: not counted"),
        // Before it begins nobody knows from where, and in what tempo.
        () if lesson.is_counted || lesson.phase == Phase::Ready => None,
        () => Some("not whole, or in another tempo: not counted"),
    }
}

/// The lines as shapes in a row, a click begins with one of them; where the last one ends.
pub fn strip_ui(ui: &Ui, area: Rect, lesson: &LessonView, intents: &mut Vec<Intent>) -> f32 {
    let ink = widgets::ink(ui);
    let count = lesson.timeline.lines().len().max(1);
    let pitch = (area.width() / count as f32).clamp(PITCH.1, PITCH.0);
    let shown = ((area.width() / pitch) as usize).min(count);
    let now = running::is_under_way(lesson).then(|| running::line_of(lesson, None));
    let y = area.center().y;
    for line in 0..shown {
        let at = pos2(area.min.x + pitch * (line as f32 + 0.5), y);
        let score = lesson.lines.get(line).copied().unwrap_or_default();
        let is_open = score.notes == 0;
        match verdict(&score) {
            Verdict::Off => {
                ui.painter().add(icons::ring(at, 3.25, theme::T1));
            }
            Verdict::Unjudged => {
                let half = (pitch * 0.3).min(5.0);
                ui.painter().hline(at.x - half..=at.x + half, y, Stroke::new(1.5, ink.t4));
            }
            verdict => {
                ui.painter().add(marks::verdict(at, verdict, 0.0, &ink));
            }
        }
        if now == Some(line) {
            let half = (pitch * 0.36).min(7.0);
            let singer = if lesson.phase == Phase::Listening { Bus::Lead } else { Bus::You };
            let stroke = Stroke::new(2.0, theme::part(singer));
            ui.painter().hline(at.x - half..=at.x + half, y + 9.0, stroke);
        }
        let how = if is_open { "to come".to_owned() } else { score.headline() };
        let said = format!("Line {}: {how}", line + 1);
        let rect = Rect::from_center_size(at, vec2(pitch, 24.0));
        let id = ui.unique_id().with(("line of the exercise", line));
        let response = ui.interact(rect, id, if pitch >= 12.0 { Sense::click() } else { Sense::hover() });
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &said));
        widgets::focus_ring(ui, &response, rect.shrink(2.0), theme::RADIUS_SMALL);
        if response.on_hover_text(format!("{said}. Click to begin with it")).clicked() {
            let first = running::first_of(lesson, line);
            intents.push(Intent::Practice(PracticeOrder::Begin(first)));
        }
    }
    area.min.x + pitch * shown as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_marked_by_how_much_of_it_was_true() {
        let line = |notes, true_share| verdict(&Score { notes, true_share, ..Score::default() });
        assert_eq!(line(0, 0.0), Verdict::Unjudged);
        assert_eq!([line(8, 0.9), line(8, 0.7), line(8, 0.2)], [Verdict::True, Verdict::Near, Verdict::Off]);
    }
}
