use super::*;
use crate::band::{Bar, Chords, Context, Feel, StyleId, Taste};
use crate::theory::Chord;

/// A question and what it refers to.
struct Question {
    part: Part,
    index: i64,
    from_beats: f64,
    context: Context,
    chords: Chords,
    before: Vec<Note>,
    band: [Vec<Note>; Part::COUNT],
}

fn note(begin_beats: f64, key: u8) -> Note {
    Note { begin_beats, length_beats: 0.5, key, velocity: 90 }
}

impl Question {
    fn new(part: Part, index: i64) -> Self {
        let band = std::array::from_fn(|_| Vec::new());
        let (context, chords) = (Context::new(), Chords::default());
        Self { part, index, from_beats: 4.0 * index as f64, context, chords, before: Vec::new(), band }
    }

    fn read(&self, past: &mut Past) -> Asked {
        let mut asked = Asked::default();
        let begin_beats = 4.0 * self.index as f64;
        let bar = Bar { index: self.index, begin_beats, beats: 4, in_section: self.index as u32, ..Bar::default() };
        let ask = Ask {
            part: self.part,
            bar,
            from_beats: self.from_beats,
            style: StyleId::Swing.style(),
            taste: Taste::of(self.part),
            feel: Feel { swing: 0.6, fills: 0.5, energy: 0.5, bpm: 120.0 },
            chords: &self.chords,
            key: None,
            context: &self.context,
            before: &self.before,
            band: &self.band,
            turn: None,
            seed: 1,
        };
        asked.read(&ask, past);
        asked
    }

    /// The player plays four notes in each of so many bars, from `step` sixteenths after each beat.
    fn played(mut self, bars: u32, step: u32) -> Self {
        for beat in 0..4 * bars {
            let at = f64::from(beat) + 0.25 * f64::from(step) - 0.02;
            self.context.strike(at, 60, 80);
            self.context.release(at + 0.2, 60);
        }
        self.context.now_beats = 4.0 * f64::from(bars);
        self
    }
}

#[test]
fn a_sequence_begins_at_every_fourth_bar_and_the_answer_where_it_is_asked_for() {
    for (index, first) in [(0, 0.0), (3, 0.0), (7, 0.0), (8, 16.0), (11, 16.0), (12, 32.0)] {
        let asked = Question::new(Part::Bass, index).read(&mut Past::default());
        assert_eq!(asked.origin_beats, first, "{index}");
        let begin = asked.beats_of(asked.from_tick, 0);
        assert_eq!((begin, asked.beats_of(asked.until_tick, 0)), (4.0 * index as f64, 4.0 * index as f64 + 4.0));
    }
    for (from, tick) in [(16.0 - 0.12, 0), (17.0, 24), (17.01, 25), (19.99, 96)] {
        let asked = Question { from_beats: from, ..Question::new(Part::Bass, 4) }.read(&mut Past::default());
        assert_eq!(asked.from_tick - (asked.until_tick - 96), tick, "{from}");
    }
}

#[test]
fn history_is_what_was_played_long_ago_and_then_what_the_question_brings() {
    let mut question = Question::new(Part::Bass, 4);
    (0..8).for_each(|beat| question.context.commit(Part::Bass, note(f64::from(beat), 40)));
    question.before = (6..20).map(|beat| note(f64::from(beat), 43)).collect();
    let asked = question.read(&mut Past::default());
    let keys: Vec<u8> = asked.events.iter().map(|event| event.key).collect();
    assert_eq!(keys, [vec![40; 6], vec![43; 10]].concat());
    question.before = (0..256).map(|n| note(f64::from(n) / 16.0, 43)).collect();
    let asked = question.read(&mut Past::default());
    assert!(asked.events.len() <= tuning::EVENTS_MAX && asked.start_tick % 96 == 0 && asked.start_tick > 0);
    assert_eq!(asked.events[0].tick, asked.start_tick);
}

