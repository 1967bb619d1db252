//! `sangat jam`: the band plays along to a recorded performance, as it does live, but faster than real time. The same
//! input and seed give the same notes and the same samples.

mod figures;
mod midi_out;
mod raga;
mod report;
mod voice;

pub use figures::{BarFigures, Figures, PlayedNote, share_inside};
pub use raga::{RagaJam, RagaJamError, RagaNames};
pub use report::JamReport;

use super::files::{WriteError, write_whole};
use super::listen::{SoundError, holds_sound};
use super::models;
use super::raga::patch;
use super::render::TAIL_SECS_MAX;
use super::score::{Score, ScoreError};
use super::wav::{WavForm, write_wav};
use crate::band::patterns::PatternFile;
use crate::band::{Musicians, Order, Part, PartMode, Rung, Settings, StyleId, form::Cue};
use crate::base::{BandMessage, Bus, Frames, Midi};
use crate::engine::params::ParamId;
use crate::engine::{Command, EarFeed, EngineConfig, EngineLink, Heard as Fed, JournalEntry, Snapshot, build};
use crate::host::offline::{self, OfflineError, OfflineOptions};
use crate::rt::Sender;
use crate::theory::chart::Chart;
use crate::theory::gm::DRUM_CHANNEL;
use crate::worker::{BandMate, Inline, Start};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use voice::VoiceFile;

/// Length of a block: about as long as the live ear sleeps, 256 frames at 48 kHz.
const BLOCK_SECS: f64 = 256.0 / 48_000.0;
/// The band ends, rings and stops within this time after the player's last note.
const ENDING_SECS_MAX: f64 = 60.0;

