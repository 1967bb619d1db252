//! A stereo reverb: sixteen delay lines in a lossless ring of feedback, made lossy on purpose.
//!
//! J.-M. Jot and A. Chaigne, "Digital delay networks for designing artificial reverberators" (AES 90, 1991), with the
//! input diffusers of M. R. Schroeder ("Natural sounding artificial reverberation", 1962).

use super::fast_math::{exp2, sin_turns};
use super::line::{Lane, Line, copy_sane, floored};
use super::smooth::Smoothed;
use crate::base::limits::CONTROL_TICK_FRAMES;

const LINES: usize = 16;
/// The first lines have reads that wander, which breaks up the ringing of fixed modes.
const WANDERING: usize = 4;
/// Shortest and longest line.
const LINE_SECS: [f64; 2] = [0.023, 0.079];
/// The wander: up to so far, so often (each line a little faster than the one before).
const WANDER_SECS: f32 = 0.000_18;
const WANDER_HZ: [f32; WANDERING] = [0.31, 0.43, 0.59, 0.73];
/// Diffusers of each side, and their feedback.
const DIFFUSERS: usize = 4;
const DIFFUSER_SECS: [[f64; DIFFUSERS]; 2] = [[0.0021, 0.0034, 0.0053, 0.0081], [0.0023, 0.0031, 0.0058, 0.0076]];
const DIFFUSION: f32 = 0.6;
/// The decay time holds at this frequency.
const NOMINAL_HZ: f32 = 1000.0;
const GLIDE_MS: f32 = 100.0;

/// One value for each line at each frame, the lines in four groups of four; zero after the frames of a call, so that
/// kernels of fixed length may run over it all.
type Block = [[Lane; 4]; 4];

/// A diffuser: an all-pass of one delay (Schroeder 1962).
#[derive(Clone, Debug)]
struct Diffuser {
    line: Line,
    delay: usize,
}

/// Absorption of each line: `y[n] = gain x[n] + pole y[n-1]` (Jot and Chaigne 1991).
#[derive(Clone, Copy, Debug)]
struct Absorption {
    gain: [f32; LINES],
    pole: [f32; LINES],
}

/// A wandering read: a delay in frames that moves in a straight line between ticks.
#[derive(Clone, Copy, Debug, Default)]
struct Wander {
    phase: f32,
    delay: f32,
    slope: f32,
}

/// Wet-only stereo reverb. Real-time safe but for [`new`](Self::new); silent, it costs next to nothing.
///
/// The wet level of steady noise is about that of the input at every size.
#[derive(Clone, Debug)]
pub struct Reverb {
    rate_hz: f32,
    size_log2: Smoothed,
    damp_log2: Smoothed,
    absorption: Absorption,
    state: [f32; LINES],
    /// What the input is scaled by.
    drive: f32,
    lines: [Line; LINES],
    delays: [usize; LINES],
    wanders: [Wander; WANDERING],
    diffusers: [[Diffuser; DIFFUSERS]; 2],
    position: usize,
    tick_frame: u32,
    /// Frames since anything but zero was stored; when nothing but zeros is stored it sleeps.
    quiet_frames: usize,
    asleep: bool,
}

impl Reverb {
    /// A silent reverb of 2 s, damped at 5 kHz.
    #[must_use]
    pub fn new(sample_rate_hz: u32) -> Self {
        let rate = f64::from(sample_rate_hz);
        let delays = line_delays(rate);
        let wander_frames = (WANDER_SECS * sample_rate_hz as f32).ceil() as usize;
        let diffuser = |secs: f64| {
            let delay = next_prime((secs * rate) as usize).max(CONTROL_TICK_FRAMES + 5);
            Diffuser { line: Line::new(delay), delay }
        };
        let ticks_per_sec = sample_rate_hz as f32 / CONTROL_TICK_FRAMES as f32;
        let mut reverb = Self {
            rate_hz: sample_rate_hz as f32,
            size_log2: Smoothed::new(ticks_per_sec, GLIDE_MS, 1.0),
            damp_log2: Smoothed::new(ticks_per_sec, GLIDE_MS, 5000.0_f32.log2()),
            absorption: Absorption { gain: [0.0; LINES], pole: [0.0; LINES] },
            state: [0.0; LINES],
            drive: 0.0,
            lines: delays.map(|delay| Line::new(delay + wander_frames + 4)),
            delays,
            wanders: [Wander::default(); WANDERING],
            diffusers: DIFFUSER_SECS.map(|side| side.map(diffuser)),
            position: 0,
            tick_frame: 0,
            quiet_frames: 0,
            asleep: true,
        };
        reverb.reset();
        reverb
    }

