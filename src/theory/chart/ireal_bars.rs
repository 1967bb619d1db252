//! The bars of a song of iReal Pro: signs in cells, of which a chord takes one and an empty one holds the chord.

use super::form::{self, Edge, Words, WrittenBar, ending};
use super::spread::begins;
use super::{BARS_MAX, ChartError, Signature, section_name};
use crate::theory::chord::Chord;

/// Cells in a row of the page, and so of a chord.
const ROW_CELLS: u32 = 16;

/// Characters of a song, at most: rows enough for all bars that a chart may have.
const SONG_CHARS_MAX: usize = 100_000;

/// Reads all bars.
///
/// # Errors
/// [`ChartError::TooLong`] for more than [`BARS_MAX`].
pub(super) fn read(text: &str) -> Result<Vec<WrittenBar>, ChartError> {
    if text.len() > SONG_CHARS_MAX {
        return Err(ChartError::TooLong);
    }
    let mut reader = Reader::default();
    let mut rest = text;
    while !rest.is_empty() {
        rest = reader.sign(rest);
        if reader.bars.len() > BARS_MAX {
            return Err(ChartError::TooLong);
        }
    }
    reader.end_section();
    form::place_codas(&mut reader.bars);
    Ok(reader.bars)
}

/// A chord and the cells that it holds.
type Cells = (Option<Chord>, u32);

#[derive(Default)]
struct Reader {
    bars: Vec<WrittenBar>,
    /// The open bar's marks.
    open: WrittenBar,
    /// The open bar's chords.
    cells: Vec<Cells>,
    /// Bars before this one that it repeats as a whole, from the sign for it; 0 is none.
    again: usize,
    /// Whether the next bar is the second of two that are repeated.
    is_second_again: bool,
    signature: Signature,
    endings: u16,
    /// The chord that "p" and "W" repeat.
    last: Option<Chord>,
    /// How often the repeat that is open is played.
    times: Option<u32>,
}

