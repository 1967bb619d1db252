use super::*;
use egui::DroppedFile;
use sangat::engine::params::{BusParam, ParamId, PartParam};
use sangat::session::band::{BandNoteView, BandOrder, Cue, Mark, Part, Side};
use sangat::theory::Chart;
use std::sync::Arc;

const SIZE: [f32; 2] = [1280.0, 800.0];
/// A window of 960 by 600, and the margin that the harness puts around it.
const SMALL: [f32; 2] = [976.0, 616.0];

#[test]
fn the_top_bar_tells_tempo_beat_key_and_chord_as_they_are_heard() {
    let harness = bench(fake::listening(), Page::Play, SIZE);
    for said in ["following you", "94 %", "Key D dorian", "Chord G13", "34.4"] {
        harness.get_by_label(said);
    }
    bench(fake::playing(), Page::Play, SIZE).get_by_label("following you");
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

/// The Jam page on a band that plays.
fn banding() -> Bench {
    bench(fake_band::playing(), Page::Jam, SIZE)
}

fn last(harness: &Bench) -> &Intent {
    sent(harness).last().expect("something was sent")
}

/// Clicks what has this label; the wish that follows.
fn wish(harness: &mut Bench, label: &str) -> Intent {
    let before = sent(harness).len();
    click(harness, label);
    sent(harness).get(before).unwrap_or_else(|| panic!("{label} asks for nothing")).clone()
}

/// Where a beat and a height of a lane lie on the screen.
fn point(harness: &Bench, part: &str, beat: f64, height: f32) -> egui::Pos2 {
    let lane = harness.get_by_label(&format!("{part}: plan")).rect();
    let along = ((beat - fake_band::PAGE) / 16.0) as f32;
    egui::pos2(lane.min.x + lane.width() * along, egui::lerp(lane.y_range(), height))
}

/// Clicks a point of the screen.
fn click_at(harness: &mut Bench, at: egui::Pos2) {
    harness.hover_at(at);
    harness.run_steps(2);
    harness.drag_at(at);
    harness.run_steps(1);
    harness.drop_at(at);
    harness.run_steps(2);
}

#[test]
fn the_plan_shows_chords_with_their_origin_where_bars_came_from_and_what_was_said() {
    let harness = banding();
    for said in [
        "Dm7, heard 97 %",
        "Cmaj9, foreseen 64 %",
        "Where the last 32 bars came from",
        "vetoed",
        "pinned",
        "rules, fill",
        "Your notes: 3 on this page",
        "a chord was answered after 296 ms: 46 heard, 250 commit; 6 of 9 changes of chord were prepared by the models",
    ] {
        harness.get_by_label(said);
    }
    assert_eq!(harness.query_all_by_label("rests").count(), 4);
    assert!(harness.query_by_label("not planned yet").is_none());
    let mut band = fake_band::band();
    band.bars.pop();
    let harness = bench(fake_band::with(band, fake_band::NOW), Page::Jam, SIZE);
    harness.get_by_label("not planned yet");
}

#[test]
fn every_button_of_the_page_asks_for_what_it_says() {
    let mut harness = banding();
    let form = |cue| Intent::Band(BandOrder::Form(cue));
    for (label, wanted) in [
        ("Intro", form(Cue::Intro)),
        ("Variation: C", form(Cue::Variation(2))),
        ("Fill", form(Cue::Fill)),
        ("Ending", form(Cue::Ending)),
        ("Stop on the beat", Intent::Band(BandOrder::StopOnBeat)),
        ("Begins with: my beat", Intent::SetParam(ParamId::BandStart, 2.0)),
        ("Again", Intent::Band(BandOrder::Again)),
        ("Forget", Intent::Band(BandOrder::Forget)),
        ("Surprise", Intent::Band(BandOrder::Surprise)),
        ("Mode: Trade", Intent::SetParam(ParamId::BandMode, 1.0)),
        ("Band's turn", form(Cue::HandOver)),
        ("Turn: 2", Intent::SetParam(ParamId::BandTrade, 2.0)),
        ("Look ahead: more", Intent::SetParam(ParamId::BandHorizon, 9.0)),
        ("Commit: less", Intent::SetParam(ParamId::BandCommit, 3.0)),
        ("Leave me my part", Intent::SetParam(ParamId::BandYields, 0.0)),
        ("Fill every: 16", Intent::SetParam(ParamId::BandFillEvery, 4.0)),
        ("Swing of the style", Intent::SetParam(ParamId::BandSwingOwn, 0.0)),
        ("Ask for Em7, 21 %", Intent::Band(fake_band::asked())),
        ("Band", Intent::SetParam(ParamId::BandOn, 0.0)),
    ] {
        assert_eq!(wish(&mut harness, label), wanted, "{label}");
    }
    assert!(harness.query_by_label("Drums: Auto").is_none(), "without a band there is no plan");
}

#[test]
fn a_band_that_is_off_says_so_and_is_switched_on_in_the_same_place() {
    let mut view = fake::first_run();
    view.params.set(ParamId::BandOn, 0.0);
    let mut harness = bench(view, Page::Jam, SIZE);
    harness.get_by_label_contains("The band is off, and listens");
    assert_eq!(wish(&mut harness, "Band"), Intent::SetParam(ParamId::BandOn, 1.0));
}

#[test]
fn every_strip_sets_its_part() {
    let mut harness = banding();
    for (part, name) in Part::ALL.into_iter().zip(["Drums", "Bass", "Keys", "Lead"]) {
        let id = |param| ParamId::part(part as usize, param);
        let mode = wish(&mut harness, &format!("{name}: Follow me"));
        assert_eq!(mode, Intent::SetParam(id(PartParam::Mode), 1.0));
        let gain = ParamId::bus(part.bus(), BusParam::Gain);
        for wanted in [gain, id(PartParam::Complexity), id(PartParam::Intensity)] {
            focus(&mut harness, &format!("{name}: {}", wanted.spec().label));
            press(&mut harness, Key::ArrowRight);
            let Intent::SetParam(moved, value) = last(&harness) else { panic!("{:?}", last(&harness)) };
            assert_eq!(*moved, wanted);
            assert!(*value > wanted.spec().default, "{name}");
        }
        click(&mut harness, &format!("{name}: more"));
        if part == Part::Drums {
            harness.get_by_label("Drum keys have no range.");
        } else {
            let lowest = id(PartParam::Low);
            let wanted = Intent::SetParam(lowest, lowest.spec().default + 1.0);
            assert_eq!(wish(&mut harness, &format!("{name}: Lowest key: more")), wanted);
        }
        click(&mut harness, &format!("{name}: more"));
    }
    harness.get_by_label("Bass: Volume").click_secondary();
    harness.run_steps(3);
    assert_eq!(wish(&mut harness, "Learn a MIDI control"), Intent::Learn(Some(ParamId::BassGain)));
}

#[test]
fn sliders_of_the_feel_move_and_the_swing_becomes_the_players_own() {
    let mut harness = banding();
    focus(&mut harness, "Fills");
    press(&mut harness, Key::ArrowRight);
    let Intent::SetParam(ParamId::BandFills, fills) = last(&harness) else { panic!("{:?}", last(&harness)) };
    assert!(*fills > 0.4);
    focus(&mut harness, "Swing");
    press(&mut harness, Key::ArrowRight);
    let before = sent(&harness).len() - 2;
    let Intent::SetParam(ParamId::BandSwing, swing) = sent(&harness)[before] else { panic!("{:?}", sent(&harness)) };
    assert!(swing > 0.54);
    assert_eq!(last(&harness), &Intent::SetParam(ParamId::BandSwingOwn, 0.0));
}

#[test]
fn a_style_in_another_metre_brings_its_beats_in_a_bar() {
    let mut harness = banding();
    click(&mut harness, "Style");
    click(&mut harness, "Bossa nova");
    assert_eq!(sent(&harness), [Intent::SetParam(ParamId::BandStyle, 6.0)]);
    click(&mut harness, "Style");
    harness.get_by_label("Jazz waltz").click_accesskit();
    harness.run_steps(3);
    let wanted = [Intent::SetParam(ParamId::BandStyle, 13.0), Intent::SetParam(ParamId::BeatsPerBar, 3.0)];
    assert_eq!(sent(&harness)[1..], wanted);
}

#[test]
fn arrows_walk_over_open_strokes_and_digits_say_what_becomes_of_them() {
    let mut harness = banding();
    for key in [Key::Num1, Key::Num2, Key::Num3] {
        press(&mut harness, key);
        release(&mut harness, key);
    }
    assert_eq!(sent(&harness), [], "nothing is chosen yet");
    press(&mut harness, Key::ArrowRight);
    harness.run_steps(1);
    harness.get_by_label("Drums, bar 34 beat 4\u{bd}");
    harness.get_by_label("commits in 0.1 beats");
    press(&mut harness, Key::ArrowDown);
    press(&mut harness, Key::ArrowDown);
    harness.run_steps(1);
    harness.get_by_label("Keys, bar 35 beat 1\u{bd}");
    harness.get_by_label("Cmaj9, four notes");
    for (key, wanted) in [
        (Key::Num1, BandOrder::Veto(Part::Keys, 1016)),
        (Key::Num2, BandOrder::Pin(Part::Keys, 1016)),
        (Key::Num3, BandOrder::Swap(Part::Keys, 1016)),
        (Key::Num7, BandOrder::Form(Cue::HandOver)),
        (Key::Num8, BandOrder::Again),
        (Key::Num9, BandOrder::Forget),
        (Key::Num0, BandOrder::Surprise),
    ] {
        press(&mut harness, key);
        assert_eq!(last(&harness), &Intent::Band(wanted));
        release(&mut harness, key);
    }
    for (label, wanted) in [
        ("Veto", BandOrder::Veto(Part::Keys, 1016)),
        ("Pin", BandOrder::Pin(Part::Keys, 1016)),
        ("Swap", BandOrder::Swap(Part::Keys, 1016)),
    ] {
        assert_eq!(wish(&mut harness, label), Intent::Band(wanted));
    }
    press(&mut harness, Key::ArrowRight);
    harness.run_steps(1);
    harness.get_by_label("Keys, bar 35 beat 3\u{bd}");
    press(&mut harness, Key::Escape);
    harness.run_steps(1);
    assert_eq!(last(&harness), &Intent::Panic);
    assert!(harness.query_by_label("Veto").is_none());
}

#[test]
fn digits_say_nothing_to_the_band_on_other_pages() {
    let mut harness = bench(fake_band::playing(), Page::Play, SIZE);
    for key in [Key::Num1, Key::Num8, Key::Num0] {
        press(&mut harness, key);
    }
    assert_eq!(sent(&harness), []);
}

#[test]
fn a_click_chooses_a_stroke_and_one_beside_it_lets_it_go() {
    let mut harness = banding();
    // Kick and closed hat of bar 36, in the lowest of the three rows.
    let kick = point(&harness, "Drums", 140.0, 0.82);
    click_at(&mut harness, kick);
    harness.get_by_label("Closed hat and kick");
    let empty = point(&harness, "Lead", 140.5, 0.5);
    click_at(&mut harness, empty);
    assert!(harness.query_by_label("Veto").is_none());
    let past = point(&harness, "Drums", 132.0, 0.82);
    click_at(&mut harness, past);
    assert!(harness.query_by_label("Veto").is_none(), "what is past stays as it was");
    assert_eq!(harness.get_by_label("Lead: plan").value().as_deref(), Some("1 open strokes"));
    focus(&mut harness, "Lead: plan");
    press(&mut harness, Key::Enter);
    harness.run_steps(2);
    harness.get_by_label("G5");
    assert_eq!(sent(&harness), []);
}

#[test]
fn the_card_closes_when_its_stroke_is_committed() {
    let mut view = fake_band::playing();
    let mut harness = {
        let mut later = fake_band::band();
        later.committed_beats = 137.5;
        let mut console = FakeConsole::new(view.clone());
        console.next = Some(fake_band::with(later, 135.5));
        view.transport.is_playing = true;
        mount(App::new(console, Some(Page::Jam)), SIZE)
    };
    press(&mut harness, Key::ArrowRight);
    for _ in 0..3 {
        press(&mut harness, Key::ArrowDown);
    }
    harness.run_steps(1);
    harness.get_by_label("Lead, bar 35 beat 2");
    click(&mut harness, "Tap");
    assert!(harness.query_by_label("Veto").is_none());
}

#[test]
fn lines_of_the_plan_are_dragged() {
    let mut harness = banding();
    let from = harness.get_by_label("Commit line").rect().center();
    let to = point(&harness, "Drums", fake_band::NOW + 3.15, 0.0).x;
    harness.drag_at(from);
    harness.run_steps(1);
    harness.hover_at(egui::pos2(to, from.y));
    harness.run_steps(2);
    harness.drop_at(egui::pos2(to, from.y));
    harness.run_steps(1);
    assert_eq!(last(&harness), &Intent::SetParam(ParamId::BandCommit, 12.0));
}

#[test]
fn turns_and_what_is_yours_stand_in_the_lanes() {
    let mut view = fake_band::playing();
    view.params.set(ParamId::BandMode, 1.0);
    let mut band = fake_band::band();
    band.bars[34].side = Side::Band;
    band.is_players[Part::Bass as usize] = true;
    view.band = Arc::new(band);
    let harness = bench(view, Page::Jam, SIZE);
    harness.get_by_label("band's turn");
    assert!(harness.query_all_by_label("your turn").count() >= 1);
    assert!(harness.query_all_by_label("yours").count() >= 2);
}

#[test]
fn while_the_transport_stands_the_page_says_how_to_begin() {
    for (start, is_armed, said) in [
        (0.0, false, "Press Space: the band begins here, as drawn."),
        (1.0, false, "Press Space, then play: the band begins with your first note."),
        (1.0, true, "Play: the band begins with your first note."),
        (2.0, true, "Play on: the band begins once it hears your beat."),
    ] {
        let mut band = fake_band::band();
        band.committed_beats = f64::NEG_INFINITY;
        let mut view = fake_band::with(band, 0.0);
        (view.transport.is_playing, view.transport.is_armed) = (false, is_armed);
        view.params.set(ParamId::BandStart, start);
        let harness = bench(view, Page::Jam, SIZE);
        harness.get_by_label(said);
        assert!(harness.query_by_label("Commit line").is_none());
    }
}

#[test]
fn what_is_heard_stays_in_one_row_and_opens_to_every_guess() {
    let mut harness = banding();
    harness.get_by_label("G13 91 % or Dm11/G 6 %");
    click(&mut harness, "Listening: more");
    for said in ["in D dorian", "4/4 88 %", "legato"] {
        harness.get_by_label(said);
    }
    assert!(harness.query_by_label("Intro").is_none());
    click(&mut harness, "Use 56 BPM, 7 %");
    assert_eq!(sent(&harness), [Intent::LockTempo(56.2)]);
    click(&mut harness, "Listening: more");
    harness.get_by_label("Intro");
}

#[test]
fn in_a_small_window_the_groups_open_over_the_lanes() {
    let mut harness = bench(fake_band::playing(), Page::Jam, SMALL);
    for (drawer, label) in [
        ("Feel", "Swing of the style"),
        ("Plan", "Look ahead: more"),
        ("Conversation", "Mode: Trade"),
        ("Form", "Stop on the beat"),
        ("Sources", "Where the last 32 bars came from"),
        ("Listening", "in D dorian"),
    ] {
        assert!(harness.query_by_label(label).is_none(), "{label}");
        click(&mut harness, drawer);
        harness.get_by_label(label);
    }
    press(&mut harness, Key::Escape);
    harness.run_steps(1);
    assert!(harness.query_by_label("in D dorian").is_none());
    click(&mut harness, "Keys: more");
    focus(&mut harness, "Keys: Complexity");
    click(&mut harness, "Keys");
    click(&mut harness, "Off");
    let mode = ParamId::part(Part::Keys as usize, PartParam::Mode);
    assert_eq!(last(&harness), &Intent::SetParam(mode, 2.0));
}

/// A file that was let go over the window.
#[derive(Debug)]
struct Dropped;

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &std::path::Path {
        std::path::Path::new("/tunes/small.musicxml")
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("the program reads files by their path".to_owned())
    }
}

