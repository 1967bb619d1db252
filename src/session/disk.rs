//! The `sangat-disk` thread: journal, memory of what was played, recordings. It may block; nothing waits
//! for it.

use super::capture::Capture;
use super::files::{dated_path, remedy, write_whole};
use super::journal::{write_entry, write_head};
use super::score_out::write_midi;
use crate::base::{Bus, Frames, Midi};
use crate::engine::{Applied, EngineConfig, JournalEntry};
use crate::host::{Depth, Recorder};
use crate::rt::Receiver;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver as Orders, RecvTimeoutError, Sender as Reports, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// Journals of earlier starts that are kept.
const JOURNALS_MAX: usize = 30;
const POLL: Duration = Duration::from_millis(20);
/// How often what was written is handed to the system, in polls: once a second.
const POLLS_PER_FLUSH: u32 = 50;

/// What the control side asks of the disk thread.
pub enum DiskOrder {
    /// Another engine plays from now on.
    Engine {
        /// The state it was built in.
        config: Box<EngineConfig>,
        /// When it was built, in seconds since the program started.
        at_secs: f64,
        /// Its journal.
        journal: Receiver<JournalEntry>,
        /// Its recording.
        record: Receiver<f32>,
    },
    /// Begin a recording, the one with this number.
    StartRecording(u32),
    /// So many frames of the recording were lost: silence stands for them.
    Gap(u64),
    /// End the recording and give it its name.
    StopRecording,
    /// Write what is in memory as a MIDI file at this tempo.
    Keep(f64),
}

/// What the disk thread tells the control side.
#[derive(Clone, Debug, PartialEq)]
pub enum DiskReport {
    /// The player moved a controller: `(number, value)`.
    Controller(u8, u8),
    /// The player played.
    Notes,
    /// Seconds of playing in memory.
    Memory(f64),
    /// A file was written whole.
    Written(PathBuf),
    /// Something could not be written; one sentence, one remedy.
    Fault(String, String),
    /// Writing works.
    Fine,
    /// Something to say that is no fault.
    Said(String),
    /// The recording of this number runs for so many seconds, or no longer runs.
    Recording(u32, Option<f64>),
}

/// The control side's end.
pub struct Disk {
    orders: Option<Reports<DiskOrder>>,
    reports: Orders<DiskReport>,
    thread: Option<JoinHandle<()>>,
}

impl Disk {
    /// Starts the thread; journals go below `journal_folder`, recordings below `recordings_folder`.
    ///
    /// # Errors
    /// The system's own, when no thread can be started.
    pub fn start(journal_folder: &Path, recordings_folder: &Path) -> std::io::Result<Self> {
        let (orders, order_end) = channel();
        let (report_end, reports) = channel();
        let worker = Worker::new(journal_folder.to_owned(), recordings_folder.to_owned(), report_end);
        let thread =
            std::thread::Builder::new().name("sangat-disk".to_owned()).spawn(move || worker.run(&order_end))?;
        Ok(Self { orders: Some(orders), reports, thread: Some(thread) })
    }

    /// Asks for something; carried out within a few hundredths of a second.
    pub fn order(&self, order: DiskOrder) {
        if let Some(orders) = &self.orders {
            // The thread ends only after this end is dropped.
            orders.send(order).ok();
        }
    }

    /// The next report, oldest first.
    pub fn report(&self) -> Option<DiskReport> {
        self.reports.try_recv().ok()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            // A panic there has been shown already by the hook.
            thread.join().ok();
        }
    }
}

struct Playing {
    rate_hz: u32,
    at_secs: f64,
    journal: Receiver<JournalEntry>,
    record: Receiver<f32>,
}

struct Worker {
    journal_folder: PathBuf,
    recordings_folder: PathBuf,
    reports: Reports<DiskReport>,
    playing: Option<Playing>,
    journal: Option<BufWriter<File>>,
    capture: Capture,
    recorder: Option<Recorder>,
    take: u32,
    polls: u32,
}

