//! Onsets in audio: where sounds begin, heard as they come.
//!
//! Spectral flux with a maximum filter along frequency (SuperFlux, Böck and Widmer 2013), peaks picked with what is
//! past and two frames more (Böck, Krebs and Schedl 2012). Frames and hops have the same length in seconds at every
//! rate, and fall on fixed samples, so the result depends on neither the rate (but for what it cannot carry) nor the
//! blocks in which the sound comes.

mod bands;

use super::{Onset, OnsetSource};
use crate::base::{gain_to_db, keep_newest};
use crate::dsp::frame::FrameSpectrum;
pub(super) use bands::Bands;
use std::collections::VecDeque;

/// Every threshold, with its reason. Fitted on drums (Groove, `train`) and piano (POP909 001-720) rendered here.
mod tuning {
    /// A frame: 1024 samples at 44.1 kHz, short against the 30 ms in which two onsets are one to the ear.
    pub const FRAME_SECS: f64 = 0.0232;
    /// From frame to frame.
    pub const HOP_SECS: f64 = 0.005;
    /// The band that is listened to: from the lowest key of a piano to where cymbals end.
    pub const RANGE_HZ: [f64; 2] = [27.5, 16_000.0];
    /// Bands to the octave: quarter tones, so that a vibrato stays under the maximum filter.
    pub const BANDS_PER_OCTAVE: f64 = 24.0;
    /// What an amplitude is multiplied with before its logarithm: below -60 dB of full scale it hardly counts.
    pub const COMPRESSION: f32 = 1_000.0;
    /// How many frames back the spectrum is compared: 15 ms, over which the window hides most of the older sound.
    pub const LAG_FRAMES: usize = 3;
    /// An onset is the highest flux of so many frames before it: 30 ms.
    pub const BEFORE_FRAMES: usize = 6;
    /// And after it: 10 ms, which is what waiting for certainty costs.
    pub const AFTER_FRAMES: usize = 2;
    /// The mean is over so many frames before: 100 ms.
    pub const MEAN_FRAMES: usize = 20;
    /// How many times that mean an onset is: the flux of steady noise never is.
    pub const MEAN_WEIGHT: f32 = 3.0;
    /// And so much above that, in decades of level summed over the bands.
    pub const FLUX_MIN: f32 = 0.5;
    /// From the attack to the end of the frame of highest flux: measured on the same material, 15 ms for drums and
    /// 17 ms for piano.
    pub const ATTACK_SECS: f64 = 0.016;
    /// The level in dB of full scale whose sudden coming is loudness 0.
    pub const FLOOR_DB: f32 = -60.0;
}

/// Onsets that wait to be polled; when more wait the oldest is lost. 30 ms apart, these are a second's.
const ONSETS_MAX: usize = 32;
/// Frames whose flux is kept.
const FLUX_MAX: usize = tuning::MEAN_FRAMES + tuning::AFTER_FRAMES + 1;

/// What one frame brought.
#[derive(Clone, Copy, Debug, Default)]
struct Rise {
    /// Rise of the logarithmic spectrum, summed over the bands.
    flux: f32,
    /// Amplitude that came in.
    gain: f32,
}

/// Finds onsets in mono sound. Allocates in [`new`](Self::new) only.
pub struct OnsetDetector {
    rate_hz: f64,
    hop: usize,
    spectrum: FrameSpectrum,
    bands: Bands,
    /// The last frame of samples, the oldest at `start`.
    ring: Box<[f32]>,
    start: usize,
    until_hop: usize,
    /// Logarithms of the bands, of this frame and the ones before; a ring by the number of the frame.
    levels: [Box<[f32]>; tuning::LAG_FRAMES + 1],
    frame: u64,
    /// The newest last.
    rises: VecDeque<Rise>,
    last_onset: Option<u64>,
    onsets: VecDeque<Onset>,
}

impl OnsetDetector {
    /// For sound at `rate_hz`, 8000 to 384000; another rate is taken as the nearest of these.
    #[must_use]
    pub fn new(rate_hz: u32) -> Self {
        use crate::base::limits::{SAMPLE_RATE_MAX, SAMPLE_RATE_MIN};
        let rate_hz = f64::from(rate_hz.clamp(SAMPLE_RATE_MIN, SAMPLE_RATE_MAX));
        let frame_len = (tuning::FRAME_SECS * rate_hz).round() as usize;
        let spectrum = FrameSpectrum::new(frame_len);
        let size = spectrum.size();
        let bands = Bands::new(rate_hz / size as f64, size / 2 + 1, tuning::RANGE_HZ, tuning::BANDS_PER_OCTAVE);
        let hop = (tuning::HOP_SECS * rate_hz).round() as usize;
        Self {
            rate_hz,
            hop,
            spectrum,
            ring: vec![0.0; frame_len].into_boxed_slice(),
            start: 0,
            until_hop: hop,
            levels: std::array::from_fn(|_| vec![0.0; bands.len()].into_boxed_slice()),
            bands,
            frame: 0,
            rises: VecDeque::with_capacity(FLUX_MAX),
            last_onset: None,
            onsets: VecDeque::with_capacity(ONSETS_MAX),
        }
    }

