//! What the models played or prepared, found again by its musical context; the least used is forgotten.

use crate::band::chords::{Origin, Span};
use crate::band::part::{Part, Taste};
use crate::band::phrase::{Ask, BAR_NOTES_MAX, Bar, Note, Rung};
use crate::band::style::StyleId;

/// Bars of a part that are kept, at most: some minutes of all parts, and what was prepared beside it.
const ENTRIES_MAX: usize = 512;
/// Places at which the chords of a bar are compared, two a beat, and the chord that comes after it.
const PLACES: usize = 17;
/// No chord.
const NONE: u16 = u16::MAX;
/// A bar that is asked for from so far into it is still a whole one, in beats.
const WHOLE_BEATS: f64 = 0.05;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// From which rung it is.
    pub rung: Rung,
    /// How long ago it was made, in beats.
    pub age_beats: f64,
}

#[derive(Clone, Debug)]
struct Entry {
    part: Part,
    bar: Bar,
    style: StyleId,
    taste: Taste,
    seed: u64,
    from_beats: f64,
    chords: [u16; PLACES],
    rung: Rung,
    made_beats: f64,
    used: u64,
    /// By the begin of the bar.
    notes: Vec<Note>,
}

/// The memory. Allocates as it fills, up to its size.
#[derive(Clone, Debug)]
pub struct Memory {
    entries: Vec<Entry>,
    uses: u64,
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl Memory {
    /// Nothing is remembered.
    #[must_use]
    pub fn new() -> Self {
        Self { entries: Vec::with_capacity(ENTRIES_MAX), uses: 0 }
    }

    /// Keeps an answer.
    pub fn keep(&mut self, ask: &Ask<'_>, rung: Rung, notes: &[Note]) {
        let chords = names(ask);
        let is_same = |entry: &Entry| is_of(entry, ask) && entry.from_beats == ask.from_beats && entry.chords == chords;
        let place = self.entries.iter().position(is_same).or_else(|| self.make_room());
        self.uses += 1;
        let mut entry = Entry {
            part: ask.part,
            bar: ask.bar,
            style: ask.style.id,
            taste: ask.taste,
            seed: ask.seed,
            from_beats: ask.from_beats,
            chords,
            rung,
            made_beats: ask.context.now_beats,
            used: self.uses,
            notes: Vec::new(),
        };
        match place {
            Some(place) => {
                entry.notes = std::mem::take(&mut self.entries[place].notes);
                self.entries[place] = entry;
            }
            None => {
                entry.notes = Vec::with_capacity(BAR_NOTES_MAX);
                self.entries.push(entry);
            }
        }
        let at = place.unwrap_or(self.entries.len() - 1);
        let own = &mut self.entries[at].notes;
        own.clear();
        let moved = |note: &Note| Note { begin_beats: note.begin_beats - ask.bar.begin_beats, ..*note };
        own.extend(notes.iter().take(BAR_NOTES_MAX).map(moved));
    }

    /// Whether this very bar was prepared over these chords.
    #[must_use]
    pub fn has(&self, ask: &Ask<'_>) -> bool {
        self.exact(ask).is_some()
    }

    /// Adds the notes that were prepared for this very bar over these chords, from where it is asked on.
    pub fn prepared(&mut self, ask: &Ask<'_>, out: &mut Vec<Note>) -> Option<Found> {
        let place = self.exact(ask)?;
        Some(self.take(place, ask, out))
    }

    /// Adds the notes of a bar that was played in the same place over the same chords: the one that was not used for
    /// longest, so that they change.
    pub fn again(&mut self, ask: &Ask<'_>, out: &mut Vec<Note>) -> Option<Found> {
        if ask.from_beats > ask.bar.begin_beats + WHOLE_BEATS || ask.turn.is_some() {
            return None;
        }
        let chords = names(ask);
        let is_like = |entry: &Entry| {
            let is_whole = entry.from_beats <= entry.bar.begin_beats + WHOLE_BEATS;
            let is_role = entry.bar.role == ask.bar.role && entry.bar.variation == ask.bar.variation;
            is_whole && is_role && is_alike(entry, ask) && entry.chords == chords
        };
        let fits = self.entries.iter().enumerate().filter(|(_, entry)| is_like(entry));
        let place = fits.min_by_key(|(_, entry)| entry.used)?.0;
        let found = self.take(place, ask, out);
        Some(Found { rung: Rung::Cached, ..found })
    }

    fn exact(&self, ask: &Ask<'_>) -> Option<usize> {
        let chords = names(ask);
        let first = ((ask.from_beats - ask.bar.begin_beats).max(0.0) * 2.0).floor() as usize;
        let is_it = |entry: &&Entry| {
            let is_same_rest = entry.chords[first.min(PLACES)..] == chords[first.min(PLACES)..];
            is_of(entry, ask) && entry.from_beats <= ask.from_beats && is_same_rest
        };
        let fits = self.entries.iter().enumerate().filter(|(_, entry)| is_it(entry));
        // What was prepared from the latest place on knows most of what was played.
        fits.max_by(|a, b| a.1.from_beats.total_cmp(&b.1.from_beats).then(a.1.used.cmp(&b.1.used))).map(|(at, _)| at)
    }

    fn take(&mut self, place: usize, ask: &Ask<'_>, out: &mut Vec<Note>) -> Found {
        self.uses += 1;
        let entry = &mut self.entries[place];
        entry.used = self.uses;
        let moved = entry.notes.iter().map(|n| Note { begin_beats: n.begin_beats + ask.bar.begin_beats, ..*n });
        out.extend(moved.filter(|note| note.begin_beats >= ask.from_beats).take(BAR_NOTES_MAX));
        Found { rung: entry.rung, age_beats: ask.context.now_beats - entry.made_beats }
    }

    /// The place of the least used entry, when there is no more room.
    fn make_room(&self) -> Option<usize> {
        let oldest = self.entries.iter().enumerate().min_by_key(|(_, entry)| entry.used);
        oldest.filter(|_| self.entries.len() == ENTRIES_MAX).map(|(at, _)| at)
    }
}

/// Whether both are the same player in the same manner.
fn is_alike(entry: &Entry, ask: &Ask<'_>) -> bool {
    entry.part == ask.part
        && entry.style == ask.style.id
        && entry.taste == ask.taste
        && entry.bar.beats == ask.bar.beats
}

/// Whether both are the same bar of the same player.
fn is_of(entry: &Entry, ask: &Ask<'_>) -> bool {
    entry.bar == ask.bar && entry.seed == ask.seed && is_alike(entry, ask)
}

/// Root and family of the chords of a bar, and of the one after it where that is known and not only expected. Drums are
/// played alike over all chords.
fn names(ask: &Ask<'_>) -> [u16; PLACES] {
    let mut names = [NONE; PLACES];
    if ask.part == Part::Drums {
        return names;
    }
    let (chords, bar) = (ask.chords, &ask.bar);
    let name = |span: Span| u16::from(span.chord.root) << 8 | span.chord.quality.family() as u16;
    let places = (bar.beats as usize * 2).min(PLACES - 1);
    for (place, own) in names.iter_mut().take(places).enumerate() {
        *own = chords.at(bar.begin_beats + place as f64 * 0.5).map_or(NONE, name);
    }
    let is_new = |span: &Span| span.begin_beats > bar.end_beats() - 0.5 && span.origin != Origin::Foreseen;
    let next = chords.at(bar.end_beats()).filter(is_new);
    names[places] = next.map_or(NONE, name);
    names
}
