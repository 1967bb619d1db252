//! The raga jam on the Jam page, and the drum on the Practice page.

use super::*;
use sangat::engine::params::ParamId;
use sangat::session::band::{BandNoteView, BandView, Mark, Part};
use sangat::session::practice::PracticeOrder;

const SIZE: [f32; 2] = [1280.0, 800.0];
/// A window of 960 by 600, and the margin that the harness puts around it.
const SMALL: [f32; 2] = [976.0, 616.0];

/// A jam in Yaman and Teental, Sa on D.
fn jamming() -> View {
    let mut band: BandView = fake_band::band();
    let note = |id: u32, begin_beats: f64, key: u8| BandNoteView {
        id,
        begin_beats,
        length_beats: 1.0,
        key,
        velocity: 80,
        mark: Mark::None,
    };
    band.sa_key = Some(62);
    band.notes[Part::Lead as usize] = vec![note(1, 133.0, 61), note(2, 134.0, 64), note(3, 135.0, 66)];
    band.notes[Part::Drums as usize] = vec![note(4, 140.0, 37), note(5, 140.0, 41)];
    let mut view = fake_band::with(band, 134.2);
    view.params.set(ParamId::BandMode, 3.0);
    view.practice = fake_practice::singing().practice;
    view
}

fn last(harness: &Bench) -> &Intent {
    sent(harness).last().expect("something was sent")
}

#[test]
fn the_jam_page_names_raga_cycle_and_what_the_lead_sings() {
    for size in [SIZE, SMALL, [640.0, 900.0]] {
        let harness = bench(jamming(), Page::Jam, size);
        harness.get_by_label("The lead sings N R G");
        harness.get_by_label("Teental, 16 matras");
        assert!(harness.query_by_label("Style").is_none(), "{size:?}");
    }
    let mut alap = jamming();
    alap.practice.tala = None;
    bench(alap, Page::Jam, SIZE).get_by_label_contains("Alap: free of any cycle");
}

#[test]
fn who_has_played_nothing_yet_is_told_how_to_be_answered() {
    let hint = "Play a phrase, and it is answered. Open the microphone to sing.";
    let mut view = jamming();
    view.practice.microphone.is_fed = false;
    assert!(!view.band.player.is_empty());
    assert!(bench(view.clone(), Page::Jam, SIZE).query_by_label(hint).is_none(), "something was played");
    std::sync::Arc::make_mut(&mut view.band).player.clear();
    for size in [SIZE, SMALL] {
        bench(view.clone(), Page::Jam, size).get_by_label(hint);
    }
    view.practice.microphone.is_fed = true;
    bench(view, Page::Jam, SIZE).get_by_label("Sing or play a phrase, and it is answered.");
}

#[test]
fn raga_tala_and_mode_are_chosen_on_the_jam_page() {
    let mut harness = bench(jamming(), Page::Jam, SIZE);
    click(&mut harness, "Tala");
    click(&mut harness, "Rupak, 7 matras");
    assert_eq!(last(&harness), &Intent::Practice(PracticeOrder::SetTala(Some("H04".into()))));
    click(&mut harness, "Raga");
    event(&mut harness, Event::Text("bhupa".to_owned()));
    harness.run_steps(2);
    press(&mut harness, Key::Enter);
    harness.run_steps(2);
    assert!(matches!(last(&harness), Intent::Practice(PracticeOrder::SetRaga(_))), "{:?}", last(&harness));
    click(&mut harness, "Mode: Groove");
    assert_eq!(last(&harness), &Intent::SetParam(ParamId::BandMode, 0.0));
    let mut harness = bench(fake_band::playing(), Page::Jam, SIZE);
    click(&mut harness, "Mode: Raga");
    assert_eq!(last(&harness), &Intent::SetParam(ParamId::BandMode, 3.0));
    // A small window has the raga in its bar and the tala in the drawer.
    let mut harness = bench(jamming(), Page::Jam, SMALL);
    harness.get_by_label("Raga");
    click(&mut harness, "Feel");
    harness.get_by_label("Tala");
    harness.get_by_label("Fills");
}

#[test]
fn nothing_of_a_raga_jam_covers_another_or_leaves_the_window() {
    let both = ["Band", "Drums: more", "Lead: more", "Again", "Forget", "Surprise", "Raga"];
    let wide = ["Tala", "Fills", "Mode: Groove", "Mode: Trade", "Mode: Drift", "Mode: Raga", "Band's turn", "Intro"];
    let small = ["Feel", "Plan", "Conversation", "Form", "Sources", "Listening"];
    for (size, more) in [(SIZE, &wide[..]), ([1707.0, 1067.0], &wide[..]), (SMALL, &small[..])] {
        let harness = bench(jamming(), Page::Jam, size);
        let labels: Vec<&str> = both.iter().chain(more).copied().collect();
        apart(&harness, &labels);
    }
}

#[test]
fn the_drum_under_the_ring_is_switched_and_has_a_level() {
    let mut harness = bench(fake_practice::singing(), Page::Practice, SIZE);
    click(&mut harness, "Tabla");
    assert_eq!(sent(&harness), [Intent::Practice(PracticeOrder::SetTheka(true))]);
    // The bar over the page tells the matra as well.
    let of_cycle = harness.query_all_by_label_contains("matra 16").map(|node| node.rect());
    let ring = of_cycle.max_by(|a, b| a.max.y.total_cmp(&b.max.y)).expect("the ring");
    let level = harness.get_by_label("Tabla: Volume").rect();
    assert!(level.width() > 40.0 && level.min.y > ring.max.y, "{level:?} under {ring:?}");
    let mut south = fake_practice::singing();
    let adi = sangat::theory::raga::tables().talas.iter().find(|tala| tala.id == "S22").cloned();
    south.practice.tala = adi.map(std::sync::Arc::new);
    south.practice.has_theka = true;
    let mut harness = bench(south, Page::Practice, SIZE);
    click(&mut harness, "Mridangam");
    assert_eq!(sent(&harness), [Intent::Practice(PracticeOrder::SetTheka(false))]);
    // A small window has it in the list of talas.
    let mut harness = bench(fake_practice::singing(), Page::Practice, SMALL);
    click(&mut harness, "Tala");
    click(&mut harness, "Tabla keeps it");
    assert_eq!(sent(&harness), [Intent::Practice(PracticeOrder::SetTheka(true))]);
}
