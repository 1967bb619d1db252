//! The tanpura: four strings over a curved bridge, stroked in a cycle.
//!
//! A string sounds so rich because it never meets a sharp edge: it wraps on a slightly curved bridge, along a length
//! that depends on how far it swings, and each contact throws energy into its overtones up to 6 kHz. They come out
//! some tenths of a second after the stroke and sink slowly: the jawari. [`crate::dsp::string`] is the string; a
//! tuner takes off what its bridge adds to the pitch.

mod body;
mod course;
#[cfg(test)]
mod tests;
mod tuning;

use crate::base::limits::CONTROL_TICK_FRAMES;
use crate::base::{Rng, SILENCE, Segment};
use crate::dsp::smooth::Smoothed;
use crate::dsp::source::Kernel;
use body::Body;
use course::{Course, TURNS};

/// The strings of the tanpura.
pub const STRINGS: usize = 4;
/// Seconds without a string before the body is at rest.
const QUIET_SECS: f32 = 0.3;

/// To what a string is tuned, relative to middle Sa.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StringPitch {
    /// Whole semitones, -24 to 24; the low Sa is -12, Pa below Sa is -5.
    pub semitones: i8,
    /// Cents above that, -100 to 100.
    pub cents: f32,
}

impl StringPitch {
    /// The pitch of the just scale at so many semitones from Sa, as tuned by ear to beat with nothing: Pa is 3/2, Ma
    /// 4/3, Ni 15/8 of the Sa below it. The ratios of the other places are those of the 22 shrutis that go with them.
    #[must_use]
    pub fn just(semitones: i8) -> Self {
        const RATIOS: [f32; 12] = [
            1.0,
            16.0 / 15.0,
            9.0 / 8.0,
            6.0 / 5.0,
            5.0 / 4.0,
            4.0 / 3.0,
            45.0 / 32.0,
            3.0 / 2.0,
            8.0 / 5.0,
            5.0 / 3.0,
            9.0 / 5.0,
            15.0 / 8.0,
        ];
        let place = semitones.rem_euclid(12);
        let cents = 1200.0 * RATIOS[place as usize].log2() - 100.0 * f32::from(place);
        Self { semitones, cents }
    }

    /// What Sa is multiplied by, kept within two octaves either way; a value that is no number counts as in tune.
    #[must_use]
    pub fn ratio(self) -> f32 {
        let cents = if self.cents.is_finite() { self.cents.clamp(-100.0, 100.0) } else { 0.0 };
        let semitones = f32::from(self.semitones) + 0.01 * cents;
        (semitones.clamp(-tuning::STRING_SEMITONES, tuning::STRING_SEMITONES) / 12.0).exp2()
    }
}

/// How the tanpura is tuned and played.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TanpuraParams {
    /// Middle Sa, 60 to 500 Hz.
    pub sa_hz: f32,
    /// The strings in the order in which they are stroked.
    pub strings: [StringPitch; STRINGS],
    /// Seconds from the first string to the first string, 3 to 12.
    pub cycle_secs: f32,
    /// Strength of the overtones, 0 (the bridge is out of reach) to 1 (it is almost flat).
    pub jawari: f32,
    /// Whether strings are stroked; otherwise they ring out.
    pub is_on: bool,
}

impl Default for TanpuraParams {
    fn default() -> Self {
        let strings = [-5, 0, 0, -12].map(StringPitch::just);
        Self { sa_hz: 138.6, strings, cycle_secs: 5.0, jawari: 0.6, is_on: false }
    }
}

/// A tanpura and its player. [`Tanpura::new`] allocates nothing either; all else is real-time safe: no
/// allocation, lock, I/O or panic. The sound does not depend on how the frames are cut into calls.
#[derive(Clone, Debug)]
pub struct Tanpura {
    courses: [Course; STRINGS],
    body: Body,
    kernel: Kernel,
    rng: Rng,
    seed: u64,
    rate_hz: f32,
    params: TanpuraParams,
    /// Octaves above 1 Hz: Sa and then each string relative to it.
    sa_octaves: Smoothed,
    string_octaves: [Smoothed; STRINGS],
    ticks: u64,
    next_stroke: usize,
    wait_ticks: f32,
    late_ticks: f32,
    age_ticks: [u64; STRINGS],
    quiet_ticks: u32,
}

impl Tanpura {
    /// A silent tanpura at a sample rate in Hz, whose player's irregularities are fixed by `seed`.
    #[must_use]
    pub fn new(sample_rate_hz: u32, seed: u64) -> Self {
        let rate_hz = sample_rate_hz.max(1) as f32;
        let params = TanpuraParams::default();
        let ticks_hz = rate_hz / CONTROL_TICK_FRAMES as f32;
        let ramp = |value: f32| Smoothed::new(ticks_hz, tuning::GLIDE_MS, value);
        Self {
            courses: std::array::from_fn(|_| Course::new(rate_hz)),
            body: Body::new(rate_hz),
            kernel: Kernel::detect(),
            rng: Rng::new(seed),
            seed,
            rate_hz,
            params,
            sa_octaves: ramp(params.sa_hz.log2()),
            string_octaves: params.strings.map(|pitch| ramp(pitch.ratio().log2())),
            ticks: 0,
            next_stroke: 0,
            wait_ticks: 0.0,
            late_ticks: 0.0,
            age_ticks: [u64::MAX; STRINGS],
            quiet_ticks: 0,
        }
    }

