//! Tunings of the tanpura, and which of them suits a raga.

use super::form::Raga;
use super::note::Note;
use super::sheet::Row;
use super::swara::{Swara, Tradition};
use super::tables;

/// How the strings of a tanpura are tuned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tuning {
    /// "Pancham", "Madhyam".
    pub name: String,
    /// The strings in the order in which they are plucked, semitones above middle Sa: four or five of them.
    pub strings: Vec<i8>,
    /// The same in notation: "P_ S S S_".
    pub order: String,
    /// When it is used.
    pub usage: String,
}

impl Tuning {
    pub(super) fn from_row(row: Row<'_>) -> Option<Self> {
        let strings: Vec<i8> = row.numbers("semitones_rel_middle_sa");
        (strings.len() >= 4).then(|| Self {
            name: row.owned("tuning"),
            strings,
            order: row.owned("strings_order"),
            usage: row.owned("use"),
        })
    }

    /// Whether the table names the raga as an example.
    fn is_named_for(&self, raga: &Raga) -> bool {
        let names = self.usage.split(['(', ')']).nth(1).unwrap_or_default();
        names.split(',').any(|name| name.trim_end_matches("etc.").trim() == raga.name)
    }
}

/// The tuning for a raga. First comes what the table says of it by name. Else the first string is Pa where the raga
/// has Pa; without Pa it is the shuddha Ma where the raga has that, else Ni (shuddha before komal), else Dha.
#[must_use]
pub fn tuning_for(raga: &Raga) -> &'static Tuning {
    let tunings = &tables().tunings;
    let of_string = |swara: Swara| {
        let first = Note::new(swara, -1).semitones();
        tunings.iter().find(move |tuning| tuning.strings.first().is_some_and(|string| i16::from(*string) == first))
    };
    let named = tunings.iter().find(|tuning| tuning.is_named_for(raga));
    let by_notes = || {
        let swaras = [Swara::P, Swara::M1, Swara::N3, Swara::N2, Swara::D2];
        let first = swaras.into_iter().find(|swara| raga.has(swara.position())).unwrap_or(Swara::P);
        let is_carnatic = raga.tradition == Tradition::Carnatic && first == Swara::P;
        let of_the_south = tunings.iter().find(|tuning| is_carnatic && tuning.name.starts_with("Carnatic"));
        of_the_south.or_else(|| of_string(first))
    };
    named.or_else(by_notes).unwrap_or(&tunings[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tuned(raga: &str, tradition: Tradition) -> &'static str {
        &tuning_for(tables().ragas.find(raga, Some(tradition)).expect(raga)).name
    }

    #[test]
    fn strings_are_tuned_as_their_notation_says() {
        assert_eq!(tables().tunings.len(), 7);
        for tuning in &tables().tunings {
            let order = tuning.order.split('/').next().expect("an order");
            let notes = Note::parse_all(order, Tradition::Hindustani).expect("notes");
            let strings: Vec<i16> = notes.iter().map(|note| note.semitones()).collect();
            assert_eq!(strings, tuning.strings.iter().map(|s| i16::from(*s)).collect::<Vec<_>>(), "{}", tuning.name);
        }
    }

    #[test]
    fn the_first_string_is_pa_or_what_the_raga_has_in_its_place() {
        for (raga, tuning) in [
            ("Yaman", "Pancham"),
            ("Malkauns", "Madhyam"),
            ("Bageshri", "Madhyam"),
            ("Lalit", "Madhyam"),
            ("Marwa", "Nishad"),
            ("Puriya", "Nishad"),
            ("Sohni", "Nishad"),
            ("Gujari Todi", "Nishad"),
            ("Hindol", "Dha"),
        ] {
            assert_eq!(tuned(raga, Tradition::Hindustani), tuning, "{raga}");
        }
        for (raga, tuning) in [
            ("Mohanam", "Carnatic tambura"),
            ("Sriranjani", "Madhyam"),
            ("Hindolam", "Madhyam"),
            ("Hamsanandi", "Nishad"),
            ("Gopriya", "Kaisiki nishad"),
        ] {
            assert_eq!(tuned(raga, Tradition::Carnatic), tuning, "{raga}");
        }
    }

    #[test]
    fn no_raga_hears_a_note_from_the_tanpura_that_it_does_not_have() {
        for raga in tables().ragas.ragas() {
            let first = tuning_for(raga).strings[0].rem_euclid(12) as u8;
            assert!(raga.has(first), "{}", raga.name);
        }
    }
}
