//! A Standard MIDI File as events of the engine.

use crate::base::limits::{CHANNELS, TEMPO_CHANGES_MAX, TEMPO_MAP_BPM_MAX, TEMPO_MAP_BPM_MIN};
use crate::base::{Beats, Bus, Midi, cc};
use crate::engine::{TempoChange, TempoMap};
use midly::num::{u4, u7};
use midly::{MetaMessage, MidiMessage, PitchBend, Smf, Timing, TrackEvent, TrackEventKind};
use std::path::Path;

/// The channel of the drums in General MIDI, counted from 0.
pub const DRUM_CHANNEL: u8 = 9;

/// A message, when it happens and who plays it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoreEvent {
    /// Seconds from the start.
    pub at_secs: f64,
    /// Who.
    pub bus: Bus,
    /// What.
    pub message: Midi,
}

/// A performance to be rendered.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// All channel messages in the order of time.
    pub events: Vec<ScoreEvent>,
    /// Tempo against beats.
    pub tempo: TempoMap,
    /// Beats in a bar, from the first time signature; 4 without one.
    pub beats_per_bar: u32,
    /// Seconds to the last event of any kind.
    pub length_secs: f64,
}

/// Why a file is no performance.
#[derive(Debug, thiserror::Error)]
pub enum ScoreError {
    /// The file cannot be read.
    #[error("cannot read {path}: {source}; check the name and that you may read it")]
    Read {
        /// Which file.
        path: String,
        /// The system's words.
        source: std::io::Error,
    },
    /// The file is not a MIDI file, or is damaged.
    #[error("{path} is not a complete MIDI file ({what}); export it again as a Standard MIDI File")]
    Broken {
        /// Which file.
        path: String,
        /// What is wrong.
        what: String,
    },
    /// The file has no notes.
    #[error("{path} holds no notes, so there is nothing to play; choose another file")]
    Empty {
        /// Which file.
        path: String,
    },
    /// The wished track is not there.
    #[error("{path} has no track '{wish}'; it has {tracks}")]
    NoTrack {
        /// Which file.
        path: String,
        /// What was asked for.
        wish: String,
        /// What there is.
        tracks: String,
    },
}

impl Score {
    /// Reads a Standard MIDI File of format 0, 1 or 2 (whose tracks are then taken as simultaneous).
    ///
    /// # Errors
    /// [`ScoreError`] when the file cannot be read, is broken or holds no note.
    pub fn read(path: &Path) -> Result<Self, ScoreError> {
        Self::read_track(path, None)
    }

    /// The same with one track alone, by its number from 1 or a part of its name; `None` is all of them.
    ///
    /// # Errors
    /// As [`Score::read`], and [`ScoreError::NoTrack`].
    pub fn read_track(path: &Path, wish: Option<&str>) -> Result<Self, ScoreError> {
        let name = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|source| ScoreError::Read { path: name.clone(), source })?;
        Self::parse_track(&bytes, &name, wish)
    }

    /// A performance of so many seconds in which no key is played.
    #[must_use]
    pub fn silent(length_secs: f64) -> Self {
        let message = Midi::Control { channel: 0, controller: cc::ALL_NOTES_OFF, value: 0 };
        let end = ScoreEvent { at_secs: length_secs, bus: Bus::You, message };
        Self { events: vec![end], tempo: TempoMap::constant(120.0), beats_per_bar: 4, length_secs }
    }

    /// The same from memory; `name` is what errors call it.
    ///
    /// # Errors
    /// As [`Score::read`].
    pub fn parse(bytes: &[u8], name: &str) -> Result<Self, ScoreError> {
        Self::parse_track(bytes, name, None)
    }

    fn parse_track(bytes: &[u8], name: &str, wish: Option<&str>) -> Result<Self, ScoreError> {
        let broken = |what: String| ScoreError::Broken { path: name.to_owned(), what };
        check_chunks(bytes).map_err(&broken)?;
        let smf = Smf::parse(bytes).map_err(|e| broken(e.to_string()))?;
        let only = wish.map(|wish| find_track(&smf, name, wish)).transpose()?;
        let clock = Clock::new(&smf);
        let mut raw: Vec<(u64, usize, Midi)> = Vec::new();
        let mut last_tick = 0;
        for (index, track) in smf.tracks.iter().enumerate() {
            let mut tick = 0_u64;
            for event in track {
                tick += u64::from(event.delta.as_int());
                last_tick = last_tick.max(tick);
                if let TrackEventKind::Midi { channel, message } = event.kind
                    && only.is_none_or(|only| only == index)
                {
                    raw.push((tick, index, from_midly(channel.as_int(), message)));
                }
            }
        }
        // Stable: at one tick the order of the file stands, tracks in their own order.
        raw.sort_by_key(|(tick, ..)| *tick);
        if !raw.iter().any(|(.., m)| matches!(m, Midi::NoteOn { .. })) {
            return Err(ScoreError::Empty { path: name.to_owned() });
        }
        let buses = buses_of_channels(&raw);
        let mut cursor = clock.cursor();
        let events = raw
            .into_iter()
            .map(|(tick, _, message)| ScoreEvent {
                at_secs: cursor.secs_at(tick),
                bus: buses[usize::from(message.channel().unwrap_or(0))],
                message,
            })
            .collect();
        let length_secs = clock.cursor().secs_at(last_tick);
        Ok(Self { events, tempo: clock.tempo_map(), beats_per_bar: beats_per_bar(&smf), length_secs })
    }
}

