//! The sound device: what is asked for, what runs, and how long a key takes to its sound.

use crate::session::{AudioView, InputState, InputWish, Intent, State, View};
use crate::ui::widgets::{self, Button, Choice, Hang, Look, button, drop_down, ui_face};
use crate::ui::{icons, performance, text, theme};
use egui::{Rect, Ui, pos2, vec2};

/// Height of the panel.
pub const HEIGHT: f32 = 352.0;

const PERIODS: [u32; 8] = [16, 32, 64, 128, 256, 512, 1024, 2048];
const BUDGET_NANOS: u64 = 10_000_000;
const SYSTEM: &str = "The system\u{2019}s own choice";
const RESCAN: &str = "Look again for devices";

/// Draws the panel.
pub fn sound_ui(ui: &Ui, area: Rect, view: &View, intents: &mut Vec<Intent>) {
    let audio = &view.audio;
    let running = match (&audio.output_name, audio.restarts) {
        (None, _) => "no device runs; the engine goes on by its own clock".to_owned(),
        (Some(_), 0) => format!("running {}, never restarted", text::clock(audio.running_secs)),
        (Some(_), 1) => format!("running {}, restarted once", text::clock(audio.running_secs)),
        (Some(_), times) => format!("running {}, restarted {times} times", text::clock(audio.running_secs)),
    };
    super::head_ui(ui, area, "Sound", &running);
    let inside = area.shrink2(vec2(16.0, 0.0));
    device_ui(ui, inside, audio, intents);
    format_ui(ui, inside, view, intents);
    widgets::rule(ui, inside.x_range(), area.min.y + 184.0, widgets::ink(ui).hair);
    figure_ui(ui, inside, view);
    chain_ui(ui, inside, view);
    foot_ui(ui, inside, view);
}

fn caption(ui: &Ui, rect: Rect, words: &str) {
    let face = ui_face(theme::SMALL, widgets::ink(ui).t3);
    widgets::write(ui.painter(), pos2(rect.min.x, rect.min.y - 8.0), Hang::Left, words, face);
}

fn host_name(key: &str) -> &str {
    match key {
        "alsa" => "ALSA",
        "jack" => "JACK",
        "pipewire" => "PipeWire",
        "pulseaudio" => "PulseAudio",
        "coreaudio" => "CoreAudio",
        "wasapi" => "WASAPI",
        "asio" => "ASIO",
        "none" => "No device",
        "" => text::DASH,
        other => other,
    }
}

fn choice(label: impl Into<String>, is_selected: bool) -> Choice {
    Choice { label: label.into(), is_selected }
}

fn device_ui(ui: &Ui, inside: Rect, audio: &AudioView, intents: &mut Vec<Intent>) {
    let y = inside.min.y + 70.0;
    let is_wide = inside.width() > 600.0;
    let host = Rect::from_min_size(pos2(inside.min.x, y), vec2(if is_wide { 140.0 } else { 96.0 }, 32.0));
    let room = inside.max.x - host.max.x - 24.0;
    let output = Rect::from_min_size(pos2(host.max.x + 12.0, y), vec2((room * 0.54).round(), 32.0));
    let input = Rect::from_min_max(pos2(output.max.x + 12.0, y), pos2(inside.max.x, y + 32.0));
    caption(ui, host, "Host");
    let choices: Vec<Choice> = audio.hosts.iter().map(|key| choice(host_name(key), *key == audio.host)).collect();
    if let Some(picked) = drop_down(ui, host, "Host", host_name(&audio.host), &choices) {
        intents.push(Intent::SetHost(audio.hosts[picked].clone()));
    }
    caption(ui, output, "Output");
    let asked = audio.output_asked.as_ref();
    let mut choices = vec![choice(SYSTEM, asked.is_none())];
    choices.extend(audio.outputs.iter().map(|device| choice(&device.name, asked == Some(&device.id))));
    choices.push(choice(RESCAN, false));
    let shown = audio.output_name.as_deref().unwrap_or("No output");
    if let Some(picked) = drop_down(ui, output, "Output", shown, &choices) {
        intents.push(match picked.checked_sub(1) {
            Some(row) if row == audio.outputs.len() => Intent::RescanDevices,
            row => Intent::SetOutput(row.map(|row| audio.outputs[row].id.clone())),
        });
    }
    input_ui(ui, input, audio, intents);
}

