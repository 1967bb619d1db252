//! How the band goes along with a player: POP909's pianists, whose chords are annotated, and players made here whose
//! chords or tempo nobody could foresee. Everything goes through `sangat jam`'s own session, engine and all.

use super::pop909;
use super::table::Row;
use sangat::band::{Band, LadderFigures, ModeId, Part, Rung, STYLES, Settings};
use sangat::base::{Beats, Bus, Midi, Place, Rng};
use sangat::engine::TempoMap;
use sangat::rt::{Histogram, Percentiles};
use sangat::session::jam::{BarFigures, Figures, Helpers, Jam, JamOptions, PlayedNote, play, share_inside};
use sangat::session::score::{Score, ScoreEvent};
use sangat::session::wav::WavForm;
use sangat::theory::tension::fits;
use sangat::theory::{Chord, Key, Quality};
use sangat::worker::Adapted;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

/// Songs that nothing was made from or tuned on.
const HELD_OUT: std::ops::Range<u32> = 721..801;
/// A low rate of the sound, for it is not heard; blocks last as long as at any other.
const RATE_HZ: u32 = 8000;
/// A bass note belongs to a change from this long before it on, in seconds: hands are not exact.
const EARLY_SECS: f64 = 0.1;
/// Chords that the surprising player plays, each unlike the one before.
const SURPRISES: usize = 120;
/// Takes with a jump of tempo.
const JUMPS: u64 = 24;
/// The band is back when its beats fall this near to the player's, in seconds.
const TOGETHER_SECS: f64 = 0.05;

/// And its bars, within this time.
const TOGETHER_BAR_SECS: f64 = 0.1;
/// Bars planned in each style.
const BARS_A_STYLE: u32 = 200;

/// The rows of this part.
pub fn rows(data: Option<&Path>) -> Vec<Row> {
    let mut rows = surprises("within 30 ms of a beat", 0.03, Rung::Rules);
    rows.extend(surprises("anywhere in the beat", 0.25, Rung::Rules));
    rows.push(planning());
    rows.extend(hour_of_drift());
    rows.extend(jumps());
    rows.extend(data.map_or_else(Vec::new, songs));
    rows
}

/// The rows of the models; without those they say what the rules do.
pub fn rows_of_models(data: Option<&Path>) -> Vec<Row> {
    let mut rows = surprises("within 30 ms of a beat, by the models", 0.03, Rung::Large);
    rows.extend(surprises("anywhere in the beat, by the models", 0.25, Rung::Large));
    let Some(data) = data else { return rows };
    let sums = measured_songs(data, Settings { yields: false, ..Settings::default() });
    let LadderFigures { bars, on_time, changes, prepared, late } = sums.ladder;
    let on = "POP909 721-800 piano, played by the models";
    let share = |of: u32, all: u32| format!("{:.3} of {all}", f64::from(of) / f64::from(all.max(1)));
    rows.push(row("changes of chord that were prepared", on, "0.60", share(prepared, changes)));
    rows.push(row("bars of parts by the models from the first note on", on, "", share(on_time, bars)));
    rows.push(row("answers that came too late", on, "", format!("{late} in {:.0} minutes", sums.minutes)));
    rows.push(row("band notes inside your chord, as heard", on, "", sums.heard.text()));
    rows.push(row("bass on the chord at changes, as heard", on, "", sums.heard.bass_text()));
    rows.push(row("band notes inside your chord, as annotated", on, "", sums.annotated.text()));
    rows
}

fn row(what: &str, on: &str, wanted: &str, measured: String) -> Row {
    Row { what: what.to_owned(), on: on.to_owned(), wanted: wanted.to_owned(), measured }
}

