//! The tables against the rules, and what follows from them.

mod exercise;
mod grammar;
mod user;

use super::sheet::Sheet;
use super::*;

/// A raga by name or id.
fn raga(name: &str) -> &'static Raga {
    tables().ragas.find(name, None).expect(name)
}

#[test]
fn the_tables_have_as_many_ragas_as_they_should() {
    let ragas = tables().ragas.ragas();
    let of = |letter: &str| ragas.iter().filter(|raga| raga.id.starts_with(letter)).count();
    assert_eq!((of("C"), of("H"), of("M"), ragas.len()), (144, 85, 72, 301));
    let mut ids: Vec<&str> = ragas.iter().map(|raga| raga.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), ragas.len());
}

#[test]
fn the_rule_gives_all_seventy_two_melakartas_of_the_table() {
    let sheet = Sheet::read(include_str!("../../../../assets/raga/melakarta.csv"));
    assert_eq!((sheet.rows().count(), tables().melakartas.len()), (72, 72));
    for (row, mela) in sheet.rows().zip(&tables().melakartas) {
        let name = &mela.name;
        let symbols: Vec<&str> = mela.swaras.iter().map(|swara| swara.symbol(Tradition::Carnatic)).collect();
        let said = ["R", "G", "M", "D", "N"].map(|head| row.text(head));
        assert_eq!([symbols[1], symbols[2], symbols[3], symbols[5], symbols[6]], said, "{name}");
        assert_eq!((mela.chakra().0, mela.chakra().1), (row.number("chakra_number").unwrap(), row.text("chakra_name")));
        assert_eq!(mela.place(), (row.number("index_in_chakra").unwrap(), row.text("chakra_mnemonic")));
        assert_eq!(mela.is_vivadi, row.text("vivadi") == "vivadi", "{name}");
        assert_eq!(mela.swaras[3] == Swara::M1, row.text("madhyama") == "suddha", "{name}");
        let raga = Raga::of_melakarta(mela);
        assert_eq!(write_notes(&raga.arohana, Tradition::Carnatic), row.text("arohana"));
        assert_eq!(write_notes(&raga.avarohana, Tradition::Carnatic), row.text("avarohana"));
        let positions: Vec<u8> = row.numbers("semitones");
        assert_eq!((0..12).filter(|position| raga.has(*position)).collect::<Vec<u8>>(), positions, "{name}");
        // The digits of the two syllables, read backwards, are the number.
        let digits: Vec<u32> = mela.katapayadi.chars().filter_map(|c| c.to_digit(10)).collect();
        assert_eq!(digits[0] + 10 * digits[1], u32::from(mela.number), "{name}");
    }
    assert_eq!(tables().melakartas.iter().filter(|mela| mela.is_vivadi).count(), 40);
    assert_eq!((Melakarta::swaras_of(0), Melakarta::swaras_of(73)), (None, None));
}

#[test]
fn every_raga_is_read_as_the_table_has_it() {
    let sheet = Sheet::read(include_str!("../../../../assets/raga/ragas.csv"));
    assert_eq!(sheet.rows().count(), 229);
    for (row, raga) in sheet.rows().zip(tables().ragas.ragas()) {
        let name = &raga.name;
        assert_eq!(raga.id, row.text("id"));
        for (line, tokens, semitones) in
            [(&raga.arohana, "arohana", "aro_semitones"), (&raga.avarohana, "avarohana", "ava_semitones")]
        {
            assert_eq!(write_notes(line, raga.tradition), row.text(tokens), "{name}");
            let sung: Vec<i16> = line.iter().map(|note| note.semitones()).collect();
            assert_eq!(sung, row.numbers::<i16>(semitones), "{name}");
        }
        let positions: Vec<u8> = (0..12).filter(|position| raga.has(*position)).collect();
        assert_eq!(positions, row.numbers::<u8>("pitch_classes"), "{name}");
        assert_eq!(raga.is_vakra, row.text("vakra") == "1", "{name}");
        assert_eq!(form::jati(&raga.arohana, &raga.avarohana), row.text("jati"), "{name}");
        for (swara, head) in [(raga.vadi, "vadi"), (raga.samvadi, "samvadi")] {
            assert_eq!(swara.map_or("", |swara| swara.symbol(raga.tradition)), row.text(head), "{name}");
        }
    }
}

