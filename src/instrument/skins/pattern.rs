//! What is played: syllables of a theka or of solkattu, and claps of a tala, as strokes in each beat.
//!
//! A beat (matra, akshara) is one word. A word holds syllables that begin with a capital letter and share the beat
//! evenly; `-` is a syllable of silence and `|` stands between the parts of the cycle. One syllable is struck by one
//! or both hands.

use super::stroke::{Drum, Stroke};
use crate::base::InlineVec;

/// Strokes of one beat, at most: four syllables of both hands.
pub const STROKES_PER_BEAT: usize = 8;

/// Velocities: the first beat of the cycle, the first beat of a part, any other beat, and what is within a beat.
const VELOCITIES: [f32; 4] = [1.0, 0.86, 0.74, 0.58];

/// A stroke and its time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TimedStroke {
    /// What is struck.
    pub stroke: Stroke,
    /// When, as a share of the beat, 0 to below 1.
    pub at: f32,
    /// How hard, 0 to 1.
    pub velocity: f32,
}

/// The strokes of one beat, in order of time.
pub type Beat = InlineVec<TimedStroke, STROKES_PER_BEAT>;

/// One cycle of a tala as it is played. Making one allocates; it is meant for a control thread.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// The drum that plays it.
    pub drum: Drum,
    beats: Vec<Beat>,
}

impl Pattern {
    /// A theka, as `Dha Dhin Dhin Dha | Dha TiRaKiTa ...`, for tabla. A syllable that is not known is a soft stroke
    /// of the right hand; [`unknown_syllables`](Self::unknown_syllables) tells of it.
    #[must_use]
    pub fn of_theka(text: &str) -> Self {
        Self::parse(text, Drum::Tabla)
    }

    /// Solkattu, as `Tham Ta Nam | Dheem Ta` or `ta ka di mi`, for mridangam; see [`of_theka`](Self::of_theka).
    #[must_use]
    pub fn of_solkattu(text: &str) -> Self {
        Self::parse(text, Drum::Mridangam)
    }

    /// The pattern of a Carnatic tala: one composed for it when `name` (the id of its row, as `S22` or `C01`) is that
    /// of a common one, otherwise one made of its marks (`c` clap, `f` finger, `w` wave, `.` nothing, one a beat).
    #[must_use]
    pub fn of_tala(name: &str, marks: &str) -> Self {
        let composed = COMPOSED.iter().find(|(of, _)| *of == name);
        composed.map_or_else(|| Self::of_marks(marks), |(_, text)| Self::of_solkattu(text))
    }

    /// The beats of one cycle.
    #[must_use]
    pub fn beats(&self) -> &[Beat] {
        &self.beats
    }

    /// The syllables of `text` that are not in the table of `drum`.
    #[must_use]
    pub fn unknown_syllables(text: &str, drum: Drum) -> Vec<&str> {
        let words = text.split_whitespace().filter(|word| *word != "|");
        let all = words.flat_map(|word| {
            let syllables = split(word);
            let is_alone = syllables.len() == 1;
            syllables.into_iter().filter(move |s| *s != "-" && strokes(s, drum, is_alone).is_none())
        });
        all.collect()
    }

    fn parse(text: &str, drum: Drum) -> Self {
        let mut beats = Vec::new();
        let mut is_part_start = false;
        for word in text.split_whitespace() {
            if word == "|" {
                is_part_start = true;
                continue;
            }
            let weight = if beats.is_empty() { 0 } else { 2 - usize::from(is_part_start) };
            beats.push(beat(word, drum, VELOCITIES[weight]));
            is_part_start = false;
        }
        Self { drum, beats }
    }

    fn of_marks(marks: &str) -> Self {
        let mut pattern = Self { drum: Drum::Mridangam, beats: Vec::new() };
        for (index, mark) in marks.split_whitespace().enumerate() {
            let (word, velocity) = match (mark, index) {
                ("c", 0) => ("Tham", VELOCITIES[0]),
                ("c", _) => ("Dheem", VELOCITIES[1]),
                ("w", _) => ("DhinTa", VELOCITIES[2]),
                (_, odd) if odd % 2 == 1 => ("NamTa", VELOCITIES[2]),
                _ => ("TaKa", VELOCITIES[2]),
            };
            pattern.beats.push(beat(word, Drum::Mridangam, velocity));
        }
        pattern
    }
}

