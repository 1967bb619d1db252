//! What stands under the plan: what is heard in one row and the groups of controls; in a small window a bar that opens
//! them over the lanes.

use super::state::{Drawer, JamState};
use super::{chart, listening, panels, raga, sources};
use crate::session::{Intent, View};
use crate::ui::theme::{self, Density};
use crate::ui::widgets::{self, Button, Hang, Look, button, ui_face, write};
use egui::{Rect, Ui, pos2, vec2};

/// Height of a group with its caption.
const PANEL: f32 = 142.0;
/// Height of the row of what is heard, and the gap under it.
const ROW: f32 = 30.0;
const ROW_GAP: f32 = 8.0;
/// Height of the bar of a small window.
const BAR: f32 = 46.0;
/// Height of a caption, and the room beside and below what it stands over.
const CAPTION: f32 = 30.0;
const PAD: f32 = 14.0;

/// The groups in their order: what opens them, the shares of a row's width that they take, and the width as a drawer.
const GROUPS: [(Drawer, &str, f32, f32); 5] = [
    (Drawer::Feel, "Feel", 246.0, 300.0),
    (Drawer::Plan, "Plan", 178.0, 240.0),
    (Drawer::Conversation, "Conversation", 284.0, 320.0),
    (Drawer::Form, "Form", 252.0, 300.0),
    (Drawer::Sources, "Sources", 240.0, 320.0),
];

/// Height of all of it.
#[must_use]
pub fn height(density: Density) -> f32 {
    match density {
        Density::Wide => ROW + ROW_GAP + PANEL,
        Density::Compact => BAR,
        Density::Folded => 3.0 * (PANEL + density.gap()) + listening::height(density),
    }
}

/// Draws it.
pub fn tools_ui(ui: &Ui, area: Rect, density: Density, scene: (&mut JamState, &View), intents: &mut Vec<Intent>) {
    match density {
        Density::Wide => wide_ui(ui, area, scene, intents),
        Density::Compact => bar_ui(ui, area, scene, intents),
        Density::Folded => folded_ui(ui, area, scene, intents),
    }
}

fn wide_ui(ui: &Ui, area: Rect, (state, view): (&mut JamState, &View), intents: &mut Vec<Intent>) {
    let row = area.with_max_y(area.min.y + ROW);
    let is_open = state.drawer == Some(Drawer::Listening);
    if listening::row_ui(ui, row, is_open, view) {
        state.toggle(Drawer::Listening);
    }
    let below = area.with_min_y(row.max.y + ROW_GAP);
    if is_open {
        listening::strip_ui(ui, below, Density::Wide, view, intents);
        return;
    }
    let gap = Density::Wide.gap();
    let total: f32 = GROUPS.iter().map(|(_, _, share, _)| share).sum();
    let free = below.width() - gap * (GROUPS.len() - 1) as f32;
    let mut x = below.min.x;
    for (drawer, title, share, _) in GROUPS {
        let panel = Rect::from_x_y_ranges(x..=x + free * share / total, below.y_range());
        x = panel.max.x + gap;
        panel_ui(ui, panel, (drawer, title), (&mut *state, view), intents);
    }
}

/// A group on its panel; the form's has the chart in its corner.
fn panel_ui(
    ui: &Ui,
    panel: Rect,
    group: (Drawer, &str),
    (state, view): (&mut JamState, &View),
    intents: &mut Vec<Intent>,
) {
    widgets::panel(ui, panel);
    group_ui(ui, panel, group, (&mut *state, view), intents);
    if group.0 == Drawer::Form {
        let corner = pos2(panel.max.x - PAD, panel.min.y + 27.0);
        chart::button_ui(ui, Rect::from_min_max(corner - vec2(66.0, 23.0), corner), state);
    }
}

/// Two groups in a row, and what is heard under them.
fn folded_ui(ui: &Ui, area: Rect, (state, view): (&mut JamState, &View), intents: &mut Vec<Intent>) {
    let gap = Density::Folded.gap();
    for (index, (drawer, title, ..)) in GROUPS.into_iter().enumerate() {
        let is_alone = index + 1 == GROUPS.len();
        let width = if is_alone { area.width() } else { (area.width() - gap) / 2.0 };
        let at = vec2((width + gap) * (index % 2) as f32, (PANEL + gap) * (index / 2) as f32);
        let panel = Rect::from_min_size(area.min + at, vec2(width, PANEL));
        panel_ui(ui, panel, (drawer, title), (&mut *state, view), intents);
    }
    let strip = area.with_min_y(area.max.y - listening::height(Density::Folded));
    listening::strip_ui(ui, strip, Density::Folded, view, intents);
}