/// Tracks that an error names.
const TRACKS_LISTED: usize = 16;

/// A track by its number from 1 or a part of its name.
fn find_track(smf: &Smf<'_>, path: &str, wish: &str) -> Result<usize, ScoreError> {
    let name_of = |track: &Vec<TrackEvent<'_>>| {
        track.iter().find_map(|event| match event.kind {
            TrackEventKind::Meta(MetaMessage::TrackName(name)) => Some(String::from_utf8_lossy(name).into_owned()),
            _ => None,
        })
    };
    let names: Vec<String> = smf.tracks.iter().map(|track| name_of(track).unwrap_or_default()).collect();
    let wanted = wish.trim().to_lowercase();
    let by_number = wanted.parse::<usize>().ok().and_then(|n| n.checked_sub(1)).filter(|n| *n < names.len());
    let by_name = || names.iter().position(|name| !wanted.is_empty() && name.to_lowercase().contains(&wanted));
    by_number.or_else(by_name).ok_or_else(|| {
        let plain = |name: &str| name.chars().filter(|c| !c.is_control()).take(32).collect::<String>();
        let listed =
            names.iter().take(TRACKS_LISTED).enumerate().map(|(n, name)| format!("{} '{}'", n + 1, plain(name)));
        let more = names.len().saturating_sub(TRACKS_LISTED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let tracks = listed.collect::<Vec<_>>().join(", ") + &more;
        ScoreError::NoTrack { path: path.to_owned(), wish: wish.to_owned(), tracks }
    })
}

/// A damaged file often still parses in part; here every chunk must be there whole.
fn check_chunks(bytes: &[u8]) -> Result<(), String> {
    if bytes.get(..4) != Some(b"MThd") {
        return Err("it does not begin with a MIDI header".to_owned());
    }
    let mut rest = bytes;
    while rest.len() >= 8 {
        let length = u32::from_be_bytes([rest[4], rest[5], rest[6], rest[7]]) as usize;
        let Some(next) = rest.get(8 + length..) else {
            return Err(format!("it ends {} bytes too early", 8 + length - rest.len()));
        };
        rest = next;
    }
    Ok(())
}

/// Ticks against seconds.
struct Clock {
    ticks_per_beat: f64,
    /// `(tick, seconds, seconds of one tick from here on)`.
    anchors: Vec<(u64, f64, f64)>,
}

