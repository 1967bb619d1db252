//! The small tables: thaats, gamakas, ranges of voices.

use super::form::Confidence;
use super::note::Note;
use super::sheet::Row;
use super::swara::{Swara, Tradition};

/// One of the ten parent scales of the North.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thaat {
    /// "Bilawal".
    pub name: String,
    /// Sa to Ni, rising.
    pub swaras: [Swara; 7],
    /// The melakarta with the same notes, 1 to 72.
    pub mela: u8,
}

impl Thaat {
    pub(super) fn from_row(row: Row<'_>) -> Option<Self> {
        let notes = Note::parse_all(row.text("swaras_hindustani"), Tradition::Hindustani).ok()?;
        let swaras: Vec<Swara> = notes.iter().map(|note| note.swara).collect();
        Some(Self { name: row.owned("thaat"), swaras: swaras.try_into().ok()?, mela: row.number("carnatic_mela")? })
    }
}

/// An ornament.
#[derive(Clone, Debug, PartialEq)]
pub struct Gamaka {
    /// "kampita", "meend".
    pub name: String,
    /// Whose ornament; `None` for what is none's.
    pub tradition: Option<Tradition>,
    /// How the pitch moves, in words.
    pub shape: String,
    /// The usual extent, cents.
    pub extent_cents: Option<(f32, f32)>,
    /// The usual rate, Hz: of an oscillation, or of the notes in a cluster.
    pub rate_hz: Option<(f32, f32)>,
    /// How it is told from others, in words.
    pub signs: String,
    /// How well the figures are agreed on.
    pub confidence: Confidence,
}

impl Gamaka {
    pub(super) fn from_row(row: Row<'_>) -> Option<Self> {
        Some(Self {
            name: row.owned("name"),
            tradition: Tradition::parse(row.text("tradition")),
            shape: row.owned("pitch_shape"),
            extent_cents: span(row.text("typical_extent_cents")),
            rate_hz: span(row.text("typical_rate_hz")),
            signs: row.owned("detect_how"),
            confidence: Confidence::parse(row.text("confidence"))?,
        })
    }
}

/// Where a voice has its Sa.
#[derive(Clone, Debug, PartialEq)]
pub struct TonicRange {
    /// "male", "female", "child", or what else the row is about.
    pub voice: String,
    /// The lowest and highest usual Sa, Hz.
    pub sa_hz: (f32, f32),
    /// The same in names of notes.
    pub sa_notes: String,
    /// The same as the South counts it from C up; empty where it is not given.
    pub kattai: String,
    /// How well it is agreed on.
    pub confidence: Confidence,
}

impl TonicRange {
    pub(super) fn from_row(row: Row<'_>) -> Option<Self> {
        let said = |head| Some(row.owned(head)).filter(|text| text != "-").unwrap_or_default();
        Some(Self {
            voice: row.owned("voice"),
            sa_hz: (row.number("sa_hz_low")?, row.number("sa_hz_high")?),
            sa_notes: said("typical_sa_notes"),
            kattai: said("carnatic_kattai"),
            confidence: Confidence::parse(row.text("confidence"))?,
        })
    }
}

/// Reads "50-300 (neighbour svara)" as 50 and 300.
fn span(text: &str) -> Option<(f32, f32)> {
    let (low, high) = text.split_whitespace().next()?.split_once('-')?;
    Some((low.parse().ok()?, high.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::super::{Melakarta, tables};

    #[test]
    fn thaats_have_the_notes_of_their_melakartas() {
        assert_eq!(tables().thaats.len(), 10);
        for thaat in &tables().thaats {
            assert_eq!(Melakarta::swaras_of(thaat.mela), Some(thaat.swaras), "{}", thaat.name);
        }
    }

    #[test]
    fn gamakas_have_rising_spans() {
        let gamakas = &tables().gamakas;
        assert_eq!(gamakas.len(), 16);
        for gamaka in gamakas {
            for (low, high) in [gamaka.extent_cents, gamaka.rate_hz].into_iter().flatten() {
                assert!(0.0 < low && low < high, "{}", gamaka.name);
            }
        }
        let kampita = gamakas.iter().find(|gamaka| gamaka.name == "kampita").expect("kampita");
        assert_eq!((kampita.extent_cents, kampita.rate_hz), (Some((50.0, 300.0)), Some((3.0, 7.0))));
        assert_eq!(gamakas.iter().filter(|gamaka| gamaka.extent_cents.is_none()).count(), 0);
        assert_eq!(gamakas.iter().filter(|gamaka| gamaka.tradition.is_none()).count(), 1, "vibrato");
    }

    #[test]
    fn ranges_of_sa_are_those_of_voices() {
        let ranges = &tables().tonic_ranges;
        assert_eq!(ranges.len(), 4);
        assert!(ranges.iter().all(|range| range.sa_hz.0 < range.sa_hz.1 && range.sa_hz.0 >= 100.0));
        assert!(ranges[0].sa_hz.1 < ranges[1].sa_hz.0, "men below women");
    }
}
