//! The 72 melakartas: the parent scales of the South, by rule.

use super::sheet::Row;
use super::swara::Swara;

/// The legal pairs of a lower and a higher letter, as the variety of each: R1 G1, R1 G2 and so on.
const PAIRS: [(u8, u8); 6] = [(1, 1), (1, 2), (1, 3), (2, 2), (2, 3), (3, 3)];

/// The twelve groups of six.
const CHAKRAS: [&str; 12] =
    ["Indu", "Netra", "Agni", "Veda", "Bana", "Rutu", "Rishi", "Vasu", "Brahma", "Disi", "Rudra", "Aditya"];

/// Syllables for the place in a chakra.
const PLACES: [&str; 6] = ["pa", "sri", "go", "bhu", "ma", "sha"];

/// A parent scale of seven swaras.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Melakarta {
    /// 1 to 72.
    pub number: u8,
    /// The name whose first two syllables give the number.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Sa to Ni, rising.
    pub swaras: [Swara; 7],
    /// Whether it holds a dissonant neighbour: R1 G1, R3 G3, D1 N1 or D3 N3.
    pub is_vivadi: bool,
    /// The two syllables that give the number, each with its digit: "Ma5 ya1" reads backwards as 15.
    pub katapayadi: String,
}

impl Melakarta {
    /// The swaras of the `number`th scale by Venkatamakhin's order (1620); `None` outside 1 to 72.
    ///
    /// Counted from 0, the first half has M1 and the second M2; each half goes through the six pairs of R and G, and
    /// within each of them through the six pairs of D and N.
    #[must_use]
    pub fn swaras_of(number: u8) -> Option<[Swara; 7]> {
        let place = number.checked_sub(1).filter(|place| *place < 72)?;
        let (r, g) = PAIRS[usize::from(place % 36 / 6)];
        let (d, n) = PAIRS[usize::from(place % 6)];
        let variety = |first: Swara, variety: u8| Swara::ALL[usize::from(first as u8 + variety - 1)];
        Some([
            Swara::S,
            variety(Swara::R1, r),
            variety(Swara::G1, g),
            if place < 36 { Swara::M1 } else { Swara::M2 },
            Swara::P,
            variety(Swara::D1, d),
            variety(Swara::N1, n),
        ])
    }

    /// The group of six that it is in, 1 to 12, and the group's name.
    #[must_use]
    pub fn chakra(&self) -> (u8, &'static str) {
        let chakra = self.number.saturating_sub(1) / 6;
        (chakra + 1, CHAKRAS[usize::from(chakra % 12)])
    }

    /// Its place in the chakra, 1 to 6, and the syllable for that.
    #[must_use]
    pub fn place(&self) -> (u8, &'static str) {
        let place = self.number.saturating_sub(1) % 6;
        (place + 1, PLACES[usize::from(place)])
    }

    pub(super) fn from_row(row: Row<'_>) -> Option<Self> {
        let number = row.number("number")?;
        let swaras = Self::swaras_of(number)?;
        let close = |low: Swara, high: Swara| swaras.contains(&low) && swaras.contains(&high);
        Some(Self {
            number,
            name: row.owned("name"),
            aliases: aliases(row.text("aliases"), row.text("name")),
            swaras,
            is_vivadi: close(Swara::R1, Swara::G1)
                || close(Swara::R3, Swara::G3)
                || close(Swara::D1, Swara::N1)
                || close(Swara::D3, Swara::N3),
            katapayadi: row.owned("katapayadi"),
        })
    }
}

/// Other names, between strokes; remarks in brackets and the name itself are left out.
fn aliases(text: &str, name: &str) -> Vec<String> {
    let bare = text.split('(').next().unwrap_or_default();
    bare.split('/').map(str::trim).filter(|alias| !alias.is_empty() && *alias != name).map(str::to_owned).collect()
}
