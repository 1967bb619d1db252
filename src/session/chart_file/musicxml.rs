//! Lead sheets in MusicXML (W3C, MusicXML 4.0): the chord symbols of one part, its time, key and form.

use super::ChartFileFault;
use super::harmony::{self, child};
use crate::theory::chart::form::{self, Edge, Jump, Until, Words, WrittenBar};
use crate::theory::chart::{
    BARS_MAX, Chart, ChartError, NAME_CHARS_MAX, Signature, TEMPO_BPM, section_name, tidy_name,
};
use crate::theory::{Chord, Key, Mode};
use roxmltree::{Document, Node, ParsingOptions};

/// Elements, texts and comments of a document, at most; a long lead sheet has a few ten thousand.
const NODES_MAX: u32 = 1_000_000;

/// Chords in a bar, at most; what is beyond is dropped.
const BAR_CHORDS_MAX: usize = 64;

/// Two lengths that differ by less are the same, in quarters; programs round divisions.
const SAME_QUARTERS: f64 = 0.02;

/// Reads a whole document.
pub(super) fn parse(text: &str) -> Result<Chart, ChartFileFault> {
    let text = without_doctype(text);
    let options = ParsingOptions { nodes_limit: NODES_MAX, ..ParsingOptions::default() };
    let document = Document::parse_with_options(&text, options)?;
    let score = document.root_element();
    if !score.has_tag_name("score-partwise") {
        let why = "its score is written measure by measure; export it again as score-partwise, as programs usually do";
        return Err(ChartFileFault::Score(why));
    }
    let has_chords = |part: &Node<'_, '_>| part.descendants().any(|node| node.has_tag_name("harmony"));
    let mut parts = score.children().filter(|node| node.has_tag_name("part"));
    let part = parts.find(has_chords).ok_or(ChartFileFault::Score(
        "it has no chord symbols; add them over the notes in the program that made it, and export it again",
    ))?;
    let mut reader = Reader::default();
    for measure in part.children().filter(|node| node.has_tag_name("measure")) {
        reader.measure(measure);
        if reader.measures.len() > BARS_MAX {
            return Err(ChartError::TooLong.into());
        }
    }
    reader.fold_pickup();
    let tempo_bpm = reader.tempo_bpm();
    let mut bars: Vec<WrittenBar> = reader.measures.into_iter().map(Measure::written).collect();
    form::place_codas(&mut bars);
    let (title, composer) = names(score);
    Ok(Chart { title, composer, key: reader.key, style: None, tempo_bpm, bars: form::unfold(&bars)? })
}

/// The text without its document type, where that only names the format, as all programs write it. One that declares
/// anything stays, and is refused: that is how small files grow without end.
fn without_doctype(text: &str) -> String {
    let declaration = text.find("<!DOCTYPE").and_then(|from| {
        let length = text[from..].find(['>', '['])?;
        text[from + length..].starts_with('>').then_some(from..from + length + 1)
    });
    let mut text = text.to_owned();
    if let Some(range) = declaration {
        text.replace_range(range, "");
    }
    text
}

fn names(score: Node<'_, '_>) -> (String, String) {
    let text = |node: Option<Node<'_, '_>>| tidy_name(node.and_then(|node| node.text()).unwrap_or(""), NAME_CHARS_MAX);
    let title = text(child(score, "work").and_then(|work| child(work, "work-title")));
    let title = if title.is_empty() { text(child(score, "movement-title")) } else { title };
    let composer = child(score, "identification").and_then(|about| {
        about.children().find(|node| node.has_tag_name("creator") && node.attribute("type") == Some("composer"))
    });
    (title, text(composer))
}

/// A measure as written, in quarters.
#[derive(Default)]
struct Measure {
    /// How far its notes reach; 0 where it has none.
    quarters: f64,
    /// The time signature that holds in it.
    signature: Signature,
    chords: Vec<(f64, Option<Chord>)>,
    marks: WrittenBar,
}

impl Measure {
    fn is_full(&self) -> bool {
        self.quarters == 0.0 || (self.quarters - self.signature.quarters()).abs() < SAME_QUARTERS
    }

