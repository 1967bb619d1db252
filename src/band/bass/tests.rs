use super::*;
use crate::band::comping::check::{Session, assert_settles, assert_sound, assert_stable, surprised};
use crate::band::{Origin, STYLES, StyleId};
use crate::theory::{Key, Mode, Quality};

fn bass(style: StyleId, chords: &str) -> Session {
    Session::over(style, Part::Bass, chords)
}

/// Onsets of a bar in sixteenths, swing and delay taken off by rounding down to them.
fn onsets(session: &Session, notes: &[Note], bar: i64) -> Vec<i32> {
    let begin = session.bar(bar).begin_beats;
    let steps_per_beat = f64::from(session.style.steps_per_beat);
    let within = notes.iter().filter(|n| n.begin_beats >= begin && n.begin_beats < begin + f64::from(session.beats));
    within.map(|note| ((note.begin_beats - begin) * steps_per_beat).floor() as i32).collect()
}

#[test]
fn each_style_has_its_own_rhythm() {
    use StyleId::*;
    // What every seed of the style has in its second bar, and what it never has.
    for (style, always, never) in [
        (Swing, &[0, 4, 8, 12][..], &[1, 3, 5, 7, 9][..]),
        (SwingUp, &[0, 4, 8, 12], &[1, 3, 5, 7, 9]),
        (Brushes, &[0, 8], &[4]),
        (Waltz, &[0], &[1, 2, 3]),
        (Disco, &[0, 2, 4, 6, 8, 10, 12, 14], &[1, 5, 9]),
        (Rock, &[0, 8], &[1, 5, 9, 13]),
        (PopBallad, &[0], &[1, 2, 3, 5, 7]),
        (Samba, &[0, 4, 8, 12], &[1, 2]),
        (Afrobeat, &[0, 3, 6], &[1, 2, 7]),
        (SixEight, &[0, 3], &[]),
    ] {
        for seed in 0..8 {
            let mut session = bass(style, "Dm7 Dm7 G7 C");
            session.seed = seed;
            let notes = session.play(&mut BassPlayer, 2);
            let found = onsets(&session, &notes, 1);
            assert!(always.iter().all(|step| found.contains(step)), "{style:?} {seed}: {found:?}");
            assert!(never.iter().all(|step| !found.contains(step)), "{style:?} {seed}: {found:?}");
        }
    }
}

#[test]
fn swing_walks_in_four_and_comes_to_the_next_root_by_step_or_fifth() {
    let mut session = bass(StyleId::Swing, "Dm7 G7 Cmaj7 A7 Dm7 G7 C6 C6 Fm7 Bb7 Ebmaj7 C7");
    session.feel.bpm = 140.0;
    session.taste.complexity = 0.3;
    let notes = session.play(&mut BassPlayer, 12);
    assert_eq!(notes.len(), 48);
    let mut moves = Vec::new();
    for pair in notes.windows(2) {
        let by = pair[0].key.abs_diff(pair[1].key);
        moves.push(by);
        assert!(by <= 12, "{pair:?}");
        if pair[1].begin_beats % 4.0 < 0.1 && pair[1].begin_beats < 27.0 {
            assert!(matches!(by, 1 | 2 | 5 | 7), "{pair:?}");
        }
    }
    assert!(moves.iter().filter(|by| **by > 7).count() <= 2, "{moves:?}");
    assert!(moves.iter().filter(|by| **by == 0).count() <= 2, "{moves:?}");
}

#[test]
fn disco_goes_up_and_down_in_octaves() {
    let mut session = bass(StyleId::Disco, "Am7 Am7 D9 D9");
    let notes = session.play(&mut BassPlayer, 4);
    for bar in notes.chunks_exact(2).take(4) {
        assert_eq!(bar[1].key - bar[0].key, 12, "{bar:?}");
    }
}

#[test]
fn a_new_chord_is_met_on_its_bass_whatever_the_style() {
    let (mut roots, mut tones, mut changes) = (0, 0, 0);
    for style in &STYLES {
        for seed in 0..6 {
            let mut session = Session::new(style.id, Part::Bass).with_random_chords(seed, 12, None);
            let notes = session.play(&mut BassPlayer, 12);
            for span in session.chords.spans() {
                // What sounds just after the change, or begins next: a line with holes may rest on it.
                let after = span.begin_beats + 0.2;
                let Some(note) = notes.iter().find(|note| note.end_beats() > after) else { continue };
                changes += 1;
                roots += i32::from(note.key % 12 == span.chord.bass);
                tones += i32::from(tones_of(span.chord) & 1 << (note.key % 12) != 0);
            }
        }
    }
    assert!(changes > 500);
    assert!(f64::from(tones) / f64::from(changes) >= 0.99, "{tones} of {changes}");
    assert!(f64::from(roots) / f64::from(changes) >= 0.95, "{roots} of {changes}");
}

