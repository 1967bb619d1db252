//! The kinds of chord: what they are made of and how they reduce to simpler ones.

/// A kind of chord, apart from its root and bass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names are those of the lead sheet; `FACTS` gives what each is made of")]
pub enum Quality {
    #[default]
    Major,
    Minor,
    Diminished,
    Augmented,
    Sus2,
    Sus4,
    Power,
    Sixth,
    MinorSixth,
    SixNine,
    AddNine,
    MinorAddNine,
    Seventh,
    MajorSeventh,
    MinorSeventh,
    MinorMajorSeventh,
    HalfDiminished,
    DiminishedSeventh,
    SeventhSus4,
    Ninth,
    MajorNinth,
    MinorNinth,
    MinorEleventh,
    Thirteenth,
    SeventhFlatNine,
    SeventhSharpNine,
    SeventhSharpEleven,
    SeventhFlatFive,
    SeventhSharpFive,
    Altered,
    MajorSeventhSharpEleven,
    MajorSeventhSharpFive,
}

/// What is left of a quality when its tensions and sixths are taken away: the triad and the seventh.
/// Dominants count as one family whatever happens to their fifth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
#[expect(missing_docs, reason = "each name says its triad and seventh")]
pub enum Family {
    Major,
    Minor,
    Diminished,
    Augmented,
    Suspended,
    Dominant,
    MajorSeventh,
    MinorSeventh,
    MinorMajorSeventh,
    HalfDiminished,
    DiminishedSeventh,
    SuspendedSeventh,
}

/// What is to be known of one quality.
struct Facts {
    quality: Quality,
    suffix: &'static str,
    /// Semitones above the root, in the order root, third (or its replacement), fifth, seventh, tensions.
    intervals: &'static [u8],
    /// The tones that give the chord its colour when all else is left out.
    guides: &'static [u8],
    family: Family,
}

const fn facts(
    quality: Quality,
    suffix: &'static str,
    intervals: &'static [u8],
    guides: &'static [u8],
    family: Family,
) -> Facts {
    Facts { quality, suffix, intervals, guides, family }
}

/// In the order of the enumeration.
#[rustfmt::skip]
static FACTS: [Facts; Quality::COUNT] = [
    facts(Quality::Major, "", &[0, 4, 7], &[4, 7], Family::Major),
    facts(Quality::Minor, "m", &[0, 3, 7], &[3, 7], Family::Minor),
    facts(Quality::Diminished, "dim", &[0, 3, 6], &[3, 6], Family::Diminished),
    facts(Quality::Augmented, "aug", &[0, 4, 8], &[4, 8], Family::Augmented),
    facts(Quality::Sus2, "sus2", &[0, 2, 7], &[2, 7], Family::Suspended),
    facts(Quality::Sus4, "sus4", &[0, 5, 7], &[5, 7], Family::Suspended),
    facts(Quality::Power, "5", &[0, 7], &[7], Family::Major),
    facts(Quality::Sixth, "6", &[0, 4, 7, 9], &[4, 9], Family::Major),
    facts(Quality::MinorSixth, "m6", &[0, 3, 7, 9], &[3, 9], Family::Minor),
    facts(Quality::SixNine, "6/9", &[0, 4, 7, 9, 2], &[4, 9], Family::Major),
    facts(Quality::AddNine, "add9", &[0, 4, 7, 2], &[4, 2], Family::Major),
    facts(Quality::MinorAddNine, "m(add9)", &[0, 3, 7, 2], &[3, 2], Family::Minor),
    facts(Quality::Seventh, "7", &[0, 4, 7, 10], &[4, 10], Family::Dominant),
    facts(Quality::MajorSeventh, "maj7", &[0, 4, 7, 11], &[4, 11], Family::MajorSeventh),
    facts(Quality::MinorSeventh, "m7", &[0, 3, 7, 10], &[3, 10], Family::MinorSeventh),
    facts(Quality::MinorMajorSeventh, "m(maj7)", &[0, 3, 7, 11], &[3, 11], Family::MinorMajorSeventh),
    facts(Quality::HalfDiminished, "m7b5", &[0, 3, 6, 10], &[3, 10], Family::HalfDiminished),
    facts(Quality::DiminishedSeventh, "dim7", &[0, 3, 6, 9], &[3, 9], Family::DiminishedSeventh),
    facts(Quality::SeventhSus4, "7sus4", &[0, 5, 7, 10], &[5, 10], Family::SuspendedSeventh),
    facts(Quality::Ninth, "9", &[0, 4, 7, 10, 2], &[4, 10], Family::Dominant),
    facts(Quality::MajorNinth, "maj9", &[0, 4, 7, 11, 2], &[4, 11], Family::MajorSeventh),
    facts(Quality::MinorNinth, "m9", &[0, 3, 7, 10, 2], &[3, 10], Family::MinorSeventh),
    facts(Quality::MinorEleventh, "m11", &[0, 3, 7, 10, 2, 5], &[3, 10], Family::MinorSeventh),
    facts(Quality::Thirteenth, "13", &[0, 4, 7, 10, 2, 9], &[4, 10], Family::Dominant),
    facts(Quality::SeventhFlatNine, "7b9", &[0, 4, 7, 10, 1], &[4, 10], Family::Dominant),
    facts(Quality::SeventhSharpNine, "7#9", &[0, 4, 7, 10, 3], &[4, 10], Family::Dominant),
    facts(Quality::SeventhSharpEleven, "7#11", &[0, 4, 7, 10, 6], &[4, 10], Family::Dominant),
    facts(Quality::SeventhFlatFive, "7b5", &[0, 4, 6, 10], &[4, 10], Family::Dominant),
    facts(Quality::SeventhSharpFive, "7#5", &[0, 4, 8, 10], &[4, 10], Family::Dominant),
    facts(Quality::Altered, "7alt", &[0, 4, 8, 10, 1, 3], &[4, 10], Family::Dominant),
    facts(Quality::MajorSeventhSharpEleven, "maj7#11", &[0, 4, 7, 11, 6], &[4, 11], Family::MajorSeventh),
    facts(Quality::MajorSeventhSharpFive, "maj7#5", &[0, 4, 8, 11], &[4, 11], Family::MajorSeventh),
];

