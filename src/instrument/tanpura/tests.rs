use super::*;
use crate::dsp::frame::FrameSpectrum;
use std::f64::consts::TAU;

/// A tanpura that is on, with the first string tuned as given and a slow cycle, so that it is heard alone at first.
fn drone(rate: u32, sa_hz: f32, first: i8, jawari: f32) -> Tanpura {
    let mut tanpura = Tanpura::new(rate, 3);
    let strings = [first, 0, 0, -12].map(StringPitch::just);
    tanpura.set(&TanpuraParams { sa_hz, strings, cycle_secs: 12.0, jawari, is_on: true });
    tanpura
}

fn play(tanpura: &mut Tanpura, frames: usize) -> Vec<f32> {
    let mut sound = Vec::with_capacity(frames);
    for _ in 0..frames / CONTROL_TICK_FRAMES {
        let mut out = SILENCE;
        tanpura.tick();
        tanpura.render(&mut out, CONTROL_TICK_FRAMES);
        sound.extend(out[0].iter().zip(&out[1]).map(|(l, r)| 0.5 * (l + r)));
    }
    sound
}

/// Amplitude and phase at `hz` of a span under a Hann window.
fn tone(sound: &[f32], hz: f64, rate: u32) -> (f64, f64) {
    let (mut re, mut im) = (0.0, 0.0);
    for (i, x) in sound.iter().enumerate() {
        let window = 1.0 - (TAU * i as f64 / sound.len() as f64).cos();
        let (sine, cosine) = (TAU * hz * i as f64 / f64::from(rate)).sin_cos();
        re += f64::from(*x) * window * cosine;
        im -= f64::from(*x) * window * sine;
    }
    (re.hypot(im) / sound.len() as f64, im.atan2(re))
}

/// How far the partials 1 to 8 lie above multiples of `hz`, in cents, weighted by their energies; from how the phase of
/// each goes on between two windows half a second apart, after the first second.
fn cents_above(sound: &[f32], hz: f64, rate: u32, partials: u32) -> f64 {
    let (window, hop) = ((0.8 * f64::from(rate)) as usize, (0.5 * f64::from(rate)) as usize);
    let at = rate as usize;
    let (mut sum, mut weights) = (0.0, 0.0);
    for n in 1..=partials {
        let partial_hz = hz * f64::from(n);
        if partial_hz > 0.4 * f64::from(rate) {
            break;
        }
        let (level, early) = tone(&sound[at..at + window], partial_hz, rate);
        let (_, late) = tone(&sound[at + hop..at + hop + window], partial_hz, rate);
        let secs = hop as f64 / f64::from(rate);
        let turns = (late - early) / TAU - partial_hz * secs;
        let off_hz = (turns - turns.round()) / secs;
        sum += level * level * 1200.0 * (1.0 + off_hz / partial_hz).log2();
        weights += level * level;
    }
    sum / weights
}

#[test]
fn every_string_is_in_tune_to_the_cent_with_any_sa_at_any_rate() {
    for (rate, sa_hz, first, jawari) in [
        (8_000, 110.0, -5, 0.6),
        (8_000, 220.0, 0, 1.0),
        (22_050, 146.8, -12, 0.6),
        (44_100, 220.0, -7, 0.8),
        (48_000, 110.0, -5, 0.6),
        (48_000, 146.8, 0, 0.6),
        (48_000, 220.0, -12, 0.5),
        (48_000, 293.7, -1, 0.7),
        (96_000, 110.0, 0, 0.6),
    ] {
        let hz = f64::from(sa_hz) * f64::from(StringPitch::just(first).ratio());
        for (jawari, partials) in [(0.0, 1), (jawari, 8)] {
            let sound = play(&mut drone(rate, sa_hz, first, jawari), rate as usize * 5 / 2);
            let cents = cents_above(&sound, hz, rate, partials);
            assert!(cents.abs() < 1.0, "{rate} Hz, Sa {sa_hz}, string {first}, jawari {jawari}: {cents:.2}");
        }
    }
}

#[test]
fn pitches_of_strings_are_just_and_bounded() {
    for (semitones, ratio) in [(0, 1.0), (-5, 0.75), (-7, 2.0 / 3.0), (-12, 0.5), (-1, 15.0 / 16.0), (7, 1.5)] {
        assert!((StringPitch::just(semitones).ratio() - ratio).abs() < 1e-5, "{semitones}");
    }
    assert_eq!(StringPitch { semitones: 127, cents: f32::NAN }.ratio(), 4.0);
    assert!((StringPitch { semitones: 0, cents: 50.0 }.ratio().log2() - 1.0 / 24.0).abs() < 1e-6);
}

