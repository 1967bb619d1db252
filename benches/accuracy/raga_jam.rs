//! Answers in a raga: how many of their steps it has, where they rest, and how like the player's phrase they move.

use crate::table::Row;
use sangat::band::{Band, ModeId, Note, Part, Playing, RagaSetting, Settings};
use sangat::base::{Beats, Place, Rng};
use sangat::session::raga;
use sangat::theory::raga::{Grammar, Raga, Tala, tables};
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
        let mut said = vec![0_i16];
        while said.len() < TONES {
            let last = said[said.len() - 1];
            let nexts: Vec<i16> = grammar.nexts(last).filter(|next| (-3..=14).contains(next)).collect();
            said.push(if nexts.is_empty() { 0 } else { nexts[rng.below(nexts.len() as u32) as usize] });
        }
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

/// All rows.
pub fn rows(_: Option<&Path>) -> Vec<Row> {
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
