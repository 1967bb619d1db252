//! Drift: endless slow music with a harmony of its own, for playing over, under or not at all.
//!
//! [`DriftHarmony`] gives the chords; [`DriftPlayer`] plays all parts over whatever chords it is asked with. Nothing is
//! remembered but the seed: textures, motifs and pulses are looked up at the bar's place, so an hour takes no more memory
//! than a bar.

mod bass;
mod harmony;
mod melody;
mod pads;
mod pulse;
mod stretch;
#[cfg(test)]
mod tests;
mod texture;

pub use harmony::DriftHarmony;

use super::part::{Part, PartMode};
use super::phrase::{Ask, Note, PhraseSource};

/// Plays any part of Drift. The seed must hold for as long as the music should be of one piece.
#[derive(Clone, Copy, Debug, Default)]
pub struct DriftPlayer;

impl PhraseSource for DriftPlayer {
    fn play(&mut self, ask: &Ask<'_>, out: &mut Vec<Note>) {
        if ask.taste.mode == PartMode::Off {
            return;
        }
        match ask.part {
            Part::Drums => pulse::pulse(ask, out),
            Part::Bass => bass::bass(ask, out),
            Part::Keys => pads::pads(ask, out),
            Part::Lead => melody::melody(ask, out),
        }
        out.sort_unstable_by(|a, b| a.begin_beats.total_cmp(&b.begin_beats).then(a.key.cmp(&b.key)));
    }
}
