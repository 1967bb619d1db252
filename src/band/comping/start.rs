//! Where a plan begins, and what the part sounded just before.

use super::harmony::Harmony;
use super::pattern::{Stroke, Strokes, insert, next_step};
use super::steps::Steps;
use crate::band::{Ask, Note};
use crate::base::InlineVec;
use crate::theory::Chord;

/// Keys of one stroke, at most.
pub const KEYS_MAX: usize = 8;
/// Notes that begin within this much of each other are one stroke; rounding of sums of beats.
const TOGETHER_BEATS: f64 = 1e-6;
/// A note that ends within this much of a bar's begin does not reach over it, in beats.
const OVER_THE_BAR_BEATS: f64 = 0.05;

/// What is a step in swung time, in steps.
const NEARLY_A_STEP: f64 = 0.9;

/// The keys of a stroke, the lowest first.
pub type Keys = InlineVec<u8, KEYS_MAX>;

/// The last stroke before a place.
#[derive(Clone, Copy, Debug, Default)]
pub struct Played {
    /// Its keys; empty when nothing was played.
    pub keys: Keys,
    /// Where it began and where it ends, in beats of the transport.
    pub begin_beats: f64,
    /// See `begin_beats`.
    pub end_beats: f64,
}

impl Played {
    /// The last of `notes`, which are in the order of time, that began before `beats`.
    pub fn before<'a>(beats: f64, notes: impl DoubleEndedIterator<Item = &'a Note>) -> Self {
        let mut played = Self::default();
        for note in notes.rev().filter(|note| note.begin_beats < beats - TOGETHER_BEATS) {
            if played.keys.is_empty() {
                (played.begin_beats, played.end_beats) = (note.begin_beats, note.end_beats());
            } else if note.begin_beats < played.begin_beats - TOGETHER_BEATS {
                break;
            }
            played.end_beats = played.end_beats.max(note.end_beats());
            played.keys.push(note.key).ok();
        }
        played.keys.sort_unstable();
        played
    }
}

/// Whether the part has played this bar's notes up to `ask.from_beats` as they would be planned now.
fn is_as_planned(ask: &Ask<'_>, planned: &[Note]) -> bool {
    let (from, until) = (ask.bar.begin_beats - TOGETHER_BEATS, ask.from_beats - TOGETHER_BEATS);
    let played = ask.context.part(ask.part).rev().take_while(|note| note.begin_beats >= from);
    let mut played = played.filter(|note| note.begin_beats < until);
    let mut planned = planned.iter().rev().filter(|note| note.begin_beats < until);
    loop {
        match (played.next(), planned.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a.key == b.key && (a.begin_beats - b.begin_beats).abs() < TOGETHER_BEATS => {}
            _ => return false,
        }
    }
}

/// Where a plan begins.
#[derive(Clone, Copy, Debug, Default)]
pub struct Start {
    /// The first step that is planned.
    pub step: i32,
    /// Where the plan begins, in beats of the transport.
    from_beats: f64,
    /// What sounded last.
    pub played: Played,
    /// The step of the change whose chord has been struck already: the one that holds at `step`, or that comes.
    pub met: Option<i32>,
    /// Whether the last stroke tells that chord.
    is_telling: bool,
    /// Whether the plan takes over where another chord was expected.
    is_taking_over: bool,
}