    /// Silence and the strings at rest, tuned as they are: what follows is the same, bit for bit, as from a new
    /// tanpura that was given the same parameters at once. Real-time safe.
    pub fn reset(&mut self) {
        self.courses.iter_mut().for_each(Course::reset);
        self.body.reset();
        self.rng = Rng::new(self.seed);
        self.snap();
        self.ticks = 0;
        self.next_stroke = 0;
        self.wait_ticks = 0.0;
        self.late_ticks = 0.0;
        self.age_ticks = [u64::MAX; STRINGS];
        self.quiet_ticks = 0;
    }

    /// Takes over how to play. Pitches glide within 50 ms, and at once while nothing sounds; what is no number stays
    /// as it was, what is out of range goes to its end. Switched on, it begins with its first string. Real-time safe.
    pub fn set(&mut self, params: &TanpuraParams) {
        let [low_hz, high_hz] = tuning::SA_HZ;
        let [hasty, slow] = tuning::CYCLE_SECS;
        let kept = |value: f32, old: f32, low: f32, high: f32| {
            if value.is_finite() { value.clamp(low, high) } else { old }
        };
        let old = self.params;
        self.params = TanpuraParams {
            sa_hz: kept(params.sa_hz, old.sa_hz, low_hz, high_hz),
            strings: params.strings,
            cycle_secs: kept(params.cycle_secs, old.cycle_secs, hasty, slow),
            jawari: kept(params.jawari, old.jawari, 0.0, 1.0),
            is_on: params.is_on,
        };
        if params.is_on && !old.is_on {
            self.next_stroke = 0;
            self.wait_ticks = 0.0;
            self.late_ticks = 0.0;
        }
        self.sa_octaves.set_target(self.params.sa_hz.log2());
        for (ramp, pitch) in self.string_octaves.iter_mut().zip(&self.params.strings) {
            ramp.set_target(pitch.ratio().log2());
        }
        if !self.is_sounding() {
            self.snap();
        }
    }

    /// How it is played at present.
    #[must_use]
    pub fn params(&self) -> &TanpuraParams {
        &self.params
    }

    /// Whether any string still moves.
    #[must_use]
    pub fn is_sounding(&self) -> bool {
        self.courses.iter().any(Course::is_sounding)
    }

    /// Seconds since each string was last stroked, in the order of the strings; infinite for never.
    #[must_use]
    pub fn strings_lit(&self) -> [f32; STRINGS] {
        let tick_secs = CONTROL_TICK_FRAMES as f32 / self.rate_hz;
        self.age_ticks.map(|age| if age == u64::MAX { f32::INFINITY } else { age as f32 * tick_secs })
    }

    /// Moves player, pitches and strings on; to be called before the frame at each multiple of
    /// [`CONTROL_TICK_FRAMES`]. Real-time safe.
    pub fn tick(&mut self) {
        for age in &mut self.age_ticks {
            *age = age.saturating_add(1);
        }
        self.sa_octaves.next();
        for ramp in &mut self.string_octaves {
            ramp.next();
        }
        for course in &mut self.courses {
            course.tick();
        }
        if self.params.is_on {
            self.play();
        }
        let turn = (self.ticks % TURNS) as usize;
        let hz = self.string_hz(turn);
        self.courses[turn].tune(hz, self.params.jawari);
        self.ticks += 1;
        self.quiet_ticks = if self.is_sounding() { 0 } else { self.quiet_ticks.saturating_add(1) };
        if self.quiet_ticks as f32 * CONTROL_TICK_FRAMES as f32 > QUIET_SECS * self.rate_hz {
            self.body.reset();
        }
    }

    /// Adds the next `frames` (at most 32, up to the next tick) to `out`. Real-time safe.
    pub fn render(&mut self, out: &mut Segment, frames: usize) {
        let frames = frames.min(CONTROL_TICK_FRAMES);
        if self.quiet_ticks as f32 * CONTROL_TICK_FRAMES as f32 > QUIET_SECS * self.rate_hz {
            return;
        }
        let mut dry = SILENCE;
        let [dry_left, dry_right] = &mut dry;
        let (dry_left, dry_right) = (&mut dry_left[..frames], &mut dry_right[..frames]);
        for (course, place) in self.courses.iter_mut().zip(tuning::PLACES) {
            // Of equal power; in the middle 0.7 each.
            let gains = [(0.5 * (1.0 - place)).sqrt() * tuning::LEVEL, (0.5 * (1.0 + place)).sqrt() * tuning::LEVEL];
            course.render(self.kernel, [dry_left, dry_right], gains);
        }
        let [left, right] = out;
        self.body.render([dry_left, dry_right], [&mut left[..frames], &mut right[..frames]]);
    }

    /// Strokes the next string when its time has come.
    fn play(&mut self) {
        self.wait_ticks -= 1.0;
        if self.wait_ticks + self.late_ticks > 0.0 {
            return;
        }
        let index = self.next_stroke;
        let hz = self.string_hz(index);
        self.courses[index].stroke(&mut self.rng);
        self.courses[index].tune(hz, self.params.jawari);
        self.age_ticks[index] = 0;
        self.next_stroke = (index + 1) % STRINGS;
        let to = if self.next_stroke == 0 { 1.0 } else { tuning::STROKES[self.next_stroke] };
        let cycle_ticks = self.params.cycle_secs * self.rate_hz / CONTROL_TICK_FRAMES as f32;
        self.wait_ticks += (to - tuning::STROKES[index]) * cycle_ticks;
        self.late_ticks = tuning::LATE * cycle_ticks * self.rng.bipolar();
    }

    fn string_hz(&self, index: usize) -> f32 {
        (self.sa_octaves.value() + self.string_octaves[index].value()).exp2()
    }

    fn snap(&mut self) {
        for ramp in std::iter::once(&mut self.sa_octaves).chain(&mut self.string_octaves) {
            ramp.snap(ramp.target());
        }
    }
}
