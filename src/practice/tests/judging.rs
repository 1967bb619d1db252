use super::*;
use crate::theory::raga::{Confidence, Grade};

use Verdict::{Near, Off, True, Unjudged};

#[test]
fn plain_notes_are_judged_by_the_bands_of_the_table() {
    let cases = [
        (0.0, True, True),
        (8.0, True, True),
        (12.0, Near, True),
        (-17.0, Near, True),
        (25.0, Off, True),
        (702.0 + 13.0, Near, True),
        (1200.0 - 40.0, Off, Near),
        (204.0 + 17.0, True, True),
        (204.0 + 28.0, Near, True),
        (204.0 + 42.0, Off, Near),
        // Both shades of Ga, and what is between them.
        (386.3, True, True),
        (407.8, True, True),
        (397.0, True, True),
        (386.3 - 24.0, Near, True),
    ];
    for (cents, strict, gentle) in cases {
        assert_eq!(verdict(Marking::True, cents, 0.6), strict, "{cents}");
        assert_eq!(verdict(Marking::Gentle, cents, 0.6), gentle, "{cents}, gently");
    }
}

#[test]
fn the_learner_may_choose_the_shade() {
    let row_with = |is_higher: bool| {
        let mut teacher = teacher_of(raga("Yaman"), Marking::True);
        teacher.set_shade(4, is_higher);
        feed(&mut teacher, &Sung::new(1.0, 2).rest(0.3).hold(376.0, 0.6).rest(0.4));
        teacher.view().swaras[0].row
    };
    let (low, high) = (row_with(false), row_with(true));
    assert!((low.median_cents + 10.3).abs() < 2.0 && low.verdict == True, "{low:?}");
    assert!((high.median_cents + 31.8).abs() < 2.0 && high.verdict == Near, "{high:?}");
}

#[test]
fn a_note_outside_the_raga_is_off_only_where_it_is_stable() {
    let found = judged("Yaman", Marking::True, &Sung::new(2.0, 3).hold(0.0, 0.5).hold(112.0, 0.5).hold(204.0, 0.5));
    let verdicts: Vec<Verdict> = found.iter().map(|judged| judged.judgement.verdict).collect();
    assert_eq!(verdicts, [True, Off, True], "{found:?}");
    assert_eq!(found[1].judgement.reason, Reason::Foreign);
    assert_ne!(verdict(Marking::True, 112.0, 0.11), Off);
    let meend = Sung::new(2.0, 3).hold(0.0, 0.5).glide(0.0, 386.0, 0.6).hold(386.0, 0.5);
    assert!(judged("Yaman", Marking::True, &meend).iter().all(|judged| judged.judgement.verdict == True));
}

#[test]
fn a_contested_row_never_makes_anything_worse_than_near() {
    let contested = tables().ragas.ragas().iter().find(|raga| raga.confidence == Confidence::C).expect("a C row");
    let mut teacher = teacher_of(contested.clone(), Marking::True);
    let sung = (0..24).fold(Sung::new(2.0, 4), |sung, step| sung.hold(53.0 * ((step * 7) % 24) as f32, 0.3));
    feed(&mut teacher, &sung.rest(0.5));
    let found: Vec<Judged> = std::iter::from_fn(|| teacher.poll()).collect();
    assert!(found.len() > 20 && found.iter().any(|judged| judged.judgement.verdict == Near), "{found:?}");
    assert!(found.iter().all(|judged| judged.judgement.verdict != Off), "{found:?}");
    let view = teacher.view();
    assert!(view.remarks.iter().all(|remark| remark.verdict == Near), "{:?}", view.remarks);
    assert!(view.swaras.iter().all(|swara| swara.row.verdict != Off));
}

