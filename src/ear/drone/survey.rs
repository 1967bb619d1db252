//! The delay from what is played to what the microphone hears, from the beginnings of notes: a drone repeats itself
//! every period, so its waveform says little about where it is, but its plucks come one at a time.

use super::tuning;
use crate::dsp::frame::FrameSpectrum;
use crate::ear::onset::Bands;

/// Frames of a whole survey.
const FRAMES: usize = (tuning::SURVEY_SECS * tuning::RATE_HZ) as usize / tuning::SURVEY_HOP;

/// The rise of one signal, band by band.
struct Rises {
    ring: Box<[f32]>,
    start: usize,
    levels: Vec<f32>,
    rises: Vec<f32>,
}

impl Rises {
    fn new(bands: usize) -> Self {
        Self {
            ring: vec![0.0; tuning::SURVEY_FRAME].into_boxed_slice(),
            start: 0,
            levels: Vec::with_capacity(FRAMES * bands),
            rises: Vec::with_capacity(FRAMES * bands),
        }
    }

    fn reset(&mut self) {
        self.ring.fill(0.0);
        self.start = 0;
        self.levels.clear();
        self.rises.clear();
    }

    /// Takes a sample in; at the end of a hop adds a frame.
    fn push(&mut self, sample: f32, spectrum: &mut FrameSpectrum, bands: &Bands) {
        self.ring[self.start] = sample;
        self.start = (self.start + 1) % self.ring.len();
        if !self.start.is_multiple_of(tuning::SURVEY_HOP) || self.levels.len() >= FRAMES * bands.len() {
            return;
        }
        let (newer, older) = self.ring.split_at(self.start);
        let begin = self.levels.len();
        self.levels.resize(begin + bands.len(), 0.0);
        bands.gather(spectrum.analyse(older, newer), &mut self.levels[begin..]);
        let back = tuning::SURVEY_BACK * bands.len();
        for at in begin..self.levels.len() {
            self.levels[at] = (self.levels[at] + tuning::SURVEY_FLOOR).ln();
            let rise = if at < back { 0.0 } else { (self.levels[at] - self.levels[at - back]).max(0.0) };
            self.rises.push(rise);
        }
    }

    /// Takes the mean of each band off.
    fn centre(&mut self, bands: usize) {
        for band in 0..bands {
            let count = self.rises.len() / bands;
            let mean = self.rises.iter().skip(band).step_by(bands).sum::<f32>() / count.max(1) as f32;
            self.rises.iter_mut().skip(band).step_by(bands).for_each(|rise| *rise -= mean);
        }
    }
}

/// Hears both signals for [`tuning::SURVEY_SECS`]. Allocates in `new` only; the end of a survey takes some five
/// million multiplications, once.
pub struct Survey {
    spectrum: FrameSpectrum,
    bands: Bands,
    microphone: Rises,
    reference: Rises,
}

impl Survey {
    /// A survey that has heard nothing.
    pub fn new() -> Self {
        let spectrum = FrameSpectrum::new(tuning::SURVEY_FRAME);
        let size = spectrum.size();
        let bin_hz = tuning::RATE_HZ / size as f64;
        let bands = Bands::new(bin_hz, size / 2 + 1, tuning::SURVEY_HZ, tuning::SURVEY_PER_OCTAVE);
        Self { microphone: Rises::new(bands.len()), reference: Rises::new(bands.len()), spectrum, bands }
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        self.microphone.reset();
        self.reference.reset();
    }

    /// Takes a sample of the microphone in.
    pub fn push_microphone(&mut self, sample: f32) {
        self.microphone.push(sample, &mut self.spectrum, &self.bands);
    }

    /// Takes a sample of the reference in.
    pub fn push_reference(&mut self, sample: f32) {
        self.reference.push(sample, &mut self.spectrum, &self.bands);
    }

    /// The delay at which the rises agree best, samples, and how like each other they are there, at most 1; the least delay
    /// and 0 where nothing rises (a drone without plucks has no delay: every period of it is as good).
    pub fn delay(&mut self) -> (usize, f32) {
        let bands = self.bands.len();
        self.microphone.centre(bands);
        self.reference.centre(bands);
        let (heard, played) = (&self.microphone.rises, &self.reference.rises);
        let end = heard.len().min(played.len());
        let from = tuning::LAGS * bands;
        let (mut best, mut best_score) = (0, 0.0);
        for lag in 0..tuning::LAGS {
            let shift = lag * bands;
            let Some((heard, played)) = heard.get(from..end).zip(played.get(from - shift..end.saturating_sub(shift)))
            else {
                break;
            };
            let product: f32 = heard.iter().zip(played).map(|(a, b)| a * b).sum();
            let square: f32 = played.iter().map(|b| b * b).sum();
            let score = if square > 1e-6 { product / square.sqrt() } else { 0.0 };
            if score > best_score {
                (best, best_score) = (lag, score);
            }
        }
        let square: f32 = heard.get(from..end).unwrap_or_default().iter().map(|a| a * a).sum();
        (best * tuning::SURVEY_HOP, if square > 1e-6 { best_score / square.sqrt() } else { 0.0 })
    }
}
