//! How well the beat is followed.
//!
//! Every figure is causal: a beat is announced when its time has come, from what was heard before. Scores are those
//! of `mir_eval`, which leaves out the first five seconds; where it says "untrimmed" nothing is left out. A mean is
//! over pieces. A piece with no annotated beat after five seconds has no trimmed score and is left out of that mean.

use crate::material::{self, Piece};
use crate::performances::Performance;
use crate::table::Row;
use sangat::ear::accuracy::beats::{BeatScore, phase_errors, score, trimmed};
use sangat::ear::beat::{BeatEvent, BeatTracker, TempoState};
use std::path::Path;
use std::time::Instant;

/// How often the tracker is told the time, in seconds, as the ear's thread does.
const TICK_SECS: f64 = 0.01;
/// Runs of which the least time counts: other programs on the machine only ever add to it.
const COST_RUNS: usize = 3;
/// Songs that the cost is measured on.
const COST_SONGS: usize = 8;

/// What one piece gave.
#[derive(Clone, Debug, Default)]
struct Heard {
    events: Vec<BeatEvent>,
    /// When it was followed within 5 % of the true tempo first, in seconds after the first onset.
    lock_secs: Option<f64>,
    /// The last metre shown.
    metre: Option<String>,
    /// Microseconds of each note-on's own call, and of everything from one note-on to the next.
    call_micros: Vec<f64>,
    note_micros: Vec<f64>,
    /// Microseconds of each tick, in which the listening itself is done.
    tick_micros: Vec<f64>,
}

fn hear(piece: &Piece) -> Heard {
    let mut tracker = BeatTracker::new();
    let mut heard = Heard::default();
    let first = piece.onsets.first().map_or(0.0, |onset| onset.at_secs);
    let end = piece.onsets.last().map_or(0.0, |onset| onset.at_secs) + 1.0;
    let (mut next, mut spent) = (0, 0.0);
    let mut tick = (first / TICK_SECS).floor();
    while tick * TICK_SECS < end {
        tick += 1.0;
        let now = tick * TICK_SECS;
        while let Some(onset) = piece.onsets.get(next).filter(|onset| onset.at_secs <= now) {
            let micros = timed(|| tracker.hear(onset));
            heard.call_micros.push(micros);
            heard.note_micros.push(spent + micros);
            spent = 0.0;
            next += 1;
        }
        let micros = timed(|| tracker.advance(now));
        heard.tick_micros.push(micros);
        spent += micros;
        heard.events.extend(std::iter::from_fn(|| tracker.poll()));
        let view = tracker.view();
        if heard.lock_secs.is_none() && view.state == TempoState::Following {
            let period = period_at(&piece.beats, now);
            let is_right = view.period_secs.is_some_and(|own| (own / period).ln().abs() < 0.05);
            heard.lock_secs = is_right.then_some(now - first);
        }
        heard.metre = view.metre.map(|metre| metre.to_string()).or(heard.metre);
    }
    heard
}

fn timed(work: impl FnOnce()) -> f64 {
    let begin = Instant::now();
    work();
    begin.elapsed().as_secs_f64() * 1.0e6
}

fn period_at(beats: &[f64], at: f64) -> f64 {
    let next = beats.partition_point(|beat| *beat < at).clamp(1, beats.len().max(2) - 1);
    beats.get(next).map_or(f64::NAN, |beat| beat - beats[next - 1])
}

/// All pieces, on two threads.
fn hear_all(pieces: &[Piece]) -> Vec<Heard> {
    let (front, back) = pieces.split_at(pieces.len() / 2);
    std::thread::scope(|scope| {
        let front = scope.spawn(|| front.iter().map(hear).collect::<Vec<_>>());
        let back: Vec<Heard> = back.iter().map(hear).collect();
        let mut all = front.join().expect("the listening does not panic");
        all.extend(back);
        all
    })
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0), |(sum, count), value| (sum + value, count + 1));
    sum / f64::from(count.max(1))
}

/// The value that `share` of all values do not exceed.
fn quantile(mut values: Vec<f64>, share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = (values.len() as f64 * share) as usize;
    values.get(at.min(values.len().max(1) - 1)).copied().unwrap_or(f64::NAN)
}

fn times(events: &[BeatEvent]) -> Vec<f64> {
    events.iter().map(|event| event.at_secs).collect()
}

/// Targets of one set: F-measure and AMLt, in words.
struct Wanted(&'static str, &'static str);

