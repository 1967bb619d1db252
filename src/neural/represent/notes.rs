//! Bass, keys and lead: one element is a note or a rest.

use super::scene::{Place, Scene};
use super::{
    CHORDS, DEGREES, DENSITIES, ENERGIES, INTERVALS, LENGTHS, METRES, MOTIONS, PHRASE, REGISTERS, RHYTHM_STEPS, STYLES,
    TEMPI, TICKS, UNTILS, VELOCITIES, degree_class, interval_class, length_class, nearest_step, velocity_class, whole,
};
use crate::band::Note;

/// Classes of the time to the next event, in ticks; the last is a rest of so many.
pub const WHENS: usize = 97;
/// What lies farther from the begin of a sequence is as far as this, in ticks.
const REACH_TICKS: f64 = 1e6;
/// Ticks of a rest.
pub const REST_TICKS: i32 = 96;
/// Beats of a bar that are told apart.
pub const BEATS: usize = 6;
/// Classes of how far a note is from its tick, in fifths of one.
pub const NUDGES: usize = 5;
/// Numbers that the pitch head says: by leap, by degree on this chord and on the next, by region.
pub const PITCHES: [usize; 4] = [51, 12, 12, 32];
/// Keys.
pub const KEYS: usize = 128;

/// What an element is put together from: the fields of the event before, then the conditions, with their classes.
pub const INPUTS: [(&str, usize); 24] = [
    ("kind", 3),
    ("who", 2),
    ("when", WHENS + 1),
    ("interval", INTERVALS),
    ("degree", DEGREES),
    ("register", 33),
    ("length", LENGTHS + 1),
    ("loud", VELOCITIES + 1),
    ("nudge", NUDGES + 1),
    ("style", STYLES),
    ("metre", METRES),
    ("beat", BEATS),
    ("tick", TICKS as usize),
    ("phrase", PHRASE),
    ("tempo", TEMPI),
    ("energy", ENERGIES),
    ("density", DENSITIES),
    ("player", REGISTERS),
    ("chord", CHORDS),
    ("next", CHORDS),
    ("motion", MOTIONS),
    ("until", UNTILS),
    ("held", DEGREES),
    ("who_next", 2),
];
/// What is added once it is known when an event comes.
pub const ONSETS: [(&str, usize); 9] = [
    ("when_on", WHENS),
    ("beat_on", BEATS),
    ("tick_on", TICKS as usize),
    ("chord_on", CHORDS),
    ("next_on", CHORDS),
    ("motion_on", MOTIONS),
    ("until_on", UNTILS),
    ("held_on", DEGREES),
    ("hit_on", 3),
];
/// What is added once its key is known.
pub const KEY_FIELDS: [(&str, usize); 2] = [("degree_on", DEGREES), ("leap_on", INTERVALS)];

/// Who plays an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Who {
    /// The player of the instrument.
    Player,
    /// This part.
    Part,
}

/// A note, as classes but for its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Where it begins, in ticks of its sequence.
    pub tick: i32,
    /// MIDI key.
    pub key: u8,
    /// See [`length_class`].
    pub length: u8,
    /// See [`velocity_class`].
    pub loud: u8,
    /// How far it is from its tick, in fifths of one, from 2 on.
    pub nudge: u8,
    /// Whose.
    pub who: Who,
}

impl Event {
    /// A note of a sequence that begins at `origin_beats`.
    #[must_use]
    pub fn of(note: &Note, origin_beats: f64, who: Who) -> Self {
        let ticks = (f64::from(TICKS) * (note.begin_beats - origin_beats)).clamp(-REACH_TICKS, REACH_TICKS);
        let tick = whole(ticks);
        Self {
            tick,
            key: note.key.min(KEYS as u8 - 1),
            length: length_class(f64::from(TICKS) * note.length_beats),
            loud: velocity_class(note.velocity),
            nudge: (whole(5.0 * ticks) - 5 * tick + 2).clamp(0, NUDGES as i32 - 1) as u8,
            who,
        }
    }
}

/// Brings events into the order in which they are told: by tick, then by key; of one key at one tick the player's stays.
/// What begins before the sequence is dropped.
pub fn put_in_order(events: &mut Vec<Event>) {
    events.retain(|event| event.tick >= 0);
    events.sort_by_key(|event| (event.tick, event.key, event.who as u8));
    events.dedup_by_key(|event| (event.tick, event.key));
}

/// What goes into the trunk for one element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoteInputs {
    /// In the order of [`INPUTS`].
    pub classes: [u8; INPUTS.len()],
    /// Another's rhythm from here on, where it is known.
    pub rhythm: Option<u16>,
}

