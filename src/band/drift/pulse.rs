//! The percussion of Drift: shaker, bells, a low drum and a cymbal that come for a while and go for longer.

use super::super::chance::{chance_at, seed_at, walk};
use super::super::part::PartMode;
use super::super::phrase::{Ask, Note, Role};
use super::stretch::{softness, strike, strokes};
use super::texture::{Aspect, fullness, section};

/// A thing to strike.
struct Layer {
    /// General MIDI drum keys that it may be, one for a section.
    keys: [u8; 3],
    /// Half beats from one pulse to the next, one for a section; odd ones drift against the bar.
    steps: [i64; 3],
    /// Bars in which it comes and goes.
    period_bars: f64,
    /// How present it must be to be heard at all, 0 to 1.
    threshold: f32,
    /// How loud it is against a soft stroke.
    loudness: f32,
}

/// What there is: shaker and soft hi-hats, bells and triangle, low drums. Thresholds are high: silence is the rule.
static LAYERS: [Layer; 3] = [
    Layer { keys: [70, 44, 42], steps: [1, 2, 1], period_bars: 31.0, threshold: 0.5, loudness: 0.6 },
    Layer { keys: [53, 81, 51], steps: [5, 7, 6], period_bars: 37.0, threshold: 0.42, loudness: 0.62 },
    Layer { keys: [64, 36, 41], steps: [8, 3, 4], period_bars: 43.0, threshold: 0.48, loudness: 0.72 },
];

/// How fast a layer fills once it is over its threshold.
const FILLS: f32 = 3.0;
/// The soft cymbal that opens a section or a fill.
const CYMBAL: u8 = 49;
/// Share of sections that one opens.
const CYMBALS: f32 = 0.4;
/// How soft it is.
const CYMBAL_LOUDNESS: f32 = 0.55;
/// Beats that a stroke is held: drums ring as they will.
const LENGTH_BEATS: f64 = 0.25;
/// From which amount of fills on one is marked.
const FILLS_MIN: f32 = 0.3;
/// Purposes of chance: layers,
const PULSE: u64 = 0xd21f_0080;
/// sections,
const SECTION: u64 = 0xd21f_0090;
/// and presence.
const PRESENCE: u64 = 0xd21f_00a0;

fn stroke(ask: &Ask<'_>, key: u8, begin_beats: f64, loudness: f32, out: &mut Vec<Note>) {
    let velocity = (softness(ask) * loudness).clamp(1.0, 127.0) as u8;
    strike(ask, Note { begin_beats, length_beats: LENGTH_BEATS, key, velocity }, out);
}

/// Adds a bar of the percussion.
pub fn pulse(ask: &Ask<'_>, out: &mut Vec<Note>) {
    if ask.taste.mode == PartMode::Follow {
        for (at_beats, _) in strokes(ask).iter() {
            stroke(ask, LAYERS[0].keys[0], *at_beats, LAYERS[0].loudness, out);
        }
    } else {
        (0..LAYERS.len()).for_each(|layer| pulses(ask, layer, out));
        let begin = section(ask.seed, ask.bar.index);
        let is_opening = begin == ask.bar.index && chance_at(ask.seed, SECTION, begin).unit() < CYMBALS;
        if is_opening && fullness(ask, Aspect::Pulse) > LAYERS[1].threshold {
            stroke(ask, CYMBAL, ask.bar.begin_beats, CYMBAL_LOUDNESS, out);
        }
        if ask.bar.role == Role::Fill && ask.feel.fills >= FILLS_MIN {
            stroke(ask, CYMBAL, ask.bar.end_beats() - 1.0, CYMBAL_LOUDNESS * ask.feel.fills.min(1.0), out);
        }
    }
    if ask.bar.role == Role::Ending {
        stroke(ask, CYMBAL, ask.bar.end_beats(), CYMBAL_LOUDNESS, out);
    }
}

fn pulses(ask: &Ask<'_>, layer: usize, out: &mut Vec<Note>) {
    let (number, layer) = (layer as u64, &LAYERS[layer]);
    let walk = walk(ask.seed, PRESENCE + number, ask.bar.index as f64, layer.period_bars);
    let presence = (0.5 * (walk + fullness(ask, Aspect::Pulse)) - layer.threshold) * FILLS;
    if presence <= 0.0 {
        return;
    }
    let seed = seed_at(ask.seed, SECTION + number, section(ask.seed, ask.bar.index));
    let mut of_section = chance_at(seed, PULSE, 0);
    let key = layer.keys[of_section.below(3) as usize];
    let every = layer.steps[of_section.below(3) as usize];
    let first = (ask.bar.begin_beats * 2.0).round() as i64;
    for step in
        (0..2 * i64::from(ask.bar.beats.min(16))).filter(|step| first.saturating_add(*step).rem_euclid(every) == 0)
    {
        let mut chance = chance_at(seed, PULSE, first.saturating_add(step));
        let (rank, accent) = (chance.unit(), 0.85 + 0.3 * chance.unit());
        if rank < presence {
            stroke(ask, key, ask.bar.begin_beats + step as f64 / 2.0, layer.loudness * accent, out);
        }
    }
}
