//! How each thing in a line is judged.

use super::targets::Place;

/// How something that was sung stands, from the best to the worst; `Unjudged` is not a mark at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing is said about it.
    #[default]
    Unjudged,
    /// In tune, as the raga has it (green).
    True,
    /// Close (amber).
    Near,
    /// Out of tune, or not in the raga (red).
    Off,
}

/// How strictly is judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Marking {
    /// For beginners: the nearest swara of the raga, within 35 and 50 cents.
    #[default]
    Gentle,
    /// As the music asks for: Sa and Pa within 10 and 20 cents, the others within 20 and 35.
    True,
}

/// Why a figure has its verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Reason {
    /// It was too short, or nothing there can be judged.
    #[default]
    None,
    /// Held, and so far from its target.
    Held,
    /// It came in so many cents off and then settled on so many.
    CameIn {
        /// Cents over the target in the beginning.
        from_cents: f32,
        /// Cents over it once settled.
        then_cents: f32,
    },
    /// Held on a note that is not in the raga.
    Foreign,
    /// A kampita whose extremes and rate fit, or the one that does not.
    Swing,
    /// A kampita that is too slow or too fast, Hz.
    SwingRate(f32),
    /// A kampita one of whose extremes misses by so many cents.
    SwingReach(f32),
    /// A glide whose ends fit.
    Glide,
    /// A glide one of whose ends misses by so many cents.
    GlideEnd(f32),
    /// The touch of a neighbour: an ornament.
    Touch,
}

/// The verdict on one figure.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// The note that it is, with the cents off its target; of a glide the note that it arrives at.
    pub place: Place,
    /// Why.
    pub reason: Reason,
}
