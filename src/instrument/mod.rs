//! The instruments: one pool of voices for all parts of the band, played by MIDI.
//!
//! Everything is computed. A voice is a bank of up to 32 partials and one burst of filtered noise
//! ([`crate::dsp::source`]); a patch is a recipe for each key. Recipes are worked out once, for the sample rate, so
//! that starting a voice is little more than a copy. What moves, moves at control ticks; in between there are only
//! recursions from frame to frame, so the sound does not depend on how the frames are cut into calls.

mod bass;
mod book;
mod channel;
mod kit;
mod pad;
mod part;
mod patch;
mod pool;
pub mod skins;
pub mod tanpura;
#[cfg(test)]
mod tests;
mod tines;
mod voice;
mod wind;

pub use patch::{Category, MacroSpec, PATCHES, PatchId, PatchInfo, SKIN_KEY, Taper, Unit};

use crate::base::limits::{CHANNELS, CONTROL_TICK_FRAMES, PARTS};
use crate::base::{Bus, Midi, Rng, SILENCE, Segment, cc};
use crate::dsp::source::Kernel;
use book::Book;
use part::{Controls, Part};
use pool::Pool;
use skins::{SkinKit, Stroke};
use tanpura::{Tanpura, TanpuraParams};
use voice::{Blow, Scene};

const PANIC_SECS: f32 = 0.004;
const CHOKE_SECS: f32 = 0.012;
const VIBRATO_HZ: f32 = 5.4;

/// The sound makers of all parts: [`crate::base::limits::VOICES_MAX`] voices that play whatever comes.
///
/// [`Rack::new`] allocates; everything else is real-time safe: no allocation, lock, I/O or panic.
pub struct Rack {
    book: Book,
    fresh: [Controls; PATCHES.len()],
    parts: [Part; PARTS],
    pool: Pool,
    /// A pair of drums for each part, which sound where it has their patch.
    skins: Vec<SkinKit>,
    tanpura: Tanpura,
    rng: Rng,
    seed: u64,
    rate_hz: f32,
    kernel: Kernel,
    tuning: f32,
    ticks: u64,
    vibrato_turn: f32,
    vibrato: f32,
    glide: f32,
    pitch_glide: f32,
    dry: [Segment; PARTS],
}

impl Rack {
    /// A silent rack at a sample rate in Hz, whose little irregularities are fixed by `seed`. Allocates, and
    /// takes a few milliseconds to work the recipes out.
    #[must_use]
    pub fn new(sample_rate_hz: u32, seed: u64) -> Self {
        let rate_hz = sample_rate_hz.max(1) as f32;
        let glide = |secs: f32| 1.0 - (-(CONTROL_TICK_FRAMES as f32) / (rate_hz * secs)).exp();
        Self {
            book: Book::new(f64::from(sample_rate_hz.max(1))),
            fresh: std::array::from_fn(|patch| Controls::fresh(PatchId(patch as u8), rate_hz)),
            parts: std::array::from_fn(|index| Part::new(PatchId::default_for(Bus::PARTS[index]), rate_hz)),
            pool: Pool::new(rate_hz),
            skins: (0..PARTS as u64).map(|part| SkinKit::new(sample_rate_hz, seed ^ part << 32)).collect(),
            tanpura: Tanpura::new(sample_rate_hz, seed),
            rng: Rng::new(seed),
            seed,
            rate_hz,
            kernel: Kernel::detect(),
            tuning: 1.0,
            ticks: 0,
            vibrato_turn: 0.0,
            vibrato: 0.0,
            glide: glide(0.006),
            pitch_glide: glide(0.002),
            dry: [SILENCE; PARTS],
        }
    }

