//! The canceller as a whole, on drones and paths made here.

use super::*;
use crate::base::Rng;
use std::f64::consts::TAU;

const RATE: u32 = 16_000;
const CALIBRATION_SECS: f64 = tuning::SURVEY_SECS + tuning::LEARN_SECS;

/// A drone whose strings are plucked in turn, at any instant in seconds.
fn drone(secs: f64) -> f64 {
    let strings = [82.5, 110.0, 110.0, 55.0];
    let pluck = (secs / 0.7).floor();
    let newest = |back: f64| {
        let at = (pluck - back) * 0.7;
        let (hz, t) = (strings[(pluck - back) as usize % 4], secs - at);
        let partials = (1..=12).map(f64::from);
        partials.map(|k| (TAU * hz * k * t).sin() * (-t * (0.4 + 0.05 * k)).exp() / k.sqrt()).sum::<f64>()
            * (1.0 - (-t * 60.0).exp())
    };
    let sounding = (0..3).map(f64::from).filter(|back| pluck >= *back);
    0.03 * sounding.map(newest).sum::<f64>()
}

/// The drone as it comes to the microphone after a delay, with reflections and a little noise.
fn heard(secs: f64, rng: &mut Rng) -> f64 {
    let ways = [(0.033, 0.6), (0.0371, -0.3), (0.0446, 0.2), (0.0613, 0.1)];
    let sum: f64 = ways.iter().map(|(late, gain)| gain * drone((secs - late).max(0.0))).sum();
    sum + 1e-4 * f64::from(rng.bipolar())
}

/// Samples of a function of seconds.
fn samples(secs: f64, mut value: impl FnMut(f64) -> f64) -> Vec<f32> {
    (0..(secs * f64::from(RATE)) as usize).map(|i| value(i as f64 / f64::from(RATE)) as f32).collect()
}

fn canceller() -> DroneCanceller {
    let mut canceller =
        DroneCanceller::new(DroneConfig { microphone_hz: RATE, reference_hz: RATE, microphone_channels: 1 });
    canceller.calibrate();
    canceller
}

/// What comes out of it, the input cut into blocks of `block` samples.
fn run(canceller: &mut DroneCanceller, microphone: &[f32], reference: &[f32], block: usize) -> Vec<f32> {
    let mut clean = Vec::new();
    for (mic, played) in microphone.chunks(block).zip(reference.chunks(block)) {
        canceller.process(mic, played, &mut |sample| clean.push(sample));
    }
    clean
}

fn power(samples: &[f32]) -> f32 {
    samples.iter().map(|x| x * x).sum::<f32>() / samples.len() as f32
}

