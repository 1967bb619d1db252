//! What happens in a line: notes held, glides, kampitas, and touches of a neighbour.

/// Something that happens in a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// When it begins, seconds.
    pub begin_secs: f64,
    /// When it ends, seconds.
    pub end_secs: f64,
    /// What it is.
    pub shape: Shape,
    /// Consonants inside it: gaps of 80 ms or less on the same note.
    pub consonants: u8,
    /// Whether it only goes on what the figure before it began: a note too long to be kept whole.
    pub is_continued: bool,
}

/// What a figure is. All cents are over middle Sa.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// A steady note.
    Held(Held),
    /// A kampita or an andolan: a swing of two cycles or more.
    Swing(Swing),
    /// A glide: jaru, meend.
    Glide(Glide),
    /// A touch of a neighbour: kan, sphurita.
    Touch(Touch),
    /// A way that turns without swinging or staying: not judged.
    Turn,
}

/// A steady note, 80 ms or longer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Held {
    /// Median of what is judged of it, cents.
    pub cents: f32,
    /// Median of the first tenth of a second that is judged, cents.
    pub onset_cents: f32,
    /// Median of what comes after that, cents; of a short note the same as `onset_cents`.
    pub settled_cents: f32,
    /// Interquartile range over 1.349 of what is judged, cents.
    pub spread_cents: f32,
    /// Seconds of it that are judged: all but the first 60 ms of the note and 20 ms after a consonant.
    pub judged_secs: f32,
    /// Its vibrato, where it has one: narrow, 5 to 7 Hz, centred on the note.
    pub vibrato: Option<Vibrato>,
}

/// A vibrato of the Western kind, which is part of a held note.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Vibrato {
    /// Cycles a second.
    pub rate_hz: f32,
    /// From crest to trough, cents.
    pub extent_cents: f32,
}

/// A swing about a note or between two.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Swing {
    /// Median of its lower extremes, cents.
    pub low_cents: f32,
    /// Median of its upper extremes, cents.
    pub high_cents: f32,
    /// Mean of the line over it, cents.
    pub mean_cents: f32,
    /// Cycles a second.
    pub rate_hz: f32,
    /// Whole and half cycles, at least 2.
    pub cycles: f32,
}

impl Swing {
    /// From crest to trough, cents.
    #[must_use]
    pub fn extent_cents(&self) -> f32 {
        self.high_cents - self.low_cents
    }
}

/// A way from one pitch to another without turning back by more than 30 cents.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Glide {
    /// Where it begins, cents: the note before it, or its own first pitch.
    pub from_cents: f32,
    /// Where it arrives, cents: the note after it, or its own last pitch.
    pub to_cents: f32,
    /// Whether a note is left by it; otherwise it comes out of silence.
    pub is_left: bool,
    /// Whether a note is reached by it; otherwise it ends in silence.
    pub is_reached: bool,
}

impl Glide {
    /// Whether it rises.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.to_cents > self.from_cents
    }
}

/// How a neighbour is touched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TouchKind {
    /// Before a note, as its grace.
    #[default]
    Kan,
    /// From below, between two notes of the same pitch: the second is stressed.
    Sphurita,
    /// From above, between two notes of the same pitch.
    Pratyahata,
}

/// A touch of a neighbour, shorter than 0.1 s or so.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Touch {
    /// How.
    pub kind: TouchKind,
    /// What is touched, cents.
    pub cents: f32,
    /// The note that it belongs to, cents.
    pub main_cents: f32,
}
