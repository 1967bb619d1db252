//! What a musician expects of the ear, as tables.

use super::*;
use crate::base::Rng;
use crate::theory::{Mode, Quality};

/// Plays keys together at `at_secs` for `secs` and listens until they come up.
fn strike(ear: &mut HarmonyEar, at_secs: f64, secs: f64, keys: &[u8]) {
    keys.iter().for_each(|key| ear.note_on(at_secs, *key, 80));
    keys.iter().for_each(|key| ear.note_off(at_secs + secs, *key));
}

/// The chord of keys that are struck together in silence and held for a second.
fn name_of(keys: &[u8]) -> Option<Chord> {
    let mut ear = HarmonyEar::new();
    strike(&mut ear, 1.0, 1.0, keys);
    ear.view().chord
}

fn chord(text: &str) -> Chord {
    Chord::parse(text).expect(text)
}

#[test]
fn struck_chords_are_named_with_their_inversions_in_all_twelve_keys() {
    #[rustfmt::skip]
    let table: [(&[u8], &str); 24] = [
        (&[48, 64, 67], "C"), (&[60, 64, 67], "C"), (&[52, 60, 67], "C/E"), (&[55, 60, 64], "C/G"),
        (&[57, 60, 64], "Am"), (&[48, 57, 64], "Am/C"), (&[40, 57, 60], "Am/E"),
        (&[47, 50, 53], "Bdim"), (&[48, 52, 56], "Caug"), (&[48, 53, 55], "Csus4"), (&[36, 48, 55, 60, 65], "Csus4"),
        (&[48, 55, 60], "C5"), (&[43, 59, 62, 65], "G7"), (&[47, 55, 62, 65], "G7/B"),
        (&[48, 64, 67, 71], "Cmaj7"), (&[45, 60, 64, 67], "Am7"), (&[47, 57, 62, 65], "Bm7b5"),
        (&[47, 56, 62, 65], "Bdim7"), (&[43, 53, 60, 62], "G7sus4"), (&[48, 55, 63, 71], "Cm(maj7)"),
        (&[43, 53, 59, 64], "G13"), (&[36, 52, 58, 63], "C7#9"), (&[38, 53, 60, 64], "Dm9"), (&[48, 52, 55, 57], "C6"),
    ];
    for (keys, wanted) in table {
        for shift in 0..12 {
            let moved: Vec<u8> = keys.iter().map(|key| key + shift).collect();
            let heard = name_of(&moved);
            assert_eq!(heard, Some(chord(wanted).transposed(shift)), "{wanted} + {shift}, heard {heard:?}");
        }
    }
}

#[test]
fn a_rootless_left_hand_is_named_by_the_bass_below_it() {
    for (keys, wanted) in [
        (&[38_u8, 53, 57, 60, 64] as &[u8], "Dm9"),
        (&[43, 53, 57, 59, 64], "G13"),
        (&[36, 52, 55, 59, 62], "Cmaj9"),
        (&[41, 57, 60, 64, 67], "Fmaj9"),
    ] {
        assert_eq!(name_of(keys), Some(chord(wanted)));
    }
}

#[test]
fn one_note_is_no_chord() {
    for key in [36, 48, 60, 72, 84] {
        assert_eq!(name_of(&[key]), None, "{key}");
        assert_eq!(name_of(&[key, key + 12]), None, "octaves on {key}");
    }
}

/// Two bars of four chords, then a chord over its bass.
fn in_context(bars: &str, keys: &[u8]) -> HarmonyView {
    let mut ear = HarmonyEar::new();
    let mut at = 0.0;
    for text in bars.split(' ') {
        let chord = chord(text);
        let upper = chord.quality.intervals().iter().map(|i| 60 + (chord.root + i) % 12);
        let keys: Vec<u8> = std::iter::once(36 + chord.bass).chain(upper).collect();
        strike(&mut ear, at, 1.9, &keys);
        at += 2.0;
    }
    strike(&mut ear, at, 1.0, keys);
    ear.view()
}

#[test]
fn the_bass_and_the_key_tell_a_sixth_chord_from_a_minor_seventh() {
    let keys = [48, 60, 64, 67, 69];
    assert_eq!(name_of(&keys), Some(chord("C6")));
    assert_eq!(name_of(&[45, 60, 64, 67]), Some(chord("Am7")));
    assert_eq!(in_context("C F G C C F G7", &keys).chord, Some(chord("C6")));
    assert_eq!(in_context("Am Dm E7 Am Am Dm E7", &keys).chord, Some(chord("Am7/C")));
    assert_eq!(in_context("Am Dm E7 Am Am Dm E7", &[50, 65, 69, 71]).chord, Some(chord("Bm7b5/D")));
}

#[test]
fn passing_notes_of_a_melody_do_not_flip_the_chord() {
    let mut ear = HarmonyEar::new();
    for key in [36, 52, 55, 60] {
        ear.note_on(0.0, key, 80);
    }
    for (i, key) in [76, 74, 72, 71, 72, 74, 76, 77, 79, 81, 79, 77].into_iter().enumerate() {
        let at = 0.5 + i as f64 * 0.2;
        strike(&mut ear, at, 0.19, &[key]);
        let heard = ear.view().chord.expect("a chord");
        assert_eq!((heard.root, heard.quality.majmin()), (0, Some(Quality::Major)), "at {key}: {heard}");
    }
    ear.advance(4.0);
    assert!(std::iter::from_fn(|| ear.poll()).all(|event| event.chord.root == 0));
}

