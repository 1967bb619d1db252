use super::*;
use crate::base::SILENCE;
use crate::dsp::frame::FrameSpectrum;

const RATE: u32 = 48_000;

fn play(kit: &mut SkinKit, frames: usize) -> Vec<f32> {
    let mut sound = Vec::with_capacity(frames);
    for _ in 0..frames / CONTROL_TICK_FRAMES {
        let mut out = SILENCE;
        kit.tick();
        kit.render(&mut out, CONTROL_TICK_FRAMES);
        sound.extend(out[0].iter().zip(&out[1]).map(|(l, r)| 0.5 * (l + r)));
    }
    sound
}

fn struck(stroke: Stroke, sa_hz: f32, frames: usize) -> Vec<f32> {
    let mut kit = SkinKit::new(RATE, 2);
    kit.set_sa(sa_hz);
    kit.strike(stroke, 0.8);
    play(&mut kit, frames)
}

/// The frequency within a quarter of `near_hz` where a span under a Hann window is strongest, and its amplitude.
fn peak(sound: &[f32], near_hz: f64) -> (f64, f64) {
    let level = |hz: f64| {
        let (mut re, mut im) = (0.0, 0.0);
        for (i, x) in sound.iter().enumerate() {
            let window = 1.0 - (std::f64::consts::TAU * i as f64 / sound.len() as f64).cos();
            let (sine, cosine) = (std::f64::consts::TAU * hz * i as f64 / f64::from(RATE)).sin_cos();
            re += f64::from(*x) * window * cosine;
            im += f64::from(*x) * window * sine;
        }
        re.hypot(im) / sound.len() as f64
    };
    let mut best = (near_hz, 0.0);
    for (span, steps) in [(0.25, 40), (0.0125, 20), (0.00125, 20)] {
        let middle = best.0;
        for step in -steps..=steps {
            let hz = middle * (1.0 + span * f64::from(step) / f64::from(steps));
            let amplitude = level(hz);
            if amplitude > best.1 {
                best = (hz, amplitude);
            }
        }
    }
    best
}

fn cents(hz: f64, from: f64) -> f64 {
    1200.0 * (hz / from).log2()
}

#[test]
fn open_strokes_of_the_right_head_ring_in_tune_with_sa() {
    for sa_hz in [110.0, 146.8, 220.0] {
        for (stroke, mode) in [(Stroke::Tun, 1.0), (Stroke::Tin, 2.0), (Stroke::Na, 2.0), (Stroke::Dhin, 1.0)] {
            let kit = {
                let mut kit = SkinKit::new(RATE, 2);
                kit.set_sa(sa_hz);
                kit
            };
            let head = f64::from(kit.head_hz(stroke));
            let octaves = (head / f64::from(sa_hz)).log2();
            assert!((octaves - octaves.round()).abs() < 1e-6, "{octaves}");
            let sound = struck(stroke, sa_hz, 20_000);
            let (hz, level) = peak(&sound[1_600..], mode * head);
            let off = cents(hz, mode * head);
            assert!(off.abs() < 2.0 && level > 1e-3, "{stroke:?} at {sa_hz}: {off:.2} cents, {level}");
        }
    }
}

#[test]
fn the_hand_bends_the_left_head_by_as_much_as_it_says() {
    let head = f64::from(SkinKit::new(RATE, 2).head_hz(Stroke::Ge));
    // Stretched by the stroke, then bent: what is heard in windows of 60 ms, soon and late.
    for (stroke, soon, late) in [
        (Stroke::Ge, (0.0, 150.0), 180.0),
        (Stroke::GeUp, (-20.0, 200.0), 700.0),
        (Stroke::Thom, (-20.0, 100.0), 0.0),
        (Stroke::Gumki, (0.0, 300.0), 900.0),
    ] {
        let sound = struck(stroke, 138.6, 30_000);
        let begin = cents(peak(&sound[..2_880], head).0, head);
        let (end_hz, level) = peak(&sound[21_000..26_000], head * (late / 1200.0_f64).exp2());
        let end = cents(end_hz, head);
        assert!((soon.0..soon.1).contains(&begin), "{stroke:?} begins at {begin:.0}");
        assert!((end - late).abs() < 15.0 && level > 1e-4, "{stroke:?} ends at {end:.0}, not {late}");
    }
    for stroke in [Stroke::Thom, Stroke::Ge] {
        let touch = stroke.touch();
        assert!((voice::bent_cents(touch, 1.0, 0.0) - touch.sharp_cents).abs() < 0.1);
        assert!(voice::bent_cents(touch, 1.0, 0.03) < touch.sharp_cents - 80.0, "a struck skin falls at once");
        assert!((voice::bent_cents(touch, 1.0, 1.0) - touch.bend_cents).abs() < 0.1);
    }
}

