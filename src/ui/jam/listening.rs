//! What is heard: tempo, chord and key, what comes next, how it is played; as a strip of four groups or as one row.

use crate::session::{Guess, HeardView, Intent, PhraseState, TempoState, View};
use crate::ui::tempo::{source_menu, tempo_words};
use crate::ui::theme::{self, Density};
use crate::ui::widgets::{self, Hang, mono, ui_face, write};
use crate::ui::{icons, text};
use egui::accesskit::Role;
use egui::{Rect, Sense, Ui, WidgetInfo, pos2, vec2};

/// Height of the strip.
#[must_use]
pub fn height(density: Density) -> f32 {
    match density {
        Density::Wide => 156.0,
        Density::Compact => 148.0,
        Density::Folded => 304.0,
    }
}

/// Draws the strip in one row: the best of each guess. Whether it was clicked.
pub fn row_ui(ui: &Ui, row: Rect, is_open: bool, view: &View) -> bool {
    let ink = widgets::ink(ui);
    let response = widgets::hit(ui, row, "listening", Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_open, "Listening: more"));
    let rest = if is_open { theme::PRESS } else { theme::PANEL };
    ui.painter().rect_filled(row, theme::RADIUS_ROW, widgets::ground(ui, &response, rest));
    widgets::focus_ring(ui, &response, row, theme::RADIUS_ROW);
    let baseline = row.center().y + 4.2;
    let mut x = row.min.x + 14.0;
    let right = row.max.x - 32.0;
    for (label, said) in row_words(&view.heard, view.band.surprise) {
        let widths = [label, said.as_str()].map(|text| widgets::width(ui, text, theme::ui_font(theme::SMALL)));
        if x + widths[0] + 6.0 + widths[1] > right {
            break;
        }
        write(ui.painter(), pos2(x, baseline), Hang::Left, label, ui_face(theme::SMALL, ink.t3));
        widgets::say(ui, pos2(x + widths[0] + 6.0, baseline), Hang::Left, &said, ui_face(theme::SMALL, ink.t2));
        x += widths[0] + 6.0 + widths[1] + 22.0;
    }
    ui.painter().add(icons::chevron_down(pos2(row.max.x - 17.0, row.center().y), ink.t2));
    response.on_hover_text("What is heard, with every guess").clicked()
}

/// What the row says, the most wanted first.
fn row_words(heard: &HeardView, surprise: Option<f32>) -> Vec<(&'static str, String)> {
    let dash = || text::DASH.to_owned();
    let guess = |guess: &Guess| format!("{} {}", text::chord(&guess.name), text::percent(guess.confidence));
    let tempo = heard.bpm.map_or_else(dash, |bpm| {
        let metre = heard.metre.as_ref().map_or_else(String::new, |metre| format!(" in {}", metre.name));
        format!("{} BPM {}{metre}", text::number(bpm, 1), text::percent(heard.tempo_confidence))
    });
    let others = heard.alternates.first().map_or_else(String::new, |other| format!(" or {}", guess(other)));
    let chord = heard.chord.as_ref().map_or_else(dash, |chord| format!("{}{others}", guess(chord)));
    let next: Vec<String> = heard.next.iter().take(2).map(guess).collect();
    let next = if next.is_empty() { dash() } else { next.join(", ") };
    let rows = playing_rows(heard);
    let playing: Vec<&str> =
        rows.iter().map(|(_, value)| value.as_str()).filter(|value| *value != text::DASH).collect();
    let playing = if playing.is_empty() { dash() } else { playing.join(", ") };
    let phrase = &rows[5].1;
    let surprise = surprise.map(|nats| ("surprise", format!("{} nats a note", text::number(nats.into(), 1))));
    let words = [
        ("Heard", tempo),
        ("chord", chord),
        ("key", heard.key.as_ref().map_or_else(dash, guess)),
        ("next", next),
        (
            "playing",
            if playing.len() > 60 { [&rows[0].1, &rows[3].1, phrase].map(String::as_str).join(", ") } else { playing },
        ),
    ];
    words.into_iter().chain(surprise).collect()
}

