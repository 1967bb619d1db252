//! The tracker as a whole, on tones whose pitch is known.

use super::*;
use crate::base::Rng;
use std::f64::consts::TAU;

/// A voice-like tone: harmonics to 4 kHz, falling by 6 dB an octave; its pitch is a function of time in Hz.
fn tone(rate_hz: u32, secs: f64, hz: impl Fn(f64) -> f64) -> Vec<f32> {
    let mut phase = 0.0;
    (0..(secs * f64::from(rate_hz)) as usize)
        .map(|i| {
            let now_hz = hz(i as f64 / f64::from(rate_hz));
            phase += now_hz / f64::from(rate_hz);
            let count = (4000.0_f64.min(f64::from(rate_hz) * 0.45) / now_hz) as u32;
            let sum: f64 = (1..=count.max(1)).map(|k| (TAU * phase * f64::from(k)).sin() / f64::from(k)).sum();
            (0.2 * sum) as f32
        })
        .collect()
}

struct All {
    live: Vec<PitchFrame>,
    settled: Vec<PitchFrame>,
    notes: Vec<SungNote>,
}

/// All that comes out for an input cut into blocks of `block` samples.
fn run(tracker: &mut PitchTracker, input: &[f32], block: usize) -> All {
    let mut all = All { live: vec![], settled: vec![], notes: vec![] };
    let mut drain = |tracker: &mut PitchTracker| {
        all.live.extend(std::iter::from_fn(|| tracker.poll_live()));
        all.settled.extend(std::iter::from_fn(|| tracker.poll_settled()));
        all.notes.extend(std::iter::from_fn(|| tracker.poll_note()));
    };
    for part in input.chunks(block) {
        tracker.process(part);
        drain(tracker);
    }
    tracker.finish();
    drain(tracker);
    all
}

fn at_rate(rate_hz: u32) -> PitchTracker {
    PitchTracker::new(PitchConfig { rate_hz, ..PitchConfig::default() })
}

fn cents(hz: f32, over_hz: f64) -> f64 {
    1200.0 * (f64::from(hz) / over_hz).log2()
}

#[test]
fn steady_tones_are_heard_within_two_cents_from_70_to_1300_hz() {
    for hz in [70.0, 82.4, 110.0, 147.0, 220.7, 311.1, 440.0, 623.3, 880.0, 1046.5, 1300.0] {
        let all = run(&mut at_rate(48_000), &tone(48_000, 0.4, |_| hz), 480);
        let inner: Vec<&PitchFrame> = all.settled.iter().filter(|f| (0.05..0.35).contains(&f.at_secs)).collect();
        assert!(inner.len() > 50);
        for frame in inner {
            let off = cents(frame.hz.unwrap_or(1.0), hz);
            assert!(off.abs() < 2.0 && frame.clarity > 0.95, "{hz} Hz at {}: {off} c {frame:?}", frame.at_secs);
        }
        assert_eq!(all.notes.len(), 1, "{hz} Hz: {:?}", all.notes);
        assert!(cents(all.notes[0].median_hz, hz).abs() < 2.0 && !all.notes[0].is_glide);
    }
}

#[test]
fn a_sweep_is_heard_at_its_own_time_at_every_rate() {
    // An octave in a second: a millisecond late would be 1.2 cents.
    for rate_hz in [8_000, 11_025, 16_000, 44_100, 48_000, 192_000] {
        let sweep = |t: f64| 220.0 * t.exp2();
        let all = run(&mut at_rate(rate_hz), &tone(rate_hz, 0.6, sweep), 441);
        let off: Vec<f64> = all
            .settled
            .iter()
            .filter(|f| (0.05..0.55).contains(&f.at_secs))
            .map(|f| cents(f.candidate_hz, sweep(f.at_secs)))
            .collect();
        let mean = off.iter().sum::<f64>() / off.len() as f64;
        assert!(off.len() > 90 && mean.abs() < 0.6, "{rate_hz}: {mean} cents, that is ms late");
    }
}

#[test]
fn what_comes_out_does_not_depend_on_how_the_input_is_cut_or_on_what_was_before_a_reset() {
    let mono = tone(44_100, 0.5, |t| 150.0 + 40.0 * (t * 20.0).sin());
    let stereo: Vec<f32> = mono.iter().flat_map(|x| [*x, 0.3 * x]).collect();
    let make = || PitchTracker::new(PitchConfig { rate_hz: 44_100, channels: 2, ..PitchConfig::default() });
    let whole = run(&mut make(), &stereo, stereo.len());
    let mut used = make();
    run(&mut used, &tone(44_100, 0.3, |_| 333.0), 50);
    used.reset();
    for (mut tracker, block) in [(make(), 1), (make(), 7), (make(), 1024), (used, 441)] {
        let all = run(&mut tracker, &stereo, block);
        assert_eq!((&all.live, &all.settled), (&whole.live, &whole.settled), "blocks of {block}");
        assert_eq!(all.notes, whole.notes);
    }
    assert!(whole.live.len() > 90 && whole.settled.len() == whole.live.len());
}

