//! The file of the pattern library: an index in order of its keys, and the notes of all patterns.
//!
//! Little-endian. Head: "SGPT", version, counts of index rows, patterns and notes, each u32. A row: key u32, first
//! pattern u32, patterns u16, 0 u16. A pattern: first note u32, notes u16, 0 u16. A note: begin u16 (in 1/240 beat from
//! [`EARLY_BEATS`] before the bar), length u16 (in 1/120 beat), key u8 (over a root of C, or the drum), velocity u8,
//! whether it is a tone of the chord u8, 0 u8.

use std::sync::Arc;

const MAGIC: &[u8; 4] = b"SGPT";
const VERSION: u32 = 1;
const HEAD: usize = 20;
const ROW: usize = 12;
const PATTERN: usize = 8;
const NOTE: usize = 8;
/// Notes may begin so much before their bar.
pub const EARLY_BEATS: f64 = 0.25;
const BEGINS_PER_BEAT: f64 = 240.0;
const LENGTHS_PER_BEAT: f64 = 120.0;

/// Where the bytes are: in memory, or in a file that the system maps.
pub type Bytes = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// Why a file is no pattern library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternsError {
    /// It begins otherwise.
    #[error("it is no pattern library")]
    Foreign,
    /// Of another version.
    #[error("it is of another version of Sangat")]
    Version,
    /// It ends too early, or a number in it leads outside.
    #[error("it is cut off or damaged")]
    Damaged,
}

/// A note of a pattern.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PatternNote {
    /// Where it begins, in beats of the bar, from -[`EARLY_BEATS`] on.
    pub begin_beats: f64,
    /// How long it sounds, in beats.
    pub length_beats: f64,
    /// MIDI key over a root of C; a drum's own key.
    pub key: u8,
    /// 1 to 127.
    pub velocity: u8,
    /// Whether it is a tone of the chord.
    pub is_tone: bool,
}

/// The library as it lies in its file.
#[derive(Clone)]
pub struct PatternFile {
    bytes: Bytes,
    rows: usize,
    patterns: usize,
    notes: usize,
}

impl PatternFile {
    /// Looks through the bytes.
    ///
    /// # Errors
    /// [`PatternsError`] where they are no library.
    pub fn new(bytes: Bytes) -> Result<Self, PatternsError> {
        let all = (*bytes).as_ref();
        if all.get(..4) != Some(MAGIC) {
            return Err(PatternsError::Foreign);
        }
        let head = |at: usize| u32_at(all, 4 + 4 * at).map(|count| count as usize).ok_or(PatternsError::Damaged);
        if head(0)? != VERSION as usize {
            return Err(PatternsError::Version);
        }
        let (rows, patterns, notes) = (head(1)?, head(2)?, head(3)?);
        let size = HEAD as u64 + (ROW * rows) as u64 + (PATTERN * patterns) as u64 + (NOTE * notes) as u64;
        let is_whole = [rows, patterns, notes].iter().all(|count| *count < 1 << 24) && size == all.len() as u64;
        let file = Self { rows, patterns, notes, bytes: Arc::clone(&bytes) };
        if is_whole && file.is_sound() { Ok(file) } else { Err(PatternsError::Damaged) }
    }

    /// Whether the index is in order and every number leads inside.
    fn is_sound(&self) -> bool {
        let keys = (0..self.rows).map(|row| self.row(row));
        let mut last = None;
        for (key, first, count) in keys {
            if last.is_some_and(|last| last >= key) || first + count > self.patterns || count == 0 {
                return false;
            }
            last = Some(key);
        }
        (0..self.patterns).all(|at| {
            let (first, count) = self.pattern(at);
            first + count <= self.notes
        })
    }

    /// How many patterns there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.patterns
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.patterns == 0
    }

    /// The patterns under a key, the best first: their numbers.
    #[must_use]
    pub fn under(&self, key: u32) -> Option<std::ops::Range<usize>> {
        let (mut low, mut high) = (0, self.rows);
        while low < high {
            let middle = low.midpoint(high);
            let (own, first, count) = self.row(middle);
            match own.cmp(&key) {
                std::cmp::Ordering::Equal => return Some(first..first + count),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// The notes of a pattern, in order of time.
    pub fn notes(&self, pattern: usize) -> impl Iterator<Item = PatternNote> + '_ {
        let (first, count) = self.pattern(pattern);
        (first..first + count).map(|note| {
            let at = HEAD + ROW * self.rows + PATTERN * self.patterns + NOTE * note;
            let byte = |n: usize| self.all().get(at + n).copied().unwrap_or_default();
            let short = |n: usize| f64::from(u16::from_le_bytes([byte(n), byte(n + 1)]));
            PatternNote {
                begin_beats: short(0) / BEGINS_PER_BEAT - EARLY_BEATS,
                length_beats: (short(2) / LENGTHS_PER_BEAT).max(1.0 / LENGTHS_PER_BEAT),
                key: byte(4).min(127),
                velocity: byte(5).clamp(1, 127),
                is_tone: byte(6) != 0,
            }
        })
    }

    fn all(&self) -> &[u8] {
        (*self.bytes).as_ref()
    }

    fn row(&self, row: usize) -> (u32, usize, usize) {
        let at = HEAD + ROW * row;
        let word = |at: usize| u32_at(self.all(), at).unwrap_or_default();
        (word(at), word(at + 4) as usize, (word(at + 8) & 0xffff) as usize)
    }

    fn pattern(&self, pattern: usize) -> (usize, usize) {
        let at = HEAD + ROW * self.rows + PATTERN * pattern;
        let word = |at: usize| u32_at(self.all(), at).unwrap_or_default();
        (word(at) as usize, (word(at + 4) & 0xffff) as usize)
    }
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map(u32::from_le_bytes)
}

/// Writes a library: the patterns under each key, the best first. Later ones under a key that was there are added to it.
#[must_use]
pub fn write(shelves: &std::collections::BTreeMap<u32, Vec<Vec<PatternNote>>>) -> Vec<u8> {
    let (mut rows, mut patterns, mut notes) = (Vec::new(), Vec::new(), Vec::new());
    for (key, shelf) in shelves.iter().filter(|(_, shelf)| !shelf.is_empty()) {
        rows.extend([*key, (patterns.len() / PATTERN) as u32, shelf.len() as u32].map(u32::to_le_bytes).concat());
        for pattern in shelf {
            patterns.extend([(notes.len() / NOTE) as u32, pattern.len() as u32].map(u32::to_le_bytes).concat());
            for note in pattern {
                let short = |value: f64| (value.round().clamp(0.0, 65_535.0) as u16).to_le_bytes();
                notes.extend(short((note.begin_beats + EARLY_BEATS) * BEGINS_PER_BEAT));
                notes.extend(short(note.length_beats * LENGTHS_PER_BEAT));
                notes.extend([note.key, note.velocity, u8::from(note.is_tone), 0]);
            }
        }
    }
    let counts = [rows.len() / ROW, patterns.len() / PATTERN, notes.len() / NOTE].map(|count| count as u32);
    let head = [&MAGIC[..], &VERSION.to_le_bytes(), &counts.map(u32::to_le_bytes).concat()].concat();
    [head, rows, patterns, notes].concat()
}
