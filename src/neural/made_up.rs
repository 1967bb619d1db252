//! Models with random weights, of any size: to measure with where there is no file, and to test with.

use super::represent::drums::{self, DRUMS, LAST, OFFSETS, RHYTHM};
use super::represent::notes::{self, NUDGES, PITCHES, WHENS};
use super::represent::{LENGTHS, VELOCITIES};
use super::weights::{PartStyles, TrunkShape, Weights};
use crate::band::{Part, STYLES};
use crate::base::Rng;

/// Names and shapes of all tensors of a model.
fn layout(shape: TrunkShape, parts: &[Part]) -> Vec<(String, Vec<usize>)> {
    let d = shape.width;
    let mut all = vec![("trunk.norm".to_owned(), vec![d])];
    for layer in 0..shape.layers {
        let matrices = [("qkv", 3 * d, d), ("out", d, d), ("up", 4 * d, d), ("down", d, 4 * d)];
        all.extend(matrices.map(|(name, rows, columns)| (format!("trunk.{layer}.{name}"), vec![rows, columns])));
        all.extend(["norm1", "norm2"].map(|name| (format!("trunk.{layer}.{name}"), vec![d])));
    }
    for part in parts.iter().map(|part| part.key()) {
        let table = |(name, classes): &(&str, usize)| (format!("{part}.embed.{name}"), vec![*classes, d]);
        let head = |(name, classes): (&str, usize)| {
            let sizes = [("w1", vec![d, d]), ("b1", vec![d]), ("w2", vec![classes, d]), ("b2", vec![classes])];
            sizes.map(|(what, size)| (format!("{part}.head.{name}.{what}"), size))
        };
        let linear = |(name, inputs): (&str, usize)| (format!("{part}.linear.{name}"), vec![d, inputs]);
        if part == Part::Drums.key() {
            all.extend(drums::INPUTS.iter().map(table));
            all.extend([("last", LAST), ("rhythm", RHYTHM), ("hits", DRUMS), ("velocity", DRUMS)].map(linear));
            all.extend([("velocity", DRUMS * VELOCITIES), ("offset", DRUMS * OFFSETS)].into_iter().flat_map(head));
            let sizes = [("in.weight", vec![64, d]), ("in.bias", vec![64]), ("out.weight", vec![DRUMS, 64])];
            let more = [("out.bias", vec![DRUMS]), ("feed.weight", vec![DRUMS, 64])];
            all.extend(sizes.into_iter().chain(more).map(|(name, size)| (format!("drums.nade.{name}"), size)));
            all.push(("drums.head.offset.feed".to_owned(), vec![DRUMS, d]));
        } else {
            let fields = notes::INPUTS.iter().chain(&notes::ONSETS).chain(&notes::KEY_FIELDS);
            all.extend(fields.chain(&[("length_on", LENGTHS), ("loud_on", VELOCITIES)]).map(table));
            all.push(linear(("rhythm", RHYTHM)));
            let heads = [("when", WHENS), ("pitch", PITCHES.iter().sum()), ("length", LENGTHS)];
            all.extend(heads.into_iter().chain([("loud", VELOCITIES), ("nudge", NUDGES)]).flat_map(head));
        }
    }
    all
}

/// A model with random weights that knows every style; the same seed gives the same.
#[must_use]
pub fn weights(shape: TrunkShape, parts: &[Part], seed: u64) -> Weights {
    let mut rng = Rng::new(seed);
    let tensors = layout(shape, parts).into_iter().map(|(name, size)| {
        // Of the spread that keeps what goes through a matrix as large as it was; norms near 1.
        let count: usize = size.iter().product();
        let (mean, spread) = if size.len() == 1 { (1.0, 0.1) } else { (0.0, 1.7 / (size[1] as f32).sqrt()) };
        let numbers = (0..count).map(|_| mean + spread * rng.bipolar()).collect();
        (name, size, numbers)
    });
    let styles: Vec<u8> = (0..STYLES.len() as u8).collect();
    let parts = parts.iter().map(|part| PartStyles { part: part.key().to_owned(), styles: styles.clone() }).collect();
    Weights::made_of("made up", shape, parts, tensors)
}
