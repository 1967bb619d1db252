//! JACK: one client for MIDI, input and output, so that all three meet in the same callback and a note sounds
//! at the very frame that its sender meant.

use super::backend::{
    AudioWish, Backend, DeviceInfo, InputState, InputWish, Loss, OpenError, Prepared, Running, StreamFacts,
    StreamFlags, Trouble,
};
use super::clock::now_nanos;
use super::driver::{BlockStamp, Driver, Period};
use super::meters::Meters;
use super::scheduling::Promotion;
use crate::base::Midi;
use crate::base::limits::{SAMPLE_RATE_MAX, SAMPLE_RATE_MIN};
use crate::rt::ReturnOnDrop;
use jack::{
    AsyncClient, AudioIn, AudioOut, Client, ClientOptions, Control, Frames, LatencyType, MidiIn, NotificationHandler,
    Port, PortFlags, ProcessHandler, ProcessScope,
};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

const KEY: &str = "jack";
const CLIENT_NAME: &str = "sangat";
const OUTPUT_ID: &str = "jack:system";
const OUTPUT_NAME: &str = "JACK";
const AUDIO_TYPE: &str = "32 bit float mono audio";
const MIDI_TYPE: &str = "8 bit raw midi";
/// Bridges show ALSA's MIDI ports, which are heard directly: connecting them too would double every note.
const MIDI_BRIDGES: [&str; 2] = ["a2j:", "Midi-Bridge:"];
/// Callbacks between two looks at the latency of the output.
const LATENCY_CALLBACKS: u32 = 64;

/// The host "jack". It never starts a server by itself.
pub(super) struct JackBackend;

impl JackBackend {
    pub fn new() -> Self {
        // libjack writes to the terminal whenever there is no server, which is no news to anyone.
        jack::set_logger(jack::LoggerType::None);
        Self
    }
}

fn connect(name: &str) -> Result<Client, OpenError> {
    let opened = Client::new(name, ClientOptions::NO_START_SERVER);
    opened.map(|(client, _)| client).map_err(|_| OpenError::Unreachable(KEY.into()))
}

impl Backend for JackBackend {
    fn key(&self) -> &str {
        KEY
    }

    fn is_reachable(&mut self) -> bool {
        connect("sangat-probe").is_ok()
    }

    fn outputs(&mut self) -> Vec<DeviceInfo> {
        let Ok(client) = connect("sangat-probe") else { return Vec::new() };
        vec![DeviceInfo {
            id: OUTPUT_ID.into(),
            name: OUTPUT_NAME.into(),
            rates_hz: vec![client.sample_rate()],
            periods_frames: Some((16, 8192)),
        }]
    }

    fn output_ids(&mut self) -> Vec<String> {
        if self.is_reachable() { vec![OUTPUT_ID.into()] } else { Vec::new() }
    }

    fn inputs(&mut self) -> Vec<DeviceInfo> {
        let Ok(client) = connect("sangat-probe") else { return Vec::new() };
        let described = |port: String| DeviceInfo { id: port.clone(), name: port, ..DeviceInfo::default() };
        microphones(&client).into_iter().map(described).collect()
    }

    fn prepare(&mut self, wish: &AudioWish) -> Result<Box<dyn Prepared>, OpenError> {
        if let Some(id) = wish.output_id.as_ref().filter(|id| *id != OUTPUT_ID) {
            return Err(OpenError::UnknownOutput(id.clone()));
        }
        let client = connect(CLIENT_NAME)?;
        let rate_hz = client.sample_rate();
        if !(SAMPLE_RATE_MIN..=SAMPLE_RATE_MAX).contains(&rate_hz) {
            let why = format!("its rate of {rate_hz} Hz is out of range");
            return Err(OpenError::Refused { output: OUTPUT_NAME.into(), why });
        }
        let facts = StreamFacts {
            output_id: OUTPUT_ID.into(),
            output_name: OUTPUT_NAME.into(),
            rate_hz,
            channels: 2,
            format: "f32".into(),
            trouble: not_as_wished(&client, wish),
        };
        Ok(Box::new(PreparedClient { client, facts }))
    }
}

/// Asks the server for the period; the rate is its own.
fn not_as_wished(client: &Client, wish: &AudioWish) -> Option<Trouble> {
    let (rate_hz, period_frames) = (client.sample_rate(), client.buffer_size());
    if let Some(asked) = wish.period_frames.filter(|p| *p != period_frames)
        && (client.set_buffer_size(asked).is_err() || client.buffer_size() != asked)
    {
        return Some(Trouble {
            reason: format!("JACK refused a period of {asked} frames and keeps {period_frames}."),
            remedy: "Choose a power of two, or set the period in JACK itself.".into(),
        });
    }
    wish.rate_hz.filter(|r| *r != rate_hz).map(|asked| Trouble {
        reason: format!("JACK runs at {rate_hz} Hz and not at {asked} Hz."),
        remedy: "Set the rate in JACK itself.".into(),
    })
}

