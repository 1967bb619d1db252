//! Which chord comes next, and when.
//!
//! Symbols are roots with their [`Family`], seen from the root of the chord before (so that the twelve keys share what
//! is learnt). Two memories vote, each as contexts of growing length that are interpolated by Witten and Bell's
//! method (1991: a context seen n times with d different followers weighs n / (n + k d)): what was learnt from a
//! corpus, then what this player has played so far, because players repeat themselves more than anyone repeats the
//! corpus.
//!
//! `models/next_chord.bin`, little-endian: "SNC1"; 32 x u16 how often a chord lasts 1..=32 beats; 2 x 144 x u16 how often
//! each symbol occurs seen from the tonic, in major and in minor; then for context lengths 0 to 3: u32 count of contexts
//! and, in rising order, each as u32 key (its symbols in base 144), u16 total, u8 followers and those as u8 symbol, u16
//! count. A symbol is `interval * 12 + family`.

use crate::base::InlineVec;
use crate::theory::{Chord, Family};

/// Symbols: twelve intervals with each family.
pub const SYMBOLS: usize = 12 * Family::COUNT;
/// Longest context in the learnt memory and in that of the player.
const LEARNT_ORDER: usize = 3;
const PLAYED_ORDER: usize = 4;
/// How many chords of the player are remembered: a few choruses.
const REMEMBERED: usize = 256;
const DURATIONS: usize = 32;

/// Doubt of a learnt context per different follower.
const LEARNT_DOUBT: f32 = 2.0;
/// The same for what was played, by the length of the context: one chord alone says little, three are a quotation.
const PLAYED_DOUBT: [f32; PLAYED_ORDER] = [10.0, 4.0, 2.0, 1.0];
/// How many chords' worth of evidence the learnt durations are against the player's own.
const DURATION_PRIOR: f32 = 4.0;
/// Forgets the player's durations by this a chord, so that a new section is soon believed.
const DURATION_KEEP: f32 = 0.93;

static FILE: &[u8] = include_bytes!("../../../models/next_chord.bin");

/// A root and a family.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Symbol {
    root: u8,
    family: u8,
}

impl Symbol {
    fn of(chord: Chord) -> Self {
        Self { root: chord.root % 12, family: chord.quality.family().index() as u8 }
    }

    fn seen_from(self, root: u8) -> u32 {
        u32::from((self.root + 12 - root) % 12) * Family::COUNT as u32 + u32::from(self.family)
    }
}

/// The chord's place among the symbols seen from a root.
pub fn symbol(chord: Chord, from: u8) -> usize {
    Symbol::of(chord).seen_from(from) as usize
}

/// One context: its key, how often it was seen and where its followers stand.
#[derive(Clone, Copy, Debug)]
struct Context {
    key: u32,
    total: u16,
    followers: u8,
    from: u32,
}

/// The predictor with what it learnt and what it heard.
#[derive(Clone, Debug)]
pub struct NextChord {
    orders: [Vec<Context>; LEARNT_ORDER + 1],
    durations: [f32; DURATIONS],
    degrees: [[f32; SYMBOLS]; 2],
    played: [Symbol; REMEMBERED],
    len: usize,
    own_durations: [f32; DURATIONS],
}

impl Default for NextChord {
    fn default() -> Self {
        Self::new()
    }
}

impl NextChord {
    /// Reads the model that is compiled in. Nothing has been played.
    pub fn new() -> Self {
        let mut reader = Reader { at: 4 };
        let durations = normalised(std::array::from_fn(|_| f32::from(reader.u16())));
        let degrees = std::array::from_fn(|_| normalised(std::array::from_fn(|_| f32::from(reader.u16()))));
        let orders = std::array::from_fn(|_| reader.contexts());
        Self {
            orders,
            durations,
            degrees,
            played: [Symbol::default(); REMEMBERED],
            len: 0,
            own_durations: [0.0; DURATIONS],
        }
    }

    /// Forgets what was played.
    pub fn reset(&mut self) {
        self.len = 0;
        self.own_durations = [0.0; DURATIONS];
    }

    /// How common a symbol (`interval over the tonic * 12 + family`) is in a major or a minor key; all sum to 1.
    pub fn degrees(&self, is_minor: bool) -> &[f32; SYMBOLS] {
        &self.degrees[usize::from(is_minor)]
    }

    /// A chord begins. The same root and family again is no change and is not counted.
    pub fn push(&mut self, chord: Chord) {
        let symbol = Symbol::of(chord);
        if self.played[..self.len].last() == Some(&symbol) {
            return;
        }
        if self.len == REMEMBERED {
            // The first half goes; what was played lately matters more.
            self.played.copy_within(REMEMBERED / 2.., 0);
            self.len = REMEMBERED / 2;
        }
        self.played[self.len] = symbol;
        self.len += 1;
    }

