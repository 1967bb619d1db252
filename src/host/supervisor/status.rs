//! What the supervisor publishes.

use super::super::backend::{DeviceInfo, InputState, StreamFacts, Trouble};

/// Where the device stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HostState {
    /// No device is wanted: the engine's own clock drives on purpose.
    #[default]
    Closed,
    /// A device is being opened.
    Opening,
    /// A device plays.
    Running,
    /// There is no device; the engine's own clock drives, and the device is looked for every second.
    Lost,
}

/// A picture of the device and of what is the matter with it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HostStatus {
    /// Where the device stands.
    pub state: HostState,
    /// Keys of the hosts that are compiled in and answer; "none" is always the last.
    pub hosts: Vec<String>,
    /// The host in use, or the one that is waited for.
    pub host: String,
    /// Outputs of that host.
    pub outputs: Vec<DeviceInfo>,
    /// Microphones of that host.
    pub inputs: Vec<DeviceInfo>,
    /// The microphone.
    pub input: InputState,
    /// The stream that runs: output, rate, channels, format; empty without a device but for the rate.
    pub stream: StreamFacts,
    /// Scheduling of the audio thread as read back: "FIFO 70", "OTHER"; empty without a device.
    pub scheduling: String,
    /// Why the audio thread is not real-time.
    pub scheduling_trouble: Option<Trouble>,
    /// What is not as wished; `None` when all is well.
    pub trouble: Option<Trouble>,
    /// Since when the device has been running, on the clock of [`crate::host::now_nanos`].
    pub running_since_nanos: Option<u64>,
    /// How often a device was opened again, for whatever reason.
    pub restarts: u32,
    /// How often an engine panicked and was replaced.
    pub poisoned_count: u32,
}
