//! Phrases: what is sung in one breath.

use super::targets::Names;
use super::tuning::phrase as tuning;
use super::verdict::{Judgement, Reason, Verdict};
use crate::base::InlineVec;
use std::collections::VecDeque;

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

impl Phrase {
    /// Notes that were judged.
    #[must_use]
    pub fn judged(&self) -> u32 {
        self.counts.iter().sum()
    }

    /// "14 of 15 in tune"; empty where nothing was judged.
    #[must_use]
    pub fn headline(&self) -> String {
        if self.judged() == 0 { String::new() } else { format!("{} of {} in tune", self.counts[0], self.judged()) }
    }
}

impl Grid {
    /// How far a time is from the nearest part of a matra, seconds; late is positive. 0 where the grid is none.
    #[must_use]
    pub fn offset_secs(&self, at_secs: f64) -> f64 {
        let part_secs = self.matra_secs / f64::from(self.parts.max(1));
        let parts = (at_secs - self.sam_secs) / part_secs;
        if parts.is_finite() { (parts - parts.round()) * part_secs } else { 0.0 }
    }
}

/// The note of a breath that went worst.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Worst {
    judgement: Judgement,
    /// The note before it in the same breath, semitones above middle Sa.
    from: Option<i16>,
}

impl Worst {
    /// How bad it is: the verdict, then how far off.
    fn rank(&self) -> (Verdict, f32) {
        let cents = match self.judgement.reason {
            Reason::CameIn { from_cents, .. } => from_cents,
            Reason::SwingReach(cents) => cents,
            _ => self.judgement.place.off_cents,
        };
        (self.judgement.verdict, cents.abs())
    }
}

/// A breath and what its sentence needs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Breath {
    /// Its figures.
    pub phrase: Phrase,
    worst: Option<Worst>,
    last: Option<i16>,
}

impl Breath {
    /// "D came in 24 cents low from P, then settled. The others held."; empty where nothing was judged. Allocates.
    #[must_use]
    pub fn sentence(&self, names: &Names, subject: &str) -> String {
        let [in_tune, near, off] = self.phrase.counts;
        let Some(worst) = self.worst.filter(|_| near + off > 0) else {
            return if in_tune > 0 { "All held.".to_owned() } else { String::new() };
        };
        let Judgement { place, reason, .. } = worst.judgement;
        let symbol = names.symbol(place.semitones);
        let way = |cents: f32| if cents < 0.0 { "low" } else { "high" };
        let by = |cents: f32| format!("{:.0} cents {}", cents.abs(), way(cents));
        let story = match reason {
            Reason::CameIn { from_cents, then_cents } => {
                let from = worst.from.map_or(String::new(), |from| format!(" from {}", names.symbol(from)));
                let is_settled = then_cents.abs() < from_cents.abs();
                let then = if is_settled { "then settled".to_owned() } else { format!("then was {}", by(then_cents)) };
                format!("{symbol} came in {}{from}, {then}.", by(from_cents))
            }
            Reason::Foreign => format!("{symbol} is not in {subject}."),
            Reason::SwingRate(hz) => {
                let pace = if hz < 5.0 { "slow" } else { "fast" };
                format!("The kampita on {symbol} was {pace}, {hz:.1} a second.")
            }
            Reason::SwingReach(cents) => format!("The kampita on {symbol} missed its notes by {cents:.0} cents."),
            _ => format!("{symbol} was {}.", by(place.off_cents)),
        };
        let rest = match (near + off - 1, in_tune) {
            (0, 0) => String::new(),
            (0, 1) => " The other held.".to_owned(),
            (0, _) => " The others held.".to_owned(),
            (1, _) => " One more was not in tune.".to_owned(),
            (more, _) => format!(" {more} more were not in tune."),
        };
        story + &rest
    }
}

/// Sums for a straight line through what was held, by time.
#[derive(Clone, Copy, Debug, Default)]
struct Drift {
    count: f64,
    secs: f64,
    cents: f64,
    secs_secs: f64,
    secs_cents: f64,
    last_secs: f64,
}

impl Drift {
    fn add(&mut self, secs: f64, cents: f64) {
        self.count += 1.0;
        self.secs += secs;
        self.cents += cents;
        self.secs_secs += secs * secs;
        self.secs_cents += secs * cents;
        self.last_secs = secs;
    }

    /// Sums of squares of time and of its products with the offset, about their means.
    fn centred(&self) -> [f64; 2] {
        let count = self.count.max(1.0);
        [self.secs_secs - self.secs * self.secs / count, self.secs_cents - self.secs * self.cents / count]
    }
}

/// The breaths of a take. `new` allocates; sentences do; nothing else.
#[derive(Debug)]
pub struct Phrases {
    current: Option<Breath>,
    drift: Drift,
    /// Over all breaths that are over.
    all_drift: [f64; 2],
    onsets: InlineVec<f32, { tuning::ONSETS_MAX }>,
    done: VecDeque<Breath>,
    grid: Option<Grid>,
}

