use super::super::lead::tests::Stage;
use super::super::part::Part;
use super::super::style::StyleId;
use super::*;
use crate::base::Rng;
use crate::theory::raga::{Tradition, tables};

const SA_KEY: u8 = 60;

fn raga(name: &str, tradition: Tradition) -> &'static Raga {
    tables().ragas.find(name, Some(tradition)).expect(name)
}

fn stage(seed: u64) -> Stage {
    let mut stage = Stage::new(StyleId::PopBallad, Part::Lead);
    stage.seed = seed;
    stage.taste.range = (55, 79);
    stage
}

/// Semitones of a note above middle Sa.
fn height(note: &Note) -> i16 {
    i16::from(note.key) - i16::from(SA_KEY)
}

fn tuned(raga: &Raga, sa_hz: f32) -> Tuned {
    Tuned::new(&RagaSetting { raga: raga.clone(), sa_hz, ..RagaSetting::default() })
}

fn semitones(line: &[crate::theory::raga::Note]) -> Vec<i16> {
    line.iter().map(|note| note.semitones()).collect()
}

#[test]
fn every_step_is_legal_in_every_raga() {
    let mut rng = Rng::new(2);
    let (mut open, mut ragas) = (0, 0);
    for raga in tables().ragas.ragas().iter().step_by(3) {
        let mut voice = RagaVoice::new(raga);
        for end in [End::Home, End::Open] {
            let mut wishes = [0_i16; 14];
            wishes.iter_mut().for_each(|wish| *wish = rng.below(25) as i16 - 6);
            let path = voice.fit(&wishes, (-5, 19), end);
            assert_eq!(path.len(), wishes.len(), "{}", raga.name);
            assert!(path.windows(2).all(|pair| voice.is_legal(pair[0], pair[1])), "{}: {path:?}", raga.name);
            assert!(path.iter().all(|note| (-5..=19).contains(note)));
            let is_home = path.last().is_some_and(|last| last.rem_euclid(12) == 0);
            assert!(is_home || end == End::Open, "{}: {path:?}", raga.name);
            open += usize::from(!is_home);
        }
        ragas += 1;
    }
    assert!(open * 10 >= ragas * 9, "{open} of {ragas} open ends do not rest on Sa");
}

#[test]
fn what_is_in_the_raga_stays_as_it_is() {
    for name in ["Mohanam", "Mayamalavagowla", "Saveri", "Hindolam"] {
        let raga = raga(name, Tradition::Carnatic);
        let mut voice = RagaVoice::new(raga);
        let [up, down] = [&raga.arohana, &raga.avarohana].map(|line| semitones(line));
        assert_eq!(voice.fit(&up, (-12, 24), End::Home).to_vec(), up, "{name}");
        assert_eq!(voice.fit(&down, (-12, 24), End::Home).to_vec(), down, "{name}");
    }
}

#[test]
fn the_contour_of_the_wish_is_kept() {
    let mut rng = Rng::new(4);
    let (mut same, mut moves) = (0, 0);
    for name in ["Mohanam", "Kalyani", "Kharaharapriya", "Abhogi", "Hamsadhwani"] {
        let mut voice = RagaVoice::new(raga(name, Tradition::Carnatic));
        for _ in 0..20 {
            let mut wishes = [0_i16; 8];
            wishes.iter_mut().for_each(|wish| *wish = rng.below(17) as i16 - 2);
            let path = voice.fit(&wishes, (-5, 19), End::Open);
            let pairs = wishes.windows(2).zip(path.windows(2));
            moves += pairs.clone().count();
            same += pairs.filter(|(w, p)| (w[1] - w[0]).signum() == (p[1] - p[0]).signum()).count();
        }
    }
    assert!(same * 4 > moves * 3, "{same} of {moves}");
}

#[test]
fn a_catch_phrase_ends_the_phrase_where_it_fits() {
    let yaman = raga("Yaman", Tradition::Hindustani);
    let mut voice = RagaVoice::new(yaman);
    let wishes = [0, 4, 7, 11, 12, 9, 7, 4, 2, 0];
    for (number, catch) in yaman.pakad.iter().enumerate() {
        let path = voice.fit(&wishes, (-12, 24), End::Catch(number));
        let tail = &path[path.len() - catch.len()..];
        let by = tail[0] - catch[0].semitones();
        assert!(by % 12 == 0 && tail.iter().zip(catch).all(|(a, b)| *a == b.semitones() + by), "{path:?}");
    }
    assert_eq!(voice.fit(&wishes[..2], (-12, 24), End::Catch(1)).len(), 2, "too short for it");
    assert_eq!(voice.fit(&[], (0, 12), End::Home).len(), 0);
    assert_eq!(voice.fit(&wishes, (3, 3), End::Catch(0)).len(), 0, "no note of the raga is there");
}

