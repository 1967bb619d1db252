//! The trunk: a causal transformer that the elements of a sequence go through, one at a time or many together.
//!
//! Many sequences are served in turn. To put one element of each through together was measured and gains nothing here:
//! what it saves at the weights it loses at the memories, which do not all fit into the cache.

mod memory;
#[cfg(test)]
mod tests;

pub use memory::{Memory, REWIND_MAX, WINDOW};

use super::maths::{add, rms_norm, silu};
use super::matrix::{Matrix, Precision};
use super::weights::{TrunkShape, Weights, WeightsError};
use candle_core::Device;

/// Elements that go through at once, at most; more are taken in turns.
pub const ROWS_MAX: usize = 64;

/// The layers. Nothing in it changes while it plays: many sequences, in many threads, share one.
#[derive(Clone, Debug)]
pub struct Trunk {
    shape: TrunkShape,
    layers: Vec<Layer>,
    norm: Vec<f32>,
}

#[derive(Clone, Debug)]
struct Layer {
    attention_norm: Vec<f32>,
    qkv: Matrix,
    out: Matrix,
    inner_norm: Vec<f32>,
    up: Matrix,
    down: Matrix,
}

/// Room for the numbers between the layers.
#[derive(Clone, Debug)]
pub struct Scratch {
    x: Vec<f32>,
    normed: Vec<f32>,
    qkv: Vec<f32>,
    inner: Vec<f32>,
}

impl Trunk {
    /// Takes the trunk out of a file.
    pub fn new(weights: &Weights, precision: Precision, device: &Device) -> Result<Self, WeightsError> {
        let shape = weights.trunk;
        let width = shape.width;
        let layer = |index: usize| {
            let name = |what: &str| format!("trunk.{index}.{what}");
            let norm = |what| weights.tensor(&name(what), &[width]);
            let matrix = |what, outputs, inputs| {
                let numbers = weights.tensor(&name(what), &[outputs, inputs])?;
                Matrix::new(numbers, (outputs, inputs), precision, device)
            };
            let inner = weights.rows(&name("up"), width)?;
            Ok(Layer {
                attention_norm: norm("norm1")?,
                qkv: matrix("qkv", 3 * width, width)?,
                out: matrix("out", width, width)?,
                inner_norm: norm("norm2")?,
                up: matrix("up", inner, width)?,
                down: matrix("down", width, inner)?,
            })
        };
        let layers = (0..shape.layers).map(layer).collect::<Result<_, WeightsError>>()?;
        Ok(Self { shape, layers, norm: weights.tensor("trunk.norm", &[width])? })
    }

    /// Every further step fails.
    #[cfg(test)]
    pub fn break_down(&mut self) {
        self.layers[0].qkv = self.layers[0].qkv.broken();
    }

    /// Its shape.
    #[must_use]
    pub fn shape(&self) -> TrunkShape {
        self.shape
    }

    /// Room for [`ROWS_MAX`] elements at once. Allocates.
    #[must_use]
    pub fn scratch(&self) -> Scratch {
        let width = self.shape.width;
        let inner = self.layers.iter().map(|layer| layer.up.outputs()).max().unwrap_or(0);
        let room = |numbers: usize| vec![0.0; numbers * ROWS_MAX];
        Scratch { x: room(width), normed: room(width), qkv: room(3 * width), inner: room(inner) }
    }

    /// Puts elements (rows of the width) of one sequence through, one after the other in `x`. `h` gets the outcome of
    /// as many of the last of them as it has room for, at least one and at most [`ROWS_MAX`].
    pub fn extend(
        &self,
        memory: &mut Memory,
        x: &[f32],
        scratch: &mut Scratch,
        h: &mut [f32],
    ) -> Result<(), candle_core::Error> {
        let width = self.shape.width;
        // The first ones may be few: the last ones, whose outcome is wanted, go through together.
        let (few, many) = x.split_at(x.len() / width % ROWS_MAX * width);
        let mut rows = 0;
        for x in std::iter::once(few).chain(many.chunks(ROWS_MAX * width)).filter(|x| !x.is_empty()) {
            self.forward(memory, x, scratch)?;
            rows = x.len() / width;
            memory.grow(rows);
        }
        self.finish(rows, scratch, h);
        Ok(())
    }

    fn forward(&self, memory: &mut Memory, elements: &[f32], scratch: &mut Scratch) -> Result<(), candle_core::Error> {
        let width = self.shape.width;
        let rows = elements.len() / width;
        let x = &mut scratch.x[..rows * width];
        let normed = &mut scratch.normed[..rows * width];
        x.copy_from_slice(elements);
        for (index, layer) in self.layers.iter().enumerate() {
            let qkv = &mut scratch.qkv[..3 * rows * width];
            norm_rows(x, &layer.attention_norm, normed);
            layer.qkv.apply(normed, qkv)?;
            for (row, (qkv, out)) in qkv.chunks_exact(3 * width).zip(normed.chunks_exact_mut(width)).enumerate() {
                memory.attend(index, row, qkv, out);
            }
            let moved = &mut qkv[..rows * width];
            layer.out.apply(normed, moved)?;
            add(x, moved);
            norm_rows(x, &layer.inner_norm, normed);
            let inner = &mut scratch.inner[..rows * layer.up.outputs()];
            layer.up.apply(normed, inner)?;
            silu(inner);
            layer.down.apply(inner, moved)?;
            add(x, moved);
        }
        Ok(())
    }

    /// The last norm of the rows that went through last, the newest of them where `h` has not room for all.
    fn finish(&self, rows: usize, scratch: &Scratch, h: &mut [f32]) {
        let width = self.shape.width;
        let kept = rows.min(h.len() / width);
        norm_rows(&scratch.x[(rows - kept) * width..rows * width], &self.norm, &mut h[..kept * width]);
    }
}

fn norm_rows(x: &[f32], weight: &[f32], out: &mut [f32]) {
    let width = weight.len();
    for (x, out) in x.chunks_exact(width).zip(out.chunks_exact_mut(width)) {
        rms_norm(x, weight, out);
    }
}
