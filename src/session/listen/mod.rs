//! `sangat listen`: the ear on a file, streaming, as it listens live.

mod midi;
mod scores;
mod sound;
mod summary;
mod sung;
pub mod truth;

use super::score::ScoreError;
pub use midi::state_key;
use serde_json::{Value, json};
pub use sound::{Sound, SoundError};
use std::io::Read;
use std::path::{Path, PathBuf};
pub use summary::Summary;
use truth::{Truth, TruthError};

/// How to listen.
#[derive(Clone, Debug, Default)]
pub struct ListenOptions {
    /// One track of a MIDI file, by its number from 1 or a part of its name.
    pub track: Option<String>,
    /// Only keys below this one make chords.
    pub zone: Option<u8>,
    /// Sa of what is sung, in Hz: pitch is told in cents of it.
    pub tonic_hz: Option<f32>,
    /// Annotations to be scored against.
    pub truth: Vec<PathBuf>,
}

/// Why a file cannot be listened to.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The MIDI file is no good.
    #[error(transparent)]
    Score(#[from] ScoreError),
    /// The WAV file is no good.
    #[error(transparent)]
    Sound(#[from] SoundError),
    /// The annotation is no good.
    #[error(transparent)]
    Truth(#[from] TruthError),
    /// It is neither.
    #[error("{0} is neither a MIDI file nor a WAV file; export it as one of them")]
    Unknown(String),
    /// Nobody takes what is said.
    #[error("{0}")]
    Say(String),
}

/// Listens to a MIDI or WAV file from its begin to its end and gives every observation to `say`, as one value
/// each: `{"at_secs", "beat" | "tempo" | "metre" | "key" | "chord" | "phrase" | "pitch" | "note" | "onset"}`.
///
/// # Errors
/// [`ListenError`], in one sentence.
pub fn listen(
    input: &Path,
    options: &ListenOptions,
    say: &mut dyn FnMut(Value) -> Result<(), String>,
) -> Result<Summary, ListenError> {
    let mut truth = Truth::default();
    for path in &options.truth {
        truth.read(path)?;
    }
    let mut say = |value: Value| say(value).map_err(ListenError::Say);
    let mut summary = match magic(input)? {
        Some([b'M', b'T', b'h', b'd']) => midi::listen(input, options, &mut say)?,
        Some(head) if is_sound(head) => sung::listen(input, options, &mut say)?,
        _ => return Err(ListenError::Unknown(input.display().to_string())),
    };
    if !options.truth.is_empty() {
        summary.scores = scores::score(&summary, &truth);
    }
    Ok(summary)
}

/// Whether a file begins as a WAV file does.
///
/// # Errors
/// [`ScoreError::Read`] when it cannot be read.
pub fn holds_sound(path: &Path) -> Result<bool, ScoreError> {
    Ok(magic(path)?.is_some_and(is_sound))
}

fn is_sound(head: [u8; 4]) -> bool {
    matches!(head, [b'R', b'I', b'F', b'F' | b'X'] | [b'R', b'F', b'6', b'4'])
}

/// The first four bytes; `None` for a shorter file.
fn magic(path: &Path) -> Result<Option<[u8; 4]>, ScoreError> {
    let read = |source| ScoreError::Read { path: path.display().to_string(), source };
    let mut head = Vec::with_capacity(4);
    std::fs::File::open(path).map_err(read)?.take(4).read_to_end(&mut head).map_err(read)?;
    Ok(head.try_into().ok())
}

/// Rounds to what is worth printing.
pub(super) fn rounded(value: f64, decimals: i32) -> Value {
    let scale = 10.0_f64.powi(decimals);
    let value = (value * scale).round() / scale;
    if value.is_finite() { json!(value) } else { Value::Null }
}
