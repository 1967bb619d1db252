//! The notation line: the cycle of the tala, what is sung in it and how it went, and the line that comes next.

use super::rows::{Row, Rows};
use super::{PracticeState, lines, marks, running};
use crate::base::Bus;
use crate::session::practice::{
    Asked, LessonView, LessonWish, NoteMark, Outcome, Phase, PracticeOrder, PracticeView, Verdict,
};
use crate::session::{Intent, View};
use crate::theory::raga::{Cue, Tala, Tradition};
use crate::ui::swaras::{self, Sign};
use crate::ui::theme::{self, Density};
use crate::ui::widgets::{self, Hang, mono, ui_face, write};
use crate::ui::{UiState, icons};
use egui::accesskit::Role;
use egui::{Color32, Key, Rect, Response, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

/// Height of the panel with a line of buttons at its foot, and without.
pub const HEIGHT: f32 = 150.0;
pub const SMALL_HEIGHT: f32 = 80.0;

/// A note is at least so wide, points: letters touch otherwise.
const UNIT_MIN: f32 = 20.0;
/// What the letters of a note need beside them where they are as large as can be, points.
const LETTER_WIDTH: f32 = 26.0;
/// What is shorter than this is the rest of a rounding, beats.
const LEAST_BEATS: f64 = 1e-6;

/// Baselines and centres from the top of the panel.
struct Heights {
    head: f32,
    letters: f32,
    marks: f32,
    next: Option<f32>,
    foot: f32,
    /// From where to where the lines between parts go.
    posts: (f32, f32),
}

const WIDE: Heights =
    Heights { head: 22.0, letters: 50.0, marks: 65.5, next: Some(87.0), foot: 106.0, posts: (9.0, 109.0) };
const SMALL: Heights = Heights { head: 17.0, letters: 41.0, marks: 56.0, next: None, foot: 73.5, posts: (7.0, 75.0) };

/// Where beats of a row stand.
#[derive(Clone, Copy)]
struct Grid {
    left: f32,
    beat_width: f32,
    row: Row,
}

impl Grid {
    fn x(&self, beats: f64) -> f32 {
        self.left + (beats - self.row.from_beats) as f32 * self.beat_width
    }

    fn beats(&self, x: f32) -> f64 {
        self.row.from_beats + f64::from((x - self.left) / self.beat_width)
    }
}

/// What is drawn.
struct Scene<'a> {
    lesson: &'a LessonView,
    practice: &'a PracticeView,
    area: Rect,
    heights: &'static Heights,
    /// Where the cycle stands at the begin of the exercise, beats from sam.
    shift: u32,
}

impl Scene<'_> {
    fn tala(&self) -> Option<&Tala> {
        self.practice.tala.as_deref().filter(|_| self.lesson.timeline.has_tala())
    }

    fn unit_width(&self, grid: Grid) -> f32 {
        self.lesson.timeline.unit_beats() as f32 * grid.beat_width
    }

    /// How a note is written: where there is little room, without the number that the raga says as well.
    fn sign(&self, asked: &Asked, room: f32) -> Sign {
        let sign = Sign::of(asked.note, self.lesson.exercise.tradition, self.practice.script).with_small_figure();
        if room < LETTER_WIDTH { sign.without_figure() } else { sign }
    }
}

/// By how many beats the cycle is ahead of the exercise: where lines are sung twice, they begin on other matras.
fn shift(lesson: &LessonView) -> u32 {
    if !running::is_under_way(lesson) || lesson.place_beats <= 0.0 {
        return 0;
    }
    let cycle = f64::from(lesson.timeline.cycle_beats().max(1));
    ((lesson.cycle_place_beats - lesson.place_beats).round().rem_euclid(cycle)) as u32
}