/// Energy of two bands, 2 to 6 kHz and below 600 Hz, in frames that begin at these times, as a ratio in dB.
fn brightness(sound: &[f32], rate: u32, at_secs: f32) -> f32 {
    let mut spectrum = FrameSpectrum::new(8192);
    let at = (at_secs * rate as f32) as usize;
    let bin_hz = rate as f32 / spectrum.size() as f32;
    let bins = spectrum.analyse(&sound[at..at + 8192], &[]);
    let energy =
        |from: f32, to: f32| bins[(from / bin_hz) as usize..(to / bin_hz) as usize].iter().map(|x| x * x).sum::<f32>();
    10.0 * (energy(2_000.0, 6_000.0) / energy(30.0, 600.0)).log10()
}

#[test]
fn jawari_brings_overtones_to_six_kilohertz_that_rise_and_then_sink() {
    let rate = 48_000;
    let plain = play(&mut drone(rate, 110.0, -5, 0.0), 125_000);
    let buzzing = play(&mut drone(rate, 110.0, -5, 0.9), 125_000);
    let times = [0.06, 0.6, 2.3];
    let [p0, p1, p2] = times.map(|at| brightness(&plain, rate, at));
    let [b0, b1, b2] = times.map(|at| brightness(&buzzing, rate, at));
    assert!(p1 < p0 && p2 < p1, "without a bridge the top only decays: {p0} {p1} {p2}");
    assert!(b1 > b0 + 2.0 && b2 < b1 - 3.0, "with it the top rises and sinks: {b0} {b1} {b2}");
    assert!(b1 > p1 + 12.0 && b2 > p2 + 12.0, "{b1} {p1}, {b2} {p2}");
    let top = |sound: &[f32]| {
        let mut spectrum = FrameSpectrum::new(8192);
        let bins = spectrum.analyse(&sound[28_800..28_800 + 8192], &[]);
        bins[853..1024].iter().map(|x| x * x).sum::<f32>().log10() * 10.0
    };
    assert!(top(&buzzing) > top(&plain) + 20.0, "5 to 6 kHz: {} {}", top(&buzzing), top(&plain));
    assert!(top(&buzzing) > -75.0, "{}", top(&buzzing));
}

fn rms_db(sound: &[f32]) -> f32 {
    10.0 * (sound.iter().map(|x| x * x).sum::<f32>() / sound.len() as f32 + 1e-20).log10()
}

#[test]
fn a_string_is_heard_for_eight_seconds_and_ends_in_exact_silence() {
    for jawari in [0.0, 0.7] {
        let rate = 8_000;
        let mut tanpura = drone(rate, 138.6, 0, jawari);
        play(&mut tanpura, 1_600);
        tanpura.set(&TanpuraParams { is_on: false, ..*tanpura.params() });
        let sound = play(&mut tanpura, 16 * rate as usize);
        let [begin, later, end] = [0, 8, 15].map(|at| rms_db(&sound[at * 8_000..(at + 1) * 8_000]));
        assert!((-60.0..-12.0).contains(&(later - begin)), "{begin} {later}");
        assert!(end < later - 10.0);
        let rest = play(&mut tanpura, 60 * rate as usize);
        assert!(!tanpura.is_sounding());
        assert!(rest[59 * rate as usize..].iter().all(|x| *x == 0.0));
        assert_eq!(sound.iter().chain(&rest).filter(|x| x.is_subnormal()).count(), 0);
    }
}

#[test]
fn strings_are_stroked_in_order_and_the_cycle_keeps_its_time() {
    let rate = 8_000;
    let mut tanpura = Tanpura::new(rate, 5);
    assert!(tanpura.strings_lit().iter().all(|age| age.is_infinite()));
    tanpura.set(&TanpuraParams { cycle_secs: 4.0, is_on: true, ..TanpuraParams::default() });
    let mut strokes = Vec::new();
    for tick in 0..39 * rate as usize / 2 / CONTROL_TICK_FRAMES {
        play(&mut tanpura, CONTROL_TICK_FRAMES);
        let lit = tanpura.strings_lit();
        strokes.extend(lit.iter().position(|age| *age == 0.0).map(|string| (string, tick as f32 * 0.004)));
    }
    assert_eq!(strokes.len(), 20);
    for (index, (string, at_secs)) in strokes.iter().enumerate() {
        assert_eq!(*string, index % STRINGS);
        let due = (index / STRINGS) as f32 * 4.0 + tuning::STROKES[*string] * 4.0;
        assert!((at_secs - due).abs() < 0.05, "{index}: {at_secs} for {due}");
    }
}

