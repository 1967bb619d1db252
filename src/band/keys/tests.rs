use super::voicing::movement;
use super::*;
use crate::band::comping::check::{Session, assert_settles, assert_sound, assert_stable, surprised};
use crate::band::{Origin, Part, STYLES, StyleId};
use crate::theory::Quality;

fn keys(style: StyleId, chords: &str) -> Session {
    Session::over(style, Part::Keys, chords)
}

/// The strokes of some notes: where they begin and what they hold.
fn strokes(notes: &[Note]) -> Vec<(f64, Vec<u8>)> {
    let mut strokes: Vec<(f64, Vec<u8>)> = Vec::new();
    for note in notes {
        match strokes.last_mut() {
            Some((begin, keys)) if (*begin - note.begin_beats).abs() < 1e-6 => keys.push(note.key),
            _ => strokes.push((note.begin_beats, vec![note.key])),
        }
    }
    strokes
}

/// The sixteenths (or eighths of a dotted beat) of a bar on which there is a stroke.
fn onsets(session: &Session, notes: &[Note], bar: i64) -> Vec<i32> {
    let begin = session.bar(bar).begin_beats;
    let steps_per_beat = f64::from(session.style.steps_per_beat);
    let within = strokes(notes).into_iter().map(|(at, _)| at - begin);
    within.filter(|at| (0.0..f64::from(session.beats)).contains(at)).map(|at| (at * steps_per_beat) as i32).collect()
}

#[test]
fn each_style_has_its_own_rhythm() {
    use StyleId::*;
    // What every seed of the style has in its first bar, and what it never has.
    for (style, always, never) in [
        (Reggae, &[2, 6, 10, 14][..], &[0, 4, 8, 12][..]),
        (Disco, &[2, 6, 10, 14], &[0, 4, 8, 12]),
        (PopBallad, &[0], &[1, 2, 3, 5, 7, 9, 11, 13]),
        (Brushes, &[0], &[4, 12]),
        (Rock, &[0], &[1, 3, 5, 7]),
        (Funk, &[], &[4, 8, 12]),
        (Soul, &[], &[8]),
        (Bossa, &[0], &[2, 8]),
        (Afrobeat, &[2, 4, 7], &[0, 1, 3]),
        (Swing, &[], &[4, 12]),
        (SixEight, &[0, 3], &[]),
    ] {
        for seed in 0..8 {
            let mut session = keys(style, "Dm7 Dm7 G7 C");
            session.seed = seed;
            session.feel.swing = 0.5;
            let notes = session.play(&mut KeysPlayer, 1);
            let found = onsets(&session, &notes, 0);
            assert!(!found.is_empty(), "{style:?} {seed}");
            assert!(always.iter().all(|step| found.contains(step)), "{style:?} {seed}: {found:?}");
            assert!(never.iter().all(|step| !found.contains(step)), "{style:?} {seed}: {found:?}");
        }
    }
}

#[test]
fn swing_comps_with_rootless_chords_and_comes_in_before_the_bar() {
    let mut anticipations = 0;
    for seed in 0..8 {
        let mut session = keys(StyleId::Swing, "Dm7 G7 Cmaj7 Cmaj7 Fm7 Bb7 Ebmaj7 Ebmaj7");
        session.seed = seed;
        session.taste.complexity = 0.6;
        for (begin, stroke) in strokes(&session.play(&mut KeysPlayer, 8)) {
            let here = session.chords.at(begin).expect("a chord").chord;
            let next = session.chords.after(begin).filter(|next| next.begin_beats - begin < 0.6);
            let sounds_as = |chord: Chord| sounds_as(&session, chord, &stroke);
            anticipations += usize::from(next.is_some_and(|next| sounds_as(next.chord) && !sounds_as(here)));
            assert!(sounds_as(here) || next.is_some_and(|next| sounds_as(next.chord)), "{begin} {stroke:?}");
            assert!((3..=5).contains(&stroke.len()));
        }
    }
    assert!(anticipations > 8, "{anticipations}");
}

/// Whether a stroke sounds like a chord and no other.
fn sounds_as(session: &Session, chord: Chord, stroke: &[u8]) -> bool {
    session.with_ask(0, 0.0, |ask| fits(ask, chord, stroke, true))
}

#[test]
fn voices_move_little_from_chord_to_chord() {
    for style in &STYLES {
        let (mut sum, mut tops, mut count) = (0.0, 0.0, 0.0);
        for (seed, chords) in [
            (1, "Dm7 G7 Cmaj7 A7 Dm7 G7 C6 C6"),
            (2, "C Am F G C Am F G"),
            (3, "Cm7 F9 Bbmaj7 Ebmaj7 Am7b5 D7b9 Gm6 Gm6"),
            (4, "E A B E C#m A F#m B"),
        ] {
            let mut session = keys(style.id, chords);
            session.seed = seed;
            let played = strokes(&session.play(&mut KeysPlayer, 8));
            let whole: Vec<&Vec<u8>> = played.iter().map(|(_, keys)| keys).filter(|keys| keys.len() > 2).collect();
            for pair in whole.windows(2).filter(|pair| pair[0] != pair[1]) {
                sum += movement(pair[0], pair[1]);
                tops += f32::from(pair[0][pair[0].len() - 1].abs_diff(pair[1][pair[1].len() - 1]));
                count += 1.0;
            }
        }
        assert!(sum / count < 3.0 && tops / count < 4.0, "{}: {} {}", style.key, sum / count, tops / count);
    }
}

