//! Lessons through the engine: what the guide sings, and what is made of who sings along.

use super::*;
use crate::base::Beats;
use crate::ear::pitch::{PitchConfig, PitchTracker};
use crate::engine::params::{BusParam, ParamId};
use crate::engine::{Applied, TimedEvent};
use crate::instrument::{Category, PATCHES, PatchId};
use crate::practice::lesson::{LessonSettings, LessonView, Outcome, Phase};
use crate::practice::{Marking, Verdict};
use crate::session::practice::{Late, Plan, Setup};
use crate::theory::raga::{Script, tables};

const SA_HZ: f32 = 146.8;
const BPM: f64 = 120.0;

/// A learner of an exercise in a raga; the lead alone is to be heard.
fn learner(id: &str, raga: &str, settings: LessonSettings) -> Rig {
    let mut rig = Rig::new();
    let raga = tables().ragas.find(raga, None).expect(raga).clone();
    let exercise = tables().exercises.iter().find(|exercise| exercise.id == id).expect(id);
    let exercise = Arc::new(exercise.in_raga(&raga).expect("it goes with it"));
    let tala = tables().talas.iter().find(|tala| Some(&tala.id) == exercise.tala.as_ref()).cloned().map(Arc::new);
    let setup =
        Setup { sa_hz: SA_HZ, a4_hz: 440.0, subject: raga.into(), marking: Marking::True, script: Script::Latin };
    rig.command(Command::SetParam { id: ParamId::bus(Bus::Lead, BusParam::Solo), value: 1.0 });
    let settings = LessonSettings { bpm: BPM, ..settings };
    let plan = Plan { exercise, tala, settings };
    let tempo = (BPM * plan.settings.pace) as f32;
    rig.command(Command::SetParam { id: ParamId::Tempo, value: tempo });
    for order in [TeachOrder::Teach(true), TeachOrder::Setup(Box::new(setup)), TeachOrder::Lesson(Some(Box::new(plan)))]
    {
        rig.worker.obey(EarOrder::Teach(order));
    }
    rig.worker.obey(EarOrder::Lock(Some(f64::from(tempo))));
    rig
}

/// Begins four beats before the transport's beat 0.
fn begin(rig: &mut Rig) {
    rig.worker.obey(EarOrder::Teach(TeachOrder::Begin { begin_beats: -4.0, from: None }));
    rig.command(Command::Join { beat: Beats(-4.0), bpm: BPM as f32 });
}

fn lesson(rig: &mut Rig) -> LessonView {
    rig.worker.voice.room_view(0.0).lesson.expect("a lesson").as_ref().clone()
}

/// Notes of the lead that began so far: when, in seconds, and which key.
fn begun(rig: &mut Rig) -> Vec<(f64, u8)> {
    std::iter::from_fn(|| rig.link.journal.receive())
        .filter_map(|entry| match entry.applied {
            Applied::Midi { bus: Bus::Lead, message: Midi::NoteOn { key, .. } } => {
                Some((entry.frame.secs(RATE_HZ), key))
            }
            _ => None,
        })
        .collect()
}

/// Keys of the lead that are down.
fn down(rig: &mut Rig) -> u32 {
    let mut down = 0;
    while rig.link.snapshot().is_some() {}
    rig.run(0.05, |_| 0.0);
    while let Some(snapshot) = rig.link.snapshot() {
        down = snapshot.keys[Bus::Lead as usize].count_ones();
    }
    down
}

/// Median pitch of a stretch of sound in cents over Sa.
fn cents_of(sound: &[f32]) -> f32 {
    let config = PitchConfig { rate_hz: RATE_HZ, channels: 1, tonic_hz: Some(SA_HZ), ..PitchConfig::default() };
    let mut tracker = PitchTracker::new(config);
    tracker.process(sound);
    tracker.finish();
    let mut cents: Vec<f32> =
        std::iter::from_fn(|| tracker.poll_settled()).filter_map(|frame| frame.cents_over(SA_HZ)).collect();
    cents.sort_by(f32::total_cmp);
    assert!(cents.len() > 20, "{} frames", cents.len());
    cents[cents.len() / 2]
}

