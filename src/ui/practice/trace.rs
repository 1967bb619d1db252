//! The line of the voice and what happened in it: notes as blocks with their verdicts, ways between them as brackets.

use super::marks;
use super::ribbon::Axes;
use crate::base::Bus;
use crate::session::practice::{Mark, PracticeView, TrailPoint, Verdict};
use crate::ui::swaras;
use crate::ui::theme::{self, Ink};
use crate::ui::widgets::{self, Hang, ui_face, write};
use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Ui, pos2, vec2};

/// A gap in the line that is longer than this is a gap in the picture, seconds.
const GAP_SECS: f64 = 0.025;
/// The dot at the end stands while the line is so fresh, seconds.
const FRESH_SECS: f64 = 0.15;
/// A figure that ended so recently still sounds, seconds: the line that it is cut from is 60 ms late.
const SOUNDING_SECS: f64 = 0.15;

/// Whether a figure still sounds.
#[must_use]
pub fn is_sounding(mark: &Mark, now_secs: f64) -> bool {
    !mark.is_final && now_secs - mark.end_secs <= SOUNDING_SECS
}

/// The lowest, the mean and the highest of a swing in the line, cents; none where the figure is no swing.
#[must_use]
pub fn swing_cents(mark: &Mark, trail: &[TrailPoint]) -> Option<[f32; 3]> {
    let is_swing = ["kampita", "andolan", "swing"].iter().any(|word| mark.words.starts_with(word));
    let sung = trail
        .iter()
        .filter(|point| (mark.begin_secs..=mark.end_secs).contains(&point.at_secs))
        .filter_map(|point| point.cents);
    let (mut low, mut high, mut sum, mut count) = (f32::MAX, f32::MIN, 0.0, 0.0_f32);
    for cents in sung {
        (low, high, sum, count) = (low.min(cents), high.max(cents), sum + cents, count + 1.0);
    }
    (is_swing && count > 0.0).then(|| [low, sum / count, high])
}

/// Draws the figures of the ribbon; their words keep out of what is taken.
pub fn marks_ui(ui: &Ui, axes: &Axes, taken: Vec<Rect>, view: &PracticeView, is_wide: bool) {
    let ink = widgets::ink(ui);
    let painter = ui.painter().with_clip_rect(axes.plot.expand2(vec2(0.0, 16.0)));
    let mut writing = Writing { taken, axes, ink: &ink };
    let half = if is_wide { 9.0 } else { 8.0 };
    for mark in &view.teacher.marks {
        let (left, right) = (axes.x(mark.begin_secs), axes.x(mark.end_secs));
        if right < axes.plot.min.x || left > axes.plot.max.x {
            continue;
        }
        let target = view.teacher.targets.iter().find(|target| target.semitones == mark.semitones);
        let target_cents = target.map_or(mark.cents, |target| target.cents);
        let y = axes.y(target_cents);
        let sounds = is_sounding(mark, view.teacher.now_secs);
        let right = if sounds { right.max(axes.x(view.teacher.now_secs)) } else { right.max(left + 2.0) };
        let seen = Rect::from_x_y_ranges(left.max(axes.plot.min.x)..=right, y - half..=y + half);
        if mark.is_note {
            block_ui(&painter, seen, sounds, &ink);
            if let Some(swing) = swing_cents(mark, &view.teacher.trail) {
                swing_ui(&painter, axes, seen, swing, &ink);
            }
            let off = mark.cents - target_cents;
            if mark.is_final && mark.verdict != Verdict::Unjudged {
                painter.add(marks::verdict(pos2(seen.center().x, y - 24.0), mark.verdict, off, &ink));
            }
        } else if mark.is_final {
            bracket_ui(&painter, axes, mark, view, &ink);
        }
        let above = (pos2(seen.center().x, y - 32.0), Hang::Middle);
        let place = match (mark.is_note, sounds) {
            (true, true) => (pos2(seen.max.x + 14.0, y + 4.0), Hang::Left),
            (true, false) => above,
            (false, _) => (pos2((left + right) / 2.0, foot(axes, mark, view) + 13.0), Hang::Middle),
        };
        if !writing.words(&painter, mark, place) && mark.is_note && sounds {
            writing.words(&painter, mark, above);
        }
        tell(ui, mark, seen, target_cents);
    }
}

/// What a figure says under the pointer and to screen readers.
fn tell(ui: &Ui, mark: &Mark, rect: Rect, target_cents: f32) {
    let mut said = format!("{}, {}", mark.name.syllable, marks::word(mark.verdict));
    if mark.is_note {
        said = format!("{said}, {} cents", super::signed(mark.cents - target_cents));
    }
    if !mark.words.is_empty() {
        said = format!("{said}, {}", swaras::words(&mark.words));
    }
    let secs = crate::ui::text::number(mark.end_secs - mark.begin_secs, 1);
    let id = ui.unique_id().with(("figure", mark.id));
    let response = ui.interact(rect, id, egui::Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Label, true, &said));
    response.on_hover_text(format!("{said}, {secs} s"));
}

fn block_ui(painter: &Painter, rect: Rect, sounds: bool, ink: &Ink) {
    painter.rect_filled(rect, theme::RADIUS_SMALL, theme::PRESS.gamma_multiply(0.55));
    if sounds {
        painter.rect_stroke(rect, theme::RADIUS_SMALL, Stroke::new(1.0, ink.t2), StrokeKind::Inside);
    }
}

/// The swing that sounds now: its lowest, its mean and its highest, cents.
#[must_use]
pub fn sounding_swing(view: &PracticeView) -> Option<[f32; 3]> {
    let teacher = &view.teacher;
    let mark = teacher.marks.last().filter(|mark| is_sounding(mark, teacher.now_secs))?;
    swing_cents(mark, &teacher.trail)
}