    /// The last chord lasted so many beats.
    pub fn push_duration(&mut self, beats: f32) {
        if beats.is_finite() && beats > 0.5 {
            self.own_durations.iter_mut().for_each(|count| *count *= DURATION_KEEP);
            self.own_durations[(beats.round() as usize).clamp(1, DURATIONS) - 1] += 1.0;
        }
    }

    /// How likely each symbol, seen from the last chord's root, comes next; all 0 when nothing was played.
    pub fn distribution(&self) -> [f32; SYMBOLS] {
        let mut p = [0.0; SYMBOLS];
        let Some(last) = self.played[..self.len].last() else { return p };
        let mut key = 0;
        for order in 0..=LEARNT_ORDER.min(self.len) {
            if order > 0 {
                // Contexts read from the oldest symbol to the newest.
                let context = &self.played[self.len - order..self.len];
                key = context.iter().fold(0, |key, symbol| key * SYMBOLS as u32 + symbol.seen_from(last.root));
            }
            let contexts = &self.orders[order];
            match contexts.binary_search_by_key(&key, |context| context.key) {
                Ok(found) => mix_learnt(&mut p, contexts[found]),
                Err(_) => break,
            }
        }
        for (order, doubt) in PLAYED_DOUBT.iter().enumerate() {
            if !self.mix_played(&mut p, order + 1, *doubt) {
                break;
            }
        }
        // The same chord again would be no change.
        p[usize::from(last.family)] = 0.0;
        normalised(p)
    }

    /// Adds what followed the last `order` chords when they were played before, in any key; false where they were not.
    fn mix_played(&self, p: &mut [f32; SYMBOLS], order: usize, doubt: f32) -> bool {
        if self.len <= order {
            return false;
        }
        let played = &self.played[..self.len];
        let now = &played[self.len - order..];
        let root = now[order - 1].root;
        let mut counts = [0.0_f32; SYMBOLS];
        let mut total = 0.0;
        for window in played.windows(order + 1) {
            let (context, next) = (&window[..order], window[order]);
            let there = context[order - 1].root;
            if context.iter().zip(now).all(|(a, b)| a.seen_from(there) == b.seen_from(root)) {
                counts[next.seen_from(there) as usize] += 1.0;
                total += 1.0;
            }
        }
        let different = counts.iter().filter(|count| **count > 0.0).count() as f32;
        let weight = total / (total + doubt * different).max(1.0);
        for (p, count) in p.iter_mut().zip(counts) {
            *p = *p * (1.0 - weight) + if total > 0.0 { weight * count / total } else { 0.0 };
        }
        total > 0.0
    }

    /// The most likely next chords with their probabilities, best first; empty when nothing was played.
    pub fn best(&self) -> InlineVec<(Chord, f32), 5> {
        let mut out = InlineVec::default();
        let Some(last) = self.played[..self.len].last() else { return out };
        let mut p = self.distribution();
        for _ in 0..5 {
            let best = p.iter().enumerate().fold(0, |best, (i, value)| if *value > p[best] { i } else { best });
            if p[best] <= 0.0 {
                break;
            }
            let root = last.root + (best / Family::COUNT) as u8;
            let chord = Chord::new(root, Family::at(best % Family::COUNT).quality());
            // Five fit.
            let _ = out.push((chord, p[best]));
            p[best] = 0.0;
        }
        out
    }

    /// Expected beats from now to the next change, when the chord has lasted `elapsed_beats`; at least a little.
    pub fn beats_left(&self, elapsed_beats: f32) -> f32 {
        let (mut sum, mut mass) = (0.0, 0.0);
        for (i, (learnt, own)) in self.durations.iter().zip(&self.own_durations).enumerate() {
            let left = (i + 1) as f32 - elapsed_beats;
            if left > 0.0 {
                let p = learnt * DURATION_PRIOR + own;
                sum += p * left;
                mass += p;
            }
        }
        if mass > 1e-6 { sum / mass } else { 1.0 }
    }
}

fn mix_learnt(p: &mut [f32; SYMBOLS], context: Context) {
    let total = f32::from(context.total);
    let weight = total / (total + LEARNT_DOUBT * f32::from(context.followers));
    p.iter_mut().for_each(|value| *value *= 1.0 - weight);
    let mut reader = Reader { at: context.from as usize };
    for _ in 0..context.followers {
        let symbol = usize::from(reader.u8());
        p[symbol.min(SYMBOLS - 1)] += weight * f32::from(reader.u16()) / total;
    }
}

fn normalised<const N: usize>(mut values: [f32; N]) -> [f32; N] {
    let sum: f32 = values.iter().sum();
    if sum > 0.0 {
        values.iter_mut().for_each(|value| *value /= sum);
    }
    values
}

