//! A ping-pong delay.

use super::biquad::{Coefs, StereoBiquad};
use super::line::{Lane, Line, copy_sane, floored};
use super::smooth::Smoothed;
use crate::base::limits::CONTROL_TICK_FRAMES;

/// A changed time is faded in for so long.
const FADE_MS: f32 = 40.0;
const FEEDBACK_MS: f32 = 20.0;
/// What each repeat loses: lows that would pile up, and brilliance.
const LOW_HZ: f64 = 90.0;
const HIGH_HZ: f64 = 5500.0;
/// The shortest delay, so that a block can be read before it is written.
const DELAY_FRAMES_MIN: usize = 2 * CONTROL_TICK_FRAMES;

/// Wet-only stereo delay. Real-time safe but for [`new`](Self::new); silent, it costs next to nothing.
///
/// The mean of both sides sounds on the left after one delay time, unfiltered and at its own level, then from side to
/// side, each time weaker by the feedback and duller. A new time fades over in 40 ms without a change of pitch.
#[derive(Clone, Debug)]
pub struct Delay {
    lines: [Line; 2],
    frames_max: usize,
    /// The time asked for, and those of the two heads; the fade goes from the first head to the second.
    goal: usize,
    heads: [usize; 2],
    fade: Smoothed,
    feedback: Smoothed,
    filters: [StereoBiquad; 2],
    position: usize,
    /// Frames since anything but zero was stored.
    quiet_frames: usize,
    asleep: bool,
}

impl Delay {
    /// A silent delay that can be set to at most `max_secs`; it starts with that time (2 s at most) and no feedback.
    #[must_use]
    pub fn new(sample_rate_hz: u32, max_secs: f32) -> Self {
        let rate = sample_rate_hz as f32;
        let frames_max = ((max_secs.max(0.0) * rate) as usize).max(DELAY_FRAMES_MIN);
        let goal = frames_max.min(2 * sample_rate_hz as usize);
        let q = std::f64::consts::FRAC_1_SQRT_2;
        let filters = [Coefs::low_pass(f64::from(rate), HIGH_HZ, q), Coefs::high_pass(f64::from(rate), LOW_HZ, q)];
        Self {
            lines: [(); 2].map(|()| Line::new(frames_max)),
            frames_max,
            goal,
            heads: [goal; 2],
            fade: Smoothed::new(rate, FADE_MS, 1.0),
            feedback: Smoothed::new(rate, FEEDBACK_MS, 0.0),
            filters: filters.map(StereoBiquad::new),
            position: 0,
            quiet_frames: 0,
            asleep: true,
        }
    }

    /// Asks for a delay time, taken to the nearest whole frame and held between 64 frames and the longest.
    ///
    /// The fade starts at the next tick; a time asked for during a fade waits for its end.
    pub fn set_time_frames(&mut self, time_frames: f64) {
        if time_frames.is_finite() {
            self.goal = (time_frames.round() as usize).clamp(DELAY_FRAMES_MIN, self.frames_max);
        }
    }

    /// The level of each repeat over the one before, 0 to 0.95 (held there).
    pub fn set_feedback(&mut self, feedback: f32) {
        self.feedback.set_target(feedback.clamp(0.0, 0.95));
    }

    /// Silence, with the present settings taken at once.
    pub fn reset(&mut self) {
        self.lines.iter_mut().for_each(Line::reset);
        self.filters.iter_mut().for_each(StereoBiquad::reset);
        self.heads = [self.goal; 2];
        self.fade.snap(1.0);
        self.feedback.snap(self.feedback.target());
        self.position = 0;
        self.quiet_frames = 0;
        self.asleep = true;
    }

    /// Starts what was asked for; call it at every absolute multiple of 32 frames.
    pub fn tick(&mut self) {
        self.filters.iter_mut().for_each(StereoBiquad::flush);
        if self.fade.is_settled() && self.goal != self.heads[1] {
            self.heads = [self.heads[1], self.goal];
            self.fade.snap(0.0);
            self.fade.set_target(1.0);
        }
        let at_rest = self.filters.iter().all(StereoBiquad::is_at_rest);
        self.asleep |= at_rest && self.quiet_frames > self.lines[0].frames();
    }

    /// Adds the repeats of `input` to `output` (left and right each, all of one length).
    ///
    /// Input samples that are not finite, or above +120 dB, count as silence.
    pub fn process(&mut self, input: [&[f32]; 2], output: [&mut [f32]; 2]) {
        let n = input[0].len().min(CONTROL_TICK_FRAMES);
        let mut fed = [[0.0; CONTROL_TICK_FRAMES]; 2];
        let mut alive = false;
        for (fed, input) in fed.iter_mut().zip(input) {
            alive |= copy_sane(&input[..n], fed);
        }
        if self.asleep && !alive {
            self.fade.advance(n as u32);
            self.feedback.advance(n as u32);
            return;
        }
        self.asleep = false;
        let mut heard = [[0.0; CONTROL_TICK_FRAMES]; 2];
        self.read(n, &mut heard);
        for (out, heard) in output.into_iter().zip(&heard) {
            for (out, heard) in out[..n].iter_mut().zip(heard) {
                *out += heard;
            }
        }
        for t in 0..n {
            let x = [f64::from(heard[0][t]), f64::from(heard[1][t])];
            let back = self.filters.iter_mut().fold(x, |x, filter| filter.step(x));
            let feedback = self.feedback.next();
            let mono = 0.5 * (fed[0][t] + fed[1][t]);
            fed[0][t] = mono + feedback * back[1] as f32;
            fed[1][t] = feedback * back[0] as f32;
        }
        for (line, lane) in self.lines.iter_mut().zip(&mut fed) {
            alive |= floored(&mut lane[..n]);
            line.write(self.position, &lane[..n]);
        }
        self.position = self.position.wrapping_add(n);
        self.quiet_frames = if alive { 0 } else { self.quiet_frames.saturating_add(n) };
    }

