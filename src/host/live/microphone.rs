//! The microphone: a stream of its own beside the output's, opened and closed without touching that.

use super::super::backend::{InputState, InputWish, Trouble};
use super::super::intake::IntakeEnd;
use super::{is_device, is_numbered, name_of};
use crate::base::limits::{SAMPLE_RATE_MAX, SAMPLE_RATE_MIN};
use crate::rt::ReturnOnDrop;
use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{
    BufferSize, Device, DeviceId, ErrorKind, FromSample, Host, I24, InputCallbackInfo, Sample, SampleFormat,
    SizedSample, Stream, StreamConfig, SupportedStreamConfig, U24,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

/// The period that is asked for, in frames.
const PERIOD_FRAMES: u32 = 128;

/// The microphone of one output. Lives on the supervisor's thread.
pub(super) struct Microphone {
    output_hz: u32,
    wish: InputWish,
    state: InputState,
    open: Option<(Stream, Arc<AtomicBool>)>,
    /// The queue's end, while no stream has it.
    end: Option<IntakeEnd>,
    home: (mpsc::Sender<IntakeEnd>, mpsc::Receiver<IntakeEnd>),
}

impl Microphone {
    /// None is open. Its sound goes into `end`, for an output at `output_hz`.
    pub fn new(end: IntakeEnd, output_hz: u32) -> Self {
        let (wish, state) = Default::default();
        Self { output_hz, wish, state, open: None, end: Some(end), home: mpsc::channel() }
    }

    /// How it is.
    pub fn state(&self) -> &InputState {
        &self.state
    }

    /// Opens what is wished for, or closes what is open.
    pub fn listen(&mut self, host: &Host, wish: &InputWish) {
        self.close();
        self.wish.clone_from(wish);
        self.state = match self.wish {
            InputWish::Off => InputState::Off,
            _ => self.open(host).unwrap_or_else(InputState::Absent),
        };
    }

    /// Looks after it, once a second: what went away is opened again when it is back.
    pub fn refresh(&mut self, host: &Host) {
        let is_lost = self.open.as_ref().is_some_and(|(_, is_lost)| is_lost.load(Ordering::Acquire));
        if self.wish != InputWish::Off && (is_lost || self.open.is_none()) {
            let wish = self.wish.clone();
            self.listen(host, &wish);
        }
    }

    fn close(&mut self) {
        if self.open.take().is_some() {
            self.end = self.home.1.recv().ok();
        }
        if let Some(end) = &mut self.end {
            end.close();
        }
    }

    fn open(&mut self, host: &Host) -> Result<InputState, Trouble> {
        let device = find(host, &self.wish)?;
        let name = name_of(&device);
        let format = choose(&device, self.output_hz).ok_or_else(|| Trouble {
            reason: format!("The microphone '{name}' offers no format that this program can hear."),
            remedy: "Choose another microphone in the settings.".into(),
        })?;
        let rate_hz = format.sample_rate();
        let small = StreamConfig { buffer_size: BufferSize::Fixed(PERIOD_FRAMES), ..format.config() };
        let any = StreamConfig { buffer_size: BufferSize::Default, ..small };
        let mut opened = self.start(&device, small, format.sample_format());
        if opened.is_err() {
            opened = self.start(&device, any, format.sample_format());
        }
        opened.map_err(|error| refused(&name, &error)).map(|open| {
            self.open = Some(open);
            InputState::Listening { name, rate_hz }
        })
    }

    fn start(
        &mut self,
        device: &Device,
        config: StreamConfig,
        format: SampleFormat,
    ) -> Result<(Stream, Arc<AtomicBool>), cpal::Error> {
        let Some(mut end) = self.end.take() else { return Err(cpal::Error::new(ErrorKind::ResourceExhausted)) };
        end.open(config.sample_rate);
        // A stream that cannot be built drops its callback, and the end comes back by itself.
        let end = ReturnOnDrop::new(end, self.home.0.clone());
        let is_lost = Arc::<AtomicBool>::default();
        let built = build_any(device, config, format, end, &is_lost).and_then(|stream| stream.play().map(|()| stream));
        if built.is_err() {
            self.end = self.home.1.try_recv().ok();
        }
        built.map(|stream| (stream, is_lost))
    }
}

/// Inputs that people would look for, with their ids.
pub(super) fn inputs(host: &Host, is_alsa: bool) -> Vec<(DeviceId, Device)> {
    let Ok(devices) = host.input_devices() else { return Vec::new() };
    let named = devices.filter_map(|device| Some((device.id().ok()?, device)));
    named.filter(|(id, _)| !is_alsa || (is_device(id.id()) && !is_numbered(id.id()))).collect()
}

fn find(host: &Host, wish: &InputWish) -> Result<Device, Trouble> {
    let absent = |reason: String| Trouble { reason, remedy: "Plug it in, or choose another in the settings.".into() };
    match wish {
        InputWish::Id(text) => {
            let found = text.parse::<DeviceId>().ok().and_then(|id| host.device_by_id(&id));
            found.ok_or_else(|| absent(format!("The microphone '{text}' is not there.")))
        }
        InputWish::Off | InputWish::System => {
            host.default_input_device().ok_or_else(|| absent("There is no microphone.".into()))
        }
    }
}

/// The output's own rate where the microphone has it, else what it likes best.
fn choose(device: &Device, output_hz: u32) -> Option<SupportedStreamConfig> {
    let own = device.default_input_config().ok();
    let ranges = device.supported_input_configs().ok().into_iter().flatten();
    let is_known = |format: SampleFormat| !matches!(format, SampleFormat::I64 | SampleFormat::U64);
    let usable = ranges.filter(|range| is_known(range.sample_format()));
    let at_rate = usable.filter_map(|range| range.try_with_sample_rate(output_hz));
    // Floats first, and few channels: what comes beyond two is not heard.
    let rank = |config: &SupportedStreamConfig| (config.sample_format() != SampleFormat::F32, config.channels());
    let best = at_rate.min_by_key(rank).or(own)?;
    (SAMPLE_RATE_MIN..=SAMPLE_RATE_MAX).contains(&best.sample_rate()).then_some(best)
}

fn refused(name: &str, error: &cpal::Error) -> Trouble {
    let remedy = match error.kind() {
        ErrorKind::PermissionDenied => "Allow this program to use the microphone in the system's privacy settings.",
        _ => "Close other programs that use it, or choose another microphone in the settings.",
    };
    Trouble { reason: format!("The microphone '{name}' could not be opened: {error}."), remedy: remedy.into() }
}

type Kept = ReturnOnDrop<IntakeEnd>;

fn build_any(
    device: &Device,
    config: StreamConfig,
    format: SampleFormat,
    end: Kept,
    is_lost: &Arc<AtomicBool>,
) -> Result<Stream, cpal::Error> {
    match format {
        SampleFormat::F32 => build::<f32>(device, config, end, is_lost),
        SampleFormat::F64 => build::<f64>(device, config, end, is_lost),
        SampleFormat::I8 => build::<i8>(device, config, end, is_lost),
        SampleFormat::I16 => build::<i16>(device, config, end, is_lost),
        SampleFormat::I24 => build::<I24>(device, config, end, is_lost),
        SampleFormat::I32 => build::<i32>(device, config, end, is_lost),
        SampleFormat::U8 => build::<u8>(device, config, end, is_lost),
        SampleFormat::U16 => build::<u16>(device, config, end, is_lost),
        SampleFormat::U24 => build::<U24>(device, config, end, is_lost),
        SampleFormat::U32 => build::<u32>(device, config, end, is_lost),
        _ => Err(cpal::Error::new(ErrorKind::UnsupportedConfig)),
    }
}

fn build<T>(
    device: &Device,
    config: StreamConfig,
    mut end: Kept,
    is_lost: &Arc<AtomicBool>,
) -> Result<Stream, cpal::Error>
where
    T: SizedSample,
    f32: FromSample<T>,
{
    let channels = usize::from(config.channels.max(1));
    let on_data = move |data: &[T], info: &InputCallbackInfo| {
        let times = info.timestamp();
        let capture_nanos = times.callback.as_nanos().saturating_sub(times.capture.as_nanos());
        let heard = channels.min(2);
        let mean = |frame: &[T]| frame[..heard].iter().map(|s| f32::from_sample(*s)).sum::<f32>() / heard as f32;
        end.give(data.chunks_exact(channels).map(mean), capture_nanos as u64);
    };
    let is_lost = Arc::clone(is_lost);
    let on_error = move |error: cpal::Error| {
        let is_over = matches!(
            error.kind(),
            ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable | ErrorKind::StreamInvalidated
        );
        if is_over {
            is_lost.store(true, Ordering::Release);
        }
    };
    device.build_input_stream::<T, _, _>(config, on_data, on_error, None)
}
