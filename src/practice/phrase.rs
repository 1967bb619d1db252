//! Phrases: what is sung in one breath.

/// Where the beats of a tala are, so that the onsets of notes can be compared with them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// A sam, seconds on the clock of the frames.
    pub sam_secs: f64,
    /// Length of a matra, seconds, above 0.
    pub matra_secs: f64,
    /// Notes to a matra, at least 1: the speed.
    pub parts: u8,
}

/// How one breath went.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Phrase {
    /// When its first note began, seconds.
    pub begin_secs: f64,
    /// When its last note ended, seconds.
    pub end_secs: f64,
    /// Notes that were true, near and off.
    pub counts: [u32; 3],
    /// By how much what was held rose over the breath (fell, negative), against its targets: cents a second.
    pub drift_cents_per_sec: f32,
    /// The same over the whole breath, cents.
    pub drift_cents: f32,
    /// Median of its onsets' distance from the nearest part of a matra, seconds; late is positive. None without a tala.
    pub tala_offset_secs: Option<f32>,
    /// Whether the breath is over.
    pub is_over: bool,
}
