//! What is remembered from one start to the next.

use super::files::{WriteError, write_whole};
use super::intent::{Motion, Page};
use crate::engine::params::{PARAMS, ParamId, ParamValues};
use crate::instrument::PatchId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// The version of the file that this program writes and reads.
pub const SETTINGS_VERSION: u32 = 1;

/// The settings file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// [`SETTINGS_VERSION`].
    pub version: u32,
    /// The sound device.
    #[serde(default)]
    pub audio: AudioSettings,
    /// MIDI inputs.
    #[serde(default)]
    pub midi: MidiSettings,
    /// The window.
    #[serde(default)]
    pub window: WindowSettings,
    /// What is practised.
    #[serde(default)]
    pub practice: PracticeSettings,
    /// The player's sound.
    #[serde(default)]
    pub sound: SoundSettings,
    /// The chart that the band plays by, as text.
    #[serde(default)]
    pub chart: Option<String>,
    /// Parameters that differ from their default, by their keys.
    #[serde(default)]
    pub params: BTreeMap<String, f32>,
    /// Controllers that move a parameter, by its key.
    #[serde(default)]
    pub learn: BTreeMap<String, u8>,
}

/// Which device, and how; `None` leaves the choice to the system.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AudioSettings {
    /// The host's key.
    pub host: Option<String>,
    /// The output's id.
    pub output: Option<String>,
    /// The rate in Hz.
    pub rate_hz: Option<u32>,
    /// The period in frames.
    pub period_frames: Option<u32>,
    /// The microphone: none, "system" for the one that the system prefers, or its id.
    pub microphone: Option<String>,
}

/// Inputs are on unless named here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MidiSettings {
    /// Names of the inputs that are off.
    pub disabled: Vec<String>,
}

/// How the window looks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowSettings {
    /// 0.75 to 2.
    pub zoom: f32,
    /// How much may move.
    pub motion: Motion,
    /// Stronger contrast.
    pub is_high_contrast: bool,
    /// The page to open first.
    pub page: Page,
}

impl Default for WindowSettings {
    fn default() -> Self {
        Self { zoom: 1.0, motion: Motion::Full, is_high_contrast: false, page: Page::Play }
    }
}

/// What is practised, and how it is written. What is not known falls back to the default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PracticeSettings {
    /// The raga's id; none is the first of the curriculum.
    pub raga: Option<String>,
    /// The mode of a scale that is practised instead: "major".
    pub scale: Option<String>,
    /// The tala's id; none sings freely.
    pub tala: Option<String>,
    /// "carnatic" or "hindustani": whose names the swaras have.
    pub tradition: Option<String>,
    /// "latin", "devanagari", "tamil", "kannada" or "telugu".
    pub script: Option<String>,
    /// Whether the drum keeps the tala; none is yes.
    #[serde(default)]
    pub has_theka: Option<bool>,
    /// Mark as the music asks for, not as for beginners.
    #[serde(default)]
    pub is_strict: bool,
    /// The exercise's id; none sings freely.
    pub exercise: Option<String>,
    /// Units of the exercise to a beat.
    pub speed: Option<u8>,
    /// The share of the tempo, hundredths.
    pub pace_percent: Option<u8>,
    /// Whether each line is sung by the guide first.
    #[serde(default)]
    pub is_sung_first: bool,
    /// Whether the guide goes along with the learner.
    #[serde(default)]
    pub is_guided: bool,
    /// Whether the time stands until a note is held true.
    #[serde(default)]
    pub waits: bool,
    /// The guide's sound, by its key.
    pub guide: Option<String>,
}

/// Sounds by their keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SoundSettings {
    /// The player's sound.
    pub patch: Option<String>,
    /// Starred sounds.
    #[serde(default)]
    pub favourites: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            version: SETTINGS_VERSION,
            audio: AudioSettings::default(),
            midi: MidiSettings::default(),
            window: WindowSettings::default(),
            practice: PracticeSettings::default(),
            sound: SoundSettings::default(),
            chart: None,
            params: BTreeMap::new(),
            learn: BTreeMap::new(),
        }
    }
}

