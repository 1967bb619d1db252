//! Devices through cpal: ALSA, CoreAudio, WASAPI, and PipeWire where it is compiled in.

mod choice;
mod microphone;
mod sample;
mod stream;

use super::backend::{AudioWish, Backend, DeviceInfo, OpenError, Prepared, Running, StreamFacts};
use super::driver::Driver;
use super::scheduling::promotion_for;
use crate::rt::ReturnOnDrop;
use choice::{Choice, choose, is_device, is_hardware, periods_frames, rates_hz};
use cpal::traits::{DeviceTrait, HostTrait};
use cpal::{Device, DeviceId, Host, HostId, SupportedStreamConfigRange};
use stream::Plan;

/// The period that is asked for when nobody wishes for another.
const PERIOD_FRAMES: u32 = 256;
/// The same through ALSA's plug-ins, which distort below without telling.
const PLUGIN_PERIOD_FRAMES: u32 = 1024;
const ALSA: &str = "alsa";

/// One of cpal's hosts.
pub(super) struct LiveBackend {
    id: HostId,
    key: String,
}

/// All of cpal's hosts that are compiled in, in its order of preference. JACK has a client of its own.
pub(super) fn backends() -> Vec<LiveBackend> {
    let all = cpal::ALL_HOSTS.iter().map(|id| LiveBackend { id: *id, key: id.to_string().to_lowercase() });
    all.filter(|b| !["jack", "custom", "null"].contains(&b.key.as_str())).collect()
}

impl LiveBackend {
    pub fn is_pipewire(&self) -> bool {
        self.key == "pipewire"
    }

    fn host(&self) -> Result<Host, OpenError> {
        hush();
        cpal::host_from_id(self.id).map_err(|_| OpenError::Unreachable(self.key.clone()))
    }

    /// Outputs that people would look for, with their ids.
    fn devices(&self) -> Vec<(DeviceId, Device)> {
        let Ok(devices) =
            self.host().and_then(|h| h.output_devices().map_err(|_| OpenError::NoOutput(self.key.clone())))
        else {
            return Vec::new();
        };
        let named = devices.filter_map(|d| Some((d.id().ok()?, d)));
        let mut named: Vec<_> = named.filter(|(id, _)| self.key != ALSA || is_device(id.id())).collect();
        // ALSA lists cards by name and again by number.
        let has_names = named.iter().any(|(id, _)| is_hardware(id.id()) && !is_numbered(id.id()));
        named.retain(|(id, _)| !(self.key == ALSA && has_names && is_numbered(id.id())));
        named
    }

    fn find(&self, wish: &AudioWish) -> Result<Device, OpenError> {
        let host = self.host()?;
        match &wish.output_id {
            Some(text) => {
                let unknown = || OpenError::UnknownOutput(text.clone());
                let Ok(id) = text.parse::<DeviceId>() else {
                    let wanted = text.to_lowercase();
                    let named = self.devices().into_iter().map(|(_, device)| device);
                    return named.into_iter().find(|d| name_of(d).to_lowercase().contains(&wanted)).ok_or_else(unknown);
                };
                // ALSA's "null" never waits: a real-time thread on it would hang the core.
                if id.host() != self.id || (self.key == ALSA && !is_device(id.id())) {
                    return Err(unknown());
                }
                host.device_by_id(&id).ok_or_else(unknown)
            }
            None => host.default_output_device().ok_or_else(|| OpenError::NoOutput(self.key.clone())),
        }
    }

    /// Whether the device leads straight to the hardware or a server, with nothing that may spin between.
    fn is_direct(&self, device: &Device) -> bool {
        self.key != ALSA || device.id().is_ok_and(|id| is_hardware(id.id()))
    }
}

fn is_numbered(pcm: &str) -> bool {
    let card = pcm.split_once("CARD=").map(|(_, card)| card);
    card.is_some_and(|c| c.starts_with(|c: char| c.is_ascii_digit()))
}

fn name_of(device: &Device) -> String {
    let name = device.description().map(|d| d.name().to_owned()).unwrap_or_else(|_| device.to_string());
    match device.id() {
        // A card has several devices of the same name.
        Ok(id) if is_hardware(id.id()) => format!("{name} ({})", id.id()),
        _ => name,
    }
}

/// Keeps what ALSA's library says about every failed attempt off the terminal: errors are told in the window.
/// Holds for the calling thread; what was said before is forgotten.
pub(super) fn hush() {
    #[cfg(target_os = "linux")]
    drop(alsa::Output::local_error_handler());
}

impl Backend for LiveBackend {
    fn key(&self) -> &str {
        &self.key
    }

    fn is_reachable(&mut self) -> bool {
        hush();
        cpal::available_hosts().contains(&self.id)
    }

    fn outputs(&mut self) -> Vec<DeviceInfo> {
        let describe = |(id, device): (DeviceId, Device)| {
            // Converters claim to offer everything; to ask them means to open them, and that can hurt.
            let is_asked = self.key != ALSA || id.id().starts_with("hw:");
            let offered = is_asked.then(|| device.supported_output_configs().ok()).flatten();
            let ranges: Vec<SupportedStreamConfigRange> = offered.into_iter().flatten().collect();
            DeviceInfo {
                id: id.to_string(),
                name: name_of(&device),
                rates_hz: rates_hz(&ranges),
                periods_frames: periods_frames(&ranges),
            }
        };
        self.devices().into_iter().map(describe).collect()
    }

    fn output_ids(&mut self) -> Vec<String> {
        self.devices().into_iter().map(|(id, _)| id.to_string()).collect()
    }

    fn inputs(&mut self) -> Vec<DeviceInfo> {
        let Ok(host) = self.host() else { return Vec::new() };
        let described = |(id, device): (DeviceId, Device)| DeviceInfo {
            id: id.to_string(),
            name: name_of(&device),
            ..DeviceInfo::default()
        };
        microphone::inputs(&host, self.key == ALSA).into_iter().map(described).collect()
    }

    fn prepare(&mut self, wish: &AudioWish) -> Result<Box<dyn Prepared>, OpenError> {
        let device = self.find(wish)?;
        let name = name_of(&device);
        let refuse = |why: String| OpenError::Refused { output: name.clone(), why };
        let ranges: Vec<_> = device.supported_output_configs().map_err(|e| refuse(e.to_string()))?.collect();
        let default_rate_hz = device.default_output_config().ok().map(|c| c.sample_rate());
        let is_direct = self.is_direct(&device);
        let period_frames = if is_direct { PERIOD_FRAMES } else { PLUGIN_PERIOD_FRAMES };
        let Choice { config, format, trouble } = choose(&name, &ranges, default_rate_hz, wish, period_frames)
            .ok_or_else(|| refuse("it offers no format that this program can play".into()))?;
        let facts = StreamFacts {
            output_id: device.id().map(|id| id.to_string()).unwrap_or_default(),
            output_name: name.clone(),
            rate_hz: config.sample_rate,
            channels: config.channels,
            format: format.to_string(),
            trouble,
        };
        let plan = Plan { device, name, config, format, promotion: promotion_for(is_direct) };
        let host = self.host()?;
        Ok(Box::new(PreparedStream { plan, host, facts }))
    }
}

struct PreparedStream {
    plan: Plan,
    host: Host,
    facts: StreamFacts,
}

impl Prepared for PreparedStream {
    fn facts(&self) -> &StreamFacts {
        &self.facts
    }

    fn start(self: Box<Self>, driver: ReturnOnDrop<Box<Driver>>) -> Result<Box<dyn Running>, OpenError> {
        Ok(Box::new(stream::start(self.plan, self.host, driver)?))
    }
}
