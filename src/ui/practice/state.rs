//! What the Practice page remembers between two frames.

use super::running;
use crate::session::practice::{LessonWish, PracticeOrder, PracticeView};

/// What opens over the page and closes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Card {
    /// The tanpura, where there is no room for it beside the ribbon.
    Tanpura,
    /// How an exercise is practised.
    How,
    /// The last weeks, swara by swara.
    Past,
    /// Remarks and the raga that it may be, where there is no room for them.
    Counsel,
}

/// What is told beside the swaras while a lesson is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Told {
    /// How the take goes or went.
    #[default]
    Take,
    /// The order of notes.
    Order,
    /// What raga it may be.
    Raga,
}

/// What the page remembers.
#[derive(Clone, Debug, Default)]
pub struct PracticeState {
    /// The Sa that is being typed.
    pub sa_edit: Option<String>,
    /// What stood there before anything was typed.
    pub sa_opened: Option<String>,
    /// What is typed in the search of ragas.
    pub raga_search: String,
    /// What is typed in the search of exercises.
    pub exercise_search: String,
    /// What is open over the page.
    pub card: Option<Card>,
    /// What is told beside the swaras.
    pub told: Told,
    /// How far the ribbon was scrolled back, seconds.
    pub back_secs: f64,
    /// The note under the keyboard's own cursor on the notation, by its place in the timeline.
    pub cursor: Option<usize>,
    /// The row of the notation that was turned to by hand.
    pub row: Option<usize>,
    /// The part that is being drawn over the notation, from beat to beat.
    pub part: Option<(f64, f64)>,
}

impl PracticeState {
    /// Lets go what is open.
    pub fn escape(&mut self) {
        (self.sa_edit, self.card, self.part) = (None, None, None);
    }

    /// Opens a card, or closes it.
    pub fn toggle(&mut self, card: Card) {
        self.card = if self.card == Some(card) { None } else { Some(card) };
    }

    /// What a digit asks of the lesson: 1 begins and ends it, 2 waits, 3 has each line sung first, 4 is guided, 5 repeats
    /// the line or no longer.
    #[must_use]
    pub fn order(&self, digit: u8, view: &PracticeView) -> Option<PracticeOrder> {
        let lesson = view.lesson.as_deref()?;
        let settings = &lesson.settings;
        let wish = match digit {
            1 if running::is_under_way(lesson) => return Some(PracticeOrder::Stop),
            1 => return Some(PracticeOrder::Begin(None)),
            2 => LessonWish::Waits(!settings.waits),
            3 => LessonWish::SungFirst(!settings.is_sung_first),
            4 => LessonWish::Guided(!settings.is_guided),
            5 if settings.part.is_some() => LessonWish::Part(None),
            5 => LessonWish::Part(running::line_at(lesson, self.cursor)),
            _ => return None,
        };
        Some(PracticeOrder::Lesson(wish))
    }
}
