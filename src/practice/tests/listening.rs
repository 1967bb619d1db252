use super::*;
use crate::base::Rng;
use crate::theory::{Key, key::Mode};

use Verdict::{Near, Off, True, Unjudged};

/// Palta of Yaman whose Dha comes in low.
fn palta() -> Sung {
    let sung = Sung::new(0.0, 1).rest(0.3);
    let sung = [386.0, 590.0, 702.0].iter().fold(sung, |sung, cents| sung.hold(*cents, 0.4));
    let sung = sung.glide(702.0, 860.0, 0.1).hold(861.0, 0.22).ramp(861.0, 878.0, 0.12).hold(878.0, 0.5);
    sung.hold(702.0, 0.4).hold(590.0, 0.4).rest(0.4)
}

#[test]
fn a_breath_is_told_in_a_sentence() {
    let mut teacher = teacher_of(raga("Yaman"), Marking::True);
    feed(&mut teacher, &palta());
    let phrase = teacher.view().phrase.expect("a breath");
    assert_eq!(phrase.phrase.counts, [5, 1, 0]);
    assert!(phrase.phrase.is_over);
    assert_eq!(phrase.headline, "5 of 6 in tune");
    assert_eq!(phrase.sentence, "D came in 24 cents low from P, then settled. The others held.");
    let dha = teacher.view().marks.into_iter().find(|mark| mark.semitones == 9).expect("Dha");
    assert_eq!((dha.verdict, dha.words.as_str()), (Near, "-24 then -6"));
}

#[test]
fn a_drift_over_the_breath_is_measured_within_it() {
    let mut teacher = teacher_of(raga("Yaman"), Marking::True);
    let breath = |sung: Sung| {
        let falling = (0..8).fold(sung, |sung, i| {
            let cents = [0.0, 204.0, 386.3, 204.0][i % 4] - 3.0 * i as f32;
            sung.hold(cents, 0.4)
        });
        falling.rest(0.4)
    };
    feed(&mut teacher, &breath(breath(Sung::new(1.0, 2).rest(0.2))));
    let view = teacher.view();
    assert!((view.drift_cents_per_sec + 7.5).abs() < 1.5, "{}", view.drift_cents_per_sec);
    let phrase = view.phrase.expect("a breath").phrase;
    assert!((phrase.drift_cents_per_sec + 7.5).abs() < 1.5 && (phrase.drift_cents + 23.0).abs() < 6.0, "{phrase:?}");
}

#[test]
fn swaras_are_added_up_with_their_offsets() {
    let mut teacher = teacher_of(raga("Yaman"), Marking::True);
    let mut sung = Sung::new(3.0, 3);
    for _ in 0..4 {
        sung = sung.hold(0.0, 0.6).hold(204.0 + 14.0, 0.3).hold(386.3 - 28.0, 0.3).hold(1200.0, 0.3).rest(0.4);
    }
    feed(&mut teacher, &sung);
    let rows: Vec<SwaraRow> = teacher.view().swaras.iter().map(|swara| swara.row).collect();
    let found: Vec<(i16, u32, Verdict)> = rows.iter().map(|row| (row.semitones, row.count, row.verdict)).collect();
    assert_eq!(found, [(0, 4, True), (2, 4, True), (4, 4, Near), (12, 4, True)]);
    for (row, cents) in rows.iter().zip([0.0, 14.0, -28.0, 0.0]) {
        assert!((row.median_cents - cents).abs() < 3.0 && (1.0..8.0).contains(&row.spread_cents), "{row:?}");
    }
    assert!((rows.iter().map(|row| row.share).sum::<f32>() - 1.0).abs() < 1e-5 && rows[0].share > 0.35);
    assert_eq!(teacher.view().swaras[3].name.octave, 1);
}

