//! What the window itself remembers between two frames.

use super::jam::JamState;
use super::keyboard::Hands;
use super::practice::PracticeState;
use super::spectrogram::Spectrogram;
use crate::base::Bus;
use crate::session::{PATCHES, Page, PatchId, View};
use std::ops::RangeInclusive;

/// Which sounds the browser lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    /// Every sound.
    #[default]
    All,
    /// The starred ones.
    Favourites,
    /// One family, by its name.
    Family(&'static str),
}

impl Filter {
    /// Whether a sound passes.
    #[must_use]
    pub fn passes(self, id: PatchId, view: &View) -> bool {
        match self {
            Self::All => true,
            Self::Favourites => view.favourites.contains(&id),
            Self::Family(name) => PATCHES[usize::from(id.0)].category.name() == name,
        }
    }
}

/// The on-screen keyboard: how far it reaches and when each key was lit last.
#[derive(Clone, Debug)]
pub struct Piano {
    /// First and last key; it grows by octaves to hold what is played.
    pub range: RangeInclusive<u8>,
    /// When each key was last lit by the player, in seconds of the window.
    pub lit_secs: [f64; 128],
    /// The key under the keyboard's own cursor while it has the focus.
    pub cursor: u8,
    /// The baked picture and what it was baked from.
    pub picture: Option<(u64, std::sync::Arc<egui::Mesh>)>,
}

/// What the window itself remembers between two frames.
pub struct UiState {
    /// The page that is shown.
    pub page: Page,
    /// The octave of the letter A, 4 for middle C.
    pub octave: i32,
    /// How hard the letters strike.
    pub velocity: u8,
    /// Keys held by letters and by the mouse.
    pub hands: Hands,
    /// What is typed in the search field.
    pub search: String,
    /// Whether the search field wants the focus.
    pub wants_search: bool,
    /// Whether the key that went to the search is still down, so that it does not write itself.
    pub is_slash_held: bool,
    /// Which sounds the browser lists.
    pub filter: Filter,
    /// The tempo that is being typed.
    pub tempo_edit: Option<String>,
    /// What stood there before anything was typed.
    pub tempo_opened: Option<String>,
    /// The band of the equaliser that was touched last.
    pub eq_band: usize,
    /// Whether the mixer is open.
    pub is_mixer_open: bool,
    /// The on-screen keyboard.
    pub piano: Piano,
    /// The last seconds of the spectrum.
    pub spectrogram: Spectrogram,
    /// The xrun whose card is pinned, counted from the newest.
    pub xrun_pinned: Option<usize>,
    /// The Jam page.
    pub jam: JamState,
    /// The Practice page.
    pub practice: PracticeState,
    was_asked: bool,
}

impl Default for UiState {
    fn default() -> Self {
        Self {
            page: Page::Play,
            octave: 4,
            velocity: 96,
            hands: Hands::default(),
            search: String::new(),
            wants_search: false,
            is_slash_held: false,
            filter: Filter::All,
            tempo_edit: None,
            tempo_opened: None,
            eq_band: 1,
            is_mixer_open: false,
            piano: Piano { range: 36..=96, lit_secs: [f64::NEG_INFINITY; 128], cursor: 60, picture: None },
            spectrogram: Spectrogram::default(),
            xrun_pinned: None,
            jam: JamState::default(),
            practice: PracticeState::default(),
            was_asked: false,
        }
    }
}

impl UiState {
    /// A state that opens a page, whatever the page of the last time was.
    #[must_use]
    pub fn on_page(page: Page) -> Self {
        Self { page, was_asked: true, ..Self::default() }
    }

    /// The key of the letter A.
    #[must_use]
    pub fn letter_base(&self) -> i32 {
        12 * (self.octave + 1)
    }

    /// Sounds that the browser lists, in its order.
    #[must_use]
    pub fn listed(&self, view: &View) -> Vec<PatchId> {
        let wanted = self.search.trim().to_lowercase();
        let ids = (0..PATCHES.len()).map(|row| PatchId(row as u8));
        ids.filter(|id| {
            let patch = &PATCHES[usize::from(id.0)];
            let hay = format!("{} {} {}", patch.name, patch.word, patch.category.name()).to_lowercase();
            self.filter.passes(*id, view) && hay.contains(&wanted)
        })
        .collect()
    }

    /// The sound before or after the one in use, within what the browser lists.
    #[must_use]
    pub fn neighbour(&self, view: &View, forwards: bool) -> Option<PatchId> {
        let listed = self.listed(view);
        let Some(at) = listed.iter().position(|id| *id == view.patch) else {
            return listed.first().copied();
        };
        let next = if forwards { at + 1 } else { at.checked_sub(1)? };
        listed.get(next).copied()
    }

    /// Takes over what the view says about the window: its first page, and the keys to reach.
    pub fn follow(&mut self, view: &View) {
        if !self.was_asked {
            self.was_asked = true;
            self.page = view.first_page;
        }
        let letters = self.letter_base().clamp(0, 108) as u8;
        let mut keys = view.keys.iter().fold(0, |all, keys| all | keys) | self.hands.keys() | 1 << letters;
        keys |= 1 << (u32::from(letters) + 16).min(127);
        let (low, high) = (keys.trailing_zeros() as u8, 127 - keys.leading_zeros() as u8);
        let (mut from, mut to) = self.piano.range.clone().into_inner();
        while low < from {
            from = from.saturating_sub(12);
        }
        while high > to && to < 127 {
            to = (to + 12).min(127);
        }
        self.piano.range = from..=to;
        self.spectrogram.feed(view);
    }

    /// The keys that the player sounds, as far as the window knows.
    #[must_use]
    pub fn keys_of_you(&self, view: &View) -> u128 {
        view.keys[Bus::You as usize] | self.hands.keys()
    }
}

impl UiState {
    /// Pins the card of the next older or newer xrun.
    pub fn walk_xruns(&mut self, view: &View, newer: bool) {
        let count = view.performance.xruns.len();
        self.xrun_pinned = match (self.xrun_pinned, newer) {
            (None, false) if count > 0 => Some(0),
            (Some(0), true) | (None, _) => None,
            (Some(at), true) => Some(at - 1),
            (Some(at), false) => Some((at + 1).min(count.saturating_sub(1))),
        };
    }
}
