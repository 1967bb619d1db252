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
    let own = UserTables::parse(OWN).expect("a good file");
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
    assert_eq!(UserTables::parse("").expect("nothing"), UserTables::default());
}

/// What is said about the file with a piece of it replaced.
fn said_of(from: &str, to: &str) -> String {
    assert!(OWN.contains(from), "{from}");
    UserTables::parse(&OWN.replacen(from, to, 1)).expect_err(to).to_string()
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
        let sentence = UserTables::parse(&file(up, down)).expect_err(pair).to_string();
        assert!(sentence.starts_with(&format!("X: {pair} cannot be in one raga")), "{sentence}");
    }
    assert!(UserTables::parse(&file("S R3 G3 P D3 N3 S^", "S^ N3 D3 P G3 R3 S")).is_ok());
    let sentence = UserTables::parse(&file("R2 G3 P D2 R2^", "D2 P G3 R2")).expect_err("no Sa").to_string();
    assert!(sentence.starts_with("X: neither of its lines has S"), "{sentence}");
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
    assert_eq!(
        UserTables::parse(&twice).expect_err("twice").to_string(),
        "Mohanam of my school: the name comes twice; give each its own"
    );
    let row = &OWN[..OWN.rfind("[[raga]]").expect("a raga")];
    assert_eq!(UserTables::parse(&row.repeat(ROWS_MAX + 1)), Err(UserError::TooMany));
    for text in ["\u{0}", "raga = 3", "[[raga]]", "[raga]", &"[".repeat(5000)] {
        assert!(UserTables::parse(text).is_err());
    }
}

#[test]
fn damaged_files_are_read_or_refused_in_one_line() {
    let mut refused = 0;
    for at in (0..OWN.len()).step_by(5) {
        for piece in ["", "^", ",", "|", "\u{915}", "9999"] {
            let text = format!("{}{piece}{}", &OWN[..at], &OWN[at + 1..]);
            if let Err(error) = UserTables::parse(&text) {
                refused += 1;
                assert_eq!(error.to_string().trim().lines().count(), 1, "{error}");
            }
        }
    }
    assert!(refused > 300, "{refused}");
}