#[test]
fn onsets_are_compared_with_the_tala() {
    let mut teacher = teacher_of(raga("Yaman"), Marking::True);
    teacher.set_grid(Some(Grid { sam_secs: 0.0, matra_secs: 0.5, parts: 1 }));
    let late = [0.0, 204.0, 386.0].iter().fold(Sung::new(1.0, 4).rest(0.54), |s, c| s.hold(*c, 0.35).rest(0.15));
    feed(&mut teacher, &late.rest(0.4));
    let offset = teacher.view().phrase.and_then(|phrase| phrase.phrase.tala_offset_secs).expect("an offset");
    assert!((offset - 0.04).abs() < 0.011, "{offset}");
}

#[test]
fn another_sa_moves_everything() {
    let mut teacher = teacher_of(raga("Yaman"), Marking::True);
    feed(&mut teacher, &Sung::new(1.0, 5).hold(204.0, 0.6).rest(0.4));
    let higher = SA_HZ * (204.0_f32 / 1200.0).exp2();
    teacher.set_sa(higher);
    teacher.set_sa(f32::NAN);
    assert_eq!(teacher.view().sa_hz, higher);
    assert!(teacher.view().marks.is_empty());
    let frames: Vec<PitchFrame> = Sung::new(1.0, 5).hold(204.0, 0.6).rest(0.4).frames(SA_HZ).collect();
    for frame in frames {
        let frame = PitchFrame { at_secs: frame.at_secs + 5.0, ..frame };
        teacher.live(&frame);
        teacher.settled(&frame);
    }
    let marks = teacher.view().marks;
    assert_eq!(marks.iter().map(|mark| (mark.semitones, mark.verdict)).collect::<Vec<_>>(), [(0, True)]);
}

#[test]
fn the_page_shows_the_note_that_sounds_and_the_line() {
    let mut teacher = teacher_of(raga("Yaman"), Marking::True);
    let sung = Sung::new(1.0, 6).rest(0.3).hold(702.0, 0.5).hold(1084.0, 0.6);
    let frames: Vec<PitchFrame> = sung.frames(SA_HZ).collect();
    for (i, frame) in frames.iter().enumerate() {
        teacher.live(frame);
        if i >= LAG {
            teacher.settled(&frames[i - LAG]);
        }
    }
    let view = teacher.view();
    let now = view.now.expect("a note");
    assert_eq!((now.name.symbol.as_str(), now.name.syllable.as_str(), now.semitones), ("N", "नि", 11));
    assert!((now.off_cents + 4.0).abs() < 3.0 && now.is_in_raga && now.verdict == True, "{now:?}");
    let ratios: Vec<(u16, u16)> = now.shades.iter().map(|shade| shade.ratio).collect();
    assert_eq!((ratios, now.shades[0].is_target), (vec![(15, 8), (243, 128)], true));
    assert!(now.spread_cents.is_some_and(|cents| cents < 4.0));
    let unsure = view.trail.iter().filter(|point| !point.is_sure).count();
    assert_eq!((view.trail.len(), unsure), (frames.len(), LAG));
    let finals: Vec<bool> = view.marks.iter().map(|mark| mark.is_final).collect();
    assert_eq!(finals, [true, false]);
    assert!(teacher.sounding().is_some_and(|judged| judged.is_note() && judged.judgement.verdict == True));
    assert_eq!(view.targets.first().map(|target| target.semitones), Some(-6));
}

/// Frames that a room gives in which nobody sings.
fn noise(at_secs: f64, level_db: f32) -> PitchFrame {
    PitchFrame { at_secs, hz: None, candidate_hz: 200.0, clarity: 0.3, level_db, is_voiced: false }
}

