//! Patterns: what a bar's rhythm is, written as a musician would jot it down.

use super::harmony::Harmony;
use super::steps::Steps;
use crate::band::Ask;
use crate::base::InlineVec;

/// Strokes of one bar, at most: one on every step.
pub const STROKES_MAX: usize = 64;

/// One stroke of a part: a note of the bass, a chord of the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stroke {
    /// On which step of the bar.
    pub step: i32,
    /// How many steps it is held, above 0.
    pub steps: i32,
    /// The pattern's sign: each part has its own.
    pub sign: u8,
    /// How hard the player struck it, where the player's rhythm is followed; 0 elsewhere.
    pub velocity: u8,
    /// Which key the player struck there, the lowest or highest as the part wishes; 0 elsewhere.
    pub key: u8,
    /// Exactly where, in beats of the transport, when it answers a chord that came without notice: it does not wait for
    /// the swing of its step, and belongs to no other chord.
    pub at_beats: Option<f64>,
}

impl Stroke {
    /// The step on which it ends.
    pub fn end(&self) -> i32 {
        self.step + self.steps
    }
}

/// The strokes of a bar in the order of time.
pub type Strokes = InlineVec<Stroke, STROKES_MAX>;

/// One bar or more of rhythm, or one beat for all. Each sign of `cells` is a step, beats are parted by a space: `-`
/// holds, `.` rests, `>` holds over the bar line, all else is a stroke. Below each stroke, `needs` says how much must
/// happen before it is played, 0 always to 9.
#[derive(Clone, Copy, Debug)]
pub struct Pattern {
    /// The strokes.
    pub cells: &'static str,
    /// From which density on each is played, in tenths.
    pub needs: &'static str,
}

/// What decides which strokes of a pattern are played.
#[derive(Clone, Copy, Debug, Default)]
pub struct Choice {
    /// How much happens, 0 to 1.
    pub density: f32,
    /// Steps on which the kick drum plays, bit n is step n; 0 when it is not known or of no matter.
    pub kicks: u64,
}

/// How much sooner a stroke is played that falls on the kick, and later one that does not, in tenths of density.
const KICK_BONUS: f32 = 3.0;
const KICK_MALUS: f32 = 1.0;

impl Pattern {
    /// The sign and the need of one step of a bar.
    fn cell(&self, ask: &Ask<'_>, steps: Steps, step: i32) -> (u8, u8) {
        let per_bar = ask.style.beats_per_bar.max(1) as usize;
        let width = steps.per_beat as usize + 1;
        let beats = ((self.cells.len() + 1) / width).max(1);
        let bar = ask.bar.in_section as usize % beats.div_ceil(per_bar);
        let (beat, within) = steps.beat_of(step);
        // A bar that is longer than the style's begins again, a shorter one is cut, both at a beat.
        let at = (bar * per_bar + beat as usize % per_bar) % beats * width + within as usize;
        let of = |text: &str| text.as_bytes().get(at).copied().unwrap_or(b'.');
        (of(self.cells), of(self.needs))
    }

    /// The strokes of the bar that is asked for.
    pub fn strokes(&self, ask: &Ask<'_>, steps: Steps, choice: Choice) -> Strokes {
        let mut strokes = Strokes::default();
        let mut is_held = false;
        for step in 0..steps.count {
            let (sign, need) = self.cell(ask, steps, step);
            let is_played = match sign {
                b'.' => {
                    is_held = false;
                    false
                }
                b'-' | b'>' => false,
                _ => choice.takes(need, step),
            };
            if is_played {
                is_held = true;
                strokes.push(Stroke { step, steps: 1, sign, ..Stroke::default() }).ok();
            } else if is_held && let Some(open) = strokes.last_mut() {
                let over_the_bar = if sign == b'>' && step + 1 == steps.count { steps.per_beat } else { 0 };
                open.steps = step + 1 - open.step + over_the_bar;
            }
        }
        strokes
    }
}

impl Choice {
    fn takes(&self, need: u8, step: i32) -> bool {
        let need = f32::from(need.saturating_sub(b'0'));
        if need == 0.0 {
            return true;
        }
        let lock = match self.kicks {
            0 => 0.0,
            kicks if kicks & 1 << step != 0 => -KICK_BONUS,
            _ => KICK_MALUS,
        };
        need + lock <= self.density * 10.0
    }
}

/// Puts a stroke among the others in its place; one that began on the same step goes, one that sounds then ends.
pub fn insert(strokes: &mut Strokes, stroke: Stroke) {
    let mut out = Strokes::default();
    for mut other in strokes.iter().copied().filter(|other| other.step != stroke.step) {
        if other.step < stroke.step {
            other.steps = other.steps.min(stroke.step - other.step);
        } else if out.last().is_none_or(|last| last.step < stroke.step) {
            out.push(stroke).ok();
        }
        out.push(other).ok();
    }
    if out.last().is_none_or(|last| last.step < stroke.step) {
        out.push(stroke).ok();
    }
    *strokes = out;
}