/// What is known of an event once it is known when it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Onset {
    /// In the order of [`ONSETS`].
    pub classes: [u8; ONSETS.len()],
    /// Where it comes, in ticks.
    pub tick: i32,
    /// The key before it.
    pub last: Option<u8>,
    /// The chord's root.
    pub root: Option<u8>,
    /// The next chord's root.
    pub next_root: Option<u8>,
    /// Keys up to this one are not for it: they began on the same tick.
    pub above: Option<u8>,
}

impl Onset {
    /// The classes of a key, in the order of [`KEY_FIELDS`].
    #[must_use]
    pub fn key_classes(&self, key: u8) -> [u8; KEY_FIELDS.len()] {
        [degree_class(Some(key), self.root), interval_class(Some(key), self.last)]
    }
}

/// What the event before shows: the first fields of [`INPUTS`].
type Past = [u8; 9];

const START: Past = [0, 0, WHENS as u8, 49, 12, 32, LENGTHS as u8, VELOCITIES as u8, NUDGES as u8];

/// How far a sequence has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Where it stands, in ticks: at the last event.
    pub tick: i32,
    past: Past,
    last: Option<u8>,
    is_at_note: bool,
}

impl Default for Cursor {
    fn default() -> Self {
        Self { tick: 0, past: START, last: None, is_at_note: false }
    }
}

impl Cursor {
    /// Before the first event of a sequence that begins at a tick.
    #[must_use]
    pub fn at(tick: i32) -> Self {
        Self { tick, ..Self::default() }
    }

    /// The key of the last note.
    #[must_use]
    pub fn last(&self) -> Option<u8> {
        self.last
    }

    /// Whether it stands at a note, not after a rest or at the begin.
    #[must_use]
    pub fn is_at_note(&self) -> bool {
        self.is_at_note
    }

    /// The element here, when `who` plays what comes.
    #[must_use]
    pub fn inputs(&self, scene: &Scene, who: Who) -> NoteInputs {
        let place = scene.at(self.tick);
        let Place { bar, .. } = place;
        let conditions = [
            bar.style,
            bar.metre,
            place.beat,
            place.tick,
            bar.phrase,
            bar.tempo,
            bar.energy,
            bar.density,
            bar.player,
            place.chord,
            place.next,
            place.motion,
            place.until,
            degree_class(self.last, place.root),
            who as u8,
        ];
        let mut classes = [0; INPUTS.len()];
        classes.iter_mut().zip(self.past.iter().chain(&conditions)).for_each(|(to, class)| *to = *class);
        NoteInputs { classes, rhythm: scene.rhythm_from(nearest_step(self.tick), place.bar_tick, bar.beats) }
    }

    /// What is known of the event that comes `when` ticks from here (at most [`REST_TICKS`]), which `inputs` led to.
    #[must_use]
    pub fn onset(&self, scene: &Scene, inputs: &NoteInputs, when: u8) -> Onset {
        let tick = self.tick + i32::from(when);
        let place = scene.at(tick);
        let reach = nearest_step(tick) - nearest_step(self.tick);
        let hit = inputs.rhythm.filter(|_| reach < RHYTHM_STEPS as i32).map_or(2, |bits| (bits >> reach & 1) as u8);
        let held = degree_class(self.last, place.root);
        Onset {
            classes: [when, place.beat, place.tick, place.chord, place.next, place.motion, place.until, held, hit],
            tick,
            last: self.last,
            root: place.root,
            next_root: place.next_root,
            above: self.last.filter(|_| when == 0 && self.is_at_note),
        }
    }

    /// Goes on to an event that is not before it.
    pub fn advance(&mut self, scene: &Scene, event: &Event) {
        let key = Some(event.key);
        self.past = [
            1,
            event.who as u8,
            (event.tick - self.tick).clamp(0, REST_TICKS - 1) as u8,
            interval_class(key, self.last),
            degree_class(key, scene.at(event.tick).root),
            event.key / 4,
            event.length,
            event.loud,
            event.nudge,
        ];
        (self.tick, self.last, self.is_at_note) = (event.tick.max(self.tick), key, true);
    }

    /// Goes on over a rest, after which `who` plays.
    pub fn rest(&mut self, who: Who) {
        self.past = START;
        (self.past[0], self.past[1], self.past[2]) = (2, who as u8, REST_TICKS as u8);
        self.tick += REST_TICKS;
        self.is_at_note = false;
    }
}
