use super::*;
use crate::base::limits::MIDI_QUEUE;
use crate::base::{Frames, Rng};
use crate::rt::{MidiSender, midi_queue};
use std::sync::Mutex;

const RATE: u32 = 48_000;
const FRAME: f64 = 1.0e9 / RATE as f64;
const ON: Midi = Midi::NoteOn { channel: 0, key: 60, velocity: 100 };
const OFF: Midi = Midi::NoteOff { channel: 0, key: 60, velocity: 0 };

/// Notes what comes at which frame; panics when key 13 comes.
struct Scribe {
    frame: u64,
    blocks: Vec<usize>,
    heard: Arc<Mutex<Vec<(u64, Midi)>>>,
}

impl Renderer for Scribe {
    fn process(&mut self, input: Input<'_>, output: Output<'_>) {
        assert!(input.events.is_sorted_by_key(|e| e.offset_frames));
        for event in input.events {
            assert!((event.offset_frames as usize) < output.left.len() && event.bus == Bus::You);
            assert!(!matches!(event.message, Midi::NoteOn { key: 13, .. }), "planted");
            let frame = self.frame + u64::from(event.offset_frames);
            self.heard.lock().expect("one thread").push((frame, event.message));
        }
        output.left.fill(0.5);
        output.right.fill(-0.5);
        self.blocks.push(output.left.len());
        assert!(output.left.len() <= BLOCK_FRAMES_MAX);
        self.frame += output.left.len() as u64;
    }
    fn rate_hz(&self) -> u32 {
        RATE
    }
    fn frame(&self) -> Frames {
        Frames(self.frame)
    }
    fn is_silent(&self) -> bool {
        true
    }
}

struct Rig {
    driver: Box<Driver>,
    desk: DriverDesk,
    midi: MidiSender,
    heard: Arc<Mutex<Vec<(u64, Midi)>>>,
    frame: u64,
}

/// The time of a frame when nothing is late.
fn nanos(frame: f64) -> f64 {
    1.0e12 + frame * FRAME
}

fn rig() -> Rig {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let scribe = Scribe { frame: 0, blocks: Vec::with_capacity(1 << 16), heard: Arc::clone(&heard) };
    let (mut driver, mut desk) = Driver::new(Box::new(scribe));
    driver.time = || 0;
    let (midi, receiver) = midi_queue();
    desk.sources.add(receiver).expect("a place");
    Rig { driver, desk, midi, heard, frame: 0 }
}

impl Rig {
    /// Renders a period whose callback comes `late_nanos` after its cycle began.
    fn run(&mut self, frames: usize, late_nanos: f64, is_exact: bool) -> Result<(), Poisoned> {
        let start = nanos(self.frame as f64);
        let stamp = BlockStamp {
            woken_nanos: (start + late_nanos) as u64,
            start_nanos: if is_exact { start } else { start + late_nanos },
            to_dac_nanos: Some(2_000_000),
            is_exact,
            is_metered: true,
        };
        let (mut left, mut right) = (vec![1.0; frames], vec![1.0; frames]);
        let result = self.driver.render(stamp, Period { input: &[], left: &mut left, right: &mut right });
        let expected = if result.is_ok() { 0.5 } else { 0.0 };
        assert!(left.iter().chain(&right).all(|s| s.abs() == expected));
        self.frame += frames as u64;
        result
    }

    fn send(&mut self, frame: f64, message: Midi) {
        self.midi.send(TimedMidi { at_nanos: nanos(frame).round() as u64, message });
    }

    fn take(&self) -> Vec<(u64, Midi)> {
        std::mem::take(&mut self.heard.lock().expect("one thread"))
    }

    fn meters(&self) -> &Meters {
        &self.desk.meters
    }
}

#[test]
fn every_message_sounds_exactly_one_period_after_it_came_whatever_the_period() {
    for frames in [1, 16, 64, 441, 480, 1024, 8192] {
        let mut rig = rig();
        rig.run(frames, 0.0, true).expect("sound");
        let mut rng = Rng::new(5);
        let mut expected = Vec::new();
        for _ in 0..40 {
            let begin = rig.frame - frames as u64;
            let mut at: Vec<u64> = (0..3).map(|_| begin + u64::from(rng.below(frames as u32))).collect();
            at.sort_unstable();
            for frame in at {
                rig.send(frame as f64, ON);
                expected.push((frame + frames as u64, ON));
            }
            rig.run(frames, 0.0, true).expect("sound");
        }
        assert_eq!(rig.take(), expected);
        assert_eq!(rig.meters().late_events.load(Ordering::Relaxed), 0);
    }
}

