//! How each thing in a line is judged.

use super::contour::{Figure, Glide, Held, Shape, Swing};
use super::targets::{Leniency, Place, Targets};
use super::tuning::{contour, verdict as tuning};

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

impl Marking {
    /// How far from its target a note is true, and how far near, cents. Sa and Pa are strict: they are compared with the
    /// drone.
    #[must_use]
    pub fn bands_cents(self, is_strict: bool) -> [f32; 2] {
        match self {
            Self::Gentle => tuning::GENTLE_CENTS,
            Self::True if is_strict => tuning::STRICT_CENTS,
            Self::True => tuning::PLAIN_CENTS,
        }
    }
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

/// Judges figures by the rule of their kind.
///
/// - A held note by its median: Sa and Pa strictly, the others in a band that covers both shades of the swara.
/// - A kampita by its extremes and its rate, never by its mean. Where no two anchors are taught, its extremes may stand on
///   two notes of the raga, or it may swing about one of them without going beyond the next.
/// - A glide by its ends: it is one only if it keeps its direction.
/// - A note outside the raga only where it is stable, and far from all of the raga's notes.
/// - Facts that are contested, or of a raga that is visited by other notes, make nobody's note worse than near.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judge {
    /// What is aimed at.
    pub targets: Targets,
    /// How strictly is judged.
    pub marking: Marking,
}

impl Judge {
    /// The verdict on a steady pitch, cents over middle Sa.
    #[must_use]
    pub fn pitch(&self, cents: f32) -> Judgement {
        let place = self.targets.named(cents);
        let is_foreign = !self.targets.has(place.position());
        let reason = if is_foreign { Reason::Foreign } else { Reason::Held };
        let verdict = if is_foreign { Verdict::Off } else { self.of_place(place) };
        self.held_back(Judgement { verdict, place, reason })
    }

    /// The verdict on a figure.
    #[must_use]
    pub fn figure(&self, figure: &Figure) -> Judgement {
        match &figure.shape {
            Shape::Held(held) => self.held(held),
            Shape::Swing(swing) => self.held_back(self.swing(swing)),
            Shape::Glide(glide) => self.held_back(self.glide(glide)),
            Shape::Touch(touch) => {
                let place = self.targets.named(touch.main_cents);
                Judgement { verdict: Verdict::Unjudged, place, reason: Reason::Touch }
            }
            Shape::Turn => Judgement::default(),
        }
    }

    /// True and near, cents.
    fn bands(&self, position: u8) -> [f32; 2] {
        self.marking.bands_cents(self.targets.is_strict(position))
    }

    fn of_place(&self, place: Place) -> Verdict {
        let [true_cents, near_cents] = self.bands(place.position());
        match place.off_cents.abs() {
            _ if self.targets.is_within(place, true_cents) => Verdict::True,
            off if off <= near_cents => Verdict::Near,
            _ => Verdict::Off,
        }
    }

    /// The judgement, no worse than the subject allows.
    fn held_back(&self, judgement: Judgement) -> Judgement {
        let Judgement { verdict, place, .. } = judgement;
        let is_drones = self.targets.is_strict(place.position()) && place.off_cents.abs() < tuning::FOREIGN_CENTS;
        let is_spared = match self.targets.leniency() {
            Leniency::None => false,
            Leniency::Visitors => !is_drones,
            Leniency::All => true,
        };
        let verdict = if is_spared { verdict.min(Verdict::Near) } else { verdict };
        Judgement { verdict, ..judgement }
    }