#[test]
fn noise_clapping_and_a_hot_or_dead_microphone_are_states_and_no_scores() {
    let hear = |frame: &dyn Fn(usize, &mut Rng) -> PitchFrame| {
        let mut teacher = teacher_of(raga("Yaman"), Marking::True);
        let mut rng = Rng::new(9);
        let heard: Vec<Hearing> = (0..1600)
            .map(|i| {
                let frame = frame(i, &mut rng);
                teacher.live(&frame);
                teacher.settled(&frame);
                teacher.hearing()
            })
            .collect();
        teacher.finish();
        let judged = std::iter::from_fn(|| teacher.poll()).filter(|j| j.judgement.verdict != Unjudged).count();
        (heard, judged)
    };
    let at = |i: usize| i as f64 * 0.005;
    let (hiss, marks) = hear(&|i, rng| {
        let blip = rng.below(40) == 0;
        let hz = blip.then(|| 100.0 + 300.0 * rng.unit());
        PitchFrame { hz, is_voiced: blip, ..noise(at(i), -25.0) }
    });
    assert!(hiss[150..400].iter().all(|heard| *heard == Hearing::Noise) && marks == 0);
    let (claps, marks) = hear(&|i, _| noise(at(i), if i % 80 < 16 { -18.0 } else { -70.0 }));
    assert!(claps[200..].iter().all(|heard| *heard == Hearing::Noise) && marks == 0, "{:?}", claps[1599]);
    let voice = |i: usize, level_db: f32| PitchFrame { hz: Some(SA_HZ), is_voiced: true, ..noise(at(i), level_db) };
    let (hot, marks) = hear(&|i, _| voice(i, -1.0));
    assert!(hot[40..].iter().all(|heard| *heard == Hearing::TooLoud) && marks == 0);
    let (dead, marks) = hear(&|i, _| noise(at(i), -120.0));
    assert!(dead[1100..].iter().all(|heard| *heard == Hearing::NoSignal) && marks == 0);
    let (quiet, _) = hear(&|i, _| noise(at(i), -68.0));
    assert!(quiet.iter().all(|heard| heard.is_clear()));
}

#[test]
fn two_voices_are_not_judged_and_one_voice_with_wide_leaps_is() {
    let mut teacher = teacher_of(raga("Yaman"), Marking::True);
    for i in 0..1200_usize {
        // The ear goes to and fro between two singers a fifth apart.
        let cents = if (i / 18).is_multiple_of(2) { 0.0_f32 } else { 702.0 };
        let hz = Some(SA_HZ * (cents / 1200.0).exp2());
        let frame = PitchFrame { hz, is_voiced: true, ..noise(i as f64 * 0.005, -20.0) };
        teacher.live(&frame);
        teacher.settled(&frame);
    }
    assert_eq!(teacher.hearing(), Hearing::TwoVoices);
    teacher.finish();
    assert_eq!(teacher.view().phrase, None);
    assert!(teacher.unclear_secs() > 4.0);
    let mut teacher = teacher_of(raga("Yaman"), Marking::True);
    let leaps = (0..12).fold(Sung::new(2.0, 7), |sung, i| sung.hold([0.0, 1200.0, 702.0][i % 3], 0.3));
    feed(&mut teacher, &leaps.rest(0.4));
    assert_eq!(teacher.view().phrase.map(|phrase| phrase.phrase.counts), Some([12, 0, 0]));
    assert_eq!(teacher.unclear_secs(), 0.0);
}

#[test]
fn nothing_is_judged_while_the_owner_of_the_drone_says_so() {
    let mut teacher = teacher_of(raga("Yaman"), Marking::True);
    teacher.set_hearing(Hearing::UnderDrone);
    feed(&mut teacher, &palta());
    let view = teacher.view();
    assert_eq!((view.hearing, view.phrase.is_none(), view.swaras.len()), (Hearing::UnderDrone, true, 0));
    assert!(view.marks.iter().all(|mark| mark.verdict == Unjudged) && !view.marks.is_empty());
    assert!(Hearing::UnderDrone.sentence().starts_with("I can't hear you over the drone"));
}

