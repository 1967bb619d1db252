//! How an exercise is practised: a card with what helps and what slows down.

use super::link::{Use, link};
use super::state::Card;
use super::{PracticeState, exercise, ring, running};
use crate::base::Bus;
use crate::session::practice::{LessonView, LessonWish, PracticeOrder};
use crate::session::{Intent, PATCHES, PatchId, View};
use crate::ui::icons;
use crate::ui::text;
use crate::ui::theme::{self, Density};
use crate::ui::widgets::{
    self, Button, Choice, Hang, Look, Slider, button, drop_down, mono, slider, switch, ui_face, write,
};
use egui::{Pos2, Rect, Ui, pos2, vec2};

/// Width of the card, and its height with and without what is elsewhere in a wide window.
const WIDTH: f32 = 318.0;
const HEIGHT: f32 = 330.0;
const HEIGHT_WITH_PICKERS: f32 = 404.0;
/// Height of a switch with its sentence.
const ROW: f32 = 44.0;
/// The slowest that is offered, as a share of the tempo, and a step of the keyboard.
const SLOWEST: f64 = 0.5;
const PACE_STEP: f64 = 0.05;

/// Size of the card.
#[must_use]
pub fn size(density: Density) -> egui::Vec2 {
    vec2(WIDTH, if density == Density::Wide { HEIGHT } else { HEIGHT_WITH_PICKERS })
}

/// The words that open the card.
pub fn link_ui(ui: &Ui, at: Pos2, hang: Hang, state: &mut PracticeState) -> Rect {
    let is_open = state.card == Some(Card::How);
    let (response, rect) = link(ui, at, hang, ("How", "How it is practised"), Use::Opens { is_open });
    if response.clicked() {
        state.toggle(Card::How);
    }
    rect
}

/// What the card says of a part that is repeated.
#[must_use]
pub fn part_words(lesson: &LessonView) -> String {
    let Some((from, to)) = lesson.settings.part else { return "the whole exercise, once".to_owned() };
    let line = lesson.timeline.lines().iter().position(|line| line.begin_beats == from && line.end_beats == to);
    match line {
        Some(line) => format!("line {} again and again", line + 1),
        None if to - from <= 1.0 => format!("matra {:.0} again and again", from + 1.0),
        None => format!("matras {:.0} to {to:.0} again and again", from + 1.0),
    }
}

/// Draws the card.
pub fn how_ui(
    ui: &mut Ui,
    area: Rect,
    density: Density,
    scene: (&mut PracticeState, &View),
    intents: &mut Vec<Intent>,
) {
    let (state, view) = scene;
    let Some(lesson) = view.practice.lesson.as_deref() else { return };
    let ink = widgets::ink(ui);
    let (left, right) = (area.min.x + 16.0, area.max.x - 16.0);
    write(
        ui.painter(),
        pos2(left, area.min.y + 24.0),
        Hang::Left,
        "How it is practised",
        ui_face(theme::SMALL, ink.t3),
    );
    let mut y = area.min.y + 34.0;
    let settings = &lesson.settings;
    let switches = [
        ("Wait for me", "2", settings.waits, "The time stands until a note is held true."),
        ("Sing it first", "3", settings.is_sung_first, "The guide sings each line, then you do."),
        ("Guide along", "4", settings.is_guided, "The guide sings together with you."),
    ];
    for (index, (label, key, is_on, sentence)) in switches.into_iter().enumerate() {
        if switch_ui(ui, Rect::from_x_y_ranges(left..=right, y..=y + ROW), (label, key, sentence), is_on) {
            let wish = match index {
                0 => LessonWish::Waits(!is_on),
                1 => LessonWish::SungFirst(!is_on),
                _ => LessonWish::Guided(!is_on),
            };
            intents.push(Intent::Practice(PracticeOrder::Lesson(wish)));
        }
        y += ROW;
    }
    pace_ui(ui, Rect::from_x_y_ranges(left..=right, y + 4.0..=y + 48.0), lesson, intents);
    y += 56.0;
    part_ui(ui, Rect::from_x_y_ranges(left..=right, y..=y + 52.0), (state, lesson), intents);
    y += 62.0;
    let row = Rect::from_x_y_ranges(left..=right, y..=y + 32.0);
    guide_ui(ui, row, view, intents);
    if density != Density::Wide {
        y += 42.0;
        write(ui.painter(), pos2(left, y + 16.0), Hang::Left, "Marking", ui_face(theme::SMALL, ink.t3));
        let field = Rect::from_min_max(pos2(left + 96.0, y), pos2(right, y + 24.0));
        exercise::marking_ui(ui, field, view, intents);
        y += 30.0;
        ring::field_ui(ui, Rect::from_min_max(pos2(left, y), pos2(right, y + 28.0)), view, intents);
    }
}