/// Draws the strip.
pub fn strip_ui(ui: &Ui, area: Rect, density: Density, view: &View, intents: &mut Vec<Intent>) {
    let [tempo, chord, next, playing] = places(area, density);
    let heard = &*view.heard;
    tempo_ui(ui, caption(ui, tempo, density, "Tempo"), view, intents);
    chord_ui(ui, caption(ui, chord, density, "Chord and key"), heard);
    next_ui(ui, caption(ui, next, density, "Next"), heard);
    playing_ui(ui, caption(ui, playing, density, "Your playing"), heard);
}

fn places(area: Rect, density: Density) -> [Rect; 4] {
    let gap = density.gap();
    let row = |y: f32, height: f32, shares: &[f32]| -> Vec<Rect> {
        let total: f32 = shares.iter().sum();
        let free = area.width() - gap * (shares.len() as f32 - 1.0);
        let mut x = area.min.x;
        let cells = shares.iter().map(|share| {
            let cell = Rect::from_min_size(pos2(x, y), vec2(free * share / total, height));
            x = cell.max.x + gap;
            cell
        });
        cells.collect()
    };
    let cells = if density == Density::Folded {
        let height = (area.height() - gap) / 2.0;
        let mut cells = row(area.min.y, height, &[1.0, 1.2]);
        cells.extend(row(area.min.y + height + gap, height, &[1.0, 1.2]));
        cells
    } else {
        row(area.min.y, area.height(), &[280.0, 380.0, 230.0, 320.0])
    };
    [cells[0], cells[1], cells[2], cells[3]]
}

/// A panel with its caption; returns what is left of it.
fn caption(ui: &Ui, area: Rect, density: Density, title: &str) -> Rect {
    widgets::panel(ui, area);
    let pad = density.inner();
    let at = pos2(area.min.x + pad, area.min.y + 20.0);
    write(ui.painter(), at, Hang::Left, title, ui_face(theme::SMALL, widgets::ink(ui).t3));
    Rect::from_min_max(area.min + vec2(pad, 28.0), area.max - vec2(pad, 12.0))
}

/// A share of 1 as a bar with its figure.
fn share_bar(ui: &Ui, at: Rect, share: f32, is_first: bool) {
    let ink = widgets::ink(ui);
    ui.painter().rect_filled(at, 2, theme::CTRL);
    let mut filled = at;
    filled.max.x = at.min.x + at.width() * share.clamp(0.0, 1.0);
    ui.painter().rect_filled(filled, 2, if is_first { ink.t2 } else { ink.t4 });
}