#[test]
fn every_raga_begins_and_ends_sensibly() {
    for raga in tables().ragas.ragas() {
        let ends = |line: &[Note]| (line[0].semitones(), line[line.len() - 1].semitones());
        let ((up_from, up_to), (down_from, down_to)) = (ends(&raga.arohana), ends(&raga.avarohana));
        assert!(up_from < up_to && down_from > down_to, "{}", raga.name);
        // Lines begin below or on the middle Sa and end above it; the way down ends there or a little below.
        assert!((-5..=0).contains(&up_from) && (7..=12).contains(&up_to), "{}", raga.name);
        assert!((7..=12).contains(&down_from) && (-5..=0).contains(&down_to), "{}", raga.name);
        assert!(raga.has(0) && raga.mask.count_ones() >= 4, "{}", raga.name);
        assert!(raga.swaras().len() == raga.mask.count_ones() as usize, "{}", raga.name);
    }
}

#[test]
fn parents_are_known_scales() {
    for raga in tables().ragas.ragas() {
        match &raga.parent {
            Parent::Mela(number) => assert!((1..=72).contains(number), "{}", raga.name),
            Parent::Thaat(name) => assert!(tables().thaats.iter().any(|thaat| thaat.name == *name), "{}", raga.name),
            Parent::None => assert_eq!(raga.tradition, Tradition::Hindustani, "{}", raga.name),
        }
    }
    let outside = |raga: &&Raga| match raga.parent {
        Parent::Mela(number) => raga.mask & !tables().ragas.find(&format!("M{number:02}"), None).unwrap().mask != 0,
        _ => false,
    };
    let is_plain = |raga: &&Raga| !raga.is_bhashanga;
    let strangers = tables().ragas.ragas().iter().filter(outside).filter(is_plain).map(|raga| raga.name.as_str());
    assert_eq!(
        strangers.collect::<Vec<_>>(),
        ["Sindhubhairavi", "Brindavani", "Tilang", "Begada"],
        "the table does not count these as bhashanga"
    );
}

#[test]
fn catch_phrases_are_read_and_their_remarks_passed_over() {
    let written = |name: &str| -> Vec<String> {
        raga(name).pakad.iter().map(|phrase| write_notes(phrase, Tradition::Hindustani)).collect()
    };
    assert_eq!(written("Yaman"), ["N_ R G R S", "M D N D P M G", "R S"]);
    assert_eq!(written("H058"), ["G m d P", "G m r S"], "Bhairav has a remark in brackets");
    assert_eq!(written("Shuddha Kalyan"), ["G R S", "P G R S"], "its third is in words");
    assert_eq!(raga("Shuddha Kalyan").pakad_text, "G R S; P G R S; N D and M G as meend");
}

#[test]
fn ragas_are_found_however_they_are_spelled() {
    for (wish, id) in [
        ("Mohanam", "C073"),
        ("  mohanam ", "C073"),
        ("MŌHANAM", "C073"),
        ("c073", "C073"),
        ("kalyani", "M65"),
        ("Pantuvarali", "M51"),
        ("Kamavardhani", "M51"),
        ("Shankarabharanam", "M29"),
        ("Śaṅkarābharaṇam", "M29"),
        ("Mayamalavagaula", "M15"),
        ("Maya Malava Gowla", "M15"),
        ("Reetigowla", "C069"),
        ("Hamsadhvani Carnatic", "C107"),
        ("Hindustani Hamsadhwani", "H018"),
        ("Bhairavi (Hindustani)", "H053"),
        ("Miyan ki Todi", "H077"),
        ("Hindustani Todi", "H077"),
        ("Carnatic Todi", "M08"),
        ("Bhoopali", "H002"),
        ("Udayaravichandrika", "C049"),
        ("Sri", "C046"),
        ("Shree", "H069"),
    ] {
        let found = tables().ragas.find(wish, None).map(|raga| raga.id.as_str());
        assert_eq!(found, Ok(id), "{wish}");
    }
}

