//! One sounding note: how it begins, follows its channel from tick to tick, and ends.

use super::book::{Block, Book, Life, Recipe};
use super::channel::Channel;
use super::part::{Controls, Part, WANDERERS};
use super::patch::PatchId;
use crate::base::Rng;
use crate::dsp::noise::Noise;
use crate::dsp::partials::{ANGLE_MAX, GROUPS_MAX, LANES, Lanes, exp2};
use crate::dsp::source::{Mix, Source};

/// A voice quieter than this has ended: -96 dB of full scale.
const SILENT: f32 = 1.6e-5;
/// Ticks from one check of a voice to the next.
const CHECK_TICKS: u64 = 8;
/// Frames over which a sustained partial moves to its new level, as an exponent.
const WANDER_FRAMES: f32 = 256.0;

/// Where a voice is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nobody uses it.
    Free,
    /// Held by a finger or a pedal, or left to ring.
    Held,
    /// Let go.
    Released,
    /// On its way out within milliseconds; no longer counted.
    Fading,
}

/// The part of a voice that changes at events and ticks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Voice {
    pub stage: Stage,
    pub part: u8,
    pub channel: u8,
    pub key: u8,
    pub finger: bool,
    pub sostenuto: bool,
    pub pressure: u8,
    pub life: Life,
    pub choke: u8,
    /// About how loud it is, for choosing whom to steal from.
    pub loudness: f32,
    patch: PatchId,
    recipe: u16,
    revision: u32,
    settled: bool,
    morphed: bool,
    damped: bool,
    bursts_left: u8,
    burst_wait: u8,
    burst_level: f32,
    gain: f32,
    hardness: f32,
    ratio: f32,
    turned: f32,
    sweep: f32,
    tilt: f32,
    colour: f32,
    hurry: f32,
    release_keep: f32,
    wander_offset: u8,
}

impl Voice {
    pub const FREE: Self = Self {
        stage: Stage::Free,
        part: 0,
        channel: 0,
        key: 0,
        finger: false,
        sostenuto: false,
        pressure: 0,
        life: Life::Struck,
        choke: 0,
        loudness: 0.0,
        patch: PatchId(0),
        recipe: 0,
        revision: 0,
        settled: false,
        morphed: false,
        damped: false,
        bursts_left: 0,
        burst_wait: 0,
        burst_level: 0.0,
        gain: 0.0,
        hardness: 0.0,
        ratio: 1.0,
        turned: 1.0,
        sweep: 0.0,
        tilt: 0.0,
        colour: 0.0,
        hurry: 1.0,
        release_keep: 0.9,
        wander_offset: 0,
    };
}

/// What all voices share at a tick.
pub(super) struct Scene<'a> {
    pub book: &'a Book,
    /// The tuning as a multiple of 440 Hz.
    pub tuning: f32,
    /// The vibrato, -1 to 1.
    pub vibrato: f32,
    /// The share of the way that gains, pitches and colours move at a tick.
    pub glide: f32,
    pub pitch_glide: f32,
    pub ticks: u64,
}

/// The blow that starts a voice.
#[derive(Clone, Copy)]
pub(super) struct Blow {
    pub part: u8,
    pub channel: u8,
    pub key: u8,
    pub velocity: u8,
    pub patch: PatchId,
    pub recipe: u16,
}

/// What the channel, its master and the voice's own pressure come to.
struct Wish {
    mix: [f32; 4],
    ratio: f32,
    vibrato_depth: f32,
    tilt: f32,
    colour: f32,
}

