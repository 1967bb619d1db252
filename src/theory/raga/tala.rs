//! Talas: the cycles of time, what the hands do on each beat and what the drum says.

use super::book::{distance, plain, sound};
use super::form::Confidence;
use super::sheet::Row;
use super::swara::Tradition;
use super::tables;
use std::fmt;

/// What the hands do on a beat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cue {
    /// A clap of the South.
    Clap,
    /// A wave of the South: the hand turned up.
    Wave,
    /// A finger counted in a laghu of the South: 1 for the little finger and so on, from 1 again after five.
    Finger(u8),
    /// A clap of the North, with its number; the one on the first beat is written X.
    Tali(u8),
    /// An empty beat of the North, written 0.
    Khali,
    /// Nothing: the beats inside a vibhag or a chapu.
    Rest,
}

/// A beat (akshara, matra) of a cycle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beat {
    /// What the hands do.
    pub cue: Cue,
    /// The anga or vibhag that it is in, from 0.
    pub part: u8,
    /// Whether the anga or vibhag begins here.
    pub begins_part: bool,
    /// What the drum says, in one word: "Dha", "TiRaKiTa", "-Dhin" (a rest, then a stroke, in one beat), "-" for a
    /// silent beat; empty where the table gives none.
    pub bol: String,
}

impl Beat {
    /// The mark on a chart: "X", "2", "0" in the North, "c", "w", "f" in the South; empty for a beat without.
    #[must_use]
    pub fn mark(&self, is_first: bool) -> String {
        match self.cue {
            Cue::Tali(_) if is_first => "X".to_owned(),
            Cue::Tali(number) => number.to_string(),
            Cue::Khali => "0".to_owned(),
            Cue::Clap => "c".to_owned(),
            Cue::Wave => "w".to_owned(),
            Cue::Finger(_) => "f".to_owned(),
            Cue::Rest => String::new(),
        }
    }
}

/// Where a tala comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TalaKind {
    /// One of the 35: seven forms with five lengths of laghu.
    Suladi,
    /// One of the chapus, counted by claps alone.
    Chapu,
    /// A form of the South as it is used: the concert Rupaka, the slow Adi.
    Usage,
    /// A cycle of the North.
    Hindustani,
}

/// Names that a failed search proposes.
const NEAR_TALAS: usize = 4;
/// Characters of a wish that an answer repeats, at most.
const WISH_CHARS_MAX: usize = 60;

/// There is no such tala. Its text is one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TalaNotFound {
    /// What was asked for.
    pub wish: String,
    /// Names that are written alike, the nearest first.
    pub near: Vec<String>,
}

impl fmt::Display for TalaNotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no tala \"{}\"; did you mean {}?", self.wish, self.near.join(", "))
    }
}

impl std::error::Error for TalaNotFound {}

/// A cycle of beats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tala {
    /// "S22", "C01", "H01".
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it comes from.
    pub kind: TalaKind,
    /// The kind of laghu in a suladi tala ("Chatusra"); else empty.
    pub jati: String,
    /// The signs of a suladi tala ("I4OO": laghu of four, two drutas); else empty.
    pub angas: String,
    /// Beats of each anga or vibhag, at least one part.
    pub parts: Vec<u8>,
    /// The beats of one cycle, 3 to 29 of them.
    pub beats: Vec<Beat>,
    /// Whether it is met often.
    pub is_common: bool,
    /// How it is used, where the table says: "vilambit", "dhrupad", "light"; else empty.
    pub usage: String,
    /// How well it is agreed on.
    pub confidence: Confidence,
    /// Remarks.
    pub notes: String,
}

