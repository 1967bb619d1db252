//! A small learnt listener: from what begins in each frame to where beats are and how long.
//!
//! One gated recurrent layer (Cho et al. 2014) and two softmax heads; `models/train/beat_net.py` trains it and
//! `models/beat_net.md` says on what. It hears only backwards in time.

use super::filter::ROWS;
use super::frames::INPUTS;
use crate::dsp::dense::{add_scaled, sigmoid, softmax, tanh};

/// What the net says at a frame is about the frame this many earlier: chords are spread and melodies lead.
pub const DELAY: usize = 2;

const HIDDEN: usize = 96;
/// Reset, update and new state.
const GATES: usize = 3 * HIDDEN;
const KINDS: usize = 3;
const OUTPUTS: usize = KINDS + ROWS + 1;

static FILE: &[u8] = include_bytes!("../../../models/beat_net.bin");

const _: () = assert!(FILE.len() == 4 * ((INPUTS + HIDDEN + 2) * GATES + (HIDDEN + 1) * OUTPUTS));

/// What the net thinks of a frame.
#[derive(Clone, Copy, Debug)]
pub struct Said {
    /// The chance that a beat falls in it or beside it, other than a bar's first, 0 to 1.
    pub beat: f32,
    /// The chance that a bar's first does, 0 to 1.
    pub downbeat: f32,
    /// The chance of each length of a beat; what is missing to 1 is the chance that there is no beat at all.
    pub rows: [f32; ROWS],
}

/// The net and its state.
#[derive(Clone, Debug)]
pub struct Net {
    of_input: Box<[[f32; GATES]; INPUTS]>,
    of_state: Box<[[f32; GATES]; HIDDEN]>,
    input_bias: [f32; GATES],
    state_bias: [f32; GATES],
    output: Box<[[f32; OUTPUTS]; HIDDEN]>,
    output_bias: [f32; OUTPUTS],
    state: [f32; HIDDEN],
}

impl Net {
    /// Reads the weights that are compiled in. Allocates.
    #[must_use]
    pub fn new() -> Self {
        let mut values = FILE.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
        let mut next = || values.next().unwrap_or_default();
        let mut net = Self {
            of_input: Box::new([[0.0; GATES]; INPUTS]),
            of_state: Box::new([[0.0; GATES]; HIDDEN]),
            input_bias: [0.0; GATES],
            state_bias: [0.0; GATES],
            output: Box::new([[0.0; OUTPUTS]; HIDDEN]),
            output_bias: [0.0; OUTPUTS],
            state: [0.0; HIDDEN],
        };
        net.of_input.iter_mut().flatten().for_each(|w| *w = next());
        net.of_state.iter_mut().flatten().for_each(|w| *w = next());
        net.input_bias.iter_mut().for_each(|w| *w = next());
        net.state_bias.iter_mut().for_each(|w| *w = next());
        net.output.iter_mut().flatten().for_each(|w| *w = next());
        net.output_bias.iter_mut().for_each(|w| *w = next());
        net
    }

    /// Forgets what it heard.
    pub fn reset(&mut self) {
        self.state = [0.0; HIDDEN];
    }

    /// Hears one frame. Never allocates.
    pub fn step(&mut self, inputs: &[f32; INPUTS]) -> Said {
        let mut scores = self.scores(inputs);
        let (kinds, rows) = scores.split_at_mut(KINDS);
        softmax(kinds);
        softmax(rows);
        Said { beat: kinds[1], downbeat: kinds[2], rows: std::array::from_fn(|row| rows[row]) }
    }

    fn scores(&mut self, inputs: &[f32; INPUTS]) -> [f32; OUTPUTS] {
        let (mut heard, mut kept) = (self.input_bias, self.state_bias);
        for (value, weights) in inputs.iter().zip(self.of_input.iter()) {
            // Most inputs are 0 while nothing begins.
            if *value != 0.0 {
                add_scaled(&mut heard, *value, weights);
            }
        }
        for (value, weights) in self.state.iter().zip(self.of_state.iter()) {
            add_scaled(&mut kept, *value, weights);
        }
        for (n, state) in self.state.iter_mut().enumerate() {
            let reset = sigmoid(heard[n] + kept[n]);
            let update = sigmoid(heard[HIDDEN + n] + kept[HIDDEN + n]);
            let new = tanh(heard[2 * HIDDEN + n] + reset * kept[2 * HIDDEN + n]);
            *state = new + update * (*state - new);
        }
        let mut scores = self.output_bias;
        for (value, weights) in self.state.iter().zip(self.output.iter()) {
            add_scaled(&mut scores, *value, weights);
        }
        scores
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ear::beat::filter::FRAME_SECS;
    use crate::ear::beat::frames::Frames;
    use crate::ear::{Onset, OnsetSource};

    /// Scores that `models/train/beat_net.py` gives the same onsets.
    static CHECK: &[u8; 4 * OUTPUTS] = include_bytes!("../../../models/beat_net_check.bin");

    fn onset(n: usize) -> Onset {
        let key = (36 + n * 7 % 48) as u8;
        let source = [OnsetSource::Key(key), OnsetSource::Drum(key), OnsetSource::Audio][n % 3];
        Onset { at_secs: n as f64 * 0.125, loudness: 0.3 + 0.1 * (n % 6) as f32, source }
    }

    #[test]
    fn it_scores_as_the_net_that_was_trained() {
        let (mut net, mut frames, mut scores) = (Net::new(), Frames::default(), [0.0; OUTPUTS]);
        let mut onsets = (0..24).map(onset).peekable();
        for frame in 0..150 {
            while let Some(onset) = onsets.next_if(|onset| (onset.at_secs / FRAME_SECS).floor() as usize == frame) {
                frames.hear(&onset, (onset.at_secs / FRAME_SECS).fract() as f32);
            }
            scores = net.scores(frames.close());
        }
        let wanted = CHECK.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
        for (score, wanted) in scores.into_iter().zip(wanted) {
            assert!((score - wanted).abs() < 1.0e-4, "{score} {wanted}");
        }
    }
}
