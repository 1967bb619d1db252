//! What the drone, the drums and the lead of raga cost, and how they sound: `cargo bench --no-default-features --bench
//! raga_sounds -- [FOLDER]`. With a folder every sound is written there as a WAV to look at and to listen to.

use sangat::base::limits::{CONTROL_TICK_FRAMES, PARTS};
use sangat::base::{Bus, Midi, SILENCE, Segment};
use sangat::instrument::skins::{Pattern, SkinKit, Stroke};
use sangat::instrument::tanpura::{Tanpura, TanpuraParams};
use sangat::instrument::{PatchId, Rack};
use std::path::{Path, PathBuf};
use std::time::Instant;

const RATE: u32 = 48_000;

type Stereo = [Vec<f32>; 2];

fn main() {
    // `cargo bench` adds arguments of its own.
    let folder = std::env::args().skip(1).find(|a| !a.starts_with("--")).map(PathBuf::from);
    println!("| sound | rate Hz | ms a second | peak | rms dB |\n|---|---|---|---|---|");
    drone(folder.as_deref());
    for stroke in Stroke::ALL {
        let mut kit = SkinKit::new(RATE, 1);
        kit.strike(stroke, 0.9);
        report(&format!("stroke-{stroke:?}"), RATE, 2.0, folder.as_deref(), |out| {
            kit.tick();
            kit.render(out, CONTROL_TICK_FRAMES);
        });
    }
    let teental = Pattern::of_theka(
        "Dha Dhin Dhin Dha | Dha Dhin Dhin Dha | Dha Tin Tin Ta | Ta Dhin Dhin Dha | Dha TiRaKiTa DhaGe TiRaKiTa",
    );
    theka("teental", &teental, folder.as_deref());
    theka("adi", &Pattern::of_tala("S22", ""), folder.as_deref());
    theka("rupaka", &Pattern::of_tala("C05", ""), folder.as_deref());
    for patch in [PatchId::default_for(Bus::Lead), PatchId::BANSURI] {
        voices(patch, folder.as_deref());
    }
}

/// Sixteen notes of a sound, held, with what a part costs by itself.
fn voices(patch: PatchId, folder: Option<&Path>) {
    let mut rack = Rack::new(RATE, 1);
    rack.set_patch(Bus::Lead, patch);
    (60..76).for_each(|key| rack.midi(Bus::Lead, Midi::NoteOn { channel: 0, key, velocity: 40 }));
    report(&format!("sixteen-{}", patch.info().key), RATE, 4.0, folder, |out| {
        let mut parts: [Segment; PARTS] = [SILENCE; PARTS];
        rack.tick();
        rack.render(&mut parts, CONTROL_TICK_FRAMES);
        *out = parts[Bus::Lead as usize];
    });
}

/// A pattern at 120 beats a minute, twice.
fn theka(name: &str, pattern: &Pattern, folder: Option<&Path>) {
    let mut kit = SkinKit::new(RATE, 1);
    let beat_ticks = 0.5 * RATE as f32 / CONTROL_TICK_FRAMES as f32;
    let mut strokes: Vec<_> = Vec::new();
    for (index, beat) in pattern.beats().iter().chain(pattern.beats()).enumerate() {
        strokes.extend(beat.iter().map(|s| (((index as f32 + s.at) * beat_ticks) as usize, *s)));
    }
    let (mut tick, mut next) = (0, 0);
    report(name, RATE, pattern.beats().len() as f32, folder, |out| {
        kit.tick();
        while let Some((_, struck)) = strokes.get(next).filter(|(at, _)| *at <= tick) {
            kit.strike(struck.stroke, struck.velocity);
            next += 1;
        }
        kit.render(out, CONTROL_TICK_FRAMES);
        tick += 1;
    });
}

/// The drone at several pitches, strengths of jawari and rates.
fn drone(folder: Option<&Path>) {
    for rate in [8_000, RATE, 192_000] {
        for (sa_hz, jawari) in [(110.0, 0.0), (110.0, 0.6), (110.0, 1.0), (146.8, 0.6), (220.0, 0.6), (60.0, 0.6)] {
            let name = format!("tanpura-{sa_hz}-{jawari}-{rate}");
            let params = TanpuraParams { sa_hz, jawari, is_on: true, cycle_secs: 12.0, ..TanpuraParams::default() };
            let mut tanpura = Tanpura::new(rate, 1);
            tanpura.set(&params);
            report(&name, rate, 12.0, folder, |out| {
                tanpura.tick();
                tanpura.render(out, CONTROL_TICK_FRAMES);
            });
        }
    }
}

/// Renders `secs`, says what that cost, and writes it down.
fn report(name: &str, rate: u32, secs: f32, folder: Option<&Path>, mut render: impl FnMut(&mut Segment)) {
    let mut sound: Stereo = Default::default();
    let (ticks, ticks_a_sec) =
        ((secs * rate as f32) as usize / CONTROL_TICK_FRAMES, rate as usize / CONTROL_TICK_FRAMES);
    for side in &mut sound {
        side.reserve(ticks * CONTROL_TICK_FRAMES);
    }
    // The fastest second of the sound says what it costs; slower ones were shared with other programs.
    let (mut begin, mut cost_ms) = (Instant::now(), f64::INFINITY);
    for tick in 1..=ticks {
        let mut out = SILENCE;
        render(&mut out);
        for (side, out) in sound.iter_mut().zip(&out) {
            side.extend_from_slice(out);
        }
        if tick.is_multiple_of(ticks_a_sec) {
            cost_ms = cost_ms.min(begin.elapsed().as_secs_f64() * 1000.0);
            begin = Instant::now();
        }
    }
    let peak = sound.iter().flatten().fold(0.0_f32, |peak, v| peak.max(v.abs()));
    let power = sound.iter().flatten().map(|v| f64::from(v * v)).sum::<f64>() / sound[0].len() as f64 / 2.0;
    println!("| {name} | {rate} | {cost_ms:.2} | {peak:.3} | {:.1} |", 10.0 * power.max(1e-12).log10());
    if let Some(folder) = folder {
        write(&folder.join(format!("{name}.wav")), rate, &sound);
    }
}

fn write(path: &Path, rate: u32, [left, right]: &Stereo) {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: rate,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut file = hound::WavWriter::create(path, spec).expect("a folder that can be written to");
    for (left, right) in left.iter().zip(right) {
        file.write_sample(*left).expect("room on the disk");
        file.write_sample(*right).expect("room on the disk");
    }
    file.finalize().expect("room on the disk");
}