impl Settings {
    /// Reads the file. A file that cannot be used is put aside under another name and said so in one
    /// sentence; the settings are then the defaults. A missing file is no matter.
    #[must_use]
    pub fn load(path: &Path) -> (Self, Option<String>) {
        let text = match std::fs::read(path) {
            // What is no text fails below like any other damage.
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return (Self::default(), None),
            Err(error) => {
                let said = format!(
                    "cannot read the settings {}: {error}; standard settings are used until you can",
                    path.display()
                );
                return (Self::default(), Some(said));
            }
        };
        let parsed =
            if text.contains('\u{fffd}') { Err("are damaged (not UTF-8 text)".to_owned()) } else { Self::parse(&text) };
        match parsed {
            Ok(settings) => (settings, None),
            Err(why) => {
                let aside = path.with_extension(format!("{}.toml", chrono::Local::now().format("%Y%m%d-%H%M%S")));
                let kept = match std::fs::rename(path, &aside) {
                    Ok(()) => format!("it was put aside as {}", aside.display()),
                    Err(error) => format!("it could not be put aside ({error}) and will be replaced"),
                };
                let said = format!("the settings {} {why}; {kept} and standard settings are used", path.display());
                (Self::default(), Some(said))
            }
        }
    }

    fn parse(text: &str) -> Result<Self, String> {
        let version = text.parse::<toml::Table>().ok().and_then(|t| t.get("version").and_then(toml::Value::as_integer));
        if let Some(version) = version.filter(|v| *v != i64::from(SETTINGS_VERSION)) {
            return Err(format!("are of version {version} and this program reads version {SETTINGS_VERSION}"));
        }
        let settings: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(0, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            let what = error.message().lines().next().unwrap_or("unreadable").to_owned();
            format!("are damaged at line {line} ({what})")
        })?;
        Ok(settings)
    }

    /// Writes the file whole or not at all, making its folder.
    ///
    /// # Errors
    /// [`WriteError`] when it cannot be written; the old file stays.
    pub fn save(&self, path: &Path) -> Result<(), WriteError> {
        let fail = |source| WriteError { path: path.display().to_string(), source };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(fail)?;
        }
        let text = toml::to_string_pretty(self).map_err(|e| fail(std::io::Error::other(e)))?;
        write_whole(path, |out| out.write_all(text.as_bytes()))
    }

    /// The parameters, each in its range, for a player's `patch`; keys that no parameter has are skipped.
    #[must_use]
    pub fn values(&self, patch: PatchId) -> ParamValues {
        let mut values = standard_values(patch);
        for (key, value) in &self.params {
            if let Some(id) = ParamId::from_key(key) {
                values.set(id, *value);
            }
        }
        values
    }

    /// Remembers the parameters that differ from their standard for the player's `patch`.
    pub fn set_values(&mut self, values: &ParamValues, patch: PatchId) {
        let standard = standard_values(patch);
        self.params = PARAMS
            .iter()
            .filter(|spec| values.get(spec.id) != standard.get(spec.id))
            .map(|spec| (spec.key.to_owned(), values.get(spec.id)))
            .collect();
    }
}

fn standard_values(patch: PatchId) -> ParamValues {
    let mut values = ParamValues::default();
    values.take_macros_of(patch);
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_survive_a_round_trip() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/settings.toml");
        let mut settings = Settings::default();
        let mut values = standard_values(PatchId(2));
        values.set(ParamId::Tempo, 96.5);
        settings.set_values(&values, PatchId(2));
        settings.audio.rate_hz = Some(96_000);
        settings.midi.disabled.push("Nano \"K\" ♯".to_owned());
        settings.learn.insert("reverb.mix".to_owned(), 74);
        settings.save(&path).unwrap();
        let (read, said) = Settings::load(&path);
        assert_eq!((read.values(PatchId(2)).get(ParamId::Tempo), said), (96.5, None));
        assert_eq!(read, settings);
        assert_eq!(read.params.len(), 1);
    }

    #[test]
    fn another_version_and_a_file_cut_in_half_are_put_aside_and_said() {
        let whole = toml::to_string_pretty(&Settings::default()).unwrap();
        let cases = [
            ("version = 7\n".to_owned(), "version 7"),
            (whole[..whole.len() / 2].trim_end().to_owned() + "\nz = [", "damaged"),
            ("version = 1\nunknown = 3\n".to_owned(), "unknown"),
            ("\u{0}\u{1}".to_owned(), "damaged"),
        ];
        for (text, word) in cases {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("settings.toml");
            std::fs::write(&path, &text).unwrap();
            let (settings, said) = Settings::load(&path);
            let said = said.expect("a sentence");
            assert!(said.contains(word) && said.contains("settings.toml") && !said.contains('\n'), "{said}");
            assert_eq!(settings, Settings::default());
            let kept = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
            assert_eq!(std::fs::read_to_string(kept).unwrap(), text);
        }
    }

    #[test]
    fn unknown_parameters_are_skipped_and_wild_values_brought_in() {
        let params = [("transport.tempo".to_owned(), 1e9), ("gone".to_owned(), 1.0)].into();
        let settings = Settings { params, ..Settings::default() };
        assert_eq!(settings.values(PatchId(0)).get(ParamId::Tempo), 400.0);
    }
}
