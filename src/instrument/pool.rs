//! The pool of voices: who plays next, who gives way, who has ended.

use super::book::{Book, Life};
use super::part::Part;
use super::voice::{Scene, Stage, Voice};
use crate::base::limits::{CHANNELS, CONTROL_TICK_FRAMES, PARTS, VOICES_MAX};
use crate::base::{InlineVec, Segment};
use crate::dsp::source::{Kernel, Source};

/// Room for voices that fade out while their successors already sound.
const GHOSTS_MAX: usize = 64;
const SLOTS: usize = VOICES_MAX + GHOSTS_MAX;
const STEAL_SECS: f32 = 0.003;

/// Part, channel and key of a note.
pub(super) type Address = (usize, usize, u8);

/// All voices; nothing allocates after `new`.
pub(super) struct Pool {
    voices: Box<[Voice]>,
    sources: Box<[Source]>,
    /// The slots in use, oldest first.
    order: InlineVec<u8, SLOTS>,
    free: InlineVec<u8, SLOTS>,
    /// The slot that last played each note; to be checked against the voice there.
    latest: Box<[u8]>,
    live: usize,
    stolen: u32,
    rate_hz: f32,
}

impl Pool {
    pub fn new(rate_hz: f32) -> Self {
        let mut pool = Self {
            voices: vec![Voice::FREE; SLOTS].into(),
            sources: vec![Source::default(); SLOTS].into(),
            order: InlineVec::default(),
            free: InlineVec::default(),
            latest: vec![0; PARTS * CHANNELS * 128].into(),
            live: 0,
            stolen: 0,
            rate_hz,
        };
        pool.reset();
        pool
    }

    pub fn reset(&mut self) {
        self.voices.fill(Voice::FREE);
        self.order.clear();
        self.free.clear();
        for slot in (0..SLOTS).rev() {
            // There is room for all of them.
            let _ = self.free.push(slot as u8);
        }
        self.live = 0;
        self.stolen = 0;
    }

    pub const fn live(&self) -> usize {
        self.live
    }

    pub const fn stolen(&self) -> u32 {
        self.stolen
    }

    /// A slot for a new voice. When [`VOICES_MAX`] sound, the least missed one begins to fade beside it.
    pub fn claim(&mut self) -> (usize, &mut Source) {
        if self.live >= VOICES_MAX
            && let Some(victim) = self.least_missed()
        {
            self.fade(victim, STEAL_SECS);
            self.stolen = self.stolen.saturating_add(1);
        }
        let slot = match self.free.len() {
            0 => self.faintest_ghost(),
            last => self.free.remove(last - 1).map_or(0, usize::from),
        };
        (slot, &mut self.sources[slot])
    }

    /// Puts a voice into the slot that was claimed for it.
    pub fn install(&mut self, slot: usize, voice: Voice) {
        if self.voices[slot].stage == Stage::Free {
            // As many slots as there is room for.
            let _ = self.order.push(slot as u8);
        }
        self.latest[latest_index((usize::from(voice.part), usize::from(voice.channel), voice.key))] = slot as u8;
        self.voices[slot] = voice;
        self.live += 1;
    }

    /// The sounding voice of a note, if it is still the one that was struck last.
    fn find(&self, address: Address) -> Option<usize> {
        let slot = usize::from(self.latest[latest_index(address)]);
        let voice = &self.voices[slot];
        let matches = (usize::from(voice.part), usize::from(voice.channel), voice.key) == address;
        (matches && matches!(voice.stage, Stage::Held | Stage::Released)).then_some(slot)
    }

    /// Makes way for a new blow on the same key.
    pub fn restrike(&mut self, address: Address, book: &Book) {
        let Some(slot) = self.find(address) else { return };
        if self.voices[slot].life == Life::Sustained {
            let (voice, source) = (&mut self.voices[slot], &mut self.sources[slot]);
            (voice.finger, voice.sostenuto) = (false, false);
            voice.release(source, book, 0);
        } else {
            let secs = self.voices[slot].restrike_frames(book) / self.rate_hz;
            self.fade(slot, secs);
        }
    }

    /// A finger leaves a key.
    pub fn lift(&mut self, address: Address, book: &Book, pedal: u8) {
        let Some(slot) = self.find(address) else { return };
        let voice = &mut self.voices[slot];
        voice.finger = false;
        if pedal < 64 && !voice.sostenuto {
            voice.release(&mut self.sources[slot], book, pedal);
        }
    }

    /// Poly aftertouch.
    pub fn press(&mut self, address: Address, pressure: u8) {
        if let Some(slot) = self.find(address) {
            self.voices[slot].pressure = pressure;
        }
    }