#[test]
fn an_answer_follows_the_player_and_keeps_to_the_raga() {
    let hamsadhwani = raga("Hamsadhwani", Tradition::Carnatic);
    for seed in 0..12 {
        let mut player = RagaPlayer::new(hamsadhwani, SA_KEY, Some(8));
        let mut stage = stage(seed);
        stage.says(0.0, &[(0.0, 0.4, 60), (0.5, 0.4, 62), (1.0, 0.4, 64), (1.5, 0.4, 67), (2.0, 0.9, 65)]);
        let notes = stage.play(&mut player, 0..8);
        assert!(notes.len() >= 8, "{notes:?}");
        assert!(
            notes.iter().all(|note| hamsadhwani.has(height(note).rem_euclid(12) as u8)),
            "no M, though it was played"
        );
        assert!(notes[0].begin_beats >= 3.0, "not before the player's phrase is over");
        assert!(notes.iter().all(|note| (-5..=19).contains(&height(note)) && note.length_beats > 0.0));
        assert!(notes.windows(2).all(|n| n[0].begin_beats + n[0].length_beats <= n[1].begin_beats + 1e-6));
        stage.context.playing.is_playing = true;
        assert_eq!(stage.play(&mut player, 0..8), []);
    }
}

#[test]
fn the_answer_follows_from_the_question_alone() {
    let mut player = RagaPlayer::new(raga("Bhairavi", Tradition::Carnatic), SA_KEY, Some(8));
    let mut stage = stage(7);
    stage.says(0.0, &[(0.0, 0.9, 67), (1.5, 0.4, 63), (2.0, 0.4, 62), (2.5, 0.4, 60)]);
    for index in 0..8 {
        stage.move_to(index);
        let begin = stage.bar.begin_beats;
        let whole = stage.play_from(&mut player, begin);
        assert_eq!(whole, stage.play_from(&mut player, begin));
        let later: Vec<Note> = whole.iter().copied().filter(|note| note.begin_beats >= begin + 1.5).collect();
        assert_eq!(later, stage.play_from(&mut player, begin + 1.5));
    }
}

#[test]
fn an_alap_unfolds_the_raga_without_a_tala() {
    let yaman = raga("Yaman", Tradition::Hindustani);
    let mut player = RagaPlayer::new(yaman, SA_KEY, None);
    let mut stage = stage(3);
    let notes = stage.play(&mut player, 0..120);
    assert!(notes.iter().all(|note| yaman.has(height(note).rem_euclid(12) as u8)));
    let mean = |from: f64, to: f64| {
        let heights: Vec<f64> = notes
            .iter()
            .filter(|note| (from..to).contains(&note.begin_beats))
            .map(|note| f64::from(height(note)))
            .collect();
        heights.iter().sum::<f64>() / heights.len().max(1) as f64
    };
    // Two phrases on each note: Sa and down to the lower notes first, up to the upper Sa some minutes later.
    assert!(mean(0.0, 100.0) + 3.0 < mean(250.0, 350.0), "{} {}", mean(0.0, 100.0), mean(250.0, 350.0));
    let longest = notes.iter().map(|note| note.length_beats).fold(0.0, f64::max);
    let is_even = notes.iter().all(|note| (note.begin_beats * 4.0).fract() == 0.0);
    assert!((2.0..6.0).contains(&longest) && !is_even, "long notes, off every grid");
    let tuned = tuned(yaman, 138.59);
    let glides = notes.windows(2).filter(|n| matches!(tuned.ornament(&n[1], Some(&n[0])), Ornament::Glide { .. }));
    assert!(glides.count() > 3, "meend");
    assert!(notes.windows(2).all(|n| n[0].begin_beats + n[0].length_beats <= n[1].begin_beats + 1e-6));
}

