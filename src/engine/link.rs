//! Building an engine together with the control side's ends of its queues.

use super::command::{Command, HandBack, JournalEntry};
use super::engine::Engine;
use super::feed::{EarFeed, EarTap};
use super::params::ParamValues;
use super::publish::{Publisher, PublisherEnds};
use super::snapshot::Snapshot;
use super::tempo_map::TempoMap;
use crate::base::limits::{
    BAND_QUEUE, COMMAND_QUEUE, EAR_QUEUE, EAR_SOUND_QUEUE, HANDBACK_QUEUE, JOURNAL_QUEUE, PARTS, RECORD_QUEUE,
    SAMPLE_RATE_MAX, SAMPLE_RATE_MIN, SNAPSHOT_QUEUE, TAP_QUEUE,
};
use crate::base::{BandMessage, Beats, Bus};
use crate::instrument::PatchId;
use crate::rt::{Receiver, Sender, spsc};

/// The state an engine is built in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EngineConfig {
    /// The device rate in Hz, [`SAMPLE_RATE_MIN`] to [`SAMPLE_RATE_MAX`]; brought into that range.
    pub rate_hz: u32,
    /// The same seed gives the same sound.
    pub seed: u64,
    /// Every parameter.
    pub values: ParamValues,
    /// The sound of every part.
    pub patches: [PatchId; PARTS],
    /// Where the transport stands.
    pub position: Beats,
}

impl EngineConfig {
    /// A fresh engine at `rate_hz`.
    #[must_use]
    pub fn new(rate_hz: u32) -> Self {
        let patches = Bus::PARTS.map(PatchId::default_for);
        let mut values = ParamValues::default();
        values.take_macros_of(patches[Bus::You as usize]);
        Self { rate_hz, seed: 1, values, patches, position: Beats(0.0) }
    }
}

/// The queue towards the engine is full; keep the wish and try again at the next poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sound engine is busy; the change will be tried again")]
pub struct Busy;

/// The control side's ends of the queues of one engine.
pub struct EngineLink {
    /// The rate the engine was built for.
    pub rate_hz: u32,
    /// Applied commands and events, for the journal.
    pub journal: Receiver<JournalEntry>,
    /// Mono output for the spectrum.
    pub tap: Receiver<f32>,
    /// Interleaved stereo output of a recording; taken by the recorder.
    pub record: Option<Receiver<f32>>,
    /// What the ear hears; taken by the ear.
    pub ear: Option<EarFeed>,
    /// Where the band's notes go; taken by the band.
    pub band: Option<Sender<BandMessage>>,
    commands: Sender<Command>,
    commands_sent: u64,
    hand_back: Receiver<HandBack>,
    snapshots: Receiver<Snapshot>,
    boxes_out: usize,
}

impl EngineLink {
    /// Sends a command.
    ///
    /// # Errors
    /// [`Busy`] when the queue is full.
    pub fn send(&mut self, command: Command) -> Result<(), Busy> {
        self.commands.send(command).map_err(|_| Busy)?;
        self.commands_sent += 1;
        Ok(())
    }

    /// How many commands would fit now, at least.
    #[must_use]
    pub fn vacant(&self) -> usize {
        self.commands.vacant()
    }

    /// Sends a tempo map; the one it replaces is freed by [`EngineLink::collect`].
    ///
    /// # Errors
    /// [`Busy`] when the queue is full or too many boxes are still out.
    pub fn install(&mut self, map: TempoMap) -> Result<(), Busy> {
        self.collect();
        if self.boxes_out >= HANDBACK_QUEUE {
            return Err(Busy);
        }
        self.send(Command::InstallTempoMap(Box::new(map)))?;
        self.boxes_out += 1;
        Ok(())
    }

    /// Frees the boxes that came home.
    pub fn collect(&mut self) {
        while self.hand_back.receive().is_some() {
            self.boxes_out = self.boxes_out.saturating_sub(1);
        }
    }

    /// The next snapshot, oldest first.
    pub fn snapshot(&mut self) -> Option<Snapshot> {
        self.snapshots.receive()
    }

    /// Whether the engine had taken all that was sent to it when it published this.
    #[must_use]
    pub fn is_current(&self, snapshot: &Snapshot) -> bool {
        snapshot.commands_taken == self.commands_sent
    }
}

/// Builds an engine and its link. Allocates; never on the audio thread.
#[must_use]
pub fn build(config: &EngineConfig) -> (Engine, EngineLink) {
    let config = EngineConfig { rate_hz: config.rate_hz.clamp(SAMPLE_RATE_MIN, SAMPLE_RATE_MAX), ..*config };
    let (commands, command_end) = spsc(COMMAND_QUEUE);
    let (hand_back, hand_back_end) = spsc(HANDBACK_QUEUE);
    let (journal, journal_end) = spsc(JOURNAL_QUEUE);
    let (snapshots, snapshot_end) = spsc(SNAPSHOT_QUEUE);
    let (tap, tap_end) = spsc(TAP_QUEUE);
    let (record, record_end) = spsc(RECORD_QUEUE);
    let (band, band_end) = spsc(BAND_QUEUE);
    let (ear_events, ear_event_end) = spsc(EAR_QUEUE);
    let (ear_sound, ear_sound_end) = spsc(EAR_SOUND_QUEUE);
    let ear = EarTap { events: ear_events, sound: ear_sound, lost: 0, must_release: false };
    let ends = PublisherEnds { journal, snapshots, tap, record, ear };
    let publisher = Publisher::new(config.rate_hz, ends);
    let engine = Engine::assemble(&config, command_end, band_end, hand_back, publisher);
    let link = EngineLink {
        rate_hz: config.rate_hz,
        journal: journal_end,
        tap: tap_end,
        record: Some(record_end),
        ear: Some(EarFeed { rate_hz: config.rate_hz, events: ear_event_end, sound: ear_sound_end }),
        band: Some(band),
        commands,
        commands_sent: 0,
        hand_back: hand_back_end,
        snapshots: snapshot_end,
        boxes_out: 0,
    };
    (engine, link)
}
