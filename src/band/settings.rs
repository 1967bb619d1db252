//! What the player wishes of the band.

use super::mode::ModeId;
use super::part::{Part, PartMode, Taste};
use super::phrase::Rung;
use super::style::StyleId;

/// What the player wishes of the band.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// The way of playing together.
    pub mode: ModeId,
    /// The style.
    pub style: StyleId,
    /// Each part's own.
    pub tastes: [Taste; Part::COUNT],
    /// Where the second of two eighths falls, 0.5 to 0.75; `None` is the style's own, drawn to the player's.
    pub swing: Option<f32>,
    /// How much the fills hold, 0 to 1.
    pub fills: f32,
    /// A fill in every so manieth bar; 0 none.
    pub fill_every: u32,
    /// What begins within so many beats can no longer be changed, 0.25 to 4.
    pub commit_beats: f64,
    /// How far the plan reaches, in beats, 4 to 32.
    pub horizon_beats: f64,
    /// Bars of a turn, 1 to 8; 0: turns change by hand only.
    pub trade_bars: u32,
    /// Whether a part is left to the player who plays in its register or on its channel.
    pub yields: bool,
    /// The best rung of the ladder that may play; those below it play where it cannot.
    pub best: Rung,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            mode: ModeId::Groove,
            style: StyleId::Rock,
            tastes: Part::ALL.map(Taste::of),
            swing: None,
            fills: 0.4,
            fill_every: 8,
            commit_beats: 1.0,
            horizon_beats: 8.0,
            trade_bars: 4,
            yields: true,
            best: Rung::Large,
        }
    }
}

impl Settings {
    /// Whether every part is off.
    #[must_use]
    pub fn is_resting(&self) -> bool {
        self.tastes.iter().all(|taste| taste.mode == PartMode::Off)
    }

    /// The same with every number brought into its range.
    #[must_use]
    pub fn bounded(mut self) -> Self {
        for taste in &mut self.tastes {
            taste.complexity = taste.complexity.clamp(0.0, 1.0);
            taste.intensity = taste.intensity.clamp(0.0, 1.0);
            taste.temperature = taste.temperature.clamp(0.0, 1.0);
            taste.range = (taste.range.0.min(115), taste.range.1.clamp(taste.range.0.min(115) + 12, 127));
        }
        self.swing = self.swing.map(|swing| swing.clamp(0.5, 0.75));
        self.fills = self.fills.clamp(0.0, 1.0);
        self.commit_beats = self.commit_beats.clamp(0.25, 4.0);
        self.horizon_beats = self.horizon_beats.clamp(4.0, 32.0).max(self.commit_beats + 2.0);
        self.trade_bars = self.trade_bars.min(8);
        self
    }
}
