//! What every part of the plan's picture is drawn from.

use super::plan_page::{PlanPage, is_moving, open_beats};
use super::state::JamState;
use crate::session::View;
use crate::session::band::BandNoteView;
use egui::{Rangef, lerp};

/// What every part of the plan's picture is drawn from.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The world.
    pub view: &'a View,
    /// The page that is shown.
    pub page: PlanPage,
    /// Where the music stands, in beats of the transport.
    pub now_beats: f64,
    /// What begins from here on can still be changed; minus infinity while the music stands.
    pub open_beats: f64,
    /// Whether beats pass.
    pub is_moving: bool,
    /// Left and right edge of the page, in points.
    x: Rangef,
}

/// How a note stands to now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It is over.
    Past,
    /// It sounds, or it will whatever is said.
    Committed,
    /// It can still be changed.
    Open,
}

impl<'a> Scene<'a> {
    /// The scene of now.
    #[must_use]
    pub fn of(view: &'a View, state: &JamState, page: PlanPage, x: Rangef) -> Self {
        let now_beats = state.now_beats(view);
        Self { view, page, now_beats, open_beats: open_beats(view), is_moving: is_moving(view), x }
    }

    /// Where a beat is drawn, in points.
    #[must_use]
    pub fn x(&self, beats: f64) -> f32 {
        lerp(self.x.min..=self.x.max, self.page.place(beats).clamp(-1.0, 2.0))
    }

    /// The beat that is drawn at `x`, in beats of the transport.
    #[must_use]
    pub fn beats(&self, x: f32) -> f64 {
        self.page.begin_beats + f64::from((x - self.x.min) / self.x.span().max(1.0)) * self.page.span_beats()
    }

    /// How a note stands to now.
    #[must_use]
    pub fn phase(&self, note: &BandNoteView) -> Phase {
        let end_beats = note.begin_beats + note.length_beats;
        if note.begin_beats >= self.open_beats {
            Phase::Open
        } else if end_beats <= self.now_beats {
            Phase::Past
        } else {
            Phase::Committed
        }
    }
}
