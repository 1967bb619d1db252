//! A raga jam with a singer: what is sung into the microphone is answered, and what the band itself sounds is not.

use super::*;
use crate::band::{ModeId, Part};
use crate::engine::Applied;
use crate::engine::params::ParamId;
use crate::session::raga;
use crate::theory::raga::{Grammar, Tala, just_cents, tables};

const SA_HZ: f32 = 147.0;
const SA_KEY: i16 = 62;
/// The loudspeaker comes back so much weaker and so much later.
const LEAK: f32 = 0.25;
const LEAK_FRAMES: usize = 1440;
/// The tanpura's own sound is learned by now, seconds.
const LEARNED_SECS: f64 = 8.0;

/// A jam in Yaman over the tanpura, under way.
fn jam(tala: Option<&str>, bpm: f32) -> Rig {
    let mut rig = Rig::new();
    let found = tables().ragas.find("Yaman", None).expect("Yaman");
    let setting = raga::setting(found, tala.map(|tala| Tala::find(tala).expect(tala)), SA_HZ, 440.0);
    let settings = Settings { mode: ModeId::Raga, ..Settings::default() };
    rig.worker.obey(EarOrder::Raga(Box::new(setting)));
    rig.worker.obey(EarOrder::Band(Box::new(settings)));
    rig.worker.obey(EarOrder::Lock(Some(f64::from(bpm))));
    for bus in [Bus::Drums, Bus::Lead] {
        rig.command(Command::SetPatch { bus, patch: raga::patch(bus, &settings) });
    }
    for (id, value) in [(ParamId::Tempo, bpm), (ParamId::TanpuraOn, 1.0), (ParamId::TanpuraSa, SA_HZ)] {
        rig.command(Command::SetParam { id, value });
    }
    rig.run(0.02, noise);
    rig.command(Command::Play);
    rig
}

/// A microphone is never quite silent.
fn noise(frame: usize) -> f32 {
    1.0e-4 * (frame as f32 * 12.9898).sin()
}

/// A voice of six partials on semitones of the raga over Sa, each for so long, from a frame on.
fn voice(begin: usize, line: &[i16], secs: f64) -> impl Fn(usize) -> f32 + use<> {
    let cents = |note: i16| f64::from(note.div_euclid(12)) * 1200.0 + just_cents(note.rem_euclid(12) as u8);
    let hz: Vec<f64> = line.iter().map(|note| f64::from(SA_HZ) * (cents(*note) / 1200.0).exp2()).collect();
    move |frame| {
        let at = frame.saturating_sub(begin) as f64 / f64::from(RATE_HZ);
        let (place, within) = ((at / secs) as usize, at % secs);
        let Some(hz) = hz.get(place).filter(|_| frame >= begin) else { return noise(frame) };
        let edge = (within.min(secs - within) / 0.02).min(1.0) as f32;
        let turn = (within * hz).fract() as f32;
        noise(frame) + 0.12 * edge * (1..=6_u16).map(|n| (TAU * f32::from(n) * turn).sin() / f32::from(n)).sum::<f32>()
    }
}

/// What comes back of what was played.
fn leak(frame: usize, out: &[f32]) -> f32 {
    frame.checked_sub(LEAK_FRAMES).and_then(|at| out.get(at)).map_or(0.0, |sample| LEAK * sample)
}

/// The lead's notes: begin and end in seconds, and semitones over middle Sa.
fn sung_by_lead(rig: &mut Rig) -> Vec<(f64, f64, i16)> {
    let mut notes: Vec<(f64, f64, i16)> = Vec::new();
    while let Some(entry) = rig.link.journal.receive() {
        let at_secs = entry.frame.secs(RATE_HZ);
        let Applied::Midi { bus: Bus::Lead, message } = entry.applied else { continue };
        match message {
            Midi::NoteOn { key, .. } => notes.push((at_secs, f64::INFINITY, i16::from(key) - SA_KEY)),
            Midi::NoteOff { key, .. } => {
                let is_open = |note: &&mut (f64, f64, i16)| note.1.is_infinite() && note.2 == i16::from(key) - SA_KEY;
                notes.iter_mut().find(is_open).into_iter().for_each(|note| note.1 = at_secs);
            }
            _ => {}
        }
    }
    notes
}

/// What the band took for the player's, semitones over middle Sa.
fn heard_by_band(rig: &Rig) -> Vec<i16> {
    rig.worker.mate.band.context().player().map(|note| i16::from(note.key) - SA_KEY).collect()
}

const PHRASE: [i16; 5] = [0, 2, 4, 2, 0];

