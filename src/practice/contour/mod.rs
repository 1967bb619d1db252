//! What happens in a line: notes held, glides, kampitas, and touches of a neighbour.
//!
//! The newest stretch of voice is cut anew every 20 ms, so that each new frame may tell what the ones before it were;
//! what can no longer change is given away and forgotten. First the turns of the line are looked for that follow each
//! other regularly (a swing), then in what remains the moves, by its slope; what is steady between them is held, and the
//! ways from one steady place to the next are glides, touches, turns or plain steps.

mod cut;
mod swing;
#[cfg(test)]
mod tests;

use super::tuning::contour as tuning;
use cut::{Before, Cutter};

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

/// A voiced frame of the line.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    /// When, seconds.
    pub at_secs: f64,
    /// Cents over middle Sa.
    pub cents: f32,
    /// When the voice came back, for the first point after a silence; the same as `at_secs` otherwise.
    voiced_secs: f64,
    /// Whether a consonant is before it.
    is_after_gap: bool,
}

/// Cuts a settled line into figures. `new` allocates; nothing else does, nothing fails, and the work of a frame is
/// bounded.
#[derive(Debug)]
pub struct Contour {
    points: Vec<Point>,
    cutter: Cutter,
    open: Vec<Figure>,
    before: Option<Before>,
    is_continued: bool,
    /// The newest time given.
    now_secs: f64,
    /// When somebody last sang, and since when without a pause.
    voiced: Option<(f64, f64)>,
    frames: u32,
}

impl Default for Contour {
    fn default() -> Self {
        Self::new()
    }
}

impl Contour {
    /// Before the first note.
    #[must_use]
    pub fn new() -> Self {
        Self {
            points: Vec::with_capacity(tuning::POINTS_MAX),
            cutter: Cutter::new(),
            open: Vec::with_capacity(2 * tuning::FIGURES_MAX),
            before: None,
            is_continued: false,
            now_secs: f64::MIN,
            voiced: None,
            frames: 0,
        }
    }

    /// Forgets everything. Real-time safe.
    pub fn reset(&mut self) {
        self.points.clear();
        self.open.clear();
        self.cutter.cuts.clear();
        (self.before, self.voiced) = (None, None);
        (self.is_continued, self.now_secs, self.frames) = (false, f64::MIN, 0);
    }

    /// Takes in the next frame of the line, 5 ms after the last: cents over middle Sa where somebody sings. What has
    /// become final by it goes to `out`, each figure with the points of it that are judged, in order. A time that is
    /// not later than the last is passed over. Real-time safe.
    pub fn step(&mut self, at_secs: f64, cents: Option<f32>, out: &mut impl FnMut(Figure, &[Point])) {
        if !at_secs.is_finite() || at_secs <= self.now_secs {
            return;
        }
        self.now_secs = at_secs;
        let is_silent_for =
            |secs: f64| self.voiced.is_some_and(|(last, _)| at_secs - last > secs + 0.5 * tuning::HOP_SECS);
        if is_silent_for(tuning::CONSONANT_SECS) {
            self.end(out);
        }
        let Some(cents) = cents.filter(|cents| cents.is_finite() && cents.abs() < 12_000.0) else { return };
        let is_after_gap = self.voiced.is_some_and(|(last, _)| at_secs - last > 1.5 * tuning::HOP_SECS);
        let since_secs = self.voiced.filter(|_| !is_after_gap).map_or(at_secs, |(_, since)| since);
        self.voiced = Some((at_secs, since_secs));
        if at_secs - since_secs < tuning::REVOICE_SECS - 0.5 * tuning::HOP_SECS {
            return;
        }
        // The first point that is kept after a silence stands for the voice since it came back.
        let last = self.points.last().copied();
        let is_first = last.is_none_or(|last| last.at_secs < since_secs);
        let is_other_note = last.filter(|_| is_first).is_some_and(|_| self.differs(cents));
        if is_other_note {
            self.end(out);
            self.voiced = Some((at_secs, since_secs));
        }
        if self.points.len() == tuning::POINTS_MAX {
            self.cut_off(out);
        }
        let is_run = last.is_some() && !is_other_note;
        let voiced_secs = if is_first { since_secs } else { at_secs };
        self.points.push(Point { at_secs, cents, voiced_secs, is_after_gap: is_first && is_run });
        self.frames += 1;
        if self.frames >= tuning::CUT_FRAMES {
            self.cut(false, out);
        }
    }

