//! The sound of the input: its pitch, and the onsets by which a beat is found while no key is played.

use crate::ear::onset::OnsetDetector;
use crate::ear::pitch::{PitchConfig, PitchTracker};
use crate::ear::{Listener, Onset};
use crate::rt::Receiver;
use crate::session::heard::VoiceView;

/// So long after the last key the beat is found by ear: until then the microphone hears the instrument itself.
const KEYS_LEAD_SECS: f64 = 8.0;
/// A pitch is shown for so long after it was heard.
const SHOWN_SECS: f64 = 0.25;
/// Time that is missing between two blocks is a gap from here on; less is rounding.
const GAP_SECS: f64 = 0.005;
const CHUNK: usize = 512;

/// Listens to the input.
pub struct Voice {
    pitch: PitchTracker,
    onsets: OnsetDetector,
    /// The clock at the first sample since the ears were last begun.
    begin_secs: Option<f64>,
    heard_secs: f64,
    sounding: Option<VoiceView>,
}

impl Voice {
    /// An ear for sound at `rate_hz`. Allocates.
    pub fn new(rate_hz: u32) -> Self {
        let config = PitchConfig { rate_hz, channels: 1, ..PitchConfig::default() };
        Self {
            pitch: PitchTracker::new(config),
            onsets: OnsetDetector::new(rate_hz),
            begin_secs: None,
            heard_secs: 0.0,
            sounding: None,
        }
    }

    /// How long after an onset it is known.
    pub fn latency_secs(&self) -> f64 {
        self.onsets.latency_secs()
    }

    /// Whether there is sound at all: a host without an input gives none.
    pub fn is_fed(&self) -> bool {
        self.begin_secs.is_some()
    }

    /// Hears `frames` of `[input, output]` that wait in `sound` and end at `end_secs`.
    pub fn hear(&mut self, sound: &mut Receiver<[f32; 2]>, (frames, secs): (usize, f64), end_secs: f64) {
        let begin_secs = *self.begin_secs.get_or_insert(end_secs - secs);
        // After a gap the ears begin anew: what they count is samples, and what they remember is over.
        if (end_secs - secs - begin_secs - self.heard_secs).abs() > GAP_SECS {
            self.pitch.reset();
            self.onsets.reset();
            self.begin_secs = Some(end_secs - secs);
            self.heard_secs = 0.0;
        }
        self.heard_secs += secs;
        let (mut chunk, mut heard) = ([[0.0; 2]; CHUNK], [0.0; CHUNK]);
        let mut left = frames;
        while left > 0 {
            let got = sound.receive_slice(&mut chunk[..left.min(CHUNK)]);
            if got == 0 {
                break;
            }
            heard.iter_mut().zip(&chunk[..got]).for_each(|(heard, [input, _])| *heard = *input);
            self.pitch.process(&heard[..got]);
            self.onsets.process(&heard[..got]);
            left -= got;
        }
        let offset_secs = self.begin_secs.unwrap_or_default();
        while let Some(frame) = self.pitch.poll_live() {
            if let Some(hz) = frame.hz {
                let at_secs = offset_secs + frame.at_secs;
                self.sounding = Some(VoiceView { hz, clarity: frame.clarity, level_db: frame.level_db, at_secs });
            }
        }
        while self.pitch.poll_settled().is_some() || self.pitch.poll_note().is_some() {}
    }

    /// Gives the onsets on, unless keys were played of late.
    pub fn tell(&mut self, listener: &mut Listener, keys_secs: f64) {
        let offset_secs = self.begin_secs.unwrap_or_default();
        while let Some(onset) = self.onsets.poll() {
            let at_secs = offset_secs + onset.at_secs;
            if at_secs - keys_secs > KEYS_LEAD_SECS {
                listener.onset(&Onset { at_secs, ..onset });
            }
        }
    }

    /// Whether the beat is found by ear now.
    pub fn leads(&self, now_secs: f64, keys_secs: f64) -> bool {
        self.is_fed() && now_secs - keys_secs > KEYS_LEAD_SECS
    }

    /// The pitch that sounds.
    pub fn view(&self, now_secs: f64) -> Option<VoiceView> {
        self.sounding.filter(|voice| now_secs - voice.at_secs < SHOWN_SECS)
    }
}
