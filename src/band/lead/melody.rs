//! From a phrase to notes: which keys it takes over the chords, when, how long and how loud.

use super::super::chance::chance_at;
use super::super::grid::swung;
use super::super::phrase::{Ask, Bar, Note, Role};
use super::super::scale::Ground;
use super::develop::Line;
use super::motif::Tone;
use super::tuning;

/// How a phrase is played.
#[derive(Clone, Copy, Debug)]
pub struct Delivery {
    /// Where it begins, a whole beat of the transport.
    pub begin_beats: f64,
    /// Tones from here on are left out, in beats of the transport.
    pub until_beats: f64,
    /// The key of a tone of height 0, if the harmony has it.
    pub key: i32,
    /// Velocity of its mean tone.
    pub velocity: f32,
    /// Tones of a greater rank are left out, 0 to 1.
    pub density: f32,
    /// Whether its last tone is the chord's root (`true`) or another of its tones, which leaves a question open; `None`
    /// where it is no end at all.
    pub comes_home: Option<bool>,
    /// Fixes the touch.
    pub seed: u64,
}

/// Whether a place in a bar is a strong beat: every second beat where beats are even in number, the first otherwise.
#[must_use]
pub fn is_strong(bar: &Bar, beats: f64) -> bool {
    let place = (beats - bar.begin_beats).rem_euclid(f64::from(bar.beats.max(1)));
    let every = if bar.beats == 2 { 1.0 } else { 2.0 };
    place < 1e-6 || bar.beats.is_multiple_of(2) && (place % every) < 1e-6
}

/// The keys a part may play, the lower first.
#[must_use]
pub fn range(ask: &Ask<'_>) -> (i32, i32) {
    let (a, b) = ask.taste.range;
    (i32::from(a.min(b)).min(127), i32::from(a.max(b)).min(127))
}

/// `key` moved by octaves into the range, or to its nearer end where it is narrower than an octave.
#[must_use]
pub fn folded(key: i32, (low, high): (i32, i32)) -> i32 {
    let up = if key < low { key + (low - key + 11) / 12 * 12 } else { key };
    let down = if up > high { up - (up - high + 11) / 12 * 12 } else { up };
    down.clamp(low, high)
}

/// Where the melody is when its next key is chosen.
#[derive(Clone, Copy, Debug)]
struct Step {
    key: i32,
    height: i32,
    /// The last interval in semitones.
    leap: i32,
    /// Whether the key was off the chord.
    is_loose: bool,
}

/// What the next key should be.
#[derive(Clone, Copy)]
struct Wish {
    ideal: i32,
    height: i32,
    allowed: u16,
    tones: u16,
}

/// How far a key is from what is wished, in semitones and penalties.
fn cost(key: i32, wish: &Wish, last: Option<Step>) -> f32 {
    let mut cost = (key - wish.ideal).abs() as f32;
    let is_loose = wish.tones & 1 << key.rem_euclid(12) == 0;
    let Some(last) = last else { return cost + if is_loose { tuning::COST_LOOSE } else { 0.0 } };
    let (interval, wanted) = (key - last.key, wish.height - last.height);
    if interval == 0 && wanted != 0 {
        cost += tuning::COST_STANDS;
    }
    if interval.signum() * wanted.signum() < 0 {
        cost += tuning::COST_WRONG_WAY;
    }
    cost += (interval.abs() - tuning::WIDE_SEMITONES).max(0) as f32 * tuning::COST_WIDE;
    let is_recovery = interval.signum() != last.leap.signum() && interval.abs() <= tuning::RECOVERY_SEMITONES;
    if last.leap.abs() >= tuning::LEAP_SEMITONES && !is_recovery {
        cost += tuning::COST_UNRECOVERED;
    }
    if (is_loose || last.is_loose) && interval.abs() > 2 {
        cost += tuning::COST_LOOSE;
    }
    cost
}

/// The best key in reach of the wish; `None` where the range holds none that is allowed.
fn choose(wish: &Wish, (low, high): (i32, i32), last: Option<Step>) -> Option<i32> {
    let mut best: Option<(i32, f32)> = None;
    for key in (wish.ideal - 12).max(low)..=(wish.ideal + 12).min(high) {
        let cost = cost(key, wish, last);
        let is_allowed = wish.allowed & 1 << key.rem_euclid(12) != 0;
        if is_allowed && best.is_none_or(|(_, least)| cost < least) {
            best = Some((key, cost));
        }
    }
    best.map(|(key, _)| key)
}

/// Where a note on `key` that begins over `ground` and would sound to `end_beats` must end, because the harmony after it
/// no longer holds the key.
#[must_use]
pub fn end_within_harmony(ask: &Ask<'_>, ground: Ground, key: i32, end_beats: f64) -> f64 {
    let mut ground = ground;
    for _ in 0..8 {
        if ground.end_beats >= end_beats - 1e-6 {
            break;
        }
        let Some(next) = Ground::at(ask, ground.end_beats) else { break };
        if next.scale & 1 << key.rem_euclid(12) == 0 {
            return ground.end_beats;
        }
        ground = next;
    }
    end_beats
}

