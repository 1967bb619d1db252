//! The whole ear on small performances, and on what no player does.

use super::*;
use crate::base::Rng;

/// A melody of `(key, seconds to the next)`, each note held for `held` of that, from `at_secs`; when it ends.
fn play(ear: &mut PlayingEar, mut at_secs: f64, notes: &[(u8, f64)], held: f64) -> f64 {
    for &(key, secs) in notes {
        ear.note_on(at_secs, key, 80);
        ear.note_off(at_secs + held * secs, key);
        at_secs += secs;
    }
    at_secs
}

const TUNE: [(u8, f64); 7] = [(60, 0.25), (64, 0.25), (67, 0.5), (65, 0.25), (62, 0.25), (71, 0.125), (72, 0.5)];
const OTHER: [(u8, f64); 6] = [(72, 0.5), (71, 0.125), (69, 0.375), (66, 0.25), (74, 0.125), (60, 0.75)];

fn moved(tune: &[(u8, f64)], keys: u8) -> Vec<(u8, f64)> {
    tune.iter().map(|(key, secs)| (key + keys, *secs)).collect()
}

#[test]
fn what_is_played_is_told() {
    let mut ear = PlayingEar::new();
    assert_eq!(ear.view(), PlayingView::default());
    for i in 0..80_u8 {
        let at_secs = f64::from(i) * 0.125;
        if i.is_multiple_of(4) {
            ear.beat(at_secs, 0.5);
        }
        ear.note_on(at_secs, 48 + i % 24, 40 + i / 2);
        ear.note_off(at_secs + 0.1, 48 + i % 24);
    }
    let view = ear.view();
    assert!((view.notes_per_sec - 8.0).abs() < 0.5, "{view:?}");
    assert!((view.notes_per_beat.expect("beats") - 4.0).abs() < 0.25);
    assert!((0.55..0.65).contains(&view.loudness));
    assert!((view.loudness_trend - 4.0 / 127.0).abs() < 0.003, "{}", view.loudness_trend);
    assert!((view.articulation - 0.8).abs() < 0.02);
    assert!((view.polyphony - 1.0).abs() < 0.02);
    assert!((48..=51).contains(&view.register_low) && (68..=71).contains(&view.register_high));
    assert_eq!((view.phrase, view.phrases, view.swing), (PhraseState::Playing, 0, None));
    ear.reset();
    assert_eq!(ear.view(), PlayingView::default());
}

#[test]
fn a_player_plays_breathes_waits_and_is_silent() {
    let mut ear = PlayingEar::new();
    let end_secs = play(&mut ear, 1.0, &TUNE, 0.9);
    let mut seen = Vec::new();
    for i in 0..1600 {
        ear.advance(end_secs + f64::from(i) * 0.01);
        let state = ear.view().phrase;
        if seen.last().is_none_or(|(last, _)| *last != state) {
            seen.push((state, f64::from(i) * 0.01));
        }
    }
    let states: Vec<_> = seen.iter().map(|(state, _)| *state).collect();
    assert_eq!(states, [PhraseState::Playing, PhraseState::Breathing, PhraseState::Waiting, PhraseState::Silent]);
    assert!((0.2..0.8).contains(&seen[1].1), "the rest was known after {}", seen[1].1);
    assert!((seen[2].1 - seen[1].1 - 2.0).abs() < 0.02);
    let event = ear.poll().expect("a phrase");
    assert_eq!((event.begin_secs, event.notes, event.repeat_of, event.beats), (1.0, 7, None, None));
    assert!((event.end_secs - (end_secs - 0.05)).abs() < 1e-9);
    assert_eq!(ear.poll(), None);
    let keys: Vec<u8> = ear.last_phrase().iter().map(|note| note.key).collect();
    assert_eq!(keys, TUNE.map(|(key, _)| key));
}

#[test]
fn how_often_the_ear_is_asked_does_not_matter() {
    let (mut often, mut seldom) = (PlayingEar::new(), PlayingEar::new());
    let mut ends = [Vec::new(), Vec::new()];
    for round in 0..4 {
        let at_secs = f64::from(round) * 4.0;
        play(&mut seldom, at_secs, &TUNE, 0.8);
        let mut now = at_secs;
        for (key, secs) in TUNE {
            often.note_on(now, key, 80);
            (1..8).for_each(|i| often.advance(now + 0.1 * f64::from(i) * secs));
            often.note_off(now + 0.8 * secs, key);
            now += secs;
        }
        (0..100).for_each(|i| often.advance(now + 0.015 * f64::from(i)));
        seldom.advance(now + 1.5);
        often.advance(now + 1.5);
        ends[0].extend(std::iter::from_fn(|| often.poll()));
        ends[1].extend(std::iter::from_fn(|| seldom.poll()));
    }
    assert_eq!(ends[0].len(), 4);
    assert_eq!(ends[0], ends[1]);
    let (a, b) = (often.view(), seldom.view());
    assert!((a.phrase_secs - b.phrase_secs).abs() < 1e-9 && (a.notes_per_sec - b.notes_per_sec).abs() < 1e-4);
}

