//! What a practice file ends with: the figures of a whole take, to be written as JSON.

use super::hearing::Hearing;
use super::verdict::Verdict;

/// A take in figures. Serializes to `{"sa_hz", "raga", "swaras": [...], "phrases": [...], "raga_hint": [...]}` and a
/// few fields more.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct Summary {
    /// Sa, Hz.
    pub sa_hz: f32,
    /// The raga or scale.
    pub raga: String,
    /// What was heard at the end: figures are few or none where it is not `clear`.
    pub hearing: Hearing,
    /// Seconds during which nothing was judged, because it was no single clear voice.
    pub unclear_secs: f64,
    /// The swaras that were held, rising.
    pub swaras: Vec<SwaraSummary>,
    /// The breaths.
    pub phrases: Vec<PhraseSummary>,
    /// By how much what was held rose within a breath, over all breaths: cents a second.
    pub drift_cents_per_sec: f32,
    /// Remarks on the order of notes, as sentences; each once, with how often it was made.
    pub remarks: Vec<RemarkSummary>,
    /// The ragas that it may have been, the likeliest first; filled in by whoever ran the hint.
    pub raga_hint: Vec<HintSummary>,
}

/// One swara of a take.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct SwaraSummary {
    /// Its symbol: "G3", "M".
    pub swara: String,
    /// Its octave: 0 is the middle one.
    pub octave: i8,
    /// Median of what was held over the raga's own target for it, cents.
    pub median_cents: f32,
    /// Spread of what was held, cents.
    pub spread_cents: f32,
    /// Share of all time that was held, 0 to 1.
    pub share: f32,
    /// How often it was held.
    pub count: u32,
    /// The verdict on the median.
    pub verdict: Verdict,
}

/// One breath of a take.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct PhraseSummary {
    /// When it begins, seconds.
    pub begin_secs: f64,
    /// When it ends, seconds.
    pub end_secs: f64,
    /// Notes that were in tune.
    #[serde(rename = "true")]
    pub in_tune: u32,
    /// Notes that were near.
    pub near: u32,
    /// Notes that were off.
    pub off: u32,
    /// By how much what was held rose, cents a second.
    pub drift_cents_per_sec: f32,
    /// Median distance of its onsets from the tala, ms; late is positive. Null without a tala.
    pub tala_offset_ms: Option<f32>,
    /// How it went, in words.
    pub sentence: String,
}

/// A remark on the order of notes.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct RemarkSummary {
    /// The sentence.
    pub sentence: String,
    /// How often.
    pub count: u32,
}

/// A raga that it may have been.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct HintSummary {
    /// Its name.
    pub raga: String,
    /// How likely it is, 0 to 1.
    pub probability: f32,
    /// Why, in words.
    pub evidence: String,
}
