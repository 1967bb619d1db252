//! The drummer: human grooves and fills by style, played anew in every bar.
//!
//! A section holds one groove, chosen by style, variation and seed; each two bars it is another human's take of it. What
//! is asked for (complexity, energy) leaves out its softest strokes or adds such; intensity and energy set the loudness.
//! The seed is taken to stay the same over a section: with another seed another groove is chosen.

mod authored;
mod follow;
mod form;
mod groove;
mod kit;
mod library;
mod touch;
mod tuning;

#[cfg(test)]
mod tests;

pub use kit::Drum;

use super::grid::swung;
use super::part::{Part, PartMode};
use super::phrase::{Ask, BAR_NOTES_MAX, Note, PhraseSource, Role};
use super::style::{STYLES, StyleId};
use form::Frame;
use groove::{Shelf, UNITS};
use library::Library;
use touch::{Hit, Hits, Touch, mixed};
use tuning::{ENERGY_DRIVES, INTENSITY_MOVES, LED_OVER_BEATS, LOUDNESS_DRIVES, manner};

/// Beats of a bar, at most; of longer ones the beginning is played.
const BEATS_MAX: u32 = 16;

/// Plays the drum kit, by General MIDI drum keys. Allocates in `new` alone.
#[derive(Clone, Debug)]
pub struct Drummer {
    library: Library,
    hits: Hits,
}

impl Default for Drummer {
    fn default() -> Self {
        Self::new()
    }
}

impl Drummer {
    /// A drummer who knows the library and what was written besides. A few milliseconds.
    #[must_use]
    pub fn new() -> Self {
        let mut library = Library::new();
        let swing_fills = library.shelves[StyleId::Swing as usize].fills.clone();
        for (style, shelf) in STYLES.iter().zip(&mut library.shelves) {
            authored::add(style, shelf);
            if shelf.fills.is_empty() {
                shelf.fills.clone_from(&swing_fills);
            }
            shelf.put_in_order();
        }
        Self { library, hits: Hits::default() }
    }

    /// The bar's strokes, in no order, before a hand has played them.
    fn compose(shelf: &Shelf, ask: &Ask<'_>, frame: &Frame, hits: &mut Hits) {
        let Some(groove) = form::groove_of(shelf, frame) else { return };
        if ask.taste.mode == PartMode::Follow {
            follow::follow(ask, shelf, groove, frame, hits);
        } else {
            form::groove(shelf, groove, frame, hits);
        }
        match ask.bar.role {
            Role::Intro => form::intro(shelf, frame, hits),
            Role::Groove => form::crash(shelf, frame, hits),
            Role::Fill | Role::Ending => {
                form::crash(shelf, frame, hits);
                let amount = if ask.bar.role == Role::Ending { frame.fills.max(0.5) } else { frame.fills };
                form::fill(shelf, form::fill_of(shelf, frame, amount), frame, amount, hits);
            }
        }
    }
}

impl PhraseSource for Drummer {
    fn play(&mut self, ask: &Ask<'_>, out: &mut Vec<Note>) {
        if ask.taste.mode == PartMode::Off {
            return;
        }
        let (frame, shelf) = (frame(ask), &self.library.shelves[ask.style.id as usize]);
        self.hits.clear();
        Self::compose(shelf, ask, &frame, &mut self.hits);
        let Library { spread, shared, .. } = &self.library;
        Touch { spread, shared: *shared, seed: frame.bar_seed, bpm: frame.bpm }.apply(&mut self.hits);
        let drive = drive(ask, &frame);
        let mut room = BAR_NOTES_MAX - 3;
        for hit in self.hits.iter() {
            let begin_beats = place(ask, &frame, hit);
            if begin_beats >= ask.from_beats && room > 0 {
                let length_beats = hit.drum.length_beats();
                out.push(Note {
                    begin_beats,
                    length_beats,
                    key: hit.drum.key(),
                    velocity: loudness(hit.velocity, drive),
                });
                room -= 1;
            }
        }
        out.sort_unstable_by(|a, b| a.begin_beats.total_cmp(&b.begin_beats).then(a.key.cmp(&b.key)));
        if ask.bar.role == Role::Ending {
            let velocity = loudness(shelf.level * frame.manner.crash, drive);
            let length_beats = f64::from(ask.bar.beats.max(4));
            for drum in [Drum::Kick, Drum::Crash] {
                out.push(Note { begin_beats: ask.bar.end_beats(), length_beats, key: drum.key(), velocity });
            }
        }
    }
}

