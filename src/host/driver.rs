//! The one piece that all hosts share: stamps in, exact offsets out, everything measured.

use super::block_clock::BlockClock;
use super::clock::now_nanos;
use super::meters::{Gauge, Meters, XrunCause, XrunEvent};
use super::renderer::Renderer;
use super::sources::{SourceDesk, Sources, sources};
use crate::base::limits::{BLOCK_EVENTS_MAX, BLOCK_FRAMES_MAX, CHANNELS};
use crate::base::{Bus, Frames, Midi, cc};
use crate::engine::{Input, Output, TimedEvent};
use crate::rt::guard::{self, Poisoned};
use crate::rt::{Receiver, TimedMidi};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// When one period happens, on the clock of [`now_nanos`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BlockStamp {
    /// When the callback was entered.
    pub woken_nanos: u64,
    /// When its cycle began: what came before is in the queues by now.
    pub start_nanos: f64,
    /// From the start of the cycle to its first frame at the DAC; `None` without a DAC.
    pub to_dac_nanos: Option<u64>,
    /// Whether `start_nanos` needs no smoothing.
    pub is_exact: bool,
    /// Whether meters count this period; not when time does not run as it does for people.
    pub is_metered: bool,
}

/// The sound of one period. Slices of the same length; `input` may also be empty.
pub struct Period<'a> {
    /// Mono input.
    pub input: &'a [f32],
    /// Left output.
    pub left: &'a mut [f32],
    /// Right output.
    pub right: &'a mut [f32],
}

/// The control side's ends of a driver.
pub struct DriverDesk {
    /// Adds and removes MIDI sources.
    pub sources: SourceDesk,
    /// What the driver measures.
    pub meters: Arc<Meters>,
    /// Xruns and late callbacks, oldest first.
    pub xruns: Receiver<XrunEvent>,
}

/// A message on its way into the period.
#[derive(Clone, Copy)]
struct Pending {
    offset_frames: u32,
    /// Keeps messages of the same frame in the order they came.
    order: u32,
    message: Midi,
    /// When it came; 0 when that is not to be measured.
    at_nanos: u64,
}

/// Drives a [`Renderer`] from MIDI queues, period by period.
///
/// A message that came at time t sounds exactly one period later: at frame
/// `round((t - start of the cycle) * rate) + period` of the period that picks it up. What belongs to a
/// later period waits, what comes too late for its frame sounds at once and is counted.
pub struct Driver {
    renderer: Box<dyn Renderer>,
    sources: Sources,
    clock: BlockClock,
    gauge: Gauge,
    pending: Vec<Pending>,
    events: Vec<TimedEvent>,
    order: u32,
    must_release: bool,
    /// Whether notes came through the stream itself and not through a queue, which outlives it.
    has_stream_notes: bool,
    is_poisoned: bool,
    time: fn() -> u64,
}

impl Driver {
    /// A driver without sources, and the control side's ends of it. Allocates.
    #[must_use]
    pub fn new(renderer: Box<dyn Renderer>) -> (Box<Self>, DriverDesk) {
        // The clock's first reading may allocate; it is made here.
        let _ = now_nanos();
        let (gauge, xruns) = Gauge::new();
        let (desk, sources) = sources();
        let desk = DriverDesk { sources: desk, meters: Arc::clone(&gauge.meters), xruns };
        let driver = Self {
            clock: BlockClock::new(renderer.rate_hz()),
            renderer,
            sources,
            gauge,
            pending: Vec::with_capacity(BLOCK_EVENTS_MAX),
            events: Vec::with_capacity(BLOCK_EVENTS_MAX),
            order: 0,
            must_release: false,
            has_stream_notes: false,
            is_poisoned: false,
            time: now_nanos,
        };
        (Box::new(driver), desk)
    }

    /// The rate in Hz.
    #[must_use]
    pub fn rate_hz(&self) -> u32 {
        self.renderer.rate_hz()
    }

    /// The renderer's clock: the first frame of the next period.
    #[must_use]
    pub fn frame(&self) -> Frames {
        self.renderer.frame()
    }

    /// Whether the renderer panicked; it renders silence until it is replaced.
    #[must_use]
    pub fn is_poisoned(&self) -> bool {
        self.is_poisoned
    }

    /// The shared meters.
    #[must_use]
    pub fn meters(&self) -> &Arc<Meters> {
        &self.gauge.meters
    }

    /// Drives another renderer from now on and hands the old one back. Not on the audio thread.
    pub fn replace_renderer(&mut self, renderer: Box<dyn Renderer>) -> Box<dyn Renderer> {
        self.clock = BlockClock::new(renderer.rate_hz());
        self.is_poisoned = false;
        std::mem::replace(&mut self.renderer, renderer)
    }

