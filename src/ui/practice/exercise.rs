//! What is practised and how strictly it is marked. Free singing has the marking alone.

use crate::session::practice::{Marking, PracticeOrder};
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
        Marking::Gentle => format!("in tune within {plain:.0} cents"),
        Marking::True => format!("S and P within {strict:.0} cents, others {plain:.0}"),
    }
}

/// Draws the panel.
pub fn exercise_ui(ui: &Ui, area: Rect, view: &View, intents: &mut Vec<Intent>) {
    widgets::panel(ui, area);
    let ink = widgets::ink(ui);
    let (left, right, top) = (area.min.x + 16.0, area.max.x - 16.0, area.min.y);
    write(ui.painter(), pos2(left, top + 24.0), Hang::Left, "Exercise", ui_face(theme::SMALL, ink.t3));
    widgets::say(ui, pos2(right, top + 24.0), Hang::Right, "free singing", ui_face(theme::SMALL, ink.t2));
    write(ui.painter(), pos2(left, top + 52.0), Hang::Left, "Marking", ui_face(theme::SMALL, ink.t3));
    let field = Rect::from_min_max(pos2(left + 54.0, top + 36.0), pos2(right, top + 60.0));
    marking_ui(ui, field, view, intents);
    let said = bands(view.practice.marking);
    widgets::say(ui, pos2(right, top + 76.0), Hang::Right, &said, ui_face(theme::SMALL, ink.t3));
    let rect = Rect::from_min_size(pos2(left, top + 90.0), vec2(right - left, 28.0));
    let has_sung = view.practice.teacher.phrase.is_some() || !view.practice.teacher.swaras.is_empty();
    let spec = Button::new("Begin afresh").look(Look::Plain).enabled(has_sung);
    if button(ui, rect, spec)
        .on_hover_text("Forgets what was sung since the program started; the history stays")
        .clicked()
    {
        intents.push(Intent::Practice(PracticeOrder::Reset));
    }
}
