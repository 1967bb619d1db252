//! From the mouth to the screen: a voice on a virtual microphone (a client of JACK's dummy driver) steps between Sa and Pa,
//! and a look at the real window on Xvfb says when the other letter stands there. Beside it, what listening costs and
//! whether memory grows. `cargo bench --features jack --bench mouth -- 3600` (seconds; 60 without a number).

mod jack_server;

use jack::contrib::ClosureProcessHandler;
use jack::{AsyncClient, AudioOut, Client, Control, Frames, ProcessHandler, ProcessScope};
use jack_server::Owned;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, ImageFormat};
use x11rb::rust_connection::RustConnection;

const RATE_HZ: u32 = 48_000;
const PERIOD_FRAMES: u32 = 128;
const SA_HZ: f64 = 220.0;
/// From one note to the next; odd, so that the step wanders through period and picture.
const STEP_FRAMES: Frames = 38_413;
/// The first steps are not counted: window, ear and caches come up.
const WARM_UP: usize = 4;
/// Where the large letter stands in a window of 960 x 600: left, top, width, height. It is drawn by the processor here.
const LETTER: (i16, i16, u16, u16) = (800, 140, 90, 76);
/// How often the screen is looked at. Half of it is part of what is measured.
const LOOK: Duration = Duration::from_millis(3);
/// Where the program listens, and how often it is seen to that the voice goes there.
const INPUT: &str = "sangat:in_1";
const HOLD: Duration = Duration::from_secs(1);
/// A point is part of the letter from this brightness on, of 255.
const INK: u8 = 110;
/// The letter of a step is the one that stands there at its end for so long, microseconds of JACK's clock.
const STEADY_MICROS: u64 = 150_000;

fn main() {
    let Some(_server) = jack_server::start("mouth", RATE_HZ, PERIOD_FRAMES) else { return };
    let (_screen, display) = screen();
    let home = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(home.path().join("config")).expect("a folder");
    let settings = format!(
        "version = 1\n[params]\n\"tanpura.sa\" = {SA_HZ:.1}\n\"tanpura.on\" = 0.0\n[practice]\nraga = \"H001\"\nis_strict = false\n"
    );
    std::fs::write(home.path().join("config/settings.toml"), settings).expect("the settings");
    let program = Owned(
        Command::new(env!("CARGO_BIN_EXE_sangat"))
            .args(["--host", "jack", "--page", "practice", "--size", "960x600", "--microphone"])
            .env("DISPLAY", &display)
            .env_remove("WAYLAND_DISPLAY")
            .env("SANGAT_HOME", home.path())
            .spawn()
            .expect("the program"),
    );
    let (voice, steps) = voice();
    let looked = look(&display, voice.as_client(), &program, jack_server::secs());
    drop(voice);
    report(&steps.lock().expect("whole"), &looked);
}

fn screen() -> (Owned, String) {
    let mut screen = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", "960x600x24", "-nolisten", "tcp"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("Xvfb; packaging/setup.sh test installs it");
    let mut number = String::new();
    BufReader::new(screen.stdout.take().expect("a pipe")).read_line(&mut number).expect("a display");
    (Owned(screen), format!(":{}", number.trim()))
}

/// A note of the voice: when its first sample was at the microphone, microseconds of JACK's clock.
type Steps = Arc<Mutex<Vec<u64>>>;

/// A voice at the program's input, that steps between Sa and Pa.
fn voice() -> (AsyncClient<(), impl ProcessHandler>, Steps) {
    let client = jack_server::client("voice");
    let mut port = client.register_port("out", AudioOut::default()).expect("a port");
    let steps = Steps::default();
    let told = Arc::clone(&steps);
    let (mut phase, mut left, mut is_pa) = (0.0_f64, STEP_FRAMES, false);
    let handler = ClosureProcessHandler::new(move |client: &Client, scope: &ProcessScope| {
        for (frame, sample) in port.as_mut_slice(scope).iter_mut().enumerate() {
            left -= 1;
            if left == 0 {
                (left, is_pa) = (STEP_FRAMES, !is_pa);
                // What a period brings was at the microphone a period before.
                let at = scope.last_frame_time().wrapping_add(frame as Frames).wrapping_sub(PERIOD_FRAMES);
                told.lock().expect("one thread").push(client.frames_to_time(at));
            }
            let hz = if is_pa { 1.5 * SA_HZ } else { SA_HZ };
            phase = (phase + hz / f64::from(RATE_HZ)).fract();
            let partial = |n: u32| (std::f64::consts::TAU * phase * f64::from(n)).sin() / f64::from(n);
            *sample = 0.12 * (1..=8).map(partial).sum::<f64>() as f32;
        }
        Control::Continue
    });
    let client = client.activate_async((), handler).expect("a client");
    std::thread::sleep(Duration::from_millis(100));
    client.as_client().connect_ports_by_name("voice:out", INPUT).expect("a connection");
    (client, steps)
}

/// What was seen.
struct Looked {
    /// When the picture of the letter became another, microseconds of JACK's clock, and which.
    pictures: Vec<(u64, u64)>,
    /// Seconds of processor that all but drawing took, and seconds of the run.
    cpu_secs: f64,
    secs: f64,
    /// How often the program stood at the server anew, without the voice.
    renewals: u32,
    /// Memory of the program after a tenth of the time and at its end, MB.
    memory_mb: [f64; 2],
}

