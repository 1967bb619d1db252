//! How fast the neural players are: a step by storage, heads, a bar of four parts, many jams.
//!
//!     cargo bench --no-default-features --features neural --bench neural [-- PART…]
//!
//! PART is any of steps, heads, bars, history, jams; all by default. Real files of `models/` are used where they are, and
//! random weights of their size where they are not: neither changes what a step costs.

use sangat::band::{Ask, BAR_NOTES_MAX, Bar, Chords, Context, Feel, Note, Origin, Part, Role, Rung, StyleId, Taste};
use sangat::neural::heads::{Chain, NoteNet};
use sangat::neural::matrix::Matrix;
use sangat::neural::represent::notes::{Cursor, KEYS, WHENS};
use sangat::neural::represent::scene::Scene;
use sangat::neural::represent::{LENGTHS, VELOCITIES};
use sangat::neural::trunk::{Memory, ROWS_MAX, Trunk};
use sangat::neural::{
    FILES, Model, NeuralPlayer, Outcome, Precision, Speed, TrunkShape, Weights, devices, made_up, on_one_thread, speed,
};
use sangat::theory::Chord;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

const SMALL: TrunkShape = TrunkShape { width: 128, layers: 4, heads: 4 };
const LARGE: TrunkShape = TrunkShape { width: 256, layers: 6, heads: 8 };
/// What the libraries read before their first product.
const THREADS: [&str; 2] = ["RAYON_NUM_THREADS", "CANDLE_NUM_THREADS"];

fn main() {
    // The environment has to be so from the begin of the process on.
    if THREADS.iter().any(|name| std::env::var_os(name).is_none()) {
        let program = std::env::current_exe().expect("the name of this program");
        let mut again = std::process::Command::new(program);
        again.args(std::env::args_os().skip(1)).envs(THREADS.map(|name| (name, "1")));
        let status = again.status().expect("this program once more");
        std::process::exit(status.code().unwrap_or(1));
    }
    let parts: Vec<String> = std::env::args().skip(1).filter(|part| !part.starts_with("--")).collect();
    let wants = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    on_one_thread(|| {
        for (part, measure) in
            [("steps", steps as fn()), ("heads", heads), ("bars", bars), ("history", history), ("jams", jams)]
        {
            if wants(part) {
                measure();
            }
        }
    });
}

fn trunk(shape: TrunkShape, precision: Precision) -> Trunk {
    let (devices, _) = devices();
    Trunk::new(&made_up::weights(shape, &[], 1), precision, &devices[0]).expect("a trunk")
}

fn name(shape: TrunkShape) -> &'static str {
    if shape == SMALL { "small (d128 L4 H4)" } else { "large (d256 L6 H8)" }
}

/// A step with a full memory.
fn steps() {
    println!("\n| one step, 256 elements of context | f32 P50 / P99 us | q8_0 | q4k |\n|---|---|---|---|");
    for shape in [SMALL, LARGE] {
        let cells = Precision::ALL.map(|precision| {
            if !precision.suits(shape.width) {
                return "-".to_owned();
            }
            let Speed { p50_us, p99_us } = speed(&trunk(shape, precision), 2000).expect("steps");
            format!("{p50_us:.0} / {p99_us:.0}")
        });
        println!("| {} | {} |", name(shape), cells.join(" | "));
    }
}

fn timed(times: usize, mut run: impl FnMut()) -> Speed {
    (0..times / 10 + 1).for_each(|_| run());
    let secs = (0..times).map(|_| {
        let begin = Instant::now();
        run();
        begin.elapsed().as_secs_f64()
    });
    Speed::of(secs.collect())
}

