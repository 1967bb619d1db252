//! Words over a lane: where each bar came from, whose turn it is, what was vetoed and what was pinned.

use super::notes::Lane;
use super::scene::Scene;
use crate::engine::params::{ParamId, PartParam};
use crate::session::band::{BandBar, Mark, Part, Role, Rung, Side};
use crate::ui::theme;
use crate::ui::widgets::{self, Hang, ui_face, write};
use egui::{Color32, Painter, Pos2, Rect, Stroke, Ui, pos2, vec2};

/// The choice of [`ParamId::BandMode`] in which turns are taken.
pub const TRADE: u8 = 1;
/// The choice in which a raga is played.
pub const RAGA: u8 = 3;

/// A rung in a word.
#[must_use]
pub const fn rung_word(rung: Rung) -> &'static str {
    match rung {
        Rung::Large => "big",
        Rung::Small => "small",
        Rung::Cached => "pattern",
        Rung::Rules => "rules",
    }
}

/// What a rung is, in a sentence.
const fn rung_words(rung: Rung) -> &'static str {
    match rung {
        Rung::Large => "Written by the big model.",
        Rung::Small => "Written by the small model.",
        Rung::Cached => "A stored pattern, fitted to your chords.",
        Rung::Rules => "Written by the players' own rules.",
    }
}

/// What a bar is that is not simply played on, in a word.
const fn role_word(role: Role) -> Option<&'static str> {
    match role {
        Role::Intro => Some("intro"),
        Role::Fill => Some("fill"),
        Role::Ending => Some("ending"),
        _ => None,
    }
}

/// Four bars over each other, filled up to the rung that answered.
pub fn rung_glyph(painter: &Painter, foot: Pos2, rung: Rung, colour: Color32) {
    let filled = 4 - rung as usize;
    for step in 0..4 {
        let rect = Rect::from_min_size(foot - vec2(0.0, 2.0 + 3.2 * step as f32), vec2(9.0, 2.0));
        painter.rect_filled(rect, 0.5, if step < filled { colour } else { theme::PRESS });
    }
}

/// For each bar of a lane: where its notes came from, or why there are none.
pub fn bars_ui(ui: &Ui, row: Rect, part: Part, scene: &Scene<'_>) {
    let ink = widgets::ink(ui);
    let view = scene.view;
    let takes_turns = view.params.get(ParamId::BandMode) as u8 == TRADE;
    let is_off = view.params.get(ParamId::part(part as usize, PartParam::Mode)) as u8 == 2;
    let is_shown = |bar: &&BandBar| scene.page.shows(bar.begin_beats, bar.begin_beats + f64::from(bar.beats));
    for bar in view.band.bars.iter().filter(is_shown) {
        let x = scene.x(bar.begin_beats) + 8.0;
        if x < row.min.x {
            continue;
        }
        let at = pos2(x, row.min.y + 15.0);
        let is_begun = bar.begin_beats <= scene.now_beats && scene.is_moving;
        let colour = if is_begun { ink.t2 } else { ink.t3 };
        let is_yours = view.band.is_players[part as usize] && bar.begin_beats + f64::from(bar.beats) > scene.now_beats;
        let word = match bar.rungs[part as usize] {
            _ if is_yours => "yours",
            Some(rung) => {
                rung_glyph(ui.painter(), at, rung, colour);
                let said = match role_word(bar.role).filter(|_| part == Part::Drums) {
                    Some(role) => format!("{}, {role}", rung_word(rung)),
                    None => rung_word(rung).to_owned(),
                };
                let letter = ui_face(theme::SMALL, ink.t3);
                let written = write(ui.painter(), at + vec2(14.0, 0.0), Hang::Left, &said, letter);
                let mark = written.union(Rect::from_min_max(at - vec2(0.0, 12.0), at));
                widgets::tell(ui, mark, &said).on_hover_text(rung_words(rung));
                continue;
            }
            None if is_off => "off",
            None if takes_turns && part == Part::Lead && bar.side == Side::Player => "your turn",
            None => "rests",
        };
        widgets::say(ui, at, Hang::Left, word, ui_face(theme::SMALL, ink.t3));
    }
}

/// In the player's lane: where the band's turn begins.
pub fn turns_ui(ui: &Ui, row: Rect, scene: &Scene<'_>) {
    let view = scene.view;
    if view.params.get(ParamId::BandMode) as u8 != TRADE {
        return;
    }
    let mut before = Side::Player;
    for bar in &view.band.bars {
        let x = scene.x(bar.begin_beats) + 8.0;
        if bar.side == Side::Band && before == Side::Player && (row.min.x..row.max.x - 60.0).contains(&x) {
            let letter = ui_face(theme::SMALL, widgets::ink(ui).t2);
            widgets::say(ui, pos2(x, row.min.y + 15.0), Hang::Left, "band's turn", letter);
        }
        before = bar.side;
    }
}

/// Crosses out what was vetoed and brackets what was pinned; one word for neighbours of a kind.
pub fn strokes_ui(ui: &Ui, painter: &Painter, lane: &Lane, scene: &Scene<'_>) {
    let ink = widgets::ink(ui);
    let mut group: Option<(Mark, Rect)> = None;
    for note in &scene.view.band.notes[lane.part as usize] {
        let Some(rect) = lane.note(scene, note).filter(|_| note.mark != Mark::None) else { continue };
        if note.mark == Mark::Vetoed {
            painter.line_segment([rect.left_bottom(), rect.right_top()], Stroke::new(1.0, ink.t3));
        }
        group = match group {
            Some((mark, so_far)) if mark == note.mark && rect.min.x < so_far.max.x + 48.0 => {
                Some((mark, so_far.union(rect)))
            }
            other => {
                word_ui(ui, painter, other);
                Some((note.mark, rect))
            }
        };
    }
    word_ui(ui, painter, group);
}

fn word_ui(ui: &Ui, painter: &Painter, group: Option<(Mark, Rect)>) {
    let Some((mark, rect)) = group else { return };
    let ink = widgets::ink(ui);
    let said = if mark == Mark::Pinned { "pinned" } else { "vetoed" };
    let y = rect.min.y - 6.0;
    if mark == Mark::Pinned {
        let points = [rect.min.x, rect.max.x].map(|x| pos2(x, y));
        let line = vec![points[0] + vec2(0.0, 4.0), points[0], points[1], points[1] + vec2(0.0, 4.0)];
        painter.add(egui::Shape::line(line, Stroke::new(1.0, ink.t2)));
    }
    let at = pos2(rect.max.x, y - if mark == Mark::Pinned { 4.0 } else { 0.0 });
    let letter = ui_face(theme::SMALL, if mark == Mark::Pinned { ink.t2 } else { ink.t3 });
    let width = widgets::width(ui, said, theme::ui_font(theme::SMALL));
    let at = pos2(at.x.max(painter.clip_rect().min.x + width + 4.0), at.y);
    write(painter, at, Hang::Right, said, letter);
    widgets::tell(ui, rect, said);
}
