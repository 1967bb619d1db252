use super::*;
use crate::band::lead::tests::Stage;
use crate::band::{Context, Origin, PartMode, Role, StyleId, Verdict, watch};

const HOUR_BARS: i64 = 900;

fn stage(part: Part, seed: u64) -> Stage {
    let mut stage = Stage::new(StyleId::PopBallad, part);
    stage.feel.bpm = 60.0;
    stage.seed = seed;
    stage
}

/// A band that drifts for so many bars, chords a little ahead as they come: the notes of each part.
fn drift(seed: u64, bars: i64, change: impl Fn(&mut Stage)) -> [Vec<Note>; Part::COUNT] {
    let mut harmony = DriftHarmony::new(seed);
    let mut stage = stage(Part::Keys, seed);
    let mut chords_to = 0.0;
    let mut notes: [Vec<Note>; Part::COUNT] = Default::default();
    for index in 0..bars {
        stage.move_to(index);
        change(&mut stage);
        while chords_to < stage.bar.end_beats() + 17.0 {
            let (chord, beats) = harmony.next(stage.bar.beats, 0);
            stage.chords.push(chords_to, chord, Origin::Own, 1.0);
            chords_to += f64::from(beats);
        }
        stage.key = Some(harmony.key());
        for part in Part::ALL {
            (stage.part, stage.taste.range) = (part, part.range());
            notes[part as usize].extend(stage.play_from(&mut DriftPlayer, stage.bar.begin_beats));
        }
    }
    notes
}

/// The set of (step, key) of each eight bars, sorted.
fn sections(notes: &[Vec<Note>; Part::COUNT], bars: i64) -> Vec<Vec<(i64, u8)>> {
    let mut sections = vec![Vec::new(); (bars / 8) as usize];
    for note in notes.iter().flatten() {
        let step = (note.begin_beats * 4.0).round() as i64;
        if let Some(section) = sections.get_mut((step / 128) as usize) {
            section.push((step % 128, note.key));
        }
    }
    for section in &mut sections {
        section.sort_unstable();
        section.dedup();
    }
    sections
}

fn jaccard(a: &[(i64, u8)], b: &[(i64, u8)]) -> f64 {
    let common = a.iter().filter(|item| b.binary_search(item).is_ok()).count() as f64;
    common / ((a.len() + b.len()) as f64 - common).max(1.0)
}

#[test]
fn an_hour_has_no_two_sections_alike_and_no_stuck_note() {
    for seed in [11, 12, 13] {
        let notes = drift(seed, HOUR_BARS, |_| ());
        let sections = sections(&notes, HOUR_BARS);
        // Eight bars hold two chords at the least, each of three voices.
        assert!(sections.iter().all(|section| section.len() >= 6), "it never falls silent");
        let mut alike = 0.0f64;
        for (place, a) in sections.iter().enumerate() {
            alike = sections[..place].iter().map(|b| jaccard(a, b)).fold(alike, f64::max);
        }
        assert!(alike < 0.5, "{alike}");
        let longest = notes.iter().flatten().map(|note| note.length_beats).fold(0.0, f64::max);
        assert!((8.0..33.0).contains(&longest), "{longest}");
    }
}

#[test]
fn parts_come_and_go_and_stay_soft_in_range_and_in_order() {
    let notes = drift(5, HOUR_BARS, |_| ());
    for part in Part::ALL {
        let mine = &notes[part as usize];
        let (low, high) = part.range();
        assert!(mine.iter().all(|note| (low..=high).contains(&note.key) && note.length_beats > 0.0), "{part:?}");
        assert!(mine.iter().all(|note| (1..=90).contains(&note.velocity)), "{part:?}");
        assert!(mine.windows(2).all(|pair| pair[0].begin_beats <= pair[1].begin_beats), "{part:?}");
        let minutes: Vec<usize> = (0..60)
            .map(|minute| mine.iter().filter(|note| (note.begin_beats / 60.0) as usize == minute).count())
            .collect();
        let (least, most) = (minutes.iter().min(), minutes.iter().max());
        assert!(most > least, "{part:?}");
        match part {
            Part::Drums => assert!(least == Some(&0) && minutes.iter().any(|count| *count > 20), "{minutes:?}"),
            Part::Keys => assert!(least >= Some(&15), "{minutes:?}"),
            Part::Bass => assert!(most <= Some(&40), "{minutes:?}"),
            Part::Lead => assert!(most <= Some(&60) && minutes.iter().sum::<usize>() > 300, "{minutes:?}"),
        }
    }
}

