//! The ribbon: cents of Sa upwards, time to the right, the raga's own swaras as lines.

use super::{PracticeState, empty, ghosts, running, trace};
use crate::session::practice::{Marking, PracticeOrder, PracticeView, TargetView};
use crate::session::{Intent, View};
use crate::ui::UiState;
use crate::ui::swaras::{self, Sign};
use crate::ui::theme::{self, Density};
use crate::ui::widgets::{self, Hang, mono, ui_face, write};
use egui::{Rect, Sense, Ui, WidgetInfo, accesskit::Role, pos2};
use std::ops::RangeInclusive;

/// Seconds on the ribbon before now, and after it; and with a lesson, which shows what is to come.
const SPANS_SECS: (f64, f64) = (7.0, 1.5);
const LESSON_SPANS_SECS: (f64, f64) = (6.2, 2.6);
/// A beat is never shorter on the ribbon, seconds.
const LEAST_BEAT_SECS: f64 = 0.05;
/// The line of the teacher reaches so far back, seconds.
const TRAIL_SECS: f64 = 12.0;
/// Cents at the lower and the upper edge while the middle octave is sung, and where lower and higher notes need more.
const LOW_CENTS: [f32; 2] = [-190.0, -600.0];
const HIGH_CENTS: [f32; 2] = [1270.0, 1990.0];
/// Lines nearer to each other than this have no name of their own, points.
const NAMES_APART: f32 = 11.0;

/// Seconds before now and after it.
fn spans_secs(view: &PracticeView) -> (f64, f64) {
    if view.lesson.is_some() { LESSON_SPANS_SECS } else { SPANS_SECS }
}

/// Where things stand on the ribbon.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axes {
    /// Where the line is drawn.
    pub plot: Rect,
    /// Now, points.
    pub now_x: f32,
    /// What stands at `now_x`, seconds of the teacher.
    pub now_secs: f64,
    /// Points of a second.
    pub points_per_sec: f32,
    low_cents: f32,
    high_cents: f32,
}

impl Axes {
    fn of(plot: Rect, view: &PracticeView, back_secs: f64) -> Self {
        let sung = view.teacher.trail.iter().filter_map(|point| point.cents);
        let asked = view.lesson.iter().flat_map(|lesson| lesson.timeline.notes());
        let sung = sung.chain(asked.map(|asked| 100.0 * f32::from(asked.note.semitones())));
        let (low, high) = sung.fold((0.0_f32, 1200.0_f32), |(low, high), cents| (low.min(cents), high.max(cents)));
        let low_cents = if low < LOW_CENTS[0] { LOW_CENTS[1] } else { LOW_CENTS[0] };
        let high_cents = if high > HIGH_CENTS[0] { HIGH_CENTS[1] } else { HIGH_CENTS[0] };
        let (past_secs, coming_secs) = spans_secs(view);
        let points_per_sec = plot.width() / (past_secs + coming_secs) as f32;
        Self {
            plot,
            now_x: (plot.min.x + past_secs as f32 * points_per_sec).round(),
            now_secs: view.teacher.now_secs - back_secs,
            points_per_sec,
            low_cents,
            high_cents,
        }
    }

    /// Where a moment stands.
    #[must_use]
    pub fn x(&self, secs: f64) -> f32 {
        self.now_x + ((secs - self.now_secs) as f32) * self.points_per_sec
    }

    /// Where a pitch stands, cents over middle Sa.
    #[must_use]
    pub fn y(&self, cents: f32) -> f32 {
        let share = (cents - self.low_cents) / (self.high_cents - self.low_cents);
        egui::lerp(self.plot.max.y..=self.plot.min.y, share)
    }

    /// Points of so many cents.
    #[must_use]
    pub fn height(&self, cents: f32) -> f32 {
        cents / (self.high_cents - self.low_cents) * self.plot.height()
    }
}

/// Draws the well.
pub fn ribbon_ui(ui: &mut Ui, area: Rect, density: Density, scene: (&mut UiState, &View), intents: &mut Vec<Intent>) {
    let (state, view) = scene;
    widgets::well(ui, area);
    let practice = &view.practice;
    let is_wide = density == Density::Wide;
    let left = if is_wide { 76.0 } else { 54.0 };
    let plot =
        Rect::from_min_max(pos2(area.min.x + left, area.min.y + 16.0), pos2(area.max.x - 12.0, area.max.y - 26.0));
    scroll_ui(ui, plot, &mut state.practice, practice);
    let axes = Axes::of(plot, practice, state.practice.back_secs);
    cycle_ui(ui, &axes, area, view);
    let heard = lines_ui(ui, &axes, area, practice, is_wide);
    intents.extend(heard.map(|semitones| Intent::Practice(PracticeOrder::Sound(semitones))));
    let taken = ghosts::ghosts_ui(ui, &axes, practice, is_wide);
    trace::marks_ui(ui, &axes, taken, practice, is_wide);
    trace::line_ui(ui, &axes, practice);
    foot_ui(ui, &axes, area, (state.practice.back_secs, is_wide, practice.lesson.is_some()));
    ghosts::state_ui(ui, &axes, density, practice);
    empty::empty_ui(ui, plot, (state, view), intents);
}

