//! A recording of one who sings, or plays an instrument, in the place of keys: heard as it goes on, as a microphone is.

use crate::ear::pitch::{PitchConfig, PitchTracker};
use crate::session::listen::{Sound, SoundError};
use crate::worker::{BandMate, Sung};
use std::path::Path;

/// Samples that are read at once.
const BLOCK: usize = 256;

/// A voice on its own in a file: nobody else may be heard in it.
pub struct VoiceFile {
    sound: Sound,
    tracker: PitchTracker,
    block: [f32; BLOCK],
    frames: u64,
    is_over: bool,
    trouble: Option<SoundError>,
}

impl VoiceFile {
    /// Opens a WAV file of a voice over a Sa, in Hz.
    ///
    /// # Errors
    /// [`SoundError`].
    pub fn open(path: &Path, sa_hz: f32) -> Result<Self, SoundError> {
        let sound = Sound::open(path)?;
        let config =
            PitchConfig { rate_hz: sound.rate_hz(), channels: 1, tonic_hz: Some(sa_hz), ..PitchConfig::default() };
        let tracker = PitchTracker::new(config);
        Ok(Self { sound, tracker, block: [0.0; BLOCK], frames: 0, is_over: false, trouble: None })
    }

    /// How long it is, in seconds.
    #[must_use]
    pub fn length_secs(&self) -> f64 {
        self.sound.length_secs()
    }

    /// Hears on up to a time and tells the mate.
    pub fn hear(&mut self, until_secs: f64, mate: &mut BandMate) {
        let rate_hz = f64::from(self.sound.rate_hz());
        while !self.is_over && (self.frames + BLOCK as u64) as f64 <= until_secs * rate_hz {
            let got = self.sound.read(&mut self.block).unwrap_or_else(|trouble| {
                self.trouble = Some(trouble);
                0
            });
            self.frames += got as u64;
            self.tracker.process(&self.block[..got]);
            if got < BLOCK {
                self.tracker.finish();
                self.is_over = true;
            }
            let tracker = &mut self.tracker;
            std::iter::from_fn(|| tracker.poll_live()).for_each(|frame| mate.sing(&Sung::Frame(frame)));
            std::iter::from_fn(|| tracker.poll_note()).for_each(|note| mate.sing(&Sung::Note(note)));
        }
    }

    /// Why it could not be read on, where it could not.
    pub fn take_trouble(&mut self) -> Option<SoundError> {
        self.trouble.take()
    }
}
