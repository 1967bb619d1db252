//! The chart that the band plays by.

use super::Control;
use crate::band::StyleId;
use crate::engine::params::ParamId;
use crate::session::chart_file;
use crate::session::ear::EarOrder;
use crate::theory::Chart;
use std::path::Path;
use std::sync::Arc;

impl Control {
    /// Plays by a chart as people write it, or by ear. A chart that cannot be read changes nothing.
    pub(super) fn set_chart(&mut self, text: Option<&str>) {
        match text.map(|text| chart_file::parse(text.as_bytes(), None)).transpose() {
            Ok(chart) => self.take_chart(chart),
            Err(fault) => self.notice(format!("This is no chart: {fault}."), true),
        }
    }

    pub(super) fn open_chart(&mut self, path: &Path) {
        match chart_file::read(path, None) {
            Ok(chart) => self.take_chart(Some(chart)),
            Err(error) => self.notice(format!("{error}."), true),
        }
    }

    /// The chart of the last session, once at the start: metre, style and tempo are in the settings already.
    pub(super) fn restore_chart(&mut self) {
        if let Some(Ok(chart)) = self.settings.chart.as_ref().map(|text| Chart::parse_text(text)) {
            self.show_chart(Some(chart));
        }
    }

    fn take_chart(&mut self, chart: Option<Chart>) {
        if let Some(chart) = &chart {
            let beats = chart.beats_per_bar();
            self.move_param(ParamId::BeatsPerBar, beats as f32);
            let wanted = StyleId::from_words(chart.style.as_deref(), beats);
            let has_other_metre = self.style().style().beats_per_bar != beats;
            if let Some(style) = wanted.filter(|_| has_other_metre || chart.style.is_some()) {
                self.move_param(ParamId::BandStyle, f32::from(style as u8));
            }
            if let Some(bpm) = chart.tempo_bpm.filter(|_| !self.view.transport.is_playing) {
                self.move_param(ParamId::Tempo, bpm as f32);
            }
        }
        self.settings.chart = chart.as_ref().map(ToString::to_string);
        self.settings_changed();
        self.show_chart(chart);
    }

    fn show_chart(&mut self, chart: Option<Chart>) {
        self.view.chart = chart.map(Arc::new);
        self.ear.order(EarOrder::Chart(self.view.chart.clone()));
    }

    fn style(&self) -> StyleId {
        crate::session::band::settings_of(&self.desired.values).style
    }
}
