use super::input::on_midi;
use super::*;
use crate::base::{Frames, Midi, cc};
use crate::engine::{Input, Output};
use crate::host::{AudioWish, HOST_NONE, Renderer, Supervisor};
use std::time::Instant;

/// Ports that the test plugs in and out.
#[derive(Clone, Default)]
struct Desk(Arc<Mutex<Plugged>>);

#[derive(Default)]
struct Plugged {
    ports: Vec<Port>,
    ears: Vec<(Port, Arc<Mutex<Ear>>)>,
    has_no_midi: bool,
}

struct Cable {
    desk: Desk,
    port: Port,
}

impl Connection for Cable {}

impl Drop for Cable {
    fn drop(&mut self) {
        lock(&self.desk.0).ears.retain(|(port, _)| *port != self.port);
    }
}

impl Ports for Desk {
    fn list(&mut self) -> Result<Vec<Port>, Trouble> {
        let plugged = lock(&self.0);
        let trouble = || Trouble { reason: "no MIDI".into(), remedy: "none".into() };
        if plugged.has_no_midi { Err(trouble()) } else { Ok(plugged.ports.clone()) }
    }
    fn open(&mut self, port: &Port, ear: Arc<Mutex<Ear>>) -> Result<Box<dyn Connection>, Trouble> {
        if port.name == "broken" {
            return Err(Trouble { reason: "'broken' could not be opened.".into(), remedy: "none".into() });
        }
        lock(&self.0).ears.push((port.clone(), ear));
        Ok(Box::new(Cable { desk: self.clone(), port: port.clone() }))
    }
}

impl Desk {
    fn plug(&self, ports: &[(&str, &str)]) {
        let ports = ports.iter().map(|(id, name)| Port { id: (*id).into(), name: (*name).into() });
        lock(&self.0).ports = ports.collect();
    }

    /// A port says something; false when nobody listens.
    fn say(&self, id: &str, bytes: &[u8]) -> bool {
        let ear = lock(&self.0).ears.iter().find(|(port, _)| port.id == id).map(|(_, ear)| Arc::clone(ear));
        let Some(ear) = ear else { return false };
        on_midi(&mut lock(&ear), now_nanos(), bytes);
        true
    }
}

/// Keeps what it hears.
struct Scribe(Arc<Mutex<Vec<Midi>>>);

impl Renderer for Scribe {
    fn process(&mut self, input: Input<'_>, _: Output<'_>) {
        lock(&self.0).extend(input.events.iter().map(|e| e.message));
    }
    fn rate_hz(&self) -> u32 {
        48_000
    }
    fn frame(&self) -> Frames {
        Frames(0)
    }
    fn is_silent(&self) -> bool {
        true
    }
}

struct Rig {
    desk: Desk,
    midi: MidiInputs,
    heard: Arc<Mutex<Vec<Midi>>>,
    _supervisor: Supervisor,
}

fn rig(disabled: &[&str]) -> Rig {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let scribe = Arc::clone(&heard);
    let source = move |_| -> Box<dyn Renderer> { Box::new(Scribe(Arc::clone(&scribe))) };
    let wish = AudioWish { host: Some(HOST_NONE.into()), ..AudioWish::default() };
    let supervisor = Supervisor::start(wish, Box::new(source)).expect("a thread");
    let desk = Desk::default();
    let ports = desk.clone();
    let disabled = disabled.iter().map(|d| (*d).to_owned()).collect();
    let midi = MidiInputs::start_with(supervisor.midi(), disabled, move || Box::new(ports)).expect("a thread");
    Rig { desk, midi, heard, _supervisor: supervisor }
}

