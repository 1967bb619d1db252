//! The swara that sounds, for a glance: its letter, its name, the cents from its target, its two shrutis.

use super::{marks, signed, trace};
use crate::base::Bus;
use crate::session::practice::{NowView, PracticeOrder, PracticeView, ShadeView, Verdict};
use crate::session::{Intent, View};
use crate::theory::raga::Script;
use crate::ui::swaras::{self, Sign};
use crate::ui::text;
use crate::ui::theme::{self, Density};
use crate::ui::widgets::{self, Hang, mono, ui_face, write};
use egui::accesskit::Role;
use egui::{Rect, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

/// Cents at the ends of the rail.
const RAIL_CENTS: f32 = 50.0;
/// Cents to either side of the middle of a shruti pair that are seen.
const PAIR_CENTS: f32 = 31.0;
/// Where a pair is farther apart, what is left of its panel at either end.
const PAIR_SHARE: f32 = 0.34;

/// Draws the letter with its rail.
pub fn letter_ui(ui: &Ui, area: Rect, density: Density, view: &View) {
    let ink = widgets::ink(ui);
    let is_wide = density == Density::Wide;
    let (size, scale) = if is_wide { (104.0, 1.0) } else { (72.0, 0.69) };
    let height = if is_wide { 244.0 } else { 164.0 };
    let top = area.min.y + ((area.height() - height) / 2.0).max(0.0);
    let baseline = top + 116.0 * scale - if is_wide { 0.0 } else { 4.0 };
    let x = area.center().x;
    let practice = &view.practice;
    let Some(now) = &practice.teacher.now else {
        let said = if practice.teacher.hearing.is_clear() { "silent" } else { practice.teacher.hearing.sentence() };
        write(ui.painter(), pos2(x, baseline), Hang::Middle, text::DASH, ui_face(size * 0.6, ink.t4));
        let first = said.split(':').next().unwrap_or_default();
        widgets::tell(ui, area.with_max_y(baseline), "No note sounds");
        let at = pos2(area.min.x + 8.0, baseline + 34.0 * scale);
        if said == "silent" {
            write(ui.painter(), pos2(x, at.y), Hang::Middle, said, ui_face(theme::BODY, ink.t3));
        } else {
            widgets::write_wrapped(ui, at, area.width() - 16.0, first, ui_face(theme::BODY, ink.t3));
        }
        rail_ui(ui, rail_of(area, baseline, is_wide), practice, None);
        return;
    };
    letter(ui, area, (baseline, size), now, practice);
    let off = off_cents(now, practice);
    let name = if is_wide {
        format!("{} \u{b7} {} cents", now.name.long, signed(off))
    } else {
        format!("{} cents", signed(off))
    };
    let name = if now.is_in_raga { name } else { format!("{name}, not in the raga") };
    let at = pos2(x, baseline + 34.5 * if is_wide { 1.0 } else { 0.75 });
    let font = theme::ui_font(theme::BODY);
    let width = widgets::width(ui, &name, font);
    let drawn = if width < area.width() - 24.0 {
        write(ui.painter(), at, Hang::Middle, &name, ui_face(theme::BODY, ink.t2))
    } else {
        widgets::write_within(
            ui,
            pos2(area.min.x + 8.0, at.y),
            area.width() - 12.0,
            &name,
            ui_face(theme::BODY, ink.t2),
        )
    };
    widgets::tell(ui, drawn, &format!("{}, {} cents", now.name.long, signed(off)));
    if matches!(now.verdict, Verdict::Near | Verdict::Off) {
        let at = pos2(drawn.min.x - 12.0, at.y - 4.5);
        ui.painter().add(marks::verdict(at, now.verdict, off, &ink));
    }
    let rail = rail_of(area, baseline, is_wide);
    rail_ui(ui, rail, practice, Some(now));
    let target = now.cents - now.off_cents;
    let swing = trace::sounding_swing(practice);
    let swing =
        swing.map(|[low, _, high]| format!("swings from {} to {}", signed(low - target), signed(high - target)));
    let steady = now.spread_cents.map(|spread| format!("steady to \u{b1}{spread:.0} cents"));
    let chord = practice.teacher.chord.as_ref().map(|chord| format!("chord {}", text::chord(chord)));
    if let Some(said) = chord.or(swing).or(steady).filter(|_| is_wide) {
        widgets::say(ui, pos2(x, rail.max.y + 42.0), Hang::Middle, &said, ui_face(theme::SMALL, ink.t3));
    }
}

fn rail_of(area: Rect, baseline: f32, is_wide: bool) -> Rect {
    let top = baseline + if is_wide { 70.0 } else { 46.0 };
    Rect::from_x_y_ranges(area.min.x + 20.0..=area.max.x - 20.0, top..=top + 8.0)
}

/// How far the note is off: of a swing its mean, for a swing is no wrong note.
fn off_cents(now: &NowView, practice: &PracticeView) -> f32 {
    let target = now.cents - now.off_cents;
    trace::sounding_swing(practice).map_or(now.off_cents, |[_, mean, _]| mean - target)
}

/// The letter in the middle, the syllable of the script at the right.
fn letter(ui: &Ui, area: Rect, (baseline, size): (f32, f32), now: &NowView, practice: &PracticeView) {
    let ink = widgets::ink(ui);
    let colour = if now.is_in_raga { theme::T1 } else { ink.t3 };
    let symbol = &now.name.symbol;
    let split = symbol.find(|c: char| c.is_ascii_digit()).unwrap_or(symbol.len());
    let (sign, figure) = symbol.split_at(split);
    let painter = ui.painter();
    let x = area.center().x;
    let sign = Sign::latin(sign, now.name.octave);
    let drawn = swaras::swara(painter, pos2(x, baseline), Hang::Middle, &sign, ui_face(size, colour));
    write(painter, pos2(drawn.max.x + 3.0, baseline + size * 0.06), Hang::Left, figure, ui_face(size * 0.3, ink.t3));
    widgets::tell(ui, drawn, &format!("Swara {}", now.name.syllable));
    let (syllable, face) = match practice.script {
        Script::Latin if now.name.syllable == *symbol => return,
        Script::Latin => (now.name.syllable.clone(), size * 0.2),
        _ => (swaras::drawn(&now.name.syllable), size * 0.346),
    };
    write(painter, pos2(area.max.x - 20.0, baseline), Hang::Right, &syllable, ui_face(face, ink.t3));
}

/// Cents from the target, with the band that counts as true, how far the voice wanders (of a swing: its extremes), and
/// the pitch.
fn rail_ui(ui: &Ui, rail: Rect, practice: &PracticeView, now: Option<&NowView>) {
    let ink = widgets::ink(ui);
    let painter = ui.painter();
    let at = |cents: f32| egui::lerp(rail.x_range(), (cents.clamp(-RAIL_CENTS, RAIL_CENTS) / RAIL_CENTS + 1.0) / 2.0);
    painter.rect_filled(rail, 2, theme::CTRL);
    let is_strict = now.is_some_and(|now| matches!(now.semitones.rem_euclid(12), 0 | 7));
    let band = practice.marking.bands_cents(is_strict)[0];
    painter.rect_filled(Rect::from_x_y_ranges(at(-band)..=at(band), rail.y_range()), 0, theme::PRESS);
    for cents in [-RAIL_CENTS, -band, 0.0, band, RAIL_CENTS] {
        widgets::post(ui, at(cents), rail.max.y + 4.0..=rail.max.y + 9.0, ink.t4);
        let is_apart = cents == 0.0 || cents.abs() == RAIL_CENTS || (RAIL_CENTS - band > 12.0 && band > 12.0);
        if is_apart {
            let figure = if cents == 0.0 { "0".to_owned() } else { signed(cents) };
            write(painter, pos2(at(cents), rail.max.y + 22.0), Hang::Middle, &figure, mono(theme::SMALL, ink.t3));
        }
    }
    let Some(now) = now else { return };
    let target = now.cents - now.off_cents;
    let (swing, off) = (trace::sounding_swing(practice), off_cents(now, practice));
    let wander = swing.map(|[low, _, high]| [low - target, high - target]);
    let wander = wander.or_else(|| now.spread_cents.map(|spread| [now.off_cents - spread, now.off_cents + spread]));
    let you = theme::part(Bus::You);
    if let Some([low, high]) = wander {
        let bar = Rect::from_x_y_ranges(at(low)..=at(high), rail.center().y - 2.0..=rail.center().y + 2.0);
        painter.rect_filled(bar, 2, you.gamma_multiply(0.45));
    }
    let hand = Rect::from_center_size(pos2(at(off), rail.center().y), vec2(3.0, 20.0));
    painter.rect_filled(hand, 1, you);
    let said = format!("{} cents from the target", signed(off));
    let response = widgets::tell(ui, rail.expand2(vec2(0.0, 8.0)), &said);
    if swing.is_some() {
        response.on_hover_text("The bar reaches from end to end of the swing, the hand is its mean.");
    }
}

/// Draws the two shrutis of the note, equal temperament between them, and where you are.
pub fn pair_ui(ui: &Ui, area: Rect, density: Density, view: &View, intents: &mut Vec<Intent>) {
    widgets::panel(ui, area);
    let ink = widgets::ink(ui);
    let pad = if density == Density::Wide { 16.0 } else { 16.0_f32.min(area.width() * 0.08) };
    let caption = |x: f32, hang: Hang, words: &str| {
        widgets::say(ui, pos2(x, area.min.y + 22.0), hang, words, ui_face(theme::SMALL, ink.t3));
    };
    let now = view.practice.teacher.now.as_ref();
    let shades = now.map_or(&[][..], |now| &now.shades[..]);
    caption(area.min.x + pad, Hang::Left, if shades.len() == 1 { "shruti" } else { "shruti pair" });
    caption(area.max.x - pad, Hang::Right, "cents of Sa");
    let line = Rect::from_x_y_ranges(area.min.x + pad..=area.max.x - pad, area.min.y + 54.0..=area.min.y + 56.0);
    ui.painter().rect_filled(line, 0, theme::PRESS);
    let Some(now) = now else {
        let at = pos2(area.center().x, line.max.y + 22.0);
        write(ui.painter(), at, Hang::Middle, "while a note sounds", ui_face(theme::SMALL, ink.t4));
        return;
    };
    let equal = f32::from(now.semitones) * 100.0;
    let middle = if shades.is_empty() {
        equal
    } else {
        shades.iter().map(|shade| shade.cents).sum::<f32>() / shades.len() as f32
    };
    let reach = shades.iter().map(|shade| (shade.cents - middle).abs() / PAIR_SHARE).fold(PAIR_CENTS, f32::max);
    let at = |cents: f32| line.center().x + ((cents - middle) / reach).clamp(-1.0, 1.0) * line.width() / 2.0;
    let y = line.center().y;
    widgets::post(ui, at(equal), y - 5.0..=y + 5.0, ink.t4);
    for (index, shade) in shades.iter().enumerate() {
        shade_ui(ui, pos2(at(shade.cents), y), (index, shade, shades.len() > 1), now.semitones, intents);
    }
    if let Some(own) = now.own_cents {
        ui.painter().circle_stroke(pos2(at(own), y), 3.5, Stroke::new(1.5, theme::part(Bus::You)));
        let rect = Rect::from_center_size(pos2(at(own), y), vec2(10.0, 10.0));
        let said = format!("you today {}", text::number(f64::from(own), 0));
        widgets::tell(ui, rect, &said).on_hover_text(said);
    }
    let cents = now.cents - now.off_cents + off_cents(now, &view.practice);
    you_ui(ui, line, at(cents), cents);
}

fn you_ui(ui: &Ui, line: Rect, x: f32, cents: f32) {
    let you = theme::part(Bus::You);
    let top = line.min.y - 18.0;
    let points = vec![pos2(x - 5.0, top), pos2(x + 5.0, top), pos2(x, top + 8.0)];
    ui.painter().add(Shape::convex_polygon(points, you, Stroke::NONE));
    let said = format!("you {}", text::number(f64::from(cents), 0));
    let is_right = x + 10.0 + widgets::width(ui, &said, theme::mono_font(theme::SMALL)) < line.max.x + 8.0;
    let (at, hang) = if is_right { (x + 10.0, Hang::Left) } else { (x - 10.0, Hang::Right) };
    widgets::say(ui, pos2(at, top + 7.0), hang, &said, mono(theme::SMALL, you));
}

/// One shade; a click aims at it.
fn shade_ui(
    ui: &Ui,
    at: egui::Pos2,
    (index, shade, is_choice): (usize, &ShadeView, bool),
    semitones: i16,
    intents: &mut Vec<Intent>,
) {
    let ink = widgets::ink(ui);
    let (num, den) = shade.ratio;
    let name = format!("{num}/{den}");
    let area = Rect::from_center_size(pos2(at.x, at.y + 10.0), vec2(48.0, 40.0));
    let sense = if is_choice { Sense::click() } else { Sense::hover() };
    let response = widgets::hit(ui, area, ("shade", index), sense);
    response
        .widget_info(|| WidgetInfo::selected(Role::RadioButton, is_choice, shade.is_target, format!("Aim at {name}")));
    let colour = if shade.is_target || response.hovered() { theme::T1 } else { ink.t3 };
    let tick = Rect::from_center_size(at, vec2(2.0, 18.0));
    ui.painter().rect_filled(tick, 0, colour);
    write(ui.painter(), pos2(at.x, at.y + 25.0), Hang::Middle, &name, mono(theme::SMALL, colour));
    widgets::focus_ring(ui, &response, area, theme::RADIUS_SMALL);
    if response.clicked() {
        let position = semitones.rem_euclid(12) as u8;
        intents.push(Intent::Practice(PracticeOrder::SetShade { position, is_higher: index > 0 }));
    }
}
