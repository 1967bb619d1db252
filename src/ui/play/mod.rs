//! Play: an instrument that is already on.

mod browser;
mod effects;
mod equaliser;
mod first_run;
mod macros;
mod mixer;
mod piano;

pub(super) use equaliser::spectrum_shapes;

use super::theme::Density;
use super::widgets::{self, Hang, ui_face};
use super::{UiState, icons, text, theme};
use crate::base::Bus;
use crate::base::limits::VOICES_MAX;
use crate::engine::params::ParamId;
use crate::session::{Intent, PATCHES, PatchInfo, View};
use egui::{Rect, Ui, pos2, vec2};

/// The sound of the player's part.
fn patch(view: &View) -> &'static PatchInfo {
    &PATCHES[usize::from(view.patch.0).min(PATCHES.len() - 1)]
}

/// What people read of a parameter; a macro has the name that the sound gives it.
fn param_name(view: &View, id: ParamId) -> &'static str {
    let mut macros = patch(view).macros.iter().enumerate();
    macros.find(|(index, _)| ParamId::macro_knob(*index) == id).map_or(id.spec().label, |(_, spec)| spec.label)
}

/// Heights of the rows of the page, from the top.
struct Rows {
    title: Rect,
    pickers: Option<Rect>,
    macros: Rect,
    well: Rect,
    effects: Rect,
    zone: Option<Rect>,
    piano: Rect,
    legend: Rect,
    browser: Option<Rect>,
}

/// Draws the page.
pub fn play_ui(ui: &mut Ui, state: &mut UiState, view: &View, intents: &mut Vec<Intent>) {
    let density = Density::of(ui.max_rect().width());
    let mixer_rows = if density == Density::Folded { 2.0 } else { 1.0 };
    let foot = match (state.is_mixer_open, view.has_played) {
        (true, _) => mixer::height(density) * mixer_rows,
        (false, true) => effects_height(density),
        (false, false) if density == Density::Folded => 0.0,
        (false, false) => 80.0,
    };
    let height_min = foot
        + match density {
            Density::Wide => 560.0,
            Density::Compact => 400.0,
            Density::Folded => 606.0,
        };
    super::page(ui, height_min, |ui, rect| {
        let rows = rows(rect, density, foot);
        if let Some(area) = rows.browser {
            browser::browser_ui(ui, area, state, view, intents);
        }
        title_ui(ui, rows.title, state, view, intents);
        if let Some(area) = rows.pickers {
            browser::pickers_ui(ui, area, state, view, intents);
        }
        macros::macros_ui(ui, rows.macros, view, intents);
        if view.has_played {
            equaliser::equaliser_ui(ui, rows.well, state, view, intents);
        } else if !state.is_mixer_open {
            let well = rows.well.union(rows.effects);
            if let Some(page) = first_run::first_run_ui(ui, well, view) {
                state.page = page;
                intents.push(Intent::ShowPage(page));
            }
        } else if let Some(page) = first_run::first_run_ui(ui, rows.well, view) {
            state.page = page;
            intents.push(Intent::ShowPage(page));
        }
        if state.is_mixer_open {
            mixer::mixer_ui(ui, rows.effects, mixer_rows as usize, view, intents);
        } else if view.has_played {
            effects::effects_ui(ui, rows.effects, density, view, intents);
        }
        if let Some(area) = rows.zone {
            zone_ui(ui, area, state, view);
        }
        piano::piano_ui(ui, rows.piano, state, view, intents);
        legend_ui(ui, rows.legend, state, view);
    });
}

fn effects_height(density: Density) -> f32 {
    match density {
        Density::Wide => 92.0,
        Density::Compact => 80.0,
        Density::Folded => 3.0 * 80.0 + 16.0,
    }
}

fn rows(page: Rect, density: Density, foot: f32) -> Rows {
    let (margin, gap) = (density.margin(), density.gap());
    let is_wide = density == Density::Wide;
    let bottom = page.max.y;
    let full = page.min.x + margin..=page.max.x - margin;
    let legend_height = if is_wide { 36.0 } else { 26.0 };
    let piano_height = if is_wide { 136.0 } else { 104.0 };
    let legend = Rect::from_x_y_ranges(full.clone(), bottom - legend_height..=bottom);
    let piano = Rect::from_x_y_ranges(full.clone(), legend.min.y - piano_height..=legend.min.y);
    let zone = is_wide.then(|| Rect::from_x_y_ranges(full.clone(), piano.min.y - 32.0..=piano.min.y - 2.0));
    let main_bottom = zone.map_or(piano.min.y, |zone| zone.min.y) - gap;
    let top = page.min.y + gap;
    let browser_width = 248.0;
    let left = if is_wide { page.min.x + margin + browser_width + 16.0 } else { *full.start() };
    let browser = is_wide.then(|| {
        Rect::from_min_max(pos2(page.min.x + margin, top), pos2(page.min.x + margin + browser_width, main_bottom))
    });
    let column = left..=*full.end();
    let row = |y: f32, height: f32| Rect::from_x_y_ranges(column.clone(), y..=y + height);
    let title = row(top, if is_wide { 36.0 } else { 28.0 });
    let pickers = (density == Density::Folded).then(|| row(title.max.y + gap, 32.0));
    let macros_top = pickers.map_or(title.max.y, |area| area.max.y) + 4.0;
    let macros_height = match density {
        Density::Wide => 92.0,
        Density::Compact => 64.0,
        Density::Folded => 128.0,
    };
    let macros = row(macros_top, macros_height);
    let effects = row(main_bottom - foot, foot);
    let well_top = macros.max.y + if is_wide { 8.0 } else { 4.0 };
    let well = Rect::from_x_y_ranges(column, well_top..=effects.min.y - gap);
    Rows { title, pickers, macros, well, effects, zone, piano, legend, browser }
}