/// The chain of heads of one note, and its first matrix by candle beside it.
fn heads() {
    println!(
        "\n| heads | the five of a note by loops, P50 us | one d x d by loops | one d x d by candle |\n|---|---|---|---|"
    );
    for shape in [SMALL, LARGE] {
        let weights = made_up::weights(shape, &[Part::Keys], 2);
        let net = NoteNet::new(&weights, "keys").expect("a net");
        let mut chain = Chain::new(shape.width);
        let h = vec![0.3; shape.width];
        let (scene, cursor) = (Scene::default(), Cursor::default());
        let inputs = cursor.inputs(&scene, sangat::neural::represent::notes::Who::Part);
        let onset = cursor.onset(&scene, &inputs, 12);
        let all = timed(2000, || {
            let (mut whens, mut keys) = ([0.0; WHENS], [0.0; KEYS]);
            let (mut lengths, mut louds, mut nudges) = ([0.0; LENGTHS], [0.0; VELOCITIES], [0.0; 5]);
            net.whens(&h, &mut chain, &mut whens);
            net.pitches(&h, &onset, &mut chain, &mut keys);
            net.lengths(&onset, 60, &mut chain, &mut lengths);
            net.louds(3, &mut chain, &mut louds);
            net.nudges(3, &mut chain, &mut nudges);
        });
        let d = shape.width;
        let numbers = vec![0.01; d * d];
        let mut out = vec![0.0; d];
        let loops = timed(2000, || {
            for (out, row) in out.iter_mut().zip(numbers.chunks_exact(d)) {
                *out = sangat::neural::maths::dot(row, std::hint::black_box(&h));
            }
        });
        let matrix = Matrix::new(numbers.clone(), (d, d), Precision::F32, &devices().0[0]).expect("a matrix");
        let candle = timed(2000, || matrix.apply(&h, &mut out).expect("a product"));
        println!("| {} | {:.1} | {:.1} | {:.1} |", name(shape), all.p50_us, loops.p50_us, candle.p50_us);
    }
}

/// The model of a file, or one made up.
fn model(file: &str, precision: Precision) -> (Arc<Model>, bool) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("models/{file}.safetensors"));
    let place = FILES.iter().position(|of| *of == file).unwrap_or(0);
    let parts = Part::ALL.get(place).map_or(Part::ALL.to_vec(), |part| vec![*part]);
    let shape = if parts.len() > 1 { LARGE } else { SMALL };
    let read = Weights::read(&path);
    let is_real = read.is_ok();
    let weights = read.unwrap_or_else(|_| made_up::weights(shape, &parts, 7));
    (Arc::new(Model::new(&weights, precision, &devices().0[0]).expect("a model")), is_real)
}

/// A jam of so many bars: the seconds that each took for all parts.
struct Jam {
    players: Vec<NeuralPlayer>,
    chords: Chords,
    context: Context,
    before: [Vec<Note>; Part::COUNT],
}

impl Jam {
    fn new(models: [Arc<Model>; Part::COUNT], rung: Rung) -> Self {
        let players = Part::ALL.into_iter().zip(models);
        let players = players.map(|(part, model)| NeuralPlayer::new(model, part, rung).expect("a player")).collect();
        let mut chords = Chords::default();
        for (bar, text) in ["Dm7", "G7", "Cmaj7", "A7"].into_iter().cycle().take(100).enumerate() {
            chords.push(4.0 * bar as f64, Chord::parse(text).expect(text), Origin::Chart, 1.0);
        }
        Self { players, chords, context: Context::new(), before: std::array::from_fn(|_| Vec::new()) }
    }

    /// Plans one bar of all parts while the player plays eighths up to a bar before it; the notes of each.
    fn bar(&mut self, index: i64) -> [usize; Part::COUNT] {
        let begin_beats = 4.0 * index as f64;
        for eighth in 0..8 {
            let at = begin_beats - 8.0 + 0.5 * f64::from(eighth);
            self.context.strike(at, 60 + (index as u8 * 7 + eighth as u8 * 5) % 17, 80);
            self.context.release(at + 0.4, 60 + (index as u8 * 7 + eighth as u8 * 5) % 17);
        }
        self.context.now_beats = begin_beats - 4.0;
        let mut band: [Vec<Note>; Part::COUNT] = std::array::from_fn(|_| Vec::new());
        let style = StyleId::PopBallad.style();
        let bar = Bar { index, begin_beats, beats: 4, role: Role::Groove, variation: 1, in_section: index as u32 };
        for (part, player) in Part::ALL.into_iter().zip(&mut self.players) {
            let mut out = Vec::with_capacity(BAR_NOTES_MAX);
            let ask = Ask {
                part,
                bar,
                from_beats: begin_beats - 0.12,
                style,
                taste: Taste::of(part),
                feel: Feel { swing: 0.5, fills: 0.5, energy: 0.5, bpm: 120.0 },
                chords: &self.chords,
                key: None,
                context: &self.context,
                before: &self.before[part as usize],
                band: &band,
                turn: None,
                seed: 3,
            };
            let outcome = player.answer(&ask, &|| false, &mut out).clone();
            assert!(matches!(outcome, Outcome::Played | Outcome::NotCovered), "{outcome:?}");
            let before = &mut self.before[part as usize];
            before.extend(&out);
            before.drain(..before.len().saturating_sub(256));
            band[part as usize] = out;
        }
        band.map(|notes| notes.len())
    }
}

