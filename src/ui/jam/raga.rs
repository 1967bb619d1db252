//! The page while a raga is jammed in: what it is played in, its cycle over the lanes, and what the lead sings.

use super::marks::RAGA;
use super::notes::Lane;
use super::scene::Scene;
use super::state::JamState;
use crate::engine::params::ParamId;
use crate::session::band::{BandNoteView, Laya, Mark};
use crate::session::{Intent, View};
use crate::theory::raga::{Note, Raga, Swara};
use crate::ui::swaras::{self, Sign};
use crate::ui::widgets::{self, Hang, ui_face, write};
use crate::ui::{practice, theme};
use egui::{Painter, Rect, Ui, pos2};

/// Room that a swara needs over a note, in points.
const SWARA_WIDTH: f32 = 11.0;

/// Whether the mode is the one of ragas.
#[must_use]
pub fn is_on(view: &View) -> bool {
    view.params.get(ParamId::BandMode) as u8 == RAGA
}

/// What the group of raga and tala is called: "Raga, 16 matras, madhya laya".
#[must_use]
pub fn caption(view: &View) -> String {
    let laya = Laya::of(view.transport.tempo_bpm).name();
    match &view.practice.tala {
        Some(tala) => format!("Raga, {} matras, {laya} laya", tala.beats.len()),
        None => "Raga, alap".to_owned(),
    }
}

/// The list of ragas, that of the Practice page.
pub fn raga_ui(ui: &Ui, rect: Rect, label: &str, scene: (&mut JamState, &View), intents: &mut Vec<Intent>) {
    let (state, view) = scene;
    practice::raga_picker_ui(ui, rect, label, (&mut state.raga, view), intents);
}

/// The list of talas, that of the Practice page.
pub fn tala_ui(ui: &Ui, rect: Rect, view: &View, intents: &mut Vec<Intent>) {
    practice::tala_picker_ui(ui, rect, view, intents);
}

/// In the player's lane while it is empty: what to do to be answered. (An alap says it where the cycle would be.)
pub fn hint_ui(ui: &Ui, row: Rect, scene: &Scene<'_>) {
    let view = scene.view;
    let is_heard = view.band.player.iter().any(|(begin, length, ..)| scene.page.shows(*begin, begin + length));
    if is_on(view) && view.practice.tala.is_some() && !is_heard {
        let at = pos2(row.min.x + 16.0, row.min.y + 15.0);
        let said = view.practice.microphone.raga_hint();
        widgets::say(ui, at, Hang::Left, said, ui_face(theme::SMALL, widgets::ink(ui).t3));
    }
}

/// Where the chords would be: the marks of the cycle over its matras, sam the brightest.
pub fn cycle_ui(ui: &Ui, row: Rect, scene: &Scene<'_>) {
    let ink = widgets::ink(ui);
    let Some(tala) = &scene.view.practice.tala else {
        let said = format!("Alap: free of any cycle. {}", scene.view.practice.microphone.raga_hint());
        let at = pos2(row.min.x + 16.0, row.center().y + 4.5);
        widgets::say(ui, at, Hang::Left, &said, ui_face(theme::BODY, ink.t3));
        return;
    };
    let painter = ui.painter().with_clip_rect(row.intersect(ui.clip_rect()));
    let (first, last) = (scene.beats(row.min.x).ceil() as i64, scene.beats(row.max.x).floor() as i64);
    let now = scene.now_beats.floor() as i64;
    for matra in first..=last {
        let place = matra.rem_euclid(tala.beats.len().max(1) as i64) as usize;
        let (beat, x) = (&tala.beats[place], scene.x(matra as f64));
        let is_now = matra == now && scene.is_moving;
        let mark = beat.mark(place == 0);
        let size = if beat.begins_part { theme::BODY } else { theme::SMALL };
        let colour = if place == 0 || is_now { theme::T1 } else { ink.t2 };
        write(&painter, pos2(x + 8.0, row.center().y - 2.0), Hang::Left, &mark, ui_face(size, colour));
        let colour = if is_now { theme::T1 } else { ink.t3 };
        let room = scene.x(matra as f64 + 1.0) - x - 12.0;
        if !beat.bol.is_empty() && widgets::width(ui, &beat.bol, theme::ui_font(theme::SMALL)) < room {
            let at = pos2(x + 8.0, row.center().y + 15.0);
            write(&painter, at, Hang::Left, &beat.bol, ui_face(theme::SMALL, colour));
        }
    }
    widgets::tell(ui, row, &format!("{}, {} matras", tala.name, tala.beats.len()));
}

/// The swara of a key, by the names of the raga.
fn swara(raga: &Raga, key: u8, sa_key: u8) -> Note {
    let semitones = i16::from(key) - i16::from(sa_key);
    let position = semitones.rem_euclid(12) as u8;
    let own = raga.swaras().iter().copied().find(|swara| swara.position() == position);
    Note::new(own.unwrap_or_else(|| Swara::of_hindustani(position)), semitones.div_euclid(12) as i8)
}

/// What the lead sings, in swaras over its notes, as far as each has room before the next.
pub fn swaras_ui(ui: &Ui, painter: &Painter, lane: &Lane, scene: &Scene<'_>) {
    let view = scene.view;
    let (Some(raga), Some(sa_key)) = (&view.practice.raga, view.band.sa_key) else { return };
    let ink = widgets::ink(ui);
    let notes = view.band.notes[lane.part as usize].iter().filter(|note| note.mark != Mark::Vetoed);
    let mut last = f32::NEG_INFINITY;
    let mut said: Vec<String> = Vec::new();
    let mut name = |note: &BandNoteView| {
        let Some(rect) = lane.note(scene, note) else { return };
        let written = swara(raga, note.key, sa_key);
        said.push(written.swara.symbol(view.practice.tradition).to_owned());
        let is_off = rect.min.x < painter.clip_rect().min.x;
        if is_off || rect.min.x < last + SWARA_WIDTH {
            return;
        }
        last = rect.min.x;
        let sign = Sign::of(written, view.practice.tradition, view.practice.script);
        let is_over = note.begin_beats + note.length_beats <= scene.now_beats && scene.is_moving;
        let colour = if is_over { ink.t3 } else { ink.t2 };
        swaras::swara(painter, pos2(rect.min.x, rect.min.y - 5.0), Hang::Left, &sign, ui_face(theme::SMALL, colour));
    };
    notes.for_each(&mut name);
    let area = painter.clip_rect().with_max_y(painter.clip_rect().min.y + 1.0);
    widgets::tell(ui, area, &format!("The lead sings {}", said.join(" ")));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::raga::{Tradition, tables};

    #[test]
    fn keys_have_the_names_of_their_raga() {
        let todi = tables().ragas.find("Hanumatodi", Some(Tradition::Carnatic)).expect("Todi");
        let names = [62_u8, 63, 65, 67, 61, 74].map(|key| {
            let note = swara(todi, key, 62);
            (note.swara.symbol(Tradition::Carnatic), note.octave)
        });
        assert_eq!(names, [("S", 0), ("R1", 0), ("G2", 0), ("M1", 0), ("N3", -1), ("S", 1)]);
    }

    #[test]
    fn the_caption_tells_cycle_and_laya() {
        let mut view = View::default();
        assert_eq!(caption(&view), "Raga, alap");
        view.practice.tala = tables().talas.iter().find(|tala| tala.id == "H01").cloned().map(std::sync::Arc::new);
        view.transport.tempo_bpm = 40.0;
        assert_eq!(caption(&view), "Raga, 16 matras, dhima laya");
    }
}
