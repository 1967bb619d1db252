//! A build without devices has no MIDI inputs either, and says so.

use super::super::backend::Trouble;
use super::input::Ear;
use super::{Connection, Port, Ports};
use std::sync::{Arc, Mutex};

/// No ports at all.
#[derive(Default)]
pub(super) struct SystemPorts {}

impl Ports for SystemPorts {
    fn list(&mut self) -> Result<Vec<Port>, Trouble> {
        Err(Trouble { reason: "This build has no MIDI inputs.".into(), remedy: "Build with the feature live.".into() })
    }

    fn open(&mut self, _: &Port, _: Arc<Mutex<Ear>>) -> Result<Box<dyn Connection>, Trouble> {
        self.list().and_then(|_| Err(Trouble::default()))
    }
}