/// One bar of four parts, planned one after another.
fn bars() {
    const BARS: i64 = 90;
    println!(
        "\n| one bar of four parts | P50 ms | P95 ms | most ms | elements a bar put through / known | notes a bar |"
    );
    println!("|---|---|---|---|---|---|");
    let small = || std::array::from_fn(|part| model(FILES[part], Precision::F32));
    let mut rows = vec![("small, f32".to_owned(), small(), Rung::Small)];
    for precision in Precision::ALL {
        let large = model(FILES[4], precision);
        rows.push((format!("large, {}", precision.key()), std::array::from_fn(|_| large.clone()), Rung::Large));
    }
    for (name, models, rung) in rows {
        let is_real = models.iter().all(|(_, is_real)| *is_real);
        let mut jam = Jam::new(models.map(|(model, _)| model), rung);
        let (mut secs, mut notes) = (Vec::new(), [0; Part::COUNT]);
        for index in 2..BARS + 2 {
            let begin = Instant::now();
            let played = jam.bar(index);
            secs.push(begin.elapsed().as_secs_f64());
            notes.iter_mut().zip(played).for_each(|(sum, played)| *sum += played);
        }
        secs.sort_unstable_by(f64::total_cmp);
        let at = |share: f64| 1e3 * secs[(share * (secs.len() - 1) as f64).round() as usize];
        let counts = jam.players.iter().map(NeuralPlayer::counts).fold((0, 0), |sum, n| (sum.0 + n.0, sum.1 + n.1));
        println!(
            "| {name}{} | {:.1} | {:.1} | {:.1} | {} / {} | {:?} |",
            if is_real { "" } else { ", made up" },
            at(0.5),
            at(0.95),
            at(1.0),
            counts.0 / BARS as u64,
            counts.1 / BARS as u64,
            notes.map(|n| n / BARS as usize),
        );
    }
}

/// Many elements of one sequence at once: what a history costs.
fn history() {
    let sizes = [1, 2, 4, 8, 16, 32, ROWS_MAX];
    let heading: String = sizes.iter().map(|size| format!(" {size} |")).collect();
    println!("\n| us an element, so many of one sequence at once |{heading}\n|---|{}", "---|".repeat(sizes.len()));
    for shape in [SMALL, LARGE] {
        for precision in Precision::ALL.into_iter().filter(|precision| precision.suits(shape.width)) {
            let trunk = trunk(shape, precision);
            let (mut memory, mut scratch) = (Memory::as_if_full(shape), trunk.scratch());
            let cells = sizes.map(|size| {
                let (x, mut h) = (vec![0.1; size * shape.width], vec![0.0; shape.width]);
                let run = || trunk.extend(&mut memory, &x, &mut scratch, &mut h).expect("steps");
                format!("{:.0}", timed(400 / size + 8, run).p50_us / size as f32)
            });
            println!("| {}, {} | {} |", name(shape), precision.key(), cells.join(" | "));
        }
    }
}

/// Jams one after another on one core.
fn jams() {
    const BARS: i64 = 12;
    println!(
        "\n| jams in turn, small models | ms a bar of one jam | jams at 120 beats a minute on one core |\n|---|---|---|"
    );
    let models: [Arc<Model>; Part::COUNT] = std::array::from_fn(|part| model(FILES[part], Precision::F32).0);
    for count in [1, 4, 16, 50] {
        let mut jams: Vec<Jam> = (0..count).map(|_| Jam::new(models.clone(), Rung::Small)).collect();
        for index in 2..6 {
            for jam in &mut jams {
                jam.bar(index);
            }
        }
        let begin = Instant::now();
        for index in 6..6 + BARS {
            for jam in &mut jams {
                jam.bar(index);
            }
        }
        let secs = begin.elapsed().as_secs_f64() / (BARS as f64 * f64::from(count));
        println!("| {count} | {:.1} | {:.0} |", 1e3 * secs, 2.0 / secs);
    }
}