    /// Silence, with patches, knobs, controllers and tuning as they were at first: what follows is the same, bit
    /// for bit, as from a new rack. Real-time safe.
    pub fn reset(&mut self) {
        for (part, bus) in self.parts.iter_mut().zip(Bus::PARTS) {
            *part = Part::new(PatchId::default_for(bus), self.rate_hz);
        }
        self.pool.reset();
        self.skins.iter_mut().for_each(SkinKit::reset);
        self.tanpura.set(&TanpuraParams::default());
        self.tanpura.reset();
        self.rng = Rng::new(self.seed);
        self.tuning = 1.0;
        self.ticks = 0;
        self.vibrato_turn = 0.0;
        self.vibrato = 0.0;
    }

    /// Gives all 16 channels of a part a patch with fresh knobs. Sounding notes keep theirs. An unknown patch or a
    /// bus without an instrument changes nothing. Real-time safe.
    pub fn set_patch(&mut self, bus: Bus, patch: PatchId) {
        if let Some(part) = self.parts.get_mut(bus as usize)
            && usize::from(patch.0) < PATCHES.len()
        {
            part.set_patch(patch);
        }
    }

    /// Turns knob `index` of a part's patch to `normalised`, 0 to 1, smoothly. Real-time safe.
    pub fn set_macro(&mut self, bus: Bus, index: usize, normalised: f32) {
        if let Some(part) = self.parts.get_mut(bus as usize) {
            part.set_knob(index, normalised);
        }
    }

    /// Tunes the A above middle C to `a4_hz`, 380 to 500; sounding notes glide. Real-time safe.
    pub fn set_tuning(&mut self, a4_hz: f32) {
        if a4_hz.is_finite() {
            self.tuning = a4_hz.clamp(380.0, 500.0) / 440.0;
            for part in &mut self.parts {
                part.revision = part.revision.wrapping_add(1);
            }
        }
    }

    /// Has the tanpura play otherwise, and tunes tabla and mridangam to its Sa. Real-time safe.
    pub fn set_tanpura(&mut self, params: &TanpuraParams) {
        self.tanpura.set(params);
        self.skins.iter_mut().for_each(|skins| skins.set_sa(params.sa_hz));
    }

    /// The tanpura.
    #[must_use]
    pub fn tanpura(&self) -> &Tanpura {
        &self.tanpura
    }

    /// Plays a message on a part; notes begin and end at the very next frame. Real-time safe.
    pub fn midi(&mut self, bus: Bus, message: Midi) {
        let index = bus as usize;
        if index >= PARTS {
            return;
        }
        let Some(channel) = message.channel() else { return };
        let channel = usize::from(channel) % CHANNELS;
        let state = &mut self.parts[index].channels.all[channel];
        match message {
            Midi::NoteOn { key, velocity, .. } if velocity > 0 => {
                return self.note_on(index, channel, key & 127, velocity);
            }
            Midi::NoteOn { key, .. } | Midi::NoteOff { key, .. } => return self.note_off(index, channel, key & 127),
            Midi::PolyPressure { key, pressure, .. } => self.pool.press((index, channel, key & 127), pressure & 127),
            Midi::ChannelPressure { pressure, .. } => state.pressure = pressure & 127,
            Midi::PitchBend { value, .. } => state.set_bend(value.clamp(-8192, 8191)),
            Midi::Program { program, .. } => state.patch = PatchId::for_program(channel as u8, program & 127),
            Midi::Control { controller, value, .. } => self.control(index, channel, controller, value & 127),
            Midi::Sync(_) => return,
        }
        let part = &mut self.parts[index];
        part.revision = part.revision.wrapping_add(1);
    }

    /// Fades every voice within 5 ms, lifts all keys and pedals and centres all bends. Real-time safe.
    pub fn panic(&mut self) {
        self.pool.fade_where(PANIC_SECS, |_| true);
        self.skins.iter_mut().for_each(SkinKit::stop);
        for part in &mut self.parts {
            for channel in &mut part.channels.all {
                channel.fingers = 0;
                channel.reset_controllers();
            }
            part.revision = part.revision.wrapping_add(1);
        }
    }