#[test]
fn the_guide_is_in_tune_with_sa_to_three_cents_in_each_sound_that_it_may_have() {
    let settings = LessonSettings { is_guided: true, pace: 0.5, ..LessonSettings::default() };
    for patch in (0..PATCHES.len()).map(|at| PatchId(at as u8)) {
        if patch.info().category == Category::Drums {
            continue;
        }
        // Ga and tivra Ma alone: what rings of the note before is another pitch.
        for (at, wanted) in [(2, 386.3), (3, 590.2)] {
            let mut rig = learner("HIN-PALTA-01", "Yaman", settings);
            rig.command(Command::SetPatch { bus: Bus::Lead, patch });
            let begin_beats = f64::from(at as u32) - 4.0;
            rig.worker.obey(EarOrder::Teach(TeachOrder::Begin { begin_beats, from: Some(at) }));
            rig.command(Command::Join { beat: Beats(begin_beats), bpm: 60.0 });
            rig.run(4.95, |_| 0.0);
            let second = RATE_HZ as usize;
            let cents = cents_of(&rig.out[4 * second + second / 4..]);
            assert!((cents - wanted).abs() < 3.0, "{}: {cents} for {wanted}", patch.info().name);
        }
    }
}

#[test]
fn a_swara_that_is_asked_for_sounds_in_tune_with_sa_while_the_transport_stands() {
    for (semitones, wanted) in [(4, 386.3), (-5, -498.0), (13, 1311.7)] {
        let mut rig = learner("CAR-SARALI-01", "Mayamalavagowla", LessonSettings::default());
        rig.worker.obey(EarOrder::Teach(TeachOrder::Sound(semitones)));
        rig.run(1.0, |_| 0.0);
        let cents = cents_of(&rig.out[RATE_HZ as usize / 4..]);
        assert!((cents - wanted).abs() < 5.0, "{cents} for {wanted}");
        assert_eq!((begun(&mut rig).len(), down(&mut rig)), (1, 1));
        // The next one ends the one before it, and itself in time.
        rig.worker.obey(EarOrder::Teach(TeachOrder::Sound(semitones + 3)));
        rig.run(0.5, |_| 0.0);
        assert_eq!((begun(&mut rig).len(), down(&mut rig)), (1, 1));
        rig.run(0.8, |_| 0.0);
        assert_eq!(down(&mut rig), 0);
        rig.worker.obey(EarOrder::Teach(TeachOrder::Teach(false)));
        rig.worker.obey(EarOrder::Teach(TeachOrder::Sound(semitones)));
        rig.run(0.1, |_| 0.0);
        assert_eq!(begun(&mut rig), [], "the lead is the band's");
    }
}

#[test]
fn the_guide_sings_each_note_on_its_beat_and_stops_without_a_note_left() {
    let settings = LessonSettings { is_guided: true, ..LessonSettings::default() };
    let mut rig = learner("CAR-SARALI-01", "Mayamalavagowla", settings);
    begin(&mut rig);
    rig.run(4.2, |_| 0.0);
    let notes = begun(&mut rig);
    let times: Vec<f64> = notes.iter().map(|(at, _)| at - 2.0).collect();
    assert_eq!(times.len(), 5, "{notes:?}");
    assert!(times.iter().enumerate().all(|(at, secs)| (secs - 0.5 * at as f64).abs() < 1e-4), "{times:?}");
    assert_eq!(down(&mut rig), 1);
    rig.worker.obey(EarOrder::Teach(TeachOrder::Stop));
    rig.run(0.1, |_| 0.0);
    assert_eq!(down(&mut rig), 0, "the transport goes on, the guide does not");
    rig.run(2.0, |_| 0.0);
    assert_eq!(begun(&mut rig), []);
    assert_eq!(lesson(&mut rig).phase, Phase::Done);
    begin(&mut rig);
    rig.run(3.2, |_| 0.0);
    assert_eq!((begun(&mut rig).len(), lesson(&mut rig).phase), (3, Phase::Singing));
    rig.command(Command::Stop);
    rig.run(0.1, |_| 0.0);
    assert_eq!((down(&mut rig), lesson(&mut rig).phase), (0, Phase::Done), "a transport that stops stops the lesson");
}

