//! Chords, key and next chord: POP909's held-out songs, made-up players, held-out iRb tunes, and what a note costs.

use super::piece::{Action, Piece};
use super::table::Row;
use super::{comping, irb, listening, pop909};
use sangat::ear::accuracy::harmony::{ChordScore, KeyRelation, Share};
use sangat::ear::harmony::HarmonyEar;
use sangat::ear::harmony::next_chord::NextChord;
use sangat::theory::Chord;
use std::path::Path;
use std::time::Instant;

/// POP909's songs that nothing was trained on.
const HELD_OUT: std::ops::RangeInclusive<u32> = 721..=800;
/// Made-up pieces for measuring begin at a seed that the training never reaches.
const MADE_UP: std::ops::Range<u64> = 1_000_000..1_000_100;
const MADE_UP_CHORDS: usize = 24;
/// Where the scores begin, in beats after a change, with the least that is wanted of root and majmin.
const AFTER_BEATS: [(f64, &str, &str); 3] = [(1.0, ">= 0.95", ">= 0.93"), (0.5, "", ""), (0.0, "", "")];
/// The bar after which the key should be known.
const KEY_BARS: usize = 16;

/// All rows of this part.
pub fn rows(data: Option<&Path>) -> Vec<Row> {
    let mut rows = Vec::new();
    let made_up: Vec<Piece> = MADE_UP.map(|seed| comping::piece(seed, MADE_UP_CHORDS)).collect();
    chord_rows(&made_up, "made-up players, no beats", false, &mut rows);
    rows.push(delay_row(&made_up));
    rows.push(cost_row(&made_up));
    let Some(data) = data else { return rows };
    let songs: Vec<Piece> = HELD_OUT.filter_map(|number| pop909::song(data, number, &["PIANO"])).collect();
    if !songs.is_empty() {
        chord_rows(&songs, "POP909 721-800 piano, no beats", false, &mut rows);
        chord_rows(&songs, "POP909 721-800 piano, true beats", true, &mut rows);
        key_rows(&songs, &mut rows);
    }
    if let Some(tunes) = irb::tunes(data) {
        let held_out: Vec<irb::Tune> = tunes.into_iter().filter(irb::Tune::is_held_out).collect();
        next_rows(&held_out, &mut rows);
    }
    rows
}

fn row(what: impl Into<String>, on: &str, wanted: &str, measured: String) -> Row {
    Row { what: what.into(), on: on.into(), wanted: wanted.into(), measured }
}

fn figure(share: Share) -> String {
    format!("{:.3}", share.value())
}

fn chord_rows(pieces: &[Piece], on: &str, has_beats: bool, rows: &mut Vec<Row>) {
    let mut scores = [ChordScore::default(); AFTER_BEATS.len()];
    let (mut changes, mut true_changes) = (0, 0);
    for piece in pieces {
        let heard = listening::listen(&mut HarmonyEar::new(), piece, has_beats, f64::INFINITY);
        for (score, (after, ..)) in scores.iter_mut().zip(AFTER_BEATS) {
            listening::score(piece, &heard, after, score);
        }
        changes += heard.chords.len();
        true_changes += piece.chords.len();
    }
    for (score, (after, root, majmin)) in scores.iter().zip(AFTER_BEATS) {
        let is_target = on.starts_with("POP909") && !has_beats;
        let (root, majmin) = if is_target { (root, majmin) } else { ("", "") };
        let on = format!("{on}, from {after} beats");
        rows.push(row("chord root", &on, root, figure(score.root)));
        rows.push(row("chord majmin", &on, majmin, figure(score.majmin)));
        let more = [score.thirds, score.sevenths, score.bass].map(figure).join(" / ");
        rows.push(row("chord thirds / sevenths / bass", &on, "", more));
    }
    rows.push(row("chord events told / chords in truth", on, "", format!("{changes} / {true_changes}")));
}

/// How long after a true change of root the right root is told.
fn delay_row(pieces: &[Piece]) -> Row {
    let mut delays: Vec<f64> = Vec::new();
    for piece in pieces {
        let heard = listening::listen(&mut HarmonyEar::new(), piece, false, f64::INFINITY);
        let mut last = None;
        for segment in &piece.chords {
            let root = segment.chord.map(|c| c.root);
            if root != std::mem::replace(&mut last, root) {
                let told = heard.chords.iter().find(|(at, chord)| *at >= segment.from_secs && Some(chord.root) == root);
                let delay = told.map_or(f64::INFINITY, |(at, _)| at - segment.from_secs);
                delays.push(delay.min(segment.to_secs - segment.from_secs));
            }
        }
    }
    let on = "made-up players, no beats (never = its length)";
    row("chord delay P50 / P90", on, "", quantiles(&mut delays, 1000.0, "ms"))
}