    /// Moves everything slow on; to be called before the frame at each multiple of
    /// [`CONTROL_TICK_FRAMES`]. Real-time safe.
    pub fn tick(&mut self) {
        for part in &mut self.parts {
            part.tick(self.ticks, self.glide);
        }
        self.vibrato_turn = (self.vibrato_turn + VIBRATO_HZ * CONTROL_TICK_FRAMES as f32 / self.rate_hz).fract();
        self.vibrato = (self.vibrato_turn * std::f32::consts::TAU).sin();
        let scene = scene(&self.book, (self.tuning, self.vibrato), (self.glide, self.pitch_glide), self.ticks);
        self.pool.tick(&self.parts, &scene);
        self.skins.iter_mut().for_each(SkinKit::tick);
        self.tanpura.tick();
        self.ticks += 1;
    }

    /// Adds the next `frames` (at most 32, up to the next tick) of each part to `out`. Real-time safe.
    pub fn render(&mut self, out: &mut [Segment; PARTS], frames: usize) {
        let frames = frames.min(CONTROL_TICK_FRAMES);
        let sounding = self.pool.render(self.kernel, &mut self.dry, frames);
        for (index, (part, skins)) in self.parts.iter_mut().zip(&mut self.skins).enumerate() {
            let (has_voices, has_skins) = (sounding & (1 << index) != 0, skins.is_sounding());
            if has_skins {
                if !has_voices {
                    self.dry[index] = SILENCE;
                }
                skins.render(&mut self.dry[index], frames);
            }
            if has_voices || has_skins {
                part.amplify(&self.dry[index], &mut out[index], frames);
            }
        }
        self.tanpura.render(&mut out[Bus::Drone as usize], frames);
    }

    /// Whether tanpura or drums ring.
    #[must_use]
    pub fn rings(&self) -> bool {
        self.tanpura.is_sounding() || self.skins.iter().any(SkinKit::is_sounding)
    }

    /// Voices that sound, not counting those in the last milliseconds of a fade.
    #[must_use]
    pub fn voices_active(&self) -> usize {
        self.pool.live()
    }

    /// Voices taken from a sounding note because all were in use, since the rack was made or reset.
    #[must_use]
    pub fn voices_stolen(&self) -> u32 {
        self.pool.stolen()
    }

    /// A bit for each key of a part that a finger or a pedal holds.
    #[must_use]
    pub fn keys_sounding(&self, bus: Bus) -> u128 {
        let Some(part) = self.parts.get(bus as usize) else { return 0 };
        let fingers = part.channels.all.iter().fold(0, |keys, channel| keys | channel.fingers);
        fingers | self.pool.keys_held(bus as u8)
    }

    fn note_on(&mut self, index: usize, channel: usize, key: u8, velocity: u8) {
        let part = &mut self.parts[index];
        let state = &mut part.channels.all[channel];
        state.fingers |= 1 << key;
        let patch = state.patch;
        if patch == PatchId::SKINS {
            let controls = if patch == part.patch { &part.controls } else { &self.fresh[usize::from(patch.0)] };
            let stroke = usize::from(key).checked_sub(usize::from(SKIN_KEY)).and_then(|at| Stroke::ALL.get(at));
            if let Some(stroke) = stroke {
                self.skins[index].set_shape(controls.skins());
                self.skins[index].strike(*stroke, f32::from(velocity) / 127.0);
            }
            return;
        }
        let Some(recipe) = self.book.find(patch, key) else { return };
        self.pool.restrike((index, channel, key), &self.book);
        let choke = self.book.recipe(recipe).choke;
        if choke != 0 {
            self.pool.fade_where(CHOKE_SECS, |voice| {
                voice.choke == choke && usize::from(voice.part) == index && usize::from(voice.channel) == channel
            });
        }
        let blow = Blow { part: index as u8, channel: channel as u8, key, velocity, patch, recipe };
        let controls = if patch == part.patch { &part.controls } else { &self.fresh[usize::from(patch.0)] };
        let scene = scene(&self.book, (self.tuning, self.vibrato), (self.glide, self.pitch_glide), self.ticks);
        let (slot, source) = self.pool.claim();
        let voice = voice::begin(source, &blow, part, controls, (&scene, &mut self.rng));
        self.pool.install(slot, voice);
    }