impl Reader {
    /// Takes the sign at the front and gives what follows.
    fn sign<'a>(&mut self, text: &'a str) -> &'a str {
        let Some(first) = text.chars().next() else { return "" };
        let rest = &text[first.len_utf8()..];
        match first {
            '|' => self.close(),
            '[' | ']' | 'Z' => self.end_section(),
            '{' => {
                self.end_section();
                (self.open.is_repeat_begin, self.times) = (true, None);
            }
            '}' => self.end_repeat(),
            '*' => return self.section(rest),
            '<' => return self.words(rest),
            '(' => return rest.split_once(')').map_or("", |(_, after)| after),
            'T' => return self.time(rest),
            'N' => return self.ending(rest),
            'S' => self.open.is_segno = true,
            // The first of two leads to the coda; which is which is known at the end.
            'Q' => self.open.to_coda = Some(if self.cells.is_empty() { Edge::Begin } else { Edge::End }),
            'U' => self.open.is_fine = true,
            ' ' => self.hold(),
            'x' => self.again = 1,
            'r' => (self.again, self.is_second_again) = (2, true),
            'n' => self.chord(None),
            'p' if self.cells.is_empty() => self.chord(self.last),
            'p' => self.hold(),
            'A'..='G' | 'W' => return self.symbol(text),
            // Small and large print, fermatas, space between lines, commas.
            _ => {}
        }
        rest
    }

    fn chord(&mut self, chord: Option<Chord>) {
        self.cells.push((chord, 1));
        self.last = chord;
    }

    fn hold(&mut self) {
        if let Some((_, cells)) = self.cells.last_mut() {
            *cells += 1;
        }
    }

    /// A chord: its root, signs that qualities are made of, and its bass.
    fn symbol<'a>(&mut self, text: &'a str) -> &'a str {
        let root = 1 + usize::from(text[1..].starts_with(['b', '#']));
        let kind = root + kind_length(&text[root..]);
        let bass = kind + bass_length(&text[kind..]);
        let symbol = text[..bass].replace('*', "");
        if text.starts_with('W') {
            let over = Chord::parse(symbol.rsplit_once('/').map_or("", |(_, bass)| bass));
            self.chord(self.last.map(|chord| over.map_or(chord, |bass| chord.over(bass.root))));
        } else {
            self.chord(Chord::parse(&symbol));
        }
        &text[bass..]
    }

    fn section<'a>(&mut self, rest: &'a str) -> &'a str {
        let Some(letter) = rest.chars().next() else { return "" };
        let name = match letter {
            'i' => Some("Intro".to_owned()),
            'V' | 'v' => Some("Verse".to_owned()),
            _ => section_name(&letter.to_string()),
        };
        if self.cells.is_empty() {
            self.endings = 0;
        }
        self.open.bar.section = name;
        &rest[letter.len_utf8()..]
    }

    fn time<'a>(&mut self, rest: &'a str) -> &'a str {
        let Some(digits) = rest.get(..2).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit())) else {
            return rest;
        };
        let signature = if digits == "12" { "12/8".to_owned() } else { format!("{}/{}", &digits[..1], &digits[1..]) };
        self.signature = Signature::parse(&signature).unwrap_or(self.signature);
        &rest[2..]
    }

    fn ending<'a>(&mut self, rest: &'a str) -> &'a str {
        let Some(number) = rest.chars().next().and_then(|c| c.to_digit(10)) else { return rest };
        // An ending without a number follows the one before it.
        let before = self.bars.iter().rev().find(|bar| bar.endings != 0).map_or(0, |bar| bar.endings.ilog2());
        self.endings = ending(if number == 0 { before + 1 } else { number });
        &rest[1..]
    }

    /// Words over the bar; what they say of the form is kept. They may begin with "*" and two digits for their height.
    fn words<'a>(&mut self, rest: &'a str) -> &'a str {
        let (words, after) = rest.split_once('>').unwrap_or((rest, ""));
        let words = words.strip_prefix('*').and_then(|words| words.get(2..)).unwrap_or(words);
        match form::read_words(words) {
            Some(Words::Jump(jump)) => self.open.jump = Some(jump),
            Some(Words::Fine) => self.open.is_fine = true,
            Some(Words::Times(times)) => self.times = Some(times),
            Some(Words::ToCoda | Words::Coda) | None => {}
        }
        after
    }

    /// Ends the open bar. One without chords only makes room on the page; its marks go to the next.
    fn close(&mut self) {
        let again = std::mem::take(&mut self.again);
        let is_second = self.is_second_again && again == 0;
        if is_second {
            self.is_second_again = false;
        }
        let from = if is_second && self.cells.is_empty() { 2 } else { again };
        let copied = self.bars.len().checked_sub(from).filter(|_| from > 0).map(|at| &self.bars[at].bar);
        let chords = match copied {
            Some(bar) if bar.signature == self.signature => bar.chords.clone(),
            _ if self.cells.is_empty() => return,
            _ => placed(&mut self.cells, self.signature),
        };
        self.last = chords.last().map_or(self.last, |(_, chord)| *chord);
        let mut bar = std::mem::take(&mut self.open);
        (bar.bar.signature, bar.bar.chords, bar.endings) = (self.signature, chords, self.endings);
        self.bars.push(bar);
        self.cells.clear();
    }

    /// Ends the open bar, and with it an ending. Words in the empty space after it were meant for it.
    fn end_section(&mut self) {
        self.close();
        self.endings = 0;
        if let Some(last) = self.bars.last_mut() {
            last.jump = last.jump.or(self.open.jump.take());
            last.is_fine |= std::mem::take(&mut self.open.is_fine);
        }
    }

    fn end_repeat(&mut self) {
        self.end_section();
        let times = self.times.take().unwrap_or(2);
        if let Some(last) = self.bars.last_mut() {
            last.repeat_times = Some(times);
        }
    }
}

/// The chords at their places: in proportion to their cells, each a step at least.
fn placed(cells: &mut Vec<Cells>, signature: Signature) -> Vec<(f64, Option<Chord>)> {
    cells.truncate(signature.chords_max() as usize);
    let steps = signature.steps_for(cells.len());
    cells.iter_mut().for_each(|(_, cells)| *cells = (*cells).min(ROW_CELLS));
    // Where there are more cells than steps, the longest are too long on the page only.
    let mut total: u32 = cells.iter().map(|(_, cells)| *cells).sum();
    while total > steps {
        let Some((_, longest)) = cells.iter_mut().max_by_key(|(_, cells)| *cells) else { break };
        *longest -= 1;
        total -= 1;
    }
    let weights: Vec<u32> = cells.iter().map(|(_, cells)| *cells).collect();
    let places = begins(&weights, steps).map(|step| signature.step_beats(step, steps));
    places.zip(cells.iter().map(|(chord, _)| *chord)).collect()
}

