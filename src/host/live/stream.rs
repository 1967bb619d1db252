//! The output callback, which takes the microphone's sound along.

use super::super::backend::{InputState, InputWish, Loss, OpenError, Running, StreamFlags};
use super::super::block_clock::Floor;
use super::super::clock::now_nanos;
use super::super::driver::{BlockStamp, Driver, Period};
use super::super::intake::{Intake, intake};
use super::super::scheduling::Promotion;
use super::microphone::Microphone;
use super::sample::{DeviceSample, interleave};
use crate::rt::ReturnOnDrop;
use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{BufferSize, Device, ErrorKind, Host, I24, OutputStreamTimestamp, SampleFormat, Stream, StreamConfig, U24};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc;

/// The longest callback that is rendered at once; longer ones are cut.
const CALLBACK_FRAMES_MAX: usize = 1 << 16;
/// A device that claims to be further ahead has no idea.
const AHEAD_NANOS_MAX: f64 = 4.0e9;

/// What to open.
pub(super) struct Plan {
    pub device: Device,
    pub name: String,
    pub config: StreamConfig,
    pub format: SampleFormat,
    pub promotion: Promotion,
}

/// A stream that plays; dropping it joins its thread, and the driver comes home.
pub(super) struct RunningStream {
    _stream: Stream,
    flags: Arc<StreamFlags>,
    host: Host,
    microphone: Microphone,
}

impl Running for RunningStream {
    fn flags(&self) -> &Arc<StreamFlags> {
        &self.flags
    }

    fn refresh(&mut self) {
        self.microphone.refresh(&self.host);
    }

    fn listen(&mut self, wish: &InputWish) {
        self.microphone.listen(&self.host, wish);
    }

    fn input(&self) -> InputState {
        self.microphone.state().clone()
    }
}

/// Opens and starts the stream; with the device's own period where it refuses the planned one.
pub(super) fn start(plan: Plan, host: Host, driver: ReturnOnDrop<Box<Driver>>) -> Result<RunningStream, OpenError> {
    // A stream that cannot be built drops its callback; through this channel the driver comes back for
    // another try. When nobody listens any more, it goes home by itself.
    let (back, returned) = mpsc::channel();
    let (end, intake) = intake(plan.config.sample_rate);
    let kept = Kept { driver, intake };
    let first = build_any(&plan, plan.config, ReturnOnDrop::new(kept, back.clone()));
    let built = match (first, returned.try_recv()) {
        (Err(error), Ok(kept)) if is_about_config(&error) => {
            let config = StreamConfig { buffer_size: BufferSize::Default, ..plan.config };
            build_any(&plan, config, ReturnOnDrop::new(kept, back))
        }
        (first, _) => first,
    };
    let refuse = |e: cpal::Error| OpenError::Refused { output: plan.name.clone(), why: e.to_string() };
    let (stream, flags) = built.map_err(refuse)?;
    // Streams are made paused.
    stream.play().map_err(refuse)?;
    let microphone = Microphone::new(end, plan.config.sample_rate);
    Ok(RunningStream { _stream: stream, flags, host, microphone })
}

fn is_about_config(error: &cpal::Error) -> bool {
    matches!(error.kind(), ErrorKind::UnsupportedConfig | ErrorKind::InvalidInput | ErrorKind::BackendError)
}

/// What the callback plays with.
struct Kept {
    driver: ReturnOnDrop<Box<Driver>>,
    intake: Intake,
}

type Built = Result<(Stream, Arc<StreamFlags>), cpal::Error>;

fn build_any(plan: &Plan, config: StreamConfig, kept: ReturnOnDrop<Kept>) -> Built {
    match plan.format {
        SampleFormat::F32 => build::<f32>(plan, config, kept),
        SampleFormat::F64 => build::<f64>(plan, config, kept),
        SampleFormat::I8 => build::<i8>(plan, config, kept),
        SampleFormat::I16 => build::<i16>(plan, config, kept),
        SampleFormat::I24 => build::<I24>(plan, config, kept),
        SampleFormat::I32 => build::<i32>(plan, config, kept),
        SampleFormat::U8 => build::<u8>(plan, config, kept),
        SampleFormat::U16 => build::<u16>(plan, config, kept),
        SampleFormat::U24 => build::<U24>(plan, config, kept),
        SampleFormat::U32 => build::<u32>(plan, config, kept),
        _ => Err(cpal::Error::new(ErrorKind::UnsupportedConfig)),
    }
}