#[test]
fn a_keyboard_practises_scales_and_chords_in_western_names() {
    let mut teacher = teacher_of(Key::new(2, Mode::Major), Marking::True);
    assert_eq!(teacher.view().subject, "D major");
    for (i, key) in [50_u8, 52, 54, 55, 57, 58].into_iter().enumerate() {
        teacher.key(1.0 + 0.5 * i as f64, key, true);
        teacher.key(1.4 + 0.5 * i as f64, key, false);
    }
    let found: Vec<Verdict> = std::iter::from_fn(|| teacher.poll()).map(|judged| judged.judgement.verdict).collect();
    assert_eq!(found, [True, True, True, True, True, Off]);
    let names: Vec<String> = teacher.view().marks.iter().map(|mark| mark.name.symbol.clone()).collect();
    assert_eq!(names, ["D", "E", "F#", "G", "A", "Bb"]);
    teacher.pass(8.0);
    let phrase = teacher.view().phrase.expect("a phrase");
    assert_eq!((phrase.phrase.counts, phrase.sentence.as_str()), ([5, 0, 1], "Bb is not in D major. The others held."));
    for key in [52_u8, 55, 59, 62] {
        teacher.key(9.0, key, true);
    }
    assert_eq!(teacher.view().chord.as_deref(), Some("Em7"));
    assert!(teacher.view().now.is_some() && teacher.sounding().is_some());
    teacher.finish();
    assert_eq!((teacher.view().chord, teacher.view().now), (None, None));
}

#[test]
fn a_keyboard_follows_the_order_of_a_raga() {
    let mut teacher = teacher_of(raga("Bhimpalasi"), Marking::True);
    let sa = 50;
    for (i, step) in [0_u8, 2, 3].into_iter().enumerate() {
        teacher.key(1.0 + 0.2 * i as f64, sa + step, true);
        teacher.key(1.15 + 0.2 * i as f64, sa + step, false);
    }
    assert_eq!(teacher.view().remarks[0].sentence, "Sa to Re: in Bhimpalasi Re is sung only on the way down.");
}

#[test]
fn the_summary_has_the_fields_that_are_promised() {
    let mut teacher = teacher_of(raga("Yaman"), Marking::True);
    feed(&mut teacher, &palta());
    teacher.finish();
    let json = serde_json::to_value(teacher.summary()).expect("JSON");
    assert!((json["sa_hz"].as_f64().expect("a number") - 146.8).abs() < 1e-3 && json["raga"] == "Yaman");
    assert_eq!(json["hearing"], "clear");
    let dha = json["swaras"].as_array().expect("rows").iter().find(|row| row["swara"] == "D").expect("Dha");
    assert!(dha["octave"] == 0 && dha["verdict"] == "true" && dha["share"].as_f64() > Some(0.1), "{dha}");
    for key in ["median_cents", "spread_cents"] {
        assert!(dha[key].is_number(), "{key}");
    }
    let phrase = &json["phrases"][0];
    assert!(phrase["true"] == 5 && phrase["near"] == 1 && phrase["off"] == 0, "{phrase}");
    assert!(json["raga_hint"].as_array().is_some_and(Vec::is_empty) && json["remarks"].is_array());
}

#[test]
fn memory_is_bounded_and_nonsense_is_passed_over() {
    let mut teacher = teacher_of(raga("Yaman"), Marking::True);
    let mut rng = Rng::new(11);
    for i in 0..60_000 {
        let odd = rng.below(50);
        let at_secs = match odd {
            0 => f64::NAN,
            1 => f64::NEG_INFINITY,
            2 => 0.0,
            _ => f64::from(i) * 0.005,
        };
        let step = f32::from(u8::try_from(i / 40 % 13).expect("small"));
        let hz = match odd {
            3 => Some(f32::NAN),
            4 => Some(-1.0),
            5 => None,
            _ => Some(SA_HZ * (step / 6.0).exp2()),
        };
        let frame = PitchFrame { at_secs, hz, is_voiced: hz.is_some(), ..noise(0.0, -20.0) };
        teacher.live(&frame);
        teacher.settled(&frame);
        teacher.key(at_secs, (odd * 7) as u8, odd.is_multiple_of(2));
    }
    let view = teacher.view();
    assert!(view.trail.len() <= 2600 && view.marks.len() <= 512 && view.remarks.len() <= 8);
    assert!(view.trail.iter().all(|point| point.cents.is_none_or(f32::is_finite)));
    assert!(std::iter::from_fn(|| teacher.poll()).count() <= 128);
    teacher.reset();
    let mut fresh = teacher_of(raga("Yaman"), Marking::True);
    feed(&mut teacher, &palta());
    feed(&mut fresh, &palta());
    assert_eq!(teacher.view(), fresh.view());
}
