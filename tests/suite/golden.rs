//! Renders reduced to text: level, brightness and pitch of every sound, twenty times a second. A change of
//! sound shows as a changed line that a person can read. `UPDATE_GOLDEN=1` writes the files anew.

use crate::common::{At, off, on, render, root};
use realfft::RealFftPlanner;
use sangat::base::{Bus, Midi, cc};
use sangat::engine::params::ParamId;
use sangat::engine::{Command, EngineConfig, build};
use sangat::instrument::{PATCHES, PatchId};
use std::fmt::Write;

const RATE_HZ: f32 = 48_000.0;
const WINDOW: usize = 2_400;

/// What one window of 50 ms sounds like.
fn describe(samples: &[f32]) -> String {
    let mean_square = samples.iter().map(|s| s * s).sum::<f32>() / samples.len() as f32;
    let rms_db = (10.0 * mean_square.max(1e-12).log10()).round();
    if rms_db <= -90.0 {
        return "silence".to_owned();
    }
    let mut planner = RealFftPlanner::<f32>::new();
    let fft = planner.plan_fft_forward(8192);
    let mut input = fft.make_input_vec();
    for (n, s) in samples.iter().enumerate() {
        let hann = 0.5 - 0.5 * (std::f32::consts::TAU * n as f32 / samples.len() as f32).cos();
        input[n] = s * hann;
    }
    let mut output = fft.make_output_vec();
    fft.process(&mut input, &mut output).expect("lengths fit");
    let power: Vec<f32> = output.iter().map(|c| c.norm_sqr()).collect();
    let total: f32 = power.iter().sum();
    let bin_hz = RATE_HZ / 8192.0;
    let centroid_hz = power.iter().enumerate().map(|(k, p)| k as f32 * bin_hz * p).sum::<f32>() / total.max(1e-20);
    let peak = (1..power.len() - 1).max_by(|a, b| power[*a].total_cmp(&power[*b])).expect("bins");
    let (a, b, c) = (power[peak - 1].ln(), power[peak].ln(), power[peak + 1].ln());
    let peak_hz = (peak as f32 + 0.5 * (a - c) / (a - 2.0 * b + c)) * bin_hz;
    let key = 69.0 + 12.0 * (peak_hz / 440.0).log2();
    // Rounded so far that another compiler or processor writes the same text.
    format!("{rms_db:4.0} dB  centroid {:5.0} Hz  strongest at key {key:6.1}", (centroid_hz / 50.0).round() * 50.0)
}

fn check(name: &str, text: &str) {
    let path = root().join("tests/golden").join(format!("{name}.txt"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the golden folder");
        std::fs::write(&path, text).expect("the golden file");
        return;
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    for (number, (want, got)) in golden.lines().zip(text.lines()).enumerate() {
        assert_eq!(want, got, "{}:{}: run with UPDATE_GOLDEN=1 and read the difference", path.display(), number + 1);
    }
    assert_eq!(golden.lines().count(), text.lines().count(), "{}", path.display());
}

fn described(samples: &[Vec<f32>; 2]) -> String {
    let mono: Vec<f32> = samples[0].iter().zip(&samples[1]).map(|(l, r)| 0.5 * (l + r)).collect();
    mono.chunks(WINDOW).fold(String::new(), |mut text, window| {
        let _ = writeln!(text, "{}", describe(window));
        text
    })
}

#[test]
fn every_sound_is_as_it_was_soft_and_hard_low_and_high() {
    for (row, info) in PATCHES.iter().enumerate() {
        let mut text = String::new();
        let (low, high) = info.key_range;
        let span = high - low;
        for key in [low + span / 4, low + span / 2, high - span / 5] {
            for velocity in [40, 110] {
                let mut config = EngineConfig::new(48_000);
                config.values.set(ParamId::ReverbOn, 0.0);
                let (mut engine, mut link) = build(&config);
                link.send(Command::SetPatch { bus: Bus::You, patch: PatchId(row as u8) }).expect("room");
                let events: [At; 2] = [(0, Bus::You, on(key, velocity)), (19_200, Bus::You, off(key))];
                let out = render(&mut engine, &events, 12 * WINDOW, &[256]);
                let _ = write!(text, "key {key}, velocity {velocity}\n{}", described(&out));
            }
        }
        check(info.key, &text);
    }
}

#[test]
fn effects_pedals_and_bends_are_as_they_were() {
    let mut config = EngineConfig::new(48_000);
    for switch in [ParamId::ReverbOn, ParamId::DelayOn, ParamId::ChorusOn] {
        config.values.set(switch, 1.0);
    }
    config.values.set(ParamId::Eq4Gain, 9.0);
    let (mut engine, _link) = build(&config);
    let control = |controller, value| Midi::Control { channel: 0, controller, value };
    let events: [At; 8] = [
        (0, Bus::You, control(cc::SUSTAIN, 127)),
        (0, Bus::You, on(57, 90)),
        (4_800, Bus::You, off(57)),
        (9_600, Bus::You, on(64, 90)),
        (24_000, Bus::You, Midi::PitchBend { channel: 0, value: 8191 }),
        (38_400, Bus::You, Midi::PitchBend { channel: 0, value: 0 }),
        (48_000, Bus::You, off(64)),
        (52_800, Bus::You, control(cc::SUSTAIN, 0)),
    ];
    let out = render(&mut engine, &events, 40 * WINDOW, &[256]);
    check("effects", &described(&out));
}
