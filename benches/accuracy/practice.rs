//! The teacher: what it says about singers made here, through the ear.

use crate::pitch::{listen, row};
use crate::table::Row;
use crate::voices::{Movement, Singer, Start, Syllable};
use sangat::ear::pitch::PitchConfig;
use sangat::practice::teacher::Judged;
use sangat::practice::{Marking, Shape, Teacher, TeacherConfig, Verdict};
use sangat::theory::raga::{Script, tables};
use std::path::Path;
use std::time::Instant;

/// Tonics of the singers, Hz.
const TONICS_HZ: [f64; 4] = [110.0, 147.0, 196.0, 294.0];
/// Seconds of rest with which every singer begins.
const REST_SECS: f64 = 0.4;

/// The rows of this part.
pub fn rows(data: Option<&Path>) -> Vec<Row> {
    let mut rows = Vec::new();
    ladder(&mut rows);
    verdicts(&mut rows);
    if let Some(data) = data {
        crate::singers::rows(&data.join("evaluation-only/hindustani-voice"), &mut rows);
    }
    cost(&mut rows);
    rows
}

/// What a teacher of a raga says about a phrase, through the ear.
fn judged(tonic_hz: f64, seed: u64, raga: &str, phrase: &[Syllable]) -> Vec<Judged> {
    let take = Singer::sing(tonic_hz, seed, phrase);
    let config = PitchConfig { tonic_hz: Some(tonic_hz as f32), ..PitchConfig::default() };
    let heard = listen(&take.samples, config);
    let mut teacher = teacher(tonic_hz, raga);
    let mut settled = heard.settled.iter().peekable();
    let mut found = Vec::new();
    for (_, frame) in &heard.live {
        teacher.live(frame);
        while let Some(frame) = settled.next_if(|settled| settled.at_secs <= frame.at_secs - 0.06) {
            teacher.settled(frame);
        }
        found.extend(std::iter::from_fn(|| teacher.poll()));
    }
    settled.for_each(|frame| teacher.settled(frame));
    teacher.finish();
    found.extend(std::iter::from_fn(|| teacher.poll()));
    found
}

fn teacher(tonic_hz: f64, raga: &str) -> Teacher {
    let raga = tables().ragas.find(raga, None).expect("a raga of the tables").clone();
    let sa_hz = tonic_hz as f32;
    Teacher::new(TeacherConfig { sa_hz, subject: raga.into(), marking: Marking::True, script: Script::Latin })
}

/// All 22 shrutis, a second each, up and (by another order) mixed.
fn ladder(rows: &mut Vec<Row>) {
    let shrutis: Vec<f64> = tables().shrutis.iter().map(|shruti| shruti.cents()).collect();
    for tonic_hz in TONICS_HZ {
        let (mut errors, mut told, mut sung) = (Vec::new(), 0, 0);
        for (seed, start) in [(61, Start::Stop), (62, Start::Legato)] {
            let order: Vec<usize> = (0..22).map(|i| if seed == 61 { i } else { (i * 9 + 4) % 22 }).collect();
            let syllable = |at: &usize| Syllable { cents: shrutis[*at], secs: 1.0, movement: Movement::Plain, start };
            let phrase: Vec<Syllable> = order.iter().map(syllable).collect();
            let found = judged(tonic_hz, seed, "Yaman", &phrase);
            for (i, at) in order.iter().enumerate() {
                sung += 1;
                let middle_secs = REST_SECS + i as f64 + 0.55;
                let Some(cents) = held_at(&found, middle_secs) else { continue };
                errors.push((cents - shrutis[*at]).abs());
                let far = |shruti: &f64| (shruti - cents).abs();
                let nearest = (0..22).min_by(|a, b| far(&shrutis[*a]).total_cmp(&far(&shrutis[*b])));
                told += usize::from(nearest == Some(*at));
            }
        }
        errors.sort_unstable_by(f64::total_cmp);
        let (median, worst) = (errors[errors.len() / 2], errors[errors.len() - 1]);
        let measured = format!("{told} of {sung} told apart, median error {median:.2} c, worst {worst:.2} c");
        rows.push(row("ladder of the 22 shrutis", format!("Sa {tonic_hz} Hz, rising and mixed"), "all, 3 c", measured));
    }
}

/// The pitch of the held note that sounds at a time, cents over the tonic.
fn held_at(found: &[Judged], at_secs: f64) -> Option<f64> {
    found.iter().find_map(|judged| match judged.figure.shape {
        Shape::Held(held) if (judged.figure.begin_secs..judged.figure.end_secs).contains(&at_secs) => {
            Some(f64::from(held.cents))
        }
        _ => None,
    })
}

/// What a figure must be, for its verdict to count.
type IsShape = fn(&Shape) -> bool;

/// A syllable over Sa in cents, how it moves, and the verdict that its making calls for in Yaman.
type Case = (f64, Movement, Verdict);

const PLAIN: [Case; 10] = [
    (0.0, Movement::Plain, Verdict::True),
    (15.0, Movement::Plain, Verdict::Near),
    (702.0, Movement::Plain, Verdict::True),
    (674.0, Movement::Plain, Verdict::Off),
    (204.0, Movement::Plain, Verdict::True),
    (407.8, Movement::Plain, Verdict::True),
    (562.0, Movement::Plain, Verdict::Near),
    (894.0, Movement::Plain, Verdict::True),
    (294.0, Movement::Plain, Verdict::Off),
    (112.0, Movement::Plain, Verdict::Off),
];

