//! The drums: one element is one step, in which each of nine drums is struck or not.

use super::scene::Scene;
use super::{ENERGIES, METRES, PHRASE, RHYTHM_STEPS, STEPS, STYLES, TEMPI, TICKS, velocity_class, whole};
use crate::band::drums::Drum;

/// Drums that are told apart.
pub const DRUMS: usize = 9;
/// Classes of how early or late a stroke is.
pub const OFFSETS: usize = 33;
/// Numbers that tell of the step before: hits, velocities, offsets.
pub const LAST: usize = 3 * DRUMS;
/// Numbers that tell a rhythm: its steps, and whether it is known.
pub const RHYTHM: usize = RHYTHM_STEPS + 1;

/// What an element is put together from, besides the strokes of the step before and the player's rhythm.
pub const INPUTS: [(&str, usize); 7] = [
    ("style", STYLES),
    ("step", 16),
    ("phrase", PHRASE),
    ("metre", METRES),
    ("tempo", TEMPI),
    ("energy", ENERGIES),
    ("fill", 3),
];

/// The place of a drum among the nine.
#[must_use]
pub const fn place_of(drum: Drum) -> usize {
    match drum {
        Drum::Kick => 0,
        Drum::Snare | Drum::Stick => 1,
        Drum::Hat | Drum::Pedal => 2,
        Drum::Open => 3,
        Drum::Low => 4,
        Drum::Mid => 5,
        Drum::High => 6,
        Drum::Crash => 7,
        Drum::Ride | Drum::Bell => 8,
    }
}

/// The drum of the kit that plays each of the nine.
pub const PLAYED: [Drum; DRUMS] =
    [Drum::Kick, Drum::Snare, Drum::Hat, Drum::Open, Drum::Low, Drum::Mid, Drum::High, Drum::Crash, Drum::Ride];

/// The strokes of a step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Strokes {
    /// 1 to 127 of each drum, 0 where it is not struck.
    pub velocity: [u8; DRUMS],
    /// How far each is from its step, in steps, -0.5 to 0.5.
    pub offset: [f32; DRUMS],
}

impl Strokes {
    /// Adds a stroke; of two of one drum the louder stays, of two as loud the later.
    pub fn strike(&mut self, drum: usize, velocity: u8, offset: f32) {
        if velocity >= self.velocity[drum] {
            (self.velocity[drum], self.offset[drum]) = (velocity, offset);
        }
    }

    /// Whether a drum is struck.
    #[must_use]
    pub const fn is_hit(&self, drum: usize) -> bool {
        self.velocity[drum] > 0
    }

    /// The class of each loudness.
    #[must_use]
    pub fn velocity_class(&self, drum: usize) -> u8 {
        velocity_class(self.velocity[drum])
    }

    /// Hits, velocities and offsets as the next step sees them.
    #[must_use]
    pub fn seen(&self) -> [f32; LAST] {
        std::array::from_fn(|at| match (at / DRUMS, at % DRUMS) {
            (_, drum) if !self.is_hit(drum) => 0.0,
            (0, _) => 1.0,
            (1, drum) => f32::from(self.velocity[drum]) / 127.0,
            (_, drum) => self.offset[drum],
        })
    }
}

/// How far before the click the drummers of the training set play, the median: they heard it in advance. The band's
/// drummer plays on the beat, so what it plays comes so much later, and what it is told of its own playing so much earlier.
pub const LEAD_SECS: f64 = 0.009_4;

/// The step that a place (in beats of the sequence) falls to, and how far it is from it, in steps.
#[must_use]
pub fn step_of(beats: f64) -> (i32, f32) {
    let place = f64::from(STEPS) * beats;
    let step = whole(place);
    (step, (place - f64::from(step)) as f32)
}

/// The class of an offset.
#[must_use]
pub fn offset_class(offset: f32) -> u8 {
    whole((f64::from(offset) + 0.5) * 32.0).clamp(0, OFFSETS as i32 - 1) as u8
}

/// The offset that a class stands for, in steps; those at the ends a little less, so that a stroke is found in its own step
/// when it is read again.
#[must_use]
pub fn offset_of(class: usize) -> f32 {
    (class as f32 / 32.0 - 0.5).clamp(-0.49, 0.49)
}

/// What goes into the trunk for one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrumInputs {
    /// In the order of [`INPUTS`].
    pub classes: [u8; INPUTS.len()],
    /// The step before.
    pub last: Strokes,
    /// The player's rhythm a bar before, where it is known.
    pub rhythm: Option<u16>,
}

impl DrumInputs {
    /// Those of a step (from the begin of the sequence), after a step with `last`.
    #[must_use]
    pub fn at(scene: &Scene, step: i32, last: Strokes) -> Self {
        let tick = step * TICKS / STEPS;
        let (bar, bar_tick) = scene.bar_at(tick);
        let facts = scene.bars().get(bar).copied().unwrap_or_default();
        let within = (step - bar_tick * STEPS / TICKS).clamp(0, 15) as u8;
        Self {
            classes: [facts.style, within, facts.phrase, facts.metre, facts.tempo, facts.energy, facts.fill],
            last,
            rhythm: scene.rhythm_from(step, bar_tick, facts.beats),
        }
    }
}

/// A rhythm as numbers.
#[must_use]
pub fn rhythm_numbers(rhythm: Option<u16>) -> [f32; RHYTHM] {
    std::array::from_fn(|at| match rhythm {
        None => 0.0,
        Some(_) if at == RHYTHM_STEPS => 1.0,
        Some(bits) => f32::from(bits >> at & 1),
    })
}
