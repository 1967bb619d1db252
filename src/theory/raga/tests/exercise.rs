use super::super::exercise::Spec;
use super::*;

fn exercise(id: &str) -> &'static Exercise {
    tables().exercises.iter().find(|exercise| exercise.id == id).expect(id)
}

fn written(exercise: &Exercise, line: usize) -> String {
    exercise.lines[line].written(exercise.tradition)
}

#[test]
fn all_exercises_are_read_in_the_order_in_which_they_are_learnt() {
    let exercises = &tables().exercises;
    assert_eq!(exercises.len(), 72);
    assert_eq!((exercises[0].id.as_str(), exercises[1].id.as_str()), ("CAR-KARVAI-1", "CAR-SARALI-01"));
    let north = exercises.iter().position(|e| e.tradition == Tradition::Hindustani).expect("the North");
    assert_eq!(exercises[north].id, "HIN-SWARASTHANA-1");
    let count = |group: &str| exercises.iter().filter(|exercise| exercise.group.starts_with(group)).count();
    let groups = ["sarali", "janta", "dhatu", "melsthayi", "mandra", "sapta tala", "geetam", "alankar /", "merukhand"];
    assert_eq!(groups.map(count), [14, 13, 2, 5, 5, 7, 3, 20, 1]);
}

#[test]
fn every_line_says_what_the_table_says() {
    #[derive(serde::Deserialize)]
    struct File {
        exercises: Vec<Spec>,
    }
    let file: File =
        serde_json::from_str(include_str!("../../../../assets/raga/exercises.json")).expect("the exercises");
    for spec in &file.exercises {
        let read = exercise(&spec.id);
        assert_eq!(read.lines.len(), spec.notation.len(), "{}", spec.id);
        for (at, text) in spec.notation.iter().enumerate() {
            let bare: String = written(read, at).replace(|c: char| c.is_ascii_digit(), "");
            assert_eq!(bare, text.trim_end_matches([' ', '|']), "{}", spec.id);
        }
    }
}

#[test]
fn every_exercise_fits_its_tala() {
    for exercise in &tables().exercises {
        let tala = exercise.tala.as_ref().map(|id| tables().talas.iter().find(|t| t.id == *id).expect("its tala"));
        let sounding: u32 = exercise.steps().map(|(_, _, step)| u32::from(step.units)).sum();
        assert_eq!(sounding, exercise.units(), "{}: notes and holds fill the lines", exercise.id);
        for line in exercise.lines.iter().filter(|_| exercise.fills_tala) {
            let tala = tala.expect("a tala to fill");
            assert_eq!(usize::from(line.units), tala.beats.len(), "{} in {}", exercise.id, tala.name);
            let begins = tala.beats.iter().enumerate().skip(1).filter(|(_, beat)| beat.begins_part);
            assert_eq!(begins.map(|(at, _)| at as u16).collect::<Vec<_>>(), line.bars, "{}", exercise.id);
        }
        // At the higher speeds a line fills its share of a cycle, and all lines together whole ones or halves.
        assert!(exercise.speeds.iter().all(|speed| [1, 2, 4].contains(speed)));
    }
    assert_eq!(tables().exercises.iter().filter(|exercise| exercise.fills_tala).count(), 49);
}

#[test]
fn letters_become_the_swaras_of_the_raga() {
    assert_eq!(written(exercise("CAR-SARALI-01"), 0), "S R1 G3 M1 | P D1 | N3 S^");
    assert_eq!(written(exercise("CAR-GEETAM-03"), 1), "D2 P | S^ , S^ ,");
    assert_eq!(written(exercise("CAR-GEETAM-01"), 3), "D1 P | M1 G3 R1 S");
}

#[test]
fn holds_lengthen_the_note_before_them_even_over_a_line() {
    let long = exercise("CAR-SARALI-10");
    let units: Vec<u16> = long.lines[1].steps.iter().map(|step| step.units).collect();
    assert_eq!(units, [4, 4], "P , , , | P , | , ,");
    let janta = exercise("CAR-JANTA-06");
    let tied = janta.lines.iter().position(|line| line.held_units > 0).expect("a line that begins with a hold");
    let (line, before) = (&janta.lines[tied], &janta.lines[tied - 1]);
    let last = before.steps.last().expect("a note");
    assert_eq!((last.at_units + last.units, line.held_units), (before.units + 1, 1));
    assert_eq!(line.steps[0].at_units, 1);
}

