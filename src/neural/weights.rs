//! Reading a model file: a safetensors file of this program's players, checked before anything is built of it.

use safetensors::{Dtype, SafeTensors};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// What the metadata of a file of ours says under "format".
const FORMAT: &str = "sangat-player-1";
/// Larger files than this are none of ours, in bytes.
const FILE_BYTES_MAX: u64 = 64 << 20;
/// Bounds of a trunk: width, layers, heads. A file that asks for more is refused before memory is.
const TRUNK_MAX: [usize; 3] = [1024, 24, 32];

/// Why a model file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// It is not there, or may not be read.
    #[error("the model file {} cannot be read: {source}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It is far larger than any file of ours.
    #[error("the model file {} has {bytes} bytes, more than a model of this program can have", path.display())]
    TooLarge {
        /// Which file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
    },
    /// It is cut off, or no safetensors file at all.
    #[error("the model file is cut off or damaged: {0}")]
    Broken(String),
    /// It is a safetensors file, but not of our players.
    #[error("the model file belongs to another program: its format is {found:?}, not \"sangat-player-1\"")]
    Foreign {
        /// What it says it is.
        found: Option<String>,
    },
    /// What it says of itself makes no sense.
    #[error("the model file's entry \"{entry}\" is not understood: {value:?}")]
    Entry {
        /// Which entry of its metadata.
        entry: &'static str,
        /// What it holds.
        value: String,
    },
    /// A tensor is not there.
    #[error("the model file lacks the tensor {0}")]
    Lacking(String),
    /// A tensor has another shape than the network.
    #[error("the tensor {name} of the model file is {found:?} where the network has {wanted:?}")]
    Shape {
        /// Which tensor.
        name: String,
        /// Its shape.
        found: Vec<usize>,
        /// The network's.
        wanted: Vec<usize>,
    },
    /// A tensor's numbers are of a kind that is not read.
    #[error("the tensor {name} of the model file is stored as {kind}, not as F16 or F32")]
    Kind {
        /// Which tensor.
        name: String,
        /// How it is stored.
        kind: String,
    },
    /// A tensor holds something that is no number.
    #[error("the tensor {0} of the model file holds values that are not finite")]
    NotFinite(String),
    /// The library that computes refuses.
    #[error("the network cannot be built: {0}")]
    Build(#[from] candle_core::Error),
}

/// Width, layers and heads of a trunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TrunkShape {
    /// How wide an element is; a multiple of four times the heads.
    pub width: usize,
    /// Layers.
    pub layers: usize,
    /// Heads of attention.
    pub heads: usize,
}

impl TrunkShape {
    /// Width of a head.
    #[must_use]
    pub const fn head_width(self) -> usize {
        self.width / self.heads
    }

    fn parse(text: &str) -> Option<Self> {
        let numbers: Option<Vec<usize>> = text.split(',').map(|n| n.trim().parse().ok()).collect();
        let [width, layers, heads] = numbers?.try_into().ok()?;
        let is_bounded = [width, layers, heads].iter().zip(TRUNK_MAX).all(|(n, max)| (1..=max).contains(n));
        (is_bounded && width % (4 * heads) == 0).then_some(Self { width, layers, heads })
    }
}

/// A part's name in the file, with the numbers of the styles it was trained on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartStyles {
    /// "drums", "bass", "keys" or "lead".
    pub part: String,
    /// Numbers of the styles.
    pub styles: Vec<u8>,
}

/// A model file in memory.
#[derive(Debug)]
pub struct Weights {
    /// What it is called.
    pub name: String,
    /// The shape of its trunk.
    pub trunk: TrunkShape,
    /// What it plays, and in which styles.
    pub parts: Vec<PartStyles>,
    /// Numbers in it.
    pub parameters: usize,
    tensors: HashMap<String, (Vec<usize>, Vec<f32>)>,
}

impl Weights {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, WeightsError> {
        let unreadable = |source| WeightsError::Unreadable { path: path.to_owned(), source };
        let bytes = std::fs::metadata(path).map_err(unreadable)?.len();
        if bytes > FILE_BYTES_MAX {
            return Err(WeightsError::TooLarge { path: path.to_owned(), bytes });
        }
        Self::parse(&std::fs::read(path).map_err(unreadable)?)
    }