fn tempo_ui(ui: &Ui, area: Rect, view: &View, intents: &mut Vec<Intent>) {
    let ink = widgets::ink(ui);
    let heard = &*view.heard;
    let figure = heard.bpm.map_or_else(|| text::DASH.to_owned(), |bpm| text::number(bpm, 1));
    let baseline = area.min.y + 27.0;
    let drawn = widgets::say(ui, pos2(area.min.x, baseline), Hang::Left, &figure, ui_face(theme::FIGURE, theme::T1));
    write(ui.painter(), pos2(drawn.max.x + 6.0, baseline), Hang::Left, "BPM", ui_face(theme::SMALL, ink.t3));
    if let Some(metre) = &heard.metre {
        let said = format!("{} {}", metre.name, text::percent(metre.confidence));
        widgets::say(ui, pos2(area.max.x, baseline), Hang::Right, &said, ui_face(theme::BODY, ink.t2));
    }
    let (words, _) = tempo_words(view);
    let confidence = text::percent(heard.tempo_confidence);
    let line = area.min.y + 48.0;
    let said = Rect::from_min_max(pos2(area.min.x - 4.0, line - 15.0), pos2(area.max.x - 44.0, line + 7.0));
    let response = widgets::hit(ui, said, "heard tempo source", Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Follow or hold the tempo"));
    if response.hovered() {
        ui.painter().rect_filled(said, theme::RADIUS_SMALL, theme::CTRL);
    }
    widgets::focus_ring(ui, &response, said, theme::RADIUS_SMALL);
    widgets::say(ui, pos2(area.min.x, line), Hang::Left, words, ui_face(theme::BODY, ink.t2));
    source_menu(&response, view, intents);
    if matches!(heard.tempo, TempoState::Following | TempoState::Rubato) {
        write(ui.painter(), pos2(area.max.x, line), Hang::Right, &confidence, mono(theme::SMALL, ink.t2));
    }
    hypotheses_ui(ui, area, heard, intents);
}

/// Half, the same, double: a click on another asks for it.
fn hypotheses_ui(ui: &Ui, area: Rect, heard: &HeardView, intents: &mut Vec<Intent>) {
    let ink = widgets::ink(ui);
    let best = heard.hypotheses.iter().map(|h| h.1).fold(0.0, f32::max);
    for (index, (bpm, share)) in heard.hypotheses.iter().enumerate() {
        let y = area.min.y + 58.0 + 18.0 * index as f32;
        let row = Rect::from_min_max(pos2(area.min.x, y), pos2(area.max.x, y + 18.0));
        let name = format!("{} BPM, {}", text::number(*bpm, 0), text::percent(*share));
        let response = widgets::hit(ui, row, ("tempo guess", index), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Use {name}")));
        if response.hovered() {
            ui.painter().rect_filled(row.expand2(vec2(4.0, 0.0)), theme::RADIUS_SMALL, theme::CTRL);
        }
        widgets::focus_ring(ui, &response, row, theme::RADIUS_SMALL);
        let figure = text::number(*bpm, 0);
        let at = pos2(area.min.x + 26.0, y + 13.0);
        write(ui.painter(), at, Hang::Right, &figure, mono(theme::SMALL, ink.t2));
        let bar = Rect::from_min_max(pos2(area.min.x + 36.0, y + 7.0), pos2(area.max.x - 40.0, y + 11.0));
        share_bar(ui, bar, *share, *share >= best);
        let at = pos2(area.max.x, y + 13.0);
        write(ui.painter(), at, Hang::Right, &text::percent(*share), mono(theme::SMALL, ink.t3));
        if response.on_hover_text("Click to hold this tempo").clicked() {
            intents.push(Intent::LockTempo(*bpm));
        }
    }
}

fn chord_ui(ui: &Ui, area: Rect, heard: &HeardView) {
    let ink = widgets::ink(ui);
    let baseline = area.min.y + 42.0;
    let name = heard.chord.as_ref().map_or_else(|| text::DASH.to_owned(), |c| text::chord(&c.name));
    let room = area.width() * 0.62;
    let mut size = theme::HERO;
    while size > theme::HEADING && widgets::width(ui, &name, theme::ui_font(size)) > room {
        size -= 2.0;
    }
    let drawn = widgets::say(ui, pos2(area.min.x, baseline), Hang::Left, &name, ui_face(size, theme::T1));
    if let Some(chord) = &heard.chord {
        let at = pos2(drawn.max.x + 10.0, baseline);
        write(ui.painter(), at, Hang::Left, &text::percent(chord.confidence), mono(theme::SMALL, ink.t2));
    }
    for (index, guess) in heard.alternates.iter().enumerate() {
        let said = format!("or {}", text::chord(&guess.name));
        let y = area.min.y + 14.0 + 18.0 * index as f32;
        let figure = text::percent(guess.confidence);
        write(ui.painter(), pos2(area.max.x, y), Hang::Right, &figure, mono(theme::SMALL, ink.t3));
        widgets::say(ui, pos2(area.max.x - 38.0, y), Hang::Right, &said, ui_face(theme::BODY, ink.t2));
    }
    let line = area.max.y - 6.0;
    let at = pos2(area.min.x, line);
    let key = match &heard.key {
        Some(key) => format!("in {}", text::chord(&key.name)),
        None => "no key yet".to_owned(),
    };
    let drawn = widgets::say(ui, at, Hang::Left, &key, ui_face(theme::BODY, ink.t2));
    if let Some(key) = &heard.key {
        let bar = Rect::from_min_max(pos2(drawn.max.x + 12.0, line - 6.0), pos2(area.max.x - 40.0, line - 2.0));
        share_bar(ui, bar, key.confidence, true);
        write(
            ui.painter(),
            pos2(area.max.x, line),
            Hang::Right,
            &text::percent(key.confidence),
            mono(theme::SMALL, ink.t3),
        );
    }
}

fn next_ui(ui: &Ui, area: Rect, heard: &HeardView) {
    let ink = widgets::ink(ui);
    if heard.next.is_empty() {
        let said = "After the first chord: what may follow it.";
        widgets::write_wrapped(ui, area.min + vec2(0.0, 16.0), area.width(), said, ui_face(theme::BODY, ink.t3));
        return;
    }
    let best = heard.next[0].confidence;
    for (index, guess) in heard.next.iter().take(4).enumerate() {
        let y = area.min.y + 14.0 + 21.0 * index as f32;
        let colour = if index == 0 { theme::T1 } else { ink.t2 };
        widgets::say(ui, pos2(area.min.x, y), Hang::Left, &text::chord(&guess.name), ui_face(theme::BODY, colour));
        let bar = Rect::from_min_max(pos2(area.min.x + 84.0, y - 6.0), pos2(area.max.x - 38.0, y - 2.0));
        share_bar(ui, bar, guess.confidence, guess.confidence >= best);
        write(
            ui.painter(),
            pos2(area.max.x, y),
            Hang::Right,
            &text::percent(guess.confidence),
            mono(theme::SMALL, ink.t3),
        );
    }
    if let Some(beats) = heard.next_in_beats {
        let said = format!("in about {} beats", text::number(f64::from(beats.round().max(1.0)), 0));
        widgets::say(ui, pos2(area.min.x, area.max.y - 4.0), Hang::Left, &said, ui_face(theme::SMALL, ink.t3));
    }
}

fn playing_ui(ui: &Ui, area: Rect, heard: &HeardView) {
    let ink = widgets::ink(ui);
    let rows = playing_rows(heard);
    let step = (area.height() / rows.len() as f32).min(19.0);
    for (index, (label, value)) in rows.iter().enumerate() {
        let y = area.min.y + 12.0 + step * index as f32;
        write(ui.painter(), pos2(area.min.x, y), Hang::Left, label, ui_face(theme::SMALL, ink.t3));
        widgets::say(ui, pos2(area.max.x, y), Hang::Right, value, ui_face(theme::SMALL, ink.t2));
    }
}

fn playing_rows(heard: &HeardView) -> [(&'static str, String); 7] {
    let playing = &heard.playing;
    let known = playing.phrase != PhraseState::Silent;
    let or_dash = |said: String| if known { said } else { text::DASH.to_owned() };
    let trend = match playing.loudness_trend {
        t if t > 0.02 => ", growing",
        t if t < -0.02 => ", fading",
        _ => "",
    };
    let touch = match playing.articulation {
        a if a < 0.35 => "staccato",
        a if a < 0.8 => "detached",
        _ => "legato",
    };
    let swing = match playing.swing {
        Some(ratio) if ratio > 1.15 => format!("swung {} : 1", text::number(f64::from(ratio), 1)),
        Some(_) => "straight".to_owned(),
        None => text::DASH.to_owned(),
    };
    let phrase = match playing.phrase {
        PhraseState::Silent => text::DASH.to_owned(),
        PhraseState::Playing => format!("playing for {}", text::span(playing.phrase_secs)),
        PhraseState::Breathing => "taking breath".to_owned(),
        PhraseState::Waiting => format!("waiting for {}", text::span(playing.phrase_secs)),
    };
    let phrase = if playing.repeats > 0 { format!("{phrase}, repeated {}\u{d7}", playing.repeats) } else { phrase };
    let register = format!("{} to {}", text::key_name(playing.register_low), text::key_name(playing.register_high));
    [
        ("density", or_dash(format!("{} notes a second", text::number(f64::from(playing.notes_per_sec), 1)))),
        ("register", or_dash(register)),
        ("loudness", or_dash(format!("{}{trend}", text::percent(playing.loudness)))),
        ("touch", or_dash(touch.to_owned())),
        ("feel", swing),
        ("phrase", phrase),
        ("voice", heard.voice.map_or_else(|| text::DASH.to_owned(), |voice| text::pitch(voice.hz))),
    ]
}
