use super::*;

/// How the step between two notes, in the raga's notation, stands.
fn grade(name: &str, step: &str) -> Grade {
    let raga = raga(name);
    let notes = Note::parse_all(step, raga.tradition).expect(step);
    Grammar::of(raga).grade(notes[0].semitones(), notes[1].semitones())
}

fn graded(name: &str, steps: &[(&str, Grade)]) {
    for (step, wanted) in steps {
        assert_eq!(grade(name, step), *wanted, "{name}: {step}");
    }
}

#[test]
fn a_straight_raga_may_leap_and_says_so() {
    graded(
        "C107",
        &[
            ("S R2", Grade::Legal),
            ("N3 S^", Grade::Legal),
            ("S^ R2^", Grade::Legal),
            ("S G3", Grade::Skips),
            ("N3 G3", Grade::Skips),
            ("S S", Grade::Legal),
            ("S S^", Grade::Legal),
            ("P P_", Grade::Legal),
            ("R2 M1", Grade::Foreign),
            ("G3 D2", Grade::Foreign),
            ("M1 G3", Grade::Legal),
        ],
    );
    let hamsadhwani = Grammar::of(raga("C107"));
    let all = (0..12).flat_map(|from| (-12..=12).map(move |by| (from, from + by)));
    assert!(all.clone().all(|(from, to)| !matches!(hamsadhwani.grade(from, to), Grade::WrongWay | Grade::Straightens)));
    assert!(all.clone().all(|(from, to)| hamsadhwani.grade(from, to) == hamsadhwani.grade(from + 12, to + 12)));
    assert!(all.clone().all(|(from, to)| hamsadhwani.grade(from - 24, to - 24) == hamsadhwani.grade(from, to)));
}

#[test]
fn a_note_of_one_direction_is_the_wrong_way_in_the_other() {
    graded(
        "Bilahari",
        &[
            ("G3 M1", Grade::WrongWay),
            ("D2 N3", Grade::WrongWay),
            ("G3 P", Grade::Legal),
            ("S^ N3", Grade::Legal),
            ("P M1", Grade::Legal),
            // A turn at a note of the way down joins the way up at its next note.
            ("M1 P", Grade::Legal),
            ("M1 D2", Grade::Skips),
        ],
    );
    graded(
        "C096",
        &[("P N3", Grade::Legal), ("P N2", Grade::WrongWay), ("S^ N2", Grade::Legal), ("S^ N3", Grade::WrongWay)],
    );
    graded("Malkauns", &[("g m", Grade::Legal), ("m P", Grade::Foreign), ("m R", Grade::Foreign)]);
}

#[test]
fn a_vakra_raga_must_not_be_straightened() {
    // Arohana S G2 R2 G2 M1 N2 D2 M1 N2 N2 S^.
    graded(
        "Ritigaula",
        &[
            ("S G2", Grade::Legal),
            ("G2 R2", Grade::Legal),
            ("R2 G2", Grade::Legal),
            ("S R2", Grade::Straightens),
            ("N2 D2", Grade::Legal),
            ("D2 N2", Grade::Straightens),
            ("M1 D2", Grade::Straightens),
            ("N2 N2", Grade::Legal),
            ("G2 N2", Grade::Skips),
            ("M1 P", Grade::Legal),
        ],
    );
    // Arohana S G R m G P M D P N D S^, avarohana S^ D N P D M P G m R P R S.
    graded(
        "Gaud Sarang",
        &[
            ("S G", Grade::Legal),
            ("S R", Grade::Straightens),
            ("G m", Grade::Legal),
            ("R m", Grade::Legal),
            ("R G", Grade::Straightens),
            ("P D", Grade::Legal),
            ("D N", Grade::Legal),
            ("N S^", Grade::Straightens),
            ("D S^", Grade::Legal),
            ("S^ N", Grade::Straightens),
        ],
    );
    // Arohana S m G P M P D N S^, avarohana S^ N D P M P D P m R S.
    graded(
        "Kedar",
        &[
            ("S m", Grade::Legal),
            ("S G", Grade::Straightens),
            // "S R S" is a catch phrase.
            ("S R", Grade::Legal),
            ("m R", Grade::Legal),
            ("G P", Grade::Legal),
            ("P G", Grade::WrongWay),
            ("R S", Grade::Legal),
        ],
    );
}

#[test]
fn lines_that_begin_or_end_inside_the_octave_go_on_into_the_next() {
    graded(
        "Punnagavarali",
        &[("N2_ S", Grade::Legal), ("N2 S^", Grade::Legal), ("S N2_", Grade::Legal), ("S^ N2", Grade::Legal)],
    );
    graded("Navaroj", &[("N3_ S", Grade::Legal), ("P D2", Grade::Legal), ("P_ N3_", Grade::Skips)]);
    // Yaman begins N_ R G, and is also sung S R G M P.
    graded(
        "Yaman",
        &[
            ("N_ R", Grade::Legal),
            ("S R", Grade::Legal),
            ("M P", Grade::Legal),
            ("M D", Grade::Legal),
            ("S G", Grade::Skips),
        ],
    );
}

#[test]
fn the_lines_of_every_raga_are_legal_in_its_own_grammar() {
    for raga in tables().ragas.ragas() {
        let grammar = Grammar::of(raga);
        for line in raga.lines_up().chain(raga.lines_down()).chain(raga.pakad.iter().map(Vec::as_slice)) {
            for pair in line.windows(2) {
                let (from, to) = (pair[0].semitones(), pair[1].semitones());
                for octave in [-12, 0, 12] {
                    assert_eq!(grammar.grade(from + octave, to + octave), Grade::Legal, "{}: {from} {to}", raga.name);
                }
                assert!(from == to || (to - from).abs() == 12 || grammar.nexts(from).any(|next| next == to));
            }
        }
    }
}

#[test]
fn only_vakra_ragas_can_be_straightened_and_foreign_notes_are_foreign_from_everywhere() {
    for raga in tables().ragas.ragas() {
        let grammar = Grammar::of(raga);
        for from in 0..12_i16 {
            for by in -30..=30_i16 {
                let grade = grammar.grade(from, from + by);
                let is_foreign = !grammar.has((from + by).rem_euclid(12) as u8);
                assert_eq!(grade == Grade::Foreign, is_foreign, "{}: {from} {by}", raga.name);
                let is_turning = raga.is_vakra || raga.variants.iter().any(|line| form::turns(line));
                assert!(is_turning || grade != Grade::Straightens, "{}: {from} {by}", raga.name);
            }
        }
        assert_eq!(grammar.grade(i16::MIN, i16::MAX), grammar.grade(i16::MIN, i16::MAX));
    }
}

#[test]
fn a_note_is_passed_through_as_the_lines_have_it() {
    let may = |name: &str, note: &str, motion| {
        let raga = raga(name);
        Grammar::of(raga).may(Swara::parse(note, raga.tradition).expect(note).position(), motion)
    };
    let all =
        |name, note| [Motion::Up, Motion::Down, Motion::Peak, Motion::Valley].map(|motion| may(name, note, motion));
    assert_eq!(all("C107", "G3"), [true; 4]);
    assert_eq!(all("C107", "M1"), [false; 4]);
    // In Bilahari, N3 and M1 are sung coming down; one may turn there, but not arrive from below.
    assert_eq!(all("Bilahari", "N3"), [false, true, false, true]);
    // In Tilang, N3 belongs to the way up and N2 to the way down.
    assert_eq!(all("C096", "N3"), [true, false, true, false]);
    assert_eq!(all("C096", "N2"), [false, true, false, true]);
}
