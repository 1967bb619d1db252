//! What a trunk remembers of one sequence: keys and values of its last elements, in rings.

use crate::neural::maths::{dot, softmax};
use crate::neural::weights::TrunkShape;

/// Elements that an element attends to, itself among them.
pub const WINDOW: usize = 256;
/// Elements that can be taken back without a loss.
pub const REWIND_MAX: usize = 128;
/// Elements that a ring holds.
pub const RING: usize = WINDOW + REWIND_MAX;

/// The memory of one sequence. Allocates in `new` alone.
///
/// Per layer and head stand the keys, then the values, each as (channel, slot): what is summed over slots or channels
/// then goes along the slots.
#[derive(Clone, Debug)]
pub struct Memory {
    shape: TrunkShape,
    keys: Vec<f32>,
    values: Vec<f32>,
    len: usize,
    /// The oldest element whose keys and values are still there.
    oldest: usize,
    scores: Box<[f32; WINDOW]>,
}

impl Memory {
    /// An empty one.
    #[must_use]
    pub fn new(shape: TrunkShape) -> Self {
        let numbers = vec![0.0; shape.layers * shape.width * RING];
        Self { shape, keys: numbers.clone(), values: numbers, len: 0, oldest: 0, scores: Box::new([0.0; WINDOW]) }
    }

    /// One that attends to as much as one can, of nothing: to measure with.
    #[must_use]
    pub fn as_if_full(shape: TrunkShape) -> Self {
        Self { len: RING, ..Self::new(shape) }
    }

    /// Elements so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing was put in yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        (self.len, self.oldest) = (0, 0);
    }

    /// Goes back to when there were `len` elements; `false`, and nothing is changed, where what they attend to is gone.
    pub fn rewind(&mut self, len: usize) -> bool {
        let is_there = len <= self.len && (self.oldest == 0 || len >= self.oldest + WINDOW);
        if is_there {
            self.len = len;
        }
        is_there
    }

    /// So many more elements were put in at every layer.
    pub(super) fn grow(&mut self, elements: usize) {
        self.len += elements;
        self.oldest = self.oldest.max(self.len.saturating_sub(RING));
    }

    /// Puts in the element `ahead` places after the last one at one layer, and attends to it and those before it.
    /// `qkv` holds query, key and value; `out` has the width of the trunk. With a penalty that grows with the distance
    /// (ALiBi: Press, Smith and Lewis 2022).
    pub(super) fn attend(&mut self, layer: usize, ahead: usize, qkv: &[f32], out: &mut [f32]) {
        let (width, head_width) = (self.shape.width, self.shape.head_width());
        let (query, rest) = qkv.split_at(width);
        let (key, value) = rest.split_at(width);
        let at = self.len + ahead;
        let slot = at % RING;
        let plane = &mut self.keys[layer * width * RING..][..width * RING];
        plane.chunks_exact_mut(RING).zip(key).for_each(|(slots, key)| slots[slot] = *key);
        let plane = &mut self.values[layer * width * RING..][..width * RING];
        plane.chunks_exact_mut(RING).zip(value).for_each(|(slots, value)| slots[slot] = *value);
        let count = (at + 1).min(WINDOW);
        let first = (at + 1 - count) % RING;
        // The window in one piece, or in two where it goes over the ring's end.
        let whole = count.min(RING - first);
        let pieces = [(first, 0, whole), (0, whole, count - whole)];
        let scale = 1.0 / (head_width as f32).sqrt();
        for head in 0..self.shape.heads {
            let scores = &mut self.scores[..count];
            let slope = (-8.0 * (head + 1) as f32 / self.shape.heads as f32).exp2();
            for (age, score) in scores.iter_mut().rev().enumerate() {
                *score = -slope * age as f32;
            }
            let base = (layer * width + head * head_width) * RING;
            let keys = &self.keys[base..][..head_width * RING];
            let query = &query[head * head_width..][..head_width];
            for (slot, place, len) in pieces {
                let scores = &mut scores[place..place + len];
                for (four, query) in keys.chunks_exact(4 * RING).zip(query.as_chunks::<4>().0) {
                    let [a, b, c, d] = std::array::from_fn(|n| &four[n * RING + slot..][..len]);
                    let [qa, qb, qc, qd] = query.map(|q| q * scale);
                    for at in 0..len {
                        scores[at] += (qa * a[at] + qb * b[at]) + (qc * c[at] + qd * d[at]);
                    }
                }
            }
            softmax(scores);
            let values = &self.values[base..][..head_width * RING];
            let out = &mut out[head * head_width..][..head_width];
            for (slots, out) in values.chunks_exact(RING).zip(out) {
                *out = pieces.iter().map(|(slot, at, len)| dot(&slots[*slot..][..*len], &scores[*at..][..*len])).sum();
            }
        }
    }
}
