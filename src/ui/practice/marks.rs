//! Verdicts as shapes: disc, half disc and ring, as everywhere on the page.

use crate::session::practice::Verdict;
use crate::ui::theme::{self, Ink};
use egui::{Color32, Pos2, Shape, Stroke, vec2};

/// The colour of words beside a verdict.
#[must_use]
pub fn colour(verdict: Verdict, ink: &Ink) -> Color32 {
    match verdict {
        Verdict::Near => theme::WARN,
        Verdict::Off => theme::T1,
        Verdict::True | Verdict::Unjudged => ink.t2,
    }
}

/// A verdict by its shape; off has a tick on the side where it was. Nothing where nothing is said.
pub fn verdict(centre: Pos2, verdict: Verdict, off_cents: f32, ink: &Ink) -> Shape {
    match verdict {
        Verdict::Unjudged => Shape::Noop,
        Verdict::True => Shape::circle_filled(centre, 3.5, ink.t2),
        Verdict::Near => {
            let arc = |step: u8| {
                let angle = std::f32::consts::PI * (f32::from(step) / 12.0 - 0.5);
                centre + 3.25 * vec2(angle.cos(), angle.sin())
            };
            Shape::Vec(vec![
                Shape::circle_stroke(centre, 3.25, Stroke::new(1.5, theme::WARN)),
                Shape::convex_polygon((0..=12).map(arc).collect(), theme::WARN, Stroke::NONE),
            ])
        }
        Verdict::Off => {
            let side = if off_cents < 0.0 { 1.0 } else { -1.0 };
            let tick = [centre + vec2(0.0, side * 3.5), centre + vec2(0.0, side * 7.0)];
            Shape::Vec(vec![
                Shape::circle_stroke(centre, 3.25, Stroke::new(1.5, theme::T1)),
                Shape::line_segment(tick, Stroke::new(1.5, theme::T1)),
            ])
        }
    }
}

/// A verdict in a word.
#[must_use]
pub fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Unjudged => "not judged",
        Verdict::True => "in tune",
        Verdict::Near => "near",
        Verdict::Off => "off",
    }
}
