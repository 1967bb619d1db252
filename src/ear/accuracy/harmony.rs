//! Scores for chords and keys: the comparisons of mir_eval (Raffel et al. 2014), weighed by time, and the key score of
//! MIREX.

use crate::theory::{Chord, Family, Key, Quality};

/// How much of the time that counts was right.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share {
    /// Right, in whatever it is weighed by.
    pub hit: f64,
    /// All that counts.
    pub all: f64,
}

impl Share {
    /// Adds one comparison that weighs so much; `None` does not count.
    pub fn push(&mut self, is_hit: Option<bool>, weight: f64) {
        if let Some(is_hit) = is_hit {
            self.all += weight;
            self.hit += if is_hit { weight } else { 0.0 };
        }
    }

    /// The share that was right, 0 to 1; 0 when nothing counted.
    #[must_use]
    pub fn value(self) -> f64 {
        if self.all > 0.0 { self.hit / self.all } else { 0.0 }
    }
}

/// The comparisons side by side. No chord ("N") is right only against no chord, and counts in all of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct ChordScore {
    /// Same root. Every truth counts.
    pub root: Share,
    /// Same root and third. Every truth counts.
    pub thirds: Share,
    /// Same root and major or minor; true chords that are neither do not count.
    pub majmin: Share,
    /// Same root and one of major, minor, major seventh, minor seventh, dominant seventh; other truths do not count.
    pub sevenths: Share,
    /// Same bass. True chords alone count.
    pub bass: Share,
}

impl ChordScore {
    /// Adds a stretch of time.
    pub fn push(&mut self, truth: Option<Chord>, heard: Option<Chord>, secs: f64) {
        self.root.push(Some(truth.map(|c| c.root) == heard.map(|c| c.root)), secs);
        self.thirds.push(Some(third(truth) == third(heard)), secs);
        self.majmin.push(same(truth, heard, Quality::majmin), secs);
        self.sevenths.push(same(truth, heard, seventh), secs);
        self.bass.push(truth.map(|truth| heard.is_some_and(|heard| heard.bass == truth.bass)), secs);
    }
}

fn third(chord: Option<Chord>) -> Option<(u8, Option<u8>)> {
    chord.map(|c| (c.root, c.quality.third()))
}

/// Compares root and reduced quality; a truth that the reduction does not know is not counted.
fn same<T: PartialEq>(
    truth: Option<Chord>,
    heard: Option<Chord>,
    reduce: impl Fn(Quality) -> Option<T>,
) -> Option<bool> {
    let Some(truth) = truth else { return Some(heard.is_none()) };
    let wanted = reduce(truth.quality)?;
    Some(heard.is_some_and(|heard| heard.root == truth.root && reduce(heard.quality) == Some(wanted)))
}

/// Tensions are dropped; sixths and altered fifths are outside the five kinds.
fn seventh(quality: Quality) -> Option<Family> {
    quality.majmin()?;
    let is_sixth = matches!(quality, Quality::Sixth | Quality::MinorSixth | Quality::SixNine);
    let family = quality.family();
    (!is_sixth && family != Family::MinorMajorSeventh).then_some(family)
}

/// How a key that was heard stands to the true one; modes count by their third.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRelation {
    /// The same tonic and third.
    Same,
    /// A fifth above or below, same third.
    Fifth,
    /// The relative major or minor.
    Relative,
    /// The same tonic with the other third.
    Parallel,
    /// Anything else, or nothing heard.
    Other,
}

impl KeyRelation {
    /// Compares two keys.
    #[must_use]
    pub fn between(truth: Key, heard: Option<Key>) -> Self {
        let Some(heard) = heard else { return Self::Other };
        let up = (heard.tonic + 12 - truth.tonic) % 12;
        match (truth.mode.is_minor(), heard.mode.is_minor(), up) {
            (a, b, 0) if a == b => Self::Same,
            (a, b, 5 | 7) if a == b => Self::Fifth,
            (false, true, 9) | (true, false, 3) => Self::Relative,
            (_, _, 0) => Self::Parallel,
            _ => Self::Other,
        }
    }

    /// What MIREX gives for it.
    #[must_use]
    pub fn weight(self) -> f64 {
        match self {
            Self::Same => 1.0,
            Self::Fifth => 0.5,
            Self::Relative => 0.3,
            Self::Parallel => 0.2,
            Self::Other => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::Mode;

    #[test]
    fn comparisons_follow_mir_eval() {
        // Truth, heard, then root, thirds, majmin and sevenths: hit, miss or not counted.
        let (hit, miss, out) = (Some(true), Some(false), None);
        #[rustfmt::skip]
        let table = [
            ("C:maj", "C:maj7", hit, hit, hit, miss), ("C:7", "C:9", hit, hit, hit, hit), ("C:min7", "C:min", hit, hit, hit, miss),
            ("C:sus4", "C:sus4", hit, hit, out, out), ("C:sus4", "C:maj", hit, miss, out, out), ("N", "N", hit, hit, hit, hit),
            ("N", "C:maj", miss, miss, miss, miss), ("C:maj", "N", miss, miss, miss, miss), ("A:min7", "C:maj6", miss, miss, miss, miss),
            ("C:dim", "C:min", hit, hit, out, out), ("C:maj6", "C:maj", hit, hit, hit, out), ("C:min", "C:dim", hit, hit, miss, miss),
        ];
        for (truth, heard, root, thirds, majmin, sevenths) in table {
            let mut score = ChordScore::default();
            score.push(Chord::parse(truth), Chord::parse(heard), 2.0);
            let result = |share: Share| (share.all > 0.0).then_some(share.hit > 0.0);
            assert_eq!(
                [result(score.root), result(score.thirds), result(score.majmin), result(score.sevenths)],
                [root, thirds, majmin, sevenths],
                "{truth} {heard}"
            );
        }
    }

    #[test]
    fn key_relations_are_those_of_mirex() {
        let c = Key::new(0, Mode::Major);
        for (text, relation) in [
            ("C major", KeyRelation::Same),
            ("G major", KeyRelation::Fifth),
            ("F major", KeyRelation::Fifth),
            ("A minor", KeyRelation::Relative),
            ("C minor", KeyRelation::Parallel),
            ("E minor", KeyRelation::Other),
        ] {
            assert_eq!(KeyRelation::between(c, Key::parse(text)), relation, "{text}");
        }
        assert_eq!(KeyRelation::between(Key::new(9, Mode::Minor), Some(c)), KeyRelation::Relative);
        assert_eq!(KeyRelation::between(c, None), KeyRelation::Other);
    }
}