#[test]
fn ornaments_are_those_of_the_tradition() {
    let adorned = |line: &[u8], name: &str, tradition: Tradition| {
        let tuned = tuned(raga(name, tradition), 261.63);
        let note = |at: usize| Note { begin_beats: at as f64, length_beats: 1.0, key: SA_KEY + line[at], velocity: 80 };
        let before = |at: usize| at.checked_sub(1).map(note);
        (0..line.len()).map(|at| tuned.ornament(&note(at), before(at).as_ref())).collect::<Vec<_>>()
    };
    let south = adorned(&[0, 3, 3, 8], "Hindolam", Tradition::Carnatic);
    let swing = Ornament::Swing { to_semitones: 5 };
    assert_eq!(south[..3], [Ornament::Plain, swing, Ornament::Touch { semitones: 0 }]);
    assert!(matches!(south[3], Ornament::Glide { from_semitones: 3, .. }));
    let north = adorned(&[0, 3, 5, 5], "Malkauns", Tradition::Hindustani);
    assert!(matches!(north[1], Ornament::Glide { from_semitones: 0, .. }));
    assert_eq!(north[2..], [Ornament::Plain, Ornament::Touch { semitones: 8 }]);
}

#[test]
fn odd_ranges_do_no_harm() {
    for sa_key in [0, 60, 127, 255] {
        for range in [(0, 0), (127, 127), (90, 20), (255, 255), (0, 127)] {
            let mut player = RagaPlayer::new(raga("Todi", Tradition::Carnatic), sa_key, None);
            let mut stage = stage(1);
            stage.taste.range = range;
            stage.says(0.0, &[(0.0, 0.5, 0), (1.0, 0.5, 127), (2.0, 0.5, 60)]);
            assert!(stage.play(&mut player, 0..40).iter().all(|note| note.key <= 127 && note.length_beats > 0.0));
        }
    }
}

/// The cents over their keys at which notes begin, and their bends.
fn sung(tuned: &Tuned, notes: &[Note]) -> Vec<(f64, f32)> {
    let mut bends = Vec::new();
    for (at, note) in notes.iter().enumerate() {
        let pair = (note, at.checked_sub(1).map(|before| &notes[before]));
        bends.push((note.begin_beats, tuned.tune_cents(pair.0, pair.1, 1.5)));
        tuned.bends(pair, 1.5, (f64::NEG_INFINITY, f64::INFINITY), |bend| bends.push((bend.at.0, bend.tune_cents)));
    }
    bends
}

#[test]
fn a_meend_is_one_way_and_rests_on_the_just_interval() {
    let tuned = tuned(raga("Yaman", Tradition::Hindustani), 146.8);
    let note = |begin_beats: f64, key: u8| Note { begin_beats, length_beats: 2.0, key, velocity: 80 };
    assert_eq!(tuned.sa_key(), 62);
    let bends = sung(&tuned, &[note(0.0, 62), note(2.0, 66)]);
    // D is 0.3 cents over Sa = 146.8 Hz; Ga is 386.3 cents over Sa, its key 400.
    let sa = 1200.0 * (146.8_f64 / 146.8324).log2();
    assert!((f64::from(bends[0].1) - sa).abs() < 0.02, "{bends:?}");
    let meend = &bends[1..];
    assert!((f64::from(meend[0].1) - (sa - 400.0)).abs() < 0.1, "it begins on Sa: {meend:?}");
    assert!((f64::from(meend[meend.len() - 1].1) - (sa - 13.7)).abs() < 0.1, "{meend:?}");
    assert!(meend.windows(2).all(|pair| pair[0].1 <= pair[1].1 && pair[0].0 < pair[1].0));
    let secs = (meend[meend.len() - 1].0 - meend[0].0) / 1.5;
    assert!((meend.len() as f64) < 2.0 + secs * 100.0 && secs > 0.4, "{} bends in {secs} s", meend.len());
}

#[test]
fn bends_are_the_same_however_they_are_cut_and_a_kampita_comes_to_rest() {
    let tuned = tuned(raga("Hindolam", Tradition::Carnatic), 200.0);
    let notes = [Note { begin_beats: 1.0, length_beats: 4.0, key: 58, velocity: 80 }];
    let whole = sung(&tuned, &notes);
    let highest = whole.iter().map(|bend| bend.1).fold(f32::MIN, f32::max);
    let (first, last) = (whole[0].1, whole[whole.len() - 1].1);
    assert!(matches!(tuned.ornament(&notes[0], None), Ornament::Swing { to_semitones: 5 }));
    assert!((last - first).abs() < 0.01 && (highest - first - 182.4).abs() < 1.0, "{first} {highest} {last}");
    let mut cut = vec![whole[0]];
    for window in 0..40 {
        let (from, to) = (f64::from(window) * 0.13, f64::from(window + 1) * 0.13);
        tuned.bends((&notes[0], None), 1.5, (from, to), |bend| cut.push((bend.at.0, bend.tune_cents)));
    }
    assert_eq!(whole, cut);
}

