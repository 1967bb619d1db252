//! Answers in a raga: how many of their steps it has, where they rest, and how like the player's phrase they move; and how
//! many phrases of a voice are answered.

use crate::table::Row;
use crate::voices::{self, Movement, Singer, Start, Syllable};
use sangat::band::{Band, ModeId, Note, Part, Playing, RagaSetting, Settings};
use sangat::base::{Beats, Place, Rng};
use sangat::ear::pitch::{PitchConfig, PitchTracker};
use sangat::session::raga;
use sangat::theory::raga::{Grammar, Raga, Tala, just_cents, tables};
use sangat::worker::{BandMate, Sung};
use std::path::Path;

/// Matras a minute, and how often the band is told of the time.
const BPM: f64 = 90.0;
const STEP_SECS: f64 = 0.02;
/// Tones of a phrase of the player, and beats from one phrase to the next.
const TONES: usize = 7;
const ROUND_BEATS: f64 = 28.0;
/// Phrases in each raga.
const ROUNDS: usize = 5;
/// Notes further apart than this are of two phrases, beats.
const BREATH_BEATS: f64 = 1.0;

/// The phrases of the lead, and what the player said before each, in semitones above middle Sa.
type Answers = Vec<(Vec<i16>, Vec<i16>)>;

/// Lets the player walk through the raga and rest, over and over.
fn jam(raga: &Raga, tala: Option<&Tala>, seed: u64) -> Answers {
    let setting: RagaSetting = raga::setting(raga, tala, 146.8, 440.0);
    let sa = i16::from(setting.sa_key().0);
    let mut band = Band::new(seed, Settings { mode: ModeId::Raga, yields: false, ..Settings::default() });
    band.set_raga(&setting);
    let (grammar, mut rng) = (Grammar::of(raga), Rng::new(seed));
    let mut answers = Answers::new();
    let beats_per_bar = tala.map_or(4, raga::bar_beats) as u32;
    let (mut secs, mut beat) = (0.0, 0.0);
    for round in 0..ROUNDS {
        let said = walk(&grammar, &mut rng, -3..=14);
        let begin = round as f64 * ROUND_BEATS;
        let mut at = 0;
        while beat < begin + ROUND_BEATS {
            while at < 2 * TONES && beat >= begin + 0.5 * at as f64 {
                let key = (sa + said[at / 2]) as u8;
                if at % 2 == 0 {
                    band.strike(beat, key, 90, false)
                } else {
                    band.release(beat, key)
                }
                at += 1;
            }
            let is_playing = beat < begin + TONES as f64 + 0.5;
            band.hear_playing(Playing { is_playing, loudness: 0.6, notes_per_beat: 1.0, ..Playing::default() });
            let place = Place { is_playing: true, beat: Beats(beat), tempo_bpm: BPM, beats_per_bar };
            band.pass(secs, place);
            band.messages().clear();
            secs += STEP_SECS;
            beat = secs * BPM / 60.0;
        }
        let sung = band.context().part(Part::Lead).filter(|note| note.begin_beats >= begin).copied();
        for phrase in phrases(&sung.collect::<Vec<Note>>()) {
            answers.push((said.clone(), phrase.iter().map(|note| i16::from(note.key) - sa).collect()));
        }
    }
    answers
}

fn phrases(notes: &[Note]) -> Vec<&[Note]> {
    let is_joined = |a: &Note, b: &Note| b.begin_beats - a.end_beats() < BREATH_BEATS;
    notes.chunk_by(is_joined).filter(|phrase| phrase.len() > 2).collect()
}

/// Whether the raga comes to rest on a note: Sa, Pa, the sonant note or its consonant.
fn is_rest(raga: &Raga, semitones: i16) -> bool {
    let position = semitones.rem_euclid(12) as u8;
    let is = |swara: Option<sangat::theory::raga::Swara>| swara.is_some_and(|swara| swara.position() == position);
    position == 0 || position == 7 && raga.has(7) || is(raga.vadi) || is(raga.samvadi)
}

/// Steps of the answer that go the way of the player's, and all that both have.
fn alike(said: &[i16], sung: &[i16]) -> (usize, usize) {
    let ways = |notes: &[i16]| notes.windows(2).map(|n| (n[1] - n[0]).signum()).collect::<Vec<_>>();
    let pairs = ways(said).into_iter().zip(ways(sung));
    (pairs.clone().filter(|(a, b)| a == b).count(), pairs.count())
}

