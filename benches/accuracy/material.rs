//! Performances with known beats, read from the annotated data.

use midly::{MetaMessage, MidiMessage, Smf, Timing, TrackEventKind};
use sangat::ear::{Onset, OnsetSource};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What was played and where its beats are.
#[derive(Clone, Debug, Default)]
pub struct Piece {
    /// What was played, in time order.
    pub onsets: Vec<Onset>,
    /// The beats, in seconds, rising.
    pub beats: Vec<f64>,
    /// Whether each beat begins a bar.
    pub are_downbeats: Vec<bool>,
    /// Beats in a bar and the unit, where known.
    pub signature: Option<(u32, u32)>,
}

impl Piece {
    /// The first beats of the bars.
    pub fn downbeats(&self) -> Vec<f64> {
        self.beats.iter().zip(&self.are_downbeats).filter(|(_, is)| **is).map(|(beat, _)| *beat).collect()
    }

    /// The piece with every time moved by `to`.
    pub fn warped(&self, to: impl Fn(f64) -> f64) -> Self {
        let mut piece = self.clone();
        piece.onsets.iter_mut().for_each(|onset| onset.at_secs = to(onset.at_secs));
        piece.beats.iter_mut().for_each(|beat| *beat = to(*beat));
        piece
    }
}

/// The note-ons of a MIDI file's tracks that `wants` takes by name, its seconds at its own tempo map. A note on
/// channel 10 is a drum.
pub fn onsets(path: &Path, wants: impl Fn(&str) -> bool) -> Vec<Onset> {
    let bytes = std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let smf = Smf::parse(&bytes).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let Timing::Metrical(per_quarter) = smf.header.timing else { return Vec::new() };
    let per_quarter = f64::from(per_quarter.as_int());
    let mut tempi: BTreeMap<u64, u32> = BTreeMap::new();
    let mut notes: Vec<(u64, OnsetSource, u8)> = Vec::new();
    for track in &smf.tracks {
        let (mut tick, mut name) = (0_u64, String::new());
        for event in track {
            tick += u64::from(event.delta.as_int());
            match event.kind {
                TrackEventKind::Meta(MetaMessage::Tempo(tempo)) => {
                    tempi.insert(tick, tempo.as_int());
                }
                TrackEventKind::Meta(MetaMessage::TrackName(text)) => name = String::from_utf8_lossy(text).into(),
                TrackEventKind::Midi { channel, message: MidiMessage::NoteOn { key, vel } }
                    if vel.as_int() > 0 && wants(&name) =>
                {
                    let key = key.as_int();
                    let source = if channel == 9 { OnsetSource::Drum(key) } else { OnsetSource::Key(key) };
                    notes.push((tick, source, vel.as_int()));
                }
                _ => {}
            }
        }
    }
    notes.sort_by_key(|note| note.0);
    let (mut at_tick, mut at_secs, mut tempo) = (0_u64, 0.0_f64, 500_000_u32);
    let mut changes = tempi.into_iter().peekable();
    let mut out = Vec::with_capacity(notes.len());
    for (tick, source, velocity) in notes {
        while let Some(&(change, next)) = changes.peek().filter(|(change, _)| *change <= tick) {
            at_secs += (change - at_tick) as f64 / per_quarter * f64::from(tempo) * 1.0e-6;
            (at_tick, tempo) = (change, next);
            changes.next();
        }
        let secs = at_secs + (tick - at_tick) as f64 / per_quarter * f64::from(tempo) * 1.0e-6;
        out.push(Onset { at_secs: secs, loudness: f32::from(velocity) / 127.0, source });
    }
    out
}

/// One song of POP909, its piano track alone; `None` where the files are not there.
pub fn pop909(data: &Path, song: u32) -> Option<Piece> {
    let folder = data.join(format!("pop909/{song:03}"));
    let text = std::fs::read_to_string(folder.join("beat_midi.txt")).ok()?;
    let mut piece = Piece { signature: Some((4, 4)), ..Piece::default() };
    for line in text.lines() {
        let columns: Vec<f64> = line.split_whitespace().filter_map(|c| c.parse().ok()).collect();
        piece.beats.push(*columns.first()?);
        piece.are_downbeats.push(columns.get(2).is_some_and(|down| *down > 0.0));
    }
    piece.onsets = onsets(&folder.join(format!("{song:03}.mid")), |name| name == "PIANO");
    Some(piece)
}