/// Draws the panel.
pub fn notation_ui(ui: &Ui, area: Rect, density: Density, scene: (&mut UiState, &View), intents: &mut Vec<Intent>) {
    let (state, view) = scene;
    let state = &mut state.practice;
    let Some(lesson) = view.practice.lesson.as_deref() else { return };
    widgets::panel(ui, area);
    let heights = if density == Density::Compact { &SMALL } else { &WIDE };
    let scene = Scene { lesson, practice: &view.practice, area, heights, shift: shift(lesson) };
    let inside = area.shrink2(vec2(density.inner(), 0.0));
    let beats_max = (inside.width() * lesson.timeline.unit_beats() as f32 / UNIT_MIN) as u32;
    let rows = Rows::of(&lesson.timeline, scene.tala(), beats_max);
    let here = rows.at(seen_beats(lesson));
    if running::is_under_way(lesson) {
        (state.row, state.cursor) = (None, None);
    }
    let shown = state.row.filter(|row| *row < rows.rows.len()).unwrap_or(here);
    let Some(row) = rows.rows.get(shown).copied() else { return };
    let grid = Grid { left: inside.min.x, beat_width: inside.width() / rows.columns as f32, row };
    let field = Rect::from_x_y_ranges(inside.x_range(), area.min.y + 4.0..=area.min.y + heights.foot + 4.0);
    line_ui(ui, field, (&scene, grid, &rows), (state, shown), intents);
    part_ui(ui, &scene, grid, state.part.or(lesson.settings.part));
    head_ui(ui, &scene, grid);
    for (at, asked) in in_row(lesson, row) {
        note_ui(ui, &scene, grid, (at, asked), state.cursor);
        touch_ui(ui, &scene, grid, (at, asked), intents);
    }
    if let (Some(y), Some(next)) = (heights.next, following(lesson, &rows, shown)) {
        let grid = Grid { row: next, ..grid };
        for (_, asked) in in_row(lesson, next).filter(|(_, asked)| next.has(asked.begin_beats)) {
            let at = pos2(grid.x(asked.begin_beats) + scene.unit_width(grid) / 2.0, area.min.y + y);
            let size = if scene.unit_width(grid) < LETTER_WIDTH { theme::SMALL } else { theme::BODY };
            let colour = widgets::ink(ui).t3;
            swaras::swara(
                ui.painter(),
                at,
                Hang::Middle,
                &scene.sign(asked, scene.unit_width(grid)),
                ui_face(size, colour),
            );
        }
    }
    if density != Density::Compact {
        let foot = Rect::from_min_max(pos2(inside.min.x, area.max.y - 38.0), pos2(inside.max.x, area.max.y - 10.0));
        lines::foot_ui(ui, foot, lesson, intents);
    }
}

/// The place that is shown: where the lesson is, and after it the first note that was not as it should be.
fn seen_beats(lesson: &LessonView) -> f64 {
    let is_over = lesson.phase == Phase::Done;
    let is_slip = |at: usize| {
        let mark = running::mark(lesson, at);
        mark.outcome != Outcome::Coming && mark.verdict != Verdict::True
    };
    let notes = lesson.timeline.notes();
    let slip = || (0..notes.len()).find(|at| is_slip(*at)).map_or(0.0, |at| notes[at].begin_beats);
    if is_over { slip() } else { lesson.place_beats }
}

/// The notes that sound in a row, with their places in the timeline.
fn in_row(lesson: &LessonView, row: Row) -> impl Iterator<Item = (usize, &Asked)> {
    let notes = lesson.timeline.notes();
    let first = notes.partition_point(|note| note.end_beats() <= row.from_beats + LEAST_BEATS);
    notes[first..]
        .iter()
        .enumerate()
        .map(move |(at, note)| (first + at, note))
        .take_while(move |(_, note)| note.begin_beats < row.to_beats - LEAST_BEATS)
}

/// The row that is sung after this one: in a part that is repeated its first again.
fn following(lesson: &LessonView, rows: &Rows, shown: usize) -> Option<Row> {
    let next = shown + 1;
    if let Some((from_beats, to_beats)) = lesson.settings.part
        && rows.rows.get(next).is_none_or(|row| row.from_beats >= to_beats - LEAST_BEATS)
    {
        let first = rows.at(from_beats);
        return rows.rows.get(first).copied().filter(|_| first != shown);
    }
    rows.rows.get(next).copied()
}

