//! Singers made here: the truth about them is known exactly, and the seed fixes every sample.

use sangat::base::Rng;
use std::f64::consts::TAU;

/// Frames a second of everything made here.
pub const RATE_HZ: u32 = 48_000;
/// Seconds from one point of the truth to the next.
pub const TRUTH_SECS: f64 = 0.005;
/// Samples from one point of the truth to the next.
const STEP: usize = 240;

/// How a syllable moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Movement {
    /// Straight.
    Plain,
    /// Swinging by so many cents to either side at 5.2 Hz.
    Kampita(f64),
    /// Swinging by 40 cents at 6 Hz, setting in after a quarter of a second.
    Vibrato,
    /// Coming from so many cents away during the first so many seconds.
    Glide { from_cents: f64, secs: f64 },
}

/// How a syllable begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Start {
    /// 45 ms without voice, a burst of noise at their end.
    Stop,
    /// 60 ms of humming, out of the one before.
    Nasal,
    /// Out of the one before.
    Legato,
    /// After so many seconds of rest.
    Rest(f64),
}

/// One note of a phrase.
#[derive(Clone, Copy, Debug)]
pub struct Syllable {
    /// Pitch over the tonic, cents.
    pub cents: f64,
    /// Length with its start, seconds.
    pub secs: f64,
    pub movement: Movement,
    pub start: Start,
}

/// A recording and the truth about it.
#[derive(Clone, Debug, Default)]
pub struct Take {
    /// Mono, at [`RATE_HZ`].
    pub samples: Vec<f32>,
    /// The pitch in Hz at multiples of [`TRUTH_SECS`], none where nobody sings.
    pub truth: Vec<Option<f32>>,
    /// When a voice began after silence, seconds.
    pub onsets_secs: Vec<f64>,
}

/// Formants of a, e, i, o, u: centre in Hz, width in Hz, level.
const VOWELS: [[[f64; 3]; 4]; 5] = [
    [[730.0, 80.0, 1.0], [1090.0, 90.0, 0.6], [2440.0, 120.0, 0.25], [3400.0, 150.0, 0.15]],
    [[530.0, 70.0, 1.0], [1840.0, 100.0, 0.45], [2480.0, 120.0, 0.3], [3500.0, 150.0, 0.15]],
    [[280.0, 60.0, 1.0], [2250.0, 100.0, 0.3], [2890.0, 120.0, 0.25], [3600.0, 160.0, 0.12]],
    [[500.0, 70.0, 1.0], [900.0, 80.0, 0.5], [2400.0, 120.0, 0.15], [3300.0, 150.0, 0.1]],
    [[320.0, 60.0, 1.0], [800.0, 80.0, 0.35], [2240.0, 120.0, 0.1], [3300.0, 150.0, 0.08]],
];
const NASAL: [[f64; 3]; 4] = [[260.0, 60.0, 1.0], [1000.0, 200.0, 0.08], [2200.0, 250.0, 0.05], [3000.0, 300.0, 0.03]];

/// A two-pole resonator with unit gain at its centre (about).
#[derive(Clone, Copy, Default)]
struct Resonator {
    past: [f64; 2],
}

impl Resonator {
    fn step(&mut self, x: f64, [hz, width_hz, level]: [f64; 3]) -> f64 {
        let r = (-std::f64::consts::PI * width_hz / f64::from(RATE_HZ)).exp();
        let angle = TAU * hz / f64::from(RATE_HZ);
        let gain = (1.0 - r) * (1.0 - 2.0 * r * (2.0 * angle).cos() + r * r).sqrt();
        let y = gain * x + 2.0 * r * angle.cos() * self.past[0] - r * r * self.past[1];
        self.past = [y, self.past[0]];
        level * y
    }
}

/// One singer: glottal pulses of a natural slope through formants, with jitter, shimmer and breath.
pub struct Singer {
    rng: Rng,
    tonic_hz: f64,
    /// The vowel that is kept; `None` takes another for each syllable.
    vowel: Option<usize>,
    phase: f64,
    /// Random deviation of this cycle's length and level, as shares.
    jitter: f64,
    shimmer: f64,
    loudness: f64,
    formants: [[f64; 3]; 4],
    resonators: [Resonator; 4],
    last_cents: f64,
    take: Take,
}

