//! Swaras as they are written: syllables of four scripts as single glyphs, octaves as dots.

use super::theme;
use super::widgets::{self, Hang, Letter, ui_face, write};
use crate::theory::raga::{Note, Script, Swara, Tradition, write_notes};
use egui::{Color32, Painter, Pos2, Rect, Stroke, Ui, pos2};

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

/// How a swara is written: letters with what tells its variants apart where the letters do not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sign {
    /// The symbol in Latin letters, else the syllable.
    pub letters: String,
    /// The South's number after a syllable.
    figure: String,
    /// The North's line under a lowered swara.
    is_komal: bool,
    /// The North's stroke over the raised Ma.
    is_tivra: bool,
    /// 0 for the middle octave.
    pub octave: i8,
}

impl Sign {
    /// The sign of a note.
    #[must_use]
    pub fn of(note: Note, tradition: Tradition, script: Script) -> Self {
        let symbol = note.swara.symbol(tradition);
        if script == Script::Latin {
            return Self { letters: symbol.to_owned(), octave: note.octave, ..Self::default() };
        }
        let is_of_the_north = tradition == Tradition::Hindustani;
        // The North knows one swara for each position.
        let swara = if is_of_the_north { Swara::of_hindustani(note.swara.position()) } else { note.swara };
        Self {
            letters: drawn(swara.syllable(tradition, script)),
            figure: symbol.trim_start_matches(|c: char| c.is_ascii_alphabetic()).to_owned(),
            is_komal: is_of_the_north && symbol != "m" && symbol.starts_with(|c: char| c.is_ascii_lowercase()),
            is_tivra: is_of_the_north && symbol == "M",
            octave: note.octave,
        }
    }

    /// A symbol that is known, in Latin letters.
    #[must_use]
    pub fn latin(symbol: &str, octave: i8) -> Self {
        Self { letters: symbol.to_owned(), octave, ..Self::default() }
    }

    /// The same with the South's number written small, as behind a syllable, where there is little room for it.
    #[must_use]
    pub fn with_small_figure(mut self) -> Self {
        let split = self.letters.find(|c: char| c.is_ascii_digit()).unwrap_or(self.letters.len());
        self.figure = self.letters.split_off(split) + &self.figure;
        self
    }

    /// The same without the South's number.
    #[must_use]
    pub fn without_figure(mut self) -> Self {
        self.figure.clear();
        self
    }

    /// How wide it is.
    #[must_use]
    pub fn width(&self, ui: &Ui, size: f32) -> f32 {
        let wide = |text: &str, size: f32| widgets::width(ui, text, theme::ui_font(size));
        let figure = if self.figure.is_empty() { 0.0 } else { wide(&self.figure, size * FIGURE) };
        wide(&self.letters, size) + figure
    }

    /// Whether it is a glyph of the private use area, which is higher than a Latin capital.
    fn is_shaped(&self) -> bool {
        self.letters.chars().any(|c| u32::from(c) >= FIRST)
    }
}

/// Size of the number after a syllable.
const FIGURE: f32 = 0.7;

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
fn dots(painter: &Painter, x: f32, (top, bottom): (f32, f32), octave: i8, (colour, radius): (Color32, f32)) {
    let count = octave.unsigned_abs().min(3);
    let y = if octave > 0 { top } else { bottom };
    for at in 0..count {
        let dx = (f32::from(at) - (f32::from(count) - 1.0) / 2.0) * 3.2 * radius;
        painter.circle_filled(pos2(x + dx, y), radius, colour);
    }
}

/// Writes a swara with its marks and the dots of its octave; where its letters stand.
pub fn swara(painter: &Painter, at: Pos2, hang: Hang, sign: &Sign, letter: Letter) -> Rect {
    let (size, colour) = (letter.0.size, letter.1);
    let rect = write(painter, at, hang, &sign.letters, letter);
    let (mut top, mut bottom) = if sign.is_shaped() { (0.84, 0.16) } else { (0.7, 0.0) };
    let stroke = Stroke::new((size * 0.06).max(1.0), colour);
    if sign.is_komal {
        bottom += 0.08;
        painter.hline(rect.x_range(), at.y + size * bottom, stroke);
    }
    if sign.is_tivra {
        painter.vline(rect.center().x, at.y - size * (top + 0.16)..=at.y - size * top, stroke);
        top += 0.18;
    }
    write(painter, pos2(rect.max.x, at.y + size * 0.1), Hang::Left, &sign.figure, ui_face(size * FIGURE, colour));
    let radius = (size * 0.06).max(1.25);
    let apart = radius + size * 0.1;
    let ends = (at.y - size * top - apart, at.y + size * bottom + apart);
    dots(painter, rect.center().x, ends, sign.octave, (colour, radius));
    rect
}

/// Writes notes in a row no wider than `width`: in small letters where they need it, cut with dots where even that is
/// too wide.
pub fn line_ui(ui: &Ui, at: Pos2, width: f32, notes: &[Note], (tradition, script): (Tradition, Script)) {
    let signs: Vec<Sign> = notes.iter().map(|note| Sign::of(*note, tradition, script)).collect();
    let wide = |size: f32| {
        let letters: f32 = signs.iter().map(|sign| sign.width(ui, size)).sum();
        letters + GAP * size * signs.len().saturating_sub(1) as f32
    };
    let size = if wide(theme::BODY) <= width { theme::BODY } else { theme::SMALL };
    let is_cut = wide(size) > width;
    let mut x = at.x;
    for sign in &signs {
        let letter = ui_face(size, theme::T1);
        let sign_width = sign.width(ui, size);
        if is_cut && x + sign_width > at.x + width - size {
            write(ui.painter(), pos2(x, at.y), Hang::Left, "\u{2026}", letter);
            break;
        }
        swara(ui.painter(), pos2(x, at.y), Hang::Left, sign, letter);
        x += sign_width + GAP * size;
    }
    let said = write_notes(notes, tradition);
    let area = Rect::from_min_max(pos2(at.x, at.y - 13.0), pos2(at.x + width, at.y + 4.0));
    widgets::tell(ui, area, &said).on_hover_text(said);
}

/// Room between two notes, as a share of the size of their letters.
const GAP: f32 = 0.36;

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
    fn variants_that_share_a_syllable_are_told_apart_by_their_marks() {
        for tradition in Tradition::ALL {
            for script in Script::ALL {
                let signs: Vec<Sign> =
                    (0..16).map(|at| Sign::of(Note::new(Swara::ALL[at], 0), tradition, script)).collect();
                for (at, sign) in signs.iter().enumerate() {
                    let same = |other: usize| Swara::ALL[other].symbol(tradition) == Swara::ALL[at].symbol(tradition);
                    assert!((0..at).all(|other| same(other) || signs[other] != *sign), "{sign:?}");
                }
            }
        }
    }

    #[test]
    fn words_have_the_right_signs() {
        assert_eq!(words("-24 then -6"), "\u{2212}24 then \u{2212}6");
        assert_eq!(words("meend P-S^, -12"), "meend P\u{2013}S', \u{2212}12");
        assert_eq!(words("kampita 5.2 Hz"), "kampita 5.2 Hz");
    }
}
