//! The sound of the input: its pitch and what the teacher makes of it, and the onsets by which a beat is found while no key
//! is played.

use crate::base::{BandMessage, Beats, Bus, Place};
use crate::ear::onset::OnsetDetector;
use crate::ear::{Listener, Onset};
use crate::practice::Grid;
use crate::practice::hint::Hint;
use crate::rt::Receiver;
use crate::session::heard::VoiceView;
use crate::session::practice::{Newest, Room, RoomView, Setup, TeachOrder};
use crate::theory::raga::tables;
use crate::worker::BandMate;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// So long after the last key the beat is found by ear: until then the microphone hears the instrument itself.
const KEYS_LEAD_SECS: f64 = 8.0;
/// A pitch is shown for so long after it was heard.
const SHOWN_SECS: f64 = 0.25;
/// Time that is missing between two blocks is a gap from here on; less is rounding.
const GAP_SECS: f64 = 0.005;
const CHUNK: usize = 512;
/// The way here without waits is the shortest of so long at least: clocks differ, and a device that was late has lost time.
const SHORTEST_SECS: f64 = 2.0;
/// How often the raga is guessed: hundreds are compared.
const GUESS: Duration = Duration::from_secs(1);

/// How far the system's clock is ahead of the ear's, at least: the shortest way of the last seconds, of which at least
/// [`SHORTEST_SECS`] are looked at and at most twice as much.
#[derive(Clone, Copy, Debug, Default)]
struct Shortest {
    since_secs: Option<f64>,
    before_secs: Option<f64>,
    now_secs: f64,
}

impl Shortest {
    fn note(&mut self, at_secs: f64, late_secs: f64) {
        let is_over = self.since_secs.is_none_or(|since| !(since..since + SHORTEST_SECS).contains(&at_secs));
        if is_over {
            self.before_secs = self.since_secs.map(|_| self.now_secs);
            (self.since_secs, self.now_secs) = (Some(at_secs), late_secs);
        }
        self.now_secs = self.now_secs.min(late_secs);
    }

    fn secs(&self) -> f64 {
        self.before_secs.map_or(self.now_secs, |before| before.min(self.now_secs))
    }
}

/// Listens to the input.
pub struct Voice {
    room: Room,
    onsets: OnsetDetector,
    /// The clock at the first sample since the ears were last begun; `None` before there was any.
    begin_secs: Option<f64>,
    heard_secs: f64,
    sounding: Option<VoiceView>,
    newest: Option<Newest>,
    epoch: Instant,
    /// The ear's clock on the way here without waits.
    offset: Shortest,
    /// Matras of the cycle that is kept.
    matras: Option<u32>,
    cycle_place: Option<f64>,
    guess: Arc<Hint>,
    guessed_at: Instant,
}

impl Voice {
    /// An ear for sound at `rate_hz`. Allocates.
    pub fn new(rate_hz: u32) -> Self {
        let mut room = Room::new(rate_hz, Setup::default(), &tables().ragas);
        // Nobody practises before the page is opened.
        room.teach(false);
        Self {
            room,
            onsets: OnsetDetector::new(rate_hz),
            begin_secs: None,
            heard_secs: 0.0,
            sounding: None,
            newest: None,
            epoch: Instant::now(),
            offset: Shortest::default(),
            matras: None,
            cycle_place: None,
            guess: Arc::default(),
            guessed_at: Instant::now(),
        }
    }

    /// Another engine, of another rate perhaps. What the teacher heard so far stays. Allocates.
    pub fn set_device(&mut self, rate_hz: u32) {
        self.room.set_device(rate_hz);
        self.onsets = OnsetDetector::new(rate_hz);
        (self.begin_secs, self.heard_secs) = (None, 0.0);
    }

