//! The on-screen keyboard. It is dark, so that what sounds is what shines.

use crate::base::Bus;
use crate::session::{Intent, View};
use crate::ui::keyboard::{LETTERS, letter_key};
use crate::ui::widgets::{self, Hang, mono, ui_face};
use crate::ui::{UiState, icons, text, theme};
use egui::accesskit::Role;
use egui::{CornerRadius, Key, Mesh, Pos2, Rect, Response, Sense, Shape, Ui, WidgetInfo, pos2, vec2};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

const BLACK_WIDTH: f32 = 0.66;
const BLACK_HEIGHT: f32 = 0.605;
const FOOT_HEIGHT: f32 = 0.38;

/// Where the keys lie.
#[derive(Clone, Copy)]
struct Layout {
    area: Rect,
    low: u8,
    high: u8,
    width: f32,
}

const fn is_black(key: u8) -> bool {
    matches!(key % 12, 1 | 3 | 6 | 8 | 10)
}

/// How many white keys lie below a key.
fn whites_below(key: u8) -> u32 {
    const IN_OCTAVE: [u32; 12] = [0, 1, 1, 2, 2, 3, 4, 4, 5, 5, 6, 6];
    u32::from(key / 12) * 7 + IN_OCTAVE[usize::from(key % 12)]
}

impl Layout {
    fn new(area: Rect, low: u8, high: u8) -> Self {
        let whites = whites_below(high) - whites_below(low) + 1;
        Self { area, low, high, width: area.width() / whites as f32 }
    }

    fn rect(&self, key: u8) -> Rect {
        let x = self.area.min.x + (whites_below(key) - whites_below(self.low)) as f32 * self.width;
        if is_black(key) {
            let width = self.width * BLACK_WIDTH;
            let size = vec2(width, self.area.height() * BLACK_HEIGHT);
            return Rect::from_min_size(pos2(x - width / 2.0, self.area.min.y), size);
        }
        Rect::from_min_size(pos2(x + 0.75, self.area.min.y), vec2(self.width - 1.5, self.area.height()))
    }

    /// The key at a point and how hard it is struck there: lower on the key is harder.
    fn strike(&self, at: Pos2) -> Option<(u8, u8)> {
        let hit = |black: bool| {
            (self.low..=self.high).find(|key| {
                let rect = self.rect(*key);
                is_black(*key) == black && (rect.min.x - 0.75..=rect.max.x + 0.75).contains(&at.x) && at.y <= rect.max.y
            })
        };
        let key = hit(true).or_else(|| hit(false)).filter(|_| self.area.y_range().contains(at.y))?;
        let depth = ((at.y - self.area.min.y) / self.rect(key).height()).clamp(0.0, 1.0);
        Some((key, (30.0 + 97.0 * depth).round() as u8))
    }
}

/// What the picture of the keyboard depends on.
#[derive(Hash)]
struct Looks {
    area: [u32; 4],
    range: (u8, u8),
    lit: [u8; 128],
    feet: [u128; 6],
    reach: Option<(u8, u8)>,
    pixels_per_point: u32,
}

/// Draws the keyboard and plays it.
pub fn piano_ui(ui: &Ui, area: Rect, state: &mut UiState, view: &View, intents: &mut Vec<Intent>) {
    let (low, high) = state.piano.range.clone().into_inner();
    let layout = Layout::new(area, low, high);
    let response = widgets::hit(ui, area, "keyboard", Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Group, true, "Keyboard"));
    play(ui, &response, &layout, state, intents);

    let is_typing = ui.ctx().text_edit_focused();
    let looks = looks(ui, &layout, state, view);
    widgets::describe(ui, &response, &sounding(state.keys_of_you(view)));
    let mut hasher = DefaultHasher::new();
    looks.hash(&mut hasher);
    let hash = hasher.finish();
    let baked = state.piano.picture.as_ref().filter(|(key, _)| *key == hash).map(|(_, mesh)| mesh.clone());
    let mesh = baked.unwrap_or_else(|| Arc::new(bake(ui, &layout, &looks)));
    state.piano.picture = Some((hash, mesh.clone()));
    ui.painter().add(Shape::Mesh(mesh));
    names_ui(ui, &layout, &looks, state, is_typing);
    if is_typing {
        ui.painter().rect_filled(area, 0, theme::BASE.gamma_multiply(0.6));
    }
    if response.has_focus() {
        widgets::focus_ring(ui, &response, area, theme::RADIUS_SMALL);
        let key = layout.rect(state.piano.cursor.clamp(low, high)).shrink(2.0);
        ui.painter().rect_stroke(key, 3, egui::Stroke::new(2.0, theme::T1), egui::StrokeKind::Inside);
    }
}