    /// Reads what a file holds.
    pub fn parse(bytes: &[u8]) -> Result<Self, WeightsError> {
        let broken = |error: safetensors::SafeTensorError| WeightsError::Broken(error.to_string());
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(broken)?;
        let entries = header.metadata().clone().unwrap_or_default();
        let found = entries.get("format").cloned();
        if found.as_deref() != Some(FORMAT) {
            return Err(WeightsError::Foreign { found });
        }
        let entry = |key: &'static str| entries.get(key).cloned().unwrap_or_default();
        let bad = |key| WeightsError::Entry { entry: key, value: entry(key) };
        let trunk = TrunkShape::parse(&entry("trunk")).ok_or_else(|| bad("trunk"))?;
        let parts = parts_of(&entry("parts"), &entry("styles")).ok_or_else(|| bad("styles"))?;
        let mut tensors = Vec::new();
        for (name, view) in SafeTensors::deserialize(bytes).map_err(broken)?.tensors() {
            let numbers = match view.dtype() {
                Dtype::F16 => view.data().chunks_exact(2).map(|b| wide(u16::from_le_bytes([b[0], b[1]]))).collect(),
                Dtype::F32 => {
                    view.data().chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
                }
                other => return Err(WeightsError::Kind { name, kind: format!("{other:?}") }),
            };
            let numbers: Vec<f32> = numbers;
            if numbers.iter().any(|number| !number.is_finite()) {
                return Err(WeightsError::NotFinite(name));
            }
            tensors.push((name, view.shape().to_vec(), numbers));
        }
        Ok(Self::made_of(&entry("name"), trunk, parts, tensors.into_iter()))
    }

    /// Weights that are no file.
    pub(super) fn made_of(
        name: &str,
        trunk: TrunkShape,
        parts: Vec<PartStyles>,
        tensors: impl Iterator<Item = (String, Vec<usize>, Vec<f32>)>,
    ) -> Self {
        let tensors: HashMap<_, _> = tensors.map(|(name, shape, numbers)| (name, (shape, numbers))).collect();
        let parameters = tensors.values().map(|(_, numbers)| numbers.len()).sum();
        Self { name: name.to_owned(), trunk, parts, parameters, tensors }
    }

