//! The rungs above the rules: models that need time, what they prepare, and who plays when they are late.

use super::rig::Rig;
use super::{C, FS};
use sangat::band::{Brief, Ensemble, ModeId, Musicians, Note, Part, Reply, Rung, Settings, Style};
use sangat::base::Bus;
use sangat::engine::Command;
use sangat::theory::Chord;
use sangat::worker::Inline;

/// What nobody else plays: marks the notes of the models.
const VELOCITY: u8 = 101;

/// Plays the chord's root on every beat.
struct Roots;

impl Ensemble for Roots {
    fn rung(&self, part: Part, _: &Style, _: u32) -> Option<Rung> {
        matches!(part, Part::Bass | Part::Keys).then_some(Rung::Small)
    }

    fn play(&mut self, brief: &Brief, _: &dyn Fn() -> bool, reply: &mut Reply) {
        reply.rung = Rung::Small;
        for variant in 0..brief.variants() {
            let ask = brief.ask(variant);
            let before = ask.before.last().map_or(f64::NEG_INFINITY, |note| note.begin_beats);
            assert!(before < ask.from_beats && ask.before.windows(2).all(|w| w[0].begin_beats <= w[1].begin_beats));
            for beat in 0..ask.bar.beats {
                let begin_beats = ask.bar.begin_beats + f64::from(beat);
                let root = ask.chord_at(begin_beats).map_or(0, |span| span.chord.root);
                let key = if ask.part == Part::Bass { 36 } else { 60 } + root;
                if begin_beats >= ask.from_beats {
                    reply.notes[variant].push(Note { begin_beats, length_beats: 0.2, key, velocity: VELOCITY });
                }
            }
        }
    }

    fn another(&self) -> Box<dyn Ensemble> {
        Box::new(Self)
    }
}

/// Takes six seconds for everything: longer than the plan reaches.
struct Slow {
    inline: Inline,
    asked_secs: f64,
}

impl Musicians for Slow {
    fn rung(&self, part: Part, style: &Style, beats_per_bar: u32) -> Option<Rung> {
        self.inline.rung(part, style, beats_per_bar)
    }

    fn ask(&mut self, now_secs: f64, brief: &Brief) {
        self.asked_secs = now_secs;
        self.inline.ask(now_secs, brief);
    }

    fn cancel(&mut self) {
        self.inline.cancel();
    }

    fn reply(&mut self, now_secs: f64) -> Option<&Reply> {
        if now_secs < self.asked_secs + 6.0 { None } else { self.inline.reply(now_secs) }
    }
}

fn rig(settings: Settings) -> Rig {
    let mut rig = Rig::new(Settings { yields: false, ..settings }, 120.0);
    rig.mate.band.set_musicians(Some(Box::new(Inline::new(Box::new(Roots)))));
    rig
}

/// Share of a part's planned notes, from a beat on, that are the models'.
fn share(rig: &Rig, part: Part, from_beats: f64) -> f64 {
    let notes = rig.mate.band.plan().notes(part).iter().filter(|n| n.note.begin_beats >= from_beats);
    let (all, own) = notes.fold((0, 0), |(all, own), n| (all + 1, own + i32::from(n.note.velocity == VELOCITY)));
    f64::from(own) / f64::from(all.max(1))
}

#[test]
fn the_models_play_what_they_can_and_the_rules_the_rest() {
    let mut rig = rig(Settings::default());
    rig.chord(&C);
    rig.run_secs(0.5);
    rig.send(Command::Play);
    rig.run_to_beat(24.0);
    for part in [Part::Bass, Part::Keys] {
        assert!(share(&rig, part, 0.0) > 0.99, "{part:?} {}", share(&rig, part, 0.0));
    }
    assert_eq!(share(&rig, Part::Drums, 0.0), 0.0);
    let bar = rig.mate.band.plan().bars()[3];
    assert_eq!(bar.rungs, [Some(Rung::Rules), Some(Rung::Small), Some(Rung::Small), Some(Rung::Rules)]);
    let figures = rig.mate.band.ladder();
    assert!(figures.bars >= 12 && figures.on_time == figures.bars && figures.late == 0, "{figures:?}");
    assert_eq!(rig.snapshot.counters.band_late, 0);
}

