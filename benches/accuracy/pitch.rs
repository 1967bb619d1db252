//! The pitch ear: on singers made here, whose truth is exact, and on recordings.

use crate::table::Row;
use crate::voices::{self, Movement, Singer, Start, Syllable, TRUTH_SECS, Take};
use sangat::base::Rng;
use sangat::dsp::correlation::Autocorrelation;
use sangat::ear::accuracy::pitch::{Estimate, Scores, Truth, best_delay_ms, scores};
use sangat::ear::pitch::{PitchConfig, PitchFrame, PitchTracker, SungNote};
use std::path::Path;
use std::time::Instant;

/// Tonics of the singers, Hz: low men to high children.
const TONICS_HZ: [f64; 8] = [82.0, 110.0, 147.0, 196.0, 294.0, 349.0, 392.0, 440.0];

/// What the tracker said about one recording.
#[derive(Default)]
pub struct Heard {
    /// Live frames with the time at which each was there.
    pub live: Vec<(f64, PitchFrame)>,
    pub settled: Vec<PitchFrame>,
    pub notes: Vec<SungNote>,
}

/// Runs a recording through a tracker, a millisecond at a time.
pub fn listen(samples: &[f32], config: PitchConfig) -> Heard {
    let mut tracker = PitchTracker::new(config);
    let mut heard = Heard::default();
    let rate = f64::from(config.rate_hz);
    let block = (config.rate_hz / 1000) as usize;
    for (i, part) in samples.chunks(block).enumerate() {
        tracker.process(part);
        collect(&mut tracker, &mut heard, (i * block + part.len()) as f64 / rate);
    }
    tracker.finish();
    collect(&mut tracker, &mut heard, samples.len() as f64 / rate);
    heard
}

/// Takes what the tracker has to say; it is `now_secs`.
pub fn collect(tracker: &mut PitchTracker, heard: &mut Heard, now_secs: f64) {
    heard.live.extend(std::iter::from_fn(|| tracker.poll_live()).map(|frame| (now_secs, frame)));
    heard.settled.extend(std::iter::from_fn(|| tracker.poll_settled()));
    heard.notes.extend(std::iter::from_fn(|| tracker.poll_note()));
}

/// Several recordings as one long one.
#[derive(Default)]
pub struct Pool {
    truth: Vec<Truth>,
    live: Vec<Estimate>,
    arrived: Vec<Estimate>,
    settled: Vec<Estimate>,
    end_secs: f64,
}

impl Pool {
    /// Adds a recording with its truth.
    pub fn add(&mut self, truth: impl IntoIterator<Item = Truth>, heard: &Heard) {
        let begin = self.end_secs + 1.0;
        let point = |at_secs: f64, frame: &PitchFrame| Estimate {
            at_secs: begin + at_secs,
            hz: frame.candidate_hz,
            is_voiced: frame.is_voiced,
        };
        self.truth.extend(truth.into_iter().map(|t| Truth { at_secs: begin + t.at_secs, ..t }));
        self.live.extend(heard.live.iter().map(|(_, frame)| point(frame.at_secs, frame)));
        self.arrived.extend(heard.live.iter().map(|(now, frame)| point(*now, frame)));
        self.settled.extend(heard.settled.iter().map(|frame| point(frame.at_secs, frame)));
        let last = self.truth.last().map_or(begin, |t| t.at_secs);
        self.end_secs = last.max(self.arrived.last().map_or(begin, |e| e.at_secs));
    }

    /// Whether no recording was added.
    pub fn is_empty(&self) -> bool {
        self.truth.is_empty()
    }

    fn sing(&mut self, take: &Take, config: PitchConfig) {
        self.add(truth_of(take), &listen(&take.samples, config));
    }

    /// How right the settled line is.
    pub fn settled(&self) -> Scores {
        scores(&self.truth, &self.settled, 0.0)
    }

    /// How right the settled line is when the truth is moved by whole milliseconds to where it fits best: annotations
    /// stamp the begin, the middle or the end of windows of their own. Our own stamps are held to tones made here.
    pub fn aligned(&self) -> (i32, Scores) {
        let at = |ms: i32| scores(&self.truth, &self.settled, f64::from(-ms) * 1e-3);
        let better = |best: (i32, Scores), ms: i32| {
            let found = at(ms);
            if found.raw_pitch[2] > best.1.raw_pitch[2] { (ms, found) } else { best }
        };
        (-60..=60).fold((0, at(0)), better)
    }