#[test]
fn a_raga_with_visitors_is_strict_about_sa_and_pa_alone() {
    let is_fit = |raga: &&Raga| raga.is_bhashanga && raga.confidence == Confidence::A && raga.has(7) && !raga.has(6);
    let visited = tables().ragas.ragas().iter().find(is_fit).expect("a bhashanga raga");
    let judge = verdict::Judge { targets: Targets::of(&visited.clone().into()), marking: Marking::True };
    assert_eq!([30.0, 700.0 - 25.0, 590.0].map(|cents| judge.pitch(cents).verdict), [Off, Off, Near]);
}

#[test]
fn a_kampita_is_judged_by_its_extremes_and_rate_and_not_by_its_mean() {
    let swing = |low: f32, high: f32, rate_hz: f32| {
        let sung = Sung::new(2.0, 5).rest(0.3).swing(low, high, rate_hz, 1.0).rest(0.3);
        let found = judged("Yaman", Marking::True, &sung);
        let swung = found.iter().find(|judged| matches!(judged.figure.shape, Shape::Swing(_)));
        let swung = swung.unwrap_or_else(|| panic!("{low} {high} {rate_hz}: {found:?}"));
        (swung.judgement.verdict, swung.judgement.place.semitones)
    };
    // From Ma to Pa: its mean is on neither, and Pa is not shaken.
    assert_eq!(swing(590.0, 702.0, 5.2), (True, 6));
    assert_eq!(swing(1088.0 - 110.0, 1088.0 + 110.0, 5.2), (True, 11));
    assert_eq!(swing(386.0, 590.0, 4.0), (True, 4));
    assert_eq!(swing(1088.0 - 210.0, 1088.0 + 210.0, 4.5).0, Off);
    assert_eq!(swing(65.0, 204.0 + 65.0, 5.0).0, Near);
    assert_eq!(swing(590.0, 702.0, 7.8).0, Near);
}

#[test]
fn glides_are_judged_by_their_ends() {
    let glide = |from: f32, to: f32| {
        let sung = Sung::new(2.0, 6).rest(0.3).hold(from, 0.4).glide(from, to, 0.4).hold(to, 0.4).rest(0.3);
        let found = judged("Yaman", Marking::True, &sung);
        let glide = found.iter().find(|judged| matches!(judged.figure.shape, Shape::Glide(_)));
        glide.unwrap_or_else(|| panic!("{from} {to}: {found:?}")).judgement.verdict
    };
    assert_eq!(glide(590.0, 702.0), True);
    assert_eq!(glide(1200.0, 884.0 - 20.0), True);
    assert_eq!(glide(386.0, 590.0 - 43.0), Near);
    assert_eq!(glide(0.0, 294.0), Off);
}

#[test]
fn touches_and_turns_are_never_marked() {
    let sung = Sung::new(2.0, 7).hold(386.0, 0.4).touch(386.0, 280.0, 0.07).hold(386.0, 0.4).rest(0.4);
    let found = judged("Yaman", Marking::True, &sung);
    let verdicts: Vec<Verdict> = found.iter().map(|judged| judged.judgement.verdict).collect();
    assert_eq!(verdicts, [True, Unjudged, True], "{found:?}");
}

