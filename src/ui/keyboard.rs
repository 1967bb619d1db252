//! The computer's keyboard: letters make notes by position, always; commands are everything else.

use super::jam::Way;
use super::state::UiState;
use super::theme::ZOOMS;
use crate::session::{Intent, Page, View};
use egui::{Context, Event, Key, Modifiers};

/// Keys that play, from the C of the octave upwards, and what is written on them.
pub const LETTERS: [(Key, &str); 18] = [
    (Key::A, "A"),
    (Key::W, "W"),
    (Key::S, "S"),
    (Key::E, "E"),
    (Key::D, "D"),
    (Key::F, "F"),
    (Key::T, "T"),
    (Key::G, "G"),
    (Key::Y, "Y"),
    (Key::H, "H"),
    (Key::U, "U"),
    (Key::J, "J"),
    (Key::K, "K"),
    (Key::O, "O"),
    (Key::L, "L"),
    (Key::P, "P"),
    (Key::Semicolon, ";"),
    (Key::Quote, "'"),
];

/// Digits that say something to the band on the Jam page.
const DIGITS: [(Key, u8); 7] =
    [(Key::Num1, 1), (Key::Num2, 2), (Key::Num3, 3), (Key::Num7, 7), (Key::Num8, 8), (Key::Num9, 9), (Key::Num0, 0)];

/// Digits that say something to the lesson on the Practice page.
const LESSON_DIGITS: [(Key, u8); 5] = [(Key::Num1, 1), (Key::Num2, 2), (Key::Num3, 3), (Key::Num4, 4), (Key::Num5, 5)];

/// Arrows that walk from stroke to stroke on the Jam page.
const ARROWS: [(Key, Way); 4] =
    [(Key::ArrowLeft, Way::Left), (Key::ArrowRight, Way::Right), (Key::ArrowUp, Way::Up), (Key::ArrowDown, Way::Down)];

const VELOCITY_STEP: u8 = 16;

/// Pages and the function keys that show them; F4 waits for its page.
pub const PAGES: [(Page, &str, Key); 5] = [
    (Page::Play, "Play", Key::F1),
    (Page::Jam, "Jam", Key::F2),
    (Page::Practice, "Practice", Key::F3),
    (Page::Performance, "Performance", Key::F5),
    (Page::Settings, "Settings", Key::F6),
];

/// Who holds a key down in the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holder {
    Letter(Key),
    Pointer,
    Cursor,
}

/// Keys held down in the window; each is let go as the key that was struck, wherever the octave went.
#[derive(Clone, Debug, Default)]
pub struct Hands {
    held: Vec<(Holder, u8)>,
}

impl Hands {
    /// The keys that are held, one bit each.
    #[must_use]
    pub fn keys(&self) -> u128 {
        self.held.iter().fold(0, |keys, (_, key)| keys | 1 << key)
    }

    /// The key under the mouse.
    #[must_use]
    pub fn pointer_key(&self) -> Option<u8> {
        self.held.iter().find(|(holder, _)| *holder == Holder::Pointer).map(|(_, key)| *key)
    }

    /// Moves the mouse to another key, or lifts it.
    pub fn point(&mut self, target: Option<(u8, u8)>, intents: &mut Vec<Intent>) {
        self.hold(Holder::Pointer, target, intents);
    }

    /// Strikes or lets go the key under the keyboard's own cursor.
    pub fn press_cursor(&mut self, target: Option<(u8, u8)>, intents: &mut Vec<Intent>) {
        self.hold(Holder::Cursor, target, intents);
    }

    /// Lets go what the mouse and the cursor hold: the on-screen keyboard is not there any more.
    pub fn leave_piano(&mut self, intents: &mut Vec<Intent>) {
        self.hold(Holder::Pointer, None, intents);
        self.hold(Holder::Cursor, None, intents);
    }

    /// Lets everything go.
    pub fn release_all(&mut self, intents: &mut Vec<Intent>) {
        while let Some((holder, _)) = self.held.last().copied() {
            self.hold(holder, None, intents);
        }
    }