    /// How right the live line is.
    pub fn live(&self) -> Scores {
        scores(&self.truth, &self.live, 0.0)
    }
}

/// The truth of a take, point by point.
pub fn truth_of(take: &Take) -> Vec<Truth> {
    take.truth.iter().enumerate().map(|(i, hz)| Truth { at_secs: i as f64 * TRUTH_SECS, hz: *hz }).collect()
}

pub fn words(s: &Scores) -> String {
    let [p50, p25, p10] = s.raw_pitch;
    format!(
        "RPA {p50:.4} {p25:.3} {p10:.3}, RCA {:.4}, median {:.2} c, octaves {:.4}, VR {:.3}, VFA {:.3}, OA {:.3}",
        s.raw_chroma[0], s.median_cents, s.octave_errors, s.voicing_recall, s.voicing_false_alarm, s.overall
    )
}

pub fn row(what: &str, on: impl Into<String>, wanted: &str, measured: String) -> Row {
    Row { what: what.to_owned(), on: on.into(), wanted: wanted.to_owned(), measured }
}

/// The rows of this part.
pub fn rows(data: Option<&Path>) -> Vec<Row> {
    let mut rows = Vec::new();
    clean(&mut rows);
    spoiled(&mut rows);
    lock(&mut rows);
    leap(&mut rows);
    notes(&mut rows);
    cost(&mut rows);
    if let Some(data) = data {
        crate::recordings::pitch_rows(&data.join("evaluation-only"), &mut rows);
    }
    rows
}

fn seeds() -> impl Iterator<Item = (f64, u64)> {
    TONICS_HZ.into_iter().flat_map(|tonic_hz| [(tonic_hz, 11), (tonic_hz, 12)])
}

fn clean(rows: &mut Vec<Row>) {
    let wanted = "RPA50 0.99, 3 c, octaves 0.002";
    let mut all = Pool::default();
    for tonic_hz in TONICS_HZ {
        let mut pool = Pool::default();
        for (_, seed) in seeds().filter(|(hz, _)| *hz == tonic_hz) {
            let take = Singer::sing(tonic_hz, seed, &voices::sargam(seed, None));
            let heard = listen(&take.samples, PitchConfig::default());
            pool.add(truth_of(&take), &heard);
            all.add(truth_of(&take), &heard);
        }
        rows.push(row("settled line", format!("sargam, Sa {tonic_hz} Hz"), wanted, words(&pool.settled())));
    }
    rows.push(row("settled line", "sargam, all", wanted, words(&all.settled())));
    rows.push(row("live line", "sargam, all", wanted, words(&all.live())));
    [110.0, 196.0].into_iter().for_each(|tonic_hz| kampita(tonic_hz, rows));
}

/// Swinging notes, and the same on one vowel at a time: a mouth that moves from vowel to vowel bends the pitch of the sound
/// for some milliseconds, while the truth is the pitch of the cords.
fn kampita(tonic_hz: f64, rows: &mut Vec<Row>) {
    let (mut pool, mut still) = (Pool::default(), Pool::default());
    for seed in 21..25 {
        let phrase = voices::sargam(seed, Some(Movement::Kampita(110.0)));
        pool.sing(&Singer::sing(tonic_hz, seed, &phrase), PitchConfig::default());
        for vowel in 0..5 {
            still.sing(&Singer::sing_on(vowel, tonic_hz, seed, &phrase), PitchConfig::default());
        }
    }
    let on = format!("kampita, Sa {tonic_hz} Hz");
    rows.push(row("settled line", on.clone(), "", words(&pool.settled())));
    rows.push(row("live line", on.clone(), "", words(&pool.live())));
    rows.push(row("live delay d*", on, "24 ms", delay(&pool)));
    rows.push(row("live delay d*", format!("kampita on one vowel, Sa {tonic_hz} Hz"), "24 ms", delay(&still)));
}

/// How late the live line is, and how right there.
fn delay(pool: &Pool) -> String {
    let delay_ms = best_delay_ms(&pool.truth, &pool.arrived);
    let late = scores(&pool.truth, &pool.arrived, -f64::from(delay_ms) * 1e-3);
    format!("{delay_ms} ms (there RPA25 {:.3}, RPA10 {:.3})", late.raw_pitch[1], late.raw_pitch[2])
}

/// A way to make a take of a tonic in Hz worse.
type Spoil = fn(&mut Take, f64, u64);

