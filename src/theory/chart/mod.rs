//! Chord sheets: the chords of a piece in the order in which they are played.

mod error;
pub mod form;
mod ireal;
mod ireal_bars;
mod spread;
mod text;
mod write;

pub use error::ChartError;
pub use spread::Signature;

use super::chord::Chord;
use super::key::{Key, Mode};

/// Bars of a chart, at most, as written and as played; what is longer is refused.
pub const BARS_MAX: usize = 2_000;

/// Characters of a title or a composer's name, at most; the rest is cut off.
pub const NAME_CHARS_MAX: usize = 200;

/// Characters of a section's name, at most; the rest is cut off.
pub const SECTION_CHARS_MAX: usize = 24;

/// Tempi that a chart may ask for, in beats a minute; another one is no tempo.
pub const TEMPO_BPM: std::ops::RangeInclusive<f64> = 20.0..=400.0;

/// A chord sheet, unrolled: repeats, endings and jumps are written out. A beat is the transport's: a quarter, or a
/// dotted quarter in 3/8, 6/8, 9/8 and 12/8.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chart {
    /// The title; empty where there is none.
    pub title: String,
    /// Who wrote it; empty where nobody is named.
    pub composer: String,
    /// The key, where the sheet names one.
    pub key: Option<Key>,
    /// The style in the sheet's own words: "Medium Swing".
    pub style: Option<String>,
    /// The tempo in beats a minute.
    pub tempo_bpm: Option<f64>,
    /// The bars in the order in which they are played, up to [`BARS_MAX`].
    pub bars: Vec<ChartBar>,
}

/// A bar of a chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChartBar {
    /// Its time signature.
    pub signature: Signature,
    /// The name of the section that begins here ("A", "Verse"); `None` where none begins.
    pub section: Option<String>,
    /// Chords and where they begin, in beats from the bar's begin, rising; `None` is "no chord". The last one holds
    /// until the next, in a later bar where this one is empty.
    pub chords: Vec<(f64, Option<Chord>)>,
}

impl ChartBar {
    /// How long it is, in beats, above 0.
    #[must_use]
    pub fn length_beats(&self) -> f64 {
        self.signature.length_beats()
    }

    /// The chord change that holds at `beats` from the bar's begin; `None` before the first.
    fn change_at(&self, beats: f64) -> Option<Option<Chord>> {
        self.chords.iter().rev().find(|(at, _)| *at <= beats).map(|(_, chord)| *chord)
    }
}

impl Chart {
    /// Reads a chart from plain text: `| Dm7 G7 | Cmaj7 |`. Bars stand between `|` or on lines of their own; `%`
    /// repeats a bar, `/` or `-` holds the chord for a beat, `N.C.` is no chord, `[A]` begins a section, `|: :|` repeat
    /// (`x3` after it: three times), `|1.` and `|2.` are endings, `3/4` changes the time, `#` begins a comment. Lines
    /// `title:`, `composer:`, `key:`, `style:`, `tempo:` and `time:` say the rest.
    ///
    /// # Errors
    /// [`ChartError`] names the bar and the word, and says what to write instead.
    pub fn parse_text(text: &str) -> Result<Self, ChartError> {
        text::parse(text)
    }

    /// Reads a song of the iReal Pro app from the first `irealb://` or `irealbook://` link in `text`, which may be the
    /// link alone or a page around it. `wish` is the song's number, from 1, or its title or a part of it; without it
    /// the first song is taken.
    ///
    /// # Errors
    /// [`ChartError`] where there is no such link or song, or nothing in it.
    pub fn parse_ireal(text: &str, wish: Option<&str>) -> Result<Self, ChartError> {
        ireal::parse(text, wish)
    }

    /// The length in beats.
    #[must_use]
    pub fn length_beats(&self) -> f64 {
        self.bars.iter().map(ChartBar::length_beats).sum()
    }

    /// Beats of its first bar, 1 or more: what it is counted in.
    #[must_use]
    pub fn beats_per_bar(&self) -> u32 {
        self.bars.first().map_or(4, |bar| bar.length_beats().round().max(1.0) as u32)
    }