    fn hold(&mut self, holder: Holder, target: Option<(u8, u8)>, intents: &mut Vec<Intent>) {
        let at = self.held.iter().position(|(who, _)| *who == holder);
        if at.is_some_and(|at| target.is_some_and(|(key, _)| self.held[at].1 == key)) {
            return;
        }
        if let Some(at) = at {
            let (_, key) = self.held.swap_remove(at);
            if !self.held.iter().any(|(_, other)| *other == key) {
                intents.push(Intent::NoteOff { key });
            }
        }
        if let Some((key, velocity)) = target {
            self.held.push((holder, key));
            intents.push(Intent::NoteOn { key, velocity });
        }
    }
}

/// The key that a letter plays.
#[must_use]
pub fn letter_key(letter: Key, letter_base: i32) -> Option<u8> {
    let step = LETTERS.iter().position(|(key, _)| *key == letter)?;
    u8::try_from(letter_base + step as i32).ok().filter(|key| *key < 128)
}

/// Reads the keyboard before any widget does. What is a note or a command does not reach the widgets.
pub fn listen(ctx: &Context, state: &mut UiState, view: &View, intents: &mut Vec<Intent>) {
    let is_typing = ctx.text_edit_focused();
    if is_typing {
        state.hands.release_all(intents);
    }
    let mut listener = Listener {
        is_typing,
        is_busy: ctx.memory(|memory| memory.focused().is_some()) || egui::Popup::is_any_open(ctx),
        state,
        view,
        intents,
    };
    let mut events = ctx.input_mut(|input| std::mem::take(&mut input.events));
    events.retain(|event| !listener.takes(event));
    if listener.state.is_slash_held {
        events.retain(|event| !matches!(event, Event::Text(text) if text == "/"));
    }
    ctx.input_mut(|input| input.events = events);
}

struct Listener<'a> {
    is_typing: bool,
    is_busy: bool,
    state: &'a mut UiState,
    view: &'a View,
    intents: &'a mut Vec<Intent>,
}