/// Levels in dB of third octaves from 50 Hz, early and late.
fn colour(sound: &[f32]) -> Vec<f32> {
    let mut spectrum = FrameSpectrum::new(4096);
    let bin_hz = RATE as f32 / spectrum.size() as f32;
    let mut levels = Vec::new();
    for at in [0, 5_000] {
        let bins = spectrum.analyse(&sound[at..at + 4096], &[]);
        for band in 0..24 {
            let from = (50.0 * (band as f32 / 3.0).exp2() / bin_hz) as usize;
            let to = ((50.0 * ((band + 1) as f32 / 3.0).exp2() / bin_hz) as usize).max(from + 1);
            let energy: f32 = bins[from..to].iter().map(|x| x * x).sum();
            levels.push(10.0 * (energy + 1e-9).log10());
        }
    }
    levels
}

#[test]
fn every_stroke_sounds_like_no_other() {
    let colours = Stroke::ALL.map(|stroke| colour(&struck(stroke, 138.6, 10_000)));
    for (i, a) in colours.iter().enumerate() {
        for (j, b) in colours.iter().enumerate().skip(i + 1) {
            let square: f32 = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum();
            let distance = (square / a.len() as f32).sqrt();
            assert!(distance > 2.5, "{:?} and {:?}: {distance} dB", Stroke::ALL[i], Stroke::ALL[j]);
        }
    }
}

#[test]
fn a_flat_hand_silences_its_own_head_only() {
    let energy = |sound: &[f32]| sound.iter().map(|x| x * x).sum::<f32>();
    let after = |strokes: &[Stroke]| {
        let mut kit = SkinKit::new(RATE, 2);
        kit.strike(strokes[0], 0.8);
        play(&mut kit, 4_800);
        for stroke in &strokes[1..] {
            kit.strike(*stroke, 0.8);
        }
        energy(&play(&mut kit, 24_000)[4_800..])
    };
    let ringing = after(&[Stroke::Tun]);
    assert!(after(&[Stroke::Tun, Stroke::Te]) < 1e-4 * ringing);
    assert!(after(&[Stroke::Tun, Stroke::Ka]) > 0.9 * ringing);
    assert!(after(&[Stroke::Tun, Stroke::Ta]) > 0.9 * ringing, "another drum");
}

#[test]
fn how_the_frames_are_cut_does_not_change_one_bit_and_all_ends_in_silence() {
    let render = |cut: usize, kernel: Kernel| {
        let mut kit = SkinKit::new(RATE, 9);
        kit.kernel = kernel;
        let mut bits = Vec::new();
        for tick in 0..900 {
            kit.tick();
            if tick % 60 == 0 {
                kit.strike(Stroke::ALL[tick / 60], 0.3 + 0.04 * (tick / 60) as f32);
            }
            let mut at = 0;
            let mut whole = SILENCE;
            while at < CONTROL_TICK_FRAMES {
                let span = cut.min(CONTROL_TICK_FRAMES - at);
                let mut out = SILENCE;
                kit.render(&mut out, span);
                for (whole, out) in whole.iter_mut().zip(&out) {
                    whole[at..at + span].copy_from_slice(&out[..span]);
                }
                at += span;
            }
            bits.extend(whole.iter().flatten().map(|x| x.to_bits()));
        }
        assert!(kit.is_sounding());
        let tail = play(&mut kit, 8 * RATE as usize);
        assert!(!kit.is_sounding() && tail[tail.len() - 100..].iter().all(|x| *x == 0.0));
        assert_eq!(tail.iter().filter(|x| x.is_subnormal()).count(), 0);
        bits
    };
    let whole = render(32, Kernel::detect());
    assert!(whole.iter().any(|bits| f32::from_bits(*bits).abs() > 0.05));
    assert!(render(7, Kernel::Portable) == whole);
}

#[test]
fn no_stroke_and_no_sa_makes_it_burst() {
    for rate in [8_000, 48_000, 384_000] {
        let mut kit = SkinKit::new(rate, 1);
        let mut rng = Rng::new(1);
        for sa_hz in [f32::NAN, f32::INFINITY, 0.0, -5.0, 60.0, 137.2, 500.0, 1.0e30] {
            kit.set_sa(sa_hz);
            for velocity in [f32::NAN, -1.0, 0.0, 0.01, 1.0, 1.0e9, f32::INFINITY] {
                for _ in 0..12 {
                    kit.strike(Stroke::ALL[rng.below(15) as usize], velocity);
                }
                let sound = play(&mut kit, 640);
                assert!(sound.iter().all(|x| x.abs() < 4.0), "{rate} {sa_hz} {velocity}");
            }
        }
        kit.stop();
        play(&mut kit, rate as usize / 20);
        assert!(!kit.is_sounding(), "{rate}");
    }
}

