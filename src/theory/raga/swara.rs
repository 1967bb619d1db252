//! The swaras: 16 names on the 12 positions of an octave.

use super::tables;

/// Whose names and rules: the South's or the North's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tradition {
    /// The music of the South, with 16 names of swaras and 72 parent scales.
    #[default]
    Carnatic,
    /// The music of the North, with 12 swaras and ten thaats.
    Hindustani,
}

impl Tradition {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Carnatic, Self::Hindustani];

    /// Its name in English.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Carnatic => "Carnatic",
            Self::Hindustani => "Hindustani",
        }
    }

    /// Reads its name, ignoring case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tradition| tradition.name().eq_ignore_ascii_case(text.trim()))
    }
}

/// A script in which swaras are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Script {
    /// Latin letters.
    #[default]
    Latin,
    /// As for Hindi, Marathi and Sanskrit.
    Devanagari,
    /// Tamil letters, with the Grantha letter for Sa.
    Tamil,
    /// Kannada letters.
    Kannada,
    /// Telugu letters.
    Telugu,
}

impl Script {
    /// All five.
    pub const ALL: [Self; 5] = [Self::Latin, Self::Devanagari, Self::Tamil, Self::Kannada, Self::Telugu];

    /// Its name in English.
    #[must_use]
    pub fn name(self) -> &'static str {
        ["Latin", "Devanagari", "Tamil", "Kannada", "Telugu"][self as usize]
    }
}

/// A swara, by its Carnatic name. Four positions have two names: R2 and G1, R3 and G2, D2 and N1, D3 and N2.
///
/// Of a shared position, Hindustani music uses R2, G2, D2 and N2: [`Swara::of_hindustani`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names are explained by Swara::name")]
pub enum Swara {
    #[default]
    S,
    R1,
    R2,
    R3,
    G1,
    G2,
    G3,
    M1,
    M2,
    P,
    D1,
    D2,
    D3,
    N1,
    N2,
    N3,
}

/// Symbols and semitones above Sa, in the order of [`Swara::ALL`].
const SYMBOLS: [(&str, u8); 16] = [
    ("S", 0),
    ("R1", 1),
    ("R2", 2),
    ("R3", 3),
    ("G1", 2),
    ("G2", 3),
    ("G3", 4),
    ("M1", 5),
    ("M2", 6),
    ("P", 7),
    ("D1", 8),
    ("D2", 9),
    ("D3", 10),
    ("N1", 9),
    ("N2", 10),
    ("N3", 11),
];

/// Symbols of the North and the swaras they stand for, from Sa upwards.
const HINDUSTANI: [(&str, Swara); 12] = [
    ("S", Swara::S),
    ("r", Swara::R1),
    ("R", Swara::R2),
    ("g", Swara::G2),
    ("G", Swara::G3),
    ("m", Swara::M1),
    ("M", Swara::M2),
    ("P", Swara::P),
    ("d", Swara::D1),
    ("D", Swara::D2),
    ("n", Swara::N2),
    ("N", Swara::N3),
];

/// Syllables as sung, per script, Sa to Ni: the South's row and the North's.
const SYLLABLES: [[[&str; 7]; 2]; 5] = [
    [["Sa", "Ri", "Ga", "Ma", "Pa", "Da", "Ni"], ["Sa", "Re", "Ga", "Ma", "Pa", "Dha", "Ni"]],
    [["स", "रि", "ग", "म", "प", "ध", "नि"], ["सा", "रे", "ग", "म", "प", "ध", "नि"]],
    [["ஸ", "ரி", "க", "ம", "ப", "த", "நி"], ["ஸா", "ரே", "க", "ம", "ப", "த", "நி"]],
    [["ಸ", "ರಿ", "ಗ", "ಮ", "ಪ", "ದ", "ನಿ"], ["ಸಾ", "ರೇ", "ಗ", "ಮ", "ಪ", "ಧ", "ನಿ"]],
    [["స", "రి", "గ", "మ", "ప", "ద", "ని"], ["సా", "రే", "గ", "మ", "ప", "ధ", "ని"]],
];

