//! The engine's own signals: the metronome's click and the test tone.

use crate::base::Segment;
use std::f64::consts::TAU;

/// A decaying or steady sine as a rotating phasor; one complex multiplication a frame.
#[derive(Clone, Copy, Default)]
struct Phasor {
    re: f32,
    im: f32,
    turn_re: f32,
    turn_im: f32,
}

impl Phasor {
    fn new(freq_hz: f64, decay_secs: f64, gain: f32, rate_hz: f64) -> Self {
        let angle = TAU * freq_hz / rate_hz;
        // The level falls by 60 dB in `decay_secs`.
        let shrink = if decay_secs.is_finite() { 10.0_f64.powf(-3.0 / (decay_secs * rate_hz)) } else { 1.0 };
        Self { re: gain, im: 0.0, turn_re: (shrink * angle.cos()) as f32, turn_im: (shrink * angle.sin()) as f32 }
    }

    /// The sine part, which begins at zero and so without a click.
    fn next(&mut self) -> f32 {
        let out = self.im;
        (self.re, self.im) =
            (self.re * self.turn_re - self.im * self.turn_im, self.re * self.turn_im + self.im * self.turn_re);
        out
    }
}

/// The metronome: a short wooden tick, higher on the first beat of a bar. Real-time safe.
pub struct Click {
    accent: [Phasor; 2],
    plain: [Phasor; 2],
    sounding: [Phasor; 2],
    frames_left: u32,
    length_frames: u32,
}

impl Click {
    /// A silent metronome.
    #[must_use]
    pub fn new(rate_hz: u32) -> Self {
        let rate = f64::from(rate_hz);
        let tick = |hz: f64| [Phasor::new(hz, 0.06, 0.30, rate), Phasor::new(hz * 2.71, 0.02, 0.16, rate)];
        Self {
            accent: tick(1568.0),
            plain: tick(1046.5),
            sounding: [Phasor::default(); 2],
            frames_left: 0,
            length_frames: rate_hz / 10,
        }
    }

    /// Begins a tick at the next rendered frame.
    pub fn strike(&mut self, is_accent: bool) {
        self.sounding = if is_accent { self.accent } else { self.plain };
        self.frames_left = self.length_frames;
    }

    /// Adds the click to `out[..][..frames]`.
    pub fn render(&mut self, out: &mut Segment, frames: usize) {
        let [left, right] = out;
        for (l, r) in left[..frames].iter_mut().zip(&mut right[..frames]) {
            if self.frames_left == 0 {
                return;
            }
            self.frames_left -= 1;
            let sample: f32 = self.sounding.iter_mut().map(Phasor::next).sum();
            *l += sample;
            *r += sample;
        }
    }
}

/// One second of 440 Hz at -18 dBFS with edges of 10 ms. Real-time safe.
pub struct TestTone {
    start: Phasor,
    phasor: Phasor,
    frames_left: u32,
    length_frames: u32,
    edge_frames: u32,
}

impl TestTone {
    /// A silent test tone.
    #[must_use]
    pub fn new(rate_hz: u32) -> Self {
        let start = Phasor::new(440.0, f64::INFINITY, 0.126, f64::from(rate_hz));
        Self { start, phasor: start, frames_left: 0, length_frames: rate_hz, edge_frames: (rate_hz / 100).max(1) }
    }

    /// Sounds from the next rendered frame on; when it sounds already, nothing.
    pub fn strike(&mut self) {
        if self.frames_left == 0 {
            self.phasor = self.start;
            self.frames_left = self.length_frames;
        }
    }

    /// Adds the tone to `out[..][..frames]`.
    pub fn render(&mut self, out: &mut Segment, frames: usize) {
        let [left, right] = out;
        for (l, r) in left[..frames].iter_mut().zip(&mut right[..frames]) {
            if self.frames_left == 0 {
                return;
            }
            let from_edge = self.frames_left.min(self.length_frames - self.frames_left).min(self.edge_frames);
            self.frames_left -= 1;
            let sample = self.phasor.next() * from_edge as f32 / self.edge_frames as f32;
            *l += sample;
            *r += sample;
        }
    }
}
