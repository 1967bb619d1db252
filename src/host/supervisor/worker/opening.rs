//! Opening, closing and replacing: the moves of the supervisor.

use super::super::super::backend::{
    AudioWish, Backend, HOST_NONE, InputState, InputWish, Loss, OpenError, Prepared, StreamFacts, StreamFlags, Trouble,
};
use super::super::super::clock::now_nanos;
use super::super::super::driver::Driver;
use super::super::super::null_clock::NullClock;
use super::super::lock;
use super::super::status::HostState;
use super::{HOME_TIMEOUT, RETRY, Stage, Watch, Worker};
use crate::rt::ReturnOnDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::time::Instant;

/// Outputs that are tried when the wished one and the default do not open, at most.
const TRIES_MAX: usize = 8;

/// A stream that can be started.
struct Found {
    prepared: Box<dyn Prepared>,
    host: String,
    trouble: Option<Trouble>,
    is_makeshift: bool,
}

impl Worker {
    pub(super) fn list_hosts(&mut self) {
        let answering = self.backends.iter_mut().filter_map(|b| b.is_reachable().then(|| b.key().to_owned()));
        self.status.hosts = answering.chain([HOST_NONE.to_owned()]).collect();
        self.publish();
    }

    pub(super) fn list_outputs(&mut self) {
        let host = self.status.host.clone();
        self.status.outputs = self.backend(&host).map(|b| b.outputs()).unwrap_or_default();
        self.status.inputs = self.backend(&host).map(|b| b.inputs()).unwrap_or_default();
        self.publish();
    }

    /// Plays what was wished for, or the next best thing, or lets the engine's own clock drive.
    pub(super) fn open(&mut self) {
        if !matches!(self.stage, Stage::Clock(_)) {
            self.status.state = HostState::Opening;
            self.publish();
            // The device must be free before it can be opened anew; the engine plays on meanwhile.
            self.run_clock();
        }
        if self.wish.host.as_deref() == Some(HOST_NONE) {
            self.status.state = HostState::Closed;
            self.settle(HOST_NONE.into(), None, false);
            return;
        }
        match self.find() {
            Ok(found) => self.start(found),
            Err(error) => {
                let host = self.wish.host.clone().or_else(|| self.lost_host.clone());
                let host = host.unwrap_or_else(|| self.backends.last().map_or(HOST_NONE, |b| b.key()).into());
                self.be_lost(host, Trouble::from(&error));
            }
        }
    }

    /// First exactly what was wished for, then the default output, then any other.
    fn find(&mut self) -> Result<Found, OpenError> {
        let exact = self.wish.clone();
        let by_default = AudioWish { output_id: None, ..exact.clone() };
        let (mut error, lost_host) = (None, self.lost_host.clone());
        for backend in wished(&mut self.backends, &exact) {
            match backend.prepare(&exact) {
                Ok(prepared) => {
                    let host = backend.key().to_owned();
                    let trouble = prepared.facts().trouble.clone();
                    let is_makeshift = lost_host.is_some_and(|lost| lost != host);
                    return Ok(Found { prepared, host, trouble, is_makeshift });
                }
                Err(next) => error = Some(worse(error, next)),
            }
        }
        let error = error.unwrap_or_else(|| OpenError::UnknownHost(exact.host.clone().unwrap_or_default()));
        let instead = |backend: &mut Box<dyn Backend>, wish: &AudioWish| {
            let prepared = backend.prepare(wish).ok()?;
            let name = &prepared.facts().output_name;
            let trouble = Trouble { reason: format!("{error} '{name}' plays meanwhile."), remedy: error.remedy() };
            Some(Found { host: backend.key().to_owned(), prepared, trouble: Some(trouble), is_makeshift: true })
        };
        for backend in wished(&mut self.backends, &exact) {
            if exact.output_id.is_some()
                && let Some(found) = instead(backend, &by_default)
            {
                return Ok(found);
            }
        }
        for backend in wished(&mut self.backends, &exact) {
            for id in backend.output_ids().into_iter().take(TRIES_MAX) {
                if let Some(found) = instead(backend, &AudioWish { output_id: Some(id), ..exact.clone() }) {
                    return Ok(found);
                }
            }
        }
        Err(error)
    }

    fn start(&mut self, found: Found) {
        let Found { prepared, host, trouble, is_makeshift } = found;
        let Some(mut driver) = self.take_driver() else {
            return self.be_stuck(host);
        };
        let facts = prepared.facts().clone();
        if driver.rate_hz() != facts.rate_hz || driver.is_poisoned() {
            let renderer = self.source.build(facts.rate_hz);
            discard(driver.replace_renderer(renderer));
        }
        driver.begin_stream();
        match prepared.start(ReturnOnDrop::new(driver, self.home.0.clone())) {
            Ok(mut device) => {
                device.listen(&self.wish.input);
                self.status.restarts += u32::from(std::mem::replace(&mut self.has_played, true));
                let callbacks = self.meters.as_ref().map_or(0, |m| m.callbacks.load(Ordering::Relaxed));
                self.watch = Watch { callbacks, since: Instant::now() };
                self.stage = Stage::Device(device);
                self.status.state = HostState::Running;
                self.status.stream = facts;
                self.status.running_since_nanos = Some(now_nanos());
                if !is_makeshift {
                    self.lost_host = None;
                }
                let wished = self.wish.output_id.clone().filter(|_| is_makeshift);
                self.was_there =
                    wished.is_some_and(|id| self.backend(&host).is_some_and(|b| b.output_ids().contains(&id)));
                self.settle(host, trouble, is_makeshift);
            }
            Err(error) => {
                self.retry_at = Instant::now() + RETRY;
                self.run_clock();
                self.be_lost(host, Trouble::from(&error));
            }
        }
    }

