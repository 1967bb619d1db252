//! Which key the chords are in: a Bayesian filter over the 24 major and minor keys, fed by each new chord with how
//! common it is on its degree (Raphael and Stoddard 2004 track keys so), and the modes told by their own notes.

use super::next_chord::{NextChord, SYMBOLS};
use super::tuning::{KEY_CLAIM, MODE_RATIO, PRIOR_MIN, Tuning};
use crate::theory::{Chord, Family, Key, Mode};

/// The filter.
#[derive(Clone, Debug)]
pub struct KeyEar {
    /// Twelve major keys, then twelve minor ones. Sums to 1.
    p: [f32; 24],
    held: Option<usize>,
}

impl KeyEar {
    /// Any key is as likely as another.
    pub fn new() -> Self {
        Self { p: [1.0 / 24.0; 24], held: None }
    }

    /// A chord begins.
    pub fn push(&mut self, chord: Chord, chords: &NextChord, tuning: &Tuning) {
        let mut sum = 0.0;
        for (index, p) in self.p.iter_mut().enumerate() {
            let stay = *p * (1.0 - tuning.key_change) + tuning.key_change / 24.0;
            let degrees = chords.degrees(index >= 12);
            let common = degrees[symbol(chord, (index % 12) as u8)].max(PRIOR_MIN);
            *p = stay * common.powf(tuning.key_chord_trust);
            sum += *p;
        }
        self.p.iter_mut().for_each(|p| *p /= sum);
        let best = self.p.iter().enumerate().fold(0, |best, (i, p)| if *p > self.p[best] { i } else { best });
        let wanted = self.held.map_or(KEY_CLAIM, |held| self.p[held] * tuning.key_hold);
        if self.p[best] > wanted {
            self.held = Some(best);
        }
    }

    /// The key as major or minor, with its probability.
    pub fn key(&self) -> Option<(Key, f32)> {
        let index = self.held?;
        let mode = if index < 12 { Mode::Major } else { Mode::Minor };
        Some((Key::new((index % 12) as u8, mode), self.p[index]))
    }

    /// The same, with the mode told from how much each pitch class sounded of late.
    pub fn modal_key(&self, heard: &[f32; 12]) -> Option<(Key, f32)> {
        let (key, p) = self.key()?;
        let on = |interval: u8| heard[usize::from((key.tonic + interval) % 12)];
        let outweighs = |own: u8, usual: u8| on(own) > 0.01 && on(own) > on(usual) * MODE_RATIO;
        let mode = match key.mode {
            Mode::Minor if outweighs(9, 8) && outweighs(10, 11) => Mode::Dorian,
            Mode::Major if outweighs(10, 11) => Mode::Mixolydian,
            mode => mode,
        };
        Some((Key { mode, ..key }, p))
    }
}

/// The chord's place among the symbols seen from a root.
pub fn symbol(chord: Chord, from: u8) -> usize {
    let interval = usize::from((chord.root + 12 - from) % 12);
    (interval * Family::COUNT + chord.quality.family().index()).min(SYMBOLS - 1)
}