/// What may be played for `tone` at `at_beats`, and the harmony under it: chord tones where it is strong, long or the
/// last, the scale elsewhere; a tone that rings over into the next chord belongs to that.
fn ground_for(ask: &Ask<'_>, tone: &Tone, at_beats: f64, rests: bool) -> Option<(Ground, u16)> {
    let ground = Ground::at(ask, at_beats)?;
    let before_beats = ground.end_beats - at_beats;
    let is_ahead = before_beats < tuning::AHEAD_BEATS && tone.length_beats > 2.0 * before_beats;
    if let Some(next) = Ground::at(ask, ground.end_beats).filter(|_| is_ahead && !is_strong(&ask.bar, at_beats)) {
        let common = next.tones & ground.scale;
        return Some((ground, if common == 0 { ground.tones } else { common }));
    }
    let must_rest = rests || is_strong(&ask.bar, at_beats) || tone.length_beats >= tuning::REST_BEATS;
    Some((ground, if must_rest { ground.tones } else { ground.scale }))
}

/// When a tone at `at_beats` of the straight grid is struck: swung, behind the beat as the swing is and a little to
/// either side, but never outside its bar. The last stroke of all is exactly on its beat.
fn onset_beats(ask: &Ask<'_>, at_beats: f64, seed: u64) -> f64 {
    if is_last_stroke(ask, at_beats) {
        return at_beats;
    }
    let mut chance = chance_at(seed, tuning::HUMAN, (at_beats * 24.0).round() as i64);
    let swing = f64::from((ask.feel.swing - 0.5).clamp(0.0, 0.25));
    let secs = swing * tuning::LATE_SECS_PER_SWING + f64::from(chance.bipolar()) * tuning::HUMAN_SECS;
    let bpm = if ask.feel.bpm.is_finite() { ask.feel.bpm.clamp(20.0, 400.0) } else { 120.0 };
    let beats = f64::from(ask.bar.beats.max(1));
    let bar = ask.bar.begin_beats + ((at_beats - ask.bar.begin_beats + 1e-6) / beats).floor() * beats;
    (swung(at_beats, ask.feel.swing) + secs * bpm / 60.0).min(bar + beats - 0.01).max(bar)
}

/// Whether a place is the beat after an ending, whose stroke belongs to it.
fn is_last_stroke(ask: &Ask<'_>, at_beats: f64) -> bool {
    ask.bar.role == Role::Ending && (at_beats - ask.bar.end_beats()).abs() < 1e-6
}

fn velocity(delivery: &Delivery, tone: &Tone, part: f32, is_strong: bool) -> u8 {
    let mut chance = chance_at(delivery.seed, tuning::HUMAN ^ 1, (tone.at_beats * 24.0).round() as i64);
    let arch = tuning::ARCH_VELOCITIES * ((part * std::f32::consts::PI).sin() - 0.5);
    let accent = tone.accent * tuning::ACCENT_GAIN + if is_strong { tuning::STRONG_GAIN } else { 0.0 };
    let human = chance.bipolar() * tuning::HUMAN_VELOCITIES;
    (delivery.velocity + arch + accent + human).round().clamp(1.0, 127.0) as u8
}

/// Adds what of a phrase lies in the bar that is asked for. Later chords change later notes alone.
pub fn sing(ask: &Ask<'_>, line: &Line, delivery: Delivery, out: &mut Vec<Note>) {
    let range = range(ask);
    let is_played = |tone: &&Tone| {
        tone.rank <= delivery.density && delivery.begin_beats + tone.at_beats < delivery.until_beats - 1e-6
    };
    let mut tones = line.iter().filter(is_played).peekable();
    let span_beats = line.last().map_or(1.0, |last| last.at_beats.max(1.0));
    let mut last: Option<Step> = None;
    while let Some(tone) = tones.next() {
        let at_beats = delivery.begin_beats + tone.at_beats;
        if at_beats >= ask.bar.end_beats() - 1e-6 && !is_last_stroke(ask, at_beats) {
            break;
        }
        let home = if tones.peek().is_none() { delivery.comes_home } else { None };
        let Some((ground, allowed)) = ground_for(ask, tone, at_beats, home.is_some()) else { continue };
        let wish = Wish {
            ideal: folded(delivery.key + tone.height, range),
            height: tone.height,
            allowed,
            tones: ground.tones,
        };
        let root = 1 << ground.root;
        let end = home.map(|comes_home| if comes_home { root } else { allowed & !root });
        let at_end = end.and_then(|allowed| choose(&Wish { allowed, ..wish }, range, last));
        let Some(key) = at_end.or_else(|| choose(&wish, range, last)) else { continue };
        let leap = last.map_or(0, |last| key - last.key);
        let is_loose = ground.tones & 1 << key.rem_euclid(12) == 0;
        last = Some(Step { key, height: tone.height, leap, is_loose });
        let begin_beats = onset_beats(ask, at_beats, delivery.seed);
        if at_beats < ask.bar.begin_beats - 1e-6 || begin_beats < ask.from_beats {
            continue;
        }
        let onset_of = |next: &&Tone| onset_beats(ask, delivery.begin_beats + next.at_beats, delivery.seed);
        let next_beats = tones.peek().map_or(f64::INFINITY, onset_of);
        let end_beats = (begin_beats + tone.length_beats.clamp(0.1, 16.0)).min(next_beats);
        let end_beats = end_within_harmony(ask, ground, key, end_beats);
        let velocity = velocity(&delivery, tone, (tone.at_beats / span_beats) as f32, is_strong(&ask.bar, at_beats));
        out.push(Note { begin_beats, length_beats: (end_beats - begin_beats).max(0.05), key: key as u8, velocity });
    }
}
