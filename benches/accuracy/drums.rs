//! The band's drummer beside human drummers: whether 32 bars of it lie within the spread of humans among themselves.

use super::groove::{Groove, grooves, score};
use super::table::Row;
use sangat::band::drums::Drum;
use sangat::band::{
    Ask, BAR_NOTES_MAX, Bar, Chords, Context, Drummer, Feel, Note, Part, PhraseSource, Role, Style, StyleId, Taste,
};
use sangat::base::Midi;
use std::path::Path;
use std::time::Instant;

/// Bars that are compared; human performances are cut there, and shorter ones than a quarter of it left out.
const BARS: u32 = 32;

/// A stroke: where, in beats; on what; how hard.
type Stroke = (f64, Drum, u8);

/// Strokes with what is needed to read them.
struct Performance {
    style: &'static Style,
    bpm: f64,
    beats_per_bar: u32,
    strokes: Vec<Stroke>,
}

const FIGURES: [&str; 14] = [
    "grooving similarity, 64 places",
    "grooving similarity, 16 places",
    "strokes a bar",
    "kick share",
    "snare share",
    "hat share",
    "ride share",
    "tom share",
    "crash share",
    "velocity mean",
    "velocity spread",
    "timing off, mean (ms)",
    "timing spread (ms)",
    "swing (second eighth)",
];

/// Against drummers whom neither the library nor any choice has seen.
pub fn rows(data: Option<&Path>) -> Vec<Row> {
    let mut rows = vec![cost()];
    rows.extend(data.map_or_else(Vec::new, |data| compared(data, "validation")));
    rows
}

/// Against those that the grooves are from: what may be looked at while choosing.
pub fn rows_of_train(data: Option<&Path>) -> Vec<Row> {
    data.map_or_else(Vec::new, |data| compared(data, "train"))
}

fn compared(data: &Path, split: &str) -> Vec<Row> {
    let list = grooves(data);
    let files = list.iter().filter(|groove| groove.split == split && groove.is_beat);
    let humans: Vec<Performance> = files.filter_map(human).collect();
    let ours: Vec<Performance> = humans.iter().enumerate().map(|(n, like)| drummer(like, n as u64)).collect();
    let of = |all: &[Performance]| -> Vec<[f64; FIGURES.len()]> { all.iter().map(figures).collect() };
    let (humans_figures, our_figures) = (of(&humans), of(&ours));
    let on = format!("Groove {split}, {} performances", humans.len());
    let mut rows = Vec::new();
    for (index, what) in FIGURES.iter().enumerate() {
        let human: Vec<f64> = humans_figures.iter().map(|f| f[index]).collect();
        let our: Vec<f64> = our_figures.iter().map(|f| f[index]).collect();
        let (low, high) = (percentile(&human, 0.05), percentile(&human, 0.95));
        let mean = our.iter().sum::<f64>() / our.len() as f64;
        let inside = our.iter().filter(|value| (low..=high).contains(*value)).count();
        let is_inside = if (low..=high).contains(&mean) { "inside" } else { "OUTSIDE" };
        rows.push(Row {
            what: format!("drums: {what}"),
            on: on.clone(),
            wanted: format!("{low:.2} to {high:.2}"),
            measured: format!("{mean:.2} ({is_inside}); {inside} of {} runs", our.len()),
        });
    }
    rows.extend(by_style(&humans, &humans_figures, &our_figures));
    rows
}

/// Each style's mean against the humans of that style, or against all where they are fewer than 5.
fn by_style(humans: &[Performance], theirs: &[[f64; FIGURES.len()]], ours: &[[f64; FIGURES.len()]]) -> Vec<Row> {
    let mut rows = Vec::new();
    for style in &sangat::band::STYLES {
        let here: Vec<usize> = (0..humans.len()).filter(|n| humans[*n].style.id == style.id).collect();
        if here.is_empty() {
            continue;
        }
        let is_own = here.len() >= 5;
        let mut outside = Vec::new();
        for (index, what) in FIGURES.iter().enumerate() {
            let among = (0..humans.len()).filter(|n| !is_own || here.contains(n));
            let human: Vec<f64> = among.map(|n| theirs[n][index]).collect();
            let (low, high) = (percentile(&human, 0.05), percentile(&human, 0.95));
            let mean = here.iter().map(|n| ours[*n][index]).sum::<f64>() / here.len() as f64;
            if !(low..=high).contains(&mean) {
                outside.push(format!("{what} {mean:.2} ({low:.2} to {high:.2})"));
            }
        }
        let among = if is_own { "its own" } else { "all styles" };
        let list = if outside.is_empty() { String::new() } else { format!("; outside: {}", outside.join(", ")) };
        rows.push(Row {
            what: format!("drums: {} inside the human spread", style.name),
            on: format!("{} human performances, spread of {among}", here.len()),
            wanted: format!("{}", FIGURES.len()),
            measured: format!("{}{list}", FIGURES.len() - outside.len()),
        });
    }
    rows
}

