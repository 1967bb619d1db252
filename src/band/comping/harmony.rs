//! The chords of one bar, on its steps.

use super::pattern::Stroke;
use super::steps::Steps;
use crate::band::{Ask, Origin};
use crate::base::InlineVec;
use crate::theory::{Chord, Key, Quality};

/// Changes that one bar can hold, at most.
const CHANGES_MAX: usize = 24;

/// A chord that begins.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Change {
    /// On which step of the bar: before it negative, after it up to one beat beyond its end.
    pub step: i32,
    /// Where the part changes, in beats of the transport.
    pub at_beats: f64,
    /// Whether the player has just played it, so that it came without notice.
    pub is_heard: bool,
    /// What begins.
    pub chord: Chord,
    /// How sure that is, 0 to 1.
    pub confidence: f32,
}

/// The chords from before the bar to a beat after it. Two spans of one chord are one change.
#[derive(Clone, Debug, Default)]
pub struct Harmony {
    changes: InlineVec<Change, CHANGES_MAX>,
}

impl Harmony {
    /// What is known of the bar.
    pub fn of(ask: &Ask<'_>, steps: Steps) -> Self {
        let mut harmony = Self::default();
        for span in ask.chords.spans() {
            // A span from minus infinity or of long ago begins long before the bar.
            let begin_beats = span.begin_beats.max(steps.beats(-64 * steps.count));
            let is_heard = span.origin == Origin::Heard;
            let (step, at_beats) = if is_heard { steps.heard_at(begin_beats) } else { steps.meant_at(begin_beats) };
            if step < steps.count + steps.per_beat {
                let (chord, confidence) = (span.chord, span.confidence);
                harmony.push(Change { step, at_beats, is_heard, chord, confidence });
            }
        }
        harmony
    }

    /// The same, with the tonic of the key held where no chord is known.
    pub fn or_tonic(mut self, key: Option<Key>, steps: Steps) -> Self {
        let is_unknown = self.changes.first().is_none_or(|first| first.step > 0);
        if let (true, Some(key)) = (is_unknown, key) {
            let known = std::mem::take(&mut self.changes);
            let (step, chord) = (-steps.count, Chord::new(key.tonic, Quality::Power));
            self.push(Change { step, at_beats: steps.beats(step), is_heard: false, chord, confidence: 1.0 });
            known.iter().for_each(|change| self.push(*change));
        }
        self
    }

    fn push(&mut self, change: Change) {
        if self.changes.last().is_some_and(|last| last.step == change.step) {
            self.changes.remove(self.changes.len() - 1);
        }
        match self.changes.last_mut() {
            Some(last) if last.chord == change.chord => last.confidence = change.confidence,
            _ => {
                // Of more changes than there is room for only those of the past are of no use.
                if self.changes.len() == CHANGES_MAX && self.changes.get(1).is_some_and(|second| second.step <= 0) {
                    self.changes.remove(0);
                }
                self.changes.push(change).ok();
            }
        }
    }

    /// The chord that holds at a step.
    pub fn at(&self, step: i32) -> Option<Change> {
        self.changes.iter().rev().find(|change| change.step <= step).copied()
    }

    /// The first change after a step.
    pub fn after(&self, step: i32) -> Option<Change> {
        self.changes.iter().find(|change| change.step > step).copied()
    }

    /// All changes, the earliest first.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// The chord that a stroke plays: the coming one when it sounds over an eighth or less before the change into it,
    /// else the one that holds.
    pub fn of_stroke(&self, stroke: &Stroke, steps: Steps) -> Option<Change> {
        let coming = self.after(stroke.step).filter(|next| {
            stroke.end() > next.step && next.step - stroke.step <= steps.eighth() && stroke.at_beats.is_none()
        });
        coming.or_else(|| self.at(stroke.step))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::band::comping::check::Session;
    use crate::band::{Part, StyleId};

    #[test]
    fn chords_lie_on_the_steps_where_they_can_be_played() {
        let mut session = Session::new(StyleId::Swing, Part::Keys);
        session.feel.swing = 0.66;
        let chord = |text| Chord::parse(text).expect(text);
        for (at, text, origin) in [
            (-8.0, "C", Origin::Chart),
            (-2.0, "C", Origin::Heard),
            (0.05, "Dm7", Origin::Heard),
            (1.64, "G7", Origin::Chart),
            (2.1, "Am", Origin::Heard),
            (2.2, "Am7", Origin::Heard),
            (4.5, "F", Origin::Foreseen),
            (9.0, "E7", Origin::Foreseen),
        ] {
            session.chords.push(at, chord(text), origin, 1.0);
        }
        session.with_ask(0, 0.0, |ask| {
            let harmony = Harmony::of(ask, Steps::of(ask).expect("steps"));
            let found: Vec<_> = harmony.changes().iter().map(|c| (c.step, c.at_beats, c.chord.to_string())).collect();
            let wanted = [(-32, -8.0, "C"), (0, 0.0, "Dm7"), (6, 1.66, "G7"), (9, 2.25, "Am7"), (18, 4.66, "F")];
            assert_eq!(found.len(), wanted.len(), "{found:?}");
            for (found, wanted) in found.iter().zip(wanted) {
                assert!(found.0 == wanted.0 && (found.1 - wanted.1).abs() < 1e-6 && found.2 == wanted.2, "{found:?}");
            }
            assert_eq!(harmony.at(8).map(|change| change.chord), Some(chord("G7")));
            assert_eq!(harmony.after(9).map(|change| change.step), Some(18));
        });
    }

    #[test]
    fn of_more_changes_than_there_is_room_for_the_bars_own_are_kept() {
        let mut session = Session::new(StyleId::Rock, Part::Keys);
        for at in 0..64 {
            session.chords.push(f64::from(at) * 0.25, Chord::new(at as u8 % 12, Quality::Major), Origin::Heard, 1.0);
        }
        for bar in 0..4 {
            session.with_ask(bar, 4.0 * bar as f64, |ask| {
                let harmony = Harmony::of(ask, Steps::of(ask).expect("steps"));
                for step in 0..16 {
                    assert_eq!(
                        harmony.at(step).map(|c| i64::from(c.chord.root)),
                        Some((16 * bar + i64::from(step)) % 12)
                    );
                }
            });
        }
    }
}