/// What the hands or the drum do on a beat, in a word.
fn bol(cue: Cue, bol: &str) -> &str {
    const FINGERS: [&str; 5] = ["little", "ring", "middle", "index", "thumb"];
    match cue {
        _ if !bol.is_empty() => bol,
        Cue::Clap => "clap",
        Cue::Wave => "wave",
        Cue::Finger(finger) => FINGERS[usize::from(finger.clamp(1, 5)) - 1],
        Cue::Tali(_) | Cue::Khali | Cue::Rest => "",
    }
}

/// The matras with the marks of the parts above, and what the drum or the hands do below.
fn head_ui(ui: &Ui, scene: &Scene<'_>, grid: Grid) {
    let ink = widgets::ink(ui);
    let (top, heights) = (scene.area.min.y, scene.heights);
    let Some(tala) = scene.tala() else {
        let line = running::line_of(
            scene.lesson,
            scene.lesson.timeline.notes().iter().position(|n| grid.row.has(n.begin_beats)),
        );
        let at = pos2(grid.left + 6.0, top + heights.head);
        write(ui.painter(), at, Hang::Left, &format!("line {}", line + 1), ui_face(theme::SMALL, ink.t3));
        return;
    };
    let count = tala.beats.len().max(1);
    let is_counted_in = matches!(scene.lesson.phase, Phase::CountIn(_));
    let now = running::current(scene.practice).filter(|lesson| grid.row.has(lesson.place_beats) && !is_counted_in);
    let now = now.map(|lesson| lesson.place_beats.floor());
    let beats = (grid.row.to_beats - grid.row.from_beats).round() as u32;
    let is_north = tala.tradition() == Tradition::Hindustani;
    for at in 0..beats {
        let place = grid.row.from_beats + f64::from(at);
        let index = (place as usize + scene.shift as usize) % count;
        let beat = &tala.beats[index];
        let (x, middle) = (grid.x(place), grid.x(place + 0.5));
        let has_mark = is_north && beat.begins_part;
        if beat.begins_part && at > 0 {
            widgets::post(ui, x, top + heights.posts.0..=top + heights.posts.1, theme::PRESS);
        }
        let colour = if index == 0 { theme::T1 } else { ink.t3 };
        if has_mark {
            let at = pos2(x + 8.0, top + heights.head);
            write(ui.painter(), at, Hang::Left, &beat.mark(index == 0), ui_face(theme::SMALL, colour));
        } else {
            let at = pos2(middle, top + heights.head);
            write(ui.painter(), at, Hang::Middle, &(index + 1).to_string(), mono(theme::SMALL, colour));
        }
        let colour = if now == Some(place) { theme::T1 } else { ink.t3 };
        let word = bol(beat.cue, &beat.bol);
        let at = pos2(x + 2.0, top + heights.foot);
        let room = grid.beat_width - 4.0;
        let width = widgets::width(ui, word, theme::ui_font(theme::SMALL));
        if width <= room {
            write(ui.painter(), pos2(middle, at.y), Hang::Middle, word, ui_face(theme::SMALL, colour));
        } else {
            widgets::write_within(ui, at, room, word, ui_face(theme::SMALL, colour));
        }
    }
}

/// The part that is repeated, behind the letters.
fn part_ui(ui: &Ui, scene: &Scene<'_>, grid: Grid, part: Option<(f64, f64)>) {
    let Some((from, to)) = part else { return };
    let (begin, end) = (from.max(grid.row.from_beats), to.min(grid.row.to_beats));
    if end - begin < LEAST_BEATS {
        return;
    }
    let y = scene.area.min.y + scene.heights.letters;
    let band = Rect::from_x_y_ranges(grid.x(begin)..=grid.x(end), y - 22.0..=y + 22.0);
    ui.painter().rect_filled(band, theme::RADIUS_SMALL, theme::CTRL);
    let ink = widgets::ink(ui);
    for (beats, inwards) in [(from, 1.0), (to, -1.0)] {
        let is_here = beats >= grid.row.from_beats - LEAST_BEATS && beats <= grid.row.to_beats + LEAST_BEATS;
        if is_here {
            let x = grid.x(beats) + inwards;
            ui.painter().vline(x, band.y_range(), Stroke::new(2.0, ink.t2));
        }
    }
}

