//! What the audio thread measures about itself: relaxed atomics that anyone may read.

use crate::rt::{Histogram, Receiver, Sender, spsc};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// Xruns that wait to be read, at most; more are counted but lose their time.
pub const XRUN_QUEUE: usize = 256;

/// Why a callback was late or sound was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum XrunCause {
    /// The host reported it.
    Reported,
    /// Rendering took longer than the period.
    RenderOverBudget,
    /// The callback came more than a period late: another program held the core.
    LateWakeUp,
}

/// One xrun or late callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct XrunEvent {
    /// When, on the clock of [`crate::host::now_nanos`].
    pub at_nanos: u64,
    /// Why.
    pub cause: XrunCause,
    /// How late; 0 when unknown.
    pub late_nanos: u64,
}

/// What one driver measures. Every value is in nanoseconds unless its name says otherwise.
#[derive(Default)]
pub struct Meters {
    /// From the start of a render to its end.
    pub render: Histogram,
    /// From the start of a cycle to the callback.
    pub wake: Histogram,
    /// From the arrival of a note-on to the callback that picked it up.
    pub midi_to_engine: Histogram,
    /// From that callback to the note's own frame.
    pub wait: Histogram,
    /// From the callback to the DAC, as the device reports it.
    pub device: Histogram,
    /// From the arrival of a note-on to its first frame at the DAC: the three above together.
    pub key_to_sound: Histogram,
    /// Callbacks so far.
    pub callbacks: AtomicU64,
    /// Frames of the last callback; 0 before the first.
    pub period_frames: AtomicU32,
    /// The shortest callback in frames; `u32::MAX` before the first.
    period_min_frames: AtomicU32,
    /// The longest callback in frames.
    period_max_frames: AtomicU32,
    /// Callbacks that rendered longer than their period.
    pub late_renders: AtomicU32,
    /// Callbacks that came more than a period late.
    pub late_wake_ups: AtomicU32,
    /// Xruns that the host reported.
    pub reported_xruns: AtomicU32,
    /// Times that the device's clock jumped and the driver found its place again.
    pub resyncs: AtomicU32,
    /// MIDI messages that came too late for their frame and sounded at the start of a block.
    pub late_events: AtomicU32,
    /// MIDI messages that found their queue full.
    pub refused_midi: AtomicU32,
    /// Blocks that were full of MIDI messages, so that others had to wait.
    pub full_blocks: AtomicU32,
    /// Times that the microphone gave too little or far too much, so that its sound was torn.
    pub input_gaps: AtomicU32,
    /// From the sound at the microphone until the period of which it is the first frame; 0 where that is not known.
    pub input_nanos: AtomicU64,
    /// From the begin of a period until its first frame is at the DAC; 0 where that is not known.
    pub output_nanos: AtomicU64,
    /// When the last callback came; 0 before the first.
    pub last_callback_nanos: AtomicU64,
}

impl Meters {
    /// Empty meters. Allocates.
    #[must_use]
    pub fn new() -> Self {
        let meters = Self::default();
        meters.period_min_frames.store(u32::MAX, Ordering::Relaxed);
        meters
    }

    /// Shortest and longest callback in frames; zeros before the first.
    #[must_use]
    pub fn period_range_frames(&self) -> (u32, u32) {
        let max = self.period_max_frames.load(Ordering::Relaxed);
        (self.period_min_frames.load(Ordering::Relaxed).min(max), max)
    }

    /// Forgets everything but `last_callback_nanos`. Values recorded meanwhile may or may not be kept.
    pub fn reset(&self) {
        for histogram in [&self.render, &self.wake, &self.midi_to_engine, &self.wait, &self.device, &self.key_to_sound]
        {
            histogram.reset();
        }
        for counter in [
            &self.late_renders,
            &self.late_wake_ups,
            &self.reported_xruns,
            &self.resyncs,
            &self.late_events,
            &self.refused_midi,
            &self.full_blocks,
            &self.input_gaps,
        ] {
            counter.store(0, Ordering::Relaxed);
        }
        self.callbacks.store(0, Ordering::Relaxed);
        self.forget_periods();
    }