/// The drums of one split of the Groove MIDI Dataset, whole beats or fills, at the tempo of its table; the beat
/// grid begins at time 0 and ends with the last stroke.
pub fn groove(data: &Path, split: &str, beat_type: &str) -> Vec<Piece> {
    let Ok(table) = std::fs::read_to_string(data.join("groove/info.csv")) else { return Vec::new() };
    let mut pieces = Vec::new();
    for line in table.lines().skip(1) {
        let columns: Vec<&str> = line.split(',').collect();
        let [_, _, _, _, bpm, kind, signature, file, _, _, of] = columns[..] else { continue };
        let path = data.join("groove").join(file);
        if of != split || kind != beat_type || !path.is_file() {
            continue;
        }
        let mut parts = signature.split('-').filter_map(|part| part.parse::<u32>().ok());
        let (beats, unit) = (parts.next().unwrap_or(4), parts.next().unwrap_or(4));
        let bpm: f64 = bpm.parse().unwrap_or(120.0);
        let onsets = onsets(&path, |_| true);
        let end = onsets.last().map_or(0.0, |onset| onset.at_secs);
        // The table's tempo counts quarters.
        let beat_secs = 60.0 / bpm;
        let quarters = (end / beat_secs + 0.25).floor() as u32 + 1;
        let per_bar = if unit == 8 { beats / 2 } else { beats };
        pieces.push(Piece {
            onsets,
            beats: (0..quarters).map(|n| f64::from(n) * beat_secs).collect(),
            are_downbeats: (0..quarters).map(|n| n % per_bar.max(1) == 0).collect(),
            signature: Some((beats, unit)),
        });
    }
    pieces
}

/// The piano performances of ASAP with their beats as annotated.
pub fn asap(data: &Path) -> Vec<Piece> {
    let mut files = Vec::new();
    let mut folders = vec![data.join("evaluation-only/asap")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with("_annotations.txt") {
                files.push(path);
            }
        }
    }
    files.sort();
    files.iter().map(asap_piece).collect()
}

fn asap_piece(path: &PathBuf) -> Piece {
    let midi = PathBuf::from(path.to_string_lossy().replace("_annotations.txt", ".mid"));
    let mut piece = Piece { onsets: onsets(&midi, |_| true), ..Piece::default() };
    let text = std::fs::read_to_string(path).unwrap_or_default();
    for line in text.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let [at, _, mark] = columns[..] else { continue };
        let Ok(at) = at.parse::<f64>() else { continue };
        if piece.beats.last().is_some_and(|last| at <= *last) {
            continue;
        }
        piece.beats.push(at);
        piece.are_downbeats.push(mark.starts_with("db"));
        let signature = mark.split(',').nth(1).and_then(|s| s.split_once('/'));
        if let (None, Some((beats, unit))) = (piece.signature, signature) {
            piece.signature = beats.parse().ok().zip(unit.parse().ok());
        }
    }
    piece
}

/// One curve of tempo from the Weimar Jazz Database's beats: how long each beat is beside the solo's median.
#[derive(Clone, Debug)]
pub struct Drift {
    /// Length of each beat over the median.
    pub ratios: Vec<f64>,
}

/// Beats over which the tapping of the annotators is smoothed.
const DRIFT_BEATS: usize = 5;

/// A curve with a beat longer than this many medians is left out.
const DRIFT_GAP_MAX: f64 = 1.6;

/// All curves of at least `beats_min` beats, smoothed over five beats: what is left is the players' drift, not the
/// scatter of the annotator's taps, which piece and beats would share.
pub fn drifts(data: &Path, beats_min: usize) -> Vec<Drift> {
    let Ok(file) = std::fs::File::open(data.join("weimar/wjd_annotated_beat_tracks.csv.gz")) else { return Vec::new() };
    let mut text = String::new();
    if flate2::read::GzDecoder::new(file).read_to_string(&mut text).is_err() {
        return Vec::new();
    }
    let mut beats: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let columns: Vec<&str> = line.split(',').collect();
        let (Some(at), Some(solo)) = (columns.first(), columns.get(13)) else { continue };
        if let (Ok(at), Ok(solo)) = (at.parse(), solo.parse()) {
            beats.entry(solo).or_default().push(at);
        }
    }
    beats.values().filter_map(|beats| drift(beats)).filter(|drift| drift.ratios.len() >= beats_min).collect()
}

fn drift(beats: &[f64]) -> Option<Drift> {
    let gaps: Vec<f64> = beats.windows(2).map(|w| w[1] - w[0]).collect();
    let mut sorted = gaps.clone();
    sorted.sort_by(f64::total_cmp);
    let median = *sorted.get(sorted.len() / 2)?;
    // A gap is an annotation that pauses or changes its level, and no drift.
    if sorted.last().is_some_and(|longest| *longest > DRIFT_GAP_MAX * median) {
        return None;
    }
    let ratios: Vec<f64> =
        gaps.windows(DRIFT_BEATS).map(|w| w.iter().sum::<f64>() / DRIFT_BEATS as f64 / median).collect();
    Some(Drift { ratios })
}

/// `piece` with beat `n` stretched by ratio `n` of the curve, which begins again at its end.
pub fn bent(piece: &Piece, drift: &Drift) -> Piece {
    let (Some(first), Some(last)) = (piece.beats.first(), piece.beats.last()) else { return piece.clone() };
    let (first, last) = (*first, *last);
    let mut bent = vec![first];
    for (n, gap) in piece.beats.windows(2).enumerate() {
        bent.push(bent[n] + (gap[1] - gap[0]) * drift.ratios[n % drift.ratios.len()]);
    }
    let beats = piece.beats.clone();
    piece.warped(|at| {
        if at <= first {
            return at;
        }
        if at >= last {
            return bent[bent.len() - 1] + at - last;
        }
        let n = beats.partition_point(|beat| *beat <= at) - 1;
        bent[n] + (at - beats[n]) * drift.ratios[n % drift.ratios.len()]
    })
}
