//! What makes a raga: its two lines, and the check that they do not contradict themselves.

use super::melakarta::Melakarta;
use super::note::Note;
use super::swara::{Swara, Tradition};
use std::fmt;

/// The scale that a raga is counted under. By convention: schools differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Parent {
    /// None, or none that is agreed on.
    #[default]
    None,
    /// One of the 72 melakartas, 1 to 72.
    Mela(u8),
    /// One of the ten thaats, by name.
    Thaat(String),
}

/// How well a fact is agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Sources agree.
    A,
    /// One source, or variants exist.
    B,
    /// Contested: nobody may fail because of it.
    C,
}

impl Confidence {
    /// Reads its letter.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "A" => Some(Self::A),
            "B" => Some(Self::B),
            "C" => Some(Self::C),
            _ => None,
        }
    }
}

/// A raga. Vadi, samvadi and time of day depend on the school: they are shown, never judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Raga {
    /// "C107", "H001"; "M15" for a melakarta, "U1" for one of the user's own.
    pub id: String,
    /// The name as it is usually written.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Whose raga.
    pub tradition: Tradition,
    /// The scale that it is counted under.
    pub parent: Parent,
    /// The way up: the last note is higher than the first. At least two notes.
    pub arohana: Vec<Note>,
    /// The way down: the last note is lower than the first. At least two notes.
    pub avarohana: Vec<Note>,
    /// Other lines that are also sung, rising or falling.
    pub variants: Vec<Vec<Note>>,
    /// The notes of both lines as a set: bit n is the position n semitones above Sa.
    pub mask: u16,
    /// How many notes up and down: "audava-sampurna" (five and seven).
    pub jati: String,
    /// Whether a line turns back on its way.
    pub is_vakra: bool,
    /// Whether notes outside the parent scale are sung.
    pub is_bhashanga: bool,
    /// The sonant note.
    pub vadi: Option<Swara>,
    /// The note next in weight.
    pub samvadi: Option<Swara>,
    /// Catch phrases.
    pub pakad: Vec<Vec<Note>>,
    /// The catch phrases in words, with hints that are no notes.
    pub pakad_text: String,
    /// When it is sung.
    pub time: String,
    /// How well the lines are agreed on.
    pub confidence: Confidence,
    /// What the row was compared with.
    pub source: String,
    /// Remarks.
    pub notes: String,
}

/// Why a raga contradicts itself. Its text is one sentence that names the raga.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RagaError {
    /// The raga's name; empty where it has none.
    pub raga: String,
    /// What is wrong.
    pub fault: Fault,
}

