use super::super::backend::{
    DeviceInfo, HOST_NONE, InputState, InputWish, Loss, OpenError, Prepared, Running, StreamFacts, StreamFlags, Trouble,
};
use super::super::clock::now_nanos;
use super::super::driver::{BlockStamp, Period};
use super::super::renderer::Renderer;
use super::super::scheduling::Promotion;
use super::*;
use crate::base::{Frames, Midi};
use crate::engine::{Input, Output};
use crate::rt::{ReturnOnDrop, TimedMidi, midi_queue};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Counts frames and notes; panics on key 13.
struct Counter {
    rate_hz: u32,
    world: Arc<World>,
}

impl Renderer for Counter {
    fn process(&mut self, input: Input<'_>, output: Output<'_>) {
        for event in input.events {
            assert!(!matches!(event.message, Midi::NoteOn { key: 13, .. }), "planted");
            self.world.events.fetch_add(1, Ordering::Relaxed);
        }
        self.world.frames.fetch_add(output.left.len() as u64, Ordering::Relaxed);
    }
    fn rate_hz(&self) -> u32 {
        self.rate_hz
    }
    fn frame(&self) -> Frames {
        Frames(self.world.frames.load(Ordering::Relaxed))
    }
    fn is_silent(&self) -> bool {
        true
    }
}

/// What the tests can do to the pretended sound system, and what they can see of the engine.
#[derive(Default)]
struct World {
    frames: AtomicU64,
    events: AtomicU32,
    engines: AtomicU32,
    is_down: AtomicBool,
    is_mute: AtomicBool,
    /// Another program holds the output "card": it is listed all the same.
    is_busy: AtomicBool,
    outputs: Mutex<Vec<(String, u32)>>,
    playing: Mutex<Option<(String, Arc<StreamFlags>)>>,
}

struct Pretended(Arc<World>);
struct PretendedStream {
    facts: StreamFacts,
    world: Arc<World>,
}
struct PretendedDevice {
    flags: Arc<StreamFlags>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    input: InputState,
}

impl Backend for Pretended {
    fn key(&self) -> &str {
        "pretended"
    }
    fn is_reachable(&mut self) -> bool {
        !self.0.is_down.load(Ordering::Relaxed)
    }
    fn outputs(&mut self) -> Vec<DeviceInfo> {
        self.output_ids().into_iter().map(|id| DeviceInfo { name: id.clone(), id, ..Default::default() }).collect()
    }
    fn output_ids(&mut self) -> Vec<String> {
        lock(&self.0.outputs).iter().map(|o| o.0.clone()).collect()
    }
    fn prepare(&mut self, wish: &AudioWish) -> Result<Box<dyn Prepared>, OpenError> {
        if !self.is_reachable() {
            return Err(OpenError::Unreachable("pretended".into()));
        }
        let outputs = lock(&self.0.outputs);
        let found = outputs.iter().find(|o| wish.output_id.as_ref().is_none_or(|id| *id == o.0));
        let (name, rate_hz) = found.cloned().ok_or_else(|| match &wish.output_id {
            Some(id) => OpenError::UnknownOutput(id.clone()),
            None => OpenError::NoOutput("pretended".into()),
        })?;
        if name == "card" && self.0.is_busy.load(Ordering::Relaxed) {
            return Err(OpenError::Refused { output: name, why: "it is busy".into() });
        }
        let trouble = wish.rate_hz.filter(|r| *r != rate_hz).map(|r| Trouble {
            reason: format!("'{name}' cannot play at {r} Hz."),
            remedy: "Choose another rate.".into(),
        });
        let facts = StreamFacts {
            output_id: name.clone(),
            output_name: name,
            rate_hz,
            channels: 2,
            format: "f32".into(),
            trouble,
        };
        Ok(Box::new(PretendedStream { facts, world: Arc::clone(&self.0) }))
    }
}

impl Prepared for PretendedStream {
    fn facts(&self) -> &StreamFacts {
        &self.facts
    }
    fn start(self: Box<Self>, mut driver: ReturnOnDrop<Box<Driver>>) -> Result<Box<dyn Running>, OpenError> {
        assert_eq!(driver.rate_hz(), self.facts.rate_hz);
        let (flags, stop) = (Arc::new(StreamFlags::default()), Arc::new(AtomicBool::new(false)));
        *lock(&self.world.playing) = Some((self.facts.output_name.clone(), Arc::clone(&flags)));
        let (thread_flags, thread_stop, world) = (Arc::clone(&flags), Arc::clone(&stop), self.world);
        let thread = std::thread::spawn(move || {
            thread_flags.scheduling.settle(Promotion::ReadBack);
            let (mut left, mut right) = ([0.0; 64], [0.0; 64]);
            while !thread_stop.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(1));
                if world.is_mute.load(Ordering::Relaxed) {
                    continue;
                }
                let woken_nanos = now_nanos();
                let stamp = BlockStamp {
                    woken_nanos,
                    start_nanos: woken_nanos as f64,
                    to_dac_nanos: Some(0),
                    is_exact: true,
                    is_metered: true,
                };
                if driver.render(stamp, Period { input: &[], left: &mut left, right: &mut right }).is_err() {
                    thread_flags.is_poisoned.store(true, Ordering::Release);
                }
            }
        });
        Ok(Box::new(PretendedDevice { flags, stop, thread: Some(thread), input: InputState::Off }))
    }
}

