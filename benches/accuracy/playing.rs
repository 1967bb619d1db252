//! What a band mate notices: where phrases end, what is repeated, how it swings, and what that costs.

use super::groove::{grooves, score};
use super::table::Row;
use super::weimar::{Solo, performers, solos};
use sangat::base::{Midi, Rng};
use sangat::ear::accuracy::events::EventScore;
use sangat::ear::playing::{PhraseEvent, PlayingEar};
use std::path::Path;
use std::time::Instant;

/// A phrase that begins so near to one by hand is that one.
const WINDOW_SECS: f64 = 0.3;

/// All figures of this part.
pub fn rows(data: Option<&Path>) -> Vec<Row> {
    let mut rows = vec![cost_row()];
    let Some(data) = data else { return rows };
    let solos = solos(data);
    let names = performers(&solos);
    let (held, fitted): (Vec<&Solo>, Vec<&Solo>) = solos.iter().partition(|solo| solo.is_held_out(&names));
    rows.extend(phrase_rows(&fitted, "Weimar, performers fitted on"));
    rows.extend(phrase_rows(&held, "Weimar, performers kept apart"));
    rows.push(replay_row(&held));
    for (feel, is_swing) in [("swing", true), ("Latin and funk", false)] {
        let is_of = |solo: &&Solo| match solo.feel.as_str() {
            "SWING" => is_swing,
            "LATIN" | "FUNK" | "LATIN/FUNK" => !is_swing,
            _ => false,
        };
        let heard: Vec<_> = solos.iter().filter(is_of).map(swing_of_solo).collect();
        rows.push(swing_row(&heard, format!("Weimar, {feel} ({} solos)", heard.len())));
    }
    for (name, styles) in [
        ("shuffle", ["rock/shuffle", "blues/shuffle"].as_slice()),
        ("jazz", &["jazz", "jazz/swing", "jazz/fast", "jazz/mediumfast"]),
        ("rock", &["rock", "rock/indie", "rock/prog", "rock/folk"]),
    ] {
        let heard: Vec<_> = grooves(data)
            .iter()
            .filter(|groove| groove.split == "train" && groove.is_beat && styles.contains(&groove.style.as_str()))
            .filter_map(|groove| Some(swing_of_drums(&score(groove)?.events, 60.0 / groove.bpm)))
            .collect();
        rows.push(swing_row(&heard, format!("Groove train, {name} ({} grooves)", heard.len())));
    }
    rows
}

fn row(what: &str, on: impl Into<String>, wanted: &str, measured: String) -> Row {
    Row { what: what.into(), on: on.into(), wanted: wanted.into(), measured }
}

/// Plays a solo; the phrases that were told, and when each was told (to the 20 ms).
fn listen(solo: &Solo) -> Vec<(PhraseEvent, f64)> {
    let mut ear = PlayingEar::new();
    let mut told = Vec::new();
    let mut hear = |ear: &mut PlayingEar, from_secs: f64, to_secs: f64| {
        for i in 1..=((to_secs - from_secs) / 0.02).clamp(0.0, 1000.0) as u32 {
            let now_secs = from_secs + 0.02 * f64::from(i);
            ear.advance(now_secs);
            told.extend(std::iter::from_fn(|| ear.poll()).map(|event| (event, now_secs)));
        }
    };
    for (i, note) in solo.notes.iter().enumerate() {
        let next_secs = solo.notes.get(i + 1).map_or(note.end_secs + 5.0, |next| next.begin_secs);
        let end_secs = note.end_secs.min(next_secs);
        ear.note_on(note.begin_secs, note.key, 80);
        hear(&mut ear, note.begin_secs, end_secs);
        ear.note_off(end_secs, note.key);
        hear(&mut ear, end_secs, next_secs);
    }
    told
}

fn phrase_rows(solos: &[&Solo], on: &str) -> Vec<Row> {
    let mut score = EventScore::default();
    let (mut after_secs, mut repeats, mut phrases) = (Vec::new(), 0, 0);
    for solo in solos {
        let told = listen(solo);
        let begins: Vec<f64> = told.iter().map(|(event, _)| event.begin_secs).collect();
        let marked = solo.notes.iter().filter(|note| note.is_phrase_begin);
        let there: Vec<f64> = marked.map(|note| note.begin_secs).collect();
        score.add(&EventScore::of(&begins, &there, WINDOW_SECS));
        after_secs.extend(told.iter().map(|(event, told_secs)| told_secs - event.end_secs));
        repeats += told.iter().filter(|(event, _)| event.repeat_of.is_some()).count();
        phrases += told.len();
    }
    after_secs.sort_by(f64::total_cmp);
    let share = |place: f64| after_secs.get((place * after_secs.len() as f64) as usize).copied().unwrap_or(0.0);
    let (p, r) = (score.precision(), score.recall());
    vec![
        row("phrase begin F within 0.3 s", on, "", format!("{:.3} (P {p:.3}, R {r:.3})", score.f_measure())),
        row("phrase end told after", on, "", format!("P50 {:.2} s, P95 {:.2} s", share(0.5), share(0.95))),
        row(
            "phrases called repeats",
            on,
            "",
            format!("{:.1} %", 100.0 * repeats as f64 / f64::from(phrases.max(1) as u32)),
        ),
    ]
}