#[test]
fn jittered_wake_ups_do_not_become_jittered_notes() {
    for (frames, jitter_nanos) in [(64, 300_000.0), (128, 500_000.0), (256, 300_000.0)] {
        let mut rig = rig();
        let mut rng = Rng::new(9);
        let mut sent = Vec::new();
        for block in 0..8000_u64 {
            let late_nanos = f64::from(rng.unit()) * jitter_nanos;
            let start = rig.frame;
            rig.run(frames, late_nanos, false).expect("sound");
            if block > 3000 && block % 7 == 0 {
                // It comes at any time of the period that now begins, but after this callback.
                let least = (late_nanos / FRAME).ceil() as u64 + 1;
                let frame = start + least + u64::from(rng.below(frames as u32 - least.min(frames as u64 / 2) as u32));
                rig.send(frame as f64, ON);
                sent.push(frame);
            }
        }
        let heard: Vec<i64> =
            rig.take().into_iter().zip(&sent).map(|((frame, _), sent)| frame as i64 - *sent as i64).collect();
        assert!(heard.len() >= sent.len() - 2 && heard.len() > 600);
        let (low, high) = (heard.iter().min().expect("some"), heard.iter().max().expect("some"));
        assert_eq!(low, high, "{frames} frames: a constant delay");
        assert!((low - frames as i64).abs() <= 1, "{frames} frames: one period, not {low}");
        assert_eq!(rig.meters().output_nanos.load(Ordering::Relaxed), 2_000_000);
        assert_eq!(rig.meters().late_events.load(Ordering::Relaxed), 0);
        assert_eq!(rig.meters().resyncs.load(Ordering::Relaxed), 0);
    }
}

#[test]
fn messages_of_a_later_period_wait_and_late_ones_sound_at_once_and_are_counted() {
    let mut rig = rig();
    rig.run(64, 0.0, true).expect("sound");
    rig.send(-500.0, ON);
    rig.send(70.0, OFF);
    rig.run(64, 0.0, true).expect("sound");
    assert_eq!(rig.take(), [(64, ON)], "too late for its frame: the first frame of the next period");
    assert_eq!(rig.meters().late_events.load(Ordering::Relaxed), 1);
    rig.run(64, 0.0, true).expect("sound");
    assert_eq!(rig.take(), [(134, OFF)], "64 frames after 70");
    assert_eq!(rig.meters().late_events.load(Ordering::Relaxed), 1);
}

#[test]
fn sources_are_merged_in_the_order_of_time() {
    let mut rig = rig();
    let (mut other, receiver) = midi_queue();
    let id = rig.desk.sources.add(receiver).expect("a place");
    rig.run(64, 0.0, true).expect("sound");
    for (frame, message) in [(10.0, ON), (30.0, OFF)] {
        rig.send(frame, message);
    }
    let program = |program| Midi::Program { channel: 1, program };
    for (frame, message) in [(5.0, program(1)), (20.0, program(2)), (40.0, program(3))] {
        other.send(TimedMidi { at_nanos: nanos(frame) as u64, message });
    }
    rig.run(64, 0.0, true).expect("sound");
    let expected = [(69, program(1)), (74, ON), (84, program(2)), (94, OFF), (104, program(3))];
    assert_eq!(rig.take(), expected);
    rig.desk.sources.remove(id);
    rig.run(64, 0.0, true).expect("sound");
    let heard = rig.take();
    assert_eq!(heard.len(), RELEASE_EVENTS, "a source that goes leaves no note behind");
    assert_eq!(heard[1].1, Midi::Control { channel: 0, controller: cc::ALL_NOTES_OFF, value: 0 });
}

#[test]
fn a_latched_source_releases_all_notes_and_forgets_what_waited() {
    let mut rig = rig();
    rig.run(64, 0.0, true).expect("sound");
    for _ in 0..=MIDI_QUEUE {
        rig.send(1.0, ON);
    }
    rig.send(2.0, OFF);
    rig.run(64, 0.0, true).expect("sound");
    let heard = rig.take();
    assert_eq!(heard.len(), RELEASE_EVENTS);
    assert!(heard.iter().all(|(frame, m)| *frame == 64 && matches!(m, Midi::Control { value: 0, .. })));
    assert_eq!(rig.meters().refused_midi.load(Ordering::Relaxed), MIDI_QUEUE as u32 + 2);
    rig.send(130.0, ON);
    rig.run(64, 0.0, true).expect("sound");
    rig.run(64, 0.0, true).expect("sound");
    assert_eq!(rig.take(), [(194, ON)], "and goes on");
}

#[test]
fn notes_of_a_stream_that_is_over_are_let_go_once_and_others_are_not() {
    let mut rig = rig();
    rig.driver.push_exact(0, ON);
    rig.run(64, 0.0, true).expect("sound");
    assert_eq!(rig.take(), [(0, ON)]);
    rig.driver.begin_stream();
    rig.run(64, 0.0, true).expect("sound");
    assert_eq!(rig.take().len(), RELEASE_EVENTS);
    // Held through a queue: its note-off still comes.
    rig.send(70.0, ON);
    rig.run(64, 0.0, true).expect("sound");
    rig.driver.begin_stream();
    rig.run(64, 0.0, true).expect("sound");
    assert!(rig.take().iter().all(|(_, message)| *message == ON));
}