/// What can be wrong with a raga. Lines are "arohana", "avarohana" and "pakad".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It has no name.
    NoName,
    /// The tradition is neither of the two.
    UnknownTradition(String),
    /// The confidence is not A, B or C.
    UnknownConfidence(String),
    /// The number of the parent scale is not 1 to 72.
    UnknownMela(i64),
    /// There is no such thaat.
    UnknownThaat(String),
    /// A line has fewer than [`NOTES_MIN`] different notes.
    TooFew(&'static str),
    /// Neither line has Sa.
    NoSa,
    /// A line has more than [`NOTES_MAX`] notes.
    TooMany(&'static str),
    /// A word is no note of the tradition.
    UnknownNote(&'static str, String, Tradition),
    /// The arohana does not end higher than it begins: first and last note.
    DoesNotRise(String, String),
    /// The avarohana does not end lower than it begins: first and last note.
    DoesNotFall(String, String),
    /// Two notes of a line are more than an octave apart.
    Leap(&'static str, String, String),
    /// Two swaras cannot be in one raga: R3 with G1.
    IllegalPair(&'static str, &'static str),
    /// Vadi or samvadi is not in the raga: which of them, and the note.
    NotInRaga(&'static str, &'static str),
}

/// Different notes that a line needs.
pub const NOTES_MIN: usize = 3;
/// Notes that a line may have.
pub const NOTES_MAX: usize = 32;

/// Characters that a sentence shows of a word.
const SHOWN_CHARS_MAX: usize = 60;

impl fmt::Display for RagaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let raga = &self.raga;
        match &self.fault {
            Fault::NoName => write!(f, "a raga has no name; give it one: name = \"Mohanam\""),
            Fault::UnknownTradition(text) => {
                write!(f, "{raga}: the tradition \"{text}\" is not known; write carnatic or hindustani")
            }
            Fault::UnknownConfidence(text) => write!(f, "{raga}: the confidence is \"{text}\"; write A, B or C"),
            Fault::UnknownMela(number) => write!(f, "{raga}: there is no melakarta {number}; they go from 1 to 72"),
            Fault::UnknownThaat(name) => write!(f, "{raga}: there is no thaat \"{name}\"; write for instance Kalyan"),
            Fault::TooFew(line) => {
                write!(
                    f,
                    "{raga}: its {line} needs {NOTES_MIN} different notes or more; write for instance S R2 G3 P D2 S^"
                )
            }
            Fault::NoSa => write!(f, "{raga}: neither of its lines has S, and every raga has it"),
            Fault::TooMany(line) => write!(f, "{raga}: its {line} has more than {NOTES_MAX} notes"),
            Fault::UnknownNote(line, word, tradition) => {
                let example = match tradition {
                    Tradition::Carnatic => "S R1 R2 R3 G1 G2 G3 M1 M2 P D1 D2 D3 N1 N2 N3",
                    Tradition::Hindustani => "S r R g G m M P d D n N",
                };
                write!(
                    f,
                    "{raga}: \"{word}\" in its {line} is no {} note; write {example}, with ^ for the upper and _ for the \
                     lower octave",
                    tradition.name()
                )
            }
            Fault::DoesNotRise(first, last) => {
                write!(f, "{raga}: its arohana begins on {first} and ends on {last}, which is not higher")
            }
            Fault::DoesNotFall(first, last) => {
                write!(f, "{raga}: its avarohana begins on {first} and ends on {last}, which is not lower")
            }
            Fault::Leap(line, from, to) => {
                write!(
                    f,
                    "{raga}: its {line} leaps more than an octave, from {from} to {to}; is a mark ^ or _ missing?"
                )
            }
            Fault::IllegalPair(low, high) => {
                write!(f, "{raga}: {low} and {high} cannot be in one raga, for {low} is not lower than {high}")
            }
            Fault::NotInRaga(which, note) => write!(f, "{raga}: its {which} {note} is none of its notes"),
        }
    }
}

impl std::error::Error for RagaError {}

/// What a row says about a raga, in words: from a table or from the user.
#[derive(Clone, Debug, Default)]
pub(super) struct Spec<'a> {
    pub id: String,
    pub name: &'a str,
    pub tradition: Tradition,
    pub arohana: &'a str,
    pub avarohana: &'a str,
    pub vadi: &'a str,
    pub samvadi: &'a str,
    pub pakad: &'a str,
}

impl Raga {
    /// Reads and checks the lines. What is not in the spec is left empty, of confidence B.
    pub(super) fn from_spec(spec: &Spec<'_>) -> Result<Self, RagaError> {
        let name = spec.name.trim();
        let fail = |fault| RagaError { raga: shown(name), fault };
        if name.is_empty() {
            return Err(fail(Fault::NoName));
        }
        let tradition = spec.tradition;
        let arohana = line("arohana", spec.arohana, tradition).map_err(fail)?;
        let avarohana = line("avarohana", spec.avarohana, tradition).map_err(fail)?;
        check_ends(&arohana, &avarohana, tradition).map_err(fail)?;
        check_pairs(&arohana, &avarohana, tradition).map_err(fail)?;
        let mask = mask_of(&arohana) | mask_of(&avarohana);
        if mask & 1 == 0 {
            return Err(fail(Fault::NoSa));
        }
        let swara = |which, text: &str| match text.trim() {
            "" => Ok(None),
            text => match Swara::parse(text, tradition) {
                None => Err(fail(Fault::UnknownNote(which, shown(text), tradition))),
                Some(swara) if mask & 1 << swara.position() == 0 => {
                    Err(fail(Fault::NotInRaga(which, swara.symbol(tradition))))
                }
                Some(swara) => Ok(Some(swara)),
            },
        };
        let is_vakra = turns(&arohana) || turns(&avarohana);
        Ok(Self {
            id: spec.id.clone(),
            name: name.to_owned(),
            aliases: Vec::new(),
            variants: Vec::new(),
            tradition,
            parent: Parent::None,
            jati: jati(&arohana, &avarohana),
            mask,
            is_vakra,
            is_bhashanga: false,
            vadi: swara("vadi", spec.vadi)?,
            samvadi: swara("samvadi", spec.samvadi)?,
            pakad: phrases(spec.pakad, tradition),
            pakad_text: spec.pakad.trim().to_owned(),
            time: String::new(),
            confidence: Confidence::B,
            source: String::new(),
            notes: String::new(),
            arohana,
            avarohana,
        })
    }

