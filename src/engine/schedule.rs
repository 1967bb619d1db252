//! The band's notes on their way to the sound: in beats, until the frame is there.

use crate::base::limits::{BAND_BENDS_MAX, BAND_NOTES_MAX, BAND_SOUNDING_MAX};
use crate::base::{BandBend, BandMessage, BandNote, Beats, Bus};

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Due {
    /// A note begins.
    Begin(BandNote),
    /// A note ends.
    End(BandNote),
    /// A note is bent.
    Bend(BandBend),
    /// The transport stops.
    Stop,
}

/// What was not played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refused {
    /// Notes whose begin had passed when they came.
    pub late: u32,
    /// Notes and bends for which there was no room.
    pub overflow: u32,
}

/// Notes to come and notes that sound. Allocates in `new` alone; everything else is real-time safe.
pub struct Schedule {
    /// The next one last.
    pending: Vec<BandNote>,
    /// The next to end last.
    sounding: Vec<BandNote>,
    /// The next one last.
    bends: Vec<BandBend>,
    stop_at: Option<Beats>,
    /// What was not played since the schedule was built.
    pub refused: Refused,
}

impl Schedule {
    /// Nothing to play. Allocates.
    #[must_use]
    pub fn new() -> Self {
        Self {
            pending: Vec::with_capacity(BAND_NOTES_MAX),
            sounding: Vec::with_capacity(BAND_SOUNDING_MAX),
            bends: Vec::with_capacity(BAND_BENDS_MAX),
            stop_at: None,
            refused: Refused::default(),
        }
    }

    /// Takes in a message that is about notes; `now` is where the transport stands, `None` while it rests.
    pub fn take(&mut self, message: BandMessage, now: Option<Beats>) {
        match message {
            BandMessage::Replace { bus, from } => {
                self.pending.retain(|n| n.bus != bus || n.begin < from);
                self.bends.retain(|bend| bend.bus != bus || bend.at < from);
            }
            BandMessage::Note(note) => self.add(note, now),
            BandMessage::Bend(bend) => self.add_bend(bend),
            BandMessage::Trim { bus, at } => self.trim(bus, at),
            BandMessage::StopAt(beat) => self.stop_at = Some(beat).filter(|beat| beat.0.is_finite()),
            BandMessage::Pace(_) | BandMessage::Join { .. } | BandMessage::Sound { .. } => {}
        }
    }

    /// Where the next thing is due.
    #[must_use]
    pub fn next(&self) -> Option<Beats> {
        let begin = self.pending.last().map(|n| n.begin);
        let end = self.sounding.last().map(|n| n.end);
        let bend = self.bends.last().map(|bend| bend.at);
        [begin, end, bend, self.stop_at].into_iter().flatten().reduce(|a, b| if b < a { b } else { a })
    }

    /// Takes the next thing out, which is due at `beat`: ends before begins before bends, the stop last.
    pub fn pop(&mut self, beat: Beats) -> Option<Due> {
        if self.sounding.last().is_some_and(|n| n.end <= beat) {
            return self.sounding.pop().map(Due::End);
        }
        while let Some(note) = self.pending.last().filter(|n| n.begin <= beat).copied() {
            // The same key again ends before it begins anew.
            if let Some(place) = self.sounding.iter().position(|n| (n.bus, n.key) == (note.bus, note.key)) {
                return Some(Due::End(self.sounding.remove(place)));
            }
            self.pending.pop();
            if self.sounding.len() == BAND_SOUNDING_MAX {
                self.refused.overflow += 1;
                continue;
            }
            let place = self.sounding.partition_point(|n| n.end > note.end);
            self.sounding.insert(place, note);
            return Some(Due::Begin(note));
        }
        if self.bends.last().is_some_and(|bend| bend.at <= beat) {
            return self.bends.pop().map(Due::Bend);
        }
        self.stop_at.take_if(|stop| *stop <= beat).map(|_| Due::Stop)
    }

    /// Ends a note that sounds, whatever its time; `None` when none does.
    pub fn pop_sounding(&mut self) -> Option<BandNote> {
        self.sounding.pop()
    }

    /// Forgets the notes and bends to come and the stop.
    pub fn clear(&mut self) {
        self.pending.clear();
        self.bends.clear();
        self.stop_at = None;
    }

    /// Forgets that anything sounds: it was silenced otherwise.
    pub fn forget_sounding(&mut self) {
        self.sounding.clear();
    }

    fn add(&mut self, note: BandNote, now: Option<Beats>) {
        let is_music = note.begin.0.is_finite() && note.end > note.begin && note.bus.is_part();
        if !is_music || now.is_some_and(|now| note.begin < now) {
            self.refused.late += u32::from(is_music);
            return;
        }
        if self.pending.len() == BAND_NOTES_MAX {
            self.refused.overflow += 1;
            return;
        }
        let tune_cents = if note.tune_cents.is_finite() { note.tune_cents } else { 0.0 };
        let note = BandNote { key: note.key.min(127), velocity: note.velocity.clamp(1, 127), tune_cents, ..note };
        let place = self.pending.partition_point(|n| n.begin > note.begin);
        self.pending.insert(place, note);
    }

    fn add_bend(&mut self, bend: BandBend) {
        if !bend.bus.is_part() || !bend.at.0.is_finite() || !bend.tune_cents.is_finite() {
            return;
        }
        if self.bends.len() == BAND_BENDS_MAX {
            self.refused.overflow += 1;
            return;
        }
        let bend = BandBend { key: bend.key.min(127), ..bend };
        let place = self.bends.partition_point(|other| other.at > bend.at);
        self.bends.insert(place, bend);
    }

