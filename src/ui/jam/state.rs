//! What the Jam page remembers between two frames.

use super::chart::Draft;
use super::plan_page::{PlanPage, Playhead, is_moving, open_beats};
use super::strokes::{Open, Selection, Way};
use crate::session::View;
use crate::session::band::{BandOrder, Cue, Part};
use crate::ui::practice::PracticeState;

/// A group of controls that opens over the lanes where there is no room for it beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawer {
    /// Style, swing and fills.
    Feel,
    /// How far ahead is planned and committed.
    Plan,
    /// Modes and turns.
    Conversation,
    /// Sections and the start.
    Form,
    /// Where the bars came from.
    Sources,
    /// What the ear heard.
    Listening,
    /// The chart.
    Chart,
    /// What a part has beyond its strip.
    Part(Part),
}

/// What the page remembers.
#[derive(Clone, Debug, Default)]
pub struct JamState {
    /// The stroke that was chosen.
    pub selected: Option<Selection>,
    /// What is open over the lanes.
    pub drawer: Option<Drawer>,
    /// Where the playhead is drawn.
    pub playhead: Playhead,
    /// The chart that is being written.
    pub chart: Draft,
    /// What the list of ragas remembers.
    pub raga: PracticeState,
}

impl JamState {
    /// Where the music stands for the page, in beats of the transport: at the plan's begin while it does not move.
    #[must_use]
    pub fn now_beats(&self, view: &View) -> f64 {
        if is_moving(view) { self.playhead.shown_beats } else { view.band.origin_beats }
    }

    /// What may be chosen now.
    #[must_use]
    pub fn open(&self, view: &View) -> Open {
        Open::of(&PlanPage::of(self.now_beats(view), &view.band), open_beats(view))
    }

    /// Goes on with the world: the playhead walks, and a stroke that was committed is let go.
    pub fn follow(&mut self, view: &View, secs: f64) {
        self.playhead.walk(&view.transport, secs);
        let open = self.open(view);
        self.selected = self.selected.and_then(|chosen| chosen.kept(&view.band, open));
    }

    /// Moves the choice; chooses the first open stroke where none is chosen.
    pub fn walk(&mut self, view: &View, way: Way) {
        let open = self.open(view);
        self.selected = match self.selected {
            Some(chosen) => Some(chosen.stepped(&view.band, open, way)),
            None => Selection::first(&view.band, open),
        };
    }

    /// What a digit asks of the chosen stroke: 1 vetoes, 2 pins, 3 swaps; and 7, 8, 9, 0 of the whole band.
    #[must_use]
    pub fn order(&self, digit: u8) -> Option<BandOrder> {
        let chosen = self.selected.map(|chosen| (chosen.part, chosen.id));
        match digit {
            1 => chosen.map(|(part, id)| BandOrder::Veto(part, id)),
            2 => chosen.map(|(part, id)| BandOrder::Pin(part, id)),
            3 => chosen.map(|(part, id)| BandOrder::Swap(part, id)),
            7 => Some(BandOrder::Form(Cue::HandOver)),
            8 => Some(BandOrder::Again),
            9 => Some(BandOrder::Forget),
            0 => Some(BandOrder::Surprise),
            _ => None,
        }
    }

    /// Opens a drawer, or closes it.
    pub fn toggle(&mut self, drawer: Drawer) {
        self.drawer = if self.drawer == Some(drawer) { None } else { Some(drawer) };
    }

    /// Lets go what is chosen and open.
    pub fn escape(&mut self) {
        (self.selected, self.drawer) = (None, None);
    }
}
