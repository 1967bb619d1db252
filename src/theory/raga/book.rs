//! Finding ragas: by name however it is spelled, by number, by their notes.

use super::form::Raga;
use super::swara::Tradition;
use std::fmt;

/// Names that a failed search proposes.
pub const NEAR_NAMES: usize = 5;

/// Characters of a wish that an answer repeats, at most.
const WISH_CHARS_MAX: usize = 60;

/// Letters from which the begin of a name counts as near to it.
const BEGIN_LETTERS_MIN: usize = 3;

/// Ragas that can be looked up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RagaBook {
    ragas: Vec<Raga>,
    /// Of each raga, the keys that its names are found by.
    keys: Vec<Keys>,
}

/// Names as they are compared, in the order of [`names_of`].
#[derive(Clone, Debug, Default, PartialEq)]
struct Keys {
    plain: Vec<String>,
    sound: Vec<String>,
}

/// Why no raga was found. Its text is one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RagaNotFound {
    /// No name is like this one.
    Unknown {
        /// What was asked for.
        wish: String,
        /// Names that are written alike, the nearest first.
        near: Vec<String>,
    },
    /// Several have this name.
    Ambiguous {
        /// What was asked for.
        wish: String,
        /// Name, tradition and id of each.
        choices: Vec<String>,
    },
}

impl fmt::Display for RagaNotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { wish, near } if near.is_empty() => write!(f, "there is no raga \"{wish}\""),
            Self::Unknown { wish, near } => {
                write!(f, "there is no raga \"{wish}\"; did you mean {}?", near.join(", "))
            }
            Self::Ambiguous { wish, choices } => {
                write!(f, "there is more than one raga \"{wish}\"; choose {}", choices.join(" or "))
            }
        }
    }
}

impl std::error::Error for RagaNotFound {}

/// How well a name fits, best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Id,
    Name,
    Alias,
    Sound,
}

impl RagaBook {
    /// A book of these ragas.
    #[must_use]
    pub fn new(ragas: Vec<Raga>) -> Self {
        let keys_of = |raga: &Raga| {
            let plain: Vec<String> = names_of(raga).into_iter().map(plain).collect();
            let sound = plain.iter().map(|name| sound(name)).collect();
            Keys { plain, sound }
        };
        Self { keys: ragas.iter().map(keys_of).collect(), ragas }
    }

    /// This book and the user's own ragas, which come first and take the place of those that have their name in the
    /// same tradition.
    #[must_use]
    pub fn with(&self, own: Vec<Raga>) -> Self {
        let is_replaced =
            |raga: &Raga| own.iter().any(|o| o.tradition == raga.tradition && plain(&o.name) == plain(&raga.name));
        let kept: Vec<Raga> = self.ragas.iter().filter(|raga| !is_replaced(raga)).cloned().collect();
        Self::new(own.into_iter().chain(kept).collect())
    }

    /// All of them in order.
    #[must_use]
    pub fn ragas(&self) -> &[Raga] {
        &self.ragas
    }

    /// The raga of that id, name or other name; letters' case, spaces, accents and the usual variants of spelling
    /// ("Shankarabharanam") do not matter. Where both traditions have it, `tradition` decides, or a word beside the
    /// name: "Hindustani Bhairavi", "Bhairavi (Carnatic)".
    ///
    /// # Errors
    ///
    /// Names that are near, or the choices where several fit equally well.
    pub fn find(&self, wish: &str, tradition: Option<Tradition>) -> Result<&Raga, RagaNotFound> {
        let (name, said) = split_tradition(wish);
        let tradition = said.or(tradition);
        let name: String = name.chars().take(WISH_CHARS_MAX).collect();
        let (plain_wish, sound_wish) = (plain(&name), sound(&name));
        let fit = |raga: &Raga, keys: &Keys| {
            if raga.id.eq_ignore_ascii_case(name.trim()) {
                return Some(Fit::Id);
            }
            match keys.plain.iter().position(|name| *name == plain_wish) {
                Some(0) => Some(Fit::Name),
                Some(_) => Some(Fit::Alias),
                None => keys.sound.contains(&sound_wish).then_some(Fit::Sound),
            }
        };
        let fits: Vec<(Fit, &Raga)> = match plain_wish.is_empty() {
            true => Vec::new(),
            false => self.among(tradition).filter_map(|(raga, keys)| Some((fit(raga, keys)?, raga))).collect(),
        };
        let wish = || wish.trim().chars().take(WISH_CHARS_MAX).collect();
        let Some(best) = fits.iter().map(|(fit, _)| *fit).min() else {
            return Err(RagaNotFound::Unknown { wish: wish(), near: self.near(&sound_wish, tradition) });
        };
        let found: Vec<&Raga> = fits.into_iter().filter(|(fit, _)| *fit == best).map(|(_, raga)| raga).collect();
        match found.as_slice() {
            [raga] => Ok(raga),
            _ => Err(RagaNotFound::Ambiguous { wish: wish(), choices: found.iter().map(|r| choice(r)).collect() }),
        }
    }