impl Swara {
    /// All sixteen, by letter and then from the lowest.
    pub const ALL: [Self; 16] = [
        Self::S,
        Self::R1,
        Self::R2,
        Self::R3,
        Self::G1,
        Self::G2,
        Self::G3,
        Self::M1,
        Self::M2,
        Self::P,
        Self::D1,
        Self::D2,
        Self::D3,
        Self::N1,
        Self::N2,
        Self::N3,
    ];

    /// Semitones above Sa, 0 to 11.
    #[must_use]
    pub fn position(self) -> u8 {
        SYMBOLS[self as usize].1
    }

    /// The swara of the North at so many semitones above Sa (any number, folded to 0-11).
    #[must_use]
    pub fn of_hindustani(position: u8) -> Self {
        HINDUSTANI[usize::from(position % 12)].1
    }

    /// The degree that its letter names: 0 for Sa to 6 for Ni.
    #[must_use]
    pub fn degree(self) -> u8 {
        match self {
            Self::S => 0,
            Self::R1 | Self::R2 | Self::R3 => 1,
            Self::G1 | Self::G2 | Self::G3 => 2,
            Self::M1 | Self::M2 => 3,
            Self::P => 4,
            Self::D1 | Self::D2 | Self::D3 => 5,
            Self::N1 | Self::N2 | Self::N3 => 6,
        }
    }

    /// Whether there is no other swara of its letter, so that it is never altered: Sa and Pa.
    #[must_use]
    pub fn is_fixed(self) -> bool {
        matches!(self, Self::S | Self::P)
    }

