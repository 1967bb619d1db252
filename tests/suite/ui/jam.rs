use super::*;

const SIZE: [f32; 2] = [1280.0, 800.0];

#[test]
fn the_top_bar_tells_tempo_beat_key_and_chord_as_they_are_heard() {
    let harness = bench(fake::listening(), Page::Play, SIZE);
    for said in ["following you", "94 %", "Key D dorian", "Chord G13", "34.4"] {
        harness.get_by_label(said);
    }
    let mut view = fake::listening();
    view.transport.is_tempo_locked = true;
    let harness = bench(view, Page::Play, SIZE);
    assert!(harness.query_by_label("following you").is_none());
    harness.get_by_label("set");
}

#[test]
fn the_tempo_is_followed_held_halved_and_doubled_from_its_source() {
    for (label, wanted) in [
        ("Follow what I play", Intent::FollowTempo),
        ("Hold 112.4 BPM", Intent::LockTempo(112.4)),
        ("Half, 56.2 BPM", Intent::LockTempo(56.2)),
        ("Double, 224.8 BPM", Intent::LockTempo(224.8)),
    ] {
        let mut harness = bench(fake::listening(), Page::Play, SIZE);
        click(&mut harness, "Tempo source");
        click(&mut harness, label);
        assert_eq!(sent(&harness), [wanted]);
    }
}

#[test]
fn the_jam_page_shows_chords_notes_and_what_may_come() {
    let mut harness = bench(fake::listening(), Page::Jam, SIZE);
    for said in ["Dm7", "Em7", "in D dorian", "4/4 88 %", "in about 3 beats", "swung 1.6 : 1", "legato"] {
        harness.get_by_label(said);
    }
    assert!(harness.query_all_by_label("Cmaj9").count() >= 1);
    harness.get_by_label_contains("Your notes: ");
    click(&mut harness, "Use 56 BPM, 7 %");
    assert_eq!(sent(&harness), [Intent::LockTempo(56.2)]);
}

#[test]
fn the_jam_page_says_what_to_do_while_nothing_was_heard() {
    let harness = bench(fake::first_run(), Page::Jam, SIZE);
    harness.get_by_label_contains("Play something");
    harness.get_by_label("no key yet");
    assert!(harness.query_all_by_label("not heard yet").count() >= 1);
}
