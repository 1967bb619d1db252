use super::*;
use crate::base::Rng;
use crate::theory::raga::{Note, Tradition, tables};

/// Half a second for each note of a line in notation; " | " is a breath.
fn sing(hint: &mut RagaHint, line: &str, tradition: Tradition) {
    let mut at_secs = hint.end_secs + 0.05;
    for word in line.split_whitespace() {
        if word == "|" {
            at_secs += 1.0;
            continue;
        }
        let note = Note::parse(word, tradition).expect(word);
        hint.hear(HeldPitch { at_secs, cents: 100.0 * f32::from(note.semitones()) + 8.0, secs: 0.5 });
        at_secs += 0.5;
    }
}

fn hint() -> RagaHint {
    RagaHint::new(&tables().ragas)
}

fn top(hint: &RagaHint) -> Candidate {
    hint.answer().candidates.first().expect("enough was heard").clone()
}

#[test]
fn nothing_is_said_before_ten_seconds_of_held_notes() {
    let mut hint = hint();
    sing(&mut hint, "S R2 G3 P D2 S^ D2 P G3 R2 S | S R2 G3 P D2 S^ D2", Tradition::Carnatic);
    assert_eq!((hint.answer().candidates.len(), hint.answer().held_secs), (0, 9.0));
    sing(&mut hint, "P G3 R2 S", Tradition::Carnatic);
    let early = hint.answer();
    assert_eq!(early.candidates.len(), CANDIDATES);
    for _ in 0..4 {
        sing(&mut hint, "S R2 G3 P D2 S^ D2 P G3 R2 S |", Tradition::Carnatic);
    }
    let late = hint.answer();
    assert!(early.confidence < 0.5 && late.confidence == 1.0);
    assert!(late.candidates[0].probability > early.candidates[0].probability, "{late:?}");
}

#[test]
fn hindolam_is_told_by_what_it_leaves_out() {
    let mut hint = hint();
    hint.set_tradition(Some(Tradition::Carnatic));
    for _ in 0..4 {
        sing(&mut hint, "S G2 M1 D1 N2 S^ N2 D1 M1 G2 S | M1 G2 M1 D1 N2 D1 M1 G2 S |", Tradition::Carnatic);
    }
    let top = top(&hint);
    assert_eq!(top.name, "Hindolam");
    assert!(top.probability > 0.5, "{top:?}");
    assert!(top.evidence.contains(&"no R or P".to_owned()), "{:?}", top.evidence);
    assert!(top.evidence.contains(&"G2 M1 D1 N2".to_owned()), "{:?}", top.evidence);
}

#[test]
fn notes_of_one_direction_are_named() {
    let mut hint = hint();
    hint.set_tradition(Some(Tradition::Hindustani));
    for _ in 0..4 {
        sing(&mut hint, "n_ S g m P n S^ | S^ n D P m g R S | n_ S g m P m g R S |", Tradition::Hindustani);
    }
    let top = top(&hint);
    assert!(["Bhimpalasi", "Patdeep", "Dhanashri"].contains(&top.name.as_str()), "{top:?}");
    assert!(top.evidence.iter().any(|words| words == "no R or D going up"), "{:?}", top.evidence);
}

#[test]
fn a_single_note_of_one_direction_is_touched() {
    let mut hint = hint();
    for _ in 0..5 {
        sing(&mut hint, "S R2 G3 P D2 S^ | S^ N3 D2 P M1 G3 R2 S |", Tradition::Carnatic);
    }
    let bilahari = hint.answer().candidates.into_iter().find(|c| c.name == "Bilahari").expect("in the top three");
    assert!(bilahari.evidence.iter().any(|words| words == "no M or N going up"), "{:?}", bilahari.evidence);
}

