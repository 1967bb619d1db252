//! Renders as fast as the machine can, exact to the frame: what `sangat render` and `sangat replay` do.

use super::renderer::Renderer;
use crate::base::limits::{BLOCK_EVENTS_MAX, BLOCK_FRAMES_MAX};
use crate::base::{Bus, Frames, Midi};
use crate::engine::{Input, Output, TimedEvent};
use crate::rt::guard;

/// How to render.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OfflineOptions {
    /// Frames of a block, 1 to `BLOCK_FRAMES_MAX`; other values are brought into that range.
    pub block_frames: usize,
    /// Render exactly so many frames, whatever sounds; later events are left out. `None`: until the tail is over.
    pub until: Option<Frames>,
    /// Without `until`: after the last event, stop when nothing sounds any more, but after so many seconds at the latest.
    pub tail_secs_max: f64,
}

impl Default for OfflineOptions {
    fn default() -> Self {
        Self { block_frames: 256, until: None, tail_secs_max: 20.0 }
    }
}

/// What came out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OfflineReport {
    /// Frames handed to the sink.
    pub frames: Frames,
    /// Events that had to move to a later frame because theirs was full.
    pub moved_events: u64,
    /// Whether the tail was cut while something still sounded.
    pub is_cut: bool,
}

/// An offline render stopped.
#[derive(Debug, thiserror::Error)]
pub enum OfflineError {
    /// The events are not in the order of time.
    #[error("event {index} comes before the one ahead of it; sort the events by their frame")]
    Unsorted {
        /// Which event, from 0.
        index: usize,
    },
    /// What takes the sound refused it.
    #[error("the sound could not be written: {0}; what was rendered before is kept")]
    Sink(#[from] std::io::Error),
    /// The engine panicked.
    #[error("the engine failed at frame {frame}; please report this with the file that you rendered")]
    Poisoned {
        /// The first frame of the block that failed.
        frame: u64,
    },
}

/// Where the sound goes: `(left, right)`, block by block.
pub type Sink<'a> = dyn FnMut(&[f32], &[f32]) -> std::io::Result<()> + 'a;

/// Renders `events`, whose frames count from the renderer's present frame, into `sink`. Not real-time safe.
///
/// # Errors
/// See [`OfflineError`]; the renderer must not be used again after [`OfflineError::Poisoned`].
pub fn render(
    renderer: &mut dyn Renderer,
    events: &[(Frames, Bus, Midi)],
    options: OfflineOptions,
    sink: &mut Sink<'_>,
) -> Result<OfflineReport, OfflineError> {
    if let Some(index) = (1..events.len()).find(|i| events[*i].0 < events[i - 1].0) {
        return Err(OfflineError::Unsorted { index });
    }
    let mut run = Run::new(options);
    let tail = Frames::from_secs(options.tail_secs_max, renderer.rate_hz()).0;
    let mut rest = events;
    let mut quiet_from = 0;
    loop {
        if options.until.is_some_and(|until| run.frame >= until.0) {
            return Ok(run.report);
        }
        if rest.is_empty() && options.until.is_none() {
            let is_silent = renderer.is_silent();
            if is_silent || run.frame >= quiet_from + tail {
                run.report.is_cut = !is_silent;
                return Ok(run.report);
            }
        }
        let taken = run.block(renderer, rest, sink)?;
        rest = &rest[taken..];
        if taken > 0 {
            quiet_from = run.frame;
        }
    }
}

struct Run {
    block_frames: usize,
    until: u64,
    frame: u64,
    left: Vec<f32>,
    right: Vec<f32>,
    block_events: Vec<TimedEvent>,
    report: OfflineReport,
}

impl Run {
    fn new(options: OfflineOptions) -> Self {
        let block_frames = options.block_frames.clamp(1, BLOCK_FRAMES_MAX);
        Self {
            block_frames,
            until: options.until.map_or(u64::MAX, |until| until.0),
            frame: 0,
            left: vec![0.0; block_frames],
            right: vec![0.0; block_frames],
            block_events: Vec::with_capacity(BLOCK_EVENTS_MAX),
            report: OfflineReport::default(),
        }
    }

