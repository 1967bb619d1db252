//! A stretch of voice, cut into figures: first the swings, then what is steady between the moves, then the ways.

use super::swing::{Extreme, SwingSpan, find_extremes, find_swings, is_of_held_note, is_vibrato};
use super::{Figure, Glide, Held, Point, Shape, Touch, TouchKind, Vibrato, median, quantile};
use crate::practice::tuning::contour as tuning;
use std::ops::Range;

/// A figure with the points that it is made of.
#[derive(Clone, Debug)]
pub(super) struct Cut {
    pub figure: Figure,
    /// The point after its last.
    pub end: usize,
    /// The points of it that are judged.
    pub judged: Range<usize>,
}

/// What the line came from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Before {
    pub cents: f32,
    /// Whether that was a held note; a swing otherwise.
    pub is_held: bool,
}

/// Something that has a place of its own: a held note, a swing, a glide so slow that it looks held.
#[derive(Clone, Copy, Debug)]
struct Solid {
    begin: usize,
    end: usize,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Held(f32),
    Swing(super::Swing),
    SlowGlide,
}

/// Cuts stretches of voice; keeps the memory that it works in.
#[derive(Debug)]
pub(super) struct Cutter {
    slopes: Vec<f32>,
    extremes: Vec<Extreme>,
    swings: Vec<SwingSpan>,
    solids: Vec<Solid>,
    scratch: Vec<f32>,
    pub cuts: Vec<Cut>,
}

impl Cutter {
    pub fn new() -> Self {
        Self {
            slopes: Vec::with_capacity(tuning::POINTS_MAX),
            extremes: Vec::with_capacity(tuning::FIGURES_MAX),
            swings: Vec::with_capacity(tuning::FIGURES_MAX),
            solids: Vec::with_capacity(tuning::FIGURES_MAX),
            scratch: Vec::with_capacity(tuning::POINTS_MAX),
            cuts: Vec::with_capacity(2 * tuning::FIGURES_MAX),
        }
    }

    /// Cuts a stretch that came out of something, or out of silence. `is_over` says that silence follows.
    pub fn cut(&mut self, points: &[Point], before: Option<Before>, is_over: bool) {
        self.cuts.clear();
        self.solids.clear();
        if points.is_empty() {
            return;
        }
        find_extremes(points, &mut self.extremes);
        find_swings(points, &self.extremes, &mut self.scratch, &mut self.swings);
        let mut from = 0;
        for index in 0..self.swings.len() {
            let span = self.swings[index];
            if is_of_held_note(&span.swing) || span.begin < from {
                continue;
            }
            self.find_held(points, from..span.begin);
            self.add(Solid { begin: span.begin, end: span.end, kind: Kind::Swing(span.swing) });
            from = span.end;
        }
        self.find_held(points, from..points.len());
        self.assemble(points, before, is_over);
    }

    fn add(&mut self, solid: Solid) {
        if self.solids.len() < tuning::FIGURES_MAX {
            self.solids.push(solid);
        }
    }

    /// Finds what is steady between the moves of a part without swings.
    fn find_held(&mut self, points: &[Point], part: Range<usize>) {
        self.slopes.clear();
        self.slopes.extend(part.clone().map(|at| slope(points, at, &part)));
        let mut free_from = part.start;
        let mut from = part.start;
        let mut at = part.start;
        while at < part.end {
            let Some(moving) = self.next_move(at, &part) else { break };
            at = moving.end;
            if (points[moving.end - 1].cents - points[moving.start].cents).abs() >= tuning::MOVE_CENTS {
                free_from = self.hold(points, from..moving.start, free_from..part.end);
                from = moving.end;
            }
        }
        self.hold(points, from..part.end, free_from..part.end);
    }

    /// The next points that move in one direction.
    fn next_move(&self, from: usize, part: &Range<usize>) -> Option<Range<usize>> {
        let slope_at = |at: usize| self.slopes[at - part.start];
        let peak = (from..part.end).find(|at| slope_at(*at).abs() >= tuning::MOVE_BEGIN)?;
        let sign = slope_at(peak).signum();
        let moves = |at: usize| slope_at(at) * sign >= tuning::MOVE_END;
        let begin = (from..peak).rev().take_while(|at| moves(*at)).last().unwrap_or(peak);
        let end = (peak..part.end).find(|at| !moves(*at)).unwrap_or(part.end);
        Some(begin..end)
    }

