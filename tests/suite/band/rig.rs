//! Engine and band mate beside each other, without threads.

use sangat::band::Settings;
use sangat::base::{BandMessage, Bus, Frames, Midi, cc};
use sangat::engine::params::ParamId;
use sangat::engine::{
    Applied, Command, EarFeed, Engine, EngineConfig, EngineLink, Heard, Input, Output, Snapshot, TimedEvent, build,
};
use sangat::rt::Sender;
use sangat::worker::BandMate;

pub const RATE_HZ: u32 = 48_000;
pub const BLOCK: usize = 256;

/// Engine and band mate, driven block by block as the threads do.
pub struct Rig {
    pub engine: Engine,
    link: EngineLink,
    feed: EarFeed,
    band: Sender<BandMessage>,
    pub mate: BandMate,
    pub snapshot: Snapshot,
    /// Everything that began and ended: frame, part, key, whether it began.
    pub notes: Vec<(u64, Bus, u8, bool)>,
    /// Everything that the lead's channels were told.
    pub lead: Vec<(u64, Midi)>,
    /// What sounded, mono, where it is kept.
    pub sound: Option<Vec<f32>>,
}

impl Rig {
    pub fn new(settings: Settings, bpm: f32) -> Self {
        let mut config = EngineConfig::new(RATE_HZ);
        config.values.set(ParamId::Tempo, bpm);
        let (engine, mut link) = build(&config);
        let (feed, band) = link.ear.take().zip(link.band.take()).expect("both ends");
        let mut mate = BandMate::new(7, settings);
        mate.lock(Some(f64::from(bpm)));
        let mut rig = Self {
            engine,
            link,
            feed,
            band,
            mate,
            snapshot: Snapshot::default(),
            notes: Vec::new(),
            lead: Vec::new(),
            sound: None,
        };
        rig.run(&[], BLOCK);
        rig
    }

    pub fn secs(&self) -> f64 {
        self.engine.frame().secs(RATE_HZ)
    }

    pub fn beat(&self) -> f64 {
        self.mate.place().map_or(0.0, |(place, _)| place.beat.0)
    }

    pub fn send(&mut self, command: Command) {
        self.link.send(command).expect("room");
    }

    /// One block with the player's messages at its begin; then the mate hears and plans.
    pub fn run(&mut self, messages: &[Midi], frames: usize) {
        let events: Vec<TimedEvent> =
            messages.iter().map(|m| TimedEvent { offset_frames: 0, bus: Bus::You, message: *m }).collect();
        let (mut left, mut right) = (vec![0.0; frames], vec![0.0; frames]);
        let output = Output { left: &mut left, right: &mut right };
        self.engine.process(Input { audio: &[], events: &events }, output);
        assert!(left.iter().chain(&right).all(|s| s.is_finite() && s.abs() <= 1.0));
        if let Some(sound) = &mut self.sound {
            sound.extend(left.iter().zip(&right).map(|(l, r)| 0.5 * (l + r)));
        }
        self.hear();
        self.deliver();
        self.collect();
    }

    fn hear(&mut self) {
        while let Some(event) = self.feed.events.receive() {
            let at_secs = event.frame.secs(RATE_HZ);
            match event.heard {
                Heard::Midi(message) => self.mate.midi(at_secs, message),
                Heard::Panic => self.mate.release_all(at_secs),
                Heard::Block { place, .. } => self.mate.pass(at_secs, place, at_secs, |_, _| {}),
            }
        }
    }

    fn deliver(&mut self) {
        let messages = self.mate.band.messages();
        if self.band.vacant() >= messages.len() {
            self.band.send_slice(messages);
            messages.clear();
        }
    }

    fn collect(&mut self) {
        while let Some(entry) = self.link.journal.receive() {
            if let Applied::Midi { bus: Bus::Lead, message } = entry.applied {
                self.lead.push((entry.frame.0, message));
            }
            match entry.applied {
                Applied::Midi { bus, message: Midi::NoteOn { key, .. } } if bus != Bus::You => {
                    self.notes.push((entry.frame.0, bus, key, true));
                }
                Applied::Midi { bus, message: Midi::NoteOff { key, .. } } if bus != Bus::You => {
                    self.notes.push((entry.frame.0, bus, key, false));
                }
                Applied::Panic => self.silence(entry.frame.0),
                _ => {}
            }
        }
        while let Some(snapshot) = self.link.snapshot() {
            self.snapshot = snapshot;
        }
        while self.link.tap.receive().is_some() {}
    }

    pub fn run_secs(&mut self, secs: f64) {
        let end = self.secs() + secs;
        while self.secs() < end {
            self.run(&[], BLOCK);
        }
    }

    pub fn run_to_beat(&mut self, beat: f64) {
        for _ in 0..100_000 {
            if self.beat() >= beat {
                return;
            }
            self.run(&[], BLOCK);
        }
        panic!("beat {beat} never came");
    }

    pub fn chord(&mut self, keys: &[u8]) {
        let all_off = Midi::Control { channel: 0, controller: cc::ALL_NOTES_OFF, value: 0 };
        let on = keys.iter().map(|key| Midi::NoteOn { channel: 0, key: *key, velocity: 88 });
        let messages: Vec<Midi> = std::iter::once(all_off).chain(on).collect();
        self.run(&messages, BLOCK);
    }

    pub fn begins(&self, bus: Bus) -> Vec<(f64, u8)> {
        let begins = self.notes.iter().filter(|n| n.1 == bus && n.3);
        begins.map(|n| (Frames(n.0).secs(RATE_HZ), n.2)).collect()
    }

    /// Every voice was silenced at once.
    fn silence(&mut self, frame: u64) {
        let begun: Vec<(Bus, u8)> = self.notes.iter().filter(|n| n.3).map(|n| (n.1, n.2)).collect();
        self.notes.extend(begun.into_iter().map(|(bus, key)| (frame, bus, key, false)));
    }

    /// Keys of the band that began and did not end.
    pub fn hanging(&self) -> usize {
        let mut sounding = std::collections::HashSet::new();
        for (_, bus, key, begins) in &self.notes {
            if *begins {
                sounding.insert((*bus as u8, *key))
            } else {
                sounding.remove(&(*bus as u8, *key))
            };
        }
        sounding.len()
    }
}