/// The wheel scrolls back as far as the line reaches; a double click, or any key of the transport, returns.
fn scroll_ui(ui: &Ui, plot: Rect, state: &mut PracticeState, view: &PracticeView) {
    let response = widgets::hit(ui, plot, "ribbon", Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Pitch ribbon"));
    let now = view.teacher.now.as_ref();
    let said = now.map_or_else(
        || "silent".to_owned(),
        |now| format!("{} {} cents", now.name.syllable, super::signed(now.off_cents)),
    );
    widgets::describe(ui, &response, &said);
    if response.hovered() {
        let notches = f64::from(widgets::wheel_notches(ui));
        state.back_secs = (state.back_secs + 0.5 * notches).clamp(0.0, TRAIL_SECS - spans_secs(view).0);
    }
    if response.double_clicked() {
        state.back_secs = 0.0;
    }
    widgets::focus_ring(ui, &response, plot, theme::RADIUS_SMALL);
}

/// The matras of the cycle, with the marks of its parts under them.
fn cycle_ui(ui: &Ui, axes: &Axes, area: Rect, view: &View) {
    let practice = &view.practice;
    let (Some(tala), Some(place)) = (&practice.tala, running::cycle_place(practice)) else { return };
    let count = tala.beats.len().max(1) as i64;
    let lesson = running::current(practice);
    let matra_secs =
        lesson.map_or(60.0 / view.transport.tempo_bpm.max(1.0), |lesson| lesson.beat_secs.max(LEAST_BEAT_SECS));
    let ink = widgets::ink(ui);
    let (past_secs, coming_secs) = spans_secs(practice);
    // Where the time of a lesson has stood, its past is not known.
    let past_secs = if lesson.is_some_and(|lesson| lesson.settings.waits) { 0.0 } else { past_secs + TRAIL_SECS };
    let first = (place - past_secs / matra_secs).ceil() as i64;
    let last = (place + (coming_secs + TRAIL_SECS) / matra_secs).floor() as i64;
    for at in first..=last {
        let x = axes.x(practice.teacher.now_secs + (at as f64 - place) * matra_secs);
        if !(axes.plot.min.x..=axes.plot.max.x).contains(&x) {
            continue;
        }
        let index = at.rem_euclid(count) as usize;
        let beat = &tala.beats[index];
        let (inset, colour) = if beat.begins_part { (8.0, theme::CTRL) } else { (16.0, theme::PANEL) };
        widgets::post(ui, x, area.min.y + inset..=axes.plot.max.y + if beat.begins_part { 6.0 } else { 0.0 }, colour);
        let is_clear = (x - axes.now_x).abs() > 8.0 && x < axes.plot.max.x - if lesson.is_some() { 64.0 } else { 16.0 };
        if beat.begins_part && is_clear && !(axes.now_x - 38.0..axes.now_x).contains(&x) {
            let colour = if index == 0 { theme::T1 } else { ink.t3 };
            let at = pos2(x + 6.0, area.max.y - 9.0);
            write(ui.painter(), at, Hang::Left, &beat.mark(index == 0), mono(theme::SMALL, colour));
        }
    }
    if let Some(at) = running::matra(view, count as usize) {
        widgets::tell(
            ui,
            Rect::from_min_size(pos2(axes.now_x, axes.plot.max.y), egui::vec2(8.0, 8.0)),
            &format!("matra {}", at + 1),
        );
    }
}

/// A swara is compared with the drone: Sa and Pa.
fn is_strict(target: &TargetView) -> bool {
    matches!(target.semitones.rem_euclid(12), 0 | 7)
}

/// The swaras as lines with their bands; Sa and Pa are brighter and narrower. The one whose name was clicked, by its
/// semitones.
fn lines_ui(ui: &Ui, axes: &Axes, area: Rect, view: &PracticeView, is_wide: bool) -> Option<i16> {
    let ink = widgets::ink(ui);
    let only_sa = [TargetView::default(), TargetView { semitones: 12, cents: 1200.0, ..TargetView::default() }];
    let known = &view.teacher.targets;
    let targets = if known.is_empty() { &only_sa[..] } else { known };
    let painter = ui.painter();
    let mut named: Vec<(f32, &TargetView)> = Vec::new();
    // Sa and Pa first, so that they have their names where lines are close.
    let order =
        targets.iter().filter(|target| is_strict(target)).chain(targets.iter().filter(|target| !is_strict(target)));
    for target in order {
        let y = axes.y(target.cents);
        if !axes.plot.expand(6.0).y_range().contains(y) {
            continue;
        }
        let strict = is_strict(target);
        let half = axes.height(band_cents(view.marking, strict)).max(2.0);
        let band = Rect::from_x_y_ranges(axes.plot.x_range(), y - half..=y + half);
        painter.rect_filled(band.intersect(area), 0, theme::CTRL.gamma_multiply(if strict { 0.75 } else { 0.45 }));
        widgets::rule(ui, axes.plot.x_range(), y, if strict { ink.t4 } else { theme::PRESS });
        if named.iter().any(|(other, _)| (other - y).abs() < NAMES_APART) {
            continue;
        }
        named.push((y, target));
        let colour = if strict { theme::T1 } else { ink.t2 };
        let at = pos2(area.min.x + 16.0, y + 4.48);
        let sign = Sign::latin(letters(target), target.name.octave);
        swaras::swara(painter, at, Hang::Left, &sign, ui_face(theme::BODY, colour));
        if is_wide {
            let figure = crate::ui::text::number(f64::from(target.cents), 0);
            write(painter, pos2(axes.plot.min.x - 6.0, y + 3.96), Hang::Right, &figure, mono(theme::SMALL, ink.t3));
        }
    }
    names_ui(ui, area.min.x + 6.0..=axes.plot.min.x - 2.0, named)
}

/// The names of the swaras at their heights as buttons that let them sound; the one that was pressed, by its semitones.
fn names_ui(ui: &Ui, across: RangeInclusive<f32>, mut named: Vec<(f32, &TargetView)>) -> Option<i16> {
    // From the lowest up, as the keyboard's focus goes.
    named.sort_by(|a, b| b.0.total_cmp(&a.0));
    let apart = |at: usize| named.get(at + 1).map_or(theme::HIT, |next| named[at].0 - next.0);
    let mut pressed = None;
    let mut below = theme::HIT;
    for (at, (y, target)) in named.iter().enumerate() {
        let above = apart(at);
        let half = 0.5 * above.min(below).min(theme::HIT);
        below = above;
        let rect = Rect::from_x_y_ranges(across.clone(), y - half..=y + half);
        let octave = match target.semitones.div_euclid(12) {
            0 => "",
            1.. => ", upper",
            _ => ", lower",
        };
        let response = ui.interact(rect, ui.unique_id().with(("hear", target.semitones)), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Hear {}{octave}", letters(target))));
        if response.hovered() {
            ui.painter().rect_filled(rect, theme::RADIUS_SMALL, theme::HOVER.gamma_multiply(0.35));
        }
        widgets::focus_ring(ui, &response, rect.shrink(3.0), theme::RADIUS_SMALL);
        pressed = pressed.or(response.clicked().then_some(target.semitones));
    }
    pressed
}

/// What a line is called; Sa where nothing is known yet.
fn letters(target: &TargetView) -> &str {
    if target.name.symbol.is_empty() { "S" } else { &target.name.symbol }
}

/// Half the width in which a note is true, cents.
fn band_cents(marking: Marking, is_strict: bool) -> f32 {
    marking.bands_cents(is_strict)[0]
}

/// The line of now and the words under it.
fn foot_ui(ui: &Ui, axes: &Axes, area: Rect, (back_secs, is_wide, has_lesson): (f64, bool, bool)) {
    let ink = widgets::ink(ui);
    widgets::post(ui, axes.now_x, area.min.y + 8.0..=axes.plot.max.y + 6.0, ink.t2);
    let y = area.max.y - 9.2;
    let now =
        if back_secs > 0.0 { format!("{} s ago", crate::ui::text::number(back_secs, 1)) } else { "now".to_owned() };
    widgets::say(ui, pos2(axes.now_x - 8.0, y), Hang::Right, &now, ui_face(theme::SMALL, ink.t2));
    if is_wide {
        write(ui.painter(), pos2(area.min.x + 16.0, y), Hang::Left, "cents of Sa", ui_face(theme::SMALL, ink.t3));
    }
    if has_lesson {
        write(ui.painter(), pos2(area.max.x - 12.0, y), Hang::Right, "to come", ui_face(theme::SMALL, ink.t3));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::practice::{TeacherView, TrailPoint};
    use std::sync::Arc;

    fn view(cents: &[f32]) -> PracticeView {
        let point = |cents: &f32| TrailPoint { at_secs: 9.0, cents: Some(*cents), is_sure: true };
        let teacher =
            TeacherView { now_secs: 10.0, trail: cents.iter().map(point).collect(), ..TeacherView::default() };
        PracticeView { teacher: Arc::new(teacher), ..PracticeView::default() }
    }

    #[test]
    fn the_ribbon_shows_the_middle_octave_until_lower_or_higher_notes_are_sung() {
        let plot = Rect::from_min_max(pos2(76.0, 16.0), pos2(716.0, 378.0));
        let middle = Axes::of(plot, &view(&[0.0, 702.0, 1200.0]), 0.0);
        assert!((middle.y(0.0) - 330.9).abs() < 0.5 && (middle.y(1200.0) - 33.4).abs() < 0.5);
        let both = Axes::of(plot, &view(&[-498.0, 1900.0]), 0.0);
        for cents in [-498.0, 0.0, 1200.0, 1902.0] {
            assert!(plot.y_range().contains(both.y(cents)));
        }
        assert_eq!(middle.x(10.0), middle.now_x);
        assert!(middle.x(3.0) >= plot.min.x - 1.0);
        assert!(Axes::of(plot, &view(&[]), 2.0).x(8.0) == middle.now_x);
    }
}