/// Whether a stroke can be played while a chord holds; or, with `is_telling`, whether it tells this chord from others:
/// one stroke must have done so for the chord to count as played. Each part has its own idea of both.
pub type Fits = fn(&Ask<'_>, Chord, &[u8], is_telling: bool) -> bool;

impl Start {
    fn new(ask: &Ask<'_>, steps: Steps, harmony: &Harmony, fits: Fits, is_taking_over: bool) -> Self {
        let (step, from_beats) =
            if is_taking_over { (steps.at_or_after(ask.from_beats), ask.from_beats) } else { (0, ask.bar.begin_beats) };
        let played = Played::before(from_beats, ask.context.part(ask.part));
        let met = harmony.at(step).filter(|change| {
            let from = steps.beats(change.step - steps.eighth()) - TOGETHER_BEATS;
            let is_of_chord = |stroke: &Played| !stroke.keys.is_empty() && stroke.begin_beats >= from;
            let mut telling = played;
            // From the last stroke back to the first that can have been this chord's. One that was foreseen is played
            // as the pattern has it from its step on, and one that has held for more than a bar needs no proof.
            let is_struck = !change.is_heard && played.begin_beats >= steps.beats(change.step) - TOGETHER_BEATS;
            let needs_proof = !is_struck && change.step >= -steps.count;
            while needs_proof && is_of_chord(&telling) && !fits(ask, change.chord, &telling.keys, true) {
                telling = Played::before(telling.begin_beats, ask.context.part(ask.part));
            }
            is_of_chord(&telling) && fits(ask, change.chord, &played.keys, false)
        });
        let coming = harmony.after(step).filter(|next| {
            let is_early = played.begin_beats >= steps.beats(next.step - steps.eighth()) - TOGETHER_BEATS;
            is_taking_over && is_early && !played.keys.is_empty() && fits(ask, next.chord, &played.keys, true)
        });
        let met = coming.or(met);
        let is_telling = met.is_some_and(|change| fits(ask, change.chord, &played.keys, true));
        Self { step, from_beats, played, met: met.map(|change| change.step), is_telling, is_taking_over }
    }

    /// Puts a stroke with `sign` where the plan takes over and the chord that holds has yet to be struck: at once, or as
    /// part of the pattern where that chord begins just here and was foreseen.
    pub fn catch(&self, strokes: &mut Strokes, (harmony, steps): (&Harmony, Steps), sign: u8) {
        let (Some(change), true) = (harmony.at(self.step), self.is_taking_over) else { return };
        let is_foreseen = change.step == self.step && !change.is_heard;
        let is_struck = is_foreseen && strokes.iter().any(|stroke| stroke.step == self.step);
        if self.met.is_none() && !is_struck && self.step < steps.count {
            let length = (next_step(strokes, self.step, steps) - self.step).min(2 * steps.per_beat);
            let at_beats = (!is_foreseen).then_some(self.from_beats);
            insert(strokes, Stroke { step: self.step, steps: length, sign, at_beats, ..Stroke::default() });
        }
    }

    /// Up to where nothing follows the stroke that a plan takes over from, in beats of the transport.
    pub fn clear_until_beats(&self, steps: Steps) -> f64 {
        // What the pattern strikes is never quite on the step, for a hand is not.
        if self.is_taking_over && !self.played.keys.is_empty() && steps.is_exact(self.played.begin_beats) {
            clear_after(self.played.begin_beats, steps)
        } else {
            f64::MIN
        }
    }

    /// Whether the bar's first chord sounds already, over the bar line.
    pub fn is_tied(&self, ask: &Ask<'_>) -> bool {
        !self.is_taking_over && self.is_telling && self.played.end_beats > ask.bar.begin_beats + OVER_THE_BAR_BEATS
    }
}

/// Up to where nothing follows a stroke that came off the pattern: less than a step after it, it would stumble.
pub fn clear_after(beats: f64, steps: Steps) -> f64 {
    beats + NEARLY_A_STEP / f64::from(steps.per_beat)
}

/// Plans a bar with `compose`, and from `ask.from_beats` on when that is within it. As long as what was played is what
/// would be planned again, the plan stays; when the chords turned out otherwise it takes over from what was played.
pub fn plan(
    ask: &Ask<'_>,
    fits: Fits,
    out: &mut Vec<Note>,
    harmony: (&Harmony, Steps),
    compose: impl Fn(&Start, &mut Vec<Note>),
) {
    let (harmony, steps) = harmony;
    compose(&Start::new(ask, steps, harmony, fits, false), out);
    if ask.from_beats <= ask.bar.begin_beats + TOGETHER_BEATS {
        return;
    }
    if !is_as_planned(ask, out) {
        out.clear();
        compose(&Start::new(ask, steps, harmony, fits, true), out);
    }
    out.retain(|note| note.begin_beats >= ask.from_beats - TOGETHER_BEATS);
    out.iter_mut().for_each(|note| note.begin_beats = note.begin_beats.max(ask.from_beats));
}