    fn held(&self, held: &Held) -> Judgement {
        if held.judged_secs < tuning::JUDGED_SECS {
            let place = self.targets.named(held.cents);
            return Judgement { place, ..Judgement::default() };
        }
        let mut judgement = self.pitch(held.cents);
        let (onset, settled) = (self.pitch(held.onset_cents), self.pitch(held.settled_cents));
        let is_came_in = held.vibrato.is_none()
            && (held.onset_cents - held.settled_cents).abs() >= tuning::CAME_IN_CENTS
            && settled.place.semitones == onset.place.semitones
            && onset.verdict > settled.verdict;
        if is_came_in {
            let reason = Reason::CameIn { from_cents: onset.place.off_cents, then_cents: settled.place.off_cents };
            let verdict = settled.verdict.max(onset.verdict.min(Verdict::Near));
            judgement = Judgement { verdict, reason, ..settled };
        }
        // What was too short to be meant is never marked off.
        if held.judged_secs + contour::ONSET_SECS as f32 <= tuning::OFF_SECS - 1e-3 {
            judgement.verdict = judgement.verdict.min(Verdict::Near);
        }
        judgement
    }

    fn swing(&self, swing: &Swing) -> Judgement {
        let targets = &self.targets;
        let (low, high) = (targets.nearest(swing.low_cents), targets.nearest(swing.high_cents));
        let about = targets.nearest(0.5 * (swing.low_cents + swing.high_cents));
        let is_about = about.off_cents.abs() <= tuning::ABOUT_CENTS;
        let beyond = || {
            let below = targets.cents(targets.neighbour(about.semitones, false)) - swing.low_cents;
            let above = swing.high_cents - targets.cents(targets.neighbour(about.semitones, true));
            below.max(above).max(0.0)
        };
        let between_miss = low.off_cents.abs().max(high.off_cents.abs());
        let is_between = low.semitones != high.semitones;
        let miss_cents = match (is_about, is_between) {
            (true, true) => beyond().min(between_miss),
            (true, false) => beyond(),
            (false, true) => between_miss,
            (false, false) => about.off_cents.abs() + tuning::SWING_CENTS[0] - tuning::ABOUT_CENTS,
        };
        // Sa and Pa are not shaken: a swing between one of them and another note is the other's.
        let owner = match () {
            () if is_about || !is_between => about,
            () if targets.is_strict(low.position()) => high,
            () if targets.is_strict(high.position()) => low,
            () => targets.nearest(swing.mean_cents),
        };
        let place = Place { off_cents: swing.mean_cents - targets.cents(owner.semitones), ..owner };
        let is_narrow = swing.extent_cents() <= contour::ANDOLAN_CENTS_MAX;
        let [slowest, fastest] = if is_narrow { tuning::ANDOLAN_HZ } else { tuning::SWING_HZ };
        let is_in_rate = (slowest - tuning::RATE_SLACK_HZ..=fastest + tuning::RATE_SLACK_HZ).contains(&swing.rate_hz);
        let [true_cents, near_cents] = tuning::SWING_CENTS;
        let (verdict, reason) = match miss_cents {
            miss if miss > near_cents => (Verdict::Off, Reason::SwingReach(miss)),
            miss if miss > true_cents => (Verdict::Near, Reason::SwingReach(miss)),
            _ if !is_in_rate => (Verdict::Near, Reason::SwingRate(swing.rate_hz)),
            _ => (Verdict::True, Reason::Swing),
        };
        Judgement { verdict, place, reason }
    }

    fn glide(&self, glide: &Glide) -> Judgement {
        let (from, to) = (self.targets.nearest(glide.from_cents), self.targets.nearest(glide.to_cents));
        if !glide.is_reached {
            return Judgement { place: to, ..Judgement::default() };
        }
        let miss = |place: Place| place.off_cents.abs();
        let worse = if glide.is_left && miss(from) > miss(to) { from } else { to };
        let [true_cents, near_cents] = tuning::GENTLE_CENTS;
        let (verdict, reason) = match miss(worse) {
            cents if cents <= true_cents => (Verdict::True, Reason::Glide),
            cents if cents <= near_cents => (Verdict::Near, Reason::GlideEnd(worse.off_cents)),
            _ => (Verdict::Off, Reason::GlideEnd(worse.off_cents)),
        };
        Judgement { verdict, place: to, reason }
    }
}