fn sounding(keys: u128) -> String {
    let names: Vec<String> = (0..128).filter(|key| keys >> key & 1 == 1).map(text::key_name).collect();
    if names.is_empty() { "silent".to_owned() } else { names.join(" ") }
}

/// Mouse with glissando, and the keyboard's own cursor: arrows move it, Enter strikes.
fn play(ui: &Ui, response: &Response, layout: &Layout, state: &mut UiState, intents: &mut Vec<Intent>) {
    let is_down = response.is_pointer_button_down_on() && ui.input(|input| input.pointer.primary_down());
    let target = response.interact_pointer_pos().and_then(|at| layout.strike(at));
    let is_quick = response.clicked() && state.hands.pointer_key().is_none() && !is_down;
    if is_quick {
        state.hands.point(target, intents);
    }
    state.hands.point(target.filter(|_| is_down), intents);
    if !response.has_focus() {
        state.hands.press_cursor(None, intents);
        return;
    }
    widgets::hold_arrows(ui, response);
    let (steps, is_struck, is_up) = ui.input(|input| {
        let count = |key| input.num_presses(key) as i32;
        let steps = count(Key::ArrowRight) - count(Key::ArrowLeft) + 12 * (count(Key::ArrowUp) - count(Key::ArrowDown));
        (steps, input.key_pressed(Key::Enter), !input.key_down(Key::Enter))
    });
    let cursor = i32::from(state.piano.cursor) + steps;
    state.piano.cursor = cursor.clamp(i32::from(layout.low), i32::from(layout.high)) as u8;
    if is_struck {
        state.hands.press_cursor(Some((state.piano.cursor, state.velocity)), intents);
    } else if is_up {
        state.hands.press_cursor(None, intents);
    }
}

fn looks(ui: &Ui, layout: &Layout, state: &mut UiState, view: &View) -> Looks {
    let now_secs = ui.input(|input| input.time);
    let keys = state.keys_of_you(view);
    let moves = widgets::ink(ui).moves;
    let mut lit = [0; 128];
    let mut is_fading = false;
    for (key, level) in lit.iter_mut().enumerate() {
        if keys >> key & 1 == 1 {
            state.piano.lit_secs[key] = now_secs;
            *level = 255;
        } else if moves {
            let gone = (now_secs - state.piano.lit_secs[key]) as f32 / theme::UNLIGHT_SECS;
            *level = (255.0 * (1.0 - gone).clamp(0.0, 1.0)) as u8;
            is_fading |= *level > 0;
        }
    }
    if is_fading {
        ui.ctx().request_repaint();
    }
    let base = state.letter_base();
    let reach = (!view.has_played).then(|| {
        let end = |step: i32| (base + step).clamp(0, 127) as u8;
        (end(0), end(LETTERS.len() as i32 - 1))
    });
    let area = [layout.area.min.x, layout.area.min.y, layout.area.max.x, layout.area.max.y].map(f32::to_bits);
    let pixels_per_point = ui.pixels_per_point().to_bits();
    Looks { area, range: (layout.low, layout.high), lit, feet: view.keys, reach, pixels_per_point }
}

/// One mesh of all keys.
fn bake(ui: &Ui, layout: &Layout, looks: &Looks) -> Mesh {
    let mut shapes = Vec::new();
    for black in [false, true] {
        for key in (layout.low..=layout.high).filter(|key| is_black(*key) == black) {
            key_shapes(layout, looks, key, &mut shapes);
        }
    }
    let options = ui.ctx().tessellation_options(|options| *options);
    let mut tessellator = egui::epaint::Tessellator::new(ui.pixels_per_point(), options, [1, 1], Vec::new());
    let mut mesh = Mesh::default();
    for shape in shapes {
        tessellator.tessellate_shape(shape, &mut mesh);
    }
    mesh
}

