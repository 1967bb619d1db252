//! Writes what the chord namer reads, with the truth, for `models/train/chord_namer.py`.
//!
//! `cargo bench --no-default-features --bench chord_readings -- FILE [--data FOLDER]`: POP909 songs 1 to 720 and
//! made-up players, one record for each judgement of the ear: the features as bytes (100 for 1.0), root, quality (255
//! for no chord), whether it was made up, how long the reading stood in hundredths of a second, hundredths of a beat since the
//! chord began (255 for more) and the song's number (two bytes, low first).

#[path = "accuracy/comping.rs"]
mod comping;
#[path = "accuracy/piece.rs"]
mod piece;
#[path = "accuracy/pop909.rs"]
mod pop909;

use piece::{Action, Piece};
use sangat::ear::harmony::evidence::FEATURES;
use sangat::ear::harmony::hearing::Hearing;
use std::io::Write;
use std::path::PathBuf;

/// Songs held out begin here.
const TRAINED_BEFORE: u32 = 721;
/// Made-up pieces and their length in chords.
const MADE_UP: u64 = 3000;
const CHORDS: usize = 24;

fn main() -> std::io::Result<()> {
    let mut data = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"));
    let mut file = None;
    let mut args = std::env::args().skip(1).filter(|arg| arg != "--bench");
    while let Some(arg) = args.next() {
        if arg == "--data" {
            data = args.next().map_or(data, PathBuf::from);
        } else {
            file = Some(arg);
        }
    }
    let Some(file) = file else {
        eprintln!("Name the file to write.");
        return Ok(());
    };
    let mut out = std::io::BufWriter::new(std::fs::File::create(file)?);
    for number in 1..TRAINED_BEFORE {
        // A player at one keyboard plays the melody too; the ear has to know both.
        let tracks: &[&str] = if number % 3 == 0 { &["PIANO", "MELODY"] } else { &["PIANO"] };
        if let Some(piece) = pop909::song(&data, number, tracks) {
            write(&mut out, &piece, number as u16, false)?;
        }
    }
    for seed in 0..MADE_UP {
        write(&mut out, &comping::piece(seed, CHORDS), 1000 + seed as u16, true)?;
    }
    Ok(())
}

fn write(out: &mut impl Write, piece: &Piece, song: u16, is_made_up: bool) -> std::io::Result<()> {
    let has_beats = song.is_multiple_of(2);
    let mut hearing = Hearing::new();
    let mut readings: Vec<(f64, [f32; FEATURES])> = Vec::new();
    for (at, action) in piece.actions(has_beats) {
        while let Some(due) = hearing.due(at) {
            let mut features = [0.0; FEATURES];
            hearing.read(due, &mut features);
            readings.push((due, features));
        }
        match action {
            Action::On(key, velocity) => hearing.note_on(at, key, velocity),
            Action::Off(key) => hearing.note_off(at, key),
            Action::Pedal(is_down) => hearing.pedal(at, is_down),
            Action::Beat(is_first) => hearing.beat(at, is_first),
        }
    }
    for (i, (at, features)) in readings.iter().enumerate() {
        let Some(truth) = piece.chords.iter().find(|s| s.from_secs <= *at && *at < s.to_secs) else { continue };
        let until = readings.get(i + 1).map_or(truth.to_secs, |next| next.0).min(truth.to_secs);
        let first = piece.beats.partition_point(|b| b.at_secs < truth.from_secs - 0.02);
        let beat_secs = match piece.beats.get(first..first + 2) {
            Some([a, b]) => b.at_secs - a.at_secs,
            _ => 0.5,
        };
        let since = ((at - truth.from_secs) / beat_secs * 100.0).min(255.0) as u8;
        let (root, quality) = truth.chord.map_or((0, 255), |c| (c.root, c.quality.index() as u8));
        let stood = ((until - at) * 100.0).clamp(0.0, 255.0) as u8;
        let bytes: Vec<u8> = features.iter().map(|v| (v * 100.0).round() as u8).collect();
        out.write_all(&bytes)?;
        out.write_all(&[root, quality, u8::from(is_made_up), stood, since])?;
        out.write_all(&song.to_le_bytes())?;
    }
    Ok(())
}