#[test]
fn models_that_are_late_are_not_waited_for() {
    let mut rig = rig(Settings::default());
    let slow = Slow { inline: Inline::new(Box::new(Roots)), asked_secs: 0.0 };
    rig.mate.band.set_musicians(Some(Box::new(slow)));
    rig.send(Command::Play);
    rig.chord(&C);
    for n in 0..6 {
        rig.run_to_beat(f64::from(n) * 16.0 + 3.9);
        rig.chord(if n % 2 == 0 { &FS } else { &C });
    }
    let figures = rig.mate.band.ladder();
    assert!(figures.bars > 30 && figures.on_time * 2 < figures.bars && figures.late > 0, "{figures:?}");
    for bus in [Bus::Drums, Bus::Bass, Bus::Keys] {
        let begins = rig.begins(bus);
        let longest = begins.windows(2).map(|w| w[1].0 - w[0].0).fold(0.0, f64::max);
        assert!(longest <= 2.0, "{bus:?} was silent for {longest} s");
    }
    assert_eq!((rig.snapshot.counters.band_late, rig.snapshot.counters.band_overflow), (0, 0));
}

#[test]
fn the_best_rung_is_a_wish() {
    for (best, wanted) in [(Rung::Rules, Rung::Rules), (Rung::Large, Rung::Small)] {
        let mut rig = rig(Settings { best, ..Settings::default() });
        rig.chord(&C);
        rig.send(Command::Play);
        rig.run_to_beat(12.0);
        assert_eq!(rig.mate.band.plan().bars()[2].rungs[Part::Bass as usize], Some(wanted));
    }
}

#[test]
fn what_was_played_in_the_same_place_comes_again_when_only_patterns_are_wished_for() {
    let mut rig = rig(Settings { fill_every: 0, ..Settings::default() });
    rig.chord(&C);
    rig.send(Command::Play);
    rig.run_to_beat(24.0);
    rig.mate.band.set(Settings { best: Rung::Cached, fill_every: 0, yields: false, ..Settings::default() });
    rig.run_to_beat(40.0);
    let rungs = |rig: &Rig| rig.mate.band.plan().bars().iter().rev().nth(1).map(|bar| bar.rungs[Part::Bass as usize]);
    assert_eq!(rungs(&rig), Some(Some(Rung::Cached)));
    assert!(share(&rig, Part::Bass, 32.0) > 0.99);
}

#[test]
fn an_expected_chord_is_met_by_what_was_prepared_for_it() {
    let mut rig = rig(Settings { commit_beats: 0.25, ..Settings::default() });
    rig.send(Command::Play);
    rig.chord(&C);
    let names = ["C", "F", "C", "G", "C", "F"];
    let chords = names.map(|name| Chord::parse(name).expect("a chord"));
    for (n, chord) in chords.iter().enumerate().skip(1) {
        rig.run_to_beat(n as f64 * 8.0 + 0.02);
        let keys: Vec<u8> =
            [0, 4, 7].iter().map(|tone| 60 + (chord.root + tone) % 12).chain([36 + chord.root]).collect();
        rig.chord(&keys);
        rig.run_secs(0.4);
    }
    let figures = rig.mate.band.ladder();
    assert!(figures.changes >= 4, "{figures:?}");
    assert!(figures.prepared * 2 >= figures.changes, "{figures:?}");
}

#[test]
fn drifting_is_left_to_its_own_players() {
    let mut rig = rig(Settings { mode: ModeId::Drift, ..Settings::default() });
    rig.send(Command::Play);
    rig.run_to_beat(12.0);
    let rungs = rig.mate.band.plan().bars().iter().flat_map(|bar| bar.rungs.into_iter().flatten());
    assert!(rungs.clone().count() > 8 && rungs.into_iter().all(|rung| rung == Rung::Rules));
}