/// Reads the model's file; zeros after its end.
struct Reader {
    at: usize,
}

impl Reader {
    fn u8(&mut self) -> u8 {
        self.at += 1;
        FILE.get(self.at - 1).copied().unwrap_or_default()
    }

    fn u16(&mut self) -> u16 {
        u16::from_le_bytes([self.u8(), self.u8()])
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes([self.u8(), self.u8(), self.u8(), self.u8()])
    }

    fn contexts(&mut self) -> Vec<Context> {
        let count = self.u32();
        (0..count)
            .map(|_| {
                let (key, total, followers) = (self.u32(), self.u16(), self.u8());
                let context = Context { key, total, followers, from: self.at as u32 };
                self.at += usize::from(followers) * 3;
                context
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hear(chords: &[&str]) -> NextChord {
        let mut next = NextChord::new();
        chords.iter().for_each(|text| next.push(Chord::parse(text).expect(text)));
        next
    }

    #[test]
    fn the_file_is_read_to_its_end() {
        let next = NextChord::new();
        let last = next.orders[LEARNT_ORDER].last().expect("contexts");
        assert_eq!(last.from as usize + usize::from(last.followers) * 3, FILE.len());
        assert!(FILE.starts_with(b"SNC1") && FILE.len() < 300_000);
    }

    #[test]
    fn symbols_reduce_as_in_the_training() {
        // Printed by models/train/next_chord.py --vectors.
        #[rustfmt::skip]
        let table = [
            ("Emin7", 4, 7), ("Bm7b5", 11, 9), ("E79#", 4, 5), ("Amin6", 9, 1), ("C", 0, 0), ("G7sus", 7, 11),
            ("F#o7", 6, 10), ("Bb6", 10, 0), ("Dbmaj711#", 1, 6), ("Cminmaj7", 0, 8), ("A9sus", 9, 11),
            ("D:min7/b7", 2, 7), ("F:maj6", 5, 0), ("G:sus4(b7)", 7, 11), ("C:sus2", 0, 4), ("Ab:hdim7", 8, 9),
            ("E:dim", 4, 2), ("A+", 9, 3), ("B7alt", 11, 5), ("Eb69", 3, 0), ("F#min9", 6, 7), ("C/E", 0, 0),
            ("G:7/3", 7, 5),
        ];
        for (text, root, family) in table {
            assert_eq!(Symbol::of(Chord::parse(text).expect(text)), Symbol { root, family }, "{text}");
        }
    }

    #[test]
    fn a_two_five_goes_home_in_every_key() {
        for semitones in 0..12 {
            let mut next = NextChord::new();
            for text in ["Dm7", "G7"] {
                next.push(Chord::parse(text).expect(text).transposed(semitones));
            }
            let best = next.best();
            assert_eq!(best[0].0.root, semitones);
            assert!(best.len() == 5 && best.windows(2).all(|pair| pair[0].1 >= pair[1].1));
            let sum: f32 = next.distribution().iter().sum();
            assert!((sum - 1.0).abs() < 1e-4, "{sum}");
        }
    }

    #[test]
    fn what_was_played_before_is_expected_again() {
        let strange = ["Cmaj7", "F#m7", "Ebmaj7", "Am7b5"];
        let mut twice = strange.to_vec();
        twice.extend(strange);
        twice.push("Cmaj7");
        assert_eq!(hear(&twice).best()[0].0.to_string(), "F#m7");
    }

    #[test]
    fn a_full_memory_goes_on_and_repeats_are_no_change() {
        let mut next = NextChord::new();
        assert!(next.best().is_empty());
        for i in 0..5000_u32 {
            next.push(Chord::new((i * 5 % 12) as u8, crate::theory::Quality::at((i % 9) as usize)));
            let last = next.played[next.len - 1];
            assert_eq!(next.distribution()[usize::from(last.family)], 0.0);
        }
        let before = next.len;
        next.push(Chord { root: next.played[before - 1].root, ..Chord::default() });
        next.push(Chord { root: next.played[next.len - 1].root, ..Chord::default() });
        assert!(next.len <= before + 1);
    }

    #[test]
    fn a_player_of_two_bar_chords_is_soon_expected_to_hold_them() {
        let mut next = NextChord::new();
        let before = next.beats_left(1.0);
        for _ in 0..8 {
            next.push_duration(8.0);
        }
        assert!(next.beats_left(1.0) > before && next.beats_left(1.0) > 4.0);
        assert!(next.beats_left(7.0) < next.beats_left(2.0));
        assert!(next.beats_left(1e9).is_finite() && next.beats_left(f32::NAN).is_finite());
    }
}