    /// The time in which the tail falls by 60 dB at 1 kHz, 0.3 to 8 s (held there); glides in 100 ms.
    pub fn set_size_secs(&mut self, size_secs: f32) {
        self.size_log2.set_target(size_secs.clamp(0.3, 8.0).log2());
    }

    /// Where the tail falls about twice as fast as at low frequencies, 500 Hz to 16 kHz (held there); glides in 100 ms.
    ///
    /// Below 2 kHz the size holds at half of this frequency and no longer at 1 kHz.
    pub fn set_damp_hz(&mut self, damp_hz: f32) {
        self.damp_log2.set_target(damp_hz.clamp(500.0, 16_000.0).log2());
    }

    /// Silence, with the present settings taken at once.
    pub fn reset(&mut self) {
        self.size_log2.snap(self.size_log2.target());
        self.damp_log2.snap(self.damp_log2.target());
        self.lines.iter_mut().for_each(Line::reset);
        self.diffusers.iter_mut().flatten().for_each(|d| d.line.reset());
        self.state = [0.0; LINES];
        for (i, wander) in self.wanders.iter_mut().enumerate() {
            *wander = Wander { phase: i as f32 / WANDERING as f32, delay: self.delays[i] as f32, slope: 0.0 };
        }
        self.position = 0;
        self.tick_frame = 0;
        self.quiet_frames = 0;
        self.asleep = true;
        self.design();
    }

    /// Moves the settings and the wander on; call it at every absolute multiple of 32 frames.
    pub fn tick(&mut self) {
        self.tick_frame = 0;
        if !self.size_log2.is_settled() || !self.damp_log2.is_settled() {
            self.size_log2.next();
            self.damp_log2.next();
            self.design();
        }
        let tick_secs = CONTROL_TICK_FRAMES as f32 / self.rate_hz;
        for (i, wander) in self.wanders.iter_mut().enumerate() {
            wander.delay += wander.slope * CONTROL_TICK_FRAMES as f32;
            wander.phase += WANDER_HZ[i] * tick_secs;
            wander.phase -= wander.phase.floor();
            let next = self.delays[i] as f32 + WANDER_SECS * self.rate_hz * sin_turns(wander.phase);
            wander.slope = (next - wander.delay) / CONTROL_TICK_FRAMES as f32;
        }
        let longest = self.lines[LINES - 1].frames();
        // Here and not in `process`, or the sound would depend on how the span is cut into calls.
        floored(&mut self.state);
        self.asleep |= self.quiet_frames > longest && self.state == [0.0; LINES];
    }

    /// Adds the reverb of `input` to `output` (left and right each, all of one length).
    ///
    /// Input samples that are not finite, or above +120 dB, count as silence.
    pub fn process(&mut self, input: [&[f32]; 2], output: [&mut [f32]; 2]) {
        let n = input[0].len().min(CONTROL_TICK_FRAMES);
        let tick_frame = self.tick_frame;
        self.tick_frame += n as u32;
        let mut fed = [[0.0; CONTROL_TICK_FRAMES]; 2];
        let mut alive = false;
        for (fed, input) in fed.iter_mut().zip(input) {
            alive |= copy_sane(&input[..n], fed);
        }
        if self.asleep && !alive {
            return;
        }
        if self.asleep {
            self.asleep = false;
            self.quiet_frames = 0;
        }
        for (fed, side) in fed.iter_mut().zip(&mut self.diffusers) {
            fed.iter_mut().for_each(|x| *x *= self.drive);
            for diffuser in side {
                alive |= diffuse(diffuser, self.position, fed, n);
            }
        }
        let mut block: Block = [[[0.0; CONTROL_TICK_FRAMES]; 4]; 4];
        self.read(tick_frame, n, &mut block);
        absorb(&self.absorption, &mut self.state, &mut block, n);
        sum_out(&block, output, n);
        mix(&mut block);
        for (i, (line, lane)) in self.lines.iter_mut().zip(block.as_flattened_mut()).enumerate() {
            inject(lane, &fed[i % 2], if i % 4 < 2 { 1.0 } else { -1.0 });
            alive |= floored(lane);
            line.write(self.position, &lane[..n]);
        }
        self.position = self.position.wrapping_add(n);
        self.quiet_frames = if alive { 0 } else { self.quiet_frames.saturating_add(n) };
    }

