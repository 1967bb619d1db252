//! What people wrote down about a recording: beats, chords, key, pitch. The formats in which such annotations
//! are passed around are told apart by what stands in them.

use std::path::Path;

/// A beat as annotated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrueBeat {
    /// Seconds from the start.
    pub at_secs: f64,
    /// Whether a bar begins there; `None` when the file does not say.
    pub is_downbeat: Option<bool>,
}

/// A stretch with a name: a chord, a key.
#[derive(Clone, Debug, PartialEq)]
pub struct TrueSegment {
    /// Where it begins, in seconds.
    pub begin_secs: f64,
    /// Where it ends, in seconds.
    pub end_secs: f64,
    /// Its name as written: "Bb:min7", "N".
    pub label: String,
}

/// A pitch as annotated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TruePitch {
    /// Seconds from the start.
    pub at_secs: f64,
    /// In Hz; 0 or below where nothing is sung.
    pub hz: f64,
}

/// All that is known about a recording.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Truth {
    /// Beats in the order of time.
    pub beats: Vec<TrueBeat>,
    /// Chords in the order of time.
    pub chords: Vec<TrueSegment>,
    /// Keys in the order of time.
    pub keys: Vec<TrueSegment>,
    /// Pitch in the order of time.
    pub pitch: Vec<TruePitch>,
}

/// Why a file says nothing.
#[derive(Debug, thiserror::Error)]
pub enum TruthError {
    /// It cannot be read.
    #[error("cannot read {path}: {source}; check the name and that you may read it")]
    Read {
        /// Which file.
        path: String,
        /// The system's words.
        source: std::io::Error,
    },
    /// A line fits no format.
    #[error(
        "line {line} of {path} is no annotation ({what}); write beats as 'seconds [number in the bar]', chords and keys as \
         'begin end name', pitch as 'seconds,Hz'"
    )]
    Line {
        /// Which file.
        path: String,
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// It is empty.
    #[error("{path} holds no annotation; choose another file")]
    Empty {
        /// Which file.
        path: String,
    },
}

/// One line, not yet understood.
enum Line {
    Numbers(Vec<f64>),
    Segment(TrueSegment),
    Beat(TrueBeat),
}

impl Truth {
    /// Adds what stands in a file. A file of segments whose name has the word "key" in it, or whose names
    /// read as "A minor", holds keys; other segments are chords. Two columns or more are pitch when the second passes
    /// 20 anywhere, else beats and their number in the bar; of three, the last marks the downbeat with 1.
    ///
    /// # Errors
    /// [`TruthError`]; nothing was added then.
    pub fn read(&mut self, path: &Path) -> Result<(), TruthError> {
        let name = path.display().to_string();
        let text = std::fs::read(path).map_err(|source| TruthError::Read { path: name.clone(), source })?;
        let file = path.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
        let is_key = file.split(|c: char| !c.is_alphabetic()).any(|word| word == "key" || word == "keys");
        self.add(&String::from_utf8_lossy(&text), &name, is_key)
    }

    fn add(&mut self, text: &str, path: &str, is_key: bool) -> Result<(), TruthError> {
        let mut rows = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim().trim_start_matches('\u{feff}');
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let parsed = parse_line(line);
            rows.push(parsed.map_err(|what| TruthError::Line { path: path.to_owned(), line: number + 1, what })?);
        }
        if rows.is_empty() {
            return Err(TruthError::Empty { path: path.to_owned() });
        }
        let is_pitch = rows.iter().any(|row| matches!(row, Line::Numbers(n) if n.len() >= 2 && n[1] > 20.0));
        for row in rows {
            match row {
                Line::Beat(beat) => self.beats.push(beat),
                Line::Segment(segment) if is_key || segment.label.contains(' ') => self.keys.push(segment),
                Line::Segment(segment) => self.chords.push(segment),
                Line::Numbers(numbers) if is_pitch && numbers.len() >= 2 => {
                    self.pitch.push(TruePitch { at_secs: numbers[0], hz: numbers[1] });
                }
                Line::Numbers(numbers) => {
                    let is_downbeat = numbers.get(1..).and_then(<[f64]>::last).map(|last| *last == 1.0);
                    self.beats.push(TrueBeat { at_secs: numbers[0], is_downbeat });
                }
            }
        }
        self.beats.sort_by(|a, b| a.at_secs.total_cmp(&b.at_secs));
        self.pitch.sort_by(|a, b| a.at_secs.total_cmp(&b.at_secs));
        for segments in [&mut self.chords, &mut self.keys] {
            segments.sort_by(|a, b| a.begin_secs.total_cmp(&b.begin_secs));
        }
        Ok(())
    }
}