    /// Another stream begins: its periods and its time have nothing to do with those before, and the note-offs
    /// that were still to come through the old one never will.
    pub fn begin_stream(&mut self) {
        self.release_stream_notes();
        self.clock.reset();
        self.pending.clear();
        self.gauge.meters.forget_periods();
    }

    /// Lets all notes go at the start of the next period if any came by [`Driver::push_exact`]: their note-offs
    /// may never come. Real-time safe.
    pub fn release_stream_notes(&mut self) {
        self.must_release |= std::mem::take(&mut self.has_stream_notes);
    }

    /// A message whose frame in the coming period is known. When there is no room a note-on is refused
    /// and counted, anything else has all notes released. Real-time safe.
    pub fn push_exact(&mut self, offset_frames: u32, message: Midi) {
        if self.pending.len() >= BLOCK_EVENTS_MAX - RELEASE_EVENTS {
            self.gauge.meters.refused_midi.fetch_add(1, Ordering::Relaxed);
            self.must_release |= !matches!(message, Midi::NoteOn { .. } | Midi::Sync(_));
            return;
        }
        self.has_stream_notes |= matches!(message, Midi::NoteOn { .. });
        self.push(offset_frames, message, 0);
    }

    /// Renders one period of any length. Real-time safe, about 100 ns on top of the renderer's own time.
    ///
    /// # Errors
    /// [`Poisoned`] when the renderer panicked now or before; the period is silent then.
    pub fn render(&mut self, stamp: BlockStamp, period: Period<'_>) -> Result<(), Poisoned> {
        let Period { input, left, right } = period;
        let frames = left.len().min(right.len());
        let (left, right) = (&mut left[..frames], &mut right[..frames]);
        let input = if input.len() == frames { input } else { &[] };
        let result = if self.is_poisoned {
            Err(Poisoned)
        } else {
            guard::run(|| self.render_guarded(stamp, Period { input, left: &mut *left, right: &mut *right }))
        };
        if result.is_err() {
            self.is_poisoned = true;
            left.fill(0.0);
            right.fill(0.0);
        }
        result
    }

    fn render_guarded(&mut self, stamp: BlockStamp, period: Period<'_>) {
        let frames = period.left.len();
        let start_nanos = self.locate(stamp, frames);
        let times = Times { stamp, start_nanos, frame_nanos: self.clock.nominal_frame_nanos(), frames };
        if self.sources.poll_changes() {
            self.must_release = true;
        }
        let mut from = 0;
        while from < frames {
            let to = (from + BLOCK_FRAMES_MAX).min(frames);
            self.gather(&times, from, to);
            self.release_events(&times, from, to);
            let input = Input { audio: period.input.get(from..to).unwrap_or(&[]), events: &self.events };
            let output = Output { left: &mut period.left[from..to], right: &mut period.right[from..to] };
            self.renderer.process(input, output);
            from = to;
        }
        self.gauge.meters.output_nanos.store(stamp.to_dac_nanos.unwrap_or(0), Ordering::Relaxed);
        if stamp.to_dac_nanos.is_some() {
            self.gauge.meters.note_callback(frames as u32, stamp.woken_nanos);
        }
        if stamp.is_metered {
            self.measure(&times);
        }
    }

    /// The start of the cycle, smoothed where needed.
    fn locate(&mut self, stamp: BlockStamp, frames: usize) -> f64 {
        let has_xrun = self.gauge.poll_reported(stamp.woken_nanos);
        let time = if stamp.is_exact {
            self.clock.exact(stamp.start_nanos, frames)
        } else {
            self.clock.smooth(stamp.start_nanos, frames, has_xrun)
        };
        if time.is_jump && stamp.is_metered {
            self.gauge.meters.resyncs.fetch_add(1, Ordering::Relaxed);
        }
        time.start_nanos
    }

    /// Collects the messages that sound before frame `to` of the period.
    fn gather(&mut self, times: &Times, from: usize, to: usize) {
        let (latched, refused) = self.sources.poll_latches();
        if std::mem::take(&mut self.must_release) | latched {
            self.push_release(from as u32);
        }
        let Self { sources, pending, order, gauge, .. } = self;
        let room = BLOCK_EVENTS_MAX - pending.len();
        let mut late = 0;
        let is_full = sources.receive_before(times.arrival_before(to), room, |TimedMidi { at_nanos, message }| {
            let offset = times.offset(at_nanos);
            late += u32::from(offset < from as i64);
            let offset_frames = offset.clamp(from as i64, to as i64 - 1) as u32;
            *order = order.wrapping_add(1);
            pending.push(Pending { offset_frames, order: *order, message, at_nanos });
        });
        let Meters { late_events, refused_midi, full_blocks, .. } = &*gauge.meters;
        for (meter, count) in [(late_events, late), (refused_midi, refused), (full_blocks, u32::from(is_full))] {
            if count > 0 {
                meter.fetch_add(count, Ordering::Relaxed);
            }
        }
    }

