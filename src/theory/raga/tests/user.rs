use super::*;

const OWN: &str = r#"
[[raga]]
name = "Mohanam of my school"
tradition = "carnatic"
arohana = "S R2 G3 P D2 S^"
avarohana = "S^ D2 P G3 R2 S"
mela = 28
pakad = "G3 P D2; P G3 R2 S"
time = "evening"

[[raga]]
name = "Bhupali"
tradition = "Hindustani"
arohana = "S R G P D S^"
avarohana = "S^ D P G R S"
thaat = "kalyan"
vadi = "G"
samvadi = "D"
confidence = "A"

[[exercise]]
name = "Turns at Pa"
tradition = "carnatic"
raga = "Mohanam of my school"
tala = "Adi"
lines = ["S R G P | D P | G R ||", "S R2 G P D , S^ ,"]
"#;

#[test]
fn ragas_and_exercises_of_the_users_own_are_read() {
    let (own, faults) = UserTables::parse(OWN);
    assert_eq!(faults, []);
    let [mohanam, bhupali] = own.ragas.as_slice() else { panic!("two ragas") };
    assert_eq!((mohanam.id.as_str(), &mohanam.parent), ("U1", &Parent::Mela(28)));
    assert_eq!((mohanam.mask, mohanam.jati.as_str()), (raga("Mohanam").mask, "audava-audava"));
    assert_eq!((mohanam.pakad.len(), mohanam.time.as_str()), (2, "evening"));
    assert_eq!(mohanam.confidence, Confidence::B);
    assert_eq!((bhupali.vadi, bhupali.samvadi), (Some(Swara::G3), Some(Swara::D2)));
    assert_eq!(bhupali.parent, Parent::Thaat("Kalyan".to_owned()));
    let book = tables().ragas.with(own.ragas.clone());
    assert_eq!(book.find("bhupali", None), Ok(bhupali));
    let exercise = &own.exercises[0];
    assert_eq!((exercise.tala.as_deref(), exercise.fills_tala), (Some("S22"), true));
    assert_eq!(exercise.lines[1].bars, [4, 6], "bars that are left out are put in");
    assert_eq!(exercise.lines[1].steps[5].units, 2);
    assert_eq!(exercise.speeds, [1, 2, 4]);
    assert_eq!(UserTables::parse(""), (UserTables::default(), Vec::new()));
}

/// What is said about the file with a piece of it replaced.
fn said_of(from: &str, to: &str) -> String {
    assert!(OWN.contains(from), "{from}");
    told(&OWN.replacen(from, to, 1))
}

/// What is said first about a file.
fn told(text: &str) -> String {
    UserTables::parse(text).1.first().expect("a fault").to_string()
}

#[test]
fn a_broken_row_is_left_out_and_the_others_are_used() {
    let broken = OWN.replacen("arohana = \"S R2 G3 P D2 S^\"", "arohana = 7", 1).replacen("vadi", "vady", 1);
    let third =
        "[[raga]]\nname = \"Third\"\ntradition = \"carnatic\"\narohana = \"S R2 G3 P\"\navarohana = \"P G3 R2 S\"\n";
    let (own, faults) = UserTables::parse(&(broken + third));
    assert_eq!(own.ragas.iter().map(|raga| raga.id.as_str()).collect::<Vec<_>>(), ["U3"]);
    let said: Vec<String> = faults.iter().map(UserError::to_string).collect();
    assert!(said[0].starts_with("line 5: invalid type: integer `7`"), "{said:?}");
    assert!(said[1].starts_with("line 17: unknown field `vady`"), "{said:?}");
    assert!(said[2].contains("Turns at Pa: there is no raga \"Mohanam of my school\""), "{said:?}");
    assert_eq!(said.len(), 3);
}

#[test]
fn a_raga_that_contradicts_itself_is_named_with_the_note() {
    let up = "S R2 G3 P D2 S^";
    for (from, to, said) in [
        ("Mohanam of my school", " ", "a raga has no name; give it one: name = \"Mohanam\""),
        ("\"carnatic\"", "\"western\"", "the tradition \"western\" is not known; write carnatic or hindustani"),
        (up, "S R2 G3 P S S_", "Mohanam of my school: its arohana begins on S and ends on S_, which is not higher"),
        (up, "S R2 G3 P D2 S", "begins on S and ends on S, which is not higher"),
        (up, "", "its arohana needs 3 different notes or more"),
        (up, "S S^", "its arohana needs 3 different notes or more"),
        (up, "S R G3 P S^", "\"R\" in its arohana is no Carnatic note"),
        (up, "S R3 G1 P D2 S^", "R2 and G1 cannot be in one raga, for R2 is not lower than G1"),
        (up, "S R2 G3 P D2 S^^", "its arohana leaps more than an octave, from D2 to S^^"),
        ("S^ D2 P G3 R2 S", "S D2 P G3 R2 S", "its avarohana begins on S and ends on S, which is not lower"),
        ("S^ D P G R S", "S^ D P G R1 S", "Bhupali: \"R1\" in its avarohana is no Hindustani note"),
        ("vadi = \"G\"", "vadi = \"m\"", "Bhupali: its vadi m is none of its notes"),
        ("samvadi = \"D\"", "samvadi = \"X\"", "Bhupali: \"X\" in its samvadi is no Hindustani note"),
        ("\"Bhupali\"\ntradition = \"Hindustani\"", "\"Bhu\\npali\"\ntradition = \"\"", "Bhupali: the tradition"),
        ("mela = 28", "mela = 73", "there is no melakarta 73; they go from 1 to 72"),
        ("\"kalyan\"", "\"calypso\"", "there is no thaat \"calypso\""),
        ("\"A\"", "\"Z\"", "Bhupali: the confidence is \"Z\"; write A, B or C"),
    ] {
        let sentence = said_of(from, to);
        assert!(sentence.contains(said), "{to}: {sentence}");
        assert_eq!(sentence.lines().count(), 1, "{sentence}");
    }
}

