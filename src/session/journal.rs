//! The journal: every command and event with the frame at which it took effect, one JSON line each, so
//! that a live take can be rendered again.

use crate::base::limits::PARTS;
use crate::base::{Beats, Bus, Frames, Midi};
use crate::engine::params::{PARAMS, ParamId, ParamValues};
use crate::engine::{Applied, EngineConfig, JournalEntry};
use crate::instrument::{PATCHES, PatchId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};
use std::path::Path;

/// The version of the format.
pub const JOURNAL_VERSION: u32 = 1;

/// The first line: the state in which the engine was built.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Head {
    sangat_journal: u32,
    rate_hz: u32,
    seed: u64,
    position_beats: f64,
    patches: BTreeMap<String, String>,
    params: BTreeMap<String, f32>,
}

/// Every other line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Line {
    n: u64,
    frame: u64,
    #[serde(flatten)]
    what: What,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum What {
    Midi(String, [u8; 3]),
    Param(String, f32),
    Patch(String, String),
    Play,
    Stop,
    Locate(f64),
    Pace(f32),
    Join(f32, f64),
    Panic,
    TestTone,
    Record(bool),
    TempoMap,
    Gap(u32),
}

/// Why a journal cannot be replayed.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file cannot be read.
    #[error("cannot read {0}: {1}; check the name and that you may read it")]
    Read(String, io::Error),
    /// It is no journal, or of another version.
    #[error("{0} is not a Sangat journal of version {JOURNAL_VERSION}; choose a file from the journal folder")]
    Head(String),
    /// A line is damaged.
    #[error("{0} is damaged at line {1} ({2}); everything before that line can still be replayed with --until-damage")]
    Line(String, usize, String),
}

/// A journal in memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Journal {
    /// The state in which the engine was built.
    pub config: EngineConfig,
    /// What took effect, in order.
    pub entries: Vec<JournalEntry>,
}

/// Writes the first line.
///
/// # Errors
/// The writer's own.
pub fn write_head(config: &EngineConfig, out: &mut impl Write) -> io::Result<()> {
    let patches =
        Bus::PARTS.iter().zip(config.patches).map(|(bus, patch)| (bus.key().to_owned(), patch_key(patch))).collect();
    let params = PARAMS.iter().map(|spec| (spec.key.to_owned(), config.values.get(spec.id))).collect();
    let head = Head {
        sangat_journal: JOURNAL_VERSION,
        rate_hz: config.rate_hz,
        seed: config.seed,
        position_beats: config.position.0,
        patches,
        params,
    };
    write_line(&head, out)
}

/// Writes one entry.
///
/// # Errors
/// The writer's own.
pub fn write_entry(entry: &JournalEntry, out: &mut impl Write) -> io::Result<()> {
    let what = match entry.applied {
        Applied::Midi { bus, message } => What::Midi(bus.key().to_owned(), message.bytes()),
        Applied::Param { id, value } => What::Param(id.spec().key.to_owned(), value),
        Applied::Patch { bus, patch } => What::Patch(bus.key().to_owned(), patch_key(patch)),
        Applied::Play => What::Play,
        Applied::Stop => What::Stop,
        Applied::Locate(beat) => What::Locate(beat.0),
        Applied::Pace(bpm) => What::Pace(bpm),
        Applied::Join { bpm, beat } => What::Join(bpm, beat.0),
        Applied::Panic => What::Panic,
        Applied::TestTone => What::TestTone,
        Applied::Record(on) => What::Record(on),
        Applied::TempoMap => What::TempoMap,
        Applied::Gap(lost) => What::Gap(lost),
    };
    write_line(&Line { n: entry.number, frame: entry.frame.0, what }, out)
}

fn write_line(line: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}

fn patch_key(patch: PatchId) -> String {
    PATCHES.get(usize::from(patch.0)).map_or_else(String::new, |info| info.key.to_owned())
}

impl Journal {
    /// Reads a journal. With `until_damage` everything before the first damaged line counts: a program that
    /// was killed leaves half a line.
    ///
    /// # Errors
    /// [`JournalError`].
    pub fn read(path: &Path, until_damage: bool) -> Result<Self, JournalError> {
        let name = path.display().to_string();
        let file = std::fs::File::open(path).map_err(|e| JournalError::Read(name.clone(), e))?;
        let mut lines = io::BufReader::new(file).lines();
        let head = lines.next().and_then(Result::ok).and_then(|line| serde_json::from_str::<Head>(&line).ok());
        let head =
            head.filter(|h| h.sangat_journal == JOURNAL_VERSION).ok_or_else(|| JournalError::Head(name.clone()))?;
        let mut entries = Vec::new();
        for (index, line) in lines.enumerate() {
            match line.map_err(|e| e.to_string()).and_then(|text| entry_from(&text)) {
                Ok(entry) => entries.push(entry),
                Err(_) if until_damage => break,
                Err(what) => return Err(JournalError::Line(name, index + 2, what)),
            }
        }
        Ok(Self { config: config_from(&head), entries })
    }
}