/// Every phrase of six to thirty notes again after a pause, a fourth higher, each time moved by up to 10 % and one key in
/// ten wrong: how many are known again.
fn replay_row(solos: &[&Solo]) -> Row {
    let mut rng = Rng::new(11);
    let (mut known, mut played) = (0_u32, 0_u32);
    for solo in solos {
        for phrase in
            solo.notes.chunk_by(|_, next| !next.is_phrase_begin).filter(|phrase| (6..=30).contains(&phrase.len()))
        {
            let mut ear = PlayingEar::new();
            let mut at_secs = 0.0;
            for is_again in [false, true] {
                for (i, note) in phrase.iter().enumerate() {
                    let key = match is_again {
                        true if rng.below(10) == 0 => note.key + 4,
                        true => note.key + 5,
                        false => note.key,
                    };
                    ear.note_on(at_secs, key, 80);
                    ear.note_off(at_secs + 0.8 * (note.end_secs - note.begin_secs), key);
                    let next_secs = phrase.get(i + 1).map_or(2.5, |next| next.begin_secs - note.begin_secs);
                    let stretch = if is_again { 1.0 + 0.1 * f64::from(rng.bipolar()) } else { 1.0 };
                    at_secs += next_secs * stretch;
                }
            }
            ear.advance(at_secs + 3.0);
            let told: Vec<PhraseEvent> = std::iter::from_fn(|| ear.poll()).collect();
            // Where the ear hears two phrases in one, either may be what is known again.
            known += u32::from(told.iter().any(|event| event.repeat_of.is_some() && event.moved.abs_diff(5) <= 1));
            played += 1;
        }
    }
    let on = format!("{played} phrases played again, moved and varied");
    row("repeats known", on, "", format!("{:.1} %", 100.0 * f64::from(known) / f64::from(played.max(1))))
}

fn swing_of_solo(solo: &Solo) -> Option<(f32, f32)> {
    let mut ear = PlayingEar::new();
    let mut notes = solo.notes.iter().peekable();
    for pair in solo.beats_secs.windows(2) {
        while let Some(note) = notes.next_if(|note| note.begin_secs < pair[0]) {
            ear.note_on(note.begin_secs, note.key, 80);
            ear.note_off(note.begin_secs + 0.01, note.key);
        }
        ear.beat(pair[0], pair[1] - pair[0]);
    }
    ear.view().swing.map(|swing| (swing, ear.view().swing_confidence))
}

fn swing_of_drums(events: &[sangat::session::score::ScoreEvent], period_secs: f64) -> Option<(f32, f32)> {
    let mut ear = PlayingEar::new();
    let mut beat = 0.0;
    for event in events {
        while event.at_secs >= beat * period_secs {
            ear.beat(beat * period_secs, period_secs);
            beat += 1.0;
        }
        if let Midi::NoteOn { key, velocity, .. } = event.message {
            ear.note_on(event.at_secs, key, velocity);
            ear.note_off(event.at_secs + 0.01, key);
        }
    }
    ear.view().swing.map(|swing| (swing, ear.view().swing_confidence))
}

/// Median and quartiles of the last ratio told of each.
fn swing_row(heard: &[Option<(f32, f32)>], on: String) -> Row {
    let mut ratios: Vec<f32> = heard.iter().flatten().map(|(ratio, _)| *ratio).collect();
    ratios.sort_by(f32::total_cmp);
    let at = |share: f32| ratios.get((share * ratios.len() as f32) as usize).copied().unwrap_or(f32::NAN);
    let confidence = heard.iter().flatten().map(|(_, confidence)| confidence).sum::<f32>() / ratios.len().max(1) as f32;
    let told = format!(
        "{:.2} ({:.2} to {:.2}), told of {}, confidence {confidence:.2}",
        at(0.5),
        at(0.25),
        at(0.75),
        ratios.len()
    );
    row("swing ratio, median (quartiles)", on, "", told)
}

/// The cost of one note, on and off and a view, within ten minutes of 30 notes a second.
fn cost_row() -> Row {
    let mut ear = PlayingEar::new();
    let mut rng = Rng::new(8);
    let mut micros: Vec<f64> = Vec::new();
    let mut sum = 0.0;
    for i in 0..18_000 {
        let at_secs = f64::from(i) / 30.0;
        let key = 40 + rng.below(40) as u8;
        let begin = Instant::now();
        ear.note_on(at_secs, key, 80);
        ear.note_off(at_secs + 0.02, key);
        sum += ear.view().repetition;
        ear.poll();
        micros.push(begin.elapsed().as_secs_f64() * 1.0e6);
    }
    micros.sort_by(f64::total_cmp);
    let (half, most) = (micros[micros.len() / 2], micros[micros.len() * 99 / 100]);
    let mean = sum / micros.len() as f32;
    row(
        "cost of a note and a view",
        "random keys",
        "",
        format!("P50 {half:.1} us, P99 {most:.1} us (mean repetition {mean:.2})"),
    )
}
