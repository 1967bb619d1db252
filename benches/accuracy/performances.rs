//! Performances made here, seeded, whose beats are known exactly.
//!
//! The module is on its own, so that tests may take it by `#[path]`.

use sangat::base::Rng;
use sangat::ear::{Onset, OnsetSource};

/// What is played and how.
#[derive(Clone, Copy, Debug)]
pub struct Performance {
    /// The generator's seed.
    pub seed: u64,
    /// Beats in a bar; 2 with `is_compound` is 6/8.
    pub beats_per_bar: usize,
    /// Whether a beat has three parts rather than two.
    pub is_compound: bool,
    /// Bars played.
    pub bars: usize,
    /// Tempo at the begin, in BPM.
    pub bpm: f64,
    /// How much longer the last beat is than the first, spread evenly from `slows_from_bar` on: 1 is steady.
    pub slows_to: f64,
    /// See `slows_to`.
    pub slows_from_bar: usize,
    /// A silence before this bar, of this many seconds.
    pub pause: Option<(usize, f64)>,
    /// Slow wandering of the tempo: a sine of this share of the beat over sixteen beats.
    pub drift: f64,
    /// Standard deviation of each onset, in seconds.
    pub jitter_secs: f64,
    /// Share of notes left out.
    pub missing: f32,
    /// Share of notes with a wrong one beside them, at any time within the beat.
    pub wrong: f32,
    /// Where the second half of the beat falls: 0.5 straight, 0.667 swung.
    pub half: f64,
}

impl Default for Performance {
    fn default() -> Self {
        Self {
            seed: 1,
            beats_per_bar: 4,
            is_compound: false,
            bars: 24,
            bpm: 90.0,
            slows_to: 1.0,
            slows_from_bar: 0,
            pause: None,
            drift: 0.0,
            jitter_secs: 0.01,
            missing: 0.0,
            wrong: 0.0,
            half: 0.5,
        }
    }
}

/// What was played, and where its beats and bars begin.
#[derive(Clone, Debug, Default)]
pub struct Played {
    /// The onsets, in time order.
    pub onsets: Vec<Onset>,
    /// The beats, in seconds.
    pub beats: Vec<f64>,
    /// Whether each beat begins a bar.
    pub are_downbeats: Vec<bool>,
}

/// Roots of the chords, a bar each.
const ROOTS: [u8; 8] = [36, 43, 45, 40, 41, 36, 41, 43];
/// When the first beat falls, in seconds.
const BEGIN_SECS: f64 = 0.5;

impl Performance {
    /// The piano: a bass on the bar and its middle, chords on the other beats, single notes between them.
    pub fn play(&self) -> Played {
        let mut rng = Rng::new(self.seed);
        let mut played = self.beats();
        for (n, pair) in played.beats.windows(2).enumerate() {
            let (bar, place) = (n / self.beats_per_bar, n % self.beats_per_bar);
            let rest = self.pause.filter(|(bar, _)| n + 1 == bar * self.beats_per_bar).map_or(0.0, |pause| pause.1);
            let length = pair[1] - pair[0] - rest;
            let root = ROOTS[bar % ROOTS.len()];
            let is_bass = place == 0 || (self.beats_per_bar == 4 && place == 2);
            let keys: &[u8] = if is_bass { &[0, 24, 28] } else { &[24, 28, 31] };
            for key in keys {
                let loudness = if place == 0 { 0.75 } else { 0.6 };
                self.strike(&mut played.onsets, &mut rng, (pair[0], root + key, loudness));
            }
            let parts: &[f64] = if self.is_compound { &[1.0 / 3.0, 2.0 / 3.0] } else { &[self.half] };
            for part in parts {
                let at = pair[0] + part * length;
                let key = root + 36 + rng.below(8) as u8;
                self.strike(&mut played.onsets, &mut rng, (at, key, 0.5));
            }
            if rng.unit() < self.wrong {
                let at = pair[0] + f64::from(rng.unit()) * length;
                let key = 48 + rng.below(24) as u8;
                self.strike(&mut played.onsets, &mut rng, (at, key, 0.6));
            }
        }
        played.beats.pop();
        played.are_downbeats.pop();
        played.onsets.sort_by(|a, b| a.at_secs.total_cmp(&b.at_secs));
        played
    }

    fn beats(&self) -> Played {
        let mut played = Played::default();
        let count = self.bars * self.beats_per_bar;
        let slows_from = self.slows_from_bar * self.beats_per_bar;
        let mut at = BEGIN_SECS;
        for n in 0..=count {
            if let Some((bar, secs)) = self.pause
                && n == bar * self.beats_per_bar
            {
                at += secs;
            }
            played.beats.push(at);
            played.are_downbeats.push(n % self.beats_per_bar == 0);
            let slowed = n.saturating_sub(slows_from) as f64 / (count - slows_from).max(1) as f64;
            let wander = self.drift * (n as f64 / 16.0 * std::f64::consts::TAU).sin();
            at += 60.0 / self.bpm * (1.0 + (self.slows_to - 1.0) * slowed + wander);
        }
        played
    }

    fn strike(&self, onsets: &mut Vec<Onset>, rng: &mut Rng, (at, key, loudness): (f64, u8, f32)) {
        // Four uniform draws are bell enough; their sum has a standard deviation of 2 / sqrt(3).
        let bell = f64::from(rng.bipolar() + rng.bipolar() + rng.bipolar() + rng.bipolar()) * 0.866;
        if rng.unit() >= self.missing {
            let loudness = loudness * (1.0 + 0.1 * rng.bipolar());
            let at_secs = (at + bell * self.jitter_secs).max(0.0);
            onsets.push(Onset { at_secs, loudness, source: OnsetSource::Key(key) });
        }
    }
}