    /// Ends the voice: all that is open becomes final. Real-time safe.
    pub fn end(&mut self, out: &mut impl FnMut(Figure, &[Point])) {
        self.cut(true, out);
        self.points.clear();
        self.open.clear();
        (self.before, self.voiced, self.is_continued) = (None, None, false);
    }

    /// The figures that may still change, the oldest first, the one that sounds last.
    #[must_use]
    pub fn open(&self) -> &[Figure] {
        &self.open
    }

    /// Whether a pitch is not that of the voice before the consonant.
    fn differs(&mut self, cents: f32) -> bool {
        let mut last = [0.0; 5];
        let count = self.points.len().min(last.len());
        for (slot, point) in last.iter_mut().zip(&self.points[self.points.len() - count..]) {
            *slot = point.cents;
        }
        last[..count].sort_unstable_by(f32::total_cmp);
        count > 0 && (last[count / 2] - cents).abs() > tuning::CONSONANT_CENTS
    }

    /// Makes room: what is kept becomes final, and what sounds goes on in another figure.
    fn cut_off(&mut self, out: &mut impl FnMut(Figure, &[Point])) {
        self.cut(true, out);
        self.points.clear();
        self.is_continued = true;
    }

    fn cut(&mut self, is_over: bool, out: &mut impl FnMut(Figure, &[Point])) {
        self.frames = 0;
        self.cutter.cut(&self.points, self.before, is_over);
        if let Some(first) = self.cutter.cuts.first_mut() {
            first.figure.is_continued = self.is_continued && matches!(first.figure.shape, Shape::Held(_));
        }
        let cuts = &self.cutter.cuts;
        let is_final = |figure: &Figure| {
            let since_secs = self.now_secs - figure.end_secs;
            let wanted_secs = match figure.shape {
                Shape::Held(_) if figure.end_secs - figure.begin_secs >= tuning::ANCHOR_SECS => tuning::HELD_FINAL_SECS,
                Shape::Swing(_) => tuning::SWING_FINAL_SECS,
                _ => tuning::FINAL_SECS,
            };
            is_over || since_secs >= wanted_secs
        };
        let count = cuts.iter().rposition(|cut| is_final(&cut.figure)).map_or(0, |last| last + 1);
        for cut in &cuts[..count] {
            out(cut.figure, &self.points[cut.judged.clone()]);
            self.is_continued = false;
            self.before = match cut.figure.shape {
                Shape::Held(held) => Some(Before { cents: held.settled_cents, is_held: true }),
                Shape::Swing(swing) => Some(Before { cents: swing.mean_cents, is_held: false }),
                _ => self.before,
            };
        }
        self.open.clear();
        self.open.extend(cuts[count..].iter().map(|cut| cut.figure));
        if let Some(last) = count.checked_sub(1).map(|last| cuts[last].end) {
            self.points.drain(..last);
        }
    }
}

/// The middle of some values, which it puts in order; 0 of none.
fn median(values: &mut [f32]) -> f32 {
    quantile(values, 0.5)
}

/// The value below which a share of the values lies; 0 of none.
fn quantile(values: &mut [f32], share: f32) -> f32 {
    let Some(last) = values.len().checked_sub(1) else { return 0.0 };
    let at = (share * last as f32).round() as usize;
    *values.select_nth_unstable_by(at.min(last), f32::total_cmp).1
}
