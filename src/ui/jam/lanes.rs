//! The plan: what is past half bright, what is committed solid, what is open an outline. Notes stand still and the
//! playhead walks; on the bar line the page turns by one bar.

use super::chords;
use super::edges;
use super::marks;
use super::note_mesh::{NoteMesh, Outline};
use super::notes::{self, Lane};
use super::places::{Places, RULER};
use super::plan_page::PlanPage;
use super::raga;
use super::scene::{Phase, Scene};
use super::state::JamState;
use super::strips;
use super::strokes::{self, Open, Selection, Way};
use crate::base::Bus;
use crate::engine::params::ParamId;
use crate::session::band::{Mark, Part};
use crate::session::{Intent, View};
use crate::ui::theme;
use crate::ui::widgets::{self, Hang, ui_face, write};
use egui::accesskit::Role;
use egui::{CursorIcon, Key, Rect, Sense, Ui, WidgetInfo, pos2};

/// The page turns over this many seconds.
const TURN_SECS: f32 = 0.12;
/// Alpha of a note that was chosen, of one that is pointed at or pinned, and of one that is over.
const CHOSEN: f32 = 0.22;
const PINNED: f32 = 0.28;
const PAST: f32 = 0.5;

/// The page that holds now, on its way from the one before.
pub fn page_of(ui: &Ui, view: &View, state: &JamState) -> PlanPage {
    let mut page = PlanPage::of(state.now_beats(view), &view.band);
    let secs = if widgets::ink(ui).moves { TURN_SECS } else { 0.0 };
    let id = ui.unique_id().with("page of the plan");
    let on_its_way = f64::from(ui.ctx().animate_value_with_time(id, page.begin_beats as f32, secs));
    let bar = f64::from(page.beats_per_bar);
    // It slides by a bar; anything further is another place, not a turn.
    if (0.0..=1.05 * bar).contains(&(page.begin_beats - on_its_way)) {
        page.begin_beats = on_its_way;
    }
    page
}

/// Draws time: ruler, chords, the player's lane and the lane of each part.
pub fn lanes_ui(ui: &Ui, at: &Places, scene: &Scene<'_>, state: &mut JamState, intents: &mut Vec<Intent>) {
    let body = at.body(at.area);
    let painter = ui.painter().with_clip_rect(body.intersect(ui.clip_rect()));
    grid_ui(ui, body, scene);
    if raga::is_on(scene.view) {
        raga::cycle_ui(ui, at.body(at.chords), scene);
    } else {
        chords::chords_ui(ui, at.body(at.chords), scene, intents);
    }
    if scene.is_moving {
        notes::player_ui(ui, at.body(at.you), scene);
        marks::turns_ui(ui, at.body(at.you), scene);
        raga::hint_ui(ui, at.body(at.you), scene);
    } else if state.selected.is_none() {
        standing_ui(ui, at.body(at.you), scene.view);
    }
    for part in Part::ALL {
        let row = at.body(at.part(part));
        let lane = Lane::of(part, row, &scene.view.band);
        let hovered = touch_ui(ui, row, &lane, scene, state);
        band_notes(ui, &painter, &lane, scene, (state.selected, hovered));
        marks::bars_ui(ui, row, part, scene);
        marks::strokes_ui(ui, &painter, &lane, scene);
        if part == Part::Lead {
            raga::swaras_ui(ui, &painter.with_clip_rect(row.intersect(painter.clip_rect())), &lane, scene);
        }
    }
    edges::horizon_ui(ui, body, at.body(at.you), scene, intents);
    edges::commit_ui(ui, body, scene, intents);
    edges::playhead_ui(ui, body, scene);
}

/// Beat lines, and bar and beat numbers above them.
fn grid_ui(ui: &Ui, body: Rect, scene: &Scene<'_>) {
    let ink = widgets::ink(ui);
    let (now_bar, _) = scene.page.bar_and_beat(scene.now_beats);
    for tick in scene.page.ticks() {
        let x = egui::lerp(body.x_range(), tick.place as f32);
        let (top, colour) = if tick.is_bar { (body.min.y, theme::CTRL) } else { (body.min.y + RULER, theme::PANEL) };
        widgets::post(ui, x, top..=body.max.y, colour);
        let is_now = tick.is_bar && tick.label == now_bar.to_string();
        let colour = if is_now {
            theme::T1
        } else if tick.is_bar {
            ink.t2
        } else {
            ink.t3
        };
        let (x, hang) = if tick.is_bar { (x + 8.0, Hang::Left) } else { (x, Hang::Middle) };
        write(ui.painter(), pos2(x, body.min.y + 16.0), hang, &tick.label, widgets::mono(theme::SMALL, colour));
    }
}