#[test]
fn the_order_of_stable_notes_is_remarked_on_in_words() {
    let walk = |name: &str, notes: &[f32]| {
        let mut teacher = teacher_of(raga(name), Marking::True);
        feed(&mut teacher, &notes.iter().fold(Sung::new(2.0, 8), |sung, cents| sung.hold(*cents, 0.4)).rest(0.4));
        teacher.finish();
        teacher.view().remarks.into_iter().map(|r| (r.grade, r.verdict, r.sentence)).collect::<Vec<_>>()
    };
    let bhimpalasi = walk("Bhimpalasi", &[0.0, 204.0, 316.0, 498.0, 702.0]);
    let sentence = "Sa to Re: in Bhimpalasi Re is sung only on the way down.".to_owned();
    assert_eq!(bhimpalasi.first(), Some(&(Grade::WrongWay, Off, sentence)), "{bhimpalasi:?}");
    assert_eq!(walk("Bhimpalasi", &[0.0, 316.0, 498.0, 702.0, 996.0, 1200.0, 996.0, 884.0, 702.0]), []);
    let yaman = walk("Yaman", &[-112.0, 204.0, 386.0, 294.0, 386.0]);
    assert_eq!(yaman.first().map(|r| (r.0, r.2.as_str())), Some((Grade::Foreign, "komal Ga is not in Yaman.")));
    // A note from outside is one remark, in whatever octave and wherever it was come to from.
    let mut teacher = teacher_of(raga("Yaman"), Marking::True);
    let foreign = [386.0, 294.0, 386.0, 294.0 - 1200.0, 0.0, 294.0];
    feed(&mut teacher, &foreign.iter().fold(Sung::new(2.0, 9), |sung, cents| sung.hold(*cents, 0.4)).rest(0.4));
    teacher.finish();
    let told = teacher.summary().remarks;
    let of_foreign = told.iter().filter(|told| told.sentence == "komal Ga is not in Yaman.").map(|told| told.count);
    assert_eq!(of_foreign.collect::<Vec<_>>(), [3], "{told:?}");
    // After a breath anything may begin.
    let mut teacher = teacher_of(raga("Bhimpalasi"), Marking::True);
    feed(&mut teacher, &Sung::new(2.0, 9).hold(0.0, 0.4).rest(0.4).hold(204.0, 0.4).hold(0.0, 0.4).rest(0.4));
    assert!(teacher.view().remarks.is_empty(), "{:?}", teacher.view().remarks);
}

#[test]
fn a_step_over_what_the_lines_go_through_names_it() {
    let subject: Subject = raga("Yaman").into();
    let (order, names) = (order::Order::new(&subject), Names::new(&subject, Script::Latin));
    let remark = Remark { at_secs: 0.0, from: 7, to: 11, grade: Grade::Skips, verdict: True };
    let sentence = order.sentence(&remark, &subject, &names);
    assert_eq!(sentence, "Pa to Ni: in Yaman the way up from Pa goes through Dha.");
}

#[test]
fn in_turning_ragas_a_straight_step_is_remarked_on() {
    let is_turning = |raga: &&Raga| raga.is_vakra && raga.confidence == Confidence::A && !raga.is_bhashanga;
    let mut straight = 0;
    for raga in tables().ragas.ragas().iter().filter(is_turning) {
        let subject: Subject = raga.clone().into();
        let (mut order, names) = (order::Order::new(&subject), Names::new(&subject, Script::Latin));
        let grammar = crate::theory::raga::Grammar::of(raga);
        for (from, to) in (0..12).flat_map(|from| (from - 11..from + 12).map(move |to| (from, to))) {
            order.forget();
            assert_eq!(order.note(0.0, from, true, Marking::True), None);
            let remark = order.note(0.5, to, true, Marking::True);
            assert_eq!(remark.map_or(Grade::Legal, |remark| remark.grade), grammar.grade(from, to));
            if let Some(remark) = remark.filter(|remark| remark.grade == Grade::Straightens) {
                let sentence = order.sentence(&remark, &subject, &names);
                assert!(
                    remark.verdict == Off && sentence.contains(&raga.name) && sentence.ends_with('.'),
                    "{sentence}"
                );
                straight += 1;
            }
        }
    }
    assert!(straight > 20, "{straight}");
}

#[test]
fn targets_of_all_ragas_are_their_own_notes() {
    for raga in tables().ragas.ragas() {
        let targets = Targets::of(&raga.clone().into());
        for semitones in -12..24_i16 {
            let cents = targets.cents(semitones);
            let place = targets.named(cents);
            assert_eq!(place.semitones, semitones, "{}", raga.name);
            assert!(place.off_cents.abs() < 0.01);
            let has = raga.has(semitones.rem_euclid(12) as u8);
            assert_eq!(targets.nearest(cents).semitones == semitones, has, "{} {semitones}", raga.name);
        }
    }
}
