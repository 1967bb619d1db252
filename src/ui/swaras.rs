//! Swaras as they are written: syllables of four scripts as single glyphs, octaves as dots.

use super::theme;
use super::widgets::{self, Hang, Letter, ui_face, write};
use crate::theory::raga::{Note, Script, Swara, Tradition, write_notes};
use egui::{Color32, Painter, Pos2, Rect, Ui, pos2};

/// Where the bundled font has the syllables: script by script after Latin, in each the South's seven, then the
/// North's. `packaging/make_fonts.py` counts alike.
const FIRST: u32 = 0xe000;
/// A swara of each degree.
const DEGREES: [Swara; 7] = [Swara::S, Swara::R1, Swara::G1, Swara::M1, Swara::P, Swara::D1, Swara::N1];

/// A syllable as it is drawn: one glyph where letters and signs join, since egui only puts glyph beside glyph.
#[must_use]
pub fn drawn(syllable: &str) -> String {
    shaped(syllable).map_or_else(|| syllable.to_owned(), String::from)
}

fn shaped(syllable: &str) -> Option<char> {
    if syllable.is_ascii() {
        return None;
    }
    let mut places = Script::ALL[1..].iter().flat_map(|script| {
        Tradition::ALL.into_iter().flat_map(move |tradition| DEGREES.map(|swara| swara.syllable(tradition, *script)))
    });
    let place = places.position(|other| other == syllable)?;
    char::from_u32(FIRST + u32::try_from(place).ok()?)
}

/// The sign of a swara in a script: the symbol in Latin letters, else the syllable.
#[must_use]
pub fn sign(swara: Swara, tradition: Tradition, script: Script) -> String {
    match script {
        Script::Latin => swara.symbol(tradition).to_owned(),
        _ => drawn(swara.syllable(tradition, script)),
    }
}

/// Words about figures with the right signs: "-24 then -6" with a minus, "meend P-S^" with a dash and S'.
#[must_use]
pub fn words(plain: &str) -> String {
    let letters: Vec<char> = plain.chars().collect();
    let typeset = letters.iter().enumerate().map(|(at, letter)| {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let is_figure = letters.get(at + 1).is_some_and(char::is_ascii_digit);
        match letter {
            '-' if is_figure && before.is_none_or(|c| c == ' ') => super::text::MINUS,
            '-' => '\u{2013}',
            '^' => '\'',
            '_' => ',',
            other => *other,
        }
    });
    typeset.collect()
}

/// The dots of an octave: above the letter for the upper ones, below for the lower.
pub fn dots(painter: &Painter, x: f32, (top, bottom): (f32, f32), octave: i8, colour: Color32, radius: f32) {
    let count = octave.unsigned_abs().min(3);
    let y = if octave > 0 { top } else { bottom };
    for at in 0..count {
        let dx = (f32::from(at) - f32::from(count - 1) / 2.0) * 3.2 * radius;
        painter.circle_filled(pos2(x + dx, y), radius, colour);
    }
}

/// Writes a swara with the dots of its octave; where it stands.
pub fn swara(painter: &Painter, at: Pos2, hang: Hang, (sign, octave): (&str, i8), letter: Letter) -> Rect {
    let (size, colour) = (letter.0.size, letter.1);
    let rect = write(painter, at, hang, sign, letter);
    let radius = (size * 0.06).max(1.25);
    let apart = radius + size * 0.1;
    dots(painter, rect.center().x, (at.y - size * 0.7 - apart, at.y + apart), octave, colour, radius);
    rect
}

/// Writes notes in a row no wider than `width`: in small letters where they need it, cut with dots where even that is
/// too wide.
pub fn line_ui(ui: &Ui, at: Pos2, width: f32, notes: &[Note], (tradition, script): (Tradition, Script)) {
    let signs: Vec<(String, i8)> =
        notes.iter().map(|note| (sign(note.swara, tradition, script), note.octave)).collect();
    let wide = |size: f32| {
        let letters = signs.iter().map(|(sign, _)| widgets::width(ui, sign, theme::ui_font(size))).sum::<f32>();
        letters + gap(size) * signs.len().saturating_sub(1) as f32
    };
    let size = if wide(theme::BODY) <= width { theme::BODY } else { theme::SMALL };
    let mut x = at.x;
    let painter = ui.painter();
    for (sign, octave) in &signs {
        let letter = ui_face(size, theme::T1);
        if x + widgets::width(ui, sign, theme::ui_font(size)) > at.x + width - 8.0 && wide(size) > width {
            write(painter, pos2(x, at.y), Hang::Left, "\u{2026}", letter);
            break;
        }
        x = swara(painter, pos2(x, at.y), Hang::Left, (sign, *octave), letter).max.x + gap(size);
    }
    let said = write_notes(notes, tradition);
    widgets::tell(ui, Rect::from_min_max(pos2(at.x, at.y - 13.0), pos2(at.x + width, at.y + 4.0)), &said)
        .on_hover_text(said);
}

fn gap(size: f32) -> f32 {
    size * 0.36
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_syllable_of_four_scripts_is_one_glyph() {
        for script in Script::ALL {
            for tradition in Tradition::ALL {
                for swara in Swara::ALL {
                    let drawn = drawn(swara.syllable(tradition, script));
                    let is_glyph =
                        drawn.chars().count() == 1 && drawn.chars().all(|c| (0xe000..0xe038).contains(&(c as u32)));
                    assert_eq!(is_glyph, script != Script::Latin, "{swara:?} {script:?}");
                }
            }
        }
        assert_eq!(drawn("Re"), "Re");
        assert_eq!(drawn("स"), "\u{e000}");
        assert_eq!(drawn("ని"), "\u{e030}");
    }

    #[test]
    fn words_have_the_right_signs() {
        assert_eq!(words("-24 then -6"), "\u{2212}24 then \u{2212}6");
        assert_eq!(words("meend P-S^, -12"), "meend P\u{2013}S', \u{2212}12");
        assert_eq!(words("kampita 5.2 Hz"), "kampita 5.2 Hz");
    }
}