    fn trim(&mut self, bus: Bus, at: Beats) {
        for note in self.pending.iter_mut().chain(&mut self.sounding) {
            if note.bus == bus && note.begin < at && note.end > at {
                note.end = at;
            }
        }
        self.sounding.sort_unstable_by(|a, b| b.end.0.total_cmp(&a.end.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(bus: Bus, key: u8, begin: f64, end: f64) -> BandMessage {
        let (begin, end) = (Beats(begin), Beats(end));
        BandMessage::Note(BandNote { bus, key, velocity: 80, begin, end, tune_cents: 0.0 })
    }

    /// Everything that is due up to `until`: `(beat, key, whether it begins)`.
    fn played(schedule: &mut Schedule, until: f64) -> Vec<(f64, u8, bool)> {
        let mut found = Vec::new();
        while let Some(beat) = schedule.next().filter(|b| b.0 <= until) {
            match schedule.pop(beat) {
                Some(Due::Begin(note)) => found.push((beat.0, note.key, true)),
                Some(Due::End(note)) => found.push((beat.0, note.key, false)),
                _ => {}
            }
        }
        found
    }

    #[test]
    fn notes_begin_and_end_in_order_and_the_same_key_ends_before_it_begins_again() {
        let mut schedule = Schedule::new();
        for message in [note(Bus::Keys, 64, 1.0, 3.0), note(Bus::Keys, 60, 0.0, 1.0), note(Bus::Keys, 64, 2.0, 2.5)] {
            schedule.take(message, None);
        }
        let wanted = [(0.0, 60, true), (1.0, 60, false), (1.0, 64, true), (2.0, 64, false), (2.0, 64, true)];
        assert_eq!(played(&mut schedule, 2.0), wanted);
        assert_eq!(played(&mut schedule, 9.0), [(2.5, 64, false)]);
    }

    #[test]
    fn what_is_replaced_is_of_one_part_and_has_not_begun() {
        let mut schedule = Schedule::new();
        for message in [note(Bus::Keys, 60, 0.0, 4.0), note(Bus::Keys, 62, 1.0, 2.0), note(Bus::Bass, 40, 1.0, 2.0)] {
            schedule.take(message, None);
        }
        assert_eq!(played(&mut schedule, 0.5), [(0.0, 60, true)]);
        schedule.take(BandMessage::Replace { bus: Bus::Keys, from: Beats(0.0) }, Some(Beats(0.5)));
        schedule.take(BandMessage::Trim { bus: Bus::Keys, at: Beats(1.5) }, Some(Beats(0.5)));
        assert_eq!(played(&mut schedule, 9.0), [(1.0, 40, true), (1.5, 60, false), (2.0, 40, false)]);
    }

    #[test]
    fn what_comes_late_or_in_excess_is_counted_and_not_played() {
        let mut schedule = Schedule::new();
        schedule.take(note(Bus::Lead, 70, 1.0, 2.0), Some(Beats(1.001)));
        schedule.take(note(Bus::Lead, 70, f64::NAN, 2.0), None);
        schedule.take(note(Bus::Click, 70, 1.0, 2.0), None);
        assert_eq!((schedule.refused, schedule.next()), (Refused { late: 1, overflow: 0 }, None));
        for n in 0..BAND_NOTES_MAX + 5 {
            schedule.take(note(Bus::Drums, (n % 128) as u8, 4.0 + n as f64, 1e9), None);
        }
        assert_eq!(schedule.refused.overflow, 5);
        assert_eq!(schedule.next(), Some(Beats(4.0)));
    }

    #[test]
    fn bends_come_after_what_begins_with_them_and_go_with_what_is_replaced() {
        let mut schedule = Schedule::new();
        let bend = |bus, at: f64| BandMessage::Bend(BandBend { bus, key: 61, at: Beats(at), tune_cents: 20.0 });
        for message in [bend(Bus::Lead, 2.0), bend(Bus::Lead, 1.0), bend(Bus::Keys, 2.0), note(Bus::Lead, 61, 1.0, 3.0)]
        {
            schedule.take(message, None);
        }
        schedule.take(BandMessage::Replace { bus: Bus::Lead, from: Beats(1.5) }, None);
        schedule.take(bend(Bus::Click, 0.0), None);
        schedule.take(bend(Bus::Lead, f64::NAN), None);
        assert!(matches!(schedule.pop(Beats(1.0)), Some(Due::Begin(_))));
        assert!(matches!(schedule.pop(Beats(1.0)), Some(Due::Bend(BandBend { bus: Bus::Lead, .. }))));
        assert_eq!((schedule.pop(Beats(1.0)), schedule.next()), (None, Some(Beats(2.0))), "of the keys");
        for at in 0..BAND_BENDS_MAX + 3 {
            schedule.take(bend(Bus::Lead, at as f64), None);
        }
        assert_eq!(schedule.refused.overflow, 4);
        schedule.clear();
        assert_eq!(schedule.next(), Some(Beats(3.0)), "what sounds still ends");
    }

    #[test]
    fn the_stop_comes_after_what_ends_with_it() {
        let mut schedule = Schedule::new();
        schedule.take(note(Bus::Bass, 40, 0.0, 4.0), None);
        schedule.take(BandMessage::StopAt(Beats(4.0)), None);
        assert_eq!(played(&mut schedule, 3.0), [(0.0, 40, true)]);
        assert!(matches!(schedule.pop(Beats(4.0)), Some(Due::End(BandNote { bus: Bus::Bass, .. }))));
        assert_eq!((schedule.pop(Beats(4.0)), schedule.pop(Beats(4.0))), (Some(Due::Stop), None));
    }
}