impl Default for Phrases {
    fn default() -> Self {
        Self::new()
    }
}

impl Phrases {
    /// Before the first breath.
    #[must_use]
    pub fn new() -> Self {
        Self {
            current: None,
            drift: Drift::default(),
            all_drift: [0.0; 2],
            onsets: InlineVec::default(),
            done: VecDeque::with_capacity(tuning::PHRASES_MAX),
            grid: None,
        }
    }

    /// Forgets all breaths; the tala stays. Real-time safe.
    pub fn reset(&mut self) {
        self.done.clear();
        (self.current, self.drift, self.all_drift) = (None, Drift::default(), [0.0; 2]);
        self.onsets.clear();
    }

    /// The tala that runs, or none. Real-time safe.
    pub fn set_grid(&mut self, grid: Option<Grid>) {
        self.grid = grid.filter(|grid| grid.sam_secs.is_finite() && grid.matra_secs > 0.0);
    }

    /// The tala that runs.
    #[must_use]
    pub fn grid(&self) -> Option<Grid> {
        self.grid
    }

    /// Adds a note, from when it begins to when it ends in seconds, with its verdict. Real-time safe.
    pub fn note(&mut self, [begin_secs, end_secs]: [f64; 2], judgement: Judgement) {
        let fresh = Breath { phrase: Phrase { begin_secs, ..Phrase::default() }, ..Breath::default() };
        let breath = self.current.get_or_insert(fresh);
        breath.phrase.end_secs = breath.phrase.end_secs.max(end_secs);
        let place = match judgement.verdict {
            Verdict::Unjudged => None,
            Verdict::True => Some(0),
            Verdict::Near => Some(1),
            Verdict::Off => Some(2),
        };
        if let Some(place) = place {
            breath.phrase.counts[place] += 1;
        }
        let worst = Worst { judgement, from: breath.last };
        let is_bad = judgement.verdict > Verdict::True;
        if is_bad && breath.worst.is_none_or(|old| worst.rank() > old.rank()) {
            breath.worst = Some(worst);
        }
        breath.last = Some(judgement.place.semitones);
        if let Some(grid) = self.grid {
            // The onsets that do not fit are those after the sixty-fourth of one breath.
            let _full = self.onsets.push(grid.offset_secs(begin_secs) as f32);
            breath.phrase.tala_offset_secs = median(&self.onsets);
        }
    }

    /// Prolongs the note that was added last. Real-time safe.
    pub fn prolong(&mut self, end_secs: f64) {
        if let Some(breath) = &mut self.current {
            breath.phrase.end_secs = breath.phrase.end_secs.max(end_secs);
        }
    }

    /// Adds a frame that was held in the current breath, cents over its target. Real-time safe.
    pub fn hold(&mut self, at_secs: f64, off_cents: f32) {
        let Some(breath) = &mut self.current else { return };
        self.drift.add(at_secs - breath.phrase.begin_secs, f64::from(off_cents));
        let [squares, products] = self.drift.centred();
        if self.drift.last_secs >= tuning::DRIFT_SECS_MIN && squares > 0.0 {
            breath.phrase.drift_cents_per_sec = (products / squares) as f32;
            breath.phrase.drift_cents = (products / squares * self.drift.last_secs) as f32;
        }
    }

    /// Ends the breath. Real-time safe.
    pub fn end(&mut self) {
        let Some(mut breath) = self.current.take() else { return };
        breath.phrase.is_over = true;
        let centred = self.drift.centred();
        if self.drift.last_secs >= tuning::DRIFT_SECS_MIN {
            self.all_drift = [self.all_drift[0] + centred[0], self.all_drift[1] + centred[1]];
        }
        if self.done.len() == tuning::PHRASES_MAX {
            self.done.pop_front();
        }
        self.done.push_back(breath);
        self.drift = Drift::default();
        self.onsets.clear();
    }

    /// The breath that is being sung, or else the last one.
    #[must_use]
    pub fn latest(&self) -> Option<&Breath> {
        self.current.as_ref().or(self.done.back())
    }

    /// Whether a breath is being sung.
    #[must_use]
    pub fn is_singing(&self) -> bool {
        self.current.is_some()
    }

    /// The breaths that are over, the oldest first.
    pub fn done(&self) -> impl Iterator<Item = &Breath> {
        self.done.iter()
    }

    /// By how much what was held rose within a breath, over all that are over: cents a second.
    #[must_use]
    pub fn drift_cents_per_sec(&self) -> f32 {
        let [squares, products] = self.all_drift;
        if squares > 0.0 { (products / squares) as f32 } else { 0.0 }
    }
}

fn median(values: &InlineVec<f32, { tuning::ONSETS_MAX }>) -> Option<f32> {
    let mut sorted = *values;
    sorted.sort_unstable_by(f32::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}
