//! What crosses between the control side and the audio thread.

use super::params::ParamId;
use super::tempo_map::TempoMap;
use crate::base::limits::COMMAND_BYTES_MAX;
use crate::base::{Beats, Bus, Frames, Midi};
use crate::instrument::PatchId;

/// A wish of the control side, applied at the start of the next block. Heap travels boxed in
/// [`Command::InstallTempoMap`] and comes home as a [`HandBack`].
#[derive(Debug)]
pub enum Command {
    /// Move a parameter; the value is brought into its range.
    SetParam {
        /// Which parameter.
        id: ParamId,
        /// The new value, in the parameter's unit.
        value: f32,
    },
    /// Give a part another sound; held notes keep the old one.
    SetPatch {
        /// Which part; the click has none and ignores it.
        bus: Bus,
        /// Which sound.
        patch: PatchId,
    },
    /// Start the transport where it stands, after the count-in.
    Play,
    /// Stop the transport.
    Stop,
    /// Move the transport to a beat, not before 0.
    Locate(Beats),
    /// Silence every voice within 5 ms and forget pedals and bends.
    Panic,
    /// Sound a 440 Hz tone at -18 dBFS for one second.
    TestTone,
    /// Begin or end sending the output to the recorder.
    Record(bool),
    /// Start the transport with the player's next note, at its frame and without a count-in; or do not.
    StartWithPlayer(bool),
    /// Go on at another tempo, in beats a minute, without moving the parameter.
    Pace(f32),
    /// Start the transport now at a place and a tempo, or move it there; see [`crate::base::BandMessage::Join`].
    Join {
        /// In beats a minute.
        bpm: f32,
        /// Where it stands now.
        beat: Beats,
    },
    /// Use another tempo map from now on.
    InstallTempoMap(Box<TempoMap>),
}

/// A box that came home to be freed.
#[derive(Debug)]
pub enum HandBack {
    /// The tempo map that was in use before.
    TempoMap(Box<TempoMap>),
}

/// A message that takes effect at an exact frame of the block it comes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimedEvent {
    /// Frames from the start of the block; at or past the end of the block means its last frame.
    pub offset_frames: u32,
    /// Which part plays it.
    pub bus: Bus,
    /// What.
    pub message: Midi,
}

/// What took effect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Applied {
    /// A message reached a part.
    Midi {
        /// Which part.
        bus: Bus,
        /// What.
        message: Midi,
    },
    /// A parameter moved.
    Param {
        /// Which parameter.
        id: ParamId,
        /// Its new value.
        value: f32,
    },
    /// A part got another sound.
    Patch {
        /// Which part.
        bus: Bus,
        /// Which sound.
        patch: PatchId,
    },
    /// The transport started.
    Play,
    /// The transport stopped.
    Stop,
    /// The transport moved.
    Locate(Beats),
    /// The band took another tempo, in beats a minute.
    Pace(f32),
    /// The band started the transport.
    Join {
        /// In beats a minute.
        bpm: f32,
        /// Where it stood.
        beat: Beats,
    },
    /// All notes off.
    Panic,
    /// The test tone sounded.
    TestTone,
    /// The recording began or ended.
    Record(bool),
    /// Another tempo map came into use.
    TempoMap,
    /// So many entries before this one did not fit into the queue.
    Gap(u32),
}

/// One line of the journal: what took effect, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JournalEntry {
    /// Counts everything that took effect since the engine was built, from 1.
    pub number: u64,
    /// The frame of the engine's clock.
    pub frame: Frames,
    /// What.
    pub applied: Applied,
}

const _: () = assert!(size_of::<Command>() <= COMMAND_BYTES_MAX);