    /// Adds what is steady there, with the points beside it that are near, and says where the next may begin.
    fn hold(&mut self, points: &[Point], steady: Range<usize>, free: Range<usize>) -> usize {
        if steady.len() < 2 {
            return free.start;
        }
        self.scratch.clear();
        self.scratch.extend(points[steady.clone()].iter().map(|point| point.cents));
        let cents = median(&mut self.scratch);
        let is_near = |at: &usize| (points[*at].cents - cents).abs() <= tuning::HELD_CENTS;
        let begin = (free.start..steady.start).rev().take_while(is_near).last().unwrap_or(steady.start);
        let end = (steady.end..free.end).take_while(is_near).last().map_or(steady.end, |last| last + 1);
        let secs = points[end - 1].at_secs - points[begin].at_secs + 1.5 * tuning::HOP_SECS;
        // What is short must be flat too: a slip of the ear in a glide looks like a stay.
        let is_flat = secs >= tuning::SHORT_SECS || range_cents(&points[steady]) <= tuning::HELD_CENTS;
        if secs < tuning::HELD_SECS || !is_flat {
            return free.start;
        }
        if is_slow_glide(&points[begin..end]) {
            self.add(Solid { begin, end, kind: Kind::SlowGlide });
            return end;
        }
        let mut from = begin;
        while let Some(at) = find_shift(points, from..end) {
            self.add_steady(points, from..at);
            from = at;
        }
        self.add_steady(points, from..end);
        end
    }

    fn add_steady(&mut self, points: &[Point], part: Range<usize>) {
        self.scratch.clear();
        self.scratch.extend(points[part.clone()].iter().map(|point| point.cents));
        let cents = median(&mut self.scratch);
        self.add(Solid { begin: part.start, end: part.end, kind: Kind::Held(cents) });
    }

    /// Makes figures of the solids and of the ways between them.
    fn assemble(&mut self, points: &[Point], before: Option<Before>, is_over: bool) {
        let mut before = before;
        let mut from = 0;
        for index in 0..self.solids.len() {
            let solid = self.solids[index];
            let way = from..solid.begin;
            let is_way = self.add_way(points, way.clone(), before, Some(solid));
            match solid.kind {
                Kind::Held(cents) => {
                    self.add_held(points, solid, onset_secs(points, &way, before.is_some(), is_way));
                    before = Some(Before { cents, is_held: true });
                }
                Kind::Swing(swing) => {
                    self.push(points, solid.begin..solid.end, Shape::Swing(swing));
                    before = Some(Before { cents: swing.mean_cents, is_held: false });
                }
                Kind::SlowGlide => {
                    let [from_cents, to_cents] = ends(&points[solid.begin..solid.end]);
                    let glide = Glide { from_cents, to_cents, is_left: true, is_reached: true };
                    self.push(points, solid.begin..solid.end, Shape::Glide(glide));
                    before = Some(Before { cents: to_cents, is_held: false });
                }
            }
            from = solid.end;
        }
        if is_over {
            self.add_way(points, from..points.len(), before, None);
        }
    }

    fn push(&mut self, points: &[Point], part: Range<usize>, shape: Shape) {
        let consonants = points[part.start + 1..part.end].iter().filter(|point| point.is_after_gap).count();
        let figure = Figure {
            begin_secs: points[part.start].voiced_secs,
            end_secs: points[part.end - 1].at_secs,
            shape,
            consonants: consonants.min(255) as u8,
            is_continued: false,
        };
        if self.cuts.len() < self.cuts.capacity() {
            self.cuts.push(Cut { figure, end: part.end, judged: part.end..part.end });
        }
    }

