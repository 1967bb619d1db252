//! The four-band equaliser.

use super::biquad::{self, Coefs};
use super::smooth::Smoothed;
use crate::base::limits::{CONTROL_TICK_FRAMES, EQ_BANDS};

/// How long a changed band takes to get there.
const GLIDE_MS: f32 = 40.0;

/// The shape of a band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BandKind {
    /// The gain holds below the frequency.
    LowShelf,
    /// The gain holds around the frequency.
    Bell,
    /// The gain holds above the frequency.
    HighShelf,
}

/// One band: frequency (10 Hz to 0.49 of the rate), gain (-24 to 24 dB) and quality (0.1 to 20).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BandSpec {
    /// The shape.
    pub kind: BandKind,
    /// Centre or corner, where a shelf has half its gain.
    pub freq_hz: f32,
    /// What the band adds.
    pub gain_db: f32,
    /// Centre over bandwidth; for shelves the steepness, 0.7071 being the steepest without overshoot.
    pub q: f32,
}

impl BandSpec {
    /// The band inside its ranges; `None` when a field is not finite.
    fn held(self) -> Option<Self> {
        (self.freq_hz.is_finite() && self.gain_db.is_finite() && self.q.is_finite()).then(|| Self {
            kind: self.kind,
            freq_hz: self.freq_hz.clamp(10.0, 192_000.0),
            gain_db: self.gain_db.clamp(-24.0, 24.0),
            q: self.q.clamp(0.1, 20.0),
        })
    }

    fn coefs(self, sample_rate_hz: f64) -> Coefs {
        let design = match self.kind {
            BandKind::LowShelf => Coefs::low_shelf,
            BandKind::Bell => Coefs::bell,
            BandKind::HighShelf => Coefs::high_shelf,
        };
        design(sample_rate_hz, f64::from(self.freq_hz), f64::from(self.gain_db), f64::from(self.q))
    }
}

/// The level in dB that [`struct@Eq`] gives to a sine of `freq_hz` (0 to half of `sample_rate_hz`) with `bands` settled.
///
/// The curve to draw; not for the audio thread only because it is slow, about 0.1 us a band.
#[must_use]
pub fn response_db(bands: &[BandSpec], sample_rate_hz: f32, freq_hz: f32) -> f32 {
    let (rate, freq) = (f64::from(sample_rate_hz), f64::from(freq_hz));
    let bands = bands.iter().filter_map(|band| band.held());
    bands.map(|band| band.coefs(rate).response_db(rate, freq)).sum::<f64>() as f32
}

/// A band on its way: logarithmic frequency and quality, gain in dB.
#[derive(Clone, Debug)]
struct Band {
    goal: BandSpec,
    kind: BandKind,
    freq_log2: Smoothed,
    gain_db: Smoothed,
    q_log2: Smoothed,
    /// Where the coefficients are when the next tick comes.
    end: Coefs,
}

impl Band {
    fn new(ticks_per_sec: f32) -> Self {
        let goal = BandSpec { kind: BandKind::Bell, freq_hz: 1000.0, gain_db: 0.0, q: 1.0 };
        let smoothed = |value| Smoothed::new(ticks_per_sec, GLIDE_MS, value);
        Self {
            goal,
            kind: goal.kind,
            freq_log2: smoothed(goal.freq_hz.log2()),
            gain_db: smoothed(0.0),
            q_log2: smoothed(0.0),
            end: Coefs::IDENTITY,
        }
    }

    fn is_settled(&self) -> bool {
        let still = self.freq_log2.is_settled() && self.gain_db.is_settled() && self.q_log2.is_settled();
        still && self.kind == self.goal.kind
    }

    fn is_flat(&self) -> bool {
        self.gain_db.is_settled() && self.gain_db.target() == 0.0
    }

    /// A band that is flat, or that changes its kind once it is, goes to its goal without a glide but for the gain.
    fn aim(&mut self) {
        if self.is_flat() {
            self.kind = self.goal.kind;
            self.freq_log2.snap(self.goal.freq_hz.log2());
            self.q_log2.snap(self.goal.q.log2());
        }
        if self.kind == self.goal.kind {
            self.freq_log2.set_target(self.goal.freq_hz.log2());
            self.q_log2.set_target(self.goal.q.log2());
            self.gain_db.set_target(self.goal.gain_db);
        } else {
            self.gain_db.set_target(0.0);
        }
    }