#[test]
fn no_key_is_struck_again_while_it_sounds() {
    let notes = drift(9, 300, |stage| stage.taste.complexity = 1.0);
    for part in [Part::Bass, Part::Keys, Part::Lead] {
        let mut ends = [0.0f64; 128];
        for note in &notes[part as usize] {
            let end = &mut ends[usize::from(note.key)];
            assert!(note.begin_beats >= *end - 1e-6, "{part:?} {note:?} before {end}");
            *end = note.end_beats();
        }
    }
}

#[test]
fn the_harmony_holds_what_is_played() {
    let seed = 3;
    let mut harmony = DriftHarmony::new(seed);
    let mut stage = stage(Part::Keys, seed);
    let mut at_beats = 0.0;
    while at_beats < 130.0 {
        let (chord, beats) = harmony.next(4, 0);
        stage.chords.push(at_beats, chord, Origin::Own, 1.0);
        at_beats += f64::from(beats);
    }
    for part in [Part::Bass, Part::Keys, Part::Lead] {
        (stage.part, stage.taste.range) = (part, part.range());
        for note in stage.play(&mut DriftPlayer, 0..28) {
            let ask = stage.ask_from(0.0);
            for at_beats in [note.begin_beats, note.end_beats() - 0.01] {
                let ground = crate::band::scale::Ground::at(&ask, at_beats).expect("a harmony");
                assert!(ground.scale & 1 << (note.key % 12) != 0, "{part:?} {note:?} at {at_beats}");
            }
        }
    }
}

#[test]
fn a_bar_asked_for_again_or_from_the_middle_is_the_same() {
    for part in Part::ALL {
        let mut stage = stage(part, 21).over("Dm9 Fmaj9 C/D Bbmaj7 Am7 Gsus2", 8.0, 400.0);
        stage.taste.complexity = 0.9;
        for index in 0..40 {
            stage.move_to(index);
            stage.bar.role = [Role::Groove, Role::Fill, Role::Intro, Role::Ending][(index % 4) as usize];
            let whole = stage.play_from(&mut DriftPlayer, stage.bar.begin_beats);
            for step in 0..16 {
                let from_beats = stage.bar.begin_beats + f64::from(step) / 4.0;
                let rest: Vec<Note> = whole.iter().filter(|note| note.begin_beats >= from_beats).copied().collect();
                assert_eq!(stage.play_from(&mut DriftPlayer, from_beats), rest, "{part:?} from {from_beats}");
            }
        }
    }
}

#[test]
fn wishes_are_heard() {
    let count = |notes: &[Vec<Note>; Part::COUNT]| notes.each_ref().map(Vec::len);
    let mean = |notes: &[Vec<Note>; Part::COUNT]| {
        notes.each_ref().map(|part| part.iter().map(|note| f64::from(note.velocity)).sum::<f64>() / part.len() as f64)
    };
    let levels = [0.0f32, 0.33, 0.66, 1.0];
    let rises = |counts: [[usize; Part::COUNT]; 4], what: &str| {
        for part in Part::ALL {
            let mine = counts.map(|count| count[part as usize]);
            assert!(mine.windows(2).all(|w| w[0] <= w[1]) && mine[0] < mine[3], "{what} {part:?} {mine:?}");
        }
    };
    rises(levels.map(|level| count(&drift(2, 160, |stage| stage.taste.complexity = level))), "complexity");
    rises(levels.map(|level| count(&drift(2, 160, |stage| stage.feel.energy = level))), "energy");
    rises([0, 1, 2, 3].map(|level| count(&drift(2, 160, |stage| stage.bar.variation = level))), "variation");
    let loud = levels.map(|level| mean(&drift(2, 160, |stage| stage.taste.intensity = level)));
    for part in Part::ALL {
        assert!(loud.windows(2).all(|w| w[0][part as usize] + 2.0 < w[1][part as usize]), "{part:?} {loud:?}");
    }
}