    /// The bar that sounds at `beats` from the start, by its index, and the beats since it began. With `is_looping` the
    /// chart begins again after its end; without, there is nothing after it. Nothing before the start. Walks through
    /// the bars: a few microseconds at most.
    #[must_use]
    pub fn bar_at(&self, beats: f64, is_looping: bool) -> Option<(usize, f64)> {
        let length = self.length_beats();
        let mut rest = if is_looping && length > 0.0 && beats >= length { beats.rem_euclid(length) } else { beats };
        if rest.is_nan() || rest < 0.0 {
            return None;
        }
        for (index, bar) in self.bars.iter().enumerate() {
            if rest < bar.length_beats() {
                return Some((index, rest));
            }
            rest -= bar.length_beats();
        }
        None
    }

    /// The chord that sounds at `beats` from the start; `None` where there is none. See [`Self::bar_at`].
    #[must_use]
    pub fn chord_at(&self, beats: f64, is_looping: bool) -> Option<Chord> {
        let (index, offset) = self.bar_at(beats, is_looping)?;
        let here = self.bars[index].change_at(offset);
        let before = || self.bars[..index].iter().rev().find_map(|bar| bar.change_at(f64::INFINITY));
        here.or_else(before).flatten()
    }
}

/// A name on one line, without spaces around it or doubled in it, cut to `chars_max` characters.
#[must_use]
pub fn tidy_name(text: &str, chars_max: usize) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    words.join(" ").chars().take(chars_max).collect::<String>().trim_end().to_owned()
}

/// A section's name, without what brackets and bar lines mean in text; `None` where nothing is left.
#[must_use]
pub fn section_name(text: &str) -> Option<String> {
    let name = tidy_name(&text.replace(['[', ']', '|', '#'], " "), SECTION_CHARS_MAX);
    (!name.is_empty()).then_some(name)
}

/// A tempo in beats a minute, where it is one.
fn tempo(text: &str) -> Option<f64> {
    text.trim().trim_end_matches("bpm").trim().parse().ok().filter(|bpm| TEMPO_BPM.contains(bpm))
}

/// A key as sheets write it: what [`Key::parse`] reads, and "A-" for A minor.
fn key(text: &str) -> Option<Key> {
    match text.trim().strip_suffix('-') {
        Some(tonic) => Key::parse(tonic).map(|key| Key::new(key.tonic, Mode::Minor)),
        None => Key::parse(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(text: &str) -> Chart {
        Chart::parse_text(text).expect(text)
    }

    #[test]
    fn the_chord_at_a_beat_is_the_last_that_began() {
        let chart = chart("| Dm7 G7 | Cmaj7 | / | N.C. / A7 / |");
        let at = |beats: f64| chart.chord_at(beats, false).map(|chord| chord.to_string());
        let table = [
            (0.0, Some("Dm7")),
            (1.99, Some("Dm7")),
            (2.0, Some("G7")),
            (4.0, Some("Cmaj7")),
            (11.9, Some("Cmaj7")),
            (12.0, None),
            (14.0, Some("A7")),
            (16.0, None),
            (-1.0, None),
            (f64::NAN, None),
            (f64::INFINITY, None),
        ];
        for (beats, wanted) in table {
            assert_eq!(at(beats).as_deref(), wanted, "{beats}");
        }
        assert_eq!(chart.length_beats(), 16.0);
    }

    #[test]
    fn a_looping_chart_begins_again() {
        let chart = chart("| C | 3/4 F |");
        for round in 0..3 {
            let from = f64::from(round) * 7.0;
            assert_eq!(chart.bar_at(from + 3.5, true), Some((0, 3.5)));
            assert_eq!(chart.bar_at(from + 6.5, true), Some((1, 2.5)));
        }
        assert_eq!(chart.bar_at(7.0, false), None);
        assert_eq!(chart.bar_at(f64::INFINITY, true), None);
        assert_eq!(Chart::default().bar_at(0.0, true), None);
    }

    #[test]
    fn a_beat_of_six_eight_is_a_dotted_quarter() {
        let chart = chart("time: 6/8\n| Am F | C |");
        assert_eq!(chart.length_beats(), 4.0);
        assert_eq!(chart.chord_at(1.0, false), Chord::parse("F"));
    }

    #[test]
    fn names_are_kept_short_and_on_one_line() {
        assert_eq!(tidy_name("  So\n  What\t", 200), "So What");
        assert_eq!(tidy_name(&"a".repeat(900), 200).len(), 200);
        assert_eq!(section_name("[A|]").as_deref(), Some("A"));
        assert_eq!(section_name(" | "), None);
    }
}
