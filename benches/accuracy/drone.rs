//! Own-drone cancellation: singers over the drone that a speaker plays into the room, as loud as they are.

use crate::pitch::{Heard, Pool, collect, row, truth_of, words};
use crate::table::Row;
use crate::voices::{self, RATE_HZ, Singer, Start, Take};
use realfft::RealFftPlanner;
use sangat::base::Rng;
use sangat::ear::drone::{DroneCanceller, DroneConfig, DroneState};
use sangat::ear::pitch::{PitchConfig, PitchTracker};
use std::path::Path;
use std::time::Instant;

/// Seconds of silence before the singer begins: the calibration and a breath.
const SILENT_SECS: f64 = 6.3;

/// What lies between the speaker's samples and the microphone's.
#[derive(Clone, Copy)]
struct Way {
    rt60_secs: f64,
    delay_secs: f64,
    /// By how much the clock of the output runs faster, millionths.
    drift_ppm: f64,
    /// Whether the speaker clips softly from -12 dB under its peaks.
    is_bent: bool,
    microphone_hz: u32,
}

const STRAIGHT: Way = Way { rt60_secs: 0.3, delay_secs: 0.04, drift_ppm: 0.0, is_bent: false, microphone_hz: RATE_HZ };
/// Rooms and delays of the tonics that are sung.
const PLACES: [(f64, f64, f64); 4] = [(110.0, 0.2, 0.02), (147.0, 0.25, 0.04), (196.0, 0.3, 0.06), (294.0, 0.35, 0.08)];

/// A room: the sound itself, and as much again of what the walls give back, which dies away (exponentially decaying
/// noise, J. Moorer 1979).
fn room(way: Way, seed: u64) -> Vec<f64> {
    let mut rng = Rng::new(seed);
    let rate = f64::from(RATE_HZ);
    let mut tail: Vec<f64> = (0..(1.2 * way.rt60_secs * rate) as usize)
        .map(|i| f64::from(rng.bipolar()) * 10.0_f64.powf(-3.0 * i as f64 / rate / way.rt60_secs))
        .collect();
    let norm = tail.iter().map(|x| x * x).sum::<f64>().sqrt();
    tail.iter_mut().for_each(|x| *x /= norm);
    tail[0] += 1.0;
    let mut response = vec![0.0; (way.delay_secs * rate) as usize];
    response.extend(tail);
    response
}

fn convolve(signal: &[f64], response: &[f64]) -> Vec<f64> {
    let size = (signal.len() + response.len()).next_power_of_two();
    let mut planner = RealFftPlanner::<f64>::new();
    let (forward, inverse) = (planner.plan_fft_forward(size), planner.plan_fft_inverse(size));
    let spectrum = |samples: &[f64]| {
        let mut time = samples.to_vec();
        time.resize(size, 0.0);
        let mut bins = forward.make_output_vec();
        forward.process(&mut time, &mut bins).expect("slices of the plan's size");
        bins
    };
    let mut bins = spectrum(signal);
    bins.iter_mut().zip(spectrum(response)).for_each(|(a, b)| *a *= b / size as f64);
    let mut time = inverse.make_output_vec();
    inverse.process(&mut bins, &mut time).expect("slices of the plan's size");
    time.truncate(signal.len());
    time
}

/// A signal read at `step` samples a sample (windowed sinc of 32 points).
fn read_at(signal: &[f64], step: f64) -> Vec<f64> {
    let count = (signal.len() as f64 / step) as usize;
    let value = |i: usize| {
        let place = i as f64 * step;
        let first = place.floor() as i64;
        let point = |at: i64| {
            let x = at as f64 - place;
            let angle = std::f64::consts::PI * x;
            let sinc = if x.abs() < 1e-9 { 1.0 } else { angle.sin() / angle };
            let weight = sinc * (0.5 + 0.5 * (angle / 16.5).cos());
            usize::try_from(at).ok().and_then(|at| signal.get(at)).map_or(0.0, |s| s * weight)
        };
        (first - 15..=first + 16).map(point).sum()
    };
    (0..count).map(value).collect()
}

/// A singer after a silence, and a drone of the same tonic as it is sent to the speaker.
struct Song {
    take: Take,
    drone: Vec<f64>,
    seed: u64,
}

fn song(tonic_hz: f64, seed: u64) -> Song {
    let mut phrase = voices::sargam(seed, None);
    phrase[0].start = Start::Rest(SILENT_SECS);
    phrase[0].secs += SILENT_SECS;
    let take = Singer::sing(tonic_hz, seed, &phrase);
    let mut drone = voices::drone(tonic_hz, take.samples.len() + 480, seed + 100);
    let power = drone.iter().map(|x| x * x).sum::<f64>() / drone.len() as f64;
    drone.iter_mut().for_each(|x| *x *= 0.05 / power.sqrt());
    Song { take, drone, seed }
}

/// What the microphone hears of a song, the voice `ratio_db` over the drone.
fn microphone(song: &Song, ratio_db: f64, way: Way) -> Vec<f32> {
    let Song { take, drone, seed } = song;
    let frames = take.samples.len();
    let peak = drone.iter().fold(0.0_f64, |peak, x| peak.max(x.abs()));
    let knee = 0.25 * peak;
    let speaker: Vec<f64> =
        drone.iter().map(|x| if way.is_bent { knee * 4.0 * (x / (knee * 4.0)).tanh() } else { *x }).collect();
    let mut heard = read_at(&convolve(&speaker, &room(way, seed + 200)), 1.0 + way.drift_ppm * 1e-6);
    heard.resize(frames, 0.0);
    let level = (heard.iter().map(|x| x * x).sum::<f64>() / frames as f64).sqrt();
    let mut rng = Rng::new(seed + 300);
    let noise = level * 10.0_f64.powf(-45.0 / 20.0) * 3.0_f64.sqrt();
    heard.iter_mut().for_each(|x| *x += noise * f64::from(rng.bipolar()));
    let mut both = take.clone();
    voices::add(&mut both, &heard, ratio_db);
    let peak = both.samples.iter().fold(0.0_f32, |peak, x| peak.max(x.abs()));
    both.samples.iter_mut().for_each(|x| *x *= 0.5 / peak);
    if way.microphone_hz == RATE_HZ {
        return both.samples;
    }
    let wide: Vec<f64> = both.samples.iter().map(|x| f64::from(*x)).collect();
    let step = f64::from(RATE_HZ) / f64::from(way.microphone_hz);
    read_at(&wide, step).iter().map(|x| *x as f32).collect()
}

