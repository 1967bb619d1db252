//! What was heard and played: one bounded structure, on the transport's beats.

use super::part::Part;
use super::phrase::Note;
use crate::base::keep_newest;
use std::collections::VecDeque;

/// Notes of the player that are kept, at most.
const PLAYER_NOTES_MAX: usize = 512;
/// Notes of each part that are kept, at most.
const PART_NOTES_MAX: usize = 512;

/// How the player plays, as the ear tells.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Playing {
    /// Notes a beat, over the last seconds; 0 while silent.
    pub notes_per_beat: f32,
    /// The mean loudness, 0 to 1.
    pub loudness: f32,
    /// A tenth of the notes are below this key.
    pub register_low: u8,
    /// A tenth of the notes are above this key.
    pub register_high: u8,
    /// How much of the time to the next note a note sounds, 0 staccato, 1 legato.
    pub articulation: f32,
    /// Where the second of two eighths falls between two beats, 0.5 to 0.8, with how sure that is, 0 to 1.
    pub swing: Option<(f32, f32)>,
    /// Whether a phrase is being played.
    pub is_playing: bool,
    /// For how many beats nothing was played; 0 while something is.
    pub rest_beats: f64,
}

/// What was heard and played so far. Allocates in `new` alone.
#[derive(Clone, Debug)]
pub struct Context {
    /// Where time is, in beats of the transport.
    pub now_beats: f64,
    /// How the player plays.
    pub playing: Playing,
    /// From where what the player played last may be answered, in beats: what was still open when it was known to be over.
    pub answer_beats: f64,
    player: VecDeque<Note>,
    parts: [VecDeque<Note>; Part::COUNT],
}

impl Default for Context {
    fn default() -> Self {
        Self::new()
    }
}

impl Context {
    /// Nothing heard yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            now_beats: 0.0,
            playing: Playing::default(),
            answer_beats: f64::NEG_INFINITY,
            player: VecDeque::with_capacity(PLAYER_NOTES_MAX),
            parts: std::array::from_fn(|_| VecDeque::with_capacity(PART_NOTES_MAX)),
        }
    }

    /// The player's notes, the oldest first; a note that is held still has an infinite length.
    #[must_use]
    pub fn player(&self) -> impl DoubleEndedIterator<Item = &Note> + ExactSizeIterator {
        self.player.iter()
    }

    /// The player's notes that began in `from_beats..to_beats`.
    pub fn player_between(&self, from_beats: f64, to_beats: f64) -> impl Iterator<Item = &Note> {
        self.player.iter().filter(move |note| note.begin_beats >= from_beats && note.begin_beats < to_beats)
    }

    /// What a part has played or can no longer take back, the oldest first.
    #[must_use]
    pub fn part(&self, part: Part) -> impl DoubleEndedIterator<Item = &Note> + ExactSizeIterator {
        self.parts[part as usize].iter()
    }

    /// The player strikes a key.
    pub fn strike(&mut self, at_beats: f64, key: u8, velocity: u8) {
        self.release(at_beats, key);
        keep_newest(
            &mut self.player,
            PLAYER_NOTES_MAX,
            Note { begin_beats: at_beats, length_beats: f64::INFINITY, key, velocity },
        );
    }

    /// The player lets a key go.
    pub fn release(&mut self, at_beats: f64, key: u8) {
        if let Some(note) = self.player.iter_mut().rev().find(|n| n.key == key && n.length_beats.is_infinite()) {
            note.length_beats = (at_beats - note.begin_beats).max(0.0);
        }
    }

    /// The player lets all keys go.
    pub fn release_all(&mut self, at_beats: f64) {
        for note in self.player.iter_mut().filter(|n| n.length_beats.is_infinite()) {
            note.length_beats = (at_beats - note.begin_beats).max(0.0);
        }
    }

    /// A note of a part can no longer be taken back.
    pub fn commit(&mut self, part: Part, note: Note) {
        keep_newest(&mut self.parts[part as usize], PART_NOTES_MAX, note);
    }

    /// What a part sounds beyond `at_beats` ends there.
    pub fn trim(&mut self, part: Part, at_beats: f64) {
        let sounding = |note: &&mut Note| note.begin_beats < at_beats && note.end_beats() > at_beats;
        let notes = self.parts[part as usize].iter_mut();
        notes.filter(sounding).for_each(|note| note.length_beats = at_beats - note.begin_beats);
    }

    /// Forgets all notes: the transport was moved.
    pub fn forget(&mut self) {
        self.player.clear();
        self.answer_beats = f64::NEG_INFINITY;
        self.parts.iter_mut().for_each(VecDeque::clear);
    }
}
