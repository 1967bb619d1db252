//! Keeps the engine playing: owns the device, notices when it goes, brings the sound back.

mod status;
#[cfg(test)]
mod tests;
mod worker;

use super::backend::{AudioWish, Backend};
use super::driver::{Driver, DriverDesk};
use super::meters::{Meters, XrunEvent};
use super::renderer::EngineSource;
use super::sources::{SourceDesk, SourceError, SourceId};
use crate::rt::{MidiReceiver, Receiver};
pub use status::{HostState, HostStatus};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use worker::{Request, Worker};

/// The rate of the first engine when nothing else is asked for.
const RATE_FIRST_HZ: u32 = 48_000;

/// Adds MIDI sources to the driver, from any thread.
#[derive(Clone)]
pub struct MidiIntake(Arc<Mutex<SourceDesk>>);

impl MidiIntake {
    /// Has the engine listen to another source.
    ///
    /// # Errors
    /// [`SourceError::Full`].
    pub fn add(&self, receiver: MidiReceiver) -> Result<SourceId, SourceError> {
        lock(&self.0).add(receiver)
    }

    /// Has the engine release the notes of a source and let go of it.
    pub fn remove(&self, id: SourceId) {
        lock(&self.0).remove(id);
    }
}

/// The thread `sangat-device`. Dropping this stops the sound and ends the thread.
pub struct Supervisor {
    requests: Sender<Request>,
    status: Arc<Mutex<HostStatus>>,
    sources: MidiIntake,
    xruns: Mutex<Receiver<XrunEvent>>,
    meters: Arc<Meters>,
    thread: Option<JoinHandle<()>>,
}

impl Supervisor {
    /// Starts to play. The first engine is built here, on the caller's thread; later ones on the supervisor's.
    ///
    /// # Errors
    /// When the system gives out no more threads.
    pub fn start(wish: AudioWish, source: Box<dyn EngineSource>) -> std::io::Result<Self> {
        Self::start_with(wish, source, Box::new(super::compiled_backends))
    }

    fn start_with(
        wish: AudioWish,
        mut source: Box<dyn EngineSource>,
        backends: Box<dyn FnOnce() -> Vec<Box<dyn Backend>> + Send>,
    ) -> std::io::Result<Self> {
        let renderer = source.build(wish.rate_hz.unwrap_or(RATE_FIRST_HZ));
        let (driver, DriverDesk { sources, meters, xruns }) = Driver::new(renderer);
        let status = Arc::new(Mutex::new(HostStatus::default()));
        let (requests, inbox) = channel();
        let thread = std::thread::Builder::new().name("sangat-device".into()).spawn({
            let status = Arc::clone(&status);
            // Sound systems tie their objects to a thread, so they are made on it.
            move || Worker::new(wish, source, backends(), status).run(driver, &inbox)
        })?;
        let sources = MidiIntake(Arc::new(Mutex::new(sources)));
        Ok(Self { requests, status, sources, xruns: Mutex::new(xruns), meters, thread: Some(thread) })
    }

    /// Uses another host, output, rate or period; soon, see [`Supervisor::status`].
    pub fn apply(&self, wish: AudioWish) {
        self.requests.send(Request::Apply(wish)).ok();
    }

    /// Lists hosts and outputs again, and tries again what failed.
    pub fn rescan(&self) {
        self.requests.send(Request::Rescan).ok();
    }

    /// What was last published.
    #[must_use]
    pub fn status(&self) -> HostStatus {
        lock(&self.status).clone()
    }

    /// What the driver measures; the same for as long as the supervisor lives.
    #[must_use]
    pub fn meters(&self) -> Arc<Meters> {
        Arc::clone(&self.meters)
    }

    /// Adds and removes MIDI sources.
    #[must_use]
    pub fn midi(&self) -> MidiIntake {
        self.sources.clone()
    }

    /// Has the engine listen to another MIDI source.
    ///
    /// # Errors
    /// [`SourceError::Full`].
    pub fn add_midi(&self, receiver: MidiReceiver) -> Result<SourceId, SourceError> {
        self.sources.add(receiver)
    }

    /// The oldest xrun that was not read yet.
    #[must_use]
    pub fn poll_xrun(&self) -> Option<XrunEvent> {
        lock(&self.xruns).receive()
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.requests.send(Request::Stop).ok();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

/// What a lock holds is plain data, whole even if its last holder panicked.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