/// What is left of a canceller at the end, and what the tracker heard behind it.
struct Run {
    heard: Heard,
    canceller: DroneCanceller,
    /// What was removed at the end of the calibration, dB.
    erle_db: f32,
    micros_a_second: f64,
}

fn run(microphone: &[f32], reference: &[f32], microphone_hz: u32, is_on: bool) -> Run {
    let config = DroneConfig { microphone_hz, ..DroneConfig::default() };
    let mut canceller = DroneCanceller::new(config);
    let mut tracker =
        PitchTracker::new(PitchConfig { rate_hz: sangat::ear::drone::RATE_HZ as u32, ..PitchConfig::default() });
    let mut heard = Heard::default();
    if is_on {
        canceller.calibrate();
    }
    let (mut secs, mut erle_db) = (0.0, None);
    let (a, b) = (microphone_hz as usize / 100, RATE_HZ as usize / 100);
    let mut clean = Vec::new();
    for (mic, played) in microphone.chunks(a).zip(reference.chunks(b)) {
        clean.clear();
        let begin = Instant::now();
        canceller.process(mic, played, &mut |sample| clean.push(sample));
        secs += begin.elapsed().as_secs_f64();
        if let (None, DroneState::Ready { erle_db: now }) = (erle_db, canceller.state()) {
            erle_db = Some(now);
        }
        tracker.process(&clean);
        collect(&mut tracker, &mut heard, 0.0);
    }
    tracker.finish();
    collect(&mut tracker, &mut heard, 0.0);
    let start_secs = canceller.start_secs();
    heard.settled.iter_mut().for_each(|frame| frame.at_secs += start_secs);
    heard.live.iter_mut().for_each(|(_, frame)| frame.at_secs += start_secs);
    let length_secs = microphone.len() as f64 / f64::from(microphone_hz);
    Run { heard, canceller, erle_db: erle_db.unwrap_or(0.0), micros_a_second: secs / length_secs * 1e6 }
}

/// The rows of this part.
pub fn rows(_data: Option<&Path>) -> Vec<Row> {
    let mut rows = Vec::new();
    let cases: [(&str, &str, f64, Way, bool); 9] = [
        ("drone at 0 dB, nothing done", "", 0.0, STRAIGHT, false),
        ("drone at 0 dB", "RPA50 0.97", 0.0, STRAIGHT, true),
        ("drone at -6 dB (louder than the voice)", "", -6.0, STRAIGHT, true),
        ("drone at 0 dB, clocks 50 ppm apart", "RPA50 0.95", 0.0, Way { drift_ppm: 50.0, ..STRAIGHT }, true),
        ("drone at 0 dB, clocks -50 ppm apart", "RPA50 0.95", 0.0, Way { drift_ppm: -50.0, ..STRAIGHT }, true),
        ("drone at 0 dB, clocks 200 ppm apart", "", 0.0, Way { drift_ppm: 200.0, ..STRAIGHT }, true),
        ("drone at 0 dB, a speaker that clips", "", 0.0, Way { is_bent: true, ..STRAIGHT }, true),
        ("drone at 0 dB, 44.1 kHz in, 48 kHz out", "RPA50 0.97", 0.0, Way { microphone_hz: 44_100, ..STRAIGHT }, true),
        ("drone at 0 dB, both and 20 ppm", "", 0.0, Way { drift_ppm: 20.0, microphone_hz: 44_100, ..STRAIGHT }, true),
    ];
    let songs = [0, 1, 2, 3].map(|i| song(PLACES[i].0, 51 + i as u64));
    let mut micros = Vec::new();
    for (on, wanted, ratio_db, way, is_on) in cases {
        let mut pool = Pool::default();
        let mut ends = Vec::new();
        for (song, (_, rt60_secs, delay_secs)) in songs.iter().zip(PLACES) {
            let way = Way { rt60_secs, delay_secs, ..way };
            let reference: Vec<f32> = song.drone.iter().map(|x| *x as f32).collect();
            let run = run(&microphone(song, ratio_db, way), &reference, way.microphone_hz, is_on);
            pool.add(truth_of(&song.take).into_iter().filter(|t| t.at_secs >= SILENT_SECS), &run.heard);
            let end = match run.canceller.state() {
                DroneState::Ready { .. } => String::new(),
                other => format!(" {other:?}"),
            };
            ends.push(format!("{:.0} dB {:+.1} ppm{end}", run.erle_db, run.canceller.drift_ppm()));
            micros.push(run.micros_a_second);
        }
        let measured = format!("{}; removed {}", words(&pool.settled()), ends.join(", "));
        rows.push(row("settled line behind the canceller", on, wanted, measured));
    }
    micros.sort_unstable_by(f64::total_cmp);
    let measured = format!("{:.0} us, most {:.0}", micros[micros.len() / 2], micros[micros.len() - 1]);
    rows.push(row("cost of a second, calibration included", "48 kHz in and out", "40000 us", measured));
    rows
}