#[test]
fn a_name_of_both_traditions_needs_one_of_them() {
    let find = |wish: &str, tradition| tables().ragas.find(wish, tradition);
    let error = find("bhairavi", None).expect_err("two of them");
    assert_eq!(
        error.to_string(),
        "there is more than one raga \"bhairavi\"; choose Bhairavi (Carnatic, C031) or Bhairavi (Hindustani, H053)"
    );
    for (tradition, id) in [(Tradition::Carnatic, "C031"), (Tradition::Hindustani, "H053")] {
        assert_eq!(find("bhairavi", Some(tradition)).map(|raga| raga.id.as_str()), Ok(id));
        // Every choice that the sentence proposes can be taken.
        assert_eq!(find(&format!("Bhairavi ({})", tradition.name()), None).map(|raga| raga.id.as_str()), Ok(id));
    }
}

#[test]
fn every_raga_is_found_by_its_name_and_its_id() {
    for raga in tables().ragas.ragas() {
        assert_eq!(tables().ragas.find(&raga.id, None), Ok(raga));
        assert_eq!(tables().ragas.find(&raga.name, Some(raga.tradition)), Ok(raga), "{}", raga.name);
    }
}

#[test]
fn an_unknown_name_is_answered_with_near_ones() {
    let near = |wish: &str| match tables().ragas.find(wish, None) {
        Err(RagaNotFound::Unknown { near, .. }) => near,
        other => panic!("{wish}: {other:?}"),
    };
    assert_eq!(near("Hamsadwini")[0], "Hamsadhwani");
    assert_eq!(near("Mohnam")[0], "Mohanam");
    assert_eq!(near("Gurjari Todi")[0], "Gujari Todi");
    assert_eq!(near("Kharahara")[0], "Kharaharapriya");
    assert!(near("Yamuna").contains(&"Yaman".to_owned()));
    assert!(near("qqqqqqqqqqqq").is_empty() && near("").is_empty() && near("!?").is_empty());
    assert!(near("a").len() <= NEAR_NAMES);
    let sentence = tables().ragas.find("Mohnam", None).expect_err("no such raga").to_string();
    assert!(sentence.starts_with("there is no raga \"Mohnam\"; did you mean Mohanam"), "{sentence}");
}

#[test]
fn ragas_of_the_same_notes_are_a_family() {
    let names = |mask| tables().ragas.with_mask(mask).map(|raga| raga.name.as_str()).collect::<Vec<_>>();
    let mohanam = raga("Mohanam");
    assert_eq!(names(mohanam.mask), ["Mohanam", "Bhupali", "Deshkar", "Pahadi"]);
    assert!(mohanam.is_family_of(raga("Deshkar")) && !mohanam.is_family_of(raga("Yaman")));
    // As the notes count it, so many share their notes with another raga of the table of their tradition.
    let shares = |raga: &&Raga| {
        let rows = tables().ragas.with_mask(raga.mask).filter(|other| other.tradition == raga.tradition);
        rows.filter(|other| !other.id.starts_with('M')).count() > 1
    };
    let count = |letter| tables().ragas.ragas().iter().filter(|r| r.id.starts_with(letter)).filter(shares).count();
    assert_eq!((count('C'), count('H')), (80, 48));
}

#[test]
fn other_lines_that_the_remarks_give_are_read() {
    let written = |id: &str| -> Vec<String> {
        raga(id).variants.iter().map(|line| write_notes(line, raga(id).tradition)).collect()
    };
    assert_eq!(written("H001"), ["S R G M P D N S^"]);
    assert_eq!(written("C053"), ["S R2 P G2 M1 D2 N2 S^"]);
    assert_eq!(written("C123"), ["S R3 G3 M1 P N3 S^"]);
    assert_eq!(written("C141"), ["S R2 G3 M2 P D2 N3 S^"]);
    assert_eq!(tables().ragas.ragas().iter().filter(|raga| !raga.variants.is_empty()).count(), 4);
}

#[test]
fn the_users_own_ragas_take_the_place_of_those_they_are_named_after() {
    let own = Raga { id: "U1".to_owned(), ..raga("Mohanam").clone() };
    let book = tables().ragas.with(vec![own]);
    assert_eq!(book.ragas().len(), tables().ragas.ragas().len());
    assert_eq!(book.find("mohanam", None).map(|raga| raga.id.as_str()), Ok("U1"));
    assert_eq!(book.with_mask(raga("Mohanam").mask).count(), 4);
}
