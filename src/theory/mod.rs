//! Pure music: no audio, no I/O.

pub mod chart;
pub mod chord;
mod chord_text;
pub mod gm;
pub mod key;
pub mod note_name;
pub mod quality;
pub mod raga;
pub mod tension;

pub use chart::{Chart, ChartBar, ChartError};
pub use chord::Chord;
pub use key::{Key, Mode};
pub use note_name::NoteName;
pub use quality::{Family, Quality};
pub use tension::tensions;