impl Clock {
    fn new(smf: &Smf<'_>) -> Self {
        let ticks_per_beat = match smf.header.timing {
            Timing::Metrical(ticks) => f64::from(ticks.as_int().max(1)),
            // Time code has no beats; they are written as if at 120 BPM.
            Timing::Timecode(fps, subframes) => {
                let tick_secs = 1.0 / (f64::from(fps.as_f32()) * f64::from(subframes.max(1)));
                return Self { ticks_per_beat: 0.5 / tick_secs, anchors: vec![(0, 0.0, tick_secs)] };
            }
        };
        let mut tempos: Vec<(u64, u32)> = Vec::new();
        for track in &smf.tracks {
            let mut tick = 0_u64;
            for event in track {
                tick += u64::from(event.delta.as_int());
                if let TrackEventKind::Meta(MetaMessage::Tempo(micros)) = event.kind {
                    tempos.push((tick, micros.as_int()));
                }
            }
        }
        tempos.sort_by_key(|(tick, _)| *tick);
        let mut anchors = vec![(0_u64, 0.0, 0.5 / ticks_per_beat)];
        for (tick, micros) in tempos {
            let (tick_before, secs_before, tick_secs_before) = anchors[anchors.len() - 1];
            let bpm = (60.0e6 / f64::from(micros.max(1))).clamp(TEMPO_MAP_BPM_MIN, TEMPO_MAP_BPM_MAX);
            let secs = secs_before + (tick - tick_before) as f64 * tick_secs_before;
            if tick == tick_before {
                anchors.pop();
            }
            anchors.push((tick, secs, 60.0 / bpm / ticks_per_beat));
        }
        Self { ticks_per_beat, anchors }
    }

    fn cursor(&self) -> Cursor<'_> {
        Cursor { clock: self, index: 0 }
    }

    fn tempo_map(&self) -> TempoMap {
        let changes: Vec<_> = self
            .anchors
            .iter()
            .take(TEMPO_CHANGES_MAX)
            .map(|(tick, _, tick_secs)| TempoChange {
                beat: Beats(*tick as f64 / self.ticks_per_beat),
                bpm: (60.0 / (tick_secs * self.ticks_per_beat)).clamp(TEMPO_MAP_BPM_MIN, TEMPO_MAP_BPM_MAX),
            })
            .collect();
        // Anchors rise and their tempos are in range, so this cannot fail.
        TempoMap::new(&changes).unwrap_or_else(|_| TempoMap::constant(120.0))
    }
}

/// Walks forward through the anchors, so that a whole file costs one pass.
struct Cursor<'a> {
    clock: &'a Clock,
    index: usize,
}

impl Cursor<'_> {
    fn secs_at(&mut self, tick: u64) -> f64 {
        while self.clock.anchors.get(self.index + 1).is_some_and(|anchor| anchor.0 <= tick) {
            self.index += 1;
        }
        let (start, secs, tick_secs) = self.clock.anchors[self.index];
        secs + (tick - start) as f64 * tick_secs
    }
}

fn beats_per_bar(smf: &Smf<'_>) -> u32 {
    let first = smf.tracks.iter().flatten().find_map(|event| match event.kind {
        TrackEventKind::Meta(MetaMessage::TimeSignature(numerator, denominator, ..)) => Some((numerator, denominator)),
        _ => None,
    });
    // In quarter notes: 6/8 has three of them.
    first.map_or(4, |(n, d)| (f64::from(n) * 4.0 / f64::from(1_u32 << d.min(6))).round().clamp(1.0, 16.0) as u32)
}

/// A channel belongs to the part that its first program suggests.
fn buses_of_channels(events: &[(u64, usize, Midi)]) -> [Bus; CHANNELS] {
    let mut programs = [None; CHANNELS];
    for (.., message) in events {
        if let Midi::Program { channel, program } = message {
            programs[usize::from(*channel)].get_or_insert(*program);
        }
    }
    std::array::from_fn(|channel| match programs[channel].unwrap_or(0) {
        _ if channel == usize::from(DRUM_CHANNEL) => Bus::Drums,
        32..=39 => Bus::Bass,
        40..=55 | 88..=103 => Bus::Drone,
        56..=87 => Bus::Lead,
        _ => Bus::Keys,
    })
}

fn from_midly(channel: u8, message: MidiMessage) -> Midi {
    match message {
        MidiMessage::NoteOn { key, vel } if vel.as_int() > 0 => {
            Midi::NoteOn { channel, key: key.as_int(), velocity: vel.as_int() }
        }
        MidiMessage::NoteOn { key, .. } => Midi::NoteOff { channel, key: key.as_int(), velocity: 64 },
        MidiMessage::NoteOff { key, vel } => Midi::NoteOff { channel, key: key.as_int(), velocity: vel.as_int() },
        MidiMessage::Aftertouch { key, vel } => {
            Midi::PolyPressure { channel, key: key.as_int(), pressure: vel.as_int() }
        }
        MidiMessage::Controller { controller, value } => {
            Midi::Control { channel, controller: controller.as_int(), value: value.as_int() }
        }
        MidiMessage::ProgramChange { program } => Midi::Program { channel, program: program.as_int() },
        MidiMessage::ChannelAftertouch { vel } => Midi::ChannelPressure { channel, pressure: vel.as_int() },
        MidiMessage::PitchBend { bend } => Midi::PitchBend { channel, value: bend.as_int() },
    }
}