impl Quality {
    /// How many there are.
    pub const COUNT: usize = 32;

    /// The quality at `index` in [`Self::all`]; the last one for any greater index.
    #[must_use]
    pub fn at(index: usize) -> Self {
        FACTS[index.min(Self::COUNT - 1)].quality
    }

    /// Its place in [`Self::all`], `0..COUNT`.
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }

    /// All qualities in order.
    pub fn all() -> impl Iterator<Item = Self> {
        FACTS.iter().map(|facts| facts.quality)
    }

    /// What a lead sheet writes after the root: "m7b5".
    #[must_use]
    pub fn suffix(self) -> &'static str {
        FACTS[self.index()].suffix
    }

    /// Semitones above the root, 0-11: root, third or what replaces it, fifth, seventh or sixth, tensions.
    #[must_use]
    pub fn intervals(self) -> &'static [u8] {
        FACTS[self.index()].intervals
    }

    /// The one or two tones, in semitones above the root, that tell this chord from others on the same root:
    /// the third with the seventh or sixth where there is one.
    #[must_use]
    pub fn guide_tones(self) -> &'static [u8] {
        FACTS[self.index()].guides
    }

    /// The intervals as a set: bit n is n semitones above the root.
    #[must_use]
    pub fn mask(self) -> u16 {
        self.intervals().iter().fold(0, |mask, interval| mask | 1 << interval)
    }

    /// The triad and seventh alone.
    #[must_use]
    pub fn family(self) -> Family {
        FACTS[self.index()].family
    }

    /// Major or minor as mir_eval's `majmin` reduces a chord (Raffel et al. 2014): by third and perfect fifth;
    /// `None` for suspended, diminished, augmented, altered and power chords.
    #[must_use]
    pub fn majmin(self) -> Option<Self> {
        let mask = self.mask();
        match (mask & 1 << 7 != 0, self.third()) {
            (true, Some(4)) => Some(Self::Major),
            (true, Some(3)) => Some(Self::Minor),
            _ => None,
        }
    }

    /// Semitones of the third, 3 or 4; `None` for suspended and power chords.
    #[must_use]
    pub fn third(self) -> Option<u8> {
        self.intervals().get(1).copied().filter(|third| matches!(third, 3 | 4))
    }
}

impl Family {
    /// How many there are.
    pub const COUNT: usize = 12;

    /// Its place in the enumeration, `0..COUNT`.
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }

    /// The family at `index`; the last one for any greater index.
    #[must_use]
    pub fn at(index: usize) -> Self {
        use Family::*;
        const ALL: [Family; Family::COUNT] = [
            Major,
            Minor,
            Diminished,
            Augmented,
            Suspended,
            Dominant,
            MajorSeventh,
            MinorSeventh,
            MinorMajorSeventh,
            HalfDiminished,
            DiminishedSeventh,
            SuspendedSeventh,
        ];
        ALL[index.min(Self::COUNT - 1)]
    }

    /// The plainest quality of the family.
    #[must_use]
    pub fn quality(self) -> Quality {
        match self {
            Self::Major => Quality::Major,
            Self::Minor => Quality::Minor,
            Self::Diminished => Quality::Diminished,
            Self::Augmented => Quality::Augmented,
            Self::Suspended => Quality::Sus4,
            Self::Dominant => Quality::Seventh,
            Self::MajorSeventh => Quality::MajorSeventh,
            Self::MinorSeventh => Quality::MinorSeventh,
            Self::MinorMajorSeventh => Quality::MinorMajorSeventh,
            Self::HalfDiminished => Quality::HalfDiminished,
            Self::DiminishedSeventh => Quality::DiminishedSeventh,
            Self::SuspendedSeventh => Quality::SeventhSus4,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_every_chord_has_its_root_and_its_guides() {
        for (index, quality) in Quality::all().enumerate() {
            assert_eq!((quality.index(), Quality::at(index)), (index, quality));
            assert_eq!(quality.intervals()[0], 0);
            assert_eq!(quality.mask().count_ones() as usize, quality.intervals().len(), "{quality:?}");
            assert!(quality.guide_tones().iter().all(|tone| quality.mask() & 1 << tone != 0), "{quality:?}");
        }
    }

    #[test]
    fn no_two_qualities_have_the_same_tones_or_suffix() {
        for a in Quality::all() {
            for b in Quality::all().filter(|b| *b != a) {
                assert_ne!(a.mask(), b.mask(), "{a:?} {b:?}");
                assert_ne!(a.suffix(), b.suffix(), "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn families_reduce_to_themselves() {
        for index in 0..Family::COUNT {
            let family = Family::at(index);
            assert_eq!((family.index(), family.quality().family()), (index, family));
        }
    }

    #[test]
    fn reductions_follow_the_third_and_the_fifth() {
        for (quality, majmin) in [
            (Quality::Thirteenth, Some(Quality::Major)),
            (Quality::MinorNinth, Some(Quality::Minor)),
            (Quality::SeventhSharpNine, Some(Quality::Major)),
            (Quality::Sus4, None),
            (Quality::HalfDiminished, None),
            (Quality::SeventhSharpFive, None),
            (Quality::Power, None),
        ] {
            assert_eq!(quality.majmin(), majmin, "{quality:?}");
        }
    }
}