/// Up to the best rung of the settings, where the models are.
fn options(settings: Settings, tempo_bpm: Option<f64>) -> JamOptions {
    let form = WavForm::new(RATE_HZ, 16).expect("a rate that is offered");
    let models = Some(PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/models")));
    JamOptions { track: None, raga: None, settings, style: None, tempo_bpm, chart: None, models, seed: 1, form }
}

fn jam(score: &Score, options: &JamOptions) -> Jam {
    let folder = options.models.as_deref().filter(|_| options.settings.best < Rung::Rules);
    let helpers = folder.map(|folder| Helpers::of(folder, options.settings.best));
    play(score, options, helpers.unwrap_or_default(), &mut |_, _| Ok(())).expect("a sink that takes all")
}

/// What is summed up over songs.
#[derive(Default)]
struct Sums {
    heard: Shares,
    annotated: Shares,
    bars: usize,
    /// Of them those that begin where the player's do.
    bars_met: usize,
    late: u32,
    ladder: LadderFigures,
    notes: usize,
    minutes: f64,
    /// Every song's own.
    plans: Vec<Percentiles>,
}

/// Time inside the chord and all time, then basses on the chord and changes.
#[derive(Default)]
struct Shares {
    parts: [(f64, f64); Part::COUNT],
    basses: (u32, u32),
}

impl Shares {
    fn add(&mut self, notes: &[PlayedNote], spans: &[(f64, f64, Chord)], key: Option<Key>, early_secs: f64) {
        for part in [Part::Bass, Part::Keys, Part::Lead] {
            let of_part = || notes.iter().filter(|note| note.bus == part.bus());
            let secs: f64 = of_part().map(|note| covered_secs(note, spans)).sum();
            if let Some(share) = share_inside(of_part(), spans, |note, chord| fits(note.key, chord, key)) {
                let (inside, all) = &mut self.parts[part as usize];
                *inside += share * secs;
                *all += secs;
            }
        }
        for (begin, end, chord) in spans {
            let mut basses = notes.iter().filter(|note| note.bus == Bus::Bass);
            if let Some(first) = basses.find(|n| n.begin_secs >= begin - early_secs && n.begin_secs < *end) {
                self.basses.0 += u32::from(chord.has(first.key) || chord.bass == first.key % 12);
                self.basses.1 += 1;
            }
        }
    }

    fn all(&self) -> f64 {
        let (inside, all) = self.parts.iter().fold((0.0, 0.0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
        inside / all
    }

    fn part(&self, part: Part) -> f64 {
        let (inside, all) = self.parts[part as usize];
        inside / all
    }

    fn text(&self) -> String {
        let [bass, keys, lead] = [Part::Bass, Part::Keys, Part::Lead].map(|part| self.part(part));
        format!("{:.3} (bass {bass:.3}, keys {keys:.3}, lead {lead:.3})", self.all())
    }

    fn bass_text(&self) -> String {
        format!("{:.3} of {} changes", f64::from(self.basses.0) / f64::from(self.basses.1), self.basses.1)
    }
}

fn covered_secs(note: &PlayedNote, spans: &[(f64, f64, Chord)]) -> f64 {
    let over = |span: &(f64, f64, Chord)| note.end_secs.min(span.1) - note.begin_secs.max(span.0);
    spans.iter().map(|span| over(span).max(0.0)).sum()
}

fn songs(data: &Path) -> Vec<Row> {
    let mut rows = Vec::new();
    let best = Rung::Rules;
    for (commit_beats, named) in [(1.0, "commit of a beat (default)"), (0.25, "commit of a sixteenth")] {
        let sums = measured_songs(data, Settings { commit_beats, yields: false, best, ..Settings::default() });
        if sums.bars == 0 {
            return rows;
        }
        let on = format!("POP909 721-800 piano, {named}");
        rows.push(row("band notes inside your chord, as heard", &on, "0.90", sums.heard.text()));
        rows.push(row("the same, as annotated", &on, "", sums.annotated.text()));
        rows.push(row("bass on the chord at a change, as heard", &on, "0.95", sums.heard.bass_text()));
        rows.push(row("the same, as annotated", &on, "", sums.annotated.bass_text()));
        let met = format!("{:.3} of {}", sums.bars_met as f64 / sums.bars as f64, sums.bars);
        rows.push(row("bars that begin with the player's", &on, "", met));
        let late = format!("{} of {} in {:.0} minutes", sums.late, sums.notes, sums.minutes);
        rows.push(row("notes discarded for being late", &on, "0 in 10 minutes", late));
        let mut plans = sums.plans;
        plans.sort_by_key(|of| of.p99_nanos);
        let middle = micros(&plans[plans.len() / 2]);
        rows.push(row("planning what is open, middle song's P50 / P99", &on, "", middle));
    }
    rows
}

fn micros(of: &Percentiles) -> String {
    format!("{:.0} / {:.0} us", of.p50_nanos as f64 / 1000.0, of.p99_nanos as f64 / 1000.0)
}

fn measured_songs(data: &Path, settings: Settings) -> Sums {
    let (next, sums) = (AtomicU32::new(HELD_OUT.start), Mutex::new(Sums::default()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= HELD_OUT.end {
                        break;
                    }
                    let path = data.join(pop909::FOLDER).join(format!("{number:03}/{number:03}.mid"));
                    let score = Score::read_track(&path, Some("PIANO"));
                    if let (Ok(score), Some(piece)) = (score, pop909::song(data, number, &["PIANO"])) {
                        let jam = jam(&score, &options(settings, None));
                        sums.lock().expect("no thread has failed").add(&jam, &piece);
                    }
                }
            });
        }
    });
    sums.into_inner().expect("no thread has failed")
}

