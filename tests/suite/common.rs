//! What several tests need: rendering a list of events in blocks of any sizes, and the control side headless.

use sangat::base::{Bus, Midi};
use sangat::engine::{Engine, EngineConfig, EngineLink, Input, Output, TimedEvent, build};
use sangat::session::control::{Control, ControlOptions};
use sangat::session::files::Folders;
use sangat::session::{AudioWish, View};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long anything may take to come about: models are slow where nothing is optimised.
const DEADLINE: Duration = Duration::from_secs(30);

/// An event at an absolute frame.
pub type At = (u64, Bus, Midi);

pub fn on(key: u8, velocity: u8) -> Midi {
    Midi::NoteOn { channel: 0, key, velocity }
}

pub fn off(key: u8) -> Midi {
    Midi::NoteOff { channel: 0, key, velocity: 64 }
}

/// Renders `frames` in blocks whose sizes `sizes` repeats; events take effect at their exact frame.
pub fn render(engine: &mut Engine, events: &[At], frames: usize, sizes: &[usize]) -> [Vec<f32>; 2] {
    let mut out = [vec![0.0; frames], vec![0.0; frames]];
    let start = engine.frame().0;
    let mut done = 0;
    for size in sizes.iter().cycle() {
        if done == frames {
            return out;
        }
        let end = (done + size).min(frames);
        let within = start + done as u64..start + end as u64;
        let block: Vec<_> = events
            .iter()
            .filter(|(frame, ..)| within.contains(frame))
            .map(|&(frame, bus, message)| TimedEvent {
                offset_frames: (frame - start) as u32 - done as u32,
                bus,
                message,
            })
            .collect();
        let [left, right] = &mut out;
        let output = Output { left: &mut left[done..end], right: &mut right[done..end] };
        engine.process(Input { audio: &[], events: &block }, output);
        done = end;
    }
    unreachable!("sizes is not empty")
}

/// A fresh engine at 48 kHz and its link.
pub fn fresh() -> (Engine, EngineLink) {
    build(&EngineConfig::new(48_000))
}

/// Reads everything that waits, as the control side does.
pub fn drain(link: &mut EngineLink) {
    while link.journal.receive().is_some() || link.snapshot().is_some() || link.tap.receive().is_some() {}
    link.collect();
}

pub fn peak(samples: &[f32]) -> f32 {
    samples.iter().fold(0.0, |peak, s| peak.max(s.abs()))
}

/// The crate's own folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

/// The control side without device and models, with everything it keeps below `home`.
pub fn start(home: &Path) -> Control {
    Control::start(&options(home)).expect("a control")
}

/// What a control side without device and models starts with.
pub fn options(home: &Path) -> ControlOptions {
    let wish = AudioWish { host: Some("none".to_owned()), ..AudioWish::default() };
    ControlOptions { folders: Folders::below(home), wish, models: None }
}

/// Polls until `is_so`.
pub fn wait(control: &mut Control, what: &str, is_so: impl Fn(&View) -> bool) {
    let begin = Instant::now();
    while !is_so(control.poll()) {
        assert!(begin.elapsed() < DEADLINE, "waited in vain for {what}: {:?}", control.view().models);
        std::thread::sleep(Duration::from_millis(5));
    }
}