/// All rows of one set of pieces.
fn set_rows(on: &str, pieces: &[Piece], wanted: &Wanted) -> Vec<Row> {
    let heard = hear_all(pieces);
    let pairs = || pieces.iter().zip(&heard);
    let scores: Vec<BeatScore> = pairs()
        .filter(|(piece, _)| !trimmed(&piece.beats).is_empty())
        .map(|(piece, heard)| score(trimmed(&piece.beats), trimmed(&times(&heard.events))))
        .collect();
    let foreseen = pairs().filter(|(piece, _)| !trimmed(&piece.beats).is_empty()).map(|(piece, heard)| {
        let mut foreseen: Vec<f64> = heard.events.iter().map(|event| event.foreseen_secs).collect();
        foreseen.sort_by(f64::total_cmp);
        score(trimmed(&piece.beats), trimmed(&foreseen)).f_measure
    });
    let downs = pairs().filter(|(piece, _)| !trimmed(&piece.downbeats()).is_empty()).map(|(piece, heard)| {
        let found: Vec<BeatEvent> = heard.events.iter().filter(|e| e.bar_position == Some(0)).copied().collect();
        score(trimmed(&piece.downbeats()), trimmed(&times(&found))).f_measure
    });
    let untrimmed = pairs().map(|(piece, heard)| score(&piece.beats, &times(&heard.events)).f_measure);
    let errors: Vec<f64> = pairs()
        .flat_map(|(piece, heard)| phase_errors(&piece.beats, &times(&heard.events)))
        .map(|error| error.abs() * 1.0e3)
        .collect();
    let locks: Vec<f64> = heard.iter().map(|heard| heard.lock_secs.unwrap_or(f64::INFINITY)).collect();
    let row = |what: &str, wanted: &str, measured: String| Row {
        what: what.to_owned(),
        on: on.to_owned(),
        wanted: wanted.to_owned(),
        measured,
    };
    let three = |value: f64| format!("{value:.3}");
    vec![
        row(
            "beat F ±70 ms",
            wanted.0,
            format!("{:.3} ({} pieces)", mean(scores.iter().map(|s| s.f_measure)), scores.len()),
        ),
        row("beat F, untrimmed", "", format!("{:.3} ({} pieces)", mean(untrimmed), pieces.len())),
        row("beat F, foreseen one beat ahead", "", three(mean(foreseen))),
        row("beat AMLt", wanted.1, three(mean(scores.iter().map(|s| s.aml_t)))),
        row("beat CMLt", "", three(mean(scores.iter().map(|s| s.cml_t)))),
        row("beat Cemgil", "", three(mean(scores.iter().map(|s| s.cemgil)))),
        row(
            "beat error, mean and median",
            "",
            format!("{:.1} ms, {:.1} ms", mean(errors.iter().copied()), quantile(errors.clone(), 0.5)),
        ),
        row("downbeat F ±70 ms", "", three(mean(downs))),
        row(
            "followed at the right tempo, median and 90 %",
            "",
            format!("{:.1} s, {:.1} s", quantile(locks.clone(), 0.5), quantile(locks, 0.9)),
        ),
    ]
}

fn data_rows(data: &Path) -> Vec<Row> {
    let curves = material::drifts(data, 300);
    let pop: Vec<Piece> = (721..=800)
        .zip(curves.iter().cycle())
        .filter_map(|(song, drift)| Some(material::bent(&material::pop909(data, song)?, drift)))
        .collect();
    let mut rows = set_rows("POP909 721-800 piano, bent", &pop, &Wanted("0.85", "0.92"));
    rows.extend(cost_rows("POP909 721-728 piano, bent", &pop[..COST_SONGS.min(pop.len())]));
    let beats = material::groove(data, "validation", "beat");
    rows.extend(set_rows("Groove validation, beats", &beats, &Wanted("0.92", "")));
    rows.extend(metre_row("Groove validation, beats", &beats));
    let fills = material::groove(data, "validation", "fill");
    rows.extend(set_rows("Groove validation, fills", &fills, &Wanted("", "")));
    let asap = material::asap(data);
    rows.extend(set_rows("ASAP, 47 performances", &asap, &Wanted("0.60 (PM2S offline 0.857)", "")));
    rows.extend(metre_row("ASAP, 47 performances", &asap));
    rows
}

/// How often the metre last shown is the annotated one, where that is one of the three that are told apart.
fn metre_row(on: &str, pieces: &[Piece]) -> Option<Row> {
    let known: Vec<Piece> =
        pieces.iter().filter(|piece| matches!(piece.signature, Some((4 | 3, 4) | (6, 8)))).cloned().collect();
    let heard = hear_all(&known);
    let right = heard
        .iter()
        .zip(&known)
        .filter(|(heard, piece)| heard.metre == piece.signature.map(|(beats, unit)| format!("{beats}/{unit}")));
    let measured = format!("{} of {}", right.count(), known.len());
    Some(Row { what: "metre at the end".into(), on: on.into(), wanted: String::new(), measured })
}