/// A melody through a raga from Sa.
fn walk(grammar: &Grammar, rng: &mut Rng, range: std::ops::RangeInclusive<i16>) -> Vec<i16> {
    let mut said = vec![0_i16];
    while said.len() < TONES {
        let last = said[said.len() - 1];
        let nexts: Vec<i16> = grammar.nexts(last).filter(|next| range.contains(next)).collect();
        said.push(if nexts.is_empty() { 0 } else { nexts[rng.below(nexts.len() as u32) as usize] });
    }
    said
}

/// Sa of the singers, Hz; seconds of a tone, of the rest after a phrase, and phrases of each.
const SA_HZ: f32 = 147.0;
const TONE_SECS: f64 = 0.55;
const REST_SECS: f64 = 10.0;
const PHRASES: usize = 4;

/// How phrases of a voice fared.
#[derive(Default)]
struct Fared {
    phrases: usize,
    answered: usize,
    /// Tones that were sung, and those that the band took for what they were.
    tones: usize,
    known: usize,
    steps: usize,
    legal: usize,
    /// From the end of each phrase to its answer, beats.
    beats: Vec<f64>,
}

impl Fared {
    /// Lets one sing phrases in a raga, to a band.
    fn sing(&mut self, raga: &Raga, tala: Option<&Tala>, seed: u64) {
        let setting = raga::setting(raga, tala, SA_HZ, 440.0);
        let (grammar, mut rng) = (Grammar::of(raga), Rng::new(seed));
        let mut singer = Singer::new(f64::from(SA_HZ), seed);
        let mut said = Vec::new();
        for _ in 0..PHRASES {
            let line = walk(&grammar, &mut rng, -5..=12);
            for (at, note) in line.iter().enumerate() {
                let cents = 1200.0 * f64::from(note.div_euclid(12)) + just_cents(note.rem_euclid(12) as u8);
                let start = match rng.below(3) {
                    _ if at == 0 => Start::Rest(REST_SECS),
                    0 => Start::Stop,
                    1 => Start::Nasal,
                    _ => Start::Legato,
                };
                let movement = if rng.below(3) == 0 { Movement::Vibrato } else { Movement::Plain };
                let secs = TONE_SECS + if at == 0 { REST_SECS } else { 0.0 };
                singer.syllable(&Syllable { cents, secs, movement, start });
            }
            said.push(line);
        }
        singer.syllable(&Syllable {
            cents: 0.0,
            secs: REST_SECS,
            movement: Movement::Plain,
            start: Start::Rest(REST_SECS),
        });
        let mate = listen(&singer.take().samples, &setting, tala, seed);
        self.count(&mate, &said, i16::from(setting.sa_key().0), &grammar);
    }

    fn count(&mut self, mate: &BandMate, said: &[Vec<i16>], sa: i16, grammar: &Grammar) {
        let context = mate.band.context();
        let lead: Vec<Note> = context.part(Part::Lead).copied().collect();
        for pair in lead.windows(2).filter(|pair| pair[1].begin_beats - pair[0].end_beats() < BREATH_BEATS) {
            self.steps += 1;
            let [from, to] = [pair[0].key, pair[1].key].map(|key| i16::from(key) - sa);
            self.legal += usize::from(grammar.grade(from, to).is_allowed());
        }
        let phrase_secs = TONES as f64 * TONE_SECS;
        for (at, line) in said.iter().enumerate() {
            let end_secs = (at + 1) as f64 * (REST_SECS + phrase_secs);
            let [begin, end] = [end_secs - phrase_secs, end_secs].map(|secs| secs * BPM / 60.0);
            let heard: Vec<i16> =
                context.player_between(begin - 0.3, end).map(|note| i16::from(note.key) - sa).collect();
            self.tones += line.len();
            self.known += in_order(line, &heard);
            self.phrases += 1;
            if let Some(answer) = lead.iter().find(|note| note.begin_beats > end).filter(|_| heard.len() > 1) {
                self.beats.push(answer.begin_beats - end);
                self.answered += usize::from(answer.begin_beats - end <= 4.0);
            }
        }
    }
}

/// The most tones of one line that another has in the same order.
fn in_order(line: &[i16], heard: &[i16]) -> usize {
    let mut best = vec![0; heard.len() + 1];
    for note in line {
        let mut diagonal = 0;
        for (at, other) in heard.iter().enumerate() {
            let above = best[at + 1];
            best[at + 1] = if note == other { diagonal + 1 } else { above.max(best[at]) };
            diagonal = above;
        }
    }
    best[heard.len()]
}