/// The ports of the hardware that give sound.
fn microphones(client: &Client) -> Vec<String> {
    client.ports(None, Some(AUDIO_TYPE), PortFlags::IS_PHYSICAL | PortFlags::IS_OUTPUT)
}

struct PreparedClient {
    client: Client,
    facts: StreamFacts,
}

impl Prepared for PreparedClient {
    fn facts(&self) -> &StreamFacts {
        &self.facts
    }

    fn start(self: Box<Self>, driver: ReturnOnDrop<Box<Driver>>) -> Result<Box<dyn Running>, OpenError> {
        let refuse = |e: jack::Error| OpenError::Refused { output: OUTPUT_NAME.into(), why: e.to_string() };
        let client = self.client;
        let flags = Arc::new(StreamFlags::default());
        let notices =
            Notices { rate_hz: client.sample_rate(), flags: Arc::clone(&flags), meters: Arc::clone(driver.meters()) };
        let duplex = Duplex {
            midi_in: client.register_port("midi_in", MidiIn::default()).map_err(refuse)?,
            input: client.register_port("in_1", AudioIn::default()).map_err(refuse)?,
            left: client.register_port("out_1", AudioOut::default()).map_err(refuse)?,
            right: client.register_port("out_2", AudioOut::default()).map_err(refuse)?,
            clock_offset_nanos: clock_offset_nanos(&client),
            frame_nanos: 1.0e9 / f64::from(client.sample_rate()),
            to_dac_nanos: 0,
            callbacks: 0,
            is_heard: false,
            driver,
            flags: Arc::clone(&flags),
        };
        let client = client.activate_async(notices, duplex).map_err(refuse)?;
        connect_outputs(client.as_client());
        let mut running = RunningClient { client, flags, seen_midi: HashSet::new(), wish: InputWish::Off };
        running.refresh();
        Ok(Box::new(running))
    }
}

/// What to add to JACK's time to get ours. Both are the system's monotonic clock, so this stays as it is; of a
/// few readings the one that was interrupted least is right.
fn clock_offset_nanos(client: &Client) -> i64 {
    let readings = (0..64).map(|_| {
        let jack_nanos = client.time() as i64 * 1000;
        now_nanos() as i64 - jack_nanos
    });
    readings.min().unwrap_or(0)
}

fn connect_outputs(client: &Client) {
    let sinks = client.ports(None, Some(AUDIO_TYPE), PortFlags::IS_PHYSICAL | PortFlags::IS_INPUT);
    for (port, sink) in ["out_1", "out_2"].iter().zip(&sinks) {
        // Without a connection the stream runs all the same; a patchbay can mend it.
        client.connect_ports_by_name(&format!("{}:{port}", client.name()), sink).ok();
    }
}

struct RunningClient {
    client: AsyncClient<Notices, Duplex>,
    flags: Arc<StreamFlags>,
    seen_midi: HashSet<String>,
    wish: InputWish,
}

impl RunningClient {
    fn sources(&self) -> Vec<String> {
        let client = self.client.as_client();
        let port = client.port_by_name(&format!("{}:in_1", client.name()));
        port.map(|port| port.get_connections()).unwrap_or_default()
    }
}

impl Running for RunningClient {
    fn flags(&self) -> &Arc<StreamFlags> {
        &self.flags
    }

    /// Connects the port of the microphone, or what this connected; a patchbay can do the same and more.
    fn listen(&mut self, wish: &InputWish) {
        let client = self.client.as_client();
        let target = format!("{}:in_1", client.name());
        for source in self.sources() {
            client.disconnect_ports_by_name(&source, &target).ok();
        }
        let source = match wish {
            InputWish::Off => None,
            InputWish::System => microphones(client).into_iter().next(),
            InputWish::Id(id) => Some(id.clone()),
        };
        if let Some(source) = source {
            client.connect_ports_by_name(&source, &target).ok();
        }
        self.wish.clone_from(wish);
    }

    fn input(&self) -> InputState {
        match (self.sources().first(), &self.wish) {
            (Some(name), _) => {
                InputState::Listening { name: name.clone(), rate_hz: self.client.as_client().sample_rate() }
            }
            (None, InputWish::Off) => InputState::Off,
            (None, wish) => {
                let reason = match wish {
                    InputWish::Id(id) => format!("The port '{id}' is not there."),
                    _ => "JACK has no port with sound of the hardware.".into(),
                };
                InputState::Absent(Trouble { reason, remedy: "Connect a port to sangat:in_1 in a patchbay.".into() })
            }
        }
    }

