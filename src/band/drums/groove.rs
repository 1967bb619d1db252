//! Grooves and fills, and the shelf of them that a style has.

use super::kit::Drum;
use super::tuning::LEVELLED;

/// Places a beat is divided into: 3 a sixteenth, 4 a triplet.
pub const UNITS: usize = 12;

/// One stroke of a pattern.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stroke {
    /// Where, in twelfths of a beat from the pattern's begin. Multiples of 3 lie on the unswung grid, others where they
    /// are.
    pub unit: u16,
    /// On what.
    pub drum: Drum,
    /// How hard, 1 to 127.
    pub velocity: f32,
    /// How much later than its place, in milliseconds.
    pub millis: f32,
}

/// Two bars that are played over and over.
#[derive(Clone, Debug, Default)]
pub struct Groove {
    /// Beats of one of its bars.
    pub beats: usize,
    /// The tempo it was played in, in beats a minute.
    pub bpm: f64,
    /// Whether it was written, so that nobody's timing is in it.
    pub is_written: bool,
    /// The same two bars as they were played one time or another; one at least.
    pub takes: Vec<Vec<Stroke>>,
}

impl Groove {
    /// Strokes a beat.
    #[must_use]
    pub fn density(&self) -> f32 {
        let strokes: usize = self.takes.iter().map(Vec::len).sum();
        strokes as f32 / (self.takes.len().max(1) * 2 * self.beats.max(1)) as f32
    }

    /// How loud its louder half is, 1 to 127.
    #[must_use]
    pub fn level(&self) -> f32 {
        let mut all: Vec<f32> = self.takes.iter().flatten().map(|stroke| stroke.velocity).collect();
        all.sort_by(f32::total_cmp);
        let half = &all[all.len() / 2..];
        half.iter().sum::<f32>() / half.len().max(1) as f32
    }

    /// The drum of these that is struck most often; the first where none is.
    #[must_use]
    pub fn most_of(&self, drums: &[Drum]) -> Drum {
        let count = |drum: &Drum| self.takes.iter().flatten().filter(|stroke| stroke.drum == *drum).count();
        drums.iter().rev().max_by_key(|drum| count(drum)).copied().unwrap_or_default()
    }
}

/// One bar that leads over to the next.
#[derive(Clone, Debug, Default)]
pub struct Fill {
    /// Its beats.
    pub beats: usize,
    /// Its strokes.
    pub strokes: Vec<Stroke>,
}

/// What a style has.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    /// The sparsest first.
    pub grooves: Vec<Groove>,
    /// The smallest first.
    pub fills: Vec<Fill>,
    /// How loud its grooves are, 1 to 127.
    pub level: f32,
}

impl Shelf {
    /// Brings the grooves to one loudness and puts everything into its order.
    pub fn put_in_order(&mut self) {
        let mut levels: Vec<f32> = self.grooves.iter().map(Groove::level).collect();
        levels.sort_by(f32::total_cmp);
        self.level = levels.get(levels.len() / 2).copied().unwrap_or(1.0);
        for groove in &mut self.grooves {
            let gain = (self.level / groove.level()).powf(LEVELLED);
            for stroke in groove.takes.iter_mut().flatten() {
                stroke.velocity = (stroke.velocity * gain).clamp(1.0, 127.0);
            }
        }
        self.grooves.sort_by(|a, b| a.density().total_cmp(&b.density()));
        self.fills.sort_by_key(|fill| fill.strokes.len());
    }

    /// The groove of a variation, 0 to 3: each has its own quarter of the densities, in which `chance`, 0 to 1, chooses.
    #[must_use]
    pub fn groove(&self, variation: u8, chance: f32) -> Option<&Groove> {
        let (count, quarter) = (self.grooves.len(), usize::from(variation.min(3)));
        let first = quarter * count / 4;
        let among = ((quarter + 1) * count / 4).max(first + 1) - first;
        self.grooves.get(first + ((chance * among as f32) as usize).min(among - 1))
    }

    /// A fill of about this fullness, 0 to 1; `chance`, 0 to 1, chooses among neighbours.
    #[must_use]
    pub fn fill(&self, fullness: f32, chance: f32) -> Option<&Fill> {
        let last = self.fills.len().checked_sub(1)?;
        let around = fullness.clamp(0.0, 1.0) * last as f32 + (chance - 0.5) * 3.0;
        self.fills.get((around.round().max(0.0) as usize).min(last))
    }
}
