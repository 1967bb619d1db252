//! What the drone and the drums of raga cost, and how they sound: `cargo bench --no-default-features --bench
//! raga_sounds -- [FOLDER]`. With a folder every sound is written there as a WAV to look at and to listen to.

use sangat::base::limits::CONTROL_TICK_FRAMES;
use sangat::base::{SILENCE, Segment};
use sangat::instrument::tanpura::{Tanpura, TanpuraParams};
use std::path::{Path, PathBuf};
use std::time::Instant;

type Stereo = [Vec<f32>; 2];

fn main() {
    // `cargo bench` adds arguments of its own.
    let folder = std::env::args().skip(1).find(|a| !a.starts_with("--")).map(PathBuf::from);
    println!("| sound | rate Hz | ms a second | peak | rms dB |\n|---|---|---|---|---|");
    for rate in [8_000, 48_000] {
        for (sa_hz, jawari) in [(110.0, 0.0), (110.0, 0.6), (110.0, 1.0), (146.8, 0.6), (220.0, 0.6), (60.0, 0.6)] {
            let name = format!("tanpura-{sa_hz}-{jawari}-{rate}");
            let params = TanpuraParams { sa_hz, jawari, is_on: true, cycle_secs: 12.0, ..TanpuraParams::default() };
            let mut tanpura = Tanpura::new(rate, 1);
            tanpura.set(&params);
            report(&name, rate, 12.0, folder.as_deref(), |out| {
                tanpura.tick();
                tanpura.render(out, CONTROL_TICK_FRAMES);
            });
        }
    }
}

/// Renders `secs`, says what that cost, and writes it down.
fn report(name: &str, rate: u32, secs: f32, folder: Option<&Path>, mut render: impl FnMut(&mut Segment)) {
    let mut sound: Stereo = Default::default();
    let (ticks, ticks_a_sec) = ((secs * rate as f32) as usize / CONTROL_TICK_FRAMES, rate as usize / CONTROL_TICK_FRAMES);
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
    let spec =
        hound::WavSpec { channels: 2, sample_rate: rate, bits_per_sample: 32, sample_format: hound::SampleFormat::Float };
    let mut file = hound::WavWriter::create(path, spec).expect("a folder that can be written to");
    for (left, right) in left.iter().zip(right) {
        file.write_sample(*left).expect("room on the disk");
        file.write_sample(*right).expect("room on the disk");
    }
    file.finalize().expect("room on the disk");
}