/// A band that hears a voice, as live.
fn listen(samples: &[f32], setting: &RagaSetting, tala: Option<&Tala>, seed: u64) -> BandMate {
    let mut mate = BandMate::new(seed, Settings { mode: ModeId::Raga, yields: false, ..Settings::default() });
    mate.set_raga(setting);
    mate.lock(Some(BPM));
    let config = PitchConfig { rate_hz: voices::RATE_HZ, tonic_hz: Some(SA_HZ), ..PitchConfig::default() };
    let mut tracker = PitchTracker::new(config);
    let beats_per_bar = tala.map_or(4, raga::bar_beats) as u32;
    let mut frames = 0;
    for block in samples.chunks(480) {
        frames += block.len();
        let secs = frames as f64 / f64::from(voices::RATE_HZ);
        tracker.process(block);
        std::iter::from_fn(|| tracker.poll_live()).for_each(|frame| mate.sing(&Sung::Frame(frame)));
        std::iter::from_fn(|| tracker.poll_note()).for_each(|note| mate.sing(&Sung::Note(note)));
        let place = Place { is_playing: true, beat: Beats(secs * BPM / 60.0), tempo_bpm: BPM, beats_per_bar };
        mate.pass(secs, place, secs, |_, _| {});
        mate.band.messages().clear();
    }
    mate
}

/// Rows of the phrases that were sung.
fn sung_rows() -> Vec<Row> {
    let tala = Tala::find("Teental").ok();
    let kinds = [("12 ragas, 4 phrases each, Teental", tala), ("12 ragas, 4 phrases each, alap", None)];
    let of_kind = |(on, tala): (&str, Option<&Tala>)| {
        let mut fared = Fared::default();
        let ragas = tables().ragas.ragas().iter().step_by(25).take(12);
        ragas.enumerate().for_each(|(seed, raga)| fared.sing(raga, tala, seed as u64));
        fared.beats.sort_by(f64::total_cmp);
        let at = |share: f64| fared.beats.get((share * fared.beats.len() as f64) as usize).copied().unwrap_or(f64::NAN);
        let row = |what: &str, wanted: &str, measured: String| Row {
            what: what.to_owned(),
            on: on.to_owned(),
            wanted: wanted.to_owned(),
            measured,
        };
        let share = |part: usize, all: usize| format!("{:.3} of {all}", part as f64 / all.max(1) as f64);
        [
            row("answers to sung phrases", "0.95", share(fared.answered, fared.phrases)),
            row("sung tones that are taken for what they are", "", share(fared.known, fared.tones)),
            row("steps of the answers that the raga has", "1", share(fared.legal, fared.steps)),
            row("from the voice's end to the answer", "", format!("{:.2} beats, most {:.2}", at(0.5), at(0.9999))),
        ]
    };
    kinds.into_iter().flat_map(of_kind).collect()
}

/// All rows.
pub fn rows(_: Option<&Path>) -> Vec<Row> {
    let mut rows = played_rows();
    rows.extend(sung_rows());
    rows
}

fn played_rows() -> Vec<Row> {
    let tala = Tala::find("Teental").ok();
    let kinds: [(&str, Option<&Tala>); 2] = [("60 ragas, Teental", tala), ("60 ragas, alap", None)];
    let ragas = || tables().ragas.ragas().iter().step_by(5).take(60);
    kinds
        .into_iter()
        .flat_map(|(on, tala)| {
            let (mut legal, mut steps, mut rests, mut answers, mut same, mut ways) = (0, 0, 0, 0, 0, 0);
            for (seed, raga) in ragas().enumerate() {
                let grammar = Grammar::of(raga);
                for (said, sung) in jam(raga, tala, seed as u64) {
                    steps += sung.len() - 1;
                    legal += sung.windows(2).filter(|n| grammar.grade(n[0], n[1]).is_allowed()).count();
                    answers += 1;
                    rests += usize::from(sung.last().is_some_and(|last| is_rest(raga, *last)));
                    let (to, of) = alike(&said, &sung);
                    (same, ways) = (same + to, ways + of);
                }
            }
            let row = |what: &str, wanted: &str, (part, all): (usize, usize)| Row {
                what: what.to_owned(),
                on: on.to_owned(),
                wanted: wanted.to_owned(),
                measured: format!("{:.3} of {all}", part as f64 / all.max(1) as f64),
            };
            [
                row("steps of the lead that the raga has", "1", (legal, steps)),
                row("phrases that rest on Sa, Pa, vadi or samvadi", "", (rests, answers)),
                row("moves of the player's phrase that are kept", "", (same, ways)),
            ]
        })
        .collect()
}