/// Which of our styles a performance is in; `None` where it is none of them.
fn style_of(groove: &Groove) -> Option<StyleId> {
    let name = groove.path.file_name()?.to_str()?;
    let (family, kind) = groove.style.split_once('/').unwrap_or((&groove.style, ""));
    Some(match (family, kind) {
        _ if name.ends_with("_6-8.mid") => StyleId::SixEight,
        ("jazz", _) if name.ends_with("_3-4.mid") => StyleId::Waltz,
        _ if !name.ends_with("_4-4.mid") => return None,
        ("rock", "shuffle" | "rockabilly" | "halftime") | ("jazz", "klezmer" | "linear" | "march" | "fusion") => {
            return None;
        }
        ("rock" | "punk", _) => StyleId::Rock,
        ("pop", _) => StyleId::PopBallad,
        ("funk", _) | ("jazz", "funk") => StyleId::Funk,
        ("soul" | "gospel", _) => StyleId::Soul,
        ("hiphop", _) => StyleId::HipHop,
        ("dance", "disco") => StyleId::Disco,
        ("afrobeat", _) => StyleId::Afrobeat,
        ("reggae", _) => StyleId::Reggae,
        ("jazz", _) if groove.bpm >= 176.0 => StyleId::SwingUp,
        ("jazz", _) => StyleId::Swing,
        ("latin", "samba" | "brazilian-samba") => StyleId::Samba,
        ("latin", "brazilian-bossa") => StyleId::Bossa,
        _ => return None,
    })
}

/// A human performance; `None` where it is in no style of ours or too short.
fn human(groove: &Groove) -> Option<Performance> {
    let style = style_of(groove)?.style();
    let bpm = if style.steps_per_beat == 3 { groove.bpm / 1.5 } else { groove.bpm };
    let beats_per_bar = style.beats_per_bar;
    let score = score(groove)?;
    let strokes = score.events.iter().filter_map(|event| match event.message {
        Midi::NoteOn { key, velocity, .. } if velocity > 0 => {
            Some((event.at_secs * bpm / 60.0, Drum::from_key(key)?, velocity))
        }
        _ => None,
    });
    let end_beats = f64::from(BARS * beats_per_bar);
    let strokes: Vec<Stroke> = strokes.filter(|(beats, ..)| *beats < end_beats).collect();
    let is_long = strokes.last().is_some_and(|(beats, ..)| *beats > 0.25 * end_beats);
    is_long.then_some(Performance { style, bpm, beats_per_bar, strokes })
}

/// A drummer whom nobody plays with.
#[derive(Default)]
struct Alone {
    drummer: Drummer,
    context: Context,
    chords: Chords,
    band: [Vec<Note>; Part::COUNT],
}

