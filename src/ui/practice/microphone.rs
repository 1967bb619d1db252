//! The microphone: how loud, how fast, how far the voice stands over the drone; what is in the way.

use crate::session::practice::{DroneState, PracticeOrder};
use crate::session::{InputState, Intent, View};
use crate::ui::theme::{self, Density};
use crate::ui::widgets::{self, Button, Hang, Look, button, ui_face};
use crate::ui::{icons, text};
use egui::{Rect, Ui, pos2, vec2};

/// The meter reaches down to here, dB of full scale.
const FLOOR_DB: f32 = -60.0;

/// One line of the panel: whether all is well, and the words.
struct Line {
    is_well: bool,
    is_known: bool,
    words: String,
}

impl Line {
    fn well(words: String) -> Self {
        Self { is_well: true, is_known: true, words }
    }

    fn bad(words: String) -> Self {
        Self { is_well: false, is_known: true, words }
    }

    fn absent(words: &str) -> Self {
        Self { is_well: true, is_known: false, words: words.to_owned() }
    }
}

/// The voice, as it is heard.
fn voice(view: &View) -> Line {
    let practice = &view.practice;
    match &view.audio.input {
        InputState::Off => return Line::absent("The microphone is off"),
        InputState::Absent(trouble) => return Line::bad(format!("{} {}", trouble.reason, trouble.remedy)),
        InputState::Listening { .. } => {}
    }
    if !practice.teacher.hearing.is_clear() {
        return Line::bad(practice.teacher.hearing.sentence().to_owned());
    }
    match practice.microphone.voice_over_drone_db {
        Some(db) if practice.microphone.drone.is_some() => Line::well(format!("Voice {db:.0} dB over the drone")),
        _ if practice.teacher.now.is_some() => Line::well("A clear voice".to_owned()),
        _ => Line::absent("No voice now"),
    }
}

/// The own drone in the microphone, in fewer words where there is little room.
fn drone(view: &View, is_short: bool) -> Option<Line> {
    if !matches!(view.audio.input, InputState::Listening { .. }) {
        return None;
    }
    Some(match view.practice.microphone.drone {
        None => Line::absent("No tanpura to take out"),
        Some(DroneState::NeedsCalibration) => Line::absent("Room not learned"),
        Some(DroneState::Calibrating { progress }) => Line::well(format!("Stay silent, {}", text::percent(progress))),
        Some(DroneState::Ready { erle_db }) if is_short && erle_db >= 1.0 => {
            Line::well(format!("Drone {}{erle_db:.0} dB", text::MINUS))
        }
        Some(DroneState::Ready { erle_db }) if erle_db < 1.0 => Line::well("Tanpura not heard here".to_owned()),
        Some(DroneState::Ready { erle_db }) => Line::well(format!("Tanpura removed, {erle_db:.0} dB")),
        Some(DroneState::Failing { why }) => Line::bad(why.text().to_owned()),
    })
}

/// Draws the panel; in a small window without its head.
pub fn microphone_ui(ui: &Ui, area: Rect, density: Density, view: &View, intents: &mut Vec<Intent>) {
    widgets::panel(ui, area);
    let mut y = area.min.y;
    let pad = density.inner();
    if density == Density::Wide {
        head_ui(ui, area, view);
        y += 52.0;
    }
    let inside = Rect::from_min_max(pos2(area.min.x + pad, y + 6.0), pos2(area.max.x - pad, area.max.y - 6.0));
    let is_listening = matches!(view.audio.input, InputState::Listening { .. });
    let (voice, drone) = (voice(view), drone(view, area.width() < 230.0));
    let is_long = |line: &Line| !line.is_well;
    match drone {
        Some(drone) if !is_long(&voice) && !is_long(&drone) => {
            let (upper, lower) = inside.split_top_bottom_at_fraction(0.5);
            let lower = calibrate_ui(ui, lower, view, intents);
            let size = size_of(ui, upper, &voice).min(size_of(ui, lower, &drone));
            line_ui(ui, upper, (&voice, size));
            line_ui(ui, lower, (&drone, size));
        }
        // What is wrong needs the room of both.
        Some(drone) if !is_long(&voice) => {
            let inside = calibrate_ui(ui, inside, view, intents);
            line_ui(ui, inside, (&drone, size_of(ui, inside, &drone)));
        }
        _ => {
            let is_calibrating = voice.words.contains("stay silent");
            let inside = if is_listening && !is_calibrating { calibrate_ui(ui, inside, view, intents) } else { inside };
            line_ui(ui, inside, (&voice, size_of(ui, inside, &voice)));
        }
    }
}

