//! Drives the engine in real time when there is no sound device: notes, transport and recording go on.

use super::clock::now_nanos;
use super::driver::{BlockStamp, Driver, Period};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// Periods a second.
const PERIODS_PER_SEC: u32 = 100;
/// When the thread was away for so long (the machine slept), the time that passed is skipped.
const SKIP_NANOS: u64 = 200_000_000;

/// A thread that renders 10 ms of sound every 10 ms and throws it away. Its deadlines are counted in frames
/// from the start, so that it does not drift. Sound stays silent, and no meter counts.
pub struct NullClock {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<Box<Driver>>>,
}

impl NullClock {
    /// Starts to drive.
    ///
    /// # Errors
    /// The driver back, when the system gives out no more threads.
    pub fn start(driver: Box<Driver>) -> Result<Self, Box<Driver>> {
        let stop = Arc::new(AtomicBool::new(false));
        // The driver goes to the thread through a queue, so that it is not lost when there is no thread.
        let (give, take) = std::sync::mpsc::channel();
        let thread = std::thread::Builder::new().name("sangat-null-clock".into()).spawn({
            let stop = Arc::clone(&stop);
            move || {
                let mut driver: Box<Driver> = take.recv().expect("the driver is sent right away");
                run(&mut driver, &stop);
                driver
            }
        });
        match thread {
            Ok(thread) => match give.send(driver) {
                Ok(()) => Ok(Self { stop, thread: Some(thread) }),
                Err(failed) => Err(failed.0),
            },
            Err(_) => Err(driver),
        }
    }

    /// Whether it still drives: it stops by itself when the engine is poisoned.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.thread.as_ref().is_some_and(|t| !t.is_finished())
    }

    /// Stops and gives the driver back; `None` only when the thread itself panicked.
    pub fn stop(mut self) -> Option<Box<Driver>> {
        self.join()
    }

    fn join(&mut self) -> Option<Box<Driver>> {
        self.stop.store(true, Ordering::Relaxed);
        let thread = self.thread.take()?;
        thread.thread().unpark();
        thread.join().ok()
    }
}

impl Drop for NullClock {
    fn drop(&mut self) {
        self.join();
    }
}

fn run(driver: &mut Driver, stop: &AtomicBool) {
    let rate_hz = driver.rate_hz().max(PERIODS_PER_SEC);
    let frames = (rate_hz / PERIODS_PER_SEC) as usize;
    let (mut left, mut right) = (vec![0.0; frames], vec![0.0; frames]);
    let mut begin_nanos = now_nanos();
    let mut done_frames = 0_u64;
    while !stop.load(Ordering::Relaxed) {
        let due_nanos = begin_nanos + (done_frames as f64 * 1.0e9 / f64::from(rate_hz)) as u64;
        let woken_nanos = now_nanos();
        if woken_nanos < due_nanos {
            std::thread::park_timeout(Duration::from_nanos(due_nanos - woken_nanos));
            continue;
        }
        if woken_nanos - due_nanos > SKIP_NANOS {
            (begin_nanos, done_frames) = (woken_nanos, 0);
            continue;
        }
        let stamp = BlockStamp {
            woken_nanos,
            start_nanos: due_nanos as f64,
            to_dac_nanos: None,
            is_exact: true,
            is_metered: false,
        };
        if driver.render(stamp, Period { input: &[], left: &mut left, right: &mut right }).is_err() {
            return;
        }
        done_frames += frames as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{EngineConfig, build};
    use std::time::Instant;

    #[test]
    fn time_passes_at_its_own_rate_and_the_driver_comes_back() {
        for rate_hz in [44_100, 48_000] {
            let (driver, desk) = Driver::new(Box::new(build(&EngineConfig::new(rate_hz)).0));
            let begin = Instant::now();
            let Ok(clock) = NullClock::start(driver) else { panic!("no thread") };
            assert!(clock.is_running());
            std::thread::sleep(Duration::from_millis(250));
            let driver = clock.stop().expect("the driver");
            let expected = begin.elapsed().as_secs_f64() * f64::from(rate_hz);
            let passed = driver.frame().0 as f64;
            // A period of grace at each end, and room for a busy machine that skips.
            assert!((expected - passed).abs() < 0.1 * f64::from(rate_hz), "{passed} of {expected}");
            assert_eq!(desk.meters.callbacks.load(Ordering::Relaxed), 0);
        }
    }
}