    fn snap(&mut self) {
        self.kind = self.goal.kind;
        self.freq_log2.snap(self.goal.freq_hz.log2());
        self.gain_db.snap(self.goal.gain_db);
        self.q_log2.snap(self.goal.q.log2());
    }

    fn coefs(&self, sample_rate_hz: f64) -> Coefs {
        if self.is_settled() {
            return self.goal.coefs(sample_rate_hz);
        }
        let (freq_hz, q) = (self.freq_log2.value().exp2(), self.q_log2.value().exp2());
        BandSpec { kind: self.kind, freq_hz, gain_db: self.gain_db.value(), q }.coefs(sample_rate_hz)
    }
}

/// What the kernel works on, one for each band that does something.
#[derive(Clone, Copy, Debug)]
struct Stage {
    coefs: Coefs,
    /// What the coefficients gain each frame: a straight line between two stable filters stays stable.
    slope: Coefs,
    state: [[f64; 2]; 2],
    band: usize,
}

const AT_REST: Coefs = Coefs { b: [0.0; 3], a: [0.0; 2] };
const IDLE: Stage = Stage { coefs: Coefs::IDENTITY, slope: AT_REST, state: [[0.0; 2]; 2], band: 0 };

/// Four bands in series, stereo. Real-time safe but for [`new`](Self::new); a flat band costs nothing.
///
/// Changes glide in 40 ms: the design is renewed at each tick, the coefficients move in a straight line between.
#[derive(Clone, Debug)]
pub struct Eq {
    sample_rate_hz: f64,
    bands: [Band; EQ_BANDS],
    stages: [Stage; EQ_BANDS],
    active: usize,
    gliding: bool,
}

impl Eq {
    /// A flat equaliser.
    #[must_use]
    pub fn new(sample_rate_hz: u32) -> Self {
        let ticks_per_sec = sample_rate_hz as f32 / CONTROL_TICK_FRAMES as f32;
        Self {
            sample_rate_hz: f64::from(sample_rate_hz),
            bands: std::array::from_fn(|_| Band::new(ticks_per_sec)),
            stages: [IDLE; EQ_BANDS],
            active: 0,
            gliding: false,
        }
    }

    /// Asks for a band (`index` below 4, else nothing happens); heard from the next tick on.
    ///
    /// Fields are held to their ranges; a spec with a field that is not finite is ignored. A band that changes its kind
    /// goes through flat.
    pub fn set_band(&mut self, index: usize, spec: BandSpec) {
        if let (Some(band), Some(spec)) = (self.bands.get_mut(index), spec.held()) {
            band.goal = spec;
        }
    }

    /// Forgets the past and takes all settings at once.
    pub fn reset(&mut self) {
        self.stages = [IDLE; EQ_BANDS];
        self.active = 0;
        self.gliding = false;
        for (index, band) in self.bands.iter_mut().enumerate() {
            band.snap();
            band.end = band.coefs(self.sample_rate_hz);
            if !band.is_flat() {
                self.stages[self.active] = Stage { coefs: band.end, band: index, ..IDLE };
                self.active += 1;
            }
        }
    }

    /// Renews the coefficients; call it at every absolute multiple of 32 frames.
    pub fn tick(&mut self) {
        let mut next = [IDLE; EQ_BANDS];
        let mut active = 0;
        self.gliding = false;
        for (index, band) in self.bands.iter_mut().enumerate() {
            let mut stage = Stage { coefs: band.end, band: index, ..IDLE };
            if let Some(old) = self.stages[..self.active].iter().find(|stage| stage.band == index) {
                stage.state = old.state;
                biquad::flush(&mut stage.state);
            }
            let at_rest = stage.state == IDLE.state;
            band.aim();
            if band.is_settled() && band.is_flat() && at_rest {
                band.end = Coefs::IDENTITY;
                continue;
            }
            if !band.is_settled() {
                for ramp in [&mut band.freq_log2, &mut band.gain_db, &mut band.q_log2] {
                    ramp.next();
                }
                if band.end == Coefs::IDENTITY {
                    // The flat filter of this frequency: the same curve, but on the way to what comes.
                    stage.coefs = BandSpec { gain_db: 0.0, ..band.goal }.coefs(self.sample_rate_hz);
                }
                band.end = band.coefs(self.sample_rate_hz);
                stage.slope = slope(&stage.coefs, &band.end);
                self.gliding = true;
            }
            next[active] = stage;
            active += 1;
        }
        (self.stages, self.active) = (next, active);
    }