/// The lane as something to point at, to choose from and to walk through; where a stroke begins that is pointed at.
fn touch_ui(ui: &Ui, row: Rect, lane: &Lane, scene: &Scene<'_>, state: &mut JamState) -> Option<f64> {
    let response = ui.interact(row, ui.unique_id().with(("lane", lane.part)), Sense::click());
    let open = Open::of(&scene.page, scene.open_beats);
    let count = strokes::heads(&scene.view.band, lane.part, open).count();
    let said = format!("{}: plan", strips::name(lane.part));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &said));
    widgets::describe(ui, &response, &format!("{count} open strokes"));
    widgets::focus_ring(ui, &response, row.shrink(3.0), theme::RADIUS_SMALL);
    let under = |at: egui::Pos2| {
        let notes = scene.view.band.notes[lane.part as usize].iter();
        let open = notes.filter(|note| scene.phase(note) == Phase::Open && note.begin_beats < open.until_beats);
        let near = open.filter_map(|note| {
            let rect = lane.note(scene, note)?;
            let far = rect.distance_to_pos(at);
            (far <= notes::REACH).then_some((far, note))
        });
        near.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, note)| note)
    };
    let pointed = response.hover_pos().and_then(under);
    if pointed.is_some() {
        ui.ctx().set_cursor_icon(CursorIcon::PointingHand);
    }
    if response.clicked() {
        let is_pointed = ui.input(|input| input.pointer.primary_released());
        state.selected = if is_pointed {
            let clicked = response.interact_pointer_pos().and_then(under);
            clicked.map(|note| Selection::of(lane.part, note))
        } else {
            by_key(lane.part, scene, open)
        };
        state.drawer = None;
    }
    if response.has_focus() {
        widgets::hold_arrows(ui, &response);
        walk(ui, scene.view, state);
    }
    pointed.map(|note| note.begin_beats)
}

/// A lane that is pressed by the keyboard gives its first open stroke.
fn by_key(part: Part, scene: &Scene<'_>, open: Open) -> Option<Selection> {
    let head = strokes::heads(&scene.view.band, part, open).next()?;
    Some(Selection::of(part, head))
}

fn walk(ui: &Ui, view: &View, state: &mut JamState) {
    for (key, way) in [
        (Key::ArrowLeft, Way::Left),
        (Key::ArrowRight, Way::Right),
        (Key::ArrowUp, Way::Up),
        (Key::ArrowDown, Way::Down),
    ] {
        if ui.input(|input| input.key_pressed(key)) {
            state.walk(view, way);
        }
    }
}

/// All notes of a part that the page shows, in one mesh.
fn band_notes(
    ui: &Ui,
    painter: &egui::Painter,
    lane: &Lane,
    scene: &Scene<'_>,
    touched: (Option<Selection>, Option<f64>),
) {
    let (selected, hovered) = touched;
    let chosen = selected.filter(|chosen| chosen.part == lane.part).map(|chosen| chosen.begin_beats);
    let ink = widgets::ink(ui);
    let colour = theme::part(lane.part.bus());
    let mut mesh = NoteMesh::new(ui.pixels_per_point());
    for note in &scene.view.band.notes[lane.part as usize] {
        let Some(rect) = lane.note(scene, note) else { continue };
        let shape = if lane.part == Part::Drums { Outline::diamond(rect) } else { Outline::bar(rect) };
        let is_in = |stroke: Option<f64>| stroke.is_some_and(|begin| strokes::is_of(note, begin));
        match (scene.phase(note), note.mark) {
            (_, Mark::Vetoed) => mesh.outline(&shape, 1.0, if is_in(chosen) { theme::T1 } else { ink.t4 }),
            (Phase::Past, _) => mesh.fill(&shape, colour.gamma_multiply(PAST)),
            (Phase::Committed, _) => mesh.fill(&shape, colour),
            (Phase::Open, mark) => {
                if is_in(chosen) {
                    mesh.fill(&shape, theme::T1.gamma_multiply(CHOSEN));
                } else if mark == Mark::Pinned || is_in(hovered) {
                    mesh.fill(&shape, colour.gamma_multiply(PINNED));
                }
                let (width, colour) = match mark {
                    _ if is_in(chosen) => (1.5, theme::T1),
                    Mark::Pinned => (2.0, colour),
                    _ => (1.25, colour),
                };
                mesh.outline(&shape, width, colour);
            }
        }
    }
    mesh.paint(painter);
}

/// What to do, in the player's lane, while the transport does not move.
fn standing_ui(ui: &Ui, you: Rect, view: &View) {
    let ink = widgets::ink(ui);
    let starts = view.params.get(ParamId::BandStart) as u8;
    let said = match (view.transport.is_armed, starts) {
        (true, 1) => "Play: the band begins with your first note.",
        (true, _) => "Play on: the band begins once it hears your beat.",
        (false, 1) => "Press Space, then play: the band begins with your first note.",
        (false, 2) => "Press Space, then play: the band begins once it hears your beat.",
        (false, _) => "Press Space: the band begins here, as drawn.",
    };
    let at = pos2(you.min.x + 16.0, you.center().y + 4.5);
    widgets::say(ui, at, Hang::Left, said, ui_face(theme::BODY, ink.t2));
}

/// The colour of the player's notes.
pub fn player_colour(is_over: bool) -> egui::Color32 {
    let colour = theme::part(Bus::You);
    if is_over { colour.gamma_multiply(PAST) } else { colour }
}
