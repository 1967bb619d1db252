//! A matrix that rows are multiplied by: candle's kernels, plain or quantised.

use super::weights::WeightsError;
use candle_core::quantized::{GgmlDType, QMatMul, QTensor};
use candle_core::{Device, Module, Storage, Tensor};

/// How the weights of a trunk are stored while it plays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Precision {
    /// Singles, 4 bytes a weight.
    #[default]
    F32,
    /// Eight bits, in blocks of 32 with a scale each.
    Q8,
    /// Four bits, in blocks of 256 with scales of 32; widths that are multiples of 256 only.
    Q4,
}

impl Precision {
    /// All, the most exact first.
    pub const ALL: [Self; 3] = [Self::F32, Self::Q8, Self::Q4];

    /// The stable lower-case key used in reports.
    #[must_use]
    pub const fn key(self) -> &'static str {
        ["f32", "q8_0", "q4k"][self as usize]
    }

    /// How many inputs of a matrix stand together.
    const fn block(self) -> usize {
        [1, 32, 256][self as usize]
    }

    /// Whether a trunk so wide can be stored so.
    #[must_use]
    pub const fn suits(self, width: usize) -> bool {
        width.is_multiple_of(self.block())
    }
}

/// Rows of plain weights that are cheaper one by one than together: candle's f32 product of a few rows leaves the
/// kernel for single ones, and is slower than so many of those.
const FEW_ROWS: usize = 6;

/// A matrix of `outputs` rows and `inputs` columns.
#[derive(Clone, Debug)]
pub struct Matrix {
    kind: Kind,
    inputs: usize,
    outputs: usize,
    device: Device,
}

#[derive(Clone, Debug)]
enum Kind {
    /// Transposed: (inputs, outputs).
    Plain(Tensor),
    Quantised(QMatMul),
}

impl Matrix {
    /// Builds it of its numbers, row by row.
    pub fn new(
        numbers: Vec<f32>,
        (outputs, inputs): (usize, usize),
        precision: Precision,
        device: &Device,
    ) -> Result<Self, WeightsError> {
        let plain = Tensor::from_vec(numbers, (outputs, inputs), device)?;
        let quantised = |kind| QTensor::quantize(&plain, kind).and_then(QMatMul::from_qtensor).map(Kind::Quantised);
        let kind = match precision {
            Precision::F32 => Kind::Plain(plain.t()?),
            Precision::Q8 => quantised(GgmlDType::Q8_0)?,
            Precision::Q4 => quantised(GgmlDType::Q4K)?,
        };
        Ok(Self { kind, inputs, outputs, device: device.clone() })
    }

    /// One whose every product fails, as on a device that has gone away.
    #[cfg(test)]
    pub fn broken(&self) -> Self {
        let nothing = Tensor::zeros((self.inputs + 1, 1), candle_core::DType::F32, &self.device).expect("a tensor");
        Self { kind: Kind::Plain(nothing), ..self.clone() }
    }

    /// How many numbers a row that comes out has.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Multiplies rows, one after the other in `x`; `out` has as many.
    pub fn apply(&self, x: &[f32], out: &mut [f32]) -> Result<(), candle_core::Error> {
        let rows = x.len() / self.inputs;
        let is_apart = rows > 1 && rows < FEW_ROWS && matches!(self.kind, Kind::Plain(_)) && self.device.is_cpu();
        let at_once = if is_apart { 1 } else { rows };
        for (x, out) in x.chunks_exact(at_once * self.inputs).zip(out.chunks_exact_mut(at_once * self.outputs)) {
            let x = Tensor::from_slice(x, (at_once, self.inputs), &self.device)?;
            let product = match &self.kind {
                Kind::Plain(weights) => x.matmul(weights)?,
                Kind::Quantised(weights) => weights.forward(&x)?,
            };
            copy_out(&product, out)?;
        }
        Ok(())
    }
}

/// Copies a contiguous tensor's numbers.
fn copy_out(tensor: &Tensor, out: &mut [f32]) -> Result<(), candle_core::Error> {
    let (storage, layout) = tensor.storage_and_layout();
    if let (Storage::Cpu(numbers), Some((begin, end))) = (&*storage, layout.contiguous_offsets()) {
        out.copy_from_slice(&numbers.as_slice::<f32>()?[begin..end]);
        return Ok(());
    }
    drop(storage);
    out.copy_from_slice(&tensor.flatten_all()?.to_vec1::<f32>()?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;

    #[test]
    fn a_product_is_that_of_the_definition_and_a_quantised_one_is_near_it() {
        let mut rng = Rng::new(3);
        let (inputs, outputs) = (256, 48);
        let numbers: Vec<f32> = (0..inputs * outputs).map(|_| rng.bipolar()).collect();
        for (precision, tolerance) in [(Precision::F32, 1e-5), (Precision::Q8, 0.04), (Precision::Q4, 0.4)] {
            let matrix = Matrix::new(numbers.clone(), (outputs, inputs), precision, &Device::Cpu).expect("a matrix");
            for rows in [1, 2, FEW_ROWS, 20] {
                let x: Vec<f32> = (0..rows * inputs).map(|_| rng.bipolar()).collect();
                let mut out = vec![0.0; rows * outputs];
                matrix.apply(&x, &mut out).expect("a product");
                for (at, found) in out.iter().enumerate() {
                    let (x, weights) = (&x[at / outputs * inputs..], &numbers[at % outputs * inputs..]);
                    let wanted: f64 = (0..inputs).map(|i| f64::from(x[i]) * f64::from(weights[i])).sum();
                    // The products of so many numbers of that spread have a spread of sqrt(256) / 3.
                    let error = (f64::from(*found) - wanted).abs() / 5.3;
                    assert!(error < tolerance, "{precision:?} {rows} {error}");
                }
            }
        }
    }
}
