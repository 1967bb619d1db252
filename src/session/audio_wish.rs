//! What is wished of the sound device, between settings, command line and host.

use super::settings::{AudioSettings, Settings};
use crate::host::{AudioWish, InputWish};

/// What the settings call the microphone that the system prefers.
const SYSTEM: &str = "system";

/// What settings wish for.
#[must_use]
pub fn wish_of(audio: &AudioSettings) -> AudioWish {
    AudioWish {
        host: audio.host.clone(),
        output_id: audio.output.clone(),
        rate_hz: audio.rate_hz,
        period_frames: audio.period_frames,
        input: match audio.microphone.as_deref() {
            None => InputWish::Off,
            Some(SYSTEM) => InputWish::System,
            Some(id) => InputWish::Id(id.to_owned()),
        },
    }
}

/// A wish as settings.
#[must_use]
pub fn settings_of(wish: &AudioWish) -> AudioSettings {
    AudioSettings {
        host: wish.host.clone(),
        output: wish.output_id.clone(),
        rate_hz: wish.rate_hz,
        period_frames: wish.period_frames,
        microphone: microphone_of(&wish.input),
    }
}

/// A microphone as the settings write it.
#[must_use]
pub fn microphone_of(input: &InputWish) -> Option<String> {
    match input {
        InputWish::Off => None,
        InputWish::System => Some(SYSTEM.to_owned()),
        InputWish::Id(id) => Some(id.clone()),
    }
}

/// The command line goes before the settings; another host than the settings' takes nothing from them but whether to
/// listen.
#[must_use]
pub fn merge(wish: &AudioWish, settings: &Settings) -> AudioWish {
    let kept = wish_of(&settings.audio);
    let is_asked = wish.input != InputWish::Off;
    if wish.host.is_some() && wish.host != kept.host {
        let system = if kept.input == InputWish::Off { InputWish::Off } else { InputWish::System };
        return AudioWish { input: if is_asked { wish.input.clone() } else { system }, ..wish.clone() };
    }
    AudioWish {
        host: wish.host.clone().or(kept.host),
        output_id: wish.output_id.clone().or(kept.output_id),
        rate_hz: wish.rate_hz.or(kept.rate_hz),
        period_frames: wish.period_frames.or(kept.period_frames),
        input: if is_asked { wish.input.clone() } else { kept.input },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_survive_the_settings_and_the_command_line_goes_first() {
        for input in [InputWish::Off, InputWish::System, InputWish::Id("alsa:hw:1".into())] {
            let wish = AudioWish { host: Some("alsa".into()), rate_hz: Some(48_000), input, ..AudioWish::default() };
            assert_eq!(wish_of(&settings_of(&wish)), wish);
        }
        let audio = settings_of(&AudioWish {
            host: Some("alsa".into()),
            output_id: Some("alsa:hw:0".into()),
            input: InputWish::Id("alsa:hw:1".into()),
            ..AudioWish::default()
        });
        let settings = Settings { audio, ..Settings::default() };
        let host = |host: &str| AudioWish { host: Some(host.into()), ..AudioWish::default() };
        assert_eq!(merge(&host("alsa"), &settings).input, InputWish::Id("alsa:hw:1".into()));
        assert_eq!(merge(&host("jack"), &settings), AudioWish { input: InputWish::System, ..host("jack") });
        assert_eq!(merge(&AudioWish::default(), &settings).output_id.as_deref(), Some("alsa:hw:0"));
    }
}