#[test]
fn a_chart_is_written_played_by_and_put_away() {
    for size in [SIZE, SMALL] {
        let mut harness = bench(fake_band::playing(), Page::Jam, size);
        click(&mut harness, "Chart\u{2026}");
        harness.get_by_label("No chart: the band goes by ear.");
        click(&mut harness, "Play by it");
        assert_eq!(sent(&harness), [], "there is nothing to play by");
        focus(&mut harness, "Chart as text");
        event(&mut harness, Event::Text("| Dm7 | G7 |".to_owned()));
        press(&mut harness, Key::A);
        assert_eq!(sent(&harness), [], "letters type");
        let wanted = Intent::SetChart(Some("| Dm7 | G7 |".to_owned()));
        assert_eq!(wish(&mut harness, "Play by it"), wanted);
        click(&mut harness, "Close");
        assert!(harness.query_by_label("Play by it").is_none());
    }
    let mut view = fake_band::playing();
    view.chart = Some(Arc::new(Chart::parse_text("title: Small\n| Dm7 | G7 |").expect("a chart")));
    let mut harness = bench(view, Page::Jam, SIZE);
    click(&mut harness, "Chart\u{2026}");
    harness.get_by_label("Small, 2 bars");
    assert_eq!(wish(&mut harness, "By ear"), Intent::SetChart(None));
    harness.input_mut().dropped_files.push(Arc::new(Dropped));
    harness.run_steps(1);
    assert_eq!(last(&harness), &Intent::OpenChart(Dropped.path().to_owned()));
}