    fn read(&self, tick_frame: u32, n: usize, block: &mut Block) {
        for (i, lane) in block.as_flattened_mut().iter_mut().enumerate() {
            let Some(wander) = self.wanders.get(i) else {
                self.lines[i].read(self.position, self.delays[i], &mut lane[..n]);
                continue;
            };
            for (t, out) in lane[..n].iter_mut().enumerate() {
                let delay = wander.delay + wander.slope * (tick_frame + t as u32) as f32;
                *out = self.lines[i].between(self.position.wrapping_add(t), delay);
            }
        }
    }

    /// Absorption and drive for the present size and damping.
    ///
    /// A line of `m` seconds must lose `60 m / RT` dB. One pole gives a loss that grows with frequency; it is placed so
    /// that at the damping frequency it takes as much again as the plain gain does.
    fn design(&mut self) {
        const DB_TO_LOG2: f32 = 0.166_096_4;
        let (size_secs, damp_hz) = (exp2(self.size_log2.value()), exp2(self.damp_log2.value()));
        let cos = |hz: f32| (std::f32::consts::TAU * hz.min(0.45 * self.rate_hz) / self.rate_hz).cos();
        let nominal_hz = NOMINAL_HZ.min(0.5 * damp_hz);
        let (cos_damp, cos_nominal) = (cos(damp_hz), cos(nominal_hz));
        let nominal_share = nominal_hz / damp_hz;
        let mut kept = 0.0;
        for i in 0..LINES {
            let nominal_db = 60.0 * self.delays[i] as f32 / (self.rate_hz * size_secs);
            // The pole's loss grows about as the square of the frequency.
            let plain_db = nominal_db / (1.0 + nominal_share * nominal_share);
            let power = exp2(-2.0 * DB_TO_LOG2 * plain_db);
            let pole = one_pole(power, cos_damp);
            let around = (1.0 - 2.0 * pole * cos_nominal + pole * pole).sqrt();
            let gain = exp2(-DB_TO_LOG2 * nominal_db) * around;
            // At 0 Hz the loop must still lose something.
            self.absorption.gain[i] = gain.min((1.0 - pole) * 0.9998);
            self.absorption.pole[i] = pole;
            kept += exp2(-2.0 * DB_TO_LOG2 * nominal_db) / LINES as f32;
        }
        // Each side feeds and hears half of the lines; with input power 1 a line settles at drive^2 / (1 - kept).
        self.drive = ((1.0 - kept) / kept * 2.0 / LINES as f32).sqrt();
    }
}

/// The pole of `(1 - p) / (1 - p z^-1)` whose power at the angle of cosine `cos` is `power` (below 1).
fn one_pole(power: f32, cos: f32) -> f32 {
    let (power, cos) = (f64::from(power).min(0.999_999), f64::from(cos));
    let k = (1.0 - power * cos) / (1.0 - power);
    (k - (k * k - 1.0).sqrt()) as f32
}

/// Prime lengths in frames, in geometric steps, so that no two lines share a mode.
fn line_delays(rate_hz: f64) -> [usize; LINES] {
    let [shortest, longest] = LINE_SECS;
    let mut previous = CONTROL_TICK_FRAMES + 8;
    let mut sorted = [0; LINES];
    for (i, delay) in sorted.iter_mut().enumerate() {
        let secs = shortest * (longest / shortest).powf(i as f64 / (LINES - 1) as f64);
        *delay = next_prime(((secs * rate_hz) as usize).max(previous + 1));
        previous = *delay;
    }
    // Short and long ones take turns, so that both sides and the wandering lines get all lengths; the longest is last.
    std::array::from_fn(|i| sorted[if i == LINES - 1 { i } else { (i * 7 + 6) % (LINES - 1) }])
}

fn next_prime(from: usize) -> usize {
    let is_prime = |n: usize| (2..).take_while(|d| d * d <= n).all(|d| !n.is_multiple_of(d));
    (from.max(2)..).find(|n| is_prime(*n)).unwrap_or(from)
}