impl Sums {
    fn add(&mut self, jam: &Jam, piece: &super::piece::Piece) {
        let figures = &jam.figures;
        let ends = figures.chords.iter().skip(1).map(|(at, _)| *at).chain([jam.secs]);
        let heard: Vec<_> = figures.chords.iter().zip(ends).map(|((at, chord), end)| (*at, end, *chord)).collect();
        let mut annotated: Vec<(f64, f64, Chord)> = Vec::new();
        for segment in &piece.chords {
            let Some(chord) = segment.chord else { continue };
            match annotated.last_mut() {
                Some(last) if last.2 == chord && last.1 >= segment.from_secs - 1e-3 => last.1 = segment.to_secs,
                _ => annotated.push((segment.from_secs, segment.to_secs, chord)),
            }
        }
        self.heard.add(&figures.notes, &heard, figures.key, 0.0);
        self.annotated.add(&figures.notes, &annotated, piece.key, EARLY_SECS);
        self.bars += figures.bars.len();
        let is_met = |bar: &&BarFigures| {
            piece.beats.iter().any(|beat| beat.is_first && (beat.at_secs - bar.begin_secs).abs() < TOGETHER_BAR_SECS)
        };
        self.bars_met += figures.bars.iter().filter(is_met).count();
        self.ladder = self.ladder.plus(figures.ladder);
        self.late += figures.late + figures.overflow;
        self.notes += figures.notes.len();
        self.minutes += jam.secs / 60.0;
        self.plans.push(figures.plans.percentiles());
    }
}

/// A score of `(seconds, message)`.
fn score(events: Vec<(f64, Midi)>, bpm: f64) -> Score {
    let length_secs = events.last().map_or(0.0, |event| event.0);
    let event = |(at_secs, message)| ScoreEvent { at_secs, bus: Bus::You, message };
    let events = events.into_iter().map(event).collect();
    Score { events, tempo: TempoMap::constant(bpm), beats_per_bar: 4, length_secs }
}

fn strike(events: &mut Vec<(f64, Midi)>, keys: &[u8], from_secs: f64, to_secs: f64) {
    events.extend(keys.iter().map(|key| (from_secs, Midi::NoteOn { channel: 0, key: *key, velocity: 80 })));
    events.extend(keys.iter().map(|key| (to_secs, Midi::NoteOff { channel: 0, key: *key, velocity: 0 })));
}