#[test]
fn a_stride_bass_is_meant_until_the_next_one() {
    let mut ear = HarmonyEar::new();
    let bars: [(u8, &[u8], &str); 4] =
        [(48, &[60, 64, 67], "C"), (45, &[60, 64, 69], "Am"), (41, &[60, 65, 69], "F"), (40, &[60, 64, 67], "C/E")];
    let mut told = Vec::new();
    for (bar, (bass, chord, _)) in bars.iter().enumerate() {
        for beat in 0..4 {
            let at_secs = 1.0 + (bar * 4 + beat) as f64 * 0.6;
            if beat == 0 {
                strike(&mut ear, at_secs, 0.5, &[*bass]);
            } else {
                strike(&mut ear, at_secs, 0.5, chord);
            }
        }
        told.push(ear.view().chord.map(|chord| chord.to_string()));
    }
    assert_eq!(told, bars.map(|(.., name)| Some(name.to_owned())), "no inversion by the chords above the bass");
}

#[test]
fn an_arpeggio_into_the_pedal_becomes_its_chord() {
    let mut ear = HarmonyEar::new();
    ear.pedal(0.0, true);
    for (i, key) in [45, 52, 57, 60, 64, 60, 57, 52].into_iter().enumerate() {
        strike(&mut ear, i as f64 * 0.25, 0.2, &[key]);
    }
    assert_eq!(ear.view().chord, Some(chord("Am")));
}

#[test]
fn a_zone_keeps_the_right_hand_out() {
    let mut ear = HarmonyEar::new();
    ear.set_zone(Some(60));
    let mut all = HarmonyEar::new();
    for ear in [&mut ear, &mut all] {
        strike(ear, 0.0, 1.0, &[48, 52, 55]);
        strike(ear, 1.0, 1.0, &[47, 50, 55, 73, 77, 80, 82]);
        ear.advance(2.0);
    }
    assert_eq!(ear.view().chord, Some(chord("G/B")));
    assert_ne!(all.view().chord, ear.view().chord);
}

#[test]
fn a_change_is_told_soon_and_once() {
    let mut ear = HarmonyEar::new();
    for (i, keys) in [[36_u8, 60, 64, 67], [41, 57, 60, 65], [43, 59, 62, 67], [36, 60, 64, 67]].iter().enumerate() {
        strike(&mut ear, i as f64 * 2.0, 1.95, keys);
    }
    ear.advance(8.0);
    let events: Vec<ChordEvent> = std::iter::from_fn(|| ear.poll()).collect();
    let names: Vec<String> = events.iter().map(|event| event.chord.to_string()).collect();
    assert_eq!(names, ["C", "F", "G", "C"]);
    for (i, event) in events.iter().enumerate() {
        let late = event.at_secs - i as f64 * 2.0;
        assert!((0.0..=0.25).contains(&late), "chord {i} came {late} s late");
    }
}

#[test]
fn beats_tell_when_the_next_chord_comes_and_none_are_needed() {
    let mut ear = HarmonyEar::new();
    for bar in 0..8 {
        let keys: &[u8] = if bar % 2 == 0 { &[36, 60, 64, 67] } else { &[43, 59, 62, 65] };
        for beat in 0..4 {
            let at = f64::from(bar * 4 + beat) * 0.5;
            ear.beat(at, Some(beat as u8));
            if beat == 0 {
                strike(&mut ear, at, 0.1, keys);
            }
        }
    }
    ear.advance(15.6);
    let view = ear.view();
    assert_eq!(view.next[0].0.root, 0);
    assert_eq!(view.key, Some(Key::new(0, Mode::Major)));
    let early = in_context("C G7 C G7 C", &[43, 59, 62, 65]);
    assert_eq!(early.next_change_beats, None);
    let left = view.next_change_beats.expect("beats are known");
    assert!(left > 0.0 && left < 4.0, "{left}");
}

#[test]
fn how_often_time_is_advanced_changes_nothing() {
    let mut rng = Rng::new(11);
    let (mut often, mut rarely) = (HarmonyEar::new(), HarmonyEar::new());
    for i in 0..200 {
        let at = f64::from(i) * 0.11;
        let key = 40 + rng.below(40) as u8;
        for step in 0..10 {
            often.advance(at - 0.11 + f64::from(step) * 0.011);
        }
        for ear in [&mut often, &mut rarely] {
            strike(ear, at, 0.08, &[key, key + 4, key + 7]);
        }
        loop {
            let pair = (often.poll(), rarely.poll());
            assert_eq!(pair.0, pair.1);
            if pair.0.is_none() {
                break;
            }
        }
    }
}

#[test]
fn nothing_that_arrives_breaks_the_ear() {
    let mut rng = Rng::new(5);
    let mut ear = HarmonyEar::new();
    (0..=127).for_each(|key| ear.note_on(0.0, key, 127));
    for i in 0..6000 {
        let at = match rng.below(20) {
            0 => f64::NAN,
            1 => f64::INFINITY,
            2 => -5.0,
            _ => f64::from(i) / 300.0,
        };
        let key = rng.next_u32() as u8;
        match rng.below(8) {
            0..=3 => ear.note_on(at, key, rng.next_u32() as u8),
            4 | 5 => ear.note_off(at, key),
            6 => ear.pedal(at, rng.below(2) == 0),
            _ => ear.beat(at, Some(rng.next_u32() as u8)),
        }
    }
    ear.advance(1e12);
    let view = ear.view();
    assert!((0.0..=1.0).contains(&view.confidence) && (0.0..=1.0).contains(&view.key_confidence));
    assert!(view.next.iter().chain(view.alternates.iter()).all(|(_, p)| (0.0..=1.0).contains(p)));
    ear.reset();
    assert_eq!(ear.view().chord, None);
    strike(&mut ear, 0.0, 1.0, &[48, 64, 67]);
    assert_eq!(ear.view().chord, Some(chord("C")));
}
