//! The book of recipes: everything about every key of every patch that can be worked out beforehand.

use super::patch::{PATCHES, PatchId};
use super::{bass, kit, pad, tines, wind};
use crate::base::limits::CONTROL_TICK_FRAMES;
use crate::dsp::partials::{ANGLE_MAX, GROUPS_MAX, LANES, Lanes};
use crate::dsp::svf::{SvfKind, SvfShape};
use std::f64::consts::TAU;

/// One partial as its author thinks of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Partial {
    pub hz: f64,
    /// Amplitude at the softest and at the hardest touch.
    pub touch: (f64, f64),
    /// Time in which it falls by 1/e, while held and once damped; infinite for what is sustained.
    pub decay_secs: f64,
    pub damped_secs: f64,
    /// How much the colour knob moves it: octaves of level for each unit.
    pub colour: f64,
    /// Which of the two streams it belongs to.
    pub stream: usize,
}

/// The noise of a recipe.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hiss {
    pub kind: SvfKind,
    pub hz: f64,
    pub q: f64,
    pub touch: (f64, f64),
    pub decay_secs: f64,
    /// Further bursts after the first and the time between them.
    pub bursts: u8,
    pub gap_secs: f64,
    /// Whether the "Snares" or "Finger" knob moves it.
    pub knob: bool,
}

impl Hiss {
    pub const NONE: Self = Self {
        kind: SvfKind::Band,
        hz: 1000.0,
        q: 0.7,
        touch: (0.0, 0.0),
        decay_secs: 0.01,
        bursts: 0,
        gap_secs: 0.0,
        knob: false,
    };
}

/// How a voice lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Life {
    /// Dies away by itself and is damped when released.
    Struck,
    /// Sounds until released.
    Sustained,
    /// Dies away by itself whatever the key does.
    Hit,
}

/// A recipe as its author thinks of it.
#[derive(Clone, Debug)]
pub(super) struct Sketch {
    pub life: Life,
    pub partials: Vec<Partial>,
    pub hiss: Hiss,
    pub level: f64,
    /// The share of the level that velocity moves.
    pub touch: f64,
    pub attack_secs: f64,
    /// Where the tone knob's tilt has its pivot.
    pub pivot_hz: f64,
    /// -1 is left, 1 is right; the streams stand `spread` to either side.
    pub pan: f64,
    pub spread: f64,
    /// How much higher the pitch starts, as a share, and how fast that goes.
    pub sweep: f64,
    pub sweep_secs: f64,
    /// How fast a voice gives way when its key is struck again.
    pub restrike_secs: f64,
    /// Voices of the same group other than 0 cut each other off, as the two cymbals of a hi-hat do.
    pub choke: u8,
}

impl Sketch {
    pub fn new(life: Life, pivot_hz: f64) -> Self {
        Self {
            life,
            partials: Vec::new(),
            hiss: Hiss::NONE,
            level: 1.0,
            touch: 1.0,
            attack_secs: 0.0008,
            pivot_hz,
            pan: 0.0,
            spread: 0.0,
            sweep: 0.0,
            sweep_secs: 0.02,
            restrike_secs: 0.025,
            choke: 0,
        }
    }
}

/// Eight partials, ready to sound.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Block {
    /// Radians per frame at a tuning of 440 Hz.
    pub angle: Lanes,
    /// What a frame leaves of the amplitude, held and damped.
    pub keep: Lanes,
    pub damped: Lanes,
    /// What a frame multiplies by when nothing bends the pitch: real and imaginary parts.
    pub turn: [Lanes; 2],
    /// Amplitude at the softest touch, and what the hardest adds to it.
    pub soft: Lanes,
    pub rise: Lanes,
    /// Octaves above the pivot of the tone knob.
    pub slope: Lanes,
    pub colour: Lanes,
}

/// One key of one patch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recipe {
    pub life: Life,
    pub first_block: u32,
    pub groups: u8,
    pub choke: u8,
    pub level: f32,
    pub touch: f32,
    pub attack_step: f32,
    pub pan: f32,
    pub spread: f32,
    pub sweep: f32,
    pub sweep_keep: f32,
    pub restrike_frames: f32,
    pub noise_shape: SvfShape,
    pub noise_soft: f32,
    pub noise_rise: f32,
    pub noise_keep: f32,
    pub noise_knob: bool,
    pub bursts: u8,
    pub burst_ticks: u8,
}

/// All recipes for one sample rate, and the curves of touch.
pub(super) struct Book {
    recipes: Vec<Recipe>,
    blocks: Vec<Block>,
    index: Vec<Option<u16>>,
    /// Level and hardness, 0 to 1, of each velocity.
    pub loudness: [f32; 128],
    pub hardness: [f32; 128],
    /// Unit vectors all around the circle, for starting phases.
    pub circle: [[f32; 2]; 256],
}

