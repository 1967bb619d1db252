//! The drummer in the player's own rhythm: the bass drum with the low notes, the snare with the accents.

use super::form::Frame;
use super::groove::{Groove, Shelf, UNITS};
use super::kit::Drum;
use super::touch::{Hit, Hits, strike};
use crate::band::grid::swung;
use crate::band::phrase::Ask;

/// Bars that are looked back for one in which the player played.
const BARS_BACK: i32 = 4;
/// Onsets from which on a bar is a rhythm.
const ONSETS_MIN: usize = 2;
/// A note below it is struck by the bass drum, wherever the player's lowest tenth lies: middle C less a fifth.
const LOW_KEY: u8 = 53;
/// So much louder than the mean is an accent.
const ACCENT: f32 = 1.12;

/// What the player struck at a place of the bar.
#[derive(Clone, Copy, Debug, Default)]
struct Onset {
    velocity: u8,
    lowest: u8,
}

/// The player's last bar as a bar of drums.
pub fn follow(ask: &Ask<'_>, shelf: &Shelf, groove: &Groove, frame: &Frame, hits: &mut Hits) {
    let mut onsets = [Onset::default(); 16 * UNITS];
    let units = frame.units().min(onsets.len());
    let count = template(ask, frame, &mut onsets[..units]);
    let keeper = groove.most_of(&[Drum::Ride, Drum::Hat]);
    let back = groove.most_of(&[Drum::Snare, Drum::Stick]);
    let struck = onsets[..units].iter().enumerate().filter(|(_, onset)| onset.velocity > 0);
    let mean = struck.clone().map(|(_, onset)| f32::from(onset.velocity)).sum::<f32>() / count.max(1) as f32;
    for (unit, onset) in struck {
        let share = f32::from(onset.velocity) / mean.max(1.0);
        let is_low = onset.lowest <= LOW_KEY.max(ask.context.playing.register_low);
        let (drum, loud) = if is_low { (Drum::Kick, 0.95) } else { (back, 0.85) };
        if is_low || share > ACCENT {
            strike(hits, written(unit, drum, loud * share * shelf.level));
        }
        strike(hits, written(unit, keeper, 0.7 * share * shelf.level));
    }
    // The time goes on where the player rests, and the backbeat is no more than felt.
    for beat in 0..frame.beats {
        strike(hits, written(beat * UNITS, keeper, 0.45 * shelf.level));
        let is_back = if frame.is_compound { beat % 2 == 1 } else { frame.beats != 3 && beat % 2 == 1 };
        if is_back {
            strike(hits, written(beat * UNITS, back, 0.4 * shelf.level));
        }
    }
}

fn written(unit: usize, drum: Drum, velocity: f32) -> Hit {
    Hit { unit: unit as u16, drum, velocity: velocity.clamp(1.0, 127.0), millis: 0.0, is_written: true }
}

/// The latest bar before this one in which the player played a rhythm, on the grid; how many places were struck.
fn template(ask: &Ask<'_>, frame: &Frame, onsets: &mut [Onset]) -> usize {
    for back in 1..=BARS_BACK {
        let begin = ask.bar.begin_beats - f64::from(back) * frame.beats as f64;
        onsets.fill(Onset::default());
        // What is a little early for its bar still belongs to it.
        let early = 0.5 / f64::from(frame.grid_steps());
        for note in ask.context.player_between(begin - early, begin + frame.beats as f64 - early) {
            let place = frame.unit_near(note.begin_beats - begin, ask.feel.swing);
            if let Some(onset) = onsets.get_mut(place) {
                let lowest = if onset.velocity == 0 { note.key } else { onset.lowest.min(note.key) };
                *onset = Onset { velocity: onset.velocity.max(note.velocity), lowest };
            }
        }
        let count = onsets.iter().filter(|onset| onset.velocity > 0).count();
        if count >= ONSETS_MIN {
            return count;
        }
    }
    onsets.fill(Onset::default());
    0
}

impl Frame {
    /// Equal parts of a beat that the player is taken to play on.
    fn grid_steps(&self) -> u32 {
        if self.is_compound { 6 } else { 4 }
    }

    /// The twelfth of a beat that is nearest to a place in the bar: of the sixteenths as they are swung, or of the
    /// triplets where these are clearly nearer.
    fn unit_near(&self, beats: f64, swing: f32) -> usize {
        let whole = (beats + 0.5 / f64::from(self.grid_steps())).floor().max(0.0);
        let part = beats - whole;
        let away = |unit: usize| {
            let straight = unit as f64 / UNITS as f64;
            let is_swung = !self.is_compound && unit.is_multiple_of(3);
            (if is_swung { swung(straight, swing) } else { straight } - part).abs()
        };
        let nearest = |units: &[usize]| units.iter().copied().min_by(|a, b| away(*a).total_cmp(&away(*b))).unwrap_or(0);
        let within = if self.is_compound {
            nearest(&[0, 2, 4, 6, 8, 10])
        } else {
            let (fourth, third) = (nearest(&[0, 3, 6, 9]), nearest(&[0, 4, 8]));
            if away(third) < 0.5 * away(fourth) - 0.01 { third } else { fourth }
        };
        whole as usize * UNITS + within
    }
}
