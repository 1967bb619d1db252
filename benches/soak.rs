//! Dense playing on JACK's dummy driver with two busy loops beside it: what the program's own meters say at the
//! end. `cargo bench --features jack --bench soak -- 600` (seconds; 60 without a number).

mod jack_server;

use jack::contrib::ClosureProcessHandler;
use jack::{AsyncClient, Client, Control, MidiOut, ProcessHandler, ProcessScope, RawMidi};
use jack_server::Owned;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

const PERIOD_FRAMES: u32 = 64;
/// A note every 500 frames, 96 a second.
const SPACING_FRAMES: u32 = 500;
/// So many notes are held at any time.
const HELD_NOTES: usize = 60;

fn main() {
    let Some(_server) = jack_server::start("soak", 48_000, PERIOD_FRAMES) else { return };
    // Processes of their own, as other programs are.
    let _loops =
        [(); 2].map(|()| Owned(Command::new("sh").args(["-c", "while :; do :; done"]).spawn().expect("a shell")));
    println!("{}", report(&soak(jack_server::secs())));
}

/// Plays into the program for `secs` and returns its last line.
fn soak(secs: u32) -> Value {
    let home = tempfile::tempdir().expect("a folder");
    let mut program = Owned(
        Command::new(env!("CARGO_BIN_EXE_sangat"))
            .args(["live", "--host", "jack", "--json", "--seconds", &(secs + 2).to_string()])
            .env("SANGAT_HOME", home.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program"),
    );
    let output = program.0.stdout.take().expect("a pipe");
    let player = player();
    let last = BufReader::new(output).lines().map_while(Result::ok).last().expect("a summary");
    drop(player);
    serde_json::from_str(&last).expect("a line of JSON")
}

/// Sends notes to the program from now on.
fn player() -> AsyncClient<(), impl ProcessHandler> {
    let client = jack_server::client("player");
    let mut port = client.register_port("out", MidiOut::default()).expect("a port");
    let (mut due, mut count) = (0_u32, 0_usize);
    let key = |note: usize| 36 + (note % HELD_NOTES) as u8;
    let handler = ClosureProcessHandler::new(move |_: &Client, scope: &ProcessScope| {
        let mut writer = port.writer(scope);
        while due < scope.n_frames() {
            if count >= HELD_NOTES {
                writer.write(&RawMidi { time: due, bytes: &[0x80, key(count), 64] }).ok();
            }
            let velocity = 40 + (count * 13 % 80) as u8;
            writer.write(&RawMidi { time: due, bytes: &[0x90, key(count), velocity] }).ok();
            count += 1;
            due += SPACING_FRAMES;
        }
        due -= scope.n_frames();
        Control::Continue
    });
    let player = client.activate_async((), handler).expect("a client");
    player.as_client().connect_ports_by_name("player:out", "sangat:midi_in").expect("a connection");
    player
}

fn report(summary: &Value) -> String {
    let stage = |key: &str| {
        let of = |p: &str| summary["stages"][key][p].as_f64().unwrap_or(f64::NAN);
        format!("{key}: P50 {:.1}  P99 {:.1}  max {:.1} us", of("p50_us"), of("p99_us"), of("max_us"))
    };
    format!(
        "{} s, {} notes, {} voices at the end, {}\n{}\n{}\n{}\n{}\n{}",
        summary["measured_secs"].as_f64().unwrap_or(0.0).round(),
        summary["notes"],
        summary["voices"],
        summary["audio"]["scheduling"],
        stage("callback"),
        stage("wake"),
        stage("key_to_sound"),
        summary["counters"],
        summary["machine"],
    )
}
