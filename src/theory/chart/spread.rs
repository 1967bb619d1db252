//! Where chords stand in a bar.

/// A time signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Signature {
    beats: u32,
    unit: u8,
}

impl Default for Signature {
    fn default() -> Self {
        Self { beats: 4, unit: 4 }
    }
}

/// The upper number, at most.
const BEATS_MAX: u32 = 32;

/// Chords begin on these parts of a step, at the finest: sixteenths in 4/4, as fine as the band's grid.
const PARTS_OF_STEP: u32 = 4;

impl Signature {
    /// A signature of 1 to 32 beats on halves, quarters, eighths or sixteenths; `None` for any other.
    #[must_use]
    pub fn new(beats: u32, unit: u8) -> Option<Self> {
        ((1..=BEATS_MAX).contains(&beats) && matches!(unit, 2 | 4 | 8 | 16)).then_some(Self { beats, unit })
    }

    /// The signature of a bar of that length, in quarters, with the unit `like` has or a shorter one: what a bar that is
    /// not full is written in. The nearest in sixteenths where it fits none, `like` where there is none.
    #[must_use]
    pub fn of_quarters(quarters: f64, like: Self) -> Self {
        let fits = |unit: u8| {
            let beats = quarters * f64::from(unit) / 4.0;
            (unit == 16 || (beats - beats.round()).abs() < 1e-3).then(|| Self::new(beats.round() as u32, unit))?
        };
        [2, 4, 8, 16].into_iter().filter(|unit| *unit >= like.unit).find_map(fits).unwrap_or(like)
    }

    /// Reads "3/4".
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (beats, unit) = text.split_once('/')?;
        Self::new(beats.parse().ok()?, unit.parse().ok()?)
    }

    /// The upper number, 1 to 32.
    #[must_use]
    pub fn beats(self) -> u32 {
        self.beats
    }

    /// The lower number: 2, 4, 8 or 16.
    #[must_use]
    pub fn unit(self) -> u8 {
        self.unit
    }

    /// Quarters in a beat of the transport: 1.5 where beats are dotted.
    #[must_use]
    pub fn beat_quarters(self) -> f64 {
        if self.unit == 8 && self.beats.is_multiple_of(3) { 1.5 } else { 1.0 }
    }

    /// Its length in quarters.
    #[must_use]
    pub fn quarters(self) -> f64 {
        f64::from(self.beats) * 4.0 / f64::from(self.unit)
    }

    /// Its length in beats of the transport: 4 for 4/4 and 2/2, 2 for 6/8.
    #[must_use]
    pub fn length_beats(self) -> f64 {
        self.quarters() / self.beat_quarters()
    }

    /// The steps in a bar on which chords usually begin: its beats as written, or quarters where those are longer.
    pub(super) fn steps(self) -> u32 {
        if self.unit == 2 { self.beats * 2 } else { self.beats }
    }

    /// The most chords in a bar.
    pub(super) fn chords_max(self) -> u32 {
        self.steps() * PARTS_OF_STEP
    }

    /// The steps in a bar, halved until there are at least `count`; never finer than chords may stand.
    pub(super) fn steps_for(self, count: usize) -> u32 {
        let mut steps = self.steps();
        while (steps as usize) < count && steps < self.chords_max() {
            steps *= 2;
        }
        steps
    }

    /// Where the step `index` of `steps` in a bar begins, in beats.
    pub(super) fn step_beats(self, index: u32, steps: u32) -> f64 {
        self.length_beats() * f64::from(index) / f64::from(steps.max(1))
    }

    /// The place where a chord may stand that is nearest to `beats` from the bar's begin, inside the bar.
    #[must_use]
    pub fn snapped(self, beats: f64) -> f64 {
        let parts = self.chords_max();
        let place = (beats / self.length_beats() * f64::from(parts)).round();
        self.step_beats((place.max(0.0) as u32).min(parts - 1), parts)
    }
}

impl std::fmt::Display for Signature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.beats, self.unit)
    }
}

/// The steps at which things that last `weights` begin when they share a bar of `steps`: in proportion, on whole
/// steps, so that the earlier ones are longer where it does not come out even (three in 4/4 last 2, 1 and 1).
pub(super) fn begins(weights: &[u32], steps: u32) -> impl Iterator<Item = u32> {
    let total = weights.iter().sum::<u32>().max(1);
    weights.iter().scan(0_u32, move |sum, weight| {
        let begin = (*sum * steps).div_ceil(total);
        *sum += weight;
        Some(begin)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature(text: &str) -> Signature {
        Signature::parse(text).expect(text)
    }

    #[test]
    fn chords_share_a_bar_on_whole_steps_the_earlier_ones_longer() {
        #[rustfmt::skip]
        let table: [(&str, &[u32], &[u32]); 9] = [
            ("4/4", &[1, 1], &[0, 2]), ("4/4", &[1, 1, 1], &[0, 2, 3]), ("3/4", &[1, 1], &[0, 2]), ("5/4", &[1, 1], &[0, 3]),
            ("6/8", &[1, 1], &[0, 3]), ("2/2", &[1, 1, 1], &[0, 2, 3]), ("4/4", &[3, 1], &[0, 3]), ("4/4", &[1; 5], &[0, 2, 4, 5, 7]),
            ("12/8", &[3, 1], &[0, 9]),
        ];
        for (text, weights, wanted) in table {
            let steps = signature(text).steps_for(weights.len());
            assert_eq!(begins(weights, steps).collect::<Vec<_>>(), wanted, "{text} {weights:?}");
        }
    }

    #[test]
    fn lengths_are_in_beats_of_the_transport() {
        for (text, beats) in [("4/4", 4.0), ("2/2", 4.0), ("6/8", 2.0), ("12/8", 4.0), ("7/8", 3.5), ("3/8", 1.0)] {
            assert_eq!(signature(text).length_beats(), beats, "{text}");
        }
        assert!([(0, 4), (33, 4), (4, 3), (4, 0), (4, 1)].iter().all(|(b, u)| Signature::new(*b, *u).is_none()));
        assert_eq!(Signature::parse("4/x"), None);
    }

    #[test]
    fn a_bar_that_is_not_full_has_a_signature_of_its_own() {
        let table = [
            ("4/4", 3.0, "3/4"),
            ("2/2", 3.0, "3/4"),
            ("3/4", 0.5, "1/8"),
            ("6/8", 1.0, "2/8"),
            ("4/4", 1.33, "5/16"),
            ("4/4", 0.0, "4/4"),
            ("4/4", 1e9, "4/4"),
            ("4/4", f64::NAN, "4/4"),
        ];
        for (like, quarters, wanted) in table {
            assert_eq!(Signature::of_quarters(quarters, signature(like)), signature(wanted), "{like} {quarters}");
        }
    }

    #[test]
    fn every_place_stays_inside_its_bar() {
        for text in ["4/4", "6/8", "2/2", "1/16", "32/2"] {
            let signature = signature(text);
            for beats in [-1.0, 0.0, 0.1, 3.99, 1e9, f64::NAN, f64::INFINITY] {
                let at = signature.snapped(beats);
                assert!((0.0..signature.length_beats()).contains(&at), "{text} {beats}");
                assert_eq!(signature.snapped(at), at);
            }
        }
    }
}
