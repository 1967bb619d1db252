//! Reading chord symbols of several dialects.

use super::chord::Chord;
use super::note_name::NoteName;
use super::quality::Quality;

/// Reads one symbol, see [`Chord::parse`], and tells whether every part of it was understood.
pub(super) fn parse(text: &str) -> Option<(Chord, bool)> {
    let (root, rest) = NoteName::parse(text.trim())?;
    let (is_harte, rest) = match rest.strip_prefix(':') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let root = root.pitch_class();
    let (kind, bass) = split_bass(rest, root, is_harte);
    let made = Ingredients::read(kind);
    Some((Chord::new(root, made.quality()).over(bass.unwrap_or(root)), made.is_understood))
}

/// Parts the bass from the kind. After the stroke stands a note ("C/E") or, with Harte, a degree ("C:maj/b3");
/// "C6/9" has no bass.
fn split_bass(text: &str, root: u8, is_harte: bool) -> (&str, Option<u8>) {
    let Some((kind, after)) = text.rsplit_once('/') else { return (text, None) };
    if let Some((name, _)) = NoteName::parse(after) {
        return (kind, Some(name.pitch_class()));
    }
    let digits = after.trim_start_matches(['#', 'b']);
    // A Harte label without a kind, as "C/5", is known by its degree; 6/9 is the one degree that is none.
    let is_degree = is_harte || (digits != "9" && !digits.is_empty());
    match digits.parse::<usize>() {
        Ok(degree @ 1..=14) if is_degree => {
            let flats = after.bytes().filter(|b| *b == b'b').count() as u8;
            let sharps = after.bytes().filter(|b| *b == b'#').count() as u8;
            let natural = [0, 2, 4, 5, 7, 9, 11][(degree - 1) % 7];
            (kind, Some((root + natural + sharps % 12 + 12 - flats % 12) % 12))
        }
        _ if is_harte => (kind, None),
        _ => (text, None),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Third {
    Major,
    Minor,
    Second,
    Fourth,
    None,
}

#[derive(Clone, Copy, PartialEq)]
enum Seventh {
    None,
    Sixth,
    Minor,
    Major,
    Diminished,
}

/// What a symbol says, piece by piece.
struct Ingredients {
    third: Third,
    /// Semitones of the fifth: 6, 7 or 8.
    fifth: u8,
    seventh: Seventh,
    /// Tensions as a set: bit n is n semitones above the root.
    tensions: u16,
    is_altered: bool,
    /// Whether no part of the text was skipped but brackets and the like.
    is_understood: bool,
}

/// What the reading knows of the text so far.
#[derive(Default)]
struct Reading {
    is_major_seventh_wanted: bool,
    is_added: bool,
    is_without: bool,
    accidental: i8,
}

const FLAT_NINE: u16 = 1 << 1;
const NINE: u16 = 1 << 2;
const SHARP_NINE: u16 = 1 << 3;
const ELEVEN: u16 = 1 << 5;
const SHARP_ELEVEN: u16 = 1 << 6;
const FLAT_THIRTEEN: u16 = 1 << 8;
const THIRTEEN: u16 = 1 << 9;

/// The words of chord symbols, longer ones before their own beginnings.
const WORDS: [(&str, Word); 31] = [
    ("no", Word::Without),
    ("minmaj", Word::MinorMajor),
    ("mmaj", Word::MinorMajor),
    ("mMaj", Word::MinorMajor),
    ("mM", Word::MinorMajor),
    ("hdim", Word::HalfDiminished),
    ("major", Word::Major),
    ("minor", Word::Minor),
    ("maj", Word::Major),
    ("Maj", Word::Major),
    ("min", Word::Minor),
    ("Min", Word::Minor),
    ("dim", Word::Diminished),
    ("aug", Word::Augmented),
    ("sus", Word::Suspended),
    ("add", Word::Added),
    ("alt", Word::Altered),
    ("ma", Word::Major),
    ("mi", Word::Minor),
    ("M", Word::Major),
    ("m", Word::Minor),
    ("-", Word::Minor),
    ("^", Word::MajorSeventh),
    ("Δ", Word::MajorSeventh),
    ("ø", Word::HalfDiminished),
    ("h", Word::HalfDiminished),
    ("°", Word::Diminished),
    ("o", Word::Diminished),
    ("+", Word::Augmented),
    ("♭", Word::Flat),
    ("♯", Word::Sharp),
];

#[derive(Clone, Copy, PartialEq)]
enum Word {
    Major,
    MajorSeventh,
    Minor,
    MinorMajor,
    HalfDiminished,
    Diminished,
    Augmented,
    Suspended,
    Added,
    Without,
    Altered,
    Flat,
    Sharp,
}

impl Ingredients {
    fn read(kind: &str) -> Self {
        let mut made = Self {
            third: Third::Major,
            fifth: 7,
            seventh: Seventh::None,
            tensions: 0,
            is_altered: false,
            is_understood: true,
        };
        let mut reading = Reading::default();
        let is_suffixed = accidentals_follow(kind);
        let mut rest = kind;
        while let Some(first) = rest.chars().next() {
            if let Some((word, meaning)) = WORDS.iter().find(|(word, _)| rest.starts_with(word)) {
                made.word(*meaning, &mut reading);
                rest = &rest[word.len()..];
            } else if let Some((number, after)) = number(rest) {
                rest = after;
                if is_suffixed && matches!(number, 9 | 11 | 13) {
                    let accidental = rest.chars().next().filter(|c| matches!(c, 'b' | '#'));
                    reading.accidental += accidental.map_or(0, |c| if c == '#' { 1 } else { -1 });
                    rest = &rest[usize::from(accidental.is_some())..];
                }
                made.number(number, &mut reading);
            } else {
                match first {
                    'b' => made.word(Word::Flat, &mut reading),
                    '#' => made.word(Word::Sharp, &mut reading),
                    '(' | ')' | ',' | ' ' => {}
                    _ => made.is_understood = false,
                }
                rest = &rest[first.len_utf8()..];
            }
        }
        made
    }

    fn word(&mut self, word: Word, reading: &mut Reading) {
        match word {
            Word::Major => reading.is_major_seventh_wanted = true,
            Word::MajorSeventh => self.seventh = Seventh::Major,
            Word::Minor => self.third = Third::Minor,
            Word::MinorMajor => (self.third, self.seventh) = (Third::Minor, Seventh::Major),
            Word::HalfDiminished => {
                (self.third, self.fifth, self.seventh) = (Third::Minor, 6, Seventh::Minor);
            }
            Word::Diminished => (self.third, self.fifth) = (Third::Minor, 6),
            Word::Augmented => self.fifth = 8,
            Word::Suspended => self.third = Third::Fourth,
            Word::Added => reading.is_added = true,
            Word::Without => reading.is_without = true,
            Word::Altered => {
                self.is_altered = true;
                self.seventh = Seventh::Minor;
            }
            Word::Flat => reading.accidental -= 1,
            Word::Sharp => reading.accidental += 1,
        }
    }

    fn number(&mut self, number: u32, reading: &mut Reading) {
        let accidental = std::mem::take(&mut reading.accidental);
        let is_added = std::mem::take(&mut reading.is_added);
        let is_without = std::mem::take(&mut reading.is_without);
        let is_diminished = self.third == Third::Minor && self.fifth == 6;
        match (number, accidental) {
            (3, _) if is_without => self.third = Third::None,
            _ if is_without => {}
            (5, -1) => self.fifth = 6,
            (5, 1) => self.fifth = 8,
            (5, _) if self.third == Third::Major && self.seventh == Seventh::None => self.third = Third::None,
            (2, 0) if is_added => self.tensions |= NINE,
            (2, 0) => self.third = Third::Second,
            // "sus2" and "sus4" have the fourth already by the word, but a bare "4" has not.
            (4, 0) if !is_added => self.third = Third::Fourth,
            (6, 0) => self.seventh = Seventh::Sixth,
            (69, 0) => (self.seventh, self.tensions) = (Seventh::Sixth, self.tensions | NINE),
            (7, 0) if is_diminished && self.seventh == Seventh::None => self.seventh = Seventh::Diminished,
            (7, _) => self.upper(reading),
            (9 | 11 | 13, _) => {
                if !is_added && self.seventh != Seventh::Sixth {
                    self.upper(reading);
                }
                self.tension(number, accidental);
            }
            _ => {}
        }
    }

    /// A number from seven on brings the seventh that the words before it asked for.
    fn upper(&mut self, reading: &Reading) {
        if self.seventh == Seventh::None {
            self.seventh = if reading.is_major_seventh_wanted { Seventh::Major } else { Seventh::Minor };
        }
    }

    fn tension(&mut self, number: u32, accidental: i8) {
        self.tensions |= match (number, accidental.signum()) {
            (9, -1) => FLAT_NINE,
            (9, 1) => SHARP_NINE,
            (9, _) => NINE,
            (11, 1) => SHARP_ELEVEN,
            (11, _) => ELEVEN,
            (_, -1) => FLAT_THIRTEEN,
            _ => THIRTEEN,
        };
    }

    /// The nearest quality.
    fn quality(&self) -> Quality {
        match (self.third, self.seventh) {
            (Third::None, _) => Quality::Power,
            (Third::Second, Seventh::None) => Quality::Sus2,
            (Third::Fourth, Seventh::None) => Quality::Sus4,
            (Third::Second | Third::Fourth, _) => Quality::SeventhSus4,
            (Third::Minor, _) => self.minor_quality(),
            (Third::Major, Seventh::Major) => self.major_seventh_quality(),
            (Third::Major, Seventh::Minor | Seventh::Diminished) => self.dominant_quality(),
            (Third::Major, Seventh::Sixth) if self.has(NINE) => Quality::SixNine,
            (Third::Major, Seventh::Sixth) => Quality::Sixth,
            (Third::Major, Seventh::None) if self.fifth == 8 => Quality::Augmented,
            (Third::Major, Seventh::None) if self.has(NINE) => Quality::AddNine,
            (Third::Major, Seventh::None) => Quality::Major,
        }
    }

    fn minor_quality(&self) -> Quality {
        match (self.seventh, self.fifth) {
            (Seventh::Minor, 6) => Quality::HalfDiminished,
            (Seventh::Diminished, _) | (Seventh::Sixth, 6) => Quality::DiminishedSeventh,
            (Seventh::Major, _) => Quality::MinorMajorSeventh,
            (Seventh::Sixth, _) => Quality::MinorSixth,
            (Seventh::None, 6) => Quality::Diminished,
            (Seventh::None, _) if self.has(NINE) => Quality::MinorAddNine,
            (Seventh::None, _) => Quality::Minor,
            (Seventh::Minor, _) if self.has(ELEVEN) => Quality::MinorEleventh,
            (Seventh::Minor, _) if self.has(NINE) => Quality::MinorNinth,
            (Seventh::Minor, _) => Quality::MinorSeventh,
        }
    }

    fn major_seventh_quality(&self) -> Quality {
        match self.fifth {
            8 => Quality::MajorSeventhSharpFive,
            6 => Quality::MajorSeventhSharpEleven,
            _ if self.has(SHARP_ELEVEN) => Quality::MajorSeventhSharpEleven,
            _ if self.has(NINE | THIRTEEN) => Quality::MajorNinth,
            _ => Quality::MajorSeventh,
        }
    }

    fn dominant_quality(&self) -> Quality {
        let has_altered_ninth = self.has(FLAT_NINE | SHARP_NINE);
        match self.fifth {
            _ if self.is_altered || (self.fifth != 7 && has_altered_ninth) => Quality::Altered,
            8 => Quality::SeventhSharpFive,
            6 => Quality::SeventhFlatFive,
            _ if self.has(FLAT_THIRTEEN) && has_altered_ninth => Quality::Altered,
            _ if self.has(FLAT_NINE) => Quality::SeventhFlatNine,
            _ if self.has(SHARP_NINE) => Quality::SeventhSharpNine,
            _ if self.has(FLAT_THIRTEEN) => Quality::SeventhSharpFive,
            _ if self.has(SHARP_ELEVEN) => Quality::SeventhSharpEleven,
            _ if self.has(THIRTEEN) => Quality::Thirteenth,
            _ if self.has(ELEVEN) => Quality::SeventhSus4,
            _ if self.has(NINE) => Quality::Ninth,
            _ => Quality::Seventh,
        }
    }

    fn has(&self, tensions: u16) -> bool {
        self.tensions & tensions != 0
    }
}

/// Whether accidentals stand after their number (iRb's "79b") and not before it ("7b9"): so when one of them has no
/// number after it.
fn accidentals_follow(kind: &str) -> bool {
    let bytes = kind.as_bytes();
    bytes.iter().enumerate().any(|(i, b)| matches!(b, b'b' | b'#') && !bytes.get(i + 1).is_some_and(u8::is_ascii_digit))
}

/// The number at the front. Numbers stand without space between them ("713", "69"), so that only those that chords
/// know are taken together.
fn number(text: &str) -> Option<(u32, &str)> {
    const KNOWN: [(&str, u32); 11] = [
        ("69", 69),
        ("6/9", 69),
        ("11", 11),
        ("13", 13),
        ("2", 2),
        ("4", 4),
        ("5", 5),
        ("6", 6),
        ("7", 7),
        ("9", 9),
        ("3", 3),
    ];
    KNOWN.iter().find_map(|(digits, number)| Some((*number, text.strip_prefix(digits)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_of_all_dialects_are_read() {
        #[rustfmt::skip]
        let table = [
            ("Bb:min7/5", 10, Quality::MinorSeventh, 5), ("C:maj", 0, Quality::Major, 0), ("F#:maj7/7", 6, Quality::MajorSeventh, 5),
            ("A:min/b3", 9, Quality::Minor, 0), ("D:sus4(b7)", 2, Quality::SeventhSus4, 2), ("E:maj6", 4, Quality::Sixth, 4),
            ("G:hdim7", 7, Quality::HalfDiminished, 7), ("C:minmaj7", 0, Quality::MinorMajorSeventh, 0), ("G:7/b7", 7, Quality::Seventh, 5),
            ("Ab:dim7", 8, Quality::DiminishedSeventh, 8), ("Ab:9", 8, Quality::Ninth, 8), ("D:sus2", 2, Quality::Sus2, 2), ("D/5", 2, Quality::Major, 9),
            ("Dm7", 2, Quality::MinorSeventh, 2), ("G7b9", 7, Quality::SeventhFlatNine, 7), ("Cmaj7", 0, Quality::MajorSeventh, 0),
            ("C6/9", 0, Quality::SixNine, 0), ("C6/9/E", 0, Quality::SixNine, 4), ("F#o7", 6, Quality::DiminishedSeventh, 6),
            ("Bbmin7", 10, Quality::MinorSeventh, 10), ("C/E", 0, Quality::Major, 4), ("C9sus4", 0, Quality::SeventhSus4, 0),
            ("C-7", 0, Quality::MinorSeventh, 0), ("CΔ", 0, Quality::MajorSeventh, 0), ("Bø", 11, Quality::HalfDiminished, 11),
            ("C+", 0, Quality::Augmented, 0), ("C7#5", 0, Quality::SeventhSharpFive, 0), ("C13#11", 0, Quality::SeventhSharpEleven, 0),
            ("CM7", 0, Quality::MajorSeventh, 0), ("Cmaj9", 0, Quality::MajorNinth, 0), ("Cadd9", 0, Quality::AddNine, 0),
            ("Cm(add9)", 0, Quality::MinorAddNine, 0), ("C5", 0, Quality::Power, 0), ("Csus", 0, Quality::Sus4, 0), ("Cm11", 0, Quality::MinorEleventh, 0),
            ("C7alt", 0, Quality::Altered, 0), ("Cm(maj7)", 0, Quality::MinorMajorSeventh, 0), ("CmMaj7", 0, Quality::MinorMajorSeventh, 0),
            ("E79#", 4, Quality::SeventhSharpNine, 4), ("E79b", 4, Quality::SeventhFlatNine, 4), ("E79b13b", 4, Quality::Altered, 4),
            ("E711#", 4, Quality::SeventhSharpEleven, 4), ("E713b", 4, Quality::SeventhSharpFive, 4), ("E7+", 4, Quality::SeventhSharpFive, 4),
            ("E9b", 4, Quality::SeventhFlatNine, 4), ("Emaj711#", 4, Quality::MajorSeventhSharpEleven, 4), ("E69", 4, Quality::SixNine, 4),
            ("Eminb6", 4, Quality::Minor, 4), ("E79bb5", 4, Quality::Altered, 4), ("E7sus", 4, Quality::SeventhSus4, 4), ("Eo", 4, Quality::Diminished, 4),
            ("Emin69", 4, Quality::MinorSixth, 4), ("E7b5/Gb", 4, Quality::SeventhFlatFive, 6), ("Bm7b5", 11, Quality::HalfDiminished, 11),
            ("Cxyz", 0, Quality::Major, 0), ("C(no3)", 0, Quality::Power, 0), ("C7(no5)", 0, Quality::Seventh, 0), ("Emaj7+", 4, Quality::MajorSeventhSharpFive, 4),
        ];
        for (text, root, quality, bass) in table {
            assert_eq!(Chord::parse(text), Some(Chord { root, quality, bass }), "{text}");
        }
        assert_eq!(Chord::parse("N"), None);
        assert_eq!(Chord::parse("X"), None);
    }

    #[test]
    fn a_strict_reading_takes_no_word_for_a_chord() {
        for text in ["Cm7b5", "F#m7(b5)", "C6/9", "Bb:min7/5", "E79#", "C/E", "GmMaj7", "D7(b9, #11)", "C7alt", "E♭Δ"]
        {
            assert_eq!(Chord::parse_strictly(text), Chord::parse(text), "{text}");
            assert!(Chord::parse_strictly(text).is_some(), "{text}");
        }
        for text in ["Chorus", "Bridge", "Cxyz", "C8", "Hm7", "C/H", "C/", "Coda", "End", "Fine", "c", "", "D.C."] {
            assert_eq!(Chord::parse_strictly(text), None, "{text}");
        }
    }

    #[test]
    fn every_suffix_reads_back() {
        for quality in Quality::all() {
            for root in 0..12 {
                let chord = Chord::new(root, quality).over(root + 4);
                assert_eq!(Chord::parse(&chord.to_string()), Some(chord), "{chord}");
            }
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic() {
        let pieces = ["C", "b", "#", "/", ":", "(", "7", "13", "maj", "ø", "♭", "é", "N", "99999999999", "add", "\0"];
        let mut rng = crate::base::Rng::new(3);
        for _ in 0..20_000 {
            let text: String = (0..rng.below(9)).map(|_| pieces[rng.below(pieces.len() as u32) as usize]).collect();
            if let Some(chord) = Chord::parse(&text) {
                assert!(chord.root < 12 && chord.bass < 12, "{text}");
            }
        }
    }
}