/// Lets somebody sing over the band, perhaps with its loudspeaker in the microphone, and tells how many beats after the
/// end of the phrase the lead answered.
fn answered(tala: Option<&str>, bpm: f32, share: f32) -> f64 {
    let mut rig = jam(tala, bpm);
    rig.run_in_room(LEARNED_SECS, |frame, out| noise(frame) + share * leak(frame, out));
    let begin = rig.frames;
    let phrase = voice(begin, &PHRASE, 0.6);
    rig.run_in_room(9.0, |frame, out| phrase(frame) + share * leak(frame, out));
    // What the lead may have sounded as well, as it made way, is left out.
    let heard = heard_by_band(&rig);
    assert!(heard.len() >= 3 && PHRASE.ends_with(&heard), "{tala:?}, {share} of the leak: {heard:?}");
    let begin_secs = begin as f64 / f64::from(RATE_HZ);
    let end_secs = begin_secs + 3.0;
    let lead = sung_by_lead(&mut rig);
    let answer: Vec<_> = lead.iter().filter(|note| note.0 > end_secs).collect();
    let grammar = Grammar::of(tables().ragas.find("Yaman", None).expect("Yaman"));
    let steps: Vec<_> = answer.windows(2).filter(|pair| pair[1].0 - pair[0].1 < 60.0 / f64::from(bpm)).collect();
    assert!(steps.len() >= 2, "{tala:?}: {lead:?}");
    assert!(steps.iter().all(|pair| grammar.grade(pair[0].2, pair[1].2).is_allowed()), "{answer:?}");
    // What was settled when it was heard that somebody sings is a beat, and no more.
    let over = lead.iter().filter(|note| (begin_secs + 60.0 / f64::from(bpm) + 0.5..end_secs).contains(&note.0));
    assert_eq!(over.count(), 0, "it sings over the singer: {lead:?}");
    (answer[0].0 - end_secs) * f64::from(bpm) / 60.0
}

#[test]
fn a_phrase_that_is_sung_is_answered_within_two_beats_in_the_raga() {
    for share in [0.0, 1.0] {
        let beats = answered(None, 60.0, share);
        assert!((0.5..=2.0).contains(&beats), "{beats} beats after the singer, {share} of the leak");
    }
}

#[test]
fn in_a_tala_the_answer_begins_on_a_matra_soon_after_the_singer() {
    let beats = answered(Some("Teental"), 96.0, 1.0);
    assert!((0.5..=4.0).contains(&beats), "{beats}");
}

/// What the lead does for so long, with something in the microphone that is no singer.
fn alone(tala: Option<&str>, secs: f64, sound: impl Fn(usize, &[f32]) -> f32) -> Vec<(f64, i16)> {
    let mut rig = jam(tala, 90.0);
    for _ in 0..(10.0 * secs) as u32 {
        rig.run_in_room(0.1, &sound);
        let microphone = rig.worker.voice.room_view(0.0).microphone;
        let at_secs = rig.frames as f32 / RATE_HZ as f32;
        assert!(!rig.worker.mate.band.context().playing.is_playing, "{tala:?}: at {at_secs} s, {microphone:?}");
    }
    assert!(heard_by_band(&rig).is_empty(), "{tala:?}: {:?}", heard_by_band(&rig));
    sung_by_lead(&mut rig).iter().map(|note| (note.0, note.2)).collect()
}

#[test]
fn silence_is_no_phrase_and_neither_is_what_the_band_itself_sounds() {
    for tala in [None, Some("Teental")] {
        let plain = alone(tala, 40.0, |frame, _| noise(frame));
        assert!(plain.len() > 20, "{tala:?}: {plain:?}");
        let leaked = alone(tala, 40.0, |frame, out| noise(frame) + leak(frame, out));
        assert_eq!(leaked, plain, "{tala:?}: it answers itself");
    }
}

#[test]
fn keys_lead_and_other_modes_and_a_page_where_somebody_practises_hear_no_phrase() {
    let sing = |rig: &mut Rig| {
        rig.run(LEARNED_SECS, noise);
        let phrase = voice(rig.frames, &PHRASE, 0.5);
        rig.run(4.0, phrase);
        heard_by_band(rig)
    };
    let mut groove = jam(None, 60.0);
    groove.worker.obey(EarOrder::Band(Box::default()));
    assert!(sing(&mut groove).is_empty());
    let mut practice = jam(None, 60.0);
    practice.worker.obey(EarOrder::Teach(TeachOrder::Teach(true)));
    assert!(sing(&mut practice).is_empty());
    let mut keys = jam(None, 60.0);
    keys.run(LEARNED_SECS, noise);
    let strike = crate::engine::TimedEvent {
        offset_frames: 0,
        bus: Bus::You,
        message: Midi::NoteOn { channel: 0, key: 65, velocity: 90 },
    };
    let (mut left, mut right) = ([0.0; BLOCK], [0.0; BLOCK]);
    keys.engine
        .process(Input { audio: &[0.0; BLOCK], events: &[strike] }, Output { left: &mut left, right: &mut right });
    keys.out.extend(left);
    keys.frames += BLOCK;
    let phrase = voice(keys.frames, &PHRASE, 0.5);
    keys.run(4.0, phrase);
    assert_eq!(heard_by_band(&keys), [65 - SA_KEY]);
    assert!(keys.worker.mate.band.context().part(Part::Lead).len() > 0);
}