/// The microphone: off, the system's own, or one of the list.
fn input_ui(ui: &Ui, rect: Rect, audio: &AudioView, intents: &mut Vec<Intent>) {
    let (shown, trouble) = match &audio.input {
        InputState::Off => ("Off".to_owned(), None),
        InputState::Listening { name, .. } => (name.clone(), None),
        InputState::Absent(trouble) => ("Not heard".to_owned(), Some(trouble)),
    };
    match trouble {
        None => caption(ui, rect, "Microphone, for Practice"),
        Some(trouble) => {
            let at = pos2(rect.min.x, rect.min.y - 8.0);
            let face = ui_face(theme::SMALL, theme::WARN);
            let drawn = widgets::write_within(ui, at, rect.width(), &trouble.reason, face);
            widgets::tell(ui, drawn, &trouble.reason).on_hover_text(&trouble.remedy);
        }
    }
    let asked = &audio.input_asked;
    let mut choices = vec![choice("Off", *asked == InputWish::Off), choice(SYSTEM, *asked == InputWish::System)];
    let is_asked = |id: &String| *asked == InputWish::Id(id.clone());
    choices.extend(audio.inputs.iter().map(|device| choice(&device.name, is_asked(&device.id))));
    choices.push(choice(RESCAN, false));
    if let Some(picked) = drop_down(ui, rect, "Microphone", &shown, &choices) {
        intents.push(match picked {
            0 => Intent::SetInput(InputWish::Off),
            1 => Intent::SetInput(InputWish::System),
            row => match audio.inputs.get(row - 2) {
                Some(device) => Intent::SetInput(InputWish::Id(device.id.clone())),
                None => Intent::RescanDevices,
            },
        });
    }
}

fn format_ui(ui: &Ui, inside: Rect, view: &View, intents: &mut Vec<Intent>) {
    let audio = &view.audio;
    let y = inside.min.y + 136.0;
    let width = if inside.width() < 600.0 { 112.0 } else { 140.0 };
    let rate = Rect::from_min_size(pos2(inside.min.x, y), vec2(width, 32.0));
    let period = rate.translate(vec2(width + 12.0, 0.0));
    let tone = Rect::from_min_size(pos2(period.max.x + 16.0, y), vec2(104.0, 32.0));
    let used = audio.output_asked.as_ref();
    let device = audio.outputs.iter().find(|device| Some(&device.id) == used).or(audio.outputs.first());
    rate_ui(ui, rate, audio, device.map_or(&[], |device| &device.rates_hz), intents);
    let range = device.and_then(|device| device.periods_frames).unwrap_or((PERIODS[0], PERIODS[PERIODS.len() - 1]));
    period_ui(ui, period, audio, range, intents);
    let (low, high) = audio.period_range_frames;
    let measured = if audio.period_frames == 0 {
        text::DASH.to_owned()
    } else if low == high {
        format!("{} \u{b1} 0", audio.period_frames)
    } else {
        format!("{} ({low} to {high})", audio.period_frames)
    };
    let asked = audio.period_asked_frames.map_or_else(|| "its own".to_owned(), |frames| frames.to_string());
    let mut line = format!("asked {asked}, measured {measured}");
    if audio.callbacks > 0 && inside.width() > 600.0 {
        line = format!("{line} over {} callbacks", text::thousands(audio.callbacks));
    }
    let at = pos2(tone.min.x, y - 8.0);
    let room = inside.max.x - at.x;
    let drawn = widgets::write_within(ui, at, room, &line, ui_face(theme::SMALL, widgets::ink(ui).t2));
    widgets::tell(ui, drawn, &line);
    let is_there = view.health.audio.state != State::Off;
    if button(ui, tone, Button::new("Test tone").enabled(is_there)).clicked() {
        intents.push(Intent::TestTone);
    }
    let revert =
        Rect::from_min_size(pos2(tone.max.x + 12.0, y), vec2(176.0_f32.min(inside.max.x - tone.max.x - 12.0), 32.0));
    if let Some(secs) = audio.revert_secs {
        let label = format!("Go back ({:.0} s)", secs.ceil());
        if button(ui, revert, Button::new(&label).look(Look::Outline)).clicked() {
            intents.push(Intent::RevertAudio);
        }
    } else if is_there && inside.width() > 600.0 {
        let words = format!("{} channels, {}", audio.channels, audio.format);
        let at = pos2(revert.min.x, y + 19.8);
        widgets::say(ui, at, Hang::Left, &words, ui_face(theme::SMALL, widgets::ink(ui).t3));
    }
}

