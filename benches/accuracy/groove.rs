//! The Groove MIDI Dataset: drummers with their style and tempo.

use sangat::base::Midi;
use sangat::session::score::Score;
use std::path::{Path, PathBuf};

/// A drum performance of the list.
pub struct Groove {
    pub path: PathBuf,
    pub style: String,
    pub bpm: f64,
    pub split: String,
    /// Whether it is a groove, not a fill.
    pub is_beat: bool,
    pub secs: f64,
}

/// The list in the folder `groove` of the data; empty where it cannot be read.
pub fn grooves(data: &Path) -> Vec<Groove> {
    let folder = data.join("groove");
    let text = std::fs::read_to_string(folder.join("info.csv")).unwrap_or_default();
    let groove = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        Some(Groove {
            path: folder.join(cells.get(7)?),
            style: (*cells.get(3)?).to_owned(),
            bpm: cells.get(4)?.parse().ok()?,
            split: (*cells.get(10)?).to_owned(),
            is_beat: *cells.get(5)? == "beat",
            secs: cells.get(9)?.parse().ok()?,
        })
    };
    text.lines().skip(1).filter_map(groove).collect()
}

/// The performance with the keys of the drummer's own kit taken to those of General MIDI; `None` where it cannot be read.
pub fn score(groove: &Groove) -> Option<Score> {
    let mut score = Score::read(&groove.path).ok()?;
    for event in &mut score.events {
        if let Midi::NoteOn { key, .. } | Midi::NoteOff { key, .. } = &mut event.message {
            // The edges of hi-hat and third tom, which the TD-11 numbers in its own way.
            *key = match *key {
                22 => 42,
                26 => 46,
                58 => 43,
                other => other,
            };
        }
    }
    Some(score)
}
