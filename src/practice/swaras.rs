//! What was held of each swara, added up.

use super::verdict::Verdict;

/// One swara in one octave, as it was sung.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SwaraRow {
    /// Semitones above middle Sa.
    pub semitones: i16,
    /// Notes that were held or swung on it.
    pub count: u32,
    /// Median of what was held, cents over the raga's own target.
    pub median_cents: f32,
    /// Spread of what was held: interquartile range over 1.349, which is the standard deviation of a normal spread;
    /// cents.
    pub spread_cents: f32,
    /// Share of all time that was held, 0 to 1.
    pub share: f32,
    /// The verdict on the median.
    pub verdict: Verdict,
}