/// A row of buttons that open the groups over the lanes.
fn bar_ui(ui: &Ui, area: Rect, (state, view): (&mut JamState, &View), intents: &mut Vec<Intent>) {
    widgets::panel(ui, area);
    let middle = area.center().y;
    let cell = |x: f32, width: f32| Rect::from_x_y_ranges(x..=x + width, middle - 14.0..=middle + 14.0);
    let style = cell(area.min.x + 10.0, 138.0);
    if raga::is_on(view) {
        raga::raga_ui(ui, style, "", (&mut *state, view), intents);
    } else {
        panels::style_ui(ui, style, view, intents);
    }
    let mut x = style.max.x + 8.0;
    let mut opened = None;
    let listening = (Drawer::Listening, "Listening", 0.0, area.width());
    for (drawer, title, _, width) in GROUPS.into_iter().chain([listening]) {
        let font = theme::ui_font(theme::BODY);
        let rect = cell(x, widgets::width(ui, title, font) + 20.0);
        x = rect.max.x + 6.0;
        let is_open = state.drawer == Some(drawer);
        let look = if is_open { Look::Selected } else { Look::Plain };
        if button(ui, rect, Button::new(title).look(look)).clicked() {
            state.toggle(drawer);
        }
        if is_open {
            opened = Some((drawer, title, rect.min.x, width));
        }
    }
    chart::button_ui(ui, cell(x, 60.0), state);
    let memory = Rect::from_x_y_ranges(area.max.x - 10.0 - 266.0..=area.max.x - 10.0, style.y_range());
    panels::memory_ui(ui, memory, intents);
    if let Some((drawer, title, left, width)) = opened {
        let left = left.min(area.max.x - width);
        let height = match drawer {
            Drawer::Listening => 158.0,
            Drawer::Feel | Drawer::Conversation => PANEL - panels::STEP,
            _ => PANEL,
        };
        let bottom = area.min.y - 6.0;
        let card = Rect::from_x_y_ranges(left..=left + width, bottom - height..=bottom);
        widgets::cover(ui, card, title);
        match drawer {
            Drawer::Listening => listening::strip_ui(ui, card.shrink(6.0), Density::Compact, view, intents),
            // Their third rows stand in the bar already.
            Drawer::Feel => panels::taste_ui(ui, caption_ui(ui, card, title), view, intents),
            Drawer::Conversation => panels::turns_ui(ui, caption_ui(ui, card, title), view, intents),
            _ => group_ui(ui, card, (drawer, title), (state, view), intents),
        }
    }
}

fn group_ui(
    ui: &Ui,
    panel: Rect,
    (drawer, title): (Drawer, &str),
    (state, view): (&mut JamState, &View),
    intents: &mut Vec<Intent>,
) {
    let title = match drawer {
        Drawer::Sources => sources::caption(view),
        Drawer::Feel if raga::is_on(view) => raga::caption(view),
        _ => title.to_owned(),
    };
    let inside = caption_ui(ui, panel, &title);
    match drawer {
        Drawer::Feel => panels::feel_ui(ui, inside, (state, view), intents),
        Drawer::Plan => panels::plan_ui(ui, inside, view, intents),
        Drawer::Conversation => panels::conversation_ui(ui, inside, view, intents),
        Drawer::Form => panels::form_ui(ui, inside, view, intents),
        Drawer::Sources => sources::sources_ui(ui, inside, view, intents),
        Drawer::Listening | Drawer::Chart | Drawer::Part(_) => {}
    }
}

/// Writes what a group is called; the place of its rows.
fn caption_ui(ui: &Ui, panel: Rect, title: &str) -> Rect {
    let at = pos2(panel.min.x + PAD, panel.min.y + 20.0);
    write(ui.painter(), at, Hang::Left, title, ui_face(theme::SMALL, widgets::ink(ui).t3));
    let foot = panel.min.y + CAPTION + panels::HEIGHT;
    Rect::from_min_max(panel.min + vec2(PAD, CAPTION), pos2(panel.max.x - PAD, foot))
}