fn quantiles(values: &mut [f64], scale: f64, unit: &str) -> String {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values.get((values.len() as f64 * share) as usize).copied().unwrap_or_default() * scale;
    format!("{:.0} / {:.0} {unit}", at(0.5), at(0.9))
}

/// A note-on with the judgement that it leads to and a look at the view.
fn cost_row(pieces: &[Piece]) -> Row {
    let mut costs: Vec<f64> = Vec::new();
    for piece in pieces {
        let mut ear = HarmonyEar::new();
        for (at, action) in piece.actions(false) {
            match action {
                Action::On(key, velocity) => {
                    let begun = Instant::now();
                    ear.note_on(at, key, velocity);
                    std::hint::black_box(ear.view());
                    costs.push(begun.elapsed().as_secs_f64());
                }
                Action::Off(key) => ear.note_off(at, key),
                Action::Pedal(is_down) => ear.pedal(at, is_down),
                Action::Beat(_) => {}
            }
        }
    }
    costs.sort_by(f64::total_cmp);
    let at = |share: f64| costs[(costs.len() as f64 * share) as usize] * 1e6;
    let measured = format!("{:.1} / {:.1} us", at(0.5), at(0.99));
    row("cost of a note with all it brings, P50 / P99", "made-up players", "P99 < 200 us", measured)
}

fn key_rows(songs: &[Piece], rows: &mut Vec<Row>) {
    let mut counts = [0_usize; 5];
    let (mut points, mut all) = (0.0, 0);
    for song in songs {
        let firsts: Vec<f64> = song.beats.iter().filter(|beat| beat.is_first).map(|beat| beat.at_secs).collect();
        let (Some(key), Some(look_at)) = (song.key, firsts.get(KEY_BARS)) else { continue };
        let heard = listening::listen(&mut HarmonyEar::new(), song, false, *look_at);
        let relation = KeyRelation::between(key, heard.view.key);
        counts[relation as usize] += 1;
        points += relation.weight();
        all += 1;
    }
    let on = "POP909 721-800 piano, after 16 bars";
    let share = |points: f64| format!("{:.3}", points / f64::from(all.max(1)));
    rows.push(row("key right (modes by their third)", on, ">= 0.80", share(counts[0] as f64)));
    rows.push(row("key MIREX", on, "", share(points)));
    let errors = format!("{} / {} / {} / {} of {all}", counts[1], counts[2], counts[3], counts[4]);
    rows.push(row("key errors: fifth / relative / parallel / other", on, "", errors));
}

fn next_rows(tunes: &[irb::Tune], rows: &mut Vec<Row>) {
    let mut family = [Share::default(); 2];
    let mut majmin = [Share::default(); 2];
    let mut learnt = Share::default();
    let (mut error, mut plain_error, mut changes) = (0.0, 0.0, 0.0);
    let mut ear = NextChord::new();
    let mut forgetful = NextChord::new();
    for tune in tunes {
        ear.reset();
        for (i, pair) in tune.chords.windows(2).enumerate() {
            let ((chord, beats), (next, _)) = (pair[0], pair[1]);
            ear.push(chord);
            let best = ear.best();
            for (share, depth) in family.iter_mut().zip([1, 3]) {
                share.push(Some(best.iter().take(depth).any(|(c, _)| is_family(*c, next))), 1.0);
            }
            for (share, depth) in majmin.iter_mut().zip([1, 3]) {
                share.push(Some(best.iter().take(depth).any(|(c, _)| is_third(*c, next))), 1.0);
            }
            forgetful.reset();
            tune.chords[(i + 1).saturating_sub(4)..=i].iter().for_each(|(chord, _)| forgetful.push(*chord));
            learnt.push(Some(forgetful.best().iter().take(3).any(|(c, _)| is_family(*c, next))), 1.0);
            error += f64::from((ear.beats_left(0.0) - beats).abs());
            plain_error += f64::from((4.0 - beats).abs());
            changes += 1.0;
            ear.push_duration(beats);
        }
    }
    let on = format!("iRb held-out, {} tunes", tunes.len());
    rows.push(row("next chord in top 3 (root and family)", &on, ">= 0.70", figure(family[1])));
    rows.push(row("next chord top 1 (root and family)", &on, "", figure(family[0])));
    let [first, third] = majmin.map(figure);
    rows.push(row("next chord top 3 / top 1 (root and third)", &on, "", format!("{third} / {first}")));
    rows.push(row("next chord in top 3, last 4 chords alone", &on, "", figure(learnt)));
    let measured = format!("{:.2} beats (always 4: {:.2})", error / changes, plain_error / changes);
    rows.push(row("next change, mean error at a chord's start", &on, "", measured));
}

fn is_family(a: Chord, b: Chord) -> bool {
    (a.root, a.quality.family()) == (b.root, b.quality.family())
}

fn is_third(a: Chord, b: Chord) -> bool {
    (a.root, a.quality.third()) == (b.root, b.quality.third())
}
