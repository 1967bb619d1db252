//! The band live, by the clock on the wall: ten minutes of chords into a session without a device, with every thread of
//! the program running as it does in the window.

use super::table::Row;
use sangat::engine::params::ParamId;
use sangat::rt::Percentiles;
use sangat::session::control::{Control, ControlOptions};
use sangat::session::files::Folders;
use sangat::session::{AudioWish, Intent};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const PLAYED: Duration = Duration::from_secs(600);
/// How often the window would poll.
const FRAME: Duration = Duration::from_millis(16);
const CHORDS: [[u8; 4]; 5] = [[48, 64, 67, 71], [45, 60, 64, 67], [50, 62, 65, 69], [43, 59, 65, 67], [46, 62, 65, 68]];

/// The rows of this part; takes ten minutes.
pub fn rows(_: Option<&Path>) -> Vec<Row> {
    played("ten minutes live, without a device")
}

/// The same beside two loops that do nothing but use the processor.
pub fn rows_when_loaded(_: Option<&Path>) -> Vec<Row> {
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let rows = played("ten minutes live beside two busy loops");
        is_over.store(true, Ordering::Relaxed);
        rows
    })
}

fn played(on: &str) -> Vec<Row> {
    let home = tempfile::tempdir().expect("a folder");
    let wish = AudioWish { host: Some("none".to_owned()), ..AudioWish::default() };
    let options = ControlOptions { folders: Folders::below(home.path()), wish, models: None };
    let mut control = Control::start(&options).expect("threads");
    poll_for(&mut control, Duration::from_secs(1));
    control.send(Intent::SetParam(ParamId::BandCommit, 1.0));
    control.send(Intent::PlayOrStop);
    let (begin, mut held, mut count) = (Instant::now(), [0; 4], 0);
    while begin.elapsed() < PLAYED {
        held.into_iter().filter(|key| *key > 0).for_each(|key| control.send(Intent::NoteOff { key }));
        held = CHORDS[count * 7 / 3 % CHORDS.len()];
        held.into_iter().for_each(|key| control.send(Intent::NoteOn { key, velocity: 84 }));
        count += 1;
        // A little less even than the band's own beat.
        poll_for(&mut control, Duration::from_millis(2000 + (count as u64 * 37) % 60));
    }
    let view = control.poll();
    let stage = |key: &str| view.performance.stage(key).map_or_else(|| "none".to_owned(), |of| millis(&of));
    let late = format!("{} late, {} without room", view.counters.band_late, view.counters.band_overflow);
    let row = |what: &str, wanted: &str, measured: String| Row {
        what: what.to_owned(),
        on: on.to_owned(),
        wanted: wanted.to_owned(),
        measured,
    };
    let ladder = view.band.ladder;
    let share = f64::from(ladder.on_time) / f64::from(ladder.bars.max(1));
    let bars = format!("{share:.4} of {}, {} answers too late", ladder.bars, ladder.late);
    vec![
        row("bars of parts by the models from the first note on", "0.995", bars),
        row("a part's bar by the models, asked to answered", "", stage("model_answer")),
        row("chord to the band's answer, P50 / P95", "", stage("answer")),
        row("of it: the ear", "", stage("hear")),
        row("of it: planning", "", stage("plan")),
        row("of it: what is settled", "", stage("commit")),
        row("notes of the band", "0 late", late),
    ]
}

fn poll_for(control: &mut Control, length: Duration) {
    let until = Instant::now() + length;
    while Instant::now() < until {
        control.poll();
        std::thread::sleep(FRAME);
    }
}

fn millis(of: &Percentiles) -> String {
    format!("{:.1} / {:.1} ms of {}", of.p50_nanos as f64 / 1e6, of.p95_nanos as f64 / 1e6, of.count)
}
