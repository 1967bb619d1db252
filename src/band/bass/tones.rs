//! Which key the bass takes for a sign of its line.

use super::lines::Line;
use crate::band::Ask;
use crate::band::comping::harmony::{Change, Harmony};
use crate::band::comping::manner::chance;
use crate::band::comping::pattern::Stroke;
use crate::band::comping::steps::Steps;
use crate::theory::{Chord, tensions};

/// What a walk likes; costs, of which the least wins. A semitone of doubt is about 1.
mod tuning {
    /// Of a move by so many semitones, 0 to 12: steps and thirds are sung, a fifth is a leap, more is a jump.
    pub const MOVE: [f32; 13] = [6.0, 0.6, 0.4, 0.5, 0.7, 1.0, 2.5, 1.8, 3.0, 3.5, 4.0, 4.5, 4.0];
    /// Turning round where the line could go on.
    pub const TURN: f32 = 1.6;
    /// A tension in place of a tone of the chord, on a weak and on a strong beat.
    pub const PASSING: (f32, f32) = (0.8, 5.0);
    /// Two lines over the same chords differ by this much.
    pub const WHIM: f32 = 1.8;
    /// A foreign approach note, which chromatic ones are.
    pub const FOREIGN: f32 = 0.3;
    /// An approach by whole step or by fifth, where a half step is possible as well.
    pub const WHOLE_STEP: f32 = 0.3;
    pub const DOMINANT: f32 = 0.8;
    /// How many of the short and of the long approach notes may be foreign; more, and too much of the line is outside
    /// the chord.
    pub const FOREIGN_SHARE: (f32, f32) = (0.6, 0.35);
    /// A chord must last so many beats for a foreign approach that lasts a beat.
    pub const FOREIGN_CHORD_BEATS: i32 = 4;
    /// How often a new chord is met on its third or fifth, where that is nearer than its root.
    pub const INVERTED_SHARE: f32 = 0.04;
    /// The middle of the line, as a share of the range, and the pull to it in a semitone's cost.
    pub const HOME: f32 = 0.35;
    pub const HOME_PULL: f32 = 0.35;
}

/// Everything that a choice of key looks at.
pub struct Fingers<'a> {
    pub ask: &'a Ask<'a>,
    pub steps: Steps,
    pub harmony: &'a Harmony,
    pub line: &'a Line,
    pub density: f32,
    low: u8,
    high: u8,
}

/// The tones of a chord with its bass, as a set of pitch classes.
pub fn tones_of(chord: Chord) -> u16 {
    chord.mask() | 1 << (chord.bass % 12)
}

fn is_in(mask: u16, key: u8) -> bool {
    mask & 1 << (key % 12) != 0
}

