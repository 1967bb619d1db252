//! Ballistics of the level meters: up at once, down 20 dB a second, the peak tick holds 1.5 s.

use super::view::MeterView;
use crate::base::gain_to_db;

const FALL_DB_PER_SEC: f64 = 20.0;
const HOLD_SECS: f64 = 1.5;
const FLOOR_DB: f32 = -120.0;

/// One stereo meter.
#[derive(Clone, Copy, Debug, Default)]
pub struct Meter {
    view: MeterView,
    held_at_secs: [f64; 2],
    last_secs: f64,
}

impl Meter {
    /// Takes up the peak (and mean square) of the time since the last call, `[left, right]`, at `now_secs`.
    pub fn update(&mut self, peak: [f32; 2], mean_square: [f32; 2], now_secs: f64) {
        let fall_db = ((now_secs - self.last_secs).max(0.0) * FALL_DB_PER_SEC) as f32;
        self.last_secs = now_secs;
        for side in 0..2 {
            let level_db = gain_to_db(peak[side]);
            let shown = &mut self.view.peak_db[side];
            *shown = level_db.max(*shown - fall_db).max(FLOOR_DB);
            let is_over = level_db >= self.view.hold_db[side];
            if is_over || now_secs - self.held_at_secs[side] > HOLD_SECS {
                self.view.hold_db[side] = if is_over { level_db } else { *shown };
                self.held_at_secs[side] = now_secs;
            }
            self.view.rms_db[side] = 0.5 * gain_to_db(mean_square[side]);
        }
    }

    /// What to show.
    #[must_use]
    pub fn view(&self) -> MeterView {
        self.view
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_shows_at_once_falls_and_its_tick_holds() {
        let mut meter = Meter::default();
        meter.update([0.5, 0.0], [0.25, 0.0], 1.0);
        let view = meter.view();
        assert!((view.peak_db[0] + 6.02).abs() < 0.01 && view.peak_db[1] == -120.0);
        assert!((view.rms_db[0] + 6.02).abs() < 0.01, "{view:?}");
        meter.update([0.0; 2], [0.0; 2], 2.0);
        let view = meter.view();
        assert!((view.peak_db[0] + 26.02).abs() < 0.01 && (view.hold_db[0] + 6.02).abs() < 0.01);
        meter.update([0.0; 2], [0.0; 2], 2.6);
        assert!(meter.view().hold_db[0] < -30.0);
    }
}
