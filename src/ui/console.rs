//! The control side as the window's console.

use super::Console;
use crate::session::control::Control;
use crate::session::{Intent, View};

impl Console for Control {
    fn poll(&mut self) -> &View {
        Self::poll(self)
    }

    fn send(&mut self, intent: Intent) {
        Self::send(self, intent);
    }

    fn ui_frame_nanos(&mut self, nanos: u64) {
        self.note_ui_frame(nanos);
    }
}