/// Starts a voice at the next frame. Real-time safe.
pub(super) fn begin(
    source: &mut Source,
    blow: &Blow,
    part: &Part,
    controls: &Controls,
    scene: (&Scene, &mut Rng),
) -> Voice {
    let (scene, rng) = scene;
    let recipe = scene.book.recipe(blow.recipe);
    let luck = rng.bipolar();
    let velocity = usize::from(blow.velocity & 127);
    let soft = soft_share(part, usize::from(blow.channel));
    let hardness = (scene.book.hardness[velocity] * (1.0 + 0.06 * luck) * (1.0 - 0.25 * soft)).clamp(0.0, 1.0);
    let loudness = 1.0 - recipe.touch * (1.0 - scene.book.loudness[velocity]);
    let mut voice = Voice {
        stage: Stage::Held,
        part: blow.part,
        channel: blow.channel,
        key: blow.key,
        finger: true,
        life: recipe.life,
        choke: recipe.choke,
        patch: blow.patch,
        recipe: blow.recipe,
        revision: part.revision,
        gain: recipe.level * loudness * (1.0 + 0.03 * luck) * (1.0 - 0.3 * soft),
        hardness,
        sweep: recipe.sweep,
        hurry: controls.hurry,
        release_keep: controls.release_keep,
        wander_offset: (rng.next_u32() & 3) as u8,
        ..Voice::FREE
    };
    voice.loudness = voice.gain;
    let wish = voice.wish(part, controls, scene, recipe);
    (voice.ratio, voice.tilt, voice.colour) = (wish.ratio, wish.tilt, wish.colour);
    voice.turned = wish.ratio * (1.0 + voice.sweep);
    source.mix = Mix::still(wish.mix);
    let blocks = scene.book.blocks(recipe);
    source.bank.set_groups(blocks.len());
    for (group, block) in blocks.iter().enumerate() {
        let amplitude = voice.amplitudes(block, hardness);
        if recipe.life == Life::Sustained {
            let turns: [u32; 2] = [rng.next_u32(), rng.next_u32()];
            let phase =
                std::array::from_fn(|lane| scene.book.circle[(turns[lane / 4] >> (8 * (lane % 4)) & 255) as usize]);
            source.bank.start(group, &amplitude, &phase);
        } else {
            source.bank.strike(group, &amplitude);
        }
    }
    voice.turn(source, blocks, None);
    let level =
        (recipe.noise_soft + recipe.noise_rise * hardness) * if recipe.noise_knob { controls.noise } else { 1.0 };
    let level = level * (1.0 + 0.8 * voice.tilt.clamp(-0.9, 0.9));
    let keep = 1.0 - (1.0 - recipe.noise_keep) * controls.hurry;
    source.noise = Noise::new(rng.next_u32(), recipe.noise_shape, level, keep, [0.5, 0.5]);
    (voice.bursts_left, voice.burst_wait, voice.burst_level) = (recipe.bursts, recipe.burst_ticks, level);
    let step = if recipe.life == Life::Sustained { controls.attack_step } else { recipe.attack_step };
    source.envelope = crate::dsp::envelope::Envelope::rising(step);
    voice
}

fn soft_share(part: &Part, channel: usize) -> f32 {
    let master = part.channels.master(channel).map_or(0, |master| master.soft);
    f32::from(part.channels.all[channel].soft.max(master)) / 127.0
}

impl Voice {
    /// Lets go of a voice; drums take no notice. Real-time safe.
    pub fn release(&mut self, source: &mut Source, book: &Book, pedal: u8) {
        if self.stage != Stage::Held || self.life == Life::Hit {
            return;
        }
        self.stage = Stage::Released;
        source.envelope.fall(self.keep_under(pedal));
        if pedal < 32 {
            self.damped = true;
            let recipe = book.recipe(self.recipe);
            if self.life == Life::Struck {
                self.turn(source, book.blocks(recipe), None);
            }
        }
    }

    /// Fades a voice to silence in `frames`. Real-time safe.
    pub fn fade(&mut self, source: &mut Source, frames: f32) {
        self.stage = Stage::Fading;
        source.envelope.fade(frames);
    }

    #[cfg(test)]
    pub fn ratio(&self) -> f32 {
        self.ratio
    }

    /// How fast this voice gives way when its key is struck again, in frames.
    pub fn restrike_frames(&self, book: &Book) -> f32 {
        book.recipe(self.recipe).restrike_frames
    }

    /// Follows everything that moves; called at each tick. The stage is [`Stage::Free`] once the voice has ended.
    pub fn tick(&mut self, source: &mut Source, part: &Part, scene: &Scene) {
        match self.stage {
            Stage::Free => return,
            Stage::Held => {}
            Stage::Released => {
                let pedal = part.channels.pedal(usize::from(self.channel));
                if self.patch == part.patch {
                    self.release_keep = part.controls.release_keep;
                }
                source.envelope.fall(self.keep_under(pedal));
            }
            Stage::Fading => {
                if source.envelope.land() {
                    self.stage = Stage::Free;
                    return;
                }
            }
        }
        let recipe = scene.book.recipe(self.recipe);
        if self.bursts_left > 0 {
            self.burst_wait = self.burst_wait.saturating_sub(1);
            if self.burst_wait == 0 {
                source.noise.set_level(self.burst_level);
                self.bursts_left -= 1;
                self.burst_wait = recipe.burst_ticks;
            }
        }
        let checks = self.is_due(scene);
        if self.revision != part.revision || !self.settled || self.sweep > 0.0 {
            self.follow(source, part, scene, recipe);
        } else if checks && self.life == Life::Sustained {
            self.turn(source, scene.book.blocks(recipe), Some(&part.wander));
        }
        if checks {
            self.check(source);
        }
    }