    /// Moves what sounds before frame `to` into the events of this block.
    fn release_events(&mut self, times: &Times, from: usize, to: usize) {
        self.pending.sort_unstable_by_key(|p| (p.offset_frames, p.order));
        let count = self.pending.partition_point(|p| (p.offset_frames as usize) < to);
        self.events.clear();
        for pending in self.pending.drain(..count) {
            let offset_frames = pending.offset_frames - from as u32;
            self.events.push(TimedEvent { offset_frames, bus: Bus::You, message: pending.message });
            if times.stamp.is_metered && matches!(pending.message, Midi::NoteOn { .. }) {
                times.measure_note(&self.gauge.meters, &pending);
            }
        }
        if self.pending.is_empty() {
            self.order = 0;
        }
    }

    fn push(&mut self, offset_frames: u32, message: Midi, at_nanos: u64) {
        self.order = self.order.wrapping_add(1);
        self.pending.push(Pending { offset_frames, order: self.order, message, at_nanos });
    }

    /// Lets the pedal and all notes go, on every channel.
    fn push_release(&mut self, offset_frames: u32) {
        let room = BLOCK_EVENTS_MAX - RELEASE_EVENTS;
        // What is cut off may be a note-off of a note that was kept: then release once more.
        self.must_release = self.pending.len() > room;
        self.pending.truncate(room);
        for channel in 0..CHANNELS as u8 {
            for controller in [cc::SUSTAIN, cc::ALL_NOTES_OFF] {
                self.push(offset_frames, Midi::Control { channel, controller, value: 0 }, 0);
            }
        }
    }

    fn measure(&mut self, times: &Times) {
        let Times { stamp, frames, .. } = *times;
        let end_nanos = (self.time)();
        let period_nanos = (frames as f64 * times.frame_nanos) as u64;
        let render_nanos = end_nanos.saturating_sub(stamp.woken_nanos);
        let wake_nanos = (stamp.woken_nanos as f64 - times.start_nanos).max(0.0) as u64;
        let meters = &self.gauge.meters;
        meters.render.record(render_nanos);
        meters.wake.record(wake_nanos);
        if render_nanos > period_nanos {
            let late_nanos = render_nanos - period_nanos;
            self.gauge.note_xrun(XrunEvent { at_nanos: end_nanos, cause: XrunCause::RenderOverBudget, late_nanos });
        }
        if wake_nanos > period_nanos {
            let at_nanos = stamp.woken_nanos;
            self.gauge.note_xrun(XrunEvent { at_nanos, cause: XrunCause::LateWakeUp, late_nanos: wake_nanos });
        }
    }
}

/// Events of one release of all notes: pedal and notes on every channel.
const RELEASE_EVENTS: usize = 2 * CHANNELS;

/// The times of one period.
struct Times {
    stamp: BlockStamp,
    start_nanos: f64,
    frame_nanos: f64,
    frames: usize,
}

impl Times {
    /// The frame of this period at which a message sounds that came at `at_nanos`.
    fn offset(&self, at_nanos: u64) -> i64 {
        ((at_nanos as f64 - self.start_nanos) / self.frame_nanos).round() as i64 + self.frames as i64
    }

    /// Messages that came before this sound before frame `to`.
    fn arrival_before(&self, to: usize) -> u64 {
        let frames = to as f64 - self.frames as f64 - 0.5;
        (self.start_nanos + frames * self.frame_nanos).ceil().max(0.0) as u64
    }

    /// Records the way of a note-on: arrival, pick-up, its frame, the DAC. The stages add up to the whole.
    fn measure_note(&self, meters: &Meters, note: &Pending) {
        let offset_nanos = f64::from(note.offset_frames) * self.frame_nanos;
        // A message that came with its frame is measured from that frame on.
        let (to_engine, wait) = match note.at_nanos {
            0 => (0, 0.0),
            at_nanos => (self.stamp.woken_nanos.saturating_sub(at_nanos), offset_nanos),
        };
        meters.midi_to_engine.record(to_engine);
        meters.wait.record(wait as u64);
        if let Some(to_dac_nanos) = self.stamp.to_dac_nanos {
            let dac_nanos = self.start_nanos + to_dac_nanos as f64;
            let device_nanos = match note.at_nanos {
                0 => to_dac_nanos,
                _ => (dac_nanos - self.stamp.woken_nanos as f64).max(0.0) as u64,
            };
            meters.device.record(device_nanos);
            meters.key_to_sound.record(to_engine + wait as u64 + device_nanos);
        }
    }
}

#[cfg(test)]
mod tests;