impl Tala {
    /// The tala of the tables with this name or id, however it is spelled; the common one of several. Allocates.
    ///
    /// # Errors
    /// [`TalaNotFound`] with the names that are nearest.
    pub fn find(wish: &str) -> Result<&'static Self, TalaNotFound> {
        let wanted = plain(wish);
        let talas = || tables().talas.iter().flat_map(|tala| tala.names().map(move |name| (plain(name), tala)));
        let exact = talas().filter(|(name, _)| *name == wanted).map(|(_, tala)| tala);
        if let Some(tala) = exact.min_by_key(|tala| !tala.is_common) {
            return Ok(tala);
        }
        let wanted = sound(wish);
        let mut near: Vec<(usize, bool, &Self)> =
            talas().map(|(name, tala)| (distance(&sound(&name), &wanted), !tala.is_common, tala)).collect();
        near.sort_by_key(|(far, is_rare, _)| (*far, *is_rare));
        if let Some((0, _, tala)) = near.first() {
            return Ok(tala);
        }
        let mut names: Vec<String> = Vec::new();
        for (_, _, tala) in near {
            if names.len() < NEAR_TALAS && !names.contains(&tala.name) {
                names.push(tala.name.clone());
            }
        }
        Err(TalaNotFound { wish: wish.chars().take(WISH_CHARS_MAX).collect(), near: names })
    }

    /// Its id, its name, the name before and within brackets, and what it was called of old.
    fn names(&self) -> impl Iterator<Item = &str> {
        let (bare, within) = self.name.split_once(" (").unwrap_or((&self.name, ""));
        let old = self.notes.strip_prefix("traditional alias ").and_then(|rest| rest.split([' ', ';']).next());
        let all = [self.id.as_str(), &self.name, bare, within.trim_end_matches(')')].into_iter().chain(old);
        all.filter(|name| !name.is_empty())
    }

    /// Whose tala.
    #[must_use]
    pub fn tradition(&self) -> Tradition {
        if self.kind == TalaKind::Hindustani { Tradition::Hindustani } else { Tradition::Carnatic }
    }

    /// Whether the first beat (sam) is an empty one, as in Rupak.
    #[must_use]
    pub fn begins_empty(&self) -> bool {
        self.beats.first().is_some_and(|beat| beat.cue == Cue::Khali)
    }

    /// Whether the table says what the drum plays.
    #[must_use]
    pub fn has_theka(&self) -> bool {
        self.beats.iter().any(|beat| !beat.bol.is_empty())
    }

    pub(super) fn from_row(row: Row<'_>) -> Option<Self> {
        let kind = match row.text("tradition") {
            "carnatic-suladi" => TalaKind::Suladi,
            "carnatic-chapu" => TalaKind::Chapu,
            "carnatic-usage" => TalaKind::Usage,
            "hindustani" => TalaKind::Hindustani,
            _ => return None,
        };
        let parts: Vec<u8> = row.numbers("anga_sizes");
        let count: usize = row.number("beats")?;
        let cues = cues_of_marks(row.text("markers"), &parts).or_else(|| cues_of_angas(row.text("angas"), count))?;
        let bols: Vec<&str> = row.text("theka_or_solkattu").split_whitespace().filter(|word| *word != "|").collect();
        let is_whole = cues.len() == count && (bols.is_empty() || bols.len() == count);
        if !is_whole || parts.iter().map(|part| usize::from(*part)).sum::<usize>() != count {
            return None;
        }
        let places = parts.iter().enumerate().flat_map(|(part, beats)| (0..*beats).map(move |beat| (part, beat)));
        let beat = |(at, ((part, place), cue)): (usize, ((usize, u8), Cue))| Beat {
            cue,
            part: part as u8,
            begins_part: place == 0,
            bol: bols.get(at).copied().unwrap_or_default().to_owned(),
        };
        let beats = places.zip(cues).enumerate().map(beat).collect();
        let common = row.text("common");
        Some(Self {
            id: row.owned("id"),
            name: row.owned("name"),
            kind,
            jati: row.owned("jati"),
            angas: row.text("angas").split_whitespace().collect(),
            parts,
            beats,
            is_common: common == "common",
            usage: if common == "common" { String::new() } else { common.to_owned() },
            confidence: Confidence::parse(row.text("confidence"))?,
            notes: row
                .text("notes")
                .split("markers:")
                .next()
                .unwrap_or_default()
                .trim_end_matches([' ', ';'])
                .to_owned(),
        })
    }
}

/// The cues as the table marks them: for each beat ("c f f f c w c w"), or for each part ("X 2 0 3"). `None` where
/// it describes them instead.
fn cues_of_marks(marks: &str, parts: &[u8]) -> Option<Vec<Cue>> {
    let marks: Vec<&str> = marks.split_whitespace().collect();
    if marks.len() == parts.len() {
        let heads: Option<Vec<Cue>> = marks.iter().map(|mark| cue_of_vibhag(mark)).collect();
        if let Some(heads) = heads {
            let rests = |(head, beats): (Cue, &u8)| {
                std::iter::once(head).chain(std::iter::repeat_n(Cue::Rest, usize::from(beats.saturating_sub(1))))
            };
            return Some(heads.into_iter().zip(parts).flat_map(rests).collect());
        }
    }
    let mut finger = 0;
    marks.into_iter().map(|mark| cue_of_beat(mark, &mut finger)).collect()
}

fn cue_of_vibhag(mark: &str) -> Option<Cue> {
    match mark {
        "X" => Some(Cue::Tali(1)),
        "0" => Some(Cue::Khali),
        number => number.parse().ok().map(Cue::Tali),
    }
}

fn cue_of_beat(mark: &str, finger: &mut u8) -> Option<Cue> {
    *finger = if mark == "f" { *finger % 5 + 1 } else { 0 };
    match mark {
        "c" => Some(Cue::Clap),
        "w" => Some(Cue::Wave),
        "f" => Some(Cue::Finger(*finger)),
        "." => Some(Cue::Rest),
        _ => None,
    }
}

