//! Which keys sound and how they are let go: articulation and polyphony.

use super::average::{FadingMean, kept};
use super::tuning;

/// The last stroke of one key, as far as its articulation is not told yet.
#[derive(Clone, Copy, Debug, Default)]
struct Stroke {
    begin_secs: f64,
    /// When it fell silent.
    end_secs: Option<f64>,
    /// When the next note near it began.
    next_secs: Option<f64>,
}

/// The keys and the sustain pedal. Sets of keys are masks: bit `k` stands for key `k`.
#[derive(Clone, Debug)]
pub struct Touch {
    strokes: [Stroke; 128],
    /// Keys whose stroke waits for its end or for the next note.
    open: u128,
    down: u128,
    sounding: u128,
    is_pedal_down: bool,
    articulation: FadingMean,
    polyphony: FadingMean,
}

impl Touch {
    pub fn new() -> Self {
        Self {
            strokes: [Stroke::default(); 128],
            open: 0,
            down: 0,
            sounding: 0,
            is_pedal_down: false,
            articulation: FadingMean::default(),
            polyphony: FadingMean::default(),
        }
    }

    /// So many seconds pass.
    pub fn pass(&mut self, secs: f64) {
        // Silence is no polyphony: the mean is over the time in which something sounds.
        if self.sounding != 0 {
            let share = kept(secs, tuning::PRESENT_SECS);
            self.polyphony.fade(share);
            self.polyphony.add(f64::from(self.sounding.count_ones()), 1.0 - share);
        }
    }

    /// A key (0 to 127) goes down; whether it sounded still, and was cut by this.
    pub fn strike(&mut self, at_secs: f64, key: u8) -> bool {
        let bit = 1_u128 << key;
        let is_cut = self.sounding & bit != 0;
        if is_cut {
            self.end(at_secs, key);
        }
        let key = usize::from(key);
        for near in key.saturating_sub(tuning::VOICE_KEYS)..=(key + tuning::VOICE_KEYS).min(127) {
            let stroke = &mut self.strokes[near];
            let is_waiting = self.open & (1 << near) != 0 && stroke.next_secs.is_none();
            if is_waiting && at_secs - stroke.begin_secs > tuning::CHORD_SECS {
                stroke.next_secs = Some(at_secs);
                self.tell(near);
            }
        }
        self.strokes[key] = Stroke { begin_secs: at_secs, ..Stroke::default() };
        self.open |= bit;
        self.down |= bit;
        self.sounding |= bit;
        is_cut
    }

    /// A key (0 to 127) comes up; whether it falls silent with that.
    pub fn release(&mut self, at_secs: f64, key: u8) -> bool {
        let bit = 1_u128 << key;
        self.down &= !bit;
        let is_ended = self.sounding & bit != 0 && !self.is_pedal_down;
        if is_ended {
            self.end(at_secs, key);
        }
        is_ended
    }

    /// The sustain pedal moves; the keys that fall silent with that.
    pub fn pedal(&mut self, at_secs: f64, is_down: bool) -> u128 {
        self.is_pedal_down = is_down;
        let ended = if is_down { 0 } else { self.sounding & !self.down };
        for key in (0..128).filter(|key| ended & (1 << key) != 0) {
            self.end(at_secs, key);
        }
        ended
    }

    /// Whether no key sounds.
    pub fn is_silent(&self) -> bool {
        self.sounding == 0
    }

    /// How much of the time to the next note a note sounds: 0 staccato, 1 legato, more where notes overlap.
    pub fn articulation(&self) -> f32 {
        self.articulation.mean().unwrap_or(0.0) as f32
    }

    /// Keys that sound at once, while any does.
    pub fn polyphony(&self) -> f32 {
        self.polyphony.mean().unwrap_or(0.0) as f32
    }

    fn end(&mut self, at_secs: f64, key: u8) {
        self.sounding &= !(1 << key);
        if self.open & (1 << key) != 0 {
            self.strokes[usize::from(key)].end_secs = Some(at_secs);
            self.tell(usize::from(key));
        }
    }

    /// Takes a stroke into the mean once its end and the next note are both known.
    fn tell(&mut self, key: usize) {
        let Stroke { begin_secs, end_secs: Some(end_secs), next_secs: Some(next_secs) } = self.strokes[key] else {
            return;
        };
        self.open &= !(1 << key);
        let follow_secs = next_secs - begin_secs;
        if follow_secs <= tuning::FOLLOW_SECS_MAX {
            let ratio = ((end_secs - begin_secs) / follow_secs).min(tuning::ARTICULATION_MAX);
            // Faded by note, not by second: fast playing is not remembered longer.
            self.articulation.fade(kept(1.0, tuning::ARTICULATION_NOTES));
            self.articulation.add(ratio, 1.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A scale in steps of 0.25 s, each note held for `held_secs`.
    fn scale(held_secs: f64, is_pedal_down: bool) -> Touch {
        let mut touch = Touch::new();
        touch.pedal(0.0, is_pedal_down);
        let mut events: Vec<(f64, bool, u8)> = (0..24)
            .flat_map(|i| {
                let (at, key) = (f64::from(i) * 0.25, 60 + (i % 8) as u8);
                [(at, true, key), (at + held_secs, false, key)]
            })
            .collect();
        events.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut now = 0.0;
        for (at, is_on, key) in events {
            touch.pass(at - now);
            now = at;
            if is_on {
                touch.strike(at, key)
            } else {
                touch.release(at, key)
            };
        }
        touch
    }

    #[test]
    fn a_touch_is_told_from_the_time_a_note_sounds_until_the_next() {
        for (held_secs, articulation, polyphony) in [(0.05, 0.2, 1.0), (0.25, 1.0, 1.0), (0.375, 1.5, 1.5)] {
            let touch = scale(held_secs, false);
            assert!((touch.articulation() - articulation).abs() < 0.01, "{held_secs}: {}", touch.articulation());
            assert!((touch.polyphony() - polyphony).abs() < 0.06, "{held_secs}: {}", touch.polyphony());
            assert!(touch.is_silent());
        }
    }

    #[test]
    fn the_pedal_holds_what_the_fingers_let_go() {
        let mut touch = scale(0.05, true);
        assert!(!touch.is_silent() && touch.polyphony() > 5.0);
        assert_eq!(touch.pedal(7.0, false).count_ones(), 8);
        assert!(touch.is_silent());
        assert!(touch.articulation() > 1.0);
    }

    #[test]
    fn all_keys_at_once_are_bounded() {
        let mut touch = Touch::new();
        for round in 0..10 {
            let at_secs = f64::from(round) * 0.001;
            touch.pass(0.001);
            for key in 0..128 {
                assert_eq!(touch.strike(at_secs, key), round > 0);
            }
        }
        assert!((touch.polyphony() - 128.0).abs() < 1e-3);
        assert!((0.0..=2.0).contains(&touch.articulation()));
    }
}
