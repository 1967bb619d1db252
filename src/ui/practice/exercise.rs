//! What is practised and how strictly it is marked. Free singing has the marking alone.

use super::{PracticeState, course, how};
use crate::session::practice::{LessonWish, Marking, PracticeOrder};
use crate::session::{Intent, View};
use crate::ui::theme;
use crate::ui::widgets::{self, Button, Hang, Look, button, segment, ui_face, write};
use egui::{Rect, Ui, pos2, vec2};

/// The segments of the marking.
pub fn marking_ui(ui: &Ui, rect: Rect, view: &View, intents: &mut Vec<Intent>) {
    let now = usize::from(view.practice.marking == Marking::True);
    if let Some(picked) = segment(ui, rect, "Marking", &["Gentle", "True"], Some(now)) {
        let marking = if picked == 0 { Marking::Gentle } else { Marking::True };
        intents.push(Intent::Practice(PracticeOrder::SetMarking(marking)));
    }
}

/// What a marking holds for true, in words.
fn bands(marking: Marking) -> String {
    let [strict, plain] = [true, false].map(|is_strict| marking.bands_cents(is_strict)[0]);
    match marking {
        Marking::Gentle => format!("In tune within {plain:.0} cents"),
        Marking::True => format!("In tune: S and P within {strict:.0} cents, others {plain:.0}"),
    }
}

/// The segments of the speeds that an exercise is sung with.
pub fn speed_ui(ui: &Ui, rect: Rect, view: &View, intents: &mut Vec<Intent>) {
    let Some(lesson) = view.practice.lesson.as_deref() else { return };
    let speeds = if lesson.exercise.speeds.is_empty() { &[1][..] } else { &lesson.exercise.speeds[..] };
    let labels: Vec<String> = speeds.iter().map(u8::to_string).collect();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let now = speeds.iter().position(|speed| *speed == lesson.settings.speed);
    if let Some(picked) = segment(ui, rect, "Speed", &labels, now) {
        intents.push(Intent::Practice(PracticeOrder::Lesson(LessonWish::Speed(speeds[picked]))));
    }
}

/// The button that forgets what was sung.
fn afresh_ui(ui: &Ui, rect: Rect, view: &View, intents: &mut Vec<Intent>) {
    let has_sung = view.practice.teacher.phrase.is_some() || !view.practice.teacher.swaras.is_empty();
    let spec = Button::new("Begin afresh").look(Look::Plain).enabled(has_sung);
    if button(ui, rect, spec)
        .on_hover_text("Forgets what was sung since the program started; the history stays")
        .clicked()
    {
        intents.push(Intent::Practice(PracticeOrder::Reset));
    }
}

/// Draws the panel.
pub fn exercise_ui(ui: &mut Ui, area: Rect, scene: (&mut PracticeState, &View), intents: &mut Vec<Intent>) {
    widgets::panel(ui, area);
    let (state, view) = scene;
    let ink = widgets::ink(ui);
    let (left, right, top) = (area.min.x + 16.0, area.max.x - 16.0, area.min.y);
    write(ui.painter(), pos2(left, top + 24.0), Hang::Left, "Exercise", ui_face(theme::SMALL, ink.t3));
    let field = Rect::from_min_max(pos2(left, top + 32.0), pos2(right, top + 64.0));
    let has_lesson = view.practice.lesson.is_some();
    if has_lesson {
        how::link_ui(ui, pos2(right, top + 24.0), Hang::Right, state);
    }
    course::picker_ui(ui, field, "", (state, view), intents);
    let row = |at: f32| Rect::from_min_max(pos2(left + 54.0, top + at), pos2(right, top + at + 24.0));
    let label = |at: f32, words: &str| {
        write(ui.painter(), pos2(left, top + at + 16.0), Hang::Left, words, ui_face(theme::SMALL, ink.t3));
    };
    let marking = |at: f32, intents: &mut Vec<Intent>| {
        label(at, "Marking");
        marking_ui(ui, row(at), view, intents);
        let said = bands(view.practice.marking);
        widgets::tell(ui, Rect::from_min_size(pos2(left, top + at), vec2(50.0, 24.0)), &said).on_hover_text(said);
    };
    match course::trouble(&view.practice) {
        _ if has_lesson => {
            label(70.0, "Speed");
            speed_ui(ui, row(70.0), view, intents);
            marking(100.0, intents);
        }
        Some(trouble) => {
            let at = pos2(left, top + 80.0);
            let room = Rect::from_min_max(pos2(left, top + 68.0), pos2(right, top + 98.0));
            let galley = ui.painter().layout(trouble.to_owned(), theme::ui_font(theme::SMALL), ink.t2, right - left);
            ui.painter().with_clip_rect(room).galley(pos2(left, at.y - 11.0), galley, ink.t2);
            widgets::tell(ui, room, trouble).on_hover_text(trouble);
            marking(100.0, intents);
        }
        None => {
            marking(70.0, intents);
            let rect = Rect::from_min_size(pos2(left, top + 100.0), vec2(right - left, 24.0));
            afresh_ui(ui, rect, view, intents);
        }
    }
}
