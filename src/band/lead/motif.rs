//! Motifs: what of the player's last phrase an answer is made from.

use super::super::chance::chance_at;
use super::super::context::Context;
use super::super::phrase::Note;
use super::tuning;
use crate::base::InlineVec;

/// Tones of a motif, at most; of a longer phrase its end is kept.
pub const MOTIF_TONES_MAX: usize = 16;

/// A tone of a motif or of a phrase made from it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tone {
    /// Where it begins on the straight grid, in beats after the motif's origin.
    pub at_beats: f64,
    /// How long it sounds, in beats.
    pub length_beats: f64,
    /// Semitones above the motif's first tone.
    pub height: i32,
    /// How much louder than the mean it is, -1 to 1.
    pub accent: f32,
    /// From which density on it is played: 0 always, 1 in the fullest playing alone.
    pub rank: f32,
}

/// A short figure: rhythm, contour and accents.
#[derive(Clone, Copy, Debug, Default)]
pub struct Motif {
    /// Its tones, the first at less than one beat.
    pub tones: InlineVec<Tone, MOTIF_TONES_MAX>,
    /// The whole beat it counts from, in beats of the transport.
    pub origin_beats: f64,
    /// The key of the first tone.
    pub key: i32,
}

impl Motif {
    /// The whole beats it fills, at least 1.
    #[must_use]
    pub fn beats(&self) -> f64 {
        self.tones.last().map_or(1.0, |tone| (tone.at_beats + 0.5).ceil().max(1.0))
    }

    /// The mean of its heights.
    #[must_use]
    pub fn mean_height(&self) -> i32 {
        self.tones.iter().map(|tone| tone.height).sum::<i32>() / (self.tones.len().max(1) as i32)
    }
}

/// The player's last phrase.
#[derive(Clone, Copy, Debug)]
pub struct Phrase {
    /// What it says, where it has a contour.
    pub motif: Option<Motif>,
    /// Where it ended, in beats of the transport.
    pub end_beats: f64,
    /// The mean loudness, 0 to 1.
    pub loudness: f32,
    /// The pitch class it ended on.
    pub last_pitch_class: u8,
}

/// Where a note is taken to end: one that is held for long is as good as over.
fn end_beats(note: &Note) -> f64 {
    note.end_beats().min(note.begin_beats + tuning::HELD_BEATS_MAX)
}

/// Whether the player sounds a note well above this one at its begin: it belongs to the accompaniment.
fn is_covered(context: &Context, note: &Note) -> bool {
    context.player().rev().take(tuning::COVER_NOTES).any(|other| {
        let begins = other.begin_beats <= note.begin_beats + tuning::CHORD_BEATS;
        let lasts = end_beats(other) > note.begin_beats + tuning::CHORD_BEATS;
        begins && lasts && other.key >= note.key.saturating_add(tuning::COVER_SEMITONES)
    })
}

/// The upper voice of what the player played last in `window`, latest note first, up to a rest of more than `gap_beats`,
/// and where it ended.
fn upper_voice(
    context: &Context,
    window: (f64, f64),
    gap_beats: f64,
) -> Option<(InlineVec<Note, MOTIF_TONES_MAX>, f64)> {
    let mut voice = InlineVec::<Note, MOTIF_TONES_MAX>::default();
    let is_inside = |note: &&Note| note.begin_beats >= window.0 && note.begin_beats < window.1;
    let mut notes = context.player().rev().filter(is_inside).take(tuning::PHRASE_NOTES_MAX);
    let last = notes.next()?;
    let mut end = end_beats(last);
    voice.push(*last).ok();
    for note in notes {
        let Some(later) = voice.last_mut() else { break };
        if later.begin_beats - note.begin_beats < tuning::CHORD_BEATS {
            end = end.max(end_beats(note));
            if note.key > later.key {
                *later = *note;
            }
        } else if later.begin_beats - end_beats(note) > gap_beats
            || end - note.begin_beats > tuning::PHRASE_BEATS_MAX
            || !is_covered(context, note) && voice.push(*note).is_err()
        {
            break;
        }
    }
    Some((voice, end))
}

/// Takes the swing out again: the inverse of [`swung`](super::super::grid::swung).
fn straightened(beats: f64, swing: f32) -> f64 {
    let (beat, part, swing) = (beats.floor(), beats - beats.floor(), f64::from(swing.clamp(0.5, 0.75)));
    beat + if part < swing { part / swing * 0.5 } else { 0.5 + (part - swing) / (1.0 - swing) * 0.5 }
}

/// The nearest place of the straight grid: quarters of a beat, or thirds where those are much nearer.
fn quantised(beats: f64, swing: f32, steps_per_beat: u32) -> f64 {
    let nearest = |beats: f64, steps: f64| (beats * steps).round() / steps;
    if steps_per_beat == 3 {
        return nearest(beats, 6.0);
    }
    let straight = straightened(beats, swing);
    let quarter = nearest(straight, 4.0);
    let third = nearest(beats, 3.0);
    let is_third = (beats - third).abs() + tuning::TRIPLET_BIAS_BEATS < (straight - quarter).abs();
    if is_third && swing < tuning::TRIPLET_SWING_MAX { third } else { quarter }
}