/// A swing: where it turns, and its mean as a tick.
fn swing_ui(painter: &Painter, axes: &Axes, block: Rect, [low, mean, high]: [f32; 3], ink: &Ink) {
    let x = block.max.x + 5.0;
    let (top, bottom) = (axes.y(high), axes.y(low));
    painter.vline(x, top..=bottom, Stroke::new(1.0, ink.t3));
    for y in [top, bottom] {
        painter.hline(x - 3.0..=x + 3.0, y, Stroke::new(1.0, ink.t3));
    }
    painter.hline(x - 5.0..=x + 5.0, axes.y(mean), Stroke::new(1.5, ink.t2));
}

/// A way between two notes: a bracket under it.
fn bracket_ui(painter: &Painter, axes: &Axes, mark: &Mark, view: &PracticeView, ink: &Ink) {
    let y = foot(axes, mark, view);
    let (left, right) = (axes.x(mark.begin_secs), axes.x(mark.end_secs));
    let points = vec![pos2(left, y - 4.0), pos2(left, y), pos2(right, y), pos2(right, y - 4.0)];
    painter.add(Shape::line(points, Stroke::new(1.0, ink.t2)));
}

/// Under the lowest point of a figure's line.
fn foot(axes: &Axes, mark: &Mark, view: &PracticeView) -> f32 {
    let sung = view.teacher.trail.iter().filter(|point| (mark.begin_secs..=mark.end_secs).contains(&point.at_secs));
    let low = sung.filter_map(|point| point.cents).fold(mark.cents, f32::min);
    (axes.y(low) + 16.0).min(axes.plot.max.y)
}

/// Words beside figures; none covers another.
struct Writing<'a> {
    taken: Vec<Rect>,
    axes: &'a Axes,
    ink: &'a Ink,
}

impl Writing<'_> {
    /// Writes the words of a figure where there is room for them; whether there was.
    fn words(&mut self, painter: &Painter, mark: &Mark, (at, hang): (Pos2, Hang)) -> bool {
        if mark.words.is_empty() {
            return true;
        }
        let said = swaras::words(&mark.words);
        let font = theme::ui_font(theme::SMALL);
        let width = painter.layout_no_wrap(said.clone(), font, Color32::WHITE).size().x;
        let left = if hang == Hang::Left { at.x } else { at.x - width / 2.0 };
        let rect = Rect::from_min_size(pos2(left, at.y - 10.0), vec2(width, 13.0));
        let room = self.axes.plot.expand2(vec2(0.0, 12.0));
        if !room.contains_rect(rect) || self.taken.iter().any(|taken| taken.intersects(rect)) {
            return false;
        }
        self.taken.push(rect);
        let colour = if mark.is_note { marks::colour(mark.verdict, self.ink) } else { self.ink.t2 };
        write(painter, at, hang, &said, ui_face(theme::SMALL, colour));
        true
    }
}

/// The voice as it was measured: a line where it is settled, dots where it may still change, nothing where it was not
/// heard.
pub fn line_ui(ui: &Ui, axes: &Axes, view: &PracticeView) {
    let colour = theme::part(Bus::You);
    let painter = ui.painter().with_clip_rect(axes.plot.expand(3.0));
    let mut run: Vec<Pos2> = Vec::new();
    let mut last_secs = f64::NEG_INFINITY;
    let flush = |run: &mut Vec<Pos2>| match run.len() {
        0 => {}
        1 => {
            painter.circle_filled(run[0], 1.0, colour);
        }
        _ => {
            painter.add(Shape::line(std::mem::take(run), Stroke::new(2.5, colour)));
        }
    };
    let from_secs = axes.now_secs - f64::from((axes.now_x - axes.plot.min.x) / axes.points_per_sec) - GAP_SECS;
    for point in view.teacher.trail.iter().filter(|point| point.at_secs >= from_secs) {
        let at = point.cents.map(|cents| pos2(axes.x(point.at_secs), axes.y(cents)));
        if at.is_none() || !point.is_sure || point.at_secs - last_secs > GAP_SECS {
            flush(&mut run);
            run.clear();
        }
        last_secs = point.at_secs;
        match at {
            Some(at) if point.is_sure => run.push(at),
            Some(at) => {
                painter.circle_filled(at, 1.0, colour);
            }
            None => {}
        }
    }
    flush(&mut run);
    let end = view.teacher.trail.last().and_then(|point| Some((point.at_secs, point.cents?)));
    if let Some((at_secs, cents)) = end
        && view.teacher.now_secs - at_secs < FRESH_SECS
    {
        let at = pos2(axes.x(at_secs), axes.y(cents));
        painter.circle_filled(at, 6.0, theme::WELL);
        painter.circle_filled(at, 4.5, colour);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swing_has_its_extremes_and_its_mean() {
        let trail: Vec<TrailPoint> = (0..100_u8)
            .map(|n| TrailPoint {
                at_secs: f64::from(n) * 0.01,
                cents: Some(1088.0 + if n % 2 == 0 { 30.0 } else { -50.0 }),
                is_sure: true,
            })
            .collect();
        let mark = Mark { begin_secs: 0.2, end_secs: 0.8, words: "kampita 5.2 Hz".to_owned(), ..Mark::default() };
        let [low, mean, high] = swing_cents(&mark, &trail).expect("a swing");
        assert_eq!((low, high), (1038.0, 1118.0));
        assert!((mean - 1078.0).abs() < 2.0);
        assert_eq!(swing_cents(&Mark { words: "vibrato 6.0 Hz".to_owned(), ..mark }, &trail), None);
    }
}
