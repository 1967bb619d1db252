//! What surrounds a sequence: bars, chords and another's rhythm, on ticks that count from the bar line it begins at.

use super::{MOTIONS, RHYTHM_STEPS, STEPS, TICKS, UNTILS, chord_class};
use crate::theory::Chord;

/// Steps that a rhythm reaches over.
const STEPS_MAX: usize = 1024;

/// A bar and what is asked for in it, as classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BarFacts {
    /// Its beats.
    pub beats: i32,
    /// The style's number, 15 unknown.
    pub style: u8,
    /// See [`super::metre_class`].
    pub metre: u8,
    /// Its place in a phrase of four.
    pub phrase: u8,
    /// See [`super::tempo_class`].
    pub tempo: u8,
    /// See [`super::energy_class`].
    pub energy: u8,
    /// See [`super::density_class`].
    pub density: u8,
    /// See [`super::player_class`].
    pub player: u8,
    /// 0 a groove, 1 a fill, 2 unknown.
    pub fill: u8,
}

/// A chord from a tick on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Change {
    tick: i32,
    root: Option<u8>,
    class: u8,
}

/// Steps on which something began.
#[derive(Clone, Debug)]
pub struct Onsets {
    bits: [u64; STEPS_MAX / 64],
}

impl Default for Onsets {
    fn default() -> Self {
        Self { bits: [0; STEPS_MAX / 64] }
    }
}

impl Onsets {
    /// Something began on this step; what is out of reach is dropped.
    pub fn set(&mut self, step: i32) {
        if let Some(word) = usize::try_from(step).ok().and_then(|step| self.bits.get_mut(step / 64)) {
            *word |= 1 << (step % 64);
        }
    }

    /// Whether something began on this step.
    #[must_use]
    pub fn has(&self, step: i32) -> bool {
        let word = usize::try_from(step).ok().and_then(|step| self.bits.get(step / 64));
        word.is_some_and(|word| word >> (step % 64) & 1 != 0)
    }

    /// Bit n is step `first + n`; those from `end` on are left out.
    #[must_use]
    pub fn from(&self, first: i32, end: i32) -> u16 {
        let within = (0..RHYTHM_STEPS as i32).filter(|n| first + n < end && self.has(first + n));
        within.fold(0, |bits, n| bits | 1 << n)
    }
}

/// Whose onsets a part goes by.
#[derive(Clone, Debug, Default)]
pub enum Rhythm {
    /// Nobody's, or not known.
    #[default]
    Unknown,
    /// Those from where it stands: the bass goes by the kick.
    Ahead(Onsets),
    /// Those of the bar before: of its own bar nothing is known yet.
    BarBefore(Onsets),
}

/// What surrounds a sequence.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    bars: Vec<BarFacts>,
    /// Ticks at which the bars begin, and that at which the last ends.
    begins: Vec<i32>,
    changes: Vec<Change>,
    /// Another's rhythm.
    pub rhythm: Rhythm,
}

/// A place in a scene.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The bar.
    pub bar: BarFacts,
    /// Where it begins, in ticks.
    pub bar_tick: i32,
    /// The beat in the bar, 5 at most.
    pub beat: u8,
    /// The tick in the beat.
    pub tick: u8,
    /// The chord's class.
    pub chord: u8,
    /// Its root.
    pub root: Option<u8>,
    /// The next chord's class.
    pub next: u8,
    /// The next chord's root.
    pub next_root: Option<u8>,
    /// From root to root, in semitones, 12 none.
    pub motion: u8,
    /// Half beats until the next, 11 at most.
    pub until: u8,
}

impl Scene {
    /// Forgets all.
    pub fn clear(&mut self) {
        self.bars.clear();
        self.begins.clear();
        self.changes.clear();
        self.rhythm = Rhythm::Unknown;
    }

    /// Adds a bar.
    pub fn push_bar(&mut self, bar: BarFacts) {
        let begin = self.end_tick();
        self.begins.resize(self.bars.len(), begin);
        self.begins.extend([begin, begin + bar.beats * TICKS]);
        self.bars.push(bar);
    }

    /// Adds a chord from a tick on, or that there is none.
    pub fn push_chord(&mut self, tick: i32, chord: Option<Chord>) {
        self.push_tones(tick, chord.map(|chord| (chord.root, chord.quality.mask())));
    }

    /// The same for a chord by its root and its tones above the root.
    pub fn push_tones(&mut self, tick: i32, chord: Option<(u8, u16)>) {
        let named = chord.map(|(root, mask)| (root, chord_class(mask))).filter(|(_, class)| *class > 0);
        let (root, class) = (named.map(|(root, _)| root), named.map_or(0, |(_, class)| class));
        while self.changes.last().is_some_and(|last| last.tick >= tick) {
            self.changes.pop();
        }
        if self.changes.last().is_none_or(|last| (last.root, last.class) != (root, class)) {
            self.changes.push(Change { tick, root, class });
        }
    }

    /// The bars.
    #[must_use]
    pub fn bars(&self) -> &[BarFacts] {
        &self.bars
    }

    /// The tick at which the last bar ends.
    #[must_use]
    pub fn end_tick(&self) -> i32 {
        self.begins.last().copied().unwrap_or(0)
    }

    /// The number of the bar at a tick, and where it begins; past the last one that.
    #[must_use]
    pub fn bar_at(&self, tick: i32) -> (usize, i32) {
        let begun = self.begins.partition_point(|begin| *begin <= tick);
        let bar = begun.saturating_sub(1).min(self.bars.len().saturating_sub(1));
        (bar, self.begins.get(bar).copied().unwrap_or(0))
    }

    /// What is to be known at a tick.
    #[must_use]
    pub fn at(&self, tick: i32) -> Place {
        let (bar, bar_tick) = self.bar_at(tick);
        let begun = self.changes.partition_point(|change| change.tick <= tick);
        let here = begun.checked_sub(1).map(|at| self.changes[at]);
        let next = self.changes.get(begun);
        let (root, next_root) = (here.and_then(|change| change.root), next.and_then(|change| change.root));
        let motion = root.zip(next_root).map_or(MOTIONS as u8 - 1, |(root, next)| (12 + next - root) % 12);
        let half_beats = next.map_or(i32::MAX, |next| (next.tick - tick).div_euclid(TICKS / 2));
        let within = (tick - bar_tick).max(0);
        Place {
            bar: self.bars.get(bar).copied().unwrap_or_default(),
            bar_tick,
            beat: (within / TICKS).min(5) as u8,
            tick: (within % TICKS) as u8,
            chord: here.map_or(0, |change| change.class),
            root,
            next: next.map_or(0, |change| change.class),
            next_root,
            motion,
            until: half_beats.clamp(0, UNTILS as i32 - 1) as u8,
        }
    }

    /// The rhythm that is seen from a step on, in the bar that begins at `bar_tick` and has so many beats.
    #[must_use]
    pub fn rhythm_from(&self, step: i32, bar_tick: i32, beats: i32) -> Option<u16> {
        match &self.rhythm {
            Rhythm::Unknown => None,
            Rhythm::Ahead(onsets) => Some(onsets.from(step, i32::MAX)),
            Rhythm::BarBefore(onsets) => Some(onsets.from(step - STEPS * beats, bar_tick * STEPS / TICKS)),
        }
    }
}