fn spoiled(rows: &mut Vec<Row>) {
    let cases: [(&str, &str, Spoil); 5] = [
        ("pink noise at 20 dB", "", |take, _, seed| voices::add_pink(take, 20.0, seed)),
        ("pink noise at 10 dB", "RPA50 0.97", |take, _, seed| voices::add_pink(take, 10.0, seed)),
        ("drone at 12 dB", "", |take, tonic_hz, seed| voices::add_drone(take, tonic_hz, 12.0, seed)),
        ("drone at 6 dB", "", |take, tonic_hz, seed| voices::add_drone(take, tonic_hz, 6.0, seed)),
        ("drone at 0 dB", "", |take, tonic_hz, seed| voices::add_drone(take, tonic_hz, 0.0, seed)),
    ];
    for (on, wanted, spoil) in cases {
        let mut pools = [Pool::default(), Pool::default()];
        for (tonic_hz, seed) in seeds().filter(|(_, seed)| *seed == 11) {
            let mut take = Singer::sing(tonic_hz, seed, &voices::sargam(seed, None));
            spoil(&mut take, tonic_hz, seed + 100);
            pools[0].sing(&take, PitchConfig::default());
            pools[1].sing(&take, PitchConfig { tonic_hz: Some(tonic_hz as f32), ..PitchConfig::default() });
        }
        rows.push(row("settled line", format!("sargam, {on}"), wanted, words(&pools[0].settled())));
        rows.push(row("live line", format!("sargam, {on}"), "", words(&pools[0].live())));
        rows.push(row("settled line, Sa known", format!("sargam, {on}"), wanted, words(&pools[1].settled())));
    }
}

/// From each onset of voice to the poll of the first of three live frames in a row within 30 cents, at Sa = 110 Hz, with
/// blocks of 1 ms and the conversion of the rate.
fn lock(rows: &mut Vec<Row>) {
    let mut rng = Rng::new(5);
    let mut ms = Vec::new();
    for seed in 0..6 {
        let phrase: Vec<Syllable> = (0..30)
            .map(|i| {
                let rest = Start::Rest(0.2 + 0.1 * f64::from(rng.unit()));
                let start = if i % 3 == 2 { Start::Stop } else { rest };
                Syllable { cents: 0.0, secs: 0.65, movement: Movement::Plain, start }
            })
            .collect();
        let take = Singer::sing(110.0, seed, &phrase);
        let heard = listen(&take.samples, PitchConfig { tonic_hz: Some(110.0), ..PitchConfig::default() });
        let is_right = |frame: &PitchFrame| frame.cents_over(110.0).is_some_and(|cents| cents.abs() < 30.0);
        ms.extend(take.onsets_secs.iter().map(|onset_secs| known_ms(&heard, [*onset_secs, f64::INFINITY], is_right)));
    }
    rows.push(row("an onset is known", "Sa 110 Hz", "P90 24 ms", spread(ms)));
}

/// From the begin of a span of seconds to the poll of the first of three right live frames in a row in it, milliseconds.
fn known_ms(heard: &Heard, [begin_secs, end_secs]: [f64; 2], is_right: impl Fn(&PitchFrame) -> bool) -> f64 {
    let [from, to] = [begin_secs, end_secs].map(|secs| heard.live.partition_point(|(now, _)| *now <= secs));
    let run = heard.live[from..to].windows(3).find(|w| w.iter().all(|(_, frame)| is_right(frame)));
    run.map_or(f64::INFINITY, |w| (w[0].0 - begin_secs) * 1e3)
}

fn spread(mut ms: Vec<f64>) -> String {
    ms.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| ms[((ms.len() - 1) as f64 * share).round() as usize];
    format!("median {:.1}, P90 {:.1}, worst {:.1} ms of {}", at(0.5), at(0.9), at(1.0), ms.len())
}

/// The same from each leap between two notes of a steady tone, within 50 cents of the note after it.
fn leap(rows: &mut Vec<Row>) {
    for (lower_hz, interval) in [(110.0, 702.0), (220.0, 702.0), (220.0, 204.0), (330.0, 702.0)] {
        // Odd, so that the leaps wander through period and hop.
        let (length, rate) = (19_207, f64::from(voices::RATE_HZ));
        let hz = |i: usize| lower_hz * if (i / length) % 2 == 1 { 2.0_f64.powf(interval / 1200.0) } else { 1.0 };
        let mut phase = 0.0_f64;
        let samples: Vec<f32> = (0..60 * length)
            .map(|i| {
                phase = (phase + hz(i) / rate).fract();
                let partial = |n: u32| (std::f64::consts::TAU * phase * f64::from(n)).sin() / f64::from(n);
                0.12 * (1..=8).map(partial).sum::<f64>() as f32
            })
            .collect();
        let heard = listen(&samples, PitchConfig { tonic_hz: Some(lower_hz as f32), ..PitchConfig::default() });
        let ms = (4..60).map(|leap| {
            let wanted_hz = hz(leap * length);
            let is_right = |frame: &PitchFrame| {
                frame.hz.is_some_and(|got| (1200.0 * (f64::from(got) / wanted_hz).log2()).abs() < 50.0)
            };
            known_ms(&heard, [leap, leap + 1].map(|n| (n * length) as f64 / rate), is_right)
        });
        let on = format!("{lower_hz} Hz and {interval} cents over it");
        rows.push(row("a leap is known", on, "", spread(ms.collect())));
    }
}

