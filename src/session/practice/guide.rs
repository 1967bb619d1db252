//! The guide's voice: the notes of a lesson on their way to the engine, in tune with Sa, ahead of their time.

use crate::base::{BandMessage, BandNote, Beats, Bus, Place, TUNE_CENTS_MAX};
use crate::practice::lesson::{GuideNote, Lesson, Phase};

/// Who sings it.
const BUS: Bus = Bus::Lead;

mod tuning {
    /// Notes are sent so long ahead: a slow thread may miss some polls.
    pub const AHEAD_SECS: f64 = 0.4;
    /// What is sent reaches the engine within this time: the period of a large device, and a poll.
    pub const MARGIN_SECS: f64 = 0.02;
    /// A note that was known so late, once the time goes on that stood for another, is sung from here on.
    pub const LATE_SECS: f64 = 0.25;
    /// Before the next note the guide lets go for so long, or for this share of a short one: notes that are repeated
    /// are taken anew.
    pub const GAP_SECS: f64 = 0.03;
    pub const GAP_SHARE: f64 = 0.15;
    /// The note that is waited for is sung anew after so many beats.
    pub const HINT_BEATS: f64 = 4.0;
    /// A swara that is asked for by itself sounds so long: enough to take the pitch over.
    pub const SOUND_SECS: f32 = 1.2;
    /// How hard, 1 to 127.
    pub const VELOCITY: u8 = 84;
    /// Room for the notes that are planned at once: [`AHEAD_SECS`] of the quickest exercise are ten.
    pub const NOTES: usize = 64;
}

/// What the guide sings in tune with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pitch {
    /// Sa, Hz.
    pub sa_hz: f32,
    /// What the instruments' A is tuned to, Hz.
    pub a4_hz: f32,
}

impl Pitch {
    /// The key next to so many cents over middle Sa, and the cents from it to them.
    #[must_use]
    pub fn key(&self, cents: f32) -> (u8, f32) {
        let over_a4 = 12.0 * (f64::from(self.sa_hz) / f64::from(self.a4_hz)).log2();
        let wanted = (69.0 + over_a4 + f64::from(cents) / 100.0).clamp(0.0, 127.0);
        let key = wanted.round();
        let apart = 100.0 * (wanted - key) as f32;
        (key as u8, apart.clamp(-TUNE_CENTS_MAX, TUNE_CENTS_MAX))
    }
}

/// Plans what the guide sings. Allocates in `new` alone, but for messages that are not fetched.
#[derive(Debug)]
pub struct Guide {
    notes: Vec<GuideNote>,
    /// The number of the next note.
    next: u64,
    /// Whether something may be on its way or sound.
    is_out: bool,
    /// Until where the note that is waited for was sent, beats.
    hint_beats: Option<f64>,
}

impl Guide {
    /// A guide who has sung nothing. Allocates.
    #[must_use]
    pub fn new() -> Self {
        Self { notes: Vec::with_capacity(tuning::NOTES), next: 0, is_out: false, hint_beats: None }
    }

    /// The lesson began anew: so does the guide.
    pub fn begin(&mut self, place: &Place, out: &mut Vec<BandMessage>) {
        self.end(place, out);
        self.next = 0;
    }

    /// Lets go of all that sounds or is to come.
    pub fn end(&mut self, place: &Place, out: &mut Vec<BandMessage>) {
        if std::mem::take(&mut self.is_out) {
            out.push(BandMessage::Replace { bus: BUS, from: Beats(f64::NEG_INFINITY) });
            out.push(BandMessage::Trim { bus: BUS, at: soon(place) });
        }
        self.hint_beats = None;
    }

    /// Time passes: sends what is due next. `tuned` gives key and cents of a note.
    pub fn pass(
        &mut self,
        lesson: &Lesson,
        place: &Place,
        tuned: impl Fn(i16) -> (u8, f32),
        out: &mut Vec<BandMessage>,
    ) {
        if !place.is_playing || !lesson.is_under_way() {
            return self.end(place, out);
        }
        let beats_of = |secs: f64| secs * place.tempo_bpm / 60.0;
        let soon = soon(place).0;
        if lesson.phase() == Phase::Waiting {
            if lesson.settings().is_guided
                && let Some(note) = lesson.waited_for()
                && self.hint_beats.is_none_or(|until| until <= soon)
            {
                let until = soon + tuning::HINT_BEATS;
                self.send(note.semitones(), (soon, until - beats_of(tuning::GAP_SECS)), &tuned, out);
                self.hint_beats = Some(until);
            }
            return;
        }
        if self.hint_beats.take().is_some_and(|until| until > soon) {
            out.push(BandMessage::Trim { bus: BUS, at: Beats(soon) });
        }
        let mut notes = std::mem::take(&mut self.notes);
        notes.clear();
        let from = place.beat.0 - beats_of(tuning::LATE_SECS);
        lesson.guide_notes(from, soon + beats_of(tuning::AHEAD_SECS), &mut notes);
        let next = self.next;
        for note in notes.iter().filter(|note| note.number >= next) {
            let gap_beats = beats_of(tuning::GAP_SECS).min(tuning::GAP_SHARE * note.length_beats);
            let times = (note.begin_beats.max(soon), note.begin_beats + note.length_beats - gap_beats);
            self.send(note.note.semitones(), times, &tuned, out);
        }
        self.next = notes.last().map_or(self.next, |last| self.next.max(last.number + 1));
        self.notes = notes;
    }

    fn send(
        &mut self,
        semitones: i16,
        (begin, end): (f64, f64),
        tuned: &impl Fn(i16) -> (u8, f32),
        out: &mut Vec<BandMessage>,
    ) {
        let (key, tune_cents) = tuned(semitones);
        let (begin, end) = (Beats(begin), Beats(end));
        if end > begin {
            out.push(BandMessage::Note(BandNote { bus: BUS, key, velocity: tuning::VELOCITY, begin, end, tune_cents }));
            self.is_out = true;
        }
    }
}

/// A note outside of any lesson, by its key and the cents from it, at once.
#[must_use]
pub fn sound((key, tune_cents): (u8, f32)) -> BandMessage {
    let (begin, end) = (Beats(0.0), Beats(0.0));
    let note = BandNote { bus: BUS, key, velocity: tuning::VELOCITY, begin, end, tune_cents };
    BandMessage::Sound { note, secs: tuning::SOUND_SECS }
}

/// The next place that a message reaches in time.
fn soon(place: &Place) -> Beats {
    Beats(place.beat_in(tuning::MARGIN_SECS))
}