    /// Carries out what the teacher is asked for.
    pub fn obey(&mut self, order: TeachOrder) {
        match order {
            TeachOrder::Teach(is_teaching) => self.teach(is_teaching),
            TeachOrder::Ragas(ragas) => self.room.set_ragas(&ragas),
            TeachOrder::Setup(setup) => self.room.set_up(*setup),
            TeachOrder::Shade { position, is_higher } => self.room.teacher.set_shade(position, is_higher),
            TeachOrder::Tala(matras) => self.matras = matras,
            TeachOrder::FindSa(is_sought) => self.room.find_sa(is_sought),
            TeachOrder::Calibrate => self.room.calibrate(),
            TeachOrder::Late(late) => self.room.set_late(late),
            TeachOrder::Lesson(plan) => self.room.set_lesson(plan.as_deref()),
            TeachOrder::Begin { begin_beats, from } => self.room.begin_lesson(begin_beats, from),
            TeachOrder::Stop => self.room.stop_lesson(),
            TeachOrder::Sound(semitones) => self.room.sound(semitones),
            TeachOrder::Reset => {
                self.room.reset();
                self.guess = Arc::default();
            }
        }
    }

    /// How long after an onset it is known.
    pub fn latency_secs(&self) -> f64 {
        self.onsets.latency_secs()
    }

    /// Whether there is sound at all: a host without an input gives none.
    pub fn is_fed(&self) -> bool {
        self.begin_secs.is_some()
    }

    /// Whether what is heard is judged.
    pub fn is_teaching(&self) -> bool {
        self.room.is_teaching()
    }

    /// Hears `frames` of `[input, output]` that wait in `sound` and end at `end_secs`.
    pub fn hear(&mut self, sound: &mut Receiver<[f32; 2]>, (frames, secs): (usize, f64), end_secs: f64) {
        let begin_secs = *self.begin_secs.get_or_insert(end_secs - secs);
        // After a gap the ears begin anew: what they count is samples, and what they remember is over.
        if (end_secs - secs - begin_secs - self.heard_secs).abs() > GAP_SECS {
            self.onsets.reset();
            self.begin_secs = Some(end_secs - secs);
            self.heard_secs = 0.0;
        }
        self.heard_secs += secs;
        let late_secs = self.epoch.elapsed().as_secs_f64() - end_secs;
        self.offset.note(end_secs, late_secs);
        let (mut chunk, mut heard, mut played) = ([[0.0; 2]; CHUNK], [0.0; CHUNK], [0.0; CHUNK]);
        let mut left = frames;
        while left > 0 {
            let got = sound.receive_slice(&mut chunk[..left.min(CHUNK)]);
            if got == 0 {
                break;
            }
            for (n, [input, output]) in chunk[..got].iter().enumerate() {
                (heard[n], played[n]) = (*input, *output);
            }
            left -= got;
            let to_end = left as f64 * secs / frames as f64;
            self.room.hear(&heard[..got], &played[..got], end_secs - to_end, &mut |_| {});
            self.onsets.process(&heard[..got]);
        }
        if let Some(frame) = self.room.newest()
            && let Some(hz) = frame.hz
            && self.sounding.is_none_or(|voice| voice.at_secs < frame.at_secs)
        {
            let at_secs = frame.at_secs;
            self.sounding = Some(VoiceView { hz, clarity: frame.clarity, level_db: frame.level_db, at_secs });
            let since = Duration::from_secs_f64((at_secs + self.offset.secs()).max(0.0));
            self.newest = Some(Newest { sounded: self.epoch + since, known: Instant::now() });
        }
    }

    /// Time passes; where the transport stands tells where the cycle is.
    pub fn pass(&mut self, now_secs: f64, place: Place) {
        let matra_secs = 60.0 / place.tempo_bpm.max(1.0);
        let cycle = self.matras.filter(|_| place.is_playing).map(f64::from);
        self.cycle_place = cycle.map(|matras| place.beat.0.rem_euclid(matras));
        let parts = self.room.parts();
        let now_heard_secs = now_secs + self.room.late_secs();
        let grid = self.cycle_place.map(|at| Grid { sam_secs: now_heard_secs - at * matra_secs, matra_secs, parts });
        self.room.teacher.set_grid(grid);
        self.room.pass(now_secs, place);
    }