/// One note of the row: its letter, how long it is held, what became of it.
fn note_ui(ui: &Ui, scene: &Scene<'_>, grid: Grid, (at, asked): (usize, &Asked), cursor: Option<usize>) {
    let ink = widgets::ink(ui);
    let lesson = scene.lesson;
    let mark = running::mark(lesson, at);
    let is_counted_in = matches!(lesson.phase, Phase::CountIn(_));
    let is_here = running::is_under_way(lesson) && lesson.cursor == Some(at) && lesson.place_beats < asked.end_beats();
    let is_now = is_here && !is_counted_in;
    let unit = scene.unit_width(grid);
    let y = scene.area.min.y + scene.heights.letters;
    let x = grid.x(asked.begin_beats) + unit / 2.0;
    let begins = grid.row.has(asked.begin_beats);
    let singer = theme::part(if lesson.phase == Phase::Listening { Bus::Lead } else { Bus::You });
    let colour = match (is_now, mark.outcome) {
        (true, _) => theme::WELL,
        (_, Outcome::Coming) => theme::T1,
        _ => ink.t2,
    };
    let size = if unit >= LETTER_WIDTH { theme::HEADING } else { theme::BODY + 1.0 };
    let mut from = grid.x(grid.row.from_beats) + 4.0;
    if begins {
        let width = (unit - 4.0).min(64.0);
        let block = Rect::from_center_size(pos2(x, y - 6.0), vec2(width, 32.0));
        if is_now {
            ui.painter().rect_filled(block, theme::RADIUS_CTRL, singer);
        } else if cursor == Some(at) || is_here {
            let stroke = Stroke::new(1.5, theme::T1);
            ui.painter().rect_stroke(block, theme::RADIUS_CTRL, stroke, egui::StrokeKind::Inside);
        }
        let sign = scene.sign(asked, unit);
        swaras::swara(ui.painter(), pos2(x, y), Hang::Middle, &sign, ui_face(size, colour));
        from = x + (sign.width(ui, size) / 2.0 + 5.0).max(if is_now { width / 2.0 + 3.0 } else { 0.0 });
    }
    let to = grid.x(asked.end_beats().min(grid.row.to_beats)) - 5.0;
    let is_held = asked.beats > lesson.timeline.unit_beats() + LEAST_BEATS || !begins;
    if is_held && to > from {
        let stroke = Stroke::new(1.5, if is_now { singer } else { ink.t4 });
        ui.painter().hline(from..=to, y - 6.0, stroke);
    }
    if begins {
        let at = pos2(x, scene.area.min.y + scene.heights.marks);
        mark_ui(ui, at, unit, scene.practice, mark);
    }
}

/// What became of a note, as a shape under its letter; of a wrong one what was sung.
fn mark_ui(ui: &Ui, at: egui::Pos2, room: f32, practice: &PracticeView, mark: NoteMark) {
    let ink = widgets::ink(ui);
    match mark.outcome {
        Outcome::Coming => {}
        Outcome::Sung if mark.verdict == Verdict::Off => {
            ui.painter().add(icons::ring(at, 3.25, theme::T1));
        }
        Outcome::Sung => {
            ui.painter().add(marks::verdict(at, mark.verdict, 0.0, &ink));
        }
        Outcome::Missed => {
            for side in [-1.0, 1.0] {
                let ends = [at + vec2(-2.75, -2.75 * side), at + vec2(2.75, 2.75 * side)];
                ui.painter().line_segment(ends, Stroke::new(1.5, ink.t3));
            }
        }
        Outcome::Wrong => wrong_ui(ui, at, room, practice, mark.sung_semitones),
    }
}

