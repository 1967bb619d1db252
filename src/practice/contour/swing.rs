//! Swings of the line: its extremes, and those that follow each other regularly.

use super::{Point, Swing};
use crate::practice::tuning::contour as tuning;

/// A place where the line turns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extreme {
    /// Which point.
    pub at: usize,
    pub at_secs: f64,
    pub cents: f32,
    pub is_high: bool,
}

/// A swing and the points that it takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct SwingSpan {
    pub begin: usize,
    pub end: usize,
    pub swing: Swing,
}

/// The point with its two neighbours, averaged: the flutter of single frames makes no extremes.
fn smooth(points: &[Point], at: usize) -> f32 {
    let around = &points[at.saturating_sub(1)..(at + 2).min(points.len())];
    around.iter().map(|point| point.cents).sum::<f32>() / around.len() as f32
}

/// Finds where the line turns by more than a flutter. The two ends of the line are none.
pub(super) fn find_extremes(points: &[Point], out: &mut Vec<Extreme>) {
    out.clear();
    let (mut high, mut low) = ((0, f32::MIN), (0, f32::MAX));
    // Whether it last turned upwards; none before the first turn.
    let mut is_rising: Option<bool> = None;
    for at in 0..points.len() {
        let cents = smooth(points, at);
        high = if cents > high.1 { (at, cents) } else { high };
        low = if cents < low.1 { (at, cents) } else { low };
        let is_down = is_rising != Some(false) && high.1 - cents >= tuning::TURN_CENTS;
        let is_up = is_rising != Some(true) && cents - low.1 >= tuning::TURN_CENTS;
        if !is_down && !is_up {
            continue;
        }
        let (turn, cents_there) = if is_down { high } else { low };
        if is_rising.is_some() && out.len() < out.capacity() {
            out.push(Extreme { at: turn, at_secs: points[turn].at_secs, cents: cents_there, is_high: is_down });
        }
        is_rising = Some(is_up);
        (high, low) = ((at, cents), (at, cents));
    }
}

/// Finds the runs of extremes that are regular enough to be swings of two cycles or more.
pub(super) fn find_swings(points: &[Point], extremes: &[Extreme], scratch: &mut Vec<f32>, out: &mut Vec<SwingSpan>) {
    out.clear();
    let mut first = 0;
    while first + tuning::EXTREMES_MIN <= extremes.len() {
        let run = regular(&extremes[first..]);
        if run.len() >= tuning::EXTREMES_MIN && out.len() < out.capacity() {
            let free_from = out.last().map_or(0, |last| last.end);
            out.push(span(points, run, free_from, scratch));
            first += run.len() - 1;
        } else {
            first += 1;
        }
    }
}

/// The extremes from the first on that swing alike.
fn regular(extremes: &[Extreme]) -> &[Extreme] {
    let half = |at: usize| extremes[at].at_secs - extremes[at - 1].at_secs;
    let extent = |at: usize| (extremes[at].cents - extremes[at - 1].cents).abs();
    let is_next = |at: usize| {
        let longest = if extent(at) <= tuning::ANDOLAN_CENTS_MAX {
            tuning::ANDOLAN_SECS_MAX
        } else {
            tuning::HALF_CYCLE_SECS_MAX
        };
        let is_alike = at < 2 || {
            let ratio = half(at) / half(at - 1).max(1e-3);
            let slack = (tuning::EXTREMES_SHARE * extent(at)).max(tuning::EXTREMES_CENTS);
            let is_level = (extremes[at].cents - extremes[at - 2].cents).abs() <= slack;
            is_level && (1.0 / tuning::HALF_CYCLE_RATIO..=tuning::HALF_CYCLE_RATIO).contains(&(ratio as f32))
        };
        (tuning::HALF_CYCLE_SECS_MIN..=longest).contains(&half(at)) && is_alike
    };
    let end = (1..extremes.len()).find(|at| !is_next(*at)).unwrap_or(extremes.len());
    &extremes[..end]
}

/// A regular run of extremes with the points before and after it that belong to it.
fn span(points: &[Point], run: &[Extreme], free_from: usize, scratch: &mut Vec<f32>) -> SwingSpan {
    let (first, last) = (run[0], run[run.len() - 1]);
    let half_secs = (last.at_secs - first.at_secs) / (run.len() - 1) as f64;
    let tail = (tuning::SWING_TAIL * half_secs / tuning::HOP_SECS).round() as usize;
    let begin = first.at.saturating_sub(tail).max(free_from);
    // While the next extreme may still come, the swing has not ended.
    let newest_secs = points[points.len() - 1].at_secs;
    let is_open = newest_secs - last.at_secs <= f64::from(tuning::HALF_CYCLE_RATIO) * 0.5 * half_secs;
    let end = if is_open { points.len() } else { (last.at + tail).min(points.len()) };
    let mut median_of = |is_high: bool| {
        scratch.clear();
        scratch.extend(run.iter().filter(|extreme| extreme.is_high == is_high).map(|extreme| extreme.cents));
        super::median(scratch)
    };
    let (low_cents, high_cents) = (median_of(false), median_of(true));
    let inside = &points[first.at..=last.at];
    let swing = Swing {
        low_cents,
        high_cents,
        mean_cents: inside.iter().map(|point| point.cents).sum::<f32>() / inside.len() as f32,
        rate_hz: (0.5 / half_secs) as f32,
        cycles: 0.5 * run.len() as f32,
    };
    SwingSpan { begin, end, swing }
}

/// Whether a swing is a vibrato or mere unsteadiness, which both are part of a held note.
pub(super) fn is_of_held_note(swing: &Swing) -> bool {
    swing.extent_cents() < tuning::SWING_CENTS_MIN || is_vibrato(swing)
}

/// Whether a swing is as narrow and fast as the vibrato of Western voices.
pub(super) fn is_vibrato(swing: &Swing) -> bool {
    let [slowest, fastest] = tuning::VIBRATO_HZ;
    swing.extent_cents() < tuning::VIBRATO_CENTS && (slowest..=fastest).contains(&swing.rate_hz)
}