fn title_ui(ui: &mut Ui, row: Rect, state: &mut UiState, view: &View, intents: &mut Vec<Intent>) {
    let ink = widgets::ink(ui);
    let patch = patch(view);
    let baseline = row.center().y + 6.0;
    let at = pos2(row.min.x, baseline);
    let name = widgets::say(ui, at, Hang::Left, patch.name, ui_face(theme::HEADING, theme::T1));
    let free = VOICES_MAX.saturating_sub(view.voices as usize);
    let is_ready = !view.has_played;
    let voices = if is_ready { "ready".to_owned() } else { format!("{free} voices free") };
    let detail = format!("{} \u{b7} {voices}", patch.category.name());
    let detail_at = pos2(name.max.x + 12.0, baseline);
    let drawn = widgets::say(ui, detail_at, Hang::Left, &detail, ui_face(theme::SMALL, ink.t3));
    let density = Density::of(ui.max_rect().width());
    let y = row.center().y - 14.0;
    let mixer = Rect::from_min_size(pos2(row.max.x - 76.0, y), vec2(76.0, theme::HIT));
    let look = if state.is_mixer_open { widgets::Look::Selected } else { widgets::Look::Plain };
    let step = |index: f32| Rect::from_min_size(pos2(mixer.min.x - 72.0 + index * 32.0, y), vec2(28.0, 28.0));
    for (index, name, forwards) in [(0.0, "Previous sound", false), (1.0, "Next sound", true)] {
        let icon = |centre, colour| icons::chevron_side(centre, forwards, colour);
        if widgets::icon_button(ui, step(index), name, icon).clicked() {
            intents.extend(state.neighbour(view, forwards).map(Intent::SetPatch));
        }
    }
    if widgets::button(ui, mixer, widgets::Button::new("Mixer").look(look)).clicked() {
        state.is_mixer_open = !state.is_mixer_open;
    }
    if density == Density::Compact {
        let left = (drawn.max.x + 24.0).max(row.min.x + 290.0);
        let area = Rect::from_min_max(pos2(left, y), pos2(step(0.0).min.x - 12.0, y + theme::HIT));
        browser::pickers_ui(ui, area, state, view, intents);
    }
}

fn zone_ui(ui: &Ui, row: Rect, state: &UiState, view: &View) {
    let ink = widgets::ink(ui);
    let rect = Rect::from_min_max(pos2(row.min.x + 0.5, row.min.y + 4.5), pos2(row.max.x - 0.5, row.max.y - 4.5));
    let stroke = egui::Stroke::new(1.0, theme::PRESS);
    ui.painter().rect(rect, theme::RADIUS_SMALL, theme::PANEL, stroke, egui::StrokeKind::Middle);
    let baseline = rect.center().y + 3.8;
    let at = pos2(rect.min.x + 9.5, baseline);
    widgets::write(ui.painter(), at, Hang::Left, patch(view).name, ui_face(theme::SMALL, theme::T1));
    let (low, high) = state.piano.range.clone().into_inner();
    let range = format!("{} \u{2013} {}", text::key_name(low), text::key_name(high));
    let at = pos2(rect.max.x - 9.5, baseline);
    widgets::write(ui.painter(), at, Hang::Right, &range, ui_face(theme::SMALL, ink.t3));
    widgets::tell(ui, rect, &format!("{} from {range}", patch(view).name));
}

fn legend_ui(ui: &Ui, row: Rect, state: &UiState, view: &View) {
    let ink = widgets::ink(ui);
    let baseline = row.center().y + 4.0;
    let small = |colour| ui_face(theme::SMALL, colour);
    let mut x = row.min.x;
    if ui.ctx().text_edit_focused() {
        let words = "Letters type now. Esc, Enter or a click elsewhere gives them back to the keys.";
        widgets::say(ui, pos2(x, baseline), Hang::Left, words, small(theme::T1));
    } else if let Some(id) = view.learning {
        let words = format!("Move a MIDI control for {}. Esc ends the waiting.", param_name(view, id));
        widgets::say(ui, pos2(x, baseline), Hang::Left, &words, small(theme::T1));
    } else if view.has_played {
        for bus in Bus::PARTS {
            if bus == Bus::You || view.keys[bus as usize] != 0 {
                ui.painter().add(icons::part(bus, pos2(x + 5.0, row.center().y), theme::part(bus)));
                let at = pos2(x + 16.0, baseline);
                x = widgets::write(ui.painter(), at, Hang::Left, bus.key(), small(ink.t2)).max.x + 18.0;
            }
        }
    } else {
        let words = "Keys go by position, whatever the layout of your keyboard.";
        widgets::say(ui, pos2(x, baseline), Hang::Left, words, small(ink.t3));
    }
    let mut hints = vec![
        format!("Z X octave {}", text::number(f64::from(state.octave), 0)),
        format!("C V velocity {}", state.velocity),
        "Space play".to_owned(),
    ];
    if view.has_played {
        hints.insert(0, "A W S E D \u{2026} play".to_owned());
    } else {
        hints.push("Esc all notes off".to_owned());
    }
    let hints = if row.width() < 700.0 { &hints[hints.len() - 3..] } else { &hints[..] };
    let mut right = row.max.x;
    for hint in hints.iter().rev() {
        let drawn = widgets::say(ui, pos2(right, baseline), Hang::Right, hint, small(ink.t3));
        right = drawn.min.x - 16.0;
    }
}