fn rate_ui(ui: &Ui, rect: Rect, audio: &AudioView, rates: &[u32], intents: &mut Vec<Intent>) {
    caption(ui, rect, "Rate");
    let name = |hz: u32| format!("{} Hz", text::thousands(u64::from(hz)));
    let mut choices = vec![choice("The device\u{2019}s own", audio.rate_asked_hz.is_none())];
    choices.extend(rates.iter().map(|hz| choice(name(*hz), audio.rate_asked_hz == Some(*hz))));
    let shown = if audio.rate_hz > 0 { name(audio.rate_hz) } else { text::DASH.to_owned() };
    if let Some(picked) = drop_down(ui, rect, "Rate", &shown, &choices) {
        intents.push(Intent::SetRate(picked.checked_sub(1).map(|row| rates[row])));
    }
}

fn period_ui(ui: &Ui, rect: Rect, audio: &AudioView, (low, high): (u32, u32), intents: &mut Vec<Intent>) {
    caption(ui, rect, "Period");
    let periods: Vec<u32> = PERIODS.into_iter().filter(|frames| (low..=high).contains(frames)).collect();
    let name = |frames: u32| match audio.rate_hz {
        0 => format!("{frames} frames"),
        rate => format!("{frames} frames, {} ms", text::number(f64::from(frames) * 1e3 / f64::from(rate), 1)),
    };
    let mut choices = vec![choice("The device\u{2019}s own", audio.period_asked_frames.is_none())];
    choices.extend(periods.iter().map(|frames| choice(name(*frames), audio.period_asked_frames == Some(*frames))));
    let shown = match audio.period_asked_frames {
        Some(frames) => format!("{frames} frames"),
        None => "Its own".to_owned(),
    };
    if let Some(picked) = drop_down(ui, rect, "Period", &shown, &choices) {
        intents.push(Intent::SetPeriod(picked.checked_sub(1).map(|row| periods[row])));
    }
}

fn figure_ui(ui: &Ui, inside: Rect, view: &View) {
    let ink = widgets::ink(ui);
    let y = inside.min.y;
    let whole = performance::key_to_sound_p99_nanos(view);
    let figure = whole.map_or_else(|| text::DASH.to_owned(), text::millis_short);
    let at = pos2(inside.min.x, y + 232.0);
    let drawn = widgets::say(ui, at, Hang::Left, &figure, ui_face(theme::HERO, theme::T1));
    let x = drawn.max.x + 16.0;
    widgets::write(ui.painter(), pos2(x, y + 218.0), Hang::Left, "key to sound, P99", ui_face(theme::BODY, ink.t2));
    let words = match whole {
        Some(_) => "measured here; the device\u{2019}s share as it reports it",
        None => "not measured yet: play a few notes",
    };
    widgets::write(ui.painter(), pos2(x, y + 234.0), Hang::Left, words, ui_face(theme::SMALL, ink.t3));
}