    /// Whether this is the tick at which the voice is looked at more closely.
    fn is_due(&self, scene: &Scene) -> bool {
        scene.ticks % CHECK_TICKS == u64::from(self.key) % CHECK_TICKS
    }

    /// What a tick of release leaves, with the pedal part of the way down holding the dampers off a little.
    fn keep_under(&self, pedal: u8) -> f32 {
        let down = f32::from(pedal.min(63)) / 63.0;
        1.0 - (1.0 - self.release_keep) / (1.0 + 7.0 * down * down)
    }

    /// Ends a voice that has died away and saves the work of noise that has.
    fn check(&mut self, source: &mut Source) {
        let noise = source.noise.level();
        if noise < SILENT && self.bursts_left == 0 {
            source.noise.set_level(0.0);
        }
        let level = if self.stage == Stage::Held { 1.0 } else { source.envelope.level() };
        if self.life != Life::Sustained {
            let energy = source.bank.energy();
            self.loudness = (energy.sqrt() + source.noise.level()) * level * source.mix.peak();
        } else {
            self.loudness = self.gain * level;
        }
        let waiting = self.bursts_left > 0 || (self.life == Life::Sustained && self.stage == Stage::Held);
        if self.stage != Stage::Fading && self.loudness < SILENT && !waiting {
            self.fade(source, 0.0);
        }
    }

    /// Moves gains, pitch and colour towards what the channel asks for.
    fn follow(&mut self, source: &mut Source, part: &Part, scene: &Scene, recipe: &Recipe) {
        let own = self.patch == part.patch;
        let wish = if own {
            self.wish(part, &part.controls, scene, recipe)
        } else {
            self.wish_of_stranger(part, scene, recipe)
        };
        let arrived = source.mix.glide(&wish.mix, scene.glide);
        let near =
            |now: f32, aim: f32, glide: f32| if (aim - now).abs() < 1.0e-4 { aim } else { now + (aim - now) * glide };
        let (tilt, colour) = (near(self.tilt, wish.tilt, scene.glide), near(self.colour, wish.colour, scene.glide));
        let gap = wish.ratio - self.ratio;
        self.ratio = if gap.abs() < 3.0e-6 * wish.ratio { wish.ratio } else { self.ratio + gap * scene.pitch_glide };
        let morph = (tilt - self.tilt, colour - self.colour);
        (self.tilt, self.colour) = (tilt, colour);
        self.sweep = if self.sweep > 3.0e-4 { self.sweep * recipe.sweep_keep } else { 0.0 };
        let vibrato = if wish.vibrato_depth > 0.0 { wish.vibrato_depth * scene.vibrato } else { 0.0 };
        let turned = self.ratio * (1.0 + self.sweep) * (1.0 + vibrato);
        let morphs = morph != (0.0, 0.0);
        let hurry = if own { part.controls.hurry } else { self.hurry };
        let still = turned == self.turned && !morphs && hurry == self.hurry;
        (self.turned, self.hurry) = (turned, hurry);
        let blocks = scene.book.blocks(recipe);
        if self.life == Life::Sustained {
            if !still || self.is_due(scene) {
                self.turn(source, blocks, Some(&part.wander));
            }
        } else if !still || self.morphed {
            self.turn(source, blocks, None);
            if morphs {
                self.morph(source, blocks, morph);
            }
        }
        self.morphed = morphs;
        let quiet = still && wish.vibrato_depth == 0.0 && self.sweep == 0.0;
        self.settled = arrived && quiet && tilt == wish.tilt && colour == wish.colour && self.ratio == wish.ratio;
        self.revision = part.revision;
    }

    /// A voice whose patch is no longer the part's keeps the knobs it had.
    fn wish_of_stranger(&self, part: &Part, scene: &Scene, recipe: &Recipe) -> Wish {
        let mut wish = self.wish(part, &part.controls, scene, recipe);
        (wish.tilt, wish.colour) = (self.tilt, self.colour);
        wish.ratio /= part.controls.tune_ratio;
        wish
    }

