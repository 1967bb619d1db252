//! The raga's voice in the band: answers to the player's phrases that keep to the arohana, the avarohana and the catch
//! phrases, with glides; and alap, where there is no tala.
//!
//! An answer is the player's motif developed as the lead does it, and then fitted to the raga: of all melodies whose
//! every step is legal, the one nearest in height and contour. Symbols only, and everything follows from the question.

mod alap;
mod ornament;
#[cfg(test)]
mod tests;
mod voice;

pub use ornament::Ornament;
pub use voice::{End, Path, RagaVoice, TONES_MAX};

use super::chance::{chance_at, seed_at};
use super::lead::{
    Motif, Plan, Tone, change_at, density, developed, eighth_beats, grid, last_phrase, own_motif, velocity,
};
use super::part::PartMode;
use super::phrase::{Ask, BAR_NOTES_MAX, Note, PhraseSource};
use crate::base::InlineVec;
use crate::theory::raga::Raga;

/// Every weight, with its reason.
mod tuning {
    /// Bars of a phrase with the silence after it,
    pub const SLOT_BARS: i64 = 2;
    /// and where there is no tala, beats: an alap breathes long.
    pub const ALAP_SLOT_BEATS: f64 = 14.0;
    /// Silence at the end of a slot, beats.
    pub const REST_BEATS: f64 = 1.5;
    /// From the end of the player's phrase to the answer, beats.
    pub const BREATH_BEATS: f64 = 0.5;
    /// Phrases that answer one of the player's, before an alap goes on with its own.
    pub const ANSWERS: i64 = 2;
    /// How often an answer ends with a catch phrase.
    pub const CATCHES: f32 = 0.35;
    /// How much softer an alap is than an answer.
    pub const ALAP_LOUDNESS: f32 = 0.85;
    /// Purposes of chance: phrases,
    pub const PHRASES: u64 = 0x4a6a_0010;
    /// and rows of them.
    pub const ROWS: u64 = 0x4a6a_0011;
}

/// A note of the voice.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RagaNote {
    /// Where it begins, beats of the transport.
    pub begin_beats: f64,
    /// How long it sounds, beats, above 0.
    pub length_beats: f64,
    /// Which note, semitones above middle Sa.
    pub semitones: i16,
    /// 1 to 127.
    pub velocity: u8,
    /// How it is come to.
    pub ornament: Ornament,
}

/// Plays the lead in a raga. `new` allocates; playing does not.
#[derive(Clone, Debug)]
pub struct RagaPlayer {
    voice: RagaVoice,
    sa_key: u8,
    has_tala: bool,
    phrase: Vec<RagaNote>,
    bar: Vec<RagaNote>,
}

impl RagaPlayer {
    /// A player of a raga whose middle Sa is that MIDI key; in a tala, or free of one.
    #[must_use]
    pub fn new(raga: &Raga, sa_key: u8, has_tala: bool) -> Self {
        let room = || Vec::with_capacity(BAR_NOTES_MAX);
        Self { voice: RagaVoice::new(raga), sa_key: sa_key.min(127), has_tala, phrase: room(), bar: room() }
    }

    /// Adds the notes of the bar that is asked for, with their ornaments, in the order of time: an answer in the
    /// player's rest, then phrases of the same motif; in an alap the voice's own after a while. While the player plays
    /// it is silent.
    pub fn sing(&mut self, ask: &Ask<'_>, out: &mut Vec<RagaNote>) {
        if ask.taste.mode == PartMode::Off || ask.context.playing.is_playing {
            return;
        }
        let most = out.len() + BAR_NOTES_MAX;
        let heard = last_phrase(ask.context, (f64::NEG_INFINITY, f64::INFINITY), grid(ask));
        let section_beats = ask.bar.begin_beats - f64::from(ask.bar.in_section) * f64::from(ask.bar.beats);
        let first_beats = heard.map_or(section_beats, |phrase| (phrase.end_beats + tuning::BREATH_BEATS).ceil());
        let slot_beats = match self.has_tala {
            true => f64::from(ask.bar.beats.max(1)) * tuning::SLOT_BARS as f64,
            false => tuning::ALAP_SLOT_BEATS,
        };
        let slot_of = |beats: f64| ((beats - first_beats) / slot_beats).floor() as i64;
        for number in slot_of(ask.bar.begin_beats).max(0)..=slot_of(ask.bar.end_beats() - 1e-6) {
            let begin_beats = first_beats + number as f64 * slot_beats;
            let is_answer = heard.is_some() && number < tuning::ANSWERS;
            self.phrase.clear();
            if self.has_tala || is_answer {
                let motif = heard.and_then(|phrase| phrase.motif);
                let loudness = heard.map_or(0.5, |phrase| phrase.loudness);
                self.answer(ask, (motif, loudness), (first_beats, number, slot_beats));
            } else {
                self.unfold(ask, number, begin_beats);
            }
            let voice = &self.voice;
            let neighbour = |note: i16, is_above: bool| match is_above {
                true => voice.notes(note + 1, note + 4).next(),
                false => voice.notes(note - 4, note - 1).last(),
            };
            ornament::adorn(&mut self.phrase, self.voice.tradition(), neighbour);
            let is_asked = |note: &&RagaNote| {
                note.begin_beats >= ask.from_beats.max(ask.bar.begin_beats) && note.begin_beats < ask.bar.end_beats()
            };
            let room = most.saturating_sub(out.len());
            out.extend(self.phrase.iter().filter(is_asked).take(room));
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
            self.phrase.push(RagaNote {
                begin_beats: begin_beats + tone.at_beats,
                length_beats: tone.length_beats.min(next_beats).max(0.05),
                semitones: *semitones,
                velocity: (mean * (1.0 + 0.15 * tone.accent)).clamp(1.0, 127.0) as u8,
                ornament: Ornament::Plain,
            });
        }
    }

    /// Makes a phrase of the alap.
    fn unfold(&mut self, ask: &Ask<'_>, number: i64, begin_beats: f64) {
        let range = self.range(ask);
        let tones = alap::phrase(&mut self.voice, number.max(0) as u64, range, ask.seed);
        let loudness = velocity(ask, 0.5) * tuning::ALAP_LOUDNESS;
        self.phrase.extend(tones.iter().map(|tone| RagaNote {
            begin_beats: begin_beats + tone.at_beats,
            length_beats: tone.length_beats,
            semitones: tone.semitones,
            velocity: loudness.clamp(1.0, 127.0) as u8,
            ornament: Ornament::Plain,
        }));
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
    fn play(&mut self, ask: &Ask<'_>, out: &mut Vec<Note>) {
        let mut bar = std::mem::take(&mut self.bar);
        bar.clear();
        self.sing(ask, &mut bar);
        out.extend(bar.iter().map(|note| Note {
            begin_beats: note.begin_beats,
            length_beats: note.length_beats,
            key: (note.semitones + i16::from(self.sa_key)).clamp(0, 127) as u8,
            velocity: note.velocity,
        }));
        self.bar = bar;
    }
}