impl Book {
    /// Works everything out for a sample rate. Allocates.
    pub fn new(rate_hz: f64) -> Self {
        let curve = |power: f64| std::array::from_fn(|v| (v as f64 / 127.0).powf(power) as f32);
        let mut book = Self {
            recipes: Vec::new(),
            blocks: Vec::new(),
            index: vec![None; PATCHES.len() * 128],
            loudness: curve(1.05),
            hardness: curve(1.6),
            circle: std::array::from_fn(|i| {
                let (sine, cosine) = (TAU * i as f64 / 256.0).sin_cos();
                [cosine as f32, sine as f32]
            }),
        };
        for patch in 0..PATCHES.len() {
            let id = PatchId(patch as u8);
            let (low, high) = id.info().key_range;
            for key in low..=high {
                if let Some(sketch) = sketch(id, key) {
                    book.index[patch * 128 + usize::from(key)] = Some(book.recipes.len() as u16);
                    book.add(&sketch, rate_hz);
                }
            }
        }
        book
    }

    /// Where the recipe of a key is; `None` when the key is silent. Real-time safe.
    pub fn find(&self, patch: PatchId, key: u8) -> Option<u16> {
        *self.index.get(usize::from(patch.0) * 128 + usize::from(key & 127))?
    }

    pub fn recipe(&self, index: u16) -> &Recipe {
        &self.recipes[usize::from(index)]
    }

    pub fn blocks(&self, recipe: &Recipe) -> &[Block] {
        let first = recipe.first_block as usize;
        &self.blocks[first..first + usize::from(recipe.groups)]
    }

    fn add(&mut self, sketch: &Sketch, rate_hz: f64) {
        let first_block = self.blocks.len() as u32;
        let groups = lay_out(sketch, rate_hz, &mut self.blocks);
        let ticks_hz = rate_hz / CONTROL_TICK_FRAMES as f64;
        let hiss = &sketch.hiss;
        self.recipes.push(Recipe {
            life: sketch.life,
            first_block,
            groups,
            choke: sketch.choke,
            level: sketch.level as f32,
            touch: sketch.touch as f32,
            attack_step: (1.0 / (sketch.attack_secs * rate_hz).max(1.0)) as f32,
            pan: sketch.pan as f32,
            spread: sketch.spread as f32,
            sweep: sketch.sweep as f32,
            sweep_keep: (-1.0 / (sketch.sweep_secs * ticks_hz)).exp() as f32,
            restrike_frames: (sketch.restrike_secs * rate_hz) as f32,
            noise_shape: SvfShape::new(hiss.kind, hiss.hz, hiss.q, rate_hz),
            noise_soft: hiss.touch.0 as f32,
            noise_rise: (hiss.touch.1 - hiss.touch.0) as f32,
            noise_keep: (-1.0 / (hiss.decay_secs * rate_hz)).exp() as f32,
            noise_knob: hiss.knob,
            bursts: hiss.bursts,
            burst_ticks: (hiss.gap_secs * ticks_hz).round().clamp(1.0, 255.0) as u8,
        });
    }
}

fn sketch(patch: PatchId, key: u8) -> Option<Sketch> {
    match patch {
        PatchId::TINE_ELECTRIC => Some(tines::electric(key)),
        PatchId::FELT_TINES => Some(tines::felt(key)),
        PatchId::GLASS_KEYS => Some(tines::glass(key)),
        PatchId::UPRIGHT_BASS => Some(bass::upright(key)),
        PatchId::FINGER_BASS => Some(bass::finger(key)),
        PatchId::WARM_PAD => Some(pad::warm(key)),
        PatchId::AIR_PAD => Some(pad::air(key)),
        PatchId::BANSURI => Some(wind::bansuri(key)),
        // They are no voices of the pool: a stroke ends what rings on its head.
        PatchId::SKINS => None,
        _ => kit::drum(key),
    }
}

/// Lays the partials that fit below the band limit out in blocks: first stream in even blocks, second in odd ones.
fn lay_out(sketch: &Sketch, rate_hz: f64, blocks: &mut Vec<Block>) -> u8 {
    let first = blocks.len();
    let mut used = [0; 2];
    let mut groups = 0;
    blocks.resize(first + GROUPS_MAX, Block { angle: [1.0; LANES], ..Block::default() });
    for partial in &sketch.partials {
        let angle = TAU * partial.hz / rate_hz;
        let limit = f64::from(ANGLE_MAX);
        let fade = ((limit - angle) / (0.1 * limit)).clamp(0.0, 1.0);
        let group = partial.stream + 2 * (used[partial.stream] / LANES);
        if fade == 0.0 || group >= GROUPS_MAX {
            continue;
        }
        let lane = used[partial.stream] % LANES;
        used[partial.stream] += 1;
        groups = groups.max(group + 1);
        let keep = |secs: f64| (-1.0 / (secs * rate_hz)).exp() as f32;
        let block = &mut blocks[first + group];
        block.angle[lane] = angle as f32;
        block.keep[lane] = keep(partial.decay_secs);
        block.damped[lane] = keep(partial.damped_secs.min(partial.decay_secs));
        let natural = (-1.0 / (partial.decay_secs * rate_hz)).exp();
        block.turn[0][lane] = (natural * angle.cos()) as f32;
        block.turn[1][lane] = (natural * angle.sin()) as f32;
        block.soft[lane] = (fade * partial.touch.0) as f32;
        block.rise[lane] = (fade * (partial.touch.1 - partial.touch.0)) as f32;
        block.slope[lane] = (partial.hz / sketch.pivot_hz).log2().clamp(-2.0, 5.0) as f32;
        block.colour[lane] = partial.colour as f32;
    }
    if groups == 3 {
        groups = GROUPS_MAX;
    }
    blocks.truncate(first + groups);
    groups as u8
}