/// The cues that follow from the signs of a suladi tala, each shown as often as fills `count` beats: I4 is a clap
/// and three fingers, O a clap and a wave, U a clap.
pub(super) fn cues_of_angas(angas: &str, count: usize) -> Option<Vec<Cue>> {
    let mut marks: Vec<char> = Vec::new();
    for sign in angas.chars().filter(|sign| !sign.is_whitespace()) {
        match sign {
            'I' | 'U' => marks.push('c'),
            'O' => marks.extend(['c', 'w']),
            digit => marks.extend(std::iter::repeat_n('f', (digit.to_digit(10)?.checked_sub(1)?) as usize)),
        }
    }
    let times = count.checked_div(marks.len()).filter(|times| times * marks.len() == count)?;
    let mut finger = 0;
    let cues: Option<Vec<Cue>> =
        marks.iter().map(|mark| cue_of_beat(mark.encode_utf8(&mut [0; 4]), &mut finger)).collect();
    Some(cues?.into_iter().flat_map(|cue| std::iter::repeat_n(cue, times)).collect())
}

#[cfg(test)]
mod tests {
    use super::super::tables;
    use super::*;

    fn tala(id: &str) -> &'static Tala {
        tables().talas.iter().find(|tala| tala.id == id).expect(id)
    }

    fn marks(tala: &Tala) -> String {
        tala.beats.iter().enumerate().map(|(at, beat)| format!("{:1}", beat.mark(at == 0))).collect()
    }

    #[test]
    fn the_table_has_all_its_talas_and_their_beats_add_up() {
        let talas = &tables().talas;
        assert_eq!(talas.len(), 57);
        for tala in talas {
            let total: usize = tala.parts.iter().map(|part| usize::from(*part)).sum();
            assert_eq!(tala.beats.len(), total, "{}", tala.name);
            assert!((3..=29).contains(&total), "{}", tala.name);
            assert_eq!(tala.beats.iter().filter(|beat| beat.begins_part).count(), tala.parts.len(), "{}", tala.name);
            assert!(tala.beats[0].cue != Cue::Rest && tala.beats[0].begins_part, "{}", tala.name);
        }
    }

    #[test]
    fn cues_of_the_thirty_five_follow_from_their_signs() {
        let of_kind = |tala: &&Tala| tala.kind == TalaKind::Suladi;
        assert_eq!(tables().talas.iter().filter(of_kind).count(), 35);
        for tala in tables().talas.iter().filter(of_kind) {
            let cues: Vec<Cue> = tala.beats.iter().map(|beat| beat.cue).collect();
            assert_eq!(cues_of_angas(&tala.angas, cues.len()), Some(cues), "{}", tala.name);
        }
        assert_eq!(marks(tala("S22")), "cfffcwcw");
        assert_eq!(
            tala("S10").beats[6].cue,
            Cue::Finger(1),
            "a laghu of nine counts the fingers of a hand, then again"
        );
        assert_eq!(marks(tala("C06")), "ccffffffccwwccww");
    }

    #[test]
    fn every_theka_has_a_word_for_each_beat() {
        for tala in tables().talas.iter().filter(|tala| tala.kind == TalaKind::Hindustani) {
            assert!(tala.beats.iter().all(|beat| !beat.bol.is_empty()), "{}", tala.name);
        }
        assert_eq!(marks(tala("H01")), "X   2   0   3   ");
        assert_eq!(marks(tala("H02")), "X 2  0 3  ");
        assert_eq!(tala("H01").beats[9].bol, "Tin");
        assert_eq!(tala("H03").beats[3].bol, "TiRaKiTa");
        assert_eq!(marks(tala("C01")), "c  c c ");
        assert_eq!(tala("C01").beats[3].bol, "ta");
    }

    #[test]
    fn talas_are_found_however_they_are_spelled() {
        for (wish, id) in [("Teental", "H01"), ("tintal", "H01"), ("ADI", "S22"), ("h04", "H04"), ("Rupaka", "C05")] {
            assert_eq!(Tala::find(wish).map(|tala| tala.id.as_str()), Ok(id), "{wish}");
        }
        let said = Tala::find("Jhapptaala").map_err(|error| error.to_string());
        assert!(said.is_err_and(|said| said.contains("Jhapptaala") && said.contains("Jhaptal")));
    }

    #[test]
    fn rupak_alone_begins_with_an_empty_beat() {
        let empty: Vec<&str> = tables().talas.iter().filter(|t| t.begins_empty()).map(|t| t.name.as_str()).collect();
        assert_eq!(empty, ["Rupak"]);
        assert_eq!(marks(tala("H04")), "0  1 2 ");
    }
}
