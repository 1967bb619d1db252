//! Reading a chart from plain text.

use super::form::{self, TIMES_MAX, Words, WrittenBar, ending};
use super::spread::begins;
use super::{BARS_MAX, Chart, ChartBar, ChartError, NAME_CHARS_MAX, Signature, key, section_name, tempo, tidy_name};
use crate::theory::chord::Chord;

/// Reads a whole text; see [`Chart::parse_text`].
pub(super) fn parse(text: &str) -> Result<Chart, ChartError> {
    let mut reader = Reader::default();
    for line in text.trim_start_matches('\u{feff}').lines() {
        if !reader.header(line)? {
            reader.line(line)?;
        }
    }
    reader.chart.bars = form::unfold(&reader.bars)?;
    Ok(reader.chart)
}

/// What a bar holds before it is closed.
#[derive(Clone, Copy, PartialEq)]
enum Word {
    Chord(Option<Chord>),
    Slot,
    Again,
}

/// The bars so far, and what is known of the next one.
#[derive(Default)]
struct Reader {
    chart: Chart,
    bars: Vec<WrittenBar>,
    /// The open bar: its marks, and its words.
    open: WrittenBar,
    words: Vec<Word>,
    signature: Signature,
    endings: u16,
    /// Whether a single bar line opened this bar, so that an empty one is a mistake.
    is_empty_wrong: bool,
}

impl Reader {
    /// The bar that is being read, as people count.
    fn bar(&self) -> usize {
        self.bars.len() + 1
    }

    fn wrong(&self, why: &'static str) -> ChartError {
        ChartError::InBar { bar: self.bar(), why }
    }

