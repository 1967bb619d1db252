//! Which of the things that a device offers: pure functions over its lists.

use super::super::backend::{AudioWish, Trouble};
use crate::base::limits::{SAMPLE_RATE_MAX, SAMPLE_RATE_MIN};
use cpal::{BufferSize, SampleFormat, StreamConfig, SupportedBufferSize, SupportedStreamConfigRange};

/// Rates that are listed for a device with a continuous range.
const RATES_HZ: [u32; 8] = [22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000];
/// What is taken when nothing is wished for.
const RATE_DEFAULT_HZ: u32 = 48_000;
/// ALSA's plug-ins and channel maps: not devices a person would look for, and "null" never waits.
const PLUGINS: [&str; 20] = [
    "null",
    "samplerate",
    "samplerate_best",
    "samplerate_medium",
    "samplerate_order",
    "samplerate_linear",
    "speex",
    "speexrate",
    "speexrate_best",
    "speexrate_medium",
    "lavrate",
    "lavrate_high",
    "lavrate_higher",
    "upmix",
    "vdownmix",
    "oss",
    "usbstream",
    "dmix",
    "dsnoop",
    "sysdefault",
];
/// Channel maps of a card; the card itself is listed as hw.
const CHANNEL_MAPS: [&str; 8] = ["front", "rear", "center_lfe", "side", "surround", "iec958", "modem", "phoneline"];

/// Whether an ALSA device is worth listing.
pub(super) fn is_device(pcm: &str) -> bool {
    let base = pcm.split(':').next().unwrap_or(pcm);
    !PLUGINS.contains(&base) && !CHANNEL_MAPS.iter().any(|map| base.starts_with(map))
}

/// Whether an ALSA device is the hardware itself, at most with a conversion in front of it.
pub(super) fn is_hardware(pcm: &str) -> bool {
    pcm.starts_with("hw:") || pcm.starts_with("plughw:")
}

/// The playable rates of these ranges, ascending.
pub(super) fn rates_hz(ranges: &[SupportedStreamConfigRange]) -> Vec<u32> {
    let ends = ranges.iter().filter(|r| r.min_sample_rate() == r.max_sample_rate()).map(|r| r.min_sample_rate());
    let common = RATES_HZ.into_iter().filter(|rate| ranges.iter().any(|r| r.contains_rate(*rate)));
    let mut rates: Vec<u32> = ends.chain(common).filter(|r| is_playable_rate(*r)).collect();
    rates.sort_unstable();
    rates.dedup();
    rates
}

/// The widest range of periods of these.
pub(super) fn periods_frames(ranges: &[SupportedStreamConfigRange]) -> Option<(u32, u32)> {
    let known = ranges.iter().filter_map(|r| match r.buffer_size() {
        SupportedBufferSize::Range { min, max } => Some((*min, *max)),
        SupportedBufferSize::Unknown => None,
    });
    known.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}

/// What to open.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Choice {
    pub config: StreamConfig,
    pub format: SampleFormat,
    pub trouble: Option<Trouble>,
}

/// Chooses rate, channels, format and period. `period_frames` is for when none is wished for. `None` when
/// the device has nothing that can be played.
pub(super) fn choose(
    output: &str,
    ranges: &[SupportedStreamConfigRange],
    default_rate_hz: Option<u32>,
    wish: &AudioWish,
    period_frames: u32,
) -> Option<Choice> {
    let usable: Vec<_> = ranges.iter().filter(|r| format_rank(r.sample_format()).is_some()).collect();
    let rates: Vec<u32> = rates_hz(&usable.iter().map(|r| **r).collect::<Vec<_>>());
    let is_offered = |rate: &u32| is_playable_rate(*rate) && usable.iter().any(|r| r.contains_rate(*rate));
    let nearest = |to: u32| rates.iter().copied().min_by_key(|r| r.abs_diff(to));
    let wished = wish.rate_hz.filter(is_offered);
    let rate_hz =
        wished.or(default_rate_hz.filter(is_offered)).or_else(|| nearest(wish.rate_hz.unwrap_or(RATE_DEFAULT_HZ)))?;
    let range = usable
        .into_iter()
        .filter(|r| r.contains_rate(rate_hz))
        .min_by_key(|r| (channels_rank(r.channels()), format_rank(r.sample_format())))?;
    let mut trouble = wish.rate_hz.filter(|r| *r != rate_hz).map(|asked| Trouble {
        reason: format!("'{output}' cannot play at {asked} Hz; it plays at {rate_hz} Hz."),
        remedy: "Choose one of the rates that the settings list for it.".into(),
    });
    let asked = wish.period_frames.unwrap_or(period_frames);
    let frames = match range.buffer_size() {
        SupportedBufferSize::Range { min, max } if *min <= *max => asked.clamp((*min).max(1), (*max).max(1)),
        _ => asked.max(1),
    };
    if let Some(asked) = wish.period_frames.filter(|p| *p != frames) {
        trouble = trouble.or(Some(Trouble {
            reason: format!("'{output}' cannot use a period of {asked} frames; it uses {frames}."),
            remedy: "Choose a period that the settings list for it.".into(),
        }));
    }
    let buffer_size = BufferSize::Fixed(frames);
    let config = StreamConfig { channels: range.channels(), sample_rate: rate_hz, buffer_size };
    Some(Choice { config, format: range.sample_format(), trouble })
}

