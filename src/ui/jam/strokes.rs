//! Strokes of the plan: the notes of one part that begin together, found, named and walked through.

use super::drums;
use super::plan_page::PlanPage;
use crate::session::band::{BandNoteView, BandView, Part};
use crate::ui::text;

/// Notes of one part that begin within this of each other, in beats, are one stroke.
const STROKE_BEATS: f64 = 0.06;
/// A stroke that was planned anew is looked for within so many beats.
const NEAR_BEATS: f64 = 1.0;

/// A stroke that was chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Selection {
    /// Whose it is.
    pub part: Part,
    /// One of its notes.
    pub id: u32,
    /// Where it begins, in beats of the transport.
    pub begin_beats: f64,
}

/// Which way the choice goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To the stroke before.
    Left,
    /// To the stroke after.
    Right,
    /// To the part above.
    Up,
    /// To the part below.
    Down,
}

/// What may be chosen: from here on it is open, and up to there it is on the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Open {
    /// In beats of the transport.
    pub from_beats: f64,
    /// In beats of the transport.
    pub until_beats: f64,
}

impl Open {
    /// What is open on a page.
    #[must_use]
    pub fn of(page: &PlanPage, open_beats: f64) -> Self {
        Self { from_beats: open_beats.max(page.begin_beats), until_beats: page.begin_beats + page.span_beats() }
    }

    fn holds(&self, beats: f64) -> bool {
        beats >= self.from_beats && beats < self.until_beats
    }
}

/// Whether a note belongs to the stroke that begins at `begin_beats`.
#[must_use]
pub fn is_of(note: &BandNoteView, begin_beats: f64) -> bool {
    (note.begin_beats - begin_beats).abs() < STROKE_BEATS
}

/// The notes of a stroke.
pub fn notes(band: &BandView, part: Part, begin_beats: f64) -> impl Iterator<Item = &BandNoteView> {
    let notes = &band.notes[part as usize];
    let first = notes.partition_point(|note| note.begin_beats < begin_beats - STROKE_BEATS);
    notes[first..]
        .iter()
        .take_while(move |note| note.begin_beats < begin_beats + STROKE_BEATS)
        .filter(move |note| is_of(note, begin_beats))
}

/// The first note of every stroke of a part that is open.
pub fn heads(band: &BandView, part: Part, open: Open) -> impl Iterator<Item = &BandNoteView> {
    let mut last = f64::NEG_INFINITY;
    band.notes[part as usize].iter().filter(move |note| open.holds(note.begin_beats)).filter(move |note| {
        let is_head = note.begin_beats - last >= STROKE_BEATS;
        if is_head {
            last = note.begin_beats;
        }
        is_head
    })
}

impl Selection {
    /// A note's stroke.
    #[must_use]
    pub fn of(part: Part, note: &BandNoteView) -> Self {
        Self { part, id: note.id, begin_beats: note.begin_beats }
    }

    /// The same stroke in a newer plan; what was planned in its place if it is not there any more; `None` once it is
    /// committed.
    #[must_use]
    pub fn kept(self, band: &BandView, open: Open) -> Option<Self> {
        let notes = &band.notes[self.part as usize];
        if let Some(note) = notes.iter().find(|note| note.id == self.id) {
            return open.holds(note.begin_beats).then(|| Self::of(self.part, note));
        }
        let near = nearest(band, self.part, open, self.begin_beats)?;
        ((near.begin_beats - self.begin_beats).abs() <= NEAR_BEATS).then(|| Self::of(self.part, near))
    }

    /// The stroke beside it; itself where there is none.
    #[must_use]
    pub fn stepped(self, band: &BandView, open: Open, way: Way) -> Self {
        let own = |note: &BandNoteView| Self::of(self.part, note);
        let next = match way {
            Way::Left => {
                let before =
                    heads(band, self.part, open).filter(|head| head.begin_beats <= self.begin_beats - STROKE_BEATS);
                before.last().map(own)
            }
            Way::Right => {
                heads(band, self.part, open).find(|head| head.begin_beats >= self.begin_beats + STROKE_BEATS).map(own)
            }
            Way::Up | Way::Down => {
                let at = self.part as usize;
                let beside = |index: usize| {
                    let part = Part::ALL[index];
                    nearest(band, part, open, self.begin_beats).map(|note| Self::of(part, note))
                };
                if way == Way::Up { (0..at).rev().find_map(beside) } else { (at + 1..Part::COUNT).find_map(beside) }
            }
        };
        next.unwrap_or(self)
    }