/// A theka of eight matras: on each one stroke, on the last four within it; said words are the key of their length.
fn theka() -> Theka {
    let tap = |key: u8, at: f32| Tap { key, at, velocity: 0.8 };
    let cycle = (0..8).map(|matra| match matra {
        7 => (0..4).map(|quarter| tap(50, 0.25 * quarter as f32)).collect(),
        matra => vec![tap(40 + matra, 0.0)],
    });
    let said = |text: &str| text.split_whitespace().map(|word| vec![tap(60 + word.len() as u8, 0.0)]).collect();
    Theka::new(Tradition::Hindustani, cycle.collect(), said)
}

/// The drum's keys of a cycle of eight matras at a tempo.
fn drummed(bpm: f64, complexity: f32, role: Role, cycle: i64) -> Vec<(f64, u8)> {
    let mut stage = Stage::new(StyleId::Rock, Part::Drums);
    stage.bar.beats = 8;
    stage.taste.complexity = complexity;
    stage.feel.bpm = bpm;
    stage.feel.fills = 0.0;
    stage.bar.role = role;
    let mut player = ThekaPlayer::new(Some(theka()));
    let notes = stage.play(&mut player, cycle..cycle + 1);
    notes.iter().map(|note| (note.begin_beats - 8.0 * cycle as f64, note.key)).collect()
}

#[test]
fn the_laya_tells_how_full_a_theka_is() {
    assert_eq!([40.0, 100.0, 240.0].map(Laya::of), [Laya::Dhima, Laya::Madhya, Laya::Drut]);
    let plain = drummed(100.0, 0.0, Role::Groove, 0);
    assert_eq!(plain.iter().map(|note| note.1).collect::<Vec<_>>(), [40, 41, 42, 43, 44, 45, 46, 50, 50, 50, 50]);
    assert_eq!(drummed(200.0, 0.0, Role::Groove, 0).len(), 9, "two of the four");
    assert_eq!(drummed(320.0, 0.0, Role::Groove, 0).len(), 8, "one");
    assert_eq!(drummed(40.0, 0.0, Role::Groove, 0), plain);
    let full: Vec<_> = (0..20).flat_map(|cycle| drummed(40.0, 1.0, Role::Groove, cycle)).collect();
    let between: Vec<_> = full.iter().filter(|(at, key)| at.fract() == 0.5 && *key != 50).collect();
    assert!((40..120).contains(&between.len()) && between.iter().all(|(_, key)| *key == 62), "{}", between.len());
}

#[test]
fn fills_and_a_rare_tihai_lead_to_sam_and_an_ending_lands_there() {
    let (mut fills, mut tihais) = (0, 0);
    for cycle in 0..200 {
        let keys: Vec<u8> = drummed(100.0, 1.0, Role::Groove, cycle).iter().map(|note| note.1).collect();
        assert_eq!(keys[0], 40, "sam is left alone");
        // A tihai is four words, each of as many letters as one of two strokes has.
        let said = keys.iter().filter(|key| **key >= 60).count();
        tihais += usize::from(said == 4);
        fills += usize::from((1..=2).contains(&said));
        assert!(said <= 4 && keys[..4] == [40, 41, 42, 43], "{keys:?}");
    }
    assert!((100..190).contains(&fills) && (8..60).contains(&tihais), "{fills} {tihais}");
    let last = drummed(100.0, 0.0, Role::Ending, 2);
    assert_eq!(last.iter().filter(|note| note.1 >= 60).count(), 4, "a tihai: {last:?}");
    assert_eq!(last.last(), Some(&(8.0, 40)), "and sam");
    let fill = drummed(100.0, 0.0, Role::Fill, 1);
    assert!(fill.iter().any(|note| note.1 >= 60), "{fill:?}");
}

#[test]
fn no_theka_is_silence_and_a_cycle_goes_through_bars_of_any_length() {
    let mut stage = Stage::new(StyleId::Rock, Part::Drums);
    assert_eq!(stage.play(&mut ThekaPlayer::new(None), 0..4), []);
    stage.taste.complexity = 0.0;
    let mut player = ThekaPlayer::new(Some(theka()));
    let keys = |stage: &mut Stage, player: &mut ThekaPlayer, beats: u32| {
        stage.bar.beats = beats;
        let notes = stage.play(player, 0..i64::from(24 / beats));
        notes.iter().map(|note| (note.begin_beats, note.key)).collect::<Vec<_>>()
    };
    assert_eq!(keys(&mut stage, &mut player, 4), keys(&mut stage, &mut player, 3));
}