impl Running for PretendedDevice {
    fn flags(&self) -> &Arc<StreamFlags> {
        &self.flags
    }

    fn listen(&mut self, wish: &InputWish) {
        self.input = match wish {
            InputWish::Off => InputState::Off,
            InputWish::System => InputState::Listening { name: "mic".into(), rate_hz: 44_100 },
            InputWish::Id(id) => InputState::Absent(Trouble { reason: format!("no {id}"), remedy: String::new() }),
        };
    }

    fn input(&self) -> InputState {
        self.input.clone()
    }
}

impl Drop for PretendedDevice {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.take().map(JoinHandle::join);
    }
}

fn supervise(wish: AudioWish, outputs: &[(&str, u32)]) -> (Supervisor, Arc<World>) {
    let world = Arc::new(World::default());
    plug(&world, outputs);
    let source = {
        let world = Arc::clone(&world);
        move |rate_hz| -> Box<dyn Renderer> {
            world.engines.fetch_add(1, Ordering::Relaxed);
            Box::new(Counter { rate_hz, world: Arc::clone(&world) })
        }
    };
    let backend = Arc::clone(&world);
    let supervisor = Supervisor::start_with(
        wish,
        Box::new(source),
        Box::new(move || vec![Box::new(Pretended(backend)) as Box<dyn Backend>]),
    );
    (supervisor.expect("a thread"), world)
}

fn plug(world: &World, outputs: &[(&str, u32)]) {
    *lock(&world.outputs) = outputs.iter().map(|(name, rate)| ((*name).to_owned(), *rate)).collect();
}

