//! Events as a Standard MIDI File.

use super::score::to_midly;
use crate::base::Midi;
use midly::num::{u15, u24, u28};
use midly::{Format, Header, MetaMessage, Smf, Timing, TrackEvent, TrackEventKind};
use std::io;

const TICKS_PER_BEAT: u16 = 960;

/// A track of a file.
pub struct MidiTrack {
    /// Its name.
    pub name: &'static str,
    /// What happens: `(beats, message)`, beats not negative, in the order of time.
    pub events: Vec<(f64, Midi)>,
}

/// Writes events of one part as a MIDI file of format 0 at 960 ticks a beat and one tempo. `events` are
/// `(seconds, message)` in the order of time.
///
/// # Errors
/// The system's own, when writing fails.
pub fn write_midi(events: &[(f64, Midi)], bpm: f64, out: &mut impl io::Write) -> io::Result<()> {
    let beats_per_sec = 1.0e6 / f64::from(micros(bpm));
    let mut track =
        vec![meta(0, MetaMessage::TrackName(b"Sangat")), meta(0, MetaMessage::Tempo(u24::new(micros(bpm))))];
    add_events(&mut track, events.iter().map(|(secs, message)| (secs * beats_per_sec, *message)));
    write(Format::SingleTrack, vec![track], out)
}

/// Writes tracks as a MIDI file of format 1 at 960 ticks a beat; `tempi` are `(beats, beats a minute)` in order.
///
/// # Errors
/// The system's own, when writing fails.
pub fn write_midi_tracks(tempi: &[(f64, f64)], tracks: &[MidiTrack], out: &mut impl io::Write) -> io::Result<()> {
    let mut conductor = vec![meta(0, MetaMessage::TrackName(b"Sangat"))];
    let mut last_tick = 0;
    for (beats, bpm) in tempi {
        let tick = ticks(*beats).max(last_tick);
        conductor.push(meta(tick - last_tick, MetaMessage::Tempo(u24::new(micros(*bpm)))));
        last_tick = tick;
    }
    conductor.push(meta(0, MetaMessage::EndOfTrack));
    let mut all = vec![conductor];
    for track in tracks {
        let mut events = vec![meta(0, MetaMessage::TrackName(track.name.as_bytes()))];
        add_events(&mut events, track.events.iter().copied());
        all.push(events);
    }
    write(Format::Parallel, all, out)
}

fn micros(bpm: f64) -> u32 {
    (60.0e6 / bpm).round().clamp(1.0, 16_777_215.0) as u32
}

fn ticks(beats: f64) -> u64 {
    (beats * f64::from(TICKS_PER_BEAT)).round().max(0.0) as u64
}

fn meta(delta: u64, message: MetaMessage<'_>) -> TrackEvent<'_> {
    TrackEvent { delta: delta_of(delta), kind: TrackEventKind::Meta(message) }
}

fn delta_of(ticks: u64) -> u28 {
    u28::new(ticks.min(0x0fff_ffff) as u32)
}

fn add_events(track: &mut Vec<TrackEvent<'_>>, events: impl Iterator<Item = (f64, Midi)>) {
    let mut last_tick = 0;
    for (beats, message) in events {
        let tick = ticks(beats).max(last_tick);
        let Some((channel, message)) = to_midly(message) else { continue };
        track.push(TrackEvent { delta: delta_of(tick - last_tick), kind: TrackEventKind::Midi { channel, message } });
        last_tick = tick;
    }
    track.push(meta(0, MetaMessage::EndOfTrack));
}

fn write(format: Format, tracks: Vec<Vec<TrackEvent<'_>>>, out: &mut impl io::Write) -> io::Result<()> {
    let header = Header::new(format, Timing::Metrical(u15::new(TICKS_PER_BEAT)));
    Smf { header, tracks }.write_std(out)
}