#[test]
fn nearly_all_that_sounds_is_inside_the_chord_or_its_tensions() {
    for style in &STYLES {
        for quality in Quality::all().map(Some).chain([None]) {
            for seed in 0..6 {
                let mut session = Session::new(style.id, Part::Keys).with_random_chords(seed * 97 + 3, 8, quality);
                session.taste.complexity = seed as f32 / 6.0;
                session.role = [Role::Groove, Role::Fill][seed as usize % 2];
                let notes = session.play(&mut KeysPlayer, 8);
                assert_sound(&notes, &session);
                // Anticipations are heard as the coming chord, and count as it.
                let early = |note: &Note| {
                    let next = session.chords.after(note.begin_beats);
                    let next = next.filter(|next| next.begin_beats - note.begin_beats < 0.8);
                    next.filter(|next| note.end_beats() > next.begin_beats).map(|next| next.begin_beats)
                };
                let heard: Vec<Note> = notes
                    .iter()
                    .map(|note| match early(note) {
                        Some(at) => Note { begin_beats: at, length_beats: note.end_beats() - at, ..*note },
                        None => *note,
                    })
                    .collect();
                let share = session.share_inside(&heard);
                assert!(share >= 0.97, "{} {quality:?} {seed}: {share}", style.key);
            }
        }
    }
}

#[test]
fn asking_again_later_in_the_bar_gives_the_same_notes() {
    for style in &STYLES {
        for seed in 0..6 {
            let mut session = Session::new(style.id, Part::Keys).with_random_chords(seed, 6, None);
            session.taste.complexity = seed as f32 / 6.0;
            session.play(&mut KeysPlayer, 3);
            session.role = [Role::Groove, Role::Fill, Role::Ending][seed as usize % 3];
            assert_stable(&session, &mut KeysPlayer, 3);
        }
    }
}

#[test]
fn a_chord_that_was_not_foreseen_is_caught_at_once() {
    for style in &STYLES {
        let step_beats = 1.0 / f64::from(style.steps_per_beat);
        for case in 0..4 * style.steps_per_beat * style.beats_per_bar {
            // Just heard, and heard at the bar's begin but known only now; in two bars, as rhythms differ.
            let (step, is_late, index) = (case / 4 + 1, case % 2 == 0, 1 + i64::from(case / 2 % 2));
            let mut session = keys(style.id, "C");
            session.seed = u64::from(case);
            session.play(&mut KeysPlayer, index);
            let begin = session.bar(index).begin_beats;
            let from = begin + f64::from(step) * step_beats;
            if from >= session.bar(index).end_beats() {
                continue;
            }
            for note in session.ask(&mut KeysPlayer, index, begin).iter().filter(|note| note.begin_beats < from) {
                session.context.commit(Part::Keys, *note);
            }
            let chord = Chord::new(8, Quality::Major);
            let heard = if is_late { begin + 0.02 } else { from - 0.07 };
            session.chords.push(heard, chord, Origin::Heard, 1.0);
            let next = session.bar(index + 1).begin_beats;
            session.chords.push(next, Chord::new(1, Quality::Major), Origin::Foreseen, 0.6);
            let notes = session.ask(&mut KeysPlayer, index, from);
            let caught = strokes(&notes);
            let (at, first) = caught.first().expect("a stroke");
            assert!((*at - from).abs() < 1e-9, "{} from {from}, heard {heard}", style.key);
            assert!(first.len() >= 3 && sounds_as(&session, chord, first), "{} {first:?}", style.key);
            let is_apart = caught.get(1).is_none_or(|(next, _)| next - from > 0.2);
            assert!(is_apart, "{} from {from}: {caught:?}", style.key);
            // And once caught, it is not struck again by the plans that follow.
            assert_settles(&session, &mut KeysPlayer, index, from);
        }
    }
}

#[test]
fn what_is_planned_after_a_surprise_is_what_is_played() {
    for style in &STYLES {
        for seed in 0..24 {
            let (session, index, from) = surprised(style.id, Part::Keys, &mut KeysPlayer, seed);
            assert_settles(&session, &mut KeysPlayer, index, from);
        }
    }
}

