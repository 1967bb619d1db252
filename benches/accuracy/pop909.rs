//! POP909 (Wang et al. 2020): the piano arrangement of a song, its beats, chords and key.

use super::piece::{Beat, Note, Piece, Segment};
use midly::{MetaMessage, MidiMessage, Smf, Timing, TrackEvent, TrackEventKind};
use sangat::theory::{Chord, Key};
use std::path::Path;

/// The songs' folder inside the data.
pub const FOLDER: &str = "pop909";

/// One song, 1 to 909, with the notes of the named tracks ("PIANO", "MELODY", "BRIDGE"); `None` where a file lacks.
pub fn song(data: &Path, number: u32, tracks: &[&str]) -> Option<Piece> {
    let folder = data.join(FOLDER).join(format!("{number:03}"));
    let bytes = std::fs::read(folder.join(format!("{number:03}.mid"))).ok()?;
    let smf = Smf::parse(&bytes).ok()?;
    let Timing::Metrical(division) = smf.header.timing else { return None };
    let clock = Clock::read(&smf, f64::from(division.as_int()));
    let mut piece = Piece::default();
    for track in smf.tracks.iter().filter(|track| tracks.contains(&name(track).as_str())) {
        read_track(track, &clock, &mut piece);
    }
    piece.notes.sort_by(|a, b| a.from_secs.total_cmp(&b.from_secs));
    piece.pedals.sort_by(|a, b| a.0.total_cmp(&b.0));
    let lines = |file: &str| std::fs::read_to_string(folder.join(file)).ok();
    piece.beats = lines("beat_midi.txt")?.lines().filter_map(beat).collect();
    piece.chords = lines("chord_midi.txt")?.lines().filter_map(segment).collect();
    piece.key = lines("key_audio.txt")?.lines().find_map(|line| Key::parse(line.split_whitespace().nth(2)?));
    Some(piece)
}

/// Time, whether it is a beat of a simple bar, whether it is a downbeat.
fn beat(line: &str) -> Option<Beat> {
    let mut fields = line.split_whitespace().filter_map(|f| f.parse::<f64>().ok());
    let at_secs = fields.next()?;
    Some(Beat { at_secs, is_first: fields.nth(1)? > 0.5 })
}

fn segment(line: &str) -> Option<Segment> {
    let mut fields = line.split_whitespace();
    let (from_secs, to_secs) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(Segment { from_secs, to_secs, chord: Chord::parse(fields.next()?) })
}

fn name(track: &[TrackEvent]) -> String {
    let found = track.iter().find_map(|event| match event.kind {
        TrackEventKind::Meta(MetaMessage::TrackName(name)) => Some(String::from_utf8_lossy(name).into_owned()),
        _ => None,
    });
    found.unwrap_or_default()
}

/// The tempo map: `(tick, seconds, seconds a tick)` at each change.
struct Clock(Vec<(u64, f64, f64)>);

impl Clock {
    fn read(smf: &Smf, division: f64) -> Self {
        let mut changes: Vec<(u64, u32)> = Vec::new();
        for track in &smf.tracks {
            let mut tick = 0;
            for event in track {
                tick += u64::from(event.delta.as_int());
                if let TrackEventKind::Meta(MetaMessage::Tempo(micros)) = event.kind {
                    changes.push((tick, micros.as_int()));
                }
            }
        }
        changes.sort_unstable();
        let mut map = vec![(0, 0.0, 0.5 / division)];
        for (tick, micros) in changes {
            let secs = Self::secs_in(&map, tick);
            map.push((tick, secs, f64::from(micros) * 1e-6 / division));
        }
        Self(map)
    }

    fn secs_in(map: &[(u64, f64, f64)], tick: u64) -> f64 {
        let (from, secs, step) = map[map.partition_point(|change| change.0 <= tick).saturating_sub(1)];
        secs + (tick - from) as f64 * step
    }

    fn secs(&self, tick: u64) -> f64 {
        Self::secs_in(&self.0, tick)
    }
}

fn read_track(track: &[TrackEvent], clock: &Clock, piece: &mut Piece) {
    let mut tick = 0;
    let mut open: [Option<(f64, u8)>; 128] = [None; 128];
    for event in track {
        tick += u64::from(event.delta.as_int());
        let at_secs = clock.secs(tick);
        let TrackEventKind::Midi { message, .. } = event.kind else { continue };
        let (key, velocity) = match message {
            MidiMessage::NoteOn { key, vel } => (key.as_int(), vel.as_int()),
            MidiMessage::NoteOff { key, .. } => (key.as_int(), 0),
            MidiMessage::Controller { controller, value } if controller.as_int() == 64 => {
                piece.pedals.push((at_secs, value.as_int() >= 64));
                continue;
            }
            _ => continue,
        };
        if let Some((from_secs, velocity)) = open[usize::from(key)].take() {
            piece.notes.push(Note { from_secs, to_secs: at_secs, key, velocity });
        }
        if velocity > 0 {
            open[usize::from(key)] = Some((at_secs, velocity));
        }
    }
}