    /// Forgets the periods: another stream begins.
    pub(super) fn forget_periods(&self) {
        self.period_frames.store(0, Ordering::Relaxed);
        self.period_max_frames.store(0, Ordering::Relaxed);
        self.period_min_frames.store(u32::MAX, Ordering::Relaxed);
    }

    /// Counts one callback. Only the driver calls this, so plain loads and stores do for the extremes.
    pub(super) fn note_callback(&self, frames: u32, at_nanos: u64) {
        add(&self.callbacks);
        self.last_callback_nanos.store(at_nanos, Ordering::Relaxed);
        self.period_frames.store(frames, Ordering::Relaxed);
        if frames < self.period_min_frames.load(Ordering::Relaxed) {
            self.period_min_frames.store(frames, Ordering::Relaxed);
        }
        if frames > self.period_max_frames.load(Ordering::Relaxed) {
            self.period_max_frames.store(frames, Ordering::Relaxed);
        }
    }
}

/// A count that only one thread raises: no locked instruction. A reset at the same moment may be lost.
fn add(counter: &AtomicU64) {
    counter.store(counter.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
}

/// The driver's end of the meters: the shared values and the queue of xruns.
pub(super) struct Gauge {
    pub meters: std::sync::Arc<Meters>,
    xruns: Sender<XrunEvent>,
    reported_seen: u32,
}

impl Gauge {
    /// Meters with nothing in them, and the queue that the control side reads. Allocates.
    pub fn new() -> (Self, Receiver<XrunEvent>) {
        let (xruns, receiver) = spsc(XRUN_QUEUE);
        (Self { meters: std::sync::Arc::new(Meters::new()), xruns, reported_seen: 0 }, receiver)
    }

    /// Queues an xrun; when the queue is full only its counter tells of it.
    pub fn note_xrun(&mut self, event: XrunEvent) {
        match event.cause {
            XrunCause::Reported => {}
            XrunCause::RenderOverBudget => {
                self.meters.late_renders.fetch_add(1, Ordering::Relaxed);
            }
            XrunCause::LateWakeUp => {
                self.meters.late_wake_ups.fetch_add(1, Ordering::Relaxed);
            }
        }
        self.xruns.send(event).ok();
    }

    /// Whether the host reported an xrun since the last call; it is queued then.
    pub fn poll_reported(&mut self, at_nanos: u64) -> bool {
        let reported = self.meters.reported_xruns.load(Ordering::Relaxed);
        let is_new = reported > self.reported_seen;
        self.reported_seen = reported;
        if is_new {
            self.note_xrun(XrunEvent { at_nanos, cause: XrunCause::Reported, late_nanos: 0 });
        }
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_keep_their_extremes_until_forgotten() {
        let meters = Meters::new();
        assert_eq!(meters.period_range_frames(), (0, 0));
        for frames in [128, 64, 256] {
            meters.note_callback(frames, 1);
        }
        assert_eq!(meters.period_range_frames(), (64, 256));
        assert_eq!(meters.callbacks.load(Ordering::Relaxed), 3);
        meters.reset();
        assert_eq!(meters.period_range_frames(), (0, 0));
    }

    #[test]
    fn a_reported_xrun_is_seen_once_even_after_a_reset() {
        let (mut gauge, mut xruns) = Gauge::new();
        gauge.meters.reported_xruns.fetch_add(2, Ordering::Relaxed);
        assert!(gauge.poll_reported(7) && !gauge.poll_reported(8));
        assert_eq!(xruns.receive().map(|x| (x.at_nanos, x.cause)), Some((7, XrunCause::Reported)));
        gauge.meters.reset();
        assert!(!gauge.poll_reported(9));
        gauge.meters.reported_xruns.fetch_add(1, Ordering::Relaxed);
        assert!(gauge.poll_reported(10));
    }
}
