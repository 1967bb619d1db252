//! The jam as a MIDI file: a track for everybody, on the beats of the band.

use crate::base::{Bus, Frames};
use crate::engine::params::ParamId;
use crate::engine::{Applied, JournalEntry};
use crate::session::score::DRUM_CHANNEL;
use crate::session::score_out::{MidiTrack, write_midi_tracks};
use std::io;

/// Beats before the band's first that the file keeps room for, at most; what lies before is moved to its begin.
const LEAD_BEATS: f64 = 1.0e6;

/// Writes what took effect. Before the band begins its first tempo counts, so that its first bar begins a bar.
pub fn write(journal: &[JournalEntry], rate_hz: u32, out: &mut impl io::Write) -> io::Result<()> {
    let pieces = pieces(journal, rate_hz);
    let beat_at = |frame: Frames| {
        let after = pieces.partition_point(|piece| piece.frame <= frame.0).max(1);
        pieces[after - 1].beat_at(frame, rate_hz)
    };
    // The file begins a whole number of bars before the band does; sixteen fit every metre's bar of two, four or eight.
    let lead = (-beat_at(Frames(0)).min(0.0)).min(LEAD_BEATS);
    let lead = (lead / 12.0).ceil() * 12.0;
    let tempi: Vec<(f64, f64)> = pieces.iter().map(|piece| ((piece.beat + lead).max(0.0), piece.bpm)).collect();
    let tracks = Bus::PARTS.map(|bus| {
        let channel = if bus == Bus::Drums { DRUM_CHANNEL } else { bus as u8 };
        let events = journal.iter().filter_map(|entry| match entry.applied {
            Applied::Midi { bus: of, message } if of == bus => {
                Some(((beat_at(entry.frame) + lead).max(0.0), message.on_channel(channel)))
            }
            _ => None,
        });
        MidiTrack { name: bus.key(), events: events.collect() }
    });
    write_midi_tracks(&tempi, &tracks, out)
}

/// From a frame on one tempo holds.
struct Piece {
    frame: u64,
    beat: f64,
    bpm: f64,
}

impl Piece {
    fn beat_at(&self, frame: Frames, rate_hz: u32) -> f64 {
        self.beat + (frame.0 as f64 - self.frame as f64) / f64::from(rate_hz) * self.bpm / 60.0
    }
}

/// The tempi in the order of time, at least one.
fn pieces(journal: &[JournalEntry], rate_hz: u32) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut is_playing = false;
    let mut bpm = 120.0;
    for entry in journal {
        let frame = entry.frame;
        let here = |pieces: &[Piece]| pieces.last().map_or(0.0, |piece| piece.beat_at(frame, rate_hz));
        match entry.applied {
            Applied::Join { bpm: joined, beat } => {
                // What was before runs at the same tempo and ends here.
                pieces.clear();
                bpm = f64::from(joined);
                pieces.push(Piece { frame: frame.0, beat: beat.0, bpm });
                is_playing = true;
            }
            Applied::Play => {
                pieces.push(Piece { frame: frame.0, beat: here(&pieces), bpm });
                is_playing = true;
            }
            Applied::Pace(pace) | Applied::Param { id: ParamId::Tempo, value: pace } => {
                bpm = f64::from(pace);
                if is_playing {
                    pieces.push(Piece { frame: frame.0, beat: here(&pieces), bpm });
                }
            }
            _ => {}
        }
    }
    if pieces.is_empty() {
        pieces.push(Piece { frame: 0, beat: 0.0, bpm });
    }
    pieces
}
