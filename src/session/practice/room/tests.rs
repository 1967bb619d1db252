//! A room without a microphone: what is heard and what is played are made here.

use super::*;
use crate::theory::raga::tables;
use std::f32::consts::TAU;

const RATE_HZ: u32 = 48_000;
const SA_HZ: f32 = 220.0;

fn room() -> Room {
    let book = &tables().ragas;
    let raga = book.find("Yaman", None).expect("a raga").clone();
    let setup = Setup { sa_hz: SA_HZ, subject: raga.into(), marking: Marking::True, ..Setup::default() };
    Room::new(RATE_HZ, setup, book)
}

/// A voice of six partials at cents over Sa, for so many seconds each; nothing where there are none.
fn sung(notes: &[(Option<f32>, f32)]) -> Vec<f32> {
    let (mut phase, mut out) = (0.0_f32, Vec::new());
    for (cents, secs) in notes {
        for _ in 0..(secs * RATE_HZ as f32) as usize {
            let hz = SA_HZ * (cents.unwrap_or(0.0) / 1200.0).exp2();
            phase = (phase + hz / RATE_HZ as f32).fract();
            let voice: f32 = (1..=6_u16).map(|n| (TAU * f32::from(n) * phase).sin() / f32::from(n)).sum();
            // A microphone is never quite silent.
            let noise = 1.0e-4 * (out.len() as f32 * 12.9898).sin();
            out.push(noise + if cents.is_some() { 0.2 * voice } else { 0.0 });
        }
    }
    out
}

fn hear(room: &mut Room, sound: &[f32], played: Option<&[f32]>) -> Vec<Judged> {
    let mut all = Vec::new();
    let silence = [0.0; 256];
    let begin = room.heard_secs + room.begin_secs.unwrap_or_default();
    let mut heard = 0;
    for (n, block) in sound.chunks(256).enumerate() {
        heard += block.len();
        let end_secs = begin + heard as f64 / f64::from(RATE_HZ);
        let played = played.map_or(&silence[..block.len()], |played| &played[n * 256..][..block.len()]);
        room.hear(block, played, end_secs, &mut |judged| all.push(*judged));
    }
    all
}

#[test]
fn a_phrase_is_judged_note_by_note_in_cents_of_sa() {
    let mut room = room();
    let phrase = [(Some(0.0), 0.6), (Some(203.9), 0.6), (Some(386.3 + 28.0), 0.6), (None, 0.5)];
    let mut judged = hear(&mut room, &sung(&phrase), None);
    room.finish(&mut |last| judged.push(*last));
    let notes: Vec<&Judged> = judged.iter().filter(|judged| judged.is_note()).collect();
    let verdicts: Vec<Verdict> = notes.iter().map(|note| note.judgement.verdict).collect();
    assert_eq!(verdicts, [Verdict::True, Verdict::True, Verdict::Near], "{notes:?}");
    assert!(room.newest().is_some() && room.microphone().is_fed && room.microphone().level_db > -40.0);
}

#[test]
fn a_dead_and_a_hot_microphone_are_told_and_never_scored() {
    let mut room = room();
    assert!(hear(&mut room, &vec![0.0; 96_000], None).is_empty());
    assert_eq!(room.teacher.hearing(), Hearing::NoSignal);
    let hot: Vec<f32> = sung(&[(Some(0.0), 2.0)]).iter().map(|x| (x * 20.0).clamp(-1.0, 1.0)).collect();
    let judged = hear(&mut room, &hot, None);
    assert_eq!(room.teacher.hearing(), Hearing::TooLoud);
    let late = judged.iter().filter(|j| j.figure.begin_secs > 3.0 && j.judgement.verdict != Verdict::Unjudged);
    assert_eq!(late.count(), 0);
}

#[test]
fn sa_is_taken_from_a_held_note() {
    let mut room = room();
    room.find_sa(true);
    hear(&mut room, &sung(&[(Some(350.0), 3.4)]), None);
    let Some(TonicState::Found { hz, .. }) = room.finding_sa() else { panic!("{:?}", room.finding_sa()) };
    assert!((1200.0 * (hz / SA_HZ).log2() - 350.0).abs() < 5.0, "{hz}");
    room.find_sa(false);
    assert_eq!(room.finding_sa(), None);
}

#[test]
fn a_drone_that_plays_is_learned_by_itself_while_nothing_is_judged() {
    let mut room = room();
    let played: Vec<f32> = sung(&[(Some(-1200.0), 3.0)]);
    let heard: Vec<f32> = (0..played.len()).map(|n| if n < 480 { 1.0e-4 } else { 0.3 * played[n - 480] }).collect();
    let judged = hear(&mut room, &heard, Some(&played));
    assert_eq!(room.teacher.hearing(), Hearing::Calibrating);
    assert!(matches!(room.microphone().drone, Some(DroneState::Calibrating { progress }) if progress > 0.2));
    assert!(judged.iter().all(|j| j.judgement.verdict == Verdict::Unjudged || j.figure.end_secs < 1.0), "{judged:?}");
}
