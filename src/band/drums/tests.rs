//! The drummer as the band hears it.

use super::*;
use crate::band::{Bar, Chords, Context, Feel, Taste};

/// A question and what it refers to, to be changed piece by piece.
struct Question {
    style: StyleId,
    bar: Bar,
    taste: Taste,
    feel: Feel,
    context: Context,
    from_beats: f64,
    seed: u64,
}

impl Question {
    fn new(style: StyleId) -> Self {
        let of = style.style();
        let feel = Feel { swing: of.swing, fills: 0.5, energy: 0.5, bpm: (of.bpm.0 + of.bpm.1) * 0.5 };
        let bar = Bar { beats: of.beats_per_bar, ..Bar::default() };
        Self { style, bar, taste: Taste::of(Part::Drums), feel, context: Context::new(), from_beats: 0.0, seed: 7 }
    }

    /// Goes to a bar of the section, which began with the piece.
    fn at(&mut self, index: u32) -> &mut Self {
        let begin_beats = f64::from(index * self.bar.beats);
        self.bar = Bar { index: i64::from(index), begin_beats, in_section: index, ..self.bar };
        self.from_beats = begin_beats;
        self
    }

    fn answer(&self, drummer: &mut Drummer) -> Vec<Note> {
        let (chords, band) = (Chords::default(), std::array::from_fn(|_| Vec::new()));
        let mut out = Vec::with_capacity(BAR_NOTES_MAX);
        let ask = Ask {
            part: Part::Drums,
            bar: self.bar,
            from_beats: self.from_beats,
            style: self.style.style(),
            taste: self.taste,
            feel: self.feel,
            chords: &chords,
            key: None,
            context: &self.context,
            before: &[],
            band: &band,
            turn: None,
            seed: self.seed,
        };
        drummer.play(&ask, &mut out);
        out
    }

    /// The notes of the first bars and the sum of their velocities.
    fn amounts(&mut self, drummer: &mut Drummer) -> (usize, u32) {
        let mut amounts = (0, 0);
        for index in 1..9 {
            let notes = self.at(index).answer(drummer);
            amounts.0 += notes.len();
            amounts.1 += notes.iter().map(|note| u32::from(note.velocity)).sum::<u32>();
        }
        amounts
    }

    /// The amounts with one thing turned from nothing to all in so many steps.
    fn turned(
        style: StyleId,
        seed: u64,
        drummer: &mut Drummer,
        turn: impl Fn(&mut Self, usize),
        steps: usize,
    ) -> Vec<(usize, u32)> {
        let one = |step| {
            let mut question = Self::new(style);
            question.seed = seed;
            turn(&mut question, step);
            question.amounts(drummer)
        };
        (0..steps).map(one).collect()
    }
}

fn all_styles() -> impl Iterator<Item = StyleId> {
    STYLES.iter().map(|style| style.id)
}

#[test]
fn an_answer_follows_from_the_question_alone_and_a_later_one_is_the_rest_of_it() {
    let mut drummer = Drummer::new();
    for (style, role) in
        all_styles().flat_map(|s| [Role::Intro, Role::Groove, Role::Fill, Role::Ending].map(|r| (s, r)))
    {
        for mode in [PartMode::Auto, PartMode::Follow] {
            for index in [0, 1, 8] {
                let mut question = Question::new(style);
                question.at(index).bar.role = role;
                question.taste.mode = mode;
                for (place, key) in [(-2.0, 40), (-1.5, 64), (-0.98, 43), (-0.5, 67)] {
                    question.context.strike(question.bar.begin_beats + place, key, 80);
                }
                let whole = question.answer(&mut drummer);
                assert!(!whole.is_empty(), "{style:?} {role:?} {mode:?}");
                assert_eq!(question.answer(&mut Drummer::new()), whole);
                question.from_beats += 0.6;
                let rest: Vec<Note> = whole.into_iter().filter(|n| n.begin_beats >= question.from_beats).collect();
                assert_eq!(question.answer(&mut drummer), rest);
            }
        }
    }
}

#[test]
fn every_bar_is_in_order_within_itself_and_of_the_kit() {
    let mut drummer = Drummer::new();
    for (style, beats) in all_styles().flat_map(|s| [1, 2, 3, 4, 5, 7, 16].map(|b| (s, b))) {
        for (role, full) in [(Role::Groove, 0.4), (Role::Groove, 1.0), (Role::Fill, 1.0), (Role::Intro, 0.0)] {
            let mut question = Question::new(style);
            question.bar = Bar { beats, role, variation: 3, ..question.bar };
            question.taste.complexity = full;
            question.feel.fills = full;
            for index in 0..4 {
                let notes = question.at(index).answer(&mut drummer);
                assert!(!notes.is_empty() && notes.len() < BAR_NOTES_MAX, "{style:?} {beats}: {}", notes.len());
                assert!(notes.windows(2).all(|w| w[0].begin_beats <= w[1].begin_beats));
                for note in notes {
                    assert!(
                        note.begin_beats >= question.bar.begin_beats && note.begin_beats < question.bar.end_beats()
                    );
                    assert!((1..=127).contains(&note.velocity) && note.length_beats > 0.0);
                    assert!(Drum::from_key(note.key).is_some());
                }
            }
        }
    }
}