/// From a chord that shares no tone with the one before, struck at most `off_secs` from a beat at 120 BPM, to the band's first
/// note that is of it and not of the one before.
fn surprises(place: &str, off_secs: f64, best: Rung) -> Vec<Row> {
    let mut rng = Rng::new(5);
    let (mut events, mut truth) = (Vec::new(), Vec::new());
    let (mut beat, mut root) = (4.0, 0_u8);
    for _ in 0..SURPRISES {
        // A tritone, a semitone or a whole tone away a triad keeps no tone.
        root = (root + [1, 2, 6, 10, 11][rng.below(5) as usize]) % 12;
        let length = 3 + rng.below(4);
        let at = beat * 0.5 + f64::from(rng.bipolar()) * off_secs;
        let keys = [36 + root, 60 + root, 64 + root, 67 + root];
        let spread: Vec<(f64, u8)> = keys.iter().map(|key| (at + f64::from(rng.unit()) * 0.015, *key)).collect();
        beat += f64::from(length);
        spread.iter().for_each(|(from, key)| strike(&mut events, &[*key], *from, beat * 0.5 - 0.05));
        truth.push((spread.iter().map(|s| s.0).fold(f64::INFINITY, f64::min), keys.map(|key| key % 12)));
    }
    events.sort_by(|a, b| a.0.total_cmp(&b.0));
    let settings = Settings { commit_beats: 0.25, yields: false, best, ..Settings::default() };
    let jam = jam(&score(events, 120.0), &options(settings, Some(120.0)));
    let mut answers: Vec<f64> = Vec::new();
    for (n, (at, keys)) in truth.iter().enumerate().skip(1) {
        let before = truth[n - 1].1;
        let is_answer = |note: &&PlayedNote| {
            let class = note.key % 12;
            note.begin_secs > *at && keys.contains(&class) && !before.contains(&class)
        };
        let notes = jam.figures.notes.iter().filter(|note| matches!(note.bus, Bus::Bass | Bus::Keys));
        let first = notes.filter(is_answer).map(|note| note.begin_secs).fold(f64::INFINITY, f64::min);
        answers.push((first - at) * 1000.0);
    }
    let on = &format!("chords nobody foresees, {place}, 120 BPM, commit of a sixteenth");
    let stage = |of: fn(&Adapted) -> f64| spread(jam.figures.adapted.iter().map(|a| of(a) * 1000.0).collect());
    let plans = jam.figures.plans.percentiles();
    let mut rows = vec![
        row("chord to first adapted note, P50 / P95", on, "150 ms P95", format!("{} ms", spread(answers))),
        row("of it: the ear", on, "", format!("{} ms", stage(|a| a.hear_secs))),
        row("of it: planning", on, "", micros(&plans)),
        row("of it: the commit and the next step", on, "", format!("{} ms", stage(|a| a.wait_secs))),
    ];
    let by_models: Vec<f64> = jam.figures.by_models.iter().map(|secs| secs * 1000.0).collect();
    if !by_models.is_empty() {
        let count = by_models.len();
        let text = format!("{} ms of {count}", spread(by_models));
        rows.push(row("chord to first note by the models, P50 / P95", on, "150 ms P95", text));
    }
    rows
}

fn percentiles(mut all: Vec<f64>) -> [f64; 2] {
    all.sort_by(f64::total_cmp);
    [0.5, 0.95]
        .map(|share| all.get(((all.len().max(1) - 1) as f64 * share).round() as usize).copied().unwrap_or(f64::NAN))
}

fn spread(all: Vec<f64>) -> String {
    let [p50, p95] = percentiles(all);
    format!("{p50:.1} / {p95:.1}")
}

/// A player who keeps a groove and jumps by a fifth of the tempo, up or down; how many bars until the band's beats stay
/// with theirs.
fn jumps() -> Vec<Row> {
    let mut bars: Vec<f64> = Vec::new();
    for seed in 0..JUMPS {
        bars.push(bars_to_recover(seed));
    }
    let [p50, p95] = percentiles(bars.clone());
    let far = bars.iter().filter(|bars| **bars > 2.0).count();
    let text = format!("{p50:.1} / {p95:.1} bars, more than 2 in {far} of {JUMPS}");
    vec![row(
        "back with the player after a jump of 20 %, P50 / P95",
        "grooves made here, 80 to 130 BPM",
        "2 bars",
        text,
    )]
}

fn bars_to_recover(seed: u64) -> f64 {
    let mut rng = Rng::new(seed);
    let before = 80.0 + 50.0 * f64::from(rng.unit());
    let after = if seed.is_multiple_of(2) { before * 1.2 } else { before / 1.2 };
    let (mut events, mut beats, mut at) = (Vec::new(), Vec::new(), 1.0);
    let mut jump = 0.0;
    for (bpm, count) in [(before, 64), (after, 64)] {
        jump = at;
        for n in 0..count {
            let root = 48 + [0, 9, 5, 7][n / 4 % 4];
            let beat_secs = 60.0 / bpm;
            let hand = |rng: &mut Rng| f64::from(rng.bipolar()) * 0.01;
            let on = at + hand(&mut rng);
            strike(&mut events, &[root, root + 12, root + 16, root + 19], on, on + beat_secs * 0.8);
            let off = at + beat_secs * 0.5 + hand(&mut rng);
            strike(&mut events, &[72 + rng.below(5) as u8 * 2], off, off + beat_secs * 0.4);
            beats.push(at);
            at += beat_secs;
        }
    }
    events.sort_by(|a, b| a.0.total_cmp(&b.0));
    let jam = jam(&score(events, before), &options(Settings { yields: false, ..Settings::default() }, None));
    let places = &jam.figures.beats;
    let off = |at: f64| places.iter().map(|(secs, _)| (secs - at).abs()).fold(f64::INFINITY, f64::min);
    let last_far = beats.iter().rfind(|at| **at >= jump && off(**at) > TOGETHER_SECS);
    last_far.map_or(0.0, |far| ((far - jump) * after / 60.0 + 1.0) / 4.0)
}

