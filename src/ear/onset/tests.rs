//! The detector on tones and clicks made here.

use super::*;
use crate::base::Rng;

/// Struck tones of 220 Hz and its octaves every `every_secs`, each `gain` high, with a little noise below them.
fn strokes(rate_hz: u32, every_secs: f64, gain: f32, secs: f64) -> Vec<f32> {
    let mut rng = Rng::new(2);
    let rate_hz = f64::from(rate_hz);
    (0..(secs * rate_hz) as usize)
        .map(|i| {
            let t = i as f64 / rate_hz;
            let since = t % every_secs;
            let is_struck = t >= every_secs;
            let tone: f64 = (0..4).map(|k| (std::f64::consts::TAU * 220.0 * f64::from(1 << k) * since).sin()).sum();
            let stroke = if is_struck { 0.25 * tone * (-since / 0.1).exp() * (since / 0.002).min(1.0) } else { 0.0 };
            gain * stroke as f32 + 1.0e-4 * gain * rng.bipolar()
        })
        .collect()
}

fn hear(detector: &mut OnsetDetector, sound: &[f32], cut: usize) -> Vec<Onset> {
    let mut heard = Vec::new();
    for block in sound.chunks(cut) {
        detector.process(block);
        heard.extend(std::iter::from_fn(|| detector.poll()));
    }
    heard
}

#[test]
fn every_stroke_is_heard_once_and_in_time_at_every_rate() {
    for rate_hz in [8_000, 22_050, 44_100, 48_000, 96_000, 384_000] {
        let mut detector = OnsetDetector::new(rate_hz);
        let heard = hear(&mut detector, &strokes(rate_hz, 0.25, 0.5, 2.1), 4096);
        assert_eq!(heard.len(), 8, "{rate_hz}: {heard:?}");
        for (i, onset) in heard.iter().enumerate() {
            let late_secs = onset.at_secs - 0.25 * (i + 1) as f64;
            assert!(late_secs.abs() < 0.012, "{rate_hz}: {late_secs}");
            assert_eq!(onset.source, OnsetSource::Audio);
        }
    }
}

#[test]
fn a_sound_that_begins_with_the_first_sample_is_heard() {
    let sound = strokes(48_000, 0.25, 0.5, 0.45);
    let heard = hear(&mut OnsetDetector::new(48_000), &sound[12_000..], 512);
    assert!(matches!(heard[..], [Onset { at_secs, .. }] if at_secs < 0.012), "{heard:?}");
}

#[test]
fn an_onset_is_told_when_it_is_said_to_be() {
    let sound = strokes(48_000, 0.25, 0.5, 0.6);
    let mut detector = OnsetDetector::new(48_000);
    for (i, sample) in sound.iter().enumerate() {
        detector.process(std::slice::from_ref(sample));
        if let Some(onset) = detector.poll() {
            let told_secs = (i + 1) as f64 / 48_000.0;
            assert!((told_secs - onset.at_secs - detector.latency_secs()).abs() < 1e-9);
        }
    }
    assert!(detector.latency_secs() < 0.03);
}

#[test]
fn louder_strokes_are_louder() {
    let mut last = 0.0;
    for gain in [0.01, 0.03, 0.1, 0.3, 1.0] {
        let heard = hear(&mut OnsetDetector::new(48_000), &strokes(48_000, 0.25, gain, 1.0), 480);
        let loudness = heard.last().expect("an onset").loudness;
        assert!(loudness > last + 0.05 && loudness <= 1.0, "{gain}: {loudness}");
        last = loudness;
    }
}

#[test]
fn the_cut_into_blocks_does_not_matter_and_reset_is_as_new() {
    let sound = strokes(44_100, 0.2, 0.5, 1.5);
    let mut detector = OnsetDetector::new(44_100);
    let whole = hear(&mut detector, &sound, sound.len());
    assert!(whole.len() > 5);
    for cut in [1, 17, 220, 221, 1000] {
        detector.reset();
        assert_eq!(hear(&mut detector, &sound, cut), whole, "{cut}");
    }
}

#[test]
fn silence_a_steady_tone_a_vibrato_and_noise_hold_no_onsets() {
    let rate = 48_000.0;
    let mut rng = Rng::new(9);
    let tone = |depth: f64| {
        move |i: usize| {
            let t = i as f64 / rate;
            let fade = (t / 0.5).min(1.0);
            let phase = std::f64::consts::TAU * 440.0 * t + depth * (std::f64::consts::TAU * 5.5 * t).sin();
            (0.3 * fade * phase.sin()) as f32
        }
    };
    let sounds: [(&str, Vec<f32>); 4] = [
        ("silence", vec![0.0; 96_000]),
        ("tone", (0..96_000).map(tone(0.0)).collect()),
        ("vibrato", (0..96_000).map(tone(1.5)).collect()),
        ("noise", (0..96_000).map(|_| 0.1 * rng.bipolar()).collect()),
    ];
    for (name, sound) in sounds {
        let heard = hear(&mut OnsetDetector::new(48_000), &sound, 512);
        // Noise begins once, with its first sample.
        let later = heard.iter().filter(|onset| onset.at_secs > 0.1).count();
        assert_eq!(later, 0, "{name}: {heard:?}");
    }
}

#[test]
fn nothing_that_comes_in_breaks_it() {
    let mut rng = Rng::new(4);
    for rate_hz in [0, 8_000, u32::MAX] {
        let mut detector = OnsetDetector::new(rate_hz);
        let odd = [f32::NAN, f32::INFINITY, f32::MIN, f32::MAX, 1e-40, 0.0];
        let sound: Vec<f32> = (0..50_000).map(|_| odd[rng.below(6) as usize]).collect();
        detector.process(&[]);
        detector.process(&sound);
        for onset in std::iter::from_fn(|| detector.poll()) {
            assert!(onset.at_secs.is_finite() && (0.0..=1.0).contains(&onset.loudness));
        }
    }
}