#[test]
fn a_full_block_leaves_the_rest_for_the_next_and_loses_nothing() {
    let mut rig = rig();
    rig.run(64, 0.0, true).expect("sound");
    for _ in 0..BLOCK_EVENTS_MAX + 10 {
        rig.send(8.0, ON);
    }
    rig.run(64, 0.0, true).expect("sound");
    assert_eq!(rig.take().len(), BLOCK_EVENTS_MAX);
    assert_eq!(rig.meters().full_blocks.load(Ordering::Relaxed), 1);
    rig.run(64, 0.0, true).expect("sound");
    assert_eq!(rig.take(), [(128, ON); 10]);
}

#[test]
fn a_long_period_is_split_and_keeps_every_offset() {
    let frames = 2 * BLOCK_FRAMES_MAX + 100;
    let mut rig = rig();
    rig.run(frames, 0.0, true).expect("sound");
    let at = [0, 1, BLOCK_FRAMES_MAX - 1, BLOCK_FRAMES_MAX, 2 * BLOCK_FRAMES_MAX + 99];
    for frame in at {
        rig.send(frame as f64, ON);
        rig.driver.push_exact(frame as u32, OFF);
    }
    rig.run(frames, 0.0, true).expect("sound");
    let mut expected = Vec::new();
    for frame in at {
        let frame = (frame + frames) as u64;
        expected.extend([(frame, OFF), (frame, ON)]);
    }
    assert_eq!(rig.take(), expected);
}

#[test]
fn a_jump_of_the_device_is_followed_and_counted() {
    let mut rig = rig();
    for _ in 0..100 {
        rig.run(64, 0.0, false).expect("sound");
    }
    rig.meters().reported_xruns.fetch_add(1, Ordering::Relaxed);
    rig.frame += 200;
    rig.run(64, 0.0, false).expect("sound");
    assert_eq!(rig.meters().resyncs.load(Ordering::Relaxed), 1);
    assert_eq!(rig.desk.xruns.receive().map(|x| x.cause), Some(XrunCause::Reported));
    // The device stood still for 200 frames, the renderer did not count them.
    rig.send((rig.frame - 64 + 5) as f64, ON);
    rig.run(64, 0.0, false).expect("sound");
    assert_eq!(rig.take(), [(101 * 64 + 5, ON)]);
}

#[test]
fn a_poisoned_renderer_is_silent_until_it_is_replaced() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let mut rig = rig();
    rig.run(64, 0.0, true).expect("sound");
    rig.driver.push_exact(3, Midi::NoteOn { channel: 0, key: 13, velocity: 1 });
    assert_eq!(rig.run(64, 0.0, true), Err(Poisoned));
    assert_eq!(rig.run(64, 0.0, true), Err(Poisoned));
    std::panic::set_hook(hook);
    let fresh = Scribe { frame: 0, blocks: Vec::new(), heard: Arc::clone(&rig.heard) };
    drop(rig.driver.replace_renderer(Box::new(fresh)));
    assert_eq!(rig.run(64, 0.0, true), Ok(()));
}

#[test]
fn the_stages_of_key_to_sound_add_up() {
    let mut rig = rig();
    rig.run(64, 0.0, true).expect("sound");
    rig.send(16.0, ON);
    rig.run(64, 50_000.0, true).expect("sound");
    let meters = rig.meters();
    let stages = [&meters.midi_to_engine, &meters.wait, &meters.device].map(|h| h.percentiles().max_nanos);
    let whole = meters.key_to_sound.percentiles().max_nanos;
    assert_eq!(stages.iter().sum::<u64>(), whole);
    let expected = 64.0 * FRAME + 2_000_000.0;
    assert!((whole as f64 - expected).abs() < 3.0, "one period and the device: {whole} {expected}");
    assert!(meters.wake.percentiles().max_nanos.abs_diff(50_000) < 3);
}

#[test]
fn late_callbacks_and_slow_renders_are_told_with_their_cause() {
    let mut rig = rig();
    rig.run(64, 0.0, true).expect("sound");
    rig.run(64, 2_000_000.0, true).expect("sound");
    let late = rig.desk.xruns.receive().expect("an xrun");
    assert!(late.cause == XrunCause::LateWakeUp && late.late_nanos.abs_diff(2_000_000) < 3);
    rig.driver.time = || nanos(128.0) as u64 + 5_000_000;
    rig.run(64, 0.0, true).expect("sound");
    let slow = rig.desk.xruns.receive().expect("an xrun");
    assert_eq!(slow.cause, XrunCause::RenderOverBudget);
    assert!(slow.late_nanos.abs_diff(5_000_000 - 1_333_333) < 3);
    assert_eq!(rig.meters().late_wake_ups.load(Ordering::Relaxed), 1);
    assert_eq!(rig.meters().late_renders.load(Ordering::Relaxed), 1);
}
