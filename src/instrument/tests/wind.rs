//! The bansuri: what a lead needs that glides and holds.

use super::*;
use crate::base::key_to_hz;

/// Level of a line in a sound, as an amplitude.
fn line(sound: &[f32], hz: f64) -> f64 {
    let (mut re, mut im) = (0.0, 0.0);
    for (n, sample) in sound.iter().enumerate() {
        let window = 1.0 - (std::f64::consts::TAU * n as f64 / sound.len() as f64).cos();
        let (sine, cosine) = (std::f64::consts::TAU * hz * n as f64 / f64::from(RATE)).sin_cos();
        re += window * f64::from(*sample) * cosine;
        im += window * f64::from(*sample) * sine;
    }
    2.0 * re.hypot(im) / sound.len() as f64
}

/// Levels of stretches of 50 ms, dB.
fn levels(sound: &[f32]) -> Vec<f32> {
    sound.chunks_exact(2400).map(|stretch| 20.0 * rms(stretch).max(1e-9).log10()).collect()
}

fn ticks(secs: f32) -> usize {
    (secs * RATE as f32) as usize / CONTROL_TICK_FRAMES
}

#[test]
fn a_held_note_is_nearly_a_sine_with_breath_and_stays_as_loud() {
    for key in [55, 62, 74, 86] {
        let mut rack = rack(PatchId::BANSURI);
        rack.midi(Bus::You, on(key, 80));
        let [sound, _] = play(&mut rack, ticks(4.5));
        let onset = levels(&sound[..9600]);
        assert!(onset[0] < onset[3] - 3.0 && onset[2] > onset[3] - 1.5, "soft, and there after 100 ms: {onset:?}");
        let held = &sound[RATE as usize / 2..];
        let held_levels = levels(held);
        let least = held_levels.iter().copied().fold(f32::MAX, f32::min);
        let most = held_levels.iter().copied().fold(f32::MIN, f32::max);
        assert!(most - least < 3.0, "key {key}: {least} to {most} dB");
        let hz = f64::from(key_to_hz(f32::from(key), 440.0));
        let part = &held[..RATE as usize];
        let over: Vec<f64> = (2..=4).map(|n| 20.0 * (line(part, hz * f64::from(n)) / line(part, hz)).log10()).collect();
        assert!((-28.0..-10.0).contains(&over[0]) && over[1] < over[0] && over[2] < over[1], "key {key}: {over:?}");
        // Between the partials there is breath, and far below the tone.
        let breath = 20.0 * (line(part, hz * 1.5) / line(part, hz)).log10();
        assert!((-80.0..-35.0).contains(&breath), "key {key}: {breath} dB");
    }
}

#[test]
fn a_meend_is_smooth_and_comes_to_its_pitch_within_three_cents() {
    let mut rack = rack(PatchId::BANSURI);
    rack.midi(Bus::You, on(62, 80));
    play(&mut rack, ticks(0.5));
    // Two semitones up over half a second, a bend every 10 ms, as the band sends them.
    let mut sound = Vec::new();
    let mut loudest = peak(&play(&mut rack, ticks(0.2))[0]);
    for step in 1..=50_i16 {
        rack.midi(Bus::You, Midi::PitchBend { channel: 0, value: (8191 * i32::from(step) / 50) as i16 });
        sound.extend(play(&mut rack, ticks(0.01))[0].iter());
    }
    loudest = loudest.max(peak(&sound));
    // A sine of this pitch and level moves so far from sample to sample, its octave and breath some more.
    let hz = key_to_hz(64.0, 440.0);
    let bound = 2.0 * loudest * std::f32::consts::TAU * hz / RATE as f32;
    let jump = sound.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max);
    assert!(jump < bound, "{jump} for {bound}");
    play(&mut rack, ticks(0.3));
    let [held, _] = play(&mut rack, ticks(1.0));
    let at = |cents: f64| line(&held, f64::from(hz) * (cents / 1200.0).exp2());
    let best = (-40..=40).map(|n| 0.25 * f64::from(n)).max_by(|a, b| at(*a).total_cmp(&at(*b))).expect("a pitch");
    assert!(best.abs() < 3.0, "{best} cents");
}