impl<'a> Fingers<'a> {
    /// Over the range of the part; `None` when that is empty.
    pub fn new(ask: &'a Ask<'a>, steps: Steps, harmony: &'a Harmony, (line, density): (&'a Line, f32)) -> Option<Self> {
        let (low, high) = (ask.taste.range.0, ask.taste.range.1.min(127));
        (low <= high).then_some(Self { ask, steps, harmony, line, density, low, high })
    }

    fn home(&self) -> f32 {
        f32::from(self.low) + tuning::HOME * f32::from(self.high - self.low)
    }

    /// The key of a pitch class that is near the last one and near home; `None` when the range has none.
    fn nearest(&self, pitch_class: u8, last: Option<u8>) -> Option<u8> {
        let home = self.home();
        let near = last.map_or(home, f32::from);
        let cost = |key: u8| (f32::from(key) - near).abs() + tuning::HOME_PULL * (f32::from(key) - home).abs();
        let keys = (self.low..=self.high).filter(|key| key % 12 == pitch_class % 12);
        keys.min_by(|a, b| cost(*a).total_cmp(&cost(*b)))
    }

    fn lowest(&self, pitch_class: u8) -> Option<u8> {
        (self.low..=self.high).find(|key| key % 12 == pitch_class % 12)
    }

    /// The key for a stroke on `change`'s chord; `is_first` where that chord has not been struck yet.
    pub fn key(&self, stroke: &Stroke, change: Change, last: Option<u8>, is_first: bool) -> Option<u8> {
        let chord = change.chord;
        if is_first {
            return self.first(stroke, chord, last);
        }
        let tone = |interval: u8| (chord.root + interval) % 12;
        let has = |interval: u8| chord.quality.mask() & 1 << interval != 0;
        let fifth = [7, 6, 8].into_iter().find(|interval| has(*interval)).map_or(chord.root, tone);
        let third = chord.quality.third().map_or(fifth, tone);
        let seventh = [10, 11, 9].into_iter().find(|interval| has(*interval)).map_or(fifth, tone);
        match stroke.sign {
            b'3' => self.nearest(third, last),
            b'5' => self.nearest(fifth, last),
            b'd' => self.below(fifth, last),
            b'7' => self.nearest(seventh, last),
            b'8' => self.octave(chord.bass),
            b'w' if self.is_before_change(stroke) => self.approach(stroke, change, last),
            b'w' | b'p' => self.walk(stroke, change, last),
            b'a' => self.approach(stroke, change, last),
            b'x' => last.filter(|key| is_in(tones_of(chord), *key)).or_else(|| self.root(chord, last)),
            _ => self.root(chord, last),
        }
        .or_else(|| self.any_tone(chord, last))
    }

    /// The chord's bass; a walk may take its third or fifth now and then.
    fn first(&self, stroke: &Stroke, chord: Chord, last: Option<u8>) -> Option<u8> {
        let root = self.root(chord, last);
        let is_inverted = stroke.sign == b'w'
            && chord.bass == chord.root
            && chance(self.ask, 11, stroke.step) < tuning::INVERTED_SHARE;
        let other = last.filter(|_| is_inverted).and_then(|last| {
            let upper = chord.quality.intervals().iter().skip(1).take(2);
            let keys = upper.filter_map(|interval| self.nearest(chord.root + interval, Some(last)));
            keys.min_by_key(|key| key.abs_diff(last))
        });
        other.or(root).or_else(|| self.any_tone(chord, last))
    }

    fn root(&self, chord: Chord, last: Option<u8>) -> Option<u8> {
        self.bass_of(chord.bass, last)
    }

    /// Low where the line goes on to the octave.
    fn bass_of(&self, pitch_class: u8, last: Option<u8>) -> Option<u8> {
        if self.line.pattern.cells.contains('8') { self.lowest(pitch_class) } else { self.nearest(pitch_class, last) }
    }

    fn octave(&self, pitch_class: u8) -> Option<u8> {
        let root = self.lowest(pitch_class)?;
        Some(root + 12).filter(|key| *key <= self.high).or(Some(root))
    }

    fn below(&self, pitch_class: u8, last: Option<u8>) -> Option<u8> {
        let under = (self.low..=self.high).rev().find(|key| key % 12 == pitch_class % 12 && Some(*key) <= last);
        under.or_else(|| self.nearest(pitch_class, last))
    }

    /// Where a narrow range lacks the wanted tone.
    fn any_tone(&self, chord: Chord, last: Option<u8>) -> Option<u8> {
        let near = last.unwrap_or(self.low);
        (self.low..=self.high).filter(|key| is_in(tones_of(chord), *key)).min_by_key(|key| key.abs_diff(near))
    }

    /// Whether the next beat brings another chord.
    fn is_before_change(&self, stroke: &Stroke) -> bool {
        self.harmony.after(stroke.step).is_some_and(|next| next.step - stroke.step <= self.steps.per_beat)
    }

    /// The next note of a walk through a chord.
    fn walk(&self, stroke: &Stroke, change: Change, last: Option<u8>) -> Option<u8> {
        let Some(from) = last else { return self.root(change.chord, last) };
        let (beat, _) = self.steps.beat_of(stroke.step);
        let passing = if beat % 2 == 0 { tuning::PASSING.1 } else { tuning::PASSING.0 };
        let (tones, colours) = (tones_of(change.chord), tensions(change.chord, self.ask.key));
        let is_up = self.is_rising(stroke, from);
        let cost = |key: u8| {
            let turn = if (key > from) == is_up { 0.0 } else { tuning::TURN };
            let colour = if is_in(tones, key) { 0.0 } else { passing };
            let whim = tuning::WHIM * chance(self.ask, 20 + u64::from(key), stroke.step);
            tuning::MOVE[usize::from(key.abs_diff(from)).min(12)] + turn + colour + whim + self.pull(key)
        };
        let keys = (self.low..=self.high).filter(|key| key.abs_diff(from) <= 12 && is_in(tones | colours, *key));
        keys.min_by(|a, b| cost(*a).total_cmp(&cost(*b)))
    }

    /// Which way a line goes over the bar; it turns where the range ends.
    fn is_rising(&self, stroke: &Stroke, from: u8) -> bool {
        let margin = (self.high - self.low) / 5;
        if from > self.high - margin {
            false
        } else if from < self.low + margin {
            true
        } else {
            // It keeps its way for half a bar.
            chance(self.ask, 12, stroke.step / (2 * self.steps.per_beat)) < 0.5
        }
    }

    fn pull(&self, key: u8) -> f32 {
        tuning::HOME_PULL * 0.2 * (f32::from(key) - self.home()).abs()
    }

    /// A note that leads to the bass of the coming chord: a half step or whole step off, or its fifth. Without a change
    /// ahead it leads back to this chord's bass.
    fn approach(&self, stroke: &Stroke, change: Change, last: Option<u8>) -> Option<u8> {
        let from = last.or_else(|| self.root(change.chord, None))?;
        let next = self.harmony.after(stroke.step).filter(|next| next.step - stroke.end() <= self.steps.eighth());
        let target = next.map_or(change.chord, |next| next.chord).bass;
        let allowed = tones_of(change.chord) | tensions(change.chord, self.ask.key);
        let is_short = stroke.steps <= self.steps.eighth() && self.density > 0.0;
        let chord_beats = next.map_or(0, |next| (next.step - change.step) / self.steps.per_beat);
        let share = match is_short {
            true => tuning::FOREIGN_SHARE.0,
            false if chord_beats >= tuning::FOREIGN_CHORD_BEATS => tuning::FOREIGN_SHARE.1,
            false => 0.0,
        };
        let may_be_foreign = chance(self.ask, 13, stroke.step) < share;
        let cost = |key: u8| {
            let goal = self.bass_of(target, Some(key))?;
            let kind = match (key.abs_diff(goal), key > goal) {
                (1, _) => 0.0,
                (2, _) => tuning::WHOLE_STEP,
                (5, false) | (7, true) => tuning::DOMINANT,
                _ => return None,
            };
            let is_foreign = !is_in(allowed, key);
            let foreign = if is_foreign { tuning::FOREIGN } else { 0.0 };
            let fits = !is_foreign || (may_be_foreign && key.abs_diff(goal) == 1);
            let whim = tuning::WHIM * chance(self.ask, 160 + u64::from(key), stroke.step);
            fits.then_some(kind + foreign + whim + tuning::MOVE[usize::from(key.abs_diff(from)).min(12)])
        };
        let keys = (self.low..=self.high).filter_map(|key| cost(key).map(|cost| (key, cost)));
        let best = keys.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(key, _)| key);
        best.or_else(|| {
            let tones = (self.low..=self.high).filter(|key| is_in(tones_of(change.chord), *key) && *key != from);
            tones.min_by_key(|key| key.abs_diff(from))
        })
    }
}
