//! The last seconds of the spectrum as a texture that is written column by column.

use super::{magma, theme};
use crate::session::View;
use egui::{Color32, ColorImage, Context, Painter, Pos2, Rect, TextureHandle, TextureOptions, pos2};

/// Columns of the texture.
const COLUMNS: usize = 540;
/// Rows of the texture, low frequencies at the foot.
const ROWS: usize = 160;
/// One column for so many seconds.
const COLUMN_SECS: f64 = 0.02;
const DB_MIN: f32 = -90.0;
/// An analysis stands for so long; after that it is silent.
const STANDS_SECS: f64 = 0.1;

/// Seconds from the left edge to the right.
pub const SPAN_SECS: f64 = COLUMNS as f64 * COLUMN_SECS;

/// A ring of columns: time stands still while the newest column moves along, and both ends are drawn as two
/// rectangles.
pub struct Spectrogram {
    map: [Color32; 256],
    pixels: Vec<Color32>,
    texture: Option<TextureHandle>,
    /// Columns since the program started; the newest lies at this modulo `COLUMNS`.
    column: u64,
    /// Columns that the texture has not seen yet.
    fresh: usize,
    sequence: u64,
    heard_secs: f64,
}

impl Default for Spectrogram {
    fn default() -> Self {
        // Silence has the colour of the well, so that it has no edge.
        let map = magma::table().map(|colour| {
            let [r, g, b, _] = theme::WELL.to_array();
            Color32::from_rgb(colour.r().max(r), colour.g().max(g), colour.b().max(b))
        });
        let pixels = vec![map[0]; COLUMNS * ROWS];
        Self { map, pixels, texture: None, column: 0, fresh: COLUMNS, sequence: 0, heard_secs: f64::NEG_INFINITY }
    }
}

impl Spectrogram {
    /// Writes the columns that have passed since the last call.
    pub fn feed(&mut self, view: &View) {
        let now = (view.now_secs.max(0.0) / COLUMN_SECS) as u64;
        let passed = now.saturating_sub(self.column).min(COLUMNS as u64) as usize;
        if passed == 0 {
            return;
        }
        if view.spectrum.sequence != self.sequence {
            self.sequence = view.spectrum.sequence;
            self.heard_secs = view.now_secs;
        }
        let is_live = view.now_secs - self.heard_secs < STANDS_SECS;
        let levels: &[f32] = if is_live { &view.spectrum.columns_db } else { &[] };
        for back in (0..passed as u64).rev() {
            let x = ((now - back) % COLUMNS as u64) as usize;
            for row in 0..ROWS {
                self.pixels[row * COLUMNS + x] = self.map[level(levels, row)];
            }
        }
        self.column = now;
        self.fresh = (self.fresh + passed).min(COLUMNS);
    }

    /// Draws the ring over `rect`, the newest at the right edge.
    pub fn paint(&mut self, painter: &Painter, rect: Rect) {
        self.upload(painter.ctx());
        let Some(texture) = &self.texture else { return };
        let newest = (self.column % COLUMNS as u64) as usize;
        let split = (newest + 1) as f32 / COLUMNS as f32;
        let middle = rect.max.x - rect.width() * split;
        let uv = |from: f32, to: f32| Rect::from_min_max(pos2(from, 0.0), Pos2::new(to, 1.0));
        painter.image(texture.id(), rect.with_max_x(middle), uv(split, 1.0), Color32::WHITE);
        painter.image(texture.id(), rect.with_min_x(middle), uv(0.0, split), Color32::WHITE);
    }

    fn upload(&mut self, ctx: &Context) {
        let fresh = std::mem::take(&mut self.fresh);
        let Some(texture) = &mut self.texture else {
            let image = ColorImage::new([COLUMNS, ROWS], self.pixels.clone());
            self.texture = Some(ctx.load_texture("spectrogram", image, TextureOptions::NEAREST));
            return;
        };
        let first = self.column + COLUMNS as u64 + 1 - fresh as u64;
        let mut at = (first % COLUMNS as u64) as usize;
        let mut left = fresh;
        while left > 0 {
            let width = left.min(COLUMNS - at);
            let mut block = Vec::with_capacity(width * ROWS);
            for row in 0..ROWS {
                block.extend_from_slice(&self.pixels[row * COLUMNS + at..row * COLUMNS + at + width]);
            }
            texture.set_partial([at, 0], ColorImage::new([width, ROWS], block), TextureOptions::NEAREST);
            (at, left) = (0, left - width);
        }
    }
}

/// The entry of the map for a row of the texture.
fn level(columns_db: &[f32], row: usize) -> usize {
    let count = columns_db.len();
    if count == 0 {
        return 0;
    }
    let (from, to) = ((ROWS - 1 - row) * count / ROWS, ((ROWS - row) * count).div_ceil(ROWS));
    let db = columns_db[from..to.clamp(from, count)].iter().copied().fold(DB_MIN, f32::max);
    (((db - DB_MIN) / -DB_MIN).clamp(0.0, 1.0) * 255.0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_passed_column_is_written_once_and_silence_is_dark() {
        let mut ring = Spectrogram::default();
        let mut view = View { now_secs: 1.0, ..View::default() };
        view.spectrum.columns_db = vec![0.0; 320];
        view.spectrum.sequence = 1;
        ring.feed(&view);
        assert_eq!(ring.pixels[50], ring.map[255]);
        view.now_secs = 1.3;
        ring.feed(&view);
        assert_eq!(ring.pixels[65], ring.map[0]);
        view.now_secs = 1e6;
        ring.feed(&view);
        assert_eq!(ring.fresh, COLUMNS);
    }
}