    /// Renders one block with the events of it; how many those were.
    fn block(
        &mut self,
        renderer: &mut dyn Renderer,
        events: &[(Frames, Bus, Midi)],
        sink: &mut Sink<'_>,
    ) -> Result<usize, OfflineError> {
        let end = (self.frame + self.block_frames as u64).min(self.until);
        let due = events.partition_point(|e| e.0.0 < end).min(BLOCK_EVENTS_MAX);
        // Where a block cannot carry all its events it ends before the first that is left over.
        let frames = match events.get(due) {
            Some((at, ..)) if at.0 < end => (at.0.saturating_sub(self.frame) as usize).max(1),
            _ => (end - self.frame) as usize,
        };
        let end = self.frame + frames as u64;
        let due = events.partition_point(|e| e.0.0 < end).min(BLOCK_EVENTS_MAX);
        self.block_events.clear();
        for (at, bus, message) in &events[..due] {
            let offset = at.0.saturating_sub(self.frame).min(frames as u64 - 1);
            self.report.moved_events += u64::from(self.frame + offset != at.0);
            self.block_events.push(TimedEvent { offset_frames: offset as u32, bus: *bus, message: *message });
        }
        let (left, right) = (&mut self.left[..frames], &mut self.right[..frames]);
        let input = Input { audio: &[], events: &self.block_events };
        let output = Output { left: &mut *left, right: &mut *right };
        guard::run(|| renderer.process(input, output)).map_err(|_| OfflineError::Poisoned { frame: self.frame })?;
        sink(left, right)?;
        self.frame += frames as u64;
        self.report.frames = Frames(self.frame);
        Ok(due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{EngineConfig, build};

    const ON: Midi = Midi::NoteOn { channel: 0, key: 69, velocity: 100 };
    const OFF: Midi = Midi::NoteOff { channel: 0, key: 69, velocity: 0 };

    /// Sounds while a note is held and notes the frame of every event.
    #[derive(Default)]
    struct Scribe {
        frame: u64,
        heard: Vec<u64>,
        is_held: bool,
    }

    impl Renderer for Scribe {
        fn process(&mut self, input: Input<'_>, output: Output<'_>) {
            for event in input.events {
                assert!((event.offset_frames as usize) < output.left.len());
                self.heard.push(self.frame + u64::from(event.offset_frames));
                self.is_held = matches!(event.message, Midi::NoteOn { .. });
            }
            self.frame += output.left.len() as u64;
        }
        fn rate_hz(&self) -> u32 {
            48_000
        }
        fn frame(&self) -> Frames {
            Frames(self.frame)
        }
        fn is_silent(&self) -> bool {
            !self.is_held
        }
    }

    fn run(events: &[(Frames, Bus, Midi)], options: OfflineOptions) -> (Scribe, OfflineReport) {
        let mut scribe = Scribe::default();
        let report = render(&mut scribe, events, options, &mut |_, _| Ok(())).expect("a render");
        (scribe, report)
    }

    #[test]
    fn every_event_sounds_at_its_own_frame_whatever_the_block() {
        let at = [0, 1, 255, 256, 257, 9_000, 20_000];
        let mut events: Vec<_> =
            at.iter().enumerate().map(|(i, f)| (Frames(*f), Bus::You, if i % 2 == 0 { ON } else { OFF })).collect();
        events.push((Frames(20_001), Bus::Bass, OFF));
        for block_frames in [1, 17, 64, 256, 480, 8192, 1 << 20] {
            let (scribe, report) = run(&events, OfflineOptions { block_frames, ..Default::default() });
            assert_eq!(scribe.heard, [0, 1, 255, 256, 257, 9_000, 20_000, 20_001]);
            assert_eq!(report.frames.0, scribe.frame);
            assert!(!report.is_cut && report.moved_events == 0 && report.frames.0 > 20_000);
        }
    }

    #[test]
    fn more_events_than_a_block_carries_end_the_block_early() {
        let spread: Vec<_> = (0..3000).map(|f| (Frames(f), Bus::You, OFF)).collect();
        let (scribe, report) = run(&spread, OfflineOptions { block_frames: 8192, ..Default::default() });
        assert_eq!(scribe.heard, (0..3000).collect::<Vec<u64>>());
        assert_eq!(report.moved_events, 0);
        let heap = vec![(Frames(5), Bus::You, OFF); BLOCK_EVENTS_MAX + 7];
        let (scribe, report) = run(&heap, OfflineOptions::default());
        assert_eq!((scribe.heard.len(), report.moved_events), (heap.len(), 7));
    }

    #[test]
    fn the_tail_ends_with_the_sound_or_with_its_limit() {
        let held = [(Frames(100), Bus::You, ON)];
        let options = OfflineOptions { block_frames: 64, tail_secs_max: 0.5, ..Default::default() };
        let (_, report) = run(&held, options);
        assert!(report.is_cut && (24_000..24_300).contains(&report.frames.0), "{report:?}");
        let (_, report) = run(&[], OfflineOptions { until: Some(Frames(1050)), block_frames: 100, ..options });
        assert_eq!((report.frames, report.is_cut), (Frames(1050), false));
    }

    #[test]
    fn what_goes_wrong_is_told() {
        let mut engine = build(&EngineConfig::new(48_000)).0;
        let unsorted = [(Frames(2), Bus::You, ON), (Frames(1), Bus::You, OFF)];
        let error = render(&mut engine, &unsorted, OfflineOptions::default(), &mut |_, _| Ok(())).expect_err("order");
        assert!(matches!(error, OfflineError::Unsorted { index: 1 }));
        let full = || std::io::Error::from(std::io::ErrorKind::StorageFull);
        let events = [(Frames(0), Bus::You, ON)];
        let error = render(&mut engine, &events, OfflineOptions::default(), &mut |_, _| Err(full())).expect_err("full");
        assert!(error.to_string().contains("could not be written"), "{error}");
    }
}