const KAMPITA: [Case; 8] = [
    (1088.0, Movement::Kampita(110.0), Verdict::True),
    (590.0, Movement::Kampita(100.0), Verdict::True),
    (646.0, Movement::Kampita(56.0), Verdict::True),
    (386.0, Movement::Kampita(150.0), Verdict::True),
    (204.0, Movement::Kampita(180.0), Verdict::True),
    (1088.0, Movement::Kampita(215.0), Verdict::Off),
    (590.0, Movement::Kampita(215.0), Verdict::Off),
    (800.0, Movement::Kampita(190.0), Verdict::Off),
];

const GLIDES: [Case; 6] = [
    (702.0, Movement::Glide { from_cents: -112.0, secs: 0.4 }, Verdict::True),
    (884.0, Movement::Glide { from_cents: -182.0, secs: 0.4 }, Verdict::True),
    (386.0, Movement::Glide { from_cents: 204.0, secs: 0.4 }, Verdict::True),
    (0.0, Movement::Glide { from_cents: 386.0, secs: 0.4 }, Verdict::True),
    (294.0, Movement::Glide { from_cents: -294.0, secs: 0.4 }, Verdict::Off),
    (794.0, Movement::Glide { from_cents: -408.0, secs: 0.4 }, Verdict::Off),
];

const VIBRATO: [Case; 3] = [
    (0.0, Movement::Vibrato, Verdict::True),
    (386.0, Movement::Vibrato, Verdict::True),
    (702.0, Movement::Vibrato, Verdict::True),
];

/// Whether the verdict on the last syllable of a phrase is the one that its making calls for.
fn verdicts(rows: &mut Vec<Row>) {
    let cases: [(&str, IsShape, &[Case]); 4] = [
        ("plain notes", |shape| matches!(shape, Shape::Held(_)), &PLAIN),
        ("kampita", |shape| matches!(shape, Shape::Swing(_)), &KAMPITA),
        ("glides out of a held note", |shape| matches!(shape, Shape::Glide(_)), &GLIDES),
        ("vibrato is part of its note", |shape| matches!(shape, Shape::Held(_) | Shape::Swing(_)), &VIBRATO),
    ];
    for (what, is_shape, list) in cases {
        let (mut right, mut wrong) = (0, Vec::new());
        for tonic_hz in TONICS_HZ {
            for (cents, movement, wanted) in list {
                let (lead, start) = match movement {
                    Movement::Glide { from_cents, .. } => (cents + from_cents, Start::Legato),
                    _ => (cents - 498.0, Start::Stop),
                };
                let first = Syllable { cents: lead, secs: 0.7, movement: Movement::Plain, start: Start::Legato };
                let phrase = [first, Syllable { cents: *cents, secs: 1.1, movement: *movement, start }];
                let found = judged(tonic_hz, 71, "Yaman", &phrase);
                let from_secs = REST_SECS + 0.6;
                let last = found.iter().find(|j| is_shape(&j.figure.shape) && j.figure.begin_secs > from_secs);
                match last.map(|judged| judged.judgement.verdict) {
                    Some(verdict) if verdict == *wanted => right += 1,
                    other => wrong.push(format!("{tonic_hz} Hz {cents:.0}: {other:?} for {wanted:?}")),
                }
            }
        }
        let misses = if wrong.is_empty() { String::new() } else { format!(" ({})", wrong.join("; ")) };
        let measured = format!("{right} of {}{misses}", list.len() * TONICS_HZ.len());
        rows.push(row("verdicts as they should be", format!("{what}, Sa 110 to 294 Hz"), "all", measured));
    }
}

fn cost(rows: &mut Vec<Row>) {
    let phrase: Vec<Syllable> = crate::voices::sargam(31, None);
    let heard = listen(&Singer::sing(147.0, 31, &phrase).samples, PitchConfig::default());
    let mut teacher = teacher(147.0, "Yaman");
    let mut micros: Vec<f64> = Vec::new();
    for ((_, live), settled) in heard.live.iter().zip(&heard.settled) {
        let begin = Instant::now();
        teacher.live(std::hint::black_box(live));
        teacher.settled(std::hint::black_box(settled));
        micros.push(begin.elapsed().as_secs_f64() * 1e6);
        while teacher.poll().is_some() {}
    }
    let begin = Instant::now();
    for _ in 0..100 {
        std::hint::black_box(teacher.view());
    }
    let view_micros = begin.elapsed().as_secs_f64() * 1e4;
    let mean = micros.iter().sum::<f64>() / micros.len() as f64;
    micros.sort_unstable_by(f64::total_cmp);
    let (median, late) = (micros[micros.len() / 2], micros[micros.len() * 99 / 100]);
    let share = mean / 5000.0 * 100.0;
    let measured = format!("median {median:.1} us, P99 {late:.1}, {share:.2} % of a core; a view {view_micros:.0} us");
    rows.push(row("cost of a frame, without the ear", "sargam, Sa 147 Hz", "10 % with the ear", measured));
}
