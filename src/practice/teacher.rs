//! The teacher: fed with the line of a voice or with keys, asked for what the page shows.

use super::book::Book;
use super::contour::Contour;
use super::hearing::{Hearing, Room};
use super::phrase::Grid;
use super::targets::{Names, Subject};
use super::tuning::{phrase, view as tuning};
use super::verdict::Marking;
use super::view::TrailPoint;
use crate::base::keep_newest;
use crate::ear::pitch::PitchFrame;
use crate::theory::raga::Script;
use std::collections::VecDeque;

pub use super::book::Judged;

/// What is practised, and how it is marked.
#[derive(Clone, Debug, PartialEq)]
pub struct TeacherConfig {
    /// Sa, Hz, 20 to 2000; of a Western scale its tonic.
    pub sa_hz: f32,
    /// The raga or scale.
    pub subject: Subject,
    /// How strictly is judged.
    pub marking: Marking,
    /// The script of the syllables.
    pub script: Script,
}

/// Keys of a keyboard that are down.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    /// Since when each is down, seconds.
    pub since_secs: [Option<f64>; 128],
    last_secs: f64,
}

impl Keys {
    fn is_any(&self) -> bool {
        self.since_secs.iter().any(Option::is_some)
    }
}

/// Judges a voice (or keys) as it sounds. `new`, the setters of what is practised, `view` and `summary` allocate; what
/// is called for every frame does not, and its work and memory are bounded.
#[derive(Debug)]
pub struct Teacher {
    pub(super) config: TeacherConfig,
    pub(super) names: Names,
    pub(super) contour: Contour,
    pub(super) book: Book,
    pub(super) keys: Keys,
    room: Room,
    told: Hearing,
    pub(super) trail: VecDeque<TrailPoint>,
    /// Live frames that are not settled yet.
    pub(super) ahead: VecDeque<TrailPoint>,
    /// The newest voiced live frames, cents.
    pub(super) recent: VecDeque<(f64, f32)>,
    pub(super) now_secs: f64,
    /// When somebody last sang or played.
    voiced_secs: f64,
    unclear_secs: f64,
}

impl Teacher {
    /// A teacher who has heard nothing. Values outside their ranges are taken to the nearest in them.
    #[must_use]
    pub fn new(config: TeacherConfig) -> Self {
        let config = TeacherConfig { sa_hz: held_to_range(config.sa_hz).unwrap_or(220.0), ..config };
        Self {
            names: Names::new(&config.subject, config.script),
            contour: Contour::new(),
            book: Book::new(&config.subject, config.marking),
            keys: Keys { since_secs: [None; 128], last_secs: f64::MIN },
            room: Room::new(),
            told: Hearing::Clear,
            trail: VecDeque::with_capacity(tuning::TRAIL_POINTS),
            ahead: VecDeque::with_capacity(tuning::LIVE_POINTS),
            recent: VecDeque::with_capacity(tuning::STABILITY_FRAMES),
            now_secs: f64::MIN,
            voiced_secs: f64::MIN,
            unclear_secs: 0.0,
            config,
        }
    }

    /// Forgets what was sung; what is practised and how stays. Real-time safe.
    pub fn reset(&mut self) {
        self.contour.reset();
        self.book.reset();
        self.room.reset();
        self.keys.since_secs = [None; 128];
        self.clear_line();
        (self.now_secs, self.voiced_secs, self.unclear_secs) = (f64::MIN, f64::MIN, 0.0);
    }

    /// What is practised, and how.
    #[must_use]
    pub fn config(&self) -> &TeacherConfig {
        &self.config
    }

    /// Another Sa, Hz: the line and the marks begin anew, the figures of the swaras stay. What is no frequency from 20
    /// to 2000 Hz changes nothing. Real-time safe.
    pub fn set_sa(&mut self, sa_hz: f32) {
        let Some(sa_hz) = held_to_range(sa_hz).filter(|hz| *hz != self.config.sa_hz) else { return };
        self.finish();
        self.clear_line();
        self.contour.reset();
        self.book.marks.clear();
        self.config.sa_hz = sa_hz;
    }

