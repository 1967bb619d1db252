//! The player's own rhythm, as a pattern for a part that follows.

use super::pattern::{Stroke, Strokes};
use super::steps::Steps;
use crate::band::{Ask, Note};

/// Bars that are looked back on for one in which something was played.
const BARS_BACK_MAX: i32 = 2;

/// Whose rhythm is taken of the player's two hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hand {
    /// The lower notes where the player plays widely, with the lowest key of each stroke.
    Low,
    /// All notes, with the highest key of each stroke.
    All,
}

/// Below which width of the player's register there is but one hand, in semitones.
const ONE_HAND_SEMITONES: u8 = 19;

/// The strokes of the player's last whole bar that has something in it, moved into the bar that is asked for.
pub fn strokes(ask: &Ask<'_>, steps: Steps, hand: Hand) -> Strokes {
    let bar_beats = f64::from(ask.bar.beats);
    let ahead_bars = ((ask.bar.begin_beats - ask.context.now_beats) / bar_beats).ceil();
    // What is no number, or long past, is the bar before.
    let ahead_bars = if ahead_bars.is_finite() { ahead_bars.clamp(0.0, 64.0) as i32 } else { 0 };
    (1..=BARS_BACK_MAX)
        .map(|back| of_bar(ask, steps, hand, f64::from(ahead_bars + back) * bar_beats))
        .find(|strokes| !strokes.is_empty())
        .unwrap_or_default()
}

fn of_bar(ask: &Ask<'_>, steps: Steps, hand: Hand, back_beats: f64) -> Strokes {
    let playing = ask.context.playing;
    let middle = playing.register_low.midpoint(playing.register_high);
    let is_two_handed = playing.register_high.saturating_sub(playing.register_low) > ONE_HAND_SEMITONES;
    let is_of_hand = |note: &&Note| hand == Hand::All || !is_two_handed || note.key <= middle;
    let from = ask.bar.begin_beats - back_beats;
    let mut strokes = Strokes::default();
    let notes = ask.context.player_between(from - 0.5, from + f64::from(ask.bar.beats));
    for note in notes.filter(is_of_hand) {
        let step = steps.nearest(note.begin_beats + back_beats);
        if !(0..steps.count).contains(&step) {
            continue;
        }
        let end = (note.end_beats() + back_beats).min(steps.beats(steps.count));
        let length = (steps.nearest(end) - step).max(1);
        match strokes.last_mut() {
            Some(last) if last.step >= step => {
                last.steps = last.steps.max(length);
                last.velocity = last.velocity.max(note.velocity);
                last.key = if hand == Hand::Low { last.key.min(note.key) } else { last.key.max(note.key) };
            }
            last => {
                if let Some(last) = last {
                    last.steps = last.steps.min(step - last.step);
                }
                let stroke =
                    Stroke { step, steps: length, key: note.key, velocity: note.velocity, ..Stroke::default() };
                strokes.push(stroke).ok();
            }
        }
    }
    strokes
}
