//! `sangat render` and `sangat replay`: the engine without a device, faster than real time.

use super::files::WriteError;
use super::journal::{Journal, JournalError};
use super::score::{Score, ScoreError};
use super::wav::{Loudness, WavForm, WavFormError, write_wav};
use crate::base::{Bus, Frames, Midi};
use crate::engine::params::ParamId;
use crate::engine::{Applied, Command, Engine, EngineConfig, EngineLink, Snapshot, build};
use crate::host::offline::{self, OfflineError, OfflineOptions, Sink};
use serde_json::{Value, json};
use std::io;
use std::path::Path;
use std::time::Instant;

/// Frames of one block of an offline render.
const BLOCK_FRAMES: usize = 256;
/// How long a tail is waited for after the last event.
pub const TAIL_SECS_MAX: f64 = 30.0;

/// Why nothing was rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The input is no performance.
    #[error(transparent)]
    Score(#[from] ScoreError),
    /// The input is no journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The form cannot be written.
    #[error(transparent)]
    Form(#[from] WavFormError),
    /// The output cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// What a render was and what was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct RenderReport {
    /// Where the sound is.
    pub out: String,
    /// Rate in Hz.
    pub rate_hz: u32,
    /// Notes that were started.
    pub notes: u64,
    /// The most voices that sounded at once.
    pub voices_max: usize,
    /// Voices taken from older notes.
    pub voices_stolen: u32,
    /// Seconds of sound.
    pub secs: f64,
    /// The highest sample in dBFS.
    pub peak_db: f32,
    /// The root mean square in dBFS.
    pub rms_db: f32,
    /// The most the limiter held back, in dB.
    pub limiter_db: f32,
    /// Seconds it took.
    pub took_secs: f64,
}

impl RenderReport {
    /// The report with stable keys.
    #[must_use]
    pub fn json(&self) -> Value {
        json!({
            "out": self.out,
            "rate_hz": self.rate_hz,
            "seconds": self.secs,
            "notes": self.notes,
            "voices_max": self.voices_max,
            "voices_stolen": self.voices_stolen,
            "peak_db": self.peak_db,
            "rms_db": self.rms_db,
            "limiter_db": self.limiter_db,
            "took_seconds": self.took_secs,
            "times_real_time": self.secs / self.took_secs.max(1.0e-9),
        })
    }

    /// The report for people.
    #[must_use]
    pub fn text(&self) -> String {
        format!(
            "{}\n{:.1} s at {} Hz, {} notes, at most {} voices, {} stolen\npeak {:.1} dBFS, RMS {:.1} dBFS, limiter at most {:.1} dB\nrendered in {:.2} s, {:.0} times faster than it plays",
            self.out,
            self.secs,
            self.rate_hz,
            self.notes,
            self.voices_max,
            self.voices_stolen,
            self.peak_db,
            self.rms_db,
            self.limiter_db,
            self.took_secs,
            self.secs / self.took_secs.max(1.0e-9)
        )
    }
}

/// Something that happens at a frame of an offline render.
enum Cue {
    Event(Bus, Midi),
    Command(Command),
}

/// Renders a MIDI file through the instruments.
///
/// # Errors
/// [`RenderError`] when the file, the form or the output is no good; nothing is left behind then.
pub fn render_file(input: &Path, out: &Path, form: WavForm) -> Result<RenderReport, RenderError> {
    let score = Score::read(input)?;
    let mut config = EngineConfig::new(form.rate_hz);
    config.values.set(ParamId::Tempo, score.tempo.bpm_at(crate::base::Beats(0.0)) as f32);
    config.values.set(ParamId::BeatsPerBar, score.beats_per_bar as f32);
    let (engine, mut link) = build(&config);
    // A fresh queue has room for both.
    link.install(score.tempo.clone()).ok();
    link.send(Command::Play).ok();
    let cues = score.events.iter().map(|e| (Frames::from_secs(e.at_secs, form.rate_hz), Cue::Event(e.bus, e.message)));
    Stage { engine, link, cues: cues.collect() }.play(out, form)
}

/// Renders what a live session did once more.
///
/// # Errors
/// [`RenderError`] when the journal or the output is no good.
pub fn replay_file(journal: &Path, out: &Path, bits: u16, until_damage: bool) -> Result<RenderReport, RenderError> {
    let journal = Journal::read(journal, until_damage)?;
    let form = WavForm::new(journal.config.rate_hz, bits)?;
    let (engine, link) = build(&journal.config);
    let cues = journal.entries.into_iter().filter_map(|entry| Some((entry.frame, cue_of(entry.applied)?))).collect();
    Stage { engine, link, cues }.play(out, form)
}

fn cue_of(applied: Applied) -> Option<Cue> {
    Some(match applied {
        Applied::Midi { bus, message } => Cue::Event(bus, message),
        Applied::Param { id, value } => Cue::Command(Command::SetParam { id, value }),
        Applied::Patch { bus, patch } => Cue::Command(Command::SetPatch { bus, patch }),
        Applied::Play => Cue::Command(Command::Play),
        Applied::Stop => Cue::Command(Command::Stop),
        Applied::Locate(beat) => Cue::Command(Command::Locate(beat)),
        Applied::Pace(bpm) => Cue::Command(Command::Pace(bpm)),
        Applied::Join { bpm, beat } => Cue::Command(Command::Join { bpm, beat }),
        Applied::Panic => Cue::Command(Command::Panic),
        Applied::TestTone => Cue::Command(Command::TestTone),
        // Recording makes no sound; maps are never installed live; what a gap lost is lost.
        Applied::Record(_) | Applied::TempoMap | Applied::Gap(_) => return None,
    })
}

/// An engine and what it is to play.
struct Stage {
    engine: Engine,
    link: EngineLink,
    cues: Vec<(Frames, Cue)>,
}

impl Stage {
    fn play(mut self, out: &Path, form: WavForm) -> Result<RenderReport, RenderError> {
        let begin = Instant::now();
        let mut peak = Snapshot::default();
        let loudness = write_wav(out, form, |sink| {
            self.run(sink, &mut peak).map_err(|error| match error {
                OfflineError::Sink(error) => error,
                other => io::Error::other(other),
            })
        })?;
        Ok(self.report(out, &loudness, &peak, begin.elapsed().as_secs_f64()))
    }

    /// Commands take effect at the start of a block, so what lies between two of them is rendered in one go.
    fn run(&mut self, sink: &mut Sink<'_>, peak: &mut Snapshot) -> Result<(), OfflineError> {
        let mut events = Vec::new();
        for (at, cue) in std::mem::take(&mut self.cues) {
            match cue {
                Cue::Event(bus, message) => events.push((at, bus, message)),
                Cue::Command(command) => {
                    self.stretch(&mut events, Some(at), sink, peak)?;
                    // The queue was emptied by the stretch before, or holds a handful.
                    self.link.send(command).ok();
                }
            }
        }
        self.stretch(&mut events, None, sink, peak)
    }

    /// Renders `events`, up to frame `until` or until nothing sounds any more.
    fn stretch(
        &mut self,
        events: &mut Vec<(Frames, Bus, Midi)>,
        until: Option<Frames>,
        sink: &mut Sink<'_>,
        peak: &mut Snapshot,
    ) -> Result<(), OfflineError> {
        let start = self.engine.frame();
        let since = |at: Frames| Frames(at.0.saturating_sub(start.0));
        for (at, ..) in events.iter_mut() {
            *at = since(*at);
        }
        let options =
            OfflineOptions { block_frames: BLOCK_FRAMES, until: until.map(since), tail_secs_max: TAIL_SECS_MAX };
        let (engine, link) = (&mut self.engine, &mut self.link);
        offline::render(engine, events, options, &mut |left, right| {
            watch(link, peak);
            sink(left, right)
        })?;
        events.clear();
        watch(link, peak);
        Ok(())
    }

    fn report(&self, out: &Path, loudness: &Loudness, peak: &Snapshot, took_secs: f64) -> RenderReport {
        let rate_hz = self.engine.rate_hz();
        RenderReport {
            out: out.display().to_string(),
            rate_hz,
            notes: peak.counters.notes,
            voices_max: peak.voices.into(),
            voices_stolen: peak.counters.voices_stolen,
            secs: Frames(loudness.frames).secs(rate_hz),
            peak_db: loudness.peak_db(),
            rms_db: loudness.rms_db(),
            limiter_db: peak.limiter_db,
            took_secs,
        }
    }
}

/// Keeps the highest of what the snapshots tell, and the queues empty.
fn watch(link: &mut EngineLink, peak: &mut Snapshot) {
    while link.journal.receive().is_some() {}
    while let Some(snapshot) = link.snapshot() {
        let voices = peak.voices.max(snapshot.voices);
        let limiter_db = peak.limiter_db.max(snapshot.limiter_db);
        *peak = Snapshot { voices, limiter_db, ..snapshot };
    }
}