    /// A melakarta as a raga: its scale up and down.
    #[must_use]
    pub fn of_melakarta(mela: &Melakarta) -> Self {
        let up: Vec<Note> = mela.swaras.iter().map(|s| Note::new(*s, 0)).chain([Note::new(Swara::S, 1)]).collect();
        let down: Vec<Note> = up.iter().rev().copied().collect();
        Self {
            id: format!("M{:02}", mela.number),
            name: mela.name.clone(),
            aliases: mela.aliases.clone(),
            variants: Vec::new(),
            tradition: Tradition::Carnatic,
            parent: Parent::Mela(mela.number),
            mask: mask_of(&up),
            jati: jati(&up, &down),
            arohana: up,
            avarohana: down,
            is_vakra: false,
            is_bhashanga: false,
            vadi: None,
            samvadi: None,
            pakad: Vec::new(),
            pakad_text: String::new(),
            time: String::new(),
            confidence: Confidence::A,
            source: "by rule".to_owned(),
            notes: if mela.is_vivadi { "vivadi".to_owned() } else { String::new() },
        }
    }

    /// Whether the position (any number, folded to 0-11 semitones above Sa) is in one of its lines.
    #[must_use]
    pub fn has(&self, position: u8) -> bool {
        self.mask & 1 << (position % 12) != 0
    }

    /// Whether both have the same set of notes, so that only order and weight tell them apart.
    #[must_use]
    pub fn is_family_of(&self, other: &Self) -> bool {
        self.mask == other.mask
    }

    /// Its swaras, each once, from Sa upwards. A position that its lines name in two ways comes once, as the arohana
    /// names it.
    #[must_use]
    pub fn swaras(&self) -> Vec<Swara> {
        let by_position = |position| {
            let named = self.arohana.iter().chain(&self.avarohana).map(|note| note.swara);
            named.into_iter().find(|swara| swara.position() == position)
        };
        (0..12).filter_map(by_position).collect()
    }

    /// Its swaras on the way up, each once, from Sa upwards.
    #[must_use]
    pub fn swaras_up(&self) -> Vec<Swara> {
        sorted(self.lines_up())
    }

    /// Its swaras on the way down, each once, from Sa upwards.
    #[must_use]
    pub fn swaras_down(&self) -> Vec<Swara> {
        sorted(self.lines_down())
    }

    /// The arohana and the variants that rise.
    pub fn lines_up(&self) -> impl Iterator<Item = &[Note]> {
        let variants = self.variants.iter().filter(|line| rises(line));
        std::iter::once(&self.arohana).chain(variants).map(Vec::as_slice)
    }

    /// The avarohana and the variants that fall.
    pub fn lines_down(&self) -> impl Iterator<Item = &[Note]> {
        let variants = self.variants.iter().filter(|line| !rises(line));
        std::iter::once(&self.avarohana).chain(variants).map(Vec::as_slice)
    }
}