    /// The bar; one that is not full has a signature of its own.
    fn written(self) -> WrittenBar {
        let signature =
            if self.is_full() { self.signature } else { Signature::of_quarters(self.quarters, self.signature) };
        let mut written = self.marks;
        let mut chords: Vec<(f64, Option<Chord>)> = Vec::with_capacity(self.chords.len());
        let place = |quarters: f64| signature.snapped(quarters / signature.beat_quarters());
        let mut placed: Vec<_> = self.chords.into_iter().map(|(at, chord)| (place(at), chord)).collect();
        placed.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (at, chord) in placed {
            match chords.last_mut() {
                Some(last) if last.0 == at => last.1 = chord,
                _ => chords.push((at, chord)),
            }
        }
        (written.bar.signature, written.bar.chords) = (signature, chords);
        written
    }
}

/// What is known while the measures are read.
#[derive(Default)]
struct Reader {
    measures: Vec<Measure>,
    signature: Signature,
    /// Divisions of a quarter; 0 until the score says them.
    divisions: f64,
    endings: u16,
    key: Option<Key>,
    tempo_quarters: Option<f64>,
}

fn number(node: Option<Node<'_, '_>>) -> Option<f64> {
    node?.text()?.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

impl Reader {
    fn measure(&mut self, node: Node<'_, '_>) {
        let mut measure = Measure::default();
        measure.marks.endings = self.endings;
        let mut cursor = 0.0_f64;
        for element in node.children().filter(Node::is_element) {
            match element.tag_name().name() {
                "attributes" => self.attributes(element),
                "note" if child(element, "chord").is_none() && child(element, "grace").is_none() => {
                    cursor += share(&mut measure.chords, cursor, self.duration(element));
                }
                "forward" => cursor += share(&mut measure.chords, cursor, self.duration(element)),
                "backup" => cursor = (cursor - self.duration(element)).max(0.0),
                "harmony" => {
                    let offset = number(child(element, "offset")).unwrap_or(0.0) / self.divisions.max(1.0);
                    let at = (cursor + offset).max(0.0);
                    if let Some(chord) = harmony::chord(element).filter(|_| measure.chords.len() < BAR_CHORDS_MAX) {
                        measure.chords.push((at, chord));
                    }
                }
                "direction" => self.direction(element, cursor, &mut measure),
                "sound" => self.sound(element, &mut measure.marks),
                "barline" => self.barline(element, cursor, &mut measure.marks),
                _ => {}
            }
            measure.quarters = measure.quarters.max(cursor);
        }
        measure.signature = self.signature;
        self.measures.push(measure);
    }

    fn duration(&self, element: Node<'_, '_>) -> f64 {
        number(child(element, "duration")).unwrap_or(0.0).max(0.0) / self.divisions.max(1.0)
    }

    fn attributes(&mut self, attributes: Node<'_, '_>) {
        if let Some(divisions) = number(child(attributes, "divisions")).filter(|divisions| *divisions >= 1.0) {
            self.divisions = divisions;
        }
        if let Some(time) = child(attributes, "time")
            && let (Some(beats), Some(unit)) = (beats(child(time, "beats")), number(child(time, "beat-type")))
            && unit >= 1.0
        {
            let like = Signature::new(4, unit as u8).unwrap_or_default();
            let written = Signature::new(beats as u32, unit as u8);
            self.signature = written.unwrap_or_else(|| Signature::of_quarters(beats * 4.0 / unit, like));
        }
        if let Some(key) = child(attributes, "key").filter(|_| self.key.is_none()) {
            self.key = key_of(key);
        }
    }

    fn direction(&mut self, direction: Node<'_, '_>, cursor: f64, measure: &mut Measure) {
        let edge = if cursor > 0.0 { Edge::End } else { Edge::Begin };
        for kind in direction.children().filter(|node| node.has_tag_name("direction-type")).flat_map(|n| n.children()) {
            let text = kind.text().unwrap_or("");
            match kind.tag_name().name() {
                "segno" => measure.marks.is_segno = true,
                "coda" => measure.marks.to_coda = Some(edge),
                "rehearsal" => measure.marks.bar.section = section_name(text),
                "metronome" => self.metronome(kind),
                "words" if matches!(text.trim(), "N.C." | "NC") => measure.chords.push((cursor, None)),
                "words" => match form::read_words(text) {
                    Some(Words::Jump(jump)) => measure.marks.jump = Some(jump),
                    Some(Words::Fine) => measure.marks.is_fine = true,
                    Some(Words::ToCoda) => measure.marks.to_coda = Some(Edge::End),
                    Some(Words::Coda) => measure.marks.is_coda = true,
                    Some(Words::Times(_)) | None => {}
                },
                _ => {}
            }
        }
        if let Some(sound) = child(direction, "sound") {
            self.sound(sound, &mut measure.marks);
        }
    }

    fn sound(&mut self, sound: Node<'_, '_>, marks: &mut WrittenBar) {
        let has = |name| sound.attribute(name).is_some_and(|value| value != "no");
        if let Some(bpm) = sound.attribute("tempo").and_then(|bpm| bpm.trim().parse().ok()) {
            self.tempo_quarters.get_or_insert(bpm);
        }
        marks.is_segno |= has("segno");
        marks.is_fine |= has("fine");
        if has("coda") {
            (marks.is_coda, marks.to_coda) = (true, None);
        }
        if has("tocoda") {
            marks.to_coda = Some(Edge::End);
        }
        // It does not say how far; the coda is the way where there is one.
        if has("dacapo") || has("dalsegno") {
            marks.jump.get_or_insert(Jump { is_to_segno: has("dalsegno"), until: Until::Coda });
        }
    }

    fn metronome(&mut self, metronome: Node<'_, '_>) {
        let unit = child(metronome, "beat-unit").and_then(|unit| unit.text());
        let quarters = match unit.map(str::trim) {
            Some("half") => 2.0,
            Some("quarter") => 1.0,
            Some("eighth") => 0.5,
            _ => return,
        };
        let dotted = if child(metronome, "beat-unit-dot").is_some() { 1.5 } else { 1.0 };
        if let Some(per_minute) = number(child(metronome, "per-minute")) {
            self.tempo_quarters.get_or_insert(per_minute * quarters * dotted);
        }
    }

    fn barline(&mut self, barline: Node<'_, '_>, cursor: f64, marks: &mut WrittenBar) {
        let edge = if cursor > 0.0 { Edge::End } else { Edge::Begin };
        marks.is_segno |= child(barline, "segno").is_some();
        if child(barline, "coda").is_some() {
            marks.to_coda = Some(edge);
        }
        if let Some(ending) = child(barline, "ending") {
            if ending.attribute("type") == Some("start") {
                let numbers = ending.attribute("number").unwrap_or("").split(|c: char| !c.is_ascii_digit());
                let numbers = numbers.filter_map(|number| number.parse::<u32>().ok()).filter(|number| *number > 0);
                self.endings = numbers.fold(0, |all, number| all | form::ending(number));
                marks.endings = self.endings;
            } else {
                self.endings = 0;
            }
        }
        if let Some(repeat) = child(barline, "repeat") {
            match repeat.attribute("direction") {
                Some("forward") => marks.is_repeat_begin = true,
                Some("backward") => {
                    let times = repeat.attribute("times").and_then(|times| times.parse().ok());
                    marks.repeat_times = Some(times.unwrap_or(2));
                }
                _ => {}
            }
        }
    }

    /// Leaves a pick-up without chords out, and fills the last bar where the pick-up had been taken from it: the
    /// chart then begins with the first whole bar, and goes round evenly.
    fn fold_pickup(&mut self) {
        let [first, .., last] = &mut self.measures[..] else { return };
        if first.is_full() || first.quarters > first.signature.quarters() || !first.chords.is_empty() {
            return;
        }
        let together = first.quarters + last.quarters;
        if !last.is_full() && (together - last.signature.quarters()).abs() < SAME_QUARTERS {
            last.quarters = 0.0;
        }
        let marks = self.measures.remove(0).marks;
        let next = &mut self.measures[0].marks;
        next.is_repeat_begin |= marks.is_repeat_begin;
        next.is_segno |= marks.is_segno;
        next.bar.section = next.bar.section.take().or(marks.bar.section);
    }

    fn tempo_bpm(&self) -> Option<f64> {
        let signature = self.measures.first()?.signature;
        self.tempo_quarters.map(|bpm| bpm / signature.beat_quarters()).filter(|bpm| TEMPO_BPM.contains(bpm))
    }
}

/// Chords that are written together before one note share it: programs without offsets write them so. On whole
/// quarters where there are enough, the earlier ones longer. Gives the note's length back.
fn share(chords: &mut [(f64, Option<Chord>)], at: f64, quarters: f64) -> f64 {
    let count = chords.iter().rev().take_while(|chord| chord.0 == at).count();
    let first = chords.len() - count;
    for (index, chord) in chords[first..].iter_mut().enumerate() {
        let even = quarters * index as f64 / count as f64;
        chord.0 = at + if quarters >= count as f64 { even.ceil() } else { even };
    }
    quarters
}

/// The upper number of a time signature, which may be a sum: "3+2".
fn beats(node: Option<Node<'_, '_>>) -> Option<f64> {
    let sum: u32 =
        node?.text()?.split('+').map(|beats| beats.trim().parse::<u8>().map(u32::from)).sum::<Result<_, _>>().ok()?;
    (sum > 0).then_some(f64::from(sum))
}

fn key_of(key: Node<'_, '_>) -> Option<Key> {
    let fifths = number(child(key, "fifths")).filter(|fifths| fifths.abs() <= 7.0)? as i32;
    let (mode, above) = match child(key, "mode").and_then(|mode| mode.text()).map_or("major", str::trim) {
        "major" | "ionian" | "none" => (Mode::Major, 0),
        "minor" | "aeolian" => (Mode::Minor, 9),
        "dorian" => (Mode::Dorian, 2),
        "mixolydian" => (Mode::Mixolydian, 7),
        _ => return None,
    };
    Some(Key::new((fifths * 7 + above).rem_euclid(12) as u8, mode))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;

    /// A score of measures, in quarters of two divisions.
    fn score(measures: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?><!DOCTYPE score-partwise PUBLIC \"-//Recordare//DTD MusicXML 3.1 Partwise//EN\" \
             \"http://www.musicxml.org/dtds/partwise.dtd\"><score-partwise><work><work-title>A  Tune</work-title></work>\
             <identification><creator type=\"composer\">Some Body</creator></identification><part-list/>\
             <part id=\"P0\"><measure/></part><part id=\"P1\">{measures}</part></score-partwise>"
        )
    }

    /// A measure from a short notation: "C" is a chord, "." a note of a quarter, "o" one of a whole bar in 4/4; other
    /// words are elements.
    fn measure(words: &str) -> String {
        let element = |word: &str| match word {
            "." => "<note><duration>2</duration></note>".to_owned(),
            "o" => "<note><duration>8</duration></note><note><chord/><duration>8</duration></note>".to_owned(),
            "4/4" | "3/4" | "6/8" => {
                let (beats, unit) = word.split_once('/').unwrap();
                format!(
                    "<attributes><divisions>2</divisions><key><fifths>-3</fifths><mode>minor</mode></key><time>\
                     <beats>{beats}</beats><beat-type>{unit}</beat-type></time></attributes>"
                )
            }
            "{" => "<barline location='left'><repeat direction='forward'/></barline>".to_owned(),
            "}" => "<barline location='right'><repeat direction='backward'/></barline>".to_owned(),
            "1" | "2" => format!("<barline><ending number='{word}' type='start'/></barline>"),
            "-" => "<barline><ending number='1' type='stop'/></barline>".to_owned(),
            "$" | "@" => {
                let sign = if word == "$" { "segno" } else { "coda" };
                format!("<direction><direction-type><{sign}/></direction-type></direction>")
            }
            "DS" => "<direction><direction-type><words>D.S. al Coda</words></direction-type></direction>".to_owned(),
            "DC" => "<direction><sound dacapo='yes'/></direction>".to_owned(),
            "fine" => "<direction><sound fine='yes'/></direction>".to_owned(),
            "90" => "<direction><sound tempo='90'/></direction>".to_owned(),
            root => format!("<harmony><root><root-step>{root}</root-step></root><kind>major</kind></harmony>"),
        };
        format!("<measure>{}</measure>", words.split_whitespace().map(element).collect::<String>())
    }

    fn chart(measures: &str) -> Chart {
        parse(&score(&measures.split('|').map(measure).collect::<String>())).expect(measures)
    }

    #[test]
    fn measures_become_bars_in_the_order_of_play() {
        let table = [
            ("4/4 C o | F o | G . . C . .", "| C | F | G C |"),
            ("4/4 C . . . F . | o", "| C / / F | / |"),
            ("4/4 { C o | 1 F o - } | 2 G o - | A o", "| C | F | C | G | A |"),
            ("4/4 C o | $ D o | E . . . . @ | F o DS | @ G o", "| C | D | E | F | D | E | G |"),
            ("4/4 C o | D o fine | E o DC", "| C | D | E | C | D |"),
            ("4/4 C o | 3/4 F . . .", "| C | 3/4 F |"),
            ("4/4 . | C o | F . . .", "| C | F |"),
            ("4/4 A . | C o | F . . .", "| A | 4/4 C | 3/4 F |"),
            ("4/4 C . . } | F . . | G o", "| C | C | F | 4/4 G |"),
            ("4/4 C o | F", "| C | F |"),
            ("4/4 C F o | C F G o | . . C F . G .", "| C F | C F G | / / / / C F G / |"),
        ];
        for (measures, wanted) in table {
            let text = chart(measures).to_string();
            let bars: Vec<&str> = text.lines().filter(|line| line.starts_with('|')).collect();
            assert_eq!(bars.join("\n").replace(" |\n|", " |"), wanted, "{measures}");
        }
    }

    #[test]
    fn the_head_of_the_score_is_kept() {
        let chart = chart("6/8 90 C . . . | F . . .");
        assert_eq!((chart.title.as_str(), chart.composer.as_str()), ("A Tune", "Some Body"));
        assert_eq!(chart.key.map(|key| key.to_string()).as_deref(), Some("C minor"));
        assert_eq!((chart.tempo_bpm, chart.length_beats()), (Some(60.0), 4.0));
    }

    #[test]
    fn a_chord_with_an_offset_stands_there() {
        let harmony = "<harmony><root><root-step>F</root-step></root><kind>minor</kind><offset>4</offset></harmony>";
        let text = score(&measure("4/4 C o").replace("<note><duration>8", &format!("{harmony}<note><duration>8")));
        let chart = parse(&text).expect("a chart");
        assert_eq!(chart.bars[0].chords, [(0.0, Chord::parse("C")), (2.0, Chord::parse("Fm"))]);
    }

    #[test]
    fn hostile_scores_are_refused_or_bounded() {
        let bomb =
            "<!DOCTYPE a [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><score-partwise><part>&b;</part></score-partwise>";
        let deep = format!("<score-partwise>{}", "<a>".repeat(400_000));
        let many = format!("<score-partwise>{}</score-partwise>", "<a/>".repeat(1_100_000));
        let long = score(&measure("4/4 C o").repeat(BARS_MAX + 1));
        let timewise = "<score-timewise/>".to_owned();
        let silent = score(&measure("4/4 o"));
        for text in [bomb.to_owned(), deep, many, long, timewise, silent] {
            let error = parse(&text).expect_err("no chart").to_string();
            assert!(!error.is_empty() && error.len() < 300, "{error}");
        }
    }

    #[test]
    fn no_score_makes_the_reader_panic() {
        let measures = ["4/4 90 $ { C . F . - G . .", "6/8 1 A . . . } @", "2 -1 DS fine", "DC C o @"];
        let whole = score(&measures.map(measure).concat());
        let mut rng = Rng::new(21);
        for _ in 0..1_500 {
            let mut bytes = whole.clone().into_bytes();
            for _ in 0..=rng.below(5) {
                let at = 250 + rng.below(bytes.len() as u32 - 300) as usize;
                match rng.below(3) {
                    0 => bytes[at] = b"0123456789-.eE+ <>/ACn"[rng.below(22) as usize],
                    1 if rng.below(20) == 0 => bytes.truncate(at),
                    1 => drop(bytes.remove(at)),
                    _ => bytes.insert(at, b"0919"[rng.below(4) as usize]),
                }
                if bytes.len() < 400 {
                    break;
                }
            }
            if let Ok(chart) = parse(&String::from_utf8_lossy(&bytes)) {
                assert!(chart.bars.len() <= BARS_MAX && chart.length_beats().is_finite());
            }
        }
    }
}