    fn wish(&self, part: &Part, controls: &Controls, scene: &Scene, recipe: &Recipe) -> Wish {
        let index = usize::from(self.channel);
        let channel = &part.channels.all[index];
        let plain = Channel::new(channel.patch);
        let master = part.channels.master(index).unwrap_or(&plain);
        let share = |value: u8| f32::from(value) / 127.0;
        let volume = (f32::from(channel.volume) / 100.0) * (f32::from(master.volume) / 100.0);
        let expression = share(channel.expression) * share(master.expression);
        let pressure = share(self.pressure.max(channel.pressure).max(master.pressure));
        let wheel = share(channel.modulation.max(master.modulation));
        let timbre = (f32::from(channel.timbre) - 64.0) / 64.0 + (f32::from(master.timbre) - 64.0) / 64.0;
        let swells = self.life == Life::Sustained;
        let swell = if swells { 1.0 + 0.6 * pressure } else { 1.0 };
        let gain = self.gain * (volume * expression).powi(2) * swell;
        let pan = recipe.pan + (f32::from(channel.pan) - 64.0) / 63.0 + (f32::from(master.pan) - 64.0) / 63.0;
        let side = |offset: f32| {
            let place = (pan + offset).clamp(-1.0, 1.0);
            [(0.5 * (1.0 - place)).sqrt() * gain, (0.5 * (1.0 + place)).sqrt() * gain]
        };
        let (first, second) = (side(-recipe.spread), side(recipe.spread));
        let keyboard = part.patch.info().category == super::Category::Keys;
        let wheel_depth = if self.life == Life::Hit || keyboard { 0.0 } else { wheel };
        let pressure_depth = if self.life == Life::Struck { 0.5 * pressure } else { 0.0 };
        Wish {
            mix: [first[0], first[1], second[0], second[1]],
            ratio: scene.tuning_for(self.life) * channel.bend_ratio * master.bend_ratio * controls.tune_ratio,
            vibrato_depth: 0.020 * (wheel_depth + pressure_depth).min(1.0),
            tilt: controls.tilt + 0.6 * timbre + if swells { 0.35 * pressure } else { 0.0 }
                - 0.3 * soft_share(part, index),
            colour: controls.colour,
        }
    }

    /// The amplitudes of a block at a hardness of touch, with tilt and colour.
    fn amplitudes(&self, block: &Block, hardness: f32) -> Lanes {
        let lift = if self.tilt == 0.0 && self.colour == 0.0 {
            [1.0; LANES]
        } else {
            exp2(&std::array::from_fn(|lane| self.tilt * block.slope[lane] + self.colour * block.colour[lane]))
        };
        std::array::from_fn(|lane| {
            let heard = if block.angle[lane] * self.turned > ANGLE_MAX { 0.0 } else { lift[lane].min(8.0) };
            (block.soft[lane] + block.rise[lane] * hardness) * heard
        })
    }

    /// Sets the rotations anew, and for sustained voices the way to each partial's next level.
    fn turn(&self, source: &mut Source, blocks: &[Block], wander: Option<&[f32; WANDERERS]>) {
        let groups = source.bank.groups();
        for (group, block) in blocks.iter().enumerate().take(groups) {
            let keep = match wander {
                Some(wander) => self.wander_keep(source, group, block, wander),
                None if self.turned == 1.0 && self.hurry == 1.0 && !self.damped => {
                    source.bank.copy_turn(group, &block.turn);
                    continue;
                }
                None => self.natural_keep(block),
            };
            source.bank.set_turn(group, &block.angle, &keep, self.turned);
        }
    }

    fn natural_keep(&self, block: &Block) -> Lanes {
        let keep = if self.damped { &block.damped } else { &block.keep };
        keep.map(|keep| 1.0 - (1.0 - keep) * self.hurry)
    }

    fn wander_keep(&self, source: &mut Source, group: usize, block: &Block, wander: &[f32; WANDERERS]) -> Lanes {
        let seat = (group + usize::from(self.wander_offset)) % GROUPS_MAX * LANES;
        let aims = self.amplitudes(block, self.hardness);
        let energies = source.bank.refloor(group);
        std::array::from_fn(|lane| {
            let aim = aims[lane] * (1.0 + 0.45 * wander[seat + lane]);
            let share = (aim * aim / energies[lane]).clamp(0.25, 4.0);
            1.0 + 2.0 * (share - 1.0) / (share + 1.0) / (2.0 * WANDER_FRAMES)
        })
    }

    /// For the length of one tick, moves each partial's level by what tilt and colour have moved.
    fn morph(&mut self, source: &mut Source, blocks: &[Block], (tilt, colour): (f32, f32)) {
        let groups = source.bank.groups();
        for (group, block) in blocks.iter().enumerate().take(groups) {
            let natural = self.natural_keep(block);
            let keep = std::array::from_fn(|lane| {
                let octaves = tilt * block.slope[lane] + colour * block.colour[lane];
                let y = octaves * std::f32::consts::LN_2 / crate::base::limits::CONTROL_TICK_FRAMES as f32;
                natural[lane] * (1.0 + y * (1.0 + 0.5 * y))
            });
            source.bank.set_turn(group, &block.angle, &keep, self.turned);
        }
    }
}

impl Scene<'_> {
    /// Drums do not follow the concert pitch.
    fn tuning_for(&self, life: Life) -> f32 {
        if life == Life::Hit { 1.0 } else { self.tuning }
    }
}