    /// Connects keyboards that are new, once each: what was disconnected by hand stays so.
    fn refresh(&mut self) {
        let client = self.client.as_client();
        let target = format!("{}:midi_in", client.name());
        let present = client.ports(None, Some(MIDI_TYPE), PortFlags::IS_PHYSICAL | PortFlags::IS_OUTPUT);
        for source in &present {
            let is_bridge = MIDI_BRIDGES.iter().any(|bridge| source.starts_with(bridge));
            if !is_bridge && !self.seen_midi.contains(source) {
                client.connect_ports_by_name(source, &target).ok();
            }
        }
        let present: HashSet<String> = present.into_iter().collect();
        if !self.seen_midi.is_subset(&present) {
            self.flags.must_release.store(true, Ordering::Release);
        }
        self.seen_midi = present;
    }
}

/// What JACK tells beside the sound. That the server shuts down is not among it: its call comes as from a
/// signal handler and not at all from a server that was killed; the supervisor's watchdog notices both.
struct Notices {
    rate_hz: u32,
    flags: Arc<StreamFlags>,
    meters: Arc<Meters>,
}

impl NotificationHandler for Notices {
    fn freewheel(&mut self, _: &Client, is_on: bool) {
        self.flags.is_freewheeling.store(is_on, Ordering::Relaxed);
    }

    fn sample_rate(&mut self, _: &Client, rate_hz: Frames) -> Control {
        if rate_hz != self.rate_hz {
            self.flags.lose(Loss::Invalidated);
        }
        Control::Continue
    }

    fn xrun(&mut self, _: &Client) -> Control {
        if !self.flags.is_freewheeling.load(Ordering::Relaxed) {
            self.meters.reported_xruns.fetch_add(1, Ordering::Relaxed);
        }
        Control::Continue
    }
}

struct Duplex {
    driver: ReturnOnDrop<Box<Driver>>,
    midi_in: Port<MidiIn>,
    input: Port<AudioIn>,
    left: Port<AudioOut>,
    right: Port<AudioOut>,
    flags: Arc<StreamFlags>,
    clock_offset_nanos: i64,
    frame_nanos: f64,
    to_dac_nanos: u64,
    callbacks: u32,
    /// Whether anything is connected to the input: silence of nobody need not be heard.
    is_heard: bool,
}

impl Duplex {
    fn stamp(&self, scope: &ProcessScope) -> BlockStamp {
        let woken_nanos = now_nanos();
        let cycle = scope.cycle_times();
        BlockStamp {
            woken_nanos,
            // JACK filters the starts of its cycles itself.
            start_nanos: cycle
                .as_ref()
                .map_or(woken_nanos as f64, |c| c.current_usecs as f64 * 1000.0 + self.clock_offset_nanos as f64),
            to_dac_nanos: Some(self.to_dac_nanos),
            is_exact: cycle.is_ok(),
            is_metered: !self.flags.is_freewheeling.load(Ordering::Relaxed),
        }
    }

    /// Now and then, for connections change: how long the sound takes from here to the DAC.
    fn measure_latency(&mut self) {
        if self.callbacks == 0 {
            self.flags.scheduling.settle(Promotion::ReadBack);
        }
        if self.callbacks.is_multiple_of(LATENCY_CALLBACKS) {
            let (_, frames) = self.left.get_latency_range(LatencyType::Playback);
            self.to_dac_nanos = (f64::from(frames) * self.frame_nanos) as u64;
            self.is_heard = self.input.connected_count().is_ok_and(|count| count > 0);
            let (_, frames) = self.input.get_latency_range(LatencyType::Capture);
            let input_nanos = (f64::from(frames) * self.frame_nanos) as u64;
            self.driver.meters().input_nanos.store(input_nanos, Ordering::Relaxed);
        }
        self.callbacks = self.callbacks.wrapping_add(1);
    }
}

impl ProcessHandler for Duplex {
    fn process(&mut self, _: &Client, scope: &ProcessScope) -> Control {
        let stamp = self.stamp(scope);
        self.measure_latency();
        if self.flags.must_release.swap(false, Ordering::AcqRel) {
            self.driver.release_stream_notes();
        }
        let last_frame = scope.n_frames().saturating_sub(1);
        for event in self.midi_in.iter(scope) {
            if let Some(message) = Midi::parse(event.bytes) {
                self.driver.push_exact(event.time.min(last_frame), message);
            }
        }
        let period = Period {
            input: if self.is_heard { self.input.as_slice(scope) } else { &[] },
            left: self.left.as_mut_slice(scope),
            right: self.right.as_mut_slice(scope),
        };
        if self.driver.render(stamp, period).is_err() {
            self.flags.is_poisoned.store(true, Ordering::Release);
        }
        Control::Continue
    }
}