    fn add_held(&mut self, points: &[Point], solid: Solid, begin_secs: f64) {
        let judged_secs = begin_secs + tuning::ONSET_SECS;
        let inside = solid.begin..solid.end;
        let skipped = points[inside.clone()].partition_point(|point| point.at_secs < judged_secs - 1e-9);
        let judged = (solid.begin + skipped).min(solid.end)..solid.end;
        let came_in_secs = judged_secs.max(points[solid.begin].at_secs) + tuning::CAME_IN_SECS;
        let came_in = points[judged.clone()].partition_point(|point| point.at_secs < came_in_secs);
        let mut held = self.measure(&points[judged.clone()], came_in);
        if judged.is_empty() {
            let cents = if let Kind::Held(cents) = solid.kind { cents } else { 0.0 };
            (held.cents, held.onset_cents, held.settled_cents) = (cents, cents, cents);
        }
        let overlap = |span: &SwingSpan| span.end.min(solid.end).saturating_sub(span.begin.max(solid.begin));
        let shaken = self.swings.iter().filter(|span| is_vibrato(&span.swing) && overlap(span) * 2 > inside.len());
        held.vibrato = shaken
            .max_by_key(|span| overlap(span))
            .map(|span| Vibrato { rate_hz: span.swing.rate_hz, extent_cents: span.swing.extent_cents() });
        self.push(points, inside, Shape::Held(held));
        if let Some(cut) = self.cuts.last_mut() {
            cut.figure.begin_secs = begin_secs;
            cut.judged = judged;
        }
    }

    /// What is steady in the points of a note that are judged, of which the first `came_in` are its onset.
    fn measure(&mut self, judged: &[Point], came_in: usize) -> Held {
        let mut median_of = |points: &[Point]| {
            self.scratch.clear();
            self.scratch.extend(points.iter().map(|point| point.cents));
            median(&mut self.scratch)
        };
        let cents = median_of(judged);
        let onset_cents = median_of(&judged[..came_in]);
        // A note that is hardly longer than its onset has not settled on anything else.
        let settled = if judged.len() > came_in + came_in / 2 { &judged[came_in..] } else { &judged[..came_in] };
        let settled_cents = median_of(settled);
        self.scratch.clear();
        self.scratch.extend(judged.iter().map(|point| point.cents));
        let range = quantile(&mut self.scratch, 0.75) - quantile(&mut self.scratch, 0.25);
        Held {
            cents,
            onset_cents,
            settled_cents,
            spread_cents: range / 1.349,
            judged_secs: (judged.len() as f64 * tuning::HOP_SECS) as f32,
            vibrato: None,
        }
    }

    /// Adds what the way between two solids is, and says whether it is a figure.
    fn add_way(&mut self, points: &[Point], way: Range<usize>, before: Option<Before>, next: Option<Solid>) -> bool {
        let line = &points[way.clone()];
        let (Some(first), Some(last)) = (line.first(), line.last()) else { return false };
        let secs = last.at_secs - first.at_secs + tuning::HOP_SECS;
        let held_before = before.filter(|before| before.is_held).map(|before| before.cents);
        let held_next = next.and_then(|solid| if let Kind::Held(cents) = solid.kind { Some(cents) } else { None });
        let (back, farthest) = (back_cents(line), farthest(line, held_before.or(held_next).unwrap_or(first.cents)));
        let shape = match (held_before, held_next) {
            (Some(a), Some(b)) if (a - b).abs() <= tuning::SAME_CENTS => touch_between(secs, farthest, (a + b) * 0.5),
            (a, Some(b)) if back > tuning::GLIDE_BACK_CENTS => kan(secs, beyond(line, a.unwrap_or(first.cents), b), b),
            (None, Some(b)) if before.is_none() && is_flat(line) => kan(secs, Some(first.cents), b),
            _ => None,
        };
        let way_secs = (back <= tuning::GLIDE_BACK_CENTS).then_some(tuning::GLIDE_SECS);
        let shape = shape.or_else(|| match way_secs {
            Some(least_secs) => {
                let glide = Glide {
                    from_cents: held_before.unwrap_or(first.cents),
                    to_cents: next.filter(|_| held_next.is_some()).map_or(last.cents, |n| landing(points, n)),
                    is_left: held_before.is_some(),
                    is_reached: held_next.is_some(),
                };
                let is_wide = (last.cents - first.cents).abs() >= tuning::GLIDE_CENTS;
                (secs >= least_secs && is_wide).then_some(Shape::Glide(glide))
            }
            None => (secs >= tuning::TURN_SECS).then_some(Shape::Turn),
        });
        if let Some(shape) = shape {
            self.push(points, way, shape);
        }
        shape.is_some()
    }
}

