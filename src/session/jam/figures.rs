//! What is measured of a jam.

use crate::band::form::Side;
use crate::band::{LadderFigures, Origin, Part, Role, Rung};
use crate::base::{Bus, Midi, Place};
use crate::ear::{Heard, Observation};
use crate::engine::{Applied, JournalEntry, Snapshot};
use crate::rt::Histogram;
use crate::theory::{Chord, Key};
use crate::worker::{Adapted, BandMate};
use std::time::Duration;

/// A note as it sounded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlayedNote {
    /// Who played it.
    pub bus: Bus,
    /// When it began, in seconds.
    pub begin_secs: f64,
    /// When it ended, in seconds.
    pub end_secs: f64,
    /// MIDI key.
    pub key: u8,
    /// 1 to 127.
    pub velocity: u8,
}

/// A bar of the band, as it was when it began.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BarFigures {
    /// Counts from the band's first.
    pub index: i64,
    /// When it began, in seconds.
    pub begin_secs: f64,
    /// Tempo at its begin, in beats a minute.
    pub bpm: f64,
    /// Its beats.
    pub beats: u32,
    /// What it was.
    pub role: Role,
    /// Whose turn it was.
    pub side: Side,
    /// The variation, 0 to 3.
    pub variation: u8,
    /// Where each part came from.
    pub rungs: [Option<Rung>; Part::COUNT],
    /// How long before it was planned each part's notes were made, in beats.
    pub ages_beats: [f64; Part::COUNT],
    /// How often it was planned anew.
    pub revisions: u32,
    /// How old the newest of its plan was when it began, in beats.
    pub staleness_beats: f64,
    /// How long before they were due its latest notes were sent, in milliseconds; `None` where all were sent before
    /// the band began.
    pub slack_ms: Option<f64>,
}

/// What is measured of a jam.
#[derive(Default)]
pub struct Figures {
    /// The band's bars.
    pub bars: Vec<BarFigures>,
    /// The band's notes, by their begin.
    pub notes: Vec<PlayedNote>,
    /// The chords that the band had to fit: those of the chart and when they began, or those that were heard and when
    /// they were known.
    pub chords: Vec<(f64, Chord)>,
    /// The key that was heard last.
    pub key: Option<Key>,
    /// How every change of chord was answered.
    pub adapted: Vec<Adapted>,
    /// From each change of chord to the first note of the models that follows it, in seconds.
    pub by_models: Vec<f64>,
    /// What a step of ear and band took.
    pub steps: Histogram,
    /// What a step took in which something was planned.
    pub plans: Histogram,
    /// Every beat of the transport: seconds and beats.
    pub beats: Vec<(f64, f64)>,
    /// When the band began, in seconds.
    pub begin_secs: Option<f64>,
    /// How the models did.
    pub ladder: LadderFigures,
    /// Notes that came after their beat.
    pub late: u32,
    /// Notes for which there was no room.
    pub overflow: u32,
    /// Notes that were never ended.
    pub hanging: usize,
}

impl Figures {
    /// Notes an observation.
    pub fn see(&mut self, mate: &BandMate, observation: &Observation) {
        match observation.heard {
            Heard::Chord(event) if !mate.band.harmony().has_chart() => self.chords.push((event.at_secs, event.chord)),
            Heard::Key(key, _) => self.key = Some(key),
            _ => {}
        }
    }