    /// The ragas that have exactly these notes (bit n is the position n semitones above Sa).
    pub fn with_mask(&self, mask: u16) -> impl Iterator<Item = &Raga> {
        self.ragas.iter().filter(move |raga| raga.mask == mask)
    }

    /// The ragas of a tradition, or all, with their keys.
    fn among(&self, tradition: Option<Tradition>) -> impl Iterator<Item = (&Raga, &Keys)> {
        self.ragas.iter().zip(&self.keys).filter(move |(raga, _)| tradition.is_none_or(|t| t == raga.tradition))
    }

    /// Names that sound nearest to this one, and those nearly as near.
    fn near(&self, sound_wish: &str, tradition: Option<Tradition>) -> Vec<String> {
        let letters = sound_wish.chars().count();
        let far = |name: &String| {
            let is_begun = letters >= BEGIN_LETTERS_MIN && name.starts_with(sound_wish);
            if is_begun { 1 } else { distance(name, sound_wish) }
        };
        let far_of = |(raga, keys): (_, &Keys)| Some((keys.sound.iter().map(far).min()?, raga));
        let mut near: Vec<(usize, &Raga)> = self.among(tradition).filter_map(far_of).collect();
        near.sort_by_key(|(far, _)| *far);
        let most = near.first().map_or(0, |(far, _)| far + 1).min(letters.div_ceil(2));
        let mut names: Vec<String> = Vec::new();
        for (_, raga) in near.into_iter().filter(|(far, _)| *far <= most) {
            if !names.contains(&raga.name) && names.len() < NEAR_NAMES {
                names.push(raga.name.clone());
            }
        }
        names
    }
}

fn choice(raga: &Raga) -> String {
    let bare = raga.name.split(" (").next().unwrap_or_default();
    format!("{bare} ({}, {})", raga.tradition.name(), raga.id)
}

/// The name, the name without a remark in brackets, and the other names.
fn names_of(raga: &Raga) -> Vec<&str> {
    let bare = raga.name.split(" (").next().unwrap_or_default();
    [raga.name.as_str(), bare].into_iter().chain(raga.aliases.iter().map(String::as_str)).collect()
}

/// The name without the word for a tradition before or after it, and that tradition.
fn split_tradition(wish: &str) -> (String, Option<Tradition>) {
    let is_word = |word: &str| Tradition::parse(word.trim_matches(['(', ')', ',', ':']));
    let words: Vec<&str> = wish.split_whitespace().collect();
    let said = match words.as_slice() {
        [] | [_] => None,
        [first, .., last] => is_word(last).map(|t| (words.len() - 1, t)).or(is_word(first).map(|t| (0, t))),
    };
    let name = |without: usize| {
        let kept: Vec<&str> = words.iter().enumerate().filter(|(at, _)| *at != without).map(|(_, w)| *w).collect();
        kept.join(" ")
    };
    match said {
        Some((at, tradition)) => (name(at), Some(tradition)),
        None => (wish.to_owned(), None),
    }
}

/// Letters and digits alone, small and without accents.
pub(super) fn plain(name: &str) -> String {
    name.chars().flat_map(char::to_lowercase).filter_map(bare_letter).collect()
}

/// The Latin letter under the accents of the usual transliteration; `None` for what is neither letter nor digit.
fn bare_letter(letter: char) -> Option<char> {
    Some(match letter {
        'ā' | 'á' | 'à' | 'â' | 'ä' => 'a',
        'ī' | 'í' | 'ì' | 'î' | 'ï' => 'i',
        'ū' | 'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ē' | 'é' | 'è' | 'ê' | 'ë' => 'e',
        'ō' | 'ó' | 'ò' | 'ô' | 'ö' => 'o',
        'ṛ' | 'ṝ' | 'ṟ' => 'r',
        'ḷ' | 'ḹ' | 'ḻ' => 'l',
        'ś' | 'ṣ' => 's',
        'ṭ' => 't',
        'ḍ' => 'd',
        'ṅ' | 'ñ' | 'ṇ' | 'ṉ' => 'n',
        'ṁ' | 'ṃ' => 'm',
        'ḥ' => 'h',
        other if other.is_alphanumeric() => other,
        _ => return None,
    })
}

/// The name reduced to what spellings of it have in common: long vowels as short ones, no breath after a consonant.
pub(super) fn sound(name: &str) -> String {
    let mut text = plain(name);
    for (from, to) in [("ee", "i"), ("oo", "u"), ("ow", "au"), ("ou", "au"), ("aa", "a"), ("w", "v"), ("y", "i")] {
        text = text.replace(from, to);
    }
    let mut heard = String::new();
    for letter in text.chars() {
        let last = heard.chars().next_back();
        let is_breath = letter == 'h' && last.is_some_and(|last| "bcdgjkpst".contains(last));
        if !is_breath && last != Some(letter) {
            heard.push(letter);
        }
    }
    heard
}

/// Letters to put in, take out or change (Levenshtein 1966).
pub(super) fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, letter) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], at + 1);
        for (to, other) in b.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *other);
            diagonal = row[to + 1];
            row[to + 1] = changed.min(row[to] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
