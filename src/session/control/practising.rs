//! What control does for practice: orders to the teacher, the page's picture, and how fast a pitch gets there.

use super::Control;
use crate::engine::params::ParamId;
use crate::rt::Histogram;
use crate::session::ear::EarOrder;
use crate::session::intent::Intent;
use crate::session::practice::{PracticeOrder, RoomView};
use std::sync::atomic::Ordering;

impl Control {
    /// Carries out a wish of the learner.
    pub(super) fn practise(&mut self, order: PracticeOrder) {
        let ear = &self.ear;
        let mut tell = |order| ear.order(EarOrder::Teach(order));
        self.practice.send(order.clone(), &mut tell);
        self.practice.tell(&self.desired.values, &mut tell);
        self.settings.practice = self.practice.settings();
        self.note_tala(&order);
        self.settings_changed();
    }

    /// The newest pitch is on the screen now, but for the screen's own time.
    pub(super) fn note_pitch_shown(&mut self) {
        if let Some(sounded) = self.pitch_shown.take() {
            let late = self.input_late_nanos();
            self.performance.voice_screen.record(sounded.elapsed().as_nanos() as u64 + late);
        }
    }

    /// From the sound at the microphone until the engine is given it, as if each frame came alone.
    fn input_late_nanos(&self) -> u64 {
        let meters = &self.meters_of_host;
        let period_frames = u64::from(meters.period_frames.load(Ordering::Relaxed));
        let period_nanos = period_frames * 1_000_000_000 / u64::from(self.view.audio.rate_hz.max(1));
        meters.input_nanos.load(Ordering::Relaxed).saturating_sub(period_nanos)
    }

    pub(super) fn fold_practice(&mut self, room: &RoomView) {
        if let Some(newest) = room.newest.filter(|newest| self.pitch_known != Some(newest.known)) {
            self.pitch_known = Some(newest.known);
            self.pitch_shown = Some(newest.sounded);
            let nanos = newest.known.saturating_duration_since(newest.sounded).as_nanos() as u64;
            self.performance.voice_cents.record(nanos + self.input_late_nanos());
        }
        let found = self.practice.fold(room, &mut self.view.practice);
        let median = |histogram: &Histogram| Some(histogram.percentiles()).filter(|p| p.count > 0).map(|p| p.p50_nanos);
        let microphone = &mut self.view.practice.microphone;
        microphone.to_cents_nanos = median(&self.performance.voice_cents);
        microphone.to_screen_nanos = median(&self.performance.voice_screen);
        if let Some(sa_hz) = found {
            self.send(Intent::Practice(PracticeOrder::FindSa(false)));
            self.send(Intent::SetParam(ParamId::TanpuraSa, sa_hz));
        }
    }
}
