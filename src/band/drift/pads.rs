//! The pads of Drift: open voicings that glide from chord to chord and overlap, with a shimmer above them at times.

use super::super::chance::chance_at;
use super::super::lead::range;
use super::super::part::PartMode;
use super::super::phrase::{Ask, Note, Role};
use super::super::scale::Ground;
use super::stretch::{Stretch, nearest_key, softness, stretches, strike, strokes};
use super::texture::{Aspect, fullness, texture};
use crate::base::InlineVec;

/// Every weight, with its reason.
mod tuning {
    /// Voices at the fullest.
    pub const VOICES_MAX: usize = 5;
    /// How full the music must be for each voice: three always sound, as a chord needs.
    pub const VOICE_RANKS: [f32; VOICES_MAX] = [0.0, 0.0, 0.0, 0.35, 0.6];
    /// Where each voice lies against the centre, in semitones: fourths and wider, so that the pad is open.
    pub const VOICE_OFFSETS: [i32; VOICES_MAX] = [0, 6, -7, 11, -13];
    /// Where in the range the centre lies at the lowest, and how far it wanders up.
    pub const CENTRE: (f32, f32) = (0.32, 0.36);
    /// Voices come in one after the other over so many beats at most,
    pub const STAGGER_BEATS: f64 = 2.0;
    /// and over no more than this share of the chord.
    pub const STAGGER_SHARE: f64 = 0.25;
    /// A voice that the next chord holds too rings on for so many beats, least and most.
    pub const OVERLAP_BEATS: (f32, f32) = (0.5, 3.0);
    /// The rank of the shimmer's notes: only full music has any.
    pub const SHIMMER_RANKS: (f32, f32) = (0.25, 0.9);
    /// How much softer the shimmer is.
    pub const SHIMMER_LOUDNESS: f32 = 0.75;
    /// Beats of the last chord of all.
    pub const END_BEATS: f64 = 8.0;
    /// Purposes of chance.
    pub const VOICES: u64 = 0xd21f_0060;
    /// The shimmer.
    pub const SHIMMER: u64 = 0xd21f_0061;
}

/// The scale's tones that do not rub a semitone above a tone of the chord.
fn colours(ground: Ground) -> u16 {
    let above = ground.tones << 1 | ground.tones >> 11;
    ground.scale & !above | ground.tones
}

/// The keys of the voices over a harmony. The centre moves slowly and each voice takes the nearest tone to its place, so
/// that voices glide by steps.
fn voicing(ask: &Ask<'_>, at_beats: f64) -> InlineVec<i32, { tuning::VOICES_MAX }> {
    let mut keys = InlineVec::default();
    let Some(ground) = Ground::at(ask, at_beats) else { return keys };
    let (low, high) = range(ask);
    let (least, wander) = tuning::CENTRE;
    // The bar in which the chord begins decides, whichever bar is asked for.
    let bars = ((at_beats - ask.bar.begin_beats) / f64::from(ask.bar.beats.max(1))).floor() as i64;
    let part = least + wander * texture(ask.seed, Aspect::Register, ask.bar.index.saturating_add(bars));
    let centre = low + ((high - low) as f32 * part).round() as i32;
    let guides = ask.chord_at(at_beats).map_or(ground.tones, |span| {
        let tones = span.chord.quality.guide_tones();
        tones.iter().fold(0, |mask, tone| mask | 1 << ((span.chord.root + tone) % 12))
    });
    for (voice, offset) in tuning::VOICE_OFFSETS.iter().enumerate() {
        let mask = match voice {
            0 => guides,
            1 | 2 => ground.tones,
            _ => colours(ground),
        };
        if let Some(key) = nearest_key(ask, mask, centre + offset, &keys) {
            keys.push(key).ok();
        }
    }
    keys
}