/// Waits until the status is as it should be.
fn until(supervisor: &Supervisor, what: &str, is_so: impl Fn(&HostStatus) -> bool) -> HostStatus {
    let begin = Instant::now();
    loop {
        let status = supervisor.status();
        if is_so(&status) {
            return status;
        }
        assert!(begin.elapsed() < Duration::from_secs(20), "{what}: {status:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn passes(world: &World) -> bool {
    let before = world.frames.load(Ordering::Relaxed);
    std::thread::sleep(Duration::from_millis(100));
    world.frames.load(Ordering::Relaxed) > before + 480
}

fn plays(name: &'static str) -> impl Fn(&HostStatus) -> bool {
    move |s| s.state == HostState::Running && s.stream.output_name == name
}

#[test]
fn without_a_device_the_engine_plays_on_and_the_reason_is_told() {
    let (supervisor, world) = supervise(AudioWish::default(), &[]);
    let status = until(&supervisor, "lost", |s| s.state == HostState::Lost);
    let trouble = status.trouble.expect("a reason");
    assert!(trouble.reason.contains("no output") && trouble.remedy.contains("Plug in"), "{trouble:?}");
    assert_eq!(status.hosts, ["pretended", HOST_NONE]);
    assert!(passes(&world));
    plug(&world, &[("card", 48_000)]);
    let status = until(&supervisor, "found", plays("card"));
    assert_eq!((status.trouble, status.restarts), (None, 0));
    assert_eq!(world.engines.load(Ordering::Relaxed), 1, "the same engine all along");
}

#[test]
fn a_microphone_comes_and_goes_while_the_output_plays_on() {
    let (supervisor, _world) = supervise(AudioWish::default(), &[("card", 48_000)]);
    let status = until(&supervisor, "playing", plays("card"));
    assert_eq!(status.input, InputState::Off);
    let wish = |input| AudioWish { input, ..Default::default() };
    supervisor.apply(wish(InputWish::System));
    let heard = InputState::Listening { name: "mic".into(), rate_hz: 44_100 };
    let status = until(&supervisor, "listening", |s| s.input == heard);
    assert_eq!((status.restarts, status.state), (0, HostState::Running), "the output was not touched");
    supervisor.apply(wish(InputWish::Id("other".into())));
    until(&supervisor, "absent", |s| matches!(&s.input, InputState::Absent(t) if t.reason == "no other"));
    supervisor.apply(AudioWish { host: Some(HOST_NONE.into()), ..wish(InputWish::System) });
    let without = |s: &HostStatus| matches!(&s.input, InputState::Absent(t) if t.reason.contains("sound device"));
    until(&supervisor, "no device", without);
    supervisor.apply(wish(InputWish::System));
    until(&supervisor, "listening with the device again", |s| s.input == heard);
}

#[test]
fn a_device_that_is_pulled_out_is_replaced_and_taken_again_when_it_returns() {
    let wish = AudioWish { output_id: Some("card".into()), ..Default::default() };
    let (supervisor, world) = supervise(wish, &[("speaker", 48_000), ("card", 48_000)]);
    let (mut midi, receiver) = midi_queue();
    supervisor.add_midi(receiver).expect("a place");
    until(&supervisor, "playing", plays("card"));
    plug(&world, &[("speaker", 48_000)]);
    lock(&world.playing).as_ref().expect("a stream").1.lose(Loss::Gone);
    let status = until(&supervisor, "the speaker", plays("speaker"));
    let reason = status.trouble.expect("a reason").reason;
    assert!(reason.contains("'card' is not there") && reason.contains("'speaker' plays meanwhile"), "{reason}");
    plug(&world, &[]);
    lock(&world.playing).as_ref().expect("a stream").1.lose(Loss::Gone);
    until(&supervisor, "lost", |s| s.state == HostState::Lost);
    assert!(passes(&world));
    plug(&world, &[("speaker", 48_000), ("card", 48_000)]);
    let status = until(&supervisor, "back", plays("card"));
    assert_eq!((status.trouble, status.restarts), (None, 2));
    let before = world.events.load(Ordering::Relaxed);
    midi.send(TimedMidi { at_nanos: now_nanos(), message: Midi::Program { channel: 0, program: 1 } });
    assert!(passes(&world));
    assert_eq!(world.events.load(Ordering::Relaxed), before + 1, "the keyboard stayed connected");
}

#[test]
fn a_busy_output_does_not_interrupt_the_one_that_plays_in_its_place() {
    let wish = AudioWish { output_id: Some("card".into()), ..Default::default() };
    let (supervisor, world) = supervise(wish, &[("speaker", 48_000), ("card", 48_000)]);
    until(&supervisor, "playing", plays("card"));
    world.is_busy.store(true, Ordering::Relaxed);
    supervisor.apply(AudioWish { output_id: Some("card".into()), rate_hz: Some(44_100), ..Default::default() });
    let before = until(&supervisor, "the other", plays("speaker"));
    assert!(before.trouble.is_some_and(|t| t.reason.contains("busy")));
    // Longer than two looks for what is missing.
    std::thread::sleep(Duration::from_millis(2500));
    assert_eq!(supervisor.status().restarts, before.restarts);
    world.is_busy.store(false, Ordering::Relaxed);
    supervisor.rescan();
    until(&supervisor, "the card again", plays("card"));
}

#[test]
fn a_device_that_falls_silent_without_a_word_is_lost() {
    let (supervisor, world) = supervise(AudioWish::default(), &[("card", 48_000)]);
    until(&supervisor, "playing", plays("card"));
    assert!(passes(&world));
    world.is_down.store(true, Ordering::Relaxed);
    world.is_mute.store(true, Ordering::Relaxed);
    let status = until(&supervisor, "lost", |s| s.state == HostState::Lost);
    assert!(status.trouble.expect("a reason").reason.contains("does not answer"));
    assert!(passes(&world));
    world.is_mute.store(false, Ordering::Relaxed);
    world.is_down.store(false, Ordering::Relaxed);
    until(&supervisor, "back", plays("card"));
}

#[test]
fn another_rate_gets_another_engine_and_a_refused_rate_is_told() {
    let (supervisor, world) = supervise(AudioWish::default(), &[("card", 44_100), ("other", 96_000)]);
    let status = until(&supervisor, "playing", plays("card"));
    assert_eq!((status.stream.rate_hz, world.engines.load(Ordering::Relaxed)), (44_100, 2));
    let wish = AudioWish { output_id: Some("other".into()), rate_hz: Some(22_050), ..Default::default() };
    supervisor.apply(wish);
    let status = until(&supervisor, "playing", plays("other"));
    assert_eq!((status.stream.rate_hz, world.engines.load(Ordering::Relaxed)), (96_000, 3));
    assert!(status.trouble.expect("a reason").reason.contains("22050 Hz"));
}

#[test]
fn a_poisoned_engine_is_replaced_with_and_without_a_device() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let (supervisor, world) = supervise(AudioWish::default(), &[("card", 48_000)]);
    let (mut midi, receiver) = midi_queue();
    supervisor.add_midi(receiver).expect("a place");
    let mut poison = || {
        midi.send(TimedMidi { at_nanos: now_nanos(), message: Midi::NoteOn { channel: 0, key: 13, velocity: 1 } });
    };
    until(&supervisor, "playing", plays("card"));
    poison();
    until(&supervisor, "replaced", |s| s.poisoned_count == 1 && s.state == HostState::Running);
    assert!(passes(&world));
    supervisor.apply(AudioWish { host: Some(HOST_NONE.into()), ..Default::default() });
    let status = until(&supervisor, "closed", |s| s.state == HostState::Closed);
    assert_eq!((status.host.as_str(), status.trouble), (HOST_NONE, None));
    poison();
    until(&supervisor, "replaced", |s| s.poisoned_count == 2);
    assert!(passes(&world));
    std::panic::set_hook(hook);
    assert_eq!(world.engines.load(Ordering::Relaxed), 3);
}

#[test]
fn an_unknown_host_is_named() {
    let wish = AudioWish { host: Some("oss".into()), ..Default::default() };
    let (supervisor, world) = supervise(wish, &[("card", 48_000)]);
    let status = until(&supervisor, "lost", |s| s.state == HostState::Lost);
    assert!(status.trouble.expect("a reason").reason.contains("'oss'"));
    assert!(passes(&world));
}
