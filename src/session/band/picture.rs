//! The picture of the band that is drawn.

use super::{Alternate, AnswerView, BandBar, BandChord, BandNoteView, BandOrder, BandView};
use crate::band::{Band, Part, Role};
use crate::ear::harmony::HarmonyView;
use crate::worker::{Adapted, BandMate};

/// How much of the past is shown, in beats.
const PAST_BEATS: f64 = 34.0;

/// What the band does now. Allocates; called as often as it is drawn.
pub fn picture(mate: &BandMate, answer: Option<Adapted>) -> BandView {
    let band = &mate.band;
    let harmony = mate.listener.harmony.view();
    let now_beats = mate.place().map_or(0.0, |(place, _)| place.beat.0);
    let past = now_beats - PAST_BEATS;
    let beats_per_bar = mate.place().map_or(4, |(place, _)| place.beats_per_bar.max(1));
    // More bars are remembered than are drawn: where they came from is counted.
    let bars = band.plan().bars().iter();
    let chords = band.chords().spans().iter().filter(|span| span.end_beats > past);
    BandView {
        now_beats,
        beats_per_bar,
        origin_beats: band.origin_beats(),
        committed_beats: band.committed_beats(),
        bars: bars
            .map(|planned| BandBar {
                index: planned.bar.index,
                begin_beats: planned.bar.begin_beats,
                beats: planned.bar.beats,
                role: planned.bar.role,
                variation: planned.bar.variation,
                side: planned.form_bar.side,
                rungs: planned.rungs,
            })
            .collect(),
        notes: Part::ALL.map(|part| notes(band, part, past)),
        player: band
            .context()
            .player_between(past, f64::INFINITY)
            .map(|note| (note.begin_beats, note.length_beats, note.key, note.velocity))
            .collect(),
        chords: chords
            .map(|span| BandChord {
                begin_beats: span.begin_beats,
                end_beats: span.end_beats,
                name: span.chord.spelled(band.harmony().key()).to_string(),
                origin: span.origin,
                confidence: span.confidence,
            })
            .collect(),
        alternates: alternates(band, &harmony, now_beats),
        sa_key: band.sa_key(),
        is_players: Part::ALL.map(|part| band.is_players(part)),
        variation: band.variation(),
        is_ending: band.plan().bars().back().is_some_and(|planned| planned.bar.role == Role::Ending),
        is_waiting: mate.is_waiting(),
        ladder: band.ladder(),
        surprise: band.surprise(),
        answer: answer.map(|adapted| AnswerView {
            hear_ms: (adapted.hear_secs * 1000.0) as f32,
            commit_ms: (adapted.wait_secs * 1000.0) as f32,
        }),
    }
}

fn notes(band: &Band, part: Part, past: f64) -> Vec<BandNoteView> {
    let notes = band.plan().notes(part).iter().filter(|planned| planned.note.end_beats() > past);
    let view = notes.map(|planned| BandNoteView {
        id: planned.id,
        begin_beats: planned.note.begin_beats,
        length_beats: planned.note.length_beats,
        key: planned.note.key,
        velocity: planned.note.velocity,
        mark: planned.mark,
    });
    view.collect()
}

/// What the ear thinks may come, to be asked for from the next change on.
fn alternates(band: &Band, harmony: &HarmonyView, now_beats: f64) -> Vec<Alternate> {
    let next = band.chords().after(now_beats);
    let at_beats = next.map_or((now_beats + 1.0).ceil(), |span| span.begin_beats);
    let others = harmony.next.iter().filter(|(chord, _)| next.is_none_or(|span| span.chord != *chord));
    let alternate = others.take(2).map(|(chord, share)| Alternate {
        name: chord.spelled(harmony.key).to_string(),
        share: *share,
        order: BandOrder::Chord(at_beats, *chord),
    });
    alternate.collect()
}