/// Whether a line ends higher than it begins.
fn rises(line: &[Note]) -> bool {
    line.first().zip(line.last()).is_some_and(|(first, last)| last.semitones() > first.semitones())
}

fn sorted<'a>(lines: impl Iterator<Item = &'a [Note]>) -> Vec<Swara> {
    let mut swaras: Vec<Swara> = lines.flatten().map(|note| note.swara).collect();
    swaras.sort_by_key(|swara| swara.position());
    swaras.dedup();
    swaras
}

/// What a sentence shows of a word that is not understood.
pub(super) fn shown(word: &str) -> String {
    word.trim().chars().filter(|letter| !letter.is_control()).take(SHOWN_CHARS_MAX).collect()
}

/// The positions of notes as a set.
pub(super) fn mask_of(notes: &[Note]) -> u16 {
    notes.iter().fold(0, |mask, note| mask | 1 << note.swara.position())
}

fn line(which: &'static str, text: &str, tradition: Tradition) -> Result<Vec<Note>, Fault> {
    let notes = Note::parse_all(text, tradition).map_err(|word| Fault::UnknownNote(which, shown(word), tradition))?;
    if notes.len() > NOTES_MAX {
        return Err(Fault::TooMany(which));
    }
    if (mask_of(&notes).count_ones() as usize) < NOTES_MIN {
        return Err(Fault::TooFew(which));
    }
    let leap = notes.windows(2).find(|pair| (pair[1].semitones() - pair[0].semitones()).abs() > 12);
    let word = |note: Note| note.written(tradition).to_string();
    leap.map_or(Ok(()), |pair| Err(Fault::Leap(which, word(pair[0]), word(pair[1]))))?;
    Ok(notes)
}

fn check_ends(up: &[Note], down: &[Note], tradition: Tradition) -> Result<(), Fault> {
    let ends = |line: &[Note]| line.first().zip(line.last()).map(|(first, last)| (*first, *last));
    let word = |note: Note| note.written(tradition).to_string();
    match ends(up) {
        Some((first, last)) if last.semitones() <= first.semitones() => {
            return Err(Fault::DoesNotRise(word(first), word(last)));
        }
        _ => {}
    }
    match ends(down) {
        Some((first, last)) if last.semitones() >= first.semitones() => {
            Err(Fault::DoesNotFall(word(first), word(last)))
        }
        _ => Ok(()),
    }
}

fn check_pairs(up: &[Note], down: &[Note], tradition: Tradition) -> Result<(), Fault> {
    let has = |swara: Swara| up.iter().chain(down).any(|note| note.swara == swara);
    for low in Swara::ALL.into_iter().filter(|low| has(*low)) {
        if let Some(high) = Swara::ALL.into_iter().find(|high| *high > low && has(*high) && !low.goes_with(*high)) {
            return Err(Fault::IllegalPair(low.symbol(tradition), high.symbol(tradition)));
        }
    }
    Ok(())
}

/// Whether a line goes both up and down.
pub(super) fn turns(line: &[Note]) -> bool {
    let steps = || line.windows(2).map(|pair| pair[1].semitones() - pair[0].semitones());
    steps().any(|step| step > 0) && steps().any(|step| step < 0)
}

/// How many notes a line has, in the old words; a number where there is no word.
pub(super) fn jati(up: &[Note], down: &[Note]) -> String {
    let word = |line: &[Note]| match mask_of(line).count_ones() {
        4 => "svarantara".to_owned(),
        5 => "audava".to_owned(),
        6 => "shadava".to_owned(),
        7 => "sampurna".to_owned(),
        count => count.to_string(),
    };
    format!("{}-{}", word(up), word(down))
}

/// Phrases between semicolons. Remarks in brackets are passed over, and so are phrases with words in them.
fn phrases(text: &str, tradition: Tradition) -> Vec<Vec<Note>> {
    let phrase = |text: &str| {
        let notes = text.split('(').next().unwrap_or_default();
        Note::parse_all(notes, tradition).ok().filter(|notes| notes.len() > 1)
    };
    text.split(';').filter_map(phrase).collect()
}