    /// Forgets everything; the next sample is at 0 seconds again.
    pub fn reset(&mut self) {
        self.ring.fill(0.0);
        self.levels.iter_mut().for_each(|levels| levels.fill(0.0));
        (self.start, self.until_hop, self.frame, self.last_onset) = (0, self.hop, 0, None);
        self.rises.clear();
        self.onsets.clear();
    }

    /// Takes samples in; any number. Full scale is 1; what is not finite is silence.
    pub fn process(&mut self, mut samples: &[f32]) {
        while !samples.is_empty() {
            let room = self.until_hop.min(self.ring.len() - self.start).min(samples.len());
            let (now, later) = samples.split_at(room);
            for (kept, sample) in self.ring[self.start..].iter_mut().zip(now) {
                *kept = if sample.is_finite() { sample.clamp(-8.0, 8.0) } else { 0.0 };
            }
            self.start = (self.start + room) % self.ring.len();
            self.until_hop -= room;
            samples = later;
            if self.until_hop == 0 {
                self.until_hop = self.hop;
                self.hear_frame();
            }
        }
    }

    /// The next onset that was not told yet, its time counted from the first sample.
    pub fn poll(&mut self) -> Option<Onset> {
        self.onsets.pop_front()
    }

    /// Seconds from an onset to the sample with which it is told.
    #[must_use]
    pub fn latency_secs(&self) -> f64 {
        tuning::ATTACK_SECS + (tuning::AFTER_FRAMES * self.hop) as f64 / self.rate_hz
    }

    fn hear_frame(&mut self) {
        let rise = self.rise();
        self.frame += 1;
        keep_newest(&mut self.rises, FLUX_MAX, rise);
        self.pick();
    }

    /// Analyses the frame and compares it with the one [`tuning::LAG_FRAMES`] before.
    fn rise(&mut self) -> Rise {
        let (newer, older) = self.ring.split_at(self.start);
        let magnitudes = self.spectrum.analyse(older, newer);
        let slots = self.levels.len() as u64;
        // The slot after this one's is the oldest, which is the one to compare with.
        let (now, before) = ((self.frame % slots) as usize, ((self.frame + 1) % slots) as usize);
        let mut levels = std::mem::take(&mut self.levels[now]);
        self.bands.gather(magnitudes, &mut levels);
        levels.iter_mut().for_each(|level| *level = (1.0 + tuning::COMPRESSION * *level).log10());
        let before = &self.levels[before];
        let mut rise = Rise::default();
        let mut power = 0.0;
        for (band, level) in levels.iter().enumerate() {
            // The maximum over the neighbours: a partial that glides by a band is no onset.
            let around = &before[band.saturating_sub(1)..(band + 2).min(before.len())];
            let was = around.iter().copied().fold(0.0, f32::max);
            if *level > was {
                rise.flux += level - was;
                power += (amplitude(*level) - amplitude(was)).powi(2);
            }
        }
        rise.gain = power.sqrt();
        self.levels[now] = levels;
        rise
    }

    /// Judges the frame after which as many have come as are waited for.
    fn pick(&mut self) {
        let Some(at) = self.rises.len().checked_sub(tuning::AFTER_FRAMES + 1) else { return };
        let number = self.frame - 1 - tuning::AFTER_FRAMES as u64;
        let flux = self.rises[at].flux;
        let around = self.rises.range(at.saturating_sub(tuning::BEFORE_FRAMES)..);
        let highest = around.fold(0.0, |highest: f32, rise| highest.max(rise.flux));
        // Before the first sample was silence.
        let mean = self.rises.iter().map(|rise| rise.flux).sum::<f32>() / FLUX_MAX as f32;
        let is_apart = self.last_onset.is_none_or(|last| number - last > tuning::BEFORE_FRAMES as u64);
        if flux < highest || flux < tuning::FLUX_MIN + tuning::MEAN_WEIGHT * mean || !is_apart {
            return;
        }
        self.last_onset = Some(number);
        let gain = self.rises.range(at..).fold(0.0, |gain: f32, rise| gain.max(rise.gain));
        let end_secs = ((number + 1) * self.hop as u64) as f64 / self.rate_hz;
        let loudness = (1.0 - gain_to_db(gain) / tuning::FLOOR_DB).clamp(0.0, 1.0);
        let at_secs = (end_secs - tuning::ATTACK_SECS).max(0.0);
        keep_newest(&mut self.onsets, ONSETS_MAX, Onset { at_secs, loudness, source: OnsetSource::Audio });
    }
}

/// The amplitude whose compressed logarithm this is.
fn amplitude(level: f32) -> f32 {
    (10.0_f32.powf(level) - 1.0) / tuning::COMPRESSION
}

#[cfg(test)]
mod tests;