#[test]
fn a_part_that_was_silent_for_long_begins_anew_but_the_lead_remembers() {
    for (part, played, wanted) in [
        (Part::Bass, vec![], 7),
        (Part::Bass, vec![13.0, 27.0], 6),
        (Part::Bass, vec![4.0, 17.0, 21.0, 25.0], 4),
        (Part::Bass, vec![4.0, 6.0, 17.0], 7),
        (Part::Lead, vec![4.0, 6.0, 17.0], 1),
        (Part::Drums, vec![4.0, 17.0, 22.0], 4),
        (Part::Drums, vec![], 7),
    ] {
        let mut question = Question::new(part, 7);
        question.before = played.iter().map(|at| note(*at, 38)).collect();
        let asked = question.read(&mut Past::default());
        assert_eq!(asked.start_tick / 96, wanted, "{part:?} {played:?}");
        assert!(asked.events.iter().all(|event| event.tick >= asked.start_tick));
    }
}

#[test]
fn what_is_not_heard_yet_is_taken_to_go_on_as_in_the_last_bar_that_is() {
    // Bars 0 to 2 are heard; bar 4 is asked for, before bar 3 is.
    let asked = Question::new(Part::Keys, 4).played(3, 1).read(&mut Past::default());
    let place = asked.scene.at(asked.from_tick);
    assert_eq!((place.bar.density, place.bar.player), (density_class(Some(1.0)), player_class(Some(1.0), Some(60.0))));
    let steps = asked.scene.rhythm_from(asked.from_tick / STEP_TICKS, place.bar_tick, 4);
    assert_eq!(steps, Some(0b0010_0010_0010_0010));
    let silent = Question::new(Part::Keys, 4).read(&mut Past::default());
    let place = silent.scene.at(silent.from_tick);
    assert_eq!((place.bar.density, place.bar.player), (8, 8));
    assert_eq!(silent.scene.rhythm_from(0, 0, 4), None);
}

#[test]
fn the_bass_hears_the_kick_and_remembers_it() {
    let mut past = Past::default();
    let mut question = Question::new(Part::Bass, 4);
    question.band[Part::Drums as usize] = vec![note(16.01, 36), note(17.5, 36), note(18.0, 38)];
    let asked = question.read(&mut past);
    let from = |asked: &Asked, bar: i32| asked.scene.rhythm_from(16 * bar, 96 * bar, 4);
    assert_eq!(from(&asked, 4), Some(0b100_0001), "in its bar");
    assert_eq!(from(&asked, 5), Some(0b100_0001), "and in the next as in this");
    let mut next = Question::new(Part::Bass, 5);
    next.band[Part::Drums as usize] = vec![note(22.0, 36)];
    let asked = next.read(&mut past);
    assert_eq!((from(&asked, 4), from(&asked, 5)), (Some(0b100_0001), Some(1 << 8)));
    assert_eq!(from(&Question::new(Part::Bass, 6).read(&mut past), 6), None, "there are no drums");
}

#[test]
fn a_heard_chord_is_meant_to_begin_on_a_step_and_a_written_one_where_it_stands() {
    let mut question = Question::new(Part::Keys, 4);
    let chord = |text| Chord::parse(text).expect(text);
    question.chords.push(8.0, chord("C"), Origin::Chart, 1.0);
    question.chords.push(16.07, chord("F"), Origin::Heard, 1.0);
    question.chords.push(18.04, chord("G"), Origin::Chart, 1.0);
    let asked = question.read(&mut Past::default());
    let root = |beats: f64| asked.scene.at(whole(24.0 * (beats - asked.origin_beats))).root;
    assert_eq!([7.0, 8.0, 15.9, 16.0, 18.0, 18.05].map(root), [None, Some(0), Some(0), Some(5), Some(5), Some(7)]);
}

#[test]
fn the_lead_hears_the_top_of_what_the_player_plays() {
    let mut question = Question::new(Part::Lead, 4);
    for (at, key) in [(12.0, 60), (12.01, 67), (12.02, 64), (13.0, 72)] {
        question.context.strike(at, key, 80);
        question.context.release(at + 0.5, key);
    }
    question.before = vec![note(14.0, 74)];
    question.context.now_beats = 15.0;
    let asked = question.read(&mut Past::default());
    let found: Vec<(u8, Who)> = asked.events.iter().map(|event| (event.key, event.who)).collect();
    assert_eq!(found, [(67, Who::Player), (72, Who::Player), (74, Who::Part)]);
}