#[test]
fn a_phrase_that_comes_again_is_known_moved_or_not() {
    let mut ear = PlayingEar::new();
    let mut varied = TUNE;
    varied[3].0 += 2;
    let phrases = [TUNE.to_vec(), OTHER.to_vec(), TUNE.to_vec(), moved(&TUNE, 5), varied.to_vec(), moved(&OTHER, 2)];
    let mut at_secs = 0.0;
    let mut events = Vec::new();
    for phrase in &phrases {
        at_secs = play(&mut ear, at_secs, phrase, 0.9) + 1.5;
        ear.advance(at_secs);
        events.extend(ear.poll());
    }
    let ago: Vec<_> = events.iter().map(|event| event.repeat_of).collect();
    assert_eq!(ago[..4], [None, None, Some(2), Some(1)]);
    assert!(ago[4].is_some() && ago[5] == Some(4), "{ago:?}");
    assert_eq!((events[2].similarity, events[2].moved, events[3].moved), (1.0, 0, 5));
    assert!((0.6..1.0).contains(&events[4].similarity), "{}", events[4].similarity);
    assert_eq!((ear.view().repeats, ear.view().phrases), (4, 6));
    play(&mut ear, at_secs, &[(30, 0.1), (95, 1.0), (31, 0.2), (32, 0.9), (90, 0.1)], 1.0);
    ear.advance(at_secs + 10.0);
    assert_eq!((ear.poll().and_then(|event| event.repeat_of), ear.view().repeats), (None, 0));
}

#[test]
fn a_riff_without_a_rest_is_heard_as_repeated() {
    let mut ear = PlayingEar::new();
    let riff = [(40, 0.25), (43, 0.25), (45, 0.5), (40, 0.125), (46, 0.375), (45, 0.5)];
    let mut at_secs = 0.0;
    let mut repetition = [0.0; 6];
    for round in &mut repetition {
        at_secs = play(&mut ear, at_secs, &riff, 0.9);
        *round = ear.view().repetition;
    }
    assert!(repetition[0] < 0.2 && repetition[5] > 0.7, "{repetition:?}");
    assert_eq!(ear.view().phrases, 0);
}

#[test]
fn a_phrase_has_its_length_in_beats_where_they_are_known() {
    let mut ear = PlayingEar::new();
    for beat in 0..20 {
        ear.beat(f64::from(beat) * 0.5, 0.5);
        if beat < 8 {
            play(&mut ear, f64::from(beat) * 0.5, &[(60, 0.25), (62, 0.25)], 1.0);
        }
    }
    let event = ear.poll().expect("a phrase");
    assert!((event.beats.expect("beats") - 8.0).abs() < 1e-4, "{event:?}");
    assert!((ear.view().swing.expect("eighths") - 1.0).abs() < 1e-3);
}

#[test]
fn nothing_that_comes_in_breaks_it() {
    let mut ear = PlayingEar::new();
    let mut rng = Rng::new(1);
    let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -5.0, 0.0, 1e-300];
    for i in 0..20_000_u32 {
        let near = f64::from(i) / 300.0;
        let at_secs = if rng.below(20) == 0 { odd[rng.below(6) as usize] } else { near };
        let [key, velocity] = [(); 2].map(|()| rng.next_u32() as u8);
        match rng.below(12) {
            0..=5 => ear.note_on(at_secs, key, velocity),
            6..=8 => ear.note_off(at_secs, key),
            9 => ear.pedal(at_secs, rng.below(2) == 0),
            10 => ear.beat(at_secs, [0.5, 0.0, -1.0, f64::NAN, 1e-320, f64::INFINITY][rng.below(6) as usize]),
            _ => ear.advance(at_secs),
        }
        assert!(ear.last_phrase().len() <= PHRASE_NOTES_MAX);
        if i % 512 == 0 {
            (0..=255).for_each(|key| ear.note_on(near, key, 100));
        }
    }
    assert_finite(&ear.view());
    assert!(std::iter::from_fn(|| ear.poll()).count() == EVENTS_MAX);
    for at_secs in [1e15, f64::MAX, 3.0] {
        ear.note_on(at_secs, 60, 64);
        ear.advance(at_secs);
        assert_finite(&ear.view());
    }
}

fn assert_finite(view: &PlayingView) {
    let values = [view.notes_per_sec, view.notes_per_beat.unwrap_or(0.0), view.loudness, view.loudness_trend];
    let others = [view.articulation, view.polyphony, view.swing.unwrap_or(1.0), view.swing_confidence, view.repetition];
    assert!(values.iter().chain(&others).all(|value| value.is_finite()), "{view:?}");
    assert!((0.0..=1.0).contains(&view.loudness) && (0.0..=1.0).contains(&view.repetition), "{view:?}");
    assert!(view.phrase_secs.is_finite() && view.phrase_secs >= 0.0);
}
