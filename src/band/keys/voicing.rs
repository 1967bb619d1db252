//! Voicings: which tones of a chord are played, and where each lies.

use super::patterns::Tones;
use crate::band::comping::start::Keys;
use crate::base::InlineVec;
use crate::theory::{Chord, Key, Quality, tensions};

/// Voices of one chord, at most.
pub const VOICES_MAX: usize = 5;

/// What a hand likes; costs, of which the least wins. A semitone of movement of one voice is about 1.
mod tuning {
    /// Of the mean movement of the voices, in semitones.
    pub const MOVE: f32 = 1.0;
    /// Of the top voice's movement, which is what is heard; more where it leaps a fourth or further.
    pub const TOP: f32 = 0.35;
    pub const TOP_LEAP: (i32, f32) = (5, 0.6);
    /// Of each semitone between the middle of the chord and where it should be, and of each beyond so many.
    pub const REGISTER: f32 = 0.12;
    pub const REGISTER_FAR: (f32, f32) = (7.0, 0.7);
    /// Of thirds and narrower intervals below this key: mud.
    pub const MUD_KEY: u8 = 51;
    pub const MUD_SEMITONES: u8 = 4;
    pub const MUD: f32 = 2.5;
    /// Of a minor ninth between two voices, and of a semitone below the top one.
    pub const MINOR_NINTH: f32 = 2.5;
    pub const TOP_SEMITONE: f32 = 2.0;
    /// Of a semitone between lower voices, which clouds the chord.
    pub const SEMITONE: f32 = 0.8;
    /// Of a rootless chord that does not stand on its third or seventh, as the left hand of a jazz pianist does.
    pub const BOTTOM: f32 = 1.6;
    /// Of a spread chord where a close one is wanted and the other way about.
    pub const WRONG_SPREAD: f32 = 3.0;
    /// Of a gap so wide that the chord falls apart, in semitones, and of each semitone beyond.
    pub const GAP: (u8, f32) = (12, 0.6);
    /// Of each voice among the player's own notes, when the player is in the way.
    pub const IN_THE_WAY: f32 = 1.5;
    /// Of each semitone by which the top voice is above the note that leads.
    pub const ABOVE_CEILING: f32 = 12.0;
}

/// What is wished of a voicing.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    /// Which tones.
    pub tones: Tones,
    /// How many voices, 3 to 5.
    pub voices: usize,
    /// Whether they lie apart.
    pub is_spread: bool,
    /// The lowest and the highest key.
    pub range: (u8, u8),
    /// Where the middle of the chord should be, a key.
    pub middle: f32,
    /// The keys between which the player is busy; empty where the low one is above the high one.
    pub busy: (u8, u8),
    /// The key the top voice should stay below, where the player leads; 127 else.
    pub ceiling: u8,
}

type Voices = InlineVec<u8, VOICES_MAX>;

/// Semitones over the root, what is needed most first: the tones that tell the chord, those that its name adds, then
/// what fills it up.
fn intervals(chord: Chord, key: Option<Key>, wish: &Wish) -> Voices {
    let quality = chord.quality;
    let (own, colours) = (quality.mask(), tensions(chord, key));
    let is_tension = |interval: u8| colours & 1 << ((chord.root + interval) % 12) != 0;
    let mut voices = Voices::default();
    let mut add = |interval: u8, is_wanted: bool| {
        if is_wanted && voices.len() < wish.voices && !voices.contains(&interval) {
            voices.push(interval).ok();
        }
    };
    // The guides of a power chord are its fifth, of a triad its third and fifth.
    let has_seventh = own & (1 << 9 | 1 << 10 | 1 << 11) != 0;
    let is_full = wish.tones == Tones::Rooted || !has_seventh || quality == Quality::DiminishedSeventh;
    quality.guide_tones().iter().for_each(|interval| add(*interval, true));
    add(0, is_full && wish.tones != Tones::Shell);
    // An altered fifth is what such a chord is named after.
    [6, 8].into_iter().for_each(|interval| add(interval, own & 1 << interval != 0));
    quality.intervals().iter().skip(4).for_each(|interval| add(*interval, true));
    let is_coloured = wish.tones != Tones::Rooted || wish.voices > 4;
    // Fifths are a triad's own and a jazz chord's last resort.
    add(7, own & 1 << 7 != 0 && is_full);
    let order: &[u8] = if quality.third() == Some(3) { &[2, 7, 5] } else { &[2, 9, 7, 1, 8] };
    for interval in order {
        add(*interval, own & 1 << interval != 0 || (is_coloured && is_tension(*interval)));
    }
    quality.intervals().iter().for_each(|interval| add(*interval, true));
    voices
}