/// Labels of the page at each size, all to be seen without scrolling and none over another.
#[test]
fn nothing_on_the_page_covers_another_or_leaves_the_window() {
    let lanes = ["Drums: more", "Bass: more", "Keys: more", "Lead: more", "Band", "Again", "Forget", "Surprise"];
    let wide = ["Style", "Intro", "Fill", "Ending", "Stop on the beat", "Band's turn", "Chart\u{2026}", "Swing"];
    let wide_lanes = ["Drums: Auto", "Drums: Off", "Drums: Volume", "Drums: Complexity", "Drums: Intensity", "Fills"];
    let small = ["Style", "Feel", "Plan", "Conversation", "Form", "Sources", "Listening", "Chart\u{2026}", "Drums"];
    let wide: Vec<&str> = lanes.into_iter().chain(wide).chain(wide_lanes).collect();
    let small: Vec<&str> = lanes.into_iter().chain(small).collect();
    for (size, labels) in [([1280.0, 800.0], &wide), ([1707.0, 1067.0], &wide), (SMALL, &small)] {
        let harness = bench(fake_band::playing(), Page::Jam, size);
        apart(&harness, labels);
    }
}

#[test]
fn a_frame_with_two_thousand_notes_is_quick() {
    let mut band = fake_band::band();
    for (part, notes) in band.notes.iter_mut().enumerate() {
        let note = |n: u32| BandNoteView {
            id: n,
            begin_beats: fake_band::PAGE + f64::from(n) * 0.032,
            length_beats: 0.1,
            key: 36 + (n % 24) as u8 + 4 * part as u8,
            velocity: 40 + (n % 80) as u8,
            mark: Mark::None,
        };
        *notes = (0..500).map(note).collect();
    }
    let mut harness = bench(fake_band::with(band, fake_band::NOW), Page::Jam, SIZE);
    harness.run_steps(60);
    let mut nanos = harness.state().console().frames_nanos.clone();
    nanos.sort_unstable();
    let (best, middle) = (nanos[0] as f64 / 1e6, nanos[nanos.len() / 2] as f64 / 1e6);
    println!("a frame of the Jam page with 2000 notes: {best:.2} ms at best, {middle:.2} ms in the middle");
    // Other programs make frames slow, never quick: the best one tells what it costs.
    assert!(best < 4.0, "{best} ms");
}