/// How long a voice takes from one tone to the next: the middle three quarters of that in 80 ms, which is about as
/// fast as voices can (J. Sundberg 1973).
const LEGATO_SECS: f64 = 0.12;
/// Standard deviation of the length of a cycle: 0.3 %, of a healthy voice.
const JITTER: f64 = 0.003;
/// Standard deviation of its level.
const SHIMMER: f64 = 0.03;
/// Level of the breath beside the voice: -34 dB.
const BREATH: f64 = 0.02;

impl Singer {
    /// A singer of a tonic in Hz.
    pub fn new(tonic_hz: f64, seed: u64) -> Self {
        Self {
            rng: Rng::new(seed),
            tonic_hz,
            vowel: None,
            phase: 0.0,
            jitter: 0.0,
            shimmer: 0.0,
            loudness: 0.0,
            formants: VOWELS[0],
            resonators: [Resonator::default(); 4],
            last_cents: 0.0,
            take: Take::default(),
        }
    }

    /// Sings a phrase after a rest, and rests.
    pub fn sing(tonic_hz: f64, seed: u64, phrase: &[Syllable]) -> Take {
        Self::new(tonic_hz, seed).phrase(phrase)
    }

    /// The same on one vowel, by its place among a, e, i, o, u (0 to 4).
    pub fn sing_on(vowel: usize, tonic_hz: f64, seed: u64, phrase: &[Syllable]) -> Take {
        Self { vowel: Some(vowel), ..Self::new(tonic_hz, seed) }.phrase(phrase)
    }

    fn phrase(self, phrase: &[Syllable]) -> Take {
        let mut singer = self;
        singer.rest(0.4);
        for syllable in phrase {
            singer.syllable(syllable);
        }
        singer.rest(0.3);
        singer.take
    }

    /// What was sung so far.
    pub fn take(self) -> Take {
        self.take
    }

    fn normal(&mut self) -> f64 {
        (0..6).map(|_| f64::from(self.rng.bipolar())).sum::<f64>() / 2.0_f64.sqrt()
    }

    fn rest(&mut self, secs: f64) {
        let frames = (secs * f64::from(RATE_HZ)) as usize;
        for _ in 0..frames {
            self.frame(None, 0.0);
        }
    }

    /// Sings one syllable, with a vowel of the singer's choice or the one that is kept.
    pub fn syllable(&mut self, syllable: &Syllable) {
        let chosen = self.rng.below(5) as usize;
        let vowel = VOWELS[self.vowel.unwrap_or(chosen)];
        let (lead_secs, nasal_secs) = match syllable.start {
            Start::Stop => (0.045, 0.0),
            Start::Nasal => (0.0, 0.06),
            Start::Legato => (0.0, 0.0),
            Start::Rest(secs) => (secs, 0.0),
        };
        let lead = (lead_secs * f64::from(RATE_HZ)) as usize;
        for i in 0..lead {
            self.move_formants(&vowel, 0.0);
            let is_burst = syllable.start == Start::Stop && lead - i < RATE_HZ as usize / 66;
            self.frame(None, if is_burst { 0.15 } else { 0.0 });
        }
        let secs = syllable.secs - lead_secs;
        let frames = (secs * f64::from(RATE_HZ)) as usize;
        let is_glide = matches!(syllable.movement, Movement::Glide { .. });
        let is_joined = matches!(syllable.start, Start::Legato | Start::Nasal) && !is_glide;
        let mut cents = self.last_cents;
        let step = self.last_cents - syllable.cents - movement_cents(syllable.movement, 0.0);
        for i in 0..frames {
            let t = i as f64 / f64::from(RATE_HZ);
            cents = syllable.cents + movement_cents(syllable.movement, t);
            if is_joined {
                cents += step * 0.5 * (1.0 + (std::f64::consts::PI * (t / LEGATO_SECS).min(1.0)).cos());
            }
            let target = if t < nasal_secs { NASAL } else { vowel };
            let hz = self.tonic_hz * 2.0_f64.powf(cents / 1200.0);
            self.move_formants(&target, hz);
            self.frame(Some(hz), 0.0);
        }
        self.last_cents = cents;
    }

