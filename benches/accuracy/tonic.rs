//! Sa: from a voice that holds it, and from a performance over a drone.

use crate::pitch::{listen, row};
use crate::recordings::{files, read};
use crate::table::Row;
use crate::voices::{self, Movement, RATE_HZ, Singer, Start, Syllable, Take};
use sangat::ear::pitch::PitchConfig;
use sangat::ear::tonic::{TonicFinder, TonicGuess, TonicState};
use std::path::Path;

/// The rows of this part.
pub fn rows(data: Option<&Path>) -> Vec<Row> {
    let mut rows = Vec::new();
    held(&mut rows);
    performed(&mut rows);
    if let Some(data) = data {
        recorded(&data.join("evaluation-only/hindustani-voice"), &mut rows);
    }
    rows
}

fn cents(hz: f32, truth_hz: f64) -> f64 {
    1200.0 * (f64::from(hz) / truth_hz).log2()
}

/// A way to make a take of a tonic in Hz worse.
type Spoil = fn(&mut Take, f64);

/// A voice that holds Sa, clean and spoiled: the found Sa, and after how long.
fn held(rows: &mut Vec<Row>) {
    let tonics_hz = [82.0, 92.5, 110.0, 130.8, 147.0, 174.6, 196.0, 220.0, 262.0, 294.0, 349.0, 392.0, 440.0];
    let cases: [(&str, Spoil); 3] = [
        ("clean", |_, _| {}),
        ("pink noise at 20 dB", |take, _| voices::add_pink(take, 20.0, 3)),
        ("drone at 20 dB (what a canceller leaves)", |take, tonic_hz| voices::add_drone(take, tonic_hz, 20.0, 4)),
    ];
    for (on, spoil) in cases {
        let (mut worst, mut found, mut octaves, mut latest) = (0.0_f64, 0, 0, 0.0_f64);
        for (seed, tonic_hz) in (61..).zip(tonics_hz) {
            let sa = Syllable { cents: 0.0, secs: 4.5, movement: Movement::Plain, start: Start::Legato };
            let mut take = Singer::sing(tonic_hz, seed, &[sa]);
            spoil(&mut take, tonic_hz);
            let mut finder = TonicFinder::new();
            for frame in listen(&take.samples, PitchConfig::default()).settled {
                finder.hear(&frame);
                if let TonicState::Found { hz, .. } = finder.state() {
                    let off = cents(hz, tonic_hz).abs();
                    found += 1;
                    octaves += usize::from(off > 600.0);
                    worst = worst.max(off);
                    latest = latest.max(frame.at_secs - 0.4);
                    break;
                }
            }
        }
        let measured = format!(
            "{found} of {} found, worst {worst:.2} c, {octaves} octaves, latest {latest:.2} s",
            tonics_hz.len()
        );
        rows.push(row("Sa held for three seconds", on, "5 c, no octave", measured));
    }
}

fn guess(samples: &[f32], rate_hz: u32, channels: u16) -> Option<(f32, f32)> {
    let mut guess = TonicGuess::new(rate_hz, channels);
    guess.process(samples);
    guess.guess().map(|guess| (guess.hz, guess.certainty))
}

fn performed(rows: &mut Vec<Row>) {
    for ratio_db in [18.0, 12.0, 6.0, 0.0] {
        let mut found = Vec::new();
        for (seed, tonic_hz) in (71..).zip([110.0, 138.6, 165.0, 196.0, 220.0, 247.0]) {
            let phrase: Vec<Syllable> = (0..2).flat_map(|part| voices::sargam(seed + 10 * part, None)).collect();
            let mut take = Singer::sing(tonic_hz, seed, &phrase);
            voices::add_drone(&mut take, tonic_hz, ratio_db, seed + 100);
            let words =
                guess(&take.samples, RATE_HZ, 1).map(|(hz, sure)| format!("{:+.1} ({sure:.2})", cents(hz, tonic_hz)));
            found.push(words.unwrap_or_else(|| "none".to_owned()));
        }
        let measured = format!("cents off (certainty): {}", found.join(", "));
        rows.push(row("Sa of a performance", format!("sargam over a drone at {ratio_db} dB"), "10 c", measured));
    }
}

/// Recordings of a singer over a tanpura; measured only.
fn recorded(folder: &Path, rows: &mut Vec<Row>) {
    let known = std::fs::read_to_string(folder.join("recordings.json")).unwrap_or_default();
    let known: serde_json::Value = serde_json::from_str(&known).unwrap_or_default();
    for path in files(folder, "wav") {
        let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let (Some(sa), Some((samples, config))) = (known[&name]["rag"]["sa"].as_f64(), read(&path)) else { continue };
        let measured = match guess(&samples, config.rate_hz, config.channels) {
            Some((hz, sure)) => format!("{hz:.2} Hz, {:+.1} c, certainty {sure:.2}", cents(hz, sa)),
            None => "none".to_owned(),
        };
        rows.push(row("Sa of a performance", format!("{name}, Sa {sa} Hz"), "10 c", measured));
    }
}