    /// The first stroke that is open.
    #[must_use]
    pub fn first(band: &BandView, open: Open) -> Option<Self> {
        let firsts = Part::ALL.into_iter().filter_map(|part| Some((part, heads(band, part, open).next()?)));
        firsts.min_by(|a, b| a.1.begin_beats.total_cmp(&b.1.begin_beats)).map(|(part, note)| Self::of(part, note))
    }
}

fn nearest(band: &BandView, part: Part, open: Open, at_beats: f64) -> Option<&BandNoteView> {
    let far = |note: &&BandNoteView| (note.begin_beats - at_beats).abs();
    heads(band, part, open).min_by(|a, b| far(a).total_cmp(&far(b)))
}

/// What a stroke is, in words: "Cmaj7, four notes", "E3", "Kick and closed hat".
#[must_use]
pub fn words(band: &BandView, part: Part, begin_beats: f64) -> String {
    let keys: Vec<u8> = notes(band, part, begin_beats).map(|note| note.key).collect();
    let has_skins = band.sa_key.is_some();
    let name = |key: u8| match part {
        Part::Drums => drums::name(key, has_skins).to_owned(),
        _ => text::key_name(key),
    };
    match keys[..] {
        [] => text::DASH.to_owned(),
        [key] => capital(&name(key)),
        [a, b] => capital(&format!("{} and {}", name(a), name(b))),
        _ => {
            let count = ["three", "four", "five", "six", "seven", "eight"].get(keys.len() - 3).copied();
            let count = count.map_or_else(|| keys.len().to_string(), str::to_owned);
            let chord = band.chords.iter().rev().find(|span| span.begin_beats <= begin_beats + STROKE_BEATS);
            match chord.filter(|_| part != Part::Drums) {
                Some(span) => format!("{}, {count} notes", text::chord(&span.name)),
                None => capital(&format!("{count} strokes")),
            }
        }
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::band::Mark;

    const ALL: Open = Open { from_beats: 4.0, until_beats: 16.0 };

    fn note(id: u32, begin_beats: f64, key: u8) -> BandNoteView {
        BandNoteView { id, begin_beats, length_beats: 0.5, key, velocity: 80, mark: Mark::None }
    }

    fn band() -> BandView {
        let mut band = BandView::default();
        band.notes[Part::Drums as usize] =
            vec![note(1, 3.0, 36), note(2, 5.0, 36), note(3, 5.01, 42), note(4, 6.0, 38)];
        band.notes[Part::Keys as usize] =
            vec![note(10, 4.5, 60), note(11, 4.5, 64), note(12, 4.52, 67), note(13, 4.55, 71), note(14, 15.0, 60)];
        band
    }

    #[test]
    fn the_choice_walks_by_time_and_by_lane_and_stays_at_the_ends() {
        let band = band();
        let first = Selection::first(&band, ALL).expect("an open stroke");
        assert_eq!((first.part, first.id), (Part::Keys, 10));
        let step = |at: Selection, way| at.stepped(&band, ALL, way);
        assert_eq!(step(first, Way::Left), first);
        assert_eq!(step(first, Way::Right).id, 14);
        let drum = step(first, Way::Up);
        assert_eq!((drum.part, drum.id), (Part::Drums, 2));
        assert_eq!(step(drum, Way::Right).id, 4);
        assert_eq!(step(drum, Way::Up), drum);
        assert_eq!(step(drum, Way::Down).part, Part::Keys);
    }

    #[test]
    fn a_stroke_that_commits_is_let_go_and_one_that_is_replanned_is_found_again() {
        let mut band = band();
        let chosen = Selection::of(Part::Keys, &band.notes[Part::Keys as usize][0]);
        assert_eq!(chosen.kept(&band, ALL), Some(chosen));
        assert_eq!(chosen.kept(&band, Open { from_beats: 4.6, ..ALL }), None);
        band.notes[Part::Keys as usize] = vec![note(20, 5.0, 62), note(21, 12.0, 62)];
        assert_eq!(chosen.kept(&band, ALL).map(|found| found.id), Some(20));
        band.notes[Part::Keys as usize].remove(0);
        assert_eq!(chosen.kept(&band, ALL), None);
    }

    #[test]
    fn strokes_are_named_by_what_they_are() {
        let mut band = band();
        assert_eq!(words(&band, Part::Drums, 5.0), "Kick and closed hat");
        assert_eq!(words(&band, Part::Keys, 15.0), "C4");
        assert_eq!(words(&band, Part::Keys, 4.5), "Four strokes");
        band.chords = vec![crate::session::band::BandChord {
            begin_beats: 4.0,
            end_beats: f64::INFINITY,
            name: "Cmaj7".to_owned(),
            origin: crate::session::band::Origin::Foreseen,
            confidence: 0.6,
        }];
        assert_eq!(words(&band, Part::Keys, 4.5), "Cmaj7, four notes");
    }
}