#[test]
fn more_complexity_is_more_strokes_and_never_fewer() {
    let mut drummer = Drummer::new();
    for style in all_styles() {
        let (mut least, mut most) = (0, 0);
        for seed in 0..6 {
            let turn = |q: &mut Question, step: usize| q.taste.complexity = step as f32 / 8.0;
            let amounts = Question::turned(style, seed, &mut drummer, turn, 9);
            assert!(amounts.windows(2).all(|w| w[0].0 <= w[1].0), "{style:?} {seed} {amounts:?}");
            least += amounts[0].0;
            most += amounts[8].0;
        }
        assert!(least as f32 * 1.12 < most as f32, "{style:?}: {least} to {most} strokes");
    }
}

#[test]
fn more_intensity_is_louder_and_the_strokes_stay() {
    let mut drummer = Drummer::new();
    for style in all_styles() {
        let turn = |q: &mut Question, step: usize| q.taste.intensity = step as f32 / 5.0;
        let amounts = Question::turned(style, 3, &mut drummer, turn, 6);
        assert!(amounts.windows(2).all(|w| w[0].0 == w[1].0 && w[0].1 < w[1].1), "{style:?} {amounts:?}");
        assert!(amounts[0].1 as f32 * 1.2 < amounts[5].1 as f32, "{style:?} {amounts:?}");
    }
}

#[test]
fn more_energy_is_louder_and_no_strokes_fewer() {
    let mut drummer = Drummer::new();
    for style in all_styles() {
        let turn = |q: &mut Question, step: usize| q.feel.energy = step as f32 / 5.0;
        let amounts = Question::turned(style, 3, &mut drummer, turn, 6);
        assert!(amounts.windows(2).all(|w| w[0].0 <= w[1].0 && w[0].1 < w[1].1), "{style:?} {amounts:?}");
        assert!(amounts[0].0 < amounts[5].0, "{style:?} {amounts:?}");
    }
}

#[test]
fn each_variation_is_fuller_than_the_one_before() {
    let mut drummer = Drummer::new();
    for style in all_styles() {
        let mut sums = [0; 4];
        for seed in 0..8 {
            let turn = |q: &mut Question, step: usize| q.bar.variation = step as u8;
            let amounts = Question::turned(style, seed, &mut drummer, turn, 4);
            sums.iter_mut().zip(&amounts).for_each(|(sum, amount)| *sum += amount.0);
        }
        assert!(sums.windows(2).all(|w| w[0] < w[1]), "{style:?} {sums:?}");
    }
}

#[test]
fn an_intro_grows_and_an_ending_ends_on_the_beat_after_it() {
    let mut drummer = Drummer::new();
    for style in all_styles() {
        let mut question = Question::new(style);
        question.bar.role = Role::Intro;
        let loud = |notes: Vec<Note>| notes.iter().map(|note| u32::from(note.velocity)).sum::<u32>();
        let bars: Vec<u32> = (0..3).map(|index| loud(question.at(2 * index).answer(&mut drummer))).collect();
        assert!(bars[0] < bars[1] && bars[0] < bars[2], "{style:?} {bars:?}");
        question.at(9).bar.role = Role::Ending;
        let notes = question.answer(&mut drummer);
        let last: Vec<&Note> = notes.iter().filter(|n| n.begin_beats >= question.bar.end_beats()).collect();
        let keys: Vec<u8> = last.iter().map(|n| n.key).collect();
        assert_eq!(keys, [Drum::Kick.key(), Drum::Crash.key()]);
        assert!(last.iter().all(|n| n.begin_beats == question.bar.end_beats() && n.length_beats >= 4.0));
    }
}