    /// Takes a line such as "key: A minor"; `false` where it is none.
    fn header(&mut self, line: &str) -> Result<bool, ChartError> {
        let Some((name, value)) = line.split_once(':') else { return Ok(false) };
        let value = value.trim();
        let wrong = |name, instead| ChartError::InHeader { name, value: value.to_owned(), instead };
        match name.trim().to_lowercase().as_str() {
            "title" => self.chart.title = tidy_name(value, NAME_CHARS_MAX),
            "composer" => self.chart.composer = tidy_name(value, NAME_CHARS_MAX),
            "style" => self.chart.style = Some(tidy_name(value, NAME_CHARS_MAX)).filter(|style| !style.is_empty()),
            "key" => self.chart.key = Some(key(value).ok_or_else(|| wrong("key", "for instance Bb major or A minor"))?),
            "tempo" => {
                let bpm = tempo(value).ok_or_else(|| wrong("tempo", "beats a minute, 20 to 400, as in 120"))?;
                self.chart.tempo_bpm = Some(bpm);
            }
            "time" => {
                let signature = Signature::parse(value);
                self.signature = signature.ok_or_else(|| wrong("time", "for instance 4/4, 3/4 or 6/8"))?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn line(&mut self, line: &str) -> Result<(), ChartError> {
        let mut rest = line.trim_start();
        while !rest.is_empty() && !rest.starts_with('#') {
            let lines = bar_lines(rest);
            if lines > 0 {
                self.bar_line(&rest[..lines])?;
                rest = &rest[lines..];
                let number = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, ',' | '-')).unwrap_or(0);
                if number > 0 && rest[number..].starts_with('.') {
                    self.ending(&rest[..number])?;
                    rest = &rest[number + 1..];
                }
            } else if let Some(after) = rest.strip_prefix('[') {
                let (name, after) =
                    after.split_once(']').ok_or_else(|| self.wrong("a section's name has no end; write [A]"))?;
                self.section(name)?;
                rest = after;
            } else {
                let ends =
                    |(at, c): (usize, char)| c.is_whitespace() || matches!(c, '|' | '[') || bar_lines(&rest[at..]) > 0;
                let length = rest.char_indices().find(|at| ends(*at)).map_or(rest.len(), |(at, _)| at);
                self.word(&rest[..length])?;
                rest = &rest[length..];
            }
            rest = rest.trim_start();
        }
        self.is_empty_wrong = false;
        self.close()
    }

    /// A bar line, with its repeat signs.
    fn bar_line(&mut self, line: &str) -> Result<(), ChartError> {
        let is_single = line == "|";
        if self.words.is_empty() && is_single && self.is_empty_wrong {
            return Err(self.wrong("it is empty; write / to hold the chord, % for the bar before again, or N.C."));
        }
        self.close()?;
        self.is_empty_wrong = is_single;
        if !is_single {
            self.endings = 0;
        }
        if line.starts_with(':') {
            let last = self.bars.last_mut();
            let last =
                last.ok_or(ChartError::InBar { bar: 1, why: "a repeat ends before any bar; begin it with |:" })?;
            last.repeat_times = Some(2);
        }
        self.open.is_repeat_begin |= line.ends_with(':');
        Ok(())
    }

    /// The numbers of an ending: "1", "1,2" or "1-3".
    fn ending(&mut self, numbers: &str) -> Result<(), ChartError> {
        let wrong = self.wrong("the ending has no number; write |1. and |2.");
        self.endings = 0;
        for range in numbers.split(',') {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            let (Ok(first), Ok(last)) = (first.parse::<u32>(), last.parse::<u32>()) else { return Err(wrong) };
            (first.max(1)..=last.min(form::ENDING_MAX)).for_each(|number| self.endings |= ending(number));
        }
        if self.endings == 0 { Err(wrong) } else { Ok(()) }
    }

    fn section(&mut self, name: &str) -> Result<(), ChartError> {
        self.close()?;
        self.is_empty_wrong = false;
        self.endings = 0;
        self.open.bar.section = section_name(name);
        Ok(())
    }

    fn word(&mut self, word: &str) -> Result<(), ChartError> {
        if let Some(Words::Times(times)) = form::read_words(word).filter(|_| word.contains(['x', 'X'])) {
            return self.times(times);
        }
        if let Some(signature) = Signature::parse(word) {
            if !self.words.is_empty() {
                return Err(self.wrong("the time changes inside it; write it before the first chord"));
            }
            self.signature = signature;
            self.is_empty_wrong = false;
            return Ok(());
        }
        match word {
            "%" => self.words.push(Word::Again),
            "-" => self.words.push(Word::Slot),
            _ if word.bytes().all(|b| b == b'/') => self.words.extend(std::iter::repeat_n(Word::Slot, word.len())),
            _ if matches!(word.to_lowercase().as_str(), "n.c." | "nc" | "n.c") => self.words.push(Word::Chord(None)),
            _ => match Chord::parse_strictly(word) {
                Some(chord) => self.words.push(Word::Chord(Some(chord))),
                None => return Err(ChartError::NotAChord { bar: self.bar(), word: word.to_owned() }),
            },
        }
        if self.words.len() > self.signature.chords_max() as usize {
            return Err(self.wrong("there are too many chords in it; part them with | into bars"));
        }
        Ok(())
    }

    /// How often the repeat that has just ended, or else the bar before, is played.
    fn times(&mut self, times: u32) -> Result<(), ChartError> {
        self.close()?;
        let why = "it says how often, but nothing stands before it; write :| x3 after a repeat";
        let last = self.bars.len().checked_sub(1).ok_or(ChartError::InBar { bar: 1, why })?;
        let times = times.min(TIMES_MAX);
        match &mut self.bars[last] {
            WrittenBar { repeat_times: Some(written), .. } => *written = times,
            single => {
                let again = ChartBar { section: None, ..single.bar.clone() };
                let again = WrittenBar { bar: again, endings: single.endings, ..WrittenBar::default() };
                self.bars.extend(std::iter::repeat_n(again, times as usize - 1));
            }
        }
        self.is_empty_wrong = false;
        if self.bars.len() > BARS_MAX { Err(ChartError::TooLong) } else { Ok(()) }
    }

    /// Ends the open bar where there is something in it.
    fn close(&mut self) -> Result<(), ChartError> {
        if self.words.is_empty() {
            return Ok(());
        }
        let chords = self.chords()?;
        let mut bar = std::mem::take(&mut self.open);
        (bar.bar.signature, bar.bar.chords, bar.endings) = (self.signature, chords, self.endings);
        self.bars.push(bar);
        self.words.clear();
        if self.bars.len() > BARS_MAX { Err(ChartError::TooLong) } else { Ok(()) }
    }

    /// The chords of the open bar at their places.
    fn chords(&self) -> Result<Vec<(f64, Option<Chord>)>, ChartError> {
        if self.words.contains(&Word::Again) {
            let before = self.bars.last().filter(|_| self.words.len() == 1);
            let before = before.ok_or_else(|| self.wrong("% stands alone in its bar, after another bar"))?;
            if before.bar.signature != self.signature {
                return Err(self.wrong("% repeats a bar of another time; write its chords"));
            }
            return Ok(before.bar.chords.clone());
        }
        let steps = self.signature.steps_for(self.words.len());
        let weights = vec![1; self.words.len()];
        let places: Vec<u32> =
            if self.words.contains(&Word::Slot) { (0..steps).collect() } else { begins(&weights, steps).collect() };
        let chords = self.words.iter().zip(places).filter_map(|(word, step)| match word {
            Word::Chord(chord) => Some((self.signature.step_beats(step, steps), *chord)),
            Word::Slot | Word::Again => None,
        });
        Ok(chords.collect())
    }
}

/// The length in bytes of the bar line at the front of `text`, with its repeat signs; 0 where there is none.
fn bar_lines(text: &str) -> usize {
    let length = text.find(|c| !matches!(c, '|' | ':')).unwrap_or(text.len());
    let line = &text[..length];
    if !line.contains('|') {
        return 0;
    }
    length + usize::from(text[length..].starts_with(']'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;
    use crate::theory::chart::BARS_MAX;

    /// The bars in text, without the head.
    fn bars(text: &str) -> String {
        let chart = parse(text).expect(text);
        chart.to_string().lines().filter(|line| line.contains(['|', '['])).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn text_is_read_bar_by_bar() {
        let table = [
            ("| Dm7 G7 | Cmaj7 |", "| Dm7 G7 | Cmaj7 |"),
            ("Dm7 G7\nCmaj7", "| Dm7 G7 | Cmaj7 |"),
            ("|Dm7|G7||Cmaj7|]", "| Dm7 | G7 | Cmaj7 |"),
            ("| C | % | % |", "| C | C | C |"),
            ("| Dm7 / G7 / | C - - F |", "| Dm7 G7 | C / / F |"),
            ("| C / / G7 | / / F / |", "| C / / G7 | / / F / |"),
            ("| C //// // G |", "| C / / / / / / G |"),
            ("| C F G | C F G Am Dm |", "| C F G | C F G Am Dm |"),
            ("| N.C. | NC C |", "| N.C. | N.C. C |"),
            ("|: C | F :| G |", "| C | F | C | F | G |"),
            ("| C | F :|: G :|", "| C | F | C | F | G | G |"),
            ("|: C | F :| x3 G |", "| C | F | C | F | C | F | G |"),
            ("| C | F | x3\n| G |", "| C | F | F | F | G |"),
            ("|: C |1. F :|2. G || Am |", "| C | F | C | G | Am |"),
            ("|: C |1,2. F :|3. G |", "| C | F | C | F | C | G |"),
            ("[A] | C | 3/4 F | Dm G |\n[B]\n| 4/4 Am |", "[A] | C | 3/4 F | Dm G | [B] | 4/4 Am |"),
            ("# a song\n| C # the rest\n| F#m7 C# |", "| C | F#m7 Db |"),
            ("| C:maj7 D:min/b3 | C/E |", "| Cmaj7 Dm/F | C/E |"),
            ("| 6/8 Am F C G | 5/4 C F |", "| Am F C G | 5/4 C F |"),
        ];
        for (text, wanted) in table {
            assert_eq!(bars(text).replace("| |", "|"), wanted, "{text}");
        }
    }

    #[test]
    fn chords_stand_at_their_beats() {
        let table: [(&str, &[f64]); 7] = [
            ("| C F |", &[0.0, 2.0]),
            ("| C F G |", &[0.0, 2.0, 3.0]),
            ("| C / F / |", &[0.0, 2.0]),
            ("| / / / G |", &[3.0]),
            ("| C / / / / / / G |", &[0.0, 3.5]),
            ("| 3/4 C F |", &[0.0, 2.0]),
            ("| 6/8 C F |", &[0.0, 1.0]),
        ];
        for (text, wanted) in table {
            let chart = parse(text).expect(text);
            let places: Vec<f64> = chart.bars[0].chords.iter().map(|(at, _)| *at).collect();
            assert_eq!(places, wanted, "{text}");
        }
    }

    #[test]
    fn the_head_says_the_rest() {
        let chart =
            parse("Title: So: What \ncomposer: N. N.\nKEY: A-\nstyle: Bossa\ntempo: 132.5 bpm\ntime: 3/4\n| Am |")
                .expect("a chart");
        assert_eq!((chart.title.as_str(), chart.composer.as_str()), ("So: What", "N. N."));
        assert_eq!(chart.key.map(|key| key.to_string()).as_deref(), Some("A minor"));
        assert_eq!((chart.style.as_deref(), chart.tempo_bpm), (Some("Bossa"), Some(132.5)));
        assert_eq!(chart.length_beats(), 3.0);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_bar_and_a_remedy() {
        let table = [
            ("| C | F | Hm7 |", "bar 3: \"Hm7\" is not a chord; write for instance Cm7"),
            ("| C | Chorus |", "bar 2: \"Chorus\" is not a chord"),
            ("Verse one", "bar 1: \"Verse\" is not a chord"),
            ("| C |  | F |", "bar 2: it is empty; write /"),
            ("| % |", "bar 1: % stands alone"),
            ("| C | 3/4 % |", "bar 2: % repeats a bar of another time"),
            ("| C 3/4 F |", "bar 1: the time changes inside it"),
            ("[A | C |", "bar 1: a section's name has no end"),
            (":| C |", "bar 1: a repeat ends before any bar"),
            ("x3 | C |", "bar 1: it says how often"),
            ("| C C C C C C C C C C C C C C C C C |", "bar 1: there are too many chords"),
            ("key: H\n| C |", "the line \"key:\" says \"H\"; write for instance Bb major"),
            ("|: C |1.-2. F :|", "bar 2: \"-2.\" is not a chord"),
            ("|: C |0. F :|", "bar 2: the ending has no number"),
            ("tempo: fast\n| C |", "write beats a minute"),
            ("time: 4/5\n| C |", "write for instance 4/4"),
            ("", "there is no chord in it"),
            ("| N.C. | / |", "there is no chord in it"),
        ];
        for (text, wanted) in table {
            let error = parse(text).expect_err(text).to_string();
            assert!(error.contains(wanted), "{text}: {error}");
        }
        assert_eq!(parse(&"| C ".repeat(2_001)), Err(ChartError::TooLong));
        assert_eq!(parse("|: C | x64 | x64 | x64 :| x64"), Err(ChartError::TooLong));
    }

    #[test]
    fn a_chart_is_written_and_read_back_the_same() {
        let mut rng = Rng::new(17);
        let signatures = ["4/4", "3/4", "6/8", "12/8", "7/8", "2/2", "5/4"];
        for round in 0..300 {
            let mut signature = Signature::default();
            let bars = (0..=rng.below(20)).map(|index| {
                if rng.below(5) == 0 {
                    signature = Signature::parse(signatures[rng.below(7) as usize]).unwrap();
                }
                let mut chords: Vec<(f64, Option<Chord>)> = (0..rng.below(5))
                    .map(|_| {
                        let quality = crate::theory::Quality::at(rng.below(32) as usize);
                        let chord = Chord::new(rng.below(12) as u8, quality).over(rng.below(12) as u8);
                        let at = signature.snapped(f64::from(rng.unit()) * signature.length_beats());
                        (at, Some(chord).filter(|_| rng.below(8) > 0))
                    })
                    .collect();
                if index == 0 {
                    chords.insert(0, (0.0, Chord::parse("C")));
                }
                chords.sort_by(|a, b| a.0.total_cmp(&b.0));
                chords.dedup_by_key(|(at, _)| *at);
                let section = (rng.below(6) == 0).then(|| format!("Part {index}"));
                ChartBar { signature, section, chords }
            });
            let chart = Chart {
                title: if round % 2 == 0 { "A #1: song".to_owned() } else { String::new() },
                composer: "Sömebody".to_owned(),
                key: (round % 3 > 0).then(|| crate::theory::Key::new(round as u8, crate::theory::Mode::Minor)),
                style: (round % 5 > 0).then(|| "Waltz".to_owned()),
                bars: bars.collect(),
                tempo_bpm: (round % 7 > 0).then(|| 60.0 + f64::from(rng.unit())),
            };
            assert_eq!(parse(&chart.to_string()), Ok(chart.clone()), "{chart}");
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic() {
        let whole = "title: A\nkey: C\ntime: 6/8\n[A]\n|: Dm7 / G7b9 / |1. C#m7b5/E % :|2. N.C. :| x3 || 3/4 F - é |]";
        let mut rng = Rng::new(9);
        for _ in 0..3_000 {
            let mut text: Vec<char> = whole.chars().collect();
            for _ in 0..=rng.below(8) {
                let at = rng.below(text.len() as u32) as usize;
                match rng.below(3) {
                    0 => text[at] = "|:[]/%x13.-#\n é𝄞".chars().nth(rng.below(16) as usize).unwrap(),
                    1 => drop(text.remove(at)),
                    _ => text.insert(at, whole.chars().nth(at).unwrap_or('|')),
                }
            }
            if let Ok(chart) = parse(&text.into_iter().collect::<String>()) {
                assert!(chart.bars.len() <= BARS_MAX && chart.length_beats() > 0.0);
            }
        }
    }
}