#[test]
fn nine_tenths_of_every_line_are_inside_the_chord() {
    for style in &STYLES {
        for quality in Quality::all().map(Some).chain([None]) {
            let (mut least, mut sum, count) = (1.0f64, 0.0, 6);
            for seed in 0..count {
                let mut session = Session::new(style.id, Part::Bass).with_random_chords(seed * 71 + 5, 8, quality);
                session.taste.complexity = seed as f32 / count as f32;
                session.role = [Role::Groove, Role::Groove, Role::Fill][seed as usize % 3];
                let notes = session.play(&mut BassPlayer, 8);
                assert_sound(&notes, &session);
                let share = session.share_inside(&notes);
                least = least.min(share);
                sum += share / f64::from(count as u32);
            }
            assert!(sum >= 0.93 && least >= 0.85, "{} {quality:?}: {sum} {least}", style.key);
        }
    }
}

#[test]
fn asking_again_later_in_the_bar_gives_the_same_notes() {
    for style in &STYLES {
        for seed in 0..6 {
            let mut session = Session::new(style.id, Part::Bass).with_random_chords(seed, 6, None);
            session.taste.complexity = seed as f32 / 6.0;
            session.play(&mut BassPlayer, 3);
            session.role = [Role::Groove, Role::Fill, Role::Ending][seed as usize % 3];
            assert_stable(&session, &mut BassPlayer, 3);
        }
    }
}

#[test]
fn a_chord_that_was_not_foreseen_is_caught_at_once() {
    for style in &STYLES {
        let step_beats = 1.0 / f64::from(style.steps_per_beat);
        for case in 0..4 * style.steps_per_beat * style.beats_per_bar {
            // Just heard, and heard at the bar's begin but known only now; in two bars, as lines differ.
            let (step, is_late, index) = (case / 4 + 1, case % 2 == 0, 1 + i64::from(case / 2 % 2));
            let mut session = bass(style.id, "C");
            session.seed = u64::from(case);
            session.play(&mut BassPlayer, index);
            let begin = session.bar(index).begin_beats;
            let from = begin + f64::from(step) * step_beats;
            if from >= session.bar(index).end_beats() {
                continue;
            }
            for note in session.ask(&mut BassPlayer, index, begin).iter().filter(|note| note.begin_beats < from) {
                session.context.commit(Part::Bass, *note);
            }
            let heard = if is_late { begin + 0.02 } else { from - 0.07 };
            session.chords.push(heard, Chord::new(8, Quality::Major), Origin::Heard, 1.0);
            let next = session.bar(index + 1).begin_beats;
            session.chords.push(next, Chord::new(1, Quality::Major), Origin::Foreseen, 0.6);
            let notes = session.ask(&mut BassPlayer, index, from);
            let first = notes.first().expect("a note");
            let is_exact = (first.begin_beats - from).abs() < 1e-9;
            assert!(is_exact && first.key % 12 == 8, "{} from {from}, heard {heard}: {first:?}", style.key);
            let is_apart = notes.get(1).is_none_or(|next| next.begin_beats - from > 0.2);
            assert!(is_apart, "{} from {from}: {notes:?}", style.key);
            // And once caught, it is not struck again by the plans that follow.
            assert_settles(&session, &mut BassPlayer, index, from);
        }
    }
}

#[test]
fn what_is_planned_after_a_surprise_is_what_is_played() {
    for style in &STYLES {
        for seed in 0..24 {
            let (session, index, from) = surprised(style.id, Part::Bass, &mut BassPlayer, seed);
            assert_settles(&session, &mut BassPlayer, index, from);
        }
    }
}

#[test]
fn more_complexity_energy_and_variation_give_no_fewer_notes_and_more_intensity_louder_ones() {
    let count = |change: &dyn Fn(&mut Session, f32), style: StyleId, amount: f32| {
        let (mut notes, mut loudness) = (0, 0.0);
        for seed in 0..6 {
            let mut session = bass(style, "Dm7 Dm7 G7 G7 C C Am7 D9");
            session.seed = seed;
            change(&mut session, amount);
            let played = session.play(&mut BassPlayer, 8);
            notes += played.len();
            loudness += played.iter().map(|note| f64::from(note.velocity)).sum::<f64>() / played.len() as f64;
        }
        (notes, loudness)
    };
    for style in &STYLES {
        let complexity = |session: &mut Session, amount: f32| session.taste.complexity = amount;
        let variation = |session: &mut Session, amount: f32| session.variation = (amount * 3.0).round() as u8;
        let energy = |session: &mut Session, amount: f32| session.feel.energy = amount;
        let intensity = |session: &mut Session, amount: f32| session.taste.intensity = amount;
        for change in [&complexity as &dyn Fn(&mut Session, f32), &variation, &energy] {
            let counts: Vec<usize> = [0.0, 0.33, 0.67, 1.0].map(|amount| count(change, style.id, amount).0).to_vec();
            assert!(counts.windows(2).all(|pair| pair[0] <= pair[1]), "{}: {counts:?}", style.key);
        }
        assert!(count(&complexity, style.id, 0.0).0 < count(&complexity, style.id, 1.0).0, "{}", style.key);
        for change in [&intensity as &dyn Fn(&mut Session, f32), &energy] {
            let loud: Vec<f64> = [0.0, 0.5, 1.0].map(|amount| count(change, style.id, amount).1).to_vec();
            assert!(loud.windows(2).all(|pair| pair[0] + 5.0 < pair[1]), "{}: {loud:?}", style.key);
        }
    }
}

