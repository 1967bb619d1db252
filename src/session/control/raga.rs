//! What the band is told: its parameters, the raga and the tala, and the sounds that go with them.

use super::Control;
use crate::band::{ModeId, Settings};
use crate::base::Bus;
use crate::base::limits::PARTS;
use crate::engine::Command;
use crate::engine::params::ParamId;
use crate::instrument::PatchId;
use crate::session::band::{settings_of, style_beats_per_bar};
use crate::session::ear::EarOrder;
use crate::session::practice::PracticeOrder;
use crate::session::raga;
use crate::theory::raga::{Raga, Tala};
use std::sync::Arc;

/// What a raga is played with; two are the same where nothing of it differs.
#[derive(Clone, Debug, PartialEq)]
struct RagaWish {
    raga: Arc<Raga>,
    tala: Option<Arc<Tala>>,
    sa_hz: f32,
    a4_hz: f32,
}

/// What band and engine were told last.
#[derive(Default)]
pub(super) struct Told {
    band: Option<Settings>,
    raga: Option<RagaWish>,
    /// The sounds of the parts.
    pub(super) patches: [PatchId; PARTS],
}

impl Control {
    /// What the band is to play: its parameters, or on the Practice page the theka alone.
    fn band_settings(&self) -> Settings {
        self.practice.band(settings_of(&self.desired.values))
    }

    /// What differs goes to the band and to the engine.
    pub(super) fn tell_band(&mut self) {
        let (raga, tala) = self.practice.subject();
        let values = &self.desired.values;
        let (sa_hz, a4_hz) = (values.get(ParamId::TanpuraSa), values.get(ParamId::TuningHz));
        let wish = RagaWish { raga, tala, sa_hz, a4_hz };
        if self.told.raga.as_ref() != Some(&wish) {
            let setting = raga::setting(&wish.raga, wish.tala.as_deref(), sa_hz, a4_hz);
            self.ear.order(EarOrder::Raga(Box::new(setting)));
            self.told.raga = Some(wish);
        }
        let settings = self.band_settings();
        if self.told.band != Some(settings) {
            self.told.band = Some(settings);
            self.ear.order(EarOrder::Band(Box::new(settings)));
        }
        self.send_band_patches();
    }

    /// The sounds of all parts.
    pub(super) fn patches(&self) -> [PatchId; PARTS] {
        let settings = self.band_settings();
        Bus::PARTS.map(|bus| match bus {
            Bus::You => self.desired.patch,
            Bus::Lead => self.practice.lead_patch(raga::patch(bus, &settings)),
            _ => raga::patch(bus, &settings),
        })
    }

    /// The sounds of the band's parts that differ go to the engine.
    pub(super) fn send_band_patches(&mut self) {
        let wanted = self.patches();
        for bus in Bus::PARTS.into_iter().filter(|bus| *bus != Bus::You) {
            let patch = wanted[bus as usize];
            if std::mem::replace(&mut self.told.patches[bus as usize], patch) != patch {
                self.command(Command::SetPatch { bus, patch });
            }
        }
    }

    fn has_raga(&self) -> bool {
        self.desired.values.get(ParamId::BandMode) as usize == ModeId::Raga as usize
    }

    /// Another way of playing together. A raga wants its tanpura, and bars as long as its cycle.
    pub(super) fn set_mode(&mut self, value: f32) {
        let had_raga = self.has_raga();
        self.set_param(ParamId::BandMode, value);
        if self.has_raga() {
            self.move_param(ParamId::TanpuraOn, 1.0);
            self.fit_bars();
        } else if had_raga {
            let style = self.desired.values.get(ParamId::BandStyle) as usize;
            self.move_param(ParamId::BeatsPerBar, style_beats_per_bar(style) as f32);
        }
    }

    /// Another tala while a raga is jammed in has other bars.
    pub(super) fn note_tala(&mut self, order: &PracticeOrder) {
        if self.has_raga() && matches!(order, PracticeOrder::SetTala(Some(_))) {
            self.fit_bars();
        }
    }

    fn fit_bars(&mut self) {
        if let (_, Some(tala)) = self.practice.subject() {
            self.move_param(ParamId::BeatsPerBar, raga::bar_beats(&tala) as f32);
        }
    }
}