/// The stages of the way, side by side against the budget.
fn chain_ui(ui: &Ui, inside: Rect, view: &View) {
    let ink = widgets::ink(ui);
    let rail = Rect::from_min_size(pos2(inside.min.x, inside.min.y + 262.0), vec2(inside.width(), 20.0));
    ui.painter().rect_filled(rail, 3, theme::CTRL);
    let budget = performance::key_to_sound_budget_nanos(view).unwrap_or(BUDGET_NANOS);
    let links = [
        ("midi", "key", ink.t4),
        ("wait", "wait", ink.t3),
        ("render", "render", theme::T1),
        ("device", "device", ink.t2),
    ];
    let known: Vec<(&str, egui::Color32, u64)> = links
        .into_iter()
        .filter_map(|(key, name, colour)| Some((name, colour, view.performance.stage(key)?.p99_nanos)))
        .collect();
    let total: u64 = known.iter().map(|(_, _, nanos)| nanos).sum();
    let scale = rail.width() / total.max(budget) as f32;
    let (mut x, mut free) = (rail.min.x, rail.min.x);
    let baseline = rail.max.y + 18.0;
    let mut words = Vec::new();
    for (name, colour, nanos) in known {
        let width = nanos as f32 * scale;
        let link = Rect::from_x_y_ranges(x..=(x + (width - 2.0).max(1.0)).min(rail.max.x), rail.y_range());
        ui.painter().rect_filled(link, theme::RADIUS_NOTE, colour);
        let label = format!("{name} {}", text::millis(nanos));
        let label_width = widgets::width(ui, &label, theme::ui_font(theme::SMALL));
        let left = (link.center().x - label_width / 2.0).max(free);
        if left + label_width < rail.max.x - 84.0 {
            widgets::write(ui.painter(), pos2(left, baseline), Hang::Left, &label, ui_face(theme::SMALL, ink.t2));
            free = left + label_width + 12.0;
        }
        words.push(label);
        x += width;
    }
    let budget_x = rail.min.x + budget as f32 * scale;
    widgets::post(ui, (budget_x - 1.0).min(rail.max.x - 1.0), rail.min.y - 6.0..=rail.max.y + 6.0, theme::T1);
    let budget_words = format!("budget {:.0} ms", budget as f64 / 1e6);
    let face = ui_face(theme::SMALL, ink.t3);
    widgets::write(ui.painter(), pos2(rail.max.x, baseline), Hang::Right, &budget_words, face.clone());
    if total > 0 && total < budget {
        let spare = format!("{} ms to spare", text::number((budget - total) as f64 / 1e6, 1));
        if widgets::width(ui, &spare, theme::ui_font(theme::SMALL)) < budget_x - x - 16.0 {
            let at = pos2((x + budget_x) / 2.0, rail.center().y + 3.8);
            widgets::write(ui.painter(), at, Hang::Middle, &spare, face);
        }
    } else if total > budget {
        ui.painter().add(icons::triangle(pos2(rail.max.x - 12.0, rail.min.y - 10.0), 5.0, theme::WARN));
    }
    if words.is_empty() {
        words.push("no stage measured yet".to_owned());
    }
    widgets::tell(ui, rail, &format!("Key to sound by stage, milliseconds: {}, {budget_words}", words.join(", ")));
}

fn foot_ui(ui: &Ui, inside: Rect, view: &View) {
    let ink = widgets::ink(ui);
    let y = inside.min.y + 332.0;
    let priority = &view.health.priority;
    let mark = pos2(inside.min.x + 6.0, y);
    match priority.state {
        State::Degraded => {
            ui.painter().add(icons::triangle(mark, 5.0, theme::WARN));
        }
        _ => super::mark_ui(ui, mark, priority.state == State::Ok),
    }
    let words = &priority.reason;
    let promise = "If the device goes, sound moves to the next one and comes back by itself.";
    let promise_width = widgets::width(ui, promise, theme::ui_font(theme::SMALL));
    let own_width = widgets::width(ui, words, theme::ui_font(theme::SMALL));
    let at = pos2(inside.min.x + 18.0, y + 3.8);
    let both_fit = own_width + promise_width + 42.0 < inside.width();
    let drawn = widgets::write_within(ui, at, inside.width() - 18.0, words, ui_face(theme::SMALL, ink.t2));
    if !words.is_empty() {
        widgets::tell(ui, drawn, words).on_hover_text(words);
    }
    if both_fit {
        let face = ui_face(theme::SMALL, ink.t3);
        widgets::write(ui.painter(), pos2(inside.max.x, y + 3.8), Hang::Right, promise, face);
    }
}