/// The thekas of the talas of Hindustani music and their beats.
const THEKAS: [(&str, usize); 15] = [
    ("Dha Dhin Dhin Dha | Dha Dhin Dhin Dha | Dha Tin Tin Ta | Ta Dhin Dhin Dha", 16),
    ("Dhi Na | Dhi Dhi Na | Ti Na | Dhi Dhi Na", 10),
    ("Dhin Dhin | DhaGe TiRaKiTa | Tu Na | Kat Ta | DhaGe TiRaKiTa | Dhin Na", 12),
    ("Tin Tin Na | Dhi Na | Dhi Na", 7),
    ("Dha Ge Na Ti | Na Ka Dhi Na", 8),
    ("Dha Dhi Na | Dha Ti Na", 6),
    ("Dha TiRaKiTa Dhin Dhin | Dha Dha Tin Tin | Ta TiRaKiTa Dhin Dhin | Dha Dha Dhin Dhin", 16),
    ("Dhin -Dha TiRaKiTa | Dhin Dhin DhaGe TiRaKiTa | Tin -Ta TiRaKiTa | Dhin Dhin DhaGe TiRaKiTa", 14),
    ("Dha Dhin - | Dha Dha Tin - | Ta Tin - | Dha Dha Dhin -", 14),
    ("Ka Dhi Ta Dhi Ta | Dha - | Ga Ti Ta | Ti Ta Ta -", 14),
    ("Dha Dha | Din Ta | KiTa Dha | Din Ta | TiTa KaTa | GaDi GaNa", 12),
    ("Dha Dha | Din Ta | KiTa Dha | TiTa KaTa | GaDi GaNa", 10),
    ("Dha Din Ta | TiTa KaTa | GaDi GaNa", 7),
    ("Dhin TiRaKiTa | Dhin Na | Tu Na | Kat Ta | TiRaKiTa Dhin | Na Dhin | Dhin Na", 14),
    ("Dha -Dhin -Ka Dha | Dha -Dhin -Ka Dha | Dha -Tin -Ka Ta | Ta -Dhin -Ka Dha", 16),
];

#[test]
fn every_syllable_of_every_theka_is_known_and_every_beat_is_there() {
    for (text, beats) in THEKAS {
        assert_eq!(Pattern::unknown_syllables(text, Drum::Tabla), Vec::<&str>::new(), "{text}");
        let pattern = Pattern::of_theka(text);
        assert_eq!(pattern.beats().len(), beats, "{text}");
        let strokes = || pattern.beats().iter().flat_map(|beat| beat.iter());
        assert!(strokes().all(|s| (0.0..1.0).contains(&s.at) && s.stroke.drum() == Drum::Tabla));
        assert!(strokes().all(|s| s.velocity <= pattern.beats()[0][0].velocity), "the first beat is the strongest");
    }
    assert_eq!(Pattern::unknown_syllables("Dha Xu | TiRaKiZa", Drum::Tabla), ["Xu", "Za"]);
    assert_eq!(Pattern::of_theka("Xu").beats()[0][0].stroke, Stroke::Te);
}

#[test]
fn a_word_shares_its_beat_evenly() {
    let times = |text: &str| Pattern::of_theka(text).beats()[0].iter().map(|s| (s.stroke, s.at)).collect::<Vec<_>>();
    assert_eq!(times("Dha"), [(Stroke::Na, 0.0), (Stroke::Ge, 0.0)]);
    assert_eq!(times("DhaGe"), [(Stroke::Na, 0.0), (Stroke::Ge, 0.0), (Stroke::Ge, 0.5)]);
    assert_eq!(times("-Dhin"), [(Stroke::Tin, 0.5), (Stroke::Ge, 0.5)]);
    assert_eq!(times("TiRaKiTa"), [(Stroke::Te, 0.0), (Stroke::Re, 0.25), (Stroke::Ka, 0.5), (Stroke::Te, 0.75)]);
    assert_eq!(times("-"), []);
}

#[test]
fn carnatic_talas_have_a_pattern_of_their_length_with_strong_claps() {
    let talas = [
        ("S22", "c f f f c w c w", vec![0, 4, 6]),
        ("S12", "c w c f f f", vec![0, 2]),
        ("S21", "c f f c w c w", vec![0, 3, 5]),
        ("C01", "c . . c . c .", vec![0, 3, 5]),
        ("C02", "c . c . .", vec![0, 2]),
        ("C03", "c c .", vec![0, 1]),
        ("C05", "c c w", vec![0, 1, 2]),
        ("C07", "c f f f c w c w", vec![0, 4, 6]),
        ("S18", "c f f f f c c w", vec![0, 5, 6]),
        ("C04", "c . . . c . . . .", vec![0, 4]),
    ];
    for (id, marks, strong) in talas {
        let pattern = Pattern::of_tala(id, marks);
        assert_eq!(pattern.drum, Drum::Mridangam);
        assert_eq!(pattern.beats().len(), marks.split_whitespace().count(), "{id}");
        let is_strong = |beat: &Beat| beat.first().is_some_and(|s| s.velocity > 0.8 && s.at == 0.0) && beat.len() > 1;
        let found: Vec<usize> = (0..pattern.beats().len()).filter(|i| is_strong(&pattern.beats()[*i])).collect();
        assert_eq!(found, strong, "{id}");
    }
    assert_eq!(Pattern::of_tala("C06", "").beats().len(), 16);
    for text in ["ta ki ta ta ka di mi", "ta ka ta ki ta", "ta ki ta", "ta ka di mi ta ka ta ki ta"] {
        assert_eq!(Pattern::unknown_syllables(text, Drum::Mridangam), Vec::<&str>::new());
        assert_eq!(Pattern::of_solkattu(text).beats().len(), text.split(' ').count());
    }
}
