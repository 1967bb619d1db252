//! In which letters and by whose names swaras are written.

use crate::session::practice::PracticeOrder;
use crate::session::{Intent, View};
use crate::theory::raga::{Note, Script, Swara, Tradition};
use crate::ui::swaras::Sign;
use crate::ui::theme;
use crate::ui::widgets::{self, Hang, focus_ring, ground, hit, segment, ui_face, write};
use egui::accesskit::Role;
use egui::{Rect, Sense, Ui, WidgetInfo, pos2, vec2};

/// Height of the panel.
pub const HEIGHT: f32 = 172.0;

/// Draws a card for each script, and the tradition.
pub fn names_ui(ui: &Ui, area: Rect, view: &View, intents: &mut Vec<Intent>) {
    super::head_ui(ui, area, "Swara names", "beside the big letter, on lines and strings");
    let ink = widgets::ink(ui);
    let (left, right) = (area.min.x + 16.0, area.max.x - 16.0);
    let width = (right - left - 32.0) / Script::ALL.len() as f32;
    for (index, script) in Script::ALL.into_iter().enumerate() {
        let at = pos2(left + (width + 8.0) * index as f32, area.min.y + 44.0);
        card_ui(ui, Rect::from_min_size(at, vec2(width, 60.0)), script, view, intents);
    }
    let y = area.min.y + 138.0;
    write(ui.painter(), pos2(left, y), Hang::Left, "Tradition", ui_face(theme::SMALL, ink.t3));
    let traditions = [Tradition::Hindustani, Tradition::Carnatic];
    let now = traditions.iter().position(|tradition| *tradition == view.practice.tradition);
    let field = Rect::from_min_size(pos2(left + 60.0, area.min.y + 122.0), vec2(184.0, 24.0));
    if let Some(picked) = segment(ui, field, "Tradition", &traditions.map(Tradition::name), now) {
        intents.push(Intent::Practice(PracticeOrder::SetTradition(traditions[picked])));
    }
    let said = match view.practice.tradition {
        Tradition::Hindustani => "tivra Ma is written M, komal swaras and shuddha Ma in lower case",
        Tradition::Carnatic => "sixteen names: R1 to R3, G1 to G3, M1, M2, D1 to D3, N1 to N3",
    };
    let drawn =
        widgets::write_within(ui, pos2(left, area.min.y + 160.0), right - left, said, ui_face(theme::SMALL, ink.t3));
    widgets::tell(ui, drawn, said);
}

fn card_ui(ui: &Ui, rect: Rect, script: Script, view: &View, intents: &mut Vec<Intent>) {
    let ink = widgets::ink(ui);
    let is_on = view.practice.script == script;
    let response = hit(ui, rect, ("script", script as usize), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is_on, script.name()));
    let fill = if is_on { theme::PRESS } else { ground(ui, &response, theme::CTRL) };
    ui.painter().rect_filled(rect, theme::RADIUS_ROW, fill);
    let signs = [Swara::S, Swara::R2, Swara::G3].map(|swara| {
        let sign = Sign::of(Note::new(swara, 0), view.practice.tradition, script);
        sign.letters.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned()
    });
    let is_bright = is_on || response.hovered();
    let colour = if is_on { theme::T1 } else { ink.t2 };
    let words = signs.join(" ");
    let size = if widgets::width(ui, &words, theme::ui_font(theme::HEADING)) > rect.width() - 8.0 {
        theme::BODY
    } else {
        theme::HEADING
    };
    let at = pos2(rect.center().x, rect.min.y + 28.0);
    write(ui.painter(), at, Hang::Middle, &words, ui_face(size, colour));
    let colour = if is_bright { ink.t2 } else { ink.t3 };
    let at = pos2(rect.center().x, rect.min.y + 50.0);
    write(ui.painter(), at, Hang::Middle, script.name(), ui_face(theme::SMALL, colour));
    focus_ring(ui, &response, rect, theme::RADIUS_ROW);
    if response.clicked() {
        intents.push(Intent::Practice(PracticeOrder::SetScript(script)));
    }
}