fn cost_rows(on: &str, pieces: &[Piece]) -> Vec<Row> {
    let least = |of: fn(&Heard) -> &Vec<f64>| -> Vec<f64> {
        pieces
            .iter()
            .flat_map(|piece| {
                let runs: Vec<Vec<f64>> = (0..COST_RUNS).map(|_| of(&hear(piece)).clone()).collect();
                (0..runs[0].len()).map(move |n| runs.iter().map(|run| run[n]).fold(f64::INFINITY, f64::min))
            })
            .collect()
    };
    let row = |what: &str, wanted: &str, micros: Vec<f64>| Row {
        what: what.to_owned(),
        on: on.to_owned(),
        wanted: wanted.to_owned(),
        measured: format!("{:.1} us, {:.1} us", quantile(micros.clone(), 0.5), quantile(micros, 0.99)),
    };
    vec![
        row("cost of a note-on call, P50 and P99", "200 us", least(|heard| &heard.call_micros)),
        row("cost of a tick of 10 ms, P50 and P99", "200 us", least(|heard| &heard.tick_micros)),
        row("cost from note to note, all ticks", "", least(|heard| &heard.note_micros)),
    ]
}

/// The performances that are made here, by name, each with the metre it should show.
fn synthetic() -> Vec<(&'static str, Performance, &'static str)> {
    let plain = Performance { drift: 0.03, ..Performance::default() };
    vec![
        ("steady, 90 BPM", Performance { drift: 0.0, ..plain }, "4/4"),
        ("drift ±3 %", plain, "4/4"),
        ("ritardando to 1.6 beats over 8 bars", Performance { slows_to: 1.6, slows_from_bar: 16, ..plain }, "4/4"),
        ("pause of 4 s", Performance { pause: Some((12, 4.0)), ..plain }, "4/4"),
        ("30 % of notes missing", Performance { missing: 0.3, ..plain }, "4/4"),
        ("30 % of beats with wrong notes", Performance { wrong: 0.3, ..plain }, "4/4"),
        ("swing 2:1", Performance { half: 0.667, bpm: 110.0, ..plain }, "4/4"),
        ("3/4", Performance { beats_per_bar: 3, bpm: 100.0, ..plain }, "3/4"),
        ("6/8", Performance { beats_per_bar: 2, is_compound: true, bpm: 70.0, bars: 40, ..plain }, "6/8"),
    ]
}

/// Five performances of each kind.
fn synthetic_rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for (name, performance, metre) in synthetic() {
        let pieces: Vec<Piece> = (1..=5)
            .map(|seed| {
                let played = Performance { seed, ..performance }.play();
                Piece {
                    onsets: played.onsets,
                    beats: played.beats,
                    are_downbeats: played.are_downbeats,
                    signature: None,
                }
            })
            .collect();
        let heard = hear_all(&pieces);
        let pairs = || pieces.iter().zip(&heard);
        let f = mean(pairs().map(|(p, h)| score(trimmed(&p.beats), trimmed(&times(&h.events))).f_measure));
        let right = heard.iter().filter(|heard| heard.metre.as_deref() == Some(metre)).count();
        let lock = mean(heard.iter().map(|heard| heard.lock_secs.unwrap_or(f64::INFINITY)));
        let mut measured = format!("F {f:.3}, followed after {lock:.1} s, {metre} in {right} of {}", pieces.len());
        if let Some((bar, _)) = performance.pause {
            let back = mean(pairs().map(|(p, h)| recovery_secs(p, h, bar * performance.beats_per_bar)));
            measured += &format!(", right again after {back:.1} s");
        }
        rows.push(Row { what: "beats".into(), on: name.into(), wanted: String::new(), measured });
    }
    rows
}

/// From the beat `resumes` until two announced beats in a row are right, in seconds.
fn recovery_secs(piece: &Piece, heard: &Heard, resumes: usize) -> f64 {
    let from = piece.beats[resumes];
    let found = times(&heard.events);
    let is_right = |at: &f64| piece.beats.iter().any(|beat| (beat - at).abs() <= 0.07);
    found
        .windows(2)
        .find(|pair| pair[0] >= from - 0.07 && pair.iter().all(is_right))
        .map_or(f64::INFINITY, |pair| pair[0] - from)
}

/// All rows of the beat.
pub fn rows(data: Option<&Path>) -> Vec<Row> {
    let mut rows = synthetic_rows();
    rows.extend(data.map(data_rows).into_iter().flatten());
    rows
}