#[test]
fn a_loop_is_guided_without_a_gap_and_a_new_begin_takes_it_over() {
    let settings = LessonSettings { is_guided: true, part: Some((4.0, 6.0)), ..LessonSettings::default() };
    let mut rig = learner("CAR-SARALI-01", "Mayamalavagowla", settings);
    begin(&mut rig);
    rig.run(6.1, |_| 0.0);
    let notes = begun(&mut rig);
    let times: Vec<f64> = notes.iter().map(|(at, _)| at - 2.0).collect();
    assert!(times.iter().enumerate().all(|(at, secs)| (secs - 0.5 * at as f64).abs() < 1e-4), "{times:?}");
    assert!(times.len() == 9 && notes.iter().step_by(2).all(|(_, key)| *key == notes[0].1), "{notes:?}");
    begin(&mut rig);
    rig.run(2.6, |_| 0.0);
    let again = begun(&mut rig);
    assert!(again.len() == 2 && (again[0].0 - notes[0].0 - 6.1).abs() < 0.02, "{again:?}");
}

#[test]
fn the_guide_holds_the_note_that_is_waited_for_and_goes_on_with_who_sings_it() {
    let settings = LessonSettings { is_guided: true, waits: true, ..LessonSettings::default() };
    let mut rig = learner("CAR-SARALI-01", "Mayamalavagowla", settings);
    begin(&mut rig);
    rig.run(5.0, |_| 0.0);
    let notes = begun(&mut rig);
    assert_eq!(lesson(&mut rig).phase, Phase::Waiting);
    assert!(notes.len() >= 2 && notes.iter().all(|(_, key)| *key == notes[0].1), "only Sa is sung: {notes:?}");
    // The learner plays Sa on a keyboard: the key next to it.
    let key = (69.0 + 12.0 * (SA_HZ / 440.0).log2()).round() as u8;
    let strike =
        TimedEvent { offset_frames: 0, bus: Bus::You, message: Midi::NoteOn { channel: 0, key, velocity: 90 } };
    let (mut left, mut right) = ([0.0; BLOCK], [0.0; BLOCK]);
    rig.engine.process(Input { audio: &[], events: &[strike] }, Output { left: &mut left, right: &mut right });
    rig.run(0.3, |_| 0.0);
    let next = begun(&mut rig);
    assert!(next.first().is_some_and(|(_, key)| *key != notes[0].1), "then Ri: {next:?}");
    assert_eq!((lesson(&mut rig).phase, down(&mut rig)), (Phase::Singing, 1), "the Sa is let go");
}

/// A voice that sings an exercise over the beats, a little late, with other notes in places (by semitones).
fn singer(rig: &mut Rig, late_secs: f64, wrong: &[(usize, i16)]) -> impl Fn(usize) -> f32 + use<> {
    let view = lesson(rig);
    let raga = tables().ragas.find("Mayamalavagowla", None).expect("a raga").clone();
    let targets = crate::practice::Targets::of(&raga.into());
    let notes: Vec<(f64, f64, f32)> = view
        .timeline
        .notes()
        .iter()
        .enumerate()
        .map(|(at, asked)| {
            let by = wrong.iter().find(|(place, _)| *place == at).map_or(0, |(_, by)| *by);
            let begin_secs = 2.0 + asked.begin_beats * 60.0 / BPM + late_secs;
            let cents = targets.cents(asked.note.semitones() + by);
            (begin_secs, begin_secs + 0.9 * asked.beats * 60.0 / BPM, SA_HZ * (cents / 1200.0).exp2())
        })
        .collect();
    move |frame| {
        let at = frame as f64 / f64::from(RATE_HZ);
        let noise = 1.0e-4 * (frame as f32 * 12.9898).sin();
        let note = notes.iter().find(|(begin, end, _)| (*begin..*end).contains(&at));
        noise
            + note.map_or(0.0, |(begin, end, hz)| {
                let turn = ((at - begin) * f64::from(*hz)).fract() as f32;
                let edge = ((at - begin).min(end - at) / 0.01).min(1.0) as f32;
                0.2 * edge * (1..=6_u16).map(|n| (TAU * f32::from(n) * turn).sin() / f32::from(n)).sum::<f32>()
            })
    }
}