fn is_playable_rate(rate_hz: u32) -> bool {
    (SAMPLE_RATE_MIN..=SAMPLE_RATE_MAX).contains(&rate_hz)
}

/// Stereo first, then the fewest channels above, then mono.
fn channels_rank(channels: u16) -> u32 {
    if channels == 1 { u32::MAX } else { u32::from(channels) }
}

/// The best formats first; `None` for those that cannot be played.
fn format_rank(format: SampleFormat) -> Option<u32> {
    use SampleFormat as F;
    let order = [F::F32, F::I32, F::I24, F::F64, F::I16, F::U32, F::U24, F::U16, F::I8, F::U8];
    order.iter().position(|f| *f == format).map(|p| p as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(
        channels: u16,
        rates: (u32, u32),
        periods: (u32, u32),
        format: SampleFormat,
    ) -> SupportedStreamConfigRange {
        let buffer = SupportedBufferSize::Range { min: periods.0, max: periods.1 };
        SupportedStreamConfigRange::new(channels, rates.0, rates.1, buffer, format)
    }

    fn wish(rate_hz: Option<u32>, period_frames: Option<u32>) -> AudioWish {
        AudioWish { rate_hz, period_frames, ..AudioWish::default() }
    }

    #[test]
    fn plugins_are_not_devices() {
        for pcm in ["null", "samplerate", "upmix", "surround51:CARD=PCH,DEV=0", "front:CARD=PCH,DEV=0", "dmix:CARD=0"] {
            assert!(!is_device(pcm), "{pcm}");
        }
        for pcm in ["default", "pipewire", "pulse", "hw:CARD=PCH,DEV=0", "plughw:CARD=PCH,DEV=0", "hdmi:CARD=1"] {
            assert!(is_device(pcm), "{pcm}");
        }
        assert!(is_hardware("plughw:CARD=PCH,DEV=0") && !is_hardware("default"));
    }

    #[test]
    fn stereo_at_the_default_rate_in_the_best_format_is_chosen() {
        let all = [
            range(1, (44_100, 48_000), (64, 4096), SampleFormat::F32),
            range(2, (44_100, 48_000), (64, 4096), SampleFormat::I16),
            range(2, (44_100, 48_000), (64, 4096), SampleFormat::I32),
            range(6, (44_100, 48_000), (64, 4096), SampleFormat::F32),
            range(2, (44_100, 48_000), (64, 4096), SampleFormat::DsdU8),
        ];
        let choice = choose("card", &all, Some(44_100), &wish(None, None), 256).expect("a choice");
        assert_eq!((choice.config.channels, choice.config.sample_rate), (2, 44_100));
        assert_eq!((choice.format, choice.config.buffer_size), (SampleFormat::I32, BufferSize::Fixed(256)));
        assert_eq!(choice.trouble, None);
        let choice = choose("card", &all[..1], None, &wish(Some(48_000), Some(128)), 256).expect("a choice");
        assert_eq!((choice.config.channels, choice.config.sample_rate, choice.trouble), (1, 48_000, None));
        assert_eq!(choose("card", &all[4..], None, &wish(None, None), 256), None);
        assert_eq!(choose("card", &[], None, &wish(None, None), 256), None);
    }

    #[test]
    fn what_cannot_be_had_is_named_and_replaced_by_the_nearest() {
        let all = [range(2, (48_000, 48_000), (128, 1024), SampleFormat::I16)];
        let choice = choose("card", &all, None, &wish(Some(96_000), None), 256).expect("a choice");
        let reason = choice.trouble.expect("a reason").reason;
        assert_eq!((choice.config.sample_rate, reason.contains("'card' cannot play at 96000 Hz")), (48_000, true));
        let choice = choose("card", &all, None, &wish(None, Some(32)), 256).expect("a choice");
        let reason = choice.trouble.expect("a reason").reason;
        assert!(reason.contains("period of 32 frames; it uses 128"), "{reason}");
        assert_eq!(choice.config.buffer_size, BufferSize::Fixed(128));
    }

    #[test]
    fn rates_and_periods_are_listed() {
        let all = [
            range(2, (44_100, 96_000), (64, 512), SampleFormat::I16),
            range(2, (11_025, 11_025), (32, 256), SampleFormat::I16),
            range(2, (768_000, 768_000), (32, 256), SampleFormat::I16),
        ];
        assert_eq!(rates_hz(&all), [11_025, 44_100, 48_000, 88_200, 96_000]);
        assert_eq!(periods_frames(&all), Some((32, 512)));
        assert_eq!(periods_frames(&[]), None);
    }
}