#[test]
fn sa_glides_within_fifty_milliseconds_without_a_click() {
    let rate = 48_000;
    let mut tanpura = drone(rate, 110.0, 0, 0.0);
    let before = play(&mut tanpura, rate as usize / 2);
    tanpura.set(&TanpuraParams { sa_hz: 123.5, is_on: false, ..*tanpura.params() });
    let glide = play(&mut tanpura, rate as usize / 20);
    let after = play(&mut tanpura, rate as usize * 5 / 2);
    assert!(cents_above(&after, 123.5, rate, 1).abs() < 1.0);
    let bend = |sound: &[f32]| sound.windows(3).fold(0.0_f32, |most, x| most.max((x[0] - 2.0 * x[1] + x[2]).abs()));
    let (quiet, moving) = (bend(&before[before.len() - 4800..]), bend(&glide));
    assert!(moving < 3.0 * quiet, "{moving} {quiet}");
    let at_once = tone(&after[..4800], 123.5, rate).0 / tone(&after[..4800], 110.0, rate).0;
    assert!(at_once > 3.0, "{at_once}");
}

#[test]
fn how_the_frames_are_cut_does_not_change_one_bit() {
    let render = |tanpura: &mut Tanpura, cut: usize| {
        let mut bits = Vec::new();
        for tick in 0..400 {
            if tick == 200 {
                tanpura.set(&TanpuraParams { sa_hz: 160.0, jawari: 0.9, ..*tanpura.params() });
            }
            tanpura.tick();
            let (mut at, mut whole) = (0, SILENCE);
            while at < CONTROL_TICK_FRAMES {
                let span = cut.min(CONTROL_TICK_FRAMES - at);
                let mut out = SILENCE;
                tanpura.render(&mut out, span);
                for (whole, out) in whole.iter_mut().zip(&out) {
                    whole[at..at + span].copy_from_slice(&out[..span]);
                }
                at += span;
            }
            bits.extend(whole.iter().flatten().map(|x| x.to_bits()));
        }
        bits
    };
    let fresh = || drone(48_000, 130.0, -5, 0.8);
    let whole = render(&mut fresh(), 32);
    assert!(whole.iter().any(|bits| f32::from_bits(*bits).abs() > 0.01));
    for cut in [1, 5] {
        assert!(render(&mut fresh(), cut) == whole, "cut {cut}");
    }
    let mut portable = fresh();
    portable.kernel = Kernel::Portable;
    assert!(render(&mut portable, 32) == whole, "both kernels give the same bits");
    let mut again = fresh();
    render(&mut again, 32);
    again.set(fresh().params());
    again.reset();
    assert!(render(&mut again, 32) == whole, "a reset tanpura plays as a new one");
}

#[test]
fn nothing_that_is_asked_of_it_makes_it_burst() {
    for rate in [8_000, 11_025, 48_000, 384_000] {
        let mut tanpura = Tanpura::new(rate, 1);
        let mut rng = Rng::new(u64::from(rate));
        for step in 0..40 {
            let odd = [f32::NAN, f32::INFINITY, -1.0, 0.0, 1.0, 60.0, 500.0, 1.0e9];
            let mut any = || odd[rng.below(8) as usize];
            let params = TanpuraParams {
                sa_hz: any(),
                strings: [-128, 127, 24, -24].map(|semitones| StringPitch { semitones, cents: any() }),
                cycle_secs: any(),
                jawari: any(),
                is_on: step % 5 != 4,
            };
            tanpura.set(&params);
            let sound = play(&mut tanpura, (rate / 32) as usize);
            assert!(
                sound.iter().all(|x| x.abs() < 4.0),
                "{rate}, step {step}: {params:?}, {:?}",
                sound.iter().fold(0.0, |m: f32, x| m.max(x.abs()))
            );
        }
    }
}