impl Listener<'_> {
    /// Handles an event; whether the widgets must not see it.
    fn takes(&mut self, event: &Event) -> bool {
        match event {
            Event::WindowFocused(false) => {
                self.state.hands.release_all(self.intents);
                false
            }
            Event::Key { key, physical_key, pressed: false, .. } => {
                let holder = Holder::Letter(physical_key.unwrap_or(*key));
                self.state.is_slash_held &= *key != Key::Slash && *physical_key != Some(Key::Slash);
                self.state.hands.hold(holder, None, self.intents);
                false
            }
            Event::Key { key, physical_key, pressed: true, repeat, modifiers } => {
                let place = physical_key.unwrap_or(*key);
                if *key == Key::Escape {
                    if !repeat {
                        self.panic();
                    }
                    return false;
                }
                if self.shows_page(*key) || (modifiers.command && self.chord(*key, *modifiers)) {
                    return true;
                }
                if self.is_typing || modifiers.command || modifiers.alt {
                    return false;
                }
                self.plays(place, *repeat) || self.commands(*key, place, *repeat)
            }
            _ => false,
        }
    }

    fn panic(&mut self) {
        self.state.hands.release_all(self.intents);
        self.intents.push(Intent::Panic);
        if self.view.learning.is_some() {
            self.intents.push(Intent::Learn(None));
        }
        self.state.tempo_edit = None;
        self.state.jam.escape();
        self.state.practice.escape();
    }

    fn shows_page(&mut self, key: Key) -> bool {
        let Some((page, _, _)) = PAGES.iter().find(|(_, _, function)| *function == key) else { return false };
        if self.state.page != *page {
            self.state.page = *page;
            self.intents.push(Intent::ShowPage(*page));
        }
        true
    }

    /// Control with another key.
    fn chord(&mut self, key: Key, modifiers: Modifiers) -> bool {
        match key {
            Key::Plus | Key::Equals => self.zoom(1),
            Key::Minus => self.zoom(-1),
            Key::Num0 => self.intents.push(Intent::SetZoom(1.0)),
            Key::Z if self.is_typing => return false,
            Key::Z if modifiers.shift => self.intents.push(Intent::Redo),
            Key::Z => self.intents.push(Intent::Undo),
            Key::Y if !self.is_typing => self.intents.push(Intent::Redo),
            _ => return false,
        }
        true
    }

    fn zoom(&mut self, by: isize) {
        let nearest = |zoom: f32| {
            let far = |a: &f32| (a - zoom).abs();
            (0..ZOOMS.len()).min_by(|a, b| far(&ZOOMS[*a]).total_cmp(&far(&ZOOMS[*b]))).unwrap_or(2)
        };
        let next = nearest(self.view.zoom).saturating_add_signed(by).min(ZOOMS.len() - 1);
        self.intents.push(Intent::SetZoom(ZOOMS[next]));
    }

    fn plays(&mut self, place: Key, is_repeat: bool) -> bool {
        let Some(key) = letter_key(place, self.state.letter_base()) else {
            return LETTERS.iter().any(|(letter, _)| *letter == place);
        };
        if !is_repeat {
            self.state.hands.hold(Holder::Letter(place), Some((key, self.state.velocity)), self.intents);
        }
        true
    }

    fn commands(&mut self, key: Key, place: Key, is_repeat: bool) -> bool {
        let state = &mut *self.state;
        match place {
            _ if key == Key::Slash || place == Key::Slash => {
                (state.wants_search, state.is_slash_held) = (true, true);
                state.page = Page::Play;
            }
            Key::Z => state.octave = (state.octave - 1).max(-1),
            Key::X => state.octave = (state.octave + 1).min(8),
            Key::C => state.velocity = state.velocity.saturating_sub(VELOCITY_STEP).max(1),
            Key::V => state.velocity = (state.velocity + VELOCITY_STEP).min(127),
            Key::Space if !is_repeat => {
                state.practice.back_secs = 0.0;
                self.intents.push(Intent::PlayOrStop);
            }
            Key::Space => {}
            Key::Enter if !self.is_busy && !is_repeat => self.intents.push(Intent::Keep),
            Key::ArrowUp | Key::ArrowDown if !self.is_busy && state.page == Page::Play => {
                let next = state.neighbour(self.view, place == Key::ArrowDown);
                self.intents.extend(next.map(Intent::SetPatch));
            }
            Key::ArrowLeft | Key::ArrowRight if !self.is_busy && state.page == Page::Performance => {
                state.walk_xruns(self.view, place == Key::ArrowRight);
            }
            _ => {
                return match state.page {
                    Page::Jam => self.jams(place, is_repeat),
                    Page::Practice => self.practises(place, is_repeat),
                    _ => false,
                };
            }
        }
        true
    }

    /// What the Practice page makes of a digit.
    fn practises(&mut self, place: Key, is_repeat: bool) -> bool {
        let digit = LESSON_DIGITS.iter().find(|(key, _)| *key == place).map(|(_, digit)| *digit);
        let Some(order) = digit.and_then(|digit| self.state.practice.order(digit, &self.view.practice)) else {
            return false;
        };
        if !is_repeat {
            self.intents.push(Intent::Practice(order));
        }
        true
    }

    /// What the Jam page makes of a key.
    fn jams(&mut self, place: Key, is_repeat: bool) -> bool {
        if let Some((_, digit)) = DIGITS.iter().find(|(key, _)| *key == place) {
            let order = self.state.jam.order(*digit).filter(|_| !is_repeat);
            self.intents.extend(order.map(Intent::Band));
            return true;
        }
        let arrow = ARROWS.iter().find(|(key, _)| *key == place && !self.is_busy);
        if let Some((_, way)) = arrow {
            self.state.jam.walk(self.view, *way);
        }
        arrow.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_follow_the_piano_from_the_c_of_their_octave() {
        assert_eq!(letter_key(Key::A, 60), Some(60));
        assert_eq!(letter_key(Key::W, 60), Some(61));
        assert_eq!(letter_key(Key::Quote, 60), Some(77));
        assert_eq!(letter_key(Key::Q, 60), None);
        assert_eq!(letter_key(Key::Quote, 120), None);
    }

    #[test]
    fn a_key_held_twice_sounds_until_both_let_it_go() {
        let (mut hands, mut intents) = (Hands::default(), Vec::new());
        hands.point(Some((60, 90)), &mut intents);
        hands.press_cursor(Some((60, 90)), &mut intents);
        hands.point(None, &mut intents);
        assert_eq!(intents.len(), 2);
        hands.release_all(&mut intents);
        assert_eq!(intents[2..], [Intent::NoteOff { key: 60 }]);
        assert_eq!(hands.keys(), 0);
    }
}