#[test]
fn patterns_of_degrees_give_the_lines_of_the_table() {
    let patterned: Vec<&Exercise> =
        tables().exercises.iter().filter(|e| e.id.contains("ALANK") || e.id.contains("PALTA")).collect();
    assert_eq!(patterned.len(), 27);
    for exercise in patterned {
        let again = exercise.in_raga(raga(&exercise.raga)).expect("its own raga");
        for line in 0..exercise.lines.len() {
            assert_eq!(written(&again, line), written(exercise, line), "{}", exercise.id);
        }
        assert_eq!(again.lines, exercise.lines, "{}", exercise.id);
    }
}

#[test]
fn patterns_move_over_five_notes_too() {
    let alankara = exercise("CAR-ALANK-07").in_raga(raga("Mohanam")).expect("five notes");
    let lines: Vec<String> = (0..alankara.lines.len()).map(|line| written(&alankara, line)).collect();
    assert_eq!(lines, ["S R2 G3 P", "R2 G3 P D2", "G3 P D2 S^", "S^ D2 P G3", "D2 P G3 R2", "P G3 R2 S"]);
    // Up without what is only sung coming down.
    let palta = exercise("HIN-PALTA-03").in_raga(raga("Bhimpalasi")).expect("straight lines");
    assert_eq!(written(&palta, 0), "S g m | g m P | m P n | P n S^");
    assert!(written(&palta, 1).starts_with("S^ n D | n D P"));
    let yaman = exercise("HIN-PALTA-04").in_raga(raga("Yaman")).expect("Yaman");
    assert_eq!(written(&yaman, 0), "S R G M | R G M P | G M P D | M P D N | P D N S^");
}

#[test]
fn permutations_go_into_any_scale_of_one_way() {
    let merukhand = exercise("HIN-MERUKHAND-4");
    let bhupali = merukhand.in_raga(raga("Bhupali")).expect("Bhupali");
    assert_eq!(written(&bhupali, 1), "S R P G");
    let mut lines: Vec<String> = (0..24).map(|line| written(merukhand, line)).collect();
    lines.sort();
    lines.dedup();
    assert_eq!(lines.len(), 24, "each permutation once");
    assert!(matches!(merukhand.in_raga(raga("H022")).expect_err("Desh").fault, ExerciseFault::TwoWays(_)));
}

#[test]
fn exercises_in_a_raga_keep_to_its_grammar_or_are_refused() {
    let (mut moved, mut refused) = (0, 0);
    for raga in tables().ragas.ragas() {
        for exercise in &tables().exercises {
            let Ok(new) = exercise.in_raga(raga) else {
                refused += 1;
                continue;
            };
            moved += 1;
            assert_eq!(new.raga, raga.name);
            assert!(new.steps().all(|(_, _, step)| raga.has(step.note.swara.position())), "{}", raga.name);
        }
    }
    assert!(moved > 3000 && refused > 3000, "{moved} {refused}");
    let error = exercise("CAR-SARALI-01").in_raga(raga("Bilahari")).expect_err("no M1 going up");
    assert_eq!(error.to_string(), "CAR-SARALI-01: Bilahari has no Ma where the exercise sings it");
    let error = exercise("HIN-PALTA-01").in_raga(raga("Kedar")).expect_err("vakra");
    assert!(error.to_string().contains("Kedar turns on its way"), "{error}");
    let own = exercise("CAR-GEETAM-01");
    assert_eq!(own.in_raga(raga("Malahari")).as_ref(), Ok(own), "nothing changes in its own raga");
    assert!(exercise("HIN-SWARASTHANA-1").in_raga(raga("Kedar")).is_ok(), "long tones on Sa and Pa");
}

#[test]
fn talas_are_found_by_their_usual_names() {
    for (wish, id) in [
        ("Adi", "S22"),
        ("Adi (Chatusra Triputa)", "S22"),
        ("chatusra rupaka", "S12"),
        ("Rupaka", "S12"),
        ("Triputa", "S21"),
        ("Misra Chapu", "C01"),
        ("teental", "H01"),
        ("Sitarkhani", "H15"),
        ("h04", "H04"),
    ] {
        assert_eq!(find_tala(&tables().talas, wish).map(|tala| tala.id.as_str()), Some(id), "{wish}");
    }
    assert_eq!(find_tala(&tables().talas, "no such tala"), None);
    assert_eq!(find_tala(&tables().talas, ""), None);
}