#[test]
fn the_settled_line_follows_the_live_one_which_is_the_younger_the_higher_the_voice() {
    let mut ages = Vec::new();
    for hz in [80.0, 200.0, 600.0] {
        let mut tracker = at_rate(48_000);
        tracker.process(&tone(48_000, 0.5, |_| hz));
        let live: Vec<f64> = std::iter::from_fn(|| tracker.poll_live()).map(|f| f.at_secs).collect();
        let settled: Vec<f64> = std::iter::from_fn(|| tracker.poll_settled()).map(|f| f.at_secs).collect();
        assert!(live.is_sorted_by(|a, b| a < b) && settled.is_sorted_by(|a, b| a < b));
        assert_eq!(live.len(), settled.len() + tuning::LAG_FRAMES);
        // Half an even window is 16 ms; the live line may be older than that by no more than the lowest period.
        let lag = live[live.len() - 1] - settled[settled.len() - 1];
        assert!((0.055..0.075).contains(&lag), "{hz}: {lag}");
        ages.push(0.5 - live[live.len() - 1]);
        assert!(ages[ages.len() - 1] < tracker.latency_secs() && tracker.latency_secs() < 0.022, "{hz}: {ages:?}");
    }
    assert!(ages[0] > ages[1] + 0.002 && ages[1] > ages[2] + 0.001, "{ages:?}");
}

#[test]
fn bad_input_is_finite_and_mostly_nothing() {
    let mut rng = Rng::new(4);
    let noise: Vec<f32> = (0..24_000).map(|_| 0.1 * rng.bipolar()).collect();
    let square: Vec<f32> = (0..24_000).map(|i| if i / 100 % 2 == 0 { 1.0 } else { -1.0 }).collect();
    let cases: [(&str, Vec<f32>, f64); 7] = [
        ("silence", vec![0.0; 24_000], 0.0),
        ("steady offset", vec![0.9; 24_000], 0.05),
        ("not a number", vec![f32::NAN; 24_000], 0.0),
        ("infinite", [f32::INFINITY, f32::NEG_INFINITY].repeat(12_000), 0.0),
        ("huge and periodic", [3e38, -3e38, 1e20].repeat(8_000), 1.0),
        ("white noise", noise, 0.02),
        ("square wave", square, 1.0),
    ];
    for (what, input, voiced_most) in cases {
        for rate_hz in [8_000, 48_000, 192_000] {
            let all = run(&mut at_rate(rate_hz), &input, 1000);
            assert!(!all.live.is_empty());
            for f in all.live.iter().chain(&all.settled) {
                let numbers = [f.candidate_hz, f.clarity, f.level_db, f.hz.unwrap_or(100.0)];
                assert!(numbers.iter().all(|x| x.is_finite()), "{what}: {f:?}");
                assert!(f.hz.is_some() == f.is_voiced && f.hz.is_none_or(|hz| (60.0..1500.0).contains(&hz)), "{what}");
            }
            let share = all.settled.iter().filter(|f| f.is_voiced).count() as f64 / all.settled.len() as f64;
            assert!(share <= voiced_most, "{what} at {rate_hz}: {share} voiced");
        }
    }
}

#[test]
fn odd_settings_are_taken_to_the_nearest_good_ones() {
    let odd = [f32::NAN, f32::INFINITY, -5.0, 0.0, 1e9];
    for value in odd {
        let config = PitchConfig {
            rate_hz: value as u32,
            channels: 0,
            lowest_hz: value,
            highest_hz: -value,
            tonic_hz: Some(value),
        };
        let mut tracker = PitchTracker::new(config);
        let all = run(&mut tracker, &tone(8_000, 0.2, |_| 200.0), 64);
        assert!(all.live.iter().all(|f| f.candidate_hz.is_finite() && f.clarity.is_finite()));
        tracker.set_tonic(Some(f32::NAN));
    }
}

#[test]
fn what_nobody_polls_is_lost_from_the_oldest_and_counted() {
    let mut tracker = at_rate(48_000);
    tracker.process(&tone(48_000, 4.0, |_| 200.0));
    let lost = tracker.lost();
    assert!(lost > 400, "{lost}");
    let first = tracker.poll_live().map_or(0.0, |f| f.at_secs);
    assert!((1.3..1.5).contains(&first), "{first}");
    assert_eq!(1 + std::iter::from_fn(|| tracker.poll_live()).count(), FRAMES_WAITING);
}

#[test]
fn a_known_tonic_decides_between_octaves_that_the_sound_leaves_open() {
    // Every second pulse a little weaker: as much a tone of 100 Hz as one of 200 Hz.
    let pulses = |t: f64, hz: f64| (1..=20).map(|k| (TAU * hz * t * f64::from(k)).cos()).sum::<f64>() * 0.02;
    let input: Vec<f32> = (0..24_000)
        .map(|i| f64::from(i) / 48_000.0)
        .map(|t| (pulses(t, 200.0) + 0.4 * pulses(t, 100.0)) as f32)
        .collect();
    let heard = |tonic_hz: Option<f32>| {
        let mut tracker = PitchTracker::new(PitchConfig { tonic_hz, ..PitchConfig::default() });
        let all = run(&mut tracker, &input, 480);
        all.settled[all.settled.len() / 2].candidate_hz
    };
    let (low, high) = (heard(Some(30.0)), heard(Some(330.0)));
    assert!((low - 100.0).abs() < 1.0 && (high - 200.0).abs() < 2.0, "{low} {high}");
}