    /// The mouth needs about 30 ms to change, and opens so that its first formant is not below the pitch.
    fn move_formants(&mut self, target: &[[f64; 3]; 4], hz: f64) {
        let mut target = *target;
        target[0][0] = target[0][0].max(hz);
        for (now, then) in self.formants.as_flattened_mut().iter_mut().zip(target.as_flattened()) {
            *now += (then - *now) * 0.0007;
        }
    }

    /// One sample: a voice at a pitch, or none; and a burst of noise.
    fn frame(&mut self, hz: Option<f64>, burst: f64) {
        if self.take.samples.len().is_multiple_of(STEP) {
            self.take.truth.push(hz.map(|hz| hz as f32));
        }
        // Voice begins with the first closing of the cords, at a third of its loudness, and has all of it 8 ms later; at
        // its end the formants ring out alone.
        if hz.is_some() && self.loudness == 0.0 {
            (self.phase, self.loudness) = (0.0, 0.3);
            self.take.onsets_secs.push(self.take.samples.len() as f64 / f64::from(RATE_HZ));
        }
        self.loudness = if hz.is_some() { (self.loudness + 0.7 / 384.0).min(1.0) } else { 0.0 };
        let noise = f64::from(self.rng.bipolar());
        let mut source = noise * (BREATH * self.loudness + burst);
        if let Some(hz) = hz {
            self.phase += hz * (1.0 + self.jitter) / f64::from(RATE_HZ);
            if self.phase >= 1.0 {
                self.phase -= 1.0;
                self.jitter = JITTER * self.normal();
                self.shimmer = SHIMMER * self.normal();
            }
            source += self.loudness * (1.0 + self.shimmer) * pulse(self.phase, hz);
        }
        let voice: f64 = self.resonators.iter_mut().zip(self.formants).map(|(r, f)| r.step(source, f)).sum();
        self.take.samples.push((voice * 0.5) as f32);
    }
}

fn movement_cents(movement: Movement, t: f64) -> f64 {
    match movement {
        Movement::Plain => 0.0,
        Movement::Kampita(cents) => cents * (TAU * 5.2 * t).sin(),
        Movement::Vibrato => 40.0 * (TAU * 6.0 * t).sin() * ((t - 0.25) / 0.1).clamp(0.0, 1.0),
        Movement::Glide { from_cents, secs } => {
            from_cents * 0.5 * (1.0 + (std::f64::consts::PI * (t / secs).min(1.0)).cos())
        }
    }
}

/// The derivative of a glottal flow at a phase of 0 to 1: harmonics falling by 6 dB an octave above their corner, those
/// that the rate holds and at most 60.
fn pulse(phase: f64, hz: f64) -> f64 {
    let count = ((7_500.0 / hz) as usize).clamp(1, 60);
    let (sin, cos) = (TAU * phase).sin_cos();
    let (mut re, mut im) = (1.0, 0.0);
    let mut sum = 0.0;
    for k in 1..=count {
        (re, im) = (re * cos - im * sin, re * sin + im * cos);
        // Phases that bend with the harmonic make an asymmetric pulse: open slowly, shut at once.
        sum += (im + 0.5 * re) / (1.0 + 0.6 * k as f64);
    }
    2.5 * sum
}

/// Adds pink noise so that the voiced parts stand `snr_db` over it.
pub fn add_pink(take: &mut Take, snr_db: f64, seed: u64) {
    let mut rng = Rng::new(seed);
    // One-pole noises an octave apart make -3 dB an octave.
    let mut poles = [0.0_f64; 12];
    let noise: Vec<f64> = (0..take.samples.len())
        .map(|_| {
            let mut sum = 0.0;
            for (i, pole) in poles.iter_mut().enumerate() {
                let keep = (-TAU * 10.0 * 2.0_f64.powi(i as i32) / f64::from(RATE_HZ)).exp();
                *pole = keep * *pole + (1.0 - keep * keep).sqrt() * f64::from(rng.bipolar());
                sum += *pole;
            }
            sum
        })
        .collect();
    add(take, &noise, snr_db);
}