fn head_ui(ui: &Ui, area: Rect, view: &View) {
    let ink = widgets::ink(ui);
    let microphone = &view.practice.microphone;
    let at = pos2(area.min.x + 16.0, area.min.y + 24.0);
    widgets::say(ui, at, Hang::Left, "Microphone", ui_face(theme::SMALL, ink.t3));
    let to_cents = microphone.to_cents_nanos.map_or_else(|| text::DASH.to_owned(), text::millis_short);
    let said = format!("{to_cents} to cents");
    let drawn = widgets::say(ui, pos2(area.max.x - 16.0, at.y), Hang::Right, &said, ui_face(theme::SMALL, ink.t2));
    if let Some(nanos) = microphone.to_screen_nanos {
        widgets::tell(ui, drawn.expand(2.0), &format!("{} more to the screen", text::millis_short(nanos)))
            .on_hover_text(format!("and {} more to the screen", text::millis_short(nanos)));
    }
    let rail = Rect::from_min_size(pos2(at.x, area.min.y + 38.0), vec2(area.width() - 32.0, 4.0));
    ui.painter().rect_filled(rail, 1, theme::PRESS);
    let share = ((microphone.level_db - FLOOR_DB) / -FLOOR_DB).clamp(0.0, 1.0);
    if microphone.is_fed {
        ui.painter().rect_filled(rail.with_max_x(egui::lerp(rail.x_range(), share)), 1, ink.t2);
    }
    let level = if microphone.is_fed { text::level(microphone.level_db) } else { text::DASH.to_owned() };
    widgets::tell(ui, rail.expand2(vec2(0.0, 3.0)), &format!("Level {level} dB")).on_hover_text(format!("{level} dB"));
}

/// Room for a shape before the words.
const SHAPE: f32 = 18.0;

/// The size of letters in which a line fits.
fn size_of(ui: &Ui, area: Rect, line: &Line) -> f32 {
    let wide = widgets::width(ui, &line.words, theme::ui_font(theme::BODY));
    if wide <= area.width() - SHAPE { theme::BODY } else { theme::SMALL }
}

/// A shape and the words, on one line or wrapped.
fn line_ui(ui: &Ui, area: Rect, (line, size): (&Line, f32)) {
    let ink = widgets::ink(ui);
    let left = area.min.x + SHAPE;
    let room = area.max.x - left;
    let is_wrapped = !line.is_well && widgets::width(ui, &line.words, theme::ui_font(theme::SMALL)) > room;
    let y = if is_wrapped { area.min.y + 7.0 } else { area.center().y };
    let centre = pos2(area.min.x + 6.0, y);
    ui.painter().add(match (line.is_known, line.is_well) {
        (false, _) => icons::ring(centre, 3.0, ink.t3),
        (true, true) => icons::disc(centre, 3.5, ink.t2),
        (true, false) => icons::triangle(centre, 4.5, theme::WARN),
    });
    if is_wrapped {
        let galley = ui.painter().layout(line.words.clone(), theme::ui_font(theme::SMALL), ink.t2, room);
        let painter = ui.painter().with_clip_rect(area.expand2(vec2(0.0, 4.0)));
        painter.galley(pos2(left, area.min.y), galley, ink.t2);
        widgets::tell(ui, area, &line.words).on_hover_text(&line.words);
        return;
    }
    let at = pos2(left, y + if size == theme::BODY { 4.5 } else { 3.8 });
    let drawn = widgets::write_within(ui, at, room, &line.words, ui_face(size, ink.t2));
    widgets::tell(ui, drawn, &line.words).on_hover_text(&line.words);
}

/// The button that learns the drone in this room; what is left of the row.
fn calibrate_ui(ui: &Ui, area: Rect, view: &View, intents: &mut Vec<Intent>) -> Rect {
    let drone = view.practice.microphone.drone;
    if drone.is_none() || matches!(drone, Some(DroneState::Calibrating { .. })) {
        return area;
    }
    let rect = Rect::from_center_size(pos2(area.max.x - 36.0, area.max.y - 12.0), vec2(72.0, 24.0));
    let response = button(ui, rect, Button::new("Calibrate").look(Look::Outline));
    if response.on_hover_text("Learns the tanpura in this room: stay silent for a moment").clicked() {
        intents.push(Intent::Practice(PracticeOrder::Calibrate));
    }
    area.with_max_x(rect.min.x - 6.0)
}
