//! The chord strip of the plan: filled where the player plays it, an outline where it is expected.

use super::scene::Scene;
use crate::session::Intent;
use crate::session::band::{Alternate, BandChord, Origin};
use crate::ui::widgets::{self, Hang, mono, ui_face, write};
use crate::ui::{text, theme};
use egui::accesskit::Role;
use egui::{Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

/// Width of the column of alternates.
const ALTERNATES: f32 = 84.0;

/// How a chord is known, in a word.
const fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Heard => "heard",
        Origin::Chart => "chart",
        Origin::Foreseen => "foreseen",
        Origin::Own => "own",
    }
}

/// Draws the strip; a click on an alternate asks for it.
pub fn chords_ui(ui: &Ui, row: Rect, scene: &Scene<'_>, intents: &mut Vec<Intent>) {
    let band = &scene.view.band;
    let shown = |span: &&BandChord| scene.page.shows(span.begin_beats, span.end_beats);
    let spans: Vec<&BandChord> = band.chords.iter().filter(shown).collect();
    // Alternates stand with the change they would replace, or with the last chord.
    let next = spans.iter().position(|span| span.begin_beats > scene.now_beats);
    let asked_at = next.or(spans.len().checked_sub(1));
    for (index, span) in spans.iter().enumerate() {
        let x = scene.x(span.begin_beats).max(row.min.x)..=scene.x(span.end_beats).min(row.max.x);
        let card = Rect::from_x_y_ranges(x, row.y_range()).shrink2(vec2(1.5, 3.0));
        if card.width() < 3.0 {
            continue;
        }
        let alternates = if asked_at == Some(index) { &band.alternates[..] } else { &[] };
        let room = card.width() - if alternates.is_empty() { 0.0 } else { ALTERNATES };
        chord_ui(ui, card, room, span, scene);
        if room > 40.0 {
            alternates_ui(ui, card, alternates, intents);
        }
    }
    if spans.is_empty() {
        let at = pos2(row.min.x + 16.0, row.center().y + 4.5);
        widgets::say(ui, at, Hang::Left, "Play a chord: it is followed.", ui_face(theme::BODY, widgets::ink(ui).t3));
    }
}

fn chord_ui(ui: &Ui, card: Rect, room: f32, span: &BandChord, scene: &Scene<'_>) {
    let ink = widgets::ink(ui);
    let is_now = span.begin_beats <= scene.now_beats && span.end_beats > scene.now_beats;
    let heard_until =
        if span.origin == Origin::Heard { scene.x(scene.page.bar_end(scene.now_beats)) - 1.5 } else { card.min.x };
    let filled = card.with_max_x(heard_until.min(card.max.x));
    if filled.max.x < card.max.x {
        let stroke = Stroke::new(1.25, if is_now { ink.edge } else { theme::PRESS });
        ui.painter().rect_stroke(card, theme::RADIUS_CTRL, stroke, StrokeKind::Inside);
    }
    if filled.width() > 0.0 {
        ui.painter().rect_filled(filled, theme::RADIUS_CTRL, theme::CTRL);
    }
    let name = text::chord(&span.name);
    let fits = |size: &f32| widgets::width(ui, &name, theme::ui_font(*size)) < room - 12.0;
    let size = [theme::HEADING, theme::BODY, theme::SMALL].into_iter().find(fits).unwrap_or(theme::SMALL);
    let at = pos2(card.min.x + 9.0_f32.min(card.width() / 6.0), card.center().y + size * 0.345);
    let colour = if is_now { theme::T1 } else { ink.t2 };
    // A dot for a name that has no room says less than nothing.
    let drawn = if room > 40.0 || fits(&size) {
        widgets::write_within(ui, at, room - 12.0, &name, ui_face(size, colour))
    } else {
        card
    };
    let percent = text::percent(span.confidence);
    let word = origin(span.origin);
    widgets::tell(ui, card, &format!("{name}, {word} {percent}"));
    let left = drawn.max.x + 10.0;
    let right = if filled.width() > 0.0 { filled.max.x } else { card.max.x }.min(card.min.x + room) - 10.0;
    // What is written in a chart is not a guess.
    let full = if span.origin == Origin::Chart { word.to_owned() } else { format!("{word}, {percent}") };
    for said in [full.as_str(), percent.as_str()] {
        if right - left > widgets::width(ui, said, theme::ui_font(theme::SMALL)) {
            let letter = ui_face(theme::SMALL, ink.t3);
            write(ui.painter(), pos2(right, card.center().y + 3.8), Hang::Right, said, letter);
            break;
        }
    }
}

fn alternates_ui(ui: &Ui, card: Rect, alternates: &[Alternate], intents: &mut Vec<Intent>) {
    let ink = widgets::ink(ui);
    let height = card.height() / 2.0;
    for (index, alternate) in alternates.iter().take(2).enumerate() {
        let top = card.min.y + height * index as f32;
        let row = Rect::from_min_max(pos2(card.max.x - ALTERNATES, top), pos2(card.max.x - 2.0, top + height));
        let response = ui.interact(row, ui.unique_id().with(("alternate", index)), Sense::click());
        let name = text::chord(&alternate.name);
        let percent = text::percent(alternate.share);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Ask for {name}, {percent}")));
        if response.hovered() {
            ui.painter().rect_filled(row.shrink(1.0), theme::RADIUS_SMALL, theme::HOVER);
        }
        widgets::focus_ring(ui, &response, row.shrink(2.0), theme::RADIUS_SMALL);
        let colour = if response.hovered() { theme::T1 } else { ink.t2 };
        let baseline = row.center().y + 3.8;
        let figure = percent.trim_end_matches(" %");
        write(ui.painter(), pos2(row.max.x - 6.0, baseline), Hang::Right, figure, mono(theme::SMALL, ink.t3));
        let at = pos2(row.max.x - 28.0, baseline);
        write(ui.painter(), at, Hang::Right, &name, ui_face(theme::SMALL, colour));
        if response.on_hover_text("Ask for it").clicked() {
            intents.push(Intent::Band(alternate.order));
        }
    }
}