/// Adds a bar of the pads.
pub fn pads(ask: &Ask<'_>, out: &mut Vec<Note>) {
    if ask.taste.mode == PartMode::Follow {
        for (at_beats, length_beats) in strokes(ask).iter() {
            chord(ask, *at_beats, *length_beats, 3, out);
        }
    } else {
        for stretch in stretches(ask).iter() {
            held(ask, *stretch, out);
        }
        shimmer(ask, out);
    }
    if ask.bar.role == Role::Ending {
        chord(ask, ask.bar.end_beats(), tuning::END_BEATS, tuning::VOICES_MAX, out);
    }
}

/// One chord struck at once.
fn chord(ask: &Ask<'_>, at_beats: f64, length_beats: f64, voices: usize, out: &mut Vec<Note>) {
    for key in voicing(ask, at_beats).iter().take(voices) {
        strike(ask, Note { begin_beats: at_beats, length_beats, key: *key as u8, velocity: softness(ask) as u8 }, out);
    }
}

/// The voices of one chord, one coming in after the other and ringing over into the next.
fn held(ask: &Ask<'_>, stretch: Stretch, out: &mut Vec<Note>) {
    let full = fullness(ask, Aspect::Pads);
    let most_beats = (stretch.beats() * tuning::STAGGER_SHARE).min(tuning::STAGGER_BEATS);
    let next = voicing(ask, stretch.end_beats);
    for (voice, key) in voicing(ask, stretch.begin_beats).iter().enumerate() {
        let mut chance = chance_at(ask.seed, tuning::VOICES + ((voice as u64) << 8), stretch.place());
        let stagger_beats = (f64::from(chance.unit()) * most_beats * 2.0).floor() / 2.0;
        let (least, most) = tuning::OVERLAP_BEATS;
        let rings_beats = f64::from(least + (most - least) * chance.unit());
        // A key that is struck again is let go before.
        let overlap_beats = if next.contains(key) { 0.0 } else { rings_beats };
        let begin_beats = stretch.begin_beats + if voice == 0 { 0.0 } else { stagger_beats };
        let length_beats = stretch.end_beats + overlap_beats - begin_beats;
        if full >= tuning::VOICE_RANKS[voice] {
            strike(ask, Note { begin_beats, length_beats, key: *key as u8, velocity: softness(ask) as u8 }, out);
        }
    }
}

/// Single high tones now and then: at most one in two beats, let go before the next.
fn shimmer(ask: &Ask<'_>, out: &mut Vec<Note>) {
    let full = fullness(ask, Aspect::Pads);
    let (_, high) = range(ask);
    let first = (ask.bar.begin_beats * 2.0).round() as i64;
    for step in first..first.saturating_add(2 * i64::from(ask.bar.beats.min(16))) {
        let mut chance = chance_at(ask.seed, tuning::SHIMMER, step.div_euclid(4));
        let (least, most) = tuning::SHIMMER_RANKS;
        let rank = least + (most - least) * chance.unit();
        let (place, below) = (i64::from(chance.below(4)), chance.below(12) as i32);
        if full < rank || step.rem_euclid(4) != place {
            continue;
        }
        let (begin_beats, length_beats) = (step as f64 / 2.0, (4 - place) as f64 / 2.0);
        // Only where no chord rings over from before and none is struck before the tone is let go.
        let holds = |stretch: &&Stretch| {
            begin_beats >= stretch.begin_beats + f64::from(tuning::OVERLAP_BEATS.1)
                && begin_beats + length_beats <= stretch.end_beats
        };
        let Some(stretch) = stretches(ask).iter().find(holds).copied() else { continue };
        let Some(ground) = Ground::at(ask, begin_beats) else { continue };
        let taken = voicing(ask, stretch.begin_beats);
        if let Some(key) = nearest_key(ask, colours(ground), high - below, &taken) {
            let velocity = (softness(ask) * tuning::SHIMMER_LOUDNESS) as u8;
            strike(ask, Note { begin_beats, length_beats, key: key as u8, velocity }, out);
        }
    }
}