#[test]
fn pairs_that_cannot_be_in_one_raga_are_refused() {
    let file = |up: &str, down: &str| {
        format!("[[raga]]\nname = \"X\"\ntradition = \"carnatic\"\narohana = \"{up}\"\navarohana = \"{down}\"")
    };
    for (up, down, pair) in [
        ("S R3 G1 P S^", "S^ P G1 R3 S", "R3 and G1"),
        ("S R2 G1 P S^", "S^ P G1 R2 S", "R2 and G1"),
        ("S R3 G2 P S^", "S^ P G2 R3 S", "R3 and G2"),
        ("S M1 P D3 S^", "S^ N1 P M1 S", "D3 and N1"),
    ] {
        let sentence = told(&file(up, down));
        assert!(sentence.starts_with(&format!("line 1: X: {pair} cannot be in one raga")), "{sentence}");
    }
    assert_eq!(UserTables::parse(&file("S R3 G3 P D3 N3 S^", "S^ N3 D3 P G3 R3 S")).1, []);
    let sentence = told(&file("R2 G3 P D2 R2^", "D2 P G3 R2"));
    assert!(sentence.starts_with("line 1: X: neither of its lines has S"), "{sentence}");
}

#[test]
fn a_line_of_an_exercise_that_does_not_fit_is_named() {
    let line = "S R G P | D P | G R ||";
    for (from, to, said) in [
        (line, "S R G P | D P | G ||", "Turns at Pa: line 1 has 7 units, which do not fill a cycle of 8 beats"),
        (line, "S R G | P D P | G R ||", "Turns at Pa: line 1 has a bar after 3 units, where the tala has none"),
        (line, ", R G P | D P | G R ||", "Turns at Pa: it begins with a hold, and there is no note to hold"),
        (line, "S R M P | D P | G R ||", "Turns at Pa: Mohanam of my school has no Ma where the exercise sings it"),
        (line, "S R N3 P | D P | G R ||", "Turns at Pa: Mohanam of my school has no N3 where the exercise sings it"),
        (line, "S R X P | D P | G R ||", "Turns at Pa: \"X\" in line 1 is neither a note nor one of the signs"),
        (line, "||", "Turns at Pa: it needs lines with notes"),
        ("tala = \"Adi\"", "tala = \"Waltz\"", "Turns at Pa: there is no tala \"Waltz\""),
        (
            "raga = \"Mohanam of my school\"",
            "raga = \"Mohnam\"",
            "Turns at Pa: there is no raga \"Mohnam\"; did you mean",
        ),
        ("tala = \"Adi\"", "tala = \"Adi\"\nspeeds = [0]", "Turns at Pa: the speed 0 is not one of 1 to 8"),
        (
            "tala = \"Adi\"",
            "tala = \"Adi\"\nconfidence = \"?\"",
            "Turns at Pa: the confidence is \"?\"; write A, B or C",
        ),
    ] {
        let sentence = said_of(from, to);
        assert!(sentence.contains(said), "{to}: {sentence}");
        assert_eq!(sentence.lines().count(), 1, "{sentence}");
    }
}

#[test]
fn what_is_not_the_expected_toml_is_told_with_its_line() {
    assert!(said_of("mela = 28", "mella = 28").starts_with("line 7: unknown field `mella`"));
    assert!(said_of("time = \"evening\"", "time = evening").starts_with("line 9: "));
    assert!(said_of("arohana = \"S R2 G3 P D2 S^\"\n", "").contains("missing field `arohana`"));
    assert_eq!(
        said_of("\"Bhupali\"\ntradition = \"Hindustani\"", "\"Mohanam of my school\"\ntradition = \"carnatic\"")
            .lines()
            .count(),
        1
    );
    let twice = OWN.to_owned() + &OWN[..OWN.find("[[exercise]]").expect("an exercise")];
    assert_eq!(told(&twice), "line 28: Mohanam of my school: the name comes twice; give each its own");
    let row = &OWN[..OWN.rfind("[[raga]]").expect("a raga")];
    let (own, faults) = UserTables::parse(&row.repeat(ROWS_MAX + 1));
    assert_eq!((own, faults[0].fault.clone()), (UserTables::default(), UserFault::TooMany));
    for text in ["\u{0}", "raga = 3", "[[raga]]", "[raga]", "[[ragas]]", &"[".repeat(5000)] {
        let (own, faults) = UserTables::parse(text);
        assert_eq!((own, faults.len()), (UserTables::default(), 1), "{faults:?}");
    }
}

#[test]
fn damaged_rows_are_read_or_refused_in_one_line_each() {
    let mut refused = 0;
    for at in (0..OWN.len()).step_by(5) {
        for piece in ["", "^", ",", "|", "\u{915}", "9999"] {
            let text = format!("{}{piece}{}", &OWN[..at], &OWN[at + 1..]);
            let (_, faults) = UserTables::parse(&text);
            refused += usize::from(!faults.is_empty());
            assert!(faults.iter().all(|fault| fault.to_string().trim().lines().count() == 1), "{faults:?}");
        }
    }
    assert!(refused > 300, "{refused}");
}