/// Passes `values`, zero after the first `n`, through the all-pass; whether anything but zero was stored.
fn diffuse(diffuser: &mut Diffuser, position: usize, values: &mut Lane, n: usize) -> bool {
    let mut old: Lane = [0.0; CONTROL_TICK_FRAMES];
    let mut stored: Lane = [0.0; CONTROL_TICK_FRAMES];
    diffuser.line.read(position, diffuser.delay, &mut old[..n]);
    for ((x, old), stored) in values.iter_mut().zip(&old).zip(&mut stored) {
        *stored = *x + DIFFUSION * old;
        *x = old - DIFFUSION * *stored;
    }
    let alive = floored(&mut stored);
    diffuser.line.write(position, &stored[..n]);
    alive
}

/// Absorption; the four lines of a group go side by side.
fn absorb(absorption: &Absorption, state: &mut [f32; LINES], block: &mut Block, n: usize) {
    for (group, lanes) in block.iter_mut().enumerate() {
        let at = |from: &[f32; LINES]| -> [f32; 4] { std::array::from_fn(|k| from[group * 4 + k]) };
        let (gain, pole, mut y) = (at(&absorption.gain), at(&absorption.pole), at(state));
        let [a, b, c, d] = lanes.each_mut().map(|lane| lane[..n].iter_mut());
        for (((a, b), c), d) in a.zip(b).zip(c).zip(d) {
            let x = [*a, *b, *c, *d];
            for k in 0..4 {
                y[k] = gain[k] * x[k] + pole[k] * y[k];
            }
            [*a, *b, *c, *d] = y;
        }
        state[group * 4..group * 4 + 4].copy_from_slice(&y);
    }
}

/// Adds the even lines to the left, the odd ones to the right, with signs that keep the sides apart.
fn sum_out(block: &Block, output: [&mut [f32]; 2], n: usize) {
    for (side, out) in output.into_iter().enumerate() {
        let mut sum: Lane = [0.0; CONTROL_TICK_FRAMES];
        for (i, lane) in block.as_flattened().iter().enumerate().skip(side).step_by(2) {
            inject(&mut sum, lane, if i % 8 < 4 { 1.0 } else { -1.0 });
        }
        for (out, sum) in out[..n].iter_mut().zip(&sum) {
            *out += sum;
        }
    }
}

fn inject(lane: &mut Lane, from: &Lane, gain: f32) {
    for (x, from) in lane.iter_mut().zip(from) {
        *x += gain * from;
    }
}

/// Multiplies the lines by the Kronecker product of two 4 x 4 Householder matrices (Jot 1997): orthogonal, and every
/// entry is 1/4 in magnitude, so each line feeds all others alike.
fn mix(block: &mut Block) {
    for [a, b, c, d] in block.iter_mut() {
        householder(a, b, c, d);
    }
    let [a, b, c, d] = block;
    for (((a, b), c), d) in a.iter_mut().zip(b).zip(c).zip(d) {
        householder(a, b, c, d);
    }
}