fn config_from(head: &Head) -> EngineConfig {
    let mut values = ParamValues::default();
    for (key, value) in &head.params {
        if let Some(id) = ParamId::from_key(key) {
            values.set(id, *value);
        }
    }
    let mut config = EngineConfig::new(head.rate_hz);
    let patch = |bus: Bus| head.patches.get(bus.key()).and_then(|key| PatchId::from_key(key));
    let patches: [PatchId; PARTS] = std::array::from_fn(|row| patch(Bus::PARTS[row]).unwrap_or(config.patches[row]));
    config.seed = head.seed;
    config.values = values;
    config.patches = patches;
    config.position = Beats(head.position_beats);
    config
}

fn entry_from(text: &str) -> Result<JournalEntry, String> {
    let line: Line = serde_json::from_str(text).map_err(|e| e.to_string())?;
    let bus = |key: &str| Bus::from_key(key).ok_or_else(|| format!("no bus is called {key}"));
    let applied = match line.what {
        What::Midi(key, bytes) => {
            let message = Midi::parse(&bytes).ok_or("not a MIDI message")?;
            Applied::Midi { bus: bus(&key)?, message }
        }
        What::Param(key, value) => {
            Applied::Param { id: ParamId::from_key(&key).ok_or(format!("no parameter is called {key}"))?, value }
        }
        What::Patch(key, patch) => {
            let patch = PatchId::from_key(&patch).ok_or(format!("no sound is called {patch}"))?;
            Applied::Patch { bus: bus(&key)?, patch }
        }
        What::Play => Applied::Play,
        What::Stop => Applied::Stop,
        What::Locate(beat) => Applied::Locate(Beats(beat)),
        What::Pace(bpm) => Applied::Pace(bpm),
        What::Join(bpm, beat) => Applied::Join { bpm, beat: Beats(beat) },
        What::Panic => Applied::Panic,
        What::TestTone => Applied::TestTone,
        What::Record(on) => Applied::Record(on),
        What::TempoMap => Applied::TempoMap,
        What::Gap(lost) => Applied::Gap(lost),
    };
    Ok(JournalEntry { number: line.n, frame: Frames(line.frame), applied })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> (EngineConfig, Vec<JournalEntry>) {
        let mut config = EngineConfig::new(44_100);
        config.values.set(ParamId::ReverbMix, 0.123_456_79);
        let message = Midi::NoteOn { channel: 0, key: 60, velocity: 90 };
        let all = [
            Applied::Midi { bus: Bus::You, message },
            Applied::Midi { bus: Bus::Bass, message: Midi::PitchBend { channel: 1, value: -77 } },
            Applied::Param { id: ParamId::Tempo, value: 97.3 },
            Applied::Patch { bus: Bus::Drone, patch: PatchId(1) },
            Applied::Play,
            Applied::Locate(Beats(3.5)),
            Applied::Stop,
            Applied::Pace(101.7),
            Applied::Join { bpm: 77.7, beat: Beats(-1.25) },
            Applied::Panic,
            Applied::TestTone,
            Applied::Record(true),
            Applied::TempoMap,
            Applied::Gap(4),
        ];
        let entries = all.into_iter().enumerate().map(|(i, applied)| JournalEntry {
            number: i as u64 + 1,
            frame: Frames(i as u64 * 1000),
            applied,
        });
        (config, entries.collect())
    }

    fn written() -> (Vec<u8>, Journal) {
        let (config, entries) = sample();
        let mut bytes = Vec::new();
        write_head(&config, &mut bytes).unwrap();
        entries.iter().for_each(|e| write_entry(e, &mut bytes).unwrap());
        (bytes, Journal { config, entries })
    }

    #[test]
    fn every_kind_of_entry_survives_the_file() {
        let (bytes, journal) = written();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(Journal::read(&path, false).unwrap(), journal);
    }

    #[test]
    fn half_a_line_is_named_and_the_rest_can_be_had() {
        let (bytes, journal) = written();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        std::fs::write(&path, &bytes[..bytes.len() - 5]).unwrap();
        let text = Journal::read(&path, false).unwrap_err().to_string();
        assert!(text.contains(&format!("line {}", journal.entries.len() + 1)), "{text}");
        let read = Journal::read(&path, true).unwrap();
        assert_eq!(read.entries, journal.entries[..journal.entries.len() - 1]);
        std::fs::write(&path, b"{}\n").unwrap();
        assert!(Journal::read(&path, true).unwrap_err().to_string().contains("not a Sangat journal"));
    }
}