/// The voicing of a chord that is nearest to what was played and to what is wished; empty when the range has no
/// place for it.
pub fn voicing(chord: Chord, key: Option<Key>, wish: &Wish, last: &Keys) -> Keys {
    let mut intervals = intervals(chord, key, wish);
    intervals.sort_unstable();
    let (low, high) = (wish.range.0, wish.range.1.min(127));
    let mut best = (f32::INFINITY, Keys::default());
    for bottom in low..=high {
        let above_root = (bottom + 12 - chord.root % 12) % 12;
        let Some(first) = intervals.iter().position(|interval| *interval == above_root) else { continue };
        let close = stack(bottom, &intervals, first, wish);
        for candidate in [close, opened(&close)] {
            let is_in_range = candidate.iter().all(|key| (low..=high).contains(key));
            let is_on_guide = candidate
                .first()
                .is_some_and(|key| chord.quality.guide_tones().contains(&((key % 12 + 12 - chord.root % 12) % 12)));
            let bottom = if wish.tones == Tones::Rooted || is_on_guide { 0.0 } else { tuning::BOTTOM };
            let cost = if is_in_range { bottom + cost(&candidate, wish, last) } else { f32::INFINITY };
            if cost < best.0 {
                best = (cost, candidate);
            }
        }
    }
    if best.1.is_empty() { squeezed(chord, &intervals, wish) } else { best.1 }
}

/// Voices as close above each other as they can lie. Where there are too few the lowest is doubled, but a rootless
/// chord rather stays thin.
fn stack(bottom: u8, intervals: &[u8], first: usize, wish: &Wish) -> Keys {
    let (mut keys, mut key) = (Keys::default(), bottom);
    let doubled = usize::from(wish.tones == Tones::Rooted);
    for at in 0..wish.voices.min((intervals.len() + doubled).max(3)) {
        let interval = |at: usize| intervals[(first + at) % intervals.len()];
        if at > 0 {
            let step = (interval(at) + 12 - interval(at - 1)) % 12;
            key = key.saturating_add(if step == 0 { 12 } else { step });
        }
        keys.push(key).ok();
    }
    keys
}

/// The same with the second voice from the top an octave lower, or with three voices the middle one an octave higher.
fn opened(close: &Keys) -> Keys {
    let mut keys = *close;
    match keys.len() {
        0..=2 => {}
        3 => keys[1] = keys[1].saturating_add(12),
        count => keys[count - 2] = keys[count - 2].saturating_sub(12),
    }
    keys.sort_unstable();
    keys
}

/// In a range too narrow for a voicing: the tones that it has.
fn squeezed(chord: Chord, intervals: &[u8], wish: &Wish) -> Keys {
    let mut keys = Keys::default();
    let in_chord = |key: &u8| intervals.contains(&((key % 12 + 12 - chord.root % 12) % 12));
    for key in (wish.range.0..=wish.range.1.min(127)).filter(in_chord).take(wish.voices) {
        keys.push(key).ok();
    }
    keys
}

/// How far the voices of one chord are from those of another, in semitones a voice: in order where there are as many,
/// else each to the nearest.
pub fn movement(from: &[u8], to: &[u8]) -> f32 {
    if from.is_empty() || to.is_empty() {
        return 0.0;
    }
    let sum: u32 = if from.len() == to.len() {
        from.iter().zip(to).map(|(a, b)| u32::from(a.abs_diff(*b))).sum()
    } else {
        to.iter().map(|key| from.iter().map(|old| u32::from(old.abs_diff(*key))).min().unwrap_or(0)).sum()
    };
    sum as f32 / to.len() as f32
}