fn look(display: &str, client: &Client, program: &Owned, secs: u32) -> Looked {
    let (x11, root) = x11rb::connect(Some(display)).expect("the screen");
    let root = x11.setup().roots[root].root;
    let pid = program.0.id();
    let begin = Instant::now();
    let (mut pictures, mut early_mb): (Vec<(u64, u64)>, _) = (Vec::new(), None);
    let (mut renewals, mut held) = (0, Instant::now());
    let cpu_before = cpu_secs(pid);
    while begin.elapsed() < Duration::from_secs(secs.into()) {
        let picture = picture(&x11, root);
        let now = client.time();
        if pictures.last().is_none_or(|(_, last)| *last != picture) {
            pictures.push((now, picture));
        }
        if held.elapsed() > HOLD {
            held = Instant::now();
            renewals += u32::from(hold(client));
        }
        if early_mb.is_none() && begin.elapsed() > Duration::from_secs(secs.into()) / 10 {
            early_mb = Some(memory_mb(pid));
        }
        std::thread::sleep(LOOK);
    }
    Looked {
        pictures,
        cpu_secs: cpu_secs(pid) - cpu_before,
        secs: begin.elapsed().as_secs_f64(),
        renewals,
        memory_mb: [early_mb.unwrap_or(f64::NAN), memory_mb(pid)],
    }
}

/// Gives the voice to the program again where it opened its ports anew; tells whether it had.
fn hold(client: &Client) -> bool {
    let is_alone = client.port_by_name(INPUT).is_some_and(|port| port.connected_count() == Ok(0));
    is_alone && client.connect_ports_by_name("voice:out", INPUT).is_ok()
}

/// The shape of the letter as a number; 0 where there is none.
fn picture(x11: &RustConnection, root: u32) -> u64 {
    let (x, y, width, height) = LETTER;
    let image = x11.get_image(ImageFormat::Z_PIXMAP, root, x, y, width, height, u32::MAX).expect("the screen");
    let points = image.reply().expect("a picture").data;
    let is_ink = |point: &[u8]| point.iter().take(3).copied().max().unwrap_or(0) >= INK;
    let ink = points.chunks_exact(4).enumerate().filter(|(_, point)| is_ink(point));
    // FNV-1a (Fowler, Noll and Vo 1991) over the places.
    ink.fold(0, |sum: u64, (at, _)| (sum ^ at as u64 ^ 0xcbf2_9ce4_8422_2325).wrapping_mul(0x0100_0000_01b3))
}

/// Seconds of processor of the program's own threads but the first, which draws: audio, ear and the rest.
fn cpu_secs(pid: u32) -> f64 {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let others = tasks.filter(|task| task.file_name().to_string_lossy() != pid.to_string());
    let ticks = |task: std::fs::DirEntry| {
        let text = std::fs::read_to_string(task.path().join("stat")).ok()?;
        let (name, fields) = text.rsplit_once(") ")?;
        let fields: Vec<&str> = fields.split(' ').collect();
        // The driver of the graphics has threads in here as well.
        if !name.contains("(sangat-") {
            return None;
        }
        Some(fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?)
    };
    // proc(5): utime and stime in ticks of a hundredth of a second.
    others.filter_map(ticks).sum::<f64>() / 100.0
}

fn memory_mb(pid: u32) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kb| kb.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1024.0
}

/// From each step of the voice until its letter was seen, milliseconds; steps whose letter never stood still are left out.
fn delays_ms(steps: &[u64], pictures: &[(u64, u64)]) -> Vec<f64> {
    let standing = |at: u64| pictures.iter().rev().find(|(since, _)| *since <= at);
    let delay = |pair: &[u64]| {
        let (begin, end) = (pair[0], pair[1]);
        let (since, letter) = standing(end.saturating_sub(STEADY_MICROS))?;
        let is_still = standing(end)?.0 == *since && *letter != 0;
        let first = pictures.iter().find(|(at, picture)| *at >= begin && picture == letter)?;
        is_still.then(|| (first.0 - begin) as f64 / 1e3)
    };
    let mut delays: Vec<f64> = steps.windows(2).skip(WARM_UP).filter_map(delay).collect();
    delays.sort_unstable_by(f64::total_cmp);
    delays
}

fn report(steps: &[u64], looked: &Looked) {
    let delays = delays_ms(steps, &looked.pictures);
    let at = |share: f64| delays.get((share * (delays.len().max(1) - 1) as f64).round() as usize).copied();
    let ms = |share: f64| at(share).unwrap_or(f64::NAN);
    println!(
        "mouth to screen: {} of {} steps, P50 {:.1}  P95 {:.1}  max {:.1} ms; the input was opened anew {} times\naudio, ear and all else but drawing: {:.1} % of a core\nmemory: {:.1} MB after a tenth of {:.0} s, {:.1} MB at the end",
        delays.len(),
        steps.len().saturating_sub(WARM_UP + 1),
        ms(0.5),
        ms(0.95),
        ms(1.0),
        looked.renewals,
        100.0 * looked.cpu_secs / looked.secs,
        looked.memory_mb[0],
        looked.secs,
        looked.memory_mb[1],
    );
}