/// A switch with its key and what it does.
fn switch_ui(ui: &Ui, row: Rect, (label, key, sentence): (&str, &str, &str), is_on: bool) -> bool {
    let ink = widgets::ink(ui);
    write(ui.painter(), pos2(row.min.x, row.min.y + 16.0), Hang::Left, label, ui_face(theme::BODY, theme::T1));
    let at = pos2(row.min.x, row.min.y + 32.0);
    widgets::say(ui, at, Hang::Left, sentence, ui_face(theme::SMALL, ink.t3));
    let at = pos2(row.max.x - 44.0, row.min.y + 19.5);
    write(ui.painter(), at, Hang::Right, key, mono(theme::SMALL, ink.t3));
    switch(ui, pos2(row.max.x - 15.0, row.min.y + 16.0), label, is_on).clicked()
}

/// How much slower than the tempo of the stage.
fn pace_ui(ui: &Ui, row: Rect, lesson: &LessonView, intents: &mut Vec<Intent>) {
    let ink = widgets::ink(ui);
    let settings = &lesson.settings;
    let value = format!("{}, {:.0} a minute", text::percent(settings.pace as f32), settings.bpm * settings.pace);
    write(ui.painter(), pos2(row.min.x, row.min.y + 12.0), Hang::Left, "Pace", ui_face(theme::BODY, theme::T1));
    write(ui.painter(), pos2(row.max.x, row.min.y + 12.0), Hang::Right, &value, mono(theme::SMALL, ink.t2));
    let span = 1.0 - SLOWEST;
    let rail = Rect::from_min_max(pos2(row.min.x, row.max.y - 28.0), row.max);
    let spec = Slider {
        name: "Pace",
        value: &value,
        place: ((settings.pace - SLOWEST) / span).clamp(0.0, 1.0) as f32,
        default_place: 1.0,
        origin: 0.0,
        step: (PACE_STEP / span) as f32,
        is_on: true,
        tint: None,
    };
    if let (_, Some(place)) = slider(ui, rail, spec) {
        let pace = ((SLOWEST + span * f64::from(place)) * 100.0).round() / 100.0;
        intents.push(Intent::Practice(PracticeOrder::Lesson(LessonWish::Pace(pace))));
    }
}

/// The part that is repeated.
fn part_ui(ui: &Ui, row: Rect, (state, lesson): (&PracticeState, &LessonView), intents: &mut Vec<Intent>) {
    let ink = widgets::ink(ui);
    let top = row.min.y;
    write(ui.painter(), pos2(row.min.x, top + 14.0), Hang::Left, "Repeat", ui_face(theme::BODY, theme::T1));
    let at = pos2(row.min.x, top + 31.0);
    widgets::say(ui, at, Hang::Left, &part_words(lesson), ui_face(theme::SMALL, ink.t3));
    let tip = "Or drag over the notation; there Shift and the arrows do the same";
    let at = pos2(row.min.x, top + 46.0);
    write(ui.painter(), at, Hang::Left, "drag over the notation for a part", ui_face(theme::SMALL, ink.t3));
    let has_part = lesson.settings.part.is_some();
    let label = if has_part { "Clear" } else { "This line" };
    let rect = Rect::from_min_max(pos2(row.max.x - 96.0, top + 4.0), pos2(row.max.x, top + 32.0));
    let look = if has_part { Look::Outline } else { Look::Plain };
    if button(ui, rect, Button::new(label).key("5").look(look)).on_hover_text(tip).clicked() {
        let part = if has_part { None } else { running::line_at(lesson, state.cursor) };
        intents.push(Intent::Practice(PracticeOrder::Lesson(LessonWish::Part(part))));
    }
}

/// Families of sounds that carry a melody.
const MELODIC: [&str; 2] = ["Keys", "Pad"];

/// Sounds that the guide may sing with.
fn guides() -> Vec<PatchId> {
    let ids = (0..PATCHES.len()).map(|row| PatchId(row as u8));
    ids.filter(|id| MELODIC.contains(&PATCHES[usize::from(id.0)].category.name())).collect()
}

/// What the guide sings with.
fn guide_ui(ui: &Ui, row: Rect, view: &View, intents: &mut Vec<Intent>) {
    let guides = guides();
    let now = view.practice.guide;
    let at = pos2(row.min.x + 5.0, row.center().y);
    ui.painter().add(icons::part(Bus::Lead, at, theme::part(Bus::Lead)));
    let at = pos2(row.min.x + 18.0, row.center().y + 4.5);
    write(ui.painter(), at, Hang::Left, "Guide", ui_face(theme::BODY, theme::T1));
    let name = |id: &PatchId| PATCHES.get(usize::from(id.0)).map_or("", |patch| patch.name);
    let choices: Vec<Choice> =
        guides.iter().map(|id| Choice { label: name(id).to_owned(), is_selected: *id == now }).collect();
    let field = row.with_min_x(row.min.x + 96.0);
    if let Some(picked) = drop_down(ui, field, "Guide", name(&now), &choices) {
        intents.push(Intent::Practice(PracticeOrder::SetGuide(guides[picked])));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guide_is_a_sound_that_carries_a_melody() {
        let names: Vec<&str> = guides().iter().map(|id| PATCHES[usize::from(id.0)].name).collect();
        assert!(names.contains(&"Warm pad") && names.contains(&"Tine electric"), "{names:?}");
        assert!(!names.iter().any(|name| name.contains("bass") || name.contains("kit") || name.contains("Tabla")));
    }
}
