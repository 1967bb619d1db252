//! Where notes lie within a lane: drums in three rows, everything else by pitch.

use super::drums;
use super::lanes::player_colour;
use super::note_mesh::{NoteMesh, Outline};
use super::scene::Scene;
use crate::engine::params::ParamId;
use crate::session::band::{BandNoteView, BandView, Part};
use crate::ui::theme;
use crate::ui::widgets::{self, Hang, ui_face, write};
use egui::{Rangef, Rect, Ui, Vec2, pos2};

/// A note is hit so many points around it.
pub const REACH: f32 = 6.0;
/// Room above the notes of a lane, for where they came from.
const HEAD: f32 = 22.0;
/// Room below them.
const FOOT: f32 = 7.0;
/// Half the size of a drum stroke, the softest and the loudest.
const STROKE: [f32; 2] = [3.0, 5.6];
/// How thick a bar is, at most.
const THICK: f32 = 6.0;
/// Fewest semitones that a lane spreads over its height, and those of the player's.
const SEMITONES: u8 = 18;
const SEMITONES_YOU: u8 = 30;

/// A lane and what pitches it holds.
#[derive(Clone, Copy, Debug)]
pub struct Lane {
    /// Whose it is.
    pub part: Part,
    /// Where its notes are.
    inside: Rect,
    keys: Keys,
    has_skins: bool,
}

/// The keys that a lane spreads over its height.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Keys {
    low: u8,
    high: u8,
}

impl Keys {
    /// Half octaves that hold all `keys`: notes come and go without moving the others.
    fn of(keys: impl Iterator<Item = u8>, least: u8) -> Self {
        let (low, high) = keys.fold((127, 0), |(low, high), key| (key.min(low), key.max(high)));
        let (low, high) = if low > high { (54, 66) } else { (low, high) };
        let low = low / 6 * 6;
        let high = (high / 6 * 6).saturating_add(6);
        let missing = least.saturating_sub(high - low).div_ceil(12) * 6;
        Self { low: low.saturating_sub(missing), high: high.saturating_add(missing).min(132) }
    }

    /// The height of a key, and how thick its bar is.
    fn bar(self, inside: Rangef, key: u8) -> (f32, f32) {
        let step = inside.span() / f32::from(self.high - self.low + 1);
        let from_low = f32::from(key) - f32::from(self.low) + 0.5;
        (inside.max - from_low * step, (step * 1.7).clamp(3.5, THICK))
    }
}

impl Lane {
    /// The lane of a part.
    #[must_use]
    pub fn of(part: Part, row: Rect, band: &BandView) -> Self {
        let keys = Keys::of(band.notes[part as usize].iter().map(|note| note.key), SEMITONES);
        let inside = Rect::from_min_max(pos2(row.min.x, row.min.y + HEAD), pos2(row.max.x, row.max.y - FOOT));
        Self { part, inside, keys, has_skins: band.sa_key.is_some() }
    }

    /// Where a note is drawn; `None` off the page.
    #[must_use]
    pub fn note(&self, scene: &Scene<'_>, note: &BandNoteView) -> Option<Rect> {
        let end_beats = note.begin_beats + note.length_beats;
        if !scene.page.shows(note.begin_beats, end_beats) {
            return None;
        }
        if self.part == Part::Drums {
            let size = egui::lerp(STROKE[0]..=STROKE[1], f32::from(note.velocity) / 127.0);
            let row = (drums::row(note.key, self.has_skins) as f32 + 0.5) / drums::ROWS as f32;
            let centre = pos2(scene.x(note.begin_beats) + 1.0, egui::lerp(self.inside.y_range(), row));
            let is_on_page = scene.page.place(note.begin_beats) >= 0.0;
            return is_on_page.then(|| Rect::from_center_size(centre, Vec2::splat(2.0 * size)));
        }
        let (y, thick) = self.keys.bar(self.inside.y_range(), note.key);
        Some(bar(scene, (note.begin_beats, end_beats), y, thick))
    }
}

fn bar(scene: &Scene<'_>, (begin, end): (f64, f64), y: f32, thick: f32) -> Rect {
    let x = scene.x(begin);
    Rect::from_x_y_ranges(x..=(scene.x(end) - 1.5).max(x + 3.0), y - thick / 2.0..=y + thick / 2.0)
}

/// What the player played: what is held grows with the playhead.
pub fn player_ui(ui: &Ui, row: Rect, scene: &Scene<'_>) {
    let inside = row.shrink2(egui::vec2(0.0, 8.0)).y_range();
    let band = &scene.view.band;
    let keys = Keys::of(band.player.iter().map(|(_, _, key, _)| *key), SEMITONES_YOU);
    let painter = ui.painter().with_clip_rect(row.intersect(ui.clip_rect()));
    let mut mesh = NoteMesh::new(ui.pixels_per_point());
    let mut drawn = 0;
    for (begin_beats, length_beats, key, _) in &band.player {
        let end_beats = (begin_beats + length_beats).min(scene.now_beats.max(begin_beats + 0.05));
        if !scene.page.shows(*begin_beats, end_beats) {
            continue;
        }
        let (y, thick) = keys.bar(inside, *key);
        let shape = Outline::bar(bar(scene, (*begin_beats, end_beats), y, thick));
        mesh.fill(&shape, player_colour(begin_beats + length_beats <= scene.now_beats));
        drawn += 1;
    }
    mesh.paint(&painter);
    widgets::tell(ui, row, &format!("Your notes: {drawn} on this page"));
    let x = scene.x(scene.now_beats) + 12.0;
    let said = if scene.view.transport.is_counting_in { "counting in" } else { "listening" };
    // The room is that of the setting, so that the word does not come and go with every commit.
    let commit_beats = f64::from(scene.view.params.get(ParamId::BandCommit)) / 4.0;
    if scene.x(scene.now_beats + commit_beats) - x > widgets::width(ui, said, theme::ui_font(theme::SMALL)) {
        let letter = ui_face(theme::SMALL, widgets::ink(ui).t3);
        write(ui.painter(), pos2(x, row.center().y + 3.8), Hang::Left, said, letter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_holds_every_key_and_moves_by_half_octaves_only() {
        let keys = Keys::of([48, 53].into_iter(), SEMITONES);
        assert_eq!(keys, Keys::of([49, 50].into_iter(), SEMITONES));
        assert!(keys.high - keys.low >= SEMITONES);
        for low in 0..=127_u8 {
            let keys = Keys::of([low, 127].into_iter(), SEMITONES_YOU);
            for key in low..=127 {
                let (y, thick) = keys.bar(Rangef::new(0.0, 60.0), key);
                assert!((0.0..=60.0).contains(&y) && thick >= 3.5, "{low} {key}: {y}");
            }
        }
    }
}
