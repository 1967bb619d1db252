use super::*;
use crate::band::drums::Drum;
use crate::band::{Bar, Chords, Context, Feel, Origin, STYLES, StyleId, Taste, Turn};
use crate::neural::Models;
use crate::neural::model_tests::load;
use crate::theory::Chord;

/// A jam that one part is asked in.
#[derive(Clone)]
struct Jam {
    part: Part,
    style: StyleId,
    taste: Taste,
    context: Context,
    chords: Chords,
    band: [Vec<Note>; Part::COUNT],
    role: Role,
    turn: Option<Turn>,
    seed: u64,
    before: Vec<Note>,
}

impl Jam {
    fn new(part: Part) -> Self {
        let mut chords = Chords::default();
        for (bar, text) in ["Dm7", "G7", "Cmaj7", "A7"].into_iter().cycle().take(24).enumerate() {
            chords.push(4.0 * bar as f64, Chord::parse(text).expect(text), Origin::Chart, 1.0);
        }
        let mut context = Context::new();
        // The player plays four bars in eighths and then rests.
        for step in 0..32 {
            let at = 0.5 * f64::from(step) + 0.01;
            context.strike(at, 62 + (step * 5 % 13) as u8, 80);
            context.release(at + 0.4, 62 + (step * 5 % 13) as u8);
        }
        context.now_beats = 16.0;
        let band = std::array::from_fn(|_| Vec::new());
        Self {
            part,
            style: StyleId::Swing,
            taste: Taste::of(part),
            context,
            chords,
            band,
            role: Role::Groove,
            turn: None,
            seed: 4,
            before: Vec::new(),
        }
    }

