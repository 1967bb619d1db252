//! The raga in the band: the theka on the drums, and a voice that answers the player's phrases, keeps to the arohana, the
//! avarohana and the catch phrases, and glides; alap, where there is no tala. What is sung is tuned to Sa apart from it
//! ([`Tuned`]).
//!
//! An answer is the player's motif developed as the lead does it, and then fitted to the raga: of all melodies whose
//! every step is legal, the one nearest in height and contour. Symbols only, and everything follows from the question.

mod alap;
mod ornament;
mod setting;
#[cfg(test)]
mod tests;
mod theka;
mod tuned;
mod voice;

pub use ornament::Ornament;
pub use setting::RagaSetting;
pub use theka::{Laya, Tap, Taps, Theka, ThekaPlayer};
pub use tuned::Tuned;
pub use voice::{End, Path, RagaVoice, TONES_MAX};

use super::chance::{chance_at, seed_at};
use super::lead::{
    Motif, Plan, Tone, change_at, density, developed, eighth_beats, grid, last_phrase, own_motif, velocity,
};
use super::part::PartMode;
use super::phrase::{Ask, BAR_NOTES_MAX, Note, PhraseSource, Role};
use crate::base::InlineVec;
use crate::theory::raga::Raga;

/// Every weight, with its reason.
mod tuning {
    /// A phrase with the silence after it takes cycles of at least so many matras together;
    pub const SLOT_MATRAS: usize = 6;
    /// where there is no tala so many beats: an alap breathes long.
    pub const ALAP_SLOT_BEATS: f64 = 14.0;
    /// Silence at the end of a slot, beats.
    pub const REST_BEATS: f64 = 1.5;
    /// From the end of the player's phrase to the answer, beats.
    pub const BREATH_BEATS: f64 = 0.5;
    /// Places in a beat at which an answer may begin where there is no tala.
    pub const ALAP_STEPS: f64 = 4.0;
    /// Phrases that answer one of the player's, before an alap goes on with its own and a tala leaves every other one to
    /// the player.
    pub const ANSWERS: i64 = 2;
    /// A note that begins so soon after another has ended is a step from it.
    pub const STEP_BEATS: f64 = 1.0;
    /// The last Sa, beats.
    pub const LAST_BEATS: f64 = 3.5;
    /// How often an answer ends with a catch phrase.
    pub const CATCHES: f32 = 0.35;
    /// How much softer an alap is than an answer.
    pub const ALAP_LOUDNESS: f32 = 0.85;
    /// Purposes of chance: phrases,
    pub const PHRASES: u64 = 0x4a6a_0010;
    /// and rows of them.
    pub const ROWS: u64 = 0x4a6a_0011;
}

/// Plays the lead in a raga. `new` allocates; playing does not.
#[derive(Clone, Debug)]
pub struct RagaPlayer {
    voice: RagaVoice,
    sa_key: u8,
    /// From the begin of one phrase to the next in a tala, in beats; `None` is free of one.
    slot_beats: Option<f64>,
    phrase: Vec<Note>,
}

impl RagaPlayer {
    /// A player of a raga whose middle Sa is that MIDI key; in a tala of so many matras, or free of one.
    #[must_use]
    pub fn new(raga: &Raga, sa_key: u8, matras: Option<usize>) -> Self {
        let slot = |matras: usize| (matras.max(1) * tuning::SLOT_MATRAS.div_ceil(matras.max(1))) as f64;
        Self {
            voice: RagaVoice::new(raga),
            sa_key: sa_key.min(127),
            slot_beats: matras.map(slot),
            phrase: Vec::with_capacity(BAR_NOTES_MAX),
        }
    }

    /// Makes the phrases that reach into the bar: an answer in the player's rest, then phrases of the same motif; in an
    /// alap the voice's own after a while.
    fn sing(&mut self, ask: &Ask<'_>) {
        let heard = last_phrase(ask.context, (f64::NEG_INFINITY, f64::INFINITY), grid(ask));
        let section_beats = ask.bar.begin_beats - f64::from(ask.bar.in_section) * f64::from(ask.bar.beats);
        // On a matra; where there are none, as soon as may be.
        let steps = if self.slot_beats.is_some() { 1.0 } else { tuning::ALAP_STEPS };
        let answered = |end_beats: f64| {
            let soon = (end_beats + tuning::BREATH_BEATS).max(ask.context.answer_beats);
            (soon * steps).ceil() / steps
        };
        let first_beats = heard.map_or(section_beats, |phrase| answered(phrase.end_beats));
        let slot_beats = self.slot_beats.unwrap_or(tuning::ALAP_SLOT_BEATS);
        let slot_of = |beats: f64| ((beats - first_beats) / slot_beats).floor() as i64;
        for number in slot_of(ask.bar.begin_beats).max(0)..=slot_of(ask.bar.end_beats() - 1e-6) {
            let begin_beats = first_beats + number as f64 * slot_beats;
            let is_late = number >= tuning::ANSWERS;
            if self.slot_beats.is_some() && is_late && number % 2 == 1 {
                continue;
            }
            if self.slot_beats.is_some() || heard.is_some() && !is_late {
                let motif = heard.and_then(|phrase| phrase.motif);
                let loudness = heard.map_or(0.5, |phrase| phrase.loudness);
                self.answer(ask, (motif, loudness), (first_beats, number, slot_beats));
            } else {
                self.unfold(ask, number, begin_beats);
            }
        }
    }