/// Why there was no jam.
#[derive(Debug, thiserror::Error)]
pub enum JamError {
    /// The input is no performance.
    #[error(transparent)]
    Score(#[from] ScoreError),
    /// The recording is none.
    #[error(transparent)]
    Sound(#[from] SoundError),
    /// Voices are answered in ragas alone.
    #[error("{0} is a recording, and what is sung is answered in a raga alone: give --mode raga, or a MIDI file")]
    NoRaga(String),
    /// An output cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// How to jam.
#[derive(Clone, Debug)]
pub struct JamOptions {
    /// One track of the file alone, by its number or a part of its name.
    pub track: Option<String>,
    /// What is wished of the band.
    pub settings: Settings,
    /// The style; `None` takes one that has the metre of the file.
    pub style: Option<StyleId>,
    /// A fixed tempo in beats a minute, with the first beat at the begin of the file; `None` follows the player.
    pub tempo_bpm: Option<f64>,
    /// The chords; `None` plays by ear.
    pub chart: Option<Arc<Chart>>,
    /// The raga, where the mode is one of ragas.
    pub raga: Option<RagaJam>,
    /// The folder of the models; `None` plays without them.
    pub models: Option<PathBuf>,
    /// The same seed gives the same jam.
    pub seed: u64,
    /// The form of the sound.
    pub form: WavForm,
}

/// What was played and how it went.
#[derive(Default)]
pub struct Jam {
    /// Figures of the band.
    pub figures: Figures,
    /// Everything that took effect.
    pub journal: Vec<JournalEntry>,
    /// Seconds of sound.
    pub secs: f64,
    /// Why models did not play, a sentence each.
    pub problems: Vec<String>,
}

/// Where the results go.
#[derive(Clone, Copy, Debug)]
pub struct JamOutputs<'a> {
    /// The sound.
    pub wav: &'a Path,
    /// The notes of everybody, with the tempo of the band.
    pub midi: Option<&'a Path>,
    /// The figures, as JSON.
    pub report: Option<&'a Path>,
}

/// Plays along to a MIDI file, or in a raga to a recording of a voice, and writes what comes of it.
///
/// # Errors
/// [`JamError`] when the input or an output is no good; an output is whole or not there.
pub fn jam_file(input: &Path, outputs: JamOutputs<'_>, options: &JamOptions) -> Result<JamReport, JamError> {
    let begin = Instant::now();
    let mut voice = voice_of(input, options)?;
    let score = match &voice {
        Some(voice) => Score::silent(voice.length_secs()),
        None => Score::read_track(input, options.track.as_deref())?,
    };
    let mut helpers =
        options.models.as_deref().map(|folder| Helpers::of(folder, options.settings.best)).unwrap_or_default();
    let problems = std::mem::take(&mut helpers.problems);
    let mut jam = None;
    let loudness = write_wav(outputs.wav, options.form, |sink| {
        jam = Some(perform(&score, voice.as_mut(), options, std::mem::take(&mut helpers), sink)?);
        Ok(())
    })?;
    if let Some(trouble) = voice.and_then(|mut voice| voice.take_trouble()) {
        return Err(trouble.into());
    }
    // Without an error the closure has run.
    let jam = Jam { problems, ..jam.unwrap_or_default() };
    if let Some(path) = outputs.midi {
        write_whole(path, |out| midi_out::write(&jam.journal, options.form.rate_hz, out))?;
    }
    let report = JamReport::new(input, outputs.wav, options, &jam, &loudness, begin.elapsed().as_secs_f64());
    if let Some(path) = outputs.report {
        write_whole(path, |out| serde_json::to_writer_pretty(out, report.json()).map_err(io::Error::from))?;
    }
    Ok(report)
}

/// The voice that a file holds; none where it is one of keys.
fn voice_of(input: &Path, options: &JamOptions) -> Result<Option<VoiceFile>, JamError> {
    if !holds_sound(input)? {
        return Ok(None);
    }
    let raga = options.raga.as_ref().ok_or_else(|| JamError::NoRaga(input.display().to_string()))?;
    Ok(Some(VoiceFile::open(input, raga.sa_hz())?))
}

/// Who plays beside the rules.
#[derive(Default)]
pub struct Helpers {
    /// The models, such that they play the same everywhere.
    pub musicians: Option<Box<dyn Musicians>>,
    /// The pattern library.
    pub patterns: Option<PatternFile>,
    /// What is the matter with others, a sentence each.
    pub problems: Vec<String>,
}

impl Helpers {
    /// Those in a folder, up to a rung of the ladder.
    #[must_use]
    pub fn of(folder: &Path, best: Rung) -> Self {
        let mut helpers = Self::default();
        if best <= Rung::Cached {
            match models::patterns(folder) {
                Ok(patterns) => helpers.patterns = Some(patterns),
                Err(problem) => helpers.problems.push(problem),
            }
        }
        if best < Rung::Cached {
            let (ensemble, view) = models::load_exact(folder);
            helpers.musicians = ensemble.map(|ensemble| Box::new(Inline::new(ensemble)) as _);
            helpers.problems.extend(view.problems);
        }
        helpers
    }
}

/// Plays along to a performance, with `helpers` beside the rules; the sound goes to `sink`, block by block.
///
/// # Errors
/// What the sink returns.
pub fn play(score: &Score, options: &JamOptions, helpers: Helpers, sink: &mut offline::Sink<'_>) -> io::Result<Jam> {
    perform(score, None, options, helpers, sink)
}

/// The same with a voice, where somebody sings.
fn perform(
    score: &Score,
    voice: Option<&mut VoiceFile>,
    options: &JamOptions,
    helpers: Helpers,
    sink: &mut offline::Sink<'_>,
) -> io::Result<Jam> {
    let (settings, beats_per_bar) = settings_for(score, options);
    let mut config = EngineConfig::new(options.form.rate_hz);
    config.seed = options.seed;
    config.values.set(ParamId::BeatsPerBar, beats_per_bar as f32);
    let raga = options.raga.as_ref();
    // A tabla does not wait to hear a beat: it gives one.
    let tempo_bpm = options.tempo_bpm.or_else(|| raga.map(RagaJam::tempo_bpm));
    if let Some(bpm) = tempo_bpm {
        config.values.set(ParamId::Tempo, bpm as f32);
    }
    if let Some(raga) = raga {
        raga.tune(&mut config.values);
        config.patches = Bus::PARTS.map(|bus| patch(bus, &settings));
    }
    let a4_hz = config.values.get(ParamId::TuningHz);
    let (mut engine, link) = build(&config);
    let mut mate = BandMate::new(options.seed, settings);
    mate.band.set_chart(options.chart.clone());
    if let Some(raga) = raga {
        mate.set_raga(&raga.setting(a4_hz));
    }
    mate.band.set_musicians(helpers.musicians);
    mate.band.set_patterns(helpers.patterns);
    let mut stage = Stage::new(mate, link, score.length_secs);
    stage.voice = voice;
    stage.has_tanpura = raga.is_some();
    if let Some(bpm) = tempo_bpm {
        stage.mate.lock(Some(bpm));
        // A fresh queue has room. The tempo is sent as well as set, so that it stands in the journal.
        stage.link.send(Command::SetParam { id: ParamId::Tempo, value: bpm as f32 }).ok();
        stage.link.send(Command::Play).ok();
    } else {
        stage.mate.set_start(Start::WhenHeard);
    }
    let events = performance(score, options.form.rate_hz);
    stage.drums = events.iter().filter(|e| e.1 == Bus::Drums).map(|(at, _, message)| (*at, *message)).collect();
    stage.step();
    let block_frames = (BLOCK_SECS * f64::from(options.form.rate_hz)).round() as usize;
    let options = OfflineOptions { block_frames, until: None, tail_secs_max: ENDING_SECS_MAX + TAIL_SECS_MAX };
    let report = offline::render(&mut engine, &events, options, &mut |left, right| {
        stage.step();
        sink(left, right)
    });
    let report = report.map_err(|error| match error {
        OfflineError::Sink(error) => error,
        other => io::Error::other(other),
    })?;
    stage.step();
    Ok(stage.finish(report.frames))
}

/// The settings for this performance: a style of the metre that the chart has, or else the file; no drums beside its
/// own.
fn settings_for(score: &Score, options: &JamOptions) -> (Settings, u32) {
    let mut settings = options.settings;
    // Six eighths are felt as two beats; what is neither in three nor in six is played in four.
    let heard = match score.beats_per_bar {
        3 => 3,
        6 => 2,
        _ => 4,
    };
    let chart = options.chart.as_deref();
    let metre = chart.map_or(heard, Chart::beats_per_bar);
    let is_fit = chart.is_none() && settings.style.style().beats_per_bar == metre;
    let wanted = is_fit.then_some(settings.style);
    let of_metre = StyleId::from_words(chart.and_then(|chart| chart.style.as_deref()), metre);
    settings.style = options.style.or(wanted).or(of_metre).unwrap_or(settings.style);
    if score.events.iter().any(|event| event.bus == Bus::Drums) {
        settings.tastes[Part::Drums as usize].mode = PartMode::Off;
    }
    if let Some(raga) = &options.raga {
        return (settings, raga.bar_beats());
    }
    let beats_per_bar = options.style.map_or(metre, |style| style.style().beats_per_bar);
    (settings, beats_per_bar)
}

/// What the player plays: all parts of the file but its drums are theirs.
fn performance(score: &Score, rate_hz: u32) -> Vec<(Frames, Bus, Midi)> {
    let bus = |bus: Bus| if bus == Bus::Drums { bus } else { Bus::You };
    score.events.iter().map(|e| (Frames::from_secs(e.at_secs, rate_hz), bus(e.bus), e.message)).collect()
}

/// The band mate beside the engine, as `sangat-ear` is live.
struct Stage<'a> {
    mate: BandMate,
    voice: Option<&'a mut VoiceFile>,
    link: EngineLink,
    feed: Option<EarFeed>,
    band: Option<Sender<BandMessage>>,
    /// The player's drums that are still to come: the engine tells the ear of the player's keys alone.
    drums: std::collections::VecDeque<(Frames, Midi)>,
    end_secs: f64,
    is_ending: bool,
    has_tanpura: bool,
    figures: Figures,
    journal: Vec<JournalEntry>,
    newest: Snapshot,
}

impl Stage<'_> {
    fn new(mate: BandMate, mut link: EngineLink, end_secs: f64) -> Self {
        let (feed, band) = (link.ear.take(), link.band.take());
        Self {
            mate,
            voice: None,
            link,
            feed,
            band,
            drums: std::collections::VecDeque::new(),
            end_secs,
            is_ending: false,
            has_tanpura: false,
            figures: Figures::default(),
            journal: Vec::new(),
            newest: Snapshot::default(),
        }
    }