#[test]
fn the_amount_of_fills_is_how_much_of_the_bar_they_take_and_a_crash_follows() {
    let mut drummer = Drummer::new();
    for style in all_styles() {
        let mut question = Question::new(style);
        let groove = question.at(7).answer(&mut drummer);
        question.bar.role = Role::Fill;
        let alike = |fills: f32, question: &mut Question, drummer: &mut Drummer| {
            question.feel.fills = fills;
            let filled = question.answer(drummer);
            groove.iter().filter(|note| filled.contains(note)).count()
        };
        let kept = [0.0, 0.5, 1.0].map(|fills| alike(fills, &mut question, &mut drummer));
        assert!(kept[0] > kept[1] && kept[1] > kept[2], "{style:?} {kept:?} of {}", groove.len());
        question.bar = Bar { role: Role::Groove, in_section: 0, ..question.bar };
        let first = question.answer(&mut drummer);
        let is_crash = |n: &Note| n.key == Drum::Crash.key();
        assert!(first.iter().any(|n| is_crash(n) && n.begin_beats < question.bar.begin_beats + 0.15));
        question.bar.in_section = 3;
        assert!(!question.answer(&mut drummer).iter().any(is_crash));
        for (place, drum) in [(-0.5, Drum::High), (-0.25, Drum::Low)] {
            let begin_beats = question.bar.begin_beats + place;
            question.context.commit(Part::Drums, Note { begin_beats, key: drum.key(), ..Note::default() });
        }
        assert!(question.answer(&mut drummer).iter().any(is_crash));
    }
}

#[test]
fn following_strikes_what_the_player_strikes_as_loud_as_the_player() {
    let mut drummer = Drummer::new();
    let mut question = Question::new(StyleId::Rock);
    question.taste.mode = PartMode::Follow;
    for (place, key, velocity) in [(0.0, 40, 90), (0.75, 41, 90), (1.51, 72, 120), (2.26, 64, 60), (3.5, 43, 90)] {
        question.context.strike(place, key, velocity);
    }
    let struck = |notes: &[Note], drum: Drum| -> Vec<i64> {
        let of_drum = notes.iter().filter(|n| n.key == drum.key() && n.velocity > 50);
        of_drum.map(|n| ((n.begin_beats - 4.0) * 4.0).round() as i64).collect()
    };
    let mut loudness = Vec::new();
    for loud in [0.1, 0.5, 0.9] {
        question.context.playing.loudness = loud;
        let notes = question.at(1).answer(&mut drummer);
        loudness.push(notes.iter().map(|n| u32::from(n.velocity)).sum::<u32>() / notes.len() as u32);
        if loud == 0.5 {
            assert_eq!(struck(&notes, Drum::Kick), [0, 3, 14]);
            assert_eq!(struck(&notes, Drum::Snare), [6]);
        }
    }
    assert!(loudness[0] + 10 < loudness[1] && loudness[1] + 10 < loudness[2], "{loudness:?}");
    // A player who rests is waited for in time.
    question.context.forget();
    let alone = question.answer(&mut drummer);
    assert!((4..9).contains(&alone.len()), "{alone:?}");
}

#[test]
fn the_second_eighth_falls_where_the_swing_wants() {
    let mut drummer = Drummer::new();
    for swing in [0.5, 0.58, 0.67] {
        let (mut sum, mut count) = (0.0, 0);
        for (seed, index) in (0..12).flat_map(|seed| (0..8).map(move |index| (seed, index))) {
            let mut question = Question::new(StyleId::Swing);
            (question.seed, question.feel.swing) = (seed, swing);
            question.bar.variation = (seed % 4) as u8;
            let is_time = |n: &&Note| [Drum::Hat, Drum::Ride].iter().any(|drum| drum.key() == n.key);
            for note in question.at(index).answer(&mut drummer).iter().filter(is_time) {
                let part = note.begin_beats.fract();
                if (0.3..0.85).contains(&part) {
                    sum += part;
                    count += 1;
                }
            }
        }
        let mean = sum / f64::from(count);
        assert!((mean - f64::from(swing)).abs() < 0.03, "{mean} for {swing}");
    }
}

#[test]
fn whatever_is_asked_is_answered() {
    let mut drummer = Drummer::new();
    for (bpm, value) in [(f64::NAN, f32::NAN), (0.0, -5.0), (1e9, 9.0), (f64::INFINITY, f32::INFINITY)] {
        let mut question = Question::new(StyleId::Funk);
        question.feel = Feel { swing: value, fills: value, energy: value, bpm };
        (question.taste.complexity, question.taste.intensity) = (value, value);
        question.context.playing.loudness = value;
        for key in 0..128 {
            question.context.strike(-1.0 + f64::from(key) * 0.004, key, 127);
        }
        for (mode, beats) in [(PartMode::Auto, 0), (PartMode::Follow, 40), (PartMode::Auto, u32::MAX)] {
            question.taste.mode = mode;
            question.bar = Bar { beats, variation: 200, in_section: u32::MAX, role: Role::Ending, ..Bar::default() };
            let notes = question.answer(&mut drummer);
            assert!(notes.len() < BAR_NOTES_MAX && notes.iter().all(|n| n.begin_beats.is_finite() && n.velocity > 0));
        }
    }
    let mut question = Question::new(StyleId::Funk);
    question.taste.mode = PartMode::Off;
    assert_eq!(question.answer(&mut drummer), []);
}