/// The length of a quality: figures and signs, the words "sus", "alt" and "add", and free text between asterisks.
fn kind_length(text: &str) -> usize {
    let mut length = 0;
    loop {
        let rest = &text[length..];
        let free = || {
            let end = rest.strip_prefix('*')?.find(|c: char| !c.is_ascii_alphanumeric() && !"+-^#/()".contains(c))?;
            (rest[1 + end..].starts_with('*') && end > 0).then_some(end + 2)
        };
        let word = ["sus", "alt", "add", "6/9"].into_iter().find(|word| rest.starts_with(word)).map(str::len);
        let sign = || rest.starts_with(|c: char| c.is_ascii_digit() || "+-^hob#".contains(c)).then_some(1);
        match word.or_else(sign).or_else(free) {
            Some(more) => length += more,
            None => return length,
        }
    }
}

/// The length of a bass after a stroke: "/F#".
fn bass_length(text: &str) -> usize {
    let Some(name) = text.strip_prefix('/').filter(|name| name.starts_with(|c| matches!(c, 'A'..='G'))) else {
        return 0;
    };
    2 + usize::from(name[1..].starts_with(['b', '#']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::Chart;

    /// The bars as played, in text.
    fn played(bars: &str) -> String {
        let chart = Chart { bars: form::unfold(&read(bars).expect(bars)).expect(bars), ..Chart::default() };
        chart.to_string().replace('\n', " ").replace("| |", "|").trim().to_owned()
    }

    #[test]
    fn signs_are_read_as_the_app_plays_them() {
        let table = [
            ("T44C^7 |A-7 |D-7 G7 |Z", "| Cmaj7 | Am7 | Dm7 G7 |"),
            ("C   |C A7|C  A7|Ch7C7sus |", "| C | C / / A7 | C / / A7 | Cm7b5 C7sus4 |"),
            ("T34C- F7 |T44G7alt Z", "time: 3/4 | Cm F7 | 4/4 G7alt |"),
            ("T12C   |T68C F |T22C F G |", "time: 12/8 | C | 6/8 C F | 2/2 C F G |"),
            ("C | x |F |r| |G Z", "| C | C | F | C | F | G |"),
            ("C |F |r|   |G Z", "| C | F | C | F | G |"),
            ("CpGp|n   |pW/E|", "| C G | N.C. | N.C. N.C. |"),
            ("C |W/E F |p   Z", "| C | C/E F | F |"),
            ("{C |N1F }        |N2G Z", "| C | F | C | G |"),
            ("{C |N1F }|N2G }|N0A Z", "| C | F | C | G | C | A |"),
            ("*A{<3x>C |F }*B[G Z", "[A] | C | F | [A] | C | F | [A] | C | F | [B] | G |"),
            ("{C(F7) |s(G7)F7,l,}<sus>YYYfG|", "| C | F7 | C | F7 | G |"),
            ("C |SD |E QF |G <D.S. al Coda>Z[QA |B Z", "| C | D | E F | G | D | E F | A | B |"),
            ("C |QD |E <D.C. al Coda>]   [QA Z", "| C | D | E | C | A |"),
            ("C <Fine>|D |E Z <*66D.C. al Fine>", "| C | D | E | C |"),
            ("C |DU |E <D.C. al Fine>Z", "| C | D | E | C | D |"),
            ("{C |N1D }|N2E ][F <D.C. al 2nd End.>Z", "| C | D | C | E | F | C | E |"),
            (
                "C*7sus4*/E |F6/9|Eb-^7/Bb|C69|F#o7|Bb7b9sus|",
                "| C7sus4/E | F6/9 | Ebm(maj7)/Bb | C6/9 | F#dim7 | Bb7sus4 |",
            ),
            ("CA-D-G7BbE|", "| C Am Dm G7 Bb E |"),
        ];
        for (bars, wanted) in table {
            let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(plain(&played(bars)), plain(wanted), "{bars}");
        }
    }

    #[test]
    fn more_cells_than_beats_leave_every_chord_its_beat() {
        assert_eq!(played("C      F G |"), "| C / F G |".replace("C / F G", "C F G"));
        assert_eq!(played("T34C   F  |"), "time: 3/4 | C F |");
    }

    #[test]
    fn too_many_bars_are_refused() {
        assert_eq!(read(&"C |".repeat(2_001)), Err(ChartError::TooLong));
        assert_eq!(read(&"C".repeat(100_000)).map(|bars| bars.len()), Ok(1));
    }
}