/// `None` for timing, which has no place in a file.
pub(super) fn to_midly(message: Midi) -> Option<(u4, MidiMessage)> {
    let channel = u4::new(message.channel()?);
    let message = match message {
        Midi::NoteOn { key, velocity, .. } => MidiMessage::NoteOn { key: u7::new(key), vel: u7::new(velocity) },
        Midi::NoteOff { key, velocity, .. } => MidiMessage::NoteOff { key: u7::new(key), vel: u7::new(velocity) },
        Midi::PolyPressure { key, pressure, .. } => {
            MidiMessage::Aftertouch { key: u7::new(key), vel: u7::new(pressure) }
        }
        Midi::Control { controller, value, .. } => {
            MidiMessage::Controller { controller: u7::new(controller), value: u7::new(value) }
        }
        Midi::Program { program, .. } => MidiMessage::ProgramChange { program: u7::new(program) },
        Midi::ChannelPressure { pressure, .. } => MidiMessage::ChannelAftertouch { vel: u7::new(pressure) },
        Midi::PitchBend { value, .. } => MidiMessage::PitchBend { bend: PitchBend::from_int(value) },
        Midi::Sync(_) => return None,
    };
    Some((channel, message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::score_out::write_midi;

    const ON: Midi = Midi::NoteOn { channel: 0, key: 60, velocity: 90 };
    const OFF: Midi = Midi::NoteOff { channel: 0, key: 60, velocity: 64 };

    fn file(events: &[(f64, Midi)]) -> Vec<u8> {
        let mut bytes = Vec::new();
        write_midi(events, 120.0, &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn what_is_written_is_read_back() {
        let events = [(0.25, ON), (1.0, OFF), (1.0, Midi::PitchBend { channel: 3, value: -700 })];
        let score = Score::parse(&file(&events), "it").unwrap();
        let read: Vec<_> = score.events.iter().map(|e| (e.at_secs, e.message)).collect();
        for ((want_secs, want), (got_secs, got)) in events.iter().zip(&read) {
            assert!((want_secs - got_secs).abs() < 0.0003 && want == got);
        }
        assert_eq!((score.tempo.bpm_at(Beats(0.0)), score.beats_per_bar), (120.0, 4));
    }

    #[test]
    fn a_file_cut_anywhere_is_refused_in_one_sentence_and_nothing_panics() {
        let whole = file(&[(0.0, ON), (1.0, OFF)]);
        for length in 0..whole.len() {
            let error = Score::parse(&whole[..length], "cut.mid").expect_err("a cut file");
            let text = error.to_string();
            assert!(text.starts_with("cut.mid") && !text.contains('\n'), "{text}");
        }
    }

    #[test]
    fn a_file_without_notes_and_a_missing_file_say_so() {
        let text = Score::parse(&file(&[(0.0, OFF)]), "a.mid").unwrap_err().to_string();
        assert!(text.contains("no notes"), "{text}");
        let text = Score::read(Path::new("/nowhere/b.mid")).unwrap_err().to_string();
        assert!(text.contains("/nowhere/b.mid") && text.contains("cannot read"), "{text}");
    }

    #[test]
    fn channels_go_to_the_part_of_their_first_program() {
        let event = |message| (0, 0, message);
        let buses = buses_of_channels(&[
            event(Midi::Program { channel: 1, program: 33 }),
            event(Midi::Program { channel: 1, program: 0 }),
            event(Midi::Program { channel: 2, program: 89 }),
            event(Midi::Program { channel: 3, program: 65 }),
        ]);
        assert_eq!(buses[..4], [Bus::Keys, Bus::Bass, Bus::Drone, Bus::Lead]);
        assert_eq!(buses[9], Bus::Drums);
    }
}