#[test]
fn a_voice_that_sings_along_is_marked_note_by_note() {
    let mut rig = learner("CAR-SARALI-01", "Mayamalavagowla", LessonSettings::default());
    let voice = singer(&mut rig, 0.03, &[(4, -1), (11, -1)]);
    rig.worker.voice.obey(TeachOrder::Tala(Some(8)));
    begin(&mut rig);
    rig.run(1.05, &voice);
    assert_eq!(lesson(&mut rig).phase, Phase::CountIn(2));
    rig.run(1.3, &voice);
    let now = lesson(&mut rig);
    assert_eq!((now.phase, now.cursor, now.marks[0].outcome), (Phase::Singing, Some(0), Outcome::Sung), "as it sounds");
    rig.run(8.7, &voice);
    let done = lesson(&mut rig);
    let score = done.last_take.expect("a take");
    assert_eq!((done.phase, done.takes_done, done.is_counted), (Phase::Done, 1, true));
    assert_eq!((score.notes, score.in_tune, score.off, score.missed, score.extra), (16, 14, 2, 0, 0), "{score:?}");
    assert_eq!((done.marks[4].outcome, done.marks[4].verdict), (Outcome::Wrong, Verdict::Off));
    assert_eq!(done.marks[11].sung_semitones, Some(done.timeline.notes()[11].note.semitones() - 1));
    assert_eq!((done.lines[0].in_tune, done.lines[1].in_tune), (7, 7));
    let late = score.tala_offset_ms.expect("a tala");
    assert!((late - 30.0).abs() < 12.0, "{late}");
    assert_eq!(done.names[1].symbol, "R1");
    let row = rig.worker.voice.room_view(0.0).row;
    assert!(row.exercise.as_deref() == Some("CAR-SARALI-01") && row.seconds > 5.0, "{row:?}");
}

#[test]
fn the_time_that_sound_takes_is_not_held_against_the_singer() {
    let mut rig = learner("CAR-SARALI-01", "Mayamalavagowla", LessonSettings::default());
    let voice = singer(&mut rig, 0.08, &[]);
    rig.worker.voice.obey(TeachOrder::Late(Late { out_secs: 0.05, in_secs: 0.03 }));
    begin(&mut rig);
    rig.run(11.0, &voice);
    let score = lesson(&mut rig).last_take.expect("a take");
    assert!(score.in_tune == 16 && score.tala_offset_ms.expect("a tala").abs() < 12.0, "{score:?}");
}

#[test]
fn what_is_sung_at_another_tempo_does_not_count() {
    let mut rig = learner("CAR-SARALI-01", "Mayamalavagowla", LessonSettings::default());
    begin(&mut rig);
    rig.run(2.5, |_| 0.0);
    assert!(lesson(&mut rig).is_counted);
    rig.command(Command::SetParam { id: ParamId::Tempo, value: 90.0 });
    rig.run(0.2, |_| 0.0);
    assert!(!lesson(&mut rig).is_counted);
}

#[test]
fn the_bands_own_lead_is_silent_while_somebody_practises() {
    let mut rig = learner("CAR-SARALI-01", "Mayamalavagowla", LessonSettings::default());
    let note = crate::base::BandNote {
        bus: Bus::Lead,
        key: 70,
        velocity: 80,
        begin: Beats(-2.0),
        end: Beats(-1.0),
        tune_cents: 0.0,
    };
    let bass = crate::base::BandNote { bus: Bus::Bass, ..note };
    rig.worker.mate.band.messages().extend([note, bass].map(BandMessage::Note));
    begin(&mut rig);
    rig.run(2.0, |_| 0.0);
    assert_eq!(begun(&mut rig), []);
}