    /// The stream is over without having been asked to.
    pub(super) fn lose(&mut self, loss: Loss) {
        self.lost_host = Some(self.status.host.clone());
        let name = std::mem::take(&mut self.status.stream.output_name);
        self.run_clock();
        if loss == Loss::Gone {
            let reason = format!("The output '{name}' went away.");
            let remedy = "Plug it in or start it again; the sound comes back by itself.".into();
            self.be_lost(self.status.host.clone(), Trouble { reason, remedy });
        }
        self.open();
    }

    /// A fresh engine in place of one that panicked.
    pub(super) fn replace_engine(&mut self) {
        let Some(mut driver) = self.take_driver() else { return };
        let renderer = self.source.build(driver.rate_hz());
        discard(driver.replace_renderer(renderer));
        self.status.poisoned_count += 1;
        self.stage = Stage::Idle(driver);
    }

    /// The engine's own clock drives from now on.
    pub(super) fn run_clock(&mut self) {
        if let Some(mut driver) = self.take_driver() {
            driver.begin_stream();
            self.status.stream = StreamFacts { rate_hz: driver.rate_hz(), ..StreamFacts::default() };
            self.stage = match NullClock::start(driver) {
                Ok(clock) => Stage::Clock(clock),
                Err(driver) => Stage::Idle(driver),
            };
        }
        self.status.running_since_nanos = None;
    }

    /// Ends what drives and takes the driver; `None` when it does not come home in time.
    pub(super) fn take_driver(&mut self) -> Option<Box<Driver>> {
        match std::mem::replace(&mut self.stage, Stage::Away) {
            Stage::Device(device) => {
                drop(device);
                self.home.1.recv_timeout(HOME_TIMEOUT).ok()
            }
            Stage::Clock(clock) => clock.stop(),
            Stage::Idle(driver) => Some(driver),
            Stage::Away => self.home.1.try_recv().ok(),
        }
    }

    fn be_lost(&mut self, host: String, trouble: Trouble) {
        self.status.state = HostState::Lost;
        self.settle(host, Some(trouble), true);
    }

    fn be_stuck(&mut self, host: String) {
        let reason = "The sound system does not let go of the device.".into();
        let remedy = "Restart the sound system; if that does not help, restart this program.".into();
        self.be_lost(host, Trouble { reason, remedy });
    }

    fn settle(&mut self, host: String, trouble: Option<Trouble>, is_makeshift: bool) {
        self.status.trouble = trouble;
        self.is_makeshift = is_makeshift;
        if self.status.host != host {
            self.status.host = host;
            self.list_outputs();
        }
        self.publish();
    }

    pub(super) fn publish(&mut self) {
        let (mut scheduling, mut complaint) = (String::new(), None);
        self.status.input = match (&self.stage, &self.wish.input) {
            (Stage::Device(device), _) => device.input(),
            (_, InputWish::Off) => InputState::Off,
            _ => InputState::Absent(Trouble {
                reason: "Without a sound device no microphone is heard.".into(),
                remedy: "Plug in or choose a device in the settings.".into(),
            }),
        };
        if let Stage::Device(device) = &self.stage {
            let flags: &StreamFlags = device.flags();
            scheduling = flags.scheduling.text();
            complaint = flags.scheduling.complaint();
        }
        self.status.scheduling = scheduling;
        self.status.scheduling_trouble = complaint.map(|(reason, remedy)| Trouble { reason, remedy });
        let mut published = lock(&self.published);
        if *published != self.status {
            published.clone_from(&self.status);
        }
    }
}

/// The backends that a wish allows, in the order of preference.
fn wished<'a>(
    backends: &'a mut [Box<dyn Backend>],
    wish: &'a AudioWish,
) -> impl Iterator<Item = &'a mut Box<dyn Backend>> {
    backends.iter_mut().filter(|b| wish.host.as_deref().is_none_or(|host| host == b.key()))
}

/// Of two errors the one that tells more.
fn worse(first: Option<OpenError>, second: OpenError) -> OpenError {
    let rank = |error: &OpenError| match error {
        OpenError::UnknownHost(_) => 0,
        OpenError::Unreachable(_) => 1,
        OpenError::NoOutput(_) => 2,
        OpenError::UnknownOutput(_) => 3,
        OpenError::Refused { .. } => 4,
    };
    first.filter(|f| rank(f) > rank(&second)).unwrap_or(second)
}

/// Drops a renderer that may be in any state.
fn discard(renderer: Box<dyn super::super::super::renderer::Renderer>) {
    catch_unwind(AssertUnwindSafe(|| drop(renderer))).ok();
}
