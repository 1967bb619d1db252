//! What a player of the band is asked, and what it answers.

use super::chords::{Chords, Span};
use super::context::Context;
use super::part::{Part, Taste};
use super::style::Style;
use crate::theory::Key;

/// Notes of one part in one bar, at most; what a player adds beyond is dropped.
pub const BAR_NOTES_MAX: usize = 96;
/// Notes before a bar that a player is shown, at most.
pub const BEFORE_NOTES_MAX: usize = 256;

/// A note of the band. Human timing is in `begin_beats`: it need not lie on a grid.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Note {
    /// Where it begins, in beats of the transport.
    pub begin_beats: f64,
    /// How long it sounds, in beats, above 0.
    pub length_beats: f64,
    /// MIDI key, 0 to 127.
    pub key: u8,
    /// 1 to 127.
    pub velocity: u8,
}

impl Note {
    /// Where it ends, in beats of the transport.
    #[must_use]
    pub fn end_beats(&self) -> f64 {
        self.begin_beats + self.length_beats
    }
}

/// Which rung of the ladder a bar came from, the best first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rung {
    /// The large model.
    Large,
    /// The small model.
    Small,
    /// A pattern from the library.
    Cached,
    /// The rules: always there.
    #[default]
    Rules,
}

/// What a bar is in the form of the piece.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Role {
    /// Before the first variation: it builds up.
    Intro,
    /// The band plays.
    #[default]
    Groove,
    /// The band plays and leads over to the next bar.
    Fill,
    /// The last bar: it leads to one last stroke on the beat after it, which belongs to it.
    Ending,
}

/// A bar of the plan.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bar {
    /// Counts from the first bar of the band, which is 0; a count-in is before it.
    pub index: i64,
    /// Where it begins, in beats of the transport.
    pub begin_beats: f64,
    /// Its beats.
    pub beats: u32,
    /// What it is.
    pub role: Role,
    /// The variation, 0 (A) to 3 (D): fuller from one to the next.
    pub variation: u8,
    /// Bars since the section began; fills and phrases count from it.
    pub in_section: u32,
}

impl Bar {
    /// Where it ends, in beats of the transport.
    #[must_use]
    pub fn end_beats(&self) -> f64 {
        self.begin_beats + f64::from(self.beats)
    }
}

/// What all parts share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Feel {
    /// Where the second of two eighths falls between two beats: 0.5 straight, 0.67 a triplet, up to 0.75.
    pub swing: f32,
    /// How much the fills hold, 0 to 1.
    pub fills: f32,
    /// How much the music drives, 0 to 1, from the player's loudness and density.
    pub energy: f32,
    /// Tempo in beats a minute.
    pub bpm: f64,
}

/// Whose turn it is when player and lead trade bars. All in beats of the transport, but for the bars.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Turn {
    /// Where the lead's turn begins.
    pub begin_beats: f64,
    /// How many bars it has, at least 1.
    pub bars: u32,
    /// Where the player's turn before it began.
    pub player_begin_beats: f64,
    /// Where the player's turn before it ended.
    pub player_end_beats: f64,
}

/// A question to a player: one bar of one part. The answer follows from it alone, so that asking again, with another
/// chord, changes only what the chord changes.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// Which part.
    pub part: Part,
    /// Which bar.
    pub bar: Bar,
    /// Notes before it are out already; none of the answer may begin before it. In beats of the transport.
    pub from_beats: f64,
    /// The style that is played.
    pub style: &'static Style,
    /// What is wished of this part.
    pub taste: Taste,
    /// What all parts share.
    pub feel: Feel,
    /// The chords, from before the bar to after it.
    pub chords: &'a Chords,
    /// The key, where there is a reason to claim one.
    pub key: Option<Key>,
    /// What was heard and played so far; this part's own notes up to `from_beats` are in it.
    pub context: &'a Context,
    /// This part's own notes before `from_beats`, played or planned, the oldest first, [`BEFORE_NOTES_MAX`] at most.
    pub before: &'a [Note],
    /// The notes of this bar by part, as far as they are planned: those of the parts before this one.
    pub band: &'a [Vec<Note>; Part::COUNT],
    /// The lead's turn that the bar belongs to, where player and lead trade bars.
    pub turn: Option<Turn>,
    /// Fixes every choice. What lasts for more than a bar (a motif, a groove) holds while the seed stays the same.
    pub seed: u64,
}

impl Ask<'_> {
    /// The chord that sounds at `beats`; `None` where nothing is known of it.
    #[must_use]
    pub fn chord_at(&self, beats: f64) -> Option<Span> {
        self.chords.at(beats)
    }

    /// The notes of another part in this bar.
    #[must_use]
    pub fn notes_of(&self, part: Part) -> &[Note] {
        &self.band[part as usize]
    }
}

/// Plays one part: the rules do, and so do the models.
pub trait PhraseSource {
    /// Adds the bar's notes to `out`, which is empty, in the order of time and not before `from_beats`. Bounded in time;
    /// does not allocate when `out` has room for [`BAR_NOTES_MAX`].
    fn play(&mut self, ask: &Ask<'_>, out: &mut Vec<Note>);
}