    /// Filters in place. Flat, it leaves every bit as it is.
    pub fn process(&mut self, l: &mut [f32], r: &mut [f32]) {
        let stages = &mut self.stages;
        match (self.active, self.gliding) {
            (0, _) => {}
            (1, false) => cascade::<1, false>(stages, l, r),
            (2, false) => cascade::<2, false>(stages, l, r),
            (3, false) => cascade::<3, false>(stages, l, r),
            (_, false) => cascade::<4, false>(stages, l, r),
            (1, true) => cascade::<1, true>(stages, l, r),
            (2, true) => cascade::<2, true>(stages, l, r),
            (3, true) => cascade::<3, true>(stages, l, r),
            (_, true) => cascade::<4, true>(stages, l, r),
        }
    }
}

fn slope(from: &Coefs, to: &Coefs) -> Coefs {
    let per_frame = 1.0 / CONTROL_TICK_FRAMES as f64;
    Coefs {
        b: std::array::from_fn(|i| (to.b[i] - from.b[i]) * per_frame),
        a: std::array::from_fn(|i| (to.a[i] - from.a[i]) * per_frame),
    }
}

/// The first `N` stages, frame by frame: while one stage waits for its own feedback the others compute.
fn cascade<const N: usize, const GLIDING: bool>(stages: &mut [Stage; EQ_BANDS], l: &mut [f32], r: &mut [f32]) {
    let mut work: [Stage; N] = std::array::from_fn(|i| stages[i]);
    for (l, r) in l.iter_mut().zip(r) {
        let mut x = [f64::from(*l), f64::from(*r)];
        for stage in &mut work {
            x = biquad::step(&stage.coefs, &mut stage.state, x);
            if GLIDING {
                for i in 0..3 {
                    stage.coefs.b[i] += stage.slope.b[i];
                }
                for i in 0..2 {
                    stage.coefs.a[i] += stage.slope.a[i];
                }
            }
        }
        *l = x[0] as f32;
        *r = x[1] as f32;
    }
    stages[..N].copy_from_slice(&work);
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use std::f64::consts::TAU;

    const BANDS: [BandSpec; 4] = [
        BandSpec { kind: BandKind::LowShelf, freq_hz: 60.0, gain_db: -3.0, q: 0.7 },
        BandSpec { kind: BandKind::Bell, freq_hz: 320.0, gain_db: 2.6, q: 1.0 },
        BandSpec { kind: BandKind::Bell, freq_hz: 1800.0, gain_db: -9.0, q: 3.0 },
        BandSpec { kind: BandKind::HighShelf, freq_hz: 9000.0, gain_db: 12.0, q: 0.7 },
    ];

    /// Settings that change while it plays.
    struct Played(Eq);

    impl Effect for Played {
        fn tick(&mut self, tick: usize) {
            let turned = |i: usize| BandSpec { kind: BANDS[(i + 1) % 4].kind, gain_db: -6.0, ..BANDS[i] };
            match tick {
                20 => self.0.set_band(0, turned(0)),
                40 => self.0.set_band(2, BandSpec { gain_db: 0.0, ..BANDS[2] }),
                60 => self.0.set_band(3, BandSpec { freq_hz: 500.0, ..BANDS[3] }),
                _ => {}
            }
            self.0.tick();
        }
        fn run(&mut self, l: &mut [f32], r: &mut [f32]) {
            self.0.process(l, r);
        }
    }

    fn settled(sample_rate_hz: u32) -> Eq {
        let mut eq = Eq::new(sample_rate_hz);
        for (i, band) in BANDS.into_iter().enumerate() {
            eq.set_band(i, band);
        }
        eq.reset();
        eq
    }

    #[test]
    fn the_output_does_not_depend_on_the_cut() {
        assert_cut_invariant(|| Played(settled(48_000)));
    }

    #[test]
    fn the_drawn_curve_is_the_transform_of_the_impulse_response() {
        for rate in [8_000, 48_000, 192_000] {
            let out = render(&mut Played(settled(rate)), &impulse(20 * 32), 32);
            assert!(out[0].iter().all(|x| x.is_finite()));
            let mut eq = settled(rate);
            let [mut l, mut r] = impulse(1 << 16);
            for (l, r) in l.chunks_mut(32).zip(r.chunks_mut(32)) {
                eq.tick();
                eq.process(l, r);
            }
            let mut spectrum = realfft::RealFftPlanner::<f32>::new().plan_fft_forward(1 << 16).make_output_vec();
            realfft::RealFftPlanner::<f32>::new().plan_fft_forward(1 << 16).process(&mut l, &mut spectrum).unwrap();
            for (bin, value) in spectrum.iter().enumerate().skip(20).step_by(37) {
                let freq_hz = bin as f32 * rate as f32 / 65_536.0;
                let drawn = response_db(&BANDS, rate as f32, freq_hz);
                assert!((20.0 * value.norm().log10() - drawn).abs() < 0.05, "{rate} {freq_hz} {drawn}");
            }
        }
    }

    #[test]
    fn flat_is_transparent_and_a_band_turned_flat_stops_costing() {
        let input = noise(2000, 1);
        let mut eq = Eq::new(48_000);
        eq.set_band(1, BandSpec { gain_db: 0.0, ..BANDS[1] });
        eq.set_band(2, BandSpec { gain_db: f32::NAN, ..BANDS[1] });
        eq.set_band(9, BANDS[0]);
        let [mut l, mut r] = input.clone();
        for (l, r) in l.chunks_mut(32).zip(r.chunks_mut(32)) {
            eq.tick();
            eq.process(l, r);
        }
        assert_same_bits(&input, &[l, r], "flat");
        let mut eq = settled(48_000);
        for (i, band) in BANDS.into_iter().enumerate() {
            eq.set_band(i, BandSpec { gain_db: 0.0, ..band });
        }
        for i in 0..1000 {
            eq.tick();
            let (mut l, mut r) = ([0.5; 32], [(i % 7) as f32; 32]);
            eq.process(&mut l, &mut r);
        }
        assert_eq!(eq.active, 0);
    }

    #[test]
    fn a_reset_equaliser_is_a_new_one_with_these_settings() {
        let input = noise(3000, 2);
        let mut used = Played(settled(48_000));
        render(&mut used, &input, 32);
        for (i, band) in BANDS.into_iter().enumerate() {
            used.0.set_band(i, band);
        }
        used.0.reset();
        assert_same_bits(
            &render(&mut used, &input, 32),
            &render(&mut Played(settled(48_000)), &input, 32),
            "after reset",
        );
    }

    #[test]
    fn a_wild_drag_neither_clicks_nor_rings_up() {
        let mut eq = settled(48_000);
        let step = TAU * 100.0 / 48_000.0;
        let mut out = Vec::new();
        for tick in 0..3000 {
            let wild = [40.0, 18_000.0, 300.0, 5000.0][tick / 7 % 4];
            eq.set_band(
                tick % 4,
                BandSpec { freq_hz: wild, gain_db: ((tick / 5) % 25) as f32 - 12.0, ..BANDS[tick % 4] },
            );
            eq.tick();
            let mut l: [f32; 32] = std::array::from_fn(|i| ((tick * 32 + i) as f64 * step).sin() as f32 * 0.1);
            let mut r = l;
            eq.process(&mut l, &mut r);
            out.extend_from_slice(&l);
        }
        let peak = out.iter().fold(0.0_f32, |a, b| a.max(b.abs()));
        assert!(peak < 8.0, "{peak}");
        let rough = out.windows(3).map(|w| (w[0] - 2.0 * w[1] + w[2]).abs()).fold(0.0, f32::max);
        assert!(rough < 0.02 * peak.max(1.0), "{rough} {peak}");
    }

    #[test]
    fn a_sample_that_is_no_number_is_gone_by_the_next_tick_and_the_tail_ends_in_exact_silence() {
        let mut eq = settled(48_000);
        let (mut l, mut r) = ([f32::NAN; 32], [1.0; 32]);
        eq.process(&mut l, &mut r);
        let mut quiet = [[1.0; 32]; 2];
        for _ in 0..400 {
            quiet = [[0.0; 32]; 2];
            eq.tick();
            let [l, r] = &mut quiet;
            eq.process(l, r);
        }
        assert_eq!(quiet, [[0.0; 32]; 2]);
    }
}