    /// What the bends and the tuning multiply a note's pitch by.
    #[cfg(test)]
    pub fn ratio_of(&self, address: Address) -> Option<f32> {
        self.find(address).map(|slot| self.voices[slot].ratio())
    }

    /// Fades all voices that `which` picks.
    pub fn fade_where(&mut self, secs: f32, which: impl Fn(&Voice) -> bool) {
        for index in 0..self.order.len() {
            let slot = usize::from(self.order[index]);
            if which(&self.voices[slot]) {
                self.fade(slot, secs);
            }
        }
    }

    /// Calls `change` with each held voice of a part.
    pub fn for_held(&mut self, part: usize, mut change: impl FnMut(&mut Voice, &mut Source)) {
        for slot in self.order.iter().map(|slot| usize::from(*slot)) {
            let voice = &mut self.voices[slot];
            if usize::from(voice.part) == part && voice.stage == Stage::Held {
                change(voice, &mut self.sources[slot]);
            }
        }
    }

    /// A bit for each key of a part that a finger or a pedal holds.
    pub fn keys_held(&self, part: u8) -> u128 {
        let held = self.order.iter().map(|slot| &self.voices[usize::from(*slot)]);
        held.filter(|voice| voice.part == part && voice.stage == Stage::Held && voice.life != Life::Hit)
            .fold(0, |keys, voice| keys | 1 << voice.key)
    }

    /// Lets every voice follow what moves, and takes the slots of those that have ended back.
    pub fn tick(&mut self, parts: &[Part; PARTS], scene: &Scene) {
        let mut index = 0;
        while let Some(slot) = self.order.get(index).map(|slot| usize::from(*slot)) {
            let voice = &mut self.voices[slot];
            let counted = voice.stage != Stage::Fading;
            voice.tick(&mut self.sources[slot], &parts[usize::from(voice.part) % PARTS], scene);
            if counted && voice.stage == Stage::Fading {
                self.live -= 1;
            }
            if voice.stage == Stage::Free {
                self.order.remove(index);
                // It came from there, so there is room.
                let _ = self.free.push(slot as u8);
            } else {
                index += 1;
            }
        }
    }

    /// Renders all voices, part by part; a bit of the result says that a part has sound in `dry`.
    pub fn render(&mut self, kernel: Kernel, dry: &mut [Segment; PARTS], frames: usize) -> u32 {
        let frames = frames.min(CONTROL_TICK_FRAMES);
        let mut sounding = 0;
        for slot in self.order.iter().map(|slot| usize::from(*slot)) {
            let part = usize::from(self.voices[slot].part) % PARTS;
            let [left, right] = &mut dry[part];
            let (left, right) = (&mut left[..frames], &mut right[..frames]);
            if sounding & (1 << part) == 0 {
                left.fill(0.0);
                right.fill(0.0);
                sounding |= 1 << part;
            }
            kernel.render(&mut self.sources[slot], left, right);
        }
        sounding
    }

    fn fade(&mut self, slot: usize, secs: f32) {
        let voice = &mut self.voices[slot];
        if matches!(voice.stage, Stage::Held | Stage::Released) {
            self.live -= 1;
            voice.fade(&mut self.sources[slot], secs * self.rate_hz);
        } else if voice.stage == Stage::Fading && secs <= STEAL_SECS.max(super::PANIC_SECS) {
            self.sources[slot].envelope.hasten(secs * self.rate_hz);
        }
    }

    /// The quietest of those let go, or else of all; the older of equals.
    fn least_missed(&self) -> Option<usize> {
        let counted = self.order.iter().map(|slot| usize::from(*slot));
        let worth = |slot: usize| {
            let voice = &self.voices[slot];
            let wanted = if voice.stage == Stage::Released || !voice.finger { 0.05 } else { 1.0 };
            voice.loudness * wanted
        };
        counted
            .filter(|slot| matches!(self.voices[*slot].stage, Stage::Held | Stage::Released))
            .min_by(|a, b| worth(*a).total_cmp(&worth(*b)))
    }

    fn faintest_ghost(&self) -> usize {
        let level = |slot: usize| self.sources[slot].envelope.level() * self.voices[slot].loudness;
        let ghosts = self.order.iter().map(|slot| usize::from(*slot));
        ghosts
            .filter(|slot| self.voices[*slot].stage == Stage::Fading)
            .min_by(|a, b| level(*a).total_cmp(&level(*b)))
            .unwrap_or(0)
    }
}

fn latest_index((part, channel, key): Address) -> usize {
    (part * CHANNELS + channel) * 128 + usize::from(key)
}
