//! What the instruments promise.

mod edges;
mod exactness;
mod pitch;
mod playing;
mod wind;

use super::{PatchId, Rack};
use crate::base::limits::{CONTROL_TICK_FRAMES, PARTS};
use crate::base::{Bus, Midi, SILENCE, Segment};

const RATE: u32 = 48_000;

fn on(key: u8, velocity: u8) -> Midi {
    Midi::NoteOn { channel: 0, key, velocity }
}

fn off(key: u8) -> Midi {
    Midi::NoteOff { channel: 0, key, velocity: 64 }
}

fn control(controller: u8, value: u8) -> Midi {
    Midi::Control { channel: 0, controller, value }
}

/// A rack whose player has this patch.
fn rack(patch: PatchId) -> Rack {
    let mut rack = Rack::new(RATE, 7);
    rack.set_patch(Bus::You, patch);
    rack
}

/// Whole ticks of the player's left and right.
fn play(rack: &mut Rack, ticks: usize) -> [Vec<f32>; 2] {
    let mut sound = [Vec::new(), Vec::new()];
    for _ in 0..ticks {
        let mut out: [Segment; PARTS] = [SILENCE; PARTS];
        rack.tick();
        rack.render(&mut out, CONTROL_TICK_FRAMES);
        for (side, channel) in sound.iter_mut().zip(&out[Bus::You as usize]) {
            side.extend_from_slice(channel);
        }
    }
    sound
}

fn peak(sound: &[f32]) -> f32 {
    sound.iter().fold(0.0, |peak, v| peak.max(v.abs()))
}

fn rms(sound: &[f32]) -> f32 {
    (sound.iter().map(|v| v * v).sum::<f32>() / sound.len().max(1) as f32).sqrt()
}
