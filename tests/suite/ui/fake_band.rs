//! A made-up band in the middle of its second bar, as the mock-up of the page has it.

use super::fake;
use sangat::base::Beats;
use sangat::session::View;
use sangat::session::band::{
    Alternate, AnswerView, BandBar, BandChord, BandNoteView, BandOrder, BandView, LadderFigures, Mark, Origin, Role,
    Rung, Side,
};
use sangat::theory::Chord;
use std::sync::Arc;

/// Where the music stands: bar 34, beat 2 and a bit.
pub const NOW: f64 = 133.4;
/// Where the page begins: bar 33.
pub const PAGE: f64 = 128.0;
/// From here on the plan is open.
pub const OPEN: f64 = 135.4;

/// The chord that the first alternate asks for.
pub fn asked() -> BandOrder {
    BandOrder::Chord(136.0, Chord::parse("Em7").expect("a chord"))
}

fn note(id: u32, begin_beats: f64, length_beats: f64, key: u8) -> BandNoteView {
    BandNoteView { id, begin_beats, length_beats, key, velocity: 90, mark: Mark::None }
}

/// Eighths of hats, a snare on two and four and a kick on one, from bar 33 to 36.
fn drums() -> Vec<BandNoteView> {
    let mut notes = Vec::new();
    for eighth in 0..32_u32 {
        let at = PAGE + f64::from(eighth) * 0.5;
        notes.push(note(eighth * 4, at, 0.25, 42));
        match eighth % 8 {
            0 => notes.push(note(eighth * 4 + 1, at, 0.25, 36)),
            2 | 6 => notes.push(note(eighth * 4 + 1, at, 0.25, 38)),
            _ => {}
        }
    }
    notes
}

fn keys() -> Vec<BandNoteView> {
    let strokes = [128.5, 130.5, 132.5, 134.5, 136.5, 138.5, 140.5].into_iter().enumerate();
    let chord = |(n, at): (usize, f64)| {
        [60, 64, 67, 71]
            .into_iter()
            .zip(0_u32..)
            .map(move |(key, voice)| note(1000 + 4 * n as u32 + voice, at, 1.0, key))
    };
    strokes.flat_map(chord).collect()
}

fn bar(index: i64, rung: Rung) -> BandBar {
    BandBar {
        index,
        begin_beats: index as f64 * 4.0,
        beats: 4,
        role: if index == 35 { Role::Fill } else { Role::Groove },
        variation: 1,
        side: Side::Player,
        rungs: [Some(rung), Some(Rung::Rules), Some(rung), None],
    }
}

/// The band that [`playing`] shows.
pub fn band() -> BandView {
    let chord = |at: f64, name: &str, origin, confidence| BandChord {
        begin_beats: at,
        end_beats: at + 4.0,
        name: name.into(),
        origin,
        confidence,
    };
    let mut bass: Vec<BandNoteView> =
        (0..14_u32).map(|n| note(2000 + n, PAGE + f64::from(n), 0.75, 40 + n as u8)).collect();
    bass[10].mark = Mark::Vetoed;
    bass[12].mark = Mark::Pinned;
    BandView {
        now_beats: NOW,
        beats_per_bar: 4,
        committed_beats: OPEN,
        bars: (0..36).map(|index| bar(index, if index % 3 == 0 { Rung::Cached } else { Rung::Rules })).collect(),
        notes: [drums(), bass, keys(), vec![note(3000, 133.0, 3.0, 76), note(3001, 137.0, 1.0, 79)]],
        player: vec![(128.0, 1.5, 60, 80), (128.0, 1.5, 64, 80), (132.0, f64::INFINITY, 67, 80)],
        chords: vec![
            chord(128.0, "Dm7", Origin::Heard, 0.97),
            chord(132.0, "G13", Origin::Heard, 0.91),
            chord(136.0, "Cmaj9", Origin::Foreseen, 0.64),
            BandChord { end_beats: f64::INFINITY, ..chord(140.0, "Dm7", Origin::Foreseen, 0.48) },
        ],
        alternates: vec![
            Alternate { name: "Em7".into(), share: 0.21, order: asked() },
            Alternate { name: "Am9".into(), share: 0.11, order: BandOrder::Surprise },
        ],
        variation: 1,
        answer: Some(AnswerView { hear_ms: 46.0, commit_ms: 250.0 }),
        ladder: LadderFigures { bars: 40, on_time: 40, changes: 9, prepared: 6, late: 0 },
        surprise: Some(2.4),
        ..BandView::default()
    }
}

/// A view with this band at this place.
pub fn with(band: BandView, now_beats: f64) -> View {
    let mut view = fake::playing();
    view.transport.beat = Beats(now_beats);
    view.band = Arc::new(band);
    view
}

/// The band plays.
pub fn playing() -> View {
    with(band(), NOW)
}
