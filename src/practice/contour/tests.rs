use super::*;
use crate::practice::testing::{HOP_SECS, Sung};

/// The figures of a line, cut as it comes.
fn figures(sung: &Sung) -> Vec<Figure> {
    let mut contour = Contour::new();
    let mut found = Vec::new();
    for (frame, cents) in sung.line().iter().enumerate() {
        contour.step(frame as f64 * HOP_SECS, *cents, &mut |figure, _| found.push(figure));
    }
    contour.end(&mut |figure, _| found.push(figure));
    found
}

/// The figures in short: the kind and the nearest semitone.
fn words(figures: &[Figure]) -> String {
    let near = |cents: f32| (cents / 100.0).round() as i32;
    let word = |figure: &Figure| match &figure.shape {
        Shape::Held(held) if held.vibrato.is_some() => format!("v{}", near(held.cents)),
        Shape::Held(held) => format!("h{}", near(held.cents)),
        Shape::Swing(swing) => format!("s{}", near(swing.mean_cents)),
        Shape::Glide(glide) => format!("g{}:{}", near(glide.from_cents), near(glide.to_cents)),
        Shape::Touch(touch) => format!("{:?}{}", touch.kind, near(touch.main_cents)),
        Shape::Turn => "turn".to_owned(),
    };
    figures.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn cut(sung: &Sung) -> String {
    words(&figures(sung))
}

#[test]
fn steps_between_held_notes_are_no_figures() {
    for flutter in [0.0, 3.0, 6.0] {
        for secs in [0.25, 0.5, 1.5] {
            let sung = Sung::new(flutter, 1).hold(0.0, secs).hold(204.0, secs).hold(386.0, secs).hold(0.0, secs);
            assert_eq!(cut(&sung), "h0 h2 h4 h0", "flutter {flutter}, {secs} s");
        }
    }
}

#[test]
fn held_notes_have_their_pitch_their_times_and_their_spread() {
    let found = figures(&Sung::new(4.0, 2).rest(0.3).hold(384.0, 0.8).hold(702.0, 0.8).rest(0.5));
    assert_eq!(words(&found), "h4 h7");
    for (figure, (cents, begin_secs)) in found.iter().zip([(384.0, 0.3), (702.0, 1.15)]) {
        let Shape::Held(held) = figure.shape else { panic!("{figure:?}") };
        assert!((held.cents - cents).abs() < 2.0 && (held.settled_cents - cents).abs() < 2.0, "{held:?}");
        assert!((figure.begin_secs - begin_secs).abs() < 0.04, "{figure:?}");
        assert!((1.0..9.0).contains(&held.spread_cents), "{held:?}");
    }
    assert!((found[1].end_secs - 1.895).abs() < 0.02, "{found:?}");
}

#[test]
fn the_first_of_a_note_and_of_the_voice_is_not_judged() {
    let mut contour = Contour::new();
    let mut first_secs = Vec::new();
    let sung = Sung::new(0.0, 1).hold(-60.0, 0.015).ramp(-20.0, 0.0, 0.06).hold(0.0, 0.6).rest(0.2);
    for (frame, cents) in sung.line().iter().enumerate() {
        contour.step(frame as f64 * HOP_SECS, *cents, &mut |figure, points| {
            let Shape::Held(held) = figure.shape else { panic!("{figure:?}") };
            assert!(held.onset_cents.abs() < 7.0 && held.cents == 0.0, "{held:?}");
            first_secs.push(points[0].at_secs);
        });
    }
    assert_eq!(first_secs, [0.06]);
}

#[test]
fn a_consonant_is_inside_a_note_and_another_pitch_after_it_is_another_note() {
    let sung = Sung::new(3.0, 3).hold(0.0, 0.4).rest(0.045).hold(0.0, 0.4).rest(0.045).hold(204.0, 0.4);
    let found = figures(&sung);
    assert_eq!(words(&found), "h0 h2");
    assert_eq!((found[0].consonants, found[1].consonants), (1, 0));
    assert!((found[1].begin_secs - 0.89).abs() < 0.011, "{found:?}");
    assert_eq!(cut(&Sung::new(3.0, 3).hold(0.0, 0.4).rest(0.1).hold(0.0, 0.4)), "h0 h0");
}

#[test]
fn the_shades_of_one_swara_are_two_notes_where_each_is_held() {
    let legato = Sung::new(3.0, 19).hold(386.3, 1.0).hold(407.8, 1.0).hold(386.3, 1.0);
    let found = figures(&legato);
    let cents: Vec<f32> =
        found.iter().filter_map(|f| if let Shape::Held(h) = f.shape { Some(h.cents) } else { None }).collect();
    let is_near = |(a, b): (&f32, f32)| (a - b).abs() < 2.5;
    assert!(cents.len() == 3 && cents.iter().zip([386.3, 407.8, 386.3]).all(is_near), "{cents:?}");
    let stops = Sung::new(3.0, 20).hold(884.4, 0.3).rest(0.045).hold(905.9, 0.3).rest(0.045).hold(905.9, 0.3);
    assert_eq!(cut(&stops), "h9 h9");
    let drift = Sung::new(3.0, 21).hold(0.0, 0.3).ramp(0.0, 40.0, 2.5).rest(0.2);
    assert_eq!(cut(&drift), "h0");
    assert_eq!(cut(&Sung::new(6.0, 22).hold(0.0, 8.0)), "h0");
}

#[test]
fn a_kampita_is_one_swing_with_its_extremes_and_rate() {
    for (low, high, rate_hz) in [(-110.0, 110.0, 5.2), (386.0, 498.0, 4.0), (590.0, 702.0, 6.5), (0.0, 204.0, 3.2)] {
        for flutter in [0.0, 4.0] {
            let middle = 0.5 * (low + high);
            let sung = Sung::new(flutter, 4).hold(middle, 0.4).swing(low, high, rate_hz, 1.2).hold(middle, 0.4);
            let found = figures(&sung);
            let swings: Vec<Swing> = found
                .iter()
                .filter_map(|f| if let Shape::Swing(swing) = f.shape { Some(swing) } else { None })
                .collect();
            let [swing] = swings.as_slice() else { panic!("{low} {high} {rate_hz}: {}", words(&found)) };
            assert!((swing.low_cents - low).abs() < 14.0 && (swing.high_cents - high).abs() < 14.0, "{swing:?}");
            assert!((swing.rate_hz - rate_hz).abs() < 0.3 && swing.cycles >= 3.0, "{rate_hz}: {swing:?}");
            assert!((swing.mean_cents - middle).abs() < 16.0, "{swing:?}");
        }
    }
}

#[test]
fn two_cycles_make_a_kampita_and_one_does_not() {
    let swings = |cycles: f64| {
        let sung = Sung::new(2.0, 5).rest(0.1).swing(-100.0, 100.0, 5.0, cycles / 5.0).rest(0.2);
        figures(&sung).iter().filter(|figure| matches!(figure.shape, Shape::Swing(_))).count()
    };
    assert_eq!((swings(1.0), swings(2.1), swings(4.0)), (0, 1, 1));
}

#[test]
fn a_vibrato_stays_a_held_note_and_says_so() {
    let found = figures(&Sung::new(2.0, 6).hold(498.0, 0.4).swing(475.0, 521.0, 6.0, 1.2).hold(498.0, 0.2));
    assert_eq!(words(&found), "v5");
    let Shape::Held(Held { vibrato: Some(vibrato), cents, .. }) = found[0].shape else { panic!("{found:?}") };
    assert!((vibrato.rate_hz - 6.0).abs() < 0.4 && (vibrato.extent_cents - 46.0).abs() < 12.0, "{vibrato:?}");
    assert!((cents - 498.0).abs() < 5.0);
}

#[test]
fn an_andolan_is_slow_and_narrow() {
    let found = figures(&Sung::new(2.0, 7).hold(294.0, 0.3).swing(265.0, 323.0, 2.2, 2.4).hold(294.0, 0.3));
    let andolan = found.iter().find_map(|f| if let Shape::Swing(swing) = f.shape { Some(swing) } else { None });
    let andolan = andolan.unwrap_or_else(|| panic!("{}", words(&found)));
    assert!((andolan.rate_hz - 2.2).abs() < 0.25, "{andolan:?}");
}

#[test]
fn a_meend_is_a_glide_with_its_ends() {
    for (from, to, secs) in [(590.0, 702.0, 0.35), (0.0, 702.0, 0.5), (1200.0, 884.0, 0.3), (386.0, 204.0, 1.0)] {
        let sung = Sung::new(3.0, 8).hold(from, 0.5).glide(from, to, secs).hold(to, 0.5);
        let found = figures(&sung);
        let [_, Figure { shape: Shape::Glide(glide), .. }, _] = found.as_slice() else {
            panic!("{from} {to}: {}", words(&found))
        };
        assert!(glide.is_left && glide.is_reached && glide.is_up() == (to > from), "{glide:?}");
        assert!((glide.from_cents - from).abs() < 8.0 && (glide.to_cents - to).abs() < 8.0, "{glide:?}");
    }
}

#[test]
fn a_glide_out_of_silence_has_no_note_before_it() {
    let found = figures(&Sung::new(2.0, 9).rest(0.2).glide(0.0, 702.0, 0.4).hold(702.0, 0.5).rest(0.3));
    let [Figure { shape: Shape::Glide(glide), .. }, _] = found.as_slice() else { panic!("{}", words(&found)) };
    assert!(!glide.is_left && glide.is_reached && (glide.to_cents - 702.0).abs() < 8.0, "{glide:?}");
}

#[test]
fn a_very_slow_glide_is_no_held_note() {
    let text = cut(&Sung::new(2.0, 10).hold(0.0, 0.5).ramp(0.0, 112.0, 1.6).hold(112.0, 0.5));
    assert!(text.contains('g') && text.matches('h').count() <= 2, "{text}");
}

#[test]
fn touches_are_kan_sphurita_and_pratyahata() {
    let sphurita = Sung::new(2.0, 11).hold(386.0, 0.4).touch(386.0, 204.0, 0.07).hold(386.0, 0.4);
    assert_eq!(cut(&sphurita), "h4 Sphurita4 h4");
    let pratyahata = Sung::new(2.0, 11).hold(386.0, 0.4).touch(386.0, 498.0, 0.08).hold(386.0, 0.4);
    assert_eq!(cut(&pratyahata), "h4 Pratyahata4 h4");
    let kan = Sung::new(2.0, 12).rest(0.2).hold(884.0, 0.07).glide(884.0, 702.0, 0.08).hold(702.0, 0.5);
    assert_eq!(cut(&kan), "Kan7 h7");
    let over = Sung::new(2.0, 13).hold(204.0, 0.4).glide(204.0, 498.0, 0.08).glide(498.0, 386.0, 0.06).hold(386.0, 0.5);
    assert_eq!(cut(&over), "h2 Kan4 h4");
}

#[test]
fn janta_pairs_are_two_notes_each() {
    let scale = [0.0, 112.0, 386.0, 498.0];
    let sung = scale.iter().fold(Sung::new(2.0, 14), |sung, cents| {
        let dip = cents - 105.0;
        sung.hold(*cents, 0.4).touch(*cents, dip, 0.06).hold(*cents, 0.35)
    });
    let found = figures(&sung);
    let notes = found.iter().filter(|figure| matches!(figure.shape, Shape::Held(_))).count();
    let touches = found.iter().filter(|figure| matches!(figure.shape, Shape::Touch(_))).count();
    assert_eq!((notes, touches), (8, 4), "{}", words(&found));
}

#[test]
fn a_leap_of_an_octave_is_a_step() {
    assert_eq!(cut(&Sung::new(3.0, 15).hold(0.0, 0.5).hold(1200.0, 0.5).hold(0.0, 0.5)), "h0 h12 h0");
}

#[test]
fn a_note_that_comes_in_low_is_one_note_with_two_places() {
    let sung = Sung::new(2.0, 16).hold(702.0, 0.4).glide(702.0, 860.0, 0.1).hold(860.0, 0.22).ramp(860.0, 878.0, 0.12);
    let found = figures(&sung.hold(878.0, 0.4));
    let Some(Shape::Held(held)) = found.last().map(|figure| figure.shape) else { panic!("{}", words(&found)) };
    assert_eq!(found.len(), 2, "{}", words(&found));
    assert!((held.onset_cents - 860.0).abs() < 5.0 && (held.settled_cents - 878.0).abs() < 6.0, "{held:?}");
}

#[test]
fn a_very_long_note_goes_on_in_parts_that_say_so() {
    let found = figures(&Sung::new(2.0, 17).hold(0.0, 25.0).rest(0.3));
    let continued: Vec<bool> = found.iter().map(|figure| figure.is_continued).collect();
    assert_eq!(continued, [false, true, true], "{}", words(&found));
    assert!((found[2].end_secs - 24.995).abs() < 1e-6);
}

#[test]
fn what_is_known_of_a_note_while_it_sounds_is_open() {
    let mut contour = Contour::new();
    let sung = Sung::new(2.0, 18).hold(0.0, 0.5).hold(204.0, 0.5);
    let (mut ends, mut frame_of_end) = (0, 0);
    for (frame, cents) in sung.line().iter().enumerate() {
        contour.step(frame as f64 * HOP_SECS, *cents, &mut |figure, _| {
            (ends, frame_of_end) = (ends + 1, frame);
            assert!((frame as f64 * HOP_SECS - figure.end_secs) < 0.18, "{figure:?}");
        });
    }
    assert_eq!(ends, 1);
    assert!(matches!(contour.open(), [Figure { shape: Shape::Held(held), .. }] if (held.cents - 204.0).abs() < 4.0));
}

#[test]
fn nonsense_is_passed_over() {
    let mut contour = Contour::new();
    let mut count = 0;
    for i in 0..4000 {
        let at = [f64::NAN, f64::INFINITY, -1.0, 0.001 * f64::from(i)][i as usize % 4];
        let cents = [Some(f32::NAN), Some(f32::INFINITY), Some(1e30), Some(50.0), None][i as usize % 5];
        contour.step(at, cents, &mut |_, _| count += 1);
    }
    contour.end(&mut |figure, _| assert!(figure.end_secs >= figure.begin_secs));
    assert!(contour.open().is_empty() && count < 4000);
    assert!(figures(&Sung::new(0.0, 1).rest(3.0)).is_empty());
}