    /// Another raga or scale: all figures begin anew. Allocates.
    pub fn set_subject(&mut self, subject: Subject) {
        let grid = self.book.phrases.grid();
        self.config.subject = subject;
        self.names = Names::new(&self.config.subject, self.config.script);
        self.book = Book::new(&self.config.subject, self.config.marking);
        self.book.phrases.set_grid(grid);
        self.contour.reset();
    }

    /// Marks more or less strictly from now on. Real-time safe.
    pub fn set_marking(&mut self, marking: Marking) {
        self.config.marking = marking;
        self.book.judge.marking = marking;
    }

    /// Writes syllables in another script. Allocates.
    pub fn set_script(&mut self, script: Script) {
        self.config.script = script;
        self.names = Names::new(&self.config.subject, script);
    }

    /// Aims at the lower or the higher shade of a position (semitones above Sa) from now on. Real-time safe.
    pub fn set_shade(&mut self, position: u8, is_higher: bool) {
        self.book.judge.targets.set_shade(position, is_higher);
    }

    /// What whoever owns the microphone and the drone knows about them; while that is not clear nothing is judged.
    /// Real-time safe.
    pub fn set_hearing(&mut self, hearing: Hearing) {
        self.told = hearing;
    }

    /// The tala that runs, on the clock of the frames, or none. Real-time safe.
    pub fn set_grid(&mut self, grid: Option<Grid>) {
        self.book.phrases.set_grid(grid);
    }

    /// What is heard: what was told, or else what the line shows.
    #[must_use]
    pub fn hearing(&self) -> Hearing {
        if self.told.is_clear() { self.room.hearing() } else { self.told }
    }

    /// Seconds during which nothing was judged because no single clear voice was heard.
    #[must_use]
    pub fn unclear_secs(&self) -> f64 {
        self.unclear_secs
    }

    /// Takes a live frame in, at once. Real-time safe.
    pub fn live(&mut self, frame: &PitchFrame) {
        if !frame.at_secs.is_finite() {
            return;
        }
        self.room.step(frame);
        self.now_secs = self.now_secs.max(frame.at_secs);
        let cents = self.cents_of(frame);
        keep_newest(&mut self.ahead, tuning::LIVE_POINTS, TrailPoint { at_secs: frame.at_secs, cents, is_sure: false });
        if let Some(cents) = cents {
            keep_newest(&mut self.recent, tuning::STABILITY_FRAMES, (frame.at_secs, cents));
        }
    }

    /// Takes the same frame in again once it is settled. All verdicts come from these. Real-time safe.
    pub fn settled(&mut self, frame: &PitchFrame) {
        if !frame.at_secs.is_finite() {
            return;
        }
        let cents = self.cents_of(frame);
        self.advance(frame.at_secs, cents);
        while self.ahead.front().is_some_and(|point| point.at_secs <= frame.at_secs) {
            self.ahead.pop_front();
        }
        keep_newest(&mut self.trail, tuning::TRAIL_POINTS, TrailPoint { at_secs: frame.at_secs, cents, is_sure: true });
    }

    /// Time passes without frames, as it does beside a keyboard. Real-time safe.
    pub fn pass(&mut self, now_secs: f64) {
        if now_secs.is_finite() {
            self.advance(now_secs, None);
        }
    }

    /// Takes in a key (0 to 127; others are passed over) that goes down or up. Its pitch is exact: the key nearest to Sa
    /// is Sa. Real-time safe.
    pub fn key(&mut self, at_secs: f64, key: u8, is_down: bool) {
        let Some(since_secs) = self.keys.since_secs.get(usize::from(key)).copied() else { return };
        if !at_secs.is_finite() {
            return;
        }
        self.pass(at_secs);
        let at_secs = self.now_secs;
        let semitones = i16::from(key) - self.sa_key();
        if let Some(since_secs) = since_secs {
            self.book.key_up(semitones, [since_secs, at_secs]);
        }
        if is_down {
            let is_melody = at_secs - self.keys.last_secs > tuning::CHORD_SECS;
            self.book.key(at_secs, semitones, is_melody);
            self.keys.last_secs = at_secs;
        }
        self.keys.since_secs[usize::from(key)] = is_down.then_some(at_secs);
        self.voiced_secs = at_secs;
    }

