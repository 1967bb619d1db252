//! A stereo chorus.

use super::fast_math::sin_turns;
use super::line::{Lane, Line, copy_sane};
use super::smooth::Smoothed;
use crate::base::limits::CONTROL_TICK_FRAMES;

/// Voices of each side.
const VOICES: usize = 2;
/// Where the voices rest, and how far they swing at full depth.
const BASE_SECS: [f32; VOICES] = [0.0085, 0.0135];
const SWING_SECS: f32 = 0.004;
/// Where each voice of each side is in the turn.
const PHASES: [[f32; VOICES]; 2] = [[0.0, 0.5], [0.25, 0.75]];
const GLIDE_MS: f32 = 50.0;
const MIX_MS: f32 = 20.0;

/// A read that moves in a straight line between ticks, in frames.
#[derive(Clone, Copy, Debug, Default)]
struct Swing {
    delay: f32,
    slope: f32,
}

/// Two wandering voices a side, in place. Real-time safe but for [`new`](Self::new).
///
/// With the mix at 0 every bit passes as it is. No finite input up to 1 leaves it above 1.25.
#[derive(Clone, Debug)]
pub struct Chorus {
    sample_rate_hz: f32,
    lines: [Line; 2],
    swings: [[Swing; VOICES]; 2],
    phase: f32,
    rate_hz: f32,
    depth: Smoothed,
    mix: Smoothed,
    position: usize,
    tick_frame: u32,
}

impl Chorus {
    /// A chorus at 0.6 Hz, depth 0.3, mix 0.
    #[must_use]
    pub fn new(sample_rate_hz: u32) -> Self {
        let rate = sample_rate_hz as f32;
        let frames_max = ((BASE_SECS[VOICES - 1] + SWING_SECS) * rate) as usize + 8;
        let mut chorus = Self {
            sample_rate_hz: rate,
            lines: [(); 2].map(|()| Line::new(frames_max)),
            swings: [[Swing::default(); VOICES]; 2],
            phase: 0.0,
            rate_hz: 0.6,
            depth: Smoothed::new(rate / CONTROL_TICK_FRAMES as f32, GLIDE_MS, 0.3),
            mix: Smoothed::new(rate, MIX_MS, 0.0),
            position: 0,
            tick_frame: 0,
        };
        chorus.reset();
        chorus
    }

    /// How often the voices swing, 0.02 to 10 Hz (held there).
    pub fn set_rate_hz(&mut self, rate_hz: f32) {
        if rate_hz.is_finite() {
            self.rate_hz = rate_hz.clamp(0.02, 10.0);
        }
    }

    /// How far they swing, 0 to 1 (held there); less at fast rates, so that the pitch moves by 3 % at most.
    pub fn set_depth(&mut self, depth: f32) {
        self.depth.set_target(depth.clamp(0.0, 1.0));
    }

    /// 0 is the input alone, 1 half input and half voices (held there).
    pub fn set_mix(&mut self, mix: f32) {
        self.mix.set_target(mix.clamp(0.0, 1.0));
    }

    /// Forgets the past, with the present settings taken at once.
    pub fn reset(&mut self) {
        self.lines.iter_mut().for_each(Line::reset);
        self.depth.snap(self.depth.target());
        self.mix.snap(self.mix.target());
        (self.phase, self.position, self.tick_frame) = (0.0, 0, 0);
        for side in 0..2 {
            for voice in 0..VOICES {
                self.swings[side][voice] = Swing { delay: self.delay_frames(side, voice), slope: 0.0 };
            }
        }
    }

    /// Moves the voices on; call it at every absolute multiple of 32 frames.
    pub fn tick(&mut self) {
        self.tick_frame = 0;
        self.depth.next();
        self.phase += self.rate_hz * CONTROL_TICK_FRAMES as f32 / self.sample_rate_hz;
        self.phase -= self.phase.floor();
        for side in 0..2 {
            for voice in 0..VOICES {
                let next = self.delay_frames(side, voice);
                let swing = &mut self.swings[side][voice];
                swing.delay += swing.slope * CONTROL_TICK_FRAMES as f32;
                swing.slope = (next - swing.delay) / CONTROL_TICK_FRAMES as f32;
            }
        }
    }

    fn delay_frames(&self, side: usize, voice: usize) -> f32 {
        // A swing of amplitude A at f Hz bends the pitch by 2 pi f A.
        let swing_secs = SWING_SECS.min(0.03 / (std::f32::consts::TAU * self.rate_hz));
        let secs = BASE_SECS[voice] + self.depth.value() * swing_secs * sin_turns(self.phase + PHASES[side][voice]);
        secs * self.sample_rate_hz
    }