impl Alone {
    /// Adds a bar's notes to `out`.
    fn play(&mut self, of: (Bar, &'static Style, u64), taste: Taste, feel: Feel, out: &mut Vec<Note>) {
        let (bar, style, seed) = of;
        let ask = Ask {
            part: Part::Drums,
            bar,
            from_beats: bar.begin_beats,
            style,
            taste,
            feel,
            chords: &self.chords,
            key: None,
            context: &self.context,
            before: &[],
            band: &self.band,
            turn: None,
            seed,
        };
        self.drummer.play(&ask, out);
    }
}

/// The band's drummer at the same tempo in the same style: A to D for eight bars each, a fill at the end of each.
fn drummer(like: &Performance, seed: u64) -> Performance {
    let mut alone = Alone::default();
    let feel = Feel { swing: like.style.swing, fills: 0.5, energy: 0.5, bpm: like.bpm };
    let mut strokes = Vec::new();
    let mut out: Vec<Note> = Vec::with_capacity(BAR_NOTES_MAX);
    for index in 0..BARS {
        let begin_beats = f64::from(index * like.beats_per_bar);
        let role = if index % 8 == 7 { Role::Fill } else { Role::Groove };
        let (variation, in_section) = ((index / 8 % 4) as u8, index % 8);
        let beats = like.beats_per_bar;
        let bar = Bar { index: i64::from(index), begin_beats, beats, role, variation, in_section };
        out.clear();
        alone.play((bar, like.style, seed), Taste::of(Part::Drums), feel, &mut out);
        strokes.extend(out.iter().filter_map(|n| Some((n.begin_beats, Drum::from_key(n.key)?, n.velocity))));
    }
    Performance { strokes, ..*like }
}

/// All figures, in the order of [`FIGURES`].
fn figures(of: &Performance) -> [f64; FIGURES.len()] {
    let count = of.strokes.len().max(1) as f64;
    let share = |drums: &[Drum]| of.strokes.iter().filter(|(_, drum, _)| drums.contains(drum)).count() as f64 / count;
    let bars = (of.strokes.last().map_or(0.0, |s| s.0) / f64::from(of.beats_per_bar)).ceil().max(1.0);
    let loud: Vec<f64> = of.strokes.iter().map(|(.., velocity)| f64::from(*velocity)).collect();
    let (off, swing) = timing(of);
    let off_abs = off.iter().map(|o| o.abs()).sum::<f64>() / count;
    [
        similarity(of, 64),
        similarity(of, 16),
        count / bars,
        share(&[Drum::Kick]),
        share(&[Drum::Snare, Drum::Stick]),
        share(&[Drum::Hat, Drum::Open, Drum::Pedal]),
        share(&[Drum::Ride, Drum::Bell]),
        share(&[Drum::High, Drum::Mid, Drum::Low]),
        share(&[Drum::Crash]),
        loud.iter().sum::<f64>() / count,
        spread(&loud),
        off_abs,
        spread(&off),
        swing,
    ]
}

/// Grooving similarity (Wu and Yang 2020): 1 less the mean share of places, over all pairs of bars, at which one has an
/// onset and the other has not.
fn similarity(of: &Performance, places: usize) -> f64 {
    let beats = f64::from(of.beats_per_bar);
    let mut bars: Vec<Vec<bool>> = Vec::new();
    for (at, ..) in &of.strokes {
        let place = (at / beats * places as f64).round().max(0.0) as usize;
        bars.resize_with(bars.len().max(place / places + 1), || vec![false; places]);
        bars[place / places][place % places] = true;
    }
    let (mut sum, mut pairs) = (0.0, 0.0);
    for (index, a) in bars.iter().enumerate() {
        for b in &bars[..index] {
            sum += a.iter().zip(b).filter(|(x, y)| x != y).count() as f64 / places as f64;
            pairs += 1.0;
        }
    }
    1.0 - sum / f64::max(pairs, 1.0)
}

/// How far each stroke is from its place on the grid that suits the performance, in milliseconds, about their median;
/// and where that grid has the second eighth.
fn timing(of: &Performance) -> (Vec<f64>, f64) {
    let about_beats = |at: f64| at - (at + 0.5).floor();
    let near: Vec<f64> = of.strokes.iter().map(|(at, ..)| about_beats(*at)).filter(|off| off.abs() < 0.12).collect();
    let early = percentile(&near, 0.5);
    let parts: Vec<f64> = of.strokes.iter().map(|(at, ..)| at - early - (at - early + 0.06).floor()).collect();
    let swing_in = |low: f64, high: f64, without: f64| {
        let near: Vec<f64> = parts.iter().copied().filter(|p| (low..high).contains(p)).collect();
        if near.len() > 8 { percentile(&near, 0.5) } else { without }
    };
    let (fours, threes) = (swing_in(0.42, 0.62, 0.5), swing_in(0.54, 0.76, 2.0 / 3.0));
    let grids = [
        (vec![0.0, fours / 2.0, fours, (1.0 + fours) / 2.0, 1.0], fours),
        (vec![0.0, 1.0 / 3.0, threes, 1.0], threes),
        (vec![0.0, 1.0 / 6.0, 1.0 / 3.0, 0.5, 2.0 / 3.0, 5.0 / 6.0, 1.0], 0.5),
    ];
    let off = |grid: &[f64]| -> Vec<f64> {
        let nearest = |part: f64| grid.iter().map(|g| part - g).min_by(|a, b| a.abs().total_cmp(&b.abs()));
        parts.iter().map(|part| nearest(*part).unwrap_or(0.0)).collect()
    };
    // Dotted beats are in sixths; others in whichever of threes and fours leaves less of its own step.
    let cost = |n: usize| off(&grids[n].0).iter().map(|o| o.abs()).sum::<f64>() * (grids[n].0.len() - 1) as f64;
    let best = if of.style.steps_per_beat == 3 { 2 } else { usize::from(cost(1) < cost(0)) };
    let millis: Vec<f64> = off(&grids[best].0).iter().map(|o| o * 60_000.0 / of.bpm).collect();
    let lead = percentile(&millis, 0.5);
    (millis.iter().map(|m| m - lead).collect(), grids[best].1)
}

fn spread(values: &[f64]) -> f64 {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    (values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / count).sqrt()
}

fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = share * sorted.len().saturating_sub(1) as f64;
    let (low, part) = (place.floor() as usize, place.fract());
    let at = |n: usize| sorted.get(n).or(sorted.last()).copied().unwrap_or(0.0);
    at(low) + part * (at(low + 1) - at(low))
}

/// What a bar costs, at the 99th percentile over all styles, at full complexity.
fn cost() -> Row {
    let mut alone = Alone::default();
    let mut out = Vec::with_capacity(BAR_NOTES_MAX);
    let mut micros = Vec::new();
    for (style, seed) in sangat::band::STYLES.iter().flat_map(|style| (0..400).map(move |seed| (style, seed))) {
        let bar = Bar { beats: style.beats_per_bar, variation: 3, in_section: 1, ..Bar::default() };
        let feel = Feel { swing: style.swing, fills: 0.5, energy: 1.0, bpm: style.bpm.0 };
        let taste = Taste { complexity: 1.0, ..Taste::of(Part::Drums) };
        out.clear();
        let begin = Instant::now();
        alone.play((bar, style, seed), taste, feel, &mut out);
        micros.push(begin.elapsed().as_secs_f64() * 1e6);
    }
    Row {
        what: "drums: time for a bar, 99th percentile".to_owned(),
        on: "all styles, full complexity".to_owned(),
        wanted: "under 100 us".to_owned(),
        measured: format!("{:.0} us", percentile(&micros, 0.99)),
    }
}