/// Adds a tanpura of the tonic (Pa, Sa, Sa, kharaj Sa; nearly a second a string) so that the voiced parts stand
/// `ratio_db` over it.
pub fn add_drone(take: &mut Take, tonic_hz: f64, ratio_db: f64, seed: u64) {
    let drone = drone(tonic_hz, take.samples.len(), seed);
    add(take, &drone, ratio_db);
}

/// So many frames of that tanpura, alone.
pub fn drone(tonic_hz: f64, frames: usize, seed: u64) -> Vec<f64> {
    let mut rng = Rng::new(seed);
    let mut drone = vec![0.0; frames];
    let strings = [0.75, 1.0, 1.0, 0.5];
    let pluck_frames = (0.85 * f64::from(RATE_HZ)) as usize;
    for (pluck, begin) in (0..drone.len()).step_by(pluck_frames).enumerate() {
        let hz = tonic_hz * strings[pluck % 4];
        let partials = ((6_000.0 / hz) as usize).min(40);
        for k in 1..=partials {
            // The thread on the bridge makes a band of partials bloom that wanders downwards.
            let bloom_secs = 0.15 + 1.2 / k as f64;
            let decay_secs = 3.5 / (1.0 + 0.03 * k as f64);
            let level = 1.0 / (1.0 + 0.08 * k as f64).powi(2);
            let phase = f64::from(rng.unit()) * TAU;
            let step = TAU * hz * k as f64 / f64::from(RATE_HZ);
            let end = drone.len().min(begin + 5 * RATE_HZ as usize);
            let turn = (step.cos(), step.sin());
            let (mut re, mut im) = (phase.cos(), phase.sin());
            for (i, out) in drone[begin..end].iter_mut().enumerate() {
                let t = i as f64 / f64::from(RATE_HZ);
                if i.is_multiple_of(4096) {
                    let norm = re.hypot(im);
                    (re, im) = (re / norm, im / norm);
                }
                (re, im) = (re * turn.0 - im * turn.1, re * turn.1 + im * turn.0);
                *out += level * (1.0 - (-t / bloom_secs * 3.0).exp()) * (-t / decay_secs).exp() * im;
            }
        }
    }
    drone
}

/// Adds `other` so that the voiced parts of the take stand `ratio_db` over it.
pub fn add(take: &mut Take, other: &[f64], ratio_db: f64) {
    let voiced = |i: usize| take.truth.get(i / STEP).is_some_and(Option::is_some);
    let (mut voice, mut count) = (0.0, 0.0);
    for (_, x) in take.samples.iter().enumerate().filter(|(i, _)| voiced(*i)) {
        voice += f64::from(*x) * f64::from(*x);
        count += 1.0;
    }
    let noise = other.iter().map(|x| x * x).sum::<f64>() / other.len().max(1) as f64;
    let gain = (voice / f64::max(count, 1.0) / noise.max(1e-20) * 10.0_f64.powf(-ratio_db / 10.0)).sqrt();
    for (x, y) in take.samples.iter_mut().zip(other) {
        *x += (gain * y) as f32;
    }
}

/// Sargam up and down with stops, nasals and legato, each note with a movement of its own.
pub fn sargam(seed: u64, movement: Option<Movement>) -> Vec<Syllable> {
    let mut rng = Rng::new(seed);
    let scale = [0.0, 203.9, 386.3, 498.0, 702.0, 884.4, 1088.3, 1200.0];
    let starts = [Start::Stop, Start::Nasal, Start::Legato, Start::Stop, Start::Rest(0.15)];
    let order = [0, 1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 2, 3, 1, 0, 4, 0];
    let mut last = 0.0;
    order
        .iter()
        .enumerate()
        .map(|(i, degree)| {
            let cents = scale[*degree];
            let own = match rng.below(5) {
                0 => Movement::Kampita(110.0),
                1 => Movement::Vibrato,
                2 if i > 0 => Movement::Glide { from_cents: last - cents, secs: 0.2 },
                _ => Movement::Plain,
            };
            last = cents;
            let secs = 0.35 + 0.4 * f64::from(rng.unit());
            let start = if i == 0 { Start::Legato } else { starts[rng.below(5) as usize] };
            Syllable { cents, secs, movement: movement.unwrap_or(own), start }
        })
        .collect()
}
