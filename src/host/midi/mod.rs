//! MIDI inputs: every port is listened to, new ones are found within a second, and one that goes away leaves
//! no note behind.

mod input;
#[cfg(not(feature = "live"))]
mod no_ports;
#[cfg(feature = "live")]
mod ports;

use super::backend::Trouble;
use super::clock::now_nanos;
use super::supervisor::MidiIntake;
use crate::rt::midi_queue;
use input::{Ear, PortGauge};
#[cfg(not(feature = "live"))]
use no_ports::SystemPorts;
#[cfg(feature = "live")]
use ports::SystemPorts;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often ports are looked for.
const POLL: Duration = Duration::from_secs(1);

/// One MIDI input, plugged in or remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MidiPortStatus {
    /// Its name, which also identifies it over re-plugging.
    pub name: String,
    /// Whether it is listened to.
    pub is_enabled: bool,
    /// Whether it is plugged in.
    pub is_present: bool,
    /// When it last said something, on the clock of [`now_nanos`].
    pub last_nanos: Option<u64>,
    /// Since when it has been away.
    pub gone_since_nanos: Option<u64>,
    /// The last channel it spoke on, 1 to 16.
    pub channel: Option<u8>,
    /// Why it is not heard although it is there.
    pub trouble: Option<Trouble>,
}

/// All MIDI inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MidiStatus {
    /// The inputs, in the order in which they were first seen.
    pub ports: Vec<MidiPortStatus>,
    /// Why there is no MIDI at all.
    pub trouble: Option<Trouble>,
}

/// A port as the system lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Port {
    /// Which one, until it is unplugged.
    id: String,
    /// Its name, which stays the same over re-plugging.
    name: String,
}

/// A connection; dropping it ends it.
trait Connection {}

/// Lists and opens ports. Used on one thread only.
trait Ports {
    /// All inputs but our own.
    fn list(&mut self) -> Result<Vec<Port>, Trouble>;
    /// Listens to a port.
    fn open(&mut self, port: &Port, ear: Arc<Mutex<Ear>>) -> Result<Box<dyn Connection>, Trouble>;
}

/// The names of all MIDI inputs that are plugged in.
///
/// # Errors
/// [`Trouble`] when the system offers no MIDI.
pub fn list_midi_inputs() -> Result<Vec<String>, Trouble> {
    Ok(SystemPorts::default().list()?.into_iter().map(|port| port.name).collect())
}

/// What the poll thread and the control side share.
#[derive(Default)]
struct Shared {
    records: Vec<Record>,
    disabled: BTreeSet<String>,
    trouble: Option<Trouble>,
}

/// One port for as long as the program runs: its queue stays over re-plugging.
struct Record {
    name: String,
    gauge: Arc<PortGauge>,
    ear: Option<Arc<Mutex<Ear>>>,
    is_present: bool,
    gone_since_nanos: Option<u64>,
    trouble: Option<Trouble>,
}

/// The thread `sangat-midi`. Dropping this closes all ports.
pub struct MidiInputs {
    shared: Arc<Mutex<Shared>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl MidiInputs {
    /// Listens to all ports but those in `disabled`, which are given by name.
    ///
    /// # Errors
    /// When the system gives out no more threads. That there is no MIDI is no error but a state.
    pub fn start(intake: MidiIntake, disabled: impl IntoIterator<Item = String>) -> std::io::Result<Self> {
        Self::start_with(intake, disabled.into_iter().collect(), || Box::new(SystemPorts::default()))
    }

    fn start_with(
        intake: MidiIntake,
        disabled: BTreeSet<String>,
        ports: impl FnOnce() -> Box<dyn Ports> + Send + 'static,
    ) -> std::io::Result<Self> {
        let shared = Arc::new(Mutex::new(Shared { disabled, ..Shared::default() }));
        let stop = Arc::new(AtomicBool::new(false));
        let thread = std::thread::Builder::new().name("sangat-midi".into()).spawn({
            let (shared, stop) = (Arc::clone(&shared), Arc::clone(&stop));
            move || {
                let mut poller = Poller { ports: ports(), intake, shared, open: Vec::new() };
                while !stop.load(Ordering::Relaxed) {
                    poller.poll();
                    std::thread::park_timeout(POLL);
                }
                poller.close();
            }
        })?;
        Ok(Self { shared, stop, thread: Some(thread) })
    }

    /// Listens to a port, or not; remembered by name also while it is away.
    pub fn set_enabled(&self, name: &str, is_enabled: bool) {
        let mut shared = lock(&self.shared);
        if is_enabled {
            shared.disabled.remove(name);
        } else {
            shared.disabled.insert(name.to_owned());
        }
        if let Some(record) = shared.records.iter().find(|r| r.name == name) {
            record.gauge.is_enabled.store(is_enabled, Ordering::Relaxed);
            if let Some(ear) = record.ear.as_ref().filter(|_| !is_enabled) {
                lock(ear).release_all();
            }
        }
    }

    /// Looks for ports now.
    pub fn rescan(&self) {
        if let Some(thread) = &self.thread {
            thread.thread().unpark();
        }
    }

    /// All ports that are there or were, and those that are switched off and have not been seen yet.
    #[must_use]
    pub fn status(&self) -> MidiStatus {
        let shared = lock(&self.shared);
        let seen = shared.records.iter().map(Record::status);
        let unseen = shared.disabled.iter().filter(|name| shared.records.iter().all(|r| r.name != **name));
        let unseen = unseen.map(|name| MidiPortStatus { name: name.clone(), ..MidiPortStatus::default() });
        MidiStatus { ports: seen.chain(unseen).collect(), trouble: shared.trouble.clone() }
    }
}

impl Drop for MidiInputs {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.rescan();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

impl Record {
    fn new(name: String, is_enabled: bool) -> Self {
        let gauge = PortGauge {
            is_enabled: AtomicBool::new(is_enabled),
            last_nanos: AtomicU64::new(0),
            channel: AtomicU8::new(0),
        };
        let gauge = Arc::new(gauge);
        Self { name, gauge, ear: None, is_present: false, gone_since_nanos: None, trouble: None }
    }

