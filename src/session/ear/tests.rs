//! The ear's thread without the thread: an engine, what comes in at its input, and what is heard of it.

mod lessons;
mod sung;

use super::*;
use crate::engine::{Command, Engine, EngineConfig, EngineLink, Input, Output, build};
use std::f32::consts::TAU;

const RATE_HZ: u32 = 48_000;
const BLOCK: usize = 256;

/// An engine with an ear.
struct Rig {
    engine: Engine,
    link: EngineLink,
    worker: Worker,
    frames: usize,
    /// What came out, left.
    out: Vec<f32>,
}

impl Rig {
    fn new() -> Self {
        let (engine, mut link) = build(&EngineConfig::new(RATE_HZ));
        let mut worker = Worker::new(Arc::default(), Arc::default());
        let (feed, band) = link.ear.take().zip(link.band.take()).expect("the ear's ends");
        worker.obey(EarOrder::Engine { feed, band });
        Self { engine, link, worker, frames: 0, out: Vec::new() }
    }

    fn command(&mut self, command: Command) {
        self.link.send(command).expect("room");
    }

    /// Lets the sound come in block by block, by its frame from the begin on.
    fn run(&mut self, secs: f64, sound: impl Fn(usize) -> f32) {
        self.run_in_room(secs, |frame, _| sound(frame));
    }

    /// The same where what came out so far may come in again.
    fn run_in_room(&mut self, secs: f64, sound: impl Fn(usize, &[f32]) -> f32) {
        let (mut left, mut right) = ([0.0; BLOCK], [0.0; BLOCK]);
        for _ in 0..(secs * f64::from(RATE_HZ)) as usize / BLOCK {
            let audio: [f32; BLOCK] = std::array::from_fn(|n| sound(self.frames + n, &self.out));
            self.engine.process(Input { audio: &audio, events: &[] }, Output { left: &mut left, right: &mut right });
            self.frames += BLOCK;
            self.out.extend(left);
            self.worker.listen();
        }
    }
}

/// What is heard of a sound that comes in block by block.
fn heard(secs: f64, sound: impl Fn(usize) -> f32) -> HeardView {
    let mut rig = Rig::new();
    rig.run(secs, sound);
    rig.worker.view()
}

#[test]
fn a_tone_at_the_input_is_shown_as_its_pitch() {
    let view = heard(0.5, |n| (n as f32 / RATE_HZ as f32 * 220.0 * TAU).sin() * 0.3);
    let voice = view.voice.expect("a pitch");
    assert!((1200.0 * (voice.hz / 220.0).log2()).abs() < 2.0, "{voice:?}");
    assert!((view.now_secs - voice.at_secs) < 0.04, "{} {voice:?}", view.now_secs);
    assert_eq!(heard(0.5, |_| 0.0).voice, None);
}

#[test]
fn knocks_at_the_input_give_the_beat_while_no_key_is_played() {
    let period = RATE_HZ as usize * 6 / 10;
    let mut rng = crate::base::Rng::new(3);
    let burst: Vec<f32> = (0..2400).map(|n| (rng.unit() - 0.5) * (-(n as f32) / 500.0).exp()).collect();
    let view = heard(24.0, |n| burst.get(n % period).copied().unwrap_or(0.0));
    assert_eq!(view.tempo, TempoState::Following, "{:?}", view.hypotheses);
    let next = view.upcoming[0].at_secs;
    let off = (next / 0.6 - (next / 0.6).round()) * 0.6;
    assert!(off.abs() < 0.05, "{off} of {:?}", view.bpm);
}