fn why(state: DroneState) -> Trouble {
    match state {
        DroneState::Failing { why } => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn after_the_calibration_the_drone_is_gone_and_the_voice_is_not() {
    let (secs, voice_from) = (9.0, 7.5);
    let voice = |t: f64| if t < voice_from { 0.0 } else { 0.05 * (TAU * 233.0 * t).sin() };
    let mut rng = Rng::new(1);
    let microphone = samples(secs, |t| heard(t, &mut rng) + voice(t));
    let reference = samples(secs, drone);
    let mut a = canceller();
    assert!(matches!(a.state(), DroneState::Calibrating { .. }));
    let at = |secs: f64| (secs * f64::from(RATE)) as usize;
    let clean = run(&mut a, &microphone[..at(voice_from)], &reference[..at(voice_from)], 160);
    let DroneState::Ready { erle_db } = a.state() else { panic!("{:?}", a.state()) };
    let from = at(CALIBRATION_SECS + 0.1);
    let removed_db = levels::erle_db(power(&microphone[from..clean.len()]), power(&clean[from..]));
    assert!(erle_db > 18.0 && removed_db > 18.0, "{erle_db} {removed_db}");
    assert!(!a.levels().is_some_and(|levels| levels.is_voice_heard()));
    let sung = run(&mut a, &microphone[at(voice_from)..], &reference[at(voice_from)..], 160);
    let level_db = 10.0 * (power(&sung[at(0.2)..]) / (0.5 * 0.05 * 0.05)).log10();
    assert!(level_db.abs() < 0.5, "{level_db}");
    let levels = a.levels().expect("levels of one that is ready");
    assert!(levels.is_voice_heard() && levels.voice_over_drone_db() > 12.0, "{levels:?}");
}

#[test]
fn how_the_blocks_are_cut_changes_nothing() {
    let mut rng = Rng::new(1);
    let microphone = samples(3.0, |t| heard(t, &mut rng));
    let reference = samples(3.0, drone);
    let whole = run(&mut canceller(), &microphone, &reference, 160);
    for block in [37, 5_000, 48_000] {
        assert_eq!(run(&mut canceller(), &microphone, &reference, block), whole, "{block}");
    }
}

#[test]
fn two_clocks_are_brought_together() {
    for ppm in [120.0, -200.0] {
        let mut rng = Rng::new(2);
        let microphone = samples(7.0, |t| heard(t * (1.0 + ppm * 1e-6), &mut rng));
        let reference = samples(7.0, drone);
        let mut canceller = canceller();
        run(&mut canceller, &microphone, &reference, 480);
        let drift = f64::from(canceller.drift_ppm());
        assert!((drift - ppm).abs() < 12.0, "{ppm}: {drift}");
        assert!(
            matches!(canceller.state(), DroneState::Ready { erle_db } if erle_db > 15.0),
            "{:?}",
            canceller.state()
        );
    }
}

#[test]
fn what_cannot_work_is_named() {
    let secs = CALIBRATION_SECS + 0.1;
    let mut rng = Rng::new(3);
    let reference = samples(secs, drone);
    let microphone = samples(secs, |t| heard(t, &mut rng));
    let silence = vec![0.0; reference.len()];
    let after = |microphone: &[f32], reference: &[f32]| {
        let mut canceller = canceller();
        run(&mut canceller, microphone, reference, 160);
        canceller.state()
    };
    assert_eq!(why(after(&microphone, &silence)), Trouble::NothingPlayed);
    assert_eq!(why(after(&silence, &reference)), Trouble::MicrophoneDead);
    let hot: Vec<f32> = microphone.iter().map(|x| (x * 60.0).clamp(-1.0, 1.0)).collect();
    assert_eq!(why(after(&hot, &reference)), Trouble::MicrophoneHot);
    let noise = samples(secs, |_| 0.05 * f64::from(rng.bipolar()));
    assert_eq!(why(after(&noise, &reference)), Trouble::LittleRemoved);
    // Headphones: nothing of the drone comes in, so nothing is in the way.
    let quiet = samples(secs, |_| 2e-4 * f64::from(rng.bipolar()));
    assert!(matches!(after(&quiet, &reference), DroneState::Ready { .. }));
    // Headphones in a room that is not quiet; and the same noise over a speaker's drone as loud.
    let fan = samples(secs, |_| 0.01 * f64::from(rng.bipolar()));
    assert_eq!(after(&fan, &reference), DroneState::Ready { erle_db: 0.0 });
    let gain = f64::from((power(&fan) / power(&microphone)).sqrt());
    let both: Vec<f32> = microphone.iter().zip(&fan).map(|(drone, fan)| gain as f32 * drone + fan).collect();
    assert!(matches!(after(&both, &reference), DroneState::Failing { .. }));
}

/// The instant of the drone that is heard at an instant.
type Warp = fn(f64) -> f64;

#[test]
fn clocks_too_far_apart_and_a_wandering_delay_are_named() {
    let secs = CALIBRATION_SECS + 0.1;
    let reference = samples(secs, drone);
    let ways: [(Warp, &[Trouble]); 2] = [
        (|t| t * (1.0 + 900e-6), &[Trouble::ClocksApart]),
        (|t| t + 0.002 * (TAU * 0.9 * t).sin(), &[Trouble::DelayWanders, Trouble::ClocksApart]),
    ];
    for (warp, wanted) in ways {
        let mut rng = Rng::new(4);
        let microphone = samples(secs, |t| heard(warp(t), &mut rng));
        let mut canceller = canceller();
        run(&mut canceller, &microphone, &reference, 160);
        assert!(wanted.contains(&why(canceller.state())), "{:?} {}", canceller.state(), canceller.drift_ppm());
    }
}

#[test]
fn before_a_calibration_the_microphone_goes_through() {
    let mut canceller = canceller();
    canceller.reset();
    assert_eq!(canceller.state(), DroneState::NeedsCalibration);
    let microphone = samples(0.5, |t| 0.1 * (TAU * 440.0 * t).sin());
    let clean = run(&mut canceller, &microphone, &samples(0.5, drone), 100);
    assert!((power(&clean[800..]) / power(&microphone) - 1.0).abs() < 0.02 && canceller.levels().is_none());
}

#[test]
fn bad_input_stays_bounded() {
    let bad = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e30, -1e30, 1.0, 0.0, f32::MIN_POSITIVE];
    let mut rng = Rng::new(5);
    let mut canceller = canceller();
    for block in 0..160 {
        let mut draw = |_| if block % 3 == 0 { bad[rng.below(8) as usize] } else { rng.bipolar() };
        let (a, b): (Vec<f32>, Vec<f32>) = ((0..700).map(&mut draw).collect(), (0..691).map(&mut draw).collect());
        canceller.process(&a, &b, &mut |sample| assert!(sample.is_finite() && sample.abs() < 1e4, "{sample}"));
        assert!(canceller.drift_ppm().is_finite());
    }
    canceller.process(&[], &[1.0; 100_000], &mut |_| {});
    canceller.process(&[1.0; 100_000], &[], &mut |sample| assert!(sample.is_finite()));
    let odd = DroneConfig { microphone_hz: 0, microphone_channels: 0, reference_hz: u32::MAX };
    DroneCanceller::new(odd).process(&[0.1; 999], &[0.1; 9], &mut |sample| assert!(sample.is_finite()));
}