#[test]
fn the_line_goes_with_the_kick() {
    let mut session = bass(StyleId::Rock, "A A");
    session.taste.complexity = 0.5;
    for beats in [0.0, 1.75, 2.5] {
        session.band[Part::Drums as usize].push(Note { begin_beats: beats, length_beats: 0.1, key: 36, velocity: 100 });
    }
    for seed in 0..12 {
        session.seed = seed;
        let found = onsets(&session, &session.ask(&mut BassPlayer, 0, 0.0), 0);
        assert!([0, 10].iter().all(|step| found.contains(step)), "{seed}: {found:?}");
        assert!([6, 7, 8].iter().any(|step| found.contains(step)), "{seed}: {found:?}");
    }
}

#[test]
fn slash_chords_stand_on_their_bass_and_unsure_ones_on_a_pedal() {
    for style in &STYLES {
        let mut session = bass(style.id, "C/D G/B");
        let notes = session.play(&mut BassPlayer, 2);
        assert_eq!(notes[0].key % 12, 2, "{}", style.key);
        let mut unsure = Session::new(style.id, Part::Bass);
        unsure.chords.push(0.0, Chord::new(5, Quality::Minor), Origin::Heard, 0.1);
        assert!(unsure.play(&mut BassPlayer, 2).iter().all(|note| note.key % 12 == 5));
    }
}

#[test]
fn without_a_chord_the_tonic_is_held_or_nothing() {
    let mut session = Session::new(StyleId::Rock, Part::Bass);
    assert!(session.play(&mut BassPlayer, 2).is_empty());
    session.key = Some(Key::new(4, Mode::Minor));
    let notes = session.play(&mut BassPlayer, 2);
    assert!(!notes.is_empty() && notes.iter().filter(|n| n.length_beats > 0.3).all(|n| matches!(n.key % 12, 4 | 11)));
}

#[test]
fn an_intro_builds_up_and_an_ending_stops_on_the_beat_after_it() {
    for style in &STYLES {
        let mut session = bass(style.id, "C F G7 C");
        session.role = Role::Intro;
        let first = session.ask(&mut BassPlayer, 0, 0.0);
        let full = Session { role: Role::Groove, ..session.clone() }.ask(&mut BassPlayer, 0, 0.0);
        assert!(first.len() <= full.len() && first[0].velocity < full[0].velocity, "{}", style.key);
        session.role = Role::Ending;
        let bar = session.bar(2);
        let last = *session.ask(&mut BassPlayer, 2, bar.begin_beats).last().expect("a last stroke");
        assert_eq!((last.begin_beats, last.key % 12), (bar.end_beats(), 0), "{}", style.key);
        assert!(last.length_beats >= 3.0);
    }
}

#[test]
fn a_following_bass_plays_when_the_players_left_hand_does() {
    let mut session = bass(StyleId::Funk, "Em7 Em7 Em7");
    session.taste.mode = PartMode::Follow;
    session.context.playing.register_low = 45;
    session.context.playing.register_high = 80;
    for (beats, key) in [(0.02, 48), (0.5, 76), (1.48, 52), (2.5, 79), (2.76, 43), (3.0, 84)] {
        session.context.strike(beats, key, 100);
        session.context.release(beats + 0.2, key);
    }
    session.context.now_beats = 4.0;
    let notes = session.ask(&mut BassPlayer, 1, 4.0);
    assert_eq!(onsets(&session, &notes, 1), [0, 6, 11]);
    session.context.playing.loudness = 1.0;
    assert!(session.ask(&mut BassPlayer, 1, 4.0)[0].velocity > notes[0].velocity);
}

#[test]
fn strange_questions_get_sound_answers() {
    let mut session = bass(StyleId::Swing, "C F");
    for (range, beats, swing, bpm) in [
        ((0, 0), 4, 0.6, 120.0),
        ((60, 20), 4, 0.6, 120.0),
        ((28, 200), 99, f32::NAN, f64::NAN),
        ((28, 52), 0, 9.0, 0.0),
    ] {
        session.taste.range = range;
        session.beats = beats;
        (session.feel.swing, session.feel.bpm) = (swing, bpm);
        (session.taste.complexity, session.feel.energy) = (f32::NAN, f32::INFINITY);
        for style in &STYLES {
            session.style = style;
            for from in [0.0, 1.3, 2.0, f64::NAN, f64::INFINITY] {
                assert_sound(&session.ask(&mut BassPlayer, 0, from), &session);
            }
        }
    }
}