    fn note_off(&mut self, index: usize, channel: usize, key: u8) {
        let channels = &mut self.parts[index].channels;
        channels.all[channel].fingers &= !(1 << key);
        let pedal = channels.pedal(channel);
        self.pool.lift((index, channel, key), &self.book, pedal);
    }

    fn control(&mut self, index: usize, channel: usize, controller: u8, value: u8) {
        let channels = &mut self.parts[index].channels;
        let state = &mut channels.all[channel];
        match controller {
            cc::MODULATION => state.modulation = value,
            cc::VOLUME => state.volume = value,
            cc::EXPRESSION => state.expression = value,
            cc::PAN => state.pan = value,
            cc::SOFT => state.soft = value,
            cc::TIMBRE => state.timbre = value,
            cc::SUSTAIN => {
                state.sustain = value;
                self.settle_pedals(index, channel);
            }
            cc::SOSTENUTO => self.set_sostenuto(index, channel, value >= 64),
            cc::ALL_SOUND_OFF => {
                let channels = &self.parts[index].channels;
                self.pool.fade_where(PANIC_SECS, |voice| {
                    usize::from(voice.part) == index && channels.reaches(channel, usize::from(voice.channel))
                });
                self.lift_all(index, channel);
            }
            cc::RESET_CONTROLLERS => {
                self.set_sostenuto(index, channel, false);
                self.parts[index].channels.all[channel].reset_controllers();
                self.settle_pedals(index, channel);
            }
            cc::ALL_NOTES_OFF..=127 => self.lift_all(index, channel),
            _ => {
                if channels.enter_data(channel, controller, value) {
                    self.forget_old_zones(index);
                }
            }
        }
    }

    /// Lifts the pedals that notes may have shared in zones that are no more.
    fn forget_old_zones(&mut self, index: usize) {
        for channel in &mut self.parts[index].channels.all {
            channel.sostenuto = false;
        }
        self.pool.for_held(index, |voice, _| voice.sostenuto = false);
        for channel in 0..CHANNELS {
            self.settle_pedals(index, channel);
        }
    }

    /// Lifts all fingers of a channel and, for a master, of its members; pedals still hold.
    fn lift_all(&mut self, index: usize, channel: usize) {
        for other in 0..CHANNELS {
            if self.parts[index].channels.reaches(channel, other) {
                self.parts[index].channels.all[other].fingers = 0;
            }
        }
        let channels = &self.parts[index].channels;
        self.pool.for_held(index, |voice, _| {
            if channels.reaches(channel, usize::from(voice.channel)) {
                voice.finger = false;
            }
        });
        self.settle_pedals(index, channel);
    }

    fn set_sostenuto(&mut self, index: usize, channel: usize, down: bool) {
        let was_down = std::mem::replace(&mut self.parts[index].channels.all[channel].sostenuto, down);
        if down == was_down {
            return;
        }
        let channels = &self.parts[index].channels;
        self.pool.for_held(index, |voice, _| {
            if channels.reaches(channel, usize::from(voice.channel)) {
                voice.sostenuto = down && voice.finger;
            }
        });
        self.settle_pedals(index, channel);
    }

    /// Releases what neither a finger nor a pedal holds any more.
    fn settle_pedals(&mut self, index: usize, channel: usize) {
        let (channels, book) = (&self.parts[index].channels, &self.book);
        self.pool.for_held(index, |voice, source| {
            let other = usize::from(voice.channel);
            let pedal = channels.pedal(other);
            if channels.reaches(channel, other) && !voice.finger && !voice.sostenuto && pedal < 64 {
                voice.release(source, book, pedal);
            }
        });
    }
}

fn scene(book: &Book, (tuning, vibrato): (f32, f32), (glide, pitch_glide): (f32, f32), ticks: u64) -> Scene<'_> {
    Scene { book, tuning, vibrato, glide, pitch_glide, ticks }
}
