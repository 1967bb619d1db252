//! What leaves the audio thread: journal, snapshots, the spectrum's tap and the recording.

use super::command::{Applied, JournalEntry};
use super::feed::EarTap;
use super::snapshot::{Counters, Snapshot};
use crate::base::Frames;
use crate::base::limits::{CONTROL_TICK_FRAMES, SNAPSHOTS_PER_SEC};
use crate::rt::Sender;

/// The sending ends of the audio thread.
pub struct PublisherEnds {
    /// Applied commands and events.
    pub journal: Sender<JournalEntry>,
    /// State.
    pub snapshots: Sender<Snapshot>,
    /// Mono output for the spectrum.
    pub tap: Sender<f32>,
    /// Interleaved stereo output of a recording.
    pub record: Sender<f32>,
    /// What the ear is given.
    pub ear: EarTap,
}

/// Sends what leaves the audio thread. Real-time safe.
pub struct Publisher {
    ends: PublisherEnds,
    /// What was counted.
    pub counters: Counters,
    is_recording: bool,
    journal_gap: u32,
    frames_to_snapshot: u32,
    frames_per_snapshot: u32,
    peak: [f32; 2],
    square_sum: [f64; 2],
    frames_summed: u64,
}

impl Publisher {
    /// A publisher that has published nothing.
    #[must_use]
    pub fn new(rate_hz: u32, ends: PublisherEnds) -> Self {
        Self {
            ends,
            counters: Counters::default(),
            is_recording: false,
            journal_gap: 0,
            frames_to_snapshot: 0,
            frames_per_snapshot: rate_hz / SNAPSHOTS_PER_SEC as u32,
            peak: [0.0; 2],
            square_sum: [0.0; 2],
            frames_summed: 0,
        }
    }

    /// Writes one line of the journal; what does not fit is marked by a gap as soon as there is room.
    pub fn journal(&mut self, frame: Frames, applied: Applied) {
        self.counters.applied += 1;
        let number = self.counters.applied;
        if self.journal_gap > 0 {
            let gap = JournalEntry { number, frame, applied: Applied::Gap(self.journal_gap) };
            if self.ends.journal.vacant() >= 2 && self.ends.journal.send(gap).is_ok() {
                self.journal_gap = 0;
            }
        }
        if self.journal_gap > 0 || self.ends.journal.send(JournalEntry { number, frame, applied }).is_err() {
            self.journal_gap += 1;
            self.counters.journal_lost += 1;
        }
    }

    /// The ear's queues.
    pub fn ear(&mut self) -> &mut EarTap {
        &mut self.ends.ear
    }

    /// Begins or ends sending the output to the recorder.
    pub fn set_recording(&mut self, is_recording: bool) {
        self.is_recording = is_recording;
    }

    /// Passes on one span of output (equal lengths of at most a tick).
    pub fn output(&mut self, left: &[f32], right: &[f32]) {
        let mut mono = [0.0; CONTROL_TICK_FRAMES];
        let mut stereo = [0.0; CONTROL_TICK_FRAMES * 2];
        for (n, (l, r)) in left.iter().zip(right).enumerate() {
            self.peak = [self.peak[0].max(l.abs()), self.peak[1].max(r.abs())];
            self.square_sum[0] += f64::from(l * l);
            self.square_sum[1] += f64::from(r * r);
            mono[n] = 0.5 * (l + r);
            stereo[2 * n] = *l;
            stereo[2 * n + 1] = *r;
        }
        self.frames_summed += left.len() as u64;
        // A full tap is no loss: the spectrum reads on when it has time.
        self.ends.tap.send_slice(&mono[..left.len()]);
        if self.is_recording {
            // Whole frames only, so that left and right never change places after a gap.
            let frames = (self.ends.record.vacant() / 2).min(left.len());
            self.ends.record.send_slice(&stereo[..2 * frames]);
            self.counters.record_lost += (left.len() - frames) as u64;
        }
    }

    /// Whether a snapshot is due after `frames` more frames.
    pub fn is_snapshot_due(&mut self, frames: u32) -> bool {
        self.frames_to_snapshot = self.frames_to_snapshot.saturating_sub(frames);
        self.frames_to_snapshot == 0 && self.ends.snapshots.vacant() > 0
    }

    /// Sends `snapshot` with the output's levels filled in.
    pub fn snapshot(&mut self, mut snapshot: Snapshot) {
        self.counters.ear_lost = self.ends.ear.lost;
        snapshot.counters = self.counters;
        snapshot.master_peak = std::mem::take(&mut self.peak);
        let frames = self.frames_summed.max(1) as f64;
        snapshot.master_mean_square = std::mem::take(&mut self.square_sum).map(|sum| (sum / frames) as f32);
        self.frames_summed = 0;
        self.frames_to_snapshot = self.frames_per_snapshot;
        // There is room: `is_snapshot_due` looked, and nobody else sends.
        self.ends.snapshots.send(snapshot).ok();
    }
}
