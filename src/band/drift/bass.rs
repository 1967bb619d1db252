//! The bass of Drift: long roots, or a pedal under changing chords; at times a fifth that answers.

use super::super::chance::chance_at;
use super::super::lead::range;
use super::super::part::PartMode;
use super::super::phrase::{Ask, Note, Role};
use super::super::scale::Ground;
use super::stretch::{nearest_key, softness, stretches, strike, strokes};
use super::texture::{Aspect, fullness, texture};

/// Every weight, with its reason.
mod tuning {
    /// The greatest rank of a chord's bass: in thin music some chords stand without.
    pub const BASS_RANK_MAX: f32 = 0.45;
    /// The rank of a second stroke within a chord.
    pub const ANSWER_RANKS: (f32, f32) = (0.35, 0.9);
    /// From here on the bass keeps to the centre's tonic.
    pub const PEDAL: f32 = 0.62;
    /// Silence before the next chord, in beats, so that two basses never sound at once.
    pub const GAP_BEATS: f64 = 0.2;
    /// Where in the range the bass likes to be.
    pub const HEIGHT: f32 = 0.35;
    /// Beats of the last note of all.
    pub const END_BEATS: f64 = 8.0;
    /// Purpose of chance.
    pub const BASS: u64 = 0xd21f_0070;
}

/// The pitch class that the bass holds: the chord's bass, or the centre's tonic where the music is on a pedal that the
/// chord bears.
fn held(ask: &Ask<'_>, at_beats: f64) -> Option<u8> {
    let ground = Ground::at(ask, at_beats)?;
    let chord = ask.chord_at(at_beats).map(|span| span.chord);
    let is_pedal = texture(ask.seed, Aspect::Pedal, ask.bar.index) > tuning::PEDAL;
    let pedal = ask.key.map(|key| key.tonic).filter(|tonic| is_pedal && ground.tones & 1 << (tonic % 12) != 0);
    Some(pedal.unwrap_or(chord.map_or(ground.root, |chord| chord.bass)) % 12)
}

/// Adds one note on a pitch class near the part's place.
fn note(ask: &Ask<'_>, pitch_class: u8, begin_beats: f64, length_beats: f64, out: &mut Vec<Note>) {
    let (low, high) = range(ask);
    let ideal = low + ((high - low) as f32 * tuning::HEIGHT) as i32;
    if let Some(key) = nearest_key(ask, 1 << (pitch_class % 12), ideal, &[]) {
        strike(ask, Note { begin_beats, length_beats, key: key as u8, velocity: softness(ask) as u8 }, out);
    }
}

/// Adds a bar of the bass.
pub fn bass(ask: &Ask<'_>, out: &mut Vec<Note>) {
    if ask.taste.mode == PartMode::Follow {
        for (at_beats, length_beats) in strokes(ask).iter() {
            if let Some(pitch_class) = held(ask, *at_beats) {
                note(ask, pitch_class, *at_beats, *length_beats, out);
            }
        }
    } else {
        long_notes(ask, out);
    }
    if let Some(ground) = Ground::at(ask, ask.bar.end_beats()).filter(|_| ask.bar.role == Role::Ending) {
        note(ask, ground.root, ask.bar.end_beats(), tuning::END_BEATS, out);
    }
}

fn long_notes(ask: &Ask<'_>, out: &mut Vec<Note>) {
    let full = fullness(ask, Aspect::Bass);
    for stretch in stretches(ask).iter() {
        let Some(pitch_class) = held(ask, stretch.begin_beats) else { continue };
        let mut chance = chance_at(ask.seed, tuning::BASS, stretch.place());
        let rank = chance.unit() * tuning::BASS_RANK_MAX;
        let (least, most) = tuning::ANSWER_RANKS;
        let answer_rank = least + (most - least) * chance.unit();
        let beats = stretch.beats() - tuning::GAP_BEATS;
        let half_beats = (stretch.beats() * (0.5 + 0.25 * f64::from(chance.below(2)))).round();
        let answers = full >= answer_rank.max(rank) && beats >= 4.0;
        if full >= rank {
            let length_beats = if answers { half_beats - tuning::GAP_BEATS } else { beats };
            note(ask, pitch_class, stretch.begin_beats, length_beats, out);
        }
        if answers {
            let at_beats = stretch.begin_beats + half_beats;
            let fifth = (pitch_class + 7) % 12;
            let has_fifth = Ground::at(ask, at_beats).is_some_and(|ground| ground.tones & 1 << fifth != 0);
            let answer = if has_fifth { fifth } else { pitch_class };
            note(ask, answer, at_beats, beats - half_beats, out);
        }
    }
}