    fn with_ask<T>(&self, index: i64, from_beats: f64, answer: impl FnOnce(&Ask<'_>) -> T) -> T {
        let style = self.style.style();
        let begin_beats = index as f64 * f64::from(style.beats_per_bar);
        answer(&Ask {
            part: self.part,
            bar: Bar {
                index,
                begin_beats,
                beats: style.beats_per_bar,
                role: self.role,
                variation: 0,
                in_section: index.max(0) as u32,
            },
            from_beats,
            style,
            taste: self.taste,
            feel: Feel { swing: style.swing, fills: 0.5, energy: 0.5, bpm: 120.0 },
            chords: &self.chords,
            key: None,
            context: &self.context,
            before: &self.before,
            band: &self.band,
            turn: self.turn,
            seed: self.seed,
        })
    }

    fn ask(&self, player: &mut NeuralPlayer, index: i64, from_beats: f64) -> Vec<Note> {
        let mut out = Vec::new();
        self.with_ask(index, from_beats, |ask| assert_eq!(*player.answer(ask, &|| false, &mut out), Outcome::Played));
        out
    }

    /// Bars one after another, each planned when the one before is.
    fn play(&mut self, player: &mut NeuralPlayer, bars: std::ops::Range<i64>) -> Vec<Note> {
        let mut all = Vec::new();
        for index in bars {
            let notes = self.ask(player, index, index as f64 * 4.0 - 0.12);
            self.before.extend(&notes);
            let old = self.before.len().saturating_sub(256);
            self.before.drain(..old);
            all.extend(notes);
        }
        all
    }
}

fn tiny() -> Arc<Model> {
    Arc::new(load("check/tiny.safetensors"))
}

fn player(part: Part) -> NeuralPlayer {
    NeuralPlayer::new(tiny(), part, Rung::Small).expect("the tiny net plays every part")
}

#[test]
fn every_part_plays_bars_that_are_sound_in_every_style_it_covers() {
    let mut notes_in_all = 0;
    for part in Part::ALL {
        let mut player = player(part);
        for style in STYLES.iter().filter(|style| style.beats_per_bar == 4) {
            let mut jam = Jam { style: style.id, ..Jam::new(part) };
            player.forget();
            let notes = jam.play(&mut player, 4..8);
            notes_in_all += notes.len();
            for note in &notes {
                assert!(note.begin_beats >= 16.0 - 0.12 && note.begin_beats < 32.0, "{note:?}");
                assert!(note.length_beats > 0.0 && note.length_beats < 9.0, "{note:?}");
                assert!((1..=127).contains(&note.velocity));
                if part == Part::Drums {
                    assert!(Drum::from_key(note.key).is_some());
                } else {
                    assert!((jam.taste.range.0..=jam.taste.range.1).contains(&note.key), "{part:?} {note:?}");
                }
            }
            if matches!(part, Part::Bass | Part::Lead) {
                assert!(notes.windows(2).all(|n| n[0].begin_beats < n[1].begin_beats), "one voice");
            }
        }
    }
    assert!(notes_in_all > 400, "{notes_in_all}");
}

#[test]
fn the_same_question_gets_the_same_answer_of_who_knows_the_past_and_of_who_does_not() {
    for part in Part::ALL {
        let (mut jam, mut own) = (Jam::new(part), player(part));
        jam.play(&mut own, 4..9);
        let answer = jam.ask(&mut own, 9, 36.0 - 0.12);
        assert_eq!(answer, jam.ask(&mut own, 9, 36.0 - 0.12));
        let mut fresh = player(part);
        // The form of the bars before is told by nobody but who was asked for them.
        (4..9).for_each(|index| drop(jam.ask(&mut fresh, index, 4.0 * index as f64 - 0.12)));
        assert_eq!(answer, jam.ask(&mut fresh, 9, 36.0 - 0.12), "{part:?}");
        let other = Jam { seed: 5, ..jam.clone() };
        assert_ne!(answer, other.ask(&mut own, 9, 36.0 - 0.12), "{part:?}");
    }
}

#[test]
fn asking_again_from_within_a_bar_goes_on_from_what_was_played() {
    for part in Part::ALL {
        let (mut jam, mut own) = (Jam::new(part), player(part));
        jam.play(&mut own, 4..6);
        let whole = jam.ask(&mut own, 6, 24.0 - 0.12);
        for from in [25.0, 26.5, 27.75] {
            let mut later = jam.clone();
            later.before.extend(whole.iter().filter(|note| note.begin_beats < from));
            let before = own.counts();
            let rest = later.ask(&mut own, 6, from);
            assert!(rest.iter().all(|note| note.begin_beats >= from), "{part:?} {from}");
            let (computed, known) = (own.counts().0 - before.0, own.counts().1 - before.1);
            assert!(known > 0 && computed < 60, "{part:?}: {computed} computed, {known} known");
        }
    }
}

#[test]
fn the_strokes_of_a_bar_stay_when_it_is_asked_for_again_with_them_played() {
    let (mut jam, mut own) = (Jam::new(Part::Drums), player(Part::Drums));
    jam.play(&mut own, 4..6);
    let whole = jam.ask(&mut own, 6, 24.0 - 0.12);
    let mut later = jam.clone();
    later.before.extend(whole.iter().filter(|note| note.begin_beats < 26.0));
    let wanted: Vec<(u8, u8)> =
        whole.iter().filter(|note| note.begin_beats >= 26.0).map(|note| (note.key, note.velocity)).collect();
    let found: Vec<(u8, u8)> = later.ask(&mut own, 6, 26.0).iter().map(|note| (note.key, note.velocity)).collect();
    assert!(!wanted.is_empty());
    assert_eq!(found, wanted);
}

#[test]
fn a_new_chord_changes_the_notes_from_it_on_and_costs_only_what_it_changes() {
    let (mut jam, mut own) = (Jam::new(Part::Bass), player(Part::Bass));
    jam.play(&mut own, 4..8);
    let planned = jam.ask(&mut own, 8, 32.0 - 0.12);
    let before = own.counts();
    jam.chords.push(34.0, Chord::parse("Eb7").expect("a chord"), Origin::Foreseen, 1.0);
    let again = jam.ask(&mut own, 8, 32.0 - 0.12);
    assert_ne!(planned, again);
    let known = own.counts().1 - before.1;
    assert!(known >= 4, "{known}");
}

#[test]
fn what_is_not_covered_or_cut_is_left_to_others() {
    let mut own = player(Part::Drums);
    let refused = |jam: &Jam, own: &mut NeuralPlayer| {
        let mut out = vec![Note::default()];
        jam.with_ask(4, 16.0, |ask| own.answer(ask, &|| false, &mut out).clone()) == Outcome::NotCovered
            && out.is_empty()
    };
    let mut follows = Jam::new(Part::Drums);
    follows.taste.mode = PartMode::Follow;
    assert!(refused(&follows, &mut own));
    assert!(refused(&Jam { role: Role::Ending, ..Jam::new(Part::Drums) }, &mut own));
    assert!(refused(&Jam { style: StyleId::SixEight, ..Jam::new(Part::Drums) }, &mut own));
    assert!(refused(&Jam::new(Part::Bass), &mut own));
    let jam = Jam::new(Part::Drums);
    for steps in [0, 3] {
        let (asked, mut out) = (std::cell::Cell::new(0), Vec::new());
        let is_cut = || asked.replace(asked.get() + 1) >= steps;
        jam.with_ask(4, 16.0, |ask| assert_eq!(*own.answer(ask, &is_cut, &mut out), Outcome::Cut));
        assert!(out.is_empty() && asked.get() == steps + 1);
    }
    let mut silent = jam;
    silent.taste.mode = PartMode::Off;
    assert!(silent.ask(&mut own, 4, 16.0).is_empty());
}

#[test]
fn the_lead_leaves_the_player_room_but_takes_its_turn() {
    let mut own = player(Part::Lead);
    let mut jam = Jam::new(Part::Lead);
    jam.context.playing.is_playing = true;
    assert!(jam.ask(&mut own, 4, 16.0).is_empty());
    jam.turn = Some(Turn { begin_beats: 16.0, bars: 4, player_begin_beats: 0.0, player_end_beats: 16.0 });
    assert!(!jam.play(&mut own, 4..8).is_empty());
    let mut jam = Jam::new(Part::Lead);
    jam.context.strike(17.0, 70, 80);
    jam.context.now_beats = 17.5;
    jam.context.release(17.5, 70);
    assert!(jam.play(&mut own, 4..8).iter().all(|note| (17.99..28.0).contains(&note.begin_beats)));
    jam.taste.complexity = 0.9;
    assert!(!jam.ask(&mut own, 7, 28.0).is_empty(), "unless it may talk");
}

#[test]
fn hostile_questions_are_answered_within_bounds() {
    for part in Part::ALL {
        let mut own = player(part);
        let mut jam = Jam::new(part);
        jam.taste.complexity = f32::NAN;
        jam.taste.intensity = f32::INFINITY;
        jam.taste.range = (60, 60);
        jam.before = (0..256)
            .map(|n| Note {
                begin_beats: f64::from(n) * 0.06,
                length_beats: f64::INFINITY,
                key: n as u8,
                velocity: 255,
            })
            .collect();
        (0..128).for_each(|key| jam.context.strike(15.9, key, 127));
        for from in [16.0, f64::NEG_INFINITY, f64::INFINITY, f64::NAN, -1e300] {
            let notes = jam.ask(&mut own, 4, from);
            assert!(notes.len() <= crate::band::BAR_NOTES_MAX, "{part:?} from {from}");
        }
        for index in [0, -3, i64::MAX / 1024, i64::MIN / 1024] {
            jam.ask(&mut own, index, index as f64 * 4.0);
        }
    }
}

#[test]
fn the_meter_is_surprised_by_each_note_once() {
    let mut meter = SurpriseMeter::new(tiny()).expect("the tiny net plays the lead");
    let mut jam = Jam::new(Part::Lead);
    let first = jam.with_ask(4, 16.0, |ask| meter.hear(ask)).expect("it computes").expect("notes were played");
    assert!(first.is_finite() && first > 0.0, "{first}");
    assert_eq!(jam.with_ask(4, 16.0, |ask| meter.hear(ask)).expect("it computes"), None);
    jam.context.strike(16.5, 66, 90);
    jam.context.now_beats = 16.7;
    assert!(jam.with_ask(4, 16.7, |ask| meter.hear(ask)).expect("it computes").is_some());
    assert!(Models::default().surprise_meter().is_none());
}
