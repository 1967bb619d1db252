use super::*;

fn raga(name: &str) -> &'static Raga {
    tables().ragas.find(name, None).expect(name)
}

#[test]
fn the_tables_have_as_many_ragas_as_they_should() {
    let ragas = tables().ragas.ragas();
    let of = |letter: &str| ragas.iter().filter(|raga| raga.id.starts_with(letter)).count();
    assert_eq!((of("C"), of("H"), of("M"), ragas.len()), (144, 85, 72, 301));
}