    /// Notes what a step did, which took so long.
    pub fn pass(&mut self, mate: &mut BandMate, at_secs: f64, place: &Place, took: Duration) {
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.steps.record(nanos);
        if !mate.band.messages().is_empty() {
            self.plans.record(nanos);
        }
        self.adapted.extend(mate.take_adapted());
        self.by_models.extend(mate.take_by_models());
        if !place.is_playing {
            return;
        }
        self.begin_secs.get_or_insert(at_secs);
        let secs_at = |beats: f64| at_secs + (beats - place.beat.0) * 60.0 / place.tempo_bpm;
        let written = mate.band.chords().at(place.beat.0).filter(|span| span.origin == Origin::Chart);
        if let Some(span) = written.filter(|span| self.chords.last().is_none_or(|last| last.1 != span.chord)) {
            self.chords.push((secs_at(span.begin_beats), span.chord));
        }
        let beat = place.beat.0.floor();
        if self.beats.last().is_none_or(|last| last.1 < beat) {
            self.beats.push((secs_at(beat), beat));
        }
        let newest = self.bars.last().map_or(i64::MIN, |bar| bar.index);
        let begun = mate.band.plan().bars().iter().filter(|planned| planned.bar.index > newest);
        let begun = begun.filter(|planned| planned.bar.begin_beats <= place.beat.0);
        self.bars.extend(begun.map(|planned| BarFigures {
            index: planned.bar.index,
            begin_secs: secs_at(planned.bar.begin_beats),
            bpm: place.tempo_bpm,
            beats: planned.bar.beats,
            role: planned.bar.role,
            side: planned.form_bar.side,
            variation: planned.bar.variation,
            rungs: planned.rungs,
            ages_beats: planned.ages_beats,
            revisions: planned.revisions,
            staleness_beats: place.beat.0 - planned.planned_beats,
            slack_ms: planned.slack_beats.map(|beats| beats * 60_000.0 / place.tempo_bpm),
        }));
    }

    /// Reads what took effect. Drums are the band's own where `has_drums`.
    pub fn finish(&mut self, journal: &[JournalEntry], rate_hz: u32, newest: &Snapshot, has_drums: bool) {
        self.late = newest.counters.band_late;
        self.overflow = newest.counters.band_overflow;
        let mut open: Vec<PlayedNote> = Vec::new();
        for entry in journal {
            let at_secs = entry.frame.secs(rate_hz);
            let Applied::Midi { bus, message } = entry.applied else { continue };
            match message {
                _ if !Part::ALL.iter().any(|part| part.bus() == bus) => {}
                _ if bus == Bus::Drums && !has_drums => {}
                Midi::NoteOn { key, velocity, .. } => {
                    open.push(PlayedNote { bus, begin_secs: at_secs, end_secs: at_secs, key, velocity });
                }
                Midi::NoteOff { key, .. } => {
                    if let Some(place) = open.iter().position(|note| (note.bus, note.key) == (bus, key)) {
                        self.notes.push(PlayedNote { end_secs: at_secs, ..open.swap_remove(place) });
                    }
                }
                _ => {}
            }
        }
        self.hanging = open.len();
        self.notes.sort_by(|a, b| a.begin_secs.total_cmp(&b.begin_secs));
    }

    /// The chord that was held to sound at `secs`.
    #[must_use]
    pub fn chord_at(&self, secs: f64) -> Option<Chord> {
        let after = self.chords.partition_point(|(at, _)| *at <= secs);
        after.checked_sub(1).map(|index| self.chords[index].1)
    }
}

/// Share of the notes' time inside what `fits` says of `(note, chord)`, over `spans` of `(begin_secs, end_secs, chord)`
/// in order; `None` without any time.
#[must_use]
pub fn share_inside<'a>(
    notes: impl Iterator<Item = &'a PlayedNote>,
    spans: &[(f64, f64, Chord)],
    fits: impl Fn(&PlayedNote, Chord) -> bool,
) -> Option<f64> {
    let (mut inside, mut all) = (0.0, 0.0);
    for note in notes {
        let first = spans.partition_point(|span| span.1 <= note.begin_secs);
        for (begin, end, chord) in spans[first..].iter().take_while(|span| span.0 < note.end_secs) {
            let secs = note.end_secs.min(*end) - note.begin_secs.max(*begin);
            all += secs;
            inside += if fits(note, *chord) { secs } else { 0.0 };
        }
    }
    (all > 0.0).then(|| inside / all)
}