fn cost(keys: &Keys, wish: &Wish, last: &Keys) -> f32 {
    let (Some(&bottom), Some(&top)) = (keys.first(), keys.last()) else { return f32::INFINITY };
    let middle = keys.iter().map(|key| f32::from(*key)).sum::<f32>() / keys.len() as f32;
    let off = (middle - wish.middle).abs();
    let (far, far_cost) = tuning::REGISTER_FAR;
    let mut cost = tuning::MOVE * movement(last, keys) + tuning::REGISTER * off + far_cost * (off - far).max(0.0);
    if let Some(&old) = last.last() {
        let leap = i32::from(top.abs_diff(old));
        cost += tuning::TOP * leap as f32 + tuning::TOP_LEAP.1 * (leap - tuning::TOP_LEAP.0).max(0) as f32;
    }
    for pair in keys.windows(2) {
        let gap = pair[1] - pair[0];
        cost += if gap == 1 { tuning::SEMITONE } else { 0.0 };
        let is_mud = pair[0] < tuning::MUD_KEY && gap <= tuning::MUD_SEMITONES;
        cost += if is_mud { tuning::MUD } else { 0.0 };
        cost += tuning::GAP.1 * f32::from(gap.saturating_sub(tuning::GAP.0));
    }
    let ninths = keys.iter().flat_map(|a| keys.iter().map(move |b| b.abs_diff(*a))).filter(|gap| *gap == 13).count();
    // Every pair is met twice.
    cost += tuning::MINOR_NINTH * ninths as f32 / 2.0;
    cost += if keys.len() > 1 && top - keys[keys.len() - 2] == 1 { tuning::TOP_SEMITONE } else { 0.0 };
    let is_wide = top - bottom > 12;
    cost += if is_wide == wish.is_spread { 0.0 } else { tuning::WRONG_SPREAD };
    let in_the_way = keys.iter().filter(|key| (wish.busy.0..=wish.busy.1).contains(*key)).count();
    cost += tuning::IN_THE_WAY * in_the_way as f32;
    cost + tuning::ABOVE_CEILING * f32::from(top.saturating_sub(wish.ceiling))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WISH: Wish = Wish {
        tones: Tones::Rootless,
        voices: 4,
        is_spread: false,
        range: (48, 79),
        middle: 61.0,
        busy: (1, 0),
        ceiling: 127,
    };

    fn chord(text: &str) -> Chord {
        Chord::parse(text).expect(text)
    }

    #[test]
    fn the_tones_are_what_a_pianist_takes() {
        use Tones::*;
        for (text, tones, voices, wanted) in [
            ("C", Rooted, 3, &[0, 4, 7][..]),
            ("C5", Rooted, 3, &[0, 7]),
            ("Dm7", Rootless, 4, &[2, 3, 7, 10]),
            ("G7", Rootless, 4, &[2, 4, 9, 10]),
            ("Cmaj7", Rootless, 4, &[2, 4, 9, 11]),
            ("G7", Shell, 3, &[2, 4, 10]),
            ("G7alt", Rootless, 4, &[1, 4, 8, 10]),
            ("G7b9", Rootless, 4, &[1, 4, 7, 10]),
            ("Bm7b5", Rootless, 4, &[3, 5, 6, 10]),
            ("F#dim7", Rootless, 4, &[0, 3, 6, 9]),
            ("C7", Rooted, 4, &[0, 4, 7, 10]),
            ("G7sus4", Rooted, 4, &[0, 5, 7, 10]),
        ] {
            let mut found = intervals(chord(text), None, &Wish { tones, voices, ..WISH });
            found.sort_unstable();
            assert_eq!(&found[..], wanted, "{text}");
        }
    }

    #[test]
    fn a_cadence_is_led_by_steps() {
        let (mut last, mut moves) = (Keys::default(), Vec::new());
        for _ in 0..2 {
            for text in ["Dm7", "G7", "Cmaj7", "A7", "Fm7", "Bb7", "Ebmaj7", "C7alt"] {
                let next = voicing(chord(text), None, &WISH, &last);
                assert_eq!(next.len(), 4, "{text}");
                if !last.is_empty() {
                    moves.push(movement(&last, &next));
                }
                last = next;
            }
        }
        let mean = moves.iter().sum::<f32>() / moves.len() as f32;
        assert!(mean < 2.2 && moves.iter().all(|by| *by < 4.5), "{mean}: {moves:?}");
    }

    #[test]
    fn every_chord_has_voices_of_its_own_in_any_range() {
        for quality in Quality::all() {
            for root in 0..12 {
                for range in [(48, 79), (60, 71), (0, 127), (55, 58), (64, 64), (70, 60), (120, 255)] {
                    let chord = Chord::new(root, quality);
                    let keys = voicing(chord, None, &Wish { range, ..WISH }, &Keys::default());
                    let allowed = chord.mask() | tensions(chord, None);
                    assert!(keys.iter().all(|key| allowed & 1 << (key % 12) != 0), "{chord} {keys:?}");
                    assert!(keys.iter().all(|key| (range.0..=range.1.min(127)).contains(key)));
                    assert!(keys.windows(2).all(|pair| pair[0] < pair[1]), "{chord} {keys:?}");
                    assert!(range != (48, 79) || keys.len() >= 3, "{chord} {keys:?}");
                }
            }
        }
    }
}