impl Rig {
    fn until(&self, what: &str, is_so: impl Fn(&MidiStatus, &[Midi]) -> bool) -> MidiStatus {
        let begin = Instant::now();
        loop {
            let status = self.midi.status();
            if is_so(&status, &lock(&self.heard)) {
                return status;
            }
            assert!(begin.elapsed() < Duration::from_secs(10), "{what}: {status:?}");
            self.midi.rescan();
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn until_heard(&self, message: Midi) {
        self.until("heard", |_, heard| heard.contains(&message));
    }
}

const KEYS: (&str, &str) = ("20:0", "Keys");
const RELEASE: Midi = Midi::Control { channel: 15, controller: cc::ALL_NOTES_OFF, value: 0 };

#[test]
fn a_port_that_is_plugged_in_again_is_heard_again_and_left_no_note_behind() {
    let rig = rig(&[]);
    rig.desk.plug(&[KEYS]);
    rig.until("plugged in", |s, _| s.ports.iter().any(|p| p.is_present && p.is_enabled));
    assert!(rig.desk.say("20:0", &[0x92, 60, 100]));
    rig.until_heard(Midi::NoteOn { channel: 2, key: 60, velocity: 100 });
    let port = rig.midi.status().ports.remove(0);
    assert_eq!((port.name.as_str(), port.channel, port.last_nanos.is_some()), ("Keys", Some(3), true));
    rig.desk.plug(&[]);
    let status = rig.until("pulled out", |s, _| s.ports.iter().all(|p| !p.is_present));
    assert!(status.ports[0].gone_since_nanos.is_some());
    rig.until_heard(RELEASE);
    lock(&rig.heard).clear();
    rig.desk.plug(&[("31:0", "Keys"), ("32:0", "broken")]);
    let status = rig.until("back", |s, _| s.ports.len() == 2 && s.ports[0].is_present);
    assert_eq!(status.ports[0].gone_since_nanos, None);
    assert!(status.ports[1].trouble.as_ref().is_some_and(|t| t.reason.contains("'broken'")));
    assert!(rig.desk.say("31:0", &[0x80, 61, 0]) && !rig.desk.say("20:0", &[0x80, 61, 0]));
    rig.until_heard(Midi::NoteOff { channel: 0, key: 61, velocity: 0 });
}

#[test]
fn a_port_that_changes_its_id_between_two_looks_is_opened_anew() {
    let rig = rig(&[]);
    rig.desk.plug(&[KEYS]);
    rig.until("plugged in", |s, _| s.ports.iter().any(|p| p.is_present));
    rig.desk.plug(&[("44:0", "Keys")]);
    rig.until("opened anew", |_, heard| {
        rig.desk.say("44:0", &[0xc0, 5]);
        heard.contains(&Midi::Program { channel: 0, program: 5 })
    });
    rig.until_heard(RELEASE);
}

#[test]
fn a_port_that_is_switched_off_is_silent_and_remembered_by_name() {
    let rig = rig(&["Pads"]);
    assert_eq!(rig.midi.status().ports[0].name, "Pads");
    rig.desk.plug(&[KEYS, ("21:0", "Pads")]);
    rig.until("plugged in", |s, _| s.ports.iter().filter(|p| p.is_present).count() == 2);
    let is_enabled = |name: &str| rig.midi.status().ports.iter().any(|p| p.name == name && p.is_enabled);
    assert!(is_enabled("Keys") && !is_enabled("Pads"));
    rig.desk.say("21:0", &[0x90, 50, 1]);
    rig.desk.say("20:0", &[0x90, 51, 1]);
    rig.until_heard(Midi::NoteOn { channel: 0, key: 51, velocity: 1 });
    assert!(!lock(&rig.heard).contains(&Midi::NoteOn { channel: 0, key: 50, velocity: 1 }));
    rig.midi.set_enabled("Keys", false);
    rig.until_heard(RELEASE);
    rig.midi.set_enabled("Pads", true);
    rig.desk.say("21:0", &[0x90, 52, 1]);
    rig.until_heard(Midi::NoteOn { channel: 0, key: 52, velocity: 1 });
}

#[test]
fn no_midi_is_a_state_that_passes() {
    let rig = rig(&[]);
    lock(&rig.desk.0).has_no_midi = true;
    rig.until("no MIDI", |s, _| s.trouble.is_some());
    lock(&rig.desk.0).has_no_midi = false;
    rig.desk.plug(&[KEYS]);
    rig.until("MIDI", |s, _| s.trouble.is_none() && s.ports.len() == 1);
}