/// A ring, and the note that was sung in the place of the one that was asked for.
fn wrong_ui(ui: &Ui, at: egui::Pos2, room: f32, practice: &PracticeView, sung: Option<i16>) {
    let Some(semitones) = sung.filter(|_| room >= UNIT_MIN) else {
        ui.painter().add(icons::ring(at, 3.25, theme::T1));
        return;
    };
    let name = running::name(practice, semitones);
    let sign = Sign::latin(&name.symbol, name.octave).with_small_figure();
    let face = ui_face(theme::SMALL, theme::T1);
    let width = sign.width(ui, theme::SMALL);
    let has_ring = width + 12.0 <= room;
    let left = at.x - (width + if has_ring { 10.0 } else { 0.0 }) / 2.0;
    if has_ring {
        ui.painter().add(icons::ring(pos2(left + 3.0, at.y), 3.0, theme::T1));
    }
    let x = left + if has_ring { 10.0 } else { 0.0 };
    swaras::swara(ui.painter(), pos2(x, at.y + 4.0), Hang::Left, &sign, face);
}

/// A click on a note begins from it; what became of it is told.
fn touch_ui(ui: &Ui, scene: &Scene<'_>, grid: Grid, (at, asked): (usize, &Asked), intents: &mut Vec<Intent>) {
    if !grid.row.has(asked.begin_beats) {
        return;
    }
    let lesson = scene.lesson;
    let (left, right) = (grid.x(asked.begin_beats), grid.x(asked.end_beats().min(grid.row.to_beats)));
    let y = scene.area.min.y + scene.heights.letters;
    let rect = Rect::from_x_y_ranges(left..=right, y - 22.0..=y + 20.0);
    let id = ui.unique_id().with(("notation", at));
    let response = ui.interact(rect, id, Sense::CLICK);
    let name = lesson.names.get(at).map_or("", |name| name.syllable.as_str());
    let said = format!("{name}, note {}, {}", at + 1, running::told(scene.practice, running::mark(lesson, at)));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &said));
    if response.hovered() {
        let shown = Rect::from_center_size(pos2(rect.center().x, y - 6.0), vec2(rect.width() - 4.0, 32.0));
        ui.painter().rect_filled(shown, theme::RADIUS_CTRL, Color32::WHITE.gamma_multiply(0.05));
    }
    if response.on_hover_text(format!("{said}. Click to begin from here, drag to repeat a part")).clicked() {
        intents.push(Intent::Practice(PracticeOrder::Begin(Some(at))));
    }
}

