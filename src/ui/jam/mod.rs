//! Jam: what the band is about to do, with a word in it; and what the ear makes of what is played.

mod axis;
mod card;
mod chart;
mod chords;
mod drums;
mod edges;
mod heard;
mod lanes;
mod listening;
mod marks;
mod note_mesh;
mod notes;
mod panels;
mod places;
mod plan_page;
mod raga;
mod scene;
mod sources;
mod state;
mod strips;
mod strokes;
mod tools;

pub use state::JamState;
pub(super) use strokes::Way;

use super::theme::Density;
use super::widgets;
use crate::engine::params::ParamId;
use crate::session::{Intent, View};
use egui::{Rect, Ui, pos2};
use places::Places;
use scene::Scene;
use state::Drawer;

/// Least height of the well, with the lanes of the band and without.
const PLAN_HEIGHT: f32 = 352.0;
const HEARD_HEIGHT: f32 = 240.0;

/// Draws the page: the plan of the band, or what was heard where there is no plan.
pub fn jam_ui(ui: &mut Ui, state: &mut JamState, view: &View, intents: &mut Vec<Intent>) {
    let density = Density::of(ui.max_rect().width());
    state.follow(view, ui.input(|input| input.time));
    chart::take_dropped(ui, intents);
    let has_plan = view.params.is_on(ParamId::BandOn) && !view.band.bars.is_empty();
    let (well_height, below) =
        if has_plan { (PLAN_HEIGHT, tools::height(density)) } else { (HEARD_HEIGHT, listening::height(density)) };
    super::page(ui, well_height + below + 2.0 * density.gap() + density.margin(), |ui, page| {
        let (margin, gap) = (density.margin(), density.gap());
        let area = Rect::from_min_max(
            pos2(page.min.x + margin, page.min.y + gap),
            pos2(page.max.x - margin, page.max.y - margin),
        );
        let split = area.max.y - below;
        let well = Rect::from_x_y_ranges(area.x_range(), area.min.y..=split - gap);
        let below = Rect::from_x_y_ranges(area.x_range(), split..=area.max.y);
        if has_plan {
            plan_ui(ui, (well, below), density, (state, view), intents);
        } else {
            heard::well_ui(ui, well, density, view, intents);
            listening::strip_ui(ui, below, density, view, intents);
        }
    });
}

/// The plan in the well and what is asked of the band below it; a card or a drawer lies over both.
fn plan_ui(
    ui: &mut Ui,
    (well, below): (Rect, Rect),
    density: Density,
    scene: (&mut JamState, &View),
    intents: &mut Vec<Intent>,
) {
    let (state, view) = scene;
    widgets::well(ui, well);
    let at = Places::of(well, density);
    let page = lanes::page_of(ui, view, state);
    let scene = Scene::of(view, state, page, at.body(at.area).x_range());
    strips::strips_ui(ui, &at, density, (state, view), intents);
    lanes::lanes_ui(ui, &at, &scene, state, intents);
    card::card_ui(ui, &at, density, &scene, state, intents);
    tools::tools_ui(ui, below, density, (state, view), intents);
    if let Some(Drawer::Part(part)) = state.drawer {
        strips::card_ui(ui, &at, part, density, view, intents);
    }
    chart::card_ui(ui, at.body(at.area), (state, view), intents);
}