    /// Hears what the last block brought, plans, and sends.
    fn step(&mut self) {
        while let Some(event) = self.feed.as_mut().and_then(|feed| feed.events.receive()) {
            let at_secs = event.frame.secs(self.link.rate_hz);
            self.hear_drums(event.frame);
            match event.heard {
                Fed::Midi(message) => self.mate.midi(at_secs, message),
                Fed::Panic => self.mate.release_all(at_secs),
                Fed::Block { place, .. } => {
                    let figures = &mut self.figures;
                    let begin = Instant::now();
                    if let Some(voice) = &mut self.voice {
                        voice.hear(at_secs, &mut self.mate);
                    }
                    self.mate.pass(at_secs, place, at_secs, |mate, observation| figures.see(mate, observation));
                    self.figures.pass(&mut self.mate, at_secs, &place, begin.elapsed());
                    self.end(at_secs, place.is_playing);
                }
            }
        }
        self.send();
        while let Some(entry) = self.link.journal.receive() {
            self.journal.push(entry);
        }
        while let Some(snapshot) = self.link.snapshot() {
            self.newest = snapshot;
        }
        while self.link.tap.receive().is_some() {}
    }

    fn hear_drums(&mut self, until: Frames) {
        while let Some((at, message)) = self.drums.front().copied().filter(|(at, _)| *at <= until) {
            self.drums.pop_front();
            if matches!(message, Midi::NoteOn { .. } | Midi::NoteOff { .. }) && message.channel() == Some(DRUM_CHANNEL)
            {
                self.mate.midi(at.secs(self.link.rate_hz), message);
            }
        }
    }

    /// After the player's last note the band plays one more bar and ends; a tanpura ends after it.
    fn end(&mut self, at_secs: f64, is_playing: bool) {
        if self.is_ending && !is_playing && std::mem::take(&mut self.has_tanpura) {
            let silence = Command::SetParam { id: ParamId::TanpuraOn, value: 0.0 };
            self.has_tanpura = self.link.send(silence).is_err();
        }
        if at_secs >= self.end_secs && is_playing && !std::mem::replace(&mut self.is_ending, true) {
            self.mate.band.order(Order::Form(Cue::Ending));
        }
    }

    fn send(&mut self) {
        let Some(band) = &mut self.band else { return };
        let messages = self.mate.band.messages();
        if band.vacant() >= messages.len() {
            band.send_slice(messages);
            messages.clear();
        }
    }

    fn finish(mut self, frames: Frames) -> Jam {
        let has_drums = self.mate.band.settings().tastes[Part::Drums as usize].mode != PartMode::Off;
        self.figures.ladder = self.mate.band.ladder();
        self.figures.finish(&self.journal, self.link.rate_hz, &self.newest, has_drums);
        Jam { figures: self.figures, journal: self.journal, secs: frames.secs(self.link.rate_hz), problems: Vec::new() }
    }
}
