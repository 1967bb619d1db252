use super::{comping, data, listening, pop909};
use sangat::ear::accuracy::harmony::{ChordScore, KeyRelation};
use sangat::ear::harmony::HarmonyEar;

#[test]
fn chords_of_players_made_here_are_heard() {
    let mut score = ChordScore::default();
    for seed in 500..512 {
        let piece = comping::piece(seed, 40);
        let heard = listening::listen(&mut HarmonyEar::new(), &piece, false, f64::INFINITY);
        listening::score(&piece, &heard, 1.0, &mut score);
    }
    let (root, majmin) = (score.root.value(), score.majmin.value());
    assert!(root > 0.86 && majmin > 0.83, "root {root:.3}, majmin {majmin:.3}");
}

#[test]
fn chords_and_key_of_annotated_songs_are_heard() {
    let Some(data) = data("the chords of POP909") else { return };
    let (mut score, mut keys) = (ChordScore::default(), Vec::new());
    for number in 721..733 {
        let piece = pop909::song(&data, number, &["PIANO"]).expect("a song of POP909");
        let bars = piece.beats.iter().filter(|beat| beat.is_first).nth(16).map_or(f64::INFINITY, |beat| beat.at_secs);
        let heard = listening::listen(&mut HarmonyEar::new(), &piece, false, bars);
        listening::score(&piece, &heard, 1.0, &mut score);
        keys.extend(piece.key.map(|key| KeyRelation::between(key, heard.view.key) == KeyRelation::Same));
    }
    let (root, majmin) = (score.root.value(), score.majmin.value());
    assert!(root > 0.95 && majmin > 0.93, "root {root:.3}, majmin {majmin:.3}");
    let right = keys.iter().filter(|is_right| **is_right).count();
    assert!(right * 10 >= keys.len() * 7, "{right} of {} keys", keys.len());
}
