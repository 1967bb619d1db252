//! Taking in what happened: snapshots, spectrum, the disk thread's reports, measurements.

use super::{Control, REVERT_SECS, SAVE_AFTER_SECS};
use crate::base::{Beats, Bus, ByBus};
use crate::engine::params::ParamId;
use crate::engine::{Command, Snapshot};
use crate::host::now_nanos;
use crate::session::disk::{DiskOrder, DiskReport};
use crate::session::health;
use crate::session::performance::Measured;
use crate::session::view::SPECTRUM_COLUMNS;
use std::sync::PoisonError;

impl Control {
    pub(super) fn fold_snapshots(&mut self) {
        let Some(link) = &mut self.link else { return };
        let mut last: Option<Snapshot> = None;
        let mut peaks = ByBus::<[f32; 2]>::default();
        let mut master = [0.0_f32; 2];
        let mut limiter_db = 0.0_f32;
        while let Some(snapshot) = link.snapshot() {
            for bus in Bus::ALL {
                peaks[bus] = louder(peaks[bus], snapshot.bus_peak[bus]);
            }
            master = louder(master, snapshot.master_peak);
            limiter_db = limiter_db.max(snapshot.limiter_db);
            last = Some(snapshot);
        }
        if let Some(snapshot) = last {
            self.view.practice.strings_secs = snapshot.strings_secs;
        }
        let now_secs = self.view.now_secs;
        let mean_square = last.map_or([0.0; 2], |s| s.master_mean_square);
        self.master.update(master, mean_square, now_secs);
        self.view.master = self.master.view();
        for bus in Bus::ALL {
            self.meters[bus as usize].update(peaks[bus], [0.0; 2], now_secs);
            self.view.buses[bus] = self.meters[bus as usize].view();
        }
        self.view.limiter_db = limiter_db;
        if let Some(snapshot) = last {
            self.take_state(&snapshot);
        }
    }

    pub(super) fn take_state(&mut self, snapshot: &Snapshot) {
        let transport = &mut self.view.transport;
        transport.beat = snapshot.beat;
        transport.tempo_bpm = snapshot.tempo_bpm;
        transport.is_counting_in = snapshot.is_counting_in;
        let mut has_ended = false;
        // What the engine was before it took the last wishes is no answer to them.
        if self.pending.is_empty() && self.link.as_ref().is_some_and(|link| link.is_current(snapshot)) {
            has_ended = transport.is_playing && !snapshot.is_playing;
            transport.is_armed &= !snapshot.is_playing;
            transport.is_playing = snapshot.is_playing;
        }
        if has_ended && snapshot.beat.0 > 0.0 {
            self.rewind();
        }
        self.view.keys = snapshot.keys;
        self.view.voices = snapshot.voices.into();
        let lost = snapshot.counters.record_lost.saturating_sub(self.record_lost);
        if lost > 0 {
            self.record_lost += lost;
            self.disk.order(DiskOrder::Gap(lost));
            self.notice("The disk was too slow: a gap of silence stands in the recording.".to_owned(), true);
        }
        self.view.counters = snapshot.counters.after(self.carried);
        let mut config = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        config.position = Beats(snapshot.beat.0.max(0.0));
    }

    pub(super) fn fold_spectrum(&mut self) {
        let Some(link) = &mut self.link else { return };
        let mut samples = [0.0; 1024];
        let mut count = 0;
        loop {
            let got = link.tap.receive_slice(&mut samples);
            self.spectrum.push(&samples[..got]);
            count += got;
            if got < samples.len() {
                break;
            }
        }
        if count == 0 {
            return;
        }
        self.spectrum.analyse();
        let view = &mut self.view.spectrum;
        view.columns_db.resize(SPECTRUM_COLUMNS, -120.0);
        self.spectrum.log_bands(&mut view.columns_db, 20.0, 20_000.0);
        view.peak = Some(self.spectrum.peak()).filter(|(_, db)| *db > -90.0);
        view.sequence += 1;
    }

    pub(super) fn fold_disk(&mut self) {
        while let Some(report) = self.disk.report() {
            match report {
                DiskReport::Controller(controller, value) => self.controller(controller, value),
                DiskReport::Notes => self.view.has_played = true,
                DiskReport::Memory(secs) => self.view.memory_secs = secs,
                DiskReport::Written(path) => self.notice(format!("Kept as {}.", path.display()), false),
                DiskReport::Fine => health::disk_fine(&mut self.view, &self.folders.recordings),
                DiskReport::Fault(what, remedy) => {
                    health::disk_fault(&mut self.view, &what, &remedy);
                    self.notice(health::sentence(&what, &remedy), true);
                }
                DiskReport::Said(text) => self.notice(text, false),
                // A take that ended late must not end the one that runs now.
                DiskReport::Recording(take, _) if take != self.take => {}
                DiskReport::Recording(_, secs) => {
                    self.view.transport.recording_secs = secs;
                    if secs.is_none() && std::mem::take(&mut self.is_recording) {
                        self.command(Command::Record(false));
                    }
                }
            }
        }
    }

    /// A controller moves the parameter that learnt it, or is learnt by the one that waits.
    pub(super) fn controller(&mut self, controller: u8, value: u8) {
        // Pedals and channel modes are music, not knobs.
        if (64..=67).contains(&controller) || controller >= 120 {
            return;
        }
        if let Some(id) = self.view.learning.take() {
            self.settings.learn.retain(|_, c| *c != controller);
            self.settings.learn.insert(id.spec().key.to_owned(), controller);
            self.settings_changed();
        }
        let moved =
            self.settings.learn.iter().find(|(_, c)| **c == controller).and_then(|(key, _)| ParamId::from_key(key));
        if let Some(id) = moved {
            self.set_param(id, id.spec().denormalise(f32::from(value) / 127.0));
        }
        self.mirror();
    }

    pub(super) fn fold_performance(&mut self) {
        let now = now_nanos();
        while let Some(event) = self.supervisor.poll_xrun() {
            self.performance.note_xrun(&event, now.saturating_sub(event.at_nanos), self.view.now_secs);
        }
        if self.view.audio.output_name != self.marked_device {
            self.marked_device.clone_from(&self.view.audio.output_name);
            let text =
                self.marked_device.clone().map_or_else(|| "no device".to_owned(), |name| format!("{name} opened"));
            self.performance.mark(self.view.now_secs, text);
        }
        let audio = self.view.audio.clone();
        let measured = Measured {
            meters: &self.meters_of_host,
            band: self.ear.meters(),
            audio: &audio,
            counters: self.view.counters,
            now_secs: self.view.now_secs,
        };
        self.performance.fold(&measured, &mut self.view.performance);
    }

    /// What is over: the chance to revert, and waiting with the settings.
    pub(super) fn expire(&mut self) {
        let now_secs = self.view.now_secs;
        let left = self.audio_before.as_ref().map(|(_, at)| REVERT_SECS - (now_secs - at));
        self.view.audio.revert_secs = left.filter(|secs| *secs > 0.0);
        if left.is_some_and(|secs| secs <= 0.0) {
            self.audio_before = None;
        }
        if self.settings_dirty_since.is_some_and(|since| now_secs - since > SAVE_AFTER_SECS) {
            self.save_settings();
        }
    }
}

fn louder(a: [f32; 2], b: [f32; 2]) -> [f32; 2] {
    [a[0].max(b[0]), a[1].max(b[1])]
}