/// Where the grid lies that a player is held to.
#[derive(Clone, Copy, Debug)]
pub struct Grid {
    /// Where the second of two eighths falls, 0.5 to 0.75.
    pub swing: f32,
    /// Parts of a beat: 4, or 3 where beats are dotted.
    pub steps_per_beat: u32,
}

/// A voice, latest note first, as a figure on the grid.
fn figure(voice: &[Note], grid: Grid) -> Motif {
    let mean = voice.iter().map(|note| f32::from(note.velocity)).sum::<f32>() / voice.len().max(1) as f32;
    let place = |note: &Note| quantised(note.begin_beats, grid.swing, grid.steps_per_beat);
    let origin_beats = voice.last().map_or(0.0, |first| place(first).floor());
    let mut motif = Motif { origin_beats, ..Motif::default() };
    let mut next_at = f64::INFINITY;
    for note in voice {
        let at_beats = place(note) - origin_beats;
        // Two notes that fall on one place: a grace note, which a figure leaves out.
        if at_beats >= next_at {
            continue;
        }
        let accent = ((f32::from(note.velocity) - mean) / tuning::ACCENT_VELOCITIES).clamp(-1.0, 1.0);
        let length_beats = end_beats(note) - note.begin_beats;
        let tone = Tone { at_beats, length_beats, height: i32::from(note.key), accent, rank: 0.0 };
        motif.tones.push(tone).ok();
        next_at = at_beats;
    }
    motif.tones.reverse();
    motif.key = motif.tones.first().map_or(0, |tone| tone.height);
    motif.tones.iter_mut().for_each(|tone| tone.height -= motif.key);
    motif
}

/// The player's last phrase that began in `window` (from, to, in beats); `None` where nothing was played there.
#[must_use]
pub fn last_phrase(context: &Context, window: (f64, f64), grid: Grid) -> Option<Phrase> {
    let (voice, end_beats) = upper_voice(context, window, tuning::PHRASE_GAP_BEATS)?;
    let motif = figure(&voice, grid);
    let loudness = voice.iter().map(|note| f32::from(note.velocity)).sum::<f32>() / (127.0 * voice.len() as f32);
    let is_figure = motif.tones.len() >= tuning::MOTIF_TONES_MIN;
    Some(Phrase {
        motif: is_figure.then_some(motif),
        end_beats,
        loudness,
        last_pitch_class: voice.first().map_or(0, |last| last.key % 12),
    })
}

/// The player's upper voice in `window` (from, to, in beats), rests and all; it may be empty.
#[must_use]
pub fn template(context: &Context, window: (f64, f64), grid: Grid) -> Motif {
    upper_voice(context, window, f64::INFINITY).map_or(Motif::default(), |(voice, _)| figure(&voice, grid))
}

/// Rhythms of motifs of the band's own, in quarters of a beat.
static CELLS: [&[u8]; 8] = [
    &[0, 2, 4, 8],
    &[0, 6, 8, 12],
    &[2, 4, 6, 10],
    &[0, 3, 6, 8, 12],
    &[0, 4, 6, 8, 14],
    &[2, 6, 8, 10, 12],
    &[0, 2, 3, 4, 8, 10],
    &[0, 8, 10, 12],
];
/// The same for beats of three parts, in sixths of a beat.
static TERNARY_CELLS: [&[u8]; 4] = [&[0, 4, 6, 12], &[0, 2, 4, 6, 10], &[4, 6, 10, 12], &[0, 6, 8, 10, 12]];

/// A motif of the band's own: the same for the same seed.
#[must_use]
pub fn own_motif(seed: u64, steps_per_beat: u32) -> Motif {
    let mut chance = chance_at(seed, tuning::OWN_MOTIF, 0);
    let (cells, steps): (&[&[u8]], f64) = if steps_per_beat == 3 { (&TERNARY_CELLS, 6.0) } else { (&CELLS, 4.0) };
    let cell = cells[chance.below(cells.len() as u32) as usize];
    let direction = if chance.below(3) == 0 { -1 } else { 1 };
    let leap_at = 1 + chance.below(cell.len() as u32 - 1) as usize;
    let mut motif = Motif::default();
    let (mut height, mut way) = (0, direction);
    for (place, step) in cell.iter().enumerate() {
        if place > 0 {
            // One leap, recovered by steps the other way.
            height += way * if place == leap_at { 5 + chance.below(3) as i32 } else { 1 + chance.below(2) as i32 };
            way = if place == leap_at { -way } else { way };
        }
        let next = cell.get(place + 1).map_or(f64::from(*step) + steps, |next| f64::from(*next));
        let length_beats = (next - f64::from(*step)) / steps * tuning::OWN_LENGTH;
        let accent = if place == 0 || place == leap_at { 0.4 } else { -0.1 };
        let tone = Tone { at_beats: f64::from(*step) / steps, length_beats, height, accent, rank: 0.0 };
        motif.tones.push(tone).ok();
    }
    motif
}