    /// Makes the phrase of that number in the row that begins at `first_beats`.
    fn answer(&mut self, ask: &Ask<'_>, (said, loudness): (Option<Motif>, f32), place: (f64, i64, f64)) {
        let (first_beats, number, slot_beats) = place;
        let begin_beats = first_beats + number as f64 * slot_beats;
        let mut chance = chance_at(ask.seed, tuning::PHRASES, begin_beats.round() as i64);
        let motif = said.unwrap_or_else(|| own_motif(ask.seed, ask.style.steps_per_beat));
        let row = seed_at(ask.seed, tuning::ROWS, first_beats.round() as i64);
        let plan = Plan {
            change: change_at(row, number),
            span_beats: (slot_beats - tuning::REST_BEATS).max(1.0),
            eighth_beats: eighth_beats(ask),
            seed: seed_at(ask.seed, tuning::PHRASES, begin_beats.round() as i64),
        };
        let line = developed(&motif, plan);
        // Free of a tala the figure stands nowhere: it begins with its first tone.
        let lead_in_beats = line.first().filter(|_| self.slot_beats.is_none()).map_or(0.0, |tone| tone.at_beats);
        let dense = density(ask);
        let range = self.range(ask);
        let key = if said.is_some() { motif.key - i32::from(self.sa_key) } else { 0 };
        let mut wishes = InlineVec::<i16, TONES_MAX>::default();
        let is_played = |tone: &&Tone| tone.rank <= dense;
        for tone in line.iter().filter(is_played) {
            wishes.push(folded(key + tone.height, range)).ok();
        }
        let end = match number.rem_euclid(2) {
            _ if chance.unit() < tuning::CATCHES => End::Catch(chance.below(8) as usize),
            0 => End::Home,
            _ => End::Open,
        };
        let path = self.voice.fit(&wishes, range, end);
        let mean = velocity(ask, loudness);
        let mut tones = line.iter().filter(is_played).zip(path.iter()).peekable();
        while let Some((tone, semitones)) = tones.next() {
            let next_beats = tones.peek().map_or(f64::INFINITY, |(next, _)| next.at_beats - tone.at_beats);
            let note = Note {
                begin_beats: begin_beats + tone.at_beats - lead_in_beats,
                length_beats: tone.length_beats.min(next_beats).max(0.05),
                key: self.key(*semitones),
                velocity: (mean * (1.0 + 0.15 * tone.accent)).clamp(1.0, 127.0) as u8,
            };
            self.add(note);
        }
    }

    /// Makes a phrase of the alap.
    fn unfold(&mut self, ask: &Ask<'_>, number: i64, begin_beats: f64) {
        let range = self.range(ask);
        let tones = alap::phrase(&mut self.voice, number.max(0) as u64, range, ask.seed);
        let loudness = velocity(ask, 0.5) * tuning::ALAP_LOUDNESS;
        for tone in tones.iter() {
            let note = Note {
                begin_beats: begin_beats + tone.at_beats,
                length_beats: tone.length_beats,
                key: self.key(tone.semitones),
                velocity: loudness.clamp(1.0, 127.0) as u8,
            };
            self.add(note);
        }
    }

    /// Adds a note as far as there is room.
    fn add(&mut self, note: Note) {
        if self.phrase.len() < BAR_NOTES_MAX {
            self.phrase.push(note);
        }
    }

    fn semitones(&self, key: u8) -> i16 {
        i16::from(key) - i16::from(self.sa_key)
    }

    fn key(&self, semitones: i16) -> u8 {
        (semitones + i16::from(self.sa_key)).clamp(0, 127) as u8
    }

    /// The range of the part, semitones above middle Sa: an octave at the least.
    fn range(&self, ask: &Ask<'_>) -> (i16, i16) {
        let [low, high] = [ask.taste.range.0, ask.taste.range.1].map(|key| i16::from(key.min(127)));
        let low = low.min(115);
        let sa = i16::from(self.sa_key);
        (low - sa, high.max(low + 12) - sa)
    }
}

/// The height in the octave of the range that it is nearest to.
fn folded(height: i32, (low, high): (i16, i16)) -> i16 {
    let (low, high) = (i32::from(low), i32::from(high));
    let mut height = height;
    if height < low {
        height += (low - height + 11) / 12 * 12;
    }
    if height > high {
        height -= (height - high + 11) / 12 * 12;
    }
    height.clamp(low, high) as i16
}

impl PhraseSource for RagaPlayer {
    /// While the player plays it is silent; what is over when it is asked in the midst of a phrase is left out, and so is
    /// what would be no legal step after what was sung before.
    fn play(&mut self, ask: &Ask<'_>, out: &mut Vec<Note>) {
        self.phrase.clear();
        match ask.bar.role {
            _ if ask.taste.mode == PartMode::Off => return,
            Role::Ending => {
                let velocity = velocity(ask, 0.5).clamp(1.0, 127.0) as u8;
                let key = self.key(folded(0, self.range(ask)));
                let (begin_beats, length_beats) = (ask.bar.end_beats(), tuning::LAST_BEATS);
                return out.push(Note { begin_beats, length_beats, key, velocity });
            }
            Role::Intro => return,
            _ if ask.context.playing.is_playing => return,
            _ => self.sing(ask),
        }
        let range = ask.from_beats.max(ask.bar.begin_beats)..ask.bar.end_beats();
        let mut before = ask.before.last().copied();
        for note in self.phrase.iter().filter(|note| range.contains(&note.begin_beats)) {
            let joined = before.filter(|before| note.begin_beats - before.end_beats() < tuning::STEP_BEATS);
            if joined.is_none_or(|before| self.voice.is_legal(self.semitones(before.key), self.semitones(note.key))) {
                out.push(*note);
                before = Some(*note);
            }
        }
    }
}