    /// Works in place on both sides, of one length. Samples that are not finite do not enter the voices.
    pub fn process(&mut self, l: &mut [f32], r: &mut [f32]) {
        let n = l.len().min(CONTROL_TICK_FRAMES);
        let silent = self.mix.is_settled() && self.mix.target() == 0.0;
        let mut shares = [0.0; CONTROL_TICK_FRAMES];
        if !silent {
            shares[..n].iter_mut().for_each(|share| *share = 0.5 * self.mix.next());
        }
        for (side, samples) in [l, r].into_iter().enumerate() {
            let mut kept: Lane = [0.0; CONTROL_TICK_FRAMES];
            copy_sane(&samples[..n], &mut kept);
            self.lines[side].write(self.position, &kept[..n]);
            if !silent {
                let first = Head { position: self.position, tick_frame: self.tick_frame };
                blend(&self.lines[side], &self.swings[side], first, &shares[..n], samples);
            }
        }
        self.position = self.position.wrapping_add(n);
        self.tick_frame += n as u32;
    }
}

/// The frame that a call starts at, in the line and since the tick.
#[derive(Clone, Copy)]
struct Head {
    position: usize,
    tick_frame: u32,
}

/// Blends the voices in, `shares` being what they take of each frame.
fn blend(line: &Line, swings: &[Swing; VOICES], first: Head, shares: &[f32], samples: &mut [f32]) {
    for (t, (x, share)) in samples.iter_mut().zip(shares).enumerate() {
        if *share == 0.0 {
            continue;
        }
        let since_tick = (first.tick_frame + t as u32) as f32;
        let mut voices = 0.0;
        for swing in swings {
            voices += line.between(first.position.wrapping_add(t), swing.delay + swing.slope * since_tick);
        }
        *x += share * (voices * (1.0 / VOICES as f32) - *x);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    struct Played(Chorus, bool);

    impl Effect for Played {
        fn tick(&mut self, tick: usize) {
            match tick {
                30 if self.1 => self.0.set_rate_hz(3.0),
                50 if self.1 => self.0.set_depth(1.0),
                90 if self.1 => self.0.set_mix(0.2),
                _ => {}
            }
            self.0.tick();
        }
        fn run(&mut self, l: &mut [f32], r: &mut [f32]) {
            self.0.process(l, r);
        }
    }

    fn still(rate_hz: f32, depth: f32, mix: f32) -> Played {
        let mut chorus = Chorus::new(48_000);
        chorus.set_rate_hz(rate_hz);
        chorus.set_depth(depth);
        chorus.set_mix(mix);
        chorus.reset();
        Played(chorus, false)
    }

    #[test]
    fn the_output_does_not_depend_on_the_cut() {
        assert_cut_invariant(|| Played(still(1.0, 0.5, 0.8).0, true));
    }

    #[test]
    fn without_mix_every_bit_passes() {
        let mut input = noise(5000, 1);
        input[0][7] = -0.0;
        input[1][9] = 1.0e-40;
        assert_same_bits(&input, &render(&mut still(2.0, 1.0, 0.0), &input, 32), "mix 0");
    }

    #[test]
    fn the_output_is_bounded_and_the_voices_stay_where_they_belong() {
        for rate_hz in [0.02, 0.6, 10.0] {
            let mut played = still(rate_hz, 1.0, 1.0);
            let square = (0..96_000).map(|i| if (i / 7) % 2 == 0 { 1.0 } else { -1.0 }).collect::<Vec<f32>>();
            let out = render(&mut played, &[square.clone(), square], 32);
            assert!(out.iter().flatten().all(|x| x.abs() <= 1.25));
            let [l, r] = render(&mut still(rate_hz, 1.0, 1.0), &impulse(2000), 32);
            for side in [l, r] {
                assert_eq!(side[0], 0.5);
                assert!(side[1..200].iter().chain(&side[850..]).all(|x| *x == 0.0));
            }
        }
    }

    #[test]
    fn the_voices_change_smoothly() {
        let sine: Vec<f32> = (0..96_000).map(|i| (i as f32 * 0.02).sin()).collect();
        let out = render(&mut still(5.0, 1.0, 1.0), &[sine.clone(), sine], 32);
        let rough = out[0][1000..].windows(3).map(|w| (w[0] - 2.0 * w[1] + w[2]).abs()).fold(0.0, f32::max);
        assert!(rough < 6.0e-4, "{rough}");
    }

    #[test]
    fn a_reset_chorus_is_a_new_one_with_these_settings_and_faults_leave_no_trace() {
        let input = noise(9000, 2);
        let mut used = Played(still(0.7, 0.2, 0.5).0, true);
        let mut broken = input.clone();
        broken[0][8000] = f32::NAN;
        let out = render(&mut used, &broken, 32);
        assert_eq!(out[0].iter().filter(|x| !x.is_finite()).count(), 1);
        used.0.set_rate_hz(1.0);
        used.0.set_depth(0.9);
        used.0.set_mix(0.4);
        used.0.reset();
        used.1 = false;
        assert_same_bits(&render(&mut used, &input, 32), &render(&mut still(1.0, 0.9, 0.4), &input, 32), "after reset");
    }
}