    fn status(&self) -> MidiPortStatus {
        MidiPortStatus {
            name: self.name.clone(),
            is_enabled: self.gauge.is_enabled.load(Ordering::Relaxed),
            is_present: self.is_present,
            last_nanos: Some(self.gauge.last_nanos.load(Ordering::Relaxed)).filter(|n| *n > 0),
            gone_since_nanos: self.gone_since_nanos,
            channel: Some(self.gauge.channel.load(Ordering::Relaxed)).filter(|c| *c > 0),
            trouble: self.trouble.clone(),
        }
    }

    fn go(&mut self) {
        self.is_present = false;
        self.trouble = None;
        self.gone_since_nanos = Some(now_nanos());
        if let Some(ear) = &self.ear {
            lock(ear).release_all();
        }
    }
}

/// The poll thread's own.
struct Poller {
    ports: Box<dyn Ports>,
    intake: MidiIntake,
    shared: Arc<Mutex<Shared>>,
    /// Connections with their ports. Not behind the lock: to close one may take its time.
    open: Vec<(Port, Box<dyn Connection>)>,
}

impl Poller {
    fn poll(&mut self) {
        let listed = self.ports.list();
        let (present, trouble) = match listed {
            Ok(present) => (present, None),
            Err(trouble) => (Vec::new(), Some(trouble)),
        };
        // A port that was plugged in again between two looks has its name but another id.
        self.open.retain(|(port, _)| present.contains(port));
        let shared = Arc::clone(&self.shared);
        {
            let mut shared = lock(&shared);
            shared.trouble = trouble;
            for record in shared.records.iter_mut().filter(|r| r.is_present) {
                if !self.open.iter().any(|(port, _)| port.name == record.name) {
                    record.go();
                }
            }
        }
        for port in present {
            if !self.open.iter().any(|(open, _)| *open == port) {
                self.connect(port);
            }
        }
    }

    fn connect(&mut self, port: Port) {
        let ear = match self.ear_of(&port.name) {
            Ok(ear) => ear,
            Err(trouble) => return self.note(&port.name, false, Some(trouble)),
        };
        match self.ports.open(&port, ear) {
            Ok(connection) => {
                self.note(&port.name, true, None);
                self.open.push((port, connection));
            }
            Err(trouble) => self.note(&port.name, false, Some(trouble)),
        }
    }

    /// The queue of a port, made when it is first seen.
    fn ear_of(&self, name: &str) -> Result<Arc<Mutex<Ear>>, Trouble> {
        let mut shared = lock(&self.shared);
        let is_enabled = !shared.disabled.contains(name);
        let place = shared.records.iter().position(|r| r.name == name).unwrap_or_else(|| {
            shared.records.push(Record::new(name.to_owned(), is_enabled));
            shared.records.len() - 1
        });
        let record = &mut shared.records[place];
        if let Some(ear) = &record.ear {
            return Ok(Arc::clone(ear));
        }
        let (sender, receiver) = midi_queue();
        self.intake.add(receiver).map_err(|e| Trouble {
            reason: format!("'{name}' is not heard: {e}."),
            remedy: "Unplug an input that you do not need and restart the program.".into(),
        })?;
        let ear = Arc::new(Mutex::new(Ear::new(sender, Arc::clone(&record.gauge))));
        record.ear = Some(Arc::clone(&ear));
        Ok(ear)
    }

    fn note(&self, name: &str, is_present: bool, trouble: Option<Trouble>) {
        if let Some(record) = lock(&self.shared).records.iter_mut().find(|r| r.name == name) {
            record.is_present = is_present;
            record.trouble = trouble;
            record.gone_since_nanos = if is_present { None } else { record.gone_since_nanos };
        }
    }

    fn close(&mut self) {
        self.open.clear();
        lock(&self.shared).records.iter_mut().filter(|r| r.is_present).for_each(Record::go);
    }
}

/// What a lock holds is whole even if its last holder panicked.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