#[test]
fn ragas_with_the_same_lines_are_a_family() {
    let mut hint = hint();
    for _ in 0..4 {
        sing(&mut hint, "S R2 G3 P D2 S^ | S^ D2 P G3 R2 S | G3 P D2 P G3 R2 S |", Tradition::Carnatic);
    }
    let answer = hint.answer();
    let names: Vec<&str> = answer.candidates.iter().map(|c| c.name.as_str()).collect();
    assert!(names.contains(&"Mohanam") && names.contains(&"Bhupali"), "{names:?}");
    let mohanam = answer.candidates.iter().find(|c| c.name == "Mohanam").expect("Mohanam");
    assert!(mohanam.family.contains(&"Bhupali".to_owned()), "{mohanam:?}");
    hint.set_tradition(Some(Tradition::Hindustani));
    assert!(hint.answer().candidates.iter().all(|c| c.tradition == Tradition::Hindustani));
}

#[test]
fn what_is_held_against_a_raga_is_said() {
    let mut hint = hint();
    hint.set_tradition(Some(Tradition::Carnatic));
    for _ in 0..4 {
        sing(&mut hint, "S R1 R2 G2 G3 M1 M2 P D1 D2 N2 N3 S^", Tradition::Carnatic);
    }
    assert!(top(&hint).evidence[0].starts_with("but "), "no raga has all twelve");
}

#[test]
fn odd_input_does_no_harm_and_memory_stays_bounded() {
    let mut hint = hint();
    let mut rng = Rng::new(3);
    for at in 0..2000 {
        let odd = [f32::NAN, f32::INFINITY, -1.0e9, 50.0][at % 4];
        hint.hear(HeldPitch { at_secs: f64::NAN, cents: 0.0, secs: 1.0 });
        hint.hear(HeldPitch { at_secs: -1.0, cents: odd, secs: 1.0 });
        hint.hear(HeldPitch { at_secs: 0.0, cents: 100.0 * rng.below(12) as f32, secs: 0.3 });
    }
    let answer = hint.answer();
    assert!(hint.heard.len() <= HEARD_MAX && answer.candidates.len() == CANDIDATES);
    assert!(answer.candidates.iter().all(|c| c.probability.is_finite() && c.evidence.len() <= 4));
    hint.reset();
    assert_eq!(hint.answer(), Hint::default());
}

#[test]
fn walks_through_the_grammar_are_recognised_through_wrong_notes() {
    let mut hint = hint();
    let mut rng = Rng::new(11);
    let mut found = [0, 0];
    let names =
        ["Mayamalavagowla", "Hamsadhwani", "Kharaharapriya", "Abhogi", "Saveri", "Malahari", "Bilahari", "Arabhi"];
    hint.set_tradition(Some(Tradition::Carnatic));
    for name in names {
        let raga = tables().ragas.find(name, Some(Tradition::Carnatic)).expect(name);
        let grammar = crate::theory::raga::Grammar::of(raga);
        hint.reset();
        let (mut at, mut is_rising) = (0_i16, true);
        for number in 0..60 {
            is_rising = if at > 12 {
                false
            } else if at < 0 {
                true
            } else {
                is_rising != (rng.unit() < 0.15)
            };
            let nexts: Vec<i16> =
                grammar.nexts(at).filter(|to| (*to > at) == is_rising && (to - at).abs() < 6).collect();
            at = nexts.get(rng.below(nexts.len() as u32) as usize).copied().unwrap_or(0);
            let wrong = if rng.unit() < 0.15 { rng.below(11) as i16 - 5 } else { 0 };
            hint.hear(HeldPitch { at_secs: f64::from(number) * 0.5, cents: 100.0 * f32::from(at + wrong), secs: 0.5 });
        }
        let names: Vec<String> = hint.answer().candidates.into_iter().map(|c| c.name).collect();
        found[0] += usize::from(names[0] == raga.name);
        found[1] += usize::from(names.contains(&raga.name));
    }
    assert!(found[0] >= 6 && found[1] >= 7, "{found:?} of {}", names.len());
}
