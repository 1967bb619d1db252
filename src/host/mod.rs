//! Who drives the engine: a sound device, the null clock or an offline render; MIDI inputs; the recorder.
//!
//! All hosts share one [`Driver`], which turns time stamps into exact frames and measures itself. The
//! [`Supervisor`] owns the device and keeps the engine playing whatever happens to it.

#![cfg_attr(
    not(feature = "live"),
    allow(dead_code, unused_mut, reason = "without devices, much of what serves them has no user")
)]

mod backend;
mod block_clock;
mod clock;
mod driver;
mod intake;
#[cfg(feature = "jack")]
mod jack_duplex;
mod listing;
#[cfg(feature = "live")]
mod live;
mod meters;
mod midi;
mod null_clock;
pub mod offline;
mod recorder;
mod renderer;
mod scheduling;
mod sources;
mod supervisor;

pub use backend::{AudioWish, DeviceInfo, HOST_NONE, InputState, InputWish, OpenError, StreamFacts, Trouble};
pub use clock::now_nanos;
pub use driver::{BlockStamp, Driver, DriverDesk, Period};
pub use listing::{HostListing, list_hosts, try_realtime_priority};
pub use meters::{Meters, XRUN_QUEUE, XrunCause, XrunEvent};
pub use midi::{MidiInputs, MidiPortStatus, MidiStatus, list_midi_inputs};
pub use null_clock::NullClock;
pub use recorder::{Depth, RecordError, Recorder};
pub use renderer::{EngineSource, Renderer};
pub use scheduling::run_below_normal;
pub use sources::{SOURCES_MAX, SourceDesk, SourceError, SourceId};
pub use supervisor::{HostState, HostStatus, MidiIntake, Supervisor};

/// The sound systems that are compiled in, the preferred first: PipeWire, JACK, the platform's own.
#[cfg(feature = "live")]
fn compiled_backends() -> Vec<Box<dyn backend::Backend>> {
    let mut backends: Vec<Box<dyn backend::Backend>> = Vec::new();
    #[cfg(feature = "jack")]
    backends.push(Box::new(jack_duplex::JackBackend::new()));
    for live in live::backends() {
        let place = if live.is_pipewire() { 0 } else { backends.len() };
        backends.insert(place, Box::new(live));
    }
    backends
}

/// None: only the engine's own clock.
#[cfg(not(feature = "live"))]
fn compiled_backends() -> Vec<Box<dyn backend::Backend>> {
    Vec::new()
}
