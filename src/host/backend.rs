//! What the supervisor needs to know of a sound system. Devices are one; tests plant others.

use super::driver::Driver;
use super::scheduling::Scheduling;
use crate::rt::ReturnOnDrop;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

/// The key of the host without a device: the engine's own clock.
pub const HOST_NONE: &str = "none";

/// What a person wants to hear the sound with; `None` leaves it to the system.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AudioWish {
    /// Key of a host: "alsa", "coreaudio", "wasapi", "pipewire", "jack", "none".
    pub host: Option<String>,
    /// Id of an output of that host.
    pub output_id: Option<String>,
    /// Rate in Hz.
    pub rate_hz: Option<u32>,
    /// Period in frames.
    pub period_frames: Option<u32>,
    /// The microphone.
    pub input: InputWish,
}

/// Which microphone listens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum InputWish {
    /// None.
    #[default]
    Off,
    /// The one that the system prefers.
    System,
    /// The one with this id.
    Id(String),
}

/// The microphone as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum InputState {
    /// None is wished for.
    #[default]
    Off,
    /// It listens.
    Listening {
        /// What people read.
        name: String,
        /// Its own rate, Hz.
        rate_hz: u32,
    },
    /// It does not.
    Absent(Trouble),
}

/// An output as its host lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceInfo {
    /// What to put into [`AudioWish::output_id`].
    pub id: String,
    /// What people read.
    pub name: String,
    /// Rates in Hz that it offers, ascending; empty when it does not say.
    pub rates_hz: Vec<u32>,
    /// Smallest and largest period in frames, where it says.
    pub periods_frames: Option<(u32, u32)>,
}

/// Something is not as it should be: one sentence why, one what to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trouble {
    /// What is the matter.
    pub reason: String,
    /// What to do.
    pub remedy: String,
}

/// What a stream will be, or is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamFacts {
    /// Id of the output.
    pub output_id: String,
    /// What people read.
    pub output_name: String,
    /// Rate in Hz.
    pub rate_hz: u32,
    /// Channels of the device.
    pub channels: u16,
    /// Sample format: "f32", "i16".
    pub format: String,
    /// What is not as wished.
    pub trouble: Option<Trouble>,
}

/// A stream could not be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The host is not compiled in.
    #[error("This program has no host named '{0}'.")]
    UnknownHost(String),
    /// The server of the host does not run.
    #[error("The sound system '{0}' does not answer.")]
    Unreachable(String),
    /// The host has no output at all.
    #[error("The sound system '{0}' has no output.")]
    NoOutput(String),
    /// The output is not there.
    #[error("The output '{0}' is not there.")]
    UnknownOutput(String),
    /// The output is in use, or refuses.
    #[error("The output '{output}' could not be opened: {why}.")]
    Refused {
        /// Its name.
        output: String,
        /// What the system says.
        why: String,
    },
}

impl OpenError {
    /// What to do, one sentence.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::UnknownHost(_) => "Choose another host in the settings.".into(),
            Self::Unreachable(host) => format!("Start {host}; the sound comes back by itself."),
            Self::NoOutput(_) => "Plug in a sound card; it is used as soon as it is there.".into(),
            Self::UnknownOutput(_) => "Plug it in again or choose another output in the settings.".into(),
            Self::Refused { .. } => "Close other programs that use it, or choose another output.".into(),
        }
    }
}

impl From<&OpenError> for Trouble {
    fn from(error: &OpenError) -> Self {
        Self { reason: error.to_string(), remedy: error.remedy() }
    }
}

/// What a stream's own threads tell the supervisor: atomics only.
#[derive(Default)]
pub(super) struct StreamFlags {
    /// 0 while the stream lives, else one of the causes below.
    lost: AtomicU8,
    /// The engine panicked.
    pub is_poisoned: AtomicBool,
    /// A keyboard of this stream went away: its notes must be let go.
    #[cfg(feature = "jack")]
    pub must_release: AtomicBool,
    /// How the audio thread is scheduled.
    pub scheduling: Scheduling,
    /// Time does not run as for people: the watchdog and the meters look away.
    pub is_freewheeling: AtomicBool,
}

/// Why a stream is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    /// The device went away.
    Gone = 1,
    /// The stream must be built again, with what the device is now.
    Invalidated = 2,
}

impl StreamFlags {
    /// The stream is over. Wait-free.
    #[cfg(any(feature = "live", test))]
    pub fn lose(&self, loss: Loss) {
        self.lost.store(loss as u8, Ordering::Release);
    }

    /// Whether and why the stream is over.
    pub fn loss(&self) -> Option<Loss> {
        match self.lost.load(Ordering::Acquire) {
            0 => None,
            1 => Some(Loss::Gone),
            _ => Some(Loss::Invalidated),
        }
    }
}

/// A sound system. Used on the supervisor's thread only.
pub(super) trait Backend {
    /// Its key, lower case.
    fn key(&self) -> &str;
    /// Whether it answers.
    fn is_reachable(&mut self) -> bool;
    /// All outputs, with what they offer. May open devices that are not in use.
    fn outputs(&mut self) -> Vec<DeviceInfo>;
    /// The ids of all outputs, without opening any.
    fn output_ids(&mut self) -> Vec<String>;
    /// All microphones; rates and periods are not asked for.
    fn inputs(&mut self) -> Vec<DeviceInfo> {
        Vec::new()
    }
    /// Finds the output and settles rate, format and period.
    fn prepare(&mut self, wish: &AudioWish) -> Result<Box<dyn Prepared>, OpenError>;
}

/// A stream that is about to start.
pub(super) trait Prepared {
    /// What it will be.
    fn facts(&self) -> &StreamFacts;
    /// Starts it. The driver comes home when it ends, or at once when it cannot start.
    fn start(self: Box<Self>, driver: ReturnOnDrop<Box<Driver>>) -> Result<Box<dyn Running>, OpenError>;
}

/// A stream that runs; dropping it ends it and sends the driver home.
pub(super) trait Running {
    /// What its threads tell.
    fn flags(&self) -> &Arc<StreamFlags>;
    /// Called once a second.
    fn refresh(&mut self) {}
    /// Opens or closes the microphone; the output plays on.
    fn listen(&mut self, wish: &InputWish);
    /// How the microphone is.
    fn input(&self) -> InputState;
}