/// What fixes the bar, within bounds whatever was asked.
fn frame(ask: &Ask<'_>) -> Frame {
    let unit = |value: f32| if value.is_finite() { value.clamp(0.0, 1.0) } else { 0.5 };
    let section = ask.bar.index.wrapping_sub(i64::from(ask.bar.in_section));
    let is_following = ask.taste.mode == PartMode::Follow;
    let loudness = ask.context.playing.loudness;
    Frame {
        section_seed: mixed(ask.seed, [1, section.cast_unsigned(), ask.style.id as u64]),
        bar_seed: mixed(ask.seed, [2, ask.bar.index.cast_unsigned(), ask.style.id as u64]),
        in_section: ask.bar.in_section as usize,
        is_first: ask.bar.index <= 0,
        is_led_over: is_led_over(ask),
        beats: ask.bar.beats.clamp(1, BEATS_MAX) as usize,
        is_compound: ask.style.steps_per_beat == 3,
        variation: ask.bar.variation.min(3),
        bpm: if ask.feel.bpm.is_finite() { ask.feel.bpm.clamp(20.0, 400.0) } else { 120.0 },
        complexity: unit(ask.taste.complexity),
        energy: unit(if is_following { loudness } else { ask.feel.energy }),
        fills: unit(ask.feel.fills),
        manner: manner(ask.style.id),
    }
}

/// Whether the drummer's own toms led over to the bar, as far as its notes are out. It moves nothing but the first stroke
/// of the bar, so that asking again in its midst gives the same.
fn is_led_over(ask: &Ask<'_>) -> bool {
    let from_beats = ask.bar.begin_beats - LED_OVER_BEATS;
    let late = ask.context.part(Part::Drums).rev().take_while(|note| note.begin_beats >= from_beats);
    let toms = [Drum::High, Drum::Mid, Drum::Low].map(Drum::key);
    late.filter(|note| note.begin_beats < ask.bar.begin_beats && toms.contains(&note.key)).count() >= 2
}

/// How much louder than it was played, in octaves of the exponent: 0 as it was.
fn drive(ask: &Ask<'_>, frame: &Frame) -> f32 {
    let intensity = if ask.taste.intensity.is_finite() { ask.taste.intensity.clamp(0.0, 1.0) } else { 0.5 };
    let moves = if ask.taste.mode == PartMode::Follow { LOUDNESS_DRIVES } else { ENERGY_DRIVES };
    INTENSITY_MOVES * (intensity - 0.5) + moves * (frame.energy - 0.5)
}

/// The velocity of a stroke that is driven so much: the ends of the scale stand, what is between moves.
fn loudness(velocity: f32, drive: f32) -> u8 {
    let share = (velocity / 127.0).clamp(0.01, 1.0).powf((-drive).exp2());
    (127.0 * share).round().clamp(1.0, 127.0) as u8
}

/// Where a stroke falls, in beats of the transport: swung, with its human timing, and not before the bar.
fn place(ask: &Ask<'_>, frame: &Frame, hit: &Hit) -> f64 {
    let straight = f64::from(hit.unit) / UNITS as f64;
    let swing = if ask.feel.swing.is_finite() { ask.feel.swing.clamp(0.5, 0.75) } else { 0.5 };
    let is_swung = !frame.is_compound && hit.unit.is_multiple_of(3);
    let even = if is_swung { swung(straight, swing) } else { straight };
    let late = f64::from(hit.millis) * frame.bpm / 60_000.0;
    ask.bar.begin_beats + (even + late).max(0.0)
}
