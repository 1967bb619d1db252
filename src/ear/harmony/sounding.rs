//! Which keys sound: held down, or let go but kept by the pedal.

/// The keys of one player. All times are seconds.
#[derive(Clone, Debug)]
pub struct Sounding {
    /// When each key was last struck.
    struck_at_secs: [f64; 128],
    /// How hard, 0 to 1.
    weights: [f32; 128],
    down: u128,
    kept: u128,
    is_pedal_down: bool,
}

impl Sounding {
    /// Nothing sounds.
    pub fn new() -> Self {
        Self { struck_at_secs: [0.0; 128], weights: [0.0; 128], down: 0, kept: 0, is_pedal_down: false }
    }

    /// A key goes down; `velocity` 1 to 127.
    pub fn strike(&mut self, at_secs: f64, key: u8, velocity: u8) {
        let key = usize::from(key & 127);
        self.struck_at_secs[key] = at_secs;
        self.weights[key] = weight(velocity);
        self.down |= 1 << key;
        self.kept &= !(1 << key);
    }

    /// A key comes up.
    pub fn release(&mut self, key: u8) {
        let bit = 1 << (key & 127);
        if self.is_pedal_down {
            self.kept |= self.down & bit;
        }
        self.down &= !bit;
    }

    /// The sustain pedal moves.
    pub fn pedal(&mut self, is_down: bool) {
        self.is_pedal_down = is_down;
        if !is_down {
            self.kept = 0;
        }
    }

    /// Calls `each` with every sounding key, from the lowest, and its loudness at `now_secs`, 0 to 1.
    pub fn for_each(&self, now_secs: f64, mut each: impl FnMut(u8, f32)) {
        let mut keys = self.down | self.kept;
        while keys != 0 {
            let key = keys.trailing_zeros() as usize;
            keys &= keys - 1;
            let age = (now_secs - self.struck_at_secs[key]).max(0.0) as f32;
            each(key as u8, self.weights[key] * (-age / super::tuning::RINGING_SECS).exp());
        }
    }

    /// Whether any key sounds.
    pub fn is_any(&self) -> bool {
        self.down | self.kept != 0
    }
}

/// What a velocity counts, 0.4 to 1: soft notes belong to the harmony too.
pub fn weight(velocity: u8) -> f32 {
    0.4 + 0.6 * f32::from(velocity.min(127)) / 127.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(sounding: &Sounding) -> Vec<u8> {
        let mut keys = Vec::new();
        sounding.for_each(0.0, |key, _| keys.push(key));
        keys
    }

    #[test]
    fn the_pedal_keeps_what_was_down_or_comes_up_until_it_lifts() {
        let mut s = Sounding::new();
        s.strike(0.0, 60, 90);
        s.pedal(true);
        s.release(60);
        s.strike(0.0, 64, 90);
        assert_eq!(keys(&s), [60, 64]);
        s.release(99);
        s.pedal(false);
        assert_eq!(keys(&s), [64]);
        s.release(64);
        assert!(!s.is_any());
    }
}
