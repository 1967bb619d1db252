//! What the ribbon says while there is nothing to see: why, and what to do.

use super::running;
use crate::session::{InputState, InputWish, Intent, Page, View};
use crate::ui::UiState;
use crate::ui::theme;
use crate::ui::widgets::{self, Button, Look, button, ui_face};
use egui::{Rect, Ui, pos2, vec2};

/// Widest a sentence runs, points.
const SENTENCE_WIDTH: f32 = 430.0;

/// What is in the way of singing.
enum Obstacle {
    Off,
    Absent { reason: String, remedy: String },
    Unclear(&'static str),
    Silent,
}

fn obstacle(view: &View) -> Option<Obstacle> {
    let teacher = &view.practice.teacher;
    // Keys of a keyboard are followed without a microphone.
    let is_empty = teacher.marks.is_empty() && teacher.now.is_none() && teacher.trail.iter().all(|p| p.cents.is_none());
    match &view.audio.input {
        InputState::Off if is_empty => return Some(Obstacle::Off),
        InputState::Absent(trouble) => {
            return Some(Obstacle::Absent { reason: trouble.reason.clone(), remedy: trouble.remedy.clone() });
        }
        InputState::Off | InputState::Listening { .. } => {}
    }
    if !teacher.hearing.is_clear() {
        return Some(Obstacle::Unclear(teacher.hearing.sentence()));
    }
    let is_silent = is_empty && running::current(&view.practice).is_none();
    is_silent.then_some(Obstacle::Silent)
}

/// Draws it over the ribbon.
pub fn empty_ui(ui: &Ui, plot: Rect, (state, view): (&mut UiState, &View), intents: &mut Vec<Intent>) {
    let Some(obstacle) = obstacle(view) else { return };
    match obstacle {
        // The lesson goes on, with keys for instance.
        Obstacle::Off if running::current(&view.practice).is_some() => {
            strip_ui(ui, plot, "The microphone is off: only keys are heard.");
        }
        Obstacle::Off => {
            let said = "The microphone is off, so nothing you sing is heard; the tanpura plays without it.";
            if card_ui(ui, plot, said, "", Some("Switch the microphone on")) {
                intents.push(Intent::SetInput(InputWish::System));
            }
        }
        Obstacle::Absent { reason, remedy } => {
            if card_ui(ui, plot, &reason, &remedy, Some("Choose a microphone")) {
                state.page = Page::Settings;
                intents.push(Intent::ShowPage(Page::Settings));
            }
        }
        Obstacle::Unclear(said) => strip_ui(ui, plot, said),
        Obstacle::Silent if view.practice.lesson.is_some() => {
            strip_ui(ui, plot, "Begin with 1: a count-in leads to the first note.");
        }
        Obstacle::Silent => strip_ui(ui, plot, "Sing, or play one note at a time: it is drawn here as it sounds."),
    }
}

/// A sentence in the middle of the ribbon, with what to do.
fn card_ui(ui: &Ui, plot: Rect, reason: &str, remedy: &str, wish: Option<&str>) -> bool {
    let width = SENTENCE_WIDTH.min(plot.width() - 48.0);
    let ink = widgets::ink(ui);
    let font = theme::ui_font(theme::BODY);
    let lines = |said: &str| ui.painter().layout(said.to_owned(), font.clone(), theme::T1, width).size().y;
    let parts = [(reason, theme::T1), (remedy, ink.t2)];
    let text: f32 = parts.iter().filter(|(said, _)| !said.is_empty()).map(|(said, _)| lines(said) + 4.0).sum();
    let height = text + if wish.is_some() { 44.0 } else { 0.0 } + 32.0;
    let card = Rect::from_center_size(plot.center(), vec2(width + 40.0, height));
    widgets::cover(ui, card, "Nothing is heard");
    let mut y = card.min.y + 16.0;
    for (said, colour) in parts.into_iter().filter(|(said, _)| !said.is_empty()) {
        let at = pos2(card.min.x + 20.0, y + 12.0);
        y = widgets::write_wrapped(ui, at, width, said, ui_face(theme::BODY, colour)).max.y + 4.0;
    }
    let Some(label) = wish else { return false };
    let wide = widgets::width(ui, label, font) + 32.0;
    let rect = Rect::from_min_size(pos2(card.min.x + 20.0, card.max.y - 16.0 - 32.0), vec2(wide, 32.0));
    button(ui, rect, Button::new(label).look(Look::Primary)).clicked()
}

/// A sentence at the foot of the ribbon, over what is still seen.
fn strip_ui(ui: &Ui, plot: Rect, said: &str) {
    let ink = widgets::ink(ui);
    let width = widgets::width(ui, said, theme::ui_font(theme::BODY)).min(plot.width() - 24.0);
    let strip = Rect::from_min_size(pos2(plot.min.x + 8.0, plot.max.y - 34.0), vec2(width + 20.0, 26.0));
    ui.painter().rect_filled(strip, theme::RADIUS_SMALL, theme::CTRL);
    let at = pos2(strip.min.x + 10.0, strip.center().y + 4.5);
    widgets::write_within(ui, at, width + 2.0, said, ui_face(theme::BODY, ink.t2));
    widgets::tell(ui, strip, said);
}