    /// The next figure that became final and was not polled yet: notes, glides, touches, in the order in which they
    /// ended. Of more than 128 that wait the oldest are lost. Real-time safe.
    pub fn poll(&mut self) -> Option<Judged> {
        self.book.waiting.pop_front()
    }

    /// The note that sounds, as far as it is known: held for so long, judged so. Real-time safe.
    #[must_use]
    pub fn sounding(&self) -> Option<Judged> {
        let key = self.keys.since_secs.iter().enumerate().find_map(|(key, since)| Some((key as i16, (*since)?)));
        if let Some((key, since_secs)) = key {
            let times = [since_secs, self.now_secs];
            return Some(self.book.judged(super::book::key_figure(
                &self.book.judge.targets,
                key - self.sa_key(),
                times,
            )));
        }
        let last = self.contour.open().last().filter(|_| self.now_secs - self.voiced_secs <= 2.0 * tuning::NOW_SECS)?;
        Some(self.book.judged(*last)).filter(Judged::is_note)
    }

    /// The notes that may still change, the oldest first, the one that sounds last; of keys the lowest that is down.
    /// Real-time safe.
    pub fn open_notes(&self) -> impl Iterator<Item = Judged> + '_ {
        let open = self.contour.open().iter().map(|figure| self.book.judged(*figure)).filter(Judged::is_note);
        open.chain(self.sounding().filter(|_| self.keys.is_any()))
    }

    /// What notes are called.
    #[must_use]
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Cents over middle Sa that are aimed at for a note so many semitones above it. Real-time safe.
    #[must_use]
    pub fn target_cents(&self, semitones: i16) -> f32 {
        self.book.judge.targets.cents(semitones)
    }

    /// Ends the input: what sounds becomes final. Real-time safe.
    pub fn finish(&mut self) {
        let book = &mut self.book;
        self.contour.end(&mut |figure, points| book.take(figure, points));
        for key in 0..128_u8 {
            if let Some(since_secs) = self.keys.since_secs[usize::from(key)].take() {
                let semitones = i16::from(key) - self.sa_key();
                self.book.key_up(semitones, [since_secs, self.now_secs.max(since_secs)]);
            }
        }
        self.book.phrases.end();
        self.book.order.forget();
    }

    /// The key that is Sa.
    pub(super) fn sa_key(&self) -> i16 {
        (69.0 + 12.0 * (self.config.sa_hz / 440.0).log2()).round() as i16
    }

    fn cents_of(&self, frame: &PitchFrame) -> Option<f32> {
        frame.cents_over(self.config.sa_hz).filter(|cents| cents.is_finite())
    }

    /// Lets the line go on to a time, and ends the breath where nobody sings for long.
    fn advance(&mut self, at_secs: f64, cents: Option<f32>) {
        let step_secs = (at_secs - self.now_settled_secs()).clamp(0.0, 1.0);
        if !self.hearing().is_clear() {
            self.book.clear_from_secs = at_secs.max(self.book.clear_from_secs);
            self.unclear_secs += step_secs;
        }
        self.now_secs = self.now_secs.max(at_secs);
        let book = &mut self.book;
        self.contour.step(at_secs, cents, &mut |figure, points| book.take(figure, points));
        if cents.is_some() || self.keys.is_any() {
            self.voiced_secs = self.voiced_secs.max(at_secs);
        } else if at_secs - self.voiced_secs >= phrase::BREATH_SECS && self.book.phrases.is_singing() {
            self.book.phrases.end();
            self.book.order.forget();
        }
    }

    /// The time of the last settled point.
    fn now_settled_secs(&self) -> f64 {
        self.trail.back().map_or(f64::MAX, |point| point.at_secs)
    }

    fn clear_line(&mut self) {
        self.trail.clear();
        self.ahead.clear();
        self.recent.clear();
    }
}

fn held_to_range(sa_hz: f32) -> Option<f32> {
    sa_hz.is_finite().then(|| sa_hz.clamp(20.0, 2000.0))
}