    /// What the heads hear, faded over where they differ.
    fn read(&mut self, n: usize, heard: &mut [Lane; 2]) {
        for (line, heard) in self.lines.iter().zip(&mut *heard) {
            line.read(self.position, self.heads[1], &mut heard[..n]);
        }
        if self.fade.is_settled() {
            return;
        }
        let mut old = [[0.0; CONTROL_TICK_FRAMES]; 2];
        for (line, old) in self.lines.iter().zip(&mut old) {
            line.read(self.position, self.heads[0], &mut old[..n]);
        }
        for t in 0..n {
            let x = self.fade.next();
            let share = x * x * (3.0 - 2.0 * x);
            for side in 0..2 {
                heard[side][t] = old[side][t] + share * (heard[side][t] - old[side][t]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    struct Played(Delay, bool);

    impl Effect for Played {
        fn tick(&mut self, tick: usize) {
            match tick {
                40 if self.1 => self.0.set_time_frames(777.4),
                41 if self.1 => self.0.set_feedback(0.9),
                70 if self.1 => self.0.set_time_frames(3000.0),
                _ => {}
            }
            self.0.tick();
        }
        fn run(&mut self, l: &mut [f32], r: &mut [f32]) {
            wet(l, r, |i, o| self.0.process(i, o));
        }
    }

    fn still(time_frames: f64, feedback: f32) -> Played {
        let mut delay = Delay::new(48_000, 0.5);
        delay.set_time_frames(time_frames);
        delay.set_feedback(feedback);
        delay.reset();
        Played(delay, false)
    }

    #[test]
    fn the_echo_comes_at_its_exact_frame_and_goes_from_side_to_side() {
        for (wish, time) in [(0.0, 64), (100.0, 100), (4801.4, 4801), (1.0e9, 24_000)] {
            let [l, r] = render(&mut still(wish, 0.5), &impulse(60_000), 32);
            assert_eq!(l.iter().position(|x| *x != 0.0), Some(time), "{wish}");
            assert_eq!(l[time], 1.0);
            assert_eq!(r.iter().position(|x| *x != 0.0), Some(2 * time), "{wish}");
            if time > 4000 {
                assert!(l[time + 1..3 * time.min(19_000)].iter().all(|x| *x == 0.0));
                assert!(r[2 * time..].iter().all(|x| x.abs() < 0.5));
            }
        }
    }

    #[test]
    fn the_output_does_not_depend_on_the_cut_also_through_sleep() {
        assert_cut_invariant(|| Played(still(1000.0, 0.4).0, true));
        let mut input = noise(150_000, 8);
        for side in &mut input {
            side[300..140_001].fill(0.0);
        }
        let whole = render(&mut Played(still(100.0, 0.1).0, true), &input, 32);
        for cut in [1, 5, 0] {
            assert_same_bits(&whole, &render(&mut Played(still(100.0, 0.1).0, true), &input, cut), "asleep between");
        }
    }

    #[test]
    fn a_new_time_fades_over_without_a_click() {
        let sine: Vec<f32> = (0..40_000).map(|i| (i as f32 * 0.02).sin()).collect();
        let mut played = still(5000.0, 0.0);
        let mut out = Vec::new();
        for (tick, l) in sine.chunks(32).enumerate() {
            if tick > 400 {
                played.0.set_time_frames(5000.0 + (tick / 20 * 137 % 900) as f64);
            }
            let span = render(&mut played, &[l.to_vec(), l.to_vec()], 32);
            out.extend_from_slice(&span[0]);
        }
        let step = out[6000..].windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max);
        assert!(step < 0.025, "{step}");
    }

    #[test]
    fn a_reset_delay_is_a_new_one_with_these_settings() {
        let input = noise(20_000, 2);
        let mut used = Played(still(900.0, 0.8).0, true);
        render(&mut used, &input, 32);
        used.0.set_time_frames(1234.0);
        used.0.set_feedback(0.3);
        used.0.reset();
        used.1 = false;
        assert_same_bits(&render(&mut used, &input, 32), &render(&mut still(1234.0, 0.3), &input, 32), "after reset");
    }

    #[test]
    fn the_loudest_feedback_stays_bounded_and_ends_in_exact_silence() {
        let mut played = still(480.0, 0.95);
        let mut input = impulse(480_000);
        input[0][3] = f32::INFINITY;
        let out = render(&mut played, &input, 32);
        assert_eq!(subnormals(&out), 0);
        assert!(out.iter().flatten().all(|x| x.abs() <= 1.0));
        assert!(played.0.asleep);
    }
}