#[test]
fn every_part_ends_with_one_last_stroke_on_the_beat_after_the_bar() {
    for part in Part::ALL {
        let mut stage = stage(part, 4).over("Am9", 400.0, 400.0);
        stage.move_to(12);
        stage.bar.role = Role::Ending;
        let notes = stage.play_from(&mut DriftPlayer, stage.bar.begin_beats);
        let last = notes.last().expect("an end");
        assert_eq!(last.begin_beats, stage.bar.end_beats(), "{part:?}");
        assert!(part == Part::Drums || last.length_beats >= 4.0, "{part:?}");
    }
}

#[test]
fn the_lead_takes_up_what_the_player_says_and_following_is_in_the_players_rhythm() {
    let mut stage = stage(Part::Lead, 4).over("Am9", 400.0, 400.0);
    let alone = stage.play(&mut DriftPlayer, 2..6);
    for (at, key) in [(0.0, 64), (1.0, 67), (1.5, 69), (2.0, 72)] {
        stage.context.strike(4.0 + at, key, 70);
        stage.context.release(4.4 + at, key);
    }
    stage.context.now_beats = 8.0;
    let answer = stage.play(&mut DriftPlayer, 2..6);
    assert!(!answer.is_empty() && answer != alone);
    stage.taste.mode = PartMode::Follow;
    for part in [Part::Drums, Part::Bass, Part::Keys] {
        (stage.part, stage.taste.range) = (part, part.range());
        let notes = stage.play(&mut DriftPlayer, 2..3);
        let mut places: Vec<i64> = notes.iter().map(|note| (note.begin_beats * 4.0).round() as i64).collect();
        places.dedup();
        assert_eq!(places, [32, 36, 38, 40], "{part:?}");
    }
    stage.context = Context::new();
    stage.taste.mode = PartMode::Off;
    assert!(stage.play(&mut DriftPlayer, 0..4).is_empty());
}

#[test]
fn the_watch_finds_nothing_amiss_in_drift() {
    let notes = drift(8, 200, |_| ());
    for part in Part::ALL {
        let mut stage = stage(part, 8);
        let mut mine = notes[part as usize].iter().peekable();
        for index in 1..200 {
            stage.move_to(index);
            while let Some(note) = mine.next_if(|note| note.begin_beats < stage.bar.begin_beats) {
                stage.context.commit(part, *note);
            }
            assert_eq!(watch::judge(&stage.context, part, &stage.bar), Verdict::Fine, "{part:?} {index}");
        }
    }
}

#[test]
fn strange_questions_are_answered_all_the_same() {
    for (begin_beats, beats, range) in
        [(1e300, 4, (50, 40)), (f64::NAN, 3, (60, 60)), (-1e9, u32::MAX, (0, 127)), (0.0, 0, (127, 127))]
    {
        for part in Part::ALL {
            let mut stage = stage(part, 1).over("C Db7alt", 0.05, 3.0);
            stage.move_to(i64::MAX);
            (stage.bar.begin_beats, stage.bar.beats, stage.taste.range) = (begin_beats, beats, range);
            let notes = stage.play_from(&mut DriftPlayer, 0.0);
            assert!(notes.iter().all(|note| note.length_beats > 0.0), "{notes:?}");
        }
    }
}