/// Takes each of four values from half of their sum.
fn householder(a: &mut Lane, b: &mut Lane, c: &mut Lane, d: &mut Lane) {
    for (((a, b), c), d) in a.iter_mut().zip(b).zip(c).zip(d) {
        let half = 0.5 * ((*a + *b) + (*c + *d));
        [*a, *b, *c, *d] = [half - *a, half - *b, half - *c, half - *d];
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    struct Played(Reverb, bool);

    impl Effect for Played {
        fn tick(&mut self, tick: usize) {
            match tick {
                30 if self.1 => self.0.set_size_secs(0.7),
                90 if self.1 => self.0.set_damp_hz(900.0),
                _ => {}
            }
            self.0.tick();
        }
        fn run(&mut self, l: &mut [f32], r: &mut [f32]) {
            wet(l, r, |i, o| self.0.process(i, o));
        }
    }

    fn still(rate_hz: u32, size_secs: f32, damp_hz: f32) -> Played {
        let mut reverb = Reverb::new(rate_hz);
        reverb.set_size_secs(size_secs);
        reverb.set_damp_hz(damp_hz);
        reverb.reset();
        Played(reverb, false)
    }

    /// RT60 at `freq_hz`: slope from -5 to -35 dB of the integrated tail (M. R. Schroeder 1965).
    fn rt60_secs(response: &[f32], rate_hz: u32, freq_hz: f64) -> f64 {
        use super::super::biquad::{Coefs, StereoBiquad};
        let rate = f64::from(rate_hz);
        let low = Coefs::low_pass(rate, freq_hz * 1.15, 2.0);
        let high = Coefs::high_pass(rate, freq_hz / 1.15, 2.0);
        let mut filters = [low, high, low, high].map(StereoBiquad::new);
        let filtered = response.iter().map(|x| filters.iter_mut().fold([f64::from(*x), 0.0], |x, f| f.step(x))[0]);
        let mut energy: Vec<f64> = filtered.map(|x| x * x).collect();
        for i in (1..energy.len()).rev() {
            energy[i - 1] += energy[i];
        }
        let when = |db: f64| energy.iter().position(|e| 10.0 * (e / energy[0]).log10() < db).unwrap() as f64;
        2.0 * (when(-35.0) - when(-5.0)) / rate
    }

    #[test]
    fn the_tail_falls_by_sixty_decibels_in_the_stated_time() {
        for (rate, size, damp) in [
            (48_000, 0.3, 5200.0),
            (48_000, 1.0, 2000.0),
            (48_000, 2.1, 5200.0),
            (48_000, 8.0, 16_000.0),
            (44_100, 3.0, 3000.0),
            (16_000, 1.5, 16_000.0),
        ] {
            let frames = (rate as f32 * (size * 1.2 + 0.2)) as usize;
            let [l, r] = render(&mut still(rate, size, damp), &impulse(frames), 32);
            for side in [l, r] {
                let measured = rt60_secs(&side, rate, 1000.0);
                assert!((measured / f64::from(size) - 1.0).abs() < 0.1, "{rate} {size} {damp}: {measured}");
            }
        }
    }

    #[test]
    fn high_frequencies_fall_faster_and_the_sides_are_not_alike() {
        let [l, r] = render(&mut still(48_000, 2.0, 4000.0), &impulse(120_000), 32);
        let (low, high) = (rt60_secs(&l, 48_000, 250.0), rt60_secs(&l, 48_000, 4000.0));
        assert!((0.4..0.65).contains(&(high / low)), "{low} {high}");
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum::<f64>();
        let likeness = dot(&l, &r) / (dot(&l, &l) * dot(&r, &r)).sqrt();
        assert!(likeness.abs() < 0.2, "{likeness}");
    }

    #[test]
    fn steady_noise_comes_back_at_about_its_own_level_whatever_the_size() {
        for size in [0.3, 2.0, 8.0] {
            let mut rng = crate::base::Rng::new(4);
            let input = [(); 2].map(|()| (0..6 * 48_000).map(|_| rng.bipolar()).collect::<Vec<f32>>());
            let out = render(&mut still(48_000, size, 16_000.0), &input, 32);
            let power = |x: &[f32]| x[5 * 48_000..].iter().map(|x| f64::from(x * x)).sum::<f64>();
            let level_db = 10.0 * (power(&out[0]) / power(&input[0])).log10();
            assert!(level_db.abs() < 3.0, "{size} {level_db}");
        }
    }

    #[test]
    fn the_output_does_not_depend_on_the_cut_also_through_sleep() {
        assert_cut_invariant(|| Played(Reverb::new(48_000), true));
        let mut input = noise(60_000, 8);
        for side in &mut input {
            side[300..59_001].fill(0.0);
        }
        let whole = render(&mut still(8_000, 0.3, 2000.0), &input, 32);
        assert!(whole[0][50_000..59_000].iter().all(|x| *x == 0.0));
        for cut in [1, 5, 0] {
            assert_same_bits(&whole, &render(&mut still(8_000, 0.3, 2000.0), &input, cut), "asleep between");
        }
    }

    #[test]
    fn a_reset_reverb_is_a_new_one_with_these_settings() {
        let input = noise(9000, 2);
        let mut used = still(48_000, 1.0, 5000.0);
        render(&mut used, &input, 32);
        used.0.set_size_secs(3.0);
        used.0.reset();
        let fresh = render(&mut still(48_000, 3.0, 5000.0), &input, 32);
        assert_same_bits(&render(&mut used, &input, 32), &fresh, "after reset");
    }

    #[test]
    fn the_tail_ends_in_exact_silence_without_subnormal_numbers_and_then_sleeps() {
        let mut reverb = still(48_000, 0.5, 3000.0);
        let mut input = impulse(4 * 48_000);
        input[0][3] = f32::NAN;
        input[1][4] = 1.0e30;
        let out = render(&mut reverb, &input, 32);
        assert_eq!(subnormals(&out), 0);
        assert!(out[0].iter().all(|x| x.abs() < 1.0));
        assert!(reverb.0.asleep && out[0][150_000..].iter().all(|x| *x == 0.0));
    }
}
