//! What a chosen stroke is, and what can be said of it. The card lies in the empty future of the player's own lane, the
//! one place that never covers a note.

use super::places::Places;
use super::scene::Scene;
use super::state::JamState;
use super::strips;
use super::strokes::{self, Selection};
use crate::session::Intent;
use crate::session::band::{BandOrder, Mark};
use crate::ui::text;
use crate::ui::theme::{self, Density};
use crate::ui::widgets::{self, Button, Hang, Look, button, ui_face};
use egui::{Rect, Stroke, Ui, pos2, vec2};

/// How far the card reaches to the left of its stroke, in points.
const BEFORE: f32 = 24.0;

/// Draws the card of the chosen stroke, joined to it by a line.
pub fn card_ui(ui: &Ui, at: &Places, density: Density, scene: &Scene<'_>, state: &JamState, intents: &mut Vec<Intent>) {
    let Some(chosen) = state.selected else { return };
    let body = at.body(at.you);
    let is_wide = density == Density::Wide;
    let words = strokes::words(&scene.view.band, chosen.part, chosen.begin_beats);
    let button_width = if is_wide { 72.0 } else { 46.0 };
    let place = place_words(chosen, scene);
    let small = |text: &str| widgets::width(ui, text, theme::ui_font(theme::SMALL));
    // As wide as the count of beats ever is: nothing shifts while it runs down.
    let texts = small(&place).max(small("commits in 00.0 beats"));
    let texts = widgets::width(ui, &words, theme::ui_font(theme::BODY)).min(190.0).max(texts);
    let width = 12.0 + texts + 10.0 + 3.0 * (button_width + 6.0) + 4.0;
    let height = (body.height() - 8.0).min(64.0);
    let x = scene.x(chosen.begin_beats);
    // It stands where its stroke stands, so that what can be pressed does not walk away.
    let left = (x - BEFORE).min(body.max.x - width - 4.0).max(body.min.x + 4.0);
    let card = Rect::from_min_size(pos2(left, body.center().y - height / 2.0), vec2(width, height));
    let lane = at.body(at.part(chosen.part));
    let foot = x.clamp(card.min.x + 8.0, card.max.x - 8.0);
    let line = Stroke::new(1.0, theme::T1.gamma_multiply(0.6));
    ui.painter().line_segment([pos2(foot, card.max.y), pos2(x.max(body.min.x), lane.min.y + 18.0)], line);
    widgets::cover(ui, card, &words);
    words_ui(ui, card, texts, [&words, &place], (chosen, scene));
    buttons_ui(ui, card, button_width, is_wide, (chosen, scene), intents);
}

/// Whose it is, and where: "Keys, bar 35 beat 1½".
fn place_words(chosen: Selection, scene: &Scene<'_>) -> String {
    let (bar, beat) = scene.page.bar_and_beat((chosen.begin_beats * 4.0).round() / 4.0);
    format!("{}, bar {bar} beat {}", strips::name(chosen.part), quarters(beat))
}

fn words_ui(ui: &Ui, card: Rect, width: f32, [words, place]: [&str; 2], scene: (Selection, &Scene<'_>)) {
    let ink = widgets::ink(ui);
    let (chosen, scene) = scene;
    let x = card.min.x + 12.0;
    let middle = card.center().y;
    widgets::write_within(ui, pos2(x, middle - 13.0), width, words, ui_face(theme::BODY, theme::T1));
    widgets::say(ui, pos2(x, middle + 4.0), Hang::Left, place, ui_face(theme::SMALL, ink.t3));
    let left_beats = chosen.begin_beats - scene.open_beats;
    let when = if left_beats.is_finite() {
        format!("commits in {} beats", text::number(left_beats.max(0.0), 1))
    } else {
        "open until it plays".to_owned()
    };
    widgets::say(ui, pos2(x, middle + 20.0), Hang::Left, &when, ui_face(theme::SMALL, ink.t2));
}

fn buttons_ui(
    ui: &Ui,
    card: Rect,
    width: f32,
    has_keys: bool,
    scene: (Selection, &Scene<'_>),
    intents: &mut Vec<Intent>,
) {
    let (chosen, scene) = scene;
    let mark = strokes::notes(&scene.view.band, chosen.part, chosen.begin_beats).map(|note| note.mark).next();
    let look = |wanted: Mark| if mark == Some(wanted) { Look::Primary } else { Look::Selected };
    let (part, id) = (chosen.part, chosen.id);
    let wishes = [
        ("Veto", "1", look(Mark::Vetoed), BandOrder::Veto(part, id)),
        ("Pin", "2", look(Mark::Pinned), BandOrder::Pin(part, id)),
        ("Swap", "3", Look::Selected, BandOrder::Swap(part, id)),
    ];
    for (index, (label, key, look, order)) in wishes.into_iter().enumerate() {
        let left = card.max.x - 4.0 - (3 - index) as f32 * (width + 6.0);
        let rect = Rect::from_center_size(pos2(left + width / 2.0, card.center().y), vec2(width, 30.0));
        let spec = Button::new(label).look(look);
        let spec = if has_keys { spec.key(key) } else { spec };
        if button(ui, rect, spec).clicked() {
            intents.push(Intent::Band(order));
        }
    }
}

/// A beat in halves and quarters, as musicians count: "1½".
fn quarters(beat: f64) -> String {
    let quarters = (beat * 4.0).round() as i64;
    let part = ["", "\u{bc}", "\u{bd}", "\u{be}"][quarters.rem_euclid(4) as usize];
    format!("{}{part}", quarters.div_euclid(4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beats_are_counted_in_quarters() {
        let said = [1.0, 1.5, 2.24, 4.76, 3.98].map(quarters);
        assert_eq!(said, ["1", "1½", "2¼", "4¾", "4"].map(str::to_owned));
    }
}
