//! The spectrum now and the spectrogram of the last seconds.

use crate::session::View;
use crate::ui::play::spectrum_shapes;
use crate::ui::spectrogram::SPAN_SECS;
use crate::ui::widgets::{self, Hang, mono, ui_face};
use crate::ui::{UiState, text, theme};
use egui::{Rect, Stroke, Ui, pos2, vec2};

/// Draws the well.
pub fn sound_ui(ui: &Ui, area: Rect, state: &mut UiState, view: &View) {
    widgets::well(ui, area);
    let ink = widgets::ink(ui);
    let peak = match view.spectrum.peak {
        Some((hz, db)) if db > -100.0 => {
            let hz = if hz < 1000.0 { format!("{hz:.0} Hz") } else { format!("{:.2} kHz", hz / 1000.0) };
            format!("peak {hz}, {} dB", text::number(f64::from(db), 0))
        }
        _ => format!("peak {}", text::DASH),
    };
    super::caption_ui(ui, area, 16.0, "Spectrum", &peak);
    let inside = area.shrink2(vec2(16.0, 0.0));
    let free = area.height() - 68.0;
    let plot = Rect::from_x_y_ranges(inside.x_range(), area.min.y + 30.0..=area.min.y + 30.0 + free * 0.43);
    for hz in [100.0_f32, 1_000.0, 10_000.0] {
        widgets::post(ui, egui::lerp(plot.x_range(), place(hz)), plot.y_range(), ink.hair);
    }
    for step in 0..=3 {
        widgets::rule(ui, plot.x_range(), plot.min.y + plot.height() * step as f32 / 3.0, ink.hair);
    }
    let stroke = Stroke::new(1.25, ink.t2);
    let shapes = spectrum_shapes(plot, &view.spectrum.columns_db, theme::PRESS.gamma_multiply(0.6), stroke);
    ui.painter().extend(shapes);

    let picture = Rect::from_x_y_ranges(inside.x_range(), plot.max.y + 8.0..=area.max.y - 30.0);
    state.spectrogram.paint(ui.painter(), picture);
    for (hz, name) in [(100.0, "100"), (1_000.0, "1k"), (10_000.0, "10k")] {
        let y = egui::lerp(picture.max.y..=picture.min.y, place(hz));
        let width = widgets::width(ui, name, theme::mono_font(theme::SMALL)) + 6.0;
        let label = Rect::from_min_size(pos2(picture.min.x + 2.0, y - 7.0), vec2(width, 14.0));
        ui.painter().rect_filled(label, theme::RADIUS_NOTE, theme::WELL.gamma_multiply(0.7));
        let at = pos2(label.min.x + 3.0, y + 3.96);
        widgets::write(ui.painter(), at, Hang::Left, name, mono(theme::SMALL, theme::T1));
    }
    let baseline = area.max.y - 10.0;
    let face = ui_face(theme::SMALL, ink.t3);
    let write = |x, hang, words: &str| widgets::write(ui.painter(), pos2(x, baseline), hang, words, face.clone());
    write(inside.min.x, Hang::Left, &format!("{SPAN_SECS:.0} s"));
    write(inside.max.x, Hang::Right, "now");
    write(inside.center().x, Hang::Middle, "spectrogram, magma, \u{2212}90 to 0 dB");
    widgets::tell(ui, area, &format!("Spectrum and spectrogram, {peak}"));
}

/// Where a frequency lies between 20 Hz and 20 kHz.
fn place(hz: f32) -> f32 {
    (hz / 20.0).ln() / 1000.0_f32.ln()
}
