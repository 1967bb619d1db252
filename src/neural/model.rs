//! A model: a trunk and the parts that it plays.

use super::heads::{DrumNet, NoteNet};
use super::matrix::Precision;
use super::trunk::Trunk;
use super::weights::{PartStyles, Weights, WeightsError};
use crate::band::{Part, StyleId};
use candle_core::Device;

/// A trunk and the parts that it plays. Nothing in it changes while it plays.
#[derive(Debug)]
pub struct Model {
    /// What its file calls it.
    pub name: String,
    /// Numbers in it.
    pub parameters: usize,
    /// How its trunk is stored.
    pub precision: Precision,
    /// The layers.
    pub trunk: Trunk,
    parts: [Option<PartNet>; Part::COUNT],
}

/// What a part adds to the trunk.
#[derive(Debug)]
pub struct PartNet {
    /// What makes and reads its elements.
    pub net: Net,
    styles: Vec<u8>,
}

/// What makes and reads elements.
#[derive(Debug)]
pub enum Net {
    /// Steps.
    Drums(Box<DrumNet>),
    /// Notes.
    Notes(Box<NoteNet>),
}

impl Model {
    /// Builds it of a file that was read, with its trunk stored as `precision` says.
    pub fn new(weights: &Weights, precision: Precision, device: &Device) -> Result<Self, WeightsError> {
        let mut parts = [const { None }; Part::COUNT];
        for PartStyles { part, styles } in &weights.parts {
            let Some(place) = Part::ALL.iter().position(|known| known.key() == part) else { continue };
            let net = match Part::ALL[place] {
                Part::Drums => Net::Drums(Box::new(DrumNet::new(weights)?)),
                _ => Net::Notes(Box::new(NoteNet::new(weights, part)?)),
            };
            parts[place] = Some(PartNet { net, styles: styles.clone() });
        }
        let trunk = Trunk::new(weights, precision, device)?;
        Ok(Self { name: weights.name.clone(), parameters: weights.parameters, precision, trunk, parts })
    }

    /// What a part adds to the trunk, where the model plays it.
    #[must_use]
    pub fn part(&self, part: Part) -> Option<&PartNet> {
        self.parts[part as usize].as_ref()
    }

    /// Whether it was trained to play a part in a style.
    #[must_use]
    pub fn knows(&self, part: Part, style: StyleId) -> bool {
        self.part(part).is_some_and(|of| of.styles.contains(&(style as u8)))
    }
}
