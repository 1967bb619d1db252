//! A WAV file through the ear: pitch, notes and onsets, and from the onsets the beat.

use super::midi::collect;
use super::sound::Sound;
use super::summary::{Summary, note_json};
use super::{ListenError, ListenOptions, rounded};
use crate::ear::Listener;
use crate::ear::onset::OnsetDetector;
use crate::ear::pitch::{PitchConfig, PitchFrame, PitchTracker};
use serde_json::{Value, json};
use std::path::Path;

const BLOCK_FRAMES: usize = 1024;
/// Pitch frames that are kept for the scores, at most: an hour and a half.
const FRAMES_MAX: usize = 1 << 20;

type Say<'a> = &'a mut dyn FnMut(Value) -> Result<(), ListenError>;

struct Ears<'a> {
    pitch: PitchTracker,
    onsets: OnsetDetector,
    listener: Listener,
    summary: Summary,
    say: Say<'a>,
}

pub fn listen(input: &Path, options: &ListenOptions, say: Say<'_>) -> Result<Summary, ListenError> {
    let mut sound = Sound::open(input)?;
    let rate_hz = sound.rate_hz();
    let config = PitchConfig { rate_hz, channels: 1, tonic_hz: options.tonic_hz, ..PitchConfig::default() };
    let mut ears = Ears {
        pitch: PitchTracker::new(config),
        onsets: OnsetDetector::new(rate_hz),
        listener: Listener::new(),
        summary: Summary::new(input, "audio", 0.0),
        say,
    };
    ears.summary.tonic_hz = options.tonic_hz;
    ears.summary.latency_secs = ears.pitch.latency_secs();
    let mut block = [0.0; BLOCK_FRAMES];
    let mut frames = 0_u64;
    loop {
        let got = sound.read(&mut block)?;
        if got == 0 {
            break;
        }
        frames += got as u64;
        ears.pitch.process(&block[..got]);
        ears.onsets.process(&block[..got]);
        ears.gather(frames as f64 / f64::from(rate_hz))?;
    }
    ears.summary.secs = frames as f64 / f64::from(rate_hz);
    ears.pitch.finish();
    ears.gather(ears.summary.secs + ears.onsets.latency_secs())?;
    ears.summary.finish(&ears.listener);
    Ok(ears.summary)
}

impl Ears<'_> {
    /// Says what was heard up to `now_secs`. The beat runs behind by what an onset needs to be known.
    fn gather(&mut self, now_secs: f64) -> Result<(), ListenError> {
        while let Some(frame) = self.pitch.poll_live() {
            keep(&mut self.summary.live, frame);
        }
        while let Some(frame) = self.pitch.poll_settled() {
            let cents = self.summary.tonic_hz.zip(frame.hz).map(|(tonic, hz)| 1200.0 * f64::from(hz / tonic).log2());
            (self.say)(json!({ "at_secs": rounded(frame.at_secs, 4), "pitch": {
                "hz": frame.hz.map(|hz| rounded(f64::from(hz), 2)),
                "cents": cents.map(|cents| rounded(cents, 1)),
                "clarity": rounded(f64::from(frame.clarity), 3),
                "level_db": rounded(f64::from(frame.level_db), 1),
            }}))?;
            keep(&mut self.summary.pitch, frame);
        }
        while let Some(note) = self.pitch.poll_note() {
            let value = note_json(&note, self.summary.tonic_hz);
            (self.say)(json!({ "at_secs": rounded(note.end_secs, 4), "note": value }))?;
            self.summary.sung.push(note);
            self.summary.note_count += 1;
        }
        while let Some(onset) = self.onsets.poll() {
            let loudness = rounded(f64::from(onset.loudness), 3);
            (self.say)(json!({ "at_secs": rounded(onset.at_secs, 4), "onset": { "loudness": loudness } }))?;
            self.listener.onset(&onset);
            self.summary.onset_count += 1;
            collect(&mut self.listener, &mut self.summary, self.say)?;
        }
        self.listener.advance(now_secs - self.onsets.latency_secs());
        collect(&mut self.listener, &mut self.summary, self.say)
    }
}

fn keep(frames: &mut Vec<PitchFrame>, frame: PitchFrame) {
    if frames.len() < FRAMES_MAX {
        frames.push(frame);
    }
}
