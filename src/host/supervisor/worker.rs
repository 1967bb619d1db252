//! The supervisor's thread.

mod opening;

use super::super::backend::{AudioWish, Backend, Loss, Running};
use super::super::driver::Driver;
use super::super::meters::Meters;
use super::super::null_clock::NullClock;
use super::super::renderer::EngineSource;
use super::status::HostStatus;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How often the stream's flags are looked at.
const TICK: Duration = Duration::from_millis(25);
/// How often devices are looked for, and the status is brought up to date.
const POLL: Duration = Duration::from_secs(1);
/// After a stream that could be prepared would not start.
const RETRY: Duration = Duration::from_secs(5);
/// A stream without a callback for so long, and for four periods, is taken for lost: a server can be killed
/// or hang without a word.
const STALL_SECS: f64 = 0.5;
/// The same where time does not count.
const PATIENCE_SECS: f64 = 5.0;
/// How long a closed stream may take to give the driver back before the supervisor goes on without sound.
const HOME_TIMEOUT: Duration = Duration::from_secs(5);

/// What the control side asks for.
pub enum Request {
    /// Use another device.
    Apply(AudioWish),
    /// Look again.
    Rescan,
    /// End the thread.
    Stop,
}

/// Who has the driver.
enum Stage {
    /// A device.
    Device(Box<dyn Running>),
    /// The engine's own clock.
    Clock(NullClock),
    /// Nobody, for a moment.
    Idle(Box<Driver>),
    /// A stream that has not let go of it yet.
    Away,
}

/// Callbacks as the watchdog saw them last.
struct Watch {
    callbacks: u64,
    since: Instant,
}

pub(super) struct Worker {
    wish: AudioWish,
    /// Whether the wished output was listed when last looked for while another plays in its place.
    was_there: bool,
    source: Box<dyn EngineSource>,
    backends: Vec<Box<dyn Backend>>,
    published: Arc<Mutex<HostStatus>>,
    status: HostStatus,
    stage: Stage,
    home: (mpsc::Sender<Box<Driver>>, mpsc::Receiver<Box<Driver>>),
    meters: Option<Arc<Meters>>,
    watch: Watch,
    /// The host that was lost and is to be used again when it answers.
    lost_host: Option<String>,
    /// Whether what runs is not what was wished for, so that it is worth looking.
    is_makeshift: bool,
    has_played: bool,
    poll_at: Instant,
    retry_at: Instant,
}

impl Worker {
    pub fn new(
        wish: AudioWish,
        source: Box<dyn EngineSource>,
        backends: Vec<Box<dyn Backend>>,
        published: Arc<Mutex<HostStatus>>,
    ) -> Self {
        let now = Instant::now();
        Self {
            wish,
            was_there: false,
            source,
            backends,
            published,
            status: HostStatus::default(),
            stage: Stage::Away,
            home: mpsc::channel(),
            meters: None,
            watch: Watch { callbacks: 0, since: now },
            lost_host: None,
            is_makeshift: false,
            has_played: false,
            poll_at: now + POLL,
            retry_at: now,
        }
    }

    pub fn run(mut self, driver: Box<Driver>, inbox: &Receiver<Request>) {
        self.meters = Some(Arc::clone(driver.meters()));
        self.stage = Stage::Idle(driver);
        self.list_hosts();
        self.open();
        loop {
            match inbox.recv_timeout(TICK) {
                Ok(Request::Apply(wish)) => {
                    let is_about_input = AudioWish { input: self.wish.input.clone(), ..wish.clone() } == self.wish;
                    let is_same = wish == self.wish && !self.is_makeshift;
                    self.wish = wish;
                    match &mut self.stage {
                        Stage::Device(device) if is_about_input && !is_same => device.listen(&self.wish.input),
                        _ if is_same => {}
                        _ => {
                            self.lost_host = None;
                            self.open();
                        }
                    }
                    self.publish();
                }
                Ok(Request::Rescan) => {
                    self.list_hosts();
                    self.list_outputs();
                    if self.is_makeshift {
                        self.open();
                    }
                }
                Ok(Request::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {}
            }
            self.tick();
        }
        self.take_driver();
    }

    /// Looks after what runs.
    fn tick(&mut self) {
        match &self.stage {
            Stage::Device(device) => {
                let flags = Arc::clone(device.flags());
                if flags.is_poisoned.load(Ordering::Acquire) {
                    self.replace_engine();
                    self.open();
                } else if let Some(loss) = flags.loss() {
                    self.lose(loss);
                } else if self.is_stalled(flags.is_freewheeling.load(Ordering::Relaxed)) {
                    self.lose(Loss::Gone);
                }
            }
            Stage::Clock(clock) if !clock.is_running() => {
                self.replace_engine();
                self.run_clock();
            }
            Stage::Clock(_) | Stage::Idle(_) => {}
            Stage::Away => {
                if let Ok(driver) = self.home.1.try_recv() {
                    self.stage = Stage::Idle(driver);
                    self.open();
                }
            }
        }
        if Instant::now() >= self.poll_at {
            self.poll_at = Instant::now() + POLL;
            self.poll();
        }
    }

    /// Once a second: brings the status up to date and looks for what is missing.
    fn poll(&mut self) {
        if let Stage::Device(device) = &mut self.stage {
            device.refresh();
        }
        self.publish();
        if !self.is_makeshift || Instant::now() < self.retry_at || matches!(self.stage, Stage::Away) {
            return;
        }
        // A makeshift that plays is given up only for the thing itself.
        let is_back = match (&self.stage, &self.lost_host, &self.wish.output_id) {
            (Stage::Device(_), Some(host), _) if *host != self.status.host => {
                let host = host.clone();
                self.backend(&host).is_some_and(|b| b.is_reachable())
            }
            (Stage::Device(_), _, Some(id)) => {
                let (host, id) = (self.status.host.clone(), id.clone());
                // An output that is there but busy would be asked for, and refused, once a second.
                let is_there = self.backend(&host).is_some_and(|b| b.output_ids().contains(&id));
                is_there && !std::mem::replace(&mut self.was_there, is_there)
            }
            (Stage::Device(_), ..) => false,
            _ => true,
        };
        if is_back {
            self.open();
        }
    }

    fn backend(&mut self, key: &str) -> Option<&mut Box<dyn Backend>> {
        self.backends.iter_mut().find(|b| b.key() == key)
    }

    fn is_stalled(&mut self, is_freewheeling: bool) -> bool {
        let Some(meters) = &self.meters else { return false };
        let callbacks = meters.callbacks.load(Ordering::Relaxed);
        let period_frames = meters.period_frames.load(Ordering::Relaxed);
        if callbacks != self.watch.callbacks {
            self.watch = Watch { callbacks, since: Instant::now() };
            return false;
        }
        let period_secs = f64::from(period_frames) / f64::from(self.status.stream.rate_hz.max(1));
        // The first callback may take its time: some devices need seconds to wake up. And in a freewheel a
        // cycle takes as long as its slowest client likes.
        let is_patient = period_frames == 0 || is_freewheeling;
        let limit_secs = if is_patient { PATIENCE_SECS } else { STALL_SECS.max(4.0 * period_secs) };
        self.watch.since.elapsed().as_secs_f64() > limit_secs
    }
}