/// The line as one thing for the keyboard and for a drag: arrows walk from note to note, Enter begins there, with Shift
/// they draw the part that is repeated, Delete lets it go.
fn line_ui(
    ui: &Ui,
    field: Rect,
    (scene, grid, rows): (&Scene<'_>, Grid, &Rows),
    (state, shown): (&mut PracticeState, usize),
    intents: &mut Vec<Intent>,
) {
    let response = widgets::hit(ui, field, "notation line", Sense::click_and_drag());
    let lesson = scene.lesson;
    let name = "Notation line";
    response.widget_info(|| WidgetInfo::labeled(Role::Group, true, name));
    let at = state.cursor.or(lesson.cursor).unwrap_or(0);
    let said = lesson.names.get(at).map_or_else(String::new, |name| format!("note {}, {}", at + 1, name.syllable));
    widgets::describe(ui, &response, &said);
    drag_ui(ui, &response, (scene, grid), state, intents);
    if response.hovered() && !running::is_under_way(lesson) {
        let notches = widgets::wheel_notches(ui);
        if notches != 0.0 {
            let next = if notches > 0.0 { shown.saturating_sub(1) } else { shown + 1 };
            state.row = Some(next.min(rows.rows.len().saturating_sub(1)));
        }
    }
    widgets::focus_ring(ui, &response, field.expand(2.0), theme::RADIUS_SMALL);
    if response.has_focus() {
        widgets::hold_arrows(ui, &response);
        keys_ui(ui, lesson, (rows, shown), state, intents);
    }
}

/// A drag over matras is the part that is repeated.
fn drag_ui(
    ui: &Ui,
    response: &Response,
    (scene, grid): (&Scene<'_>, Grid),
    state: &mut PracticeState,
    intents: &mut Vec<Intent>,
) {
    let pointer = ui.input(|input| (input.pointer.press_origin(), input.pointer.latest_pos()));
    let (row, end) = (grid.row, scene.lesson.timeline.beats());
    if let (true, (Some(from), Some(to))) = (response.dragged(), pointer) {
        let [from, to] = [from.x, to.x].map(|x| grid.beats(x).clamp(row.from_beats, row.to_beats - 1.0).floor());
        state.part = Some((from.min(to), (from.max(to) + 1.0).min(end)));
    }
    if response.drag_stopped()
        && let Some(part) = state.part.take().filter(|(from, to)| to > from)
    {
        intents.push(Intent::Practice(PracticeOrder::Lesson(LessonWish::Part(Some(part)))));
    }
}

fn keys_ui(
    ui: &Ui,
    lesson: &LessonView,
    (rows, shown): (&Rows, usize),
    state: &mut PracticeState,
    intents: &mut Vec<Intent>,
) {
    let pressed = |key: Key| ui.input(|input| input.key_pressed(key));
    let is_extending = ui.input(|input| input.modifiers.shift);
    let notes = lesson.timeline.notes();
    let Some(last) = notes.len().checked_sub(1) else { return };
    let now = state.cursor.or(lesson.cursor).unwrap_or(0).min(last);
    let of_row =
        |row: usize| rows.rows.get(row).and_then(|row| notes.iter().position(|note| row.has(note.begin_beats)));
    let next = match () {
        () if pressed(Key::ArrowLeft) => Some(now.saturating_sub(usize::from(state.cursor.is_some()))),
        () if pressed(Key::ArrowRight) => Some((now + usize::from(state.cursor.is_some())).min(last)),
        () if pressed(Key::ArrowUp) => shown.checked_sub(1).and_then(of_row),
        () if pressed(Key::ArrowDown) => of_row(shown + 1),
        () => None,
    };
    let part = |part| Intent::Practice(PracticeOrder::Lesson(LessonWish::Part(part)));
    if let Some(next) = next {
        let [low, high] = if now < next { [now, next] } else { [next, now] };
        if is_extending {
            let (from, to) = (notes[low].begin_beats.floor(), notes[high].end_beats().ceil());
            let (from, to) =
                lesson.settings.part.map_or((from, to), |(a, b)| extended((a, b), notes[next].begin_beats));
            intents.push(part(Some((from, to.min(lesson.timeline.beats())))));
        }
        state.cursor = Some(next);
        state.row = Some(rows.at(notes[next].begin_beats));
    }
    if pressed(Key::Enter) {
        intents.push(Intent::Practice(PracticeOrder::Begin(Some(now))));
    }
    if (pressed(Key::Delete) || pressed(Key::Backspace)) && lesson.settings.part.is_some() {
        intents.push(part(None));
    }
}

/// A part whose nearer end goes to the matra of a note.
fn extended((from, to): (f64, f64), beats: f64) -> (f64, f64) {
    let matra = beats.floor();
    if (matra - from).abs() < (matra + 1.0 - to).abs() {
        (matra.min(to - 1.0), to)
    } else {
        (from, (matra + 1.0).max(from + 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearer_end_of_a_part_follows_the_keyboard() {
        assert_eq!(extended((4.0, 8.0), 8.0), (4.0, 9.0));
        assert_eq!(extended((4.0, 8.0), 3.5), (3.0, 8.0));
        assert_eq!(extended((4.0, 5.0), 4.0), (4.0, 5.0));
    }

    #[test]
    fn a_beat_without_a_stroke_of_the_drum_says_what_the_hand_does() {
        assert_eq!(bol(Cue::Tali(1), "Dha"), "Dha");
        assert_eq!(
            [Cue::Clap, Cue::Finger(1), Cue::Finger(5), Cue::Wave].map(|cue| bol(cue, "")),
            ["clap", "little", "thumb", "wave"]
        );
        assert_eq!(bol(Cue::Rest, ""), "");
    }
}
