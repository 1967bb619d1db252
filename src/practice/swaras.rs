//! What was held of each swara, added up.

use super::tuning::swaras as tuning;
use super::verdict::{Judge, Verdict};

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
    /// Share of all time that was held or swung, 0 to 1.
    pub share: f32,
    /// The verdict on the median; unjudged where it was only swung on, or hardly held.
    pub verdict: Verdict,
}

/// Steps of a cell's histogram, a cent each.
const BINS: usize = 2 * tuning::REACH_CENTS as usize + 1;

/// What was held of one swara in one octave.
#[derive(Clone, Debug)]
struct Cell {
    count: u32,
    /// Frames in all, and those of them that are in the histogram.
    frames: u32,
    held: u32,
    /// Frames by their pitch, cents over the equal-tempered place of the note.
    bins: [u32; BINS],
}

impl Cell {
    /// The pitch below which a share of the frames lies, cents over the equal-tempered place.
    fn quantile(&self, share: f32) -> f32 {
        let wanted = share * self.held as f32;
        let mut below = 0.0;
        for (bin, frames) in self.bins.iter().enumerate().filter(|(_, frames)| **frames > 0) {
            let frames = *frames as f32;
            if below + frames >= wanted {
                return bin as f32 - tuning::REACH_CENTS - 0.5 + (wanted - below) / frames;
            }
            below += frames;
        }
        0.0
    }
}

/// The table of the swaras, from two octaves below middle Sa to three above. 45 KB; only `new` allocates.
#[derive(Clone, Debug)]
pub struct SwaraTable {
    cells: Vec<Cell>,
}

impl Default for SwaraTable {
    fn default() -> Self {
        Self::new()
    }
}

impl SwaraTable {
    /// Before the first note.
    #[must_use]
    pub fn new() -> Self {
        let cells = usize::from(tuning::LOWEST.unsigned_abs() + tuning::HIGHEST.unsigned_abs());
        Self { cells: vec![Cell { count: 0, frames: 0, held: 0, bins: [0; BINS] }; cells] }
    }

    /// Forgets everything. Real-time safe.
    pub fn reset(&mut self) {
        for cell in &mut self.cells {
            (cell.count, cell.frames, cell.held) = (0, 0, 0);
            cell.bins.fill(0);
        }
    }

    /// Counts a note, semitones above middle Sa. Real-time safe.
    pub fn count(&mut self, semitones: i16) {
        if let Some(cell) = self.cell(semitones) {
            cell.count = cell.count.saturating_add(1);
        }
    }

    /// Adds frames that were held on a note at a pitch, cents over middle Sa. Real-time safe.
    pub fn hold(&mut self, semitones: i16, cents: f32, frames: u32) {
        let off = cents - 100.0 * f32::from(semitones) + tuning::REACH_CENTS;
        if let Some(cell) = self.cell(semitones) {
            let bin = off.round().clamp(0.0, (BINS - 1) as f32) as usize;
            cell.bins[bin] = cell.bins[bin].saturating_add(frames);
            cell.held = cell.held.saturating_add(frames);
            cell.frames = cell.frames.saturating_add(frames);
        }
    }

    /// Adds frames that swung on a note. Real-time safe.
    pub fn swing(&mut self, semitones: i16, frames: u32) {
        if let Some(cell) = self.cell(semitones) {
            cell.frames = cell.frames.saturating_add(frames);
        }
    }

    /// Where a note was held, its median in cents over middle Sa; none before it was held for a moment.
    #[must_use]
    pub fn own_cents(&self, semitones: i16) -> Option<f32> {
        let cell = self.cells.get(index(semitones)?).filter(|cell| cell.held >= tuning::FRAMES_MIN)?;
        Some(100.0 * f32::from(semitones) + cell.quantile(0.5))
    }

    /// What was sung, rising, with each median as it is judged.
    pub fn rows<'a>(&'a self, judge: &'a Judge) -> impl Iterator<Item = SwaraRow> + 'a {
        let total = self.cells.iter().map(|cell| f64::from(cell.frames)).sum::<f64>().max(1.0);
        let is_sung = |cell: &Cell| cell.count > 0 || cell.frames > 0;
        self.cells.iter().enumerate().filter(move |(_, cell)| is_sung(cell)).map(move |(at, cell)| {
            let semitones = at as i16 + tuning::LOWEST;
            let cents = 100.0 * f32::from(semitones) + cell.quantile(0.5);
            let is_held = cell.held > 0;
            SwaraRow {
                semitones,
                count: cell.count,
                median_cents: if is_held { cents - judge.targets.cents(semitones) } else { 0.0 },
                spread_cents: if is_held { (cell.quantile(0.75) - cell.quantile(0.25)) / 1.349 } else { 0.0 },
                share: (f64::from(cell.frames) / total) as f32,
                verdict: match cell.held >= tuning::FRAMES_MIN {
                    true => judge.pitch(cents).verdict,
                    false => Verdict::Unjudged,
                },
            }
        })
    }

    fn cell(&mut self, semitones: i16) -> Option<&mut Cell> {
        self.cells.get_mut(index(semitones)?)
    }
}

fn index(semitones: i16) -> Option<usize> {
    usize::try_from(i32::from(semitones) - i32::from(tuning::LOWEST)).ok()
}
