//! What control does for practice: orders to the teacher, the page's picture, and how fast a pitch gets there.

use super::Control;
use crate::base::Beats;
use crate::engine::Command;
use crate::engine::params::ParamId;
use crate::rt::Histogram;
use crate::session::ear::EarOrder;
use crate::session::intent::Intent;
use crate::session::practice::{Late, PracticeOrder, RoomView, TeachOrder, TransportWish};
use std::sync::atomic::{AtomicU64, Ordering};

impl Control {
    /// Carries out a wish of the learner.
    pub(super) fn practise(&mut self, order: PracticeOrder) {
        let ear = &self.ear;
        let mut tell = |order| ear.order(EarOrder::Teach(order));
        let wish = self.practice.send(order.clone(), &mut tell);
        self.practice.tell(&self.desired.values, &mut tell);
        self.settings.practice = self.practice.settings();
        self.note_tala(&order);
        self.settings_changed();
        self.transport_for_lesson(wish);
    }

    /// Shows the Practice page, or another.
    pub(super) fn open_practice(&mut self, is_open: bool) {
        let ear = &self.ear;
        let wish = self.practice.open(is_open, &mut |order| ear.order(EarOrder::Teach(order)));
        self.transport_for_lesson(wish);
    }

    fn transport_for_lesson(&mut self, wish: Option<TransportWish>) {
        match wish {
            Some(TransportWish::Start { at_beats, count_in_beats, bpm }) => {
                self.set_param(ParamId::Tempo, bpm as f32);
                self.count_in_to(Beats(at_beats), count_in_beats);
            }
            Some(TransportWish::Stop) => self.stop(),
            None => {}
        }
    }

    /// Starts the transport so many beats before a place, wherever it stands or plays, whatever count-in is set.
    fn count_in_to(&mut self, at: Beats, beats: u32) {
        let (bars, metre) = (ParamId::CountInBars, ParamId::BeatsPerBar);
        self.stop();
        self.command(Command::Locate(at));
        self.command(Command::SetParam { id: bars, value: 1.0 });
        self.command(Command::SetParam { id: metre, value: beats as f32 });
        self.command(Command::Play);
        for id in [bars, metre] {
            self.command(Command::SetParam { id, value: self.desired.values.get(id) });
        }
        self.view.transport.is_playing = true;
    }

    fn stop(&mut self) {
        let transport = &self.view.transport;
        if transport.is_playing || transport.is_armed {
            self.play_or_stop();
        }
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

    /// The ear is told how long sound is on its way, where that is another time than before.
    fn tell_late(&mut self) {
        let meters = &self.meters_of_host;
        let secs = |nanos: &AtomicU64| nanos.load(Ordering::Relaxed) as f64 * 1.0e-9;
        let late = Late { out_secs: secs(&meters.output_nanos), in_secs: secs(&meters.input_nanos) };
        if self.practice.note_late(late) {
            self.ear.order(EarOrder::Teach(TeachOrder::Late(late)));
        }
    }

    pub(super) fn fold_practice(&mut self, room: &RoomView) {
        if let Some(newest) = room.newest.filter(|newest| self.pitch_known != Some(newest.known)) {
            self.pitch_known = Some(newest.known);
            self.pitch_shown = Some(newest.sounded);
            let nanos = newest.known.saturating_duration_since(newest.sounded).as_nanos() as u64;
            self.performance.voice_cents.record(nanos + self.input_late_nanos());
        }
        let news = self.practice.fold(room, &mut self.view.practice);
        let median = |histogram: &Histogram| Some(histogram.percentiles()).filter(|p| p.count > 0).map(|p| p.p50_nanos);
        self.tell_late();
        let microphone = &mut self.view.practice.microphone;
        microphone.to_cents_nanos = median(&self.performance.voice_cents);
        microphone.to_screen_nanos = median(&self.performance.voice_screen);
        if news.is_over {
            self.stop();
        }
        if let Some(opened) = news.opened {
            self.notice(opened, false);
        }
        if let Some(sa_hz) = news.found_sa_hz {
            self.send(Intent::Practice(PracticeOrder::FindSa(false)));
            self.send(Intent::SetParam(ParamId::TanpuraSa, sa_hz));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Snapshot;
    use crate::session::control::ControlOptions;
    use crate::session::files::Folders;
    use crate::session::{AudioWish, Page};

    #[test]
    fn what_the_engine_was_before_a_lesson_was_begun_does_not_hide_the_stop() {
        let home = tempfile::tempdir().expect("a folder");
        let wish = AudioWish { host: Some("none".to_owned()), ..AudioWish::default() };
        let options = ControlOptions { folders: Folders::below(home.path()), wish, models: None };
        let mut control = Control::start(&options).expect("a control");
        while control.link.is_none() {
            control.poll();
        }
        control.send(Intent::ShowPage(Page::Practice));
        control.practise(PracticeOrder::SetExercise(Some("CAR-SARALI-01".to_owned())));
        control.practise(PracticeOrder::Begin(None));
        control.take_state(&Snapshot::default());
        assert!(control.view.transport.is_playing);
        control.practise(PracticeOrder::Stop);
        control.take_state(&Snapshot { is_playing: true, ..Snapshot::default() });
        assert!(!control.view.transport.is_playing);
    }
}