    /// The page is opened or left: the lead is the guide's from now on, and what the band had in mind for it is void.
    fn teach(&mut self, is_teaching: bool) {
        if is_teaching && !self.room.is_teaching() {
            let all = Beats(f64::NEG_INFINITY);
            self.room.messages().push(BandMessage::Replace { bus: Bus::Lead, from: all });
        }
        self.room.teach(is_teaching);
    }

    /// Whether the lead is the guide's rather than the band's.
    pub fn has_lead(&self) -> bool {
        self.room.is_teaching()
    }

    /// What the guide sends to the engine, to be taken.
    pub fn messages(&mut self) -> &mut Vec<BandMessage> {
        self.room.messages()
    }

    /// A key of the player goes down or up: a keyboard practises as a voice does.
    pub fn key(&mut self, at_secs: f64, key: u8, is_down: bool) {
        if self.room.is_teaching() {
            self.room.teacher.key(at_secs, key, is_down);
        }
    }

    /// Gives the onsets on, unless keys were played of late.
    pub fn tell(&mut self, listener: &mut Listener, keys_secs: f64) {
        let offset_secs = self.begin_secs.unwrap_or_default();
        while let Some(onset) = self.onsets.poll() {
            let at_secs = offset_secs + onset.at_secs;
            if at_secs - keys_secs > KEYS_LEAD_SECS {
                listener.onset(&Onset { at_secs, ..onset });
            }
        }
    }

    /// Gives what is sung on to a band that answers it, unless keys were played of late or somebody practises.
    pub fn sing(&mut self, mate: &mut BandMate, (now_secs, keys_secs): (f64, f64)) {
        let is_answered = mate.answers_singers() && !self.is_teaching();
        self.room.keep_sung(is_answered);
        if !is_answered || !self.leads(now_secs, keys_secs) {
            while self.room.poll_sung().is_some() {}
            return mate.hush();
        }
        let late_secs = self.room.late_secs();
        while let Some(sung) = self.room.poll_sung() {
            mate.sing(&sung.earlier(late_secs));
        }
    }

    /// Whether the beat is found by ear now.
    pub fn leads(&self, now_secs: f64, keys_secs: f64) -> bool {
        self.is_fed() && now_secs - keys_secs > KEYS_LEAD_SECS
    }

    /// The pitch that sounds.
    pub fn view(&self, now_secs: f64) -> Option<VoiceView> {
        self.sounding.filter(|voice| now_secs - voice.at_secs < SHOWN_SECS)
    }

    /// What the teacher shows. Allocates.
    pub fn room_view(&mut self, now_secs: f64) -> RoomView {
        if !self.is_teaching() {
            return RoomView { microphone: self.room.microphone(), ..RoomView::default() };
        }
        if self.guessed_at.elapsed() >= GUESS {
            self.guessed_at = Instant::now();
            self.guess = Arc::new(self.room.hint());
        }
        let teacher = self.room.teacher.view();
        RoomView {
            now_secs,
            row: self.room.row(&teacher),
            teacher: Arc::new(teacher),
            microphone: self.room.microphone(),
            finding_sa: self.room.finding_sa(),
            cycle_place: self.cycle_place,
            hint: Arc::clone(&self.guess),
            newest: self.newest,
            lesson: self.room.lesson().map(Arc::new),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_way_is_looked_for_anew_after_a_device_lost_time() {
        let mut offset = Shortest::default();
        let mut pass = |from: u32, lost_secs: f64| {
            // Every tenth block comes without a wait.
            (from..from + 1000).for_each(|n| offset.note(f64::from(n) * 0.004, lost_secs + 0.001 * f64::from(n % 10)));
            offset.secs()
        };
        assert_eq!(pass(0, 0.5), 0.5);
        assert_eq!(pass(1000, 0.54), 0.54, "a late device has moved the clocks apart");
        assert_eq!(pass(0, 0.2), 0.2, "another engine begins at zero");
    }
}