/// Sees to it that every chord of the bar is struck when it begins, or anticipated; one that came without notice at
/// once. The first beat may rest where the pattern does, if the chord was foreseen.
pub fn meet_changes(strokes: &mut Strokes, harmony: &Harmony, steps: Steps, sign: u8) {
    let first = |is_heard: bool| i32::from(!is_heard);
    let of_bar = harmony.changes().iter().filter(|c| c.step >= first(c.is_heard) && c.step < steps.count);
    for change in of_bar {
        let is_met = strokes.iter().any(|stroke| {
            // A stroke that caught a chord plays that one, not the one that comes.
            let is_near = stroke.step < change.step && change.step - stroke.step <= steps.eighth();
            let is_ahead = is_near && stroke.at_beats.is_none();
            stroke.step == change.step || (is_ahead && stroke.end() > change.step)
        });
        if change.is_heard || !is_met {
            let at_beats = change.is_heard.then_some(change.at_beats);
            let length = (next_step(strokes, change.step, steps) - change.step).min(2 * steps.per_beat);
            insert(strokes, Stroke { step: change.step, steps: length, sign, at_beats, ..Stroke::default() });
        }
    }
}

/// Where the first stroke after a step begins, or the bar ends.
pub fn next_step(strokes: &Strokes, step: i32, steps: Steps) -> i32 {
    strokes.iter().map(|stroke| stroke.step).find(|next| *next > step).unwrap_or(steps.count.max(step + 1))
}

#[cfg(test)]
pub mod check {
    use super::Pattern;

    /// Whether the two texts fit each other and the style's bar, with only these signs for strokes.
    pub fn is_well_formed(pattern: &Pattern, beats_per_bar: usize, steps_per_beat: usize, signs: &str) -> bool {
        let beats: Vec<&str> = pattern.cells.split(' ').collect();
        let is_stroke = |sign: char| !"-.>".contains(sign);
        beats.len().is_multiple_of(beats_per_bar)
            && beats.iter().all(|beat| beat.len() == steps_per_beat)
            && pattern.cells.len() == pattern.needs.len()
            && pattern.cells.chars().zip(pattern.needs.chars()).all(|(sign, need)| {
                is_stroke(sign) == need.is_ascii_digit() && (!is_stroke(sign) || signs.contains(sign) || sign == ' ')
                    || (sign == ' ' && need == ' ')
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::band::comping::check::Session;
    use crate::band::{Part, StyleId};

    const PATTERN: Pattern = Pattern { cells: "R--. x.5> R--. ..5>", needs: "0... 4.2. 0... ..2." };

    fn read(beats: u32, choice: Choice) -> Vec<(i32, i32, char)> {
        let session = Session { beats, ..Session::new(StyleId::Rock, Part::Bass) };
        session.with_ask(0, 0.0, |ask| {
            let strokes = PATTERN.strokes(ask, Steps::of(ask).expect("steps"), choice);
            strokes.iter().map(|stroke| (stroke.step, stroke.steps, char::from(stroke.sign))).collect()
        })
    }

    #[test]
    fn a_pattern_is_read_as_it_is_written() {
        let choice = |density: f32| Choice { density, kicks: 0 };
        assert_eq!(read(4, choice(0.0)), [(0, 3, 'R'), (8, 3, 'R')]);
        assert_eq!(read(4, choice(0.3)), [(0, 3, 'R'), (6, 2, '5'), (8, 3, 'R'), (14, 6, '5')]);
        assert_eq!(read(4, choice(1.0)).len(), 5);
        // A shorter bar is cut and a longer one goes on from the beginning, at a beat.
        assert_eq!(read(1, choice(1.0)), [(0, 3, 'R')]);
        assert_eq!(read(5, choice(0.0)).last(), Some(&(16, 3, 'R')));
        // The kick brings its own step sooner and others later, and takes nothing away that is always played.
        assert_eq!(read(4, Choice { density: 0.1, kicks: 1 << 4 }), [(0, 3, 'R'), (4, 1, 'x'), (8, 3, 'R')]);
        assert_eq!(read(4, Choice { density: 0.2, kicks: 1 }), [(0, 3, 'R'), (8, 3, 'R')]);
    }

    #[test]
    fn a_stroke_that_is_put_in_ends_the_one_before_and_takes_its_steps_place() {
        let stroke = |step, steps| Stroke { step, steps, ..Stroke::default() };
        let mut strokes = Strokes::default();
        [(8, 4), (0, 8), (4, 2), (8, 1)].into_iter().for_each(|(at, long)| insert(&mut strokes, stroke(at, long)));
        let found: Vec<_> = strokes.iter().map(|stroke| (stroke.step, stroke.steps)).collect();
        assert_eq!(found, [(0, 4), (4, 2), (8, 1)]);
        insert(&mut strokes, stroke(2, 1));
        assert_eq!(strokes[0].steps, 2);
    }
}