/// Whether the notes of a phrase come out as they were sung.
fn notes(rows: &mut Vec<Row>) {
    let scale = [0.0, 203.9, 386.3, 498.0, 702.0, 884.4, 1088.3, 1200.0];
    let starts = [Start::Stop, Start::Legato, Start::Nasal, Start::Rest(0.15)];
    let (mut sung, mut found, mut right) = (0, 0, 0);
    for (tonic_hz, seed) in [(110.0, 41), (147.0, 42), (196.0, 43), (294.0, 44)] {
        let mut begin_secs = 0.4;
        let mut truth = Vec::new();
        let phrase: Vec<Syllable> = (0..24)
            .map(|i| {
                let cents = scale[[0, 1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1][i % 14]];
                let movement = [Movement::Plain, Movement::Vibrato, Movement::Plain][i % 3];
                let start = if i == 0 { Start::Legato } else { starts[i % 4] };
                let lead = match start {
                    Start::Stop => 0.045,
                    Start::Rest(secs) => secs,
                    Start::Legato | Start::Nasal => 0.0,
                };
                truth.push((begin_secs + lead, tonic_hz * 2.0_f64.powf(cents / 1200.0)));
                begin_secs += 0.5;
                Syllable { cents, secs: 0.5, movement, start }
            })
            .collect();
        let heard = listen(&Singer::sing(tonic_hz, seed, &phrase).samples, PitchConfig::default());
        let held: Vec<&SungNote> = heard.notes.iter().filter(|note| !note.is_glide).collect();
        let is_hit = |at_secs: f64, hz: f64| {
            held.iter().any(|note| {
                let cents = 1200.0 * (f64::from(note.median_hz) / hz).log2();
                (note.begin_secs - at_secs).abs() < 0.1 && cents.abs() < 30.0
            })
        };
        sung += truth.len();
        found += held.len();
        right += truth.iter().filter(|(at_secs, hz)| is_hit(*at_secs, *hz)).count();
    }
    let measured = format!("{right} of {sung} sung are found, {found} reported");
    rows.push(row("notes: onset within 100 ms, 30 cents", "stops, nasals, legato, vibrato", "", measured));
}

fn cost(rows: &mut Vec<Row>) {
    let take = Singer::sing(147.0, 31, &voices::sargam(31, None));
    for (lowest_hz, on) in [(65.0, "window of 512 at 16 kHz"), (35.0, "window of 1024 at 16 kHz")] {
        let mut tracker = PitchTracker::new(PitchConfig { lowest_hz, ..PitchConfig::default() });
        let micros = take.samples.chunks(240).map(|hop| {
            let begin = Instant::now();
            tracker.process(std::hint::black_box(hop));
            let spent = begin.elapsed().as_secs_f64() * 1e6;
            while tracker.poll_live().is_some() || tracker.poll_settled().is_some() {}
            spent
        });
        rows.push(row("cost of a hop, 48 kHz in, all stages", on, "15 us", spent(micros.collect())));
    }
    let mut correlation = Autocorrelation::new(2048, 1024);
    let micros = take.samples.windows(2048).step_by(240).map(|window| {
        let begin = Instant::now();
        std::hint::black_box(correlation.process(std::hint::black_box(window)));
        begin.elapsed().as_secs_f64() * 1e6
    });
    rows.push(row("cost of the correlation alone", "window of 2048, 1024 lags", "15 us", spent(micros.collect())));
}

/// Median and ninety-ninth percentile of microseconds.
fn spent(mut micros: Vec<f64>) -> String {
    micros.sort_unstable_by(f64::total_cmp);
    format!("{:.1} us, P99 {:.1}", micros[micros.len() / 2], micros[micros.len() * 99 / 100])
}