/// When a note begins that is reached by a way: half a step before it is steady, or with the voice.
fn onset_secs(points: &[Point], way: &Range<usize>, is_joined: bool, is_way: bool) -> f64 {
    // An empty way ends where the note begins.
    let steady = points[way.end];
    if is_way || (way.is_empty() && is_joined) {
        return steady.voiced_secs;
    }
    let first_secs = points[way.start].voiced_secs;
    if is_joined { first_secs.max(steady.at_secs - 0.5 * tuning::GLIDE_SECS) } else { first_secs }
}

/// The slope of the line at a point, cents a second, by least squares over the points of the part around it.
fn slope(points: &[Point], at: usize, part: &Range<usize>) -> f32 {
    let begin = at.saturating_sub(tuning::SLOPE_FRAMES).max(part.start);
    let end = (at + tuning::SLOPE_FRAMES + 1).min(part.end);
    let middle = 0.5 * (end - begin - 1) as f32;
    let (mut above, mut below) = (0.0, 0.0);
    for (index, point) in points[begin..end].iter().enumerate() {
        let x = index as f32 - middle;
        above += x * (point.cents - points[at].cents);
        below += x * x;
    }
    if below > 0.0 { above / below / tuning::HOP_SECS as f32 } else { 0.0 }
}

/// Means of the first and the last few points of a note.
fn ends(points: &[Point]) -> [f32; 2] {
    let few = (points.len() / 4).clamp(1, 8).min(points.len());
    let mean = |part: &[Point]| part.iter().map(|point| point.cents).sum::<f32>() / part.len().max(1) as f32;
    [mean(&points[..few]), mean(&points[points.len() - few..])]
}

/// Where a steady pitch goes on at another place, as from one shade of a swara to the other: after a consonant, or where
/// it stays long enough on both sides. Both sides are flat compared with what is between them.
fn find_shift(points: &[Point], part: Range<usize>) -> Option<usize> {
    let differ = |left: Range<usize>, right: Range<usize>, least_cents: f32| {
        let ([left, left_spread], [right, right_spread]) =
            (mean_and_spread(&points[left]), mean_and_spread(&points[right]));
        let cents = (right - left).abs();
        (cents >= least_cents && cents >= tuning::SHIFT_SPREADS * left_spread.max(right_spread)).then_some(cents)
    };
    let few = tuning::CONSONANT_FRAMES;
    let is_syllable = |at: &usize| {
        let (left, right) = (at.saturating_sub(few).max(part.start)..*at, at + few / 2..(at + 2 * few).min(part.end));
        let is_long = left.len() >= few / 2 && right.len() >= few;
        points[*at].is_after_gap && is_long && differ(left, right, tuning::SYLLABLE_CENTS).is_some()
    };
    let syllable = (part.start + 1..part.end).find(is_syllable);
    let (side, guard) = (tuning::SHIFT_FRAMES, tuning::SLOPE_FRAMES);
    let sides = |at: usize| differ(at - guard - side..at - guard, at + guard..at + guard + side, tuning::SHIFT_CENTS);
    let room = part.start + side + guard..syllable.unwrap_or(part.end).saturating_sub(side + guard);
    // A coarse look finds it, a fine one its place.
    let coarse = room.clone().step_by(guard).find(|at| sides(*at).is_some());
    let shift = coarse.and_then(|first| {
        let near = first..(first + 2 * side).min(room.end);
        near.filter_map(|at| Some((at, sides(at)?))).max_by(|a, b| a.1.total_cmp(&b.1)).map(|(at, _)| at)
    });
    shift.or(syllable)
}

/// Mean and standard deviation, cents.
fn mean_and_spread(points: &[Point]) -> [f32; 2] {
    let count = points.len().max(1) as f32;
    let mean = points.iter().map(|point| point.cents).sum::<f32>() / count;
    let squares = points.iter().map(|point| (point.cents - mean).powi(2)).sum::<f32>();
    [mean, (squares / count).sqrt()]
}

fn is_slow_glide(points: &[Point]) -> bool {
    let [first, last] = ends(points);
    (last - first).abs() >= tuning::DRIFT_CENTS && back_cents(points) <= tuning::GLIDE_BACK_CENTS
}