/// What one bar of four parts costs: the band is asked for it again and again, as a chord asks for it that nobody
/// foresaw, in every style.
fn planning() -> Row {
    let histogram = Histogram::new();
    let mut rng = Rng::new(3);
    for style in &STYLES {
        let settings = Settings { style: style.id, commit_beats: 0.25, horizon_beats: 1.0, ..Settings::default() };
        let mut band = Band::new(1, settings);
        let beats_per_bar = style.beats_per_bar;
        for bar in 0..BARS_A_STYLE {
            let beat = Beats(f64::from(bar * beats_per_bar));
            let place = Place { is_playing: true, beat, tempo_bpm: style.bpm.0, beats_per_bar };
            let secs = beat.0 * 60.0 / style.bpm.0;
            band.hear_chord(beat.0, Chord::new(rng.below(12) as u8, Quality::at(rng.below(32) as usize)), 1.0);
            let begin = Instant::now();
            band.pass(secs, place);
            histogram.record(u64::try_from(begin.elapsed().as_nanos()).unwrap_or(u64::MAX));
            band.messages().clear();
        }
    }
    row(
        "planning a bar for four parts, P50 / P99",
        "all styles, another chord each bar",
        "1 ms P99",
        micros(&histogram.percentiles()),
    )
}

/// An hour of the band by itself.
fn hour_of_drift() -> Vec<Row> {
    let settings = Settings { mode: ModeId::Drift, ..Settings::default() };
    let options = options(settings, Some(72.0));
    // A pedal that is let go ends the hour.
    let score = score(vec![(3600.0, Midi::Control { channel: 0, controller: 64, value: 0 })], 72.0);
    let mut memory: Vec<u64> = Vec::new();
    let mut frames = 0_usize;
    let jam = play(&score, &options, Helpers::default(), &mut |left, _| {
        let minute = frames / (RATE_HZ as usize * 60);
        frames += left.len();
        if minute >= memory.len() {
            memory.push(resident_bytes());
        }
        Ok(())
    });
    let figures = jam.expect("a sink that takes all").figures;
    let sections = sections(&figures);
    let distinct: HashSet<&Vec<(u8, u8, i64)>> = sections.iter().collect();
    let longest = figures.notes.iter().map(|note| note.end_secs - note.begin_secs).fold(0.0, f64::max);
    let grown = memory.last().zip(memory.get(10)).map_or(0.0, |(end, begin)| (*end as f64 - *begin as f64) / 1.0e6);
    let on = "an hour of Drift";
    vec![
        row(
            "sections of 8 bars / unlike all others",
            on,
            "no two alike",
            format!("{} / {}", sections.len(), distinct.len()),
        ),
        row("notes that never end, longest note", on, "none", format!("{}, {longest:.1} s", figures.hanging)),
        row(
            "memory, minute 10 to 60",
            on,
            "no growth",
            format!("{grown:.1} MB, the journal of {} notes among it", figures.notes.len()),
        ),
    ]
}

/// What is played in every eight bars: part, key, and where in them, in twelfths of a beat.
fn sections(figures: &Figures) -> Vec<Vec<(u8, u8, i64)>> {
    let bars = figures.bars.chunks_exact(8);
    let section = |bars: &[BarFigures]| {
        let begin = bars[0].begin_secs;
        let end = bars[7].begin_secs + f64::from(bars[7].beats) * 60.0 / bars[7].bpm;
        let notes = figures.notes.iter().filter(|note| (begin - 0.05..end - 0.05).contains(&note.begin_secs));
        let place = |note: &PlayedNote| ((note.begin_secs - begin) * bars[0].bpm / 60.0 * 12.0).round() as i64;
        notes.map(|note| (note.bus as u8, note.key, place(note))).collect()
    };
    bars.map(section).collect()
}

fn resident_bytes() -> u64 {
    let pid = sysinfo::get_current_pid().expect("a process");
    let Ok(mut system) = sysinfo::System::new() else { return 0 };
    system.refresh_processes(sysinfo::ProcessesToUpdate::Some(&[pid]), false);
    system.process(pid).map_or(0, sysinfo::Process::memory)
}
