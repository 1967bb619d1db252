//! What `sangat devices` and `sangat doctor` list: hosts with their outputs, MIDI inputs, the priority one
//! would get.

use super::backend::{DeviceInfo, HOST_NONE, Trouble};
use super::scheduling::{Scheduling, promotion_for};

/// A host that is compiled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostListing {
    /// Its key.
    pub key: String,
    /// Its outputs; empty when it does not answer.
    pub outputs: Vec<DeviceInfo>,
    /// Why it has none.
    pub trouble: Option<Trouble>,
}

/// All hosts that are compiled in, the preferred first and the engine's own clock last. Opens devices that
/// are not in use; takes up to a second.
#[must_use]
pub fn list_hosts() -> Vec<HostListing> {
    let mut listings: Vec<HostListing> = super::compiled_backends()
        .iter_mut()
        .map(|backend| {
            let key = backend.key().to_owned();
            let outputs = if backend.is_reachable() { backend.outputs() } else { Vec::new() };
            let trouble = outputs.is_empty().then(|| Trouble {
                reason: format!("The sound system '{key}' does not answer or has no output."),
                remedy: "Start it, or plug in a sound card.".into(),
            });
            HostListing { key, outputs, trouble }
        })
        .collect();
    listings.push(HostListing { key: HOST_NONE.to_owned(), outputs: Vec::new(), trouble: None });
    listings
}

/// Asks for real-time priority on a thread of its own, as the audio thread does, and reads it back.
///
/// # Errors
/// [`Trouble`] says why it is not granted and what to do.
pub fn try_realtime_priority() -> Result<String, Trouble> {
    let attempt = std::thread::Builder::new().name("sangat-priority".into()).spawn(|| {
        let scheduling = Scheduling::default();
        scheduling.settle(promotion_for(true));
        let complaint = scheduling.complaint().map(|(reason, remedy)| Trouble { reason, remedy });
        complaint.map_or_else(|| Ok(scheduling.text()), Err)
    });
    let failed = || Trouble {
        reason: "A thread for the attempt could not be started.".into(),
        remedy: "Close other programs and try again.".into(),
    };
    attempt.map_err(|_| failed())?.join().map_err(|_| failed())?
}