impl Worker {
    fn new(journal_folder: PathBuf, recordings_folder: PathBuf, reports: Reports<DiskReport>) -> Self {
        Self {
            journal_folder,
            recordings_folder,
            reports,
            playing: None,
            journal: None,
            capture: Capture::default(),
            recorder: None,
            take: 0,
            polls: 0,
        }
    }

    fn run(mut self, orders: &Orders<DiskOrder>) {
        loop {
            match orders.recv_timeout(POLL) {
                Ok(order) => self.obey(order),
                Err(RecvTimeoutError::Timeout) => self.poll(),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.poll();
        self.stop_recording();
        self.flush();
    }

    fn obey(&mut self, order: DiskOrder) {
        self.poll();
        match order {
            DiskOrder::Engine { config, at_secs, journal, record } => {
                self.open_journal(&config);
                self.playing = Some(Playing { rate_hz: config.rate_hz, at_secs, journal, record });
                if self.recorder.is_some() {
                    self.stop_recording();
                }
            }
            DiskOrder::StartRecording(take) => {
                if self.recorder.is_some() {
                    self.stop_recording();
                }
                self.take = take;
                self.start_recording();
            }
            DiskOrder::Gap(frames) => self.fill_gap(frames),
            DiskOrder::StopRecording => self.stop_recording(),
            DiskOrder::Keep(bpm) => self.keep(bpm),
        }
    }

    fn poll(&mut self) {
        self.drain_journal();
        self.drain_recording();
        self.polls += 1;
        if self.polls.is_multiple_of(POLLS_PER_FLUSH) {
            self.flush();
        }
    }

    fn open_journal(&mut self, config: &EngineConfig) {
        self.flush();
        let attempt = || -> std::io::Result<BufWriter<File>> {
            std::fs::create_dir_all(&self.journal_folder)?;
            forget_old_journals(&self.journal_folder);
            let path = dated_path(&self.journal_folder, "journal", "jsonl");
            let mut writer = BufWriter::new(File::create_new(path)?);
            write_head(config, &mut writer)?;
            Ok(writer)
        };
        match attempt() {
            Ok(writer) => {
                self.journal = Some(writer);
                self.fine();
            }
            Err(error) => self.journal_fault(&error),
        }
    }

    fn journal_fault(&mut self, error: &std::io::Error) {
        self.journal = None;
        let what = format!("cannot write the journal in {}: {error}", self.journal_folder.display());
        self.fault(what, remedy(error));
    }

    fn drain_journal(&mut self) {
        let Some(playing) = &mut self.playing else { return };
        let mut failed = None;
        let mut has_notes = false;
        while let Some(entry) = playing.journal.receive() {
            if let Some(writer) = &mut self.journal
                && let Err(error) = write_entry(&entry, writer)
            {
                self.journal = None;
                failed = Some(error);
            }
            if let Applied::Midi { bus: Bus::You, message } = entry.applied {
                self.capture.push(playing.at_secs + Frames(entry.frame.0).secs(playing.rate_hz), message);
                match message {
                    Midi::Control { controller, value, .. } => {
                        self.reports.send(DiskReport::Controller(controller, value)).ok();
                    }
                    Midi::NoteOn { .. } => has_notes = true,
                    _ => {}
                }
            }
        }
        if has_notes {
            self.reports.send(DiskReport::Notes).ok();
            self.reports.send(DiskReport::Memory(self.capture.secs())).ok();
        }
        if let Some(error) = failed {
            self.journal_fault(&error);
        }
    }

    fn flush(&mut self) {
        if let Some(writer) = &mut self.journal
            && let Err(error) = writer.flush()
        {
            self.journal_fault(&error);
        }
    }

    fn keep(&mut self, bpm: f64) {
        let events = self.capture.since_first_note();
        if events.is_empty() {
            let said = "Nothing was played yet, so there is nothing to keep.".to_owned();
            self.reports.send(DiskReport::Said(said)).ok();
            return;
        }
        if let Err(error) = std::fs::create_dir_all(&self.recordings_folder) {
            let what = format!("cannot make the folder {}: {error}", self.recordings_folder.display());
            return self.fault(what, remedy(&error));
        }
        let path = dated_path(&self.recordings_folder, &format!("Take {bpm:.0}bpm"), "mid");
        match write_whole(&path, |out| write_midi(&events, bpm, out)) {
            Ok(()) => self.written(path),
            Err(error) => self.fault(format!("{error}, then keep again: it is still in memory"), ""),
        }
    }

    fn start_recording(&mut self) {
        let Some(playing) = &mut self.playing else { return };
        // What an earlier recording left in the queue is not part of this one.
        while playing.record.receive().is_some() {}
        let path = dated_path(&self.recordings_folder, "Recording", "wav");
        let rate_hz = playing.rate_hz;
        let begun = std::fs::create_dir_all(&self.recordings_folder)
            .map_err(|error| (format!("cannot make {}: {error}", self.recordings_folder.display()), remedy(&error)))
            .and_then(|()| Recorder::create(&path, rate_hz, Depth::Float32).map_err(|error| (error.to_string(), "")));
        match begun {
            Ok(recorder) => {
                self.recorder = Some(recorder);
                self.reports.send(DiskReport::Recording(self.take, Some(0.0))).ok();
            }
            Err((what, remedy)) => {
                self.fault(what, remedy);
                self.reports.send(DiskReport::Recording(self.take, None)).ok();
            }
        }
    }

    fn drain_recording(&mut self) {
        let (Some(playing), Some(recorder)) = (&mut self.playing, &mut self.recorder) else { return };
        let drained = recorder.poll(&mut playing.record);
        let secs = recorder.secs();
        match drained {
            Ok(_) => {
                self.reports.send(DiskReport::Recording(self.take, Some(secs))).ok();
            }
            Err(error) => {
                let what = error.to_string();
                self.stop_recording();
                self.fault(what, "what was recorded before is kept");
            }
        }
    }

    fn stop_recording(&mut self) {
        self.drain_last();
        if let Some(recorder) = self.recorder.take() {
            match recorder.finish() {
                Ok(path) => self.written(path),
                Err(error) => self.fault(error.to_string(), ""),
            }
        }
        self.reports.send(DiskReport::Recording(self.take, None)).ok();
    }

    /// What follows a gap stays in time.
    fn fill_gap(&mut self, frames: u64) {
        if let Some(recorder) = &mut self.recorder
            && let Err(error) = recorder.write_gap(2 * frames)
        {
            let what = error.to_string();
            self.stop_recording();
            self.fault(what, "what was recorded before is kept");
        }
    }

    /// What still waits in the queue belongs to the recording.
    fn drain_last(&mut self) {
        if let (Some(playing), Some(recorder)) = (&mut self.playing, &mut self.recorder)
            && let Err(error) = recorder.poll(&mut playing.record)
        {
            self.reports.send(DiskReport::Fault(error.to_string(), String::new())).ok();
        }
    }

    fn written(&mut self, path: PathBuf) {
        self.reports.send(DiskReport::Written(path)).ok();
        self.fine();
    }

    /// Writing works, unless the journal does not.
    fn fine(&mut self) {
        if self.journal.is_some() {
            self.reports.send(DiskReport::Fine).ok();
        }
    }

    fn fault(&mut self, what: String, remedy: &str) {
        self.reports.send(DiskReport::Fault(what, remedy.to_owned())).ok();
    }
}

/// Journals pile up; the oldest go. Their names sort by time. What cannot be removed stays.
fn forget_old_journals(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> =
        entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "jsonl")).collect();
    paths.sort();
    let surplus = (paths.len() + 1).saturating_sub(JOURNALS_MAX);
    for path in paths.into_iter().take(surplus) {
        std::fs::remove_file(path).ok();
    }
}