    /// The short symbol: "R1" in the South; in the North "r" for the same, and "M" for the *higher* Ma.
    #[must_use]
    pub fn symbol(self, tradition: Tradition) -> &'static str {
        match tradition {
            Tradition::Carnatic => SYMBOLS[self as usize].0,
            Tradition::Hindustani => HINDUSTANI[usize::from(self.position())].0,
        }
    }

    /// Reads a symbol of that tradition; capitals matter in the North.
    #[must_use]
    pub fn parse(text: &str, tradition: Tradition) -> Option<Self> {
        match tradition {
            Tradition::Carnatic => Self::ALL.into_iter().find(|swara| swara.symbol(tradition) == text),
            Tradition::Hindustani => HINDUSTANI.iter().find(|(symbol, _)| *symbol == text).map(|(_, swara)| *swara),
        }
    }

    /// The long name: "Suddha Rishabha" in the South, "komal Re" in the North. "Suddha" is the *lowest* of a letter
    /// in the South, "shuddha" the *natural* one in the North: the words must not be translated into each other.
    #[must_use]
    pub fn name(self, tradition: Tradition) -> &'static str {
        tables().swara_names[self as usize][tradition as usize]
    }

    /// The syllable that is sung: "Ri" in the South, "Re" in the North; in other scripts the letters for it.
    #[must_use]
    pub fn syllable(self, tradition: Tradition, script: Script) -> &'static str {
        SYLLABLES[script as usize][tradition as usize][usize::from(self.degree())]
    }

    /// Whether R and G, or D and N, may stand in one raga: the lower letter has the lower position. True for all
    /// other pairs. Legal are R1 with G1, G2 and G3, R2 with G2 and G3, R3 with G3, and the same for D and N.
    #[must_use]
    pub fn goes_with(self, other: Self) -> bool {
        let (low, high) = if self.degree() <= other.degree() { (self, other) } else { (other, self) };
        !matches!((low.degree(), high.degree()), (1, 2) | (5, 6)) || low.position() < high.position()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::raga::sheet::Sheet;

    #[test]
    fn sixteen_names_on_twelve_positions_are_those_of_the_table() {
        let sheet = Sheet::read(include_str!("../../../assets/raga/swarasthanas.csv"));
        assert_eq!(sheet.rows().count(), 16);
        for row in sheet.rows() {
            let swara = Swara::parse(row.text("symbol"), Tradition::Carnatic).expect("a known symbol");
            assert_eq!(Some(swara.position()), row.number("semitone"));
            assert_eq!(swara.symbol(Tradition::Hindustani), row.text("hindustani_symbol"));
            assert_eq!(swara.name(Tradition::Carnatic), row.text("carnatic_name"));
            assert_eq!(swara.name(Tradition::Hindustani), row.text("hindustani_name"));
            let twin = Swara::ALL.into_iter().find(|o| *o != swara && o.position() == swara.position());
            assert_eq!(twin.map_or("", |twin| twin.symbol(Tradition::Carnatic)), row.text("enharmonic_with"));
        }
        assert_eq!(Swara::ALL.iter().fold(0_u16, |mask, s| mask | 1 << s.position()), 0xfff);
    }

    #[test]
    fn symbols_read_back_in_both_traditions() {
        for swara in Swara::ALL {
            assert_eq!(Swara::parse(swara.symbol(Tradition::Carnatic), Tradition::Carnatic), Some(swara));
        }
        for position in 0..12 {
            let swara = Swara::of_hindustani(position);
            assert_eq!(swara.position(), position);
            assert_eq!(Swara::parse(swara.symbol(Tradition::Hindustani), Tradition::Hindustani), Some(swara));
        }
        assert_eq!(Swara::parse("R", Tradition::Carnatic), None);
        assert_eq!(Swara::parse("R1", Tradition::Hindustani), None);
    }

    #[test]
    fn suddha_is_the_lowest_in_the_south_and_shuddha_the_natural_in_the_north() {
        for swara in Swara::ALL {
            let is_lowest = !Swara::ALL.iter().any(|o| o.degree() == swara.degree() && o.position() < swara.position());
            let is_suddha = swara.name(Tradition::Carnatic).starts_with("Suddha");
            assert_eq!(is_suddha, is_lowest && !swara.is_fixed(), "{swara:?}");
        }
        let shuddha: Vec<u8> =
            (0..12).filter(|p| Swara::of_hindustani(*p).name(Tradition::Hindustani).starts_with("shuddha")).collect();
        assert_eq!(shuddha, [2, 4, 5, 9, 11]);
        assert_eq!(Swara::M2.name(Tradition::Hindustani), "tivra Ma");
        assert_eq!(Swara::M2.symbol(Tradition::Hindustani), "M");
    }

    #[test]
    fn six_pairs_of_a_lower_and_a_higher_letter_are_legal() {
        for (low, high) in [(1, 2), (5, 6)] {
            let of = |degree| Swara::ALL.into_iter().filter(move |s| s.degree() == degree);
            let legal: Vec<(u8, u8)> = of(low)
                .flat_map(|l| of(high).map(move |h| (l, h)))
                .filter(|(l, h)| l.goes_with(*h) && h.goes_with(*l))
                .map(|(l, h)| (l as u8 - of(low).next().unwrap() as u8, h as u8 - of(high).next().unwrap() as u8))
                .collect();
            assert_eq!(legal, [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)]);
        }
        assert!(Swara::R3.goes_with(Swara::D1) && Swara::M1.goes_with(Swara::M2));
    }

    #[test]
    fn each_script_has_seven_syllables_of_its_own_letters() {
        let letters = [0x41..0x7b, 0x900..0x980, 0xb80..0xc00, 0xc80..0xd00, 0xc00..0xc80];
        for script in Script::ALL {
            for tradition in Tradition::ALL {
                let sung = [Swara::S, Swara::R1, Swara::G1, Swara::M1, Swara::P, Swara::D1, Swara::N1]
                    .map(|swara| swara.syllable(tradition, script));
                for (at, syllable) in sung.iter().enumerate() {
                    assert!(!sung[..at].contains(syllable), "{syllable}");
                    assert!(syllable.chars().all(|c| letters[script as usize].contains(&(c as u32))), "{syllable}");
                }
            }
        }
        assert_eq!(Swara::N3.syllable(Tradition::Hindustani, Script::Devanagari), "नि");
        assert_eq!(Swara::R2.syllable(Tradition::Hindustani, Script::Latin), "Re");
    }
}