    /// The numbers of a tensor of this shape, row by row.
    pub fn tensor(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, WeightsError> {
        let (found, numbers) = self.tensors.get(name).ok_or_else(|| WeightsError::Lacking(name.to_owned()))?;
        if found != shape {
            let (name, found, wanted) = (name.to_owned(), found.clone(), shape.to_vec());
            return Err(WeightsError::Shape { name, found, wanted });
        }
        Ok(numbers.clone())
    }

    /// The first length of a matrix whose second is `columns`.
    pub fn rows(&self, name: &str, columns: usize) -> Result<usize, WeightsError> {
        let (found, _) = self.tensors.get(name).ok_or_else(|| WeightsError::Lacking(name.to_owned()))?;
        match found[..] {
            [rows, found] if found == columns && rows > 0 => Ok(rows),
            _ => Err(WeightsError::Shape { name: name.to_owned(), found: found.clone(), wanted: vec![0, columns] }),
        }
    }
}

/// Reads "drums,bass" with "drums:0,1;bass:8".
fn parts_of(parts: &str, styles: &str) -> Option<Vec<PartStyles>> {
    let of_part = |part: &str| {
        let list = styles.split(';').find_map(|of| of.trim().strip_prefix(part)?.strip_prefix(':'))?;
        let numbers: Option<Vec<u8>> =
            list.split(',').filter(|n| !n.trim().is_empty()).map(|n| n.trim().parse().ok()).collect();
        Some(PartStyles { part: part.to_owned(), styles: numbers? })
    };
    let known = ["drums", "bass", "keys", "lead"];
    let names: Vec<&str> = parts.split(',').map(str::trim).collect();
    if names.iter().any(|name| !known.contains(name)) {
        return None;
    }
    names.into_iter().map(of_part).collect()
}

/// A number of half precision (IEEE 754 binary16) as a single.
fn wide(half: u16) -> f32 {
    let sign = u32::from(half >> 15) << 31;
    let (exponent, fraction) = (u32::from(half >> 10 & 31), u32::from(half & 1023));
    match exponent {
        // Subnormal: the fraction counts in 2^-24.
        0 => f32::from_bits(sign | (fraction as f32 * 2f32.powi(-24)).to_bits()),
        31 => f32::from_bits(sign | 0x7f80_0000 | fraction << 13),
        _ => f32::from_bits(sign | (exponent + 112) << 23 | fraction << 13),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use safetensors::tensor::TensorView;

    /// The bytes of a file that holds these tensors.
    pub fn file(meta: &[(&str, &str)], tensors: &[(String, Vec<usize>, Vec<f32>)]) -> Vec<u8> {
        let bytes: Vec<Vec<u8>> =
            tensors.iter().map(|(.., numbers)| numbers.iter().flat_map(|n| n.to_le_bytes()).collect()).collect();
        let views = tensors.iter().zip(&bytes).map(|((name, shape, _), data)| {
            (name.clone(), TensorView::new(Dtype::F32, shape.clone(), data).expect("a tensor"))
        });
        let meta = meta.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        safetensors::serialize(views, Some(meta)).expect("a file")
    }

    const META: [(&str, &str); 5] =
        [("format", FORMAT), ("trunk", "8,1,2"), ("parts", "bass"), ("name", "a"), ("styles", "bass:0,8")];

    fn one(numbers: Vec<f32>) -> Vec<(String, Vec<usize>, Vec<f32>)> {
        vec![("a".to_owned(), vec![2, 2], numbers)]
    }

    #[test]
    fn a_file_says_what_it_is_and_holds() {
        let weights = Weights::parse(&file(&META, &one(vec![1.0, -2.0, 0.5, 3.0]))).expect("a file");
        assert_eq!(weights.trunk, TrunkShape { width: 8, layers: 1, heads: 2 });
        assert_eq!(weights.parts, [PartStyles { part: "bass".to_owned(), styles: vec![0, 8] }]);
        assert_eq!(weights.tensor("a", &[2, 2]).expect("there"), [1.0, -2.0, 0.5, 3.0]);
        assert!(matches!(weights.tensor("a", &[4]), Err(WeightsError::Shape { .. })));
        assert!(matches!(weights.tensor("b", &[4]), Err(WeightsError::Lacking(_))));
        assert_eq!(weights.parameters, 4);
    }

    #[test]
    fn a_file_that_cannot_be_used_says_why() {
        let good = file(&META, &one(vec![1.0; 4]));
        for cut in [0, 4, 8, 60, good.len() - 1] {
            assert!(matches!(Weights::parse(&good[..cut]), Err(WeightsError::Broken(_))), "{cut}");
        }
        assert!(matches!(Weights::parse(&vec![0xff; 4096]), Err(WeightsError::Broken(_))));
        let foreign = file(&[("format", "pt")], &one(vec![1.0; 4]));
        assert!(matches!(Weights::parse(&foreign), Err(WeightsError::Foreign { .. })));
        for bad in [f32::NAN, f32::INFINITY] {
            let found = Weights::parse(&file(&META, &one(vec![1.0, bad, 1.0, 1.0])));
            assert!(matches!(found, Err(WeightsError::NotFinite(_))));
        }
        for (key, value) in [("trunk", "8,1"), ("trunk", "9,1,2"), ("trunk", "99999,1,1"), ("parts", "tuba")] {
            let meta = META.map(|(k, v)| (k, if k == key { value } else { v }));
            assert!(matches!(Weights::parse(&file(&meta, &[])), Err(WeightsError::Entry { .. })), "{key} {value}");
        }
        let missing = Weights::read(Path::new("/no/such/file.safetensors")).expect_err("no file");
        assert!(missing.to_string().starts_with("the model file /no/such/file.safetensors cannot be read"));
    }

    #[test]
    fn half_precision_is_read_exactly() {
        for (half, single) in [
            (0x0000, 0.0),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x3555, 0.333_251_95),
            (0x7bff, 65504.0),
            (0x0001, 2f32.powi(-24)),
            (0x83ff, -1023.0 * 2f32.powi(-24)),
        ] {
            assert_eq!(wide(half), single, "{half:x}");
        }
        assert!(wide(0x7c00).is_infinite() && wide(0x7e00).is_nan());
    }
}