fn build<T: DeviceSample + Send + 'static>(plan: &Plan, config: StreamConfig, kept: ReturnOnDrop<Kept>) -> Built {
    let flags = Arc::new(StreamFlags::default());
    let on_error = {
        let (flags, meters) = (Arc::clone(&flags), Arc::clone(kept.driver.meters()));
        // Runs on the audio thread or one of the system's: atomics only.
        move |error: cpal::Error| match error.kind() {
            ErrorKind::Xrun => {
                meters.reported_xruns.fetch_add(1, Ordering::Relaxed);
            }
            ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable => flags.lose(Loss::Gone),
            ErrorKind::StreamInvalidated => flags.lose(Loss::Invalidated),
            // Rerouted streams play on; for anything that keeps a stream from playing there is the watchdog.
            _ => {}
        }
    };
    let mut callback = Callback {
        kept,
        sound: vec![0.0; CALLBACK_FRAMES_MAX],
        left: vec![0.0; CALLBACK_FRAMES_MAX],
        right: vec![0.0; CALLBACK_FRAMES_MAX],
        channels: usize::from(config.channels),
        frame_nanos: 1.0e9 / f64::from(config.sample_rate),
        timeline: Timeline::new(),
        flags: Arc::clone(&flags),
        promotion: Some(plan.promotion),
    };
    let on_data = move |out: &mut [T], info: &cpal::OutputCallbackInfo| callback.run(out, info.timestamp());
    let stream = plan.device.build_output_stream::<T, _, _>(config, on_data, on_error, None)?;
    Ok((stream, flags))
}

struct Callback {
    kept: ReturnOnDrop<Kept>,
    sound: Vec<f32>,
    left: Vec<f32>,
    right: Vec<f32>,
    channels: usize,
    frame_nanos: f64,
    timeline: Timeline,
    flags: Arc<StreamFlags>,
    /// Taken by the first callback: only then is the thread known.
    promotion: Option<Promotion>,
}

impl Callback {
    fn run<T: DeviceSample>(&mut self, out: &mut [T], times: OutputStreamTimestamp) {
        let woken_nanos = now_nanos();
        if let Some(promotion) = self.promotion.take() {
            self.flags.scheduling.settle(promotion);
        }
        let callback = times.callback.as_nanos() as f64;
        let playback = times.playback.as_nanos() as f64;
        let (mut start_nanos, to_dac_nanos) = self.timeline.locate(woken_nanos, callback, playback);
        for out in out.chunks_mut(CALLBACK_FRAMES_MAX * self.channels.max(1)) {
            let frames = out.len() / self.channels.max(1);
            let (left, right) = (&mut self.left[..frames], &mut self.right[..frames]);
            let Kept { driver, intake } = &mut *self.kept;
            let has_sound = intake.take(&mut self.sound[..frames]);
            if has_sound {
                driver.meters().input_nanos.store(intake.latency_nanos(), Ordering::Relaxed);
                driver.meters().input_gaps.fetch_add(intake.take_gaps(), Ordering::Relaxed);
            }
            let input: &[f32] = if has_sound { &self.sound[..frames] } else { &[] };
            let stamp = BlockStamp {
                woken_nanos,
                start_nanos,
                to_dac_nanos: Some(to_dac_nanos),
                is_exact: false,
                is_metered: true,
            };
            let period = Period { input, left: &mut *left, right: &mut *right };
            if driver.render(stamp, period).is_err() {
                self.flags.is_poisoned.store(true, Ordering::Release);
            }
            interleave(left, right, self.channels, out);
            start_nanos += frames as f64 * self.frame_nanos;
        }
    }
}

/// Brings a stream's own time onto our clock.
///
/// A stream says when it called back and when the first frame will be heard, on a clock of its own. The first
/// moves with every late wake-up; the second does not, since a late callback finds fewer frames still
/// queued. So a cycle begins at `playback`, less how far that is ahead when nothing is late.
struct Timeline {
    offset: Floor,
    /// The largest lead of playback over callback, negated.
    ahead: Floor,
}

impl Timeline {
    fn new() -> Self {
        Self { offset: Floor::new(), ahead: Floor::new() }
    }

    /// `(start of the cycle on our clock, from there to the DAC)`, in nanoseconds. Real-time safe.
    fn locate(&mut self, woken_nanos: u64, callback: f64, playback: f64) -> (f64, u64) {
        let ahead = playback - callback;
        let ahead = if (0.0..AHEAD_NANOS_MAX).contains(&ahead) { ahead } else { 0.0 };
        let offset = self.offset.update(woken_nanos as f64 - callback);
        let ahead_max = -self.ahead.update(-ahead);
        (callback + ahead - ahead_max + offset, ahead_max as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;

    #[test]
    fn late_callbacks_that_find_fewer_frames_queued_do_not_move_the_cycle() {
        let (mut timeline, mut rng) = (Timeline::new(), Rng::new(1));
        let (period, latency, origin) = (1_333_333.0, 2_666_666.0, 5.0e9);
        for block in 0..2000 {
            let late = f64::from(rng.unit()) * 400_000.0;
            let cycle = f64::from(block) * period;
            let woken_nanos = (origin + cycle + late) as u64;
            let (start, to_dac) = timeline.locate(woken_nanos, cycle + late, cycle + latency);
            if block > 600 {
                assert!((start - (origin + cycle)).abs() < 8_000.0, "{start}");
                assert!((to_dac as f64 - latency).abs() < 8_000.0, "{to_dac}");
            }
        }
    }

    #[test]
    fn stamps_without_sense_are_survived() {
        let mut timeline = Timeline::new();
        assert_eq!(timeline.locate(5_000, 1_000.0, 0.0), (5_000.0, 0));
        assert_eq!(timeline.locate(6_000, 2_000.0, 1.0e18), (6_000.0, 0));
    }
}