/// Patterns for the talas of most lessons: the row and its solkattu. Both heads sound together where a part begins;
/// between, the right hand keeps the pulse, and the last part leads back.
const COMPOSED: [(&str, &str); 9] = [
    ("S22", "Tham NamTa DhinTa NamKa | Dheem TaKa | Tham NamTaKiTa"),
    ("S12", "Tham NamTa | Dheem TaKa DhinTa NamKiTaKa"),
    ("S21", "Tham NamTa DhinKa | Dheem TaKa | Tham NamKiTa"),
    ("C01", "Tham Ta Nam | Dheem TaKa | Tham NamTa"),
    ("C02", "Tham NamTa | Dheem Ta NamKa"),
    ("C03", "Tham | Dheem NamTa"),
    ("C05", "ThamTa-Ka | DhinTaNamKa | GumTaNamTa"),
    ("C06", "Tham -Ta NamTa Ta DhinTa Ta NamKa TaKa | Dheem -Ta NamTa TaKa | Tham NamTa DhinKa NamTaKiTa"),
    ("C07", "Tham NamTa DhinTa NamKa | Dheem TaKa | GumTa NamKiTa"),
];

/// Cuts a word before each capital letter and around each dash.
fn split(word: &str) -> Vec<&str> {
    let is_begin = |(at, c): &(usize, char)| *at > 0 && (c.is_uppercase() || *c == '-');
    let mut begins: Vec<usize> = word.char_indices().filter(is_begin).map(|(at, _)| at).collect();
    begins.insert(0, 0);
    begins.push(word.len());
    begins.windows(2).map(|w| &word[w[0]..w[1]]).flat_map(without_dash).collect()
}

/// A dash that is followed by small letters stands for itself and for them.
fn without_dash(part: &str) -> impl Iterator<Item = &str> {
    let rest = part.strip_prefix('-').unwrap_or_default();
    let whole = if part.starts_with('-') { "-" } else { part };
    [whole, rest].into_iter().filter(|s| !s.is_empty())
}

fn beat(word: &str, drum: Drum, velocity: f32) -> Beat {
    let syllables = split(word);
    let mut beat = Beat::default();
    for (index, syllable) in syllables.iter().enumerate() {
        if *syllable == "-" {
            continue;
        }
        let neutral: &[Stroke] = if drum == Drum::Tabla { &[Stroke::Te] } else { &[Stroke::Ta] };
        let struck = strokes(syllable, drum, syllables.len() == 1).unwrap_or(neutral);
        let at = index as f32 / syllables.len() as f32;
        let velocity = if index == 0 { velocity } else { VELOCITIES[3] };
        for stroke in struck {
            // A word of more than four full syllables is played as far as there is room.
            let _ = beat.push(TimedStroke { stroke: *stroke, at, velocity });
        }
    }
    beat
}

/// How a syllable is struck. What stands alone on a beat rings, the same syllable in a quick group is damped.
fn strokes(syllable: &str, drum: Drum, is_alone: bool) -> Option<&'static [Stroke]> {
    match drum {
        Drum::Tabla => of_tabla(syllable, is_alone),
        Drum::Mridangam => of_mridangam(syllable),
    }
}

fn of_tabla(syllable: &str, is_alone: bool) -> Option<&'static [Stroke]> {
    use Stroke::{Ge, GeUp, Ka, Na, Re, Te, Tin, Tun};
    Some(match (syllable, is_alone) {
        ("Dha", _) => &[Na, Ge],
        ("Dhin" | "Dhi", _) => &[Tin, Ge],
        ("Tin", _) | ("Ti", true) => &[Tin],
        ("Na", _) | ("Ta", true) => &[Na],
        ("Tun" | "Tu" | "Din" | "Di", _) => &[Tun],
        ("Te" | "Ti" | "Ta" | "Tit", _) => &[Te],
        ("Ra" | "Re" | "Ri", _) => &[Re],
        ("Ge" | "Ga" | "Gi" | "Ghe", true) => &[GeUp],
        ("Ge" | "Ga" | "Gi" | "Ghe", false) => &[Ge],
        ("Ka" | "Ke" | "Ki", _) => &[Ka],
        ("Kat", _) => &[Ka, Te],
        _ => return None,
    })
}

fn of_mridangam(syllable: &str) -> Option<&'static [Stroke]> {
    use Stroke::{Cha, Dhin, Gumki, Nam, Ta, Tha, Thom};
    Some(match syllable {
        "Tham" => &[Thom, Nam],
        "Dheem" => &[Thom, Dhin],
        "Gum" => &[Gumki, Nam],
        "Thom" | "thom" | "Dhom" => &[Thom],
        "Gumki" => &[Gumki],
        "Nam" | "nam" => &[Nam],
        "Dhin" | "Di" | "di" | "dhi" => &[Dhin],
        "Cha" | "cha" => &[Cha],
        "Ta" | "ta" | "Mi" | "mi" => &[Ta],
        "Tha" | "tha" | "Ka" | "ka" | "Ki" | "ki" => &[Tha],
        _ => return None,
    })
}
