//! The system's MIDI ports, through midir.

use super::super::backend::Trouble;
use super::super::clock::now_nanos;
use super::super::live::hush;
use super::super::scheduling::promotion_for;
use super::input::{Ear, on_midi};
use super::{Connection, Port, Ports};
use midir::{Ignore, MidiInput, MidiInputConnection};
use std::sync::{Arc, Mutex, PoisonError};

/// The name that other programs see.
const CLIENT_NAME: &str = "sangat";

/// The ports that midir finds.
#[derive(Default)]
pub(super) struct SystemPorts {
    /// Kept open between listings, for every new one shows up in other programs' lists.
    input: Option<MidiInput>,
}

struct MidirConnection {
    _connection: MidiInputConnection<Arc<Mutex<Ear>>>,
}

impl Connection for MidirConnection {}

impl SystemPorts {
    fn make() -> Result<MidiInput, Trouble> {
        hush();
        let mut input = MidiInput::new(CLIENT_NAME).map_err(|_| no_midi())?;
        // The messages themselves are passed over later; ALSA's sequencer need not even deliver them.
        input.ignore(Ignore::All);
        Ok(input)
    }
}

fn no_midi() -> Trouble {
    let remedy = if cfg!(target_os = "linux") {
        "Load the kernel's sequencer (modprobe snd-seq); it is tried again every second."
    } else {
        "Restart the system's MIDI service; it is tried again every second."
    };
    Trouble { reason: "The system offers no MIDI.".into(), remedy: remedy.into() }
}

impl Ports for SystemPorts {
    fn list(&mut self) -> Result<Vec<Port>, Trouble> {
        let input = match self.input.take() {
            Some(input) => input,
            None => Self::make()?,
        };
        let ports = input.ports().iter().filter_map(|p| Some((p.id(), input.port_name(p).ok()?))).collect();
        self.input = Some(input);
        Ok(keyed(ports))
    }

    fn open(&mut self, port: &Port, ear: Arc<Mutex<Ear>>) -> Result<Box<dyn Connection>, Trouble> {
        // A connection uses its client up, so each gets one of its own.
        let input = Self::make()?;
        let gone = || Trouble {
            reason: format!("The MIDI input '{}' went away while it was opened.", port.name),
            remedy: "Plug it in again.".into(),
        };
        let found = input.find_port_by_id(&port.id).ok_or_else(gone)?;
        ear.lock().unwrap_or_else(PoisonError::into_inner).promote(promotion_for(true));
        let listen = |_stamp_micros: u64, bytes: &[u8], ear: &mut Arc<Mutex<Ear>>| {
            let at_nanos = now_nanos();
            on_midi(&mut ear.lock().unwrap_or_else(PoisonError::into_inner), at_nanos, bytes);
        };
        let connection = input.connect(&found, "in", listen, ear).map_err(|e| Trouble {
            reason: format!("The MIDI input '{}' could not be opened: {}.", port.name, e.kind()),
            remedy: "Close other programs that use it.".into(),
        })?;
        Ok(Box::new(MidirConnection { _connection: connection }))
    }
}

/// Gives ports names that last: without ALSA's numbers, told apart where there are two of a kind, and without
/// our own.
fn keyed(ports: Vec<(String, String)>) -> Vec<Port> {
    let mut keyed: Vec<Port> = Vec::with_capacity(ports.len());
    for (id, name) in ports {
        let plain = without_numbers(&name).to_owned();
        if plain.starts_with(CLIENT_NAME) {
            continue;
        }
        let twins = keyed.iter().filter(|p| p.name == plain || p.name.starts_with(&format!("{plain} #"))).count();
        let name = if twins == 0 { plain } else { format!("{plain} #{}", twins + 1) };
        keyed.push(Port { id, name });
    }
    keyed
}

/// ALSA appends client and port number, " 20:0", and the client number changes with every plugging.
fn without_numbers(name: &str) -> &str {
    let Some((head, numbers)) = name.rsplit_once(' ') else { return name };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match numbers.split_once(':') {
        Some((client, port)) if is_number(client) && is_number(port) => head,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_last_over_replugging_and_twins_are_told_apart() {
        let ports = [
            ("20:0", "Keystation:Keystation MIDI 1 20:0"),
            ("24:0", "Keystation:Keystation MIDI 1 24:0"),
            ("129:0", "sangat:in 129:0"),
            ("x", "Plain name"),
            ("y", "Ends in 1:b"),
        ];
        let ports = ports.map(|(id, name)| (id.to_owned(), name.to_owned())).to_vec();
        let names: Vec<String> = keyed(ports).into_iter().map(|p| p.name).collect();
        let twin = "Keystation:Keystation MIDI 1";
        assert_eq!(names, [twin, &format!("{twin} #2"), "Plain name", "Ends in 1:b"]);
    }

    #[test]
    fn a_system_without_midi_is_a_state_with_a_reason() {
        match SystemPorts::default().list() {
            Ok(ports) => assert!(ports.iter().all(|p| !p.name.is_empty())),
            Err(trouble) => assert!(trouble.reason.contains("no MIDI") && !trouble.remedy.is_empty()),
        }
    }
}
