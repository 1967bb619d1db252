//! The 22 shrutis: the just intervals that the twelve positions are sung at.

use super::form::Confidence;
use super::sheet::Row;
use super::swara::{Swara, Tradition};
use super::tables;

/// One of 22 just intervals above Sa. The names follow the order of Bharata; other lists begin elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Shruti {
    /// 1 to 22, rising.
    pub index: u8,
    /// The swara that it is a shade of; of a position with two names, the one the North uses.
    pub swara: Swara,
    /// The interval's ratio: 3 and 2 for Pa. Numerator and denominator, both above 0.
    pub ratio: (u16, u16),
    /// Its name.
    pub name: String,
    /// What it is called in the South and in the North: "R1 low (ekasruti)".
    pub shade: [String; 2],
    /// Whether the swara is sung here where nothing says otherwise.
    pub is_default: bool,
    /// Other ratios given for it.
    pub alternatives: Vec<(u16, u16)>,
    /// How well it is agreed on.
    pub confidence: Confidence,
    /// Remarks.
    pub note: String,
}

impl Shruti {
    /// Cents above Sa, 0 to 1200: 1200 times the binary logarithm of the ratio.
    #[must_use]
    pub fn cents(&self) -> f64 {
        cents_of(self.ratio)
    }

    /// Cents above (below, negative) the same position in equal temperament.
    #[must_use]
    pub fn cents_off_equal(&self) -> f64 {
        self.cents() - 100.0 * f64::from(self.swara.position())
    }

    /// What it is called in a tradition.
    #[must_use]
    pub fn shade(&self, tradition: Tradition) -> &str {
        &self.shade[tradition as usize]
    }

    pub(super) fn from_row(row: Row<'_>) -> Option<Self> {
        Some(Self {
            index: row.number("index")?,
            swara: Swara::parse(row.text("swarasthana"), Tradition::Carnatic)?,
            ratio: (row.number("ratio_num")?, row.number("ratio_den").filter(|den| *den > 0)?),
            name: row.owned("shruti_name_bharata_order"),
            shade: [row.owned("carnatic"), row.owned("hindustani")],
            is_default: row.text("default_for_swarasthana") == "1",
            alternatives: row.text("alternative_ratios").split(';').filter_map(ratio).collect(),
            confidence: Confidence::parse(row.text("confidence"))?,
            note: row.owned("note"),
        })
    }
}

/// Cents of a ratio.
#[must_use]
pub fn cents_of((num, den): (u16, u16)) -> f64 {
    1200.0 * (f64::from(num) / f64::from(den.max(1))).log2()
}

/// Reads "64/45".
fn ratio(text: &str) -> Option<(u16, u16)> {
    let (num, den) = text.trim().split_once('/')?;
    Some((num.parse().ok()?, den.parse().ok().filter(|den| *den > 0)?))
}

/// The lower and the higher shade of a position (any number, folded to 0-11 semitones above Sa). Sa and Pa have one:
/// it comes twice.
#[must_use]
pub fn shruti_pair(position: u8) -> [&'static Shruti; 2] {
    let tables = tables();
    tables.shruti_pairs[usize::from(position % 12)].map(|at| &tables.shrutis[at])
}

/// The shade that a swara is sung at where nothing says otherwise.
#[must_use]
pub fn default_shruti(swara: Swara) -> &'static Shruti {
    let [low, high] = shruti_pair(swara.position());
    if low.is_default { low } else { high }
}

/// Cents above Sa at which a position (any number, folded to 0-11 semitones above Sa) is sung where nothing says
/// otherwise.
#[must_use]
pub fn just_cents(position: u8) -> f64 {
    let [low, high] = shruti_pair(position);
    if low.is_default { low.cents() } else { high.cents() }
}

/// The places of the lower and the higher shade of each position; `None` unless each has one default and at most two.
pub(super) fn pairs_of(shrutis: &[Shruti]) -> Option<[[usize; 2]; 12]> {
    let mut pairs = [[0; 2]; 12];
    for (position, pair) in pairs.iter_mut().enumerate() {
        let is_here = |shruti: &&Shruti| usize::from(shruti.swara.position()) == position;
        let places: Vec<usize> = (0..shrutis.len()).filter(|at| is_here(&&shrutis[*at])).collect();
        let defaults = shrutis.iter().filter(is_here).filter(|shruti| shruti.is_default).count();
        *pair = match places.as_slice() {
            [only] => [*only, *only],
            [low, high] => [*low, *high],
            _ => return None,
        };
        if defaults != 1 {
            return None;
        }
    }
    Some(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::raga::sheet::Sheet;

    #[test]
    fn cents_of_all_shrutis_follow_from_their_ratios() {
        let sheet = Sheet::read(include_str!("../../../assets/raga/shrutis.csv"));
        let shrutis = &tables().shrutis;
        assert_eq!((shrutis.len(), sheet.rows().count()), (22, 22));
        for (shruti, row) in shrutis.iter().zip(sheet.rows()) {
            let said: f64 = row.number("cents").expect("cents");
            assert!((shruti.cents() - said).abs() < 0.0051, "{} {}", shruti.name, shruti.cents());
            let off: f64 = row.number("dev_from_12tet_cents").expect("a deviation");
            assert!((shruti.cents_off_equal() - off).abs() < 0.0051, "{}", shruti.name);
            assert_eq!(Some(shruti.swara.position()), row.number("semitone"));
        }
        assert!(shrutis.windows(2).all(|pair| pair[1].cents() - pair[0].cents() > 20.0));
    }

    #[test]
    fn every_position_but_sa_and_pa_has_two_shades() {
        for position in 0..12 {
            let [low, high] = shruti_pair(position);
            assert_eq!(low.index == high.index, matches!(position, 0 | 7));
            assert!([low, high].iter().all(|shruti| shruti.swara.position() == position));
            let apart = high.cents() - low.cents();
            assert!(matches!(position, 0 | 7) || (apart - cents_of((81, 80))).abs() < 0.1, "{position}: {apart}");
        }
    }

    #[test]
    fn the_default_shade_is_that_of_the_swaras_table() {
        for row in Sheet::read(include_str!("../../../assets/raga/swarasthanas.csv")).rows() {
            let swara = Swara::parse(row.text("symbol"), Tradition::Carnatic).expect("a swara");
            let shruti = default_shruti(swara);
            assert_eq!(ratio(row.text("just_ratio_default")), Some(shruti.ratio), "{swara:?}");
            assert!((shruti.cents() - row.number::<f64>("cents_default").expect("cents")).abs() < 0.0051);
            assert!((just_cents(swara.position()) - shruti.cents()).abs() < 1e-12);
        }
    }
}