#[test]
fn more_complexity_energy_and_variation_give_no_fewer_notes_and_more_intensity_louder_ones() {
    let measured = |change: &dyn Fn(&mut Session, f32), style: StyleId, amount: f32| {
        let (mut notes, mut loudness) = (0, 0.0);
        for seed in 0..6 {
            let mut session = keys(style, "Dm7 Dm7 G7 G7 C C Am7 D9");
            session.seed = seed;
            change(&mut session, amount);
            let played = session.play(&mut KeysPlayer, 8);
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
            let counts: Vec<usize> = [0.0, 0.33, 0.67, 1.0].map(|amount| measured(change, style.id, amount).0).to_vec();
            assert!(counts.windows(2).all(|pair| pair[0] <= pair[1]), "{}: {counts:?}", style.key);
            assert!(counts[0] < counts[3], "{}: {counts:?}", style.key);
        }
        for change in [&intensity as &dyn Fn(&mut Session, f32), &energy, &variation] {
            let loud: Vec<f64> = [0.0, 0.5, 1.0].map(|amount| measured(change, style.id, amount).1).to_vec();
            assert!(loud.windows(2).all(|pair| pair[0] + 2.0 < pair[1]), "{}: {loud:?}", style.key);
        }
    }
}

#[test]
fn a_busy_player_gets_thinner_chords_elsewhere() {
    for style in &STYLES {
        let mut session = keys(style.id, "Dm7 G7 Cmaj7 Cmaj7");
        session.taste.complexity = 0.7;
        let alone = session.clone().play(&mut KeysPlayer, 4);
        session.context.playing.is_playing = true;
        session.context.playing.notes_per_beat = 6.0;
        (session.context.playing.register_low, session.context.playing.register_high) = (62, 84);
        let beside = session.clone().play(&mut KeysPlayer, 4);
        assert!(beside.len() < alone.len(), "{}: {} {}", style.key, beside.len(), alone.len());
        let share = |notes: &[Note]| notes.iter().filter(|n| n.key >= 62).count() as f64 / notes.len() as f64;
        assert!(share(&beside) < 0.4 && share(&beside) <= share(&alone), "{}: {}", style.key, share(&beside));
    }
}

#[test]
fn without_a_chord_there_is_silence() {
    assert!(Session::new(StyleId::Rock, Part::Keys).play(&mut KeysPlayer, 2).is_empty());
}

#[test]
fn an_intro_builds_up_and_an_ending_stops_on_the_beat_after_it() {
    for style in &STYLES {
        let mut session = keys(style.id, "C F G7 C");
        session.role = Role::Intro;
        let first = session.ask(&mut KeysPlayer, 0, 0.0);
        let full = Session { role: Role::Groove, ..session.clone() }.ask(&mut KeysPlayer, 0, 0.0);
        assert!(first.len() <= full.len(), "{}", style.key);
        session.role = Role::Ending;
        let bar = session.bar(2);
        let notes = session.ask(&mut KeysPlayer, 2, bar.begin_beats);
        let (at, last) = strokes(&notes).pop().expect("a last stroke");
        assert_eq!(at, bar.end_beats(), "{}", style.key);
        assert!(last.len() >= 3 && last.iter().all(|key| [0, 2, 4, 7, 9].contains(&(key % 12))), "{last:?}");
        assert!(notes.iter().filter(|note| note.begin_beats < at).all(|note| note.end_beats() <= at + 1e-9));
    }
}

#[test]
fn following_keys_play_the_players_rhythm_below_the_players_top_note() {
    let mut session = keys(StyleId::Funk, "Em7 Em7 Em7");
    session.taste.mode = PartMode::Follow;
    for (beats, key) in [(0.02, 72), (0.5, 76), (1.48, 74), (2.76, 71)] {
        session.context.strike(beats, key, 100);
        session.context.release(beats + 0.2, key);
    }
    session.context.now_beats = 4.0;
    let notes = session.ask(&mut KeysPlayer, 1, 4.0);
    assert_eq!(onsets(&session, &notes, 1), [0, 2, 6, 11]);
    for ((_, keys), top) in strokes(&notes).iter().zip([72, 76, 74, 71]) {
        assert!(keys.iter().all(|key| *key < top) && keys.len() >= 3, "{keys:?} below {top}");
    }
}

#[test]
fn strange_questions_get_sound_answers() {
    let mut session = keys(StyleId::Swing, "C F");
    for (range, beats, swing, bpm) in [
        ((0, 0), 4, 0.6, 120.0),
        ((60, 20), 4, 0.6, 120.0),
        ((28, 200), 99, f32::NAN, f64::NAN),
        ((48, 52), 0, 9.0, 0.0),
    ] {
        session.taste.range = range;
        session.beats = beats;
        (session.feel.swing, session.feel.bpm) = (swing, bpm);
        (session.taste.complexity, session.feel.energy) = (f32::NAN, f32::INFINITY);
        for style in &STYLES {
            session.style = style;
            for from in [0.0, 1.3, 2.0, f64::NAN, f64::INFINITY] {
                assert_sound(&session.ask(&mut KeysPlayer, 0, from), &session);
            }
        }
    }
}
