//! What the held parts of Drift share: the stretches over which one harmony is held, and how softly they play.

use super::super::chance::chance_at;
use super::super::lead::{MOTIF_TONES_MAX, Motif, end_within_harmony, followed, range};
use super::super::phrase::{Ask, Note, Role};
use super::super::scale::Ground;
use crate::base::InlineVec;

/// Every weight, with its reason.
mod tuning {
    /// A harmony that lasts longer is struck anew, so that no note is held for ever.
    pub const STRETCH_BEATS_MAX: f64 = 16.0;
    /// Velocity at the softest, and what intensity, energy and the player's loudness add: all of it under a lead's.
    pub const VELOCITY: (f32, f32, f32, f32) = (30.0, 24.0, 10.0, 10.0);
    /// How soft an introduction begins and by how much it grows each bar.
    pub const INTRO: (f32, f32) = (0.5, 0.1);
    /// Velocities that two like strokes differ by, either way.
    pub const HUMAN_VELOCITIES: f32 = 5.0;
    /// Beats by which a strike is late at most: pads need no sharper beginning.
    pub const LATE_BEATS: f32 = 0.06;
    /// Purpose of chance: human timing and touch.
    pub const HUMAN: u64 = 0xd21f_0050;
}

/// Stretches that may overlap one bar.
const STRETCHES_MAX: usize = 24;

/// A time over which one harmony is held.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stretch {
    /// Where it begins, in beats of the transport.
    pub begin_beats: f64,
    /// Where it ends.
    pub end_beats: f64,
}

impl Stretch {
    /// Its beats.
    #[must_use]
    pub fn beats(&self) -> f64 {
        self.end_beats - self.begin_beats
    }

    /// The place that chance is asked at: no two stretches share one.
    #[must_use]
    pub fn place(&self) -> i64 {
        (self.begin_beats * 24.0).round() as i64
    }
}

/// The stretches that reach into the bar: one for each chord, more where a chord is long.
#[must_use]
pub fn stretches(ask: &Ask<'_>) -> InlineVec<Stretch, STRETCHES_MAX> {
    let mut all = InlineVec::default();
    let (from_beats, to_beats) = (ask.bar.begin_beats, ask.bar.end_beats());
    let mut add = |begin_beats: f64, end_beats: f64| {
        let passed = ((from_beats - begin_beats) / tuning::STRETCH_BEATS_MAX).floor().max(0.0);
        let first = begin_beats + passed * tuning::STRETCH_BEATS_MAX;
        for at_beats in (0..STRETCHES_MAX).map(|number| first + number as f64 * tuning::STRETCH_BEATS_MAX) {
            if at_beats >= end_beats.min(to_beats) - 1e-6 {
                break;
            }
            let until_beats = (at_beats + tuning::STRETCH_BEATS_MAX).min(end_beats);
            // What is beyond the room is no music any more: two dozen chords in a bar.
            all.push(Stretch { begin_beats: at_beats, end_beats: until_beats }).ok();
        }
    };
    for span in ask.chords.spans().iter().filter(|span| span.end_beats > from_beats) {
        add(span.begin_beats, span.end_beats);
    }
    if ask.chord_at(from_beats).is_none() {
        let first = ask.chords.after(from_beats).map_or(f64::INFINITY, |span| span.begin_beats);
        add((from_beats / tuning::STRETCH_BEATS_MAX).floor() * tuning::STRETCH_BEATS_MAX, first);
    }
    all
}

/// The velocity of a mean stroke before human unevenness.
#[must_use]
pub fn softness(ask: &Ask<'_>) -> f32 {
    let (least, intensity, energy, player) = tuning::VELOCITY;
    let velocity = least
        + intensity * ask.taste.intensity.clamp(0.0, 1.0)
        + energy * ask.feel.energy.clamp(0.0, 1.0)
        + player * ask.context.playing.loudness.clamp(0.0, 1.0);
    let (begin, growth) = tuning::INTRO;
    let is_intro = ask.bar.role == Role::Intro;
    velocity * if is_intro { (begin + growth * ask.bar.in_section as f32).min(1.0) } else { 1.0 }
}

/// Adds a note that would begin at `note.begin_beats`, a little late and uneven as a hand is, if it is this bar's to
/// play; one on the end of the last bar is exactly there. What the harmony no longer holds is cut.
pub fn strike(ask: &Ask<'_>, note: Note, out: &mut Vec<Note>) {
    let mut chance = chance_at(ask.seed ^ u64::from(note.key), tuning::HUMAN, (note.begin_beats * 24.0).round() as i64);
    let (from_beats, to_beats) = (ask.bar.begin_beats, ask.bar.end_beats());
    let is_final = ask.bar.role == Role::Ending && (note.begin_beats - to_beats).abs() < 1e-6;
    let is_ours = note.begin_beats >= from_beats - 1e-6 && note.begin_beats < to_beats - 1e-6;
    let late_beats = f64::from(chance.unit() * tuning::LATE_BEATS);
    let begin_beats =
        if is_final { to_beats } else { (note.begin_beats + late_beats).min(to_beats - 0.01).max(from_beats) };
    if !(is_final || is_ours) || begin_beats < ask.from_beats {
        return;
    }
    let human = chance.bipolar() * tuning::HUMAN_VELOCITIES;
    let end_beats = Ground::at(ask, begin_beats)
        .map_or(note.end_beats(), |ground| end_within_harmony(ask, ground, i32::from(note.key), note.end_beats()));
    out.push(Note {
        begin_beats,
        length_beats: (end_beats - begin_beats).max(0.1),
        velocity: (f32::from(note.velocity) + human).clamp(1.0, 127.0) as u8,
        ..note
    });
}

/// The key nearest to `ideal` in the part's range whose pitch class is in `mask` and that is not in `taken` nor a
/// semitone from one that is.
#[must_use]
pub fn nearest_key(ask: &Ask<'_>, mask: u16, ideal: i32, taken: &[i32]) -> Option<i32> {
    let (low, high) = range(ask);
    let is_free = |key: &i32| mask & 1 << key.rem_euclid(12) != 0 && taken.iter().all(|other| (other - key).abs() > 1);
    (low..=high).filter(is_free).min_by_key(|key| (key - ideal).abs())
}

/// Where the player struck in the last bar that was heard, and for how long, moved to the bar that is asked for.
#[must_use]
pub fn strokes(ask: &Ask<'_>) -> InlineVec<(f64, f64), MOTIF_TONES_MAX> {
    let (motif, begin_beats) = followed(ask).unwrap_or((Motif::default(), 0.0));
    let mut strokes = InlineVec::default();
    for (place, tone) in motif.tones.iter().enumerate() {
        let to_next = motif.tones.get(place + 1).map_or(2.0, |next| next.at_beats - tone.at_beats);
        strokes.push((begin_beats + tone.at_beats, tone.length_beats.clamp(0.25, to_next.max(0.25)))).ok();
    }
    strokes
}