fn parse_line(line: &str) -> Result<Line, String> {
    let words: Vec<&str> = line.split([' ', '\t', ',', ';']).filter(|w| !w.is_empty()).collect();
    let numbers: Vec<f64> = words.iter().map_while(|w| w.parse().ok()).collect();
    if numbers.iter().any(|n| !n.is_finite()) {
        return Err("a number is not finite".to_owned());
    }
    match (numbers.as_slice(), &words[numbers.len()..]) {
        ([], _) => Err("it does not begin with seconds".to_owned()),
        ([_] | [_, _] | [_, _, _], []) => Ok(Line::Numbers(numbers)),
        // The two times of such a file are the same.
        ([at_secs, _], ["b" | "db", ..]) => {
            Ok(Line::Beat(TrueBeat { at_secs: *at_secs, is_downbeat: Some(words[2] == "db") }))
        }
        ([begin_secs, end_secs], [_, ..]) if begin_secs <= end_secs => {
            let label = words[2..].join(" ");
            Ok(Line::Segment(TrueSegment { begin_secs: *begin_secs, end_secs: *end_secs, label }))
        }
        ([_, _], _) => Err("it ends before it begins".to_owned()),
        _ => Err(format!("{} columns", words.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn truth(text: &str, is_key: bool) -> Result<Truth, TruthError> {
        let mut truth = Truth::default();
        truth.add(text, "it.txt", is_key).map(|()| truth)
    }

    #[test]
    fn every_format_of_beats_is_told_from_pitch() {
        let beat = |at_secs, is_downbeat| TrueBeat { at_secs, is_downbeat };
        assert_eq!(truth("0.5\n1.0\n", false).unwrap().beats, [beat(0.5, None), beat(1.0, None)]);
        let numbered = truth("# beats\n2.66\t1.0\n3.33\t2.0\n", false).unwrap();
        assert_eq!(numbered.beats, [beat(2.66, Some(true)), beat(3.33, Some(false))]);
        let levels = truth("0.05 1.0 1.0\n0.72 1.0 0.0\n", false).unwrap();
        assert_eq!(levels.beats, [beat(0.05, Some(true)), beat(0.72, Some(false))]);
        let marked = truth("1.9\t1.9\tdb,4/4,2\n2.6\t2.6\tb\n", false).unwrap();
        assert_eq!(marked.beats, [beat(1.9, Some(true)), beat(2.6, Some(false))]);
        let pitch = truth("0.0,0.0\n0.0058,143.7\n", false).unwrap();
        assert_eq!((pitch.pitch.len(), pitch.beats.len(), pitch.pitch[1].hz), (2, 0, 143.7));
    }

    #[test]
    fn chords_and_keys_are_told_apart() {
        let chords = truth("0.0 2.5 N\n2.5 4.0 Bb:min7/5\n", false).unwrap();
        assert_eq!((chords.chords.len(), chords.chords[1].label.as_str()), (2, "Bb:min7/5"));
        assert_eq!(truth("2.67 191.9 Gb:maj\n", true).unwrap().keys[0].label, "Gb:maj");
        assert_eq!(truth("0 10 A minor\n", false).unwrap().keys[0].label, "A minor");
    }

    #[test]
    fn what_is_no_annotation_is_named_with_its_line() {
        let said = |text| truth(text, false).unwrap_err().to_string();
        assert!(said("").contains("holds no annotation"), "{}", said(""));
        assert!(said("1.0\nhello\n").contains("line 2 of it.txt"), "{}", said("1.0\nhello\n"));
        assert!(said("1 nan\n").contains("not finite"));
        assert!(said("3 2 C:maj\n").contains("ends before"));
        assert!(said("1 2 3 4\n").contains("4 columns"));
    }
}
