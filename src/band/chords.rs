//! The chords of the next bars: what was heard, what a chart says, what is foreseen.

use crate::base::InlineVec;
use crate::theory::Chord;

/// Spans that are kept, at most.
pub const SPANS_MAX: usize = 128;

/// How a chord is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The player plays it.
    #[default]
    Heard,
    /// The chart says so.
    Chart,
    /// It is expected.
    Foreseen,
    /// The band chose it.
    Own,
}

/// A chord and how long it holds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Span {
    /// From where, in beats of the transport.
    pub begin_beats: f64,
    /// Up to where: the next span's begin, or infinity.
    pub end_beats: f64,
    /// What sounds.
    pub chord: Chord,
    /// How it is known.
    pub origin: Origin,
    /// How sure that is, 0 to 1.
    pub confidence: f32,
}

/// Chords one after the other, without gaps between the first and the end of time.
#[derive(Clone, Debug, Default)]
pub struct Chords {
    spans: InlineVec<Span, SPANS_MAX>,
}

impl Chords {
    /// The span that holds at `beats`; `None` before the first.
    #[must_use]
    pub fn at(&self, beats: f64) -> Option<Span> {
        self.spans.iter().rev().find(|span| span.begin_beats <= beats).copied()
    }

    /// The first span that begins after `beats`.
    #[must_use]
    pub fn after(&self, beats: f64) -> Option<Span> {
        self.spans.iter().find(|span| span.begin_beats > beats).copied()
    }

    /// All spans, the earliest first.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Adds a chord that holds from `begin_beats` on; what was said to begin there or later is forgotten. The same
    /// chord again goes on. The oldest span goes when there is no room.
    pub fn push(&mut self, begin_beats: f64, chord: Chord, origin: Origin, confidence: f32) {
        while self.spans.last().is_some_and(|last| last.begin_beats >= begin_beats) {
            self.spans.remove(self.spans.len() - 1);
        }
        if let Some(last) = self.spans.last_mut() {
            if last.chord == chord && last.origin == origin {
                last.confidence = confidence;
                last.end_beats = f64::INFINITY;
                return;
            }
            last.end_beats = begin_beats;
        }
        if self.spans.len() == SPANS_MAX {
            self.spans.remove(0);
        }
        // The oldest has just made room.
        self.spans.push(Span { begin_beats, end_beats: f64::INFINITY, chord, origin, confidence }).ok();
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.spans.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chord_holds_until_the_next_and_a_later_word_replaces_an_earlier() {
        let chord = |text| Chord::parse(text).expect(text);
        let mut chords = Chords::default();
        for (at, text) in [(0.0, "C"), (4.0, "F"), (8.0, "G7")] {
            chords.push(at, chord(text), Origin::Heard, 1.0);
        }
        assert_eq!(chords.at(-0.1), None);
        assert_eq!(chords.at(7.9).map(|s| (s.chord, s.end_beats)), Some((chord("F"), 8.0)));
        assert_eq!(chords.after(4.0).map(|s| s.chord), Some(chord("G7")));
        chords.push(4.0, chord("Am"), Origin::Heard, 0.5);
        assert_eq!(chords.spans().len(), 2);
        chords.push(6.0, chord("Am"), Origin::Heard, 0.7);
        assert_eq!(chords.at(100.0).map(|s| (s.begin_beats, s.confidence)), Some((4.0, 0.7)));
        (0..200).for_each(|n| chords.push(f64::from(n), Chord::new(n as u8, Default::default()), Origin::Own, 1.0));
        assert_eq!(chords.spans().len(), SPANS_MAX);
        assert!(chords.spans().windows(2).all(|w| w[0].end_beats == w[1].begin_beats));
    }
}
