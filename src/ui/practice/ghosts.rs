//! What a lesson draws on the ribbon: the notes to come as outlines at their time, and what the learner does now.

use super::coming::{Coming, coming};
use super::ribbon::Axes;
use super::running;
use crate::base::Bus;
use crate::session::practice::{LessonView, Phase, PracticeView};
use crate::ui::icons;
use crate::ui::swaras::{self, Sign};
use crate::ui::theme::{self, Density};
use crate::ui::widgets::{self, Hang, ui_face, write};
use egui::{Align2, Rect, Stroke, StrokeKind, Ui, pos2, vec2};

/// What stays free between two notes, points.
const APART: f32 = 4.0;
/// The narrowest that a note is drawn, points; and from where on its name fits into it.
const WIDTHS: (f32, f32) = (6.0, 16.0);

/// Draws the notes to come; where those stand that have not begun.
pub fn ghosts_ui(ui: &Ui, axes: &Axes, view: &PracticeView, is_wide: bool) -> Vec<Rect> {
    let Some(lesson) = view.lesson.as_deref() else { return Vec::new() };
    let beat_secs = lesson.beat_secs.max(0.01);
    let horizon_beats = f64::from((axes.plot.max.x - axes.x(view.teacher.now_secs)) / axes.points_per_sec) / beat_secs;
    let notes = coming(lesson, horizon_beats);
    let places = notes.iter().filter_map(|note| {
        let place = ghost_ui(ui, axes, (view, lesson), *note, is_wide)?;
        (note.in_beats > 0.0).then_some(place)
    });
    places.collect()
}

fn ghost_ui(
    ui: &Ui,
    axes: &Axes,
    (view, lesson): (&PracticeView, &LessonView),
    note: Coming,
    is_wide: bool,
) -> Option<Rect> {
    let ink = widgets::ink(ui);
    let asked = lesson.timeline.notes().get(note.asked)?;
    let semitones = asked.note.semitones();
    let known = view.teacher.targets.iter().find(|target| target.semitones == semitones);
    let cents = known.map_or(100.0 * f32::from(semitones), |target| target.cents);
    let y = axes.y(cents);
    let at = |beats: f64| axes.x(view.teacher.now_secs + beats * lesson.beat_secs);
    let left = at(note.in_beats) + APART / 2.0;
    let right = (at(note.in_beats + note.beats) - APART / 2.0).min(axes.plot.max.x).max(left + WIDTHS.0);
    if left >= axes.plot.max.x - WIDTHS.0 || !axes.plot.y_range().expand(10.0).contains(y) {
        return None;
    }
    let half = if is_wide { 9.0 } else { 8.0 };
    let rect = Rect::from_x_y_ranges(left..=right, y - half..=y + half);
    let is_now = note.in_beats <= 0.0 && running::is_under_way(lesson);
    let (rim, letters) = match (note.is_listened, is_now) {
        (true, _) => (theme::part(Bus::Lead), theme::part(Bus::Lead)),
        (_, true) => (theme::T1, theme::T1),
        _ => (ink.edge, ink.t2),
    };
    let painter = ui.painter().with_clip_rect(axes.plot.expand2(vec2(0.0, 16.0)));
    painter.rect_filled(rect, theme::RADIUS_SMALL, theme::WELL);
    painter.rect_stroke(rect, theme::RADIUS_SMALL, Stroke::new(1.25, rim), StrokeKind::Inside);
    let name = lesson.names.get(note.asked);
    if let Some(name) = name.filter(|_| rect.width() >= WIDTHS.1) {
        let sign = Sign::latin(&name.symbol, name.octave).with_small_figure();
        let at = pos2(rect.center().x, y + 4.0);
        swaras::swara(&painter, at, Hang::Middle, &sign, ui_face(theme::SMALL, letters));
    }
    let name = name.map_or("", |name| name.syllable.as_str());
    let said = match (note.is_listened, is_now) {
        (true, _) => format!("{name}, sung by the guide"),
        (_, true) => format!("{name}, to be sung now"),
        _ => format!("{name}, to come"),
    };
    let id = ui.unique_id().with(("ghost", note.asked, note.is_listened, note.in_beats.floor() as i64));
    let response = ui.interact(rect, id, egui::Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Label, true, &said));
    Some(rect)
}

/// Draws what is to be done: the beats that are still counted, listen, hold.
pub fn state_ui(ui: &Ui, axes: &Axes, density: Density, view: &PracticeView) {
    let Some(lesson) = view.lesson.as_deref() else { return };
    match lesson.phase {
        Phase::CountIn(beats) => count_ui(ui, axes, density, beats),
        Phase::Listening => sign_ui(ui, axes, "listen", true),
        Phase::Waiting => {
            let name = lesson.cursor.and_then(|at| lesson.names.get(at));
            let said = name.map_or_else(|| "hold the note".to_owned(), |name| format!("hold {}", name.symbol));
            sign_ui(ui, axes, &said, false);
        }
        Phase::Ready | Phase::Singing | Phase::Done => {}
    }
}

/// The beats of the count-in, as large as the swara that is sung.
fn count_ui(ui: &Ui, axes: &Axes, density: Density, beats: u32) {
    let size = if density == Density::Wide { 104.0 } else { 72.0 };
    let centre = pos2((axes.plot.min.x + axes.now_x) / 2.0, axes.plot.center().y);
    let ground = Rect::from_center_size(centre, vec2(size * 1.1, size * 1.25));
    ui.painter().rect_filled(ground, theme::RADIUS_PANEL, theme::WELL);
    ui.painter().text(centre, Align2::CENTER_CENTER, beats.to_string(), theme::ui_font(size), theme::T1);
    widgets::tell(ui, ground, &format!("Begins in {beats}"));
}

/// A word at the line of now.
fn sign_ui(ui: &Ui, axes: &Axes, said: &str, is_of_guide: bool) {
    const SIZE: f32 = 22.0;
    let glyph = if is_of_guide { 24.0 } else { 0.0 };
    let width = widgets::width(ui, said, theme::ui_font(SIZE)) + glyph + 28.0;
    let left = (axes.now_x - width / 2.0).min(axes.plot.max.x - width);
    let rect = Rect::from_min_size(pos2(left, axes.plot.max.y - 42.0), vec2(width, 38.0));
    ui.painter().rect_filled(rect, theme::RADIUS_ROW, theme::CTRL);
    let y = rect.center().y;
    if is_of_guide {
        ui.painter().add(icons::part(Bus::Lead, pos2(rect.min.x + 20.0, y), theme::part(Bus::Lead)));
    }
    write(ui.painter(), pos2(rect.min.x + 14.0 + glyph, y + 7.5), Hang::Left, said, ui_face(SIZE, theme::T1));
    widgets::tell(ui, rect, said);
}