/// Where a glide arrives: the pitch of the note that it reaches, a tenth of a second into it.
fn landing(points: &[Point], solid: Solid) -> f32 {
    let frames = (tuning::ONSET_SECS / tuning::HOP_SECS) as usize;
    ends(&points[solid.begin..solid.end.min(solid.begin + 2 * frames)])[1]
}

/// How far the line goes back, at most, on its way from the first point to the last, cents. On a long way what is
/// shorter than a touch is a slip of the ear, as between two vowels, and does not count.
fn back_cents(line: &[Point]) -> f32 {
    let sign = if line.last().zip(line.first()).is_some_and(|(b, a)| b.cents < a.cents) { -1.0 } else { 1.0 };
    let reach = if line.len() >= tuning::LONG_WAY_FRAMES { tuning::SLIP_FRAMES } else { 0 };
    let mut top = f32::MIN;
    (0..line.len()).fold(0.0, |back: f32, at| {
        let cents = sign * middle_of(&line[at.saturating_sub(reach)..(at + reach + 1).min(line.len())]);
        top = top.max(cents);
        back.max(top - cents)
    })
}

/// The median of a few points, cents.
fn middle_of(points: &[Point]) -> f32 {
    let mut few = [0.0; 2 * tuning::SLIP_FRAMES + 1];
    let count = points.len().min(few.len());
    for (slot, point) in few.iter_mut().zip(points) {
        *slot = point.cents;
    }
    median(&mut few[..count])
}

/// The pitch of the line that is farthest from a note.
fn farthest(line: &[Point], from_cents: f32) -> f32 {
    let far = |cents: f32| (cents - from_cents).abs();
    line.iter().fold(from_cents, |best, point| if far(point.cents) > far(best) { point.cents } else { best })
}

/// The farthest pitch of the line beyond the note that it goes to, as seen from where it comes from; or before where
/// it comes from.
fn beyond(line: &[Point], from_cents: f32, to_cents: f32) -> Option<f32> {
    let (low, high) = (from_cents.min(to_cents), from_cents.max(to_cents));
    let out = |cents: f32| (cents - high).max(low - cents);
    let best = line.iter().map(|point| point.cents).max_by(|a, b| out(*a).total_cmp(&out(*b)))?;
    (out(best) >= tuning::TOUCH_CENTS).then_some(best)
}

/// From the lowest to the highest of some points, cents; 0 of none.
fn range_cents(points: &[Point]) -> f32 {
    let low = points.iter().fold(f32::MAX, |low, point| low.min(point.cents));
    let high = points.iter().fold(f32::MIN, |high, point| high.max(point.cents));
    (high - low).max(0.0)
}

/// Whether a line begins flat before it steps on.
fn is_flat(line: &[Point]) -> bool {
    let first = &line[..tuning::KAN_FRAMES.min(line.len())];
    let whole = line.last().map_or(0.0, |last| (last.cents - line[0].cents).abs());
    line.len() > tuning::KAN_FRAMES && range_cents(first) <= tuning::KAN_CENTS && whole >= tuning::TOUCH_CENTS
}

/// The touch of a neighbour between two notes of the same pitch.
fn touch_between(secs: f64, cents: f32, main_cents: f32) -> Option<Shape> {
    let is_touch = secs <= tuning::TOUCH_SECS && (cents - main_cents).abs() >= tuning::TOUCH_CENTS;
    let kind = if cents < main_cents { TouchKind::Sphurita } else { TouchKind::Pratyahata };
    is_touch.then_some(Shape::Touch(Touch { kind, cents, main_cents }))
}

/// The touch of a pitch on the way to a note. The way itself takes its time too.
fn kan(secs: f64, cents: Option<f32>, main_cents: f32) -> Option<Shape> {
    let cents = cents.filter(|cents| (cents - main_cents).abs() >= tuning::TOUCH_CENTS)?;
    let is_touch = secs <= tuning::TOUCH_SECS + 0.5 * tuning::GLIDE_SECS;
    is_touch.then_some(Shape::Touch(Touch { kind: TouchKind::Kan, cents, main_cents }))
}