fn key_shapes(layout: &Layout, looks: &Looks, key: u8, shapes: &mut Vec<Shape>) {
    let rect = layout.rect(key);
    let foot = CornerRadius { nw: 0, ne: 0, sw: theme::RADIUS_SMALL, se: theme::RADIUS_SMALL };
    let rest = match looks.reach {
        _ if is_black(key) => theme::BASE,
        Some((from, to)) if (from..=to).contains(&key) => theme::KEY_IN_REACH,
        _ => theme::KEY,
    };
    let light = f32::from(looks.lit[usize::from(key)]) / 255.0;
    if is_black(key) {
        shapes.push(Shape::rect_filled(rect.expand2(vec2(0.5, 0.0)).with_max_y(rect.max.y + 0.75), foot, theme::WELL));
    }
    shapes.push(Shape::rect_filled(rect, foot, rest.lerp_to_gamma(theme::part(Bus::You), light)));
    if light >= 1.0 {
        return;
    }
    for bus in Bus::PARTS.into_iter().skip(1) {
        if looks.feet[bus as usize] >> key & 1 == 1 {
            let foot_rect = rect.with_min_y(rect.max.y - rect.height() * FOOT_HEIGHT);
            shapes.push(Shape::rect_filled(foot_rect, foot, theme::part(bus)));
            let at = pos2(rect.center().x, rect.max.y - if is_black(key) { 10.0 } else { 13.0 });
            shapes.push(icons::part(bus, at, theme::WELL));
        }
    }
}

/// The letters on the keys they play, and the names of the Cs.
fn names_ui(ui: &Ui, layout: &Layout, looks: &Looks, state: &UiState, is_typing: bool) {
    let mut named: u128 = 0;
    let is_first_run = looks.reach.is_some();
    let size = if layout.width < 14.0 { 9.0 } else { theme::BODY };
    for (letter, name) in LETTERS {
        let Some(key) = letter_key(letter, state.letter_base()) else { continue };
        if key < layout.low || key > layout.high {
            continue;
        }
        named |= 1 << key;
        let rect = layout.rect(key);
        let from_foot = if is_black(key) {
            rect.height() * 0.17
        } else if is_first_run {
            rect.height() * 0.11
        } else {
            rect.height() * 0.22
        };
        let is_lit = looks.lit[usize::from(key)] > 100;
        let is_foot = !is_black(key) && looks.feet.iter().skip(1).any(|keys| keys >> key & 1 == 1);
        let is_bright = !is_black(key) && is_first_run;
        let colour = if is_lit || is_foot || is_bright { theme::WELL } else { theme::T1 };
        let colour = if is_typing { colour.gamma_multiply(0.5) } else { colour };
        let large = if is_bright && layout.width > 20.0 { theme::HEADING } else { size };
        let at = pos2(rect.center().x, rect.max.y - from_foot);
        widgets::write(ui.painter(), at, Hang::Middle, name, mono(large, colour));
    }
    for key in (layout.low..=layout.high).filter(|key| key % 12 == 0 && named >> key & 1 == 0) {
        let rect = layout.rect(key);
        let colour = if looks.lit[usize::from(key)] > 100 { theme::WELL } else { widgets::ink(ui).t2 };
        if rect.width() > 16.0 && looks.feet.iter().skip(1).all(|keys| keys >> key & 1 == 0) {
            let at = pos2(rect.center().x, rect.max.y - 10.0);
            widgets::write(ui.painter(), at, Hang::Middle, &text::key_name(key), ui_face(theme::SMALL, colour));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_finds_its_key_and_lower_is_harder() {
        let area = Rect::from_min_size(pos2(16.0, 628.0), vec2(1248.0, 136.0));
        let layout = Layout::new(area, 36, 96);
        for key in 36..=96 {
            let rect = layout.rect(key);
            let near = layout.strike(pos2(rect.center().x, rect.max.y - 2.0)).expect("on the key");
            assert_eq!(near.0, key);
            assert!(near.1 > 120);
        }
        let (_, soft) = layout.strike(pos2(layout.rect(61).center().x, 629.0)).expect("on the key");
        assert!(soft < 35);
        assert_eq!(layout.strike(pos2(100.0, 800.0)), None);
        assert!((layout.rect(60).min.x - 502.08).abs() < 0.1);
    }
}
